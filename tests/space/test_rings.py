"""The compiled routines for places and rings against the plain ones: the same to the last bit, or None."""

import math
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.space.latlon import LatLon
from clearline.space.plain_ring import surely_plain_slowly
from clearline.space.rings import RINGS, CompiledRings, box_of
from clearline.space.shape import ShapeError, clean_slowly
from clearline.space.simple import ring_fault
from clearline.wire.straight_edges import held_straight, held_straight_slowly

assert RINGS is not None, "the compiled routines are built with the core: see `clearline doctor`"
COMPILED: CompiledRings = RINGS

lats = st.one_of(st.floats(-90.0, 90.0), st.sampled_from([-90.0, 0.0, -0.0, 35.0, 90.0]))
lons = st.one_of(st.floats(-180.0, 180.0), st.sampled_from([-180.0, 0.0, 40.0, 180.0]))
places = st.builds(LatLon, lats, lons)
paths = st.lists(places, min_size=1, max_size=12).flatmap(
    lambda path: st.sampled_from([path, [*path, path[0]], [path[0], *path], [*path, *path[:2]]])
)


@st.composite
def small_rings(draw: st.DrawFn) -> list[LatLon]:
    """Rings round a place, a few kilometres wide, star-shaped or not."""
    middle = LatLon(draw(st.floats(-80.0, 80.0)), draw(st.floats(-170.0, 170.0)))
    turns = sorted(draw(st.lists(st.floats(0.0, 6.28), min_size=3, max_size=14, unique=True)))
    if draw(st.booleans()):
        turns = draw(st.permutations(turns))
    reach = draw(st.floats(1e-6, 0.3))
    return [
        LatLon(middle.lat_deg + reach * math.sin(turn), middle.lon_deg + 1.3 * reach * math.cos(turn)) for turn in turns
    ]


@given(path=paths, closed=st.booleans())
def test_paths_are_tidied_as_plain_python_tidies_them(path: list[LatLon], *, closed: bool) -> None:
    assert COMPILED.tidied(tuple(path), LatLon, closed=closed) == clean_slowly(tuple(path), closed=closed)


@pytest.mark.parametrize("wrong", [LatLon(91.0, 0.0), LatLon(math.nan, 0.0), LatLon(0.0, 361.0), LatLon(0.0, math.inf)])
def test_a_place_that_is_none_is_left_to_the_words_of_plain_python(wrong: LatLon) -> None:
    path = (LatLon(1.0, 2.0), wrong)
    assert COMPILED.tidied(path, LatLon, closed=False) is None
    with pytest.raises(ShapeError, match="is not within"):
        clean_slowly(path, closed=False)


def test_a_longitude_beyond_half_a_turn_is_left_to_plain_python() -> None:
    path = (LatLon(1.0, 190.0),)
    assert COMPILED.tidied(path, LatLon, closed=False) is None
    assert clean_slowly(path, closed=False) == (LatLon(1.0, -170.0),)


def test_places_that_are_no_pairs_of_floats_are_left_to_plain_python() -> None:
    whole = cast("LatLon", (1.0, 2.0))
    counted = LatLon(1, 2)
    for path in ((whole,), (counted,)):
        assert COMPILED.tidied(path, LatLon, closed=False) is None
        assert COMPILED.box_of(path, LatLon) is None
        assert COMPILED.stray_m(path, LatLon, 1.0, 1.0, 5.0) is None
        assert not COMPILED.surely_plain(path * 3, LatLon, 1.0, 0.9, 1e-14)
    assert box_of([counted]) == (1, 1, 2, 2)


@given(paths)
def test_straight_edges_stray_as_far_to_the_last_bit(path: list[LatLon]) -> None:
    assume(all(abs(b.lon_deg - a.lon_deg) <= 180.0 for a, b in pairwise(path)))
    try:
        slow = held_straight_slowly(path)
    except ShapeError:
        with pytest.raises(ShapeError):
            held_straight(path)
        return
    assert held_straight(path) == slow


@given(small_rings())
def test_small_rings_stray_as_far_to_the_last_bit(ring: list[LatLon]) -> None:
    assert held_straight([*ring, ring[0]]) == held_straight_slowly([*ring, ring[0]])


@given(small_rings())
def test_what_the_compiled_routine_calls_plain_has_no_fault(ring: list[LatLon]) -> None:
    plain = COMPILED.surely_plain(ring, LatLon, 0.9933, 0.99, 1e-14)
    assert plain == surely_plain_slowly(ring)
    if plain:
        assert ring_fault((tuple(ring),)) is None


def test_a_ring_that_crosses_itself_or_goes_twice_round_is_not_called_plain() -> None:
    square = [LatLon(0.0, 0.0), LatLon(0.0, 1.0), LatLon(1.0, 1.0), LatLon(1.0, 0.0)]
    assert COMPILED.surely_plain(square, LatLon, 0.9933, 0.99, 1e-14)
    crossed = [square[0], square[2], square[1], square[3]]
    for ring in (crossed, square * 2, square[:2], [*square, LatLon(0.5, 0.5)]):
        assert not COMPILED.surely_plain(ring, LatLon, 0.9933, 0.99, 1e-14)


@given(st.lists(places, min_size=1, max_size=9))
def test_positions_become_places_longitude_first(path: list[LatLon]) -> None:
    read = COMPILED.places_of([[place.lon_deg, place.lat_deg] for place in path], LatLon)
    assert read == path
    assert all(type(place) is LatLon for place in read or ())


@pytest.mark.parametrize(
    "wrong",
    [None, {}, "ab", [1.0, 2.0], [[1, 2.0]], [[1.0]], [[1.0, 2.0, 3.0]], [[1.0, 90.5]], [[1.0, "2"]], [[True, 2.0]]],
)
def test_positions_of_any_other_kind_are_left_to_plain_python(wrong: object) -> None:
    assert COMPILED.places_of(wrong, LatLon) is None


def test_a_class_that_is_no_plain_tuple_is_refused() -> None:
    for kind in (int, cast("type[LatLon]", 7)):
        with pytest.raises(TypeError):
            COMPILED.places_of([], cast("type[LatLon]", kind))


@given(st.lists(places, min_size=1, max_size=9))
def test_a_box_holds_its_places_and_no_more(path: list[LatLon]) -> None:
    by_lat, by_lon = sorted(place.lat_deg for place in path), sorted(place.lon_deg for place in path)
    assert box_of(path) == (by_lat[0], by_lat[-1], by_lon[0], by_lon[-1])
