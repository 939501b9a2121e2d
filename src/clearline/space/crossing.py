"""Where the edges of rings on a plane cross, and how often a ring goes round a place, for rings of thousands of edges.

The one idea: only what overlaps can meet. Edges are laid along the direction in which most of their length runs, and
compared only with those whose shadows across it overlap: a comb of ten thousand teeth has short shadows there, so it is
done in the time of some hundred thousand comparisons, not of a hundred million.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["Plane", "first_crossing", "turns"]

Plane = NDArray[np.float64]  # the places of a ring on a plane: (n, 2)
_Floats = NDArray[np.float64]
_Numbers = NDArray[np.int64]

_BLOCK = 262_144  # pairs compared at once: bounds the memory of one step to some tens of megabytes


def first_crossing(p: Plane, q: Plane, *, same: bool, within: float) -> tuple[tuple[int, int] | None, bool]:
    """Return a pair of edges, one of each ring, that cross by more than `within`, and whether any come so near.

    `same` tells that both are one ring: then neighbouring edges, which share a place, are no pair. Of rings of up to
    some hundred edges it is the first pair, by the number of the edge of `p`, then of `q`. Near is what may touch: it
    may be told of edges that are only close.

    >>> bow_tie = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    >>> first_crossing(bow_tie, bow_tie, same=True, within=1e-9)
    ((0, 2), True)
    """
    after_p, after_q = np.roll(p, -1, axis=0), np.roll(q, -1, axis=0)
    found: tuple[int, int] | None = None
    near, seen = False, 0
    for every_i, every_j in _overlapping(p, after_p, q, after_q, within):
        apart = every_j - every_i
        pairs = (apart > 1) & (apart < len(p) - 1) if same else np.ones(len(apart), np.bool_)
        i, j = every_i[pairs], every_j[pairs]
        crossed, touched = _sides(p[i], after_p[i], q[j], after_q[j], within)
        crossed_back, touched_back = _sides(q[j], after_q[j], p[i], after_p[i], within)
        near = near or bool((touched & touched_back).any())
        hit = crossed & crossed_back
        if hit.any():
            first = min(zip(i[hit].tolist(), j[hit].tolist(), strict=True))
            found = first if found is None else min(found, first)
        seen += len(every_i)
        if found is not None and seen > _BLOCK:
            break
    return found, near


def turns(points: Plane, ring: Plane) -> _Numbers:
    """Return how often the ring goes round each point, counter-clockwise: (n,)."""
    frame = _frame(ring, np.roll(ring, -1, axis=0))
    points, ring = points @ frame, ring @ frame
    after = np.roll(ring, -1, axis=0)
    counts = np.zeros(len(points), np.int64)
    low, high = np.minimum(ring[:, 1], after[:, 1]), np.maximum(ring[:, 1], after[:, 1])
    for at, edge in _pairs(points[:, 1], points[:, 1], low, high):
        (x, y), (x0, y0), (x1, y1) = points[at].T, ring[edge].T, after[edge].T
        left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        up, down = (y0 <= y) & (y1 > y) & (left > 0.0), (y0 > y) & (y1 <= y) & (left < 0.0)
        counts += np.bincount(at, up.astype(np.float64) - down, minlength=len(points)).astype(np.int64)
    return counts


def _frame(start: Plane, end: Plane) -> Plane:
    """Axes along and across the direction in which most of the edges' length runs, as columns: (2, 2)."""
    run, rise = (end - start).T
    # Doubled angles add up where directions do, forth and back alike.
    turn = 0.5 * math.atan2(float((2.0 * run * rise).sum()), float((run * run - rise * rise).sum()))
    return np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])


def _overlapping(a: Plane, b: Plane, c: Plane, d: Plane, within: float) -> Iterator[tuple[_Numbers, _Numbers]]:
    """Numbers of edges a-b and of edges c-d that come as near as `within`, or nearly, in blocks."""
    frame = _frame(np.concatenate((a, c)), np.concatenate((b, d)))
    a, b, c, d = a @ frame, b @ frame, c @ frame, d @ frame
    low_p, high_p = np.minimum(a, b) - within, np.maximum(a, b) + within
    low_q, high_q = np.minimum(c, d) - within, np.maximum(c, d) + within
    for i, j in _pairs(low_p[:, 1], high_p[:, 1], low_q[:, 1], high_q[:, 1]):
        along = (low_p[i, 0] <= high_q[j, 0]) & (low_q[j, 0] <= high_p[i, 0])
        yield i[along], j[along]


def _pairs(low_p: _Floats, high_p: _Floats, low_q: _Floats, high_q: _Floats) -> Iterator[tuple[_Numbers, _Numbers]]:
    """Numbers of all closed intervals p and q that overlap, each pair once, in blocks.

    Of two that overlap one begins inside the other, and those that begin inside lie together once sorted.
    """
    by_q, by_p = np.argsort(low_q, kind="stable"), np.argsort(low_p, kind="stable")
    first = np.searchsorted(low_q[by_q], low_p, "left")
    for i, at in _ranges(first, np.searchsorted(low_q[by_q], high_p, "right")):
        yield i, by_q[at]
    first = np.searchsorted(low_p[by_p], low_q, "right")
    for j, at in _ranges(first, np.searchsorted(low_p[by_p], high_q, "right")):
        yield by_p[at], j


def _ranges(first: _Numbers, end: _Numbers) -> Iterator[tuple[_Numbers, _Numbers]]:
    """Each number n with each of first[n] to end[n] - 1, in blocks."""
    counts = np.maximum(end - first, 0)
    before = np.concatenate(([0], np.cumsum(counts)))
    start = 0
    while start < len(counts):
        stop = max(start + 1, int(np.searchsorted(before, before[start] + _BLOCK, "right")) - 1)
        number = np.repeat(np.arange(start, stop), counts[start:stop])
        yield number, np.arange(len(number)) + before[start] - before[number] + first[number]
        start = stop


def _sides(a: Plane, b: Plane, c: Plane, d: Plane, within: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether c and d lie on opposite sides of the line a b, each more than `within` off; pair by pair.

    And, second, whether they may: whether they do not both lie on one side, more than `within` off.
    """
    edge = b - a
    margin = within * np.hypot(edge[:, 0], edge[:, 1])
    sc = edge[:, 0] * (c[:, 1] - a[:, 1]) - edge[:, 1] * (c[:, 0] - a[:, 0])
    sd = edge[:, 0] * (d[:, 1] - a[:, 1]) - edge[:, 1] * (d[:, 0] - a[:, 0])
    low, high = np.minimum(sc, sd), np.maximum(sc, sd)
    return (low < -margin) & (high > margin), (low <= margin) & (high >= -margin)
