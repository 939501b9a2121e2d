"""The dossier of a period: it counts what is on record, what is missing is a number, and both sides find the same."""

import dataclasses

from clearline.line.circuit import Monitoring
from clearline.line.dossier import VAST_MS, dossier
from clearline.line.escalation import Lapse
from clearline.line.incident import Account, Fact, Incident, IncidentKind, OnFact
from clearline.line.ladder import Step
from clearline.line.notice import Notice, NoticeType
from clearline.line.observed import LineCheck, LineCheckAnswer
from clearline.line.statement import Body, Link, Relation, Said, Utterance
from clearline.line.talk import TalkDeclined, TalkRequest
from clearline.line.terms import Function, Level, Precedence
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Line, area, notice

_DAY_MS = 24 * HOUR_MS


def test_short_useless_and_unreceipted_notices_are_counted_apart() -> None:
    line = Line()
    for given_ms in (-MINUTE_MS, MINUTE_MS, 2 * MINUTE_MS, 14 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS):
        line.notify(notice("A1", NoticeType.ACTIVITY, area(start_ms=T0 + given_ms)))
    line.down = True
    line.notify(notice("A1", NoticeType.ACTIVITY, area(start_ms=T0 + HOUR_MS)))
    row = dossier(line.a.ledger, "BRAVO", T0, T0 + _DAY_MS, line.now_ms).parties[0]
    assert (row.useless, row.short, row.unreceipted) == (2, 2, 1)
    assert row.median_notice_ms == 14 * MINUTE_MS
    assert row.notices == {NoticeType.ACTIVITY: 7}
    assert row.planned == 7


def test_a_dossier_of_nothing_says_so() -> None:
    line = Line()
    found = dossier(line.a.ledger, "BRAVO", T0, T0 + _DAY_MS, T0)
    assert found.talks == {}
    assert found.incidents == ()
    assert found.crossings == ()
    for row in found.parties:
        assert row.median_notice_ms is None
        assert (row.planned, row.started, row.vast, row.checks, row.answered, row.started_milli) == (
            0,
            0,
            0,
            0,
            0,
            None,
        )


def test_only_the_period_and_only_this_peer_are_counted() -> None:
    line = Line()
    for at_ms in (T0 - 1, T0, T0 + HOUR_MS, T0 + HOUR_MS + 1):
        line.now_ms = at_ms
        line.notify(notice("A1"))
    line.a.say(Utterance("HUMAN", notice("A1")), T0, OFFICER, SECOND)
    row = dossier(line.a.ledger, "BRAVO", T0, T0 + HOUR_MS, T0).parties[0]
    assert row.planned == 2


def test_lapses_are_those_of_the_author_of_the_notice_and_of_no_other() -> None:
    line = Line(down=True)
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    line.wait(3 * MINUTE_MS)
    line.down = False
    line.carry()
    line.slip(Lapse(Step.UNDERSTOOD, T0), said.record_id, None)
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        rows = {row.party: row for row in dossier(ledger, peer, T0, T0 + _DAY_MS, line.now_ms).parties}
        assert rows["BRAVO"].lapses == {Step.SEEN: 1, Step.ANSWERED: 1}
        assert rows["ALPHA"].lapses == {}


def test_talks_checks_and_incidents() -> None:
    line = Line()
    for answered in (True, False, True):
        asked = line.a.say(Utterance("BRAVO", LineCheck("telephone")), T0)
        line.carry()
        if answered:
            link = (Link(Relation.ABOUT, asked.record_id),)
            line.b.say(Utterance("ALPHA", LineCheckAnswer(good=True), links=link), T0, OFFICER)
        line.a.say(
            Utterance("BRAVO", LineCheckAnswer(good=True), links=(Link(Relation.ABOUT, asked.record_id),)), T0, OFFICER
        )
        line.carry()
        line.now_ms += SECOND_MS
    request = TalkRequest(Level.MINISTERS, Function.POLICY, "MINISTER", "MINISTER", answer_by_ms=T0 + HOUR_MS)
    for decline in (True, False):
        asked = line.a.say(Utterance("BRAVO", request), T0, OFFICER, SECOND)
        line.carry()
        if decline:
            link = (Link(Relation.ABOUT, asked.record_id),)
            line.b.say(Utterance("ALPHA", TalkDeclined("no"), links=link), T0, OFFICER)
            line.carry()
    report = line.a.say(Utterance("BRAVO", Incident(IncidentKind.MISSED_CALL, "no answer", T0)), T0, OFFICER, SECOND)
    line.carry()
    link = (Link(Relation.ABOUT, report.record_id),)
    one, other = Fact("a", "x"), Fact("b", "y")
    line.a.say(Utterance("BRAVO", Account((one, other)), links=link), T0, OFFICER, SECOND)
    line.carry()
    line.b.say(Utterance("ALPHA", OnFact(one, agrees=True), links=link), T0, OFFICER, SECOND)
    line.carry()
    found = dossier(line.b.ledger, "ALPHA", T0, T0 + _DAY_MS, T0 + 2 * HOUR_MS)
    rows = {row.party: row for row in found.parties}
    assert (rows["BRAVO"].checks, rows["BRAVO"].answered, rows["ALPHA"].checks) == (3, 2, 0)
    assert found.talks == {"DECLINED": 1, "NO_ANSWER": 1}
    assert [view.fact for view in found.incidents[0].agreed] == [one]
    assert [view.fact for view in found.incidents[0].other] == [other]
    assert found.crossings == ()
    assert VAST_MS == 31 * _DAY_MS


def _said(line: Line, peer: str, body: Body, *links: Link) -> Said:
    return line.a.say(Utterance(peer, body, links=links), line.now_ms, OFFICER, SECOND)


def test_talks_incidents_and_checks_of_another_peer_or_time_are_not_counted() -> None:
    line = Line()
    request = TalkRequest(Level.MINISTERS, Function.POLICY, "MINISTER", "MINISTER")
    told = (request, Incident(IncidentKind.MISSED_CALL, "no answer", T0), LineCheck("telephone"))
    for body in told:
        _said(line, "HUMAN", body)
    line.now_ms = T0 + _DAY_MS + 1
    for body in told:
        _said(line, "BRAVO", body)
    found = dossier(line.a.ledger, "BRAVO", T0, T0 + _DAY_MS, line.now_ms)
    assert (found.talks, found.incidents, found.parties[1].checks) == ({}, (), 0)
    later = dossier(line.a.ledger, "BRAVO", T0, line.now_ms, line.now_ms)
    assert (sum(later.talks.values()), len(later.incidents), later.parties[1].checks) == (1, 1, 1)


def test_what_has_no_place_is_late_for_nothing_and_what_grew_out_of_another_began_nothing() -> None:
    line = Line(down=True)
    planned = line.notify(notice("A1"))
    follows = Link(Relation.FOLLOWS, planned.record_id)
    general = Notice(NoticeType.GENERAL, "G1", "A word", Level.OPERATIONAL, Function.FLIGHT_SAFETY)
    for body in (general, notice("A2")):
        _said(line, "BRAVO", body, follows)
    row = dossier(line.a.ledger, "BRAVO", T0, T0 + _DAY_MS, T0).parties[0]
    assert (row.unreceipted, row.planned, row.started) == (2, 2, 0)
    begun = Notice(NoticeType.START_END, "A1", "Begun", Level.OPERATIONAL, Function.FLIGHT_SAFETY)
    for _ in range(2):  # however often it is said
        _said(line, "BRAVO", begun, follows)
    row = dossier(line.a.ledger, "BRAVO", T0, T0 + _DAY_MS, T0).parties[0]
    assert (row.started, row.started_milli) == (1, 500)


def test_a_planned_activity_is_vast_beyond_a_month_or_without_an_end_and_no_other_notice_is() -> None:
    line = Line()
    start = area(start_ms=T0)
    for end_ms in (T0 + VAST_MS, T0 + VAST_MS + 1, None):
        line.notify(notice("A1", NoticeType.ACTIVITY, dataclasses.replace(start, end_ms=end_ms)))
    line.notify(notice("H1", NoticeType.IMMINENT_HAZARD, dataclasses.replace(start, end_ms=None)))
    row = dossier(line.a.ledger, "BRAVO", T0, T0 + _DAY_MS, T0).parties[0]
    assert (row.planned, row.vast) == (3, 2)


def test_a_crossing_is_agreed_in_all_its_facts_disputed_in_one_or_open() -> None:
    line = Line()
    one, other = Fact("a", "x"), Fact("b", "y")
    words = [[], [(one, True)], [(one, True), (other, True)], [(one, True), (other, False)]]
    for said_of in words:
        report = _said(line, "BRAVO", Incident(IncidentKind.BOUNDARY_CROSSING, "over it", T0, "BRAVO"))
        link = Link(Relation.ABOUT, report.record_id)
        _said(line, "BRAVO", Account((one, other)), link)
        line.carry()
        for fact, agrees in said_of:
            line.b.say(Utterance("ALPHA", OnFact(fact, agrees), links=(link,)), T0, OFFICER, SECOND)
        line.carry()
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        (row,) = dossier(ledger, peer, T0, T0 + _DAY_MS, T0).crossings
        assert (row.agreed, row.disputed, row.open_, row.reported) == (1, 1, 2, {"ALPHA": 4})


def test_a_warning_on_a_circuit_that_was_confirmed_is_not_counted_as_unheard() -> None:
    line = Line()
    hazard = dataclasses.replace(notice(kind=NoticeType.IMMINENT_HAZARD), circuit="121.5 MHz")
    line.notify(hazard)
    line.b.say(Utterance("ALPHA", Monitoring("121.5 MHz", T0)), T0, OFFICER)
    line.carry()
    line.notify(hazard)
    line.notify(notice())
    rows = {row.party: row.unheard for row in dossier(line.b.ledger, "ALPHA", T0, T0 + _DAY_MS, T0).parties}
    assert rows == {"ALPHA": 1, "BRAVO": 0}
