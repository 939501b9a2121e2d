"""What a request to be shown something holds, and what an answer may be.

The one idea: a view is a function of the node, the picture, the time and what was asked; it changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clearline.edge.officer_port import OfficerPort
from clearline.line.ledger import Ledger
from clearline.line.statement import Actor, Body, Refused, Said
from clearline.line.terms import Mode, Role
from clearline.wire.json_text import Json

__all__ = ["File", "Look", "View"]


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file: its media type and its bytes."""

    media: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked to be shown. `query` has been checked: it holds the view's own names alone."""

    node: OfficerPort
    mode: Mode
    ledger: Ledger
    void: Mapping[str, Refused]
    actor: Actor
    query: Mapping[str, str]
    about: Said | None
    word: str
    now_ms: int

    @property
    def thing(self) -> Said:
        """What the path names."""
        assert self.about is not None
        return self.about

    def time_ms(self, name: str) -> int | None:
        """A time asked with; the door has seen that it is a whole number."""
        return int(self.query[name]) if self.query.get(name) else None


@dataclass(frozen=True, slots=True)
class View:
    """One row. `about` is the class that `{id}` must be of; `query` the names it takes, a star where one must be given.

    `mode`, which picture is shown, every view takes.
    """

    path: str
    role: Role
    about: type[Body] | None
    query: tuple[str, ...]
    show: Callable[[Look], Json | File | Refused]
    summary: str
