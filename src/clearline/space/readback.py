"""Read-back of a position: whether what was heard is what was said, and if not, how far off and by which slip.

The one idea: people slip in a few known ways (two digits swapped, halves swapped, minutes taken for seconds, another
datum). Each is tried on what was said; the one that lands on what was heard is named, so that both can see it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from clearline.space.bearing import bearing_and_distance, range_words
from clearline.space.datum import Datum, DatumError, parse_datum, to_wgs84
from clearline.space.degrees import misread_degrees
from clearline.space.latlon import LatLon
from clearline.space.notation import Notation, NotationError, Position, parse_position, plain_marks
from clearline.space.wgs84 import distance_m

__all__ = ["ReadBack", "compare_positions", "compare_readback"]

_SAME_M = 0.01  # the stated tolerance of places (F3548 IntersectionMinimumPrecision)
# A read-back in another notation is rounded; one that is this many times coarser than what was said is none.
_COARSEST = 4.0
_HALF_DIAGONAL = 0.5**0.5
_DATUMS = ("WGS84", "SK-42", "SK-95", "ED50", "Deir ez Zor", "NAD27", "Ain el Abd", "Palestine 1923", "Karbala 1979")
_DIGIT = re.compile(r"\d", re.ASCII)
_GRID_DIGITS = re.compile(r"(.*[A-Z]) ?([\d ]+)", re.ASCII)

_Slip = tuple[str, LatLon]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What came of a read-back.

    `equal` is whether the two are one place to the precision both were stated with. Where they are not, `distance_m`
    and `bearing_deg` lead from what was said to what was heard, and `slip` names the mistake that explains it, if one
    does.
    """

    equal: bool
    distance_m: float
    bearing_deg: float
    slip: str | None
    words: str


def compare_readback(said: Position, heard: str, *, datum: Datum | None = None) -> ReadBack:
    """Compare a read-back as it was spoken or typed; its datum is `datum`, or the one that was said.

    A text that is ambiguous by itself is taken in the notation that was said, if it can be that.
    Raises NotationError or DatumError for a read-back that is not a position.
    """
    spoken = None if heard.rstrip().endswith((")", "]")) else (datum or said.datum)
    try:
        position = parse_position(heard, datum=spoken)
    except NotationError as ambiguous:
        try:
            position = parse_position(heard, datum=spoken, notation=said.notation)
        except NotationError:
            raise ambiguous from None
    return compare_positions(said, position)


def compare_positions(said: Position, heard: Position) -> ReadBack:
    """Compare two positions, the first of which is the one that was meant.

    >>> from clearline.space.datum import WGS84
    >>> said = parse_position("35.34°N 040.31°E", datum=WGS84)
    >>> compare_readback(said, "35.43°N 040.31°E").slip
    'digits 3 and 4 swapped'
    """
    bearing_deg, length_m = bearing_and_distance(said.place, heard.place)
    alike = said.notation is heard.notation and said.datum == heard.datum
    numerals_only = said.datum != heard.datum and distance_m(said.stated, heard.stated) <= _SAME_M < length_m
    known = said.datum.known == heard.datum.known
    if known and not numerals_only and length_m <= _tolerance_m(said, heard, alike=alike):
        return ReadBack(True, length_m, bearing_deg, None, "read back correctly")
    slip = _named_slip(said, heard)
    words = f"not as said: {range_words(said.place, heard.place)} of it" + (f"; {slip}" if slip else "")
    return ReadBack(False, length_m, bearing_deg, slip, words)


def _tolerance_m(said: Position, heard: Position, *, alike: bool) -> float:
    """How far apart two statements of one place may be: nothing in one notation, its rounding in another."""
    if alike or heard.resolution_m > _COARSEST * said.resolution_m:
        return _SAME_M
    rounding_m = _HALF_DIAGONAL * (said.resolution_m + heard.resolution_m)
    if said.datum == heard.datum:
        return rounding_m
    # Whoever changed the datum may have used another operation; but a doubt as large as the shift excuses nothing.
    shift_m = max(distance_m(one.stated, one.place) for one in (said, heard))
    doubt_m = said.uncertainty_m + heard.uncertainty_m
    return rounding_m + (doubt_m if doubt_m <= 0.5 * shift_m else 0.0)


def _named_slip(said: Position, heard: Position) -> str | None:
    """The first slip that turns what was said into what was heard."""
    if heard.resolution_m > _COARSEST * said.resolution_m:
        return "read back more coarsely than it was said"
    near_m = _SAME_M if said.notation is heard.notation else _HALF_DIAGONAL * heard.resolution_m + _SAME_M
    if said.datum != heard.datum and distance_m(said.stated, heard.stated) <= _SAME_M:
        return f"the same numerals, on {heard.datum} and not on {said.datum}"
    for name, place in _slips(said):
        if distance_m(place, heard.place) <= near_m:
            return name
    for name, place, doubt_m in _other_datums(said):
        if distance_m(place, heard.place) <= near_m + doubt_m:
            return name
    return None


def _slips(said: Position) -> Iterator[_Slip]:
    """What was said with one slip made in it, the commonest slips first."""
    word = plain_marks(said.text).partition("(")[0].partition("[")[0].strip()
    if said.notation in (Notation.DD, Notation.DDM, Notation.DMS):
        yield from _degree_slips(said, word)
    if said.notation is Notation.MGRS and (found := _GRID_DIGITS.fullmatch(word)) is not None:
        digits = found[2].replace(" ", "")
        half = len(digits) // 2
        yield from _reread(said, "halves of the digits swapped", f"{found[1]} {digits[half:]} {digits[:half]}")
    yield from _digit_slips(said, word)


def _degree_slips(said: Position, word: str) -> Iterator[_Slip]:
    lat_deg, lon_deg = said.stated
    yield from _moved(said, "north and south swapped", LatLon(-lat_deg, lon_deg))
    yield from _moved(said, "east and west swapped", LatLon(lat_deg, -lon_deg))
    if abs(lon_deg) <= 90.0:
        yield from _moved(said, "latitude and longitude swapped", LatLon(lon_deg, lat_deg))
    for notation, stated in misread_degrees(word):
        if notation is not said.notation:
            yield from _moved(said, f"{said.notation} read as {notation}", stated)


def _digit_slips(said: Position, word: str) -> Iterator[_Slip]:
    at = [found.start() for found in _DIGIT.finditer(word)]
    for number, (i, j) in enumerate(pairwise(at), start=1):
        if word[i] != word[j]:
            swapped = f"{word[:i]}{word[j]}{word[i + 1 : j]}{word[i]}{word[j + 1 :]}"
            yield from _reread(said, f"digits {number} and {number + 1} swapped", swapped)
    for number, i in enumerate(at, start=1):
        for digit in "0123456789":
            if digit != word[i]:
                name = f"digit {number} heard as {digit}, not {word[i]}"
                yield from _reread(said, name, f"{word[:i]}{digit}{word[i + 1 :]}")


def _reread(said: Position, name: str, text: str) -> Iterator[_Slip]:
    """A slip made in the text, if the text is still a position."""
    try:
        yield name, parse_position(text, datum=said.datum, notation=said.notation).place
    except (NotationError, DatumError):
        return


def _moved(said: Position, name: str, stated: LatLon) -> Iterator[_Slip]:
    """A slip made in the degrees, if the datum is used there."""
    try:
        yield name, to_wgs84(*stated, said.datum)[0]
    except DatumError:
        return


def _other_datums(said: Position) -> Iterator[tuple[str, LatLon, float]]:
    """What was said on other datums: places, and how far their shifts may be wrong."""
    for name in _DATUMS:
        other = parse_datum(name)
        if other == said.datum:
            continue
        try:
            place, doubt_m = to_wgs84(*said.stated, other)
        except DatumError:
            continue
        if doubt_m > 0.5 * distance_m(said.place, place):
            continue  # so doubtful here that it would explain anything
        yield f"as if said on {other}, not on {said.datum}", place, doubt_m
