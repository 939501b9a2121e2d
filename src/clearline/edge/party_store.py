"""A party's store: one SQLite file that keeps all a node knows, and one way to write to it.

The one idea: a decision and everything it changes are one transaction, on disk before anything leaves the process; and
beside the file lies a mark of how far it had come, so a store that was put back to an earlier state is known as one.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any, Generic, NoReturn, TypeVar

from clearline.edge.party_schema import StoreError, open_database, queries
from clearline.edge.party_tables import PartyTables
from clearline.edge.tree_check import tree_fault
from clearline.line.card import Card
from clearline.wire.card_json import write_card

__all__ = ["PartyStore", "StoreError", "StoreLostError", "Ticket"]

_T = TypeVar("_T")

_MARK_BYTES = 54  # a store's identifier (32), a space, 20 digits, a line end


class StoreLostError(RuntimeError):
    """A write whose fate is not known: the disk is full, or failed. The process must end, and the store be reopened."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path.name}: a write failed ({problem}); nothing of it left this node: make room, restart")
        self.path = path
        self.problem = problem


def _nothing(tables: PartyTables) -> None:
    """No more is to be undone than the rows."""
    del tables


class Ticket(Generic[_T]):
    """One decision that waits for its turn, and what became of it; `done` once that is on disk, or taken back."""

    def __init__(self, rule: Callable[[PartyTables], _T]) -> None:
        self._rule = rule
        self._found: list[_T] = []
        self._error: BaseException | None = None
        self.done = False

    def run(self, tables: PartyTables) -> bool:
        """Decide; whether what was decided is to be kept. Raises only what the disk or the operator does."""
        try:
            self._found = [self._rule(tables)]
        except sqlite3.IntegrityError as error:
            self._error = error
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 - it is raised again where its decision was asked for
            self._error = error
        return self._error is None

    def lose(self, error: BaseException) -> None:
        """It was taken back with all that was decided beside it: the disk did not take it, or the operator stopped."""
        self._error, self.done = error, True

    def result(self) -> _T:
        """What the decision returned, or raised."""
        assert self.done
        if self._error is not None:
            raise self._error
        return self._found[0]


class PartyStore:
    """The store of one party's node. One process alone may have it open.

    `on_lost` is called before StoreLostError is raised: a server ends its process there, as an operating system may
    have forgotten what a failed write was. Raises StoreError, with a sentence on what to do, for a file that another
    process has open, that is no store, that is of a later version, or of which one byte is not as it was written.
    """

    def __init__(self, path: Path, *, on_lost: Callable[[StoreLostError], None] | None = None) -> None:
        self.path = path
        self._on_lost = on_lost
        self._lost: StoreLostError | None = None
        self._lock = threading.RLock()
        self._inside = False
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            problem = f"it cannot be opened ({error.strerror})"
            raise StoreError(path, problem, "name a file in a folder that this user may write to") from error
        self._connection = open_database(path)
        try:
            self._tables = self._checked()
            self._mark = _Mark(path)
            self.restored = self._settle()
        except BaseException:
            self._connection.close()
            raise

    def begin(self, card: Card, *, first: bool, earlier: Sequence[Card] = ()) -> None:
        """Set up a store that is new: whose it is, and whether nothing was ever said under its keys (`first`).

        `earlier` are its cards before changes of keys.

        If something was, every log waits until its reader has said how much of it there is. Raises ValueError if the
        store is set up already.
        """

        def rule(tables: PartyTables) -> None:
            if tables.own_card() is not None:
                raise ValueError("the store is set up already")
            tables.put_own_card(write_card(card))
            for one in (*earlier, card):
                tables.put_keyset(one.keyset, one.sealed)
            if first:
                self._set_store(certain=True, suffix="")

        self.transact(rule)

    def transact(self, rule: Callable[[PartyTables], _T]) -> _T:
        """Run one decision in one transaction: what it returns is on disk. No other way to write exists.

        Whatever the rule raises is raised again, and nothing of it was kept. Raises StoreLostError where the disk did
        not take it.
        """
        ticket = Ticket(rule)
        self.transact_all([ticket])
        return ticket.result()

    def transact_all(self, tickets: Sequence["Ticket[Any]"], undone: Callable[[PartyTables], None] = _nothing) -> None:
        """Run decisions that waited together, one after another, and bring them to the disk together.

        One that raises is taken back by itself: nothing of it is kept, `undone` is called, the others stand. Raises
        StoreLostError where the disk did not take them.
        """
        with self._lock:
            self._alive()
            assert not self._inside, "a decision cannot begin another"
            self._inside = True
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                kept = [self._run(ticket, undone) for ticket in tickets]
                writes = self._count() if any(kept) else None
                self._connection.execute("ROLLBACK" if writes is None else "COMMIT")
            except sqlite3.Error as error:
                self._lose(error, tickets)
            except BaseException as error:
                self._undo()
                undone(self._tables)
                for ticket in tickets:
                    ticket.lose(error)
                raise
            finally:
                self._inside = False
            if writes is not None:
                self._mark.write(writes)
            for ticket in tickets:
                ticket.done = True

    def _run(self, ticket: "Ticket[Any]", undone: Callable[[PartyTables], None]) -> bool:
        self._connection.execute("SAVEPOINT one")
        kept = ticket.run(self._tables)
        if not kept:
            self._connection.execute("ROLLBACK TO one")
            self._tables.forget()
            undone(self._tables)
        self._connection.execute("RELEASE one")
        return kept

    @contextmanager
    def reading(self) -> Generator[PartyTables]:
        """The rows, for reading, while nobody writes. Raises StoreLostError where the disk does not give them."""
        with self._lock:
            self._alive()
            try:
                yield self._tables
            except sqlite3.Error as error:
                self._lose(error)

    def backup(self, target: Path) -> None:
        """Write a copy of the store as it is now, while the node runs. Raises FileExistsError rather than replace one.

        Put back, it is known to be older than its mark says, and must catch up before it says anything.
        """
        if target.exists():
            raise FileExistsError(target)
        draft = target.with_name(f".{target.name}.draft")
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            copy = sqlite3.connect(draft, isolation_level=None)
            with self.reading():
                self._connection.backup(copy)
            copy.close()
            _sync(draft)
            draft.rename(target)
            _sync(target.parent)
        finally:
            draft.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file; again changes nothing."""
        with self._lock:
            try:
                self._connection.close()
            except sqlite3.Error:
                # A store that was lost may fail here again; what was kept is in the file and its write-ahead log.
                assert self._lost is not None
            self._mark.close()

    def _checked(self) -> PartyTables:
        tables = PartyTables(self._connection)
        for row in tables.logs():
            fault = tree_fault(tables, row)
            if fault is not None:
                mend = "do not use it: restore the latest backup, or begin a new store with the same keys, and catch up"
                raise StoreError(self.path, f"it is damaged ({fault})", mend)
        return tables

    def _settle(self) -> bool:
        """Hold the store against its mark; True if it is not certain that this is its latest state."""
        found = self._connection.execute(queries()["get_store"]).fetchone()
        if found is None:
            made = {"store_id": token_hex(16), "writes": 0, "suffix": token_hex(4), "certain": 0}
            self._connection.execute(queries()["make_store"], made)
            self._mark.begin(str(made["store_id"]), 0)
            return False
        store_id, writes = str(found[0]), int(found[1])
        restored = not self._mark.fits(store_id, writes)
        if restored:
            self._connection.execute("BEGIN IMMEDIATE")
            self._set_store(certain=False, suffix=token_hex(4))
            self._connection.execute(queries()["doubt_logs"])
            self._connection.execute("COMMIT")
            self._tables.forget()
        self._mark.begin(store_id, writes)
        return restored

    def _set_store(self, *, certain: bool, suffix: str) -> None:
        values = {"certain": int(certain), "suffix": suffix}
        (writes,) = self._connection.execute("SELECT writes FROM store").fetchone()
        self._connection.execute(queries()["set_store"], {"writes": writes, **values})

    def _count(self) -> int:
        (writes,) = self._connection.execute(queries()["count_write"]).fetchone()
        return int(writes)

    def _undo(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._tables.forget()
        except sqlite3.Error as error:
            self._lose(error)

    def _alive(self) -> None:
        if self._lost is not None:
            raise self._lost

    def _lose(self, error: sqlite3.Error, tickets: Sequence["Ticket[Any]"] = ()) -> NoReturn:
        self._lost = StoreLostError(self.path, str(error))
        for ticket in tickets:
            ticket.lose(self._lost)
        if self._on_lost is not None:
            self._on_lost(self._lost)
        raise self._lost from error


class _Mark:
    """The file beside the store that says how many transactions it had kept.

    Written after each, without waiting for the disk: after a crash of the process it is exact or one short, after a
    loss of power older; never ahead of a store that was not put back.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.mark")
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._store_id = ""

    def fits(self, store_id: str, writes: int) -> bool:
        """Whether a store of this state can be the latest."""
        told = os.pread(self._handle, _MARK_BYTES + 1, 0).decode("ascii", "replace").split(" ")
        if len(told) != 2 or told[0] != store_id or not told[1].rstrip("\n").isdecimal():
            return False
        return int(told[1]) <= writes

    def begin(self, store_id: str, writes: int) -> None:
        """Go on from a state; never with nothing written in between, where the process could end."""
        self._store_id = store_id
        self.write(writes)
        os.ftruncate(self._handle, _MARK_BYTES)
        os.fsync(self._handle)

    def write(self, writes: int) -> None:
        """The store has kept so many."""
        os.pwrite(self._handle, f"{self._store_id} {writes:020d}\n".encode(), 0)

    def close(self) -> None:
        """Let go of the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
