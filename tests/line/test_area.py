"""Areas in whole numbers are never smaller than the volumes they were made of; the engine says so."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.conflict.exact import meets
from clearline.conflict.minima import INTERSECT
from clearline.conflict.solid import Solid, make_solid
from clearline.edge.geoid_file import load_geoid
from clearline.line.area import Area, Limit, Outline, Place, area_of, volume_of
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeError, AltitudeLimit, Band, Reference, Unit
from clearline.space.heights import Frame
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor, Orbit, Polygon, ShapeError
from clearline.space.volume import Entered, Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow
from tests.line.two_desks import area

_PLACES = st.builds(LatLon, st.floats(-89.0, 89.0), st.floats(-180.0, 180.0))
_T_MS = 1_443_600_000_000


@st.composite
def _limits(draw: st.DrawFn) -> AltitudeLimit:
    reference = draw(st.sampled_from([Reference.EGM96, Reference.WGS84, Reference.QNH, Reference.QFE, Reference.AGL]))
    return AltitudeLimit(
        draw(st.floats(0.0, 9_000.0)),
        draw(st.sampled_from([Unit.METRE, Unit.FOOT])),
        reference,
        draw(st.floats(0.0, 50.0)),
        draw(st.none() | st.floats(980.0, 1040.0)) if reference in (Reference.QNH, Reference.QFE) else None,
        draw(st.floats(0.0, 800.0)) if reference is Reference.QFE else None,
        (100.123_456, 100.123_456 + draw(st.floats(0.0, 40.0))) if reference is Reference.AGL else None,
    )


@st.composite
def _volumes(draw: st.DrawFn) -> Volume4D:
    here = draw(_PLACES)
    way_deg = draw(st.floats(0.0, 360.0))
    there = destination(here, way_deg, draw(st.floats(100.0, 50_000.0)))
    wide_m = draw(st.floats(0.5, 20_000.0))
    # No sliver: what a rounded corner turns inside out is refused when it is read, and listed (test_conflicts).
    third = destination(here, way_deg + draw(st.floats(20.0, 160.0)), draw(st.floats(100.0, 50_000.0)))
    shapes = [lambda: Circle(here, wide_m), lambda: Corridor((here, there), wide_m), lambda: Orbit(here, there, wide_m)]
    try:
        shape = draw(st.sampled_from([*shapes, lambda: Polygon(((here, there, third),))]))()
        one = draw(_limits())
        band = Band(one, one)
    except (ShapeError, AltitudeError):
        assume(False)
        raise
    window = TimeWindow(_T_MS, draw(st.sampled_from([None, _T_MS + 5])), draw(st.floats(0.0, 90.0)))
    return Volume4D(shape, band, window, draw(st.floats(0.0, 500.0)))


def _holds(whole: Solid, part: Solid) -> bool:
    """Whether every height and time of one is in the other, in each frame that the smaller knows."""
    times = whole.start_ms <= part.start_ms and (
        whole.end_ms is None or (part.end_ms is not None and part.end_ms <= whole.end_ms)
    )
    spans = all(
        whole.heights.span(frame).low_m <= part.heights.span(frame).low_m + 1e-6
        and part.heights.span(frame).high_m - 1e-6 <= whole.heights.span(frame).high_m
        for frame in Frame
        if part.heights.span(frame).known
    )
    return times and spans


@given(_volumes(), st.floats(0.0, 360.0))
def test_an_area_is_never_smaller_than_its_volume(volume: Volume4D, azimuth_deg: float) -> None:
    again = volume_of(area_of(volume))
    small, large = (make_solid(each, INTERSECT, load_geoid()) for each in (volume, again))
    assert _holds(large, small)
    # Every place that just touches the volume touches the area: probes on its rim, one tenth of a millimetre inside.
    for corner in {place for part in volume.shape.core().parts for place in part}:
        rim = destination(corner, azimuth_deg, max(0.0, small.core.radius_m - 1e-4))
        point = Core(((rim,),), closed=False, radius_m=0.0)
        assert meets(large.core, point, 0.0)


@given(_volumes())
def test_an_area_of_an_area_is_itself(volume: Volume4D) -> None:
    once = area_of(volume)
    again = area_of(volume_of(once))
    assert again == once


def test_the_words_that_were_entered_travel_with_it() -> None:
    entered = Entered("plan.csv:3", "35N 040E", "FL095", "0800Z", "csv", "ED50")
    volume = Volume4D(Circle(LatLon(35.0, 40.0), 5.0), Band(SURFACE, UNLIMITED), TimeWindow(_T_MS, None), 0.0, entered)
    made = area_of(volume)
    assert (made.entered_place, made.entered_altitude, made.entered_time, made.entered_datum) == (
        "35N 040E", "FL095", "0800Z", "ED50",
    )  # fmt: skip
    assert made.uncertainty_mm == 0
    back = volume_of(made, "record")
    assert back.entered == Entered("record", "35N 040E", "FL095", "0800Z", "line", "ED50")
    assert volume_of(made).band == volume.band


def test_what_is_not_stated_stays_so() -> None:
    bare = AltitudeLimit(2_000.0, None, None)
    volume = Volume4D(Circle(LatLon(35.0, 40.0), 5.0), Band(bare, bare), TimeWindow(_T_MS, None))
    assert volume_of(area_of(volume)).band == volume.band


def test_a_place_that_is_rounded_is_doubted_by_as_much() -> None:
    place = LatLon(35.000_000_04, 40.0)
    volume = Volume4D(Circle(place, 5.0), Band(SURFACE, UNLIMITED), TimeWindow(_T_MS, None))
    assert area_of(volume).uncertainty_mm == 8


@pytest.mark.parametrize(
    ("outline", "rings", "words"),
    [
        (Outline.CIRCLE, (), "at least one place"),
        (Outline.CIRCLE, ((),), "at least one place"),
        (Outline.CIRCLE, ((Place(0, 0), Place(1, 1)),), "one centre"),
        (Outline.ORBIT, ((Place(0, 0),),), "two ends"),
        (Outline.POLYGON, ((Place(0, 0),),), "three|3|corners|places"),
        (Outline.CORRIDOR, ((Place(10**10, 0), Place(0, 0)),), "latitude|-90"),
    ],
)
def test_numbers_that_make_no_volume_are_refused(
    outline: Outline, rings: tuple[tuple[Place, ...], ...], words: str
) -> None:
    base = area()
    with pytest.raises(ValueError, match=words):
        volume_of(Area(outline, rings, 5_000, base.lower, base.upper, base.start_ms, base.end_ms))


def test_ground_is_known_at_both_ends_or_not() -> None:
    base = area()
    half = Limit(0, Unit.METRE, Reference.AGL, ground_low_mm=1)
    with pytest.raises(ValueError, match="lowest and its highest"):
        volume_of(Area(base.outline, base.rings, 5_000, half, half, base.start_ms, base.end_ms))
    assert math.isfinite(base.radius_mm)


def test_a_station_s_rounded_height_is_made_up_for_in_the_coldest_air() -> None:
    limit = AltitudeLimit(1.090_552_925, Unit.METRE, Reference.QFE, station_m=1.335_540_736)
    volume = Volume4D(Circle(LatLon(0.0, 0.0), 1.0), Band(limit, limit), TimeWindow(_T_MS, None))
    small, large = (make_solid(each, INTERSECT, load_geoid()) for each in (volume, volume_of(area_of(volume))))
    assert _holds(large, small)
