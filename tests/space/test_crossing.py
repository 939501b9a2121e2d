"""Crossings and turns found by what overlaps, held to the plain way: every edge with every other, every angle added."""

import math
import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.crossing import Plane, first_crossing, turns

_WITHIN = 1e-3

# Places on a coarse grid, so that edges lie on each other and pass through places as often as they cross.
rings = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=14).map(
    lambda places: np.array([place for at, place in enumerate(places) if place != places[at - 1]], np.float64)
)


def _edges(ring: Plane) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    places = [tuple(place) for place in ring.tolist()]
    return list(zip(places, [*places[1:], places[0]], strict=True))


def _cross(one: tuple[tuple[float, ...], ...], other: tuple[tuple[float, ...], ...]) -> bool:
    """Whether each edge's ends lie on opposite sides of the other's line, more than `_WITHIN` off."""
    for (a, b), ends in ((one, other), (other, one)):
        length = math.dist(a, b)
        off = [((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / length for c in ends]
        if not (min(off) < -_WITHIN and max(off) > _WITHIN):
            return False
    return True


@given(rings.filter(lambda ring: len(ring) > 2), st.floats(0.0, 7.0))
def test_a_crossing_of_a_ring_with_itself_is_the_first_there_is(ring: Plane, turn: float) -> None:
    ring = ring @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    edges, last = _edges(ring), len(ring) - 1
    crossings = [
        (i, j)
        for i, one in enumerate(edges)
        for j, other in enumerate(edges)
        if 1 < j - i < last and _cross(one, other)
    ]
    found, near = first_crossing(ring, ring, same=True, within=_WITHIN)
    assert found == min(crossings, default=None)
    assert near or not crossings


@given(rings.filter(lambda ring: len(ring) > 2), rings.filter(lambda ring: len(ring) > 2))
def test_a_crossing_of_two_rings_is_the_first_there_is(p: Plane, q: Plane) -> None:
    crossings = [(i, j) for i, one in enumerate(_edges(p)) for j, other in enumerate(_edges(q)) if _cross(one, other)]
    assert first_crossing(p, q, same=False, within=_WITHIN)[0] == min(crossings, default=None)


@given(rings.filter(lambda ring: len(ring) > 2), st.floats(0.0, 7.0))
def test_turns_are_what_the_angles_add_up_to(ring: Plane, turn: float) -> None:
    ring = ring @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    points = np.array([(x + 0.417, y + 0.389) for x in range(-1, 7) for y in range(-1, 7)])
    points = points @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    for point, count in zip(points.tolist(), turns(points, ring).tolist(), strict=True):
        angles = [math.atan2(y - point[1], x - point[0]) for x, y in ring.tolist()]
        steps = [
            (b - a + math.pi) % (2.0 * math.pi) - math.pi for a, b in zip(angles, angles[1:] + angles[:1], strict=True)
        ]
        assert count == round(sum(steps) / (2.0 * math.pi))


def _comb(teeth: int, turn: float) -> Plane:
    """A ring like a comb, its teeth a hundred times longer than all of it is wide."""
    x = np.repeat(np.arange(2 * teeth, dtype=np.float64), 2) / (2.0 * teeth)
    y = np.where(np.arange(4 * teeth) % 4 % 3 == 0, 0.1, 100.0)
    ring = np.concatenate((np.stack((x, y), axis=1), [[1.0, 0.0], [0.0, 0.0]]))
    return ring @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])


def test_a_comb_of_ten_thousand_places_costs_milliseconds_whichever_way_it_points() -> None:
    """Comparing every edge with every other would take seconds: a request that holds up all others."""
    for turn in (0.0, 0.3, 0.785, 1.571):
        ring = _comb(2_499, turn)
        began_s = time.process_time()
        assert first_crossing(ring, ring, same=True, within=1e-9) == (None, False)
        assert turns(ring.mean(axis=0, keepdims=True), ring).shape == (1,)
        assert time.process_time() - began_s < 0.5


def test_a_scribble_of_ten_thousand_places_is_given_up_at_once() -> None:
    ring = np.random.default_rng(1).random((10_000, 2))
    began_s = time.process_time()
    assert first_crossing(ring, ring, same=True, within=1e-9)[0] is not None
    assert time.process_time() - began_s < 0.5
