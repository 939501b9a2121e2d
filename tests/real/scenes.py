"""The recorded scenes that Clearline is asked about: who is on which side, how wide a bubble, what is moved in time.

The one idea: a scene is files and nothing more, written for `clearline check`, and beside them the same flights for the
oracle. Whatever is not as it was recorded is said in the scene's `told`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearline.app.check import check
from clearline.conflict.verdict import Verdict
from clearline.wire.reading import Supplied
from clearline.wire.result import CheckResult
from tests.real.oracle import Bubble, Flown, Nearest, encounters, flown, within_reach
from tests.real.recordings import (
    AMBULANCES,
    FIREFIGHTING,
    FOOT_M,
    SWITZERLAND,
    Floats,
    Recording,
    load,
    moved,
    write_geojson,
    write_states,
)

__all__ = ["Outcome", "Scene", "Writer", "ambulances", "ask", "firefighting", "switzerland"]

_NAUTICAL_MILE_M = 1852.0
_HOUR_MS = 3_600_000

Writer = Callable[[Sequence[Recording], str, Path], Path]


@dataclass(frozen=True, slots=True)
class Scene:
    """Two sides of recorded flights, the bubble each flight claims, and the longest silence that is still known.

    `told` says what was done to the recordings, a sentence or more.
    """

    name: str
    told: str
    ones: tuple[Recording, ...]
    others: tuple[Recording, ...]
    bubble: Bubble
    gap_s: float

    def write(self, folder: Path, first: Writer = write_geojson, second: Writer = write_states) -> tuple[Path, Path]:
        """The files of the two sides; named for what they hold, whoever wrote them."""
        return first(self.ones, "ONE", folder / "one"), second(self.others, "OTHER", folder / "other")

    @property
    def supplied(self) -> Supplied:
        """What the files leave out."""
        return Supplied(
            half_width_m=self.bubble.half_width_m, half_height_m=self.bubble.half_height_m, track_gap_s=self.gap_s
        )

    def limits_m(self) -> tuple[float, float]:
        """How near is near: two bubbles that touch."""
        return 2.0 * self.bubble.half_width_m, 2.0 * self.bubble.half_height_m


def switzerland(half_height_ft: float, hours: tuple[float, float] = (0.0, 24.0)) -> Scene:
    """Flights above Switzerland, 30,000 to 47,000 ft, on 1 August 2018, one report in ten seconds.

    `hours` of the day in UTC: flights that are first heard of from the one up to the other. The sides are callsigns A
    to J and K to Z, which means nothing but that there are two. Each claims 2.5 NM, so that 5 NM apart they touch.
    """
    midnight_ms = 1_533_081_600_000
    flights = [
        flight
        for flight in load(SWITZERLAND)
        if hours[0] * _HOUR_MS <= flight.time_ms[0] - midnight_ms < hours[1] * _HOUR_MS
    ]
    return Scene(
        "Switzerland",
        "As recorded. Sides: callsigns A to J, and K to Z.",
        tuple(flight for flight in flights if flight.callsign < "K"),
        tuple(flight for flight in flights if flight.callsign >= "K"),
        Bubble(2.5 * _NAUTICAL_MILE_M, half_height_ft * FOOT_M),
        60.0,
    )


def firefighting() -> Scene:
    """Air tankers (callsigns T71 to T83) and all others over California's fires, 8 to 14 September 2020."""
    flights = load(FIREFIGHTING)
    return Scene(
        "Firefighting",
        "As recorded. Sides: callsigns T71 to T83, and all others.",
        tuple(flight for flight in flights if flight.callsign.startswith("T")),
        tuple(flight for flight in flights if not flight.callsign.startswith("T")),
        Bubble(0.5 * _NAUTICAL_MILE_M, 200.0 * FOOT_M),
        120.0,
    )


def ambulances(later_s: int) -> Scene:
    """An ambulance helicopter from St Gallen to its base, and two others: to the same base, and in Toulouse.

    The three were recorded on three days of May 2019. The second and third are moved in time: they end `later_s` after
    the first, so that with 0 two of them come in to land at the same place at the same time.
    """
    first, *others = (load(sample)[0] for sample in AMBULANCES)
    end_ms = int(first.time_ms[-1]) + 1000 * later_s
    return Scene(
        "Ambulances",
        f"Recorded on three days; the second and third are moved in time to end {later_s} s after the first.",
        (first,),
        tuple(moved(other, end_ms - int(other.time_ms[-1] - other.time_ms[0])) for other in others),
        Bubble(250.0, 200.0 * FOOT_M),
        60.0,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Clearline and the oracle said about one scene, and the processor time that Clearline took.

    `missed` are pairs that were near each other and not reported; `unexplained` are reported pairs that at no second
    were within what the volumes may hold; `untold` counts pairs that nobody can tell about.
    """

    result: CheckResult
    reported: frozenset[tuple[str, str]]
    near: dict[tuple[str, str], Nearest]
    missed: frozenset[tuple[str, str]]
    unexplained: frozenset[tuple[str, str]]
    untold: int
    spent_s: float


def ask(scene: Scene, files: tuple[Path, Path], heights_m: Callable[[Recording], Floats] | None = None) -> Outcome:
    """Ask Clearline about two files, and the oracle about the flights they were written from."""
    begun_s = time.process_time()
    result = check(f"ONE={files[0]}", f"OTHER={files[1]}", supplied=scene.supplied)
    spent_s = time.process_time() - begun_s
    heights = heights_m or (lambda flight: flight.pressure_ft * FOOT_M)
    ones, others = ([flown(flight, heights(flight)) for flight in side] for side in (scene.ones, scene.others))
    reported: set[tuple[str, str]] = set()
    for meeting in result.meetings:
        pair = result.activities[meeting.first], result.activities[meeting.second]
        assert [activity.party for activity in pair] == ["ONE", "OTHER"]
        if meeting.finding.verdict is Verdict.CONFLICT:
            reported.add((pair[0].ident, pair[1].ident))
    near = encounters(ones, others, *scene.limits_m())
    by_name = {flight.ident: flight for flight in others}
    unexplained = {
        (one.ident, name)
        for one in ones
        for name in by_name
        if (one.ident, name) in reported and not _explained(one, by_name[name], scene)
    }
    return Outcome(
        result,
        frozenset(reported),
        near,
        frozenset(near.keys() - reported),
        frozenset(unexplained),
        result.count(Verdict.CANNOT_TELL),
        spent_s,
    )


def _explained(one: Flown, other: Flown, scene: Scene) -> bool:
    """Whether at some second the two were within what the volumes that cover them hold (see `_spare`)."""
    lateral_m, vertical_m = scene.limits_m()
    first_s, end_s = max(one.first_s, other.first_s), min(one.end_s, other.end_s)
    if end_s <= first_s:
        return False
    spare = [_spare(flight, first_s, end_s, scene) for flight in (one, other)]
    reach_m = lateral_m + spare[0][0] + spare[1][0]
    tall_m = vertical_m + spare[0][1] + spare[1][1]
    return within_reach(one, other, reach_m, tall_m)


def _spare(flight: Flown, first_s: int, end_s: int, scene: Scene) -> tuple[Floats, Floats]:
    """How much more than its bubble a flight's volumes may hold at each second, metres sideways and up or down.

    A volume stands for at most twice the half-width, or 3 km, of way, and at most the half-height, 50 m, or what one
    leg climbs; it is drawn straight where that is wrong by less than a fiftieth of the half-width (`space.legs`); and
    it may begin and end within the second. A flight that is lost may go a quarter faster than it was ever seen to, at
    least 50 m/s and 15 m/s up or down, for as long as it is (`space.lost`).
    """
    at = slice(first_s - flight.first_s, end_s - flight.first_s)
    bubble = scene.bubble
    known_m = max(2.0 * bubble.half_width_m, 3_000.0) + max(0.02 * bubble.half_width_m, 1.0) + flight.fastest_mps + 0.01
    known_tall_m = np.maximum(max(bubble.half_height_m, 50.0), flight.leg_m[at]) + flight.fastest_climb_mps + 0.01
    lost = flight.leg_s[at] > scene.gap_s
    way_m = 1.02 * max(50.0, 1.25 * flight.fastest_mps) * flight.leg_s[at]
    climb_m = flight.leg_m[at] + max(15.0, 1.25 * flight.fastest_climb_mps) * flight.leg_s[at]
    return np.where(lost, way_m + known_m, known_m), np.where(lost, climb_m + known_tall_m, known_tall_m)
