"""A party's plan: an activity it files, its version, how far it has come, and whom it is disclosed to.

The one idea: a plan is never changed in place. A change is the next version, which needs its own release; until that
is accepted the version before stays in force, so a refused change leaves standing what was agreed.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.airspace.activity import Activity
from clearline.node.disclosure import NOBODY, Disclosure

__all__ = ["Plan", "PlanEvent", "PlanState", "Step", "same_person"]


class PlanState(StrEnum):
    """How far one version of a plan has come. From ACCEPTED on these are F3548's states of an operational intent."""

    DRAFT = "DRAFT"  # one person wrote it
    RELEASED = "RELEASED"  # another released it: it waits to be coordinated
    ACCEPTED = "ACCEPTED"  # no conflict is open
    ACTIVATED = "ACTIVATED"  # it is flown, or done
    NONCONFORMING = "NONCONFORMING"  # outside its own volumes, and expected back
    CONTINGENT = "CONTINGENT"  # an emergency: where it will be is uncertain
    ENDED = "ENDED"  # over, withdrawn, or replaced by a later version
    REFUSED = "REFUSED"  # it could not be coordinated

    @property
    def live(self) -> bool:
        """Whether it may still come to something."""
        return self not in (PlanState.ENDED, PlanState.REFUSED)

    @property
    def in_force(self) -> bool:
        """Whether the others were told that it is there: what F3548's registry holds a reference of."""
        return self in (PlanState.ACCEPTED, PlanState.ACTIVATED, PlanState.NONCONFORMING, PlanState.CONTINGENT)


class Step(StrEnum):
    """What happens to one version of a plan; `node.plan_states` says from which state to which."""

    FILE = "FILE"
    RELEASE = "RELEASE"
    WITHDRAW = "WITHDRAW"
    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"
    ACTIVATE = "ACTIVATE"
    STRAY = "STRAY"
    RETURN = "RETURN"
    DECLARE_CONTINGENT = "DECLARE_CONTINGENT"
    END = "END"
    REPLACE = "REPLACE"


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a plan.

    `ident` is its name to others: an RFC 4122 UUID in canonical lower case, as F3548 has it, the same for every
    version; the party's own name for it is `activity.ident`, which is told to nobody. `released_by` is None until a
    second person released it. `series` names what it is an occurrence of. Times are ms since 1970 UTC.
    Raises ValueError without an identifier, a version or a writer, and for a release by the writer, or a draft that
    has one.
    """

    ident: str
    activity: Activity
    state: PlanState
    version: int
    written_by: str
    written_ms: int
    disclosure: Disclosure = NOBODY
    released_by: str | None = None
    series: str | None = None

    def __post_init__(self) -> None:
        if not self.ident or not self.written_by.strip() or self.version < 1 or self.released_by == "":
            raise ValueError("a plan needs an identifier, a writer, and a version from 1")
        if self.released_by is not None and same_person(self.released_by, self.written_by):
            raise ValueError(f"plan {self.activity.ident!r}: {self.written_by!r} wrote it, and another must release it")
        if self.state is PlanState.DRAFT and self.released_by is not None:
            raise ValueError(f"plan {self.activity.ident!r}: a draft was released by nobody yet")
        if self.released_by is None and (self.state is PlanState.RELEASED or self.state.in_force):
            raise ValueError(f"plan {self.activity.ident!r} is {self.state} and nobody released it")

    @property
    def name(self) -> str:
        """The party's own name for it."""
        return self.activity.ident

    @property
    def priority(self) -> int:
        """Its F3548 priority: higher may be overlapped by nobody lower."""
        return self.activity.priority

    @property
    def start_ms(self) -> int:
        """Its first instant, with what its clock may be off by."""
        return min(one.window.widened(one.window.clock_uncertainty_s)[0] for one in self.activity.volumes)

    @property
    def end_ms(self) -> int | None:
        """Its last instant, with what its clock may be off by; None where it has no end."""
        ends = [one.window.widened(one.window.clock_uncertainty_s)[1] for one in self.activity.volumes]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person: letters' size and spaces at the ends make no second one.

    >>> same_person("Officer-1", "officer-1 "), same_person("officer-1", "officer-2")
    (True, False)
    """
    return one.strip().casefold() == other.strip().casefold()


@dataclass(frozen=True, slots=True)
class PlanEvent:
    """That a step was taken: of which version, by whom (a person, or the node itself), when, and why in words."""

    ident: str
    version: int
    step: Step
    by: str
    at_ms: int
    why: str = ""
