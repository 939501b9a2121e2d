"""A piece of space and time in whole numbers, so that both sides sign and recompute the same.

The one idea: what the numbers cannot hold exactly is held wider: places are kept to 1e-7 degree, and what that rounds
off is added to the uncertainty.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow

__all__ = ["Area", "Limit", "Outline", "Place", "area_of", "place_of", "volume_of"]

_E7 = 10_000_000
# Half a unit of 1e-7 degree is 5.6 mm along a meridian; both coordinates together 8 mm.
_ROUNDING_MM = 8
# Half a hundredth of a hectopascal: 27 m of air to the hectopascal where it is thinnest on land (300 hPa), less below.
# A station moves a height by all of its own error; an uncertainty widens it by this share in the coldest air that
# `space.heights` reckons with.
_LEAST_AIR_SHARE = 0.75
_PRESSURE_ROUNDING_M = 0.15
_MILLI = 1000


class Outline(StrEnum):
    """The kind of shape."""

    CIRCLE = "CIRCLE"
    CORRIDOR = "CORRIDOR"
    ORBIT = "ORBIT"
    POLYGON = "POLYGON"


@dataclass(frozen=True, slots=True)
class Place:
    """A place on WGS84, in units of 1e-7 degree."""

    lat_e7: int
    lon_e7: int


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of altitude as stated, in thousandths of its own unit; None is "not stated", and stays so."""

    value_milli: int
    unit: Unit | None
    reference: Reference | None
    uncertainty_mm: int = 0
    pressure_centi_hpa: int | None = None
    station_mm: int | None = None
    ground_low_mm: int | None = None
    ground_high_mm: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A shape, a band and a window; `entered` is the author's own words for each, verbatim."""

    outline: Outline
    rings: tuple[tuple[Place, ...], ...]
    radius_mm: int
    lower: Limit
    upper: Limit
    start_ms: int
    end_ms: int | None
    clock_uncertainty_ms: int = 0
    uncertainty_mm: int = 0
    entered_place: str = ""
    entered_altitude: str = ""
    entered_time: str = ""
    entered_datum: str = "WGS84"


def place_of(place: LatLon, uncertainty_m: float) -> tuple[Place, int]:
    """A place in whole numbers, and to how many millimetres it is known then: rounding makes it no surer.

    >>> place_of(LatLon(35.0, 40.0), 0.0015)
    (Place(lat_e7=350000000, lon_e7=400000000), 10)
    """
    return Place(round(place.lat_deg * _E7), round(place.lon_deg * _E7)), _up(uncertainty_m) + _ROUNDING_MM


def area_of(volume: Volume4D) -> Area:
    """A volume in whole numbers: never smaller than it was."""
    shape = volume.shape
    match shape:
        case Circle(centre, radius_m):
            outline, rings, wide_m = Outline.CIRCLE, ((centre,),), radius_m
        case Corridor(line, half_width_m):
            outline, rings, wide_m = Outline.CORRIDOR, (line,), half_width_m
        case Orbit(first, second, radius_m):
            outline, rings, wide_m = Outline.ORBIT, ((first, second),), radius_m
        case Polygon(parts):
            outline, rings, wide_m = Outline.POLYGON, parts, 0.0
    places = tuple(tuple(Place(round(p.lat_deg * _E7), round(p.lon_deg * _E7)) for p in ring) for ring in rings)
    exact = all(
        LatLon(q.lat_e7 / _E7, q.lon_e7 / _E7) == p
        for ring, kept in zip(rings, places, strict=True)
        for p, q in zip(ring, kept, strict=True)
    )
    entered = volume.entered or Entered("")
    return Area(
        outline,
        places,
        _up(wide_m),
        _limit(volume.band.lower),
        _limit(volume.band.upper),
        volume.window.start_ms,
        volume.window.end_ms,
        _up(volume.window.clock_uncertainty_s),
        _up(volume.horizontal_uncertainty_m) + (0 if exact else _ROUNDING_MM),
        entered.place,
        entered.altitude,
        entered.time,
        entered.datum,
    )


def volume_of(area: Area, source: str = "") -> Volume4D:
    """The volume an area stands for; `source` names where it came from.

    Raises ValueError (ShapeError, AltitudeError) for numbers that make no volume.
    """
    rings = tuple(tuple(LatLon(p.lat_e7 / _E7, p.lon_e7 / _E7) for p in ring) for ring in area.rings)
    if not rings or not rings[0]:
        raise ValueError("an area needs at least one place")
    entered = Entered(source, area.entered_place, area.entered_altitude, area.entered_time, "line", area.entered_datum)
    return Volume4D(
        _shape(area, rings),
        Band(_altitude(area.lower), _altitude(area.upper)),
        TimeWindow(area.start_ms, area.end_ms, area.clock_uncertainty_ms / _MILLI),
        area.uncertainty_mm / _MILLI,
        entered,
    )


def _shape(area: Area, rings: tuple[tuple[LatLon, ...], ...]) -> Shape:
    radius_m = area.radius_mm / _MILLI
    match area.outline:
        case Outline.CIRCLE:
            if len(rings[0]) != 1:
                raise ValueError(f"a circle has one centre; got {len(rings[0])} places")
            return Circle(rings[0][0], radius_m)
        case Outline.CORRIDOR:
            return Corridor(rings[0], radius_m)
        case Outline.ORBIT:
            if len(rings[0]) != 2:
                raise ValueError(f"an orbit has two ends; got {len(rings[0])} places")
            return Orbit(rings[0][0], rings[0][1], radius_m)
        case Outline.POLYGON:
            return Polygon(rings)


def _up(value: float) -> int:
    """The least whole number of thousandths that is not below a value."""
    whole = -int(-value * _MILLI // 1)
    return whole - 1 if (whole - 1) / _MILLI >= value else whole


def _limit(limit: AltitudeLimit) -> Limit:
    kept = round(limit.value * _MILLI)
    scale = {Unit.METRE: 1.0, Unit.FOOT: 0.3048, Unit.FLIGHT_LEVEL: 30.48}.get(limit.unit or Unit.METRE, 1.0)
    lost_m = abs(kept / _MILLI - limit.value) * scale
    pressure_centi_hpa = None if limit.pressure_hpa is None else round(limit.pressure_hpa * 100)
    if pressure_centi_hpa is not None and pressure_centi_hpa / 100 != limit.pressure_hpa:
        lost_m += _PRESSURE_ROUNDING_M
    station_mm = None if limit.station_m is None else round(limit.station_m * _MILLI)
    if station_mm is not None and station_mm / _MILLI != limit.station_m:
        lost_m += 0.5 / _MILLI / _LEAST_AIR_SHARE
    low_m, high_m = limit.ground_m if limit.ground_m is not None else (None, None)
    return Limit(
        kept,
        limit.unit,
        limit.reference,
        _up(limit.uncertainty_m + lost_m),
        pressure_centi_hpa,
        station_mm,
        None if low_m is None else -_up(-low_m),
        None if high_m is None else _up(high_m),
    )


def _altitude(limit: Limit) -> AltitudeLimit:
    ground = limit.ground_low_mm, limit.ground_high_mm
    if (ground[0] is None) != (ground[1] is None):
        raise ValueError("the ground needs its lowest and its highest, or neither")
    return AltitudeLimit(
        limit.value_milli / _MILLI,
        limit.unit,
        limit.reference,
        limit.uncertainty_mm / _MILLI,
        None if limit.pressure_centi_hpa is None else limit.pressure_centi_hpa / 100,
        None if limit.station_mm is None else limit.station_mm / _MILLI,
        None if ground[0] is None or ground[1] is None else (ground[0] / _MILLI, ground[1] / _MILLI),
    )
