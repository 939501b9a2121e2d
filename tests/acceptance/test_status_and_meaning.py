"""Acceptance stories 28 to 30 and 35 to 43: what words mean, and what is declared, observed and published."""

import hashlib
import inspect
import itertools
import re

import pytest

from clearline.line import asking, board, channel, desk, incident, ladder, minutes, notice, proposal, readout, talk
from clearline.line.channel import (
    Charter,
    Declaration,
    Permission,
    State,
    Suspension,
    check_declaration,
    leaders_exempt,
    permit,
)
from clearline.line.charters import check_charter
from clearline.line.incident import Incident, IncidentKind
from clearline.line.ladder import NOT_APPROVAL, NOT_APPROVAL_IN, Answer, AnswerType, Step
from clearline.line.minutes import AgreedRecord, Point, RecordState, Stance, StanceOn, points, record_state
from clearline.line.observed import ANSWER_WITHIN_MS, LineCheck, LineCheckAnswer, Observed, observe
from clearline.line.parameters import ParameterSet, in_force, minima_of, text_matches
from clearline.line.party import Coverage
from clearline.line.readout import DifferenceKind, Readout, Tone, chain, compare
from clearline.line.statement import Link, Refused, Relation, Said, Utterance
from clearline.line.talk import Route, TalkDeclined, TalkRequest, TalkState, decide_request
from clearline.line.talk import talk as talk_of
from clearline.line.terms import SAFETY, Function, Level, Precedence
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, Desk, Line
from tests.line.two_desks import notice as a_notice

_COOPERATION = (Function.COOPERATION, Function.EXERCISES, Function.VISITS, Function.POLICY, Function.GROUND)


def _suspend(line: Line, order: Suspension) -> Said:
    said = line.a.say(Utterance("BRAVO", order), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


def test_story_28_not_ours() -> None:
    """CHECKED_NOT_OURS cites the coverage it speaks under, and there is no answer that means "clear"."""
    line = Line()
    said = line.notify(a_notice())
    out = line.answer(Answer(AnswerType.CHECKED_NOT_OURS), said.record_id)
    assert isinstance(out, Refused)
    assert out.rule == "L5"
    held = line.b.say(Utterance("ALPHA", Coverage(("regular forces",), ("volunteers",))), line.now_ms, OFFICER, SECOND)
    line.carry()
    cited = Answer(AnswerType.CHECKED_NOT_OURS, coverage=held.record_id)
    assert isinstance(line.answer(cited, said.record_id), Said)
    assert line.ladder(said).answer is not None
    words = {word.upper() for answer in AnswerType for word in answer.value.split("_")}
    assert not words & {"CLEAR", "EMPTY", "FREE", "NOBODY", "APPROVED", "CLEARED"}


def test_story_29_silence() -> None:
    """No answer to a proposal or a request is NO_ANSWER or LAPSED, never agreed, empty or free."""
    line = Line()
    line.open()
    ask = TalkRequest(
        Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY", answer_by_ms=line.now_ms + HOUR_MS
    )
    asked = line.a.say(Utterance("BRAVO", ask), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert talk_of(line.a.ledger, asked, line.now_ms).state is TalkState.REQUESTED
    assert talk_of(line.a.ledger, asked, line.now_ms + HOUR_MS + 1).state is TalkState.NO_ANSWER
    assert proposal.NOT_AGREEMENT == "No answer is not agreement."


def test_story_30_acknowledgement_read_as_approval() -> None:
    """The sentence is there to be printed with every acknowledgement, and no acknowledgement can cancel a notice."""
    line = Line()
    said = line.notify(a_notice())
    line.understood(said)
    line.roger(said)
    assert NOT_APPROVAL == "Acknowledgement is not approval."
    assert list(NOT_APPROVAL_IN) == ["en", "ru", "ar"]
    assert len(set(NOT_APPROVAL_IN.values())) == 3
    cancel = a_notice("A1", notice.NoticeType.CANCEL)
    link = (Link(Relation.CANCELS, said.record_id),)
    forced = line.b.say(Utterance("ALPHA", cancel, links=link), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert line.a.void[forced.record_id].rule == "N2"
    assert notice.standing(line.a.ledger, said, line.now_ms) is notice.Standing.CURRENT


@pytest.mark.parametrize("level", list(Level))
def test_story_35_suspension_with_leaders_exempt(level: Level) -> None:
    """Leaders and ministers may talk, cooperation below is refused by a quoted rule, safety goes on, receipt always."""
    line = Line()
    line.open()
    _suspend(line, leaders_exempt(line.now_ms, "cooperation suspended"))
    suspended = level in (Level.CHIEFS_OF_DEFENCE, Level.OPERATIONAL, Level.TACTICAL)
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        for function, initiator in itertools.product(Function, ("ALPHA", "BRAVO")):
            word = permit(ledger, peer, level, function, initiator=initiator, post="OPS-DUTY", now_ms=line.now_ms)
            if function in SAFETY or not suspended:
                assert word.permission is Permission.PERMIT, (level, function, word)
            else:
                assert word.permission is Permission.REFUSE
                assert word.rule == "C2"
                assert "cooperation suspended" in word.why


def test_no_order_stops_the_receipt_of_a_safety_message() -> None:
    """The floor: an order with no exemption at all leaves PERMIT_RECEIVE_ONLY, and the receipt says so."""
    line = Line()
    line.open()
    line.b.say(Utterance("ALPHA", Suspension(line.now_ms)), line.now_ms, OFFICER, SECOND)
    line.carry()
    for level, function in itertools.product(Level, SAFETY):
        word = permit(line.a.ledger, "BRAVO", level, function, initiator="ALPHA", post="", now_ms=line.now_ms)
        assert word.permission is Permission.PERMIT_RECEIVE_ONLY
        assert word.rule == "C8"
    said = line.notify(a_notice(kind=notice.NoticeType.DISTRESS), Precedence.FLASH)
    receipt = line.ladder(said).steps[Step.DELIVERED].body
    assert isinstance(receipt, ladder.Delivered)
    assert receipt.while_suspended


def test_story_36_announced_suspended_still_answering() -> None:
    """Declared SUSPENDED, observed LIVE; declared OPEN, observed SILENT: neither overwrites the other."""
    line = Line()
    line.open(Level.OPERATIONAL)
    suspended = Declaration(Level.OPERATIONAL, State.SUSPENDED, line.now_ms)
    line.b.say(Utterance("ALPHA", suspended), line.now_ms, OFFICER, SECOND)
    line.carry()
    shown = board.board(line.a.ledger, "BRAVO", heard_ms=line.now_ms, void={}, now_ms=line.now_ms)
    row = next(row for row in shown.levels if row.level is Level.OPERATIONAL)
    declared = row.declared["BRAVO"]
    assert declared is not None
    assert declared.state is State.SUSPENDED
    assert shown.observation.state is Observed.LIVE
    later_ms = line.now_ms + HOUR_MS
    silent = board.board(line.b.ledger, "ALPHA", heard_ms=line.now_ms, void={}, now_ms=later_ms)
    mine = next(row for row in silent.levels if row.level is Level.OPERATIONAL).declared["ALPHA"]
    assert mine is not None
    assert mine.state is State.OPEN
    assert silent.observation.state is Observed.SILENT
    assert silent.observation.since_ms is not None


def test_story_37_retroactive_suspension() -> None:
    """From last week: it takes effect when it is logged; the claim stays readable."""
    line = Line()
    line.open()
    week_ms = 7 * 24 * HOUR_MS
    order = Suspension(line.now_ms - week_ms, levels=(Level.OPERATIONAL,), reason="since last week")
    line.now_ms += MINUTE_MS
    said = _suspend(line, order)
    before = permit(
        line.a.ledger, "BRAVO", Level.OPERATIONAL, Function.VISITS, initiator="ALPHA", post="", now_ms=line.now_ms - 1
    )
    after = permit(
        line.a.ledger, "BRAVO", Level.OPERATIONAL, Function.VISITS, initiator="ALPHA", post="", now_ms=line.now_ms
    )
    assert (before.permission, after.permission) == (Permission.PERMIT, Permission.REFUSE)
    assert isinstance(said.body, Suspension)
    assert said.body.from_ms == order.from_ms


def test_story_38_request_refused_or_no_answer_or_fault() -> None:
    """Three outcomes, three facts: declined with its reason, not answered, and not delivered."""
    line = Line()
    line.open()
    states: list[TalkState] = []
    for outcome in ("declined", "silent"):
        ask = TalkRequest(
            Level.MINISTERS, Function.POLICY, "MINISTER", "MINISTER", answer_by_ms=line.now_ms + HOUR_MS,
            agenda=(outcome,), route=Route.FOREIGN_MINISTRIES,
        )  # fmt: skip
        asked = line.a.say(Utterance("BRAVO", ask), line.now_ms, OFFICER, SECOND)
        line.carry()
        if outcome == "declined":
            no = TalkDeclined("the proper atmosphere is lacking")
            link = (Link(Relation.ABOUT, asked.record_id),)
            line.b.say(Utterance("ALPHA", no, links=link), line.now_ms, OFFICER)
            line.carry()
        found = talk_of(line.a.ledger, asked, line.now_ms + 2 * HOUR_MS)
        states.append(found.state)
        assert found.declined == ("the proper atmosphere is lacking" if outcome == "declined" else None)
    assert states == [TalkState.DECLINED, TalkState.NO_ANSWER]
    line.down = True
    said = line.notify(a_notice())
    assert Step.DELIVERED not in line.ladder(said).steps


def test_story_39_strategic_message_on_the_flight_safety_line() -> None:
    """Open for flight safety alone: policy is refused with the rule, the right channel is named, safety passes."""
    line = Line()
    only = Declaration(Level.OPERATIONAL, State.LIMITED, line.now_ms, (Function.FLIGHT_SAFETY,), note="flight safety")
    for here, there in ((line.a, "BRAVO"), (line.b, "ALPHA")):
        here.say(Utterance(there, only), line.now_ms, OFFICER, SECOND)
    line.carry()
    policy = TalkRequest(Level.OPERATIONAL, Function.POLICY, "OPS-DUTY", "OPS-DUTY")
    out = decide_request(policy, "BRAVO", OFFICER, line.a.ledger, now_ms=line.now_ms)
    assert isinstance(out, Refused)
    assert "C5" in out.why
    assert out.why.endswith("; no level is open for POLICY")
    line.open(Level.MINISTERS, Level.LEADERS)
    out = decide_request(policy, "BRAVO", OFFICER, line.a.ledger, now_ms=line.now_ms)
    assert isinstance(out, Refused)
    assert out.why.endswith("; the right channel for POLICY now: LEADERS, MINISTERS")
    right = TalkRequest(Level.MINISTERS, Function.POLICY, "MINISTER", "MINISTER")
    assert not isinstance(decide_request(right, "BRAVO", OFFICER, line.a.ledger, now_ms=line.now_ms), Refused)
    safety = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
    assert not isinstance(decide_request(safety, "BRAVO", OFFICER, line.a.ledger, now_ms=line.now_ms), Refused)


def test_story_39_the_charter_keeps_policy_off_a_level_that_is_wide_open() -> None:
    """Every level is open; the charter both signed for one is flight safety: policy is refused there and sent on."""
    line = Line()
    line.open()
    charter = Charter(Level.OPERATIONAL, (Function.FLIGHT_SAFETY,), ("flight safety",), ("policy", "intelligence"))
    for here, there in ((line.a, "BRAVO"), (line.b, "ALPHA")):
        here.say(Utterance(there, charter), line.now_ms, OFFICER, SECOND)
    line.carry()
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        policy = TalkRequest(Level.OPERATIONAL, Function.POLICY, "OPS-DUTY", "OPS-DUTY")
        out = decide_request(policy, peer, OFFICER, ledger, now_ms=line.now_ms)
        assert isinstance(out, Refused)
        assert out.rule == "B1"
        assert "OPERATIONAL is for FLIGHT_SAFETY (it is not: policy; intelligence)" in out.why
        assert "the right channel for POLICY now: LEADERS, MINISTERS, CHIEFS_OF_DEFENCE, TACTICAL" in out.why
        for function in Function:
            told = check_charter(ledger, peer, Level.OPERATIONAL, function, post="OPS-DUTY", now_ms=line.now_ms)
            assert (told is None) == (function in SAFETY), function


def _the_call(line: Line) -> Said:
    line.open()
    ask = TalkRequest(Level.MINISTERS, Function.POLICY, "MINISTER", "MINISTER", route=Route.FOREIGN_MINISTRIES)
    asked = line.a.say(Utterance("BRAVO", ask), line.now_ms, OFFICER, SECOND)
    line.carry()
    return asked


def _readout(line: Line, by: Desk, talk_id: str, body: Readout, corrects: str | None = None) -> Said:
    links = [Link(Relation.ABOUT, talk_id)]
    if corrects is not None:
        links.append(Link(Relation.CORRECTS, corrects))
    peer = "BRAVO" if by is line.a else "ALPHA"
    said = by.say(Utterance(peer, body, links=tuple(links)), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


def _words(text: str, **claims: object) -> Readout:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Readout("press office", "en", text, digest, **claims)  # type: ignore[arg-type] - claims are typed in the body


def test_story_40_readouts_differ() -> None:
    """50 minutes against 60, opposite tones: both are listed, the agreed record does not move, a correction chains."""
    line = Line()
    asked = _the_call(line)
    first = _words("areas overlap and diverge", minutes=50, topics=("deconfliction", "transition"), tone=Tone.BOTH)
    mine = _readout(line, line.a, asked.record_id, first)
    other = _words(
        "views close or coincide", minutes=60, initiator="ALPHA", topics=("deconfliction",), tone=Tone.CONVERGENCE
    )
    _readout(line, line.b, asked.record_id, other)
    for ledger in (line.a.ledger, line.b.ledger):
        found = {item.kind: item for item in compare(ledger, asked.record_id)}
        assert found[DifferenceKind.DURATION].by == 10
        assert found[DifferenceKind.TONE].says == (("ALPHA", "BOTH"), ("BRAVO", "CONVERGENCE"))
        assert found[DifferenceKind.INITIATOR].says == (("ALPHA", None), ("BRAVO", "ALPHA"))
        assert found[DifferenceKind.TOPIC].says == (("ALPHA", "transition"), ("BRAVO", None))
    signed = AgreedRecord("2015-09-18", None, None, ("minister of each side",), "interpreted")
    link = (Link(Relation.ABOUT, asked.record_id),)
    line.a.say(Utterance("BRAVO", signed, links=link), line.now_ms, OFFICER, SECOND)
    line.b.say(Utterance("ALPHA", signed, links=link), line.now_ms, OFFICER, SECOND)
    line.carry()
    corrected = _words("about 50 minutes", minutes=50, topics=("deconfliction",), tone=Tone.BOTH)
    _readout(line, line.a, asked.record_id, corrected, mine.record_id)
    kept = chain(line.b.ledger, asked.record_id, "ALPHA", "en")
    assert [body.text for _, body in kept] == ["areas overlap and diverge", "about 50 minutes"]
    assert record_state(line.b.ledger, asked.record_id) == (RecordState.AGREED, signed)
    forged = _readout(line, line.b, asked.record_id, other, mine.record_id)
    assert line.a.void[forged.record_id].rule == "R1"


def test_a_point_converges_only_where_both_said_so() -> None:
    line = Line()
    asked = _the_call(line)
    link = (Link(Relation.ABOUT, asked.record_id),)
    raised = line.a.say(Utterance("BRAVO", Point("political transition", Stance.CONVERGE), links=link), T0, OFFICER)
    line.carry()
    assert not points(line.b.ledger, asked.record_id)[0].converges
    on = (Link(Relation.ABOUT, raised.record_id),)
    line.b.say(Utterance("ALPHA", StanceOn(Stance.CONVERGE), links=on), T0, OFFICER)
    line.carry()
    assert points(line.a.ledger, asked.record_id)[0].converges


def test_story_41_secret_text() -> None:
    """The set is in force by its numbers; its text stays sealed, and one letter changed later shows."""
    line = Line()
    text = "Three nautical miles, three thousand feet, three minutes."
    body = ParameterSet(
        "line-2015", 1, 5_556_000, 914_400, 180_000, text_sha256=hashlib.sha256(text.encode()).hexdigest()
    )
    line.a.say(Utterance("BRAVO", body), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert in_force(line.a.ledger, "BRAVO") is None
    line.b.say(Utterance("ALPHA", body), line.now_ms, OFFICER, SECOND)
    line.carry()
    held = in_force(line.b.ledger, "ALPHA")
    assert held == body
    assert minima_of(body).lateral_m == 5556.0
    assert text_matches(body, text)
    assert not text_matches(body, text.replace("three minutes", "two minutes"))


def test_story_42_third_force_crosses_the_line() -> None:
    """Nobody's forces, by either coverage: the incident is recorded all the same, and stays UNATTRIBUTED."""
    line = Line()
    body = Incident(IncidentKind.BOUNDARY_CROSSING, "column over the river", line.now_ms)
    said = line.a.say(Utterance("BRAVO", body), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert body.whose == "UNATTRIBUTED"
    assert said.record_id not in line.a.void
    assert incident.incident_state(line.b.ledger, said, line.now_ms) is incident.IncidentState.REPORTED


def test_line_checks_make_silence_visible_and_datable() -> None:
    line = Line(down=True)
    for at_ms in (0, 6 * HOUR_MS):
        line.now_ms = T0 + at_ms
        line.a.say(Utterance("BRAVO", LineCheck("telephone"), Precedence.PRIORITY), line.now_ms)
    at_ms = line.now_ms + ANSWER_WITHIN_MS + 1
    seen = observe(line.a.ledger, "BRAVO", heard_ms=line.now_ms, now_ms=at_ms)
    assert (seen.state, seen.since_ms) == (Observed.SILENT, T0)
    line.down = False
    line.carry()
    check = line.b.ledger.of(LineCheck)[-1][0]
    link = (Link(Relation.ABOUT, check.record_id),)
    line.b.say(Utterance("ALPHA", LineCheckAnswer(good=True), links=link), line.now_ms, OFFICER)
    line.carry()
    assert observe(line.a.ledger, "BRAVO", heard_ms=at_ms, now_ms=at_ms).state is Observed.LIVE


def test_closing_needs_notice_and_reopening_a_charter() -> None:
    line = Line()
    line.open(Level.TACTICAL)
    now = Declaration(Level.TACTICAL, State.CLOSED, line.now_ms)
    refused = check_declaration(line.a.ledger, now, line.now_ms)
    assert refused is not None
    assert refused.rule == "C9"
    later = Declaration(Level.TACTICAL, State.CLOSED, line.now_ms + channel.CLOSING_NOTICE_MS)
    assert check_declaration(line.a.ledger, later, line.now_ms) is None
    line.a.say(Utterance("BRAVO", later), line.now_ms, OFFICER, SECOND)
    line.now_ms = later.from_ms
    again = Declaration(Level.TACTICAL, State.OPEN, line.now_ms)
    refused = check_declaration(line.a.ledger, again, line.now_ms)
    assert refused is not None
    assert refused.rule == "C10"
    charter = channel.Charter(Level.TACTICAL, (Function.FLIGHT_SAFETY,), ("flight safety",), ("cooperation",))
    for here, there in ((line.a, "BRAVO"), (line.b, "ALPHA")):
        line.now_ms += 1
        here.say(Utterance(there, charter), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert check_declaration(line.a.ledger, again, line.now_ms) is None


def test_every_rule_that_is_quoted_is_in_a_table() -> None:
    """A rule code in the source of the line is a key of its module's RULES."""
    for module in (asking, channel, desk, incident, ladder, minutes, notice, proposal, readout, talk):
        rules = getattr(module, "RULES", {})
        for code in re.findall(r'Refused\("([A-Z]\d+)"', inspect.getsource(module)):
            assert code in rules, f"{module.__name__}: {code}"
