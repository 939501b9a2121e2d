"""The record's rows: logs and their heads, entries, trees, key sets; as values in and out.

The one idea: what an append needs is one row (the head), and what a proof needs is a few more (the nodes); neither is
kept anywhere else, so nothing in memory can differ from what is on disk.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from clearline.edge.party_schema import queries
from clearline.record.keyset import KeySet, open_keyset
from clearline.record.log import Appended, LogHead
from clearline.record.statement import Seen
from clearline.record.tree import Frontier, leaf_hash

__all__ = ["KeptEntry", "LogRow", "RecordTables", "RowValue", "Standing", "StoredEntry", "StoredLog"]

RowValue: TypeAlias = str | int | bytes | None

_MAX_CACHED_NODES = 65_536


class Standing(StrEnum):
    """Whether an own log may be written on."""

    CERTAIN = "certain"  # nothing signed under it is missing here
    UNSURE = "unsure"  # the store was restored: its reader must first say how much it holds
    FORKED = "forked"  # its own signature stands under something else elsewhere: it is never written again


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log as it is kept. `anchor` is the version of the writer's key set in force from its first entry.

    `at_least` is a size that the own signature is known to stand under; beyond `head.size`, entries are missing here.
    """

    id: int
    writer: str
    anchor: int
    head: LogHead
    standing: Standing
    at_least: int

    @property
    def origin(self) -> str:
        """The log's name on record."""
        return self.head.origin

    @property
    def behind(self) -> bool:
        """Whether entries are known to be missing here."""
        return self.at_least > self.head.size


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """One entry to keep: what appending or following gave, when this node logged it, whether it brings a key set."""

    appended: Appended
    logged_ms: int
    announces: bool


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry as it is kept, at its place in the order in which this store came to keep entries."""

    position: int
    log: int
    seq: int
    content_id: str
    logged_ms: int
    seen_size: int
    announces: bool
    envelope: bytes


class RecordTables:
    """The rows of a store's first script. Writing is for inside a transaction alone (`PartyStore.transact`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._logs: dict[str, LogRow] = {}
        self._nodes: dict[tuple[int, int, int], bytes] = {}
        self.forget()

    def forget(self) -> None:
        """Read again what is on disk: after a transaction that did not come to be."""
        self._nodes = {}
        self._logs = {row.origin: row for row in self._read_logs()}

    def log(self, origin: str) -> LogRow | None:
        """A log as it stands."""
        return self._logs.get(origin)

    def logs(self) -> tuple[LogRow, ...]:
        """Every log, the oldest first."""
        return tuple(self._logs.values())

    def view(self, row: LogRow) -> "StoredLog":
        """A log for reading, as it stood when the row was read."""
        return StoredLog(self, row)

    def make_log(self, origin: str, writer: str, anchor: int, standing: Standing) -> LogRow:
        """Begin a log, empty. Raises sqlite3.IntegrityError if there is one of that name."""
        (number,) = self._one("next_log") or (1,)
        assert isinstance(number, int)
        row = LogRow(number, writer, anchor, LogHead(origin), standing, 0)
        head = row.head
        self._write(
            "make_log",
            **_head_values(head),
            id=number,
            origin=origin,
            writer=writer,
            anchor=anchor,
            standing=standing.value,
            at_least=0,
        )
        self._logs[origin] = row
        return row

    def keep(self, row: LogRow, entries: Sequence[KeptEntry]) -> tuple[LogRow, int]:
        """Keep entries that continue a log, with their tree; the log as it then stands, and the first one's position.

        Raises ValueError if the log has moved on since they were decided.
        """
        current = self._logs[row.origin]
        if current.head != row.head or (entries and entries[0].appended.head.size != row.head.size + 1):
            raise ValueError(f"{row.origin} holds {current.head.size} entries; these were decided at {row.head.size}")
        (position,) = self._one("next_position") or (1,)
        assert isinstance(position, int)
        for number, entry in enumerate(entries):
            head = entry.appended.head
            self._write(
                "put_entry",
                position=position + number,
                log=row.id,
                seq=head.size - 1,
                content_id=bytes.fromhex(head.last_id),
                logged_ms=entry.logged_ms,
                seen_size=head.seen.size,
                announces=int(entry.announces),
                envelope=entry.appended.envelope,
            )
            for node in entry.appended.nodes:
                if node.level:
                    self._write("put_node", log=row.id, level=node.level, place=node.index, hash=node.hash)
        if not entries:
            return row, position
        kept = replace(row, head=entries[-1].appended.head)
        self._write("set_head", **_head_values(kept.head), id=row.id)
        self._logs[row.origin] = kept
        return kept, position

    def stand(self, row: LogRow, standing: Standing, at_least: int) -> LogRow:
        """Settle whether a log may be written on."""
        self._write("set_standing", id=row.id, standing=standing.value, at_least=at_least)
        kept = replace(self._logs[row.origin], standing=standing, at_least=at_least)
        self._logs[row.origin] = kept
        return kept

    def envelope(self, row: LogRow, seq: int) -> bytes:
        """One entry's bytes. Raises KeyError if there is none."""
        found = self._one("get_envelope", log=row.id, seq=seq)
        if found is None:
            raise KeyError(seq)
        return _bytes(found[0])

    def envelopes(self, row: LogRow, first: int, end: int) -> tuple[bytes, ...]:
        """Entries `first` to `end` - 1."""
        return tuple(_bytes(found[0]) for found in self._all("get_envelopes", log=row.id, first=first, end=end))

    def announcements(self, row: LogRow) -> list[tuple[int, bytes]]:
        """The entries that bring key sets, with their places."""
        return [(_int(seq), _bytes(envelope)) for seq, envelope in self._all("announcements", log=row.id)]

    def seen_steps(self, row: LogRow, *, above: int, to: int) -> list[tuple[int, int]]:
        """The sizes of the other log that a log's entries had seen, in (above, to], each with the first such entry."""
        found = self._all("seen_steps", log=row.id, above=above, to=to)
        return [(_int(size), _int(seq)) for size, seq in found]

    def entries(self) -> Iterator[StoredEntry]:
        """Every entry of every log, in the order in which this store came to keep them."""
        for position, log, seq, content_id, logged_ms, seen_size, announces, envelope in self._each("all_entries"):
            yield StoredEntry(
                _int(position),
                _int(log),
                _int(seq),
                _bytes(content_id).hex(),
                _int(logged_ms),
                _int(seen_size),
                announces == 1,
                _bytes(envelope),
            )

    def since(self, position: int, most: int) -> list[tuple[int, str]]:
        """The next entries after a position, each with its content digest."""
        found = self._all("entries_since", position=position, most=most)
        return [(_int(at), _bytes(content_id).hex()) for at, content_id in found]

    def leaves(self, row: LogRow) -> Iterator[tuple[str, bytes]]:
        """Each entry's content digest and leaf hash, in order."""
        for content_id, envelope in self._each("log_entries", log=row.id):
            yield _bytes(content_id).hex(), leaf_hash(_bytes(envelope))

    def kept_nodes(self, row: LogRow) -> dict[tuple[int, int], bytes]:
        """All nodes that are kept of a log's tree, by level and place."""
        found = self._each("log_nodes", log=row.id)
        return {(_int(level), _int(place)): _bytes(node) for level, place, node in found}

    def node(self, row: LogRow, level: int, place: int) -> bytes:
        """The root of a complete subtree. Raises KeyError if it is not complete yet."""
        key = (row.id, level, place)
        found = self._nodes.get(key)
        if found is None:
            if level:
                kept = self._one("get_node", log=row.id, level=level, place=place)
                if kept is None:
                    raise KeyError(key)
                found = _bytes(kept[0])
            else:
                found = leaf_hash(self.envelope(row, place))
            if len(self._nodes) >= _MAX_CACHED_NODES:
                self._nodes.clear()
            self._nodes[key] = found
        return found

    def put_keyset(self, keyset: KeySet, sealed: bytes) -> None:
        """Keep a signed key set; the same one again changes nothing. Raises ValueError for another of its version."""
        found = self._one("get_keyset", party=keyset.party, version=keyset.version)
        if found is None:
            self._write("put_keyset", party=keyset.party, version=keyset.version, sealed=sealed)
        elif open_keyset(_bytes(found[0]), None) != keyset:
            raise ValueError(f"another key set {keyset.version} of {keyset.party} is kept already")

    def keyset(self, party: str, version: int) -> KeySet:
        """A key set that is kept. Raises KeyError if it is not."""
        found = self._one("get_keyset", party=party, version=version)
        if found is None:
            raise KeyError((party, version))
        return open_keyset(_bytes(found[0]), None)

    def keysets(self, party: str) -> list[KeySet]:
        """All key sets that are kept of a party, the oldest first."""
        return [open_keyset(_bytes(found[0]), None) for found in self._all("keysets_of", party=party)]

    def anchor(self, row: LogRow, version: int) -> LogRow:
        """Have a log that is empty begin with another key set of its writer. Raises ValueError for any other log."""
        if row.head.size:
            raise ValueError(f"{row.origin} has entries, which the key set it begins with signed")
        self._write("set_anchor", id=row.id, anchor=version)
        kept = replace(self._logs[row.origin], anchor=version)
        self._logs[row.origin] = kept
        return kept

    def put_checkpoint(self, row: LogRow, size: int, note: str) -> None:
        """Keep a checkpoint that keys no longer at hand signed."""
        self._write("put_checkpoint", log=row.id, size=size, note=note)

    def checkpoint(self, row: LogRow, size: int) -> str | None:
        """A kept checkpoint of a log at a size."""
        found = self._one("get_checkpoint", log=row.id, size=size)
        return None if found is None else _str(found[0])

    def next_checkpoint(self, row: LogRow, size: int) -> int | None:
        """The smallest size above one of which a checkpoint is kept."""
        found = self._one("next_checkpoint", log=row.id, size=size)
        return None if found is None else _int(found[0])

    def _read_logs(self) -> Iterator[LogRow]:
        for one in self._all("all_logs"):
            number, origin, writer, anchor, size, peaks, last_id, seen_size, seen_root, standing, at_least = one
            roots = _bytes(peaks)
            frontier = Frontier(_int(size), tuple(roots[n : n + 32] for n in range(0, len(roots), 32)))
            head = LogHead(_str(origin), frontier, _str(last_id), Seen(_int(seen_size), _bytes(seen_root)))
            yield LogRow(
                _int(number), _str(writer), _int(anchor), head, Standing(_str(standing)), _int(at_least)
            )  # fmt: skip

    def _write(self, query: str, /, **values: RowValue) -> int:
        return self._connection.execute(queries()[query], values).rowcount

    def _each(self, query: str, /, **values: RowValue) -> Iterator[tuple[RowValue, ...]]:
        return iter(self._connection.execute(queries()[query], values))

    def _all(self, query: str, /, **values: RowValue) -> list[tuple[RowValue, ...]]:
        return self._connection.execute(queries()[query], values).fetchall()

    def _one(self, query: str, /, **values: RowValue) -> tuple[RowValue, ...] | None:
        found = self._all(query, **values)
        return found[0] if found else None


class StoredLog:
    """A kept log, for reading (`record.log.LogView`)."""

    __slots__ = ("_row", "_tables")

    def __init__(self, tables: RecordTables, row: LogRow) -> None:
        self._tables = tables
        self._row = row

    @property
    def head(self) -> LogHead:
        """Where the log stands."""
        return self._row.head

    def envelope(self, index: int, /) -> bytes:
        """The envelope at a place. Raises KeyError if there is none."""
        return self._tables.envelope(self._row, index)

    def node(self, level: int, index: int, /) -> bytes:
        """The root of a complete subtree. Raises KeyError if it is not complete yet."""
        return self._tables.node(self._row, level, index)

    def keyset_places(self) -> Sequence[int]:
        """The places of the statements that announce a key set."""
        return tuple(seq for seq, _ in self._tables.announcements(self._row))


def _head_values(head: LogHead) -> dict[str, RowValue]:
    return {
        "size": head.size,
        "peaks": b"".join(head.frontier.peaks),
        "last_id": head.last_id,
        "seen_size": head.seen.size,
        "seen_root": head.seen.root,
    }


def _int(value: RowValue) -> int:
    assert isinstance(value, int)
    return value


def _str(value: RowValue) -> str:
    assert isinstance(value, str)
    return value


def _bytes(value: RowValue) -> bytes:
    assert isinstance(value, bytes)
    return value
