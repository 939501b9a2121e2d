"""The file in which a planning system keeps what it holds of its own intents.

The one idea: one row for one flight, on disk before the next call goes out, so a process that is killed at any point
knows afterwards what it may have asked for.
"""

import asyncio
import sqlite3
from importlib.resources import files
from pathlib import Path

from clearline.edge.numbered_scripts import read_queries, read_scripts
from clearline.edge.party_schema import StoreError, row_sum, run_lacking
from clearline.node.coordination_mend import Held
from clearline.wire.f3548_uss import Meaning
from clearline.wire.f3548_uss_record import read_held, write_held

__all__ = ["UssStore", "open_uss_store"]

_FOLDER = files("clearline.edge").joinpath("sql", "uss")
_APPLICATION_ID = 1129075539  # 'CLUS', set by the first script
_RESTORE = "do not use it: begin a new file; what the registry then holds of this system is found and deleted"
_QUERIES = read_queries(_FOLDER)


class UssStore:
    """The rows of one file, or of memory. One process alone may have a file open; writes happen one by one."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._writing = asyncio.Lock()

    def all_held(self, meaning: Meaning) -> list[Held]:
        """Return all rows. Raises StoreError for one that is not as it was written."""
        found: list[Held] = []
        for flight, record, sum_ in self._connection.execute(_QUERIES["all_flights"]):
            if row_sum(flight, record) != sum_:
                raise StoreError(self._path, f"the row of flight {flight} is damaged", _RESTORE)
            found.append(read_held(record, meaning, source=f"{self._path.name}: flight {flight}"))
        return found

    async def keep(self, held: Held) -> None:
        """Keep what is held of a flight, instead of what was."""
        record = write_held(held)
        await self._run("keep_flight", (held.flight, record, row_sum(held.flight, record)))

    async def drop(self, flight: str) -> None:
        """Keep nothing of a flight."""
        await self._run("drop_flight", (flight,))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    async def _run(self, name: str, values: tuple[str | bytes, ...]) -> None:
        async with self._writing:
            # Whoever waits may be cancelled; what is begun is finished first, as the connection is one.
            await asyncio.shield(asyncio.to_thread(self._connection.execute, _QUERIES[name], values))


def open_uss_store(path: Path | None) -> UssStore:
    """Open or make a file, with every write on disk before it is answered; None keeps all in memory.

    Raises StoreError if another process has it open, or if it is no file of this kind or of a later version.
    """
    name = Path("memory") if path is None else path
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=0)
    try:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "fullfsync = ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        if known and ("migrations" not in known or application_id != _APPLICATION_ID):
            raise StoreError(name, "it is a database, but no planning system's", "name another file")
        run_lacking(connection, name, read_scripts(_FOLDER), begun=bool(known), restore=_RESTORE)
    except sqlite3.DatabaseError as error:
        connection.close()
        mend = "stop the other process" if "locked" in str(error) else _RESTORE
        raise StoreError(name, f"it cannot be used ({error})", mend) from error
    except BaseException:
        connection.close()
        raise
    return UssStore(connection, name)
