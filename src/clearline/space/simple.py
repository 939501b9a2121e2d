"""Whether the rings of a polygon bound one plain area: no ring crosses itself, holes lie inside and apart.

The one idea: on a plane through the central projection geodesics are straight, so the check is the ordinary one of
plane geometry. Touching is allowed; only a crossing of more than 1 mm is a fault, so rounding never refuses an area.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clearline.space.latlon import LatLon

__all__ = ["ring_fault"]

_MILLIMETRE = 1e-3 / 6_371_000.0  # on the unit sphere
_SMALLEST_AREA = _MILLIMETRE * _MILLIMETRE
_BLOCK = 512  # edges compared at once: bounds the memory of one step to a few megabytes

_Plane = NDArray[np.float64]


def ring_fault(rings: Sequence[Sequence[LatLon]]) -> str | None:
    """What is wrong with the rings, as a sentence that says where and how to mend it; None if nothing is.

    >>> bow_tie = (LatLon(0, 0), LatLon(1, 1), LatLon(1, 0), LatLon(0, 1))
    >>> ring_fault([bow_tie])
    'ring 0 crosses itself between places 0-1 and 2-3: reorder its places, or split it in two'
    """
    planes = _project(rings)
    for number, plane in enumerate(planes):
        if abs(_twice_area(plane)) <= 2.0 * _SMALLEST_AREA:
            return f"ring {number} encloses no area: it needs at least three places not on one line"
        if len(plane) > 3 and not _convex(plane):
            crossing = _first_crossing(plane, plane, same=True)
            if crossing is not None:
                i, j = crossing
                n = len(plane)
                return (
                    f"ring {number} crosses itself between places {i}-{(i + 1) % n} and {j}-{(j + 1) % n}: "
                    f"reorder its places, or split it in two"
                )
    return _hole_fault(planes) if len(planes) > 1 else None


def _hole_fault(planes: list[_Plane]) -> str | None:
    for a in range(len(planes)):
        for b in range(a + 1, len(planes)):
            if _first_crossing(planes[a], planes[b], same=False) is not None:
                return f"rings {a} and {b} cross each other: a hole must lie wholly inside and apart from other holes"
    for number in range(1, len(planes)):
        if not _inside(planes[number], planes[0]).any():
            return f"ring {number} lies outside ring 0: list it as an area of its own, or drop it"
        for other in range(1, len(planes)):
            if other != number and _inside(planes[number], planes[other]).all():
                return f"hole {number} lies inside hole {other}: drop the inner one, or make it an area of its own"
    return None


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
    degrees = np.radians(np.asarray(ring, np.float64))
    lat, lon = degrees[:, 0], degrees[:, 1]
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)


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


def _first_crossing(p: _Plane, q: _Plane, *, same: bool) -> tuple[int, int] | None:
    """The first pair of edges, one of each ring, that cross by more than 1 mm."""
    c, d = q, np.roll(q, -1, axis=0)
    for start in range(0, len(p), _BLOCK):
        a = p[start : start + _BLOCK]
        b = np.roll(p, -1, axis=0)[start : start + _BLOCK]
        hit = _straddle(a, b, c, d) & _straddle(c, d, a, b).T
        if same:
            i, j = np.nonzero(hit)
            i += start
            apart = (np.abs(i - j) > 1) & (np.abs(i - j) < len(p) - 1)
            i, j = i[apart], j[apart]
        else:
            i, j = np.nonzero(hit)
            i += start
        if len(i):
            return int(i[0]), int(j[0])
    return None


def _straddle(a: _Plane, b: _Plane, c: _Plane, d: _Plane) -> NDArray[np.bool_]:
    """Whether c[j] and d[j] lie on opposite sides of the line a[i] b[i], each more than 1 mm off: shape (i, j)."""
    edge = b - a
    length = np.hypot(edge[:, 0], edge[:, 1])[:, None]
    margin = _MILLIMETRE * length

    def side(q: _Plane) -> _Plane:
        return edge[:, :1] * (q[None, :, 1] - a[:, 1:]) - edge[:, 1:] * (q[None, :, 0] - a[:, :1])

    sc, sd = side(c), side(d)
    return ((sc > margin) & (sd < -margin)) | ((sc < -margin) & (sd > margin))


def _inside(points: _Plane, ring: _Plane) -> NDArray[np.bool_]:
    """Whether each point is inside the ring (even-odd rule)."""
    x, y = points[:, 0][:, None], points[:, 1][:, None]
    x0, y0 = ring[None, :, 0], ring[None, :, 1]
    after = np.roll(ring, -1, axis=0)
    x1, y1 = after[None, :, 0], after[None, :, 1]
    spans = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses = x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return ((spans & crosses).sum(axis=1) % 2).astype(np.bool_)
