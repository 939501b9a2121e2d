"""A quick proof, for one small ring, that it bounds one plain area; most rings people draw have it.

The one idea: it may fail to prove a ring plain that is, never the other way; whatever it cannot prove is put to the
whole check (`space.simple`), which also finds the words. For a dozen places arithmetic on plain numbers is several
times quicker than on arrays.
"""

import math
from collections.abc import Sequence

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import ECCENTRICITY_SQUARED

__all__ = ["surely_plain"]

_MOST_PLACES = 32  # pairs of edges grow with the square; beyond this arrays are quicker
_WIDEST_DEG = 10.0  # far within the half of the Earth that one plane shows
# Ten times the millimetre by which `space.simple` calls a crossing a crossing, on the unit sphere.
_CENTIMETRE = 1e-2 / 6_371_000.0

_Point = tuple[float, float]


def surely_plain(ring: Sequence[LatLon]) -> bool:
    """Whether a ring surely encloses an area and does not come within a centimetre of crossing or touching itself.

    >>> surely_plain((LatLon(0, 0), LatLon(0, 1), LatLon(1, 1)))
    True
    >>> surely_plain((LatLon(0, 0), LatLon(0, 1), LatLon(0, 2)))
    False
    """
    if not 3 <= len(ring) <= _MOST_PLACES:
        return False
    lats, lons = [place[0] for place in ring], [place[1] for place in ring]
    if max(lats) - min(lats) > _WIDEST_DEG or max(lons) - min(lons) > _WIDEST_DEG or max(map(abs, lats)) > 80.0:
        return False
    points = _on_plane(lats, lons)
    edges = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(points, (*points[1:], points[0]), strict=True)]
    sizes = [math.hypot(x, y) for x, y in edges]
    if min(sizes) <= _CENTIMETRE:
        return False
    return _turns_once(edges, sizes) or (len(ring) > 3 and not _comes_near(points, edges, sizes))


def _on_plane(lats: list[float], lons: list[float]) -> list[_Point]:
    """The ring seen from the Earth's centre, on the plane that touches the unit sphere amid its latitudes."""
    mid_lon = math.radians((max(lons) + min(lons)) / 2.0)
    mid_lat = math.radians((max(lats) + min(lats)) / 2.0)
    sin_mid, cos_mid = math.sin(mid_lat), math.cos(mid_lat)
    points: list[_Point] = []
    for lat_deg, lon_deg in zip(lats, lons, strict=True):
        lat, lon = math.radians(lat_deg), math.radians(lon_deg) - mid_lon
        cos_lat, z = math.cos(lat), (1.0 - ECCENTRICITY_SQUARED) * math.sin(lat)
        x, y = cos_lat * math.cos(lon), cos_lat * math.sin(lon)
        ahead = cos_mid * x + sin_mid * z
        points.append((y / ahead, (cos_mid * z - sin_mid * x) / ahead))
    return points


def _turns_once(edges: list[_Point], sizes: list[float]) -> bool:
    """Whether every turn is surely the same way, and the ring goes east and west once each: it is convex then."""
    way = 0
    flips = 0
    east = edges[-1][0] > 0.0
    before, size_before = edges[-1], sizes[-1]
    for edge, size in zip(edges, sizes, strict=True):
        turn = before[0] * edge[1] - before[1] * edge[0]
        # The next corner lies more than a centimetre beside the line of the edge before.
        if abs(turn) <= _CENTIMETRE * size_before:
            return False
        sign = 1 if turn > 0.0 else -1
        if way not in (0, sign):
            return False
        way = sign
        if (edge[0] > 0.0) != east:
            east = not east
            flips += 1
        before, size_before = edge, size
    return flips == 2


def _comes_near(points: list[_Point], edges: list[_Point], sizes: list[float]) -> bool:
    """Whether any two edges that are not neighbours may come within a centimetre, or two neighbours fold back."""
    n = len(points)
    after = (*points[1:], points[0])
    boxes = [
        (min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])) for a, b in zip(points, after, strict=True)
    ]
    for i in range(n):
        edge, next_edge = edges[i], edges[(i + 1) % n]
        turn = edge[0] * next_edge[1] - edge[1] * next_edge[0]
        ahead = edge[0] * next_edge[0] + edge[1] * next_edge[1]
        if ahead <= 0.0 and abs(turn) <= _CENTIMETRE * max(sizes[i], sizes[(i + 1) % n]):
            return True
        low_x, high_x, low_y, high_y = boxes[i]
        low_x, high_x, low_y, high_y = (
            low_x - _CENTIMETRE,
            high_x + _CENTIMETRE,
            low_y - _CENTIMETRE,
            high_y + _CENTIMETRE,
        )
        for j in range(i + 2, n if i else n - 1):
            other = boxes[j]
            if other[0] > high_x or other[1] < low_x or other[2] > high_y or other[3] < low_y:
                continue
            margin = _CENTIMETRE * sizes[i]
            if _beside(points[i], edge, points[j], after[j], margin):
                continue
            if not _beside(points[j], edges[j], points[i], after[i], _CENTIMETRE * sizes[j]):
                return True
    return False


def _beside(start: _Point, edge: _Point, p: _Point, q: _Point, margin: float) -> bool:
    """Whether two places both lie on one side of the line of an edge, more than a centimetre off."""
    side_p = edge[0] * (p[1] - start[1]) - edge[1] * (p[0] - start[0])
    side_q = edge[0] * (q[1] - start[1]) - edge[1] * (q[0] - start[0])
    return (side_p > margin and side_q > margin) or (side_p < -margin and side_q < -margin)
