"""Signed notes: a few lines of text that people can read, and lines of signatures under it (C2SP signed-note).

The one idea: a signature line names its key by a name and four bytes of its digest; that pair only finds a key the
reader already trusts, and a line by a key nobody here knows says nothing at all.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.errors import RecordError
from clearline.record.keys import Algorithm, PublicKey

__all__ = ["MAX_NOTE_BYTES", "NoteKey", "NoteSignature", "SignatureType", "SignedNote", "read_note", "valid_name"]

MAX_NOTE_BYTES = 200_000  # C2SP: at least 16 signatures, those of ML-DSA near 5 kB each
MAX_SIGNATURE_LINES = 32
_DASH = "\u2014"
_TYPE_ALGORITHM = {1: Algorithm.ED25519, 4: Algorithm.ED25519, 6: Algorithm.ML_DSA_44}


class SignatureType:
    """The signature types of C2SP signed-note that are used here."""

    LOG = 1  # Ed25519 over the text
    COSIGNATURE = 4  # Ed25519 over a time and the text
    COSIGNATURE_ML_DSA = 6  # ML-DSA-44 over name, time, origin, size and root


def valid_name(name: str) -> bool:
    """Whether a name can stand in a note: 1 to 255 printable ASCII characters, no space and no plus.

    C2SP lets names hold any Unicode but spaces; what counts as a space differs between languages, ASCII does not.
    """
    return re.fullmatch(r"[!-*,-~]{1,255}", name, re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the key's name, four bytes of its digest, and the signature itself."""

    name: str
    key_hash: bytes
    signature: bytes

    def line(self) -> str:
        """The line as a note holds it, its end included."""
        return f"{_DASH} {self.name} {to_base64(self.key_hash + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key under the name and the signature type it signs notes with. Raises RecordError where they do not fit."""

    name: str
    type: int
    public: PublicKey

    def __post_init__(self) -> None:
        if not valid_name(self.name):
            raise RecordError("note key", f"{self.name[:80]!r} cannot be the name of a key")
        if _TYPE_ALGORITHM.get(self.type) is not self.public.algorithm:
            raise RecordError("note key", f"signature type {self.type} is not made with {self.public.algorithm}")

    @property
    def key_hash(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{to_base64(bytes([self.type]) + self.public.raw)}"

    @classmethod
    def parse(cls, text: str, where: str = "verifier key") -> "NoteKey":
        """Read a verifier key (`name+hash+base64`). Raises RecordError."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise RecordError(where, "a verifier key is a name, a hash and a key with plus signs between them")
        raw = from_base64(parts[2], where)
        algorithm = _TYPE_ALGORITHM.get(raw[0]) if raw else None
        if algorithm is None:
            raise RecordError(where, "its signature type is none of 1, 4 and 6")
        key = cls(parts[0], raw[0], PublicKey(algorithm, raw[1:]))
        if key.key_hash.hex() != parts[1]:
            raise RecordError(where, "its hash does not belong to its name and key")
        return key


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text and its signature lines, none of them checked yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_text(self) -> str:
        """The note as it is written down."""
        return self.text + "\n" + "".join(one.line() for one in self.signatures)

    def with_signatures(self, more: Sequence[NoteSignature]) -> "SignedNote":
        """The same text with more signatures under it; one by a key that signed already takes its place."""
        new = {(one.name, one.key_hash) for one in more}
        kept = tuple(one for one in self.signatures if (one.name, one.key_hash) not in new)
        return SignedNote(self.text, kept + tuple(more))


def read_note(text: str, where: str = "note") -> SignedNote:
    """Read a signed note. Raises RecordError unless it is one, in its one spelling."""
    if len(text.encode("utf-8", "replace")) > MAX_NOTE_BYTES:
        raise RecordError(where, f"it is longer than {MAX_NOTE_BYTES} bytes")
    if re.search("[^\n -~\u2014]", text):
        raise RecordError(where, "it holds a character that no checkpoint has")
    body, blank, tail = text.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise RecordError(where, "it is not a text, an empty line and signature lines")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURE_LINES:
        raise RecordError(where, f"it has more than {MAX_SIGNATURE_LINES} signature lines")
    note = SignedNote(body + "\n", tuple(_signature(line, where) for line in lines))
    if len({(one.name, one.key_hash) for one in note.signatures}) != len(note.signatures):
        raise RecordError(where, "one key signed twice")
    return note


def _signature(line: str, where: str) -> NoteSignature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH or not valid_name(parts[1]):
        raise RecordError(where, f"{line[:80]!r} is not a signature line")
    raw = from_base64(parts[2], where)
    if len(raw) < 5:
        raise RecordError(where, f"{line[:80]!r} is too short for a signature")
    return NoteSignature(parts[1], raw[:4], raw[4:])
