"""Whether the other side is there, as seen from here: line checks, their answers, and what the node has heard.

The one idea: observed is worked out from facts and shown beside what was declared; neither overwrites the other, and
silence is dated.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.escalation import ABOVE
from clearline.line.ledger import Ledger
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Level, Precedence

__all__ = [
    "ANSWER_WITHIN_MS",
    "HEARTBEAT_MS",
    "RULES",
    "Cause",
    "FaultNote",
    "LineCheck",
    "LineCheckAnswer",
    "LineCheckMissed",
    "Observation",
    "Observed",
    "accept_check",
    "carried_up",
    "check_times_ms",
    "checks_due",
    "checks_missed",
    "checks_to_answer",
    "decide_check_answer",
    "next_check_from_ms",
    "next_check_ms",
    "next_missed_ms",
    "observe",
    "will_be_missed",
]

# Domain requirements, section 9: two checks a day each way at a varying minute, and a heartbeat of 60 s between nodes;
# one missed is DEGRADED, two are SILENT and told to the level above.
HEARTBEAT_MS = 60_000
ANSWER_WITHIN_MS = 10 * 60_000
_DAY_MS = 86_400_000
_SILENT_FROM = 2
_CARRIED_TO = ABOVE[Level.TECHNICAL]

RULES = {
    "O1": "a line check is answered once, by the side that was asked; that it was missed is for the asker to say",
    "O2": f"line checks that nobody answers are carried to {_CARRIED_TO}, and to no other level",
}


class Observed(StrEnum):
    """What is seen of the other side."""

    LIVE = "LIVE"
    DEGRADED = "DEGRADED"
    SILENT = "SILENT"
    UNKNOWN = "UNKNOWN"


class Cause(StrEnum):
    """Why a check was missed, as the side that missed it says afterwards; a fault is not a refusal."""

    POWER = "POWER"
    EQUIPMENT = "EQUIPMENT"
    WEATHER = "WEATHER"
    STAFF = "STAFF"
    POLICY = "POLICY"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class LineCheck(Body):
    """The question how the other side receives, on a circuit."""

    kind: ClassVar[str] = "line_check"
    circuit: str


@dataclass(frozen=True, slots=True)
class LineCheckAnswer(Body):
    """Line check good, or what is wrong with it; said by a person, so that a person is known to be there."""

    kind: ClassVar[str] = "line_check_answer"
    by_person_only: ClassVar[bool] = True
    good: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LineCheckMissed(Body):
    """Nobody answered in time: signed by the asker, so that silence has a date.

    `to_level` is the level it is carried to: of the second in a row, and every further one; None for the first.
    """

    kind: ClassVar[str] = "line_check_missed"
    due_ms: int
    to_level: Level | None = None


@dataclass(frozen=True, slots=True)
class FaultNote(Body):
    """Why checks were missed, said afterwards by the side that missed them."""

    kind: ClassVar[str] = "fault_note"
    by_person_only: ClassVar[bool] = True
    cause: Cause
    text: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What is observed of a party, since when, and why it is said, in words."""

    state: Observed
    since_ms: int | None
    why: str


def check_times_ms(asker: str, asked: str, day: int) -> tuple[int, int]:
    """When one side checks the line on a day (days since 1970-01-01): once in each half, at a minute that varies.

    Both sides can work it out, and nobody can rest between two known times.

    >>> first, second = check_times_ms("ALPHA", "BRAVO", 16_700)
    >>> second - first >= 6 * 3_600_000
    True
    """
    drawn = hashlib.sha256(f"{asker}\n{asked}\n{day}".encode()).digest()
    minutes = [int.from_bytes(drawn[n : n + 4], "big") % 360 for n in (0, 4)]
    start_ms = day * _DAY_MS
    return start_ms + (180 + minutes[0]) * 60_000, start_ms + (900 + minutes[1]) * 60_000


def decide_check_answer(
    check_id: str, answer: LineCheckAnswer, actor: Actor, ledger: Ledger
) -> tuple[Utterance, ...] | Refused:
    """An answer to a line check of the other side."""
    check = ledger.get(check_id)
    open_to_us = check is not None and isinstance(check.body, LineCheck) and check.header.addressee == ledger.own
    if check is None or not open_to_us or _answered(ledger, check) or not actor.post:
        return Refused("O1", RULES["O1"])
    return (Utterance(check.header.author, answer, Precedence.PRIORITY, (Link(Relation.ABOUT, check_id),)),)


def checks_missed(ledger: Ledger, now_ms: int) -> list[Utterance]:
    """The miss of each own line check that nobody answered in time; said once each."""
    return [utterance for at_ms, utterance in _will_be_missed(ledger) if at_ms <= now_ms]


def next_missed_ms(ledger: Ledger) -> int | None:
    """When the next own line check will be missed, or was and it is not yet said; None if none waits for an answer."""
    return min([at_ms for at_ms, _ in _will_be_missed(ledger)], default=None)


def will_be_missed(ledger: Ledger, check: Said) -> list[tuple[int, Utterance]]:
    """The miss of an own line check, and when it falls due; empty where it is answered or said."""
    if check.header.author != ledger.own or not _waits(ledger, check):
        return []
    due_ms = check.logged_ms + ANSWER_WITHIN_MS
    link = (Link(Relation.ABOUT, check.record_id),)
    body = LineCheckMissed(due_ms, _CARRIED_TO if _unanswered_to(ledger, check) >= _SILENT_FROM else None)
    out = Utterance(check.header.addressee, body, Precedence.PRIORITY, link)
    return [(due_ms + 1, out)]  # due until then is in time


def _unanswered_to(ledger: Ledger, check: Said) -> int:
    """How many checks of one side went unanswered in a row, up to and with this one."""
    row = 0
    for said, _ in ledger.of(LineCheck):
        if (said.header.author, said.header.addressee) == (check.header.author, check.header.addressee):
            row = 0 if _answered(ledger, said) else row + 1
        if said.record_id == check.record_id:
            break
    return row


def carried_up(ledger: Ledger, asker: str, asked: str) -> Said | None:
    """The last word that a silence was carried to the level above; None once a later line check was answered."""
    found: Said | None = None
    for said, _ in ledger.of(LineCheck):
        if (said.header.author, said.header.addressee) != (asker, asked):
            continue
        if _answered(ledger, said):
            found = None
        for by, missed in ledger.saying(said.record_id, LineCheckMissed):
            if by.header.author == asker and missed.to_level is _CARRIED_TO and not _answered(ledger, said):
                found = by
    return found


def _will_be_missed(ledger: Ledger) -> list[tuple[int, Utterance]]:
    return [found for said, _ in ledger.of(LineCheck) for found in will_be_missed(ledger, said)]


def checks_due(ledger: Ledger, peer: str, now_ms: int) -> list[Utterance]:
    """The line check that is to be put to a peer now, by its time of the day; empty once one was since then.

    A node that was away for days asks once, not for every time it missed.
    """
    last_ms = max(at_ms for at_ms in _around(ledger.own, peer, now_ms) if at_ms <= now_ms)
    asked = [
        said.logged_ms
        for said, _ in ledger.of(LineCheck)
        if said.header.author == ledger.own and said.header.addressee == peer
    ]
    if any(at_ms >= last_ms for at_ms in asked):
        return []
    return [Utterance(peer, LineCheck("data"), Precedence.PRIORITY)]


def next_check_ms(ledger: Ledger, peer: str, now_ms: int) -> int:
    """When a line check is next to be put to a peer; now, where one is due."""
    if checks_due(ledger, peer, now_ms):
        return now_ms
    return min(at_ms for at_ms in _around(ledger.own, peer, now_ms) if at_ms > now_ms)


def next_check_from_ms(asker: str, asked: str, now_ms: int) -> int:
    """When one side is next to check the line by the times of the day, which both can work out.

    >>> next_check_from_ms("ALPHA", "BRAVO", 0) == check_times_ms("ALPHA", "BRAVO", 0)[0]
    True
    """
    return min(at_ms for at_ms in _around(asker, asked, now_ms) if at_ms > now_ms)


def _around(asker: str, asked: str, now_ms: int) -> list[int]:
    """The times of checks of yesterday, today and tomorrow."""
    today = now_ms // _DAY_MS
    return [at_ms for day in (today - 1, today, today + 1) for at_ms in check_times_ms(asker, asked, day)]


def checks_to_answer(ledger: Ledger, peer: str) -> list[Said]:
    """The peer's line checks that nobody here has answered, and its node has not given up on; oldest first."""
    return [
        said
        for said, _ in ledger.of(LineCheck)
        if said.header.author == peer
        and said.header.addressee == ledger.own
        and not _answered(ledger, said)
        and not ledger.saying(said.record_id, LineCheckMissed)
    ]


def accept_check(said: Said, ledger: Ledger) -> Refused | None:
    """Why an answer to a line check, or the word that it was missed, is void; None if it stands or is neither."""
    if not isinstance(said.body, LineCheckAnswer | LineCheckMissed):
        return None
    about = said.linked(Relation.ABOUT)
    check = ledger.get(about[0]) if len(about) == 1 else None
    if check is None or not isinstance(check.body, LineCheck):
        return Refused("O1", RULES["O1"])
    if isinstance(said.body, LineCheckMissed) and said.body.to_level not in (None, _CARRIED_TO):
        return Refused("O2", RULES["O2"])
    header = check.header
    speaker = header.addressee if isinstance(said.body, LineCheckAnswer) else header.author
    return Refused("O1", RULES["O1"]) if said.header.author != speaker else None


def _answered(ledger: Ledger, check: Said) -> bool:
    """Whether the side that was asked has answered; its own asker cannot."""
    answers = ledger.saying(check.record_id, LineCheckAnswer)
    return any(by.header.author == check.header.addressee for by, _ in answers)


def _waits(ledger: Ledger, check: Said) -> bool:
    missed = any(by.header.author == ledger.own for by, _ in ledger.saying(check.record_id, LineCheckMissed))
    return not missed and not _answered(ledger, check)


def observe(ledger: Ledger, peer: str, *, heard_ms: int | None, now_ms: int) -> Observation:
    """What is seen of a peer. `heard_ms` is when its node was last heard (a heartbeat, any statement), None: never."""
    missed = _missed_in_a_row(ledger, peer, now_ms)
    last_ms = max([said.logged_ms for said in ledger if said.header.author == peer], default=heard_ms)
    if heard_ms is not None and last_ms is not None:
        last_ms = max(heard_ms, last_ms)
    if len(missed) >= _SILENT_FROM:
        return Observation(Observed.SILENT, missed[0].logged_ms, f"{len(missed)} line checks in a row not answered")
    if last_ms is None:
        why = (
            "nothing was ever heard from its node" if not missed else "one line check not answered, nothing ever heard"
        )
        return Observation(Observed.UNKNOWN, None, why)
    quiet_ms = now_ms - last_ms
    if quiet_ms < -2 * HEARTBEAT_MS:
        why = f"its node was last heard {-quiet_ms // 1000} s from now: the clock here was set back"
        return Observation(Observed.UNKNOWN, None, why)
    if quiet_ms > 10 * HEARTBEAT_MS:
        return Observation(Observed.SILENT, last_ms, f"its node was last heard {quiet_ms // 60_000} min ago")
    if missed:
        return Observation(Observed.DEGRADED, missed[0].logged_ms, "the last line check was not answered")
    if quiet_ms > 2 * HEARTBEAT_MS:
        return Observation(Observed.DEGRADED, last_ms, f"its node was last heard {quiet_ms // 1000} s ago")
    return Observation(Observed.LIVE, None, "its node is heard, and the last line check was answered or none was due")


def _missed_in_a_row(ledger: Ledger, peer: str, now_ms: int) -> list[Said]:
    """The own line checks, oldest first, that went unanswered since the last one that was answered."""
    row: list[Said] = []
    for said, _ in ledger.of(LineCheck):
        if said.header.author != ledger.own or said.header.addressee != peer:
            continue
        if _answered(ledger, said):
            row = []
        elif now_ms > said.logged_ms + ANSWER_WITHIN_MS:
            row.append(said)
    return row
