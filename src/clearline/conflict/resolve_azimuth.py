"""Which way to move sideways: the directions that part two plans soonest.

The one idea: two convex shapes are parted soonest along some direction, and along it the move is how far the one
reaches past the other; so that reach is worked out for every whole degree and the least is taken.
"""

import math
from collections.abc import Sequence

import numpy as np

from clearline.conflict.change import middle
from clearline.conflict.engine import reach_of, within_reach
from clearline.conflict.judge import judge_pair
from clearline.conflict.outline import plane
from clearline.conflict.resolve_search import Encounter
from clearline.conflict.solid import Solid
from clearline.conflict.verdict import Verdict
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import Floats, ecef, tangent_frame

__all__ = ["sideways"]


def sideways(encounter: Encounter, place: LatLon) -> list[tuple[tuple[float, float], float]]:
    """The best direction and the best one at a right angle or more to it: azimuths for each side, and the move.

    Azimuths are in whole degrees; the first moves along its own, the second along its own, roughly the opposite one.
    The move, metres, is what parts the two if they are convex. `place` is where they meet.
    """
    minima = encounter.minima
    reach = reach_of(minima)
    pairs = [
        (p, q, judge_pair(p, q, minima))
        for p in encounter.subjects[0].solids
        for q in encounter.subjects[1].solids
        if within_reach(p, q, reach)
    ]
    angles = np.radians(np.arange(360.0))
    towards = np.stack((np.sin(angles), np.cos(angles)))
    needed_m = np.zeros(360)
    for p, q, finding in pairs:
        if finding.verdict is not Verdict.CLEAR:
            reach_m = (_plane(q, place) @ towards).max(axis=0) - (_plane(p, place) @ towards).min(axis=0)
            needed_m = np.maximum(needed_m, reach_m + p.core.radius_m + q.core.radius_m + finding.required[0])
    best = int(needed_m.argmin())
    turned = (np.arange(360) - best) % 360
    other = int(np.where((turned >= 90) & (turned <= 270), needed_m, math.inf).argmin())
    return [(_azimuths(encounter, place, azimuth), float(needed_m[azimuth])) for azimuth in (best, other)]


def _plane(solid: Solid, place: LatLon) -> Floats:
    degrees = np.asarray([corner for part in solid.core.parts for corner in part], np.float64)
    return plane(ecef(degrees[:, 0], degrees[:, 1]), place)


def _azimuths(encounter: Encounter, place: LatLon, azimuth_deg: float) -> tuple[float, float]:
    """A direction at one place as an azimuth at the middle of each plan; the second's is the opposite direction."""
    axes, _ = tangent_frame(place)
    angle = math.radians(azimuth_deg)
    direction = math.sin(angle) * axes[0] + math.cos(angle) * axes[1]
    return (
        _seen_from(direction, middle(encounter.plans[0].volumes)),
        _seen_from(-direction, middle(encounter.plans[1].volumes)),
    )


def _seen_from(direction: Floats | Sequence[float], at: LatLon) -> float:
    axes, _ = tangent_frame(at)
    east, north, _ = (float(v) for v in axes @ np.asarray(direction))
    return float(round(math.degrees(math.atan2(east, north)))) % 360.0
