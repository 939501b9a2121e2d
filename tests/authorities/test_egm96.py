"""The geoid that ships with Clearline, held to published values of EGM96."""

import pytest

from clearline.edge.geoid_file import load_geoid
from clearline.space.geoid import GRID_UNCERTAINTY_M
from tests.authorities.nga_egm96 import BILINEAR_TOLERANCE_M, EXTREMES_M, PUBLISHED_M


@pytest.mark.parametrize(("lat_deg", "lon_deg", "published_m"), PUBLISHED_M)
def test_undulation_is_the_published_one(lat_deg: float, lon_deg: float, published_m: float) -> None:
    assert abs(load_geoid().at(lat_deg, lon_deg) - published_m) < BILINEAR_TOLERANCE_M < GRID_UNCERTAINTY_M
    low_m, high_m = load_geoid().over(lat_deg, lat_deg, lon_deg, lon_deg)
    assert low_m - GRID_UNCERTAINTY_M <= published_m <= high_m + GRID_UNCERTAINTY_M


def test_the_grid_has_the_extremes_of_egm96() -> None:
    grid = load_geoid().undulation_m
    assert abs(float(grid.min()) - EXTREMES_M[0]) < 0.01
    assert abs(float(grid.max()) - EXTREMES_M[1]) < 0.01
