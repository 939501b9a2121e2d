"""A place is one, and has one name."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.latlon import LatLon, check_latlon


@given(st.floats(-90.0, 90.0), st.floats(-360.0, 360.0))
def test_longitude_comes_within_a_half_turn_and_stays_the_same_place(lat_deg: float, lon_deg: float) -> None:
    place = check_latlon(LatLon(lat_deg, lon_deg))
    assert place.lat_deg == lat_deg
    assert -180.0 <= place.lon_deg <= 180.0
    assert math.isclose(math.cos(math.radians(place.lon_deg)), math.cos(math.radians(lon_deg)), abs_tol=1e-12)
    assert math.isclose(math.sin(math.radians(place.lon_deg)), math.sin(math.radians(lon_deg)), abs_tol=1e-12)


@pytest.mark.parametrize("lat_deg", [90.0001, -91.0, math.nan, math.inf])
def test_a_latitude_beyond_a_pole_is_refused(lat_deg: float) -> None:
    with pytest.raises(ValueError, match="latitude"):
        check_latlon(LatLon(lat_deg, 0.0))


@pytest.mark.parametrize("lon_deg", [360.0001, -361.0, math.nan, -math.inf])
def test_a_longitude_beyond_a_turn_is_refused(lon_deg: float) -> None:
    with pytest.raises(ValueError, match="longitude"):
        check_latlon(LatLon(0.0, lon_deg))
