"""Talks between posts: asked for, answered, held, ended, each side by its own clock.

The one idea: declined, not answered and not reached are three different facts; and of a talk itself each side says
only what it saw: when it began and ended, who was there.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from clearline.line.channel import Permission, permit
from clearline.line.charters import check_charter, right_channel
from clearline.line.deadline import answer_within_ms
from clearline.line.ledger import Ledger
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Function, Level

__all__ = [
    "RULES",
    "STATES",
    "Participant",
    "Route",
    "Talk",
    "TalkDeclined",
    "TalkEvent",
    "TalkMoment",
    "TalkReply",
    "TalkRequest",
    "TalkState",
    "TalkWithdrawn",
    "Window",
    "about_talk",
    "accept_talk",
    "broken_off_ms",
    "decide_request",
    "talk",
    "talks",
]

RULES = {
    "T1": "the channel does not permit it",
    "T2": "a reply is about one request that is here and still open",
    "T3": "only the side that did not make the last offer accepts or counters it, and only its author withdraws it",
    "T4": "an acceptance names one window that was offered, a counter at least one",
    "T5": "this cannot happen in the state the talk is in",
}


class Route(StrEnum):
    """Which way the request was passed."""

    DIRECT = "DIRECT"
    FOREIGN_MINISTRIES = "FOREIGN_MINISTRIES"
    THIRD_PARTY = "THIRD_PARTY"


class TalkState(StrEnum):
    """Where a talk stands."""

    REQUESTED = "REQUESTED"
    COUNTERED = "COUNTERED"
    SCHEDULED = "SCHEDULED"
    DECLINED = "DECLINED"
    NO_ANSWER = "NO_ANSWER"
    WITHDRAWN = "WITHDRAWN"
    IN_PROGRESS = "IN_PROGRESS"
    INTERRUPTED = "INTERRUPTED"
    ENDED = "ENDED"
    MISSED = "MISSED"


class TalkEvent(StrEnum):
    """What may happen to a talk."""

    ACCEPT = "ACCEPT"
    COUNTER = "COUNTER"
    DECLINE = "DECLINE"
    LAPSE = "LAPSE"
    WITHDRAW = "WITHDRAW"
    START = "START"
    INTERRUPT = "INTERRUPT"
    RESUME = "RESUME"
    END = "END"
    MISS = "MISS"


_OPEN = (TalkState.REQUESTED, TalkState.COUNTERED)

# The one table of what can follow what; docs/line.md draws its diagram from it.
STATES: dict[tuple[TalkState, TalkEvent], TalkState] = {
    **{(state, TalkEvent.ACCEPT): TalkState.SCHEDULED for state in _OPEN},
    **{(state, TalkEvent.COUNTER): TalkState.COUNTERED for state in _OPEN},
    **{(state, TalkEvent.DECLINE): TalkState.DECLINED for state in _OPEN},
    **{(state, TalkEvent.LAPSE): TalkState.NO_ANSWER for state in _OPEN},
    **{
        (state, TalkEvent.WITHDRAW): TalkState.WITHDRAWN
        for state in (*_OPEN, TalkState.SCHEDULED, TalkState.NO_ANSWER, TalkState.MISSED)
    },
    # A call may simply come, whatever was asked for or left unanswered.
    **{
        (state, TalkEvent.START): TalkState.IN_PROGRESS
        for state in (*_OPEN, TalkState.SCHEDULED, TalkState.NO_ANSWER, TalkState.MISSED, TalkState.IN_PROGRESS)
    },
    (TalkState.SCHEDULED, TalkEvent.MISS): TalkState.MISSED,
    (TalkState.IN_PROGRESS, TalkEvent.INTERRUPT): TalkState.INTERRUPTED,
    (TalkState.INTERRUPTED, TalkEvent.INTERRUPT): TalkState.INTERRUPTED,
    (TalkState.INTERRUPTED, TalkEvent.RESUME): TalkState.IN_PROGRESS,
    (TalkState.IN_PROGRESS, TalkEvent.RESUME): TalkState.IN_PROGRESS,
    (TalkState.IN_PROGRESS, TalkEvent.END): TalkState.ENDED,
    (TalkState.INTERRUPTED, TalkEvent.END): TalkState.ENDED,
    # The other side's own clock, which its log brings later.
    **{
        (TalkState.ENDED, event): TalkState.ENDED
        for event in (TalkEvent.START, TalkEvent.INTERRUPT, TalkEvent.RESUME, TalkEvent.END)
    },
    (TalkState.INTERRUPTED, TalkEvent.START): TalkState.INTERRUPTED,
}


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time offered for a talk, closed. Raises ValueError if it ends before it begins."""

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if self.end_ms < self.start_ms:
            raise ValueError("a window ends before it begins")


@dataclass(frozen=True, slots=True)
class Participant:
    """Who takes part: a role or a name, as far as that party chooses to say."""

    party: str
    who: str
    speaks: bool = True
    interpreter: bool = False


@dataclass(frozen=True, slots=True)
class TalkRequest(Body):
    """A request for a talk between two posts. No windows: now, as soon as can be."""

    kind: ClassVar[str] = "talk_request"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    level: Level
    function: Function
    from_post: str
    to_post: str
    windows: tuple[Window, ...] = ()
    route: Route = Route.DIRECT
    agenda: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    answer_by_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TalkReply(Body):
    """An acceptance (of one window, or none where it is for now) or a counter (with other windows)."""

    kind: ClassVar[str] = "talk_reply"
    by_person_only: ClassVar[bool] = True
    accepts: bool
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class TalkDeclined(Body):
    """A refusal, with the reason as given; it is not silence, and silence is not it."""

    kind: ClassVar[str] = "talk_declined"
    by_person_only: ClassVar[bool] = True
    reason: str


@dataclass(frozen=True, slots=True)
class TalkWithdrawn(Body):
    """The request, or the appointment, is taken back by who made it."""

    kind: ClassVar[str] = "talk_withdrawn"
    by_person_only: ClassVar[bool] = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TalkMoment(Body):
    """A moment of a talk by one side's own clock: START, INTERRUPT, RESUME, END, or MISS (nobody came).

    Raises ValueError for any other event.
    """

    kind: ClassVar[str] = "talk_moment"
    by_person_only: ClassVar[bool] = True
    event: TalkEvent
    at_ms: int
    circuit: str = ""
    participants: tuple[Participant, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.event not in (TalkEvent.START, TalkEvent.INTERRUPT, TalkEvent.RESUME, TalkEvent.END, TalkEvent.MISS):
            raise ValueError(f"{self.event} is not a moment of a talk that one side saw")


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk as it stands: its request, its state, the window agreed, and each side's own start and end.

    `clocks` has, by party, (start, end) in milliseconds, None where that side did not say. `declined` is the reason
    given, None where it was not declined. `interruptions` counts what either side saw.
    """

    request: Said
    state: TalkState
    window: Window | None
    clocks: dict[str, tuple[int | None, int | None]]
    participants: tuple[Participant, ...]
    declined: str | None
    interruptions: int
    void: tuple[tuple[Said, Refused], ...]

    def duration_ms(self, party: str) -> int | None:
        """How long it was by one side's own clock."""
        start_ms, end_ms = self.clocks.get(party, (None, None))
        return None if start_ms is None or end_ms is None else end_ms - start_ms


def decide_request(
    request: TalkRequest, peer: str, actor: Actor, ledger: Ledger, *, now_ms: int
) -> tuple[Utterance, ...] | Refused:
    """A request, if the channel is open and meant for it; the rule that forbids it is quoted, the right one named."""
    level, function, post = request.level, request.function, actor.post
    word = permit(ledger, peer, level, function, initiator=ledger.own, post=post, now_ms=now_ms)
    if word.permission is Permission.REFUSE:
        offer = right_channel(ledger, peer, function, post=post, now_ms=now_ms)
        return Refused("T1", f"{word.rule}: {word.why}; {offer}")
    return check_charter(ledger, peer, level, function, post=post, now_ms=now_ms) or (Utterance(peer, request),)


def talk(ledger: Ledger, request: Said, now_ms: int) -> Talk:
    """Work out where a talk stands from all that was said about its request."""
    body = request.body
    assert isinstance(body, TalkRequest)
    course = _Course(request, body)
    for said in ledger.about(request.record_id, Relation.ABOUT):
        course.take(said)
    return course.now(now_ms)


@dataclass
class _Course:
    """A talk as it goes, statement by statement; `offerer` made the offer that stands, `last` is each side's event."""

    request: Said
    body: TalkRequest
    state: TalkState = TalkState.REQUESTED
    window: Window | None = None
    declined: str | None = None
    interruptions: int = 0
    clocks: dict[str, tuple[int | None, int | None]] = field(default_factory=dict[str, tuple[int | None, int | None]])
    participants: dict[Participant, None] = field(default_factory=dict[Participant, None])
    void: list[tuple[Said, Refused]] = field(default_factory=list[tuple[Said, Refused]])
    last: dict[str, TalkEvent] = field(default_factory=dict[str, TalkEvent])
    offerer: str = field(init=False)
    offered: tuple[Window, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.offerer, self.offered = self.request.header.author, self.body.windows

    def take(self, said: Said) -> Refused | None:
        """One more statement; what does not fit is void, and changes nothing."""
        event = _event(said.body)
        if event is None:
            return None
        refused = self._fault(said, event)
        if refused is not None:
            self.void.append((said, refused))
            return refused
        self.state = STATES[self.state, event]
        author = said.header.author
        match said.body:
            case TalkReply(accepts, windows):
                self.window = (windows or self.offered or (None,))[0] if accepts else None
                if not accepts:
                    self.offered, self.offerer = windows, author
            case TalkDeclined(reason):
                self.declined = reason
            case TalkMoment():
                self.participants.update(dict.fromkeys(said.body.participants))
                self.interruptions += event is TalkEvent.INTERRUPT
                self.clocks[author] = _clock(self.clocks.get(author, (None, None)), said.body)
                self.last[author] = event
            case _:
                pass
        return None

    def now(self, now_ms: int) -> Talk:
        """Where it stands; one side's end does not end what the other saw break off and has not taken up again."""
        state, due_ms = self.state, self.body.answer_by_ms
        if due_ms is None:  # an acceptance after it still counts, as none was asked for by then
            due_ms = self.request.logged_ms + answer_within_ms(self.body.level, self.request.header.precedence)
        if now_ms > due_ms and (state, TalkEvent.LAPSE) in STATES:
            state = STATES[state, TalkEvent.LAPSE]
        if state is TalkState.ENDED and TalkEvent.INTERRUPT in self.last.values():
            state = TalkState.INTERRUPTED
        parts, void = tuple(self.participants), tuple(self.void)
        return Talk(self.request, state, self.window, self.clocks, parts, self.declined, self.interruptions, void)

    def _fault(self, said: Said, event: TalkEvent) -> Refused | None:
        author, asker, state = said.header.author, self.request.header.author, self.state
        if event is TalkEvent.WITHDRAW and author != asker:
            return Refused("T3", RULES["T3"])
        if event is TalkEvent.DECLINE and author == asker and state is TalkState.REQUESTED:
            return Refused("T3", RULES["T3"])
        if isinstance(said.body, TalkReply):
            if author == self.offerer:
                return Refused("T3", RULES["T3"])
            if not self._fits(said.body):
                return Refused("T4", RULES["T4"])
            answer_by_ms = self.body.answer_by_ms
            if answer_by_ms is not None and said.header.created_ms > answer_by_ms:
                return Refused("T5", f"{RULES['T5']}: {event} after {TalkState.NO_ANSWER}")
        over = author in self.clocks and self.clocks[author][1] is not None
        if (state, event) not in STATES or (isinstance(said.body, TalkMoment) and over):
            return Refused("T5", f"{RULES['T5']}: {event} in {state}")
        return None

    def _fits(self, reply: TalkReply) -> bool:
        """Whether a counter names windows, and an acceptance one on offer: nobody agreed to what nobody offered."""
        if not reply.accepts:
            return bool(reply.windows)
        if not reply.windows:
            return len(self.offered) <= 1
        chosen = reply.windows[0]
        within = any(offer.start_ms <= chosen.start_ms and chosen.end_ms <= offer.end_ms for offer in self.offered)
        return within and len(reply.windows) == 1


def broken_off_ms(ledger: Ledger, request: Said) -> int | None:
    """When a talk broke off, by this node's clock, if it has not been taken up again since; None otherwise."""
    held = talk(ledger, request, request.logged_ms)
    if held.state is not TalkState.INTERRUPTED:
        return None
    void = {said.record_id for said, _ in held.void}
    return max(
        said.logged_ms
        for said, moment in ledger.saying(request.record_id, TalkMoment)
        if moment.event is TalkEvent.INTERRUPT and said.record_id not in void
    )


def talks(ledger: Ledger, now_ms: int) -> list[Talk]:
    """All talks, oldest request first."""
    return [talk(ledger, said, now_ms) for said, _ in ledger.of(TalkRequest)]


def accept_talk(said: Said, ledger: Ledger) -> Refused | None:
    """Why what came in about a talk is void; None if it stands or is about none."""
    event = _event(said.body)
    if event is None:
        return None
    about = said.linked(Relation.ABOUT)
    request = ledger.get(about[0]) if len(about) == 1 else None
    if request is None or not isinstance(request.body, TalkRequest):
        return Refused("T2", RULES["T2"])
    course = _Course(request, request.body)
    for before in ledger.about(request.record_id, Relation.ABOUT):
        if before.record_id != said.record_id:
            course.take(before)
    return course.take(said)


def about_talk(request: Said, body: Body, ledger: Ledger) -> Utterance:
    """Something said about a talk, to the other side of it."""
    peer = request.header.addressee if request.header.author == ledger.own else request.header.author
    return Utterance(peer, body, request.header.precedence, (Link(Relation.ABOUT, request.record_id),))


def _event(body: Body) -> TalkEvent | None:
    match body:
        case TalkReply(accepts):
            return TalkEvent.ACCEPT if accepts else TalkEvent.COUNTER
        case TalkDeclined():
            return TalkEvent.DECLINE
        case TalkWithdrawn():
            return TalkEvent.WITHDRAW
        case TalkMoment(event):
            return event
        case _:
            return None


def _clock(held: tuple[int | None, int | None], moment: TalkMoment) -> tuple[int | None, int | None]:
    start_ms, end_ms = held
    if moment.event is TalkEvent.START:
        return (moment.at_ms if start_ms is None else start_ms), end_ms
    return start_ms, moment.at_ms if moment.event is TalkEvent.END else end_ms
