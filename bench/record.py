"""What the record costs: a statement appended, verified, carried to ten million, and checked by an outsider cold.

The one idea: an append is the same work at any size, so full appends (canonical bytes, signature, tree) are timed at
sizes far apart on one log; between them the log is carried on by its tree alone, with entries that nobody signed, which
is said in the table.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.timing import Measured, Table, Target, best, say
from clearline.record.bundle import LogChoice, export_bundle
from clearline.record.canonical import canonical
from clearline.record.checkpoint import cosign, sign_checkpoint
from clearline.record.keys import Algorithm, SecretKey, Signer
from clearline.record.keyset import KeyHistory, KeySet
from clearline.record.log import LogHead, MemoryLog, Saying, append, follow
from clearline.record.proof import inclusion_proof, verify_inclusion
from clearline.record.report import Verdict
from clearline.record.statement import NOTHING_SEEN, open_entry
from clearline.record.tree import leaf_hash
from clearline.record.trust import Trust, TrustedLine, TrustedLog, write_trust
from clearline.record.verify import verify_bundle

__all__ = ["measure_record"]

_ALFA, _BRAVO = "alfa.example", "bravo.example"
_ORIGIN = f"{_ALFA}/to/{_BRAVO}"
_PROGRAM = Path(__file__).resolve().parents[1] / "verifier" / "clearline_verify.py"
_NOW_S = 1_442_602_200

MUST_APPEND_PER_S = 8_000
MUST_VERIFY_PER_S = 4_000
MUST_COLD_S = 1.0
MUST_FLAT = 1.2  # an append at the largest size costs at most so many times one at the smallest


def _seed(label: str) -> bytes:
    return label.encode().ljust(32, b"\x00")[:32]


def _keys(party: str, *, hybrid: bool) -> tuple[KeySet, list[Signer], list[Signer], list[Signer]]:
    def role(name: str, second: Algorithm) -> list[Signer]:
        first: list[Signer] = [SecretKey(Algorithm.ED25519, _seed(f"{party[:4]} {name} {hybrid}"))]
        return [*first, SecretKey(second, _seed(f"{party[:4]} {name} pq"))] if hybrid else first

    root = SecretKey(Algorithm.ED25519, _seed(f"{party[:4]} root"))
    records, checkpoints = role("records", Algorithm.ML_DSA_65), role("checkpoints", Algorithm.ML_DSA_44)
    cosigning = role("cosigning", Algorithm.ML_DSA_44)
    lists = (tuple(one.public for one in role) for role in (records, checkpoints, cosigning))
    return KeySet(party, 1, (root.public,), 1, *lists), records, checkpoints, cosigning


def _saying(number: int) -> Saying:
    """A notice of about 700 bytes: four volumes with their bands and windows."""
    volumes = [
        {
            "ring_e7": [[368600000 + number, 390300000], [368700000, 390300000], [368700000, 390500000]],
            "low_cm": 150000,
            "high_cm": 300000,
            "from_ms": _NOW_S * 1000,
            "until_ms": _NOW_S * 1000 + 3_600_000,
        }
        for _ in range(4)
    ]
    return Saying("notice", {"number": number, "volumes": volumes}, NOTHING_SEEN, _NOW_S * 1000, 250)


def _appends_s(head: LogHead, signers: list[Signer], count: int) -> tuple[float, LogHead]:
    """Processor time of one append, from that head on."""

    def work() -> LogHead:
        now = head
        for number in range(count):
            now = append(now, _saying(number), signers).head
        return now

    spent_s, after = best(work, 3)
    return spent_s / count, after


def _carried(head: LogHead, size: int) -> tuple[LogHead, float]:
    """The log carried on to a size by unsigned entries, and the processor time one of them took."""
    frontier, begun_s, start = head.frontier, time.process_time(), head.frontier.size
    for number in range(start, size):
        frontier, _ = frontier.append(leaf_hash(number.to_bytes(8, "big")))
    spent_s = (time.process_time() - begun_s) / max(size - start, 1)
    return LogHead(head.origin, frontier, head.last_id if frontier.size == start else "ab" * 32), spent_s


def measure_record(sizes: tuple[int, ...] = (0, 10_000, 1_000_000, 10_000_000), count: int = 4_000) -> Measured:
    """Append, verify, grow and check cold."""
    keyset, records, _, _ = _keys(_ALFA, hybrid=False)
    grown, append_s = _growth(sizes, records, count)
    verified, verify_s = _verifying(keyset, count)
    cold, cold_s = _cold()
    flat = append_s[-1] / append_s[0]
    large = sizes[-1] >= 10_000_000
    targets = [
        _rate("statements appended and signed", append_s[0], MUST_APPEND_PER_S),
        _rate("statements of a log verified", verify_s, MUST_VERIFY_PER_S),
        Target("one proof by an outsider, cold", f"{cold_s:.2f} s", f"{MUST_COLD_S} s", "", cold_s < MUST_COLD_S),
        Target(
            f"an append at {sizes[-1]:,} entries against one at {sizes[0]:,}",
            f"{flat:.2f} times",
            f"{MUST_FLAT} times",
            "",
            flat <= MUST_FLAT if large else None,
        ),
    ]
    return Measured([grown, verified, cold], targets)


def _rate(what: str, each_s: float, must_per_s: int) -> Target:
    return Target(what, f"{1 / each_s:,.0f}/s", f"{must_per_s:,}/s", "", 1 / each_s >= must_per_s)


def _growth(sizes: tuple[int, ...], records: list[Signer], count: int) -> tuple[Table, list[float]]:
    rows = [["entries in the log", "append and sign, µs", "per second", "tree alone, µs", "hashes kept"]]
    head, append_s = LogHead(_ORIGIN), list[float]()
    for size in sizes:
        say(f"record: a log of {size:,}")
        head, carry_s = _carried(head, size)
        spent_s, _ = _appends_s(head, records, count)
        append_s.append(spent_s)
        peaks = str(len(head.frontier.peaks))
        carried = f"{carry_s * 1e6:.1f}" if carry_s else "-"
        rows.append([f"{size:,}", f"{spent_s * 1e6:.0f}", f"{1 / spent_s:,.0f}", carried, peaks])
    payload = len(canonical(_saying(0).body))
    notes = [
        f"{count:,} full appends (canonical bytes, Ed25519, envelope, tree) at each size, the least of three runs; "
        f"bodies of {payload} bytes.",
        "Between the sizes the log is carried on by its tree alone, with entries that nobody signed; what an append "
        "needs of ten million entries is the hashes in the last column.",
    ]
    return Table("A log that grows", rows, notes), append_s


def _verifying(keyset: KeySet, count: int) -> tuple[Table, float]:
    rows = [["", "µs", "per second"]]
    verify_s = 0.0
    for hybrid in (False, True):
        kind = "Ed25519 and ML-DSA-65" if hybrid else "Ed25519"
        keyset, records, checkpoints, _ = _keys(_ALFA, hybrid=hybrid)
        number = count if not hybrid else count // 8
        log = MemoryLog(_ORIGIN)
        begun_s = time.process_time()
        for one in range(number):
            log.keep(append(log.head, _saying(one), records))
        sealed_s = (time.process_time() - begun_s) / number
        envelopes = [log.envelope(one) for one in range(number)]

        def follow_all(envelopes: list[bytes] = envelopes, keyset: KeySet = keyset) -> LogHead:
            head, history = LogHead(_ORIGIN), KeyHistory(keyset)
            for index, envelope in enumerate(envelopes):
                head = follow(head, open_entry(envelope, _ORIGIN, index, history)).head
            return head

        spent_s, head = best(follow_all, 3)
        assert head == log.head
        rows.append([f"append and keep, {kind}", f"{sealed_s / 1e-6:.0f}", f"{1 / sealed_s:,.0f}"])
        rows.append([f"open, check and follow, {kind}", f"{spent_s / number * 1e6:.0f}", f"{number / spent_s:,.0f}"])
        if not hybrid:
            verify_s = spent_s / number
            rows.append(_whole_bundle(log, keyset, checkpoints, number))
            rows.append(_proofs(log, number))
    notes = ["Verified in full: spelling, signature, number, digest of the one before, sight, tree."]
    return Table("Statements verified", rows, notes), verify_s


def _trust(keyset: KeySet) -> Trust:
    other = _keys(_BRAVO, hybrid=False)[0]
    logs = (TrustedLog(_ORIGIN, _ALFA), TrustedLog(f"{_BRAVO}/to/{_ALFA}", _BRAVO))
    return Trust({_ALFA: keyset, _BRAVO: other}, (TrustedLine(logs),))


def _bundle(log: MemoryLog, checkpoints: list[Signer], wanted: range) -> bytes:
    point = log.head.checkpoint
    receipt = cosign(point, _BRAVO, _keys(_BRAVO, hybrid=False)[3], _NOW_S)
    note = sign_checkpoint(point, checkpoints).with_signatures(receipt).to_text()
    return export_bundle([LogChoice(log, wanted, [note])])


def _whole_bundle(log: MemoryLog, keyset: KeySet, checkpoints: list[Signer], number: int) -> list[str]:
    bundle, trust = _bundle(log, checkpoints, range(number)), _trust(keyset)
    spent_s, report = best(lambda: verify_bundle(bundle, trust), 2)
    assert report.verdict is Verdict.VALID
    name = f"verify a bundle of a whole log ({number:,}, {len(bundle) / 1e6:.1f} MB), each"
    return [name, f"{spent_s / number * 1e6:.0f}", f"{number / spent_s:,.0f}"]


def _proofs(log: MemoryLog, number: int) -> list[str]:
    root = log.head.frontier.root
    proofs = [inclusion_proof(log, index, number) for index in range(number)]

    def check() -> bool:
        return all(verify_inclusion(log.node(0, n), n, number, proof, root) for n, proof in enumerate(proofs))

    spent_s, held = best(check, 3)
    assert held
    return ["an inclusion proof alone", f"{spent_s / number * 1e6:.0f}", f"{number / spent_s:,.0f}"]


def _cold() -> tuple[Table, float]:
    keyset, records, checkpoints, _ = _keys(_ALFA, hybrid=False)
    log = MemoryLog(_ORIGIN)
    for one in range(1_000):
        log.keep(append(log.head, _saying(one), records))
    rows = [["", "wall time, s", "exit code"]]
    cold_s = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "trust").write_bytes(write_trust(_trust(keyset)))
        for title, wanted in (("one statement of a thousand", range(500, 501)), ("all thousand", range(1_000))):
            (folder / "bundle").write_bytes(_bundle(log, checkpoints, wanted))
            command = [sys.executable, "-I", str(_PROGRAM), str(folder / "bundle"), "--trust", str(folder / "trust")]
            begun_s = time.perf_counter()
            done = subprocess.run(command, capture_output=True, check=False)
            spent_s = time.perf_counter() - begun_s
            cold_s = cold_s or spent_s
            rows.append([title, f"{spent_s:.2f}", str(done.returncode)])
    notes = ["From starting the program of one file to its answer, Python's own start included."]
    return Table("An outsider who starts from nothing", rows, notes), cold_s


def main() -> None:
    """Print the tables; with `quick`, up to a hundred thousand entries."""
    from bench.report import print_tables, target_table

    measured = measure_record((0, 10_000, 100_000), 2_000) if "quick" in sys.argv[1:] else measure_record()
    print_tables(Measured([*measured.tables, target_table(measured.targets)]))


if __name__ == "__main__":
    main()
