"""Within how long a request for a talk is answered, where it does not say so itself.

The one idea: a request that nobody answers is a fact of its own, so every request has an hour at which it becomes one.
"""

from clearline.line.ladder import LIMITS
from clearline.line.terms import Level, Precedence

__all__ = ["answer_within_ms"]

# Domain requirements, section 9: a request at ministers and above is accepted or declined within 24 h.
_ABOVE_MS = {Level.LEADERS: 24 * 3_600_000, Level.MINISTERS: 24 * 3_600_000}


def answer_within_ms(level: Level, precedence: Precedence) -> int:
    """The time to answer after it was logged: that of its level, or of any answer at its precedence.

    >>> answer_within_ms(Level.MINISTERS, Precedence.FLASH) // 3_600_000
    24
    """
    return _ABOVE_MS.get(level, LIMITS[precedence].answered_ms)
