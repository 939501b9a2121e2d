"""Edges that a format draws straight on the longitude and latitude grid, held by geodesics and a widening.

The one idea: RFC 7946 (3.1.1) makes an edge a straight line in longitude and latitude, Clearline a geodesic; along a
parallel the two part by 4 m over 15 km and by 660 m over 200 km at 40 degrees. So a shape read from such a format is
widened by as much as its edges may stray, after long edges are given places in between.
"""

import math
from collections.abc import Sequence

from clearline.space.latlon import LatLon
from clearline.space.rings import RINGS
from clearline.space.shape import MAX_VERTICES, ShapeError
from clearline.space.wgs84 import EQUATORIAL_RADIUS_M

__all__ = ["MOST_STRAY_M", "edge_stray_m", "held_straight", "held_straight_slowly"]

# An edge that strays further gets places in between; each of those costs the engine time, each metre room.
MOST_STRAY_M = 5.0

# The bound is worked out on a sphere and for pieces short against it. An ellipsoid's curvature is within 1 % of it, and
# pieces that stray 5 m at most are shorter than 500 km beyond half a degree from the equator: 5 % is ample for both.
_SPHERE_SHARE = 1.05
_FACTOR_PER_M = _SPHERE_SHARE / (8.0 * EQUATORIAL_RADIUS_M)
_DEGREE_M = EQUATORIAL_RADIUS_M * math.pi / 180.0
_MEND = 'state "edges": "geodesic" if they are geodesics'


def held_straight(path: Sequence[LatLon]) -> tuple[tuple[LatLon, ...], float]:
    """A path whose geodesics, widened by the number of metres returned, hold the path drawn straight on the grid.

    A ring is given with its first place again at its end. Raises ShapeError for an edge more than half way round the
    globe, which could be meant either way round, or one so near a pole that it cannot be held.

    >>> path, widened_m = held_straight([LatLon(40.0, 20.0), LatLon(40.0, 20.1)])
    >>> len(path), round(widened_m, 2)
    (2, 1.26)
    """
    if RINGS is not None:
        quick_m = RINGS.stray_m(path, LatLon, _FACTOR_PER_M, _DEGREE_M, MOST_STRAY_M)
        if quick_m is not None:
            return tuple(path), quick_m
    return held_straight_slowly(path)


def held_straight_slowly(path: Sequence[LatLon]) -> tuple[tuple[LatLon, ...], float]:
    """The same without the compiled routine, and where an edge is long: to the last bit."""
    widest_m = 0.0
    places: list[LatLon] = [path[0]]
    last = path[0]
    curve_per_m, east_m_per_deg = _scale([place.lat_deg for place in path])
    for place in path[1:]:
        turn_deg = place.lon_deg - last.lon_deg
        if turn_deg != 0.0:
            east_m = abs(turn_deg) * east_m_per_deg
            north_m = (place.lat_deg - last.lat_deg) * _DEGREE_M
            off_m = _off_m(curve_per_m, east_m, north_m)
            if off_m > MOST_STRAY_M or abs(turn_deg) > 180.0:
                between, off_m = _cut(last, place, MAX_VERTICES - len(places))
                places.extend(between)
            widest_m = max(widest_m, off_m)
        places.append(place)
        last = place
    return tuple(places), widest_m


def _scale(lats_deg: list[float]) -> tuple[float, float]:
    """An eighth of the curvature furthest from the equator, per metre, and the widest degree of longitude, metres.

    A line straight on the grid has a geodesic curvature of tan(lat) / R * sin(az) * (1 + cos(az)^2), az its azimuth,
    and a curve of curvature k strays from its chord of length L by k L^2 / 8 at most.
    """
    north_deg, south_deg = max(lats_deg), min(lats_deg)
    far_deg = max(north_deg, -south_deg)
    near_deg = 0.0 if south_deg <= 0.0 <= north_deg else min(abs(north_deg), abs(south_deg))
    return math.tan(math.radians(far_deg)) * _FACTOR_PER_M, _DEGREE_M * math.cos(math.radians(near_deg))


def _cut(a: LatLon, b: LatLon, room: int) -> tuple[list[LatLon], float]:
    """The places that cut a long edge so that each piece strays by MOST_STRAY_M at most, and by how much they do."""
    whole_m = edge_stray_m(a, b)
    pieces = max(1, math.ceil(math.sqrt(whole_m / MOST_STRAY_M)))
    if pieces > room:
        raise ShapeError(f"the edge from {_words(a)} to {_words(b)} is too long, or too near a pole: {_MEND}")
    return _between(a, b, pieces), whole_m / (pieces * pieces)


def edge_stray_m(a: LatLon, b: LatLon) -> float:
    """How far at most the line from a to b, straight on the grid, strays from the geodesic between them, metres.

    Raises ShapeError for two places more than half way round the globe from each other in longitude.
    """
    turn_deg = abs(b.lon_deg - a.lon_deg)
    if turn_deg > 180.0:
        raise ShapeError(
            f"the edge from {_words(a)} to {_words(b)} is more than half way round in longitude, or crosses the "
            f"antimeridian: cut it there (RFC 7946, 3.1.9), write longitudes beyond 180, or {_MEND}"
        )
    if turn_deg == 0.0:
        return 0.0
    curve_per_m, east_m_per_deg = _scale([a.lat_deg, b.lat_deg])
    east_m, north_m = turn_deg * east_m_per_deg, (b.lat_deg - a.lat_deg) * _DEGREE_M
    return _off_m(curve_per_m, east_m, north_m)


def _off_m(curve_per_m: float, east_m: float, north_m: float) -> float:
    # Not hypot: no two libraries round it alike, and the compiled routine must say the same to the last bit.
    length_m = math.sqrt(east_m * east_m + north_m * north_m)
    if length_m == 0.0:
        return 0.0  # nearer than any square can tell
    return curve_per_m * east_m * (length_m + north_m * north_m / length_m)


def _between(a: LatLon, b: LatLon, pieces: int) -> list[LatLon]:
    """The places that cut an edge, straight on the grid, in so many equal pieces; its ends left out."""
    lat_deg, lon_deg = b.lat_deg - a.lat_deg, b.lon_deg - a.lon_deg
    return [LatLon(a.lat_deg + lat_deg * n / pieces, a.lon_deg + lon_deg * n / pieces) for n in range(1, pieces)]


def _words(place: LatLon) -> str:
    return f"longitude {place.lon_deg:g} latitude {place.lat_deg:g}"
