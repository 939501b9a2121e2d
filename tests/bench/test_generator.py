"""The worlds that are measured on: the same from one seed, and what their description says."""

import numpy as np
import pytest
import shapely

from bench.generator import (
    CENTRE,
    DAY_MS,
    MIDNIGHT_MS,
    aircraft,
    operation,
    part_of,
    small_aircraft,
    volume_of,
    world,
)
from bench.plane import on_plane
from clearline.conflict.batch import Batch
from clearline.conflict.cpa import States
from clearline.space.wgs84 import distance_m

_COLUMNS = tuple(Batch.__dataclass_fields__)


def _same(a: Batch, b: Batch) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in _COLUMNS)


def test_one_seed_makes_one_world() -> None:
    assert _same(world(300, 4), world(300, 4))
    assert not _same(world(300, 4), world(300, 5))
    assert _same(operation(10, 4), operation(10, 4))
    assert not np.array_equal(operation(10, 4).lat_deg, operation(10, 5).lat_deg)
    for make in (aircraft, small_aircraft):
        assert all(np.array_equal(a, b) for a, b in zip(make(50), make(50), strict=True))


def test_a_world_is_what_its_description_says() -> None:
    batch = world(20_000)
    corners = np.diff(batch.part_offsets)
    assert corners.min() == 4 and corners.max() == 30
    assert 0.35 < float((corners == 4).mean()) < 0.5
    plain = on_plane(batch)
    assert shapely.is_valid(plain.polygons).all()
    west, south, east, north = plain.bounds_m.T
    width_m = np.maximum(east - west, north - south)
    assert float(width_m.min()) > 100.0 and float(width_m.max()) < 75_000.0  # a square of 50 km, corner to corner
    assert 1_000.0 < float(np.median(width_m)) < 2_500.0
    assert float(np.abs(plain.bounds_m).max()) < 600_000.0
    assert 0.55 < float((batch.low_m < 90.0).mean()) < 0.65
    assert batch.low_m.min() >= 0.0 and batch.high_m.max() < 18_000.0
    lasts_ms = batch.end_ms - batch.start_ms
    assert lasts_ms.min() >= 300_000 and lasts_ms.max() <= 21_600_000
    assert batch.start_ms.min() >= MIDNIGHT_MS and batch.start_ms.max() < MIDNIGHT_MS + DAY_MS
    # Heights are whole millimetres: what a peer compares as whole numbers is the same.
    assert np.array_equal(batch.low_m, np.rint(batch.low_m * 1000.0) / 1000.0)
    assert set(batch.party.tolist()) == {0, 1}


def test_most_of_a_world_is_in_a_few_places() -> None:
    batch = world(20_000)
    first = batch.part_offsets[:-1]
    square = np.histogram2d(batch.lat_deg[first], batch.lon_deg[first], bins=20)[0]
    busiest = np.sort(square.ravel())[::-1]
    assert busiest[:80].sum() > 0.5 * len(batch)


@pytest.mark.parametrize("size", [1, 2, 10])
def test_an_operation_is_a_path_of_legs_that_overlap_in_time(size: int) -> None:
    batch = operation(size, 7, party=3)
    assert len(batch) == size and set(batch.party.tolist()) == {3}
    assert (batch.end_ms - batch.start_ms >= 120_000).all()
    assert (batch.start_ms[1:] < batch.end_ms[:-1]).all()
    legs = on_plane(batch).polygons
    assert shapely.intersects(legs[:-1], legs[1:]).all()


def test_a_part_of_a_world_is_that_part() -> None:
    batch = world(50)
    part = part_of(batch, 20, 30)
    assert len(part) == 10
    assert [volume_of(part, k) for k in range(10)] == [volume_of(batch, k) for k in range(20, 30)]


def test_aircraft_are_states_that_can_be() -> None:
    for traffic, reach_m in ((aircraft(500), 760_000.0), (small_aircraft(500), 76_000.0)):
        assert len(States(*traffic)) == 500
        far = max(
            distance_m(CENTRE, type(CENTRE)(float(lat), float(lon)))
            for lat, lon in zip(traffic.lat_deg, traffic.lon_deg, strict=True)
        )
        assert far < reach_m
