"""A place told twice: the words and the numbers must agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.landmark import LandmarkError, check_landmark
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination

_HARRAN = LatLon(36.86, 39.03)
_WINDS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")


@given(st.integers(0, 15), st.integers(1, 40), st.floats(0.0, 359.0), st.floats(0.0, 5_000.0), st.floats(10.0, 2_000.0))
def test_exactly_what_lies_within_reach_agrees(
    wind: int, far_km: int, off_deg: float, off_m: float, reach_m: float
) -> None:
    text = f"{far_km} km {_WINDS[wind]} of Harran @ 36.8600N 039.0300E"
    place = destination(destination(_HARRAN, wind * 22.5, far_km * 1000.0), off_deg, off_m)
    if off_m <= reach_m - 1e-3:
        check_landmark(text, place, reach_m)
    elif off_m >= reach_m + 1e-3:
        with pytest.raises(LandmarkError, match="correct the position or the landmark"):
            check_landmark(text, place, reach_m)


@pytest.mark.parametrize(
    "text",
    [
        "3 km S of Harran @ 36.8600N 039.0300E",
        "3.0 KM south of Harran @ 36.8600N 039.0300E",
        "3000m 180° from Harran @36°51′36″N 039°01′48″E",
        "3 km to the south of Harran, of old Carrhae @ 36.8600N 039.0300E",
        "1.62 NM S of Harran @ 36.8600N 039.0300E (WGS84)",
    ],
)
def test_forms_that_agree(text: str) -> None:
    check_landmark(text, destination(_HARRAN, 180.0, 3_000.0), 5.0)


def test_a_landmark_alone_is_the_place_itself() -> None:
    check_landmark("Harran @ 36.8600N 039.0300E", _HARRAN, 0.001)
    with pytest.raises(LandmarkError, match=r"3.0 km S \(180°\) of the landmark"):
        check_landmark("Harran @ 36.8600N 039.0300E", destination(_HARRAN, 180.0, 3_000.0), 100.0)


def test_what_the_landmark_is_uncertain_by_widens_the_reach() -> None:
    off = destination(_HARRAN, 90.0, 150.0)
    check_landmark("Harran @ 36°51′36″N 039°01′48″E (unknown)", off, 0.0)
    with pytest.raises(LandmarkError):
        check_landmark("Harran @ 36°51′36″N 039°01′48″E", off, 0.0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("3 km S of Harran", "no name with its position"),
        ("@ 36.8600N 039.0300E", "no name with its position"),
        ("x" * 200 + "@ 36.8600N 039.0300E", "no name with its position"),
        ("3 km of Harran @ 36.8600N 039.0300E", "no distance and direction"),
        ("3 miles S of Harran @ 36.8600N 039.0300E", "statute"),
        ("3 km 045M of Harran @ 36.8600N 039.0300E", "magnetic"),
        ("3 km S of Harran @ 36 51 36 N 39 01 48 E", "ambiguous"),
        ("3 km S of Harran @ 36.8600N", "not a position"),
        ("3 km S of Harran @ 36.8600N 039.0300E (Atlantis)", "not known"),
    ],
)
def test_what_is_no_landmark_is_refused(text: str, why: str) -> None:
    with pytest.raises(LandmarkError, match=why):
        check_landmark(text, _HARRAN, 1e6)


def test_a_place_that_is_not_a_number_never_agrees() -> None:
    with pytest.raises(LandmarkError):
        check_landmark("Harran @ 36.8600N 039.0300E", _HARRAN, float("nan"))
