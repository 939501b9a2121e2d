"""What is signed with keys that gave way to others: kept apart for a person to look at, and never counted.

The one idea: after keys are stolen nobody can tell by a signature alone who wrote what they sign; so it is neither
believed nor thrown away, and an officer sees what it says and asks the other side by another circuit.
"""

from collections.abc import Sequence

from clearline.app.taking import Taking
from clearline.edge.party_tables import EvidenceRow
from clearline.edge.record_tables import LogRow
from clearline.line.notice import Notice
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory, KeySet
from clearline.record.statement import Entry, open_entry
from clearline.wire.errors import MalformedError
from clearline.wire.line_entry import said_of

__all__ = ["QUARANTINED", "quarantine"]

# The kind of such evidence; its `data` is the envelope as it came.
QUARANTINED = "quarantined"
_MOST = 100


def quarantine(taking: Taking, row: LogRow, envelopes: Sequence[bytes]) -> None:
    """Keep the entries that a set of keys of the writer signed which has given way, of those that are not here.

    What no key of the writer ever signed is not kept here: it proves nothing of anybody.
    """
    sender = taking.peer.card.party
    newest = taking.core.keys_now(sender)
    history = taking.core.histories[row.origin]
    known = {one.version: one for one in (history.anchor, *(change.keyset for change in history.changes))}
    older = [known[version] for version in sorted(known, reverse=True) if version < newest.version]
    for envelope in envelopes:
        found = _signed(envelope, row, older)
        if found is None or _is_here(taking, row, found[0]):
            continue
        entry, keys = found
        why = (
            f"statement {entry.statement.seq} of {row.origin} is signed with key set {keys.version} of {sender}, which "
            f"gave way to {newest.version}: it counts for nothing, and whoever holds the old keys may have written it. "
            f"It says: {_told(entry, taking.now_ms)}. Ask {sender} by another circuit whether it is theirs."
        )
        found_row = EvidenceRow(sender, row.origin, QUARANTINED, why, envelope, taking.now_ms)
        taking.tables.put_evidence(found_row, most=_MOST)


def _signed(envelope: bytes, row: LogRow, older: Sequence[KeySet]) -> tuple[Entry, KeySet] | None:
    for keyset in older:
        try:
            entry = open_entry(envelope, row.origin, None, KeyHistory(keyset))
        except RecordError:
            continue
        return None if entry.keyset is not None else (entry, keyset)  # a key set is held to root keys, not to these
    return None


def _is_here(taking: Taking, row: LogRow, entry: Entry) -> bool:
    """Whether it is the very statement that the log has in that place, handed over again."""
    seq = entry.statement.seq
    return seq < row.head.size and taking.tables.envelope(row, seq) == entry.envelope


def _told(entry: Entry, now_ms: int) -> str:
    """What it says, in a few words."""
    try:
        said = said_of(entry, now_ms)
    except MalformedError as error:
        return f"something that cannot be read ({str(error)[:200]})"
    if said is None:
        return "a key set"
    body, header = said.body, said.header
    words = f"{body.kind} at {header.precedence}, from {header.post or 'a node'}"
    return f"{words}: {body.type} {body.subject} {body.title}"[:400] if isinstance(body, Notice) else words
