"""Whether a kept log grows again, from its entries, to the tree and the head that are kept of it.

The one idea: the head is what the next statement is signed on top of; if one entry, one node or the head itself is not
what it was, nothing may be said or shown from that store.
"""

from clearline.edge.record_tables import LogRow, RecordTables
from clearline.record.statement import FIRST_PREV
from clearline.record.tree import Frontier, node_hash

__all__ = ["tree_fault"]


def tree_fault(tables: RecordTables, row: LogRow) -> str | None:
    """What is wrong with a log as it is kept; None if all of it holds together."""
    last_id, level = FIRST_PREV, list[bytes]()
    for content_id, leaf in tables.leaves(row):
        last_id = content_id
        level.append(leaf)
    if len(level) != row.head.size or last_id != row.head.last_id:
        return f"{row.origin} should hold {row.head.size} entries, the last {row.head.last_id[:12]}; it does not"
    kept = tables.kept_nodes(row)
    number, peaks = 0, list[bytes]()
    height = 0
    while level:
        if len(level) & 1:
            peaks.append(level[-1])
        level = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        height += 1
        number += len(level)
        if any(kept.get((height, place)) != found for place, found in enumerate(level)):
            return f"the entries of {row.origin} are not those its tree was grown from"
    if number != len(kept) or Frontier(row.head.size, tuple(reversed(peaks))) != row.head.frontier:
        return f"the tree of {row.origin} does not end where its head says"
    return None
