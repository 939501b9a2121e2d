"""The clock: the one place that reads what time it is.

The one idea: a time is worth nothing without how far it may be off, so whoever runs a node states that, and every
statement carries it.
"""

import time

__all__ = ["SystemClock"]


class SystemClock:
    """The machine's clock, in milliseconds since 1970 UTC.

    `uncertainty_ms` is how far it may be off, as the operator vouches for: 100 is what a clock set by a good network
    source keeps, 1,000 what one set by hand keeps for some days. Raises ValueError below 0.
    """

    def __init__(self, uncertainty_ms: int) -> None:
        if uncertainty_ms < 0:
            raise ValueError(f"clock uncertainty must be 0 ms or more; got {uncertainty_ms}")
        self._uncertainty_ms = uncertainty_ms

    def now_ms(self) -> int:
        """The time now. It may be earlier than the last answer, when the clock was set back."""
        return time.time_ns() // 1_000_000

    def uncertainty_ms(self) -> int:
        """How far the clock may be off, either way."""
        return self._uncertainty_ms
