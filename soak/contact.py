"""The quick oracle: how far apart two shapes are, for millions of pairs, by Karney's distances and azimuths alone.

The one idea: on a map that keeps distances and azimuths from one place (azimuthal equidistant), all geodesics through
that place are straight, and those that pass near it nearly are: an edge of length L that passes at distance d bends by
d L^2 / 6 R^2. So the map is drawn round the point of contact itself: once round the middle of a pair to find it,
and again round what was found, until it stays. Nothing is shared with the engine, which uses Earth-centred planes.
"""

import numpy as np
from numpy.typing import NDArray

from soak.hard_cases import GEOD, Cases, Side

__all__ = ["contact_of", "drawn", "gaps_m", "longest_edge_m"]

Floats = NDArray[np.float64]
_EARTH_M = 6.37e6
_ROUNDS = 8


def gaps_m(cases: Cases) -> tuple[Floats, Floats]:
    """For each pair the gap between the shapes less the reach, metres, and how far wrong that may be.

    Where the shapes overlap the gap is negative, and no more than a bound of how deep.
    """
    gap, doubt, _, _ = _settled(cases)
    return gap, doubt


def contact_of(cases: Cases) -> tuple[Floats, Floats, Floats]:
    """Latitudes and longitudes of the points of contact, and how far wrong a gap on the map round each may be."""
    _, doubt, lat, lon = _settled(cases)
    return lat, lon, doubt


def _settled(cases: Cases) -> tuple[Floats, Floats, Floats, Floats]:
    count = len(cases)
    at_lat, at_lon = cases.one.lat_deg[:, 0].copy(), cases.one.lon_deg[:, 0].copy()
    gap, doubt = np.full(count, np.nan), np.full(count, np.inf)
    todo = np.arange(count)
    for _ in range(_ROUNDS):
        found, wrong, x, y = _on_map(cases, todo, at_lat[todo], at_lon[todo])
        gap[todo], doubt[todo] = found, wrong
        # Settled: surely far apart or deep in each other, or drawn round the point of contact and right to 0.1 mm.
        left = (wrong > 1e-4) & (np.abs(found) < 3.0 * wrong + 2.0)
        todo, x, y = todo[left], x[left], y[left]
        if len(todo) == 0:
            break
        lon, lat, _ = GEOD.fwd(at_lon[todo], at_lat[todo], np.degrees(np.arctan2(x, y)), np.hypot(x, y))
        at_lat[todo], at_lon[todo] = lat, lon
    return gap, doubt, at_lat, at_lon


def _on_map(cases: Cases, rows: NDArray[np.intp], lat: Floats, lon: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Gap, how far wrong it may be, and the point of contact, on a map round a place for each pair."""
    a0, a1 = _edges(cases.one, rows, lat, lon)
    b0, b1 = _edges(cases.other, rows, lat, lon)
    radii = cases.one.radius_m[rows] + cases.other.radius_m[rows] + cases.lateral_m
    gap, p, q, crossing = _nearest(a0, a1, b0, b1)
    inside = np.zeros(len(rows), np.bool_)
    if cases.one.closed:
        inside |= _holds(a0, a1, b0[:, 0])
    if cases.other.closed:
        inside |= _holds(b0, b1, a0[:, 0])
    signed = np.where(inside | crossing, -gap, gap) - radii
    # The contact lies between the rims: from the point of one towards the other, as far as its own radius.
    apart = np.linalg.norm(q - p, axis=1)
    share = np.where(
        apart > 0.0, (cases.one.radius_m[rows] + signed / 2.0 + cases.lateral_m / 2.0) / np.maximum(apart, 1e-300), 0.5
    )
    contact = p + np.clip(share, 0.0, 1.0)[:, None] * (q - p)
    longest = np.maximum(_longest(a0, a1), _longest(b0, b1))
    off = np.maximum(np.linalg.norm(p, axis=1), np.linalg.norm(q, axis=1))
    away = np.linalg.norm(contact, axis=1)
    # Edges bend by how far off they pass. A way across the map that passes the middle at `away` is too long by
    # away^2 apart / 6 R^2 at most. Twice both, for the orders left out and the ellipsoid.
    wrong = off * longest**2 / (6.0 * _EARTH_M**2) + away**2 * (apart + away) / (3.0 * _EARTH_M**2)
    return signed, wrong + 1e-12 * (apart + off) + 1e-7, contact[:, 0], contact[:, 1]


def _edges(side: Side, rows: NDArray[np.intp], lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Starts and ends of edges on the map: (n, edges, 2). A single place is an edge to itself."""
    ring = drawn(side.lat_deg[rows], side.lon_deg[rows], lat, lon)
    if not side.closed:
        return (ring, ring) if ring.shape[1] == 1 else (ring[:, :-1], ring[:, 1:])
    starts, ends = ring, np.roll(ring, -1, axis=1)
    if side.hole_lat_deg is None or side.hole_lon_deg is None:
        return starts, ends
    hole = drawn(side.hole_lat_deg[rows], side.hole_lon_deg[rows], lat, lon)
    return np.concatenate((starts, hole), axis=1), np.concatenate((ends, np.roll(hole, -1, axis=1)), axis=1)


def drawn(lat_deg: Floats, lon_deg: Floats, lat: Floats, lon: Floats) -> Floats:
    """Places (n, places) on maps round (n,) middles: (n, places, 2), metres east and north."""
    shape = lat_deg.shape
    from_lat, from_lon = (np.ascontiguousarray(np.broadcast_to(v[:, None], shape)).ravel() for v in (lat, lon))
    azimuth, _, range_m = GEOD.inv(from_lon, from_lat, lon_deg.ravel(), lat_deg.ravel())
    turn = np.radians(np.asarray(azimuth)).reshape(shape)
    far = np.asarray(range_m).reshape(shape)
    return np.stack((far * np.sin(turn), far * np.cos(turn)), axis=-1)


def _nearest(a0: Floats, a1: Floats, b0: Floats, b1: Floats) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Least distance of any edge of one to any of the other, the two nearest points, and whether any two cross.

    Where edges cross the distance is how far the nearest end lies beyond the other edge, and the points the crossing.
    """
    count = len(a0)
    best = np.full(count, np.inf)
    p, q = np.zeros((count, 2)), np.zeros((count, 2))
    crossing, depth, where = np.zeros(count, np.bool_), np.zeros(count), np.zeros((count, 2))
    for i in range(a0.shape[1]):
        for j in range(b0.shape[1]):
            for point, first, last, swapped in (
                (a0[:, i], b0[:, j], b1[:, j], False), (a1[:, i], b0[:, j], b1[:, j], False),
                (b0[:, j], a0[:, i], a1[:, i], True), (b1[:, j], a0[:, i], a1[:, i], True),
            ):  # fmt: skip
                foot = _foot(point, first, last)
                far = np.hypot(point[:, 0] - foot[:, 0], point[:, 1] - foot[:, 1])
                nearer = far < best
                best[nearer] = far[nearer]
                p[nearer], q[nearer] = (foot[nearer], point[nearer]) if swapped else (point[nearer], foot[nearer])
            crosses, beyond, place = _crossing(a0[:, i], a1[:, i], b0[:, j], b1[:, j])
            deeper = crosses & (beyond > depth)
            depth[deeper], where[deeper] = beyond[deeper], place[deeper]
            crossing |= crosses
    best = np.where(crossing, depth, best)
    p[crossing], q[crossing] = where[crossing], where[crossing]
    return best, p, q, crossing


def _foot(point: Floats, first: Floats, last: Floats) -> Floats:
    way = last - first
    length2 = (way**2).sum(axis=1)
    along = np.where(length2 > 0.0, ((point - first) * way).sum(axis=1) / np.where(length2 > 0.0, length2, 1.0), 0.0)
    return first + np.clip(along, 0.0, 1.0)[:, None] * way


def _side(first: Floats, last: Floats, point: Floats) -> Floats:
    """How far a point lies to the left of the line through two others."""
    way = last - first
    length = np.hypot(way[:, 0], way[:, 1])
    turn = way[:, 0] * (point[:, 1] - first[:, 1]) - way[:, 1] * (point[:, 0] - first[:, 0])
    return turn / np.where(length > 0.0, length, 1.0)


def _crossing(a0: Floats, a1: Floats, b0: Floats, b1: Floats) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Whether two edges cross, by how much the nearest of their ends lies beyond the other, and where."""
    c, d, e, f = _side(a0, a1, b0), _side(a0, a1, b1), _side(b0, b1, a0), _side(b0, b1, a1)
    crosses = (c * d < 0.0) & (e * f < 0.0)
    beyond = np.minimum(np.minimum(np.abs(c), np.abs(d)), np.minimum(np.abs(e), np.abs(f)))
    share = np.where(crosses, e / np.where(crosses, e - f, 1.0), 0.0)
    return crosses, beyond, a0 + share[:, None] * (a1 - a0)


def _holds(starts: Floats, ends: Floats, point: Floats) -> NDArray[np.bool_]:
    """Whether a ring or two hold a point, by the even-odd rule."""
    x, y = point[:, :1], point[:, 1:]
    spans = (starts[:, :, 1] > y) != (ends[:, :, 1] > y)
    height = np.where(spans, ends[:, :, 1] - starts[:, :, 1], 1.0)
    at = starts[:, :, 0] + (y - starts[:, :, 1]) / height * (ends[:, :, 0] - starts[:, :, 0])
    return (np.count_nonzero(spans & (at > x), axis=1) % 2).astype(np.bool_)


def _longest(starts: Floats, ends: Floats) -> Floats:
    return np.sqrt(((ends - starts) ** 2).sum(axis=2).max(axis=1))


def longest_edge_m(side: Side) -> Floats:
    """The longest edge of each shape, metres."""
    starts, ends = _edges(side, np.arange(len(side.radius_m)), side.lat_deg[:, 0], side.lon_deg[:, 0])
    return _longest(starts, ends)
