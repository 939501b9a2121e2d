"""The cells that the inside of a ring touches where it comes near a pole.

The one idea: on the plane that touches the Earth at the pole, seen from the Earth's centre, edges are straight and rows
are rings between two circles. So in every row an edge is at most two stretches, each touching the columns between the
bearings of its ends; what lies between touched columns is in or out as a whole, and asking of one place in it tells.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clearline.space.cells import COLUMNS, FIRST, ROWS, ROWS_PER_DEG, edge_deg
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import Floats, geodesic_pieces

__all__ = ["polar_cells"]

_STEP_M = 10_000.0  # edges cut to this are straight on the plane to 7 mm (`wgs84.GEODESIC_BOW_M_PER_KM2`)
_TOUCH_M = 0.02  # that, and 1 cm so that so near counts as touching
_SHORTEST_M = 6_335_000.0  # the smallest radius of curvature of the ellipsoid
_BLOCK = 512  # places asked at once: bounds the memory of one step

_Point = tuple[float, float]


def polar_cells(ring: Sequence[LatLon]) -> list[int]:
    """Return the cells that the ring or its inside touches, ascending, for a ring that reaches beyond 80 degrees.

    The ring bounds one plain area that reaches at most 1500 km from its middle (`space.shape.Polygon`).
    """
    pieces = geodesic_pieces(ring, closed=True, step_m=_STEP_M)
    sign = 1.0 if float(pieces[:, 0].sum()) > 0.0 else -1.0
    lowest = math.radians(float((sign * pieces[:, 0]).min()))
    assert lowest > 0.5, "a ring that reaches a pole keeps to its side of the Earth"
    from_pole = 1.0 / np.tan(np.radians(sign * pieces[:, 0]))
    bearing = np.radians(pieces[:, 1])
    plane = np.stack((from_pole * np.cos(bearing), from_pole * np.sin(bearing)), axis=1)
    pad = _TOUCH_M / _SHORTEST_M / math.sin(lowest) ** 2
    touched: dict[int, set[int]] = {}
    points: list[_Point] = [(x, y) for x, y in plane.tolist()]
    for start, end in pairwise(points):
        _touch(touched, start, end, pad)
    _fill(touched, plane)
    return sorted(
        (FIRST[row] if sign > 0.0 else FIRST[ROWS - 1 - row]) + column
        for row, columns in touched.items()
        for column in columns
    )


def _row_at(from_pole: float) -> int:
    """The row of a place so far from the pole on the plane; near an edge it may be the next."""
    lat_deg = math.degrees(math.atan2(1.0, from_pole))
    return min(ROWS - 1, math.floor((lat_deg + 90.0) * ROWS_PER_DEG))


def _from_pole(row: int) -> float:
    """How far from the pole, on the plane, a row's outer edge is."""
    return 0.0 if row == ROWS else 1.0 / math.tan(math.radians(edge_deg(row)))


def _touch(touched: dict[int, set[int]], start: _Point, end: _Point, pad: float) -> None:
    """Add the columns, row by row, that a straight edge touches or passes within `pad`."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length2 = dx * dx + dy * dy
    nearest_at = -(start[0] * dx + start[1] * dy) / length2  # where the line is nearest the pole: 0 start, 1 end
    x, y = start[0] + nearest_at * dx, start[1] + nearest_at * dy
    line2 = x * x + y * y
    clipped = min(1.0, max(0.0, nearest_at))
    nearest = math.hypot(start[0] + clipped * dx, start[1] + clipped * dy)
    farthest = max(math.hypot(*start), math.hypot(*end))
    for row in range(_row_at(farthest + pad), _row_at(max(0.0, nearest - pad)) + 1):
        columns = touched.setdefault(row, set())
        if COLUMNS[row] == 1:
            columns.add(0)
            continue
        outer, inner = _from_pole(row) + pad, _from_pole(row + 1) - pad
        half_out = math.sqrt(max(0.0, outer * outer - line2) / length2)
        half_in = math.sqrt(max(0.0, inner * inner - line2) / length2)
        for low, high in (
            (max(0.0, nearest_at - half_out), min(1.0, nearest_at - half_in)),
            (max(0.0, nearest_at + half_in), min(1.0, nearest_at + half_out)),
        ):
            if low <= high:
                _touch_between(
                    columns,
                    row,
                    math.atan2(start[1] + low * dy, start[0] + low * dx),
                    math.atan2(start[1] + high * dy, start[0] + high * dx),
                    pad / inner,
                )


def _touch_between(columns: set[int], row: int, one: float, other: float, pad: float) -> None:
    """Add the columns between two bearings (radians of longitude), the short way round, and `pad` more."""
    turn = (other - one + math.pi) % (2.0 * math.pi) - math.pi
    west, east = (one, one + turn) if turn >= 0.0 else (one + turn, one)
    count = COLUMNS[row]
    scale = count / (2.0 * math.pi)
    first, last = math.floor((west - pad + math.pi) * scale), math.floor((east + pad + math.pi) * scale)
    columns.update(column % count for column in range(first, min(last, first + count - 1) + 1))


def _fill(touched: dict[int, set[int]], plane: Floats) -> None:
    """Add what lies between touched columns and inside, in the rows touched and all nearer the pole."""
    gaps = [gap for row in range(min(touched), ROWS) for gap in _gaps(row, touched.setdefault(row, set()))]
    if not gaps:
        return
    middles = np.empty((len(gaps), 2))
    for number, (row, start, length) in enumerate(gaps):
        from_pole = (_from_pole(row) + _from_pole(row + 1)) / 2.0 if row < ROWS - 1 else 0.0
        bearing = (start + length / 2.0) * 2.0 * math.pi / COLUMNS[row] - math.pi
        middles[number] = from_pole * math.cos(bearing), from_pole * math.sin(bearing)
    for (row, start, length), inside in zip(gaps, _inside(middles, plane).tolist(), strict=True):
        if inside:
            touched[row].update(column % COLUMNS[row] for column in range(start, start + length))


def _gaps(row: int, columns: set[int]) -> list[tuple[int, int, int]]:
    """The stretches of a row between touched columns: row, first column, and how many."""
    count = COLUMNS[row]
    if not columns:
        return [(row, 0, count)]
    ordered = sorted(columns)
    return [
        (row, west + 1, east - west - 1)
        for west, east in zip(ordered, [*ordered[1:], ordered[0] + count], strict=True)
        if east > west + 1
    ]


def _inside(points: Floats, ring: Floats) -> NDArray[np.bool_]:
    """Whether each point is inside the ring (even-odd rule); the ring ends on its first point."""
    x0, y0, x1, y1 = ring[None, :-1, 0], ring[None, :-1, 1], ring[None, 1:, 0], ring[None, 1:, 1]
    inside = np.zeros(len(points), np.bool_)
    for start in range(0, len(points), _BLOCK):
        x, y = points[start : start + _BLOCK, :1], points[start : start + _BLOCK, 1:]
        left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        up, down = (y0 <= y) & (y1 > y) & (left > 0.0), (y0 > y) & (y1 <= y) & (left < 0.0)
        inside[start : start + _BLOCK] = (up.sum(axis=1) + down.sum(axis=1)) % 2 == 1
    return inside
