"""What a node knows, in memory: one picture for each mode, worked out from the entries of its logs alone.

The one idea: the store holds envelopes, this holds what they say; it is built again from them whenever there is doubt.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from clearline.line.desk import accept
from clearline.line.ledger import Ledger
from clearline.line.statement import Refused, Said
from clearline.line.terms import Mode
from clearline.wire.errors import MalformedError

__all__ = ["Book", "Read", "in_causal_order"]


@dataclass(frozen=True, slots=True)
class Read:
    """One entry as it was read: its place, how much of the other log its author had seen, and what it says.

    `other` is the log it answers, None for a private one. `said` is None where it announces keys or cannot be read;
    then `fault` says why.
    """

    position: int
    log: int
    other: int | None
    seq: int
    seen_size: int
    content_id: str
    said: Said | None
    fault: MalformedError | None

    @classmethod
    def of(
        cls,
        position: int,
        log: int,
        other: int | None,
        seq: int,
        seen_size: int,
        content_id: str,
        found: Said | MalformedError | None,
    ) -> "Read":
        """Sort what reading gave: a statement, an error, or None for an announcement of keys."""
        said = found if isinstance(found, Said) else None
        fault = found if isinstance(found, MalformedError) else None
        return cls(position, log, other, seq, seen_size, content_id, said, fault)


@dataclass
class Book:
    """The pictures of one party. `void` are statements that stand in a log and do not count, with the rule.

    `unread` are entries that cannot be read as statements (of a later version, or contradicting their place), with why;
    they stay in their logs.
    """

    own: str
    ledgers: dict[Mode, Ledger] = field(init=False)
    void: dict[Mode, dict[str, Refused]] = field(init=False)
    unread: dict[str, MalformedError] = field(default_factory=dict[str, MalformedError])
    position: int = 0

    def __post_init__(self) -> None:
        self.ledgers = {mode: Ledger(self.own, mode) for mode in Mode}
        self.void = {mode: {} for mode in Mode}

    def add(self, read: Read) -> Said | None:
        """Take in one entry; the statement, if it is one."""
        self.position = max(self.position, read.position)
        if read.fault is not None:
            self.unread[read.content_id] = read.fault
        said = read.said
        if said is None:
            return None
        ledger = self.ledgers[said.header.mode]
        refused = accept(said, ledger)
        if refused is not None:
            self.void[said.header.mode][said.record_id] = refused
        ledger.add(said)
        return said

    def refusals(self, mode: Mode) -> Mapping[str, Refused]:
        """The void statements of a mode by record identifier."""
        return self.void[mode]


def in_causal_order(reads: Iterable[Read]) -> list[Read]:
    """Entries in the order they were kept, but none before what its author had seen of the other log.

    A node that got its own log back from its peer keeps its own entries first; what they answered was there before.
    """
    kept = list(reads)
    by_log: dict[int, list[Read]] = {}
    for read in kept:
        by_log.setdefault(read.log, []).append(read)
    placed = dict.fromkeys(by_log, 0)
    ordered: list[Read] = []
    for read in kept:
        if read.seq < placed[read.log]:
            continue  # an answer to it brought it forward
        if read.other is not None:
            others = by_log.get(read.other, [])
            start, end = placed.get(read.other, 0), min(read.seen_size, len(others))
            if end > start:
                ordered.extend(others[start:end])
                placed[read.other] = end
        ordered.append(read)
        placed[read.log] = read.seq + 1
    return ordered
