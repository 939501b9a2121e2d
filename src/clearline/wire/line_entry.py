"""Between a log's entry on record and a statement on the line: names of logs, and each as the other.

The one idea: who spoke to whom, in which mode and when, stands twice, in the signed place in the log and in the header;
the two must agree, so nothing said in exercise, or to somebody else, can be carried over into another log.
"""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from clearline.line.card import valid_party
from clearline.line.statement import Body, Header, Said
from clearline.line.terms import Mode
from clearline.record.canonical import Value
from clearline.record.log import Saying
from clearline.record.statement import KEYSET_KIND, NOTHING_SEEN, Entry, Seen
from clearline.wire.errors import MalformedError
from clearline.wire.statement_json import read_statement, write_statement

__all__ = ["LineLog", "keyset_saying", "line_log", "said_of", "saying_of", "stored_said"]

_MODES = {mode.lower(): mode for mode in Mode}
_HEAD = b'{"payload":"'
_SUFFIX = re.compile(r"[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LineLog:
    """One log of the line: everything `author` says to `addressee` in one mode.

    A party's private log has itself as addressee. `suffix` (8 hexadecimal digits) tells apart the private logs that
    were begun after a store was restored, as nobody else could give back the lost end of an earlier one. Raises
    ValueError for parts that name no log.

    >>> LineLog("alfa", "bravo", Mode.EXERCISE).origin
    'alfa/line/bravo/exercise'
    """

    author: str
    addressee: str
    mode: Mode
    suffix: str = ""

    def __post_init__(self) -> None:
        if not valid_party(self.author) or not valid_party(self.addressee):
            raise ValueError(f"{self.author[:80]!r} and {self.addressee[:80]!r} are not both names of parties")
        if self.suffix and not (self.private and _SUFFIX.fullmatch(self.suffix)):
            raise ValueError("only a private log has a suffix: 8 hexadecimal digits")

    @property
    def private(self) -> bool:
        """Whether the party keeps it to itself."""
        return self.author == self.addressee

    @property
    def origin(self) -> str:
        """The log's name on record."""
        name = f"{self.author}/line/{self.addressee}/{self.mode.lower()}"
        return f"{name}/{self.suffix}" if self.suffix else name

    @property
    def other(self) -> "LineLog":
        """The log that answers it; a private one has none, and is its own."""
        return LineLog(self.addressee, self.author, self.mode, self.suffix)


def line_log(origin: str, *, source: str = "log") -> LineLog:
    """The log that an origin names. Raises MalformedError if it is no log of the line, in its one spelling."""
    try:
        return _log(origin)
    except ValueError as error:
        mend = "a log of the line is called author/line/addressee/mode"
        raise MalformedError(source, "origin", str(error), mend) from error


@lru_cache(maxsize=1024)
def _log(origin: str) -> LineLog:
    parts = origin.split("/")
    if len(parts) not in (4, 5) or parts[1] != "line" or parts[3] not in _MODES:
        raise ValueError(f"{origin[:120]!r} is not the name of a log of the line")
    found = LineLog(parts[0], parts[2], _MODES[parts[3]], parts[4] if len(parts) == 5 else "")
    if found.origin != origin:
        raise ValueError(f"{origin[:120]!r} is not in its one spelling")
    return found


def saying_of(header: Header, body: Body, seen: Seen) -> Saying:
    """What is to be said in the record for a statement; `seen` is how much of the other log its author holds."""
    members = write_statement(header, body)
    on_record = {"header": members["header"], "body": members["body"]}
    return Saying(body.kind, on_record, seen, header.created_ms, header.clock_uncertainty_ms)


def keyset_saying(sealed: bytes, seen: Seen = NOTHING_SEEN, *, said_ms: int, clock_uncertainty_ms: int) -> Saying:
    """What is to be said in the record to announce a party's next key set, sealed by its root keys."""
    return Saying(KEYSET_KIND, {"envelope": sealed.decode("ascii")}, seen, said_ms, clock_uncertainty_ms)


def said_of(entry: Entry, logged_ms: int) -> Said | None:
    """The statement an entry of a log holds; None where it announces a key set, which concerns the record alone.

    Raises MalformedError if it cannot be read, or if its header and its place in the record contradict each other; the
    entry stays in its log all the same.
    """
    one = entry.statement
    place = _Place(entry.content_id, one.log, one.seq, logged_ms, one.said_ms, one.clock_uncertainty_ms, one.seen.size)
    return None if one.kind == KEYSET_KIND else _said(place, one.kind, one.body)


def stored_said(envelope: bytes, content_id: str, logged_ms: int) -> Said | None:
    """The same for an envelope whose signatures, form and place were checked when it was kept, and are not again."""
    payload = envelope[len(_HEAD) : envelope.index(b'"', len(_HEAD))]  # an envelope has one spelling
    members = cast("dict[str, Any]", json.loads(b64decode(payload).decode()))
    place = _Place(
        content_id,
        members["log"],
        members["seq"],
        logged_ms,
        members["said_ms"],
        members["clock_uncertainty_ms"],
        members["seen"]["size"],
    )
    return None if members["kind"] == KEYSET_KIND else _said(place, members["kind"], members["body"])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands on record, and when its writer says it was said."""

    content_id: str
    origin: str
    seq: int
    logged_ms: int
    said_ms: int
    clock_uncertainty_ms: int
    seen: int


def _said(place: _Place, kind: str, on_record: Mapping[str, Value]) -> Said:
    source = f"statement {place.seq} of {place.origin}"
    log = line_log(place.origin, source=source)
    if "kind" in on_record:
        raise MalformedError(source, "body", "it names its kind twice", "say it again, corrected")
    header, body = read_statement({"kind": kind, **on_record}, source=source)
    for name, recorded, told in (
        ("author", log.author, header.author),
        ("addressee", log.addressee, header.addressee),
        ("mode", log.mode, header.mode),
        ("created_ms", place.said_ms, header.created_ms),
        ("clock_uncertainty_ms", place.clock_uncertainty_ms, header.clock_uncertainty_ms),
    ):
        if recorded != told:
            problem = f"the record says {recorded}, the header {told}"
            raise MalformedError(source, f"header.{name}", problem, "a statement belongs to one log: say it there")
    return Said(place.content_id, place.seq, place.logged_ms, header, body, place.seen)
