"""What every act of a node works with: its store, keys, clock and picture, and what it knows of each peer.

The one idea: an act runs inside one transaction of the store and changes the picture with it; if it fails half way,
the picture is built again from the store.
"""

import gc
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from clearline.app.party_book import Book, Read, in_causal_order
from clearline.edge.keys_file import Signers
from clearline.edge.party_store import PartyStore, Ticket
from clearline.edge.party_tables import PartyTables
from clearline.edge.record_tables import LogRow, Standing, StoredEntry
from clearline.line.card import Card
from clearline.line.statement import Refused, Said
from clearline.line.terms import Mode
from clearline.record.checkpoint import checkpoint_keys, read_checkpoint
from clearline.record.cosignatures import read_signatures
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory, KeySet
from clearline.record.statement import KEYSET_KIND, open_entry
from clearline.record.tree import root_at
from clearline.wire.card_json import read_card
from clearline.wire.errors import MalformedError
from clearline.wire.line_entry import LineLog, line_log, stored_said

__all__ = ["BehindError", "Clock", "Core", "Event", "NodeError", "PeerState", "RefusedError"]

_T = TypeVar("_T")
Event = tuple[int, str, str]


class Clock(Protocol):
    """Tells the time, and how far it may be off."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        ...

    def uncertainty_ms(self) -> int:
        """How far that may be off, either way."""
        ...


class NodeError(RuntimeError):
    """A node that cannot run: its keys, its card and its store do not belong together, or a signature is wrong."""


class RefusedError(RuntimeError):
    """Something that a rule of the line forbids this side to say: `refused` has the rule and how to go on."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(f"{refused.rule}: {refused.why}")
        self.refused = refused


class BehindError(RuntimeError):
    """Something that may not be said yet: this node's own log to that peer may be longer than it is here.

    Whoever signs another statement under a number that was used makes a proof against itself; so a store that was
    restored waits until the peer has said how much it holds. `forked` is True where that has happened: then nothing
    may ever be said in that log again.
    """

    def __init__(self, peer: str, mode: Mode, why: str, *, forked: bool = False) -> None:
        super().__init__(f"nothing can be said to {peer} ({mode}): {why}")
        self.peer = peer
        self.mode = mode
        self.forked = forked


@dataclass
class PeerState:
    """What is known of a peer's node for now; all of it comes again with its next packet.

    `echo` is its node's nonce, `holds` how many entries it says it holds of each log between the two, `receipted` up to
    which size it has this node's cosignature on its own logs.
    """

    card: Card
    echo: str = ""
    holds: dict[str, int] = field(default_factory=dict[str, int])
    receipted: dict[str, int] = field(default_factory=dict[str, int])


class Core:
    """The parts of a node. Not thread-safe: `PartyNode` lets one act in at a time."""

    def __init__(self, store: PartyStore, signers: Signers, clock: Clock, card: Card, nonce: str) -> None:
        self.store = store
        self.signers = signers
        self.clock = clock
        self.card = card
        self.own = card.party
        self.nonce = nonce
        self.peers: dict[str, PeerState] = {}
        self.histories: dict[str, KeyHistory] = {}
        # Whether witnesses are asked before a log counts as certain again, and how much of each log that was asked
        # about they say they have cosigned (0: no more than is here, or none answered). Nothing of it is signed, so
        # it holds for this start of the node alone.
        self.ask_witnesses = False
        self.witnesses_say: dict[str, int] = {}
        self._pending: list[Event] = []
        # Whether entries were taken back, which belong before others that are in the picture already.
        self.out_of_order = False
        self._touched = False
        self.book = Book(self.own)
        with store.reading() as tables:
            self.load(tables)
            self._check_keys(tables)
            self._check_receipts(tables)

    def turn(self, act: Callable[[PartyTables], _T]) -> Callable[[PartyTables], _T]:
        """An act, from whose turn on it is watched whether it changes the picture."""

        def watched(tables: PartyTables) -> _T:
            self._touched = False
            return act(tables)

        return watched

    def transact(self, acts: Sequence[Ticket[Any]]) -> list[Event]:
        """Run acts that waited together in one transaction of the store; what is new, to be told to who listens.

        The picture follows the store: where an act fails, it is built again from what stands.
        """
        self._pending = []
        self.store.transact_all(acts, self._undone)
        return self._pending

    def _undone(self, tables: PartyTables) -> None:
        if self._touched:
            # What the acts before it added is in the store's rows, and was counted already.
            pending = self._pending
            self.load(tables)
            self._pending = [event for event in pending if event[0] <= self.book.position]

    def load(self, tables: PartyTables) -> None:
        """Build the picture and the key histories from the store."""
        self.out_of_order = False
        self.histories = {row.origin: self._history(tables, row) for row in tables.logs()}
        others = {row.id: self._other(tables, row) for row in tables.logs()}
        self.book = Book(self.own)
        with _no_sweeping():
            for read in in_causal_order(_reads(tables.entries(), others)):
                self.book.add(read)
        for party, data, _ in tables.peers():
            if party in self.peers:
                self.peers[party].card = read_card(data, source=f"card of {party}")

    def keyset(self) -> KeySet:
        """The own key set in force."""
        own = [history.latest for origin, history in self.histories.items() if line_log(origin).author == self.own]
        return max([self.card.keyset, *own], key=lambda keyset: keyset.version)

    def written(self, tables: PartyTables) -> list[LogRow]:
        """The own logs that are being written: none that forked, and no private one that a restoring left behind."""
        found: list[LogRow] = []
        for row in tables.logs():
            log = line_log(row.origin)
            left = log.private and log.suffix != tables.suffix()
            if log.author == self.own and row.standing is not Standing.FORKED and not left:
                found.append(row)
        return found

    def add(self, read: Read) -> None:
        """Take one entry into the picture, and tell whoever listens once it is kept."""
        self._touched = True
        said = self.book.add(read)
        if said is not None:
            self._pending.append((read.position, said.body.kind, said.record_id))

    def own_log(self, tables: PartyTables, addressee: str, mode: Mode) -> LogRow:
        """The own log to an addressee, begun if it is the private one of a mode. Raises KeyError for no peer."""
        private = addressee == self.own
        log = LineLog(self.own, addressee, mode, tables.suffix() if private else "")
        row = tables.log(log.origin)
        if row is None and private:
            row = self.make_log(tables, log, self.keyset().version, Standing.CERTAIN)
        if row is None:
            raise KeyError(addressee)
        return row

    def make_log(self, tables: PartyTables, log: LineLog, anchor: int, standing: Standing) -> LogRow:
        """Begin a log whose writer's key set is kept."""
        row = tables.make_log(log.origin, log.author, anchor, standing)
        self.histories[row.origin] = KeyHistory(tables.keyset(log.author, anchor))
        self._touched = True
        return row

    def between(self, tables: PartyTables, peer: str) -> list[tuple[Mode, LogRow, LogRow]]:
        """The own log to a peer and its log to us, for each mode. Raises KeyError for no peer."""
        found: list[tuple[Mode, LogRow, LogRow]] = []
        for mode in Mode:
            log = LineLog(self.own, peer, mode)
            ours, theirs = tables.log(log.origin), tables.log(log.other.origin)
            if ours is None or theirs is None:
                raise KeyError(peer)
            found.append((mode, ours, theirs))
        return found

    def latest_keys(self, peer: str) -> list[KeySet]:
        """The newest key sets of a peer, by each of its logs."""
        found = {
            history.latest for origin, history in self.histories.items()
            if (log := line_log(origin)).author == peer and log.addressee == self.own
        }  # fmt: skip
        return sorted(found, key=lambda keyset: keyset.version)

    def keys_now(self, peer: str) -> KeySet:
        """The newest key set known of a peer, by its card or by any of its logs: none before it speaks for it."""
        return max([self.peers[peer].card.keyset, *self.latest_keys(peer)], key=lambda keyset: keyset.version)

    def _history(self, tables: PartyTables, row: LogRow) -> KeyHistory:
        history = KeyHistory(tables.keyset(row.writer, row.anchor))
        for seq, envelope in tables.announcements(row):
            entry = open_entry(envelope, row.origin, seq, history)
            if entry.keyset is None or entry.statement.kind != KEYSET_KIND:
                raise NodeError(f"entry {seq} of {row.origin} was kept as an announcement of keys, and is none")
            history = history.announce(seq, entry.keyset, entry.statement.seen.size)
        return history

    def _other(self, tables: PartyTables, row: LogRow) -> int | None:
        log = line_log(row.origin)
        other = None if log.private else tables.log(log.other.origin)
        return None if other is None else other.id

    def _check_keys(self, tables: PartyTables) -> None:
        """The keys at hand must be those that the own logs are written with.

        A restored store may be older than the last change of keys: then catching up brings the key set.
        """
        rows = self.written(tables)
        sets = {self.histories[row.origin].latest for row in rows if row.standing is Standing.CERTAIN}
        for keyset in sets if rows else {self.card.keyset}:
            for role, public, signers in (
                ("records", keyset.records, self.signers.records),
                ("checkpoints", keyset.checkpoints, self.signers.checkpoints),
                ("cosigning", keyset.cosigning, self.signers.cosigning),
                ("request", keyset.transport[1:], (self.signers.request,)),
            ):
                if tuple(signer.public for signer in signers) != tuple(public):
                    raise NodeError(
                        f"the keys for {role} are not those of key set {keyset.version} of {self.own}: "
                        "name the folder with this party's keys"
                    )

    def _check_receipts(self, tables: PartyTables) -> None:
        """The newest cosigned checkpoint of every log must be of the tree that is kept, and signed by its writer."""
        for row in tables.logs():
            receipt = tables.last_receipt(row)
            if receipt is None or not receipt.size:
                continue
            try:
                checkpoint, note = read_checkpoint(receipt.note)
                keys = checkpoint_keys(row.origin, self.histories[row.origin].signing(checkpoint.size).checkpoints)
                read_signatures(checkpoint, note, keys, (), f"checkpoint of {row.origin}")
            except RecordError as error:
                raise NodeError(f"the checkpoint kept of {row.origin} does not hold: {error}") from error
            if checkpoint.origin != row.origin or root_at(tables.view(row), checkpoint.size) != checkpoint.root:
                raise NodeError(f"{row.origin} is not the log that was signed at {checkpoint.size} entries")


@contextmanager
def _no_sweeping() -> Generator[None]:
    """Millions of values are made and none is dropped: looking for what is garbage among them takes a sixth of it."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


def _reads(entries: Iterable[StoredEntry], others: Mapping[int, int | None]) -> Iterable[Read]:
    for entry in entries:
        found: Said | MalformedError | None
        try:
            found = stored_said(entry.envelope, entry.content_id, entry.logged_ms)
        except MalformedError as error:
            found = error
        yield Read.of(
            entry.position, entry.log, others[entry.log], entry.seq, entry.seen_size, entry.content_id, found
        )  # fmt: skip
