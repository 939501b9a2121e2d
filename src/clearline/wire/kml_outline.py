"""Round shapes as rings that hold them, for a format that draws nothing but polygons.

The one idea: one function draws and checks. The writer draws a circle, corridor or orbit with it and states the exact
shape beside the drawing; the reader draws that shape again and refuses the file where the drawing has been moved.
"""

from itertools import pairwise

from clearline.space.arc import Arc, annulus, polygon_with_arcs
from clearline.space.latlon import LatLon
from clearline.space.shape import Core, Polygon
from clearline.space.wgs84 import azimuths_and_distances, distance_m

__all__ = ["CLOSING_M", "Ring", "outlines", "same_drawing"]

Ring = tuple[LatLon, ...]

# Drawings go to nine decimals and come back from other programs with fewer; half a metre is six of them.
_MOVED_M = 0.5
# The closing place of a ring may have been moved apart from the first by as much; further off it is another place.
CLOSING_M = _MOVED_M
# A leg too short for two half circles to keep apart is held by one circle round both its ends.
_SHORT_M = 1.0


def outlines(core: Core) -> tuple[Ring, ...]:
    """Rings whose areas together hold a point or line and its radius; a core without a radius has none.

    A line of several legs gets one ring a leg. Raises ShapeError where a ring would reach too far.
    """
    if core.closed or core.radius_m == 0.0:
        return ()
    rings: list[Ring] = []
    for part in core.parts:
        if len(part) == 1:
            rings.append(annulus(part[0], 0.0, core.radius_m).rings[0])
        rings += [_capsule(first, second, core.radius_m).rings[0] for first, second in pairwise(part)]
    return tuple(rings)


def _capsule(first: LatLon, second: LatLon, radius_m: float) -> Polygon:
    """All places within a radius of one leg: two half circles and the geodesics between their ends.

    On a surface that curves one way a geodesic between two places equally far from a line bows away from that line, so
    the straight sides hold what they should.
    """
    azimuths, lengths_m = azimuths_and_distances([first, second], [second, first])
    if lengths_m[0] < _SHORT_M:
        return annulus(first, 0.0, radius_m + float(lengths_m[0]))
    out_deg, back_deg = (float(azimuth) for azimuth in azimuths)
    return polygon_with_arcs(
        [
            Arc(second, radius_m, (back_deg + 90.0) % 360.0, (back_deg - 90.0) % 360.0, clockwise=True),
            Arc(first, radius_m, (out_deg + 90.0) % 360.0, (out_deg - 90.0) % 360.0, clockwise=True),
        ]
    )


def same_drawing(drawn: tuple[Ring, ...], core: Core) -> bool:
    """Whether the paths read from a file are those drawn for a core, place by place, to half a metre.

    A core without a radius is drawn as the bare points and lines it is.
    """
    expected = outlines(core) or core.parts
    return len(drawn) == len(expected) and all(_same_ring(a, b) for a, b in zip(drawn, expected, strict=True))


def _same_ring(a: Ring, b: Ring) -> bool:
    if len(a) == len(b) + 1 and distance_m(a[0], a[-1]) <= CLOSING_M:
        a = a[:-1]  # the closing place
    return len(a) == len(b) and all(distance_m(p, q) <= _MOVED_M for p, q in zip(a, b, strict=True))
