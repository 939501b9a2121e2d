"""The schema of a registry in a shared database: numbered scripts, run once each, whoever comes first.

The one idea: the scripts that were run are kept with their sums, so a database that another version made, or that
somebody changed the scripts of, is refused with a sentence and not half understood. Several instances may start at
once: one row is the lock, and the others find the work done.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import asyncpg

from clearline.edge.registry_postgres_link import SCHEMA, Connection

__all__ = ["MODES", "SCRIPTS", "Mode", "SchemaError", "Script", "migrate", "queries", "settle_mode"]

_FOLDER = files("clearline.edge").joinpath("sql", "registry_pg")

Mode = Literal["log", "tables"]
MODES: tuple[Mode, ...] = ("log", "tables")


class SchemaError(RuntimeError):
    """A database that cannot be used as it is: what is wrong, and how to mend it."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem}; {mend}")
        self.problem = problem
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Script:
    """One migration: its number, from 1 without gaps, and its SQL."""

    number: int
    sql: str

    @property
    def sha256(self) -> str:
        """The digest that is kept when it was run."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def _read_scripts() -> tuple[Script, ...]:
    names = sorted(path.name for path in _FOLDER.iterdir() if re.fullmatch(r"[0-9]{4}\.sql", path.name))
    return tuple(Script(int(name[:4]), _FOLDER.joinpath(name).read_text("utf-8")) for name in names)


SCRIPTS = _read_scripts()


@cache
def queries() -> dict[str, str]:
    """Return the store's queries by name, as queries.sql has them under `-- name:` lines."""
    text = _FOLDER.joinpath("queries.sql").read_text("utf-8")
    parts = re.split(r"^-- name: ([a-z_]+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


async def migrate(connection: Connection, scripts: Sequence[Script] = SCRIPTS) -> None:
    """Run the scripts that have not been run yet, all in one transaction.

    Raises SchemaError if another script was run under one of their numbers, or one that is not known here.
    """
    await _make_room(connection)
    await connection.execute("BEGIN")
    try:
        await connection.fetch("SELECT number FROM migrations WHERE number = 0 FOR UPDATE")
        kept = await connection.fetch("SELECT number, sha256 FROM migrations WHERE number > 0 ORDER BY number")
        for number, sha256 in kept:
            assert isinstance(number, int)
            if number > len(scripts):
                mend = "use the version of Clearline that made it, or a later one"
                raise SchemaError(f"a later version made this database (schema {number})", mend)
            if sha256 != scripts[number - 1].sha256:
                mend = "restore the latest backup, or name another database"
                raise SchemaError(f"script {number} of its schema is not the one known here", mend)
        for script in scripts[len(kept) :]:
            await connection.execute(script.sql)
            await connection.execute("INSERT INTO migrations VALUES ($1, $2)", script.number, script.sha256)
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")


async def _make_room(connection: Connection) -> None:
    """The schema and the table of migrations; two that make them at once are told that it is there already."""
    for statement in (
        f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}",
        "CREATE TABLE IF NOT EXISTS migrations (number int4 PRIMARY KEY, sha256 text NOT NULL)",
        "INSERT INTO migrations (number, sha256) VALUES (0, '') ON CONFLICT (number) DO NOTHING",
    ):
        try:
            await connection.execute(statement)
        except (asyncpg.UniqueViolationError, asyncpg.DuplicateTableError, asyncpg.DuplicateSchemaError):
            continue


async def settle_mode(connection: Connection, mode: Mode) -> None:
    """Hold this database to one way of keeping a registry; the first instance chooses.

    Raises SchemaError if it is kept in the other way: the two would not see each other's changes.
    """
    await connection.execute("INSERT INTO registry (id, mode) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", mode)
    kept = str((await connection.fetch("SELECT mode FROM registry WHERE id = 1"))[0][0])
    if kept != mode:
        mend = f"start every instance in mode {kept!r}, or name another database"
        raise SchemaError(f"this database is kept in mode {kept!r}, not {mode!r}", mend)
