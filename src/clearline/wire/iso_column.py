"""A column of ISO 8601 instants in Z to milliseconds, all at once.

The one idea: where every text of a column has one of two exact forms (`2015-09-30T08:00:00Z`, with or without
milliseconds) its digits are read as an array; anything else goes, text by text, to the reader of single times.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from clearline.wire.spot import Spot
from clearline.wire.times import parse_time

__all__ = ["iso_column_ms"]

_FORMS = {20: "dddd-dd-ddTdd:dd:ddZ", 24: "dddd-dd-ddTdd:dd:dd.dddZ"}
_MEND = "write ISO 8601 with Z, such as 2015-09-30T08:00:00Z"


def iso_column_ms(texts: Sequence[str], spot: Callable[[int], Spot]) -> NDArray[np.int64]:
    """Milliseconds since 1970-01-01T00:00:00Z; `spot` says where a text stands. Raises MalformedError.

    >>> iso_column_ms(["2015-09-30T08:00:00Z"], lambda place: Spot("example", f"row {place}")).tolist()
    [1443600000000]
    """
    fast = _fast(texts)
    if fast is not None:
        return fast
    slow = np.empty(len(texts), np.int64)
    known: dict[str, int] = {}
    for place, text in enumerate(texts):
        if text not in known:
            with spot(place).guarded(_MEND):
                known[text] = parse_time(text.strip(), end=False)
        slow[place] = known[text]
    return slow


def _fast(texts: Sequence[str]) -> NDArray[np.int64] | None:
    """The column at once, or None where a text has another form or names no moment."""
    size = len(texts[0]) if texts else 0
    form = _FORMS.get(size)
    whole = "".join(texts)
    if form is None or len(whole) != size * len(texts) or not whole.isascii() or any(len(t) != size for t in texts):
        return None
    chars = np.frombuffer(whole.encode("ascii"), np.uint8).reshape(-1, size)
    digit = np.array([letter == "d" for letter in form])
    fixed = np.frombuffer(form.encode("ascii"), np.uint8)
    values = chars.astype(np.int64) - ord("0")
    if not (chars[:, ~digit] == fixed[~digit]).all() or not ((values[:, digit] >= 0) & (values[:, digit] <= 9)).all():
        return None
    hour, minute, second = (values[:, at] * 10 + values[:, at + 1] for at in (11, 14, 17))
    if (hour > 23).any() or (minute > 59).any() or (second > 59).any():
        return None
    milli = values[:, 20] * 100 + values[:, 21] * 10 + values[:, 22] if size == 24 else np.zeros(len(texts), np.int64)
    day_ms = _days_ms(chars)
    return None if day_ms is None else day_ms + ((hour * 60 + minute) * 60 + second) * 1000 + milli


def _days_ms(chars: NDArray[np.uint8]) -> NDArray[np.int64] | None:
    """The start of each row's day, found once for every date that occurs; None if one is no date."""
    dates = np.ascontiguousarray(chars[:, :10]).view("S10").ravel()
    names, which = np.unique(dates, return_inverse=True)
    try:
        starts = [parse_time(bytes(name).decode("ascii") + "T00:00:00Z", end=False) for name in names]
    except ValueError:
        return None
    return np.array(starts, np.int64)[which]
