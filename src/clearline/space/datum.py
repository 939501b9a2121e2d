"""Datums: which ellipsoid and which origin a pair of degrees was measured on, and the way from there to WGS84.

The one idea: the same numerals on another datum are another place, up to some hundreds of metres away. So a datum is
always stated; "unknown" is a statement too, and costs `UNKNOWN_DATUM_M` of uncertainty.
"""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pyproj import CRS
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError

from clearline.space.datum_shift import DatumError, Shift, find_shift
from clearline.space.latlon import LatLon, check_latlon
from clearline.space.transverse import Ellipsoid

__all__ = [
    "UNKNOWN",
    "UNKNOWN_DATUM_M",
    "WGS84",
    "Datum",
    "DatumError",
    "Shift",
    "ellipsoid_of",
    "parse_datum",
    "shift_to_wgs84",
    "to_wgs84",
]

# Of the 421 geodetic datums in EPSG's list that have a usable operation, the furthest from WGS84 somewhere in its own
# area is Japan's of old, 631 m; two parties, each on a datum of its own, use this once each. The 300 m of the domain
# reference holds for the datums in use at 35 N 40 E (up to 260 m apart) and is no bound for the Earth (decision 0009).
UNKNOWN_DATUM_M = 1_000.0

_WGS84_CODE = 4326
_LONGEST = 80  # characters; no name in the EPSG list is longer
_MEND = "state it as WGS84, EPSG:n (of a geographic or projected CRS), a name (SK-42, ED50, Deir ez Zor), or unknown"


@dataclass(frozen=True, slots=True)
class Datum:
    """A geodetic datum: its EPSG name and the code of its geographic CRS in degrees; code None is "unknown".

    `stated` is the text it was parsed from, for showing; two datums are equal whatever they were called.
    Raises DatumError for a code that is not positive, or a name without a code that is not "unknown".
    """

    name: str
    epsg: int | None
    stated: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if (self.epsg is None) != (self.name == "unknown") or (self.epsg is not None and self.epsg <= 0):
            raise DatumError(f"a datum is an EPSG code and its name, or 'unknown'; got {self.name!r}, {self.epsg}")

    @property
    def known(self) -> bool:
        """Whether the datum was stated; a place on one that was not is good to `UNKNOWN_DATUM_M`."""
        return self.epsg is not None

    def __str__(self) -> str:
        return self.name if self.epsg is None else f"{self.name} (EPSG:{self.epsg})"


WGS84 = Datum("WGS 84", _WGS84_CODE, "WGS84")
UNKNOWN = Datum("unknown", None, "unknown")

# Names in use beside EPSG's own, as letters and digits only.
_ALIASES = {
    **dict.fromkeys(("WGS1984", "W84", "WGE", "WORLDGEODETICSYSTEM1984", "CRS84", "OGCCRS84"), _WGS84_CODE),
    **dict.fromkeys(("SK42", "S42", "PULKOVO42"), 4284),
    **dict.fromkeys(("SK95", "S95", "PULKOVO95"), 4200),
    **dict.fromkeys(("EUROPEANDATUM1950", "EUROPEAN1950"), 4230),
    **dict.fromkeys(("NORTHAMERICANDATUM1927", "NORTHAMERICAN1927"), 4267),
    **dict.fromkeys(("NORTHAMERICANDATUM1983", "NORTHAMERICAN1983"), 4269),
    "DEIREZZOR1920": 4227,
}
_EPSG = re.compile(r"(?:URN:OGC:DEF:CRS:)?EPSG:(?:[\d.]*:)?(\d{1,6})", re.ASCII)
_UNKNOWN_WORDS = frozenset(("UNKNOWN", "UNK", "NOT STATED"))


@lru_cache(maxsize=1024)
def parse_datum(text: str) -> Datum:
    """The datum a text names: WGS84, EPSG:n of a geographic or projected CRS, an EPSG name, a usual alias, or unknown.

    A projected CRS gives the datum it is drawn on. Raises DatumError for an empty text, a name that is not known (the
    nearest ones named), and a CRS whose degrees are not plain degrees from Greenwich.

    >>> parse_datum("SK-42") == parse_datum("Pulkovo 1942") == parse_datum("EPSG:28407")
    True
    """
    word = " ".join(text.upper().split())
    if not word or len(word) > _LONGEST:
        raise DatumError(f"the datum {text[:_LONGEST]!r} is {'too long' if word else 'empty'}; {_MEND}")
    if word in _UNKNOWN_WORDS:
        return Datum(UNKNOWN.name, None, text)
    if (found := _EPSG.fullmatch(word)) is not None:
        return _from_code(int(found[1]), text)
    plain = re.sub(r"[^A-Z0-9()]", "", word)
    code = _ALIASES.get(plain) or (_WGS84_CODE if plain == "WGS84" else _names().get(plain))
    if code is None:
        raise DatumError(f"datum {text!r} is not known{_nearest(plain)}; {_MEND}")
    return _from_code(code, text)


def to_wgs84(lat_deg: float, lon_deg: float, datum: Datum) -> tuple[LatLon, float]:
    """A place stated on a datum, on WGS84, and how far from it the truth may be because of the datum, metres.

    Raises DatumError where the datum has no published operation (see `datum_shift`), ValueError for what is no place.
    """
    shift = shift_to_wgs84(lat_deg, lon_deg, datum)
    return shift.place, shift.uncertainty_m


def shift_to_wgs84(lat_deg: float, lon_deg: float, datum: Datum) -> Shift:
    """As `to_wgs84`, and by which operation: a published one with its code, or "" where nothing was moved."""
    place = check_latlon(LatLon(lat_deg, lon_deg))
    if datum.epsg == _WGS84_CODE:
        return Shift(place, 0.0, "", outside=False)
    if datum.epsg is None:
        return Shift(place, UNKNOWN_DATUM_M, "", outside=False)
    return find_shift(place.lat_deg, place.lon_deg, datum.epsg, datum.name)


@cache
def ellipsoid_of(datum: Datum) -> Ellipsoid:
    """The ellipsoid a datum is measured on. Raises DatumError if the datum is unknown."""
    if datum.epsg is None:
        raise DatumError("the ellipsoid of an unknown datum is not known; state the datum")
    ellipsoid = CRS.from_epsg(datum.epsg).ellipsoid
    assert ellipsoid is not None, "a geographic CRS has an ellipsoid"
    inverse = ellipsoid.inverse_flattening
    return Ellipsoid(ellipsoid.semi_major_metre, 1.0 / inverse if inverse else 0.0)


def _from_code(code: int, text: str) -> Datum:
    try:
        crs = CRS.from_epsg(code)
    except CRSError as error:
        raise DatumError(f"EPSG:{code} is not a coordinate reference system; {_MEND}") from error
    geodetic = crs.geodetic_crs
    if geodetic is None or geodetic.is_geocentric:
        raise DatumError(f"EPSG:{code} ({crs.name}) has no latitude and longitude; {_MEND}")
    flat = geodetic.to_2d()
    epsg, meridian = flat.to_epsg(), flat.prime_meridian
    plain = meridian is not None and meridian.longitude == 0.0 and all(a.unit_name == "degree" for a in flat.axis_info)
    if epsg is None or not plain:
        raise DatumError(
            f"EPSG:{code} ({crs.name}) is not measured in degrees from Greenwich; state the datum by a CRS that is"
        )
    return Datum(flat.name, epsg, text)


@cache
def _names() -> dict[str, int]:
    """EPSG's geographic systems by name, letters and digits only; systems out of use are left out."""
    found = query_crs_info(auth_name="EPSG", pj_types=PJType.GEOGRAPHIC_2D_CRS)
    return {re.sub(r"[^A-Z0-9()]", "", one.name.upper()): int(one.code) for one in found if not one.deprecated}


def _nearest(plain: str) -> str:
    stem = plain.rstrip("0123456789()")[:6]
    near = [f"{name} (EPSG:{code})" for name, code in _names().items() if len(stem) >= 4 and name.startswith(stem)]
    return f"; did you mean {' or '.join(near[:4])}?" if near else ""
