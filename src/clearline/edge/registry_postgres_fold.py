"""From the log to the table of entities, and from both to a state in memory.

The one idea: a start must not read the whole history. Every few seconds one of the instances writes what the log has
changed since into the table of entities, in small steps, each with the row up to which it went, in one transaction; so
a new instance reads that table and the rows after. The table is also what an operator reads.
"""

from collections.abc import Iterable, Sequence
from typing import cast
from uuid import UUID

from clearline.edge.registry_postgres_link import Connection
from clearline.edge.registry_postgres_rows import EntityKey, columns, key_of
from clearline.edge.registry_postgres_schema import queries
from clearline.edge.registry_turns import WatchedState
from clearline.registry.view import Entity, Put
from clearline.wire.registry_log import LogEntry, read_entity, read_entry, split_records

__all__ = ["entries_of", "fold", "last_forms", "load"]

_STEP_ROWS = 100  # rows of the log written to the table in one transaction
_PAGE = 2_000  # entities read at once
_LOG, _TABLE = "the registry's log", "the registry's table of entities"


async def load(connection: Connection) -> tuple[WatchedState, int, UUID]:
    """Return the state as the table of entities has it, and the row of the log that it goes up to, with its token."""
    state = WatchedState()
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    ((seq, token),) = cast("Sequence[tuple[int, UUID]]", await connection.fetch(queries()["folded"]))
    last: EntityKey = (0, "")
    while True:
        found = await connection.fetch(queries()["entities_page"], *last, _PAGE)
        rows = cast("Sequence[tuple[int, str, bytes]]", found)
        for kind, ident, body in rows:
            state.apply((Put(read_entity(body, source=_TABLE, where=f"kind {kind}, {ident}")),))
            last = (kind, ident)
        if len(rows) < _PAGE:
            break
    await connection.execute("COMMIT")
    return state, seq, token


async def fold(connection: Connection, up_to_seq: int) -> int:
    """Write the log up to this row into the table of entities; returns how many rows of the log were folded."""
    folded = 0
    while rows := await _fold_step(connection, up_to_seq):
        folded += rows
    return folded


async def _fold_step(connection: Connection, up_to_seq: int) -> int:
    await connection.execute("BEGIN")
    try:
        (seq,) = cast("tuple[int]", (await connection.fetch(queries()["folded_locked"]))[0])
        last = min(seq + _STEP_ROWS, up_to_seq)
        if last > seq:
            found = await connection.fetch(queries()["log_range"], seq + 1, last)
            rows = cast("Sequence[tuple[int, bytes]]", found)
            assert len(rows) == last - seq, "the log has no gaps"
            await _write(connection, rows)
            await connection.execute(queries()["fold_to"], last)
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")
    return max(0, last - seq)


async def _write(connection: Connection, rows: Sequence[tuple[int, bytes]]) -> None:
    """Write the last form of every entity that these rows changed."""
    kept, gone = last_forms(rows)
    if kept:
        await connection.execute(
            queries()["entities_put"], *columns(entity for _, entity in kept), [seq for seq, _ in kept]
        )
    if gone:
        await connection.execute(queries()["entities_remove"], [kind for kind, _ in gone], [ident for _, ident in gone])


def last_forms(rows: Iterable[tuple[int, bytes]]) -> tuple[list[tuple[int, Entity]], list[EntityKey]]:
    """Return what rows of the log leave: entities, each with the row that changed it last, and those that are gone."""
    latest: dict[EntityKey, tuple[int, Entity] | None] = {}
    for seq, records in rows:
        for entry in entries_of(seq, records):
            for change in entry.changes:
                latest[key_of(change.entity)] = (seq, change.entity) if isinstance(change, Put) else None
    return [one for one in latest.values() if one is not None], [key for key, one in latest.items() if one is None]


def entries_of(seq: int, records: bytes) -> list[LogEntry]:
    """Return the entries of a row of the log. Raises MalformedError for bytes that no registry wrote."""
    where = f"row {seq}"
    return [read_entry(record, source=_LOG, where=where) for record in split_records(records, source=_LOG, where=where)]
