"""What could be done about the conflicts of a check: options for each, or one answer for all activities together.

The one idea: options are worked out for the worst conflicts first, and those beyond a bound are said to be left out; no
option is offered as clean that brings a plan to a third party unseen.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from clearline.app.check import Checked, EngineMissingError, choose_engine
from clearline.app.solver import CpSatSolver, solver_available
from clearline.conflict.assign import Solver, assign
from clearline.conflict.change_cost import Plan
from clearline.conflict.engine import Reach, reach_of
from clearline.conflict.group import Meeting
from clearline.conflict.resolve import Limits, Proposal, propose
from clearline.conflict.verdict import Verdict
from clearline.edge.geoid_file import load_geoid

__all__ = ["MOST_PLANS", "MOST_PROPOSALS", "with_assignment", "with_proposals"]

MOST_PROPOSALS = 25  # a second or so each: what a person reads in one sitting
MOST_PLANS = 2_000  # activities resolved together: the menus of more take minutes

_ANY_HEIGHT_M = 1e6

Progress = Callable[[str, int, int], None]


def with_proposals(checked: Checked, progress: Progress | None = None, *, within_parties: bool = False) -> Checked:
    """The same answer with options for its conflicts, the earliest `MOST_PROPOSALS` of them."""
    result = checked.result
    chosen = [
        place
        for place in result.worst_first[:MOST_PROPOSALS]
        if result.meetings[place].finding.verdict is Verdict.CONFLICT
    ]
    near = _near(checked, [result.meetings[place] for place in chosen])
    proposals: list[Proposal | None] = [None] * len(result.meetings)
    for done, place in enumerate(chosen):
        if progress is not None:
            progress("resolving", done, len(chosen))
        meeting = result.meetings[place]
        others = [checked.subjects[n] for n in sorted(near[meeting.first] | near[meeting.second])]
        first, second = (_plan(checked, n) for n in (meeting.first, meeting.second))
        proposals[place] = propose(
            first, second, result.minima, load_geoid(), others=others, within_parties=within_parties
        )
    return replace(checked, result=replace(result, proposals=tuple(proposals)))


def with_assignment(checked: Checked, *, within_parties: bool = False) -> Checked:
    """The same answer with one assignment of changes to all its activities: first fit, or the solver's if it is there.

    Raises EngineMissingError for more than `MOST_PLANS` activities.
    """
    result = checked.result
    count = len(result.activities)
    if count > MOST_PLANS:
        raise EngineMissingError(f"{count} activities are too many to resolve together: give at most {MOST_PLANS}")
    plans = [_plan(checked, n) for n in range(count)]
    solver: Solver | None = CpSatSolver() if solver_available() else None
    worker = choose_engine("auto")
    found = assign(plans, result.minima, load_geoid(), worker, solver=solver, within_parties=within_parties)
    return replace(checked, result=replace(result, assignment=found))


def _plan(checked: Checked, number: int) -> Plan:
    activity = checked.result.activities[number]
    return Plan(activity.ident, activity.party, activity.volumes, activity.priority)


def _near(checked: Checked, meetings: Sequence[Meeting]) -> dict[int, set[int]]:
    """For each activity of some meetings, the others that a change within `Limits` could bring it to."""
    limits, reach = Limits(), reach_of(checked.result.minima)
    # A place far from an activity's middle moves a little further than the middle does: a hundredth is ample.
    wide = Reach(reach.lateral_m + 1.01 * limits.lateral_m, _ANY_HEIGHT_M, reach.time_s + limits.time_s)
    own = sorted({n for meeting in meetings for n in (meeting.first, meeting.second)})
    asked = [(n, solid) for n in own for solid in checked.subjects[n].solids]
    everyone = [(n, solid) for n, subject in enumerate(checked.subjects) for solid in subject.solids]
    sides = [0] * len(asked) + [1] * len(everyone)
    near: dict[int, set[int]] = {n: set() for n in own}
    for i, j in choose_engine("auto").pairs([solid for _, solid in (*asked, *everyone)], sides, wide):
        near[asked[i][0]].add(everyone[j - len(asked)][0])  # the sides are in this order, so i asks and j is near it
    return near
