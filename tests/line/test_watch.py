"""Who is there, and what is seen of the other side: watches, coverage, line checks, silence, and the board of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.board import board, open_items
from clearline.line.minutes import (
    AgreedRecord,
    Becomes,
    FollowUp,
    FollowUpState,
    RecordState,
    Settled,
)
from clearline.line.observed import (
    ANSWER_WITHIN_MS,
    HEARTBEAT_MS,
    LineCheck,
    LineCheckAnswer,
    LineCheckMissed,
    Observed,
    accept_check,
    carried_up,
    check_times_ms,
    checks_due,
    checks_missed,
    checks_to_answer,
    decide_check_answer,
    next_check_ms,
    next_missed_ms,
    observe,
)
from clearline.line.party import Coverage, OnWatch, Partner, PartnerForce, coverage_of, speaks, watches
from clearline.line.statement import Actor, Link, Refused, Relation, Said, Utterance
from clearline.line.talk import TalkEvent, TalkMoment, TalkRequest
from clearline.line.terms import Function, Level, Precedence, Role
from tests.line.two_desks import ALL_ROLES, HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, Line


def _check(line: Line) -> Said:
    said = line.a.say(Utterance("BRAVO", LineCheck("telephone"), Precedence.PRIORITY), line.now_ms)
    line.carry()
    return said


def _answer(line: Line, check: Said) -> Said:
    out = decide_check_answer(check.record_id, LineCheckAnswer(good=True), OFFICER, line.b.ledger)
    assert not isinstance(out, Refused)
    said = line.b.say(out[0], line.now_ms, OFFICER)
    line.carry()
    return said


@given(st.integers(0, 40_000), st.sampled_from(["ALPHA", "BRAVO"]))
def test_line_checks_are_twice_a_day_at_a_minute_nobody_can_rest_between(day: int, asker: str) -> None:
    asked = "BRAVO" if asker == "ALPHA" else "ALPHA"
    first_ms, second_ms = check_times_ms(asker, asked, day)
    start_ms = day * 24 * HOUR_MS
    assert start_ms + 3 * HOUR_MS <= first_ms < start_ms + 9 * HOUR_MS
    assert start_ms + 15 * HOUR_MS <= second_ms < start_ms + 21 * HOUR_MS
    assert check_times_ms(asker, asked, day) == (first_ms, second_ms)


def test_the_times_of_checks_vary_from_day_to_day() -> None:
    times = {tuple(at % (24 * HOUR_MS) for at in check_times_ms("ALPHA", "BRAVO", day)) for day in range(60)}
    assert len(times) > 50


@given(st.lists(st.integers(1, 40 * HOUR_MS), min_size=1, max_size=8))
def test_a_line_check_is_put_once_for_each_time_of_the_day_and_the_node_wakes_for_it(gaps_ms: list[int]) -> None:
    line = Line(down=True)
    for gap_ms in gaps_ms:
        wake_ms = next_check_ms(line.a.ledger, "BRAVO", line.now_ms)
        before_ms = min(wake_ms, line.now_ms + gap_ms) - 1
        assert wake_ms == line.now_ms or checks_due(line.a.ledger, "BRAVO", before_ms) == []
        line.now_ms += gap_ms
        due = checks_due(line.a.ledger, "BRAVO", line.now_ms)
        assert bool(due) == (wake_ms <= line.now_ms)
        for out in due:
            line.a.say(out, line.now_ms)
        assert checks_due(line.a.ledger, "BRAVO", line.now_ms) == []
        assert len(checks_due(line.a.ledger, "HUMAN", line.now_ms)) == 1
        assert next_check_ms(line.a.ledger, "HUMAN", line.now_ms) == line.now_ms


def test_missed_once_is_degraded_twice_is_silent_and_an_answer_ends_it() -> None:
    line = Line()
    line.down = True
    for missed, state in ((1, Observed.DEGRADED), (2, Observed.SILENT), (3, Observed.SILENT)):
        check = _check(line)
        line.now_ms += ANSWER_WITHIN_MS
        before = observe(line.a.ledger, "BRAVO", heard_ms=line.now_ms, now_ms=line.now_ms)
        line.now_ms += 1
        seen = observe(line.a.ledger, "BRAVO", heard_ms=line.now_ms, now_ms=line.now_ms)
        assert before.state is not state or missed == 3
        assert (seen.state, seen.since_ms) == (state, T0)
    line.down = False
    line.carry()
    _answer(line, check)
    seen = observe(line.a.ledger, "BRAVO", heard_ms=line.now_ms, now_ms=line.now_ms)
    assert (seen.state, seen.since_ms) == (Observed.LIVE, None)


def test_only_a_line_check_put_to_this_side_is_answered_and_by_somebody_at_a_post() -> None:
    line = Line()
    check = _check(line)
    other = line.a.say(Utterance("BRAVO", OnWatch("OPS", Level.OPERATIONAL, ("en",), (), T0)), T0, OFFICER)
    line.carry()
    good = LineCheckAnswer(good=True)
    for record_id, actor, ledger in (
        (other.record_id, OFFICER, line.b.ledger),
        ("0" * 64, OFFICER, line.b.ledger),
        (check.record_id, OFFICER, line.a.ledger),
        (check.record_id, Actor("", "officer-1", ALL_ROLES), line.b.ledger),
    ):
        refused = decide_check_answer(record_id, good, actor, ledger)
        assert isinstance(refused, Refused) and refused.rule == "O1"
    assert not isinstance(decide_check_answer(check.record_id, good, OFFICER, line.b.ledger), Refused)


def test_that_a_check_was_missed_is_not_for_the_side_that_was_asked_to_say() -> None:
    line = Line()
    _check(line)
    assert checks_missed(line.b.ledger, T0 + HOUR_MS) == []
    assert len(checks_missed(line.a.ledger, T0 + HOUR_MS)) == 1


def test_a_silence_is_carried_up_on_the_second_miss_in_a_row_and_shown_to_both_until_an_answer() -> None:
    line = Line()
    for number in range(4):
        check = _check(line)
        if number == 2:
            _answer(line, check)
        line.wait(ANSWER_WITHIN_MS + 1, step_ms=MINUTE_MS)
        shown = [
            board(desk.ledger, peer, heard_ms=line.now_ms, void={}, now_ms=line.now_ms)
            for desk, peer in ((line.a, "BRAVO"), (line.b, "ALPHA"))
        ]
        assert [len(one.silences) for one in shown] == [number == 1] * 2
        assert all({said.record_id for said in one.silences} <= set(open_items(one)) for one in shown)
    assert [body.to_level for _, body in line.a.ledger.of(LineCheckMissed)] == [None, Level.OPERATIONAL, None]


def test_the_third_miss_in_a_row_is_carried_up_too_and_the_last_is_shown() -> None:
    line = Line()
    for _ in range(3):
        _check(line)
        line.wait(ANSWER_WITHIN_MS + 1, step_ms=MINUTE_MS)
    said = line.a.ledger.of(LineCheckMissed)
    assert [body.to_level for _, body in said] == [None, Level.OPERATIONAL, Level.OPERATIONAL]
    assert carried_up(line.b.ledger, "ALPHA", "BRAVO") == line.b.ledger.get(said[-1][0].record_id)
    assert carried_up(line.b.ledger, "BRAVO", "ALPHA") is None


def test_checks_of_another_line_make_no_row_with_these() -> None:
    line = Line(down=True)
    line.a.say(Utterance("CHARLIE", LineCheck("telephone"), Precedence.PRIORITY), line.now_ms)
    _check(line)
    line.wait(ANSWER_WITHIN_MS + 1, step_ms=MINUTE_MS)
    assert [body.to_level for _, body in line.a.ledger.of(LineCheckMissed)] == [None, None]


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.OPERATIONAL])
def test_a_miss_that_is_carried_to_another_level_is_void(level: Level) -> None:
    line = Line()
    check = _check(line)
    link = (Link(Relation.ABOUT, check.record_id),)
    said = line.a.say(Utterance("BRAVO", LineCheckMissed(T0, level), links=link), T0)
    line.carry()
    assert line.b.void[said.record_id].rule == "O2"
    assert carried_up(line.b.ledger, "ALPHA", "BRAVO") is None


def test_a_check_that_only_its_asker_answered_is_missed() -> None:
    """The own node, or the other's machine, cannot make the other side be there."""
    line = Line()
    check = _check(line)
    link = (Link(Relation.ABOUT, check.record_id),)
    own = line.a.say(Utterance("BRAVO", LineCheckAnswer(good=True), links=link), T0, OFFICER)
    machine = line.b.say(Utterance("ALPHA", LineCheckAnswer(good=True), links=link), T0)
    forged = line.b.say(Utterance("ALPHA", LineCheckMissed(T0), links=link), T0)
    loose = line.b.say(Utterance("ALPHA", LineCheckAnswer(good=True)), T0, OFFICER)
    line.carry()
    rules = [line.a.void[said.record_id].rule for said in (own, machine, forged, loose)]
    assert rules == ["O1", "P1", "O1", "O1"]
    late_ms = T0 + ANSWER_WITHIN_MS + 1
    assert len(checks_missed(line.a.ledger, late_ms)) == 1
    assert next_missed_ms(line.a.ledger) == late_ms
    assert observe(line.a.ledger, "BRAVO", heard_ms=late_ms, now_ms=late_ms).state is Observed.DEGRADED
    assert accept_check(check, line.a.ledger) is None


def test_a_check_is_answered_once_by_a_person_at_a_post() -> None:
    line = Line()
    check = _check(line)
    assert [said.record_id for said in checks_to_answer(line.b.ledger, "ALPHA")] == [check.record_id]
    assert checks_to_answer(line.a.ledger, "BRAVO") == []
    for ledger, actor, record_id in (
        (line.a.ledger, OFFICER, check.record_id),
        (line.b.ledger, Actor("", "officer", ALL_ROLES), check.record_id),
        (line.b.ledger, OFFICER, "0" * 64),
    ):
        assert isinstance(decide_check_answer(record_id, LineCheckAnswer(good=True), actor, ledger), Refused)
    _answer(line, check)
    assert isinstance(decide_check_answer(check.record_id, LineCheckAnswer(good=True), OFFICER, line.b.ledger), Refused)
    assert checks_to_answer(line.b.ledger, "ALPHA") == []
    assert checks_missed(line.a.ledger, T0 + HOUR_MS) == []
    assert next_missed_ms(line.a.ledger) is None


def test_a_check_that_was_given_up_is_no_longer_to_answer() -> None:
    line = Line()
    _check(line)
    line.now_ms = T0 + HOUR_MS
    for out in checks_missed(line.a.ledger, line.now_ms):
        line.a.say(out, line.now_ms)
    line.carry()
    assert checks_to_answer(line.b.ledger, "ALPHA") == []
    assert checks_missed(line.a.ledger, line.now_ms) == []


@pytest.mark.parametrize(
    ("heard_ms", "state"),
    [
        (None, Observed.UNKNOWN),
        (T0, Observed.LIVE),
        (T0 - 2 * HEARTBEAT_MS, Observed.LIVE),
        (T0 - 2 * HEARTBEAT_MS - 1, Observed.DEGRADED),
        (T0 - 10 * HEARTBEAT_MS, Observed.DEGRADED),
        (T0 - 10 * HEARTBEAT_MS - 1, Observed.SILENT),
        (T0 + 2 * HEARTBEAT_MS, Observed.LIVE),
        (T0 + 2 * HEARTBEAT_MS + 1, Observed.UNKNOWN),
    ],
)
def test_what_is_heard_of_a_node(heard_ms: int | None, state: Observed) -> None:
    """A clock that was set back leaves nothing known, and never a side that is LIVE."""
    line = Line(down=True)
    assert observe(line.a.ledger, "BRAVO", heard_ms=heard_ms, now_ms=T0).state is state


def test_a_side_never_heard_of_is_unknown_whatever_was_asked() -> None:
    line = Line(down=True)
    _check(line)
    seen = observe(line.a.ledger, "BRAVO", heard_ms=None, now_ms=T0 + HOUR_MS)
    assert (seen.state, seen.why) == (Observed.UNKNOWN, "one line check not answered, nothing ever heard")


def test_what_it_said_is_heard_as_well_as_a_heartbeat() -> None:
    line = Line()
    line.b.say(Utterance("ALPHA", LineCheck("radio")), T0)
    line.carry()
    assert observe(line.a.ledger, "BRAVO", heard_ms=None, now_ms=T0).state is Observed.LIVE
    assert observe(line.a.ledger, "BRAVO", heard_ms=T0 - HOUR_MS, now_ms=T0).state is Observed.LIVE
    assert observe(line.a.ledger, "HUMAN", heard_ms=None, now_ms=T0).state is Observed.UNKNOWN


def test_a_watch_is_there_until_it_says_and_speaks_what_it_says() -> None:
    line = Line()
    watch = OnWatch("OPS-DUTY", Level.OPERATIONAL, ("ru",), (Role.RECEIVE,), T0 + HOUR_MS, ("en",))
    line.b.say(Utterance("ALPHA", watch), T0, OFFICER)
    line.carry()
    assert [body for _, body in watches(line.a.ledger, "BRAVO", T0)] == [watch]
    assert speaks(line.a.ledger, "BRAVO", "ru", T0)
    assert speaks(line.a.ledger, "BRAVO", "en", T0)
    assert not speaks(line.a.ledger, "BRAVO", "ar", T0)
    assert not speaks(line.a.ledger, "ALPHA", "ru", T0)
    assert watches(line.a.ledger, "BRAVO", T0 + HOUR_MS) == []
    assert watches(line.a.ledger, "BRAVO", T0 - 1) == []
    later = OnWatch("OPS-DUTY", Level.OPERATIONAL, ("ar",), (), T0 + 2 * HOUR_MS)
    line.b.say(Utterance("ALPHA", later), T0, OFFICER)
    line.carry()
    assert [body for _, body in watches(line.a.ledger, "BRAVO", T0)] == [later]


def test_coverage_is_that_of_the_line_it_was_made_on_while_it_lasts() -> None:
    line = Line()
    assert coverage_of(line.b.ledger, "BRAVO", T0) is None
    first = line.b.say(Utterance("ALPHA", Coverage(("regular",)), valid_until_ms=T0 + HOUR_MS), T0, OFFICER, SECOND)
    other = line.b.say(Utterance("HUMAN", Coverage(("all",))), T0 + MINUTE_MS, OFFICER, SECOND)
    held = coverage_of(line.b.ledger, "BRAVO", T0 + HOUR_MS, to="ALPHA")
    assert held is not None
    assert held[0].record_id == first.record_id
    assert coverage_of(line.b.ledger, "BRAVO", T0 + HOUR_MS + 1, to="ALPHA") is None
    assert coverage_of(line.b.ledger, "BRAVO", T0 - 1, to="ALPHA") is None
    latest = coverage_of(line.b.ledger, "BRAVO", T0 + HOUR_MS)
    assert latest is not None
    assert latest[0].record_id == other.record_id


def test_a_force_is_covered_or_not() -> None:
    for covered, not_covered in ((("a",), ("a",)), ((), ("a",)), ((), ())):
        with pytest.raises(ValueError, match="a force is covered or not"):
            Coverage(covered, not_covered)
    told = Coverage(("a",), ("b",), (Partner("c", PartnerForce.UNKNOWN),))
    assert told.partners[0].answered_for is PartnerForce.UNKNOWN


def test_what_nobody_said_is_missing_on_the_board_and_not_empty() -> None:
    line = Line(down=True)
    shown = board(line.a.ledger, "BRAVO", heard_ms=None, void={"0" * 64: Refused("X", "x")}, now_ms=T0)
    assert shown.observation.state is Observed.UNKNOWN
    assert all(word is None for row in shown.levels for word in row.declared.values())
    assert shown.coverage == {"ALPHA": None, "BRAVO": None}
    assert shown.void == ()
    check = line.b.say(Utterance("ALPHA", LineCheck("x")), T0)
    line.down = False
    line.carry()
    void = {check.record_id: Refused("X1", "because")}
    shown = board(line.a.ledger, "BRAVO", heard_ms=T0, void=void, now_ms=T0)
    assert [(said.record_id, refused.rule) for said, refused in shown.void] == [(check.record_id, "X1")]
    assert [said.record_id for said in shown.checks] == [check.record_id]
    assert board(line.b.ledger, "ALPHA", heard_ms=T0, void=void, now_ms=T0).void == ()


def test_a_record_that_one_side_signed_and_a_follow_up_are_open_items() -> None:
    line = Line()
    request = TalkRequest(Level.MINISTERS, Function.POLICY, "MINISTER", "MINISTER")
    asked = line.a.say(Utterance("BRAVO", request), T0, OFFICER, SECOND)
    link = (Link(Relation.ABOUT, asked.record_id),)
    line.a.say(Utterance("BRAVO", TalkMoment(TalkEvent.START, T0), links=link), T0, OFFICER)
    line.a.say(Utterance("BRAVO", TalkMoment(TalkEvent.END, T0), links=link), T0, OFFICER)
    owed = line.a.say(Utterance("BRAVO", FollowUp("meet", ("BRAVO",), Becomes.TALK), links=link), T0, OFFICER)
    line.carry()
    shown = board(line.b.ledger, "ALPHA", heard_ms=T0, void={}, now_ms=T0)
    assert shown.talks == shown.records == ()
    assert [state for _, state in shown.follow_ups] == [FollowUpState.OPEN]
    assert open_items(shown) == (owed.record_id,)
    signed = AgreedRecord("2015-09-18", None, None, (), "en")
    line.b.say(Utterance("ALPHA", Settled(done=True), links=(Link(Relation.ABOUT, owed.record_id),)), T0, OFFICER)
    line.b.say(Utterance("ALPHA", signed, links=link), T0, OFFICER, SECOND)
    line.carry()
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        shown = board(ledger, peer, heard_ms=T0, void={}, now_ms=T0)
        assert [(said.record_id, state) for said, state in shown.records] == [
            (asked.record_id, RecordState.SIGNED_BY_ONE)
        ]
        assert open_items(shown) == (asked.record_id,)
