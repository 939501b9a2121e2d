"""Resolution: every option is surely clear, none is larger than it must be, and neither side is favoured."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.conflict.change import AltitudeShift, Change, LateralOffset, TimeShift, changed
from clearline.conflict.change_cost import NO_COST, Plan, ready
from clearline.conflict.group import judge_groups
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima, Zone
from clearline.conflict.resolve import Limits, Option, Proposal, propose
from clearline.conflict.resolve_text import describe_option, describe_proposal
from clearline.conflict.verdict import Finding, Verdict
from clearline.space.altitude import SURFACE, AltitudeLimit, Band, Reference, Unit
from clearline.space.geoid import Geoid
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Polygon
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow

_GEOID = Geoid(np.full((19, 36), 20.0, np.float32), -90.0, -180.0, 10.0)
_HERE = LatLon(35.0, 40.0)
_FEW = settings(max_examples=20, deadline=None)  # each looks for some twenty options and judges them all


def _band(low: float, high: float, unit: Unit = Unit.FOOT, reference: Reference = Reference.EGM96) -> Band:
    return Band(AltitudeLimit(low, unit, reference), AltitudeLimit(high, unit, reference))


@st.composite
def _plans(draw: st.DrawFn, ident: str, party: str) -> Plan:
    """Up to two convex volumes near one place, in metres or feet, within an hour or two."""
    volumes: list[Volume4D] = []
    unit = draw(st.sampled_from([Unit.METRE, Unit.FOOT]))
    for _ in range(draw(st.integers(1, 2))):
        centre = destination(_HERE, draw(st.floats(0.0, 360.0)), draw(st.floats(0.0, 6_000.0)))
        size_m = draw(st.floats(100.0, 8_000.0))
        kind = draw(st.integers(0, 2))
        end = destination(centre, draw(st.floats(0.0, 360.0)), size_m)
        corners = tuple(destination(centre, azimuth_deg, size_m) for azimuth_deg in (10.0, 130.0, 250.0))
        shape = (Circle(centre, size_m), Corridor((centre, end), 500.0), Polygon((corners,)))[kind]
        low, start_ms = draw(st.integers(0, 4_000)), draw(st.integers(0, 3_600_000))
        window = TimeWindow(start_ms, start_ms + draw(st.integers(0, 3_600_000)))
        volumes.append(Volume4D(shape, _band(low, low + draw(st.integers(0, 2_000)), unit), window))
    return Plan(ident, party, tuple(volumes), draw(st.integers(0, 1)))


def _after(plan: Plan, change: Change | None) -> Plan:
    return plan if change is None else replace(plan, volumes=changed(plan.volumes, change))


def _finding(first: Plan, second: Plan, changes: tuple[Change | None, Change | None], minima: Minima) -> Finding:
    a, b = (ready(_after(plan, change), minima, _GEOID) for plan, change in zip((first, second), changes, strict=True))
    return judge_groups(a, b, minima)


def _half(change: Change | None, share: float) -> Change | None:
    match change:
        case TimeShift(by_s):
            return TimeShift(by_s * share)
        case AltitudeShift(value, unit):
            return AltitudeShift(value * share, unit)
        case LateralOffset(azimuth_deg, by_m):
            return LateralOffset(azimuth_deg, by_m * share)
        case None:
            return None


@_FEW
@given(_plans("A1", "ALPHA"), _plans("B1", "BRAVO"), st.sampled_from([INTERSECT, LINE_2015]))
def test_every_option_is_verified_clear(first: Plan, second: Plan, minima: Minima) -> None:
    proposal = propose(first, second, minima, _GEOID)
    assert bool(proposal.options) == (proposal.finding.verdict is Verdict.CONFLICT)
    for option in proposal.options:
        for changes in (option.changes, option.least):
            assert _finding(first, second, changes, minima).verdict is Verdict.CLEAR


@_FEW
@given(_plans("A1", "ALPHA"), _plans("B1", "BRAVO"), st.sampled_from([INTERSECT, LINE_2015]))
def test_less_than_the_least_time_or_height_leaves_a_conflict(first: Plan, second: Plan, minima: Minima) -> None:
    for option in propose(first, second, minima, _GEOID).options:
        if isinstance(option.least[0] or option.least[1], LateralOffset):
            continue
        for share in (0.5, 0.999):
            less = _half(option.least[0], share), _half(option.least[1], share)
            # Of less than 2 s or 2 m a thousandth is lost in the millisecond and the millimetre searched to.
            small = all(change is None or _amount(change) < 2.0 for change in option.least)
            assert small or _finding(first, second, less, minima).verdict is not Verdict.CLEAR


def _amount(change: Change) -> float:
    match change:
        case TimeShift(by_s):
            return abs(by_s)
        case AltitudeShift():
            return abs(change.by_m)
        case LateralOffset(_, by_m):
            return by_m


@_FEW
@given(st.floats(0.0, 359.0), st.floats(0.0, 9_000.0), st.sampled_from([INTERSECT, LINE_2015]))
def test_circles_are_parted_sideways_by_no_more_than_they_overlap(
    azimuth_deg: float, range_m: float, minima: Minima
) -> None:
    first = Plan("A1", "ALPHA", (Volume4D(Circle(_HERE, 5_000.0), _band(0, 1), TimeWindow(0, 1)),))
    there = destination(_HERE, azimuth_deg, range_m)
    second = Plan("B1", "BRAVO", (Volume4D(Circle(there, 4_000.0), _band(0, 1), TimeWindow(0, 1)),))
    options = propose(first, second, minima, _GEOID).options
    least_m = min(
        sum(_amount(change) for change in option.least if change is not None)
        for option in options
        if isinstance(option.changes[0] or option.changes[1], LateralOffset)
    )
    needed_m = 9_000.0 + minima.lateral_m - range_m
    # Whole degrees cost up to (1 - cos 0.5 degree) of the way moved; the tolerance of touching is 5 mm.
    assert -0.01 <= least_m - needed_m <= 0.2 + 0.002 * (needed_m + range_m)


@_FEW
@given(_plans("A1", "ALPHA"), _plans("B1", "BRAVO"))
def test_swapping_the_plans_swaps_the_sides(first: Plan, second: Plan) -> None:
    there, back = propose(first, second, LINE_2015, _GEOID), propose(second, first, LINE_2015, _GEOID)
    assert back.names == there.names[::-1]
    assert [option.costs for option in back.options] == [option.costs[::-1] for option in there.options]
    assert [option.changes for option in back.options] == [option.changes[::-1] for option in there.options]
    assert back.finding.pair == there.finding.pair[::-1]
    assert (back.asks, back.refusals) == (there.asks, there.refusals)


@_FEW
@given(_plans("A1", "ALPHA"), _plans("B1", "BRAVO"))
def test_steps_are_whole_and_the_best_come_first(first: Plan, second: Plan) -> None:
    first, second = replace(first, priority=0), replace(second, priority=0)
    options = propose(first, second, LINE_2015, _GEOID).options
    efforts_s = [round(option.effort_s, 3) for option in options]
    assert efforts_s == sorted(efforts_s)
    for change in (change for option in options for change in option.changes if change is not None):
        step = 60.0 if isinstance(change, TimeShift) else 185.2
        if isinstance(change, AltitudeShift):
            step = 30.0 if change.unit is Unit.METRE else 30.48
        assert abs(_amount(change) / step - round(_amount(change) / step)) < 1e-6


def _crossing() -> tuple[Plan, Plan]:
    line = Corridor((LatLon(35.0, 40.0), LatLon(35.0, 41.0)), 2_000.0)
    first = Plan("A1", "ALPHA", (Volume4D(line, _band(10_000, 12_000), TimeWindow(0, 3_600_000)),))
    place = Circle(LatLon(35.05, 40.4), 10_000.0)
    second = Plan("B1", "BRAVO", (Volume4D(place, _band(3_200, 3_900, Unit.METRE), TimeWindow(3_000_000, 7_200_000)),))
    return first, second


def _only(proposal: Proposal, kind: type[Change], side: int) -> list[Option]:
    return [
        option
        for option in proposal.options
        if isinstance(option.changes[side], kind) and option.changes[1 - side] is None
    ]


def test_the_worked_example_is_right_by_hand() -> None:
    """A leaves 10 min after B comes: with 3 min between them that is 13 min and a tick. 12,000 ft is 3,657.6 m."""
    proposal = propose(*_crossing(), LINE_2015, _GEOID)
    later = _only(proposal, TimeShift, 1)[0]
    assert later.changes == (None, TimeShift(840.0)) and later.least == (None, TimeShift(780.001))
    up = _only(proposal, AltitudeShift, 1)[0]
    assert up.changes == (None, AltitudeShift(1_380.0, Unit.METRE))
    assert up.least[1] is not None and abs(_amount(up.least[1]) - (3_657.6 + 914.4 - 3_200.0)) < 0.01
    assert up.costs[0] == NO_COST and up.costs[1].effort_s == 138.0
    assert describe_option(proposal.names, later) == (
        "BRAVO B1 starts 14 min later (at least 13 min 1 s): costs ALPHA A1 nothing; BRAVO B1 14 min "
        "(effort 0 s and 840 s)"
    )
    assert describe_proposal(proposal, 1) == [f"1. {describe_option(proposal.names, proposal.options[0])}"]


def test_what_nobody_can_tell_is_asked_and_not_changed() -> None:
    first, second = _crossing()
    unknown = Band(AltitudeLimit(10_000.0, None, Reference.EGM96), AltitudeLimit(12_000.0, None, Reference.EGM96))
    vague = replace(first, volumes=(replace(first.volumes[0], band=unknown),))
    proposal = propose(second, vague, INTERSECT, _GEOID)
    assert proposal.finding.verdict is Verdict.CANNOT_TELL
    assert proposal.options == ()
    assert len(proposal.asks) == 2
    assert all(ask.startswith("ask ALPHA about A1: ") and "no unit" in ask for ask in proposal.asks)
    assert describe_proposal(proposal) == list(proposal.asks)


def test_clear_plans_need_no_proposal() -> None:
    first, second = _crossing()
    low = replace(first, volumes=(replace(first.volumes[0], band=_band(0, 100)),))
    assert propose(low, second, INTERSECT, _GEOID).options == ()


def test_the_plan_of_higher_priority_is_left_alone_first() -> None:
    first, second = _crossing()
    proposal = propose(replace(first, priority=5), second, LINE_2015, _GEOID)
    touched = [option.changes[0] is not None for option in proposal.options]
    assert touched == sorted(touched) and not touched[0] and touched[-1]


def test_a_change_into_somebody_elses_way_is_marked_and_comes_last() -> None:
    first, second = _crossing()
    high = Volume4D(second.volumes[0].shape, _band(13_000, 20_000), second.volumes[0].window)
    third = ready(Plan("C1", "CHARLIE", (high,)), INTERSECT, _GEOID)
    proposal = propose(first, second, INTERSECT, _GEOID, others=[third, ready(first, INTERSECT, _GEOID)])
    marked = [bool(option.meets) for option in proposal.options]
    assert marked == sorted(marked) and marked[-1] and not marked[0]
    assert proposal.options[-1].meets == ("CHARLIE C1",)
    assert describe_option(proposal.names, proposal.options[-1]).endswith(
        "; but would no longer be surely clear of CHARLIE C1"
    )
    own = replace(third, party="BRAVO")
    alone = _only(propose(first, second, INTERSECT, _GEOID, others=[own]), AltitudeShift, 1)
    assert all(not option.meets for option in alone)
    alone = _only(propose(first, second, INTERSECT, _GEOID, others=[own], within_parties=True), AltitudeShift, 1)
    assert any(option.meets for option in alone)


def test_a_band_from_the_surface_is_not_split_and_says_why() -> None:
    first, second = _crossing()
    ground = Band(SURFACE, second.volumes[0].band.upper)
    proposal = propose(first, replace(second, volumes=(replace(second.volumes[0], band=ground),)), INTERSECT, _GEOID)
    assert proposal.refusals and all("surface" in refusal for refusal in proposal.refusals)
    assert _only(proposal, AltitudeShift, 1) == []
    (up,) = _only(proposal, AltitudeShift, 0)  # not down, for B holds everything from the ground to 3,900 m
    assert up.changes[0] == AltitudeShift(2_800.0, Unit.FOOT)


def test_something_without_an_end_is_not_waited_for() -> None:
    first, second = _crossing()
    for_ever = replace(second, volumes=(replace(second.volumes[0], window=TimeWindow(0, None)),))
    shifts = [option.changes[0] for option in _only(propose(first, for_ever, INTERSECT, _GEOID), TimeShift, 0)]
    assert shifts == [TimeShift(-3_660.0)]


def test_nothing_is_moved_before_now_or_beyond_the_limits() -> None:
    first, second = _crossing()
    tight = Limits(time_s=900.0, vertical_m=500.0, lateral_m=1_000.0, not_before_ms=2_900_000)
    changes = [
        change
        for option in propose(first, second, INTERSECT, _GEOID, limits=tight).options
        for change in option.changes
        if change is not None
    ]
    assert changes and not any(isinstance(change, LateralOffset) for change in changes)
    assert all(_amount(change) <= 900.0 for change in changes)
    assert not any(isinstance(change, TimeShift) and change.by_s < 0.0 for change in changes)


def test_a_window_between_two_others_is_found() -> None:
    """B comes twice; between the two A has just the time it needs."""
    first, second = _crossing()
    once = second.volumes[0]
    twice = (replace(once, window=TimeWindow(0, 600_000)), replace(once, window=TimeWindow(5_000_000, 6_000_000)))
    short = replace(first, volumes=(replace(first.volumes[0], window=TimeWindow(0, 1_200_000)),))
    later = _only(propose(short, replace(second, volumes=twice), INTERSECT, _GEOID), TimeShift, 0)
    assert TimeShift(660.0) in [option.changes[0] for option in later]


def test_a_step_that_lands_on_the_next_one_goes_on_past_it() -> None:
    first, second = _crossing()
    once = second.volumes[0]
    # A of 10 s fits after 610 s, but not after 660 s: the next whole minute that is free is past 1,000 s.
    twice = (replace(once, window=TimeWindow(0, 610_000)), replace(once, window=TimeWindow(630_000, 1_000_000)))
    short = replace(first, volumes=(replace(first.volumes[0], window=TimeWindow(0, 10_000)),))
    later = _only(propose(short, replace(second, volumes=twice), INTERSECT, _GEOID), TimeShift, 0)
    found = next(option for option in later if option.changes[0] == TimeShift(1_020.0))
    assert found.least[0] == TimeShift(610.001)


def test_options_hold_in_zones_with_minima_of_their_own() -> None:
    first, second = _crossing()
    ring = tuple(destination(LatLon(35.3, 40.4), azimuth_deg, 20_000.0) for azimuth_deg in (45.0, 135.0, 225.0, 315.0))
    zoned = Minima("zoned", 1, 0.0, 0.0, 0.0, zones=(Zone("north", Polygon((ring,)), 20_000.0, 0.0, 600.0),))
    proposal = propose(first, second, zoned, _GEOID)
    assert proposal.options
    for option in proposal.options:
        assert _finding(first, second, option.changes, zoned).verdict is Verdict.CLEAR


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_less_than_the_least_offset_leaves_convex_shapes_in_conflict(share: float) -> None:
    first, second = _crossing()
    for option in propose(first, second, LINE_2015, _GEOID).options:
        if isinstance(option.least[0] or option.least[1], LateralOffset):
            less = _half(option.least[0], share), _half(option.least[1], share)
            assert _finding(first, second, less, LINE_2015).verdict is Verdict.CONFLICT


@_FEW
@given(_plans("A1", "ALPHA"), _plans("B1", "BRAVO"))
def test_the_same_plans_give_the_same_options(first: Plan, second: Plan) -> None:
    proposal = propose(first, second, INTERSECT, _GEOID)
    assert describe_proposal(propose(first, second, INTERSECT, _GEOID)) == describe_proposal(proposal)
