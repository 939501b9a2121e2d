"""Two nodes: whatever is lost, doubled, late or cut short, the logs are the same in the end; and what lies is named."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.app.party_node import RefusedError, StrangerError
from clearline.line.ladder import Answer, AnswerType, Delivered, Seen
from clearline.line.notice import Notice
from clearline.line.statement import Link, Relation, Utterance
from clearline.line.terms import Mode, Precedence
from clearline.wire.packet import Packet, read_packet, write_packet
from tests.app.liar import Liar
from tests.app.two_nodes import Pair, Seat, carried, facts, make_pair, subjects, swift_folder
from tests.line.two_desks import OFFICER, SECOND, notice


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = make_pair(tmp_path)
    yield made
    made.close()


def _copy(pair: Pair, to: Path) -> Pair:
    """The same two parties once more, as they are now."""
    for seat in (pair.a, pair.b):
        seat.stop()
        shutil.copytree(seat.folder, to / seat.folder.name)
        seat.start()
    return Pair(Seat(to / "alfa", pair.a.clock), Seat(to / "bravo", pair.b.clock))


def _talk(pair: Pair) -> None:
    pair.a.declare_open("bravo")
    pair.b.declare_open("alfa")
    pair.a.say("bravo", "A1")
    pair.a.say("bravo", "X1", Mode.EXERCISE)
    pair.b.say("alfa", "B1")


# -- exchange -----------------------------------------------------------------------------------------------------


def test_by_memory_and_by_file_the_logs_and_the_boards_are_the_same(pair: Pair, tmp_path: Path) -> None:
    _talk(pair)
    other = _copy(pair, tmp_path / "other")
    by_memory = pair.a.node.packet_for("bravo")
    file = tmp_path / "packet.clearline"
    file.write_bytes(write_packet(other.a.node.packet_for("bravo", most_entries=50_000)))
    for _ in range(4):
        by_memory = pair.a.node.take(pair.b.node.take(by_memory))
        for node in (other.b.node, other.a.node):
            file.write_bytes(write_packet(node.take(read_packet(file.read_bytes(), file.name))))
    assert pair.a.logs() == pair.b.logs() == other.a.logs() == other.b.logs()
    assert {origin: len(log) for origin, log in pair.a.logs().items()} == {
        "alfa/line/bravo/actual": 3,
        "alfa/line/bravo/exercise": 1,
        "bravo/line/alfa/actual": 3,
        "bravo/line/alfa/exercise": 1,
    }
    for one, same in ((pair.a, other.a), (pair.b, other.b)):
        for mode in Mode:
            peer = "bravo" if one is pair.a else "alfa"
            assert one.board(peer, mode) == same.board(peer, mode)
    other.close()


def test_exercise_stays_out_of_the_actual_picture(pair: Pair) -> None:
    pair.a.say("bravo", "X1", Mode.EXERCISE)
    pair.exchange()
    assert subjects(pair.b, "alfa", Mode.EXERCISE) == ["X1"]
    assert not subjects(pair.b, "alfa", Mode.ACTUAL) and not subjects(pair.b, "alfa", Mode.TEST)


def test_a_notice_is_receipted_by_the_node_and_by_its_cosignature(pair: Pair) -> None:
    pair.a.declare_open("bravo")
    pair.b.declare_open("alfa")
    pair.exchange()
    said = pair.a.say("bravo")
    before = pair.a.node.journey(said.record_id)
    assert before.received_ms is None and before.offered == ()
    packet = pair.a.node.packet_for("bravo")
    answer = pair.b.node.take(packet)
    pair.a.node.offered(packet, "https://one.example")
    pair.a.clock.at_ms += 60_000
    pair.a.node.offered(packet, "https://one.example")  # the first time counts
    pair.a.node.take(answer)
    after = pair.a.node.journey(said.record_id)
    assert after.receipt_ms == said.logged_ms
    assert after.cosigned_ms is not None and 0 <= after.cosigned_ms - said.logged_ms < 1_000
    assert after.offered == (("https://one.example", said.logged_ms),)
    assert not after.while_suspended


def test_a_receipt_is_given_once_however_often_the_notice_comes(pair: Pair) -> None:
    pair.a.say("bravo")
    packet = pair.a.node.packet_for("bravo")
    for _ in range(3):
        pair.b.node.take(packet)
        pair.b.restart()
    with pair.b.node.reading(Mode.ACTUAL) as ledger:
        assert len(ledger.of(Delivered)) == 1


@given(order=st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_old_packets_again_and_out_of_order_change_nothing_that_is_there(
    order: list[int],
) -> None:
    with swift_folder() as folder:
        _check_in_any_order(make_pair(folder), order)


def _check_in_any_order(pair: Pair, order: list[int]) -> None:
    packets: list[Packet] = []
    for number in range(3):
        pair.a.say("bravo", f"A{number}")
        packets.append(pair.a.node.packet_for("bravo"))
        pair.b.say("alfa", f"B{number}")
        packets.append(pair.b.node.packet_for("alfa"))
    sizes: dict[str, int] = {}
    for number in order:
        seat = pair.b if packets[number].addressee == "bravo" else pair.a
        seat.node.take(carried(packets[number]))
        now = {f"{one.name} {origin}": len(log) for one in (pair.a, pair.b) for origin, log in one.logs().items()}
        assert all(now[origin] >= size for origin, size in sizes.items())
        sizes = now
    pair.exchange()
    assert pair.a.logs() == pair.b.logs() and facts(pair.a) == facts(pair.b)
    assert subjects(pair.b, "alfa") == ["A0", "A1", "A2"] and subjects(pair.a, "bravo") == ["B0", "B1", "B2"]
    assert not pair.a.node.evidence() and not pair.b.node.evidence()
    pair.close()


@pytest.mark.parametrize("left", range(4))
def test_a_part_cut_short_is_taken_whole_later(pair: Pair, left: int) -> None:
    for number in range(4):
        pair.a.say("bravo", f"A{number}")
    packet = pair.a.node.packet_for("bravo")
    (part,) = packet.parts
    cut = replace(packet, parts=(replace(part, envelopes=part.envelopes[:left]),))
    answer = pair.b.node.take(cut)
    assert [one.rule for one in answer.refused] == ["missing", "refused"]  # the second: its signature is gone
    assert not subjects(pair.b, "alfa")
    gap = replace(packet, parts=(replace(part, first=1, envelopes=part.envelopes[1:]),))
    assert pair.b.node.take(gap).refused[0].why == "entries 0 to 0 are missing"
    pair.exchange()
    assert pair.a.logs() == pair.b.logs()
    assert not pair.b.node.evidence()


def test_a_backlog_goes_over_in_packets_of_any_size(pair: Pair) -> None:
    said = pair.a.node.say_all(
        [Utterance("bravo", notice(f"A{n}")) for n in range(23)], mode=Mode.ACTUAL, actor=OFFICER, released_by=SECOND
    )
    for count in (1, 5, 2_000):
        packet = pair.a.node.packet_for("bravo", most_entries=count)
        assert packet.entries == min(count, 23 - len(subjects(pair.b, "alfa")))
        pair.a.node.take(pair.b.node.take(packet))
    pair.exchange()
    assert [f"A{n}" for n in range(23)] == subjects(pair.b, "alfa")
    assert [one.seq for one in said] == list(range(23))


def test_packets_for_others_and_from_strangers_are_refused(pair: Pair) -> None:
    packet = pair.a.node.packet_for("bravo")
    with pytest.raises(StrangerError, match="is for 'bravo'"):
        pair.a.node.take(packet)
    with pytest.raises(StrangerError, match="'charlie', whose card"):
        pair.b.node.take(replace(packet, sender="charlie"))


def test_what_a_packet_says_without_a_signature_does_not_count(pair: Pair) -> None:
    pair.a.say("bravo")
    packet = replace(pair.a.node.packet_for("bravo"), known={"bravo/line/alfa/actual": 7}, signature=bytes(64))
    answer = pair.b.node.take(packet)
    assert [one.origin for one in answer.refused] == ["packet"]
    assert subjects(pair.b, "alfa") == ["A1"]  # it proved itself
    heartbeat = pair.b.node.packet_for("alfa", heartbeat=True)
    assert not heartbeat.brings and heartbeat.known["alfa/line/bravo/actual"] == 1


# -- saying -------------------------------------------------------------------------------------------------------


def test_a_rule_is_asked_before_anything_is_signed(pair: Pair) -> None:
    with pytest.raises(RefusedError) as refused:
        pair.a.node.say(Utterance("bravo", notice()), mode=Mode.ACTUAL, actor=OFFICER)
    assert refused.value.refused.rule == "P2"
    with pytest.raises(RefusedError):
        pair.a.node.say_all(
            [Utterance("bravo", notice(), Precedence.FLASH), Utterance("bravo", notice())],
            mode=Mode.ACTUAL,
            actor=OFFICER,
        )
    assert not pair.a.logs() and not facts(pair.a)
    with pytest.raises(KeyError):
        pair.a.node.say(Utterance("charlie", Seen()), mode=Mode.ACTUAL, actor=OFFICER)


def test_a_private_word_reaches_nobody(pair: Pair) -> None:
    pair.a.node.say(Utterance("alfa", notice()), mode=Mode.ACTUAL, actor=OFFICER)
    pair.exchange()
    assert not pair.b.logs() and "alfa/line/alfa/actual" not in pair.b.node.packet_for("alfa").known
    assert subjects(pair.a, "alfa") == ["A1"]
    pair.a.restart()
    assert subjects(pair.a, "alfa") == ["A1"]


def test_a_clock_set_back_is_recorded_and_the_order_stays(pair: Pair) -> None:
    first = pair.a.say("bravo", "A1")
    pair.a.clock.at_ms -= 3_600_000
    second = pair.a.say("bravo", "A2")
    pair.a.clock.at_ms = -5_000  # before 1970: no statement can carry that
    with pytest.raises(ValueError, match="1970"):
        pair.a.say("bravo", "A3")
    pair.a.clock.at_ms = second.header.created_ms + 1
    assert second.header.created_ms < first.header.created_ms and second.seq == first.seq + 1
    pair.exchange()
    for seat in (pair.a, pair.b):
        seat.restart()
        assert subjects(seat, "alfa") == ["A1", "A2"]
        with seat.node.reading(Mode.ACTUAL) as ledger:
            assert [said.header.created_ms for said, _ in ledger.of(Notice)] == [
                first.header.created_ms,
                second.header.created_ms,
            ]


def test_what_falls_due_is_said_once_and_the_node_knows_when_to_look(pair: Pair) -> None:
    said = pair.a.say("bravo")
    wake_ms = pair.a.node.tick()
    assert wake_ms is not None and wake_ms == said.logged_ms + 6 * 3_600_000  # ROUTINE: seen within six hours
    pair.a.clock.at_ms = wake_ms
    pair.a.node.tick()
    size = len(pair.a.logs()["alfa/line/bravo/actual"])
    pair.a.restart()
    pair.a.node.tick()
    assert len(pair.a.logs()["alfa/line/bravo/actual"]) == size == 3  # the notice, its lapse, its escalation


def test_listeners_hear_of_what_is_kept_and_can_ask_for_what_they_missed(pair: Pair) -> None:
    listener = pair.b.node.subscribe()
    start = pair.b.node.position()
    said = pair.a.say("bravo")
    pair.exchange()
    heard = [listener.get_nowait() for _ in range(2)]
    assert [kind for _, kind, _ in heard] == ["notice", "delivered"] and heard[0][2] == said.record_id
    assert listener.empty()
    assert pair.b.node.events_since(start) == heard
    assert pair.b.node.events_since(heard[0][0]) == heard[1:]
    pair.b.node.unsubscribe(listener)
    pair.b.say("alfa")
    assert listener.empty()


def test_what_breaks_a_rule_is_kept_and_void(pair: Pair) -> None:
    said = pair.a.say("bravo")
    pair.exchange()
    answer = Answer(AnswerType.CHECKED_NOT_OURS, coverage="none")
    link = (Link(Relation.ABOUT, said.record_id),)
    with pytest.raises(RefusedError):
        pair.b.node.say(Utterance("alfa", answer, links=link), mode=Mode.ACTUAL, actor=OFFICER)
    liar = Liar.of(pair.b, "alfa")
    liar.copy(pair.b)
    liar.append(answer, links=link)
    pair.a.node.take(liar.packet(liar.part()))
    ((record_id, refused),) = pair.a.node.void(Mode.ACTUAL).items()
    assert refused.rule == "L5"
    pair.a.restart()
    assert pair.a.node.void(Mode.ACTUAL) == {record_id: refused}
    with pair.a.node.reading(Mode.ACTUAL) as ledger:
        assert ledger.get(record_id) is not None
