"""Reading what a rule needs out of the tables, and writing what it changes into them.

The one idea: everything a rule needs is read by one statement, so it is the state of one moment without a transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast
from uuid import UUID

from clearline.airspace.reference import Intent
from clearline.airspace.subscription import Availability
from clearline.edge.registry_postgres_link import Connection
from clearline.edge.registry_postgres_rows import EntityKey, columns, key_of
from clearline.edge.registry_postgres_schema import queries
from clearline.edge.registry_postgres_view import Locks, Needs, PartialView, stripe, uss_stripe
from clearline.registry.view import Change, Entity, Put
from clearline.wire.registry_log import read_entity

__all__ = ["SpanRow", "change_locks", "load_view", "span_rows", "wanted", "write_changes"]

_SOURCE = "the registry's table of entities"


def wanted(needs: Needs) -> tuple[object, ...]:
    """Return the arguments of `tables_load`."""
    keys = sorted(needs.keys)
    places = {extent for _, extent in needs.places}
    spans = [(cell, extent.span_of(place)) for extent in places for place, cell in enumerate(extent.cells)]
    before_us, most = needs.ended or (None, 0)
    return (
        [kind for kind, _ in keys],
        [ident for _, ident in keys],
        [cell for cell, _ in spans],
        [span.low_m for _, span in spans],
        [span.high_m for _, span in spans],
        [span.start_us for _, span in spans],
        [span.end_us for _, span in spans],
        sorted({kind for kind, _ in needs.places}),
        sorted(needs.hanging),
        before_us,
        most,
    )


async def load_view(connection: Connection, needs: Needs) -> PartialView:
    """Return the view of these needs."""
    found = await connection.fetch(queries()["tables_load"], *wanted(needs))
    entities: dict[EntityKey, Entity] = {}
    for kind, ident, body in cast("Sequence[tuple[int, str, bytes]]", found):
        entities[kind, ident] = read_entity(body, source=_SOURCE, where=f"kind {kind}, {ident}")
    return PartialView(needs, entities)


def change_locks(view: PartialView, changes: Iterable[Change]) -> Locks:
    """Return the rows of the stripe table that stand for what is changed: names, and cells before and after."""
    found: set[int] = set()
    for change in changes:
        for entity in _before_and_after(view, change):
            if isinstance(entity, Availability):
                found.add(uss_stripe(entity.uss))
                continue
            found.add(stripe(entity.ident))
            found.update(map(stripe, entity.extent.cells))
            if isinstance(entity, Intent) and entity.subscription is not None:
                found.add(stripe(entity.subscription))
    return Locks(frozenset(found))


def _before_and_after(view: PartialView, change: Change) -> list[Entity]:
    before = view.entities.get(key_of(change.entity))
    after = [change.entity] if isinstance(change, Put) else []
    return after if before is None else [*after, before]


async def write_changes(
    connection: Connection, view: PartialView, changes: Sequence[Change], token: UUID, records: bytes
) -> None:
    """Make the changes, with their row of the log; the view was read under the locks that are still held."""
    last = {key_of(change.entity): change for change in changes}
    old = [one for key in last if (one := view.entities.get(key)) is not None]
    kept = [change.entity for change in last.values() if isinstance(change, Put)]
    gone = [key for key, change in last.items() if not isinstance(change, Put)]
    before, after = dict.fromkeys(span_rows(old)), dict.fromkeys(span_rows(kept))
    left = [row[:4] for row in before if row not in after]
    if gone or left:
        await connection.execute(queries()["tables_remove"], *_turned(gone, 2), *_turned(left, 4))
    new = [row for row in after if row not in before]
    await connection.execute(queries()["tables_write"], token, records, *columns(kept), *_turned(new, 7))


SpanRow = tuple[int, int, int, str, int, float, float]


def span_rows(entities: Iterable[Entity]) -> Iterator[SpanRow]:
    """Yield the rows of `spans` for entities; none where nothing has a place."""
    for entity in entities:
        if isinstance(entity, Availability):
            continue
        kind, ident = key_of(entity)
        for place, cell in enumerate(entity.extent.cells):
            span = entity.extent.span_of(place)
            yield cell, span.end_us, kind, ident, span.start_us, span.low_m, span.high_m


def _turned(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    """Return the columns of rows, as `unnest` takes them."""
    return [[row[place] for row in rows] for place in range(width)]
