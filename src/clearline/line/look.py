"""One look at what two parties have notified: who meets whom, said so that nothing that failed can look like nobody.

The one idea: a notice that makes no volume, or minima that cannot be, leave every pair they concern undecided; each of
those pairs is said as CANNOT_TELL, to both sides, like any other conflict.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from clearline.conflict.digest import check_digest
from clearline.conflict.engine import Engine
from clearline.conflict.group import Meeting, Subject, find_meetings
from clearline.conflict.minima import Minima
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Verdict
from clearline.line.area import volume_of
from clearline.line.ledger import Ledger
from clearline.line.notice import Notice, NoticeType, current
from clearline.line.parameters import minima_between
from clearline.line.proposal import ConflictFound
from clearline.line.statement import Link, Relation, Said, Utterance
from clearline.line.terms import Precedence
from clearline.space.geoid import Geoid
from clearline.space.volume import Volume4D

__all__ = ["Found", "Look", "Sight", "Unplaced", "find_conflicts", "look", "sight", "untold"]

_MOST = 10**15  # what stands for "without end" in a statement: no length in mm and no time in ms comes near


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A notice whose area makes no volume, or that no minima can be held to, and why: it may meet anybody."""

    notice: Said
    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the picture found: conflicts to say, those that cannot be told among them, and why."""

    found: tuple[Utterance, ...]
    unplaced: tuple[Unplaced, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a look is made of: the notices with areas that hold now between two parties, and the minima both signed.

    `minima` None: those that both signed cannot be, and `why` says it. All of it is fixed, so the look itself can be
    made while more is said.
    """

    notices: tuple[Said, ...]
    minima: Minima | None
    why: str = ""


# What a look found of two notices.
Found = tuple[ConflictFound, tuple[Said, Said]]


def find_conflicts(ledger: Ledger, peer: str, *, geoid: Geoid, engine: Engine, now_ms: int) -> Look:
    """Look at all current notices between two parties, under the minima both signed, and say what is not yet said.

    Without a set in force the minima are those of mere meeting. A notice that makes no volume cannot be told from any
    of the other side's; where both signed minima that cannot be, none can.
    """
    found, unplaced = look(sight(ledger, peer, now_ms), geoid=geoid, engine=engine)
    return Look(untold(ledger, peer, found), unplaced)


def sight(ledger: Ledger, peer: str, now_ms: int) -> Sight:
    """What there is to look at between the own party and a peer."""
    notices = tuple(
        said
        for party, other in ((ledger.own, peer), (peer, ledger.own))
        for said, notice in current(ledger, party, now_ms)
        if said.header.addressee == other and notice.areas and notice.type is not NoticeType.CANCEL
    )
    try:
        return Sight(notices, minima_between(ledger, peer))
    except ValueError as error:
        return Sight(notices, None, f"the minima that both signed cannot be: {error}")


def look(seen: Sight, *, geoid: Geoid, engine: Engine) -> tuple[list[Found], tuple[Unplaced, ...]]:
    """What the engine finds of it, and the notices that could not be looked at. It asks nobody and changes nothing."""
    told, volumes, unplaced = _placed(seen.notices)
    if seen.minima is None:
        unplaced += [Unplaced(said, seen.why) for said in told]
        return _undecided([], unplaced, "none that can be"), tuple(unplaced)
    try:
        found = _meetings(told, volumes, seen.minima, geoid, engine)
    except ValueError as error:
        unplaced += [Unplaced(said, f"the minima that both signed cannot be: {error}") for said in told]
        return _undecided([], unplaced, "none that can be"), tuple(unplaced)
    found += _undecided(told, unplaced, f"{seen.minima.name} v{seen.minima.version}")
    return found, tuple(unplaced)


def untold(ledger: Ledger, peer: str, found: Sequence[Found]) -> tuple[Utterance, ...]:
    """Of what a look found, what this side has not said word for word of the same two notices."""
    out: list[Utterance] = []
    for body, (one, other) in found:
        links = (Link(Relation.ABOUT, one.record_id), Link(Relation.ABOUT, other.record_id))
        if not _told(ledger, body, {link.to for link in links}):
            out.append(Utterance(peer, body, Precedence.IMMEDIATE, links))
    return tuple(out)


def _told(ledger: Ledger, body: ConflictFound, about: set[str]) -> bool:
    """Whether this side has said just that of two notices."""
    return any(
        by.header.author == ledger.own and before == body and set(by.linked(Relation.ABOUT)) == about
        for by, before in ledger.saying(min(about), ConflictFound)
    )


def _meetings(
    told: list[Said], volumes: list[tuple[Volume4D, ...]], minima: Minima, geoid: Geoid, engine: Engine
) -> list[Found]:
    subjects = [
        Subject(said.record_id, said.header.author, tuple(make_solid(volume, minima, geoid) for volume in each))
        for said, each in zip(told, volumes, strict=True)
    ]
    found: list[Found] = []
    for meeting in find_meetings(subjects, minima, engine):
        pair = (meeting.first, meeting.second)
        planned = [(told[n].record_id, told[n].header.author, volumes[n]) for n in pair]
        digest = check_digest(planned, minima, [Meeting(0, 1, meeting.finding, meeting.pairs)])
        found.append((_said_of(meeting, minima, digest), (told[pair[0]], told[pair[1]])))
    return found


def _undecided(told: list[Said], unplaced: list[Unplaced], minima: str) -> list[Found]:
    """Every pair, one notice of each side, of which at least one could not be looked at."""
    reasons = {one.notice.record_id: one.why for one in unplaced}
    by_party: dict[str, list[Said]] = {}
    for said in (*told, *(one.notice for one in unplaced)):
        by_party.setdefault(said.header.author, []).append(said)
    if not unplaced or len(by_party) < 2:
        return []
    ones, others = (by_party[party] for party in sorted(by_party))
    doubted = [[said for said in side if said.record_id in reasons] for side in (ones, others)]
    sure = [said for said in ones if said.record_id not in reasons]
    return [
        _doubt(one, other, reasons, minima) for one, other in (*product(doubted[0], others), *product(sure, doubted[1]))
    ]


def _doubt(one: Said, other: Said, reasons: Mapping[str, str], minima: str) -> Found:
    why = tuple(dict.fromkeys(reasons[said.record_id] for said in (one, other) if said.record_id in reasons))
    text = "\n".join(("unplaced", one.record_id, other.record_id, *why))
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    first_ms = max(_begins_ms(one), _begins_ms(other))
    return ConflictFound(Verdict.CANNOT_TELL.value, 0, None, 0, first_ms, minima, digest, why), (one, other)


def _begins_ms(said: Said) -> int:
    assert isinstance(said.body, Notice)
    return min(area.start_ms for area in said.body.areas)


def _placed(notices: Sequence[Said]) -> tuple[list[Said], list[tuple[Volume4D, ...]], list[Unplaced]]:
    """The notices whose areas make volumes, with these; and those that make none."""
    told: list[Said] = []
    volumes: list[tuple[Volume4D, ...]] = []
    unplaced: list[Unplaced] = []
    for said in notices:
        assert isinstance(said.body, Notice)
        try:
            made = tuple(volume_of(area, said.record_id) for area in said.body.areas)
        except ValueError as error:
            unplaced.append(Unplaced(said, str(error)))
            continue
        told.append(said)
        volumes.append(made)
    return told, volumes, unplaced


def _said_of(meeting: Meeting, minima: Minima, digest: str) -> ConflictFound:
    margins, finding = meeting.finding.margins, meeting.finding
    return ConflictFound(
        finding.verdict.value,
        _whole(margins.lateral_m),
        None if margins.vertical_m is None else _whole(margins.vertical_m),
        _whole(margins.time_s),
        finding.first_ms,
        f"{minima.name} v{minima.version}",
        digest,
        finding.reasons,
        _whole(finding.required[2]),
    )


def _whole(value: float) -> int:
    """Thousandths, rounded down, so that no margin grows; an open end is as far as a statement can say."""
    if not math.isfinite(value):
        return int(math.copysign(_MOST, value))
    return int(max(-_MOST, min(_MOST, value * 1000.0 // 1)))
