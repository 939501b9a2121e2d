"""The log of a shared database is kept for a time, and what goes leaves the state it made behind."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from clearline.app.registry_shared import prune_shared, replay_shared
from clearline.edge.registry_port import Asked
from clearline.edge.registry_postgres_audit import audited
from clearline.edge.registry_postgres_fold import fold
from clearline.edge.registry_postgres_link import Connection, connect
from clearline.edge.registry_postgres_log import LogStore
from clearline.edge.registry_postgres_prune import keep_pruned, prune, prune_step
from clearline.edge.registry_postgres_schema import migrate
from clearline.edge.registry_postgres_tables import TableStore
from clearline.registry.view import Entity, Outcome
from clearline.wire.registry_log import Key, LogEntry
from tests.edge.postgres import shared_dsn, shared_server
from tests.registry.players import Players
from tests.registry.sky import NOW_US

Kind = type[LogStore] | type[TableStore]
KINDS = pytest.mark.parametrize("kind", [LogStore, TableStore])
_LATE_US = NOW_US * 2


async def _play(store: LogStore | TableStore, players: Players, steps: int) -> None:
    for number in range(steps):
        step = players.step()
        players.hear(await store.transact(Asked(step.call, step.client, step.now_us, str(number)), step.rule))


async def _folded(line: Connection, store: LogStore | TableStore) -> None:
    """The table of entities is up to date, as it is two seconds later anyway."""
    if isinstance(store, LogStore):
        await fold(line, store._tail.safe_seq)


def _told(kind: Kind, story: Callable[[str, LogStore | TableStore, Connection], Awaitable[None]]) -> str:
    """Tell a story over a new database, with one instance and a line beside it; returns its address."""
    dsn = shared_dsn()

    async def whole() -> None:
        store = await kind.open(dsn)
        line = await connect(dsn)
        try:
            await story(dsn, store, line)
        finally:
            await store.close()
            line.terminate()
            await asyncio.sleep(0)

    asyncio.run(whole())
    return dsn


async def _replayed(line: Connection) -> tuple[dict[Key, Entity], list[int], tuple[str, ...]]:
    rows: list[int] = []

    def hear(seq: int, entry: LogEntry) -> bool:
        assert entry.changes
        rows.append(seq)
        return True

    async with audited(line) as audit:
        differences = await audit.replay(hear)
    return audit.state, rows, differences


@KINDS
def test_whatever_went_base_and_log_give_the_state(kind: Kind) -> None:
    """Law: wherever the log is cut, replaying gives what it gave before, and the tables say the same."""

    async def story(dsn: str, store: LogStore | TableStore, line: Connection) -> None:
        del dsn
        players = Players(5)
        times: list[int] = []
        whole: dict[Key, Entity] = {}
        for _ in range(4):
            await _play(store, players, 60)
            await _folded(line, store)
            whole, rows, differences = await _replayed(line)
            assert whole and rows and not differences
            times.append(players.step().now_us)
            assert await prune_step(line, times[0], spare_rows=0) >= 0
            left, fewer, differences = await _replayed(line)
            assert left == whole and not differences
            assert len(fewer) <= len(rows)
        while await prune_step(line, _LATE_US, spare_rows=0):
            pass
        left, rows, differences = await _replayed(line)
        assert left == whole and not differences
        assert len(rows) <= 1, "what the next instance to start reads on from stays"

    _told(kind, story)


@KINDS
def test_nothing_goes_that_is_new_enough_or_among_the_newest(kind: Kind) -> None:
    async def story(dsn: str, store: LogStore | TableStore, line: Connection) -> None:
        del dsn
        await _play(store, Players(6), 120)
        await _folded(line, store)
        before = await _count(line)
        assert await prune_step(line, _LATE_US) == 0, "the newest thousand stay, however old"
        assert await prune_step(line, 0, spare_rows=0) == 0, "nothing was before that time"
        assert await prune(line, spare_rows=0) == 0, "by the database's clock all of it is younger than 45 days"
        assert await _count(line) == before
        assert await prune_step(line, _LATE_US, spare_rows=10) > 0
        assert await _count(line) >= 10

    _told(kind, story)


async def _count(line: Connection) -> int:
    ((found,),) = await line.fetch("SELECT count(*) FROM log")
    assert isinstance(found, int)
    return found


async def _newest(line: Connection) -> int:
    ((found,),) = await line.fetch("SELECT max(seq) FROM log")
    assert isinstance(found, int)
    return found


async def _gone_up_to(seq: int, line: Connection) -> None:
    while await line.fetch("SELECT 1 FROM log WHERE seq <= $1 LIMIT 1", seq):  # noqa: ASYNC110 - a database has no event
        await asyncio.sleep(0.02)


def test_a_running_instance_prunes_by_itself_and_after_the_line_broke() -> None:
    async def story(dsn: str, store: LogStore | TableStore, line: Connection) -> None:
        await _play(store, Players(13), 60)
        spare_rows = 5
        pruning = asyncio.create_task(keep_pruned(dsn, NOW_US // -2, spare_rows=spare_rows, every_s=0.05))
        async with asyncio.timeout(10):
            await _gone_up_to(await _newest(line) - spare_rows, line)
            await line.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
            broke = await _newest(line)
            await _play(store, Players(14), 60)
            await _gone_up_to(broke, line)
        pruning.cancel()

    _told(TableStore, story)


def test_what_an_instance_has_still_to_read_stays() -> None:
    """An instance that is behind goes on, however far the log was folded and pruned meanwhile."""

    async def story(dsn: str, store: LogStore | TableStore, line: Connection) -> None:
        assert isinstance(store, LogStore)
        behind = await LogStore.open(dsn)
        await _play(behind, Players(1), 30)
        for task in behind._tasks[1:]:
            task.cancel()
        await _play(store, Players(7), 80)
        await _folded(line, store)
        while await prune_step(line, _LATE_US, spare_rows=0):
            pass
        ((oldest,),) = await line.fetch("SELECT min(seq) FROM log")
        assert oldest == behind._tail.safe_seq
        await behind.read(lambda _: Outcome(None))
        fresh = await LogStore.open(dsn)
        state, *others = [set(one._state.entities()) for one in (store, behind, fresh)]
        assert state and others == [state, state]
        await behind.close()
        await fresh.close()

    _told(LogStore, story)


@KINDS
def test_an_instance_that_is_killed_while_it_prunes_leaves_all_or_nothing(kind: Kind) -> None:
    async def story(dsn: str, store: LogStore | TableStore, line: Connection) -> None:
        await _play(store, Players(9), 60)
        await _folded(line, store)
        whole, _, _ = await _replayed(line)
        for delay_s in (0.0, 0.001, 0.002, 0.004):
            other = await connect(dsn)
            task = asyncio.create_task(prune_step(other, _LATE_US, spare_rows=40))
            await asyncio.sleep(delay_s)
            other.terminate()
            await asyncio.gather(task, return_exceptions=True)
            left, _, differences = await _replayed(line)
            assert left == whole and not differences

    _told(kind, story)


@KINDS
def test_what_was_changed_behind_its_back_is_named(kind: Kind) -> None:
    async def story(dsn: str, store: LogStore | TableStore, line: Connection) -> None:
        del dsn
        await _play(store, Players(10), 60)
        await _folded(line, store)
        await line.execute("DELETE FROM entities WHERE kind = 1")

    dsn = _told(kind, story)
    found = replay_shared(dsn)
    assert "the table of entities is not what the log says of intent" in found.differences[0]


def test_spans_that_are_not_those_of_the_log_are_named() -> None:
    async def story(dsn: str, store: LogStore | TableStore, line: Connection) -> None:
        del dsn
        await _play(store, Players(11), 60)
        await line.execute("UPDATE spans SET high_m = high_m + 1 WHERE cell = (SELECT max(cell) FROM spans)")

    (told,) = replay_shared(_told(TableStore, story)).differences
    assert told.startswith("the table of spans is not what the log says of ")


@KINDS
def test_until_a_time_it_is_the_state_of_that_time(kind: Kind) -> None:
    async def story(dsn: str, store: LogStore | TableStore, line: Connection) -> None:
        del dsn, line
        await _play(store, Players(12), 80)

    dsn = _told(kind, story)
    heard: list[LogEntry] = []
    whole = replay_shared(dsn, heard=lambda _, entry: heard.append(entry))
    assert whole.times_us == (heard[0].at_us, heard[-1].at_us)
    middle = heard[len(heard) // 2].at_us
    part: list[LogEntry] = []
    found = replay_shared(dsn, until_us=middle, heard=lambda _, entry: part.append(entry))
    assert 0 < len(part) < len(heard) and part == heard[: len(part)]
    assert found.state != whole.state and not found.differences
    assert found.times_us is not None and found.times_us[1] <= middle


def test_addresses_and_databases_that_hold_no_registry_are_told() -> None:
    with pytest.raises(ValueError, match="names no shared store"):
        replay_shared("sqlite:registry.db")
    dsn = shared_dsn()
    with pytest.raises(ValueError, match="no registry is kept in this database"):
        prune_shared(dsn, 45)
    made = shared_server().sql("SELECT 1 FROM pg_namespace WHERE nspname = 'registry'", dsn.rsplit("/", 1)[-1])
    assert not made, "who only looks makes no schema"
    with pytest.raises(ValueError, match="0 days: a day of the log is kept at least"):
        prune_shared(dsn, 0)


def test_a_database_of_another_schema_is_told() -> None:
    async def made(dsn: str) -> None:
        line = await connect(dsn)
        await migrate(line)
        await line.execute("INSERT INTO registry VALUES (1, 'log')")
        await line.execute("DELETE FROM migrations WHERE number = (SELECT max(number) FROM migrations)")
        line.terminate()
        await asyncio.sleep(0)

    dsn = shared_dsn()
    asyncio.run(made(dsn))
    with pytest.raises(ValueError, match=r"its schema is \d+, and the one known here \d+"):
        replay_shared(dsn)
