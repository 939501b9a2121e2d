"""A party's node below its network: the one object that brings store, record and line together.

The one idea: every act is one transaction of the store, and one act runs at a time; so what a caller has in its hand (a
statement, a receipt, a packet) is on disk, and nothing else is.
"""

import queue
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from clearline.app.check import choose_engine
from clearline.app.party_accord import Accord, Tools
from clearline.app.party_bundle import Select
from clearline.app.party_cards import follows, tell_card
from clearline.app.party_core import BehindError, Clock, Core, Event, NodeError, PeerState, RefusedError
from clearline.app.party_packet import USUAL_ENTRIES, make_packet
from clearline.app.party_say import announce, may_speak, say
from clearline.app.party_take import take
from clearline.app.party_views import NodeViews
from clearline.edge.geoid_file import load_geoid
from clearline.edge.keys_file import Signers, draw
from clearline.edge.party_store import PartyStore, Ticket
from clearline.edge.party_tables import EvidenceRow, PartyTables, Receipt
from clearline.edge.record_tables import Standing
from clearline.line.card import Card
from clearline.line.desk import by_itself, wake_ms
from clearline.line.statement import Actor, Said, Utterance
from clearline.line.terms import Mode
from clearline.record.checkpoint import read_checkpoint, signed_at_s
from clearline.record.errors import RecordError
from clearline.record.keyset import KeySet
from clearline.record.note import NoteKey
from clearline.record.tree import root_at
from clearline.wire.card_json import read_card, write_card
from clearline.wire.line_entry import LineLog
from clearline.wire.packet import Packet

__all__ = ["BehindError", "Event", "EventQueue", "NodeError", "PartyNode", "RefusedError", "Select", "StrangerError"]

_T = TypeVar("_T")
EventQueue: TypeAlias = "queue.Queue[Event]"

# A listener that does not take its events for this long a queue is let go; it asks again from where it was.
_MAX_EVENTS = 10_000
# Hearing a peer again is written down no oftener; in between it is known in memory.
_HEARD_EVERY_MS = 10_000
_LATER_MS = 1_000
_WITNESS, _MAX_WORDS = "witness", 1_000


class StrangerError(RuntimeError):
    """A packet that is not for this party, or from one whose card was never imported."""


class PartyNode(NodeViews):
    """A party's node: says, takes in, shows and proves. Safe to use from several threads.

    `store` is open and set up; `signers` are the keys of the key set in force; `clock` tells the time. `nonce` names
    this start of the node to its peers (drawn by chance if it is not given). Raises NodeError where keys, card and
    store do not belong together.
    """

    def __init__(self, store: PartyStore, signers: Signers, clock: Clock, *, nonce: str = "") -> None:
        self._listeners: list[EventQueue] = []
        self._waiting: deque[Ticket[Any]] = deque()
        with store.reading() as tables:
            card = tables.own_card()
            if card is None:
                raise NodeError(f"{store.path.name} belongs to no party yet: clearline party init")
            peers = [(party, read_card(data, source=f"card of {party}")) for party, data, _ in tables.peers()]
            heard = tables.heard()
        own = read_card(card, source="own card")
        core = Core(store, signers, clock, own, nonce or draw(16).hex())
        core.peers = {party: PeerState(peer) for party, peer in peers}
        super().__init__(core, {(peer, route): at_ms for peer, route, at_ms, _ in heard})
        self._heard_kept = dict(self._heard)
        self._accord = Accord(core, Tools(load_geoid, lambda: choose_engine("auto"), time.monotonic))

    def import_card(self, data: bytes, *, source: str = "card") -> Card:
        """Take a peer's card on trust: the caller has had its fingerprint compared by voice.

        A later card of the same peer (another route, another certificate) takes its place if its key set is the newest
        known, or the next after it under its root keys; an older one, which that took over from, is kept beside it, to
        read what was signed before. The card to call the peer by is returned. Raises MalformedError for bytes that are
        no card, ValueError for the own, or for other keys.
        """
        card = read_card(data, source=source)
        with self._lock:
            if card.party == self.own:
                raise ValueError("this is the own party's card")
            before = self._core.peers.get(card.party)
            if self._act(lambda tables: self._admit(tables, card)):
                self._core.peers[card.party] = PeerState(card)
                if before is not None:
                    self._core.peers[card.party].echo = before.echo
        return self._core.peers[card.party].card

    def renew_card(self, data: bytes, *, source: str = "card") -> Card:
        """Take a new own card in place of the one before: another route, another name; every peer is told.

        Raises ValueError unless it names this party and the key set in force, BehindError where a log is not certain.
        """
        card = read_card(data, source=source)
        with self._lock:
            if card.party != self.own or card.keyset != self._core.keyset():
                raise ValueError("the own card names this party, and the key set that is in force")

            def act(tables: PartyTables) -> None:
                tables.put_keyset(card.keyset, card.sealed)
                tables.put_own_card(write_card(card))
                tell_card(self._core, tables, card)

            self._act(act)
            self._core.card = card
        return card

    def say(self, utterance: Utterance, *, mode: Mode, actor: Actor | None, released_by: Actor | None = None) -> Said:
        """Say one thing; it is on disk, signed, when this returns.

        Raises KeyError for an addressee that is no peer, RefusedError where a rule forbids this side to say it,
        BehindError where the own log may be longer than it is here, ValueError for what no statement can be.
        """
        return self.say_all([utterance], mode=mode, actor=actor, released_by=released_by)[0]

    def say_all(
        self, utterances: Sequence[Utterance], *, mode: Mode, actor: Actor | None, released_by: Actor | None = None
    ) -> list[Said]:
        """Say several things, all or none, in one transaction. Raises as `say` does."""
        return self._act(lambda tables: say(self._core, tables, utterances, mode, actor, released_by))

    def say_released(
        self, release: Utterance, statement: Utterance, *, mode: Mode, author: Actor, released_by: Actor
    ) -> list[Said]:
        """Say a release, and what it releases under both pseudonyms: both or neither. Raises as `say` does."""

        def act(tables: PartyTables) -> list[Said]:
            released = say(self._core, tables, [release], mode, released_by, None)
            return [*released, *say(self._core, tables, [statement], mode, author, released_by)]

        return self._act(act)

    def change_keys(self, sealed: bytes, signers: Signers, *, card: bytes | None = None) -> KeySet:
        """Announce the party's next key set to every peer, and sign with its keys from there on.

        With `card`, the own card with that set on it, every peer is told that too, in time to be called with the new
        keys. Put the new keys where the node will read them at its next start before this. Raises RecordError unless
        the set follows the one in force, BehindError where a log is not certain, ValueError for a card of another set.
        """
        read = None if card is None else read_card(card, source="new own card")

        def act(tables: PartyTables) -> KeySet:
            if read is not None:
                if read.party != self.own or not follows(read.keyset, self._core.keyset(), sealed):
                    raise ValueError("the new card names this party, and the key set that is announced")
                tables.put_keyset(read.keyset, read.sealed)
                tell_card(self._core, tables, read, sealed)
                tables.put_own_card(write_card(read))
            return announce(self._core, tables, sealed, signers)

        with self._lock:
            keyset = self._act(act)
            if read is not None:
                self._core.card = read
        return keyset

    def take(self, packet: Packet) -> Packet:
        """Take in a packet, and answer it: what was refused and why, receipts, and what the peer lacks.

        When this returns, all that the answer receipts is on disk. The same packet again changes nothing. Raises
        StrangerError for a packet that is for another, or from nobody whose card was imported.
        """
        if packet.addressee != self.own:
            raise StrangerError(f"the packet is for {packet.addressee[:80]!r}, and this is {self.own}")
        if packet.sender not in self._core.peers:
            raise StrangerError(f"the packet is from {packet.sender[:80]!r}, whose card was not imported here")
        with self._lock:
            refused = self._act(lambda tables: take(self._core, tables, packet))
            with self._core.store.reading() as tables:
                if self._core.out_of_order and self._caught_up(tables, packet.sender):
                    self._core.load(tables)
                return make_packet(self._core, tables, packet.sender, refused=refused)

    def packet_for(
        self, peer: str, mode: Mode | None = None, *, most_entries: int = USUAL_ENTRIES, heartbeat: bool = False
    ) -> Packet:
        """What a peer lacks, as far as this node knows, signed; `brings` is False where that is nothing.

        Raises KeyError for no peer.
        """
        with self._lock, self._core.store.reading() as tables:
            return make_packet(
                self._core, tables, peer, mode=mode, most_entries=most_entries, heartbeat=heartbeat
            )  # fmt: skip

    def tick(self) -> int | None:
        """Say all that is due by now, and what the engine finds of what is new; when to tick again (None: never).

        One thread ticks. A look takes its time beside whatever else the node does.
        """
        wakes = [at_ms for mode in Mode if (at_ms := self._say_due(mode)) is not None]
        for mode in Mode:
            with self._lock:
                seen = self._accord.sights(mode, self._core.clock.now_ms())
            for peer, sight in seen:
                found = self._accord.look(sight)
                with self._lock:
                    if not self._say_able(self._accord.untold(mode, peer, found), mode):
                        self._accord.again(mode, peer)
        rest_ms = self._accord.rest_ms()
        if rest_ms:
            wakes.append(self._core.clock.now_ms() + rest_ms)
        return min(wakes, default=None)

    def heard(self, peer: str, route: str, *, their_ms: int | None = None) -> None:
        """A peer's node was heard by a route; `their_ms` is what its clock said."""
        with self._lock:
            now_ms = self._core.clock.now_ms()
            self._heard[peer, route] = now_ms
            kept_ms = self._heard_kept.get((peer, route))
            if kept_ms is None or abs(now_ms - kept_ms) >= _HEARD_EVERY_MS:
                self._act(lambda tables: tables.put_heard(peer, route, now_ms, their_ms))
                self._heard_kept[peer, route] = now_ms

    def offered(self, packet: Packet, route: str) -> None:
        """A route took a packet of this node: it answered, or signed for it, or a file was handed over."""

        def act(tables: PartyTables) -> None:
            now_ms = self._core.clock.now_ms()
            for part in packet.parts:
                row = tables.log(part.origin)
                if row is not None and row.writer == self.own:
                    tables.put_offer(row, part.first + len(part.envelopes), route, now_ms)

        self._act(act)

    def witnessed(self, note_text: str, witness: NoteKey) -> None:
        """Keep a witness's cosignature on a checkpoint of a log that is here. Raises RecordError unless it is that."""
        checkpoint, note = read_checkpoint(note_text)
        lines = [one for one in note.signatures if (one.name, one.key_hash) == (witness.name, witness.key_hash)]
        if not lines:
            raise RecordError("checkpoint", f"{witness.name} did not sign it")
        time_s = signed_at_s(checkpoint, witness, lines[0])

        def act(tables: PartyTables) -> None:
            row = tables.log(checkpoint.origin)
            if row is None or not 0 < checkpoint.size <= row.head.size:
                raise RecordError("checkpoint", f"{checkpoint.origin} is no log of {self.own} or a peer of that size")
            if root_at(tables.view(row), checkpoint.size) != checkpoint.root:
                raise RecordError("checkpoint", f"it is not of the log {checkpoint.origin} as it is here")
            tables.put_witnessed(row, witness.name, Receipt(checkpoint.size, note_text, time_s * 1000))

        self._act(act)

    def await_witnesses(self) -> None:
        """From now on a log that is not certain becomes so only after the witnesses were asked about it."""
        with self._lock:
            self._core.ask_witnesses = True

    def unsure(self) -> tuple[str, ...]:
        """The own logs of which it is not certain that all of them is here, by name."""
        with self._lock, self._core.store.reading() as tables:
            return tuple(row.origin for row in self._core.written(tables) if row.standing is Standing.UNSURE)

    def witnesses_said(self, sizes: Mapping[str, int]) -> None:
        """The witnesses were asked about logs: how much of each the one that has most says it cosigned."""
        with self._lock:
            self._core.witnesses_say |= sizes

    def witness_ahead(self, origin: str, witness: str, size: int) -> None:
        """A witness says that it cosigned more of a log than is here: kept once, to be looked into. It proves nothing.

        Either the writer lost statements, or a peer gives back less than it has, or the witness is mistaken.
        """
        why = f"{witness} says that it cosigned {size} statements of {origin}, and fewer are here"

        def act(tables: PartyTables) -> None:
            row = tables.log(origin)
            if row is not None and size > row.head.size:
                told = EvidenceRow(witness[:255], origin, _WITNESS, why, b"", self._core.clock.now_ms())
                tables.put_evidence(told, most=_MAX_WORDS)

        self._act(act)

    def subscribe(self) -> EventQueue:
        """A queue of what is kept from now on: position, kind and record identifier of each statement.

        A listener that lets 10,000 wait is let go, and its queue gets no more: ask `events_since` again.
        """
        listener: EventQueue = queue.Queue(_MAX_EVENTS)
        with self._lock:
            self._listeners.append(listener)
        return listener

    def unsubscribe(self, listener: EventQueue) -> None:
        """Listen no longer."""
        with self._lock:
            self._listeners = [one for one in self._listeners if one is not listener]

    def _act(self, act: Callable[[PartyTables], _T]) -> _T:
        """One act, in one transaction with whatever else is waiting by then: one wait for the disk serves them all."""
        ticket = Ticket(self._core.turn(act))
        self._waiting.append(ticket)
        with self._lock:
            if not ticket.done:
                together = [self._waiting.popleft() for _ in range(len(self._waiting))]
                self._tell(self._core.transact(together))
        return ticket.result()

    def _tell(self, events: Sequence[Event]) -> None:
        """Tell who listens what is kept now."""
        for listener in list(self._listeners):
            try:
                for event in events:
                    listener.put_nowait(event)
            except queue.Full:
                self.unsubscribe(listener)

    def _say_due(self, mode: Mode) -> int | None:
        """Say what a time that passed, or an agreement, makes due in one mode; when the next time comes."""
        with self._lock:
            now_ms = self._core.clock.now_ms()
            ledger = self._core.book.ledgers[mode]
            due = [*by_itself(ledger, now_ms), *self._accord.rechecks(mode, now_ms)]
            if mode is Mode.ACTUAL:
                due += self._accord.checks(now_ms)
            said = self._say_able(due, mode)
            times = [wake_ms(ledger, now_ms), self._accord.next_check_ms(now_ms) if mode is Mode.ACTUAL else None]
            wake = min([at_ms for at_ms in times if at_ms is not None], default=None)
            # What could not be said yet is due already; look again soon, not at once.
            return wake if said or wake is None else max(wake, now_ms + _LATER_MS)

    def _say_able(self, utterances: Sequence[Utterance], mode: Mode) -> bool:
        """Say what can be said; False where some of it cannot be yet."""
        with self._core.store.reading() as tables:
            able = [one for one in utterances if may_speak(self._core, tables, one.addressee, mode)]
        for utterance in able:
            self._say_unless_void(utterance, mode)
        return len(able) == len(utterances)

    def _say_unless_void(self, utterance: Utterance, mode: Mode) -> None:
        """What fell due may have been overtaken by what was said a moment ago."""
        try:
            self.say(utterance, mode=mode, actor=None)
        except RefusedError:
            return

    def _admit(self, tables: PartyTables, card: Card) -> bool:
        """Keep a peer's card; whether it is the one to call it by, or an older one of whose keys the newest came."""
        core = self._core
        if card.party in core.peers:
            known = core.keys_now(card.party)
            newest = core.peers[card.party].card
            if newest.keyset == known and known != card.keyset and follows(known, card.keyset, newest.sealed):
                tables.put_keyset(card.keyset, card.sealed)  # what was signed before the change is read with it
                return False
            if not follows(card.keyset, known, card.sealed):
                raise ValueError(
                    f"the card has other keys than those known of {card.party}, and they are not the next ones under "
                    f"its root keys (known: key set {known.version}; on the card: {card.keyset.version}): take in what "
                    "that party says on the line first, where each change of keys is announced"
                )
        tables.put_keyset(card.keyset, card.sealed)
        tables.put_peer(card.party, write_card(card), core.clock.now_ms())
        standing = Standing.CERTAIN if tables.certain() else Standing.UNSURE
        for mode in Mode:
            log = LineLog(core.own, card.party, mode)
            if tables.log(log.origin) is None:
                core.make_log(tables, log, core.keyset().version, standing)
                core.make_log(tables, log.other, card.keyset.version, Standing.CERTAIN)
        return True

    def _caught_up(self, tables: PartyTables, peer: str) -> bool:
        """Whether nothing is missing of either log with a peer that this node knows to exist."""
        return not any(
            ours.behind or ours.head.seen.size > theirs.head.size
            for _, ours, theirs in self._core.between(tables, peer)
        )  # fmt: skip
