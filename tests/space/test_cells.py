"""The grid of cells: a stored format, so held to fixed numbers; and every place lies in the box of its cell."""

import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.cells import CELLS, COLUMNS, FIRST, ROWS, cell_at, cell_box, edge_deg, run_of
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import distance_m

places = st.builds(LatLon, st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
rows = st.integers(0, ROWS - 1)


def test_the_grid_never_changes() -> None:
    """What a registry stored yesterday is read by this grid: not one row may get another number of columns."""
    digest = hashlib.sha256(",".join(str(count) for count in COLUMNS).encode()).hexdigest()
    assert digest == "f26444ec4aab10e2d01d3e686f9fabe4a6751d4ddd3eb79332fc3a940a5a2af9"
    assert CELLS == 412_529_482 < 2**31
    assert [cell_at(place) for place in VECTORS] == list(VECTORS.values())


VECTORS = {
    LatLon(-90.0, 0.0): 0,
    LatLon(90.0, 0.0): 412_529_481,
    LatLon(0.0, -180.0): 206264741,
    LatLon(0.0, 180.0): 206264741,
    LatLon(36.86, 39.03): 330_012_632,
    LatLon(-33.95, 151.18): 91099677,
}


def test_no_row_stands_on_a_knife_edge() -> None:
    """How many columns a row has does not hang on the last digits of a machine's cosine."""
    for row in range(1, ROWS - 1):
        count = 36_000.0 * math.cos(math.radians((row + 0.5) / 100.0 - 90.0))
        assert abs(count % 1.0 - 0.5) > 1e-5


@given(places)
def test_a_place_lies_in_the_box_of_its_cell(place: LatLon) -> None:
    south_deg, west_deg, north_deg, east_deg = cell_box(cell_at(place))
    assert south_deg - 1e-12 <= place.lat_deg <= north_deg + 1e-12
    lon_deg = -180.0 if place.lon_deg == 180.0 else place.lon_deg
    assert west_deg - 1e-12 <= lon_deg <= east_deg + 1e-12


@given(rows, st.floats(0.0, 1.0, exclude_max=True))
def test_boxes_are_numbered_through_without_gap_or_overlap(row: int, share: float) -> None:
    cell = FIRST[row] + int(share * COLUMNS[row])
    south_deg, west_deg, north_deg, east_deg = cell_box(cell)
    assert (south_deg, north_deg) == (edge_deg(row), edge_deg(row + 1))
    if cell + 1 < FIRST[row + 1]:
        assert cell_box(cell + 1)[1] == east_deg
    else:
        assert east_deg == 180.0
    if cell == FIRST[row]:
        assert west_deg == -180.0


@given(st.one_of(st.integers(1, 60), st.integers(1, ROWS - 2)))
def test_cells_are_about_as_wide_as_high(row: int) -> None:
    """1.11 km, and 1.09 to 1.15 km straight across in the rows of few cells next to the poles."""
    south_deg, west_deg, north_deg, east_deg = cell_box(FIRST[row])
    middle_deg = (south_deg + north_deg) / 2.0
    wide_m = distance_m(LatLon(middle_deg, west_deg), LatLon(middle_deg, east_deg))
    assert 1_089.0 <= wide_m <= 1_147.0
    if COLUMNS[row] > 400:
        assert 1_112.0 <= wide_m <= 1_119.0
    assert 1_105.0 <= distance_m(LatLon(south_deg, 0.0), LatLon(north_deg, 0.0)) <= 1_118.0


@given(rows, st.integers(-50_000, 50_000), st.integers(0, 40_000))
def test_a_run_is_the_columns_counted_round_the_earth(row: int, west: int, more: int) -> None:
    cells = run_of(row, west, west + more)
    assert cells == sorted({FIRST[row] + column % COLUMNS[row] for column in range(west, west + more + 1)})


@pytest.mark.parametrize("cell", [-1, CELLS])
def test_a_number_that_no_cell_has_is_refused(cell: int) -> None:
    with pytest.raises(ValueError, match=f"no cell {cell}"):
        cell_box(cell)


def test_what_is_no_place_is_in_no_cell() -> None:
    with pytest.raises(ValueError, match="latitude"):
        cell_at(LatLon(91.0, 0.0))
