"""Checkpoints: the signed size and root of a log (C2SP tlog-checkpoint), and cosignatures under them.

The one idea: a log's signature on a checkpoint binds it to every entry so far; the other party's cosignature on the
same checkpoint acknowledges every entry so far, so one signature is the receipt for all of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.errors import RecordError
from clearline.record.keys import SIGNATURE_BYTES, Algorithm, PublicKey, Signer
from clearline.record.note import NoteKey, NoteSignature, SignatureType, SignedNote, read_note, valid_name
from clearline.record.tree import EMPTY_ROOT, MAX_SIZE

__all__ = [
    "Checkpoint",
    "checkpoint_keys",
    "cosign",
    "cosigning_keys",
    "read_checkpoint",
    "sign_checkpoint",
    "signed_at_s",
]

_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_LATEST_S = 253_402_300_799  # 9999-12-31T23:59:59Z; later is no time anyone signs at


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log, by its origin, at a size, with the root it then has. Raises RecordError for what cannot be.

    >>> print(Checkpoint("alfa.example/to/bravo.example", 1, bytes(32)).text, end="")
    alfa.example/to/bravo.example
    1
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not valid_name(self.origin):
            raise RecordError("checkpoint", f"{self.origin[:80]!r} cannot be an origin")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != 32:
            raise RecordError("checkpoint", "it needs a size from 0 and a root of 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise RecordError("checkpoint", "an empty log has the root of nothing, and no other")

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def read_checkpoint(text: str, where: str = "checkpoint") -> tuple[Checkpoint, SignedNote]:
    """Read a checkpoint, its signatures not yet checked. Raises RecordError; lines beyond the third are refused."""
    note = read_note(text, where)
    lines = note.text.split("\n")
    if len(lines) != 4 or not _SIZE.fullmatch(lines[1]):
        raise RecordError(where, "a checkpoint is an origin, a size and a root, one line each")
    return Checkpoint(lines[0], int(lines[1]), from_base64(lines[2], where)), note


def checkpoint_keys(origin: str, keys: Sequence[PublicKey]) -> tuple[NoteKey, ...]:
    """The keys that sign a log's checkpoints, as its notes name them: Ed25519, and ML-DSA-44 beside it if listed."""
    kinds = {Algorithm.ED25519: SignatureType.LOG, Algorithm.ML_DSA_44: SignatureType.COSIGNATURE_ML_DSA}
    return tuple(NoteKey(origin, kinds[key.algorithm], key) for key in keys)


def cosigning_keys(name: str, keys: Sequence[PublicKey]) -> tuple[NoteKey, ...]:
    """The keys a party or a witness cosigns with, as notes name them."""
    kinds = {Algorithm.ED25519: SignatureType.COSIGNATURE, Algorithm.ML_DSA_44: SignatureType.COSIGNATURE_ML_DSA}
    return tuple(NoteKey(name, kinds[key.algorithm], key) for key in keys)


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> SignedNote:
    """Sign a checkpoint as its log. The caller must have kept every entry it covers first."""
    keys = checkpoint_keys(checkpoint.origin, [one.public for one in signers])
    signed = [_sign(checkpoint, key, signer, 0) for key, signer in zip(keys, signers, strict=True)]
    return SignedNote(checkpoint.text, tuple(signed))


def cosign(checkpoint: Checkpoint, name: str, signers: Sequence[Signer], now_s: int) -> tuple[NoteSignature, ...]:
    """Cosign a checkpoint at a time. The caller must have checked it against all it cosigned before, and kept it.

    Raises ValueError for a time that is not after 1970: a cosignature without a time is not one.
    """
    if not 0 < now_s <= _LATEST_S:
        raise ValueError(f"a cosignature needs a time after 1970; got {now_s} s")
    keys = cosigning_keys(name, [one.public for one in signers])
    return tuple(_sign(checkpoint, key, signer, now_s) for key, signer in zip(keys, signers, strict=True))


def signed_at_s(checkpoint: Checkpoint, key: NoteKey, signature: NoteSignature, where: str = "checkpoint") -> int:
    """When `key` signed the checkpoint, in seconds since 1970; 0 for a log's own signature, which carries no time.

    Raises RecordError unless it did.
    """
    raw, time_s = signature.signature, 0
    if key.type != SignatureType.LOG:
        raw, time_s = raw[8:], int.from_bytes(raw[:8], "big")
        own = key.type == SignatureType.COSIGNATURE_ML_DSA and key.name == checkpoint.origin
        if not (time_s == 0 if own else 0 < time_s <= _LATEST_S):
            raise RecordError(where, f"the signature of {key.name} carries a time it cannot have")
    if len(raw) != SIGNATURE_BYTES[key.public.algorithm] or not key.public.verify(
        raw, _message(checkpoint, key, time_s)
    ):
        raise RecordError(where, f"the signature of {key.name} does not fit")
    return time_s


def _sign(checkpoint: Checkpoint, key: NoteKey, signer: Signer, time_s: int) -> NoteSignature:
    raw = signer.sign(_message(checkpoint, key, time_s))
    stamp = b"" if key.type == SignatureType.LOG else time_s.to_bytes(8, "big")
    return NoteSignature(key.name, key.key_hash, stamp + raw)


def _message(checkpoint: Checkpoint, key: NoteKey, time_s: int) -> bytes:
    """What a signature of each type covers (C2SP signed-note and tlog-cosignature)."""
    if key.type == SignatureType.LOG:
        return checkpoint.text.encode()
    if key.type == SignatureType.COSIGNATURE:
        return f"cosignature/v1\ntime {time_s}\n{checkpoint.text}".encode()
    name, origin = key.name.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\x00",
            bytes([len(name)]), name,
            time_s.to_bytes(8, "big"),
            bytes([len(origin)]), origin,
            bytes(8),  # the subtree starts at the first leaf
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )  # fmt: skip
