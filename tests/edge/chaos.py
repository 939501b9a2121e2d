"""A line to a server that fails as lines do: cut at once, silent in one direction, or late.

The one idea: the cut is made here, between two sockets, so neither end is asked for its consent: an answer that the
server has sent is lost as it would be on a real line.
"""

import asyncio
import socket
import struct
from contextlib import suppress

__all__ = ["Line"]


class Line:
    """A port here that leads to a port of this machine, and can be made to fail."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._deaf = False
        self._words: bytes | None = None
        self._late = asyncio.Event()
        self.held = asyncio.Event()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> "Line":
        """Take connections on a free port from now on."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def cut(self) -> None:
        """Reset every connection, and hear again on new ones."""
        self._deaf = False
        for pair in tuple(self._open):
            for end in pair:
                sock: socket.socket | None = end.get_extra_info("socket")
                if sock is not None and sock.fileno() >= 0:
                    # Linger for no time: the other end is told by a reset, and what was on its way is lost.
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.transport.abort()

    def lose_answers(self) -> None:
        """Lose what the server says from now on, until the next cut, or until it is to be heard again."""
        self._deaf = True

    def hear_again(self) -> None:
        """Carry what the server says from now on; what was lost stays lost."""
        self._deaf = False

    def hold(self, words: bytes) -> None:
        """Hold back what a client sends next with these words in it, and all behind it; `held` says when that is so."""
        self._words = words

    def release(self) -> None:
        """Let what was held back arrive, late, whoever still waits for its answer."""
        self._late.set()

    async def stop(self) -> None:
        """Take no more connections, and cut those there are."""
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.sleep(0)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, there_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return
        pair = (writer, there_writer)
        self._open.add(pair)
        await asyncio.gather(self._carry(reader, there_writer, answers=False), self._carry(there, writer, answers=True))
        self._open.discard(pair)

    async def _carry(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, answers: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                if not answers and self._words is not None and self._words in data:
                    self._words = None
                    self.held.set()
                    await self._late.wait()
                if not (answers and self._deaf):
                    to.write(data)
                    await to.drain()
        to.close()
