"""The times of a UAS geographical zone (ED-269, ED-318): a period, and days and hours within it.

The one idea: a schedule that cannot be laid out exactly (sunrise, days without end, times that run past midnight) is
taken as its whole period. A zone is never active for less than it says.
"""

import re
from dataclasses import dataclass

from clearline.space.window import TimeWindow
from clearline.wire.json_text import Json, shown
from clearline.wire.json_values import At, list_of, text_of
from clearline.wire.reading import ALWAYS
from clearline.wire.times import parse_time

__all__ = ["Period", "windows_of"]

# Laid out day by day, one period of a zone may become this many windows; beyond, the whole period stands for them.
_MOST_WINDOWS = 100
_MOST_DAYS = 800
_DAY_MS = 86_400_000
_DAYS = ("THU", "FRI", "SAT", "SUN", "MON", "TUE", "WED")  # 1970-01-01 was a Thursday
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|\+00:00)", re.ASCII)
# A day that ends at 23:59 or 23:59:59 ends at midnight: ED-269 writes times to the minute.
_LAST_MINUTE_MS = 23 * 3_600_000 + 59 * 60_000


@dataclass(frozen=True, slots=True)
class Period:
    """The windows of a zone with its own words, and what could not be laid out exactly, a sentence each."""

    windows: tuple[TimeWindow, ...]
    words: str
    notes: tuple[str, ...]


def windows_of(period: dict[str, Json], at: At, *, always: bool) -> Period:
    """The windows of one period: startDateTime, endDateTime, and a schedule of days and hours if it can be laid out.

    `always` is a period said to be permanent, which has no ends whatever else is stated.
    """
    start, end = (None if always else text_of(period, name, at) for name in ("startDateTime", "endDateTime"))
    try:
        start_ms = ALWAYS.start_ms if start is None else parse_time(start, end=False)
        whole = TimeWindow(start_ms, None if end is None else parse_time(end, end=True))
    except ValueError as error:
        raise at.refuse(str(error), "mend startDateTime or endDateTime") from error
    words = "permanent" if always else f"{start or 'no start'} to {end or 'no end'}"
    schedule = list_of(period, "schedule", at) or []
    if not schedule:
        return Period((whole,), words, ())
    words = f"{words}, with a schedule"
    hours = [_hours(entry, at / "schedule" / n) for n, entry in enumerate(schedule)]
    why = _why_whole(whole, hours)
    laid = () if why else _laid_out(whole, [known for known in hours if known is not None])
    if 1 <= len(laid) <= _MOST_WINDOWS:
        return Period(laid, words, ())
    why = why or ("it makes too many windows" if laid else "none of its days lies in the period")
    return Period((whole,), words, (f"its schedule is not laid out ({why}): the whole period is taken",))


@dataclass(frozen=True, slots=True)
class _Hours:
    """A stretch of the day in UTC, milliseconds after midnight, on some days of the week (0 is Thursday)."""

    days: frozenset[int]
    start_ms: int
    end_ms: int


def _hours(value: Json, at: At) -> _Hours | None:
    """The hours of a schedule entry; None where they are not two times of one UTC day."""
    entry = at.as_object(value)
    stated = entry.get("day")
    names = [(at / "day").as_text(name) for name in (stated if isinstance(stated, list) else [stated])]
    for name in names:
        if name not in _DAYS and name != "ANY":
            raise (at / "day").refuse(f"{shown(name)} is no day", f"use {', '.join(_DAYS)} or ANY")
    days = frozenset(range(7)) if "ANY" in names else frozenset(_DAYS.index(name) for name in names)
    start_ms, end_ms = _clock_ms(text_of(entry, "startTime", at)), _clock_ms(text_of(entry, "endTime", at))
    if start_ms is None or end_ms is None or end_ms <= start_ms or _events(entry):
        return None
    return _Hours(days, start_ms, _DAY_MS if end_ms >= _LAST_MINUTE_MS else end_ms)


def _events(entry: dict[str, Json]) -> bool:
    return entry.get("startEvent") is not None or entry.get("endEvent") is not None


def _clock_ms(text: str | None) -> int | None:
    found = None if text is None else _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    if hours > 24 or minutes > 59 or seconds > 59 or (hours == 24 and (minutes or seconds)):
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((found[4] or "0")[:3].ljust(3, "0"))


def _why_whole(whole: TimeWindow, hours: list[_Hours | None]) -> str:
    """Why a schedule cannot be laid out exactly within its period; empty if it can."""
    if any(known is None for known in hours):
        return "it has hours that are not two times of one day in UTC"
    if whole.end_ms is None or whole.start_ms == ALWAYS.start_ms:
        return "its period is open"
    if whole.end_ms - whole.start_ms > _MOST_DAYS * _DAY_MS:
        return f"its period is longer than {_MOST_DAYS} days"
    return ""


def _laid_out(whole: TimeWindow, hours: list[_Hours]) -> tuple[TimeWindow, ...]:
    """The windows of a schedule within its period, those that touch joined."""
    assert whole.end_ms is not None, "only a period with both ends is laid out"
    found: list[tuple[int, int]] = []
    for day in range(whole.start_ms // _DAY_MS, whole.end_ms // _DAY_MS + 1):
        for known in hours:
            start_ms = max(whole.start_ms, day * _DAY_MS + known.start_ms)
            end_ms = min(whole.end_ms, day * _DAY_MS + known.end_ms)
            if day % 7 in known.days and start_ms <= end_ms:
                found.append((start_ms, end_ms))
    joined: list[tuple[int, int]] = []
    for start_ms, end_ms in sorted(found):
        if joined and start_ms <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_ms))
        else:
            joined.append((start_ms, end_ms))
    return tuple(TimeWindow(start_ms, end_ms) for start_ms, end_ms in joined)
