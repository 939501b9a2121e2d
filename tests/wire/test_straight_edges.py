"""Edges straight on the longitude and latitude grid: the geodesics and the widening hold every place on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.latlon import LatLon
from clearline.space.shape import ShapeError
from clearline.wire.straight_edges import MOST_STRAY_M, edge_stray_m, held_straight
from tests.wire.distances import off_path_m

_shares = st.floats(0.01, 0.99)


@given(
    st.floats(-89.0, 89.0), st.floats(-180.0, 180.0), st.floats(-8.0, 8.0), st.floats(-40.0, 40.0),
    st.sampled_from([0.001, 0.01, 0.1, 1.0]), _shares,
)  # fmt: skip
def test_every_place_on_the_straight_line_is_held(
    lat_deg: float, lon_deg: float, north_deg: float, east_deg: float, scale: float, share: float
) -> None:
    a = LatLon(lat_deg, lon_deg)
    b = LatLon(max(-89.0, min(89.0, lat_deg + north_deg * scale)), lon_deg + east_deg * scale)
    path, widened_m = held_straight([a, b])
    on_line = LatLon(a.lat_deg + (b.lat_deg - a.lat_deg) * share, a.lon_deg + (b.lon_deg - a.lon_deg) * share)
    assert widened_m <= MOST_STRAY_M
    leg = min(int(share * (len(path) - 1)), len(path) - 2)
    assert off_path_m(on_line, path[leg : leg + 2]) <= widened_m + 1e-5


@given(st.floats(-70.0, 70.0), st.floats(-180.0, 180.0), st.floats(-8.0, 8.0), st.floats(-12.0, 12.0), _shares)
def test_an_edge_left_whole_strays_no_further_than_told(
    lat_deg: float, lon_deg: float, north_deg: float, east_deg: float, share: float
) -> None:
    a, b = LatLon(lat_deg, lon_deg), LatLon(lat_deg + north_deg, lon_deg + east_deg)
    on_line = LatLon(lat_deg + north_deg * share, lon_deg + east_deg * share)
    assert off_path_m(on_line, [a, b]) <= edge_stray_m(a, b) + 1e-5


@given(st.floats(0.5, 80.0), st.floats(0.01, 1.0))
def test_the_widening_is_hardly_more_than_what_is_needed(lat_deg: float, east_deg: float) -> None:
    path, widened_m = held_straight([LatLon(lat_deg, 0.0), LatLon(lat_deg, east_deg)])
    middle = LatLon(lat_deg, east_deg / (len(path) - 1) / 2.0)
    assert widened_m * 0.85 - 1e-5 <= off_path_m(middle, path)


@given(st.floats(-90.0, 90.0), st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_meridians_and_the_equator_need_nothing(lat_deg: float, other_deg: float, lon_deg: float) -> None:
    meridian = [LatLon(lat_deg, lon_deg), LatLon(other_deg, lon_deg)]
    assert held_straight(meridian) == (tuple(meridian), 0.0)
    equator = [LatLon(0.0, lon_deg / 3.0), LatLon(0.0, lon_deg / 3.0 + 20.0)]
    assert held_straight(equator) == (tuple(equator), 0.0)


def test_a_border_along_a_parallel_is_where_the_grid_has_it() -> None:
    # From 38 E to 42 E along 36 N the geodesic bows 1.9 km north; places in between keep the border on the parallel.
    bow_m = off_path_m(LatLon(36.0, 40.0), [LatLon(36.0, 38.0), LatLon(36.0, 42.0)])
    assert 1_800.0 < bow_m < 2_000.0
    path, widened_m = held_straight([LatLon(36.0, 38.0), LatLon(36.0, 42.0)])
    assert 15 <= len(path) <= 25
    assert widened_m <= 5.0
    assert all(place.lat_deg == 36.0 for place in path)


@pytest.mark.parametrize(
    "edge",
    [
        [LatLon(0.0, 179.0), LatLon(0.0, -179.0)],
        [LatLon(0.0, -170.0), LatLon(0.0, 170.0)],
        [LatLon(45.0, 100.0), LatLon(45.0, -100.0)],
    ],
)
def test_an_edge_that_could_go_either_way_round_is_refused(edge: list[LatLon]) -> None:
    with pytest.raises(ShapeError, match="antimeridian"):
        held_straight(edge)


def test_an_edge_too_near_a_pole_is_refused() -> None:
    with pytest.raises(ShapeError, match="pole"):
        held_straight([LatLon(90.0, 0.0), LatLon(10.0, 90.0)])


@given(st.lists(st.tuples(st.floats(-60.0, 60.0), st.floats(-3.0, 3.0)), min_size=2, max_size=6))
def test_a_path_keeps_its_own_places_in_order(places: list[tuple[float, float]]) -> None:
    given_path = [LatLon(*place) for place in places]
    held, _ = held_straight(given_path)
    rest = iter(held)
    assert all(place in rest for place in given_path)
