"""What a party decides when the other side hands it entries of its log: take them over, refuse, or name a lie.

The one idea: a receiver keeps its own copy of the other side's log and takes over only what continues that copy; what
contradicts it, under the other side's own signature, comes back as evidence. It keeps, and only then cosigns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from clearline.record.checkpoint import Checkpoint, checkpoint_keys, read_checkpoint
from clearline.record.cosignatures import read_signatures
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory
from clearline.record.log import Appended, LogHead, LogView, follow
from clearline.record.misbehaviour import Double, Evidence, Fork, Rewrite, own_signatures
from clearline.record.note import SignedNote
from clearline.record.pruned import prune
from clearline.record.statement import Entry, open_entry
from clearline.record.tree import root_at

__all__ = ["Caught", "FollowView", "Received", "Refused", "Stale", "receive"]


class FollowView(Protocol):
    """What a receiver knows, for reading."""

    @property
    def theirs(self) -> LogView:
        """Its copy of the other side's log."""
        ...

    @property
    def ours(self) -> LogView:
        """Its own log, of which the other side says how much it has seen."""
        ...

    @property
    def history(self) -> KeyHistory:
        """The key sets of the other side, as announced in the copy."""
        ...

    def checkpoint(self) -> str | None:
        """The checkpoint of the other side's log that was kept last."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """Keep all of this in one transaction; then cosign the checkpoint, which acknowledges every entry it covers."""

    entries: tuple[Entry, ...]
    appended: tuple[Appended, ...]
    history: KeyHistory
    checkpoint: Checkpoint
    note: SignedNote


@dataclass(frozen=True, slots=True)
class Stale:
    """An older checkpoint of the same log came late: nothing to do."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be taken over, and proves nothing; `from_index` is where to ask for entries again."""

    reason: str
    from_index: int


@dataclass(frozen=True, slots=True)
class Caught:
    """The other side's own signatures contradict each other: keep this evidence, and cosign nothing."""

    evidence: Evidence


Outcome: TypeAlias = Received | Stale | Refused | Caught


def receive(view: FollowView, note_text: str, first: int, envelopes: Sequence[bytes]) -> Outcome:
    """Decide on a checkpoint and the entries from number `first` on. Writes nothing; may be asked again."""
    head = view.theirs.head
    try:
        checkpoint, note = read_checkpoint(note_text)
        if checkpoint.origin != head.origin:
            return Refused(f"it is a checkpoint of {checkpoint.origin}, not of {head.origin}", head.size)
        if not 0 <= first <= head.size:
            return Refused(f"entries {head.size} to {first - 1} are missing", head.size)
        known = max(0, head.size - first)
        double = _contradicted(view, first, envelopes[:known])
        if double is not None:
            return Caught(double)
        entries, appended, history = _take(view, envelopes[known:])
        keys = checkpoint_keys(head.origin, history.signing(checkpoint.size).checkpoints)
        signatures = own_signatures(note, checkpoint, history)
        read_signatures(checkpoint, signatures, keys, (), "checkpoint")
    except RecordError as error:
        return Refused(str(error), head.size)
    grown = appended[-1].head if appended else head
    if checkpoint.size > grown.size:
        return Refused(f"entries {grown.size} to {checkpoint.size - 1} are missing", head.size)
    if checkpoint.size < head.size or not appended:
        return _old(view, checkpoint, signatures, history)
    if checkpoint != grown.checkpoint:
        return Refused("the entries do not make the tree that was signed", head.size)
    return Received(entries, appended, history, checkpoint, signatures)


def _contradicted(view: FollowView, first: int, again: Sequence[bytes]) -> Double | None:
    """Evidence, if an entry that is here already comes again and says something else. Raises RecordError."""
    log = view.theirs.head.origin
    for index, envelope in enumerate(again, first):
        kept = view.theirs.envelope(index)
        if envelope != kept:
            other = open_entry(envelope, log, index, view.history)
            if other.content_id != open_entry(kept, log, index, view.history).content_id:
                return Double(log, kept.decode("ascii"), envelope.decode("ascii"))
            raise RecordError(f"entry {index} of {log}", "it was sealed a second time, in another envelope")
    return None


def _take(view: FollowView, envelopes: Sequence[bytes]) -> tuple[tuple[Entry, ...], tuple[Appended, ...], KeyHistory]:
    """Open new entries one after another. Raises RecordError at the first that does not follow."""
    head, history = view.theirs.head, view.history
    entries: list[Entry] = []
    appended: list[Appended] = []
    for envelope in envelopes:
        entry = open_entry(envelope, head.origin, head.size, history)
        _check_seen(view.ours, entry, head)
        if entry.keyset is not None:
            history = history.announce(head.size, entry.keyset, entry.statement.seen.size)
        entries.append(entry)
        appended.append(follow(head, entry))
        head = appended[-1].head
    return tuple(entries), tuple(appended), history


def _check_seen(ours: LogView, entry: Entry, head: LogHead) -> None:
    seen = entry.statement.seen
    if seen.size > ours.head.size or root_at(ours, seen.size) != seen.root:
        problem = f"it says it had seen {seen.size} entries of {ours.head.origin} that are not what was written there"
        raise RecordError(f"entry {head.size} of {head.origin}", problem)


def _old(view: FollowView, checkpoint: Checkpoint, note: SignedNote, history: KeyHistory) -> Outcome:
    """A checkpoint of a size that is here already: the same tree, or evidence."""
    theirs = view.theirs
    if root_at(theirs, checkpoint.size) == checkpoint.root:
        if checkpoint.size < theirs.head.size:
            return Stale()
        return Received((), (), history, checkpoint, note)
    kept = view.checkpoint()
    if kept is None:
        return Refused("its root is not that of the entries that were handed over", theirs.head.size)
    latest, latest_note = read_checkpoint(kept)
    newest = own_signatures(latest_note, latest, history).to_text()
    if checkpoint.size == latest.size:
        return Caught(Fork(theirs.head.origin, newest, note.to_text()))
    if checkpoint.size > latest.size:
        return Refused("its root is not that of the entries that were handed over", theirs.head.size)
    tree = prune(theirs, latest.size, (), (checkpoint.size,))
    return Caught(Rewrite(theirs.head.origin, note.to_text(), newest, tuple(tree)))
