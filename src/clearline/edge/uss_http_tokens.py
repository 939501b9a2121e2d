"""Access tokens for calling registries and other systems: asked from an authority, or signed by a key of one's own.

The one idea: a token is for one audience and one set of scopes, kept until shortly before it runs out, and asked for
once however many calls wait for it.
"""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

__all__ = ["ClientCredentials", "SelfSigned", "TokenError", "TokenSource", "Tokens"]

_SPARE_S: Final = 60.0  # a token with less left than this is not begun a call with
_SELF_SIGNED_S: Final = 1_800
_MOST_KEPT: Final = 1_000
_MAX_TOKEN: Final = 8_192
_MAX_LIFE_S: Final = 3_600.0


class TokenError(RuntimeError):
    """No token was to be had: why, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A token and when it runs out, in seconds since 1970 UTC."""

    token: str
    expires_s: float


class TokenSource(Protocol):
    """Who gives out tokens."""

    async def issue(self, audience: str, scope: str, now_s: float) -> Issued:
        """Return a token for an audience and scopes with a space between. Raises TokenError."""
        ...


class _Answer(msgspec.Struct):
    access_token: str
    expires_s: float | None = msgspec.field(name="expires_in", default=None)


_ANSWER = msgspec.json.Decoder(_Answer)


class ClientCredentials:
    """An OAuth 2.0 authority (RFC 6749, client credentials), told the audience as `intended_audience` too.

    `secret` may be empty, for an authority that knows its clients otherwise (a test pool's).
    """

    def __init__(self, url: str, client: str, secret: str, http: httpx.AsyncClient) -> None:
        self._url, self._client, self._secret, self._http = url, client, secret, http

    async def issue(self, audience: str, scope: str, now_s: float) -> Issued:
        """See `TokenSource.issue`."""
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "audience": audience,
            "intended_audience": audience,
            "client_id": self._client,
        }
        # An authority that is given no secret is not shown an empty one.
        auth = httpx.BasicAuth(self._client, self._secret) if self._secret else httpx.Auth()
        try:
            answer = await self._http.post(self._url, data=form, auth=auth)
            if answer.status_code != HTTPStatus.OK:
                raise TokenError(f"the authority at {self._url} answered {answer.status_code}: see its log")
            found = _ANSWER.decode(answer.content)
        except (httpx.HTTPError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise TokenError(f"the authority at {self._url} gave no token ({type(error).__name__})") from error
        if not found.access_token.isascii() or len(found.access_token) > _MAX_TOKEN:
            raise TokenError(f"the authority at {self._url} gave what is no token")
        return Issued(found.access_token, now_s + min(found.expires_s or 0.0, _MAX_LIFE_S))


class SelfSigned:
    """Tokens signed by a key of one's own: for a pool that trusts that key, as test pools do.

    Raises ValueError for what is no RSA key in PEM.
    """

    def __init__(self, pem: bytes, subject: str, issuer: str) -> None:
        key = load_pem_private_key(pem, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("a signing key is an RSA key in PEM")  # noqa: TRY004 - the text is wrong, not the type
        self._key, self._subject, self._issuer = key, subject, issuer

    async def issue(self, audience: str, scope: str, now_s: float) -> Issued:
        """See `TokenSource.issue`."""
        expires_s = int(now_s) + _SELF_SIGNED_S
        claims = {"iss": self._issuer, "sub": self._subject, "aud": audience, "scope": scope, "exp": expires_s}
        signed = _part({"alg": "RS256", "typ": "JWT"}) + b"." + _part({**claims, "nbf": int(now_s) - 1})
        signature = self._key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return Issued((signed + b"." + _plain(signature)).decode(), float(expires_s))


class Tokens:
    """The tokens that are held, by audience and scopes."""

    def __init__(self, source: TokenSource, now_s: Callable[[], float]) -> None:
        self._source, self._now_s = source, now_s
        self._held: dict[tuple[str, str], Issued] = {}
        self._asking = asyncio.Lock()

    async def token(self, audience: str, scope: str) -> str:
        """Return a token that is good for a while. Raises TokenError."""
        held = self._held.get((audience, scope))
        if held is None or held.expires_s - _SPARE_S < self._now_s():
            async with self._asking:
                held = self._held.get((audience, scope))
                if held is None or held.expires_s - _SPARE_S < self._now_s():
                    held = await self._source.issue(audience, scope, self._now_s())
                    if len(self._held) >= _MOST_KEPT:
                        del self._held[next(iter(self._held))]
                    self._held[audience, scope] = held
        return held.token

    def drop(self, audience: str, scope: str) -> None:
        """Forget a token that was not believed."""
        self._held.pop((audience, scope), None)


def _part(value: dict[str, object]) -> bytes:
    return _plain(json.dumps(value, separators=(",", ":")).encode())


def _plain(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
