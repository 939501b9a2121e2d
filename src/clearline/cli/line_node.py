"""The typed operations of a node, for commands: the way to it is opened for each request, and closed after it.

The one idea: a command does not know whether the node runs; it calls one method and gets one answer.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager

from clearline.edge.officer_calls import OfficerCalls
from clearline.edge.officer_port import Event
from clearline.line.statement import Refused
from clearline.line.terms import Mode
from clearline.wire.json_text import Json

__all__ = ["AskedNode"]


class AskedNode(OfficerCalls):
    """All operations, each by a way that `open_way` opens."""

    def __init__(self, open_way: Callable[[], AbstractContextManager[OfficerCalls]], mode: Mode) -> None:
        self._open_way = open_way
        self.mode = mode

    def get(self, path: str, **query: str) -> Json | Refused:
        """What a view shows."""
        with self._open_way() as node:
            return node.get(path, **query)

    def post(self, path: str, wish: Mapping[str, Json], **query: str) -> Json | Refused:
        """Have something said."""
        with self._open_way() as node:
            return node.post(path, wish, **query)

    def file(self, path: str, **query: str) -> bytes | Refused:
        """A file that a view gives."""
        with self._open_way() as node:
            return node.file(path, **query)

    def hand_in(self, path: str, data: bytes, **query: str) -> Json | Refused:
        """Hand a file in."""
        with self._open_way() as node:
            return node.hand_in(path, data, **query)

    def events(self, after: int | None = None) -> Generator[Event | Refused]:
        """What happens, as it happens."""
        with self._open_way() as node:
            yield from node.events(after)
