"""Hypothesis strategies for the plans of two parties, near each other and where maps are at their worst.

The one idea: everything is drawn near one place, one moment and one height, so that about as many pairs meet as do not.
"""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from clearline.airspace.activity import Activity, Kind
from clearline.space.altitude import FOOT_M, SURFACE, UNLIMITED, AltitudeError, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape, ShapeError
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow

__all__ = ["SPOTS", "in_order", "sides", "upright"]

# Poles, the antimeridian, the equator and Greenwich, and a hot spot of the founding story.
SPOTS = [
    LatLon(35.0, 40.0),
    LatLon(89.97, 12.0),
    LatLon(-89.9, -170.0),
    LatLon(-17.0, 179.99),
    LatLon(0.001, -0.001),
    LatLon(66.0, -179.98),
]
NOON_MS = 1_778_760_000_000  # 2026-05-14T12:00:00Z
_AT_M = 1_500.0  # about where everything is

_azimuths = st.floats(0.0, 360.0)
_sizes_m = st.sampled_from([80.0, 900.0, 4_000.0, 12_000.0])


@st.composite
def _shapes(draw: st.DrawFn, spot: LatLon) -> Shape:
    size_m = draw(_sizes_m)
    centre = destination(spot, draw(_azimuths), draw(st.floats(0.0, 5_000.0)))
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return Circle(centre, size_m)
    far = destination(centre, draw(_azimuths), size_m)
    if kind == 1:
        return Orbit(centre, far, size_m / 3.0)
    if kind == 2:
        line = [centre, far, *(destination(far, draw(_azimuths), size_m) for _ in range(draw(st.integers(0, 2))))]
        return Corridor(tuple(line), draw(st.sampled_from([1.0, 185.2, 1_852.0])))
    count = draw(st.integers(3, 6))
    # Wound as RFC 7946 wants, for GeoJSON is written so, and a digest tells the two ways round apart.
    ring = tuple(destination(centre, -360.0 * n / count, size_m * draw(st.floats(0.4, 1.0))) for n in range(count))
    try:
        if kind == 4:
            return Polygon((ring, tuple(destination(centre, 120.0 * n, size_m * 0.1) for n in range(3))))
        return Polygon((ring,))
    except ShapeError:  # where three corners nearly make a line, the hole does not fit
        return Circle(centre, size_m)


@st.composite
def _limits(draw: st.DrawFn, height_m: float) -> AltitudeLimit:
    """A limit at about a height, in any unit on any reference; some of them lack one of these, some state a doubt."""
    known = [one for one in Reference if one is not Reference.UNLIMITED]
    reference = draw(st.sampled_from([*[Reference.EGM96] * 6, Reference.WGS84, Reference.WGS84, *known, None]))
    unit = draw(st.sampled_from([*[Unit.METRE, Unit.FOOT] * 4, None]))
    doubt_m = draw(st.sampled_from([0.0, 0.0, 15.0]))
    if reference is Reference.SURFACE:
        return SURFACE
    if reference is Reference.STD and draw(st.booleans()):
        level = float(round(height_m / FOOT_M / 100.0))
        return AltitudeLimit(level, Unit.FLIGHT_LEVEL, reference, doubt_m, draw(st.sampled_from([None, 1000.0])))
    value = round(height_m if unit is Unit.METRE else height_m / FOOT_M)
    ground = reference is Reference.AGL and draw(st.booleans())
    return AltitudeLimit(
        float(value),
        unit,
        reference,
        doubt_m,
        draw(st.sampled_from([None, 1000.0])) if reference in (Reference.STD, Reference.QNH, Reference.QFE) else None,
        draw(st.sampled_from([None, 100.0])) if reference is Reference.QFE else None,
        (50.0, 90.0) if ground else None,
    )


@st.composite
def _bands(draw: st.DrawFn) -> Band:
    low_m = draw(st.sampled_from([0.0, _AT_M, _AT_M - 500.0, _AT_M + 10.0]))
    lower = draw(_limits(low_m))
    upper = draw(st.one_of(_limits(low_m + draw(st.sampled_from([0.0, 400.0, 3_000.0]))), st.just(UNLIMITED)))
    if draw(st.booleans()) and upper.reference is not Reference.UNLIMITED:  # most plans name one reference
        upper = replace(lower, value=lower.value + draw(st.sampled_from([0.0, 10.0]))) if lower != SURFACE else upper
    try:
        return Band(lower, upper)
    except AltitudeError:
        return Band(lower, UNLIMITED)


@st.composite
def _windows(draw: st.DrawFn) -> TimeWindow:
    start_ms = NOON_MS + draw(st.integers(0, 20)) * 60_001
    length_ms = draw(st.one_of(st.none(), st.integers(0, 3_600_000)))
    end_ms = None if length_ms is None else start_ms + length_ms
    return TimeWindow(start_ms, end_ms, draw(st.sampled_from([0.0, 0.0, 30.5])))


@st.composite
def _volumes(draw: st.DrawFn, spot: LatLon) -> Volume4D:
    # 300 m and 1000 m are what an unknown datum leaves open.
    doubt_m = draw(st.sampled_from([0.0, 0.0, 12.5, 300.0, 1_000.0]))
    return Volume4D(draw(_shapes(spot)), draw(_bands()), draw(_windows()), doubt_m)


@st.composite
def _upright(draw: st.DrawFn, spot: LatLon) -> Volume4D:
    """What F3548 can hold: heights above the ellipsoid, windows with an end, areas without holes."""
    volume = draw(_volumes(spot))
    shape = Polygon(volume.shape.rings[:1]) if isinstance(volume.shape, Polygon) else volume.shape
    low_m = draw(st.sampled_from([0.0, _AT_M, _AT_M - 500.0]))
    lower = AltitudeLimit(low_m, Unit.METRE, Reference.WGS84, draw(st.sampled_from([0.0, 15.0])))
    upper = replace(lower, value=low_m + draw(st.sampled_from([1.0, 400.0, 3_000.0])))
    start_ms = volume.window.start_ms
    window = replace(volume.window, end_ms=max(volume.window.end_ms or start_ms + 900_000, start_ms + 1_000))
    return replace(volume, shape=shape, band=Band(lower, upper), window=window)


@st.composite
def _ordered(draw: st.DrawFn, spot: LatLon) -> Volume4D:
    """What an airspace control order can hold: whole seconds of arc, hundreds of feet, whole minutes."""
    lat_s, lon_s = round(spot.lat_deg * 3600.0), round(spot.lon_deg * 3600.0)

    def place() -> LatLon:
        north_s, east_s = draw(st.integers(-300, 300)), draw(st.integers(-300, 300))
        return LatLon(
            max(-324_000, min(324_000, lat_s + north_s)) / 3600.0, max(-648_000, min(648_000, lon_s + east_s)) / 3600.0
        )

    length_m = draw(st.sampled_from([926.0, 1852.0, 5_000.0]))
    shape: Shape = Circle(place(), length_m)
    match draw(st.integers(0, 3)):
        case 1:
            shape = Corridor((place(), place()), length_m)
        case 2:
            shape = Orbit(place(), place(), length_m)
        case 3:
            try:
                shape = Polygon(((place(), place(), place()),))
            except ShapeError:  # three places of one line
                shape = Circle(place(), length_m)
        case _:
            pass
    if isinstance(shape, Corridor | Orbit) and len(set(shape.core().parts[0])) < 2:
        shape = Circle(place(), length_m)
    levels = [AltitudeLimit(float(level), Unit.FLIGHT_LEVEL, Reference.STD) for level in (45, 50, 60)]
    feet = [AltitudeLimit(float(value), Unit.FOOT, Reference.EGM96) for value in (4_500, 5_000, 6_000)]
    lower, upper = sorted(draw(st.tuples(*[st.integers(0, 2)] * 2)))
    scale = draw(st.sampled_from([levels, feet]))
    start_ms = NOON_MS + draw(st.integers(0, 60)) * 60_000
    end_ms = draw(st.one_of(st.none(), st.integers(0, 60).map(lambda minutes: start_ms + minutes * 60_000)))
    return Volume4D(shape, Band(scale[lower], scale[upper]), TimeWindow(start_ms, end_ms))


@st.composite
def _two_sides(draw: st.DrawFn, volumes: Callable[[LatLon], st.SearchStrategy[Volume4D]]) -> list[list[Activity]]:
    spot = draw(st.sampled_from(SPOTS))
    return [
        [
            Activity(f"{party[0]}-{n}", party, draw(st.sampled_from(list(Kind))), "", 0, tuple(parts))
            for n, parts in enumerate(
                draw(st.lists(st.lists(volumes(spot), min_size=1, max_size=2), min_size=1, max_size=3))
            )
        ]
        for party in ("BLUE", "GREEN")
    ]


sides = _two_sides(_volumes)
upright = _two_sides(_upright)
in_order = _two_sides(_ordered)
