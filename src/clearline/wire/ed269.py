"""ED-269: UAS geographical zones as States publish them; circles and polygons, longitude first, on WGS84.

The one idea: everything a zone leaves out makes it larger (no limit, no end); a measure whose unit could be two is
taken as the larger.
"""

from clearline.space.altitude import Unit
from clearline.wire.geojson_shape import Drawn, drawn_shapes
from clearline.wire.geozone import REFERENCES, Layer, Zone, hand_of, known_word, layer_of, reading_of
from clearline.wire.geozone_time import Period, windows_of
from clearline.wire.json_text import Json, parse_json, shown
from clearline.wire.json_values import MAX_NAME, At, list_of, number_of, object_of, text_of
from clearline.wire.reading import ALWAYS, Reading, Supplied
from clearline.wire.remarks import Remarks

__all__ = ["read_ed269", "read_ed269_value"]

_FORM = "ED-269, longitude first"
_UNITS = {"M": Unit.METRE, "FT": Unit.FOOT}


def read_ed269(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """The zones of an ED-269 file as activities. Raises MalformedError, naming the path, whatever the bytes."""
    return read_ed269_value(parse_json(data, source=source), source=source, supplied=supplied)


def read_ed269_value(value: Json, *, source: str, supplied: Supplied) -> Reading:
    """The zones of an ED-269 value that was already decoded."""
    at, remarks = At(source, "$"), Remarks()
    features = list_of(at.as_object(value), "features", at)
    if not features:
        raise (at / "features").refuse("there is no zone in it", "give the zones as a list under features")
    zones = [_zone(feature, n, At(source, f"$.features[{n}]"), supplied, remarks) for n, feature in enumerate(features)]
    return reading_of(zones, supplied, remarks, _FORM)


def _zone(value: Json, number: int, at: At, supplied: Supplied, remarks: Remarks) -> Zone:
    zone = at.as_object(value)
    identifier, country = text_of(zone, "identifier", at, MAX_NAME), text_of(zone, "country", at, MAX_NAME)
    restriction = text_of(zone, "restriction", at, MAX_NAME) or "restriction not stated"
    name = text_of(zone, "name", at) or ""
    geometries = list_of(zone, "geometry", at)
    if not geometries:
        raise (at / "geometry").refuse("the zone has no geometry", "give at least one airspace volume")
    shapes = tuple(_shape(one, at / "geometry" / n, supplied, remarks) for n, one in enumerate(geometries))
    return Zone(
        at,
        f"{country or ''}{identifier}" if identifier else f"features[{number}]",
        f"{name} ({restriction})".strip(),
        shapes,
        _periods(zone, at),
        _conditions(zone, at),
    )


def _conditions(zone: dict[str, Json], at: At) -> tuple[str, ...]:
    stated = zone.get("restrictionConditions")
    listed = stated if isinstance(stated, list) else [stated]
    here = at / "restrictionConditions"
    return tuple(f"conditions: {here.as_text(one, 10_000)}" for one in listed if one)


def _periods(zone: dict[str, Json], at: At) -> tuple[Period, ...]:
    stated = list_of(zone, "applicability", at)
    if not stated:
        return (Period((ALWAYS,), "not stated", ("no applicability is stated: taken as permanent",)),)
    periods: list[Period] = []
    for n, value in enumerate(stated):
        here = at / "applicability" / n
        period = here.as_object(value)
        permanent = text_of(period, "permanent", here)
        if permanent not in (None, "YES", "NO"):
            raise (here / "permanent").refuse(f"{shown(permanent)} is neither YES nor NO", "mend it")
        periods.append(windows_of(period, here, always=permanent == "YES"))
    return tuple(periods)


def _shape(value: Json, at: At, supplied: Supplied, remarks: Remarks) -> tuple[Drawn, Layer]:
    volume = at.as_object(value)
    projection = object_of(volume, "horizontalProjection", at)
    if projection is None:
        raise at.refuse("it has no horizontalProjection", "give a Circle or a Polygon")
    here = at / "horizontalProjection"
    layer = _layer(volume, at)
    kind = projection.get("type")
    if kind == "Polygon":
        geometry: dict[str, Json] = {"type": "Polygon", "coordinates": projection.get("coordinates")}
        return drawn_shapes(geometry, hand_of({}, here, supplied, remarks), here)[0], layer
    if kind != "Circle":
        raise (here / "type").refuse(f"{shown(kind)} is neither Circle nor Polygon", "mend it")
    radius_m = number_of(projection, "radius", here)
    if radius_m is None:
        raise here.refuse("the circle has no radius", "give it in metres")
    if volume.get("uomDimensions") == "FT":
        remarks.say("a radius beside limits in feet is taken to be in metres, the larger of the two it could be")
    centre: dict[str, Json] = {"type": "Point", "coordinates": projection.get("center")}
    drawn = drawn_shapes(centre, hand_of({"radius_m": radius_m}, here, supplied, remarks), here)[0]
    return drawn, layer


def _layer(volume: dict[str, Json], at: At) -> Layer:
    lower = number_of(volume, "lowerLimit", at), known_word(volume, "lowerVerticalReference", REFERENCES, at)
    upper = number_of(volume, "upperLimit", at), known_word(volume, "upperVerticalReference", REFERENCES, at)
    return layer_of(lower, upper, known_word(volume, "uomDimensions", _UNITS, at), at)
