"""Reading what a rule needs out of the tables, and writing what it changes into them.

The one idea: everything a rule needs is read by one statement, so it is the state of one moment without a transaction.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import cast

from clearline.airspace.subscription import Availability
from clearline.edge.registry_postgres_link import Connection
from clearline.edge.registry_postgres_rows import EntityKey, columns, extent_of, key_of
from clearline.edge.registry_postgres_schema import queries
from clearline.edge.registry_postgres_view import Needs, PartialView, stripe
from clearline.registry.view import Change, Entity, Put
from clearline.wire.registry_log import read_entity

__all__ = ["change_stripes", "load_view", "wanted", "write_changes"]

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


def change_stripes(view: PartialView, changes: Iterable[Change]) -> set[int]:
    """Return the rows of the stripe table that stand for what is changed: names, and cells before and after."""
    found: set[int] = set()
    for change in changes:
        for entity in _before_and_after(view, change):
            found.add(stripe(key_of(entity)[1]))
            extent = extent_of(entity)
            if extent is not None:
                found.update(map(stripe, extent.cells))
            subscription = getattr(entity, "subscription", None)
            if subscription is not None:
                found.add(stripe(str(subscription)))
    return found


def _before_and_after(view: PartialView, change: Change) -> list[Entity]:
    before = view.entities.get(key_of(change.entity))
    after = [change.entity] if isinstance(change, Put) else []
    return after if before is None else [*after, before]


async def write_changes(connection: Connection, view: PartialView, changes: Sequence[Change], seq: int) -> None:
    """Make the changes; the view was read under the locks that are still held."""
    last = {key_of(change.entity): change for change in changes}
    old = [one for key in last if (one := view.entities.get(key)) is not None]
    kept = [change.entity for change in last.values() if isinstance(change, Put)]
    gone = [key for key, change in last.items() if not isinstance(change, Put)]
    rows = _span_rows(old)
    if rows:
        await connection.execute(queries()["spans_remove"], *rows[:4])
    if gone:
        await connection.execute(queries()["entities_remove"], [kind for kind, _ in gone], [ident for _, ident in gone])
    if kept:
        await connection.execute(queries()["entities_put"], *columns((seq, entity) for entity in kept))
    rows = _span_rows(kept)
    if rows:
        await connection.execute(queries()["spans_put"], *rows)


def _span_rows(entities: Iterable[Entity]) -> list[list[object]]:
    """Return the columns of `spans_put`; none where nothing has a place."""
    lasting = (entity for entity in entities if not isinstance(entity, Availability))
    rows = chain.from_iterable(
        (
            (cell, span.end_us, *key_of(entity), span.start_us, span.low_m, span.high_m)
            for place, cell in enumerate(entity.extent.cells)
            for span in (entity.extent.span_of(place),)
        )
        for entity in lasting
    )
    return [list(column) for column in zip(*rows, strict=True)]
