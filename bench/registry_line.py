"""One client's line to a registry: HTTP/1.1 kept alive, one request at a time, as cheap as Python lets it be.

The one idea: client and server share the machine's cores, so what the client costs is missing from the server. A
client library takes several times what the server does; this takes about a tenth of a millisecond less.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
from httptools import HttpResponseParser

__all__ = ["Answer", "Line", "LineLost"]

_WAIT_S = 15.0
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class LineLost(RuntimeError):  # noqa: N818 - it is what happened
    """The server hung up, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the body's bytes, and after how many seconds."""

    status: int
    data: bytes
    passed_s: float

    def body(self) -> Any:
        """The body as plain values."""
        return _decode(self.data)


class Line(asyncio.Protocol):
    """A connection. `token` is the client's; a request is begun when the one before it was answered."""

    def __init__(self, base: str, token: str) -> None:
        parts = urlsplit(base)
        self._place = (parts.hostname or "", parts.port or 80)
        self._head = f" HTTP/1.1\r\nhost: {parts.netloc}\r\nauthorization: Bearer {token}\r\n"
        self._wait: asyncio.Future[None] | None = None

    async def __aenter__(self) -> "Line":
        await asyncio.get_running_loop().create_connection(lambda: self, *self._place)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()

    async def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Ask, and return the answer. Raises LineLost where none comes."""
        loop = asyncio.get_running_loop()
        data = b"" if body is None else _encode(body)
        kind = f"content-type: application/json\r\ncontent-length: {len(data)}\r\n" if data else ""
        self._parser, self._parts = HttpResponseParser(self), list[bytes]()
        self._wait = loop.create_future()
        late = loop.call_later(_WAIT_S, self.connection_lost, None)
        begun_s = time.perf_counter()
        self._transport.write(f"{method} {path}{self._head}{kind}\r\n".encode() + data)
        try:
            await self._wait
        finally:
            late.cancel()
        return Answer(self._parser.get_status_code(), b"".join(self._parts), time.perf_counter() - begun_s)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is there."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is none by name

    def data_received(self, data: bytes) -> None:
        """A part of the answer."""
        self._parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        """A part of the answer's body."""
        self._parts.append(data)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._wait is not None and not self._wait.done():
            self._wait.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """The line broke, or nobody answered."""
        if self._wait is not None and not self._wait.done():
            self._wait.set_exception(LineLost(str(exc or "no answer")))
