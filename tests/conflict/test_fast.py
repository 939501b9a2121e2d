"""The compiled engine, held to the plain one: it may be unsure, but never sure of what is not so."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.conflict.batch import batch_of
from clearline.conflict.bulk import all_pairs, pairs_between
from clearline.conflict.engine import PlainEngine, Reach
from clearline.conflict.exact import TOLERANCE_M, separation
from clearline.conflict.fast import (
    MEETS,
    FastEngine,
    best_engine,
    core_available,
    core_description,
    core_error,
    load_core,
    make_arrays,
    make_store,
)
from clearline.conflict.solid import Solid
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor
from tests.conflict.worlds import REACHES, facing_cores, flat_heights, neighbours, wide_pairs

_LEVELS = ("baseline", "avx2", "avx512")


@pytest.fixture(autouse=True)
def _usual_level() -> Iterator[None]:
    yield
    load_core().use_level(load_core().machine_level())


def _levels() -> tuple[str, ...]:
    """All the machine has."""
    return _LEVELS[: _LEVELS.index(load_core().machine_level()) + 1]


def _here(core: Core) -> Solid:
    return Solid(core, flat_heights(0.0, 100.0), 0, 60_000)


def _states(a: Core, b: Core, lateral_m: float) -> set[int]:
    """What the core says of two cores: by its join and by its query, either first (0 apart, 1 meets, 2 unsure)."""
    found: set[int] = set()
    for one, other in ((a, b), (b, a)):
        store = make_store(Reach(lateral_m, 0.0, 0.0))
        store.add(make_arrays(batch_of([_here(one)], [0])))
        _, states = store.query(make_arrays(batch_of([_here(other)], [0])), -1)
        found.add(int(states[0]) if len(states) else 0)
        store.add(make_arrays(batch_of([_here(other)], [1])))
        _, states = store.join(True, 1)
        found.add(int(states[0]) if len(states) else 0)
    return found


@given(st.data(), st.sampled_from(REACHES))
def test_the_core_is_never_sure_of_what_the_plain_engine_denies(data: st.DataObject, reach: Reach) -> None:
    a, b = data.draw(facing_cores(reach.lateral_m))
    gap_m = separation(a, b).distance_m - reach.lateral_m
    for state in _states(a, b, reach.lateral_m):
        if state == 0:
            assert gap_m > TOLERANCE_M  # else it would be a false CLEAR
        if state == MEETS:
            assert gap_m <= TOLERANCE_M


@given(st.data(), st.sampled_from(REACHES))
def test_shapes_too_wide_for_a_plane_are_answered_as_surely(data: st.DataObject, reach: Reach) -> None:
    a, b = data.draw(wide_pairs(reach.lateral_m))
    gap_m = separation(a, b).distance_m - reach.lateral_m
    states = _states(a, b, reach.lateral_m)
    assert not (0 in states and gap_m <= TOLERANCE_M)
    assert not (MEETS in states and gap_m > TOLERANCE_M)
    assert states <= {0, MEETS} or abs(gap_m) < 10_000.0


@given(st.data(), st.sampled_from(REACHES))
def test_both_engines_find_the_same_pairs(data: st.DataObject, reach: Reach) -> None:
    solids = data.draw(neighbours(reach.lateral_m))
    sides = data.draw(st.lists(st.integers(0, 2), min_size=len(solids), max_size=len(solids)))
    plain = PlainEngine().pairs(solids, sides, reach)
    for level in _levels():
        load_core().use_level(level)
        for threads in (1, 2, 5):
            assert FastEngine(threads).pairs(solids, sides, reach) == plain


@given(st.data())
def test_bulk_pairs_are_those_of_the_plain_engine(data: st.DataObject) -> None:
    solids = data.draw(neighbours(most=4))
    cut = data.draw(st.integers(0, len(solids)))
    reach = Reach(0.0, 0.0, 0.0)
    pairs = all_pairs(solids, reach, PlainEngine())
    assert all_pairs(solids, reach, FastEngine()) == pairs
    between = [(i, j - cut) for i, j in pairs if i < cut <= j]
    for engine in (PlainEngine(), FastEngine()):
        assert pairs_between(solids[:cut], solids[cut:], reach, engine) == between


def test_every_level_and_number_of_threads_finds_the_same_among_many() -> None:
    """Some thousands of volumes on a corner of the cube, of all sizes, so that every size of tile is used."""
    rng = np.random.default_rng(7)
    count = 3_000
    lat, lon = rng.normal(35.26, 1.0, count), rng.normal(45.0, 1.0, count)
    radii = 10.0 ** rng.uniform(0.0, 5.5, count) * (rng.random(count) < 0.5)
    lengths_deg = 10.0 ** rng.uniform(-4.0, 0.5, count)
    starts, lows = rng.integers(0, 86_400_000, count), rng.uniform(0.0, 3_000.0, count)
    solids = [
        Solid(
            Circle(LatLon(lat[k], lon[k]), radii[k]).core()
            if radii[k] > 0.0
            else Corridor((LatLon(lat[k], lon[k]), LatLon(lat[k] + lengths_deg[k], lon[k])), 0.0).core(),
            flat_heights(lows[k], lows[k] + 200.0),
            int(starts[k]),
            int(starts[k]) + 3_600_000,
        )
        for k in range(count)
    ]
    arrays = make_arrays(batch_of(solids, [k % 3 for k in range(count)]))
    found: dict[tuple[str, int], tuple[bytes, bytes]] = {}
    asked: dict[str, tuple[bytes, bytes]] = {}
    for level in _levels():
        load_core().use_level(level)
        store = make_store(Reach(0.0, 0.0, 0.0))
        store.add(arrays)
        for threads in (1, 2, 7):
            pairs, states = store.join(False, threads)
            found[level, threads] = pairs.tobytes(), states.tobytes()
            assert len(pairs) > 3_000
        pairs, states = store.query(arrays, -1)
        asked[level] = pairs.tobytes(), states.tobytes()
        both = {(min(i, j), max(i, j)) for i, j in pairs.tolist() if i != j}
        assert both == set(map(tuple, store.join(False, 1)[0].tolist()))
    assert len(set(found.values())) == 1 and len(set(asked.values())) == 1


def test_a_set_of_any_reach_is_searched() -> None:
    """Menus of changes ask with no limit of height, and across a thousand kilometres."""
    places = [LatLon(0.0, 0.0), LatLon(9.0, 0.0), LatLon(30.0, 0.0)]
    solids = [Solid(Circle(p, 1.0).core(), flat_heights(n * 1e6, n * 1e6), 0, None) for n, p in enumerate(places)]
    for reach in (Reach(1_100_000.0, 1e7, 0.0), Reach(1_100_000.0, float("inf"), 1e8)):
        assert FastEngine().pairs(solids, [0, 1, 2], reach) == [(0, 1)]
        assert PlainEngine().pairs(solids, [0, 1, 2], reach) == [(0, 1)]


def test_no_volumes_have_no_pairs() -> None:
    assert FastEngine().pairs([], [], REACHES[1]) == []
    assert FastEngine(3).pairs([_here(Circle(LatLon(1.0, 2.0), 3.0).core())], [0], REACHES[1]) == []


def test_the_best_engine_is_the_compiled_one_where_there_is_one() -> None:
    assert core_available() and core_error() == ""
    assert best_engine().name == "compiled"
    assert load_core().level() in core_description() and load_core().version() in core_description()


def test_a_level_the_core_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="use baseline, avx2 or avx512"):
        load_core().use_level("mmx")


def test_every_part_of_a_shape_may_lie_inside_another() -> None:
    """The core looks at each part, as the plain engine does: on one face, and of shapes too wide for one."""
    centre = LatLon(35.0, 40.0)
    away, within = (LatLon(36.5, 40.0), LatLon(36.5, 41.0)), (centre, LatLon(35.001, 40.0))
    for size_deg in (0.5, 12.0):
        corners = [(35.0 + dlat, 40.0 + dlon) for dlat, dlon in ((-1, -1), (-1, 1), (1, 1), (1, -1))]
        area = Core(
            (tuple(LatLon(35.0 + (a - 35.0) * size_deg, 40.0 + (o - 40.0) * size_deg) for a, o in corners),), True, 0.0
        )
        cut = batch_of([_here(area)], [0])
        store = make_store(Reach(0.0, 0.0, 0.0))
        store.add(make_arrays(cut))
        both, _ = store.query(make_arrays(batch_of([_here(Core((away, within), False, 0.0))], [1])), -1)
        one, _ = store.query(make_arrays(batch_of([_here(Core((away,), False, 0.0))], [1])), -1)
        assert len(both) == 1
        assert len(one) == (size_deg > 1.0)
