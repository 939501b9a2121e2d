"""The periods of an airspace control order as windows: date-time groups, intervals, and words for no end.

The one idea: a group without a year takes the year that brings it nearest to the order's own period, and a repetition
that is not understood to the end is read as one window that holds all of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clearline.space.window import TimeWindow
from clearline.wire.aco_text import Fields
from clearline.wire.spot import Spot
from clearline.wire.times import parse_time

__all__ = ["Period", "Spans", "read_aperiod", "read_period", "spans_of"]

_DAY_MS = 86_400_000
_OPEN = frozenset({"UFN", "INDEF"})
_UNTOLD = frozenset({"UNK", "TBD"})
_GROUP = re.compile(r"(\d{6}Z[A-Z]{3})(\d{4}|\d{2})?")
_ZONELESS = re.compile(r"\d{6}[A-Z]{3}(\d{4})")
_DURATION = re.compile(r"(\d{1,3})(DAYS?|WKS?)")
# A group further from the order's period than this could be of either year.
_FAR_MS = 150 * _DAY_MS
_MOST_WINDOWS = 400
_STEPS = {"DAILY": 1, "WEEKLY": 7, "BIWEEKLY": 14}
_WEEKDAYS = {name: number for number, name in enumerate(("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"))}
_SETS = {
    "WEEKDAYS": frozenset(range(5)),
    "WEEKENDS": frozenset({5, 6}),
}
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


@dataclass(frozen=True, slots=True)
class Period:
    """The period of an order: its year, and its window where it states the zone."""

    year: int
    start_ms: int
    window: TimeWindow | None


@dataclass(frozen=True, slots=True)
class Spans:
    """The windows of one APERIOD set, and notes on how it was read."""

    windows: tuple[tuple[int, int | None], ...]
    notes: tuple[str, ...] = ()


def read_period(found: Fields, clock_s: float) -> tuple[Period, tuple[str, ...]]:
    """The order's own PERIOD; without a zone it gives the year and nothing else. Raises MalformedError."""
    start, stop = found.field(0), found.field(1)
    zoneless = _ZONELESS.fullmatch(start)
    with found.spot.guarded("write the start of PERIOD as DDHHMMZMMMYYYY"):
        if zoneless is not None:
            # The day may be the one before or after in UTC; the year is what is needed, and the nearest one is taken.
            start_ms = parse_time(f"{start[:6]}Z{start[6:]}", end=False)
            note = "PERIOD states no zone: it was used for the year of other times only"
            return Period(int(zoneless[1]), start_ms, None), (note,)
        group = _GROUP.fullmatch(start)
        if group is None or group[2] is None:
            raise ValueError(f"PERIOD {start[:20]!r} states no year, or is not a date-time group")
        start_ms = parse_time(start, end=False)
        year = int(group[2]) + (2000 if len(group[2]) == 2 else 0)
        period = Period(year, start_ms, None)
        end_ms, notes = _stop(stop, period)
        return Period(year, start_ms, TimeWindow(start_ms, end_ms, clock_s)), notes


def read_aperiod(found: Fields, period: Period | None) -> Spans:
    """The windows of an APERIOD set, DISCRETE or INTERVAL. Raises MalformedError."""
    mode, start, stop = found.field(0), found.field(1), found.field(2)
    with found.spot.guarded("write APERIOD/DISCRETE/DDHHMMZMMMYYYY/DDHHMMZMMMYYYY"):
        start_ms = _group_ms(start, period)
        end_ms, notes = _stop(stop, period)
        if end_ms is not None and end_ms < start_ms:
            raise ValueError(f"APERIOD ends ({stop}) before it starts ({start})")
        match mode:
            case "DISCRETE":
                if any(found.field(number) for number in range(3, len(found.fields))):
                    raise ValueError("a DISCRETE APERIOD has fields after its end")
                return Spans(((start_ms, end_ms),), notes)
            case "INTERVAL":
                return _interval(found, start_ms, end_ms, period, notes)
            case _:
                raise ValueError(f"the time mode {mode[:20]!r} is not known; write DISCRETE or INTERVAL")


def _group_ms(text: str, period: Period | None) -> int:
    group = _GROUP.fullmatch(text)
    if group is None:
        return parse_time(text, end=False)  # raises, with the reason: no zone, no month
    if group[2] is not None:
        return parse_time(text, end=False)
    if period is None:
        raise ValueError(f"{text} states no year, and no PERIOD of the order does; add the year")
    moments: list[int] = []
    for year in range(max(1, period.year - 1), period.year + 2):
        try:
            moments.append(parse_time(f"{group[1]}{year:04d}", end=False))
        except ValueError:  # 29 February, in a year that has none
            continue
    nearest_ms = min(moments, key=lambda moment: abs(moment - period.start_ms), default=None)
    if nearest_ms is None or abs(nearest_ms - period.start_ms) > _FAR_MS:
        raise ValueError(f"{text} could be of {period.year} or of a year beside it; add the year")
    return nearest_ms


def _stop(text: str, period: Period | None) -> tuple[int | None, tuple[str, ...]]:
    if text in _OPEN:
        return None, ()
    if text in _UNTOLD:
        return None, (f"an end of {text} is not known: read as until further notice",)
    return _group_ms(text, period), ()


def _interval(found: Fields, start_ms: int, end_ms: int | None, period: Period | None, notes: tuple[str, ...]) -> Spans:
    """Every repetition, or one window from the first to the last where the rule is not one of those known."""
    frequency, duration = found.field(3), found.field(4)
    if not frequency or not duration or any(found.field(number) for number in range(5, len(found.fields))):
        raise ValueError("an INTERVAL APERIOD needs one frequency and one duration, and nothing after them")
    until_ms, exact = _until(duration, start_ms, period)
    if end_ms is None:
        return Spans(((start_ms, None),), notes)
    days = _days(frequency)
    if until_ms is None or days is None or not exact:
        last_ms = None if until_ms is None else max(end_ms, until_ms + (end_ms - start_ms))
        note = f"the repetition {frequency[:20]} for {duration[:20]} is read as one window that holds all of it"
        return Spans(((start_ms, last_ms),), (*notes, note))
    step, weekdays = days
    windows: list[tuple[int, int | None]] = []
    for shift_ms in range(0, until_ms - start_ms + 1, step * _DAY_MS):
        weekday = ((start_ms + shift_ms) // _DAY_MS + _EPOCH_WEEKDAY) % 7
        if shift_ms == 0 or weekdays is None or weekday in weekdays:
            windows.append((start_ms + shift_ms, end_ms + shift_ms))
        if len(windows) > _MOST_WINDOWS:
            note = f"more than {_MOST_WINDOWS} repetitions are read as one window that holds them all"
            return Spans(((start_ms, until_ms + (end_ms - start_ms)),), (*notes, note))
    return Spans(tuple(windows), notes)


def _days(frequency: str) -> tuple[int, frozenset[int] | None] | None:
    """The step in days and the weekdays (None: all) of a frequency; None for one that is not known to the day."""
    if frequency in _STEPS:
        return _STEPS[frequency], None
    if frequency in _SETS:
        return 1, _SETS[frequency]
    names = ["THU" if name == "THUR" else name for name in frequency.split()]
    if names and all(name in _WEEKDAYS for name in names):
        return 1, frozenset(_WEEKDAYS[name] for name in names)
    return None


def _until(duration: str, start_ms: int, period: Period | None) -> tuple[int | None, bool]:
    """The last moment a repetition may begin (None: no end), and whether it is known to the day.

    "7DAY" is seven days counted from the first: the last begins before the eighth.
    """
    if duration in _OPEN or duration in _UNTOLD:
        return None, True
    found = _DURATION.fullmatch(duration)
    if found is not None:
        days = int(found[1]) * (7 if found[2].startswith("WK") else 1)
        if days == 0:
            raise ValueError("a duration of nothing")
        return start_ms + days * _DAY_MS - 1, True
    if _GROUP.fullmatch(duration):
        until_ms = _group_ms(duration, period)
        if until_ms < start_ms:
            raise ValueError(f"the repetition ends ({duration}) before it starts")
        return until_ms, True
    return None, False


def spans_of(sets: Sequence[Fields], period: Period | None, spot: Spot) -> Spans:
    """The windows of all APERIOD sets of a measure. Raises MalformedError for too many."""
    windows: list[tuple[int, int | None]] = []
    notes: list[str] = []
    for found in sets:
        spans = read_aperiod(found, period)
        windows.extend(spans.windows)
        notes.extend(spans.notes)
        if len(windows) > 10 * _MOST_WINDOWS:
            raise spot.refuse(f"it has more than {10 * _MOST_WINDOWS} periods", "split it")
    return Spans(tuple(windows), tuple(dict.fromkeys(notes)))
