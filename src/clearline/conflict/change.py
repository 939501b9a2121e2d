"""Changes a party can make to what it planned: in time, in height, or sideways; the volumes before, the volumes after.

The one idea: a change moves all of an activity together and keeps its length, thickness and shape; whatever a change
makes stale (the ground below, an altimeter setting) is forgotten, so it can never prove a changed plan clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearline.space.altitude import FULL_SCALE, AltitudeError, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import MAX_RADIUS_M, Circle, Corridor, Orbit, Polygon, Shape, ShapeError
from clearline.space.volume import Entered, Volume4D
from clearline.space.wgs84 import azimuths_and_distances, destination, ecef, from_ecef
from clearline.space.window import TimeWindow

__all__ = [
    "MAX_CLIMB_M",
    "MAX_OFFSET_M",
    "MAX_SHIFT_S",
    "AltitudeShift",
    "Change",
    "ChangeError",
    "LateralOffset",
    "TimeShift",
    "altitude_room_m",
    "changed",
    "describe_change",
    "middle",
]

MAX_SHIFT_S = 30.0 * 86_400.0  # F3548-21 OiMaxPlanHorizonDays
MAX_CLIMB_M = 20_000.0
MAX_OFFSET_M = 500_000.0

# How far a stated altimeter setting reaches. Aerodromes report theirs at least every hour (ICAO Annex 3, 3.3.1). In
# a full gale the pressure falls some 4 hPa in 100 km; over 25 km that is 1 hPa, half of what `space.heights` allows.
_SETTING_HOLDS_S = 3_600.0
_SETTING_HOLDS_M = 25_000.0

_PRESSURE = (Reference.STD, Reference.QNH, Reference.QFE)
_NAUTICAL_MILE_M = 1852.0


class ChangeError(ValueError):
    """A change that cannot be made: the sentence says why."""


@dataclass(frozen=True, slots=True)
class TimeShift:
    """Everything later by `by_s` seconds (earlier where negative). Raises ChangeError beyond 30 days."""

    by_s: float

    def __post_init__(self) -> None:
        if not abs(self.by_s) <= MAX_SHIFT_S:
            raise ChangeError(f"a time shift must be within 30 days; got {self.by_s} s")

    @property
    def by_ms(self) -> int:
        """The shift in whole milliseconds."""
        return round(self.by_s * 1000.0)


@dataclass(frozen=True, slots=True)
class AltitudeShift:
    """Both limits of every band up by `value` in `unit` (down where negative). Raises ChangeError beyond 20 km.

    >>> AltitudeShift(1000.0, Unit.FOOT).by_m
    304.8
    """

    value: float
    unit: Unit

    def __post_init__(self) -> None:
        if not abs(self.by_m) <= MAX_CLIMB_M:
            raise ChangeError(f"an altitude shift must be within {MAX_CLIMB_M:.0f} m; got {self.by_m} m")

    @property
    def by_m(self) -> float:
        """The shift in metres."""
        return self.value * FULL_SCALE[self.unit]


@dataclass(frozen=True, slots=True)
class LateralOffset:
    """Everything moved `by_m` metres along the geodesic that leaves the activity's middle at `azimuth_deg`.

    Raises ChangeError beyond 500 km, or for an azimuth outside 0..360 degrees.
    """

    azimuth_deg: float
    by_m: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.by_m <= MAX_OFFSET_M:
            raise ChangeError(f"a lateral offset must be 0 to {MAX_OFFSET_M:.0f} m; got {self.by_m} m")
        if not 0.0 <= self.azimuth_deg <= 360.0:
            raise ChangeError(f"an azimuth must be 0 to 360 degrees; got {self.azimuth_deg}")


Change = TimeShift | AltitudeShift | LateralOffset


def changed(volumes: Sequence[Volume4D], *changes: Change) -> tuple[Volume4D, ...]:
    """The volumes after the changes, made one after the other; `entered` stays, with a note of each change.

    Raises ChangeError where a change cannot be made: a band that is not a pair of numbers cannot be moved up or down,
    no band may sink below the zero of its own reference, and no shape may leave the bounds of `space.shape`.
    """
    now = tuple(volumes)
    for change in changes:
        match change:
            case TimeShift():
                now = tuple(_later(volume, change) for volume in now)
            case AltitudeShift():
                now = tuple(_higher(volume, change) for volume in now)
            case LateralOffset():
                now = _aside(now, change)
    return now


def describe_change(change: Change) -> str:
    """What the one who changes does, in words.

    >>> describe_change(TimeShift(840.0)), describe_change(AltitudeShift(-1000.0, Unit.FOOT))
    ('starts 14 min later', 'moves 1,000 ft down')
    >>> describe_change(LateralOffset(45.0, 5556.0))
    'moves 3 NM towards 045 degrees'
    """
    match change:
        case TimeShift(by_s):
            return f"starts {_figure(abs(by_s) / 60.0)} min {'later' if by_s >= 0.0 else 'earlier'}"
        case AltitudeShift(value, unit):
            feet = value * 100.0 if unit is Unit.FLIGHT_LEVEL else value
            name = "m" if unit is Unit.METRE else "ft"
            return f"moves {_figure(abs(feet))} {name} {'up' if value >= 0.0 else 'down'}"
        case LateralOffset(azimuth_deg, by_m):
            return f"moves {_figure(by_m / _NAUTICAL_MILE_M)} NM towards {azimuth_deg:03.0f} degrees"


def _figure(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def altitude_room_m(volumes: Sequence[Volume4D]) -> tuple[float, float]:
    """How far volumes can be moved down and up, metres: none below the zero of its lower limit's reference.

    Raises ChangeError where they cannot be moved at all: a limit at the SURFACE, or one whose unit or reference was
    not stated. A band up to UNLIMITED can only be moved up.
    """
    down_m = up_m = MAX_CLIMB_M
    for volume in volumes:
        for name, limit in (("lower", volume.band.lower), ("upper", volume.band.upper)):
            if limit.reference is Reference.SURFACE:
                raise ChangeError(f"the {name} limit is the surface, which does not move up or down")
            if limit.unit is None or limit.reference is None:
                raise ChangeError(f"the {name} limit {limit} has no unit or no reference: state it first")
        lower_m = volume.band.lower.metres
        open_above = volume.band.upper.reference is Reference.UNLIMITED
        down_m = 0.0 if open_above or lower_m is None else min(down_m, max(0.0, lower_m))
    return down_m, up_m


def middle(volumes: Sequence[Volume4D]) -> LatLon:
    """The middle of all places that the volumes' shapes are drawn by."""
    places = [place for volume in volumes for part in volume.shape.core().parts for place in part]
    degrees = np.asarray(places, np.float64)
    return from_ecef(ecef(degrees[:, 0], degrees[:, 1]).sum(axis=0))


def _later(volume: Volume4D, change: TimeShift) -> Volume4D:
    window = volume.window
    end_ms = None if window.end_ms is None else window.end_ms + change.by_ms
    try:
        moved = TimeWindow(window.start_ms + change.by_ms, end_ms, window.clock_uncertainty_s)
    except ValueError as error:
        raise ChangeError(str(error)) from None
    band = _band(volume, forget_setting=abs(change.by_s) > _SETTING_HOLDS_S, forget_ground=False)
    return replace(volume, window=moved, band=band, entered=_noted(volume.entered, change))


def _higher(volume: Volume4D, change: AltitudeShift) -> Volume4D:
    down_m, _ = altitude_room_m((volume,))
    if -change.by_m > down_m + 1e-6:
        raise ChangeError(f"the band {volume.band} cannot be moved {-change.by_m:.0f} m down, only {down_m:.0f} m")
    band = Band(_raised(volume.band.lower, change), _raised(volume.band.upper, change))
    return replace(volume, band=band, entered=_noted(volume.entered, change))


def _raised(limit: AltitudeLimit, change: AltitudeShift) -> AltitudeLimit:
    if limit.unit is None or limit.reference is Reference.UNLIMITED:
        return limit
    by = change.value if limit.unit is change.unit else change.by_m / FULL_SCALE[limit.unit]
    try:
        # A millionth of a foot or metre: hides 0.1 + 0.2, and is far below what any verdict turns on.
        return replace(limit, value=round(limit.value + by, 6))
    except AltitudeError as error:
        raise ChangeError(str(error)) from None


def _aside(volumes: tuple[Volume4D, ...], change: LateralOffset) -> tuple[Volume4D, ...]:
    """All shapes moved as one: every place keeps its distance and its bearing from the middle, as carried along.

    On a sphere this is a rigid motion; on the ellipsoid a shape of 100 km keeps its lengths to within 0.1 m.
    """
    start = middle(volumes)
    end = destination(start, change.azimuth_deg, change.by_m)
    # The bearing on arrival, taken towards a place further along, so that a move of a centimetre has one too.
    ahead = destination(start, change.azimuth_deg, change.by_m + 100_000.0)
    arrival_deg, _ = azimuths_and_distances([end], [ahead])
    turn_deg = float(arrival_deg[0]) - change.azimuth_deg
    moved: list[Volume4D] = []
    for volume in volumes:
        try:
            shape = _carried(volume.shape, start, end, turn_deg)
        except ShapeError as error:
            raise ChangeError(str(error)) from None
        band = _band(volume, forget_setting=change.by_m > _SETTING_HOLDS_M, forget_ground=True)
        moved.append(replace(volume, shape=shape, band=band, entered=_noted(volume.entered, change)))
    return tuple(moved)


def _carried(shape: Shape, start: LatLon, end: LatLon, turn_deg: float) -> Shape:
    def move(places: Sequence[LatLon]) -> tuple[LatLon, ...]:
        azimuth_deg, range_m = azimuths_and_distances([start] * len(places), places)
        if float(range_m.max()) > MAX_RADIUS_M:
            raise ChangeError("the activity reaches further than 1500 km from its middle: move its parts one by one")
        return tuple(
            destination(end, float(azimuth) + turn_deg, float(far_m))
            for azimuth, far_m in zip(azimuth_deg, range_m, strict=True)
        )

    match shape:
        case Circle(centre, radius_m):
            return Circle(move((centre,))[0], radius_m)
        case Corridor(line, half_width_m):
            return Corridor(move(line), half_width_m)
        case Orbit(first, second, radius_m):
            ends = move((first, second))
            return Orbit(ends[0], ends[1], radius_m)
        case Polygon(rings):
            return Polygon(tuple(move(ring) for ring in rings))


def _band(volume: Volume4D, *, forget_setting: bool, forget_ground: bool) -> Band:
    def aged(limit: AltitudeLimit) -> AltitudeLimit:
        if forget_setting and limit.reference in _PRESSURE:
            limit = replace(limit, pressure_hpa=None)
        return replace(limit, ground_m=None) if forget_ground else limit

    try:
        return Band(aged(volume.band.lower), aged(volume.band.upper))
    except AltitudeError as error:
        raise ChangeError(f"without the altimeter setting, which does not hold then and there: {error}") from None


def _noted(entered: Entered | None, change: Change) -> Entered | None:
    if entered is None:
        return None
    return replace(entered, notes=(*entered.notes, f"changed from what was entered: {describe_change(change)}"))
