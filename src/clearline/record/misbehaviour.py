"""Proofs that a writer broke the one rule of its log, each complete in itself.

The one idea: an accusation is made of the accused's own signatures and of arithmetic, so whoever holds the accused's
keys can check it, and nobody who does not hold the accused's secret keys can make one against an honest writer.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, assert_never

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.canonical import Value
from clearline.record.checkpoint import Checkpoint, checkpoint_keys, read_checkpoint
from clearline.record.cosignatures import read_signatures
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory
from clearline.record.members import Members
from clearline.record.note import SignedNote
from clearline.record.proof import root_of_inclusion
from clearline.record.pruned import regrow
from clearline.record.statement import Entry, open_entry
from clearline.record.tree import leaf_hash

__all__ = [
    "Double",
    "Evidence",
    "Finding",
    "Fork",
    "Misbehaviour",
    "Rewrite",
    "Withheld",
    "evidence_json",
    "own_signatures",
    "prove",
    "read_evidence",
    "rewritten",
    "shown",
]

_QUOTED = 400  # characters of a statement that a sentence repeats; the finding quotes it whole


class Misbehaviour(StrEnum):
    """What a writer can be shown to have done."""

    FORK = "fork"
    REWRITE = "rewrite"
    WITHHELD = "withheld"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True)
class Fork:
    """Two signed checkpoints of one log and one size, with different roots."""

    log: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Two signed checkpoints, and the newer tree cut down to show that it does not begin with the older one."""

    log: str
    older: str
    newer: str
    tree: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A signed statement, and a signed checkpoint of the log that holds something else at the statement's number."""

    log: str
    envelope: str
    checkpoint: str
    leaf: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Double:
    """Two signed statements of one log under one number that say different things."""

    log: str
    first: str
    second: str


Evidence: TypeAlias = Fork | Rewrite | Withheld | Double


@dataclass(frozen=True, slots=True)
class Finding:
    """What evidence proves: what was done, by whom, in a sentence, with what was signed quoted whole."""

    misbehaviour: Misbehaviour
    log: str
    accused: str
    sentence: str
    quotes: tuple[str, ...]


def prove(evidence: Evidence, history: KeyHistory, where: str = "evidence") -> Finding:
    """Check evidence against the keys of its log's writer. Raises RecordError unless it proves what it says.

    The finding says up to which version the writer's keys were known: a reader who never heard of a change of keys
    cannot know that an old key was stolen.
    """
    match evidence:
        case Fork():
            finding = _fork(evidence, history, where)
        case Rewrite():
            finding = _rewrite(evidence, history, where)
        case Withheld():
            finding = _withheld(evidence, history, where)
        case Double():
            finding = _double(evidence, history, where)
        case _:
            assert_never(evidence)
    known = f"Checked with the keys of {finding.accused} up to version {history.latest.version}."
    return replace(finding, sentence=f"{finding.sentence} {known}")


def rewritten(older: Checkpoint, newer: Checkpoint, root: bytes, accused: str) -> Finding:
    """The finding that a log's newer tree had another root at the older size than the log signed then."""
    sentence = (
        f"{accused} rewrote its log {older.origin}: it signed {older.size} entries with root {older.root.hex()}, and "
        f"later {newer.size} entries of which the first {older.size} have root {root.hex()}. A log may only grow."
    )
    return Finding(Misbehaviour.REWRITE, older.origin, accused, sentence, (older.text, newer.text))


def own_signatures(note: SignedNote, checkpoint: Checkpoint, history: KeyHistory) -> SignedNote:
    """A checkpoint with its log's own signatures and no others, as evidence holds it."""
    keys = checkpoint_keys(checkpoint.origin, history.signing(checkpoint.size).checkpoints)
    wanted = {(key.name, key.key_hash) for key in keys}
    return SignedNote(note.text, tuple(one for one in note.signatures if (one.name, one.key_hash) in wanted))


def shown(text: str) -> str:
    r"""A text as it may safely be shown: what would move, hide or turn other letters is written as its code.

    >>> shown("ABC\u202edef")
    'ABC\\u202edef'
    """
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


def _checkpoint(text: str, log: str, history: KeyHistory, where: str) -> Checkpoint:
    checkpoint, note = read_checkpoint(text, where)
    if checkpoint.origin != log:
        raise RecordError(where, f"it is a checkpoint of {checkpoint.origin}, not of {log}")
    keys = checkpoint_keys(log, history.signing(checkpoint.size).checkpoints)
    if read_signatures(checkpoint, note, keys, (), where).unknown:
        raise RecordError(where, "evidence holds the log's own signatures and no others")
    return checkpoint


def _fork(evidence: Fork, history: KeyHistory, where: str) -> Finding:
    first = _checkpoint(evidence.first, evidence.log, history, f"{where}.first")
    second = _checkpoint(evidence.second, evidence.log, history, f"{where}.second")
    if first.size != second.size or first.root == second.root:
        raise RecordError(where, "the two checkpoints are not of one size with two roots: no fork is shown")
    accused = history.anchor.party
    sentence = (
        f"{accused} signed two histories of one length: its log {evidence.log} with {first.size} entries has root "
        f"{first.root.hex()} in one checkpoint and {second.root.hex()} in the other. A log has one root at each size."
    )
    return Finding(Misbehaviour.FORK, evidence.log, accused, sentence, (first.text, second.text))


def _rewrite(evidence: Rewrite, history: KeyHistory, where: str) -> Finding:
    older = _checkpoint(evidence.older, evidence.log, history, f"{where}.older")
    newer = _checkpoint(evidence.newer, evidence.log, history, f"{where}.newer")
    if not 0 < older.size < newer.size:
        raise RecordError(where, "the older checkpoint is not of a smaller size: no rewriting is shown")
    tree = regrow(newer.size, {}, (older.size,), evidence.tree)
    if tree.root != newer.root:
        raise RecordError(f"{where}.tree", "it is not the tree of the newer checkpoint")
    if tree.earlier[older.size] == older.root:
        raise RecordError(where, "the newer tree begins with the older one: no rewriting is shown")
    return rewritten(older, newer, tree.earlier[older.size], history.anchor.party)


def _withheld(evidence: Withheld, history: KeyHistory, where: str) -> Finding:
    checkpoint = _checkpoint(evidence.checkpoint, evidence.log, history, f"{where}.checkpoint")
    entry = _entry(evidence.envelope, evidence.log, history, f"{where}.envelope")
    seq, accused = entry.statement.seq, history.anchor.party
    if root_of_inclusion(evidence.leaf, seq, checkpoint.size, evidence.proof) != checkpoint.root:
        raise RecordError(f"{where}.proof", f"it does not show what the log holds at number {seq}")
    if evidence.leaf == leaf_hash(entry.envelope):
        raise RecordError(where, "the log holds the statement at its number: nothing was withheld")
    sentence = (
        f"{accused} signed statement {seq} of its log {evidence.log} and left it out: the log of {checkpoint.size} "
        f"entries that it signed holds something else at number {seq}. The statement says: {_quoted(entry)}"
    )
    return Finding(Misbehaviour.WITHHELD, evidence.log, accused, sentence, (entry.text, checkpoint.text))


def _double(evidence: Double, history: KeyHistory, where: str) -> Finding:
    first = _entry(evidence.first, evidence.log, history, f"{where}.first")
    second = _entry(evidence.second, evidence.log, history, f"{where}.second")
    seq, accused = first.statement.seq, history.anchor.party
    if seq != second.statement.seq or first.content_id == second.content_id:
        raise RecordError(where, "the two statements are not different ones under one number")
    sentence = (
        f"{accused} signed two different statements under number {seq} of its log {evidence.log}. "
        f"One says: {_quoted(first)} The other says: {_quoted(second)}"
    )
    return Finding(Misbehaviour.DOUBLE, evidence.log, accused, sentence, (first.text, second.text))


def _entry(envelope: str, log: str, history: KeyHistory, where: str) -> Entry:
    return open_entry(envelope.encode(), log, None, history, where)


def _quoted(entry: Entry) -> str:
    text = shown(entry.text)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}... ({len(text)} characters, quoted whole below)"


def evidence_json(evidence: Evidence) -> dict[str, Value]:
    """Evidence as an object in a bundle."""
    match evidence:
        case Fork(log, first, second):
            return {"kind": Misbehaviour.FORK.value, "log": log, "first": first, "second": second}
        case Rewrite(log, older, newer, tree):
            hashes = [to_base64(one) for one in tree]
            return {"kind": Misbehaviour.REWRITE.value, "log": log, "older": older, "newer": newer, "tree": hashes}
        case Withheld(log, envelope, checkpoint, leaf, proof):
            return {
                "kind": Misbehaviour.WITHHELD.value,
                "log": log,
                "envelope": envelope,
                "checkpoint": checkpoint,
                "leaf": to_base64(leaf),
                "proof": [to_base64(one) for one in proof],
            }
        case Double(log, first, second):
            return {"kind": Misbehaviour.DOUBLE.value, "log": log, "first": first, "second": second}
        case _:
            assert_never(evidence)


def read_evidence(value: Value, where: str = "evidence") -> Evidence:
    """Read evidence from its object, without checking what it proves. Raises RecordError."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind in (Misbehaviour.FORK, Misbehaviour.DOUBLE):
        members = Members(value, ("kind", "log", "first", "second"), where)
        log, first, second = members.text("log"), members.text("first"), members.text("second")
        return Fork(log, first, second) if kind == Misbehaviour.FORK else Double(log, first, second)
    if kind == Misbehaviour.REWRITE:
        members = Members(value, ("kind", "log", "older", "newer", "tree"), where)
        tree = tuple(members.hashes("tree"))
        return Rewrite(members.text("log"), members.text("older"), members.text("newer"), tree)
    if kind == Misbehaviour.WITHHELD:
        members = Members(value, ("kind", "log", "envelope", "checkpoint", "leaf", "proof"), where)
        leaf = from_base64(members.text("leaf"), f"{where}.leaf")
        if len(leaf) != 32:
            raise RecordError(f"{where}.leaf", "a hash is not 32 bytes long")
        proof = tuple(members.hashes("proof"))
        return Withheld(members.text("log"), members.text("envelope"), members.text("checkpoint"), leaf, proof)
    raise RecordError(where, "it is no fork, rewrite, withheld or double")
