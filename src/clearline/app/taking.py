"""One packet being taken in: who sent it, when, and what of it was refused or kept as evidence.

The one idea: a lie that can be proved is kept as others can check it; what proves nothing is kept for this party's own
eyes; and either is named to the peer, in words.
"""

from dataclasses import dataclass, field, replace

from clearline.app.party_book import Read
from clearline.app.party_core import Core, PeerState
from clearline.edge.party_tables import EvidenceRow, PartyTables
from clearline.edge.record_tables import LogRow
from clearline.record.canonical import canonical
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory
from clearline.record.misbehaviour import Evidence, evidence_json, prove
from clearline.record.statement import Entry
from clearline.wire.errors import MalformedError
from clearline.wire.line_entry import line_log, said_of
from clearline.wire.packet import LogPart, Packet, RefusedPart, write_packet

__all__ = ["GAVE_WAY", "MISSING", "OWN_FORK", "REFUSED", "Taking"]

# The rules of a refused part: it proves nothing to anybody else, or it does not begin where this node stands.
REFUSED = "refused"
MISSING = "missing"
# Evidence against oneself: the own signature under something that is not in the own log.
OWN_FORK = "own_fork"
GAVE_WAY = "it rests on keys that gave way to others, and those did not sign the packet"

# A peer that sends nonsense for ever fills neither disk nor eyes: the first of each kind tell what it does.
_MAX_EVIDENCE = 1_000
_MAX_KEPT_BYTES = 256 * 1024
_MAX_WHY = 2_000


@dataclass
class Taking:
    """A packet of a known peer, the store's rows inside its transaction, and what is refused so far."""

    core: Core
    tables: PartyTables
    peer: PeerState
    packet: Packet
    now_ms: int
    refused: list[RefusedPart] = field(default_factory=list[RefusedPart])

    def rows(self, origin: str) -> tuple[LogRow, LogRow]:
        """A log as it stands now, and the one that answers it."""
        row, other = self.tables.log(origin), self.tables.log(line_log(origin).other.origin)
        assert row is not None
        assert other is not None
        return row, other

    def unvouched(self, history: KeyHistory) -> bool:
        """Whether keys would speak here that gave way to others, in a packet that those others did not sign.

        The peer itself signs all it hands over with its newest keys; so whoever holds old ones alone adds nothing.
        """
        newest = self.core.keys_now(self.packet.sender)
        gave_way = history.latest.version < newest.version
        return gave_way and not any(self.packet.signed_by(key) for key in newest.transport[1:2])

    def refuse(self, origin: str, rule: str, why: str, from_index: int) -> None:
        """Name to the peer what is not taken over."""
        self.refused.append(RefusedPart(origin[:255], rule, why[:_MAX_WHY], from_index))

    def complain(self, origin: str, why: str, part: LogPart | bytes, kind: str = REFUSED) -> None:
        """Keep something that proves nothing to others, as it came."""
        data = part if isinstance(part, bytes) else self._alone(part)
        name = self.peer.card.party
        row = EvidenceRow(name, origin[:255], kind, why[:_MAX_WHY], data[:_MAX_KEPT_BYTES], self.now_ms)
        self.tables.put_evidence(row, most=_MAX_EVIDENCE)

    def prove(self, evidence: Evidence, history: KeyHistory, from_index: int) -> None:
        """Keep evidence against the peer, and tell it so."""
        data = canonical(evidence_json(evidence), where="evidence", max_bytes=2**24)
        try:
            finding = prove(evidence, history)
        except RecordError as error:
            # What others could not check is no proof, whatever it looked like from here.
            self.refuse(evidence.log, REFUSED, str(error), from_index)
            self.complain(evidence.log, str(error), data)
            return
        kind = finding.misbehaviour.value
        name = self.peer.card.party
        row = EvidenceRow(name, evidence.log, kind, finding.sentence[:_MAX_WHY], data, self.now_ms)
        self.tables.put_evidence(row, most=_MAX_EVIDENCE)
        self.refuse(evidence.log, kind, finding.sentence, from_index)

    def read(self, position: int, row: LogRow, other: int, entry: Entry, logged_ms: int) -> Read:
        """One entry, as the picture takes it in."""
        statement = entry.statement
        try:
            found = said_of(entry, logged_ms)
        except MalformedError as error:
            found = error
        return Read.of(position, row.id, other, statement.seq, statement.seen.size, entry.content_id, found)

    def _alone(self, part: LogPart) -> bytes:
        """A packet with this part alone, as it came; its checkpoint alone where that is too large to keep."""
        data = write_packet(replace(self.packet, parts=(part,), cosignatures=(), refused=()))
        return data if len(data) <= _MAX_KEPT_BYTES else part.checkpoint_note.encode()
