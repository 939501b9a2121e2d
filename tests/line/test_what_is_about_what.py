"""What a statement is about: one thing of the right kind, by the right side; else it is void, with its rule."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pytest

from clearline.line.access import Opened, PostClass, RecipientRemoved, Scope, decide_open
from clearline.line.channel import Declaration, State
from clearline.line.escalation import Escalation, Lapse, Rung
from clearline.line.ladder import Step
from clearline.line.minutes import Becomes, FollowUp, Point, Settled, Stance, StanceOn
from clearline.line.paper import PaperWay, Transcribed, decide_transcribed
from clearline.line.persons import accept_persons
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance
from clearline.line.talk import TalkRequest
from clearline.line.terms import Function, Level, Precedence
from clearline.line.wording import Rendering
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, Desk, Line, notice

_TALK = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
_OPEN = Declaration(Level.OPERATIONAL, State.OPEN, T0)


def _say(line: Line, desk: Desk, body: Body, *about: Said) -> Said:
    """Something said by a side, under two persons, about anything."""
    peer = "BRAVO" if desk is line.a else "ALPHA"
    links = tuple(Link(Relation.ABOUT, said.record_id) for said in about)
    said = desk.say(Utterance(peer, body, links=links), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


def _notice(line: Line) -> Said:
    return _say(line, line.a, notice())


def _declaration(line: Line) -> Said:
    return _say(line, line.a, _OPEN)


def _point(line: Line) -> Said:
    return _say(line, line.a, Point("no misunderstandings", Stance.CONVERGE), _say(line, line.a, _TALK))


def _follow_up(line: Line) -> Said:
    body = FollowUp("technical talks", ("ALPHA",), Becomes.TALK)
    return _say(line, line.a, body, _say(line, line.a, _TALK))


@dataclass(frozen=True)
class _Row:
    """A body, what it may be about, what it may not, whether ALPHA (who made that) says it, and its rule."""

    body: Body
    right: Callable[[Line], Said]
    wrong: Callable[[Line], Said] | None
    by_author: bool | None
    rule: str


_ROWS = [
    _Row(Lapse(Step.SEEN, T0), _notice, _declaration, by_author=True, rule="E1"),
    _Row(Escalation(Rung.NEXT_POST, Level.OPERATIONAL), _notice, _declaration, by_author=True, rule="E1"),
    _Row(Scope((PostClass.AIR,)), _notice, _declaration, by_author=True, rule="A1"),
    _Row(RecipientRemoved(), _notice, _declaration, by_author=True, rule="A1"),
    _Row(Opened(PostClass.AIR, T0), _notice, _declaration, by_author=False, rule="A2"),
    _Row(Rendering("ru", "x"), _notice, _declaration, by_author=True, rule="V1"),
    _Row(Transcribed(T0, None, PaperWay.NOT_PASSED), _notice, None, by_author=True, rule="J1"),
    _Row(StanceOn(Stance.CONVERGE), _point, _notice, by_author=None, rule="M1"),
    _Row(Settled(done=True), _follow_up, _point, by_author=True, rule="M"),
]


@pytest.mark.parametrize("row", _ROWS, ids=[type(row.body).__name__ for row in _ROWS])
def test_it_stands_about_one_thing_of_its_kind_by_the_right_side_and_in_no_other_way(row: _Row) -> None:
    line = Line()
    right, again = row.right(line), row.right(line)
    wrong = [] if row.wrong is None else [(row.wrong(line),)]
    sides = {True: [line.a], False: [line.b], None: [line.a, line.b]}[row.by_author]
    for desk in sides:
        stands = _say(line, desk, row.body, right)
        assert stands.record_id not in line.a.void
        assert stands.record_id not in line.b.void
        for about in [(), (right, again), *wrong]:
            said = _say(line, desk, row.body, *about)
            for ledger_void in (line.a.void, line.b.void):
                assert ledger_void[said.record_id].rule.startswith(row.rule), about
    for desk in (line.a, line.b):
        if desk not in sides:
            said = _say(line, desk, row.body, right)
            assert line.a.void[said.record_id].rule.startswith(row.rule)


def test_nobody_opens_what_is_not_here_is_no_notice_or_is_their_own() -> None:
    line = Line()
    said, declared = _notice(line), _declaration(line)
    assert not isinstance(decide_open(said.record_id, PostClass.AIR, OFFICER, line.b.ledger, now_ms=T0), Refused)
    for desk, record_id, actor in (
        (line.b, "0" * 64, OFFICER),
        (line.b, declared.record_id, OFFICER),
        (line.a, said.record_id, OFFICER),
        (line.b, said.record_id, None),
    ):
        out = decide_open(record_id, PostClass.AIR, actor, desk.ledger, now_ms=T0)
        assert isinstance(out, Refused)
        assert out.rule == "A2"


def test_what_was_on_paper_is_an_own_statement_that_is_here_and_came_after_the_paper() -> None:
    line = Line()
    said, theirs = _notice(line), _say(line, line.b, notice())
    assert said.header.created_ms == T0
    written = Transcribed(T0 - HOUR_MS, None, PaperWay.NOT_PASSED)
    for record_id in ("0" * 64, theirs.record_id):
        out = decide_transcribed(written, record_id, line.a.ledger)
        assert isinstance(out, Refused)
        assert out.rule == "J1"
    for body, stands in (
        (Transcribed(T0, None, PaperWay.NOT_PASSED), True),
        (Transcribed(T0 + 1, None, PaperWay.NOT_PASSED), False),
        (Transcribed(T0 - MINUTE_MS, T0, PaperWay.TELEPHONE), True),
        (Transcribed(T0 - MINUTE_MS, T0 + 1, PaperWay.TELEPHONE), False),
        (Transcribed(T0, T0, PaperWay.TELEPHONE), True),
    ):
        out = decide_transcribed(body, said.record_id, line.a.ledger)
        assert isinstance(out, Refused) is not stands, body
        assert (_say(line, line.a, body, said).record_id in line.b.void) is not stands, body


@dataclass(frozen=True, slots=True)
class _FormalOnly(Body):
    """A kind that two persons release, and that says nothing of who may speak."""

    kind: ClassVar[str] = "formal_only"
    formal: ClassVar[bool] = True


def test_what_needs_a_second_person_needs_a_first_one() -> None:
    said = Line().a.say(Utterance("BRAVO", notice(), Precedence.FLASH), T0)
    forged = Said(said.record_id, 0, T0, said.header, _FormalOnly())
    refused = accept_persons(forged)
    assert refused is not None
    assert refused.rule == "P1"
