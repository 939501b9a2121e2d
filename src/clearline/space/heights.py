"""From altitudes as stated to intervals that can be compared: one interval per frame, and nothing guessed.

The one idea: two heights can be compared soundly in any frame in which both are known. Two flight levels need no
pressure, two heights above sea level need no geoid. So a band is carried into every frame it can reach, each limit as
an interval that surely holds the truth; where it cannot reach a frame the limit there is everything from minus to
plus infinity, which can never show two bands apart.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from clearline.space.altitude import AltitudeLimit, Band, Reference
from clearline.space.geoid import EGM2008_FROM_EGM96_M, GRID_UNCERTAINTY_M, Geoid

__all__ = ["Footprint", "Frame", "Heights", "Span", "resolve_band", "standard_height_m"]

_INF = math.inf

# How high a thing truly is for each metre its altimeter shows above the station that gave the setting. Cold air: the
# corrections of ICAO Doc 8168 (PANS-OPS, vol. I) for -50 degrees C at the aerodrome add 30 % (1,000 ft to fly 1,000 /
# 1.3 = 770 ft up), and a mean of -57 degrees is 0.75. Hot air: 40 degrees above standard, 328 K / 288 K = 1.14.
_AIR_SHARES = (0.75, 1.16)
# Where the station of a QNH is not stated it may lie anywhere from the lowest land (the Dead Sea shore) to the height
# of the flight, and up to 1,000 m where the flight is lower than that.
_LOWEST_STATION_M, _HIGH_STATION_M = -430.0, 1_000.0
# What an altimeter setting, read to whole hectopascals at a station some way off, may be wrong by: 2 hPa of 8.3 m.
_SETTING_M = 17.0


class Frame(StrEnum):
    """A surface heights are measured from."""

    __hash__ = str.__hash__  # as equal values need; Enum's own is plain Python, and every height is looked up by this

    STD = "STD"
    AMSL = "AMSL"
    EGM2008 = "EGM2008"
    AGL = "AGL"
    HAE = "HAE"


_ORDER = {frame: place for place, frame in enumerate(Frame)}


@dataclass(frozen=True, slots=True)
class Footprint:
    """The box of latitudes and longitudes a shape may reach; `east_deg` may exceed 180 (antimeridian).

    Raises ValueError unless south is at most north, and west at most east.
    """

    south_deg: float
    north_deg: float
    west_deg: float
    east_deg: float

    def __post_init__(self) -> None:
        if not (-90.0 <= self.south_deg <= self.north_deg <= 90.0 and self.west_deg <= self.east_deg):
            raise ValueError(f"a footprint goes from south to north and from west to east; got {self}")


@dataclass(frozen=True, slots=True)
class Span:
    """A band in one frame, metres.

    Everything the band may hold lies in [low_m, high_m] (infinite where a limit is not known in this frame); all of
    [sure_low_m, sure_high_m] surely belongs to it (empty, low above high, where nothing is sure). `known` is whether
    both limits could be placed in this frame at all.
    """

    low_m: float
    high_m: float
    sure_low_m: float
    sure_high_m: float
    known: bool


@dataclass(frozen=True, slots=True)
class Heights:
    """A band in every frame, and for each limit that could not be placed against the ellipsoid the reason why.

    `spans` are in the order of `Frame`.
    """

    spans: tuple[Span, ...]
    missing: tuple[str, ...]

    def span(self, frame: Frame) -> Span:
        """The band in one frame."""
        return self.spans[_ORDER[frame]]


_Interval = tuple[float, float]
_ANYWHERE: _Interval = (-_INF, _INF)
_UNKNOWN = Span(-_INF, _INF, _INF, -_INF, False)


def standard_height_m(pressure_hpa: float) -> float:
    """Pressure altitude at which the ICAO standard atmosphere (Doc 7488) has this pressure, metres, troposphere.

    >>> round(standard_height_m(990.0)), round(standard_height_m(1025.0))
    (195, -97)
    """
    return 44_330.769 * (1.0 - (pressure_hpa / 1013.25) ** 0.190263)


def resolve_band(band: Band, footprint: Footprint, geoid: Geoid, inflation: float = 1.0) -> Heights:
    """A band in every frame it can reach, over a footprint, with stated uncertainties times `inflation`."""
    undulation_m = geoid.over(footprint.south_deg, footprint.north_deg, footprint.west_deg, footprint.east_deg)
    lower = _limit_frames(band.lower, undulation_m, inflation, is_lower=True)
    upper = _limit_frames(band.upper, undulation_m, inflation, is_lower=False)
    missing = [
        f"{name} limit {limit}: {why}"
        for name, limit, frames in (("lower", band.lower, lower), ("upper", band.upper, upper))
        if (why := _why_missing(limit, frames)) is not None
    ]
    return Heights(tuple([_span(lower.get(frame), upper.get(frame)) for frame in _ORDER]), tuple(missing))


def _span(lower: _Interval | None, upper: _Interval | None) -> Span:
    if lower is None and upper is None:
        return _UNKNOWN
    low, high = lower or _ANYWHERE, upper or _ANYWHERE
    # The band holds at least everything between its highest lower limit and its lowest upper limit, and each limit
    # itself; where a limit is not known, only the other one is sure, and only where that is a single height.
    sure_low, sure_high = low[1], high[0]
    if lower is None and upper is not None:
        sure_low, sure_high = (high[0], high[1]) if high[0] == high[1] else (_INF, -_INF)
    elif upper is None and lower is not None:
        sure_low, sure_high = (low[0], low[1]) if low[0] == low[1] else (_INF, -_INF)
    known = lower is not None and upper is not None
    # Limits stated above different things may turn out the wrong way round here; the band then is all between them,
    # for an empty one would be clear of everything. Where one is not known the order is as stated.
    low_m, high_m = (min(low[0], high[0]), max(low[1], high[1])) if known else (low[0], high[1])
    return Span(low_m, high_m, sure_low, sure_high, known)


def _limit_frames(
    limit: AltitudeLimit, undulation_m: _Interval, inflation: float, *, is_lower: bool
) -> dict[Frame, _Interval]:
    """The limit as an interval in each frame it can be placed in."""
    if limit.reference is Reference.UNLIMITED:
        return dict.fromkeys(Frame, (_INF, _INF))
    if limit.reference is Reference.SURFACE:
        return _from_ground(0.0, limit, undulation_m, inflation, open_below=is_lower)
    metres = limit.metres
    if metres is None or limit.reference is None:
        return {}
    doubt_m = limit.uncertainty_m * inflation
    here = (metres - doubt_m, metres + doubt_m)
    match limit.reference:
        case Reference.WGS84:
            return {Frame.HAE: here, Frame.AMSL: _less(here, _wider(undulation_m, GRID_UNCERTAINTY_M))}
        case Reference.EGM96:
            return _from_sea(here, undulation_m)
        case Reference.EGM2008:
            return {Frame.EGM2008: here, **_from_sea(_wider(here, EGM2008_FROM_EGM96_M), undulation_m)}
        case Reference.AGL:
            return _from_ground(metres, limit, undulation_m, inflation, open_below=False)
        case _:  # STD, QNH, QFE
            return _from_pressure(here, limit, undulation_m)


def _from_sea(amsl: _Interval, undulation_m: _Interval) -> dict[Frame, _Interval]:
    return {Frame.AMSL: amsl, Frame.HAE: _plus(amsl, _wider(undulation_m, GRID_UNCERTAINTY_M))}


def _from_ground(
    metres: float, limit: AltitudeLimit, undulation_m: _Interval, inflation: float, *, open_below: bool
) -> dict[Frame, _Interval]:
    """A height above the ground. A band that begins at the surface is open below: nothing plans under the ground."""
    if open_below:
        return {**dict.fromkeys(Frame, (-_INF, -_INF)), Frame.AGL: (0.0, 0.0)}
    doubt_m = limit.uncertainty_m * inflation
    agl = (metres - doubt_m, metres + doubt_m)
    if limit.ground_m is None:
        return {Frame.AGL: agl}
    # The ground was stated above mean sea level without a model, so it carries the doubt between the models.
    ground = _wider(limit.ground_m, EGM2008_FROM_EGM96_M)
    return {Frame.AGL: agl, **_from_sea(_plus(agl, ground), undulation_m)}


def _from_pressure(here: _Interval, limit: AltitudeLimit, undulation_m: _Interval) -> dict[Frame, _Interval]:
    """A height read off an altimeter: exact against other altimeters, within the air's temperature against the sea."""
    frames: dict[Frame, _Interval] = {}
    setting_m = None if limit.pressure_hpa is None else standard_height_m(limit.pressure_hpa)
    if limit.reference is Reference.STD:
        frames[Frame.STD] = here
        if setting_m is None:
            return frames
        here = here[0] - setting_m, here[1] - setting_m
    elif setting_m is not None:
        frames[Frame.STD] = here[0] + setting_m, here[1] + setting_m
    if limit.reference is Reference.QFE:
        if limit.station_m is None:
            return frames
        here = here[0] + limit.station_m, here[1] + limit.station_m
    stations = (_LOWEST_STATION_M, max(_HIGH_STATION_M, here[1]))
    if limit.station_m is not None:
        stations = (limit.station_m, limit.station_m)
    amsl = _wider(_in_any_air(here, stations), _SETTING_M + EGM2008_FROM_EGM96_M)
    return {**frames, **_from_sea(amsl, undulation_m)}


def _in_any_air(shown: _Interval, stations: _Interval) -> _Interval:
    """Where a thing may truly be whose altimeter shows some height above the sea, right at the station."""
    corners = [at + share * (m - at) for m in shown for at in stations for share in _AIR_SHARES]
    return min(corners), max(corners)


def _why_missing(limit: AltitudeLimit, frames: dict[Frame, _Interval]) -> str | None:
    if Frame.HAE in frames:
        return None
    if limit.unit is None:
        return "no unit was stated; state M, FT or FL"
    if limit.reference is None:
        return "no reference was stated; state WGS84, AMSL (EGM96), AGL, STD, QNH or QFE"
    if limit.reference is Reference.STD:
        return "the pressure is not known; state the QNH of the region, or the altitude above sea level"
    if limit.reference is Reference.QFE:
        return "the station's height is not known; state it"
    return "the height of the ground is not known; state it, or state the altitude above sea level"


def _wider(interval: _Interval, by_m: float) -> _Interval:
    return interval[0] - by_m, interval[1] + by_m


def _plus(a: _Interval, b: _Interval) -> _Interval:
    return a[0] + b[0], a[1] + b[1]


def _less(a: _Interval, b: _Interval) -> _Interval:
    return a[0] - b[1], a[1] - b[0]
