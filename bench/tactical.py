"""Aircraft as they fly now: which will come too near within the look-ahead, beside BlueSky's state-based detection.

The one idea: the same states, the same flat Earth, the same strict rule, so the same pairs to the last; BlueSky's
compiled detection looks at every pair, and its numpy one besides builds some thirty matrices of all of them.
"""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.generator import Traffic, aircraft, small_aircraft
from bench.plane import Pairs, keys
from bench.timing import Measured, Table, Target, best, say
from clearline.conflict.cpa import Predicted, States, predicted_pairs
from clearline.space.wgs84 import Floats

__all__ = ["TARGET_SIZE", "measure_tactical"]

TARGET_SIZE = 10_000
_MUST = 80.0

# Above this BlueSky's numpy detection wants more memory than most machines have.
_NUMPY_MOST = 2_000


class _Zone(NamedTuple):
    """What is too near, and how far ahead."""

    lateral_m: float
    vertical_m: float
    lookahead_s: float


_MANNED = _Zone(5.0 * 1852.0, 1000.0 * 0.3048, 300.0)
_DRONES = _Zone(100.0, 30.0, 60.0)


@dataclass(slots=True)
class _BlueSkyTraffic:
    """The same states under the names that BlueSky looks for."""

    ntraf: int
    id: list[str]
    lat: Floats
    lon: Floats
    trk: Floats
    gs: Floats
    alt: Floats
    vs: Floats


def measure_tactical(count: int, repeats: int) -> Measured:
    """The table and, at its size, the target."""
    compiled, plain = _blue_sky()
    few = min(count, _NUMPY_MOST)
    rows = [["aircraft", "pairs", "Clearline, ms", "BlueSky compiled, ms", "ratio", "BlueSky numpy, ms", "ratio"]]
    ratio = 0.0
    for name, traffic, zone in (
        (f"{few:,} manned, 1000 x 1000 km", aircraft(few), _MANNED),
        (f"{count:,} manned, 1000 x 1000 km", aircraft(count), _MANNED),
        (f"{count:,} drones, 100 x 100 km", small_aircraft(count), _DRONES),
    ):
        states = States(*traffic)
        ours_s, found = best(lambda s=states, z=zone: predicted_pairs(s, *z, touching=False), 3 * repeats)
        theirs_s, theirs = _timed(compiled, traffic, zone, 1 if count > 5_000 else repeats)
        mine = _keys(found, len(states))
        assert np.array_equal(mine, theirs), f"{name}: BlueSky's pairs differ in {len(np.setxor1d(mine, theirs))}"
        row = [name, f"{len(found):,}", f"{ours_s * 1e3:.2f}", f"{theirs_s * 1e3:,.1f}", f"{theirs_s / ours_s:,.0f}"]
        say(" | ".join(row))
        if len(states) <= _NUMPY_MOST:
            plain_s, plains = _timed(plain, traffic, zone, 1)
            assert np.array_equal(mine, plains), f"{name}: BlueSky's numpy pairs differ"
            row += [f"{plain_s * 1e3:,.0f}", f"{plain_s / ours_s:,.0f}"]
        else:
            row += [f"NOT RUN: some 30 matrices of {len(states) ** 2 * 8 / 1e9:.1f} GB", ""]
        rows.append(row)
        if len(states) == count and zone is _MANNED:
            ratio = theirs_s / ours_s
    notes = [
        "Manned: 5 NM, 1,000 ft, 300 s ahead; drones: 100 m, 30 m, 60 s. The same pairs, counted once; BlueSky reports "
        "each from both sides. Processor time, one thread.",
    ]
    target = Target(
        f"{count:,} manned aircraft, state-based detection", f"{ratio:,.0f} x BlueSky compiled, same pairs",
        ">= 80 x", "200 x", ratio >= _MUST,
    )  # fmt: skip
    return Measured([Table("Predicted pairs among aircraft", rows, notes)], [target] if count == TARGET_SIZE else [])


_Detect = Callable[[_BlueSkyTraffic, _BlueSkyTraffic, Floats, Floats, Floats], Any]


def _blue_sky() -> tuple[_Detect, _Detect]:
    """BlueSky's compiled detection and its numpy one; what it prints while it loads is no part of the tables."""
    with contextlib.redirect_stdout(sys.stderr):
        compiled: Any = import_module("bluesky.traffic.asas.cstatebased")
        plain: Any = import_module("bluesky.traffic.asas.statebased").StateBased
    # The numpy method makes no use of the object it is a method of.
    return compiled.detect, partial(plain.detect, None)


def _timed(detect: _Detect, traffic: Traffic, zone: _Zone, repeats: int) -> tuple[float, Pairs]:
    count = len(traffic.lat_deg)
    names = [str(number) for number in range(count)]
    theirs = _BlueSkyTraffic(count, names, *(np.ascontiguousarray(column) for column in traffic))
    columns = [np.full(count, value) for value in zone]
    spent_s, answer = best(lambda: detect(theirs, theirs, *columns), repeats)
    directed: NDArray[np.int64] = np.array([[int(one), int(other)] for one, other in answer[0]], np.int64)
    directed = directed.reshape(-1, 2)
    return spent_s, np.unique(keys(directed[:, 0], directed[:, 1], count))


def _keys(found: Predicted, count: int) -> Pairs:
    return keys(found.pairs[:, 0], found.pairs[:, 1], count)
