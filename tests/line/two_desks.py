"""Two parties' desks in one process, with a clock each and a line between them that can be cut, delayed or doubled."""

import hashlib
from dataclasses import dataclass, field

from clearline.line.area import Area, Limit, Outline, Place
from clearline.line.channel import Declaration, State
from clearline.line.desk import accept, by_itself, on_receipt
from clearline.line.ladder import Answer, AnswerType, Ladder, ReadBack, Seen, decide_step, ladder
from clearline.line.ledger import Ledger
from clearline.line.notice import Notice, NoticeType, key_fields
from clearline.line.statement import Actor, Body, Header, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import By, Function, Level, Mode, Precedence, Role
from clearline.record.canonical import canonical
from clearline.space.altitude import Reference, Unit
from clearline.wire.statement_json import write_statement

__all__ = [
    "ALL_ROLES",
    "HOUR_MS",
    "MINUTE_MS",
    "OFFICER",
    "SECOND",
    "SECOND_MS",
    "T0",
    "Desk",
    "Line",
    "area",
    "notice",
]

SECOND_MS, MINUTE_MS, HOUR_MS = 1_000, 60_000, 3_600_000
T0 = 1_443_600_000_000  # 2015-09-30T08:00:00Z
ALL_ROLES = frozenset(Role)
OFFICER = Actor("OPS-DUTY", "officer-1", ALL_ROLES)
SECOND = Actor("OPS-DUTY", "officer-2", ALL_ROLES)


def area(lat_e7: int = 350_000_000, lon_e7: int = 400_000_000, start_ms: int = T0 + HOUR_MS) -> Area:
    """A circle of 5 km for an hour, 5,000 to 6,000 ft above sea level."""
    low = Limit(5_000_000, Unit.FOOT, Reference.EGM96)
    high = Limit(6_000_000, Unit.FOOT, Reference.EGM96)
    return Area(Outline.CIRCLE, ((Place(lat_e7, lon_e7),),), 5_000_000, low, high, start_ms, start_ms + HOUR_MS)


def notice(subject: str = "A1", kind: NoticeType = NoticeType.ACTIVITY, *areas: Area) -> Notice:
    """A notice of a planned activity, or of an imminent hazard."""
    function = Function.FLIGHT_SAFETY if kind is not NoticeType.DISTRESS else Function.DISTRESS_SAR
    return Notice(kind, subject, "Orbit", Level.OPERATIONAL, function, areas or (area(),))


@dataclass
class Desk:
    """One party's desk. `sent` keeps every statement in order, `void` what was refused, `heard` counts by peer."""

    own: str
    mode: Mode = Mode.ACTUAL
    skew_ms: int = 0
    uncertainty_ms: int = 0
    ledger: Ledger = field(init=False)
    sent: list[Said] = field(default_factory=list[Said])
    void: dict[str, Refused] = field(default_factory=dict[str, Refused])
    seqs: dict[str, int] = field(default_factory=dict[str, int])
    heard: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.own, self.mode)

    def say(
        self, utterance: Utterance, now_ms: int, actor: Actor | None = None, released_by: Actor | None = None
    ) -> Said:
        """Append a statement to the own log, as a node does."""
        seq = self.seqs.get(utterance.addressee, 0)
        self.seqs[utterance.addressee] = seq + 1
        header = Header(
            author=self.own,
            addressee=utterance.addressee,
            mode=self.mode,
            precedence=utterance.precedence,
            by=By.MACHINE if actor is None else By.WATCH,
            post="" if actor is None else actor.post,
            person="" if actor is None else actor.person,
            created_ms=now_ms + self.skew_ms,
            clock_uncertainty_ms=self.uncertainty_ms,
            released_by=None if released_by is None else released_by.person,
            valid_from_ms=utterance.valid_from_ms,
            valid_until_ms=utterance.valid_until_ms,
            links=utterance.links,
            lang=utterance.lang,
            phrase=utterance.phrase,
        )
        seen = None if utterance.addressee == self.own else self.heard.get(utterance.addressee, 0)
        members = {**write_statement(header, utterance.body), "seq": seq, "seen": seen}
        record_id = hashlib.sha256(canonical(members)).hexdigest()
        said = Said(record_id, seq, now_ms + self.skew_ms, header, utterance.body, seen)
        refused = accept(said, self.ledger)
        if refused is not None:
            self.void[record_id] = refused
        self.ledger.add(said)
        if utterance.addressee != self.own:
            self.sent.append(said)
        return said

    def hear(self, said: Said, now_ms: int) -> list[Said]:
        """Take in a statement of the other side; what the node answers by itself, said."""
        mine = Said(said.record_id, said.seq, now_ms + self.skew_ms, said.header, said.body, said.seen)
        if self.ledger.get(said.record_id) is not None:
            return []
        self.heard[said.header.author] = self.heard.get(said.header.author, 0) + 1
        refused = accept(mine, self.ledger)
        if refused is not None:
            self.void[said.record_id] = refused
        self.ledger.add(mine)
        return [self.say(item, now_ms) for item in on_receipt(mine, self.ledger, received_ms=now_ms + self.skew_ms)]


@dataclass
class Line:
    """Two desks and what lies between. `down` stops everything; it is kept and goes when the line is up again."""

    a: Desk = field(default_factory=lambda: Desk("ALPHA"))
    b: Desk = field(default_factory=lambda: Desk("BRAVO"))
    now_ms: int = T0
    down: bool = False
    _passed: dict[str, int] = field(default_factory=dict[str, int])

    def carry(self) -> None:
        """Bring everything across, both ways, until nothing is left to bring."""
        moved = not self.down
        while moved:
            moved = False
            for here, there in ((self.a, self.b), (self.b, self.a)):
                waiting = here.sent[self._passed.get(here.own, 0) :]
                for said in waiting:
                    there.hear(said, self.now_ms)
                self._passed[here.own] = self._passed.get(here.own, 0) + len(waiting)
                moved = moved or bool(waiting)

    def wait(self, ms: int, step_ms: int = SECOND_MS) -> None:
        """Let time pass in steps; each node says by itself what falls due."""
        end_ms = self.now_ms + ms
        while self.now_ms < end_ms:
            self.now_ms = min(end_ms, self.now_ms + step_ms)
            for desk in (self.a, self.b):
                for utterance in by_itself(desk.ledger, self.now_ms + desk.skew_ms):
                    desk.say(utterance, self.now_ms)
            self.carry()

    def open(self, *levels: Level) -> None:
        """Both sides declare levels open."""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            for level in levels or tuple(Level):
                here.say(
                    Utterance(there.own, Declaration(level, State.OPEN, self.now_ms)), self.now_ms, OFFICER, SECOND
                )
        self.carry()

    def notify(
        self,
        body: Notice,
        precedence: Precedence = Precedence.ROUTINE,
        *,
        valid_from_ms: int | None = None,
        valid_until_ms: int | None = None,
    ) -> Said:
        """ALPHA gives a notice, released by a second person."""
        said = self.a.say(
            Utterance("BRAVO", body, precedence, (), valid_from_ms, valid_until_ms), self.now_ms, OFFICER, SECOND
        )
        self.carry()
        return said

    def answer(self, body: Body, notice_id: str, actor: Actor | None = OFFICER) -> Refused | Said:
        """BRAVO takes a step on the ladder of a notice."""
        by = By.MACHINE if actor is None else By.WATCH
        out = decide_step(body, notice_id, self.b.ledger, by=by, now_ms=self.now_ms + self.b.skew_ms)
        if isinstance(out, Refused):
            return out
        said = self.b.say(out[0], self.now_ms, actor)
        self.carry()
        return said

    def slip(self, body: Body, notice_id: str, actor: Actor | None = OFFICER) -> Said:
        """BRAVO's node says something without asking its own rules, as a faulty or dishonest one would."""
        link = (Link(Relation.ABOUT, notice_id),)
        said = self.b.say(Utterance("ALPHA", body, Precedence.ROUTINE, link), self.now_ms, actor)
        self.carry()
        return said

    def ladder(self, said: Said) -> Ladder:
        """The ladder as ALPHA sees it."""
        return ladder(self.a.ledger, said)

    def understood(self, said: Said) -> Refused | Said:
        """BRAVO opens a notice and reads it back right."""
        self.answer(Seen(), said.record_id)
        return self.answer(ReadBack(key_fields(said)), said.record_id)

    def roger(self, said: Said) -> Refused | Said:
        """BRAVO answers ROGER."""
        return self.answer(Answer(AnswerType.ROGER), said.record_id)
