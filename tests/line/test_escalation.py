"""What falls due when nobody answers: at its moment and not before, for the author's own notices alone."""

import dataclasses

import pytest

from clearline.line.escalation import SITE_DELIVERED_MS, Escalation, Lapse, Rung, due, next_due_ms, open_notices
from clearline.line.ladder import LIMITS, Answer, AnswerType, Closed, Disseminated, Echelon, Seen, Step
from clearline.line.notice import NoticeType
from clearline.line.statement import Link, Relation, Said, Utterance
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


def _site(line: Line, kind: NoticeType = NoticeType.PROTECTED_SITE, *links: Link) -> Said:
    body = dataclasses.replace(notice(), type=kind, function=Function.PROTECTED_SITE, level=Level.HUMANITARIAN)
    said = line.a.say(Utterance("BRAVO", body, links=links), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


@pytest.mark.parametrize("kind", [NoticeType.PROTECTED_SITE, NoticeType.HUMANITARIAN_MOVEMENT])
def test_a_site_that_does_not_reach_the_other_node_within_the_hour_goes_by_every_route(kind: NoticeType) -> None:
    line = Line(down=True)
    said = _site(line, kind)
    due_ms = T0 + SITE_DELIVERED_MS
    assert next_due_ms(line.a.ledger, T0) == due_ms
    assert due(line.a.ledger, due_ms - 1) == []
    assert [one.utterance.body for one in due(line.a.ledger, due_ms)] == [
        Lapse(Step.DELIVERED, due_ms),
        Escalation(Rung.ALL_CIRCUITS, Level.HUMANITARIAN),
    ]
    line.wait(SITE_DELIVERED_MS, step_ms=SITE_DELIVERED_MS)
    assert due(line.a.ledger, line.now_ms) == [], "it is said once"
    assert len(line.a.ledger.saying(said.record_id, Lapse)) == 1


def test_a_site_that_was_delivered_has_the_clocks_of_any_notice() -> None:
    line = Line()
    _site(line)
    assert next_due_ms(line.a.ledger, T0) == T0 + LIMITS[Precedence.ROUTINE].seen_ms


def test_a_change_of_a_site_has_the_hour_too_and_a_change_of_that() -> None:
    line = Line()
    site = _site(line)
    line.down = True
    change = _site(line, NoticeType.CHANGE, Link(Relation.UPDATES, site.record_id))
    assert {one.notice.record_id for one in due(line.a.ledger, T0 + SITE_DELIVERED_MS)} == {change.record_id}
    again = _site(line, NoticeType.CHANGE, Link(Relation.UPDATES, change.record_id))
    assert {one.notice.record_id for one in due(line.a.ledger, T0 + SITE_DELIVERED_MS)} == {again.record_id}


def test_the_end_of_a_site_has_the_hour_too() -> None:
    line = Line()
    site = _site(line)
    line.down = True
    end = _site(line, NoticeType.CANCEL, Link(Relation.CANCELS, site.record_id))
    assert {one.notice.record_id for one in due(line.a.ledger, T0 + SITE_DELIVERED_MS)} == {end.record_id}


def test_an_activity_that_is_not_delivered_waits_for_its_own_clock() -> None:
    line = Line(down=True)
    line.notify(notice(), Precedence.ROUTINE)
    assert next_due_ms(line.a.ledger, T0) == T0 + LIMITS[Precedence.ROUTINE].seen_ms


def test_a_lapse_that_was_said_is_not_said_again_for_another_time() -> None:
    line = _flash()
    said = next(said for said in line.a.ledger if said.header.precedence is Precedence.FLASH)
    link = (Link(Relation.ABOUT, said.record_id),)
    line.a.say(Utterance("BRAVO", Lapse(Step.SEEN, T0 + 1), Precedence.FLASH, link), line.now_ms)
    bodies = [one.utterance.body for one in due(line.a.ledger, T0 + LIMITS[Precedence.FLASH].seen_ms)]
    assert bodies == [Escalation(Rung.ALL_CIRCUITS, Level.OPERATIONAL)]


def test_of_a_notice_that_was_closed_nothing_is_due_though_nobody_said_that_it_was_passed_on() -> None:
    line = Line()
    said = line.notify(notice(), Precedence.ROUTINE)
    line.b.say(Utterance("ALPHA", Seen(), links=(Link(Relation.ABOUT, said.record_id),)), line.now_ms, OFFICER)
    line.carry()
    late_ms = T0 + 2 * LIMITS[Precedence.ROUTINE].answered_ms
    assert Step.DISSEMINATED in {
        b.step for one in due(line.a.ledger, late_ms) if isinstance(b := one.utterance.body, Lapse)
    }
    link = (Link(Relation.ABOUT, said.record_id),)
    line.b.say(Utterance("ALPHA", Answer(AnswerType.ROGER), links=link), line.now_ms, OFFICER)
    line.carry()
    line.a.say(Utterance("BRAVO", Closed(), links=link), line.now_ms, OFFICER)
    assert due(line.a.ledger, late_ms) == []


def test_a_notice_that_was_changed_is_not_open_any_more() -> None:
    line = Line()
    site = _site(line)
    change = _site(line, NoticeType.CHANGE, Link(Relation.UPDATES, site.record_id))
    assert [said.record_id for said, _ in open_notices(line.a.ledger, T0)] == [change.record_id]


def test_only_what_flies_somewhere_and_was_seen_is_to_be_passed_on() -> None:
    late_ms = T0 + 2 * LIMITS[Precedence.ROUTINE].answered_ms

    def lapsed(line: Line) -> set[Step]:
        return {b.step for one in due(line.a.ledger, late_ms) if isinstance(b := one.utterance.body, Lapse)}

    unseen = Line()
    unseen.notify(notice(), Precedence.ROUTINE)
    assert lapsed(unseen) == {Step.SEEN, Step.ANSWERED}
    nowhere = Line()
    said = nowhere.notify(dataclasses.replace(notice(), type=NoticeType.GOOD_WILL, areas=()), Precedence.ROUTINE)
    link = (Link(Relation.ABOUT, said.record_id),)
    nowhere.b.say(Utterance("ALPHA", Seen(), links=link), nowhere.now_ms, OFFICER)
    nowhere.carry()
    assert lapsed(nowhere) == {Step.ANSWERED}
    link = (Link(Relation.ABOUT, unseen.a.sent[-1].record_id),)
    for body in (Seen(), Disseminated(Echelon.AIR, unseen.now_ms)):
        unseen.b.say(Utterance("ALPHA", body, links=link), unseen.now_ms, OFFICER)
        unseen.carry()
    assert lapsed(unseen) == {Step.ANSWERED}
