"""Over a box the undulation is an interval that holds every value in it, over seams and poles."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.edge.geoid_file import load_geoid
from clearline.space.geoid import Geoid, GeoidError, parse_gtx

lats, lons = st.floats(-90.0, 90.0), st.floats(-180.0, 180.0)


def _rough() -> Geoid:
    """A coarse globe where every node differs wildly from the next."""
    rows, columns = 19, 36
    grid = np.random.default_rng(7).uniform(-100.0, 80.0, (rows, columns)).astype(np.float32)
    grid[0, :], grid[-1, :] = grid[0, 0], grid[-1, 0]  # a pole is one place
    return Geoid(grid, -90.0, -180.0, 10.0)


@given(st.data(), lats, lons, st.floats(0.0, 40.0), st.floats(0.0, 400.0), st.sampled_from(["coarse", "EGM96"]))
def test_the_interval_holds_every_value_in_the_box(
    data: st.DataObject, south_deg: float, west_deg: float, tall_deg: float, wide_deg: float, which: str
) -> None:
    geoid = _rough() if which == "coarse" else load_geoid()
    north_deg, east_deg = min(90.0, south_deg + tall_deg), west_deg + wide_deg
    low_m, high_m = geoid.over(south_deg, north_deg, west_deg, east_deg)
    for _ in range(5):
        lat_deg, lon_deg = data.draw(st.floats(south_deg, north_deg)), data.draw(st.floats(west_deg, east_deg))
        assert low_m - 1e-9 <= geoid.at(lat_deg, lon_deg) <= high_m + 1e-9


@given(lats, lons, st.sampled_from([-720.0, -360.0, 360.0, 720.0]))
def test_a_full_turn_changes_nothing(lat_deg: float, lon_deg: float, turn_deg: float) -> None:
    geoid = load_geoid()
    assert geoid.at(lat_deg, lon_deg + turn_deg) == pytest.approx(geoid.at(lat_deg, lon_deg), abs=1e-6)
    there = geoid.over(lat_deg, lat_deg, lon_deg + turn_deg, lon_deg + turn_deg)
    assert there[0] - 1e-6 <= geoid.at(lat_deg, lon_deg) <= there[1] + 1e-6


@given(lats)
def test_the_antimeridian_is_no_seam(lat_deg: float) -> None:
    geoid = load_geoid()
    west, east = geoid.at(lat_deg, 180.0 - 1e-9), geoid.at(lat_deg, -180.0 + 1e-9)
    assert west == pytest.approx(east, abs=1e-6)
    assert geoid.at(lat_deg, 180.0) == geoid.at(lat_deg, -180.0)


@given(lons)
def test_a_pole_is_one_place(lon_deg: float) -> None:
    geoid = load_geoid()
    for lat_deg in (-90.0, 90.0):
        assert geoid.at(lat_deg, lon_deg) == pytest.approx(geoid.at(lat_deg, 0.0), abs=1e-9)
        low_m, high_m = geoid.over(lat_deg, lat_deg, lon_deg, lon_deg)
        assert low_m <= geoid.at(lat_deg, 0.0) <= high_m


def test_a_node_has_its_own_value() -> None:
    geoid = load_geoid()
    assert geoid.at(-90.0 + 0.25 * 400, -180.0 + 0.25 * 900) == float(geoid.undulation_m[400, 900])
    assert geoid.over(10.0, 10.0, 45.0, 45.0) == (geoid.at(10.0, 45.0),) * 2


@pytest.mark.parametrize("box", [(1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (math.nan, 0.0, 0.0, 0.0)])
def test_a_box_that_is_none_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="no box"):
        load_geoid().over(*box)


@pytest.mark.parametrize(
    ("south_deg", "west_deg", "step_deg"),
    [
        (-80.0, -180.0, 10.0),
        (-90.0, -180.0, 5.0),
        (math.nan, 0.0, 10.0),
        (-90.0, math.nan, 10.0),
        (-90.0, 0.0, math.nan),
    ],
)
def test_a_grid_that_does_not_cover_the_globe_is_refused(south_deg: float, west_deg: float, step_deg: float) -> None:
    with pytest.raises(GeoidError):
        Geoid(np.zeros((19, 36), np.float32), south_deg, west_deg, step_deg)


def test_a_grid_that_does_not_go_once_round_is_refused() -> None:
    with pytest.raises(GeoidError, match="once round"):
        Geoid(np.zeros((19, 35), np.float32), -90.0, -180.0, 10.0)


@pytest.mark.parametrize("value_m", [math.nan, math.inf, 300.0, -88_888.0])
def test_a_grid_with_holes_is_refused(value_m: float) -> None:
    grid = np.zeros((19, 36), np.float32)
    grid[3, 4] = value_m
    with pytest.raises(GeoidError, match="beyond"):
        Geoid(grid, -90.0, -180.0, 10.0)


def _gtx(grid: np.ndarray, *steps_deg: float) -> bytes:
    head = np.array([-90.0, -180.0, *steps_deg], ">f8").tobytes() + np.array(grid.shape, ">i4").tobytes()
    return head + grid.astype(">f4").tobytes()


def test_a_gtx_is_read_south_to_north() -> None:
    rough = _rough()
    again = parse_gtx(_gtx(rough.undulation_m, 10.0, 10.0))
    assert np.array_equal(again.undulation_m, rough.undulation_m)


def test_a_gtx_with_two_steps_or_one_row_is_refused() -> None:
    rough = _rough()
    with pytest.raises(GeoidError, match="one step"):
        parse_gtx(_gtx(rough.undulation_m, 10.0, 5.0))
    with pytest.raises(GeoidError, match="1 x 36"):
        parse_gtx(_gtx(rough.undulation_m[:1], 10.0, 10.0))
    with pytest.raises(GeoidError, match="emptied"):
        parse_gtx(_gtx(rough.undulation_m * 0.0, 10.0, 10.0))
