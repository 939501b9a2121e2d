"""The worlds that everything in this folder is measured on: volumes, activities and aircraft, from a seed.

The one idea: a world is like a busy theatre, not like a lattice: most of it happens in a few hot spots, most of it is
small, and a little of it is very large. The same seed gives the same world on every machine.

A world of volumes is 1000 x 1000 km round 50 N 25 E. Of all volumes 60 % lie in 20 hot spots (normal, 15 to 60 km
across), the rest anywhere. Their widths are log-normal, median 2 km, 0.2 to 50 km. Four in ten are legs of corridors
(rectangles, 2 to 10 times as long as wide), three in ten have 4 to 30 corners on an ellipse, three in ten 4 to 30
corners drawn inward by up to 60 %. Six in ten fly low (0 to 90 m, 30 to 120 m thick), three in ten at 300 to 3,000 m,
one in ten at 3 to 15 km. Windows last 5 minutes to 6 hours (log-uniform), somewhere in 24 hours. Heights are whole
millimetres above the ellipsoid and times whole milliseconds, so that every peer compares the same numbers.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.batch import Batch, Ints
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Polygon
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import Floats
from clearline.space.window import TimeWindow

__all__ = [
    "CENTRE",
    "DAY_MS",
    "MIDNIGHT_MS",
    "Traffic",
    "aircraft",
    "operation",
    "part_of",
    "small_aircraft",
    "volume_of",
    "world",
]

CENTRE = LatLon(50.0, 25.0)
DAY_MS = 86_400_000
# The day the windows lie in, ms since 1970: any will do.
MIDNIGHT_MS = 1_767_225_600_000

_HALF_M = 500_000.0
_DEGREE_M = 111_195.0  # one degree of a sphere of 6371 km
_HOT_SPOTS = 20
_HOT_SHARE = 0.6


class Traffic(NamedTuple):
    """States of many aircraft, side by side; tracks in degrees clockwise from north."""

    lat_deg: Floats
    lon_deg: Floats
    track_deg: Floats
    speed_mps: Floats
    altitude_m: Floats
    climb_mps: Floats


class _Outlines(NamedTuple):
    """Corners of all shapes side by side, in metres from each shape's own middle; `owner` says whose each is."""

    offsets: Ints
    owner: NDArray[np.intp]
    east_m: Floats
    north_m: Floats


def world(count: int, seed: int = 1, sides: int = 2) -> Batch:
    """So many volumes, of so many parties in turn."""
    chance = np.random.default_rng(seed)
    middle = _middles(chance, count)
    width_m = np.clip(np.exp(chance.normal(np.log(2_000.0), 1.0, count)), 200.0, 50_000.0)
    outlines = _outlines(chance, width_m)
    low_mm, high_mm = _bands(chance, count)
    start_ms = chance.integers(0, DAY_MS - 300_000, count)
    lasts_ms = np.exp(chance.uniform(np.log(300_000.0), np.log(21_600_000.0), count)).astype(np.int64)
    return _batch(middle, outlines, low_mm, high_mm, (start_ms, start_ms + lasts_ms), np.arange(count) % sides)


def operation(size: int, seed: int, party: int = 0) -> Batch:
    """One activity: a path of so many legs, each a rectangle, each window overlapping the next by two minutes."""
    chance = np.random.default_rng((seed, 2))
    at = chance.uniform(-0.8 * _HALF_M, 0.8 * _HALF_M, 2)
    heading = chance.uniform(0.0, 2.0 * np.pi) + np.cumsum(chance.normal(0.0, 0.2, size))
    length_m, half_width_m = chance.uniform(500.0, 3_000.0), chance.uniform(100.0, 500.0)
    along = np.stack((np.cos(heading), np.sin(heading)), axis=1)
    across = np.stack((-along[:, 1], along[:, 0]), axis=1)
    middle = at + length_m * (np.cumsum(along, axis=0) - along / 2.0)
    signs = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    corners = signs[:, :1] * along[:, None] * length_m / 2.0 + signs[:, 1:] * across[:, None] * half_width_m
    outlines = _Outlines(
        np.arange(0, 4 * size + 1, 4, dtype=np.int64),
        np.repeat(np.arange(size), 4),
        corners[:, :, 0].ravel(),
        corners[:, :, 1].ravel(),
    )
    start_ms = int(chance.uniform(0.0, 80_000_000.0)) + np.arange(size) * int(chance.uniform(60_000.0, 600_000.0))
    step_ms = int(start_ms[1] - start_ms[0]) if size > 1 else 60_000
    low_mm = np.full(size, int(chance.uniform(0.0, 90_000.0)), np.int64)
    high_mm = low_mm + int(chance.uniform(30_000.0, 120_000.0))
    return _batch(middle, outlines, low_mm, high_mm, (start_ms, start_ms + step_ms + 120_000), np.full(size, party))


def aircraft(count: int, seed: int = 3) -> Traffic:
    """Manned aircraft over the same 1000 x 1000 km: 100 to 250 m/s, most of them level at a whole thousand feet."""
    chance = np.random.default_rng((seed, 5))
    levels_m = np.round(chance.uniform(10.0, 41.0, count)) * 304.8
    # A height a shade off a whole level: a pair exactly one minimum apart turns on the last bit of a subtraction,
    # and no two programs agree on that.
    levels_m += chance.uniform(-3.0, 3.0, count)
    altitude_m = np.where(chance.random(count) < 0.7, levels_m, chance.uniform(300.0, 12_000.0, count))
    climb_mps = np.where(chance.random(count) < 0.6, 0.0, chance.uniform(-15.0, 15.0, count))
    return _traffic(chance, count, _HALF_M, altitude_m, climb_mps, (100.0, 250.0))


def small_aircraft(count: int, seed: int = 3) -> Traffic:
    """Drones over 100 x 100 km: up to 30 m/s, at 20 to 150 m."""
    chance = np.random.default_rng((seed, 7))
    climb_mps = np.where(chance.random(count) < 0.6, 0.0, chance.uniform(-5.0, 5.0, count))
    return _traffic(chance, count, _HALF_M / 10.0, chance.uniform(20.0, 150.0, count), climb_mps, (0.0, 30.0))


def _traffic(
    chance: np.random.Generator,
    count: int,
    half_m: float,
    altitude_m: Floats,
    climb_mps: Floats,
    speeds_mps: tuple[float, float],
) -> Traffic:
    lat_deg, lon_deg = _places(chance.uniform(-half_m, half_m, (count, 2)))
    track_deg, speed_mps = chance.uniform(0.0, 360.0, count), chance.uniform(*speeds_mps, count)
    return Traffic(lat_deg, lon_deg, track_deg, speed_mps, altitude_m, climb_mps)


def _middles(chance: np.random.Generator, count: int) -> Floats:
    spots = chance.uniform(-0.9 * _HALF_M, 0.9 * _HALF_M, (_HOT_SPOTS, 2))
    spread_m = chance.uniform(15_000.0, 60_000.0, _HOT_SPOTS)
    which = chance.integers(0, _HOT_SPOTS, count)
    hot = spots[which] + chance.normal(size=(count, 2)) * spread_m[which][:, None]
    anywhere = chance.uniform(-_HALF_M, _HALF_M, (count, 2))
    is_hot = chance.random(count) < _HOT_SHARE
    return np.clip(np.where(is_hot[:, None], hot, anywhere), -_HALF_M, _HALF_M)


def _outlines(chance: np.random.Generator, width_m: Floats) -> _Outlines:
    count = len(width_m)
    kind = chance.random(count)
    leg = kind < 0.4
    corners = np.where(leg, 4, chance.integers(4, 31, count))
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(corners, dtype=np.int64)))
    owner = np.repeat(np.arange(count), corners)
    number = np.arange(int(offsets[-1])) - offsets[owner]
    # Corners go round in order, each up to 0.4 of a step off its even place: no two ever change places.
    step = 2.0 * np.pi / corners[owner]
    angle = (number + chance.uniform(-0.4, 0.4, len(owner))) * step
    drawn_in = np.where(kind < 0.7, 0.0, chance.uniform(0.2, 0.6, count))
    far = 1.0 - drawn_in[owner] * chance.random(len(owner))
    x, y = far * np.cos(angle), far * np.sin(angle) * chance.uniform(0.4, 1.0, count)[owner]
    thin = chance.uniform(0.1, 0.5, count)[owner]
    square_x, square_y = np.array([-1.0, 1.0, 1.0, -1.0])[number % 4], np.array([-1.0, -1.0, 1.0, 1.0])[number % 4]
    x, y = np.where(leg[owner], square_x, x), np.where(leg[owner], square_y * thin, y)
    turn = chance.uniform(0.0, 2.0 * np.pi, count)[owner]
    half_m = width_m[owner] / 2.0
    east_m, north_m = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    return _Outlines(offsets, owner, east_m * half_m, north_m * half_m)


def _bands(chance: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """Lower and upper limits, whole millimetres above the ellipsoid."""
    layer = np.searchsorted([0.6, 0.9], chance.random(count), side="right")
    low_from, low_to = np.array([0.0, 300.0, 3_000.0])[layer], np.array([90.0, 3_000.0, 15_000.0])[layer]
    thick_from, thick_to = np.array([30.0, 100.0, 300.0])[layer], np.array([120.0, 1_000.0, 3_000.0])[layer]
    low_mm = (1000.0 * chance.uniform(low_from, low_to)).astype(np.int64)
    return low_mm, low_mm + (1000.0 * chance.uniform(thick_from, thick_to)).astype(np.int64)


def _places(metres: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude of points given in metres east and north of the centre."""
    lat_deg = CENTRE.lat_deg + metres[:, 1] / _DEGREE_M
    return lat_deg, CENTRE.lon_deg + metres[:, 0] / (_DEGREE_M * np.cos(np.radians(CENTRE.lat_deg)))


def _batch(
    middle: Floats, outlines: _Outlines, low_mm: Ints, high_mm: Ints, window_ms: tuple[Ints, Ints], party: Ints
) -> Batch:
    count = len(middle)
    lat_deg, lon_deg = _places(middle)
    east_deg_m = _DEGREE_M * np.cos(np.radians(lat_deg))
    return Batch(
        lat_deg=np.round(lat_deg[outlines.owner] + outlines.north_m / _DEGREE_M, 7),
        lon_deg=np.round(lon_deg[outlines.owner] + outlines.east_m / east_deg_m[outlines.owner], 7),
        part_offsets=outlines.offsets,
        volume_parts=np.arange(count + 1, dtype=np.int64),
        closed=np.ones(count, np.uint8),
        radius_m=np.zeros(count),
        start_ms=MIDNIGHT_MS + np.asarray(window_ms[0], np.int64),
        end_ms=MIDNIGHT_MS + np.asarray(window_ms[1], np.int64),
        low_m=low_mm / 1000.0,
        high_m=high_mm / 1000.0,
        party=np.asarray(party, np.int32),
    )


def part_of(batch: Batch, first: int, end: int) -> Batch:
    """The volumes from `first` up to and without `end`, as a batch of their own (one ring each, as here)."""
    places = slice(int(batch.part_offsets[first]), int(batch.part_offsets[end]))
    rows = slice(first, end)
    return replace(
        batch,
        lat_deg=batch.lat_deg[places],
        lon_deg=batch.lon_deg[places],
        part_offsets=batch.part_offsets[first : end + 1] - batch.part_offsets[first],
        volume_parts=np.arange(end - first + 1, dtype=np.int64),
        closed=batch.closed[rows],
        radius_m=batch.radius_m[rows],
        start_ms=batch.start_ms[rows],
        end_ms=batch.end_ms[rows],
        low_m=batch.low_m[rows],
        high_m=batch.high_m[rows],
        party=batch.party[rows],
    )


def volume_of(batch: Batch, number: int) -> Volume4D:
    """One volume of a batch as a value, its heights above the ellipsoid."""
    first, end = int(batch.part_offsets[number]), int(batch.part_offsets[number + 1])
    ring = tuple(
        LatLon(float(lat), float(lon))
        for lat, lon in zip(batch.lat_deg[first:end], batch.lon_deg[first:end], strict=True)
    )
    limits = (
        AltitudeLimit(float(height), Unit.METRE, Reference.WGS84)
        for height in (batch.low_m[number], batch.high_m[number])
    )
    return Volume4D(Polygon((ring,)), Band(*limits), TimeWindow(int(batch.start_ms[number]), int(batch.end_ms[number])))
