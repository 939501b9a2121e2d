"""The vectors of canonical bytes, keys, entries and key sets."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from clearline.record.canonical import canonical
from clearline.record.envelope import seal
from clearline.record.keys import Algorithm, Signer
from clearline.record.keyset import KEYSET_TYPE, KeySet, fingerprint, seal_keyset
from clearline.record.statement import FIRST_PREV, NOTHING_SEEN, STATEMENT_TYPE, Seen, Statement
from clearline.record.tree import EMPTY_ROOT
from tests.record.worlds import ALFA, BRAVO, CALL_MS, Make, party

__all__ = ["LOG", "LOWER_CASES", "Vectors", "b64", "changed"]

Vectors = dict[str, Any]
LOG = f"{ALFA}/to/{BRAVO}"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def canonical_cases(_make: Make) -> Vectors:
    good: list[dict[str, Any]] = [
        {},
        {"a": 0, "b": -1, "c": 9007199254740991, "d": -9007199254740991},
        {"yes": True, "no": False, "nothing": None, "list": [], "object": {}},
        {"text": 'quote " backslash \\ slash / tab \t line \n back \b form \f return \r bell \x07 nul \x00'},
        {"text": "\x7f\x80 \u2028 \u2029 \ufeff é e\u0301 Хамиммим دير الزور 😀"},
        {"z": 1, "a": 2, "a_1": 3, "a1": 4, "aa": 5},
        {"deep": [[[[[[[[[[[[[[[]]]]]]]]]]]]]]]},
    ]
    bad: list[tuple[str, bytes]] = [
        ("a doubled key", b'{"a":1,"a":1}'),
        ("a fraction", b'{"a":1.0}'),
        ("an exponent", b'{"a":1e3}'),
        ("minus zero", b'{"a":-0}'),
        ("a leading zero", b'{"a":01}'),
        ("not a number", b'{"a":NaN}'),
        ("2^53", b'{"a":9007199254740992}'),
        ("-2^53", b'{"a":-9007199254740992}'),
        ("a space", b'{"a": 1}'),
        ("a line end", b'{"a":1}\n'),
        ("keys out of order", b'{"b":1,"a":1}'),
        ("a capital in a key", b'{"A":1}'),
        ("an empty key", b'{"":1}'),
        ("a key of 65", b'{"' + b"a" * 65 + b'":1}'),
        ("an escape that need not be", b'{"a":"\\u0061"}'),
        ("an escaped slash", b'{"a":"\\/"}'),
        ("a capital in an escape", b'{"a":"\\u001F"}'),
        ("half a surrogate pair", b'{"a":"\\ud800"}'),
        ("a byte order mark", b'\xef\xbb\xbf{"a":1}'),
        ("bytes that are not UTF-8", b'{"a":"\xff"}'),
        ("a list", b"[1]"),
        ("a text", b'"a"'),
        ("nothing", b""),
        ("cut short", b'{"a":1'),
        ("seventeen containers", b'{"a":' + b"[" * 16 + b"]" * 16 + b"}"),
        ("five thousand brackets", b"[" * 5_000),
    ]
    return {
        "about": "bytes (base64): good ones are canonical and say `value`; bad ones are refused (section 2)",
        "good": [{"bytes": b64(canonical(value)), "value": value} for value in good],
        "bad": [{"why": why, "bytes": b64(data)} for why, data in bad],
    }


def key_cases(make: Make) -> Vectors:
    message = b"a deconfliction line"
    good = []
    for algorithm in Algorithm:
        one = make(algorithm, "vectors")
        good.append(
            {
                **one.public.json(),
                "keyid": one.public.keyid,
                "message": b64(message),
                "signature": b64(one.sign(message)),
            }
        )
    ed = good[0]
    raw = bytearray(base64.b64decode(ed["signature"]))
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(raw[32:], "little") + order
    bad = [
        {**ed, "why": "the message is another", "message": b64(b"another")},
        {
            **ed,
            "why": "S is not reduced: a second spelling of the signature",
            "signature": b64(bytes(raw[:32]) + scalar.to_bytes(32, "little")),
        },
        {**ed, "why": "one bit of R", "signature": b64(bytes([raw[0] ^ 1]) + bytes(raw[1:]))},
        {**ed, "why": "the signature is cut short", "signature": b64(bytes(raw[:63]))},
        {**ed, "why": "the algorithm is not known", "alg": "rsa"},
        {**ed, "why": "the key is cut short", "public": b64(base64.b64decode(ed["public"])[:31])},
    ]
    for height in _SMALL:
        for sign in (0, 1 << 255):
            point = (height | sign).to_bytes(32, "little")
            bad.append({**ed, "why": "a key of small order or of two spellings", "public": b64(point)})
    # Under the point of order one, y = 1, the base point and S = 1 sign every message: what a denier would publish.
    anything = bytes.fromhex("58" + "66" * 31) + (1).to_bytes(32, "little")
    neutral = (1).to_bytes(32, "little")
    for text in (message, b"another"):
        denied = {"message": b64(text), "public": b64(neutral), "signature": b64(anything)}
        bad.append({**ed, "why": "a signature that fits every message", "keyid": _name(neutral), **denied})
    for one in good[1:]:
        wrong = bytearray(base64.b64decode(one["signature"]))
        wrong[100] ^= 1
        bad.append({**one, "why": "one bit of the signature", "signature": b64(bytes(wrong))})
    return {
        "about": "public keys, and signatures that fit (good) or must not be accepted (bad) (section 3)",
        "good": good,
        "bad": bad,
    }


def _name(public: bytes) -> str:
    return hashlib.sha256(b"ed25519\n" + public).hexdigest()[:32]


_FIELD = 2**255 - 19
_SMALL = [
    0, 1, _FIELD - 1, _FIELD, _FIELD + 1,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7,
]  # fmt: skip


def statement(seq: int = 0, **parts: object) -> Statement:
    first = Statement(LOG, seq, FIRST_PREV if seq == 0 else "ab" * 32, NOTHING_SEEN, CALL_MS, 250, "notice", {"n": seq})
    return replace(first, **parts)


def entry_cases(make: Make) -> Vectors:
    plain, hybrid = party(ALFA, make=make), party(ALFA, hybrid=True, make=make)
    second = party(ALFA, 2, make=make)
    announcement = {"envelope": seal_keyset(second.keyset, second.roots[:2]).decode()}
    others = [make(Algorithm.ED25519, f"{ALFA} other root {n}") for n in range(3)]
    moved = replace(second.keyset, roots=tuple(one.public for one in others))
    # Entry 0 is where trust begins; what is announced there is the next set all the same, under the roots of both.
    rerooted = {"envelope": seal_keyset(moved, (*plain.roots[:2], *others[:2])).decode()}
    good = [
        _entry(plain.keyset, statement().seal(plain.records), 0),
        _entry(plain.keyset, statement(7).seal(plain.records), 7),
        _entry(hybrid.keyset, statement(1).seal(hybrid.records), 1),
        _entry(plain.keyset, statement(3, kind="keyset", body=announcement).seal(second.records), 3),
        _entry(plain.keyset, statement(2, seen=Seen(5, bytes(range(32)))).seal(plain.records), 2),
        _entry(plain.keyset, statement(0, kind="keyset", body=rerooted).seal(second.records), 0),
    ]
    base = statement(7).seal(plain.records)[0].decode()
    both = statement(1).seal(hybrid.records)[0].decode()
    one = json.loads(base)["signatures"][0]
    bad: list[Vectors] = []

    def no(why: str, envelope: str, index: int = 7, keyset: KeySet = plain.keyset, first: int = 0) -> None:
        bad.append({"why": why, **_entry(keyset, (envelope.encode(), ""), index, first)})

    no("another number", base, 6)
    no("an older number than the trusted key set", base, 7, first=8)
    no("another party's keys", base, 7, party(BRAVO, make=make).keyset)
    no("the next version's keys", base, 7, second.keyset)
    no("a space", changed(base, ",", ", "))
    no("a member too many", changed(base, '{"payload"', '{"extra":1,"payload"'))
    no("members in another order", json.dumps(dict(reversed(json.loads(base).items())), separators=(",", ":")))
    no("another type", changed(base, "statement.v1", "statement.v2"))
    no("no signature", changed(base, json.dumps(one, separators=(",", ":")), ""))
    no("one signature twice", changed(base, "]}", "," + json.dumps(one, separators=(",", ":")) + "]}"))
    no("a signature by a stranger too many", _signed_too(base, make(Algorithm.ED25519, "stranger")))
    no("spare bits in base64", _spare(base))
    no("the key is named in capitals", changed(base, one["keyid"], one["keyid"].upper()))
    no("hybrid, Ed25519 alone", _without(both, 0, hybrid.records), 1, hybrid.keyset)
    no("hybrid, ML-DSA alone", _without(both, 1, hybrid.records), 1, hybrid.keyset)
    for why, payload in _bad_payloads():
        no(why, seal(payload, STATEMENT_TYPE, plain.records)[0].decode())
    no("a key set under the statement's type of envelope", seal(canonical({}), KEYSET_TYPE, plain.records)[0].decode())
    alone = {"envelope": seal_keyset(moved, others[:2]).decode()}
    no(
        "the first entry announces a set with other roots, which those before did not sign",
        statement(0, kind="keyset", body=alone).seal(second.records)[0].decode(),
        0,
    )
    rotated = statement(7, kind="keyset", body=announcement)
    no("a key set announced under the old keys", rotated.seal(plain.records)[0].decode())
    no(
        "a key set with a member too many",
        statement(7, kind="keyset", body={**announcement, "n": 1}).seal(second.records)[0].decode(),
    )
    return {
        "about": "envelopes at a place of a log: `keyset` is trusted from number `first` on (sections 3 to 5)",
        "log": LOG,
        "good": good,
        "bad": bad,
    }


def _entry(keyset: KeySet, sealed: tuple[bytes, str], index: int, first: int = 0) -> Vectors:
    return {
        "keyset": keyset.json(),
        "first": first,
        "index": index,
        "envelope": sealed[0].decode(),
        "content_id": sealed[1],
    }


def _signed_too(envelope: str, stranger: Signer) -> str:
    value = json.loads(envelope)
    message = b"DSSEv1 %d %s %d %s"
    payload = base64.b64decode(value["payload"])
    kind = value["payloadType"].encode()
    more = {
        "keyid": stranger.public.keyid,
        "sig": b64(stranger.sign(message % (len(kind), kind, len(payload), payload))),
    }
    value["signatures"] = sorted([*value["signatures"], more], key=lambda signature: signature["keyid"])
    return json.dumps(value, separators=(",", ":"))


def _spare(envelope: str) -> str:
    """The same signature, with a bit set that its 64 bytes do not use."""
    value = json.loads(envelope)
    text = value["signatures"][0]["sig"]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters[letters.index(text[-3]) + 1]
    return changed(envelope, text, text[:-3] + last + "==")


def _without(envelope: str, kept: int, signers: Sequence[Signer]) -> str:
    value = json.loads(envelope)
    value["signatures"] = [one for one in value["signatures"] if one["keyid"] == signers[kept].public.keyid]
    return json.dumps(value, separators=(",", ":"))


def _bad_payloads() -> list[tuple[str, bytes]]:
    """Statements that a careless or hostile writer signed properly, and that are refused all the same."""
    good = statement(7).to_bytes().decode()
    return [
        ("signed, but with a space", changed(good, ",", ", ").encode()),
        ("signed, but with a fraction", changed(good, '"n":7', '"n":7.5').encode()),
        ("signed, but with a doubled key", changed(good, '{"body"', '{"body":{"n":8},"body"').encode()),
        ("signed, but a member is missing", changed(good, '"kind":"notice",', "").encode()),
        ("signed, but there is a member too many", changed(good, '"v":1', '"v":1,"x":1').encode()),
        ("signed, but of another version", changed(good, '"v":1', '"v":2').encode()),
        ("signed, but true stands for 1", changed(good, '"v":1', '"v":true').encode()),
        ("signed, but for another log", changed(good, LOG, f"{ALFA}/to/charlie.example").encode()),
        ("signed, but with capitals in prev", changed(good, "ab" * 32, "AB" * 32).encode()),
        ("signed, but following the beginning", changed(good, "ab" * 32, "00" * 32).encode()),
        ("signed, but with a kind in capitals", changed(good, '"notice"', '"Notice"').encode()),
        ("signed, but the time is negative", changed(good, f'"said_ms":{CALL_MS}', '"said_ms":-1').encode()),
        (
            "signed, but the time is past 9999",
            changed(good, f'"said_ms":{CALL_MS}', '"said_ms":253402300800000').encode(),
        ),
        ("signed, but nothing seen has a root", changed(good, EMPTY_ROOT.hex(), "00" * 32).encode()),
        ("signed, but something seen has the root of nothing", changed(good, '"size":0', '"size":1').encode()),
        ("signed, but the body is a list", changed(good, '{"n":7}', "[7]").encode()),
    ]


def keyset_cases(make: Make) -> Vectors:
    one, two, three = (party(ALFA, version, make=make) for version in (1, 2, 3))
    new_roots = tuple(make(Algorithm.ED25519, f"new root {n}") for n in range(3))
    rerooted = replace(two.keyset, roots=tuple(root.public for root in new_roots))
    kept = replace(two.keyset, checkpoints=one.keyset.checkpoints)

    def case(previous: KeySet | None, keyset: KeySet, signers: Sequence[Signer]) -> Vectors:
        sealed = seal_keyset(keyset, signers).decode()
        return {
            "previous": previous.json() if previous else None,
            "envelope": sealed,
            "fingerprint": fingerprint(keyset),
        }

    good = [
        case(None, one.keyset, one.roots[:2]),
        case(one.keyset, two.keyset, one.roots),
        case(one.keyset, rerooted, [*one.roots[1:], *new_roots[:2]]),
        case(None, party(ALFA, hybrid=True, make=make).keyset, one.roots[:2]),
    ]
    stranger = make(Algorithm.ED25519, "stranger")
    shown = case(one.keyset, two.keyset, one.roots)["envelope"]
    assert isinstance(shown, str)
    bad = [
        {"why": "one root of two", **case(None, one.keyset, one.roots[:1])},
        {"why": "the old roots did not sign", **case(one.keyset, rerooted, new_roots)},
        {"why": "the new roots did not sign", **case(one.keyset, rerooted, one.roots)},
        {"why": "too few of the old roots", **case(one.keyset, rerooted, [one.roots[0], *new_roots])},
        {"why": "a version is left out", **case(one.keyset, three.keyset, one.roots)},
        {"why": "the version goes back", **case(two.keyset, one.keyset, one.roots)},
        {"why": "another party", **case(one.keyset, replace(two.keyset, party=BRAVO), one.roots)},
        {"why": "a checkpoint key is kept", **case(one.keyset, kept, one.roots)},
        {"why": "a stranger signed too", **case(one.keyset, two.keyset, [*one.roots, stranger])},
        {
            "why": "signed as a statement",
            "previous": None,
            "envelope": seal(canonical(one.keyset.json()), STATEMENT_TYPE, one.roots)[0].decode(),
        },
    ]
    for why, edit in _bad_keysets(one.keyset):
        payload = canonical(edit)
        bad.append({"why": why, "previous": None, "envelope": seal(payload, KEYSET_TYPE, one.roots)[0].decode()})
    return {
        "about": "signed key sets that follow `previous`, or are first ones where it is null (section 4)",
        "good": good,
        "bad": bad,
    }


def _bad_keysets(keyset: KeySet) -> list[tuple[str, dict[str, Any]]]:
    value = dict(keyset.json())
    records, roots = value["records"], value["roots"]
    assert isinstance(records, list)
    assert isinstance(roots, list)
    return [
        ("a threshold of none", {**value, "threshold": 0}),
        ("a threshold beyond the roots", {**value, "threshold": 4}),
        ("no roots", {**value, "roots": []}),
        ("one root twice", {**value, "roots": [roots[0], roots[0], roots[1]]}),
        ("a key in two roles", {**value, "cosigning": records}),
        ("no key for records", {**value, "records": []}),
        ("two Ed25519 keys for records", {**value, "records": [records[0], roots[2]]}),
        ("a party in capitals", {**value, "party": "ALFA"}),
        ("version 0", {**value, "version": 0}),
        ("a member too many", {**value, "note": "x"}),
    ]


LOWER_CASES: dict[str, Callable[[Make], Vectors]] = {
    "canonical": canonical_cases,
    "keys": key_cases,
    "entry": entry_cases,
    "keyset": keyset_cases,
}
