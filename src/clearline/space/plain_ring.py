"""A quick proof, for one ring, that it bounds one plain area; most rings people draw have it.

The one idea: a ring whose every edge turns the same way round one direction, once in all, cannot cross itself. The
proof may fail for a ring that is plain, never the other way; what it cannot prove is put to the whole check
(`space.simple`), which also finds the words. For a dozen places plain numbers are many times quicker than arrays.
"""

import math
from collections.abc import Sequence

from clearline.space.latlon import LatLon
from clearline.space.rings import RINGS
from clearline.space.wgs84 import ECCENTRICITY_SQUARED

__all__ = ["surely_plain", "surely_plain_slowly"]

# Beyond some 8 degrees from the middle the check is left to `space.simple`: the cosine of that.
_NARROW = 0.99
# Twice the area of the triangle of an edge and the middle, on the unit sphere: some hundred times what the arithmetic
# of doubles rounds off, and that of a triangle less than a metre wide.
_SMALLEST = 1e-14

_Vector = tuple[float, float, float]


def surely_plain(ring: Sequence[LatLon]) -> bool:
    """Whether a ring surely encloses an area and surely does not cross, touch or go over itself.

    >>> surely_plain((LatLon(0.0, 0.0), LatLon(0.0, 1.0), LatLon(1.0, 1.0)))
    True
    >>> surely_plain((LatLon(0.0, 0.0), LatLon(0.0, 1.0), LatLon(0.0, 2.0)))
    False
    """
    if RINGS is not None:
        return RINGS.surely_plain(ring, LatLon, 1.0 - ECCENTRICITY_SQUARED, _NARROW, _SMALLEST)
    return surely_plain_slowly(ring)


def surely_plain_slowly(ring: Sequence[LatLon]) -> bool:
    """The same without the compiled routine: whatever either proves is so; what it does not is looked at wholly."""
    if len(ring) < 3:
        return False
    directions = _directions(ring)
    xs, ys, zs = zip(*directions, strict=True)
    middle = sum(xs), sum(ys), sum(zs)
    size = math.hypot(*middle)
    if size < _NARROW * len(ring):
        return False
    return _goes_round(directions, middle, _SMALLEST * size)


def _directions(ring: Sequence[LatLon]) -> list[_Vector]:
    """From the Earth's centre, to a hair's length of 1: edges lie in planes through that centre (`space.wgs84`)."""
    sin, cos, radian = math.sin, math.cos, math.pi / 180.0
    found: list[_Vector] = []
    for lat_deg, lon_deg in ring:
        lat, lon = lat_deg * radian, lon_deg * radian
        across = cos(lat)
        found.append((across * cos(lon), across * sin(lon), (1.0 - ECCENTRICITY_SQUARED) * sin(lat)))
    return found


def _goes_round(directions: Sequence[_Vector], middle: _Vector, least: float) -> bool:
    """Whether all edges turn the same way round the middle, by more than `least`, and once in all.

    Turns are counted by how often the ring passes from one side to the other of the plane through the middle and the
    first corner: twice for one turn.
    """
    mx, my, mz = middle
    ax, ay, az = directions[0]
    nx, ny, nz = my * az - mz * ay, mz * ax - mx * az, mx * ay - my * ax
    px, py, pz = directions[-1]
    side = nx * px + ny * py + nz * pz > 0.0
    way = passes = 0
    for x, y, z in directions:
        turn = mx * (py * z - pz * y) + my * (pz * x - px * z) + mz * (px * y - py * x)
        if abs(turn) <= least:
            return False
        sign = 1 if turn > 0.0 else -1
        if way not in (0, sign):
            return False
        way = sign
        if (nx * x + ny * y + nz * z > 0.0) != side:
            side = not side
            passes += 1
        px, py, pz = x, y, z
    return passes == 2
