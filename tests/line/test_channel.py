"""What is declared and suspended: permit answers everything, the worst word decides, and safety is always received."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.channel import (
    CLOSING_NOTICE_MS,
    RULES,
    Charter,
    Declaration,
    Permission,
    State,
    Suspension,
    check_declaration,
    declared,
    effective_from_ms,
    in_force,
    leaders_exempt,
    permit,
)
from clearline.line.statement import Body, Link, Relation, Said, Utterance
from clearline.line.terms import SAFETY, Function, Level, Precedence
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, Desk, Line

_LEVELS, _FUNCTIONS = st.sampled_from(list(Level)), st.sampled_from(list(Function))
_STARTS = st.sampled_from([T0 - HOUR_MS, T0, T0 + HOUR_MS])


@st.composite
def _declarations(draw: st.DrawFn) -> Declaration:
    state = draw(st.sampled_from(list(State)))
    functions = tuple(draw(st.sets(_FUNCTIONS, min_size=1))) if state is State.LIMITED else ()
    return Declaration(draw(_LEVELS), state, draw(_STARTS), functions)


_ORDERS = st.builds(
    Suspension,
    _STARTS,
    levels=st.sets(_LEVELS).map(tuple),
    functions=st.sets(_FUNCTIONS).map(tuple),
    initiators=st.sampled_from([(), ("ALPHA",), ("BRAVO",)]),
    exempt_levels=st.sets(_LEVELS).map(tuple),
    exempt_functions=st.sets(_FUNCTIONS).map(tuple),
    exempt_posts=st.sampled_from([(), ("OPS-DUTY",)]),
    ends_ms=st.sampled_from([None, T0 + HOUR_MS]),
)


def _say(line: Line, by: Desk, body: Body) -> Said:
    said = by.say(Utterance("BRAVO" if by is line.a else "ALPHA", body), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


@given(st.lists(st.tuples(st.booleans(), _declarations() | _ORDERS), max_size=6), _LEVELS, _FUNCTIONS, st.data())
def test_permit_answers_everything_and_never_refuses_the_receipt_of_safety(
    words: list[tuple[bool, Declaration | Suspension]], level: Level, function: Function, data: st.DataObject
) -> None:
    line = Line()
    for mine, body in words:
        _say(line, line.a if mine else line.b, body)
    now_ms = T0 + data.draw(st.sampled_from([0, HOUR_MS, 2 * HOUR_MS]))
    initiator = data.draw(st.sampled_from(["ALPHA", "BRAVO"]))
    both = [
        permit(ledger, peer, level, function, initiator=initiator, post="OPS-DUTY", now_ms=now_ms)
        for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA"))
    ]
    assert both[0].permission is both[1].permission
    for word in both:
        assert word.rule in RULES
        if function in SAFETY:
            assert word.permission is not Permission.REFUSE
        else:
            assert word.permission is not Permission.PERMIT_RECEIVE_ONLY
        if word.permission is Permission.PERMIT:
            assert all(state is not State.CLOSED for state in _states(line, level, now_ms))


def _states(line: Line, level: Level, now_ms: int) -> list[State]:
    found = [declared(line.a.ledger, party, level, now_ms) for party in ("ALPHA", "BRAVO")]
    return [word[1].state for word in found if word is not None]


@given(_declarations(), _declarations(), _LEVELS, _FUNCTIONS)
def test_the_more_restrictive_word_decides(
    mine: Declaration, theirs: Declaration, level: Level, what: Function
) -> None:
    def word(*said: tuple[bool, Declaration]) -> Permission:
        line = Line()
        for own, body in said:
            _say(line, line.a if own else line.b, body)
        return permit(
            line.a.ledger, "BRAVO", level, what, initiator="ALPHA", post="", now_ms=T0 + 2 * HOUR_MS
        ).permission

    opened = Declaration(level, State.OPEN, T0)
    alone = {word((True, mine), (False, opened)), word((True, opened), (False, theirs))}
    both = word((True, mine), (False, theirs))
    assert (both is Permission.PERMIT) == (alone == {Permission.PERMIT})


def _word(line: Line, function: Function = Function.VISITS, peer: str = "BRAVO") -> str:
    word = permit(line.a.ledger, peer, Level.TACTICAL, function, initiator="ALPHA", post="OPS-DUTY", now_ms=line.now_ms)
    return word.rule


def test_each_rule_is_quoted_where_it_decides() -> None:
    line = Line()
    assert _word(line) == "C7"
    assert _word(line, Function.FLIGHT_SAFETY) == "C8"
    line.open(Level.TACTICAL)
    assert _word(line) == "C6"
    for body, rule in (
        (Declaration(Level.TACTICAL, State.LIMITED, T0, (Function.VISITS,)), "C6"),
        (Declaration(Level.TACTICAL, State.LIMITED, T0, (Function.GROUND,)), "C5"),
        (Declaration(Level.TACTICAL, State.SUSPENDED, T0), "C4"),
        (Declaration(Level.TACTICAL, State.CLOSED, T0), "C3"),
        (Suspension(T0, exempt_levels=(Level.TACTICAL,)), "C3"),
        (Declaration(Level.TACTICAL, State.SUSPENDED, T0), "C1"),
        (Suspension(T0), "C2"),
    ):
        _say(line, line.a, body)
        assert _word(line) == rule
    assert set(RULES) == {f"C{n}" for n in range(1, 11)}


def test_an_exemption_of_one_order_does_not_lift_another() -> None:
    line = Line()
    line.open()
    _say(line, line.a, Suspension(T0, exempt_posts=("OPS-DUTY",)))
    exempt = permit(line.a.ledger, "BRAVO", Level.TACTICAL, Function.VISITS, initiator="ALPHA", post="", now_ms=T0)
    assert exempt.rule == "C2"
    assert _word(line) == "C1"
    _say(line, line.a, Suspension(T0))
    assert _word(line) == "C2"


def test_a_restriction_begins_when_it_says_and_not_before_it_was_logged() -> None:
    line = Line()
    line.open()
    for from_ms, starts_ms in ((T0 + HOUR_MS, T0 + HOUR_MS), (T0 - HOUR_MS, T0)):
        said = _say(line, line.a, Suspension(from_ms, ends_ms=T0 + 2 * HOUR_MS))
        assert effective_from_ms(said, from_ms) == starts_ms
        assert said not in [one for one, _ in in_force(line.a.ledger, "ALPHA", starts_ms - 1)]
        assert said in [one for one, _ in in_force(line.a.ledger, "ALPHA", starts_ms)]
        assert said in [one for one, _ in in_force(line.a.ledger, "ALPHA", T0 + 2 * HOUR_MS - 1)]
        assert said not in [one for one, _ in in_force(line.a.ledger, "ALPHA", T0 + 2 * HOUR_MS)]


def test_only_who_gave_an_order_lifts_it() -> None:
    line = Line()
    line.open()
    said = _say(line, line.a, leaders_exempt(T0, "since 2014"))
    link = (Link(Relation.CANCELS, said.record_id),)
    again = Declaration(Level.TACTICAL, State.OPEN, T0)
    line.b.say(Utterance("ALPHA", again, links=link), T0, OFFICER, SECOND)
    line.carry()
    line.a.say(Utterance("BRAVO", again, links=link), T0, OFFICER)  # one person alone lifts nothing
    line.carry()
    assert [one.record_id for one, _ in in_force(line.b.ledger, "ALPHA", T0)] == [said.record_id]
    line.now_ms += MINUTE_MS
    line.a.say(Utterance("BRAVO", again, links=link), line.now_ms, OFFICER, SECOND)
    line.carry()
    assert in_force(line.b.ledger, "ALPHA", line.now_ms) == []
    assert [one.record_id for one, _ in in_force(line.b.ledger, "ALPHA", T0)] == [said.record_id]


def test_what_one_person_declared_opens_nothing() -> None:
    line = Line()
    line.open(Level.TACTICAL)
    _say(line, line.a, Declaration(Level.TACTICAL, State.SUSPENDED, T0))
    line.a.say(Utterance("BRAVO", Declaration(Level.TACTICAL, State.OPEN, T0), Precedence.PRIORITY), T0, OFFICER)
    assert _word(line) == "C4"


def test_a_line_to_another_party_is_another_line() -> None:
    """A opens a level to H and suspends it to B: what H may, B may not, and the other way round."""
    line = Line()
    line.open(Level.TACTICAL)
    _say(line, line.a, Declaration(Level.TACTICAL, State.SUSPENDED, T0))
    to_h = Utterance("HUMAN", Declaration(Level.TACTICAL, State.OPEN, T0))
    order = Utterance("HUMAN", Suspension(T0, functions=(Function.GROUND,)))
    for out in (to_h, order):
        line.a.say(out, T0, OFFICER, SECOND)
    assert _word(line) == "C4"
    assert in_force(line.a.ledger, "ALPHA", T0, peer="BRAVO") == []
    assert len(in_force(line.a.ledger, "ALPHA", T0)) == 1
    there = declared(line.a.ledger, "ALPHA", Level.TACTICAL, T0, peer="HUMAN")
    assert there is not None
    assert there[1].state is State.OPEN
    assert check_declaration(line.a.ledger, Declaration(Level.TACTICAL, State.OPEN, T0), T0, peer="BRAVO") is None


def test_closing_and_opening_again_are_of_one_line() -> None:
    line = Line()
    closing = Declaration(Level.TACTICAL, State.CLOSED, T0 + CLOSING_NOTICE_MS)
    assert check_declaration(line.a.ledger, closing, T0) is None
    refused = check_declaration(line.a.ledger, closing, T0 + 1)
    assert refused is not None
    assert refused.rule == "C9"
    _say(line, line.a, closing)
    line.now_ms = closing.from_ms
    again = Declaration(Level.TACTICAL, State.OPEN, line.now_ms)
    charter = Charter(Level.TACTICAL, (Function.FLIGHT_SAFETY,), ("safety",), ("cooperation",))
    line.now_ms += 1
    for by, peer in ((line.a, "HUMAN"), (line.b, "ALPHA")):
        by.say(Utterance(peer, charter), line.now_ms, OFFICER, SECOND)
    line.a.sent = [said for said in line.a.sent if said.header.addressee == "BRAVO"]
    line.carry()
    refused = check_declaration(line.a.ledger, again, line.now_ms, peer="BRAVO")
    assert refused is not None
    assert refused.rule == "C10"
    _say(line, line.a, charter)
    assert check_declaration(line.a.ledger, again, line.now_ms, peer="BRAVO") is None
    assert check_declaration(line.b.ledger, again, line.now_ms, peer="ALPHA") is None


def test_functions_are_named_with_limited_and_with_no_other_state() -> None:
    for state, functions in ((State.LIMITED, ()), (State.OPEN, (Function.GROUND,))):
        with pytest.raises(ValueError, match="LIMITED"):
            Declaration(Level.TACTICAL, state, T0, functions)
