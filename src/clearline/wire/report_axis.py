"""Axes of a profile: values to pixels, and ticks at round numbers.

The one idea: the picture shows where two windows and two bands come together, not all of a window of a month.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from clearline.wire.report_plane import nice

__all__ = ["Axis", "height_axis", "time_axis", "time_ticks"]

_SECONDS = (1, 5, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
            432_000, 864_000, 2_592_000, 7_776_000, 31_536_000, 315_360_000, 3_153_600_000, 31_536_000_000)  # fmt: skip
_LEAST_MS = 60_000.0
_CONTEXT_SHARE = 3.0  # how much of the longer window is shown to either side, in lengths of the shorter
_LEAST_M = 60.0
_FIRST_MS, _LAST_MS = -62_135_596_800_000.0, 253_402_300_799_000.0  # years 1 to 9999, as in `space.window`


@dataclass(frozen=True, slots=True)
class Axis:
    """From the first of `values`, at the first of `pixels`, up to the second. Raises ValueError if it goes down."""

    values: tuple[float, float]
    pixels: tuple[float, float]

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"an axis must go up; got {self.low} to {self.high}")

    @property
    def low(self) -> float:
        """Where it begins."""
        return self.values[0]

    @property
    def high(self) -> float:
        """Where it ends."""
        return self.values[1]

    def at(self, value: float) -> float:
        """The pixel of a value."""
        first_px, last_px = self.pixels
        return first_px + (value - self.low) / (self.high - self.low) * (last_px - first_px)

    def ticks(self, about: int) -> list[float]:
        """Round values, about so many."""
        step = nice((self.high - self.low) / about * 1.6)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [n * step for n in range(first, last + 1)]


def time_axis(windows: Sequence[tuple[int, int | None]], low_px: float, high_px: float) -> Axis:
    """The axis that shows two windows (milliseconds) and what is between them, with a little to either side.

    A window much longer than the other, or without end, is shown only near the other.
    """
    starts = [float(start_ms) for start_ms, _ in windows]
    ends = [math.inf if end_ms is None else float(end_ms) for _, end_ms in windows]
    lengths = [end - start for start, end in zip(starts, ends, strict=True) if math.isfinite(end)]
    first_end = min(ends)
    gap_ms = max(starts) - first_end
    context_ms = max(min(lengths, default=3_600_000.0), gap_ms, _LEAST_MS) * _CONTEXT_SHARE
    low = max(min(starts), max(starts) - context_ms)
    together = [*starts, first_end] if math.isfinite(first_end) else starts
    high = min(max(ends), max(together) + context_ms)
    room_ms = max((high - low) * 0.06, _LEAST_MS / 2.0)
    return Axis((max(low - room_ms, _FIRST_MS), min(high + room_ms, _LAST_MS)), (low_px, high_px))


def time_ticks(axis: Axis) -> list[tuple[float, str]]:
    """About five instants at round times, each as milliseconds and in words; the day is told where it changes."""
    span_s = (axis.high - axis.low) / 1000.0
    step_s = next((step for step in _SECONDS if span_s / step <= 6.0), _SECONDS[-1])
    first, last = math.ceil(axis.low / 1000.0 / step_s), math.floor(axis.high / 1000.0 / step_s)
    # Years before 1000 print with fewer digits; nothing is planned in them, and nothing breaks.
    form = "%H:%M:%S" if step_s < 60 else "%H:%MZ" if step_s < 86_400 else "%d %b" if step_s < 7_776_000 else "%Y"
    return [
        (n * step_s * 1000.0, datetime.fromtimestamp(n * step_s, UTC).strftime(form)) for n in range(first, last + 1)
    ]


def height_axis(ends_m: Sequence[float], low_px: float, high_px: float) -> Axis | None:
    """The axis that shows all ends of bands that are known, with room above and below; None if none is known."""
    known = [end_m for end_m in ends_m if math.isfinite(end_m)]
    if not known:
        return None
    room_m = max((max(known) - min(known)) * 0.25, _LEAST_M)
    return Axis((min(known) - room_m, max(known) + room_m), (low_px, high_px))
