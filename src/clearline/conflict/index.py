"""A changing set of volumes that can be asked who comes within a reach of a new one.

The one idea: two indexes under one interface: a plain one that looks at everything, and one on the compiled core; both
give the same answers to the same questions, and a key once given is never given again, so that nobody who holds on to
one can remove another's volume.
"""

from collections.abc import Container, Iterable, Sequence
from typing import Protocol, cast

import numpy as np

from clearline.conflict.batch import batch_of
from clearline.conflict.engine import Reach, within_reach
from clearline.conflict.fast import MEETS, core_available, make_arrays, make_store
from clearline.conflict.judge import vertical_gap
from clearline.conflict.solid import Solid

__all__ = ["FastIndex", "Index", "PlainIndex", "best_index"]

_MOST_SIDE = 2**31 - 1  # sides are 32-bit numbers in the core


class Index(Protocol):
    """Volumes of one reach, each with a side (0 or more): added, removed, asked about."""

    def __len__(self) -> int:
        """How many volumes it holds."""
        ...

    def add(self, solids: Sequence[Solid], sides: Sequence[int]) -> list[int]:
        """Take in volumes; `sides[i]` is that of solid i. Returns their keys, which count up and are never used again.

        Raises ValueError, and takes in none, if there are not as many sides as solids, or a side is not 0 to 2^31 - 1.
        """
        ...

    def remove(self, keys: Iterable[int]) -> None:
        """Drop volumes. Raises ValueError, and drops none, if one of the keys is not here or is named twice."""
        ...

    def query(self, solids: Sequence[Solid], *, except_side: int | None = None) -> list[tuple[int, int]]:
        """All (number in `solids`, key) that no gap proves to be beyond the reach; sorted.

        Volumes of `except_side` are left out: an activity is asked about against those of other parties.
        """
        ...

    def pairs(self, *, between_sides: bool = True) -> list[tuple[int, int]]:
        """All pairs of keys, lower first, that no gap proves to be beyond the reach; sorted.

        Only pairs of different sides, unless `between_sides` is false.
        """
        ...


class PlainIndex:
    """The index that looks at every volume.

    >>> len(PlainIndex(Reach(0.0, 0.0, 0.0)))
    0
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._held: dict[int, tuple[Solid, int]] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._held)

    def add(self, solids: Sequence[Solid], sides: Sequence[int]) -> list[int]:
        """See `Index.add`."""
        _check_sides(solids, sides)
        keys = list(range(self._next, self._next + len(solids)))
        self._next += len(solids)
        self._held.update(zip(keys, zip(solids, sides, strict=True), strict=True))
        return keys

    def remove(self, keys: Iterable[int]) -> None:
        """See `Index.remove`."""
        for key in _checked_keys(keys, self._held):
            del self._held[key]

    def query(self, solids: Sequence[Solid], *, except_side: int | None = None) -> list[tuple[int, int]]:
        """See `Index.query`."""
        return [
            (number, key)
            for number, solid in enumerate(solids)
            for key, (other, side) in self._held.items()
            if side != except_side and within_reach(solid, other, self._reach)
        ]

    def pairs(self, *, between_sides: bool = True) -> list[tuple[int, int]]:
        """See `Index.pairs`."""
        held = list(self._held.items())
        return [
            (one, other)
            for place, (one, (a, side)) in enumerate(held)
            for other, (b, other_side) in held[place + 1 :]
            if not (between_sides and side == other_side) and within_reach(a, b, self._reach)
        ]


class FastIndex:
    """The index on the compiled core; `pairs` runs on so many threads. Raises ImportError where there is no core."""

    def __init__(self, reach: Reach, threads: int = 1) -> None:
        self._reach = reach
        self._threads = threads
        self._store = make_store(reach)
        self._held: dict[int, tuple[Solid, int, int]] = {}  # by key: the solid, its side, its number in the core
        self._keys: list[int] = []  # by number in the core, which uses numbers again
        self._next = 0

    def __len__(self) -> int:
        return len(self._held)

    def add(self, solids: Sequence[Solid], sides: Sequence[int]) -> list[int]:
        """See `Index.add`."""
        _check_sides(solids, sides)
        numbers = cast("list[int]", self._store.add(make_arrays(batch_of(solids, sides))).tolist())
        keys = list(range(self._next, self._next + len(solids)))
        self._next += len(solids)
        self._keys.extend([-1] * (max(numbers, default=-1) + 1 - len(self._keys)))
        for key, number, solid, side in zip(keys, numbers, solids, sides, strict=True):
            self._held[key] = (solid, side, number)
            self._keys[number] = key
        return keys

    def remove(self, keys: Iterable[int]) -> None:
        """See `Index.remove`."""
        dropped = _checked_keys(keys, self._held)
        self._store.remove(np.array([self._held[key][2] for key in dropped], np.int32))
        for key in dropped:
            del self._held[key]

    def query(self, solids: Sequence[Solid], *, except_side: int | None = None) -> list[tuple[int, int]]:
        """See `Index.query`."""
        left_out = -1 if except_side is None else except_side
        found, states = self._store.query(make_arrays(batch_of(solids, [0] * len(solids))), left_out)
        pairs = cast("list[list[int]]", found.tolist())
        sure = cast("list[bool]", (states == MEETS).tolist())
        named = [(number, self._keys[other], met) for (number, other), met in zip(pairs, sure, strict=True)]
        return sorted((n, key) for n, key, met in named if self._within(solids[n], self._held[key][0], met=met))

    def pairs(self, *, between_sides: bool = True) -> list[tuple[int, int]]:
        """See `Index.pairs`."""
        found, states = self._store.join(between_sides, self._threads)
        pairs = cast("list[list[int]]", found.tolist())
        sure = cast("list[bool]", (states == MEETS).tolist())
        named = [(self._keys[a], self._keys[b], met) for (a, b), met in zip(pairs, sure, strict=True)]
        return sorted(
            (min(one, other), max(one, other))
            for one, other, met in named
            if self._within(self._held[one][0], self._held[other][0], met=met)
        )

    def _within(self, a: Solid, b: Solid, *, met: bool) -> bool:
        """What the core leaves open: heights in other frames than its own; shapes within centimetres of the limit."""
        if not met:
            return within_reach(a, b, self._reach)
        return vertical_gap(a.heights, b.heights, self._reach.lateral_m).gap_m <= self._reach.vertical_m


def best_index(reach: Reach, threads: int = 1) -> Index:
    """The index on the compiled core where there is one, else the plain one."""
    return FastIndex(reach, threads) if core_available() else PlainIndex(reach)


def _check_sides(solids: Sequence[Solid], sides: Sequence[int]) -> None:
    if len(sides) != len(solids):
        raise ValueError(f"{len(solids)} volumes need as many sides; got {len(sides)}")
    for number, side in enumerate(sides):
        if not 0 <= side <= _MOST_SIDE:
            raise ValueError(f"the side of volume {number} must be 0 to {_MOST_SIDE}; got {side}")


def _checked_keys(keys: Iterable[int], held: Container[int]) -> list[int]:
    wanted = list(keys)
    for key in wanted:
        if key not in held:
            raise ValueError(f"there is no volume {key} in the index")
    if len(set(wanted)) < len(wanted):
        raise ValueError("a volume is named twice among those to remove")
    return wanted
