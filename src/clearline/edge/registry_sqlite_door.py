"""A door in a running registry's file for its operator: a copy of it is asked for here, for nobody else may read it.

The one idea: a socket beside the file, which the operating system opens to nobody but its owner; one line in, the name
of the copy, and one line out, `ok` or why not.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

__all__ = ["BackupDoor", "ask_backup", "door_of"]

_LINE_BYTES = 8_192
_WAIT_S = 3_600.0


def door_of(path: Path) -> Path:
    """Return where the door of a registry's file is."""
    return path.with_name(f"{path.name}.door")


class BackupDoor:
    """The door of a file, from `open` until `close`. `copy` makes a copy of the file under the name it is given."""

    def __init__(self, path: Path, copy: Callable[[Path], Awaitable[None]]) -> None:
        self._copy = copy
        self._place = door_of(path)
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen. Raises OSError where no socket can be had there, as where its name is too long."""
        # Whoever has the file has the door: what lies there is left over.
        self._place.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            mask = os.umask(0o177)
            try:
                listening.bind(str(self._place))
            finally:
                os.umask(mask)
            self._server = await asyncio.start_unix_server(self._answer, sock=listening, limit=_LINE_BYTES)
        except BaseException:
            listening.close()
            raise

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
            self._place.unlink(missing_ok=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            name = (await reader.readuntil(b"\n"))[:-1]
            writer.write(f"{await self._copied(Path(os.fsdecode(name)))}\n".encode("utf-8", "replace"))
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # whoever asked went away or said nothing that could be done
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _copied(self, target: Path) -> str:
        if not target.is_absolute():
            return "the registry takes only the whole name of a file, from the root"
        try:
            await self._copy(target)
        except (OSError, RuntimeError) as error:
            return str(error)
        return "ok"


def ask_backup(path: Path, target: Path) -> str | None:
    """Ask the registry that has a file open for a copy of it; None if it is there, else why not.

    Raises ConnectionError or FileNotFoundError where no registry listens.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_WAIT_S)
        asking.connect(str(door_of(path)))
        asking.sendall(os.fsencode(target.absolute()) + b"\n")
        told = b""
        while chunk := asking.recv(_LINE_BYTES):
            told += chunk
    answer = told.decode("utf-8", "replace").strip()
    return None if answer == "ok" else answer or "the registry ended before it was done"
