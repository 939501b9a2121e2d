"""A core cut into short straight pieces round the Earth, ready for exact distances.

The one idea: edges are cut along the geodesic to pieces of at most 1 km, so that each piece is straight to 0.07 mm in
the central projection and dips at most 20 mm below the surface in space.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from clearline.space.latlon import LatLon
from clearline.space.shape import Core
from clearline.space.wgs84 import Floats, ecef, from_ecef, geodesic_pieces, tangent_frame

__all__ = ["PIECE_M", "Outline", "contains", "outline", "plane"]

PIECE_M = 1_000.0


@dataclass(frozen=True, slots=True)
class Outline:
    """The pieces of a core: `starts[i]` to `ends[i]`, shape (n, 3), Earth-centred metres; a point is one piece.

    `firsts` are the first places of the parts, one each. `middle` is a unit direction and `cos_reach` the cosine of the
    widest angle from it to any of the pieces.
    """

    starts: Floats
    ends: Floats
    firsts: Floats
    closed: bool
    middle: Floats
    cos_reach: float


@lru_cache(maxsize=8192)
def outline(core: Core) -> Outline:
    """Cut a core into pieces. Cached: a volume takes part in many pairs."""
    starts: list[Floats] = []
    ends: list[Floats] = []
    for part in core.parts:
        pieces = geodesic_pieces(part, closed=core.closed, step_m=PIECE_M)
        points = ecef(pieces[:, 0], pieces[:, 1])
        starts.append(points[:-1] if len(points) > 1 else points)
        ends.append(points[1:] if len(points) > 1 else points)
    start, end = np.concatenate(starts), np.concatenate(ends)
    middle = start.sum(axis=0)
    middle /= math.hypot(*middle)
    cosines = (start @ middle) / np.linalg.norm(start, axis=1)
    cosines_end = (end @ middle) / np.linalg.norm(end, axis=1)
    firsts = np.stack([part[0] for part in starts])
    return Outline(start, end, firsts, core.closed, middle, float(min(cosines.min(), cosines_end.min())))


def contains(area: Outline, point: Floats) -> bool:
    """Whether an area holds a place (shape (3,)), by the even-odd rule; a place on the rim may go either way.

    The rings are projected on the plane that touches the ellipsoid at the place itself, which thus is the origin.
    """
    if not area.closed:
        return False
    # A cheap answer for what is far away. Cosines of small angles are known to 2e-16, which is up to 0.1 m of angle for
    # a shape of metres: a fifth of an arc second more (6 m) keeps clear of that.
    direction = point / math.hypot(*point)
    if float(direction @ area.middle) < math.cos(math.acos(min(1.0, area.cos_reach)) + 1e-6):
        return False
    axes, _ = tangent_frame(from_ecef(point))
    start, end = area.starts @ axes.T, area.ends @ axes.T
    x0, y0, x1, y1 = start[:, 0], start[:, 1], end[:, 0], end[:, 1]
    # `up` of an Earth-centred point is its distance to the equatorial plane's normal foot; the origin of the central
    # projection is the Earth's centre, so the place itself projects to its own east and north components.
    origin = axes @ point
    u0, v0 = x0 / start[:, 2] - origin[0] / origin[2], y0 / start[:, 2] - origin[1] / origin[2]
    u1, v1 = x1 / end[:, 2] - origin[0] / origin[2], y1 / end[:, 2] - origin[1] / origin[2]
    spans = (v0 > 0.0) != (v1 > 0.0)
    u0, v0, u1, v1 = u0[spans], v0[spans], u1[spans], v1[spans]
    return bool(np.count_nonzero(u0 - v0 * (u1 - u0) / (v1 - v0) > 0.0) % 2)


def plane(points: Floats, at: LatLon) -> Floats:
    """Points (n, 3) projected from the Earth's centre on the plane touching the ellipsoid at a place: (n, 2), metres.

    The foot of the plane is at the origin, where the scale is 1 in every direction.
    """
    axes, foot = tangent_frame(at)
    local = points @ axes.T
    centre = axes @ foot
    projected = local[:, :2] * (centre[2] / local[:, 2])[:, None] - centre[:2]
    return np.asarray(projected, np.float64)
