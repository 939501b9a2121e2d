"""Which minima apply to a pair where parts of the ground have minima of their own.

The one idea: a pair that touches a zone is held to the larger of the zone's minima and all others that apply; the
general set is left aside only for a pair that lies wholly within one zone.
"""

from clearline.conflict.exact import TOLERANCE_M, separation
from clearline.conflict.minima import Minima, Zone
from clearline.conflict.outline import contains, outline
from clearline.conflict.solid import Solid
from clearline.space.shape import Core

__all__ = ["largest_minima", "required_minima"]


def required_minima(a: Solid, b: Solid, minima: Minima) -> tuple[float, float, float]:
    """Lateral (m), vertical (m) and time (s) minimum for a pair: the largest of all sets that apply to it."""
    general = (minima.lateral_m, minima.vertical_m, minima.time_s)
    if not minima.zones:
        return general
    touched = [zone for zone in minima.zones if _touches(zone, a.core) or _touches(zone, b.core)]
    within = any(_holds(zone, a.core) and _holds(zone, b.core) for zone in touched)
    sets = [(zone.lateral_m, zone.vertical_m, zone.time_s) for zone in touched]
    if not within:
        sets.append(general)
    return max(s[0] for s in sets), max(s[1] for s in sets), max(s[2] for s in sets)


def largest_minima(minima: Minima) -> tuple[float, float, float]:
    """The largest of each minimum anywhere: what a first, generous search must use."""
    return (
        max([minima.lateral_m, *(zone.lateral_m for zone in minima.zones)]),
        max([minima.vertical_m, *(zone.vertical_m for zone in minima.zones)]),
        max([minima.time_s, *(zone.time_s for zone in minima.zones)]),
    )


def _touches(zone: Zone, core: Core) -> bool:
    return separation(zone.area.core(), core).distance_m <= TOLERANCE_M


def _holds(zone: Zone, core: Core) -> bool:
    """Whether a zone holds a shape wholly: a place of it is inside, and its rim stays clear of the zone's rim."""
    area = zone.area.core()
    rim = Core(tuple((*ring, ring[0]) for ring in area.parts), False, 0.0)
    bare = (
        Core(core.parts, False, 0.0)
        if not core.closed
        else Core(tuple((*ring, ring[0]) for ring in core.parts), False, 0.0)
    )
    inside = contains(outline(area), outline(bare).starts[0])
    return inside and separation(rim, bare).distance_m > core.radius_m + TOLERANCE_M
