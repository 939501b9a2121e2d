"""Where a thing may be between two reports so far apart in time that nobody knows how it went.

The one idea: whoever was at A at one time and at B at a later one, and cannot go faster than some speed, is never
further from A, from B, or from the line between them than that speed allows. It is lost, not gone: it holds all of it.
"""

import math
from dataclasses import dataclass

import numpy as np

from clearline.space.latlon import LatLon
from clearline.space.legs import FASTEST_MPS, Legs, Piece
from clearline.space.shape import MAX_RADIUS_M, ShapeError
from clearline.space.stack import Layer

__all__ = ["Pace", "lost_pieces", "pace_of", "reach_m"]

# A leg's speed is its mean, and a thing unheard of may hurry: what was seen, and a quarter more.
_MORE = 1.25
# What was only seen slow, or never seen moving, may still take off: 50 m/s (97 knots) is within reach of any aircraft,
# and 15 m/s (3,000 ft/min) of any but a fighter.
_LEAST_MPS, _LEAST_CLIMB_MPS = 50.0, 15.0
# Faster than this nothing climbs, whatever two reports in the same second seem to say: the record climbs of fighters
# stay near 330 m/s.
_MOST_CLIMB_MPS = 350.0
_SLICES = 8  # in time: early the thing is still near A, late already near B
# Radii of curvature of WGS84 lie between b^2/a = 6,335 km and a^2/b = 6,400 km: the smaller gives the wider spread,
# and the share covers that the ellipsoid is no sphere.
_LEAST_RADIUS_M = 6_335_000.0
_ELLIPSOID_SHARE = 1.01


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a thing may go and climb while nobody hears of it, metres per second."""

    speed_mps: float
    climb_mps: float


def pace_of(legs: Legs) -> Pace:
    """The fastest that any leg of a track was flown and climbed, and a quarter more, within what is possible at all."""
    moved = legs.duration_s > 0.0
    speed_mps = legs.length_m[moved] / legs.duration_s[moved]
    same = (legs.stack.against[1:] == legs.stack.against[:-1]) & (legs.stack.against[1:] >= 0) & moved
    climb_mps = np.abs(np.diff(legs.stack.metres))[same] / legs.duration_s[same]
    return Pace(
        min(FASTEST_MPS, max(_LEAST_MPS, _MORE * float(speed_mps.max(initial=0.0)))),
        min(_MOST_CLIMB_MPS, max(_LEAST_CLIMB_MPS, _MORE * float(climb_mps.max(initial=0.0)))),
    )


def reach_m(apart_m: float, way_m: float) -> float:
    """How far from the line between A and B, `apart_m` apart, a way of `way_m` from one to the other can lead.

    On a plane it is the half-axis of an ellipse with A and B at its foci; on a globe a little more.

    >>> round(reach_m(30_000.0, 50_000.0))
    20200
    """
    half_way, half_apart = (min(m / 2.0 / _LEAST_RADIUS_M, math.pi / 2.0) for m in (way_m, apart_m))
    if half_way <= half_apart:
        return 0.0
    ratio = math.cos(half_way) / math.cos(half_apart)
    # acos loses digits near 1, where the plane's own rule is exact.
    flat_m = math.sqrt(way_m * way_m - apart_m * apart_m) / 2.0
    return _ELLIPSOID_SHARE * max(flat_m, math.acos(ratio) * _LEAST_RADIUS_M)


def lost_pieces(legs: Legs, leg: int, pace: Pace, clock_s: float) -> list[Piece]:
    """The pieces that hold a thing lost on one leg: circles that grow from A and shrink to B, or a widened line.

    `clock_s` is how far the time of either report may be off, so the thing may have had that much longer.
    Raises ShapeError where it could have been further than 1500 km off.
    """
    ends = [LatLon(*place) for place in legs.places[leg : leg + 2].tolist()]
    apart_m, lost_ms = float(legs.length_m[leg]), int(legs.time_ms[leg + 1] - legs.time_ms[leg])
    way_m = pace.speed_mps * (lost_ms / 1000.0 + 2.0 * clock_s)
    beside_m = reach_m(apart_m, way_m)
    layer = _climbed(legs.stack.layer(leg, leg + 1), pace.climb_mps * (lost_ms / 1000.0 + 2.0 * clock_s))
    pieces: list[Piece] = []
    for number in range(_SLICES):
        from_ms, to_ms = lost_ms * number // _SLICES, -(-lost_ms * (number + 1) // _SLICES)
        from_a_m = pace.speed_mps * (to_ms / 1000.0 + 2.0 * clock_s)
        from_b_m = pace.speed_mps * ((lost_ms - from_ms) / 1000.0 + 2.0 * clock_s)
        choices = (
            (math.pi * from_a_m**2, tuple(ends[:1]), from_a_m),
            (math.pi * from_b_m**2, tuple(ends[1:]), from_b_m),
            (beside_m * (math.pi * beside_m + 2.0 * apart_m), tuple(ends), beside_m),
        )
        _, line, reached_m = min(choices, key=lambda choice: choice[0])
        extra_m = float(math.ceil(reached_m))  # whole metres: two machines draw the same piece
        if extra_m > MAX_RADIUS_M:
            raise ShapeError(
                f"a track is silent for {lost_ms / 1000.0:.0f} s from report {leg + 1} to {leg + 2}, in which it could "
                f"have gone {extra_m / 1000.0:.0f} km off: split it there into two tracks"
            )
        start_ms = int(legs.time_ms[leg])
        pieces.append(Piece(line, start_ms + from_ms, start_ms + to_ms, layer, extra_m))
    return pieces


def _climbed(layer: Layer | None, way_m: float) -> Layer | None:
    """The layer with all that going up and down by `way_m` in all can reach from one report to the other."""
    if layer is None:
        return None
    spare_m = max(0.0, way_m - (layer.high_m - layer.low_m)) / 2.0
    return Layer(layer.low_m - spare_m, layer.high_m + spare_m, layer.like)
