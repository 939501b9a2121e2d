"""Gauss-Krueger positions as text: X is north, Y is east with the number of its zone in front, metres.

The one idea: X and Y are the other way round from what most people expect, and both are seven digits, so each must
carry its letter, or the text must be known to be Gauss-Krueger, where X comes first.
"""

import re

from clearline.space.latlon import LatLon
from clearline.space.stated import Candidate, Notation, NotationError, Stated
from clearline.space.transverse import KRASSOVSKY, Ellipsoid, inverse_mercator

__all__ = ["looks_like_gauss_krueger", "parse_gauss_krueger"]

_METRES = r"\d+(?:\.\d+)?"
_LABELLED = re.compile(rf"(?:GK )?([XY])[ =:]*({_METRES}) ?M?[ ,;/]*([XY])[ =:]*({_METRES}) ?M?", re.ASCII)
_BARE = re.compile(rf"(?:GK )?({_METRES}) ?M?[ ,;/]+({_METRES}) ?M?", re.ASCII)
_LOOKS = re.compile(rf"GK.*|[XY][ =:]*\d.*|{_METRES} ?M?[ ,;/]+\d{{6,}}(?:\.\d+)? ?M?", re.ASCII)
_MEND = "write X (north) and Y (east, the zone in front) with their letters: X 3873000 Y 7500000"

_ZONE_M = 1_000_000.0  # what the zone's number is counted in within Y
_FALSE_EAST_M = 500_000.0
_FARTHEST_X_M = 10_000_000.0  # a quarter of a meridian is 10,002 km
# Half a zone is 334 km at the equator; maps carry their grid on for half a degree, 56 km.
_WIDEST_M = 390_000.0


def looks_like_gauss_krueger(word: str) -> bool:
    """Whether a text with plain marks begins like a Gauss-Krueger position, labelled or not."""
    return _LOOKS.fullmatch(word) is not None


def parse_gauss_krueger(text: str, word: str, ellipsoid: Ellipsoid, *, named: bool) -> Stated:
    """Read a position in the six-degree zones of SK-42 and SK-95; `named` is that its notation was stated.

    Zone n has its central meridian at 6n - 3 degrees (EPSG:28402 to 28432 and 20004 to 20032), scale 1, on the
    Krassovsky ellipsoid. Raises NotationError without letters unless `named`, without a zone in Y, on another
    ellipsoid (other Gauss-Krueger grids have other zones), and for a place further from its zone than maps reach.
    """
    if ellipsoid != KRASSOVSKY:
        problem = "Gauss-Krueger is read on SK-42, SK-95 and other datums of the Krassovsky ellipsoid only"
        raise NotationError(text, problem, "state the datum, or state the place in degrees")
    if (labelled := _LABELLED.fullmatch(word)) is not None and labelled[1] != labelled[3]:
        numbers = {labelled[1]: labelled[2], labelled[3]: labelled[4]}
    elif (bare := _BARE.fullmatch(word)) is not None:
        numbers = {"X": bare[1], "Y": bare[2]}
        if not named and not word.startswith("GK "):
            raise _without_letters(text, bare[1], bare[2])
    else:
        raise NotationError(text, "this is not a Gauss-Krueger position", _MEND)
    place = _place(float(numbers["X"]), float(numbers["Y"]))
    if isinstance(place, str):
        raise NotationError(text, place, _MEND)
    decimals = max(len(number.partition(".")[2]) for number in numbers.values())
    return Stated(Notation.GK, place.lat_deg, place.lon_deg, 10.0**-decimals)


def _place(north_m: float, east_m: float) -> LatLon | str:
    """The place of X and Y, in the datum's own degrees, or why there is none."""
    zone, within_m = int(east_m // _ZONE_M), east_m % _ZONE_M
    if not 1 <= zone <= 60:
        return f"Y {east_m:.0f} has no zone in front: seven or eight digits, the first one or two the zone"
    if north_m > _FARTHEST_X_M:
        return f"X {north_m:.0f} lies beyond the pole"
    if abs(within_m - _FALSE_EAST_M) > _WIDEST_M:
        return f"Y {east_m:.0f} lies {abs(within_m - _FALSE_EAST_M) / 1000.0:.0f} km from the middle of zone {zone}"
    lat_deg, lon_deg = inverse_mercator(
        within_m - _FALSE_EAST_M, north_m, central_deg=6.0 * zone - 3.0, scale=1.0, ellipsoid=KRASSOVSKY
    )
    return LatLon(lat_deg, lon_deg - 360.0 if lon_deg > 180.0 else lon_deg)


def _without_letters(text: str, first: str, second: str) -> NotationError:
    candidates: list[Candidate] = []
    for order, x, y in (("X first", first, second), ("Y first", second, first)):
        place = _place(float(x), float(y))
        if isinstance(place, LatLon):
            candidates.append(Candidate(order, place))
    problem = "two numbers without letters: Gauss-Krueger, or UTM without its zone"
    return NotationError(text, problem, _MEND, candidates)
