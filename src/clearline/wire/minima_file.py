"""A parameter set from a JSON file: the numbers two parties hold each other to.

The one idea: every number names its unit in its key, and a key that is not known is refused, so a misspelt minimum
can never quietly be zero.
"""

from clearline.conflict.minima import Minima, MinimaError, Zone
from clearline.space.latlon import LatLon
from clearline.space.shape import Polygon, ShapeError
from clearline.wire.json_text import Json, parse_json, shown
from clearline.wire.json_values import MAX_NAME, At, list_of, text_of, whole_of

__all__ = ["read_minima"]

_LATERAL = {"lateral_m": 1.0, "lateral_nm": 1852.0, "lateral_km": 1000.0}
_VERTICAL = {"vertical_m": 1.0, "vertical_ft": 0.3048}
_TIME = {"time_s": 1.0, "time_min": 60.0}
_NUMBERS = {*_LATERAL, *_VERTICAL, *_TIME}
_SET_KEYS = {"name", "version", "inflation", "zones", *_NUMBERS}
_ZONE_KEYS = {"name", "polygon", *_NUMBERS}


def read_minima(data: bytes, *, source: str) -> Minima:
    """Read a parameter set: `name`, `version`, one key each of lateral, vertical and time, `inflation`, `zones`.

    A zone is a `name`, a `polygon` (a list of [longitude, latitude], joined by geodesics) and three minima.
    Raises MalformedError.
    """
    at = At(source, "$")
    top = _members(parse_json(data, source=source), at, _SET_KEYS)
    name, version = text_of(top, "name", at, MAX_NAME), whole_of(top, "version", at)
    if name is None or version is None:
        raise at.refuse("name or version is missing", 'give "name": "...", "version": 1')
    zones = list_of(top, "zones", at) or []
    inflation = (at / "inflation").as_number(top.get("inflation", 1.0))
    numbers = _one(top, _LATERAL, at), _one(top, _VERTICAL, at), _one(top, _TIME, at)
    kept = tuple(_zone(zone, at / "zones" / n) for n, zone in enumerate(zones))
    try:
        return Minima(name, version, *numbers, inflation, kept)
    except MinimaError as error:
        raise at.refuse(str(error), "mend the number") from error


def _zone(value: Json, at: At) -> Zone:
    members = _members(value, at, _ZONE_KEYS)
    name, ring = text_of(members, "name", at, MAX_NAME), list_of(members, "polygon", at)
    if ring is None or name is None:
        raise at.refuse("name or polygon is missing", "give both")
    here = at / "polygon"
    places = tuple(_place(place, here / n) for n, place in enumerate(ring))
    numbers = _one(members, _LATERAL, at), _one(members, _VERTICAL, at), _one(members, _TIME, at)
    try:
        return Zone(name, Polygon((places,)), *numbers)
    except ShapeError as error:
        raise here.refuse(str(error), "mend the polygon") from error
    except MinimaError as error:
        raise at.refuse(str(error), "mend the number") from error


def _place(value: Json, at: At) -> LatLon:
    numbers = at.as_list(value)
    if len(numbers) != 2:
        raise at.refuse("a place is not [longitude, latitude]", "give two numbers")
    lon_deg, lat_deg = (at.as_number(number) for number in numbers)
    return LatLon(lat_deg, lon_deg)


def _members(value: Json, at: At, known: set[str]) -> dict[str, Json]:
    members = at.as_object(value)
    for key in members:
        if key not in known:
            raise at.refuse(f"the key {shown(key)} is not known", f"use {', '.join(sorted(known))}")
    return members


def _one(members: dict[str, Json], keys: dict[str, float], at: At) -> float:
    given = [key for key in keys if key in members]
    if len(given) != 1:
        problem = f"{len(given)} of {', '.join(keys)} are given"
        raise at.refuse(problem, "give exactly one of them")
    return (at / given[0]).as_number(members[given[0]]) * keys[given[0]]
