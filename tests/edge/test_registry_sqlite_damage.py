"""A registry's file that is not as it was written is refused, with what is wrong and what to do; never half read."""

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.edge.party_schema import StoreError
from clearline.edge.registry_sqlite import SqliteStore
from clearline.edge.registry_sqlite_book import Book
from clearline.edge.registry_sqlite_upkeep import Keeping
from clearline.registry.view import Entity
from clearline.wire.registry_log import LogEntry
from tests.app.two_nodes import swift_folder
from tests.edge.test_registry_sqlite import BUSY, asked, everything, held, putting, removing


def _made(path: Path, count: int = 12, keeping: Keeping = BUSY) -> None:
    """A file that a store wrote and closed."""

    async def story() -> None:
        store = SqliteStore(path, keeping=keeping)
        for number in range(count):
            await store.transact(asked(number), putting(held(number), held(number % 4, version=number)))
        await store.transact(asked(), removing(held(1)))
        await store.close()

    asyncio.run(story())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, set[Entity], list[LogEntry]]:
    """A file with several images and a log, what it holds, and its log."""
    path = tmp_path_factory.mktemp("template") / "r.db"
    _made(path)
    return path.read_bytes(), everything(path), _log(path)


def _log(path: Path) -> list[LogEntry]:
    book = Book(path)
    try:
        return [entry for _, entry in book.entries(book.images[0], {})]
    finally:
        book.close()


def _found_or_nobodys(template: tuple[bytes, set[Entity], list[LogEntry]], path: Path, told: bytes | bytearray) -> None:
    """A file that is not as it was written is either refused, with what to do, or holds just what it held."""
    path.write_bytes(told)
    try:
        found = everything(path), _log(path)
    except StoreError as error:
        mend = error.mend
    else:
        assert found == template[1:]
        return
    assert any(word in mend for word in ("restore the latest backup", "registry's own file", "version of Clearline"))


@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(1, 255)), min_size=1, max_size=4))
def test_a_byte_that_changed_is_found_or_was_nobodys(
    template: tuple[bytes, set[Entity], list[LogEntry]], flips: list[tuple[int, int]]
) -> None:
    told = bytearray(template[0])
    for place, flip in flips:
        told[place % len(told)] ^= flip
    with swift_folder() as folder:
        _found_or_nobodys(template, folder / "r.db", told)


def test_every_byte_of_what_was_decided_is_covered(
    template: tuple[bytes, set[Entity], list[LogEntry]], tmp_path: Path
) -> None:
    """Wherever the base address of a USS stands in the file, a change of it is found."""
    places = [place for place in range(len(template[0])) if template[0].startswith(b"https://uss1", place)]
    for number, place in enumerate(places):
        told = bytearray(template[0])
        told[place + 8] ^= 1
        _found_or_nobodys(template, tmp_path / f"{number}.db", told)
    assert len(places) > 40


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_cut_short_is_not_opened(
    template: tuple[bytes, set[Entity], list[LogEntry]], tmp_path: Path, share: float
) -> None:
    _found_or_nobodys(template, tmp_path / "r.db", template[0][: int(len(template[0]) * share)])


@pytest.mark.parametrize("page", range(1, 6))
def test_a_page_that_was_half_written_is_found(
    template: tuple[bytes, set[Entity], list[LogEntry]], tmp_path: Path, page: int
) -> None:
    """Half of a page is another's: a disk that tore a write, or mixed up two."""
    told, size = bytearray(template[0]), 4096
    told[page * size + size // 2 : (page + 1) * size] = template[0][-size // 2 :]
    assert bytes(told) != template[0]
    _found_or_nobodys(template, tmp_path / "r.db", told)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM batches WHERE first = (SELECT max(first) FROM batches)", "the log ends at entry"),
        ("DELETE FROM batches WHERE first = 5", "after entry 4 comes entry 6"),
        (
            "UPDATE batches SET entries = (SELECT entries FROM batches WHERE first = 4) WHERE first = 5",
            "batch 5: it is",
        ),
        ("UPDATE batches SET last = 6 WHERE first = 5", "batch 5: it ends at entry 5, not at 6"),
        ("UPDATE batches SET chain = zeroblob(32) WHERE first = 5", "batch 5: it is not the one"),
        ("DELETE FROM parts WHERE image = (SELECT max(number) FROM images)", "its parts are not all there"),
        ("UPDATE parts SET changes = zeroblob(9) WHERE image = (SELECT max(number) FROM images)", "image .*, part 0"),
        ("UPDATE images SET chain = zeroblob(32) WHERE number = 1", "it is not the one that followed"),
        ("UPDATE images SET changes = changes + 1", "its parts are not all there"),
        ("DELETE FROM images WHERE number = 0; DELETE FROM images WHERE whole = 1", "its oldest image is lost"),
        ("DELETE FROM images", "its images are lost"),
    ],
)
def test_a_row_that_was_lost_or_changed_is_named(tmp_path: Path, sql: str, told: str) -> None:
    path = tmp_path / "r.db"
    _made(path)
    connection = sqlite3.connect(path)
    connection.executescript(sql)
    connection.close()
    with pytest.raises(StoreError, match=told):
        assert (everything(path), _log(path)) is None


def test_an_emptied_file_is_a_new_registry(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    _made(path)
    os.truncate(path, 0)
    assert everything(path) == set()
