"""Time stamps by a third party (RFC 3161), for a checkpoint: it was signed no later than this.

The one idea: the authority's certificate is in the reader's trust file, so no chain of issuers is built and no
authority that the reader did not choose can speak; what is checked is that this certificate's key signed this time for
the digest of this text.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from clearline.record.der import INTEGER, OCTETS, OID, SEQUENCE, SET, TIME, DerReader
from clearline.record.errors import RecordError

__all__ = ["Stamp", "read_stamp"]

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_SHA256_OID = bytes.fromhex("608648016503040201")
_DIGESTS: dict[bytes, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    _SHA256_OID: hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}
_RSA = bytes.fromhex("2a864886f70d010101")  # rsaEncryption, the digest named beside it
_RSA_WITH = {
    bytes.fromhex(f"2a864886f70d01010{n}"): name for n, name in (("b", "sha256"), ("c", "sha384"), ("d", "sha512"))
}
_ECDSA_WITH = {bytes.fromhex(f"2a8648ce3d04030{n}"): name for n, name in ((2, "sha256"), (3, "sha384"), (4, "sha512"))}
_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,6}))?Z")
_LEAST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an authority says it saw a text, in milliseconds since 1970 UTC, and how far off it may be, if it says."""

    time_ms: int
    accuracy_ms: int | None


@dataclass(frozen=True, slots=True)
class _Signer:
    digest: bytes
    attributes: bytes
    algorithm: bytes
    signature: bytes


def read_stamp(token: bytes, text: bytes, certificate: bytes, where: str = "time stamp") -> Stamp:
    """Check a time-stamp token over a text against the certificate of the one authority trusted.

    Raises RecordError unless its key signed it, by RSA (PKCS #1 v1.5) or ECDSA with SHA-256, 384 or 512, over the
    SHA-256 of the text, at a time within the certificate's life, and the certificate is for time stamping only.
    """
    info, signer = _signed_data(token, where)
    algorithm = _DIGESTS.get(signer.digest)
    if algorithm is None:
        raise RecordError(where, "its digest is none of SHA-256, SHA-384 and SHA-512")
    digest = hashlib.new(algorithm.name, info).digest()
    _check_attributes(signer.attributes, digest, where)
    authority, key = _certificate(certificate, where)
    # RFC 5652 section 5.4: the signature covers the attributes as a SET, whatever tag they were sent under.
    _check_signature(key, signer, algorithm, bytes([SET]) + signer.attributes[1:], where)
    stamp = _tst_info(info, hashlib.sha256(text).digest(), where)
    seen = datetime.fromtimestamp(stamp.time_ms / 1000, UTC)
    if not authority.not_valid_before_utc <= seen <= authority.not_valid_after_utc:
        raise RecordError(where, "its time is outside the life of the authority's certificate")
    return stamp


def _signed_data(token: bytes, where: str) -> tuple[bytes, _Signer]:
    outer = DerReader(token, where)
    content = outer.inside(SEQUENCE)
    outer.done()
    if content.take(OID).body != _SIGNED_DATA:
        raise RecordError(where, "it is not signed data")
    wrapped = content.inside(0xA0)
    content.done()
    signed = wrapped.inside(SEQUENCE)
    wrapped.done()
    signed.number()
    signed.take(SET)
    encapsulated = signed.inside(SEQUENCE)
    if encapsulated.take(OID).body != _TST_INFO:
        raise RecordError(where, "what is signed is not a time")
    info = encapsulated.inside(0xA0).take(OCTETS).body
    encapsulated.done()
    signed.take_if(0xA0)  # certificates and revocation lists: the reader has its own
    signed.take_if(0xA1)
    signers = signed.inside(SET)
    signed.done()
    signer = signers.inside(SEQUENCE)
    signers.done()  # one signer, or it would be unclear whose time it is
    signer.number()
    if signer.take_if(0x80) is None:
        signer.take(SEQUENCE)  # who signed: the key decides, not the name
    digest = signer.inside(SEQUENCE).take(OID).body
    attributes = signer.take(0xA0).whole
    algorithm = signer.inside(SEQUENCE).take(OID).body
    signature = signer.take(OCTETS).body
    signer.take_if(0xA1)  # unsigned attributes
    signer.done()
    return info, _Signer(digest, attributes, algorithm, signature)


def _check_attributes(attributes: bytes, digest: bytes, where: str) -> None:
    found: dict[bytes, bytes] = {}
    listed = DerReader(attributes, where).inside(0xA0)
    while listed.more():
        attribute = listed.inside(SEQUENCE)
        name = attribute.take(OID).body
        value = attribute.take(SET).body
        attribute.done()
        if name in found:
            raise RecordError(where, "a signed attribute stands twice")
        found[name] = value
    if DerReader(found.get(_CONTENT_TYPE, b""), where).take(OID).body != _TST_INFO:
        raise RecordError(where, "the signed content is not a time")
    if DerReader(found.get(_MESSAGE_DIGEST, b""), where).take(OCTETS).body != digest:
        raise RecordError(where, "the signed digest is not that of its content")


def _certificate(certificate: bytes, where: str) -> tuple[x509.Certificate, CertificatePublicKeyTypes]:
    try:
        authority = x509.load_der_x509_certificate(certificate)
        usage = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        key = authority.public_key()
    except (ValueError, UnsupportedAlgorithm, x509.ExtensionNotFound, x509.DuplicateExtension) as error:
        raise RecordError(where, "the trusted certificate cannot be read as one for time stamping") from error
    if not usage.critical or list(usage.value) != [x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]:
        raise RecordError(where, "the trusted certificate is not for time stamping only (RFC 3161 section 2.3)")
    return authority, key


def _check_signature(
    key: CertificatePublicKeyTypes,
    signer: _Signer,
    digest: hashes.SHA256 | hashes.SHA384 | hashes.SHA512,
    message: bytes,
    where: str,
) -> None:
    named = {**_RSA_WITH, _RSA: digest.name} if isinstance(key, RSAPublicKey) else _ECDSA_WITH
    if named.get(signer.algorithm) != digest.name:
        raise RecordError(where, "it is signed by an algorithm that is not checked here")
    try:
        if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
            key.verify(signer.signature, message, PKCS1v15(), digest)
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(signer.signature, message, ECDSA(digest))
        else:
            raise RecordError(where, "the authority's key is neither RSA of 2048 bits or more nor elliptic")
    except InvalidSignature as error:
        raise RecordError(where, "the authority's signature does not fit") from error


def _tst_info(info: bytes, digest: bytes, where: str) -> Stamp:
    outer = DerReader(info, where)
    fields = outer.inside(SEQUENCE)
    outer.done()
    if fields.number() != 1:
        raise RecordError(where, "it is of a version that is not known")
    fields.take(OID)
    imprint = fields.inside(SEQUENCE)
    if imprint.inside(SEQUENCE).take(OID).body != _SHA256_OID or imprint.take(OCTETS).body != digest:
        raise RecordError(where, "it is a stamp over another text")
    imprint.done()
    fields.number()
    time_ms = _time_ms(fields.take(TIME).body, where)
    accuracy = fields.take_if(SEQUENCE)
    return Stamp(time_ms, None if accuracy is None else _accuracy_ms(accuracy.body, where))


def _time_ms(text: bytes, where: str) -> int:
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError("not a GeneralizedTime in UTC")
        moment = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise RecordError(where, "its time is not one in UTC") from error
    # A fraction of a millisecond is rounded up: the stamp says "no later than".
    micros = int((found[2] or b"").ljust(6, b"0"))
    return int(moment.timestamp()) * 1000 - (-micros // 1000)


def _accuracy_ms(body: bytes, where: str) -> int:
    parts = DerReader(body, where)
    seconds = parts.number() if body[:1] == bytes([INTEGER]) else 0
    millis, micros = parts.take_if(0x80), parts.take_if(0x81)
    parts.done()
    small_us = sum(
        int.from_bytes(part.body, "big") * scale for part, scale in ((millis, 1000), (micros, 1)) if part is not None
    )
    return seconds * 1000 - (-small_us // 1000)
