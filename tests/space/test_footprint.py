"""The box of a shape holds all of it, round poles and across the antimeridian."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.footprint import footprint
from clearline.space.heights import Footprint
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor, Polygon
from clearline.space.wgs84 import azimuths_and_distances, destination
from tests.conflict.worlds import azimuths, centres, cores


def _holds(box: Footprint, place: LatLon) -> bool:
    east_of_west_deg = (place.lon_deg - box.west_deg) % 360.0
    at_pole = abs(place.lat_deg) > 90.0 - 1e-9
    across = at_pole or east_of_west_deg <= box.east_deg - box.west_deg or box.east_deg - box.west_deg >= 360.0
    return box.south_deg <= place.lat_deg <= box.north_deg and across


def _somewhere(core: Core, data: st.DataObject, extra_m: float) -> LatLon:
    """A place of the shape: on an edge, and up to the radius aside."""
    part = data.draw(st.sampled_from(core.parts))
    at = data.draw(st.integers(0, len(part) - 1))
    start, end = part[at], part[(at + 1) % len(part)] if core.closed or at + 1 < len(part) else part[at]
    azimuth_deg, length_m = azimuths_and_distances([start], [end])
    on = destination(start, float(azimuth_deg[0]), float(length_m[0]) * data.draw(st.floats(0.0, 1.0)))
    return destination(on, data.draw(azimuths), (core.radius_m + extra_m) * data.draw(st.floats(0.0, 1.0)))


@given(st.data(), cores(), st.sampled_from([0.0, 300.0, 50_000.0]))
def test_the_box_holds_every_place_of_the_shape(data: st.DataObject, core: Core, extra_m: float) -> None:
    box = footprint(core, extra_m)
    for _ in range(5):
        assert _holds(box, _somewhere(core, data, extra_m))


@given(st.data(), st.floats(-89.99, 89.99), st.floats(1_000.0, 1_400_000.0), azimuths)
def test_the_box_of_a_long_bare_line_holds_it(
    data: st.DataObject, lat_deg: float, range_m: float, azimuth_deg: float
) -> None:
    start = LatLon(lat_deg, 170.0)
    core = Corridor((start, destination(start, azimuth_deg, range_m)), 0.0).core()
    box = footprint(core)
    for _ in range(5):
        assert _holds(box, _somewhere(core, data, 0.0))


@given(st.floats(-3.0, 3.0), st.floats(0.0, 1.0))
def test_a_line_that_passes_a_pole_holds_its_nearest_point(past_deg: float, share: float) -> None:
    """Between two points 20 km apart a line may come 10 km nearer to the pole than either."""
    start = LatLon(87.0, 0.0)
    core = Corridor((start, destination(start, past_deg, 600_000.0)), 0.0).core()
    place = destination(start, past_deg, 600_000.0 * share)
    assert _holds(footprint(core), place)


@pytest.mark.parametrize("lat_deg", [60.0, 75.0, 85.0, 88.0, 89.85, -60.0, -88.0])
def test_a_short_line_east_to_west_holds_the_bow_towards_the_pole(lat_deg: float) -> None:
    middle = LatLon(lat_deg, 40.0)
    line = tuple(destination(middle, bearing, 9_999.0) for bearing in (90.0, 270.0))
    assert abs(line[0].lat_deg) < abs(lat_deg)
    assert _holds(footprint(Corridor(line, 0.0).core()), middle)


@pytest.mark.parametrize(
    ("lat_deg", "radius_m"), [(0.0, 5_000.0), (60.0, 5_000.0), (-75.0, 200_000.0), (88.0, 100_000.0)]
)
def test_a_circle_is_held_all_round(lat_deg: float, radius_m: float) -> None:
    box = footprint(Circle(LatLon(lat_deg, 179.9), radius_m).core())
    assert all(_holds(box, destination(LatLon(lat_deg, 179.9), bearing, radius_m)) for bearing in range(360))


@given(centres, st.floats(0.0, 1_500_000.0))
def test_the_box_is_not_much_larger_than_a_circle(centre: LatLon, radius_m: float) -> None:
    box = footprint(Circle(centre, radius_m).core())
    reach_deg = (radius_m + 100.0) / 110_000.0
    if abs(centre.lat_deg) < 89.0:
        assert box.south_deg > centre.lat_deg - reach_deg - 0.001
        assert box.north_deg < centre.lat_deg + reach_deg + 0.001 or box.north_deg == 90.0


@pytest.mark.parametrize("pole_deg", [90.0, -90.0])
def test_a_ring_round_a_pole_holds_the_pole(pole_deg: float) -> None:
    ring = tuple(LatLon(pole_deg * 0.9, lon) for lon in (0.0, 90.0, 180.0, -90.0))
    hole = tuple(LatLon(pole_deg * 0.99, lon) for lon in (0.0, 120.0, -120.0))
    box = footprint(Polygon((ring, hole)).core())
    assert box.east_deg - box.west_deg == 360.0
    assert pole_deg in (box.south_deg, box.north_deg)
    assert _holds(box, ring[2])
    beside = footprint(Circle(LatLon(pole_deg, 10.0), 5_000.0).core())
    assert pole_deg in (beside.south_deg, beside.north_deg) and beside.east_deg - beside.west_deg == 360.0


def test_a_box_across_the_antimeridian_is_narrow_and_goes_beyond_180() -> None:
    line = (LatLon(10.0, 179.9), LatLon(10.0, -179.9))
    box = footprint(Corridor(line, 100.0).core())
    assert 179.8 < box.west_deg < 179.9 and 180.1 < box.east_deg < 180.2
    assert footprint(Corridor(line[::-1], 100.0).core()).west_deg == pytest.approx(box.west_deg, abs=1e-9)


def test_a_wide_shape_near_a_pole_goes_all_round() -> None:
    wide = Circle(LatLon(80.0, 0.0), 1_200_000.0).core()
    assert footprint(wide) == Footprint(footprint(wide).south_deg, 90.0, -180.0, 180.0)
    nearly = footprint(Circle(LatLon(85.0, 0.0), 540_000.0).core())
    assert nearly.east_deg - nearly.west_deg == 360.0 and nearly.north_deg < 90.0
    long = Corridor(tuple(LatLon(80.0, lon) for lon in range(-175, 185, 25)), 100_000.0).core()
    assert footprint(long).east_deg - footprint(long).west_deg == 360.0


@pytest.mark.parametrize("box", [(1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 1.0, 0.0), (-91.0, 0.0, 0.0, 1.0)])
def test_a_footprint_that_is_no_box_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="footprint"):
        Footprint(*box)
