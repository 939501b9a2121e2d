"""One altitude limit as people write it: 500FT AMSL, FL095, SFC, UNL, 1500M AGL, 3000FT QNH1013, 300M QFE 990 @ 450M.

The one idea: a number without its unit or reference is read as just that, unknown, and a number that could be two
(1.500 is one and a half, or fifteen hundred) is refused.
"""

import re
from decimal import Decimal

from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Reference, Unit

__all__ = ["altitude_text", "parse_altitude"]

_LONGEST = 120  # characters: three numbers with all the digits of a double, and their words
_MEND = "write value, unit and reference, such as 500FT AMSL, 1500M AGL, FL095, SFC or UNL"

_WHOLE = {
    **dict.fromkeys(("SFC", "GND", "GL", "SURFACE", "GROUND", "GROUND LEVEL"), SURFACE),
    **dict.fromkeys(("UNL", "UNLIM", "UNLTD", "UNLIMITED"), UNLIMITED),
    # The sea's own level, as airspace control orders bound a band from below ("MSL-FL230").
    **dict.fromkeys(("MSL", "AMSL"), AltitudeLimit(0.0, Unit.METRE, Reference.EGM96)),
}
_UNITS = {
    **dict.fromkeys(("FT", "FEET", "FOOT"), Unit.FOOT),
    **dict.fromkeys(("M", "METRE", "METRES", "METER", "METERS"), Unit.METRE),
}
_REFERENCES = {
    **dict.fromkeys(("AMSL", "MSL", "ASL", "EGM96"), Reference.EGM96),
    "EGM2008": Reference.EGM2008,
    **dict.fromkeys(("AGL", "ASFC", "SFC", "GND"), Reference.AGL),
    **dict.fromkeys(("WGS84", "W84", "HAE"), Reference.WGS84),
    "STD": Reference.STD,
    "QNH": Reference.QNH,
    "QFE": Reference.QFE,
}
# Hectopascals in one of each: the conventional inch and millimetre of mercury (NIST SP 811, B.8).
_PRESSURE_HPA = {"HPA": 1.0, "MB": 1.0, "MBAR": 1.0, "MMHG": 1.333224, "INHG": 33.86389}
# A bare pressure in here is hectopascals on a mountain, or millimetres of mercury near the sea, as Russian airfields
# give their QFE: 600 mm is 800 hPa, 815 mm is 1087 hPa, the highest there was.
_MERCURY_MM = (600.0, 815.0)

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_SETTING = rf"(?P<dial>QNH|QFE)(?: ?(?P<pressure>\d+(?:\.\d+)?) ?(?P<gauge>{'|'.join(_PRESSURE_HPA)})?)?"
_STATION = rf"(?: ?@ ?(?P<station>{_NUMBER}) ?(?P<station_unit>FT|M))?"
_PLAIN = "|".join(name for name in _REFERENCES if name not in ("QNH", "QFE"))
_LIMIT = re.compile(
    rf"(?P<value>{_NUMBER}) ?(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})?"
    rf"(?: ?(?P<plain>{_PLAIN}))?(?: ?{_SETTING})?{_STATION}",
    re.ASCII,
)
_AHEAD = re.compile(rf"(?P<plain>{_PLAIN}) ?(?P<rest>{_NUMBER} ?[A-Z]*)", re.ASCII)  # "AMSL 500FT"
_LEVEL = re.compile(rf"FL ?(?P<level>\d{{1,3}})(?: ?{_SETTING})?", re.ASCII)
_GROUPED = re.compile(r"([+-]?\d{1,3}(?: \d{3})+)(?![\d.])(.*)", re.ASCII)  # "5 000 FT"
_SEPARATED = re.compile(r"(?<![\d.,])([1-9]\d{0,2})[.,](\d{3})(?![\d.,])", re.ASCII)
_COMMA = re.compile(r"\d,\d", re.ASCII)
_RANGE = re.compile(r".*\d.*(-|\.\.|/).*\d.*", re.ASCII)


def parse_altitude(text: str) -> AltitudeLimit:
    """The limit a text states; a unit or reference it does not state is None, and stays unknown.

    MSL, AMSL and ASL are mean sea level by EGM96, as in aviation (ICAO Annex 15); WGS84, W84 and HAE are the ellipsoid;
    QNH and QFE carry their pressure in hPa (or MMHG, INHG), QFE also its station's height as `@ 450M`.
    Raises ValueError for what is no altitude, for a number that could be two, and for a range.

    >>> parse_altitude("300M QFE 990 @ 450M").station_m, parse_altitude("2000").unit
    (450.0, None)
    """
    word = " ".join(text.replace("\N{MINUS SIGN}", "-").upper().split())
    if len(text) > _LONGEST or not word:
        raise ValueError(f"the altitude {text[:_LONGEST]!r} is {'too long' if word else 'empty'}; {_MEND}")
    if (whole := _WHOLE.get(word)) is not None:
        return whole
    _check_separators(text, word)
    if (level := _LEVEL.fullmatch(word)) is not None:
        if level["dial"] == "QFE":
            raise ValueError(f"{text!r}: a flight level stands on 1013.25 hPa, not on a QFE; {_MEND}")
        return AltitudeLimit(float(level["level"]), Unit.FLIGHT_LEVEL, Reference.STD, pressure_hpa=_hpa(text, level))
    if (grouped := _GROUPED.fullmatch(word)) is not None:
        word = grouped[1].replace(" ", "") + grouped[2]
    if (ahead := _AHEAD.fullmatch(word)) is not None:
        word = f"{ahead['rest']} {ahead['plain']}"
    found = _LIMIT.fullmatch(word)
    if found is None:
        raise ValueError(_why_not(text, word))
    return _limit(text, found)


def _limit(text: str, found: re.Match[str]) -> AltitudeLimit:
    plain, dial = found["plain"], found["dial"]
    if plain is not None and dial is not None and (plain, dial) != ("STD", "QNH"):
        raise ValueError(f"{text!r} names two references, {plain} and {dial}; name one")
    if found["station"] is not None and dial != "QFE":
        raise ValueError(f"{text!r}: only a QFE has a station (@); {_MEND}")
    name = plain or dial
    return AltitudeLimit(
        float(found["value"]),
        None if found["unit"] is None else _UNITS[found["unit"]],
        None if name is None else _REFERENCES[name],
        pressure_hpa=_hpa(text, found),
        station_m=_station_m(found),
    )


def _hpa(text: str, found: re.Match[str]) -> float | None:
    if found["pressure"] is None:
        return None
    pressure, gauge = float(found["pressure"]), found["gauge"]
    if gauge is not None:
        return pressure * _PRESSURE_HPA[gauge]
    if 25.0 <= pressure <= 32.0:
        converted = pressure * _PRESSURE_HPA["INHG"]
        raise ValueError(f"{text!r}: {pressure:g} looks like inches of mercury ({converted:.0f} hPa); add INHG or HPA")
    if _MERCURY_MM[0] <= pressure <= _MERCURY_MM[1]:
        converted = pressure * _PRESSURE_HPA["MMHG"]
        raise ValueError(
            f"{text!r}: {pressure:g} could be hPa, or mm of mercury ({converted:.0f} hPa); add HPA or MMHG"
        )
    return pressure


def _station_m(found: re.Match[str]) -> float | None:
    if found["station"] is None:
        return None
    return AltitudeLimit(float(found["station"]), _UNITS[found["station_unit"]], Reference.EGM96).metres


def _check_separators(text: str, word: str) -> None:
    """Refuse a point or comma before exactly three digits, and any other comma: 1.500 and 1,5 are not one number."""
    if (found := _SEPARATED.search(word)) is not None:
        could = f"{found[1]}.{found[2]}"
        raise ValueError(
            f"{text!r} could be {found[1]}{found[2]} or {float(could):g}; write {found[1]}{found[2]} or {could}0"
        )
    if (found := _COMMA.search(word)) is not None:
        raise ValueError(f"{text!r} has a comma inside a number; write a decimal point, and no mark between thousands")


def _why_not(text: str, word: str) -> str:
    if word.startswith("FL"):
        return f"{text!r}: a flight level is FL and one to three digits, such as FL095; {_MEND}"
    if _RANGE.fullmatch(word):
        return f"{text!r} looks like a range; state the lower and the upper limit apart"
    return f"{text!r} is not an altitude this reads; {_MEND}"


def altitude_text(limit: AltitudeLimit) -> str:
    """A limit in a form that `parse_altitude` reads back as the same, all but its uncertainty and ground.

    Raises ValueError for a flight level that is not whole, which no text form has, and for digits without end.

    >>> altitude_text(AltitudeLimit(1.5, Unit.METRE, Reference.EGM96)), altitude_text(parse_altitude("fl 95"))
    ('1.5M AMSL', 'FL095')
    """
    if limit.reference is Reference.SURFACE:
        return "SFC"
    if limit.reference is Reference.UNLIMITED:
        return "UNL"
    setting = "" if limit.pressure_hpa is None else f" {_decimal(limit.pressure_hpa)}HPA"
    if limit.unit is Unit.FLIGHT_LEVEL:
        if limit.reference is None or limit.value not in range(1000):
            raise ValueError(f"{limit} is no whole flight level from 0 to 999 on STD; state it in feet on STD")
        return f"FL{limit.value:03.0f}" + (f" QNH{setting}" if setting else "")
    unit = "" if limit.unit is None else limit.unit.value
    match limit.reference:
        case None:
            name = ""
        case Reference.EGM96:
            name = " AMSL"
        case Reference.STD:
            name = " STD QNH" if setting else " STD"
        case _:
            name = f" {limit.reference.value}"
    station = "" if limit.station_m is None else f" @ {_decimal(limit.station_m)}M"
    text = f"{_decimal(limit.value)}{unit}{name}{setting}{station}"
    if len(text) > _LONGEST:
        raise ValueError(f"{limit} has more digits than can be written; round it outward")
    return text


def _decimal(value: float) -> str:
    """A number in plain decimals, exact, and never with exactly three of them (which could mark a thousand)."""
    text = format(Decimal(repr(value)), "f").removesuffix(".0")
    return f"{text}0" if text[-4:-3] == "." else text
