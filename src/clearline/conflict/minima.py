"""The minima two parties hold each other to: a named, versioned set of numbers, the same on both nodes.

The one idea: without numbers an agreement cannot be checked, so a verdict always quotes the set it was made under,
and the largest minimum that applies to a pair decides.
"""

from dataclasses import dataclass

from clearline.space.shape import Polygon

__all__ = ["BUILT_IN", "INTERSECT", "LINE_2015", "Minima", "MinimaError", "Zone"]

_MOST_LATERAL_M = 200_000.0
_MOST_VERTICAL_M = 50_000.0
_MOST_TIME_S = 31.0 * 86_400.0  # F3548-21 OiMaxPlanHorizonDays is 30


class MinimaError(ValueError):
    """A parameter set that cannot be: the sentence says which number and why."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the ground with minima of its own, for pairs that touch it (the larger wins) or lie wholly in it."""

    name: str
    area: Polygon
    lateral_m: float
    vertical_m: float
    time_s: float

    def __post_init__(self) -> None:
        _check(f"zone {self.name!r}", self.lateral_m, self.vertical_m, self.time_s)


@dataclass(frozen=True, slots=True)
class Minima:
    """A parameter set: a pair that is apart by more than any one of the three minima is clear.

    `inflation` multiplies every stated uncertainty before anything is compared. Raises MinimaError for a number that
    is negative, not finite, or beyond 200 km, 50 km or 31 days.
    """

    name: str
    version: int
    lateral_m: float
    vertical_m: float
    time_s: float
    inflation: float = 1.0
    zones: tuple[Zone, ...] = ()

    def __post_init__(self) -> None:
        if not self.name or self.version < 1:
            raise MinimaError("a parameter set needs a name and a version of 1 or more")
        _check(f"minima {self.name!r}", self.lateral_m, self.vertical_m, self.time_s)
        if not 1.0 <= self.inflation <= 10.0:  # below 1 would shrink a stated doubt
            raise MinimaError(f"inflation must be 1 to 10; got {self.inflation}")


def _check(what: str, lateral_m: float, vertical_m: float, time_s: float) -> None:
    for name, value, most in (
        ("lateral_m", lateral_m, _MOST_LATERAL_M),
        ("vertical_m", vertical_m, _MOST_VERTICAL_M),
        ("time_s", time_s, _MOST_TIME_S),
    ):
        if not 0.0 <= value <= most:
            raise MinimaError(f"{what}: {name} must be 0 to {most:g}; got {value}")


INTERSECT = Minima("intersect", 1, 0.0, 0.0, 0.0)

# The informal "rule of threes" that pilots of the two campaigns worked to: 3 NM or 3,000 ft, and no closer for more
# than 3 minutes (domain record of the 2015 line). Illustrative: no party ever published a signed set.
LINE_2015 = Minima("line-2015", 1, 3.0 * 1852.0, 3000.0 * 0.3048, 180.0)

BUILT_IN = {minima.name: minima for minima in (INTERSECT, LINE_2015)}
