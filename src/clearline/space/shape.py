"""The shapes an activity can have on the ground, each bounded by geodesics or by a distance along the ellipsoid.

The one idea: every shape is a core (a point, lines, or rings) and a radius round it. The engine knows only cores, so
a circle is exactly a point and its radius, a corridor exactly a line and its half-width, and neither is ever a
polygon that is a little too small.
"""

import math
from dataclasses import dataclass

from clearline.space.latlon import LatLon, check_latlon
from clearline.space.rings import RINGS, box_of
from clearline.space.simple import ring_fault

__all__ = [
    "MAX_RADIUS_M",
    "MAX_VERTICES",
    "Circle",
    "Core",
    "Corridor",
    "Orbit",
    "Polygon",
    "Shape",
    "ShapeError",
    "clean_slowly",
]

# F3548-21 OiMaxVertices (uas_standards.astm.f3548.v21.constants); also bounds the work of one exact test.
MAX_VERTICES = 10_000

# The central projection holds a shape whole while it stays well under a quarter turn from its middle; 1500 km from
# the middle is 13.5 degrees. Wider areas must be cut in two by whoever drew them, so nobody guesses the inside.
MAX_RADIUS_M = 1_500_000.0
_MAX_ANGLE_COS = math.cos(MAX_RADIUS_M / 6_371_000.0)


class ShapeError(ValueError):
    """A shape that cannot be: the sentence says what is wrong, where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Core:
    """A shape as the engine sees it: points, lines or rings, and a radius in metres round them.

    `parts` are rings when `closed` (the inside is what an odd number of rings enclose), else lines; a point is a line
    of one place. No ring repeats its first place at its end.
    """

    parts: tuple[tuple[LatLon, ...], ...]
    closed: bool
    radius_m: float


@dataclass(frozen=True, slots=True)
class Polygon:
    """An area bounded by geodesics: `rings[0]` is the outside, any others are holes; winding does not matter.

    A repeated closing place is dropped, and so are immediate repeats. Raises ShapeError if a ring has fewer than
    three different places, encloses nothing, crosses itself, or reaches further than 1500 km from its middle, or if
    a hole leaves the outside or meets another hole.

    >>> Polygon(((LatLon(35, 40), LatLon(35, 41), LatLon(36, 41)),)).core().closed
    True
    """

    rings: tuple[tuple[LatLon, ...], ...]

    def __post_init__(self) -> None:
        if not self.rings:
            raise ShapeError("a polygon needs an outer ring; got none")
        rings = tuple(_clean(ring, closed=True) for ring in self.rings)
        object.__setattr__(self, "rings", rings)
        total = sum(len(ring) for ring in rings)
        if total > MAX_VERTICES:
            raise ShapeError(f"a polygon may have {MAX_VERTICES} vertices (F3548 OiMaxVertices); got {total}: split it")
        for number, ring in enumerate(rings):
            if len(ring) < 3:
                raise ShapeError(f"ring {number} has {len(ring)} different places; an area needs at least three")
        _check_extent(rings[0] if len(rings) == 1 else [place for ring in rings for place in ring])
        fault = ring_fault(rings)
        if fault is not None:
            raise ShapeError(fault)

    def core(self) -> Core:
        """The rings, with no radius."""
        return Core(self.rings, True, 0.0)


@dataclass(frozen=True, slots=True)
class Circle:
    """All places within `radius_m` of the centre, measured along the ellipsoid (F3548's own definition).

    Raises ShapeError if the radius is negative, not a number, or beyond 1500 km. A radius of 0 is a point.
    """

    centre: LatLon
    radius_m: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", _place(self.centre))
        _check_radius("radius", self.radius_m)

    def core(self) -> Core:
        """The centre, with the radius."""
        return Core(((self.centre,),), False, self.radius_m)


@dataclass(frozen=True, slots=True)
class Corridor:
    """All places within `half_width_m` of a centre line of geodesics: a route, a corridor, a buffered line.

    The ends are round: a flat-ended corridor lies wholly inside. A half-width of 0 is the bare line.
    Raises ShapeError on an empty line, too many places, a line reaching further than 1500 km from its middle, or a
    bad half-width.
    """

    line: tuple[LatLon, ...]
    half_width_m: float

    def __post_init__(self) -> None:
        line = _clean(self.line, closed=False)
        object.__setattr__(self, "line", line)
        if not line:
            raise ShapeError("a corridor needs a centre line; got no place")
        if len(line) > MAX_VERTICES:
            raise ShapeError(f"a corridor may have {MAX_VERTICES} places; got {len(line)}: split it")
        _check_radius("half-width", self.half_width_m)
        _check_extent(line)

    def core(self) -> Core:
        """The centre line, with the half-width."""
        return Core((self.line,), False, self.half_width_m)


@dataclass(frozen=True, slots=True)
class Orbit:
    """A racetrack: all places within `radius_m` of the leg from `first` to `second`; the legs flown lie inside.

    Raises ShapeError as `Corridor` does.
    """

    first: LatLon
    second: LatLon
    radius_m: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", _place(self.first))
        object.__setattr__(self, "second", _place(self.second))
        _check_radius("radius", self.radius_m)
        _check_extent((self.first, self.second))

    def core(self) -> Core:
        """The axis, with the radius."""
        axis = (self.first,) if self.first == self.second else (self.first, self.second)
        return Core((axis,), False, self.radius_m)


Shape = Polygon | Circle | Corridor | Orbit


def _place(place: LatLon) -> LatLon:
    try:
        return check_latlon(LatLon(*place))
    except ValueError as error:
        raise ShapeError(str(error)) from None


def _clean(path: tuple[LatLon, ...], *, closed: bool) -> tuple[LatLon, ...]:
    """The path with places checked, immediate repeats dropped, and a ring's repeated closing place dropped."""
    tidied = None if RINGS is None else RINGS.tidied(path, LatLon, closed=closed)
    return clean_slowly(path, closed=closed) if tidied is None else tidied


def clean_slowly(path: tuple[LatLon, ...], *, closed: bool) -> tuple[LatLon, ...]:
    """The same without the compiled routine. Raises ShapeError for what is no place."""
    kept: list[LatLon] = []
    for given in path:
        lat_deg, lon_deg = given
        # Most places are right as they are, and unlike the one before in their first number: two comparisons each.
        right = -90.0 <= lat_deg <= 90.0 and -180.0 <= lon_deg <= 180.0 and type(given) is LatLon
        place = given if right else _place(given)
        if not kept or place[0] != kept[-1][0] or not _same(place, kept[-1]):
            kept.append(place)
    while closed and len(kept) > 1 and _same(kept[0], kept[-1]):
        kept.pop()
    return tuple(kept)


def _same(a: LatLon, b: LatLon) -> bool:
    """Whether two places are one, whatever name its longitude goes by (180 and -180; anything at a pole)."""
    if a.lat_deg != b.lat_deg:
        return False
    return a.lon_deg == b.lon_deg or abs(a.lat_deg) == 90.0 or abs(a.lon_deg - b.lon_deg) == 360.0


def _check_radius(name: str, radius_m: float) -> None:
    if not 0.0 <= radius_m <= MAX_RADIUS_M:
        raise ShapeError(f"a {name} must be 0 to {MAX_RADIUS_M:.0f} m; got {radius_m}")


def _check_extent(places: list[LatLon] | tuple[LatLon, ...]) -> None:
    south_deg, north_deg, west_deg, east_deg = box_of(places)
    # Most shapes are small and far from the seams: two comparisons settle them.
    if north_deg - south_deg < 10.0 and east_deg - west_deg < 10.0:
        return
    units = [_unit(place) for place in places]
    middle = tuple(math.fsum(unit[axis] for unit in units) for axis in range(3))
    size = math.hypot(*middle)
    if size < 1e-6 * len(units):
        raise ShapeError("the places are spread round the whole globe, so the inside is not defined; split the shape")
    for place, unit in zip(places, units, strict=True):
        if sum(u * m for u, m in zip(unit, middle, strict=True)) < _MAX_ANGLE_COS * size:
            raise ShapeError(
                f"the shape reaches {place.lat_deg:.4f}, {place.lon_deg:.4f}, further than 1500 km from its middle: "
                f"split it"
            )


def _unit(place: LatLon) -> tuple[float, float, float]:
    lat, lon = math.radians(place.lat_deg), math.radians(place.lon_deg)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
