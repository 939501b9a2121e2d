"""A registry's log is read again, and its copies are made and put back: what is found is what was decided."""

import asyncio
import json
import socket
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clearline.app.registry_backup import back_up, restore
from clearline.app.registry_replay import replay_log
from clearline.app.registry_store import open_store
from clearline.cli.registry import registry_command
from clearline.edge.party_schema import StoreError
from clearline.edge.registry_port import Asked
from clearline.edge.registry_sqlite import SqliteStore
from clearline.edge.registry_sqlite_book import take_in
from clearline.edge.registry_sqlite_door import ask_backup, door_of
from clearline.edge.registry_sqlite_upkeep import Keeping
from clearline.registry.view import Entity
from clearline.wire.registry_log import Key, LogEntry
from tests.edge.test_registry_sqlite import asked, held, putting, removing
from tests.registry.players import Players
from tests.registry.sky import NOW_US


async def _played(path: Path, steps: int) -> set[Entity]:
    """A file that several USSs used; what it held in the end."""
    store = SqliteStore(path, keeping=Keeping(image_entries=9, part_changes=4))
    players = Players(3)
    for number in range(steps):
        step = players.step()
        players.hear(await store.transact(Asked(step.call, step.client, step.now_us, f"r-{number}"), step.rule))
    found = set(store._state.entities())
    await store.close()
    return found


@pytest.fixture
def played(tmp_path: Path) -> tuple[Path, set[Entity]]:
    path = tmp_path / "r.db"
    return path, asyncio.run(_played(path, 200))


def test_the_log_gives_the_state_and_every_image_of_it(played: tuple[Path, set[Entity]]) -> None:
    heard: list[tuple[int, LogEntry]] = []
    found = replay_log(played[0], heard=lambda seq, entry: heard.append((seq, entry)))
    assert set(found.state.values()) == played[1] and not found.differences
    assert found.images > 3 and (found.first, found.last) == (1, len(heard))
    assert [seq for seq, _ in heard] == list(range(1, len(heard) + 1))
    assert found.times_us == (heard[0][1].at_us, heard[-1][1].at_us)
    assert sum(found.counts().values()) == len(played[1])


def test_until_a_time_it_is_the_state_of_that_time(played: tuple[Path, set[Entity]]) -> None:
    heard: list[LogEntry] = []
    replay_log(played[0], heard=lambda _, entry: heard.append(entry))
    for entry in heard[:: len(heard) // 7]:
        told: dict[Key, Entity] = {}
        for other in heard:
            if other.at_us <= entry.at_us:
                take_in(told, other.changes)
        assert replay_log(played[0], until_us=entry.at_us).state == told
    assert replay_log(played[0], until_us=NOW_US - 1).state == {}


def test_what_was_changed_behind_its_back_is_named(played: tuple[Path, set[Entity]]) -> None:
    """An image with a sum of its own that is not what the log says: only a replay can know."""
    path = played[0]
    store = SqliteStore(path)
    image = store._book.images[-1]
    store._book.close()
    book = sqlite3.connect(path)
    book.execute("DELETE FROM images WHERE number = ?", [image.number])
    book.commit()
    book.close()
    forged = SqliteStore(path)
    forged._upkeep.changed(putting(held(77))(forged._state).changes)
    asyncio.run(_one_more(forged))
    with pytest.raises(StoreError, match=r"is not what the log says of intent 0000004d"):
        back_up(path, path.with_name("copy.db"))
    assert "is not what the log says" in replay_log(path).differences[0]


async def _one_more(store: SqliteStore) -> None:
    await store.transact(asked(), putting(held(78)))
    await store.close()


def test_a_copy_of_a_registry_at_rest_is_put_back(played: tuple[Path, set[Entity]]) -> None:
    path, copy = played[0], played[0].with_name("copy.db")
    assert set(back_up(path, copy).state.values()) == played[1]
    with pytest.raises(FileExistsError, match="it is there already"):
        back_up(path, copy)
    with pytest.raises(FileExistsError, match="move it away first"):
        restore(copy, path)
    path.unlink()
    left = path.with_name(f"{path.name}-wal")
    left.write_bytes(b"of the file that was here")
    with pytest.raises(FileExistsError, match="move it to where that is"):
        restore(copy, path)
    left.unlink()
    assert set(restore(copy, path).state.values()) == played[1]
    store = SqliteStore(path)
    assert set(store._state.entities()) == played[1]
    asyncio.run(_one_more(store))


def test_a_copy_that_is_damaged_is_not_put_back(played: tuple[Path, set[Entity]]) -> None:
    path, copy = played[0], played[0].with_name("copy.db")
    back_up(path, copy)
    told = bytearray(copy.read_bytes())
    told[told.index(b"https://uss1") + 9] ^= 1
    copy.write_bytes(told)
    with pytest.raises(StoreError, match="restore the latest backup"):
        restore(copy, path.with_name("other.db"))
    assert not path.with_name("other.db").exists()


def test_a_running_registry_is_asked_for_a_copy(tmp_path: Path) -> None:
    path, copy = tmp_path / "r.db", tmp_path / "copy.db"

    async def story() -> None:
        store = (await open_store(f"sqlite:{path}")).store
        await store.transact(asked(), putting(held(1)))
        assert door_of(path).stat().st_mode & 0o077 == 0, "nobody else may ask"
        found = await asyncio.to_thread(back_up, path, copy)
        assert set(found.state.values()) == {held(1)}
        why = await asyncio.to_thread(ask_backup, path, copy)
        assert why is not None and "is there already" in why
        why = await asyncio.to_thread(ask_backup, path, tmp_path / "no" / "copy.db")
        assert why is not None and "No such file" in why
        with pytest.raises(StoreError, match="made no copy"):
            await asyncio.to_thread(back_up, path, tmp_path / "no" / "copy.db")
        with pytest.raises(ValueError, match="another process has it open"):
            await open_store(f"sqlite:{path}")
        assert door_of(path).exists()
        await store.close()

    asyncio.run(story())
    assert not door_of(path).exists()


def test_the_door_takes_nothing_but_a_whole_name(tmp_path: Path) -> None:
    path = tmp_path / "r.db"

    async def said(line: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(door_of(path)))
        writer.write(line)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def story() -> None:
        store = SqliteStore(path)
        await store.open_door()
        assert b"only the whole name" in await said(b"copy.db\n")
        assert await said(b"no end of line") == b""
        assert await said(b"x" * 20_000 + b"\n") == b""
        assert await said(bytes(tmp_path / "copy.db") + b"\n") == b"ok\n"
        await store.close()

    asyncio.run(story())


def test_what_a_door_left_behind_does_not_stop_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "r.db"

    async def story() -> None:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(door_of(path)))  # and never removed, as by a process that was killed
        again = SqliteStore(path)
        await again.open_door()
        assert await asyncio.to_thread(ask_backup, path, tmp_path / "copy.db") is None
        await again.close()

    asyncio.run(story())


# -- the words of the command -------------------------------------------------------------------------------------


def _ran(*words: str | Path) -> Result:
    return CliRunner().invoke(registry_command, [str(word) for word in words])


def _three(path: Path) -> None:
    async def story() -> None:
        store = SqliteStore(path)
        await store.transact(asked(1, NOW_US), putting(held(1), held(2)))
        await store.transact(asked(2, NOW_US + 1), removing(held(1)))
        await store.close()

    asyncio.run(story())


def test_the_commands_say_what_they_found(tmp_path: Path) -> None:
    path, copy = tmp_path / "r.db", tmp_path / "copy.db"
    _three(path)
    found = _ran("replay", path)
    assert found.exit_code == 0, found.output
    told = "log: entries 1 to 2, 2027-01-15T08:00:00.000000Z to 2027-01-15T08:00:00.000001Z\nstate: 1 intent\n"
    assert found.output.startswith(told) and found.output.endswith("0 differ\n")
    for words in (("backup", path, copy), ("restore", copy, tmp_path / "again.db")):
        again = _ran(*words)
        assert again.exit_code == 0 and again.output.startswith(told), again.output
        assert _ran(*words).exit_code == 3


def test_the_log_and_the_state_are_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    _three(path)
    first, second = map(json.loads, _ran("replay", path, "--log").output.splitlines())
    assert first["client"] == "uss1" and first["call"] == "createOperationalIntentReference"
    assert (first["seq"], first["request"], first["at"]) == (1, "request-1", "2027-01-15T08:00:00.000000Z")
    assert [change["put"]["ident"] for change in first["changes"]] == [held(1).ident, held(2).ident]
    assert second["changes"][0]["remove"]["kind"] == "Intent"
    (only,) = map(json.loads, _ran("replay", path, "--state").output.splitlines())
    assert only["ident"] == held(2).ident and only["extent"]["spans"][0]["high_m"] == 100.0
    before = _ran("replay", path, "--until", "2027-01-15T07:59:59Z")
    assert before.output.startswith("log: no entries\nstate: empty\n")


def test_what_cannot_be_is_one_sentence_and_status_3(tmp_path: Path) -> None:
    for words, told in (
        (("replay", tmp_path / "none.db"), "there is no such file"),
        (("backup", tmp_path / "none.db", tmp_path / "copy.db"), "there is no such file"),
        (("restore", tmp_path / "none.db", tmp_path / "r.db"), "there is no such file"),
        (("replay", Path(__file__)), "not a database"),
        (("replay", Path(__file__), "--until", "noon"), "--until noon"),
    ):
        found = _ran(*words)
        assert found.exit_code == 3 and told in found.output and "Traceback" not in found.output, found.output
        assert not (tmp_path / "none.db").exists()
