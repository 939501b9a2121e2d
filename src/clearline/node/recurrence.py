"""What repeats: every so many days, on some weekdays, until a day, but not on others.

The one idea: a rule is worked out to a list of starts at once, bounded, each a plan of its own from then on; nothing
repeats without an end. All of it is in UTC: a start is at the same time of day in Z, whatever clocks do in between.
"""

from dataclasses import dataclass
from typing import Final

from clearline.space.window import LAST_MS, TimeWindow

__all__ = ["DAY_MS", "MOST_OCCURRENCES", "Recurrence", "starts_of", "weekday_of"]

DAY_MS: Final = 86_400_000
MOST_OCCURRENCES: Final = 400  # a year of days, and some; a longer rule is filed again when it has run out
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday, and Monday is 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `every_days` days from the first start on, as often as `count` says or up to `until_ms`, that included.

    `weekdays` (Monday is 0, in UTC) leaves out all others; `skip` are windows that no occurrence may touch. Those left
    out count towards `count`. Raises ValueError for a step below a day or beyond a year, both ends or none, a count
    that is not 1 to 400, or a weekday that is none.
    """

    every_days: int = 1
    count: int | None = None
    until_ms: int | None = None
    weekdays: frozenset[int] | None = None
    skip: tuple[TimeWindow, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.every_days <= 366:
            raise ValueError(f"it repeats every 1 to 366 days; got {self.every_days}")
        if (self.count is None) == (self.until_ms is None):
            raise ValueError("say how often it repeats, or until when: one of the two")
        if self.count is not None and not 1 <= self.count <= MOST_OCCURRENCES:
            raise ValueError(f"it repeats 1 to {MOST_OCCURRENCES} times; got {self.count}")
        if self.weekdays is not None and not (self.weekdays and self.weekdays <= frozenset(range(7))):
            raise ValueError("weekdays are numbered from Monday, 0, to Sunday, 6, and at least one is named")


def starts_of(rule: Recurrence, first: TimeWindow) -> tuple[int, ...]:
    """Return when each occurrence starts, ms since 1970, of what takes the window `first` at first.

    Raises ValueError if none is left, if there would be more than 400, if the first has no end or lies past the end of
    the rule, or falls on a weekday that the rule leaves out: then it is not clear which was meant.

    >>> starts_of(Recurrence(every_days=7, count=2), TimeWindow(0, 1))
    (0, 604800000)
    """
    if first.end_ms is None:
        raise ValueError("what has no end cannot repeat: state its end")
    if rule.weekdays is not None and weekday_of(first.start_ms) not in rule.weekdays:
        raise ValueError("the first occurrence falls on a weekday that is left out: move it, or name that weekday too")
    if rule.until_ms is not None and rule.until_ms < first.start_ms:
        raise ValueError("it would repeat until a time before its first occurrence")
    step_ms, lasts_ms = rule.every_days * DAY_MS, first.end_ms - first.start_ms
    tried = rule.count
    if tried is None:
        assert rule.until_ms is not None
        tried = (rule.until_ms - first.start_ms) // step_ms + 1
    if tried > 7 * MOST_OCCURRENCES:
        raise ValueError(f"that is {tried} times, and {MOST_OCCURRENCES} are the most: end it earlier")
    starts = tuple(
        start_ms
        for start_ms in (first.start_ms + number * step_ms for number in range(tried))
        if (rule.weekdays is None or weekday_of(start_ms) in rule.weekdays)
        and not any(_touch(one, start_ms, start_ms + lasts_ms) for one in rule.skip)
    )
    if not starts:
        raise ValueError("every occurrence is left out: nothing would be filed")
    if len(starts) > MOST_OCCURRENCES:
        raise ValueError(f"that is {len(starts)} times, and {MOST_OCCURRENCES} are the most: end it earlier")
    if starts[-1] + lasts_ms > LAST_MS:
        raise ValueError("it would repeat beyond the year 9999")
    return starts


def weekday_of(ms: int) -> int:
    """Return the weekday of an instant in UTC, Monday as 0.

    >>> weekday_of(0)
    3
    """
    return (ms // DAY_MS + _EPOCH_WEEKDAY) % 7


def _touch(window: TimeWindow, start_ms: int, end_ms: int) -> bool:
    return window.start_ms <= end_ms and (window.end_ms is None or start_ms <= window.end_ms)
