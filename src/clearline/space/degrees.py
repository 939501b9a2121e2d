"""A position in degrees as text: a latitude and a longitude, each with its hemisphere, in one notation.

The one idea: the two angles of one position are written alike. So what one of them cannot be, the other is not either,
and only readings that both share are weighed.
"""

import re
from collections.abc import Iterator

from clearline.space.angles import AngleReading, angle_digits, angle_from_digits, angle_readings, last_digit_deg
from clearline.space.latlon import LatLon
from clearline.space.stated import METRES_PER_DEGREE, Candidate, Notation, NotationError, Stated

__all__ = ["misread_degrees", "parse_degrees"]

_AFTER = re.compile(r"([^NSEW]+)([NSEW])[ ,;/]*([^NSEW]+)([NSEW])")
_BEFORE = re.compile(r"([NSEW])([^NSEW]+?)[ ,;/]*([NSEW])([^NSEW]+)")
# A comma inside a number, and what was read as the end of that number.
_COMMA = re.compile(r"(?<=\d) ?,(\d+)(['\"]?)", re.ASCII)
_LETTER = re.compile(r"[NSEW]")
_MEND = "write 35°20′30″N 040°18′45″E, 35°20.50′N 040°18.75′E or 35.34167°N 040.31250°E, or name the notation"
_MEND_LETTERS = "add the hemispheres, N or S and E or W"
_LAT_DIGITS, _LON_DIGITS = 2, 3
# A place stated more coarsely than this is worth a word to whoever reads it.
_COARSE_M = 100.0

_Pair = tuple[AngleReading, AngleReading]


def parse_degrees(text: str, word: str, notation: Notation | None) -> Stated:
    """Read a position in degrees from `word`, which is `text` with its marks made plain (see `notation`).

    `notation`, if given, is what the text is known to be in; else the text must leave no doubt.
    Raises NotationError for everything that is not one position, with the candidates.
    """
    (lat_body, lat_letter), (lon_body, lon_letter) = _split(text, word)
    pairs = _pairs(lat_body, lon_body)
    signs = (-1.0 if lat_letter == "S" else 1.0), (-1.0 if lon_letter == "W" else 1.0)
    lat, lon = _choose(text, pairs, notation, signs)
    step_m = max(last_digit_deg(r.notation, r.decimals) for r in (lat, lon)) * METRES_PER_DEGREE
    notes = (f"stated to {step_m:.0f} m, and taken as exact",) if step_m >= _COARSE_M else ()
    return Stated(lat.notation, signs[0] * lat.value_deg, signs[1] * lon.value_deg, step_m, notes=notes)


def misread_degrees(word: str) -> Iterator[tuple[Notation, LatLon]]:
    """The digits of a position in degrees, read in each notation in turn: the mishearings of one spoken string."""
    try:
        (lat_body, lat_letter), (lon_body, lon_letter) = _split(word, word)
    except NotationError:
        return
    lat_digits, lon_digits = angle_digits(lat_body, _LAT_DIGITS), angle_digits(lon_body, _LON_DIGITS)
    for notation in (Notation.DD, Notation.DDM, Notation.DMS):
        lat_deg, lon_deg = angle_from_digits(*lat_digits, notation), angle_from_digits(*lon_digits, notation)
        if lat_deg is not None and lon_deg is not None and lat_deg <= 90.0 and lon_deg <= 180.0:
            south, west = lat_letter == "S", lon_letter == "W"
            yield notation, LatLon(-lat_deg if south else lat_deg, -lon_deg if west else lon_deg)


def _split(text: str, word: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Latitude and longitude, each as (digits and marks, hemisphere), whichever came first."""
    if (found := _AFTER.fullmatch(word)) is not None:
        first, second = (found[1], found[2]), (found[3], found[4])
    elif (found := _BEFORE.fullmatch(word)) is not None:
        first, second = (found[2], found[1]), (found[4], found[3])
    else:
        raise _without_letters(text, word)
    first, second = (first[0].strip(), first[1]), (second[0].strip(), second[1])
    if (first[1] in "NS") == (second[1] in "NS"):
        raise NotationError(text, f"{first[1]} and {second[1]} are one axis twice", "state a latitude and a longitude")
    for body, letter in (first, second):
        if "," in body:
            raise _with_comma(text, word)
        if body[:1] in ("-", "+"):
            raise NotationError(text, f"{body} has a sign and the hemisphere {letter} too", "leave out the sign")
    return (first, second) if first[1] in "NS" else (second, first)


def _pairs(lat_body: str, lon_body: str) -> list[_Pair]:
    lons = angle_readings(lon_body, _LON_DIGITS)
    return [(lat, lon) for lat in angle_readings(lat_body, _LAT_DIGITS) for lon in lons if lat.notation is lon.notation]


def _choose(text: str, pairs: list[_Pair], notation: Notation | None, signs: tuple[float, float]) -> _Pair:
    """The one pair of readings that the text leaves, or that the known notation picks."""
    if len(pairs) == 1 and notation in (None, pairs[0][0].notation) and _proper(pairs[0]) and not _fault(pairs[0]):
        return pairs[0]
    sound = [pair for pair in pairs if not _fault(pair)]
    candidates = [
        Candidate(lat.notation.value, LatLon(signs[0] * lat.value_deg, signs[1] * lon.value_deg)) for lat, lon in sound
    ]
    if notation is not None:
        named = [pair for pair in sound if _proper(pair) and pair[0].notation is notation]
        if len(named) == 1:
            return named[0]
        raise NotationError(text, _first_fault(pairs) or f"this is not {notation}", _MEND, candidates)
    if not sound:
        raise NotationError(text, _first_fault(pairs) or _unlike(pairs), _MEND)
    problem = _first_fault(pairs) or ("ambiguous" if len(sound) > 1 else "the number of digits fits no notation")
    raise NotationError(text, problem, _MEND, candidates)


def _proper(pair: _Pair) -> bool:
    return pair[0].proper and pair[1].proper


def _fault(pair: _Pair) -> str:
    lat, lon = pair
    if lat.fault or lon.fault:
        return lat.fault or lon.fault
    if lat.value_deg > 90.0:
        return f"latitude {lat.value_deg:g} is beyond a pole"
    return f"longitude {lon.value_deg:g} is beyond 180 degrees" if lon.value_deg > 180.0 else ""


def _first_fault(pairs: list[_Pair]) -> str:
    return next((fault for pair in pairs if _proper(pair) and (fault := _fault(pair))), "")


def _unlike(pairs: list[_Pair]) -> str:
    return "no such position" if pairs else "latitude and longitude do not read as degrees in one notation"


def _with_comma(text: str, word: str) -> NotationError:
    """Refuse a comma inside an angle: it may stand for a point or for a gap, and both are named if both can be."""
    candidates: list[Candidate] = []
    for reading, instead in (("a decimal comma", r".\1\2"), ("a comma as a gap", r" \1")):
        for notation in (None, Notation.DD, Notation.DDM, Notation.DMS):
            try:
                stated = parse_degrees(text, _COMMA.sub(instead, word), notation)
            except NotationError:
                continue
            candidates.append(Candidate(f"{reading}, {stated.notation}", LatLon(stated.lat_deg, stated.lon_deg)))
            break
    return NotationError(text, "a comma stands inside a number", "write a point, and no comma", candidates)


def _without_letters(text: str, word: str) -> NotationError:
    """Refuse a position without both hemispheres, naming what it could be."""
    letters = _LETTER.findall(word)
    if len(letters) > 2 and any(character.isdigit() for character in word):
        return NotationError(text, "more than two hemisphere letters", "state one position")
    bodies = [body.strip("+- ") for body in re.split(r"[,;/]", _LETTER.sub(",", word)) if body.strip("+- ")]
    if len(bodies) == 1:
        parts = bodies[0].split(" ")
        bodies = [" ".join(parts[: len(parts) // 2]), " ".join(parts[len(parts) // 2 :])]
    candidates: list[Candidate] = []
    if len(bodies) == 2 and len(letters) == 1:
        candidates = _one_letter(word, letters[0], bodies)
    elif len(bodies) == 2 and not letters:
        candidates = _sound("latitude first", *bodies) + _sound("longitude first", *reversed(bodies))
    if not candidates:
        return NotationError(text, "this is not a position that is read", _MEND)
    missing = "one hemisphere is" if letters else "the hemispheres are"
    return NotationError(text, f"{missing} missing", _MEND_LETTERS, candidates)


def _sound(reading: str, lat_body: str, lon_body: str, *, south: bool = False, west: bool = False) -> list[Candidate]:
    """The first reading of two angles that can be, as a candidate in the given hemispheres."""
    for pair in _pairs(lat_body, lon_body):
        if not _fault(pair):
            lat_deg, lon_deg = (-1.0 if south else 1.0) * pair[0].value_deg, (-1.0 if west else 1.0) * pair[1].value_deg
            return [Candidate(reading, LatLon(lat_deg, lon_deg))]
    return []


def _one_letter(word: str, letter: str, bodies: list[str]) -> list[Candidate]:
    """Both hemispheres that the angle without a letter could lie in."""
    before, _, after = word.partition(letter)
    # A letter stands behind its angle, unless the text begins with it or it touches the angle that follows it only.
    second = bool(before) and (not after or (before[-1] == " " and after[0] != " "))
    own, other = bodies[::-1] if second else bodies
    if letter in "NS":
        return [
            one for west in (False, True) for one in _sound("WE"[not west], own, other, south=letter == "S", west=west)
        ]
    return [
        one for south in (False, True) for one in _sound("SN"[not south], other, own, south=south, west=letter == "W")
    ]
