"""ASTM F3548-21: answers that give operational intents or constraints, and bare volumes.

The one idea: what the standard requires and a file leaves out is refused; what it leaves optional and undefined, a
volume without a limit or a time, is taken to have none: from the ground up, without end, always. Never narrower.
"""

from dataclasses import dataclass, replace

from clearline.airspace.activity import Kind
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeError, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Polygon, Shape, ShapeError
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.fields import Part, gather
from clearline.wire.json_text import Json, parse_json, shown
from clearline.wire.json_values import MAX_NAME, At, list_of, object_of, text_of, whole_of
from clearline.wire.reading import ALWAYS, Reading, Supplied
from clearline.wire.remarks import Remarks
from clearline.wire.spot import Spot
from clearline.wire.times import parse_time

__all__ = ["MARKS", "read_f3548", "read_f3548_value"]

# The members by which an answer, a details object, a list of volumes or one volume is known.
MARKS = frozenset({"operational_intent", "constraint", "volumes", "volume", "details", "operational_intent_references"})
_ANSWERS = ("operational_intent", "constraint")
_FORM = "F3548-21, lat and lng by name"
# utm.yaml, Altitude: sanity bounds of the standard, metres above the ellipsoid.
_LOWEST_M, _HIGHEST_M = -8_000.0, 100_000.0
_MOST_TOLD = 6  # vertices whose own numbers are shown beside a polygon


@dataclass(frozen=True, slots=True)
class _Rule:
    """What holds for the volumes of one kind of thing: whether limits and times are required, and a note on each."""

    required: bool
    supplied: Supplied
    remarks: Remarks
    note: str = ""


def read_f3548(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """The activities of an F3548 answer, a list of such answers, or volumes.

    Raises MalformedError, naming the path, whatever the bytes. See `docs/formats/f3548.md`.
    """
    return read_f3548_value(parse_json(data, source=source), source=source, supplied=supplied)


def read_f3548_value(value: Json, *, source: str, supplied: Supplied) -> Reading:
    """The activities of an F3548 value that was already decoded."""
    at, remarks = At(source, "$"), Remarks()
    if not isinstance(value, list):
        parts = [_item(at.as_object(value), at, supplied, remarks)]
    elif value and all(isinstance(item, dict) and "volume" in item for item in value):
        parts = [_bare([(item, at / n) for n, item in enumerate(value)], {}, at, supplied, remarks)]
    else:
        parts = [_item((at / n).as_object(item), at / n, supplied, remarks) for n, item in enumerate(value)]
    if not parts:
        raise at.refuse("the list is empty", "give at least one operational intent, constraint or volume")
    first: dict[tuple[str, str], str] = {}
    for part in parts:
        before = first.setdefault((part.party, part.ident), part.spot.where)
        if before != part.spot.where:
            raise part.spot.refuse(f"{part.ident!r} of {part.party!r} stands at {before} already", "keep the newer one")
    return Reading(gather(parts), remarks.told())


def _item(members: dict[str, Json], at: At, supplied: Supplied, remarks: Remarks) -> Part:
    if all(name in members for name in _ANSWERS):
        raise at.refuse(f"{' and '.join(_ANSWERS)} stand in one answer", "give each as an answer of its own")
    for name in _ANSWERS:
        if name in members:
            if members[name] is None:
                raise (at / name).refuse("it is null, which says that it was deleted", "leave it out")
            whole = (at / name).as_object(members[name])
            return _described(whole, at / name, supplied, remarks, intent=name == "operational_intent")
    if "reference" in members and "details" in members:
        reference = object_of(members, "reference", at) or {}
        return _described(members, at, supplied, remarks, intent="state" in reference)
    if "volumes" in members or "off_nominal_volumes" in members:
        return _bare(_listed(members, "volumes", at), members, at, supplied, remarks)
    if "volume" in members:
        return _bare([(members, at)], {}, at, supplied, remarks)
    if any(name.endswith("_references") for name in members):
        raise at.refuse("it holds references without details, so no volume", "ask each manager for the details")
    raise at.refuse(
        f"none of {', '.join(sorted(MARKS))} is in it",
        "give the answer of GET /uss/v1/operational_intents/{id}, a list of such answers, or volumes",
    )


def _described(members: dict[str, Json], at: At, supplied: Supplied, remarks: Remarks, *, intent: bool) -> Part:
    """An operational intent or a constraint: its reference says who and which, its details where and when."""
    reference, details = object_of(members, "reference", at), object_of(members, "details", at)
    if reference is None or details is None:
        raise at.refuse("reference or details are missing", "give the whole answer of the manager")
    here = at / "reference"
    ident = text_of(reference, "id", here, MAX_NAME)
    if ident is None:
        raise here.refuse("it has no id", "give the whole answer of the manager")
    party = text_of(reference, "manager", here, MAX_NAME)
    if party is not None and supplied.party is not None and party != supplied.party:
        remarks.say(f"the manager is {shown(party)}, so party {shown(supplied.party)}, supplied for it, is not used")
    state = text_of(reference, "state", here, MAX_NAME)
    inside = at / "details"
    rule = _Rule(intent, supplied, remarks)
    volumes = _volumes(_listed(details, "volumes", inside), details, inside, rule)
    return Part(
        Spot(at.source, at.path),
        _party(party, here, supplied),
        ident,
        Kind.UAS_FLIGHT if intent else Kind.AIRSPACE_MEASURE,
        f"operational intent ({state or 'state not stated'})" if intent else _constraint_title(details, inside),
        whole_of(details, "priority", inside) if intent else None,
        volumes,
    )


def _constraint_title(details: dict[str, Json], at: At) -> str:
    kind = text_of(details, "type", at)
    return f"constraint ({kind})" if kind else "constraint"


def _bare(
    nominal: list[tuple[Json, At]], details: dict[str, Json], at: At, supplied: Supplied, remarks: Remarks
) -> Part:
    """Volumes that say nothing of whose they are, and what stands beside them."""
    volumes = _volumes(nominal, details, at, _Rule(False, supplied, remarks))
    priority = whole_of(details, "priority", at)
    return Part(Spot(at.source, at.path), _party(None, at, supplied), "volumes", None, None, priority, volumes)


def _party(stated: str | None, at: At, supplied: Supplied) -> str:
    party = stated or supplied.party
    if not party:
        raise at.refuse("no manager is stated", "give the file as PARTY=FILE")
    return party


def _listed(members: dict[str, Json], name: str, at: At) -> list[tuple[Json, At]]:
    return [(value, at / name / n) for n, value in enumerate(list_of(members, name, at) or [])]


def _volumes(nominal: list[tuple[Json, At]], details: dict[str, Json], at: At, rule: _Rule) -> tuple[Volume4D, ...]:
    off = replace(rule, note="an off-nominal volume: where it may be while it does not conform")
    volumes = [_volume(value, here, rule) for value, here in nominal]
    volumes.extend(_volume(value, here, off) for value, here in _listed(details, "off_nominal_volumes", at))
    if not volumes:
        raise at.refuse("there is no volume in it", "give at least one")
    return tuple(volumes)


def _volume(value: Json, at: At, rule: _Rule) -> Volume4D:
    members = at.as_object(value)
    extent = object_of(members, "volume", at)
    if extent is None:
        raise at.refuse("it has no volume member", "give a Volume4D: volume, time_start, time_end")
    here = at / "volume"
    shape, words = _outline(extent, here)
    notes = [rule.note] if rule.note else []
    lower = _limit(extent, "altitude_lower", here, rule, SURFACE, notes)
    upper = _limit(extent, "altitude_upper", here, rule, UNLIMITED, notes)
    window = _window(members, at, rule, notes)
    entered = Entered(
        f"{at.source}: {at.path}",
        words,
        f"{_words(extent, 'altitude_lower')} to {_words(extent, 'altitude_upper')}",
        f"{_words(members, 'time_start')} to {_words(members, 'time_end')}",
        _FORM,
        "WGS84",
        tuple(notes),
    )
    try:
        return Volume4D(shape, Band(lower, upper), window, rule.supplied.horizontal_uncertainty_m, entered)
    except AltitudeError as error:
        raise here.refuse(str(error), "mend the altitudes") from error


def _outline(extent: dict[str, Json], at: At) -> tuple[Shape, str]:
    circle, polygon = object_of(extent, "outline_circle", at), object_of(extent, "outline_polygon", at)
    if (circle is None) == (polygon is None):
        problem = "it has no outline" if circle is None else "it has two outlines"
        raise at.refuse(problem, "give exactly one of outline_circle and outline_polygon (F3548-21, Volume3D)")
    if circle is not None:
        return _circle(circle, at / "outline_circle")
    here = at / "outline_polygon"
    vertices = list_of(polygon or {}, "vertices", here) or []
    if len(vertices) < 3:
        raise (here / "vertices").refuse(f"a polygon has three vertices or more; got {len(vertices)}", "give them")
    places = tuple(_place(vertex, here, n) for n, vertex in enumerate(vertices))
    told = "; ".join(f"lat {place.lat_deg} lng {place.lon_deg}" for place in places[:_MOST_TOLD])
    more = f"; ... ({len(places)} vertices)" if len(places) > _MOST_TOLD else ""
    try:
        return Polygon((places,)), f"polygon {told}{more}"
    except ShapeError as error:
        raise here.refuse(str(error), "mend the vertices") from None


def _circle(circle: dict[str, Json], at: At) -> tuple[Shape, str]:
    centre = _place(circle.get("center"), at / "center", None)
    radius = object_of(circle, "radius", at) or {}
    here = at / "radius"
    _check_word(radius, "units", "M", here, "metres")
    radius_m = here.as_number(radius.get("value"))
    if radius_m <= 0.0:
        raise here.refuse(f"the radius is {radius_m:g}", "give one above 0 (F3548-21, Radius)")
    try:
        return Circle(centre, radius_m), f"circle lat {centre.lat_deg} lng {centre.lon_deg} radius {radius_m} M"
    except ShapeError as error:
        raise at.refuse(str(error), "mend the circle") from None


def _place(value: Json, at: At, number: int | None) -> LatLon:
    if type(value) is dict:
        lat_deg, lng_deg = value.get("lat"), value.get("lng")
        if type(lat_deg) is float and type(lng_deg) is float and abs(lat_deg) <= 90.0 and abs(lng_deg) <= 180.0:
            return LatLon(lat_deg, lng_deg)
    here = at if number is None else at / "vertices" / number
    members = here.as_object(value)
    lat_deg, lng_deg = (here / "lat").as_number(members.get("lat")), (here / "lng").as_number(members.get("lng"))
    if not (-90.0 <= lat_deg <= 90.0 and -180.0 <= lng_deg <= 180.0):
        problem = f"lat {lat_deg:g}, lng {lng_deg:g} is no place: lat lies within -90..90, lng within -180..180"
        raise here.refuse(problem, "mend it; are lat and lng swapped?")
    return LatLon(lat_deg, lng_deg)


def _limit(
    extent: dict[str, Json], name: str, at: At, rule: _Rule, unbounded: AltitudeLimit, notes: list[str]
) -> AltitudeLimit:
    stated = object_of(extent, name, at)
    if stated is None:
        _leave_open(name, at, rule, notes)
        return unbounded
    here = at / name
    _check_word(stated, "reference", "W84", here, "the WGS84 ellipsoid")
    _check_word(stated, "units", "M", here, "metres")
    value_m = here.as_number(stated.get("value"))
    if not _LOWEST_M <= value_m <= _HIGHEST_M:
        raise here.refuse(f"{value_m:g} m is not within -8000..100000 m (F3548-21, Altitude)", "mend the altitude")
    return AltitudeLimit(value_m, Unit.METRE, Reference.WGS84)


def _check_word(members: dict[str, Json], name: str, expected: str, at: At, meaning: str) -> None:
    word = members.get(name)
    if word != expected:
        given = "is not stated" if word is None else f"is {shown(word)}"
        raise at.refuse(
            f"{name} {given}; F3548 knows {expected!r} only, {meaning}", f"convert it and give {expected!r}"
        )


def _window(members: dict[str, Json], at: At, rule: _Rule, notes: list[str]) -> TimeWindow:
    start_ms, end_ms = _time_ms(members, "time_start", at, end=False), _time_ms(members, "time_end", at, end=True)
    if start_ms is None:
        _leave_open("time_start", at, rule, notes)
        start_ms = ALWAYS.start_ms
    if end_ms is None:
        _leave_open("time_end", at, rule, notes)
    try:
        return TimeWindow(start_ms, end_ms, rule.supplied.clock_uncertainty_s)
    except ValueError as error:
        raise at.refuse(str(error), "mend the times") from error


def _leave_open(name: str, at: At, rule: _Rule, notes: list[str]) -> None:
    """Note that a limit or time is not stated, which leaves it open; refuse it where the standard requires one.

    What is supplied for the file is not used: it would make narrower what the standard takes as open.
    """
    if rule.required:
        raise at.refuse(f"there is no {name}, which F3548 requires", "ask its manager for the whole volume")
    notes.append(f"no {name} is stated, which F3548 leaves open: taken as without one")


def _time_ms(members: dict[str, Json], name: str, at: At, *, end: bool) -> int | None:
    stated = object_of(members, name, at)
    if stated is None:
        return None
    here = at / name
    _check_word(stated, "format", "RFC3339", here, "in UTC with Z")
    text = here.as_text(stated.get("value"))
    if not text.endswith(("Z", "z")):
        raise here.refuse(f"{shown(text)} is not in UTC with Z (F3548-21, Time)", "give it with Z")
    try:
        return parse_time(text, end=end)
    except ValueError as error:
        raise here.refuse(str(error), "mend the time") from error


def _words(members: dict[str, Json], name: str) -> str:
    stated = members.get(name)
    if not isinstance(stated, dict):
        return "not stated"
    return " ".join(str(stated[part])[:40] for part in ("value", "units", "reference") if part in stated)
