"""ED-318: UAS geographical zones as GeoJSON features; a geometry carries its vertical layer and a circle's extent.

The one idea: everything a zone leaves out makes it larger (no layer, no limited applicability), and what the file says
of its own validity never makes a zone shorter.
"""

from clearline.space.altitude import Reference, Unit
from clearline.wire.geojson_shape import Drawn, drawn_shapes
from clearline.wire.geozone import REFERENCES, Layer, Zone, hand_of, known_word, layer_of, reading_of
from clearline.wire.geozone_time import Period, windows_of
from clearline.wire.json_text import Json, parse_json, shown
from clearline.wire.json_values import MAX_NAME, At, list_of, number_of, object_of, text_of
from clearline.wire.reading import ALWAYS, Reading, Supplied
from clearline.wire.remarks import Remarks

__all__ = ["read_ed318", "read_ed318_value"]

_FORM = "ED-318, longitude first"
_UNITS = {"m": Unit.METRE, "ft": Unit.FOOT}
_OPEN: tuple[float | None, Reference | None] = (None, None)


def read_ed318(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """The zones of an ED-318 file as activities. Raises MalformedError, naming the path, whatever the bytes."""
    return read_ed318_value(parse_json(data, source=source), source=source, supplied=supplied)


def read_ed318_value(value: Json, *, source: str, supplied: Supplied) -> Reading:
    """The zones of an ED-318 value that was already decoded."""
    at, remarks = At(source, "$"), Remarks()
    top = at.as_object(value)
    if top.get("type") != "FeatureCollection":
        raise (at / "type").refuse(f"{shown(top.get('type'))} is not a FeatureCollection", "give one")
    features = list_of(top, "features", at)
    if not features:
        raise (at / "features").refuse("there is no zone in it", "give the zones as a list under features")
    references = _references(top, at, remarks)
    zones = [
        _zone(feature, n, At(source, f"$.features[{n}]"), supplied, remarks, references)
        for n, feature in enumerate(features)
    ]
    return reading_of(zones, supplied, remarks, _FORM)


def _references(top: dict[str, Json], at: At, remarks: Remarks) -> dict[str, Reference | None]:
    """What the coded references stand for; AMSL by another geoid than EGM96 or EGM2008 is not known to us."""
    metadata = object_of(top, "metadata", at) or {}
    here = at / "metadata"
    if metadata.get("validFrom") is not None or metadata.get("validTo") is not None:
        remarks.say("the file states its own validity, which is not taken to shorten any zone")
    geoid = text_of(metadata, "otherGeoid", here)
    if geoid is None:
        return {**REFERENCES}
    plain = geoid.upper().replace("-", "").replace(" ", "").replace("_", "")
    if "EGM2008" in plain or "EGM08" in plain or "EPSG::3855" in plain:
        return {**REFERENCES, "AMSL": Reference.EGM2008}
    if "EGM96" in plain or "EPSG::5773" in plain:
        return {**REFERENCES}
    remarks.say(f"AMSL in it is by the geoid {shown(geoid)}, which is not known here: such limits stay unknown")
    return {**REFERENCES, "AMSL": None}


def _zone(
    value: Json, number: int, at: At, supplied: Supplied, remarks: Remarks, references: dict[str, Reference | None]
) -> Zone:
    feature = at.as_object(value)
    here = at / "properties"
    zone = object_of(feature, "properties", at) or {}
    geometry = object_of(feature, "geometry", at)
    if geometry is None:
        raise at.refuse("the zone has no geometry", "give it one, or leave it out")
    identifier, country = text_of(zone, "identifier", here, MAX_NAME), text_of(zone, "country", here, MAX_NAME)
    shapes = _shapes(geometry, None, at / "geometry", supplied, remarks, references)
    condition = text_of(zone, "restrictionConditions", here, 10_000)
    return Zone(
        at,
        f"{country or ''}{identifier}" if identifier else f"features[{number}]",
        f"{_first_text(zone, 'name', here)} ({text_of(zone, 'type', here) or 'type not stated'})".strip(),
        tuple(shapes),
        _periods(zone, here),
        (f"conditions: {condition}",) if condition else (),
    )


def _first_text(zone: dict[str, Json], name: str, at: At) -> str:
    """The first text of a list of texts in several languages; empty where there is none."""
    for n, entry in enumerate(list_of(zone, name, at) or []):
        text = text_of((at / name / n).as_object(entry), "text", at / name / n)
        if text is not None:
            return text
    return ""


def _periods(zone: dict[str, Json], at: At) -> tuple[Period, ...]:
    stated = list_of(zone, "limitedApplicability", at)
    if not stated:
        return (Period((ALWAYS,), "not limited", ()),)
    here = at / "limitedApplicability"
    return tuple(windows_of((here / n).as_object(one), here / n, always=False) for n, one in enumerate(stated))


def _shapes(
    geometry: dict[str, Json],
    outer: Layer | None,
    at: At,
    supplied: Supplied,
    remarks: Remarks,
    references: dict[str, Reference | None],
) -> list[tuple[Drawn, Layer]]:
    """The shapes of a geometry, each with its own layer, or with that of the collection it stands in."""
    layer = _layer(geometry, at, references) or outer
    if geometry.get("type") == "GeometryCollection":
        here = at / "geometries"
        parts = here.as_list(geometry.get("geometries"))
        if not parts:
            raise here.refuse("the zone has an empty geometry", "give it a part, or leave it out")
        return [
            shape
            for n, part in enumerate(parts)
            for shape in _shapes((here / n).as_object(part), layer, here / n, supplied, remarks, references)
        ]
    properties = _extent(geometry, at)
    held = layer or layer_of(_OPEN, _OPEN, Unit.METRE, at)
    return [(drawn, held) for drawn in drawn_shapes(geometry, hand_of(properties, at, supplied, remarks), at)]


def _extent(geometry: dict[str, Json], at: At) -> dict[str, Json]:
    """The radius of a circle, in metres as all of ED-318, under the name by which `geojson_shape` looks for it."""
    extent = object_of(geometry, "extent", at)
    if extent is None:
        return {}
    here = at / "extent"
    if extent.get("subType") != "Circle":
        raise (here / "subType").refuse(f"{shown(extent.get('subType'))} is not known", "use Circle")
    radius_m = number_of(extent, "radius", here)
    return {} if radius_m is None else {"radius_m": radius_m}


def _layer(geometry: dict[str, Json], at: At, references: dict[str, Reference | None]) -> Layer | None:
    layer = object_of(geometry, "layer", at)
    if layer is None:
        return None
    here = at / "layer"
    # Schema_LayeredGeoJSON: "if this member is not specified, the units should be assumed to be metres".
    unit = Unit.METRE if layer.get("uom") is None else known_word(layer, "uom", _UNITS, here)
    lower = number_of(layer, "lower", here), known_word(layer, "lowerReference", references, here)
    upper = number_of(layer, "upper", here), known_word(layer, "upperReference", references, here)
    return layer_of(lower, upper, unit, here)
