"""A registry's file: its schema in every version, its images and its log, and every byte that changed by itself."""

import asyncio
import shutil
import sqlite3
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.edge.numbered_scripts import Script
from clearline.edge.party_schema import StoreError
from clearline.edge.registry_sqlite import SqliteStore
from clearline.edge.registry_sqlite_book import Batch, Book, Image, Part
from clearline.edge.registry_sqlite_file import SCRIPTS, migrate, open_registry_file, queries
from clearline.edge.registry_sqlite_upkeep import Keeping, Upkeep
from clearline.registry.report import FiledReport
from clearline.registry.view import Entity, Put, Remove
from clearline.wire.registry_log import LogEntry, join_records, key_of, write_changes, write_entry
from tests.app.two_nodes import swift_folder
from tests.edge.test_registry_sqlite import asked, everything, held, putting, removing
from tests.registry.sky import NOW_US
from tests.wire.test_registry_log import EXAMPLES

_HOUR_US = 3_600_000_000


def _put(book: Book, *numbers: int, at_us: int = NOW_US) -> None:
    """One batch with an entry for each."""
    records = [write_entry(LogEntry(at_us, "c", "call", "r", (Put(held(number)),))) for number in numbers]
    book.keep(Batch(tuple(records), at_us))


def _image(book: Book, *entities: Entity, whole: bool = True) -> Image:
    """An image in one part."""
    changes = [Put(entity) for entity in entities]
    book.keep(Batch((), 0, Part(write_changes(changes), len(changes), opens=True, whole=whole, closes=True)))
    return book.images[-1]


# -- migrations ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(1, len(SCRIPTS) + 1))
def test_a_file_of_every_earlier_version_is_brought_up_with_what_it_held(tmp_path: Path, version: int) -> None:
    """What version 1 wrote is written by hand, as no program of that version is here any more."""
    path = tmp_path / "r.db"
    connection = open_registry_file(path, SCRIPTS[:version])
    body = join_records([write_entry(LogEntry(NOW_US, "c", "call", "r", (Put(held(1)),)))])
    connection.execute(queries()["add_image"], (0, 0, bytes(32), 0, 1, 0, sha256().digest()))
    connection.execute(queries()["add_batch"], (1, 1, NOW_US, sha256(bytes(32) + body).digest(), body))
    connection.close()
    assert everything(path) == {held(1)}
    book = Book(path)
    book.keep_report(FiledReport("r1", NOW_US, "c", "r", "told", b"{}"))
    assert len(list(book.reports())) == 1
    book.close()
    again = sqlite3.connect(path)
    assert [row[0] for row in again.execute("SELECT number FROM migrations")] == [s.number for s in SCRIPTS]
    again.close()


def test_the_scripts_are_numbered_without_gaps_and_every_query_is_sql(tmp_path: Path) -> None:
    assert [script.number for script in SCRIPTS] == list(range(1, len(SCRIPTS) + 1))
    connection = open_registry_file(tmp_path / "r.db")
    for sql in queries().values():
        connection.execute(f"EXPLAIN {sql}", [None] * sql.count("?")).fetchall()
    connection.close()


def test_a_later_or_another_schema_is_refused(tmp_path: Path) -> None:
    later = tmp_path / "later.db"
    more = Script(len(SCRIPTS) + 1, "CREATE TABLE more (x INTEGER) STRICT;")
    open_registry_file(later, [*SCRIPTS, more]).close()
    with pytest.raises(StoreError, match=rf"later version \(schema {more.number}\); use the version"):
        Book(later)
    other = tmp_path / "other.db"
    open_registry_file(other, [Script(1, SCRIPTS[0].sql + "\n-- and a word more")]).close()
    with pytest.raises(StoreError, match="script 1 of its schema is not the one known here"):
        Book(other)
    changed = tmp_path / "changed.db"
    connection = open_registry_file(changed)
    connection.execute("CREATE TABLE more (x INTEGER)")
    connection.close()
    with pytest.raises(StoreError, match="its schema is not the one that its scripts make"):
        Book(changed)


def test_a_script_that_fails_half_way_leaves_the_version_before(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    open_registry_file(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    broken = Script(len(SCRIPTS) + 1, "CREATE TABLE a (x INTEGER) STRICT; nonsense;")
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, path, [*SCRIPTS, broken])
    connection.close()
    Book(path).close()


def test_a_database_that_is_no_registry_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="it is a database, but no registry; name the registry's own file"):
        Book(path)
    text = tmp_path / "letter.txt"
    text.write_text("Dear registry, " * 99)
    with pytest.raises(StoreError, match="not a database"):
        Book(text)
    assert text.read_text().startswith("Dear registry")
    with pytest.raises(StoreError, match="cannot be opened"):
        Book(tmp_path / "no" / "such" / "folder.db")


def test_nobody_else_can_read_it_and_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    connection = open_registry_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    wanted = {"synchronous": 2, "journal_mode": "wal", "locking_mode": "exclusive", "mmap_size": 0, "fullfsync": 1}
    assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    connection.close()


# -- images -------------------------------------------------------------------------------------------------------


def test_a_start_reads_no_more_of_the_log_than_changed_since_the_image(tmp_path: Path) -> None:
    async def story() -> None:
        store = SqliteStore(tmp_path / "r.db", keeping=Keeping(image_entries=10, part_changes=4))
        for number in range(95):
            await store.transact(asked(number), putting(held(number % 13, version=number)))
        shutil.copytree(tmp_path, tmp_path / "crashed", ignore=lambda *_: ["crashed"])
        await store.close()

    asyncio.run(story())
    book = Book(tmp_path / "crashed" / "r.db")
    state, changed = book.load()
    assert book.seq == 95 and len(state) == 13
    # An image is finished within as many batches as it has parts.
    assert 95 - book.images[-1].seq <= 20 and set(changed) <= set(state)
    assert sum(image.whole for image in book.images) > 2, "the file grows with what changes, not with what is there"
    book.close()


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 9), st.integers(1, 4))
def test_an_image_is_the_state_after_its_entry(numbers: list[int], entries: int, part: int) -> None:
    """Law: whatever the images, the log from the first to each is the state that it shows."""

    async def story(path: Path) -> None:
        store = SqliteStore(path, keeping=Keeping(image_entries=entries, part_changes=part))
        for count, number in enumerate(numbers):
            there = store._state.intent(held(number).ident)
            gone = there is not None and count % 3 == 0
            rule = removing(held(number)) if gone else putting(held(number, version=count))
            await store.transact(asked(count), rule)
        await store.close()

    with swift_folder() as folder:
        asyncio.run(story(folder / "r.db"))
        book = Book(folder / "r.db")
        shown: dict[tuple[str, str], Entity] = {}
        for image in book.images:
            if image.whole:
                shown = {}
            book.lay(shown, image)
            told: dict[tuple[str, str], Entity] = {}
            for seq, _ in book.entries(book.images[0], told):
                if seq == image.seq:
                    break
            assert shown == (told if image.seq else {})
        book.close()


def test_an_image_that_was_not_finished_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    book = Book(path)
    _put(book, 1, 2)
    half = Part(write_changes([Put(held(9))]), 1, opens=True, whole=True, closes=False)
    book.keep(Batch((), 0, half))
    book.close()
    assert everything(path) == {held(1), held(2)}
    book = Book(path)
    _image(book, held(1), held(2))
    book.close()
    assert everything(path) == {held(1), held(2)}


def _tidied(book: Book, before_us: int) -> None:
    while book.tidy(before_us, 2):
        pass


def test_the_log_is_kept_for_as_long_as_was_said_and_no_image_it_needs_goes(tmp_path: Path) -> None:
    book = Book(tmp_path / "r.db")
    entities: list[Entity] = []
    for number in range(40):
        at_us = NOW_US + number * _HOUR_US
        entities.append(held(number))
        _put(book, number, at_us=at_us)
        _image(book, *entities)
        if number % 2:
            _image(book, held(number), whole=False)
    before_us = NOW_US + 30 * _HOUR_US
    _tidied(book, before_us)
    oldest = book.images[0]
    assert oldest.whole and oldest.seq == 30, "the newest whole image that is older than the log is to be"
    assert [seq for seq, _ in book.entries(oldest, {})] == list(range(31, 41)), "ten hours and not an entry less"
    (parts,) = book._connection.execute("SELECT count(DISTINCT image) FROM parts").fetchone()
    assert parts == len(book.images), "parts of what is gone are gone"
    assert len([image for image in book.images if image.whole]) < 12, "between the two ends they are thinned"
    book.close()
    assert everything(tmp_path / "r.db") == set(entities)
    book = Book(tmp_path / "r.db")
    base: dict[tuple[str, str], Entity] = {}
    book.lay(base, book.images[0])
    assert len(list(book.entries(book.images[0], base))) == 10
    assert set(base.values()) == set(entities)
    book.close()


def test_nothing_goes_from_the_log_before_its_time(tmp_path: Path) -> None:
    book = Book(tmp_path / "r.db")
    for number in range(5):
        _put(book, number)
        _image(book, *(held(n) for n in range(number + 1)))
    _tidied(book, NOW_US)
    assert book.images[0].seq == 0 and len(list(book.entries(book.images[0], {}))) == 5
    book.close()


def test_a_store_tidies_by_itself_under_load_and_at_rest(tmp_path: Path) -> None:
    path = tmp_path / "r.db"

    async def story(*, rest: bool) -> int:
        store = SqliteStore(path, keeping=Keeping(image_entries=5, part_changes=50, log_us=10 * _HOUR_US))
        first = store.entries
        for number in range(first, first + 200):
            await store.transact(asked(number, NOW_US + number * _HOUR_US), putting(held(number % 7, version=number)))
            if rest and number % 20 == 0:
                await asyncio.sleep(0.01)
        kept = len(list(store._book.entries(store._book.images[0], {})))
        await store.close()
        return kept

    assert asyncio.run(story(rest=True)) < 60
    assert asyncio.run(story(rest=False)) < 60


@pytest.mark.parametrize("number", [0, -1])
def test_how_it_is_kept_up_is_told_in_positive_numbers(number: int) -> None:
    for keeping in (
        lambda: Keeping(image_entries=number),
        lambda: Keeping(part_changes=number),
        lambda: Keeping(log_us=number),
    ):
        with pytest.raises(ValueError, match="1 and more"):
            keeping()


def test_an_image_costs_what_changed() -> None:
    """Of a thousand entities of which three change, an image brings three."""
    entities = [held(number) for number in range(1_000)]
    keeping = Keeping(image_entries=3, part_changes=100)
    whole = Image(1, 10, b"", NOW_US, True, 1_000, b"")
    upkeep = Upkeep(keeping, [whole], {}, lambda: iter(entities))
    upkeep.changed([Put(held(n)) for n in (1, 2, 2, 3)])
    assert upkeep.part(12, NOW_US, 1_000) is None
    part = upkeep.part(13, NOW_US, 1_000)
    assert part is not None and (part.changes, part.opens, part.whole, part.closes) == (3, True, False, True)
    upkeep.changed([Remove(held(n)) for n in range(999)])
    parts: list[Part] = []
    for seq in range(16, 40):
        found = upkeep.part(seq, NOW_US, 1_000)
        if found is not None:
            parts.append(found)
        if found is not None and found.closes:
            break
    assert parts[0].whole, "once more has changed than there is, an image is whole"
    assert sum(part.changes for part in parts) == 1_000 and max(part.changes for part in parts) == 100


def test_every_kind_of_entity_has_a_key_of_its_own() -> None:
    keys = {name: key_of(entity) for name, entity in EXAMPLES.items()}
    assert {name: kind for name, (kind, _) in keys.items()} == {name: name for name in EXAMPLES}
    assert keys["availability"] == ("availability", "uss2")
