"""One angle of a position as text: every way its digits can be read as degrees, minutes and seconds.

The one idea: ambiguity is not tested for, it falls out. All readings of the digits are listed, the `proper` ones that
the text truly says and the slips that people make of the same digits; one proper reading and nothing else is a
position, anything more is refused with the readings named.
"""

import re
from typing import NamedTuple

from clearline.space.stated import Notation

__all__ = ["AngleReading", "angle_digits", "angle_from_digits", "angle_readings", "last_digit_deg"]

# Degrees, then minutes, then seconds, each after a mark, a colon, a hyphen or a space.
_PARTED = re.compile(
    r"(\d{1,3})(\.\d+)?([°:\- ]) ?(?:(\d{1,2})(\.\d+)?(?:(['\u2032:\- ]) ?(?:(\d{1,2})(\.\d+)?\"?)?)?)?", re.ASCII
)
_COMPACT = re.compile(r"(\d+)(?:\.(\d+))?", re.ASCII)
_FIELDS = re.compile(r"\d+", re.ASCII)


class AngleReading(NamedTuple):
    """One way to read an angle: degrees without sign, decimals of the last field, and whether the text says so.

    `fault` says why a proper reading cannot be (75 minutes); its degrees then mean nothing.
    """

    notation: Notation
    value_deg: float
    decimals: int
    proper: bool = True
    fault: str = ""


def angle_readings(body: str, degree_digits: int) -> list[AngleReading]:
    """Every reading of an angle's text (no hemisphere, no sign), proper ones first; empty if it has none.

    `degree_digits` is how many digits whole degrees take where nothing marks them: 2 for latitude, 3 for longitude.

    >>> [reading.notation.value for reading in angle_readings("35 20 30", 2)]
    ['DMS', 'DDM']
    >>> [reading.notation.value for reading in angle_readings("352030", 2)]
    ['DMS']
    """
    if (compact := _COMPACT.fullmatch(body)) is not None:
        return _compact(compact[1], compact[2] or "", degree_digits)
    parted = _PARTED.fullmatch(body)
    return [] if parted is None else _parted(parted)


def last_digit_deg(notation: Notation, decimals: int) -> float:
    """How many degrees one more in the last digit is.

    >>> last_digit_deg(Notation.DDM, 2) * 60.0
    0.01
    """
    return 10.0**-decimals / {Notation.DDM: 60.0, Notation.DMS: 3600.0}.get(notation, 1.0)


def angle_digits(body: str, degree_digits: int) -> tuple[str, str]:
    """The digits of an angle without their marks: those of its whole degrees, and all that follow."""
    if _COMPACT.fullmatch(body) is not None:
        whole = body.partition(".")[0]
        digits = body.replace(".", "")
        cut = min(len(whole), degree_digits)
        return digits[:cut], digits[cut:]
    fields = _FIELDS.findall(body)
    return fields[0], "".join(fields[1:])


def angle_from_digits(degrees: str, rest: str, notation: Notation) -> float | None:
    """What the digits of an angle come to in another notation, degrees; None where minutes or seconds exceed 59.

    >>> angle_from_digits("35", "30", Notation.DD), angle_from_digits("35", "30", Notation.DDM)
    (35.3, 35.5)
    """
    if notation is Notation.DD:
        return float(f"{degrees}.{rest or '0'}")
    padded = rest.ljust(4, "0")
    if notation is Notation.DDM:
        reading = _sexagesimal(Notation.DDM, degrees, f"{padded[:2]}.{padded[2:]}", "0")
    else:
        reading = _sexagesimal(Notation.DMS, degrees, padded[:2], f"{padded[2:4]}.{padded[4:] or '0'}")
    return None if reading.fault else reading.value_deg


def _parted(found: re.Match[str]) -> list[AngleReading]:
    degrees, degree_part, mark, minutes, minute_part, mark_after, seconds, second_part = found.groups()
    if minutes is None:
        # Only a degree sign may end an angle: "35:" and "35 " lost something.
        return [_decimal_degrees(degrees, (degree_part or ".")[1:])] if mark == "°" and mark_after is None else []
    if degree_part is not None:
        return []  # 35.5 degrees and minutes too
    if seconds is None:
        if mark_after in (":", "-", " "):
            return []
        return [_sexagesimal(Notation.DDM, degrees, minutes + (minute_part or ""), "0")]
    if minute_part is not None:
        return []  # 20.5 minutes and seconds too
    readings = [_sexagesimal(Notation.DMS, degrees, minutes, seconds + (second_part or ""))]
    if mark_after == " " and second_part is None:
        # Three whole numbers with nothing but a space before the last: 20 30 may be 20.30 minutes, as it is spoken.
        readings += _slips(_sexagesimal(Notation.DDM, degrees, f"{minutes}.{seconds}", "0"))
    return readings


def _compact(whole: str, part: str, degree_digits: int) -> list[AngleReading]:
    """Digits with at most a point among them: how many come before the point says what they are."""
    degrees, rest = whole[:degree_digits], whole[degree_digits:]
    tail = f".{part}" if part else ""
    if len(rest) == 4:
        readings = [_sexagesimal(Notation.DMS, degrees, rest[:2], rest[2:] + tail)]
        return readings + (
            _slips(_sexagesimal(Notation.DDM, degrees, f"{rest[:2]}.{rest[2:]}", "0")) if readings[0].fault else []
        )
    if len(rest) == 2:
        readings = [_sexagesimal(Notation.DDM, degrees, rest + tail, "0")]
        return readings + (_slips(_decimal_degrees(degrees, rest + part)) if readings[0].fault else [])
    if not rest:
        return [_decimal_degrees(whole, part), *_run_together(whole, part)]
    return _slips(*_lost_digits(whole, part, degree_digits))


def _run_together(degrees: str, part: str) -> list[AngleReading]:
    """Decimals of a degree that could be whole minutes, or whole minutes and seconds: 35.20, 35.2030."""
    if len(part) == 2:
        return _slips(_sexagesimal(Notation.DDM, degrees, part, "0"))
    if len(part) == 4:
        return _slips(_sexagesimal(Notation.DMS, degrees, part[:2], part[2:]))
    return []


def _lost_digits(whole: str, part: str, degree_digits: int) -> list[AngleReading]:
    """What a count of digits that fits nothing may have been: a point left out, or the leading zero of a longitude."""
    readings: list[AngleReading] = []
    rest = whole[degree_digits:]
    if len(rest) == 3 and not part:
        readings.append(_sexagesimal(Notation.DDM, whole[:degree_digits], f"{rest[:2]}.{rest[2]}", "0"))
        readings.append(_sexagesimal(Notation.DMS, whole[:degree_digits], rest[:2], rest[2]))
    tail = f".{part}" if part else ""
    short = degree_digits - 1
    if degree_digits == 3 and len(whole) == short + 2:
        readings.append(_sexagesimal(Notation.DDM, whole[:short], whole[short:] + tail, "0"))
    if degree_digits == 3 and len(whole) == short + 4:
        readings.append(_sexagesimal(Notation.DMS, whole[:short], whole[short : short + 2], whole[short + 2 :] + tail))
    return readings


def _slips(*readings: AngleReading) -> list[AngleReading]:
    return [reading._replace(proper=False) for reading in readings if not reading.fault]


def _decimal_degrees(degrees: str, part: str) -> AngleReading:
    return AngleReading(Notation.DD, float(f"{degrees}.{part or '0'}"), len(part))


def _sexagesimal(notation: Notation, degrees: str, minutes: str, seconds: str) -> AngleReading:
    minute, second = float(minutes), float(seconds)
    fault = ""
    if minute >= 60.0:
        fault = f"minutes run from 0 to below 60, not {minutes}"
    elif second >= 60.0:
        fault = f"seconds run from 0 to below 60, not {seconds}"
    last = minutes if notation is Notation.DDM else seconds
    return AngleReading(
        notation, int(degrees) + minute / 60.0 + second / 3600.0, len(last.partition(".")[2]), fault=fault
    )
