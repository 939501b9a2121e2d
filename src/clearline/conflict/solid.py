"""A volume made ready for one parameter set: uncertainties added in, heights placed in every frame.

The one idea: all widening happens here, once, so that the engines compare plain numbers and can be held to each other.
"""

from dataclasses import dataclass

from clearline.conflict.minima import Minima
from clearline.space.footprint import footprint
from clearline.space.geoid import Geoid
from clearline.space.heights import Heights, resolve_band
from clearline.space.shape import Core
from clearline.space.volume import Volume4D

__all__ = ["Solid", "make_solid"]


@dataclass(frozen=True, slots=True)
class Solid:
    """A core with every horizontal uncertainty in its radius, heights in every frame, and a closed window.

    `end_ms` None never ends.
    """

    core: Core
    heights: Heights
    start_ms: int
    end_ms: int | None


def make_solid(volume: Volume4D, minima: Minima, geoid: Geoid) -> Solid:
    """The volume, widened by its uncertainties times the parameter set's inflation."""
    core = volume.shape.core()
    doubt_m = volume.horizontal_uncertainty_m * minima.inflation
    if doubt_m > 0.0:
        core = Core(core.parts, core.closed, core.radius_m + doubt_m)
    start_ms, end_ms = volume.window.widened(volume.window.clock_uncertainty_s * minima.inflation)
    heights = resolve_band(volume.band, footprint(core), geoid, minima.inflation)
    return Solid(core, heights, start_ms, end_ms)
