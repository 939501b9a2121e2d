"""Talks: nobody agrees to a time that nobody offered, and each side's own clock is kept."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.minutes import Point, Stance
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance
from clearline.line.talk import (
    STATES,
    Participant,
    Route,
    Talk,
    TalkDeclined,
    TalkEvent,
    TalkMoment,
    TalkReply,
    TalkRequest,
    TalkState,
    TalkWithdrawn,
    Window,
    about_talk,
    accept_talk,
    decide_request,
    talk,
    talks,
)
from clearline.line.terms import Function, Level, Precedence
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, Desk, Line

_ONE, _TWO = Window(T0 + HOUR_MS, T0 + 2 * HOUR_MS), Window(T0 + 3 * HOUR_MS, T0 + 4 * HOUR_MS)


def _asked(*windows: Window, answer_by_ms: int | None = None) -> tuple[Line, Said]:
    line = Line()
    request = TalkRequest(
        Level.MINISTERS, Function.POLICY, "MINISTER", "MINISTER", windows, Route.DIRECT, answer_by_ms=answer_by_ms
    )
    said = line.a.say(Utterance("BRAVO", request), line.now_ms, OFFICER, SECOND)
    line.carry()
    return line, said


def _say(line: Line, by: Desk, body: Body, asked: Said) -> Said:
    peer = "BRAVO" if by is line.a else "ALPHA"
    said = by.say(Utterance(peer, body, links=(Link(Relation.ABOUT, asked.record_id),)), line.now_ms, OFFICER)
    line.carry()
    return said


def _held(line: Line, asked: Said) -> Talk:
    both = [talk(ledger, asked, line.now_ms) for ledger in (line.a.ledger, line.b.ledger)]
    assert both[0].state is both[1].state
    assert both[0].clocks == both[1].clocks
    return both[0]


def _refused(line: Line, said: Said) -> str:
    assert line.a.void[said.record_id].rule == line.b.void[said.record_id].rule
    return line.a.void[said.record_id].rule


def test_an_acceptance_is_of_a_window_that_was_offered() -> None:
    line, asked = _asked(_ONE, _TWO)
    for windows in ((), (_ONE, _TWO), (Window(T0, T0 + HOUR_MS),), (Window(_ONE.start_ms, _TWO.end_ms),)):
        assert _refused(line, _say(line, line.b, TalkReply(accepts=True, windows=windows), asked)) == "T4"
        assert _held(line, asked).state is TalkState.REQUESTED
    part = Window(_ONE.start_ms + MINUTE_MS, _ONE.end_ms - MINUTE_MS)
    _say(line, line.b, TalkReply(accepts=True, windows=(part,)), asked)
    assert (_held(line, asked).state, _held(line, asked).window) == (TalkState.SCHEDULED, part)


def test_where_one_window_or_none_was_offered_it_need_not_be_named() -> None:
    line, asked = _asked(_ONE)
    _say(line, line.b, TalkReply(accepts=True), asked)
    assert _held(line, asked).window == _ONE
    line, asked = _asked()
    assert _refused(line, _say(line, line.b, TalkReply(accepts=True, windows=(_ONE,)), asked)) == "T4"
    _say(line, line.b, TalkReply(accepts=True), asked)
    assert (_held(line, asked).state, _held(line, asked).window) == (TalkState.SCHEDULED, None)


def test_nobody_accepts_their_own_offer() -> None:
    line, asked = _asked(_ONE)
    assert _refused(line, _say(line, line.a, TalkReply(accepts=True, windows=(_ONE,)), asked)) == "T3"
    assert _refused(line, _say(line, line.b, TalkReply(accepts=False), asked)) == "T4"
    _say(line, line.b, TalkReply(accepts=False, windows=(_TWO,)), asked)
    assert _held(line, asked).state is TalkState.COUNTERED
    assert _refused(line, _say(line, line.b, TalkReply(accepts=True, windows=(_TWO,)), asked)) == "T3"
    assert _refused(line, _say(line, line.a, TalkReply(accepts=True, windows=(_ONE,)), asked)) == "T4"
    _say(line, line.a, TalkReply(accepts=True, windows=(_TWO,)), asked)
    assert (_held(line, asked).state, _held(line, asked).window) == (TalkState.SCHEDULED, _TWO)


def test_who_declines_and_who_withdraws() -> None:
    line, asked = _asked()
    assert _refused(line, _say(line, line.b, TalkWithdrawn(), asked)) == "T3"
    assert _refused(line, _say(line, line.a, TalkDeclined("no"), asked)) == "T3"
    _say(line, line.b, TalkDeclined("the atmosphere is lacking"), asked)
    assert (_held(line, asked).state, _held(line, asked).declined) == (TalkState.DECLINED, "the atmosphere is lacking")
    assert _refused(line, _say(line, line.a, TalkWithdrawn(), asked)) == "T5"


def test_an_acceptance_after_the_time_to_answer_schedules_nothing() -> None:
    line, asked = _asked(_ONE, answer_by_ms=T0 + MINUTE_MS)
    line.now_ms = T0 + MINUTE_MS
    assert _held(line, asked).state is TalkState.REQUESTED
    line.now_ms += 1
    assert _held(line, asked).state is TalkState.NO_ANSWER
    for reply in (TalkReply(accepts=True, windows=(_ONE,)), TalkReply(accepts=False, windows=(_TWO,))):
        assert _refused(line, _say(line, line.b, reply, asked)) == "T5"
    assert _held(line, asked).state is TalkState.NO_ANSWER
    _say(line, line.a, TalkWithdrawn(), asked)
    assert _held(line, asked).state is TalkState.WITHDRAWN


@given(st.permutations(["a start", "a end", "b start", "b end"]))
def test_each_side_keeps_its_own_clock_however_the_logs_cross(order: list[str]) -> None:
    line, asked = _asked()
    line.down = True
    for step in sorted(order, key=lambda one: one.endswith("end")):
        by = line.a if step.startswith("a") else line.b
        event = TalkEvent.START if step.endswith("start") else TalkEvent.END
        at_ms = T0 + order.index(step) * MINUTE_MS
        _say(line, by, TalkMoment(event, at_ms), asked)
    line.down = False
    line.carry()
    held = _held(line, asked)
    assert held.state is TalkState.ENDED
    assert held.void == ()
    for party, letter in (("ALPHA", "a"), ("BRAVO", "b")):
        start_ms, end_ms = (T0 + order.index(f"{letter} {part}") * MINUTE_MS for part in ("start", "end"))
        assert held.clocks[party] == (start_ms, end_ms)
        assert held.duration_ms(party) == end_ms - start_ms


def test_one_sides_end_does_not_end_what_the_other_saw_break_off() -> None:
    """A hangs up and says END; B says it was interrupted: it stays INTERRUPTED until B says otherwise."""
    line, asked = _asked()
    for desk in (line.a, line.b):
        _say(line, desk, TalkMoment(TalkEvent.START, T0, participants=(Participant("ALPHA", "officer"),)), asked)
    _say(line, line.a, TalkMoment(TalkEvent.END, T0 + 5), asked)
    _say(line, line.b, TalkMoment(TalkEvent.INTERRUPT, T0 + 5), asked)
    held = _held(line, asked)
    assert (held.state, held.interruptions, len(held.participants)) == (TalkState.INTERRUPTED, 1, 1)
    assert _refused(line, _say(line, line.a, TalkMoment(TalkEvent.END, T0 + 50), asked)) == "T5"
    assert held.clocks["ALPHA"] == (T0, T0 + 5)  # what one side said of its own clock stands
    _say(line, line.b, TalkMoment(TalkEvent.END, T0 + 6), asked)
    assert _held(line, asked).state is TalkState.ENDED
    assert held.duration_ms("HUMAN") is None


def test_an_interruption_that_is_taken_up_again() -> None:
    line, asked = _asked()
    wanted = [TalkState.IN_PROGRESS, TalkState.INTERRUPTED, TalkState.INTERRUPTED, TalkState.IN_PROGRESS]
    events = [TalkEvent.START, TalkEvent.INTERRUPT, TalkEvent.START, TalkEvent.RESUME]
    for event, state in zip(events, wanted, strict=True):
        _say(line, line.a, TalkMoment(event, T0), asked)
        assert _held(line, asked).state is state


def test_a_talk_that_nobody_came_to_may_still_take_place() -> None:
    line, asked = _asked(_ONE)
    assert _refused(line, _say(line, line.a, TalkMoment(TalkEvent.MISS, T0), asked)) == "T5"
    _say(line, line.b, TalkReply(accepts=True), asked)
    _say(line, line.a, TalkMoment(TalkEvent.MISS, _ONE.end_ms), asked)
    assert _held(line, asked).state is TalkState.MISSED
    _say(line, line.b, TalkMoment(TalkEvent.START, _ONE.end_ms), asked)
    assert _held(line, asked).state is TalkState.IN_PROGRESS


def test_what_is_no_moment_and_no_window_is_not_made() -> None:
    for event in (TalkEvent.ACCEPT, TalkEvent.COUNTER, TalkEvent.DECLINE, TalkEvent.LAPSE, TalkEvent.WITHDRAW):
        with pytest.raises(ValueError, match="not a moment of a talk"):
            TalkMoment(event, T0)
    with pytest.raises(ValueError, match="ends before it begins"):
        Window(1, 0)


def test_a_reply_is_about_one_request() -> None:
    line, asked = _asked()
    for links in ((), (Link(Relation.ABOUT, "0" * 64),)):
        said = line.b.say(Utterance("ALPHA", TalkDeclined("no"), links=links), T0, OFFICER)
        refused = accept_talk(said, line.b.ledger)
        assert refused is not None
        assert refused.rule == "T2"
    assert accept_talk(asked, line.b.ledger) is None
    out = about_talk(asked, TalkWithdrawn(), line.a.ledger)
    assert (out.addressee, out.links[0].to) == ("BRAVO", asked.record_id)
    assert about_talk(asked, TalkDeclined("no"), line.b.ledger).addressee == "ALPHA"
    assert [held.request for held in talks(line.a.ledger, T0)] == [asked]


def test_a_request_asks_what_the_channel_permits() -> None:
    line = Line()
    request = TalkRequest(Level.OPERATIONAL, Function.POLICY, "OPS-DUTY", "OPS-DUTY")
    out = decide_request(request, "BRAVO", OFFICER, line.a.ledger, now_ms=T0)
    assert isinstance(out, Refused)
    assert (out.rule, out.why[:3]) == ("T1", "C7:")
    line.open()
    assert not isinstance(decide_request(request, "BRAVO", OFFICER, line.a.ledger, now_ms=T0), Refused)


def test_every_state_but_the_last_ones_can_be_left_and_none_is_reached_by_silence_but_no_answer() -> None:
    over = {TalkState.DECLINED, TalkState.WITHDRAWN}
    left = {state for state, _ in STATES}
    assert set(TalkState) - left == over
    assert {after for (_, event), after in STATES.items() if event is TalkEvent.LAPSE} == {TalkState.NO_ANSWER}
    assert all(
        STATES.get((state, TalkEvent.ACCEPT), TalkState.SCHEDULED) is TalkState.SCHEDULED
        for state, _ in itertools.product(TalkState, [None])
    )


def test_points_and_records_are_no_events_of_a_talk() -> None:
    line, asked = _asked()
    _say(line, line.a, Point("text", Stance.CONVERGE), asked)
    assert (_held(line, asked).void, _held(line, asked).state) == ((), TalkState.REQUESTED)


def test_a_reply_in_time_counts_and_a_counter_may_be_declined_by_who_asked() -> None:
    line, asked = _asked(_ONE, answer_by_ms=T0 + MINUTE_MS)
    line.now_ms += MINUTE_MS
    countered = _say(line, line.b, TalkReply(accepts=False, windows=(_TWO,)), asked)
    assert countered.record_id not in line.a.void
    _say(line, line.a, TalkDeclined("not then"), asked)
    assert _held(line, asked).state is TalkState.DECLINED


def test_what_the_other_side_took_up_again_goes_on() -> None:
    line, asked = _asked()
    for event in (TalkEvent.START, TalkEvent.INTERRUPT):
        _say(line, line.a, TalkMoment(event, T0), asked)
    assert _held(line, asked).duration_ms("ALPHA") is None
    _say(line, line.b, TalkMoment(TalkEvent.RESUME, T0), asked)
    assert _held(line, asked).state is TalkState.IN_PROGRESS


@pytest.mark.parametrize(
    ("level", "precedence", "within_ms"),
    [
        (Level.MINISTERS, Precedence.FLASH, 24 * HOUR_MS),
        (Level.LEADERS, Precedence.ROUTINE, 24 * HOUR_MS),
        (Level.OPERATIONAL, Precedence.IMMEDIATE, 15 * MINUTE_MS),
        (Level.OPERATIONAL, Precedence.ROUTINE, 24 * HOUR_MS),
    ],
)
def test_a_request_that_states_no_time_is_not_answered_after_that_of_its_level_or_precedence(
    level: Level, precedence: Precedence, within_ms: int
) -> None:
    line = Line()
    request = TalkRequest(level, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
    asked = line.a.say(Utterance("BRAVO", request, precedence), T0, OFFICER, SECOND)
    line.carry()
    for ledger in (line.a.ledger, line.b.ledger):
        assert talk(ledger, asked, T0 + within_ms).state is TalkState.REQUESTED
        assert talk(ledger, asked, T0 + within_ms + 1).state is TalkState.NO_ANSWER
    line.now_ms = T0 + within_ms + HOUR_MS
    link = (Link(Relation.ABOUT, asked.record_id),)
    line.b.say(Utterance("ALPHA", TalkReply(accepts=True), links=link), line.now_ms, OFFICER)
    line.carry()
    assert talk(line.a.ledger, asked, line.now_ms).state is TalkState.SCHEDULED  # late, and an answer all the same
