"""The optional solver: the best there is by the fixed order, never worse than first-fit, and the same every time."""

import sys
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.app.solver import CpSatSolver, SolverMissingError, solver_available
from clearline.conflict.assign import Assignment, Pick, Problem, assign, figures
from clearline.conflict.change import TimeShift
from clearline.conflict.change_cost import Plan
from clearline.conflict.engine import PlainEngine
from clearline.conflict.menu import Menu
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima
from tests.conflict.plan_sets import GEOID, SMALL_MENU, circle_plan, plan_sets

_FEW = settings(max_examples=20, deadline=None)
_FEWER = settings(max_examples=8, deadline=None)  # each solves a dozen models


@st.composite
def _problems(draw: st.DrawFn) -> Problem:
    """Up to four plans of up to four alternatives, with any clashes."""
    count = draw(st.integers(1, 4))
    efforts_ms = tuple((0, *sorted(draw(st.lists(st.integers(0, 5_000), max_size=3)))) for _ in range(count))
    exclusions: list[tuple[int, int, int, tuple[int, ...]]] = []
    for i in range(count):
        for j in range(i + 1, count):
            for a in range(len(efforts_ms[i])):
                bs = draw(st.sets(st.integers(0, len(efforts_ms[j]) - 1)))
                if bs:
                    exclusions.append((i, a, j, tuple(sorted(bs))))
    numbers = st.lists(st.integers(0, 1), min_size=count, max_size=count).map(tuple)
    return Problem(draw(numbers), draw(numbers), efforts_ms, tuple(exclusions))


def _sound(problem: Problem, picks: Sequence[Pick]) -> bool:
    return not any(picks[i] == a and picks[j] in bs for i, a, j, bs in problem.exclusions)


@_FEW
@given(_problems())
def test_no_other_picks_have_smaller_figures(problem: Problem) -> None:
    nobody = [None] * len(problem.efforts_ms)
    picks = CpSatSolver(10.0).solve(problem, nobody)
    assert picks is not None and _sound(problem, picks)
    menus = [[None, *range(len(efforts))] for efforts in problem.efforts_ms]
    least = min(figures(problem, other) for other in product(*menus) if _sound(problem, other))
    assert figures(problem, picks) == least


def _both(plan_set: list[Plan], minima: Minima, menu: Menu = SMALL_MENU) -> tuple[Assignment, Assignment]:
    first = assign(plan_set, minima, GEOID, PlainEngine(), menu=menu)
    return first, assign(plan_set, minima, GEOID, PlainEngine(), menu=menu, solver=CpSatSolver(4.0))


@_FEWER
@given(plan_sets(), st.sampled_from([INTERSECT, LINE_2015]))
def test_a_solved_set_is_never_worse_than_first_fit_and_the_same_every_time(
    plan_set: list[Plan], minima: Minima
) -> None:
    first, solved = _both(plan_set, minima)
    assert solved.score <= first.score
    assert solved.method == (first.method if solved.score == first.score else CpSatSolver().name)
    assert _both(plan_set, minima)[1] == solved


def test_the_one_in_the_middle_gives_way_rather_than_both_its_neighbours() -> None:
    plan_set = [circle_plan("M", "ALPHA", 0.0), circle_plan("W", "BRAVO", -1_500.0), circle_plan("E", "BRAVO", 1_500.0)]
    first, solved = _both(plan_set, INTERSECT, Menu((TimeShift(7_200.0),), (), ()))
    assert [bool(item.changes) for item in first.assigned] == [False, True, True]
    assert [bool(item.changes) for item in solved.assigned] == [True, False, False]
    assert solved.method.startswith("cp-sat ")


def test_the_urgent_one_in_the_middle_does_not_give_way() -> None:
    plan_set = [
        circle_plan("M", "ALPHA", 0.0, priority=1),
        circle_plan("W", "BRAVO", -1_500.0),
        circle_plan("E", "BRAVO", 1_500.0),
    ]
    first, solved = _both(plan_set, INTERSECT, Menu((TimeShift(7_200.0),), (), ()))
    assert solved == first and solved.method == "first-fit"


def test_of_equal_answers_the_one_that_spares_the_worst_party_is_best() -> None:
    """Two pairs, in each of which one must move: ALPHA need not move in both."""
    plan_set = [
        circle_plan("B1", "BRAVO", 0.0),
        circle_plan("A1", "ALPHA", 500.0),
        circle_plan("B2", "BRAVO", 90_000.0),
        circle_plan("A2", "ALPHA", 90_500.0),
    ]
    first, solved = _both(plan_set, INTERSECT, Menu((TimeShift(7_200.0),), (), ()))
    assert first.score == (0, 2, 14_400_000, 14_400_000)
    assert solved.score == (0, 2, 14_400_000, 7_200_000)


def test_a_menu_of_nothing_is_solved_too() -> None:
    plan_set = [circle_plan("P1", "ALPHA", 0.0), circle_plan("P2", "BRAVO", 500.0)]
    first, solved = _both(plan_set, INTERSECT, Menu((), (), ()))
    assert solved == first and [item.cleared for item in solved.assigned] == [True, False]


def test_a_missing_solver_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert solver_available()
    monkeypatch.setitem(sys.modules, "ortools", None)  # as Python does for a package that must not be imported
    assert not solver_available()
    with pytest.raises(SolverMissingError, match=r"pip install 'clearline\[solver\]'"):
        CpSatSolver()


@pytest.mark.parametrize("limit_s", [0.0, -1.0, 3_601.0, float("nan")])
def test_a_limit_is_a_limit(limit_s: float) -> None:
    with pytest.raises(ValueError, match="above 0 and up to 3600 s"):
        CpSatSolver(limit_s)


def test_a_limit_that_is_reached_leaves_the_answer_it_began_with_or_a_better_one() -> None:
    plan_set = [circle_plan(f"P{n}", f"SIDE{n % 4}", 400.0 * n) for n in range(12)]
    first = assign(plan_set, INTERSECT, GEOID, PlainEngine(), menu=SMALL_MENU)
    hurried = assign(plan_set, INTERSECT, GEOID, PlainEngine(), menu=SMALL_MENU, solver=CpSatSolver(1e-6))
    assert hurried.score <= first.score
