"""What a peer says of this node's own logs: receipts for them, entries of them given back, how much of them it holds.

The one idea: the own signature under something that is not here means that this node lost it; under something that
contradicts what is here, that two were signed under one number. The first is mended by catching up, the second never.
"""

from collections.abc import Container, Sequence

from clearline.app.party_cards import settle_anchor, take_own_card
from clearline.app.taking import GAVE_WAY, MISSING, OWN_FORK, REFUSED, Taking
from clearline.edge.party_tables import Receipt
from clearline.edge.record_tables import KeptEntry, LogRow, Standing
from clearline.line.terms import Mode
from clearline.record.checkpoint import Checkpoint, checkpoint_keys, cosigning_keys, read_checkpoint
from clearline.record.cosignatures import read_signatures
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory
from clearline.record.log import follow
from clearline.record.misbehaviour import own_signatures
from clearline.record.note import NoteKey, SignedNote
from clearline.record.statement import Entry, open_entry
from clearline.record.tree import root_at
from clearline.wire.packet import LogPart

__all__ = ["take_back", "take_receipt", "take_words"]


def take_back(taking: Taking, part: LogPart) -> None:
    """Take back own entries that this node lost. They are checked as if anybody had written them."""
    core, tables = taking.core, taking.tables
    settle_anchor(core, tables, taking.rows(part.origin)[0], part.envelopes if part.first == 0 else ())
    row, _ = taking.rows(part.origin)
    if part.first > row.head.size:
        taking.refuse(part.origin, MISSING, f"entries {row.head.size} to {part.first - 1} are missing", row.head.size)
        return
    known = max(0, row.head.size - part.first)
    try:
        if _contradicts(taking, row, part, known):
            return
        opened, history = _open_all(row, core.histories[row.origin], part.envelopes[known:])
        head = opened[-1][1].appended.head if opened else row.head
        checkpoint, note = read_checkpoint(part.checkpoint_note)
        if opened and checkpoint != head.checkpoint:
            raise RecordError(f"log {row.origin}", "the entries given back do not make the tree that was signed")
        _check_own(checkpoint, note, history)
    except RecordError as error:
        taking.refuse(part.origin, REFUSED, str(error), row.head.size)
        taking.complain(part.origin, str(error), part)
        return
    kept, position = tables.keep(row, [one for _, one in opened])
    core.histories[row.origin] = history
    _, other = taking.rows(row.origin)
    for number, (entry, one) in enumerate(opened):
        read = taking.read(position + number, kept, other.id, entry, one.logged_ms)
        core.add(read)
        if read.said is not None:
            take_own_card(core, tables, read.said)
    core.out_of_order = core.out_of_order or bool(opened)


def take_receipt(taking: Taking, data: bytes, ours: Container[str]) -> None:
    """Keep the peer's cosignature on an own log; or find by it that this node lost entries, or signed twice."""
    core, tables = taking.core, taking.tables
    origin = "cosignature"
    try:
        checkpoint, note = read_checkpoint(data.decode("utf-8", "replace"), "cosignature")
        origin = checkpoint.origin
        if origin not in ours or not checkpoint.size:
            raise RecordError("cosignature", f"it is on {origin}, and that is no log of {core.own} to this peer")
        row, other = taking.rows(origin)
        if taking.unvouched(core.histories[other.origin]):
            taking.refuse(origin, REFUSED, GAVE_WAY, 0)
            return
        own, readers = _cosigners(checkpoint, core.histories[origin], core.histories[other.origin])
        line = SignedNote(note.text, tuple(s for s in note.signatures if (s.name, s.key_hash) in {**own, **readers}))
        found = read_signatures(checkpoint, line, tuple(own.values()), tuple(readers.values()), "cosignature")
        if checkpoint.size > row.head.size:
            # The own signature stands under a size this node has no entries for.
            standing = Standing.FORKED if row.standing is Standing.FORKED else Standing.UNSURE
            tables.stand(row, standing, max(row.at_least, checkpoint.size))
            return
        if root_at(tables.view(row), checkpoint.size) != checkpoint.root:
            _forked(taking, row, f"two histories of {checkpoint.size} entries were signed", data)
            return
        if not found.cosigned_s:
            raise RecordError("cosignature", f"{taking.packet.sender} did not sign it")
        # A cosignature's time is in whole seconds: it was made no later than the end of that one.
        tables.put_receipt(row, Receipt(checkpoint.size, line.to_text(), max(found.cosigned_s.values()) * 1000 + 999))
    except RecordError as error:
        taking.refuse(origin, REFUSED, f"bad cosignature: {error}", 0)
        taking.complain(origin, f"bad cosignature: {error}", data)


def take_words(taking: Taking, between: Sequence[tuple[Mode, LogRow, LogRow]]) -> None:
    """What the packet says beside its parts, if the peer signed it: how much the peer holds, and its node's nonce.

    A log that was not certain is so again once the peer, after this node started, said how much of it it holds, and
    that is here, with the peer's own cosignature on it; and no witness says that it was longer.
    """
    core, tables, packet, peer = taking.core, taking.tables, taking.packet, taking.peer
    if not any(packet.signed_by(key) for key in core.keys_now(packet.sender).transport[1:2]):
        why = f"the packet is not signed by the request key of {packet.sender}: only what proves itself was taken"
        taking.refuse("packet", REFUSED, why, 0)
        return
    peer.echo = packet.nonce
    peer.holds = dict(packet.known)
    peer.receipted = dict(packet.receipted)
    if packet.echo != core.nonce:
        return  # it may have been on its way since before this node started
    for _, ours, _ in between:
        row, _ = taking.rows(ours.origin)
        held = packet.known.get(row.origin)
        if row.standing is not Standing.UNSURE or row.behind or held is None or held > row.head.size:
            continue
        if core.ask_witnesses and core.witnesses_say.get(row.origin, row.head.size + 1) > row.head.size:
            continue  # they were not asked yet, or one says that more was signed than the peer has given back
        last = tables.last_receipt(row)
        if (last.size if last else 0) == held:
            tables.stand(row, Standing.CERTAIN, row.at_least)


def _contradicts(taking: Taking, row: LogRow, part: LogPart, known: int) -> bool:
    """Whether an entry given back is another than the one that is here, both under the own signature."""
    for seq, envelope in enumerate(part.envelopes[:known], part.first):
        if envelope != taking.tables.envelope(row, seq):
            entry = open_entry(envelope, row.origin, seq, taking.core.histories[row.origin])
            _forked(taking, row, f"two statements were signed under number {entry.statement.seq}", envelope)
            return True
    return False


def _forked(taking: Taking, row: LogRow, what: str, data: bytes) -> None:
    """The own keys signed what is not in the own log: an old copy of the node went on, or the keys are stolen."""
    why = f"{what} of {row.origin}: an old copy of this node went on, or its keys are in other hands"
    taking.tables.stand(row, Standing.FORKED, row.at_least)
    taking.complain(row.origin, why, data, OWN_FORK)
    taking.refuse(row.origin, OWN_FORK, why, row.head.size)


def _open_all(
    row: LogRow, history: KeyHistory, envelopes: Sequence[bytes]
) -> tuple[list[tuple[Entry, KeptEntry]], KeyHistory]:
    """Entries that continue an own log, each with when it was logged: when it was said, by the own clock then."""
    head, found = row.head, list[tuple[Entry, KeptEntry]]()
    for envelope in envelopes:
        entry = open_entry(envelope, row.origin, head.size, history)
        if entry.keyset is not None:
            history = history.announce(head.size, entry.keyset, entry.statement.seen.size)
        appended = follow(head, entry)
        found.append((entry, KeptEntry(appended, entry.statement.said_ms, entry.keyset is not None)))
        head = appended.head
    return found, history


def _check_own(checkpoint: Checkpoint, note: SignedNote, history: KeyHistory) -> None:
    keys = checkpoint_keys(checkpoint.origin, history.signing(checkpoint.size).checkpoints)
    read_signatures(checkpoint, own_signatures(note, checkpoint, history), keys, (), "checkpoint")


def _cosigners(
    checkpoint: Checkpoint, own: KeyHistory, reading: KeyHistory
) -> tuple[dict[tuple[str, bytes], NoteKey], dict[tuple[str, bytes], NoteKey]]:
    """The keys that may stand under a checkpoint of an own log: the log's own, and those of the peer's sets that count.

    Raises RecordError for a size the own keys cannot have signed.
    """
    logs = checkpoint_keys(checkpoint.origin, own.signing(checkpoint.size).checkpoints)
    readers = [
        key
        for keyset in reading.cosigning(checkpoint.size)
        for key in cosigning_keys(keyset.party, keyset.cosigning)
    ]  # fmt: skip
    return {(k.name, k.key_hash): k for k in logs}, {(k.name, k.key_hash): k for k in readers}
