"""A party's plans in memory, held to the same rules as its store; and a plain activity to file."""

from dataclasses import dataclass, field

from clearline.airspace.activity import Activity, Kind
from clearline.node.plan import Plan, PlanEvent
from clearline.node.plan_rules import Outcome, PlanRefused
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow

__all__ = ["HOUR_MS", "T0", "Book", "activity", "kept"]

T0 = 1_800_000_000_000  # 2027-01-15T08:00:00Z
HOUR_MS = 3_600_000


def activity(name: str = "A-1", *, start_ms: int = T0, end_ms: int | None = T0 + HOUR_MS) -> Activity:
    """A circle of 5 km from FL180 to FL220 for an hour."""
    band = Band(*(AltitudeLimit(level, Unit.FLIGHT_LEVEL, Reference.STD) for level in (180.0, 220.0)))
    entered = Entered("/secret/plans/tanker.kml:3", "35.2N 040.1E", "FL180 to FL220", "15 0800Z", "kml")
    volume = Volume4D(Circle(LatLon(35.2, 40.1), 5_000.0), band, TimeWindow(start_ms, end_ms), 0.0, entered)
    return Activity(name, "alfa", Kind.REFUELLING, "tanker track", 3, (volume,))


@dataclass
class Book:
    """What a store holds, as a view that rules read."""

    own: str = "alfa"
    plans: dict[tuple[str, int], Plan] = field(default_factory=dict[tuple[str, int], Plan])
    events: list[PlanEvent] = field(default_factory=list[PlanEvent])

    def versions(self, ident: str) -> list[Plan]:
        """Every version of a plan."""
        return [plan for (found, _), plan in sorted(self.plans.items()) if found == ident]

    def live_named(self, name: str) -> list[Plan]:
        """The versions that are not over of the plans of this name."""
        return [plan for plan in self.plans.values() if plan.name == name and plan.state.live]

    def keep(self, found: Outcome | PlanRefused) -> Outcome | PlanRefused:
        """Keep what was decided, if it was."""
        if isinstance(found, Outcome):
            self.plans.update({(plan.ident, plan.version): plan for plan in found.plans})
            self.events.extend(found.events)
        return found


def kept(found: Outcome | PlanRefused) -> Outcome:
    """What was decided, which must not be a refusal."""
    assert isinstance(found, Outcome), found
    return found
