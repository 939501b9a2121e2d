"""Many volumes as flat arrays: the one form in which the compiled core takes them.

The one idea: numbers lie side by side, volume after volume, and offsets say where each begins. Only edges too long for
the core's own bound are cut here, along the geodesic.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.solid import Solid
from clearline.space.heights import Frame
from clearline.space.latlon import LatLon
from clearline.space.rings import box_of
from clearline.space.shape import Core
from clearline.space.wgs84 import Floats, geodesic_pieces

__all__ = ["FOREVER_MS", "LONGEST_EDGE_M", "Batch", "batch_of"]

Ints = NDArray[np.int64]

# What an open end is in the arrays.
FOREVER_MS = int(np.iinfo(np.int64).max)

# The core bounds how far a geodesic strays from the straight line it draws by a leading order term in the length
# squared (native/earth.hpp); cut to 100 km, that doubt stays below a metre.
LONGEST_EDGE_M = 100_000.0
# Parts that fit in a box this wide, clear of the poles, surely have no longer edge: 0.6 degrees are 67 km of arc.
_SMALL_DEG = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Volume i has parts `volume_parts[i]` to `volume_parts[i + 1]`, part k places `part_offsets[k]` to the next.

    `closed` is 1 where the parts are rings. `radius_m` is round them. `end_ms` FOREVER_MS never ends; `low_m` and
    `high_m` are above the ellipsoid and may be infinite. Arrays of the wrong kind or length are refused by the core.
    """

    lat_deg: Floats
    lon_deg: Floats
    part_offsets: Ints
    volume_parts: Ints
    closed: NDArray[np.uint8]
    radius_m: Floats
    start_ms: Ints
    end_ms: Ints
    low_m: Floats
    high_m: Floats
    party: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.closed)


def batch_of(solids: Sequence[Solid], sides: Sequence[int]) -> Batch:
    """The arrays of some solids; `sides[i]` is the party of solid i.

    >>> len(batch_of([], []))
    0
    """
    parts = [part for solid in solids for part in _parts(solid.core)]
    places = list(chain.from_iterable(parts))
    spans = [solid.heights.span(Frame.HAE) for solid in solids]
    count = len(solids)
    return Batch(
        lat_deg=np.array([place[0] for place in places], np.float64),
        lon_deg=np.array([place[1] for place in places], np.float64),
        part_offsets=_offsets([len(part) for part in parts]),
        volume_parts=_offsets([len(solid.core.parts) for solid in solids]),
        closed=np.fromiter((solid.core.closed for solid in solids), np.uint8, count),
        radius_m=np.fromiter((solid.core.radius_m for solid in solids), np.float64, count),
        start_ms=np.fromiter((solid.start_ms for solid in solids), np.int64, count),
        end_ms=np.fromiter((FOREVER_MS if solid.end_ms is None else solid.end_ms for solid in solids), np.int64, count),
        low_m=np.fromiter((span.low_m for span in spans), np.float64, count),
        high_m=np.fromiter((span.high_m for span in spans), np.float64, count),
        party=np.fromiter(sides, np.int32, count),
    )


def _offsets(counts: Sequence[int]) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(np.asarray(counts, np.int64))))


def _parts(core: Core) -> list[Sequence[tuple[float, float]]]:
    return [part if _is_small(part) else _cut(part, closed=core.closed) for part in core.parts]


def _is_small(part: tuple[LatLon, ...]) -> bool:
    south_deg, north_deg, west_deg, east_deg = box_of(part)
    return north_deg - south_deg < _SMALL_DEG and east_deg - west_deg < _SMALL_DEG


def _cut(part: tuple[LatLon, ...], *, closed: bool) -> Sequence[tuple[float, float]]:
    """The part with every edge cut to LONGEST_EDGE_M along the geodesic; the corners stay exactly as they are."""
    pieces = geodesic_pieces(part, closed=closed, step_m=LONGEST_EDGE_M)
    if closed:
        pieces = pieces[:-1]
    # A longitude may come out one unit beyond 180; the core takes any, but not one that is not a number.
    assert math.isfinite(float(pieces.sum()))
    return [(float(lat), float(lon)) for lat, lon in pieces]
