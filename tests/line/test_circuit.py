"""Circuits: the last word on each that the author held when it warned decides, and a machine confirms nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.circuit import Monitoring, monitored, same_circuit, warned_on
from clearline.line.notice import Notice, NoticeType
from clearline.line.statement import Said, Utterance
from tests.line.two_desks import HOUR_MS, OFFICER, T0, Line, notice

_WORDS = st.lists(
    st.tuples(
        st.sampled_from(["121.5 MHz", "243 MHz"]),
        st.sampled_from([T0 - HOUR_MS, T0, T0 + HOUR_MS]),
        st.sampled_from([None, T0 - HOUR_MS // 2, T0, T0 + HOUR_MS]),
    ).filter(lambda word: word[2] is None or word[2] >= word[1]),
    max_size=5,
)


def _warn(line: Line, circuit: str = "121.5 MHz") -> Said:
    plain = notice(kind=NoticeType.IMMINENT_HAZARD)
    body = Notice(plain.type, "A9", "Warned", plain.level, plain.function, plain.areas, circuit=circuit)
    return line.notify(body)


@given(_WORDS, _WORDS)
def test_the_last_word_that_the_author_held_decides_and_both_sides_find_the_same(
    before: list[tuple[str, int, int | None]], after: list[tuple[str, int, int | None]]
) -> None:
    line = Line()
    for word in before:
        line.b.say(Utterance("ALPHA", Monitoring(*word)), line.now_ms, OFFICER)
    line.carry()
    said = _warn(line)
    for word in after:
        line.b.say(Utterance("ALPHA", Monitoring(*word)), line.now_ms, OFFICER)
    line.carry()
    own = [word for word in before if word[0] == "121.5 MHz"]
    holds = bool(own) and own[-1][1] <= T0 and (own[-1][2] is None or own[-1][2] >= T0)
    for ledger in (line.a.ledger, line.b.ledger):
        warned = warned_on(ledger, said)
        assert warned is not None
        assert warned.delivered is (None if holds else False)
        assert (warned.confirmed_by is None) == (not own)
        now = {body.circuit for _, body in monitored(ledger, "BRAVO", T0, to="ALPHA")}
        last = {circuit: (from_ms, until_ms) for circuit, from_ms, until_ms in [*before, *after]}
        assert now == {c for c, (from_ms, until_ms) in last.items() if from_ms <= T0 and (until_ms or T0) >= T0}


def test_what_the_warner_or_a_machine_says_of_a_circuit_confirms_nothing() -> None:
    line = Line()
    line.a.say(Utterance("BRAVO", Monitoring("121.5 MHz", T0)), line.now_ms, OFFICER)
    line.b.say(Utterance("ALPHA", Monitoring("121.5 MHz", T0)), line.now_ms)
    line.carry()
    warned = warned_on(line.b.ledger, _warn(line))
    assert warned is not None
    assert warned.confirmed_by is None
    assert [body.circuit for _, body in monitored(line.b.ledger, "ALPHA", T0, to="BRAVO")] == ["121.5 MHz"]
    assert monitored(line.b.ledger, "ALPHA", T0, to="CHARLIE") == []


def test_a_notice_that_names_no_circuit_was_given_on_none() -> None:
    line = Line()
    said = line.notify(notice())
    assert warned_on(line.a.ledger, said) is None
    declared = line.a.say(Utterance("BRAVO", Monitoring("243 MHz", T0)), line.now_ms, OFFICER)
    assert warned_on(line.a.ledger, declared) is None


@pytest.mark.parametrize(("circuit", "from_ms", "until_ms"), [(" ", 0, None), ("121.5 MHz", 1, 0)])
def test_a_word_on_no_circuit_or_for_no_time_is_refused(circuit: str, from_ms: int, until_ms: int | None) -> None:
    with pytest.raises(ValueError, match="circuit"):
        Monitoring(circuit, from_ms, until_ms)


def test_a_name_is_the_same_but_for_spaces_and_case() -> None:
    assert same_circuit(" 121.5  MHZ ") == same_circuit("121.5 mhz")
    assert same_circuit("121.5 MHz") != same_circuit("121.50 MHz")
