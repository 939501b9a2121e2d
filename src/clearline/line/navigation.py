"""Where satellite navigation is unreliable: what a position from there is worth, and what may be claimed on it.

The one idea: a position from an area that either side has warned of (N15, phrase C09) is known no better than such
interference leaves it; and what follows from it is somebody's claim that can be disputed, never a fact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clearline.conflict.exact import meets, separation
from clearline.line.area import Area, volume_of
from clearline.line.ledger import Ledger
from clearline.line.notice import Notice, NoticeType, Standing, standing
from clearline.line.statement import Said
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor

__all__ = ["UNRELIABLE_M", "Claim", "ClaimWorth", "Doubt", "claim_of_crossing", "doubt_at"]

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
    warnings = tuple(
        said
        for said, notice in ledger.ever(Notice)
        if notice.type is NoticeType.NAVIGATION_UNRELIABLE
        and standing(ledger, said, at_ms) in (Standing.CURRENT, Standing.EXPIRED)
        and any(_covers(area, here, at_ms) for area in notice.areas)
    )
    return Doubt(max(stated_m, UNRELIABLE_M) if warnings else stated_m, warnings)


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


def _covers(area: Area, here: Core, at_ms: int) -> bool:
    try:
        volume = volume_of(area)
    except ValueError:
        return True
    start_ms, end_ms = volume.window.widened(volume.window.clock_uncertainty_s)
    if at_ms < start_ms or (end_ms is not None and at_ms > end_ms):
        return False
    return meets(volume.shape.core(), here, volume.horizontal_uncertainty_m + UNRELIABLE_M)
