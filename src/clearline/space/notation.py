"""Positions as people write them, kept word for word beside the place they were read as.

The one idea: a text either says one place or it is refused, with everything it could be named; nothing is guessed,
and nothing that was entered is thrown away.
"""

import re
from dataclasses import dataclass

from clearline.space.datum import UNKNOWN, Datum, DatumError, ellipsoid_of, parse_datum, shift_to_wgs84
from clearline.space.degrees import parse_degrees
from clearline.space.gauss_krueger import looks_like_gauss_krueger, parse_gauss_krueger
from clearline.space.latlon import LatLon
from clearline.space.mgrs import looks_like_mgrs, parse_mgrs
from clearline.space.stated import Candidate, Notation, NotationError, Stated
from clearline.space.transverse import KRASSOVSKY, Ellipsoid
from clearline.space.utm import looks_like_utm, parse_utm

__all__ = ["Candidate", "Notation", "NotationError", "Position", "parse_position", "plain_marks"]

_IN_DEGREES = (Notation.DD, Notation.DDM, Notation.DMS)
_LONGEST = 120  # characters; the longest form with its datum has fewer than 80

_MEND_DATUM = 'add it in brackets, as in "(WGS84)", or state it for the file'

_MARKS = str.maketrans(
    {
        **dict.fromkeys("\u2032\u2019\u2018\u02b9\u00b4`\u02bc", "'"),
        **dict.fromkeys("\u2033\u201d\u201c\u02ba", '"'),
        **dict.fromkeys("\u00ba\u02da\u2218", "°"),
        **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f\u2007\t", " "),
        # Marks of writing direction say nothing of the place.
        **dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
        **{ord("\u0660") + digit: str(digit) for digit in range(10)},  # Arabic-Indic digits
        **{ord("\u06f0") + digit: str(digit) for digit in range(10)},  # the same as written further east
        "\u066b": ".",  # Arabic decimal separator
        "\u0425": "X",  # Cyrillic letters that X and Y are typed with
        "\u0445": "X",
        "\u0423": "Y",
        "\u0443": "Y",
    }
)
# Two hemisphere letters with nothing but digits and marks about them: degrees, and no grid.
_DEGREES = re.compile(r"[-+0-9.°'\":,;/ ]+[NSEW][-+0-9.°'\":,;/ ]+[NSEW]|[NSEW][-+0-9.°'\":,;/ ]+[NSEW][-+0-9.°'\": ]+")
_DATUM_BEHIND = re.compile(r"(.*\S) ?[(\[]([^()\[\]]+)[)\]]")
# Datums whose squares carry the letters read here (the "AA" scheme of DMA TM 8358.1); on Clarke's and Bessel's
# ellipsoids the same letters name squares some 1,000 km away.
_MGRS_ELLIPSOIDS_M = (6_378_137.0, 6_378_388.0)


@dataclass(frozen=True, slots=True)
class Position:
    """A position as entered and as understood.

    `text` is what was entered, `stated` the degrees it says on its own `datum`, `place` the same place on WGS84.
    The thing meant lies within `uncertainty_m` of `place`: the datum's shift, and digits cut off an MGRS reference.
    `resolution_m` is what one more in the last digit moves; degrees and metres are taken as exact, as the corner of an
    area is, and `notes` says so where they are coarse.
    """

    text: str
    notation: Notation
    datum: Datum
    place: LatLon
    uncertainty_m: float
    notes: tuple[str, ...]
    stated: LatLon
    resolution_m: float


def parse_position(text: str, *, datum: Datum | None = None, notation: Notation | None = None) -> Position:
    """Read a position.

    Its datum is `datum`, or stands in brackets behind it, "35°20′30″N 040°18′45″E (SK-42)". `notation` is what the
    text is known to be in, where a file says so; else the text itself must leave no doubt.
    Raises NotationError, naming the candidates, for what is not exactly one place, and where no datum is stated;
    DatumError for a datum that is not known or not used there.

    >>> parse_position("352030N0401845E", datum=parse_datum("WGS84")).place.lat_deg
    35.34166666666667
    """
    if len(text) > _LONGEST:
        raise NotationError(text, f"{len(text)} characters are too many for a position", "state one position")
    word = plain_marks(text)
    if word.endswith((")", "]")):
        word, datum = _datum_behind(text, word, datum)
    if datum is None:
        raise NotationError(text, "no datum is stated", _MEND_DATUM)
    stated = _stated(text, word, datum, notation)
    lat_deg, lon_deg = stated.lat_deg, stated.lon_deg
    shift = shift_to_wgs84(lat_deg, lon_deg, datum)
    notes = stated.notes
    if shift.operation:
        where = ", outside the area it was made for" if shift.outside else ""
        notes = (*notes, f"{datum} to WGS84 by {shift.operation}{where}, within {shift.uncertainty_m:.0f} m")
    elif not datum.known:
        notes = (*notes, f"its datum is not known: within {shift.uncertainty_m:.0f} m")
    return Position(
        text,
        stated.notation,
        datum,
        shift.place,
        shift.uncertainty_m + stated.cell_m,
        notes,
        LatLon(lat_deg, lon_deg),
        stated.resolution_m,
    )


def plain_marks(text: str) -> str:
    """A text in capitals with plain quotes, hyphens, digits and single spaces, to be read by rule.

    >>> plain_marks("35º  20´ n")
    "35° 20' N"
    """
    word = text.translate(_MARKS) if not text.isascii() else text
    return " ".join(word.upper().replace("''", '"').split())


def _stated(text: str, word: str, datum: Datum, notation: Notation | None) -> Stated:
    """What the text says on its own datum, by the notation that is known or that it looks like."""
    if notation in _IN_DEGREES or (notation is None and _DEGREES.fullmatch(word)):
        return parse_degrees(text, word, notation)
    if notation is Notation.MGRS or (notation is None and looks_like_mgrs(word)):
        return parse_mgrs(text, word, _mgrs_ellipsoid(text, datum))
    if notation is Notation.UTM or (notation is None and looks_like_utm(word)):
        if not datum.known:
            # From one ellipsoid to another the same metres from the equator move by up to 750 m, besides the datum.
            raise NotationError(text, "how long its metres are depends on the datum, which is not known", _MEND_DATUM)
        return parse_utm(text, word, ellipsoid_of(datum))
    if notation is Notation.GK or (notation is None and looks_like_gauss_krueger(word)):
        # The grid is drawn on this one ellipsoid, whichever datum it is that is not known.
        ellipsoid = ellipsoid_of(datum) if datum.known else KRASSOVSKY
        return parse_gauss_krueger(text, word, ellipsoid, named=notation is not None)
    return parse_degrees(text, word, notation)


def _mgrs_ellipsoid(text: str, datum: Datum) -> Ellipsoid:
    if not datum.known:
        raise NotationError(
            text, "which squares its letters name depends on the datum, which is not known", _MEND_DATUM
        )
    ellipsoid = ellipsoid_of(datum)
    if ellipsoid.equatorial_m not in _MGRS_ELLIPSOIDS_M:
        problem = f"on {datum} the squares of 100 km carry other letters, which are not read"
        raise NotationError(text, problem, "state the place in UTM or in degrees")
    return ellipsoid


def _datum_behind(text: str, word: str, datum: Datum | None) -> tuple[str, Datum]:
    """The position and the datum in brackets behind it, which must not contradict the one that is known."""
    found = _DATUM_BEHIND.fullmatch(word)
    if found is None:
        raise NotationError(text, "brackets hold a datum behind a position, and nothing else", "leave them out")
    behind = parse_datum(found[2])
    if datum is not None and datum not in (behind, UNKNOWN):
        raise DatumError(f"{text!r} says {behind}, and its file says {datum}; make them agree")
    return found[1], behind
