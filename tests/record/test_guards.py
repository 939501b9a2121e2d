"""Each guard that no vector trips: what cannot be does not exist, and what is too much is refused."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from clearline.record import keys
from clearline.record.checkpoint import Checkpoint, cosigning_keys
from clearline.record.envelope import Envelope, EnvelopeSignature, read_envelope
from clearline.record.errors import RecordError
from clearline.record.keys import Algorithm
from clearline.record.keyset import KeyHistory, read_keyset
from clearline.record.members import Members
from clearline.record.misbehaviour import Fork, evidence_json, prove, read_evidence
from clearline.record.note import NoteKey, SignatureType, read_note
from clearline.record.pruned import prune, regrow
from clearline.record.quorum import parse_policy
from clearline.record.statement import STATEMENT_TYPE, Seen
from clearline.record.trust import Trust, TrustedLine, TrustedLog
from clearline.record.verify import verify_bundle
from clearline.record.witness import Refusal, judge
from tests.record.cases import statement
from tests.record.cases_bundle import evidences, rebundled
from tests.record.test_tree import LOG
from tests.record.test_witness import Witness
from tests.record.worlds import ALFA, BRAVO, party, signer, talk

ALFAS = party(ALFA).keyset
ED = signer(Algorithm.ED25519, "guards").public
PQ = signer(Algorithm.ML_DSA_44, "guards").public
MANY = tuple(signer(Algorithm.ED25519, f"root {n}").public for n in range(9))
LINE = "\u2014 a.example " + "A" * 8 + "\n"


@pytest.mark.parametrize("value", [None, 1, "x", [], {"b": 1}, {"a": 1, "b": 2}])
def test_an_object_has_its_members_and_no_others(value: Any) -> None:
    with pytest.raises(RecordError, match=r"members|object"):
        Members(value, ("a",), "here")


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda m: m.text("a"), 1),
        (lambda m: m.whole("a"), "1"),
        (lambda m: m.whole("a"), True),
        (lambda m: m.whole("a"), -1),
        (lambda m: m.literal("a", 1), True),
        (lambda m: m.object("a"), []),
        (lambda m: m.items("a"), "list"),
        (lambda m: m.texts("a"), [1]),
        (lambda m: m.hashes("a"), ["QQ=="]),
    ],
)
def test_a_member_is_of_its_kind_and_the_error_says_where(read: Any, value: Any) -> None:
    with pytest.raises(RecordError, match=r"^here\.a"):
        read(Members({"a": value}, ("a",), "here"))


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb", "é", "x" * 256])
def test_a_log_has_a_name_without_spaces(origin: str) -> None:
    with pytest.raises(RecordError, match="origin"):
        Checkpoint(origin, 1, bytes(32))


@pytest.mark.parametrize(("size", "root"), [(-1, 32), (2**53, 32), (1, 31), (0, 32)])
def test_a_checkpoint_has_a_size_and_a_root(size: int, root: int) -> None:
    with pytest.raises(RecordError, match="root"):
        Checkpoint("a.example", size, bytes(root))


@pytest.mark.parametrize(("name", "kind", "key"), [("a b", 4, ED), ("a", 4, PQ), ("a", 6, ED), ("a", 2, ED)])
def test_a_key_signs_notes_by_its_own_algorithm(name: str, kind: int, key: Any) -> None:
    with pytest.raises(RecordError, match="note key"):
        NoteKey(name, kind, key)


@pytest.mark.parametrize(
    "text",
    ["a", "a+00000000", "a+00000000+", "a+00000000+AgAA", f"a+00000000+{str(cosigning_keys('a', [ED])[0])[-44:]}"],
)
def test_a_verifier_key_has_three_parts_that_fit(text: str) -> None:
    with pytest.raises(RecordError):
        NoteKey.parse(text)


@given(st.sampled_from([ED, PQ]))
def test_a_verifier_key_is_read_as_written(key: Any) -> None:
    one = cosigning_keys("witness.example/w", [key])[0]
    assert NoteKey.parse(str(one)) == one
    assert one.type in (SignatureType.COSIGNATURE, SignatureType.COSIGNATURE_ML_DSA)


@pytest.mark.parametrize(
    "text",
    [
        "a\n\n" + "".join(LINE.replace("a.example", f"a{n}.example") for n in range(33)),
        "a\n\n" + LINE * 2,
        "a" * 200_000 + "\n\n" + LINE,
        "a\n\n" + LINE.replace("A" * 8, "QQ=="),
        "a\n\n" + LINE.replace("a.example ", ""),
        "a\n" + LINE,
        "a\n\n" + LINE[:-1],
        "a\t\n\n" + LINE,
    ],
)
def test_a_note_is_a_text_and_a_few_signature_lines(text: str) -> None:
    with pytest.raises(RecordError):
        read_note(text)
    assert read_note("a\n\n" + LINE).text == "a\n"


@pytest.mark.parametrize(
    "signatures", [(), (("0" * 32,) * 2), ("1" * 32, "0" * 32), ("x",), tuple(f"{n:032x}" for n in range(17))]
)
def test_an_envelope_has_signatures_in_order(signatures: tuple[str, ...]) -> None:
    with pytest.raises(RecordError):
        Envelope(STATEMENT_TYPE, b"", tuple(EnvelopeSignature(name, bytes(64)) for name in signatures))


def test_an_envelope_is_bounded() -> None:
    with pytest.raises(RecordError, match="are allowed"):
        read_envelope(b" " * 2_000_000, STATEMENT_TYPE)


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b'{"payload":1}', b'{"payload":"","payloadType":"x","signatures":[1]}', b"\xff", b"[" * 9000]
)
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError):
        read_envelope(data, STATEMENT_TYPE)


@pytest.mark.parametrize(
    "part", [{"log": "a b"}, {"seq": -1}, {"seq": 2**53}, {"prev": "x"}, {"seen": Seen(-1, bytes(32))}, {"kind": "K"}]
)
def test_a_statement_that_cannot_be_does_not_exist(part: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        replace(statement(7), **part)


def test_a_key_that_its_backend_cannot_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Strict:
        """A backend that looks into keys when it loads them."""

        @classmethod
        def from_public_bytes(cls, _data: bytes) -> "Strict":
            """Refuse, as such a backend does."""
            raise ValueError("not on the curve")

    keys._loaded.cache_clear()
    monkeypatch.setattr(keys, "Ed25519PublicKey", Strict)
    with pytest.raises(RecordError, match="not a public ed25519 key"):
        ED.verify(bytes(64), b"")
    keys._loaded.cache_clear()


def test_a_key_set_is_bounded_and_knows_its_algorithms() -> None:
    value = dict(ALFAS.json())
    many = [signer(Algorithm.ED25519, f"t{n}").public.json() for n in range(17)]
    for spoilt in (
        {**value, "transport": many},
        {**value, "records": [{"alg": "rsa", "public": "QQ=="}]},
        {**value, "format": "x"},
    ):
        with pytest.raises(RecordError):
            read_keyset(spoilt)


def test_key_sets_are_announced_in_order() -> None:
    second, third = party(ALFA, 2).keyset, party(ALFA, 3).keyset
    history = KeyHistory(ALFAS, 2).announce(5, second, 1)
    for index in (1, 4, 5):
        with pytest.raises(RecordError, match="order of their places"):
            history.announce(index, third, 1)
    with pytest.raises(RecordError, match="order of their places"):
        KeyHistory(ALFAS, 2).announce(1, second, 1)
    assert [history.at(n).version for n in (2, 4, 5, 9)] == [1, 1, 2, 2]
    assert [history.before(n).version for n in (2, 5, 6)] == [1, 1, 2]
    assert [history.signing(n).version for n in (3, 5, 6)] == [1, 1, 2]
    for call in (history.at, history.before, history.signing):
        with pytest.raises(RecordError, match="older than the key set you trust"):
            call(1)
    assert history.latest == second


def test_a_receipt_counts_by_what_its_party_had_seen() -> None:
    history = KeyHistory(ALFAS).announce(3, party(ALFA, 2).keyset, 10).announce(8, party(ALFA, 3).keyset, 20)
    versions = {size: [one.version for one in history.cosigning(size)] for size in (0, 9, 10, 11, 20, 21, 99)}
    assert versions == {0: [1], 9: [1], 10: [1, 2], 11: [2], 20: [2, 3], 21: [3], 99: [3]}


@pytest.mark.parametrize(("leaves", "cuts"), [([9], []), ([-1], []), ([], [10]), ([], [-1])])
def test_nothing_is_chosen_outside_a_tree(leaves: list[int], cuts: list[int]) -> None:
    with pytest.raises(ValueError, match="a tree of 9 leaves"):
        prune(LOG, 9, leaves, cuts)
    with pytest.raises(RecordError, match="a tree of 9 leaves"):
        regrow(9, dict.fromkeys(leaves, bytes(32)), cuts, [])


def test_a_control_character_is_refused_in_a_comment_too() -> None:
    with pytest.raises(RecordError, match="line 1: it holds a control character"):
        parse_policy("# bell \x07\nquorum none\n")


@pytest.mark.parametrize("part", [{"threshold": 0}, {"threshold": 4}, {"roots": ()}, {"roots": MANY, "threshold": 9}])
def test_a_threshold_can_be_met_and_fits_in_an_envelope(part: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="root keys, 1 or more must be asked to sign"):
        replace(ALFAS, **part)


@pytest.mark.parametrize("raw", [bytes(31), bytes(33), b""])
def test_a_public_key_has_its_length(raw: bytes) -> None:
    for algorithm in Algorithm:
        with pytest.raises(RecordError, match="bytes long"):
            keys.PublicKey(algorithm, raw)


def test_the_guard_against_weak_keys_guards_something() -> None:
    """The library below accepts under such a key what it never should; so the key must not exist."""
    anything = bytes.fromhex("58" + "66" * 31) + (1).to_bytes(32, "little")
    neutral = Ed25519PublicKey.from_public_bytes((1).to_bytes(32, "little"))
    for message in (b"yes", b"no"):
        neutral.verify(anything, message)
    with pytest.raises(RecordError, match="fits more than one message"):
        keys.PublicKey(Algorithm.ED25519, (1).to_bytes(32, "little"))


def test_evidence_of_another_log_is_named_as_such() -> None:
    line, shown = evidences()
    fork = shown["fork"]
    assert isinstance(fork, Fork)
    with pytest.raises(RecordError, match="it is a checkpoint of"):
        prove(replace(fork, log="alfa.example/to/charlie.example"), KeyHistory(line.parties[ALFA].keyset))


def test_a_policy_is_bounded() -> None:
    each = [cosigning_keys("w", [signer(Algorithm.ED25519, f"w{n}").public])[0] for n in range(65)]
    text = "".join(f"witness W{n} {key}\n" for n, key in enumerate(each))
    with pytest.raises(RecordError, match="more than 64"):
        parse_policy(text + "quorum none\n")
    rows = text.split("\n")
    assert len(parse_policy("\n".join(rows[:64]) + "\nquorum none\n").witnesses) == 64


@pytest.mark.parametrize("name", ["fork", "rewrite", "double", "withheld"])
def test_evidence_is_read_as_written(name: str) -> None:
    one = evidences()[1][name]
    value = evidence_json(one)
    assert read_evidence(value) == one
    for spoilt in ({**value, "more": 1}, {**value, "kind": "other"}, {**value, "log": 1}, [], "x"):
        with pytest.raises(RecordError):
            read_evidence(spoilt)


def test_evidence_holds_hashes_of_32_bytes() -> None:
    value = evidence_json(evidences()[1]["withheld"])
    with pytest.raises(RecordError, match="32 bytes"):
        read_evidence({**value, "leaf": "QQ=="})
    with pytest.raises(RecordError, match="32 bytes"):
        read_evidence({**value, "proof": ["QQ=="]})


def test_the_logs_of_two_lines_are_no_bundle() -> None:
    line = talk()
    charlie = party("charlie.example").keyset
    trust = line.trust()
    logs = (
        TrustedLog("bravo.example/to/charlie.example", BRAVO),
        TrustedLog("charlie.example/to/bravo.example", charlie.party),
    )
    first = TrustedLine((trust.lines[0].logs[0], TrustedLog("bravo.example/elsewhere", BRAVO)))
    second = TrustedLine((trust.lines[0].logs[1], TrustedLog("alfa.example/elsewhere", ALFA)))
    apart = Trust({**trust.keysets, charlie.party: charlie}, (first, second, TrustedLine(logs)))
    assert "not the two logs of one line" in verify_bundle(line.export([0], [0]), apart).sentence


@pytest.mark.parametrize("member", ["entries", "checkpoints", "tree", "stamps"])
def test_a_bundle_s_lists_are_lists(member: str) -> None:
    line = talk()
    for value in ({}, "x", [1], 7):
        bundle = rebundled(line.export([0]), lambda v, to=value: v["logs"][0].update({member: to}))
        assert verify_bundle(bundle, line.trust()).verdict == "INVALID"


def test_a_sentence_of_refusal_shows_no_odd_letters() -> None:
    line = talk()
    bundle = rebundled(line.export([0]), lambda v: v["logs"][0].update(origin="\u202eafla"))
    assert "\u202e" not in verify_bundle(bundle, line.trust()).sentence


def test_a_request_to_a_witness_is_bounded() -> None:
    found = judge(Witness(), b"old 0\n\n" + b"a" * 300_000)
    assert isinstance(found, Refusal)
    assert (found.status, "too long" in found.reason) == (400, True)


@pytest.mark.parametrize("first", [0, 1])
def test_a_cosigner_needs_a_name_of_its_own(first: int) -> None:
    trust = talk().trust()
    twin = replace(party("twin.example").keyset, cosigning=ALFAS.cosigning)
    with pytest.raises(RecordError, match="cosigns under two names"):
        Trust({**trust.keysets, "twin.example": twin}, trust.lines[first:])
