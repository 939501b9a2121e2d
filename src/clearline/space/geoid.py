"""The geoid: how far mean sea level lies above the WGS84 ellipsoid, from a grid of the EGM96 model.

The one idea: over a footprint the undulation is an interval, from the lowest to the highest grid value near it, never
one number; a missing grid is an error when the geoid is made, never a shift of zero.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["EGM2008_FROM_EGM96_M", "GRID_UNCERTAINTY_M", "Geoid", "GeoidError", "parse_gtx"]

# What the 15-minute grid leaves out between its nodes: bilinear values of it differ from the full harmonic model by at
# most 1.152 m anywhere, 0.040 m RMS (GeographicLib, table of the geoids that Geoid takes, egm96-15).
GRID_UNCERTAINTY_M = 1.2

# EGM2008 and EGM96 differ by 0.5 m RMS and about 10 m at most, over ocean trenches (US Naval Academy, MICRODEM), so
# a height above EGM2008 is placed with the EGM96 grid and, that "about" allowed for, this much on either side.
EGM2008_FROM_EGM96_M = 12.0

# The lowest and the highest undulation of any geoid model are near -107 m (south of India) and 86 m (New Guinea). A
# file that does not come near both is another grid, or one of zeros, which would shift every height by nothing.
_LOWEST_M, _HIGHEST_M = (-120.0, -80.0), (60.0, 100.0)
_BEYOND_M = 200.0


class GeoidError(ValueError):
    """A geoid grid that is not one."""


@dataclass(frozen=True, slots=True)
class Geoid:
    """A regular grid of undulations in metres, row 0 southernmost, column 0 westernmost.

    `undulation_m` has shape (rows, columns), with rows from `south_deg` by `step_deg` to +90 and columns once round the
    globe from `west_deg`. Raises GeoidError unless the grid covers the whole globe with values that can be undulations.
    """

    undulation_m: NDArray[np.float32]
    south_deg: float
    west_deg: float
    step_deg: float

    def __post_init__(self) -> None:
        rows, columns = self.undulation_m.shape
        north_deg = self.south_deg + (rows - 1) * self.step_deg
        if not (abs(self.south_deg + 90.0) < 1e-9 and abs(north_deg - 90.0) < 1e-6):
            raise GeoidError(
                f"a geoid grid must reach from -90 to 90 degrees; this one {self.south_deg} to {north_deg}"
            )
        if not (abs(columns * self.step_deg - 360.0) < 1e-6 and -360.0 <= self.west_deg <= 360.0):
            raise GeoidError(f"a geoid grid must go once round; this one covers {columns * self.step_deg} degrees")
        if not bool(np.all(np.abs(self.undulation_m) < _BEYOND_M)):
            raise GeoidError(f"the geoid grid holds a value beyond {_BEYOND_M:.0f} m, or none: it is not one")

    def at(self, lat_deg: float, lon_deg: float) -> float:
        """Undulation at a place, metres, bilinear between the four nodes around it."""
        row, column = (lat_deg - self.south_deg) / self.step_deg, (lon_deg - self.west_deg) / self.step_deg
        r0, c0 = min(math.floor(row), self.undulation_m.shape[0] - 2), math.floor(column)
        fr, fc = row - r0, column - c0
        near = self._nodes(r0, r0 + 1, c0, c0 + 1)
        south = near[0, 0] * (1.0 - fc) + near[0, 1] * fc
        north = near[1, 0] * (1.0 - fc) + near[1, 1] * fc
        return float(south * (1.0 - fr) + north * fr)

    def over(self, south_deg: float, north_deg: float, west_deg: float, east_deg: float) -> tuple[float, float]:
        """Lowest and highest undulation over a box of latitudes and longitudes, metres.

        `east_deg` may exceed 180 where the box crosses the antimeridian. Every node of every cell the box touches
        counts, so the interval holds wherever in the box a thing may be, up to `GRID_UNCERTAINTY_M`. Raises ValueError
        for a box that goes from north to south or from east to west.
        """
        if not (south_deg <= north_deg and west_deg <= east_deg):
            raise ValueError(f"no box: south {south_deg}, north {north_deg}, west {west_deg}, east {east_deg}")
        last = self.undulation_m.shape[0] - 1
        r0 = max(0, math.floor((south_deg - self.south_deg) / self.step_deg))
        r1 = min(last, math.ceil((north_deg - self.south_deg) / self.step_deg))
        c0 = math.floor((west_deg - self.west_deg) / self.step_deg)
        c1 = max(c0, math.ceil((east_deg - self.west_deg) / self.step_deg))
        if c1 - c0 >= self.undulation_m.shape[1]:
            c0, c1 = 0, self.undulation_m.shape[1] - 1
        inside = c0 >= 0 and c1 < self.undulation_m.shape[1]
        near = self.undulation_m[r0 : r1 + 1, c0 : c1 + 1] if inside else self._nodes(r0, r1, c0, c1)
        return float(near.min()), float(near.max())

    def _nodes(self, r0: int, r1: int, c0: int, c1: int) -> NDArray[np.float64]:
        columns = np.arange(c0, c1 + 1) % self.undulation_m.shape[1]
        return self.undulation_m[r0 : r1 + 1, columns].astype(np.float64)


def parse_gtx(data: bytes) -> Geoid:
    """Read a geoid from the bytes of a GTX file (NOAA VDatum: big-endian header of 40 bytes, then float32 rows).

    Raises GeoidError if the bytes are cut short, do not cover the globe, or do not rise and fall as the geoid does.
    """
    if len(data) < 40:
        raise GeoidError(f"a GTX file has a header of 40 bytes; got {len(data)} bytes in all")
    south_deg, west_deg, step_lat_deg, step_lon_deg = (float(v) for v in np.frombuffer(data, ">f8", 4))
    rows, columns = (int(v) for v in np.frombuffer(data, ">i4", 2, offset=32))
    if rows < 2 or columns < 2 or len(data) != 40 + 4 * rows * columns:
        raise GeoidError(
            f"a GTX file of {rows} x {columns} values has {40 + 4 * rows * columns} bytes; got {len(data)}"
        )
    if not abs(step_lat_deg - step_lon_deg) < 1e-12:
        raise GeoidError(f"a geoid grid must have one step; got {step_lat_deg} by {step_lon_deg} degrees")
    grid = np.frombuffer(data, ">f4", rows * columns, offset=40).reshape(rows, columns).astype(np.float32)
    low_m, high_m = float(grid.min()), float(grid.max())
    if not (_LOWEST_M[0] < low_m < _LOWEST_M[1] and _HIGHEST_M[0] < high_m < _HIGHEST_M[1]):
        raise GeoidError(
            f"a geoid lies between -107 m (south of India) and 86 m (New Guinea) of the ellipsoid; this grid between "
            f"{low_m} and {high_m} m: it is not one, or it was emptied"
        )
    return Geoid(grid, south_deg, west_deg, step_lat_deg)
