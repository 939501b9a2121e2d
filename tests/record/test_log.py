"""A log with one writer: it only grows, and what it says of itself holds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory
from clearline.record.log import Appended, LogHead, MemoryLog, Saying, append, follow
from clearline.record.proof import consistency_proof, verify_consistency
from clearline.record.statement import FIRST_PREV, NOTHING_SEEN, Seen, open_entry
from clearline.record.tree import root_at
from tests.record.worlds import ALFA, BRAVO, CALL_MS, Line, party, talk

ALFAS = party(ALFA)
objects = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 9), max_size=2)
SAYING = Saying("notice", {"n": 1}, NOTHING_SEEN, CALL_MS, 0)


def said(*bodies: dict[str, object]) -> MemoryLog:
    """A log of some bodies."""
    log = MemoryLog("alfa.example/to/bravo.example")
    for body in bodies:
        log.keep(append(log.head, replace(SAYING, body=body), ALFAS.records))
    return log


@given(st.lists(objects, max_size=6))
def test_every_statement_names_its_number_and_the_one_before_it(bodies: list[dict[str, object]]) -> None:
    log = said(*bodies)
    history = KeyHistory(ALFAS.keyset)
    entries = [open_entry(log.envelope(n), log.head.origin, n, history) for n in range(log.head.size)]
    assert [one.statement.body for one in entries] == bodies
    assert [one.statement.prev for one in entries] == [FIRST_PREV, *(one.content_id for one in entries)][: len(entries)]
    assert log.head.last_id == (entries[-1].content_id if entries else FIRST_PREV)


@given(st.lists(objects, max_size=8))
def test_a_log_only_grows(bodies: list[dict[str, object]]) -> None:
    log, roots = said(), [said().head.frontier.root]
    for body in bodies:
        log.keep(append(log.head, replace(SAYING, body=body), ALFAS.records))
        roots.append(log.head.frontier.root)
    size = log.head.size
    for older in range(size + 1):
        assert root_at(log, older) == roots[older]
        assert verify_consistency(older, size, consistency_proof(log, older, size), roots[older], roots[size])


def test_following_a_log_leads_to_the_same_head() -> None:
    line = talk()
    for name in (ALFA, BRAVO):
        copy = line.copies[line.other(name)].theirs
        assert copy.head == line.logs[name].head
        assert [copy.envelope(n) for n in range(copy.head.size)] == [
            line.logs[name].envelope(n) for n in range(copy.head.size)
        ]


def test_what_does_not_follow_is_not_followed() -> None:
    log = said({"n": 0}, {"n": 1})
    second = open_entry(log.envelope(1), log.head.origin, 1, KeyHistory(ALFAS.keyset))
    with pytest.raises(RecordError, match="does not follow"):
        follow(LogHead(log.head.origin), second)
    other = said({"n": 9})
    with pytest.raises(RecordError, match="does not follow"):
        follow(other.head, second)


@pytest.mark.parametrize("seen", [Seen(2, bytes(32)), Seen(3, bytes([1]) * 32)])
def test_sight_is_not_lost(seen: Seen) -> None:
    log = said()
    first = append(log.head, replace(SAYING, seen=Seen(3, bytes(32))), ALFAS.records)
    with pytest.raises(RecordError, match="sight is not lost"):
        append(first.head, replace(SAYING, seen=seen), ALFAS.records)
    assert append(first.head, replace(SAYING, seen=Seen(4, bytes(32))), ALFAS.records).head.size == 2


def test_deciding_to_append_changes_nothing_and_may_be_asked_twice() -> None:
    log = said({"n": 0})
    head = log.head
    assert append(head, SAYING, ALFAS.records) == append(head, SAYING, ALFAS.records)
    assert log.head == head


def test_a_store_refuses_what_was_decided_on_another_head() -> None:
    log = said({"n": 0})
    decided = append(log.head, SAYING, ALFAS.records)
    log.keep(decided)
    with pytest.raises(ValueError, match="holds 2 entries"):
        log.keep(decided)
    elsewhere = Appended(decided.envelope, replace(decided.head, frontier=log.head.frontier), ())
    with pytest.raises(ValueError, match="holds 2 entries"):
        log.keep(elsewhere)


@pytest.mark.parametrize(
    "call", [lambda log: log.envelope(1), lambda log: log.envelope(-1), lambda log: log.node(0, 1)]
)
def test_a_store_has_nothing_beyond_its_end(call: object) -> None:
    assert callable(call)
    with pytest.raises(KeyError):
        call(said({"n": 0}))


@pytest.mark.parametrize(
    "saying",
    [
        replace(SAYING, kind="Notice"),
        replace(SAYING, kind=""),
        replace(SAYING, said_ms=-1),
        replace(SAYING, said_ms=253_402_300_800_000),
        replace(SAYING, clock_uncertainty_ms=-1),
        replace(SAYING, body={"half": "\ud800"}),
        replace(SAYING, seen=Seen(1, NOTHING_SEEN.root)),
        replace(SAYING, seen=Seen(0, bytes(32))),
    ],
)
def test_what_cannot_be_said_is_not_signed(saying: Saying) -> None:
    with pytest.raises(RecordError):
        append(said().head, saying, ALFAS.records)


def test_the_two_logs_of_a_line_see_each_other() -> None:
    line = Line()
    line.say(ALFA, "notice", n=1)
    line.hand_over(ALFA)
    envelope = line.say(BRAVO, "answer", word="ROGER")
    seen = open_entry(envelope, line.origin(BRAVO), 0, KeyHistory(line.parties[BRAVO].keyset)).statement.seen
    assert seen == Seen(1, line.logs[ALFA].head.frontier.root)
