"""How deep two overlapping shapes lie in each other: the least straight move that surely parts them.

The one idea: two convex hulls are parted by moving one along a normal of one of their edges, so the least of those
moves is the answer for the hulls, and enough for whatever lies inside them.
"""

import numpy as np

from clearline.space.wgs84 import Floats

__all__ = ["overlap_depth_m"]


def overlap_depth_m(a: Floats, b: Floats) -> float:
    """Least move, metres, that parts the convex hulls of two sets of points of the plane, shape (n, 2) each."""
    hull_a, hull_b = _hull(a), _hull(b)
    normals = np.concatenate((_normals(hull_a), _normals(hull_b)))
    if len(normals) == 0:
        return 0.0  # two points in one place: any move parts them
    normals = np.concatenate((normals, -normals))
    # Moving b along n until it is past a takes max_a(n.p) - min_b(n.p).
    depth = (hull_a @ normals.T).max(axis=0) - (hull_b @ normals.T).min(axis=0)
    return max(0.0, float(depth.min()))


def _normals(hull: Floats) -> Floats:
    edge = np.roll(hull, -1, axis=0) - hull
    length = np.hypot(edge[:, 0], edge[:, 1])
    edge, length = edge[length > 0.0], length[length > 0.0]
    return np.stack((edge[:, 1], -edge[:, 0]), axis=1) / length[:, None]


def _hull(points: Floats) -> Floats:
    """Convex hull by Andrew's monotone chain, anticlockwise."""
    ordered = sorted({(x, y) for x, y in points.tolist()})
    if len(ordered) < 3:
        return np.asarray(ordered, np.float64)
    lower = _chain(ordered)
    upper = _chain(ordered[::-1])
    return np.asarray(lower[:-1] + upper[:-1], np.float64)


def _chain(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for point in ordered:
        while len(chain) >= 2 and _turn(chain[-2], chain[-1], point) <= 0.0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
