"""`kill -9` at every write of both nodes, and at any moment: nothing acknowledged is lost, no number signed twice.

A child process runs both nodes and tells its parent, through a pipe, each thing it acknowledged; it is killed in the
middle of a write, and the parent opens the stores again. A killed process leaves the operating system's cache whole, so
this is about the order of writes; that a commit waits for the disk is the setting `synchronous = FULL`, tested beside.
"""

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clearline.app.make_party import STORE_FILE
from clearline.line.terms import Mode
from tests.app.two_nodes import HandClock, Pair, Seat, carried, facts, make_pair, swift_folder


@dataclass
class _Mortal:
    """A database connection that ends the process at its n-th write, before or after it is carried out."""

    real: sqlite3.Connection
    lives: list[int]
    only: str
    late: bool

    def execute(self, sql: str, values: object = ()) -> sqlite3.Cursor:
        counts = sql.startswith(self.only) and not sql.startswith("SELECT")
        self.lives[0] -= counts
        if counts and self.lives[0] == 0 and not self.late:
            os.kill(os.getpid(), signal.SIGKILL)
        found = self.real.execute(sql, values)  # type: ignore[arg-type] - handed on as it came
        if counts and self.lives[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    @property
    def in_transaction(self) -> bool:
        return self.real.in_transaction


def _open(folder: Path) -> Pair:
    clock = HandClock()
    return Pair(Seat(folder / "alfa", clock), Seat(folder / "bravo", clock))


def _mortal(pair: Pair, lives: int, *, only: str, late: bool) -> list[int]:
    """From now on both nodes die at the n-th write of their stores, of any kind or of one; what is left of it."""
    left = [lives]
    for seat in (pair.a, pair.b):
        mortal = _Mortal(seat.store._connection, left, only, late)
        seat.store._connection = mortal  # type: ignore[assignment] - it does what the store uses
        seat.store._tables._connection = mortal  # type: ignore[assignment]
    return left


def _round(pair: Pair, number: int, tell: Callable[[str], None]) -> None:
    """Each side says something and hands it over; everything acknowledged is told before anything else is done."""
    for here, there in ((pair.a, pair.b), (pair.b, pair.a)):
        said = here.say(there.name, f"{here.name} {number}")
        tell(f"said {said.record_id} {said.seq} {here.name}")
        packet = carried(here.node.packet_for(there.name))
        answer = carried(there.node.take(packet))
        for origin, size in answer.known.items():
            tell(f"holds {there.name} {origin} {size}")
        here.node.take(answer)
        here.node.offered(packet, "route")
        journey = here.node.journey(said.record_id)
        if journey.received_ms is not None:
            tell(f"receipted {said.record_id} {said.seq} {here.name}")


@dataclass
class _Told:
    """What the child acknowledged, over all its lives."""

    said: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    holds: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    receipted: set[str] = field(default_factory=set[str])

    def add(self, text: str) -> None:
        """Take in what came through the pipe; the last line may be cut off by death."""
        for line in text.split("\n")[:-1]:
            match line.split(" "):
                case ["said", record_id, seq, name]:
                    before = self.said.setdefault((name, int(seq)), record_id)
                    assert before == record_id, f"{name} signed two statements under number {seq}"
                case ["holds", name, origin, size]:
                    self.holds[name, origin] = max(int(size), self.holds.get((name, origin), 0))
                case ["receipted", record_id, _, _]:
                    self.receipted.add(record_id)
                case _:
                    raise AssertionError(line)


def _child(work: Callable[[Callable[[str], None]], None]) -> tuple[int, int]:
    """Run work in a process of its own: its identifier, and the end of the pipe to read from."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    os.close(reader)
    try:
        work(lambda line: _write(writer, line))
    except BaseException as error:  # noqa: BLE001 - it must be seen, and the child must never come back into the tests
        _write(writer, f"failed {error!r}")
    os._exit(9)


def _write(writer: int, line: str) -> None:
    os.write(writer, f"{line}\n".encode())


def _heard(child: int, reader: int) -> tuple[str, int]:
    """All that a child told until it ended, and how it ended."""
    told = b""
    while chunk := os.read(reader, 65_536):
        told += chunk
    os.close(reader)
    _, status = os.waitpid(child, 0)
    return told.decode(), status


def _nothing_is_lost(folder: Path, told: _Told, *, settle: bool = True) -> None:
    pair = _open(folder)
    try:
        for seat in (pair.a, pair.b):
            assert not seat.node.restored and not seat.node.behind() and not seat.node.evidence()
            assert seat.node.verify().sound
        _holds_what_it_told(pair, told)
        if settle:
            pair.exchange()
            assert pair.a.logs() == pair.b.logs() and facts(pair.a) == facts(pair.b)
            _holds_what_it_told(pair, told)
    finally:
        pair.close()


def _holds_what_it_told(pair: Pair, told: _Told) -> None:
    for (name, seq), record_id in told.said.items():
        seat, other = (pair.a, pair.b) if name == "alfa" else (pair.b, pair.a)
        with seat.node.reading(Mode.ACTUAL) as ledger:
            said = ledger.get(record_id)
            assert said is not None and said.seq == seq, f"{name} lost {seq}"
        with other.node.reading(Mode.ACTUAL) as ledger:
            assert record_id not in told.receipted or ledger.get(record_id) is not None
    for (name, origin), size in told.holds.items():
        seat = pair.a if name == "alfa" else pair.b
        with seat.store.reading() as tables:
            row = tables.log(origin)
            assert row is not None and row.head.size >= size, f"{name} receipted {size} of {origin} and lost them"


def _trial(template: Path, lives: int, *, only: str, late: bool) -> bool:
    """One round that is killed at its n-th write; what was acknowledged stands. True if it lived through it."""
    with swift_folder() as folder:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        told = _Told()

        def work(tell: Callable[[str], None]) -> None:
            pair = _open(folder)
            left = _mortal(pair, lives, only=only, late=late)
            _round(pair, lives, tell)
            tell(f"lived {left[0]}")

        text, status = _heard(*_child(work))
        told.add(text.partition("lived ")[0])
        lived = "lived " in text
        assert lived or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL), text
        _nothing_is_lost(folder, told)
        # And they go on from there: nothing that is said now stands under a number that was told before.
        pair = _open(folder)
        _round(pair, lives + 1, lambda line: told.add(f"{line}\n"))
        pair.close()
        _nothing_is_lost(folder, told)
        return lived


def _template(folder: Path) -> Path:
    """Two nodes that have talked a little, stopped."""
    pair = make_pair(folder)
    pair.a.declare_open("bravo")
    pair.b.declare_open("alfa")
    pair.exchange()
    pair.close()
    return folder


def test_killed_before_every_write_of_both_nodes() -> None:
    with swift_folder() as folder:
        template, lives = _template(folder), 1
        while not _trial(template, lives, only="", late=False):
            lives += 1
        assert lives > 70, "the writes of a round were not all tried"


def test_killed_after_every_commit_of_both_nodes() -> None:
    with swift_folder() as folder:
        template, lives = _template(folder), 1
        while not _trial(template, lives, only="COMMIT", late=True):
            lives += 1
        assert lives == 9, "a round has eight commits: said, taken, taken, offered, by each side"


def test_killed_at_any_moment(tmp_path: Path) -> None:
    make_pair(tmp_path).close()
    """However slow the machine is: each child lives until it has said so many things, and a moment longer."""
    told, chance = _Told(), random.Random(20150918)
    untils = [0, 1, 2] * 10  # 0: while it opens its stores
    chance.shuffle(untils)
    for number, until in enumerate(untils):

        def work(tell: Callable[[str], None], number: int = number) -> None:
            pair = _open(tmp_path)
            for turn in range(1_000):
                _round(pair, 1_000 * number + turn, tell)

        child, reader = _child(work)
        heard = ""
        while heard.count("said ") < until:
            chunk = os.read(reader, 65_536).decode()
            assert chunk, f"it ended by itself: {heard}"
            heard += chunk
        time.sleep(chance.random() * 0.03)
        os.kill(child, signal.SIGKILL)
        text, status = _heard(child, reader)
        assert os.WIFSIGNALED(status), text
        told.add(heard + text)
        _nothing_is_lost(tmp_path, told, settle=False)
    assert len(told.said) >= sum(untils)
    _nothing_is_lost(tmp_path, told)


_WANTED = {
    "synchronous": 2,
    "journal_mode": "wal",
    "locking_mode": "exclusive",
    "fullfsync": 1,
    "checkpoint_fullfsync": 1,
    "mmap_size": 0,
}


def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    pair = make_pair(tmp_path)
    for seat in (pair.a, pair.b):
        connection = seat.store._connection
        assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _WANTED} == _WANTED
        assert seat.store.path.name == STORE_FILE
    pair.close()
