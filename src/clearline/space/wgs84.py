"""The WGS84 ellipsoid: geodesics, and the central projection that keeps edges straight.

The one idea: seen from the Earth's centre, a plane through the centre cuts the ellipsoid in a great ellipse, and a
great ellipse is a straight line on any plane it is projected on from that centre. A great ellipse strays from the
geodesic between its ends by at most `GEODESIC_BOW_M_PER_KM2 * L_km**2`, so edges cut to 1 km are straight to 0.07 mm.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clearline.space.ellipsoid import ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M
from clearline.space.latlon import LatLon

if TYPE_CHECKING:
    from pyproj import Geod

__all__ = [
    "ECCENTRICITY_SQUARED",
    "EQUATORIAL_RADIUS_M",
    "GEODESIC_BOW_M_PER_KM2",
    "Floats",
    "azimuths_and_distances",
    "destination",
    "destinations",
    "distance_m",
    "ecef",
    "from_ecef",
    "geodesic_pieces",
    "ring_area_m2",
    "tangent_frame",
]

Floats = NDArray[np.float64]

# Bow of a geodesic off the great ellipse through its ends: e^2 L^2 / (16 R_min), leading order; the largest seen
# over all latitudes and azimuths was 6.57e-5 m at 1 km (tests/space/test_wgs84.py measures it again).
GEODESIC_BOW_M_PER_KM2 = 6.604e-5


@cache
def _geod() -> "Geod":
    from pyproj import Geod  # a tenth of a registry's start, which most that load this module never need

    return Geod(ellps="WGS84")


def distance_m(a: LatLon, b: LatLon) -> float:
    """Length of the geodesic between two places, metres (Karney's algorithm, exact to nanometres)."""
    return float(_geod().inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)[2])


def destination(start: LatLon, azimuth_deg: float, range_m: float) -> LatLon:
    """The place reached from `start` along a geodesic: azimuth in degrees clockwise from north, range in metres.

    >>> place = destination(LatLon(0.0, 0.0), 90.0, 111_319.49)
    >>> round(place.lon_deg, 6)
    1.0
    """
    lon_deg, lat_deg, _ = _geod().fwd(start.lon_deg, start.lat_deg, azimuth_deg, range_m)
    return LatLon(float(lat_deg), float(lon_deg))


def destinations(starts: Floats, azimuth_deg: Floats, range_m: Floats) -> Floats:
    """The places reached from each of `starts` (shape (n, 2), latitude and longitude) along a geodesic: (n, 2)."""
    lon_deg, lat_deg, _ = _geod().fwd(starts[:, 1], starts[:, 0], azimuth_deg, range_m)
    return np.stack((np.asarray(lat_deg, np.float64), np.asarray(lon_deg, np.float64)), axis=-1)


def azimuths_and_distances(starts: Sequence[LatLon], ends: Sequence[LatLon]) -> tuple[Floats, Floats]:
    """Azimuth at the start (degrees) and length (metres) of each geodesic from `starts[i]` to `ends[i]`."""
    a = np.asarray(starts, np.float64).reshape(-1, 2)
    b = np.asarray(ends, np.float64).reshape(-1, 2)
    azimuth_deg, _, length_m = _geod().inv(a[:, 1], a[:, 0], b[:, 1], b[:, 0])
    return np.asarray(azimuth_deg, np.float64), np.asarray(length_m, np.float64)


def ecef(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Earth-centred coordinates of places on the ellipsoid: shape (n, 3), metres."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    sin_lat, cos_lat = np.sin(lat), np.cos(lat)
    normal_m = EQUATORIAL_RADIUS_M / np.sqrt(1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat)
    return np.stack(
        (
            normal_m * cos_lat * np.cos(lon),
            normal_m * cos_lat * np.sin(lon),
            normal_m * (1.0 - ECCENTRICITY_SQUARED) * sin_lat,
        ),
        axis=-1,
    )


def from_ecef(point: Floats) -> LatLon:
    """The place on the ellipsoid in the direction of `point` (shape (3,)) from the Earth's centre.

    The point may lie above or below the surface: only its direction counts, as everywhere in the central projection.
    """
    x, y, z = (float(v) for v in point)
    # On the ellipsoid tan(geodetic) = tan(geocentric) / (1 - e^2).
    lat = np.arctan2(z, (1.0 - ECCENTRICITY_SQUARED) * np.hypot(x, y))
    return LatLon(float(np.degrees(lat)), float(np.degrees(np.arctan2(y, x))))


def tangent_frame(at: LatLon) -> tuple[Floats, Floats]:
    """The frame for projecting on the plane that touches the ellipsoid at a place.

    Returns (axes, foot): rows of `axes` are east, north and up (the ellipsoid's normal); `foot` is the place in
    Earth-centred metres. A direction p projects to (east . p, north . p) * (up . foot) / (up . p) less the foot's own.
    """
    lat, lon = np.radians(at.lat_deg), np.radians(at.lon_deg)
    axes = np.array(
        [
            [-np.sin(lon), np.cos(lon), 0.0],
            [-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)],
            [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)],
        ]
    )
    return axes, ecef(np.asarray(at.lat_deg), np.asarray(at.lon_deg))


def geodesic_pieces(path: Sequence[LatLon], *, closed: bool, step_m: float) -> Floats:
    """Points along a path of geodesics, no two neighbours further apart than `step_m`: shape (n, 2), lat and lon.

    The path's own points are all kept. A closed path gets its last edge, back to the first point, and ends on it.
    """
    points = [*path, path[0]] if closed else list(path)
    if len(points) == 1:
        return np.asarray(points, np.float64)
    azimuth_deg, length_m = azimuths_and_distances(points[:-1], points[1:])
    counts = np.maximum(1, np.ceil(length_m / step_m)).astype(np.int64)
    if int(counts.max()) == 1:
        return np.asarray(points, np.float64)
    starts = np.repeat(np.asarray(points[:-1], np.float64), counts, axis=0)
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    fraction = (np.arange(int(counts.sum())) - np.repeat(first, counts)) / np.repeat(counts, counts)
    lon_deg, lat_deg, _ = _geod().fwd(
        starts[:, 1], starts[:, 0], np.repeat(azimuth_deg, counts), fraction * np.repeat(length_m, counts)
    )
    pieces = np.stack((np.asarray(lat_deg), np.asarray(lon_deg)), axis=-1)
    pieces[first] = np.asarray(points[:-1], np.float64)  # the corners exactly as given
    return np.concatenate((pieces, np.asarray(points[-1:], np.float64)))


def ring_area_m2(ring: Sequence[LatLon]) -> float:
    """Area inside a ring of geodesics, square metres: of the two sides, the smaller (Karney's algorithm).

    >>> round(ring_area_m2((LatLon(0, 0), LatLon(0, 1), LatLon(1, 1))) / 1e6)
    6155
    """
    places = np.asarray(ring, np.float64)
    return abs(float(_geod().polygon_area_perimeter(places[:, 1], places[:, 0])[0]))
