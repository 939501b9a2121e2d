"""What is flown again and again in the same place, kept under a name and filed for another time.

The one idea: a template is an activity with times that only count from its first instant; to use it is to move it as a
whole, so nothing in it is ever asked twice and nothing changes but the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clearline.airspace.activity import Activity
from clearline.node.disclosure import Disclosure
from clearline.node.plan_rules import Wish
from clearline.node.recurrence import Recurrence, starts_of
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow

__all__ = ["Template", "moved", "occurrences", "whole_window"]


@dataclass(frozen=True, slots=True)
class Template:
    """An activity to be filed for other times, and to whom it is disclosed. Raises ValueError without a name."""

    name: str
    activity: Activity
    disclosure: Disclosure

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a template needs a name")

    def wish(self, ident: str, start_ms: int, disclosure: Disclosure | None = None) -> Wish:
        """What to file for it to begin at a time, under the party's own name `ident`, disclosed as it was kept or else.

        Raises ValueError for a time at which a window would leave the years 1 to 9999.
        """
        return Wish(moved(self.activity, ident, start_ms), disclosure or self.disclosure)


def whole_window(activity: Activity) -> TimeWindow:
    """The window from the first start to the last end of an activity's volumes, as stated; open if one of them is."""
    ends = [one.window.end_ms for one in activity.volumes]
    known = [end for end in ends if end is not None]
    return TimeWindow(
        min(one.window.start_ms for one in activity.volumes), max(known) if len(known) == len(ends) else None
    )


def moved(activity: Activity, ident: str, start_ms: int) -> Activity:
    """The activity moved in time as a whole, to begin at `start_ms`, under another name of the party's own."""
    by_ms = start_ms - whole_window(activity).start_ms
    return replace(activity, ident=ident, volumes=tuple(_moved(one, by_ms) for one in activity.volumes))


def occurrences(wish: Wish, rule: Recurrence) -> Sequence[Wish]:
    """A wish for each time that something repeats: named after the whole and numbered from 1, all of one series.

    Raises ValueError as `starts_of` does.
    """
    starts = starts_of(rule, whole_window(wish.activity))
    digits = len(str(len(starts)))
    name = wish.activity.ident
    return [
        Wish(moved(wish.activity, f"{name}.{number:0{digits}d}", start_ms), wish.disclosure, series=name)
        for number, start_ms in enumerate(starts, 1)
    ]


def _moved(volume: Volume4D, by_ms: int) -> Volume4D:
    window = volume.window
    if by_ms == 0:
        return volume
    end_ms = None if window.end_ms is None else window.end_ms + by_ms
    entered = volume.entered
    # The words that were entered name the time it had before; what they meant is moved, so they no longer say it.
    moved_words = None if entered is None else replace(entered, time="")
    return replace(volume, window=replace(window, start_ms=window.start_ms + by_ms, end_ms=end_ms), entered=moved_words)
