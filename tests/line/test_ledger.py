"""The ledger: what was said about a thing, in one order, by the two it concerns, and by persons where it takes them."""

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.bodies import BODIES, KINDS
from clearline.line.desk import accept
from clearline.line.ladder import Seen
from clearline.line.ledger import Ledger, had_seen
from clearline.line.notice import Notice
from clearline.line.observed import LineCheck
from clearline.line.persons import RULES, accept_persons
from clearline.line.statement import Actor, Body, Header, Link, Refused, Relation, Said, Utterance, only
from clearline.line.terms import By, Mode, Precedence
from tests.line.simulator import World, between
from tests.line.two_desks import ALL_ROLES, OFFICER, SECOND, T0, Desk, Line, notice


def _header(**parts: object) -> Header:
    made = Header("a", "b", Mode.ACTUAL, Precedence.ROUTINE, By.WATCH, "post", "one", T0)
    return dataclasses.replace(made, **parts)  # type: ignore[arg-type] - the parts are those of a header


@given(st.integers(0, 200), st.randoms(use_true_random=False))
def test_what_is_said_about_a_thing_has_one_order_however_the_logs_arrive(seed: int, rng: random.Random) -> None:
    """Any interleaving of the logs that keeps each log's order gives the same about-lists."""
    world = World(seed, ("ALPHA", "BRAVO"))
    world.run(30)
    ledger = world.desks["ALPHA"].ledger
    logs: dict[tuple[str, str], list[Said]] = {}
    for said in ledger:
        logs.setdefault((said.header.author, said.header.addressee), []).append(said)
    again = Ledger("ALPHA")
    while logs:
        key = rng.choice(sorted(logs))
        again.add(logs[key].pop(0))
        if not logs[key]:
            del logs[key]
    for said in ledger:
        there = again.about(said.record_id)
        assert [other.record_id for other in there] == [other.record_id for other in ledger.about(said.record_id)]


@given(st.integers(0, 200))
def test_nothing_comes_before_what_its_author_had_seen(seed: int) -> None:
    world = World(seed, ("ALPHA", "BRAVO"))
    world.run(40)
    ledger = world.desks["BRAVO"].ledger
    for said in ledger:
        told = ledger.about(said.record_id)
        for place, one in enumerate(told):
            for later in told[place + 1 :]:
                if one.header.author == later.header.author:
                    assert one.seq < later.seq
                else:
                    assert not had_seen(one, later)


def test_another_mode_and_another_line_are_refused_and_a_repeat_changes_nothing() -> None:
    line = Line()
    said = line.notify(notice())
    with pytest.raises(ValueError, match="does not belong in the EXERCISE picture"):
        Ledger("BRAVO", Mode.EXERCISE).add(said)
    with pytest.raises(ValueError, match="is not HUMAN's to keep"):
        Ledger("HUMAN").add(said)
    before = len(line.b.ledger)
    assert not line.b.ledger.add(said)
    assert len(line.b.ledger) == before
    assert line.b.ledger.get("0" * 64) is None
    assert line.b.ledger.about("0" * 64) == []


def test_a_third_party_adds_nothing_to_what_is_between_two() -> None:
    line = Line()
    said = line.notify(notice())
    outside = Desk("HUMAN")
    outside.ledger.own = "HUMAN"
    link = (Link(Relation.ABOUT, said.record_id),)
    forged = outside.say(Utterance("ALPHA", Seen(), links=link), T0, OFFICER)
    line.a.hear(forged, T0)
    assert line.a.void[forged.record_id].rule == "D1"
    assert forged.record_id not in {other.record_id for other in line.a.ledger.about(said.record_id)}
    assert forged.record_id in {other.record_id for other in line.a.ledger.referring(said.record_id)}
    assert line.a.ledger.referring("0" * 64) == []
    note = line.a.say(Utterance("ALPHA", LineCheck("note"), links=link), T0)
    assert note.record_id not in line.a.void  # a party's own notes may be about anything, and count for nothing
    assert note.record_id not in {other.record_id for other in line.a.ledger.about(said.record_id)}


def test_a_warning_stays_in_the_picture_though_nobody_released_it() -> None:
    line = Line()
    said = line.a.say(Utterance("BRAVO", notice(), Precedence.PRIORITY), T0, OFFICER)
    line.carry()
    assert line.b.void[said.record_id].rule == "P2"
    assert line.b.ledger.of(Notice) == []
    assert [found.record_id for found, _ in line.b.ledger.ever(Notice)] == [said.record_id]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.kind)
def test_what_takes_persons_is_void_without_them(body: type[Body]) -> None:
    """For every kind: a machine, one person, two persons; at FLASH one is enough to send."""
    made = object.__new__(body)
    rules: list[str | None] = []
    for header in (
        _header(by=By.MACHINE, post="", person=""),
        _header(),
        _header(released_by="two"),
        _header(precedence=Precedence.FLASH),
        _header(addressee="a"),
    ):
        refused = accept_persons(Said("x", 0, T0, header, made))
        rules.append(None if refused is None else refused.rule)
    takes_one, takes_two = body.by_person_only or body.formal, body.formal
    assert rules == ["P1" if takes_one else None, "P2" if takes_two else None, None, None, None]
    assert set(RULES) == {"P1", "P2"}


def test_every_kind_of_thing_has_a_name_of_its_own() -> None:
    assert len(KINDS) == len(BODIES)
    assert all(body.kind for body in BODIES)
    assert list(BODIES) == sorted(BODIES, key=lambda body: body.__name__)


def test_what_is_formal_is_said_by_persons() -> None:
    assert all(body.by_person_only for body in BODIES if body.formal)


def test_a_header_does_not_contradict_itself() -> None:
    for parts, words in (
        ({"author": ""}, "an author and an addressee"),
        ({"addressee": ""}, "an author and an addressee"),
        ({"by": By.MACHINE}, "a person speaks from a post"),
        ({"post": ""}, "a person speaks from a post"),
        ({"person": ""}, "a person speaks from a post"),
        ({"clock_uncertainty_ms": -1}, "0 ms or more"),
        ({"valid_from_ms": 2, "valid_until_ms": 1}, "valid until a time before"),
        ({"released_by": "one"}, "cannot release what 'one' wrote"),
    ):
        with pytest.raises(ValueError, match=words):
            _header(**parts)
    assert _header(valid_from_ms=1, valid_until_ms=1).valid_from_ms == 1


def test_one_reference_of_a_kind() -> None:
    links = (Link(Relation.ABOUT, "x"), Link(Relation.FOLLOWS, "y"))
    assert only(links, Relation.ABOUT) == "x"
    assert only(links, Relation.CANCELS) is None
    with pytest.raises(ValueError, match="2 references ABOUT"):
        only((*links, Link(Relation.ABOUT, "z")), Relation.ABOUT)


def test_the_first_rule_that_forbids_is_the_one_that_is_quoted() -> None:
    line = Line()
    other = Actor("OPS-DUTY", "officer-3", ALL_ROLES)
    said = line.notify(notice())
    link = (Link(Relation.ABOUT, said.record_id),)
    header = _header(author="BRAVO", addressee="ALPHA", by=By.MACHINE, post="", person="", links=link)
    refused = accept(Said("x", 0, T0, header, Seen()), line.a.ledger)
    assert isinstance(refused, Refused)
    assert refused.rule == "P1"
    assert between(line.a.ledger, "BRAVO") == between(line.b.ledger, "ALPHA")
    assert other != SECOND


def test_what_crossed_on_its_way_is_in_the_order_of_the_clocks_and_one_relation_is_not_another() -> None:
    line = Line()
    said = line.notify(notice())
    line.down = True
    about, follows = Link(Relation.ABOUT, said.record_id), Link(Relation.FOLLOWS, said.record_id)
    told: list[Said] = []
    for at_ms, desk, peer, link in (
        (T0 + 3, line.a, "BRAVO", about),
        (T0 + 1, line.b, "ALPHA", about),
        (T0 + 2, line.b, "ALPHA", follows),
        (T0 + 4, line.b, "ALPHA", about),
    ):
        told.append(desk.say(Utterance(peer, LineCheck("x"), links=(link,)), at_ms))
    line.down = False
    line.carry()
    wanted = [told[1].record_id, told[2].record_id, told[0].record_id, told[3].record_id]
    for ledger in (line.a.ledger, line.b.ledger):
        found = [other.record_id for other in ledger.about(said.record_id) if isinstance(other.body, LineCheck)]
        assert found == wanted
        only_about = [other.record_id for other in ledger.about(said.record_id, Relation.ABOUT)]
        assert told[2].record_id not in only_about
        assert told[1].record_id in only_about
