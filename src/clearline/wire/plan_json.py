"""A party's plans as it keeps them: JSON of its own store, read back as the same values, number for number.

The one idea: volumes are the features of our GeoJSON profile, which loses nothing of them; beside each stands what was
entered, verbatim, which no format of exchange carries.
"""

import json
from dataclasses import replace

from clearline.airspace.activity import Activity
from clearline.node.disclosure import Disclosure, Precision
from clearline.node.template import Template
from clearline.space.shape import Polygon
from clearline.space.volume import Entered
from clearline.wire.geojson import read_geojson_value
from clearline.wire.geojson_write import activity_features
from clearline.wire.json_text import Json, parse_json
from clearline.wire.json_values import At, list_of, object_of, text_of
from clearline.wire.reading import Supplied

__all__ = ["read_filed", "read_template", "write_filed", "write_template"]

_PRECISIONS = {one.value: one for one in Precision}
_ENTERED = ("source", "place", "altitude", "time", "form", "datum")


def write_filed(activity: Activity, disclosure: Disclosure) -> bytes:
    """What was filed: an activity and to whom it is disclosed. Raises ValueError for names that JSON cannot carry."""
    entered: list[Json] = [_entered(one.entered) for one in activity.volumes]
    named: list[Json] = [[name, precision.value] for name, precision in disclosure.named]
    members: dict[str, Json] = {
        "features": _features(activity),
        "entered": entered,
        "disclosure": {"named": named, "otherwise": disclosure.otherwise.value},
    }
    return json.dumps(members, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def read_filed(data: bytes, *, source: str) -> tuple[Activity, Disclosure]:
    """What was filed, as it was. Raises MalformedError for bytes that `write_filed` did not write."""
    at = At(source, "$")
    members = at.as_object(parse_json(data, source=source))
    collection: dict[str, Json] = {"type": "FeatureCollection", "features": list_of(members, "features", at) or []}
    activities = read_geojson_value(collection, source=source, supplied=Supplied()).activities
    words = list_of(members, "entered", at) or []
    if len(activities) != 1 or len(words) != len(activities[0].volumes):
        raise at.refuse("it is not one activity with words for each of its volumes", "restore the store from a backup")
    (activity,) = activities
    volumes = tuple(
        replace(volume, entered=_read_entered(word, at / "entered"))
        for volume, word in zip(activity.volumes, words, strict=True)
    )
    return replace(activity, volumes=volumes), _read_disclosure(members, at)


def write_template(template: Template) -> bytes:
    """A template as it is kept under its name. Raises ValueError for names that JSON cannot carry."""
    return write_filed(template.activity, template.disclosure)


def read_template(name: str, data: bytes) -> Template:
    """The template that was kept. Raises MalformedError for bytes that `write_template` did not write."""
    return Template(name, *read_filed(data, source=f"template {name}"))


def _features(activity: Activity) -> list[Json]:
    """The features, with the rings of areas wound as they were filed, not as RFC 7946 winds them for others."""
    features = activity_features(activity)
    for feature, volume in zip(features, activity.volumes, strict=True):
        if isinstance(feature, dict) and isinstance(volume.shape, Polygon):
            rings: list[Json] = [
                [[place.lon_deg, place.lat_deg] for place in (*ring, ring[0])] for ring in volume.shape.rings
            ]
            feature["geometry"] = {"type": "Polygon", "coordinates": rings}
    return features


def _entered(entered: Entered | None) -> Json:
    if entered is None:
        return None
    words: dict[str, Json] = {name: getattr(entered, name) for name in _ENTERED}
    notes: list[Json] = list(entered.notes)
    return {**words, "notes": notes}


def _read_entered(value: Json, at: At) -> Entered | None:
    if value is None:
        return None
    members = at.as_object(value)
    words = [members.get(name) for name in _ENTERED]
    texts = [word for word in words if isinstance(word, str)]
    notes = [note for note in list_of(members, "notes", at) or [] if isinstance(note, str)]
    if len(texts) != len(_ENTERED):
        raise at.refuse("words that were entered are missing", "restore the store from a backup")
    source, place, altitude, time, form, datum = texts
    return Entered(source, place, altitude, time, form, datum, tuple(notes))


def _read_disclosure(members: dict[str, Json], at: At) -> Disclosure:
    here = at / "disclosure"
    found = object_of(members, "disclosure", at) or {}
    named: list[tuple[str, Precision]] = []
    for pair in list_of(found, "named", here) or []:
        name, precision = [*here.as_list(pair), None, None][:2]
        if not isinstance(name, str):
            raise here.refuse("a recipient has no name", "restore the store from a backup")
        named.append((name, _precision(precision, here)))
    otherwise = _precision(text_of(found, "otherwise", here), here)
    try:
        return Disclosure(tuple(named), otherwise)
    except ValueError as error:
        raise here.refuse(str(error), "restore the store from a backup") from error


def _precision(value: Json, at: At) -> Precision:
    if not isinstance(value, str) or value not in _PRECISIONS:
        raise at.refuse("how exactly somebody is told is not stated", f"say one of {', '.join(_PRECISIONS)}")
    return _PRECISIONS[value]
