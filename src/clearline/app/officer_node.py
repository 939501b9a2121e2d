"""A node as its officers use it: the same acts, with every foreseen no as a value.

The one idea: what a person can mend is an answer with a rule; only a defect of ours is an error.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from clearline.app.check import choose_engine
from clearline.app.party_core import BehindError, Clock, RefusedError
from clearline.app.party_node import PartyNode, Select, StrangerError
from clearline.edge.geoid_file import load_geoid
from clearline.edge.officer_port import Event
from clearline.line.board import Board
from clearline.line.card import BY_FILE, Card
from clearline.line.conflicts import find_conflicts
from clearline.line.ledger import Ledger
from clearline.line.proof import Journey, Witnessing
from clearline.line.recheck import decide_recheck
from clearline.line.statement import Actor, Refused, Said, Utterance
from clearline.line.terms import Mode
from clearline.record.trust import write_trust
from clearline.wire.errors import MalformedError
from clearline.wire.packet import MAX_ENTRIES, Packet, read_packet, write_packet

__all__ = ["OfficerNode"]


class OfficerNode:
    """Wraps a `PartyNode`. Safe to use from several threads, as it is."""

    def __init__(self, node: PartyNode, clock: Clock) -> None:
        self._node = node
        self._clock = clock

    @property
    def own(self) -> str:
        """The party."""
        return self._node.own

    @property
    def card(self) -> Card:
        """Its card."""
        return self._node.card

    def now_ms(self) -> int:
        """The time by the node's clock."""
        return self._clock.now_ms()

    def peers(self) -> tuple[Card, ...]:
        """The cards of the peers."""
        return self._node.peers()

    def import_card(self, data: bytes) -> Card | Refused:
        """Take a peer's card on trust."""
        try:
            return self._node.import_card(data)
        except ValueError as error:
            return Refused("CARD", str(error))

    def reading(self, mode: Mode) -> AbstractContextManager[Ledger]:
        """The picture of one mode, while nothing else changes it."""
        return self._node.reading(mode)

    def void(self, mode: Mode) -> Mapping[str, Refused]:
        """The statements that do not count."""
        return self._node.void(mode)

    def standing(self, peer: str, mode: Mode) -> Refused | None:
        """Why nothing can be said to a peer now."""
        return self._node.standing(peer, mode)

    def witnessing(self, peer: str, mode: Mode) -> Witnessing | None:
        """How far the own log to a peer is witnessed."""
        return self._node.witnessing(peer, mode)

    def board(self, peer: str, mode: Mode) -> Board:
        """The board for a peer."""
        return self._node.board(peer, mode)

    def journey(self, record_id: str) -> Journey | None:
        """The way of an own statement; None if it is not the own."""
        try:
            return self._node.journey(record_id)
        except KeyError:
            return None

    def say_all(self, utterances: Sequence[Utterance], *, mode: Mode, actor: Actor | None) -> list[Said] | Refused:
        """Say several things, all or none."""
        return _refusing(lambda: self._node.say_all(utterances, mode=mode, actor=actor))

    def say_released(
        self, release: Utterance, statement: Utterance, *, mode: Mode, author: Actor, released_by: Actor
    ) -> list[Said] | Refused:
        """Say a release and what it releases."""
        return _refusing(
            lambda: self._node.say_released(release, statement, mode=mode, author=author, released_by=released_by)
        )

    def find_conflicts(self, ledger: Ledger, peer: str) -> tuple[Utterance, ...]:
        """What the own engine finds of both sides' notices."""
        found = find_conflicts(ledger, peer, geoid=load_geoid(), engine=choose_engine("auto"), now_ms=self.now_ms())
        return found.found

    def recheck(self, ledger: Ledger, proposal_id: str) -> tuple[Utterance, ...] | Refused:
        """What the own engine says of an agreed change."""
        engine = choose_engine("auto")
        return decide_recheck(ledger, proposal_id, geoid=load_geoid(), engine=engine, now_ms=self.now_ms())

    def bundle(
        self, peer: str, mode: Mode, records: tuple[str, ...], from_ms: int | None, until_ms: int | None
    ) -> bytes | Refused:
        """A bundle for whoever was not there."""
        try:
            return self._node.bundle(Select(peer, mode, records, from_ms, until_ms))
        except KeyError:
            return Refused("PEER", "there is no such peer: import its card first")
        except ValueError as error:
            return Refused("FORM", str(error))

    def trust(self, peer: str | None = None) -> bytes | Refused:
        """The trust file that goes with bundles, of all lines or of the one with a peer that there is."""
        try:
            return write_trust(self._node.trust(peer))
        except ValueError as error:
            return Refused("FORM", str(error))

    def packet(self, peer: str) -> bytes:
        """A packet file for a peer."""
        packet = self._node.packet_for(peer, most_entries=MAX_ENTRIES)
        self._node.offered(packet, BY_FILE)
        return write_packet(packet)

    def take(self, data: bytes) -> Packet | Refused:
        """Take in a packet file; the answer to it."""
        try:
            packet = read_packet(data)
            answer = self._node.take(packet)
        except (MalformedError, StrangerError) as error:
            return Refused("PACKET", str(error))
        self._node.heard(packet.sender, BY_FILE, their_ms=packet.sent_ms)
        return answer

    def faults(self) -> tuple[tuple[str, str], ...]:
        """What could not be read, and what was never applied."""
        unread = tuple((record_id, str(error)) for record_id, error in self._node.unread().items())
        return unread + tuple((f"{one.kind} {one.origin}", one.problem) for one in self._node.evidence())

    def events_since(self, position: int, most: int = 1_000) -> list[Event]:
        """What was kept after a position."""
        return self._node.events_since(position, most)

    def position(self) -> int:
        """The position of what was kept last."""
        return self._node.position()


def _refusing(act: Callable[[], list[Said]]) -> list[Said] | Refused:
    try:
        return act()
    except RefusedError as error:
        return error.refused
    except BehindError as error:
        return Refused("FORKED" if error.forked else "BEHIND", str(error))
    except KeyError:
        return Refused("PEER", "there is no such peer: import its card first")
    except ValueError as error:
        return Refused("FORM", str(error))
