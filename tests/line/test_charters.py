"""Charters: what both signed last holds, one side alone changes nothing, and safety is never kept off a level."""

from hypothesis import given
from hypothesis import strategies as st

from clearline.line.channel import Charter, Permission, Suspension, permit
from clearline.line.charters import charter_of, check_charter, levels_for, right_channel
from clearline.line.statement import Utterance
from clearline.line.terms import SAFETY, Function, Level
from tests.line.two_desks import HOUR_MS, OFFICER, SECOND, Desk, Line

_LEVEL = Level.OPERATIONAL
_CHARTERS = [
    Charter(_LEVEL, functions, ("what it is for",), ("cooperation",))
    for functions in ((Function.FLIGHT_SAFETY,), (Function.FLIGHT_SAFETY, Function.GROUND), (Function.POLICY,))
]


def _sign(line: Line, charter: Charter, *by: Desk) -> None:
    for desk in by:
        peer = "BRAVO" if desk is line.a else "ALPHA"
        desk.say(Utterance(peer, charter), line.now_ms, OFFICER, SECOND)
        line.now_ms += 1
    line.carry()


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(_CHARTERS)), max_size=8))
def test_both_sides_find_the_same_charter_and_it_is_one_that_both_signed(words: list[tuple[bool, Charter]]) -> None:
    line = Line()
    for mine, charter in words:
        _sign(line, charter, line.a if mine else line.b)
    found = charter_of(line.a.ledger, "BRAVO", _LEVEL)
    assert found == charter_of(line.b.ledger, "ALPHA", _LEVEL)
    by = [{charter for mine, charter in words if mine is side} for side in (True, False)]
    assert (found is None) == (not by[0] & by[1])
    if found is not None:
        assert found in by[0] & by[1]
        alone = line.a if words[-1][0] else line.b
        for charter in _CHARTERS:  # whatever the side that spoke last goes on to sign alone, twice over
            _sign(line, charter, alone, alone)
            both = charter_of(line.a.ledger, "BRAVO", _LEVEL)
            assert both in by[words[-1][0]]


def test_the_charter_before_holds_until_both_have_signed_the_next() -> None:
    line = Line()
    first, second, _ = _CHARTERS
    _sign(line, first, line.a)
    assert charter_of(line.a.ledger, "BRAVO", _LEVEL) is None
    _sign(line, first, line.b)
    _sign(line, second, line.a)
    assert charter_of(line.b.ledger, "ALPHA", _LEVEL) == first
    assert check_charter(line.a.ledger, "BRAVO", _LEVEL, Function.GROUND, post="", now_ms=line.now_ms) is not None
    _sign(line, second, line.b)
    assert charter_of(line.b.ledger, "ALPHA", _LEVEL) == second
    _sign(line, first, line.a)  # going back is for both to sign, too
    assert charter_of(line.a.ledger, "BRAVO", _LEVEL) == charter_of(line.b.ledger, "ALPHA", _LEVEL) == second
    assert check_charter(line.a.ledger, "BRAVO", _LEVEL, Function.GROUND, post="", now_ms=line.now_ms) is None
    assert charter_of(line.a.ledger, "BRAVO", Level.TACTICAL) is None
    assert charter_of(line.a.ledger, "CHARLIE", _LEVEL) is None


def test_a_refusal_says_what_a_level_is_not_where_that_was_signed_and_nothing_where_not() -> None:
    for is_not, told in ((("cooperation", "policy"), " (it is not: cooperation; policy); "), ((), "FLIGHT_SAFETY; ")):
        line = Line()
        _sign(line, Charter(_LEVEL, (Function.FLIGHT_SAFETY,), ("safety",), is_not), line.a, line.b)
        refused = check_charter(line.a.ledger, "BRAVO", _LEVEL, Function.GROUND, post="", now_ms=line.now_ms)
        assert refused is not None and told in refused.why
        assert ("it is not" in refused.why) is bool(is_not)


def test_a_charter_that_no_second_person_released_is_none() -> None:
    line = Line()
    _sign(line, _CHARTERS[0], line.a)
    line.b.say(Utterance("ALPHA", _CHARTERS[0]), line.now_ms, OFFICER)
    line.carry()
    assert charter_of(line.a.ledger, "BRAVO", _LEVEL) is None


@given(function=st.sampled_from(list(Function)), opened=st.sets(st.sampled_from(list(Level))), chartered=st.booleans())
def test_a_level_is_named_as_right_only_where_every_rule_permits_it(
    function: Function, opened: set[Level], *, chartered: bool
) -> None:
    line = Line()
    if opened:
        line.open(*sorted(opened))
    if chartered:
        _sign(line, _CHARTERS[0], line.a, line.b)
    ledger, now_ms = line.a.ledger, line.now_ms
    right = levels_for(ledger, "BRAVO", function, post="OPS-DUTY", now_ms=now_ms)
    for level in Level:
        word = permit(ledger, "BRAVO", level, function, initiator="ALPHA", post="OPS-DUTY", now_ms=now_ms)
        told = check_charter(ledger, "BRAVO", level, function, post="OPS-DUTY", now_ms=now_ms)
        assert (level in right) == (word.permission is Permission.PERMIT and told is None), level
        assert told is None or function not in SAFETY
    words = right_channel(ledger, "BRAVO", function, post="OPS-DUTY", now_ms=now_ms)
    assert words == (
        f"the right channel for {function} now: {', '.join(right)}" if right else f"no level is open for {function}"
    )


def test_an_exempt_post_is_offered_what_it_alone_may_use() -> None:
    line = Line()
    line.open(Level.MINISTERS)
    order = Suspension(line.now_ms, levels=(Level.MINISTERS,), exempt_posts=("MINISTER",))
    line.b.say(Utterance("ALPHA", order), line.now_ms, OFFICER, SECOND)
    line.carry()
    at_ms = line.now_ms + HOUR_MS
    assert levels_for(line.a.ledger, "BRAVO", Function.POLICY, post="OPS-DUTY", now_ms=at_ms) == ()
    assert levels_for(line.a.ledger, "BRAVO", Function.POLICY, post="MINISTER", now_ms=at_ms) == (Level.MINISTERS,)
