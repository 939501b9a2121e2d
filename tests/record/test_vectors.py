"""The vectors are what the script makes, the package answers them as they say, and so does the verifier of one file."""

import base64
import json
from typing import Any

import pytest

from clearline.record.canonical import from_canonical
from clearline.record.checkpoint import Checkpoint, read_checkpoint
from clearline.record.cosignatures import read_signatures
from clearline.record.errors import RecordError
from clearline.record.keys import PublicKey
from clearline.record.keyset import KeyHistory, fingerprint, open_keyset, read_keyset
from clearline.record.note import NoteKey
from clearline.record.proof import verify_consistency, verify_inclusion
from clearline.record.pruned import regrow
from clearline.record.quorum import parse_policy
from clearline.record.stamp import read_stamp
from clearline.record.statement import open_entry
from clearline.record.tlog_proof import read_tlog_proof
from clearline.record.tree import leaf_hash
from clearline.record.trust import read_trust
from clearline.record.verify import verify_bundle
from clearline.record.witness import Keep, Refusal, judge
from tests.record.make_vectors import FOLDER, Kept, vectors
from tests.record.standalone import standalone

cv = standalone()
REFUSED = (RecordError, cv.BadError)


def load(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def cases(name: str, kind: str) -> list[Any]:
    listed = load(name)[kind]
    return [
        pytest.param(case, id=f"{n} {case.get('why') or case.get('name', '')}"[:60]) for n, case in enumerate(listed)
    ]


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def test_the_files_are_what_the_script_makes() -> None:
    kept = Kept(load("randomised"))
    known = dict(kept.known)
    for name, text in vectors(kept).items():
        assert (FOLDER / name).read_text("utf-8") == text, f"{name}: run python -m tests.record.make_vectors"
    assert kept.used == known


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_there_are_at_least_as_many_bad_ones_as_good(path: Any) -> None:
    value = json.loads(path.read_text("utf-8"))
    assert path.stem == "randomised" or len(value["bad"]) >= len(value["good"]) >= 3


# Each pair below is the package's reader and the stand-alone verifier's, of the same thing.

READ_CANONICAL = [lambda data: from_canonical(data), lambda data: cv.canonical(data)]


@pytest.mark.parametrize("read", READ_CANONICAL)
@pytest.mark.parametrize("case", cases("canonical", "good"))
def test_canonical_bytes_say_their_value(case: Any, read: Any) -> None:
    assert json.dumps(read(raw(case["bytes"])), sort_keys=True) == json.dumps(case["value"], sort_keys=True)


@pytest.mark.parametrize("read", READ_CANONICAL)
@pytest.mark.parametrize("case", cases("canonical", "bad"))
def test_other_bytes_are_refused(case: Any, read: Any) -> None:
    with pytest.raises(REFUSED):
        read(raw(case["bytes"]))


def _fits(case: Any) -> bool:
    key = PublicKey.from_json({"alg": case["alg"], "public": case["public"]}, "key")
    return key.verify(raw(case["signature"]), raw(case["message"])) and key.keyid == case["keyid"]


def _fits_alone(case: Any) -> bool:
    key = cv.key_of({"alg": case["alg"], "public": case["public"]})
    return cv.signed(key, raw(case["signature"]), raw(case["message"])) and cv.key_id(key) == case["keyid"]


@pytest.mark.parametrize("fits", [_fits, _fits_alone])
@pytest.mark.parametrize("case", cases("keys", "good"))
def test_signatures_fit(case: Any, fits: Any) -> None:
    assert fits(case)


@pytest.mark.parametrize("fits", [_fits, _fits_alone])
@pytest.mark.parametrize("case", cases("keys", "bad"))
def test_other_signatures_and_keys_do_not(case: Any, fits: Any) -> None:
    try:
        fitted = fits(case)
    except REFUSED:
        fitted = False
    assert not fitted


def _entry(case: Any) -> str:
    history = KeyHistory(read_keyset(case["keyset"]), case["first"])
    return open_entry(case["envelope"].encode(), load("entry")["log"], case["index"], history).content_id


def _entry_alone(case: Any) -> str:
    history = cv.History(cv.keyset(case["keyset"]), case["first"])
    return cv.entry(case["envelope"], load("entry")["log"], case["index"], history).digest


@pytest.mark.parametrize("entry", [_entry, _entry_alone])
@pytest.mark.parametrize("case", cases("entry", "good"))
def test_entries_open_to_their_digest(case: Any, entry: Any) -> None:
    assert entry(case) == case["content_id"]


@pytest.mark.parametrize("entry", [_entry, _entry_alone])
@pytest.mark.parametrize("case", cases("entry", "bad"))
def test_other_entries_are_refused(case: Any, entry: Any) -> None:
    with pytest.raises(REFUSED):
        entry(case)


def _keyset(case: Any) -> None:
    previous = read_keyset(case["previous"]) if case["previous"] else None
    keyset = open_keyset(case["envelope"].encode(), previous)
    assert fingerprint(keyset) == case["fingerprint"]


def _keyset_alone(case: Any) -> None:
    cv.follows(case["envelope"], None, cv.keyset(case["previous"]) if case["previous"] else None)


@pytest.mark.parametrize("case", cases("keyset", "good"))
def test_key_sets_follow_their_rule(case: Any) -> None:
    _keyset(case)
    _keyset_alone(case)
    assert len(case["fingerprint"].split()) == 8


@pytest.mark.parametrize("follow", [_keyset, _keyset_alone])
@pytest.mark.parametrize("case", cases("keyset", "bad"))
def test_other_key_sets_are_refused(case: Any, follow: Any) -> None:
    with pytest.raises(REFUSED):
        follow({"fingerprint": "", **case})


def _signer(text: str) -> Any:
    key = NoteKey.parse(text)
    return key.name, key.type, (key.public.algorithm.value, key.public.raw)


def _cosigned(case: Any) -> tuple[list[Any], int]:
    point, note = read_checkpoint(case["note"])
    own, others = ([NoteKey.parse(text) for text in case[name]] for name in ("log_keys", "cosigner_keys"))
    found = read_signatures(point, note, own, others, "checkpoint")
    return [[str(key), time_s] for key, time_s in found.cosigned_s.items()], found.unknown


def _cosigned_alone(case: Any) -> tuple[list[Any], int]:
    own, others = ([_signer(text) for text in case[name]] for name in ("log_keys", "cosigner_keys"))
    texts = {_signer(text): text for text in case["cosigner_keys"]}
    times, unread = cv.cosigned(cv.checkpoint(case["note"]), own, others)
    return [[texts[one], time_s] for one, time_s in times.items()], unread


@pytest.mark.parametrize("cosigned", [_cosigned, _cosigned_alone])
@pytest.mark.parametrize("case", cases("checkpoint", "good"))
def test_checkpoints_tell_who_cosigned_and_when(case: Any, cosigned: Any) -> None:
    assert cosigned(case) == (case["cosigned"], case["unknown"])


@pytest.mark.parametrize("cosigned", [_cosigned, _cosigned_alone])
@pytest.mark.parametrize("case", cases("checkpoint", "bad"))
def test_other_checkpoints_are_refused(case: Any, cosigned: Any) -> None:
    with pytest.raises(REFUSED):
        cosigned(case)


def _holds(case: Any) -> bool:
    if case["kind"] == "inclusion":
        proof = [raw(one) for one in case["proof"]]
        return verify_inclusion(leaf_hash(raw(case["leaf"])), case["index"], case["size"], proof, raw(case["root"]))
    if case["kind"] == "consistency":
        proof = [raw(one) for one in case["proof"]]
        roots = raw(case["older_root"]), raw(case["newer_root"])
        return verify_consistency(case["older"], case["newer"], proof, *roots)
    leaves = {index: leaf_hash(raw(leaf)) for index, leaf in case["leaves"]}
    grown = regrow(case["size"], leaves, case["cuts"], [raw(one) for one in case["tree"]])
    return grown.root == raw(case["root"]) and grown.earlier == {cut: raw(root) for cut, root in case["earlier"]}


def _holds_alone(case: Any) -> bool:
    if case["kind"] == "inclusion":
        leaf = cv.leaf(raw(case["leaf"]).decode())
        return cv.included(leaf, case["index"], case["size"], [raw(one) for one in case["proof"]]) == raw(case["root"])
    if case["kind"] == "consistency":
        return _holds(case)  # a bundle needs none: its pruned trees say the same
    leaves = {index: cv.leaf(raw(leaf).decode()) for index, leaf in case["leaves"]}
    roots = cv.regrow(case["size"], leaves, set(case["cuts"]), [raw(one) for one in case["tree"]])
    return roots == {case["size"]: raw(case["root"]), **{cut: raw(root) for cut, root in case["earlier"]}}


@pytest.mark.parametrize("holds", [_holds, _holds_alone])
@pytest.mark.parametrize("case", cases("tree", "good"))
def test_proofs_hold(case: Any, holds: Any) -> None:
    assert holds(case)


@pytest.mark.parametrize("holds", [_holds, _holds_alone])
@pytest.mark.parametrize("case", cases("tree", "bad"))
def test_other_proofs_do_not(case: Any, holds: Any) -> None:
    try:
        held = holds(case)
    except REFUSED:
        held = False
    assert not held


@pytest.mark.parametrize("case", cases("policy", "good"))
def test_quorums_are_met_by_enough_and_no_fewer(case: Any) -> None:
    policy = parse_policy(case["policy"])
    parts = cv.read_policy(case["policy"])
    alone = cv.Trust({}, {}, *parts, [])
    for names, met in [(names, True) for names in case["met"]] + [(names, False) for names in case["unmet"]]:
        assert policy.met(policy.witnesses[name] for name in names) is met
        assert cv.quorum_met(alone, {alone.witnesses[name] for name in names}) is met


@pytest.mark.parametrize("read", [parse_policy, cv.read_policy])
@pytest.mark.parametrize("case", cases("policy", "bad"))
def test_other_policies_are_refused(case: Any, read: Any) -> None:
    with pytest.raises(REFUSED):
        read(case["policy"])


@pytest.mark.parametrize("case", cases("proof", "good"))
def test_a_tlog_proof_gives_the_place(case: Any) -> None:
    assert read_tlog_proof(case["proof"], case["envelope"].encode())[0] == case["index"]


@pytest.mark.parametrize("case", cases("proof", "bad"))
def test_other_tlog_proofs_are_refused(case: Any) -> None:
    with pytest.raises(RecordError):
        read_tlog_proof(case["proof"], case["envelope"].encode())


class Known:
    """A witness that watches the log of a case."""

    def __init__(self, case: Any) -> None:
        self._keys = [NoteKey.parse(text) for text in case["log_keys"]]
        rows = (case["latest"] or "").split("\n")
        self._latest = Checkpoint(rows[0], int(rows[1]), raw(rows[2])) if case["latest"] else None

    def keys(self, origin: str, /) -> list[NoteKey]:
        """The keys of the one log it watches."""
        return [key for key in self._keys if key.name == origin]

    def latest(self, _origin: str, /) -> Checkpoint | None:
        """What it cosigned last."""
        return self._latest


@pytest.mark.parametrize("case", cases("witness", "good"))
def test_a_witness_keeps_what_continues(case: Any) -> None:
    assert isinstance(judge(Known(case), case["request"].encode()), Keep)


@pytest.mark.parametrize("case", cases("witness", "bad"))
def test_a_witness_refuses_with_the_status_foreseen(case: Any) -> None:
    found = judge(Known(case), case["request"].encode())
    assert isinstance(found, Refusal)
    assert (found.status, found.body) == (case["status"], case["body"])
    assert (found.fork is not None) == ("fork" in case["why"])


READ_STAMP = [lambda *given: read_stamp(*given).time_ms, lambda *given: cv.stamp_ms(*given)]


@pytest.mark.parametrize("read", READ_STAMP)
@pytest.mark.parametrize("case", cases("stamp", "good"))
def test_a_stamp_tells_the_time(case: Any, read: Any) -> None:
    given = raw(case["token"]), case["text"].encode(), raw(case["certificate"])
    assert read(*given) == case["time_ms"]
    assert read_stamp(*given).accuracy_ms == case["accuracy_ms"]


@pytest.mark.parametrize("read", READ_STAMP)
@pytest.mark.parametrize("case", cases("stamp", "bad"))
def test_other_stamps_are_refused(case: Any, read: Any) -> None:
    with pytest.raises(REFUSED):
        read(raw(case["token"]), case["text"].encode(), raw(case["certificate"]))


@pytest.mark.parametrize("read", [read_trust, cv.read_trust])
@pytest.mark.parametrize("case", cases("trust", "good"))
def test_trust_files_are_read(case: Any, read: Any) -> None:
    assert len(read(case["trust"].encode()).keysets) == 2


@pytest.mark.parametrize("read", [read_trust, cv.read_trust])
@pytest.mark.parametrize("case", cases("trust", "bad"))
def test_other_trust_files_are_refused(case: Any, read: Any) -> None:
    with pytest.raises(REFUSED):
        read(case["trust"].encode())


@pytest.mark.parametrize("case", cases("bundle", "good"))
def test_a_genuine_bundle_shows_what_it_shows(case: Any) -> None:
    trust, bundle = load("bundle")["trusts"][case["trust"]].encode(), case["bundle"].encode()
    report = verify_bundle(bundle, read_trust(trust))
    found = [[one.misbehaviour, one.log, one.accused] for one in report.findings]
    assert (report.verdict, found) == (case["verdict"], case["misbehaviour"])
    alone = cv.check(bundle, cv.read_trust(trust))
    assert (alone.verdict, [list(one) for one in alone.found]) == (case["verdict"], case["misbehaviour"])


@pytest.mark.parametrize("case", cases("bundle", "bad"))
def test_any_other_bundle_proves_nothing(case: Any) -> None:
    trust, bundle = load("bundle")["trusts"][case["trust"]].encode(), case["bundle"].encode()
    report = verify_bundle(bundle, read_trust(trust))
    assert (report.verdict, report.logs, report.findings) == ("INVALID", (), ())
    alone = cv.check(bundle, cv.read_trust(trust))
    assert (alone.verdict, alone.found) == ("INVALID", [])
