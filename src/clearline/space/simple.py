"""Whether the rings of a polygon bound one plain area: no ring crosses itself, holes lie inside and apart.

The one idea: on a plane through the central projection geodesics are straight, so the check is the ordinary one of
plane geometry. Touching is allowed; only a crossing of more than 1 mm is a fault, so rounding never refuses an area.
What no crossing shows is found by counting turns: a ring that goes round a place twice, as one traced twice over does,
would by the even-odd rule not hold it.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clearline.space.crossing import first_crossing, turns
from clearline.space.latlon import LatLon
from clearline.space.plain_ring import surely_plain
from clearline.space.wgs84 import ecef

__all__ = ["ring_fault", "twice_area"]

_MILLIMETRE = 1e-3 / 6_371_000.0  # on the unit sphere
_SMALLEST_AREA = _MILLIMETRE * _MILLIMETRE

_Plane = NDArray[np.float64]


def ring_fault(rings: Sequence[Sequence[LatLon]]) -> str | None:
    """What is wrong with the rings, as a sentence that says where and how to mend it; None if nothing is.

    >>> bow_tie = (LatLon(0, 0), LatLon(1, 1), LatLon(1, 0), LatLon(0, 1))
    >>> ring_fault([bow_tie])
    'ring 0 crosses itself between places 0-1 and 2-3: reorder its places, or split it in two'
    """
    if len(rings) == 1 and surely_plain(rings[0]):
        return None
    planes = _project(rings)
    for number, plane in enumerate(planes):
        if abs(_twice_area(plane)) <= 2.0 * _SMALLEST_AREA:
            return f"ring {number} encloses no area: it needs at least three places not on one line"
        if len(plane) > 3 and not _convex(plane):
            fault = _self_fault(number, plane)
            if fault is not None:
                return fault
    return _hole_fault(planes) if len(planes) > 1 else None


def _self_fault(number: int, plane: _Plane) -> str | None:
    crossing, near = first_crossing(plane, plane, same=True, within=_MILLIMETRE)
    if crossing is not None:
        i, j = crossing
        n = len(plane)
        return (
            f"ring {number} crosses itself between places {i}-{(i + 1) % n} and {j}-{(j + 1) % n}: "
            f"reorder its places, or split it in two"
        )
    if not near:
        return None
    counts = turns(_beside(plane), plane)
    if counts.max() > 1 or counts.min() < -1 or (counts.max() == 1 and counts.min() == -1):
        return f"ring {number} goes over itself, so its inside is not plain: trace it once, the outside only"
    return None


def twice_area(ring: Sequence[LatLon]) -> float:
    """Twice the area of a ring projected on the unit sphere: above 0 if it goes counter-clockwise seen from above."""
    return _twice_area(_project([ring])[0])


def _hole_fault(planes: list[_Plane]) -> str | None:
    for a in range(len(planes)):
        for b in range(a + 1, len(planes)):
            if first_crossing(planes[a], planes[b], same=False, within=_MILLIMETRE)[0] is not None:
                return f"rings {a} and {b} cross each other: a hole must lie wholly inside and apart from other holes"
    for number in range(1, len(planes)):
        if not _inside(_with_middles(planes[number]), planes[0]).any():
            return f"ring {number} lies outside ring 0: list it as an area of its own, or drop it"
        for other in range(1, len(planes)):
            if other != number and _inside(planes[number], planes[other]).all():
                return f"hole {number} lies inside hole {other}: drop the inner one, or make it an area of its own"
    left = abs(_twice_area(planes[0])) - sum(abs(_twice_area(plane)) for plane in planes[1:])
    edge = np.roll(planes[0], -1, axis=0) - planes[0]
    if left <= 2.0 * _MILLIMETRE * float(np.hypot(edge[:, 0], edge[:, 1]).sum()):
        return "the holes leave nothing of ring 0: drop them, or the area"
    return None


def _with_middles(plane: _Plane) -> _Plane:
    """The corners and the middles of the edges: (2 n, 2). A hole may touch the outside with all its corners."""
    return np.concatenate((plane, (plane + np.roll(plane, -1, axis=0)) / 2.0))


def _beside(plane: _Plane) -> _Plane:
    """Two places 2 mm left and right of the middle of every edge: (2 n, 2)."""
    edge = np.roll(plane, -1, axis=0) - plane
    size = np.maximum(np.hypot(edge[:, 0], edge[:, 1]), _MILLIMETRE)[:, None]
    aside = 2.0 * _MILLIMETRE * np.stack((-edge[:, 1], edge[:, 0]), axis=1) / size
    middle = plane + edge / 2.0
    return np.concatenate((middle + aside, middle - aside))


def _project(rings: Sequence[Sequence[LatLon]]) -> list[_Plane]:
    """Each ring on the plane that touches the unit sphere at the middle of ring 0: shape (n, 2)."""
    units = [_units(ring) for ring in rings]
    up = units[0].sum(axis=0)
    up /= math.hypot(*up)
    east = np.array([-up[1], up[0], 0.0]) if abs(up[2]) < 0.9 else np.array([0.0, -up[2], up[1]])
    east /= math.hypot(*east)
    north = np.cross(up, east)
    axes = np.stack((east, north), axis=1)
    return [(unit @ axes) / (unit @ up)[:, None] for unit in units]


def _units(ring: Sequence[LatLon]) -> _Plane:
    """Directions from the Earth's centre, in which the edges are as straight as in the engine (`space.wgs84`)."""
    degrees = np.asarray(ring, np.float64)
    points = ecef(degrees[:, 0], degrees[:, 1])
    return points / np.linalg.norm(points, axis=1)[:, None]


def _twice_area(plane: _Plane) -> float:
    shifted = plane - plane[0]
    after = np.roll(shifted, -1, axis=0)
    return float((shifted[:, 0] * after[:, 1] - shifted[:, 1] * after[:, 0]).sum())


def _convex(plane: _Plane) -> bool:
    """Whether every turn is the same way and they add up to one full turn: such a ring cannot cross itself."""
    edge = np.roll(plane, -1, axis=0) - plane
    after = np.roll(edge, -1, axis=0)
    cross = edge[:, 0] * after[:, 1] - edge[:, 1] * after[:, 0]
    if not (np.all(cross >= 0.0) or np.all(cross <= 0.0)):
        return False
    dot = (edge * after).sum(axis=1)
    return abs(abs(float(np.arctan2(cross, dot).sum())) - 2.0 * math.pi) < 1e-6


def _inside(points: _Plane, ring: _Plane) -> NDArray[np.bool_]:
    """Whether each point is inside the ring (even-odd rule)."""
    return turns(points, ring) % 2 == 1
