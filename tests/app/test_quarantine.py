"""Keys that were stolen: what they signed before stands, what they sign after is kept apart, and a person sees it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clearline.app.make_party import ROOTS_FOLDER
from clearline.app.officer_node import OfficerNode
from clearline.app.quarantine import QUARANTINED
from clearline.edge.keys_file import draw_node_keys, read_roots, write_node_keys
from clearline.line.statement import Said
from clearline.line.terms import Mode
from clearline.record.keyset import seal_keyset
from tests.app.liar import Liar
from tests.app.two_nodes import Pair, Seat, make_pair, subjects


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = make_pair(tmp_path)
    yield made
    made.close()


def _change_keys(seat: Seat) -> None:
    """New keys for everything, announced under the party's root keys; the thief keeps the old ones."""
    keys = draw_node_keys()
    write_node_keys(seat.folder / "keys-2", keys)
    new = replace(
        seat.node.card.keyset,
        version=2,
        records=keys.public("records"),
        checkpoints=keys.public("checkpoints"),
        cosigning=keys.public("cosigning"),
        transport=keys.transport,
    )
    seat.node.change_keys(seal_keyset(new, read_roots(seat.folder / ROOTS_FOLDER)), keys.signers)


def _thief(pair: Pair) -> Liar:
    """Somebody with a copy of ALFA's keys and of its log, as they are now."""
    thief = Liar.of(pair.a, "bravo")
    thief.copy(pair.a)
    return thief


def _told(pair: Pair) -> list[str]:
    """What an officer of BRAVO sees in quarantine."""
    found = OfficerNode(pair.b.node, pair.b.clock).faults()
    return [why for what, why in found if what == f"{QUARANTINED} alfa/line/bravo/actual"]


def _stands(pair: Pair, said: Said) -> None:
    assert pair.b.node.ledger(Mode.ACTUAL).get(said.record_id) is not None
    assert pair.a.node.journey(said.record_id).receipt_ms is not None


def test_story_46_what_stolen_keys_sign_after_the_change_is_quarantined(pair: Pair) -> None:
    before = pair.a.say("bravo", "A1")
    pair.exchange()
    thief = _thief(pair)
    _change_keys(pair.a)
    pair.a.say("bravo", "A2")
    pair.exchange()
    start = thief.log.head.size
    thief.say("STOLEN-1", "STOLEN-2")
    pair.b.node.take(thief.packet(thief.part(start)))
    pair.b.node.take(thief.packet(thief.part(start)))
    assert subjects(pair.b, "alfa") == ["A1", "A2"]
    told = _told(pair)
    assert ["N1 STOLEN-1 Orbit" in told[0], "N1 STOLEN-2 Orbit" in told[1]] == [True, True]
    assert len(told) == 2  # the same again is kept once
    for why in told:
        assert "is signed with key set 1 of alfa, which gave way to 2: it counts for nothing" in why
    _stands(pair, before)
    pair.b.restart()
    assert _told(pair) == told
    pair.exchange()
    assert pair.a.logs() == pair.b.logs()
    assert pair.b.node.verify().sound


def test_story_46_a_log_that_has_not_heard_of_the_change_takes_nothing_from_the_thief(pair: Pair) -> None:
    """BRAVO knows the new keys from another log of ALFA's; the old ones alone add nothing to this one."""
    pair.a.say("bravo", "A1")
    pair.exchange()
    thief = _thief(pair)
    _change_keys(pair.a)
    pair.b.node.take(pair.a.node.packet_for("bravo", Mode.TEST))
    start = thief.log.head.size
    thief.say("STOLEN")
    pair.b.node.take(thief.packet(thief.part(start)))
    assert subjects(pair.b, "alfa") == ["A1"]
    assert ["STOLEN" in why for why in _told(pair)] == [True]
    pair.a.say("bravo", "A2")
    pair.exchange()
    assert subjects(pair.b, "alfa") == ["A1", "A2"]
    assert pair.a.logs() == pair.b.logs()


def test_what_is_honestly_handed_over_again_or_signed_by_nobody_is_no_quarantine(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    pair.a.say("bravo", "A2")
    old = pair.a.node.packet_for("bravo")
    pair.exchange()
    thief = _thief(pair)
    _change_keys(pair.a)
    pair.exchange()
    pair.b.node.take(old)  # a stick that was on its way: nothing in it is new
    end = thief.log.head.size
    thief.signers = draw_node_keys().signers
    thief.say("NOBODY")
    pair.b.node.take(thief.packet(thief.part(end)))
    assert _told(pair) == []
    assert [one.kind for one in pair.b.node.evidence()] == ["refused"]
