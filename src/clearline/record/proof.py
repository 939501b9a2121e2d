"""Proofs about a tree, of a length that grows with its logarithm: an entry is in it, and it only ever grew.

The one idea: a proof is the hashes beside a path, and checking it is walking that path; how many there must be and on
which side each lies follows from the two numbers alone, so a proof has no freedom (RFC 9162 sections 2.1.3, 2.1.4).
"""

from collections.abc import Sequence

from clearline.record.tree import EMPTY_ROOT, Nodes, node_hash, range_hash, split

__all__ = ["consistency_proof", "inclusion_proof", "root_of_inclusion", "verify_consistency", "verify_inclusion"]


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of a tree of `size`, the leaf's sibling first.

    Raises ValueError unless the leaf lies in that tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    low, high, beside = 0, size, list[bytes]()
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            beside.append(range_hash(nodes, middle, high))
            high = middle
        else:
            beside.append(range_hash(nodes, low, middle))
            low = middle
    return beside[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to from a leaf hash; None if a proof of that length cannot be."""
    sides: list[bool] = []  # True where the path comes from the left, from the root down
    low, high = 0, size
    if not 0 <= index < size:
        return None
    while high - low > 1:
        middle = low + split(high - low)
        sides.append(index < middle)
        low, high = (low, middle) if index < middle else (middle, high)
    if len(sides) != len(proof):
        return None
    root = leaf
    for from_left, beside in zip(reversed(sides), proof, strict=True):
        root = node_hash(root, beside) if from_left else node_hash(beside, root)
    return root


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash is at `index` in the tree of `size` with this root."""
    return root_of_inclusion(leaf, index, size, proof) == root


def consistency_proof(nodes: Nodes, older: int, newer: int) -> list[bytes]:
    """The hashes that show a tree of `newer` leaves to begin with the tree of `older`.

    Raises ValueError unless 0 <= older <= newer.
    """
    if not 0 <= older <= newer:
        raise ValueError(f"a tree of {newer} leaves does not begin with one of {older}")
    if older in (0, newer):
        return []
    low, high, beside = 0, newer, list[bytes]()
    while older != high:
        middle = low + split(high - low)
        if older <= middle:
            beside.append(range_hash(nodes, middle, high))
            high = middle
        else:
            beside.append(range_hash(nodes, low, middle))
            low = middle
    if low > 0:
        beside.append(range_hash(nodes, low, high))
    return beside[::-1]


def verify_consistency(older: int, newer: int, proof: Sequence[bytes], older_root: bytes, newer_root: bytes) -> bool:
    """Whether the proof shows the tree of `newer` leaves to begin with the one of `older`."""
    if not 0 <= older <= newer:
        return False
    if older == 0:
        return not proof and older_root == EMPTY_ROOT and (newer > 0 or newer_root == EMPTY_ROOT)
    if older == newer:
        return not proof and older_root == newer_root
    sides: list[bool] = []  # True where the older tree ends in the left part, from the root down
    low, high = 0, newer
    while older != high:
        middle = low + split(high - low)
        sides.append(older <= middle)
        low, high = (low, middle) if older <= middle else (middle, high)
    rest = list(proof) if low > 0 else [older_root, *proof]
    if len(rest) != len(sides) + 1:
        return False
    before = after = rest[0]
    for ends_left, beside in zip(reversed(sides), rest[1:], strict=True):
        if not ends_left:
            before = node_hash(beside, before)
        after = node_hash(after, beside) if ends_left else node_hash(beside, after)
    return before == older_root and after == newer_root
