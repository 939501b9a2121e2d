"""Shapes refuse to exist wrong, and are the same area however they were written down."""

import math
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.conflict.exact import meets
from clearline.space.latlon import LatLon
from clearline.space.shape import (
    MAX_RADIUS_M,
    MAX_VERTICES,
    Circle,
    Core,
    Corridor,
    Orbit,
    Polygon,
    Shape,
    ShapeError,
)
from clearline.space.wgs84 import destination
from tests.conflict.worlds import azimuths, centres, shapes

_SQUARE = (LatLon(0.0, 0.0), LatLon(0.0, 1.0), LatLon(1.0, 1.0), LatLon(1.0, 0.0))


def _ring(centre: LatLon, size_m: float, count: int = 4) -> tuple[LatLon, ...]:
    return tuple(destination(centre, 360.0 * number / count, size_m) for number in range(count))


def _point(place: LatLon) -> Core:
    return Core(((place,),), False, 0.0)


@st.composite
def polygons(draw: st.DrawFn) -> tuple[Polygon, LatLon]:
    """A polygon, and a place near it that may be inside."""
    centre = draw(centres)
    shape = draw(shapes(centre))
    assume(isinstance(shape, Polygon))
    assert isinstance(shape, Polygon)
    return shape, destination(centre, draw(azimuths), draw(st.floats(0.0, 200_000.0)))


@given(polygons(), st.integers(0, 8), st.sampled_from([-360.0, 0.0, 360.0]))
def test_winding_first_place_and_full_turns_do_not_matter(
    drawn: tuple[Polygon, LatLon], first: int, turn_deg: float
) -> None:
    polygon, place = drawn

    def rewritten(ring: tuple[LatLon, ...]) -> tuple[LatLon, ...]:
        start = first % len(ring)
        moved = [LatLon(lat, lon + turn_deg) if -360.0 <= lon + turn_deg <= 360.0 else LatLon(lat, lon)
                 for lat, lon in ring]  # fmt: skip
        return (*reversed((*moved[start:], *moved[:start])), moved[start - 1])

    again = Polygon(tuple(rewritten(ring) for ring in polygon.rings))
    assert [len(ring) for ring in again.rings] == [len(ring) for ring in polygon.rings]
    assert meets(again.core(), _point(place)) == meets(polygon.core(), _point(place))


def test_repeats_are_dropped() -> None:
    a, b, c, d = _SQUARE
    assert Polygon(((a, a, b, b, c, d, d, a, a),)).rings == (_SQUARE,)
    assert Corridor((a, a, b), 5.0).line == (a, b)
    seam = (LatLon(0, 180), LatLon(0, -180), LatLon(0, -179), LatLon(1, -179))  # two names of one meridian
    assert Polygon((seam,)).rings == ((seam[0], *seam[2:]),)
    cap = (LatLon(90, 0), LatLon(90, 77), LatLon(89, 0), LatLon(89, 90))  # two names of one pole
    assert len(Polygon((cap,)).rings[0]) == 3


@given(centres, st.sampled_from([1.0, 5_000.0, 400_000.0]))
def test_an_area_holds_its_middle_and_not_its_antipode(centre: LatLon, size_m: float) -> None:
    core = Polygon((_ring(centre, size_m),)).core()
    assert meets(core, _point(centre))
    far = destination(centre, 10.0, 2.0 * size_m)
    assert not meets(core, _point(far))


def test_every_shape_has_its_core() -> None:
    a, b = LatLon(35.0, 40.0), LatLon(35.0, 41.0)
    assert Circle(a, 7.0).core() == Core(((a,),), False, 7.0)
    assert Corridor((a, b), 7.0).core() == Core(((a, b),), False, 7.0)
    assert Orbit(a, b, 7.0).core() == Core(((a, b),), False, 7.0)
    assert Orbit(a, a, 7.0).core() == Circle(a, 7.0).core()
    assert Polygon((_SQUARE,)).core() == Core((_SQUARE,), True, 0.0)


_A, _B = LatLon(35.0, 40.0), LatLon(35.0, 41.0)
_INSIDE = (LatLon(0.2, 0.2), LatLon(0.2, 0.8), LatLon(0.8, 0.5))
_OVER_THE_EDGE = (LatLon(0.5, 0.5), LatLon(0.5, 1.5), LatLon(0.6, 0.5))
_OUTSIDE = (LatLon(2.0, 2.0), LatLon(2.0, 3.0), LatLon(3.0, 3.0))
_IN_THE_HOLE = (LatLon(0.4, 0.45), LatLon(0.4, 0.55), LatLon(0.45, 0.5))
_BAD: list[tuple[str, Callable[[], Shape]]] = [
    ("needs an outer ring", lambda: Polygon(())),
    ("three", lambda: Polygon((_SQUARE[:2],))),
    ("three", lambda: Polygon(((_A, _B, _A, _B, _B),))),
    ("no area", lambda: Polygon(((LatLon(0, 0), LatLon(0, 1), LatLon(0, 2)),))),
    ("crosses itself", lambda: Polygon(((_SQUARE[0], _SQUARE[2], _SQUARE[1], _SQUARE[3]),))),
    ("goes over itself", lambda: Polygon(((*_SQUARE, *_SQUARE),))),
    ("cross each other", lambda: Polygon((_SQUARE, _OVER_THE_EDGE))),
    ("outside ring 0", lambda: Polygon((_SQUARE, _OUTSIDE))),
    ("inside hole", lambda: Polygon((_SQUARE, _INSIDE, _IN_THE_HOLE))),
    ("leave nothing", lambda: Polygon((_SQUARE, _SQUARE))),
    ("10000 vertices", lambda: Polygon((_ring(_A, 5e4, MAX_VERTICES + 1),))),
    ("latitude", lambda: Polygon(((LatLon(91, 0), _A, _B),))),
    ("latitude", lambda: Circle(LatLon(math.nan, 0), 1.0)),
    ("longitude", lambda: Orbit(_A, LatLon(0, math.inf), 1.0)),
    ("whole globe", lambda: Polygon(((LatLon(0, 0), LatLon(0, 120), LatLon(0, -120)),))),
    ("1500 km", lambda: Polygon((_ring(_A, MAX_RADIUS_M * 1.01),))),
    ("1500 km", lambda: Corridor((_A, LatLon(-10, 40)), 1.0)),
    ("1500 km", lambda: Orbit(_A, LatLon(-10, 40), 1.0)),
    ("centre line", lambda: Corridor((), 1.0)),
    ("10000 places", lambda: Corridor(_ring(_A, 5e4, MAX_VERTICES + 1), 1.0)),
    ("half-width", lambda: Corridor((_A, _B), -1.0)),
    ("radius", lambda: Orbit(_A, _B, math.inf)),
    ("radius", lambda: Circle(_A, -0.1)),
    ("radius", lambda: Circle(_A, math.nan)),
    ("radius", lambda: Circle(_A, MAX_RADIUS_M + 1.0)),
]


@pytest.mark.parametrize(("says", "make"), _BAD)
def test_a_shape_that_cannot_be_is_refused_and_says_why(says: str, make: Callable[[], Shape]) -> None:
    with pytest.raises(ShapeError, match=says):
        make()


def test_the_largest_shapes_are_allowed() -> None:
    assert Circle(_A, MAX_RADIUS_M).core().radius_m == MAX_RADIUS_M
    assert len(Polygon((_ring(_A, MAX_RADIUS_M * 0.99),)).rings[0]) == 4
    assert len(Polygon((_ring(LatLon(90.0, 0.0), 300_000.0, 6),)).rings[0]) == 6
