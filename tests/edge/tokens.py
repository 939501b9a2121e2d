"""Access tokens for tests: keys made once, and tokens signed with them by hand, so that every fault can be written."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

__all__ = ["AUDIENCE", "NOW_S", "claims", "ec_key", "ed_key", "rsa_key", "token"]

AUDIENCE = "registry.example"
NOW_S = 1_800_000_000

_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


@cache
def _rsa_key(number: int) -> rsa.RSAPrivateKey:
    del number
    return rsa.generate_private_key(65_537, 2_048)


def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    return _rsa_key(number)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def ed_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def _es256(signed: bytes) -> bytes:
    r, s = decode_dss_signature(ec_key().sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


_SIGNERS: dict[str, Callable[[bytes], bytes]] = {
    "RS256": lambda signed: rsa_key().sign(signed, padding.PKCS1v15(), hashes.SHA256()),
    "RS384": lambda signed: rsa_key().sign(signed, padding.PKCS1v15(), hashes.SHA384()),
    "RS512": lambda signed: rsa_key().sign(signed, padding.PKCS1v15(), hashes.SHA512()),
    "PS256": lambda signed: rsa_key().sign(signed, _PSS, hashes.SHA256()),
    "ES256": _es256,
    "EdDSA": lambda signed: ed_key().sign(signed),
}


def claims(**other: object) -> dict[str, object]:
    """The claims of a good token, with some of them changed; None leaves one out."""
    good: dict[str, object] = {
        "iss": "https://authority.example",
        "sub": "uss1",
        "aud": AUDIENCE,
        "exp": NOW_S + 3_000,
        "scope": "utm.strategic_coordination",
    }
    return {name: value for name, value in {**good, **other}.items() if value is not None}


def token(body: object, *, alg: str = "RS256", header: dict[str, object] | None = None, sign: str | None = None) -> str:
    """A token of this body. `sign` is the algorithm it is really signed by, if it is not the one it names."""
    head = _plain(json.dumps({"alg": alg, **(header or {})}).encode())
    signed = head + b"." + _plain(json.dumps(body).encode())
    return (signed + b"." + _plain(_SIGNERS[sign or alg](signed))).decode()


def _plain(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
