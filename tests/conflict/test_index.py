"""The two indexes: whatever is added, removed and asked, they say the same."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from clearline.conflict.engine import Reach, within_reach
from clearline.conflict.fast import make_store
from clearline.conflict.index import FastIndex, Index, PlainIndex, best_index
from clearline.conflict.solid import Solid
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from tests.conflict.worlds import REACHES, flat_heights, neighbours

_DAY_MS = 86_400_000


class TwoIndexes(RuleBasedStateMachine):
    """One index of each kind, told the same; volumes of one neighbourhood, so that they meet."""

    @initialize(reach=st.sampled_from(REACHES))
    def begin(self, reach: Reach) -> None:
        """Two empty indexes of one reach."""
        self.plain, self.fast = PlainIndex(reach), FastIndex(reach)
        self.keys: list[int] = []
        self.given: set[int] = set()

    @rule(solids=neighbours(most=4), data=st.data())
    def add(self, solids: list[Solid], data: st.DataObject) -> None:
        """Both give the same keys, and never one they gave before."""
        sides = data.draw(st.lists(st.integers(0, 2), min_size=len(solids), max_size=len(solids)))
        keys = self.plain.add(solids, sides)
        assert self.fast.add(solids, sides) == keys
        assert not self.given & set(keys)
        self.given.update(keys)
        self.keys.extend(keys)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Any of those there are."""
        dropped = data.draw(st.lists(st.sampled_from(self.keys), unique=True)) if self.keys else []
        self.plain.remove(dropped)
        self.fast.remove(dropped)
        self.keys = [key for key in self.keys if key not in dropped]

    @rule(data=st.data(), key=st.integers(-1, 60))
    def remove_what_is_not_there(self, data: st.DataObject, key: int) -> None:
        """Nothing is dropped if one key is wrong, though the others are right."""
        if key in self.keys:
            key = -2
        wrong = [*data.draw(st.permutations(self.keys)), key]
        for index in (self.plain, self.fast):
            with pytest.raises(ValueError, match="there is no volume"):
                index.remove(wrong)

    @rule(solids=neighbours(most=4), side=st.one_of(st.none(), st.integers(0, 2)))
    def query(self, solids: list[Solid], side: int | None) -> None:
        """Some volumes asked about at once."""
        assert self.fast.query(solids, except_side=side) == sorted(self.plain.query(solids, except_side=side))

    @rule(between_sides=st.booleans())
    def pairs(self, *, between_sides: bool) -> None:
        """All pairs among those there are."""
        assert self.fast.pairs(between_sides=between_sides) == self.plain.pairs(between_sides=between_sides)

    @invariant()
    def sizes_are_the_same(self) -> None:
        """As many as were added and not removed."""
        if hasattr(self, "keys"):
            assert len(self.plain) == len(self.fast) == len(self.keys)


TwoIndexes.TestCase.settings = settings(max_examples=25, stateful_step_count=12)
test_two_indexes_say_the_same = TwoIndexes.TestCase


def _circles(count: int, rng: np.random.Generator, around: LatLon) -> list[Solid]:
    """Circles over some 300 km and thirty days."""
    lat, lon = rng.normal(around.lat_deg, 1.0, count), rng.normal(around.lon_deg, 1.0, count)
    radius_m, start_ms = rng.uniform(100.0, 20_000.0, count), rng.integers(0, 30 * _DAY_MS, count)
    low_m = rng.uniform(0.0, 3_000.0, count)
    return [
        Solid(
            Circle(LatLon(lat[n], lon[n]), radius_m[n]).core(),
            flat_heights(low_m[n], low_m[n] + 2_000.0),
            int(start_ms[n]),
            int(start_ms[n]) + 2 * _DAY_MS,
        )
        for n in range(count)
    ]


def _asked(index: Index, solids: Sequence[Solid], keys: Sequence[int]) -> list[tuple[int, int]]:
    known = set(keys)
    return [(number, key) for number, key in index.query(solids) if key in known]


def test_an_index_that_has_grown_shrunk_and_grown_finds_what_a_new_one_does() -> None:
    """Past the sizes at which newcomers become a tree, trees are merged, and the dead are cleared away."""
    rng = np.random.default_rng(5)
    reach = Reach(1_852.0, 100.0, 60.0)
    index, held = FastIndex(reach), dict[int, Solid]()
    for step in range(12):
        solids = _circles(400 if step < 6 else 900, rng, LatLon(35.26, 45.0))
        keys = index.add(solids, [0] * len(solids))
        held.update(zip(keys, solids, strict=True))
        dropped = list(held)[: len(held) * 2 // 3] if step in (5, 9) else []
        index.remove(dropped)
        for key in dropped:
            del held[key]
    fresh = FastIndex(reach)
    fresh_keys = fresh.add(list(held.values()), [0] * len(held))
    named = dict(zip(fresh_keys, held, strict=True))
    plan = _circles(50, rng, LatLon(35.26, 45.0))
    expected = sorted((number, named[key]) for number, key in fresh.query(plan))
    assert index.query(plan) == expected
    assert len(expected) > 50
    brute = [
        (number, key)
        for number, solid in enumerate(plan[:5])
        for key, other in held.items()
        if within_reach(solid, other, reach)
    ]
    assert [pair for pair in expected if pair[0] < 5] == brute
    assert index.pairs(between_sides=False) == [
        (min(pair), max(pair)) for pair in ((named[i], named[j]) for i, j in fresh.pairs(between_sides=False))
    ]


def test_times_far_from_the_first_are_compared_to_the_millisecond() -> None:
    place = Circle(LatLon(10.0, 10.0), 100.0).core()
    for start_ms in (0, 1_700_000_000_000, -62_135_596_800_000, 253_402_300_000_000):
        index = FastIndex(Reach(0.0, 0.0, 0.0))
        index.add([Solid(place, flat_heights(0.0, 1.0), 0, 1_000)], [0])
        (key,) = index.add([Solid(place, flat_heights(0.0, 1.0), start_ms + 5_000, start_ms + 6_000)], [0])
        touching = Solid(place, flat_heights(0.0, 1.0), start_ms + 6_000, None)
        later = Solid(place, flat_heights(0.0, 1.0), start_ms + 6_001, None)
        assert _asked(index, [touching, later], [key]) == [(0, key)]


def test_heights_that_touch_meet_and_a_millimetre_parts_them() -> None:
    place = Circle(LatLon(10.0, 10.0), 100.0).core()
    for index in (FastIndex(Reach(0.0, 300.0, 0.0)), PlainIndex(Reach(0.0, 300.0, 0.0))):
        (key,) = index.add([Solid(place, flat_heights(8_000.0, 8_848.0), 0, None)], [0])
        above = [Solid(place, flat_heights(9_148.0 + by_m, math.inf), 0, None) for by_m in (0.0, 0.001)]
        assert index.query(above) == [(0, key)]


def test_sides_that_cannot_be_are_refused_and_nothing_is_taken_in() -> None:
    solids = _circles(2, np.random.default_rng(1), LatLon(0.0, 180.0))
    for index in (FastIndex(REACHES[0]), PlainIndex(REACHES[0])):
        for sides in ([0], [0, 1, 2], [0, -1], [2**31, 0]):
            with pytest.raises(ValueError, match="side"):
                index.add(solids, sides)
        assert len(index) == 0
        (key, _) = index.add(solids, [0, 2**31 - 1])
        with pytest.raises(ValueError, match="twice"):
            index.remove([key, key])
        assert len(index) == 2


def test_the_best_index_is_the_compiled_one_where_there_is_one() -> None:
    assert isinstance(best_index(REACHES[0]), FastIndex)
    assert len(make_store(REACHES[0])) == 0
