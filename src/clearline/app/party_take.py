"""How a node takes in what a peer says: what proves itself is kept, what contradicts a signature is evidence.

The one idea: everything in a packet is decided in one transaction, and only what that transaction holds is receipted;
so a receipt is never out in the world for something this node could lose.
"""

from dataclasses import dataclass
from typing import assert_never

from clearline.app.party_back import take_back, take_receipt, take_words
from clearline.app.party_cards import settle_anchor, take_card
from clearline.app.party_core import Core
from clearline.app.party_say import may_speak, owed, receipts_for
from clearline.app.quarantine import quarantine
from clearline.app.taking import GAVE_WAY, MISSING, REFUSED, Taking
from clearline.edge.party_tables import PartyTables, Receipt
from clearline.edge.record_tables import KeptEntry, LogRow, Standing, StoredLog
from clearline.record.checkpoint import cosign, read_checkpoint
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory
from clearline.record.misbehaviour import Withheld, own_signatures
from clearline.record.proof import inclusion_proof
from clearline.record.receive import Caught, Received, Refused, Stale, receive
from clearline.record.statement import open_entry
from clearline.record.tree import leaf_hash
from clearline.wire.packet import LogPart, Packet, RefusedPart

__all__ = ["take"]

_MAX_LOOSE = 64


@dataclass(frozen=True, slots=True)
class _Follow:
    """What is known of a peer's log, for `record.receive`."""

    theirs: StoredLog
    ours: StoredLog
    history: KeyHistory
    note: str | None

    def checkpoint(self) -> str | None:
        """The checkpoint that was kept last."""
        return self.note


def take(core: Core, tables: PartyTables, packet: Packet) -> tuple[RefusedPart, ...]:
    """Take in a packet of a known peer; what of it was refused.

    Own entries that are given back come first, as the peer's answer them. What the packet says beside its parts (how
    much the peer holds) counts only under its signature. The same packet again changes nothing.
    """
    taking = Taking(core, tables, core.peers[packet.sender], packet, core.clock.now_ms())
    between = core.between(tables, packet.sender)
    spoke = {mode: may_speak(core, tables, packet.sender, mode) for mode, _, _ in between}
    ours = {row.origin for _, row, _ in between}
    theirs = {row.origin for _, _, row in between}
    for part in packet.parts:
        if part.origin in ours:
            take_back(taking, part)
    for note in packet.cosignatures:
        take_receipt(taking, note, ours)
    for part in packet.parts:
        if part.origin in theirs:
            _take_part(taking, part)
        elif part.origin not in ours:
            why = f"it is no log between {packet.sender} and {core.own}"
            taking.refuse(part.origin, REFUSED, why, 0)
            taking.complain(part.origin, why, part)
    take_words(taking, between)
    for mode, speaking in spoke.items():
        if not speaking and may_speak(core, tables, packet.sender, mode):
            owed(core, tables, packet.sender, mode)
    return tuple(taking.refused)


def _take_part(taking: Taking, part: LogPart) -> None:
    """Entries of the peer's log to this party."""
    core, tables = taking.core, taking.tables
    settle_anchor(core, tables, taking.rows(part.origin)[0], part.envelopes if part.first == 0 else ())
    row, own = taking.rows(part.origin)
    if part.first > row.head.size:
        why = f"entries {row.head.size} to {part.first - 1} are missing"
        taking.refuse(part.origin, MISSING, why, row.head.size)
        return
    history = core.histories[part.origin]
    latest = tables.last_receipt(row)
    view = _Follow(tables.view(row), tables.view(own), history, None if latest is None else latest.note)
    outcome = receive(view, part.checkpoint_note, part.first, part.envelopes)
    match outcome:
        case Received() if taking.unvouched(outcome.history):
            taking.refuse(part.origin, REFUSED, GAVE_WAY, row.head.size)
            quarantine(taking, row, part.envelopes)
        case Received():
            lost = _contradicts_sight(core, tables, row, own, outcome)
            if lost is not None:
                taking.refuse(part.origin, REFUSED, lost, row.head.size)
                taking.complain(part.origin, lost, part)
                return
            _keep(taking, row, outcome)
        case Stale():
            return
        case Refused(reason, from_index):
            _refuse_part(taking, part, reason, from_index)
        case Caught(evidence):
            taking.prove(evidence, history, row.head.size)
        case _:
            assert_never(outcome)


def _keep(taking: Taking, row: LogRow, received: Received) -> None:
    """Keep what was received, cosign it, and answer by itself what a node answers."""
    core, tables, now_ms = taking.core, taking.tables, taking.now_ms
    entries = [
        KeptEntry(appended, now_ms, entry.keyset is not None)
        for entry, appended in zip(received.entries, received.appended, strict=True)
    ]
    kept, position = tables.keep(row, entries)
    core.histories[row.origin] = received.history
    size = received.checkpoint.size
    if size and tables.receipt(kept, size) is None:
        # A clock set before 1970 still receipts: a receipt without a time would be none.
        lines = cosign(received.checkpoint, core.own, core.signers.cosigning, max(1, now_ms // 1000))
        tables.put_receipt(kept, Receipt(size, received.note.with_signatures(lines).to_text(), now_ms))
    _hold_against_loose(taking, kept, received)
    _, other = taking.rows(row.origin)
    reads = [taking.read(position + n, row, other.id, entry, now_ms) for n, entry in enumerate(received.entries)]
    for read in reads:
        core.add(read)
    for read in reads:
        if read.said is not None:
            take_card(taking, read.said)
            receipts_for(core, tables, read.said, now_ms)


def _refuse_part(taking: Taking, part: LogPart, reason: str, from_index: int) -> None:
    """Name a part that proves nothing here, and keep what the peer signed in it, to hold against its log later."""
    core, tables = taking.core, taking.tables
    row, own = taking.rows(part.origin)
    if _ends_early(part):
        taking.refuse(part.origin, MISSING, reason, from_index)
        return
    taking.refuse(part.origin, REFUSED, reason, from_index)
    if own.standing is not Standing.CERTAIN:
        return  # its entries may have seen some of ours that are not here yet: no fault of the peer's
    taking.complain(part.origin, reason, part)
    quarantine(taking, row, part.envelopes)
    for envelope in part.envelopes:
        try:
            entry = open_entry(envelope, row.origin, None, core.histories[row.origin])
        except RecordError:
            continue
        if entry.statement.seq >= row.head.size:
            tables.put_loose(row, entry.statement.seq, entry.content_id, envelope, most=_MAX_LOOSE)


def _ends_early(part: LogPart) -> bool:
    """Whether the part brings fewer entries than its checkpoint covers: cut short, not false."""
    try:
        return read_checkpoint(part.checkpoint_note)[0].size > part.first + len(part.envelopes)
    except RecordError:
        return False


def _hold_against_loose(taking: Taking, row: LogRow, received: Received) -> None:
    """A statement that the peer signed once and left out of the log it now signed is evidence."""
    tables, history = taking.tables, taking.core.histories[row.origin]
    view = tables.view(row)
    for seq, content_id, envelope in tables.loose_below(row, row.head.size):
        kept = open_entry(view.envelope(seq), row.origin, seq, history)
        if kept.content_id != content_id:
            checkpoint = own_signatures(received.note, received.checkpoint, history).to_text()
            proof = tuple(inclusion_proof(view, seq, row.head.size))
            withheld = Withheld(row.origin, envelope.decode("ascii"), checkpoint, leaf_hash(kept.envelope), proof)
            taking.prove(withheld, history, row.head.size)
    tables.drop_loose(row, row.head.size)


def _contradicts_sight(core: Core, tables: PartyTables, row: LogRow, own: LogRow, received: Received) -> str | None:
    """Why the peer's log is not the one this party had seen before it lost its store; None if it is, or never did."""
    before, after = row.head.size, row.head.size + len(received.appended)
    if own.head.seen.size <= before:
        return None
    for size, seq in tables.seen_steps(own, above=before, to=after):
        seen = open_entry(tables.envelope(own, seq), own.origin, seq, core.histories[own.origin]).statement.seen
        if received.appended[size - before - 1].head.frontier.root != seen.root:
            return (
                f"its first {size} entries are not those that {core.own} had seen when it signed entry {seq} of its "
                "own log: the log was rewritten while this node was away"
            )
    return None
