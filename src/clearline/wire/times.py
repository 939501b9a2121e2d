"""Instants as people write them: ISO 8601 with a zone, and the military date-time group; nothing else.

The one idea: a time of day without a zone is any of 26 hours, so it is refused and never read as UTC; and a date
whose day and month could change places is refused and never sorted by custom.
"""

import re
from datetime import UTC, date, datetime, timedelta

__all__ = ["parse_time"]

_DAY_MS = 86_400_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_PLAIN_LENGTHS = (20, 24)  # 2015-09-18T21:40:00Z, with or without .123
_LONGEST = 64  # characters; the longest form has fewer than 40
_MEND = "write it in UTC, such as 2015-09-18T21:40Z or 182140ZSEP15"

_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))"
    r"(?:[T ]\s*(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?|(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)"
    r"\s*(Z|[+-]\d\d(?::?\d\d)?)?|Z)?",
    re.ASCII,
)
_GROUP = re.compile(r"(\d\d)(\d\d)(\d\d)\s*([A-Z])\s*([A-Z]{3})\s*(\d{4}|\d\d)", re.ASCII)
_SHORT_GROUP = re.compile(r"\d{6}\s*[A-Z]?(\s*[A-Z]{3})?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?!\d)(.*)", re.ASCII)
_ZONED = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$", re.ASCII)
_CLOCK = re.compile(r"(\d\d):?(\d\d)(?::\d\d)?", re.ASCII)
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
# Military zones (ACP 121): A to M eastward of Greenwich, N to Y westward, Z itself; J is the observer's own time.
_ZONE_HOURS = {
    **{letter: hours for hours, letter in enumerate("ABCDEFGHIKLM", start=1)},
    **{letter: -hours for hours, letter in enumerate("NOPQRSTUVWXY", start=1)},
    "Z": 0,
}
_FARTHEST_MIN = (-12 * 60, 14 * 60)  # no zone in use is further from UTC than Baker Island and the Line Islands
# Clocks of the founding story, as they stood in September 2015, to show what a missing zone leaves open.
_EXAMPLES = ((0, "in UTC"), (180, "in Damascus or Moscow"), (-240, "in Washington"))


def parse_time(text: str, *, end: bool) -> int:
    """The instant a text names, milliseconds since 1970-01-01T00:00:00Z.

    A date alone is its first millisecond in UTC, or its last if `end`; a fraction finer than a millisecond goes down,
    or up if `end`. 24:00 is the midnight that ends a day. Raises ValueError, naming what the text could mean, for a
    time without a zone, a date that could be two, local time (J), a leap second, or what is no time at all.

    >>> parse_time("181200ZSEP15", end=False) == parse_time("2015-09-18T15:00+03:00", end=True) == 1_442_577_600_000
    True
    """
    plain = _plain_ms(text)
    if plain is not None:
        return plain
    if len(text) > _LONGEST:
        raise ValueError(f"{text[:_LONGEST]!r}... is too long for a time; {_MEND}")
    word = text.strip().upper()
    if (iso := _ISO.fullmatch(word)) is not None:
        return _iso(text, iso, end=end)
    if (group := _GROUP.fullmatch(word)) is not None:
        return _date_time_group(text, group)
    raise ValueError(_why_not(text, word))


def _plain_ms(text: str) -> int | None:
    """The instant of the form most files use, to the second or the millisecond in UTC; None for any other."""
    if len(text) not in _PLAIN_LENGTHS or text[-1] != "Z" or text[10] != "T" or not text[:4].isdecimal():
        return None
    if not (text[4] == text[7] == "-" and text[13] == text[16] == ":"):
        return None
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
    except ValueError:
        return None  # the whole reading says why


def _iso(text: str, found: re.Match[str], *, end: bool) -> int:
    year, month, day = int(found[1]), int(found[2] or found[4]), int(found[3] or found[5])
    day_ms = _day_ms(text, year, month, day)
    if found[6] is None:
        return day_ms + _DAY_MS - 1 if end else day_ms
    hours, minutes, seconds = int(found[6]), int(found[7] or found[10] or 0), int(found[8] or found[11] or 0)
    clock_ms = _clock_ms(text, hours, minutes, seconds)
    fraction = found[9] or found[12] or ""
    if hours == 24 and fraction.strip("0"):
        raise ValueError(f"{text!r}: 24:00 is the end of a day and nothing comes after it; {_MEND}")
    fraction_ms = int(fraction[:3].ljust(3, "0")) + (1 if end and fraction[3:].strip("0") else 0)
    if found[13] is None:
        raise ValueError(_without_zone(text, day_ms + clock_ms))
    return day_ms + clock_ms + fraction_ms - 60_000 * _offset_min(text, found[13])


def _date_time_group(text: str, found: re.Match[str]) -> int:
    day, hours, minutes, letter, name = int(found[1]), int(found[2]), int(found[3]), found[4], found[5]
    if name not in _MONTHS:
        raise ValueError(f"{text!r}: {name} is not a month; write JAN to DEC")
    # A group's two-digit year is of this century: no plan is filed for 1915 or 2115.
    year = int(found[6]) + (2000 if len(found[6]) == 2 else 0)
    local_ms = _day_ms(text, year, _MONTHS[name], day) + _clock_ms(text, hours, minutes, 0)
    if letter == "J":
        raise ValueError(_without_zone(text, local_ms))
    return local_ms - 3_600_000 * _ZONE_HOURS[letter]


def _day_ms(text: str, year: int, month: int, day: int) -> int:
    try:
        return (date(year, month, day).toordinal() - _EPOCH_DAY) * _DAY_MS
    except ValueError as error:
        raise ValueError(f"{text!r} names a day that no calendar has ({error}); {_MEND}") from error


def _clock_ms(text: str, hours: int, minutes: int, seconds: int) -> int:
    if seconds == 60:
        raise ValueError(f"{text!r}: a leap second has no place in this count of time; write second 59 or minute + 1")
    if minutes > 59 or seconds > 59 or hours > 24 or (hours == 24 and (minutes or seconds)):
        raise ValueError(f"{text!r}: {hours:02}:{minutes:02}:{seconds:02} is not a time of day; {_MEND}")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def _offset_min(text: str, zone: str) -> int:
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or "0")
    offset_min = (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)
    if minutes > 59 or not _FARTHEST_MIN[0] <= offset_min <= _FARTHEST_MIN[1]:
        raise ValueError(f"{text!r}: no zone is {zone} from UTC (they reach from -12:00 to +14:00); {_MEND}")
    return offset_min


def _without_zone(text: str, local_ms: int) -> str:
    readings = ", ".join(f"{_instant(local_ms - 60_000 * offset)} ({where})" for offset, where in _EXAMPLES)
    first, last = (_instant(local_ms - 60_000 * offset) for offset in reversed(_FARTHEST_MIN))
    return (
        f"{text!r} names no zone: it could be {readings}, or any instant from {first} to {last}; "
        f"add Z or an offset such as +03:00"
    )


def _why_not(text: str, word: str) -> str:
    """Why a text of no known form is refused, as near to its writer's mind as can be told."""
    if not word:
        return f"the time is empty; {_MEND}"
    if (clock := _CLOCK.fullmatch(word)) is not None:
        return f"{text!r} is a time of day, {clock[1]}:{clock[2]}, of no day and no zone; {_MEND}"
    if (slashed := _SLASHED.fullmatch(word)) is not None:
        return _two_dates(text, slashed)
    if word.isdecimal() and len(word) >= 9:
        return f"{text!r} is a bare count, of seconds, of milliseconds or of digits YYMMDDhhmm; {_MEND}"
    if _SHORT_GROUP.fullmatch(word):
        return f"{text!r} is a date-time group that lacks its zone, month or year; {_MEND}"
    return f"{text!r} is not a time this reads; {_MEND}"


def _two_dates(text: str, found: re.Match[str]) -> str:
    first, second, year = int(found[1]), int(found[3]), int(found[4]) + (2000 if len(found[4]) == 2 else 0)
    readings = [
        f"{year}-{month:02}-{day:02}" for day, month in ((first, second), (second, first)) if 1 <= month <= 12 and day
    ]
    could = " or ".join(dict.fromkeys(readings)) or "no day at all"
    zone = "" if _ZONED.search(found[5]) else ", and add the zone"
    return f"{text!r}: its date could be {could}; write the year first, then month and day{zone}"


def _instant(ms: int) -> str:
    day, rest = divmod(ms, _DAY_MS)
    ordinal = day + _EPOCH_DAY
    # Only a message is made here: at the ends of the calendar it says the nearest day that has a name.
    shown = date.fromordinal(min(max(ordinal, 1), date.max.toordinal())).isoformat()
    return f"{shown}T{rest // 3_600_000:02}:{rest // 60_000 % 60:02}Z"
