"""The public keys of those who may sign access tokens: from PEM files, or from a JWK set that is fetched again.

The one idea: each key carries the algorithms it may be used with, fixed when it is taken in; so a token cannot choose
a weaker one, nor use a public key as a shared secret.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

__all__ = ["Algorithm", "TrustedKey", "algorithm_of", "keys_of_set", "pem_key", "signature_holds"]

PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
_MIN_RSA_BITS: Final = 2_048
_MAX_RSA_BITS: Final = 8_192  # a larger one makes a single check cost milliseconds
_MOST_KEYS: Final = 32


class Algorithm(StrEnum):
    """The signatures that count (RFC 7518, RFC 8037); none by a shared secret, and not `none`."""

    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    PS256 = "PS256"
    ES256 = "ES256"
    EDDSA = "EdDSA"


def algorithm_of(text: str) -> Algorithm | None:
    """Return the algorithm of a name; None for one that does not count."""
    return _ALGORITHMS.get(text)


_ALGORITHMS = {one.value: one for one in Algorithm}
_RSA = frozenset({Algorithm.RS256, Algorithm.RS384, Algorithm.RS512})
_HASHES = {Algorithm.RS256: hashes.SHA256(), Algorithm.RS384: hashes.SHA384(), Algorithm.RS512: hashes.SHA512()}
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
_PKCS1 = padding.PKCS1v15()
_SHA256 = hashes.SHA256()


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, its name if it has one, and what it may be used with.

    Raises ValueError for a key that is weak, or algorithms of another kind of key.
    """

    kid: str | None
    algorithms: frozenset[Algorithm]
    public: PublicKey

    def __post_init__(self) -> None:
        if isinstance(self.public, rsa.RSAPublicKey):
            fitting = _RSA | {Algorithm.PS256}
            if not _MIN_RSA_BITS <= self.public.key_size <= _MAX_RSA_BITS:
                raise ValueError(f"an RSA key of {self.public.key_size} bits; {_MIN_RSA_BITS} to {_MAX_RSA_BITS} count")
        elif isinstance(self.public, ec.EllipticCurvePublicKey):
            fitting = {Algorithm.ES256}
            if not isinstance(self.public.curve, ec.SECP256R1):
                raise ValueError(  # noqa: TRY004 # the type is right, the curve is not
                    f"a key on the curve {self.public.curve.name}; ES256 needs P-256"
                )
        else:
            fitting = {Algorithm.EDDSA}
        if not self.algorithms or not self.algorithms <= fitting:
            raise ValueError(f"{', '.join(sorted(self.algorithms)) or 'nothing'}: this key signs {sorted(fitting)}")


def pem_key(data: bytes, algorithm: Algorithm | None = None) -> TrustedKey:
    """Return the key of a PEM file, public key or certificate, used with one algorithm or those of its kind.

    An RSA key that is not told otherwise is used with RS256, RS384 and RS512. Raises ValueError for anything else.
    """
    if b"PRIVATE KEY" in data:
        raise ValueError("it holds a private key, which belongs to the authority alone; give the public one")
    if b"BEGIN CERTIFICATE" in data:
        from cryptography.x509 import load_pem_x509_certificate  # loaded where a certificate is given

        return _trusted(None, load_pem_x509_certificate(data).public_key(), algorithm)
    return _trusted(None, load_pem_public_key(data), algorithm)


def _trusted(kid: str | None, public: object, algorithm: Algorithm | None) -> TrustedKey:
    if isinstance(public, rsa.RSAPublicKey):
        return TrustedKey(kid, frozenset({algorithm}) if algorithm else _RSA, public)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return TrustedKey(kid, frozenset({algorithm or Algorithm.ES256}), public)
    if isinstance(public, ed25519.Ed25519PublicKey):
        return TrustedKey(kid, frozenset({algorithm or Algorithm.EDDSA}), public)
    raise ValueError("it is no key of RSA, P-256 or Ed25519")


def signature_holds(key: TrustedKey, algorithm: Algorithm, signed: bytes, signature: bytes) -> None:
    """Return if the signature is the key's by this algorithm. Raises InvalidSignature if not."""
    assert algorithm in key.algorithms
    public = key.public
    if isinstance(public, rsa.RSAPublicKey):
        if algorithm is Algorithm.PS256:
            public.verify(signature, signed, _PSS, _SHA256)
        else:
            public.verify(signature, signed, _PKCS1, _HASHES[algorithm])
    elif isinstance(public, ec.EllipticCurvePublicKey):
        if len(signature) != 64:  # RFC 7518, section 3.4: R and S of 32 bytes each
            raise InvalidSignature
        pair = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        public.verify(pair, signed, ec.ECDSA(_SHA256))
    else:
        public.verify(signature, signed)


class _Jwk(msgspec.Struct):
    kty: str = ""
    kid: str | None = None
    alg: str | None = None
    use: str | None = None


class _JwkSet(msgspec.Struct):
    keys: list[msgspec.Raw]


def keys_of_set(data: bytes) -> Sequence[TrustedKey]:
    """Return the keys of a JWK set (RFC 7517) that can sign tokens here; others are passed over.

    A key without `alg` is used with the algorithms of its kind. Raises ValueError for what is no JWK set, for one with
    a private key, and for one without any key of use: trusting nobody is better said than done.
    """
    from joserfc.errors import JoseError  # the joiner of many keys: loaded where a set is named
    from joserfc.jwk import import_key

    try:
        found = msgspec.json.decode(data, type=_JwkSet).keys
        told = [(msgspec.json.decode(one, type=_Jwk), one) for one in found[:_MOST_KEYS]]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"it is no JWK set: {error}") from None
    keys: list[TrustedKey] = []
    for jwk, raw in told:
        if jwk.use not in (None, "sig") or (jwk.alg is not None and algorithm_of(jwk.alg) is None):
            continue
        try:
            key = import_key(msgspec.json.decode(raw, type=dict[str, str | list[str]]))
        except (JoseError, ValueError):  # of a kind, or with members, that are not known here
            continue
        if key.is_private:
            raise ValueError(f"key {jwk.kid!r} is private: the authority shows its secret")
        public: object = getattr(key, "public_key", None)
        with suppress(ValueError):  # a weak key, or an algorithm that is not its kind's
            keys.append(_trusted(jwk.kid, public, algorithm_of(jwk.alg) if jwk.alg else None))
    if not keys:
        raise ValueError("the JWK set has no key that could sign a token here")
    return keys
