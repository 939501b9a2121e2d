"""Answers counted against an oracle's gaps, and the table they are printed in.

The one idea: an oracle's gap is sure to within its doubt; only what breaks a bound by more than that is a breach.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.exact import TOLERANCE_M

__all__ = ["EXACT_M", "HEAD", "Tally"]

# The exact engine is right to 1 mm, so gaps this near its tolerance may go either way.
EXACT_M = 0.001
# F3548-21 IntersectionMinimumPrecision: a gap beyond it must not count as a conflict.
_PRECISION_M = 0.01

HEAD = (
    f"{'engine: oracle':34s} {'pairs':>11s} {'conflicts':>10s} {'open':>10s} {'missed':>7s} {'false':>6s}"
    f" {'clear from':>11s} {'conflict to':>11s}"
)


@dataclass(slots=True)
class Tally:
    """What was counted: `open` where engine or oracle does not decide; the nearest pair called clear, and so on.

    A pair called clear at a gap up to `meets_m` is missed; one called a conflict at a gap beyond `clear_m` is false.
    Where a better oracle sides with the engine, it overrules this one.
    """

    name: str
    meets_m: float = TOLERANCE_M - EXACT_M
    clear_m: float = _PRECISION_M
    pairs: int = 0
    conflicts: int = 0
    open: int = 0
    missed: int = 0
    false: int = 0
    overruled: int = 0
    nearest_clear_m: float = np.inf
    farthest_conflict_m: float = -np.inf

    def overrule(self, *, clear: bool, gap_m: float) -> bool:
        """Whether a better oracle's gap takes a breach back, which then counts as the worse oracle's own."""
        if gap_m <= self.meets_m if clear else gap_m > self.clear_m:
            return False
        self.missed -= clear
        self.false -= not clear
        self.overruled += 1
        return True

    def count(
        self,
        clear: NDArray[np.bool_],
        conflict: NDArray[np.bool_],
        gap: NDArray[np.float64],
        doubt: NDArray[np.float64],
    ) -> NDArray[np.intp]:
        """Count answers against gaps; returns the numbers of the pairs in breach."""
        missed = clear & (gap + doubt <= self.meets_m)
        false = conflict & (gap - doubt > self.clear_m)
        self.pairs += len(gap)
        self.conflicts += int(conflict.sum())
        self.missed += int(missed.sum())
        self.false += int(false.sum())
        sure = doubt < EXACT_M
        self.open += int((~(clear | conflict) | (~sure & (np.abs(gap) < doubt + _PRECISION_M))).sum())
        self.nearest_clear_m = min(self.nearest_clear_m, float(gap[clear & sure].min(initial=np.inf)))
        self.farthest_conflict_m = max(self.farthest_conflict_m, float(gap[conflict & sure].max(initial=-np.inf)))
        return np.nonzero(missed | false)[0]

    def row(self) -> str:
        """One line of the table; gaps in millimetres."""
        return (
            f"{self.name:34s} {self.pairs:>11,d} {self.conflicts:>10,d} {self.open:>10,d} {self.missed:>7,d}"
            f" {self.false:>6,d} {1000 * self.nearest_clear_m:>11.3f} {1000 * self.farthest_conflict_m:>11.3f}"
        )
