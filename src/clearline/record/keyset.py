"""A party's key set: which keys speak for it, in which role, and how one set gives way to the next.

The one idea: root keys that stay offline sign key sets and nothing else; a new set counts only when enough root keys
of the old set and enough of the new one signed it and its version is one higher (The Update Framework's rotation
rule), and only from the place in the log where it is announced, never from a time on a clock.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clearline.record.canonical import Value, canonical, from_canonical
from clearline.record.envelope import MAX_SIGNATURES, Envelope, pae, read_envelope, seal
from clearline.record.errors import RecordError
from clearline.record.keys import Algorithm, PublicKey, Signer
from clearline.record.members import Members

__all__ = [
    "KEYSET_TYPE",
    "KeyChange",
    "KeyHistory",
    "KeySet",
    "fingerprint",
    "open_keyset",
    "read_keyset",
    "seal_keyset",
]

KEYSET_TYPE = "application/vnd.clearline.keyset.v1+json"
_FORMAT = "clearline-keyset-v1"
_PARTY = re.compile(r"[a-z0-9][a-z0-9._/-]{0,99}", re.ASCII)
_MEMBERS = ("format", "party", "version", "roots", "threshold", "records", "checkpoints", "cosigning", "transport")

_ED, _MD44, _MD65 = Algorithm.ED25519, Algorithm.ML_DSA_44, Algorithm.ML_DSA_65


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of one party, one version of them.

    `records` sign statements, `checkpoints` the log's size and root, `cosigning` the receipts for the other side's log;
    each list is one Ed25519 key, or that and one ML-DSA key, and then both must sign (hybrid). `transport` keys are
    kept here so that they change with the rest; this package does not use them. Of `roots`, `threshold` must sign.
    Raises RecordError if a list is not so, if one key has two roles, or if the threshold cannot be met.
    """

    party: str
    version: int
    roots: tuple[PublicKey, ...]
    threshold: int
    records: tuple[PublicKey, ...]
    checkpoints: tuple[PublicKey, ...]
    cosigning: tuple[PublicKey, ...]
    transport: tuple[PublicKey, ...] = ()

    def __post_init__(self) -> None:
        where = f"key set {self.version} of {self.party[:100]}"
        if not _PARTY.fullmatch(self.party) or self.version < 1:
            raise RecordError(where, "a party is named [a-z0-9][a-z0-9._/-]*, and versions count from 1")
        # A new set carries the signatures of two root thresholds, and all must fit in one envelope.
        if not 1 <= self.threshold <= len(self.roots) <= MAX_SIGNATURES // 2:
            raise RecordError(where, f"of 1 to {MAX_SIGNATURES // 2} root keys, 1 or more must be asked to sign")
        for role, keys, second in (
            ("records", self.records, _MD65),
            ("checkpoints", self.checkpoints, _MD44),
            ("cosigning", self.cosigning, _MD44),
        ):
            if [key.algorithm for key in keys] not in ([_ED], [_ED, second]):
                raise RecordError(where, f"{role} must be one {_ED} key, or one and then one {second} key")
        every = (*self.roots, *self.records, *self.checkpoints, *self.cosigning, *self.transport)
        if len(set(every)) != len(every):
            raise RecordError(where, "one key stands in two places: each role has keys of its own")
        if len(self.transport) > MAX_SIGNATURES:
            raise RecordError(where, "there are too many transport keys")

    def json(self) -> dict[str, Value]:
        """The key set as an object on record."""
        lists = {
            name: [key.json() for key in keys]
            for name, keys in (
                ("roots", self.roots),
                ("records", self.records),
                ("checkpoints", self.checkpoints),
                ("cosigning", self.cosigning),
                ("transport", self.transport),
            )
        }
        head = {"format": _FORMAT, "party": self.party, "version": self.version, "threshold": self.threshold}
        return {**head, **lists}


def read_keyset(value: Value, where: str = "key set") -> KeySet:
    """Read a key set from its object. Raises RecordError."""
    members = Members(value, _MEMBERS, where)
    members.literal("format", _FORMAT)

    def keys(name: str) -> tuple[PublicKey, ...]:
        return tuple(PublicKey.from_json(one, f"{where}.{name}[{n}]") for n, one in enumerate(members.items(name)))

    return KeySet(
        members.text("party"),
        members.whole("version", 1),
        keys("roots"),
        members.whole("threshold", 1),
        keys("records"),
        keys("checkpoints"),
        keys("cosigning"),
        keys("transport"),
    )


def fingerprint(keyset: KeySet) -> str:
    """Eight groups of five digits to compare by voice before a first key set is trusted: 132 bits of its digest.

    Digits, as they are the words that three languages on a bad line confuse least.
    """
    number = int.from_bytes(hashlib.sha256(canonical(keyset.json())).digest(), "big")
    digits = f"{number % 10**40:040d}"
    return " ".join(digits[n : n + 5] for n in range(0, 40, 5))


def seal_keyset(keyset: KeySet, root_signers: Sequence[Signer]) -> bytes:
    """Write a key set down, signed by root keys: the old ones and the new ones where it takes over from another."""
    return seal(canonical(keyset.json()), KEYSET_TYPE, root_signers)[0]


def open_keyset(data: bytes, previous: KeySet | None, where: str = "key set") -> KeySet:
    """Read a signed key set that follows `previous`, or a first one. Raises RecordError unless its signatures count."""
    envelope = read_envelope(data, KEYSET_TYPE, where)
    keyset = read_keyset(from_canonical(envelope.payload, where=where), where)
    signers = _root_signers(envelope, [*keyset.roots, *(previous.roots if previous else ())], where)
    if len(signers & set(keyset.roots)) < keyset.threshold:
        raise RecordError(where, "too few of its own root keys signed it")
    if previous is None:
        return keyset
    if len(signers & set(previous.roots)) < previous.threshold:
        raise RecordError(where, "too few root keys of the set before it signed it")
    if keyset.party != previous.party or keyset.version != previous.version + 1:
        raise RecordError(where, f"version {previous.version + 1} of {previous.party} must follow; it is another")
    if set(keyset.checkpoints) & set(previous.checkpoints):
        raise RecordError(where, "it keeps a checkpoint key: a new set needs new ones, so that none can hide it")
    return keyset


def _root_signers(envelope: Envelope, roots: Sequence[PublicKey], where: str) -> set[PublicKey]:
    by_name = {key.keyid: key for key in roots}
    message = pae(envelope.payload_type, envelope.payload)
    signers: set[PublicKey] = set()
    for one in envelope.signatures:
        key = by_name.get(one.keyid)
        if key is None or not key.verify(one.signature, message):
            raise RecordError(where, f"the signature of key {one.keyid} is by no root key, or does not fit")
        signers.add(key)
    return signers


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key set that took force at a place of its party's log, and how much of the other log it had seen there."""

    index: int
    keyset: KeySet
    seen_size: int


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """Which key set of a party is in force at each place of one of its logs.

    `anchor` is the set the reader trusts from elsewhere, in force from `first`; `changes` are those announced since.
    """

    anchor: KeySet
    first: int = 0
    changes: tuple[KeyChange, ...] = ()

    @property
    def latest(self) -> KeySet:
        """The newest set known."""
        return self.changes[-1].keyset if self.changes else self.anchor

    def announce(self, index: int, keyset: KeySet, seen_size: int) -> "KeyHistory":
        """The history with one more set, checked by `open_keyset`, in force from a place after all others.

        The trusted set announced again where trust begins changes nothing.
        """
        if index == self.first and keyset == self.anchor:
            return self
        if index < self.first or (self.changes and index <= self.changes[-1].index):
            raise RecordError("key history", "key sets are announced in the order of their places")
        return replace(self, changes=(*self.changes, KeyChange(index, keyset, seen_size)))

    def at(self, index: int) -> KeySet:
        """The set in force for the statement at a place. Raises RecordError before the first place trusted."""
        if index < self.first:
            raise RecordError(f"entry {index}", f"it is older than the key set you trust, which begins at {self.first}")
        known = bisect_right(self.changes, index, key=lambda change: change.index)
        return self.changes[known - 1].keyset if known else self.anchor

    def before(self, index: int) -> KeySet:
        """The set that a set announced at a place takes over from."""
        return self.at(max(index - 1, self.first)) if index >= self.first else self.at(index)

    def signing(self, size: int) -> KeySet:
        """The set whose checkpoint keys sign this log at a size: the one in force for its last entry.

        Raises RecordError for a size older than trust.
        """
        return self.anchor if size == self.first == 0 else self.at(size - 1)

    def cosigning(self, size: int) -> tuple[KeySet, ...]:
        """The sets whose cosignature on the other side's log at a size counts.

        A set stops counting for sizes beyond what its party had seen when it announced the next one.
        """
        starts = [0, *(change.seen_size for change in self.changes)]
        sets = [self.anchor, *(change.keyset for change in self.changes)]
        ends = [*starts[1:], size]
        return tuple(one for one, start, end in zip(sets, starts, ends, strict=True) if start <= size <= end)
