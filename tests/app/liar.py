"""A peer that has its own keys and keeps none of the rules: it signs whatever log a test wants it to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from clearline.app.make_party import KEYS_FOLDER
from clearline.edge.keys_file import Signers, read_node_keys
from clearline.line.statement import Body, Header, Link
from clearline.line.terms import By, Mode, Precedence
from clearline.record.checkpoint import Checkpoint, cosign, sign_checkpoint
from clearline.record.keys import Signer
from clearline.record.keyset import KeyHistory
from clearline.record.log import MemoryLog, Saying, append, follow
from clearline.record.statement import NOTHING_SEEN, Seen, open_entry
from clearline.record.tree import root_at
from clearline.wire.line_entry import LineLog, saying_of
from clearline.wire.packet import LogPart, Packet
from tests.app.two_nodes import Seat
from tests.line.two_desks import T0, notice

__all__ = ["Liar"]


@dataclass
class Liar:
    """`own` lies to `peer`. Its log is what it says it is now; `seen` is what it says it has seen of the peer's."""

    own: str
    peer: str
    folder: Path
    seen: Seen = NOTHING_SEEN
    mode: Mode = Mode.ACTUAL
    log: MemoryLog = field(init=False)
    signers: Signers = field(init=False)

    def __post_init__(self) -> None:
        self.signers = read_node_keys(self.folder / KEYS_FOLDER).signers
        self.log = MemoryLog(self.origin)

    @classmethod
    def of(cls, seat: Seat, peer: str) -> "Liar":
        """A seat that stops keeping the rules."""
        return cls(seat.name, peer, seat.folder)

    @property
    def origin(self) -> str:
        """The log it writes."""
        return LineLog(self.own, self.peer, self.mode).origin

    def header(self, links: tuple[Link, ...] = ()) -> Header:
        """A header as an honest node makes it."""
        return Header(
            self.own,
            self.peer,
            self.mode,
            Precedence.ROUTINE,
            By.WATCH,
            "OPS-DUTY",
            "officer-1",
            T0,
            released_by="officer-2",
            links=links,
        )

    def append(self, body: Body, *, links: tuple[Link, ...] = (), signers: Sequence[Signer] | None = None) -> None:
        """Say anything."""
        self.add(saying_of(self.header(links), body, self.seen), signers)

    def add(self, saying: Saying, signers: Sequence[Signer] | None = None) -> None:
        """Say what no honest node would."""
        self.log.keep(append(self.log.head, saying, signers or self.signers.records))

    def say(self, *subjects: str) -> "Liar":
        """Give notices."""
        for subject in subjects:
            self.append(notice(subject))
        return self

    def again(self) -> "Liar":
        """The same liar about to tell another history."""
        return replace(self)

    def copy(self, seat: Seat) -> None:
        """Go on from the log as the honest node has written it."""
        with seat.store.reading() as tables:
            row, seen = tables.log(self.origin), tables.log(LineLog(self.peer, self.own, self.mode).origin)
            assert row is not None
            assert seen is not None
            keyset = tables.keyset(self.own, row.anchor)
            for seq in range(row.head.size):
                entry = open_entry(tables.envelope(row, seq), self.origin, seq, KeyHistory(keyset))
                self.log.keep(follow(self.log.head, entry))
            self.seen = Seen(seen.head.size, seen.head.frontier.root)

    def note(self, size: int | None = None, signers: Sequence[Signer] | None = None) -> str:
        """A signed checkpoint of the log at a size, or as it is."""
        count = self.log.head.size if size is None else size
        checkpoint = Checkpoint(self.origin, count, root_at(self.log, count))
        return sign_checkpoint(checkpoint, signers or self.signers.checkpoints).to_text()

    def part(self, first: int = 0, *, size: int | None = None, note: str | None = None) -> LogPart:
        """Entries from a number on, with a checkpoint."""
        end = self.log.head.size if size is None else size
        envelopes = tuple(self.log.envelope(n) for n in range(first, end))
        return LogPart(self.origin, first, envelopes, note or self.note(end))

    def packet(self, *parts: LogPart, cosignatures: Sequence[bytes] = ()) -> Packet:
        """A packet to the peer, signed."""
        packet = Packet(self.own, self.peer, T0, parts, tuple(cosignatures), {}, heartbeat=False, receipted={})
        return packet.sign(self.signers.request)

    def cosigned(self, checkpoint: Checkpoint, note: str, signers: Sequence[Signer] | None = None) -> bytes:
        """A checkpoint note of the peer's log under this party's cosignature."""
        lines = cosign(checkpoint, self.own, signers or self.signers.cosigning, T0 // 1000)
        return (note + "".join(line.line() for line in lines)).encode()
