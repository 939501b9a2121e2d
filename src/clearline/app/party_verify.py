"""Everything a node keeps, checked again from the first byte to the last, as an outsider would.

The one idea: what a node shows at once after a start rests on sums and on the trees' signed roots; this is the long
check, of every signature and every claim of what was seen.
"""

from dataclasses import dataclass

from clearline.app.party_core import Core
from clearline.edge.party_tables import PartyTables
from clearline.edge.record_tables import LogRow
from clearline.edge.tree_check import tree_fault
from clearline.record.checkpoint import checkpoint_keys, cosigning_keys, read_checkpoint
from clearline.record.cosignatures import read_signatures
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory
from clearline.record.log import LogHead, follow
from clearline.record.statement import open_entry
from clearline.record.tree import root_at
from clearline.wire.line_entry import line_log

__all__ = ["Verified", "verify"]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked: entries and receipts, by log; and what was found wrong, in words. Nothing wrong: sound."""

    entries: dict[str, int]
    receipts: dict[str, int]
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


def verify(core: Core, tables: PartyTables) -> Verified:
    """Check every signature, number, digest, sight and receipt of every log."""
    entries: dict[str, int] = {}
    receipts: dict[str, int] = {}
    faults: list[str] = []
    for row in tables.logs():
        fault = tree_fault(tables, row)
        try:
            entries[row.origin] = 0 if fault else _log(core, tables, row)
            receipts[row.origin] = 0 if fault else _receipts(core, tables, row)
        except RecordError as error:
            fault = str(error)
        if fault is not None:
            faults.append(fault)
    return Verified(entries, receipts, tuple(faults))


def _log(core: Core, tables: PartyTables, row: LogRow) -> int:
    log = line_log(row.origin)
    other = None if log.private else tables.log(log.other.origin)
    head, history = LogHead(row.origin), KeyHistory(core.histories[row.origin].anchor)
    for seq in range(row.head.size):
        entry = open_entry(tables.envelope(row, seq), row.origin, seq, history)
        if entry.keyset is not None:
            history = history.announce(seq, entry.keyset, entry.statement.seen.size)
        seen = entry.statement.seen
        if other is not None and seen.size and (head.seen.size != seen.size):
            if seen.size > other.head.size:
                problem = f"it had seen {seen.size} entries of {other.origin}; {other.head.size} are here"
                raise RecordError(f"entry {seq} of {row.origin}", problem)
            if root_at(tables.view(other), seen.size) != seen.root:
                raise RecordError(f"entry {seq} of {row.origin}", f"what it had seen is not {other.origin}")
        head = follow(head, entry).head
    if head != row.head:
        raise RecordError(row.origin, "its entries do not lead to its head")
    return head.size


def _receipts(core: Core, tables: PartyTables, row: LogRow) -> int:
    log = line_log(row.origin)
    if log.private:
        return 0
    other = tables.log(log.other.origin)
    assert other is not None
    count, above = 0, 0
    while (receipt := tables.next_receipt(row, above=above)) is not None:
        above, count = receipt.size, count + 1
        checkpoint, note = read_checkpoint(receipt.note)
        logs = checkpoint_keys(row.origin, core.histories[row.origin].signing(checkpoint.size).checkpoints)
        reading = core.histories[other.origin].cosigning(checkpoint.size)
        readers = [key for keyset in reading for key in cosigning_keys(keyset.party, keyset.cosigning)]
        found = read_signatures(checkpoint, note, logs, readers, f"receipt of {row.origin} at {receipt.size}")
        wrong = checkpoint.size != receipt.size or root_at(tables.view(row), checkpoint.size) != checkpoint.root
        if wrong or not found.cosigned_s:
            raise RecordError(f"receipt of {row.origin} at {receipt.size}", "it is no receipt for this log")
    return count
