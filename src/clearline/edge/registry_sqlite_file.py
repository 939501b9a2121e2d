"""The file of an embedded registry: opening it for one process alone and bringing it up to the latest schema.

The one idea: one connection writes and checkpoints, and every commit waits for the disk. Write-ahead logs of SQLite
before 3.51.3 can be damaged by two connections that write or checkpoint together; with one that holds the file for
itself there is no second.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from clearline.edge.numbered_scripts import Script, read_queries, read_scripts
from clearline.edge.party_schema import StoreError, run_lacking

__all__ = ["SCRIPTS", "damaged", "migrate", "open_registry_file", "queries", "reading"]

_FOLDER = files("clearline.edge").joinpath("sql", "registry")
_APPLICATION_ID = 1129075271  # 'CLRG', set by the first script
_RESTORE = "do not use it: restore the latest backup"

SCRIPTS = read_scripts(_FOLDER)


@cache
def queries() -> dict[str, str]:
    """The file's queries by name, as queries.sql has them under `-- name:` lines."""
    return read_queries(_FOLDER)


def damaged(path: Path, problem: str) -> StoreError:
    """Return the error of a file in which something is not as it was written."""
    return StoreError(path, f"it is damaged ({problem})", _RESTORE)


def open_registry_file(path: Path, scripts: Sequence[Script] = SCRIPTS) -> sqlite3.Connection:
    """Open or make a registry's file for this process alone, with every commit on disk before it returns.

    Nobody else on the machine may read it. Raises StoreError if another process has it open, if it is no registry of
    this program or of a later version, or if its schema is not the one that the scripts make.
    """
    try:
        path.touch(mode=0o600)
    except OSError as error:
        problem = f"it cannot be opened ({error.strerror})"
        raise StoreError(path, problem, "name a file in a folder that this user may write to") from error
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        with reading(path):
            _take(connection)
            migrate(connection, path, scripts)
            if _schema(connection) != _expected_schema(tuple(scripts)):
                raise damaged(path, "its schema is not the one that its scripts make")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def reading(path: Path) -> Generator[None]:
    """Whatever the database says of a file that cannot be read becomes a StoreError, with what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            mend = "one process alone may use a registry's file: stop the other one, or take a backup and use that"
            raise StoreError(path, "another process has it open", mend) from error
        if any(word in str(error) for word in ("full", "I/O", "unable to open", "readonly")):
            mend = "see that the disk has room and the folder may be written to, and start again"
            raise StoreError(path, f"the disk does not take it ({error})", mend) from error
        raise damaged(path, str(error)) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise damaged(path, str(error)[:300]) from error


def migrate(connection: sqlite3.Connection, path: Path, scripts: Sequence[Script] = SCRIPTS) -> None:
    """Run the scripts that have not been run yet, each in a transaction of its own.

    Raises StoreError if another script was run under one of their numbers, or one that is not known here.
    """
    known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if known and ("migrations" not in known or application_id != _APPLICATION_ID):
        raise StoreError(path, "it is a database, but no registry", "name the registry's own file")
    run_lacking(connection, path, scripts, begun=bool(known), restore=_RESTORE)


def _take(connection: sqlite3.Connection) -> None:
    """Settle how the file is used."""
    for pragma in (
        "locking_mode = EXCLUSIVE",
        "journal_mode = WAL",
        "synchronous = FULL",  # the write-ahead log is on disk before a commit returns
        "fullfsync = ON",  # where the operating system has a stronger one
        "checkpoint_fullfsync = ON",
        "cell_size_check = ON",
        "mmap_size = 0",
        "temp_store = MEMORY",
        "cache_size = -16384",  # KiB; the state is read from memory, not from here
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")


@cache
def _expected_schema(scripts: tuple[Script, ...]) -> tuple[tuple[object, ...], ...]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    migrate(made, Path("memory"), scripts)
    found = _schema(made)
    made.close()
    return found


def _schema(connection: sqlite3.Connection) -> tuple[tuple[object, ...], ...]:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
    return tuple(tuple(row) for row in rows)
