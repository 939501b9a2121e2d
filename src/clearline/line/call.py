"""The call log: what was said by voice, in a few words, at once.

The one idea: the telephone is the baseline, and what takes longer than half a minute to note is not noted; so a call is
one line of text, its length and a mark of who called, in the party's own log.
"""

from dataclasses import dataclass
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Said
from clearline.line.terms import Level

__all__ = ["CallNote", "calls"]


@dataclass(frozen=True, slots=True)
class CallNote(Body):
    """A voice call with a peer as one side noted it, in its own log alone; what binds is said as a statement.

    `minutes` None is "not noted". Raises ValueError for a call with nobody, or of less than nothing.
    """

    kind: ClassVar[str] = "call_note"
    by_person_only: ClassVar[bool] = True
    peer: str
    ended_ms: int
    text: str
    minutes: int | None = None
    level: Level = Level.OPERATIONAL
    they_called: bool = False
    circuit: str = ""

    def __post_init__(self) -> None:
        if not self.peer or (self.minutes is not None and self.minutes < 0):
            raise ValueError("a call is with somebody, and lasts some minutes")


def calls(ledger: Ledger, peer: str) -> list[tuple[Said, CallNote]]:
    """The calls with one peer, oldest first."""
    return [(said, note) for said, note in ledger.of(CallNote) if note.peer == peer]
