"""What a node shows: its pictures, boards, ways of statements, bundles, evidence; none of it changes anything.

The one idea: everything shown is worked out when it is asked for, from the logs and the time.
"""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from clearline.app.party_bundle import Select, make_bundle, make_trust
from clearline.app.party_cards import unaware
from clearline.app.party_core import BehindError, Core, Event
from clearline.app.party_journey import find_said, journey, to_witness, witness_request, witnessing
from clearline.app.party_say import check_standing
from clearline.app.party_verify import Verified, verify
from clearline.edge.party_tables import EvidenceRow
from clearline.line.board import Board, board
from clearline.line.card import Card
from clearline.line.ledger import Ledger
from clearline.line.proof import Journey, Witnessing
from clearline.line.statement import Refused
from clearline.line.terms import Mode
from clearline.record.keyset import KeySet
from clearline.record.quorum import NO_QUORUM, Policy
from clearline.record.trust import Trust
from clearline.wire.errors import MalformedError

__all__ = ["NodeViews"]


class NodeViews:
    """The half of a node that only shows. `heard` is when each peer was last heard by each route."""

    def __init__(self, core: Core, heard: Mapping[tuple[str, str], int]) -> None:
        self._core = core
        self._lock = threading.RLock()
        self._heard = dict(heard)
        self.witnesses: Policy = NO_QUORUM

    @property
    def own(self) -> str:
        """The party whose node this is."""
        return self._core.own

    @property
    def card(self) -> Card:
        """The own card."""
        return self._core.card

    @property
    def restored(self) -> bool:
        """Whether the store was found to be older than it had been, when it was opened."""
        return self._core.store.restored

    def peers(self) -> tuple[Card, ...]:
        """The cards of the peers, by name."""
        with self._lock:
            return tuple(self._core.peers[party].card for party in sorted(self._core.peers))

    def keys_of(self, peer: str) -> KeySet:
        """The newest key set known of a peer: its connections, requests and packets are held to that alone.

        Raises KeyError for no peer.
        """
        with self._lock:
            return self._core.keys_now(peer)

    def unaware(self) -> tuple[str, ...]:
        """The peers that have not signed for the announcement of the own newest keys yet."""
        with self._lock, self._core.store.reading() as tables:
            return unaware(self._core, tables, sorted(self._core.peers))

    @contextmanager
    def reading(self, mode: Mode) -> Generator[Ledger]:
        """The picture of one mode, for reading, while nothing changes it. Keep nothing of it but statements."""
        with self._lock:
            yield self._core.book.ledgers[mode]

    def ledger(self, mode: Mode) -> Ledger:
        """The picture of one mode, live: for a single thread; several use `reading`."""
        return self._core.book.ledgers[mode]

    def void(self, mode: Mode) -> Mapping[str, Refused]:
        """The statements that do not count, by record identifier, with the rule."""
        with self._lock:
            return dict(self._core.book.void[mode])

    def unread(self) -> Mapping[str, MalformedError]:
        """The entries that this version cannot read as statements, by content digest; they stand in their logs."""
        with self._lock:
            return dict(self._core.book.unread)

    def standing(self, peer: str, mode: Mode) -> Refused | None:
        """Why nothing can be said to a peer now; None if the own log to it is certain. Raises KeyError for no peer."""
        if peer == self.own:
            return None
        with self._lock, self._core.store.reading() as tables:
            try:
                check_standing(self._core, tables, self._core.own_log(tables, peer, mode))
            except BehindError as error:
                return Refused("FORKED" if error.forked else "BEHIND", str(error))
        return None

    def behind(self) -> tuple[tuple[str, Mode], ...]:
        """The peers and modes to which nothing can be said until this node has caught up."""
        found = [(card.party, mode) for card in self.peers() for mode in Mode]
        return tuple((peer, mode) for peer, mode in found if self.standing(peer, mode) is not None)

    def heard_ms(self, peer: str) -> int | None:
        """When a peer's node was last heard by any route."""
        with self._lock:
            return max([at_ms for (name, _), at_ms in self._heard.items() if name == peer], default=None)

    def board(self, peer: str, mode: Mode) -> Board:
        """All that a watch needs to see about one peer now."""
        with self._lock:
            ledger, void = self._core.book.ledgers[mode], self._core.book.void[mode]
            return board(ledger, peer, heard_ms=self.heard_ms(peer), void=void, now_ms=self._core.clock.now_ms())

    def journey(self, record_id: str) -> Journey:
        """What can be shown of an own statement's way to the other side. Raises KeyError for no such statement."""
        with self._lock, self._core.store.reading() as tables:
            return journey(self._core, tables, record_id)

    def witnessing(self, peer: str, mode: Mode) -> Witnessing | None:
        """How far the own log to a peer is witnessed; None where the party names no witnesses. Raises KeyError."""
        with self._lock, self._core.store.reading() as tables:
            return witnessing(self._core, tables, peer, mode, self.witnesses)

    def witness_request(self, origin: str, older: int, size: int) -> bytes:
        """What a witness is asked, to go from one size of a log to another; a size that `to_witness` named."""
        with self._lock, self._core.store.reading() as tables:
            return witness_request(self._core, tables, origin, older, size)

    def to_witness(self) -> tuple[tuple[str, int], ...]:
        """The logs with every peer, own and copied, by name, and up to which size each is signed by its writer."""
        with self._lock, self._core.store.reading() as tables:
            return to_witness(self._core, tables)

    def bundle(self, select: Select) -> bytes:
        """A bundle for whoever was not there. Raises KeyError for no peer, ValueError if there is nothing to show."""
        with self._lock, self._core.store.reading() as tables:
            return make_bundle(self._core, tables, select)

    def trust(self, peer: str | None = None) -> Trust:
        """The keys and logs of this party and its peers, or of one, as a trust file holds them.

        Raises KeyError for no peer, ValueError where one file cannot hold them all.
        """
        with self._lock:
            return make_trust(self._core, peer)

    def evidence(self) -> tuple[EvidenceRow, ...]:
        """What peers handed over that was never applied, the oldest first, and what each proves."""
        with self._lock, self._core.store.reading() as tables:
            return tables.evidence()

    def verify(self) -> Verified:
        """Check everything this node keeps again, every signature included. Takes minutes for a large store."""
        with self._lock, self._core.store.reading() as tables:
            return verify(self._core, tables)

    def events_since(self, position: int, most: int = 1_000) -> list[Event]:
        """What was kept after a position, the oldest first, at most so many."""
        with self._lock, self._core.store.reading() as tables:
            found: list[Event] = []
            for at, record_id in tables.since(position, most):
                said = find_said(self._core, record_id)
                if said is not None:
                    found.append((at, said.body.kind, record_id))
            return found

    def position(self) -> int:
        """The position of what was kept last."""
        with self._lock:
            return self._core.book.position
