"""What every store of a registry promises, as tests: a store's test file subclasses this and says how to open one.

The one idea: the memory store is the model. The same seeded calls go to it and to the store, and every answer must be
the same; what the model cannot show (many at once, a rule that fails) is asked of the store by itself.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest

from clearline.airspace.reference import IntentState
from clearline.edge.registry_memory import MemoryState, MemoryStore
from clearline.edge.registry_port import Asked, Store
from clearline.registry.attachment import NewSubscription
from clearline.registry.expiry import expire
from clearline.registry.intents import (
    GetIntent,
    IntentChanged,
    QueryIntents,
    get_intent,
    query_intents,
)
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.shown import ShownIntent
from clearline.registry.subscriptions import (
    GetSubscription,
    get_subscription,
)
from clearline.registry.view import Outcome, Put, View
from tests.edge.registry_area_story import area_story
from tests.edge.registry_pool_story import asked_by, pool_story, put, subscribe
from tests.registry.area_players import AreaPlayers
from tests.registry.players import Players, Step
from tests.registry.sky import MINUTE_US, NOW_US, Sky, extent, fresh, ident, intent, subscription

__all__ = ["RegistryContract"]

Answer = TypeVar("Answer")
Story = Callable[[Store], Awaitable[None]]


async def _step(store: Store, step: Step, number: int) -> object:
    if step.call.startswith(("get", "query")):
        return await store.read(step.rule)
    return await store.transact(asked_by(step.call, number, step.client, step.now_us), step.rule)


async def _all(store: Store) -> tuple[ShownIntent, ...]:
    area = extent(*range(1, 10), low_m=float("-inf"), high_m=float("inf"), from_min=-90, to_min=600)
    return await store.read(partial(query_intents, command=QueryIntents(area, "uss1"), now_us=NOW_US))


class RegistryContract:
    """Make a subclass named Test…, give `opened`, and these run on the store. Fewer seeds and steps for a slow one."""

    seeds: ClassVar[int] = 6
    steps: ClassVar[int] = 150
    at_once: ClassVar[int] = 24
    crowd: ClassVar[int] = 10_050

    def opened(self, folder: Path) -> AbstractAsyncContextManager[Store]:
        """Open a new, empty store in the folder; it is closed at the end. A subclass says how."""
        raise AssertionError(f"{type(self).__name__} must say how to open its store in {folder}")

    @asynccontextmanager
    async def several(self, folder: Path) -> AsyncGenerator[Sequence[Store]]:
        """Open several instances of one empty store. A store that can have only one gives that one twice."""
        async with self.opened(folder) as store:
            yield (store, store)

    def _run(self, folder: Path, story: Story) -> None:
        async def whole() -> None:
            async with self.opened(folder) as store:
                await story(store)

        asyncio.run(whole())

    def test_every_answer_is_the_models(self, tmp_path: Path) -> None:
        """Law: asked the same, the store answers what the model answers."""

        async def story(store: Store) -> None:
            model = MemoryStore()
            players = Players(seed)
            for number in range(self.steps):
                step = players.step()
                expected = await _step(model, step, number)
                assert await _step(store, step, number) == expected, f"seed {seed}, step {number}: {step}"
                players.hear(expected)

        for seed in range(self.seeds):
            folder = tmp_path / str(seed)
            folder.mkdir()
            self._run(folder, story)

    def test_every_answer_about_areas_is_the_models(self, tmp_path: Path) -> None:
        """Law: asked the same about identification service areas (F3411), the store answers what the model answers."""

        async def story(store: Store) -> None:
            model = MemoryStore()
            players = AreaPlayers(seed)
            for number in range(self.steps):
                step = players.step()
                asked = Asked(type(step.command).__name__, "uss1", step.now_us, f"request-{number}")
                expected = await model.transact(asked, step.rule)
                assert await store.transact(asked, step.rule) == expected, f"seed {seed}, step {number}: {step}"
                players.hear(expected)

        for seed in range(self.seeds):
            folder = tmp_path / str(seed)
            folder.mkdir()
            self._run(folder, story)

    def test_what_was_answered_is_read_at_once(self, tmp_path: Path) -> None:
        """DSS0215: the answer goes out when the change is in the shared representation."""

        async def story(store: Store) -> None:
            for number in range(1, 20):
                answer = await put(store, intent(number, extent(number)), number)
                assert isinstance(answer, IntentChanged)
                read = await store.read(partial(get_intent, command=GetIntent(ident(number), "uss1"), now_us=NOW_US))
                assert read == answer.intent

        self._run(tmp_path, story)

    def test_a_refusal_changes_nothing(self, tmp_path: Path) -> None:
        """Law: a refusal counts and keeps nothing."""

        async def story(store: Store) -> None:
            await subscribe(store, subscription(100, 1), 1)
            assert isinstance(await put(store, intent(1, extent(1)), 2), IntentChanged)
            before = await _all(store)
            refused = await put(store, intent(2, extent(1), client="uss2"), 3)
            assert isinstance(refused, Refusal)
            assert refused.kind is RefusalKind.MISSING_KEYS
            assert await _all(store) == before
            held = await store.read(
                partial(get_subscription, command=GetSubscription(ident(100), "uss1"), now_us=NOW_US)
            )
            assert not isinstance(held, Refusal)
            assert held.subscription.notification_index == 1

        self._run(tmp_path, story)

    def test_a_rule_that_fails_changes_nothing_and_hurts_nobody(self, tmp_path: Path) -> None:
        """Law: a rule that raises leaves the state as it was, and the store goes on."""

        def broken(view: View) -> Outcome[None]:
            assert view.intent(ident(1)) is not None
            raise ZeroDivisionError("a defect in a rule")

        async def story(store: Store) -> None:
            await put(store, intent(1, extent(1)), 1)
            before = await _all(store)
            with pytest.raises(ZeroDivisionError, match="a defect in a rule"):
                await store.transact(asked_by("broken", 2), broken)
            with pytest.raises(ZeroDivisionError, match="a defect in a rule"):
                await store.read(broken)
            assert await _all(store) == before
            assert isinstance(await put(store, intent(2, extent(2)), 3), IntentChanged)

        self._run(tmp_path, story)

    def test_a_rule_that_is_only_to_read_may_not_write(self, tmp_path: Path) -> None:
        """Law: only `transact` writes."""

        def writes(view: View) -> Outcome[None]:
            found = view.intent(ident(1))
            assert found is not None
            return Outcome(None, (Put(found),))

        async def story(store: Store) -> None:
            await put(store, intent(1, extent(1)), 1)
            with pytest.raises(ValueError, match="only to read"):
                await store.read(writes)

        self._run(tmp_path, story)

    def test_many_at_once_never_pass_one_another_unread(self, tmp_path: Path) -> None:
        """DSS0210, A2-7-2, 2a: whoever is accepted has read whoever was accepted before."""
        accepted: list[tuple[frozenset[str], IntentChanged]] = []

        async def enter(store: Store, number: int) -> None:
            key: frozenset[str] = frozenset()
            client = f"uss{number}"
            for attempt in range(10_000):
                command = intent(number, extent(1), client=client, key=key, sub=NewSubscription("https://x", False))
                answer = await put(store, command, 1_000 * number + attempt % 1_000)
                if isinstance(answer, IntentChanged):
                    accepted.append((key, answer))
                    return
                assert answer.kind is RefusalKind.MISSING_KEYS
                assert answer.missing_intents
                assert not {one.intent.ovn for one in answer.missing_intents} & key
                key |= {one.intent.ovn for one in answer.missing_intents}
            raise AssertionError("never accepted")

        async def story(store: Store) -> None:
            await asyncio.gather(*(enter(store, number) for number in range(1, self.at_once + 1)))
            assert len(await _all(store)) == self.at_once

        self._run(tmp_path, story)
        ovns = {one.intent.intent.ovn for _, one in accepted}
        assert len(ovns) == self.at_once
        # Of any two one has read the other: the sizes of what they had read are therefore all different.
        assert sorted(len(key) for key, _ in accepted) == list(range(self.at_once))

    def test_many_at_once_are_counted_one_by_one(self, tmp_path: Path) -> None:
        """DSS0210, A2-7-2, 4b: every change is announced with a count of its own."""
        told: list[int] = []

        async def enter(store: Store, number: int) -> None:
            answer = await put(store, intent(number, extent(number)), number)
            assert isinstance(answer, IntentChanged)
            told.extend(count for call in answer.subscribers for _, count in call.subscriptions)

        async def story(store: Store) -> None:
            cells = range(1, self.at_once + 1)
            await subscribe(store, subscription(1_000, *cells, client="listener"), 9_999)
            await asyncio.gather(*(enter(store, number) for number in cells))

        self._run(tmp_path, story)
        assert sorted(told) == list(range(1, self.at_once + 1))

    def test_one_intent_is_created_once(self, tmp_path: Path) -> None:
        """Law: of many who create the same intent one does, and the others are told that it exists."""

        async def story(store: Store) -> None:
            answers = await asyncio.gather(
                *(put(store, intent(1, extent(1)), number) for number in range(self.at_once))
            )
            made = [one for one in answers if isinstance(one, IntentChanged)]
            assert len(made) == 1
            assert {one.kind for one in answers if isinstance(one, Refusal)} == {RefusalKind.CONFLICT}
            (found,) = await _all(store)
            assert found.ovn == made[0].intent.ovn

        self._run(tmp_path, story)

    def test_more_than_ten_thousand_touch_and_none_is_missed(self, tmp_path: Path) -> None:
        """DSS0005,2: one answer lists all that touch; the reference stops at 10,000."""
        count = self.crowd
        entities = list(_crowded(count).entities())

        async def story(store: Store) -> None:
            for first in range(0, count, 500):
                batch = entities[first : first + 500]
                await store.transact(
                    asked_by("restore", first), lambda _, batch=batch: Outcome(None, tuple(Put(one) for one in batch))
                )
            refused = await put(store, intent(900_000, extent(1), client="uss2"), 1)
            assert isinstance(refused, Refusal)
            assert len(refused.missing_intents) == count
            key = frozenset(one.intent.ovn for one in refused.missing_intents)
            one_short = await put(store, intent(900_000, extent(1), client="uss2", key=frozenset(sorted(key)[1:])), 2)
            assert isinstance(one_short, Refusal)
            assert [one.intent.ovn for one in one_short.missing_intents] == [min(key)]
            assert isinstance(await put(store, intent(900_000, extent(1), client="uss2", key=key), 3), IntentChanged)

        self._run(tmp_path, story)

    def test_what_has_ended_leaves_in_small_steps(self, tmp_path: Path) -> None:
        """DSS0210, A2-7-2, 4d: the sweep removes what has ended, no more at once than it is told."""

        async def story(store: Store) -> None:
            for number in range(1, 8):
                await put(store, intent(number, extent(number, to_min=number)), number)
            now_us = NOW_US + 5 * MINUTE_US + 1
            steps = [
                await store.transact(
                    asked_by("expire", number, "registry", now_us), partial(expire, now_us=now_us, most=2)
                )
                for number in range(4)
            ]
            assert steps == [2, 2, 1, 0]
            assert [one.intent.ident for one in await _all(store)] == [ident(6), ident(7)]

        self._run(tmp_path, story)

    def test_what_changes_on_one_instance_is_seen_on_all(self, tmp_path: Path) -> None:
        """DSS0020 and DSS0210, A2-7-2, 1a-1f, 2a, 2b, 3a-3d, 4a-4c, 5a-5c, 6: asked anywhere, told the same at once."""

        async def whole() -> None:
            async with self.several(tmp_path) as stores:
                await pool_story(stores)

        asyncio.run(whole())

    def test_what_changes_of_areas_on_one_instance_is_seen_on_all(self, tmp_path: Path) -> None:
        """F3411 DSS0070 and DSS0130, A2-6-1, 1a-1d, 2a, 2b, 3a-3d, 4a, 4b, 5, 6: told the same at once."""

        async def whole() -> None:
            async with self.several(tmp_path) as stores:
                await area_story(stores)

        asyncio.run(whole())

    def test_a_call_that_was_given_up_happens_now_or_never(self, tmp_path: Path) -> None:
        """Law: when a client leaves, its call has either happened or not; it never happens later."""

        async def story(store: Store) -> None:
            calls = [
                asyncio.create_task(put(store, intent(1 + number, extent(1 + number % 8)), number))
                for number in range(self.at_once)
            ]
            await asyncio.sleep(0)
            for call in calls[::2]:
                call.cancel()
            answers = await asyncio.gather(*calls, return_exceptions=True)
            for answer in answers:
                assert isinstance(answer, IntentChanged | Refusal | asyncio.CancelledError), answer
            first = await _all(store)
            await asyncio.sleep(0.2)
            assert await _all(store) == first
            held = {one.intent.ident for one in first}
            assert {one.intent.intent.ident for one in answers if isinstance(one, IntentChanged)} <= held

        self._run(tmp_path, story)

    def test_a_closed_store_answers_nothing(self, tmp_path: Path) -> None:
        """Law: after `close` every call fails."""

        async def whole() -> None:
            async with self.opened(tmp_path) as store:
                await put(store, intent(1, extent(1)), 1)
                await store.close()
                with pytest.raises(RuntimeError, match="closed"):
                    await put(store, intent(2, extent(2)), 2)
                with pytest.raises(RuntimeError, match="closed"):
                    await _all(store)

        asyncio.run(whole())


def _crowded(count: int) -> MemoryState:
    sky = Sky()
    numbers = list(range(1, count + 1))
    random.Random(1).shuffle(numbers)
    for number in numbers:
        # Each decided against an empty sky and all kept in one: as many as nobody could read one by one.
        held = intent(number, extent(1, from_min=number % 10), client="uss3", state=IntentState.ACCEPTED)
        outcome = put_intent(MemoryState(), held, now_us=NOW_US, fresh=fresh(number))
        sky.state.apply(outcome.changes)
    return sky.state
