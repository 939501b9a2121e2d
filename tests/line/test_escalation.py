"""What falls due when nobody answers: at its moment and not before, for the author's own notices alone."""

from clearline.line.escalation import Escalation, Lapse, Rung, due, next_due_ms
from clearline.line.ladder import LIMITS, Step
from clearline.line.notice import NoticeType
from clearline.line.statement import Link, Relation, Utterance
from clearline.line.talk import TalkRequest
from clearline.line.terms import Function, Level, Precedence
from tests.line.two_desks import OFFICER, SECOND, T0, Line, notice


def _flash() -> Line:
    line = Line()
    line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    return line


def test_a_step_falls_due_at_its_limit_to_the_millisecond_and_not_before() -> None:
    line = _flash()
    seen_ms = T0 + LIMITS[Precedence.FLASH].seen_ms
    assert next_due_ms(line.a.ledger, T0) == seen_ms
    assert due(line.a.ledger, seen_ms - 1) == []
    assert [one.utterance.body for one in due(line.a.ledger, seen_ms)] == [
        Lapse(Step.SEEN, seen_ms),
        Escalation(Rung.ALL_CIRCUITS, Level.OPERATIONAL),
    ]


def test_who_received_a_notice_has_nothing_to_carry_further() -> None:
    line = _flash()
    assert due(line.b.ledger, T0 + 10 * LIMITS[Precedence.FLASH].answered_ms) == []
    assert next_due_ms(line.b.ledger, T0) is None


def test_a_call_about_a_notice_that_did_not_break_off_moves_nothing() -> None:
    line = _flash()
    said = next(said for said in line.a.ledger if said.header.precedence is Precedence.FLASH)
    request = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
    link = (Link(Relation.ABOUT, said.record_id),)
    line.a.say(Utterance("BRAVO", request, Precedence.FLASH, link), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert next_due_ms(line.a.ledger, T0) == T0 + LIMITS[Precedence.FLASH].seen_ms
