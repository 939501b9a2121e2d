"""A desk: whatever is said and whenever, nothing is said twice, no wake comes late, and a hand-over forgets nothing."""

import dataclasses
import random
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from clearline.line.board import board, open_items
from clearline.line.channel import Declaration, Permission, State, permit
from clearline.line.conflicts import ConflictUnresolved
from clearline.line.desk import by_itself, on_receipt, wake_ms
from clearline.line.escalation import Escalation, Lapse, due, next_due_ms, open_notices
from clearline.line.incident import Incident, IncidentState, incident_state
from clearline.line.ladder import Answer, AnswerType, Closed, Delivered, Disseminated, Echelon, Seen, Step, ladder
from clearline.line.minutes import FollowUp, FollowUpState, RecordState, follow_up_state, record_state
from clearline.line.notice import Notice, NoticeType, Standing, standing
from clearline.line.observed import ANSWER_WITHIN_MS, LineCheck, LineCheckAnswer, LineCheckMissed, checks_to_answer
from clearline.line.party import HandOver, decide_hand_over
from clearline.line.proposal import Proposal, ProposalState, proposal_state
from clearline.line.release import ConfirmationLapsed, decide_draft, drafts_waiting, unconfirmed
from clearline.line.statement import Actor, Link, Refused, Relation, Said, Utterance
from clearline.line.talk import TalkRequest, TalkState, talk
from clearline.line.terms import SAFETY, By, Level, Precedence
from tests.line.simulator import anything, bargaining, between, picture, sensible
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Desk, Line, notice

Way = Callable[[random.Random, Desk, str], tuple[Utterance, Actor | None, Actor | None]]
_WAYS: list[Way] = [anything, sensible, bargaining]
_MACHINE_MAY = (Delivered, Lapse, Escalation, ConfirmationLapsed, LineCheckMissed, ConflictUnresolved)


class TwoDesks(RuleBasedStateMachine):
    """Two desks that say anything to each other, over a line that is there or not."""

    def __init__(self) -> None:
        super().__init__()
        self.line = Line()

    @initialize(skew_ms=st.sampled_from([0, -60 * SECOND_MS, 5 * SECOND_MS]))
    def clocks(self, skew_ms: int) -> None:
        """B's clock may be off."""
        self.line.b.skew_ms = skew_ms
        self.line.open()

    @rule(rng=st.randoms(use_true_random=False), mine=st.booleans(), how=st.sampled_from(_WAYS))
    def say(self, rng: random.Random, *, mine: bool, how: Way) -> None:
        """Something fitting, beside the point, or forbidden."""
        desk, peer = (self.line.a, "BRAVO") if mine else (self.line.b, "ALPHA")
        utterance, actor, released_by = how(rng, desk, peer)
        desk.say(utterance, self.line.now_ms, actor, released_by)

    @rule(down=st.booleans())
    def cut_or_mend(self, *, down: bool) -> None:
        """The line goes down, or comes up and brings what waited."""
        self.line.down = down
        self.line.carry()

    @rule(ms=st.sampled_from([SECOND_MS, MINUTE_MS, 11 * MINUTE_MS, 7 * HOUR_MS]))
    def wait(self, ms: int) -> None:
        """Time passes in one step, and each node says what is due."""
        for desk in (self.line.a, self.line.b):
            self._wakes_in_time(desk, ms)
        self.line.wait(ms, step_ms=ms)

    def _wakes_in_time(self, desk: Desk, ms: int) -> None:
        """What falls due within a time falls due no sooner than the node was told to look."""
        now_ms = self.line.now_ms + desk.skew_ms
        at_ms = wake_ms(desk.ledger, now_ms)
        if at_ms is None:
            assert by_itself(desk.ledger, now_ms + ms) == []
        else:
            assert by_itself(desk.ledger, min(at_ms, now_ms + ms + 1) - 1) == []

    @invariant()
    def nothing_is_said_twice(self) -> None:
        """Once a node has said what is due, nothing is due."""
        for desk in (self.line.a, self.line.b):
            now_ms = self.line.now_ms + desk.skew_ms
            for utterance in by_itself(desk.ledger, now_ms):
                assert isinstance(utterance.body, _MACHINE_MAY)
                desk.say(utterance, self.line.now_ms)
            assert by_itself(desk.ledger, now_ms) == []

    @invariant()
    def no_step_from_seen_on_is_a_machines(self) -> None:
        """Nor is anything else that only a person may say."""
        for desk in (self.line.a, self.line.b):
            for said, _ in desk.ledger.ever(Notice):
                for step, by in ladder(desk.ledger, said).steps.items():
                    assert step is Step.DELIVERED or by.header.by is By.WATCH

    @invariant()
    def receipt_of_safety_is_never_refused(self) -> None:
        """Whatever was declared or suspended."""
        for desk, peer in ((self.line.a, "BRAVO"), (self.line.b, "ALPHA")):
            for level in Level:
                for function in SAFETY:
                    word = permit(desk.ledger, peer, level, function, initiator=peer, post="", now_ms=self.line.now_ms)
                    assert word.permission is not Permission.REFUSE

    @invariant()
    def a_hand_over_lists_all_that_is_open(self) -> None:
        """Worked out here in another way than on the board."""
        desk, now_ms = self.line.a, self.line.now_ms
        shown = board(desk.ledger, "BRAVO", heard_ms=now_ms, void=desk.void, now_ms=now_ms)
        assert set(_open(desk, now_ms)) <= set(open_items(shown))

    def teardown(self) -> None:
        """When the line is up again, both hold the same and see the same."""
        self.line.down = False
        self.line.carry()
        far_ms = self.line.now_ms + 400 * 24 * HOUR_MS
        assert between(self.line.a.ledger, "BRAVO") == between(self.line.b.ledger, "ALPHA")
        assert picture(self.line.a.ledger, "BRAVO", far_ms) == picture(self.line.b.ledger, "ALPHA", far_ms)


_OVER: tuple[object, ...] = (
    TalkState.DECLINED, TalkState.WITHDRAWN, TalkState.ENDED, ProposalState.DECLINED, ProposalState.WITHDRAWN,
    ProposalState.LAPSED, ProposalState.VOID, ProposalState.ENDED, ProposalState.COUNTERED, IncidentState.CLOSED,
    FollowUpState.DONE, FollowUpState.DROPPED,
)  # fmt: skip


def _open(desk: Desk, now_ms: int) -> list[str]:
    ledger = desk.ledger
    found = [said for said, _ in open_notices(ledger, now_ms)]
    for said, _ in ledger.ever(Notice):
        closed = Step.CLOSED in ladder(ledger, said).steps
        assert said in found or closed or standing(ledger, said, now_ms) is not Standing.CURRENT
    states: list[tuple[Said, object]] = [
        *((said, talk(ledger, said, now_ms).state) for said, _ in ledger.of(TalkRequest)),
        *((said, proposal_state(ledger, said, now_ms)) for said, _ in ledger.of(Proposal)),
        *((said, incident_state(ledger, said, now_ms)) for said, _ in ledger.ever(Incident)),
        *((said, follow_up_state(ledger, said, now_ms)) for said, _ in ledger.of(FollowUp)),
    ]
    found += [said for said, state in states if state not in _OVER]
    found += [
        said
        for said, _ in ledger.of(TalkRequest)
        if record_state(ledger, said.record_id)[0] in (RecordState.SIGNED_BY_ONE, RecordState.DISPUTED)
    ]
    found += [*checks_to_answer(ledger, "BRAVO"), *unconfirmed(ledger)]
    return [said.record_id for said in found if said.header.author != said.header.addressee]


TwoDesksTest = TwoDesks.TestCase
TwoDesksTest.settings = settings(
    max_examples=40, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def test_a_watch_is_handed_over_with_every_open_item_to_another_person() -> None:
    line = Line()
    line.open()
    said = line.notify(notice())
    out = decide_draft(Utterance("BRAVO", notice("A2")), OFFICER, line.a.ledger)
    assert not isinstance(out, Refused)
    draft = line.a.say(out[0], line.now_ms, OFFICER)
    assert [one.record_id for one, _ in drafts_waiting(line.a.ledger)] == [draft.record_id]
    shown = board(line.a.ledger, "BRAVO", heard_ms=T0, void={}, now_ms=T0)
    items = open_items(shown)
    assert set(items) == {said.record_id, draft.record_id}
    missed = decide_hand_over(HandOver("OPS-DUTY", "officer-2", items[:1]), OFFICER, items, line.a.ledger)
    assert isinstance(missed, Refused)
    assert missed.rule == "W1"
    self_ = decide_hand_over(HandOver("OPS-DUTY", "officer-1", items), OFFICER, items, line.a.ledger)
    assert isinstance(self_, Refused)
    assert self_.rule == "W2"
    good = decide_hand_over(HandOver("OPS-DUTY", "officer-2", items), OFFICER, items, line.a.ledger)
    assert good == (Utterance("ALPHA", HandOver("OPS-DUTY", "officer-2", items)),)


def test_a_node_receipts_notices_while_suspended_and_nothing_of_its_own() -> None:
    line = Line()
    said = line.notify(notice())
    assert [out.body for out in on_receipt(said, line.b.ledger, received_ms=T0)] == [Delivered(T0)]
    assert on_receipt(said, line.a.ledger, received_ms=T0) == ()
    shut = Declaration(Level.OPERATIONAL, State.SUSPENDED, T0)
    line.b.say(Utterance("ALPHA", shut), T0, OFFICER, SECOND)
    line.carry()
    assert [out.body for out in on_receipt(said, line.b.ledger, received_ms=T0)] == [
        Delivered(T0, while_suspended=True)
    ]
    assert on_receipt(line.b.sent[0], line.a.ledger, received_ms=T0) == ()


def test_nobody_else_can_say_that_a_step_lapsed_or_was_carried_further() -> None:
    """B's node says it escalated A's notice already: A's own clock runs on all the same."""
    line = Line()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    wanted = [out.utterance.body for out in due(line.a.ledger, T0 + HOUR_MS)]
    forged = [line.slip(body, said.record_id, None) for body in wanted]
    assert len(forged) == 5
    assert {line.a.void[one.record_id].rule for one in forged} == {"E1"}
    assert len(due(line.a.ledger, T0 + HOUR_MS)) == 5
    check = line.a.say(Utterance("BRAVO", LineCheck("x")), T0)
    line.carry()
    loose = line.slip(Lapse(Step.SEEN, T0), check.record_id, None)
    assert line.a.void[loose.record_id].rule == "E1"


def test_a_notice_that_ran_out_unseen_is_a_lapse_on_record_and_is_carried_no_further() -> None:
    line = Line(down=True)
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH, valid_until_ms=T0 + 30 * SECOND_MS)
    assert next_due_ms(line.a.ledger, T0) == T0 + 60 * SECOND_MS
    line.wait(HOUR_MS, step_ms=HOUR_MS)
    about = [other.body for other in line.a.ledger.about(said.record_id)]
    assert [body.step for body in about if isinstance(body, Lapse)] == [Step.SEEN, Step.ANSWERED]
    assert not [body for body in about if isinstance(body, Escalation)]
    assert open_notices(line.a.ledger, line.now_ms) == []
    assert next_due_ms(line.a.ledger, line.now_ms) is None


def test_what_is_closed_or_called_off_is_carried_no_further() -> None:
    line = Line()
    closed, cancelled = line.notify(notice("A1")), line.notify(notice("A2"))
    line.roger(closed)
    for kind, relation, record_id in ((NoticeType.CANCEL, Relation.CANCELS, cancelled.record_id),):
        out = Utterance("BRAVO", notice("A2", kind), links=(Link(relation, record_id),))
        line.a.say(out, T0, OFFICER, SECOND)
    line.carry()
    later = {item.notice.record_id for item in due(line.a.ledger, T0 + 72 * HOUR_MS)}
    assert cancelled.record_id not in later
    assert closed.record_id in later  # answered, and nobody has seen it, as far as anybody said


def test_a_line_check_is_missed_a_moment_after_its_time_and_the_node_wakes_then() -> None:
    line = Line(down=True)
    line.a.say(Utterance("BRAVO", LineCheck("telephone")), T0)
    due_ms = T0 + ANSWER_WITHIN_MS + 1
    assert wake_ms(line.a.ledger, T0) == due_ms
    assert by_itself(line.a.ledger, due_ms - 1) == []
    assert [out.body for out in by_itself(line.a.ledger, due_ms)] == [LineCheckMissed(T0 + ANSWER_WITHIN_MS)]
    assert wake_ms(line.a.ledger, due_ms + HOUR_MS) == due_ms
    assert wake_ms(line.b.ledger, T0) is None
    assert LineCheckAnswer.by_person_only


def test_a_lapse_is_said_once_though_a_standby_moves_its_time_afterwards() -> None:
    line = Line()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    line.wait(121 * SECOND_MS)
    line.answer(Answer(AnswerType.STANDBY, line.now_ms + 60 * SECOND_MS), said.record_id)
    line.wait(10 * MINUTE_MS, step_ms=MINUTE_MS)
    steps = [lapse.step for _, lapse in line.a.ledger.saying(said.record_id, Lapse)]
    assert steps == [Step.SEEN, Step.ANSWERED]
    loose = line.b.say(Utterance("ALPHA", Lapse(Step.SEEN, T0)), line.now_ms)
    assert line.b.void[loose.record_id].rule == "E1"
    assert said.record_id not in line.a.void


def test_what_is_closed_passed_on_or_without_a_place_lapses_no_more() -> None:
    line = Line()
    closed, passed, plain = line.notify(notice("A1")), line.notify(notice("A2")), dataclasses.replace(notice("A3"))
    body = dataclasses.replace(plain, type=NoticeType.GENERAL, areas=())
    general = line.notify(body)
    for said in (closed, passed, general):
        line.answer(Seen(), said.record_id)
        line.roger(said)
    line.answer(Disseminated(Echelon.AIR, T0), passed.record_id)
    assert [item.utterance.body for item in due(line.a.ledger, T0 + 72 * HOUR_MS)] == [
        Lapse(Step.DISSEMINATED, T0 + 24 * HOUR_MS)
    ]
    link = (Link(Relation.ABOUT, closed.record_id),)
    line.a.say(Utterance("BRAVO", Closed(), links=link), line.now_ms, OFFICER)
    assert due(line.a.ledger, T0 + 72 * HOUR_MS) == []
    assert next_due_ms(line.a.ledger, T0) is None
