"""How a request of the typed client goes out and its answer comes in, whichever way it takes.

The one idea: four plain requests carry all operations; whoever can make those (over HTTP, or on a node that is stopped)
has every operation, with typed arguments and an answer that was looked at before anybody uses it.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from clearline.edge.officer_answers import SaidAnswer
from clearline.edge.officer_port import Event
from clearline.edge.read_answer import read_answer
from clearline.line.statement import Body, Link, Refused
from clearline.line.terms import Mode, Precedence
from clearline.wire.json_text import Json
from clearline.wire.officer_json import shown

__all__ = ["PLAIN", "How", "OfficerAsking"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class How:
    """What an officer may choose of a statement besides its body; the rest is as the rule of its kind has it."""

    precedence: Precedence | None = None
    links: tuple[Link, ...] = ()
    valid_from_ms: int | None = None
    valid_until_ms: int | None = None
    lang: str = "en"
    phrase: str | None = None


PLAIN = How()


class OfficerAsking(ABC):
    """What makes the four requests. `mode` is the picture that every operation is about."""

    mode: Mode = Mode.ACTUAL

    @abstractmethod
    def get(self, path: str, **query: str) -> Json | Refused:
        """What a view shows."""

    @abstractmethod
    def post(self, path: str, wish: Mapping[str, Json], **query: str) -> Json | Refused:
        """Have something said."""

    @abstractmethod
    def file(self, path: str, **query: str) -> bytes | Refused:
        """A file that a view gives."""

    @abstractmethod
    def hand_in(self, path: str, data: bytes, **query: str) -> Json | Refused:
        """Hand a file in."""

    @abstractmethod
    def events(self, after: int | None = None) -> Generator[Event | Refused]:
        """What is kept after a number, or from now on: number, kind and record identifier of each."""

    def show(self, kind: type[_T], path: str, /, **query: str | int | None) -> _T | Refused:
        """What a view shows, as `kind` has it. Raises MalformedError for an answer of another shape."""
        found = self.get(path, mode=self.mode.value, **_told(query))
        return found if isinstance(found, Refused) else read_answer(kind, found)

    def give(self, path: str, **query: str | int | None) -> bytes | Refused:
        """A file that a view gives."""
        return self.file(path, mode=self.mode.value, **_told(query))

    def take(self, kind: type[_T], path: str, data: bytes) -> _T | Refused:
        """A file handed in, and the answer to it."""
        found = self.hand_in(path, data, mode=self.mode.value)
        return found if isinstance(found, Refused) else read_answer(kind, found)

    def say(self, path: str, body: Body | None = None, how: How = PLAIN, *, peer: str = "") -> SaidAnswer | Refused:
        """Have a body said, to a peer or about what the path names."""
        wish: dict[str, Json] = {"lang": how.lang}
        if peer:
            wish["peer"] = peer
        if body is not None:
            members = shown(body)
            assert isinstance(members, dict)
            wish["body"] = members["body"]
        chosen = {"precedence": how.precedence, "links": how.links or None, "phrase": how.phrase}
        chosen |= {"valid_from_ms": how.valid_from_ms, "valid_until_ms": how.valid_until_ms}
        wish |= {name: shown(value) for name, value in chosen.items() if value is not None}
        found = self.post(path, wish, mode=self.mode.value)
        return found if isinstance(found, Refused) else read_answer(SaidAnswer, found)


def _told(query: Mapping[str, str | int | None]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value is not None}
