"""A change of keys, from the folder of one party to the store of the other; and what stolen old keys are good for."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clearline.app.change_keys import change_keys
from clearline.app.make_party import CARD_FILE, CARDS_FOLDER, ROOTS_FOLDER, STORE_FILE, begin_again, draw_party
from clearline.app.party_bundle import Select
from clearline.app.party_home import NEXT_FOLDER, HalfChangedError, before_folders, open_home
from clearline.edge.keys_file import KeyFileError, draw_node_keys, read_roots
from clearline.line.newcard import NewCard
from clearline.line.statement import Utterance
from clearline.line.terms import Mode
from clearline.record.checkpoint import sign_checkpoint
from clearline.record.keyset import seal_keyset
from clearline.record.log import append
from clearline.record.trust import read_trust, write_trust
from clearline.record.verify import verify_bundle
from clearline.wire.card_json import read_card, write_card
from clearline.wire.line_entry import saying_of
from clearline.wire.packet import LogPart, Packet
from tests.app.liar import Liar
from tests.app.two_nodes import Pair, Seat, carried, make_pair, subjects, swift_folder
from tests.line.two_desks import notice


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = make_pair(tmp_path)
    yield made
    made.close()


def change(seat: Seat, *, new_roots: Path | None = None, roots: Path | None = None, hybrid: bool = False) -> None:
    """Stop, change the keys, start again."""
    seat.stop()
    try:
        change_keys(seat.folder, roots=roots or seat.folder / ROOTS_FOLDER, new_roots=new_roots, hybrid=hybrid)
    finally:
        seat.start()


def test_the_new_card_reaches_the_peer_through_the_line(pair: Pair) -> None:
    old = pair.a.node.card
    pair.a.say("bravo", "A1")
    pair.exchange()
    change(pair.a)
    assert pair.a.node.unaware() == ("bravo",)
    pair.exchange()
    (card,) = pair.b.node.peers()
    assert card == pair.a.node.card
    assert (card.keyset.version, card.tls_key == old.tls_key) == (2, False)
    assert pair.b.node.keys_of("alfa") == card.keyset
    assert pair.a.node.unaware() == ()
    pair.b.restart()
    assert pair.b.node.peers() == (card,)
    pair.a.say("bravo", "A2")
    pair.b.say("alfa", "B1")
    pair.exchange()
    assert subjects(pair.b, "alfa") == ["A1", "A2"]
    assert pair.a.logs() == pair.b.logs()
    assert pair.a.node.verify().sound
    assert pair.b.node.verify().sound


def test_keys_change_again_and_again_and_with_new_roots(pair: Pair, tmp_path: Path) -> None:
    roots = tmp_path / "safe"
    change(pair.a, new_roots=roots)
    pair.a.say("bravo", "A1")
    change(pair.a, roots=roots, hybrid=True)  # before the peer has heard of the first change
    pair.exchange()
    assert pair.b.node.keys_of("alfa").version == 3
    assert pair.b.node.peers() == (pair.a.node.card,)
    with pytest.raises(KeyFileError, match="0 of them are root keys"):
        change(pair.a)  # the first root keys are good for nothing any more
    pair.a.say("bravo", "A2")
    pair.exchange()
    assert subjects(pair.b, "alfa") == ["A1", "A2"]
    assert pair.b.node.verify().sound


def test_a_bundle_over_a_change_of_keys_is_verified_with_the_keys_it_began_with(pair: Pair) -> None:
    first = pair.a.say("bravo", "A1")
    pair.exchange()
    change(pair.a)
    second = pair.a.say("bravo", "A2")
    pair.exchange()
    for seat, peer in ((pair.a, "bravo"), (pair.b, "alfa")):
        bundle = seat.node.bundle(Select(peer, records=(first.record_id, second.record_id)))
        report = verify_bundle(bundle, read_trust(write_trust(seat.node.trust(peer))))
        assert report.verdict.exit_code == 0, list(report.lines())


def test_a_peer_met_after_a_change_begins_with_the_new_keys(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    change(pair.a)
    pair.a.node.import_card(write_card(draw_party("charlie", coverage="all").card))
    with pytest.raises(ValueError, match="before and after a change"):
        pair.a.node.trust()
    assert pair.a.node.trust("charlie").keysets["alfa"].version == 2
    assert pair.a.node.trust("bravo").keysets["alfa"].version == 1


def test_a_card_with_the_next_keys_is_taken_by_voice_before_the_line_brings_it(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    pair.exchange()
    change(pair.a)
    pair.a.say("bravo", "A2")
    card = pair.b.node.import_card((pair.a.folder / CARD_FILE).read_bytes())
    assert pair.b.node.keys_of("alfa") == card.keyset
    old = (pair.a.folder / CARDS_FOLDER / "1.json").read_bytes()
    assert pair.b.node.import_card(old) == card, "an older one calls nobody"
    assert pair.b.node.peers() == (card,)
    with pytest.raises(ValueError, match="known: key set 2; on the card: 1"):
        pair.b.node.import_card(write_card(draw_party("alfa", coverage="all").card))
    pair.exchange()
    assert subjects(pair.b, "alfa") == ["A1", "A2"]
    assert pair.a.logs() == pair.b.logs()


# -- stolen keys --------------------------------------------------------------------------------------------------


def thief_of(seat: Seat, mode: Mode = Mode.ACTUAL) -> Liar:
    """Whoever copied a party's node keys and its log as they are now."""
    thief = Liar(seat.name, "bravo", seat.folder, mode=mode)
    thief.copy(seat)
    return thief


def taken(pair: Pair, packet: Packet) -> tuple[str, ...]:
    """Why BRAVO refused parts of a packet."""
    return tuple(part.why for part in pair.b.node.take(carried(packet)).refused)


def test_old_keys_add_nothing_to_a_log_that_has_announced_others(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    pair.exchange()
    thief = thief_of(pair.a)
    change(pair.a)
    pair.exchange()
    before = pair.b.logs()
    with pair.b.store.reading() as tables:
        row = tables.log(thief.origin)
        assert row is not None
        history = pair.b.node.trust("alfa").keysets["alfa"]
        saying = saying_of(thief.header(), notice("FORGED"), row.head.seen)
        forged = append(row.head, saying, thief.signers.records)
        checkpoint = sign_checkpoint(forged.head.checkpoint, thief.signers.checkpoints).to_text()
    assert history.version == 1
    part = LogPart(thief.origin, row.head.size, (forged.envelope,), checkpoint)
    assert taken(pair, thief.packet(part))
    assert pair.b.logs() == before
    assert subjects(pair.b, "alfa") == ["A1"]
    pair.a.say("bravo", "A2")
    pair.exchange()
    assert subjects(pair.b, "alfa") == ["A1", "A2"]


@pytest.mark.parametrize("mode", Mode)
def test_old_keys_add_nothing_to_a_log_whose_announcement_is_still_to_come(pair: Pair, mode: Mode) -> None:
    """The peer knows the new keys, by the card alone: what the old ones sign has to come from whoever has the new."""
    pair.a.say("bravo", "A1", mode)
    pair.exchange()
    thief = thief_of(pair.a, mode)
    change(pair.a)
    pair.b.node.import_card((pair.a.folder / CARD_FILE).read_bytes())
    size = thief.log.head.size
    thief.say("FORGED")
    why = taken(pair, thief.packet(thief.part(size)))
    assert any("gave way to others" in one for one in why)
    assert subjects(pair.b, "alfa", mode) == ["A1"]
    pair.a.say("bravo", "A2", mode)
    pair.exchange()
    assert subjects(pair.b, "alfa", mode) == ["A1", "A2"]
    assert pair.a.logs() == pair.b.logs()


def test_old_keys_give_no_receipt(pair: Pair) -> None:
    pair.exchange()
    thief = thief_of(pair.a)
    change(pair.a)
    pair.b.node.import_card((pair.a.folder / CARD_FILE).read_bytes())
    said = pair.b.say("alfa", "B1")
    packet = pair.b.node.packet_for("alfa")
    part = packet.parts[0]
    with pair.b.store.reading() as tables:
        row = tables.log(part.origin)
        assert row is not None
        checkpoint = row.head.checkpoint
    forged = thief.cosigned(checkpoint, part.checkpoint_note)
    assert any("gave way to others" in why for why in taken(pair, thief.packet(cosignatures=[forged])))
    assert pair.b.node.journey(said.record_id).receipt_ms is None
    assert pair.b.node.journey(said.record_id).cosigned_ms is None
    pair.exchange()
    assert pair.b.node.journey(said.record_id).cosigned_ms is not None


def test_a_card_that_root_keys_did_not_sign_is_not_taken_in(pair: Pair) -> None:
    """Whoever has the node's keys cannot give the party others: neither strangers' nor old ones again."""
    pair.exchange()
    card = pair.a.node.card
    foreign = draw_party("alfa", coverage="all").card
    keys = draw_node_keys()
    few = replace(card.keyset, version=2, records=keys.public("records"), checkpoints=keys.public("checkpoints"))
    sealed = seal_keyset(few, read_roots(pair.a.folder / ROOTS_FOLDER)[:1])
    for told, chain in (
        (write_card(foreign), foreign.sealed),
        (write_card(foreign), sealed),
        (pair.b.card, b""),
        (b"{}", b""),
    ):
        pair.a.node.say(Utterance("bravo", NewCard(told.decode(), chain.decode())), mode=Mode.ACTUAL, actor=None)
        pair.exchange()
        assert pair.b.node.peers() == (card,)
        assert pair.b.node.keys_of("alfa") == card.keyset
    assert len(pair.b.node.evidence()) == 3, "each card that came, once"
    moved = replace(card, routes=("https://one.example", "https://two.example"))
    told = NewCard(write_card(moved).decode())
    pair.a.node.say(Utterance("bravo", told), mode=Mode.EXERCISE, actor=None)
    pair.exchange()
    assert pair.b.node.peers() == (card,), "an exercise moves nothing"
    pair.a.node.renew_card(write_card(moved))
    pair.exchange()
    assert pair.b.node.peers() == (moved,)


def test_an_old_card_is_not_taken_in_again_after_a_change(pair: Pair) -> None:
    old = pair.a.card
    change(pair.a)
    pair.exchange()
    pair.a.node.say(Utterance("bravo", NewCard(old.decode())), mode=Mode.ACTUAL, actor=None)
    pair.exchange()
    assert pair.b.node.peers() == (pair.a.node.card,)


# -- interrupted, restored ----------------------------------------------------------------------------------------


class Stopped(BaseException):
    """The process ends here."""


class Breaker:
    """Ends what runs before the `left`th change of a file or folder under `home`; counts no reading."""

    def __init__(self) -> None:
        self.home, self.left = "", -1
        sys.addaudithook(self._heard)

    def _heard(self, event: str, values: tuple[object, ...]) -> None:
        if self.left < 0 or not str(values[0] if values else "").startswith(self.home):
            return
        writes = event == "open" and isinstance(values[2], int) and values[2] & (os.O_WRONLY | os.O_RDWR)
        if writes or event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir"):
            if self.left == 0:
                self.left = -1
                raise Stopped
            self.left -= 1


_BREAKER = Breaker()


def test_a_change_that_was_interrupted_is_ended_by_asking_again() -> None:
    """Ended before any step that touches the disk: the node never runs half changed, and the second try ends it."""
    step = 0
    for step in range(99):
        with swift_folder() as folder:
            pair = make_pair(folder)
            pair.a.say("bravo", "A1")
            pair.a.stop()
            _BREAKER.home, _BREAKER.left = str(pair.a.folder), step
            try:
                change_keys(pair.a.folder, roots=pair.a.folder / ROOTS_FOLDER)
                whole = True
            except Stopped:
                whole = False
            _BREAKER.left = -1
            if (pair.a.folder / NEXT_FOLDER).exists():
                with pytest.raises(HalfChangedError), open_home(pair.a.folder):
                    pass
            if not whole:
                change_keys(pair.a.folder, roots=pair.a.folder / ROOTS_FOLDER)
            pair.a.start()
            version = pair.a.node.card.keyset.version
            assert version == 2 or (not whole and version == 3), "a change that was ended is not ended again"
            pair.exchange()
            assert pair.b.node.keys_of("alfa") == pair.a.node.card.keyset
            assert pair.b.node.peers() == (pair.a.node.card,)
            assert subjects(pair.b, "alfa") == ["A1"]
            assert read_card(pair.a.card, source="card") == pair.a.node.card
            pair.close()
            if whole:
                break
    assert step > 15


def test_old_signing_keys_are_gone_and_connection_keys_stay(pair: Pair) -> None:
    change(pair.a)
    (before,) = before_folders(pair.a.folder)
    assert {path.name for path in before.iterdir()} == {
        "certificate.pem", "request-ed25519.key", "tls.pem",
    }  # fmt: skip


def test_a_store_from_before_the_change_catches_up_with_the_new_card_too(pair: Pair, tmp_path: Path) -> None:
    pair.a.say("bravo", "A1")
    pair.exchange()
    backup = tmp_path / "backup.db"
    pair.a.store.backup(backup)
    change(pair.a)
    pair.a.say("bravo", "A2")
    pair.exchange()
    card = pair.a.node.card
    pair.a.stop()
    shutil.copyfile(backup, pair.a.folder / STORE_FILE)
    pair.a.start()
    assert pair.a.node.restored
    pair.exchange()
    assert pair.a.node.card == card
    pair.a.restart()
    assert pair.a.node.card == card
    change(pair.a)
    pair.exchange()
    assert pair.b.node.keys_of("alfa").version == 3


def test_a_lost_store_comes_back_over_a_change_of_keys_of_either_side(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    pair.b.say("alfa", "B1")
    pair.exchange()
    for seat in (pair.a, pair.b):
        change(seat)
        pair.exchange()
    pair.a.say("bravo", "A2")
    pair.b.say("alfa", "B2")
    pair.exchange()
    pair.a.stop()
    for path in pair.a.folder.glob(f"{STORE_FILE}*"):
        path.unlink()
    begin_again(pair.a.folder)
    pair.a.start()
    pair.a.node.import_card(pair.b.card)
    pair.a.node.import_card((pair.b.folder / CARDS_FOLDER / "1.json").read_bytes())
    pair.exchange()
    assert pair.a.logs() == pair.b.logs()
    assert subjects(pair.a, "alfa") == ["A1", "A2"]
    assert subjects(pair.a, "bravo") == ["B1", "B2"]
    pair.a.restart()
    pair.a.say("bravo", "A3")
    pair.exchange()
    assert subjects(pair.b, "alfa") == ["A1", "A2", "A3"]
    assert pair.a.node.verify().sound


def test_a_party_that_was_met_late_is_read_from_before_its_change_of_keys(tmp_path: Path) -> None:
    pair = make_pair(tmp_path)
    pair.b.stop()
    for path in pair.b.folder.glob(f"{STORE_FILE}*"):
        path.unlink()
    begin_again(pair.b.folder)
    pair.b.start()  # it has nobody's card; ALFA had its, and spoke
    pair.a.say("bravo", "A1")
    change(pair.a)
    pair.b.node.import_card(pair.a.card)
    first = pair.b.node.take(carried(pair.a.node.packet_for("bravo")))
    assert first.refused
    assert subjects(pair.b, "alfa") == []
    pair.b.node.import_card((pair.a.folder / CARDS_FOLDER / "1.json").read_bytes())
    pair.exchange()
    assert subjects(pair.b, "alfa") == ["A1"]
    pair.close()


def test_a_change_needs_enough_root_keys_and_a_log_that_is_certain(pair: Pair, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    shutil.copy(pair.a.folder / ROOTS_FOLDER / "root-1.key", few)
    with pytest.raises(KeyFileError, match="1 of them are root keys of alfa, and 2 must sign"):
        change(pair.a, roots=few)
    with pytest.raises(KeyFileError, match="no root keys"):
        change(pair.a, roots=tmp_path / "none")
    pair.exchange()
    card, keys = pair.a.node.card, draw_node_keys()
    other = replace(card.keyset, version=2, records=keys.public("records"), checkpoints=keys.public("checkpoints"))
    sealed = seal_keyset(other, read_roots(pair.a.folder / ROOTS_FOLDER))
    with pytest.raises(ValueError, match="the key set that is announced"):
        pair.a.node.change_keys(sealed, keys.signers, card=pair.b.card)
    assert pair.a.node.card == card
    pair.a.say("bravo", "A1")
    pair.exchange()
    assert pair.b.node.peers() == (card,)
