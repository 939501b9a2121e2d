"""A stretch of time, closed at both ends, in UTC.

The one idea: an instant is a whole number of milliseconds since 1970-01-01T00:00:00Z, so that two machines never
disagree about a tick; windows that touch meet (F3548-21 treats its bounds the same way).
"""

from dataclasses import dataclass

__all__ = ["FIRST_MS", "LAST_MS", "MAX_CLOCK_UNCERTAINTY_S", "TimeWindow"]

# A clock that is off by more than a day is not a clock; a larger figure is a mistake in the input.
MAX_CLOCK_UNCERTAINTY_S = 86_400.0

FIRST_MS = -62_135_596_800_000  # 0001-01-01, the first day datetime can print
LAST_MS = 253_402_300_799_999  # 9999-12-31


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From `start_ms` to `end_ms`, both included; `end_ms` None is "until further notice" and never ends.

    `clock_uncertainty_s` is how far the clock that named these times may have been off, either way.
    Raises ValueError if the end comes before the start or a time is outside years 1 to 9999.

    >>> TimeWindow(0, 60_000).widened(1.5)
    (-1500, 61500)
    """

    start_ms: int
    end_ms: int | None
    clock_uncertainty_s: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("start", self.start_ms), ("end", self.end_ms)):
            if value is not None and not FIRST_MS <= value <= LAST_MS:
                raise ValueError(f"the {name} of a time window must lie in the years 1 to 9999; got {value} ms")
        if self.end_ms is not None and self.end_ms < self.start_ms:
            raise ValueError(f"a time window ends ({self.end_ms} ms) before it starts ({self.start_ms} ms)")
        if not 0.0 <= self.clock_uncertainty_s <= MAX_CLOCK_UNCERTAINTY_S:
            raise ValueError(f"clock uncertainty must be 0 to 86400 s; got {self.clock_uncertainty_s}")

    def widened(self, by_s: float) -> tuple[int, int | None]:
        """Start and end in milliseconds, moved outward by `by_s` seconds, rounded outward."""
        by_ms = -int(-by_s * 1000.0 // 1)
        return self.start_ms - by_ms, None if self.end_ms is None else self.end_ms + by_ms
