"""The server's side of a connection, with the head and the body of an answer sent together.

The one idea: the server writes the head of an answer and its body one after the other, and each write is a call of the
operating system and a packet that wakes the client. The head is held back until the body is there, which is at once.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["JoinedProtocol", "JoinedTransport"]

_HEAD: Final = b"HTTP/1.1 "
_INTERIM: Final = b"HTTP/1.1 1"  # 100 (Continue) is no head: the client waits for it
_END: Final = b"\r\n\r\n"


class JoinedTransport(asyncio.Transport):
    """A transport that holds back the head of an answer until the next write, `flush` or `close`."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._held = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write, together with what was held back."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(b"".join((held, data)))
        elif (
            isinstance(data, bytes) and data.endswith(_END) and data.startswith(_HEAD) and not data.startswith(_INTERIM)
        ):
            self._held = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Write what was held back: the answer has no body."""
        if self._held:
            self.write(b"")

    def close(self) -> None:
        """Write what was held back, and close once all is written."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Tell whether it is closed or will be."""
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        """Take nothing in for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on taking in."""
        self._transport.resume_reading()

    def get_write_buffer_size(self) -> int:
        """Tell how many bytes are still to be sent."""
        return len(self._held) + self._transport.get_write_buffer_size()

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Return what is known of the connection under this name."""
        return self._transport.get_extra_info(name, default)


class JoinedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP over httptools, on a transport that joins head and body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Take the connection."""
        self._joined = JoinedTransport(transport)
        super().connection_made(self._joined)

    def on_response_complete(self) -> None:
        """Send what is left of the answer, and go on to the next request."""
        self._joined.flush()
        super().on_response_complete()
