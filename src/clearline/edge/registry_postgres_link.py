"""Connections to the shared database of a registry: how they are made, and which failures mean what.

The one idea: a failure is one of two kinds. Either the database said that the statement did not happen (`AGAIN`), or
the line broke and nobody knows (`LOST`): then the truth is looked up by the token of the attempt, never guessed. A line
on which nothing comes back counts as broken. Nothing is cancelled from this side: a commit that waits for its replica
and is cancelled would count as done.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar, cast

import asyncpg

from clearline.edge.registry_port import StoreUnavailableError

__all__ = ["AGAIN", "LOST", "SCHEMA", "SILENT_S", "Connection", "Row", "StoreUnavailableError", "connect"]

SCHEMA = "registry"

# A statement that waits longer is ended by the database: below the 10 s after which clients of the reference give up,
# so that nothing happens after its caller was told that it failed.
_STATEMENT_LIMIT = "5s"
# Longer than that limit: a line that is silent for so long leads nowhere (a dead machine, a network that drops what is
# sent), and nobody would hear of it for a quarter of an hour otherwise. It is dropped, and the truth looked up.
SILENT_S = 6.5
_CONNECT_LIMIT_S = 5.0
_SETTINGS = {
    "search_path": SCHEMA,
    "application_name": "clearline-registry",
    "default_transaction_isolation": "read committed",
    "statement_timeout": _STATEMENT_LIMIT,
    "idle_in_transaction_session_timeout": _STATEMENT_LIMIT,
}
# PostgreSQL alone: one plan for each statement, made once, through the indexes (an empty table's statistics would say
# otherwise), and a dead machine's locks are let go of within half a minute.
_SETTINGS_OF_POSTGRESQL = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}

Row = Sequence[object]
_Heard = TypeVar("_Heard")


class Connection(Protocol):
    """The part of asyncpg's connection that is used here."""

    def execute(self, query: str, *args: object) -> Awaitable[str]:
        """Run it and return its status, such as `INSERT 0 1`."""
        ...

    def fetch(self, query: str, *args: object) -> Awaitable[list[Row]]:
        """Run it and return its rows."""
        ...

    def is_closed(self) -> bool:
        """Tell whether the line is gone."""
        ...

    def terminate(self) -> None:
        """Drop the line at once."""
        ...

    def close(self) -> Awaitable[None]:
        """Say goodbye and close."""
        ...


# The database ended the statement and says so: 40001 serialization failure, 40P01 deadlock, 57014 statement timeout,
# 55P03 lock not available. Whatever it was part of is undone.
AGAIN: tuple[type[Exception], ...] = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
)
# The line broke, or the server is going, coming back, or no longer the primary (25006).
LOST: tuple[type[Exception], ...] = (
    OSError,
    EOFError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TooManyConnectionsError,
)


class _Line:
    """A connection that is dropped when an answer does not come."""

    def __init__(self, real: Connection) -> None:
        self._real = real

    async def execute(self, query: str, *args: object) -> str:
        """Run it and return its status. Raises one of LOST where none comes in time."""
        return await self._heard(self._real.execute(query, *args))

    async def fetch(self, query: str, *args: object) -> list[Row]:
        """Run it and return its rows. Raises one of LOST where none come in time."""
        return await self._heard(self._real.fetch(query, *args))

    def is_closed(self) -> bool:
        """Tell whether the line is gone."""
        return self._real.is_closed()

    def terminate(self) -> None:
        """Drop the line at once."""
        self._real.terminate()

    async def close(self) -> None:
        """Say goodbye and close."""
        await self._real.close()

    async def _heard(self, asked: Awaitable[_Heard]) -> _Heard:
        silence = asyncio.get_running_loop().call_later(SILENT_S, self._real.terminate)
        try:
            return await asked
        finally:
            silence.cancel()


_open = cast(
    "Callable[..., Awaitable[Connection]]",
    asyncpg.connect,  # pyright: ignore[reportUnknownMemberType] - asyncpg brings no types
)


async def connect(dsn: str, *, waits: bool = True) -> Connection:
    """Return a new connection to the primary of the database that the address names (several hosts: the first one).

    One that does not wait for the disk (`waits`) commits in order all the same, and a commit of a connection that
    waits is behind all that were visible before it: whoever uses it makes sure of that before anybody is answered.
    Raises StoreUnavailableError if it cannot be reached, or does not wait for its disk before it says that it has
    committed.
    """
    try:
        opened = await _open(
            dsn, timeout=_CONNECT_LIMIT_S, server_settings=_SETTINGS, target_session_attrs="read-write"
        )
    except (*LOST, asyncpg.PostgresError, ValueError) as error:
        problem = f"the registry's database cannot be reached ({type(error).__name__}: {error})"
        raise StoreUnavailableError(problem, "see that it runs and that its address is right") from error
    connection = _Line(opened)
    try:
        await _prepare(connection, waits=waits)
    except BaseException:
        connection.terminate()
        raise
    return connection


async def _prepare(connection: Connection, *, waits: bool) -> None:
    ((version,),) = await connection.fetch("SELECT version()")
    if not str(version).startswith("PostgreSQL") or "YB" in str(version):
        return
    kept, *_ = (await connection.fetch(_set(_SETTINGS_OF_POSTGRESQL)))[0]
    if kept in ("off", "local"):
        problem = f"the database answers before a change is safe (synchronous_commit = {kept})"
        raise StoreUnavailableError(problem, "set synchronous_commit to on, remote_write or remote_apply")
    if not waits:
        await connection.fetch(_set({"synchronous_commit": "off"}))


def _set(settings: Mapping[str, str]) -> str:
    """Return the statement that sets these, names and values of our own, and tells what was kept before."""
    parts = [f"set_config('{name}', '{value}', false)" for name, value in settings.items()]
    return "SELECT " + ", ".join(["current_setting('synchronous_commit')", *parts])
