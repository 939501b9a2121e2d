"""Vectors of whole bundles: genuine, damaged, and proving misbehaviour."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clearline.record.bundle import LogChoice, export_bundle
from clearline.record.canonical import canonical
from clearline.record.checkpoint import Checkpoint, cosign, cosigning_keys, read_checkpoint, sign_checkpoint
from clearline.record.envelope import seal
from clearline.record.keys import Algorithm, Signer
from clearline.record.log import Appended, LogHead, MemoryLog
from clearline.record.misbehaviour import Double, Evidence, Fork, Rewrite, Withheld
from clearline.record.proof import inclusion_proof
from clearline.record.pruned import prune
from clearline.record.quorum import parse_policy
from clearline.record.statement import STATEMENT_TYPE, Seen, Statement
from clearline.record.tree import leaf_hash
from clearline.record.trust import Trust, TrustedLine, TrustedLog, write_trust
from tests.record.cases import Vectors, b64, changed
from tests.record.worlds import ALFA, BRAVO, Line, Make, party, talk

__all__ = ["BUNDLE_CASES", "Edit", "Forged", "evidences", "payload_of", "quorum_of", "rebundled"]

Edit = Callable[[Any], object]


def rebundled(bundle: bytes, edit: Edit) -> bytes:
    """A bundle with something in it changed, written out canonically again."""
    value = json.loads(bundle)
    edit(value)
    return canonical(value, max_bytes=2**28)


@dataclass
class Forged:
    """A log of whatever envelopes its writer pleases, under checkpoints it signs."""

    origin: str
    envelopes: Sequence[bytes]

    def log(self) -> MemoryLog:
        """The log, its tree in order whatever its entries are."""
        log = MemoryLog(self.origin)
        for envelope in self.envelopes:
            frontier, nodes = log.head.frontier.append(leaf_hash(envelope))
            log.keep(Appended(envelope, LogHead(self.origin, frontier), nodes))
        return log

    def bundle(self, signers: Sequence[Signer], wanted: Sequence[int], beside: Sequence[LogChoice] = ()) -> bytes:
        """A bundle of it."""
        log = self.log()
        note = sign_checkpoint(log.head.checkpoint, signers).to_text()
        return export_bundle([LogChoice(log, wanted, [note]), *beside])


def _wrong_logs(line: Line) -> list[tuple[str, bytes]]:
    """Logs that their writer signed properly and that break a rule of order or sight."""
    origin, alfa = line.origin(ALFA), line.parties[ALFA]
    first = line.logs[ALFA].envelope(0)
    by = alfa.checkpoints
    zero, one = (Statement.from_bytes(payload_of(line.logs[ALFA].envelope(n))) for n in (0, 1))
    bravo = [LogChoice(line.logs[BRAVO], [], line.notes[BRAVO][-1:])]

    def forged(*statements: Statement, beside: Sequence[LogChoice] = ()) -> bytes:
        envelopes = [statement.seal(alfa.records)[0] for statement in statements]
        return Forged(origin, envelopes).bundle(alfa.checkpoints, range(len(statements)), beside)

    two = Seen(2, line.logs[BRAVO].head.frontier.root)
    sighted = replace(zero, seen=two)
    lost = replace(one, prev=sighted.seal(alfa.records)[1], seen=Seen(1, bytes(range(32))))
    unheard = replace(one, seen=Seen(1, bytes(32)))
    stray = Forged("charlie.example/to/alfa.example", [first])
    hello = seal(canonical({"hello": 1}), STATEMENT_TYPE, alfa.records)[0]
    no_statement = {"index": 0, "envelope": hello.decode()}
    beyond = json.loads(forged(zero, replace(one, seen=Seen(9, bytes(32)))))
    beyond["logs"].append(json.loads(export_bundle(bravo))["logs"][0])
    return [
        ("a statement that follows another than the one before it", forged(zero, replace(one, prev="cd" * 32))),
        ("a statement under another number than its place", forged(zero, replace(one, seq=2))),
        ("a root of the other log that it never had", forged(zero, unheard, beside=bravo)),
        ("more of the other log than there is", canonical(beyond)),
        ("sight that is lost again", forged(sighted, lost)),
        ("a statement signed with the checkpoint key", Forged(origin, [zero.seal(by)[0]]).bundle(by, [0])),
        ("a checkpoint signed with the record key", Forged(origin, [first]).bundle(alfa.records, [0])),
        ("a log that nobody trusts", stray.bundle(alfa.checkpoints, [])),
        ("a leaf that is no statement", rebundled(
            Forged(origin, [hello]).bundle(alfa.checkpoints, []),
            lambda value: value["logs"][0].update(entries=[no_statement], tree=[]),
        )),
    ]  # fmt: skip


def payload_of(envelope: bytes) -> bytes:
    """What an envelope holds."""
    from clearline.record.envelope import read_envelope

    return read_envelope(envelope, STATEMENT_TYPE).payload


def rotating(make: Make) -> Line:
    """A talk in which alfa changes its keys after its third statement, and bravo after its second."""
    line = talk()
    line.rotate(ALFA, party(ALFA, 2, make=make))
    line.hand_over(ALFA)
    line.rotate(BRAVO, party(BRAVO, 2, make=make))
    line.hand_over(BRAVO)
    line.say(ALFA, "notice", n=5)
    line.hand_over(ALFA)
    line.say(BRAVO, "answer", word="ROGER")
    line.hand_over(BRAVO)
    return line


def _wrong_keys(make: Make) -> list[tuple[str, bytes]]:
    """Statements and signatures under keys that were not in force."""
    line = rotating(make)
    old, new = party(ALFA, make=make), line.parties[ALFA]
    origin, log = line.origin(ALFA), line.logs[ALFA]
    envelopes = [log.envelope(n) for n in range(log.head.size)]
    late = Statement.from_bytes(payload_of(envelopes[4]))
    early = Statement.from_bytes(payload_of(envelopes[0]))
    hidden = Forged(origin, envelopes).log()  # its export does not know which entries bring key sets
    by_old = sign_checkpoint(hidden.head.checkpoint, old.checkpoints).to_text()
    by_new = sign_checkpoint(hidden.head.checkpoint, new.checkpoints).to_text()
    bravo = LogChoice(line.logs[BRAVO], [2, 3], line.notes[BRAVO][-1:])
    revoked = cosign(log.head.checkpoint, BRAVO, party(BRAVO, make=make).cosigning, line.now_s)
    note = sign_checkpoint(log.head.checkpoint, new.checkpoints).with_signatures(revoked).to_text()
    revoked_key = Forged(origin, [*envelopes[:4], late.seal(old.records)[0]])
    early_key = Forged(origin, [early.seal(new.records)[0], *envelopes[1:]])
    return [
        ("a statement signed with a revoked key", revoked_key.bundle(new.checkpoints, [3, 4])),
        ("a statement signed with a key not yet in force", early_key.bundle(new.checkpoints, [0, 3])),
        ("a key set kept from the reader", export_bundle([LogChoice(hidden, [1], [by_new])])),
        ("a log still signed with the old key", export_bundle([LogChoice(hidden, [1, 3], [by_old])])),
        ("a receipt by a revoked key", export_bundle([LogChoice(log, [4], [note]), bravo])),
    ]  # fmt: skip


def _edits(bundle: bytes, line: Line) -> list[tuple[str, bytes]]:
    """Damage to a genuine bundle."""
    alfa = line.logs[ALFA]

    def edit(change: Edit) -> bytes:
        return rebundled(bundle, change)

    def log(value: Any, name: str) -> Any:
        return value["logs"][0][name]

    points = line.notes[ALFA]
    stranger = sign_checkpoint(alfa.head.checkpoint, line.parties[BRAVO].checkpoints).to_text()
    return [
        ("an entry left out", edit(lambda v: log(v, "entries").pop())),
        ("entries in another order", edit(lambda v: log(v, "entries").reverse())),
        ("an entry at another place", edit(lambda v: log(v, "entries")[0].update(index=1))),
        ("another entry in its place", edit(lambda v: log(v, "entries")[0].update(envelope=alfa.envelope(1).decode()))),
        ("one hash changed", edit(lambda v: log(v, "tree").__setitem__(0, "A" * 43 + "="))),
        ("a hash too few", edit(lambda v: log(v, "tree").pop())),
        ("a hash too many", edit(lambda v: log(v, "tree").append("A" * 43 + "="))),
        ("an older checkpoint as the newest", edit(lambda v: log(v, "checkpoints").pop())),
        ("checkpoints in another order", edit(lambda v: log(v, "checkpoints").reverse())),
        ("one checkpoint twice", edit(lambda v: log(v, "checkpoints").append(points[-1]))),
        ("no checkpoint", edit(lambda v: log(v, "checkpoints").clear())),
        (
            "a checkpoint signed by the other party",
            edit(lambda v: log(v, "checkpoints").__setitem__(-1, stranger)),
        ),
        (
            "a checkpoint of the other log",
            edit(lambda v: log(v, "checkpoints").__setitem__(-1, line.notes[BRAVO][-1])),
        ),
        ("a log under another name", edit(lambda v: v["logs"][0].update(origin="charlie.example/to/alfa.example"))),
        ("one log twice", edit(lambda v: v["logs"].append(v["logs"][0]))),
        ("trust inside the bundle", edit(lambda v: v.update(trust=[]))),
        ("another format", edit(lambda v: v.update(format="clearline-bundle-v2"))),
        ("an attachment that nobody named", edit(lambda v: v["attachments"].append("QQ=="))),
        ("nothing", edit(lambda v: (v["logs"].clear(), v["evidence"].clear()))),
        ("a space", bundle.replace(b":", b": ", 1)),
        ("a line end", bundle + b"\n"),
        ("cut short", bundle[:-1]),
        ("a doubled member", bundle.replace(b'"evidence":[],', b'"evidence":[],"evidence":[],')),
        ("not JSON", b"PK\x03\x04"),
        ("empty", b""),
    ]


def evidences() -> tuple[Line, dict[str, Evidence]]:
    """A talk, and what alfa could be shown to have done beside it."""
    line = talk()
    origin, alfa, log = line.origin(ALFA), line.parties[ALFA], line.logs[ALFA]
    honest = [log.envelope(n) for n in range(3)]
    second = Statement.from_bytes(payload_of(honest[1]))
    other = replace(second, body={"place": "somewhere else"}).seal(alfa.records)[0]
    forged = Forged(origin, [honest[0], other, honest[2], honest[2]]).log()
    mine = sign_checkpoint(log.head.checkpoint, alfa.checkpoints).to_text()
    three = Forged(origin, [honest[0], other, honest[2]]).log()
    same = sign_checkpoint(three.head.checkpoint, alfa.checkpoints).to_text()
    longer = sign_checkpoint(forged.head.checkpoint, alfa.checkpoints).to_text()
    return line, {
        "fork": Fork(origin, mine, same),
        "rewrite": Rewrite(origin, mine, longer, tuple(prune(forged, 4, (), (3,)))),
        "double": Double(origin, honest[1].decode(), other.decode()),
        "withheld": Withheld(
            origin, honest[1].decode(), longer, leaf_hash(other), tuple(inclusion_proof(forged, 1, 4))
        ),
    }


def _no_evidence(line: Line, shown: dict[str, Evidence]) -> list[tuple[str, Evidence]]:
    """Accusations that the accused's signatures do not bear out."""
    fork, rewrite, double, withheld = shown["fork"], shown["rewrite"], shown["double"], shown["withheld"]
    assert isinstance(fork, Fork)
    assert isinstance(rewrite, Rewrite)
    assert isinstance(double, Double)
    assert isinstance(withheld, Withheld)
    origin, log, alfa = line.origin(ALFA), line.logs[ALFA], line.parties[ALFA]
    two = sign_checkpoint(read_checkpoint(line.notes[ALFA][0])[0], alfa.checkpoints).to_text()
    short = sign_checkpoint(Checkpoint(origin, 1, leaf_hash(log.envelope(0))), alfa.checkpoints).to_text()
    spoilt = changed(double.second, '"sig":"', '"sig":"A')[:-5] + '"}]}'
    there = replace(
        withheld, checkpoint=fork.first, leaf=leaf_hash(log.envelope(1)), proof=tuple(inclusion_proof(log, 1, 3))
    )
    forged = sign_checkpoint(Checkpoint(origin, 3, bytes(32)), line.parties[BRAVO].checkpoints).to_text()
    return [
        ("a fork of one root", Fork(origin, fork.first, fork.first)),
        ("a fork of two sizes", Fork(origin, fork.first, two)),
        ("a fork that somebody else signed", Fork(origin, fork.first, forged)),
        ("a fork of the other log", Fork(line.origin(BRAVO), fork.first, fork.second)),
        ("a fork of a log nobody trusts", Fork("charlie.example", fork.first, fork.second)),
        ("a fork with a receipt under it", Fork(origin, line.notes[ALFA][-1], fork.second)),
        ("no rewriting, growth", Rewrite(origin, two, fork.first, tuple(prune(log, 3, (), (2,))))),
        ("a rewriting the wrong way round", Rewrite(origin, rewrite.newer, rewrite.older, rewrite.tree)),
        ("a fork shown as a rewriting", Rewrite(origin, fork.second, fork.first, tuple(prune(log, 3, (), ())))),
        ("a rewriting with another tree", replace(rewrite, tree=(bytes(32), *rewrite.tree[1:]))),
        ("one statement, twice", Double(origin, double.first, double.first)),
        ("two statements under two numbers", Double(origin, double.first, log.envelope(2).decode())),
        ("a statement of the other log", Double(origin, double.first, line.logs[BRAVO].envelope(1).decode())),
        ("a statement changed afterwards", Double(origin, double.first, spoilt)),
        ("nothing was withheld", there),
        ("withheld, with another leaf", replace(withheld, leaf=bytes(32))),
        ("withheld, in a shorter log", replace(withheld, checkpoint=short, proof=())),
    ]  # fmt: skip


def bundle_cases(make: Make) -> Vectors:
    line, shown = evidences()
    trust = line.trust()
    plain = line.export([0, 2], [0, 1])
    witness = make(Algorithm.ED25519, "witness")
    asked = replace(trust, **quorum_of(witness))
    watched = _watched(line, witness)
    turned = rotating(make)
    hybrid = _hybrid(make)
    twice = rotating(make)
    twice.rotate(ALFA, party(ALFA, 3, make=make))
    twice.say(ALFA, "notice", n=6)
    twice.hand_over(ALFA)
    twice.hand_over(BRAVO)  # alfa signs its receipt again, with its newest key
    shown_line, with_pictures = attached()
    pictures = shown_line.trust()
    strangers = replace(trust, keysets={name: party(name, 3, make=make).keyset for name in (ALFA, BRAVO)})
    good = [
        _case("some statements of both sides", trust, plain),
        _case("every statement", trust, line.export(range(3), range(2))),
        _case("one statement of one side", trust, _one(line)),
        _case("heads alone", trust, line.export()),
        _case("a quorum that is there", asked, watched),
        _case("a witness that the reader does not know", trust, watched),
        _case("keys that change on both sides", turned.trust(), turned.export([0, 4], [3])),
        _case("trust that begins later", _later(turned), _newest(turned, [4], [3])),
        _case("trust that begins after two changes of keys", _later(twice), _newest(twice, [6], [3])),
        _case("hybrid keys", hybrid.trust(), hybrid.export([0], [0])),
        *(_case(f"evidence of {name}", trust, line.export([0], [], [one]), name) for name, one in shown.items()),
        _case("attachments that an entry names", pictures, with_pictures),
        _case("evidence alone", trust, export_bundle([], list(shown.values())), *shown),
        _case("a rewriting that the checkpoints show by themselves", trust, _contradicting(shown), "rewrite"),
    ]
    refused = [
        *((why, trust, data) for why, data in _edits(plain, line)),
        *((why, trust, data) for why, data in _wrong_logs(line)),
        *((why, turned.trust(), data) for why, data in _wrong_keys(make)),
        *((f"no evidence: {why}", trust, line.export([0], [], [one])) for why, one in _no_evidence(line, shown)),
        ("a quorum that is missing", asked, plain),
        ("another attachment beside them", pictures, attached(b"another")[1]),
        ("attachments in another order", pictures, rebundled(with_pictures, lambda v: v["attachments"].reverse())),
        ("one attachment twice", pictures, rebundled(with_pictures, _doubled)),
        ("an attachment that is not text", pictures, rebundled(with_pictures, lambda v: v["attachments"].append(1))),
        ("an older statement that announces no key set", _later(twice), _newest(twice, [4, 6], [3])),
        ("entries older than the trust", _later(turned), _newest(turned, [0], [3])),
        ("checkpoints older than the trust", _later(turned), turned.export([4], [3])),
        ("the keys of another first meeting", strangers, plain),
        ("hybrid keys, a signature stripped", hybrid.trust(), _stripped(hybrid)),
    ]  # fmt: skip
    bad = [{"why": why, "verdict": "INVALID", **_given(one, data)} for why, one, data in refused]
    trusts = sorted({str(case["trust"]) for case in (*good, *bad)})
    return {
        "about": "bundles under one of `trusts`; good ones are VALID or MISBEHAVIOUR, bad ones INVALID (section 9)",
        "trusts": trusts,
        "good": [{**case, "trust": trusts.index(str(case["trust"]))} for case in good],
        "bad": [{**case, "trust": trusts.index(str(case["trust"]))} for case in bad],
    }


def _doubled(value: Any) -> None:
    value["attachments"].insert(0, value["attachments"][0])


def _case(name: str, trust: Trust, bundle: bytes, *shown: str) -> Vectors:
    """A genuine bundle, and what alfa is shown to have done in it."""
    return {
        "name": name,
        "verdict": "MISBEHAVIOUR" if shown else "VALID",
        "misbehaviour": [[one, f"{ALFA}/to/{BRAVO}", ALFA] for one in shown],
        **_given(trust, bundle),
    }


def _given(trust: Trust, bundle: bytes) -> Vectors:
    return {"trust": write_trust(trust).decode(), "bundle": bundle.decode()}


def _one(line: Line) -> bytes:
    return export_bundle([LogChoice(line.logs[ALFA], [1], line.notes[ALFA])])


def quorum_of(witness: Signer) -> dict[str, Any]:
    """What makes a trust ask for one witness."""
    key = cosigning_keys("witness.example/w1", [witness.public])[0]
    text = f"witness W1 {key}\nquorum W1\n"
    return {"policy": parse_policy(text), "policy_text": text}


def _watched(line: Line, witness: Signer) -> bytes:
    choices: list[LogChoice] = []
    for name in (ALFA, BRAVO):
        point, note = read_checkpoint(line.notes[name][-1])
        seen = cosign(point, "witness.example/w1", [witness], line.now_s + 60)
        choices.append(LogChoice(line.logs[name], [0], [note.with_signatures(seen).to_text()]))
    return export_bundle(choices)


def _later(line: Line) -> Trust:
    """The trust of a reader who got each party's newest key set, and was told where it begins."""
    alfa, bravo = line.logs[ALFA].keyset_places()[-1], line.logs[BRAVO].keyset_places()[-1]
    logs = (TrustedLog(line.origin(ALFA), ALFA, alfa), TrustedLog(line.origin(BRAVO), BRAVO, bravo))
    return Trust({name: line.parties[name].keyset for name in (ALFA, BRAVO)}, (TrustedLine(logs),))


def _newest(line: Line, alfa: Sequence[int], bravo: Sequence[int]) -> bytes:
    """A bundle with the newest checkpoint of each log alone."""
    return export_bundle(
        [LogChoice(line.logs[name], wanted, line.notes[name][-1:]) for name, wanted in ((ALFA, alfa), (BRAVO, bravo))]
    )


def _hybrid(make: Make) -> Line:
    line = Line({ALFA: party(ALFA, hybrid=True, make=make), BRAVO: party(BRAVO, make=make)})
    line.say(ALFA, "notice", n=1)
    line.hand_over(ALFA)
    line.say(BRAVO, "answer", word="WILCO")
    line.hand_over(BRAVO)
    return line


def _stripped(line: Line) -> bytes:
    def strip(value: Any) -> None:
        entry = value["logs"][0]["entries"][0]
        envelope = json.loads(entry["envelope"])
        envelope["signatures"] = [one for one in envelope["signatures"] if len(one["sig"]) == 88]
        entry["envelope"] = json.dumps(envelope, separators=(",", ":"))

    return rebundled(line.export([0], [0]), strip)


def _contradicting(shown: dict[str, Evidence]) -> bytes:
    rewrite = shown["rewrite"]
    assert isinstance(rewrite, Rewrite)
    log = {
        "origin": rewrite.log,
        "checkpoints": [rewrite.older, rewrite.newer],
        "entries": [],
        "tree": [b64(one) for one in rewrite.tree],
        "stamps": [],
    }
    return canonical({"format": "clearline-bundle-v1", "logs": [log], "evidence": [], "attachments": []})


def attached(*more: bytes) -> tuple[Line, bytes]:
    """A talk with a picture and a recording that alfa named, and a bundle that holds them, and more."""
    line = Line()
    named = [hashlib.sha256(one).hexdigest() for one in (b"picture", b"recording")]
    line.say(ALFA, "notice", attached={"all": [*named]})
    line.hand_over(ALFA)
    choice = LogChoice(line.logs[ALFA], [0], line.notes[ALFA])
    return line, export_bundle([choice], (), [b"picture", b"recording", *more])


BUNDLE_CASES: dict[str, Callable[[Make], Vectors]] = {"bundle": bundle_cases}
