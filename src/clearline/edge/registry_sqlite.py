"""The embedded store of a registry: the state in memory, one SQLite file as its log, nothing to set up.

The one idea: a rule is run on memory and its changes are made there at once, and every answer, refusal and look waits
until all that it could have seen is on disk. What waits together goes to the disk together, so that a hundred clients
cost one wait of the disk and not a hundred. A write that failed ends the process: an operating system may have
forgotten what it was, and memory has gone on ahead; what is on disk is read again at the next start.
"""

import asyncio
import gc
import os
import sqlite3
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TypeVar

from clearline.edge.registry_port import Asked
from clearline.edge.registry_sqlite_book import Batch, Book
from clearline.edge.registry_sqlite_copy import copy_whole
from clearline.edge.registry_sqlite_door import BackupDoor
from clearline.edge.registry_sqlite_mark import FileMark
from clearline.edge.registry_sqlite_upkeep import Keeping, Upkeep
from clearline.edge.registry_sqlite_writer import Writer
from clearline.edge.registry_turns import TurnLine, WatchedState
from clearline.registry.report import FiledReport
from clearline.registry.view import Change, Entity, Rule
from clearline.wire.registry_log import Key, LogEntry, write_entry

__all__ = ["RegistryLostError", "SqliteStore", "end_process"]

_Answer = TypeVar("_Answer")
_TIDY_ROWS = 50  # removed at one go, between two batches
_TIDY_EVERY = 20  # of so many batches one waits for that, however many there are to come
_PAUSE_S = 0.002  # between two parts of an image while nothing else happens


class RegistryLostError(RuntimeError):
    """A write whose fate is not known: the disk is full, or failed. The process must end and the file be reopened."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path.name}: a write failed ({problem}); nothing of it was answered: make room, restart")
        self.path = path
        self.problem = problem


def end_process(error: RegistryLostError) -> NoReturn:
    """Say it and end the process at once, with the exit status that sysexits.h has for input and output (74)."""
    sys.stderr.write(f"clearline: {error}\n")
    sys.stderr.flush()
    os._exit(74)


class SqliteStore:
    """A registry's state and its file. One process alone may have the file open; one event loop may use the store.

    `on_lost` is called when a write failed, before RegistryLostError is raised; a server ends its process there. Raises
    StoreError, with a sentence on what to do, for a file that another process has open, that is no registry, that is
    of a later version, or in which something is not as it was written.

    `put_back` says so where the file may not be the latest there was. Until `go_on` that is not forgotten.
    """

    def __init__(
        self,
        path: Path,
        *,
        keeping: Keeping | None = None,
        on_lost: Callable[[RegistryLostError], object] = end_process,
    ) -> None:
        self._keeping = keeping or Keeping()
        self._on_lost = on_lost
        self._book = Book(path)
        try:
            self._read_in()
            self._mark = FileMark(path)
        except BaseException:
            self._book.close()
            raise
        self.put_back = self._mark.doubt(self._book)
        if self.put_back is None:
            self.go_on()
        self._writer = Writer()
        self._lost: RegistryLostError | None = None
        self._closed = False
        self._seq = self._durable = self._book.seq
        self._records: list[bytes] = []
        self._at_us = self._book.at_us
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._line = TurnLine(self._state, self._check_open)
        self._door: BackupDoor | None = None
        self._turn = 0
        self._idle: asyncio.Future[None] | None = None
        self._busy = self._due = self._final = self._untidy = False

    @property
    def entries(self) -> int:
        """The number of the last entry that is on disk: how many decisions have changed something, ever."""
        return self._durable

    @property
    def live(self) -> int:
        """How many entities there are."""
        return len(self._state)

    @property
    def at_us(self) -> int:
        """The latest time in the file, microseconds since 1970 UTC; 0 where nothing is in it."""
        return self._at_us

    def go_on(self) -> None:
        """Count this file as the latest from now on, whatever there was before."""
        self._mark.begin(self._book)

    async def transact(self, asked: Asked, rule: Rule[_Answer]) -> _Answer:
        """Run the rule, keep what it changes, and return its answer once all it could have seen is on disk.

        Whatever the rule raises is raised again, and nothing of it was kept. If the caller is cancelled while it waits,
        what was decided stands and comes to the disk. A request may wait a quarter of a second for those whose turn
        it is (`registry/turns.py`). Raises RegistryLostError where the disk did not take it, and RuntimeError after the
        store is closed.
        """
        self._check_open()
        outcome, place = await self._line.ask(asked.client, rule)
        if outcome.changes:
            self._change(asked, outcome.changes)
        try:
            await self._settled()
        except BaseException:
            if place is not None:
                self._line.leave(place)
            raise
        if place is not None:
            self._line.keep(place)
        return outcome.answer

    async def read(self, rule: Rule[_Answer]) -> _Answer:
        """Run a rule that changes nothing; same promise. Raises ValueError if the rule brings changes."""
        self._check_open()
        outcome = rule(self._state)
        if outcome.changes:
            raise ValueError("a rule that was only to read brings changes; transact it")
        await self._settled()
        return outcome.answer

    async def file_report(self, report: FiledReport) -> None:
        """Keep a client's report (`ReportArchive`), and return once it is on disk."""
        self._check_open()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def told(error: Exception | None) -> None:
            if error is None:
                _resolve(done)
                return
            self._lose(str(error))
            if not done.done():
                done.set_exception(self._lost or error)

        self._writer.give(lambda: self._book.keep_report(report), told)
        await done

    async def backup(self, target: Path) -> None:
        """Write a copy of the file as it is now, while the registry goes on.

        Raises FileExistsError rather than replace one.
        """
        self._check_open()
        await self._settled()
        await asyncio.to_thread(copy_whole, self._book, target)

    async def open_door(self) -> None:
        """Let the operator ask for a copy from another process. Raises OSError where no socket can be had beside it."""
        door = BackupDoor(self._book.path, self.backup)
        await door.open()
        self._door = door

    async def close(self) -> None:
        """Bring everything to the disk, with an image of the state, and let go of the file; again changes nothing."""
        if self._closed:
            return
        self._closed = self._final = True
        if self._door is not None:
            await self._door.close()
        while self._lost is None and (self._busy or self._records or self._upkeep.lacks(self._seq)):
            self._due_now()
            self._idle = asyncio.get_running_loop().create_future()
            with suppress(RegistryLostError):
                await self._idle
        await asyncio.to_thread(self._writer.close)
        try:
            self._book.close()
        except sqlite3.Error:
            # A file that was lost may fail here again; what was kept is in it and in its write-ahead log.
            assert self._lost is not None
        self._mark.close()

    def _read_in(self) -> None:
        """Take the state from the file. Nothing of it is garbage, so nobody need look for any meanwhile."""
        collecting = gc.isenabled()
        gc.disable()
        try:
            state, changed = self._book.load()
            self._state = WatchedState(state.values())
        finally:
            if collecting:
                gc.enable()
        self._upkeep = Upkeep(self._keeping, self._book.images, changed, self._state.entities)

    def _change(self, asked: Asked, changes: tuple[Change, ...]) -> None:
        """Make changes in memory and have them brought to the disk."""
        entry = LogEntry(asked.at_us, asked.client, asked.call, asked.request_id, changes)
        record = write_entry(entry, self._known)
        try:
            self._state.apply(changes)
        except BaseException as error:
            self._lose(f"memory did not take a change: {error}")
            raise
        self._upkeep.changed(changes)
        self._records.append(record)
        self._seq += 1
        self._at_us = max(self._at_us, asked.at_us)
        self._due_now()

    def _known(self, key: Key) -> Entity | None:
        """What memory holds of a subscription, of either kind: of nothing else does a log ask."""
        kind, ident = key
        return self._state.subscription(ident) if kind == "subscription" else self._state.area_subscription(ident)

    async def _settled(self) -> None:
        """Wait until all that is in memory now is on disk."""
        if self._durable < self._seq:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((self._seq, future))
            await future

    def _due_now(self) -> None:
        """Have the disk waited for once all that is ready to run has run, so that it goes along."""
        if not self._busy and not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._hand_over)

    def _hand_over(self) -> None:
        """Give the writer what waits: a batch, a part of an image with it, or a little tidying."""
        self._due = False
        if self._busy or self._lost is not None:
            return
        seq, records = self._seq, tuple(self._records)
        self._turn += 1
        if self._untidy and not self._final and (not records or self._turn % _TIDY_EVERY == 0):
            self._busy = True
            seq = self._durable
            self._writer.give(self._tidy, lambda error: self._kept(seq, error))
            return
        part = self._upkeep.part(seq, self._at_us, len(self._state), now=self._final)
        if records or part is not None:
            self._records.clear()
            batch = Batch(records, self._at_us, part)
            self._busy = True
            self._untidy = self._untidy or (part is not None and part.closes)
            self._writer.give(lambda: self._keep(batch), lambda error: self._kept(seq, error))

    def _kept(self, seq: int, error: Exception | None) -> None:
        """What was given is on disk, or was lost."""
        self._busy = False
        if error is not None:
            self._lose(str(error))
            return
        self._durable = seq
        while self._waiting and self._waiting[0][0] <= seq:
            _resolve(self._waiting.popleft()[1])
        if self._idle is not None:
            _resolve(self._idle)
        if self._records:
            self._due_now()
        elif (self._upkeep.under_way or self._untidy) and not self._closed:
            asyncio.get_running_loop().call_later(_PAUSE_S, self._due_now)

    def _keep(self, batch: Batch) -> None:
        """In the writer's thread: bring a batch to the disk, and say beside the file how far it has come."""
        self._book.keep(batch)
        self._mark.follow(self._book)

    def _tidy(self) -> None:
        """In the writer's thread: remove a little of what nothing needs."""
        self._untidy = self._book.tidy(self._at_us - self._keeping.log_us, _TIDY_ROWS)

    def _lose(self, problem: str) -> None:
        """The end: nobody is answered any more."""
        self._lost = RegistryLostError(self._book.path, problem)
        waiting = [future for _, future in self._waiting] + ([] if self._idle is None else [self._idle])
        for future in waiting:
            if not future.done():
                future.set_exception(self._lost)
        self._waiting.clear()
        self._on_lost(self._lost)

    def _check_open(self) -> None:
        if self._lost is not None:
            raise self._lost
        if self._closed:
            raise RuntimeError("the store is closed")


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
