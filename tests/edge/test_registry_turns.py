"""Turns, in the file and in the log: in a crowded place nobody is refused over and over, and nobody waits long."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from clearline.airspace.extent import Extent
from clearline.airspace.reference import IntentState
from clearline.edge.registry_port import Asked
from clearline.edge.registry_postgres_log import LogStore
from clearline.edge.registry_sqlite import SqliteStore
from clearline.registry.attachment import NewSubscription
from clearline.registry.intents import IntentChanged
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import Refusal, RefusalKind
from tests.edge.postgres import shared_dsn
from tests.registry.sky import NOW_US, checked, extent, fresh, intent, refuses

_Kept = SqliteStore | LogStore
_SUB = NewSubscription("https://uss.example", for_constraints=False)


async def _put(
    store: _Kept,
    number: int,
    key: frozenset[str] = frozenset(),
    *,
    where: Extent | None = None,
    state: IntentState = IntentState.ACCEPTED,
    ovn: str | None = None,
) -> IntentChanged | Refusal:
    """Intent n of USS n."""
    client = f"uss{number}"
    command = intent(number, where, client=client, key=key, sub=_SUB, state=state, ovn=ovn, off_nominal=True)
    rule = partial(put_intent, command=command, now_us=NOW_US, fresh=fresh(1_000 * number + len(key)))
    return await store.transact(Asked("createOperationalIntentReference", client, NOW_US, "r"), rule)


def _run(folder: Path, story: Callable[[_Kept], Awaitable[None]], hold_s: float = 30.0) -> None:
    """With turns kept so long that no test depends on how fast a machine is."""

    async def whole(store: _Kept) -> None:
        store._line._turns.hold_s = store._line._turns.wait_s = hold_s
        try:
            await story(store)
        finally:
            await store.close()

    async def both() -> None:
        await whole(SqliteStore(folder / "r.db"))
        await whole(await LogStore.open(shared_dsn()))

    asyncio.run(both())


def _missing(answer: object) -> frozenset[str]:
    told = refuses(answer, RefusalKind.MISSING_KEYS)
    return frozenset(one.intent.ovn for one in told.missing_intents)


def test_of_ten_who_come_at_once_nobody_needs_more_than_three_tries(tmp_path: Path) -> None:
    """Without turns the last of ten needs ten."""
    tries: dict[int, int] = {}

    async def enter(store: _Kept, number: int) -> None:
        key: frozenset[str] = frozenset()
        for count in range(1, 20):
            tries[number] = count
            answer = await _put(store, number, key)
            if isinstance(answer, IntentChanged):
                return
            key |= _missing(answer)
            await asyncio.sleep(0.001)  # the way there and back

    async def story(store: _Kept) -> None:
        await asyncio.gather(*(enter(store, number) for number in range(1, 11)))

    _run(tmp_path, story)
    assert max(tries.values()) <= 3, tries


def test_who_was_refused_is_not_overtaken(tmp_path: Path) -> None:
    async def story(store: _Kept) -> None:
        first = checked(await _put(store, 1)).intent.intent.ovn
        key = _missing(await _put(store, 2))
        # A third comes with all the keys there are: it would be accepted, and the second refused again.
        third = asyncio.create_task(_put(store, 3, frozenset({first})))
        await asyncio.sleep(0.02)
        assert not third.done()
        second = checked(await _put(store, 2, key)).intent.intent.ovn
        assert _missing(await third) == {second}
        checked(await _put(store, 3, frozenset({first, second})))

    _run(tmp_path, story)


def test_who_does_not_come_back_holds_up_nobody_for_long(tmp_path: Path) -> None:
    async def story(store: _Kept) -> None:
        first = checked(await _put(store, 1)).intent.intent.ovn
        _missing(await _put(store, 2))
        began_s = asyncio.get_running_loop().time()
        checked(await _put(store, 3, frozenset({first})))
        assert asyncio.get_running_loop().time() - began_s >= 0.04, "it waited"
        await asyncio.sleep(0.06)
        _missing(await _put(store, 2))
        assert len(store._line._turns) == 0, "a place is not kept twice for who let it pass"

    _run(tmp_path, story, hold_s=0.05)


def test_what_is_off_nominal_or_elsewhere_waits_for_nobody(tmp_path: Path) -> None:
    async def story(store: _Kept) -> None:
        first = checked(await _put(store, 1)).intent.intent
        _missing(await _put(store, 2))
        checked(await asyncio.wait_for(_put(store, 3, where=extent(9)), 20))
        checked(await asyncio.wait_for(_put(store, 1, state=IntentState.CONTINGENT, ovn=first.ovn), 20))
        assert len(store._line._turns) == 1

    _run(tmp_path, story)


def test_who_left_while_it_waited_has_no_place_and_nothing_happens_later(tmp_path: Path) -> None:
    async def story(store: _Kept) -> None:
        first = checked(await _put(store, 1)).intent.intent.ovn
        key = _missing(await _put(store, 2))
        third = asyncio.create_task(_put(store, 3, frozenset({first})))
        await asyncio.sleep(0.02)
        third.cancel()
        await asyncio.gather(third, return_exceptions=True)
        assert third.cancelled()
        checked(await _put(store, 2, key))
        await asyncio.sleep(0.05)
        assert store._state.intent(intent(3).ident) is None
        assert len(store._line._turns) == 0

    _run(tmp_path, story)
