"""The WGS84 ellipsoid as three numbers.

The one idea: whoever needs only these loads no arrays (`space.wgs84` works with them).
"""

__all__ = ["ECCENTRICITY_SQUARED", "EQUATORIAL_RADIUS_M", "FLATTENING"]

# NIMA TR8350.2, third edition, table 3.1: the defining constants of WGS84.
EQUATORIAL_RADIUS_M = 6378137.0
FLATTENING = 1.0 / 298.257223563
ECCENTRICITY_SQUARED = FLATTENING * (2.0 - FLATTENING)
