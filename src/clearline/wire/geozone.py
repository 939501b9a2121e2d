"""What ED-269 and ED-318 say alike of a UAS geographical zone: its limits, and what it is as an activity.

The one idea: a zone that states no limit has none, and every shape holds in every period. A zone is never smaller than
it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from clearline.airspace.activity import Kind
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeError, AltitudeLimit, Band, Reference, Unit
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.fields import Part, gather
from clearline.wire.geojson_shape import Drawn, Hand
from clearline.wire.geozone_time import Period
from clearline.wire.json_text import Json, shown
from clearline.wire.json_values import At, text_of
from clearline.wire.reading import Reading, Supplied
from clearline.wire.remarks import Remarks
from clearline.wire.spot import Spot

__all__ = ["REFERENCES", "Layer", "Zone", "hand_of", "known_word", "layer_of", "reading_of"]

_Word = TypeVar("_Word")

# AMSL is by EGM96, as in aviation (ICAO Annex 15).
REFERENCES = {"AGL": Reference.AGL, "AMSL": Reference.EGM96, "WGS84": Reference.WGS84}


@dataclass(frozen=True, slots=True)
class Layer:
    """A band with its own words, and what was taken to be open, a sentence each."""

    band: Band
    words: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone of a file: where it stands, what it is called, its shapes each with a layer, its periods."""

    at: At
    ident: str
    title: str
    shapes: tuple[tuple[Drawn, Layer], ...]
    periods: tuple[Period, ...]
    notes: tuple[str, ...]


def hand_of(properties: dict[str, Json], at: At, supplied: Supplied, remarks: Remarks) -> Hand:
    """What `geojson_shape` needs to draw a zone: both formats are longitude, latitude on WGS84."""
    return Hand(properties, at, supplied, remarks, None, 0.0)


def known_word(members: dict[str, Json], name: str, words: Mapping[str, _Word], at: At) -> _Word | None:
    """What a coded word stands for; None where it is not stated. Raises MalformedError for a word not in the list."""
    text = text_of(members, name, at)
    if text is None:
        return None
    if text not in words:
        raise (at / name).refuse(f"{shown(text)} is not known", f"use {', '.join(words)}")
    return words[text]


def layer_of(
    lower: tuple[float | None, Reference | None],
    upper: tuple[float | None, Reference | None],
    unit: Unit | None,
    at: At,
) -> Layer:
    """The band between two limits, each a value and its reference, of one unit."""
    notes: list[str] = []
    try:
        band = Band(_limit(*lower, unit, notes, upper=False), _limit(*upper, unit, notes, upper=True))
    except AltitudeError as error:
        raise at.refuse(str(error), "mend the limits") from error
    words = " to ".join(
        "not stated" if value is None else f"{value:g} {unit or '(no unit)'} {reference or '(no reference)'}"
        for value, reference in (lower, upper)
    )
    return Layer(band, words, tuple(notes))


def _limit(
    value: float | None, reference: Reference | None, unit: Unit | None, notes: list[str], *, upper: bool
) -> AltitudeLimit:
    """A lower limit at or below the ground is the surface itself; one that is not stated is none."""
    if value is None:
        notes.append(f"no {'upper' if upper else 'lower'} limit is stated: taken as {UNLIMITED if upper else SURFACE}")
        return UNLIMITED if upper else SURFACE
    if not upper and reference is Reference.AGL and value <= 0.0:
        return SURFACE
    return AltitudeLimit(value, unit, reference)


def reading_of(zones: list[Zone], supplied: Supplied, remarks: Remarks, form: str) -> Reading:
    """The activities of zones: each an airspace measure of the party supplied, with a volume for shape and window.

    Zones of one identifier are one activity. Raises MalformedError if no party is supplied: a zone names its authority,
    not the side it is filed by.
    """
    parts: list[Part] = []
    seen: set[str] = set()
    for zone in zones:
        if not supplied.party:
            raise zone.at.refuse("a zone does not say which party files it", "give the file as PARTY=FILE")
        if zone.ident in seen:
            remarks.say(f"the zone {shown(zone.ident)} is given more than once: taken as one activity")
        volumes = tuple(_volumes(zone, supplied, form))
        title = None if zone.ident in seen else zone.title
        seen.add(zone.ident)
        spot = Spot(zone.at.source, zone.at.path)
        parts.append(Part(spot, supplied.party, zone.ident, Kind.AIRSPACE_MEASURE, title, None, volumes))
    return Reading(gather(parts), remarks.told())


def _volumes(zone: Zone, supplied: Supplied, form: str) -> list[Volume4D]:
    volumes: list[Volume4D] = []
    for drawn, layer in zone.shapes:
        for period in zone.periods:
            notes = (*zone.notes, *drawn.notes, *layer.notes, *period.notes)
            entered = Entered(
                f"{zone.at.source}: {zone.at.path}", drawn.words, layer.words, period.words, form, "WGS84", notes
            )
            for window in period.windows:
                clock_s = supplied.clock_uncertainty_s
                doubt_m = drawn.uncertainty_m + supplied.horizontal_uncertainty_m
                timed = TimeWindow(window.start_ms, window.end_ms, clock_s)
                try:
                    volumes.append(Volume4D(drawn.shape, layer.band, timed, doubt_m, entered))
                except ValueError as error:
                    raise zone.at.refuse(str(error), "mend the zone") from error
    return volumes
