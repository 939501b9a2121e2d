"""UTM positions as text, and the zones and bands that UTM and MGRS share.

The one idea: the S in 37S is a band (32 to 40 north) to one person and "south" to another, 58 degrees of latitude
apart. A letter is taken only for what it alone can be; where both readings hold the text is refused.
"""

import re
from typing import NamedTuple

from clearline.space.latlon import LatLon
from clearline.space.stated import Candidate, Notation, NotationError, Stated
from clearline.space.transverse import UTM_SCALE, Ellipsoid, inverse_mercator

__all__ = ["BANDS", "FALSE_NORTH_M", "band_limits", "from_utm", "looks_like_utm", "parse_utm", "wrapped", "zone_limits"]

BANDS = "CDEFGHJKLMNPQRSTUVWX"  # eight degrees each from 80 south; X has twelve
_FALSE_EAST_M = 500_000.0
FALSE_NORTH_M = 10_000_000.0  # south of the equator
# A zone and half of each neighbour is the most that eastings are used for; beyond, digits were lost or swapped.
_EASTINGS_M = (100_000.0, 900_000.0)
_BAND_SLACK_DEG = 1e-6  # a tenth of a metre, for a place on the very edge of a band

_ZONE = (
    r"(?:UTM )?(?:ZONE )?(?P<zone>\d{1,2}) ?"
    r"(?:(?P<word>NORTH|SOUTH)|BAND (?P<after>[A-Z])|(?P<before>[A-Z]) ?BAND|(?P<letter>[A-Z]))"
)
_UTM = re.compile(rf"{_ZONE}[ ,;:]+(?P<rest>.*\d.*)", re.ASCII)
_METRES = r"\d+(?:\.\d+)?"
_LABELLED_AFTER = re.compile(rf"({_METRES}) ?(?:M ?)?([EN])[ ,;/]*({_METRES}) ?(?:M ?)?([EN])", re.ASCII)
_LABELLED_BEFORE = re.compile(rf"([EN])[ =:]*({_METRES}) ?M?[ ,;/]+([EN])[ =:]*({_METRES}) ?M?", re.ASCII)
_BARE = re.compile(rf"({_METRES}) ?M?[ ,;/]+({_METRES}) ?M?", re.ASCII)
_LOOKS = re.compile(
    rf"UTM.*|ZONE.*|\d{{1,2}} ?(?:NORTH|SOUTH|BAND|[A-Z] ?BAND)\b.*|{_ZONE}[ ,;:]+[EN]?[ =:]*\d{{6,}}.*", re.ASCII
)
_MEND = "write zone and half of the globe in words, then easting and northing: 37 north 500000 3873000"


class _Grid(NamedTuple):
    zone: int
    east_m: float
    north_m: float
    decimals: int


def looks_like_utm(word: str) -> bool:
    """Whether a text with plain marks begins like a UTM position."""
    return _LOOKS.fullmatch(word) is not None


def band_limits(band: str) -> tuple[float, float]:
    """The southern and northern latitude of a band, degrees.

    >>> band_limits("S"), band_limits("X")
    ((32.0, 40.0), (72.0, 84.0))
    """
    south_deg = -80.0 + 8.0 * BANDS.index(band)
    return south_deg, 84.0 if band == "X" else south_deg + 8.0


def zone_limits(zone: int, band: str) -> tuple[float, float] | None:
    """The western and eastern longitude of a zone within a band, degrees; None where the band has no such zone.

    Zone 32V reaches west over Norway, and four zones of band X share Svalbard (DMA TM 8358.1, 2-2).

    >>> zone_limits(32, "V"), zone_limits(32, "X")
    ((3.0, 12.0), None)
    """
    west_deg = 6.0 * zone - 186.0
    if band == "V" and zone in (31, 32):
        return (0.0, 3.0) if zone == 31 else (3.0, 12.0)
    if band == "X" and 31 <= zone <= 37:
        wide = {31: (0.0, 9.0), 33: (9.0, 21.0), 35: (21.0, 33.0), 37: (33.0, 42.0)}
        return wide.get(zone)
    return west_deg, west_deg + 6.0


def from_utm(zone: int, east_m: float, north_m: float, ellipsoid: Ellipsoid, *, south: bool) -> LatLon:
    """The place of an easting and northing in a zone, in the datum of the ellipsoid; its longitude may exceed 180."""
    north_m -= FALSE_NORTH_M if south else 0.0
    central_deg = 6.0 * zone - 183.0
    return LatLon(
        *inverse_mercator(
            east_m - _FALSE_EAST_M, north_m, central_deg=central_deg, scale=UTM_SCALE, ellipsoid=ellipsoid
        )
    )


def wrapped(lon_deg: float) -> float:
    """A longitude brought into -180..180.

    >>> wrapped(180.5)
    -179.5
    """
    return lon_deg if -180.0 <= lon_deg <= 180.0 else (lon_deg + 180.0) % 360.0 - 180.0


def parse_utm(text: str, word: str, ellipsoid: Ellipsoid) -> Stated:
    """Read a UTM position: zone with half of the globe or band, easting, northing, metres.

    Raises NotationError for a letter that could be a band or "south", digits that were lost, and a band that the
    northing does not lie in.
    """
    found = _UTM.fullmatch(word)
    if found is None or not 1 <= int(found["zone"]) <= 60:
        raise NotationError(text, "this is not a UTM position: it needs a zone from 1 to 60 and its hemisphere", _MEND)
    grid = _grid(text, int(found["zone"]), found["rest"])
    if found["word"] is not None:
        place = _place(grid, ellipsoid, south=found["word"] == "SOUTH")
        notes: tuple[str, ...] = ()
    elif (band := found["after"] or found["before"]) is not None:
        place, notes = _in_band(text, grid, band, ellipsoid), ()
    else:
        place, notes = _by_letter(text, grid, found["letter"], ellipsoid)
    if abs(place.lat_deg) > 84.0:
        raise NotationError(text, "UTM ends at 84 north and 80 south", "state the place in degrees")
    return Stated(Notation.UTM, place.lat_deg, wrapped(place.lon_deg), 10.0**-grid.decimals, notes=notes)


def _by_letter(text: str, grid: _Grid, letter: str, ellipsoid: Ellipsoid) -> tuple[LatLon, tuple[str, ...]]:
    """A bare letter after the zone. N is the same place either way; S is not, unless the northing rules one out."""
    if letter not in "NS":
        return _in_band(text, grid, letter, ellipsoid), ()
    north, south = _place(grid, ellipsoid, south=False), _place(grid, ellipsoid, south=True)
    if letter == "N":
        return north, ()
    if not _within(north, "S"):
        return south, ("S is read as south: the northing does not lie in band S",)
    candidates = (Candidate("band S, north of the equator", north), Candidate("south of the equator", south))
    raise NotationError(text, f"the S of {grid.zone}S is a band or 'south'", _MEND, candidates)


def _in_band(text: str, grid: _Grid, band: str, ellipsoid: Ellipsoid) -> LatLon:
    if band not in BANDS:
        raise NotationError(text, f"{band} is no band of UTM (C to X, without I and O)", _MEND)
    place = _place(grid, ellipsoid, south=band < "N")
    if not _within(place, band):
        south_deg, north_deg = band_limits(band)
        problem = f"band {band} is latitude {south_deg:g} to {north_deg:g}, and the northing lies elsewhere"
        raise NotationError(text, problem, _MEND, (Candidate("without the band", place),))
    return place


def _within(place: LatLon, band: str) -> bool:
    south_deg, north_deg = band_limits(band)
    return south_deg - _BAND_SLACK_DEG <= place.lat_deg <= north_deg + _BAND_SLACK_DEG


def _place(grid: _Grid, ellipsoid: Ellipsoid, *, south: bool) -> LatLon:
    return from_utm(grid.zone, grid.east_m, grid.north_m, ellipsoid, south=south)


def _grid(text: str, zone: int, rest: str) -> _Grid:
    """Easting and northing in this order, or in either if both are labelled."""
    if (bare := _BARE.fullmatch(rest)) is not None:
        numbers = {"E": bare[1], "N": bare[2]}
    elif (after := _LABELLED_AFTER.fullmatch(rest)) is not None:
        numbers = {after[2]: after[1], after[4]: after[3]}
    elif (before := _LABELLED_BEFORE.fullmatch(rest)) is not None:
        numbers = {before[1]: before[2], before[3]: before[4]}
    else:
        numbers = {}
    if len(numbers) != 2:
        raise NotationError(text, "after the zone come an easting and a northing, in metres", _MEND)
    east_m, north_m = float(numbers["E"]), float(numbers["N"])
    low_m, high_m = _EASTINGS_M
    if not low_m <= east_m <= high_m or not 0.0 <= north_m <= FALSE_NORTH_M:
        swapped = low_m <= north_m <= high_m and east_m <= FALSE_NORTH_M
        problem = "northing and easting look swapped" if swapped else "a digit too few or too many"
        raise NotationError(text, f"{problem} ({east_m:.0f} m east, {north_m:.0f} m north)", _MEND)
    decimals = max(len(number.partition(".")[2]) for number in numbers.values())
    return _Grid(zone, east_m, north_m, decimals)
