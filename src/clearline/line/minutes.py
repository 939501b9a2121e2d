"""What came of a talk: points with each side's stance, follow-ups, and the tiny record that both sign.

The one idea: a convergence is shown only where both sides said so in signed words; the agreed record says no more
than both sides wish to, and everything else stays one side's account.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Refused, Relation, Said
from clearline.line.talk import TalkRequest

__all__ = [
    "RULES",
    "AgreedRecord",
    "Becomes",
    "FollowUp",
    "FollowUpState",
    "Point",
    "PointView",
    "RecordDisputed",
    "RecordState",
    "Settled",
    "Stance",
    "StanceOn",
    "accept_minutes",
    "follow_up_state",
    "follow_ups",
    "points",
    "record_state",
]

RULES = {
    "M1": "it is about one talk, point or follow-up that is here",
    "M2": "a follow-up is settled by a party that owns it",
}


class Stance(StrEnum):
    """Where a side stands on a point."""

    CONVERGE = "CONVERGE"
    DIVERGE = "DIVERGE"
    NOT_STATED = "NOT_STATED"


class Becomes(StrEnum):
    """What a follow-up is to become."""

    TALK = "TALK"
    NOTICE = "NOTICE"
    PARAMETER_SET = "PARAMETER_SET"
    MEETING = "MEETING"


class FollowUpState(StrEnum):
    """Where a follow-up stands."""

    OPEN = "OPEN"
    DONE = "DONE"
    OVERDUE = "OVERDUE"
    DROPPED = "DROPPED"


class RecordState(StrEnum):
    """Where the agreed record of a talk stands."""

    NONE = "NONE"
    SIGNED_BY_ONE = "SIGNED_BY_ONE"
    AGREED = "AGREED"
    DISPUTED = "DISPUTED"


@dataclass(frozen=True, slots=True)
class Point(Body):
    """A point raised in a talk, in its author's words, with its author's stance."""

    kind: ClassVar[str] = "point"
    by_person_only: ClassVar[bool] = True
    text: str
    stance: Stance


@dataclass(frozen=True, slots=True)
class StanceOn(Body):
    """A side's stance on a point, in its own words."""

    kind: ClassVar[str] = "stance_on"
    by_person_only: ClassVar[bool] = True
    stance: Stance
    text: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp(Body):
    """Something to be done after a talk, by whom, by when, and what it is to become."""

    kind: ClassVar[str] = "follow_up"
    by_person_only: ClassVar[bool] = True
    text: str
    owners: tuple[str, ...]
    becomes: Becomes
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Settled(Body):
    """A follow-up is done (`result` is the record it became, if it is one) or dropped."""

    kind: ClassVar[str] = "settled"
    by_person_only: ClassVar[bool] = True
    done: bool
    result: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class AgreedRecord(Body):
    """What both sides sign of a talk: that it took place, when, who, in which language, and the follow-ups.

    Two statements with the same body, one of each side, are the agreed record. Times are left out (None) where the
    two clocks do not agree.
    """

    kind: ClassVar[str] = "agreed_record"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    day: str
    start_ms: int | None
    end_ms: int | None
    who: tuple[str, ...]
    language: str
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordDisputed(Body):
    """A side does not agree to the record as drafted, and why."""

    kind: ClassVar[str] = "record_disputed"
    by_person_only: ClassVar[bool] = True
    why: str


@dataclass(frozen=True, slots=True)
class PointView:
    """A point as it is shown: each side's latest stance, NOT_STATED where it has said none."""

    point: Said
    stances: dict[str, Stance]

    @property
    def converges(self) -> bool:
        """Whether both sides said that they converge."""
        return len(self.stances) == 2 and all(stance is Stance.CONVERGE for stance in self.stances.values())


def points(ledger: Ledger, talk_id: str) -> list[PointView]:
    """The points of a talk, in the order they were raised here."""
    found: list[PointView] = []
    for said, point in ledger.saying(talk_id, Point):
        stances = {said.header.author: point.stance, said.header.addressee: Stance.NOT_STATED}
        for by, stance in ledger.saying(said.record_id, StanceOn):
            stances[by.header.author] = stance.stance
        found.append(PointView(said, stances))
    return found


def follow_ups(ledger: Ledger, talk_id: str) -> list[tuple[Said, FollowUp]]:
    """The follow-ups of a talk."""
    return ledger.saying(talk_id, FollowUp)


def follow_up_state(ledger: Ledger, said: Said, now_ms: int) -> FollowUpState:
    """Where a follow-up stands; late without word is OVERDUE, never done or dropped.

    Of each owner the last word counts; where one says done and another dropped, it is neither.
    """
    body = said.body
    assert isinstance(body, FollowUp)
    settled = {by.header.author: word.done for by, word in ledger.saying(said.record_id, Settled)}
    words = {done for owner, done in settled.items() if owner in body.owners}
    if len(words) == 1:
        return FollowUpState.DONE if words.pop() else FollowUpState.DROPPED
    late = body.due_ms is not None and now_ms > body.due_ms
    return FollowUpState.OVERDUE if late else FollowUpState.OPEN


def record_state(ledger: Ledger, talk_id: str) -> tuple[RecordState, AgreedRecord | None]:
    """Where the agreed record stands, and its text as last signed.

    AGREED needs the same body from both; a later dispute does not undo what both signed, nor does a later draft.
    """
    signed: dict[AgreedRecord, set[str]] = {}
    latest: AgreedRecord | None = None
    for said, record in ledger.saying(talk_id, AgreedRecord):
        signed.setdefault(record, set()).add(said.header.author)
        latest = record
    agreed = [record for record, authors in signed.items() if len(authors) == 2]
    if agreed:
        return RecordState.AGREED, agreed[-1]
    if ledger.saying(talk_id, RecordDisputed):
        return RecordState.DISPUTED, latest
    return (RecordState.SIGNED_BY_ONE, latest) if latest is not None else (RecordState.NONE, None)


def accept_minutes(said: Said, ledger: Ledger) -> Refused | None:
    """Why what came in is void; None if it stands or is none of these."""
    body = said.body
    expected = _ABOUT.get(type(body))
    if expected is None:
        return None
    about = said.linked(Relation.ABOUT)
    what = ledger.get(about[0]) if len(about) == 1 else None
    if what is None or not isinstance(what.body, expected):
        return Refused("M1", RULES["M1"])
    if isinstance(body, Settled) and isinstance(what.body, FollowUp) and said.header.author not in what.body.owners:
        return Refused("M2", RULES["M2"])
    return None


_ABOUT: dict[type[Body], type[Body]] = {
    Point: TalkRequest,
    StanceOn: Point,
    FollowUp: TalkRequest,
    Settled: FollowUp,
    AgreedRecord: TalkRequest,
    RecordDisputed: TalkRequest,
}
