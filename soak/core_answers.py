"""What the engine says of many pairs: the compiled core in bulk, and the exact engine one by one.

The one idea: every pair has a stretch of time of its own, so one join over all volumes answers each pair alone. The two
windows of a pair share one instant and the two bands one height, for touching is meeting.
"""

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.batch import Batch
from clearline.conflict.engine import Reach
from clearline.conflict.fast import make_arrays, make_store
from clearline.space.latlon import LatLon
from clearline.space.shape import Core
from soak.hard_cases import Cases, Side

__all__ = ["asked", "cores_of", "joined"]

_APART_MS = 100_000
_START_MS = 1_700_000_000_000


def joined(cases: Cases, threads: int = 1) -> NDArray[np.uint8]:
    """The core's answer to each pair by a join of all: 0 apart, 1 meets, 2 unsure."""
    count = len(cases)
    store = make_store(Reach(cases.lateral_m, 0.0, 0.0))
    store.add(make_arrays(_batch(cases.one, first=True)))
    store.add(make_arrays(_batch(cases.other, first=False)))
    pairs, states = store.join(True, threads)
    return _by_pair(pairs[:, 0], pairs[:, 1] - count, states, count)


def asked(cases: Cases, at_once: int = 50) -> NDArray[np.uint8]:
    """The same by asking an index of the first shapes about the others, fifty at a time."""
    store = make_store(Reach(cases.lateral_m, 0.0, 0.0))
    store.add(make_arrays(_batch(cases.one, first=True)))
    answer = np.zeros(len(cases), np.uint8)
    for begin in range(0, len(cases), at_once):
        rows = slice(begin, begin + at_once)
        pairs, states = store.query(make_arrays(_batch(cases.other, first=False, rows=rows)), 1)
        answer[rows] = _by_pair(pairs[:, 1] - begin, pairs[:, 0], states, len(answer[rows]))
    return answer


def _by_pair(
    ones: NDArray[np.int32], others: NDArray[np.int32], states: NDArray[np.uint8], count: int
) -> NDArray[np.uint8]:
    assert np.array_equal(ones, others), "volumes met that have no time in common"
    answer = np.zeros(count, np.uint8)
    answer[ones] = states
    return answer


def _batch(side: Side, *, first: bool, rows: slice = slice(None)) -> Batch:
    lat, lon, radius_m = side.lat_deg[rows], side.lon_deg[rows], side.radius_m[rows]
    number = np.arange(len(side.radius_m))[rows]
    rings = [(lat, lon)]
    if side.hole_lat_deg is not None and side.hole_lon_deg is not None:
        rings.append((side.hole_lat_deg[rows], side.hole_lon_deg[rows]))
    count, widths = len(radius_m), [ring[0].shape[1] for ring in rings]
    start_ms = _START_MS + number * _APART_MS + (0 if first else 1_000)
    low_m = np.full(count, 0.0 if first else 100.0)
    return Batch(
        lat_deg=np.concatenate([ring[0] for ring in rings], axis=1).ravel(),
        lon_deg=np.concatenate([ring[1] for ring in rings], axis=1).ravel(),
        part_offsets=np.concatenate(([0], np.cumsum(np.tile(widths, count)))).astype(np.int64),
        volume_parts=np.arange(count + 1, dtype=np.int64) * len(rings),
        closed=np.full(count, side.closed, np.uint8),
        radius_m=np.ascontiguousarray(radius_m),
        start_ms=start_ms.astype(np.int64),
        end_ms=(start_ms + 1_000).astype(np.int64),
        low_m=low_m,
        high_m=low_m + 100.0,
        party=np.full(count, 0 if first else 1, np.int32),
    )


def cores_of(cases: Cases, number: int) -> tuple[Core, Core]:
    """One pair as the engine's own shapes."""
    return _core(cases.one, number), _core(cases.other, number)


def _core(side: Side, number: int) -> Core:
    parts = [_part(side.lat_deg[number], side.lon_deg[number])]
    if side.hole_lat_deg is not None and side.hole_lon_deg is not None:
        parts.append(_part(side.hole_lat_deg[number], side.hole_lon_deg[number]))
    return Core(tuple(parts), side.closed, float(side.radius_m[number]))


def _part(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> tuple[LatLon, ...]:
    return tuple(LatLon(float(a), float(b)) for a, b in zip(lat, lon, strict=True))
