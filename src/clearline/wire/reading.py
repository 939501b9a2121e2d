"""What every reader takes and gives: the facts a file may leave out, and the activities it holds.

The one idea: a fact that a file does not state comes from `Supplied`, which the caller filled in on purpose, or the
file is refused; no reader has a default of its own.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.airspace.activity import Activity
from clearline.space.altitude import AltitudeLimit
from clearline.space.datum import UNKNOWN_DATUM_M
from clearline.space.window import TimeWindow

__all__ = ["ALWAYS", "MAX_BYTES", "UNKNOWN_DATUM_M", "DatumPolicy", "Reading", "Supplied"]

# One file of 10,000 activities is 5 to 30 MB in the wordiest format; ten times that is a mistake or an attack.
MAX_BYTES = 256 * 1024 * 1024

# All of time that there is: what a format means by a volume without times. The year 1 is the first that can be shown.
ALWAYS = TimeWindow(-62_135_596_800_000, None)


class DatumPolicy(StrEnum):
    """What to do with a place whose datum the file does not state."""

    REFUSE = "refuse"
    WIDEN = "widen"


@dataclass(frozen=True, slots=True)
class Supplied:
    """Facts for the caller to supply where a file leaves them out; None means "refuse the file if it does too".

    `party` names the side; `window` and `lower`/`upper` stand in where an activity has none. `half_width_m` and
    `half_height_m` turn a track or a bare line into volumes; `track_gap_s` is the longest time between two reports of
    one flight that still counts as known. `clock_uncertainty_s` and `horizontal_uncertainty_m` are added to what a
    file states.
    """

    party: str | None = None
    window: TimeWindow | None = None
    lower: AltitudeLimit | None = None
    upper: AltitudeLimit | None = None
    half_width_m: float | None = None
    half_height_m: float = 0.0
    track_gap_s: float = 300.0
    datum_policy: DatumPolicy = DatumPolicy.REFUSE
    clock_uncertainty_s: float = 0.0
    horizontal_uncertainty_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The activities of one file, and what the reader wants a person to know about how it read them.

    `notes` are sentences (a measure kept as an opaque area, a place widened by a rule); nothing is dropped silently.
    """

    activities: tuple[Activity, ...]
    notes: tuple[str, ...] = ()
