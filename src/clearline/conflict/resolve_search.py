"""The smallest shift that parts two plans: in time, in height, sideways; exact first, then in steps people use.

The one idea: along one way of moving, every pair of volumes that is not clear forbids a stretch; going up from zero
and leaving each forbidden stretch by its far end, the first free point is the smallest shift there is.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from clearline.conflict.change import (
    AltitudeShift,
    Change,
    ChangeError,
    LateralOffset,
    TimeShift,
    altitude_room_m,
    changed,
)
from clearline.conflict.change_cost import Plan, ready
from clearline.conflict.engine import Reach, reach_of, within_reach
from clearline.conflict.group import Subject
from clearline.conflict.judge import judge_pair
from clearline.conflict.minima import Minima
from clearline.conflict.solid import Solid, make_solid
from clearline.conflict.verdict import Verdict
from clearline.conflict.zones import required_minima
from clearline.space.altitude import FOOT_M, Unit
from clearline.space.geoid import Geoid
from clearline.space.heights import Frame, Heights
from clearline.space.volume import Volume4D

__all__ = [
    "Changes",
    "Encounter",
    "HeightMotion",
    "Motion",
    "SideMotion",
    "TimeMotion",
    "Way",
    "all_clear",
    "smallest_changes",
]

Changes = tuple[Change | None, Change | None]

# The steps people plan in: whole minutes; hundreds of feet, or 30 m where a plan is in metres; tenths of a mile.
STEP_S = 60.0
STEP_FT = 100.0
STEP_M = 30.0
STEP_LATERAL_M = 185.2

_FINE = 0.001  # a millisecond, or a millimetre of height: how near the exact answer is taken
_FINE_LATERAL_M = 0.1
_TRIES = 64  # steps tried past the exact answer before a way is given up


class Way(NamedTuple):
    """The signed share each side takes of a shift: (1, 0) the first alone, (0.5, -0.5) both, away from each other."""

    first: float
    second: float

    @property
    def sign(self) -> float:
        """Which way the first goes as seen from the second."""
        return math.copysign(1.0, self.first - self.second)


@dataclass(frozen=True, slots=True)
class Encounter:
    """Two plans and the two made ready, under one parameter set."""

    plans: tuple[Plan, Plan]
    subjects: tuple[Subject, Subject]
    minima: Minima
    geoid: Geoid

    def after(self, changes: Changes) -> tuple[Subject, Subject]:
        """Both sides after the changes. Raises ChangeError where one cannot be made."""
        first, second = (self._side(side, changes[side]) for side in (0, 1))
        return first, second

    def clear(self, changes: Changes) -> bool:
        """Whether the changes part the two surely. Raises ChangeError where one cannot be made."""
        first, second = self.after(changes)
        return all_clear(first.solids, second.solids, self.minima)

    def _side(self, side: int, change: Change | None) -> Subject:
        plan = self.plans[side]
        if change is None:
            return self.subjects[side]
        return ready(Plan(plan.ident, plan.party, changed(plan.volumes, change)), self.minima, self.geoid)


class Motion(Protocol):
    """One way of moving two plans apart, by one number."""

    def smallest(self, start: float) -> float | None:
        """The least shift from `start` on that parts the two as far as this motion can tell."""
        ...

    def changes(self, shift: float) -> Changes:
        """The changes that make up a shift."""
        ...

    def outward(self, shift: float) -> Changes:
        """The same, each rounded up to a whole step."""
        ...

    def shift_of(self, changes: Changes) -> float:
        """The shift that changes make up."""
        ...

    @property
    def step(self) -> float:
        """The least whole step."""
        ...


def all_clear(a: Sequence[Solid], b: Sequence[Solid], minima: Minima) -> bool:
    """Whether every pair of volumes is CLEAR: what `judge_groups` says, without measuring what is far apart."""
    reach = reach_of(minima)
    return not any(
        within_reach(p, q, reach) and judge_pair(p, q, minima).verdict is not Verdict.CLEAR for p in a for q in b
    )


def smallest_changes(encounter: Encounter, motion: Motion) -> tuple[Changes, Changes] | None:
    """The smallest changes that part the two, exact and in whole steps, both verified; None if this way has none."""
    try:
        exact = _first(encounter, motion, motion.changes, _FINE)
        stepped = _first(encounter, motion, motion.outward, motion.step)
    except ChangeError:  # past what can be moved: further on there is nothing either
        return None
    return None if stepped is None else (stepped if exact is None else exact, stepped)


def _first(encounter: Encounter, motion: Motion, make: Callable[[float], Changes], step: float) -> Changes | None:
    """The first changes from zero on that the engine finds clear; `step` is how far to go on where none is proposed."""
    shift = motion.smallest(0.0)
    for _ in range(_TRIES):
        if shift is None:
            return None
        changes = make(shift)
        if encounter.clear(changes):
            return changes
        reached = motion.shift_of(changes)
        after = motion.smallest(reached)
        shift = reached + step if after is None or after <= reached else after
    return None


def _up(value: float, step: float) -> float:
    return math.ceil(value / step - 1e-9) * step


def _each(way: Way, make: Callable[[int, float], Change]) -> Changes:
    """A change for each side that takes a share; `make` is told the side and its signed share."""
    first, second = (make(side, share) if share else None for side, share in enumerate(way))
    return first, second


@dataclass(frozen=True, slots=True)
class TimeMotion:
    """Shifts in time, seconds. `forbidden_ms` are the closed stretches of the first's shift against the second's."""

    way: Way
    forbidden_ms: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, encounter: Encounter, way: Way) -> "TimeMotion":
        """The motion, from every pair of volumes that neither place nor height parts."""
        stretches: list[tuple[float, float]] = []
        for p in encounter.subjects[0].solids:
            for q in encounter.subjects[1].solids:
                lateral_m, vertical_m, time_s = required_minima(p, q, encounter.minima)
                always = (Solid(p.core, p.heights, 0, None), Solid(q.core, q.heights, 0, None))
                if not within_reach(*always, Reach(lateral_m, vertical_m, 0.0)):
                    continue
                low = -math.inf if p.end_ms is None else q.start_ms - p.end_ms - time_s * 1000.0
                high = math.inf if q.end_ms is None else q.end_ms - p.start_ms + time_s * 1000.0
                stretches.append((low, high) if way.sign > 0.0 else (-high, -low))
        return cls(way, tuple(stretches))

    @property
    def step(self) -> float:
        """One minute."""
        return STEP_S

    def smallest(self, start: float) -> float | None:
        """See `Motion.smallest`; to the millisecond."""
        shift_ms: float = math.ceil(start * 1000.0 - 1e-6)
        while True:
            ends = [high for low, high in self.forbidden_ms if low <= shift_ms <= high]
            if not ends:
                return shift_ms / 1000.0
            if math.isinf(max(ends)):
                return None
            shift_ms = max(math.floor(max(ends) + 1e-6), shift_ms) + 1

    def changes(self, shift: float) -> Changes:
        """See `Motion.changes`."""
        return _each(self.way, lambda _, share: TimeShift(math.copysign(_up(abs(share) * shift, 0.001), share)))

    def outward(self, shift: float) -> Changes:
        """See `Motion.outward`."""
        return _each(self.way, lambda _, share: TimeShift(math.copysign(_up(abs(share) * shift, STEP_S), share)))

    def shift_of(self, changes: Changes) -> float:
        """See `Motion.shift_of`."""
        return sum(abs(change.by_s) for change in changes if isinstance(change, TimeShift))


@dataclass(frozen=True, slots=True)
class _Near:
    """A pair of volumes that neither time nor place parts, and the minima that decide on its heights."""

    volumes: tuple[Volume4D, Volume4D]
    lateral_m: float
    vertical_m: float


@dataclass(frozen=True, slots=True)
class HeightMotion:
    """Shifts in height, metres, up to `most_m`; `units` are those the two plans are stated in."""

    encounter: Encounter
    way: Way
    near: tuple[_Near, ...]
    units: tuple[Unit, Unit]
    most_m: float

    @classmethod
    def of(cls, encounter: Encounter, way: Way) -> "HeightMotion":
        """The motion. Raises ChangeError if a side that takes a share cannot be moved up or down."""
        near: list[_Near] = []
        for p, v in zip(encounter.subjects[0].solids, encounter.plans[0].volumes, strict=True):
            for q, w in zip(encounter.subjects[1].solids, encounter.plans[1].volumes, strict=True):
                lateral_m, vertical_m, time_s = required_minima(p, q, encounter.minima)
                if within_reach(p, q, Reach(lateral_m, math.inf, time_s)):
                    near.append(_Near((v, w), lateral_m, vertical_m))
        most_m = math.inf
        for side, share in enumerate(way):
            if share:
                down_m, up_m = altitude_room_m(encounter.plans[side].volumes)
                most_m = min(most_m, (up_m if share > 0.0 else down_m) / abs(share))
        units = _unit(encounter.plans[0]), _unit(encounter.plans[1])
        return cls(encounter, way, tuple(near), units, most_m)

    @property
    def step(self) -> float:
        """The smaller of the steps of the two sides."""
        return min(_step(unit) * unit_m for unit, unit_m in map(_with_scale, self.units))

    def smallest(self, start: float) -> float | None:
        """See `Motion.smallest`; to a millimetre."""
        shift = start
        while True:
            blocking = next((p for p in self.near if not self._parted(p, shift) and not self._beyond(p, shift)), None)
            if blocking is None:
                return shift
            if shift > self.most_m or not self._beyond(blocking, self.most_m):
                return None
            low, high = shift, self.most_m
            while high - low > _FINE:
                half = (low + high) / 2.0
                low, high = (low, half) if self._beyond(blocking, half) else (half, high)
            shift = high

    def changes(self, shift: float) -> Changes:
        """See `Motion.changes`."""
        return _each(self.way, lambda side, share: self._change(side, share * shift))

    def outward(self, shift: float) -> Changes:
        """See `Motion.outward`."""

        def rounded(side: int, share: float) -> Change:
            unit, unit_m = _with_scale(self.units[side])
            return AltitudeShift(math.copysign(_up(abs(share) * shift / unit_m, _step(unit)), share), unit)

        return _each(self.way, rounded)

    def shift_of(self, changes: Changes) -> float:
        """See `Motion.shift_of`."""
        return sum(abs(change.by_m) for change in changes if isinstance(change, AltitudeShift))

    def _change(self, side: int, by_m: float) -> AltitudeShift:
        unit, unit_m = _with_scale(self.units[side])
        return AltitudeShift(by_m / unit_m, unit)

    def _heights(self, pair: _Near, shift: float) -> tuple[Heights, Heights]:
        both: list[Heights] = []
        for volume, change in zip(pair.volumes, self.changes(shift), strict=True):
            moved = volume if change is None else changed((volume,), change)[0]
            both.append(make_solid(moved, self.encounter.minima, self.encounter.geoid).heights)
        return both[0], both[1]

    def _beyond(self, pair: _Near, shift: float) -> bool:
        """Whether the first is surely past the second, on the side it is moving to."""
        first, second = self._heights(pair, shift)
        return _surely_over(*((first, second) if self.way.sign > 0.0 else (second, first)), pair)

    def _parted(self, pair: _Near, shift: float) -> bool:
        """Whether the first has not yet come up to the second."""
        first, second = self._heights(pair, shift)
        return _surely_over(*((second, first) if self.way.sign > 0.0 else (first, second)), pair)


def _surely_over(upper: Heights, lower: Heights, pair: _Near) -> bool:
    """Whether one band lies over another by more than the minimum, in any frame that counts (see `judge`)."""
    for frame in Frame:
        low_m, high_m = upper.span(frame).low_m, lower.span(frame).high_m
        open_end = low_m == -math.inf or high_m == math.inf or (frame is Frame.AGL and pair.lateral_m > 0.0)
        if not open_end and low_m - high_m > pair.vertical_m:
            return True
    return False


def _unit(plan: Plan) -> Unit:
    units = {limit.unit for volume in plan.volumes for limit in (volume.band.lower, volume.band.upper)}
    return Unit.METRE if units == {Unit.METRE} else Unit.FOOT


def _with_scale(unit: Unit) -> tuple[Unit, float]:
    return unit, 1.0 if unit is Unit.METRE else FOOT_M


def _step(unit: Unit) -> float:
    return STEP_M if unit is Unit.METRE else STEP_FT


@dataclass(frozen=True, slots=True)
class SideMotion:
    """Moves sideways, metres: each side along its own azimuth. `guess_m` is near the answer.

    The way is searched in sixteenths of the guess, so a gap narrower than that between forbidden stretches may be
    passed over; plans of one convex shape each have no such gap.
    """

    encounter: Encounter
    way: Way
    azimuths_deg: tuple[float, float]
    guess_m: float
    most_m: float

    @property
    def step(self) -> float:
        """A tenth of a nautical mile."""
        return STEP_LATERAL_M

    def smallest(self, start: float) -> float | None:
        """See `Motion.smallest`; to 0.1 m."""
        stride, high = max(self.guess_m / 16.0, 1.0), start
        low = high
        while not self._clear(high):
            low, high = high, high + stride
            if high > min(self.most_m, 3.0 * self.guess_m + start + 1_000.0):
                return None
        while high - low > _FINE_LATERAL_M:
            half = (low + high) / 2.0
            low, high = (low, half) if self._clear(half) else (half, high)
        return high

    def changes(self, shift: float) -> Changes:
        """See `Motion.changes`."""
        return _each(self.way, lambda side, share: LateralOffset(self.azimuths_deg[side], abs(share) * shift))

    def outward(self, shift: float) -> Changes:
        """See `Motion.outward`."""
        return _each(
            self.way,
            lambda side, share: LateralOffset(self.azimuths_deg[side], _up(abs(share) * shift, STEP_LATERAL_M)),
        )

    def shift_of(self, changes: Changes) -> float:
        """See `Motion.shift_of`."""
        return sum(change.by_m for change in changes if isinstance(change, LateralOffset))

    def _clear(self, shift: float) -> bool:
        return self.encounter.clear(self.changes(shift))
