"""Plans on disk: one decision is one transaction, whoever asks at the same time, and damage is found."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.app.make_party import draw_party
from clearline.edge.party_schema import StoreError
from clearline.edge.party_store import PartyStore
from clearline.edge.plan_store import PlanStore
from clearline.node.disclosure import NOBODY, Disclosure, Precision
from clearline.node.plan import Plan, PlanEvent, PlanState, Step
from clearline.node.plan_rules import PlanRefused, Wish, decide_change, decide_file, decide_release, decide_step
from clearline.node.shown import PlanRead, show_to
from clearline.node.template import Template
from tests.app.two_nodes import swift_folder
from tests.node.plan_book import HOUR_MS, T0, Book, activity

CARD = draw_party("alfa", coverage="all forces of ALFA").card
_COARSE = Disclosure((("bravo", Precision.EXACT),), Precision.COARSE)
_WISH = Wish(activity(), _COARSE)


def _opened(path: Path) -> tuple[PartyStore, PlanStore]:
    store = PartyStore(path)
    with store.reading() as tables:
        new = tables.own_card() is None
    if new:
        store.begin(CARD, first=True)
    return store, PlanStore(store, own="alfa")


@pytest.fixture
def plans(tmp_path: Path) -> Iterator[PlanStore]:
    store, made = _opened(tmp_path / "store.db")
    yield made
    store.close()


def _kept(found: tuple[Plan, ...] | PlanRefused) -> tuple[Plan, ...]:
    assert not isinstance(found, PlanRefused), found
    return found


def _file(plans: PlanStore, ident: str = "id-1", wish: Wish = _WISH) -> None:
    _kept(plans.file({ident: wish}, by="first", now_ms=T0))


def _accept(plans: PlanStore, ident: str = "id-1") -> None:
    _kept(plans.release([ident], by="second", now_ms=T0))
    _kept(plans.step(ident, Step.ACCEPT, by="node", now_ms=T0))


_ACTS = st.tuples(
    st.sampled_from(["file", "change", "release", *[step.value for step in Step]]),
    st.sampled_from(["id-1", "id-2"]),
    st.sampled_from(["first", "second"]),
    st.sampled_from([None, 1, 2]),
)


@given(st.lists(_ACTS, max_size=8))
def test_the_store_decides_as_the_book_in_memory_and_again_after_it_was_opened_anew(
    acts: list[tuple[str, str, str, int | None]],
) -> None:
    with swift_folder() as folder:
        path = folder / "store.db"
        store, plans = _opened(path)
        book = Book()
        for act, ident, by, version in acts:
            wish = Wish(activity(f"name of {ident}"), _COARSE, series="s" if ident == "id-2" else None)
            match act:
                case "file":
                    told = plans.file({ident: wish}, by=by, now_ms=T0)
                    found = book.keep(decide_file(book, ident, wish, by=by, now_ms=T0))
                case "change":
                    told = plans.change(ident, wish, by=by, now_ms=T0)
                    found = book.keep(decide_change(book, ident, wish, by=by, now_ms=T0))
                case "release":
                    told = plans.release([ident], by=by, now_ms=T0, version=version)
                    found = book.keep(decide_release(book, ident, by=by, now_ms=T0, version=version))
                case _:
                    told = plans.step(ident, Step(act), by=by, now_ms=T0, version=version)
                    found = book.keep(decide_step(book, ident, Step(act), by=by, now_ms=T0, version=version))
            assert told == (found if isinstance(found, PlanRefused) else found.plans)
        store.close()
        store, plans = _opened(path)
        assert not store.restored
        for ident in ("id-1", "id-2"):
            assert list(plans.versions(ident)) == book.versions(ident)
            assert list(plans.events(ident)) == [event for event in book.events if event.ident == ident]
        assert [event for _, event in plans.events_since(0)] == book.events
        assert sorted(plans.plans(), key=repr) == sorted(book.plans.values(), key=repr)
        store.close()


def test_all_are_filed_or_none(plans: PlanStore) -> None:
    wishes = {"id-1": _WISH, "id-2": Wish(activity("B"), NOBODY), "id-3": _WISH}
    found = plans.file(wishes, by="first", now_ms=T0)
    assert isinstance(found, PlanRefused)
    assert found.rule == "D2"
    assert plans.plans() == ()
    assert plans.events_since(0) == ()
    with pytest.raises(ValueError, match="control character"):
        plans.file({"id-1": Wish(activity("B"), NOBODY), "id-2": Wish(activity("a\x07"), NOBODY)}, by="x", now_ms=T0)
    assert plans.plans() == ()


def test_all_are_released_or_withdrawn_or_none(plans: PlanStore) -> None:
    _file(plans)
    _file(plans, "id-2", Wish(activity("B"), NOBODY))
    assert isinstance(plans.release(["id-1", "id-9"], by="second", now_ms=T0), PlanRefused)
    assert {plan.state for plan in plans.plans()} == {PlanState.DRAFT}
    assert isinstance(plans.withdraw(["id-2", "id-9"], by="second", now_ms=T0, why=""), PlanRefused)
    assert {plan.state for plan in plans.plans()} == {PlanState.DRAFT}
    _kept(plans.release(["id-1", "id-2"], by="second", now_ms=T0))
    _kept(plans.withdraw(["id-1", "id-2"], by="second", now_ms=T0, why="late"))
    assert plans.events("id-2")[-1] == PlanEvent("id-2", 1, Step.WITHDRAW, "second", T0, "late")


def test_of_many_who_release_the_same_draft_one_does(plans: PlanStore) -> None:
    _file(plans)
    found: list[tuple[Plan, ...] | PlanRefused] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(plans.release(["id-1"], by=f"second-{n}", now_ms=T0)))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(one, PlanRefused) for one in found) == [False] + [True] * 5
    assert [event.step for event in plans.events("id-1")] == [Step.FILE, Step.RELEASE]


def test_only_what_is_in_force_is_given_and_every_giving_is_on_record(plans: PlanStore) -> None:
    _file(plans)
    assert plans.give("id-1", 1, "bravo", reader="OPS", now_ms=T0) is None
    _kept(plans.release(["id-1"], by="second", now_ms=T0))
    assert plans.give("id-1", 1, "bravo", reader="OPS", now_ms=T0) is None
    assert plans.reads("id-1") == ()
    _kept(plans.step("id-1", Step.ACCEPT, by="node", now_ms=T0))
    (plan,) = plans.versions("id-1")
    assert plans.give("id-1", 1, "bravo", reader="OPS", now_ms=T0 + 1) == show_to(plan, "bravo")
    assert plans.give("id-1", 1, "charlie", reader="uss", now_ms=T0 + 2) == show_to(plan, "charlie")
    assert plans.give("id-1", 2, "bravo", reader="OPS", now_ms=T0) is None
    assert plans.reads("id-1") == (
        PlanRead("id-1", 1, "bravo", "OPS", Precision.EXACT, T0 + 1),
        PlanRead("id-1", 1, "charlie", "uss", Precision.COARSE, T0 + 2),
    )
    _kept(plans.step("id-1", Step.END, by="node", now_ms=T0))
    assert plans.give("id-1", 1, "bravo", reader="OPS", now_ms=T0) is None


def test_who_is_told_nothing_leaves_no_trace(plans: PlanStore) -> None:
    _file(plans, wish=Wish(activity(), NOBODY))
    _accept(plans)
    shown = plans.give("id-1", 1, "bravo", reader="OPS", now_ms=T0)
    assert shown is not None
    assert shown.activity is None
    assert plans.reads("id-1") == ()
    plans.log_reads([PlanRead("id-1", 1, "x", "y", Precision.EXACT, T0)] * 2)
    assert len(plans.reads("id-1")) == 2
    with pytest.raises(sqlite3.IntegrityError):
        plans.log_reads([PlanRead("id-9", 1, "x", "y", Precision.EXACT, T0)])


def test_a_plan_is_found_by_identifier_beginning_or_name_and_the_live_one_first(plans: PlanStore) -> None:
    _file(plans, "aaaaaaaa-1")
    assert plans.find("A-1") == plans.find("aaaaaa") == plans.find("aaaaaaaa-1") == ("aaaaaaaa-1",)
    assert plans.find("aaaaa") == plans.find("B") == ()
    _kept(plans.withdraw(["aaaaaaaa-1"], by="first", now_ms=T0, why=""))
    assert plans.find("A-1") == ("aaaaaaaa-1",)
    _file(plans, "aaaaaaaa-2")
    assert plans.find("A-1") == ("aaaaaaaa-2",)
    assert plans.find("aaaaaaaa") == ("aaaaaaaa-1", "aaaaaaaa-2")


def test_plans_are_listed_by_state_and_series(plans: PlanStore) -> None:
    later = Wish(activity("B", start_ms=T0 + HOUR_MS, end_ms=T0 + 2 * HOUR_MS), NOBODY, series="s")
    _file(plans, "id-1", later)
    _file(plans, "id-2", replace(_WISH, series="s"))
    assert [plan.ident for plan in plans.of_series("s")] == ["id-2", "id-1"]
    assert plans.of_series("t") == ()
    _accept(plans, "id-1")
    assert [plan.ident for plan in plans.plans(PlanState.ACCEPTED)] == ["id-1"]
    assert [plan.ident for plan in plans.plans(PlanState.ACCEPTED, PlanState.DRAFT)] == ["id-1", "id-2"]
    numbers = [number for number, _ in plans.events_since(0)]
    assert numbers == sorted(set(numbers))
    assert [number for number, _ in plans.events_since(numbers[0], most=2)] == numbers[1:3]


def test_templates_are_kept_replaced_and_forgotten(plans: PlanStore) -> None:
    one, other = Template("b", activity(), NOBODY), Template("a", activity("X"), _COARSE)
    plans.keep_template(one)
    plans.keep_template(other)
    assert plans.templates() == (other, one)
    plans.keep_template(replace(one, disclosure=_COARSE))
    assert plans.template("b") == replace(one, disclosure=_COARSE)
    assert plans.drop_template("b")
    assert not plans.drop_template("b")
    assert plans.template("b") is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE plans SET state = 'ACTIVATED'",
        "UPDATE plans SET released_by = 'third'",
        "UPDATE plans SET body = CAST(body || ' ' AS BLOB)",
        "UPDATE plans SET written_by = 'second'",
        "UPDATE plan_events SET by = 'third'",
        "UPDATE plan_reads SET at_ms = 0",
        "UPDATE plan_templates SET name = 'other'",
    ],
)
def test_a_row_that_changed_on_disk_is_found(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "store.db"
    store, plans = _opened(path)
    _file(plans)
    _accept(plans)
    plans.give("id-1", 1, "bravo", reader="OPS", now_ms=T0)
    plans.keep_template(Template("t", activity(), NOBODY))
    store.close()
    connection = sqlite3.connect(path)
    connection.create_function("row_sum", -1, lambda *_: b"", deterministic=True)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(damage)
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="damaged"):
        PartyStore(path)
