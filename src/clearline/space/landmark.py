"""A place told a second time, in words: "3 km S of Harran @ 36.8600N 039.0300E".

The one idea: numbers are copied wrong and names are not, so whoever states both lets the machine see that they
disagree before anyone flies on it.
"""

import re

from clearline.space.bearing import parse_bearing, parse_distance, range_words
from clearline.space.datum import WGS84
from clearline.space.latlon import LatLon
from clearline.space.notation import parse_position, plain_marks
from clearline.space.stated import degrees_words
from clearline.space.wgs84 import destination, distance_m

__all__ = ["LandmarkError", "check_landmark"]

_LONGEST = 200  # characters
_OFFSET = re.compile(r"(\d[\d.]* ?[A-Z]+) (?:TO THE )?(\S.*?) (?:OF|FROM) (\S.*)")
_MEND = "write how far and which way it lies from where: 3 km S of Harran @ 36.8600N 039.0300E, or just Harran @ ..."


class LandmarkError(ValueError):
    """A place that is not where its landmark puts it, or a landmark that cannot be read."""


def check_landmark(text: str, place: LatLon, reach_m: float) -> None:
    """See that a place lies within `reach_m` of where a text says it does.

    The text is a name, "@" and the name's own position (on WGS84 as `place` is, if no other datum stands behind it),
    with distance and direction before it unless the place is the landmark itself. What the landmark's position is
    uncertain by is added to the reach. Raises LandmarkError with where the place is seen from the landmark, and for a
    text that is not such.

    >>> check_landmark("3 km S of Harran @ 36.8600N 039.0300E", LatLon(36.8330, 39.0300), 100.0)
    """
    words, at, where = text.rpartition("@")
    if len(text) > _LONGEST or not at or not words.strip():
        raise LandmarkError(f"landmark {text[:_LONGEST]!r} has no name with its position; {_MEND}")
    datum = None if where.rstrip().endswith((")", "]")) else WGS84
    try:
        landmark = parse_position(where.strip(), datum=datum)
    except ValueError as error:
        raise LandmarkError(f"landmark {text!r}: {error}") from error
    told = _told(text, plain_marks(words), landmark.place)
    off_m = distance_m(told, place)
    if not off_m <= reach_m + landmark.uncertainty_m:
        raise LandmarkError(
            f"{degrees_words(place)} lies {range_words(landmark.place, place)} of the landmark, which "
            f"{text!r} does not say: {off_m:.0f} m from where it puts it; correct the position or the landmark"
        )


def _told(text: str, words: str, landmark: LatLon) -> LatLon:
    """Where the words put the place, the landmark being where it is."""
    found = _OFFSET.fullmatch(words)
    if found is None:
        if words[:1].isdigit():
            raise LandmarkError(f"landmark {text!r} begins with a number that is no distance and direction; {_MEND}")
        return landmark
    try:
        return destination(landmark, parse_bearing(found[2]), parse_distance(found[1]))
    except ValueError as error:
        raise LandmarkError(f"landmark {text!r}: {error}") from error
