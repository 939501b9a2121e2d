"""Calling a peer's node: by any of its routes, each request signed, and only the peer itself accepted as the answerer.

The one idea: a route is tried or it is not; what came of it is a packet or a sentence, and what to do next is for the
outbox to say.
"""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from clearline.edge.keys_file import draw
from clearline.edge.peer_port import PACKETS_PATH, Ticking, server_name
from clearline.line.card import Card
from clearline.record.keys import Signer
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import parse_json
from clearline.wire.packet import MAX_PACKET_BYTES, Packet, read_packet, write_packet
from clearline.wire.request_signature import Request, sign_request

__all__ = ["Failed", "PeerClient"]

# A route that does not even connect in this time has failed; the next one is tried (failover within 30 s is asked for).
_CONNECT_S = 5.0
_ANSWER_S = 30.0
_TAKEN, _DOUBTED, _STRANGER = 200, 401, 403


@dataclass(frozen=True, slots=True)
class Failed:
    """What came of a route that gave no packet: the route and why, in words."""

    route: str
    why: str


class PeerClient:
    """Calls one peer. `tls` accepts that peer's certificate alone (`peer_port.client_tls`).

    `before` are connections and signers of keys that gave way to those, the latest first: a peer that does not know of
    the change yet is called with them, and so hears of it.
    """

    def __init__(
        self,
        card: Card,
        tls: ssl.SSLContext,
        signer: Signer,
        clock: Ticking,
        *,
        before: Sequence[tuple[ssl.SSLContext, Signer]] = (),
    ) -> None:
        self.card = card
        self._clock = clock
        self._ahead_s = 0  # how much later the peer's clock said it is, when it refused a signature's times
        self._ways = [_Way(_http(context), by) for context, by in ((tls, signer), *before)]
        self._name = server_name(card.tls_key)

    @property
    def routes(self) -> tuple[str, ...]:
        """The peer's addresses, in the order of its card."""
        return self.card.addresses

    async def send(self, packet: Packet, route: str) -> Packet | Failed:
        """Hand a packet over by a route; the answer, or why there is none."""
        content = await asyncio.to_thread(write_packet, packet)
        answer = await self._called(content, route)
        if isinstance(answer, Failed):
            return answer
        if answer.status_code != _TAKEN:
            return Failed(route, f"refused ({answer.status_code}): {answer.text[:300]}")
        if len(answer.content) > MAX_PACKET_BYTES:
            return Failed(route, "the answer is larger than a packet may be")
        try:
            found = await asyncio.to_thread(read_packet, answer.content, f"answer of {self.card.party}")
        except MalformedError as error:
            return Failed(route, str(error))
        if (found.sender, found.addressee) != (self.card.party, packet.sender):
            return Failed(route, "the answer is a packet between others")
        return found

    async def close(self) -> None:
        """Let go of the connections."""
        for way in self._ways:
            await way.http.aclose()

    async def _called(self, content: bytes, route: str) -> httpx.Response | Failed:
        """The answer to the newest keys that the peer knows; else why the newest were not answered."""
        first: httpx.Response | Failed | None = None
        for way in self._ways:
            answer = await self._answer(way, content, route)
            if isinstance(answer, httpx.Response) and not _is_stranger(answer):
                return answer
            first = first or answer
        assert first is not None
        return first

    async def _answer(self, way: "_Way", content: bytes, route: str) -> httpx.Response | Failed:
        try:
            answer = await self._post(way, content, route)
            if answer.status_code == _DOUBTED and self._set_clock(answer.content):
                answer = await self._post(way, content, route)
        except httpx.HTTPError as error:
            return Failed(route, f"{type(error).__name__}: {error}")
        except ssl.SSLError as error:
            return Failed(route, f"TLS: {error.reason or error}")
        return answer

    async def _post(self, way: "_Way", content: bytes, route: str) -> httpx.Response:
        url = httpx.URL(route.rstrip("/") + PACKETS_PATH)
        authority = url.netloc.decode("ascii")
        created_s = self._clock.now_ms() // 1000 + self._ahead_s
        signed = Request("POST", authority, PACKETS_PATH, content)
        fields = sign_request(signed, way.signer, created_s=created_s, nonce=draw(16).hex())
        return await way.http.post(url, content=content, headers=fields, extensions={"sni_hostname": self._name})

    def _set_clock(self, content: bytes) -> bool:
        """Sign by the peer's clock from now on, if it was the times that it refused."""
        try:
            said = parse_json(content, source="answer")
        except MalformedError:
            return False
        if not isinstance(said, dict) or said.get("reason") != "clock":
            return False
        now_s = said.get("now_s")
        if not isinstance(now_s, int):
            return False
        self._ahead_s = now_s - self._clock.now_ms() // 1000
        return True


@dataclass(frozen=True, slots=True)
class _Way:
    """Connections under one certificate, and what signs the requests on them."""

    http: httpx.AsyncClient
    signer: Signer


def _http(tls: ssl.SSLContext) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=90.0)
    timeout = httpx.Timeout(_ANSWER_S, connect=_CONNECT_S)
    return httpx.AsyncClient(verify=tls, timeout=timeout, limits=limits, trust_env=False)


def _is_stranger(answer: httpx.Response) -> bool:
    """Whether the peer does not know the keys that it was called with."""
    return answer.status_code in (_DOUBTED, _STRANGER)
