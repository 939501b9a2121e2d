"""A packet: what one node hands to another, over a connection or as a file on any carrier, in the same bytes.

The one idea: a packet says how much its sender holds of every log between the two, and brings what the other lacks; so
it can be lost, doubled, late or out of order, and the next one mends it. What it brings proves itself by its own
signatures; the packet's own signature covers the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.canonical import Value, canonical, from_canonical
from clearline.record.errors import RecordError
from clearline.record.keys import PublicKey, Signer
from clearline.record.members import Members
from clearline.wire.errors import MalformedError

__all__ = [
    "MAX_ENTRIES",
    "MAX_PACKET_BYTES",
    "LogPart",
    "Packet",
    "RefusedPart",
    "read_packet",
    "write_packet",
]

MAX_PACKET_BYTES = 2**26  # 64 MiB: some 50,000 statements, the backlog of months
MAX_ENTRIES = 50_000
# Three modes, two logs each, and what a new mode or a second version might add.
_MAX_LOGS = 64
_MAX_NOTES = 256
_FORMAT = "clearline-packet-v1"
_MEMBERS = (
    "format",
    "sender",
    "addressee",
    "sent_ms",
    "heartbeat",
    "nonce",
    "echo",
    "known",
    "receipted",
    "parts",
    "cosignatures",
    "refused",
    "signature",
)


@dataclass(frozen=True, slots=True)
class LogPart:
    """Entries of one log from number `first` on, and the log's signed checkpoint of exactly the size they make.

    A part may hold no entries; then it brings the checkpoint. Entries of the *addressee's* own log are given back to it
    after it lost them.
    """

    origin: str
    first: int
    envelopes: tuple[bytes, ...]
    checkpoint_note: str


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """A part of an earlier packet that was not taken over: the rule, the reason in words, and where to send from again.

    `rule` is `refused`, or the misbehaviour that the part proves (`fork`, `rewrite`, `withheld`, `double`); that was
    kept as evidence.
    """

    origin: str
    rule: str
    why: str
    from_index: int


@dataclass(frozen=True, slots=True)
class Packet:
    """What one node hands to another at one time.

    `sent_ms` is the sender's clock. `known` is how many entries the sender holds of each log between the two,
    `receipted` up to which size the addressee has cosigned each of the sender's logs, as far as the sender holds the
    cosignature. `cosignatures` are checkpoint notes of the addressee's logs under the sender's cosignature. A
    `heartbeat` brings nothing and only says that the node is there. `nonce` was drawn when the sender's node started,
    `echo` is the last nonce it had from the addressee: what a node hears with its own nonce was said after it started.
    `signature` is the sender's request key's, over all the rest; empty while it is not signed.
    """

    sender: str
    addressee: str
    sent_ms: int
    parts: tuple[LogPart, ...]
    cosignatures: tuple[bytes, ...]
    known: Mapping[str, int]
    heartbeat: bool
    receipted: Mapping[str, int]
    refused: tuple[RefusedPart, ...] = ()
    nonce: str = ""
    echo: str = ""
    signature: bytes = b""

    @property
    def entries(self) -> int:
        """How many entries it brings."""
        return sum(len(part.envelopes) for part in self.parts)

    @property
    def brings(self) -> bool:
        """Whether it brings anything that its addressee is to keep: entries, checkpoints or receipts."""
        return bool(self.parts or self.cosignatures)

    def signed_bytes(self) -> bytes:
        """What the packet's signature covers: its canonical bytes with an empty signature.

        Raises RecordError for what no packet can hold.
        """
        return _canonical(replace(self, signature=b""))

    def sign(self, signer: Signer) -> "Packet":
        """The same packet under the sender's signature."""
        return replace(self, signature=signer.sign(self.signed_bytes()))

    def signed_by(self, key: PublicKey) -> bool:
        """Whether a key signed the packet."""
        return key.verify(self.signature, self.signed_bytes())


def write_packet(packet: Packet) -> bytes:
    """A packet's bytes. Raises ValueError (RecordError) for what no packet can hold, such as one that is too large."""
    return _canonical(packet)


def read_packet(data: bytes, source: str = "packet") -> Packet:
    """The packet that bytes say; nothing in it is checked yet but its form. Raises MalformedError."""
    try:
        return _packet(Members(from_canonical(data, where="packet", max_bytes=MAX_PACKET_BYTES), _MEMBERS, "packet"))
    except RecordError as error:
        mend = "have it sent again: nothing of it was used"
        raise MalformedError(source, error.where, error.problem, mend) from error


def _canonical(packet: Packet) -> bytes:
    _check_bounds(packet)
    parts: list[Value] = [
        {
            "log": part.origin,
            "first": part.first,
            "envelopes": [envelope.decode() for envelope in part.envelopes],
            "checkpoint": part.checkpoint_note,
        }
        for part in packet.parts
    ]
    refused: list[Value] = [
        {"log": one.origin, "rule": one.rule, "why": one.why, "from_index": one.from_index} for one in packet.refused
    ]
    return canonical(
        {
            "format": _FORMAT,
            "sender": packet.sender,
            "addressee": packet.addressee,
            "sent_ms": packet.sent_ms,
            "heartbeat": int(packet.heartbeat),
            "nonce": packet.nonce,
            "echo": packet.echo,
            "known": _sizes(packet.known),
            "receipted": _sizes(packet.receipted),
            "parts": parts,
            "cosignatures": [note.decode() for note in packet.cosignatures],
            "refused": refused,
            "signature": to_base64(packet.signature),
        },
        where="packet",
        max_bytes=MAX_PACKET_BYTES,
    )


def _sizes(sizes: Mapping[str, int]) -> list[Value]:
    return [{"log": origin, "size": sizes[origin]} for origin in sorted(sizes)]


def _check_bounds(packet: Packet) -> None:
    if len(packet.parts) > _MAX_NOTES or packet.entries > MAX_ENTRIES:
        raise RecordError("packet.parts", f"there may be {_MAX_NOTES} parts and {MAX_ENTRIES} entries at most")
    if len(packet.cosignatures) > _MAX_LOGS or len(packet.refused) > _MAX_NOTES:
        raise RecordError("packet", f"there may be {_MAX_LOGS} cosignatures and {_MAX_NOTES} refusals at most")
    if len(packet.known) > _MAX_LOGS or len(packet.receipted) > _MAX_LOGS:
        raise RecordError("packet.known", f"there may be {_MAX_LOGS} logs at most")
    if packet.heartbeat and packet.brings:
        raise RecordError("packet.heartbeat", "a heartbeat brings nothing")


def _packet(members: Members) -> Packet:
    members.literal("format", _FORMAT)
    packet = Packet(
        members.text("sender"),
        members.text("addressee"),
        members.whole("sent_ms"),
        tuple(_part(one, f"packet.parts[{n}]") for n, one in enumerate(members.items("parts"))),
        tuple(text.encode() for text in members.texts("cosignatures")),
        _read_sizes(members.items("known"), "packet.known"),
        _flag(members.whole("heartbeat")),
        _read_sizes(members.items("receipted"), "packet.receipted"),
        tuple(_refused(one, f"packet.refused[{n}]") for n, one in enumerate(members.items("refused"))),
        members.text("nonce"),
        members.text("echo"),
        from_base64(members.text("signature"), "packet.signature"),
    )
    _check_bounds(packet)
    return packet


def _flag(number: int) -> bool:
    if number > 1:
        raise RecordError("packet.heartbeat", "it is 1 for a heartbeat and 0 otherwise")
    return number == 1


def _read_sizes(items: Sequence[Value], where: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, one in enumerate(items):
        members = Members(one, ("log", "size"), f"{where}[{number}]")
        found[members.text("log")] = members.whole("size")
    if [*found] != sorted(found) or len(found) != len(items):
        raise RecordError(where, "logs are listed in the order of their names, each once")
    return found


def _part(value: Value, where: str) -> LogPart:
    members = Members(value, ("log", "first", "envelopes", "checkpoint"), where)
    envelopes = tuple(text.encode() for text in members.texts("envelopes"))
    return LogPart(members.text("log"), members.whole("first"), envelopes, members.text("checkpoint"))


def _refused(value: Value, where: str) -> RefusedPart:
    members = Members(value, ("log", "rule", "why", "from_index"), where)
    return RefusedPart(members.text("log"), members.text("rule"), members.text("why"), members.whole("from_index"))
