"""The memory store keeps the contract, and its index finds what a list scan finds."""

import asyncio
import gc
import random
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.extent import Extent, Span
from clearline.airspace.reference import Intent, IntentState
from clearline.edge.registry_memory import MemoryState, MemoryStore, set_aside
from clearline.edge.registry_port import Asked, Store
from clearline.edge.registry_shelf import Shelf
from clearline.registry.put_intent import put_intent
from clearline.registry.view import Change, Put, Remove
from tests.edge.registry_contract import RegistryContract
from tests.registry.list_state import meets
from tests.registry.players import Players
from tests.registry.sky import MINUTE_US, NOW_US, Sky, extent, ident, intent, subscription


@asynccontextmanager
async def _memory() -> AsyncGenerator[Store]:
    store = MemoryStore()
    yield store
    await store.close()


class TestMemoryStore(RegistryContract):
    """The model, held to its own contract."""

    def opened(self, folder: Path) -> AbstractAsyncContextManager[Store]:
        """Open one; it needs no folder."""
        del folder
        return _memory()


def _some_intent(chance: random.Random, number: int, cells: int) -> Intent:
    used = tuple(sorted(chance.sample(range(cells), chance.randint(1, cells))))
    # Minutes, hours and days, so that some lie in one half hour, some in many and some in the list of the long.
    spans = tuple(_some_span(chance) for _ in (used if chance.random() < 0.3 else (0,)))
    where = Extent(used, spans)
    hull = where.hull
    return Intent(
        ident(number),
        "uss1",
        1,
        f"ovn-{chance.random()}",
        (),
        IntentState.ACCEPTED,
        "https://x",
        None,
        where,
        hull.start_us,
        hull.end_us,
        0,
    )


def _some_span(chance: random.Random) -> Span:
    start_us = NOW_US + chance.randrange(0, 3 * 24 * 60, 10) * MINUTE_US
    low_m = float(chance.randrange(0, 100, 10))
    return Span(
        low_m,
        low_m + chance.choice((0, 10)),
        start_us,
        start_us + chance.choice((0, 10, 30, 90, 1_440, 5_000)) * MINUTE_US,
    )


@given(seed=st.integers(0, 2**32), cells=st.integers(1, 4), count=st.integers(1, 220))
def test_the_index_finds_what_a_list_scan_finds(seed: int, cells: int, count: int) -> None:
    chance = random.Random(seed)
    shelf: Shelf[Intent] = Shelf()
    held: dict[str, Intent] = {}
    for _ in range(count):
        one = _some_intent(chance, chance.randrange(150), cells)
        if one.ident in held and chance.random() < 0.5:
            assert shelf.drop(one.ident) == held.pop(one.ident)
            continue
        if one.ident in held and chance.random() < 0.5:
            one = replace(one, extent=held[one.ident].extent)
        assert shelf.put(one) == held.get(one.ident)
        held[one.ident] = one
    assert len(shelf) == len(held)
    for _ in range(30):
        area = _some_intent(chance, 0, cells).extent
        expected = sorted((one for one in held.values() if meets(one.extent, area)), key=lambda one: one.ident)
        assert list(shelf.touching(area)) == expected
    always = Extent(tuple(range(cells)), (Span(float("-inf"), float("inf"), -(2**62), 2**62),))
    assert [one.ident for one in shelf.touching(always)] == sorted(held)
    for name in list(held):
        shelf.drop(name)
    assert len(shelf) == 0
    assert shelf.touching(always) == ()


def test_an_emptied_shelf_holds_no_cell_in_memory() -> None:
    shelf: Shelf[Intent] = Shelf()
    chance = random.Random(1)
    for number in range(100):
        shelf.put(_some_intent(chance, number, 3))
    for number in range(100):
        shelf.drop(ident(number))
    assert not shelf._cells


@pytest.mark.parametrize("half_hours", [0, 1, 47, 48, 49, 50, 100])
def test_a_crowd_forgets_all_of_one_that_leaves_however_long_it_was(half_hours: int) -> None:
    """At 49 half hours an entity begins to stand in the list of the long; put and taken from the same one."""
    shelf: Shelf[Intent] = Shelf()
    first_us = NOW_US // (30 * MINUTE_US) * 30 * MINUTE_US
    calm = Extent((0,), (Span(0.0, 100.0, first_us, first_us + MINUTE_US),))
    for number in range(40):
        shelf.put(replace(_some_intent(random.Random(1), number, 1), extent=calm))
    crowd = shelf._cells[0]
    assert not isinstance(crowd, tuple)
    before = (set(crowd._buckets), len(crowd._long))
    long = Extent((0,), (Span(0.0, 100.0, first_us, first_us + half_hours * 30 * MINUTE_US),))
    shelf.put(replace(_some_intent(random.Random(1), 99, 1), extent=long))
    last_us = first_us + half_hours * 30 * MINUTE_US
    found = shelf.touching(Extent((0,), (Span(0.0, 100.0, last_us, last_us),)))
    assert ident(99) in {one.ident for one in found}
    assert len(crowd._long) == (half_hours >= 49)
    shelf.drop(ident(99))
    assert (set(crowd._buckets), len(crowd._long)) == before


def test_touching_the_end_of_a_half_hour_is_meeting() -> None:
    # 40 in one cell, so that it is crowded, each ending where the next half hour begins.
    shelf: Shelf[Intent] = Shelf()
    edge_us = (NOW_US // (30 * MINUTE_US) + 1) * 30 * MINUTE_US
    for number in range(40):
        span = Span(0.0, 100.0, edge_us - MINUTE_US, edge_us)
        one = replace(_some_intent(random.Random(1), number, 1), extent=Extent((0,), (span,)))
        shelf.put(one)
    assert len(shelf.touching(Extent((0,), (Span(100.0, 120.0, edge_us, edge_us + MINUTE_US),)))) == 40
    assert shelf.touching(Extent((0,), (Span(100.0, 120.0, edge_us + 1, edge_us + MINUTE_US),))) == ()


@given(seed=st.integers(0, 2**32))
def test_the_state_is_the_sum_of_its_changes(seed: int) -> None:
    said: list[tuple[Asked, tuple[Change, ...]]] = []

    async def story() -> MemoryState:
        store, players = MemoryStore(lambda asked, changes: said.append((asked, changes))), Players(seed)
        for number in range(100):
            step = players.step()
            players.hear(await store.transact(Asked(step.call, step.client, step.now_us, str(number)), step.rule))
        return store._state

    state = asyncio.run(story())
    again = MemoryState()
    for _, changes in said:
        assert changes
        again.apply(changes)
    assert sorted(map(repr, again.entities())) == sorted(map(repr, state.entities()))
    snapshot = MemoryState(state.entities())
    far_us = NOW_US + 10**14
    for copy in (again, snapshot):
        assert len(copy) == len(state)
        assert copy.expired(far_us, 1_000) == state.expired(far_us, 1_000)


def test_ends_come_up_oldest_first_and_stay_until_they_are_removed() -> None:
    sky = Sky()
    for number, minutes in ((1, 20), (2, 10), (3, 30)):
        sky.put(intent(number, extent(number, to_min=minutes)))
    late_us = NOW_US + 25 * MINUTE_US

    def ended() -> list[object]:
        return [sky.state.intent(ident(2)), sky.state.intent(ident(1))]

    for _ in range(2):
        assert list(sky.state.expired(late_us, 10)) == ended()
    assert len(sky.state.expired(late_us, 1)) == 1
    # An end that was moved comes up at its new time only, and once.
    sky.put(intent(2, extent(2, to_min=40), ovn=sky.ovn(2)))
    assert list(sky.state.expired(late_us, 10)) == ended()[1:]
    sky.put(intent(2, extent(2, to_min=10), ovn=sky.ovn(2)))
    assert list(sky.state.expired(late_us, 10)) == ended()
    # The end itself still belongs to the intent.
    assert sky.state.expired(NOW_US + 10 * MINUTE_US, 10) == ()


def test_moved_ends_do_not_pile_up() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1)))
    for minutes in range(3_000):
        sky.put(intent(1, extent(1, to_min=minutes + 1), ovn=sky.ovn(1)))
    assert len(sky.state._ends) < 1_100


def test_the_removal_of_what_is_not_there_is_an_error() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1)))
    held = sky.state.intent(ident(1))
    assert held is not None
    sky.state.apply((Remove(held),))
    with pytest.raises(ValueError, match=r"removes the Intent 00000001-.* not there"):
        sky.state.apply((Remove(held),))


def test_what_hangs_on_a_subscription_is_known() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, 2, 3))
    for number in (3, 1, 2):
        sky.put(intent(number, extent(number), sub=ident(100)))
    assert [one.ident for one in sky.state.intents_of(ident(100))] == [ident(1), ident(2), ident(3)]
    sky.put(intent(2, extent(2), ovn=sky.ovn(2)))
    sky.delete(3, sky.ovn(3))
    assert [one.ident for one in sky.state.intents_of(ident(100))] == [ident(1)]
    sky.delete(1, sky.ovn(1))
    assert sky.state.intents_of(ident(100)) == ()
    assert not sky.state._hanging


def test_the_journal_hears_of_changes_alone() -> None:
    said: list[Asked] = []

    async def story() -> None:
        store = MemoryStore(lambda asked, _: said.append(asked))
        sky = Sky()
        command = intent(1, extent(1))
        rule = partial(put_intent, command=command, now_us=NOW_US, fresh=sky.fresh())
        await store.transact(Asked("create", "uss1", NOW_US, "a"), rule)
        await store.transact(Asked("create", "uss1", NOW_US, "b"), rule)

    asyncio.run(story())
    assert said == [Asked("create", "uss1", NOW_US, "a")]


def test_a_put_state_knows_its_size() -> None:
    sky = Sky()
    assert len(sky.state) == 0
    sky.put(intent(1, extent(1)))
    sky.subscribe(subscription(100, 1))
    assert len(sky.state) == 2
    sky.state.apply([Put(one) for one in list(sky.state.entities())])
    assert len(sky.state) == 2


def test_what_is_set_aside_is_passed_over_and_still_freed() -> None:
    sky = Sky()
    for number in range(1, 200):
        sky.put(intent(number, extent(number)))
    before = gc.get_freeze_count()
    set_aside()
    try:
        held = gc.get_freeze_count()
        # Each intent, its extent and its span at the least.
        assert held >= before + 3 * 199
        sky.state.apply([Remove(one) for one in list(sky.state.entities())])
        sky.changes = ()
        assert gc.get_freeze_count() <= held - 3 * 199
    finally:
        gc.unfreeze()
