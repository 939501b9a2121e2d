#!/usr/bin/env python3
"""Check a Clearline bundle offline, with this one file and the package `cryptography`.

    python clearline_verify.py BUNDLE --trust TRUST

exit 0  VALID         everything in the bundle is genuine
exit 1  INVALID       the bundle proves nothing
exit 2  MISBEHAVIOUR  the bundle is genuine, and proves that a party broke the rule of its own log
exit 3                nobody can tell: a file or an algorithm is missing, or the trust file is not one

The trust file must not come from whoever gave you the bundle. This program shares no line with the package
`clearline`: it was written from docs/specs/record.md, whose sections it names, so that two programs must agree.
It needs Python 3.11 or later.
"""
# ruff: noqa: D101, D102, D103, T201 (one file to be read from top to bottom; names and sections say what each part does)

import base64
import binascii
import datetime as dt
import hashlib
import json
import re
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

FIELD = 2**255 - 19
WEAK = {  # the y coordinates of Ed25519's points of small order (section 3.2)
    0, 1, FIELD - 1,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
}  # fmt: skip
PUBLIC = {"ed25519": 32, "ml-dsa-44": 1312, "ml-dsa-65": 1952}
SIGNATURE = {"ed25519": 64, "ml-dsa-44": 2420, "ml-dsa-65": 3309}
STATEMENT = "application/vnd.clearline.statement.v1+json"
KEYSET = "application/vnd.clearline.keyset.v1+json"
EMPTY = hashlib.sha256(b"").digest()
WHOLE = 2**53 - 1
LATEST_S = 253402300799
MIB = 2**20


class BadError(Exception):
    """The bundle proves nothing, for this reason."""


class UntoldError(Exception):
    """Nobody can tell here, for this reason."""


def need(held: object, reason: str) -> None:
    if not held:
        raise BadError(reason)


# ---- section 2: canonical JSON and base64


def b64(text: Any, length: int | None = None) -> bytes:
    need(isinstance(text, str) and text.isascii(), "base64 is not text")
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadError("this is not base64: " + text[:40]) from None
    need(base64.b64encode(raw).decode() == text, "base64 is not in its one spelling")
    need(length is None or len(raw) == length, f"{length} bytes are expected in base64")
    return raw


def walk(value: Any, depth: int = 1) -> None:
    if isinstance(value, (dict, list)):
        need(depth <= 16, "more than 16 containers lie inside one another")
        if isinstance(value, dict):
            need(
                all(re.fullmatch("[a-z][a-z0-9_]{0,63}", key, re.ASCII) for key in value),
                "a key is not [a-z][a-z0-9_]*",
            )
            value = value.values()
        for part in value:
            walk(part, depth + 1)
    elif isinstance(value, int) and not isinstance(value, bool):
        need(-WHOLE <= value <= WHOLE, "a whole number lies beyond 2^53 - 1")


def no_fraction(text: str) -> Any:
    raise BadError(text[:40] + " is not a whole number")


def canonical(data: bytes, limit: int = MIB) -> dict[str, Any]:
    need(len(data) <= limit, "it is too long")
    try:
        value = json.loads(data.decode(), parse_float=no_fraction, parse_constant=no_fraction)
        need(isinstance(value, dict), "it is not an object")
        walk(value)
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadError(f"it is not canonical JSON: {type(error).__name__}") from None
    need(again == data, "it is not in canonical form")
    return value


KINDS = {"t": str, "n": int, "o": dict, "l": list}


def take(value: Any, names: str) -> list[Any]:
    """The members of an object with exactly these: `name:kind`, kinds t(ext), n(umber), o(bject), l(ist)."""
    wanted = [name.split(":") for name in names.split()]
    need(isinstance(value, dict) and set(value) == {name for name, _ in wanted}, f"its members are not {names}")
    for name, kind in wanted:
        need(type(value[name]) is KINDS[kind] and (kind != "n" or value[name] >= 0), f"{name} is of another kind")
    return [value[name] for name, _ in wanted]


def hashes(listed: list[Any]) -> list[bytes]:
    return [b64(one, 32) for one in listed]


# ---- section 3: keys and envelopes

Key = tuple[str, bytes]
LOADED: dict[Key, Any] = {}


def key_of(value: Any) -> Key:
    alg, public = take(value, "alg:t public:t")
    need(alg in PUBLIC, "the algorithm is not known")
    return checked(alg, b64(public))


def checked(alg: str, raw: bytes) -> Key:
    need(len(raw) == PUBLIC[alg], "a public key has the wrong length")
    if alg == "ed25519":
        height = int.from_bytes(raw, "little") % 2**255
        need(height < FIELD and height not in WEAK, "under this key a signature fits more than one message")
    return alg, raw


def key_id(key: Key) -> str:
    return hashlib.sha256(key[0].encode() + b"\n" + key[1]).hexdigest()[:32]


def signed(key: Key, signature: bytes, message: bytes) -> bool:
    alg, raw = key
    if len(signature) != SIGNATURE[alg]:
        return False
    try:
        if key not in LOADED:
            if alg == "ed25519":
                LOADED[key] = ed25519.Ed25519PublicKey.from_public_bytes(raw)
            else:
                from cryptography.hazmat.primitives.asymmetric import mldsa

                kind = mldsa.MLDSA44PublicKey if alg == "ml-dsa-44" else mldsa.MLDSA65PublicKey
                LOADED[key] = kind.from_public_bytes(raw)
        LOADED[key].verify(signature, message)
    except (ImportError, UnsupportedAlgorithm):
        raise UntoldError(f"this installation cannot check {alg}: install cryptography 48 or later") from None
    except InvalidSignature:
        return False
    except ValueError:
        raise BadError("a public key is none") from None
    return True


@dataclass
class Envelope:
    payload: bytes
    signatures: dict[str, bytes]
    covered: bytes


def envelope(text: str, kind: str) -> Envelope:
    need(len(text) <= MIB * 4 // 3 + 81000, "an envelope is too long")
    found = re.fullmatch(r'\{"payload":"([^"]*)","payloadType":"([^"]*)","signatures":\[(.+)\]\}', text, re.ASCII)
    need(found and found[2] == kind, "an envelope is not written in its one spelling, or is of another type")
    payload, names = b64(found[1]), []
    signatures: dict[str, bytes] = {}
    for part in found[3].split("},{"):
        one = re.fullmatch(r'\{?"keyid":"([0-9a-f]{32})","sig":"([^"]*)"\}?', part, re.ASCII)
        need(one, "a signature is not written in its one spelling")
        names.append(one[1])
        signatures[one[1]] = b64(one[2])
    again = ",".join(f'{{"keyid":"{name}","sig":"{base64.b64encode(signatures[name]).decode()}"}}' for name in names)
    need(again == found[3], "signatures are not written in their one spelling")
    need(names == sorted(set(names)) and len(names) <= 16, "signatures are not in order, each once, at most 16")
    covered = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    return Envelope(payload, signatures, covered)


def by_exactly(sealed: Envelope, keys: list[Key]) -> None:
    names = {key_id(key): key for key in keys}
    need(set(names) == set(sealed.signatures), "it is not signed by exactly the keys in force at its place")
    for name, signature in sealed.signatures.items():
        need(signed(names[name], signature, sealed.covered), "a signature does not fit")


# ---- section 4: key sets


@dataclass
class KeySet:
    party: str
    version: int
    threshold: int
    roots: list[Key]
    records: list[Key]
    checkpoints: list[Key]
    cosigning: list[Key]
    value: Any


def keyset(value: Any) -> KeySet:
    form, party, version, threshold, *lists = take(
        value, "format:t party:t version:n threshold:n roots:l records:l checkpoints:l cosigning:l transport:l"
    )
    need(form == "clearline-keyset-v1" and version >= 1, "it is not a key set")
    need(re.fullmatch("[a-z0-9][a-z0-9._/-]{0,99}", party, re.ASCII), "a party has a name it cannot have")
    roots, records, checkpoints, cosigning, transport = [[key_of(one) for one in listed] for listed in lists]
    need(1 <= threshold <= len(roots) <= 8 and len(transport) <= 16, "its root keys and threshold do not fit")
    for keys, second in ((records, "ml-dsa-65"), (checkpoints, "ml-dsa-44"), (cosigning, "ml-dsa-44")):
        need([alg for alg, _ in keys] in (["ed25519"], ["ed25519", second]), "a role has other keys than it may")
    every = roots + records + checkpoints + cosigning + transport
    need(len(set(every)) == len(every), "one key stands in two places")
    return KeySet(party, version, threshold, roots, records, checkpoints, cosigning, value)


def follows(text: str, new: KeySet | None, old: KeySet | None) -> KeySet:
    sealed = envelope(text, KEYSET)
    new = new or keyset(canonical(sealed.payload))
    names = {key_id(key): key for key in (old.roots if old else []) + new.roots}
    for name, signature in sealed.signatures.items():
        need(name in names and signed(names[name], signature, sealed.covered), "a root signature does not fit")
    signers = {names[name] for name in sealed.signatures}
    need(len(signers & set(new.roots)) >= new.threshold, "too few of its own root keys signed the key set")
    if old is None:
        return new
    need(len(signers & set(old.roots)) >= old.threshold, "too few root keys of the set before it signed the key set")
    need(new.party == old.party and new.version == old.version + 1, "the key set does not follow the one before it")
    need(not set(new.checkpoints) & set(old.checkpoints), "the key set keeps a checkpoint key")
    return new


@dataclass
class History:
    anchor: KeySet
    first: int
    changes: list[tuple[int, KeySet, int]] = field(default_factory=list)

    def at(self, index: int) -> KeySet:
        need(index >= self.first, "it is older than the key set you trust")
        return ([self.anchor] + [keys for place, keys, _ in self.changes if place <= index])[-1]

    def signing(self, size: int) -> KeySet:
        return self.anchor if size == self.first == 0 else self.at(size - 1)

    def cosigning(self, size: int) -> list[KeySet]:
        found, start = [], 0
        for index, keys in enumerate([self.anchor] + [keys for _, keys, _ in self.changes]):
            end = self.changes[index][2] if index < len(self.changes) else size
            if start <= size <= end:
                found.append(keys)
            start = end
        return found


# ---- section 5: statements


@dataclass
class Entry:
    text: str
    digest: str
    seq: int
    prev: str
    seen: tuple[int, bytes]
    kind: str
    payload: str
    brings: KeySet | None


def entry(text: str, origin: str, index: int | None, history: History) -> Entry:
    sealed = envelope(text, STATEMENT)
    value = canonical(sealed.payload)
    v, log, seq, prev, seen, said, _, kind, body = take(
        value, "v:n log:t seq:n prev:t seen:o said_ms:n clock_uncertainty_ms:n kind:t body:o"
    )
    need(v == 1 and log == origin and index in (None, seq) and seq < WHOLE, "it is another statement than named")
    need(re.fullmatch("[0-9a-f]{64}", prev, re.ASCII) and (seq == 0) == (prev == "0" * 64), "prev is not a digest")
    need(
        re.fullmatch("[a-z][a-z0-9_]{0,63}", kind, re.ASCII) and said <= LATEST_S * 1000 + 999,
        "its kind or time is none",
    )
    size, root = take(seen, "size:n root:t")
    need(re.fullmatch("[0-9a-f]{64}", root, re.ASCII), "the root seen is not a hash")
    need((size == 0) == (root == EMPTY.hex()), "what was seen is not a size and its root")
    brings = None
    older = seq < history.first  # of a key set announced before trust begins the place counts, not the word
    need(not older or (kind == "keyset" and index == seq), "it is older than the key set you trust")
    if kind == "keyset" and not older:
        text_of_set = take(body, "envelope:t")[0]
        if seq == history.first and canonical(envelope(text_of_set, KEYSET).payload) == history.anchor.value:
            follows(text_of_set, history.anchor, None)  # the trusted set announced where trust begins
        else:
            brings = follows(text_of_set, None, history.at(seq - 1) if seq > history.first else history.anchor)
    if not older:
        by_exactly(sealed, (brings or history.at(seq)).records)
    digest = hashlib.sha256(sealed.covered).hexdigest()
    return Entry(text, digest, seq, prev, (size, bytes.fromhex(root)), kind, sealed.payload.decode(), brings)


# ---- section 6: checkpoints and cosignatures

Signer = tuple[str, int, Key]  # name, signature type, key
LOG, COSIGN, COSIGN_PQ = 1, 4, 6


@dataclass
class Checkpoint:
    origin: str
    size: int
    root: bytes
    text: str
    lines: list[tuple[str, bytes, bytes]]


def name_ok(name: str) -> bool:
    return bool(re.fullmatch(r"[!-*,-~]{1,255}", name, re.ASCII))


def key_hash(signer: Signer) -> bytes:
    name, kind, (_, raw) = signer
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + raw).digest()[:4]


def checkpoint(text: str) -> Checkpoint:
    need(not re.search("[^\n -~\u2014]", text) and len(text.encode()) <= 200_000, "a checkpoint has odd characters")
    body, _, tail = text.rpartition("\n\n")
    rows = body.split("\n")
    need(len(rows) == 3 and name_ok(rows[0]) and tail.endswith("\n"), "a checkpoint is not three lines and signatures")
    need(re.fullmatch("0|[1-9][0-9]{0,15}", rows[1], re.ASCII) and int(rows[1]) <= WHOLE, "a size is not a number")
    lines = []
    for row in tail[:-1].split("\n"):
        parts = row.split(" ")
        need(
            len(parts) == 3 and parts[0] == "\u2014" and name_ok(parts[1]), "this is not a signature line: " + row[:60]
        )
        raw = b64(parts[2])
        need(len(raw) >= 5, "a signature line is too short")
        lines.append((parts[1], raw[:4], raw[4:]))
    need(len({(name, mark) for name, mark, _ in lines}) == len(lines) <= 32, "one key signed a checkpoint twice")
    root = b64(rows[2], 32)
    need(rows[1] != "0" or root == EMPTY, "an empty log has the root of nothing")
    return Checkpoint(rows[0], int(rows[1]), root, body + "\n", lines)


def signing_time(point: Checkpoint, signer: Signer, raw: bytes) -> int:
    name, kind, key = signer
    if kind == LOG:
        need(signed(key, raw, point.text.encode()), f"the signature of {name} does not fit")
        return 0
    time = int.from_bytes(raw[:8], "big")
    own = kind == COSIGN_PQ and name == point.origin
    need(time == 0 if own else 0 < time <= LATEST_S, f"the signature of {name} carries a time it cannot have")
    if kind == COSIGN:
        message = f"cosignature/v1\ntime {time}\n{point.text}".encode()
    else:
        named, origin = name.encode(), point.origin.encode()
        message = b"subtree/v1\n\0" + bytes([len(named)]) + named + raw[:8] + bytes([len(origin)]) + origin + bytes(8)
        message += point.size.to_bytes(8, "big") + point.root
    need(signed(key, raw[8:], message), f"the signature of {name} does not fit")
    return time


def cosigned(point: Checkpoint, own: list[Signer], others: list[Signer]) -> tuple[dict[Signer, int], int]:
    known = {(one[0], key_hash(one)): one for one in own + others}
    found: dict[Signer, int] = {}
    unread = 0
    for name, mark, raw in point.lines:
        if (name, mark) in known:
            found[known[name, mark]] = signing_time(point, known[name, mark], raw)
        else:
            half = any(name == other or mark == one for other, one in known)
            need(not half, f"{name} signed with a key that is not in force for size {point.size}")
            unread += 1
    need(all(one in found for one in own), "a checkpoint is not signed by the keys of its log in force at its size")
    return {one: time for one, time in found.items() if one not in own}, unread


def log_signers(origin: str, keys: list[Key]) -> list[Signer]:
    return [(origin, LOG if key[0] == "ed25519" else COSIGN_PQ, key) for key in keys]


def cosigners(name: str, keys: list[Key]) -> list[Signer]:
    return [(name, COSIGN if key[0] == "ed25519" else COSIGN_PQ, key) for key in keys]


# ---- section 7: trees


def leaf(data: str) -> bytes:
    return hashlib.sha256(b"\0" + data.encode()).digest()


def half(count: int) -> int:
    return 2 ** ((count - 1).bit_length() - 1)


def regrow(size: int, leaves: dict[int, bytes], cuts: set[int], given: list[bytes]) -> dict[int, bytes]:
    """The root at `size`, under that key, and at every cut."""
    need(all(0 <= cut <= size for cut in cuts) and all(0 <= at < size for at in leaves), "it lies outside the tree")
    places, ends, rest, known = sorted(leaves), sorted(cuts), list(reversed(given)), {}

    def grow(low: int, high: int) -> bytes:
        inside = any_in(places, low, high - 1) or any_in(ends, low + 1, high - 1)
        if not inside:
            need(rest, "hashes are missing")
            known[low, high] = rest.pop()
        elif high - low == 1:
            known[low, high] = leaves[low]
        else:
            middle = low + half(high - low)
            left, right = grow(low, middle), grow(middle, high)
            known[low, high] = hashlib.sha256(b"\1" + left + right).digest()
        return known[low, high]

    def earlier(low: int, high: int) -> bytes:
        if (low, high) in known:
            return known[low, high]
        middle = low + half(high - low)
        return hashlib.sha256(b"\1" + earlier(low, middle) + earlier(middle, high)).digest()

    root = grow(0, size) if size else EMPTY
    need(not rest, "there are hashes that nothing needs")
    return {size: root, **{cut: earlier(0, cut) if cut else EMPTY for cut in ends}}


def any_in(ordered: list[int], low: int, high: int) -> bool:
    """Whether one of the ordered numbers lies in low..high."""
    first, last = 0, len(ordered)
    while first < last:
        middle = (first + last) // 2
        first, last = (middle + 1, last) if ordered[middle] < low else (first, middle)
    return first < len(ordered) and ordered[first] <= high


def included(at: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    if not 0 <= index < size:
        return None
    if size == 1:
        return at if not proof else None
    if not proof:
        return None
    middle = half(size)
    if index < middle:
        below = included(at, index, middle, proof[:-1])
        return below and hashlib.sha256(b"\1" + below + proof[-1]).digest()
    below = included(at, index - middle, size - middle, proof[:-1])
    return below and hashlib.sha256(b"\1" + proof[-1] + below).digest()


# ---- section 8: trust and the quorum


@dataclass
class Trust:
    keysets: dict[str, KeySet]
    logs: dict[str, tuple[str, int, str]]  # origin -> writer, first, origin of the log beside it
    witnesses: dict[str, Signer]
    groups: dict[str, tuple[int, list[str]]]
    quorum: str
    stamps: list[tuple[str, bytes]]


def read_trust(data: bytes) -> Trust:
    form, listed, lines, policy, stamps = take(canonical(data, 2**24), "format:t keysets:l lines:l policy:t stamps:l")
    need(form == "clearline-trust-v1", "it is not a trust file")
    keysets = {one.party: one for one in map(keyset, listed)}
    need(len(keysets) == len(listed), "one party has two key sets")
    logs: dict[str, tuple[str, int, str]] = {}
    for line in lines:
        need(isinstance(line, list) and len(line) == 2, "a line is not two logs")
        ends = [take(one, "origin:t writer:t first:n") for one in line]
        need(ends[0][1] != ends[1][1], "a line has one writer")
        for (origin, writer, first), other in ((ends[0], ends[1][0]), (ends[1], ends[0][0])):
            need(origin not in logs and origin != other and name_ok(origin), "one log stands twice, or has no name")
            need(writer in keysets and origin not in keysets, "a writer has no key set, or a log a party's name")
            logs[origin] = (writer, first, other)
    trust = Trust(keysets, logs, *read_policy(policy), [])
    for one in stamps:
        name, certificate = take(one, "name:t certificate:t")
        trust.stamps.append((name, b64(certificate)))
    every = [one for keys in keysets.values() for one in cosigners(keys.party, keys.cosigning)]
    every += trust.witnesses.values()
    need(len({key for _, _, key in every}) == len(every), "one key cosigns under two names")
    need(not {name for name, _, _ in every} & set(logs), "a cosigner bears the name of a log")
    return trust


def read_policy(text: str) -> tuple[dict[str, Signer], dict[str, tuple[int, list[str]]], str]:
    witnesses: dict[str, Signer] = {}
    groups: dict[str, tuple[int, list[str]]] = {}
    used: set[str] = set()
    quorum = None
    for line in text.split("\n"):
        need(not re.search("[\0-\x08\x0b-\x1f\x7f]", line), "a policy holds a control character")
        words = [word for word in re.split("[ \t]+", line) if word]
        names = {*witnesses, *groups}
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "witness" and len(words) in (3, 4):
            parts = words[2].split("+", 2)
            need(
                len(parts) == 3 and name_ok(parts[0]) and words[1] not in names | {"none"}, "a witness is not named so"
            )
            raw = b64(parts[2])
            alg = {4: "ed25519", 6: "ml-dsa-44"}.get(raw[0] if raw else 0)
            need(alg, "a witness has a key of another kind")
            witness = (parts[0], raw[0], checked(str(alg), raw[1:]))
            need(key_hash(witness).hex() == parts[1], "the hash of a witness's key is another")
            need(all(witness[2] != other[2] for other in witnesses.values()), "two witnesses share a key")
            witnesses[words[1]] = witness
        elif words[0] == "group" and len(words) >= 4:
            name, count, *members = words[1:]
            need(name not in names | {"none"}, "a name is taken")
            fits = len(set(members)) == len(members) and set(members) <= names and not used & set(members)
            need(fits, "the members of a group are not names given before, each in one group")
            number = {"any": "1", "all": str(len(members))}.get(count, count)
            need(
                re.fullmatch("[1-9][0-9]{0,2}", number, re.ASCII) and int(number) <= len(members),
                "a group cannot count so",
            )
            groups[name] = (int(number), members)
            used |= set(members)
        else:
            fits = words[0] == "quorum" and len(words) == 2 and quorum is None and words[1] in names | {"none"}
            need(fits, "this is no line of a policy: " + line[:60])
            quorum = words[1]
        need(len(witnesses) + len(groups) <= 64, "a policy has more than 64 names")
    need(quorum is not None, "a policy has no quorum")
    return witnesses, groups, str(quorum)


def quorum_met(trust: Trust, signers: set[Signer]) -> bool:
    counts = {"none": True, **{name: one in signers for name, one in trust.witnesses.items()}}
    for name, (threshold, members) in trust.groups.items():
        counts[name] = sum(counts[member] for member in members) >= threshold
    return counts[trust.quorum]


# ---- section 10: time stamps (RFC 3161)

OID = {
    "signed": "2a864886f70d010702", "tst": "2a864886f70d0109100104", "type": "2a864886f70d010903",
    "digest": "2a864886f70d010904", "sha256": "608648016503040201", "rsa": "2a864886f70d010101",
}  # fmt: skip
DIGESTS = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}
RSA_WITH = {"2a864886f70d01010b": "sha256", "2a864886f70d01010c": "sha384", "2a864886f70d01010d": "sha512"}
EC_WITH = {"2a8648ce3d040302": "sha256", "2a8648ce3d040303": "sha384", "2a8648ce3d040304": "sha512"}


def elements(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """The DER elements in some bytes: tag, contents, whole."""
    found, at = [], 0
    while at < len(data):
        need(at + 2 <= len(data), "a time stamp is cut short")
        start, tag, length = at, data[at], data[at + 1]
        at += 2
        if length >= 128:
            count, length = length - 128, int.from_bytes(data[at : at + length - 128], "big")
            need(1 <= count <= 4 and length >= max(128, 256 ** (count - 1)), "a DER length is not in its one spelling")
            at += count
        need(at + length <= len(data), "a time stamp is cut short")
        found.append((tag, data[at : at + length], data[start : at + length]))
        at += length
    return found


def shaped(data: bytes, tags: str, optional: str = "") -> list[bytes | None]:
    """The contents of elements with these tags (hex) in this order; those listed as optional may be missing."""
    parts, found = elements(data), []
    for tag in tags.split():
        if parts and parts[0][0] == int(tag.rstrip("?*"), 16):
            found.append(parts[0][2] if tag.endswith("*") else parts[0][1])
            parts.pop(0)
        else:
            need(tag.endswith("?"), "a time stamp is not built as one")
            found.append(None)
    need(not parts or optional == "more", "a time stamp holds something nobody reads")
    return found


def number(body: bytes | None) -> int:
    if body is None:
        return 0
    need(body and body[0] < 128 and (len(body) == 1 or body[0] or body[1] >= 128), "a DER number is none")
    return int.from_bytes(body, "big")


def stamp_ms(token: bytes, text: bytes, certificate: bytes) -> int:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes as digests

    try:
        authority = x509.load_der_x509_certificate(certificate)
        usage = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        key = authority.public_key()
    except (ValueError, UnsupportedAlgorithm, x509.ExtensionNotFound, x509.DuplicateExtension):
        raise BadError("the trusted certificate cannot be read as one for time stamping") from None
    only = [one.dotted_string for one in usage.value] == ["1.3.6.1.5.5.7.3.8"]
    need(usage.critical and only, "the trusted certificate is not for time stamping only")
    (outer,) = shaped(token, "30")
    kind, content = shaped(outer, "06 a0")
    need(kind.hex() == OID["signed"], "it is not signed data")
    version, _, encapsulated, _, _, signers = shaped(*shaped(content, "30"), "02 31 30 a0? a1? 31")
    kind, wrapped = shaped(encapsulated, "06 a0")
    need(kind.hex() == OID["tst"], "what is signed is not a time")
    info = elements(wrapped)[0][1] if wrapped and wrapped[0] == 4 else b""
    (signer,) = shaped(signers, "30")
    by_key = elements(signer)[1:2] and elements(signer)[1][0] == 0x80
    count, _, how, attributes, algorithm, signature, _ = shaped(
        signer, f"02 {'80' if by_key else '30'} 30 a0* 30 04 a1?"
    )
    number(version), number(count)
    digest = DIGESTS.get(shaped(how, "06", "more")[0].hex())
    need(digest, "its digest is none of SHA-256, SHA-384 and SHA-512")
    found: dict[str, bytes] = {}
    for tag, body, _ in elements(elements(attributes)[0][1]):
        need(tag == 0x30, "a signed attribute is none")
        name, value = shaped(body, "06 31")
        need(name.hex() not in found, "a signed attribute stands twice")
        found[name.hex()] = value
    kinds = elements(found.get(OID["type"], b""))
    need(kinds and kinds[0][0] == 6 and kinds[0][1].hex() == OID["tst"], "the signed content is not a time")
    sums = elements(found.get(OID["digest"], b""))
    need(sums and sums[0][0] == 4 and sums[0][1] == hashlib.new(digest, info).digest(), "the signed digest is another")
    named = {**RSA_WITH, OID["rsa"]: digest} if isinstance(key, rsa.RSAPublicKey) else EC_WITH
    need(
        named.get(shaped(algorithm, "06", "more")[0].hex()) == digest, "it is signed in a way that is not checked here"
    )
    by = {"sha256": digests.SHA256(), "sha384": digests.SHA384(), "sha512": digests.SHA512()}[digest]
    message = b"\x31" + attributes[1:]
    try:
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(signature, message, padding.PKCS1v15(), by)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(by))
        else:
            raise BadError("the authority's key is of a kind that is not checked here")
    except InvalidSignature:
        raise BadError("the authority's signature does not fit") from None
    return stamped_ms(info, hashlib.sha256(text).digest(), authority)


def stamped_ms(info: bytes, digest: bytes, authority: Any) -> int:
    (fields,) = shaped(info, "30")
    version, _, imprint, _, when, accuracy = shaped(fields, "02 06 30 02 18 30?", "more")
    need(number(version) == 1, "it is of a version that is not known")
    algorithm, stamped = shaped(imprint, "30 04")
    same = shaped(algorithm, "06", "more")[0].hex() == OID["sha256"] and stamped == digest
    need(same, "it is a stamp over another text")
    number(elements(fields)[3][1])
    if accuracy is not None:
        number(shaped(accuracy, "02? 80? 81?")[0])
    found = re.fullmatch(rb"(\d{14})(?:\.(\d{1,6}))?Z", when)
    need(found, "its time is not one in UTC")
    try:
        moment = dt.datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        raise BadError("its time is not one in UTC") from None
    time_ms = int(moment.timestamp()) * 1000 - (-int((found[2] or b"").ljust(6, b"0")) // 1000)
    at = dt.datetime.fromtimestamp(time_ms / 1000, dt.UTC)
    need(authority.not_valid_before_utc <= at <= authority.not_valid_after_utc, "its time is outside its key's life")
    return time_ms


# ---- section 9: the bundle


@dataclass
class Log:
    origin: str
    writer: str
    reader: str
    other: str
    history: History
    points: list[Checkpoint]
    entries: list[Entry]
    tree: list[bytes]
    stamps: list[tuple[int, bytes]]


def anchor(origin: Any, trust: Trust) -> History:
    need(origin in trust.logs, f"the log {str(origin)[:80]!r} is not one you trust")
    writer, first, _ = trust.logs[origin]
    return History(trust.keysets[writer], first)


def open_log(value: Any, trust: Trust) -> Log:
    origin, points, entries, tree, stamps = take(value, "origin:t checkpoints:l entries:l tree:l stamps:l")
    history = anchor(origin, trust)
    writer, _, other = trust.logs[origin]
    need(points and all(isinstance(one, str) for one in points), "a log needs checkpoints")
    log = Log(origin, writer, trust.logs[other][0], other, history, [checkpoint(one) for one in points], [], [], [])
    need(all(one.origin == origin for one in log.points), "a checkpoint is of another log")
    rising([one.size for one in log.points])
    for one in entries:
        index, text = take(one, "index:n envelope:t")
        new = entry(text, origin, index, history)
        if new.brings:
            history.changes.append((index, new.brings, new.seen[0]))
        log.entries.append(new)
    rising([one.seq for one in log.entries])
    for one, two in pairwise(log.entries):
        need(one.seq + 1 != two.seq or two.prev == one.digest, f"entry {two.seq} does not follow the one before it")
        lost = one.seen[0] > two.seen[0] or (one.seen[0] == two.seen[0] and one.seen != two.seen)
        need(not lost, f"entry {two.seq} had seen less than one before it")
    log.tree = hashes(tree)
    for one in stamps:
        size, token = take(one, "size:n token:t")
        log.stamps.append((size, b64(token)))
    return log


def rising(numbers: list[int]) -> None:
    need(all(one < two for one, two in pairwise(numbers)), "numbers are not in ascending order, each once")


def utc(time_s: int) -> str:
    return dt.datetime.fromtimestamp(time_s, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


@dataclass
class Outcome:
    verdict: str
    sentence: str
    found: list[tuple[str, str, str]]  # misbehaviour, log, accused
    lines: list[str]


def check_log(log: Log, beside: Log | None, trust: Trust, told: Outcome) -> None:
    reading = beside.history if beside else History(trust.keysets[log.reader], trust.logs[log.other][1])
    newest = log.points[-1]
    sights = beside.entries if beside else []
    for one in sights:
        need(one.seen[0] <= newest.size, f"entry {one.seq} of {log.other} had seen more than the bundle covers")
    cuts = {one.seen[0] for one in sights} | {point.size for point in log.points[:-1]}
    signatures = []
    for point in log.points:
        readers = [one for keys in reading.cosigning(point.size) for one in cosigners(keys.party, keys.cosigning)]
        own = log_signers(log.origin, log.history.signing(point.size).checkpoints)
        signatures.append(cosigned(point, own, readers + list(trust.witnesses.values())))
    roots = regrow(newest.size, {one.seq: leaf(one.text) for one in log.entries}, cuts, log.tree)
    need(roots[newest.size] == newest.root, f"the entries and hashes of {log.origin} do not give the root signed")
    for one in sights:
        need(roots[one.seen[0]] == one.seen[1], f"what entry {one.seq} of {log.other} had seen is not this log")
    told.lines.append(f"log {log.origin}, by {log.writer} to {log.reader}: {newest.size} entries, {newest.root.hex()}")
    receipts: list[tuple[int, int]] = []
    for point, (times, unread) in zip(log.points, signatures, strict=True):
        if roots[point.size] != point.root:
            told.found.append(("rewrite", log.origin, log.writer))
            told.sentence += f" {log.writer} rewrote its log {log.origin}: the {point.size} entries it signed are gone."
            continue
        for keys in reading.cosigning(point.size):
            stamps = [times.get(one) for one in cosigners(keys.party, keys.cosigning)]
            if None not in stamps:
                receipts.append((point.size, max(time for time in stamps if time is not None)))
                break
        for name, _, _ in (one for one in trust.witnesses.values() if one in times):
            told.lines.append(f"  witness {name} saw {point.size} entries")
        if unread:
            told.lines.append(f"  signatures by keys you do not know, not read: {unread}")
    need(quorum_met(trust, set(signatures[-1][0])), f"{log.origin} lacks the cosignatures of the quorum you ask for")
    for one in (one for one in log.entries if one.seq >= log.history.first):
        time = next((time for size, time in receipts if size > one.seq), None)
        receipt = f"receipt signed at {utc(time)}" if time else "no signed receipt in this bundle"
        told.lines.append(f"  {one.seq} {one.kind}, {receipt}, digest {one.digest}")
    check_stamps(log, trust, told)


def check_stamps(log: Log, trust: Trust, told: Outcome) -> None:
    texts = {point.size: point.text.encode() for point in log.points}
    if not trust.stamps and log.stamps:
        told.lines.append(f"  time stamps not read, as you trust no authority: {len(log.stamps)}")
    for size, token in log.stamps if trust.stamps else []:
        need(size in texts, "there is no checkpoint under a time stamp")
        reasons = []
        for name, certificate in trust.stamps:
            try:
                time_ms = stamp_ms(token, texts[size], certificate)
                told.lines.append(f"  {name} stamped {size} entries no later than {utc(-(-time_ms // 1000))}")
                break
            except BadError as reason:
                reasons.append(reason)
        else:
            raise reasons[0]


def own_checkpoint(text: str, origin: str, history: History) -> Checkpoint:
    point = checkpoint(text)
    need(point.origin == origin, "evidence is of another log")
    _, unread = cosigned(point, log_signers(origin, history.signing(point.size).checkpoints), [])
    need(not unread, "evidence holds signatures that are not the log's own")
    return point


MEMBERS = {
    "fork": "kind:t log:t first:t second:t",
    "double": "kind:t log:t first:t second:t",
    "rewrite": "kind:t log:t older:t newer:t tree:l",
    "withheld": "kind:t log:t envelope:t checkpoint:t leaf:t proof:l",
}


def check_evidence(value: Any, history: History) -> str:
    """The sentence that evidence proves."""
    kind, log, *parts = take(value, MEMBERS[value["kind"]])
    who = history.anchor.party
    if kind == "fork":
        one, two = (own_checkpoint(part, log, history) for part in parts)
        need(one.size == two.size and one.root != two.root, "no fork is shown")
        return f"{who} signed two roots for {one.size} entries of its log {log}: {one.root.hex()} and {two.root.hex()}."
    if kind == "double":
        one, two = (entry(part, log, None, history) for part in parts)
        need(one.seq == two.seq and one.digest != two.digest, "the statements are not two under one number")
        texts = f"{shown(one.payload)} and {shown(two.payload)}"
        return f"{who} signed two statements under number {one.seq} of its log {log}: {texts}."
    if kind == "rewrite":
        one, two = (own_checkpoint(part, log, history) for part in parts[:2])
        need(0 < one.size < two.size, "the older checkpoint is not of a smaller size")
        roots = regrow(two.size, {}, {one.size}, hashes(parts[2]))
        need(roots[two.size] == two.root, "it is not the tree of the newer checkpoint")
        need(roots[one.size] != one.root, "no rewriting is shown")
        return f"{who} rewrote its log {log}: what it signed at {one.size} entries is gone at {two.size}."
    point, at = own_checkpoint(parts[1], log, history), b64(parts[2], 32)
    one = entry(parts[0], log, None, history)
    need(
        included(at, one.seq, point.size, hashes(parts[3])) == point.root, "the proof does not show what the log holds"
    )
    need(at != leaf(one.text), "nothing was withheld")
    return f"{who} signed statement {one.seq} of its log {log} and left it out: {shown(one.payload)}."


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


def check_attachments(attached: list[Any], logs: dict[str, Log], told: Outcome) -> None:
    digests = [hashlib.sha256(b64(one)).hexdigest() for one in attached]
    need(digests == sorted(set(digests)), "attachments are not in the order of their digests, each once")
    entries = [one for log in logs.values() for one in log.entries if one.seq >= log.history.first]
    named = {text for one in entries for text in texts(json.loads(one.payload)["body"])} if digests else set()
    for digest in digests:
        need(digest in named, "an attachment is named by no entry")
        told.lines.append(f"attachment of digest {digest}, as an entry names it")


def check(bundle: bytes, trust: Trust) -> Outcome:
    """The outcome for a bundle. Raises UntoldError where an algorithm is missing."""
    told = Outcome("VALID", "", [], [])
    try:
        form, listed, evidence, attached = take(canonical(bundle, 2**28), "format:t logs:l evidence:l attachments:l")
        need(form == "clearline-bundle-v1" and (listed or evidence) and len(listed) <= 2, "it is not a bundle")
        logs = {log.origin: log for log in (open_log(one, trust) for one in listed)}
        need(len(logs) == len(listed), "one log stands twice")
        need(len(logs) < 2 or all(log.other in logs for log in logs.values()), "the logs are not of one line")
        for log in logs.values():
            check_log(log, logs.get(log.other), trust, told)
        for one in evidence:
            need(isinstance(one, dict) and one.get("kind") in list(MEMBERS), "it is no evidence")
            origin = one.get("log")
            need(isinstance(origin, str), "it is no evidence")
            history = logs[origin].history if origin in logs else anchor(origin, trust)
            told.sentence += " " + check_evidence(one, history)
            told.found.append((one["kind"], origin, history.anchor.party))
        check_attachments(attached, logs, told)
    except BadError as reason:
        return Outcome("INVALID", f"This bundle proves nothing: {reason}.", [], [])
    if told.found:
        told.verdict = "MISBEHAVIOUR"
        told.sentence = "This bundle is genuine, and it proves misbehaviour." + told.sentence
    else:
        told.sentence = "Everything in this bundle is genuine and in the place its log gives it."
    return told


def main(arguments: list[str]) -> int:
    if len(arguments) != 3 or arguments[1] != "--trust":
        print(__doc__)
        return 3
    try:
        with Path(arguments[0]).open("rb") as file:
            bundle = file.read(2**28 + 1)
        with Path(arguments[2]).open("rb") as file:
            trust = read_trust(file.read(2**24 + 1))
        told = check(bundle, trust)
    except (OSError, BadError, UntoldError) as error:
        print(f"CANNOT TELL: {error}")
        return 3
    print(f"{told.verdict}: {told.sentence}")
    for line in told.lines:
        print(line)
    return {"VALID": 0, "INVALID": 1, "MISBEHAVIOUR": 2}[told.verdict]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
