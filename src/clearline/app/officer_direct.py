"""An officer's way to a node that is not running: the same requests, answered in this process.

The one idea: the same table of routes and rules, so a stopped node is worked on as a running one is; whoever holds the
party's folder holds its keys, so a pseudonym is taken at its word here.
"""

import json
from collections.abc import Generator, Mapping

from clearline.app.officer_node import OfficerNode
from clearline.app.party_home import Opened
from clearline.edge.officer_calls import OfficerCalls
from clearline.edge.officer_desk import Answered, OfficerDesk
from clearline.edge.officer_port import Event
from clearline.line.statement import Actor, Refused
from clearline.line.terms import Mode, Role
from clearline.wire.json_text import Json

__all__ = ["DirectDesk"]


class DirectDesk(OfficerCalls):
    """Answers one officer. `person` speaks from `post`, with every role."""

    def __init__(self, opened: Opened, *, post: str, person: str, mode: Mode = Mode.ACTUAL) -> None:
        self.mode = mode
        self._opened = opened
        self._desk = OfficerDesk(OfficerNode(opened.node, opened.clock))
        self._actor = Actor(post, person, frozenset(Role))

    def get(self, path: str, **query: str) -> Json | Refused:
        """What a view shows."""
        return _read(self._desk.answer("GET", path, query, b"", self._actor))

    def post(self, path: str, wish: Mapping[str, Json], **query: str) -> Json | Refused:
        """Have something said."""
        data = json.dumps(dict(wish), ensure_ascii=False).encode()
        found = _read(self._desk.answer("POST", path, query, data, self._actor))
        self._opened.node.tick()
        return found

    def file(self, path: str, **query: str) -> bytes | Refused:
        """A file that a view gives."""
        answer = self._desk.answer("GET", path, query, b"", self._actor)
        if answer.status < 300:
            return answer.data
        found = _read(answer)
        assert isinstance(found, Refused)
        return found

    def events(self, after: int | None = None) -> Generator[Event | Refused]:
        """What was kept after a number, or ever; a node that is stopped keeps no more."""
        position = after or 0
        while found := self._opened.node.events_since(position):
            yield from found
            position = found[-1][0]

    def hand_in(self, path: str, data: bytes, **query: str) -> Json | Refused:
        """Hand a file in."""
        found = _read(self._desk.answer("POST", path, query, data, self._actor))
        self._opened.node.tick()
        return found


def _read(answer: Answered) -> Json | Refused:
    said = answer.json()
    if answer.status < 300:
        return said
    assert isinstance(said, dict)
    return Refused(str(said["rule"]), str(said["why"]))
