"""The quick proof never calls a ring plain that the whole check would refuse, and proves what people draw."""

import math

from hypothesis import given
from hypothesis import strategies as st

from clearline.space import simple
from clearline.space.latlon import LatLon
from clearline.space.plain_ring import surely_plain

_SIZES = st.sampled_from([1e-7, 1e-6, 1e-3, 0.05, 1.0, 4.0])
_STEPS = st.integers(-3, 3)


def _whole_check(ring: tuple[LatLon, ...]) -> str | None:
    """What `ring_fault` finds where nothing is proved quickly."""
    (plane,) = simple._project([ring])
    if abs(simple._twice_area(plane)) <= 2.0 * simple._SMALLEST_AREA:
        return "no area"
    return None if len(plane) <= 3 or simple._convex(plane) else simple._self_fault(0, plane)


@given(
    st.floats(-79.0, 79.0),
    st.floats(-179.0, 179.0),
    _SIZES,
    st.lists(st.tuples(_STEPS, _STEPS), min_size=3, max_size=9),
)
def test_on_a_grid_where_places_fall_together_nothing_wrong_is_proved_plain(
    lat_deg: float, lon_deg: float, size_deg: float, steps: list[tuple[int, int]]
) -> None:
    ring = tuple(LatLon(max(-80.0, min(80.0, lat_deg + y * size_deg)), lon_deg + x * size_deg) for x, y in steps)
    assert not surely_plain(ring) or _whole_check(ring) is None


@given(st.data(), st.integers(3, 40), st.floats(-75.0, 75.0), _SIZES)
def test_what_is_proved_plain_is_plain(data: st.DataObject, count: int, lat_deg: float, size_deg: float) -> None:
    jitter = st.floats(-1.0, 1.0)
    ring = tuple(
        LatLon(lat_deg + size_deg * data.draw(jitter), 20.0 + size_deg * data.draw(jitter)) for _ in range(count)
    )
    assert not surely_plain(ring) or _whole_check(ring) is None


@given(st.integers(3, 32), st.floats(0.0, 0.4), st.floats(-60.0, 60.0))
def test_stars_and_ovals_are_proved(count: int, rough: float, lat_deg: float) -> None:
    ring = tuple(
        LatLon(
            lat_deg + 0.02 * (1.0 - rough * (number % 2)) * math.sin(2.0 * math.pi * number / count),
            25.0 + 0.03 * (1.0 - rough * (number % 2)) * math.cos(2.0 * math.pi * number / count),
        )
        for number in range(count)
    )
    assert surely_plain(ring)


def test_a_ring_traced_twice_is_not_proved() -> None:
    once = (LatLon(0.0, 0.0), LatLon(0.0, 1.0), LatLon(1.0, 1.0), LatLon(1.0, 0.0))
    assert surely_plain(once)
    assert not surely_plain(once + once)
    inner = (LatLon(0.1, 0.1), LatLon(0.1, 0.9), LatLon(0.9, 0.9), LatLon(0.9, 0.1))
    assert not surely_plain((*once, once[0], *inner, inner[0]))


def test_what_is_too_wide_or_no_ring_is_left_to_the_whole_check() -> None:
    assert not surely_plain((LatLon(-9.0, 0.0), LatLon(0.0, 20.0), LatLon(9.0, 0.0)))
    assert not surely_plain((LatLon(0.0, 0.0), LatLon(0.0, 1.0)))


def test_poles_and_the_antimeridian_are_nothing_special() -> None:
    assert surely_plain(tuple(LatLon(89.0, 90.0 * number) for number in range(4)))
    assert surely_plain((LatLon(0.0, 179.9), LatLon(0.0, -179.9), LatLon(0.1, -179.9)))
