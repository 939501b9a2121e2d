"""Vectors of time stamps: a small authority that stamps the same way on every run, and one real token by OpenSSL."""

import base64
import datetime as dt
import hashlib
import json
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tests.record.cases import Vectors, b64
from tests.record.worlds import ALFA, BRAVO, CALL_MS, Make

__all__ = ["AUTHORITY", "TEXT", "certificate", "stamp_cases", "token"]

TEXT = f"{ALFA}/to/{BRAVO}\n3\n{b64(bytes(range(32)))}\n"
AUTHORITY = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"authority").digest(), "big") >> 1, ec.SECP256R1())
STRANGER = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"stranger").digest(), "big") >> 1, ec.SECP256R1())
_ISSUER = ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"issuer").digest())
_SHA256 = "608648016503040201"
_TST = "2a864886f70d0109100104"
_DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = len(body)
    if length < 128:
        return bytes([tag, length]) + body
    raw = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(raw)]) + raw + body


def _oid(text: str) -> bytes:
    return _der(0x06, bytes.fromhex(text))


def _number(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def certificate(
    *, usage: bool = True, critical: bool = True, years: tuple[int, int] = (2010, 2030), edwards: bool = False
) -> bytes:
    """The authority's certificate, for time stamping unless told otherwise."""
    kind = x509.oid.ExtendedKeyUsageOID.TIME_STAMPING if usage else x509.oid.ExtendedKeyUsageOID.CODE_SIGNING
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "stamps.example")]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "issuer.example")]))
        .public_key(_ISSUER.public_key() if edwards else AUTHORITY.public_key())
        .serial_number(7)
        .not_valid_before(dt.datetime(years[0], 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(years[1], 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.ExtendedKeyUsage([kind]), critical=critical)
        .sign(_ISSUER, None)
        .public_bytes(serialization.Encoding.DER)
    )


def token(
    text: bytes = TEXT.encode(),
    *,
    key: ec.EllipticCurvePrivateKey = AUTHORITY,
    time: str = "20150918185000.250Z",
    imprint: str = _SHA256,
    content: str = _TST,
    signers: int = 1,
    more: bytes = b"",
    digest: bytes | None = None,
    version: int = 1,
    twice: bool = False,
    how: str = "2a8648ce3d040302",
    extras: bool = False,
    attribute: str | None = None,
    by: str = _SHA256,
    outer: str = "2a864886f70d010702",
) -> bytes:
    """A time-stamp token (RFC 3161) over a text, or one with something in it that is not as it should be."""
    algorithm = _der(0x30, _oid(_SHA256))
    info = _der(
        0x30,
        _number(version),
        _oid("2a0304"),
        _der(0x30, _der(0x30, _oid(imprint)), _der(0x04, hashlib.sha256(text).digest())),
        _number(1000),
        _der(0x18, time.encode()),
        _der(0x30, _number(1), _der(0x80, b"\x01\xf4")),
        more,
    )
    kind = _der(0x30, _oid("2a864886f70d010903"), _der(0x31, _oid(attribute or content)))
    covered = _der(0x31, _der(0x04, digest or hashlib.sha256(info).digest()))
    listed = [kind, _der(0x30, _oid("2a864886f70d010904"), covered), _der(0x30, _oid("2a864886f70d010910022f"), _ess())]
    attributes = b"".join(sorted([*listed, kind] if twice else listed))
    name = x509.load_der_x509_certificate(certificate()).issuer.public_bytes()
    signer = _der(
        0x30,
        _number(1),
        _der(0x80, b"key") if extras else _der(0x30, name, _number(7)),
        _der(0x30, _oid(by)),
        _der(0xA0, attributes),
        _der(0x30, _oid(how)),
        _der(0x04, key.sign(_der(0x31, attributes), _DETERMINISTIC)),
        _der(0xA1) if extras else b"",
    )
    signed = _der(
        0x30,
        _number(3),
        _der(0x31, algorithm),
        _der(0x30, _oid(content), _der(0xA0, _der(0x04, info))),
        _der(0xA0, certificate()) + _der(0xA1) if extras else b"",
        _der(0x31, *([signer] * signers)),
    )
    return _der(0x30, _oid(outer), _der(0xA0, signed))


def _ess() -> bytes:
    """Which certificate signed, by digest (RFC 5035): asked for by RFC 3161, and by its strict readers."""
    return _der(0x31, _der(0x30, _der(0x30, _der(0x30, _der(0x04, hashlib.sha256(certificate()).digest())))))


def stamp_cases(_make: Make) -> Vectors:
    base = token()
    cert = certificate()
    openssl = json.loads((Path(__file__).parent / "authorities" / "openssl_stamp.json").read_text("utf-8"))
    wrong = bytearray(base)
    wrong[-1] ^= 1

    def case(data: bytes, text: str = TEXT, trusted: bytes = cert) -> Vectors:
        return {"token": b64(data), "text": text, "certificate": b64(trusted)}

    good = [
        {**case(base), "time_ms": CALL_MS + 250, "accuracy_ms": 1500},
        {**case(token(time="20150918185000Z")), "time_ms": CALL_MS, "accuracy_ms": 1500},
        {**case(token(time="20150918185000.0001Z")), "time_ms": CALL_MS + 1, "accuracy_ms": 1500},
        {**case(token(extras=True)), "time_ms": CALL_MS + 250, "accuracy_ms": 1500},
        {**case(token(more=_number(99))), "time_ms": CALL_MS + 250, "accuracy_ms": 1500},
        {
            **case(base64.b64decode(openssl["token"]), openssl["text"], base64.b64decode(openssl["certificate"])),
            "time_ms": openssl["time_ms"],
            "accuracy_ms": openssl["accuracy_ms"],
        },
    ]
    refused = [
        ("another text", case(base, TEXT.replace("\n3\n", "\n4\n"))),
        ("one bit of the signature", case(bytes(wrong))),
        ("signed by a stranger", case(token(key=STRANGER))),
        ("a certificate for something else", case(base, trusted=certificate(usage=False))),
        ("a certificate for time stamping among other things", case(base, trusted=certificate(critical=False))),
        ("a certificate that had ended", case(base, trusted=certificate(years=(2010, 2012)))),
        ("a certificate that had not begun", case(base, trusted=certificate(years=(2020, 2030)))),
        ("no certificate", case(base, trusted=b"none")),
        ("a SHA-1 imprint", case(token(imprint="2b0e03021a"))),
        ("signed data that is no time", case(token(content="2a864886f70d010701"))),
        ("a digest of other content", case(token(digest=bytes(32)))),
        ("two signers", case(token(signers=2))),
        ("no signer", case(token(signers=0))),
        ("a time with a zone", case(token(time="20150918185000+0200"))),
        ("the 31st of February", case(token(time="20150231185000Z"))),
        ("content that is no time, called one", case(token(content="2a864886f70d010701", attribute=_TST))),
        ("something else than signed data", case(token(outer="2a864886f70d010701"))),
        ("a digest by SHA-1", case(token(by="2b0e03021a"))),
        ("an attribute that names other content", case(token(attribute="2a864886f70d010701"))),
        ("a version not known", case(token(version=2))),
        ("a signed attribute twice", case(token(twice=True))),
        ("a digest by SHA-512, signed as by SHA-256", case(token(how="2a8648ce3d040304"))),
        ("RSA named for an elliptic key", case(token(how="2a864886f70d01010b"))),
        ("an authority with a key of another kind", case(base, trusted=certificate(edwards=True))),
        ("something after the token", case(base + b"\x05\x00")),
        ("cut short", case(base[:-1])),
        ("nothing", case(b"")),
    ]
    return {
        "about": "RFC 3161 tokens over a checkpoint's text, under one trusted certificate (section 10)",
        "good": good,
        "bad": [{"why": why, **one} for why, one in refused],
    }
