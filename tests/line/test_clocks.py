"""What is open stands by the clock that runs out first; what has no clock stands below, and nothing is left out."""

from hypothesis import given
from hypothesis import strategies as st

from clearline.line.board import Board, board, open_items
from clearline.line.clocks import ItemKind, Until, running
from clearline.line.ladder import LIMITS, Answer, AnswerType, Seen
from clearline.line.observed import ANSWER_WITHIN_MS, LineCheck, check_times_ms, next_check_from_ms
from clearline.line.release import CONFIRM_WITHIN_MS
from clearline.line.statement import Link, Relation, Utterance
from clearline.line.talk import TalkReply, TalkRequest, Window
from clearline.line.terms import Function, Level, Precedence
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, Line, notice

_DAY_MS = 24 * HOUR_MS


def _boards(line: Line) -> tuple[Board, Board]:
    views = ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA"))
    first, second = (board(ledger, peer, heard_ms=T0, void={}, now_ms=line.now_ms) for ledger, peer in views)
    return first, second


def _ask(line: Line, level: Level = Level.OPERATIONAL, *windows: Window) -> str:
    body = TalkRequest(level, Function.FLIGHT_SAFETY, "OPS", "OPS", windows, agenda=("routes",))
    said = line.a.say(Utterance("BRAVO", body), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said.record_id


@given(st.lists(st.tuples(st.sampled_from(Precedence), st.integers(0, 90), st.booleans()), max_size=6))
def test_the_clock_that_runs_out_first_is_at_the_top_and_nothing_is_left_out(
    given_notices: list[tuple[Precedence, int, bool]],
) -> None:
    line = Line()
    line.open()
    for number, (precedence, minutes, opened) in enumerate(given_notices):
        said = line.notify(notice(f"A{number}"), precedence)
        if opened:
            line.answer(Seen(), said.record_id)
        line.wait(minutes * MINUTE_MS, step_ms=HOUR_MS)
    line.a.say(Utterance("BRAVO", LineCheck("data"), Precedence.PRIORITY), line.now_ms)
    _ask(line)
    for shown in _boards(line):
        items = running(shown)
        dues = [item.due_ms for item in items]
        with_clock = [due_ms for due_ms in dues if due_ms is not None]
        assert dues == [*sorted(with_clock), *[None] * (len(dues) - len(with_clock))]
        assert {item.record_id for item in items} == set(open_items(shown))
        assert all((item.until is None) == (item.due_ms is None) for item in items)


def test_a_notice_shows_the_sooner_clock_and_then_waits_for_its_author() -> None:
    line = Line()
    line.open()
    said = line.notify(notice(), Precedence.IMMEDIATE)
    limits = LIMITS[Precedence.IMMEDIATE]
    for shown in _boards(line):
        (item,) = running(shown)
        assert (item.kind, item.subject, item.author) == (ItemKind.NOTICE, "A1", "ALPHA")
        assert (item.until, item.due_ms, item.by) == (Until.SEEN, T0 + limits.seen_ms, "BRAVO")
    line.answer(Seen(), said.record_id)
    for shown in _boards(line):
        (item,) = running(shown)
        assert (item.until, item.due_ms, item.by) == (Until.ANSWERED, T0 + limits.answered_ms, "BRAVO")
    line.answer(Answer(AnswerType.ROGER), said.record_id)
    for shown in _boards(line):
        (item,) = running(shown)
        assert (item.until, item.due_ms, item.by) == (None, None, "ALPHA")


def test_a_flash_of_one_person_waits_for_the_second() -> None:
    line = Line()
    line.open()
    said = line.a.say(Utterance("BRAVO", notice(), Precedence.FLASH), T0, OFFICER)
    line.carry()
    found = {item.kind: item for item in running(_boards(line)[0]) if item.record_id == said.record_id}
    assert set(found) == {ItemKind.NOTICE, ItemKind.UNCONFIRMED}
    waiting = found[ItemKind.UNCONFIRMED]
    assert (waiting.until, waiting.due_ms, waiting.by) == (Until.CONFIRMED, T0 + CONFIRM_WITHIN_MS, "ALPHA")


def test_a_line_check_runs_by_the_clock_of_its_asker() -> None:
    line = Line()
    line.b.skew_ms = 90_000
    line.a.say(Utterance("BRAVO", LineCheck("data"), Precedence.PRIORITY), T0)
    line.carry()
    (item,) = running(_boards(line)[1])
    assert (item.kind, item.due_ms, item.by) == (ItemKind.LINE_CHECK, T0 + ANSWER_WITHIN_MS, "BRAVO")


def test_a_talk_runs_to_its_first_reply_then_to_its_answer_then_to_its_window() -> None:
    line = Line()
    line.open()
    window = Window(T0 + 2 * HOUR_MS, T0 + 3 * HOUR_MS)
    talk_id = _ask(line, Level.MINISTERS, window)
    (item,) = running(_boards(line)[0])
    assert (item.until, item.due_ms, item.by) == (Until.FIRST_REPLY, T0 + 4 * HOUR_MS, "BRAVO")
    assert item.subject == "routes"
    low_id = _ask(line, Level.OPERATIONAL, window)
    low = next(item for item in running(_boards(line)[0]) if item.record_id == low_id)
    assert (low.until, low.due_ms) == (Until.ANSWERED, T0 + LIMITS[Precedence.ROUTINE].answered_ms)
    reply = TalkReply(accepts=True, windows=(window,))
    line.b.say(Utterance("ALPHA", reply, links=(Link(Relation.ABOUT, talk_id),)), line.now_ms, OFFICER, SECOND)
    line.carry()
    agreed = next(item for item in running(_boards(line)[1]) if item.record_id == talk_id)
    assert (agreed.until, agreed.due_ms, agreed.by) == (Until.BEGINS, window.start_ms, None)


@given(st.integers(0, 40_000 * _DAY_MS))
def test_the_next_check_is_the_first_of_the_times_that_both_can_work_out(now_ms: int) -> None:
    found_ms = next_check_from_ms("ALPHA", "BRAVO", now_ms)
    day = now_ms // _DAY_MS
    times = [at_ms for one in (day, day + 1) for at_ms in check_times_ms("ALPHA", "BRAVO", one)]
    assert found_ms == min(at_ms for at_ms in times if at_ms > now_ms)
