"""One altitude limit as JSON: a text such as "500FT AMSL", or an object with a member for each thing that can be said.

The one idea: a bare number is a number without a unit and a reference, and stays so; nothing is filled in.
"""

import json
from typing import TypeVar

from clearline.space.altitude import AltitudeError, AltitudeLimit, Band, Reference, Unit
from clearline.wire.altitudes import parse_altitude
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json, shown
from clearline.wire.json_values import At, list_of, number_of, text_of

__all__ = ["band_of", "limit_json", "limit_of", "limit_words"]

_Named = TypeVar("_Named", Unit, Reference)

_IN_ORDER = ("value", "unit", "reference")
_PLAIN = frozenset(_IN_ORDER)
_MEMBERS = frozenset({"value", "unit", "reference", "uncertainty_m", "pressure_hpa", "station_m", "ground_m"})
_UNITS = {unit.value: unit for unit in Unit}
# AMSL is mean sea level by EGM96, as in aviation (ICAO Annex 15).
_REFERENCES = {**{one.value: one for one in Reference}, "AMSL": Reference.EGM96, "MSL": Reference.EGM96}
_WORDS = json.JSONEncoder(ensure_ascii=False)
_MEND = 'write it as "500FT AMSL", or as {"value": 500, "unit": "FT", "reference": "AMSL"}'


def band_of(lower: Json, upper: Json, at: At) -> Band:
    """The band between two limits. Raises MalformedError, also for one that is upside down."""
    try:
        return Band(limit_of(lower, at / "lower"), limit_of(upper, at / "upper"))
    except AltitudeError as error:
        raise at.refuse(str(error), "mend lower or upper") from error


def limit_of(value: Json, at: At) -> AltitudeLimit:
    """A limit. Raises MalformedError for what is none, and for a member that is not known."""
    try:
        match value:
            case str():
                return parse_altitude(value)
            case dict():
                return _from_members(value, at)
            case bool() | None | list():
                raise at.refuse(f"{shown(value)} is no altitude", _MEND)
            case _:
                return AltitudeLimit(at.as_number(value), None, None)
    except MalformedError:
        raise
    except ValueError as error:
        raise at.refuse(str(error), _MEND) from error


def _from_members(members: dict[str, Json], at: At) -> AltitudeLimit:
    if members.keys() == _PLAIN and (plain := _plain(members)) is not None:
        return plain
    for name in members:
        if name not in _MEMBERS:
            raise at.refuse(f"the member {shown(name)} is not known", f"use {', '.join(sorted(_MEMBERS))}")
    reference = _named(members, "reference", _REFERENCES, at)
    value = number_of(members, "value", at)
    unit = _named(members, "unit", _UNITS, at)
    if value is None:
        if reference not in (Reference.SURFACE, Reference.UNLIMITED):
            raise at.refuse("the limit has no value", _MEND)
        value, unit = 0.0, unit or Unit.METRE
    return AltitudeLimit(
        value,
        unit,
        reference,
        number_of(members, "uncertainty_m", at) or 0.0,
        number_of(members, "pressure_hpa", at),
        number_of(members, "station_m", at),
        _ground(members, at),
    )


def _plain(members: dict[str, Json]) -> AltitudeLimit | None:
    """A limit of a value, a unit and a reference as they are mostly written; None for any that is to be looked at."""
    value, unit, reference = members["value"], members["unit"], members["reference"]
    if type(value) is not float or type(unit) is not str or type(reference) is not str:
        return None
    if unit not in _UNITS or reference not in _REFERENCES:
        return None
    return AltitudeLimit(value, _UNITS[unit], _REFERENCES[reference])


def _named(members: dict[str, Json], name: str, known: dict[str, _Named], at: At) -> _Named | None:
    text = text_of(members, name, at)
    if text is None:
        return None
    if text.upper() not in known:
        raise (at / name).refuse(f"{shown(text)} is not known", f"use {', '.join(known)}")
    return known[text.upper()]


def _ground(members: dict[str, Json], at: At) -> tuple[float, float] | None:
    if not isinstance(members.get("ground_m"), list):
        level_m = number_of(members, "ground_m", at)
        return None if level_m is None else (level_m, level_m)
    pair = list_of(members, "ground_m", at) or []
    if len(pair) != 2:
        raise (at / "ground_m").refuse("it is not a lowest and a highest", "give one number, or two")
    here = at / "ground_m"
    return here.as_number(pair[0]), here.as_number(pair[1])


def limit_json(limit: AltitudeLimit) -> Json:
    """A limit as an object that `limit_of` reads back as the same.

    >>> limit_json(parse_altitude("500FT AMSL"))
    {'value': 500.0, 'unit': 'FT', 'reference': 'EGM96'}
    """
    stated: dict[str, Json] = {
        "value": limit.value,
        "unit": limit.unit and limit.unit.value,
        "reference": limit.reference and limit.reference.value,
        "uncertainty_m": limit.uncertainty_m or None,
        "pressure_hpa": limit.pressure_hpa,
        "station_m": limit.station_m,
        "ground_m": limit.ground_m and list(limit.ground_m),
    }
    return {name: value for name, value in stated.items() if value is not None}


def limit_words(value: Json) -> str:
    """A limit as the file gives it, for showing."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and tuple(value) == _IN_ORDER:
        number, unit, reference = value.values()
        if type(number) is float and type(unit) is str and type(reference) is str and (unit + reference).isalnum():
            return f'{{"value": {number!r}, "unit": "{unit}", "reference": "{reference}"}}'
    return _WORDS.encode(value)
