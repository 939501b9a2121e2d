"""The maps: places where they belong, outlines true to the ellipsoid, land where there is land."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.conflict.exact import separation
from clearline.edge.borders_file import load_borders
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor, Polygon
from clearline.space.wgs84 import Floats, distance_m
from clearline.wire.report_axis import Axis, time_axis, time_ticks
from clearline.wire.report_grid import draw_grid, draw_scale
from clearline.wire.report_land import Borders, draw_land
from clearline.wire.report_plane import View, fit_view, nice
from clearline.wire.report_shapes import outlines, shape_path
from tests.conflict.worlds import centres, cores, shapes

_SIZE = (960.0, 560.0)
_VALLEY = View(LatLon(36.5, 38.2), 200.0, _SIZE)


def _rows(*places: LatLon) -> Floats:
    return np.asarray(places, np.float64)


@given(centres, st.floats(1.0, 900.0), st.floats(0.0, 960.0), st.floats(0.0, 560.0))
def test_a_pixel_and_its_place_are_each_others(middle: LatLon, scale_m: float, x: float, y: float) -> None:
    view = View(middle, scale_m, _SIZE)
    assert view.pixels(_rows(view.place(x, y)))[0] == pytest.approx((x, y), abs=1e-3)


@given(centres, st.floats(0.0, 360.0), st.floats(0.0, 5e6))
def test_distances_from_the_middle_are_those_along_the_ellipsoid(
    middle: LatLon, azimuth_deg: float, range_m: float
) -> None:
    view = View(middle, 1_000.0, _SIZE)
    azimuth, range_px = math.radians(azimuth_deg), range_m / 1_000.0
    place = view.place(480.0 + range_px * math.sin(azimuth), 280.0 - range_px * math.cos(azimuth))
    assert distance_m(middle, place) == pytest.approx(range_m, abs=0.01)


@given(st.lists(cores(), min_size=1, max_size=4))
def test_a_fitted_view_shows_every_corner(found: list[Core]) -> None:
    view = fit_view(found, *_SIZE)
    for core in found:
        for part in core.parts:
            pixels = view.pixels(_rows(*part))
            assert np.all(pixels >= -0.5)
            assert np.all(pixels <= np.asarray(_SIZE) + 0.5)


@given(shapes())
def test_an_outline_lies_on_the_rim(shape: Circle | Corridor | Polygon) -> None:
    """Every point drawn is as far from the line or place as the shape's radius, to a tenth of a pixel."""
    core = shape.core()
    view = fit_view([core], *_SIZE)
    assume(not core.closed and core.radius_m / view.scale_m > 1.0)
    legs = [pair for part in core.parts for pair in pairwise(part if len(part) > 1 else part * 2)]
    for ring, (first, last) in zip(outlines(core, view), legs, strict=True):
        line = Core(((first, last) if first != last else (first,),), False, 0.0)
        for x, y in ring[:: max(1, len(ring) // 8)]:
            spot = Core(((view.place(float(x), float(y)),),), False, 0.0)
            assert separation(line, spot).distance_m == pytest.approx(core.radius_m, abs=0.1 * view.scale_m)


def test_a_circle_is_drawn_at_its_radius_along_the_ellipsoid() -> None:
    centre = LatLon(70.0, 20.0)
    view = View(LatLon(60.0, 10.0), 2_000.0, _SIZE)
    ring = outlines(Circle(centre, 300_000.0).core(), view)[0]
    far = [distance_m(centre, view.place(float(x), float(y))) for x, y in ring]
    assert far == pytest.approx([300_000.0] * len(far), abs=1.0)


def test_outsides_turn_one_way_and_holes_the_other() -> None:
    def area(ring: Floats) -> float:
        x, y = ring[:, 0], ring[:, 1]
        return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))

    ring = (LatLon(36.3, 38.0), LatLon(36.3, 38.4), LatLon(36.7, 38.4), LatLon(36.7, 38.0))
    hole = (LatLon(36.4, 38.1), LatLon(36.4, 38.3), LatLon(36.6, 38.3), LatLon(36.6, 38.1))
    for outside in (ring, ring[::-1]):
        for inside in (hole, hole[::-1]):
            drawn = outlines(Polygon((outside, inside)).core(), _VALLEY)
            assert area(drawn[0]) > 0.0 > area(drawn[1])
    assert area(outlines(Circle(ring[0], 9e3).core(), _VALLEY)[0]) > 0.0
    assert all(area(leg) > 0.0 for leg in outlines(Corridor(ring, 3e3).core(), _VALLEY))


def test_what_is_too_thin_to_show_is_drawn_as_its_line() -> None:
    assert shape_path([Corridor((LatLon(36.5, 38.0), LatLon(36.5, 38.4)), 0.0).core()], _VALLEY).count("M") == 1
    assert shape_path([Circle(LatLon(36.5, 38.0), 0.0).core()], _VALLEY).startswith("M")


def _covered(path: str, x: float, y: float) -> bool:
    """Whether a path of closed rings covers a point by the even-odd rule."""
    inside = False
    for ring in path.split("z"):
        if not ring:
            continue
        head, *steps = ring.split("l")
        px, py = (float(v) for v in head[1:].split())
        points = [(px, py)]
        for step in steps:
            dx, dy = (float(v) for v in step.split())
            px, py = px + dx, py + dy
            points.append((px, py))
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                inside = not inside
    return inside


# Places far from any coast, by the map every school has.
_LAND = [LatLon(39.0, 35.0), LatLon(0.0, 22.0), LatLon(-25.0, 134.0), LatLon(66.0, 171.0), LatLon(-85.0, 10.0),
         LatLon(66.0, -173.5)]  # fmt: skip
_SEA = [LatLon(34.0, 28.0), LatLon(0.0, 179.9), LatLon(60.0, -179.9), LatLon(85.0, 0.0), LatLon(-30.0, -100.0)]


@pytest.mark.parametrize("name", ["50m", "110m"])
@pytest.mark.parametrize("scale_m", [300.0, 3_000.0])
@pytest.mark.parametrize("place", [*_LAND, *_SEA], ids=str)
def test_land_is_land_and_sea_is_sea(name: str, scale_m: float, place: LatLon) -> None:
    view = View(place, scale_m, _SIZE)
    drawn = draw_land(load_borders(name), view)
    path = drawn.split('class="land" d="')[1].split('"')[0]
    assert _covered(path, 480.0, 280.0) == (place in _LAND)


def test_only_what_is_near_goes_into_a_map() -> None:
    assert len(draw_land(load_borders(), View(LatLon(36.5, 36.0), 450.0, _SIZE))) < 20_000
    assert len(draw_land(load_borders(), View(LatLon(50.0, 10.0), 4_000.0, _SIZE))) < 400_000


def test_no_coast_is_drawn_along_the_seam_of_the_data() -> None:
    view = View(LatLon(66.0, 180.0), 2_000.0, _SIZE)  # the seam runs through land here, and is not a coast
    coast = draw_land(load_borders(), view).split('class="coast" d="')[1].split('"')[0]
    seam = view.pixels(_rows(LatLon(66.5, 180.0), LatLon(68.5, 180.0)))
    for line in coast.split("M")[1:]:
        points = np.cumsum([[float(v) for v in step.split()] for step in line.split("l")], axis=0)
        on = np.abs(points[:, 0] - 480.0) < 1.0
        between = (points[:, 1] < seam[0, 1]) & (points[:, 1] > seam[1, 1])
        assert np.count_nonzero(on & between) < 3


def test_borders_that_do_not_fit_together_are_refused() -> None:
    borders = load_borders("110m")
    with pytest.raises(ValueError, match="do not cover"):
        Borders(borders.points[:-1], borders.arc_offsets, borders.border, borders.ring_arcs, borders.ring_offsets)
    with pytest.raises(ValueError, match="not there"):
        Borders(borders.points, borders.arc_offsets, borders.border, borders.ring_arcs + 9999, borders.ring_offsets)


@given(centres, st.sampled_from([0.5, 20.0, 400.0, 6_000.0, 40_000.0]))
def test_a_grid_has_lines_with_names_on_every_map(middle: LatLon, scale_m: float) -> None:
    drawn = draw_grid(View(middle, scale_m, _SIZE))
    assert drawn.count("M") < 600
    assert "nan" not in drawn


def test_grid_names_have_minutes_only_where_the_spacing_has_them() -> None:
    assert "38°00′E" in draw_grid(View(LatLon(36.5, 38.2), 100.0, _SIZE))
    wide = draw_grid(View(LatLon(36.5, 38.2), 3_000.0, _SIZE))
    assert "40°E" in wide
    assert "′" not in wide
    assert "″" in draw_grid(View(LatLon(36.5, 38.2), 1.0, _SIZE))


def test_scale_bars_are_as_long_as_they_say() -> None:
    drawn = draw_scale(View(LatLon(36.5, 38.2), 250.0, _SIZE))
    assert "20 km" in drawn
    assert "20 NM" in drawn
    left, right = drawn.split('d="M')[1].split(" ")[0], drawn.split("H")[1].split("v")[0]
    assert (float(right) - float(left)) * 250.0 == pytest.approx(20_000.0, abs=30.0)


@given(st.floats(1e-6, 1e9))
def test_a_nice_number_is_near_and_not_above(value: float) -> None:
    assert nice(value) <= value * 1.00001
    assert nice(value) > value / 2.6


@given(st.lists(st.tuples(st.integers(-(10**13), 10**13), st.none() | st.integers(0, 10**10)), min_size=2, max_size=2))
def test_a_time_axis_shows_the_shorter_window_whole(spans: list[tuple[int, int | None]]) -> None:
    windows = [(start, None if length is None else start + length) for start, length in spans]
    axis = time_axis(windows, 0.0, 100.0)
    finite = [(start, end) for start, end in windows if end is not None]
    assert max(start for start, _ in windows) <= axis.high
    if len(finite) == 2:
        start, end = min(finite, key=lambda window: window[1] - window[0])
        assert axis.low <= start
        assert end <= axis.high
    assert len(time_ticks(axis)) <= 12


def test_an_axis_that_goes_down_is_refused() -> None:
    with pytest.raises(ValueError, match="must go up"):
        Axis((1.0, 1.0), (0.0, 9.0))


def test_a_view_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fit_view([], *_SIZE)


def test_shapes_all_round_the_globe_still_make_a_map() -> None:
    ring = [Circle(LatLon(0.0, lon_deg), 1e3).core() for lon_deg in (0.0, 90.0, 180.0, -90.0)]
    view = fit_view(ring, *_SIZE)
    assert np.all(np.isfinite(view.pixels(_rows(LatLon(0.0, 90.0), LatLon(0.0, -90.0)))))
