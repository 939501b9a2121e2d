"""One proof for many entries and many earlier sizes at once: the tree with everything that is not needed cut away.

The one idea: walk the tree from its root; a part that holds no chosen leaf and no chosen size inside it is given as
one hash, any other part is divided. Whoever knows the chosen leaves grows the root again, and with it the root the
tree had at every chosen size (docs/specs/record.md section 7).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clearline.record.errors import RecordError
from clearline.record.tree import EMPTY_ROOT, Nodes, node_hash, range_hash, split

__all__ = ["Regrown", "prune", "regrow"]


@dataclass(frozen=True, slots=True)
class Regrown:
    """What a pruned tree proves: the root of the whole, and the root at each chosen size."""

    root: bytes
    earlier: Mapping[int, bytes]


def prune(nodes: Nodes, size: int, leaves: Sequence[int], cuts: Sequence[int]) -> list[bytes]:
    """The hashes of what is cut away, from left to right, from a tree of `size`.

    `leaves` and `cuts` (earlier sizes) are ascending. Raises ValueError for a leaf or a cut outside the tree.
    """
    _bounds(size, leaves, cuts)
    cut_away: list[bytes] = []
    pending = [(0, size)] if size else []
    while pending:
        low, high = pending.pop()
        if not _needed(low, high, leaves, cuts):
            cut_away.append(range_hash(nodes, low, high))
        elif high - low > 1:
            middle = low + split(high - low)
            pending += [(middle, high), (low, middle)]
    return cut_away


def regrow(size: int, leaves: Mapping[int, bytes], cuts: Sequence[int], cut_away: Sequence[bytes]) -> Regrown:
    """Grow a tree of `size` again from the leaf hashes kept and the hashes cut away.

    `leaves` maps index to leaf hash. Raises RecordError unless exactly the hashes needed are given, or if a leaf or a
    cut lies outside the tree.
    """
    kept, ends = sorted(leaves), sorted(set(cuts))
    try:
        _bounds(size, kept, ends)
    except ValueError as error:
        raise RecordError("tree", str(error)) from error
    if not size:
        if cut_away:
            raise RecordError("tree", "an empty tree has no hashes")
        return Regrown(EMPTY_ROOT, dict.fromkeys(ends, EMPTY_ROOT))
    known: dict[tuple[int, int], bytes] = {}
    given = iter(cut_away)

    def grow(low: int, high: int) -> bytes:
        if not _needed(low, high, kept, ends):
            found = next(given, None)
            if found is None:
                raise RecordError("tree", "hashes are missing")
        elif high - low == 1:
            found = leaves[low]
        else:
            middle = low + split(high - low)
            found = node_hash(grow(low, middle), grow(middle, high))
        known[low, high] = found
        return found

    def earlier(low: int, high: int) -> bytes:
        if (low, high) in known:
            return known[low, high]
        middle = low + split(high - low)
        return node_hash(earlier(low, middle), earlier(middle, high))

    root = grow(0, size)
    if next(given, None) is not None:
        raise RecordError("tree", "there are hashes that nothing needs")
    return Regrown(root, {end: earlier(0, end) if end else EMPTY_ROOT for end in ends})


def _needed(low: int, high: int, leaves: Sequence[int], cuts: Sequence[int]) -> bool:
    """Whether a chosen leaf lies in [low, high), or a chosen size strictly inside it."""
    held = bisect_left(leaves, low) < bisect_left(leaves, high)
    return held or bisect_right(cuts, low) < bisect_left(cuts, high)


def _bounds(size: int, leaves: Sequence[int], cuts: Sequence[int]) -> None:
    if leaves and not 0 <= leaves[0] <= leaves[-1] < size:
        raise ValueError(f"a tree of {size} leaves does not hold the leaves {leaves[0]} to {leaves[-1]}")
    if cuts and not 0 <= cuts[0] <= cuts[-1] <= size:
        raise ValueError(f"a tree of {size} leaves never had the sizes {cuts[0]} to {cuts[-1]}")
