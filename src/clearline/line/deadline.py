"""Within how long a request for a talk is answered, where it does not say so itself, and somebody first replies to it.

The one idea: a request that nobody answers is a fact of its own, so every request has an hour at which it becomes one.
"""

from clearline.line.ladder import LIMITS
from clearline.line.terms import Level, Precedence

__all__ = ["answer_within_ms", "first_reply_within_ms"]

# Domain requirements, section 9: to a request at ministers and above a person first replies within 4 h, and it is
# accepted or declined within 24 h.
_FIRST_REPLY_MS = {Level.LEADERS: 4 * 3_600_000, Level.MINISTERS: 4 * 3_600_000}
_ABOVE_MS = {Level.LEADERS: 24 * 3_600_000, Level.MINISTERS: 24 * 3_600_000}


def answer_within_ms(level: Level, precedence: Precedence) -> int:
    """The time to answer after it was logged: that of its level, or of any answer at its precedence.

    >>> answer_within_ms(Level.MINISTERS, Precedence.FLASH) // 3_600_000
    24
    """
    return _ABOVE_MS.get(level, LIMITS[precedence].answered_ms)


def first_reply_within_ms(level: Level) -> int | None:
    """The time for a person's first reply of any kind after it was logged; None where the level has no such limit.

    >>> first_reply_within_ms(Level.MINISTERS), first_reply_within_ms(Level.TACTICAL)
    (14400000, None)
    """
    return _FIRST_REPLY_MS.get(level)
