"""Who wants to hear of changes where, and whether a USS answers at all.

The one idea: a subscription is an extent like any other, with altitudes, so that nobody is told of what passes above
or below what they asked for. `notification_index` counts what was announced; a gap tells the subscriber it missed one.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.airspace.extent import Extent

__all__ = ["Availability", "Subscription", "UssState"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """An F3548 subscription. `implicit` ones were made for one intent and go when no intent depends on them."""

    ident: str
    manager: str
    version: str
    uss_base_url: str
    notification_index: int
    for_operational_intents: bool
    for_constraints: bool
    implicit: bool
    extent: Extent
    start_us: int
    end_us: int
    updated_us: int


class UssState(StrEnum):
    """Whether a USS answers, as the arbiter says it (F3548 availability)."""

    UNKNOWN = "Unknown"
    NORMAL = "Normal"
    DOWN = "Down"


@dataclass(frozen=True, slots=True)
class Availability:
    """A USS's availability and the version of this statement."""

    uss: str
    state: UssState
    version: str
    updated_us: int
