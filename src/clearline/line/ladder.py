"""The ladder of acknowledgement: what is proved of a notice, step by step, each step a signed statement of its own.

The one idea: received by a machine, seen by a watch, understood by read-back, passed on to those concerned, answered
and closed are six different facts; no step follows from another, steps from SEEN on are said by a person or not at
all, and none of them is approval.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.ledger import Ledger, had_seen
from clearline.line.notice import KeyField, Notice, key_fields
from clearline.line.party import coverage_of
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import By, Precedence

__all__ = [
    "LIMITS",
    "NOT_APPROVAL",
    "NOT_APPROVAL_IN",
    "RULES",
    "Answer",
    "AnswerType",
    "Closed",
    "Delivered",
    "Disseminated",
    "Echelon",
    "Ladder",
    "Limits",
    "ReadBack",
    "Seen",
    "Step",
    "UnableReason",
    "accept_step",
    "decide_step",
    "differing",
    "ladder",
]

NOT_APPROVAL = "Acknowledgement is not approval."

# Printed with every acknowledgement; our own translations, not reviewed (docs/phrases.md).
NOT_APPROVAL_IN = {
    "en": NOT_APPROVAL,
    "ru": "Подтверждение получения не означает согласия.",
    "ar": "الإشعار بالاستلام لا يعني الموافقة.",
}

RULES = {
    "L1": "steps from SEEN on are said by a person on watch",
    "L2": "only the addressee acknowledges, and only its author closes",
    "L3": "STAND BY is said once, for no longer than the notice's limit for an answer",
    "L4": "the read-back differs from the notice",
    "L5": "an answer that it is not ours cites the coverage statement that holds",
    "L6": "a provisional answer states until when",
    "L7": "a dialogue closes on an answer that its author holds; a free text is none",
    "L8": "it is not about a notice that is here",
}


class Step(StrEnum):
    """The steps, from the lowest."""

    OFFERED = "OFFERED"
    DELIVERED = "DELIVERED"
    SEEN = "SEEN"
    UNDERSTOOD = "UNDERSTOOD"
    DISSEMINATED = "DISSEMINATED"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Limits:
    """Within how long each step is due after the notice was logged, milliseconds."""

    seen_ms: int
    answered_ms: int


# Domain requirements, section 9: times of our own, tighter than those of military message handling.
LIMITS = {
    Precedence.FLASH: Limits(60_000, 120_000),
    Precedence.IMMEDIATE: Limits(5 * 60_000, 15 * 60_000),
    Precedence.PRIORITY: Limits(30 * 60_000, 3 * 3_600_000),
    Precedence.ROUTINE: Limits(6 * 3_600_000, 24 * 3_600_000),
}


class Echelon(StrEnum):
    """To whom a notice was passed on: a class, never a unit."""

    ALL_CONCERNED = "ALL_CONCERNED"
    AIR = "AIR"
    GROUND = "GROUND"
    SEA = "SEA"
    UNMANNED = "UNMANNED"
    HEADQUARTERS = "HEADQUARTERS"


class AnswerType(StrEnum):
    """The answers there are. None of them is "clear", and none is permission."""

    WILCO = "WILCO"
    ROGER = "ROGER"
    STANDBY = "STANDBY"
    UNABLE = "UNABLE"
    COUNTER = "COUNTER"
    OURS = "OURS"
    CHECKED_NOT_OURS = "CHECKED_NOT_OURS"
    NOT_KNOWN_CHECKING = "NOT_KNOWN_CHECKING"
    NO_STATEMENT = "NO_STATEMENT"
    DISPUTED = "DISPUTED"


class UnableReason(StrEnum):
    """Why not."""

    SAFETY = "U1"
    WEATHER_TECHNICAL = "U2"
    OUTSIDE_AUTHORITY = "U3"
    NOT_ENOUGH_TIME = "U4"
    FORMAT_UNCLEAR = "U5"
    POLICY = "U6"
    NO_REASON = "U7"


_PROVISIONAL = (AnswerType.STANDBY, AnswerType.NOT_KNOWN_CHECKING)


@dataclass(frozen=True, slots=True)
class Delivered(Body):
    """The receipt of the receiving node: it has it, nobody has read it. Given even while the channel is suspended."""

    kind: ClassVar[str] = "delivered"
    received_ms: int
    while_suspended: bool = False


@dataclass(frozen=True, slots=True)
class Seen(Body):
    """A watch has opened it."""

    kind: ClassVar[str] = "seen"
    by_person_only: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ReadBack(Body):
    """The key fields as the watch understood them; UNDERSTOOD only if they are the notice's own."""

    kind: ClassVar[str] = "read_back"
    by_person_only: ClassVar[bool] = True
    fields: tuple[KeyField, ...]


@dataclass(frozen=True, slots=True)
class Disseminated(Body):
    """It was passed on to those concerned."""

    kind: ClassVar[str] = "disseminated"
    by_person_only: ClassVar[bool] = True
    to: Echelon
    at_ms: int


@dataclass(frozen=True, slots=True)
class Answer(Body):
    """An answer of one type. `coverage` is the record that CHECKED_NOT_OURS speaks under; `text` decides nothing.

    Raises ValueError for UNABLE without a reason.
    """

    kind: ClassVar[str] = "answer"
    by_person_only: ClassVar[bool] = True
    type: AnswerType
    until_ms: int | None = None
    reason: UnableReason | None = None
    coverage: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        if (self.type is AnswerType.UNABLE) != (self.reason is not None):
            raise ValueError("UNABLE states a reason (U7 if none is given), and no other answer does")


@dataclass(frozen=True, slots=True)
class Closed(Body):
    """The author takes the matter as settled, on the answer given."""

    kind: ClassVar[str] = "closed"
    by_person_only: ClassVar[bool] = True


_Ack = Delivered | Seen | ReadBack | Disseminated | Answer | Closed


@dataclass(frozen=True, slots=True)
class Ladder:
    """What is proved of a notice: the first valid statement of each step, what was void, and the answer that stands.

    `given_ms` is the time from its receipt to when it takes effect; None without a receipt or a time of effect.
    `answer_due_ms` counts a STANDBY in; None once it is answered. `mistakes` are read-backs that differed. `void` are
    steps that a rule forbids; what no person said is not here at all, and stands as void on the board.
    """

    steps: dict[Step, Said]
    void: tuple[tuple[Said, Refused], ...]
    mistakes: tuple[tuple[Said, tuple[KeyField, ...]], ...]
    answer: Said | None
    given_ms: int | None
    seen_due_ms: int | None
    answer_due_ms: int | None

    @property
    def top(self) -> Step | None:
        """The highest step that is proved; steps below it may be missing."""
        return next((step for step in reversed(Step) if step in self.steps), None)

    @property
    def received_words(self) -> str:
        """What may be said about receipt, exactly."""
        if Step.DELIVERED in self.steps:
            return "received: the counterpart's signed receipt is here"
        return "no signed receipt exists"

    @property
    def passed_words(self) -> str:
        """What may be said, to both sides, of its being passed to those concerned."""
        by = self.steps.get(Step.DISSEMINATED)
        if by is None or not isinstance(by.body, Disseminated):
            return "not disseminated"
        return f"disseminated to {by.body.to}, as the addressee says"


def ladder(ledger: Ledger, notice: Said) -> Ladder:
    """Work out the ladder of a notice from all that was said about it."""
    steps: dict[Step, Said] = {}
    void: list[tuple[Said, Refused]] = []
    mistakes: list[tuple[Said, tuple[KeyField, ...]]] = []
    answers: list[Said] = []
    for said in ledger.about(notice.record_id, Relation.ABOUT):
        if not isinstance(said.body, _Ack):
            continue
        refused = _fault(said, notice, ledger, answers)
        if refused is not None:
            if refused.rule == "L4" and isinstance(said.body, ReadBack):
                mistakes.append((said, differing(said.body, notice)))
            else:
                void.append((said, refused))
            continue
        if isinstance(said.body, Answer):
            answers.append(said)
            if said.body.type in _PROVISIONAL:
                continue
        steps.setdefault(_STEP[type(said.body)], said)
    answer = answers[-1] if answers else None
    limits = LIMITS[notice.header.precedence]
    answered = Step.ANSWERED in steps
    return Ladder(
        steps,
        tuple(void),
        tuple(mistakes),
        answer,
        _given_ms(notice, steps.get(Step.DELIVERED)),
        None if Step.SEEN in steps else notice.logged_ms + limits.seen_ms,
        None if answered else _answer_due_ms(notice, limits, answers),
    )


_STEP: dict[type[Body], Step] = {
    Delivered: Step.DELIVERED,
    Seen: Step.SEEN,
    ReadBack: Step.UNDERSTOOD,
    Disseminated: Step.DISSEMINATED,
    Answer: Step.ANSWERED,
    Closed: Step.CLOSED,
}


def differing(read_back: ReadBack, notice: Said) -> tuple[KeyField, ...]:
    """The key fields of a notice that a read-back does not repeat, as the notice has them; and any it adds."""
    told: dict[str, str] = {}
    twice = [
        KeyField(field.name, "(read back in two ways)")
        for field in read_back.fields
        if told.setdefault(field.name, _plain(field.value)) != _plain(field.value)
    ]
    own = key_fields(notice)
    missing = [field for field in own if told.pop(field.name, None) != _plain(field.value)]
    return (*missing, *(KeyField(name, "(not in the notice)") for name in told), *twice)


def decide_step(body: Body, notice_id: str, ledger: Ledger, *, by: By, now_ms: int) -> tuple[Utterance, ...] | Refused:
    """A step on the ladder of a notice, said by the own party; the rules are those the other side will hold it to."""
    notice = ledger.get(notice_id)
    if notice is None or not isinstance(notice.body, Notice) or not isinstance(body, _Ack):
        return Refused("L8", RULES["L8"])
    closing = isinstance(body, Closed)
    if (notice.header.author == ledger.own) != closing:
        return Refused("L2", RULES["L2"])
    if by is By.MACHINE and body.by_person_only:
        return Refused("L1", RULES["L1"])
    before = [said for said in ledger.about(notice_id, Relation.ABOUT) if isinstance(said.body, Answer)]
    refused = _rule(body, notice, ledger, before, now_ms)
    if refused is not None:
        return refused
    peer = notice.header.addressee if closing else notice.header.author
    return (Utterance(peer, body, notice.header.precedence, (Link(Relation.ABOUT, notice_id),)),)


def accept_step(said: Said, ledger: Ledger) -> Refused | None:
    """Why a step that came in is void; None if it stands or is none. It is kept in either case."""
    if not isinstance(said.body, _Ack):
        return None
    about = said.linked(Relation.ABOUT)
    notice = ledger.get(about[0]) if len(about) == 1 else None
    if notice is None or not isinstance(notice.body, Notice):
        return Refused("L8", RULES["L8"])
    before = [
        other for other in ledger.about(notice.record_id, Relation.ABOUT)
        if isinstance(other.body, Answer) and other.record_id != said.record_id
    ]  # fmt: skip
    return _fault(said, notice, ledger, before)


def _fault(said: Said, notice: Said, ledger: Ledger, answers: list[Said]) -> Refused | None:
    body = said.body
    author = notice.header.author if isinstance(body, Closed) else notice.header.addressee
    if said.header.author != author:
        return Refused("L2", RULES["L2"])
    if isinstance(body, Closed) and said.seen is not None:
        answers = [answer for answer in answers if had_seen(said, answer)]
    return _rule(body, notice, ledger, answers, said.header.created_ms)


def _rule(body: Body, notice: Said, ledger: Ledger, answers: list[Said], created_ms: int) -> Refused | None:
    """The rules on what is said, whoever asks; times are by the clock of the one who says it, so both find the same."""
    match body:
        case ReadBack():
            wrong = differing(body, notice)
            names = ", ".join(field.name for field in wrong)
            return Refused("L4", f"{RULES['L4']} in: {names}; stop, and repeat it") if wrong else None
        case Answer():
            return _answer_rule(body, notice, ledger, answers, created_ms)
        case Closed():
            settled = [a for a in answers if isinstance(a.body, Answer) and a.body.type not in _PROVISIONAL]
            return None if settled else Refused("L7", RULES["L7"])
        case _:
            return None


def _answer_rule(answer: Answer, notice: Said, ledger: Ledger, answers: list[Said], created_ms: int) -> Refused | None:
    if answer.type in _PROVISIONAL and answer.until_ms is None:
        return Refused("L6", RULES["L6"])
    if answer.type is AnswerType.STANDBY and answer.until_ms is not None:
        again = any(isinstance(a.body, Answer) and a.body.type is AnswerType.STANDBY for a in answers)
        latest_ms = created_ms + LIMITS[notice.header.precedence].answered_ms
        if again or answer.until_ms > latest_ms:
            return Refused("L3", RULES["L3"])
    if answer.type is AnswerType.CHECKED_NOT_OURS:
        holds = coverage_of(ledger, notice.header.addressee, created_ms, to=notice.header.author)
        if holds is None or holds[0].record_id != answer.coverage:
            return Refused("L5", RULES["L5"])
    return None


def _answer_due_ms(notice: Said, limits: Limits, answers: list[Said]) -> int:
    """When the answer is due: a STANDBY moves it, once, and by this node's clock never by more than the limit again.

    Nothing else does: "please hold" does not, and neither does NOT_KNOWN_CHECKING, however often it is said.
    """
    due_ms = notice.logged_ms + limits.answered_ms
    for answer in answers:
        body = answer.body
        if isinstance(body, Answer) and body.type is AnswerType.STANDBY and body.until_ms is not None:
            due_ms = max(due_ms, min(body.until_ms, notice.logged_ms + 2 * limits.answered_ms))
    return due_ms


def _given_ms(notice: Said, delivered: Said | None) -> int | None:
    """From receipt to effect; a notice with areas takes effect when the first begins, whatever its validity says."""
    body = notice.body
    if delivered is None or not isinstance(delivered.body, Delivered) or not isinstance(body, Notice):
        return None
    starts = [area.start_ms for area in body.areas]
    if notice.header.valid_from_ms is not None:
        starts.append(notice.header.valid_from_ms)
    return min(starts) - delivered.body.received_ms if starts else None


def _plain(text: str) -> str:
    """A value as compared: what a person may write otherwise and mean the same (spaces, case) does not count."""
    return " ".join(text.split()).upper()
