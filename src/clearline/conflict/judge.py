"""The verdict on two solids: three gaps against three minima, and what a missing datum does to the answer.

The one idea: a pair is CLEAR only if one of the three gaps surely exceeds its minimum; a height that could not be
placed can never provide that proof, so it turns a would-be CLEAR into CANNOT TELL, and never into anything better.
"""

import math
from dataclasses import dataclass

from clearline.conflict.exact import TOLERANCE_M, separation
from clearline.conflict.minima import Minima
from clearline.conflict.solid import Solid
from clearline.conflict.verdict import Finding, Margins, Verdict
from clearline.conflict.zones import required_minima
from clearline.space.heights import Frame, Heights, Span

__all__ = ["VerticalGap", "judge_pair", "surely_meet", "time_gap_s", "vertical_gap"]


@dataclass(frozen=True, slots=True)
class VerticalGap:
    """The gap between two bands, metres (negative: overlap), the frame that shows it, and whether any frame knows both.

    Where no frame knows both bands wholly, a gap above the minimum still proves them apart; any other gap says nothing.
    """

    gap_m: float
    frame: Frame | None
    known: bool


def judge_pair(a: Solid, b: Solid, minima: Minima, pair: tuple[int, int] = (0, 0)) -> Finding:
    """The finding on two solids; `pair` is quoted in it. Symmetric but for the order of `pair`."""
    lateral_m, vertical_m, time_s = required_minima(a, b, minima)
    apart_s = time_gap_s(a, b)
    gap = vertical_gap(a.heights, b.heights, lateral_m)
    between = separation(a.core, b.core)
    told = gap.known or gap.gap_m > vertical_m
    margins = Margins(
        between.distance_m - lateral_m,
        gap.gap_m - vertical_m if told else None,
        apart_s - time_s,
        gap.frame if told else None,
    )
    clear = apart_s > time_s or gap.gap_m > vertical_m or between.distance_m > lateral_m + TOLERANCE_M
    conflict = gap.known or surely_meet(a.heights, b.heights, vertical_m)
    verdict = Verdict.CLEAR if clear else Verdict.CONFLICT if conflict else Verdict.CANNOT_TELL
    reasons = () if clear or gap.known else tuple(dict.fromkeys(a.heights.missing + b.heights.missing))
    first_ms = None if clear else max(a.start_ms, b.start_ms)
    place = None if clear else between.place
    return Finding(verdict, pair, margins, (lateral_m, vertical_m, time_s), first_ms, place, reasons)


def time_gap_s(a: Solid, b: Solid) -> float:
    """Time between two windows, seconds; where they overlap, minus the least shift that parts them."""
    return max(_later_s(b.start_ms, a.end_ms), _later_s(a.start_ms, b.end_ms))


def _later_s(start_ms: int, end_ms: int | None) -> float:
    return -math.inf if end_ms is None else (start_ms - end_ms) / 1000.0


def vertical_gap(a: Heights, b: Heights, lateral_m: float) -> VerticalGap:
    """The largest gap between two bands that any frame proves.

    Heights above the ground compare only at one and the same place, so not where a lateral minimum brings in others.
    """
    best_m, best_frame, known = -math.inf, None, False
    for frame in Frame:
        if frame is Frame.AGL and lateral_m > 0.0:
            continue
        p, q = a.span(frame), b.span(frame)
        both = p.known and q.known
        gap_m = max(_less(q.low_m, p.high_m), _less(p.low_m, q.high_m))
        if gap_m > best_m or (both and not known and gap_m == best_m):
            best_m, best_frame = gap_m, frame
        known = known or both
    return VerticalGap(best_m, best_frame, known)


def surely_meet(a: Heights, b: Heights, vertical_m: float) -> bool:
    """Whether what is sure of two bands comes within `vertical_m`, though a limit of one is not known."""
    return any(_sure_gap(a.span(frame), b.span(frame)) <= vertical_m for frame in (Frame.STD, Frame.AMSL, Frame.HAE))


def _sure_gap(p: Span, q: Span) -> float:
    if p.sure_low_m > p.sure_high_m or q.sure_low_m > q.sure_high_m:
        return math.inf
    return max(_less(q.sure_low_m, p.sure_high_m), _less(p.sure_low_m, q.sure_high_m))


def _less(low_m: float, high_m: float) -> float:
    """Low - high where either may be an open end: an open end leaves no gap at all."""
    if low_m == -math.inf or high_m == math.inf:
        return -math.inf
    return low_m - high_m
