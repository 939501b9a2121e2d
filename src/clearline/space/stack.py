"""The altitudes of a track's reports, side by side, and the bands that hold a run of them.

The one idea: two altitudes span a band only if both are stated against one and the same thing; otherwise what lies
between them is unknown, and stays so.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearline.space.altitude import FARTHEST_M, FULL_SCALE, SURFACE, AltitudeLimit, Band, Reference, Unit

__all__ = ["Layer", "Stack"]

# Widens a band so that carrying metres to another unit and back never narrows it.
_ROUNDING_M = 1e-6
_BOUND_M = 0.999 * FARTHEST_M  # nothing flies there, so a band cut off here holds as much as one that goes on
_UNSTATED = AltitudeLimit(0.0, None, None)


@dataclass(frozen=True, slots=True)
class Layer:
    """From the lowest to the highest of some reports, metres above what the report numbered `like` is stated above."""

    low_m: float
    high_m: float
    like: int


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """The altitudes of a track's reports: metres, and a number for what each is stated against (-1: not known)."""

    limits: Sequence[AltitudeLimit | None]
    metres: NDArray[np.float64]
    against: NDArray[np.int64]
    doubt_m: float

    @classmethod
    def of(cls, limits: Sequence[AltitudeLimit | None]) -> "Stack":
        """The stack of some altitudes; None is an altitude not stated."""
        numbers: dict[Hashable, int] = {}
        metres = np.zeros(len(limits), np.float64)
        against = np.full(len(limits), -1, np.int64)
        for at, limit in enumerate(limits):
            if limit is None or limit.metres is None or limit.reference is None:
                continue
            key = (limit.reference, limit.pressure_hpa, limit.station_m, limit.ground_m)
            metres[at] = limit.metres
            against[at] = numbers.setdefault(key, len(numbers))
        doubt_m = max((limit.uncertainty_m for limit in limits if limit is not None), default=0.0)
        return cls(limits, metres, against, doubt_m)

    def layer(self, first: int, last: int) -> Layer | None:
        """The layer of two reports; None where it is not known."""
        if self.against[first] < 0 or self.against[first] != self.against[last]:
            return None
        a_m, b_m = float(self.metres[first]), float(self.metres[last])
        return Layer(min(a_m, b_m), max(a_m, b_m), first)

    def band(self, layer: Layer | None, half_height_m: float) -> Band:
        """A layer as a band, `half_height_m` wider either way, in the reference and unit of its reports.

        What is on the surface stays on it, and reaches `half_height_m` up.
        """
        like = None if layer is None else self.limits[layer.like]
        if layer is None or like is None:
            return Band(_UNSTATED, _UNSTATED)
        if like.reference is Reference.SURFACE:
            top = AltitudeLimit(half_height_m, Unit.METRE, Reference.AGL, self.doubt_m, ground_m=like.ground_m)
            return Band(SURFACE, top)
        reach_m = half_height_m + _ROUNDING_M
        return Band(self._limit(layer.low_m - reach_m, like), self._limit(layer.high_m + reach_m, like))

    def _limit(self, metres: float, like: AltitudeLimit) -> AltitudeLimit:
        unit = like.unit or Unit.METRE
        bounded_m = min(_BOUND_M, max(-_BOUND_M, metres))
        return AltitudeLimit(
            bounded_m / FULL_SCALE[unit],
            unit,
            like.reference,
            self.doubt_m,
            like.pressure_hpa,
            like.station_m,
            like.ground_m,
        )
