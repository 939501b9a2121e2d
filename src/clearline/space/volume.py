"""A piece of space and time: a shape on the ground, a band of altitude, a window of time.

The one idea: what was entered travels with what it was taken to mean, so that either side can read back the other's
own words beside the numbers the verdict was made from.
"""

from dataclasses import dataclass

from clearline.space.altitude import Band
from clearline.space.shape import Shape
from clearline.space.window import TimeWindow

__all__ = ["MAX_HORIZONTAL_UNCERTAINTY_M", "Entered", "Volume4D"]

# A place known no better than 100 km is not known; a larger figure is a mistake in the input.
MAX_HORIZONTAL_UNCERTAINTY_M = 100_000.0


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered, verbatim, and where: texts to show beside the normalised volume, never parsed again.

    `source` is file and line or path; `form` the format and axis order it was read by; `datum` as stated there.
    `notes` say what was widened or assumed by a stated rule, a sentence each.
    """

    source: str
    place: str = ""
    altitude: str = ""
    time: str = ""
    form: str = ""
    datum: str = "WGS84"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Volume4D:
    """A shape, a band of altitude and a window of time, with what is not known exactly about each.

    `horizontal_uncertainty_m` widens the shape on every side (an unknown datum, a place read off a map).
    Raises ValueError if it is negative, not a number, or beyond 100 km.
    """

    shape: Shape
    band: Band
    window: TimeWindow
    horizontal_uncertainty_m: float = 0.0
    entered: Entered | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.horizontal_uncertainty_m <= MAX_HORIZONTAL_UNCERTAINTY_M:
            raise ValueError(
                f"horizontal uncertainty must be 0 to 100000 m; got {self.horizontal_uncertainty_m}: state the datum"
            )
