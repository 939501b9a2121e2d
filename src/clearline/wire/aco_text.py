"""An airspace control order as sets and fields, and the values that fields hold.

The one idea: a set is a name and fields between slants, closed by two; a set that is not closed means the message was
cut off, and a message that was cut off is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.datum import Datum, to_wgs84
from clearline.space.latlon import LatLon
from clearline.wire.altitudes import parse_altitude
from clearline.wire.errors import MalformedError
from clearline.wire.reading import MAX_BYTES
from clearline.wire.spot import Spot

__all__ = [
    "FREE_TEXT",
    "Fields",
    "is_bearing",
    "is_length",
    "is_minutes",
    "is_position",
    "looks_like_aco",
    "only",
    "parse_bearing",
    "parse_length",
    "parse_level",
    "parse_position",
    "parse_sets",
]

FREE_TEXT = frozenset({"AMPN", "NARR", "GENTEXT", "RMKS"})
_MAX_SETS = 500_000
_NAME = re.compile(r"[A-Z0-9]{2,12}")
_LOOK = re.compile(r"^\s*(?:MSGID\s*/\s*ACO\s*/|ACMID\s*/)", re.MULTILINE)

_POSITION = re.compile(r"(?:(LAT[SM]):)?\s*(\d{4}|\d{6})([NS])-?(\d{5}|\d{7})([EW])")
_LENGTH = re.compile(r"(\d{1,7}(?:\.\d{1,6})?)\s*(NM|KM|M|FT)")
_LENGTH_M = {"NM": 1852.0, "KM": 1000.0, "M": 1.0, "FT": 0.3048}
_BEARING = re.compile(r"(\d{3}(?:\.\d{1,3})?)T")
_LEVEL = re.compile(r"(?:(BR|RA|FL)(RA|FL):)?([A-Z0-9]+)-([A-Z0-9]+)")
_RELATIVE = re.compile(r"(\d{3})(AGL|AMSL|GND|MSL)")
_FLIGHT = re.compile(r"FL(\d{3})")


def looks_like_aco(head: str) -> bool:
    r"""Whether a file beginning so is an airspace control order.

    >>> looks_like_aco("EXER/NORTH//\nMSGID/ACO/HQ//"), looks_like_aco("MSGID/ATO/HQ//")
    (True, False)
    """
    return _LOOK.search(head) is not None


@dataclass(frozen=True, slots=True)
class Fields:
    """One set: its name, its fields (without the name), and where it begins."""

    name: str
    fields: tuple[str, ...]
    spot: Spot

    @property
    def text(self) -> str:
        """The set as it stood, on one line, without the closing slants."""
        return "/".join((self.name, *self.fields))

    def field(self, number: int) -> str:
        """A field by its number from 0; empty where it is missing or says "no data" (-)."""
        value = self.fields[number] if number < len(self.fields) else ""
        return "" if value == "-" else value


def parse_sets(data: bytes, *, source: str) -> list[Fields]:
    """The sets of a message, in order. Raises MalformedError.

    Line ends inside a set are white space; `///` inside free text ends nothing. Text before the first set is dropped
    only where it has no slant in it (a classification line).
    """
    if len(data) > MAX_BYTES:
        raise MalformedError(source, "size", f"it is {len(data)} bytes long", f"split it: at most {MAX_BYTES} are read")
    if data.count(b"//") > _MAX_SETS:
        raise MalformedError(source, "size", f"it has more than {_MAX_SETS} sets", "split it")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MalformedError(source, f"line {line}", "it is not UTF-8 text", "save the file as UTF-8") from error
    sets: list[Fields] = []
    line = 1
    chunks = text.split("//")
    for number, chunk in enumerate(chunks):
        body = chunk.lstrip()
        spot = Spot(source, f"line {line + chunk[: len(chunk) - len(body)].count(chr(10))}")
        line += chunk.count("\n")
        if not body:
            continue
        if number == len(chunks) - 1:
            raise spot.refuse(f"the set {body[:40]!r} is not closed by //", "is the message cut off?")
        if body.startswith("/"):
            if not sets or sets[-1].name not in FREE_TEXT:
                raise spot.refuse("a set begins with /", "close each set with // and begin it with its name")
            continue  # the rest of a free text
        sets.append(_set(_without_preamble(body) if not sets else body, spot))
    if not sets:
        raise MalformedError(source, "whole file", "it holds no set", "is it an airspace control order?")
    return sets


def _without_preamble(body: str) -> str:
    lines = body.split("\n")
    while len(lines) > 1 and "/" not in lines[0]:
        lines.pop(0)
    return "\n".join(lines)


def _set(body: str, spot: Spot) -> Fields:
    name, *fields = (" ".join(field.split()) for field in body.split("/"))
    if not _NAME.fullmatch(name):
        raise spot.refuse(f"{name[:40]!r} is not the name of a set", "begin each set with its name in capitals")
    return Fields(name, tuple(fields), spot)


def parse_position(text: str, datum: Datum) -> tuple[LatLon, float]:
    """A position `LATS:DDMMSSNDDDMMSSE` or `LATM:DDMMNDDDMME` on WGS84, and its uncertainty from the datum, metres.

    The prefix may be missing; other numbers of digits could be minutes with decimals or something else and are refused.
    Raises ValueError.

    >>> from clearline.space.datum import WGS84
    >>> parse_position("LATS:352030N0401845E", WGS84)
    (LatLon(lat_deg=35.34166666666667, lon_deg=40.3125), 0.0)
    """
    found = _POSITION.fullmatch(text)
    seconds = found is not None and len(found[2]) == 6
    if found is None or (len(found[4]) == 7) != seconds or (found[1] is not None and (found[1] == "LATS") != seconds):
        raise ValueError(f"{text[:40]!r} is not a position; write LATS:DDMMSSNDDDMMSSE or LATM:DDMMNDDDMME")
    lat_deg, lon_deg = _degrees(found[2], 2, text), _degrees(found[4], 3, text)
    return to_wgs84(lat_deg if found[3] == "N" else -lat_deg, lon_deg if found[5] == "E" else -lon_deg, datum)


def _degrees(digits: str, width: int, text: str) -> float:
    degrees, minutes, seconds = int(digits[:width]), int(digits[width : width + 2]), int(digits[width + 2 :] or "0")
    if minutes > 59 or seconds > 59:
        raise ValueError(f"{text[:40]!r} has more than 59 minutes or seconds; is it minutes with decimals?")
    return (degrees * 3600 + minutes * 60 + seconds) / 3600.0


def is_position(text: str) -> bool:
    """Whether a field looks like a position."""
    return text.startswith(("LATS:", "LATM:")) or _POSITION.fullmatch(text) is not None


def is_minutes(text: str) -> bool:
    """Whether a position is stated to the minute only."""
    return len(text.rpartition(":")[2].replace("-", "")) == len("DDMMNDDDMME")


def is_length(text: str) -> bool:
    """Whether a field is a length with its unit."""
    return _LENGTH.fullmatch(text) is not None


def is_bearing(text: str) -> bool:
    """Whether a field is a true bearing; a magnetic one, 170M, would be read as metres, so it is none."""
    return _BEARING.fullmatch(text) is not None


def parse_length(text: str) -> float:
    """A length with its unit (NM, KM, M, FT), metres. Raises ValueError.

    >>> parse_length("5NM")
    9260.0
    """
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:20]!r} is not a length; write a number and NM, KM, M or FT")
    return float(found[1]) * _LENGTH_M[found[2]]


def parse_bearing(text: str) -> float:
    """A true bearing `DDDT`, degrees. Raises ValueError."""
    found = _BEARING.fullmatch(text)
    if found is None or float(found[1]) > 360.0:
        raise ValueError(f"{text[:20]!r} is not a bearing; write three digits and T, for degrees true")
    return float(found[1])


def parse_level(text: str) -> Band:
    """A vertical dimension such as BRRA:GL-100AGL, RAFL:070AMSL-FL280 or FLFL:FL100-FL230. Raises ValueError.

    Three digits are hundreds of feet; AMSL is EGM96 (ICAO Annex 15). Any other number of digits could be feet, and is
    refused. GL is the surface, MSL the sea's level, UNL no upper limit.

    >>> str(parse_level("BRRA:GL-100AGL"))
    'SURFACE to 10000 ft AGL'
    """
    found = _LEVEL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is not a vertical dimension; write such as BRRA:GL-100AGL or FLFL:FL100-FL230")
    lower, upper = _limit(found[3], text), _limit(found[4], text)
    for stated, (form, _) in ((found[1], lower), (found[2], upper)):
        if stated is not None and form not in (stated, "UN"):
            raise ValueError(
                f"{text[:40]!r} names {found[1]}{found[2]} and gives {lower[0]}{upper[0]}; mend one of them"
            )
    return Band(lower[1], upper[1])


def _limit(text: str, whole: str) -> tuple[str, AltitudeLimit]:
    """One limit, and its form: BR a base reference, RA hundreds of feet, FL a flight level, UN unlimited."""
    match text:
        case "GL" | "SFC" | "GND":
            return "BR", SURFACE
        case "MSL":
            return "BR", parse_altitude("MSL")
        case "UNL" | "UNLTD":
            return "UN", UNLIMITED
        case _:
            pass
    if (level := _FLIGHT.fullmatch(text)) is not None:
        return "FL", AltitudeLimit(float(level[1]), Unit.FLIGHT_LEVEL, Reference.STD)
    found = _RELATIVE.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text[:20]!r} in {whole[:40]!r} is not a limit; write three digits (hundreds of feet) and AGL or AMSL, "
            f"FL and three digits, GL or MSL"
        )
    reference = Reference.AGL if found[2] in ("AGL", "GND") else Reference.EGM96
    return "RA", AltitudeLimit(float(found[1]) * 100.0, Unit.FOOT, reference)


def only(values: Sequence[str], count: int, what: str, spot: Spot) -> Sequence[str]:
    """The values, if there are as many as needed. Raises MalformedError."""
    if len(values) != count:
        raise spot.refuse(f"it has {len(values)} {what}", f"give {count}")
    return values
