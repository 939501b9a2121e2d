"""A person's first reply to a request at ministers and above: four hours, by any word, and its lack is said once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.board import board
from clearline.line.call import CallNote
from clearline.line.desk import by_itself, wake_ms
from clearline.line.first_reply import (
    FirstReply,
    NoFirstReply,
    TalkOnDesk,
    accept_first_reply,
    first_replies_due,
    first_reply,
    next_first_reply_ms,
    without_first_reply,
)
from clearline.line.statement import Body, Link, Relation, Said, Utterance
from clearline.line.talk import (
    TalkDeclined,
    TalkEvent,
    TalkMoment,
    TalkReply,
    TalkRequest,
    TalkState,
    TalkWithdrawn,
    Window,
    talk,
)
from clearline.line.terms import Function, Level
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, Desk, Line

_FOUR_H_MS = 4 * HOUR_MS


def _asked(level: Level = Level.MINISTERS, *, down: bool = False) -> tuple[Line, Said]:
    line = Line()
    request = TalkRequest(level, Function.POLICY, "MINISTER", "MINISTER")
    said = line.a.say(Utterance("BRAVO", request), line.now_ms, OFFICER, SECOND)
    line.carry()
    line.down = down
    return line, said


def _say(line: Line, desk: Desk, body: Body, asked: Said, *, machine: bool = False) -> Said:
    peer = "BRAVO" if desk is line.a else "ALPHA"
    out = Utterance(peer, body, links=(Link(Relation.ABOUT, asked.record_id),))
    said = desk.say(out, line.now_ms, None if machine else OFFICER)
    line.carry()
    return said


@pytest.mark.parametrize(("level", "to_level"), [(Level.MINISTERS, Level.LEADERS), (Level.LEADERS, Level.LEADERS)])
def test_that_nobody_replied_is_said_after_four_hours_once_and_carried_up(level: Level, to_level: Level) -> None:
    line, asked = _asked(level)
    due_ms = T0 + _FOUR_H_MS
    assert wake_ms(line.a.ledger, T0) == due_ms + 1
    assert by_itself(line.a.ledger, due_ms) == first_replies_due(line.a.ledger, due_ms) == []
    line.wait(_FOUR_H_MS + MINUTE_MS, step_ms=MINUTE_MS)
    for ledger in (line.a.ledger, line.b.ledger):
        assert [body for _, body in ledger.of(NoFirstReply)] == [NoFirstReply(due_ms, to_level)]
        clock = first_reply(ledger, asked)
        assert (clock.due_ms, clock.reply, clock.missed is None) == (due_ms, None, False)
    assert not line.b.void
    assert by_itself(line.a.ledger, line.now_ms) == []
    assert next_first_reply_ms(line.a.ledger) is None


@pytest.mark.parametrize("level", [level for level in Level if level not in (Level.LEADERS, Level.MINISTERS)])
def test_other_levels_have_no_such_clock(level: Level) -> None:
    line, asked = _asked(level)
    assert first_reply(line.a.ledger, asked) == FirstReply(None, None, None)
    assert without_first_reply(line.a.ledger) == []
    assert next_first_reply_ms(line.a.ledger) is None
    said = _say(line, line.a, NoFirstReply(T0, Level.LEADERS), asked, machine=True)
    assert line.b.void[said.record_id].rule == "F2"


_REPLIES: tuple[Body, ...] = (
    TalkOnDesk("the minister travels"),
    TalkReply(accepts=True),
    TalkReply(accepts=False, windows=(Window(T0 + HOUR_MS, T0 + 2 * HOUR_MS),)),
    TalkDeclined("not now"),
    TalkMoment(TalkEvent.START, T0),
)


@given(st.sampled_from(_REPLIES), st.integers(0, _FOUR_H_MS // MINUTE_MS))
def test_any_word_of_a_person_of_the_side_that_was_asked_stops_it(body: Body, minutes: int) -> None:
    line, asked = _asked()
    line.now_ms += minutes * MINUTE_MS
    reply = _say(line, line.b, body, asked)
    for ledger in (line.a.ledger, line.b.ledger):
        found = first_reply(ledger, asked).reply
        assert found is not None and found.record_id == reply.record_id
        assert without_first_reply(ledger) == []
    assert first_replies_due(line.a.ledger, T0 + 40 * HOUR_MS) == []


def test_on_the_desk_is_neither_yes_nor_no() -> None:
    line, asked = _asked()
    _say(line, line.b, TalkOnDesk(), asked)
    assert talk(line.a.ledger, asked, line.now_ms).state is TalkState.REQUESTED
    assert talk(line.a.ledger, asked, T0 + 24 * HOUR_MS + 1).state is TalkState.NO_ANSWER


def test_the_asker_stops_it_by_taking_the_request_back_or_when_the_call_was_made() -> None:
    for body, stops in ((TalkWithdrawn(), True), (TalkMoment(TalkEvent.START, T0), True), (CallNote, False)):
        line, asked = _asked()
        if isinstance(body, TalkWithdrawn | TalkMoment):
            _say(line, line.a, body, asked)
        assert (first_reply(line.a.ledger, asked).reply is not None) is stops


def test_the_side_that_asked_cannot_reply_to_itself_nor_the_other_say_that_nobody_did() -> None:
    line, asked = _asked()
    own = _say(line, line.a, TalkOnDesk(), asked)
    theirs = _say(line, line.b, NoFirstReply(T0, Level.LEADERS), asked, machine=True)
    assert line.b.void[own.record_id].rule == line.a.void[theirs.record_id].rule == "F1"
    assert first_reply(line.a.ledger, asked) == FirstReply(T0 + _FOUR_H_MS, None, None)


def test_it_is_about_a_request_and_carried_to_the_level_above_it() -> None:
    line, asked = _asked()
    wrong = _say(line, line.a, NoFirstReply(T0, Level.MINISTERS), asked, machine=True)
    assert line.b.void[wrong.record_id].rule == "F2"
    about = _say(line, line.b, TalkOnDesk(), wrong)
    assert line.a.void[about.record_id].rule == "F1"
    assert accept_first_reply(asked, line.a.ledger) is None


def test_a_word_about_nothing_here_or_about_two_things_is_void() -> None:
    line, asked = _asked()
    for links in (
        (),
        (Link(Relation.ABOUT, "0" * 64),),
        tuple(Link(Relation.ABOUT, one) for one in (asked.record_id, "1" * 64)),
    ):
        said = line.b.say(Utterance("ALPHA", TalkOnDesk(), links=links), line.now_ms, OFFICER)
        line.carry()
        assert line.a.void[said.record_id].rule == "F1"


@pytest.mark.parametrize("event", [TalkEvent.MISS, TalkEvent.INTERRUPT])
def test_that_the_asker_reached_nobody_stops_nothing(event: TalkEvent) -> None:
    line, asked = _asked()
    _say(line, line.a, TalkMoment(event, T0), asked)
    assert first_reply(line.a.ledger, asked).reply is None


def test_both_boards_show_the_clock_until_somebody_replies() -> None:
    line, asked = _asked()
    views = ((line.a, "BRAVO"), (line.b, "ALPHA"))

    def shown() -> list[list[str]]:
        boards = [board(desk.ledger, peer, heard_ms=T0, void={}, now_ms=T0) for desk, peer in views]
        return [[said.record_id for said, _ in one.unreplied] for one in boards]

    assert shown() == [[asked.record_id]] * 2
    _say(line, line.b, TalkOnDesk(), asked)
    assert shown() == [[], []]


def test_who_was_asked_says_nothing_of_it_by_itself() -> None:
    line, _ = _asked(down=True)
    assert first_replies_due(line.b.ledger, T0 + 40 * HOUR_MS) == []
    assert len(first_replies_due(line.a.ledger, T0 + 40 * HOUR_MS)) == 1
