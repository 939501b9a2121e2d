"""A bundle of a talk, a notice, an incident or a period, and the trust to verify it with.

The one idea: whoever was not there gets the chosen statements of both sides, everything said about them, and the
signatures that prove them; and takes the keys from elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clearline.app.party_core import Core
from clearline.app.party_say import signed_checkpoint
from clearline.edge.party_tables import PartyTables
from clearline.edge.record_tables import LogRow
from clearline.line.ladder import Answer
from clearline.line.ledger import Ledger
from clearline.line.statement import Said
from clearline.line.terms import Mode
from clearline.record.bundle import LogChoice, export_bundle
from clearline.record.canonical import from_canonical
from clearline.record.checkpoint import read_checkpoint
from clearline.record.keyset import KeySet
from clearline.record.misbehaviour import Misbehaviour, read_evidence
from clearline.record.quorum import NO_QUORUM
from clearline.record.trust import Trust, TrustedLine, TrustedLog
from clearline.wire.line_entry import LineLog

__all__ = ["Select", "chosen", "make_bundle", "make_trust"]

_PROVED = frozenset(Misbehaviour)


@dataclass(frozen=True, slots=True)
class Select:
    """What to export of the line with one peer in one mode.

    `records` are record identifiers (of a notice, a talk request, an incident): each comes with everything that was
    said about it, and about that. A period is from `from_ms` to `until_ms`, both included, by each author's own clock;
    None leaves that end open. Both together choose either. Raises ValueError where nothing is asked for.
    """

    peer: str
    mode: Mode = Mode.ACTUAL
    records: tuple[str, ...] = ()
    from_ms: int | None = None
    until_ms: int | None = None

    def __post_init__(self) -> None:
        if not self.records and self.from_ms is None and self.until_ms is None:
            raise ValueError("choose records, a period, or both")


def chosen(ledger: Ledger, select: Select) -> list[Said]:
    """The statements that a selection names, of both sides, with all that hangs on them."""
    wanted: dict[str, Said] = {}
    pending = list(select.records)
    while pending:
        record_id = pending.pop()
        said = ledger.get(record_id)
        if said is None or record_id in wanted:
            continue
        wanted[record_id] = said
        pending.extend(by.record_id for by in ledger.about(record_id))
        if isinstance(said.body, Answer) and said.body.coverage:
            pending.append(said.body.coverage)  # what an answer "not ours" speaks under
    if select.from_ms is not None or select.until_ms is not None:
        for said in ledger:
            created_ms = said.header.created_ms
            early = select.from_ms is not None and created_ms < select.from_ms
            late = select.until_ms is not None and created_ms > select.until_ms
            if not early and not late:
                wanted[said.record_id] = said
    parties = {ledger.own, select.peer}
    return [said for said in wanted.values() if {said.header.author, said.header.addressee} == parties]


def make_bundle(core: Core, tables: PartyTables, select: Select) -> bytes:
    """The bundle of a selection. Raises KeyError for no peer, ValueError where there is nothing to show."""
    saids = chosen(core.book.ledgers[select.mode], select)
    _, ours, theirs = next(found for found in core.between(tables, select.peer) if found[0] is select.mode)
    choices: list[LogChoice] = []
    for row in (ours, theirs):
        author = core.own if row is ours else select.peer
        wanted = sorted(said.seq for said in saids if said.header.author == author)
        notes = _notes(core, tables, row, wanted, own=row is ours)
        if notes:
            choices.append(LogChoice(tables.view(row), wanted, notes))
    evidence = [
        read_evidence(from_canonical(one.data, max_bytes=2**24))
        for one in tables.evidence()
        if one.kind in _PROVED and one.origin == theirs.origin
    ]
    if not saids and not evidence:
        raise ValueError(f"nothing of that was said between {core.own} and {select.peer} in {select.mode}")
    return export_bundle(choices, evidence)


def make_trust(core: Core, peer: str | None = None) -> Trust:
    """What an outsider trusts who takes this party's word on the keys: those its logs and its peers' begin with.

    Later keys are announced in the logs, and a bundle brings that. With `peer`, of the line with that peer alone.
    Raises KeyError for no peer; ValueError where a party's logs begin with different keys, as one file names one set.
    """
    keysets: dict[str, KeySet] = {}
    lines: list[TrustedLine] = []
    for name in core.peers if peer is None else [core.peers[peer].card.party]:
        for mode in Mode:
            log = LineLog(core.own, name, mode)
            logs = (TrustedLog(log.origin, core.own), TrustedLog(log.other.origin, name))
            for one in logs:
                anchor = core.histories[one.origin].anchor
                if keysets.setdefault(one.writer, anchor) != anchor:
                    raise ValueError(
                        f"lines with {one.writer} were begun before and after a change of its keys: name one peer"
                    )
            lines.append(TrustedLine(logs))
    return Trust(keysets or {core.own: core.card.keyset}, lines, NO_QUORUM)


def _notes(core: Core, tables: PartyTables, row: LogRow, wanted: list[int], *, own: bool) -> list[str]:
    """The first receipt for each statement, and the newest checkpoint, which covers all of the log that is here.

    Each with the witnesses that cosigned it, and the first checkpoint after each statement that a witness cosigned.
    """
    notes: dict[int, str] = {}
    for seq in wanted:
        receipt = tables.next_receipt(row, above=seq)
        if receipt is not None:
            notes[receipt.size] = receipt.note
    if row.head.size not in notes and row.head.size:
        last = tables.last_receipt(row)
        if last is not None and last.size == row.head.size:
            notes[last.size] = last.note
        elif own:
            notes[row.head.size] = signed_checkpoint(core, tables, row, row.head.size)
    for seq in wanted:
        seen = tables.next_witnessed(row, above=seq)
        if seen is not None:
            notes.setdefault(seen.size, seen.note)
    assert all(read_checkpoint(note)[0].size == size for size, note in notes.items())
    return [_with_witnesses(notes[size], tables.witnessed_at(row, size)) for size in sorted(notes)]


def _with_witnesses(text: str, others: Sequence[str]) -> str:
    """A checkpoint with the lines of every witness that cosigned it, beside those it has."""
    note = read_checkpoint(text)[1]
    for other in others:
        here = {(one.name, one.key_hash) for one in note.signatures}
        lines = read_checkpoint(other)[1].signatures
        note = note.with_signatures([one for one in lines if (one.name, one.key_hash) not in here])
    return note.to_text()
