"""Covers never miss and stay narrow: held, cell by cell, to shapely on a plane through the central projection."""

import math
import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod, Transformer

from clearline.space.cells import COLUMNS, FIRST, ROWS, cell_at, cell_box
from clearline.space.cover import TooLargeError, cover_circle, cover_polygon
from clearline.space.cover_many import cells_of_many
from clearline.space.cover_ring import cells_of_few, unrolled
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination, destinations, ecef, geodesic_pieces, tangent_frame

_WGS84 = Geod(ellps="WGS84")
_CIRCLE_SLACK_M = 0.2
_POLYGON_SLACK_M = 1.0

# Places where a cover may go wrong: anywhere, on the grid's borders, at the seams and the poles.
latitudes = st.one_of(
    st.floats(-90.0, 90.0),
    st.floats(-80.0, 80.0).map(lambda lat_deg: round(lat_deg, 2)),
    st.sampled_from([0.0, 1e-9, 89.4, -89.4, 89.5, 89.99, -89.99, 89.985, 89.999, 89.9999990327803, 90.0, -90.0]),
)
longitudes = st.one_of(st.floats(-180.0, 180.0), st.sampled_from([-180.0, 0.0, 179.999, 180.0, 39.0]))
centres = st.builds(LatLon, latitudes, longitudes)
radii = st.one_of(st.floats(0.01, 3_000.0), st.floats(0.01, 8_000.0), st.sampled_from([1e-3, 200.0]))


def _outline(cell: int) -> NDArray[np.float64]:
    """Places on the border of a cell, so close that straight lines between them stray by less than 3 mm: (n, 2)."""
    south_deg, west_deg, north_deg, east_deg = cell_box(cell)
    if cell in (0, FIRST[-1] - 1):
        edge_deg = north_deg if cell == 0 else south_deg
        lons_deg = np.linspace(-180.0, 180.0, 721)[:-1]
        return np.stack((np.full(720, edge_deg), lons_deg), axis=1)
    # A chord of the parallel strays by p (1 - cos(step / 2)), p its radius.
    from_axis_m = 6_378_137.0 * math.cos(math.radians(min(abs(south_deg), abs(north_deg))))
    count = 2 + math.ceil(math.radians(east_deg - west_deg) * math.sqrt(from_axis_m / 0.02))
    lons_deg = np.linspace(west_deg, east_deg, count)
    south, north = np.full(count, south_deg), np.full(count, north_deg)
    return np.concatenate((np.stack((south, lons_deg), axis=1), np.stack((north, lons_deg[::-1]), axis=1)))


def _near(places: NDArray[np.float64], rows_more: int = 1) -> list[int]:
    """The cells of the box round places (not across more than a third of the Earth), and one more on every side."""
    low = math.floor((places[:, 0].min() + 90.0) * 100.0) - rows_more
    high = math.floor((places[:, 0].max() + 90.0) * 100.0) + rows_more
    steps = (np.diff(places[:, 1], prepend=places[0, 1]) + 180.0) % 360.0 - 180.0
    walk = places[0, 1] + np.cumsum(steps)
    west_deg, east_deg = walk.min(), walk.max()
    round_the_pole = max(abs(low - 9000), abs(high - 9000)) >= 8_990 or east_deg - west_deg > 120.0
    cells: list[int] = []
    if round_the_pole and low + high > ROWS:
        high = ROWS - 1
    elif round_the_pole:
        low = 0
    for row in range(max(0, low), min(ROWS - 1, high) + 1):
        count, first = COLUMNS[row], FIRST[row]
        if round_the_pole:
            cells += range(first, first + count)
            continue
        west = math.floor((west_deg + 180.0) * count / 360.0) - 1
        east = math.floor((east_deg + 180.0) * count / 360.0) + 1
        cells += sorted({first + column % count for column in range(west, east + 1)})
    return cells


class Plane:
    """The plane that touches the Earth at a place, seen from the Earth's centre: edges are straight on it."""

    def __init__(self, at: LatLon) -> None:
        self._axes, self._foot = tangent_frame(at)

    def __call__(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where places (n, 2) are on the plane, metres from its middle: (n, 2)."""
        seen = ecef(places[:, 0], places[:, 1]) @ self._axes.T
        foot = self._axes @ self._foot
        return seen[:, :2] * (foot[2] / seen[:, 2:]) - foot[:2]


Projection = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def _areas(cells: Sequence[int], plane: Projection) -> NDArray[np.object_]:
    """The cells as areas of a plane."""
    outlines = [_outline(cell) for cell in cells]
    lengths = [len(outline) for outline in outlines]
    rings = shapely.linearrings(plane(np.concatenate(outlines)), indices=np.repeat(np.arange(len(cells)), lengths))
    return np.asarray(shapely.polygons(rings), np.object_)


def check_cover(cover: Sequence[int], cells: Sequence[int], apart_m: NDArray[np.float64], slack_m: float) -> None:
    """Hold a cover to how far each of the cells is from the shape: none missed, none beyond the slack."""
    covered, near = set(cover), np.asarray(cells)
    missed = [cell_box(cell) for cell in near[apart_m <= 0.0].tolist() if cell not in covered]
    wide = [cell_box(cell) for cell in near[apart_m > slack_m].tolist() if cell in covered]
    assert not missed
    assert not wide
    assert covered <= set(cells)
    assert list(cover) == sorted(covered)


def check_polygon(ring: Sequence[LatLon], middle: LatLon, near: Iterable[int] | None = None) -> None:
    """Hold the cover of a polygon to what shapely says of every cell near it."""
    pieces = geodesic_pieces(ring, closed=True, step_m=1_000.0)
    plane = Plane(middle)
    area = shapely.Polygon(plane(pieces))
    cells = _near(pieces) if near is None else list(near)
    # Whether a cell meets the area, and whether it meets the area grown by the slack, is found a hundred times sooner
    # than how far it is from it.
    grown, areas = area.buffer(_POLYGON_SLACK_M), _areas(cells, plane)
    shapely.prepare([area, grown])
    apart_m = np.where(shapely.intersects(grown, areas), _POLYGON_SLACK_M, np.inf)
    apart_m[shapely.intersects(area, areas)] = 0.0
    check_cover(cover_polygon(ring), cells, apart_m, _POLYGON_SLACK_M)


@st.composite
def stars(draw: st.DrawFn, reach_m: st.SearchStrategy[float] = radii) -> tuple[LatLon, list[LatLon]]:
    """A centre and a ring that goes round it once."""
    centre, reach = draw(centres), max(1.0, draw(reach_m))
    shares = draw(st.lists(st.floats(0.1, 1.0), min_size=3, max_size=10))
    turn_deg = draw(st.floats(0.0, 120.0))
    return centre, [
        destination(centre, turn_deg + 360.0 * number / len(shares), share * reach)
        for number, share in enumerate(shares)
    ]


@given(stars())
def test_a_polygon_s_cover_never_misses_and_is_narrow(star: tuple[LatLon, list[LatLon]]) -> None:
    """DSS0020: what touches shares a cell. A cell further than a metre from the polygon is not in its cover."""
    check_polygon(star[1], star[0])


@given(star=stars(), backwards=st.booleans())
def test_which_way_round_and_where_a_ring_begins_changes_nothing(
    *, star: tuple[LatLon, list[LatLon]], backwards: bool
) -> None:
    ring = star[1]
    turned = [*ring[1:], ring[0]]
    assert cover_polygon(turned[::-1] if backwards else turned) == cover_polygon(ring)


@given(stars(), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 9))
def test_every_place_of_an_edge_and_inside_is_in_a_covered_cell(
    star: tuple[LatLon, list[LatLon]], along: float, inward: float, number: int
) -> None:
    """Places found along geodesics (Karney's algorithm, not the engine's planes)."""
    centre, ring = star
    start, end = ring[number % len(ring)], ring[(number + 1) % len(ring)]
    azimuth_deg, _, length_m = _WGS84.inv(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)
    on_edge = destination(start, azimuth_deg, along * length_m)
    azimuth_deg, _, length_m = _WGS84.inv(centre.lon_deg, centre.lat_deg, on_edge.lon_deg, on_edge.lat_deg)
    inside = destination(centre, azimuth_deg, inward * length_m)
    cells = cover_polygon(ring)
    assert cell_at(on_edge) in cells
    assert cell_at(inside) in cells


@given(centres, radii)
def test_a_circle_s_cover_never_misses_and_is_narrow(centre: LatLon, radius_m: float) -> None:
    check_circle(centre, radius_m)


@pytest.mark.parametrize(
    ("centre", "radius_m"),
    [
        (LatLon(0.0, 179.99), 56_418.0),
        (LatLon(-36.86, 39.03), 28_209.0),
        (LatLon(71.3, -180.0), 56_418.0),
        (LatLon(89.9, 39.0), 28_209.0),
        (LatLon(-89.76, 0.0), 28_209.0),
    ],
)
def test_a_circle_as_large_as_the_bounds_is_covered(centre: LatLon, radius_m: float) -> None:
    check_circle(centre, radius_m)


def check_circle(centre: LatLon, radius_m: float) -> None:
    """Hold a circle's cover to shapely: from its centre, distances are exact on the plane of distance and bearing."""
    rim = destinations(
        np.tile(np.asarray(centre), (180, 1)), np.arange(180.0) * 2.0, np.full(180, radius_m * 1.001 + 1.0)
    )
    plane = Transformer.from_crs(
        "EPSG:4326", f"+proj=aeqd +lat_0={centre.lat_deg} +lon_0={centre.lon_deg} +ellps=WGS84", always_xy=True
    )
    cells = _near(np.concatenate((rim, rim[:1], np.asarray([centre]))))
    areas = _areas(cells, lambda places: np.stack(plane.transform(places[:, 1], places[:, 0]), axis=1))
    apart_m = shapely.distance(shapely.Point(0.0, 0.0), areas) - radius_m
    check_cover(cover_circle(centre, radius_m, most_km2=10_000.0), cells, apart_m, _CIRCLE_SLACK_M)


@given(centres, radii, st.floats(0.0, 360.0), st.floats(0.0, 1.0))
def test_every_place_of_a_circle_is_in_a_covered_cell(
    centre: LatLon, radius_m: float, azimuth_deg: float, share: float
) -> None:
    place = destination(centre, azimuth_deg, share * radius_m)
    assert cell_at(place) in cover_circle(centre, radius_m)


@given(stars(), st.integers(0, 9), st.floats(0.0, 1.0), radii)
def test_a_circle_and_a_polygon_that_share_a_place_share_a_cell(
    star: tuple[LatLon, list[LatLon]], number: int, along: float, radius_m: float
) -> None:
    """The circle's rim passes through a place of the polygon's edge."""
    ring = star[1]
    start, end = ring[number % len(ring)], ring[(number + 1) % len(ring)]
    azimuth_deg, _, length_m = _WGS84.inv(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)
    shared = destination(start, azimuth_deg, along * length_m)
    centre = destination(shared, 77.0, radius_m)
    assert set(cover_polygon(ring)) & set(cover_circle(centre, radius_m + 1e-6))


@pytest.mark.parametrize(
    ("start", "azimuth_deg", "length_m"),
    [
        (LatLon(36.0, 40.0), 80.0, 2_400_000.0),
        (LatLon(60.0, -179.5), 270.0, 900_000.0),
        (LatLon(-1.0, 179.0), 90.0, 700_000.0),
        (LatLon(75.0, 10.0), 5.0, 2_900_000.0),  # over the north pole's shoulder, and down the other side
        (LatLon(-80.0, 0.0), 180.0, 2_000_000.0),  # across the south pole
        (LatLon(88.0, 0.0), 90.0, 800_000.0),
        (LatLon(-0.3, 20.0), 45.0, 100_000.0),
    ],
)
def test_a_long_thin_polygon_is_covered_wholly(start: LatLon, azimuth_deg: float, length_m: float) -> None:
    """800 m wide, and as long as the largest shapes allow: its edges bow kilometres off any straight line of a map."""
    end = destination(start, azimuth_deg, length_m)
    back_deg = _WGS84.inv(end.lon_deg, end.lat_deg, start.lon_deg, start.lat_deg)[0]
    ring = [destination(start, azimuth_deg + 90.0, 800.0), destination(end, back_deg - 90.0, 1.0), end, start]
    covered = set(cover_polygon(ring))
    pieces = geodesic_pieces(ring, closed=True, step_m=97.0)
    assert {cell_at(LatLon(*place)) for place in pieces.tolist()} <= covered
    near = _round_about(covered)
    check_polygon(ring, destination(start, azimuth_deg, length_m / 2.0), near)


def _round_about(cells: Iterable[int]) -> set[int]:
    """The cells and those one step east, west, north and south of each."""
    near: set[int] = set()
    for cell in cells:
        south_deg, west_deg, north_deg, east_deg = cell_box(cell)
        lat_deg, lon_deg = (south_deg + north_deg) / 2.0, (west_deg + east_deg) / 2.0
        near.add(cell)
        for up_deg, right in ((0.0, 1.0), (0.0, -1.0), (0.01, 0.0), (-0.01, 0.0)):
            beside = LatLon(min(90.0, max(-90.0, lat_deg + up_deg)), lon_deg + right * (east_deg - west_deg))
            near.add(cell_at(beside))
    return near


def test_a_polygon_with_ten_thousand_places_is_covered() -> None:
    """OPIN0020: as many places as a plan may have."""
    centre = LatLon(36.0, 179.99)
    turns = np.arange(10_000.0) * 0.036
    reach_m = 14_000.0 * (1.0 + 0.3 * np.sin(np.radians(turns * 37.0)))
    ring = [LatLon(*place) for place in destinations(np.tile(np.asarray(centre), (10_000, 1)), turns, reach_m).tolist()]
    check_polygon(ring, centre)


@given(star=stars(), repeats=st.integers(1, 40))
def test_many_edges_are_covered_as_few_are(*, star: tuple[LatLon, list[LatLon]], repeats: int) -> None:
    """The two ways to find a cover, edge by edge and all edges at once, agree on the same edges cut small or not."""
    pieces = geodesic_pieces(star[1], closed=True, step_m=30_000.0 / repeats)
    chart = unrolled([(lat_deg, lon_deg) for lat_deg, lon_deg in pieces[:-1].tolist()])
    if not chart.polar:
        many = cells_of_many(np.asarray(chart.places), 0.5 / 110_574.0, math.degrees(0.5))
        assert many == cells_of_few(chart, 0.5)


def test_a_comb_of_ten_thousand_places_is_covered_in_less_than_a_second() -> None:
    """Its teeth are 33 km long and stand 6 m apart, so every cell of it is touched a hundred times over."""
    teeth = [LatLon(36.0 + (0.3 if number % 2 else 0.001), 40.0 + number * 6e-5) for number in range(5_000)]
    ring = [*teeth, *(LatLon(place.lat_deg - 0.0005, place.lon_deg) for place in reversed(teeth))]
    began_s = time.process_time()
    assert len(cover_polygon(ring)) == 782
    assert time.process_time() - began_s < 1.0


def test_a_bay_is_not_covered() -> None:
    """A ring like a comb: the cells between its teeth are outside."""
    teeth = [
        (0.0, 0.0),
        (0.1, 0.0),
        (0.1, 0.002),
        (0.004, 0.002),
        (0.004, 0.05),
        (0.1, 0.05),
        (0.1, 0.052),
        (0.0, 0.052),
    ]
    check_polygon([LatLon(10.003 + north, 20.003 + east) for north, east in teeth], LatLon(10.05, 20.03))


def test_a_polygon_inside_one_cell_has_one_cell() -> None:
    south_deg, west_deg, north_deg, east_deg = cell_box(cell_at(LatLon(36.86, 39.03)))
    in_deg = 1e-4
    ring = [
        LatLon(south_deg + in_deg, west_deg + in_deg),
        LatLon(south_deg + in_deg, east_deg - in_deg),
        LatLon(north_deg - in_deg, east_deg - in_deg),
        LatLon(north_deg - in_deg, west_deg + in_deg),
    ]
    assert cover_polygon(ring) == (cell_at(LatLon(36.865, 39.03)),)


def test_a_place_on_a_corner_of_the_grid_is_in_all_the_cells_that_meet_there() -> None:
    """Closed cells: touching is meeting."""
    assert len(cover_circle(LatLon(0.0, 39.0), 1e-3)) == 4
    assert len(cover_circle(LatLon(0.0, 180.0), 1e-3)) == 4


def test_the_whole_pole_is_one_cell() -> None:
    assert cover_circle(LatLon(90.0, 12.0), 5.0) == (FIRST[-1] - 1,)
    assert cover_circle(LatLon(-90.0, 12.0), 5.0) == (0,)


@pytest.mark.parametrize("from_pole_deg", [0.0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3])
@pytest.mark.parametrize("radius_m", [1e-6, 1e-3, 0.1])
def test_the_smallest_circle_has_a_cell_next_to_a_pole_and_to_the_equator(
    from_pole_deg: float, radius_m: float
) -> None:
    """Where a sine or a cosine no longer tells one latitude from the next."""
    assert cover_circle(LatLon(90.0 - from_pole_deg, 151.0), radius_m) == (FIRST[-1] - 1,)
    assert cover_circle(LatLon(from_pole_deg - 90.0, -12.0), radius_m) == (0,)
    for lat_deg in (from_pole_deg, -from_pole_deg):
        assert cell_at(LatLon(lat_deg, 39.0)) in cover_circle(LatLon(lat_deg, 39.0), radius_m)


@pytest.mark.parametrize("centre", [LatLon(36.0, 40.0), LatLon(0.0, 180.0), LatLon(90.0, 0.0)])
def test_an_area_is_measured_on_the_ellipsoid_against_the_bound(centre: LatLon) -> None:
    """A square of 49.99 km a side is taken, one of 50.01 km is not, wherever it lies and whichever way it is turned."""
    for half_m, taken in ((24_995.0, True), (25_005.0, False)):
        ring = [destination(centre, azimuth_deg, half_m * math.sqrt(2.0)) for azimuth_deg in (10, 100, 190, 280)]
        if taken:
            assert cover_polygon(ring)
        else:
            with pytest.raises(TooLargeError, match="2501 km2, and at most 2500 km2") as refused:
                cover_polygon(ring)
            assert refused.value.area_km2 == pytest.approx(4.0 * half_m * half_m / 1e6, rel=1e-4)
            assert refused.value.most_km2 == 2_500.0
            assert cover_polygon(ring, most_km2=10_000.0)


def test_a_circle_s_area_is_measured_against_the_bound() -> None:
    centre = LatLon(36.0, 40.0)
    assert cover_circle(centre, 28_209.0)
    with pytest.raises(TooLargeError, match="at most 2500 km2"):
        cover_circle(centre, 28_210.0)
    assert cover_circle(centre, 56_418.0, most_km2=10_000.0)
    with pytest.raises(TooLargeError):
        cover_circle(centre, 100_000.0, most_km2=10_000.0)


A, B, C = LatLon(36.0, 40.0), LatLon(36.0, 40.1), LatLon(36.1, 40.05)


@pytest.mark.parametrize(
    ("ring", "says"),
    [
        ([A, B, C, A], "names each of its places once"),
        ([A, B, B, C], "names each of its places once"),
        ([A, LatLon(36.1, 40.1), B, LatLon(36.1, 40.0)], "crosses itself"),
        ([LatLon(0.0, 40.0), LatLon(0.0, 40.1), LatLon(0.0, 40.2)], "no area"),
        ([A, B], "at least three"),
        ([], "at least three"),
        ([A, B, LatLon(91.0, 0.0)], "latitude"),
        ([A, B, LatLon(math.nan, 0.0)], "latitude"),
        ([LatLon(36.0, 40.0 + number * 1e-5) for number in range(10_001)], "10000 vertices"),
    ],
)
def test_what_bounds_no_plain_area_is_refused(ring: list[LatLon], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        cover_polygon(ring)


@pytest.mark.parametrize("radius_m", [0.0, -1.0, math.nan, math.inf])
def test_a_circle_needs_a_radius(radius_m: float) -> None:
    with pytest.raises(ValueError, match="radius must be above 0"):
        cover_circle(A, radius_m)


def test_a_circle_needs_a_centre_that_is_a_place() -> None:
    with pytest.raises(ValueError, match="latitude"):
        cover_circle(LatLon(90.5, 0.0), 10.0)
