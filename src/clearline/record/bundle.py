"""A bundle: chosen entries of a line's logs with everything that proves them, in one piece, for whoever was not there.

The one idea: a bundle holds no word that is not under a signature or under a hash that is; choose a talk, a notice, an
incident or a period by the numbers of its entries, and the rest of each log is there as hashes only.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.canonical import Value, canonical, from_canonical
from clearline.record.checkpoint import Checkpoint, read_checkpoint
from clearline.record.envelope import read_envelope
from clearline.record.errors import RecordError
from clearline.record.log import LogView
from clearline.record.members import Members
from clearline.record.misbehaviour import Evidence, evidence_json, read_evidence
from clearline.record.note import SignedNote
from clearline.record.pruned import prune
from clearline.record.statement import STATEMENT_TYPE, Statement

__all__ = ["MAX_BUNDLE_BYTES", "Bundle", "BundledLog", "LogChoice", "export_bundle", "read_bundle"]

MAX_BUNDLE_BYTES = 2**28
_FORMAT = "clearline-bundle-v1"


@dataclass(frozen=True, slots=True)
class BundledLog:
    """One log in a bundle: its checkpoints by size, the chosen entries, the tree cut down to them, and time stamps.

    `stamps` pairs the size of a checkpoint with an RFC 3161 token over that checkpoint's text.
    """

    origin: str
    checkpoints: tuple[tuple[Checkpoint, SignedNote], ...]
    entries: tuple[tuple[int, bytes], ...]
    tree: tuple[bytes, ...]
    stamps: tuple[tuple[int, bytes], ...]

    @property
    def newest(self) -> Checkpoint:
        """The newest checkpoint, whose tree the entries are proved in."""
        return self.checkpoints[-1][0]


@dataclass(frozen=True, slots=True)
class Bundle:
    """One or both logs of a line, evidence of misbehaviour, and attachments; nothing in it is checked yet."""

    logs: tuple[BundledLog, ...]
    evidence: tuple[Evidence, ...]
    attachments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LogChoice:
    """What to export of one log: the numbers wanted, and its checkpoints, the newest of which covers them all."""

    log: LogView
    wanted: Iterable[int]
    checkpoints: Sequence[str]
    stamps: Sequence[tuple[int, bytes]] = field(default_factory=tuple[tuple[int, bytes], ...])


def export_bundle(
    choices: Sequence[LogChoice], evidence: Sequence[Evidence] = (), attachments: Iterable[bytes] = ()
) -> bytes:
    """A bundle of chosen entries of one or both logs of a line, with every announcement of a key set.

    An attachment is what the body of a chosen entry names by its SHA-256 in hexadecimal.

    Raises ValueError if the newest checkpoint of a log does not cover an entry that is wanted, or that the other log's
    entries had seen: export with a newer one.
    """
    drafts = [_draft(choice) for choice in choices]
    logs: list[Value] = []
    for number, (choice, draft) in enumerate(zip(choices, drafts, strict=True)):
        seen = {size for other, one in enumerate(drafts) if other != number for size in one.seen}
        newest = draft.sizes[-1]
        if seen and max(seen) > newest:
            raise ValueError(f"{choice.log.head.origin}: {max(seen)} entries had been seen; {newest} are covered")
        cuts = sorted({*seen, *draft.sizes[:-1]})
        indices = [index for index, _ in draft.entries]
        logs.append(
            {
                "origin": choice.log.head.origin,
                "checkpoints": list(draft.texts),
                "entries": [{"index": index, "envelope": text} for index, text in draft.entries],
                "tree": [to_base64(one) for one in prune(choice.log, newest, indices, cuts)],
                "stamps": [{"size": size, "token": to_base64(token)} for size, token in choice.stamps],
            }
        )
    by_digest = {hashlib.sha256(one).hexdigest(): one for one in attachments}
    return canonical(
        {
            "format": _FORMAT,
            "logs": logs,
            "evidence": [evidence_json(one) for one in evidence],
            "attachments": [to_base64(by_digest[digest]) for digest in sorted(by_digest)],
        },
        where="bundle",
        max_bytes=MAX_BUNDLE_BYTES,
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    texts: tuple[str, ...]
    sizes: tuple[int, ...]
    entries: tuple[tuple[int, str], ...]
    seen: frozenset[int]


def _draft(choice: LogChoice) -> _Draft:
    origin = choice.log.head.origin
    signed = sorted((read_checkpoint(text)[0].size, text) for text in choice.checkpoints)
    if not signed:
        raise ValueError(f"{origin}: a bundle needs a checkpoint of it")
    newest = signed[-1][0]
    wanted = {*choice.wanted, *(place for place in choice.log.keyset_places() if place < newest)}
    if wanted and not 0 <= min(wanted) <= max(wanted) < newest:
        raise ValueError(f"{origin}: entry {max(wanted)} is wanted; the checkpoint covers {newest}")
    entries = tuple((index, choice.log.envelope(index).decode("ascii")) for index in sorted(wanted))
    statements = [
        Statement.from_bytes(read_envelope(text.encode(), STATEMENT_TYPE).payload).seen.size for _, text in entries
    ]
    return _Draft(tuple(text for _, text in signed), tuple(size for size, _ in signed), entries, frozenset(statements))


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle from its canonical bytes. Raises RecordError."""
    value = from_canonical(data, where="bundle", max_bytes=MAX_BUNDLE_BYTES)
    members = Members(value, ("format", "logs", "evidence", "attachments"), "bundle")
    members.literal("format", _FORMAT)
    logs = tuple(_log(one, f"bundle.logs[{n}]") for n, one in enumerate(members.items("logs")))
    evidence = tuple(read_evidence(one, f"bundle.evidence[{n}]") for n, one in enumerate(members.items("evidence")))
    if len(logs) > 2 or len({one.origin for one in logs}) != len(logs):
        raise RecordError("bundle.logs", "a bundle holds one or both logs of one line, each once")
    if not logs and not evidence:
        raise RecordError("bundle", "it holds nothing")
    attachments = [from_base64(one, f"bundle.attachments[{n}]") for n, one in enumerate(members.texts("attachments"))]
    digests = [hashlib.sha256(one).digest() for one in attachments]
    if any(first >= second for first, second in pairwise(digests)):
        raise RecordError("bundle.attachments", "they are not in the order of their digests, each once")
    return Bundle(logs, evidence, tuple(attachments))


def _log(value: Value, where: str) -> BundledLog:
    members = Members(value, ("origin", "checkpoints", "entries", "tree", "stamps"), where)
    origin = members.text("origin")
    checkpoints = tuple(
        read_checkpoint(text, f"{where}.checkpoints[{n}]") for n, text in enumerate(members.texts("checkpoints"))
    )
    entries: list[tuple[int, bytes]] = []
    for number, one in enumerate(members.items("entries")):
        entry = Members(one, ("index", "envelope"), f"{where}.entries[{number}]")
        entries.append((entry.whole("index"), entry.text("envelope").encode()))
    stamps: list[tuple[int, bytes]] = []
    for number, one in enumerate(members.items("stamps")):
        stamp = Members(one, ("size", "token"), f"{where}.stamps[{number}]")
        stamps.append((stamp.whole("size"), from_base64(stamp.text("token"), f"{where}.stamps[{number}].token")))
    if not checkpoints or any(checkpoint.origin != origin for checkpoint, _ in checkpoints):
        raise RecordError(f"{where}.checkpoints", f"there must be at least one, all of {origin[:80]}")
    _ascending([checkpoint.size for checkpoint, _ in checkpoints], f"{where}.checkpoints")
    _ascending([index for index, _ in entries], f"{where}.entries")
    return BundledLog(origin, checkpoints, tuple(entries), tuple(members.hashes("tree")), tuple(stamps))


def _ascending(numbers: Sequence[int], where: str) -> None:
    if any(first >= second for first, second in pairwise(numbers)):
        raise RecordError(where, "they are not in ascending order, each once")
