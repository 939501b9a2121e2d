"""Altitudes are kept as stated, and refuse to be what nobody can mean."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.altitude import (
    FOOT_M,
    SURFACE,
    UNLIMITED,
    AltitudeError,
    AltitudeLimit,
    Band,
    Reference,
    Unit,
)

_M, _FT, _FL = Unit.METRE, Unit.FOOT, Unit.FLIGHT_LEVEL


@given(st.floats(-1_000.0, 60_000.0))
def test_a_value_in_feet_is_0_3048_of_metres_and_a_level_a_hundred_feet(value: float) -> None:
    assert AltitudeLimit(value, _M, Reference.EGM96).metres == value
    assert AltitudeLimit(value, _FT, Reference.EGM96).metres == value * FOOT_M
    level = AltitudeLimit(value / 100.0, _FL, Reference.STD).metres
    assert level is not None and math.isclose(level, value * FOOT_M, rel_tol=1e-14, abs_tol=1e-12)


def test_a_value_without_a_unit_has_no_metres() -> None:
    assert AltitudeLimit(2_000.0, None, Reference.EGM96).metres is None
    assert AltitudeLimit(0.0, None, Reference.SURFACE).metres == 0.0  # the surface needs none


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (AltitudeLimit(5_000.0, _FT, Reference.EGM96), "5000 ft EGM96"),
        (AltitudeLimit(95.0, _FL, Reference.STD), "FL095"),
        (AltitudeLimit(95.5, _FL, Reference.STD), "FL95.5"),
        (AltitudeLimit(300.0, _M, Reference.QFE, pressure_hpa=980.0), "300 m QFE 980 hPa"),
        (AltitudeLimit(2_000.0, None, None), "2000 (no unit) (no reference)"),
        (SURFACE, "SURFACE"),
        (UNLIMITED, "UNLIMITED"),
    ],
)
def test_a_limit_reads_as_it_was_stated(limit: AltitudeLimit, text: str) -> None:
    assert str(limit) == text


_BAD: list[tuple[str, Callable[[], AltitudeLimit]]] = [
    ("carries no value", lambda: AltitudeLimit(5.0, _M, Reference.SURFACE)),
    ("carries no value", lambda: AltitudeLimit(math.nan, _M, Reference.UNLIMITED)),
    ("not a height", lambda: AltitudeLimit(math.nan, _M, Reference.WGS84)),
    ("not a height", lambda: AltitudeLimit(math.inf, _FT, Reference.EGM96)),
    ("not a height", lambda: AltitudeLimit(1_000_001.0, _M, Reference.WGS84)),
    ("not a height", lambda: AltitudeLimit(40_000.0, _FL, Reference.STD)),
    ("not a height", lambda: AltitudeLimit(-1_000_001.0, None, None)),
    ("flight level", lambda: AltitudeLimit(95.0, _FL, Reference.EGM96)),
    ("uncertainty", lambda: AltitudeLimit(1.0, _M, Reference.WGS84, uncertainty_m=-1.0)),
    ("uncertainty", lambda: AltitudeLimit(1.0, _M, Reference.WGS84, uncertainty_m=math.nan)),
    ("inches", lambda: AltitudeLimit(1.0, _M, Reference.QNH, pressure_hpa=29.92)),
    ("QNH", lambda: AltitudeLimit(1.0, _M, Reference.STD, pressure_hpa=math.nan)),
    ("QNH", lambda: AltitudeLimit(1.0, _M, Reference.QNH, pressure_hpa=849.0)),
    ("QFE", lambda: AltitudeLimit(1.0, _M, Reference.QFE, pressure_hpa=29.92)),
    ("QFE", lambda: AltitudeLimit(1.0, _M, Reference.QFE, pressure_hpa=1_101.0)),
    ("station", lambda: AltitudeLimit(1.0, _M, Reference.QFE, station_m=9_001.0)),
    ("station", lambda: AltitudeLimit(1.0, _M, Reference.QFE, station_m=math.nan)),
    ("ground", lambda: AltitudeLimit(1.0, _M, Reference.AGL, ground_m=(5.0, 4.0))),
    ("ground", lambda: AltitudeLimit(1.0, _M, Reference.AGL, ground_m=(-501.0, 0.0))),
    ("ground", lambda: AltitudeLimit(1.0, _M, Reference.AGL, ground_m=(0.0, math.nan))),
]


@pytest.mark.parametrize(("says", "make"), _BAD)
def test_a_limit_that_cannot_be_is_refused_and_says_why(says: str, make: Callable[[], AltitudeLimit]) -> None:
    with pytest.raises(AltitudeError, match=says):
        make()


def test_a_low_qfe_of_a_high_field_is_allowed() -> None:
    assert AltitudeLimit(1.0, _M, Reference.QFE, pressure_hpa=620.0).pressure_hpa == 620.0


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (AltitudeLimit(100.0, _M, Reference.EGM96), AltitudeLimit(100.0, _FT, Reference.EGM96)),
        (AltitudeLimit(100.0, _M, Reference.AGL), SURFACE),
        (AltitudeLimit(100.0, _FL, Reference.STD), AltitudeLimit(99.0, _FL, Reference.STD)),
        # Above different things, but no geoid, air or terrain can account for it.
        (AltitudeLimit(200.0, _FL, Reference.STD), AltitudeLimit(3_000.0, _FT, Reference.EGM96)),
        (AltitudeLimit(9_000.0, _M, Reference.WGS84), AltitudeLimit(3_000.0, _M, Reference.EGM2008)),
        (AltitudeLimit(12_000.0, _M, Reference.EGM96), AltitudeLimit(100.0, _M, Reference.AGL)),
        (AltitudeLimit(9_000.0, _M, Reference.QNH), AltitudeLimit(100.0, _M, Reference.WGS84)),
        (UNLIMITED, AltitudeLimit(100.0, _M, Reference.WGS84)),
    ],
)
def test_a_band_the_wrong_way_round_is_refused(lower: AltitudeLimit, upper: AltitudeLimit) -> None:
    with pytest.raises(AltitudeError, match=r"swap"):
        Band(lower, upper)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (SURFACE, SURFACE),
        (SURFACE, UNLIMITED),
        (AltitudeLimit(100.0, _M, Reference.EGM96), AltitudeLimit(100.0, _M, Reference.EGM96)),  # zero height
        (AltitudeLimit(100.0, _M, Reference.WGS84), AltitudeLimit(80.0, _M, Reference.EGM96)),  # may be 80 + 86
        (AltitudeLimit(3_000.0, _M, Reference.EGM96), AltitudeLimit(100.0, _M, Reference.AGL)),  # over a mountain
        (AltitudeLimit(100.0, _FL, Reference.STD), AltitudeLimit(9_000.0, _FT, Reference.EGM96)),  # low pressure
        (
            AltitudeLimit(500.0, _M, Reference.QFE, station_m=0.0),
            AltitudeLimit(100.0, _M, Reference.QFE, station_m=800.0),
        ),
        (AltitudeLimit(9_000.0, None, None), AltitudeLimit(1.0, _M, Reference.EGM96)),
        (AltitudeLimit(9_000.0, _M, None), AltitudeLimit(1.0, _M, Reference.EGM96)),
        (AltitudeLimit(9_000.0, _M, Reference.EGM96), UNLIMITED),
    ],
)
def test_a_band_that_may_be_the_right_way_round_is_kept_as_stated(lower: AltitudeLimit, upper: AltitudeLimit) -> None:
    band = Band(lower, upper)
    assert (band.lower, band.upper) == (lower, upper)
    assert str(band) == f"{lower} to {upper}"
