"""Activities as GeoJSON features in the profile of `docs/formats/geojson.md`, one for each volume.

The one idea: what is written is read back as the same volumes, number for number; so limits are objects, edges are said
to be geodesics, and what the profile cannot say is refused.
"""

import itertools
import json
import math
import unicodedata
from collections.abc import Sequence
from typing import assert_never

from clearline.airspace.activity import Activity
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon
from clearline.space.volume import Volume4D
from clearline.wire.json_text import Json
from clearline.wire.json_values import MAX_NAME
from clearline.wire.limit_json import limit_json
from clearline.wire.words import instant

__all__ = ["activity_features", "check_name", "time_text", "write_geojson"]

_LONGEST_TITLE = 2_000  # characters, as many as the reader takes
_WIDEST_WHOLE = 2**53  # whole numbers beyond are not exact in every JSON reader (RFC 8259, 6)


def write_geojson(activities: Sequence[Activity]) -> str:
    """A FeatureCollection of all volumes, a feature on each line.

    Raises ValueError, naming activity and reason, for what cannot be said: a name that is too long or holds control
    characters, a priority no JSON reader is sure to keep.
    """
    features = [feature for activity in activities for feature in activity_features(activity)]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def activity_features(activity: Activity) -> list[Json]:
    """The features of one activity, in the order of its volumes. Raises ValueError as `write_geojson` does."""
    check_name(activity)
    shared: dict[str, Json] = {
        "id": activity.ident,
        "party": activity.party,
        "kind": activity.kind.value,
        "title": activity.title,
        "priority": activity.priority,
    }
    if not activity.title:
        del shared["title"]
    return [_feature(volume, shared) for volume in activity.volumes]


def check_name(activity: Activity) -> None:
    """Raise ValueError for an activity whose names or priority a JSON format of ours cannot carry."""
    for what, text, longest in (
        ("identifier", activity.ident, MAX_NAME),
        ("party", activity.party, MAX_NAME),
        ("title", activity.title, _LONGEST_TITLE),
    ):
        if len(text) > longest:
            raise ValueError(f"activity {activity.ident[:60]!r}: its {what} is longer than {longest} characters")
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
            raise ValueError(f"activity {activity.ident[:60]!r}: its {what} holds a control character: take it out")
    if abs(activity.priority) >= _WIDEST_WHOLE:
        raise ValueError(f"activity {activity.ident!r}: no JSON reader is sure to keep priority {activity.priority}")


def time_text(ms: int | None) -> str:
    """An instant as ISO 8601 in UTC, or UFN for an end that never comes."""
    return "UFN" if ms is None else instant(ms)


def _feature(volume: Volume4D, shared: dict[str, Json]) -> Json:
    kind, coordinates, drawn = _geometry(volume)
    window = volume.window
    properties: dict[str, Json] = {
        **shared,
        "start": time_text(window.start_ms),
        "end": time_text(window.end_ms),
        "lower": limit_json(volume.band.lower),
        "upper": limit_json(volume.band.upper),
        **drawn,
    }
    if window.clock_uncertainty_s > 0.0:
        properties["clock_uncertainty_s"] = window.clock_uncertainty_s
    if volume.horizontal_uncertainty_m > 0.0:
        properties["horizontal_uncertainty_m"] = volume.horizontal_uncertainty_m
    geometry: dict[str, Json] = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _geometry(volume: Volume4D) -> tuple[str, Json, dict[str, Json]]:
    """Type and coordinates of a shape, and the properties that go with them."""
    shape = volume.shape
    match shape:
        case Polygon():
            rings: list[Json] = [
                _line(_closed(ring, counterclockwise=number == 0)) for number, ring in enumerate(shape.rings)
            ]
            return "Polygon", rings, {"edges": "geodesic"}
        case Circle():
            return "Point", [shape.centre.lon_deg, shape.centre.lat_deg], {"radius_m": shape.radius_m}
        case Corridor():
            # A line of one place is written twice: RFC 7946 (3.1.4) wants two, and repeats are dropped on reading.
            line = shape.line if len(shape.line) > 1 else shape.line * 2
            return "LineString", _line(line), {"half_width_m": shape.half_width_m, "edges": "geodesic"}
        case Orbit():
            axis = _line((shape.first, shape.second))
            return "LineString", axis, {"outline": "orbit", "radius_m": shape.radius_m, "edges": "geodesic"}
        case _:
            assert_never(shape)


def _line(places: Sequence[LatLon]) -> Json:
    return [[place.lon_deg, place.lat_deg] for place in places]


def _closed(ring: tuple[LatLon, ...], *, counterclockwise: bool) -> tuple[LatLon, ...]:
    """The ring with its first place again at its end, wound as RFC 7946 (3.1.6) wants: outside anticlockwise."""
    closed = (*ring, ring[0])
    area = 0.0
    lon_deg = 0.0  # walked from the first place, so that the antimeridian is no seam
    for a, b in itertools.pairwise(closed):
        step_deg = math.remainder(b.lon_deg - a.lon_deg, 360.0)
        area += step_deg * (a.lat_deg + b.lat_deg)
        lon_deg += step_deg
    # A walk to the right (east) along the north has the area under it on its right: clockwise is positive.
    round_a_pole = abs(lon_deg) > 180.0
    return closed if round_a_pole or (area < 0.0) == counterclockwise else closed[::-1]
