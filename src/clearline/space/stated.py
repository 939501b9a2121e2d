"""What a text says of a place before its datum is applied, and the one error for a text that says too little.

The one idea: a text that could be two places is refused with both of them named and the distance between, so that a
person sees at once what is at stake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import distance_m

__all__ = ["METRES_PER_DEGREE", "Candidate", "Notation", "NotationError", "Stated", "degrees_words"]

METRES_PER_DEGREE = 111_320.0  # of longitude at the equator, WGS84: the longest degree, for the size of a last digit


class Notation(StrEnum):
    """The ways of writing a place that are read."""

    DD = "DD"  # decimal degrees
    DDM = "DDM"  # degrees and decimal minutes
    DMS = "DMS"  # degrees, minutes, seconds
    MGRS = "MGRS"  # the grid of squares of 100 km named by letters
    UTM = "UTM"  # zone, easting, northing
    GK = "GK"  # Gauss-Krueger: X north, Y east with the zone in front


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing a refused text could mean: how it would be read, and the place that gives."""

    reading: str
    place: LatLon


class NotationError(ValueError):
    """A text that is no place, or could be more than one; `candidates` are what it could be, the likeliest first."""

    def __init__(self, text: str, problem: str, mend: str, candidates: Sequence[Candidate] = ()) -> None:
        super().__init__(f"{text[:80]!r}: {problem}{_could_be(candidates)}; {mend}")
        self.text = text
        self.problem = problem
        self.mend = mend
        self.candidates = tuple(candidates)


@dataclass(frozen=True, slots=True)
class Stated:
    """A place in the datum it was stated on: latitude and longitude in degrees, and how finely it was stated.

    `resolution_m` is what one more in the last digit moves the place; `cell_m` is how far from the place the thing
    meant may lie because the digits were cut off (MGRS), 0 where the digits are the place.
    """

    notation: Notation
    lat_deg: float
    lon_deg: float
    resolution_m: float
    cell_m: float = 0.0
    notes: tuple[str, ...] = ()


def degrees_words(place: LatLon) -> str:
    """A place in decimal degrees with hemispheres, to about a metre.

    >>> degrees_words(LatLon(-5.25, 40.1845))
    '05.25000S 040.18450E'
    """
    ns, ew = "NS"[place.lat_deg < 0.0], "EW"[place.lon_deg < 0.0]
    return f"{abs(place.lat_deg):08.5f}{ns} {abs(place.lon_deg):09.5f}{ew}"


def _could_be(candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return ""
    shown = " or ".join(f"{one.reading} = {degrees_words(one.place)}" for one in candidates)
    if len(candidates) == 1:
        return f": it could be {shown}"
    apart_m = max(distance_m(candidates[0].place, other.place) for other in candidates[1:])
    return f": it could be {shown}, {_length(apart_m)} apart"


def _length(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 10_000.0 else f"{metres / 1000.0:.1f} km"
