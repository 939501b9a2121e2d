"""The slow oracle: distances searched for along geodesics, and inside told by how far azimuths turn.

The one idea: geographiclib's geodesics are right to nanometres, so nothing needs to be projected. Edges that do not
cross are nearest at an end of one, and the place of the other is searched for; edges cross if each parts the ends of
the other; and a place is inside a ring if the azimuth to a traveller on the rim turns once round. It is slow, and
shares nothing with the engine but Karney's papers.
"""

import math
from collections.abc import Iterator

from geographiclib.geodesic import Geodesic

from clearline.space.latlon import LatLon
from clearline.space.shape import Core

__all__ = ["gap_m"]

_EARTH = Geodesic.WGS84
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_SPLIT_M = 50_000.0


def gap_m(a: Core, b: Core, lateral_m: float = 0.0) -> float:
    """How far two shapes are apart, rim to rim, less a lateral minimum; minus infinity where one holds the other."""
    if _holds(a, b.parts[0][0]) or _holds(b, a.parts[0][0]):
        return -math.inf
    pairs = [(_least_m(p, q), p, q) for p in _edges(a) for q in _edges(b)]
    best_m = math.inf
    for least_m, p, q in sorted(pairs, key=lambda pair: pair[0]):
        if least_m > best_m:
            break
        best_m = 0.0 if _cross(p, q) else min(best_m, _search(p, q, best_m))
    return best_m - a.radius_m - b.radius_m - lateral_m


class _Edge:
    """A piece of a geodesic of at most 50 km: places along it by shares of its length."""

    def __init__(self, start: LatLon, end: LatLon, first: float, last: float) -> None:
        self._line = _EARTH.InverseLine(*start, *end)
        self._first_m, self.length_m = self._line.s13 * first, self._line.s13 * (last - first)

    def at(self, share: float) -> tuple[float, float]:
        place = self._line.Position(self._first_m + self.length_m * share, Geodesic.LATITUDE | Geodesic.LONGITUDE)
        return place["lat2"], place["lon2"]


def _edges(core: Core) -> Iterator[_Edge]:
    for part in core.parts:
        ends = (*part[1:], part[0]) if core.closed else part[1:] or part
        for start, end in zip(part, ends, strict=False):
            pieces = max(1, math.ceil(_EARTH.Inverse(*start, *end, Geodesic.DISTANCE)["s12"] / _SPLIT_M))
            for n in range(pieces):
                yield _Edge(start, end, n / pieces, (n + 1) / pieces)


def _least_m(p: _Edge, q: _Edge) -> float:
    """No place of one edge is nearer to any of the other: by their middles and half their lengths."""
    return _apart_m(p.at(0.5), q.at(0.5)) - (p.length_m + q.length_m) / 2.0


def _apart_m(here: tuple[float, float], there: tuple[float, float]) -> float:
    return float(_EARTH.Inverse(*here, *there, Geodesic.DISTANCE)["s12"])


def _cross(p: _Edge, q: _Edge) -> bool:
    """Whether each edge has its ends on both sides of the other: left of an edge azimuths from its start are less."""
    return _parts(p, q) and _parts(q, p)


def _parts(p: _Edge, q: _Edge) -> bool:
    start, end = p.at(0.0), p.at(1.0)
    if p.length_m == 0.0 or start in (q.at(0.0), q.at(1.0)):
        return False  # a shared end is found by distance
    ahead_deg = _azimuth_deg(start, end)
    sides = [math.sin(math.radians(_azimuth_deg(start, q.at(share)) - ahead_deg)) for share in (0.0, 1.0)]
    return sides[0] * sides[1] < 0.0


def _search(p: _Edge, q: _Edge, known_m: float) -> float:
    """The least distance between two edges that do not cross: from an end of one to some place of the other."""
    best_m = known_m
    for point, edge in ((p.at(0.0), q), (p.at(1.0), q), (q.at(0.0), p), (q.at(1.0), p)):
        if _apart_m(point, edge.at(0.5)) - edge.length_m / 2.0 <= best_m:
            best_m = min(best_m, _to_edge(point, edge))
    return best_m


def _to_edge(point: tuple[float, float], edge: _Edge) -> float:
    """From a place to an edge, by the golden section: along 50 km the distance falls, then rises."""
    low, high = 0.0, 1.0
    one, other = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    one_m, other_m = _apart_m(point, edge.at(one)), _apart_m(point, edge.at(other))
    while (high - low) * edge.length_m > 1e-5:
        if one_m < other_m:
            high, other, other_m = other, one, one_m
            one = high - _GOLDEN * (high - low)
            one_m = _apart_m(point, edge.at(one))
        else:
            low, one, one_m = one, other, other_m
            other = low + _GOLDEN * (high - low)
            other_m = _apart_m(point, edge.at(other))
    return min(one_m, other_m, _apart_m(point, edge.at(0.0)), _apart_m(point, edge.at(1.0)))


def _holds(area: Core, place: LatLon) -> bool:
    """Whether an odd number of rings go round a place; on a rim it may go either way."""
    return area.closed and sum(_goes_round(ring, place) for ring in area.parts) % 2 == 1


def _goes_round(ring: tuple[LatLon, ...], place: LatLon) -> bool:
    turned_deg = 0.0
    before = None
    for start, end in zip(ring, (*ring[1:], ring[0]), strict=True):
        line = _EARTH.InverseLine(*start, *end)
        before = _azimuth_deg(place, start) if before is None else before
        turned_deg, before = _turn_along(line, 0.0, line.s13, place, before, turned_deg, 12)
    return abs(turned_deg) > 180.0


def _turn_along(
    line: object, from_m: float, to_m: float, place: LatLon, before: float, turned: float, depth: int
) -> tuple[float, float]:
    """Azimuth turned along a stretch of rim; halved until no step turns by much: half a circle has no side."""
    end = line.Position(to_m, Geodesic.LATITUDE | Geodesic.LONGITUDE)  # type: ignore[attr-defined]
    after = _azimuth_deg(place, LatLon(end["lat2"], end["lon2"]))
    step = (after - before + 540.0) % 360.0 - 180.0
    if depth == 0 or (abs(step) < 90.0 and depth < 12):
        return turned + step, after
    middle_m = (from_m + to_m) / 2.0
    turned, before = _turn_along(line, from_m, middle_m, place, before, turned, depth - 1)
    return _turn_along(line, middle_m, to_m, place, before, turned, depth - 1)


def _azimuth_deg(place: tuple[float, float], other: tuple[float, float]) -> float:
    return float(_EARTH.Inverse(*place, *other, Geodesic.AZIMUTH)["azi1"])
