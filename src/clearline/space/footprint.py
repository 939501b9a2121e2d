"""The box of latitudes and longitudes that a shape may reach, poles and antimeridian included.

The one idea: the box may be larger than the shape, never smaller; it serves to look things up (the geoid, a map
extent), never to decide.
"""

import math

import numpy as np

from clearline.space.heights import Footprint
from clearline.space.latlon import LatLon
from clearline.space.rings import box_of
from clearline.space.shape import Core
from clearline.space.wgs84 import geodesic_pieces

__all__ = ["footprint"]

# Points are laid every 20 km along edges; between two of them a geodesic comes nearer to a pole than either.
_STEP_M = 20_000.0
_ROUNDING_M = 10.0  # what treating that triangle as plane, and a degree as one length, may leave out
_SHORTEST_DEGREE_M = 110_574.0  # one degree of latitude at the equator, the shortest there is
_LONGEST_DEGREE_M = 111_695.0  # one degree of latitude at a pole, the longest there is, of longitude too


def footprint(core: Core, extra_m: float = 0.0) -> Footprint:
    """The box that holds a core, its radius and `extra_m` more on every side."""
    reach_m = core.radius_m + extra_m + _ROUNDING_M
    souths: list[float] = []
    norths: list[float] = []
    wests: list[float] = []
    easts: list[float] = []
    first_lon_deg = core.parts[0][0].lon_deg
    for part in core.parts:
        small = _small_box(part, first_lon_deg)
        if small is not None:
            south_deg, north_deg, west_deg, east_deg = small
            souths.append(-_bowed_deg(-south_deg))
            norths.append(_bowed_deg(north_deg))
            wests.append(west_deg)
            easts.append(east_deg)
            continue
        pieces = geodesic_pieces(part, closed=core.closed, step_m=_STEP_M)
        lat_deg, lon_deg = pieces[:, 0], pieces[:, 1]
        south_deg, north_deg = -_bowed_deg(-float(lat_deg.min())), _bowed_deg(float(lat_deg.max()))
        # Longitudes as one walk from the first place, so that the antimeridian is no seam.
        steps = (np.diff(lon_deg, prepend=first_lon_deg) + 180.0) % 360.0 - 180.0
        walk = first_lon_deg + np.cumsum(steps)
        if core.closed and abs(walk[-1] - walk[0]) > 180.0:
            return _cap(south_deg, north_deg, reach_m)
        souths.append(south_deg)
        norths.append(north_deg)
        wests.append(float(walk.min()))
        easts.append(float(walk.max()))
    return _grown(min(souths), max(norths), min(wests), max(easts), reach_m)


def _small_box(part: tuple[LatLon, ...], first_lon_deg: float) -> tuple[float, float, float, float] | None:
    """South, north, west and east of a part whose every edge is surely shorter than a step: its corners say it all.

    No edge is longer than the way round two sides of the corners' box. A part on the antimeridian looks wide here, and
    is left to be walked along. Most parts are small, and this is ten times sooner.
    """
    south_deg, north_deg, west_deg, east_deg = box_of(part)
    if (north_deg - south_deg + east_deg - west_deg) * _LONGEST_DEGREE_M > _STEP_M:
        return None
    from_first_deg = part[0].lon_deg - first_lon_deg
    turn_deg = (from_first_deg + 180.0) % 360.0 - 180.0 - from_first_deg
    return south_deg, north_deg, west_deg + turn_deg, east_deg + turn_deg


def _bowed_deg(lat_deg: float) -> float:
    """The latitude nearest the north pole that a geodesic reaches between two points up to `lat_deg`, 20 km apart.

    Half-way between two points as near the pole as each other, pole, point and middle make a right triangle.
    """
    if lat_deg <= 0.0:
        return lat_deg  # between points south of the equator it bows the other way
    from_pole_m = (90.0 - lat_deg) * _SHORTEST_DEGREE_M
    nearest_m = math.sqrt(max(0.0, from_pole_m**2 - (_STEP_M / 2.0) ** 2))
    return 90.0 if nearest_m == 0.0 else lat_deg + (from_pole_m - nearest_m) / _SHORTEST_DEGREE_M


def _cap(south_deg: float, north_deg: float, reach_m: float) -> Footprint:
    """A ring that goes once round a pole holds everything from its far side to that pole."""
    reach_deg = reach_m / _SHORTEST_DEGREE_M
    if south_deg + north_deg > 0.0:
        return Footprint(max(-90.0, south_deg - reach_deg), 90.0, -180.0, 180.0)
    return Footprint(-90.0, min(90.0, north_deg + reach_deg), -180.0, 180.0)


def _grown(south_deg: float, north_deg: float, west_deg: float, east_deg: float, reach_m: float) -> Footprint:
    reach_deg = reach_m / _SHORTEST_DEGREE_M
    south_deg, north_deg = south_deg - reach_deg, north_deg + reach_deg
    if south_deg <= -90.0 or north_deg >= 90.0:
        return Footprint(max(-90.0, south_deg), min(90.0, north_deg), -180.0, 180.0)
    widest = math.cos(math.radians(max(abs(south_deg), abs(north_deg))))
    # A circle's farthest east is reached poleward of its centre: asin(sin r / cos lat) bounds it on the sphere; the
    # poleward latitude used here makes the bound larger still.
    ratio = math.sin(math.radians(min(90.0, reach_deg))) / widest
    if ratio >= 1.0:
        return Footprint(south_deg, north_deg, -180.0, 180.0)
    lon_reach_deg = math.degrees(math.asin(ratio)) * 1.01
    if east_deg - west_deg + 2.0 * lon_reach_deg >= 360.0:
        return Footprint(south_deg, north_deg, -180.0, 180.0)
    west_deg, east_deg = west_deg - lon_reach_deg, east_deg + lon_reach_deg
    turns = math.floor((west_deg + 180.0) / 360.0)
    return Footprint(south_deg, north_deg, west_deg - 360.0 * turns, east_deg - 360.0 * turns)
