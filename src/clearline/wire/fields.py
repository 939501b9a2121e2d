"""The facts of a plan that CSV and KML name alike: party, band, window, uncertainty, landmark.

The one idea: a fact is a text under a known name; what a row does not state comes from `Supplied`, and where that is
silent too the row is refused. Rows that share a party and an identifier are parts of one activity.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from clearline.airspace.activity import Activity, Kind
from clearline.space.altitude import AltitudeLimit, Band
from clearline.space.landmark import check_landmark
from clearline.space.latlon import LatLon
from clearline.space.shape import Shape
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import distance_m
from clearline.space.window import TimeWindow
from clearline.wire.altitudes import altitude_text, parse_altitude
from clearline.wire.reading import Supplied
from clearline.wire.spot import Spot
from clearline.wire.times import parse_time
from clearline.wire.words import instant

__all__ = [
    "FACTS",
    "UNTIL_FURTHER_NOTICE",
    "Part",
    "Row",
    "band_of",
    "check_near",
    "facts_of",
    "gather",
    "half_width_of",
    "horizontal_of",
    "kind_of",
    "party_of",
    "priority_of",
    "window_of",
]

UNTIL_FURTHER_NOTICE = "UFN"

_EXTRAS = ("uncertainty_m", "pressure_hpa", "station_m", "ground_low_m", "ground_high_m")
_EXTRA_COLUMNS = {limit: [(extra, f"{limit}_{extra}") for extra in _EXTRAS] for limit in ("lower", "upper")}
# Every name a row may use beside its shape.
FACTS = (
    "party",
    "id",
    "kind",
    "title",
    "priority",
    "lower",
    "upper",
    "start",
    "end",
    "near",
    "radius_m",
    "half_width_m",
    "horizontal_uncertainty_m",
    "clock_uncertainty_s",
    *(column for columns in _EXTRA_COLUMNS.values() for _, column in columns),
)

MAX_WORDS = 200  # longer than any name a person reads back over a telephone

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_PRIORITY = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row or placemark: where it stands, and the texts it gives by name; an empty text is not stated."""

    spot: Spot
    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        """The text under a name, trimmed; empty where there is none."""
        return self.texts.get(name, "").strip()

    def words(self, name: str) -> str:
        """The text under a name, for people to read back: short, and with nothing that rewrites a terminal's line."""
        text = self.text(name)
        if len(text) > MAX_WORDS:
            raise self.spot.refuse(f"{name} is a text of {len(text)} characters", f"shorten it to {MAX_WORDS}")
        if not text.isprintable() and any(unicodedata.category(char) == "Cc" for char in text):
            raise self.spot.refuse(f"{name} {text[:40]!r} holds a control character", "take it out")
        return text

    def number(self, name: str) -> float | None:
        """The number under a name, or None where none is stated. Raises MalformedError for what is not a number."""
        text = self.text(name)
        if not text:
            return None
        if _DECIMAL_COMMA.fullmatch(text):
            raise self.spot.refuse(
                f"{name} {text!r} has a decimal comma", f"write it with a point: {text.replace(',', '.')}"
            )
        value = float(text) if _NUMBER.fullmatch(text) and len(text) <= 40 else math.inf
        if not math.isfinite(value):
            raise self.spot.refuse(f"{name} {text[:40]!r} is not a number", "write digits, with a point if need be")
        return value


def party_of(row: Row, supplied: Supplied) -> str:
    """The party a row names, else the one supplied."""
    party = row.words("party") or supplied.party
    if not party:
        raise row.spot.refuse("no party is stated", "state the party in the file, or give the file as PARTY=FILE")
    return party


def kind_of(row: Row) -> Kind | None:
    """The kind a row names; None where it names none."""
    text = row.text("kind")
    if not text:
        return None
    name = text.upper().replace(" ", "_").replace("-", "_")
    if name not in Kind.__members__:
        raise row.spot.refuse(f"kind {text[:40]!r} is not known", f"use one of {', '.join(Kind)}")
    return Kind[name]


def priority_of(row: Row) -> int | None:
    """The priority a row states, a whole number; None where it states none."""
    text = row.text("priority")
    if not text:
        return None
    if not _PRIORITY.fullmatch(text):
        raise row.spot.refuse(f"priority {text[:40]!r} is not a whole number", "write digits only")
    return int(text)


def window_of(row: Row, supplied: Supplied) -> TimeWindow:
    """The window a row states, else the one supplied; clock uncertainties add up."""
    start, end = row.text("start"), row.text("end")
    clock_s = (row.number("clock_uncertainty_s") or 0.0) + supplied.clock_uncertainty_s
    with row.spot.guarded("mend the time: ISO 8601 with Z, or a date-time group with Z"):
        if start and end:
            end_ms = None if end.upper() == UNTIL_FURTHER_NOTICE else parse_time(end, end=True)
            return TimeWindow(parse_time(start, end=False), end_ms, clock_s)
        if start or end:
            raise row.spot.refuse(f"only the {'start' if start else 'end'} is stated", "state both (end: UFN if open)")
        if supplied.window is not None:
            return replace(supplied.window, clock_uncertainty_s=supplied.window.clock_uncertainty_s + clock_s)
    raise row.spot.refuse("no time is stated", "state start and end in the file, or supply a window for the file")


def band_of(row: Row, supplied: Supplied, drawn: Band | None = None) -> Band:
    """The band a row states by name, else the one it was `drawn` with, else the one supplied."""
    lower, upper = _limit(row, "lower"), _limit(row, "upper")
    with row.spot.guarded("mend lower or upper"):
        if lower is not None and upper is not None:
            return Band(lower, upper)
        if lower is not None or upper is not None:
            raise row.spot.refuse(f"only the {'upper' if lower is None else 'lower'} limit is stated", "state both")
        if drawn is not None:
            return drawn
        if supplied.lower is not None and supplied.upper is not None:
            return Band(supplied.lower, supplied.upper)
    raise row.spot.refuse(
        "no altitude is stated", "state lower and upper in the file, or supply both limits for the file"
    )


def _limit(row: Row, name: str) -> AltitudeLimit | None:
    text = row.text(name)
    stated = [extra for extra, column in _EXTRA_COLUMNS[name] if row.texts.get(column)]
    if not text:
        if stated:
            raise row.spot.refuse(f"{name}_{stated[0]} is stated but {name} is not", f"state {name}")
        return None
    with row.spot.guarded(f"mend {name}: such as 500FT AMSL, FL095, 1500M AGL, SFC or UNL"):
        limit = _parsed_altitude(text)
        return _with_extras(row, name, limit) if stated else limit


_parsed_altitude = lru_cache(maxsize=4096)(parse_altitude)  # most files state few limits, many times


def _with_extras(row: Row, name: str, limit: AltitudeLimit) -> AltitudeLimit:
    """A limit with what its own columns add to its text."""
    extras = {extra: row.number(column) for extra, column in _EXTRA_COLUMNS[name]}
    low_m, high_m = extras["ground_low_m"], extras["ground_high_m"]
    if (low_m is None) != (high_m is None):
        raise row.spot.refuse(f"only one of {name}_ground_low_m and {name}_ground_high_m is stated", "state both")
    pressure_hpa, station_m = extras["pressure_hpa"], extras["station_m"]
    return replace(
        limit,
        uncertainty_m=limit.uncertainty_m + (extras["uncertainty_m"] or 0.0),
        pressure_hpa=limit.pressure_hpa if pressure_hpa is None else pressure_hpa,
        station_m=limit.station_m if station_m is None else station_m,
        ground_m=limit.ground_m if low_m is None or high_m is None else (low_m, high_m),
    )


def horizontal_of(row: Row, supplied: Supplied) -> float:
    """The horizontal uncertainty a row states and the one supplied, metres, added up."""
    return (row.number("horizontal_uncertainty_m") or 0.0) + supplied.horizontal_uncertainty_m


def half_width_of(row: Row, supplied: Supplied) -> float:
    """The half-width a row states, else the one supplied, metres."""
    stated = row.number("half_width_m")
    if stated is not None:
        return stated
    if supplied.half_width_m is None:
        raise row.spot.refuse("a line without a width", "state half_width_m in the file, or supply one for the file")
    return supplied.half_width_m


def check_near(row: Row, shape: Shape, uncertainty_m: float) -> None:
    """Refuse a row whose `near` text and shape are not in one place."""
    near = row.words("near")
    if not near:
        return
    core = shape.core()
    places = [place for part in core.parts for place in part]
    middle = _middle(places)
    reach_m = max(distance_m(middle, place) for place in places) + core.radius_m + uncertainty_m
    with row.spot.guarded("mend the position or the landmark: one of them is wrong"):
        check_landmark(near, middle, reach_m)


def _middle(places: Sequence[LatLon]) -> LatLon:
    """The middle of the box of latitudes and longitudes; a walk from the first place keeps the antimeridian whole."""
    first = places[0].lon_deg
    lons = [first + (place.lon_deg - first + 180.0) % 360.0 - 180.0 for place in places]
    lats = [place.lat_deg for place in places]
    lon_deg = (min(lons) + max(lons)) / 2.0
    return LatLon((min(lats) + max(lats)) / 2.0, (lon_deg + 180.0) % 360.0 - 180.0)


@dataclass(frozen=True, slots=True)
class Part:
    """Some volumes of one activity, and what is said of it there; None is not stated."""

    spot: Spot
    party: str
    ident: str
    kind: Kind | None
    title: str | None
    priority: int | None
    volumes: tuple[Volume4D, ...]


def gather(parts: Sequence[Part]) -> tuple[Activity, ...]:
    """Activities in the order of their first parts; parts that share party and identifier are one activity.

    A kind nobody states is OTHER, a title empty, a priority 0 (F3548's lowest). Raises MalformedError where two parts
    of one activity contradict each other.
    """
    together: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        together.setdefault((part.party, part.ident), []).append(part)
    return tuple(_joined(group) for group in together.values())


def _joined(group: Sequence[Part]) -> Activity:
    first = group[0]
    kind, title, priority = first.kind, first.title, first.priority
    volumes = list(first.volumes)
    for part in group[1:]:
        for name, before, now in (
            ("kind", kind, part.kind),
            ("title", title, part.title),
            ("priority", priority, part.priority),
        ):
            if before is not None and now is not None and before != now:
                raise part.spot.refuse(
                    f"{name} {now!s:.60} of activity {part.ident[:60]!r} was {before!s:.60} ({first.spot.where})",
                    "give parts of one activity one kind, title and priority, or give them identifiers of their own",
                )
        kind = part.kind if kind is None else kind
        title = part.title if title is None else title
        priority = part.priority if priority is None else priority
        volumes.extend(part.volumes)
    try:
        return Activity(first.ident, first.party, kind or Kind.OTHER, title or "", priority or 0, tuple(volumes))
    except ValueError as error:
        raise first.spot.refuse(str(error), "give it an identifier, a party and a volume") from error


def facts_of(activity: Activity, volume: Volume4D) -> dict[str, str]:
    """What a row has to state, beside the shape, for `activity` and `volume` to be read back as they are.

    Raises ValueError for a text that would come back changed, or a limit that no text states exactly.
    """
    window, band = volume.window, volume.band
    facts = {
        "party": activity.party,
        "id": activity.ident,
        "kind": activity.kind.value,
        "title": activity.title,
        "priority": str(activity.priority),
        "lower": altitude_text(band.lower),
        "upper": altitude_text(band.upper),
        "start": instant(window.start_ms),
        "end": UNTIL_FURTHER_NOTICE if window.end_ms is None else instant(window.end_ms),
    }
    for name in ("party", "id", "title"):
        text = facts[name]
        if text != text.strip() or len(text) > MAX_WORDS or any(unicodedata.category(char) in "CcCs" for char in text):
            raise ValueError(
                f"{name} {text[:40]!r} begins or ends with a space, is longer than {MAX_WORDS} characters, or holds a "
                f"character that is not text"
            )
    if not _PRIORITY.fullmatch(facts["priority"]):
        raise ValueError(f"priority {activity.priority} has more than nine digits")
    numbers = {
        **({"horizontal_uncertainty_m": volume.horizontal_uncertainty_m} if volume.horizontal_uncertainty_m else {}),
        **({"clock_uncertainty_s": window.clock_uncertainty_s} if window.clock_uncertainty_s else {}),
        **_extras_of("lower", band.lower),
        **_extras_of("upper", band.upper),
    }
    return {**facts, **{name: repr(value) for name, value in numbers.items()}}


def _extras_of(name: str, limit: AltitudeLimit) -> dict[str, float]:
    """What `altitude_text` leaves out of a limit: its uncertainty, and the ground under it."""
    low_m, high_m = limit.ground_m or (None, None)
    extras = {"uncertainty_m": limit.uncertainty_m or None, "ground_low_m": low_m, "ground_high_m": high_m}
    return {f"{name}_{extra}": value for extra, value in extras.items() if value is not None}
