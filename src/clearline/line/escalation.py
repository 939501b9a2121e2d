"""What is due when nobody answers: every circuit, then the next post, then the next level, each step a statement.

The one idea: a clock that nobody can stop by asking to wait; it stops only on the step that was due.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.ladder import LIMITS, Ladder, Step, ladder
from clearline.line.ledger import Ledger
from clearline.line.notice import Notice, NoticeType, Standing, standing
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance
from clearline.line.talk import TalkRequest, broken_off_ms
from clearline.line.terms import Level

__all__ = [
    "ABOVE",
    "OTHER_CIRCUIT_MS",
    "RULES",
    "SITE_DELIVERED_MS",
    "Due",
    "Escalation",
    "Lapse",
    "Rung",
    "accept_escalation",
    "due",
    "next_due_ms",
    "open_notices",
    "plan",
]

RULES = {
    "E1": "that a step lapsed, or a notice was carried further, is for the author of the notice to say",
}

# Domain requirements, story 4: a call that drops before its message was passed fires the other circuit within 10 s.
# Half of that is left for the way, and the half before it to whoever dials again at once.
OTHER_CIRCUIT_MS = 5_000

# Domain requirements, section 9: a change of a protected site reaches the other side within an hour, not weekly.
SITE_DELIVERED_MS = 3_600_000
_SITES = (NoticeType.PROTECTED_SITE, NoticeType.HUMANITARIAN_MOVEMENT)

# The next level up; a humanitarian desk and line checks go to operations.
ABOVE = {
    Level.TECHNICAL: Level.OPERATIONAL,
    Level.HUMANITARIAN: Level.OPERATIONAL,
    Level.TACTICAL: Level.OPERATIONAL,
    Level.OPERATIONAL: Level.CHIEFS_OF_DEFENCE,
    Level.CHIEFS_OF_DEFENCE: Level.MINISTERS,
    Level.MINISTERS: Level.LEADERS,
    Level.LEADERS: Level.LEADERS,
}


class Rung(StrEnum):
    """How a notice that is not answered is carried further."""

    ALL_CIRCUITS = "ALL_CIRCUITS"
    NEXT_POST = "NEXT_POST"
    NEXT_LEVEL = "NEXT_LEVEL"


@dataclass(frozen=True, slots=True)
class Lapse(Body):
    """A step that was due by a time and is not there: a fact on record, said by the sender's node."""

    kind: ClassVar[str] = "lapse"
    step: Step
    due_ms: int


@dataclass(frozen=True, slots=True)
class Escalation(Body):
    """The notice was carried further: on all circuits, to any post, or to the next level."""

    kind: ClassVar[str] = "escalation"
    rung: Rung
    to_level: Level


@dataclass(frozen=True, slots=True)
class Due:
    """Something to say about a notice because a time has passed."""

    notice: Said
    utterance: Utterance


def open_notices(ledger: Ledger, now_ms: int) -> list[tuple[Said, Ladder]]:
    """Notices that hold and are not closed, both the own and those received, oldest first, with their ladders."""
    found: list[tuple[Said, Ladder]] = []
    for said, _ in ledger.ever(Notice):
        if standing(ledger, said, now_ms) is Standing.CURRENT:
            climbed = ladder(ledger, said)
            if Step.CLOSED not in climbed.steps:
                found.append((said, climbed))
    return found


def accept_escalation(said: Said, ledger: Ledger) -> Refused | None:
    """Why a lapse or an escalation is void; None if it stands or is none."""
    if not isinstance(said.body, Lapse | Escalation):
        return None
    about = said.linked(Relation.ABOUT)
    notice = ledger.get(about[0]) if len(about) == 1 else None
    if notice is None or not isinstance(notice.body, Notice) or notice.header.author != said.header.author:
        return Refused("E1", RULES["E1"])
    return None


def due(ledger: Ledger, now_ms: int) -> list[Due]:
    """All that is to be said now about own notices whose steps are late; nothing is said twice."""
    return [Due(said, utterance) for at_ms, said, utterance in _plans(ledger, now_ms) if at_ms <= now_ms]


def next_due_ms(ledger: Ledger, now_ms: int) -> int | None:
    """When something will next be due if nothing is said until then."""
    return min([at_ms for at_ms, _, _ in _plans(ledger, now_ms)], default=None)


def plan(ledger: Ledger, notice: Said, now_ms: int) -> list[tuple[int, Utterance]]:
    """What remains to be said about an own notice if no step is added, each with the time it falls due.

    Of one that ran out unanswered, that its steps lapsed, and no more.
    """
    state = standing(ledger, notice, now_ms)
    if notice.header.author != ledger.own or state not in (Standing.CURRENT, Standing.EXPIRED):
        return []
    climbed = ladder(ledger, notice)
    if Step.CLOSED in climbed.steps:
        return []
    return [
        (at_ms, utterance)
        for at_ms, utterance in _plan(ledger, notice, climbed)
        if state is Standing.CURRENT or isinstance(utterance.body, Lapse)
    ]


def _plans(ledger: Ledger, now_ms: int) -> list[tuple[int, Said, Utterance]]:
    return [
        (at_ms, said, utterance)
        for said, _ in ledger.of(Notice)
        for at_ms, utterance in plan(ledger, said, now_ms)
    ]  # fmt: skip


def _plan(ledger: Ledger, notice: Said, climbed: Ladder) -> list[tuple[int, Utterance]]:
    body = notice.body
    if not isinstance(body, Notice):
        return []
    limits = LIMITS[notice.header.precedence]
    wanted: list[tuple[int, Body]] = []
    delivered_ms = _delivered_due_ms(ledger, notice, climbed)
    if delivered_ms is not None:
        wanted.append((delivered_ms, Lapse(Step.DELIVERED, delivered_ms)))
    if climbed.seen_due_ms is not None:
        between_ms = notice.logged_ms + (limits.seen_ms + limits.answered_ms) // 2
        wanted.append((climbed.seen_due_ms, Lapse(Step.SEEN, climbed.seen_due_ms)))
        circuits_ms = min(_circuits_ms(ledger, notice, climbed.seen_due_ms), delivered_ms or climbed.seen_due_ms)
        wanted.append((circuits_ms, Escalation(Rung.ALL_CIRCUITS, body.level)))
        wanted.append((between_ms, Escalation(Rung.NEXT_POST, body.level)))
    if climbed.answer_due_ms is not None:
        wanted.append((climbed.answer_due_ms, Lapse(Step.ANSWERED, climbed.answer_due_ms)))
        wanted.append((climbed.answer_due_ms, Escalation(Rung.NEXT_LEVEL, ABOVE[body.level])))
    if body.areas and Step.SEEN in climbed.steps and Step.DISSEMINATED not in climbed.steps:
        due_ms = notice.logged_ms + limits.answered_ms  # seen by a watch is not known to those who fly
        wanted.append((due_ms, Lapse(Step.DISSEMINATED, due_ms)))
    said_already = [
        said.body
        for said in ledger.about(notice.record_id)
        if isinstance(said.body, Lapse | Escalation) and said.header.author == ledger.own
    ]
    link = (Link(Relation.ABOUT, notice.record_id),)
    return [
        (at_ms, Utterance(notice.header.addressee, what, notice.header.precedence, link))
        for at_ms, what in wanted
        if not any(_same(what, before) for before in said_already)
    ]


def _delivered_due_ms(ledger: Ledger, notice: Said, climbed: Ladder) -> int | None:
    """When the other node's receipt is due, of a protected site or movement, its change or end; None once it came."""
    if Step.DELIVERED in climbed.steps or not _of_site(ledger, notice):
        return None
    return notice.logged_ms + SITE_DELIVERED_MS


def _of_site(ledger: Ledger, notice: Said) -> bool:
    """Whether a notice is about a protected site or movement, by itself or by what it changes or cancels."""
    found: Said | None = notice
    while found is not None and isinstance(found.body, Notice):
        if found.body.type in _SITES:
            return True
        before = (*found.linked(Relation.UPDATES), *found.linked(Relation.CANCELS))
        found = ledger.get(before[0]) if len(before) == 1 else None
    return False


def _circuits_ms(ledger: Ledger, notice: Said, seen_due_ms: int) -> int:
    """When it goes out on every circuit: when nobody has seen it in time, or at once if the call about it broke off."""
    broken = [broken_off_ms(ledger, request) for request, _ in ledger.saying(notice.record_id, TalkRequest)]
    return min([seen_due_ms, *(at_ms + OTHER_CIRCUIT_MS for at_ms in broken if at_ms is not None)])


def _same(wanted: Body, before: Body) -> bool:
    """Whether it has been said: a lapse of one step once, however its time was moved since; each rung once."""
    if isinstance(wanted, Lapse) and isinstance(before, Lapse):
        return wanted.step is before.step
    return wanted == before
