"""Closest approach of two legs, held to trying every instant."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.conflict.approach import Leg, closest_approach, flat_leg, within
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination, distance_m
from tests.conflict.worlds import azimuths, centres

_metres = st.one_of(st.sampled_from([0.0, 100.0, -100.0]), st.floats(-1e4, 1e4))
_points = st.tuples(_metres, _metres, _metres)


@st.composite
def _legs(draw: st.DrawFn) -> Leg:
    start_s, end_s = sorted((draw(st.integers(0, 10)) * 10.0, draw(st.integers(0, 10)) * 10.0))
    start_m = draw(_points)
    return Leg(start_s, end_s, start_m, start_m if start_s == end_s else draw(_points))


def _tried(a: Leg, b: Leg) -> tuple[list[float], list[float], list[float]]:
    """Times the two share, and how far apart they are then, sideways and in height."""
    start_s, end_s = max(a.start_s, b.start_s), min(a.end_s, b.end_s)
    times = [float(t) for t in np.linspace(start_s, end_s, 501)] if start_s <= end_s else []
    places = [(a.at(t), b.at(t)) for t in times]
    return times, [math.dist(p[:2], q[:2]) for p, q in places], [abs(p[2] - q[2]) for p, q in places]


@given(_legs(), _legs())
def test_no_instant_is_nearer_than_the_closest_approach(a: Leg, b: Leg) -> None:
    times, sideways, _ = _tried(a, b)
    found = closest_approach(a, b)
    assert (found is None) == (not times)
    if found is not None:
        assert max(a.start_s, b.start_s) <= found.time_s <= min(a.end_s, b.end_s)
        assert found.lateral_m <= min(sideways) + 1e-9
        p, q = a.at(found.time_s), b.at(found.time_s)
        assert found.lateral_m == math.dist(p[:2], q[:2]) and found.vertical_m == abs(p[2] - q[2])
        back = closest_approach(b, a)
        assert back is not None and math.isclose(back.lateral_m, found.lateral_m, abs_tol=1e-9)


@given(_legs(), _legs(), st.sampled_from([0.0, 100.0, 3_000.0]), st.sampled_from([0.0, 100.0, 3_000.0]))
def test_within_is_all_the_instants_that_are_near_and_no_others(
    a: Leg, b: Leg, lateral_m: float, vertical_m: float
) -> None:
    found = within(a, b, lateral_m, vertical_m)
    for time_s, sideways, up in zip(*_tried(a, b), strict=True):
        if sideways <= lateral_m - 1e-6 and up <= vertical_m - 1e-6:
            assert found is not None and found[0] <= time_s <= found[1]
        if found is not None and found[0] + 1e-9 <= time_s <= found[1] - 1e-9:
            assert sideways <= lateral_m + 1e-6 and up <= vertical_m + 1e-6
    if found is not None:
        for time_s in found:
            p, q = a.at(time_s), b.at(time_s)
            assert math.dist(p[:2], q[:2]) <= lateral_m + 1e-6 and abs(p[2] - q[2]) <= vertical_m + 1e-6


def test_touching_is_meeting() -> None:
    a = Leg(0.0, 10.0, (0.0, 0.0, 0.0), (100.0, 0.0, 0.0))
    beside = Leg(0.0, 10.0, (0.0, 30.0, 40.0), (100.0, 30.0, 40.0))
    assert within(a, beside, 30.0, 40.0) == (0.0, 10.0)
    assert within(a, beside, 29.999, 40.0) is None and within(a, beside, 30.0, 39.999) is None
    later = Leg(10.0, 20.0, (100.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert within(a, later, 0.0, 0.0) == (10.0, 10.0)
    assert within(a, Leg(10.001, 20.0, (100.0, 0.0, 0.0), (0.0, 0.0, 0.0)), 1e6, 1e6) is None


def test_near_sideways_and_near_in_height_at_different_times_is_not_near() -> None:
    a = Leg(0.0, 100.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    b = Leg(0.0, 100.0, (-1_000.0, 0.0, 0.0), (1_000.0, 0.0, 1_000.0))
    assert within(a, b, 100.0, 400.0) is None
    assert within(a, b, 100.0, 500.0) == (45.0, 50.0)


@given(centres, azimuths, azimuths, st.floats(0.0, 5_000.0), st.floats(0.0, 5_000.0))
def test_a_flat_leg_keeps_distances_near_its_middle(
    at: LatLon, one_deg: float, other_deg: float, one_m: float, other_m: float
) -> None:
    start, end = destination(at, one_deg, one_m), destination(at, other_deg, other_m)
    true_m = distance_m(start, end)
    assume(true_m > 0.0)
    leg = flat_leg(0.0, start, 10.0, 60.0, end, 20.0, at=at)
    assert abs(math.dist(leg.start_m[:2], leg.end_m[:2]) - true_m) < 0.02
    assert abs(math.hypot(*leg.start_m[:2]) - one_m) < 0.01
    assert leg.start_m[2] == 10.0 and leg.end_m[2] == 20.0


@pytest.mark.parametrize(
    ("start_s", "end_s", "end_m", "told"),
    [
        (1.0, 0.0, (0.0, 0.0, 0.0), "before it starts"),
        (0.0, math.nan, (0.0, 0.0, 0.0), "numbers"),
        (0.0, 1.0, (math.inf, 0.0, 0.0), "numbers"),
        (1.0, 1.0, (0.0, 0.0, 1.0), "in no time"),
    ],
)
def test_legs_that_cannot_be_are_refused(
    start_s: float, end_s: float, end_m: tuple[float, float, float], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Leg(start_s, end_s, (0.0, 0.0, 0.0), end_m)
