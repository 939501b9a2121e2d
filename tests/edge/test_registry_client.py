"""Calls to others are bounded: the huge, the late, the unencrypted and the unbelieved end in words, never in a hang."""

import asyncio
from base64 import urlsafe_b64decode

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clearline.edge.bearer import Caller as Believed
from clearline.edge.bearer import TokenVerifier
from clearline.edge.bearer_keys import Algorithm, TrustedKey
from clearline.edge.registry_client import CallBounds, Caller, Got
from clearline.edge.uss_http_tokens import ClientCredentials, SelfSigned, TokenError, Tokens
from tests.edge.tokens import NOW_S, ec_key, rsa_key

_PEM = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class _Net(httpx.AsyncBaseTransport):
    """Answers as told, and keeps what it was asked."""

    def __init__(self, *statuses: int, content: bytes = b"ok", after_s: float = 0.0) -> None:
        self._statuses, self._content, self._after_s = list(statuses), content, after_s
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        await asyncio.sleep(self._after_s)
        return httpx.Response(self._statuses.pop(0) if self._statuses else 200, content=self._content)


def _call(net: _Net, url: str = "https://other.example/x", *, allow_http: bool = False) -> Got | str:
    async def one() -> Got | str:
        async with httpx.AsyncClient(transport=net) as http:
            tokens = Tokens(SelfSigned(_PEM, "me", "me"), lambda: float(NOW_S))
            caller = Caller(http, tokens, CallBounds(), allow_http=allow_http)
            return await caller.call("GET", url, "a b", None, within_s=0.2, most_bytes=1_000)

    return asyncio.run(one())


def test_an_answer_comes_whole() -> None:
    assert _call(_Net()) == Got(200, b"ok")


def test_a_huge_answer_and_a_late_one_are_said_and_not_kept() -> None:
    assert "more than 1000 bytes" in str(_call(_Net(content=b"x" * 1_001)))
    assert "did not answer" in str(_call(_Net(after_s=5.0)))


def test_nothing_is_called_without_encryption_unless_it_is_allowed() -> None:
    net = _Net()
    for url in ("http://other.example/x", "file:///etc/hosts", "other.example"):
        assert "not encrypted" in str(_call(net, url))
    assert not net.asked
    assert isinstance(_call(net, "http://other.example/x", allow_http=True), Got)


def test_a_redirect_is_not_followed() -> None:
    net = _Net(302)
    assert _call(net) == Got(302, b"ok") and len(net.asked) == 1


def test_a_token_that_is_not_believed_is_asked_for_anew_once() -> None:
    net = _Net(401, 401, 200)
    assert _call(net) == Got(401, b"ok") and len(net.asked) == 2


def test_a_self_signed_token_is_for_its_audience_and_believed_there_alone() -> None:
    issued = asyncio.run(SelfSigned(_PEM, "me", "issuer").issue("other.example", "a b", float(NOW_S)))
    key = TrustedKey(None, frozenset({Algorithm.RS256}), rsa_key().public_key())
    found = TokenVerifier([key], frozenset({"other.example"})).verify(issued.token, NOW_S)
    assert isinstance(found, Believed) and (found.client, found.scopes) == ("me", frozenset({"a", "b"}))
    assert not isinstance(TokenVerifier([key], frozenset({"third"})).verify(issued.token, NOW_S), Believed)
    with pytest.raises(ValueError, match="RSA"):
        SelfSigned(ec_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "me", "me")


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    now = [float(NOW_S)]
    tokens = Tokens(SelfSigned(_PEM, "me", "me"), lambda: now[0])

    async def ends_s() -> float:
        claims = (await tokens.token("a", "b")).split(".")[1]
        return float(msgspec.json.decode(urlsafe_b64decode(claims + "=="))["exp"])

    first = asyncio.run(ends_s())
    now[0] += 1_000.0
    assert asyncio.run(ends_s()) == first
    now[0] = first - 59.0
    assert asyncio.run(ends_s()) > first


@pytest.mark.parametrize("secret", ["", "hidden"])
def test_an_authority_is_asked_by_client_credentials(secret: str) -> None:
    async def one(net: _Net) -> str:
        async with httpx.AsyncClient(transport=net) as http:
            source = ClientCredentials("https://authority.example/token", "me", secret, http)
            return (await source.issue("other.example", "a b", float(NOW_S))).token

    net = _Net(content=b'{"access_token": "t.o.k", "expires_in": 100}')
    assert asyncio.run(one(net)) == "t.o.k"
    assert b"intended_audience=other.example" in net.asked[0].content
    assert ("authorization" in net.asked[0].headers) is bool(secret)
    for bad in (_Net(500), _Net(content=b"<html>"), _Net(content=b'{"access_token": "\xc3\xa9"}')):
        with pytest.raises(TokenError):
            asyncio.run(one(bad))
