"""Keys and signatures, by the three algorithms a key set may name.

The one idea: a signature is checked by the algorithm its key was published with, never by one the signature names;
where this installation lacks the algorithm it says so (`UnsupportedError`), and never calls the signature good or bad.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import (
    MLDSA44PrivateKey,
    MLDSA44PublicKey,
    MLDSA65PrivateKey,
    MLDSA65PublicKey,
)

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.canonical import Value
from clearline.record.errors import RecordError, UnsupportedError
from clearline.record.members import Members

__all__ = ["PUBLIC_BYTES", "SIGNATURE_BYTES", "Algorithm", "PublicKey", "SecretKey", "Signer", "supported"]

_AnyPublic = Ed25519PublicKey | MLDSA44PublicKey | MLDSA65PublicKey
_AnySecret = Ed25519PrivateKey | MLDSA44PrivateKey | MLDSA65PrivateKey


class Algorithm(StrEnum):
    """The signature algorithms a key set may name."""

    ED25519 = "ed25519"  # RFC 8032
    ML_DSA_44 = "ml-dsa-44"  # FIPS 204; what C2SP asks of cosignatures that must outlast quantum computers
    ML_DSA_65 = "ml-dsa-65"  # FIPS 204; beside Ed25519 on statements


PUBLIC_BYTES = {Algorithm.ED25519: 32, Algorithm.ML_DSA_44: 1312, Algorithm.ML_DSA_65: 1952}
SIGNATURE_BYTES = {Algorithm.ED25519: 64, Algorithm.ML_DSA_44: 2420, Algorithm.ML_DSA_65: 3309}

# Under a key of small order one signature fits many messages, so its owner could deny any of them. These are the
# y coordinates of the curve's eight such points; an encoding with y beyond the field is refused as well, so that
# every key has one spelling (Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020).
_FIELD = 2**255 - 19
_SMALL_ORDER = {
    0,
    1,
    _FIELD - 1,
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key with its algorithm.

    Raises RecordError for a wrong length, or an Ed25519 key that nobody can be held to.
    """

    algorithm: Algorithm
    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != PUBLIC_BYTES[self.algorithm]:
            raise RecordError("key", f"a public {self.algorithm} key is {PUBLIC_BYTES[self.algorithm]} bytes long")
        if self.algorithm is Algorithm.ED25519:
            height = int.from_bytes(self.raw, "little") & (2**255 - 1)
            if height >= _FIELD or height in _SMALL_ORDER:
                raise RecordError("key", "under this Ed25519 key a signature fits more than one message")

    @property
    def keyid(self) -> str:
        """32 hexadecimal digits that name this key in an envelope: a hint, never proof."""
        return hashlib.sha256(self.algorithm.encode() + b"\n" + self.raw).hexdigest()[:32]

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed the message. Raises UnsupportedError where nobody here can tell."""
        if len(signature) != SIGNATURE_BYTES[self.algorithm]:
            return False
        try:
            _loaded(self.algorithm, self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def json(self) -> dict[str, Value]:
        """The key as a member of a key set."""
        return {"alg": self.algorithm.value, "public": to_base64(self.raw)}

    @classmethod
    def from_json(cls, value: Value, where: str) -> "PublicKey":
        """Read a key as a key set holds it. Raises RecordError."""
        members = Members(value, ("alg", "public"), where)
        name = members.text("alg")
        if name not in set(Algorithm):
            raise RecordError(f"{where}.alg", f"{name[:40]!r} is none of {', '.join(Algorithm)}")
        return cls(Algorithm(name), from_base64(members.text("public"), f"{where}.public"))


class Signer(Protocol):
    """Whatever signs: a key in memory, or one in a device that never shows it."""

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this signs."""
        ...

    def sign(self, message: bytes) -> bytes:
        """A signature over the message."""
        ...


class SecretKey:
    """A signing key held in memory, made from a 32-byte seed that the caller drew.

    Ed25519 signs the same message the same way each time; ML-DSA adds chance of its own (FIPS 204, hedged), so an
    envelope is signed once and kept.

    >>> SecretKey(Algorithm.ED25519, bytes(32)).public.keyid
    '0062a38989e637543bbb7e2daa587fe5'
    """

    __slots__ = ("_key", "_public")

    def __init__(self, algorithm: Algorithm, seed: bytes) -> None:
        """Raises RecordError unless the seed is 32 bytes, UnsupportedError if the algorithm is missing here."""
        if len(seed) != 32:
            raise RecordError("seed", "a seed is 32 bytes long")
        self._key = _secret(algorithm, seed)
        self._public = PublicKey(algorithm, self._key.public_key().public_bytes_raw())

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """A signature over the message."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SecretKey({self._public.algorithm}, {self._public.keyid})"


def supported(algorithm: Algorithm) -> bool:
    """Whether this installation can sign and verify by an algorithm: ML-DSA needs an OpenSSL that has it."""
    try:
        _secret(algorithm, bytes(32))
    except UnsupportedError:
        return False
    return True


def _secret(algorithm: Algorithm, seed: bytes) -> _AnySecret:
    try:
        match algorithm:
            case Algorithm.ED25519:
                return Ed25519PrivateKey.from_private_bytes(seed)
            case Algorithm.ML_DSA_44:
                return MLDSA44PrivateKey.from_seed_bytes(seed)
            case Algorithm.ML_DSA_65:
                return MLDSA65PrivateKey.from_seed_bytes(seed)
    except UnsupportedAlgorithm as error:
        raise _missing(algorithm) from error


@lru_cache(maxsize=1024)
def _loaded(algorithm: Algorithm, raw: bytes) -> _AnyPublic:
    try:
        match algorithm:
            case Algorithm.ED25519:
                return Ed25519PublicKey.from_public_bytes(raw)
            case Algorithm.ML_DSA_44:
                return MLDSA44PublicKey.from_public_bytes(raw)
            case Algorithm.ML_DSA_65:
                return MLDSA65PublicKey.from_public_bytes(raw)
    except UnsupportedAlgorithm as error:
        raise _missing(algorithm) from error
    except ValueError as error:
        raise RecordError("key", f"it is not a public {algorithm} key") from error


def _missing(algorithm: Algorithm) -> UnsupportedError:
    return UnsupportedError(f"this installation cannot check {algorithm}: install cryptography 48 or later")
