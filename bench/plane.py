"""The common plane on which peers are given the same shapes as Clearline.

The one idea: planar programs are right on one plane, the one that touches the ellipsoid in the middle of the world and
is projected on from the Earth's centre: there great ellipses are straight. So all programs answer the same question,
but for two things, both below the tolerance of the question itself: Clearline counts a gap of up to 5 mm as touching
(F3548-21 asks for 1 cm), and its edges are geodesics, which stray from great ellipses by 7e-5 m times the square of
their length in kilometres. A pair on which two programs differ is looked at by the exact engine and must lie within.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.generator import CENTRE
from clearline.conflict.batch import Batch
from clearline.conflict.exact import TOLERANCE_M, separation
from clearline.conflict.outline import plane
from clearline.space.shape import Core
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import GEODESIC_BOW_M_PER_KM2, Floats, azimuths_and_distances, ecef

__all__ = ["Pairs", "Plain", "assert_same", "keys", "on_degrees", "on_plane"]

Pairs = NDArray[np.int64]

_EXACT_M = 0.001  # what the exact engine itself may be wrong by


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A batch as planar programs see it: polygons in metres, windows in ms, heights in metres; all closed."""

    polygons: NDArray[np.object_]
    bounds_m: Floats  # (n, 4): west, south, east, north
    start_ms: NDArray[np.int64]
    end_ms: NDArray[np.int64]
    low_m: Floats
    high_m: Floats

    def __len__(self) -> int:
        return len(self.polygons)

    def meet_in_time_and_height(self, i: NDArray[np.intp], j: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of some pairs overlap or touch in time and in height."""
        return (
            (self.low_m[i] <= self.high_m[j])
            & (self.low_m[j] <= self.high_m[i])
            & (self.start_ms[i] <= self.end_ms[j])
            & (self.start_ms[j] <= self.end_ms[i])
        )


def on_plane(batch: Batch) -> Plain:
    """The batch projected from the Earth's centre on the plane that touches the ellipsoid in the world's middle."""
    return _plain(batch, plane(ecef(batch.lat_deg, batch.lon_deg), CENTRE))


def on_degrees(batch: Batch) -> Plain:
    """The batch with longitude and latitude taken for a plane, as is often done; bounds are in degrees then."""
    return _plain(batch, np.stack((batch.lon_deg, batch.lat_deg), axis=1))


def _plain(batch: Batch, points: Floats) -> Plain:
    owner = np.repeat(np.arange(len(batch)), np.diff(batch.part_offsets))
    polygons = np.asarray(shapely.polygons(shapely.linearrings(points, indices=owner)), np.object_)
    return Plain(polygons, shapely.bounds(polygons), batch.start_ms, batch.end_ms, batch.low_m, batch.high_m)


def keys(first: NDArray[np.integer], second: NDArray[np.integer], count: int) -> Pairs:
    """Pairs as sorted whole numbers, the lower index leading: equal arrays are equal sets."""
    low, high = np.minimum(first, second).astype(np.int64), np.maximum(first, second).astype(np.int64)
    return np.sort(low * count + high)


def assert_same(ours: Pairs, theirs: Pairs, volume: Callable[[int], Volume4D], count: int, who: str) -> int:
    """Assert that a peer found the pairs that Clearline found; returns how many differ, each of them accounted for.

    Both are `keys` of `count`; `volume` gives a volume by its number. Raises AssertionError for a pair that the exact
    engine puts further from touching than the two models may differ, or that Clearline itself is wrong about.
    """
    different = np.setxor1d(ours, theirs, assume_unique=True)
    found = set(np.intersect1d(ours, different, assume_unique=True).tolist())
    for key in different.tolist():
        i, j = divmod(key, count)
        first, second = volume(i).shape.core(), volume(j).shape.core()
        gap_m = separation(first, second).distance_m
        meets = gap_m <= TOLERANCE_M
        assert (key in found) == meets, f"{who}: Clearline is wrong about volumes {i} and {j}, {gap_m:.6f} m apart"
        near_m = TOLERANCE_M + _bow_m(first) + _bow_m(second) + _EXACT_M
        assert abs(gap_m) <= near_m, (
            f"{who} differs on volumes {i} and {j}, {gap_m:.6f} m apart: no tolerance is so wide"
        )
    return len(different)


def _bow_m(core: Core) -> float:
    """How far the longest edge of a shape strays from the great ellipse between its ends."""
    ring = list(core.parts[0])
    _, length_m = azimuths_and_distances(ring, [*ring[1:], ring[0]])
    return GEODESIC_BOW_M_PER_KM2 * (float(length_m.max()) / 1000.0) ** 2
