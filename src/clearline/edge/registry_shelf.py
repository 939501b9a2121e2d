"""Entities of one kind in memory, found by identifier and by where and when they are.

The one idea: cell, then half hour, then entity. A cell with few entities is a plain tuple that is looked through whole;
a crowded one is cut into half hours, so that a look-up touches only those it asks for. Most cells of a large sky are
nearly empty, and a congested one holds thousands; both stay cheap. The index may offer too much and never too little:
every entity it offers is compared span against span.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Final, Generic, Protocol, TypeVar

from clearline.airspace.extent import Extent, Span

__all__ = ["Placed", "Shelf"]

# Half an hour, in microseconds: about one flight, so that an entity lies in one or two (measured: stack research 2.1).
_BUCKET_US: Final = 30 * 60 * 1_000_000
# An entity in a cell for longer than a day lies in no half hour but in one list of its own: no more inserts than this.
_MOST_BUCKETS: Final = 49
# A cell is crowded above the one and no longer crowded below the other.
_CROWDED: Final = 32
_CALM: Final = 16


_ident = attrgetter("ident")


class Placed(Protocol):
    """What stands on a shelf: it has an identifier and an extent, and it ends (microseconds since 1970)."""

    @property
    def ident(self) -> str:
        """The identifier."""
        ...

    @property
    def extent(self) -> Extent:
        """Where and when it is."""
        ...

    @property
    def end_us(self) -> int:
        """Its end."""
        ...


Entity = TypeVar("Entity", bound=Placed)


class _Entry(Generic[Entity]):
    """A place on the shelf, with the hull of its entity at hand, which rules out most of them at a glance.

    The entity in it may be exchanged for another of the same extent.
    """

    __slots__ = ("end_us", "entity", "high_m", "low_m", "start_us")

    def __init__(self, entity: Entity) -> None:
        self.hold(entity)

    def hold(self, entity: Entity) -> None:
        hull = entity.extent.hull
        self.entity = entity
        self.low_m, self.high_m, self.start_us, self.end_us = hull.low_m, hull.high_m, hull.start_us, hull.end_us


class _Crowd(Generic[Entity]):
    """A cell with many entities, by half hours. The dicts are sets that keep their order."""

    __slots__ = ("_buckets", "_everyone", "_long")

    def __init__(self) -> None:
        self._everyone: dict[_Entry[Entity], None] = {}
        self._buckets: dict[int, dict[_Entry[Entity], None]] = {}
        self._long: dict[_Entry[Entity], None] = {}

    def __len__(self) -> int:
        return len(self._everyone)

    def __iter__(self) -> Iterator[_Entry[Entity]]:
        return iter(self._everyone)

    def add(self, entry: _Entry[Entity], span: Span) -> None:
        self._everyone[entry] = None
        first, last = span.start_us // _BUCKET_US, span.end_us // _BUCKET_US
        if last - first >= _MOST_BUCKETS:
            self._long[entry] = None
            return
        for bucket in range(first, last + 1):
            self._buckets.setdefault(bucket, {})[entry] = None

    def drop(self, entry: _Entry[Entity], span: Span) -> None:
        del self._everyone[entry]
        first, last = span.start_us // _BUCKET_US, span.end_us // _BUCKET_US
        if last - first >= _MOST_BUCKETS:
            del self._long[entry]
            return
        for bucket in range(first, last + 1):
            held = self._buckets[bucket]
            del held[entry]
            if not held:
                del self._buckets[bucket]

    def during(self, span: Span, known: dict[_Entry[Entity], None]) -> Iterable[_Entry[Entity]]:
        """Return every entity not yet known whose half hours meet the span's, and maybe others, also twice."""
        # In a crowded place the cells beside each other hold much the same: what they share is told apart all at once.
        if 2 * len(known) > len(self._everyone):
            return self._everyone.keys() - known.keys()
        first, last = span.start_us // _BUCKET_US, span.end_us // _BUCKET_US
        if last - first >= len(self._buckets):
            return self._everyone
        met = [held for bucket in range(first, last + 1) if (held := self._buckets.get(bucket))]
        if len(self._long) + sum(map(len, met)) >= len(self._everyone):
            return self._everyone
        return chain(self._long, *met)


class Shelf(Generic[Entity]):
    """Entities of one kind. Nothing is hidden for being old."""

    __slots__ = ("_cells", "_entries")

    def __init__(self) -> None:
        self._entries: dict[str, _Entry[Entity]] = {}
        self._cells: dict[int, tuple[_Entry[Entity], ...] | _Crowd[Entity]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entity]:
        return (entry.entity for entry in self._entries.values())

    def get(self, ident: str) -> Entity | None:
        """Return the entity of this identifier, or None."""
        entry = self._entries.get(ident)
        return None if entry is None else entry.entity

    def put(self, entity: Entity) -> Entity | None:
        """Put the entity in the place of the one with its identifier; return that one, or None if it is new."""
        entry = self._entries.get(entity.ident)
        if entry is None:
            entry = self._entries[entity.ident] = _Entry(entity)
            self._index(entry)
            return None
        old = entry.entity
        if old.extent is entity.extent or old.extent == entity.extent:
            entry.entity = entity
            return old
        self._unindex(entry)
        entry.hold(entity)
        self._index(entry)
        return old

    def drop(self, ident: str) -> Entity:
        """Take the entity away and return it. Raises KeyError if there is none."""
        entry = self._entries.pop(ident)
        self._unindex(entry)
        return entry.entity

    def touching(self, extent: Extent) -> tuple[Entity, ...]:
        """Return every entity that touches the extent, ascending by identifier."""
        found: dict[_Entry[Entity], None] = {}
        cells = self._cells
        span = extent.spans[0]
        several = len(extent.spans) > 1
        for place, cell in enumerate(extent.cells):
            held = cells.get(cell)
            if held is None:
                continue
            if several:
                span = extent.spans[place]
            low_m, high_m, start_us, end_us = span.low_m, span.high_m, span.start_us, span.end_us
            for entry in held.during(span, found) if isinstance(held, _Crowd) else held:
                if (
                    entry.start_us <= end_us
                    and entry.end_us >= start_us
                    and entry.low_m <= high_m
                    and entry.high_m >= low_m
                    and entry not in found
                    and (len(entry.entity.extent.spans) == 1 or _uses(entry.entity.extent, cell).touches(span))
                ):
                    found[entry] = None
        return tuple(sorted((entry.entity for entry in found), key=_ident))

    def _index(self, entry: _Entry[Entity]) -> None:
        extent = entry.entity.extent
        for place, cell in enumerate(extent.cells):
            held = self._cells.get(cell)
            if held is None:
                self._cells[cell] = (entry,)
            elif isinstance(held, _Crowd):
                held.add(entry, extent.span_of(place))
            elif len(held) < _CROWDED:
                self._cells[cell] = (*held, entry)
            else:
                self._cells[cell] = _crowd((*held, entry), cell)

    def _unindex(self, entry: _Entry[Entity]) -> None:
        extent = entry.entity.extent
        for place, cell in enumerate(extent.cells):
            held = self._cells[cell]
            if isinstance(held, _Crowd):
                held.drop(entry, extent.span_of(place))
                if len(held) < _CALM:
                    self._cells[cell] = tuple(held)
            elif len(held) == 1:
                del self._cells[cell]
            else:
                self._cells[cell] = tuple(other for other in held if other is not entry)


def _crowd(entries: Iterable[_Entry[Entity]], cell: int) -> _Crowd[Entity]:
    crowd: _Crowd[Entity] = _Crowd()
    for entry in entries:
        crowd.add(entry, _uses(entry.entity.extent, cell))
    return crowd


def _uses(extent: Extent, cell: int) -> Span:
    span = extent.span_in(cell)
    assert span is not None, "an entity stands only in cells that it uses"
    return span
