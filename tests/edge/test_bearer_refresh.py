"""Keys are fetched again, counted when they come, and kept when their authority cannot be reached."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from joserfc.jwk import KeySet, RSAKey

from clearline.edge.bearer import Caller, NotBelieved, TokenVerifier
from clearline.edge.bearer_keys import Algorithm, TrustedKey
from clearline.edge.bearer_refresh import KeyRefresh
from tests.edge.tokens import AUDIENCE, NOW_S, claims, rsa_key, token

_OWN = TrustedKey(None, frozenset({Algorithm.RS256}), rsa_key().public_key())


def _set(*numbers: int) -> bytes:
    keys = [RSAKey.import_key(rsa_key(number).public_key(), {"kid": str(number)}) for number in numbers]
    return json.dumps(KeySet(list(keys)).as_dict(private=False)).encode()


class _Authority:
    """A server of one document, which may be changed or taken away."""

    def __init__(self) -> None:
        self.status, self.body, self.asked = "200 OK", b"", 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        head = f"HTTP/1.1 {self.status}\r\ncontent-length: {len(self.body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + self.body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def _serving(authority: _Authority) -> AsyncGenerator[str]:
    server = await asyncio.start_server(authority.answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys"


def _believes(verifier: TokenVerifier, kid: str) -> bool:
    found = verifier.verify(token(claims(), header={"kid": kid}), NOW_S)
    assert isinstance(found, Caller | NotBelieved)
    return isinstance(found, Caller)


def test_keys_come_change_and_outlast_their_authority() -> None:
    async def tale() -> list[str]:
        told: list[str] = []
        authority, verifier = _Authority(), TokenVerifier([], frozenset({AUDIENCE}))
        async with _serving(authority) as url:
            refresh = KeyRefresh(verifier, [], [url], told.append)
            authority.body = _set(0)
            assert await refresh.refresh() and _believes(verifier, "0")
            assert await refresh.refresh()
            authority.status = "500 Oh"
            assert not await refresh.refresh() and _believes(verifier, "0")
            authority.status, authority.body = "200 OK", b"[]"
            assert not await refresh.refresh() and _believes(verifier, "0")
            authority.body = b" " * 1_000_001
            assert not await refresh.refresh() and _believes(verifier, "0")
            authority.body = _set(1)
            assert await refresh.refresh() and not _believes(verifier, "0")
        assert not await refresh.refresh()
        return told

    told = asyncio.run(tale())
    assert [text.split(":")[0] == "keys changed" for text in told] == [True, False, False, False, True, False]


def test_keys_of_files_stay_beside_those_that_are_fetched() -> None:
    async def tale() -> None:
        authority, verifier = _Authority(), TokenVerifier([_OWN], frozenset({AUDIENCE}))
        authority.body = _set(1)
        async with _serving(authority) as url:
            await KeyRefresh(verifier, [_OWN], [url], list[str]().append).refresh()
        assert isinstance(verifier.verify(token(claims()), NOW_S), Caller)

    asyncio.run(tale())


def test_a_stranger_s_token_has_the_keys_looked_up_soon_but_not_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearline.edge.bearer_refresh._NOT_SOONER_S", 0.05)

    async def tale() -> int:
        authority, verifier = _Authority(), TokenVerifier([], frozenset({AUDIENCE}))
        authority.body = _set(0)
        async with _serving(authority) as url:
            refresh = KeyRefresh(verifier, [], [url], list[str]().append)
            running = asyncio.create_task(refresh.run())
            for _ in range(20):
                refresh.stranger()
                await asyncio.sleep(0.01)
            running.cancel()
        return authority.asked

    assert 1 <= asyncio.run(tale()) <= 5


def test_keys_are_not_fetched_in_the_clear() -> None:
    with pytest.raises(ValueError, match="https"):
        KeyRefresh(TokenVerifier([], frozenset({AUDIENCE})), [], ["http://keys.example"], list[str]().append)
