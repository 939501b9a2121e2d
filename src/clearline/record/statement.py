"""A statement: one numbered thing one party said to the other, and what it had seen of the other by then.

The one idea: a statement carries its number, the digest of the one before it, and the size and root of the other
side's log as its writer knew it; so order within a log cannot be argued with, and an answer cannot come before what
it answers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clearline.record.base64_text import from_hex
from clearline.record.canonical import Value, canonical, from_canonical
from clearline.record.envelope import check_signatures, read_envelope, seal
from clearline.record.errors import RecordError
from clearline.record.keys import Signer
from clearline.record.keyset import KEYSET_TYPE, KeyHistory, KeySet, open_keyset
from clearline.record.members import Members
from clearline.record.note import valid_name
from clearline.record.tree import EMPTY_ROOT, MAX_SIZE

__all__ = [
    "FIRST_PREV",
    "KEYSET_KIND",
    "NOTHING_SEEN",
    "STATEMENT_TYPE",
    "Entry",
    "Seen",
    "Statement",
    "open_entry",
    "place_of_keyset",
]

STATEMENT_TYPE = "application/vnd.clearline.statement.v1+json"
KEYSET_KIND = "keyset"  # the one kind this package reads: the announcement of the writer's next key set
FIRST_PREV = "0" * 64
_FORMAT = 1
_LATEST_MS = 253_402_300_799_999  # 9999-12-31, the last day that most clocks can print
_MEMBERS = ("v", "log", "seq", "prev", "seen", "said_ms", "clock_uncertainty_ms", "kind", "body")
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of the other side's log the writer had checked and kept."""

    size: int
    root: bytes


NOTHING_SEEN = Seen(0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is under a signature: the place in its log, the other log as seen, the writer's clock, and what is said.

    `prev` is the content digest of the statement before. `said_ms` is the writer's clock, in milliseconds since 1970
    UTC, a claim only; it may have been off by `clock_uncertainty_ms` either way. Raises RecordError for what cannot be.
    """

    log: str
    seq: int
    prev: str
    seen: Seen
    said_ms: int
    clock_uncertainty_ms: int
    kind: str
    body: Mapping[str, Value]

    def __post_init__(self) -> None:
        where = f"statement {self.seq} of {self.log[:100]}"
        if not valid_name(self.log) or not 0 <= self.seq < MAX_SIZE:
            raise RecordError(where, "a log has a name without spaces, and its entries count from 0")
        if not 0 <= self.said_ms <= _LATEST_MS or self.clock_uncertainty_ms < 0:
            raise RecordError(where, "a time lies in the years 1970 to 9999, and its uncertainty is 0 or more")
        if not _DIGEST.fullmatch(self.prev) or (self.seq == 0) != (self.prev == FIRST_PREV):
            raise RecordError(where, "the first statement, and no other, follows 64 zeros")
        if not _KIND.fullmatch(self.kind):
            raise RecordError(where, f"{self.kind[:80]!r} is not a kind: [a-z][a-z0-9_]*, 64 at most")
        if self.seen.size < 0 or len(self.seen.root) != 32 or (self.seen.size == 0) != (self.seen.root == EMPTY_ROOT):
            raise RecordError(where, "what was seen is a size and the root of that size")

    def to_bytes(self) -> bytes:
        """The statement's canonical bytes."""
        return canonical(
            {
                "v": _FORMAT,
                "log": self.log,
                "seq": self.seq,
                "prev": self.prev,
                "seen": {"size": self.seen.size, "root": self.seen.root.hex()},
                "said_ms": self.said_ms,
                "clock_uncertainty_ms": self.clock_uncertainty_ms,
                "kind": self.kind,
                "body": self.body,
            },
            where=f"statement {self.seq} of {self.log}",
        )

    def seal(self, signers: Sequence[Signer]) -> tuple[bytes, str]:
        """Sign the statement: its envelope, and its content digest."""
        return seal(self.to_bytes(), STATEMENT_TYPE, signers)

    @classmethod
    def from_bytes(cls, data: bytes, where: str = "statement") -> "Statement":
        """Read a statement from its canonical bytes. Raises RecordError."""
        members = Members(from_canonical(data, where=where), _MEMBERS, where)
        members.literal("v", _FORMAT)
        seen = Members(members.object("seen"), ("size", "root"), f"{where}.seen")
        return cls(
            members.text("log"),
            members.whole("seq"),
            from_hex(members.text("prev"), 32, f"{where}.prev").hex(),
            Seen(seen.whole("size"), from_hex(seen.text("root"), 32, f"{where}.seen.root")),
            members.whole("said_ms"),
            members.whole("clock_uncertainty_ms"),
            members.text("kind"),
            members.object("body"),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement that its writer signed, with its envelope, its content digest, and the key set it announces."""

    envelope: bytes
    content_id: str
    statement: Statement
    text: str
    keyset: KeySet | None


def open_entry(data: bytes, log: str, index: int | None, history: KeyHistory, where: str | None = None) -> Entry:
    """Open the envelope at a place of a log, or at the place it names itself, with the keys in force there.

    A statement of kind `keyset` brings the next key set, which is checked against the one before it and signs the very
    statement that brings it. Does not change `history`. Raises RecordError unless log, number and signatures are right.
    """
    place = where or (f"an entry of {log}" if index is None else f"entry {index} of {log}")
    envelope = read_envelope(data, STATEMENT_TYPE, place)
    statement = Statement.from_bytes(envelope.payload, place)
    index = statement.seq if index is None else index
    if statement.log != log or statement.seq != index:
        raise RecordError(
            place, f"it is statement {statement.seq} of {statement.log[:100]}, not the one for this place"
        )
    keyset = _announced(statement, history, place) if statement.kind == KEYSET_KIND else None
    check_signatures(envelope, (keyset or history.at(index)).records, place)
    return Entry(data, envelope.content_id, statement, envelope.payload.decode("utf-8"), keyset)


def place_of_keyset(data: bytes, log: str, index: int) -> Entry:
    """The statement that announced a key set before the reader's trust begins: its place counts, its word does not.

    Raises RecordError if it is anything else, as nothing can be said of older statements.
    """
    place = f"entry {index} of {log}"
    envelope = read_envelope(data, STATEMENT_TYPE, place)
    statement = Statement.from_bytes(envelope.payload, place)
    if statement.log != log or statement.seq != index or statement.kind != KEYSET_KIND:
        raise RecordError(place, "it is older than the key set you trust")
    return Entry(data, envelope.content_id, statement, envelope.payload.decode("utf-8"), None)


def _announced(statement: Statement, history: KeyHistory, where: str) -> KeySet:
    """The key set that a statement of kind `keyset` brings; where trust begins, it may be the trusted one itself."""
    sealed = Members(statement.body, ("envelope",), f"{where}.body").text("envelope").encode()
    if statement.seq == history.first:
        told = read_envelope(sealed, KEYSET_TYPE, where)
        if told.payload == canonical(history.anchor.json()):
            return open_keyset(sealed, None, where)
    return open_keyset(sealed, history.before(statement.seq), where)
