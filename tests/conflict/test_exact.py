"""The plain engine's geometry, held to Karney's geodesics and to the laws any distance must keep."""

import math

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.conflict.exact import TOLERANCE_M, meets, separation
from clearline.conflict.hull import overlap_depth_m
from clearline.conflict.outline import contains, outline
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor, Polygon
from clearline.space.wgs84 import destination, ecef
from tests.conflict.worlds import azimuths, centres, shapes


@given(centres, azimuths, st.floats(0.001, 900_000.0), st.floats(0.0, 1_000.0), st.floats(0.0, 1_000.0))
def test_distance_of_circles_is_the_geodesic_less_the_radii(
    centre: LatLon, azimuth_deg: float, range_m: float, one_m: float, other_m: float
) -> None:
    far = destination(centre, azimuth_deg, range_m)
    true_m = Geodesic.WGS84.Inverse(*centre, *far)["s12"] - one_m - other_m
    assert abs(separation(Circle(centre, one_m).core(), Circle(far, other_m).core()).distance_m - true_m) < 1e-3


@given(st.data(), centres)
def test_separation_is_symmetric(data: st.DataObject, centre: LatLon) -> None:
    a, b = data.draw(shapes(centre)).core(), data.draw(shapes(centre)).core()
    there, back = separation(a, b).distance_m, separation(b, a).distance_m
    assert abs(there - back) < max(1e-3, 1e-6 * abs(there))


@given(st.data(), centres)
def test_a_shape_meets_itself_and_everything_that_shares_a_vertex(data: st.DataObject, centre: LatLon) -> None:
    a = data.draw(shapes(centre)).core()
    assert meets(a, a)
    assert meets(a, Core(((a.parts[0][0],),), False, 0.0))


@given(st.data(), centres, azimuths, st.floats(0.0, 1.0))
def test_distance_to_a_point_is_never_more_than_to_any_place_of_the_rim(
    data: st.DataObject, centre: LatLon, azimuth_deg: float, share: float
) -> None:
    area = data.draw(shapes(centre))
    point = destination(centre, azimuth_deg, 700_000.0)
    core = area.core()
    found_m = separation(core, Core(((point,),), False, 0.0)).distance_m
    part = core.parts[0]
    p, q = part[0], part[1 % len(part)]
    line = Geodesic.WGS84.InverseLine(*p, *q)
    on_rim = line.Position(line.s13 * share)
    true_m = Geodesic.WGS84.Inverse(on_rim["lat2"], on_rim["lon2"], *point)["s12"] - core.radius_m
    assert found_m <= true_m + max(1e-3, 5e-9 * true_m)


@pytest.mark.parametrize("gap_m", [-0.01, -0.0005, 0.0, 0.0005])
@pytest.mark.parametrize("centre", [LatLon(50.0, 25.0), LatLon(0.0, 180.0), LatLon(89.5, 40.0), LatLon(35.264, 45.0)])
def test_overlap_and_touch_meet(centre: LatLon, gap_m: float) -> None:
    assert meets(*_facing(centre, gap_m))


@pytest.mark.parametrize("centre", [LatLon(50.0, 25.0), LatLon(0.0, 180.0), LatLon(89.5, 40.0), LatLon(35.264, 45.0)])
def test_a_gap_of_one_centimetre_is_clear(centre: LatLon) -> None:
    a, b = _facing(centre, 0.01)
    assert not meets(a, b)
    assert abs(separation(a, b).distance_m - 0.01) < 1e-3


def _facing(centre: LatLon, gap_m: float) -> tuple[Core, Core]:
    """Two triangles whose tips face each other across a gap (an overlap where negative)."""
    one = (centre, destination(centre, 200.0, 3_000.0), destination(centre, 250.0, 3_000.0))
    tip = destination(centre, 45.0, gap_m) if gap_m >= 0.0 else destination(centre, 225.0, -gap_m)
    other = (tip, destination(tip, 20.0, 3_000.0), destination(tip, 70.0, 3_000.0))
    return Polygon((one,)).core(), Polygon((other,)).core()


@given(centres, azimuths, st.floats(100.0, 200_000.0), st.floats(0.0, 1.0), st.floats(0.0, 20_000.0))
@settings(max_examples=60)
def test_a_place_beside_a_long_edge_is_as_far_as_it_was_put(
    centre: LatLon, azimuth_deg: float, length_m: float, share: float, off_m: float
) -> None:
    end = destination(centre, azimuth_deg, length_m)
    line = Geodesic.WGS84.InverseLine(*centre, *end)
    foot = line.Position(line.s13 * share)
    aside = destination(LatLon(foot["lat2"], foot["lon2"]), foot["azi2"] + 90.0, off_m)
    core = Corridor((centre, end), 0.0).core()
    assert abs(separation(core, Core(((aside,),), False, 0.0)).distance_m - off_m) < 2e-3


def test_a_hole_is_outside_and_an_island_in_it_is_apart() -> None:
    centre = LatLon(35.0, 40.0)
    outer = tuple(destination(centre, a, 20_000.0) for a in (45.0, 135.0, 225.0, 315.0))
    hole = tuple(destination(centre, a, 10_000.0) for a in (45.0, 135.0, 225.0, 315.0))
    ring = Polygon((outer, hole)).core()
    assert not contains(outline(ring), ecef(np.array(35.0), np.array(40.0)))
    island = Circle(centre, 5_000.0).core()
    assert 2_000.0 < separation(ring, island).distance_m < 2_100.0
    assert meets(ring, Circle(centre, 7_100.0).core())


@pytest.mark.parametrize("lon_deg", [-180.0, -90.0, 0.0, 77.0, 180.0])
def test_a_polygon_round_the_pole_holds_the_pole(lon_deg: float) -> None:
    cap = Polygon((tuple(LatLon(80.0, lon) for lon in (-180.0, -90.0, 0.0, 90.0)),)).core()
    assert separation(cap, Circle(LatLon(90.0, lon_deg), 1.0).core()).distance_m < 0.0
    assert separation(cap, Circle(LatLon(86.0, lon_deg), 1.0).core()).distance_m < 0.0
    assert separation(cap, Circle(LatLon(70.0, lon_deg), 1.0).core()).distance_m > 0.0


def test_depth_of_two_squares_is_their_overlap() -> None:
    square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    assert math.isclose(overlap_depth_m(square, square + np.array([7.0, 0.0])), 3.0)
    assert math.isclose(overlap_depth_m(square, square + np.array([7.0, 9.0])), 1.0)
    assert overlap_depth_m(np.array([[1.0, 1.0]]), np.array([[1.0, 1.0]])) == 0.0


@given(st.data(), centres)
@settings(max_examples=60)
def test_moving_by_the_depth_parts_two_shapes(data: st.DataObject, centre: LatLon) -> None:
    """Two circles overlapping by d are parted by moving one d along the line between their centres."""
    radius_m = data.draw(st.floats(10.0, 50_000.0))
    azimuth_deg, apart_m = data.draw(azimuths), data.draw(st.floats(1.0, 1.9)) * radius_m
    other = destination(centre, azimuth_deg, apart_m)
    depth_m = -separation(Circle(centre, radius_m).core(), Circle(other, radius_m).core()).distance_m
    moved = destination(centre, azimuth_deg, apart_m + depth_m + 2.0 * TOLERANCE_M)
    assert not meets(Circle(centre, radius_m).core(), Circle(moved, radius_m).core())


@pytest.mark.parametrize("size_m", [0.03, 0.1, 0.3, 1.0, 1.5, 10.0])
@pytest.mark.parametrize("centre", [LatLon(50.0, 25.0), LatLon(0.0, 180.0), LatLon(-89.9, 40.0)])
def test_a_place_inside_an_area_of_centimetres_meets_it(size_m: float, centre: LatLon) -> None:
    """Cosines cannot tell angles this small apart, so nothing may rest on them alone."""
    ring = tuple(destination(centre, azimuth_deg, size_m) for azimuth_deg in (0.0, 120.0, 240.0))
    area = Polygon((ring,)).core()
    for azimuth_deg in (0.0, 60.0, 120.0, 200.0):
        # Half way to the nearest edge, and close inside a corner.
        inside = destination(centre, azimuth_deg, size_m * 0.25)
        assert meets(area, Core(((inside,),), False, 0.0))
    corner = destination(centre, 120.0, size_m * 0.97)
    assert meets(area, Core(((corner,),), False, 0.0))


def test_every_part_of_a_shape_may_lie_inside_another() -> None:
    """Lines in several parts: the first far away, the second wholly inside an area and far from its rim."""
    centre = LatLon(35.0, 40.0)
    area = Polygon((tuple(destination(centre, a, 50_000.0) for a in (45.0, 135.0, 225.0, 315.0)),)).core()
    away = (LatLon(45.0, 40.0), LatLon(45.0, 41.0))
    within = (centre, destination(centre, 10.0, 100.0))
    lines = Core((away, within), False, 0.0)
    assert meets(area, lines) and meets(lines, area)
    assert not meets(area, Core((away,), False, 0.0))
    assert contains(
        outline(area), ecef(np.array(separation(area, lines).place[0]), np.array(separation(area, lines).place[1]))
    )
