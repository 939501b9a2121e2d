"""Acceptance stories 43, 47 to 50 and 52: the record counted, dated, probed, filled up, misused, and kept on paper."""

import dataclasses

from clearline.conflict.engine import PlainEngine
from clearline.edge.geoid_file import load_geoid
from clearline.line import proof
from clearline.line.access import (
    PAST_COPIES,
    Opened,
    PostClass,
    RecipientRemoved,
    Scope,
    accesses,
    decide_open,
    recipients,
)
from clearline.line.asking import BUDGET, Query, QueryRefused, decide_query, patterns
from clearline.line.board import board
from clearline.line.conflicts import find_conflicts
from clearline.line.dossier import CrossingRow, PartyRow, dossier
from clearline.line.incident import Account, Fact, Incident, IncidentKind, OnFact
from clearline.line.ladder import Seen, Step
from clearline.line.notice import Notice, NoticeType, current
from clearline.line.order import backdated_ms, stamp_words
from clearline.line.paper import PaperWay, Transcribed, accept_transcribed, decide_transcribed, paper_words, transcribed
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Function, Level, Precedence
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Desk, Line, area, notice

_DAY_MS = 24 * HOUR_MS


def _about(line: Line, by: Desk, body: Body, record_id: str) -> Said:
    peer = "BRAVO" if by is line.a else "ALPHA"
    link = (Link(Relation.ABOUT, record_id),)
    said = by.say(Utterance(peer, body, links=link), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


def test_story_43_boundary_crossed_ten_times_a_day() -> None:
    """Ten crossings: counted by whose and by whom, agreed, disputed and open apart, and nobody is found at fault."""
    line = Line()
    for n in range(10):
        reporter = line.a if n < 8 else line.b
        whose = ("BRAVO" if reporter is line.a else "ALPHA") if n != 7 else "UNATTRIBUTED"
        peer = "BRAVO" if reporter is line.a else "ALPHA"
        body = Incident(IncidentKind.ENTRY_BY_ERROR, "over the line", line.now_ms, whose, place_uncertain=n == 0)
        said = reporter.say(Utterance(peer, body), line.now_ms, OFFICER, SECOND)
        line.carry()
        fact = Fact("crossed", f"crossing {n} by 2 km")
        _about(line, reporter, Account((fact,)), said.record_id)
        other = line.b if reporter is line.a else line.a
        if n in (1, 2, 3):
            _about(line, other, Account(()), said.record_id)
            _about(line, other, OnFact(fact, agrees=True), said.record_id)
        if n in (4, 5):
            _about(line, other, OnFact(fact, agrees=False), said.record_id)
        line.now_ms += HOUR_MS
    rows = [
        {row.whose: row for row in dossier(ledger, peer, T0, T0 + _DAY_MS, line.now_ms).crossings}
        for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA"))
    ]
    assert rows[0] == rows[1]
    assert rows[0]["BRAVO"] == CrossingRow("BRAVO", {"ALPHA": 7}, 3, 2, 2, 1)
    assert rows[0]["ALPHA"] == CrossingRow("ALPHA", {"BRAVO": 2}, 0, 0, 2, 0)
    assert rows[0]["UNATTRIBUTED"] == CrossingRow("UNATTRIBUTED", {"ALPHA": 1}, 0, 0, 1, 0)
    words = {word for field in dataclasses.fields(CrossingRow) for word in field.name.split("_")}
    assert not words & {"fault", "guilty", "blame", "violation", "caused"}


def test_story_47_backdating() -> None:
    """Dated two hours before it came into the log: both times are shown, and the difference."""
    line = Line()
    line.b.skew_ms = -2 * HOUR_MS
    said = line.b.say(Utterance("ALPHA", notice("B1")), line.now_ms, OFFICER, SECOND)
    line.carry()
    there = line.a.ledger.get(said.record_id)
    assert there is not None
    assert backdated_ms(there) == 2 * HOUR_MS
    time = {there.header.created_ms: "06:00Z", there.logged_ms: "08:00Z"}
    assert stamp_words(there, time) == "dated 06:00Z by its author, logged 08:00Z here: 120 min 0 s later"
    assert backdated_ms(said) == 0  # in its author's own log nothing shows: the receiver's clock does
    # What it says of itself takes effect from the log: a restriction is not older than its receipt (story 37).
    fresh = line.a.say(Utterance("BRAVO", notice("A1")), line.now_ms, OFFICER, SECOND)
    time = {line.now_ms: "08:00Z"}
    assert stamp_words(fresh, time) == "dated 08:00Z by its author, logged 08:00Z here"


def test_story_48_probing() -> None:
    """500 tiny questions over one area in a day: the budget stops them, and B holds them all under A's signature."""
    line = Line()
    asked: list[str] = []
    refused = 0
    for n in range(500):
        lat_e7 = 350_100_000 + n * 1_000
        query = Query(lat_e7, 400_100_000, lat_e7 + 500, 400_100_500, T0, T0 + HOUR_MS)
        out = decide_query(query, "BRAVO", line.a.ledger, now_ms=line.now_ms)
        if isinstance(out, Refused):
            assert out.rule == "Q1"
            refused += 1
            # A node that does not ask its own rules says it all the same, and dates it otherwise.
            line.a.skew_ms = -(n % 7) * _DAY_MS
            asked.append(line.a.say(Utterance("BRAVO", query), line.now_ms).record_id)
            line.a.skew_ms = 0
        else:
            asked.append(line.a.say(out[0], line.now_ms).record_id)
        line.now_ms += 60 * SECOND_MS
        line.carry()
    assert refused == 500 - BUDGET
    seen = {said.record_id for said, _ in line.b.ledger.of(Query)}
    assert seen == set(asked)  # every question is there for the other side to see
    answered = [said for said, _ in line.b.ledger.of(QueryRefused)]
    assert len(answered) == 500 - BUDGET
    shown = patterns(line.b.ledger)
    assert {pattern.party for pattern in shown} == {"ALPHA"}
    assert set(shown[0].queries) == set(asked)
    on_board = board(line.b.ledger, "ALPHA", heard_ms=line.now_ms, void={}, now_ms=line.now_ms).patterns
    assert on_board == tuple(shown)


def test_story_48_vast_questions_have_one_budget_between_them() -> None:
    line = Line()
    for n in range(BUDGET):
        query = Query(-900_000_000 + n * 3_000_000, -1_800_000_000, 900_000_000, 1_800_000_000, T0, T0)
        out = decide_query(query, "BRAVO", line.a.ledger, now_ms=line.now_ms)
        assert not isinstance(out, Refused)
        line.a.say(out[0], line.now_ms)
    again = Query(-800_000_000, -1_800_000_000, 900_000_000, 1_800_000_000, T0, T0)
    assert isinstance(decide_query(again, "BRAVO", line.a.ledger, now_ms=line.now_ms), Refused)


def test_story_49_paper_reservation() -> None:
    """The whole valley until further notice is a notice like any other: B's plan in it stands, and the ratio shows."""
    line = Line()
    wide = dataclasses.replace(area(start_ms=T0), radius_mm=200_000_000, end_ms=None)
    vast = [line.notify(notice(f"A{n}", NoticeType.ACTIVITY, wide)) for n in range(4)]
    assert all(said.record_id not in line.b.void for said in vast)
    begun = Notice(NoticeType.START_END, "A0", "Begun", Level.OPERATIONAL, Function.FLIGHT_SAFETY)
    for _ in range(3):
        _about(line, line.a, begun, vast[0].record_id)
    mine = line.b.say(Utterance("ALPHA", notice("B1")), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert mine.record_id not in line.a.void
    assert [said.record_id for said, _ in current(line.a.ledger, "BRAVO", line.now_ms)] == [mine.record_id]
    look = find_conflicts(line.b.ledger, "ALPHA", geoid=load_geoid(), engine=PlainEngine(), now_ms=line.now_ms)
    assert len(look.found) == len(vast)  # conflicts to be talked about, not a right that refuses the other's plan
    rows: list[dict[str, PartyRow]] = []
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        found = dossier(ledger, peer, T0 - 1, T0 + _DAY_MS, line.now_ms)
        rows.append({row.party: row for row in found.parties})
    for by_party in rows:
        row = by_party["ALPHA"]
        assert (row.planned, row.started, row.vast, row.started_milli) == (4, 1, 4, 250)
        assert (by_party["BRAVO"].planned, by_party["BRAVO"].vast, by_party["BRAVO"].started_milli) == (1, 0, 0)
    assert dossier(line.a.ledger, "BRAVO", 0, 1, line.now_ms).parties[0].started_milli is None


def _site(line: Line) -> Said:
    body = Notice(
        NoticeType.PROTECTED_SITE, "S1", "Clinic", Level.HUMANITARIAN, Function.PROTECTED_SITE, (area(start_ms=T0),)
    )
    return line.notify(body)


def test_story_50_list_misuse() -> None:
    """A's site is opened at B by a class outside the agreed one: A sees it. Removed, B gets no later version."""
    line = Line()
    site = _site(line)
    _about(line, line.a, Scope((PostClass.AIR, PostClass.LINE_WATCH)), site.record_id)
    for post_class in (PostClass.AIR, PostClass.GROUND):
        out = decide_open(site.record_id, post_class, OFFICER, line.b.ledger, now_ms=line.now_ms)
        assert not isinstance(out, Refused)
        line.b.say(out[0], line.now_ms)
        line.carry()
    seen = [(entry.opened.post_class, entry.outside) for entry in accesses(line.a.ledger, site)]
    assert seen == [(PostClass.AIR, False), (PostClass.GROUND, True)]
    hidden = _about(line, line.a, Opened(PostClass.AIR, T0), site.record_id)  # the submitter cannot write B's log
    assert line.b.void[hidden.record_id].rule == "A2"
    assert len(accesses(line.b.ledger, site)) == 2
    update = notice("S1", NoticeType.CHANGE, area(start_ms=T0))
    link = (Link(Relation.UPDATES, site.record_id),)
    second = line.a.say(Utterance("BRAVO", update, links=link), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert recipients(line.a.ledger, "S1") == {"BRAVO": True}
    _about(line, line.a, RecipientRemoved("misuse"), second.record_id)
    assert recipients(line.a.ledger, "S1") == {"BRAVO": False}
    later = line.a.say(
        Utterance("BRAVO", update, links=(Link(Relation.UPDATES, second.record_id),)), line.now_ms, OFFICER, SECOND
    )
    refused = line.a.void[later.record_id]
    assert refused.rule == "A3"
    assert PAST_COPIES == "Copies already given cannot be recalled."
    assert PAST_COPIES in refused.why


def test_story_50_without_a_scope_nothing_is_inside_or_outside() -> None:
    line = Line()
    site = _site(line)
    out = decide_open(site.record_id, PostClass.AIR, OFFICER, line.b.ledger, now_ms=line.now_ms)
    assert not isinstance(out, Refused)
    line.b.say(out[0], line.now_ms)
    line.carry()
    assert [entry.outside for entry in accesses(line.a.ledger, site)] == [None]
    assert isinstance(decide_open(site.record_id, PostClass.AIR, None, line.b.ledger, now_ms=T0), Refused)
    assert isinstance(decide_open(site.record_id, PostClass.AIR, OFFICER, line.a.ledger, now_ms=T0), Refused)


def test_story_52_total_network_loss() -> None:
    """Paper and telephone for 24 h, keyed in by two persons: original times beside it, counting from the keying in."""
    line = Line()
    line.now_ms = T0 + _DAY_MS
    said = line.notify(notice("A1", NoticeType.ACTIVITY, area(start_ms=T0 + 2 * HOUR_MS)))
    form = Transcribed(T0, T0 + 5 * MINUTE_MS, PaperWay.TELEPHONE, "17")
    out = decide_transcribed(form, said.record_id, line.a.ledger)
    assert not isinstance(out, Refused)
    alone = line.a.say(dataclasses.replace(out[0], precedence=Precedence.FLASH), line.now_ms, OFFICER)
    line.carry()
    assert line.b.void[alone.record_id].rule == "J2"  # one person is not enough, not even at FLASH
    assert transcribed(line.b.ledger, said) is None
    line.a.say(out[0], line.now_ms, OFFICER, SECOND)
    line.carry()
    seen = line.answer(Seen(), said.record_id)
    assert isinstance(seen, Said)
    on_paper = Transcribed(T0 + 6 * MINUTE_MS, None, PaperWay.NOT_PASSED, "18")
    _about(line, line.b, on_paper, seen.record_id)
    time = {T0: "08:00Z", T0 + 5 * MINUTE_MS: "08:05Z", T0 + 6 * MINUTE_MS: "08:06Z", line.now_ms: "08:00Z next day"}
    for ledger in (line.a.ledger, line.b.ledger):
        words = paper_words(ledger, said, time)
        assert words == (
            "transcribed from paper, by two persons (officer-1, officer-2): written 08:00Z, "
            "passed 08:05Z by TELEPHONE; "
            "keyed in 08:00Z next day, and counts from there"
        )
        assert "written 08:06Z, not passed at the time" in (paper_words(ledger, seen, time) or "")
    # It proves no receipt at the time it says: the notice given is what the signed receipt of today gives.
    climbed = line.ladder(said)
    assert climbed.given_ms == 2 * HOUR_MS - _DAY_MS
    assert climbed.steps[Step.SEEN].header.created_ms == line.now_ms
    assert proof.NO_RECEIPT == "no signed receipt exists"


def test_story_52_what_cannot_be_so_is_refused() -> None:
    line = Line()
    said = line.notify(notice())
    later = Transcribed(T0 + HOUR_MS, None, PaperWay.NOT_PASSED)
    out = decide_transcribed(later, said.record_id, line.a.ledger)
    assert isinstance(out, Refused)
    assert out.rule == "J3"
    foreign = decide_transcribed(Transcribed(T0, None, PaperWay.NOT_PASSED), said.record_id, line.b.ledger)
    assert isinstance(foreign, Refused)
    assert foreign.rule == "J1"
    forged = line.slip(Transcribed(T0, None, PaperWay.NOT_PASSED), said.record_id)
    assert accept_transcribed(forged, line.a.ledger) is not None
    assert paper_words(line.a.ledger, said, {}) is None
