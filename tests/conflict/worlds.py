"""Hypothesis strategies for places, shapes and solids where engines go wrong: seams, poles, slivers, 1 cm gaps."""

import math

from hypothesis import strategies as st

from clearline.conflict.engine import Reach
from clearline.conflict.solid import Solid
from clearline.space.heights import Frame, Heights, Span
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor, Polygon, Shape, ShapeError
from clearline.space.wgs84 import azimuths_and_distances, destination

__all__ = [
    "REACHES",
    "azimuths",
    "centres",
    "cores",
    "facing_cores",
    "flat_heights",
    "mixed_solids",
    "neighbours",
    "shapes",
    "solids",
    "wide_pairs",
]

# The seams of longitude, the poles, and the edges and corners of the cube that the fast engine projects on.
_SEAMS = [
    LatLon(0.0, 0.0),
    LatLon(0.0, 180.0),
    LatLon(60.0, -179.999),
    LatLon(89.9999, 12.0),
    LatLon(-90.0, 0.0),
    LatLon(0.0, 45.0),
    LatLon(45.1, 0.0),
    LatLon(35.3, 45.0),
    LatLon(-35.2, -135.0),
]

azimuths = st.floats(0.0, 360.0)
centres = st.one_of(
    st.sampled_from(_SEAMS),
    st.builds(LatLon, st.floats(-90.0, 90.0), st.floats(-180.0, 180.0)),
)
_sizes = st.sampled_from([1.0, 30.0, 800.0, 5_000.0, 60_000.0, 300_000.0])


@st.composite
def shapes(draw: st.DrawFn, around: LatLon | None = None) -> Shape:
    """A circle, a corridor, or a polygon of up to nine places, some with a hole, near a place."""
    centre = draw(centres) if around is None else around
    size_m = draw(_sizes) * draw(st.floats(0.5, 1.5))
    centre = destination(centre, draw(azimuths), size_m * draw(st.floats(0.0, 2.0)))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return Circle(centre, size_m)
    if kind == 1:
        turns = draw(st.lists(azimuths, min_size=1, max_size=4))
        line = [centre]
        for turn in turns:
            line.append(destination(line[-1], turn, size_m))
        return Corridor(tuple(line), draw(st.sampled_from([0.0, 0.3, 50.0, 1_852.0])))
    count = draw(st.integers(3, 9))
    shares = draw(st.lists(st.floats(0.05, 1.0), min_size=count, max_size=count))
    ring = tuple(destination(centre, 360.0 * number / count, size_m * share) for number, share in enumerate(shares))
    try:
        if kind == 3:
            hole = tuple(destination(centre, 120.0 * n, size_m * min(shares) * 0.2) for n in range(3))
            return Polygon((ring, hole))
        return Polygon((ring,))
    except ShapeError:
        return Circle(centre, size_m)  # slivers that close on themselves at this size


@st.composite
def cores(draw: st.DrawFn, around: LatLon | None = None) -> Core:
    """The core of such a shape."""
    return draw(shapes(around)).core()


def flat_heights(low_m: float, high_m: float) -> Heights:
    """Heights known in every frame alike, as on a globe with no geoid and standard air."""
    return Heights((Span(low_m, high_m, low_m, high_m, True),) * 5, ())


@st.composite
def solids(draw: st.DrawFn, around: LatLon | None = None) -> Solid:
    """A volume made ready: such a shape, a band and a window."""
    low_m, start_ms = draw(st.floats(-100.0, 5_000.0)), draw(st.integers(0, 3_600_000))
    end_ms = draw(st.one_of(st.none(), st.integers(start_ms, start_ms + 3_600_000)))
    high_m = low_m + draw(st.floats(0.0, 3_000.0))
    return Solid(draw(cores(around)), flat_heights(low_m, high_m), start_ms, end_ms)


REACHES = [Reach(0.0, 0.0, 0.0), Reach(5_556.0, 914.4, 180.0), Reach(0.3, 0.0, 0.0), Reach(200_000.0, 0.0, 3_600.0)]

# Gaps (overlaps where negative) about the tolerance, and plainly on either side of it.
_gaps = st.sampled_from([-100.0, -0.02, -0.01, -0.001, 0.0, 0.001, 0.004, 0.008, 0.01, 0.012, 0.02, 0.05, 1.0, 300.0])


@st.composite
def facing_cores(draw: st.DrawFn, lateral_m: float = 0.0) -> tuple[Core, Core]:
    """Two cores that face each other across a gap about a lateral minimum, anywhere on the rim of the first."""
    one = draw(cores())
    part = one.parts[draw(st.integers(0, len(one.parts) - 1))]
    number = draw(st.integers(0, len(part) - 1))
    here, there = part[number], part[(number + 1) % len(part)] if one.closed else part[min(number + 1, len(part) - 1)]
    azimuth_deg, length_m = (float(v[0]) for v in azimuths_and_distances([here], [there]))
    share = draw(st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0]))
    foot = destination(here, azimuth_deg, share * length_m) if length_m > 0.0 else here
    away_deg = draw(azimuths) if length_m == 0.0 else azimuth_deg + draw(st.sampled_from([90.0, -90.0]))
    size_m = draw(_sizes)
    tip = destination(foot, away_deg, max(0.0, one.radius_m + lateral_m + draw(_gaps)))
    kind = draw(st.integers(0, 2))
    if kind == 0:
        centre = destination(tip, away_deg, size_m)
        return one, Circle(centre, float(azimuths_and_distances([centre], [tip])[1][0])).core()
    if kind == 1:
        return one, Corridor((tip, destination(tip, away_deg + draw(st.floats(-89.0, 89.0)), size_m)), 0.0).core()
    spread = draw(st.sampled_from([1e-4, 1.0, 40.0, 88.0]))
    ends = (destination(tip, away_deg - spread, size_m), destination(tip, away_deg + spread, size_m))
    try:
        return one, Polygon(((tip, *ends),)).core()
    except ShapeError:  # a sliver too thin to enclose anything
        return one, Corridor((tip, ends[0]), 0.0).core()


@st.composite
def wide_pairs(draw: st.DrawFn, lateral_m: float = 0.0) -> tuple[Core, Core]:
    """A shape that reaches up to 2,500 km from its middle, and a small one across a gap from its rim, or anywhere near.

    No shape of a plan is drawn so wide, but its uncertainty may make it so.
    """
    centre, size_m = draw(centres), draw(st.sampled_from([900_000.0, 1_200_000.0, 1_450_000.0]))
    turn_deg, corners = draw(azimuths), draw(st.integers(3, 5))
    ring = tuple(destination(centre, turn_deg + 360.0 * n / corners, size_m) for n in range(corners))
    radius_m = draw(st.sampled_from([0.0, 100_000.0, 700_000.0]))
    kind = draw(st.integers(0, 2))
    wide = (
        Core(((centre,),), False, size_m + radius_m)
        if kind == 0
        else Core((ring[:2],), False, radius_m)
        if kind == 1
        else Core((ring,), True, radius_m)
    )
    corner = centre if kind == 0 else ring[-1 if kind == 2 else 1]
    out_deg = draw(azimuths) if kind == 0 else float(azimuths_and_distances([corner], [centre])[0][0]) + 180.0
    beyond_m = wide.radius_m + lateral_m + draw(st.one_of(_gaps, st.floats(-1_000_000.0, 1_000_000.0)))
    tip = destination(corner, out_deg, beyond_m)
    other = draw(st.sampled_from([Circle(tip, 0.0), Corridor((tip, destination(tip, out_deg, 900.0)), 0.0)]))
    return wide, other.core()


def _spans(draw: st.DrawFn) -> Heights:
    """A band known in some frames and not in others, with round figures, so that bands touch."""
    low_m, high_m = sorted((draw(st.integers(-1, 6)) * 100.0, draw(st.integers(-1, 6)) * 100.0))
    nowhere = Span(-math.inf, math.inf, math.inf, -math.inf, False)
    known = [draw(st.integers(0, 3)) > 0 for _ in Frame]
    if draw(st.integers(0, 5)) == 0:
        high_m = math.inf
    if draw(st.integers(0, 9)) == 0:
        low_m = -math.inf
    return Heights(tuple(Span(low_m, high_m, low_m, high_m, True) if k else nowhere for k in known), ("some unknown",))


@st.composite
def mixed_solids(draw: st.DrawFn, core: Core) -> Solid:
    """A core with round times and heights, so that windows and bands touch often, and some ends are open."""
    start_ms = draw(st.integers(0, 6)) * 600_000
    end_ms = draw(st.one_of(st.none(), st.integers(0, 3).map(lambda n: start_ms + n * 600_000)))
    return Solid(core, _spans(draw), start_ms, end_ms)


@st.composite
def neighbours(draw: st.DrawFn, lateral_m: float = 0.0, most: int = 8) -> list[Solid]:
    """Some volumes in one neighbourhood, among them pairs that face each other across a gap."""
    found: list[Core] = []
    centre = draw(centres)
    for _ in range(draw(st.integers(1, most // 2))):
        found.extend(draw(st.one_of(st.tuples(cores(centre), cores(centre)), facing_cores(lateral_m))))
    return [draw(mixed_solids(core)) for core in found]
