"""The schema of a registry in a shared database: numbered scripts, run once each, whoever comes first.

The one idea: the scripts that were run are kept with their sums, so a database that another version made, or that
somebody changed the scripts of, is refused with a sentence and not half understood. Several instances may start at
once: one row is the lock, and the others find the work done.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, cast

import asyncpg

from clearline.edge.numbered_scripts import (
    ChangedScriptError,
    LaterSchemaError,
    Script,
    lacking,
    read_queries,
    read_scripts,
)
from clearline.edge.registry_postgres_link import SCHEMA, Connection

__all__ = ["MODES", "SCRIPTS", "Mode", "SchemaError", "hold_to_schema", "migrate", "queries", "settle_mode"]

_FOLDER = files("clearline.edge").joinpath("sql", "registry_pg")

Mode = Literal["log", "tables"]
MODES: tuple[Mode, ...] = ("log", "tables")


class SchemaError(RuntimeError):
    """A database that cannot be used as it is: what is wrong, and how to mend it."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem}; {mend}")
        self.problem = problem
        self.mend = mend


SCRIPTS = read_scripts(_FOLDER)


@cache
def queries() -> dict[str, str]:
    """Return the store's queries by name, as queries.sql has them under `-- name:` lines."""
    return read_queries(_FOLDER)


async def migrate(connection: Connection, scripts: Sequence[Script] = SCRIPTS) -> None:
    """Run the scripts that have not been run yet, all in one transaction.

    Row 0 of `migrations` is the lock, and says which schema is the oldest whose programs may use the database: the last
    script that is not additive. So instances of two versions run side by side while a pool is upgraded one by one.
    Raises SchemaError if another script was run under one of their numbers, or one whose program must be a later one,
    or where one is lacking that is not additive while other instances run: they would go on by the old one.
    """
    await _make_room(connection)
    await connection.execute("BEGIN")
    try:
        ((oldest,),) = await connection.fetch("SELECT sha256 FROM migrations WHERE number = 0 FOR UPDATE")
        kept = await connection.fetch("SELECT number, sha256 FROM migrations WHERE number > 0 ORDER BY number")
        missing = _lacking(scripts, cast("list[tuple[int, str]]", kept), int(str(oldest) or 0))
        if kept and not all(script.additive for script in missing):
            await _hold_to_be_alone(connection)
        for script in missing:
            await connection.execute(script.sql)
            await connection.execute("INSERT INTO migrations VALUES ($1, $2)", script.number, script.sha256)
        if missing:
            last = max((script.number for script in scripts if not script.additive), default=0)
            await connection.execute("UPDATE migrations SET sha256 = $1 WHERE number = 0", str(last))
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")


def _lacking(scripts: Sequence[Script], run: Sequence[tuple[int, str]], oldest: int) -> Sequence[Script]:
    try:
        return lacking(scripts, run, oldest=oldest)
    except LaterSchemaError as error:
        mend = "use the version of Clearline that made it, or a later one"
        raise SchemaError(f"a later version made this database (schema {error.number})", mend) from error
    except ChangedScriptError as error:
        mend = "restore the latest backup, or name another database"
        raise SchemaError(f"script {error.number} of its schema is not the one known here", mend) from error


async def _hold_to_be_alone(connection: Connection) -> None:
    """See that no other instance is connected. PostgreSQL alone tells; elsewhere the operator has to see to it."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND application_name = current_setting('application_name')"
    )
    ((count,),) = await connection.fetch(others)
    if count != 0:
        mend = "stop every instance of this database, start one, and then the others"
        raise SchemaError(f"its schema is to be changed, and others use it ({count} connections)", mend)


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


async def hold_to_schema(connection: Connection) -> None:
    """See that a registry is kept in this database, as this version keeps it; changes nothing.

    Raises SchemaError if not.
    """
    try:
        ((number,),) = await connection.fetch("SELECT max(number) FROM migrations")
        kept = await connection.fetch("SELECT mode FROM registry WHERE id = 1")
    except asyncpg.UndefinedTableError:
        number, kept = 0, []
    if not kept:
        raise SchemaError("no registry is kept in this database", "see that its address is right")
    if number != len(SCRIPTS):
        mend = "use the version of Clearline that its instances have"
        raise SchemaError(f"its schema is {number}, and the one known here {len(SCRIPTS)}", mend)
