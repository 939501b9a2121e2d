"""Areas bounded by arcs, as polygons that hold them: sectors, rings, boundaries with arcs in them, ellipses.

The one idea: an arc that bulges out of the area is drawn by its tangents and an arc that bulges into it by its chords,
so the polygon holds every place of the area, and reaches at most `ARC_EXCESS_M` beyond it. On a surface that curves
one way, as the ellipsoid does, both are sure: a tangent never re-enters its circle and a chord never leaves it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearline.space.latlon import LatLon
from clearline.space.shape import MAX_RADIUS_M, Polygon, ShapeError
from clearline.space.simple import twice_area
from clearline.space.wgs84 import azimuths_and_distances, destinations

__all__ = ["ARC_EXCESS_M", "Arc", "annulus", "arc_between", "ellipse", "polygon_with_arcs", "sector"]

# How far a polygon may reach beyond the arc it stands for. 1 m is below what any chart draws, and needs 222 places for
# a full turn at 10 km.
ARC_EXCESS_M = 1.0
_ROUNDING_M = 1e-3  # on the safe side of every arc: far above what Karney's algorithm rounds, far below 1 cm
_WIDEST_STEP_DEG = 30.0
# Published arcs give centre and ends to a second or so of arc, and their radii differ by some tens of metres; ends
# whose radii differ by more than this do not belong to one arc.
_ENDS_APART_M, _ENDS_APART_SHARE = 200.0, 0.02
# The plane on which an ellipse is an ellipse (distance and bearing from its centre) bends lines by less than a
# millimetre per step up to here.
_MOST_ELLIPSE_M = 200_000.0


@dataclass(frozen=True, slots=True)
class Arc:
    """Part of a circle round `centre`, from one true bearing to another, clockwise or counter-clockwise.

    `doubt_m` is how far the radius may be off where it was found from two ends that disagree; `ends` are those ends.
    Raises ShapeError for a radius that is none, or equal bearings, which may mean nothing or a full turn.
    """

    centre: LatLon
    radius_m: float
    from_deg: float
    to_deg: float
    clockwise: bool
    doubt_m: float = 0.0
    ends: tuple[LatLon, LatLon] | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.radius_m <= MAX_RADIUS_M or not 0.0 <= self.doubt_m < self.radius_m:
            raise ShapeError(f"an arc's radius must be above 0 and at most {MAX_RADIUS_M:.0f} m; got {self.radius_m}")
        if not (-360.0 <= self.from_deg <= 360.0 and -360.0 <= self.to_deg <= 360.0):
            raise ShapeError(f"an arc's bearings must be 0 to 360 degrees; got {self.from_deg} and {self.to_deg}")
        if self.turn_deg == 0.0:
            raise ShapeError(f"an arc from {self.from_deg} to {self.to_deg} degrees is nothing or a circle: say which")

    @property
    def turn_deg(self) -> float:
        """How far the arc turns, degrees above 0 and below 360."""
        turn_deg = (self.to_deg - self.from_deg) % 360.0
        return turn_deg if self.clockwise or turn_deg == 0.0 else 360.0 - turn_deg


def arc_between(centre: LatLon, start: LatLon, end: LatLon, *, clockwise: bool) -> Arc:
    """The arc round `centre` from one place to another (OpenAir DB, the arcs of an ACO's POLYARC).

    The ends may be at slightly different distances from the centre: the arc may then lie anywhere between the two.
    Raises ShapeError if they differ by more than 200 m and 2 %, or are one place.
    """
    bearing_deg, range_m = azimuths_and_distances([centre, centre], [start, end])
    apart_m, middle_m = abs(float(range_m[0] - range_m[1])), float(range_m.mean())
    if apart_m > max(_ENDS_APART_M, _ENDS_APART_SHARE * middle_m):
        raise ShapeError(
            f"the ends of an arc must be equally far from its centre; these are {range_m[0]:.0f} and "
            f"{range_m[1]:.0f} m: check the centre {centre.lat_deg:.4f}, {centre.lon_deg:.4f}"
        )
    return Arc(centre, middle_m, float(bearing_deg[0]), float(bearing_deg[1]), clockwise, apart_m / 2.0, (start, end))


def polygon_with_arcs(boundary: Sequence[LatLon | Arc]) -> Polygon:
    """The area inside a boundary of places and arcs, joined by geodesics in the order given, either way round.

    Raises ShapeError as `Polygon` does.

    >>> half = Arc(LatLon(35, 40), 10_000.0, 0.0, 180.0, clockwise=True)
    >>> len(polygon_with_arcs([half]).rings[0])
    114
    """
    rough: list[LatLon] = []
    for part in boundary:
        rough += _drawn(part, outward=False) if isinstance(part, Arc) else [part]
    if len(rough) < 3:
        raise ShapeError(f"an area needs at least three places or an arc; got {len(rough)} places")
    counter_clockwise = twice_area(rough) > 0.0
    ring: list[LatLon] = []
    for part in boundary:
        # Going round an area with it on the left, an arc that turns left bulges out of it.
        ring += _drawn(part, outward=part.clockwise != counter_clockwise) if isinstance(part, Arc) else [part]
    return Polygon((tuple(ring),))


def sector(centre: LatLon, inner_m: float, outer_m: float, from_deg: float, to_deg: float) -> Polygon:
    """All places between two distances and, clockwise, two true bearings from a centre (an ACO's RADARC).

    `inner_m` 0 is a slice to the centre. Bearings that differ by 360 are a full turn; equal ones raise ShapeError.
    """
    _check_distances(inner_m, outer_m)
    if abs(to_deg - from_deg) == 360.0:
        return annulus(centre, inner_m, outer_m)
    outer = Arc(centre, outer_m, from_deg, to_deg, clockwise=True)
    # An inner radius below the excess is drawn as the centre itself.
    inner = Arc(centre, inner_m, to_deg, from_deg, clockwise=False) if inner_m > ARC_EXCESS_M else centre
    return polygon_with_arcs([outer, inner])


def annulus(centre: LatLon, inner_m: float, outer_m: float) -> Polygon:
    """All places between two distances from a centre; a hole of a metre is none. Raises ShapeError as `sector` does."""
    _check_distances(inner_m, outer_m)
    halves = [Arc(centre, outer_m, 0.0, 180.0, clockwise=True), Arc(centre, outer_m, 180.0, 360.0, clockwise=True)]
    outside = tuple(place for half in halves for place in _drawn(half, outward=True))
    if inner_m <= ARC_EXCESS_M:
        return Polygon((outside,))
    halves = [Arc(centre, inner_m, 0.0, 180.0, clockwise=True), Arc(centre, inner_m, 180.0, 360.0, clockwise=True)]
    return Polygon((outside, tuple(place for half in halves for place in _drawn(half, outward=False))))


def ellipse(centre: LatLon, major_m: float, minor_m: float, major_deg: float) -> Polygon:
    """An ellipse by its half-axes and the true bearing of the longer one, drawn by its tangents.

    It is one on the plane of distance and bearing from its centre. Raises ShapeError for half-axes that are not above
    0 and at most 200 km, or a bearing beyond a turn.
    """
    if not 0.0 < minor_m <= major_m <= _MOST_ELLIPSE_M:
        raise ShapeError(f"an ellipse has half-axes of 0 to 200000 m, the longer first; got {major_m} and {minor_m}")
    if not -360.0 <= major_deg <= 360.0:
        raise ShapeError(f"an ellipse's bearing must be 0 to 360 degrees; got {major_deg}")
    count = _steps(major_m, 360.0)
    angle = 2.0 * math.pi * np.arange(count) / count
    # A circle's tangents, stretched: touching stays touching.
    stretch = 1.0 / math.cos(math.pi / count)
    along_m, across_m = major_m * stretch * np.cos(angle), minor_m * stretch * np.sin(angle)
    bearing_deg = major_deg + np.degrees(np.arctan2(across_m, along_m))
    ring = _around(centre, bearing_deg.tolist(), (np.hypot(along_m, across_m) + 10.0 * _ROUNDING_M).tolist())
    return Polygon((tuple(ring),))


def _check_distances(inner_m: float, outer_m: float) -> None:
    if not 0.0 <= inner_m < outer_m:
        raise ShapeError(f"an inner radius must be 0 or more and below the outer; got {inner_m} and {outer_m} m")


def _steps(radius_m: float, turn_deg: float) -> int:
    """How many equal parts to cut a turn into so that tangents and chords stray at most `ARC_EXCESS_M`."""
    allowed_m = ARC_EXCESS_M - 2.0 * _ROUNDING_M
    step_deg = min(_WIDEST_STEP_DEG, 2.0 * math.degrees(math.acos(radius_m / (radius_m + allowed_m))))
    return max(1, math.ceil(turn_deg / step_deg))


def _drawn(arc: Arc, *, outward: bool) -> list[LatLon]:
    """The arc as places: tangents round the outside, or chords on the inside, and its stated ends before and after."""
    count = _steps(arc.radius_m + arc.doubt_m, arc.turn_deg)
    way = 1.0 if arc.clockwise else -1.0
    step_deg = way * arc.turn_deg / count
    if outward:
        rim_m = arc.radius_m + arc.doubt_m + _ROUNDING_M
        corner_m = rim_m / math.cos(math.radians(abs(step_deg)) / 2.0)
        shares = [0.0, *(number + 0.5 for number in range(count)), float(count)]
        ranges_m = [rim_m, *(corner_m for _ in range(count)), rim_m]
    else:
        shares = [float(number) for number in range(count + 1)]
        ranges_m = [max(0.0, arc.radius_m - arc.doubt_m - _ROUNDING_M)] * (count + 1)
    places = _around(arc.centre, [arc.from_deg + share * step_deg for share in shares], ranges_m)
    return places if arc.ends is None else [arc.ends[0], *places, arc.ends[1]]


def _around(centre: LatLon, bearing_deg: Sequence[float], range_m: Sequence[float]) -> list[LatLon]:
    starts = np.tile(np.asarray(centre, np.float64), (len(range_m), 1))
    ends = destinations(starts, np.asarray(bearing_deg, np.float64), np.asarray(range_m, np.float64))
    return [LatLon(lat_deg, lon_deg) for lat_deg, lon_deg in ends.tolist()]
