"""The cells that a polygon or a circle touches: how a registry says where something is, and where somebody looks.

The one idea: a cover never misses. Two shapes that share a place share a cell, whatever their size, across the
antimeridian and at the poles. And it is narrow: a cell that a circle does not come within 20 cm of, or a polygon
within a metre, is not in it.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clearline.space.cover_circle import circle_cells
from clearline.space.latlon import LatLon, check_latlon

if TYPE_CHECKING:
    from clearline.space.cover_ring import Unrolled

__all__ = ["MOST_KM2", "TooLargeError", "cover_circle", "cover_polygon"]

# What the reference implementation of F3548 takes, and what its public tests expect to be refused beyond.
MOST_KM2 = 2_500.0

# A box this much smaller than the bound holds no larger area, edges that bow out of it included.
_SURELY_WITHIN = 0.8
_SQUARE_DEGREE_KM2 = 111.320 * 111.695  # at most: a degree of longitude at the equator, of latitude at a pole
_SHORT_DEG = 1.0  # edges of a box this small bow out of it by less than a twentieth of the rest


class TooLargeError(ValueError):
    """A shape larger than a registry takes: `area_km2` is what it has, `most_km2` what it may have."""

    def __init__(self, area_km2: float, most_km2: float) -> None:
        super().__init__(f"the area is {area_km2:.0f} km2, and at most {most_km2:.0f} km2 are taken: split it")
        self.area_km2 = area_km2
        self.most_km2 = most_km2


def cover_polygon(ring: Sequence[LatLon], *, most_km2: float = MOST_KM2) -> tuple[int, ...]:
    """Return the cells that the area inside a ring of geodesics touches, ascending; winding does not matter.

    Raises TooLargeError for an area over the bound, and ValueError for one that crosses itself, is none, repeats a
    place (F3548 and F3411: "vertices may not be duplicated"), has too many places or ones that are none.

    >>> len(cover_polygon((LatLon(36.001, 40.001), LatLon(36.001, 40.005), LatLon(36.009, 40.001))))
    1
    """
    # Arrays, which a circle does without, take a fifth of the time in which a registry starts.
    from clearline.space.cover_ring import ring_cells, unrolled
    from clearline.space.shape import Polygon

    if len(set(ring)) < len(ring):
        raise ValueError("a polygon names each of its places once, the first not again at the end: drop the repeat")
    outline = Polygon((tuple(ring),)).rings[0]
    chart = unrolled(outline)
    if not _surely_within(chart, most_km2):
        from clearline.space.wgs84 import ring_area_m2

        area_km2 = ring_area_m2(outline) / 1e6
        if area_km2 > most_km2:
            raise TooLargeError(area_km2, most_km2)
    cells = ring_cells(outline, chart)
    if cells is None:
        from clearline.space.cover_pole import polar_cells

        cells = polar_cells(outline)
    return tuple(cells)


def _surely_within(chart: "Unrolled", most_km2: float) -> bool:
    """Whether the box round a small ring already has less area than the bound, so that none need be measured."""
    tall_deg, wide_deg = chart.north_deg - chart.south_deg, chart.east_deg - chart.west_deg
    box_km2 = tall_deg * wide_deg * math.cos(math.radians(chart.lowest_deg)) * _SQUARE_DEGREE_KM2
    return box_km2 <= _SURELY_WITHIN * most_km2 and wide_deg <= _SHORT_DEG and tall_deg <= _SHORT_DEG


def cover_circle(centre: LatLon, radius_m: float, *, most_km2: float = MOST_KM2) -> tuple[int, ...]:
    """Return the cells that a circle touches, ascending; its radius is measured along the ellipsoid.

    Raises TooLargeError for an area over the bound, and ValueError for a radius that is not above 0 or a centre that
    is no place.

    >>> len(cover_circle(LatLon(36.005, 40.005), 200.0))
    1
    """
    if not 0.0 < radius_m < math.inf:
        raise ValueError(f"a circle's radius must be above 0 metres; got {radius_m}")
    area_km2 = math.pi * (radius_m / 1000.0) ** 2
    if area_km2 > most_km2:
        raise TooLargeError(area_km2, most_km2)
    return tuple(circle_cells(check_latlon(centre), radius_m))
