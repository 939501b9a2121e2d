"""The embedded store keeps the contract; what it answered is on disk, and what is not on disk it answers nobody."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.reference import Intent
from clearline.edge.party_schema import StoreError
from clearline.edge.registry_memory import MemoryStore
from clearline.edge.registry_port import Asked, Store
from clearline.edge.registry_sqlite import RegistryLostError, SqliteStore
from clearline.edge.registry_sqlite_book import Batch, Book
from clearline.edge.registry_sqlite_upkeep import Keeping
from clearline.registry.view import Entity, Outcome, Put, Remove, View
from tests.app.two_nodes import swift_folder
from tests.edge.registry_contract import RegistryContract
from tests.registry.players import Players
from tests.registry.sky import NOW_US, extent, ident, intent

BUSY = Keeping(image_entries=7, part_changes=3)
"""Images so often and in such small parts that every test meets one half made."""


@asynccontextmanager
async def _opened(path: Path, keeping: Keeping | None = None) -> AsyncGenerator[SqliteStore]:
    store = SqliteStore(path, keeping=keeping)
    try:
        yield store
    finally:
        await store.close()


class TestSqliteStore(RegistryContract):
    """As a server opens it."""

    def opened(self, folder: Path) -> AbstractAsyncContextManager[Store]:
        """Open one in a new file."""
        return _opened(folder / "registry.db")


class TestSqliteStoreBusy(RegistryContract):
    """With an image always half made, in parts of three: a crowd of ten thousand would take thousands of them."""

    crowd = 1_000

    def opened(self, folder: Path) -> AbstractAsyncContextManager[Store]:
        """Open one in a new file."""
        return _opened(folder / "registry.db", BUSY)


def asked(number: int = 0, at_us: int = NOW_US) -> Asked:
    return Asked("createOperationalIntentReference", "uss1", at_us, f"request-{number}")


def held(number: int, version: int = 1) -> Intent:
    """An intent, as a registry holds it."""
    where = extent(number % 5 + 1)
    hull = where.hull
    name, url, state = ident(number), "https://uss1.example", intent().state
    return Intent(name, "uss1", version, f"ovn {version}", (), state, url, None, where, hull.start_us, hull.end_us, 0)


def putting(*entities: Entity) -> Callable[[View], Outcome[str]]:
    return lambda _: Outcome("put", tuple(Put(entity) for entity in entities))


def removing(entity: Entity) -> Callable[[View], Outcome[str]]:
    return lambda _: Outcome("removed", (Remove(entity),))


def looking(number: int) -> Callable[[View], Outcome[Intent | None]]:
    return lambda view: Outcome(view.intent(ident(number)))


def everything(path: Path) -> set[Entity]:
    """All that a file holds, once it is opened again."""
    book = Book(path)
    try:
        return set(book.load()[0].values())
    finally:
        book.close()


def run(path: Path, story: Callable[[SqliteStore], Awaitable[None]], keeping: Keeping | None = None) -> None:
    async def whole() -> None:
        async with _opened(path, keeping) as store:
            await story(store)

    asyncio.run(whole())


# -- opened again -------------------------------------------------------------------------------------------------


@given(
    seed=st.integers(0, 2**32),
    lives=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    entries=st.integers(1, 12),
    part=st.integers(1, 4),
)
def test_a_store_that_was_opened_again_answers_what_the_model_answers(
    seed: int, lives: list[int], entries: int, part: int
) -> None:
    keeping = Keeping(image_entries=entries, part_changes=part)

    async def life(path: Path, players: Players, model: MemoryStore, steps: int) -> None:
        async with _opened(path, keeping) as store:
            for number in range(steps):
                step = players.step()
                said = Asked(step.call, step.client, step.now_us, f"request-{number}")
                expected = await model.transact(said, step.rule)
                assert await store.transact(said, step.rule) == expected
                players.hear(expected)

    async def all_lives(path: Path) -> None:
        players, model = Players(seed), MemoryStore()
        for steps in lives:
            await life(path, players, model, steps)
        assert everything(path) == set(model._state.entities())

    with swift_folder() as folder:
        asyncio.run(all_lives(folder / "registry.db"))


def test_a_clean_end_leaves_an_image_of_all(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        for number in range(9):
            await store.transact(asked(), putting(held(number)))

    run(tmp_path / "r.db", story)
    book = Book(tmp_path / "r.db")
    assert book.images[-1].seq == 9 and list(book.entries(book.images[-1], {})) == []
    assert len(list(book.entries(book.images[0], {}))) == 9, "the log is kept, whatever the images"
    book.close()


def test_entries_are_numbered_over_all_lives(tmp_path: Path) -> None:
    counted: list[int] = []

    async def story(store: SqliteStore) -> None:
        counted.append(store.entries)
        await store.transact(asked(), putting(held(len(counted))))
        await store.read(looking(1))
        counted.append(store.entries)

    for _ in range(3):
        run(tmp_path / "r.db", story)
    assert counted == [0, 1, 1, 2, 2, 3]


# -- nobody is told what is not on disk ---------------------------------------------------------------------------


class _Gate:
    """A disk that takes a batch only when it is let."""

    def __init__(self, store: SqliteStore) -> None:
        self._keep = store._book.keep
        self.came = threading.Event()
        self.may = threading.Event()
        store._book.keep = self.keep

    def keep(self, batch: Batch) -> None:
        self.came.set()
        assert self.may.wait(20)
        self._keep(batch)


async def _until(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 20)


def test_no_answer_refusal_or_look_quotes_what_is_not_on_disk(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        await store.transact(asked(), putting(held(1)))
        gate = _Gate(store)
        change = asyncio.create_task(store.transact(asked(), putting(held(1, version=2))))
        await _until(gate.came)
        look = asyncio.create_task(store.read(looking(1)))
        refusal = asyncio.create_task(store.transact(asked(), looking(1)))
        await asyncio.sleep(0.05)
        assert not change.done() and not look.done() and not refusal.done()
        gate.may.set()
        assert await change == "put"
        assert await look == await refusal == held(1, version=2)

    run(tmp_path / "r.db", story)


def test_what_waits_together_goes_to_the_disk_together(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        gate = _Gate(store)
        first = asyncio.create_task(store.transact(asked(), putting(held(1))))
        await _until(gate.came)
        others = [asyncio.create_task(store.transact(asked(), putting(held(n)))) for n in range(2, 40)]
        await asyncio.sleep(0.02)
        gate.may.set()
        await asyncio.gather(first, *others)

    run(tmp_path / "r.db", story)
    book = Book(tmp_path / "r.db")
    assert book._connection.execute("SELECT first, last FROM batches").fetchall() == [(1, 1), (2, 39)]
    book.close()


def test_who_is_quiet_does_not_wait(tmp_path: Path) -> None:
    """A look at a registry in which nothing is on its way waits for no disk at all."""

    async def story(store: SqliteStore) -> None:
        await store.transact(asked(), putting(held(1)))
        gate = _Gate(store)
        assert await store.read(looking(1)) == held(1)
        assert not gate.came.is_set()
        gate.may.set()

    run(tmp_path / "r.db", story)


def test_a_caller_that_left_has_changed_it_all_the_same(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        gate = _Gate(store)
        calls = [asyncio.create_task(store.transact(asked(), putting(held(n)))) for n in (1, 2)]
        await _until(gate.came)
        calls[0].cancel()
        gate.may.set()
        assert await calls[1] == "put"
        assert calls[0].cancelled()
        assert await store.read(looking(1)) == held(1)

    run(tmp_path / "r.db", story)
    assert everything(tmp_path / "r.db") == {held(1), held(2)}


# -- a rule or a record that cannot be ----------------------------------------------------------------------------


def test_a_change_that_cannot_be_written_is_not_made(tmp_path: Path) -> None:
    broken = held(1)
    object.__setattr__(broken, "uss_base_url", "\ud800")  # no text that has bytes

    async def story(store: SqliteStore) -> None:
        with pytest.raises(UnicodeEncodeError):
            await store.transact(asked(), putting(broken))
        assert await store.read(looking(1)) is None
        assert await store.transact(asked(), putting(held(2))) == "put"

    run(tmp_path / "r.db", story)
    assert everything(tmp_path / "r.db") == {held(2)}


def test_changes_that_memory_does_not_take_end_the_store(tmp_path: Path) -> None:
    """The removal of what is not there: memory is of no more use, and nothing of it comes to the disk."""
    lost: list[RegistryLostError] = []

    async def story() -> None:
        store = SqliteStore(tmp_path / "r.db", on_lost=lost.append)
        await store.transact(asked(), putting(held(1)))
        with pytest.raises(ValueError, match="which is not there"):
            await store.transact(asked(), removing(held(2)))
        with pytest.raises(RegistryLostError):
            await store.read(looking(1))
        await store.close()

    asyncio.run(story())
    assert len(lost) == 1 and "memory did not take a change" in str(lost[0])
    assert everything(tmp_path / "r.db") == {held(1)}


# -- a disk that does not take it ---------------------------------------------------------------------------------


class _Failing:
    """A connection whose n-th statement fails, before it is carried out or after."""

    def __init__(self, real: sqlite3.Connection, lives: int, problem: str, *, late: bool) -> None:
        self._real, self._lives, self._problem, self._late = real, lives, problem, late

    def execute(self, sql: str, values: object = ()) -> sqlite3.Cursor:
        self._lives -= 1
        if self._lives == 0 and not self._late:
            raise sqlite3.OperationalError(self._problem)
        found = self._real.execute(sql, values)  # type: ignore[arg-type] - handed on as it came
        if self._lives == 0:
            raise sqlite3.OperationalError(self._problem)
        return found

    def close(self) -> None:
        self._real.close()


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("problem", ["disk I/O error", "database or disk is full"])
def test_a_write_that_failed_ends_it_and_nothing_answered_is_lost(tmp_path: Path, problem: str, *, late: bool) -> None:
    """At every statement that a store ever makes: lost, and kept but unanswered."""
    lives, tried = 0, 0
    while True:
        lives += 1
        path = tmp_path / f"{lives}.db"
        answered, lost = asyncio.run(_until_it_fails(path, lives, problem, late=late))
        kept = {entity.ident for entity in everything(path) if isinstance(entity, Intent)}
        assert answered <= kept, "an answer went out for what is not on disk"
        if not lost:
            break
        tried += 1
        assert problem in str(lost[0]) and "make room, restart" in str(lost[0])
    assert tried > 30, "not every statement was tried"


async def _until_it_fails(
    path: Path, lives: int, problem: str, *, late: bool
) -> tuple[set[str], list[RegistryLostError]]:
    lost: list[RegistryLostError] = []
    store = SqliteStore(path, keeping=BUSY, on_lost=lost.append)
    store._book._connection = _Failing(store._book._connection, lives, problem, late=late)  # type: ignore[assignment]
    answered: set[str] = set()

    async def put(number: int) -> None:
        await store.transact(asked(), putting(held(number)))
        answered.add(ident(number))

    for turn in range(8):
        for outcome in await asyncio.gather(*(put(3 * turn + n) for n in range(3)), return_exceptions=True):
            assert outcome is None or isinstance(outcome, RegistryLostError), outcome
    if lost:
        with pytest.raises(RegistryLostError):
            await store.read(looking(1))
    await store.close()
    return answered, lost


def test_everybody_who_waits_is_told_that_it_was_lost(tmp_path: Path) -> None:
    lost: list[RegistryLostError] = []

    async def story() -> None:
        store = SqliteStore(tmp_path / "r.db", on_lost=lost.append)
        store._book._connection.execute("PRAGMA query_only = ON")
        waiting = [store.transact(asked(), putting(held(n))) for n in range(4)] + [store.read(looking(1))]
        told = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(outcome, RegistryLostError) for outcome in told)
        await store.close()

    asyncio.run(story())
    assert len(lost) == 1
    assert everything(tmp_path / "r.db") == set()


# -- one process alone --------------------------------------------------------------------------------------------


def test_two_stores_cannot_use_one_file(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        with pytest.raises(StoreError, match="another process has it open; one process alone"):
            SqliteStore(tmp_path / "r.db")
        assert await store.transact(asked(), putting(held(1))) == "put"

    run(tmp_path / "r.db", story)
    run(tmp_path / "r.db", story)


# -- copies while it is in use ------------------------------------------------------------------------------------


def test_a_copy_that_is_taken_in_use_is_a_whole_state(tmp_path: Path) -> None:
    """It holds all that was answered before it was asked for, and is the state after some entry."""

    async def story(store: SqliteStore) -> None:
        for number in range(60):
            await store.transact(asked(), putting(held(number)))
        copying = asyncio.create_task(store.backup(tmp_path / "copy.db"))
        number = 60
        while not copying.done():
            await store.transact(asked(), putting(held(number)))
            number += 1
        await copying
        with pytest.raises(FileExistsError, match="is there already"):
            await store.backup(tmp_path / "copy.db")

    run(tmp_path / "r.db", story, BUSY)
    found = everything(tmp_path / "copy.db")
    assert len(found) >= 60 and found == {held(number) for number in range(len(found))}
    assert not list(tmp_path.glob(".*draft*"))
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
