"""A registry's file that was put back to an earlier state is known as one, and no other is."""

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.app.registry_store import open_store
from clearline.edge.registry_sqlite import SqliteStore
from clearline.edge.registry_sqlite_mark import PutBack, mark_of
from clearline.edge.registry_sqlite_upkeep import Keeping
from tests.app.two_nodes import swift_folder
from tests.edge.test_registry_sqlite import asked, held, putting
from tests.registry.sky import NOW_US

_HOUR_US = 3_600_000_000
_KEEPING = Keeping(image_entries=3, part_changes=2)


async def _more(path: Path, count: int, *, first: int = 0) -> PutBack | None:
    """So many entries more, each in a batch of its own; what the store said when it was opened."""
    store = SqliteStore(path, keeping=_KEEPING)
    for number in range(first, first + count):
        await store.transact(asked(number), putting(held(number)))
    await store.close()
    return store.put_back


def _doubt(path: Path) -> PutBack | None:
    store = SqliteStore(path)
    asyncio.run(store.close())
    return store.put_back


@given(st.lists(st.integers(0, 4), min_size=1, max_size=5), st.data())
def test_a_file_is_in_doubt_exactly_if_it_is_not_the_latest(lives: list[int], data: st.DataObject) -> None:
    """Law: of the states a file had at its ends, the mark fits the last alone, and those that are as far."""
    with swift_folder() as folder:
        path = folder / "r.db"
        entries: list[int] = []
        for number, count in enumerate(lives):
            assert asyncio.run(_more(path, count, first=sum(lives[:number]))) is None
            shutil.copy(path, folder / f"copy{number}")
            entries.append(sum(lives[: number + 1]))
        chosen = data.draw(st.integers(0, len(lives) - 1))
        shutil.copy(folder / f"copy{chosen}", path)
        found = _doubt(path)
        if entries[chosen] == entries[-1]:
            assert found is None
        else:
            assert found == PutBack(entries[chosen], NOW_US if entries[chosen] else 0, entries[-1])
            assert _doubt(path) is not None, "it stays in doubt until somebody says that it is to be used"


def test_a_process_that_was_killed_leaves_no_doubt(tmp_path: Path) -> None:
    async def story() -> None:
        store = SqliteStore(tmp_path / "r.db")
        for number in range(9):
            await store.transact(asked(number), putting(held(number)))
        shutil.copytree(tmp_path, tmp_path / "killed", ignore=lambda *_: ["killed"])
        await store.close()

    asyncio.run(story())
    assert _doubt(tmp_path / "killed" / "r.db") is None


def test_an_older_mark_leaves_no_doubt(tmp_path: Path) -> None:
    """After a loss of power the mark may be as it was some batches ago, or as it was when the file was begun."""
    path = tmp_path / "r.db"
    asyncio.run(_more(path, 0))
    marks = [mark_of(path).read_bytes()]
    for number in range(6):
        asyncio.run(_more(path, 2, first=2 * number))
        marks.append(mark_of(path).read_bytes())
    for mark in marks:
        mark_of(path).write_bytes(mark)
        assert _doubt(path) is None


def test_a_file_with_another_history_is_in_doubt(tmp_path: Path) -> None:
    """As far as the mark says or farther, and yet not the file that the mark was written for."""
    asyncio.run(_more(tmp_path / "r.db", 3))
    asyncio.run(_more(tmp_path / "other.db", 5, first=50))
    shutil.copy(tmp_path / "other.db", tmp_path / "r.db")
    assert _doubt(tmp_path / "r.db") == PutBack(5, NOW_US, 3)


@pytest.mark.parametrize("mark", [b"", b"nonsense", b"0" * 86, None])
def test_a_file_without_a_mark_that_can_be_read_is_in_doubt(tmp_path: Path, mark: bytes | None) -> None:
    path = tmp_path / "r.db"
    asyncio.run(_more(path, 2))
    mark_of(path).unlink() if mark is None else mark_of(path).write_bytes(mark)
    assert _doubt(path) == PutBack(2, NOW_US, None)


def test_a_new_file_where_another_was_is_in_doubt(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    asyncio.run(_more(path, 2))
    path.unlink()
    assert _doubt(path) == PutBack(0, 0, 2)


def test_where_the_log_was_cut_the_rest_counts(tmp_path: Path) -> None:
    """A mark from before the beginning of the log cannot be held against it; the file went on long after it."""
    path = tmp_path / "r.db"
    asyncio.run(_more(path, 1))
    old = mark_of(path).read_bytes()

    async def long_after() -> int:
        store = SqliteStore(path, keeping=Keeping(image_entries=5, part_changes=50, log_us=10 * _HOUR_US))
        for number in range(200):
            await store.transact(asked(number, NOW_US + number * _HOUR_US), putting(held(number % 7, version=number)))
        await store.close()
        return store._book.begins_after

    assert asyncio.run(long_after()) > 100
    mark_of(path).write_bytes(old)
    assert _doubt(path) is None


def test_a_registry_does_not_start_on_it_until_its_operator_says_so(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    asyncio.run(_more(path, 3))
    shutil.copy(path, tmp_path / "copy.db")
    asyncio.run(_more(path, 2, first=3))
    shutil.copy(tmp_path / "copy.db", path)

    async def story() -> None:
        for _ in range(2):
            with pytest.raises(ValueError, match=r"ends with entry 3 .* entry 5 .* tell every USS .* --after-restore"):
                await open_store(f"sqlite:{path}")
        opened = await open_store(f"sqlite:{path}", after_restore=True)
        assert "entry 5 of another had been kept" in (opened.put_back or "")
        await opened.store.close()
        again = await open_store(f"sqlite:{path}")
        assert again.put_back == "", "once is enough"
        await again.store.close()

    asyncio.run(story())
