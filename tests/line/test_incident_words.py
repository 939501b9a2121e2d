"""What is said about an incident: void unless it is about one that is here, and a fact only where it was told."""

import pytest

from clearline.line.incident import Account, Fact, Incident, IncidentClosed, IncidentKind, Lesson, OnFact
from clearline.line.statement import Body, Link, Relation, Utterance
from tests.line.two_desks import OFFICER, SECOND, T0, Line

_FACT = Fact("f1", "it crossed")
_WORDS: tuple[Body, ...] = (Account((_FACT,)), OnFact(_FACT, agrees=True), Lesson("call earlier"), IncidentClosed())


def _rule(line: Line, body: Body, *about: str) -> str | None:
    """The rule by which a word of BRAVO is void at ALPHA; None where it stands."""
    links = tuple(Link(Relation.ABOUT, one) for one in about)
    said = line.b.say(Utterance("ALPHA", body, links=links), line.now_ms, OFFICER, SECOND)
    line.carry()
    refused = line.a.void.get(said.record_id)
    return None if refused is None else refused.rule


def _told() -> tuple[Line, str]:
    line = Line()
    incident = Incident(IncidentKind.BOUNDARY_CROSSING, "a crossing", T0, "BRAVO")
    said = line.a.say(Utterance("BRAVO", incident), T0, OFFICER, SECOND)
    link = (Link(Relation.ABOUT, said.record_id),)
    line.a.say(Utterance("BRAVO", Account((_FACT,)), links=link), T0, OFFICER, SECOND)
    line.carry()
    return line, said.record_id


@pytest.mark.parametrize("body", _WORDS)
def test_a_word_is_about_one_incident_that_is_here(body: Body) -> None:
    line, incident_id = _told()
    assert _rule(line, body, incident_id) is None
    for about in ((), ("0" * 64,), (incident_id, "0" * 64), (line.a.sent[-1].record_id,)):
        assert _rule(line, body, *about) == "I1"


def test_nobody_agrees_to_a_fact_that_nobody_told() -> None:
    line, incident_id = _told()
    for agrees in (True, False):
        assert _rule(line, OnFact(Fact("f1", "it did not cross"), agrees=agrees), incident_id) == "I2"
        assert _rule(line, OnFact(_FACT, agrees=agrees), incident_id) is None
