"""Land, coasts and borders under the report's maps.

The one idea: only what lies near a map goes into it, cut in degrees first, where a box is a box, and projected after.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clearline.space.heights import Footprint
from clearline.space.wgs84 import Floats
from clearline.wire.report_html import path_data, tag
from clearline.wire.report_plane import View

__all__ = ["Borders", "draw_land"]

_TURN_DEG = 360.0
_STEP_DEG = 1.0  # a longer edge in degrees is cut before it is bent by the projection
_SPECK_PX = 0.8
_FINEST_PX = 0.5  # points nearer than this to the last one drawn are left out


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Natural Earth's lines: `points` are latitude and longitude, shape (n, 2), degrees.

    Arc i is `points[arc_offsets[i]:arc_offsets[i + 1]]`, a border between countries where `border[i]`, else a coast.
    Ring k of the land runs along `ring_arcs[ring_offsets[k]:ring_offsets[k + 1]]`, backwards along arc ~a where a is
    negative. Raises ValueError if an index points nowhere.
    """

    points: Floats
    arc_offsets: NDArray[np.int32]
    border: NDArray[np.bool_]
    ring_arcs: NDArray[np.int32]
    ring_offsets: NDArray[np.int32]

    def __post_init__(self) -> None:
        arcs = len(self.border)
        numbers = np.where(self.ring_arcs < 0, ~self.ring_arcs, self.ring_arcs)
        if len(self.arc_offsets) != arcs + 1 or int(self.arc_offsets[-1]) != len(self.points):
            raise ValueError("the arcs of the borders do not cover their points")
        if int(numbers.max(initial=0)) >= arcs or int(self.ring_offsets[-1]) != len(self.ring_arcs):
            raise ValueError("a ring of the land runs along an arc that is not there")

    def arc(self, number: int) -> Floats:
        """The points of one arc; of ~number backwards."""
        if number < 0:
            return self.arc(~number)[::-1]
        return self.points[self.arc_offsets[number] : self.arc_offsets[number + 1]]

    def rings(self) -> Iterator[Floats]:
        """The land's rings, longitudes as one walk from the first point; one round a pole is closed over that pole."""
        for first, last in zip(self.ring_offsets[:-1], self.ring_offsets[1:], strict=True):
            ring = _walked(np.concatenate([self.arc(int(number)) for number in self.ring_arcs[first:last]]))
            if abs(ring[-1, 1] - ring[0, 1]) > 1.0:
                pole_deg = float(np.copysign(90.0, ring[0, 0]))
                ring = np.concatenate((ring, [[pole_deg, ring[-1, 1]], [pole_deg, ring[0, 1]]]))
            yield ring


def _walked(points: Floats) -> Floats:
    """The points with longitudes that go on beyond 180 degrees where the line does."""
    if float(np.ptp(points[:, 1])) <= _TURN_DEG / 2.0:
        return points
    step_deg = np.diff(points[:, 1], prepend=points[:1, 1])
    return np.stack((points[:, 0], points[:, 1] - _TURN_DEG * np.cumsum(np.round(step_deg / _TURN_DEG))), axis=-1)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines made ready to be searched: `boxes` are south, north, west and east of each, shape (n, 4), degrees."""

    lines: tuple[Floats, ...]
    boxes: Floats

    @staticmethod
    def of(lines: Iterable[Floats]) -> "_Lines":
        """The lines with their boxes."""
        kept = tuple(lines)
        low, high = (np.asarray([edge(line, axis=0) for line in kept]) for edge in (np.min, np.max))
        return _Lines(kept, np.stack((low[:, 0], high[:, 0], low[:, 1], high[:, 1]), axis=-1))

    def near(self, box: Footprint) -> Iterator[tuple[int, Floats]]:
        """Each line that may reach into a box, by its number, as it is or turned by whole turns to where it does."""
        south, north, west, east = self.boxes.T
        level = (north >= box.south_deg) & (south <= box.north_deg)
        for turn in range(-2, 3):
            by_deg = turn * _TURN_DEG
            reaches = level & (east + by_deg >= box.west_deg) & (west + by_deg <= box.east_deg)
            for number in np.flatnonzero(reaches):
                yield int(number), self.lines[number] + np.asarray((0.0, by_deg))


@lru_cache(maxsize=4)
def _ready(borders: Borders) -> tuple[_Lines, _Lines]:
    """The rings and the arcs of a set of borders, worked out once for all maps."""
    return _Lines.of(borders.rings()), _Lines.of(_walked(borders.arc(n)) for n in range(len(borders.border)))


def draw_land(borders: Borders, view: View) -> str:
    """The land, its coasts and its borders within a view, as three SVG paths."""
    box = view.box()
    rings, arcs = _ready(borders)
    drawn = (view.pixels(_cut(piece)) for _, ring in rings.near(box) for piece in _inside(ring, box))
    land = [ring for ring in drawn if _shows(ring, view)]
    coasts: list[Floats] = []
    edges: list[Floats] = []
    for number, arc in arcs.near(box):
        for piece in _runs(arc, box):
            line = view.pixels(piece)
            if _shows(line, view):
                (edges if borders.border[number] else coasts).append(line)
    return (
        tag("path", {"class": "land", "d": path_data(map(_thinned, land), closed=True), "fill-rule": "evenodd"})
        + tag("path", {"class": "coast", "d": path_data(map(_thinned, coasts), closed=False)})
        + tag("path", {"class": "border", "d": path_data(map(_thinned, edges), closed=False)})
    )


def _shows(line: Floats, view: View) -> bool:
    """Whether any of a line may be seen: its box meets the map's, and is no speck."""
    low, high = line.min(axis=0), line.max(axis=0)
    size = np.asarray((view.width_px, view.height_px))
    return bool(np.all(high >= 0.0) and np.all(low <= size) and np.any(high - low >= _SPECK_PX))


def _inside(ring: Floats, box: Footprint) -> Iterator[Floats]:
    """The part of a ring inside the box, as one ring that may run along the box's own edge."""
    limits = ((0, box.south_deg, 1.0), (0, box.north_deg, -1.0), (1, box.west_deg, 1.0), (1, box.east_deg, -1.0))
    for axis, limit_deg, sign in limits:
        ring = _half(ring, axis, limit_deg, sign)
        if len(ring) < 3:
            return
    yield ring


def _half(ring: Floats, axis: int, limit: float, sign: float) -> Floats:
    """The ring cut at a limit; the side stays where sign * (value - limit) is not negative (Sutherland, Hodgman)."""
    off = sign * (ring[:, axis] - limit)
    before, off_before = np.roll(ring, 1, axis=0), np.roll(off, 1)
    crosses = (off >= 0.0) != (off_before >= 0.0)
    share = np.divide(off_before, off_before - off, out=np.zeros_like(off), where=crosses)
    both = np.stack((before + share[:, None] * (ring - before), ring), axis=1)
    return both[np.stack((crosses, off >= 0.0), axis=1)]


def _runs(line: Floats, box: Footprint) -> Iterator[Floats]:
    """The stretches of a line in the box or next to it."""
    lat_deg, lon_deg = line[:, 0], line[:, 1]
    near = (lat_deg >= box.south_deg) & (lat_deg <= box.north_deg)
    near &= (lon_deg >= box.west_deg) & (lon_deg <= box.east_deg)
    edges = np.flatnonzero(np.diff((near[:-1] | near[1:]).astype(np.int8), prepend=0, append=0))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield line[first : last + 1]


def _cut(ring: Floats) -> Floats:
    """The ring closed, with long edges cut: an edge along the box is a parallel, not the straight line it looks."""
    closed = np.concatenate((ring, ring[:1]))
    step = closed[1:] - closed[:-1]
    counts = np.maximum(1, np.ceil(np.abs(step).max(axis=1) / _STEP_DEG)).astype(np.int64)
    if int(counts.max()) == 1:
        return ring
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    share = (np.arange(int(counts.sum())) - np.repeat(first, counts)) / np.repeat(counts, counts)
    return np.repeat(ring, counts, axis=0) + share[:, None] * np.repeat(step, counts, axis=0)


def _thinned(points: Floats) -> Floats:
    """The points with those left out that are within half a pixel of the last one kept."""
    kept = [0]
    rows = points.tolist()
    last_x, last_y = rows[0]
    for number, (x, y) in enumerate(rows[1:], 1):
        if abs(x - last_x) >= _FINEST_PX or abs(y - last_y) >= _FINEST_PX:
            kept.append(number)
            last_x, last_y = x, y
    if kept[-1] != len(rows) - 1:
        kept.append(len(rows) - 1)
    return points[kept]
