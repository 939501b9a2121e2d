"""The geometries of one KML placemark as shapes with the band they were drawn with.

The one idea: an altitude counts only where `altitudeMode` says what it is above, and an area has a band only where it
is extruded to the ground; a sheet without thickness, or a drawing laid on the ground, states no band.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from clearline.space.altitude import SURFACE, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.wgs84 import distance_m
from clearline.wire.fields import Row, half_width_of
from clearline.wire.kml_outline import CLOSING_M, same_drawing
from clearline.wire.reading import Supplied
from clearline.wire.spot import Spot
from clearline.wire.xml_text import Element

__all__ = ["GEOMETRIES", "TRACKS", "Drawn", "altitude_reference", "geometries_of", "place_of", "shapes_of"]

TRACKS = frozenset({"gx:Track", "gx:MultiTrack"})
# What may stand where a placemark's geometry stands; of these only the first three and tracks are read.
GEOMETRIES = frozenset({"Polygon", "LineString", "Point", "LinearRing", "Model", "MultiGeometry", *TRACKS})
_MOST_SHAPES = 10_000
_MODES = {
    "": None,
    "clampToGround": None,
    # KML 2.2 (OGC 07-147r2), 9.20: absolute is metres above the vertical datum EGM96.
    "absolute": Reference.EGM96,
    "relativeToGround": Reference.AGL,
}
_DIGITS = frozenset("0123456789.+-eE")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One shape, the band it was drawn with (None: none), and the coordinates as they stand in the file."""

    shape: Shape
    band: Band | None
    text: str


def geometries_of(placemark: Element, spot: Spot) -> list[Element]:
    """The geometries of a placemark, those inside MultiGeometry taken out. Raises MalformedError for too many."""
    found: list[Element] = []
    waiting = [placemark]
    while waiting:
        element = waiting.pop()
        inside = [child for child in element.children if child.name in GEOMETRIES]
        at = Spot(spot.source, f"line {element.line}")
        if element.name == "MultiGeometry" and (not inside or len(inside) < len(element.children)):
            raise at.refuse("a MultiGeometry is empty, or holds what is no geometry", "give it geometries only")
        for child in element.children:
            if child.name.startswith("?") and child.name[1:] in GEOMETRIES:
                raise at.refuse(f"a {child.name[1:]} is of a namespace that is not KML's", "save the file as KML 2.2")
        waiting += [child for child in inside if child.name == "MultiGeometry"]
        found += [child for child in inside if child.name != "MultiGeometry"]
        if len(found) + len(waiting) > _MOST_SHAPES:
            raise spot.refuse(f"it has more than {_MOST_SHAPES} geometries", "split it")
    return sorted(found, key=lambda element: element.line)


def shapes_of(row: Row, geometries: Sequence[Element], supplied: Supplied) -> list[Drawn]:
    """The shapes of a placemark's geometries, or the exact one its data state. Raises MalformedError."""
    if row.text("shape"):
        return [_exact(row, geometries, supplied)]
    drawn: list[Drawn] = []
    for geometry in geometries:
        spot = Spot(row.spot.source, f"line {geometry.line}")
        with spot.guarded("mend the geometry"):
            drawn.append(_shape(Row(spot, row.texts), geometry, supplied))
    return drawn


def _shape(row: Row, geometry: Element, supplied: Supplied) -> Drawn:
    match geometry.name:
        case "Polygon":
            _no_size(row, geometry, ("radius_m", "half_width_m"))
            rings = _rings(row.spot, geometry)
            if any(distance_m(ring[0][0], ring[-1][0]) > CLOSING_M for ring in rings):
                raise ValueError("a ring does not end where it begins, so a part of it may be missing: close it")
            flat = [coordinate for ring in rings for coordinate in ring]
            shape = Polygon(tuple(tuple(place for place, _ in ring) for ring in rings))
            return Drawn(shape, _band(row.spot, geometry, flat, None), _text(geometry))
        case "LineString":
            _no_size(row, geometry, ("radius_m",))
            flat = _coordinates(row.spot, geometry)
            if len(flat) < 2:
                raise row.spot.refuse("a LineString has one coordinate", "give two or more, or draw a Point")
            line = Corridor(tuple(place for place, _ in flat), half_width_of(row, supplied))
            return Drawn(line, _band(row.spot, geometry, flat, supplied.half_height_m), _text(geometry))
        case "Point":
            _no_size(row, geometry, ("half_width_m",))
            flat = _coordinates(row.spot, geometry)
            radius_m = row.number("radius_m")
            if radius_m is None:
                raise row.spot.refuse("a Point has no extent", "state radius_m in its ExtendedData")
            if len(flat) != 1:
                raise row.spot.refuse(f"a Point has {len(flat)} coordinates", "give one")
            return Drawn(Circle(flat[0][0], radius_m), _band(row.spot, geometry, flat, None), _text(geometry))
        case _:
            raise row.spot.refuse(
                f"a {geometry.name} is not an area, a line or a point", "draw it as Polygon or LineString"
            )


def _no_size(row: Row, geometry: Element, names: Sequence[str]) -> None:
    for name in names:
        if row.text(name):
            raise row.spot.refuse(
                f"{name} is stated for a {geometry.name}, where it has no meaning",
                "delete it, or draw a Point or LineString",
            )


def _exact(row: Row, geometries: Sequence[Element], supplied: Supplied) -> Drawn:
    """The shape that data state exactly, once the drawing beside it is known to be of that shape."""
    name, text = row.text("shape"), row.text("exact_coordinates")
    places = [place for place, _ in _parsed(row.spot, text)]
    with row.spot.guarded("mend the exact shape, or delete shape and exact_coordinates and keep the drawing"):
        radius_m = row.number("radius_m") or 0.0
        match name, len(places):
            case "circle", 1:
                shape: Shape = Circle(places[0], radius_m)
            case "orbit", 2:
                shape = Orbit(places[0], places[1], radius_m)
            case "corridor", _ if places:
                shape = Corridor(tuple(places), half_width_of(row, supplied))
            case _:
                raise row.spot.refuse(
                    f"shape {name[:20]!r} with {len(places)} exact coordinates is not known",
                    "use circle (one), orbit (two) or corridor",
                )
        if not same_drawing(_paths(row.spot, geometries), shape.core()):
            raise row.spot.refuse(
                f"the drawing is not of the {name} that the data state",
                "if the drawing was moved, delete the data shape, exact_coordinates, radius_m and half_width_m",
            )
    return Drawn(shape, None, text)


def _paths(spot: Spot, geometries: Sequence[Element]) -> tuple[tuple[LatLon, ...], ...]:
    """The rings, lines and points of geometries in order."""
    paths: list[tuple[LatLon, ...]] = []
    for geometry in geometries:
        drawn = _rings(spot, geometry) if geometry.name == "Polygon" else [_coordinates(spot, geometry)]
        paths += [tuple(place for place, _ in path) for path in drawn]
    return tuple(paths)


Coordinate = tuple[LatLon, float | None]


def _rings(spot: Spot, polygon: Element) -> list[list[Coordinate]]:
    outer = polygon.child("outerBoundaryIs")
    boundaries = [*([outer] if outer is not None else []), *polygon.all("innerBoundaryIs")]
    rings = [ring for boundary in boundaries for ring in boundary.all("LinearRing")]
    if outer is None or not outer.all("LinearRing"):
        raise spot.refuse("a Polygon has no outer boundary", "give outerBoundaryIs with a LinearRing")
    return [_coordinates(spot, ring) for ring in rings]


def _coordinates(spot: Spot, element: Element) -> list[Coordinate]:
    return _parsed(Spot(spot.source, f"line {element.line}"), element.text_of("coordinates"))


def _parsed(spot: Spot, text: str) -> list[Coordinate]:
    """Coordinates `lon,lat[,alt]`, parted by white space."""
    coordinates: list[Coordinate] = []
    for number, token in enumerate(text.split(), start=1):
        parts = token.split(",", 4)
        if len(parts) not in (2, 3):
            raise spot.refuse(f"coordinate {number} {token[:60]!r} is not lon,lat or lon,lat,altitude", "mend it")
        coordinates.append(place_of(spot, parts, number))
    if not coordinates:
        raise spot.refuse("it has no coordinates", "give lon,lat,altitude parted by spaces")
    return coordinates


def place_of(spot: Spot, parts: Sequence[str], number: int) -> Coordinate:
    """The place and altitude of one coordinate, longitude first; the altitude is None where there are two numbers."""
    try:
        values = [float(part) for part in parts if _DIGITS.issuperset(part)]
    except ValueError:
        values = []
    if len(values) != len(parts) or not all(map(math.isfinite, values)):
        raise spot.refuse(f"coordinate {number} {','.join(parts)[:60]!r} is not numbers", "give lon,lat,altitude")
    return LatLon(values[1], values[0]), values[2] if len(values) == 3 else None


def altitude_reference(spot: Spot, geometry: Element) -> Reference | None:
    """What a geometry's altitudes are above; None where they do not count. Raises MalformedError for the sea floor."""
    mode = geometry.text_of("altitudeMode") or geometry.text_of("gx:altitudeMode")
    if mode not in _MODES:
        raise spot.refuse(f"altitudeMode {mode[:40]!r} is not read", "use absolute, relativeToGround or clampToGround")
    return _MODES[mode]


def _band(spot: Spot, geometry: Element, flat: Sequence[Coordinate], room_m: float | None) -> Band | None:
    """The band a geometry was drawn with: ground to top if extruded, else bottom to top and `room_m` either way."""
    reference = altitude_reference(spot, geometry)
    heights = [height for _, height in flat if height is not None]
    if reference is None or len(heights) < len(flat):
        return None
    top = AltitudeLimit(max(heights) + (room_m or 0.0), Unit.METRE, reference)
    if geometry.text_of("extrude") in ("1", "true"):
        return Band(SURFACE, top)
    return None if room_m is None else Band(AltitudeLimit(min(heights) - room_m, Unit.METRE, reference), top)


def _text(geometry: Element) -> str:
    """The coordinates of a geometry as they stand there, white space made single."""
    found: list[str] = []
    waiting = [geometry]
    while waiting:
        element = waiting.pop()
        if element.name == "coordinates":
            found.append(" ".join(element.text.split()))
        waiting += reversed(element.children)
    return " | ".join(found)
