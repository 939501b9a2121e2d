"""The file a party's store is: opening it, bringing it up to the latest schema, and checking every byte of it.

The one idea: a store that is not exactly what was written is not opened. The schema must be that of the scripts, every
row must have its sum, every index its rows, and every log must grow again to the root that stands in it; otherwise
there is one sentence that says what is wrong and what to do.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from clearline.edge.numbered_scripts import (
    ChangedScriptError,
    LaterSchemaError,
    Script,
    lacking,
    read_queries,
    read_scripts,
)

__all__ = ["SCRIPTS", "StoreError", "migrate", "open_database", "queries", "row_sum", "run_lacking"]

_FOLDER = files("clearline.edge").joinpath("sql", "party")
_APPLICATION_ID = 1129073742  # 'CLLN', set by the first script


class StoreError(RuntimeError):
    """A store that cannot be opened or used: what is wrong, and how to go on."""

    def __init__(self, path: Path, problem: str, mend: str) -> None:
        super().__init__(f"{path.name}: {problem}; {mend}")
        self.path = path
        self.problem = problem
        self.mend = mend


SCRIPTS = read_scripts(_FOLDER)


@cache
def queries() -> dict[str, str]:
    """The store's queries by name, as queries.sql has them under `-- name:` lines."""
    return read_queries(_FOLDER)


def row_sum(*values: str | int | bytes | None) -> bytes:
    """Eight bytes of SHA-256 over a row's values, each with its type: a sum against damage, not against people."""
    return hashlib.sha256(repr(values).encode()).digest()[:8]


def open_database(path: Path) -> sqlite3.Connection:
    """Open or make a store's file for this process alone, with every commit on disk before it is answered.

    Raises StoreError if another process has it open, if it is no store of this program or of a later version, or if
    anything in it is not as it was written.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=1)
    try:
        _take(connection)
        migrate(connection, path)
        _check_schema(connection, path)
        _check_rows(connection, path)
    except sqlite3.OperationalError as error:
        connection.close()
        if "locked" in str(error):
            mend = "one node alone may use a store: stop the other one first"
            raise StoreError(path, "another process has it open", mend) from error
        if any(word in str(error) for word in ("full", "I/O", "unable to open", "readonly")):
            mend = "see that the disk has room and the folder may be written to, and start again"
            raise StoreError(path, f"the disk does not take it ({error})", mend) from error
        raise _damaged(path, str(error)) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        connection.close()
        raise _damaged(path, str(error)[:300]) from error
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection, path: Path, scripts: Sequence[Script] = SCRIPTS) -> None:
    """Run the scripts that have not been run yet, each in a transaction of its own.

    Raises StoreError if another script was run under one of their numbers, or one that is not known here.
    """
    known = {row[0]: row[1] for row in _rows(connection, "SELECT name, type FROM sqlite_master WHERE type = 'table'")}
    (application_id,) = _rows(connection, "PRAGMA application_id")[0]
    if known and ("migrations" not in known or application_id != _APPLICATION_ID):
        raise StoreError(path, "it is a database, but no store of a party", "name the party's own store")
    run_lacking(connection, path, scripts, begun=bool(known), restore=_RESTORE)


def run_lacking(
    connection: sqlite3.Connection, path: Path, scripts: Sequence[Script], *, begun: bool, restore: str
) -> None:
    """Run the scripts that a store's file lacks; `begun` says whether it has a table of those that were run.

    Raises StoreError as `migrate`, with `restore` as what to do about a file that another script made.
    """
    kept = "SELECT number, sha256 FROM migrations ORDER BY number"
    run: list[tuple[int, str]] = connection.execute(kept).fetchall() if begun else []
    try:
        missing = lacking(scripts, run)
    except LaterSchemaError as error:
        mend = "use the version of Clearline that wrote it, or a later one"
        raise StoreError(path, f"it was written by a later version (schema {error.number})", mend) from error
    except ChangedScriptError as error:
        raise StoreError(path, f"script {error.number} of its schema is not the one known here", restore) from error
    for script in missing:
        done = f"INSERT INTO migrations (number, sha256) VALUES ({script.number:d}, '{script.sha256}');"  # noqa: S608
        connection.executescript(f"BEGIN IMMEDIATE;\n{script.sql}\n{done}\nCOMMIT;")


_RESTORE = "do not use it: restore the latest backup, or begin a new store with the same keys, and catch up"


def _damaged(path: Path, problem: str) -> StoreError:
    return StoreError(path, f"it is damaged ({problem})", _RESTORE)


def _take(connection: sqlite3.Connection) -> None:
    """Settle how the file is used. One connection that holds it for itself writes and checkpoints.

    That also keeps clear of the fault in write-ahead logs that SQLite before 3.51.3 has with two connections.
    """
    connection.create_function("row_sum", -1, row_sum, deterministic=True)
    for pragma in (
        "page_size = 8192",  # three entries to a page; in smaller pages each would waste half of one
        "locking_mode = EXCLUSIVE",
        "journal_mode = WAL",
        "synchronous = FULL",  # the write-ahead log is on disk before a commit returns
        "fullfsync = ON",  # where the operating system has a stronger one
        "checkpoint_fullfsync = ON",
        "foreign_keys = ON",
        "cell_size_check = ON",
        "mmap_size = 0",
        "temp_store = MEMORY",
        "cache_size = -65536",  # KiB
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """The schema must be the one that the scripts make, to the letter."""
    if _schema(connection) != _expected_schema():
        raise _damaged(path, "its schema is not the one that its scripts make")


@cache
def _expected_schema() -> tuple[tuple[object, ...], ...]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.create_function("row_sum", -1, row_sum, deterministic=True)
    migrate(made, Path("memory"))
    found = _schema(made)
    made.close()
    return found


def _schema(connection: sqlite3.Connection) -> tuple[tuple[object, ...], ...]:
    return tuple(_rows(connection, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"))


def _check_rows(connection: sqlite3.Connection, path: Path) -> None:
    """Every page, index, constraint and sum."""
    found = [str(row[0]) for row in _rows(connection, "PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise _damaged(path, "; ".join(found)[:300])
    if _rows(connection, "PRAGMA foreign_key_check"):
        raise _damaged(path, "a row refers to one that is not there")


def _rows(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()
