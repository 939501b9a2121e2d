"""What two parties could do about a conflict: the smallest changes that clear it, with what each costs whom.

The one idea: every option is judged again by the engine before it is offered, and both sides' costs are worked out
by the same weights, so neither has to take the other's word. What nobody can tell is not argued away by a change:
the answer to it is the datum to ask for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clearline.conflict.change import AltitudeShift, Change, ChangeError, LateralOffset, TimeShift, describe_change
from clearline.conflict.change_cost import NO_COST, Cost, Plan, cost_of, ready
from clearline.conflict.engine import reach_of, within_reach
from clearline.conflict.group import Subject, judge_groups
from clearline.conflict.judge import judge_pair
from clearline.conflict.minima import Minima
from clearline.conflict.resolve_azimuth import sideways
from clearline.conflict.resolve_search import (
    Changes,
    Encounter,
    HeightMotion,
    Motion,
    SideMotion,
    TimeMotion,
    Way,
    all_clear,
    smallest_changes,
)
from clearline.conflict.verdict import Finding, Verdict
from clearline.space.geoid import Geoid
from clearline.space.latlon import LatLon

__all__ = ["Limits", "Option", "Proposal", "propose"]

_WAYS = (Way(1.0, 0.0), Way(-1.0, 0.0), Way(0.0, 1.0), Way(0.0, -1.0), Way(0.5, -0.5), Way(-0.5, 0.5))
_APART = (Way(1.0, 0.0), Way(0.0, -1.0), Way(0.5, -0.5))  # sideways each side has an azimuth of its own


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a change is worth offering to one side; nothing is moved to start before `not_before_ms`.

    The defaults are a day, 20,000 ft and 100 NM.
    """

    time_s: float = 86_400.0
    vertical_m: float = 6_096.0
    lateral_m: float = 185_200.0
    not_before_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One way to clear a conflict, verified CLEAR: what the first and the second change (None: nothing), at what cost.

    `changes` are in whole steps; `least` are the smallest changes of the kind that clear. `meets` names others that
    were clear of the side that changes, and then no longer surely would be.
    """

    changes: Changes
    least: Changes
    costs: tuple[Cost, Cost]
    meets: tuple[str, ...] = ()

    @property
    def effort_s(self) -> float:
        """Both sides' costs as one figure, seconds."""
        return self.costs[0].effort_s + self.costs[1].effort_s


@dataclass(frozen=True, slots=True)
class Proposal:
    """What can be done about two plans: the options, best first; the data to ask for; what cannot be done and why.

    `names` and every option's two sides are in the order the plans were given in.
    """

    names: tuple[str, str]
    finding: Finding
    options: tuple[Option, ...]
    asks: tuple[str, ...]
    refusals: tuple[str, ...]


def propose(
    first: Plan,
    second: Plan,
    minima: Minima,
    geoid: Geoid,
    *,
    others: Sequence[Subject] = (),
    limits: Limits | None = None,
    within_parties: bool = False,
) -> Proposal:
    """The ranked options for two plans; none if they are CLEAR, or if the only trouble is a missing datum.

    Options that meet none of `others` anew come first, then those that leave the plan of higher priority alone, then
    the least effort of both together, then of the one that has more of it. Swapping the plans swaps the sides.
    """
    if (second.name, second.ident) < (first.name, first.ident):  # worked out in one order, so neither is favoured
        back = propose(second, first, minima, geoid, others=others, limits=limits, within_parties=within_parties)
        return _swapped(back)
    plans = (first, second)
    subjects = ready(first, minima, geoid), ready(second, minima, geoid)
    encounter = Encounter(plans, subjects, minima, geoid)
    finding = judge_groups(*subjects, minima)
    names = (first.name, second.name)
    if finding.verdict is not Verdict.CONFLICT or finding.place is None:
        return Proposal(names, finding, (), _asks(encounter), ())
    refusals: list[str] = []
    options: dict[Changes, Option] = {}
    for motion in _motions(encounter, finding.place, refusals):
        found = smallest_changes(encounter, motion)
        if found is not None and _worth(encounter, found[1], limits or Limits()):
            options.setdefault(found[1], _option(*found))
    own = {(plan.party, plan.ident) for plan in plans}
    third = [other for other in others if (other.party, other.ident) not in own]
    judged = [
        replace(option, meets=_met_anew(encounter, third, option.changes, within_parties=within_parties))
        for option in options.values()
    ]
    ranked = sorted(judged, key=lambda option: _rank(plans, option))
    return Proposal(names, finding, tuple(ranked), _asks(encounter), tuple(dict.fromkeys(refusals)))


def _motions(encounter: Encounter, place: LatLon, refusals: list[str]) -> Iterator[Motion]:
    for way in _WAYS:
        yield TimeMotion.of(encounter, way)
    for way in _WAYS:
        try:
            yield HeightMotion.of(encounter, way)
        except ChangeError as error:
            names = " and ".join(plan.name for plan, share in zip(encounter.plans, way, strict=True) if share)
            refusals.append(f"{names} cannot be moved up or down: {error}")
    for azimuths_deg, guess_m in sideways(encounter, place):
        for way in _APART:
            yield SideMotion(encounter, way, azimuths_deg, guess_m, 2.0 * Limits().lateral_m)


def _option(least: Changes, changes: Changes) -> Option:
    first, second = (NO_COST if change is None else cost_of((change,)) for change in changes)
    return Option(changes, least, (first, second))


def _worth(encounter: Encounter, changes: Changes, limits: Limits) -> bool:
    for plan, change in zip(encounter.plans, changes, strict=True):
        match change:
            case TimeShift(by_s):
                start_ms = min(volume.window.start_ms for volume in plan.volumes) + change.by_ms
                past = by_s < 0.0 and limits.not_before_ms is not None and start_ms < limits.not_before_ms
                if abs(by_s) > limits.time_s or past:
                    return False
            case AltitudeShift():
                if abs(change.by_m) > limits.vertical_m:
                    return False
            case LateralOffset(_, by_m):
                if by_m > limits.lateral_m:
                    return False
            case None:
                pass
    return True


def _met_anew(
    encounter: Encounter, others: Sequence[Subject], changes: Changes, *, within_parties: bool
) -> tuple[str, ...]:
    """Names of those among `others` that a changed side was clear of, and then is not."""
    minima = encounter.minima
    met: list[str] = []
    for before, after, change in zip(encounter.subjects, encounter.after(changes), changes, strict=True):
        if change is None:
            continue
        for other in others:
            if other.party == after.party and not within_parties:
                continue
            now = all_clear(after.solids, other.solids, minima)
            if not now and all_clear(before.solids, other.solids, minima):
                met.append(f"{other.party} {other.ident}")
    return tuple(dict.fromkeys(met))


def _rank(plans: tuple[Plan, Plan], option: Option) -> tuple[bool, bool, float, float, int, str]:
    first, second = option.changes
    higher = (first is not None and plans[0].priority > plans[1].priority) or (
        second is not None and plans[1].priority > plans[0].priority
    )
    # To the millisecond: changes rounded to steps that are equal on paper must not be told apart by their last bits.
    effort_s = round(option.effort_s, 3)
    worst_s = round(max(cost.effort_s for cost in option.costs), 3)
    text = " ".join(_say(change) for change in option.changes)
    return bool(option.meets), higher, effort_s, worst_s, sum(change is not None for change in option.changes), text


def _say(change: Change | None) -> str:
    return "" if change is None else describe_change(change)


def _asks(encounter: Encounter) -> tuple[str, ...]:
    """What is missing about either side of each pair of volumes that nobody can tell about."""
    reach = reach_of(encounter.minima)
    first, second = encounter.subjects
    asks: list[str] = []
    for p in first.solids:
        for q in second.solids:
            if not within_reach(p, q, reach):
                continue
            if judge_pair(p, q, encounter.minima).verdict is Verdict.CANNOT_TELL:
                for plan, solid in zip(encounter.plans, (p, q), strict=True):
                    asks.extend(f"ask {plan.party} about {plan.ident}: {why}" for why in solid.heights.missing)
    return tuple(dict.fromkeys(asks))


def _swapped(proposal: Proposal) -> Proposal:
    first, second = proposal.names
    i, j = proposal.finding.pair
    options = tuple(
        replace(option, changes=option.changes[::-1], least=option.least[::-1], costs=option.costs[::-1])
        for option in proposal.options
    )
    return replace(proposal, names=(second, first), finding=replace(proposal.finding, pair=(j, i)), options=options)
