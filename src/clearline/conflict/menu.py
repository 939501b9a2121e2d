"""A menu of alternatives for every plan of a set, and which alternatives of two plans cannot both be had.

The one idea: time, height and place are changed independently, so for two volumes it is enough to compare times with
times, heights with heights and places with places; their product says which of thousands of alternatives clash.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.change import AltitudeShift, Change, ChangeError, LateralOffset, TimeShift, changed
from clearline.conflict.change_cost import Cost, Plan, cost_of
from clearline.conflict.engine import Engine, Reach, reach_of, within_reach
from clearline.conflict.judge import judge_pair, vertical_gap
from clearline.conflict.minima import Minima
from clearline.conflict.solid import Solid, make_solid
from clearline.conflict.verdict import Verdict
from clearline.conflict.zones import required_minima
from clearline.space.altitude import Band, Unit
from clearline.space.geoid import Geoid
from clearline.space.heights import Frame, Heights, Span
from clearline.space.wgs84 import azimuths_and_distances

__all__ = [
    "MAX_ALTERNATIVES",
    "MAX_OFFSET_M",
    "Alternative",
    "Choices",
    "Clashes",
    "Menu",
    "choices_of",
    "default_menu",
]

MAX_ALTERNATIVES = 1_000
# Two plans moved apart this far, and the widest minimum there is, still lie within the 1000 km that an engine looks.
MAX_OFFSET_M = 300_000.0

# Heights may become unknown by a change (the ground elsewhere), so the join takes every height as possible.
_ANY_HEIGHTS = Heights(tuple(Span(-math.inf, math.inf, math.inf, -math.inf, False) for _ in Frame), ())

Table = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Menu:
    """What may be offered to every plan, besides leaving it as it is; every combination of the three counts.

    `offsets_m` are moves square to the plan's line from its first place to its last, positive to the right.
    Raises ValueError for more than 1000 combinations, or an offset beyond 300 km.
    """

    delays: tuple[TimeShift, ...]
    layers: tuple[AltitudeShift, ...]
    offsets_m: tuple[float, ...]

    def __post_init__(self) -> None:
        count = (1 + len(self.delays)) * (1 + len(self.layers)) * (1 + len(self.offsets_m))
        if count > MAX_ALTERNATIVES:
            raise ValueError(f"a menu may have {MAX_ALTERNATIVES} combinations; got {count}: offer fewer")
        if not all(abs(by_m) <= MAX_OFFSET_M for by_m in self.offsets_m):
            raise ValueError(f"a menu's offsets must be within {MAX_OFFSET_M:.0f} m; got {self.offsets_m}")


def default_menu() -> Menu:
    """Eight delays up to an hour, four layers a thousand feet apart, three tracks 3 NM apart: 96 alternatives."""
    return Menu(
        tuple(TimeShift(60.0 * minutes) for minutes in (5, 10, 15, 20, 30, 45, 60)),
        tuple(AltitudeShift(1000.0 * layer, Unit.FOOT) for layer in (1, -1, 2)),
        (3.0 * 1852.0, -3.0 * 1852.0),
    )


@dataclass(frozen=True, slots=True)
class Alternative:
    """One item of a menu: the changes, their cost, and where its parts are found among the plan's `Choices`."""

    changes: tuple[Change, ...]
    cost: Cost
    shift_ms: int
    variant: int
    track: int


@dataclass(frozen=True, slots=True)
class Choices:
    """A plan and its alternatives, the plan as it is first, then by effort.

    `variants` are the plan's solids with heights and places changed, at their original times.
    """

    plan: Plan
    alternatives: tuple[Alternative, ...]
    variants: tuple[tuple[Solid, ...], ...]


def choices_of(plan: Plan, menu: Menu, minima: Minima, geoid: Geoid) -> Choices:
    """The menu for one plan; what cannot be done with it (see `conflict.change`) is left out."""
    variants: list[tuple[Solid, ...]] = []
    found: dict[tuple[tuple[Band, ...], int, int], int] = {}
    alternatives: list[Alternative] = []
    square_deg = _square_deg(plan)
    offsets = [
        LateralOffset((square_deg + (0.0 if by_m > 0.0 else 180.0)) % 360.0, abs(by_m)) for by_m in menu.offsets_m
    ]
    for delay in (None, *menu.delays):
        for layer_number, layer in enumerate((None, *menu.layers)):
            for track, offset in enumerate((None, *offsets)):
                moves = tuple(change for change in (layer, offset) if change is not None)
                changes = moves if delay is None else (delay, *moves)
                shift_ms = 0 if delay is None else delay.by_ms
                try:
                    delayed = plan.volumes if delay is None else changed(plan.volumes, delay)
                    key = (tuple(volume.band for volume in delayed), layer_number, track)
                    if key not in found:
                        moved = changed(delayed, *moves)
                        variants.append(tuple(_back(make_solid(v, minima, geoid), shift_ms) for v in moved))
                        found[key] = len(variants) - 1
                except ChangeError:
                    continue
                alternatives.append(Alternative(changes, cost_of(changes), shift_ms, found[key], track))
    alternatives.sort(key=lambda alternative: round(alternative.cost.effort_s, 3))  # stable: equals in menu order
    return Choices(plan, tuple(alternatives), tuple(variants))


def _back(solid: Solid, shift_ms: int) -> Solid:
    end_ms = None if solid.end_ms is None else solid.end_ms - shift_ms
    return replace(solid, start_ms=solid.start_ms - shift_ms, end_ms=end_ms)


def _square_deg(plan: Plan) -> float:
    """The azimuth to the right of the line from the plan's first place to its last; east where they are one."""
    first = plan.volumes[0].shape.core().parts[0][0]
    last = plan.volumes[-1].shape.core().parts[-1][-1]
    azimuth_deg, range_m = azimuths_and_distances([first], [last])
    return 90.0 if float(range_m[0]) < 1.0 else (float(azimuth_deg[0]) + 90.0) % 360.0


class Clashes:
    """Which alternatives of two plans are not surely clear of each other; worked out when asked, and remembered.

    `pairs` are the plans that may clash at all, from one join over the widest reach the menus have. A pair of plans
    that nobody can tell about as they are is `open`: it needs a datum, not a change, so the two as they are do not
    count as a clash; any changed plan must be surely clear.
    """

    def __init__(
        self, choices: Sequence[Choices], minima: Minima, engine: Engine, *, within_parties: bool = False
    ) -> None:
        self.choices = tuple(choices)
        self.minima = minima
        self._near = _join(self.choices, minima, engine, within_parties=within_parties)
        self._places: dict[tuple[int, int, int, int, int, int], bool] = {}
        self._heights: dict[tuple[int, int, int, int, int, int], bool] = {}
        self._open: dict[tuple[int, int], bool] = {}
        self.neighbours: tuple[tuple[int, ...], ...] = tuple(
            tuple(sorted({j for pair in self._near for j in pair if number in pair} - {number}))
            for number in range(len(self.choices))
        )

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """All (i, j), i < j, of plans that may clash."""
        return sorted(self._near)

    def clash(self, i: int, a: int, j: int, b: int) -> bool:
        """Whether alternative `a` of plan i and `b` of plan j are not surely clear of each other."""
        if i > j:
            i, a, j, b = j, b, i, a
        one, two = self.choices[i].alternatives[a], self.choices[j].alternatives[b]
        if not one.changes and not two.changes and self.open(i, j):
            return False
        for v, w in self._near.get((i, j), ()):
            p, q = self.choices[i].variants[one.variant][v], self.choices[j].variants[two.variant][w]
            needed = required_minima(p, q, self.minima)
            apart_ms = max(_gap_ms(p, q, one.shift_ms - two.shift_ms), _gap_ms(q, p, two.shift_ms - one.shift_ms))
            if (
                apart_ms / 1000.0 <= needed[2]
                and self._same_height(i, v, one, j, w, two)
                and self._same_place(i, v, one, j, w, two)
            ):
                return True
        return False

    def open(self, i: int, j: int) -> bool:
        """Whether nobody can tell about two plans as they are, for want of a datum."""
        i, j = min(i, j), max(i, j)
        if (i, j) not in self._open:
            first, second = (self.choices[n].variants[self.choices[n].alternatives[0].variant] for n in (i, j))
            reach = reach_of(self.minima)
            verdicts = {
                judge_pair(first[v], second[w], self.minima).verdict
                for v, w in self._near.get((i, j), ())
                if within_reach(first[v], second[w], reach)
            }
            self._open[i, j] = Verdict.CANNOT_TELL in verdicts and Verdict.CONFLICT not in verdicts
        return self._open[i, j]

    def table(self, i: int, j: int) -> Table:
        """`clash` for all alternatives of two plans, i < j, at once: shape (alternatives of i, alternatives of j)."""
        ones, twos = self.choices[i].alternatives, self.choices[j].alternatives
        clashing = np.zeros((len(ones), len(twos)), np.bool_)
        shift_ms = np.asarray([one.shift_ms for one in ones])[:, None] - np.asarray([two.shift_ms for two in twos])
        for v, w in self._near.get((i, j), ()):
            for (a, b), cells in _blocks(ones, twos):
                p, q = self.choices[i].variants[ones[a].variant][v], self.choices[j].variants[twos[b].variant][w]
                _, _, time_s = required_minima(p, q, self.minima)
                together = (
                    np.maximum(_gaps_ms(p, q, shift_ms[cells]), _gaps_ms(q, p, -shift_ms[cells])) / 1000.0 <= time_s
                )
                if not together.any() or not self._same_height(i, v, ones[a], j, w, twos[b]):
                    continue
                if self._same_place(i, v, ones[a], j, w, twos[b]):
                    clashing[cells] |= together
        if not ones[0].changes and not twos[0].changes and self.open(i, j):
            clashing[0, 0] = False
        return clashing

    def _same_height(self, i: int, v: int, one: Alternative, j: int, w: int, two: Alternative) -> bool:
        key = (i, v, one.variant, j, w, two.variant)
        if key not in self._heights:
            p, q = self.choices[i].variants[one.variant][v], self.choices[j].variants[two.variant][w]
            lateral_m, vertical_m, _ = required_minima(p, q, self.minima)
            self._heights[key] = vertical_gap(p.heights, q.heights, lateral_m).gap_m <= vertical_m
        return self._heights[key]

    def _same_place(self, i: int, v: int, one: Alternative, j: int, w: int, two: Alternative) -> bool:
        key = (i, v, one.track, j, w, two.track)
        if key not in self._places:
            p, q = self.choices[i].variants[one.variant][v], self.choices[j].variants[two.variant][w]
            lateral_m, _, _ = required_minima(p, q, self.minima)
            always = replace(p, start_ms=0, end_ms=None), replace(q, start_ms=0, end_ms=None)
            self._places[key] = within_reach(*always, Reach(lateral_m, math.inf, 0.0))
        return self._places[key]


def _gap_ms(p: Solid, q: Solid, later_ms: int) -> float:
    """How long after the end of q, p begins, if p is moved later by so much."""
    return -math.inf if q.end_ms is None else p.start_ms + later_ms - q.end_ms


def _gaps_ms(p: Solid, q: Solid, later_ms: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(later_ms + _gap_ms(p, q, 0), np.float64)


def _blocks(
    ones: Sequence[Alternative], twos: Sequence[Alternative]
) -> list[tuple[tuple[int, int], tuple[NDArray[np.intp], NDArray[np.intp]]]]:
    """Alternatives that differ in time alone: for each pair of variants, one pair of them and all their cells."""
    rows: dict[int, list[int]] = {}
    columns: dict[int, list[int]] = {}
    for number, one in enumerate(ones):
        rows.setdefault(one.variant, []).append(number)
    for number, two in enumerate(twos):
        columns.setdefault(two.variant, []).append(number)
    cells = [(r, np.asarray(r, np.intp)[:, None]) for r in rows.values()]
    across = [(c, np.asarray(c, np.intp)[None, :]) for c in columns.values()]
    return [((r[0], c[0]), (down, right)) for r, down in cells for c, right in across]


def _join(
    choices: Sequence[Choices], minima: Minima, engine: Engine, *, within_parties: bool
) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """The pairs of volumes that some alternatives might bring together, by pair of plans."""
    solids: list[Solid] = []
    owner: list[tuple[int, int]] = []
    for number, choice in enumerate(choices):
        for volume, solid in enumerate(choice.variants[choice.alternatives[0].variant]):
            solids.append(replace(solid, heights=_ANY_HEIGHTS))
            owner.append((number, volume))
    parties = {choice.plan.party: n for n, choice in reversed(list(enumerate(choices)))}
    sides = [number if within_parties else parties[choices[number].plan.party] for number, _ in owner]
    reach = reach_of(minima)
    all_alternatives = [alternative for choice in choices for alternative in choice.alternatives]
    time_s = max((abs(alternative.shift_ms) / 1000.0 for alternative in all_alternatives), default=0.0)
    # A place far from the middle moves a little more or less than the middle does: a hundredth is ample (see change).
    lateral_m = max((alternative.cost.lateral_m * 1.01 + 1.0 for alternative in all_alternatives), default=0.0)
    wide = Reach(reach.lateral_m + 2.0 * lateral_m, reach.vertical_m, reach.time_s + 2.0 * time_s)
    near: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for p, q in engine.pairs(solids, sides, wide):
        (i, v), (j, w) = owner[p], owner[q]
        near.setdefault((i, j), []).append((v, w))
    return near
