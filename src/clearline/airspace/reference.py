"""What a registry holds of a plan or a constraint: who manages it, where its details are asked, where and when it is.

The one idea: a reference says that something is there and whom to ask, never what it is (F3548 sections on the
operational intent reference and the constraint reference). Identifiers are RFC 4122 UUIDs in canonical lower case.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.airspace.extent import Extent

__all__ = ["Constraint", "Intent", "IntentState"]


class IntentState(StrEnum):
    """The states an operational intent reference has in a registry; an ended one is deleted (F3548)."""

    ACCEPTED = "Accepted"
    ACTIVATED = "Activated"
    NONCONFORMING = "Nonconforming"
    CONTINGENT = "Contingent"


@dataclass(frozen=True, slots=True)
class Intent:
    """An operational intent reference. `ovn` is the opaque version number that proves its details were read.

    `past_ovns` are the ones its USS asked for before (a requested one may not come back). `start_us` and `end_us` are
    the earliest start and the latest end over its volumes. `subscription` is None where it has none.
    """

    ident: str
    manager: str
    version: int
    ovn: str
    past_ovns: tuple[str, ...]
    state: IntentState
    uss_base_url: str
    subscription: str | None
    extent: Extent
    start_us: int
    end_us: int
    updated_us: int


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint reference: somebody restricts something there; its manager says what."""

    ident: str
    manager: str
    version: int
    ovn: str
    uss_base_url: str
    extent: Extent
    start_us: int
    end_us: int
    updated_us: int
