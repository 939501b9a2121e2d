"""A track, recorded or planned, as volumes: where a thing was, or could have been, between its reports.

The one idea: the volumes hold every place the thing can have been at every moment from the first report to the last.
Between two reports near in time it is taken to have flown the straight geodesic at a constant speed, and the
half-width must cover how far it really strayed from that. Between two reports further apart in time it is lost, and
holds every place it could have reached (`space.lost`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clearline.space.altitude import AltitudeError, AltitudeLimit, Reference
from clearline.space.latlon import LatLon, check_latlon
from clearline.space.legs import FASTEST_MPS, Legs, Piece, cut_and_merged, legs_of
from clearline.space.lost import Pace, lost_pieces, pace_of
from clearline.space.shape import Circle, Corridor
from clearline.space.stack import Stack
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow

__all__ = ["Fix", "MovingBubble", "TrackVolumes", "track_volumes"]

_STAMP_S = 1.0  # times are often written to whole seconds, so two reports may be up to this much further apart


@dataclass(frozen=True, slots=True)
class Fix:
    """One report, or one planned place, of a track: when, where, how high. `altitude` None is "not stated".

    Raises ValueError for a place that is none, or an altitude of UNLIMITED.
    """

    time_ms: int
    place: LatLon
    altitude: AltitudeLimit | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", check_latlon(LatLon(*self.place)))
        if self.altitude is not None and self.altitude.reference is Reference.UNLIMITED:
            raise AltitudeError("a report cannot be at UNLIMITED: state its altitude, or leave it out")


@dataclass(frozen=True, slots=True)
class TrackVolumes:
    """The volumes of a track in order of time, and sentences on what was taken to be lost, straight or unknown."""

    volumes: tuple[Volume4D, ...]
    notes: tuple[str, ...]


def track_volumes(
    fixes: Sequence[Fix],
    *,
    half_width_m: float,
    half_height_m: float,
    gap_s: float,
    clock_uncertainty_s: float = 0.0,
    horizontal_uncertainty_m: float = 0.0,
    entered: Entered | None = None,
) -> TrackVolumes:
    """The volumes that hold a track: within `half_width_m` of each leg, from its lowest to its highest report.

    A leg of at most `gap_s` seconds is flown straight and at constant speed; it is cut, or merged with the next, to
    pieces about as long as the half-width, never smaller than the truth. Altitude between two reports lies between
    theirs, and `half_height_m` either way; where one states none, or another reference, it is unknown. A leg of more
    than `gap_s` is lost (`space.lost`). Raises ValueError for no report, reports out of order or faster than anything
    flies, or a stretch lost for so long that it could have been anywhere.
    """
    _check_room(half_width_m, half_height_m, gap_s)
    _check_track(fixes)
    stack = Stack.of([fix.altitude for fix in fixes])
    legs = legs_of([fix.time_ms for fix in fixes], [fix.place for fix in fixes], stack)
    _check_speed(legs)
    lost = legs.duration_s > gap_s
    pieces = cut_and_merged(legs, ~lost, half_width_m, half_height_m)
    pace = pace_of(legs)
    for leg in np.flatnonzero(lost):
        pieces += lost_pieces(legs, int(leg), pace, clock_uncertainty_s)
    pieces.sort(key=lambda piece: (piece.start_ms, piece.end_ms))
    volumes = tuple(
        Volume4D(
            Corridor(piece.line, half_width_m + piece.extra_m),
            stack.band(piece.layer, half_height_m),
            TimeWindow(piece.start_ms, piece.end_ms, clock_uncertainty_s),
            horizontal_uncertainty_m,
            entered,
        )
        for piece in pieces
    )
    return TrackVolumes(volumes, _notes(legs, lost, pace, pieces, gap_s))


@dataclass(frozen=True, slots=True)
class MovingBubble:
    """A thing on the move: the track it has reported, the room it needs, and how fast it may go once unheard of.

    After the last report the bubble grows: its radius is `radius_m` plus `speed_mps` times the time since, its height
    `half_height_m` plus `climb_mps` times it; it never vanishes. Raises ValueError as `track_volumes` does, or for a
    speed that is negative or faster than anything flies.
    """

    track: tuple[Fix, ...]
    radius_m: float
    half_height_m: float
    gap_s: float
    speed_mps: float
    climb_mps: float = 0.0
    clock_uncertainty_s: float = 0.0
    horizontal_uncertainty_m: float = 0.0

    def __post_init__(self) -> None:
        _check_room(self.radius_m, self.half_height_m, self.gap_s)
        _check_track(self.track)
        if not 0.0 <= self.speed_mps <= FASTEST_MPS or not 0.0 <= self.climb_mps <= FASTEST_MPS:
            raise ValueError(f"a bubble grows by 0 to {FASTEST_MPS:.0f} m/s; got {self.speed_mps} and {self.climb_mps}")

    def heard(self, fix: Fix) -> "MovingBubble":
        """The bubble after one more report, which it follows. Raises ValueError if that is earlier than the last."""
        return replace(self, track=(*self.track, fix))

    def volumes(self, start_ms: int, end_ms: int) -> tuple[Volume4D, ...]:
        """Where it was or may be in a window: the track as far as reported, then everywhere it can reach by the end.

        Raises ValueError for a window that begins before the first report, where nothing is known, or ends so late
        that it could be anywhere.
        """
        first_ms, last_ms = self.track[0].time_ms, self.track[-1].time_ms
        if not first_ms <= start_ms <= end_ms:
            raise ValueError(f"a window must begin at the first report ({first_ms} ms) or later; got {start_ms} ms")
        past = self._past() if start_ms <= last_ms else ()
        seen = tuple(v for v in past if v.window.start_ms <= end_ms and start_ms <= (v.window.end_ms or start_ms))
        return seen if end_ms <= last_ms else (*seen, self._growing(max(start_ms, last_ms), end_ms))

    def _past(self) -> tuple[Volume4D, ...]:
        return track_volumes(
            self.track,
            half_width_m=self.radius_m,
            half_height_m=self.half_height_m,
            gap_s=self.gap_s,
            clock_uncertainty_s=self.clock_uncertainty_s,
            horizontal_uncertainty_m=self.horizontal_uncertainty_m,
        ).volumes

    def _growing(self, start_ms: int, end_ms: int) -> Volume4D:
        last = self.track[-1]
        unheard_s = (end_ms - last.time_ms) / 1000.0 + self.clock_uncertainty_s
        stack = Stack.of([last.altitude])
        return Volume4D(
            Circle(last.place, self.radius_m + self.speed_mps * unheard_s),
            stack.band(stack.layer(0, 0), self.half_height_m + self.climb_mps * unheard_s),
            TimeWindow(start_ms, end_ms, self.clock_uncertainty_s),
            self.horizontal_uncertainty_m,
        )


def _check_room(half_width_m: float, half_height_m: float, gap_s: float) -> None:
    for name, value in (("half-width", half_width_m), ("half-height", half_height_m), ("longest gap", gap_s)):
        if not 0.0 <= value < math.inf:
            raise ValueError(f"a track's {name} must be 0 or more; got {value}")


def _check_track(fixes: Sequence[Fix]) -> None:
    if not fixes:
        raise ValueError("a track needs at least one report; got none")
    for number, (before, after) in enumerate(pairwise(fixes), start=1):
        if after.time_ms < before.time_ms:
            raise ValueError(f"report {number + 1} of a track is earlier than report {number}: order them by time")


def _check_speed(legs: Legs) -> None:
    beyond = np.flatnonzero(legs.length_m > FASTEST_MPS * (legs.duration_s + _STAMP_S))
    if len(beyond):
        leg = int(beyond[0])
        raise ValueError(
            f"reports {leg + 1} and {leg + 2} of a track are {legs.length_m[leg] / 1000.0:.0f} km apart within "
            f"{legs.duration_s[leg]:g} s, faster than anything flies: check their times, positions and axis order"
        )


def _notes(legs: Legs, lost: NDArray[np.bool_], pace: Pace, pieces: Sequence[Piece], gap_s: float) -> tuple[str, ...]:
    notes: list[str] = []
    if lost.any():
        longest = int(np.argmax(np.where(lost, legs.duration_s, 0.0)))
        notes.append(
            f"{int(lost.sum())} of {len(lost)} legs are longer than {gap_s:g} s (the longest, "
            f"{legs.duration_s[longest]:.0f} s, from report {longest + 1} to {longest + 2}): there the track is lost, "
            f"and holds every place it could have reached at {pace.speed_mps:.0f} m/s, and {pace.climb_mps:.0f} m/s up "
            f"or down; state a longer gap if it is known to have gone straight"
        )
    unknown = sum(piece.layer is None for piece in pieces)
    if unknown:
        notes.append(
            f"{unknown} of {len(pieces)} volumes have no known altitude: a report states none, no unit, no reference, "
            f"or another reference than the next"
        )
    return tuple(notes)
