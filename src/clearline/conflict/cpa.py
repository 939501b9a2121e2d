"""Which of many aircraft, each flying on as it does now, will come too near another within a look-ahead.

The one idea: two things in steady flight are near each other between two instants, the roots of a quadratic; sideways
and in height each have such a stretch of time, and where the two and the look-ahead overlap, they will be too near.
"""

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.fast import core_available, load_core
from clearline.space.wgs84 import Floats

__all__ = [
    "MAX_LOOKAHEAD_S",
    "Predicted",
    "States",
    "predicted_pairs",
    "predicted_pairs_plain",
]

# A state says nothing of tomorrow.
MAX_LOOKAHEAD_S = 86_400.0

# The flat Earth of the tactical world: a sphere of this radius, opened out at the latitude midway between two aircraft.
# BlueSky's tools/geo (kwikdist, kwikqdr) has the same, and so the same pairs.
_FLAT_EARTH_M = 6_371_000.0

# Velocities nearer than this are one and the same: over a whole day it makes 9 micrometres.
_SAME_SPEED_MPS = 1e-10

_FURTHEST_M = 1e6  # 1000 km apart is near to nobody; a larger figure is a mistake in the input


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Aircraft as they fly now, one number each in every column.

    Track is degrees clockwise from north, speed and climb are over the ground, altitudes above any one surface.
    Raises ValueError for columns of different lengths, for a number that is not one, a latitude beyond a pole, a
    longitude or track beyond a full turn, a speed below 0, or anything beyond 10 km/s or 1000 km up.
    """

    lat_deg: Floats
    lon_deg: Floats
    track_deg: Floats
    speed_mps: Floats
    altitude_m: Floats
    climb_mps: Floats

    def __post_init__(self) -> None:
        for column, (low, high) in zip(fields(self), _BOUNDS, strict=True):
            values = _column(column.name, getattr(self, column.name), low, high)
            if column.name != "lat_deg" and len(values) != len(self.lat_deg):
                raise ValueError(f"{column.name} has {len(values)} states where lat_deg has {len(self.lat_deg)}")
            object.__setattr__(self, column.name, values)

    def __len__(self) -> int:
        return len(self.lat_deg)


_BOUNDS = ((-90.0, 90.0), (-360.0, 360.0), (-360.0, 360.0), (0.0, 1e4), (-1e5, 1e6), (-1e4, 1e4))


def _column(name: str, values: object, low: float, high: float) -> Floats:
    column = np.ascontiguousarray(values, np.float64)
    if column.ndim != 1:
        raise ValueError(f"{name} must be one number for each state; got an array of {column.ndim} dimensions")
    wrong = ~((column >= low) & (column <= high))
    if wrong.any():
        number = int(np.argmax(wrong))
        raise ValueError(f"{name}[{number}] must be {low:g} to {high:g}; got {column[number]}")
    return column


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Pairs that will come too near, `pairs` of shape (n, 2), lower number first, sorted; a number each in the rest.

    They are too near from `enter_s` (0 if they are now) to `leave_s` (which may lie beyond the look-ahead, or never
    come: infinity), and nearest sideways, within the look-ahead, `nearest_m` at `nearest_s`.
    """

    pairs: NDArray[np.int32]
    enter_s: Floats
    leave_s: Floats
    nearest_s: Floats
    nearest_m: Floats

    def __len__(self) -> int:
        return len(self.pairs)


def predicted_pairs(
    states: States,
    lateral_m: float | Floats,
    vertical_m: float | Floats,
    lookahead_s: float | Floats,
    *,
    touching: bool = True,
    threads: int = 1,
) -> Predicted:
    """The pairs that will be within both distances at one time within the look-ahead, each flying on as it does now.

    Distances and look-ahead are one number for all, or one for each; of a pair the larger counts. `touching` false
    counts a pair only if it comes nearer than the distances, and for longer than an instant: the strict rule of
    BlueSky's `cstatebased`, and of a separation minimum, which a pair may fly at. Raises ValueError for a distance
    that is negative or beyond 1000 km, or a look-ahead beyond a day.

    >>> two = States(*(np.array(v) for v in ([50.0, 50.0], [8.0, 8.1], [90.0, 270.0], [100.0, 100.0],
    ...                                      [1000.0, 1000.0], [0.0, 0.0])))
    >>> found = predicted_pairs(two, 500.0, 100.0, 60.0)
    >>> found.pairs.tolist(), round(float(found.enter_s[0]), 1)
    ([[0, 1]], 33.2)
    """
    columns = _columns(states, lateral_m, vertical_m, lookahead_s)
    if not core_available():
        return _plain(columns, touching=touching)
    pairs, numbers = load_core().predicted(*columns, touching, threads)
    return Predicted(pairs, *(np.ascontiguousarray(numbers[:, k]) for k in range(4)))


def predicted_pairs_plain(
    states: States,
    lateral_m: float | Floats,
    vertical_m: float | Floats,
    lookahead_s: float | Floats,
    *,
    touching: bool = True,
) -> Predicted:
    """The same, by looking at every pair: what `predicted_pairs` is held to, and does without the compiled core."""
    return _plain(_columns(states, lateral_m, vertical_m, lookahead_s), touching=touching)


def _columns(
    states: States, lateral_m: float | Floats, vertical_m: float | Floats, lookahead_s: float | Floats
) -> tuple[Floats, ...]:
    """What the core is given: all sines and cosines are taken here, so that both ways of looking have the same."""
    count = len(states)
    wanted = [
        _column(name, np.broadcast_to(np.asarray(value, np.float64), (count,)), 0.0, most)
        for name, value, most in (
            ("lateral_m", lateral_m, _FURTHEST_M),
            ("vertical_m", vertical_m, _FURTHEST_M),
            ("lookahead_s", lookahead_s, MAX_LOOKAHEAD_S),
        )
    ]
    lon_deg = np.where(states.lon_deg > 180.0, states.lon_deg - 360.0, states.lon_deg)
    lon_deg = np.where(lon_deg < -180.0, lon_deg + 360.0, lon_deg)
    lat, track = np.radians(states.lat_deg), np.radians(states.track_deg)
    return (
        lat,
        np.radians(lon_deg),
        np.cos(lat / 2.0),
        np.sin(lat / 2.0),
        states.speed_mps * np.sin(track),
        states.speed_mps * np.cos(track),
        states.climb_mps,
        states.altitude_m,
        *wanted,
    )


def _plain(columns: tuple[Floats, ...], *, touching: bool) -> Predicted:
    """One aircraft against all after it, at a time; native/cpa.cpp does the same sums in the same order."""
    found: list[tuple[NDArray[np.int64], Floats]] = []
    for i in range(len(columns[0])):
        others, numbers = _against(columns, i, touching=touching)
        found.append((np.stack((np.full(len(others), i), others), axis=1), numbers))
    pairs = np.concatenate([np.zeros((0, 2), np.int64), *(pair for pair, _ in found)]).astype(np.int32)
    numbers = np.concatenate([np.zeros((4, 0)), *(some for _, some in found)], axis=1)
    return Predicted(pairs, numbers[0], numbers[1], numbers[2], numbers[3])


def _against(columns: tuple[Floats, ...], i: int, *, touching: bool) -> tuple[NDArray[np.int64], Floats]:
    """Which aircraft after number i it will come too near to, and (4, n): enter, leave, nearest in s, nearest in m."""
    lat, lon, cos_half, sin_half, east, north, up, altitude, lateral, vertical, ahead = (c[i + 1 :] for c in columns)
    own = [float(column[i]) for column in columns]
    lookahead_s = np.maximum(own[10], ahead)
    with np.errstate(all="ignore"):  # what divides by nothing is left out below
        high = _near_in_height(altitude - own[7], own[6] - up, np.maximum(own[9], vertical), touching)
        turn = lon - own[1]
        turn = np.where(turn > math.pi, turn - 2.0 * math.pi, turn)
        turn = np.where(turn < -math.pi, turn + 2.0 * math.pi, turn)
        cos_lat = own[2] * cos_half - own[3] * sin_half
        dx, dy = _FLAT_EARTH_M * turn * cos_lat, _FLAT_EARTH_M * (lat - own[0])
        du, dv = own[4] - east, own[5] - north
        apart2, closing, speed2 = dx * dx + dy * dy, du * dx + dv * dy, du * du + dv * dv
        wide = _near_sideways(apart2, closing, speed2, np.maximum(own[8], lateral), touching)
        enter_s = np.maximum(np.maximum(high[0], wide[0]), 0.0)
        leave_s = np.minimum(high[1], wide[1])
        overlap = enter_s <= leave_s if touching else enter_s < leave_s
        meets = high[2] & wide[2] & (enter_s <= lookahead_s) & overlap
        still = speed2 < _SAME_SPEED_MPS * _SAME_SPEED_MPS
        nearest_s = np.where(still, 0.0, np.minimum(np.maximum(closing / speed2, 0.0), lookahead_s))
        x, y = dx - du * nearest_s, dy - dv * nearest_s
        numbers = np.stack((enter_s, leave_s, nearest_s, np.sqrt(x * x + y * y)))
    others = np.nonzero(meets)[0]
    return others + i + 1, numbers[:, others]


_Stretch = tuple[Floats, Floats, NDArray[np.bool_]]  # from, to, and whether there is one at all


def _near_in_height(apart_m: Floats, closing_mps: Floats, within_m: Floats, touching: bool) -> _Stretch:  # noqa: FBT001
    now = np.abs(apart_m) <= within_m if touching else np.abs(apart_m) < within_m
    level = np.abs(closing_mps) < _SAME_SPEED_MPS
    a, b = (apart_m + within_m) / closing_mps, (apart_m - within_m) / closing_mps
    return _stretch(np.minimum(a, b), np.maximum(a, b), now, level, ~level)


def _near_sideways(apart2: Floats, closing: Floats, speed2: Floats, within_m: Floats, touching: bool) -> _Stretch:  # noqa: FBT001
    within2 = within_m * within_m
    now = apart2 <= within2 if touching else apart2 < within2
    still = speed2 < _SAME_SPEED_MPS * _SAME_SPEED_MPS
    nearest_s = closing / speed2
    room = within2 - (apart2 - closing * nearest_s)
    half_s = np.sqrt(room / speed2)
    return _stretch(nearest_s - half_s, nearest_s + half_s, now, still, room >= 0.0)


def _stretch(
    from_s: Floats, to_s: Floats, now: NDArray[np.bool_], always: NDArray[np.bool_], ever: NDArray[np.bool_]
) -> _Stretch:
    """What is near now is so at 0, whatever the roots round to; what never changes is near for ever, or never."""
    from_s = np.where(always, -np.inf, np.where(now, np.minimum(from_s, 0.0), from_s))
    to_s = np.where(always, np.inf, np.where(now, np.maximum(to_s, 0.0), to_s))
    return from_s, to_s, np.where(always, now, ever)
