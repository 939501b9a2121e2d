"""Pressure altitude, held to the printed standard atmosphere."""

import pytest

from clearline.space.heights import standard_height_m
from tests.authorities.icao_7488 import PRESSURE_HPA_BY_ALTITUDE_M, PRESSURE_TOLERANCE_M


@pytest.mark.parametrize(("altitude_m", "pressure_hpa"), PRESSURE_HPA_BY_ALTITUDE_M.items())
def test_pressure_altitude_is_that_of_doc_7488(altitude_m: float, pressure_hpa: float) -> None:
    assert abs(standard_height_m(pressure_hpa) - altitude_m) < PRESSURE_TOLERANCE_M
