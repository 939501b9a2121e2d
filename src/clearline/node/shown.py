"""What a recipient is shown of a plan: exactly what is sent, so that the party can look at it before.

The one idea: one function makes both the preview and the answer, so the preview cannot differ from what the other side
will see.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from clearline.airspace.activity import Activity
from clearline.node.coarse import coarse_activity
from clearline.node.disclosure import Precision
from clearline.node.plan import Plan

__all__ = ["PlanRead", "Shown", "show_to"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a recipient is shown: how exactly, and the activity; None where it is told nothing."""

    recipient: str
    precision: Precision
    activity: Activity | None


@dataclass(frozen=True, slots=True)
class PlanRead:
    """That a recipient was given a plan: which version, who there, how exactly, and when.

    `reader` is what the recipient says of who read it: a class of post, or the name of its system.
    """

    ident: str
    version: int
    recipient: str
    reader: str
    precision: Precision
    at_ms: int


def show_to(plan: Plan, recipient: str) -> Shown:
    """Return what this recipient is shown of a plan, by the plan's own policy.

    EXACT is every volume with the words it was entered in; the party's own name for the plan and the name of its file
    stay at home. COARSE is cells and hours (`node.coarse`).
    """
    precision = plan.disclosure.to(recipient)
    match precision:
        case Precision.EXACT:
            return Shown(recipient, precision, _without_the_house(plan))
        case Precision.COARSE:
            return Shown(recipient, precision, coarse_activity(plan.activity, ident=plan.ident))
        case Precision.NOT_AT_ALL:
            return Shown(recipient, precision, None)
        case _:
            assert_never(precision)


def _without_the_house(plan: Plan) -> Activity:
    volumes = tuple(
        volume if volume.entered is None else replace(volume, entered=replace(volume.entered, source=""))
        for volume in plan.activity.volumes
    )
    return replace(plan.activity, ident=plan.ident, volumes=volumes)
