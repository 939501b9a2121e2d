"""What a node keeps beside the talk: cards, routes, witnesses, many voices at once; and that it checks itself."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clearline.app.make_party import draw_party, make_party
from clearline.app.party_node import NodeError, RefusedError, Select
from clearline.edge.keys_file import draw_node_keys
from clearline.edge.party_store import StoreLostError
from clearline.edge.party_tables import PartyTables, Receipt
from clearline.edge.record_tables import KeptEntry
from clearline.line.statement import Utterance
from clearline.line.terms import Mode
from clearline.record.checkpoint import Checkpoint, cosign, cosigning_keys, read_checkpoint
from clearline.record.errors import RecordError
from clearline.record.keys import Algorithm, SecretKey
from clearline.record.log import append
from clearline.record.report import Verdict
from clearline.record.trust import read_trust, write_trust
from clearline.record.verify import verify_bundle
from clearline.wire.card_json import write_card
from clearline.wire.errors import MalformedError
from clearline.wire.line_entry import saying_of
from tests.app.liar import Liar
from tests.app.two_nodes import HandClock, Pair, Seat, facts, make_pair, subjects
from tests.line.two_desks import OFFICER, SECOND, notice


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = make_pair(tmp_path)
    yield made
    made.close()


# -- cards --------------------------------------------------------------------------------------------------------


def test_a_later_card_of_a_peer_takes_its_place_and_other_keys_do_not(pair: Pair) -> None:
    card = pair.b.node.card
    moved = replace(card, routes=("https://one.example", "https://two.example"))
    pair.a.node.import_card(write_card(moved))
    pair.a.restart()
    assert pair.a.node.peers() == (moved,) and pair.a.node.keys_of("bravo") == card.keyset
    with pytest.raises(ValueError, match="other keys than those known of bravo"):
        pair.a.node.import_card(write_card(draw_party("bravo", coverage="all").card))
    with pytest.raises(ValueError, match="the own party's card"):
        pair.a.node.import_card(pair.a.card)
    with pytest.raises(MalformedError):
        pair.a.node.import_card(b"{}")
    assert pair.a.node.peers() == (moved,)
    pair.a.say("bravo")
    pair.exchange()
    assert pair.a.logs() == pair.b.logs()


def test_the_own_card_is_renewed_under_the_keys_in_force(pair: Pair) -> None:
    moved = replace(pair.a.node.card, coverage="all forces but two")
    pair.a.node.renew_card(write_card(moved))
    pair.a.restart()
    assert pair.a.node.card == moved
    for other in (pair.b.card, write_card(draw_party("alfa", coverage="all").card)):
        with pytest.raises(ValueError, match="names this party"):
            pair.a.node.renew_card(other)


def test_three_parties_hear_only_what_is_theirs(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "charlie").mkdir()
    make_party(tmp_path / "charlie", "charlie", coverage="the forces of charlie")
    charlie = Seat(tmp_path / "charlie", pair.a.clock)
    other = Pair(pair.a, charlie)
    other.meet()
    pair.a.say("bravo", "for bravo")
    pair.a.say("charlie", "for charlie")
    for one in (pair, other):
        one.exchange()
    assert subjects(pair.b, "alfa") == ["for bravo"] and subjects(charlie, "alfa") == ["for charlie"]
    assert all("bravo" not in origin for origin in pair.a.node.packet_for("charlie").known)
    assert sorted(charlie.logs()) == ["alfa/line/charlie/actual", "charlie/line/alfa/actual"]
    assert [card.party for card in pair.a.node.peers()] == ["bravo", "charlie"]
    charlie.stop()


def test_hybrid_keys_sign_and_are_checked_all_the_way(tmp_path: Path) -> None:
    for name in ("alfa", "bravo"):
        (tmp_path / name).mkdir()
        make_party(tmp_path / name, name, coverage="all", hybrid=True)
    pair = Pair(Seat(tmp_path / "alfa", HandClock()), Seat(tmp_path / "bravo", HandClock()))
    pair.meet()
    for number in range(3):
        pair.a.say("bravo", f"A{number}")
        pair.exchange()
    for seat in (pair.a, pair.b):
        seat.restart()
        assert seat.node.verify().sound and not seat.node.evidence()
    assert pair.a.logs() == pair.b.logs()
    with pair.a.store.reading() as tables:
        row = tables.log("alfa/line/bravo/actual")
        assert row is not None
        receipt = tables.last_receipt(row)
        assert receipt is not None and len(read_checkpoint(receipt.note)[1].signatures) == 4
    pair.close()


# -- proof --------------------------------------------------------------------------------------------------------


def test_a_bundle_of_a_notice_proves_it_with_everything_said_about_it(pair: Pair) -> None:
    said = pair.a.say("bravo", "A1")
    pair.a.say("bravo", "another matter")
    pair.exchange()
    trust = read_trust(write_trust(pair.a.node.trust()))
    for node in (pair.a.node, pair.b.node):
        peer = "bravo" if node is pair.a.node else "alfa"
        report = verify_bundle(node.bundle(Select(peer, records=(said.record_id,))), trust)
        assert report.verdict is Verdict.VALID, report.sentence
        shown = {fact.entry.statement.kind for log in report.logs for fact in log.entries}
        assert shown == {"notice", "delivered"} and sum(len(log.entries) for log in report.logs) == 2
        (own,) = [log for log in report.logs if log.writer == "alfa"]
        assert own.entries[0].receipt is not None and own.entries[0].receipt.name == "bravo"


def test_a_bundle_of_a_period_holds_what_was_said_in_it(pair: Pair) -> None:
    said = [pair.a.say("bravo", f"A{number}") for number in range(4)]
    pair.exchange()
    times = [one.header.created_ms for one in said]
    bundle = pair.a.node.bundle(Select("bravo", from_ms=times[1], until_ms=times[2]))
    report = verify_bundle(bundle, pair.a.node.trust())
    (own,) = [log for log in report.logs if log.writer == "alfa"]
    assert [fact.entry.statement.seq for fact in own.entries] == [1, 2]
    with pytest.raises(ValueError, match="nothing of that was said"):
        pair.a.node.bundle(Select("bravo", from_ms=times[3] + 10_000))
    with pytest.raises(ValueError, match="choose records"):
        Select("bravo")


def test_what_nobody_receipted_yet_is_in_a_bundle_without_a_receipt(pair: Pair) -> None:
    said = pair.a.say("bravo", "A1")
    report = verify_bundle(pair.a.node.bundle(Select("bravo", records=(said.record_id,))), pair.a.node.trust())
    assert report.verdict is Verdict.VALID and report.logs[0].entries[0].receipt is None


def test_a_witness_is_kept_if_it_saw_this_log(pair: Pair) -> None:
    said = pair.a.say("bravo", "A1")
    (part,) = pair.a.node.packet_for("bravo").parts
    checkpoint, note = read_checkpoint(part.checkpoint_note)
    key = SecretKey(Algorithm.ED25519, bytes(32))
    (witness,) = cosigning_keys("witness.example", [key.public])

    def cosigned(what: Checkpoint) -> str:
        return note.with_signatures(cosign(what, "witness.example", [key], 1_443_600_005)).to_text()

    pair.a.node.witnessed(cosigned(checkpoint), witness)
    assert pair.a.node.journey(said.record_id).witnessed_ms == 1_443_600_005_000
    with pytest.raises(RecordError, match="did not sign it"):
        pair.a.node.witnessed(part.checkpoint_note, witness)
    other = Checkpoint(checkpoint.origin, 1, bytes(32))
    for wrong, why in (
        (f"{other.text}\n" + cosign(other, "witness.example", [key], 9)[0].line(), "as it is here"),
        (_named("bravo/line/alfa/actual", checkpoint, key), "no log of alfa"),
        (_named("x", checkpoint, key), "no log of alfa"),
    ):
        with pytest.raises(RecordError, match=why):
            pair.a.node.witnessed(wrong, witness)
    with pytest.raises(KeyError):
        pair.a.node.journey("0" * 64)


def _named(origin: str, checkpoint: Checkpoint, key: SecretKey) -> str:
    other = replace(checkpoint, origin=origin)
    return f"{other.text}\n" + cosign(other, "witness.example", [key], 9)[0].line()


def test_when_a_peer_was_heard_survives_and_is_written_down_now_and_then(pair: Pair) -> None:
    node = pair.a.node
    assert node.heard_ms("bravo") is None
    node.heard("bravo", "https://one.example", their_ms=5)
    first_ms = pair.a.clock.at_ms
    pair.a.clock.at_ms += 3_000
    node.heard("bravo", "https://one.example")
    assert node.heard_ms("bravo") == first_ms + 3_000
    pair.a.restart()
    assert pair.a.node.heard_ms("bravo") == first_ms  # at most ten seconds are forgotten
    pair.a.clock.at_ms += 60_000
    pair.a.node.heard("bravo", "file")
    pair.a.restart()
    assert pair.a.node.heard_ms("bravo") == first_ms + 63_000


# -- many at once -------------------------------------------------------------------------------------------------


def test_many_voices_at_once_each_get_their_own_number_in_few_waits_for_the_disk(pair: Pair) -> None:
    said: list[tuple[str, int]] = []
    refused: list[RefusedError] = []

    def speak(name: str) -> None:
        out = Utterance("bravo", notice(name))
        released = SECOND if name != "5" else None  # one of them breaks a rule
        try:
            found = pair.a.node.say(out, mode=Mode.ACTUAL, actor=OFFICER, released_by=released)
        except RefusedError as error:
            refused.append(error)
        else:
            said.append((name, found.seq))

    threads = [threading.Thread(target=speak, args=(str(n),)) for n in range(12)]
    before = _writes(pair.a)
    with pair.a.node._lock:
        for thread in threads:
            thread.start()
        while len(pair.a.node._waiting) < 12:
            pass
    for thread in threads:
        thread.join()
    assert sorted(seq for _, seq in said) == list(range(11)) and len(refused) == 1
    assert _writes(pair.a) == before + 1
    assert sorted(subjects(pair.a, "alfa")) == sorted(name for name, _ in said)
    pair.exchange()
    assert facts(pair.a) == facts(pair.b) and pair.a.node.verify().sound


def _writes(seat: Seat) -> int:
    (writes,) = seat.store._connection.execute("SELECT writes FROM store").fetchone()
    assert isinstance(writes, int)
    return writes


def test_a_disk_that_is_full_ends_the_node_and_the_next_start_knows_all_that_was_said(pair: Pair) -> None:
    kept = [pair.a.say("bravo", "A0").record_id]
    (pages,) = pair.a.store._connection.execute("PRAGMA page_count").fetchone()
    pair.a.store._connection.execute(f"PRAGMA max_page_count = {pages + 4}")

    def fill() -> None:
        kept.extend(pair.a.say("bravo", f"A{number}").record_id for number in range(1, 500))

    with pytest.raises(StoreLostError):
        fill()
    for again in (pair.a.say, pair.a.node.packet_for, pair.a.node.take):
        with pytest.raises(StoreLostError):
            again(pair.b.node.packet_for("alfa") if again == pair.a.node.take else "bravo")  # type: ignore[arg-type]
    pair.a.restart()
    with pair.a.node.reading(Mode.ACTUAL) as ledger:
        assert [said.record_id for said in ledger] == kept
    pair.exchange()
    assert pair.a.logs() == pair.b.logs()


# -- it checks itself ---------------------------------------------------------------------------------------------


def test_a_log_that_is_not_the_one_that_was_signed_starts_no_node(pair: Pair) -> None:
    """Somebody rewrote the file, sums and all: the signed checkpoint does not fit the tree any more."""
    pair.a.say("bravo", "A1")
    pair.exchange()
    with pair.a.store.reading() as tables:
        row = tables.log("alfa/line/bravo/actual")
        assert row is not None
        receipt = tables.last_receipt(row)
        assert receipt is not None
    other = Liar("alfa", "bravo", pair.a.folder)
    other.say("A9")

    def forge(note: str) -> None:
        def act(tables: PartyTables) -> None:
            tables._connection.execute("DELETE FROM receipts WHERE log = ?", [row.id])
            tables.put_receipt(row, Receipt(receipt.size, note, 1))

        pair.a.store.transact(act)

    for note, why in (
        (other.note(), "is not the log that was signed at 1 entries"),
        (other.note(signers=draw_node_keys().signers.checkpoints), "does not hold"),
        ("nonsense", "does not hold"),
    ):
        forge(note)
        pair.a.stop()
        with pytest.raises(NodeError, match=why):
            pair.a.start()
        store = pair.a.store = type(pair.a.store)(pair.a.folder / "store.db")
        pair.a.store = store
    forge(receipt.note)
    pair.a.restart()
    assert pair.a.node.verify().sound


@pytest.mark.parametrize("fault", ["signature", "sight", "receipt"])
def test_the_long_check_finds_what_a_start_does_not_look_at(pair: Pair, fault: str) -> None:
    pair.a.say("bravo", "A1")
    pair.exchange()
    pair.a.say("bravo", "A2")
    assert pair.a.node.verify().sound
    liar = Liar.of(pair.a, "bravo")
    signers = draw_node_keys().signers.records if fault == "signature" else liar.signers.records

    def forge(tables: PartyTables) -> None:
        row, other = tables.log("alfa/line/bravo/actual"), tables.log("bravo/line/alfa/actual")
        assert row is not None
        assert other is not None
        if fault == "receipt":
            last = tables.last_receipt(row)
            assert last is not None
            tables.put_receipt(row, Receipt(2, liar.say("x", "y").note(), 5))
            return
        seen = replace(row.head.seen, size=9, root=bytes(32)) if fault == "sight" else row.head.seen
        appended = append(row.head, saying_of(liar.header(), notice("A3"), seen), signers)
        tables.keep(row, [KeptEntry(appended, 5, announces=False)])

    pair.a.store.transact(forge)
    if fault != "receipt":
        pair.a.restart()
    found = pair.a.node.verify()
    assert not found.sound and len(found.faults) == 1
    expected = {"signature": "signed by exactly", "sight": "had seen 9 entries", "receipt": "no receipt for this log"}
    assert expected[fault] in found.faults[0]
