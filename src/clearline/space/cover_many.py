"""The runs of columns that thousands of edges touch, as arrays: what `cover_ring` finds edge by edge, in less time.

The one idea: every edge and every row it touches is one line of a table; sorted by row and column, a running maximum
says how far the columns are touched so far, and a running count of passes whether what lies between is inside.
"""

import numpy as np
from numpy.typing import NDArray

from clearline.space.cells import COLUMNS, EDGE_AXIS_M, FIRST, ROWS, ROWS_PER_DEG

__all__ = ["cells_of_many"]

_COLUMNS = np.asarray(COLUMNS, np.int64)
_FIRST = np.asarray(FIRST, np.int64)
_AXIS_M = np.minimum(np.asarray(EDGE_AXIS_M)[:-1], np.asarray(EDGE_AXIS_M)[1:])
_ROW_DEG = 1.0 / ROWS_PER_DEG
_WIDER = 1 << 32  # more than columns of one row ever differ, so that rows do not mix in one running maximum

_Floats = NDArray[np.float64]
_Numbers = NDArray[np.int64]


def cells_of_many(places: _Floats, pad_lat_deg: float, pad_lon: float) -> list[int]:
    """Return the cells that a closed walk on the map or its inside touches, ascending.

    `places` is (n + 1, 2), latitude and longitude in degrees, the first again at the end; longitudes run on beyond the
    antimeridian. `pad_lat_deg` widens every row; `pad_lon`, degrees times metres, is still to be divided by how far the
    row is from the Earth's axis.
    """
    upward = places[:-1, 0] <= places[1:, 0]
    lower: _Floats = np.where(upward, places[:-1].T, places[1:].T)
    upper: _Floats = np.where(upward, places[1:].T, places[:-1].T)
    south_deg, from_deg, north_deg, to_deg = lower[0, :], lower[1, :], upper[0, :], upper[1, :]
    first = ((south_deg - pad_lat_deg + 90.0) * ROWS_PER_DEG).astype(np.int64)
    last = ((north_deg + pad_lat_deg + 90.0) * ROWS_PER_DEG).astype(np.int64)
    edge, row = _each(first, last)
    tall_deg = north_deg - south_deg
    whole = ((first == last) | (tall_deg <= pad_lat_deg))[edge]
    # Of a level edge, taken whole, the slope is never asked; 1 keeps the division from complaining.
    slope: _Floats = ((to_deg - from_deg) / np.where(tall_deg > 0.0, tall_deg, 1.0))[edge]
    south_deg, north_deg, from_deg, to_deg = south_deg[edge], north_deg[edge], from_deg[edge], to_deg[edge]
    edge_deg = (row - ROWS // 2).astype(np.float64) / ROWS_PER_DEG
    low_deg, high_deg = edge_deg - pad_lat_deg, edge_deg + _ROW_DEG + pad_lat_deg
    one_deg: _Floats = np.where(whole | (low_deg <= south_deg), from_deg, from_deg + (low_deg - south_deg) * slope)
    other_deg: _Floats = np.where(whole | (high_deg >= north_deg), to_deg, from_deg + (high_deg - south_deg) * slope)
    pad_lon_deg, scale = pad_lon / _AXIS_M[row], _COLUMNS[row] / 360.0
    west = np.floor((np.minimum(one_deg, other_deg) - pad_lon_deg + 180.0) * scale).astype(np.int64)
    east = np.floor((np.maximum(one_deg, other_deg) + pad_lon_deg + 180.0) * scale).astype(np.int64)
    middle_deg = edge_deg + _ROW_DEG / 2.0
    return _filled(row, west, east, (south_deg < middle_deg) & (middle_deg <= north_deg))


def _each(first: _Numbers, last: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Every number from first to last of each line: which line, and the number."""
    counts = last - first + 1
    before = np.cumsum(counts) - counts
    line = np.repeat(np.arange(len(counts)), counts)
    return line, np.arange(len(line)) - before[line] + first[line]


def _filled(row: _Numbers, west: _Numbers, east: _Numbers, passes: NDArray[np.bool_]) -> list[int]:
    """The cells of the runs, and those between two runs that lie inside."""
    order = np.argsort(row * _WIDER + west)
    row, west, east, passes = row[order], west[order], east[order], passes[order]
    begins = np.concatenate(([True], row[1:] != row[:-1]))
    # How far the runs before each reach, in its row; where it is the first of its row, to just before it.
    reach = np.maximum.accumulate(row * _WIDER + east) - row * _WIDER
    reach = np.where(begins, west - 1, np.concatenate(([0], reach[:-1])))
    passed = np.cumsum(passes) - passes
    inside = (passed - np.maximum.accumulate(np.where(begins, passed, 0))) % 2 == 1
    start = np.where(inside | (west <= reach), reach + 1, west)
    longer = east >= start
    line, column = _each(start[longer], east[longer])
    row = row[longer][line]
    cells: list[int] = np.unique(_FIRST[row] + column % _COLUMNS[row]).tolist()
    return cells
