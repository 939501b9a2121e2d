"""The one question an outsider asks of a bundle: what it proves.

The one idea: a pure function of the bundle's bytes and the reader's own trust. Every signature, every number, every
hash is checked or the answer is INVALID; a lie is named only on the liar's own signatures; and where this installation
lacks an algorithm there is no answer at all (`UnsupportedError`), rather than a guess.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clearline.record.bundle import Bundle, BundledLog, read_bundle
from clearline.record.canonical import Value
from clearline.record.checkpoint import checkpoint_keys, cosigning_keys
from clearline.record.cosignatures import Signatures, read_signatures
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory
from clearline.record.misbehaviour import Finding, prove, rewritten, shown
from clearline.record.pruned import Regrown, regrow
from clearline.record.report import EntryFact, LogFacts, Receipt, Report, StampFact, Verdict
from clearline.record.stamp import read_stamp
from clearline.record.statement import Entry, open_entry, place_of_keyset
from clearline.record.tree import leaf_hash
from clearline.record.trust import Trust, TrustedLog

__all__ = ["verify_bundle"]


def verify_bundle(bundle: bytes, trust: Trust) -> Report:
    """What a bundle proves to a reader with this trust. Raises UnsupportedError, and nothing else."""
    try:
        return _verified(read_bundle(bundle), trust)
    except RecordError as error:
        return Report(Verdict.INVALID, shown(f"This bundle proves nothing. {error.where}: {error.problem}."))


@dataclass(frozen=True, slots=True)
class _Opened:
    """A log of the bundle with its entries opened by the keys in force, its tree not yet checked."""

    bundled: BundledLog
    trusted: TrustedLog
    reader: TrustedLog
    history: KeyHistory
    entries: tuple[Entry, ...]
    older: tuple[Entry, ...]

    @property
    def shown(self) -> tuple[Entry, ...]:
        """Every entry the bundle shows, those of which only the place counts included."""
        return (*self.older, *self.entries)


def _verified(bundle: Bundle, trust: Trust) -> Report:
    opened = {one.origin: _open(one, trust) for one in bundle.logs}
    if len(opened) == 2 and any(one.reader.origin not in opened for one in opened.values()):
        raise RecordError("bundle.logs", "they are not the two logs of one line")
    facts: list[LogFacts] = []
    findings: list[Finding] = []
    for one in opened.values():
        fact, found = _check_log(one, opened.get(one.reader.origin), trust)
        facts.append(fact)
        findings.extend(found)
    for number, evidence in enumerate(bundle.evidence):
        where = f"bundle.evidence[{number}]"
        known = opened.get(evidence.log)
        history = known.history if known else _anchor(_trusted(evidence.log, trust, where)[0], trust)
        findings.append(prove(evidence, history, where))
    attachments = _attachments(bundle, opened.values())
    return Report(*_judged(facts, findings), tuple(facts), tuple(findings), attachments)


def _attachments(bundle: Bundle, opened: Iterable[_Opened]) -> tuple[str, ...]:
    """The digests of the attachments, each named in the body of an entry; what nobody signed for is refused."""
    if not bundle.attachments:
        return ()
    named = {text for one in opened for entry in one.entries for text in _texts(entry.statement.body)}
    digests = tuple(hashlib.sha256(one).hexdigest() for one in bundle.attachments)
    for digest in digests:
        if digest not in named:
            raise RecordError("bundle.attachments", f"no entry of the bundle names the one of digest {digest}")
    return digests


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _texts(part)


def _judged(facts: Sequence[LogFacts], findings: Sequence[Finding]) -> tuple[Verdict, str]:
    if findings:
        sentences = " ".join(finding.sentence for finding in findings)
        return Verdict.MISBEHAVIOUR, f"This bundle is genuine, and it proves misbehaviour. {sentences}"
    counts = " and ".join(f"{len(fact.entries)} of {fact.size} statements by {fact.writer}" for fact in facts)
    return Verdict.VALID, f"This bundle is genuine: {counts}, each as signed and in the place its log gives it."


def _trusted(origin: str, trust: Trust, where: str) -> tuple[TrustedLog, TrustedLog]:
    """A log the reader trusts, and the one beside it."""
    line = trust.line_of(origin)
    if line is None:
        raise RecordError(where, f"the log {origin[:80]!r} is not one you trust")
    beside = line.other(origin)
    return line.other(beside.origin), beside


def _anchor(log: TrustedLog, trust: Trust) -> KeyHistory:
    return KeyHistory(trust.keysets[log.writer], log.first)


def _open(bundled: BundledLog, trust: Trust) -> _Opened:
    origin = bundled.origin
    trusted, reader = _trusted(origin, trust, "bundle.logs")
    history = _anchor(trusted, trust)
    entries: list[Entry] = []
    older: list[Entry] = []
    for index, envelope in bundled.entries:
        if index < history.first:
            older.append(place_of_keyset(envelope, origin, index))
            continue
        entry = open_entry(envelope, origin, index, history)
        if entry.keyset is not None:
            history = history.announce(index, entry.keyset, entry.statement.seen.size)
        entries.append(entry)
    for before, after in pairwise([*older, *entries]):
        one, two = before.statement, after.statement
        if one.seq + 1 == two.seq and two.prev != before.content_id:
            raise RecordError(f"entry {two.seq} of {origin}", "it does not follow from the statement before it")
        if one.seen.size > two.seen.size or (one.seen.size == two.seen.size and one.seen.root != two.seen.root):
            raise RecordError(f"entry {two.seq} of {origin}", "it had seen less of the other log than one before it")
    return _Opened(bundled, trusted, reader, history, tuple(entries), tuple(older))


def _check_log(one: _Opened, other: _Opened | None, trust: Trust) -> tuple[LogFacts, list[Finding]]:
    """Check a log's signatures and tree; `other` is the log beside it, if the bundle holds it."""
    bundled, newest = one.bundled, one.bundled.newest
    signatures = _signatures(one, other, trust)
    regrown = _regrow(one, other)
    findings: list[Finding] = []
    good: dict[int, Signatures] = {}
    for checkpoint, _ in bundled.checkpoints:
        root = newest.root if checkpoint.size == newest.size else regrown.earlier[checkpoint.size]
        if root == checkpoint.root:
            good[checkpoint.size] = signatures[checkpoint.size]
        else:
            findings.append(rewritten(checkpoint, newest, root, one.trusted.writer))
    if not trust.policy.met(good[newest.size].cosigned_s):
        raise RecordError(f"checkpoint of {newest.origin}", "it lacks the cosignatures of the quorum you ask for")
    receipts = tuple(_receipts(one, other, trust, good))
    stamps = tuple(_stamps(bundled, trust)) if trust.stamps else ()
    return (
        LogFacts(
            newest.origin,
            one.trusted.writer,
            one.reader.writer,
            newest.size,
            newest.root,
            tuple(
                EntryFact(entry, next((one for one in receipts if one.size > entry.statement.seq), None))
                for entry in one.entries
            ),
            receipts,
            tuple(_witnesses(trust, good)),
            stamps,
            other is not None,
            sum(one.unknown for one in signatures.values()),
            0 if trust.stamps else len(bundled.stamps),
        ),
        findings,
    )


def _reading_history(one: _Opened, other: _Opened | None, trust: Trust) -> KeyHistory:
    """The key sets of the party that reads this log, as far as its own log in the bundle announces them."""
    return other.history if other else _anchor(one.reader, trust)


def _signatures(one: _Opened, other: _Opened | None, trust: Trust) -> Mapping[int, Signatures]:
    reading = _reading_history(one, other, trust)
    found: dict[int, Signatures] = {}
    for checkpoint, note in one.bundled.checkpoints:
        where = f"checkpoint of {checkpoint.origin} at size {checkpoint.size}"
        own = checkpoint_keys(checkpoint.origin, one.history.signing(checkpoint.size).checkpoints)
        readers = [
            key
            for keyset in reading.cosigning(checkpoint.size)
            for key in cosigning_keys(keyset.party, keyset.cosigning)
        ]
        found[checkpoint.size] = read_signatures(
            checkpoint, note, own, [*readers, *trust.policy.witnesses.values()], where
        )
    return found


def _regrow(one: _Opened, other: _Opened | None) -> Regrown:
    """Grow the log's tree again, and check it against its newest checkpoint and what the other side had seen."""
    bundled, newest = one.bundled, one.bundled.newest
    seen = [
        (f"entry {one.statement.seq} of {one.statement.log}", one.statement.seen)
        for one in (other.shown if other else ())
    ]
    for place, sight in seen:
        if sight.size > newest.size:
            raise RecordError(
                place, f"it had seen {sight.size} entries of {newest.origin}; the bundle covers {newest.size}"
            )
    cuts = {sight.size for _, sight in seen} | {checkpoint.size for checkpoint, _ in bundled.checkpoints[:-1]}
    leaves = {entry.statement.seq: leaf_hash(entry.envelope) for entry in one.shown}
    regrown = regrow(newest.size, leaves, sorted(cuts), bundled.tree)
    if regrown.root != newest.root:
        raise RecordError(f"log {newest.origin}", "its entries and hashes do not give the root that was signed")
    for place, sight in seen:
        if regrown.earlier[sight.size] != sight.root:
            raise RecordError(
                place, f"the {sight.size} entries it had seen of {newest.origin} are not those of this log"
            )
    return regrown


def _receipts(one: _Opened, other: _Opened | None, trust: Trust, good: Mapping[int, Signatures]) -> list[Receipt]:
    """The sizes the reading party cosigned, with every cosigning key of one of its key sets."""
    reading = _reading_history(one, other, trust)
    found: list[Receipt] = []
    for size, signatures in good.items():
        for keyset in reading.cosigning(size):
            times = [signatures.cosigned_s.get(key) for key in cosigning_keys(keyset.party, keyset.cosigning)]
            known = [time for time in times if time is not None]
            if len(known) == len(times):
                found.append(Receipt(keyset.party, size, max(known)))
                break
    return found


def _witnesses(trust: Trust, good: Mapping[int, Signatures]) -> list[Receipt]:
    return [
        Receipt(key.name, size, signatures.cosigned_s[key])
        for size, signatures in good.items()
        for key in trust.policy.witnesses.values()
        if key in signatures.cosigned_s
    ]


def _stamps(bundled: BundledLog, trust: Trust) -> list[StampFact]:
    """The time stamps, each by an authority the reader trusts."""
    texts = {checkpoint.size: checkpoint.text.encode() for checkpoint, _ in bundled.checkpoints}
    found: list[StampFact] = []
    for size, token in bundled.stamps:
        where = f"time stamp on {bundled.origin} at size {size}"
        if size not in texts:
            raise RecordError(where, "there is no checkpoint of that size")
        problems: list[RecordError] = []
        for authority in trust.stamps:
            try:
                stamp = read_stamp(token, texts[size], authority.certificate, where)
            except RecordError as error:
                problems.append(error)
            else:
                found.append(StampFact(authority.name, size, stamp.time_ms))
                break
        else:
            raise problems[0]
    return found
