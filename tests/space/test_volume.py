"""A volume keeps what was entered, and how uncertain it is."""

import math

import pytest

from clearline.space.altitude import SURFACE, UNLIMITED, Band
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.space.volume import MAX_HORIZONTAL_UNCERTAINTY_M, Entered, Volume4D
from clearline.space.window import TimeWindow

_PARTS = (Circle(LatLon(35.0, 40.0), 1.0), Band(SURFACE, UNLIMITED), TimeWindow(0, None))


def test_a_volume_keeps_the_words_it_was_entered_in() -> None:
    entered = Entered("orders.aco:12", place="351200N0401100E", altitude="SFC-UNL", notes=("datum taken as WGS84",))
    assert Volume4D(*_PARTS, entered=entered).entered is entered
    assert Volume4D(*_PARTS, MAX_HORIZONTAL_UNCERTAINTY_M).horizontal_uncertainty_m == 100_000.0


@pytest.mark.parametrize("doubt_m", [-1.0, 100_001.0, math.nan, math.inf])
def test_an_uncertainty_that_is_none_is_refused(doubt_m: float) -> None:
    with pytest.raises(ValueError, match="horizontal uncertainty"):
        Volume4D(*_PARTS, doubt_m)
