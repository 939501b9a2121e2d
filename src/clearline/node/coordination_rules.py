"""Whether an operational intent may be planned, changed or activated, given all that was read of the others.

The one idea: what cannot be proved apart from another's volumes meets them, and what meets them is decided by priority
alone (F3548-21 SCD0015 to SCD0050). What was not read is never taken for empty: it is refused, save where F3548 itself
says what to take a system for that is down and does not answer (SCD0005, SCD0010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clearline.airspace.bounds import CLOCK_SLACK_US, OI_MAX_PLAN_HORIZON_US, OI_MAX_VERTICES
from clearline.airspace.reference import IntentState
from clearline.conflict.engine import Engine, Reach
from clearline.node.coordination_intent import NOMINAL, Known, Meant, Reference
from clearline.space.altitude import Reference as AltitudeReference
from clearline.space.shape import Polygon

__all__ = ["STEPS", "Clash", "Judged", "Policy", "Standing", "judge", "meeting", "why_not"]

_S = IntentState
# From which state of the same intent each may be entered; None is "there is none yet" (F3548-21, operational intent
# states). A contingent one only ends; an activated one never goes back to being a mere plan.
STEPS: Final[dict[IntentState, frozenset[IntentState | None]]] = {
    _S.ACCEPTED: frozenset({None, _S.ACCEPTED}),
    _S.ACTIVATED: frozenset({None, _S.ACCEPTED, _S.ACTIVATED, _S.NONCONFORMING}),
    _S.NONCONFORMING: frozenset({_S.ACCEPTED, _S.ACTIVATED, _S.NONCONFORMING}),
    _S.CONTINGENT: frozenset({_S.ACCEPTED, _S.ACTIVATED, _S.NONCONFORMING, _S.CONTINGENT}),
}
_TOUCH: Final = Reach(0.0, 0.0, 0.0)


class Standing(StrEnum):
    """How another's priority stands to ours."""

    LOWER = "LOWER"
    EQUAL = "EQUAL"
    HIGHER = "HIGHER"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the regulator of the place allows: which priorities there are, and at which of them equals may meet.

    `cmsa`: whether this system has the role of conformance monitoring, without which it declares nothing off-nominal
    (SCD0100). Raises ValueError where no priority is left.
    """

    least_priority: int = 0
    most_priority: int = 100
    equal_permitted: frozenset[int] = frozenset()
    cmsa: bool = False

    def __post_init__(self) -> None:
        if self.least_priority > self.most_priority:
            raise ValueError(f"no priority lies from {self.least_priority} to {self.most_priority}")


@dataclass(frozen=True, slots=True)
class Clash:
    """Another's intent that ours meets, or that was not read; how it stands to ours; whether that was so before."""

    reference: Reference
    standing: Standing
    read: bool = True
    existed: bool = False

    def told(self) -> str:
        """Say it in a sentence's part."""
        whose = f"operational intent {self.reference.ident} of {self.reference.manager}"
        if not self.read:
            return f"{whose}, which is down and does not say where it is,"
        return f"{whose}, {self.standing.lower()} in priority,"


@dataclass(frozen=True, slots=True)
class Judged:
    """What stands in the way, and what is met and does not."""

    refused: tuple[Clash, ...]
    allowed: tuple[Clash, ...]


def why_not(wish: Meant, before: Meant | None, policy: Policy, *, now_ms: int) -> str | None:
    """Say why a wish cannot even be coordinated, whoever else is there; None where it can.

    OPIN0015, OPIN0020, OPIN0030, SCD0100, and the table of steps.
    """
    was = None if before is None else before.state
    if wish.state not in NOMINAL and not policy.cmsa:
        return f"this system has no role of conformance monitoring, so nothing is declared {wish.state} (SCD0100)"
    if was not in STEPS[wish.state]:
        return f"{was or 'what was never planned'} does not become {wish.state}"
    if not policy.least_priority <= wish.priority <= policy.most_priority:
        return f"priority {wish.priority} is not within {policy.least_priority} to {policy.most_priority}"
    if wish.off_nominal and wish.state in NOMINAL:
        return f"an intent that is {wish.state} has no off-nominal volume (OPIN0015)"
    vertices = sum(_vertices(wish))
    if vertices > OI_MAX_VERTICES:
        return f"it has {vertices} vertices, and {OI_MAX_VERTICES} are allowed (OPIN0020)"
    if _unsaid(wish):
        return "a limit is no height above the WGS84 ellipsoid, which F3548 requires; convert it"
    end_ms = wish.end_ms
    if end_ms is None:
        return "it has no end; state one"
    if end_ms <= now_ms:
        return "it is over already"
    if wish.state is _S.ACCEPTED and end_ms * 1_000 > now_ms * 1_000 + OI_MAX_PLAN_HORIZON_US + CLOCK_SLACK_US:
        return "it ends more than 30 days ahead (OPIN0030)"
    if wish.state is _S.ACTIVATED and not any(
        volume.window.start_ms <= now_ms <= (volume.window.end_ms or now_ms) for volume in wish.all_volumes
    ):
        return "none of its volumes is in use now, so it cannot be activated"
    return None


def judge(
    wish: Meant,
    before: Meant | None,
    others: Sequence[Known],
    unread: Sequence[Reference],
    policy: Policy,
    engine: Engine,
) -> Judged:
    """Say what stands in the way of a nominal wish. `unread` are references of systems that are down.

    One that meets ours stands in the way if it is of higher priority, or of equal where equals may not meet. It does
    not where both are activated and met before: then the change may be the way out (SCD0030, SCD0050).
    """
    assert wish.state in NOMINAL, wish.state
    met = meeting(wish, [one.meant for one in others], engine)
    moving = before is not None and before.state is _S.ACTIVATED
    had: set[int] = set()
    if before is not None and moving and met:
        had = set(meeting(before, [one.meant for one in others], engine))
    refused: list[Clash] = []
    allowed: list[Clash] = []
    for place in met:
        other = others[place]
        clash = Clash(other.reference, _standing(other.meant.priority, wish.priority), existed=place in had)
        yields = clash.standing is Standing.LOWER
        permitted = clash.standing is Standing.EQUAL and wish.priority in policy.equal_permitted
        underway = place in had and other.meant.state is not _S.ACCEPTED
        (allowed if yields or permitted or underway else refused).append(clash)
    for reference in unread:
        # SCD0005: an accepted one is below every priority. SCD0010: in use, it is at the highest there is.
        if reference.state is _S.ACCEPTED:
            allowed.append(Clash(reference, Standing.LOWER, read=False))
        else:
            standing = _standing(policy.most_priority, wish.priority)
            refusing = standing is not Standing.EQUAL or wish.priority not in policy.equal_permitted
            (refused if refusing else allowed).append(Clash(reference, standing, read=False))
    return Judged(tuple(refused), tuple(allowed))


def meeting(one: Meant, others: Sequence[Meant], engine: Engine) -> list[int]:
    """Return which of the others are not proved apart from this one, in their order (GEN0500: to 1 cm)."""
    solids = [*one.solids]
    sides = [0] * len(solids)
    for number, other in enumerate(others, 1):
        solids.extend(other.solids)
        sides.extend([number] * len(other.solids))
    count = len(one.solids)
    # The engine pairs all sides; only pairs with ours matter, so the others are one side to it.
    two = [0 if side == 0 else 1 for side in sides]
    return sorted({sides[j] - 1 for i, j in engine.pairs(solids, two, _TOUCH) if i < count <= j})


def _standing(theirs: int, ours: int) -> Standing:
    if theirs == ours:
        return Standing.EQUAL
    return Standing.HIGHER if theirs > ours else Standing.LOWER


def _vertices(wish: Meant) -> list[int]:
    shapes = [volume.shape for volume in wish.all_volumes]
    return [sum(len(ring) for ring in shape.rings) if isinstance(shape, Polygon) else 1 for shape in shapes]


def _unsaid(wish: Meant) -> bool:
    limits = [limit for volume in wish.all_volumes for limit in (volume.band.lower, volume.band.upper)]
    return any(limit.reference is not AltitudeReference.WGS84 for limit in limits)
