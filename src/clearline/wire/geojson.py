"""GeoJSON (RFC 7946) with the profile of `docs/formats/geojson.md`: features of one party and identifier, an activity.

The one idea: a feature that states every fact is read as it stands; a fact it leaves out comes from `Supplied`, which
the caller filled in on purpose, or the feature is refused.
"""

from dataclasses import dataclass, field, replace

from clearline.airspace.activity import Kind
from clearline.space.altitude import AltitudeError, Band
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.fields import UNTIL_FURTHER_NOTICE, Part, Row, check_near, gather, kind_of
from clearline.wire.geojson_profile import PROFILE, check_names
from clearline.wire.geojson_shape import AREAS, Drawn, Hand, check_crs, datum_of, drawn_shapes
from clearline.wire.geojson_track import read_track
from clearline.wire.geojson_written import written_shape
from clearline.wire.json_text import Json, parse_json, shown
from clearline.wire.json_values import MAX_NAME, At, text_of, whole_of
from clearline.wire.limit_json import band_of, limit_words
from clearline.wire.reading import Reading, Supplied
from clearline.wire.remarks import Remarks
from clearline.wire.spot import Spot
from clearline.wire.times import parse_time

__all__ = ["GEOMETRIES", "read_geojson", "read_geojson_value"]

GEOMETRIES = AREAS | {"LineString", "MultiLineString", "GeometryCollection"}
_KINDS = {kind.value: kind for kind in Kind}
_BREAKS = dict.fromkeys(map(ord, "\t\n\r"), " ")
_OF_FEATURE = frozenset({"type", "id", "bbox", "properties", "geometry", "crs"})
_OF_COLLECTION = frozenset({"type", "features", "bbox", "crs", "name"})


@dataclass(frozen=True, slots=True)
class _File:
    """What the features of one file share: what is supplied, the notes, and bands already read."""

    supplied: Supplied
    remarks: Remarks
    bands: dict[tuple[str, str], Band] = field(default_factory=dict[tuple[str, str], Band])


def read_geojson(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """The activities of a GeoJSON file: a FeatureCollection, a Feature, or a bare geometry.

    Raises MalformedError, naming the path, whatever the bytes. See `docs/formats/geojson.md` for the profile.
    """
    return read_geojson_value(parse_json(data, source=source), source=source, supplied=supplied)


def read_geojson_value(value: Json, *, source: str, supplied: Supplied) -> Reading:
    """The activities of a GeoJSON value that was already decoded."""
    at = At(source, "$")
    top = at.as_object(value)
    file = _File(supplied, Remarks())
    check_crs(top, at)
    kind = top.get("type")
    if kind == "FeatureCollection":
        _check_members(top, _OF_COLLECTION, at, file)
        features = (at / "features").as_list(top.get("features"))
        if not features:
            raise (at / "features").refuse("it holds no feature", "give a file with at least one activity")
        parts = [_feature(feature, n, At(source, f"$.features[{n}]"), file) for n, feature in enumerate(features)]
    elif kind == "Feature":
        parts = [_feature(top, 0, at, file)]
    elif isinstance(kind, str) and kind in GEOMETRIES:
        parts = [_feature({"type": "Feature", "properties": None, "geometry": top}, 0, at, file)]
    else:
        raise (at / "type").refuse(f"{shown(kind)} is not GeoJSON", "give a FeatureCollection, a Feature or a geometry")
    return Reading(gather(parts), file.remarks.told())


def _check_members(members: dict[str, Json], known: frozenset[str], at: At, file: _File) -> None:
    """Refuse a name of the profile that stands outside `properties`, and note other foreign members."""
    if members.keys() <= known:
        return
    for name in members:
        if name in PROFILE and name not in known:
            raise (at / name).refuse(
                "it stands outside properties, where it is not looked for", "move it into properties"
            )
        if name not in known:
            file.remarks.say(f"the member {shown(name)} is not used")


def _feature(value: Json, number: int, at: At, file: _File) -> Part:
    feature = at.as_object(value)
    if feature.get("type") != "Feature":
        raise (at / "type").refuse(f"{shown(feature.get('type'))} is not a Feature", "give Features")
    _check_members(feature, _OF_FEATURE, at, file)
    check_crs(feature, at)
    here = at / "properties"
    stated = feature.get("properties")
    properties: dict[str, Json] = {} if stated is None else here.as_object(stated)
    drawing = feature.get("geometry")
    geometry = drawing if drawing is None or type(drawing) is dict else (at / "geometry").as_object(drawing)
    shape = "" if geometry is None else geometry.get("type")
    check_names(properties, at, file.remarks, area=isinstance(shape, str) and shape in AREAS)
    datum, doubt_m = datum_of(properties, at, file.supplied.datum_policy)
    hand = Hand(properties, here, file.supplied, file.remarks, datum, doubt_m)
    spot = Spot(at.source, at.path)
    if properties.get("times") is not None:
        volumes = read_track(geometry, hand, at, _band(hand, file, needed=False))
    else:
        volumes = _volumes(geometry, hand, at, spot, file)
    return Part(
        spot,
        _party(hand, file),
        _ident(feature, properties, number, at, here),
        _kind(hand, spot),
        _title(properties, here),
        whole_of(properties, "priority", here),
        volumes,
    )


def _volumes(geometry: dict[str, Json] | None, hand: Hand, at: At, spot: Spot, file: _File) -> tuple[Volume4D, ...]:
    properties = hand.properties
    for name in ("altitudes", "altitude_unit", "altitude_reference"):
        if properties.get(name) is not None:
            raise (hand.at / name).refuse(
                "it belongs to a track, and there are no times", "state times, or lower and upper"
            )
    if geometry is None:
        drawn = [written_shape(hand)]
    elif properties.get("position") is None and properties.get("positions") is None:
        drawn = drawn_shapes(geometry, hand, at / "geometry")
    else:
        raise at.refuse("the place is stated twice, as geometry and as text", 'keep one; "geometry": null with text')
    band, window = _band(hand, file, needed=True), _window(hand)
    assert band is not None, "a band that is needed is given or refused"
    stated_m = hand.measure("horizontal_uncertainty_m") + file.supplied.horizontal_uncertainty_m
    volumes = tuple(_volume(one, band, window, stated_m, hand, spot) for one in drawn)
    if properties.get("near") is not None:
        row = Row(spot, {"near": text_of(properties, "near", hand.at) or ""})
        for volume in volumes:
            check_near(row, volume.shape, volume.horizontal_uncertainty_m)
    return volumes


def _volume(drawn: Drawn, band: Band, window: TimeWindow, stated_m: float, hand: Hand, spot: Spot) -> Volume4D:
    properties = hand.properties
    lower, upper = properties.get("lower"), properties.get("upper")
    start, end = properties.get("start"), properties.get("end")
    entered = Entered(
        f"{spot.source}: {spot.where}",
        drawn.words,
        "supplied for the file" if lower is None else f"{limit_words(lower)} to {limit_words(upper)}",
        "supplied for the file" if start is None else f"{start} to {end}",
        drawn.form,
        drawn.datum,
        drawn.notes,
    )
    try:
        return Volume4D(drawn.shape, band, window, stated_m + drawn.uncertainty_m, entered)
    except ValueError as error:
        raise spot.refuse(str(error), "mend the uncertainty or the datum") from error


def _band(hand: Hand, file: _File, *, needed: bool) -> Band | None:
    """The band a feature states, else the one supplied; one limit without the other is refused."""
    lower, upper = hand.properties.get("lower"), hand.properties.get("upper")
    if lower is not None and upper is not None:
        if not (isinstance(lower, str) and isinstance(upper, str)):
            return band_of(lower, upper, hand.at)
        band = file.bands.get((lower, upper))
        if band is None:
            band = file.bands[lower, upper] = band_of(lower, upper, hand.at)
        return band
    if lower is not None or upper is not None:
        raise hand.at.refuse(f"only the {'lower' if upper is None else 'upper'} limit is stated", "state both")
    low, high = file.supplied.lower, file.supplied.upper
    if low is None or high is None:
        if needed:
            raise hand.at.refuse("no altitude is stated", 'give "lower" and "upper", or supply both for the file')
        return None
    try:
        return Band(low, high)
    except AltitudeError as error:
        raise hand.at.refuse(f"of the limits supplied: {error}", "mend them") from error


def _window(hand: Hand) -> TimeWindow:
    """The window a feature states, else the one supplied; clock uncertainties add up."""
    start, end = hand.properties.get("start"), hand.properties.get("end")
    supplied = hand.supplied
    clock_s = hand.measure("clock_uncertainty_s") + supplied.clock_uncertainty_s
    try:
        if isinstance(start, str) and isinstance(end, str):
            end_ms = None if end.upper() == UNTIL_FURTHER_NOTICE else parse_time(end, end=True)
            return TimeWindow(parse_time(start, end=False), end_ms, clock_s)
        if start is None and end is None and supplied.window is not None:
            return replace(supplied.window, clock_uncertainty_s=supplied.window.clock_uncertainty_s + clock_s)
    except ValueError as error:
        raise hand.at.refuse(str(error), "mend start or end") from error
    if start is None and end is None:
        raise hand.at.refuse("no time is stated", 'give "start" and "end", or supply a window for the file')
    problem = "start and end are not both stated as text"
    raise hand.at.refuse(problem, 'write them as "2026-05-01T06:00:00Z"; an open end is "UFN"')


def _party(hand: Hand, file: _File) -> str:
    stated, supplied = text_of(hand.properties, "party", hand.at, MAX_NAME), file.supplied.party
    if stated is not None and supplied is not None and stated != supplied:
        file.remarks.say(f"the file says party {shown(stated)}, so {shown(supplied)}, supplied for it, is not used")
    if stated is None and not supplied:
        raise hand.at.refuse("no party is stated", 'give "party", or give the file as PARTY=FILE')
    return stated or supplied or ""


def _ident(feature: dict[str, Json], properties: dict[str, Json], number: int, at: At, inside: At) -> str:
    """The identifier a feature states under properties or as its own; else its place in the file."""
    for members, here in ((properties, inside), (feature, at)):
        value = members.get("id")
        if value is None or value == "":
            continue
        if type(value) is str:
            return text_of(members, "id", here, MAX_NAME) or ""
        if isinstance(value, bool | list | dict):
            raise (here / "id").refuse(f"{shown(value)} is no identifier", "give a text or a number")
        return (here / "id").as_text(str(value), MAX_NAME)
    return f"features[{number}]"


def _kind(hand: Hand, spot: Spot) -> Kind | None:
    text = text_of(hand.properties, "kind", hand.at, MAX_NAME)
    return None if text is None else _KINDS.get(text) or kind_of(Row(spot, {"kind": text}))


def _title(properties: dict[str, Json], at: At) -> str | None:
    title, name = properties.get("title"), properties.get("name")
    if title is None and not isinstance(name, str):
        return None
    # Other people's names hold line breaks; nothing else that a terminal obeys is let through.
    text = name if title is None else title
    if isinstance(text, str) and not text.isprintable():
        text = text.translate(_BREAKS)
    return text_of({"title": text}, "title", at)
