"""Activities as an airspace control order, where its seconds of arc, hundreds of feet and minutes say them exactly.

The one idea: whatever is written is read back before it is given out; what comes back otherwise than it was is an
error, never a measure that is nearly right.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from clearline.airspace.activity import Activity
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.datum import WGS84
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import distance_m
from clearline.space.window import TimeWindow
from clearline.wire.aco import ACO_FORM, EXERCISE, OWN_REMARK
from clearline.wire.aco_shapes import SHAPES, shapes_of_set
from clearline.wire.aco_text import parse_level, parse_sets
from clearline.wire.errors import MalformedError
from clearline.wire.fields import facts_of
from clearline.wire.measures import kind_of_measure, measure_for
from clearline.wire.words import instant

__all__ = ["write_aco"]

# A micrometre: far below what any of it means, far above what doubles round.
_SAME_M = 1e-6
_LENGTHS = (("NM", 1852.0, 4), ("KM", 1000.0, 3), ("M", 1.0, 3))
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MINUTE_MS = 60_000
_RELATIVE: dict[Reference | None, str] = {Reference.EGM96: "AMSL", Reference.AGL: "AGL"}
# Letters, digits and marks of the message alphabet; a slant would end the field.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;=+-_()'?!&%*#@<>[]")


def write_aco(activities: Sequence[Activity]) -> str:
    """The activities as one airspace control order of their one party; `read_aco` gives the same activities back.

    A title that begins "EXERCISE: " marks an exercise: then all must. Raises ValueError, naming the activity and the
    reason, for what an order cannot say exactly: places between whole seconds, heights between hundreds of feet or on
    other references, times between minutes, uncertainties, holes.
    """
    if not activities:
        raise ValueError("an airspace control order needs at least one activity")
    first = activities[0]
    exercise = first.title.startswith(EXERCISE)
    for activity in activities:
        if activity.party != first.party:
            raise ValueError(
                f"activity {activity.ident!r} is of {activity.party!r}, not {first.party!r}: an order has one"
            )
        if activity.title.startswith(EXERCISE) != exercise:
            raise ValueError(f"activity {activity.ident!r}: exercises and operations never stand in one order")
    windows = [volume.window for activity in activities for volume in activity.volumes]
    body = "".join(_activity(activity) for activity in activities)
    start_ms = min(window.start_ms for window in windows)
    ends = [window.end_ms for window in windows]
    end_ms = None if any(end is None for end in ends) else max(end for end in ends if end is not None)
    return (
        f"{'EXER' if exercise else 'OPER'}/UNNAMED//\nMSGID/ACO/{first.party}//\nACOID/-//\nGEODATUM/WGS 1984//\n"
        f"PERIOD/{_group(start_ms)}/{_stop(end_ms)}//\n{body}"
    )


def _activity(activity: Activity) -> str:
    try:
        _check_words(activity)
        # Every activity is a segment of its own, so that its parts, which share its name, are known for parts.
        measures = "".join(_measure(activity, list(volumes)) for volumes in _alike(activity.volumes))
    except ValueError as error:
        raise ValueError(f"activity {activity.ident!r} cannot be written as ACO: {error}") from error
    return f"ACMSTAT/ADD/NAME:{activity.ident}//\n{measures}"


def _check_words(activity: Activity) -> None:
    facts_of(activity, activity.volumes[0])
    for name, text in (("party", activity.party), ("identifier", activity.ident), ("title", activity.title)):
        if not _PLAIN.issuperset(text) or "  " in text:
            raise ValueError(f"its {name} {text[:40]!r} holds a slant or another character that a field cannot hold")
    if activity.party == "-" or activity.ident == "-":
        raise ValueError("a field that is - says nothing")


def _alike(volumes: Sequence[Volume4D]) -> Iterator[Sequence[Volume4D]]:
    """Neighbouring volumes that differ in time only: one measure with several periods."""
    for _, group in groupby(volumes, key=lambda volume: (volume.shape, volume.band)):
        yield list(group)


def _measure(activity: Activity, volumes: Sequence[Volume4D]) -> str:
    volume = volumes[0]
    measure, usage = measure_for(activity.kind)
    drawing = _drawing(volume)
    periods = "".join(
        f"APERIOD/DISCRETE/{_group(one.window.start_ms)}/{_stop(one.window.end_ms)}//\n" for one in volumes
    )
    for one in volumes:
        _check_sure(one, one.window)
    return (
        f"ACMID/ACM:{measure}/NAME:{activity.ident}/{drawing.partition('/')[0]}/USE:{usage}//\n{drawing}//\n"
        f"EFFLEVEL/{_level(volume.band)}//\n{periods}{_remark(activity, measure, usage)}"
    )


def _check_sure(volume: Volume4D, window: TimeWindow) -> None:
    if volume.horizontal_uncertainty_m or window.clock_uncertainty_s:
        raise ValueError(
            "an order has no field for the uncertainty of places and clocks; widen the shape and the window"
        )


def _remark(activity: Activity, measure: str, usage: str) -> str:
    """What an order has no field for, in an AMPN set; empty where there is nothing."""
    facts: list[str] = []
    if kind_of_measure(measure, [usage]) is not activity.kind:
        facts.append(f"KIND={activity.kind.value}")
    if activity.priority:
        facts.append(f"PRIORITY={activity.priority}")
    title = activity.title.removeprefix(EXERCISE)
    if title and not (activity.title != title and title == activity.ident):
        facts.append(f"TITLE={title}")
    return f"AMPN/{OWN_REMARK}{'; '.join(facts)}//\n" if facts else ""


def _drawing(volume: Volume4D) -> str:
    """The shape set: as it stood in the order it was read from, if that still says the same, else made anew."""
    entered = volume.entered
    read = entered.place if entered is not None and entered.form.startswith(ACO_FORM) else ""
    if read.partition("/")[0] in SHAPES and _says(read, volume.shape):
        return read
    text = _made(volume.shape)
    if not _says(text, volume.shape):
        raise ValueError(
            "its places do not lie on whole seconds of arc, or its size is no plain length: an order would say another"
        )
    return text


def _says(text: str, shape: Shape) -> bool:
    """Whether a shape set, read back, is this one shape."""
    try:
        (found,) = parse_sets(f"{text}//".encode(), source="the order being written")
        placed = shapes_of_set(found, WGS84, None)
    except (MalformedError, UnicodeEncodeError):
        return False
    return len(placed) == 1 and _same(placed[0].shape, shape)


def _same(a: Shape, b: Shape) -> bool:
    core_a, core_b = a.core(), b.core()
    places_a, places_b = ([place for part in core.parts for place in part] for core in (core_a, core_b))
    return (
        type(a) is type(b)
        and [len(part) for part in core_a.parts] == [len(part) for part in core_b.parts]
        and abs(core_a.radius_m - core_b.radius_m) <= _SAME_M
        and all(distance_m(p, q) <= _SAME_M for p, q in zip(places_a, places_b, strict=True))
    )


def _made(shape: Shape) -> str:
    match shape:
        case Polygon():
            outside, *holes = shape.rings
            if holes:
                raise ValueError("an order has no holes; split the area")
            return "POLYGON/" + "/".join(_position(place) for place in outside)
        case Circle():
            if shape.radius_m == 0.0:
                return f"APOINT/{_position(shape.centre)}"
            return f"CIRCLE/{_position(shape.centre)}/{_length(shape.radius_m)}"
        case Corridor():
            line = "/".join(_position(place) for place in shape.line)
            return (
                f"GEOLINE/{line}"
                if shape.half_width_m == 0.0
                else f"CORRIDOR/{_length(2.0 * shape.half_width_m)}/{line}"
            )
        case Orbit():
            axis = f"{_position(shape.first)}/{_position(shape.second)}"
            return f"AORBIT/{axis}/{_length(2.0 * shape.radius_m)}/C"


def _position(place: LatLon) -> str:
    """A place to the nearest whole second; `_says` judges whether that was exact."""
    lat, lon = round(abs(place.lat_deg) * 3600.0), round(abs(place.lon_deg) * 3600.0)
    return (
        f"LATS:{lat // 3600:02d}{lat // 60 % 60:02d}{lat % 60:02d}{'NS'[place.lat_deg < 0.0]}"
        f"{lon // 3600:03d}{lon // 60 % 60:02d}{lon % 60:02d}{'EW'[place.lon_deg < 0.0]}"
    )


def _length(metres: float) -> str:
    for unit, scale, decimals in _LENGTHS:
        text = f"{metres / scale:.{decimals}f}".rstrip("0").rstrip(".")
        if abs(float(text) * scale - metres) <= _SAME_M and len(text) <= 7:
            return text + unit
    raise ValueError(f"a length of {metres!r} m is no plain number of NM, KM or M")


def _level(band: Band) -> str:
    """The vertical dimension with its prefix, read back to be sure that it is the band."""
    (lower_form, lower), (upper_form, upper) = _limit(band.lower), _limit(band.upper)
    text = f"{lower_form}{upper_form}:{lower}-{upper}"
    if f"{lower_form}{upper_form}" not in ("BRRA", "BRFL", "RARA", "RAFL", "FLFL") or parse_level(text) != band:
        raise ValueError(f"an order has no words for the band {band}")
    return text


def _limit(limit: AltitudeLimit) -> tuple[str, str]:
    """A limit with its form: BR, RA in hundreds of feet, or FL."""
    if limit.reference is Reference.SURFACE:
        return "BR", "GL"
    if limit.reference is Reference.EGM96 and limit.metres == 0.0 and limit.unit is Unit.METRE:
        return "BR", "MSL"
    if limit.unit is Unit.FLIGHT_LEVEL and limit.value in range(1000):
        return "FL", f"FL{limit.value:03.0f}"
    hundreds, name = limit.value / 100.0, _RELATIVE.get(limit.reference)
    if limit.unit is not Unit.FOOT or name is None or hundreds not in range(1000):
        raise ValueError(f"the limit {limit} is not hundreds of feet AMSL or AGL, a flight level, or the surface")
    return "RA", f"{hundreds:03.0f}{name}"


def _group(ms: int) -> str:
    """A date-time group; only whole minutes have one."""
    if ms % _MINUTE_MS:
        raise ValueError(f"{instant(ms)} is not a whole minute")
    text = instant(ms)
    return f"{text[8:10]}{text[11:13]}{text[14:16]}Z{_MONTHS[int(text[5:7]) - 1]}{text[:4]}"


def _stop(ms: int | None) -> str:
    return "UFN" if ms is None else _group(ms)
