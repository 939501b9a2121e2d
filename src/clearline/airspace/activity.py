"""An activity: what one party means to do somewhere, in neutral words.

The one idea: an activity says who, what kind, where and when, and nothing about why; it holds no target, weapon,
effect or engagement.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.space.volume import Volume4D

__all__ = ["Activity", "Kind"]


class Kind(StrEnum):
    """The kinds of activity a line carries, all of them neutral."""

    TRANSIT = "TRANSIT"
    PATROL = "PATROL"
    REFUELLING = "REFUELLING"
    UAS_FLIGHT = "UAS_FLIGHT"
    AIRLIFT = "AIRLIFT"
    SEARCH_AND_RESCUE = "SEARCH_AND_RESCUE"
    EXERCISE = "EXERCISE"
    MOVEMENT = "MOVEMENT"
    CONSTRUCTION = "CONSTRUCTION"
    HAZARDOUS_AREA = "HAZARDOUS_AREA"
    NAVIGATION_UNRELIABLE = "NAVIGATION_UNRELIABLE"
    HUMANITARIAN = "HUMANITARIAN"
    PROTECTED_SITE = "PROTECTED_SITE"
    AIRSPACE_MEASURE = "AIRSPACE_MEASURE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Activity:
    """One party's activity: its volumes, each closed in space and time.

    `priority` orders who gives way when changes are proposed: higher is more urgent (F3548 priorities).
    Raises ValueError if it has no name, no party or no volume.
    """

    ident: str
    party: str
    kind: Kind
    title: str
    priority: int
    volumes: tuple[Volume4D, ...]

    def __post_init__(self) -> None:
        if not self.ident or not self.party:
            raise ValueError("an activity needs an identifier and a party")
        if not self.volumes:
            raise ValueError(f"activity {self.ident!r} has no volume, so nothing can be said of it")
