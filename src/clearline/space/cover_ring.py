"""The cells that the inside of a ring touches, away from the poles.

The one idea: an edge short enough is a straight line on a map of latitude and longitude, give or take a known bow; so
in every row each edge touches one run of columns, widened by the bow. What lies between two runs is touched by no edge,
so it lies wholly inside or wholly outside: inside if edges passed the row's middle an odd number of times before it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearline.space.cells import COLUMNS, EDGE_AXIS_M, FIRST, ROWS, ROWS_PER_DEG
from clearline.space.cover_many import cells_of_many
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import geodesic_pieces

__all__ = ["Unrolled", "cells_of_few", "ring_cells", "unrolled"]

_POLAR_DEG = 89.4  # nearer the poles a map of latitude and longitude serves no more (`space.cover_pole`)

_TOUCH_M = 0.01  # so near counts as touching, whatever the arithmetic's last digits
# An edge that bows more is cut. With it a cell is offered that the ring does not come nearer than a metre.
_MOST_BOW_M = 0.3
# On the map a geodesic of length L strays from the straight line between its ends by at most 1.09 L^2 tan(lat) / 8 R,
# the largest over all azimuths of sin a (2 - sin^2 a) L^2 tan(lat) / 8 R (its second derivative on the map, sphere of
# radius R). 1.25 and the 0.1 added to the tangent hold what is of higher order, and the ellipsoid's part.
_BOW_PER_M = 1.25 / (8.0 * 6_335_000.0)
_BOW_MORE = 0.1
_ROUGH_STEP_M = 20_000.0
_FEW = 100  # places; from about so many on arrays are quicker
_SHORTEST_DEGREE_M = 110_574.0  # of latitude, at the equator
_LONGEST_DEGREE_M = 111_695.0  # of latitude, at a pole; of longitude 111,320 at the equator

_ROW_DEG = 1.0 / ROWS_PER_DEG
_MIDDLE_ROW = ROWS // 2

_Runs = dict[int, list[tuple[int, int, bool]]]


@dataclass(frozen=True, slots=True)
class Unrolled:
    """A ring on the map of latitude and longitude: its places, the first one again at the end, as one walk.

    Longitudes run on beyond the antimeridian. The rest is what bounds the work: the latitudes it keeps between, and
    the longitudes.
    """

    places: list[tuple[float, float]]
    south_deg: float
    north_deg: float
    west_deg: float
    east_deg: float

    @property
    def polar(self) -> bool:
        """Tell whether it comes near a pole or goes round one."""
        far_deg = max(self.north_deg, -self.south_deg)
        return far_deg > _POLAR_DEG or abs(self.places[-1][1] - self.places[0][1]) > 180.0

    @property
    def lowest_deg(self) -> float:
        """Return the latitude nearest the equator, north or south."""
        return max(0.0, self.south_deg, -self.north_deg)

    @property
    def highest_deg(self) -> float:
        """Return the latitude nearest a pole, north or south."""
        return max(self.north_deg, -self.south_deg)


def unrolled(ring: Sequence[tuple[float, float]]) -> Unrolled:
    """Return the ring laid on the map, each step of longitude the short way round."""
    lats_deg = [place[0] for place in ring]
    lons_deg = [place[1] for place in ring]
    west_deg, east_deg = min(lons_deg), max(lons_deg)
    if east_deg - west_deg >= 180.0:
        walk_deg, before_deg = lons_deg[0], lons_deg[0]
        for place, lon_deg in enumerate(lons_deg):
            walk_deg += (lon_deg - before_deg + 180.0) % 360.0 - 180.0
            lons_deg[place], before_deg = walk_deg, lon_deg
        lons_deg.append(walk_deg + (ring[0][1] - before_deg + 180.0) % 360.0 - 180.0)
        west_deg, east_deg = min(lons_deg), max(lons_deg)
    else:
        lons_deg.append(lons_deg[0])
    south_deg, north_deg = min(lats_deg), max(lats_deg)
    lats_deg.append(lats_deg[0])
    return Unrolled(list(zip(lats_deg, lons_deg, strict=True)), south_deg, north_deg, west_deg, east_deg)


def ring_cells(ring: Sequence[LatLon], chart: Unrolled) -> list[int] | None:
    """Return the cells that the ring or its inside touches, ascending; None for a ring that comes near a pole.

    The ring bounds one plain area (`space.shape.Polygon`); `chart` is the same ring unrolled.
    """
    bow_m = _bow_m(chart)
    if chart.polar or bow_m > _MOST_BOW_M:
        chart = unrolled(_cut(ring, _ROUGH_STEP_M))
        if chart.polar:
            return None
        chart = unrolled(_cut(ring, math.sqrt(_MOST_BOW_M / _bow_per_m2(chart))))
        bow_m = _MOST_BOW_M
    pad_m = bow_m + _TOUCH_M
    return cells_of_few(chart, pad_m) if len(chart.places) <= _FEW else _cells_of_many(chart, pad_m)


def cells_of_few(chart: Unrolled, pad_m: float) -> list[int]:
    """Return the cells that the ring or its inside touches, edge by edge; what lies within `pad_m` is touched."""
    runs = _runs(chart, pad_m)
    cells: list[int] = []
    for row in sorted(runs):
        cells += _row_cells(row, runs[row])
    return cells


def _cells_of_many(chart: Unrolled, pad_m: float) -> list[int]:
    return cells_of_many(np.asarray(chart.places, np.float64), pad_m / _SHORTEST_DEGREE_M, math.degrees(pad_m))


def _cut(ring: Sequence[LatLon], step_m: float) -> list[tuple[float, float]]:
    pieces: list[list[float]] = geodesic_pieces(ring, closed=True, step_m=step_m).tolist()
    return [(lat_deg, lon_deg) for lat_deg, lon_deg in pieces[:-1]]


def _bow_per_m2(chart: Unrolled) -> float:
    """How far an edge may stray from the straight line on the map, metres for each square metre of its length."""
    return _BOW_PER_M * (math.tan(math.radians(chart.highest_deg)) + _BOW_MORE)


def _bow_m(chart: Unrolled) -> float:
    """How far any edge may stray from the straight line on the map, metres; the longest is taken too long if at all."""
    tall_m, wide_m = _LONGEST_DEGREE_M, _LONGEST_DEGREE_M * math.cos(math.radians(chart.lowest_deg))
    lat_deg, lon_deg = chart.places[0]
    longest_m2 = 0.0
    for next_lat_deg, next_lon_deg in chart.places:
        north_m, east_m = (next_lat_deg - lat_deg) * tall_m, (next_lon_deg - lon_deg) * wide_m
        length_m2 = north_m * north_m + east_m * east_m
        if length_m2 > longest_m2:
            longest_m2 = length_m2
        lat_deg, lon_deg = next_lat_deg, next_lon_deg
    return longest_m2 * _bow_per_m2(chart)


def _runs(chart: Unrolled, pad_m: float) -> _Runs:
    """For every row the runs of columns that edges touch: west, east, and whether the edge passes the row's middle."""
    pad_lat_deg = pad_m / _SHORTEST_DEGREE_M
    pad_lon = math.degrees(pad_m)  # of longitude, still to be divided by how far the row is from the Earth's axis
    runs: _Runs = {}
    floor = math.floor
    lat_deg, lon_deg = chart.places[0]
    for next_lat_deg, next_lon_deg in chart.places[1:]:
        if lat_deg <= next_lat_deg:
            south_deg, north_deg, from_deg, to_deg = lat_deg, next_lat_deg, lon_deg, next_lon_deg
        else:
            south_deg, north_deg, from_deg, to_deg = next_lat_deg, lat_deg, next_lon_deg, lon_deg
        lat_deg, lon_deg = next_lat_deg, next_lon_deg
        first = int((south_deg - pad_lat_deg + 90.0) * ROWS_PER_DEG)
        last = int((north_deg + pad_lat_deg + 90.0) * ROWS_PER_DEG)
        # An edge this level is taken to touch every row of its own by its whole length.
        whole = first == last or north_deg - south_deg <= pad_lat_deg
        slope = 0.0 if whole else (to_deg - from_deg) / (north_deg - south_deg)
        for row in range(first, last + 1):
            edge_deg = (row - _MIDDLE_ROW) / ROWS_PER_DEG
            if whole:
                west_deg, east_deg = from_deg, to_deg
            else:
                low_deg, high_deg = edge_deg - pad_lat_deg, edge_deg + _ROW_DEG + pad_lat_deg
                west_deg = from_deg if low_deg <= south_deg else from_deg + (low_deg - south_deg) * slope
                east_deg = to_deg if high_deg >= north_deg else from_deg + (high_deg - south_deg) * slope
            if west_deg > east_deg:
                west_deg, east_deg = east_deg, west_deg
            scale = COLUMNS[row] / 360.0
            pad_lon_deg = pad_lon / min(EDGE_AXIS_M[row], EDGE_AXIS_M[row + 1])
            run = (
                floor((west_deg - pad_lon_deg + 180.0) * scale),
                floor((east_deg + pad_lon_deg + 180.0) * scale),
                south_deg < edge_deg + _ROW_DEG / 2.0 <= north_deg,
            )
            if row in runs:
                runs[row].append(run)
            else:
                runs[row] = [run]
    return runs


def _row_cells(row: int, runs: list[tuple[int, int, bool]]) -> list[int]:
    """The cells of a row that the runs touch, and those between two runs that lie inside; ascending."""
    runs.sort()
    first, count = FIRST[row], COLUMNS[row]
    reach, inside = runs[0][0] - 1, False
    columns: list[int] = []
    for west, east, passes in runs:
        if east > reach:
            columns.extend(range(reach + 1 if inside or west <= reach else west, east + 1))
            reach = east
        inside ^= passes
    if columns[0] >= 0 and columns[-1] < count:
        return [first + column for column in columns]
    return sorted({first + column % count for column in columns})
