"""Menus: every alternative is what it says, and two alternatives clash exactly where the engine cannot clear them."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.conflict.change import AltitudeShift, LateralOffset, TimeShift, changed
from clearline.conflict.change_cost import Plan, cost_of
from clearline.conflict.engine import PlainEngine
from clearline.conflict.fast import best_engine
from clearline.conflict.menu import MAX_OFFSET_M, Clashes, Menu, choices_of, default_menu
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima, Zone
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Verdict
from clearline.space.altitude import SURFACE, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Polygon
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import azimuths_and_distances, destination
from clearline.space.window import TimeWindow
from tests.conflict.plan_sets import GEOID, HERE, SMALL_MENU, band, circle_plan, plan_sets, plans, verdict_after

_FEW = settings(max_examples=12, deadline=None)
_FEWER = settings(max_examples=8, deadline=None)  # each judges hundreds of pairs of alternatives
_EIGHT = Menu((TimeShift(5_400.0),), (AltitudeShift(2_000.0, Unit.FOOT),), (9_000.0,))

_CORNERS = tuple(destination(HERE, azimuth_deg, 15_000.0) for azimuth_deg in (0.0, 90.0, 180.0, 270.0))
_ZONED = Minima("zoned", 1, 100.0, 50.0, 30.0, zones=(Zone("busy", Polygon((_CORNERS,)), 4_000.0, 500.0, 600.0),))
_MINIMA = st.sampled_from([INTERSECT, LINE_2015, _ZONED])


def _clashes(plan_set: list[Plan], minima: Minima, menu: Menu = SMALL_MENU, **options: bool) -> Clashes:
    return Clashes([choices_of(plan, menu, minima, GEOID) for plan in plan_set], minima, PlainEngine(), **options)


@_FEWER
@given(plan_sets(3), _MINIMA)
def test_two_alternatives_clash_exactly_where_the_engine_cannot_clear_them(
    plan_set: list[Plan], minima: Minima
) -> None:
    clashes = _clashes(plan_set, minima, _EIGHT, within_parties=True)
    for i, j in combinations(range(len(plan_set)), 2):
        ones, twos = (clashes.choices[n].alternatives for n in (i, j))
        for (a, one), (b, two) in product(enumerate(ones), enumerate(twos)):
            verdict = verdict_after((plan_set[i], one.changes), (plan_set[j], two.changes), minima)
            asked = a == b == 0 and verdict is Verdict.CANNOT_TELL
            assert clashes.clash(i, a, j, b) == (verdict is not Verdict.CLEAR and not asked)
            assert clashes.clash(j, b, i, a) == clashes.clash(i, a, j, b)


@_FEW
@given(plan_sets(3), _MINIMA)
def test_the_table_says_what_one_by_one_is_said(plan_set: list[Plan], minima: Minima) -> None:
    clashes, fresh = (_clashes(plan_set, minima, within_parties=True) for _ in range(2))
    for i, j in clashes.pairs:
        told = [
            [fresh.clash(i, a, j, b) for b in range(len(clashes.choices[j].alternatives))]
            for a in range(len(clashes.choices[i].alternatives))
        ]
        assert np.array_equal(clashes.table(i, j), np.array(told))


@_FEW
@given(plan_sets(), _MINIMA, st.booleans())
def test_either_engine_finds_the_same_neighbours(plan_set: list[Plan], minima: Minima, within: bool) -> None:  # noqa: FBT001 - drawn
    choices = [choices_of(plan, default_menu(), minima, GEOID) for plan in plan_set]
    plain, best = (Clashes(choices, minima, engine, within_parties=within) for engine in (PlainEngine(), best_engine()))
    assert best.pairs == plain.pairs and best.neighbours == plain.neighbours
    for i, j in plain.pairs:
        assert within or plan_set[i].party != plan_set[j].party
        assert i in plain.neighbours[j] and j in plain.neighbours[i]


@_FEW
@given(plans("P1", "ALPHA"), _MINIMA)
def test_a_menu_is_the_plan_as_it_is_and_then_the_cheapest_first(plan: Plan, minima: Minima) -> None:
    choices = choices_of(plan, SMALL_MENU, minima, GEOID)
    assert choices.alternatives[0].changes == ()
    efforts_s = [alternative.cost.effort_s for alternative in choices.alternatives]
    assert efforts_s == sorted(efforts_s)
    for alternative in choices.alternatives:
        assert alternative.cost == cost_of(alternative.changes)
        volumes = changed(plan.volumes, *alternative.changes)
        solids = [make_solid(volume, minima, GEOID) for volume in volumes]
        variant = choices.variants[alternative.variant]
        assert [(s.core, s.heights) for s in solids] == [(s.core, s.heights) for s in variant]
        assert [s.start_ms for s in solids] == [s.start_ms + alternative.shift_ms for s in variant]
        assert [s.end_ms for s in solids] == [
            None if s.end_ms is None else s.end_ms + alternative.shift_ms for s in variant
        ]


def test_the_default_menu_has_96_alternatives_for_a_plan_that_can_do_them_all() -> None:
    plan = Plan("P1", "ALPHA", (Volume4D(Circle(HERE, 1_000.0), band(5_000, 6_000), TimeWindow(0, None)),))
    assert len(choices_of(plan, default_menu(), INTERSECT, GEOID).alternatives) == 8 * 4 * 3


def test_what_a_plan_cannot_do_is_left_out() -> None:
    from_ground = circle_plan("P1", "ALPHA", 0.0)
    assert not any(
        isinstance(change, AltitudeShift)
        for alternative in choices_of(from_ground, SMALL_MENU, INTERSECT, GEOID).alternatives
        for change in alternative.changes
    )
    last = TimeWindow(253_402_300_000_000, 253_402_300_000_000)  # the year 9999 has no room for a delay
    plan = Plan("P1", "ALPHA", (Volume4D(Circle(HERE, 1.0), band(0, 1), last),))
    shifts = {alternative.shift_ms for alternative in choices_of(plan, SMALL_MENU, INTERSECT, GEOID).alternatives}
    assert shifts == {0}


def test_offsets_are_square_to_the_way_and_positive_to_the_right() -> None:
    north = destination(HERE, 0.0, 20_000.0)
    volumes = tuple(Volume4D(Circle(place, 1.0), band(0, 1), TimeWindow(0, 1)) for place in (HERE, north))
    for plan, to_the_right_deg in ((Plan("P1", "A", volumes), 90.0), (Plan("P1", "A", volumes[::-1]), 270.0)):
        menu = Menu((), (), (5_000.0, -5_000.0))
        offsets = [a.changes[0] for a in choices_of(plan, menu, INTERSECT, GEOID).alternatives[1:]]
        azimuths_deg = [offset.azimuth_deg for offset in offsets if isinstance(offset, LateralOffset)]
        assert azimuths_deg == pytest.approx([to_the_right_deg, (to_the_right_deg + 180.0) % 360.0], abs=1e-6)
    alone = choices_of(Plan("P1", "A", volumes[:1]), Menu((), (), (5_000.0,)), INTERSECT, GEOID)
    moved = changed(volumes[:1], *alone.alternatives[1].changes)[0].shape.core().parts[0][0]
    azimuth_deg, range_m = azimuths_and_distances([HERE], [moved])
    assert float(azimuth_deg[0]) == pytest.approx(90.0) and float(range_m[0]) == pytest.approx(5_000.0)


def test_a_delay_that_outlives_an_altimeter_setting_clears_nothing_by_height() -> None:
    on_qnh = Volume4D(Circle(HERE, 1_000.0), band(1_000, 2_000, Reference.QNH, 1_013.0), TimeWindow(0, 1))
    level = AltitudeLimit(90.0, Unit.FLIGHT_LEVEL, Reference.STD)
    above = Volume4D(Circle(HERE, 1_000.0), Band(level, level), TimeWindow(0, 10_000_000))
    clashes = _clashes([Plan("P1", "ALPHA", (on_qnh,)), Plan("P2", "BRAVO", (above,))], INTERSECT)
    delays_ms = {a.shift_ms: n for n, a in enumerate(clashes.choices[0].alternatives) if len(a.changes) <= 1}
    assert not clashes.clash(0, delays_ms[1_800_000], 1, 0)
    assert clashes.clash(0, delays_ms[5_400_000], 1, 0)


def test_nobody_can_tell_is_no_clash_as_it_is_but_clears_no_change() -> None:
    first = Plan("P1", "ALPHA", (Volume4D(Circle(HERE, 1_000.0), band(0, 500, Reference.AGL), TimeWindow(0, 1)),))
    second = Plan("P2", "BRAVO", (Volume4D(Circle(HERE, 1_000.0), band(3_000, 4_000), TimeWindow(0, 1)),))
    clashes = _clashes([first, second], INTERSECT)
    assert clashes.open(0, 1) and clashes.open(1, 0)
    assert not clashes.clash(0, 0, 1, 0) and not clashes.table(0, 1)[0, 0]
    raised = next(
        n
        for n, a in enumerate(clashes.choices[1].alternatives)
        if [type(change) for change in a.changes] == [AltitudeShift]
    )
    assert clashes.clash(0, 0, 1, raised) and clashes.table(0, 1)[0, raised]


def test_a_menu_offers_no_more_than_can_be_looked_through() -> None:
    with pytest.raises(ValueError, match="1000 combinations; got 1122"):
        Menu(
            tuple(TimeShift(float(n)) for n in range(1, 34)),
            tuple(AltitudeShift(n, Unit.METRE) for n in range(1, 33)),
            (),
        )
    for offset_m in (MAX_OFFSET_M + 1.0, -MAX_OFFSET_M - 1.0, float("nan")):
        with pytest.raises(ValueError, match="within 300000 m"):
            Menu((), (), (0.0, offset_m))


def test_the_widest_menu_is_within_what_an_engine_can_look_through() -> None:
    wide = Minima("wide", 1, 200_000.0, 50_000.0, 31.0 * 86_400.0)
    menu = Menu((TimeShift(30.0 * 86_400.0),), (), (MAX_OFFSET_M, -MAX_OFFSET_M))
    far = destination(HERE, 90.0, 790_000.0)
    top = AltitudeLimit(100.0, Unit.METRE, Reference.WGS84)
    plan_set = [
        Plan(name, party, (Volume4D(Circle(place, 1.0), Band(SURFACE, top), TimeWindow(0, 1)),))
        for name, party, place in (("P1", "ALPHA", HERE), ("P2", "BRAVO", LatLon(*far)))
    ]
    choices = [choices_of(plan, menu, wide, GEOID) for plan in plan_set]
    assert Clashes(choices, wide, best_engine()).pairs == [(0, 1)]
