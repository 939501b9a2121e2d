"""Whoever is clear of the cells is clear of the activity: what is told coarsely is never less than what there is."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.activity import Activity, Kind
from clearline.app.check import choose_engine
from clearline.conflict.engine import reach_of
from clearline.conflict.judge import judge_pair
from clearline.conflict.minima import Minima
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Verdict
from clearline.edge.geoid_file import load_geoid
from clearline.node.coarse import CoarseCell, cells_of, coarse_activity
from clearline.space.altitude import UNLIMITED, Band
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Polygon, Shape
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import azimuths_and_distances, destination, geodesic_pieces
from clearline.space.window import FIRST_MS, LAST_MS, TimeWindow
from clearline.wire.altitudes import parse_altitude
from tests.conflict.worlds import azimuths, centres, shapes
from tests.node.plan_book import HOUR_MS, T0, activity

# What a cell measures along a meridian, at the equator, and no less anywhere.
_CELL_M = 11_057.4


def _holds(cells: frozenset[CoarseCell], place: LatLon) -> bool:
    """Whether one of the closed cells holds a place, by plain arithmetic on degrees."""
    return any(_in(cell, place.lat_deg * 10.0, place.lon_deg * 10.0) for cell in cells)


def _in(cell: CoarseCell, lat_tenths: float, lon_tenths: float) -> bool:
    north, east = cell.south_tenths + cell.size_tenths, cell.west_tenths + cell.size_tenths
    if not cell.south_tenths - 1e-9 <= lat_tenths <= north + 1e-9:
        return False
    at_a_pole = abs(lat_tenths) > 899.999_999
    return at_a_pole or any(
        cell.west_tenths - 1e-9 <= lon_tenths + turn <= east + 1e-9 for turn in (0.0, 3600.0, -3600.0)
    )


def _places(shape: Shape, share: float, azimuth_deg: float) -> list[LatLon]:
    """Places that surely belong to a shape: of its edges, and as far off them as its radius reaches."""
    core = shape.core()
    found: list[LatLon] = []
    for part in core.parts:
        points = geodesic_pieces(part, closed=core.closed, step_m=40_000.0)[:60].tolist()
        for lat_deg, lon_deg in points:
            place = LatLon(lat_deg, lon_deg)
            found += [place, destination(place, azimuth_deg, core.radius_m * share)]
    return found


@given(shapes(), st.floats(0.0, 1.0), azimuths)
def test_every_place_of_a_shape_lies_in_its_cells(shape: Shape, share: float, azimuth_deg: float) -> None:
    cells = cells_of(shape)
    missed = [place for place in _places(shape, share, azimuth_deg) if not _holds(cells, place)]
    assert not missed
    assert all(-900 <= cell.south_tenths <= 900 - cell.size_tenths for cell in cells)
    assert all(-1800 <= cell.west_tenths <= 1800 - cell.size_tenths for cell in cells)


@given(centres, st.floats(2_000.0, 400_000.0), azimuths, st.floats(0.0, 1.0), azimuths)
def test_every_place_inside_an_area_lies_in_its_cells(
    centre: LatLon, size_m: float, turn_deg: float, share: float, azimuth_deg: float
) -> None:
    area = Polygon((tuple(destination(centre, turn_deg + 60.0 * n, size_m) for n in range(6)),))
    inside = destination(centre, azimuth_deg, share * size_m * math.cos(math.radians(30.0)) * 0.99)
    assert _holds(cells_of(area), inside)


def test_a_hole_wider_than_cells_is_left_out_and_its_rim_is_not() -> None:
    def square(half_deg: float) -> tuple[LatLon, ...]:
        return tuple(
            LatLon(36.05 + a * half_deg, 40.05 + b * half_deg) for a, b in ((-1, -1), (-1, 1), (1, 1), (1, -1))
        )

    cells = cells_of(Polygon((square(1.0), square(0.5))))
    assert not _holds(cells, LatLon(36.05, 40.05))
    assert all(_holds(cells, place) for place in (*square(0.5), *square(1.0), LatLon(36.75, 40.05)))


@given(centres, st.floats(1.0, 30_000.0))
def test_the_cells_of_something_small_are_near_it(centre: LatLon, radius_m: float) -> None:
    cells = cells_of(Circle(centre, radius_m))
    assert len(cells) <= 2_000
    if abs(centre.lat_deg) < 80.0:
        assert {cell.size_tenths for cell in cells} == {1}
        corners = [LatLon(cell.south_tenths / 10, cell.west_tenths / 10) for cell in cells]
        _, far_m = azimuths_and_distances([centre] * len(corners), corners)
        assert float(far_m.max()) < 1.5 * radius_m + 2.0 * _CELL_M


def test_a_place_inside_a_cell_is_told_as_that_cell_alone_and_on_a_corner_as_four() -> None:
    assert cells_of(Circle(LatLon(35.25, 40.15), 0.0)) == {CoarseCell(352, 401, 1)}
    corner = {CoarseCell(south, west, 1) for south in (351, 352) for west in (400, 401)}
    assert cells_of(Circle(LatLon(35.2, 40.1), 0.0)) == corner
    seam = cells_of(Circle(LatLon(10.05, 180.0), 1.0))
    assert seam == {CoarseCell(100, 1799, 1), CoarseCell(100, -1800, 1)}


@pytest.mark.parametrize("lat_deg", [90.0, 89.9999, -89.9999, -90.0])
@pytest.mark.parametrize("radius_m", [0.0, 5_000.0, 300_000.0])
def test_at_a_pole_every_cell_is_one_that_there_is(lat_deg: float, radius_m: float) -> None:
    cells = cells_of(Circle(LatLon(lat_deg, 12.0), radius_m))
    assert all(-900 <= cell.south_tenths <= 900 - cell.size_tenths for cell in cells)
    assert all(len(cell.polygon().rings[0]) in (3, 4) for cell in cells)
    assert _holds(cells, LatLon(math.copysign(90.0, lat_deg), 77.0))


def test_what_is_huge_is_told_in_larger_cells() -> None:
    wide = cells_of(Circle(LatLon(35.0, 40.0), 500_000.0))
    assert {cell.size_tenths for cell in wide} == {10}
    assert 80 < len(wide) < 400
    line = Corridor((LatLon(85.0, 0.0), LatLon(85.0, 80.0), LatLon(85.0, 160.0)), 100_000.0)
    assert len(cells_of(line)) <= 2_000


@pytest.mark.parametrize("size", [1, 10, 100])
@pytest.mark.parametrize("south_deg", [-90, -50, -10, 0, 30, 40, 80])
def test_the_area_of_a_cell_holds_the_cell(size: int, south_deg: int) -> None:
    polygon = CoarseCell(south_deg * 10, 400, size).polygon()
    ring = [place for place in polygon.rings[0] if abs(place.lat_deg) < 90.0]
    for lat_deg in {place.lat_deg for place in ring}:
        ends = [place for place in ring if place.lat_deg == lat_deg]
        middle = geodesic_pieces(ends, closed=False, step_m=20_000.0)[:, 0]
        if lat_deg <= south_deg:
            assert float(middle.max()) <= south_deg
        else:
            assert float(middle.min()) >= south_deg + size / 10


def _clear(one: Activity, other: Activity, minima: Minima) -> bool:
    """Whether the two are CLEAR of each other: no pair that the index offers is anything else."""
    geoid = load_geoid()
    solids = [[make_solid(volume, minima, geoid) for volume in a.volumes] for a in (one, other)]
    all_of, sides = [*solids[0], *solids[1]], [0] * len(solids[0]) + [1] * len(solids[1])
    offered = choose_engine("auto").pairs(all_of, sides, reach_of(minima))
    return all(judge_pair(all_of[i], all_of[j], minima).verdict is Verdict.CLEAR for i, j in offered)


# Heights in every frame there is, and in none.
_BANDS = [
    Band(parse_altitude(lower), parse_altitude(upper))
    for lower, upper in (
        ("FL180", "FL220"),
        ("SFC", "400FT AGL"),
        ("1000FT AMSL", "9000FT AMSL"),
        ("-50M WGS84", "300M WGS84"),
        ("1500", "2500"),
        ("3000FT QNH1013", "UNL"),
    )
]


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[Activity, Activity]:
    """Two activities near each other in place and time, heights in every frame, with doubts and one volume or two."""

    def window() -> TimeWindow:
        start_ms = T0 + draw(st.integers(-3, 3)) * HOUR_MS // 2
        return TimeWindow(start_ms, start_ms + draw(st.integers(0, HOUR_MS)))

    def one(name: str, around: LatLon | None) -> Activity:
        volumes = tuple(
            Volume4D(
                draw(shapes(around)),
                draw(st.sampled_from(_BANDS)),
                window(),
                draw(st.sampled_from([0.0, 50.0, 4_000.0])),
            )
            for _ in range(draw(st.integers(1, 2)))
        )
        return replace(activity(name), volumes=volumes)

    first = one("A", None)
    return first, one("B", first.volumes[0].shape.core().parts[0][0])


@given(_pairs(), st.sampled_from([1.0, 3.0]), st.sampled_from([0.0, 3_000.0]))
def test_whoever_is_clear_of_the_cells_is_clear_of_the_activity(
    pair: tuple[Activity, Activity], inflation: float, lateral_m: float
) -> None:
    minima = Minima("law", 1, lateral_m, 300.0, 0.0, inflation)
    exact, other = pair
    if _clear(coarse_activity(exact, ident="c"), other, minima):
        assert _clear(exact, other, minima)


def test_hours_are_whole_closed_and_never_beyond_what_can_be_shown() -> None:
    def hours(*windows: TimeWindow) -> list[tuple[int, int | None]]:
        volume = replace(activity().volumes[0], shape=Circle(LatLon(35.25, 40.15), 0.0))
        told = coarse_activity(
            replace(activity(), volumes=tuple(replace(volume, window=window) for window in windows)), ident="c"
        )
        return [(one.window.start_ms, one.window.end_ms) for one in told.volumes]

    assert hours(TimeWindow(T0, T0 + HOUR_MS)) == [(T0, T0 + HOUR_MS)]
    assert hours(TimeWindow(T0, T0)) == [(T0, T0)]
    assert hours(TimeWindow(T0 + 1, T0 + 2)) == [(T0, T0 + HOUR_MS)]
    assert hours(TimeWindow(T0 - 1, T0 + HOUR_MS + 1)) == [(T0 - HOUR_MS, T0 + 2 * HOUR_MS)]
    assert hours(TimeWindow(FIRST_MS + 1, LAST_MS)) == [(FIRST_MS, LAST_MS)]
    apart = TimeWindow(T0 + 3 * HOUR_MS, T0 + 4 * HOUR_MS)
    assert hours(apart, TimeWindow(T0, T0 + 5)) == [(T0, T0 + HOUR_MS), (apart.start_ms, apart.end_ms)]
    beside = TimeWindow(T0 + HOUR_MS, T0 + 2 * HOUR_MS)
    assert hours(beside, TimeWindow(T0, T0 + HOUR_MS), TimeWindow(T0, T0 + 1)) == [(T0, T0 + 2 * HOUR_MS)]
    within = TimeWindow(T0 + HOUR_MS, T0 + 2 * HOUR_MS)
    assert hours(TimeWindow(T0, T0 + 5 * HOUR_MS), within) == [(T0, T0 + 5 * HOUR_MS)]
    assert hours(TimeWindow(T0, None), apart, TimeWindow(T0 - HOUR_MS, T0)) == [(T0 - HOUR_MS, None)]


def test_nothing_of_what_it_is_is_told() -> None:
    told = coarse_activity(activity(), ident="c")
    assert (told.ident, told.party, told.kind, told.title, told.priority) == ("c", "alfa", Kind.OTHER, "", 0)
    assert {one.entered for one in told.volumes} == {None}
    assert {one.band.upper for one in told.volumes} == {UNLIMITED}
    assert {str(one.band.lower) for one in told.volumes} == {"-8000 m WGS84"}


def test_what_may_be_off_is_passed_on_the_most_of_all_volumes() -> None:
    volume = activity().volumes[0]
    doubtful = replace(volume, horizontal_uncertainty_m=700.0)
    late = replace(volume, window=replace(volume.window, clock_uncertainty_s=9.0))
    told = coarse_activity(replace(activity(), volumes=(doubtful, late, volume)), ident="c")
    assert {(one.horizontal_uncertainty_m, one.window.clock_uncertainty_s) for one in told.volumes} == {(700.0, 9.0)}


def test_a_cell_is_written_by_its_corner_and_side() -> None:
    assert [str(CoarseCell(352, -401, 1)), str(CoarseCell(-900, 0, 100))] == ["35.2N 040.1W +0.1", "90.0S 000.0E +10"]
