"""GeoJSON geometries to shapes.

The one idea: longitude comes first, and an edge is straight on the longitude and latitude grid (RFC 7946, 3.1.1), so a
shape is widened by what that strays from a geodesic, unless the feature says that its edges are geodesics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from clearline.space.datum import UNKNOWN_DATUM_M, Datum, DatumError, parse_datum, to_wgs84
from clearline.space.latlon import LatLon
from clearline.space.rings import RINGS
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape, ShapeError
from clearline.wire.json_text import Json, shown
from clearline.wire.json_values import At, number_of, text_of
from clearline.wire.reading import DatumPolicy, Supplied
from clearline.wire.remarks import Remarks
from clearline.wire.straight_edges import edge_stray_m, held_straight

__all__ = [
    "AREAS",
    "Drawn",
    "Hand",
    "check_crs",
    "datum_of",
    "drawn_shapes",
    "half_width_of",
    "line_shape",
    "place_notes",
    "places_of",
    "radius_of",
    "straight",
    "told",
    "widened",
]

# The geometries that are no lines.
AREAS = frozenset({"Point", "MultiPoint", "Polygon", "MultiPolygon"})

# The names under which GeoJSON 2008 files state what RFC 7946 takes for granted.
_CRS84 = frozenset({"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84"})
_SWAPPED = "are these latitude, longitude? GeoJSON is longitude, latitude: swap them"
# Every ring is held against every other one; an area planned to be flown has a hole or two.
_MOST_RINGS = 100
_MOST_TOLD = 5  # places of a shape whose own numbers are shown beside it
_GIVE = "use Point, LineString, Polygon, their Multi forms, or GeometryCollection"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape, how far its place may be off in metres, and its own words.

    `datum` is that of its numbers, `form` how they are written, `notes` what was widened, a sentence each.
    """

    shape: Shape
    uncertainty_m: float
    words: str
    datum: str
    notes: tuple[str, ...] = ()
    form: str = "GeoJSON, longitude first"


@dataclass(frozen=True, slots=True)
class Hand:
    """What the geometries of one feature share.

    `at` is the path of its properties; `datum` is None for WGS84, `doubt_m` what an unknown one leaves open; `remarks`
    gathers the notes of the file.
    """

    properties: dict[str, Json]
    at: At
    supplied: Supplied
    remarks: Remarks
    datum: Datum | None
    doubt_m: float

    def measure(self, name: str) -> float:
        """A length or time the feature states, in the unit of its name; 0 where it states none, refused below 0."""
        value = number_of(self.properties, name, self.at)
        if value is None:
            return 0.0
        if value < 0.0:
            raise (self.at / name).refuse(f"{value:g} is below 0", "give 0 or more")
        return value


def check_crs(members: dict[str, Json], at: At) -> None:
    """Refuse a `crs` member (GeoJSON 2008) that names anything but longitude, latitude on WGS84."""
    if "crs" not in members:
        return
    crs = members["crs"]
    inner = crs.get("properties") if isinstance(crs, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else None
    if not isinstance(name, str) or name not in _CRS84:
        raise (at / "crs").refuse(
            f"the coordinate reference system is {shown(name or crs)}, whose datum or axis order is not ours",
            'give longitude, latitude on WGS84 (RFC 7946) without "crs", or state the property "datum"',
        )


def datum_of(properties: dict[str, Json], at: At, policy: DatumPolicy) -> tuple[Datum | None, float]:
    """The datum a feature states, None for WGS84, and how many metres are left open because it is not known.

    An unknown one is refused or, by policy, taken for WGS84 and widened by UNKNOWN_DATUM_M.
    """
    if properties.get("datum") is None:
        return None, 0.0
    here = at / "properties"
    text = text_of(properties, "datum", here) or ""
    try:
        datum = _datum(text)
    except DatumError as error:
        raise (here / "datum").refuse(str(error), "name the datum of the coordinates, such as WGS84") from error
    if datum.known:
        return (None if datum == _datum("WGS84") else datum), 0.0
    if policy is DatumPolicy.REFUSE:
        problem = f"the datum is not known, so the place may be {UNKNOWN_DATUM_M:.0f} m away"
        raise (here / "datum").refuse(problem, f"find it out, or let such places be widened by {UNKNOWN_DATUM_M:.0f} m")
    return None, UNKNOWN_DATUM_M


@lru_cache(maxsize=64)
def _datum(text: str) -> Datum:
    return parse_datum(text)


def drawn_shapes(geometry: dict[str, Json], hand: Hand, at: At) -> list[Drawn]:
    """The shapes of a geometry, one for each of its parts. Raises MalformedError for one that is none."""
    check_crs(geometry, at)
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        return [_polygon(coordinates, hand, at / "coordinates")]
    if kind == "Point":
        return [_circle(coordinates, hand, at / "coordinates")]
    if kind == "LineString":
        return [_line(coordinates, hand, at / "coordinates")]
    if kind == "GeometryCollection":
        here = at / "geometries"
        parts = _filled(geometry.get("geometries"), here)
        return [
            shape for n, part in enumerate(parts) for shape in drawn_shapes((here / n).as_object(part), hand, here / n)
        ]
    draw = _DRAW.get(kind) if isinstance(kind, str) else None
    if draw is None:
        raise (at / "type").refuse(f"{shown(kind)} is no geometry", _GIVE)
    here = at / "coordinates"
    return [draw(part, hand, here / n) for n, part in enumerate(_filled(coordinates, here))]


def _filled(value: Json, at: At) -> list[Json]:
    """The parts of a geometry; one without any is a place that was lost, not an activity that is nowhere."""
    parts = at.as_list(value)
    if not parts:
        raise at.refuse("an empty geometry has no volume", "give it a part, or leave it out")
    return parts


def _polygon(coordinates: Json, hand: Hand, at: At) -> Drawn:
    rings: list[tuple[LatLon, ...]] = []
    transformed_m, widest_m = 0.0, 0.0
    lines = at.as_list(coordinates)
    on_grid = straight(hand)
    if len(lines) > _MOST_RINGS:
        raise at.refuse(f"a polygon of {len(lines)} rings is more than {_MOST_RINGS}", "cut it into several areas")
    try:
        for n, line in enumerate(lines):
            places, ring_m = places_of(line, hand, at, n)
            transformed_m = max(transformed_m, ring_m)
            if len(places) < 4 or places[0] != places[-1]:
                raise ShapeError(f"ring {n} does not end where it begins, so a part of it may be missing: close it")
            ring = tuple(places)
            if on_grid:
                ring, ring_m = held_straight(places)
                widest_m = max(widest_m, ring_m)
            rings.append(ring)
        shape = Polygon(tuple(rings))
    except ShapeError as error:
        raise at.refuse(str(error), "mend the polygon") from None
    holes = f" and {len(lines) - 1} holes" if len(lines) > 1 else ""
    return widened(shape, told("Polygon", at.as_list(lines[0]), holes), hand, transformed_m, widest_m)


def _circle(coordinates: Json, hand: Hand, at: At) -> Drawn:
    places, transformed_m = places_of([coordinates], hand, at)
    try:
        shape = Circle(places[0], radius_of(hand))
    except ShapeError as error:
        raise at.refuse(str(error), "mend the circle") from None
    return widened(shape, told("Point", at.as_list(coordinates)), hand, transformed_m, 0.0)


def _line(coordinates: Json, hand: Hand, at: At) -> Drawn:
    places, transformed_m = places_of(coordinates, hand, at)
    if len(places) < 2:
        raise at.refuse(f"a line has {len(places)} places", 'give at least two, or a Point with "radius_m"')
    shape, widest_m = line_shape(places, hand, at, on_grid=straight(hand))
    return widened(shape, told("LineString", at.as_list(coordinates)), hand, transformed_m, widest_m)


_DRAW = {"MultiPolygon": _polygon, "MultiLineString": _line, "MultiPoint": _circle}


def line_shape(places: Sequence[LatLon], hand: Hand, at: At, *, on_grid: bool) -> tuple[Shape, float]:
    """A corridor, or an orbit if `outline` says so, and the metres that edges straight on the grid stray by."""
    outline = text_of(hand.properties, "outline", hand.at)
    if outline not in (None, "corridor", "orbit"):
        raise hand.at.refuse(f"a line is a corridor or an orbit, not {shown(outline)}", "mend the outline")
    try:
        if outline == "orbit":
            if len(places) != 2:
                raise at.refuse(f"an orbit's axis has two places; got {len(places)}", "give two")
            # Cut in pieces it would be no orbit, so it is widened by all that its axis strays.
            orbit = Orbit(places[0], places[1], radius_of(hand))
            return orbit, edge_stray_m(places[0], places[1]) if on_grid else 0.0
        if len(places) < 2:
            raise at.refuse(f"a line has {len(places)} places", "give at least two")
        path, widest_m = held_straight(places) if on_grid else (tuple(places), 0.0)
        return Corridor(path, half_width_of(hand)), widest_m
    except ShapeError as error:
        raise at.refuse(str(error), "mend the line") from None


def radius_of(hand: Hand) -> float:
    """The radius a feature states, metres."""
    radius_m = number_of(hand.properties, "radius_m", hand.at)
    if radius_m is None:
        raise hand.at.refuse("no radius is stated", 'give "radius_m", 0 for the bare place')
    return radius_m


def half_width_of(hand: Hand) -> float:
    """The half-width a feature states, else the one supplied, metres."""
    stated_m = number_of(hand.properties, "half_width_m", hand.at)
    if stated_m is None:
        stated_m = hand.supplied.half_width_m
    if stated_m is None:
        raise hand.at.refuse("a line without a width", 'give "half_width_m", or supply one for the file')
    return stated_m


def straight(hand: Hand, *, otherwise: bool = True) -> bool:
    """Whether the edges of a feature are straight on the grid rather than geodesics; `otherwise` if it does not say."""
    edges = hand.properties.get("edges")
    if edges is None:
        return otherwise
    if edges not in ("geodesic", "straight"):
        raise hand.at.refuse(f"edges are geodesic or straight, not {shown(edges)}", "mend the property edges")
    return edges == "straight"


def widened(shape: Shape, words: str, hand: Hand, transformed_m: float, stray_m: float) -> Drawn:
    """A shape with all that is not exact about where it lies, and a note on each."""
    datum = hand.properties.get("datum")
    stated = datum if isinstance(datum, str) else "WGS84"
    notes = place_notes(hand, transformed_m, stray_m)
    return Drawn(shape, hand.doubt_m + transformed_m + stray_m, words, stated, notes)


def place_notes(hand: Hand, transformed_m: float, stray_m: float = 0.0) -> tuple[str, ...]:
    """A note on each thing that makes a place less than exact."""
    notes: list[str] = []
    if hand.doubt_m > 0.0:
        notes.append(f"the datum is not known: widened by {hand.doubt_m:g} m")
    if transformed_m > 0.0:
        notes.append(f"placed on WGS84 from {hand.datum} to within {transformed_m:.1f} m")
    if stray_m > 0.0:
        notes.append(
            f"edges are straight on the longitude and latitude grid (RFC 7946): widened by {stray_m:.3f} m to hold them"
        )
    return tuple(notes)


def told(kind: str, positions: Sequence[Json], more: str = "") -> str:
    """The first numbers of a geometry as the file gives them, and how many there are."""
    if len(positions) <= _MOST_TOLD:
        return f"{kind} {positions}{more}"
    return f"{kind} {positions[:_MOST_TOLD]}... ({len(positions)} places){more}"


def places_of(value: Json, hand: Hand, at: At, step: int | None = None) -> tuple[list[LatLon], float]:
    """A list of positions as places on WGS84, and what their transformation may be off by, metres.

    The list stands at a path, or at a `step` of it.
    """
    if hand.datum is None and RINGS is not None:
        quick = RINGS.places_of(value, LatLon)
        if quick is not None:
            return quick, 0.0
    at = at if step is None else at / step
    places: list[LatLon] = []
    for n, position in enumerate(at.as_list(value)):
        if type(position) is list and len(position) == 2:
            lon_deg, lat_deg = position
            if type(lon_deg) is float and type(lat_deg) is float and -90.0 <= lat_deg <= 90.0:
                places.append(LatLon(lat_deg, lon_deg))
                continue
        places.append(_place(position, at / n, hand.remarks))
    if hand.datum is None:
        return places, 0.0
    worst_m = 0.0
    for n, place in enumerate(places):
        try:
            places[n], doubt_m = to_wgs84(place.lat_deg, place.lon_deg, hand.datum)
        except ValueError as error:
            raise (at / n).refuse(str(error), "mend the place or its datum") from error
        worst_m = max(worst_m, doubt_m)
    return places, worst_m


def _place(position: Json, at: At, remarks: Remarks) -> LatLon:
    """One position with all its checks: longitude, latitude, and a height that only tracks use."""
    numbers = at.as_list(position)
    if not 2 <= len(numbers) <= 3:
        raise at.refuse(f"a position has {len(numbers)} numbers", "give longitude, latitude and at most a height")
    lon_deg, lat_deg = at.as_number(numbers[0]), at.as_number(numbers[1])
    if len(numbers) == 3 and numbers[2] is not None:
        at.as_number(numbers[2])
        remarks.say("a height among the coordinates is used for tracks only; elsewhere lower and upper state the band")
    if not -90.0 <= lat_deg <= 90.0:
        raise at.refuse(f"latitude {lat_deg:g} is not within -90..90", _SWAPPED)
    if not -360.0 <= lon_deg <= 360.0:
        raise at.refuse(f"longitude {lon_deg:g} is not within -360..360", "mend the longitude")
    return LatLon(lat_deg, lon_deg)
