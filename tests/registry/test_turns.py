"""The line before a crowded place: who was refused goes next, nobody waits for ever, and one who dawdles loses it."""

from hypothesis import given
from hypothesis import strategies as st

from clearline.registry.turns import HOLD_S, Place, Turns
from tests.registry.sky import extent


def test_a_refused_client_is_before_whoever_came_later() -> None:
    turns = Turns()
    first = turns.take("uss1", extent(1), 0.0)
    assert turns.ahead(first, 0.0) is None
    assert turns.keep(first, 0.0)
    later = turns.take("uss2", extent(1, 2), 0.0)
    assert turns.ahead(later, 0.1) is first
    again = turns.take("uss1", extent(1), 0.0)
    assert again is first and turns.ahead(first, 0.1) is None, "its next try has the place it was kept"
    turns.leave(first)
    assert turns.ahead(later, 0.1) is None


def test_nobody_waits_for_what_does_not_touch() -> None:
    turns = Turns()
    assert turns.keep(turns.take("uss1", extent(1), 0.0), 0.0)
    assert turns.ahead(turns.take("uss2", extent(2), 0.0), 0.0) is None
    assert turns.touched(extent(1, 2), 0.0) and not turns.touched(extent(3), 0.0)


def test_a_turn_that_was_let_pass_is_lost_and_none_is_kept_for_a_while() -> None:
    turns = Turns()
    dawdler = turns.take("uss1", extent(1), 0.0)
    assert turns.keep(dawdler, 0.0)
    later = turns.take("uss2", extent(1), 0.0)
    assert turns.ahead(later, HOLD_S) is dawdler, "to its last moment, touching included"
    assert turns.ahead(later, HOLD_S + 0.001) is None
    turns.leave(later)
    assert not turns.keep(turns.take("uss1", extent(1), 1.0), 1.0) and len(turns) == 0
    assert turns.keep(turns.take("uss2", extent(1), 1.0), 1.0), "the others are none the worse"
    assert turns.keep(turns.take("uss1", extent(5), 6.0), 6.0), "and after a while it is as good as any"


def test_who_comes_back_too_late_is_one_who_let_it_pass() -> None:
    turns = Turns()
    assert turns.keep(turns.take("uss1", extent(1), 0.0), 0.0)
    late = turns.take("uss1", extent(1), HOLD_S + 0.001)
    assert not turns.keep(late, HOLD_S + 0.001)


def test_a_client_that_never_reads_what_it_is_told_loses_its_turn() -> None:
    turns = Turns()
    kept = 0
    while turns.keep(turns.take("uss1", extent(1), 0.0), 0.0):
        kept += 1
        assert kept < 20
    assert kept == 7 and len(turns) == 0


def test_two_requests_of_one_client_have_two_places() -> None:
    turns = Turns()
    first, second = turns.take("uss1", extent(1), 0.0), turns.take("uss1", extent(1), 0.0)
    assert first is not second and turns.ahead(second, 0.0) is first


def test_a_place_is_kept_for_what_was_asked_and_nothing_else() -> None:
    turns = Turns()
    kept = turns.take("uss1", extent(1), 0.0)
    assert turns.keep(kept, 0.0)
    assert turns.take("uss1", extent(1, 2), 0.0) is not kept
    assert turns.take("uss2", extent(1), 0.0) is not kept
    assert turns.take("uss1", extent(1), 0.0) is kept


def test_one_place_that_lapses_takes_no_other_along() -> None:
    turns = Turns()
    early, late, here = (turns.take(f"uss{number}", extent(number), 0.0) for number in (1, 2, 3))
    assert turns.keep(early, 0.0) and turns.keep(late, 0.1)
    assert not turns.touched(extent(1), HOLD_S + 0.05), "nobody has a place that has lapsed"
    assert turns.touched(extent(2), HOLD_S + 0.05) and turns.touched(extent(3), HOLD_S + 0.05)
    assert turns.places == [late, here]


def test_who_let_a_turn_pass_long_ago_is_forgotten() -> None:
    turns = Turns()
    for number in range(1, 9):
        at_s = 100.0 * number
        assert turns.keep(turns.take(f"uss{number}", extent(1), at_s), at_s)
        assert turns.ahead(turns.take("other", extent(1), at_s + 1.0), at_s + 1.0) is None
        turns.places.clear()
    assert len(turns._slow) == 1


def test_the_line_has_an_end() -> None:
    turns = Turns()
    places = [turns.take(f"uss{number}", extent(number), 0.0) for number in range(1, 400)]
    assert len(turns) == 128
    turns.leave(places[-1])
    assert len(turns) == 128


@given(st.lists(st.tuples(st.sampled_from(["take", "keep", "leave"]), st.integers(0, 4), st.integers(1, 3))))
def test_there_is_always_one_whose_turn_it_is(acts: list[tuple[str, int, int]]) -> None:
    """Law: of those who are here somebody can go at once, or once the kept places have lapsed."""
    turns, here, now_s = Turns(), list[Place](), 0.0
    for act, who, cell in acts:
        now_s += 0.02
        if act == "take":
            place = turns.take(f"uss{who}", extent(cell, cell + 1), now_s)
            if place not in here:
                here.append(place)
        elif here:
            place = here.pop(who % len(here))
            if act == "keep":
                turns.keep(place, now_s)
            else:
                turns.leave(place)
    if here:
        assert any(turns.ahead(place, now_s + 1.0) is None for place in here)
