"""Distances by GeographicLib's own Python code, slow and independent of what the product uses."""

from collections.abc import Sequence
from itertools import pairwise

from geographiclib.geodesic import Geodesic

from clearline.space.latlon import LatLon

__all__ = ["off_path_m", "span_m"]

_WGS84 = Geodesic.WGS84


def span_m(a: LatLon, b: LatLon) -> float:
    """The length of the geodesic between two places, metres."""
    return float(_WGS84.Inverse(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg)["s12"])


def off_path_m(place: LatLon, path: Sequence[LatLon]) -> float:
    """How far a place is from the nearest place of a path of geodesics, metres, by halving the search."""
    return min(_off_leg_m(place, a, b) for a, b in pairwise(path))


def _off_leg_m(place: LatLon, a: LatLon, b: LatLon) -> float:
    line = _WGS84.InverseLine(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg)

    def away_m(along_m: float) -> float:
        at = line.Position(along_m)
        return span_m(place, LatLon(float(at["lat2"]), float(at["lon2"])))

    low_m, high_m = 0.0, float(line.s13)
    for _ in range(80):
        third_m = (high_m - low_m) / 3.0
        if away_m(low_m + third_m) <= away_m(high_m - third_m):
            high_m -= third_m
        else:
            low_m += third_m
    return away_m((low_m + high_m) / 2.0)
