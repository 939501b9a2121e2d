"""Two things in steady flight: when they are nearest, and from when to when they are too near each other.

The one idea: seen from one of them the other moves along a straight line, so the nearest point is a foot of a
perpendicular and the way in and out of a distance the roots of a quadratic. All stretches are closed: touching is
meeting.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearline.conflict.outline import plane
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import ecef

__all__ = ["Approach", "Leg", "closest_approach", "flat_leg", "within"]


@dataclass(frozen=True, slots=True)
class Leg:
    """Steady flight from one place to another in a flat frame: metres east, north and up; seconds.

    A leg of no duration is a place at an instant. Raises ValueError if it ends before it starts, has a number that is
    not finite, or takes no time and yet goes somewhere.
    """

    start_s: float
    end_s: float
    start_m: tuple[float, float, float]
    end_m: tuple[float, float, float]

    def __post_init__(self) -> None:
        if not all(math.isfinite(v) for v in (self.start_s, self.end_s, *self.start_m, *self.end_m)):
            raise ValueError("a leg needs times and places that are numbers")
        if self.end_s < self.start_s:
            raise ValueError(f"a leg ends ({self.end_s} s) before it starts ({self.start_s} s)")
        if self.end_s == self.start_s and self.start_m != self.end_m:
            raise ValueError(f"a leg at {self.start_s} s goes somewhere in no time")

    def at(self, time_s: float) -> tuple[float, float, float]:
        """Where it is at a time; exactly at its ends."""
        if time_s <= self.start_s:
            return self.start_m
        if time_s >= self.end_s:
            return self.end_m
        share = (time_s - self.start_s) / (self.end_s - self.start_s)
        east, north, up = (p + share * (q - p) for p, q in zip(self.start_m, self.end_m, strict=True))
        return east, north, up


@dataclass(frozen=True, slots=True)
class Approach:
    """The instant two legs are nearest sideways, how far apart they then are sideways, and how far in height."""

    time_s: float
    lateral_m: float
    vertical_m: float


def flat_leg(
    start_s: float, start: LatLon, start_up_m: float, end_s: float, end: LatLon, end_up_m: float, *, at: LatLon
) -> Leg:
    """A leg between two places, on the plane that touches the ellipsoid at `at`; heights are taken as they are.

    A place within 5 km of `at` comes out right to 1 cm, within 50 km to 2 m. Raises ValueError as `Leg`.
    """
    places = np.asarray((start, end), np.float64)
    (x0, y0), (x1, y1) = ((float(x), float(y)) for x, y in plane(ecef(places[:, 0], places[:, 1]), at))
    return Leg(start_s, end_s, (x0, y0, start_up_m), (x1, y1, end_up_m))


def closest_approach(a: Leg, b: Leg) -> Approach | None:
    """When two legs are nearest sideways in the time they share, the first such instant; None if they share none.

    >>> east = Leg(0.0, 10.0, (0.0, 0.0, 0.0), (100.0, 0.0, 0.0))
    >>> north = Leg(0.0, 10.0, (50.0, -40.0, 0.0), (50.0, 60.0, 30.0))
    >>> closest_approach(east, north)
    Approach(time_s=4.5, lateral_m=7.0710678118654755, vertical_m=13.5)
    """
    start_s, end_s = max(a.start_s, b.start_s), min(a.end_s, b.end_s)
    if start_s > end_s:
        return None
    (x0, y0, _), (x1, y1, _) = _between(a, b, start_s), _between(a, b, end_s)
    u, v = x1 - x0, y1 - y0
    moved2 = u * u + v * v
    share = 0.0 if moved2 == 0.0 else min(1.0, max(0.0, -(x0 * u + y0 * v) / moved2))
    time_s = start_s + share * (end_s - start_s)
    x, y, z = _between(a, b, time_s)
    return Approach(time_s, math.hypot(x, y), abs(z))


def within(a: Leg, b: Leg, lateral_m: float, vertical_m: float) -> tuple[float, float] | None:
    """The first and last instant at which two legs are within both distances at once; None if never. Touching counts.

    >>> a = Leg(0.0, 10.0, (0.0, 0.0, 0.0), (100.0, 0.0, 0.0))
    >>> within(a, Leg(0.0, 10.0, (100.0, 0.0, 0.0), (0.0, 0.0, 0.0)), 20.0, 0.0)
    (4.0, 6.0)
    """
    start_s, end_s = max(a.start_s, b.start_s), min(a.end_s, b.end_s)
    if start_s > end_s:
        return None
    (x0, y0, z0), (x1, y1, z1) = _between(a, b, start_s), _between(a, b, end_s)
    wide = _shares((x0, y0), (x1, y1), lateral_m)
    high = _shares((z0,), (z1,), vertical_m)
    if wide is None or high is None:
        return None
    first, last = max(wide[0], high[0]), min(wide[1], high[1])
    if first > last:
        return None
    return start_s + first * (end_s - start_s), start_s + last * (end_s - start_s)


def _between(a: Leg, b: Leg, time_s: float) -> tuple[float, float, float]:
    (ax, ay, az), (bx, by, bz) = a.at(time_s), b.at(time_s)
    return bx - ax, by - ay, bz - az


def _shares(start_m: Sequence[float], end_m: Sequence[float], within_m: float) -> tuple[float, float] | None:
    """The stretch of a straight way, in shares of it, that lies within a distance of the origin; closed."""
    way = [q - p for p, q in zip(start_m, end_m, strict=True)]
    first_in, last_in = math.hypot(*start_m) <= within_m, math.hypot(*end_m) <= within_m
    length2 = sum(w * w for w in way)
    if length2 == 0.0:
        return (0.0, 1.0) if first_in or last_in else None
    nearest = -sum(p * w for p, w in zip(start_m, way, strict=True)) / length2
    off2 = sum((p + nearest * w) ** 2 for p, w in zip(start_m, way, strict=True))
    room = within_m * within_m - off2
    if room < 0.0 and not (first_in or last_in):
        return None
    half = math.sqrt(max(0.0, room) / length2)
    # What is within at an end is so exactly, whatever the roots round to.
    first = 0.0 if first_in else max(0.0, nearest - half)
    last = 1.0 if last_in else min(1.0, nearest + half)
    return (first, last) if first <= last else None
