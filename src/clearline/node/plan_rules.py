"""What a person or the node may do to a plan: file it, release it, withdraw it, move it on.

The one idea: each decision reads the plans through a view and returns what is to be kept, or the rule that forbids it;
it writes nothing and may be asked twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from clearline.airspace.activity import Activity
from clearline.node.disclosure import Disclosure
from clearline.node.plan import Plan, PlanEvent, PlanState, Step, same_person
from clearline.node.plan_states import next_state

__all__ = [
    "RULES",
    "Outcome",
    "PlanRefused",
    "PlanView",
    "Wish",
    "decide_change",
    "decide_file",
    "decide_release",
    "decide_step",
    "decide_withdrawal",
]

RULES: Final = {
    "D1": "there is no such plan",
    "D2": "a plan of this name is not over yet: change it, or give this one another name",
    "D3": "what was released of it is not settled yet: withdraw that, or wait until it is accepted or refused",
    "D4": "nobody releases what they wrote themselves",
    "D5": "it is over before now",
    "D6": "this step is not open in its state",
    "D7": "several versions of it are not over: say which",
    "D8": "a plan is filed for the own party alone",
    "D9": "it is under way: end it, so that the others are told",
}


@dataclass(frozen=True, slots=True)
class PlanRefused:
    """Why nothing was done: the rule, and a sentence."""

    rule: str
    why: str


class PlanView(Protocol):
    """The party's plans, for reading."""

    @property
    def own(self) -> str:
        """The party."""
        ...

    def versions(self, ident: str) -> Sequence[Plan]:
        """Every version of a plan, the earliest first; empty where there is no such plan."""
        ...

    def live_named(self, name: str) -> Sequence[Plan]:
        """The versions that are not over of the plans the party calls by this name."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants filed: the activity, to whom it is disclosed, and what it is an occurrence of."""

    activity: Activity
    disclosure: Disclosure
    series: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be kept: versions of plans as they now are, new ones included, and what happened to each."""

    plans: tuple[Plan, ...]
    events: tuple[PlanEvent, ...]

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.plans + other.plans, self.events + other.events)


def decide_file(view: PlanView, ident: str, wish: Wish, *, by: str, now_ms: int) -> Outcome | PlanRefused:
    """File a plan that is new, as a draft, under an identifier that nobody has used."""
    refused = _misfiled(view, wish, now_ms)
    if refused is not None:
        return refused
    if view.live_named(wish.activity.ident) or view.versions(ident):
        return _refused("D2", wish.activity.ident)
    return _drafted(ident, 1, wish, by=by, now_ms=now_ms)


def decide_change(view: PlanView, ident: str, wish: Wish, *, by: str, now_ms: int) -> Outcome | PlanRefused:
    """File the next version of a plan. A draft before it is replaced; what was released stays until this one is."""
    refused = _misfiled(view, wish, now_ms)
    if refused is not None:
        return refused
    versions = view.versions(ident)
    live = [one for one in versions if one.state.live]
    if not live:
        return _refused("D1" if not versions else "D6", wish.activity.ident)
    if any(one.ident != ident for one in view.live_named(wish.activity.ident)):
        return _refused("D2", wish.activity.ident)
    last = versions[-1]
    if last.state is PlanState.RELEASED:
        return _refused("D3", last.name)
    drafts = [one for one in live if one.state is PlanState.DRAFT]
    out = _drafted(ident, last.version + 1, replace(wish, series=last.series), by=by, now_ms=now_ms)
    for draft in drafts:
        out += _stepped(draft, Step.REPLACE, by=by, now_ms=now_ms, why=f"version {last.version + 1} was filed")
    return out


def decide_release(
    view: PlanView, ident: str, *, by: str, now_ms: int, version: int | None = None
) -> Outcome | PlanRefused:
    """Release the draft of a plan: by another than its writer, and not when it is over.

    With `version` it is only released if it is that one: whoever releases names what was read.
    """
    versions = view.versions(ident)
    drafts = [one for one in versions if one.state is PlanState.DRAFT]
    if not drafts or (version is not None and drafts[0].version != version):
        return _refused("D6" if versions else "D1", versions[-1].name if versions else ident)
    (draft,) = drafts
    if same_person(by, draft.written_by):
        return _refused("D4", draft.name)
    if draft.end_ms is not None and draft.end_ms < now_ms:
        return _refused("D5", draft.name)
    return _stepped(draft, Step.RELEASE, by=by, now_ms=now_ms)


def decide_withdrawal(
    view: PlanView, ident: str, *, by: str, now_ms: int, why: str, version: int | None = None
) -> Outcome | PlanRefused:
    """Take a version back that is not under way. Where several are not over, it must be said which."""
    found = _one(view, ident, version)
    if isinstance(found, PlanRefused):
        return found
    if next_state(found.state, Step.WITHDRAW) is None:
        return _refused("D9" if found.state.in_force else "D6", found.name)
    return _stepped(found, Step.WITHDRAW, by=by, now_ms=now_ms, why=why)


def decide_step(
    view: PlanView, ident: str, step: Step, *, by: str, now_ms: int, version: int | None = None, why: str = ""
) -> Outcome | PlanRefused:
    """Move a version on, as coordination, the clock, positions or a person say. Filing and releasing have their own.

    Accepting or activating one replaces every earlier one that is not over. A version that was only released is
    activated at once only where an earlier one is under way.
    """
    found = _one(view, ident, version)
    if isinstance(found, PlanRefused):
        return found
    own_decision = step in (Step.FILE, Step.RELEASE, Step.WITHDRAW, Step.REPLACE)
    if own_decision or next_state(found.state, step) is None:
        return _refused("D6", f"{found.name} version {found.version}, {step} in {found.state}")
    earlier = [one for one in view.versions(ident) if one.state.live and one.version < found.version]
    under_way = any(one.state.in_force and one.state is not PlanState.ACCEPTED for one in earlier)
    if found.state is PlanState.RELEASED and step is Step.ACTIVATE and not under_way:
        return _refused("D6", f"{found.name} version {found.version}, which was not accepted")
    if found.state is PlanState.RELEASED and step is Step.ACCEPT and under_way:
        return _refused("D6", f"{found.name} version {found.version}, whose version before is under way")
    comes_into_force = step in (Step.ACCEPT, Step.ACTIVATE)
    if comes_into_force and any(one.state is PlanState.CONTINGENT for one in earlier):
        return _refused("D6", f"{found.name}: an emergency is not changed, only ended")
    out = _stepped(found, step, by=by, now_ms=now_ms, why=why)
    if comes_into_force:
        for one in earlier:
            out += _stepped(one, Step.REPLACE, by=by, now_ms=now_ms, why=f"version {found.version} is in force")
    return out


def _one(view: PlanView, ident: str, version: int | None) -> Plan | PlanRefused:
    """The version that is meant: the one named, or the only one that is not over."""
    versions = view.versions(ident)
    if version is not None:
        named = [one for one in versions if one.version == version]
        return named[0] if named else _refused("D1", f"{ident} version {version}")
    live = [one for one in versions if one.state.live]
    if len(live) == 1:
        return live[0]
    if not live:
        return _refused("D6" if versions else "D1", versions[-1].name if versions else ident)
    told = ", ".join(f"version {one.version} is {one.state}" for one in live)
    return _refused("D7", f"{live[0].name}: {told}")


def _misfiled(view: PlanView, wish: Wish, now_ms: int) -> PlanRefused | None:
    """Why an activity cannot be filed at all."""
    if wish.activity.party != view.own:
        return _refused("D8", f"{wish.activity.ident} is of {wish.activity.party}")
    ends = [one.window.widened(one.window.clock_uncertainty_s)[1] for one in wish.activity.volumes]
    if all(end is not None and end < now_ms for end in ends):
        return _refused("D5", wish.activity.ident)
    return None


def _drafted(ident: str, version: int, wish: Wish, *, by: str, now_ms: int) -> Outcome:
    plan = Plan(ident, wish.activity, PlanState.DRAFT, version, by, now_ms, wish.disclosure, series=wish.series)
    return Outcome((plan,), (PlanEvent(ident, version, Step.FILE, by, now_ms),))


def _stepped(plan: Plan, step: Step, *, by: str, now_ms: int, why: str = "") -> Outcome:
    """A plan after a step that is open to it; a release names who released it."""
    state = next_state(plan.state, step)
    assert state is not None, f"{step} is not open in {plan.state}"
    released_by = by if step is Step.RELEASE else plan.released_by
    event = PlanEvent(plan.ident, plan.version, step, by, now_ms, why)
    return Outcome((replace(plan, state=state, released_by=released_by),), (event,))


def _refused(rule: str, what: str) -> PlanRefused:
    return PlanRefused(rule, f"{what}: {RULES[rule]}")
