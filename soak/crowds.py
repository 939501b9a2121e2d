"""Thousands of circles in one place: a join must find every pair that Karney's distance says is near.

The one idea: with one pair at a time an index cannot lose anybody; in a crowd it can. Circles need no geometry but the
distance of their centres, so all pairs can be looked at.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.batch import Batch
from clearline.conflict.engine import Reach
from clearline.conflict.fast import make_arrays, make_store
from soak.hard_cases import GEOD, seams

__all__ = ["Crowd", "crowd_disagreements"]

Floats = NDArray[np.float64]
_COUNT = 2_500
_DAY_MS = 86_400_000


@dataclass(slots=True)
class Crowd:
    """Pairs looked at, meetings found, and what was wrong."""

    pairs: int = 0
    meetings: int = 0
    breaches: list[str] = field(default_factory=list)


def crowd_disagreements(rounds: int, rng: np.random.Generator) -> Crowd:
    """So many crowds, each round a seam of the globe or of the cube: joined, and asked one by one."""
    crowd = Crowd()
    for number in range(rounds):
        places = seams()
        middle = places[number % len(places)]
        reach = Reach(float(rng.choice([0.0, 5_556.0])), 300.0, 180.0)
        batch = _circles(middle, rng)
        store = make_store(reach)
        store.add(make_arrays(batch))
        # Some go and come back, so that the index is one that has changed.
        gone = rng.choice(_COUNT, _COUNT // 3, replace=False)
        store.remove(np.sort(gone).astype(np.int32))
        back = store.add(make_arrays(_some(batch, np.sort(gone))))
        if not np.array_equal(np.sort(back), np.sort(gone)):
            crowd.breaches.append("identifiers were not used again")
        order = np.arange(_COUNT)
        order[back] = np.sort(gone)
        found, states = store.join(False, 2)
        pairs = np.sort(order[found], axis=1)
        _compare(crowd, batch, reach, pairs, states)
        asked, _ = store.query(make_arrays(batch), -1)
        both = {
            (min(i, j), max(i, j))
            for i, j in zip(asked[:, 0].tolist(), order[asked[:, 1]].tolist(), strict=True)
            if i != j
        }
        if both != set(map(tuple, pairs.tolist())):
            crowd.breaches.append(f"query and join of a crowd differ at {middle}")
    return crowd


def _circles(middle: Floats, rng: np.random.Generator) -> Batch:
    far_m = 10.0 ** rng.uniform(1.0, 5.7, _COUNT)
    lon, lat, _ = GEOD.fwd(np.full(_COUNT, middle[1]), np.full(_COUNT, middle[0]), rng.uniform(0, 360, _COUNT), far_m)
    start = rng.integers(0, _DAY_MS, _COUNT)
    low = rng.uniform(0.0, 2_000.0, _COUNT)
    return Batch(
        lat_deg=np.asarray(lat), lon_deg=np.asarray(lon),
        part_offsets=np.arange(_COUNT + 1, dtype=np.int64), volume_parts=np.arange(_COUNT + 1, dtype=np.int64),
        closed=np.zeros(_COUNT, np.uint8), radius_m=far_m * 10.0 ** rng.uniform(-3.0, 0.0, _COUNT),
        start_ms=start.astype(np.int64), end_ms=(start + rng.integers(0, _DAY_MS // 4, _COUNT)).astype(np.int64),
        low_m=low, high_m=low + rng.uniform(0.0, 800.0, _COUNT), party=(np.arange(_COUNT) % 3).astype(np.int32),
    )  # fmt: skip


def _some(batch: Batch, rows: NDArray[np.intp]) -> Batch:
    offsets = np.arange(len(rows) + 1, dtype=np.int64)
    return Batch(
        batch.lat_deg[rows], batch.lon_deg[rows], offsets, offsets, batch.closed[rows], batch.radius_m[rows],
        batch.start_ms[rows], batch.end_ms[rows], batch.low_m[rows], batch.high_m[rows], batch.party[rows],
    )  # fmt: skip


def _compare(crowd: Crowd, batch: Batch, reach: Reach, pairs: NDArray[np.intp], states: NDArray[np.uint8]) -> None:
    """All pairs by brute force: a pair that is surely near must be found, and a pair found surely must be near."""
    i, j = np.triu_indices(_COUNT, 1)
    time_ms = reach.time_s * 1000.0
    together = (batch.start_ms[i] - batch.end_ms[j] <= time_ms) & (batch.start_ms[j] - batch.end_ms[i] <= time_ms)
    together &= (batch.low_m[i] - batch.high_m[j] <= reach.vertical_m) & (
        batch.low_m[j] - batch.high_m[i] <= reach.vertical_m
    )
    crowd.pairs += len(i)
    i, j = i[together], j[together]
    _, _, apart = GEOD.inv(batch.lon_deg[i], batch.lat_deg[i], batch.lon_deg[j], batch.lat_deg[j])
    gap = np.asarray(apart) - batch.radius_m[i] - batch.radius_m[j] - reach.lateral_m
    crowd.meetings += int((gap <= 0.0).sum())
    keys = i * _COUNT + j
    told = np.zeros(len(keys), np.uint8)
    place = np.searchsorted(keys, pairs[:, 0] * _COUNT + pairs[:, 1])
    known = (place < len(keys)) & (keys[np.minimum(place, len(keys) - 1)] == pairs[:, 0] * _COUNT + pairs[:, 1])
    if not known.all():
        crowd.breaches.append("a join found a pair apart in time or height")
    told[place[known]] = states[known]
    for n in np.nonzero(((told == 0) & (gap < 0.004)) | ((told == 1) & (gap > 0.006)))[0]:
        crowd.breaches.append(f"a crowd: state {told[n]}, gap {gap[n]!r}, volumes {i[n]} and {j[n]}")
