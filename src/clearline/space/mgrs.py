"""MGRS references: zone, band, two letters for a square of 100 km, and digits whose number is their precision.

The one idea: the digits of a reference are cut off, never rounded. It names a cell, so the place is the cell's middle
and the thing meant may lie anywhere up to its corner.
"""

import re
from typing import NamedTuple

from clearline.space.latlon import LatLon
from clearline.space.stated import Candidate, Notation, NotationError, Stated, degrees_words
from clearline.space.transverse import UTM_SCALE, Ellipsoid
from clearline.space.utm import BANDS, FALSE_NORTH_M, band_limits, from_utm, wrapped, zone_limits

__all__ = ["looks_like_mgrs", "parse_mgrs"]

_SHAPE = re.compile(r"(\d{1,2}) ?([A-Z]) ?([A-Z]) ?([A-Z])((?: ?\d+)*)", re.ASCII)
_NO_SQUARE = re.compile(r"\d{1,2} ?[A-Z](?: \d{1,5} \d{1,5}| ?\d{2,10})?", re.ASCII)
_NO_ZONE = re.compile(r"(?!GK)[A-Z]{2}(?: ?\d+)+|\d{5} \d{5}", re.ASCII)
_POLAR = re.compile(r"[ABYZ] ?[A-Z]{2}(?: ?\d+)*", re.ASCII)
_MEND = "write zone, band, square and as many digits east as north, such as 37S DV 12345 67890"

_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")  # the eight squares across a zone; zones take the sets in turn
_ROWS = "ABCDEFGHJKLMNPQRSTUV"  # the twenty squares northward, over and over; in even zones the first is F
_EVEN_ZONES_BEGIN = _ROWS.index("F")
_SQUARE_M = 100_000.0
_CYCLE_M = 2_000_000.0
_DEGREE_M = 110_900.0  # of latitude, near enough to tell one cycle of 2,000 km from the next for any band
_MOST_DIGITS = 5  # a side: one metre


class _Reference(NamedTuple):
    zone: int
    band: str
    column: str
    row: str
    east_digits: str
    north_digits: str

    @property
    def cell_m(self) -> float:
        return _SQUARE_M / 10 ** len(self.east_digits)


def looks_like_mgrs(word: str) -> bool:
    """Whether a text with plain marks is a grid reference, whole or with a part missing."""
    return any(shape.fullmatch(word) for shape in (_SHAPE, _NO_SQUARE, _NO_ZONE, _POLAR))


def parse_mgrs(text: str, word: str, ellipsoid: Ellipsoid) -> Stated:
    """Read a grid reference; the place is the middle of its cell, `cell_m` the way to the cell's corner.

    Raises NotationError for an odd number of digits, halves of unequal length, a missing square or zone, letters that
    do not occur together, a cell that lies outside its zone or band, and the polar areas, which are not supported.
    """
    reference = _reference(text, word)
    columns = _COLUMNS[(reference.zone - 1) % 3]
    if reference.column not in columns:
        raise _wrong_column(text, reference, ellipsoid)
    return _stated(text, reference, ellipsoid)


def _reference(text: str, word: str) -> _Reference:
    found = _SHAPE.fullmatch(word)
    if found is None:
        raise _why_not(text, word)
    zone, band, column, row = int(found[1]), found[2], found[3], found[4]
    if not 1 <= zone <= 60 or band not in BANDS:
        raise NotationError(text, f"{zone}{band} is no zone and band (1 to 60, C to X without I and O)", _MEND)
    if zone_limits(zone, band) is None:
        raise NotationError(text, f"there is no zone {zone}{band}: odd zones cover Svalbard", "check the zone")
    if row not in _ROWS:
        raise NotationError(text, f"no square has {row} as its second letter (A to V without I and O)", _MEND)
    east, north = _halves(text, found[5].split())
    return _Reference(zone, band, column, row, east, north)


def _halves(text: str, groups: list[str]) -> tuple[str, str]:
    digits = "".join(groups)
    if len(digits) % 2:
        raise NotationError(text, f"{len(digits)} digits are an odd number: one half lost one or gained one", _MEND)
    half = len(digits) // 2
    if half > _MOST_DIGITS or len(groups) > 2 or (len(groups) == 2 and len(groups[0]) != half):
        raise NotationError(text, f"digits grouped as {' '.join(groups)} are not two equal halves of 1 to 5", _MEND)
    return digits[:half], digits[half:]


def _why_not(text: str, word: str) -> NotationError:
    if _POLAR.fullmatch(word):
        return NotationError(text, "references of the polar areas (UPS) are not read", "state the place in degrees")
    if _NO_SQUARE.fullmatch(word):
        return NotationError(text, "the two letters of the 100 km square are missing", _MEND)
    if _NO_ZONE.fullmatch(word):
        return NotationError(text, "the zone and band are missing: the same square recurs round the globe", _MEND)
    return NotationError(text, "this is not a grid reference", _MEND)


def _origin_m(reference: _Reference) -> tuple[float, float]:
    """Easting and northing of the cell's south-west corner, in the cycle of rows that comes nearest to the band."""
    rows = (_ROWS.index(reference.row) - (0 if reference.zone % 2 else _EVEN_ZONES_BEGIN)) % len(_ROWS)
    east_m = (_COLUMNS[(reference.zone - 1) % 3].index(reference.column) + 1) * _SQUARE_M
    east_m += int(reference.east_digits or "0") * reference.cell_m
    north_m = rows * _SQUARE_M + int(reference.north_digits or "0") * reference.cell_m
    middle_m = sum(band_limits(reference.band)) / 2.0 * _DEGREE_M + (FALSE_NORTH_M if reference.band < "N" else 0.0)
    return east_m, north_m + round((middle_m - north_m) / _CYCLE_M) * _CYCLE_M


def _stated(text: str, reference: _Reference, ellipsoid: Ellipsoid) -> Stated:
    limits = zone_limits(reference.zone, reference.band)
    assert limits is not None, "a zone that does not exist was refused"
    middle = _point(reference, ellipsoid, 0.5, 0.5)
    # A cell on the edge of its band or zone may have its middle beyond it: then its corners are looked at too.
    cell = (middle, *_corners(reference, ellipsoid)) if not _holds(reference, limits, middle) else (middle,)
    if not _overlap([point.lat_deg for point in cell], *band_limits(reference.band)):
        problem = f"no square {reference.column}{reference.row} lies in {reference.zone}{reference.band}"
        raise NotationError(text, problem, "check the letters with whoever gave them")
    if not _overlap([point.lon_deg for point in cell], *limits):
        there = f"{degrees_words(middle)} lies beside zone {reference.zone}{reference.band}"
        problem = f"{there} ({limits[0]:g} to {limits[1]:g} east), where other letters are in use"
        raise NotationError(text, problem, "check zone and letters with whoever gave them")
    corner_m = reference.cell_m * 0.5**0.5 / UTM_SCALE
    return Stated(Notation.MGRS, middle.lat_deg, wrapped(middle.lon_deg), reference.cell_m, corner_m)


def _point(reference: _Reference, ellipsoid: Ellipsoid, right: float, up: float) -> LatLon:
    """A point of the cell, `right` and `up` from 0 to 1 across it."""
    east_m, north_m = _origin_m(reference)
    east_m, north_m = east_m + right * reference.cell_m, north_m + up * reference.cell_m
    return from_utm(reference.zone, east_m, north_m, ellipsoid, south=reference.band < "N")


def _corners(reference: _Reference, ellipsoid: Ellipsoid) -> list[LatLon]:
    return [_point(reference, ellipsoid, right, up) for right in (0.0, 1.0) for up in (0.0, 1.0)]


def _holds(reference: _Reference, limits: tuple[float, float], place: LatLon) -> bool:
    south_deg, north_deg = band_limits(reference.band)
    return south_deg <= place.lat_deg <= north_deg and limits[0] <= place.lon_deg <= limits[1]


def _overlap(degrees: list[float], low_deg: float, high_deg: float) -> bool:
    return min(degrees) <= high_deg and max(degrees) >= low_deg


def _wrong_column(text: str, reference: _Reference, ellipsoid: Ellipsoid) -> NotationError:
    """A square that its zone has not, as when a zone is misread at its edge: the neighbours that have it are named."""
    candidates: list[Candidate] = []
    for zone in (reference.zone - 1, reference.zone + 1):
        other = reference._replace(zone=(zone - 1) % 60 + 1)
        if other.column in _COLUMNS[(other.zone - 1) % 3]:
            middle = _point(other, ellipsoid, 0.5, 0.5)
            if _overlap([corner.lat_deg for corner in _corners(other, ellipsoid)], *band_limits(other.band)):
                place = LatLon(middle.lat_deg, wrapped(middle.lon_deg))
                candidates.append(Candidate(f"zone {other.zone}{other.band}", place))
    columns = _COLUMNS[(reference.zone - 1) % 3]
    problem = f"zone {reference.zone} has squares {columns[0]} to {columns[-1]}, not {reference.column}"
    return NotationError(text, problem, "check the zone with whoever gave it", candidates)
