"""Answers for sets of plans: each is verified, the urgent and the early come first, no solver is simply believed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.conflict.assign import (
    Assignment,
    Pick,
    Problem,
    assign,
    describe_assignment,
    figures,
    first_fit,
    problem_of,
    score,
)
from clearline.conflict.change import AltitudeShift, TimeShift
from clearline.conflict.change_cost import NO_COST, Cost, Plan
from clearline.conflict.engine import PlainEngine, Reach
from clearline.conflict.fast import best_engine
from clearline.conflict.menu import Clashes, Menu, choices_of
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima
from clearline.conflict.solid import Solid
from clearline.conflict.verdict import Verdict
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.shape import Circle
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow
from tests.conflict.plan_sets import GEOID, HERE, SMALL_MENU, band, circle_plan, plan_sets, verdict_after

_MINIMA = st.sampled_from([INTERSECT, LINE_2015])


@dataclass(frozen=True, slots=True)
class _Saying:
    """A solver that says what it was told to say."""

    picks: Sequence[Pick] | None

    @property
    def name(self) -> str:
        return "saying"

    def solve(self, problem: Problem, start: Sequence[Pick]) -> Sequence[Pick] | None:
        assert len(start) == len(problem.efforts_ms)
        return self.picks


@dataclass(slots=True)
class _Forgetful:
    """An engine that finds nothing the first time it is asked, and after that all there is."""

    asked: int = 0

    @property
    def name(self) -> str:
        return "forgetful"

    def pairs(self, solids: Sequence[Solid], sides: Sequence[int], reach: Reach) -> list[tuple[int, int]]:
        self.asked += 1
        return [] if self.asked == 1 else PlainEngine().pairs(solids, sides, reach)


def _assign(plan_set: Sequence[Plan], minima: Minima, *, menu: Menu = SMALL_MENU, within: bool = False) -> Assignment:
    return assign(plan_set, minima, GEOID, PlainEngine(), menu=menu, within_parties=within)


def _clashes(plan_set: Sequence[Plan], minima: Minima, menu: Menu = SMALL_MENU) -> Clashes:
    return Clashes([choices_of(plan, menu, minima, GEOID) for plan in plan_set], minima, PlainEngine())


@given(plan_sets(), _MINIMA)
def test_all_that_are_cleared_are_clear_of_each_other(plan_set: list[Plan], minima: Minima) -> None:
    answer = _assign(plan_set, minima)
    for i, j in combinations(range(len(plan_set)), 2):
        one, two = answer.assigned[i], answer.assigned[j]
        if plan_set[i].party == plan_set[j].party or not (one.cleared and two.cleared):
            continue
        verdict = verdict_after((plan_set[i], one.changes), (plan_set[j], two.changes), minima)
        asked = any(one.name in ask and two.name in ask for ask in answer.asks)
        assert verdict is (Verdict.CANNOT_TELL if asked else Verdict.CLEAR)
        assert not asked or (one.changes, two.changes) == ((), ())


@given(plan_sets(), _MINIMA)
def test_a_plan_is_not_cleared_only_if_nothing_on_its_menu_is_free(plan_set: list[Plan], minima: Minima) -> None:
    clashes = _clashes(plan_set, minima)
    picks = first_fit(clashes)
    for i, pick in enumerate(picks):
        held_by = [(j, b) for j, b in enumerate(picks) if b is not None and j != i]
        for a in range(len(clashes.choices[i].alternatives) if pick is None else pick):
            assert any(clashes.clash(i, a, j, b) for j, b in held_by)


@given(plan_sets(), _MINIMA)
def test_the_urgent_are_served_as_if_the_others_were_not_there(plan_set: list[Plan], minima: Minima) -> None:
    urgent = [plan for plan in plan_set if plan.priority == 1]
    answer = {item.name: item for item in _assign(plan_set, minima).assigned}
    for item in _assign(urgent, minima).assigned:
        assert answer[item.name] == item


@given(plan_sets(), _MINIMA)
def test_of_one_priority_the_first_are_served_as_if_the_later_were_not_there(
    plan_set: list[Plan], minima: Minima
) -> None:
    level = [replace(plan, priority=0) for plan in plan_set]
    assert _assign(level[:-1], minima).assigned == _assign(level, minima).assigned[:-1]


@given(plan_sets(), _MINIMA)
def test_the_same_question_has_the_same_answer_from_either_engine(plan_set: list[Plan], minima: Minima) -> None:
    answer = _assign(plan_set, minima)
    assert _assign(plan_set, minima) == answer
    assert assign(plan_set, minima, GEOID, best_engine(), menu=SMALL_MENU) == answer


@given(plan_sets(), _MINIMA, st.data())
def test_a_solver_is_believed_only_if_its_answer_is_sound_and_better(
    plan_set: list[Plan], minima: Minima, data: st.DataObject
) -> None:
    clashes = _clashes(plan_set, minima)
    first = first_fit(clashes)
    said = [
        data.draw(st.one_of(st.none(), st.integers(-1, len(choices.alternatives)))) for choices in clashes.choices
    ] + data.draw(st.sampled_from([[], [], [], [0]]))
    answer = assign(plan_set, minima, GEOID, PlainEngine(), menu=SMALL_MENU, solver=_Saying(said))
    sound = len(said) == len(first) and all(
        pick is None or 0 <= pick < len(choices.alternatives)
        for pick, choices in zip(said, clashes.choices, strict=True)
    )
    pairs = combinations(range(len(first)), 2)
    sound = sound and not any(
        (a := said[i]) is not None
        and (b := said[j]) is not None
        and plan_set[i].party != plan_set[j].party
        and clashes.clash(i, a, j, b)
        for i, j in pairs
    )
    better = sound and score(clashes.choices, said) < score(clashes.choices, first)
    assert answer.method == ("saying" if better else "first-fit")
    assert answer.score <= score(clashes.choices, first)


def test_a_solver_that_had_not_the_time_changes_nothing() -> None:
    plan_set = [circle_plan("P1", "ALPHA", 0.0), circle_plan("P2", "BRAVO", 500.0)]
    answer = assign(plan_set, INTERSECT, GEOID, PlainEngine(), solver=_Saying(None))
    assert answer == assign(plan_set, INTERSECT, GEOID, PlainEngine())
    assert answer.method == "first-fit"


@pytest.mark.parametrize(("priorities", "left_out"), [((0, 0), 1), ((0, 1), 0), ((1, 0), 1)])
def test_what_the_engine_does_not_find_clear_in_the_end_is_not_cleared(
    priorities: tuple[int, int], left_out: int
) -> None:
    first, second = (circle_plan(f"P{n}", f"SIDE{n}", 0.0, priority=priority) for n, priority in enumerate(priorities))
    answer = assign([first, second], INTERSECT, GEOID, _Forgetful(), menu=SMALL_MENU)
    assert [item.cleared for item in answer.assigned] == [n != left_out for n in range(2)]
    assert sum(answer.score) == 1


def test_a_better_answer_is_taken_from_a_solver() -> None:
    """First come, the middle one stays and both its neighbours must move; to move the middle one is enough."""
    plan_set = [circle_plan("M", "ALPHA", 0.0), circle_plan("W", "BRAVO", -1_500.0), circle_plan("E", "BRAVO", 1_500.0)]
    menu = Menu((TimeShift(7_200.0),), (), ())
    first = _assign(plan_set, INTERSECT, menu=menu)
    assert [bool(item.changes) for item in first.assigned] == [False, True, True]
    assert first.score == (0, 2, 14_400_000, 14_400_000)
    answer = assign(plan_set, INTERSECT, GEOID, PlainEngine(), menu=menu, solver=_Saying([1, 0, 0]))
    assert [item.changes for item in answer.assigned] == [(TimeShift(7_200.0),), (), ()]
    assert (answer.method, answer.score) == ("saying", (0, 1, 7_200_000, 7_200_000))


def test_figures_are_right_by_hand() -> None:
    problem = Problem((1, 0, 0), (0, 1, 0), ((0, 500), (0, 700), (0, 900)), ())
    assert figures(problem, (1, None, 1)) == (0, 1, 500, 1, 1, 900, 1_400)
    assert figures(problem, (0, 0, 0)) == (0, 0, 0, 0, 0, 0, 0)
    assert figures(problem, (None, 1, 0)) == (1, 0, 0, 0, 1, 700, 700)


def test_a_problem_holds_every_clash_once() -> None:
    plan_set = [circle_plan("P1", "ALPHA", 0.0), circle_plan("P2", "BRAVO", 500.0, minutes=(30, 45), priority=3)]
    problem = problem_of(_clashes(plan_set, INTERSECT, Menu((TimeShift(1_860.0),), (), ())))
    # P1 0:00 to 1:00, or 0:31 to 1:31; P2 0:30 to 0:45, or 1:01 to 1:16: P2 late is clear of P1 as it is, no more.
    assert problem == Problem((0, 3), (0, 1), ((0, 1_860_000), (0, 1_860_000)), ((0, 0, 1, (0,)), (0, 1, 1, (0, 1))))


def test_what_nobody_can_tell_is_asked_and_nothing_is_changed_for_it() -> None:
    unknown = Band(AltitudeLimit(0.0, None, Reference.EGM96), AltitudeLimit(500.0, None, Reference.EGM96))
    first = Plan("P1", "ALPHA", (Volume4D(Circle(HERE, 1_000.0), unknown, TimeWindow(0, 1)),))
    second = Plan("P2", "BRAVO", (Volume4D(Circle(HERE, 1_000.0), band(3_000, 4_000), TimeWindow(0, 1)),))
    answer = _assign([first, second], INTERSECT)
    assert all(item.cleared and item.changes == () and item.cost == NO_COST for item in answer.assigned)
    assert len(answer.asks) == 1
    assert answer.asks[0].startswith("nobody can tell about ALPHA P1 and BRAVO P2: ") and "no unit" in answer.asks[0]
    assert describe_assignment(answer) == list(answer.asks)


def test_a_plan_changed_for_another_is_not_left_where_nobody_can_tell() -> None:
    """The second must give way to the third, and its changed plan must be surely clear of the first as well."""
    ground = Volume4D(Circle(HERE, 1_000.0), band(0, 500, Reference.AGL), TimeWindow(0, 3_600_000))
    plan_set = [
        Plan("P1", "ALPHA", (ground,)),
        Plan("P2", "BRAVO", (Volume4D(Circle(HERE, 1_000.0), band(3_000, 4_000), TimeWindow(0, 3_600_000)),)),
        Plan("P3", "CHARLIE", (Volume4D(Circle(HERE, 1_000.0), band(3_000, 4_000), TimeWindow(0, 3_600_000)),), 1),
    ]
    menu = Menu((TimeShift(7_200.0),), (AltitudeShift(2_000.0, Unit.FOOT),), ())
    answer = _assign(plan_set, INTERSECT, menu=menu)
    # A climb of 2,000 ft is cheaper than two hours, and clears P3, but nobody can tell about P1 then.
    assert answer.assigned[1].changes == (TimeShift(7_200.0),)
    assert len(answer.asks) == 1 and "ALPHA P1 and CHARLIE P3" in answer.asks[0]


@pytest.mark.parametrize("within", [False, True])
def test_a_party_is_in_its_own_way_only_if_asked(within: bool) -> None:  # noqa: FBT001 - parametrized
    plan_set = [circle_plan("P1", "ALPHA", 0.0), circle_plan("P2", "ALPHA", 0.0)]
    answer = _assign(plan_set, INTERSECT, menu=Menu((TimeShift(7_200.0),), (), ()), within=within)
    assert answer.assigned[1].changes == ((TimeShift(7_200.0),) if within else ())


def test_an_answer_is_told_in_words() -> None:
    plan_set = [circle_plan(f"P{number}", party, 0.0) for number, party in enumerate(("ALPHA", "BRAVO", "CHARLIE"))]
    answer = _assign(plan_set, INTERSECT, menu=Menu((TimeShift(3_900.0),), (), ()))
    assert answer.assigned[1].cost == Cost(3_900.0, 0.0, 0.0)
    assert describe_assignment(answer) == [
        "BRAVO P1 starts 65 min later: costs 65 min (effort 3,900 s)",
        "CHARLIE P2: no alternative on the menu is clear; it needs another plan",
    ]
