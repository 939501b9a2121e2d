"""The tree over a log's entries: RFC 9162 hashing, grown one leaf at a time.

The one idea: the roots of the complete subtrees on the left edge of the unfinished part (the frontier, at most one per
bit of the size) are all that an append needs, so appending to ten million entries costs what appending to ten does.
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from clearline.record.errors import RecordError

__all__ = ["EMPTY_ROOT", "Frontier", "Node", "Nodes", "leaf_hash", "node_hash", "range_hash", "root_at", "split"]

EMPTY_ROOT = hashlib.sha256(b"").digest()  # RFC 9162 section 2.1.1
MAX_SIZE = 2**53 - 1  # a size is a whole number on record


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    """Where a tree over `count` leaves, two or more, divides: the largest power of two below it.

    >>> [split(count) for count in (2, 3, 4, 5, 8, 9)]
    [1, 2, 2, 4, 4, 8]
    """
    return 1 << ((count - 1).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Node:
    """The root of a complete subtree: the `index`-th of those over 2^`level` leaves."""

    level: int
    index: int
    hash: bytes


class Nodes(Protocol):
    """A store of the roots of complete subtrees, which is all a log needs to make any proof."""

    def node(self, level: int, index: int, /) -> bytes:
        """The root of the `index`-th complete subtree over 2^`level` leaves. Raises KeyError if it is not kept."""
        ...


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, known by the roots of its complete subtrees, the largest first.

    Raises RecordError unless there is one root of 32 bytes for every bit set in `size`.

    >>> grown, kept = Frontier().append(leaf_hash(b"one"))
    >>> grown.root == leaf_hash(b"one"), [(node.level, node.index) for node in kept]
    (True, [(0, 0)])
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE or len(self.peaks) != self.size.bit_count():
            raise RecordError("frontier", f"{len(self.peaks)} roots do not make a tree of {self.size} leaves")
        if any(len(peak) != 32 for peak in self.peaks):
            raise RecordError("frontier", "a root is not 32 bytes long")

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def append(self, leaf: bytes) -> tuple["Frontier", tuple[Node, ...]]:
        """The tree with one more leaf, and the complete subtrees this finished, which a store keeps."""
        finished = [Node(0, self.size, leaf)]
        peaks = list(self.peaks)
        level, index = 0, self.size
        while index & 1:
            leaf = node_hash(peaks.pop(), leaf)
            level, index = level + 1, index >> 1
            finished.append(Node(level, index, leaf))
        peaks.append(leaf)
        return Frontier(self.size + 1, tuple(peaks)), tuple(finished)


def range_hash(nodes: Nodes, low: int, high: int) -> bytes:
    """The hash of the leaves from `low` up to but not including `high`, where a tree over them would split so."""
    count = high - low
    if count & (count - 1) == 0 and low % count == 0:
        return nodes.node(count.bit_length() - 1, low // count)
    middle = low + split(count)
    return node_hash(range_hash(nodes, low, middle), range_hash(nodes, middle, high))


def root_at(nodes: Nodes, size: int) -> bytes:
    """The root the tree had when it held `size` leaves."""
    return range_hash(nodes, 0, size) if size else EMPTY_ROOT
