"""What each side says afterwards: points, follow-ups, the agreed record, readouts, incidents; nothing merged."""

import dataclasses
import hashlib

from hypothesis import given
from hypothesis import strategies as st

from clearline.line.area import Place
from clearline.line.incident import (
    COUNTER_ACCOUNT_MS,
    Account,
    Fact,
    Incident,
    IncidentClosed,
    IncidentKind,
    IncidentState,
    Lesson,
    OnFact,
    accept_incident,
    facts,
    incident_state,
)
from clearline.line.minutes import (
    AgreedRecord,
    Becomes,
    FollowUp,
    FollowUpState,
    Point,
    RecordDisputed,
    RecordState,
    Settled,
    Stance,
    StanceOn,
    accept_minutes,
    follow_up_state,
    follow_ups,
    points,
    record_state,
)
from clearline.line.parameters import ParameterSet, ParameterZone, in_force, minima_between, minima_of, text_matches
from clearline.line.readout import (
    DifferenceKind,
    PublishIntention,
    Readout,
    Tone,
    accept_readout,
    chain,
    compare,
    published,
    readouts,
)
from clearline.line.statement import Body, Link, Relation, Said, Utterance
from clearline.line.talk import TalkRequest
from clearline.line.terms import Function, Level
from tests.line.two_desks import HOUR_MS, OFFICER, SECOND, T0, Desk, Line

_FACT, _OTHER = Fact("where", "over the river"), Fact("when", "08:20Z")


def _talk(line: Line) -> Said:
    request = TalkRequest(Level.MINISTERS, Function.POLICY, "MINISTER", "MINISTER")
    said = line.a.say(Utterance("BRAVO", request), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


def _say(line: Line, by: Desk, body: Body, about: str, *links: Link) -> Said:
    peer = "BRAVO" if by is line.a else "ALPHA"
    out = Utterance(peer, body, links=(Link(Relation.ABOUT, about), *links))
    said = by.say(out, line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(list(Stance))), max_size=4), st.sampled_from(list(Stance)))
def test_a_point_converges_only_where_the_last_word_of_both_says_so(
    words: list[tuple[bool, Stance]], raised: Stance
) -> None:
    line = Line()
    asked = _talk(line)
    point = _say(line, line.a, Point("text", raised), asked.record_id)
    last = {"ALPHA": raised, "BRAVO": Stance.NOT_STATED}
    for mine, stance in words:
        _say(line, line.a if mine else line.b, StanceOn(stance), point.record_id)
        last["ALPHA" if mine else "BRAVO"] = stance
    for ledger in (line.a.ledger, line.b.ledger):
        view = points(ledger, asked.record_id)[0]
        assert view.stances == last
        assert view.converges == (set(last.values()) == {Stance.CONVERGE})


def test_a_follow_up_is_settled_by_its_owners_last_words_where_they_agree() -> None:
    line = Line()
    asked = _talk(line)
    body = FollowUp("technical talks", ("ALPHA", "BRAVO"), Becomes.TALK, T0 + HOUR_MS)
    said = _say(line, line.a, body, asked.record_id)
    assert [one.record_id for one, _ in follow_ups(line.b.ledger, asked.record_id)] == [said.record_id]

    def states(now_ms: int = T0) -> set[FollowUpState]:
        return {follow_up_state(desk.ledger, said, now_ms) for desk in (line.a, line.b)}

    assert states(T0 + HOUR_MS) == {FollowUpState.OPEN}
    assert states(T0 + HOUR_MS + 1) == {FollowUpState.OVERDUE}
    line.down = True
    _say(line, line.a, Settled(done=True), said.record_id)
    _say(line, line.b, Settled(done=False, why="not needed"), said.record_id)
    line.down = False
    line.carry()
    assert states() == {FollowUpState.OPEN}  # one says done, the other dropped: it is neither
    _say(line, line.b, Settled(done=True), said.record_id)
    assert states(T0 + 2 * HOUR_MS) == {FollowUpState.DONE}
    for desk in (line.a, line.b):
        _say(line, desk, Settled(done=False), said.record_id)
    assert states() == {FollowUpState.DROPPED}


def test_who_does_not_own_it_settles_nothing() -> None:
    line = Line()
    asked = _talk(line)
    said = _say(line, line.a, FollowUp("meet", ("ALPHA",), Becomes.MEETING), asked.record_id)
    forged = _say(line, line.b, Settled(done=True), said.record_id)
    assert line.a.void[forged.record_id].rule == "M2"
    assert follow_up_state(line.a.ledger, said, T0) is FollowUpState.OPEN


def test_what_is_about_something_else_is_void() -> None:
    line = Line()
    asked = _talk(line)
    point = _say(line, line.a, Point("text", Stance.CONVERGE), asked.record_id)
    for body in (Settled(done=True), StanceOn(Stance.CONVERGE)):
        assert line.a.void[_say(line, line.a, body, asked.record_id).record_id].rule == "M1"
    for body in (Point("x", Stance.DIVERGE), FollowUp("x", (), Becomes.TALK), RecordDisputed("no")):
        assert line.a.void[_say(line, line.a, body, point.record_id).record_id].rule == "M1"
    assert accept_minutes(asked, line.a.ledger) is None


_RECORDS = [
    AgreedRecord("2015-09-18", None, None, ("a",), "en"),
    AgreedRecord("2015-09-18", T0, T0 + HOUR_MS, ("a",), "ru"),
]


def test_a_record_is_agreed_where_both_signed_the_same_and_stays_so() -> None:
    line = Line()
    asked = _talk(line)

    def states() -> set[tuple[RecordState, AgreedRecord | None]]:
        return {record_state(desk.ledger, asked.record_id) for desk in (line.a, line.b)}

    assert states() == {(RecordState.NONE, None)}
    _say(line, line.a, _RECORDS[0], asked.record_id)
    assert states() == {(RecordState.SIGNED_BY_ONE, _RECORDS[0])}
    _say(line, line.b, _RECORDS[1], asked.record_id)
    assert {state for state, _ in states()} == {RecordState.SIGNED_BY_ONE}
    _say(line, line.b, RecordDisputed("the times"), asked.record_id)
    assert {state for state, _ in states()} == {RecordState.DISPUTED}
    _say(line, line.b, _RECORDS[0], asked.record_id)
    assert states() == {(RecordState.AGREED, _RECORDS[0])}
    _say(line, line.b, RecordDisputed("after all"), asked.record_id)
    _say(line, line.a, _RECORDS[1], asked.record_id)
    assert {state for state, _ in states()} == {RecordState.AGREED}


def _incident(line: Line) -> Said:
    body = Incident(IncidentKind.CLOSE_APPROACH, "half a mile", T0, "BRAVO")
    said = line.a.say(Utterance("BRAVO", body), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["account", "agree", "dispute"])), max_size=6))
def test_a_fact_is_agreed_only_where_both_stand_by_it_last(words: list[tuple[bool, str]]) -> None:
    line = Line()
    said = _incident(line)
    put = False
    last: dict[str, bool] = {}
    before: list[tuple[str, bool]] = []
    for mine, what in words:
        body = Account((_FACT,)) if what == "account" else OnFact(_FACT, agrees=what == "agree")
        _say(line, line.a if mine else line.b, body, said.record_id)
        put = put or what == "account"
        before.append(("ALPHA" if mine else "BRAVO", what != "dispute"))
    last.update(before)
    for ledger in (line.a.ledger, line.b.ledger):
        views = facts(ledger, said.record_id)
        assert bool(views) == put
        if put:
            assert views[0].agreed == (len(last) == 2 and all(last.values()))
            assert views[0].disputed_by == {party for party, agrees in last.items() if not agrees}


def test_where_an_incident_stands() -> None:
    line = Line()
    said = _incident(line)

    def states(now_ms: int = T0) -> set[IncidentState]:
        return {incident_state(desk.ledger, said, now_ms) for desk in (line.a, line.b)}

    _say(line, line.a, Account((_FACT,)), said.record_id)
    assert states(T0 + COUNTER_ACCOUNT_MS) == {IncidentState.REPORTED}
    assert states(T0 + COUNTER_ACCOUNT_MS + 1) == {IncidentState.COUNTER_ACCOUNT_OVERDUE}
    _say(line, line.b, Account((_OTHER,)), said.record_id)
    assert states(T0 + COUNTER_ACCOUNT_MS + 1) == {IncidentState.JOINT_REVIEW}
    _say(line, line.b, OnFact(_FACT, agrees=True), said.record_id)
    assert states() == {IncidentState.JOINT_REVIEW}
    _say(line, line.a, OnFact(_OTHER, agrees=True), said.record_id)
    assert states() == {IncidentState.FACTS_AGREED}
    _say(line, line.a, OnFact(_OTHER, agrees=False), said.record_id)
    assert states() == {IncidentState.FACTS_DISPUTED}
    _say(line, line.a, IncidentClosed(), said.record_id)
    assert states() == {IncidentState.FACTS_DISPUTED}
    _say(line, line.b, IncidentClosed(), said.record_id)
    assert states() == {IncidentState.CLOSED}


def test_a_counter_account_with_nothing_in_it_agrees_to_nothing() -> None:
    line = Line()
    said = _incident(line)
    _say(line, line.b, Account(()), said.record_id)
    assert incident_state(line.a.ledger, said, T0) is IncidentState.JOINT_REVIEW


def test_what_is_about_no_incident_or_no_fact_is_void() -> None:
    line = Line()
    said = _incident(line)
    talk = _talk(line)
    for body in (Account(()), OnFact(_FACT, agrees=True), Lesson("x"), IncidentClosed()):
        assert line.a.void[_say(line, line.a, body, talk.record_id).record_id].rule == "I1"
    forged = _say(line, line.b, OnFact(_FACT, agrees=True), said.record_id)
    assert line.a.void[forged.record_id].rule == "I2"
    assert accept_incident(said, line.a.ledger) is None


def _readout(text: str, **claims: object) -> Readout:
    made = Readout("press office", "en", text, hashlib.sha256(text.encode()).hexdigest())
    return dataclasses.replace(made, **claims)  # type: ignore[arg-type] - the claims are fields of a readout


def test_readouts_stand_side_by_side_and_what_one_does_not_say_is_none() -> None:
    line = Line()
    asked = _talk(line)
    assert compare(line.a.ledger, asked.record_id) == []
    _say(line, line.b, _readout("x", tone=Tone.NOT_STATED, minutes=60), asked.record_id)
    only = compare(line.a.ledger, asked.record_id)
    assert [(one.kind, one.says) for one in only] == [
        (DifferenceKind.ONLY_ONE, (("ALPHA", None), ("BRAVO", "published")))
    ]
    _say(line, line.a, _readout("y", tone=Tone.DIVERGENCE, initiator="BRAVO"), asked.record_id)
    found = {one.kind: one for one in compare(line.b.ledger, asked.record_id)}
    assert found[DifferenceKind.DURATION].says == (("ALPHA", None), ("BRAVO", "60 min"))
    assert found[DifferenceKind.DURATION].by == 0
    assert found[DifferenceKind.TONE].says == (("ALPHA", "DIVERGENCE"), ("BRAVO", None))
    assert found[DifferenceKind.INITIATOR].says == (("ALPHA", "BRAVO"), ("BRAVO", None))
    _say(line, line.a, _readout("z", minutes=60), asked.record_id)
    assert compare(line.a.ledger, asked.record_id) == []
    assert len(readouts(line.a.ledger, asked.record_id)) == 3
    assert [body.text for _, body in chain(line.a.ledger, asked.record_id, "ALPHA", "en")] == ["y", "z"]


def test_what_is_sealed_or_held_back_is_not_published() -> None:
    line = Line()
    asked = _talk(line)
    _say(line, line.a, _readout("later", embargo_ms=T0 + HOUR_MS), asked.record_id)
    _say(line, line.b, dataclasses.replace(_readout("sealed"), text=""), asked.record_id)
    assert published(line.a.ledger, T0 + HOUR_MS - 1) == []
    assert [body.text for _, body in published(line.a.ledger, T0 + HOUR_MS)] == ["later"]


def test_a_readout_corrects_its_own_sides_and_is_about_one_talk() -> None:
    line = Line()
    asked = _talk(line)
    first = _say(line, line.a, _readout("x"), asked.record_id)
    wrong = [
        _say(line, line.b, _readout("y"), asked.record_id, Link(Relation.CORRECTS, first.record_id)),
        _say(line, line.a, _readout("y"), asked.record_id, Link(Relation.CORRECTS, asked.record_id)),
        _say(line, line.a, _readout("y"), asked.record_id, Link(Relation.CORRECTS, "0" * 64)),
        _say(line, line.a, PublishIntention(T0), first.record_id),
        line.a.say(Utterance("BRAVO", _readout("y")), T0, OFFICER, SECOND),
    ]
    assert {line.a.void[said.record_id].rule for said in wrong} == {"R1"}
    good = _say(line, line.a, _readout("y"), asked.record_id, Link(Relation.CORRECTS, first.record_id))
    assert good.record_id not in line.a.void
    assert accept_readout(asked, line.a.ledger) is None


def _set(version: int, lateral_mm: int = 5_556_000) -> ParameterSet:
    return ParameterSet("line", version, lateral_mm, 914_400, 180_000)


def test_a_set_is_in_force_when_both_have_signed_it_word_for_word() -> None:
    line = Line()

    def sign(by: Desk, body: ParameterSet, peer: str | None = None) -> None:
        to = peer or ("BRAVO" if by is line.a else "ALPHA")
        by.say(Utterance(to, body), T0, OFFICER, SECOND)
        by.sent = [said for said in by.sent if said.header.addressee in ("ALPHA", "BRAVO")]
        line.carry()

    assert minima_between(line.a.ledger, "BRAVO").name == "intersect"
    sign(line.a, _set(1))
    sign(line.b, _set(1, 1))
    assert in_force(line.a.ledger, "BRAVO") is None
    sign(line.b, _set(1))
    sign(line.a, _set(2))
    sign(line.b, _set(2), "HUMAN")
    assert in_force(line.a.ledger, "BRAVO") == in_force(line.b.ledger, "ALPHA") == _set(1)
    assert minima_between(line.b.ledger, "ALPHA").lateral_m == 5556.0
    sign(line.b, _set(2))
    sign(line.a, _set(2, 1))
    sign(line.b, _set(2, 1))  # two sets under one number: the one that keeps further apart
    assert in_force(line.a.ledger, "BRAVO") == in_force(line.b.ledger, "ALPHA") == _set(2)


def test_zones_and_the_text_behind_a_set() -> None:
    ring = tuple(
        Place(lat, lon)
        for lat, lon in ((350_000_000, 400_000_000), (351_000_000, 400_000_000), (350_000_000, 401_000_000))
    )
    body = dataclasses.replace(_set(1), zones=(ParameterZone("river", ring, 1, 2, 3),), inflation_milli=2_500)
    minima = minima_of(body)
    assert (minima.zones[0].name, minima.zones[0].time_s, minima.inflation) == ("river", 0.003, 2.5)
    assert not text_matches(body, "")
