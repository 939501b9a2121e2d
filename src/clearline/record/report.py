"""What a bundle was found to be, and what it shows, in sentences a judge can read.

The one idea: one of three verdicts and one sentence; below it facts kept apart that are often confused: what was signed
is proved, what was acknowledged is proved, and of the rest is said only that no signed receipt exists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from clearline.record.misbehaviour import Finding, shown
from clearline.record.statement import Entry

__all__ = ["EntryFact", "LogFacts", "Receipt", "Report", "StampFact", "Verdict", "utc"]


class Verdict(StrEnum):
    """VALID: genuine. INVALID: proves nothing. MISBEHAVIOUR: genuine, and proves that a writer broke its log's rule."""

    VALID = "VALID"
    INVALID = "INVALID"
    MISBEHAVIOUR = "MISBEHAVIOUR"

    @property
    def exit_code(self) -> int:
        """What a program answers with; 3 is left for "nobody can tell" (docs/specs/record.md section 9.2)."""
        return {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.MISBEHAVIOUR: 2}[self]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Someone cosigned the log at a size, at a time by its own clock."""

    name: str
    size: int
    time_s: int


@dataclass(frozen=True, slots=True)
class StampFact:
    """An authority stamped the checkpoint of a size."""

    authority: str
    size: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class EntryFact:
    """A statement, and the first receipt by the other party that covers it, if there is one."""

    entry: Entry
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What the bundle shows of one log. `seen_checked` is False where the other log is not in the bundle."""

    origin: str
    writer: str
    reader: str
    size: int
    root: bytes
    entries: tuple[EntryFact, ...]
    receipts: tuple[Receipt, ...]
    witnesses: tuple[Receipt, ...]
    stamps: tuple[StampFact, ...]
    seen_checked: bool
    unread_signatures: int
    unread_stamps: int


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict, the sentence, and what it rests on."""

    verdict: Verdict
    sentence: str
    logs: tuple[LogFacts, ...] = ()
    findings: tuple[Finding, ...] = ()
    attachments: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The report as text, the verdict first."""
        yield f"{self.verdict}: {self.sentence}"
        for log in self.logs:
            yield from _log_lines(log)
        for digest in self.attachments:
            yield f"attachment of digest {digest}, as an entry names it"
        for finding in self.findings:
            for quote in finding.quotes:
                rows = " | ".join(shown(row) for row in quote.rstrip("\n").split("\n"))
                yield f"  signed by {finding.accused}: {rows}"


def utc(time_s: int) -> str:
    """A time as text.

    >>> utc(1442602200)
    '2015-09-18T18:50:00Z'
    """
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _log_lines(log: LogFacts) -> Iterator[str]:
    yield f"log {log.origin}, written by {log.writer} to {log.reader}: {log.size} entries, root {log.root.hex()}"
    for receipt in log.receipts:
        yield f"  {receipt.name} signed a receipt for the first {receipt.size} at {utc(receipt.time_s)} by its clock"
    for receipt in log.witnesses:
        yield f"  witness {receipt.name} saw {receipt.size} entries at {utc(receipt.time_s)} by its clock"
    for stamp in log.stamps:
        yield f"  {stamp.authority} stamped {stamp.size} entries no later than {utc(-(-stamp.time_ms // 1000))}"
    for fact in log.entries:
        statement = fact.entry.statement
        said = f"{utc(statement.said_ms // 1000)} by its clock"
        if fact.receipt is None:
            received = f"no signed receipt of {log.reader} exists in this bundle"
        else:
            received = f"receipt signed by {log.reader} at {utc(fact.receipt.time_s)} by its clock"
        yield f"  {statement.seq} {statement.kind}, said at {said}, {received}, digest {fact.entry.content_id}"
    if not log.seen_checked:
        yield "  what these entries say they had seen of the other log was not checked: that log is not in the bundle"
    if log.unread_signatures:
        yield f"  signatures by keys you do not know, not read: {log.unread_signatures}"
    if log.unread_stamps:
        yield f"  time stamps not read, as you trust no authority: {log.unread_stamps}"
