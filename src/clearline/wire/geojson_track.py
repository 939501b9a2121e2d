"""A LineString with a time for each of its places: a track, as volumes.

The one idea: `times` runs beside the coordinates, and so does the altitude: the third coordinate, metres above the
WGS84 ellipsoid (RFC 7946, 3.1.1) unless the feature says otherwise, or a list of `altitudes`.
"""

from dataclasses import replace

from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.bubble import Fix, track_volumes
from clearline.space.volume import Entered, Volume4D
from clearline.wire.errors import MalformedError
from clearline.wire.fields import UNTIL_FURTHER_NOTICE
from clearline.wire.geojson_shape import Hand, half_width_of, place_notes, places_of, told
from clearline.wire.json_text import Json
from clearline.wire.json_values import At, list_of, text_of
from clearline.wire.limit_json import limit_of
from clearline.wire.times import parse_time

__all__ = ["read_track"]

_FORM = "GeoJSON track, longitude first"


def read_track(geometry: dict[str, Json] | None, hand: Hand, at: At, band: Band | None) -> tuple[Volume4D, ...]:
    """The volumes of a track. `band` holds where the track itself states no altitude; None leaves that unknown.

    Raises MalformedError for lists of different lengths, times out of order, or heights that are all exactly 0, which
    is how tools write a height they do not have.
    """
    if geometry is None or geometry.get("type") != "LineString":
        raise at.refuse("times belong to a LineString, and this is none", "give one LineString for each track")
    here = at / "geometry" / "coordinates"
    coordinates = here.as_list(geometry.get("coordinates"))
    flat: list[Json] = [place[:2] if isinstance(place, list) else place for place in coordinates]
    places, transformed_m = places_of(flat, hand, here)
    times = (hand.at / "times").as_list(hand.properties.get("times"))
    _check_length(times, coordinates, hand.at / "times")
    altitudes = _altitudes(coordinates, hand, here)
    own = any(altitude is not None for altitude in altitudes)
    if own and hand.properties.get("lower") is not None:
        raise hand.at.refuse("lower and upper are stated beside the track's own altitudes", "keep one of them")
    if hand.properties.get("near") is not None:
        hand.remarks.say("near is not checked for tracks")
    entered = Entered(
        f"{at.source}: {at.path}",
        told("LineString", coordinates),
        _altitude_words(hand, own=own),
        f"{times[0]} to {times[-1]} ({len(times)} reports)" if times else "",
        _FORM,
        text_of(hand.properties, "datum", hand.at) or "WGS84",
        place_notes(hand, transformed_m),
    )
    try:
        fixes = [
            Fix(_time_ms(time, hand.at / "times" / n), place, altitude)
            for n, (time, place, altitude) in enumerate(zip(times, places, altitudes, strict=True))
        ]
        _check_window(hand, fixes)
        track = track_volumes(
            fixes,
            half_width_m=half_width_of(hand),
            half_height_m=_half_height_m(hand),
            gap_s=hand.supplied.track_gap_s,
            clock_uncertainty_s=hand.measure("clock_uncertainty_s") + hand.supplied.clock_uncertainty_s,
            horizontal_uncertainty_m=hand.measure("horizontal_uncertainty_m")
            + hand.supplied.horizontal_uncertainty_m
            + hand.doubt_m
            + transformed_m,
            entered=entered,
        )
    except MalformedError:
        raise
    except ValueError as error:
        raise at.refuse(str(error), "mend the track") from error
    told_of = replace(entered, notes=(*entered.notes, *track.notes))
    if own or band is None:
        return tuple(replace(volume, entered=told_of) for volume in track.volumes)
    return tuple(replace(volume, band=band, entered=entered) for volume in track.volumes)


def _check_length(values: list[Json], coordinates: list[Json], at: At) -> None:
    if len(values) != len(coordinates):
        raise at.refuse(f"it has {len(values)} entries for {len(coordinates)} places", "give one for each place")


def _time_ms(value: Json, at: At) -> int:
    try:
        return parse_time(at.as_text(value), end=False)
    except MalformedError:
        raise
    except ValueError as error:
        raise at.refuse(str(error), "mend the time") from error


def _check_window(hand: Hand, fixes: list[Fix]) -> None:
    """Refuse a start before the first report or an end after the last: where it is then, nobody says."""
    start, end = (text_of(hand.properties, name, hand.at) for name in ("start", "end"))
    if start is not None and fixes and parse_time(start, end=False) < fixes[0].time_ms:
        raise (hand.at / "start").refuse("it is before the first of the times", "leave it out, or add a place")
    if (
        end is not None
        and fixes
        and (end.upper() == UNTIL_FURTHER_NOTICE or parse_time(end, end=True) > fixes[-1].time_ms)
    ):
        raise (hand.at / "end").refuse("it is after the last of the times", "leave it out, or add a place")


def _half_height_m(hand: Hand) -> float:
    if hand.properties.get("half_height_m") is None:
        return hand.supplied.half_height_m
    return hand.measure("half_height_m")


def _altitudes(coordinates: list[Json], hand: Hand, at: At) -> list[AltitudeLimit | None]:
    """The altitude of each place: from `altitudes` if there are any, else from the third coordinates."""
    listed = list_of(hand.properties, "altitudes", hand.at)
    unit, reference = _scale(hand, third=listed is None)
    if listed is not None:
        here = hand.at / "altitudes"
        _check_length(listed, coordinates, here)
        return [None if value is None else _stated(value, unit, reference, here / n) for n, value in enumerate(listed)]
    heights = [place[2] if isinstance(place, list) and len(place) > 2 else None for place in coordinates]
    if any(height is not None for height in heights) and all(height in (None, 0) for height in heights):
        raise at.refuse(
            "every height is exactly 0, as tools write one they do not know",
            "take the heights out (then they are unknown), or state altitudes",
        )
    return [None if height is None else _stated(height, unit, reference, at / n) for n, height in enumerate(heights)]


def _stated(value: Json, unit: Unit | None, reference: Reference | None, at: At) -> AltitudeLimit:
    if isinstance(value, str | dict):
        return limit_of(value, at)
    try:
        return AltitudeLimit(at.as_number(value), unit, reference)
    except MalformedError:
        raise
    except ValueError as error:
        raise at.refuse(str(error), "mend the altitude") from error


def _scale(hand: Hand, *, third: bool) -> tuple[Unit | None, Reference | None]:
    """The unit and reference of bare numbers: as stated; else those of RFC 7946 for third coordinates, else unknown."""
    unit = text_of(hand.properties, "altitude_unit", hand.at)
    reference = text_of(hand.properties, "altitude_reference", hand.at)
    probe: dict[str, Json] = {"value": 0.0, "unit": unit, "reference": reference}
    limit = limit_of({name: value for name, value in probe.items() if value is not None}, hand.at)
    if unit is None and reference is None and third:
        return Unit.METRE, Reference.WGS84
    return limit.unit, limit.reference


def _altitude_words(hand: Hand, *, own: bool) -> str:
    if not own:
        return "not in the track"
    where = "third coordinate" if hand.properties.get("altitudes") is None else "altitudes"
    unit, reference = (hand.properties.get(name) for name in ("altitude_unit", "altitude_reference"))
    return f"{where}, unit {unit or 'not stated'}, reference {reference or 'not stated'}"
