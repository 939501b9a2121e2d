"""The legs of a track that is known to have gone straight, cut or merged into pieces of about one length.

The one idea: a piece holds the thing throughout its window. Cutting a leg in time is sound because its speed is taken
as constant; merging legs is always sound, because it only makes a piece hold more places for longer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearline.space.latlon import LatLon
from clearline.space.stack import Layer, Stack
from clearline.space.wgs84 import GEODESIC_BOW_M_PER_KM2, Floats, azimuths_and_distances, destinations, ecef

__all__ = ["FASTEST_MPS", "Legs", "Piece", "cut_and_merged", "legs_of"]

# Faster than this nothing flies by air: the X-15, the fastest aircraft ever flown, did 2,021 m/s (NASA, October 1967).
FASTEST_MPS = 3_000.0

# A piece is as long as the bubble is wide, so it is about twice what it stands for at any one moment; but it need be no
# shorter than this, and is no longer in time, so that a track becomes neither a million pieces nor one.
_LEAST_LENGTH_M = 3_000.0
_MOST_TIME_MS = 60_000.0
_LEAST_CLIMB_M = 50.0
_MOST_CUTS = 64  # of one leg: bounds the work of a plan drawn with few places
_MOST_PLACES = 256  # in one piece: bounds the work of one exact test
# Places this near a straight line are drawn on it, and the piece is wider by as much.
_STRAIGHT_SHARE = 0.02
_STRAIGHT_M = 1.0
_BOW_M = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """A track of n reports as arrays; leg i goes from report i to i + 1 (n - 1 legs)."""

    time_ms: NDArray[np.int64]
    places: Floats  # (n, 2), latitude and longitude
    stack: Stack
    duration_s: Floats
    azimuth_deg: Floats
    length_m: Floats


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a track: on or near a line, throughout a window, in a layer of altitudes (None: not known).

    `extra_m` is what its half-width must be widened by.
    """

    line: tuple[LatLon, ...]
    start_ms: int
    end_ms: int
    layer: Layer | None
    extra_m: float


def legs_of(time_ms: Sequence[int], places: Sequence[LatLon], stack: Stack) -> Legs:
    """The legs of a track, measured along the ellipsoid."""
    times = np.asarray(time_ms, np.int64)
    azimuth_deg, length_m = azimuths_and_distances(places[:-1], places[1:])
    return Legs(times, np.asarray(places, np.float64), stack, np.diff(times) / 1000.0, azimuth_deg, length_m)


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """Known legs cut to k steps: the k + 1 places at their ends, and the leg each step is part of."""

    time_ms: Floats
    places: Floats
    leg: NDArray[np.int64]
    step_m: Floats


def cut_and_merged(legs: Legs, known: NDArray[np.bool_], half_width_m: float, half_height_m: float) -> list[Piece]:
    """The pieces of the known legs; a report between two lost legs is held by those, one alone is a piece itself."""
    if len(legs.time_ms) == 1:
        at_ms = int(legs.time_ms[0])
        return [Piece((LatLon(*legs.places[0].tolist()),), at_ms, at_ms, legs.stack.layer(0, 0), 0.0)]
    longest_m = max(2.0 * half_width_m, _LEAST_LENGTH_M)
    tallest_m = max(half_height_m, _LEAST_CLIMB_M)
    pieces: list[Piece] = []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(np.int8)))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        chain = _cut(legs, first, end, longest_m)
        layers = [legs.stack.layer(leg, leg + 1) for leg in range(first, end)]
        groups, held = _merge(chain, layers, first, longest_m, tallest_m)
        pieces += _drawn(chain, groups, held, max(_STRAIGHT_SHARE * half_width_m, _STRAIGHT_M))
    return pieces


def _cut(legs: Legs, first: int, end: int, longest_m: float) -> _Chain:
    """Legs first..end-1 with points laid along them so that none is longer than `longest_m` (or cut 64 times)."""
    span = slice(first, end)
    counts = np.clip(np.ceil(legs.length_m[span] / longest_m), 1, _MOST_CUTS).astype(np.int64)
    leg = np.repeat(np.arange(first, end), counts)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    share = (np.arange(len(leg)) - np.repeat(starts, counts)) / np.repeat(counts, counts)
    time_ms = legs.time_ms[leg] + share * legs.duration_s[leg] * 1000.0
    places = legs.places[leg].copy()
    inner = share > 0.0
    if inner.any():
        on = leg[inner]
        places[inner] = destinations(legs.places[on], legs.azimuth_deg[on], share[inner] * legs.length_m[on])
    return _Chain(
        np.append(time_ms, float(legs.time_ms[end])),
        np.concatenate((places, legs.places[end : end + 1])),
        leg,
        np.repeat(legs.length_m[span] / counts, counts),
    )


def _merge(
    chain: _Chain, layers: Sequence[Layer | None], first: int, longest_m: float, tallest_m: float
) -> tuple[list[int], list[Layer | None]]:
    """Where each piece begins on the chain (and the end of the last), and the layer of each."""
    times: list[float] = chain.time_ms.tolist()
    step_m: list[float] = chain.step_m.tolist()
    step_layers = [layers[int(leg) - first] for leg in chain.leg]
    groups, held = [0], [step_layers[0]]
    run_m = step_m[0]
    for at in range(1, len(step_layers)):
        if (
            run_m + step_m[at] <= longest_m
            and times[at + 1] - times[groups[-1]] <= _MOST_TIME_MS
            and at - groups[-1] < _MOST_PLACES
            and _alike(held[-1], step_layers[at], tallest_m)
        ):
            held[-1] = _joint(held[-1], step_layers[at])
            run_m += step_m[at]
        else:
            groups.append(at)
            held.append(step_layers[at])
            run_m = step_m[at]
    return [*groups, len(step_layers)], held


def _alike(a: Layer | None, b: Layer | None, tallest_m: float) -> bool:
    """Whether the layers of two legs that share a report may become one: both unknown, or not much taller together."""
    if a is None or b is None:
        return a is b
    height_m = max(a.high_m, b.high_m) - min(a.low_m, b.low_m)
    return height_m <= max(tallest_m, a.high_m - a.low_m, b.high_m - b.low_m)


def _joint(a: Layer | None, b: Layer | None) -> Layer | None:
    if a is None or b is None:
        return None
    return Layer(min(a.low_m, b.low_m), max(a.high_m, b.high_m), a.like)


def _drawn(chain: _Chain, groups: Sequence[int], held: Sequence[Layer | None], straight_m: float) -> list[Piece]:
    """The pieces drawn: as a straight line where every place is near it, else through every place."""
    off_m = _off_straight(ecef(chain.places[:, 0], chain.places[:, 1]), np.asarray(groups))
    places = [LatLon(lat_deg, lon_deg) for lat_deg, lon_deg in chain.places.tolist()]
    times = chain.time_ms.tolist()
    pieces: list[Piece] = []
    for first, last, layer, off in zip(groups[:-1], groups[1:], held, off_m.tolist(), strict=True):
        straight = off <= straight_m
        line = (places[first], places[last]) if straight else tuple(places[first : last + 1])
        # To whole millimetres, upward, so that two machines draw the same piece whatever their arithmetic's last digit.
        extra_m = math.ceil(off * 1000.0) / 1000.0 if straight else 0.0
        pieces.append(Piece(line, math.floor(times[first]), math.ceil(times[last]), layer, extra_m))
    return pieces


def _off_straight(points: Floats, groups: NDArray[np.int64]) -> Floats:
    """How far the places between the ends of each group stray from the geodesic between them, metres.

    A place is measured off the plane through both ends and the Earth's centre; what lies beyond the ends, or where the
    ends are one place, counts as infinitely far. `points` is (k, 3), Earth-centred metres.
    """
    firsts, lasts = groups[:-1], groups[1:]
    inner = lasts - firsts - 1
    group = np.repeat(np.arange(len(firsts)), inner)
    if not len(group):
        return np.zeros(len(firsts))
    at = np.arange(len(group)) - np.repeat(np.cumsum(inner) - inner, inner) + firsts[group] + 1
    start, chord = points[firsts], points[lasts] - points[firsts]
    chord_m = np.linalg.norm(chord, axis=1)
    normal = np.cross(start, chord)
    size = np.linalg.norm(normal, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        normal /= size[:, None]
        off = np.abs(((points[at] - start[group]) * normal[group]).sum(axis=1))
        along = ((points[at] - start[group]) * chord[group]).sum(axis=1) / chord_m[group] ** 2
    off = np.where((along >= 0.0) & (along <= 1.0), off, np.inf)  # also where the ends are one place (not a number)
    worst = np.zeros(len(firsts))
    np.maximum.at(worst, group, off)
    # Between the places, too, a geodesic bows off the plane, by less than this for pieces of a minute's flight.
    bow_m = _BOW_M + 2.0 * GEODESIC_BOW_M_PER_KM2 * (chord_m / 1000.0) ** 2
    return worst + np.where(inner > 0, bow_m, 0.0)
