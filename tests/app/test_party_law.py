"""The law of two nodes: whatever is said, lost, doubled, crashed and restored, they end the same and lose nothing.

A machine of Hypothesis drives two real nodes on real stores: both say things, packets go astray or come late and twice,
nodes stop without warning, are put back to old backups, or lose their stores. What was acknowledged is never lost.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, invariant, multiple, rule

from clearline.app.make_party import STORE_FILE, begin_again
from clearline.app.party_node import BehindError
from clearline.line.terms import Mode
from clearline.wire.packet import Packet
from tests.app.two_nodes import Pair, Seat, carried, facts, make_pair

_MEMORY = Path("/dev/shm")
_SIDES = st.sampled_from(["a", "b"])
_MODES = st.sampled_from([Mode.ACTUAL, Mode.EXERCISE])


class TwoNodes(RuleBasedStateMachine):
    """ALFA and BRAVO, the packets between them, and their backups."""

    packets: Bundle[Packet] = Bundle("packets")
    backups: Bundle[tuple[str, Path]] = Bundle("backups")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
        self.pair: Pair = make_pair(Path(self.folder.name))
        self.count = 0
        # What each side has signed and what the other has receipted, by number, as the outside world saw it.
        self.signed: dict[tuple[str, int], str] = {}
        # Every packet that left a node.
        self.left: dict[str, list[Packet]] = {"alfa": [], "bravo": []}

    @initialize()
    def open_the_line(self) -> None:
        """Both declare it open, and have met."""
        self.pair.a.declare_open("bravo")
        self.pair.b.declare_open("alfa")
        self.pair.exchange()

    @rule(side=_SIDES, mode=_MODES)
    def say(self, side: str, mode: Mode) -> None:
        """A notice, or a plain refusal while the node must catch up."""
        seat, peer = self._seat(side)
        self.count += 1
        refused = seat.node.standing(peer, mode)
        if refused is not None:
            assert refused.rule == "BEHIND"
            with pytest.raises(BehindError):
                seat.say(peer, "never", mode)
            return
        said = seat.say(peer, f"{side}{self.count}", mode)
        origin = f"{seat.name} {mode}"
        before = self.signed.setdefault((origin, said.seq), said.record_id)
        assert before == said.record_id, "two statements were signed under one number"

    @rule(side=_SIDES, heartbeat=st.booleans(), target=packets)
    def send(self, side: str, *, heartbeat: bool) -> Packet:
        """A packet sets out."""
        seat, peer = self._seat(side)
        return self._sets_out(seat.node.packet_for(peer, heartbeat=heartbeat))

    @rule(packet=packets, keep=st.integers(0, 3), target=packets)
    def arrive(self, packet: Packet, keep: int) -> MultipleResults[Packet] | Packet:
        """A packet arrives, now or again; sometimes damaged on the way. Its answer sets out."""
        seat = self.pair.b if packet.addressee == "bravo" else self.pair.a
        if keep == 0:
            parts = tuple(part for number, part in enumerate(packet.parts) if number)
            packet = Packet(packet.sender, packet.addressee, 0, parts, (), {}, heartbeat=False, receipted={})
        answer = seat.node.take(packet)
        return self._sets_out(answer) if answer.brings else multiple()

    @rule(side=_SIDES)
    def crash(self, side: str) -> None:
        """The process is gone; what it acknowledged is on disk."""
        seat, _ = self._seat(side)
        seat.restart()

    @rule(side=_SIDES, target=backups)
    def back_up(self, side: str) -> tuple[str, Path]:
        """A backup is made."""
        seat, _ = self._seat(side)
        self.count += 1
        path = Path(self.folder.name) / f"backup-{self.count}.db"
        seat.store.backup(path)
        return side, path

    @rule(backup=backups)
    def restore(self, backup: tuple[str, Path]) -> None:
        """An old backup is put back, if nothing after it is with this node alone: that would be lost indeed."""
        side, path = backup
        seat, _ = self._seat(side)
        if not self._hand_over(seat):
            return
        seat.stop()
        for found in seat.folder.glob(f"{STORE_FILE}-*"):
            found.unlink()
        shutil.copyfile(path, seat.folder / STORE_FILE)
        seat.start()

    @rule(side=_SIDES)
    def lose(self, side: str) -> None:
        """The disk is gone."""
        seat, _ = self._seat(side)
        if not self._hand_over(seat):
            return
        other = self.pair.b if seat is self.pair.a else self.pair.a
        seat.stop()
        for found in seat.folder.glob(f"{STORE_FILE}*"):
            found.unlink()
        begin_again(seat.folder)
        seat.start()
        seat.node.import_card(other.card)

    @rule()
    def meet_in_peace(self) -> None:
        """The line is good for a while."""
        self._settle()

    @invariant()
    def nobody_was_accused(self) -> None:
        """Two honest nodes never find proof against each other or themselves."""
        for seat in (self.pair.a, self.pair.b):
            assert all(one.kind == "refused" for one in seat.node.evidence())

    def teardown(self) -> None:
        """In the end both hold the same, and everything that was ever signed."""
        try:
            self._end()
        finally:
            self.pair.close()
            self.folder.cleanup()

    def _end(self) -> None:
        self._settle()
        for (origin, seq), record_id in self.signed.items():
            name, mode = origin.split()
            for seat in (self.pair.a, self.pair.b):
                with seat.node.reading(Mode(mode)) as ledger:
                    said = ledger.get(record_id)
                    assert said is not None and (said.header.author, said.seq) == (name, seq)
        for seat in (self.pair.a, self.pair.b):
            assert seat.node.verify().sound and not seat.node.unread()
            before = facts(seat), seat.node.void(Mode.ACTUAL)
            seat.restart()
            assert (facts(seat), seat.node.void(Mode.ACTUAL)) == before

    def _sets_out(self, packet: Packet) -> Packet:
        self.left[packet.sender].append(carried(packet))
        return self.left[packet.sender][-1]

    def _seat(self, side: str) -> tuple[Seat, str]:
        return (self.pair.a, "bravo") if side == "a" else (self.pair.b, "alfa")

    def _hand_over(self, seat: Seat) -> bool:
        """Before a disk is lost, what left the house has arrived; what never left it may be lost with the disk.

        A packet still on its way then would show two statements under one number, honestly signed; and what both
        lose at one time is lost: docs/node.md. False if the other side has not caught up itself.
        """
        other = self.pair.b if seat is self.pair.a else self.pair.a
        if other.node.behind():
            return False
        for packet in self.left[seat.name]:
            other.node.take(packet)
        held = facts(other) | facts(other, Mode.EXERCISE)
        kept = {record_id for record_id, _ in held}
        self.signed = {place: record_id for place, record_id in self.signed.items() if record_id in kept}
        return True

    def _settle(self) -> None:
        self.pair.exchange()
        for mode in Mode:
            assert facts(self.pair.a, mode) == facts(self.pair.b, mode)
        assert self.pair.a.logs() == self.pair.b.logs()
        assert not self.pair.a.node.behind() and not self.pair.b.node.behind()


TestTwoNodes = TwoNodes.TestCase
TestTwoNodes.settings = settings(settings.get_profile("test"), max_examples=25, stateful_step_count=25)
