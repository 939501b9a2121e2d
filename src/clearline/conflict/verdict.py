"""The three answers, and what comes with each: margins, first instant and place, minima and reasons.

The one idea: CLEAR is said only where a gap is proved; where a datum is missing and matters the answer is CANNOT
TELL with the reason; everything else is CONFLICT.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.space.heights import Frame
from clearline.space.latlon import LatLon

__all__ = ["Finding", "Margins", "Verdict"]


class Verdict(StrEnum):
    """Whether two things meet under the minima."""

    CONFLICT = "CONFLICT"
    CANNOT_TELL = "CANNOT_TELL"
    CLEAR = "CLEAR"


@dataclass(frozen=True, slots=True)
class Margins:
    """Room left beyond each minimum, signed: positive is spare, zero or negative is short by that much.

    `vertical_m` is None where the heights could not be compared; `frame` is the frame they were compared in.
    Where footprints overlap, `lateral_m` is minus the least sideways move that surely parts them, minus the minimum.
    Infinite margins stand for open ends (UNLIMITED, until further notice).
    """

    lateral_m: float
    vertical_m: float | None
    time_s: float
    frame: Frame | None


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on two volumes or two groups of them, with what it was made of.

    `pair` is the indices of the two volumes that decided. `first_ms` and `place` are the first instant both windows
    allow (with the time minimum) and the point of closest approach there; None when CLEAR. `required` is the minima
    that applied to this pair (lateral m, vertical m, time s). `reasons` are sentences, each a missing datum.
    """

    verdict: Verdict
    pair: tuple[int, int]
    margins: Margins
    required: tuple[float, float, float]
    first_ms: int | None
    place: LatLon | None
    reasons: tuple[str, ...]
