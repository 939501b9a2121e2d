"""A template is moved as a whole: nothing changes but the time, and going back gives what there was."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.node.disclosure import NOBODY, Disclosure, Precision
from clearline.node.plan_rules import Wish
from clearline.node.recurrence import DAY_MS, Recurrence
from clearline.node.template import Template, moved, occurrences, whole_window
from clearline.space.window import LAST_MS, TimeWindow
from tests.node.plan_book import HOUR_MS, T0, activity

_SECOND = replace(activity().volumes[0], window=TimeWindow(T0 - HOUR_MS, None, 3.0))
_TWO = replace(activity(), volumes=(activity().volumes[0], _SECOND))


@given(st.integers(-(10**12), 10**12))
def test_moving_there_and_back_gives_what_there_was(by_ms: int) -> None:
    there = moved(_TWO, "B", T0 - HOUR_MS + by_ms)
    assert whole_window(there).start_ms == T0 - HOUR_MS + by_ms
    for before, after in zip(_TWO.volumes, there.volumes, strict=True):
        assert after.window.start_ms - before.window.start_ms == by_ms
        assert (after.window.end_ms is None) == (before.window.end_ms is None)
        assert replace(after, window=before.window, entered=before.entered) == before
    back = moved(there, "A-1", T0 - HOUR_MS)
    assert [one.window for one in back.volumes] == [one.window for one in _TWO.volumes]


def test_the_words_of_a_time_that_is_no_more_are_left_away() -> None:
    assert moved(activity(), "B", T0).volumes == activity().volumes
    entered = moved(activity(), "B", T0 + 1).volumes[0].entered
    assert entered is not None
    assert (entered.time, entered.place) == ("", "35.2N 040.1E")
    bare = replace(activity(), volumes=(replace(activity().volumes[0], entered=None),))
    assert moved(bare, "B", T0 + 1).volumes[0].entered is None


def test_the_whole_lasts_from_the_first_start_to_the_last_end() -> None:
    assert whole_window(_TWO) == TimeWindow(T0 - HOUR_MS, None)
    closed = replace(
        _TWO, volumes=(*activity().volumes, replace(_SECOND, window=TimeWindow(T0, T0 + 2 * HOUR_MS, 9.0)))
    )
    assert whole_window(closed) == TimeWindow(T0, T0 + 2 * HOUR_MS)


def test_a_template_is_filed_under_its_own_policy_or_another() -> None:
    coarse = Disclosure(otherwise=Precision.COARSE)
    template = Template("track", activity(), coarse)
    wish = template.wish("B", T0 + DAY_MS)
    assert (wish.activity.ident, wish.disclosure, wish.series) == ("B", coarse, None)
    assert template.wish("B", T0, NOBODY).disclosure == NOBODY
    with pytest.raises(ValueError, match="needs a name"):
        Template("", activity(), NOBODY)
    with pytest.raises(ValueError, match="years 1 to 9999"):
        template.wish("B", LAST_MS)


def test_occurrences_are_numbered_in_order_and_of_one_series() -> None:
    wishes = occurrences(Wish(activity("P"), NOBODY), Recurrence(1, 10))
    assert [one.activity.ident for one in wishes][::9] == ["P.01", "P.10"]
    assert {one.series for one in wishes} == {"P"}
    assert [whole_window(one.activity).start_ms for one in wishes] == [T0 + n * DAY_MS for n in range(10)]
    assert sorted(one.activity.ident for one in wishes) == [one.activity.ident for one in wishes]
