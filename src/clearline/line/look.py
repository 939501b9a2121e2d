"""One look at what two parties have notified: who meets whom, said so that nothing that failed can look like nobody.

The one idea: a notice that makes no volume, or minima that cannot be, leave every pair they concern undecided; each of
those pairs is said as CANNOT_TELL, to both sides, like any other conflict.
"""

import hashlib
import math
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

__all__ = ["Look", "Unplaced", "find_conflicts"]

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


def find_conflicts(ledger: Ledger, peer: str, *, geoid: Geoid, engine: Engine, now_ms: int) -> Look:
    """Look at all current notices between two parties, under the minima both signed, and say what is not yet said.

    Without a set in force the minima are those of mere meeting. A notice that makes no volume cannot be told from any
    of the other side's; where both signed minima that cannot be, none can.
    """
    told, volumes, unplaced = _placed(ledger, peer, now_ms)
    pairs: list[tuple[ConflictFound, tuple[Said, Said]]] = []
    try:
        minima = minima_between(ledger, peer)
        pairs += _meetings(told, volumes, minima, geoid, engine)
        name = f"{minima.name} v{minima.version}"
    except ValueError as error:
        unplaced += [Unplaced(said, f"the minima that both signed cannot be: {error}") for said in told]
        told, name = [], "none that can be"
    pairs += _undecided(told, unplaced, name)
    found: list[Utterance] = []
    for body, (one, other) in pairs:
        links = (Link(Relation.ABOUT, one.record_id), Link(Relation.ABOUT, other.record_id))
        if not _told(ledger, body, {link.to for link in links}):
            found.append(Utterance(peer, body, Precedence.IMMEDIATE, links))
    return Look(tuple(found), tuple(unplaced))


def _told(ledger: Ledger, body: ConflictFound, about: set[str]) -> bool:
    """Whether this side has said just that of two notices."""
    return any(
        by.header.author == ledger.own and before == body and set(by.linked(Relation.ABOUT)) == about
        for by, before in ledger.saying(min(about), ConflictFound)
    )


def _meetings(
    told: list[Said], volumes: list[tuple[Volume4D, ...]], minima: Minima, geoid: Geoid, engine: Engine
) -> list[tuple[ConflictFound, tuple[Said, Said]]]:
    subjects = [
        Subject(said.record_id, said.header.author, tuple(make_solid(volume, minima, geoid) for volume in each))
        for said, each in zip(told, volumes, strict=True)
    ]
    found: list[tuple[ConflictFound, tuple[Said, Said]]] = []
    for meeting in find_meetings(subjects, minima, engine):
        pair = (meeting.first, meeting.second)
        planned = [(told[n].record_id, told[n].header.author, volumes[n]) for n in pair]
        digest = check_digest(planned, minima, [Meeting(0, 1, meeting.finding, meeting.pairs)])
        found.append((_said_of(meeting, minima, digest), (told[pair[0]], told[pair[1]])))
    return found


def _undecided(
    told: list[Said], unplaced: list[Unplaced], minima: str
) -> list[tuple[ConflictFound, tuple[Said, Said]]]:
    """Every pair, one notice of each side, of which at least one could not be looked at."""
    everybody = [*((said, "") for said in told), *((one.notice, one.why) for one in unplaced)]
    found: list[tuple[ConflictFound, tuple[Said, Said]]] = []
    for (one, why), (other, more) in product(everybody, everybody):
        if one.header.author < other.header.author and (why or more):
            reasons = tuple(dict.fromkeys(reason for reason in (why, more) if reason))
            text = "\n".join(("unplaced", one.record_id, other.record_id, *reasons))
            digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
            first_ms = max(_begins_ms(one), _begins_ms(other))
            body = ConflictFound(Verdict.CANNOT_TELL.value, 0, None, 0, first_ms, minima, digest, reasons)
            found.append((body, (one, other)))
    return found


def _begins_ms(said: Said) -> int:
    assert isinstance(said.body, Notice)
    return min(area.start_ms for area in said.body.areas)


def _placed(ledger: Ledger, peer: str, now_ms: int) -> tuple[list[Said], list[tuple[Volume4D, ...]], list[Unplaced]]:
    """The current notices with areas between the two, as volumes; and those that make none."""
    told: list[Said] = []
    volumes: list[tuple[Volume4D, ...]] = []
    unplaced: list[Unplaced] = []
    for party, other in ((ledger.own, peer), (peer, ledger.own)):
        for said, notice in current(ledger, party, now_ms):
            if said.header.addressee != other or not notice.areas or notice.type is NoticeType.CANCEL:
                continue
            try:
                made = tuple(volume_of(area, said.record_id) for area in notice.areas)
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
