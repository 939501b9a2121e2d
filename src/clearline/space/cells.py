"""The grid of cells in which a registry says where things are.

The one idea: the Earth is cut into rows of 0.01 degree of latitude (1.1 km), and each row into as many equal columns as
keep its cells about as wide; the row at each pole is one cell. A cell is a number that fits 31 bits: the rows are
numbered through from the south pole, and each row eastward from the antimeridian. The grid is part of what a registry
stores, so it never changes: a test holds it to fixed numbers. Cells are closed: a place on a border lies in both.
"""

import math
from bisect import bisect_right

from clearline.space.ellipsoid import ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M
from clearline.space.latlon import LatLon, check_latlon

__all__ = [
    "CELLS",
    "COLUMNS",
    "EDGE_AXIS_M",
    "EDGE_PLANE_M",
    "FIRST",
    "ROWS",
    "ROWS_PER_DEG",
    "cell_at",
    "cell_box",
    "edge_deg",
    "run_of",
]

ROWS_PER_DEG = 100
ROWS = 180 * ROWS_PER_DEG


def edge_deg(row: int) -> float:
    """Return the latitude of the southern edge of a row; of row `ROWS`, the north pole's."""
    return (row - ROWS // 2) / ROWS_PER_DEG


def _columns(row: int) -> int:
    """How many columns a row has: as many as 0.01 degree of longitude at the equator fit round its middle."""
    if row in (0, ROWS - 1):
        return 1
    return round(360 * ROWS_PER_DEG * math.cos(math.radians((row + 0.5 - ROWS / 2) / ROWS_PER_DEG)))


# How many columns each row has, and the number of its first cell.
COLUMNS: tuple[int, ...] = tuple(_columns(row) for row in range(ROWS))


def _firsts() -> tuple[int, ...]:
    firsts = [0]
    for count in COLUMNS:
        firsts.append(firsts[-1] + count)
    return tuple(firsts)


FIRST: tuple[int, ...] = _firsts()  # one more than there are rows: the last is the number of all cells
CELLS = FIRST[-1]


def _edges() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How far the southern edge of each row, last the north pole, lie from the axis and from the equator's plane."""
    from_axis_m: list[float] = []
    from_plane_m: list[float] = []
    for row in range(ROWS + 1):
        lat = math.radians(edge_deg(row))
        normal_m = EQUATORIAL_RADIUS_M / math.sqrt(1.0 - ECCENTRICITY_SQUARED * math.sin(lat) ** 2)
        from_axis_m.append(normal_m * math.cos(lat))
        from_plane_m.append(normal_m * (1.0 - ECCENTRICITY_SQUARED) * math.sin(lat))
    return tuple(from_axis_m), tuple(from_plane_m)


EDGE_AXIS_M, EDGE_PLANE_M = _edges()


def cell_at(place: LatLon) -> int:
    """Return a cell that holds the place; on a border it is the one to the north and east, give or take rounding.

    Raises ValueError for what is no place.

    >>> cell_at(LatLon(36.86, 39.03))
    330012632
    """
    lat_deg, lon_deg = check_latlon(place)
    row = min(math.floor((lat_deg + 90.0) * ROWS_PER_DEG), ROWS - 1)
    count = COLUMNS[row]
    return FIRST[row] + math.floor((lon_deg + 180.0) * count / 360.0) % count


def cell_box(cell: int) -> tuple[float, float, float, float]:
    """Return south, west, north and east of a cell, degrees. Raises ValueError for a number that no cell has.

    >>> cell_box(0)
    (-90.0, -180.0, -89.99, 180.0)
    """
    if not 0 <= cell < CELLS:
        raise ValueError(f"there is no cell {cell}; cells are numbered 0 to {CELLS - 1}")
    row = bisect_right(FIRST, cell) - 1
    count, column = COLUMNS[row], cell - FIRST[row]
    return edge_deg(row), column * 360.0 / count - 180.0, edge_deg(row + 1), (column + 1) * 360.0 / count - 180.0


def run_of(row: int, west: int, east: int) -> list[int]:
    """Return the cells of a row from column `west` to `east`, ascending; columns count on beyond the antimeridian.

    >>> run_of(9000, -1, 0) == [FIRST[9000], FIRST[9001] - 1]
    True
    """
    first, count = FIRST[row], COLUMNS[row]
    if east - west + 1 >= count:
        return list(range(first, first + count))
    if west >= 0 and east < count:
        return list(range(first + west, first + east + 1))
    return sorted(first + column % count for column in range(west, east + 1))
