"""Hypothesis strategies for plans of several parties near one place, and what tests of sets hold their answers to."""

import numpy as np
from hypothesis import strategies as st

from clearline.conflict.change import AltitudeShift, Change, TimeShift, changed
from clearline.conflict.change_cost import Plan
from clearline.conflict.group import Subject, judge_groups
from clearline.conflict.menu import Menu
from clearline.conflict.minima import Minima
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Verdict
from clearline.space.altitude import SURFACE, AltitudeLimit, Band, Reference, Unit
from clearline.space.geoid import Geoid
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow

__all__ = ["GEOID", "HERE", "SMALL_MENU", "band", "circle_plan", "plan_sets", "plans", "verdict_after"]

GEOID = Geoid(np.full((19, 36), 20.0, np.float32), -90.0, -180.0, 10.0)
HERE = LatLon(35.0, 40.0)
SMALL_MENU = Menu((TimeShift(1_800.0), TimeShift(5_400.0)), (AltitudeShift(2_000.0, Unit.FOOT),), (9_000.0,))

_HOUR_MS = 3_600_000


def band(low: float, high: float, reference: Reference = Reference.EGM96, pressure_hpa: float | None = None) -> Band:
    """A band in feet."""
    return Band(
        AltitudeLimit(low, Unit.FOOT, reference, pressure_hpa=pressure_hpa),
        AltitudeLimit(high, Unit.FOOT, reference, pressure_hpa=pressure_hpa),
    )


@st.composite
def _bands(draw: st.DrawFn) -> Band:
    """Mostly plain; some that a change makes unknown (QNH), that cannot move (SURFACE), or that nobody knows (AGL)."""
    low = draw(st.integers(0, 3_000))
    high = low + draw(st.integers(0, 1_500))
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return band(low, high, Reference.QNH, 1_013.0)
    if kind == 1:
        return Band(SURFACE, AltitudeLimit(high, Unit.FOOT, Reference.EGM96))
    if kind == 2:
        return band(low, high, Reference.AGL)
    return band(low, high)


@st.composite
def plans(draw: st.DrawFn, ident: str, party: str) -> Plan:
    """A plan of one or two volumes within some kilometres and an hour or two."""
    volumes: list[Volume4D] = []
    for _ in range(draw(st.integers(1, 2))):
        centre = destination(HERE, draw(st.floats(0.0, 360.0)), draw(st.floats(0.0, 12_000.0)))
        size_m = draw(st.floats(200.0, 6_000.0))
        end = destination(centre, draw(st.floats(0.0, 360.0)), size_m)
        shape = draw(st.sampled_from([Circle(centre, size_m), Corridor((centre, end), 500.0)]))
        start_ms = draw(st.integers(0, _HOUR_MS))
        window = TimeWindow(start_ms, start_ms + draw(st.integers(0, _HOUR_MS)))
        volumes.append(Volume4D(shape, draw(_bands()), window))
    return Plan(ident, party, tuple(volumes), draw(st.integers(0, 1)))


@st.composite
def plan_sets(draw: st.DrawFn, most: int = 4) -> list[Plan]:
    """Two to `most` plans of two or three parties."""
    count = draw(st.integers(2, most))
    return [draw(plans(f"P{number}", draw(st.sampled_from(["ALPHA", "BRAVO", "CHARLIE"])))) for number in range(count)]


def circle_plan(
    ident: str, party: str, east_m: float, *, minutes: tuple[int, int] = (0, 60), priority: int = 0
) -> Plan:
    """A circle of 1 km from the ground up, so that only time and place can part it from another."""
    place = destination(HERE, 90.0, east_m)
    window = TimeWindow(minutes[0] * 60_000, minutes[1] * 60_000)
    top = AltitudeLimit(3_000.0, Unit.FOOT, Reference.EGM96)
    return Plan(ident, party, (Volume4D(Circle(place, 1_000.0), Band(SURFACE, top), window),), priority)


def verdict_after(
    first: tuple[Plan, tuple[Change, ...]], second: tuple[Plan, tuple[Change, ...]], minima: Minima
) -> Verdict:
    """The verdict on two plans with their changes made, worked out from the volumes themselves."""
    one, two = (
        Subject(plan.ident, plan.party, tuple(make_solid(v, minima, GEOID) for v in changed(plan.volumes, *changes)))
        for plan, changes in (first, second)
    )
    return judge_groups(one, two, minima).verdict
