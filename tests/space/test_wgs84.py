"""Geodesics, held to geographiclib, and the bound on how far they stray from the central projection's lines."""

import math
from itertools import pairwise

import numpy as np
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import (
    GEODESIC_BOW_M_PER_KM2,
    azimuths_and_distances,
    destination,
    destinations,
    distance_m,
    ecef,
    from_ecef,
    geodesic_pieces,
    tangent_frame,
)
from tests.conflict.worlds import azimuths, centres

_WGS84 = Geodesic(6378137.0, 1.0 / 298.257223563)
_NANOMETRES = 1e-8
ranges = st.floats(0.0, 10_000_000.0)


@given(centres, centres)
def test_distance_is_that_of_geographiclib(a: LatLon, b: LatLon) -> None:
    theirs = _WGS84.Inverse(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg)
    assert abs(distance_m(a, b) - theirs["s12"]) < _NANOMETRES
    _, lengths_m = azimuths_and_distances([a], [b])
    assert lengths_m[0] == distance_m(a, b)


@given(centres, azimuths, ranges)
def test_destination_is_that_of_geographiclib(start: LatLon, azimuth_deg: float, range_m: float) -> None:
    ours = destination(start, azimuth_deg, range_m)
    theirs = _WGS84.Direct(start.lat_deg, start.lon_deg, azimuth_deg, range_m)
    assert distance_m(ours, LatLon(theirs["lat2"], theirs["lon2"])) < _NANOMETRES
    many = destinations(np.array([start, start]), np.array([azimuth_deg, 0.0]), np.array([range_m, 0.0]))
    assert tuple(many[0]) == ours
    assert distance_m(LatLon(*many[1]), start) < _NANOMETRES


@given(centres, azimuths, st.floats(0.0, 300_000.0))
def test_pieces_lie_on_the_geodesic_and_are_short(start: LatLon, azimuth_deg: float, range_m: float) -> None:
    end = destination(start, azimuth_deg, range_m)
    pieces = [LatLon(*place) for place in geodesic_pieces((start, end), closed=False, step_m=10_000.0).tolist()]
    assert (pieces[0], pieces[-1]) == (start, end)
    steps_m = [distance_m(p, q) for p, q in pairwise(pieces)]
    assert max(steps_m) < 10_000.0 + 1e-6
    assert abs(sum(steps_m) - distance_m(start, end)) < 1e-6


def test_pieces_of_a_closed_path_come_back_to_its_start() -> None:
    ring = (LatLon(0.0, 0.0), LatLon(0.0, 0.1), LatLon(0.1, 0.0))
    pieces = geodesic_pieces(ring, closed=True, step_m=5_000.0)
    assert tuple(pieces[0]) == tuple(pieces[-1]) == ring[0]
    assert {tuple(place) for place in pieces.tolist()} >= set(ring)
    assert geodesic_pieces(ring, closed=True, step_m=50_000.0).tolist() == [*map(list, ring), list(ring[0])]
    assert geodesic_pieces(ring[:1], closed=False, step_m=1.0).tolist() == [[0.0, 0.0]]


@given(centres)
def test_a_place_and_its_direction_are_one(place: LatLon) -> None:
    point = ecef(np.array(place.lat_deg), np.array(place.lon_deg))
    x, y, z = point
    on_ellipsoid = (x * x + y * y) / 6378137.0**2 + z * z / 6356752.314245**2
    assert abs(on_ellipsoid - 1.0) < 1e-12
    for height in (0.5, 1.0, 2.0):  # only the direction counts
        assert distance_m(from_ecef(point * height), place) < 1e-6


@given(centres)
def test_the_tangent_frame_is_east_north_up(place: LatLon) -> None:
    axes, foot = tangent_frame(place)
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) > 0.0
    assert np.allclose(foot, ecef(np.array(place.lat_deg), np.array(place.lon_deg)))
    if abs(place.lat_deg) < 89.0:
        north = destination(place, 0.0, 100.0)
        step = ecef(np.array(north.lat_deg), np.array(north.lon_deg)) - foot
        assert np.allclose(axes @ step, [0.0, 100.0, 0.0], atol=0.01)


def test_a_geodesic_strays_from_the_great_ellipse_by_no_more_than_the_bound() -> None:
    """Measured over latitudes and azimuths at 10, 50 and 100 km: the worst lies just under the bound."""
    worst = 0.0
    for lat_deg in np.arange(-88.0, 89.0, 4.0).tolist():
        for azimuth_deg in range(0, 180, 5):
            for range_m in (10_000.0, 50_000.0, 100_000.0):
                middle = LatLon(lat_deg, 40.0)
                ends = [destination(middle, azimuth_deg + turn, range_m / 2.0) for turn in (0.0, 180.0)]
                a, b = (ecef(np.array(end.lat_deg), np.array(end.lon_deg)) for end in ends)
                normal = np.cross(a, b)
                off_m = abs(float(ecef(np.array(lat_deg), np.array(40.0)) @ normal)) / math.hypot(*normal)
                worst = max(worst, off_m / (range_m / 1000.0) ** 2)
    assert 0.99 * 6.57e-5 < worst <= GEODESIC_BOW_M_PER_KM2
