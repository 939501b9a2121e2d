"""The log of a shared registry, read again from its beginning, beside everything that goes on.

The one idea: one snapshot of the database holds the base, the log after it and the tables that were made from it, so
what they say can be held against each other while instances write on.
"""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from clearline.edge.registry_postgres_fold import entries_of
from clearline.edge.registry_postgres_link import Connection
from clearline.edge.registry_postgres_load import SpanRow, span_rows
from clearline.edge.registry_postgres_schema import queries
from clearline.registry.view import Entity, Put
from clearline.wire.registry_log import Key, LogEntry, key_of, read_entity

__all__ = ["Audit", "audited"]

_PAGE_ROWS = 500
_PAGE_ENTITIES = 2_000
_PAGE_SPANS = 5_000


@dataclass(slots=True)
class Audit:
    """One snapshot of a database. `first` and `last` are the rows of the log that it has, `first` after the base.

    `folded` is the row that the table of entities stands at; in mode `tables` it stands at the last.
    """

    connection: Connection
    tables: bool
    first: int
    last: int
    folded: int
    state: dict[Key, Entity] = field(default_factory=dict[Key, Entity])

    async def replay(self, heard: Callable[[int, LogEntry], bool]) -> tuple[str, ...]:
        """Read the base and the log; returns where the tables say something else, none if `heard` ended it.

        `heard` gets each entry, with its row, before it is taken in, and says whether to go on.
        """
        self.state = await self._entities("base_page")
        differences: list[str] = []
        stands = self.last if self.tables else self.folded
        compared = stands < self.first
        if compared:
            differences += await self._compare()
        after = self.first - 1
        while found := await self.connection.fetch(queries()["prune_page"], after, self.last, _PAGE_ROWS):
            for seq, records in cast("Sequence[tuple[int, bytes]]", found):
                if seq > stands and not compared:
                    differences += await self._compare()
                    compared = True
                for entry in entries_of(seq, records):
                    if not heard(seq, entry):
                        return ()
                    for change in entry.changes:
                        if isinstance(change, Put):
                            self.state[key_of(change.entity)] = change.entity
                        else:
                            self.state.pop(key_of(change.entity), None)
                after = seq
        if not compared:
            differences += await self._compare()
        return tuple(differences)

    async def _compare(self) -> list[str]:
        """Hold the tables against the state so far."""
        shown = await self._entities("entities_page")
        told = [] if shown == self.state else [_differs("the table of entities", shown, self.state)]
        if self.tables:
            rows = frozenset(span_rows(self.state.values()))
            spans = await self._spans()
            if spans != rows:
                other = spans ^ rows
                told.append(f"the table of spans is not what the log says of {min(other)[3]}; {len(other)} rows differ")
        return told

    async def _entities(self, query: str) -> dict[Key, Entity]:
        state: dict[Key, Entity] = {}
        last: tuple[int, str] = (0, "")
        while found := await self.connection.fetch(queries()[query], *last, _PAGE_ENTITIES):
            for kind, ident, body in cast("Sequence[tuple[int, str, bytes]]", found):
                entity = read_entity(body, source="the registry's tables", where=f"kind {kind}, {ident}")
                state[key_of(entity)] = entity
                last = (kind, ident)
        return state

    async def _spans(self) -> frozenset[SpanRow]:
        spans: set[SpanRow] = set()
        last: tuple[int, int, int, str] = (-1, 0, 0, "")
        while found := await self.connection.fetch(queries()["spans_page"], *last, _PAGE_SPANS):
            rows = [tuple(row) for row in found]  # a driver's row equals no tuple
            spans.update(cast("Iterable[SpanRow]", rows))
            last = cast("SpanRow", rows[-1])[:4]
        return frozenset(spans)


@asynccontextmanager
async def audited(connection: Connection) -> AsyncGenerator[Audit]:
    """Give one snapshot of a database in which a registry is kept; it changes nothing."""
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    ((mode, pruned, folded, last),) = cast(
        "Sequence[tuple[str, int, int, int]]", await connection.fetch(queries()["replay_from"])
    )
    yield Audit(connection, mode == "tables", pruned + 1, last, folded)
    await connection.execute("COMMIT")


def _differs(what: str, shown: dict[Key, Entity], told: dict[Key, Entity]) -> str:
    wrong = sorted(key for key in shown.keys() | told.keys() if shown.get(key) != told.get(key))
    kind, ident = wrong[0]
    return f"{what} is not what the log says of {kind} {ident} and {len(wrong) - 1} others"
