"""Shapes as the outlines a map draws: circles round, corridors with round ends, all true to the ellipsoid.

The one idea: an activity's volumes become one path whose parts all turn the same way round, so that what is covered
twice is drawn once, and holes stay holes.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from clearline.space.latlon import LatLon
from clearline.space.shape import Core
from clearline.space.wgs84 import Floats, azimuths_and_distances, destination, geodesic_pieces
from clearline.wire.report_html import path_data
from clearline.wire.report_plane import View

__all__ = ["outlines", "shape_path", "widened"]

_STEP_PX = 12.0  # edges are cut to this, so that a geodesic bends as it should
_THIN_PX = 0.4  # a corridor narrower than this to either side is drawn as its line
_FLATNESS_PX = 0.08  # how far a drawn arc may lie off the circle


def shape_path(cores: Iterable[Core], view: View) -> str:
    """The data of one SVG path that holds all the shapes (fill rule nonzero)."""
    return path_data((ring for core in cores for ring in outlines(core, view)), closed=True)


def widened(core: Core, by_m: float) -> Core:
    """The shape with an uncertainty round it."""
    return Core(core.parts, core.closed, core.radius_m + by_m)


def outlines(core: Core, view: View) -> list[Floats]:
    """The shape's outlines in pixels; those of holes run the other way round."""
    if not core.closed:
        return [ring for part in core.parts for ring in _round_line(part, core.radius_m, view)]
    step_m = _STEP_PX * view.scale_m
    found: list[Floats] = []
    for number, ring in enumerate(core.parts):
        line = _turned(view.pixels(geodesic_pieces(ring, closed=True, step_m=step_m)[:-1]), hole=number > 0)
        found.append(line)
        if core.radius_m > 0.0:
            found.extend(_round_line((*ring, ring[0]), core.radius_m, view))
    return found


def _round_line(line: Sequence[LatLon], radius_m: float, view: View) -> list[Floats]:
    """All within a radius of a line: a disc for a place, else one shape with round ends for each leg."""
    radius_px = radius_m / view.scale_m
    if radius_px < _THIN_PX:
        if len(line) == 1:
            return [view.pixels(np.asarray(line, np.float64))]
        there = view.pixels(geodesic_pieces(line, closed=False, step_m=_STEP_PX * view.scale_m))
        return [np.concatenate((there, there[-2:0:-1]))]
    if len(line) == 1:
        return [_turned(view.pixels(_arc(line[0], radius_m, 0.0, 360.0, radius_px)[:-1]), hole=False)]
    return [_leg(first, last, radius_m, view) for first, last in pairwise(line)]


def _leg(first: LatLon, last: LatLon, radius_m: float, view: View) -> Floats:
    """All within a radius of one geodesic: along its left, round its end, back along its right, round its start."""
    radius_px = radius_m / view.scale_m
    path = geodesic_pieces((first, last), closed=False, step_m=_STEP_PX * view.scale_m)
    places = [LatLon(float(lat_deg), float(lon_deg)) for lat_deg, lon_deg in path]
    ahead_deg, _ = azimuths_and_distances(places[:-1], places[1:])
    back_deg, _ = azimuths_and_distances(places[-1:], places[-2:-1])
    headings = [*(float(heading) for heading in ahead_deg), float(back_deg[0]) + 180.0]
    sides = list(zip(places, headings, strict=True))[1:-1]
    left = [destination(place, heading - 90.0, radius_m) for place, heading in sides]
    right = [destination(place, heading + 90.0, radius_m) for place, heading in reversed(sides)]
    ring = np.concatenate(
        (
            np.asarray(left, np.float64).reshape(-1, 2),
            _arc(places[-1], radius_m, headings[-1] - 90.0, 180.0, radius_px),
            np.asarray(right, np.float64).reshape(-1, 2),
            _arc(places[0], radius_m, headings[0] + 90.0, 180.0, radius_px),
        )
    )
    return _turned(view.pixels(ring), hole=False)


def _arc(centre: LatLon, radius_m: float, from_deg: float, by_deg: float, radius_px: float) -> Floats:
    """Places along a circle, clockwise, near enough together that it looks round."""
    flat = math.acos(max(0.5, 1.0 - _FLATNESS_PX / max(radius_px, _FLATNESS_PX)))
    count = max(3, min(120, math.ceil(math.radians(by_deg) / (2.0 * flat))))
    turns = (from_deg + by_deg * n / count for n in range(count + 1))
    return np.asarray([destination(centre, turn_deg, radius_m) for turn_deg in turns], np.float64)


def _turned(ring: Floats, *, hole: bool) -> Floats:
    """The ring, turned so that outsides run one way and holes the other."""
    x, y = ring[:, 0], ring[:, 1]
    area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    return ring[::-1] if (area > 0.0) == hole else ring
