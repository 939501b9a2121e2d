"""A log with one writer: statements in order, each following from the one before.

The one idea: what a writer needs to go on is small and of fixed kind (`LogHead`), and appending is a decision: it
returns the envelope and what a store must keep, all together, and changes nothing itself. Nothing is ever taken out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from clearline.record.canonical import Value
from clearline.record.checkpoint import Checkpoint
from clearline.record.errors import RecordError
from clearline.record.keys import Signer
from clearline.record.statement import FIRST_PREV, NOTHING_SEEN, Entry, Seen, Statement
from clearline.record.tree import Frontier, Node, Nodes, leaf_hash

__all__ = ["Appended", "LogHead", "LogView", "MemoryLog", "Saying", "append", "follow"]


@dataclass(frozen=True, slots=True)
class LogHead:
    """Where a log stands: its origin, its tree's frontier, the digest of its last statement, and what that had seen."""

    origin: str
    frontier: Frontier = field(default_factory=Frontier)
    last_id: str = FIRST_PREV
    seen: Seen = NOTHING_SEEN

    @property
    def size(self) -> int:
        """How many statements the log holds."""
        return self.frontier.size

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint to sign now."""
        return Checkpoint(self.origin, self.size, self.frontier.root)


@dataclass(frozen=True, slots=True)
class Saying:
    """What is to be said: its kind and body, what was seen of the other log, and the writer's clock."""

    kind: str
    body: Mapping[str, Value]
    seen: Seen
    said_ms: int
    clock_uncertainty_ms: int


@dataclass(frozen=True, slots=True)
class Appended:
    """A statement in its envelope, the head after it, and the nodes to keep.

    The three are kept in one transaction, before the envelope leaves the house: whoever signs a statement, loses it
    and signs another under its number has made a proof against itself.
    """

    envelope: bytes
    head: LogHead
    nodes: tuple[Node, ...]


class LogView(Nodes, Protocol):
    """A kept log, for reading. A store implements it."""

    @property
    def head(self) -> LogHead:
        """Where the log stands."""
        ...

    def envelope(self, index: int, /) -> bytes:
        """The envelope at a place. Raises KeyError if there is none."""
        ...

    def keyset_places(self) -> Sequence[int]:
        """The places, ascending, of the statements that announce a key set."""
        ...


def append(head: LogHead, saying: Saying, signers: Sequence[Signer]) -> Appended:
    """Say one thing more in a log. Raises RecordError if it cannot be written, or had seen less than the one before."""
    statement = Statement(
        head.origin,
        head.size,
        head.last_id,
        saying.seen,
        saying.said_ms,
        saying.clock_uncertainty_ms,
        saying.kind,
        saying.body,
    )
    _grows(head, statement)
    envelope, content_id = statement.seal(signers)
    frontier, nodes = head.frontier.append(leaf_hash(envelope))
    return Appended(envelope, LogHead(head.origin, frontier, content_id, saying.seen), nodes)


def follow(head: LogHead, entry: Entry) -> Appended:
    """Take over a statement that another wrote, already opened. Raises RecordError unless it follows from the head."""
    place = f"entry {head.size} of {head.origin}"
    if entry.statement.seq != head.size or entry.statement.prev != head.last_id:
        raise RecordError(place, "it does not follow from the statement before it")
    _grows(head, entry.statement)
    frontier, nodes = head.frontier.append(leaf_hash(entry.envelope))
    return Appended(entry.envelope, LogHead(head.origin, frontier, entry.content_id, entry.statement.seen), nodes)


def _grows(head: LogHead, statement: Statement) -> None:
    seen = statement.seen
    if seen.size < head.seen.size or (seen.size == head.seen.size and seen.root != head.seen.root):
        raise RecordError(
            f"entry {head.size} of {head.origin}",
            f"it had seen {seen.size} entries of the other log, the one before it {head.seen.size}: sight is not lost",
        )


class MemoryLog:
    """A log kept in memory: the model that every other store is held to.

    >>> log = MemoryLog("alfa.example/line/bravo")
    >>> log.head.size
    0
    """

    __slots__ = ("_envelopes", "_head", "_keysets", "_levels")

    def __init__(self, origin: str) -> None:
        """An empty log."""
        self._head = LogHead(origin)
        self._envelopes: list[bytes] = []
        self._levels: list[list[bytes]] = []
        self._keysets: list[int] = []

    @property
    def head(self) -> LogHead:
        """Where the log stands."""
        return self._head

    def envelope(self, index: int, /) -> bytes:
        """The envelope at a place. Raises KeyError if there is none."""
        if not 0 <= index < len(self._envelopes):
            raise KeyError(index)
        return self._envelopes[index]

    def node(self, level: int, index: int, /) -> bytes:
        """The root of a complete subtree. Raises KeyError if it is not complete yet."""
        if not (0 <= level < len(self._levels) and 0 <= index < len(self._levels[level])):
            raise KeyError((level, index))
        return self._levels[level][index]

    def keyset_places(self) -> Sequence[int]:
        """The places of the statements that announce a key set."""
        return tuple(self._keysets)

    def keep(self, appended: Appended, *, announces: bool = False) -> None:
        """Keep one appended statement. Raises ValueError if the log has moved on since it was decided."""
        if appended.head.size != self._head.size + 1 or appended.head.origin != self._head.origin:
            raise ValueError(f"the log holds {self._head.size} entries; this one makes it {appended.head.size}")
        for node in appended.nodes:
            while len(self._levels) <= node.level:
                self._levels.append([])
            self._levels[node.level].append(node.hash)
        if announces:
            self._keysets.append(self._head.size)
        self._envelopes.append(appended.envelope)
        self._head = appended.head
