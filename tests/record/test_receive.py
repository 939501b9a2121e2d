"""What a receiver does with entries that come in order, twice, late, with gaps, and from a liar."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.record.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from clearline.record.keyset import KeyHistory
from clearline.record.log import MemoryLog
from clearline.record.misbehaviour import Double, Evidence, Fork, Misbehaviour, Rewrite, prove
from clearline.record.receive import Caught, Received, Refused, Stale, receive
from clearline.record.statement import Seen, Statement
from tests.record.cases_bundle import Forged, payload_of
from tests.record.worlds import ALFA, BRAVO, Follower, Line, party, talk


def alfa_says(count: int) -> Line:
    """A line on which alfa said some things and bravo has none of them."""
    line = Line()
    for n in range(count):
        line.say(ALFA, "notice", n=n)
    return line


def envelopes(line: Line, first: int = 0, end: int | None = None) -> list[bytes]:
    """Alfa's envelopes."""
    return [line.logs[ALFA].envelope(n) for n in range(first, line.logs[ALFA].head.size if end is None else end)]


@given(st.lists(st.integers(0, 3), max_size=6))
def test_entries_come_over_in_any_portions(portions: list[int]) -> None:
    line = Line()
    for count in portions:
        for n in range(count):
            line.say(ALFA, "notice", n=n)
        line.hand_over(ALFA)
    assert line.copies[BRAVO].theirs.head == line.logs[ALFA].head


def test_receiving_twice_is_receiving_once() -> None:
    line = alfa_says(3)
    bravo = line.copies[BRAVO]
    first = bravo.take(line.signed(ALFA), 0, envelopes(line))
    again = receive(bravo, line.signed(ALFA), 0, envelopes(line))
    assert isinstance(again, Received)
    assert (again.entries, again.checkpoint) == ((), first.checkpoint)


def test_a_late_checkpoint_does_nothing() -> None:
    line = alfa_says(2)
    early = line.signed(ALFA)
    line.say(ALFA, "notice", n=2)
    line.hand_over(ALFA)
    assert receive(line.copies[BRAVO], early, 0, envelopes(line, 0, 2)) == Stale()


def test_gaps_are_named() -> None:
    line = alfa_says(4)
    bravo = line.copies[BRAVO]
    assert receive(bravo, line.signed(ALFA), 1, envelopes(line, 1)) == Refused("entries 0 to 0 are missing", 0)
    assert receive(bravo, line.signed(ALFA), 0, envelopes(line, 0, 3)) == Refused("entries 3 to 3 are missing", 0)


def _refused(line: Line, note: str, first: int, given: list[bytes], match: str) -> None:
    found = receive(line.copies[BRAVO], note, first, given)
    assert isinstance(found, Refused)
    assert match in found.reason


def test_what_is_not_the_other_side_s_log_is_refused() -> None:
    line = alfa_says(2)
    point = line.logs[ALFA].head.checkpoint
    bravo_signed = sign_checkpoint(point, line.parties[BRAVO].checkpoints).to_text()
    _refused(line, bravo_signed, 0, envelopes(line), "not signed by the keys of its log")
    _refused(line, line.signed(BRAVO), 0, [], "is a checkpoint of")
    _refused(line, "hello", 0, [], "not a text")
    _refused(line, line.signed(ALFA), 0, envelopes(line)[::-1], "is statement 1")
    spoilt = envelopes(line)[0].replace(b'"sig":"', b'"sig":"A')
    _refused(line, line.signed(ALFA), 0, [spoilt], "base64")
    other = sign_checkpoint(replace(point, root=bytes(32)), line.parties[ALFA].checkpoints).to_text()
    _refused(line, other, 0, envelopes(line), "do not make the tree")


def test_more_entries_than_were_signed_are_refused() -> None:
    line = alfa_says(1)
    early = line.signed(ALFA)
    line.say(ALFA, "notice", n=1)
    _refused(line, early, 0, envelopes(line), "do not make the tree")


@pytest.mark.parametrize("seen", [Seen(1, bytes(32)), Seen(9, bytes(32))])
def test_a_false_sight_of_our_own_log_is_refused(seen: Seen) -> None:
    line = talk()
    last = line.logs[ALFA].head
    false = Statement(last.origin, last.size, last.last_id, replace(seen, size=max(seen.size, 2)), 1, 0, "notice", {})
    forged = Forged(last.origin, [*envelopes(line), false.seal(line.parties[ALFA].records)[0]]).log()
    note = sign_checkpoint(forged.head.checkpoint, line.parties[ALFA].checkpoints).to_text()
    _refused(line, note, 3, [forged.envelope(3)], "not what was written there")


def _caught(line: Line, note: str, first: int, given: list[bytes]) -> Evidence:
    found = receive(line.copies[BRAVO], note, first, given)
    assert isinstance(found, Caught), found
    return found.evidence


def test_two_statements_under_one_number_are_caught_and_quoted() -> None:
    line = talk()
    second = Statement.from_bytes(payload_of(line.logs[ALFA].envelope(1)))
    other = replace(second, body={"place": "elsewhere"}).seal(line.parties[ALFA].records)[0]
    evidence = _caught(line, line.signed(ALFA), 1, [other])
    assert isinstance(evidence, Double)
    finding = prove(evidence, KeyHistory(line.parties[ALFA].keyset))
    assert finding.misbehaviour is Misbehaviour.DOUBLE
    assert '"elsewhere"' in finding.sentence
    assert [text.encode() for text in finding.quotes] == [second.to_bytes(), payload_of(other)]


def test_one_statement_sealed_twice_is_refused_and_is_no_proof() -> None:
    line = Line({ALFA: party(ALFA, hybrid=True), BRAVO: party(BRAVO)})
    line.say(ALFA, "notice", n=0)
    line.hand_over(ALFA)
    again = Statement.from_bytes(payload_of(line.logs[ALFA].envelope(0))).seal(line.parties[ALFA].records)[0]
    assert again != line.logs[ALFA].envelope(0)
    _refused(line, line.signed(ALFA), 0, [again], "sealed a second time")


def test_a_fork_is_caught() -> None:
    line = talk()
    point = line.logs[ALFA].head.checkpoint
    note = sign_checkpoint(replace(point, root=bytes(32)), line.parties[ALFA].checkpoints).to_text()
    evidence = _caught(line, note, 3, [])
    assert isinstance(evidence, Fork)
    assert prove(evidence, KeyHistory(line.parties[ALFA].keyset)).accused == ALFA


def test_a_rewriting_is_caught() -> None:
    line = talk()
    point = Checkpoint(line.origin(ALFA), 2, bytes(32))
    note = sign_checkpoint(point, line.parties[ALFA].checkpoints).to_text()
    evidence = _caught(line, note, 2, [])
    assert isinstance(evidence, Rewrite)
    assert prove(evidence, KeyHistory(line.parties[ALFA].keyset)).misbehaviour is Misbehaviour.REWRITE


def test_without_a_checkpoint_kept_there_is_no_proof() -> None:
    line = talk()
    bravo = line.copies[BRAVO]
    blank = Follower(bravo.theirs, bravo.ours, bravo.history, None)
    point = Checkpoint(line.origin(ALFA), 3, bytes(32))
    note = sign_checkpoint(point, line.parties[ALFA].checkpoints).to_text()
    assert isinstance(receive(blank, note, 3, []), Refused)
    older = read_checkpoint(line.notes[ALFA][0])[1].to_text()
    behind = Follower(bravo.theirs, bravo.ours, bravo.history, older)
    assert isinstance(receive(behind, note, 3, []), Refused)


def test_keys_change_where_the_log_says_so() -> None:
    line = talk()
    line.rotate(ALFA, party(ALFA, 2))
    line.hand_over(ALFA)
    assert line.copies[BRAVO].history.latest == party(ALFA, 2).keyset
    line.say(ALFA, "notice", n=9)
    line.hand_over(ALFA)
    assert line.copies[BRAVO].theirs.keyset_places() == (3,)
    old = party(ALFA)
    last = line.logs[ALFA].head
    stolen = Statement(last.origin, last.size, last.last_id, last.seen, 1, 0, "notice", {}).seal(old.records)[0]
    forged = Forged(last.origin, [*envelopes(line), stolen]).log()
    note = sign_checkpoint(forged.head.checkpoint, line.parties[ALFA].checkpoints).to_text()
    _refused(line, note, last.size, [stolen], "exactly the keys in force")
    old_note = sign_checkpoint(last.checkpoint, old.checkpoints).to_text()
    _refused(line, old_note, last.size, [], "not signed by the keys of its log")


def test_receiving_writes_nothing() -> None:
    line = alfa_says(2)
    bravo = line.copies[BRAVO]
    first = receive(bravo, line.signed(ALFA), 0, envelopes(line))
    assert receive(bravo, line.signed(ALFA), 0, envelopes(line)) == first
    assert bravo.theirs.head == MemoryLog(line.origin(ALFA)).head
