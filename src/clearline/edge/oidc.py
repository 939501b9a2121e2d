"""Signing officers in at the party's own identity provider: OpenID Connect, authorization code with PKCE.

The one idea: of all that a provider may offer, one way is used; an ID token counts only under the provider's published
keys, for this client, from this provider, with the nonce that this node drew, and for a few minutes.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from clearline.edge.keys_file import draw
from clearline.edge.peer_port import Ticking
from clearline.line.statement import Refused
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json, parse_json

__all__ = ["Oidc", "OidcSettings"]

# Signatures alone, and none by a shared secret: with one of those the client could sign for the provider.
_ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "PS256", "RS256"]
_MAX_STARTED = 1_000
_STARTED_MS = 10 * 60_000
_LEEWAY_S = 60
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The provider's address, this client's name there, where the officer comes back to, and the client's secret.

    `secret` is empty for a public client. Raises ValueError for a provider that is not reached by https, but on this
    very machine.
    """

    issuer: str
    client: str
    back: str
    secret: str = ""

    def __post_init__(self) -> None:
        here = self.issuer.startswith(("http://127.0.0.1:", "http://localhost:"))
        if not self.issuer.startswith("https://") and not here:
            raise ValueError(f"{self.issuer[:200]!r}: an identity provider is reached by https")


@dataclass(frozen=True, slots=True)
class _Started:
    """A sign-in that was begun: its PKCE verifier, its nonce, until when it may come back."""

    verifier: str
    nonce: str
    until_ms: int


class Oidc:
    """One provider. All methods belong to one event loop."""

    def __init__(self, settings: OidcSettings, clock: Ticking) -> None:
        self._settings = settings
        self._clock = clock
        self._started: dict[str, _Started] = {}

    async def start(self) -> tuple[str, str] | Refused:
        """The address to send an officer's browser to, and the state that must come back with the browser."""
        found = await self._discovered()
        if isinstance(found, Refused):
            return found
        now_ms = self._clock.now_ms()
        self._started = {state: one for state, one in self._started.items() if one.until_ms > now_ms}
        if len(self._started) >= _MAX_STARTED:
            return Refused("SIGN_IN", "too many sign-ins were begun and not ended: wait some minutes")
        state, one = draw(24).hex(), _Started(draw(32).hex(), draw(24).hex(), now_ms + _STARTED_MS)
        self._started[state] = one
        challenge = urlsafe_b64encode(hashlib.sha256(one.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self._settings.client,
            "redirect_uri": self._settings.back,
            "scope": "openid",
            "state": state,
            "nonce": one.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{found['authorization_endpoint']}?{urlencode(asked)}", state

    async def finish(self, code: str, state: str, held: str) -> str | Refused:
        """Who came back, as the provider names the person; `held` is the state that the browser held."""
        # Only who holds the state uses it up: an officer at a terminal signs in with a browser that does not hold it.
        one = self._started.pop(state, None) if hmac.compare_digest(state.encode(), held.encode()) else None
        if one is None or one.until_ms <= self._clock.now_ms():
            return Refused("SIGN_IN", "this sign-in was not begun here, or has run out: begin again")
        found = await self._discovered()
        if isinstance(found, Refused):
            return found
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.back,
            "client_id": self._settings.client,
            "code_verifier": one.verifier,
            **({"client_secret": self._settings.secret} if self._settings.secret else {}),
        }
        answer = await self._fetched("POST", found["token_endpoint"], form)
        keys = await self._fetched("GET", found["jwks_uri"], None)
        if isinstance(answer, Refused) or isinstance(keys, Refused):
            return answer if isinstance(answer, Refused) else Refused("SIGN_IN", "the provider shows no keys")
        token = answer.get("id_token")
        return self._subject(token if isinstance(token, str) else "", keys, one.nonce)

    def _subject(self, token: str, keys: dict[str, Json], nonce: str) -> str | Refused:
        """The person an ID token names (OpenID Connect Core, section 3.1.3.7)."""
        registry = jwt.JWTClaimsRegistry(
            now=self._clock.now_ms() // 1000,
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.client},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type] # it checks the form itself
            claims = jwt.decode(token, key_set, algorithms=_ALGORITHMS).claims
            registry.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            return Refused("SIGN_IN", f"the provider's token does not hold ({type(error).__name__})")
        party: object = claims.get("azp", self._settings.client)
        subject: object = claims["sub"]
        if party != self._settings.client or not isinstance(subject, str) or not subject:
            return Refused("SIGN_IN", "the provider's token is for another, or names nobody")
        return subject

    async def _discovered(self) -> dict[str, str] | Refused:
        url = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._fetched("GET", url, None)
        if isinstance(found, Refused):
            return found
        wanted = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        texts = {name: value for name in wanted if isinstance(value := found.get(name), str)}
        if len(texts) != len(wanted) or texts["issuer"] != self._settings.issuer:
            return Refused("SIGN_IN", "the identity provider does not describe itself as the one that was set")
        return texts

    async def _fetched(self, method: str, url: str, form: dict[str, str] | None) -> dict[str, Json] | Refused:
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as client:
                answer = await client.request(method, url, data=form)
            found = parse_json(answer.content, source="identity provider") if answer.status_code == 200 else None
        except (httpx.HTTPError, MalformedError) as error:
            return Refused("SIGN_IN", f"the identity provider is not reached ({type(error).__name__})")
        return found if isinstance(found, dict) else Refused("SIGN_IN", f"the provider refused ({answer.status_code})")
