"""The door between nodes: packets in and out over HTTP, from pinned peers alone, each request signed.

The one idea: three locks, each enough by itself to keep a stranger out: the certificate of the connection, the
signature on the request, the signatures in the packet; and a request counts once.
"""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from clearline.edge.peer_port import PACKETS_PATH, PeerPort, Ticking
from clearline.edge.replay import ReplayCache
from clearline.line.card import Card
from clearline.wire.errors import MalformedError
from clearline.wire.packet import MAX_PACKET_BYTES, read_packet, write_packet
from clearline.wire.request_signature import CONTENT_TYPE, RequestSignature, read_signature
from clearline.wire.request_signature import Request as SignedPart

__all__ = ["STATUSES", "PeerDoor", "PinnedProtocol", "Refusal"]

_CERTIFICATE = "clearline.certificate"
# What two clocks may differ by before a signature's times are doubted; beyond, the answer says our time, and the
# caller signs again by it: a node whose clock is wrong must still be able to cry for help.
SKEW_S = 30


class Refusal(StrEnum):
    """Why a request is refused; the peer gets the word and a sentence."""

    STRANGER = "stranger"
    UNSIGNED = "unsigned"
    SIGNATURE = "signature"
    CLOCK = "clock"
    REPLAY = "replay"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    NOT_YOURS = "not_yours"


STATUSES = {
    Refusal.STRANGER: 403,
    Refusal.UNSIGNED: 401,
    Refusal.SIGNATURE: 401,
    Refusal.CLOCK: 401,
    Refusal.REPLAY: 409,
    Refusal.TOO_LARGE: 413,
    Refusal.MALFORMED: 400,
    Refusal.NOT_YOURS: 403,
}


class _RefusedError(Exception):
    """A request that is refused."""

    def __init__(self, reason: Refusal, why: str) -> None:
        super().__init__(why)
        self.reason = reason
        self.why = why


class PinnedProtocol(H11Protocol):
    """uvicorn's HTTP, telling the application which certificate the caller showed."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as its base does
        """A caller is there, its certificate checked against those that are pinned."""
        super().connection_made(transport)
        found: object = transport.get_extra_info("ssl_object")
        shown = found.getpeercert(binary_form=True) if isinstance(found, ssl.SSLObject) else None
        inner = self.app

        async def told(scope: Scope, receive: Receive, send: Send) -> None:
            scope[_CERTIFICATE] = shown
            await inner(scope, receive, send)  # type: ignore[arg-type] # uvicorn and starlette name one thing twice

        self.app = told  # type: ignore[assignment] # likewise

    def shutdown(self) -> None:
        """The node stops: a connection that nothing is on is ended without waiting for the caller's farewell."""
        cycle: object = getattr(self, "cycle", None)
        idle = cycle is None or getattr(cycle, "response_complete", True) is True
        super().shutdown()
        if idle:
            self.transport.abort()


class PeerDoor:
    """The application that peers' nodes call."""

    def __init__(self, node: PeerPort, clock: Ticking, on_taken: Callable[[str], None]) -> None:
        """`on_taken` is told the peer whose packet was taken in, for whoever waits for news of it."""
        self._node = node
        self._clock = clock
        self._on_taken = on_taken
        self._had = ReplayCache()
        self.app = Starlette(routes=[Route(PACKETS_PATH, self._packets, methods=["POST"])])

    async def _packets(self, request: Request) -> Response:
        with suppress(ClientDisconnect):
            try:
                return await self._taken(request)
            except _RefusedError as error:
                said = {"reason": error.reason, "why": error.why, "now_s": self._clock.now_ms() // 1000}
                return JSONResponse(said, STATUSES[error.reason])
        return Response(status_code=400)

    async def _taken(self, request: Request) -> Response:
        card = self._caller(request)
        content = await _content(request)
        self._check(request, content, card)
        try:
            packet = read_packet(content, f"packet of {card.party}")
        except MalformedError as error:
            raise _RefusedError(Refusal.MALFORMED, str(error)) from error
        if (packet.sender, packet.addressee) != (card.party, self._node.own):
            why = f"{card.party} calls with a packet of {packet.sender[:80]} to {packet.addressee[:80]}"
            raise _RefusedError(Refusal.NOT_YOURS, why)
        server = request.scope.get("server") or ("", 0)
        answer = await asyncio.to_thread(self._node.take, packet)
        await asyncio.to_thread(self._node.heard, card.party, f"to {server[0]}:{server[1]}", their_ms=packet.sent_ms)
        self._on_taken(card.party)
        return Response(write_packet(answer), media_type=CONTENT_TYPE)

    def _caller(self, request: Request) -> Card:
        shown: object = request.scope.get(_CERTIFICATE)
        for card in self._node.peers():
            # A card whose keys gave way to others vouches for nobody, though no card with the others came yet.
            newest = card.keyset.version >= self._node.keys_of(card.party).version
            if newest and isinstance(shown, bytes) and shown == _der(card.certificate):
                return card
        raise _RefusedError(Refusal.STRANGER, "the certificate is on no card that was imported here")

    def _check(self, request: Request, content: bytes, card: Card) -> None:
        """The signature on the request: by the caller's key, over this very request, now, and for the first time."""
        now_s = self._clock.now_ms() // 1000
        fields = dict(request.headers.items())
        signed = SignedPart(
            request.method,
            request.headers.get("host", ""),
            request.url.path,
            content,
            request.headers.get("content-type", ""),
        )
        try:
            signature: RequestSignature = read_signature(fields, signed)
        except MalformedError as error:
            raise _RefusedError(Refusal.UNSIGNED, str(error)) from error
        if not signature.holds(signed, card.request_key):
            raise _RefusedError(Refusal.SIGNATURE, f"it is not signed by the request key of {card.party}")
        if not signature.created_s - SKEW_S <= now_s <= signature.expires_s + SKEW_S:
            why = f"signed at {signature.created_s}, and it is {now_s} here: one of the two clocks is wrong"
            raise _RefusedError(Refusal.CLOCK, why)
        until_s = signature.expires_s + SKEW_S
        if not self._had.first(signature.keyid, signature.nonce, until_s=until_s, now_s=now_s):
            raise _RefusedError(Refusal.REPLAY, "a request with this nonce was had before")


async def _content(request: Request) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > MAX_PACKET_BYTES:
            raise _RefusedError(Refusal.TOO_LARGE, f"a packet has {MAX_PACKET_BYTES} bytes at most")
    return bytes(found)


@lru_cache(maxsize=256)
def _der(pem: str) -> bytes:
    return x509.load_pem_x509_certificate(pem.encode("ascii")).public_bytes(Encoding.DER)
