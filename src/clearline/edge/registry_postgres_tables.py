"""The registry's shared store whose truth is the tables: nothing of the state stays in the process.

The one idea: read, decide, lock, read again, decide again, write. The first decision finds out what is needed, and is
the answer where nothing changes; the second is made while the rows that stand for everything it looks at and changes
are locked, in ascending order, so that nobody waits for somebody who waits for them.
"""

import asyncio
from typing import TypeVar
from uuid import UUID, uuid4

from clearline.edge.registry_port import Asked
from clearline.edge.registry_postgres_call import Call, Waiting
from clearline.edge.registry_postgres_link import AGAIN, LOST, Connection, StoreUnavailableError, connect
from clearline.edge.registry_postgres_load import change_locks, load_view, write_changes
from clearline.edge.registry_postgres_pool import Pool
from clearline.edge.registry_postgres_prune import keep_pruned
from clearline.edge.registry_postgres_rows import key_of
from clearline.edge.registry_postgres_schema import migrate, queries, settle_mode
from clearline.edge.registry_postgres_view import Needs, PartialView, UnreadError, widened
from clearline.registry.view import Change, Rule
from clearline.wire.registry_log import LogEntry, join_records, write_entry

__all__ = ["TableStore"]

Answer = TypeVar("Answer")

_TRIES = 30  # rounds of one call: reading more, locking more, losing to the database
_WAIT_S = 0.1  # between tries to reach a database that is away
_CONNECTIONS = 16  # more only wait for each other's disk


class TableStore:
    """A store over the tables of a shared database (`Store`); any number of them, in any number of processes."""

    def __init__(self, dsn: str, limit_s: float) -> None:
        self._pool = Pool(dsn, _CONNECTIONS)
        self._limit_s = limit_s
        self._running: set[asyncio.Task[None]] = set()
        self._pruning = asyncio.create_task(keep_pruned(dsn))
        self._closing = False

    @classmethod
    async def open(cls, dsn: str, *, limit_s: float = 8.0) -> "TableStore":
        """Open the store at this address, making its schema if it is new.

        A call that is not answered within `limit_s` fails. Raises StoreUnavailableError where the database cannot be
        reached, SchemaError where it cannot be used.
        """
        connection = await connect(dsn)
        try:
            await migrate(connection)
            await settle_mode(connection, "tables")
        finally:
            connection.terminate()
        return cls(dsn, limit_s)

    async def transact(self, asked: Asked, rule: Rule[Answer]) -> Answer:
        """Run the rule under locks, write its changes, and return its answer once they are committed.

        Raises StoreUnavailableError if the database did not do it in time.
        """
        return await self._ask(Call(rule, asked))

    async def read(self, rule: Rule[Answer]) -> Answer:
        """Run a rule that changes nothing on the latest state. Raises ValueError if it brings changes."""
        return await self._ask(Call(rule, None))

    async def close(self) -> None:
        """Wait for the calls that run, and hang up."""
        self._closing = True
        self._pruning.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=self._limit_s)
        rest = (*self._running, self._pruning)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        self._pool.hang_up()
        await asyncio.sleep(0)  # one turn of the loop, in which the lines are closed

    async def _ask(self, call: Call[Answer]) -> Answer:
        if self._closing:
            raise StoreUnavailableError("the store is closed", "open it again")
        task = asyncio.create_task(self._serve(call))  # goes on by itself: a commit is never cancelled
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await call.wait(self._limit_s)

    async def _serve(self, call: Waiting) -> None:
        try:
            await self._decide(call)
        except Exception as error:  # noqa: BLE001 - the outermost frame of a call: whatever it is, its caller is told
            call.fail(error)
            return
        call.tell()

    async def _decide(self, call: Waiting) -> None:
        """Ask the rule until it has been asked of all it looks at, and what it changes is written."""
        empty = PartialView(Needs(), strict=False)
        changes = call.ask(empty)
        round_ = _Round(empty.needs, changes)
        turn = 0
        while not call.left():
            turn += 1
            if turn > _TRIES:
                raise StoreUnavailableError("the registry's database is too busy", "ask again")
            try:
                async with self._pool.line() as connection:
                    if await round_.go(connection, call):
                        return
            except AGAIN:
                await asyncio.sleep(0.001 * turn)
            except (*LOST, StoreUnavailableError):
                if call.flying and await self._happened(round_.token, call):
                    return
                turn -= 1
                await asyncio.sleep(_WAIT_S)

    async def _happened(self, token: UUID, call: Waiting) -> bool:
        """Find out whether the attempt of this token was committed; if not, it no longer can be.

        An empty row is written under the same token if none is there: it keeps the other out, and stays to tell. It is
        written for a caller that has left, too: what it asked for must not come in later.
        """
        while True:
            try:
                async with self._pool.line() as connection:
                    await connection.execute(queries()["tables_decide"], token)
                    ((happened,),) = await connection.fetch(queries()["tables_happened"], token)
                    await connection.execute(queries()["tables_decide"], uuid4())  # safe behind it, as in `Pool`
                    call.flying = bool(happened)
                    return call.flying
            except (StoreUnavailableError, *LOST, *AGAIN):
                await asyncio.sleep(_WAIT_S)


class _Round:
    """What is known so far of what one call needs, and the token of its latest attempt to write.

    `likely` says that it would change an empty registry: then what it needs is locked before it is read, once.
    """

    def __init__(self, needs: Needs, changes: tuple[Change, ...]) -> None:
        self.token = uuid4()
        self._needs = widened(needs, Needs(keys=frozenset(key_of(change.entity) for change in changes)))
        self._likely = bool(changes)
        self._locks = self._needs.locks() | change_locks(PartialView(needs), changes)

    async def go(self, connection: Connection, call: Waiting) -> bool:
        """Ask the rule once more, and write what it changes; False if more is needed for that than was known."""
        call.flying = False
        if not self._likely:
            view = await load_view(connection, self._needs)
            changes = self._ask(call, view)
            if changes is None:
                return False
            if not changes:
                return True
            self._covers(view, changes)
        await self._lock(connection)
        view = await load_view(connection, self._needs)
        changes = self._ask(call, view)
        if changes is None or not self._covers(view, changes) or call.left():
            await connection.execute("ROLLBACK")
            return False
        if not changes:
            await connection.execute("ROLLBACK")
            return True
        call.flying = True
        await self._write(connection, call, view, changes)
        ended = await connection.execute("COMMIT")
        assert ended == "COMMIT", ended
        return True

    def _ask(self, call: Waiting, view: PartialView) -> tuple[Change, ...] | None:
        """Return what the rule changes; None, and more needs, if it looked at something that was not read."""
        try:
            return call.ask(view)
        except UnreadError as unread:
            self._needs = unread.needs
            self._locks |= self._needs.locks()
            return None

    def _covers(self, view: PartialView, changes: tuple[Change, ...]) -> bool:
        """Tell whether the rows known so far stand for all that was looked at and is changed; add those missing."""
        keys = frozenset(key_of(change.entity) for change in changes)
        covered = all(key in view.entities or key in view.needs.keys for key in keys)
        self._needs = widened(self._needs, Needs(keys=keys))
        found = self._needs.locks() | view.locks() | change_locks(view, changes)
        covered = covered and self._locks.cover(found)
        self._locks |= found
        return covered

    async def _lock(self, connection: Connection) -> None:
        """Begin, and lock in ascending order; what is shared lies above all else."""
        sql = queries()["tables_lock"].replace("$1", _listed(self._locks.own))
        if self._locks.shared:
            sql += ";" + queries()["tables_lock_shared"].replace("$1", _listed(self._locks.shared))
        await connection.execute(sql)

    async def _write(
        self, connection: Connection, call: Waiting, view: PartialView, changes: tuple[Change, ...]
    ) -> None:
        asked = call.asked
        assert asked is not None, "a reading call changes nothing"
        self.token = uuid4()
        entry = LogEntry(asked.at_us, asked.client, asked.call, asked.request_id, changes)
        await write_changes(connection, view, changes, self.token, join_records([write_entry(entry)]))


def _listed(rows: frozenset[int]) -> str:
    """Return a list of numbers as the text of an array: several statements in one trip take no arguments."""
    return "'{" + ",".join(map(str, sorted(rows))) + "}'"
