"""What a node hands to a peer: everything the peer does not hold yet, as far as this node knows.

The one idea: nothing is remembered about what was sent; a packet is worked out from what is on disk and what the peer
last said it holds, so sending again, late or twice costs a little time and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearline.app.party_core import Core, PeerState
from clearline.app.party_say import STEP, STEP_BYTES, signed_checkpoint
from clearline.edge.party_tables import PartyTables
from clearline.edge.record_tables import LogRow
from clearline.line.terms import Mode
from clearline.wire.packet import MAX_ENTRIES, LogPart, Packet, RefusedPart

__all__ = ["USUAL_ENTRIES", "make_packet"]

# Over a connection a packet takes some seconds at worst, so that a FLASH never waits long behind a backlog.
USUAL_ENTRIES = 2_000
_MOST_BYTES = 24 * 2**20  # a packet has 64 MiB at most, and envelopes grow by a third when they are written in it
_MOST_PARTS = 200


@dataclass
class _Load:
    """What a packet being made holds so far."""

    most_entries: int
    parts: list[LogPart] = field(default_factory=list[LogPart])
    entries: int = 0
    size_bytes: int = 0

    @property
    def full(self) -> bool:
        return (
            self.entries >= self.most_entries or self.size_bytes >= _MOST_BYTES or len(self.parts) >= _MOST_PARTS
        )  # fmt: skip

    def add(self, part: LogPart) -> None:
        self.parts.append(part)
        self.entries += len(part.envelopes)
        self.size_bytes += sum(len(envelope) for envelope in part.envelopes) + len(part.checkpoint_note)


def make_packet(
    core: Core,
    tables: PartyTables,
    name: str,
    *,
    mode: Mode | None = None,
    most_entries: int = USUAL_ENTRIES,
    heartbeat: bool = False,
    refused: Sequence[RefusedPart] = (),
) -> Packet:
    """A packet for a peer, signed: own entries it lacks, its own that it lost, receipts it lacks; in one mode, or all.

    Raises KeyError for no peer.
    """
    peer = core.peers[name]
    load = _Load(min(most_entries, MAX_ENTRIES))
    notes = list[bytes]()
    known: dict[str, int] = {}
    receipted: dict[str, int] = {}
    for its_mode, ours, theirs in core.between(tables, name):
        known[ours.origin], known[theirs.origin] = ours.head.size, theirs.head.size
        last = tables.last_receipt(ours)
        receipted[ours.origin] = last.size if last else 0
        if heartbeat or mode not in (None, its_mode):
            continue
        note = tables.last_receipt(theirs)
        if note is not None and note.size > peer.receipted.get(theirs.origin, 0):
            notes.append(note.note.encode())
        if peer.holds.get(theirs.origin, theirs.head.size) < theirs.head.size:
            _give_back(tables, theirs, peer.holds[theirs.origin], load)
        else:
            _give(core, tables, ours, _held(peer, ours, receipted[ours.origin]), load)
    packet = Packet(
        core.own,
        name,
        core.clock.now_ms(),
        tuple(load.parts),
        tuple(notes),
        known,
        heartbeat,
        receipted,
        tuple(refused)[:_MOST_PARTS],
        core.nonce,
        peer.echo,
    )
    return packet.sign(core.signers.request)


def _held(peer: PeerState, ours: LogRow, receipted: int) -> int:
    """How much of an own log a peer holds: what it last said, or else what it cosigned."""
    return peer.holds.get(ours.origin, receipted)


def _give(core: Core, tables: PartyTables, row: LogRow, first: int, load: _Load) -> None:
    """Own entries from a number on, in parts that each end where a checkpoint can be signed."""
    history = core.histories[row.origin]
    changed = history.changes[-1].index if history.changes else 0
    while first < row.head.size and not load.full:
        if changed and first < changed:
            end = tables.next_checkpoint(row, first) or row.head.size
        else:
            end = min(first + STEP, row.head.size, first + max(1, load.most_entries - load.entries))
        envelopes = tables.envelopes(row, first, end)
        if not changed or first >= changed:
            envelopes = _within(envelopes)
        end = first + len(envelopes)
        load.add(LogPart(row.origin, first, envelopes, signed_checkpoint(core, tables, row, end)))
        first = end


def _give_back(tables: PartyTables, row: LogRow, first: int, load: _Load) -> None:
    """Entries of the peer's own log that it lost, in parts that each end at a checkpoint that was kept."""
    while first < row.head.size and not load.full:
        upto = tables.last_receipt(row, most=first + STEP)
        end = upto if upto is not None and upto.size > first else tables.next_receipt(row, above=first)
        if end is None:
            return
        load.add(LogPart(row.origin, first, tables.envelopes(row, first, end.size), end.note))
        first = end.size


def _within(envelopes: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """As many as one part should carry, and at least one."""
    filled = 0
    for number, envelope in enumerate(envelopes):
        filled += len(envelope)
        if filled > STEP_BYTES and number:
            return envelopes[:number]
    return envelopes
