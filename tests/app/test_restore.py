"""A store put back to an earlier state, and a store lost: the node knows it, catches up, and only then speaks."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clearline.app.make_party import KEYS_FOLDER, ROOTS_FOLDER, STORE_FILE, begin_again
from clearline.app.party_node import BehindError, NodeError
from clearline.edge.keys_file import draw_node_keys, read_roots, write_node_keys
from clearline.line.ladder import Delivered
from clearline.line.notice import Notice
from clearline.line.statement import Utterance
from clearline.line.terms import Mode
from clearline.record.errors import RecordError
from clearline.record.keyset import KeySet, seal_keyset
from clearline.wire.packet import LogPart
from tests.app.liar import Liar
from tests.app.two_nodes import Pair, Seat, facts, make_pair, subjects
from tests.line.two_desks import OFFICER, SECOND, notice


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = make_pair(tmp_path)
    yield made
    made.close()


def _put_back(seat: Seat, backup: Path, *, whole_machine: bool = False) -> None:
    """Stop, replace the store by the backup, start; `whole_machine`: the mark went back with it."""
    seat.stop()
    for name in (f"{STORE_FILE}-wal", f"{STORE_FILE}-shm"):
        (seat.folder / name).unlink(missing_ok=True)
    shutil.copyfile(backup, seat.folder / STORE_FILE)
    if whole_machine:
        shutil.copyfile(backup.with_suffix(".mark"), seat.folder / f"{STORE_FILE}.mark")
    seat.start()


def _backup(seat: Seat, to: Path) -> Path:
    """A backup while the node runs, and the mark as a copy of the whole machine has it."""
    seat.store.backup(to)
    shutil.copyfile(seat.folder / f"{STORE_FILE}.mark", to.with_suffix(".mark"))
    return to


def _settled(pair: Pair) -> None:
    assert pair.a.logs() == pair.b.logs() and facts(pair.a) == facts(pair.b)
    for seat in (pair.a, pair.b):
        assert seat.node.verify().sound and not seat.node.behind() and not seat.node.void(Mode.ACTUAL)
        assert not [one for one in seat.node.evidence() if one.kind != "refused"]


def test_an_old_backup_catches_up_before_it_says_anything(pair: Pair, tmp_path: Path) -> None:
    backup, before = _fallen_behind(pair, tmp_path)
    _put_back(pair.a, backup)
    assert pair.a.node.restored
    _must_wait(pair.a, "how much of it it holds")
    _catches_up(pair, before)


def test_an_old_image_of_the_whole_machine_learns_it_from_its_peer(pair: Pair, tmp_path: Path) -> None:
    """Nothing on that machine can know; the peer does, and shows it by this party's own signature."""
    backup, before = _fallen_behind(pair, tmp_path)
    _put_back(pair.a, backup, whole_machine=True)
    assert not pair.a.node.restored
    answer = pair.b.node.take(pair.a.node.packet_for("bravo", heartbeat=True))
    pair.a.node.take(replace(answer, parts=()))
    _must_wait(pair.a, "4 statements were signed and 2 are here", Mode.ACTUAL)
    _catches_up(pair, before)


def _fallen_behind(pair: Pair, tmp_path: Path) -> tuple[Path, dict[str, list[bytes]]]:
    """A backup of ALFA, after which both said more; and the logs as they are."""
    pair.a.say("bravo", "A1")
    pair.b.say("alfa", "B1")
    pair.exchange()
    backup = _backup(pair.a, tmp_path / "backup.db")
    pair.a.say("bravo", "A2")
    pair.b.say("alfa", "B2")
    pair.a.say("bravo", "A3", Mode.TEST)
    pair.exchange()
    return backup, pair.a.logs()


def _must_wait(seat: Seat, why: str, *modes: Mode) -> None:
    for mode in modes or (Mode.ACTUAL, Mode.TEST):
        with pytest.raises(BehindError, match=why):
            seat.say("bravo", "A9", mode)


def _catches_up(pair: Pair, before: dict[str, list[bytes]]) -> None:
    pair.exchange()
    assert pair.a.logs() == before
    assert pair.a.say("bravo", "A4").seq == len(before["alfa/line/bravo/actual"])
    pair.exchange()
    _settled(pair)
    assert subjects(pair.b, "alfa") == ["A1", "A2", "A4"]


def test_a_file_copied_while_the_node_ran_is_known_as_old(pair: Pair, tmp_path: Path) -> None:
    pair.a.say("bravo", "A1")
    pair.a.restart()  # the write-ahead log is in the file now
    shutil.copyfile(pair.a.folder / STORE_FILE, tmp_path / "copy.db")
    pair.a.say("bravo", "A2")
    pair.exchange()
    _put_back(pair.a, tmp_path / "copy.db")
    assert pair.a.node.restored and len(pair.a.node.behind()) == 3
    pair.exchange()
    _settled(pair)


def test_a_copy_of_the_latest_state_is_not_taken_for_old(pair: Pair, tmp_path: Path) -> None:
    pair.a.say("bravo", "A1")
    backup = _backup(pair.a, tmp_path / "backup.db")
    _put_back(pair.a, backup)
    assert not pair.a.node.restored and pair.a.node.standing("bravo", Mode.ACTUAL) is None
    with pytest.raises(FileExistsError):
        pair.a.store.backup(backup)


def test_a_store_without_its_mark_waits_for_its_peer(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    pair.exchange()
    pair.a.stop()
    (pair.a.folder / f"{STORE_FILE}.mark").unlink()
    pair.a.start()
    refused = pair.a.node.standing("bravo", Mode.ACTUAL)
    assert refused is not None and refused.rule == "BEHIND" and "how much of it it holds" in refused.why
    pair.a.restart()
    assert pair.a.node.standing("bravo", Mode.ACTUAL) is not None  # it does not forget to wait
    pair.exchange()
    _settled(pair)


def test_only_what_was_said_after_the_start_makes_a_restored_node_certain(pair: Pair, tmp_path: Path) -> None:
    pair.a.say("bravo", "A1")
    pair.exchange()
    old = pair.b.node.packet_for("alfa")
    backup = _backup(pair.a, tmp_path / "backup.db")
    pair.a.say("bravo", "A2")
    pair.exchange()
    _put_back(pair.a, backup)
    pair.a.node.take(old)  # a stick that was on its way
    assert pair.a.node.standing("bravo", Mode.ACTUAL) is not None
    forged = replace(old, echo=pair.a.node.packet_for("bravo").nonce)
    pair.a.node.take(forged)
    assert pair.a.node.standing("bravo", Mode.ACTUAL) is not None
    pair.exchange()
    _settled(pair)


def test_receipts_owed_are_given_once_the_node_is_certain(pair: Pair, tmp_path: Path) -> None:
    backup = _backup(pair.b, tmp_path / "backup.db")
    pair.a.say("bravo", "A1")
    pair.exchange()
    _put_back(pair.b, backup)
    pair.a.say("bravo", "A2")
    pair.exchange()
    with pair.a.node.reading(Mode.ACTUAL) as ledger:
        assert [len(ledger.saying(said.record_id, Delivered)) for said, _ in ledger.of(Notice)] == [1, 1]
    _settled(pair)


def test_private_logs_are_begun_anew_after_restoring(pair: Pair, tmp_path: Path) -> None:
    def note(subject: str) -> str:
        return pair.a.node.say(Utterance("alfa", notice(subject)), mode=Mode.ACTUAL, actor=OFFICER).record_id

    note("before")
    backup = _backup(pair.a, tmp_path / "backup.db")
    note("lost")
    _put_back(pair.a, backup)
    note("after")
    with pair.a.store.reading() as tables:
        private = {row.origin: row.head.size for row in tables.logs() if row.origin.startswith("alfa/line/alfa/")}
    assert sorted(private.values()) == [1, 1] and private["alfa/line/alfa/actual"] == 1
    assert subjects(pair.a, "alfa") == ["before", "after"]
    pair.a.restart()
    assert subjects(pair.a, "alfa") == ["before", "after"] and pair.a.node.verify().sound


def test_a_node_that_forked_never_writes_that_log_again(pair: Pair, tmp_path: Path) -> None:
    backup = _backup(pair.a, tmp_path / "backup.db")
    pair.a.say("bravo", "A1")
    pair.exchange()
    _put_back(pair.a, backup, whole_machine=True)
    pair.a.say("bravo", "A9")  # nobody could know; the same number is signed twice
    answer = pair.b.node.take(pair.a.node.packet_for("bravo"))
    assert [one.rule for one in answer.refused] == ["double"]
    pair.a.node.take(answer)
    refused = pair.a.node.standing("bravo", Mode.ACTUAL)
    assert refused is not None and refused.rule == "FORKED"
    assert {one.kind for one in pair.a.node.evidence()} == {"own_fork"}
    pair.a.restart()
    with pytest.raises(BehindError) as behind:
        pair.a.say("bravo", "A10")
    assert behind.value.forked
    pair.a.say("bravo", "X1", Mode.EXERCISE)  # the other logs are sound


def test_a_lost_node_is_rebuilt_from_its_peer(pair: Pair) -> None:
    for number in range(3):
        pair.a.say("bravo", f"A{number}")
        pair.exchange()
        pair.b.say("alfa", f"B{number}")
        pair.exchange()
    before, shown = pair.a.logs(), facts(pair.a)
    _lose(pair.a)
    pair.a.node.import_card(pair.b.card)
    with pytest.raises(BehindError):
        pair.a.say("bravo")
    pair.exchange()
    assert pair.a.logs() == before and facts(pair.a) == shown
    _settled(pair)
    board = pair.a.board("bravo")
    pair.a.restart()
    assert pair.a.board("bravo") == board
    pair.a.say("bravo", "A4")
    pair.exchange()
    _settled(pair)
    with pair.b.node.reading(Mode.ACTUAL) as ledger:
        assert len(ledger.of(Delivered)) == 7  # nothing was receipted twice


def _lose(seat: Seat) -> None:
    """The store is gone; card and keys are not."""
    seat.stop()
    for path in seat.folder.glob(f"{STORE_FILE}*"):
        path.unlink()
    begin_again(seat.folder)
    seat.start()


def test_a_peer_that_rewrote_its_log_while_the_node_was_lost_is_found_out(pair: Pair) -> None:
    pair.b.say("alfa", "B0")
    pair.exchange()
    pair.a.say("bravo", "A0")  # it had seen B0 by then
    pair.exchange()
    back = pair.b.node.packet_for("alfa")
    _lose(pair.a)
    pair.a.node.import_card(pair.b.card)
    liar = Liar.of(pair.b, "alfa")
    with pair.b.store.reading() as tables:
        row = tables.log("alfa/line/bravo/actual")
        assert row is not None
        note = tables.last_receipt(row)
        assert note is not None
        own = LogPart(row.origin, 0, tables.envelopes(row, 0, row.head.size), note.note)
    liar.say("B9")
    answer = pair.a.node.take(liar.packet(own, liar.part()))
    assert "rewritten while this node was away" in answer.refused[0].why
    assert not subjects(pair.a, "bravo") and subjects(pair.a, "alfa") == ["A0"]
    assert back.sender == "bravo" and pair.a.node.behind()


def test_a_peer_cannot_give_back_what_was_never_said(pair: Pair) -> None:
    pair.a.say("bravo", "A0")
    pair.exchange()
    _lose(pair.a)
    pair.a.node.import_card(pair.b.card)
    liar = Liar.of(pair.b, "alfa")
    forged = Liar("alfa", "bravo", pair.b.folder).say("A9")
    answer = pair.a.node.take(liar.packet(forged.part()))
    assert "not signed by exactly the keys" in answer.refused[0].why and not pair.a.logs()
    pair.exchange()
    _settled(pair)


def test_both_can_lose_their_stores_one_after_the_other(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    pair.b.say("alfa", "B1")
    pair.exchange()
    for lost, other in ((pair.a, pair.b), (pair.b, pair.a)):
        _lose(lost)
        lost.node.import_card(other.card)
        pair.exchange()
    _settled(pair)
    assert subjects(pair.b, "alfa") == ["A1"] and subjects(pair.a, "bravo") == ["B1"]


# -- a change of keys ---------------------------------------------------------------------------------------------


def _change_keys(seat: Seat, number: int = 2) -> None:
    """New keys in a folder of their own, announced under the party's root keys."""
    folder = f"keys-{number}"
    keys = draw_node_keys()
    write_node_keys(seat.folder / folder, keys)
    roots = read_roots(seat.folder / ROOTS_FOLDER)
    old = seat.node.card.keyset
    new = KeySet(
        old.party,
        number,
        old.roots,
        old.threshold,
        keys.public("records"),
        keys.public("checkpoints"),
        keys.public("cosigning"),
        keys.transport,
    )
    seat.node.change_keys(seal_keyset(new, roots), keys.signers)


def test_a_change_of_keys_takes_effect_by_place_on_both_sides(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    pair.exchange()
    pair.a.say("bravo", "A2")
    _change_keys(pair.a)
    pair.a.say("bravo", "A3")
    pair.b.say("alfa", "B1")
    pair.exchange()
    _settled(pair)
    assert subjects(pair.b, "alfa") == ["A1", "A2", "A3"]
    pair.b.restart()
    pair.a.stop()
    with pytest.raises(NodeError, match="key set 2 of alfa"):
        pair.a.start(KEYS_FOLDER)
    pair.a.start("keys-2")
    pair.a.say("bravo", "A4")
    pair.exchange()
    _settled(pair)


def test_a_long_backlog_goes_over_a_change_of_keys(pair: Pair) -> None:
    def many(count: int, name: str) -> None:
        out = [Utterance("bravo", notice(f"{name}{n}")) for n in range(count)]
        pair.a.node.say_all(out, mode=Mode.ACTUAL, actor=OFFICER, released_by=SECOND)

    many(1_100, "A")
    _change_keys(pair.a)
    many(30, "B")
    _change_keys_again(pair.a)
    many(3, "C")
    packet = pair.a.node.packet_for("bravo", most_entries=50)
    assert packet.entries == 1_000  # the old keys are gone: only where they left a checkpoint
    pair.exchange()
    assert pair.a.logs() == pair.b.logs() and len(pair.b.logs()["alfa/line/bravo/actual"]) == 1_135
    assert pair.b.node.verify().sound


def _change_keys_again(seat: Seat) -> None:
    _change_keys(seat, 3)


def test_keys_that_nobody_announced_are_not_used(pair: Pair) -> None:
    keys = draw_node_keys()
    old = pair.a.node.card.keyset
    roots = read_roots(pair.a.folder / ROOTS_FOLDER)
    new = replace(old, version=2, records=keys.public("records"), checkpoints=keys.public("checkpoints"))
    with pytest.raises(RecordError, match="too few of its own root keys"):
        pair.a.node.change_keys(seal_keyset(new, roots[:1]), keys.signers)
    with pytest.raises(RecordError, match="not those it announces"):
        pair.a.node.change_keys(seal_keyset(new, roots), draw_node_keys().signers)
    pair.a.say("bravo")
    pair.exchange()
    _settled(pair)


def test_a_backup_from_before_a_change_of_keys_catches_up_with_the_new_ones(pair: Pair, tmp_path: Path) -> None:
    pair.a.say("bravo", "A1")
    pair.exchange()
    backup = _backup(pair.a, tmp_path / "backup.db")
    _change_keys(pair.a)
    pair.a.say("bravo", "A2")
    pair.exchange()
    pair.a.stop()
    shutil.copyfile(backup, pair.a.folder / STORE_FILE)
    pair.a.start("keys-2")
    for peer in ("bravo", "alfa"):  # no word under keys that the record does not know yet, not even to itself
        with pytest.raises(BehindError):
            pair.a.say(peer, "too early")
    pair.exchange()
    _settled(pair)
    pair.a.say("bravo", "A3")
    pair.exchange()
    _settled(pair)
