"""Hypothesis strategies for activities that formats must carry unchanged, and what to compare of them."""

import re
import string
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from clearline.airspace.activity import Activity, Kind
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeError, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.reading import DatumPolicy, Supplied

__all__ = ["FULL", "NOTHING", "activities", "bare", "examples", "orders", "shapes", "texts"]

_DOCS = Path(__file__).parents[2] / "docs" / "formats"

NOTHING = Supplied()
# Everything supplied that a file may leave out, so that fuzzing reaches the ends of the readers.
FULL = Supplied(
    party="BLUE",
    window=TimeWindow(0, 3_600_000),
    lower=SURFACE,
    upper=AltitudeLimit(5_000.0, Unit.FOOT, Reference.EGM96),
    half_width_m=100.0,
    half_height_m=50.0,
    datum_policy=DatumPolicy.WIDEN,
)


def bare(activities: tuple[Activity, ...]) -> list[Activity]:
    """Activities without what was entered, which a format need not carry."""
    return [replace(one, volumes=tuple(replace(v, entered=None) for v in one.volumes)) for one in activities]


def examples(page: str, kind: str) -> list[bytes]:
    """The complete examples of a page under docs/formats, by the language their fences name."""
    text = (_DOCS / page).read_text("utf-8")
    return [found.encode() for found in re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


# Names with what breaks formats: separators, quotes, markup, other scripts; no space at the ends.
texts = st.text(st.sampled_from(string.ascii_letters + string.digits + " ,;|\"'<>&#=:é号ب"), max_size=12).map(str.strip)
_names = texts.filter(bool)
_degrees = st.floats(-3.0, 3.0).map(lambda degrees: degrees if abs(degrees) > 1e-12 else 0.0)
_sizes = st.one_of(st.just(0.0), st.floats(0.01, 20_000.0))


_BASES = [LatLon(35.0, 40.0), LatLon(0.0, -1.5), LatLon(60.0, 176.0), LatLon(-62.0, -90.0)]


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """One of the four shapes, with places to the last digit of a double."""
    base = draw(st.sampled_from(_BASES))

    def place() -> LatLon:
        return LatLon(base.lat_deg + draw(_degrees), base.lon_deg + draw(_degrees))

    match draw(st.integers(0, 4)):
        case 0:
            return Circle(place(), draw(_sizes))
        case 1:
            return Orbit(place(), place(), draw(_sizes))
        case 2:
            return Corridor(tuple(place() for _ in range(draw(st.integers(1, 4)))), draw(_sizes))
        case 3:
            return Polygon((_triangle(place(), 0.4),))
        case _:
            middle = place()
            return Polygon((_triangle(middle, 0.4), _triangle(middle, 0.1)))


def _triangle(place: LatLon, size_deg: float) -> tuple[LatLon, ...]:
    lat_deg, lon_deg = place
    return (
        LatLon(lat_deg - size_deg, lon_deg - size_deg),
        LatLon(lat_deg - size_deg, lon_deg + size_deg),
        LatLon(lat_deg + size_deg, lon_deg),
    )


_settings = st.one_of(st.none(), st.floats(900.0, 1080.0))


@st.composite
def _limits(draw: st.DrawFn) -> AltitudeLimit:
    uncertainty_m = draw(st.sampled_from([0.0, 0.5, 30.0]))
    reference = draw(st.sampled_from([None, *Reference]))
    if reference is Reference.SURFACE:
        return replace(SURFACE, ground_m=draw(st.sampled_from([None, (0.0, 12.5)])))
    if reference is Reference.UNLIMITED:
        return AltitudeLimit(400.0, None, None)
    unit = draw(st.sampled_from([None, Unit.METRE, Unit.FOOT]))
    if reference is Reference.STD and draw(st.booleans()):
        return AltitudeLimit(
            float(draw(st.integers(0, 600))), Unit.FLIGHT_LEVEL, reference, uncertainty_m, draw(_settings)
        )
    has_dial = reference in (Reference.STD, Reference.QNH, Reference.QFE)
    return AltitudeLimit(
        draw(st.floats(-400.0, 20_000.0).map(lambda value: round(value, 3))),
        unit,
        reference,
        uncertainty_m,
        draw(_settings) if has_dial else None,
        draw(st.sampled_from([None, 450.0, 12.25])) if reference is Reference.QFE else None,
        draw(st.sampled_from([None, (650.0, 700.5)])) if reference is Reference.AGL else None,
    )


@st.composite
def _bands(draw: st.DrawFn) -> Band:
    lower = draw(_limits())
    try:
        return Band(lower, draw(st.one_of(_limits(), st.just(UNLIMITED))))
    except AltitudeError:
        return Band(lower, UNLIMITED)


@st.composite
def _windows(draw: st.DrawFn) -> TimeWindow:
    start_ms = draw(st.integers(0, 2_000_000_000_000))
    end_ms = draw(st.one_of(st.none(), st.integers(0, 10_000_000_000).map(lambda length: start_ms + length)))
    return TimeWindow(start_ms, end_ms, draw(st.sampled_from([0.0, 1.5, 60.0])))


@st.composite
def _activities(draw: st.DrawFn) -> Activity:
    volumes = st.builds(Volume4D, shapes(), _bands(), _windows(), st.sampled_from([0.0, 12.5, 300.0]))
    return Activity(
        draw(_names),
        draw(st.sampled_from(["BLUE", "RED, inc", "Grün"])),
        draw(st.sampled_from(list(Kind))),
        draw(texts),
        draw(st.integers(-5, 100)),
        tuple(draw(st.lists(volumes, min_size=1, max_size=3))),
    )


activities = st.lists(_activities(), min_size=1, max_size=3, unique_by=lambda one: (one.party, one.ident))


# What an airspace control order can say: whole seconds, hundreds of feet, whole minutes, plain lengths.
@st.composite
def _order_shapes(draw: st.DrawFn) -> Shape:
    length_m = draw(st.sampled_from([1852.0, 9260.0, 46_300.0, 5_000.0, 750.0, 2.5 * 1852.0]))
    lat, lon = draw(st.integers(30 * 3600, 39 * 3600)), draw(st.integers(30 * 3600, 39 * 3600))
    south, west = draw(st.sampled_from([1.0, -1.0])), draw(st.sampled_from([1.0, -1.0]))

    def place(north_s: int, east_s: int) -> LatLon:
        return LatLon(south * ((lat + north_s) / 3600.0), west * ((lon + east_s) / 3600.0))

    first, second, third = place(0, 0), place(0, 901), place(1799, 0)
    match draw(st.integers(0, 5)):
        case 0:
            return Circle(first, length_m)
        case 1:
            return Circle(first, 0.0)
        case 2:
            return Corridor((first, second, third), length_m)
        case 3:
            return Corridor((first, second), 0.0)
        case 4:
            return Orbit(first, second, length_m)
        case _:
            return Polygon(((first, second, third),))


_order_bands = st.sampled_from(
    [
        Band(SURFACE, AltitudeLimit(10_000.0, Unit.FOOT, Reference.AGL)),
        Band(SURFACE, AltitudeLimit(240.0, Unit.FLIGHT_LEVEL, Reference.STD)),
        Band(AltitudeLimit(0.0, Unit.METRE, Reference.EGM96), AltitudeLimit(230.0, Unit.FLIGHT_LEVEL, Reference.STD)),
        Band(AltitudeLimit(500.0, Unit.FOOT, Reference.AGL), AltitudeLimit(10_000.0, Unit.FOOT, Reference.EGM96)),
        Band(AltitudeLimit(7_000.0, Unit.FOOT, Reference.EGM96), AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD)),
        Band(
            AltitudeLimit(100.0, Unit.FLIGHT_LEVEL, Reference.STD),
            AltitudeLimit(230.0, Unit.FLIGHT_LEVEL, Reference.STD),
        ),
    ]
)


@st.composite
def _order_windows(draw: st.DrawFn) -> TimeWindow:
    start_ms = draw(st.integers(0, 30_000_000)) * 60_000
    length_ms = draw(st.one_of(st.none(), st.integers(0, 100_000).map(lambda minutes: minutes * 60_000)))
    return TimeWindow(start_ms, None if length_ms is None else start_ms + length_ms)


_order_texts = st.text(st.sampled_from("ABCXYZ019 -.:=;()"), max_size=12).map(lambda text: " ".join(text.split()))


@st.composite
def orders(draw: st.DrawFn) -> list[Activity]:
    """Activities that one airspace control order can say exactly; all of an exercise, or none."""
    exercise = draw(st.booleans())
    idents = draw(
        st.lists(_order_texts.filter(lambda text: text not in ("", "-")), min_size=1, max_size=3, unique=True)
    )
    volumes = st.builds(Volume4D, _order_shapes(), _order_bands, _order_windows())
    party = draw(st.sampled_from(["BLUE", "CAOC 2"]))
    found: list[Activity] = []
    for ident in idents:
        title = draw(_order_texts)
        if exercise:
            title = f"EXERCISE: {title or ident}"
        parts = tuple(draw(st.lists(volumes, min_size=1, max_size=3)))
        found.append(
            Activity(ident, party, draw(st.sampled_from(list(Kind))), title, draw(st.integers(-5, 100)), parts)
        )
    return found
