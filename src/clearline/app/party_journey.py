"""What can be shown of a statement's way to the other side, from what this node keeps.

The one idea: sent, made available and received are three facts with three kinds of evidence; each is looked up by
itself, and none is filled in from another.
"""

from clearline.app.party_core import Core
from clearline.app.party_say import signed_checkpoint
from clearline.edge.party_tables import PartyTables
from clearline.line.ladder import Delivered
from clearline.line.proof import Journey, Witnessing
from clearline.line.statement import Said
from clearline.line.terms import Mode
from clearline.record.base64_text import to_base64
from clearline.record.proof import consistency_proof
from clearline.record.quorum import Policy
from clearline.wire.line_entry import LineLog

__all__ = ["find_said", "journey", "to_witness", "witness_request", "witnessing"]


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


def witnessing(core: Core, tables: PartyTables, peer: str, mode: Mode, policy: Policy) -> Witnessing | None:
    """How far the own log to a peer is witnessed by a quorum; None where no quorum is asked for. Raises KeyError.

    A witness that cosigned a size has cosigned all before it.
    """
    if not policy.witnesses or policy.met(()):
        return None
    row = core.own_log(tables, peer, mode)
    latest = tables.latest_witnessed(row)
    covered, covered_ms = 0, None
    for size in sorted({size for size, _ in latest.values()}, reverse=True):
        by = {name: at_ms for name, (upto, at_ms) in latest.items() if upto >= size}
        if policy.met(key for key in policy.witnesses.values() if key.name in by):
            covered, covered_ms = size, max(by.values())
            break
    return Witnessing(row.head.size, covered, covered_ms, tables.logged_from(row, covered))


def to_witness(core: Core, tables: PartyTables) -> tuple[tuple[str, int], ...]:
    """The logs with every peer, and up to which size each is signed: the own ones now, the peers' as they were kept."""
    found: list[tuple[str, int]] = []
    for name in sorted(core.peers):
        for _, ours, theirs in core.between(tables, name):
            kept = tables.last_receipt(theirs)
            found += [(ours.origin, ours.head.size), (theirs.origin, 0 if kept is None else kept.size)]
    return tuple(found)


def witness_request(core: Core, tables: PartyTables, origin: str, older: int, size: int) -> bytes:
    """What a witness is asked (C2SP tlog-witness) to bring a log from one size to another."""
    row = tables.log(origin)
    assert row is not None
    kept = None if row.writer == core.own else tables.last_receipt(row, most=size)
    note = signed_checkpoint(core, tables, row, size) if kept is None else kept.note
    lines = [f"old {older}", *(to_base64(one) for one in consistency_proof(tables.view(row), older, size))]
    return ("\n".join(lines) + "\n\n" + note).encode()
