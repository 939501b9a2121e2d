"""The log of a registry as bytes, and back: what changed, on whose call, when.

The one idea: a record carries the number of its form and a sum over every byte, so one that is damaged, cut short or of
a later version is never half read: it is an error that says which record it is. The same records are what the stores
append, what an elected process sends its followers, and what an auditor reads (docs/specs/registry-log.md).

A record is: one byte, its form (1); four bytes, the CRC-32 of the form and of all that follows; then MessagePack.
Records in a row are each preceded by their length, four bytes. Numbers are big-endian.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar
from zlib import crc32

import msgspec

from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent
from clearline.airspace.subscription import Availability, Subscription
from clearline.registry.view import Change, Entity, Put, Remove
from clearline.wire.errors import MalformedError
from clearline.wire.registry_log_entity import (
    AreaCountedRow,
    CountedRow,
    EntityRow,
    counted_row,
    entity_of,
    entity_row,
    recounted,
)

__all__ = [
    "Key",
    "Known",
    "LogEntry",
    "join_records",
    "key_of",
    "read_changes",
    "read_entity",
    "read_entry",
    "split_records",
    "write_changes",
    "write_entity",
    "write_entry",
]

_FORM = 1
_HEAD = struct.Struct(">BI")
_LENGTH = struct.Struct(">I")
_FIRST_SUM = crc32(bytes([_FORM]))
_Row = TypeVar("_Row")
_ChangeRow: TypeAlias = tuple[bool, EntityRow]  # whether the entity is gone, and the entity
_LogRow: TypeAlias = tuple[bool, EntityRow | CountedRow | AreaCountedRow]

Key: TypeAlias = tuple[str, str]
"""The kind of an entity and its identifier: what tells it from every other."""

Known: TypeAlias = Callable[[Key], Entity | None]
"""What there was of an entity before an entry, if it was there."""

_RESTORE = "do not use it: restore the latest backup"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One decision that changed something: its changes in their order, and the call that asked for it.

    `call` is the name of the standard's operation, `client` the subject of its token, `at_us` microseconds since 1970
    UTC as the server's clock had them. Raises ValueError where nothing changed.
    """

    at_us: int
    client: str
    call: str
    request_id: str
    changes: tuple[Change, ...]

    def __post_init__(self) -> None:
        if not self.changes:
            raise ValueError("an entry of the log has at least one change")


class _EntryRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """An entry."""

    at_us: int
    client: str
    call: str
    request_id: str
    changes: tuple[_LogRow, ...]


class _ChangesRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """Changes by themselves."""

    changes: tuple[_ChangeRow, ...]


class _Form(Generic[_Row]):
    """Rows of one type under one head."""

    def __init__(self, row: type[_Row]) -> None:
        self._decoder = msgspec.msgpack.Decoder(row)
        self._encoder = msgspec.msgpack.Encoder()

    def write(self, row: _Row) -> bytes:
        body = self._encoder.encode(row)
        return _HEAD.pack(_FORM, crc32(body, _FIRST_SUM)) + body

    def read(self, data: bytes, source: str, where: str) -> _Row:
        if len(data) < _HEAD.size:
            raise MalformedError(source, where, f"the record is cut short at {len(data)} bytes", _RESTORE)
        form, told = _HEAD.unpack_from(data)
        if form != _FORM:
            mend = "use the version of Clearline that wrote it, or a later one"
            raise MalformedError(source, where, f"the record is of form {form}; known here is {_FORM}", mend)
        body = memoryview(data)[_HEAD.size :]
        found = crc32(body, _FIRST_SUM)
        if found != told:
            raise MalformedError(source, where, f"the record is damaged (sum {found:08x}, not {told:08x})", _RESTORE)
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise MalformedError(source, where, f"the record is not as written ({error})", _RESTORE) from error


_ENTRIES = _Form(_EntryRow)
_CHANGES = _Form(_ChangesRow)
_ENTITIES: _Form[EntityRow] = _Form(EntityRow)  # type: ignore[arg-type] - a union is what msgspec takes as a type


def key_of(entity: Entity) -> Key:
    """Return what tells an entity from every other."""
    match entity:
        case Intent():
            return "intent", entity.ident
        case Subscription():
            return "subscription", entity.ident
        case Constraint():
            return "constraint", entity.ident
        case IdentificationArea():
            return "area", entity.ident
        case IdentificationSubscription():
            return "area subscription", entity.ident
        case Availability():
            return "availability", entity.uss


def write_entry(entry: LogEntry, known: Known | None = None) -> bytes:
    """Return the record of an entry; the same entry always gives the same bytes.

    With `known`, a subscription in which only the count went on is written in short: whoever reads the log from its
    beginning has the rest. Without, the record can be read by itself.
    """
    rows: tuple[_LogRow, ...] = _rows(entry.changes) if known is None else _short(entry.changes, known)
    return _ENTRIES.write(_EntryRow(entry.at_us, entry.client, entry.call, entry.request_id, rows))


def read_entry(data: bytes, *, source: str, where: str, known: Known | None = None) -> LogEntry:
    """Return the entry of a record. Raises MalformedError for any bytes that `write_entry` did not make.

    `known` tells what there was before the entry, which a record that was written with it needs.
    """
    row = _ENTRIES.read(data, source, where)
    try:
        return LogEntry(row.at_us, row.client, row.call, row.request_id, _whole(row.changes, known))
    except ValueError as error:
        raise MalformedError(source, where, f"the record cannot be ({error})", _RESTORE) from error


def write_changes(changes: Iterable[Change]) -> bytes:
    """Return the record of changes by themselves, as an image of the state keeps them."""
    return _CHANGES.write(_ChangesRow(_rows(changes)))


def read_changes(data: bytes, *, source: str, where: str) -> tuple[Change, ...]:
    """Return the changes of a record. Raises MalformedError for any bytes that `write_changes` did not make."""
    row = _CHANGES.read(data, source, where)
    try:
        return _changes(row.changes)
    except ValueError as error:
        raise MalformedError(source, where, f"the record cannot be ({error})", _RESTORE) from error


def write_entity(entity: Entity) -> bytes:
    """Return the record of an entity by itself, as a table of the state keeps it."""
    return _ENTITIES.write(entity_row(entity))


def read_entity(data: bytes, *, source: str, where: str) -> Entity:
    """Return the entity of a record. Raises MalformedError for any bytes that `write_entity` did not make."""
    row = _ENTITIES.read(data, source, where)
    try:
        return entity_of(row)
    except ValueError as error:
        raise MalformedError(source, where, f"the record cannot be ({error})", _RESTORE) from error


def _rows(changes: Iterable[Change]) -> tuple[_ChangeRow, ...]:
    return tuple([(isinstance(change, Remove), entity_row(change.entity)) for change in changes])


def _short(changes: Iterable[Change], known: Known) -> tuple[_LogRow, ...]:
    """The rows of an entry's changes. An entity that it changes twice is written whole the second time."""
    rows: list[_LogRow] = []
    seen: set[Key] = set()
    for change in changes:
        entity, gone = change.entity, isinstance(change, Remove)
        short = None
        if not gone and isinstance(entity, Subscription | IdentificationSubscription):
            key = key_of(entity)
            short = None if key in seen else counted_row(known(key), entity)
            seen.add(key)
        rows.append((gone, short or entity_row(entity)))
    return tuple(rows)


def _whole(rows: Iterable[_LogRow], known: Known | None) -> tuple[Change, ...]:
    changes: list[Change] = []
    for gone, row in rows:
        if isinstance(row, CountedRow | AreaCountedRow):
            if known is None or gone:
                raise ValueError("it says only what changed, and what was there before is not known")
            kind = "subscription" if isinstance(row, CountedRow) else "area subscription"
            changes.append(Put(recounted(known((kind, row.ident)), row)))
        else:
            changes.append(Remove(entity_of(row)) if gone else Put(entity_of(row)))
    return tuple(changes)


def _changes(rows: tuple[_ChangeRow, ...]) -> tuple[Change, ...]:
    return tuple([Remove(entity_of(row)) if gone else Put(entity_of(row)) for gone, row in rows])


def join_records(records: Iterable[bytes]) -> bytes:
    """Return records in a row, each preceded by its length."""
    return b"".join([part for record in records for part in (_LENGTH.pack(len(record)), record)])


def split_records(data: bytes, *, source: str, where: str) -> Iterator[bytes]:
    """Give the records that stand in a row. Raises MalformedError where the last is cut short."""
    place = 0
    while place < len(data):
        start = place + _LENGTH.size
        end = start + _LENGTH.unpack_from(data, place)[0] if start <= len(data) else start
        if end > len(data):
            raise MalformedError(source, f"{where}, byte {place}", "the record is cut short", _RESTORE)
        yield data[start:end]
        place = end
