"""The schema of the shared database: made once, by whoever comes first, and refused where it is not ours."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from clearline.edge.numbered_scripts import Script
from clearline.edge.registry_port import Asked
from clearline.edge.registry_postgres_fold import fold, load
from clearline.edge.registry_postgres_link import Connection, StoreUnavailableError, connect
from clearline.edge.registry_postgres_log import LogStore
from clearline.edge.registry_postgres_schema import SCRIPTS, SchemaError, migrate, settle_mode
from clearline.edge.registry_postgres_tables import TableStore
from clearline.registry.view import Outcome, View
from tests.edge.postgres import shared_dsn, shared_server
from tests.registry.players import Players
from tests.registry.sky import NOW_US, extent, ident

_Story = Callable[[Connection], Awaitable[None]]


def _on_a_new_database(story: _Story) -> str:
    dsn = shared_dsn()

    async def whole() -> None:
        connection = await connect(dsn)
        try:
            await story(connection)
        finally:
            connection.terminate()
            await asyncio.sleep(0)

    asyncio.run(whole())
    return dsn


async def _numbers(connection: Connection) -> list[object]:
    return [row[0] for row in await connection.fetch("SELECT number FROM migrations WHERE number > 0 ORDER BY number")]


def test_the_scripts_are_numbered_without_gaps() -> None:
    assert [script.number for script in SCRIPTS] == list(range(1, len(SCRIPTS) + 1))


def test_from_every_earlier_version_the_latest_is_reached() -> None:
    later = (*SCRIPTS, Script(len(SCRIPTS) + 1, "CREATE TABLE newer (one int4 PRIMARY KEY)"))

    async def story(connection: Connection) -> None:
        for count in range(len(later) + 1):
            await migrate(connection, later[:count])
            assert await _numbers(connection) == list(range(1, count + 1))

    _on_a_new_database(story)


def test_many_that_start_at_once_make_it_once() -> None:
    dsn = shared_dsn()

    async def story() -> list[object]:
        lines = [await connect(dsn) for _ in range(6)]
        await asyncio.gather(*(migrate(line) for line in lines))
        numbers = await _numbers(lines[0])
        for line in lines:
            line.terminate()
        await asyncio.sleep(0)
        return numbers

    assert asyncio.run(story()) == [script.number for script in SCRIPTS]


def test_a_script_that_fails_leaves_nothing_behind() -> None:
    broken = (*SCRIPTS, Script(len(SCRIPTS) + 1, "CREATE TABLE half (one int4); SELECT nonsense"))

    async def story(connection: Connection) -> None:
        with pytest.raises(Exception, match="nonsense"):
            await migrate(connection, broken)
        assert await _numbers(connection) == []
        await migrate(connection)
        assert await _numbers(connection) == [script.number for script in SCRIPTS]

    _on_a_new_database(story)


def test_a_later_or_another_schema_is_refused() -> None:
    async def story(connection: Connection) -> None:
        await migrate(connection, (*SCRIPTS, Script(len(SCRIPTS) + 1, "SELECT 1")))
        with pytest.raises(SchemaError, match=rf"later version .*schema {len(SCRIPTS) + 1}"):
            await migrate(connection)
        with pytest.raises(SchemaError, match="script 1 of its schema is not the one known here"):
            await migrate(connection, (Script(1, "SELECT 2"), *SCRIPTS[1:], Script(len(SCRIPTS) + 1, "SELECT 1")))

    _on_a_new_database(story)


def test_an_older_version_goes_on_beside_a_later_one_whose_scripts_are_additive() -> None:
    more = Script(len(SCRIPTS) + 1, "-- additive: another table\nCREATE TABLE more (x int4);")
    other = Script(len(SCRIPTS) + 2, "ALTER TABLE more ADD COLUMN y int4")

    async def story(connection: Connection) -> None:
        await migrate(connection)
        await migrate(connection, (*SCRIPTS, more))
        await migrate(connection)
        assert await _numbers(connection) == list(range(1, more.number + 1)), "the older one took nothing away"
        await migrate(connection, (*SCRIPTS, more, other))
        for known in (SCRIPTS, (*SCRIPTS, more)):
            with pytest.raises(SchemaError, match=r"later version .*; use the version of Clearline that made it"):
                await migrate(connection, known)

    _on_a_new_database(story)


def test_two_versions_side_by_side_see_each_others_changes() -> None:
    """A rolling upgrade, step by step: an older instance runs, a later one adds its table, the older one comes back."""
    more = Script(len(SCRIPTS) + 1, "-- additive: another table\nCREATE TABLE more (x int4);")
    dsn = shared_dsn()

    async def story() -> None:
        older = await LogStore.open(dsn)
        await _play(older, 40)
        line = await connect(dsn)
        await migrate(line, (*SCRIPTS, more))
        later = await LogStore.open(dsn)
        await _play(later, 40)
        await older.close()
        back = await LogStore.open(dsn)
        await _play(back, 40)
        await later.read(_looks)
        assert sorted(map(repr, later._state.entities())) == sorted(map(repr, back._state.entities()))
        await later.close()
        await back.close()
        line.terminate()
        await asyncio.sleep(0)

    asyncio.run(story())


def test_a_schema_is_not_changed_under_instances_that_run() -> None:
    changed = (*SCRIPTS, Script(len(SCRIPTS) + 1, "CREATE TABLE changed (x int4)"))

    async def story(connection: Connection) -> None:
        await migrate(connection)
        dsn = shared_server().dsn(str((await connection.fetch("SELECT current_database()"))[0][0]))
        running = await LogStore.open(dsn)
        with pytest.raises(SchemaError, match=r"others use it .*; stop every instance"):
            await migrate(connection, changed)
        await running.close()
        for _ in range(100):
            with suppress(SchemaError):  # the server takes a moment to see that they hung up
                await migrate(connection, changed)
                break
            await asyncio.sleep(0.05)
        assert await _numbers(connection) == list(range(1, len(changed) + 1))

    _on_a_new_database(story)


def test_one_database_is_kept_in_one_mode() -> None:
    async def story(connection: Connection) -> None:
        await migrate(connection)
        await settle_mode(connection, "log")
        await settle_mode(connection, "log")

    dsn = _on_a_new_database(story)
    with pytest.raises(SchemaError, match="kept in mode 'log', not 'tables'; start every instance in mode 'log'"):
        asyncio.run(TableStore.open(dsn))


def test_a_database_that_does_not_wait_for_its_disk_is_refused() -> None:
    async def story(connection: Connection) -> None:
        await connection.execute(f"ALTER DATABASE {dsn.rsplit('/', 1)[1]} SET synchronous_commit = off")
        with pytest.raises(StoreUnavailableError, match="synchronous_commit = off"):
            await connect(dsn)

    dsn = shared_dsn()

    async def whole() -> None:
        connection = await connect(dsn)
        await story(connection)
        connection.terminate()
        await asyncio.sleep(0)

    asyncio.run(whole())


def test_a_database_that_is_not_there_is_told() -> None:
    with pytest.raises(StoreUnavailableError, match="cannot be reached"):
        asyncio.run(connect("postgresql://postgres@127.0.0.1:1/postgres"))


async def _play(store: LogStore, steps: int) -> None:
    players = Players(8)
    for number in range(steps):
        step = players.step()
        players.hear(await store.transact(Asked(step.call, step.client, step.now_us, str(number)), step.rule))


def test_the_folded_table_and_the_rows_after_it_are_the_state() -> None:
    """Law: wherever the log was folded, a new instance reads the same state."""
    dsn = shared_dsn()

    async def story() -> tuple[list[str], list[str], int]:
        store = await LogStore.open(dsn)
        line = await connect(dsn)
        await _play(store, 120)
        first = await fold(line, store._tail.safe_seq)
        assert await fold(line, store._tail.safe_seq) == 0, "what was folded is not folded again"
        await _play(store, 60)
        other = await LogStore.open(dsn)
        states = [sorted(map(repr, one._state.entities())) for one in (store, other)]
        await fold(line, other._tail.safe_seq)
        folded, _, _ = await load(line)
        assert sorted(map(repr, folded.entities())) == states[0]
        await store.close()
        await other.close()
        line.terminate()
        await asyncio.sleep(0)
        return states[0], states[1], first

    written, read, first = asyncio.run(story())
    assert first > 20
    assert written
    assert written == read


def test_a_log_that_lost_what_was_answered_from_is_never_answered_from_again() -> None:
    dsn = shared_dsn()

    async def story(connection: Connection) -> None:
        store = await LogStore.open(dsn, limit_s=3.0)
        await _play(store, 30)
        await connection.execute("DELETE FROM log WHERE seq >= $1", store._tail.seq)
        last = "SELECT seq, token FROM log ORDER BY seq DESC LIMIT 1"
        await connection.execute(f"UPDATE head SET (seq, token) = ({last})")
        with pytest.raises(StoreUnavailableError, match="has lost row"):
            await store.read(_looks)
        with pytest.raises(StoreUnavailableError, match="has lost row"):
            await store.read(_looks)
        await store.close()

    async def whole() -> None:
        connection = await connect(dsn)
        await story(connection)
        connection.terminate()
        await asyncio.sleep(0)

    asyncio.run(whole())


def _looks(view: View) -> Outcome[bool]:
    assert view.intents_touching(extent(1)) is not None
    return Outcome(view.intent(ident(1)) is None and NOW_US > 0)
