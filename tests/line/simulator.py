"""Many desks in one process, on one seed: links that lose, delay, double and reorder, clocks that are off, and lies.

The one idea: whatever order the logs arrive in, whoever says what to whom by mistake or on purpose, once the net heals
every two desks hold the same statements and work out the same from them. A failure prints its seed.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from clearline.line.access import Opened, PostClass, RecipientRemoved, Scope, accesses, removed
from clearline.line.asking import Query
from clearline.line.channel import Declaration, State, Suspension
from clearline.line.conflicts import ConflictUnresolved, ConflictWord, OnConflict, conflicts
from clearline.line.desk import by_itself
from clearline.line.escalation import Escalation, Lapse, Rung
from clearline.line.first_reply import NoFirstReply, TalkOnDesk
from clearline.line.incident import (
    Account,
    Fact,
    Incident,
    IncidentClosed,
    IncidentKind,
    OnFact,
    facts,
    incident_state,
)
from clearline.line.ladder import (
    Answer,
    AnswerType,
    Closed,
    Delivered,
    Disseminated,
    Echelon,
    ReadBack,
    Seen,
    Step,
    UnableReason,
    ladder,
)
from clearline.line.ledger import Ledger
from clearline.line.minutes import (
    AgreedRecord,
    Becomes,
    FollowUp,
    Point,
    RecordDisputed,
    Settled,
    Stance,
    StanceOn,
    follow_up_state,
    points,
    record_state,
)
from clearline.line.notice import KeyField, Notice, NoticeType, key_fields, standing
from clearline.line.observed import LineCheck, LineCheckAnswer, LineCheckMissed
from clearline.line.parameters import ParameterSet, in_force
from clearline.line.party import Coverage
from clearline.line.proposal import (
    Agree,
    AgreeReceived,
    Changed,
    ConflictFound,
    Declined,
    Proposal,
    ProposalKind,
    Recheck,
    Withdrawn,
    proposal_state,
)
from clearline.line.release import Confirmation, ConfirmationLapsed, unconfirmed
from clearline.line.statement import Actor, Body, Link, Relation, Said, Utterance
from clearline.line.talk import (
    Route,
    TalkDeclined,
    TalkEvent,
    TalkMoment,
    TalkReply,
    TalkRequest,
    TalkWithdrawn,
    Window,
    talk,
)
from clearline.line.terms import Function, Level, Mode, Precedence
from clearline.line.wording import Rendering, texts
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Desk, area, notice

__all__ = ["FAR_MS", "World", "anything", "bargaining", "between", "picture", "sensible"]

# Long after the last timer of anything that is said here.
FAR_MS = T0 + 400 * 24 * HOUR_MS

_SUBJECTS = ("A1", "A2")
_TIMES = (T0 - HOUR_MS, T0 + MINUTE_MS, T0 + HOUR_MS, T0 + 6 * HOUR_MS)
_FACTS = (Fact("where", "over the river"), Fact("when", "08:20Z"), Fact("height", "3000 ft AMSL"))
_RECORDS = (AgreedRecord("2015-09-18", None, None, ("a", "b"), "en"), AgreedRecord("2015-09-18", T0, T0, ("a",), "ru"))
_WINDOWS = (Window(T0 + HOUR_MS, T0 + 2 * HOUR_MS), Window(T0 + 3 * HOUR_MS, T0 + 4 * HOUR_MS))


def _about_nothing(rng: random.Random, own: str, peer: str) -> Body:
    """What stands by itself."""
    at_ms = rng.choice(_TIMES)
    kinds: list[Callable[[], Body]] = [
        lambda: notice(rng.choice(_SUBJECTS), NoticeType.ACTIVITY, area(start_ms=T0 + rng.randint(1, 9) * HOUR_MS)),
        lambda: notice(rng.choice(_SUBJECTS), NoticeType.IMMINENT_HAZARD, area(start_ms=at_ms)),
        lambda: TalkRequest(
            rng.choice((Level.OPERATIONAL, Level.MINISTERS)), Function.POLICY, "OPS-DUTY", "OPS-DUTY",
            _WINDOWS[: rng.randint(0, 2)], Route.DIRECT, answer_by_ms=rng.choice((None, None, at_ms)),
        ),
        lambda: Incident(rng.choice(list(IncidentKind)), "close by", at_ms, rng.choice((own, peer, "UNATTRIBUTED"))),
        lambda: Coverage(("regular forces",)),
        lambda: ParameterSet("line", rng.randint(1, 2), rng.choice((0, 5_556_000)), 914_400, 180_000),
        lambda: Declaration(Level.OPERATIONAL, rng.choice([State.OPEN, State.SUSPENDED, State.CLOSED]), at_ms),
        lambda: Suspension(at_ms, levels=(Level.OPERATIONAL,)),
        lambda: LineCheck("telephone"),
        lambda: Query(350_000_000, 400_000_000, 350_000_001, 400_000_001, T0, T0),
    ]  # fmt: skip
    return rng.choice(kinds)()


def _about(rng: random.Random, own: str, said: Said) -> Body:
    """What may be said about a statement, fitting or not."""
    at_ms = rng.choice(_TIMES)
    fields = key_fields(said) if isinstance(said.body, Notice) else ()
    wrong = (KeyField("subject", "another"), *fields[:1])
    kinds: list[Callable[[], Body]] = [
        Seen, Closed, TalkWithdrawn, Declined, Withdrawn, IncidentClosed, Confirmation, ConfirmationLapsed,
        lambda: Delivered(at_ms),
        lambda: ReadBack(rng.choice((fields, wrong))),
        lambda: Disseminated(rng.choice(list(Echelon)), at_ms),
        lambda: _answer(rng, said, at_ms),
        lambda: notice(rng.choice(_SUBJECTS), rng.choice((NoticeType.CHANGE, NoticeType.CANCEL)), area(start_ms=at_ms)),
        lambda: TalkReply(rng.random() < 0.5, _WINDOWS[: rng.randint(0, 2)]),
        lambda: TalkDeclined("no"),
        lambda: TalkMoment(rng.choice([e for e in TalkEvent if e in _MOMENTS]), at_ms),
        lambda: Point("text", rng.choice(list(Stance))),
        lambda: StanceOn(rng.choice(list(Stance))),
        lambda: FollowUp("meet", rng.choice(((own,), ("ALPHA", "BRAVO"))), Becomes.TALK, rng.choice((None, at_ms))),
        lambda: Settled(done=rng.random() < 0.5),
        lambda: rng.choice(_RECORDS),
        lambda: RecordDisputed("no"),
        lambda: Account(tuple(rng.sample(_FACTS, rng.randint(0, 3)))),
        lambda: OnFact(rng.choice(_FACTS), agrees=rng.random() < 0.7),
        lambda: Agree(rng.choice((said.record_id, "0" * 64))),
        lambda: AgreeReceived(at_ms),
        lambda: Recheck(rng.choice(("CLEAR", "CONFLICT", "CANNOT_TELL", "FINE")), rng.choice("ab")),
        lambda: Proposal(
            rng.choice(list(ProposalKind)), (Changed(said.record_id, (area(start_ms=at_ms),)),), ("A", "B"), (0, 0),
            rng.choice((T0 + HOUR_MS, T0 + 8 * HOUR_MS)),
        ),
        lambda: ConflictFound(rng.choice(("CONFLICT", "CLEAR")), 0, None, 0, rng.choice((None, at_ms)), "x", "d"),
        lambda: OnConflict(rng.choice(list(ConflictWord))),
        lambda: ConflictUnresolved(at_ms),
        lambda: Lapse(rng.choice([Step.SEEN, Step.ANSWERED]), at_ms),
        lambda: Escalation(rng.choice(list(Rung)), Level.OPERATIONAL),
        lambda: LineCheckAnswer(good=True),
        lambda: LineCheckMissed(at_ms, rng.choice((None, Level.OPERATIONAL))),
        TalkOnDesk,
        lambda: NoFirstReply(at_ms, Level.LEADERS),
        lambda: Opened(rng.choice(list(PostClass)), at_ms),
        lambda: Scope((PostClass.AIR,)),
        RecipientRemoved,
        lambda: Rendering(rng.choice(("en", "ru", "ar")), "3000 4500"),
    ]  # fmt: skip
    return rng.choice(kinds)()


_MOMENTS = (TalkEvent.START, TalkEvent.INTERRUPT, TalkEvent.RESUME, TalkEvent.END, TalkEvent.MISS)


def _answer(rng: random.Random, said: Said, at_ms: int) -> Answer:
    kind = rng.choice(list(AnswerType))
    reason = UnableReason.SAFETY if kind is AnswerType.UNABLE else None
    return Answer(kind, rng.choice((None, at_ms, said.header.created_ms + MINUTE_MS)), reason, rng.choice(("", "x")))


def anything(rng: random.Random, desk: Desk, peer: str) -> tuple[Utterance, Actor | None, Actor | None]:
    """Something to say, by whom, and who releases it: fitting, beside the point, or forbidden."""
    held = list(desk.ledger)
    actor = rng.choice((OFFICER, OFFICER, OFFICER, None))
    released_by = rng.choice((SECOND, SECOND, SECOND, None)) if actor is not None else None
    precedence = rng.choice(list(Precedence))
    if not held or rng.random() < 0.25:
        body = _about_nothing(rng, desk.own, peer)
        links: list[Link] = []
    else:
        near = [said for said in held if peer in (said.header.author, said.header.addressee)]
        said = rng.choice(near if near and rng.random() < 0.95 else held)
        body = _about(rng, desk.own, said)
        relation = Relation.ABOUT
        if isinstance(body, Notice):
            relation = Relation.UPDATES if body.type is NoticeType.CHANGE else Relation.CANCELS
        links = [Link(relation if rng.random() < 0.95 else rng.choice(list(Relation)), said.record_id)]
        if isinstance(body, Proposal | ConflictFound) and (notices := desk.ledger.of(Notice)):
            links.append(Link(Relation.ABOUT, rng.choice(notices)[0].record_id))
    return Utterance(peer, body, precedence, tuple(dict.fromkeys(links))), actor, released_by


def sensible(rng: random.Random, desk: Desk, peer: str) -> tuple[Utterance, Actor | None, Actor | None]:
    """Something that fits what it is about: a step on a ladder, a word on a talk, a proposal, an incident."""
    fits: dict[type[Body], tuple[type[Body], ...]] = {
        Notice: (Seen, ReadBack, Answer, Closed, Disseminated),
        TalkRequest: (TalkReply, TalkDeclined, TalkWithdrawn, TalkMoment, Point, FollowUp, AgreedRecord),
        Incident: (Account, OnFact, IncidentClosed),
        FollowUp: (Settled,),
        Point: (StanceOn,),
        LineCheck: (LineCheckAnswer,),
        ConflictFound: (OnConflict,),
    }
    kind = rng.choice(list(fits))
    there = [
        said for said, _ in desk.ledger.of(kind) if {said.header.author, said.header.addressee} == {desk.own, peer}
    ]
    if not there:
        starts = [_about_nothing(rng, desk.own, peer) for _ in range(40)]
        fitting = [body for body in starts if isinstance(body, kind)]
        return Utterance(peer, fitting[0] if fitting else starts[0]), OFFICER, SECOND
    target = rng.choice((there[0], there[0], there[-1]))
    body = _about(rng, desk.own, target)
    while not isinstance(body, fits[kind]):
        body = _about(rng, desk.own, target)
    return Utterance(peer, body, links=(Link(Relation.ABOUT, target.record_id),)), OFFICER, SECOND


def bargaining(rng: random.Random, desk: Desk, peer: str) -> tuple[Utterance, Actor | None, Actor | None]:
    """A conflict found, a proposal on it, and what is said of it until it is in force or not."""
    mine, theirs = (
        [said for said, _ in desk.ledger.of(Notice) if (said.header.author, said.header.addressee) == way]
        for way in ((desk.own, peer), (peer, desk.own))
    )
    tabled = [
        said for said, _ in desk.ledger.of(Proposal) if {said.header.author, said.header.addressee} == {desk.own, peer}
    ]
    found = [said for said, _ in desk.ledger.of(ConflictFound) if said.header.addressee in (desk.own, peer)]
    if not mine or not theirs:
        body: Body = notice(rng.choice(_SUBJECTS), NoticeType.ACTIVITY, area(start_ms=T0 + 9 * HOUR_MS))
        return Utterance(peer, body), OFFICER, SECOND
    if tabled and rng.random() < 0.75:
        said = rng.choice(tabled[-2:])
        no = Withdrawn() if said.header.author == desk.own else Declined()
        check = Recheck(rng.choice(("CLEAR", "CLEAR", "CONFLICT")), rng.choice("aab"))
        body = rng.choice((Agree(said.record_id), Agree(said.record_id), Agree(said.record_id), check, check, no))
        return Utterance(peer, body, links=(Link(Relation.ABOUT, said.record_id),)), OFFICER, SECOND
    if found and rng.random() < 0.5:
        link = Link(Relation.ABOUT, rng.choice(found).record_id)
        return Utterance(peer, OnConflict(rng.choice(list(ConflictWord))), links=(link,)), OFFICER, None
    both = (rng.choice(mine), rng.choice(theirs))
    links = tuple(Link(Relation.ABOUT, said.record_id) for said in both)
    if rng.random() < 0.4:
        first_ms = rng.choice((None, T0 + HOUR_MS, T0 + 9 * HOUR_MS, T0 + 9 * HOUR_MS))
        body = ConflictFound("CONFLICT", 0, 0, 0, first_ms, "intersect v1", rng.choice("de"))
        return Utterance(peer, body, links=links), None, None
    changes = (Changed(both[0].record_id, (area(start_ms=T0 + 9 * HOUR_MS),)),)
    body = Proposal(rng.choice(list(ProposalKind)), changes, ("A", "B"), (0, 0), rng.choice((T0 + HOUR_MS, FAR_MS)))
    if tabled and rng.random() < 0.3:
        links = (*links, Link(Relation.FOLLOWS, tabled[-1].record_id))
    return Utterance(peer, body, links=links), OFFICER, SECOND


@dataclass
class World:
    """Some desks and the links between each two, all from one seed."""

    seed: int
    names: tuple[str, ...] = ("ALPHA", "BRAVO", "HUMAN")
    now_ms: int = T0
    pace_ms: int = field(init=False)
    desks: dict[str, Desk] = field(init=False)
    rng: random.Random = field(init=False)
    _taken: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    _flying: list[tuple[int, int, str, str, tuple[Said, ...]]] = field(
        default_factory=list[tuple[int, int, str, str, tuple[Said, ...]]]
    )
    _count: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.pace_ms = self.rng.choice((MINUTE_MS, 5 * MINUTE_MS, HOUR_MS))
        self.desks = {
            name: Desk(name, Mode.ACTUAL, skew_ms=self.rng.choice((0, 0, -60 * SECOND_MS, 5 * SECOND_MS)))
            for name in self.names
        }

    def run(self, steps: int) -> None:
        """Let things happen for a while, then heal the net and let everything through."""
        for _ in range(steps):
            self.now_ms += self.rng.choice((0, SECOND_MS, MINUTE_MS, self.pace_ms))
            desk = self.desks[self.rng.choice(self.names)]
            what = self.rng.random()
            if what < 0.65:
                self._speak(desk)
            elif what < 0.75:
                for utterance in by_itself(desk.ledger, self.now_ms + desk.skew_ms):
                    desk.say(utterance, self.now_ms)
            self._send(desk)
            self._deliver()
        self.heal()

    def heal(self) -> None:
        """The net is whole again: everything goes, in order, until nothing is left to bring."""
        self._flying.clear()
        moved = True
        while moved:
            moved = False
            for here in self.desks.values():
                for there in self.names:
                    if there != here.own:
                        waiting = self._log(here, there)[self._taken.get((here.own, there), 0) :]
                        self._take(here.own, there, tuple(waiting))
                        moved = moved or bool(waiting)

    def _speak(self, desk: Desk) -> None:
        peer = self.rng.choice([name for name in self.names if name != desk.own])
        make = self.rng.choice((sensible, anything, bargaining))
        utterance, actor, released_by = make(self.rng, desk, peer)
        desk.say(utterance, self.now_ms, actor, released_by)

    def _log(self, here: Desk, there: str) -> list[Said]:
        return [said for said in here.sent if said.header.addressee == there]

    def _send(self, here: Desk) -> None:
        """A packet of what a peer may lack, and some of what it has: lost, late, or twice."""
        for there in self.names:
            log = self._log(here, there) if there != here.own else []
            if not log or self.rng.random() < 0.3:
                continue
            first = self.rng.randint(0, self._taken.get((here.own, there), 0))
            for _ in range(self.rng.choice((0, 1, 1, 2))):
                self._count += 1
                at_ms = self.now_ms + self.rng.choice((0, SECOND_MS, 40 * MINUTE_MS))
                heapq.heappush(self._flying, (at_ms, self._count, here.own, there, tuple(log[first:])))

    def _deliver(self) -> None:
        while self._flying and self._flying[0][0] <= self.now_ms:
            _, _, here, there, packet = heapq.heappop(self._flying)
            self._take(here, there, packet)

    def _take(self, here: str, there: str, packet: tuple[Said, ...]) -> None:
        """Take what follows what is there, as the record does: nothing out of its place in its log."""
        for said in packet:
            if said.seq == self._taken.get((here, there), 0):
                self._taken[here, there] = said.seq + 1
                self.desks[there].hear(said, self.now_ms)


def between(ledger: Ledger, peer: str) -> set[str]:
    """What was said between a desk and a peer."""
    parties = {ledger.own, peer}
    return {said.record_id for said in ledger if {said.header.author, said.header.addressee} == parties}


def picture(ledger: Ledger, peer: str, now_ms: int) -> dict[str, object]:
    """All that is worked out about what was said between two desks, but for what each reads off its own clock."""
    ours = between(ledger, peer)
    found: dict[str, object] = {
        said.record_id: _state(ledger, said, now_ms) for said in ledger if said.record_id in ours
    }
    found["minima"] = in_force(ledger, peer)
    found["unconfirmed"] = {s.record_id for s in unconfirmed(ledger)} & ours
    found["conflicts"] = sorted(
        (tuple(sorted(s.record_id for s in c.found.values())), c.state, c.first_ms, sorted(c.words.items()))
        for c in conflicts(ledger, peer, now_ms)
    )
    return found


def _state(ledger: Ledger, said: Said, now_ms: int) -> object:
    record_id = said.record_id
    match said.body:
        case Notice():
            climbed = ladder(ledger, said)
            return (
                standing(ledger, said, now_ms),
                {step: by.record_id for step, by in climbed.steps.items()},
                [(by.record_id, refused.rule) for by, refused in climbed.void],
                [(by.record_id, fields) for by, fields in climbed.mistakes],
                climbed.given_ms,
                texts(ledger, said),
                [(entry.said.record_id, entry.outside) for entry in accesses(ledger, said)],
                removed(ledger, said),
            )
        case TalkRequest():
            held = talk(ledger, said, now_ms)
            stances = [(view.point.record_id, view.stances, view.converges) for view in points(ledger, record_id)]
            void = [(by.record_id, refused.rule) for by, refused in held.void]
            parts = (held.state, held.window, held.clocks, held.declined, held.interruptions, held.participants)
            return parts, void, record_state(ledger, record_id), stances
        case Proposal():
            return proposal_state(ledger, said, now_ms)
        case Incident():
            return incident_state(ledger, said, now_ms), facts(ledger, record_id)
        case FollowUp():
            return follow_up_state(ledger, said, now_ms)
        case _:
            return None
