"""The agenda: whatever was said, in whatever order, and however the clock runs, it finds what looking at all finds."""

import dataclasses
import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from clearline.line.agenda import Agenda
from clearline.line.area import Area
from clearline.line.conflicts import (
    ConflictUnresolved,
    ConflictWord,
    OnConflict,
    conflict_between,
    conflicts,
    next_unresolved_ms,
    unresolved,
)
from clearline.line.desk import by_itself, wake_ms
from clearline.line.escalation import OTHER_CIRCUIT_MS, Escalation, Lapse, Rung, due, next_due_ms
from clearline.line.first_reply import NoFirstReply, first_replies_due, next_first_reply_ms
from clearline.line.ladder import Answer, AnswerType, Disseminated, Echelon, Seen, Step
from clearline.line.ledger import Ledger
from clearline.line.notice import Notice, NoticeType
from clearline.line.observed import LineCheckMissed, checks_missed, next_missed_ms
from clearline.line.party import Coverage
from clearline.line.proposal import Agree, Changed, ConflictFound, Proposal, ProposalKind, Recheck, Withdrawn
from clearline.line.release import ConfirmationLapsed, lapsing, next_lapse_ms
from clearline.line.statement import Body, Header, Link, Relation, Said, Utterance
from clearline.line.talk import TalkEvent, TalkMoment, TalkRequest
from clearline.line.terms import Function, Level, Precedence
from tests.line.simulator import FAR_MS, World
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Line, area, notice

_NAMES = ("ALPHA", "BRAVO", "HUMAN")


def all_due(ledger: Ledger, now_ms: int) -> list[Utterance]:
    """What is due, by looking at everything."""
    return [
        *(item.utterance for item in due(ledger, now_ms)),
        *lapsing(ledger, now_ms),
        *checks_missed(ledger, now_ms),
        *first_replies_due(ledger, now_ms),
        *unresolved(ledger, now_ms),
    ]


def all_wake_ms(ledger: Ledger, now_ms: int) -> int | None:
    """When something is next due, by looking at everything."""
    times = (
        next_due_ms(ledger, now_ms),
        next_lapse_ms(ledger),
        next_missed_ms(ledger),
        next_first_reply_ms(ledger),
        next_unresolved_ms(ledger, now_ms),
    )
    return min([at_ms for at_ms in times if at_ms is not None], default=None)


def _same(ledger: Ledger, now_ms: int) -> None:
    """The agenda finds the same, and wakes when that does, or when the time alone may change something."""
    assert Counter(by_itself(ledger, now_ms)) == Counter(all_due(ledger, now_ms))
    at_ms, wanted_ms = wake_ms(ledger, now_ms), all_wake_ms(ledger, now_ms)
    if at_ms != wanted_ms:
        assert at_ms is not None
        assert now_ms < at_ms < (FAR_MS if wanted_ms is None else wanted_ms)
        ran_out = [until_ms for said in ledger if (until_ms := said.header.valid_until_ms) is not None]
        assert at_ms in _ends_ms(ledger) or any(until_ms < at_ms for until_ms in ran_out)
    quiet_until_ms = FAR_MS if at_ms is None else at_ms - 1
    if quiet_until_ms > now_ms:
        assert all_due(ledger, quiet_until_ms) == all_due(ledger, now_ms)


def _ends_ms(ledger: Ledger) -> set[int]:
    """Just after each time at which something runs out."""
    found: set[int] = set()
    for said in ledger:
        areas = said.body.areas if isinstance(said.body, Notice) else ()
        if isinstance(said.body, Proposal):
            areas = tuple(area for change in said.body.changes for area in change.areas)
        found |= {
            end_ms + 1 for end_ms in (said.header.valid_until_ms, *(a.end_ms for a in areas)) if end_ms is not None
        }
    return found


def _history(seed: int, rng: random.Random) -> list[Said]:
    """What one desk of a random world came to know, with what the world has too little of added."""
    world = World(seed, _NAMES[: 2 + seed % 2])
    world.run(45)
    told: list[Said] = []
    for said in world.desks["ALPHA"].ledger:
        told.append(_spiced(said, told, rng))
    return told


def _spiced(said: Said, told: list[Said], rng: random.Random) -> Said:
    """The same statement under its own number: notices that run out, calls about them, answers under a coverage."""
    header: Header = said.header
    notices = [one for one in told if isinstance(one.body, Notice)]
    body = said.body
    if isinstance(body, Notice) and rng.random() < 0.5:
        until_ms = header.created_ms + rng.choice((SECOND_MS, 90 * SECOND_MS, 20 * MINUTE_MS, 9 * HOUR_MS))
        header = dataclasses.replace(header, valid_until_ms=until_ms)
    if isinstance(body, TalkRequest) and notices:
        link = Link(Relation.ABOUT, rng.choice(notices).record_id)
        header = dataclasses.replace(header, links=(link,), released_by="somebody")
    if isinstance(body, Answer):
        made = [one.record_id for one in told if isinstance(one.body, Coverage)]
        body = dataclasses.replace(
            body, type=AnswerType.CHECKED_NOT_OURS, reason=None, coverage=rng.choice(["", *made])
        )
    if isinstance(body, Coverage):
        # A clock that was set back makes one that came later the one that had held.
        header = dataclasses.replace(header, created_ms=header.created_ms - rng.choice((0, 0, HOUR_MS)))
    return dataclasses.replace(said, header=header, body=body)


@given(st.integers(0, 400), st.randoms(use_true_random=False))
def test_it_finds_what_looking_at_everything_finds(seed: int, rng: random.Random) -> None:
    """Asked now and then while statements come in, by a clock that only goes on."""
    ledger, now_ms = Ledger("ALPHA"), T0
    for said in _history(seed, rng):
        ledger.add(said)
        now_ms = max(now_ms, said.logged_ms) + rng.choice((0, 0, SECOND_MS))
        if rng.random() < 0.7:
            _same(ledger, now_ms)
    for later_ms in (0, MINUTE_MS, HOUR_MS, 11 * HOUR_MS, 40 * HOUR_MS):
        _same(ledger, now_ms + later_ms)
    _same(ledger, FAR_MS)


@given(st.integers(0, 400), st.randoms(use_true_random=False))
def test_it_does_so_too_by_a_clock_that_jumps(seed: int, rng: random.Random) -> None:
    ledger, now_ms = Ledger("ALPHA"), T0
    for said in _history(seed, rng):
        ledger.add(said)
        now_ms = max(now_ms, said.logged_ms)
        if rng.random() < 0.3:
            _same(ledger, now_ms + rng.choice((-HOUR_MS, 30 * SECOND_MS, 3 * MINUTE_MS, 7 * HOUR_MS, 40 * HOUR_MS)))


@dataclasses.dataclass
class Bargain:
    """Two notices that meet and a third, what is agreed on them by both, and whatever undoes it; A's view is asked."""

    rng: random.Random
    line: Line = dataclasses.field(default_factory=Line)
    found: list[Said] = dataclasses.field(default_factory=list[Said])
    notices: list[Said] = dataclasses.field(default_factory=list[Said])

    def say(self, mine: bool, body: Body, *about: Said, relation: Relation = Relation.ABOUT) -> Said:  # noqa: FBT001
        """One side says something of what was said; then time may pass, and what is due is compared."""
        desk, peer = (self.line.a, "BRAVO") if mine else (self.line.b, "ALPHA")
        links = tuple(Link(relation, said.record_id) for said in about)
        released = SECOND if body.formal else None
        said = desk.say(Utterance(peer, body, links=links), self.line.now_ms, OFFICER, released)
        for _ in range(2):  # before its answer came, and after
            if self.rng.random() < 0.6:
                _same(self.line.a.ledger, self.line.now_ms)
            self.line.carry()
        self.line.now_ms += self.rng.choice((0, SECOND_MS, 10 * MINUTE_MS))
        return said

    def meet(self) -> None:
        """A's two notices and B's one, and the conflict of the first with it as one side or both found it."""
        first, third = (self.say(True, notice(name, NoticeType.ACTIVITY, _lasting(9))) for name in ("A1", "A2"))
        self.notices = [first, self.say(False, notice("B1", NoticeType.ACTIVITY, _lasting(9))), third]
        begins_ms = T0 + self.rng.choice((HOUR_MS, 9 * HOUR_MS))
        for mine in self.rng.choice(((True,), (True, False))):
            body = ConflictFound("CONFLICT", 0, 0, 0, begins_ms, "intersect v1", "d")
            self.found.append(self.say(mine, body, *self.notices[:2]))

    def agree(self) -> Said:
        """A proposal on two notices or all three, signed by both, rechecked by both."""
        changed = tuple(Changed(said.record_id, (_lasting(self.rng.choice((2, 9, 12))),)) for said in self.notices[:1])
        body = Proposal(ProposalKind.TIME_SHIFT, changed, ("ALPHA", "BRAVO"), (0, 0), FAR_MS)
        proposal = self.say(True, body, *self.notices[: self.rng.choice((2, 3))])
        words = [Agree(proposal.record_id), Recheck("CLEAR", "d")]
        for word in words if self.rng.random() < 0.7 else reversed(words):
            for mine in self.rng.sample((True, False), 2):
                self.say(mine, word, proposal)
        return proposal

    def undo(self, proposal: Said) -> None:
        """A later word: of a notice, of its change, of the proposal, of the finding."""
        match self.rng.randrange(5):
            case 0:
                self.say(True, notice("A2", NoticeType.CHANGE), self.notices[2], relation=Relation.UPDATES)
            case 1:
                body = notice("A1", NoticeType.CHANGE, _lasting(9))
                changed = self.say(True, body, self.notices[0], relation=Relation.UPDATES)
                self.say(True, notice("A1", NoticeType.CANCEL), changed, relation=Relation.CANCELS)
            case 2:
                self.say(False, Recheck("CONFLICT", "e"), proposal)
            case 3:
                for mine in (True, False):
                    self.say(mine, OnConflict(ConflictWord.NOT_A_CONFLICT), self.found[-1])
            case _:
                self.say(True, Withdrawn(), proposal)


def _lasting(hours: int) -> Area:
    """From an hour after the start, for so long."""
    return dataclasses.replace(area(), end_ms=T0 + HOUR_MS + hours * HOUR_MS)


@given(st.randoms(use_true_random=False))
def test_it_follows_a_conflict_through_agreement_and_out_again(rng: random.Random) -> None:
    bargain = Bargain(rng)
    bargain.meet()
    if rng.random() < 0.8:
        proposal = bargain.agree()
        if rng.random() < 0.6:
            bargain.undo(proposal)
    for hours in range(14):
        _same(bargain.line.a.ledger, max(bargain.line.now_ms, T0 + hours * HOUR_MS))


def test_the_receipt_for_an_agreement_settles_the_conflict_three_references_up() -> None:
    """Both had rechecked and one had agreed before; what comes last is the receipt for the other agreement."""
    bargain = Bargain(random.Random(4))
    bargain.meet()
    line, notices = bargain.line, bargain.notices[:2]
    changed = (Changed(notices[0].record_id, (_lasting(9),)),)
    body = Proposal(ProposalKind.TIME_SHIFT, changed, ("ALPHA", "BRAVO"), (0, 0), FAR_MS)
    proposal = bargain.say(True, body, *notices)
    for mine, word in (
        (True, Recheck("CLEAR", "d")),
        (False, Recheck("CLEAR", "d")),
        (False, Agree(proposal.record_id)),
    ):
        bargain.say(mine, word, proposal)
    line.down = True
    bargain.say(True, Agree(proposal.record_id), proposal)
    begins_ms = next_unresolved_ms(line.a.ledger, line.now_ms)
    assert begins_ms is not None
    assert begins_ms > line.now_ms
    assert wake_ms(line.a.ledger, line.now_ms) == all_wake_ms(line.a.ledger, line.now_ms)
    line.down = False
    line.carry()
    assert next_unresolved_ms(line.a.ledger, line.now_ms) is None
    _same(line.a.ledger, line.now_ms)
    assert begins_ms not in (wake_ms(line.a.ledger, line.now_ms), *_ends_ms(line.a.ledger))


def test_an_answer_whose_coverage_turns_out_another_is_late_again() -> None:
    """B's clock was set back: a statement that came later is the one that had held, and the answer cited another."""
    line = Line()
    line.open()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    covered = line.b.say(Utterance("ALPHA", Coverage(("regular forces",))), line.now_ms, OFFICER, SECOND)
    line.now_ms += 10 * SECOND_MS
    line.carry()
    line.answer(Seen(), said.record_id)
    line.answer(Answer(AnswerType.CHECKED_NOT_OURS, coverage=covered.record_id), said.record_id)
    line.answer(Disseminated(Echelon.AIR, line.now_ms), said.record_id)
    assert wake_ms(line.a.ledger, line.now_ms) is None
    line.b.skew_ms = -5 * SECOND_MS
    line.b.say(Utterance("ALPHA", Coverage(("no forces",))), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert wake_ms(line.a.ledger, line.now_ms) == T0 + 120 * SECOND_MS
    late_ms = T0 + 3 * MINUTE_MS
    assert Lapse(Step.ANSWERED, T0 + 120 * SECOND_MS) in [out.body for out in by_itself(line.a.ledger, late_ms)]
    _same(line.a.ledger, late_ms)


def test_what_runs_out_while_nobody_says_anything_is_not_carried_further() -> None:
    line = Line(down=True)
    line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH, valid_until_ms=T0 + 90 * SECOND_MS)
    for second in range(0, 200, 7):
        _same(line.a.ledger, T0 + second * SECOND_MS)


def test_the_worlds_bring_everything_that_falls_due() -> None:
    """Else the law above would hold of worlds where nothing is late."""
    found: set[type[object]] = set()
    rungs: set[Rung] = set()
    for seed in range(40):
        ledger = Ledger("ALPHA")
        for said in _history(seed, random.Random(seed)):
            ledger.add(said)
        late = all_due(ledger, T0 + 40 * HOUR_MS)
        found |= {type(utterance.body) for utterance in late}
        rungs |= {utterance.body.rung for utterance in late if isinstance(utterance.body, Escalation)}
    assert found == {Lapse, Escalation, ConfirmationLapsed, LineCheckMissed, NoFirstReply, ConflictUnresolved}
    assert rungs == set(Rung)


@given(st.integers(0, 300))
def test_a_conflict_by_its_notices_is_the_one_of_the_list(seed: int) -> None:
    world = World(seed, ("ALPHA", "BRAVO"))
    world.run(60)
    ledger = world.desks["ALPHA"].ledger
    listed = conflicts(ledger, "BRAVO", world.now_ms)
    for conflict in listed:
        one, other = (said.record_id for said in conflict.notices)
        assert conflict_between(ledger, (one, other), world.now_ms) == conflict
        assert conflict_between(ledger, (other, one), world.now_ms) == conflict
    for said, _ in ledger.of(ConflictFound):
        about = said.linked(Relation.ABOUT)
        if len(about) == 2 and not any({n.record_id for n in c.notices} == set(about) for c in listed):
            assert conflict_between(ledger, (about[0], about[1]), world.now_ms) is None


class CountingLedger(Ledger):
    """A ledger that counts how often a statement was asked for."""

    looked = 0

    def get(self, record_id: str) -> Said | None:
        """As a ledger's, counted."""
        self.looked += 1
        return super().get(record_id)


def test_what_waits_costs_nothing_and_one_answer_costs_one_look() -> None:
    """Two thousand open notices: a tick looks at none of them, and after an answer at those it concerns."""
    line = Line()
    line.a.ledger = ledger = CountingLedger("ALPHA")
    line.open()
    said = [line.notify(notice(f"A{n}")) for n in range(2_000)]
    assert by_itself(ledger, line.now_ms) == []
    ledger.looked = 0
    for _ in range(100):
        assert by_itself(ledger, line.now_ms) == []
        assert wake_ms(ledger, line.now_ms) == T0 + 6 * HOUR_MS
    assert ledger.looked == 0
    line.answer(Seen(), said[7].record_id)
    ledger.looked = 0
    assert by_itself(ledger, line.now_ms) == []
    assert 0 < ledger.looked < 20


def test_a_clock_that_was_set_back_brings_back_what_had_run_out() -> None:
    line = Line(down=True)
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH, valid_until_ms=T0 + 100 * SECOND_MS)
    line.wait(3 * MINUTE_MS, step_ms=3 * MINUTE_MS)
    assert [lapse.step for _, lapse in line.a.ledger.saying(said.record_id, Lapse)] == [Step.SEEN, Step.ANSWERED]
    assert by_itself(line.a.ledger, line.now_ms) == []
    assert wake_ms(line.a.ledger, line.now_ms) is None
    set_back_ms = T0 + 95 * SECOND_MS
    rungs = [out.body.rung for out in by_itself(line.a.ledger, set_back_ms) if isinstance(out.body, Escalation)]
    assert rungs == [Rung.ALL_CIRCUITS, Rung.NEXT_POST]
    _same(line.a.ledger, set_back_ms)


def test_each_ledger_has_one_agenda() -> None:
    line = Line()
    assert line.a.ledger.beside(Agenda) is line.a.ledger.beside(Agenda)
    assert line.a.ledger.beside(Agenda) is not line.b.ledger.beside(Agenda)


def test_a_call_that_broke_off_fires_the_other_circuit_at_once_and_one_taken_up_again_does_not() -> None:
    line = Line()
    line.open()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    about = (Link(Relation.ABOUT, said.record_id),)
    request = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
    asked = line.a.say(Utterance("BRAVO", request, Precedence.FLASH, about), line.now_ms, OFFICER, SECOND)
    link = (Link(Relation.ABOUT, asked.record_id),)
    for event in (TalkEvent.START, TalkEvent.INTERRUPT):
        line.a.say(Utterance("BRAVO", TalkMoment(event, line.now_ms), links=link), line.now_ms, OFFICER)
    fires_ms = line.now_ms + OTHER_CIRCUIT_MS
    assert wake_ms(line.a.ledger, line.now_ms) == fires_ms
    assert by_itself(line.a.ledger, fires_ms - 1) == []
    assert [out.body for out in by_itself(line.a.ledger, fires_ms)] == [
        Escalation(Rung.ALL_CIRCUITS, Level.OPERATIONAL)
    ]
    line.a.say(Utterance("BRAVO", TalkMoment(TalkEvent.RESUME, line.now_ms), links=link), line.now_ms, OFFICER)
    assert by_itself(line.a.ledger, fires_ms) == []
    assert wake_ms(line.a.ledger, line.now_ms) == T0 + 60 * SECOND_MS
