"""One alternative for every plan of a set, so that none is in another's way: first come, or the best a solver finds.

The one idea: the order of what matters is fixed and the same for everybody: what is more urgent first; then as few
plans changed as can be; then the least effort; then the least for the party that has most of it. Whatever finds an
answer, the engine judges it again before it is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from clearline.conflict.change import Change, changed, describe_change
from clearline.conflict.change_cost import NO_COST, Cost, Plan, describe_cost, ready
from clearline.conflict.engine import Engine
from clearline.conflict.group import Subject, find_meetings
from clearline.conflict.menu import Choices, Clashes, Menu, choices_of, default_menu
from clearline.conflict.minima import Minima
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Verdict
from clearline.space.geoid import Geoid

__all__ = [
    "Assigned",
    "Assignment",
    "Pick",
    "Problem",
    "Solver",
    "assign",
    "describe_assignment",
    "figures",
    "first_fit",
    "problem_of",
    "score",
]

# Which alternative each plan takes, by number; None is a plan for which there is none.
Pick = int | None

# (uncleared, changed, effort in ms) for each priority from the highest, then the worst party's effort in ms.
Score = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A set of menus as plain numbers, for a solver.

    `efforts_ms[i][a]` is what alternative a costs plan i, the plan as it is first, at 0. `exclusions` are
    (i, a, j, bs): if plan i takes a, plan j takes none of bs; every clash is there from one side (i < j).
    """

    priorities: tuple[int, ...]
    parties: tuple[int, ...]
    efforts_ms: tuple[tuple[int, ...], ...]
    exclusions: tuple[tuple[int, int, int, tuple[int, ...]], ...]


class Solver(Protocol):
    """Finds better picks than first-fit does, by `score`."""

    @property
    def name(self) -> str:
        """What answers quote: the solver and its version."""
        ...

    def solve(self, problem: Problem, start: Sequence[Pick]) -> Sequence[Pick] | None:
        """Picks that break no exclusion, or None if there was not the time; `start` is an answer to improve on."""
        ...


@dataclass(frozen=True, slots=True)
class Assigned:
    """What one plan gets: the changes it makes (none: as it is) and their cost, or `cleared` False: nothing fits."""

    name: str
    priority: int
    changes: tuple[Change, ...]
    cost: Cost
    cleared: bool


@dataclass(frozen=True, slots=True)
class Assignment:
    """An answer for a set of plans, in their order, verified by the engine: the cleared are all CLEAR of each other.

    `asks` are pairs that stay as they are and that nobody can tell about, with the datum to ask for. `method` says
    who found it, `score` is the figures it was ranked by.
    """

    assigned: tuple[Assigned, ...]
    asks: tuple[str, ...]
    method: str
    score: tuple[int, ...]


def assign(
    plans: Sequence[Plan],
    minima: Minima,
    geoid: Geoid,
    engine: Engine,
    *,
    menu: Menu | None = None,
    solver: Solver | None = None,
    within_parties: bool = False,
) -> Assignment:
    """First-fit, and the solver's answer instead where there is one that scores better.

    Plans of one priority are served in the order given. Those that are not cleared are left out of the sky: nobody
    else gives way to them, so each needs another answer from whoever planned it.
    """
    choices = [choices_of(plan, menu or default_menu(), minima, geoid) for plan in plans]
    clashes = Clashes(choices, minima, engine, within_parties=within_parties)
    picks = first_fit(clashes)
    method = "first-fit"
    if solver is not None:
        problem = problem_of(clashes)
        better = solver.solve(problem, picks)
        if better is not None and _sound(problem, better) and score(choices, better) < score(choices, picks):
            picks, method = tuple(better), solver.name
    verified, asks = _verified(clashes, picks, geoid, engine, within_parties=within_parties)
    assigned = tuple(_assigned(choice, pick) for choice, pick in zip(choices, verified, strict=True))
    return Assignment(assigned, asks, method, score(choices, verified))


def first_fit(clashes: Clashes) -> tuple[Pick, ...]:
    """Each plan, the most urgent first, takes the cheapest alternative that all before it leave free."""
    choices = clashes.choices
    picks: list[Pick] = [None] * len(choices)
    for i in sorted(range(len(choices)), key=lambda number: (-choices[number].plan.priority, number)):
        placed = [(j, b) for j in clashes.neighbours[i] if (b := picks[j]) is not None]
        free = (a for a in range(len(choices[i].alternatives)) if not any(clashes.clash(i, a, j, b) for j, b in placed))
        picks[i] = next(free, None)
    return tuple(picks)


def figures(problem: Problem, picks: Sequence[Pick]) -> Score:
    """What an answer is ranked by, smaller is better.

    For each priority from the highest, how many plans are not cleared, how many are changed, and their effort; then
    the effort of the party that has most. A more urgent plan is thus never worse off for a less urgent one.
    """
    efforts_ms = [0 if pick is None else efforts[pick] for efforts, pick in zip(problem.efforts_ms, picks, strict=True)]
    found: list[int] = []
    for level in sorted(set(problem.priorities), reverse=True):
        members = [n for n, priority in enumerate(problem.priorities) if priority == level]
        found.append(sum(picks[n] is None for n in members))
        found.append(sum(picks[n] not in (None, 0) for n in members))
        found.append(sum(efforts_ms[n] for n in members))
    parties = dict.fromkeys(problem.parties, 0)
    for party, effort_ms in zip(problem.parties, efforts_ms, strict=True):
        parties[party] += effort_ms
    return (*found, max(parties.values(), default=0))


def score(choices: Sequence[Choices], picks: Sequence[Pick]) -> Score:
    """The figures of an answer."""
    return figures(_numbers(choices, ()), picks)


def problem_of(clashes: Clashes) -> Problem:
    """The menus and their clashes as numbers."""
    exclusions: list[tuple[int, int, int, tuple[int, ...]]] = []
    for i, j in clashes.pairs:
        table = clashes.table(i, j)
        taken = np.flatnonzero(table.any(axis=1))
        exclusions.extend((i, int(a), j, tuple(int(b) for b in np.flatnonzero(table[a]))) for a in taken)
    return _numbers(clashes.choices, exclusions)


def _numbers(choices: Sequence[Choices], exclusions: Sequence[tuple[int, int, int, tuple[int, ...]]]) -> Problem:
    numbers = {party: n for n, party in enumerate(dict.fromkeys(choice.plan.party for choice in choices))}
    efforts = (
        tuple(round(alternative.cost.effort_s * 1000.0) for alternative in choice.alternatives) for choice in choices
    )
    return Problem(
        tuple(choice.plan.priority for choice in choices),
        tuple(numbers[choice.plan.party] for choice in choices),
        tuple(efforts),
        tuple(exclusions),
    )


def describe_assignment(assignment: Assignment) -> list[str]:
    """An answer as lines: those that change, those that nothing fits, and what to ask for."""
    lines: list[str] = []
    for item in assignment.assigned:
        if not item.cleared:
            lines.append(f"{item.name}: no alternative on the menu is clear; it needs another plan")
        elif item.changes:
            deeds = " and ".join(describe_change(change) for change in item.changes)
            lines.append(f"{item.name} {deeds}: costs {describe_cost(item.cost)} (effort {item.cost.effort_s:,.0f} s)")
    return [*lines, *assignment.asks]


def _sound(problem: Problem, picks: Sequence[Pick]) -> bool:
    """Whether a solver's picks are for these menus and break no exclusion."""
    if len(picks) != len(problem.efforts_ms):
        return False
    within = all(
        pick is None or 0 <= pick < len(efforts) for pick, efforts in zip(picks, problem.efforts_ms, strict=True)
    )
    return within and not any(picks[i] == a and picks[j] in bs for i, a, j, bs in problem.exclusions)


def _assigned(choice: Choices, pick: Pick) -> Assigned:
    plan = choice.plan
    if pick is None:
        return Assigned(plan.name, plan.priority, (), NO_COST, False)
    alternative = choice.alternatives[pick]
    return Assigned(plan.name, plan.priority, alternative.changes, alternative.cost, True)


def _verified(
    clashes: Clashes, picks: Sequence[Pick], geoid: Geoid, engine: Engine, *, within_parties: bool
) -> tuple[tuple[Pick, ...], tuple[str, ...]]:
    """The picks, judged again from the changed volumes themselves: what is not CLEAR is not cleared.

    Pairs that nobody can tell about, both as they are, become questions.
    """
    kept = list(picks)
    while True:
        placed = [n for n, pick in enumerate(kept) if pick is not None]
        subjects = [_subject(clashes, n, kept[n], geoid) for n in placed]
        asks: list[str] = []
        drop: set[int] = set()
        for meeting in find_meetings(subjects, clashes.minima, engine, within_parties=within_parties):
            i, j = placed[meeting.first], placed[meeting.second]
            plans = clashes.choices[i].plan, clashes.choices[j].plan
            if kept[i] == 0 and kept[j] == 0 and meeting.finding.verdict is Verdict.CANNOT_TELL:
                why = "; ".join(meeting.finding.reasons)
                asks.append(f"nobody can tell about {plans[0].name} and {plans[1].name}: {why}")
            else:
                drop.add(i if plans[0].priority < plans[1].priority else j)
        if not drop:
            return tuple(kept), tuple(asks)
        for number in drop:
            kept[number] = None


def _subject(clashes: Clashes, number: int, pick: Pick, geoid: Geoid) -> Subject:
    choice = clashes.choices[number]
    if pick is None or not choice.alternatives[pick].changes:
        return ready(choice.plan, clashes.minima, geoid)
    volumes = changed(choice.plan.volumes, *choice.alternatives[pick].changes)
    solids = tuple(make_solid(volume, clashes.minima, geoid) for volume in volumes)
    return Subject(choice.plan.ident, choice.plan.party, solids)
