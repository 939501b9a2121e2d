"""A signed envelope: DSSE v1, written in one spelling.

The one idea: the signature covers the payload's exact bytes and their type, and the envelope around them must carry
exactly the signatures its key set asks for; then nobody can add to, take from or re-space it and call it another
envelope (docs/specs/record.md section 3).
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.canonical import MAX_BYTES
from clearline.record.errors import RecordError
from clearline.record.keys import PublicKey, Signer

__all__ = ["MAX_SIGNATURES", "Envelope", "EnvelopeSignature", "check_signatures", "pae", "read_envelope", "seal"]

MAX_SIGNATURES = 16
_TYPE = re.compile(r"[a-z0-9.+/-]{1,100}", re.ASCII)
_KEYID = re.compile(r"[0-9a-f]{32}", re.ASCII)
# A payload in base64, sixteen signatures of the largest kind in base64, and the frame around them.
_MAX_ENVELOPE_BYTES = MAX_BYTES * 4 // 3 + MAX_SIGNATURES * 5000 + 1000


@dataclass(frozen=True, slots=True)
class EnvelopeSignature:
    """One signature and the name of the key that is said to have made it."""

    keyid: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type and its signatures in the order of their key names.

    Raises RecordError if there is no signature, if two name one key, or if they are out of order.
    """

    payload_type: str
    payload: bytes
    signatures: tuple[EnvelopeSignature, ...]

    def __post_init__(self) -> None:
        names = [one.keyid for one in self.signatures]
        if not 1 <= len(names) <= MAX_SIGNATURES:
            raise RecordError("envelope.signatures", f"there must be 1 to {MAX_SIGNATURES} of them")
        if any(not first < second for first, second in pairwise(names)):
            raise RecordError("envelope.signatures", "they are not in the order of their key names, each once")
        if not _TYPE.fullmatch(self.payload_type) or not all(_KEYID.fullmatch(name) for name in names):
            raise RecordError("envelope", "the type or a key name has characters it cannot have")

    @property
    def content_id(self) -> str:
        """What was said, by digest: SHA-256 of what the signatures cover. Two sealings of one statement share it."""
        return hashlib.sha256(pae(self.payload_type, self.payload)).hexdigest()

    def to_bytes(self) -> bytes:
        """The envelope in its one spelling, which is what a log holds."""
        signatures = ",".join(
            f'{{"keyid":"{one.keyid}","sig":"{to_base64(one.signature)}"}}' for one in self.signatures
        )
        return (
            f'{{"payload":"{to_base64(self.payload)}","payloadType":"{self.payload_type}","signatures":[{signatures}]}}'
        ).encode("ascii")


def pae(payload_type: str, payload: bytes) -> bytes:
    """What a signature covers: DSSE's pre-authentication encoding.

    >>> pae("text/plain", b"hello")
    b'DSSEv1 10 text/plain 5 hello'
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, payload_type: str, signers: Sequence[Signer]) -> tuple[bytes, str]:
    """Sign a payload with every signer: the envelope as written down, and its content digest.

    Raises RecordError if two signers share a key.
    """
    message = pae(payload_type, payload)
    signed = sorted((one.public.keyid, one.sign(message)) for one in signers)
    envelope = Envelope(payload_type, payload, tuple(EnvelopeSignature(*one) for one in signed))
    return envelope.to_bytes(), hashlib.sha256(message).hexdigest()


def read_envelope(data: bytes, payload_type: str, where: str = "envelope") -> Envelope:
    """Read an envelope of one type, its signatures not yet checked.

    Raises RecordError unless it is written in its one spelling.
    """
    if len(data) > _MAX_ENVELOPE_BYTES:
        raise RecordError(where, f"it is {len(data)} bytes long; {_MAX_ENVELOPE_BYTES} are allowed")
    try:
        loaded = cast("object", json.loads(data.decode("ascii")))
    except (ValueError, RecursionError) as error:
        raise RecordError(where, "it is not an envelope: no JSON in plain ASCII") from error
    envelope = _from_json(loaded, where)
    if envelope.to_bytes() != data:
        raise RecordError(where, "it is not written in the one spelling of an envelope")
    if envelope.payload_type != payload_type:
        raise RecordError(where, f"it holds {envelope.payload_type}, where {payload_type} is expected")
    return envelope


def check_signatures(envelope: Envelope, keys: Sequence[PublicKey], where: str = "envelope") -> None:
    """Check that exactly these keys signed, every one of them. Raises RecordError, or UnsupportedError."""
    by_name = {key.keyid: key for key in keys}
    if [one.keyid for one in envelope.signatures] != sorted(by_name):
        raise RecordError(where, "it is not signed by exactly the keys in force at its place")
    message = pae(envelope.payload_type, envelope.payload)
    for one in envelope.signatures:
        if not by_name[one.keyid].verify(one.signature, message):
            raise RecordError(where, f"the signature of key {one.keyid} does not fit")


def _from_json(loaded: object, where: str) -> Envelope:
    """Take the members; whatever is missing or odd is caught here or by writing the envelope out again."""
    if isinstance(loaded, dict):
        members = cast("dict[str, object]", loaded)
        kind, payload, listed = members.get("payloadType"), members.get("payload"), members.get("signatures")
        if isinstance(kind, str) and isinstance(payload, str) and isinstance(listed, list):
            signatures: list[EnvelopeSignature] = []
            for one in cast("list[object]", listed[: MAX_SIGNATURES + 1]):
                pair = cast("dict[str, object]", one) if isinstance(one, dict) else {}
                name, text = pair.get("keyid"), pair.get("sig")
                if not isinstance(name, str) or not isinstance(text, str):
                    raise RecordError(where, "a signature is not a keyid and a sig")
                signatures.append(EnvelopeSignature(name, from_base64(text, f"{where}.signatures")))
            return Envelope(kind, from_base64(payload, f"{where}.payload"), tuple(signatures))
    raise RecordError(where, "it is not a payload, a payloadType and signatures")
