"""Calling a peer's node: by any of its routes, each request signed, and only the peer itself accepted as the answerer.

The one idea: a route is tried or it is not; what came of it is a packet or a sentence, and what to do next is for the
outbox to say.
"""

import asyncio
import ssl
from dataclasses import dataclass

import httpx

from clearline.edge.keys_file import draw
from clearline.edge.peer_port import PACKETS_PATH, Ticking
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
_TAKEN, _DOUBTED = 200, 401


@dataclass(frozen=True, slots=True)
class Failed:
    """What came of a route that gave no packet: the route and why, in words."""

    route: str
    why: str


class PeerClient:
    """Calls one peer. `tls` accepts that peer's certificate alone (`peer_port.client_tls`)."""

    def __init__(self, card: Card, tls: ssl.SSLContext, signer: Signer, clock: Ticking) -> None:
        self.card = card
        self._signer = signer
        self._clock = clock
        self._ahead_s = 0  # how much later the peer's clock said it is, when it refused a signature's times
        limits = httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=90.0)
        timeout = httpx.Timeout(_ANSWER_S, connect=_CONNECT_S)
        self._http = httpx.AsyncClient(verify=tls, timeout=timeout, limits=limits, trust_env=False)

    @property
    def routes(self) -> tuple[str, ...]:
        """The peer's addresses, in the order of its card."""
        return self.card.addresses

    async def send(self, packet: Packet, route: str) -> Packet | Failed:
        """Hand a packet over by a route; the answer, or why there is none."""
        content = await asyncio.to_thread(write_packet, packet)
        try:
            answer = await self._post(content, route)
            if answer.status_code == _DOUBTED and self._set_clock(answer.content):
                answer = await self._post(content, route)
        except httpx.HTTPError as error:
            return Failed(route, f"{type(error).__name__}: {error}")
        except ssl.SSLError as error:
            return Failed(route, f"TLS: {error.reason or error}")
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
        await self._http.aclose()

    async def _post(self, content: bytes, route: str) -> httpx.Response:
        url = httpx.URL(route.rstrip("/") + PACKETS_PATH)
        authority = url.netloc.decode("ascii")
        created_s = self._clock.now_ms() // 1000 + self._ahead_s
        signed = Request("POST", authority, PACKETS_PATH, content)
        fields = sign_request(signed, self._signer, created_s=created_s, nonce=draw(16).hex())
        return await self._http.post(url, content=content, headers=fields)

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
