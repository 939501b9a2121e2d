"""What can be shown of a statement's way to the other side, from what this node keeps.

The one idea: sent, made available and received are three facts with three kinds of evidence; each is looked up by
itself, and none is filled in from another.
"""

from clearline.app.party_core import Core
from clearline.edge.party_tables import PartyTables
from clearline.line.ladder import Delivered
from clearline.line.proof import Journey
from clearline.line.statement import Said
from clearline.wire.line_entry import LineLog

__all__ = ["find_said", "journey"]


def find_said(core: Core, record_id: str) -> Said | None:
    """A statement by its record identifier, in whichever mode it was said."""
    return next((said for one in core.book.ledgers.values() if (said := one.get(record_id)) is not None), None)


def journey(core: Core, tables: PartyTables, record_id: str) -> Journey:
    """The evidence on one own statement. Raises KeyError for none of that identifier, or one that is not the own."""
    said = find_said(core, record_id)
    if said is None or said.header.author != core.own:
        raise KeyError(record_id)
    header = said.header
    suffix = tables.suffix() if header.addressee == core.own else ""
    row = tables.log(LineLog(core.own, header.addressee, header.mode, suffix).origin)
    if row is None or said.seq >= row.head.size:
        return Journey(said.logged_ms, None, (), None, None)  # in a private log that a restoring left behind
    witnessed = tables.next_witnessed(row, above=said.seq)
    cosigned = tables.next_receipt(row, above=said.seq)
    received = [
        body
        for by, body in core.book.ledgers[header.mode].saying(record_id, Delivered)
        if by.header.author == header.addressee and by.record_id not in core.book.void[header.mode]
    ]
    return Journey(
        said.logged_ms,
        None if witnessed is None else witnessed.cosigned_ms,
        tables.offers(row, said.seq),
        received[0].received_ms if received else None,
        None if cosigned is None else cosigned.cosigned_ms,
        while_suspended=bool(received) and received[0].while_suspended,
    )
