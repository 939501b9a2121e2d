"""Pairs of shapes where engines go wrong, millions at a time: the places, the sizes, and above all the gaps.

The one idea: most pairs are built round a point of contact: a place on the rim of one shape, and beside it, across a
gap drawn from a list about the tolerance, the tip or rim of the other. Everything is made with Karney's geodesics, so
nothing here shares a line with the engine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

__all__ = ["FAMILIES", "GEOD", "Cases", "Side", "make_cases", "seams"]

Floats = NDArray[np.float64]
GEOD = Geod(ellps="WGS84")

# Overlaps (negative) and gaps, metres: none, about the tolerance of 5 mm and the precision of 1 cm, and plain ones.
_GAPS_M = np.array(
    [-1e3, -50.0, -1.0, -0.05, -0.02, -0.01, -0.001, 0.0, 0.001, 0.003, 0.007, 0.009, 0.011, 0.02, 0.05, 1.0, 50.0, 1e3]
)

# The seams of longitude, the poles, and edges and corners of the cube round the Earth that the core projects on
# (where two or three Earth-centred coordinates are equal in size).
_CORNER_LAT = float(np.degrees(np.arctan2(1.0, (1.0 - 0.0066943799901413165) * np.sqrt(2.0))))
_EDGE_LAT = float(np.degrees(np.arctan2(1.0, 1.0 - 0.0066943799901413165)))
_SEAMS = np.array(
    [(0.0, 0.0), (0.0, 180.0), (52.0, 180.0), (90.0, 0.0), (-90.0, 0.0), (89.99, 77.0), (0.0, 45.0), (20.0, -135.0),
     (_CORNER_LAT, 45.0), (-_CORNER_LAT, -45.0), (_CORNER_LAT, 135.0), (_EDGE_LAT, 0.0), (-_EDGE_LAT, 90.0),
     (50.0, 25.0)]
)  # fmt: skip

FAMILIES = ("scattered", "facing", "circles", "corridors", "slivers", "holes", "inside")


def seams() -> Floats:
    """Latitudes and longitudes of places where engines go wrong: (n, 2)."""
    return _SEAMS


@dataclass(frozen=True, slots=True)
class Side:
    """One shape of each of n pairs: rings or lines of the same number of places, (n, places) each, and a radius (n,).

    `hole` is a second ring, or none.
    """

    lat_deg: Floats
    lon_deg: Floats
    closed: bool
    radius_m: Floats
    hole_lat_deg: Floats | None = None
    hole_lon_deg: Floats | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """Pairs of one family; `lateral_m` is the reach they are asked about."""

    family: str
    one: Side
    other: Side
    lateral_m: float

    def __len__(self) -> int:
        return len(self.one.radius_m)


def make_cases(family: str, count: int, lateral_m: float, rng: np.random.Generator) -> Cases:
    """So many pairs of a family."""
    lat, lon = _centres(count, rng)
    size_m = 10.0 ** rng.uniform(0.0, 4.8, count)
    if family == "scattered":
        one = _ring(lat, lon, size_m, int(rng.integers(3, 9)), rng)
        near_lat, near_lon = _moved(lat, lon, rng.uniform(0, 360, count), size_m * rng.uniform(0.0, 3.0, count))
        return Cases(
            family,
            one,
            _ring(near_lat, near_lon, size_m * 10.0 ** rng.uniform(-2, 0.5, count), int(rng.integers(3, 9)), rng),
            lateral_m,
        )
    if family == "circles":
        return Cases(family, *_two_circles(lat, lon, size_m, lateral_m, rng), lateral_m)
    if family == "holes":
        return Cases(family, *_island(lat, lon, size_m, rng), lateral_m)
    if family == "inside":
        one = _ring(lat, lon, size_m, 6, rng, least=0.6)
        inner_lat, inner_lon = _moved(lat, lon, rng.uniform(0, 360, count), size_m * rng.uniform(0.0, 0.45, count))
        return Cases(family, one, _ring(inner_lat, inner_lon, size_m * 0.05, 4, rng), lateral_m)
    one = (
        _line(lat, lon, size_m, rng) if family == "corridors" else _ring(lat, lon, size_m, int(rng.integers(3, 9)), rng)
    )
    return Cases(
        family, one, _facing(one, lateral_m, rng, sliver=family == "slivers", bare=family == "corridors"), lateral_m
    )


def _centres(count: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """A third anywhere (alike by area), a third near a seam, a third along edges of the cube."""
    lat = np.degrees(np.arcsin(rng.uniform(-1.0, 1.0, count)))
    lon = rng.uniform(-180.0, 180.0, count)
    kind = rng.integers(0, 3, count)
    seam = _SEAMS[rng.integers(0, len(_SEAMS), count)]
    near_lat, near_lon = _moved(seam[:, 0], seam[:, 1], rng.uniform(0, 360, count), 10.0 ** rng.uniform(-1, 5, count))
    lat, lon = np.where(kind == 1, near_lat, lat), np.where(kind == 1, near_lon, lon)
    # Along a cube's edge two coordinates are equal and the third is smaller.
    edge = np.stack((np.ones(count), np.ones(count), rng.uniform(-1.0, 1.0, count)), axis=1)
    edge *= rng.choice([-1.0, 1.0], (count, 3))
    edge = rng.permuted(edge, axis=1)
    edge_lat = np.degrees(np.arctan2(edge[:, 2], (1.0 - 0.0066943799901413165) * np.hypot(edge[:, 0], edge[:, 1])))
    edge_lon = np.degrees(np.arctan2(edge[:, 1], edge[:, 0]))
    return np.where(kind == 2, edge_lat, lat), np.where(kind == 2, edge_lon, lon)


def _moved(lat: Floats, lon: Floats, azimuth_deg: Floats, range_m: Floats) -> tuple[Floats, Floats]:
    shape = np.broadcast_shapes(np.shape(lat), np.shape(azimuth_deg), np.shape(range_m))
    flat = [np.ascontiguousarray(np.broadcast_to(v, shape)).ravel() for v in (lon, lat, azimuth_deg, range_m)]
    found_lon, found_lat, _ = GEOD.fwd(*flat)
    return np.reshape(found_lat, shape), np.reshape(found_lon, shape)


def _ring(lat: Floats, lon: Floats, size_m: Floats, corners: int, rng: np.random.Generator, least: float = 0.1) -> Side:
    """Stars round a centre: simple for sure, convex or not."""
    count = len(lat)
    turn = rng.uniform(0, 360, count)[:, None] + (np.arange(corners) + rng.uniform(-0.3, 0.3, (count, corners))) * (
        360.0 / corners
    )
    far = size_m[:, None] * rng.uniform(least, 1.0, (count, corners))
    places = _moved(lat[:, None], lon[:, None], turn, far)
    return Side(*places, True, np.zeros(count))


def _line(lat: Floats, lon: Floats, size_m: Floats, rng: np.random.Generator) -> Side:
    count, places = len(lat), int(rng.integers(1, 5))
    lats, lons = [lat], [lon]
    for _ in range(places - 1):
        step = _moved(lats[-1], lons[-1], rng.uniform(0, 360, count), size_m * rng.uniform(0.1, 1.0, count))
        lats.append(step[0])
        lons.append(step[1])
    radius_m = np.where(rng.random(count) < 0.2, 0.0, size_m * 10.0 ** rng.uniform(-4, 0, count))
    return Side(np.stack(lats, axis=1), np.stack(lons, axis=1), False, radius_m)


def _facing(one: Side, lateral_m: float, rng: np.random.Generator, *, sliver: bool, bare: bool) -> Side:
    """A shape with its tip beside a place on the rim of `one`, a gap away, and the rest of it beyond."""
    count, places = one.lat_deg.shape
    number = rng.integers(0, places, count)
    after = (number + 1) % places if one.closed else np.minimum(number + 1, places - 1)
    rows = np.arange(count)
    here_lat, here_lon = one.lat_deg[rows, number], one.lon_deg[rows, number]
    azimuth, _, length = GEOD.inv(here_lon, here_lat, one.lon_deg[rows, after], one.lat_deg[rows, after])
    share = rng.choice([0.0, 0.0, 1e-6, 0.2, 0.5, 0.9], count)
    foot_lat, foot_lon = _moved(here_lat, here_lon, azimuth, share * length)
    # The way on from the foot bends by what the meridians do; over an edge that is a fraction of a degree.
    away = np.where(length > 0.0, azimuth + rng.choice([90.0, -90.0], count), rng.uniform(0, 360, count))
    reach = one.radius_m + lateral_m + rng.choice(_GAPS_M, count) * rng.choice([1.0, 1.0, 0.1], count)
    tip_lat, tip_lon = _moved(foot_lat, foot_lon, away + np.where(reach < 0.0, 180.0, 0.0), np.abs(reach))
    size_m = 10.0 ** rng.uniform(0.0, 4.8, count)
    if bare and rng.random() < 0.5:  # a circle whose rim is at the tip
        centre_lat, centre_lon = _moved(tip_lat, tip_lon, away, size_m)
        _, _, radius_m = GEOD.inv(centre_lon, centre_lat, tip_lon, tip_lat)
        return Side(centre_lat[:, None], centre_lon[:, None], False, np.asarray(radius_m))
    spread = 10.0 ** rng.uniform(-5, 0, count) if sliver else rng.uniform(2.0, 88.0, count)
    ends = [
        _moved(tip_lat, tip_lon, away + sign * spread, size_m * rng.uniform(0.5, 1.0, count)) for sign in (-1.0, 1.0)
    ]
    lat = np.stack((tip_lat, ends[0][0], ends[1][0]), axis=1)
    lon = np.stack((tip_lon, ends[0][1], ends[1][1]), axis=1)
    return Side(lat, lon, True, np.zeros(count))


def _two_circles(
    lat: Floats, lon: Floats, size_m: Floats, lateral_m: float, rng: np.random.Generator
) -> tuple[Side, Side]:
    count = len(lat)
    one_m, other_m = size_m, size_m * 10.0 ** rng.uniform(-3, 0.6, count)
    apart_m = one_m + other_m + lateral_m + rng.choice(_GAPS_M, count)
    far_lat, far_lon = _moved(lat, lon, rng.uniform(0, 360, count), np.maximum(0.0, apart_m))
    return (
        Side(lat[:, None], lon[:, None], False, one_m),
        Side(far_lat[:, None], far_lon[:, None], False, other_m),
    )


def _island(lat: Floats, lon: Floats, size_m: Floats, rng: np.random.Generator) -> tuple[Side, Side]:
    """A ring with a hole, and in the hole a triangle or a circle whose tip or rim comes near the hole's edge."""
    count = len(lat)
    turn = rng.uniform(0, 360, count)[:, None] + np.arange(5) * 72.0
    outer = _moved(lat[:, None], lon[:, None], turn, size_m[:, None])
    hole = _moved(lat[:, None], lon[:, None], turn + 20.0, size_m[:, None] * 0.5)
    one = Side(*outer, True, np.zeros(count), *hole)
    # The middle of a hole's edge, seen from the centre.
    azimuth, _, length = GEOD.inv(hole[1][:, 0], hole[0][:, 0], hole[1][:, 1], hole[0][:, 1])
    mid_lat, mid_lon = _moved(hole[0][:, 0], hole[1][:, 0], azimuth, np.asarray(length) / 2.0)
    inward, _, depth = GEOD.inv(mid_lon, mid_lat, lon, lat)
    gap = rng.choice(_GAPS_M, count)
    gap = np.clip(gap, -0.4 * size_m, 0.6 * np.asarray(depth))
    tip = _moved(mid_lat, mid_lon, np.asarray(inward) + np.where(gap < 0.0, 180.0, 0.0), np.abs(gap))
    if rng.random() < 0.5:
        radius_m = 0.2 * size_m
        centre = _moved(tip[0], tip[1], inward, radius_m)
        return one, Side(centre[0][:, None], centre[1][:, None], False, radius_m)
    ends = [_moved(tip[0], tip[1], np.asarray(inward) + turn_deg, 0.2 * size_m) for turn_deg in (-30.0, 30.0)]
    lat3 = np.stack((tip[0], ends[0][0], ends[1][0]), axis=1)
    lon3 = np.stack((tip[1], ends[0][1], ends[1][1]), axis=1)
    return one, Side(lat3, lon3, True, np.zeros(count))
