"""GEOS as an oracle: shapes drawn on the quick oracle's map round their point of contact, compared by `shapely`.

The one idea: where the map is right (contact.py says how far), GEOS answers what the shapes on it are to each other.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from soak.contact import contact_of, drawn
from soak.hard_cases import Cases, Side

__all__ = ["geos_gaps_m"]

Floats = NDArray[np.float64]


def geos_gaps_m(cases: Cases) -> tuple[Floats, Floats]:
    """The gap between the shapes by GEOS, 0 where they meet, less the reach; and how far wrong the map may make it."""
    lat, lon, doubt = contact_of(cases)
    apart = shapely.distance(_geometries(cases.one, lat, lon), _geometries(cases.other, lat, lon))
    return apart - cases.one.radius_m - cases.other.radius_m - cases.lateral_m, doubt


def _geometries(side: Side, lat: Floats, lon: Floats) -> NDArray[np.object_]:
    ring = drawn(side.lat_deg, side.lon_deg, lat, lon)
    if not side.closed:
        return shapely.points(ring[:, 0]) if ring.shape[1] == 1 else shapely.linestrings(ring)
    if side.hole_lat_deg is None or side.hole_lon_deg is None:
        return shapely.polygons(ring)
    hole = drawn(side.hole_lat_deg, side.hole_lon_deg, lat, lon)
    return np.array([shapely.Polygon(outer, [inner]) for outer, inner in zip(ring, hole, strict=True)], np.object_)
