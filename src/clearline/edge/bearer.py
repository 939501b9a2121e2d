"""Access tokens: JSON Web Tokens (RFC 7519) that an authority signed for a client of this registry.

The one idea: the key decides the algorithm, never the token; what was verified once is believed from memory until it
runs out or the keys change. Why a token is not believed is told to its holder, who can do something about it.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature

from clearline.edge.bearer_keys import TrustedKey, algorithm_of, signature_holds

__all__ = ["Caller", "NotBelieved", "TokenVerifier"]

MAX_TOKEN: Final = 8_192  # characters; servers take no longer header line
# F3548-21 and F3411: exp lies no more than an hour ahead.
_MAX_LIFE_S: Final = 3_600
# F3548-21 TimeSyncMaxDifferential: two clocks of a pool may differ by so much.
_SKEW_S: Final = 5
_MOST_CACHED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a token names, and what for: the client (`sub`), who said so (`iss`), the scopes, until when (seconds)."""

    client: str
    issuer: str
    scopes: frozenset[str]
    not_before_s: float
    expires_s: float


@dataclass(frozen=True, slots=True)
class NotBelieved:
    """Why a token does not count, and how to mend it. `stranger`: it names a key that is not held."""

    why: str
    mend: str
    stranger: bool = False


class _Header(msgspec.Struct):
    alg: str
    kid: str | None = None
    crit: msgspec.Raw = msgspec.Raw()


class _Claims(msgspec.Struct):
    iss: str = ""
    sub: str = ""
    aud: str | list[str] = ""
    exp_s: float | None = msgspec.field(name="exp", default=None)
    nbf_s: float | None = msgspec.field(name="nbf", default=None)
    scope: str = ""


_HEADER = msgspec.json.Decoder(_Header)
_CLAIMS = msgspec.json.Decoder(_Claims)
_UNREADABLE = NotBelieved("the token is no signed JSON Web Token", "send the token as the authority gave it")


class TokenVerifier:
    """Tells who a bearer token names. Holds the keys that are trusted now and a bounded memory of tokens.

    Raises ValueError without an audience: a token for somebody else would then count here.
    """

    def __init__(self, keys: Sequence[TrustedKey], audiences: frozenset[str]) -> None:
        if not audiences or "" in audiences:
            raise ValueError("a registry needs to know by which names (aud) tokens mean it")
        self._keys = tuple(keys)
        self._audiences = audiences
        self._believed: dict[str, Caller] = {}

    def replace_keys(self, keys: Sequence[TrustedKey]) -> None:
        """Trust these keys from now on; what others signed counts no longer, remembered or not."""
        self._keys = tuple(keys)
        self._believed.clear()

    def verify(self, token: str, now_s: float) -> Caller | NotBelieved:
        """Return the caller a token names at this time (seconds since 1970 UTC), or why it does not count."""
        found = self._believed.get(token)
        if found is None:
            found = self._read(token)
            if isinstance(found, NotBelieved):
                return found
            late = _not_now(found, now_s)
            if late is None:
                if len(self._believed) >= _MOST_CACHED:
                    del self._believed[next(iter(self._believed))]
                self._believed[token] = found
            return late or found
        late = _not_now(found, now_s)
        if late is None:
            return found
        del self._believed[token]
        return late

    def _read(self, token: str) -> Caller | NotBelieved:
        parts = token.split(".")
        if len(parts) != 3 or len(token) > MAX_TOKEN or not token.isascii():
            return _UNREADABLE
        try:
            header = _HEADER.decode(_plain(parts[0]))
            data, signature = _plain(parts[1]), _plain(parts[2])
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return _UNREADABLE
        distrust = self._distrust(header, f"{parts[0]}.{parts[1]}".encode(), signature)
        if distrust is not None:
            return distrust
        try:
            claims = _CLAIMS.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return NotBelieved("the token's claims are not of the form of RFC 7519", "ask the authority for another")
        return self._caller(claims)

    def _distrust(self, header: _Header, signed: bytes, signature: bytes) -> NotBelieved | None:
        """Why the signature is not one of a trusted key; None where it is."""
        if bytes(header.crit):
            return NotBelieved("the token has extensions (crit) that are not known here", "ask for one without")
        algorithm = algorithm_of(header.alg)
        named = [key for key in self._keys if key.kid == header.kid] if header.kid is not None else []
        able = named or [key for key in self._keys if header.kid is None or key.kid is None]
        fitting = [key for key in able if algorithm in key.algorithms]
        for key in fitting:
            assert algorithm is not None, "None is no key's algorithm"
            try:
                signature_holds(key, algorithm, signed, signature)
            except InvalidSignature:
                continue
            return None
        if fitting:
            return NotBelieved(
                "no trusted key made the token's signature", "use a token of this pool's authority", True
            )
        return NotBelieved(
            f"no trusted key signs {header.alg[:20]!r} under the token's key name", "use this pool's authority", True
        )

    def _caller(self, claims: _Claims) -> Caller | NotBelieved:
        audiences = {claims.aud} if isinstance(claims.aud, str) else set(claims.aud)
        if not claims.sub or not claims.iss:
            return NotBelieved("the token does not say for whom (sub) or by whom (iss) it is", "ask for one that does")
        if claims.exp_s is None:
            return NotBelieved("the token has no end (exp)", "ask for one that ends within an hour")
        if not audiences & self._audiences:
            mine = " or ".join(sorted(self._audiences))
            return NotBelieved("the token is meant for another server (aud)", f"ask for one with aud {mine}")
        scopes = frozenset(claims.scope.split())
        return Caller(claims.sub, claims.iss, scopes, claims.nbf_s or 0.0, claims.exp_s)


def _not_now(caller: Caller, now_s: float) -> NotBelieved | None:
    if caller.expires_s <= now_s:
        return NotBelieved("the token has run out (exp)", "ask the authority for a new one")
    if caller.expires_s > now_s + _MAX_LIFE_S + _SKEW_S:
        return NotBelieved("the token ends more than an hour ahead (exp)", "ask for one that ends within an hour")
    if caller.not_before_s > now_s + _SKEW_S:
        return NotBelieved("the token is not valid yet (nbf)", "set the clock, or wait")
    return None


def _plain(text: str) -> bytes:
    """The bytes of a base64url text without padding (RFC 7515, section 2). Raises ValueError for another alphabet."""
    if "+" in text or "/" in text or "=" in text or not text.isascii():
        raise ValueError("not base64url")
    try:
        return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except Base64Error as error:
        raise ValueError("not base64url") from error
