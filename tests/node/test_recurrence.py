"""What repeats ends, keeps its time of day in UTC, touches nothing that is left out, and is never half meant."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.node.recurrence import DAY_MS, MOST_OCCURRENCES, Recurrence, starts_of, weekday_of
from clearline.space.window import LAST_MS, TimeWindow
from tests.node.plan_book import HOUR_MS, T0

_FIRST = TimeWindow(T0, T0 + HOUR_MS)
_windows = st.builds(
    lambda start, long: TimeWindow(T0 + start * HOUR_MS, T0 + (start + long) * HOUR_MS),
    st.integers(0, 400),
    st.integers(0, 60),
)


@given(
    st.integers(1, 9),
    st.integers(1, 60),
    st.none() | st.frozensets(st.integers(0, 6), min_size=1),
    st.lists(_windows, max_size=3),
)
def test_occurrences_are_the_days_that_the_rule_names(
    every: int, count: int, weekdays: frozenset[int] | None, skip: list[TimeWindow]
) -> None:
    rule = Recurrence(every, count, None, weekdays, tuple(skip))
    plain = [
        start
        for start in range(T0, T0 + count * every * DAY_MS, every * DAY_MS)
        if (weekdays is None or datetime.fromtimestamp(start / 1000, UTC).weekday() in weekdays)
        and all(one.end_ms is not None and (one.end_ms < start or start + HOUR_MS < one.start_ms) for one in skip)
    ]
    if not plain or (weekdays is not None and weekday_of(T0) not in weekdays):
        with pytest.raises(ValueError, match=r"weekday|every occurrence"):
            starts_of(rule, _FIRST)
        return
    starts = starts_of(rule, _FIRST)
    assert list(starts) == plain
    assert {start % DAY_MS for start in starts} == {T0 % DAY_MS}


@given(st.integers(-10 * DAY_MS, 400 * DAY_MS), st.integers(1, 30))
def test_the_last_instant_of_the_rule_is_included(after_ms: int, every: int) -> None:
    rule = Recurrence(every, until_ms=T0 + after_ms)
    if after_ms < 0:
        with pytest.raises(ValueError, match="before its first"):
            starts_of(rule, _FIRST)
        return
    if after_ms // (every * DAY_MS) + 1 > MOST_OCCURRENCES:
        with pytest.raises(ValueError, match="are the most"):
            starts_of(rule, _FIRST)
        return
    starts = starts_of(rule, _FIRST)
    assert starts[-1] <= T0 + after_ms < starts[-1] + every * DAY_MS


def test_touching_what_is_left_out_is_being_left_out() -> None:
    def left(skip: TimeWindow) -> int:
        return len(starts_of(Recurrence(1, 3, skip=(skip,)), _FIRST))

    second = T0 + DAY_MS
    assert left(TimeWindow(second + HOUR_MS, second + 2 * HOUR_MS)) == 2
    assert left(TimeWindow(second + HOUR_MS + 1, second + 2 * HOUR_MS)) == 3
    assert left(TimeWindow(second - 5, second)) == 2
    assert left(TimeWindow(second - 5, second - 1)) == 3
    assert left(TimeWindow(second, None)) == 1


@pytest.mark.parametrize(
    ("problem", "values"),
    [
        ("1 to 366 days", {"every_days": 0, "count": 1}),
        ("1 to 366 days", {"every_days": 367, "count": 1}),
        ("one of the two", {}),
        ("one of the two", {"count": 1, "until_ms": T0}),
        ("1 to 400 times", {"count": 0}),
        ("1 to 400 times", {"count": 401}),
        ("at least one is named", {"count": 1, "weekdays": frozenset[int]()}),
        ("Sunday, 6", {"count": 1, "weekdays": frozenset({7})}),
    ],
)
def test_a_rule_that_cannot_be_is_refused(problem: str, values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=problem):
        Recurrence(**values)  # pyright: ignore[reportArgumentType] - one of them is a set


def test_what_is_not_clear_or_has_no_end_is_refused() -> None:
    with pytest.raises(ValueError, match="no end cannot repeat"):
        starts_of(Recurrence(1, 2), TimeWindow(T0, None))
    other_days = frozenset(range(7)) - {weekday_of(T0)}
    with pytest.raises(ValueError, match="falls on a weekday that is left out"):
        starts_of(Recurrence(1, 9, weekdays=other_days), _FIRST)
    with pytest.raises(ValueError, match="every occurrence is left out"):
        starts_of(Recurrence(1, 9, skip=(TimeWindow(0, None),)), _FIRST)
    with pytest.raises(ValueError, match="are the most: end it earlier"):
        starts_of(Recurrence(1, until_ms=LAST_MS), _FIRST)
    with pytest.raises(ValueError, match="beyond the year 9999"):
        starts_of(Recurrence(1, 2), TimeWindow(LAST_MS - HOUR_MS, LAST_MS))


def test_a_long_rule_on_few_weekdays_may_try_more_days_than_it_keeps() -> None:
    monday = frozenset({weekday_of(T0)})
    rule = Recurrence(1, until_ms=T0 + 7 * DAY_MS * (MOST_OCCURRENCES - 1), weekdays=monday)
    assert len(starts_of(rule, _FIRST)) == MOST_OCCURRENCES


@given(st.integers(-62_135_596_800_000, LAST_MS))
def test_weekdays_are_those_of_the_calendar(ms: int) -> None:
    day = datetime.fromtimestamp(0, UTC).toordinal() + ms // DAY_MS
    assert weekday_of(ms) == datetime.fromordinal(day).weekday()
