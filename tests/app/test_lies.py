"""A peer that lies in each way the record names: each is named to it, kept as evidence, and never applied."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clearline.app.party_node import Select
from clearline.edge.keys_file import draw_node_keys
from clearline.line.terms import Mode
from clearline.record.canonical import from_canonical
from clearline.record.checkpoint import Checkpoint, read_checkpoint
from clearline.record.log import Saying
from clearline.record.misbehaviour import Double, Misbehaviour, read_evidence
from clearline.record.report import Verdict
from clearline.record.statement import Seen
from clearline.record.verify import verify_bundle
from clearline.wire.line_entry import saying_of
from clearline.wire.packet import LogPart, Packet
from tests.app.liar import Liar
from tests.app.two_nodes import Pair, facts, make_pair, subjects
from tests.line.two_desks import notice


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = make_pair(tmp_path)
    yield made
    made.close()


@pytest.fixture
def liar(pair: Pair) -> Liar:
    """BRAVO's keys in the hands of a liar; ALFA has its first two entries."""
    found = Liar.of(pair.b, "alfa").say("B0", "B1")
    assert not pair.a.node.take(found.packet(found.part())).refused
    return found


def _untouched(pair: Pair, rule: str, packet: Packet) -> str:
    """The packet is refused by that rule and nothing of it is applied, however often it comes; why, in words."""
    before = pair.a.logs(), facts(pair.a)
    first, again = pair.a.node.take(packet), pair.a.node.take(packet)
    assert [one.rule for one in first.refused] == [rule]
    assert first.refused == again.refused
    assert (pair.a.logs(), facts(pair.a)) == before
    kept = [one for one in pair.a.node.evidence() if one.kind == rule]
    assert len(kept) == 1 and kept[0].peer == "bravo"
    pair.a.restart()
    assert kept[0] in pair.a.node.evidence()
    return first.refused[0].why


def _proved(pair: Pair, what: Misbehaviour) -> None:
    """A third party finds it proved, and so does the bundle's own sentence."""
    bundle = pair.a.node.bundle(Select("bravo", from_ms=0))
    report = verify_bundle(bundle, pair.a.node.trust())
    assert report.verdict is Verdict.MISBEHAVIOUR, report.sentence
    assert [finding.misbehaviour for finding in report.findings] == [what]
    assert report.findings[0].accused == "bravo"


def test_two_histories_of_one_length(pair: Pair, liar: Liar) -> None:
    other = liar.again().say("B0", "B9")
    packet = other.packet(replace(other.part(), first=2, envelopes=()))
    assert "two histories of one length" in _untouched(pair, "fork", packet)
    _proved(pair, Misbehaviour.FORK)


def test_a_log_that_was_rewritten(pair: Pair, liar: Liar) -> None:
    other = liar.again().say("B9")
    packet = other.packet(LogPart(liar.origin, 2, (), other.note()))
    assert "rewrote its log" in _untouched(pair, "rewrite", packet)
    _proved(pair, Misbehaviour.REWRITE)


def test_two_statements_under_one_number(pair: Pair, liar: Liar) -> None:
    other = liar.again().say("B0", "B9", "B10")
    assert "two different statements under number 1" in _untouched(pair, "double", other.packet(other.part()))
    _proved(pair, Misbehaviour.DOUBLE)


def test_a_statement_under_a_number_that_was_used(pair: Pair, liar: Liar) -> None:
    other = liar.again().say("backdated")
    assert "under number 0" in _untouched(pair, "double", other.packet(other.part()))


def test_a_statement_that_was_signed_and_left_out(pair: Pair, liar: Liar) -> None:
    said = liar.again().say("B0", "B1", "a promise")
    shown = said.packet(replace(said.part(2), checkpoint_note=liar.note()))
    assert pair.a.node.take(shown).refused[0].rule == "refused"
    liar.say("something else")
    answer = pair.a.node.take(liar.packet(liar.part(2)))
    assert [one.rule for one in answer.refused] == ["withheld"]
    assert "left it out" in answer.refused[0].why
    assert subjects(pair.a, "bravo") == ["B0", "B1", "something else"]  # what it put in its log is its word
    _proved(pair, Misbehaviour.WITHHELD)


def test_a_statement_that_came_outside_the_tree_and_then_in_it_is_no_lie(pair: Pair, liar: Liar) -> None:
    said = liar.again().say("B0", "B1", "B2")
    pair.a.node.take(said.packet(replace(said.part(2), checkpoint_note=liar.note())))
    assert not pair.a.node.take(said.packet(said.part(2))).refused
    assert {one.kind for one in pair.a.node.evidence()} == {"refused"}


def test_a_wrong_key(pair: Pair, liar: Liar) -> None:
    strange = draw_node_keys().signers
    by_others = liar.again().say("B0", "B1")
    by_others.append(notice("B2"), signers=strange.records)
    assert "not signed by exactly the keys in force" in _untouched(pair, "refused", by_others.packet(by_others.part(2)))


def test_a_checkpoint_under_a_wrong_key(pair: Pair, liar: Liar) -> None:
    liar.say("B2")
    note = liar.note(signers=draw_node_keys().signers.checkpoints)
    assert "signed" in _untouched(pair, "refused", liar.packet(liar.part(2, note=note)))


def test_a_sight_of_something_that_was_never_written(pair: Pair, liar: Liar) -> None:
    pair.a.say("bravo")
    for seen in (Seen(1, bytes(32)), Seen(5, bytes(32))):
        other = replace(liar, seen=seen)
        other.log = liar.again().say("B0", "B1").log
        other.say("B2")
        answer = pair.a.node.take(other.packet(other.part(2)))
        assert "had seen" in answer.refused[0].why and answer.refused[0].rule == "refused"
    assert subjects(pair.a, "bravo") == ["B0", "B1"]


def _cosignatures() -> dict[str, Callable[[Liar, Pair], bytes]]:
    def checkpoint(pair: Pair) -> tuple[Checkpoint, str]:
        (part,) = pair.a.node.packet_for("bravo").parts
        return read_checkpoint(part.checkpoint_note)[0], part.checkpoint_note

    def by_strange_keys(liar: Liar, pair: Pair) -> bytes:
        return liar.cosigned(*checkpoint(pair), draw_node_keys().signers.cosigning)

    def damaged(liar: Liar, pair: Pair) -> bytes:
        found, note = checkpoint(pair)
        other = Checkpoint(found.origin, found.size, bytes(32))
        return liar.cosigned(other, note)  # the signature fits another root

    def on_a_tree_of_its_own(liar: Liar, pair: Pair) -> bytes:
        found, _ = checkpoint(pair)
        other = Checkpoint(found.origin, found.size, bytes(32))
        return liar.cosigned(other, f"{other.text}\\n")

    def without_its_own(liar: Liar, pair: Pair) -> bytes:
        del liar
        return checkpoint(pair)[1].encode()

    def on_its_own_log(liar: Liar, pair: Pair) -> bytes:
        del pair
        found = Checkpoint(liar.origin, liar.log.head.size, liar.log.head.frontier.root)
        return liar.cosigned(found, liar.note())

    def nonsense(liar: Liar, pair: Pair) -> bytes:
        del liar, pair
        return b"\\xff\\x00"

    return {function.__name__: function for function in (
        by_strange_keys, damaged, on_a_tree_of_its_own, without_its_own, on_its_own_log, nonsense
    )}  # fmt: skip


@pytest.mark.parametrize("how", _cosignatures())
def test_a_bad_cosignature(pair: Pair, liar: Liar, how: str) -> None:
    said = pair.a.say("bravo")
    packet = liar.packet(cosignatures=[_cosignatures()[how](liar, pair)])
    assert "bad cosignature" in _untouched(pair, "refused", packet)
    assert pair.a.node.journey(said.record_id).cosigned_ms is None
    assert pair.a.node.standing("bravo", Mode.ACTUAL) is None


def test_a_good_cosignature_counts_whatever_else_the_peer_did(pair: Pair, liar: Liar) -> None:
    said = pair.a.say("bravo")
    (part,) = pair.a.node.packet_for("bravo").parts
    note = liar.cosigned(read_checkpoint(part.checkpoint_note)[0], part.checkpoint_note)
    assert not pair.a.node.take(liar.packet(cosignatures=[note])).refused
    assert pair.a.node.journey(said.record_id).cosigned_ms is not None


def test_a_log_that_is_not_between_the_two(pair: Pair, liar: Liar) -> None:
    for origin in ("bravo/line/charlie/actual", "bravo/line/bravo/actual", "alfa/line/alfa/actual", "x"):
        answer = pair.a.node.take(liar.packet(LogPart(origin, 0, (), liar.note())))
        assert [one.rule for one in answer.refused] == ["refused"]
    assert subjects(pair.a, "bravo") == ["B0", "B1"]


_ODD = (
    "mode",
    "author",
    "addressee",
    "created_ms",
    "clock_uncertainty_ms",
    "kind",
    "body",
    "names its kind twice",
)


def _odd(liar: Liar) -> dict[str, Saying]:
    header = liar.header()
    honest = saying_of(header, notice("odd"), liar.seen)
    return {
        "mode": saying_of(replace(header, mode=Mode.EXERCISE), notice("odd"), liar.seen),
        "author": saying_of(replace(header, author="charlie"), notice("odd"), liar.seen),
        "addressee": saying_of(replace(header, addressee="charlie"), notice("odd"), liar.seen),
        "created_ms": replace(honest, said_ms=honest.said_ms - 7_200_000),
        "clock_uncertainty_ms": replace(honest, clock_uncertainty_ms=7),
        "kind": replace(honest, kind="shout"),
        "body": replace(honest, body={}),
        "names its kind twice": replace(honest, body={**honest.body, "kind": "notice"}),
    }


@pytest.mark.parametrize("what", _ODD)
def test_a_header_that_contradicts_its_place_is_kept_and_not_read(pair: Pair, liar: Liar, what: str) -> None:
    liar.add(_odd(liar)[what])
    liar.say("B3")
    assert not pair.a.node.take(liar.packet(liar.part())).refused
    (fault,) = pair.a.node.unread().values()
    assert what in str(fault)
    assert subjects(pair.a, "bravo") == ["B0", "B1", "B3"] and not subjects(pair.a, "bravo", Mode.EXERCISE)
    assert len(pair.a.logs()[liar.origin]) == 4
    pair.a.restart()
    assert len(pair.a.node.unread()) == 1 and subjects(pair.a, "bravo") == ["B0", "B1", "B3"]
    assert pair.a.node.verify().sound


def test_a_peer_that_sends_nonsense_for_ever_fills_no_disk(pair: Pair, liar: Liar) -> None:
    for number in range(17):
        notes = tuple(f"nonsense {number} {n}".encode() for n in range(64))
        assert len(pair.a.node.take(liar.packet(cosignatures=notes)).refused) == 64
    assert len(pair.a.node.evidence()) == 1_000


def test_one_that_speaks_for_another_is_not_believed(pair: Pair, liar: Liar) -> None:
    """A peer cannot make this node believe that its own log is longer than it is."""
    pair.a.say("bravo")
    claim = replace(liar.packet(), known={"alfa/line/bravo/actual": 99}).sign(liar.signers.request)
    pair.a.node.take(claim)
    pair.a.say("bravo", "A2")
    assert subjects(pair.a, "alfa") == ["A1", "A2"]


def test_evidence_is_kept_as_bundles_hold_it(pair: Pair, liar: Liar) -> None:
    other = liar.again().say("B0", "B9", "B10")
    pair.a.node.take(other.packet(other.part()))
    (kept,) = pair.a.node.evidence()
    assert kept.origin == liar.origin and kept.problem.startswith("bravo signed two different statements")
    evidence = read_evidence(from_canonical(kept.data))
    assert isinstance(evidence, Double) and evidence.first == liar.log.envelope(1).decode()
