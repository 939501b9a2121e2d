"""Two persons for what goes out, versions that replace each other whole, and no plan lost on the way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.node.disclosure import NOBODY, Disclosure, Precision
from clearline.node.plan import Plan, PlanState, Step, same_person
from clearline.node.plan_rules import (
    RULES,
    PlanRefused,
    Wish,
    decide_change,
    decide_file,
    decide_release,
    decide_step,
    decide_withdrawal,
)
from clearline.node.plan_states import TRANSITIONS
from tests.node.plan_book import HOUR_MS, T0, Book, activity, kept
from tests.tidy.tree import ROOT

_WISH = Wish(activity(), NOBODY)
_ID = "id-1"


def _filed(book: Book, *, released: bool = False, accepted: bool = False, active: bool = False) -> Plan:
    book.keep(kept(decide_file(book, _ID, _WISH, by="first", now_ms=T0)))
    if released or accepted or active:
        book.keep(kept(decide_release(book, _ID, by="second", now_ms=T0)))
    if accepted or active:
        book.keep(kept(decide_step(book, _ID, Step.ACCEPT, by="node", now_ms=T0)))
    if active:
        book.keep(kept(decide_step(book, _ID, Step.ACTIVATE, by="node", now_ms=T0)))
    return book.versions(_ID)[-1]


def _rule(found: object) -> str:
    assert isinstance(found, PlanRefused), found
    assert RULES[found.rule] in found.why
    return found.rule


_ACTS = st.tuples(
    st.sampled_from(["file", "change", "release", "withdraw", *Step]),
    st.sampled_from(["id-1", "id-2"]),
    st.sampled_from(["first", "second", "First "]),
    st.sampled_from([None, 1, 2, 3]),
    st.integers(0, 3).map(lambda hours: T0 + hours * HOUR_MS // 2),
)


@given(st.lists(_ACTS, max_size=14))
def test_whatever_is_tried_the_book_stays_sound(acts: list[tuple[str, str, str, int | None, int]]) -> None:
    book = Book()
    for act, ident, by, version, now_ms in acts:
        before = dict(book.plans)
        wish = replace(_WISH, activity=activity("A-1" if ident == "id-1" else "A-2"))
        match act:
            case "file":
                found = decide_file(book, ident, wish, by=by, now_ms=now_ms)
            case "change":
                found = decide_change(book, ident, wish, by=by, now_ms=now_ms)
            case "release":
                found = decide_release(book, ident, by=by, now_ms=now_ms, version=version)
            case "withdraw":
                found = decide_withdrawal(book, ident, by=by, now_ms=now_ms, why="", version=version)
            case _:
                found = decide_step(book, ident, Step(act), by=by, now_ms=now_ms, version=version)
        assert book.plans == before, "a decision writes nothing"
        book.keep(found)
        _check_sound(book, before)


def _check_sound(book: Book, before: dict[tuple[str, int], Plan]) -> None:
    for key, plan in book.plans.items():
        old = before.get(key)
        if old is None:
            assert (plan.state, plan.version) == (PlanState.DRAFT, 1 + sum(ident == key[0] for ident, _ in before))
        else:
            assert (old.activity, old.disclosure, old.written_by) == (plan.activity, plan.disclosure, plan.written_by)
            assert old.state is plan.state or plan.state in {
                after for (state, _), after in TRANSITIONS.items() if state is old.state
            }
    for ident in ("id-1", "id-2"):
        versions = book.versions(ident)
        assert sum(one.state.in_force for one in versions) <= 1, "one version alone is in force"
        assert sum(one.state is PlanState.DRAFT for one in versions) <= 1
        assert sum(one.state is PlanState.RELEASED for one in versions) <= 1
        for one in versions:
            assert not one.state.in_force or not same_person(one.released_by or "", one.written_by)
    taken = [event for event in book.events if event.step is Step.FILE]
    assert len(taken) == len(book.plans), "every version was filed once"


def test_nobody_releases_what_they_wrote_themselves() -> None:
    book = Book()
    _filed(book)
    for by in ("first", "FIRST", " first"):
        assert _rule(decide_release(book, _ID, by=by, now_ms=T0)) == "D4"
    out = kept(decide_release(book, _ID, by="second", now_ms=T0))
    assert [(one.state, one.released_by) for one in out.plans] == [(PlanState.RELEASED, "second")]
    assert [(one.step, one.by, one.at_ms) for one in out.events] == [(Step.RELEASE, "second", T0)]


def test_whoever_releases_names_what_was_read() -> None:
    book = Book()
    _filed(book)
    book.keep(kept(decide_change(book, _ID, _WISH, by="first", now_ms=T0)))
    assert _rule(decide_release(book, _ID, by="second", now_ms=T0, version=1)) == "D6"
    assert kept(decide_release(book, _ID, by="second", now_ms=T0, version=2)).plans[0].version == 2


@pytest.mark.parametrize("late_ms", [-1, 0, 1])
def test_what_is_over_is_neither_filed_nor_released_and_the_last_instant_is_not_over(late_ms: int) -> None:
    book = Book()
    _filed(book)
    now_ms = T0 + HOUR_MS + late_ms
    found = [
        decide_file(Book(), _ID, _WISH, by="first", now_ms=now_ms),
        decide_change(book, _ID, _WISH, by="first", now_ms=now_ms),
        decide_release(book, _ID, by="second", now_ms=now_ms),
    ]
    assert [isinstance(one, PlanRefused) and one.rule == "D5" for one in found] == [late_ms > 0] * 3


def test_what_has_no_end_is_never_over() -> None:
    book = Book()
    endless = Wish(activity(end_ms=None), NOBODY)
    book.keep(kept(decide_file(book, _ID, endless, by="first", now_ms=T0 + 10**9)))
    out = kept(decide_release(book, _ID, by="second", now_ms=T0 + 10**12))
    assert out.plans[0].state is PlanState.RELEASED


def test_a_name_is_used_once_until_it_is_over() -> None:
    book = Book()
    _filed(book)
    assert _rule(decide_file(book, "id-2", _WISH, by="first", now_ms=T0)) == "D2"
    assert _rule(decide_file(book, _ID, Wish(activity("B"), NOBODY), by="first", now_ms=T0)) == "D2"
    book.keep(kept(decide_withdrawal(book, _ID, by="first", now_ms=T0, why="late")))
    book.keep(kept(decide_file(book, "id-2", _WISH, by="first", now_ms=T0)))
    book.keep(kept(decide_file(book, "id-3", Wish(activity("C"), NOBODY), by="first", now_ms=T0)))
    assert _rule(decide_change(book, "id-3", _WISH, by="first", now_ms=T0)) == "D2"


def test_a_plan_is_filed_for_the_own_party_alone() -> None:
    theirs = Wish(replace(activity(), party="bravo"), NOBODY)
    assert _rule(decide_file(Book(), _ID, theirs, by="first", now_ms=T0)) == "D8"


def test_a_change_replaces_a_draft_and_waits_for_what_was_released() -> None:
    book = Book()
    _filed(book)
    told = Wish(activity(), Disclosure(otherwise=Precision.COARSE), series="other")
    out = kept(decide_change(book, _ID, told, by="second", now_ms=T0 + 1))
    assert {(one.version, one.state) for one in out.plans} == {(2, PlanState.DRAFT), (1, PlanState.ENDED)}
    assert {(one.version, one.step) for one in out.events} == {(2, Step.FILE), (1, Step.REPLACE)}
    assert (out.plans[0].written_by, out.plans[0].disclosure, out.plans[0].series) == ("second", told.disclosure, None)
    book.keep(out)
    book.keep(kept(decide_release(book, _ID, by="first", now_ms=T0)))
    assert _rule(decide_change(book, _ID, told, by="first", now_ms=T0)) == "D3"
    assert _rule(decide_change(book, "id-9", told, by="first", now_ms=T0)) == "D1"


def test_a_refused_change_leaves_standing_what_was_agreed() -> None:
    book = Book()
    _filed(book, accepted=True)
    book.keep(kept(decide_change(book, _ID, _WISH, by="first", now_ms=T0)))
    assert [one.state for one in book.versions(_ID)] == [PlanState.ACCEPTED, PlanState.DRAFT]
    book.keep(kept(decide_release(book, _ID, by="second", now_ms=T0)))
    book.keep(kept(decide_step(book, _ID, Step.REFUSE, by="node", now_ms=T0, version=2, why="conflict")))
    assert [one.state for one in book.versions(_ID)] == [PlanState.ACCEPTED, PlanState.REFUSED]
    assert book.events[-1].why == "conflict"


def test_an_accepted_change_replaces_the_version_before() -> None:
    book = Book()
    _filed(book, accepted=True)
    book.keep(kept(decide_change(book, _ID, _WISH, by="first", now_ms=T0)))
    book.keep(kept(decide_release(book, _ID, by="second", now_ms=T0)))
    assert _rule(decide_step(book, _ID, Step.ACTIVATE, by="node", now_ms=T0, version=2)) == "D6"
    book.keep(kept(decide_step(book, _ID, Step.ACCEPT, by="node", now_ms=T0, version=2)))
    assert [one.state for one in book.versions(_ID)] == [PlanState.ENDED, PlanState.ACCEPTED]


def test_a_change_under_way_goes_on_under_way() -> None:
    book = Book()
    _filed(book, active=True)
    book.keep(kept(decide_change(book, _ID, _WISH, by="first", now_ms=T0)))
    book.keep(kept(decide_release(book, _ID, by="second", now_ms=T0)))
    assert _rule(decide_step(book, _ID, Step.ACCEPT, by="node", now_ms=T0, version=2)) == "D6"
    book.keep(kept(decide_step(book, _ID, Step.ACTIVATE, by="node", now_ms=T0, version=2)))
    assert [one.state for one in book.versions(_ID)] == [PlanState.ENDED, PlanState.ACTIVATED]


def test_a_later_version_waits_while_the_one_in_force_moves_on() -> None:
    book = Book()
    _filed(book, accepted=True)
    book.keep(kept(decide_change(book, _ID, _WISH, by="first", now_ms=T0)))
    book.keep(kept(decide_step(book, _ID, Step.ACTIVATE, by="node", now_ms=T0, version=1)))
    assert [one.state for one in book.versions(_ID)] == [PlanState.ACTIVATED, PlanState.DRAFT]


def test_an_emergency_is_not_changed_only_ended() -> None:
    book = Book()
    _filed(book, active=True)
    book.keep(kept(decide_change(book, _ID, _WISH, by="first", now_ms=T0)))
    book.keep(kept(decide_release(book, _ID, by="second", now_ms=T0)))
    book.keep(kept(decide_step(book, _ID, Step.DECLARE_CONTINGENT, by="node", now_ms=T0, version=1)))
    found = decide_step(book, _ID, Step.ACTIVATE, by="node", now_ms=T0, version=2)
    assert isinstance(found, PlanRefused)
    assert "only ended" in found.why
    book.keep(kept(decide_step(book, _ID, Step.REFUSE, by="node", now_ms=T0, version=2)))
    book.keep(kept(decide_step(book, _ID, Step.END, by="node", now_ms=T0)))
    assert not any(one.state.live for one in book.versions(_ID))


def test_it_is_said_which_of_several_versions_is_meant() -> None:
    book = Book()
    _filed(book, accepted=True)
    book.keep(kept(decide_change(book, _ID, _WISH, by="first", now_ms=T0)))
    found = decide_withdrawal(book, _ID, by="first", now_ms=T0, why="")
    assert _rule(found) == "D7"
    assert "version 1 is ACCEPTED, version 2 is DRAFT" in getattr(found, "why", "")
    book.keep(kept(decide_withdrawal(book, _ID, by="first", now_ms=T0, why="", version=2)))
    book.keep(kept(decide_withdrawal(book, _ID, by="first", now_ms=T0, why="")))
    assert not any(one.state.live for one in book.versions(_ID))
    assert _rule(decide_withdrawal(book, _ID, by="first", now_ms=T0, why="")) == "D6"
    assert _rule(decide_withdrawal(book, _ID, by="first", now_ms=T0, why="", version=9)) == "D1"
    assert _rule(decide_step(book, "id-9", Step.END, by="first", now_ms=T0)) == "D1"
    assert _rule(decide_release(book, "id-9", by="second", now_ms=T0)) == "D1"


def test_what_is_under_way_is_ended_not_withdrawn() -> None:
    book = Book()
    _filed(book, active=True)
    assert _rule(decide_withdrawal(book, _ID, by="first", now_ms=T0, why="")) == "D9"
    assert _rule(decide_change(Book(), _ID, _WISH, by="first", now_ms=T0)) == "D1"
    book.keep(kept(decide_step(book, _ID, Step.END, by="first", now_ms=T0, why="landed")))
    assert _rule(decide_change(book, _ID, _WISH, by="first", now_ms=T0)) == "D6"


@pytest.mark.parametrize("step", [Step.FILE, Step.RELEASE, Step.WITHDRAW, Step.REPLACE])
def test_a_step_that_a_person_decides_is_not_slipped_in(step: Step) -> None:
    book = Book()
    _filed(book)
    assert _rule(decide_step(book, _ID, step, by="node", now_ms=T0)) == "D6"


def test_the_page_names_every_rule() -> None:
    page = (ROOT / "docs" / "plans.md").read_text("utf-8")
    assert [code for code, why in RULES.items() if f"| {code} | {why} |" not in page] == []
