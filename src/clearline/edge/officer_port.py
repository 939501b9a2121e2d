"""What the officers' door needs of a node: to be shown things, and to have things said; every no is a value.

The one idea: the door decides nothing; rules are the line's, and a refusal comes back with its rule, to be quoted.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from clearline.line.board import Board
from clearline.line.card import Card
from clearline.line.ledger import Ledger
from clearline.line.proof import Journey, Witnessing
from clearline.line.statement import Actor, Refused, Said, Utterance
from clearline.line.terms import Mode
from clearline.wire.packet import Packet

__all__ = ["Event", "OfficerPort"]

Event = tuple[int, str, str]


class OfficerPort(Protocol):
    """A party's node, as its officers use it (`app.officer_node`)."""

    @property
    def own(self) -> str:
        """The party."""
        ...

    @property
    def card(self) -> Card:
        """Its card."""
        ...

    def now_ms(self) -> int:
        """The time by the node's clock."""
        ...

    def peers(self) -> tuple[Card, ...]:
        """The cards of the peers."""
        ...

    def import_card(self, data: bytes) -> Card | Refused:
        """Take a peer's card on trust."""
        ...

    def reading(self, mode: Mode) -> AbstractContextManager[Ledger]:
        """The picture of one mode; while it is read nothing else changes it, and what is said meanwhile is in it."""
        ...

    def void(self, mode: Mode) -> Mapping[str, Refused]:
        """The statements that do not count, with the rule."""
        ...

    def standing(self, peer: str, mode: Mode) -> Refused | None:
        """Why nothing can be said to a peer now."""
        ...

    def witnessing(self, peer: str, mode: Mode) -> Witnessing | None:
        """How far the own log to a peer is witnessed; None where no witness is named."""
        ...

    def board(self, peer: str, mode: Mode) -> Board:
        """The board for a peer that there is."""
        ...

    def journey(self, record_id: str) -> Journey | None:
        """The way of an own statement; None if it is not the own."""
        ...

    def say_all(self, utterances: Sequence[Utterance], *, mode: Mode, actor: Actor | None) -> list[Said] | Refused:
        """Say several things, all or none; None for the node by itself."""
        ...

    def say_released(
        self, release: Utterance, statement: Utterance, *, mode: Mode, author: Actor, released_by: Actor
    ) -> list[Said] | Refused:
        """Say a release and, under both pseudonyms, what it releases: both or neither."""
        ...

    def find_conflicts(self, ledger: Ledger, peer: str) -> tuple[Utterance, ...]:
        """What the own engine finds of both sides' notices and has not told yet."""
        ...

    def recheck(self, ledger: Ledger, proposal_id: str) -> tuple[Utterance, ...] | Refused:
        """What the own engine says of an agreed change."""
        ...

    def bundle(
        self, peer: str, mode: Mode, records: tuple[str, ...], from_ms: int | None, until_ms: int | None
    ) -> bytes | Refused:
        """A bundle for whoever was not there."""
        ...

    def trust(self, peer: str | None = None) -> bytes | Refused:
        """The trust file that goes with bundles, of all lines or of the one with a peer that there is."""
        ...

    def packet(self, peer: str) -> bytes:
        """A packet file for a peer: all that it lacks. It counts as made available by hand from now on."""
        ...

    def take(self, data: bytes) -> Packet | Refused:
        """Take in a packet file; the answer to it."""
        ...

    def faults(self) -> tuple[tuple[str, str], ...]:
        """What could not be read, and what peers handed over that was never applied: what, and why."""
        ...

    def events_since(self, position: int, most: int = 1_000) -> list[Event]:
        """What was kept after a position."""
        ...

    def position(self) -> int:
        """The position of what was kept last."""
        ...
