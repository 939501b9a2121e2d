"""Which format a file is in, told by what stands in it, and the reader for each.

The one idea: a file's name says nothing. Its content fits exactly one format, or it is refused with the candidates
named: a reader that guessed could swap the axes of everything in it.
"""

from collections.abc import Callable
from enum import StrEnum

from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json, is_json_text, parse_json
from clearline.wire.reading import Reading, Supplied

__all__ = ["Format", "form_of", "read_any"]

_HEAD_BYTES = 65_536  # enough for any header and its comments
_ZIP = b"PK\x03\x04"  # APPNOTE.TXT 4.3.7, local file header
_MEND = "name the format with --as"
_ZONE_MARKS = frozenset({"zoneAuthority", "limitedApplicability", "restrictionConditions", "regulationExemption"})

_Reader = Callable[..., Reading]


class Format(StrEnum):
    """The file formats that are read."""

    GEOJSON = "geojson"
    F3548 = "f3548"
    ED269 = "ed269"
    ED318 = "ed318"
    KML = "kml"
    KMZ = "kmz"
    OPENAIR = "openair"
    CSV = "csv"
    ACO = "aco"


_OF_JSON = frozenset({Format.GEOJSON, Format.F3548, Format.ED269, Format.ED318})


def read_any(data: bytes, *, source: str, supplied: Supplied, form: Format | None = None) -> tuple[Format, Reading]:
    """Read a file in the format it is in, or in `form` if that is said. Raises MalformedError and nothing else."""
    if form is None and is_json_text(data):
        value = parse_json(data, source=source)
        form = _form_of_json(value, source)
        return form, _json_reader(form)(value, source=source, supplied=supplied)
    form = form or form_of(data, source=source)
    if form in _OF_JSON:
        return form, _json_reader(form)(parse_json(data, source=source), source=source, supplied=supplied)
    return form, _reader(form)(data, source=source, supplied=supplied)


def form_of(data: bytes, *, source: str) -> Format:
    """The format of a file. Raises MalformedError where it fits none, or more than one."""
    if is_json_text(data):
        return _form_of_json(parse_json(data, source=source), source)
    if data.startswith(_ZIP):
        return Format.KMZ
    fits = _fits(_head(data, source))
    if len(fits) == 1:
        return fits[0]
    names = ", ".join(one.value for one in (fits or Format))
    problem = f"it fits more than one format: {names}" if fits else f"it is in none of the formats read: {names}"
    raise MalformedError(source, "whole file", problem, _MEND)


def _head(data: bytes, source: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MalformedError(source, "whole file", "it is UTF-16", "save it as UTF-8")
    return data[:_HEAD_BYTES].decode("utf-8-sig", "replace")


def _fits(head: str) -> list[Format]:
    """The text formats that a file beginning so could be in."""
    from clearline.wire.aco_text import looks_like_aco
    from clearline.wire.csv_text import looks_like_csv
    from clearline.wire.kml import looks_like_kml
    from clearline.wire.openair import looks_like_openair

    looks = (
        (Format.KML, looks_like_kml),
        (Format.ACO, looks_like_aco),
        (Format.OPENAIR, looks_like_openair),
        (Format.CSV, looks_like_csv),
    )
    return [form for form, looks_like in looks if looks_like(head)]


def _form_of_json(value: Json, source: str) -> Format:
    from clearline.wire.f3548 import MARKS
    from clearline.wire.geojson import GEOMETRIES

    if isinstance(value, list):
        return Format.F3548  # of the JSON formats read, only F3548 comes in lists
    members = value if isinstance(value, dict) else {}
    kind, features = members.get("type"), members.get("features")
    fits: set[Format] = set() if MARKS.isdisjoint(members) else {Format.F3548}
    if isinstance(features, list) and features:
        inside = {_form_of_feature(feature) for feature in features}
        if kind == "FeatureCollection" or inside == {Format.ED269}:
            fits |= inside
    elif kind in ("FeatureCollection", "Feature") or (isinstance(kind, str) and kind in GEOMETRIES):
        fits.add(Format.GEOJSON)
    if len(fits) == 1:
        return fits.pop()
    problem = "it has the members of more than one format" if fits else "it has the members of no format read"
    names = ", ".join(form.value for form in Format if form in (fits or _OF_JSON))
    raise MalformedError(source, "$", f"{problem}: it could be {names}", _MEND)


def _form_of_feature(feature: Json) -> Format:
    members = feature if isinstance(feature, dict) else {}
    geometry, properties = members.get("geometry"), members.get("properties")
    if isinstance(geometry, list):
        return Format.ED269
    marked = isinstance(properties, dict) and not _ZONE_MARKS.isdisjoint(properties)
    return Format.ED318 if marked or _layered(geometry) else Format.GEOJSON


def _layered(geometry: Json) -> bool:
    """Whether a geometry carries what only ED-318 puts into one."""
    return isinstance(geometry, dict) and ("layer" in geometry or "extent" in geometry)


def _json_reader(form: Format) -> _Reader:
    match form:
        case Format.GEOJSON:
            from clearline.wire.geojson import read_geojson_value as reader
        case Format.F3548:
            from clearline.wire.f3548 import read_f3548_value as reader
        case Format.ED269:
            from clearline.wire.ed269 import read_ed269_value as reader
        case _:
            from clearline.wire.ed318 import read_ed318_value as reader
    return reader


def _reader(form: Format) -> _Reader:
    match form:
        case Format.KML:
            from clearline.wire.kml import read_kml as reader
        case Format.KMZ:
            from clearline.wire.kml import read_kmz as reader
        case Format.OPENAIR:
            from clearline.wire.openair import read_openair as reader
        case Format.CSV:
            from clearline.wire.csv_plans import read_csv as reader
        case _:
            from clearline.wire.aco import read_aco as reader
    return reader
