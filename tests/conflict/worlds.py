"""Hypothesis strategies for places, shapes and solids where engines go wrong: seams, poles, slivers, 1 cm gaps."""

from hypothesis import strategies as st

from clearline.conflict.solid import Solid
from clearline.space.heights import Heights, Span
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor, Polygon, Shape, ShapeError
from clearline.space.wgs84 import destination

__all__ = ["azimuths", "centres", "cores", "flat_heights", "shapes", "solids"]

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
