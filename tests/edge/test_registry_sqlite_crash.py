"""`kill -9`, a power cut and a full disk at every moment: what was answered is there after, whole and in its order.

A killed process leaves the operating system's cache whole, so that is about the order of writes; a power cut is tried
by cutting the write-ahead log, of which only what a commit waited for is sure to be there.
"""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clearline.airspace.reference import Intent
from clearline.edge.registry_sqlite import SqliteStore
from clearline.registry.view import Entity
from tests.app.two_nodes import swift_folder
from tests.edge.test_registry_sqlite import BUSY, asked, everything, held, putting


@dataclass
class _Mortal:
    """A database connection that ends the process at its n-th statement, before or after it is carried out."""

    real: sqlite3.Connection
    lives: int
    late: bool

    def execute(self, sql: str, values: object = ()) -> sqlite3.Cursor:
        self.lives -= 1
        if self.lives == 0 and not self.late:
            os.kill(os.getpid(), signal.SIGKILL)
        found = self.real.execute(sql, values)  # type: ignore[arg-type] - handed on as it came
        if self.lives == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    def close(self) -> None:
        self.real.close()


def _child(work: Callable[[int], None]) -> tuple[list[int], int]:
    """Run work in a process of its own; all numbers that it told through the pipe, and how it ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        try:
            work(writer)
        finally:
            os._exit(9)
    os.close(writer)
    told = b""
    while chunk := os.read(reader, 65_536):
        told += chunk
    os.close(reader)
    _, status = os.waitpid(child, 0)
    return [int(line) for line in told.split(b"\n")[:-1]], status


def _life(path: Path, lives: int, *, late: bool) -> Callable[[int], None]:
    """Twelve changes by three clients, each told once it is answered; the process dies at a statement."""

    async def client(store: SqliteStore, writer: int, first: int) -> None:
        for number in range(first, first + 4):
            await store.transact(asked(number), putting(held(number)))
            os.write(writer, f"{number}\n".encode())

    async def story(writer: int) -> None:
        store = SqliteStore(path, keeping=BUSY)
        store._book._connection = _Mortal(store._book._connection, lives, late)  # type: ignore[assignment]
        await asyncio.gather(*(client(store, writer, first) for first in (0, 4, 8)))
        await store.close()

    return lambda writer: asyncio.run(story(writer))


def _numbers(entities: set[Entity]) -> set[str]:
    return {entity.ident for entity in entities if isinstance(entity, Intent)}


def test_killed_before_and_after_every_statement() -> None:
    tried = 0
    for late in (False, True):
        killed, lives = True, 0
        while killed:
            lives += 1
            with swift_folder() as folder:
                path = folder / "r.db"
                told, status = _child(_life(path, lives, late=late))
                killed = os.WIFSIGNALED(status)
                found = _numbers(everything(path))
                assert {held(number).ident for number in told} <= found, f"lost at statement {lives}"
                # And it goes on from there.
                again, _ = _child(_life(path, 10**9, late=late))
                assert len(again) == 12 and len(everything(path)) == 12
            tried += killed
    assert tried > 24, "the statements of a life were not all tried"


_LOAD = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.edge.test_registry_sqlite import BUSY, asked, held, putting
from clearline.edge.registry_sqlite import SqliteStore

async def client(store, number):
    while True:
        await store.transact(asked(number), putting(held(number)))
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()
        number += 16

async def story():
    store = SqliteStore(Path(sys.argv[1]), keeping=BUSY)
    first = int(sys.argv[3])
    await asyncio.gather(*(client(store, first + n) for n in range(16)))

asyncio.run(story())
"""
_ROOT = str(Path(__file__).resolve().parents[2])


def test_killed_under_load_at_any_moment(tmp_path: Path) -> None:
    path, chance = tmp_path / "r.db", random.Random(20150918)
    told: set[str] = set()
    for turn in range(4):
        command = [sys.executable, "-c", _LOAD, str(path), _ROOT, str(turn * 1_000_000)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(chance.randrange(1, 200))]
        time.sleep(chance.random() * 0.02)
        child.kill()
        rest, _ = child.communicate()
        heard = "".join(lines) + rest
        told |= {held(int(line)).ident for line in heard.split("\n")[:-1]}
        assert told <= _numbers(everything(path)), "an answer was lost"
    assert len(told) > 100


def _sizes(path: Path) -> tuple[Path, list[int]]:
    """A folder as a power cut found it, and how long the write-ahead log was after each answer."""
    sizes: list[int] = []
    cut = path.parent / "cut"

    async def story() -> None:
        store = SqliteStore(path, keeping=BUSY)
        wal = path.with_name(f"{path.name}-wal")
        for number in range(30):
            await store.transact(asked(number), putting(held(number)))
            sizes.append(wal.stat().st_size)
        shutil.copytree(path.parent, cut)
        await store.close()

    asyncio.run(story())
    return cut, sizes


def test_a_power_cut_loses_nothing_that_was_answered() -> None:
    """Whatever of the write-ahead log lies after an answer may be lost, torn or full of something else."""
    chance = random.Random(7)
    with swift_folder() as folder:
        (folder / "run").mkdir()
        cut, sizes = _sizes(folder / "run" / "r.db")
        wal = (cut / "r.db-wal").read_bytes()
        assert sizes == sorted(sizes) and sizes[-1] <= len(wal)
        for answered, size in enumerate(sizes, 1):
            for tail in (b"", wal[size : size + chance.randrange(4_000)], chance.randbytes(5_000), bytes(5_000)):
                trial = folder / "trial"
                shutil.copytree(cut, trial)
                (trial / "r.db-wal").write_bytes(wal[:size] + tail)
                found = _numbers(everything(trial / "r.db"))
                shutil.rmtree(trial)
                assert {held(number).ident for number in range(answered)} <= found, f"answer {answered} was lost"


_FILLER = """
import asyncio, resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.edge.test_registry_sqlite import asked, held, putting
from clearline.edge.registry_sqlite import SqliteStore

async def story():
    store = SqliteStore(Path(sys.argv[1]))
    await store.transact(asked(), putting(held(0)))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
    for number in range(1, 10_000):
        await store.transact(asked(number), putting(held(number)))
        print(number, flush=True)

asyncio.run(story())
"""


def test_a_file_that_may_not_grow_ends_the_process_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    command = [sys.executable, "-c", _FILLER, str(path), _ROOT]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 74, found.stderr
    assert "r.db: a write failed" in found.stderr and "make room, restart" in found.stderr
    last = int(found.stdout.split()[-1])
    assert last > 5
    assert {held(number).ident for number in range(last + 1)} <= _numbers(everything(path))
