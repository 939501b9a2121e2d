"""Areas with arcs: the polygon holds every place of the true area, and reaches at most a metre beyond it."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.conflict.exact import TOLERANCE_M, separation
from clearline.space.arc import ARC_EXCESS_M, Arc, annulus, arc_between, ellipse, polygon_with_arcs, sector
from clearline.space.latlon import LatLon
from clearline.space.shape import MAX_RADIUS_M, Core, Polygon, ShapeError
from clearline.space.wgs84 import azimuths_and_distances, destination
from tests.conflict.worlds import azimuths, centres

radii = st.sampled_from([40.0, 900.0, 18_520.0, 120_000.0])
# Bearings mean nothing at a pole itself.
anywhere = centres.filter(lambda place: abs(place.lat_deg) < 89.9)
shares = st.floats(0.0, 1.0)
_A = LatLon(35.0, 40.0)


def _outside_m(area: Polygon, place: LatLon) -> float:
    """How far a place is outside an area; 0 or less if it is in it."""
    return separation(area.core(), Core(((place,),), False, 0.0)).distance_m


@given(anywhere, radii, shares, azimuths, st.floats(1.0, 359.0), shares, shares)
def test_a_sector_holds_all_that_is_between_its_distances_and_bearings(
    centre: LatLon, outer_m: float, inner: float, from_deg: float, turn_deg: float, along: float, out: float
) -> None:
    inner_m = outer_m * inner * 0.9
    area = sector(centre, inner_m, outer_m, from_deg, (from_deg + turn_deg) % 360.0)
    place = destination(centre, from_deg + turn_deg * along, inner_m + (outer_m - inner_m) * out)
    assert _outside_m(area, place) <= TOLERANCE_M


@given(anywhere, radii, shares, azimuths, st.floats(5.0, 355.0), shares, st.sampled_from(["outside", "inside"]))
def test_a_sector_reaches_at_most_a_metre_beyond_its_arcs(
    centre: LatLon, outer_m: float, inner: float, from_deg: float, turn_deg: float, along: float, end: str
) -> None:
    inner_m = 10.0 + (outer_m - 20.0) * inner
    area = sector(centre, inner_m, outer_m, from_deg, (from_deg + turn_deg) % 360.0)
    beyond_m = outer_m + ARC_EXCESS_M + 0.02 if end == "outside" else inner_m - ARC_EXCESS_M - 0.02
    assert _outside_m(area, destination(centre, from_deg + turn_deg * along, beyond_m)) > 0.0


@given(anywhere, radii, shares, azimuths, shares)
def test_a_ring_holds_all_between_its_circles_and_a_metre_more(
    centre: LatLon, outer_m: float, inner: float, bearing_deg: float, out: float
) -> None:
    inner_m = (outer_m - 10.0) * inner
    area = annulus(centre, inner_m, outer_m)
    assert len(area.rings) == (1 if inner_m <= ARC_EXCESS_M else 2)
    assert _outside_m(area, destination(centre, bearing_deg, inner_m + (outer_m - inner_m) * out)) <= TOLERANCE_M
    assert _outside_m(area, destination(centre, bearing_deg, outer_m + ARC_EXCESS_M + 0.02)) > 0.0
    if inner_m > 10.0:
        assert _outside_m(area, destination(centre, bearing_deg, inner_m - ARC_EXCESS_M - 0.02)) > 0.0
    assert sector(centre, inner_m, outer_m, 0.0, 360.0) == area


@given(anywhere, st.sampled_from([(True, True), (True, False), (False, True), (False, False)]), azimuths, shares)
def test_a_boundary_with_an_arc_holds_its_area_either_way_round(
    centre: LatLon, kind: tuple[bool, bool], turned_deg: float, out: float
) -> None:
    """A square of 20 km whose north side is an arc of 10 km round its middle, bulging out or bitten in."""
    bulges, reverse = kind
    corners = [destination(centre, turned_deg + bearing, 20_000.0 * math.sqrt(0.5)) for bearing in (45, 135, 225, 315)]
    bearing_deg, range_m = azimuths_and_distances([corners[0]] * 2, [corners[3], corners[1]])
    middle = destination(corners[0], float(bearing_deg[0]), float(range_m[0]) / 2.0)
    # From the north-west corner over the arc to the north-east one: clockwise it bulges north, else it bites south.
    arc = arc_between(middle, corners[3], corners[0], clockwise=bulges)
    boundary: list[LatLon | Arc] = [corners[1], corners[2], corners[3], arc, corners[0]]
    if reverse:
        back = arc_between(middle, corners[0], corners[3], clockwise=not bulges)
        boundary = [corners[0], back, corners[3], corners[2], corners[1]]
    area = polygon_with_arcs(boundary)
    north_deg = azimuths_and_distances([middle], [centre])[0][0] + 180.0
    radius_m = arc.radius_m
    for aside_deg in (-60.0, 0.0, 60.0):
        just_in, just_out = radius_m - 0.001, radius_m + 1.0 + 0.02
        if not bulges:
            just_in, just_out = radius_m + arc.doubt_m + 0.001, radius_m - arc.doubt_m - 1.02
        way_deg = float(north_deg) + (aside_deg if bulges else 180.0 + aside_deg)
        assert _outside_m(area, destination(middle, way_deg, just_in * (out if bulges else 1.0))) <= TOLERANCE_M
        assert _outside_m(area, destination(middle, way_deg, just_out + (arc.doubt_m if bulges else 0.0))) > 0.0


def test_ends_that_disagree_about_the_radius_hold_both() -> None:
    """The ends are 150 m further and nearer than each other: the arc may be at either distance."""
    start, end = destination(_A, 0.0, 10_000.0), destination(_A, 90.0, 10_150.0)
    arc = arc_between(_A, start, end, clockwise=True)
    assert (arc.radius_m, arc.doubt_m) == (pytest.approx(10_075.0), pytest.approx(75.0))
    bulge = polygon_with_arcs([arc, _A])
    assert _outside_m(bulge, destination(_A, 45.0, 10_149.9)) <= 0.0
    assert {start, end, _A} <= set(bulge.rings[0])
    far = destination(_A, 45.0, 30_000.0)
    bite = polygon_with_arcs([arc, far])
    assert _outside_m(bite, destination(_A, 45.0, 10_000.1)) <= 0.0


@given(anywhere, st.floats(30.0, 190_000.0), st.floats(0.02, 1.0), azimuths, azimuths, shares)
def test_an_ellipse_is_held_and_by_a_metre(
    centre: LatLon, major_m: float, flat: float, major_deg: float, bearing_deg: float, out: float
) -> None:
    minor_m = major_m * flat
    area = ellipse(centre, major_m, minor_m, major_deg)
    angle = math.radians(bearing_deg - major_deg)
    rim_m = major_m * minor_m / math.hypot(minor_m * math.cos(angle), major_m * math.sin(angle))
    assert _outside_m(area, destination(centre, bearing_deg, rim_m * out)) <= TOLERANCE_M
    # Tangents of a circle, stretched, are at most a share as far out as its own.
    assert (
        _outside_m(area, destination(centre, bearing_deg, (rim_m + 0.03) * (1.0 + 1.001 * ARC_EXCESS_M / major_m)))
        > 0.0
    )


def test_the_largest_arc_is_drawn_within_the_places_a_polygon_may_have() -> None:
    assert len(annulus(_A, 0.0, 0.99 * MAX_RADIUS_M).rings[0]) < 4_000
    assert len(annulus(_A, 0.0, 1.0).rings[0]) < 20


def test_bearings_may_go_through_north_and_beyond_a_turn() -> None:
    assert Arc(_A, 1.0, 350.0, 10.0, clockwise=True).turn_deg == 20.0
    assert Arc(_A, 1.0, 350.0, 10.0, clockwise=False).turn_deg == 340.0
    assert Arc(_A, 1.0, 10.0, 350.0, clockwise=False).turn_deg == 20.0


_SE, _NW = destination(_A, 135.0, 20_000.0), destination(_A, 315.0, 5_000.0)  # a line between them cuts the arc
_BAD: list[tuple[str, Callable[[], object]]] = [
    ("radius", lambda: Arc(_A, 0.0, 0.0, 90.0, clockwise=True)),
    ("radius", lambda: Arc(_A, math.nan, 0.0, 90.0, clockwise=True)),
    ("radius", lambda: Arc(_A, 10.0, 0.0, 90.0, clockwise=True, doubt_m=10.0)),
    ("bearings", lambda: Arc(_A, 10.0, math.nan, 90.0, clockwise=True)),
    ("bearings", lambda: Arc(_A, 10.0, 0.0, 361.0, clockwise=True)),
    ("nothing or a circle", lambda: Arc(_A, 10.0, 90.0, 90.0, clockwise=True)),
    ("nothing or a circle", lambda: Arc(_A, 10.0, 0.0, 360.0, clockwise=False)),
    ("nothing or a circle", lambda: sector(_A, 1.0, 10.0, 90.0, 90.0)),
    ("equally far", lambda: arc_between(_A, destination(_A, 0, 1e4), destination(_A, 90, 1.03e4), clockwise=True)),
    ("at least three", lambda: polygon_with_arcs([_A, LatLon(36.0, 40.0)])),
    ("inner radius", lambda: sector(_A, 10.0, 10.0, 0.0, 90.0)),
    ("inner radius", lambda: sector(_A, -1.0, 10.0, 0.0, 90.0)),
    ("inner radius", lambda: annulus(_A, 20.0, 10.0)),
    ("half-axes", lambda: ellipse(_A, 10.0, 11.0, 0.0)),
    ("half-axes", lambda: ellipse(_A, 200_001.0, 11.0, 0.0)),
    ("half-axes", lambda: ellipse(_A, 10.0, 0.0, 0.0)),
    ("bearing", lambda: ellipse(_A, 10.0, 5.0, math.nan)),
    ("crosses itself", lambda: polygon_with_arcs([Arc(_A, 8e3, 90.0, 180.0, clockwise=True), _SE, _NW])),
]


@pytest.mark.parametrize(("says", "make"), _BAD)
def test_an_arc_that_cannot_be_is_refused_and_says_why(says: str, make: Callable[[], object]) -> None:
    with pytest.raises(ShapeError, match=says):
        make()
