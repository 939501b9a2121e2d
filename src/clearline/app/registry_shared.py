"""What an operator asks of the database that several instances of a registry share: read its log again, prune it.

The one idea: both run beside the instances; nobody has to stop.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from clearline.app.registry_replay import Replayed
from clearline.edge.registry_port import StoreUnavailableError
from clearline.edge.registry_postgres_audit import audited
from clearline.edge.registry_postgres_link import AGAIN, LOST, Connection, connect
from clearline.edge.registry_postgres_prune import prune
from clearline.edge.registry_postgres_schema import SchemaError, hold_to_schema
from clearline.wire.registry_log import LogEntry

__all__ = ["prune_shared", "replay_shared"]

_DAY_US = 86_400_000_000


def replay_shared(
    store: str, *, until_us: int | None = None, heard: Callable[[int, LogEntry], object] | None = None
) -> Replayed:
    """Read the log of a database up to the last entry before the first that is later than a time.

    `heard` gets each entry with the number of its row, which several may share. Raises ValueError for an address that
    is none, or of a database that cannot be read, and MalformedError where its log is not as it was written.
    """
    return asyncio.run(_replay(_address(store), until_us, heard))


async def _replay(dsn: str, until_us: int | None, heard: Callable[[int, LogEntry], object] | None) -> Replayed:
    times_us: list[int] = []
    last = 0

    def hear(seq: int, entry: LogEntry) -> bool:
        nonlocal last
        if until_us is not None and entry.at_us > until_us:
            return False
        last = seq
        times_us[1:] = [entry.at_us]
        if len(times_us) == 1:
            times_us.append(entry.at_us)
        if heard is not None:
            heard(seq, entry)
        return True

    async with _line(dsn) as connection, audited(connection) as audit:
        differences = await audit.replay(hear)
        found = (times_us[0], times_us[-1]) if times_us else None
        return Replayed(audit.first, last, found, audit.state, 1, differences)


def prune_shared(store: str, kept_days: int) -> int:
    """Remove what is older from the log of a database; returns how many rows went. Raises as `replay_shared`.

    A day at least is kept: instances look up what became of what they tried.
    """
    if kept_days < 1:
        raise ValueError(f"{kept_days} days: a day of the log is kept at least")
    return asyncio.run(_prune(_address(store), kept_days))


async def _prune(dsn: str, kept_days: int) -> int:
    async with _line(dsn) as connection:
        return await prune(connection, kept_days * _DAY_US)


@asynccontextmanager
async def _line(dsn: str) -> AsyncGenerator[Connection]:
    try:
        connection = await connect(dsn)
        try:
            await hold_to_schema(connection)
            yield connection
        finally:
            connection.terminate()
    except (StoreUnavailableError, SchemaError) as error:
        raise ValueError(str(error)) from error
    except (*LOST, *AGAIN) as error:
        raise ValueError(f"the registry's database broke off ({type(error).__name__}: {error}); ask again") from error


def _address(store: str) -> str:
    kind, _, rest = store.partition(":")
    if kind in ("postgresql", "postgresql+log", "postgresql+tables") and rest.startswith("//"):
        return f"postgresql:{rest}"
    raise ValueError(f"{store[:200]!r} names no shared store: give postgresql://...")
