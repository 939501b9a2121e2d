"""Where and when something is, as coarsely as one tells somebody who may know that there is something, and no more.

The one idea: cell and hour (domain requirements, disclosure modes), and always more than there is: every place, instant
and height of the activity lies in what is told, so whoever is clear of the cells is clear of the activity.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from clearline.airspace.activity import Activity, Kind
from clearline.airspace.bounds import LOWEST_M
from clearline.conflict.outline import contains, outline
from clearline.space.altitude import UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.footprint import footprint
from clearline.space.heights import Footprint
from clearline.space.latlon import LatLon
from clearline.space.shape import Core, Polygon, Shape
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import Floats, ecef, geodesic_pieces
from clearline.space.window import FIRST_MS, LAST_MS, TimeWindow

__all__ = ["CoarseCell", "cells_of", "coarse_activity"]

HOUR_MS: Final = 3_600_000
# The sides of a cell in tenths of a degree. 0.1 degree is 11 km: an area that two sides can talk about, and a route
# cannot be read from. What is so large that it would take thousands of cells is told in larger ones.
_SIZES: Final = (1, 10, 100)
_MOST_CELLS: Final = 2_000  # of one volume
_STEP_M: Final = 5_000.0  # pieces of an edge, each with its box: half a cell
# A side along a parallel and the geodesic between its ends part by at most d^2 / 16, all in radians; a tenth more for
# the Earth's flattening. A cell's polygon is that much taller at both ends, so that its geodesics hold the cell.
_BOW_DEG: Final = {size: 1.1 * math.degrees(math.radians(size / 10.0) ** 2 / 16.0) for size in _SIZES}
_WHOLE_HEIGHT: Final = Band(AltitudeLimit(LOWEST_M, Unit.METRE, Reference.WGS84), UNLIMITED)


@dataclass(frozen=True, slots=True, order=True)
class CoarseCell:
    """A cell between two parallels and two meridians, its south-western corner in tenths of a degree, and its side."""

    south_tenths: int
    west_tenths: int
    size_tenths: int

    def __str__(self) -> str:
        ns, ew = "NS"[self.south_tenths < 0], "EW"[self.west_tenths < 0]
        south, west, size = (abs(self.south_tenths) / 10, abs(self.west_tenths) / 10, self.size_tenths / 10)
        return f"{south:04.1f}{ns} {west:05.1f}{ew} +{size:g}"

    def polygon(self) -> Polygon:
        """The cell as an area of geodesics that holds it: taller by metres where its sides bow into it."""
        bow_deg = _BOW_DEG[self.size_tenths]
        south = max(-90.0, self.south_tenths / 10 - bow_deg)
        north = min(90.0, (self.south_tenths + self.size_tenths) / 10 + bow_deg)
        west, east = self.west_tenths / 10, (self.west_tenths + self.size_tenths) / 10
        return Polygon(((LatLon(south, west), LatLon(south, east), LatLon(north, east), LatLon(north, west)),))


def coarse_activity(activity: Activity, *, ident: str) -> Activity:
    """The activity as cells and hours, under another name, with neither title, kind, priority nor height.

    Nobody learns from it what it is; everybody learns where and when something may be. A cell is there for the whole
    hours that the activity may use it. What the place and the clock may be off by is told as it is, the most of all
    volumes: each side widens by it as its own parameter set says, and none may widen the cells by less than the shape.
    """
    doubt_m = max(volume.horizontal_uncertainty_m for volume in activity.volumes)
    doubt_s = max(volume.window.clock_uncertainty_s for volume in activity.volumes)
    used: dict[CoarseCell, list[tuple[int, int | None]]] = {}
    for volume in activity.volumes:
        hours = _hours(volume.window)
        for cell in cells_of(volume.shape):
            used.setdefault(cell, []).append(hours)
    volumes = tuple(
        Volume4D(cell.polygon(), _WHOLE_HEIGHT, TimeWindow(start_ms, end_ms, doubt_s), doubt_m)
        for cell in sorted(used)
        for start_ms, end_ms in _merged(used[cell])
    )
    return Activity(ident, activity.party, Kind.OTHER, "", 0, volumes)


def cells_of(shape: Shape) -> frozenset[CoarseCell]:
    """The cells that a shape may reach: too many, never too few."""
    core = shape.core()
    box = footprint(core)
    size = next((size for size in _SIZES if _count(box, size) <= _MOST_CELLS), _SIZES[-1])
    cells = frozenset(cell for piece in _pieces(core) for cell in _in_box(piece, size))
    if not core.closed:
        return cells
    area = outline(core)
    # A cell that no edge comes near lies inside as a whole, or outside.
    inside = (one for one in _in_box(box, size) if one not in cells)
    return cells.union(one for one in inside if contains(area, _middle(one)))


def _middle(cell: CoarseCell) -> Floats:
    half = cell.size_tenths / 20
    lat_deg, lon_deg = cell.south_tenths / 10 + half, cell.west_tenths / 10 + half
    return ecef(np.asarray([lat_deg]), np.asarray([lon_deg]))[0]


def _pieces(core: Core) -> Iterator[Footprint]:
    """Boxes that hold all edges of a core, with its radius."""
    for part in core.parts:
        points = [LatLon(lat, lon) for lat, lon in geodesic_pieces(part, closed=core.closed, step_m=_STEP_M).tolist()]
        pairs: Sequence[tuple[LatLon, ...]] = list(itertools.pairwise(points)) or [(points[0],)]
        for pair in pairs:
            yield footprint(Core((pair,), False, core.radius_m))


def _rows(box: Footprint, size: int) -> range:
    first, last = (math.floor(lat_deg * 10 / size) for lat_deg in (box.south_deg, box.north_deg))
    return range(max(first, -900 // size), min(last, 900 // size - 1) + 1)


def _columns(box: Footprint, size: int) -> range:
    first, last = (math.floor(lon_deg * 10 / size) for lon_deg in (box.west_deg, box.east_deg))
    return range(first, last + 1)


def _count(box: Footprint, size: int) -> int:
    return len(_rows(box, size)) * len(_columns(box, size))


def _in_box(box: Footprint, size: int) -> Iterator[CoarseCell]:
    """The cells that a box reaches; a box is grown by 10 m, so that its border lies within them."""
    for row, column in itertools.product(_rows(box, size), _columns(box, size)):
        west_tenths = (column * size + 1800) % 3600 - 1800
        yield CoarseCell(row * size, west_tenths, size)


def _hours(window: TimeWindow) -> tuple[int, int | None]:
    """The whole hours that hold a window."""
    first_ms = max(window.start_ms // HOUR_MS * HOUR_MS, FIRST_MS)
    return first_ms, None if window.end_ms is None else min(-(-window.end_ms // HOUR_MS) * HOUR_MS, LAST_MS)


def _merged(spans: Sequence[tuple[int, int | None]]) -> Iterator[tuple[int, int | None]]:
    """The spans with those that touch as one, the earliest first."""
    ordered = sorted(spans, key=lambda span: span[0])
    start_ms, end_ms = ordered[0]
    for next_start_ms, next_end_ms in ordered[1:]:
        if end_ms is None:
            break
        if next_start_ms > end_ms:
            yield start_ms, end_ms
            start_ms, end_ms = next_start_ms, next_end_ms
        else:
            end_ms = None if next_end_ms is None else max(end_ms, next_end_ms)
    yield start_ms, end_ms
