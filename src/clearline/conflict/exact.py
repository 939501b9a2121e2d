"""The plain engine's geometry: how far apart two shapes are along the ellipsoid, and by how much they overlap.

The one idea: every pair of pieces is looked at. The nearest pair is measured on the plane that touches the ellipsoid
between them (where it is near) or by Karney's geodesic (where it is far); nothing is approximated by more than 1 mm.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.hull import overlap_depth_m
from clearline.conflict.outline import Outline, contains, outline, plane
from clearline.space.latlon import LatLon
from clearline.space.shape import Core
from clearline.space.wgs84 import Floats, distance_m, from_ecef

__all__ = ["TOLERANCE_M", "Separation", "meets", "separation"]

# F3548-21 IntersectionMinimumPrecision is 1 cm: an overlap above it must be found, a gap above it must not count.
# Halfway, shapes that touch always meet and the engine's own error (below 1 mm) can tip neither.
TOLERANCE_M = 0.005

# Two pieces of 1 km dip 20 mm each below the surface, so a chord between them misjudges their distance by less.
_DIP_M = 0.05
# Beyond this the nearest points are measured by Karney's geodesic; within it the touching plane is exact to 0.3 mm.
_NEAR_M = 5_000.0
# The ellipsoid's curvature differs by 0.7 % between places and directions, which moves a chord's length along the
# surface by less than this share of it, up to 20,000 km.
_FAR_SHARE = 0.004
_BLOCK = 1_000_000  # pairs of pieces looked at in one step: bounds memory to some tens of megabytes


@dataclass(frozen=True, slots=True)
class Separation:
    """How far two shapes are apart, and where.

    `distance_m` is along the ellipsoid, from rim to rim; where they overlap it is minus the least sideways move that
    surely parts them. `place` is the point between them at closest approach, or a point in both.
    """

    distance_m: float
    place: LatLon


def meets(a: Core, b: Core, lateral_m: float = 0.0) -> bool:
    """Whether two shapes come within `lateral_m` of each other (touching counts; tolerance 5 mm).

    >>> from clearline.space.latlon import LatLon
    >>> meets(Core(((LatLon(35, 40),),), False, 100.0), Core(((LatLon(35, 40.01),),), False, 100.0))
    False
    """
    return separation(a, b).distance_m <= lateral_m + TOLERANCE_M


def separation(a: Core, b: Core) -> Separation:
    """The distance between two shapes along the ellipsoid, exact to 1 mm up to 100 km and to 0.4 % beyond."""
    pieces_a, pieces_b = outline(a), outline(b)
    radii_m = a.radius_m + b.radius_m
    rim_m, where = _nearest(pieces_a, pieces_b)
    inner = _held(pieces_a, pieces_b)
    if rim_m > 0.0 and inner is None:
        return Separation(rim_m - radii_m, where)
    if rim_m > 0.0 and inner is not None:
        where = from_ecef(inner)
    depth_m = overlap_depth_m(plane(_corners(pieces_a), where), plane(_corners(pieces_b), where))
    return Separation(-depth_m - radii_m, where)


def _held(a: Outline, b: Outline) -> Floats | None:
    """A place of one outline that the other holds, shape (3,), where no rims meet: parts are held whole or not."""
    for area, inner in ((a, b), (b, a)):
        for place in inner.firsts:
            if contains(area, place):
                return np.asarray(place, np.float64)
    return None


def _corners(pieces: Outline) -> Floats:
    return np.concatenate((pieces.starts, pieces.ends[-1:]))


def _nearest(a: Outline, b: Outline) -> tuple[float, LatLon]:
    """Distance between the pieces of two outlines (0 if any two meet), and the place between the nearest points."""
    i, j = _candidates(a, b)
    s, t, chord_m = _segments(a.starts[i], a.ends[i], b.starts[j], b.ends[j])
    order = np.argsort(chord_m, kind="stable")
    least_m = float(chord_m[order[0]])
    slack_m = 2.0 * _DIP_M + (_FAR_SHARE * least_m if least_m > _NEAR_M else 0.0)
    best_m, best_place = math.inf, LatLon(0.0, 0.0)
    for n in order[chord_m[order] <= least_m + slack_m]:
        p = a.starts[i[n]] + s[n] * (a.ends[i[n]] - a.starts[i[n]])
        q = b.starts[j[n]] + t[n] * (b.ends[j[n]] - b.starts[j[n]])
        middle = from_ecef(p + q)
        if chord_m[n] <= _NEAR_M:
            corners = np.stack((a.starts[i[n]], a.ends[i[n]], b.starts[j[n]], b.ends[j[n]]))
            apart_m = _plane_distance(plane(corners, middle))
        else:
            apart_m = distance_m(from_ecef(p), from_ecef(q))
        if apart_m < best_m:
            best_m, best_place = apart_m, middle
        if best_m == 0.0:
            break
    return best_m, best_place


def _candidates(a: Outline, b: Outline) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of pieces that may be the nearest: those whose bounding spheres reach the best upper bound."""
    mid_a, half_a = (a.starts + a.ends) / 2.0, np.linalg.norm(a.ends - a.starts, axis=1) / 2.0
    mid_b, half_b = (b.starts + b.ends) / 2.0, np.linalg.norm(b.ends - b.starts, axis=1) / 2.0
    step = max(1, _BLOCK // len(mid_b))
    bound_m = math.inf
    for begin in range(0, len(mid_a), step):
        apart_m = _distances(mid_a[begin : begin + step], mid_b)
        bound_m = min(bound_m, float((apart_m + half_a[begin : begin + step, None] + half_b).min()))
    bound_m += 2.0 * _DIP_M + _FAR_SHARE * bound_m
    found_a: list[NDArray[np.intp]] = []
    found_b: list[NDArray[np.intp]] = []
    for begin in range(0, len(mid_a), step):
        apart_m = _distances(mid_a[begin : begin + step], mid_b)
        i, j = np.nonzero(apart_m - half_a[begin : begin + step, None] - half_b <= bound_m)
        found_a.append(i + begin)
        found_b.append(j)
    return np.concatenate(found_a), np.concatenate(found_b)


def _distances(p: Floats, q: Floats) -> Floats:
    return np.sqrt(((p[:, None, :] - q[None, :, :]) ** 2).sum(axis=2))


def _segments(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> tuple[Floats, Floats, Floats]:
    """Nearest points of straight segments in space: parameters along each and the distance between, all shape (n,).

    The minimum lies in the inside of both, or at an end of one of them; all five cases are tried and the least taken.
    """
    d, e, r = p1 - p0, q1 - q0, p0 - q0
    dd, ee, de = _dot(d, d), _dot(e, e), _dot(d, e)
    dr, er = _dot(d, r), _dot(e, r)
    with np.errstate(divide="ignore", invalid="ignore"):
        both = (de * er - ee * dr) / (dd * ee - de * de)
    s0 = np.where(np.isfinite(both), np.clip(both, 0.0, 1.0), 0.0)
    best_s, best_t, best_m = s0, s0, np.full(len(s0), np.inf)
    zero, one = np.zeros_like(s0), np.ones_like(s0)
    for s in (s0, zero, one):
        t = _clip((s * de + er), ee)
        best_s, best_t, best_m = _better(best_s, best_t, best_m, s, t, r, d, e)
    for t in (best_t, zero, one):
        s = _clip((t * de - dr), dd)
        best_s, best_t, best_m = _better(best_s, best_t, best_m, s, t, r, d, e)
    return best_s, best_t, best_m


def _better(
    best_s: Floats, best_t: Floats, best_m: Floats, s: Floats, t: Floats, r: Floats, d: Floats, e: Floats
) -> tuple[Floats, Floats, Floats]:
    apart_m = np.linalg.norm(r + s[:, None] * d - t[:, None] * e, axis=1)
    nearer = apart_m < best_m
    return np.where(nearer, s, best_s), np.where(nearer, t, best_t), np.where(nearer, apart_m, best_m)


def _dot(a: Floats, b: Floats) -> Floats:
    return (a * b).sum(axis=1)


def _clip(top: Floats, bottom: Floats) -> Floats:
    """Top / bottom brought into 0..1; 0 where the segment is a point."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = top / bottom
    return np.where(bottom > 0.0, np.clip(ratio, 0.0, 1.0), 0.0)


def _plane_distance(corners: Floats) -> float:
    """Distance between two segments of the plane, given as four points: (4, 2); 0 if they cross or touch."""
    p0, p1, q0, q1 = ((float(x), float(y)) for x, y in corners)
    if _crosses(p0, p1, q0, q1):
        return 0.0
    return min(
        _point_to_segment(p0, q0, q1),
        _point_to_segment(p1, q0, q1),
        _point_to_segment(q0, p0, p1),
        _point_to_segment(q1, p0, p1),
    )


_Point = tuple[float, float]


def _crosses(p0: _Point, p1: _Point, q0: _Point, q1: _Point) -> bool:
    """Whether two segments properly cross; touching is left to the distance, which is then 0."""
    a, b = _turn(p0, p1, q0), _turn(p0, p1, q1)
    c, d = _turn(q0, q1, p0), _turn(q0, q1, p1)
    return ((a > 0.0) != (b > 0.0)) and ((c > 0.0) != (d > 0.0)) and 0.0 not in (a, b, c, d)


def _turn(a: _Point, b: _Point, c: _Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _point_to_segment(p: _Point, a: _Point, b: _Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    along = 0.0 if length2 == 0.0 else min(1.0, max(0.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2))
    return math.hypot(p[0] - a[0] - along * dx, p[1] - a[1] - along * dy)
