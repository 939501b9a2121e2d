"""Where satellite navigation is unreliable: what a position from there is worth, and what may be claimed on it.

The one idea: a position from an area that either side has warned of (N15, phrase C09) is known no better than such
interference leaves it; and what follows from it is somebody's claim that can be disputed, never a fact.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from clearline.conflict.exact import meets, separation
from clearline.line.area import Area, volume_of
from clearline.line.incident import Incident
from clearline.line.ledger import Ledger
from clearline.line.notice import Notice, NoticeType, Standing, standing
from clearline.line.statement import Said
from clearline.space.bubble import Fix
from clearline.space.latlon import LatLon, check_latlon
from clearline.space.shape import Circle, Core, Corridor
from clearline.space.volume import Volume4D

__all__ = [
    "UNRELIABLE_M",
    "Claim",
    "ClaimWorth",
    "Doubt",
    "claim_of_crossing",
    "doubt_at",
    "doubt_of_incident",
    "place_in_doubt",
    "volumes_in_doubt",
]

_E7 = 10_000_000
# What a false position may be off by: interference moves receivers by kilometres before it is noticed; a value of our
# own, on the large side, as it makes a claim weaker and a volume wider.
UNRELIABLE_M = 10_000.0


class ClaimWorth(StrEnum):
    """What a claim from a position is worth."""

    FACT = "FACT"
    DISPUTABLE = "DISPUTABLE"


@dataclass(frozen=True, slots=True)
class Doubt:
    """How uncertain a position is, in metres, and the warnings that say so."""

    uncertainty_m: float
    warnings: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """That a thing crossed a boundary: what it is worth, on which uncertainty, and why, in words."""

    worth: ClaimWorth
    uncertainty_m: float
    why: str


def doubt_at(ledger: Ledger, place: LatLon, at_ms: int, stated_m: float) -> Doubt:
    """The uncertainty of a position at a time, enlarged where anybody warned of unreliable navigation.

    A warning holds whoever gave it and whatever the height, until it is cancelled or replaced, and as far outside its
    area as a false position can be from a true one inside; one whose area cannot be read holds everywhere.
    """
    here = Circle(place, stated_m).core() if stated_m > 0.0 else Corridor((place,), 0.0).core()
    warnings = _warnings(ledger, here, 0.0, at_ms, at_ms)
    return Doubt(max(stated_m, UNRELIABLE_M) if warnings else stated_m, warnings)


def volumes_in_doubt(ledger: Ledger, fixes: Sequence[Fix], volumes: Sequence[Volume4D]) -> tuple[Volume4D, ...]:
    """The volumes of a track or a moving bubble, each wider where it lies in, or rests on a report from, such an area.

    A volume rests on the reports of its own time and on the last before and the first after it: what was lost from
    sight, or grows, is no better known than where it was last seen. The others are as they were.
    """
    doubtful = [bool(doubt_at(ledger, fix.place, fix.time_ms, 0.0).warnings) for fix in fixes]
    times_ms = [fix.time_ms for fix in fixes]
    found: list[Volume4D] = []
    for volume in volumes:
        start_ms, end_ms = volume.window.widened(volume.window.clock_uncertainty_s)
        first = max(0, min(bisect_left(times_ms, start_ms), bisect_right(times_ms, start_ms) - 1))
        last = len(fixes) if end_ms is None else max(bisect_left(times_ms, end_ms) + 1, bisect_right(times_ms, end_ms))
        known_m = volume.horizontal_uncertainty_m
        if any(doubtful[first:last]) or _warnings(ledger, volume.shape.core(), known_m, start_ms, end_ms):
            known_m = max(known_m, UNRELIABLE_M)
        found.append(replace(volume, horizontal_uncertainty_m=known_m))
    return tuple(found)


def doubt_of_incident(ledger: Ledger, incident: Incident) -> Doubt | None:
    """The uncertainty of the place that an incident states, enlarged as any other; None where it states none.

    A place that is none on Earth is known no better than one from such an area.
    """
    if incident.place is None:
        return None
    known_m = incident.known_mm / 1000
    place = LatLon(incident.place.lat_e7 / _E7, incident.place.lon_e7 / _E7)
    if not _is_place(place):
        return Doubt(max(known_m, UNRELIABLE_M), ())
    return doubt_at(ledger, place, incident.at_ms, known_m)


def place_in_doubt(ledger: Ledger, incident: Incident) -> bool:
    """Whether what an incident says of a place is a claim that can be disputed: its author says so, or a warning does.

    Where no place is stated, only its author can say.
    """
    doubt = doubt_of_incident(ledger, incident)
    enlarged = doubt is not None and (bool(doubt.warnings) or doubt.uncertainty_m > incident.known_mm / 1000)
    return incident.place_uncertain or enlarged


def _is_place(place: LatLon) -> bool:
    try:
        check_latlon(place)
    except ValueError:
        return False
    return True


def claim_of_crossing(
    ledger: Ledger, place: LatLon, at_ms: int, boundary: Sequence[LatLon], *, stated_m: float
) -> Claim:
    """What a position beyond a boundary proves: a fact only if it is further from the line than it is unsure."""
    doubt = doubt_at(ledger, place, at_ms, stated_m)
    if doubt.warnings:
        names = ", ".join(said.record_id[:12] for said in doubt.warnings)
        why = f"the position comes from where satellite navigation is unreliable ({names})"
        return Claim(ClaimWorth.DISPUTABLE, doubt.uncertainty_m, why)
    line = Corridor(tuple(boundary), 0.0).core()
    away_m = separation(Corridor((place,), 0.0).core(), line).distance_m
    if away_m <= doubt.uncertainty_m:
        why = f"the position is {away_m:.0f} m from the line, and known to {doubt.uncertainty_m:.0f} m"
        return Claim(ClaimWorth.DISPUTABLE, doubt.uncertainty_m, why)
    why = f"the position is {away_m:.0f} m beyond the line, and known to {doubt.uncertainty_m:.0f} m"
    return Claim(ClaimWorth.FACT, doubt.uncertainty_m, why)


def _warnings(ledger: Ledger, here: Core, known_m: float, start_ms: int, end_ms: int | None) -> tuple[Said, ...]:
    """The warnings that hold somewhere in a shape, for some of a time; `end_ms` None is "without end"."""
    return tuple(
        said
        for said, notice in ledger.ever(Notice)
        if notice.type is NoticeType.NAVIGATION_UNRELIABLE
        and standing(ledger, said, start_ms) in (Standing.CURRENT, Standing.EXPIRED)
        and any(_covers(area, here, known_m, start_ms, end_ms) for area in notice.areas)
    )


def _covers(area: Area, here: Core, known_m: float, start_ms: int, end_ms: int | None) -> bool:
    try:
        volume = volume_of(area)
    except ValueError:
        return True
    from_ms, until_ms = volume.window.widened(volume.window.clock_uncertainty_s)
    if (end_ms is not None and end_ms < from_ms) or (until_ms is not None and start_ms > until_ms):
        return False
    return meets(volume.shape.core(), here, known_m + volume.horizontal_uncertainty_m + UNRELIABLE_M)
