"""What an outsider is told of a bundle: laws, then the sentences."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.record import keys
from clearline.record.bundle import LogChoice, export_bundle
from clearline.record.checkpoint import cosign, cosigning_keys, read_checkpoint
from clearline.record.errors import UnsupportedError
from clearline.record.keys import Algorithm
from clearline.record.misbehaviour import Double
from clearline.record.quorum import parse_policy
from clearline.record.report import Verdict
from clearline.record.statement import Statement
from clearline.record.trust import StampAuthority, Trust, read_trust, write_trust
from clearline.record.verify import verify_bundle
from tests.record.cases_bundle import evidences, payload_of, rebundled
from tests.record.cases_stamp import certificate, token
from tests.record.standalone import PROGRAM, standalone
from tests.record.worlds import ALFA, BRAVO, Line, party, signer, talk

cv = standalone()
TALK = talk()
TRUST = TALK.trust()
ALONE = cv.read_trust(write_trust(TRUST))
EVIDENCE = evidences()[1]
BUNDLES = [
    TALK.export([0, 2], [0, 1]),
    export_bundle([LogChoice(TALK.logs[ALFA], [1], TALK.notes[ALFA][-1:])]),
    *(TALK.export([], [], [one]) for one in EVIDENCE.values()),
]


def test_no_byte_of_a_small_bundle_can_be_another() -> None:
    bundle = BUNDLES[1]
    assert verify_bundle(bundle, TRUST).verdict is Verdict.VALID
    for at in range(len(bundle)):
        spoilt = bundle[:at] + bytes([bundle[at] ^ 1]) + bundle[at + 1 :]
        assert verify_bundle(spoilt, TRUST).verdict is Verdict.INVALID, at
        assert cv.check(spoilt, ALONE).verdict == "INVALID", at


@settings(max_examples=200)
@given(st.sampled_from(BUNDLES), st.data())
def test_any_changed_byte_makes_a_bundle_invalid(bundle: bytes, data: st.DataObject) -> None:
    spoilt = bytearray(bundle)
    spoilt[data.draw(st.integers(0, len(bundle) - 1))] ^= data.draw(st.integers(1, 255))
    assert verify_bundle(bytes(spoilt), TRUST).verdict is Verdict.INVALID
    assert cv.check(bytes(spoilt), ALONE).verdict == "INVALID"


@given(st.sampled_from(BUNDLES), st.data())
def test_anything_cut_out_or_put_in_makes_a_bundle_invalid(bundle: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(bundle)))
    end = data.draw(st.integers(at, min(len(bundle), at + 400)))
    spoilt = bundle[:at] + data.draw(st.binary(max_size=8)) + bundle[end:]
    if spoilt != bundle:
        assert verify_bundle(spoilt, TRUST).verdict is Verdict.INVALID
        assert cv.check(spoilt, ALONE).verdict == "INVALID"


@given(st.sets(st.integers(0, 2)), st.sets(st.integers(0, 1)))
def test_any_choice_of_entries_is_proved_and_nothing_else_is_shown(alfa: set[int], bravo: set[int]) -> None:
    bundle = TALK.export(alfa, bravo)
    report = verify_bundle(bundle, TRUST)
    shown = [[fact.entry.statement.seq for fact in log.entries] for log in report.logs]
    assert (report.verdict, shown) == (Verdict.VALID, [sorted(alfa), sorted(bravo)])
    for n in {0, 1, 2} - alfa:
        payload = TALK.logs[ALFA].envelope(n)[12:60]
        assert payload not in bundle


@given(st.lists(st.tuples(st.sampled_from([ALFA, BRAVO]), st.sampled_from(["say", "hand over"])), max_size=12))
def test_whatever_honest_parties_do_their_bundle_is_valid(steps: list[tuple[str, str]]) -> None:
    line = Line()
    for name, step in steps:
        line.say(name, "notice") if step == "say" else line.hand_over(name)
    for name in (ALFA, BRAVO, ALFA):
        line.hand_over(name)
    bundle = line.export(range(line.logs[ALFA].head.size), range(line.logs[BRAVO].head.size))
    assert verify_bundle(bundle, line.trust()).verdict is Verdict.VALID
    assert cv.check(bundle, cv.read_trust(write_trust(line.trust()))).verdict == "VALID"


@pytest.mark.parametrize("name", list(EVIDENCE))
def test_each_lie_is_named_with_its_liar_and_only_his_own_words(name: str) -> None:
    report = verify_bundle(TALK.export([], [], [EVIDENCE[name]]), TRUST)
    assert report.verdict is Verdict.MISBEHAVIOUR
    assert [(one.misbehaviour, one.accused) for one in report.findings] == [(name, ALFA)]
    assert report.sentence.startswith("This bundle is genuine, and it proves misbehaviour. alfa.example ")
    assert report.sentence.endswith(" Checked with the keys of alfa.example up to version 1.")
    assert all(f"signed by {ALFA}" in line for line in report.lines() if line.startswith("  signed by"))


def test_two_statements_under_one_number_are_both_quoted() -> None:
    sentence = verify_bundle(TALK.export([], [], [EVIDENCE["double"]]), TRUST).sentence
    assert "two different statements under number 1" in sentence
    assert "км 12 трассы" in sentence
    assert "somewhere else" in sentence


def test_sight_beyond_the_bundle_is_said_to_be_so() -> None:
    bundle = rebundled(TALK.export([0], [1]), lambda v: v["logs"][0]["checkpoints"].pop())
    assert (
        "had seen 3 entries of alfa.example/to/bravo.example; the bundle covers 2"
        in verify_bundle(bundle, TRUST).sentence
    )


def test_a_receipt_is_told_where_there_is_one_and_its_absence_where_there_is_none() -> None:
    line = talk()
    line.say(ALFA, "notice", n=3)
    unread = [*line.notes[ALFA], line.signed(ALFA)]
    bundle = export_bundle([LogChoice(line.logs[ALFA], [0, 2, 3], unread)])
    report = verify_bundle(bundle, line.trust())
    receipts = [fact.receipt and (fact.receipt.size, fact.receipt.name) for fact in report.logs[0].entries]
    assert receipts == [(2, BRAVO), (3, BRAVO), None]
    told = "\n".join(report.lines())
    assert "no signed receipt of bravo.example exists in this bundle" in told
    assert "receipt signed by bravo.example at 2015-09-18T18:50:03Z by its clock" in told
    assert "was not checked: that log is not in the bundle" in told


def test_half_a_hybrid_receipt_is_none() -> None:
    line = Line({ALFA: party(ALFA), BRAVO: party(BRAVO, hybrid=True)})
    line.say(ALFA, "notice")
    point, note = read_checkpoint(line.signed(ALFA))
    for count, told in ((1, 0), (2, 1)):
        half = note.with_signatures(cosign(point, BRAVO, line.parties[BRAVO].cosigning[:count], line.now_s))
        bundle = export_bundle([LogChoice(line.logs[ALFA], [0], [half.to_text()])])
        assert len(verify_bundle(bundle, line.trust()).logs[0].receipts) == told


def test_a_signature_nobody_knows_is_counted_and_not_read() -> None:
    point, note = read_checkpoint(TALK.notes[ALFA][-1])
    stranger = cosign(point, "stranger.example", [signer(Algorithm.ED25519, "stranger")], 1)
    bundle = export_bundle([LogChoice(TALK.logs[ALFA], [0], [note.with_signatures(stranger).to_text()])])
    report = verify_bundle(bundle, TRUST)
    assert (report.verdict, report.logs[0].unread_signatures, report.logs[0].witnesses) == (Verdict.VALID, 1, ())
    assert any("by keys you do not know, not read: 1" in line for line in report.lines())


def _stamped(size: int, text: str | None = None) -> bytes:
    point = read_checkpoint(TALK.notes[ALFA][-1])[0]
    stamp = token((text or point.text).encode())
    return export_bundle([LogChoice(TALK.logs[ALFA], [0], TALK.notes[ALFA], ((size, stamp),))])


def _trusting(*certificates: bytes) -> Trust:
    stamps = tuple(StampAuthority(f"stamps{n}.example", one) for n, one in enumerate(certificates))
    return Trust(TRUST.keysets, TRUST.lines, stamps=stamps)


def test_a_stamp_by_an_authority_that_is_trusted_is_told() -> None:
    trust = _trusting(certificate(years=(2020, 2030)), certificate())
    assert read_trust(write_trust(trust)).stamps == trust.stamps
    report = verify_bundle(_stamped(3), trust)
    assert [(one.authority, one.size) for one in report.logs[0].stamps] == [("stamps1.example", 3)]
    assert any("stamps1.example stamped 3 entries no later than 2015-09-18T18:50:01Z" in one for one in report.lines())
    alone = cv.check(_stamped(3), cv.read_trust(write_trust(trust)))
    assert any("stamps1.example stamped 3 entries no later than 2015-09-18T18:50:01Z" in one for one in alone.lines)


def test_a_stamp_over_something_else_makes_the_bundle_invalid() -> None:
    trust = _trusting(certificate())
    for bundle in (_stamped(2), _stamped(9), _stamped(3, "another text")):
        assert verify_bundle(bundle, trust).verdict is Verdict.INVALID
        assert cv.check(bundle, cv.read_trust(write_trust(trust))).verdict == "INVALID"


def test_a_reader_who_trusts_no_authority_is_told_that_stamps_were_not_read() -> None:
    report = verify_bundle(_stamped(3), TRUST)
    assert (report.verdict, report.logs[0].unread_stamps) == (Verdict.VALID, 1)
    assert any("not read, as you trust no authority: 1" in line for line in report.lines())


def test_a_witness_that_the_reader_knows_is_told_with_its_time() -> None:
    witness = signer(Algorithm.ED25519, "witness")
    key = cosigning_keys("witness.example/w1", [witness.public])[0]
    policy = f"witness W1 {key}\nquorum W1\n"
    asked = replace(TRUST, policy=parse_policy(policy), policy_text=policy)
    point, note = read_checkpoint(TALK.notes[ALFA][-1])
    seen = note.with_signatures(cosign(point, "witness.example/w1", [witness], 1_442_602_260)).to_text()
    told = list(verify_bundle(export_bundle([LogChoice(TALK.logs[ALFA], [0], [seen])]), asked).lines())
    assert "  witness witness.example/w1 saw 3 entries at 2015-09-18T18:51:00Z by its clock" in told


def test_what_would_turn_the_reader_s_screen_is_written_as_its_code() -> None:
    line = talk()
    log, records = line.logs[ALFA], line.parties[ALFA].records
    second = Statement.from_bytes(payload_of(log.envelope(1)))
    other = replace(second, body={"text": "left \u202e right \x9b2J"}).seal(records)[0]
    bundle = line.export([], [], [Double(line.origin(ALFA), log.envelope(1).decode(), other.decode())])
    told = "\n".join(verify_bundle(bundle, TRUST).lines()) + cv.check(bundle, ALONE).sentence
    assert "left \\u202e right \\u009b2J" in told
    assert not any(letter in told for letter in "\u202e\x9b")


class Old:
    """A backend from before ML-DSA."""

    @classmethod
    def from_public_bytes(cls, _data: bytes) -> "Old":
        """Say that it is not supported, as such a backend does."""
        raise UnsupportedAlgorithm("not here")

    from_seed_bytes = from_public_bytes


def test_where_an_algorithm_is_missing_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line({ALFA: party(ALFA, hybrid=True), BRAVO: party(BRAVO)})
    line.say(ALFA, "notice")
    line.hand_over(ALFA)
    bundle = export_bundle([LogChoice(line.logs[ALFA], [0], line.notes[ALFA])])
    assert verify_bundle(bundle, line.trust()).verdict is Verdict.VALID
    keys._loaded.cache_clear()
    cv.LOADED.clear()
    monkeypatch.setattr(keys, "MLDSA65PublicKey", Old)
    monkeypatch.setattr(keys, "MLDSA65PrivateKey", Old)
    monkeypatch.setattr("cryptography.hazmat.primitives.asymmetric.mldsa.MLDSA65PublicKey", Old)
    assert not keys.supported(Algorithm.ML_DSA_65)
    with pytest.raises(UnsupportedError, match="install cryptography 48"):
        verify_bundle(bundle, line.trust())
    with pytest.raises(cv.UntoldError, match="install cryptography 48"):
        cv.check(bundle, cv.read_trust(write_trust(line.trust())))


def test_an_export_that_could_not_be_checked_is_not_made() -> None:
    with pytest.raises(ValueError, match="entry 3 is wanted"):
        TALK.export([3])
    with pytest.raises(ValueError, match="needs a checkpoint"):
        export_bundle([LogChoice(TALK.logs[ALFA], [0], [])])
    early = LogChoice(TALK.logs[ALFA], [0], TALK.notes[ALFA][:1])
    with pytest.raises(ValueError, match="3 entries had been seen; 2 are covered"):
        export_bundle([early, LogChoice(TALK.logs[BRAVO], [1], TALK.notes[BRAVO])])


def _run(folder: Path, bundle: bytes, trust: bytes, *more: str) -> tuple[int, str]:
    (folder / "bundle").write_bytes(bundle)
    (folder / "trust").write_bytes(trust)
    command = [sys.executable, "-I", str(PROGRAM), str(folder / "bundle"), "--trust", str(folder / "trust"), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout


def test_the_program_of_one_file_answers_by_its_exit_code(tmp_path: Path) -> None:
    trust = write_trust(TRUST)
    for bundle in (BUNDLES[0], BUNDLES[0][:-1], TALK.export([], [], [EVIDENCE["fork"]])):
        code, told = _run(tmp_path, bundle, trust)
        verdict = verify_bundle(bundle, TRUST).verdict
        assert (code, told.split(":")[0]) == (verdict.exit_code, verdict)
    assert told.startswith("MISBEHAVIOUR: This bundle is genuine")
    assert _run(tmp_path, BUNDLES[0], b"{}")[0] == 3
    assert _run(tmp_path, BUNDLES[0], trust, "more")[0] == 3


def test_the_program_of_one_file_needs_nothing_but_cryptography() -> None:
    text = PROGRAM.read_text("utf-8")
    imported = {
        line.split()[1].split(".")[0] for line in text.splitlines() if line.lstrip().startswith(("import ", "from "))
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
