"""The optional solver behind `conflict.assign`: Google's OR-tools CP-SAT, from the `solver` extra.

The one idea: each figure of the score is made as small as it can be and then held, in order, so the answer is best
in that order and not in some mixture. One worker, one seed and a bound on deterministic time give one answer on every
machine.
"""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from clearline.conflict.assign import Pick, Problem, figures

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExprT

__all__ = ["CpSatSolver", "SolverMissingError", "solver_available"]

_SEED = 1


class SolverMissingError(RuntimeError):
    """The solver was asked for and is not installed: the sentence says how to mend that."""


def solver_available() -> bool:
    """Whether OR-tools is installed; does not import it."""
    return importlib.util.find_spec("ortools") is not None


@dataclass(frozen=True, slots=True)
class CpSatSolver:
    """CP-SAT within `limit_s` of deterministic time in all (near to seconds on a desktop machine).

    Raises SolverMissingError when made where OR-tools is not installed, ValueError for a limit that is not positive.
    """

    limit_s: float = 20.0

    def __post_init__(self) -> None:
        if not 0.0 < self.limit_s <= 3_600.0:
            raise ValueError(f"a solver's limit must be above 0 and up to 3600 s; got {self.limit_s}")
        if not solver_available():
            raise SolverMissingError("the solver is not installed: pip install 'clearline[solver]', or leave it out")

    @property
    def name(self) -> str:
        """The solver and its version."""
        return f"cp-sat {version('ortools')}"

    def solve(self, problem: Problem, start: Sequence[Pick]) -> Sequence[Pick] | None:
        """See `conflict.assign.Solver`."""
        from ortools.sat.python import cp_model  # only when asked: the import alone takes a second

        model = cp_model.CpModel()
        takes = [[model.new_bool_var("") for _ in efforts] for efforts in problem.efforts_ms]
        lacks = [model.new_bool_var("") for _ in problem.efforts_ms]
        for row, lack in zip(takes, lacks, strict=True):
            model.add_exactly_one([*row, lack])
        for i, a, j, bs in problem.exclusions:
            model.add_at_most_one([takes[i][a], *(takes[j][b] for b in bs)])
        goals = _goals(model, problem, takes, lacks)
        picks: Sequence[Pick] = start
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = _SEED
        solver.parameters.max_deterministic_time = self.limit_s / len(goals)
        for number, goal in enumerate(goals):
            _hint(model, takes, lacks, picks)
            held = figures(problem, picks)[number]
            model.add(goal <= held)
            model.minimize(goal)
            if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                picks = _picks(solver.boolean_value, takes)
                model.add(goal <= figures(problem, picks)[number])
        return picks


def _goals(
    model: "CpModel", problem: Problem, takes: "list[list[IntVar]]", lacks: "list[IntVar]"
) -> "list[LinearExprT]":
    """What `conflict.assign.figures` are figures of, in their order."""
    goals: list[LinearExprT] = []
    for level in sorted(set(problem.priorities), reverse=True):
        members = [n for n, priority in enumerate(problem.priorities) if priority == level]
        goals.append(sum(lacks[n] for n in members))
        goals.append(sum(take for n in members for take in takes[n][1:]))
        goals.append(_effort(problem, takes, members))
    most_ms = sum(max(efforts) for efforts in problem.efforts_ms)
    worst = model.new_int_var(0, most_ms, "worst")
    for party in sorted(set(problem.parties)):
        members = [n for n, whose in enumerate(problem.parties) if whose == party]
        model.add(_effort(problem, takes, members) <= worst)
    return [*goals, worst]


def _effort(problem: Problem, takes: "list[list[IntVar]]", members: Sequence[int]) -> "LinearExprT":
    return sum(
        effort_ms * take for n in members for effort_ms, take in zip(problem.efforts_ms[n], takes[n], strict=True)
    )


def _hint(model: "CpModel", takes: "list[list[IntVar]]", lacks: "list[IntVar]", picks: Sequence[Pick]) -> None:
    model.clear_hints()
    for row, lack, pick in zip(takes, lacks, picks, strict=True):
        model.add_hint(lack, pick is None)
        for number, take in enumerate(row):
            model.add_hint(take, number == pick)


def _picks(value: "Callable[[IntVar], bool]", takes: "list[list[IntVar]]") -> list[Pick]:
    return [next((number for number, take in enumerate(row) if value(take)), None) for row in takes]
