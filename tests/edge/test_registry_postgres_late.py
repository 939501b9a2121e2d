"""What was given up over a shared database has happened or not, and never happens later, however late the line is."""

import asyncio
from functools import partial

import pytest

from clearline.edge import registry_postgres_link
from clearline.edge.registry_port import Store, StoreUnavailableError
from clearline.edge.registry_postgres_log import LogStore
from clearline.edge.registry_postgres_tables import TableStore
from clearline.registry.intents import GetIntent, IntentChanged, get_intent
from clearline.registry.refusal import Refusal
from tests.edge.chaos import Line
from tests.edge.postgres import shared_dsn, shared_server
from tests.edge.registry_pool_story import put
from tests.registry.sky import NOW_US, extent, ident, intent

Kind = type[LogStore] | type[TableStore]
# What the statement that makes it happen has in it: the records of the change, or the end of the transaction.
KINDS = pytest.mark.parametrize(("kind", "words"), [(LogStore, b"uss1.example"), (TableStore, b"COMMIT")])


@pytest.fixture(autouse=True)
def _limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """All limits a tenth of what they are, so that they stand to each other as they do."""
    monkeypatch.setattr(registry_postgres_link, "SILENT_S", 0.65)
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        monkeypatch.setitem(registry_postgres_link._SETTINGS, name, "500ms")


async def _held(store: Store, number: int) -> bool:
    rule = partial(get_intent, command=GetIntent(ident(number), "uss1"), now_us=NOW_US)
    return not isinstance(await store.read(rule), Refusal)


class _Pool:
    """One instance behind a line that can be late, one beside it; and a first intent, so that all is warm."""

    def __init__(self, kind: Kind, limit_s: float) -> None:
        self._kind, self._limit_s = kind, limit_s

    async def __aenter__(self) -> "_Pool":
        dsn, server = shared_dsn(), shared_server()
        self.line = await Line(server.port).start()
        self.late = await self._kind.open(dsn.replace(f":{server.port}/", f":{self.line.port}/"), limit_s=self._limit_s)
        self.beside = await self._kind.open(dsn)
        assert isinstance(await put(self.late, intent(1, extent(1)), 1), IntentChanged)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.line.release()
        await self.late.close()
        await self.beside.close()
        await self.line.stop()


@KINDS
def test_a_line_that_is_silent_is_left_and_the_call_made_on_another(kind: Kind, words: bytes) -> None:
    async def story() -> None:
        async with _Pool(kind, limit_s=6.0) as pool:
            pool.line.hold(words)
            answer = await put(pool.late, intent(2, extent(2)), 2)
            assert pool.line.held.is_set()
            assert isinstance(answer, IntentChanged)
            pool.line.release()
            await asyncio.sleep(0.2)
            rule = partial(get_intent, command=GetIntent(ident(2), "uss1"), now_us=NOW_US)
            assert await pool.beside.read(rule) == answer.intent

    asyncio.run(story())


@KINDS
@pytest.mark.parametrize(("limit_s", "in_doubt"), [(0.2, True), (0.5, False)])
def test_what_was_given_up_and_arrives_late_does_not_happen(
    kind: Kind, words: bytes, limit_s: float, *, in_doubt: bool
) -> None:
    """Given up long before anybody noticed the silence, and soon before: nothing comes in when the line wakes up."""

    async def story() -> None:
        async with _Pool(kind, limit_s=limit_s) as pool:
            pool.line.hold(words)
            with pytest.raises(StoreUnavailableError) as told:
                await put(pool.late, intent(2, extent(2)), 2)
            # Who gives up is waited for as long again: by then the silence was noticed and the truth found, or not.
            assert told.value.in_doubt == in_doubt
            await asyncio.sleep(1.0)
            assert not await _held(pool.beside, 2)
            pool.line.release()
            await asyncio.sleep(0.3)
            assert not await _held(pool.beside, 2)

    asyncio.run(story())


@KINDS
def test_what_was_done_and_not_answered_is_not_called_undone(kind: Kind, words: bytes) -> None:
    """The database did it, its answer is lost and the caller gave up: it is told what happened, and never a no."""

    async def story() -> None:
        async with _Pool(kind, limit_s=0.5) as pool:
            pool.line.hold(words)
            asking = asyncio.create_task(put(pool.late, intent(2, extent(2)), 2))
            await pool.line.held.wait()
            pool.line.lose_answers()
            pool.line.release()
            await asyncio.sleep(0.55)  # the caller gave up at half a second
            pool.line.hear_again()
            assert isinstance(await asking, IntentChanged)
            assert await _held(pool.beside, 2)

    asyncio.run(story())


@KINDS
def test_a_caller_that_leaves_while_its_change_is_on_its_way_knows_afterwards(kind: Kind, words: bytes) -> None:
    """Cancelled (the door does so when a client leaves): when the call has ended, it has happened or never will."""

    async def story() -> None:
        async with _Pool(kind, limit_s=5.0) as pool:
            pool.line.hold(words)
            asking = asyncio.create_task(put(pool.late, intent(2, extent(2)), 2))
            await pool.line.held.wait()
            asking.cancel()
            await asyncio.sleep(0.1)
            assert not asking.done()
            pool.line.release()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert await _held(pool.beside, 2)

    asyncio.run(story())
