"""The file of a planning system: what was kept is there again, and what is not as it was written is not used."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from clearline.edge.party_schema import StoreError
from clearline.edge.uss_http_store import open_uss_store
from clearline.node.coordination_mend import Held
from tests.node.uss_intents import MEANING, known, meant, uuid


def _held(number: int) -> Held:
    return Held(f"flight {number}", uuid(number), known(number), meant())


def test_what_was_kept_is_there_again_and_what_was_dropped_is_not(tmp_path: Path) -> None:
    store = open_uss_store(tmp_path / "uss.db")

    async def story() -> None:
        await asyncio.gather(*(store.keep(_held(number)) for number in range(5)))
        await store.keep(Held("flight 1", uuid(1), known(1)))
        await store.drop("flight 2")

    asyncio.run(story())
    store.close()
    again = open_uss_store(tmp_path / "uss.db")
    found = {held.flight: held for held in again.all_held(MEANING)}
    assert sorted(found) == ["flight 0", "flight 1", "flight 3", "flight 4"]
    assert found["flight 0"].wished is not None and found["flight 1"].wished is None
    again.close()


def test_a_file_is_for_one_process(tmp_path: Path) -> None:
    store = open_uss_store(tmp_path / "uss.db")
    asyncio.run(store.keep(_held(1)))
    with pytest.raises(StoreError):
        open_uss_store(tmp_path / "uss.db")
    store.close()


def test_a_damaged_row_and_another_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "uss.db"
    store = open_uss_store(path)
    asyncio.run(store.keep(_held(1)))
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE flights SET record = CAST(replace(record, 'Accepted', 'Activated') AS BLOB)")
    connection.close()
    with pytest.raises(StoreError, match="damaged"):
        open_uss_store(path).all_held(MEANING)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE things (x)")
    connection.close()
    with pytest.raises(StoreError, match="another file"):
        open_uss_store(other)
    other.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError):
        open_uss_store(other)
