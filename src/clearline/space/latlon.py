"""A place on the WGS84 ellipsoid, and the check that it is one.

The one idea: inside Clearline a place is always latitude first, longitude second, degrees, WGS84. Axis order and
datum are settled in `wire` and `space.notation`, where the format is known.
"""

from typing import NamedTuple

__all__ = ["LatLon", "check_latlon"]


class LatLon(NamedTuple):
    """A place: geodetic latitude and longitude, degrees, WGS84."""

    lat_deg: float
    lon_deg: float


def check_latlon(place: LatLon) -> LatLon:
    """Return the place with its longitude brought into [-180, 180].

    Raises ValueError if a number is not finite, the latitude is beyond a pole, or the longitude beyond a full turn.

    >>> check_latlon(LatLon(10.0, 190.0))
    LatLon(lat_deg=10.0, lon_deg=-170.0)
    """
    lat_deg, lon_deg = place
    if not -90.0 <= lat_deg <= 90.0:  # also refuses NaN
        raise ValueError(f"latitude {lat_deg} is not within -90..90 degrees")
    if not -360.0 <= lon_deg <= 360.0:
        raise ValueError(f"longitude {lon_deg} is not within -360..360 degrees")
    if -180.0 <= lon_deg <= 180.0:
        return place
    return LatLon(lat_deg, lon_deg - 360.0 if lon_deg > 180.0 else lon_deg + 360.0)
