"""What of the log of a shared registry is kept, for how long, and how the rest goes.

The one idea: nothing of the state is lost with a row. What the rows that go had changed is written into the table
`base` in the transaction that removes them, so that base and log together give the state at any time that the log still
covers. It goes in small steps, beside whatever else is asked; several instances may try, and one does.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, cast

from clearline.edge.registry_postgres_fold import entries_of, last_forms
from clearline.edge.registry_postgres_link import AGAIN, LOST, Connection, StoreUnavailableError, connect
from clearline.edge.registry_postgres_rows import key_of
from clearline.edge.registry_postgres_schema import queries
from clearline.wire.registry_log import write_entity

__all__ = ["KEPT_US", "keep_pruned", "prune", "prune_step"]

# As long as the embedded store keeps its log (docs/registry-file.md).
KEPT_US: Final = 45 * 86_400_000_000
_STEP_ROWS: Final = 100
# The newest rows stay however old they are: one that is on its way may still come in among them, and what became of an
# attempt is looked up there.
_SPARE_ROWS: Final = 1_000
_EVERY_S: Final = 60.0
_PAUSE_S: Final = 0.02


async def prune(connection: Connection, kept_us: int = KEPT_US, *, spare_rows: int = _SPARE_ROWS) -> int:
    """Remove what is older than that, by the database's clock; returns how many rows of the log went."""
    ((now_us,),) = cast("Sequence[tuple[int]]", await connection.fetch(queries()["now_us"]))
    removed = 0
    while rows := await prune_step(connection, now_us - kept_us, spare_rows=spare_rows):
        removed += rows
        await asyncio.sleep(_PAUSE_S)
    return removed


async def prune_step(connection: Connection, before_us: int, *, spare_rows: int = _SPARE_ROWS) -> int:
    """Remove a few of the oldest rows if all that they tell was before a time; returns how many.

    In mode `log` every row stays that an instance, or the next one to start, has still to read.
    """
    await connection.execute("BEGIN")
    try:
        ((pruned,),) = cast("Sequence[tuple[int]]", await connection.fetch(queries()["pruned_locked"]))
        ((most,),) = cast("Sequence[tuple[int | None]]", await connection.fetch(queries()["prune_most"], spare_rows))
        found = [] if most is None else await connection.fetch(queries()["prune_page"], pruned, most, _STEP_ROWS)
        rows = _old(cast("Sequence[tuple[int, bytes]]", found), before_us)
        if rows:
            await _to_base(connection, rows)
            await connection.execute(queries()["prune_to"], rows[-1][0])
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")
    return len(rows)


def _old(rows: Sequence[tuple[int, bytes]], before_us: int) -> Sequence[tuple[int, bytes]]:
    """Return the rows up to the last before the first that is not old.

    An empty row (it only holds a place) tells no time: it goes with the one after it, or with its like.
    """
    count = 0
    dated = False
    for place, (seq, records) in enumerate(rows, 1):
        entries = entries_of(seq, records)
        if any(entry.at_us >= before_us for entry in entries):
            return rows[:count]
        if entries:
            count, dated = place, True
    return rows[:count] if dated or len(rows) < _STEP_ROWS else rows


async def _to_base(connection: Connection, rows: Sequence[tuple[int, bytes]]) -> None:
    kept, gone = last_forms(rows)
    keys = [key_of(entity) for _, entity in kept]
    kinds, idents = [kind for kind, _ in keys], [ident for _, ident in keys]
    if kept:
        await connection.execute(queries()["base_put"], kinds, idents, [write_entity(entity) for _, entity in kept])
    if gone:
        await connection.execute(queries()["base_remove"], [kind for kind, _ in gone], [ident for _, ident in gone])


async def keep_pruned(
    dsn: str, kept_us: int = KEPT_US, *, spare_rows: int = _SPARE_ROWS, every_s: float = _EVERY_S
) -> None:
    """Remove what has become too old, every minute, for ever; where the database is away, the next time."""
    while True:
        await asyncio.sleep(every_s)
        with suppress(StoreUnavailableError, *LOST, *AGAIN):
            line = await connect(dsn)
            try:
                await prune(line, kept_us, spare_rows=spare_rows)
            finally:
                line.terminate()
