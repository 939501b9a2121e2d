"""Altitudes as people state them: a value, a unit, a reference, and how uncertain it is; never a bare number.

The one idea: a limit whose unit or reference was not stated is kept as it is, unknown, and stays unknown in every
frame it cannot be converted to (see `space.heights`); it is never given a default.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "FARTHEST_M",
    "FOOT_M",
    "FULL_SCALE",
    "SURFACE",
    "UNLIMITED",
    "AltitudeError",
    "AltitudeLimit",
    "Band",
    "Reference",
    "Unit",
]

FOOT_M = 0.3048  # exactly: the international foot
FARTHEST_M = 1_000_000.0  # above this nothing flies by air; a larger figure is a mistake in the input
_LOWEST_QFE_HPA = 300.0  # the pressure at the highest land
_PRESSURES_HPA = (850.0, 1100.0)  # beyond the lowest (870) and highest (1084.8) sea-level pressures on record (WMO)


class AltitudeError(ValueError):
    """An altitude that cannot be: the sentence says what is wrong and how to mend it."""


class Unit(StrEnum):
    """The unit an altitude was stated in; a flight level is hundreds of feet."""

    __hash__ = str.__hash__  # as equal values need; Enum's own is plain Python

    METRE = "M"
    FOOT = "FT"
    FLIGHT_LEVEL = "FL"


class Reference(StrEnum):
    """What an altitude was stated above."""

    __hash__ = str.__hash__  # as equal values need; Enum's own is plain Python

    WGS84 = "WGS84"  # the ellipsoid
    EGM96 = "EGM96"  # mean sea level by the EGM96 geoid: what "AMSL" means in aviation (ICAO Annex 15) and in KML
    EGM2008 = "EGM2008"  # mean sea level by the EGM2008 geoid
    AGL = "AGL"  # the ground below
    STD = "STD"  # pressure altitude, altimeter on 1013.25 hPa
    QNH = "QNH"  # altimeter on the sea-level pressure of the region
    QFE = "QFE"  # altimeter on the pressure at a station: height above that station
    SURFACE = "SURFACE"  # the ground itself
    UNLIMITED = "UNLIMITED"  # no upper limit


_LENGTHS = (Unit.METRE, Unit.FOOT)
_LEVELS = (Reference.WGS84, Reference.EGM96, Reference.EGM2008, Reference.AGL)
FULL_SCALE = {Unit.METRE: 1.0, Unit.FOOT: FOOT_M, Unit.FLIGHT_LEVEL: 100.0 * FOOT_M}


@dataclass(frozen=True, slots=True)
class AltitudeLimit:
    """One limit of a band, as stated.

    `unit` None or `reference` None is "not stated": such a limit is unknown, and verdicts say so. `uncertainty_m` is
    either way. `pressure_hpa` is the altimeter setting: the QNH or QFE it was stated on, or for STD the QNH of the
    region if known. `station_m` is the height above mean sea level of the station whose QNH or QFE it is. `ground_m`
    is, for AGL and SURFACE, the lowest and highest ground (above mean sea level) anywhere under the shape, if known;
    where the place is uncertain, anywhere under the shape so widened.
    Raises AltitudeError for a number that is not finite or beyond any altitude, or parts that contradict each other.

    >>> AltitudeLimit(5000.0, Unit.FOOT, Reference.EGM96).metres
    1524.0
    """

    value: float
    unit: Unit | None
    reference: Reference | None
    uncertainty_m: float = 0.0
    pressure_hpa: float | None = None
    station_m: float | None = None
    ground_m: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self._is_a_length_above_a_level():
            return
        if self.reference in (Reference.SURFACE, Reference.UNLIMITED):
            if self.value != 0.0:
                raise AltitudeError(
                    f"{self.reference} carries no value; got {self.value}: use AGL for a height above it"
                )
        elif (
            not math.isfinite(self.value) or abs(self.value) * FULL_SCALE.get(self.unit or Unit.METRE, 1.0) > FARTHEST_M
        ):
            raise AltitudeError(f"altitude {self.value} {self.unit or '(no unit)'} is not a height anything flies at")
        if self.unit is Unit.FLIGHT_LEVEL and self.reference not in (Reference.STD, None):
            raise AltitudeError(f"a flight level is stated on STD (1013.25 hPa), not on {self.reference}")
        if not 0.0 <= self.uncertainty_m <= FARTHEST_M:
            raise AltitudeError(f"altitude uncertainty must be 0 m or more; got {self.uncertainty_m}")
        low_hpa, high_hpa = _PRESSURES_HPA
        lowest_hpa = _LOWEST_QFE_HPA if self.reference is Reference.QFE else low_hpa
        if self.pressure_hpa is not None and not lowest_hpa <= self.pressure_hpa <= high_hpa:
            name = "QFE" if self.reference is Reference.QFE else "QNH"
            raise AltitudeError(
                f"a {name} lies within {lowest_hpa:g}..{high_hpa:g} hPa; got {self.pressure_hpa}: is it in inches?"
            )
        if self.station_m is not None and not -500.0 <= self.station_m <= 9000.0:
            raise AltitudeError(f"a station lies within -500..9000 m above sea level; got {self.station_m}")
        if self.ground_m is not None and not -500.0 <= self.ground_m[0] <= self.ground_m[1] <= 9000.0:
            raise AltitudeError(f"ground is a lowest and a highest within -500..9000 m; got {self.ground_m}")

    def _is_a_length_above_a_level(self) -> bool:
        """Whether it is as most limits are, with nothing in it that could contradict anything."""
        return (
            self.unit in _LENGTHS
            and self.reference in _LEVELS
            and -FARTHEST_M <= self.value <= FARTHEST_M
            and self.uncertainty_m == 0.0
            and self.pressure_hpa is self.station_m is self.ground_m is None
        )

    @property
    def metres(self) -> float | None:
        """The value in metres above its own reference; None where no unit was stated."""
        if self.reference in (Reference.SURFACE, Reference.UNLIMITED):
            return 0.0
        return None if self.unit is None else self.value * FULL_SCALE[self.unit]

    def __str__(self) -> str:
        if self.reference is Reference.SURFACE or self.reference is Reference.UNLIMITED:
            return self.reference.value
        number = f"{self.value:g}"
        if self.unit is Unit.FLIGHT_LEVEL:
            return f"FL{self.value:03.0f}" if self.value == int(self.value) else f"FL{number}"
        setting = f" {self.pressure_hpa:g} hPa" if self.pressure_hpa is not None else ""
        unit = "(no unit)" if self.unit is None else self.unit.value.lower()
        return f"{number} {unit} {self.reference or '(no reference)'}{setting}"


SURFACE = AltitudeLimit(0.0, Unit.METRE, Reference.SURFACE)
UNLIMITED = AltitudeLimit(0.0, Unit.METRE, Reference.UNLIMITED)


@dataclass(frozen=True, slots=True)
class Band:
    """From a lower limit to an upper one, both included.

    Raises AltitudeError if the lower is UNLIMITED, or the upper is surely below the lower: by any amount where both are
    stated above the same thing, else by more than air, geoid and terrain can account for anywhere on Earth.
    """

    lower: AltitudeLimit
    upper: AltitudeLimit

    def __post_init__(self) -> None:
        if self.lower.reference is Reference.UNLIMITED:
            raise AltitudeError("a band cannot begin at UNLIMITED: did you swap lower and upper?")
        low_m, high_m = self.lower.metres, self.upper.metres
        if low_m is None or high_m is None:
            return
        if _stated_above(self.lower) == _stated_above(self.upper):
            surely_below = high_m < low_m
        else:
            lowest, highest = _above_sea_m(self.lower, low_m), _above_sea_m(self.upper, high_m)
            surely_below = highest is not None and lowest is not None and highest[1] < lowest[0]
        if surely_below:
            raise AltitudeError(
                f"a band's upper limit {self.upper} is below its lower limit {self.lower}: swap them, or check units"
            )

    def __str__(self) -> str:
        return f"{self.lower} to {self.upper}"


def _stated_above(limit: AltitudeLimit) -> tuple[Reference | None, float | None, float | None]:
    """What decides whether two values are above the same thing; the surface is 0 above the ground."""
    reference = Reference.AGL if limit.reference is Reference.SURFACE else limit.reference
    return reference, limit.pressure_hpa, limit.station_m


# How far each reference may lie below and above mean sea level: the geoid within -107..86 m of the ellipsoid; the
# models of it within 12 m of each other; land and stations within -500..9000 m; an altimeter by 850..1100 hPa.
_OFF_SEA_M = {
    Reference.WGS84: (-90.0, 110.0),
    Reference.EGM96: (0.0, 0.0),
    Reference.EGM2008: (-12.0, 12.0),
    Reference.AGL: (-500.0, 9_000.0),
    Reference.SURFACE: (-500.0, 9_000.0),
    Reference.STD: (-2_000.0, 1_200.0),
    Reference.QNH: (-500.0, 500.0),
    Reference.QFE: (-1_000.0, 9_500.0),
}
_AIR_SHARE = 0.3  # an altimeter in the coldest or hottest air, of the height it shows


def _above_sea_m(limit: AltitudeLimit, metres: float) -> tuple[float, float] | None:
    """Lowest and highest that a limit can be above mean sea level anywhere, in any air; None where it has no end."""
    if limit.reference is None or limit.reference is Reference.UNLIMITED:
        return None
    low_m, high_m = _OFF_SEA_M[limit.reference]
    pressed = limit.reference in (Reference.STD, Reference.QNH, Reference.QFE)
    reach_m = limit.uncertainty_m + (_AIR_SHARE * abs(metres) if pressed else 0.0)
    return metres + low_m - reach_m, metres + high_m + reach_m
