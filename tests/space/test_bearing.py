"""Directions and distances in words: sixteen winds, three digits, three units, and nothing magnetic."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.bearing import bearing_and_distance, parse_bearing, parse_distance, range_words
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination

_WINDS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
_WORDS = {"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST"}


@given(st.integers(0, 15), st.sampled_from(["-", " ", ""]))
def test_a_wind_is_the_same_in_letters_words_and_degrees(number: int, joint: str) -> None:
    wind = _WINDS[number]
    assert parse_bearing(wind) == parse_bearing(joint.join(_WORDS[letter] for letter in wind)) == number * 22.5


@given(
    st.integers(0, 359), st.sampled_from(["{:03}", "{:03}°", "{:03} DEG", "BEARING {:03}", "{:03}T", "{:03}.0 DEGREES"])
)
def test_degrees_are_themselves(degrees: int, style: str) -> None:
    assert parse_bearing(style.format(degrees)) == degrees


@pytest.mark.parametrize("text", ["045M", "045 MAGNETIC", "45", "361", "NNNE", "UP", "", "NORTHNORTHNORTHEAST"])
def test_what_is_no_true_bearing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"direction|magnetic"):
        parse_bearing(text)


@pytest.mark.parametrize(
    ("text", "metres"), [("3 KM", 3_000.0), ("400M", 400.0), ("2 NM", 3_704.0), ("1.5 NMI", 2_778.0)]
)
def test_distances(text: str, metres: float) -> None:
    assert parse_distance(text) == metres


def test_miles_could_be_two() -> None:
    with pytest.raises(ValueError, match=r"4828 m \(statute\) or 5556 m \(nautical\)"):
        parse_distance("3 MILES")


@pytest.mark.parametrize("text", ["3", "KM", "3 LEAGUES", "-3 KM", "3,5 KM"])
def test_what_is_no_distance_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a distance"):
        parse_distance(text)


@given(st.floats(-80.0, 80.0), st.floats(-180.0, 180.0), st.floats(0.0, 359.9), st.floats(1.0, 1e6))
def test_bearing_and_distance_lead_back(lat_deg: float, lon_deg: float, azimuth_deg: float, range_m: float) -> None:
    start = LatLon(lat_deg, lon_deg)
    bearing_deg, length_m = bearing_and_distance(start, destination(start, azimuth_deg, range_m))
    assert math.isclose(length_m, range_m, abs_tol=1e-6)
    assert abs((bearing_deg - azimuth_deg + 180.0) % 360.0 - 180.0) < 1e-5


def test_ranges_are_read_out_in_words() -> None:
    here = LatLon(35.0, 40.0)
    assert range_words(here, destination(here, 359.9, 8_900.0)) == "8.9 km N (000°)"
    assert range_words(here, destination(here, 112.0, 139.0)) == "139 m ESE (112°)"
