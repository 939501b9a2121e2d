"""Signed requests between nodes: HTTP message signatures (RFC 9421) in one profile, and nothing outside it.

The one idea: the standard lets a sender choose what it signs; here the choice is made once, and a request that is
signed in any other way is refused like one that is not signed at all (docs/between-nodes.md).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.errors import RecordError
from clearline.record.keys import PublicKey, Signer
from clearline.wire.errors import MalformedError

__all__ = ["CONTENT_TYPE", "LIFE_S", "TAG", "Request", "RequestSignature", "read_signature", "sign_request"]

TAG = "clearline-line"
CONTENT_TYPE = "application/vnd.clearline.packet+json"
LIFE_S = 60  # how long a signed request is good for: many times what a slow satellite link takes

_COVERED = '("@method" "@authority" "@path" "content-digest" "content-type")'
_INPUT = re.compile(
    r"clearline="
    + re.escape(_COVERED)
    + r';created=(\d{1,12});expires=(\d{1,12});nonce="([A-Za-z0-9_-]{16,64})";keyid="([0-9a-f]{8,64})"'
    + r';alg="ed25519";tag="clearline-line"',
    re.ASCII,
)
_SIGNATURE = re.compile(r"clearline=:([A-Za-z0-9+/=]{1,400}):", re.ASCII)
_SOURCE = "request"


@dataclass(frozen=True, slots=True)
class Request:
    """What is signed of a request: its method, the host (and port) it was sent to, its path, and its content."""

    method: str
    authority: str
    path: str
    content: bytes
    content_type: str = CONTENT_TYPE

    @property
    def digest(self) -> str:
        """The Content-Digest field (RFC 9530)."""
        return f"sha-256=:{to_base64(hashlib.sha256(self.content).digest())}:"

    def base(self, params: str) -> bytes:
        """The signature base (RFC 9421 section 2.5)."""
        lines = (
            f'"@method": {self.method}',
            f'"@authority": {self.authority.lower()}',
            f'"@path": {self.path}',
            f'"content-digest": {self.digest}',
            f'"content-type": {self.content_type}',
            f'"@signature-params": {params}',
        )
        return "\n".join(lines).encode("utf-8")


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """A signature as it was sent: by which key, from when until when (seconds), its nonce. Not verified yet."""

    keyid: str
    created_s: int
    expires_s: int
    nonce: str
    params: str
    signature: bytes

    def holds(self, request: Request, key: PublicKey) -> bool:
        """Whether this key signed this request."""
        return key.keyid == self.keyid and key.verify(self.signature, request.base(self.params))


def sign_request(request: Request, signer: Signer, *, created_s: int, nonce: str) -> dict[str, str]:
    """The header fields that sign a request. `nonce` is drawn anew for each."""
    params = (
        f'{_COVERED};created={created_s};expires={created_s + LIFE_S};nonce="{nonce}"'
        f';keyid="{signer.public.keyid}";alg="ed25519";tag="{TAG}"'
    )
    assert _INPUT.fullmatch(f"clearline={params}"), "the nonce or key identifier does not fit the profile"
    return {
        "content-type": request.content_type,
        "content-digest": request.digest,
        "signature-input": f"clearline={params}",
        "signature": f"clearline=:{to_base64(signer.sign(request.base(params)))}:",
    }


def read_signature(fields: Mapping[str, str], request: Request) -> RequestSignature:
    """The signature in a request's header fields, names in small letters; the key is the caller's to find and hold.

    Raises MalformedError for a request that is not signed, not in this profile, or whose content is not what its
    digest says.
    """
    if "signature" not in fields or "signature-input" not in fields:
        raise MalformedError(_SOURCE, "signature", "it is not signed", "sign it as docs/between-nodes.md says")
    if fields.get("content-digest") != request.digest:
        raise MalformedError(_SOURCE, "content-digest", "it is not that of the content", "send it again as signed")
    told = _INPUT.fullmatch(fields["signature-input"])
    value = _SIGNATURE.fullmatch(fields["signature"])
    if told is None or value is None:
        raise MalformedError(_SOURCE, "signature-input", "it is not in the profile", "see docs/between-nodes.md")
    created, expires, nonce, keyid = told.groups()
    if not 0 < int(expires) - int(created) <= LIFE_S:
        problem = f"it is to be good for {int(expires) - int(created)} s"
        raise MalformedError(_SOURCE, "signature-input", problem, f"sign for {LIFE_S} s at most")
    try:
        signature = from_base64(value.group(1), "signature")
    except RecordError as error:
        raise MalformedError(_SOURCE, "signature", error.problem, "send it again as signed") from error
    params = fields["signature-input"].removeprefix("clearline=")
    return RequestSignature(keyid, int(created), int(expires), nonce, params, signature)
