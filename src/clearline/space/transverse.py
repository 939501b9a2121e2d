"""From eastings and northings back to latitude and longitude: the inverse of the transverse Mercator projection.

The one idea: Krueger's series maps the ellipsoid to a sphere without distortion of angles, and six terms of it are
exact to micrometres as far from the central meridian as any zone reaches; so one short function serves UTM, MGRS and
Gauss-Krueger on any ellipsoid.
"""

import math
from functools import cache
from typing import NamedTuple

__all__ = ["KRASSOVSKY", "UTM_SCALE", "Ellipsoid", "inverse_mercator"]

UTM_SCALE = 0.9996  # on the central meridian (DMA TM 8358.2, 2-1)


class Ellipsoid(NamedTuple):
    """An ellipsoid of revolution: its equatorial radius in metres and its flattening (0 is a sphere)."""

    equatorial_m: float
    flattening_ratio: float


KRASSOVSKY = Ellipsoid(6378245.0, 1.0 / 298.3)  # EPSG:7024, what SK-42 and SK-95 are measured on


class _Series(NamedTuple):
    """What the series needs of one ellipsoid: the radius of its meridian's sphere, its eccentricity, and the terms."""

    radius_m: float
    eccentricity_ratio: float
    beta: tuple[float, ...]


@cache
def _series(ellipsoid: Ellipsoid) -> _Series:
    """The coefficients to the sixth power of the third flattening (Karney 2011, J. Geodesy 85:475, eqs. 14 and 36)."""
    f = ellipsoid.flattening_ratio
    n = f / (2.0 - f)
    radius_m = ellipsoid.equatorial_m / (1.0 + n) * (1.0 + n**2 / 4.0 + n**4 / 64.0 + n**6 / 256.0)
    terms = (
        (1 / 2, -2 / 3, 37 / 96, -1 / 360, -81 / 512, 96199 / 604800),
        (1 / 48, 1 / 15, -437 / 1440, 46 / 105, -1118711 / 3870720),
        (17 / 480, -37 / 840, -209 / 4480, 5569 / 90720),
        (4397 / 161280, -11 / 504, -830251 / 7257600),
        (4583 / 161280, -108847 / 3991680),
        (20648693 / 638668800,),
    )
    beta = tuple(sum(c * n ** (j + k) for k, c in enumerate(row)) for j, row in enumerate(terms, start=1))
    return _Series(radius_m, math.sqrt(f * (2.0 - f)), beta)


def inverse_mercator(
    east_m: float, north_m: float, *, central_deg: float, scale: float, ellipsoid: Ellipsoid
) -> tuple[float, float]:
    """Latitude and longitude, degrees, of a point of a transverse Mercator plane.

    `east_m` is counted from the central meridian and `north_m` from the equator, false origins already taken away.
    The longitude is not brought into -180..180.

    >>> wgs84 = Ellipsoid(6378137.0, 1 / 298.257223563)
    >>> lat_deg, lon_deg = inverse_mercator(0.0, 3_873_000.0, central_deg=39.0, scale=0.9996, ellipsoid=wgs84)
    >>> round(lat_deg, 6), lon_deg
    (34.999612, 39.0)
    """
    series = _series(ellipsoid)
    xi, eta = north_m / (scale * series.radius_m), east_m / (scale * series.radius_m)
    straight, across = xi, eta
    for j, beta in enumerate(series.beta, start=1):
        straight -= beta * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        across -= beta * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    cos_straight, sinh_across = math.cos(straight), math.sinh(across)
    conformal = math.sin(straight) / math.hypot(sinh_across, cos_straight)
    lat = math.atan(_geodetic_tangent(conformal, series.eccentricity_ratio))
    return math.degrees(lat), central_deg + math.degrees(math.atan2(sinh_across, cos_straight))


def _geodetic_tangent(conformal: float, e: float) -> float:
    """Tangent of the geodetic latitude from that of the conformal one, by Newton's method (Karney 2011, eqs. 19-21).

    Two steps reach the last bit of a double for any ellipsoid of the Earth; a third is taken for good measure.
    """
    tangent = conformal
    for _ in range(3):
        root = math.hypot(1.0, tangent)
        sigma = math.sinh(e * math.atanh(e * tangent / root))
        guess = tangent * math.hypot(1.0, sigma) - sigma * root
        slope = (1.0 + (1.0 - e * e) * tangent * tangent) / ((1.0 - e * e) * root)
        tangent += (conformal - guess) / math.hypot(1.0, guess) * slope
    return tangent
