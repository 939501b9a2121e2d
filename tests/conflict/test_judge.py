"""The judge: three gaps, three minima, and no path from a missing datum to CLEAR."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.conflict.exact import TOLERANCE_M
from clearline.conflict.judge import judge_pair, surely_meet, time_gap_s, vertical_gap
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima, MinimaError, Zone
from clearline.conflict.solid import Solid
from clearline.conflict.verdict import Verdict
from clearline.conflict.zones import largest_minima, required_minima
from clearline.space.heights import Frame, Heights, Span
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Polygon
from clearline.space.wgs84 import destination
from tests.conflict.worlds import centres, flat_heights, solids

_UNKNOWN = Span(-math.inf, math.inf, math.inf, -math.inf, False)


@given(st.data(), centres)
def test_verdict_is_symmetric(data: st.DataObject, centre: LatLon) -> None:
    a, b = data.draw(solids(centre)), data.draw(solids(centre))
    there, back = judge_pair(a, b, LINE_2015), judge_pair(b, a, LINE_2015)
    assert there.verdict is back.verdict
    assert there.margins.time_s == back.margins.time_s
    assert there.margins.vertical_m == back.margins.vertical_m


@given(st.data(), centres)
def test_clear_means_one_margin_is_positive(data: st.DataObject, centre: LatLon) -> None:
    finding = judge_pair(data.draw(solids(centre)), data.draw(solids(centre)), LINE_2015)
    margins = finding.margins
    assert margins.vertical_m is not None
    spare = margins.time_s > 0.0 or margins.vertical_m > 0.0 or margins.lateral_m > TOLERANCE_M
    assert (finding.verdict is Verdict.CLEAR) == spare


@given(st.data(), centres)
def test_larger_minima_never_clear_what_smaller_ones_did_not(data: st.DataObject, centre: LatLon) -> None:
    a, b = data.draw(solids(centre)), data.draw(solids(centre))
    if judge_pair(a, b, INTERSECT).verdict is Verdict.CONFLICT:
        assert judge_pair(a, b, LINE_2015).verdict is Verdict.CONFLICT


@given(st.data(), centres)
def test_forgetting_a_height_never_makes_clear(data: st.DataObject, centre: LatLon) -> None:
    a, b = data.draw(solids(centre)), data.draw(solids(centre))
    blind = Solid(a.core, Heights((_UNKNOWN,) * 5, ("unknown",)), a.start_ms, a.end_ms)
    before, after = judge_pair(a, b, INTERSECT).verdict, judge_pair(blind, b, INTERSECT).verdict
    assert before is Verdict.CLEAR or after is not Verdict.CLEAR


def test_a_missing_height_matters_only_where_place_and_time_meet() -> None:
    heights = Heights((_UNKNOWN,) * 5, ("upper limit: the pressure is not known",))
    here = Solid(Circle(LatLon(35, 40), 1_000.0).core(), heights, 0, 1_000)
    there = Solid(Circle(LatLon(36, 40), 1_000.0).core(), flat_heights(0.0, 1.0), 0, 1_000)
    later = Solid(here.core, flat_heights(0.0, 1.0), 2_000, 3_000)
    same = Solid(here.core, flat_heights(0.0, 1.0), 0, 1_000)
    assert judge_pair(here, there, INTERSECT).verdict is Verdict.CLEAR
    assert judge_pair(here, later, INTERSECT).verdict is Verdict.CLEAR
    finding = judge_pair(here, same, INTERSECT)
    assert finding.verdict is Verdict.CANNOT_TELL
    assert finding.margins.vertical_m is None
    assert finding.reasons == heights.missing


def test_touching_windows_bands_and_rims_meet() -> None:
    centre = LatLon(35.0, 40.0)
    other = destination(centre, 70.0, 2_000.0)
    a = Solid(Circle(centre, 1_000.0).core(), flat_heights(0.0, 100.0), 0, 1_000)
    b = Solid(Circle(other, 1_000.0).core(), flat_heights(100.0, 200.0), 1_000, 2_000)
    finding = judge_pair(a, b, INTERSECT)
    assert finding.verdict is Verdict.CONFLICT
    assert finding.first_ms == 1_000
    assert finding.margins.time_s == 0.0 and finding.margins.vertical_m == 0.0
    assert abs(finding.margins.lateral_m) < TOLERANCE_M


def test_line_2015_needs_all_three_minima_broken() -> None:
    centre = LatLon(35.0, 40.0)
    a = Solid(Circle(centre, 0.0).core(), flat_heights(3_000.0, 3_000.0), 0, 0)

    def other(range_m: float, up_m: float, later_s: float) -> Solid:
        place = destination(centre, 10.0, range_m)
        at_ms = int(later_s * 1000)
        return Solid(Circle(place, 0.0).core(), flat_heights(3_000.0 + up_m, 3_000.0 + up_m), at_ms, at_ms)

    assert judge_pair(a, other(5_556.0, 914.4, 180.0), LINE_2015).verdict is Verdict.CONFLICT
    assert judge_pair(a, other(5_556.02, 914.4, 180.0), LINE_2015).verdict is Verdict.CLEAR
    assert judge_pair(a, other(5_556.0, 914.41, 180.0), LINE_2015).verdict is Verdict.CLEAR
    assert judge_pair(a, other(5_556.0, 914.4, 180.001), LINE_2015).verdict is Verdict.CLEAR


def test_open_ends_overlap_without_end() -> None:
    a = Solid(Circle(LatLon(0, 0), 1.0).core(), flat_heights(-math.inf, math.inf), 0, None)
    finding = judge_pair(a, a, INTERSECT)
    assert finding.verdict is Verdict.CONFLICT
    assert finding.margins.time_s == -math.inf == finding.margins.vertical_m
    assert time_gap_s(a, a) == -math.inf


def test_two_bands_compare_in_a_frame_both_know() -> None:
    """Flight levels need no pressure: FL100-120 is below FL130-140 whatever the air does."""
    low = Heights((Span(3048.0, 3657.6, 3048.0, 3657.6, True), *(_UNKNOWN,) * 4), ("no pressure",))
    high = Heights((Span(3962.4, 4267.2, 3962.4, 4267.2, True), *(_UNKNOWN,) * 4), ("no pressure",))
    gap = vertical_gap(low, high, 0.0)
    assert gap.known and gap.frame is Frame.STD
    assert math.isclose(gap.gap_m, 304.8)


def test_heights_above_ground_do_not_compare_across_a_lateral_minimum() -> None:
    agl = list(Frame).index(Frame.AGL)

    def only_agl(low_m: float, high_m: float) -> Heights:
        spans = [_UNKNOWN] * 5
        spans[agl] = Span(low_m, high_m, low_m, high_m, True)
        return Heights(tuple(spans), ("no terrain",))

    low, high = only_agl(0.0, 100.0), only_agl(150.0, 200.0)
    assert vertical_gap(low, high, 0.0).gap_m == 50.0
    assert not vertical_gap(low, high, 1_000.0).known


def test_what_is_sure_of_two_bands_makes_a_conflict_though_a_limit_is_unknown() -> None:
    half_known = Heights((_UNKNOWN,) * 4 + (Span(100.0, math.inf, 100.0, 100.0, False),), ("upper limit unknown",))
    around = flat_heights(50.0, 150.0)
    assert surely_meet(half_known, around, 0.0)
    assert not surely_meet(half_known, flat_heights(150.0, 200.0), 0.0)
    below = Solid(Circle(LatLon(0, 0), 1.0).core(), flat_heights(0.0, 50.0), 0, 1)
    unsure = Solid(below.core, half_known, 0, 1)
    assert judge_pair(below, unsure, INTERSECT).verdict is Verdict.CLEAR  # it begins above 50 m, however high it goes


def test_the_larger_minimum_wins_in_a_zone_and_the_general_one_rests_wholly_inside() -> None:
    centre = LatLon(35.0, 40.0)
    square = Polygon((tuple(destination(centre, a, 50_000.0) for a in (45.0, 135.0, 225.0, 315.0)),))
    minima = Minima("zoned", 1, 5_000.0, 300.0, 60.0, zones=(Zone("field", square, 1_000.0, 900.0, 30.0),))
    inside = Solid(Circle(centre, 100.0).core(), flat_heights(0.0, 1.0), 0, 1)
    edge = Solid(Circle(square.rings[0][0], 100.0).core(), flat_heights(0.0, 1.0), 0, 1)
    outside = Solid(Circle(LatLon(45.0, 40.0), 100.0).core(), flat_heights(0.0, 1.0), 0, 1)
    assert required_minima(inside, inside, minima) == (1_000.0, 900.0, 30.0)
    assert required_minima(inside, edge, minima) == (5_000.0, 900.0, 60.0)
    assert required_minima(outside, outside, minima) == (5_000.0, 300.0, 60.0)
    assert largest_minima(minima) == (5_000.0, 900.0, 60.0)


@pytest.mark.parametrize(
    ("lateral_m", "vertical_m", "time_s", "inflation"),
    [(-1.0, 0, 0, 1), (math.nan, 0, 0, 1), (0, math.inf, 0, 1), (0, 0, 1e9, 1), (0, 0, 0, 0.5)],
)
def test_minima_that_cannot_be_are_refused(
    lateral_m: float, vertical_m: float, time_s: float, inflation: float
) -> None:
    with pytest.raises(MinimaError):
        Minima("bad", 1, lateral_m, vertical_m, time_s, inflation)
