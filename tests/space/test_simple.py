"""Whether rings bound a plain area: held to shapely on a plane, and to counting turns."""

import math
import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.latlon import LatLon
from clearline.space.simple import ring_fault, twice_area
from clearline.space.wgs84 import destination
from tests.conflict.worlds import centres

_STEP_DEG = 0.01  # 1.1 km: small and at the equator, so that lines of latitude and longitude are geodesics to 1 mm

Knot = tuple[int, int]
knots = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=9).map(
    lambda drawn: [knot for at, knot in enumerate(drawn) if knot != drawn[at - 1]]
)


def _places(ring: list[Knot]) -> tuple[LatLon, ...]:
    return tuple(LatLon(_STEP_DEG * y, _STEP_DEG * x) for x, y in ring)


def _turns(x: float, y: float, ring: list[Knot]) -> int:
    """Turns of a ring round a point, by adding up angles."""
    angles = [math.atan2(q - y, p - x) for p, q in ring]
    steps = [
        (b - a + math.pi) % (2.0 * math.pi) - math.pi for a, b in zip(angles, angles[1:] + angles[:1], strict=True)
    ]
    return round(sum(steps) / (2.0 * math.pi))


@given(knots.filter(lambda ring: len(ring) > 2))
def test_what_an_accepted_ring_goes_round_it_holds(ring: list[Knot]) -> None:
    """By the even-odd rule a place gone round twice is outside: no ring that has one is accepted."""
    if ring_fault([_places(ring)]) is None:
        cells = [(x + 0.417, y + 0.389) for x in range(4) for y in range(4)]
        assert {abs(_turns(x, y, ring)) for x, y in cells} <= {0, 1}


@given(knots.filter(lambda ring: len(ring) > 2))
def test_every_area_that_shapely_calls_valid_is_accepted(ring: list[Knot]) -> None:
    area = shapely.Polygon(ring)
    if area.is_valid and area.area > 0.0:
        assert ring_fault([_places(ring)]) is None


@given(centres, st.lists(st.floats(0.1, 1.0), min_size=4, max_size=12), st.sampled_from([30.0, 5_000.0, 300_000.0]))
def test_a_star_is_accepted_anywhere_on_earth(centre: LatLon, shares: list[float], size_m: float) -> None:
    count = len(shares)
    ring = [destination(centre, -360.0 * n / count, size_m * share) for n, share in enumerate(shares)]
    assert ring_fault([ring]) is None
    assert twice_area(ring) > 0.0 > twice_area(ring[::-1])


@pytest.mark.parametrize(
    "ring",
    [
        [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (4, 0), (4, 4), (0, 4)],  # traced twice
        [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (2, 1), (2, 2), (1, 2)],  # a loop inside, the same way round
        [(0, 0), (4, 0), (4, 4), (2, 2), (0, 0), (0, 4), (2, 2), (3, 1)],  # crosses itself where it has places
    ],
)
def test_a_ring_that_goes_over_itself_without_a_crossing_is_refused(ring: list[Knot]) -> None:
    fault = ring_fault([_places(ring)])
    assert fault is not None and ("goes over itself" in fault or "crosses itself" in fault)


@pytest.mark.parametrize(
    "ring",
    [
        [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (1, 2), (2, 2), (2, 1)],  # a hole drawn as a loop, the other way round
        [(0, 0), (2, 0), (2, 2), (4, 2), (4, 4), (2, 4), (2, 2), (0, 2)],  # two squares that touch at a corner
        [(0, 0), (4, 0), (4, 4), (2, 4), (2, 0), (2, 4), (0, 4)],  # a cut from the rim and back
    ],
)
def test_a_ring_that_only_touches_itself_is_accepted(ring: list[Knot]) -> None:
    assert ring_fault([_places(ring)]) is None


@pytest.mark.parametrize(
    "hole",
    [
        [(2, 0), (4, 2), (2, 4), (0, 2)],
        [(0, 1), (0, 3), (3, 4)],
        [(0, 1), (0, 3), (3, 0)],
        [(4, 1), (4, 3), (1, 4)],
        [(4, 1), (4, 3), (1, 0)],
    ],
)
@pytest.mark.parametrize("north", [0, -4])
def test_a_hole_may_touch_the_outside_with_its_corners(hole: list[Knot], north: int) -> None:
    outside = [(0, 0), (4, 0), (4, 4), (0, 4)]
    rings = [_places([(x, y + north) for x, y in ring]) for ring in (outside, hole)]
    assert ring_fault(rings) is None


def test_holes_that_cover_the_whole_area_are_refused() -> None:
    outside = [(0, 0), (4, 0), (4, 4), (0, 4)]
    left, right = [(0, 0), (2, 0), (2, 4), (0, 4)], [(2, 0), (4, 0), (4, 4), (2, 4)]
    fault = ring_fault([_places(outside), _places(left), _places(right)])
    assert fault is not None and "leave nothing" in fault
    assert ring_fault([_places(outside), _places(left)]) is None


def test_a_crossing_in_a_long_ring_is_named() -> None:
    ring = [destination(LatLon(40.0, 10.0), 0.3 * n, 90_000.0 + 900.0 * (n % 2)) for n in range(1_200)]
    assert ring_fault([ring]) is None
    ring[700], ring[705] = ring[705], ring[700]
    fault = ring_fault([ring])
    assert fault is not None
    named = [int(number) for number in re.findall(r"\d+", fault)[1:]]
    assert fault.startswith("ring 0 crosses itself between places") and all(699 <= number <= 706 for number in named)


def test_a_hole_whose_corners_all_lie_on_the_rim_is_inside() -> None:
    """By its corners alone it might be taken to lie outside: rounding puts them on either side of the rim."""
    outside, hole = [(0, 0), (4, 0), (4, 4), (0, 4)], [(0, 1), (1, 0), (0, 3)]
    rings = [[LatLon(0.02 + lat_deg, 40.0 + lon_deg) for lat_deg, lon_deg in _places(ring)] for ring in (outside, hole)]
    assert ring_fault(rings) is None
