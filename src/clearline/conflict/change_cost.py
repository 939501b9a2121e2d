"""Plans that may be changed, and what a change costs the one who makes it.

The one idea: one set of weights for everybody, so that either side can work out the other's cost as well as its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from clearline.conflict.change import AltitudeShift, Change, LateralOffset, TimeShift
from clearline.conflict.group import Subject
from clearline.conflict.minima import Minima
from clearline.conflict.solid import make_solid
from clearline.space.altitude import FOOT_M
from clearline.space.geoid import Geoid
from clearline.space.volume import Volume4D

__all__ = ["CLIMB_MPS", "NO_COST", "SIDEWAYS_MPS", "Cost", "Plan", "cost_of", "describe_cost", "ready"]

# Each change weighed by the seconds it takes to fly: sideways at 100 m/s (194 kt), up or down at 10 m/s (1,970
# ft/min). The same exchange ranks margins in `conflict.group.nearest_finding`.
SIDEWAYS_MPS = 100.0
CLIMB_MPS = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What one party planned: an identifier, the party, the volumes, and a priority (higher gives way to nobody lower).

    Raises ValueError without a name, a party or a volume.
    """

    ident: str
    party: str
    volumes: tuple[Volume4D, ...]
    priority: int = 0

    def __post_init__(self) -> None:
        if not self.ident or not self.party or not self.volumes:
            raise ValueError("a plan needs an identifier, a party and at least one volume")

    @property
    def name(self) -> str:
        """Party and identifier, as options name it."""
        return f"{self.party} {self.ident}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a change costs: seconds of delay or haste, metres up or down, metres sideways; none of them negative.

    >>> Cost(60.0, 300.0, 1000.0).effort_s
    100.0
    """

    time_s: float
    vertical_m: float
    lateral_m: float

    @property
    def effort_s(self) -> float:
        """The three as one figure: the seconds, plus the seconds it takes to climb and to fly sideways."""
        return self.time_s + self.vertical_m / CLIMB_MPS + self.lateral_m / SIDEWAYS_MPS


NO_COST = Cost(0.0, 0.0, 0.0)


def cost_of(changes: Iterable[Change]) -> Cost:
    """The cost of some changes made together."""
    time_s = vertical_m = lateral_m = 0.0
    for change in changes:
        match change:
            case TimeShift(by_s):
                time_s += abs(by_s)
            case AltitudeShift():
                vertical_m += abs(change.by_m)
            case LateralOffset():
                lateral_m += change.by_m
    return Cost(time_s, vertical_m, lateral_m)


def describe_cost(cost: Cost) -> str:
    """The cost in words.

    >>> describe_cost(Cost(840.0, 0.0, 0.0)), describe_cost(Cost(0.0, 304.8, 0.0)), describe_cost(NO_COST)
    ('14 min', '305 m (1,000 ft) of height', 'nothing')
    """
    parts: list[str] = []
    if cost.time_s > 0.0:
        parts.append(f"{cost.time_s / 60.0:,.2f}".rstrip("0").rstrip(".") + " min")
    if cost.vertical_m > 0.0:
        parts.append(f"{cost.vertical_m:,.0f} m ({cost.vertical_m / FOOT_M:,.0f} ft) of height")
    if cost.lateral_m > 0.0:
        parts.append(f"{cost.lateral_m:,.0f} m ({cost.lateral_m / 1852.0:,.1f} NM) sideways")
    return " and ".join(parts) or "nothing"


def ready(plan: Plan, minima: Minima, geoid: Geoid) -> Subject:
    """The plan made ready for the engine."""
    return Subject(plan.ident, plan.party, tuple(make_solid(volume, minima, geoid) for volume in plan.volumes))
