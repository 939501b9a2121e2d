"""Several instances over one database, asked by many at once while things fail: every history must be explainable.

The one idea: whatever fails, the answers that were given must be those of one registry that does one thing at a time
(`tests/registry_history/judge.py`). Planted defects show that the judge would see it.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import pytest

from clearline.edge.registry_port import Asked, Store
from clearline.edge.registry_postgres_call import Waiting
from clearline.edge.registry_postgres_link import StoreUnavailableError
from clearline.edge.registry_postgres_log import LogStore
from clearline.edge.registry_postgres_schema import queries
from clearline.edge.registry_postgres_tables import TableStore
from clearline.registry.view import Rule
from tests.edge.chaos import Line
from tests.edge.postgres import Server, shared_dsn, shared_server
from tests.registry_history.judge import Act, Done, apart, explains, registry_model
from tests.registry_history.recorded import record

Answer = TypeVar("Answer")
Kind = type[LogStore] | type[TableStore]
KINDS = pytest.mark.parametrize("kind", [LogStore, TableStore])


class _Instance:
    """An instance that can be killed: whoever waits for it then is not answered."""

    def __init__(self, store: LogStore | TableStore) -> None:
        self.store = store
        self._killed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def transact(self, asked: Asked, rule: Rule[Answer]) -> Answer:
        """Ask the store."""
        return await self._until_killed(self.store.transact(asked, rule))

    async def read(self, rule: Rule[Answer]) -> Answer:
        """Ask the store."""
        return await self._until_killed(self.store.read(rule))

    async def close(self) -> None:
        """Close the store."""
        await self.store.close()

    async def kill(self) -> None:
        """Stop it at whatever it does."""
        self._killed.set_result(None)
        store = self.store
        if isinstance(store, LogStore):
            tasks = [*store._tasks, *([] if store._marking is None else [store._marking])]
            store._tail.hang_up()
        else:
            tasks = list(store._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(store, TableStore):
            store._pool.hang_up()
        else:
            store._tail.hang_up()  # it may have been about to find a line again

    async def _until_killed(self, asked: Awaitable[Answer]) -> Answer:
        task = asyncio.ensure_future(asked)
        await asyncio.wait([task, self._killed], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        raise StoreUnavailableError("the instance was killed", "ask another", in_doubt=True)


@asynccontextmanager
async def _opened(kind: Kind, *dsns: str) -> AsyncGenerator[list[Store]]:
    stores: list[Store] = [await kind.open(dsn, limit_s=6.0) for dsn in dsns]
    yield stores
    await asyncio.gather(*(store.close() for store in stores))


async def _while_failing(asked: Awaitable[Answer], fail: Callable[[], Awaitable[None]]) -> Answer:
    failing = asyncio.ensure_future(fail())
    try:
        return await asked
    finally:
        failing.cancel()
        with suppress(asyncio.CancelledError):
            await failing


async def _grown(history: list[Done[Act]], count: int) -> None:
    while len(history) < count:  # noqa: ASYNC110 - a list has no event
        await asyncio.sleep(0.001)


def _explained(history: list[Done[Act]]) -> bool:
    return all(explains(part, frozenset(), registry_model) for part in apart(history))


@KINDS
def test_what_three_instances_answer_at_once_is_what_one_would(kind: Kind) -> None:
    async def story() -> list[Done[Act]]:
        async with _opened(kind, *[shared_dsn()] * 3) as stores:
            return await record(stores, seed=1, clients=8, calls=30)

    history = asyncio.run(story())
    assert len(history) == 240
    assert _explained(history)


@KINDS
def test_what_one_instance_answered_the_others_know_at_once(kind: Kind) -> None:
    async def story() -> list[Done[Act]]:
        async with _opened(kind, *[shared_dsn()] * 2) as stores:
            return await record(stores, seed=2, clients=1, calls=60)

    history = asyncio.run(story())
    assert {call.answer for call in history if call.what[0] == "put"} == {True}, "one who knows all is never refused"
    assert _explained(history)


@KINDS
@pytest.mark.parametrize("seed", [1, 2])
def test_with_lines_that_break(kind: Kind, seed: int) -> None:
    chance = random.Random(seed)

    async def story() -> list[Done[Act]]:
        lines = [await Line(shared_server().port).start() for _ in range(3)]
        own = f":{shared_server().port}/"
        dsn = shared_dsn()
        dsns = [dsn.replace(own, f":{line.port}/") for line in lines]

        async def fail() -> None:
            while True:
                await asyncio.sleep(chance.uniform(0.1, 0.3))
                line = chance.choice(lines)
                if chance.random() < 0.6:
                    line.lose_answers()
                    await asyncio.sleep(chance.uniform(0.0, 0.05))
                line.cut()

        async with _opened(kind, *dsns) as stores:
            history = await _while_failing(record(stores, seed=seed, clients=6, calls=30), fail)
        for line in lines:
            await line.stop()
        return history

    history = asyncio.run(story())
    assert len(history) > 150
    assert _explained(history)


@KINDS
def test_with_instances_that_are_killed_and_started_again(kind: Kind) -> None:
    chance = random.Random(3)
    dsn = shared_dsn()

    async def story() -> list[Done[Act]]:
        instances = [_Instance(await kind.open(dsn)) for _ in range(3)]

        async def fail() -> None:
            while True:
                await asyncio.sleep(chance.uniform(0.05, 0.15))
                place = chance.randrange(3)
                await instances[place].kill()
                instances[place] = _Instance(await kind.open(dsn))

        history = await _while_failing(record(instances, seed=3, clients=6, calls=25), fail)
        await asyncio.gather(*(one.close() for one in instances))
        return history

    history = asyncio.run(story())
    assert len(history) > 100
    assert _explained(history)


@KINDS
def test_with_a_database_that_is_killed_and_started_again(kind: Kind) -> None:
    server = Server()

    async def story() -> list[Done[Act]]:
        async def fail() -> None:
            while True:
                await asyncio.sleep(0.3)
                await asyncio.to_thread(server.stop, "immediate")
                await asyncio.to_thread(server.start)

        async with _opened(kind, *[server.dsn()] * 3) as stores:
            return await _while_failing(record(stores, seed=4, clients=6, calls=60), fail)

    history = asyncio.run(story())
    server.stop()
    assert len(history) > 200
    assert _explained(history)


@KINDS
def test_a_replica_takes_over_and_has_everything_that_was_answered(kind: Kind) -> None:
    primary = Server(settings="synchronous_standby_names = '*'\nsynchronous_commit = local\n")
    replica = Server(copy_of=primary)
    replica.set("synchronous_standby_names = ''")
    for server in (primary, replica):
        server.set("synchronous_commit = on")
    hosts = f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{replica.port}/postgres"

    history: list[Done[Act]] = []

    async def story() -> None:
        async def fail() -> None:
            await _grown(history, 150)
            await asyncio.to_thread(primary.stop, "immediate")
            await asyncio.to_thread(replica.promote)

        async with _opened(kind, hosts, hosts) as stores:
            await _while_failing(record(stores, seed=5, clients=6, calls=60, history=history), fail)

    asyncio.run(story())
    assert replica.sql("SELECT pg_is_in_recovery()") == "f", "the replica took over"
    replica.stop()
    assert len(history) > 250
    assert _explained(history)


class _Forgetful(LogStore):
    """A store with a defect: it answers readings from what it knows, without looking whether that is the latest."""

    async def _try(self, batch: list[Waiting]) -> bool:
        return self._said(batch) or await super()._try(batch)

    async def _queue(self, batch: list[Waiting]) -> bool:
        return self._said(batch) or await super()._queue(batch)

    def _said(self, batch: list[Waiting]) -> bool:
        if any(call.asked is not None for call in batch):
            return False
        self._decide(batch)
        return True


class _Hasty(LogStore):
    """A store with a defect: it answers before what it answers is safe."""

    def _tell(self) -> None:
        self._tail.safe_seq = self._tail.seq
        super()._tell()


def test_a_table_store_that_does_not_lock_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(queries(), "tables_lock", "BEGIN")

    async def story(seed: int) -> list[Done[Act]]:
        async with _opened(TableStore, *[shared_dsn()] * 2) as stores:
            return await record(stores, seed=seed, clients=8, calls=15)

    assert not all(_explained(asyncio.run(story(seed))) for seed in range(6))


def test_a_log_store_that_does_not_look_is_caught() -> None:
    async def story(seed: int) -> list[Done[Act]]:
        async with _opened(_Forgetful, *[shared_dsn()] * 2) as stores:
            return await record(stores, seed=seed, clients=8, calls=15)

    assert not all(_explained(asyncio.run(story(seed))) for seed in range(6))


def test_a_log_store_that_does_not_wait_for_the_disk_is_caught() -> None:
    assert not _explained(_through_a_crash(_Hasty))


def _through_a_crash(kind: type[LogStore]) -> list[Done[Act]]:
    """Ask until the database is killed and has come back; it loses what it had not written yet."""
    server = Server(settings="wal_writer_delay = 10s\n")
    history: list[Done[Act]] = []

    async def story() -> None:
        async def fail() -> None:
            await _grown(history, 150)
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.to_thread(server.start)

        async with _opened(kind, *[server.dsn()] * 2) as stores:
            await _while_failing(record(stores, seed=6, clients=4, calls=80, history=history), fail)

    asyncio.run(story())
    server.stop()
    return history


def test_what_a_crash_of_the_database_loses_was_never_answered() -> None:
    history = _through_a_crash(LogStore)
    assert len(history) > 250
    assert _explained(history)
