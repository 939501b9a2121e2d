"""Directions and distances in words: N, NNE, north-east or 045 degrees; 3 km, 400 m, 2 NM.

The one idea: a direction in words and one in degrees are the same thing, true north always; a magnetic bearing needs a
date and a model to mean anything, so it is refused.
"""

import re

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import azimuths_and_distances

__all__ = ["NAUTICAL_MILE_M", "bearing_and_distance", "parse_bearing", "parse_distance", "range_words"]

NAUTICAL_MILE_M = 1852.0  # exactly: the international nautical mile

_WINDS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
_WORDS = re.compile(r"(?:(?:NORTH|SOUTH|EAST|WEST)(?:ERN|WARDS?)?[ -]?){1,3}")
_WORD = re.compile(r"NORTH|SOUTH|EAST|WEST")
_DEGREES = re.compile(r"(?:BEARING )?(\d{3}(?:\.\d+)?) ?(?:°|DEG(?:REES)?)?(?: ?(T|TRUE|M|MAG|MAGNETIC))?", re.ASCII)
_DISTANCE = re.compile(r"(\d+(?:\.\d+)?) ?([A-Z]+)", re.ASCII)
_UNITS_M = {
    **dict.fromkeys(("M", "METRE", "METRES", "METER", "METERS"), 1.0),
    **dict.fromkeys(("KM", "KILOMETRE", "KILOMETRES", "KILOMETER", "KILOMETERS"), 1000.0),
    **dict.fromkeys(("NM", "NMI"), NAUTICAL_MILE_M),
}


def parse_bearing(text: str) -> float:
    """The true bearing a text in capitals names, degrees: a wind of sixteen, its words, or three digits.

    Raises ValueError for anything else, and for a magnetic bearing.

    >>> parse_bearing("NNE"), parse_bearing("NORTH-WEST"), parse_bearing("045°")
    (22.5, 315.0, 45.0)
    """
    if (found := _DEGREES.fullmatch(text)) is not None:
        if found[2] is not None and found[2].startswith("M"):
            raise ValueError(f"{text!r} is a magnetic bearing; give the true one")
        if float(found[1]) <= 360.0:
            return float(found[1]) % 360.0
    wind = "".join(word[0] for word in _WORD.findall(text)) if _WORDS.fullmatch(text) else text
    if wind not in _WINDS:
        raise ValueError(f"{text!r} is not a direction; write N, NNE, NE ... or three digits such as 045°")
    return _WINDS.index(wind) * 22.5


def parse_distance(text: str) -> float:
    """The distance a text in capitals names, metres. Raises ValueError for miles, which could be two, and other units.

    >>> parse_distance("2.5 KM"), parse_distance("1NM")
    (2500.0, 1852.0)
    """
    found = _DISTANCE.fullmatch(text)
    if found is not None and found[2] in ("MI", "MILE", "MILES"):
        value = float(found[1])
        could = f"{value * 1609.344:.0f} m (statute) or {value * NAUTICAL_MILE_M:.0f} m (nautical)"
        raise ValueError(f"{text!r} could be {could}; write KM or NM")
    if found is None or found[2] not in _UNITS_M:
        raise ValueError(f"{text!r} is not a distance; write a number with M, KM or NM")
    return float(found[1]) * _UNITS_M[found[2]]


def bearing_and_distance(start: LatLon, end: LatLon) -> tuple[float, float]:
    """True bearing at the start, degrees from 0 to below 360, and length of the geodesic, metres."""
    azimuth_deg, length_m = azimuths_and_distances([start], [end])
    return float(azimuth_deg[0]) % 360.0, float(length_m[0])


def range_words(start: LatLon, end: LatLon) -> str:
    """How far and which way one place lies from another, to be read out.

    >>> range_words(LatLon(35.0, 40.0), LatLon(35.08, 40.0))
    '8.9 km N (000°)'
    """
    bearing_deg, length_m = bearing_and_distance(start, end)
    far = f"{length_m:.0f} m" if length_m < 1000.0 else f"{length_m / 1000.0:.1f} km"
    return f"{far} {_WINDS[round(bearing_deg / 22.5) % 16]} ({round(bearing_deg) % 360:03}°)"
