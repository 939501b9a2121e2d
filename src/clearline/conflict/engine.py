"""What an engine is, and the plain one: every pair of volumes looked at, one after the other.

The one idea: an engine finds the pairs that may not be told apart; the judge says what each of them is. The plain
engine is slow and plainly right, and every other engine is held to it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from clearline.conflict.exact import meets
from clearline.conflict.judge import time_gap_s, vertical_gap
from clearline.conflict.minima import Minima
from clearline.conflict.outline import outline
from clearline.conflict.solid import Solid
from clearline.conflict.zones import largest_minima

__all__ = ["Engine", "PlainEngine", "Reach", "reach_of", "within_reach"]

# The chord between two places is shorter than the way along the ellipsoid, but not by more than this for the widest
# reach there is: two radii of 1500 km and a minimum of 200 km are half a radian, where the chord lacks 1.05 %.
_CHORD_SHARE = 0.985


class Reach(NamedTuple):
    """How near is near: pairs further apart than any one of the three are of no interest (metres, metres, seconds)."""

    lateral_m: float
    vertical_m: float
    time_s: float


def reach_of(minima: Minima) -> Reach:
    """The reach that finds every pair a parameter set could call a conflict, in whichever zone."""
    return Reach(*largest_minima(minima))


class Engine(Protocol):
    """Finds the pairs of volumes that come within a reach of each other."""

    @property
    def name(self) -> str:
        """What verdicts quote: the engine and its version."""
        ...

    def pairs(self, solids: Sequence[Solid], sides: Sequence[int], reach: Reach) -> list[tuple[int, int]]:
        """All (i, j), i < j, of different sides, that no gap proves to be beyond the reach; sorted.

        A gap is proved in time, along the ellipsoid (tolerance 5 mm), or between the heights in any frame.
        """
        ...


class PlainEngine:
    """The engine that looks at every pair.

    >>> PlainEngine().pairs([], [], Reach(0.0, 0.0, 0.0))
    []
    """

    @property
    def name(self) -> str:
        """Its name."""
        return "plain"

    def pairs(self, solids: Sequence[Solid], sides: Sequence[int], reach: Reach) -> list[tuple[int, int]]:
        """See `Engine.pairs`."""
        return [
            (i, j)
            for i, a in enumerate(solids)
            for j in range(i + 1, len(solids))
            if sides[i] != sides[j] and within_reach(a, solids[j], reach)
        ]


def within_reach(a: Solid, b: Solid, reach: Reach) -> bool:
    """Whether no gap proves two volumes to be further apart than the reach."""
    if time_gap_s(a, b) > reach.time_s:
        return False
    if vertical_gap(a.heights, b.heights, reach.lateral_m).gap_m > reach.vertical_m:
        return False
    return not _far_apart(a, b, reach.lateral_m) and meets(a.core, b.core, reach.lateral_m)


def _far_apart(a: Solid, b: Solid, lateral_m: float) -> bool:
    """A cheap proof that two shapes are apart: the spheres round them do not come near. Spares most exact tests."""
    p, q = outline(a.core), outline(b.core)
    between = math.acos(max(-1.0, min(1.0, float(p.middle @ q.middle))))
    widths = math.acos(min(1.0, p.cos_reach)) + math.acos(min(1.0, q.cos_reach))
    reach_m = a.core.radius_m + b.core.radius_m + lateral_m + 1.0
    smallest_radius_m = 6_335_439.0  # least radius of curvature of the ellipsoid, the meridian's at the equator
    return (between - widths - 1e-8) * smallest_radius_m * _CHORD_SHARE > reach_m
