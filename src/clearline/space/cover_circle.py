"""The cells that a circle touches.

The one idea: no two places of the ellipsoid are nearer along its surface than straight through the Earth. So a ball
holds the circle, exceeds it nowhere by more than 20 cm (57 km radius) or 3 cm (28 km), and asks, of each row, for
nothing but square roots.
"""

import math

from clearline.space.cells import COLUMNS, EDGE_AXIS_M, EDGE_PLANE_M, ROWS, ROWS_PER_DEG, run_of
from clearline.space.ellipsoid import ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M
from clearline.space.latlon import LatLon

__all__ = ["circle_cells"]

_TOUCH_M = 0.01  # so near counts as touching, whatever the arithmetic's last digits
_SHORTEST_DEGREE_M = 110_574.0  # one degree of latitude at the equator, the shortest there is
_POLE_CURVATURE_M = 6_399_593.6  # the radius at the poles, where it matters where a circle is widest


def circle_cells(centre: LatLon, radius_m: float) -> list[int]:
    """Return the cells touched by a circle of at most some 100 km, ascending."""
    lat_deg, lon_deg = centre
    reach_m = radius_m + _TOUCH_M
    lat = math.radians(lat_deg)
    axis_m, plane_m = _from_axis_and_plane(lat)
    # Where a meridian touches the circle it makes a right triangle with the pole and the centre: sin(peak) is
    # sin(lat) / cos(reach). Taken from its sine alone, the peak would be a decimetre off next to a pole, from its
    # cosine alone next to the equator.
    turn = reach_m / _POLE_CURVATURE_M
    across = math.cos(lat) ** 2 - math.sin(turn) ** 2
    peak = math.atan2(math.sin(lat), math.sqrt(max(0.0, across)))
    peak_row = min((math.degrees(peak) + 90.0) * ROWS_PER_DEG, ROWS - 1e-9)
    step = reach_m / _SHORTEST_DEGREE_M * ROWS_PER_DEG
    middle = (lat_deg + 90.0) * ROWS_PER_DEG
    cells: list[int] = []
    for row in range(max(0, math.floor(middle - step)), min(ROWS - 1, math.floor(middle + step)) + 1):
        if row + 1 <= peak_row:
            there_m, up_m = EDGE_AXIS_M[row + 1], EDGE_PLANE_M[row + 1]
        elif row > peak_row:
            there_m, up_m = EDGE_AXIS_M[row], EDGE_PLANE_M[row]
        else:
            there_m, up_m = _from_axis_and_plane(peak)
        # Of the parallel at the row's place nearest the widest one: a chord to it turned by t from the centre's
        # meridian has the square (a - b)^2 + 4 a b sin^2(t / 2) + h^2, a and b from the axis, h along it.
        left_m2 = reach_m * reach_m - (there_m - axis_m) ** 2 - (up_m - plane_m) ** 2
        if left_m2 < 0.0:
            continue
        count, full_m2 = COLUMNS[row], 4.0 * there_m * axis_m
        if left_m2 >= full_m2:
            cells += run_of(row, 0, count - 1)
            continue
        half_deg = math.degrees(2.0 * math.asin(math.sqrt(left_m2 / full_m2)))
        west = math.floor((lon_deg - half_deg + 180.0) * count / 360.0)
        cells += run_of(row, west, math.floor((lon_deg + half_deg + 180.0) * count / 360.0))
    return cells


def _from_axis_and_plane(lat: float) -> tuple[float, float]:
    """How far a latitude (radians) lies from the Earth's axis and from the equator's plane, metres."""
    sin = math.sin(lat)
    normal_m = EQUATORIAL_RADIUS_M / math.sqrt(1.0 - ECCENTRICITY_SQUARED * sin * sin)
    return normal_m * math.cos(lat), normal_m * (1.0 - ECCENTRICITY_SQUARED) * sin
