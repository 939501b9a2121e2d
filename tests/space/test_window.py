"""Windows are closed at both ends, and widen outward to whole milliseconds."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.window import MAX_CLOCK_UNCERTAINTY_S, TimeWindow

_DAY_MS = 86_400_000
times = st.integers(-62_135_596_800_000, 253_402_300_799_999)


@given(times, st.integers(0, 10 * _DAY_MS), st.floats(0.0, MAX_CLOCK_UNCERTAINTY_S))
def test_widening_is_outward_by_less_than_a_millisecond_more(start_ms: int, length_ms: int, by_s: float) -> None:
    window = TimeWindow(start_ms, min(start_ms + length_ms, 253_402_300_799_999))
    assert window.end_ms is not None
    start, end = window.widened(by_s)
    assert end is not None
    moved = Fraction(by_s) * 1000
    nanosecond = Fraction(1, 10**6)  # 1.1 as a float is a little more than 1.1, and means 1.1
    assert start <= start_ms - moved + nanosecond and end >= window.end_ms + moved - nanosecond
    assert start > start_ms - moved - 1 - nanosecond and end < window.end_ms + moved + 1 + nanosecond


def test_an_instant_is_a_window_and_an_open_end_stays_open() -> None:
    assert TimeWindow(5, 5).widened(0.0) == (5, 5)
    assert TimeWindow(5, None).widened(2.0) == (-1995, None)


@pytest.mark.parametrize(("start_ms", "end_ms"), [(1, 0), (-62_135_596_800_001, 0), (0, 253_402_300_800_000)])
def test_a_window_that_cannot_be_is_refused(start_ms: int, end_ms: int) -> None:
    with pytest.raises(ValueError, match="time window"):
        TimeWindow(start_ms, end_ms)


@pytest.mark.parametrize("doubt_s", [-0.1, 86_400.1, math.nan, math.inf])
def test_a_clock_that_is_none_is_refused(doubt_s: float) -> None:
    with pytest.raises(ValueError, match="clock"):
        TimeWindow(0, 1, doubt_s)
