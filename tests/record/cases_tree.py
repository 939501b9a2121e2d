"""The vectors of checkpoints, trees and proofs, policies and witnesses."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from clearline.record.checkpoint import (
    Checkpoint,
    checkpoint_keys,
    cosign,
    cosigning_keys,
    read_checkpoint,
    sign_checkpoint,
)
from clearline.record.keys import Algorithm, Signer
from clearline.record.log import MemoryLog
from clearline.record.note import NoteSignature, SignedNote
from clearline.record.proof import consistency_proof, inclusion_proof
from clearline.record.pruned import prune
from clearline.record.tlog_proof import write_tlog_proof
from clearline.record.tree import leaf_hash, root_at
from tests.record.cases import LOG, Vectors, b64, changed
from tests.record.worlds import ALFA, BRAVO, CALL_MS, Make, party, talk

__all__ = ["TREE_CASES"]


def checkpoint_cases(make: Make) -> Vectors:
    point = Checkpoint(LOG, 3, bytes(range(32)))
    alfa, bravo = party(ALFA, make=make), party(BRAVO, hybrid=True, make=make)
    witness, stranger = make(Algorithm.ED25519, "witness"), make(Algorithm.ED25519, "stranger")
    quantum = party(ALFA, hybrid=True, make=make)
    own = checkpoint_keys(LOG, [one.public for one in alfa.checkpoints])
    others = [
        *cosigning_keys(BRAVO, [one.public for one in bravo.cosigning]),
        *cosigning_keys("witness.example/w1", [witness.public]),
    ]
    now_s = CALL_MS // 1000
    signed = sign_checkpoint(point, alfa.checkpoints)
    receipt = cosign(point, BRAVO, bravo.cosigning, now_s)
    seen = cosign(point, "witness.example/w1", [witness], now_s + 5)
    strange = cosign(point, "stranger.example", [stranger], now_s)
    full = signed.with_signatures([*receipt, *seen])

    def case(text: str, own_keys: Sequence[object] = own) -> Vectors:
        return {
            "note": text,
            "log_keys": [str(key) for key in own_keys],
            "cosigner_keys": [str(key) for key in others],
            "cosigned": [],
        }

    def yes(
        note: SignedNote, cosigned: Sequence[object], own_keys: Sequence[object] = own, unknown: int = 0
    ) -> Vectors:
        return {**case(note.to_text(), own_keys), "cosigned": cosigned, "unknown": unknown}

    by_all = [[str(others[0]), now_s], [str(others[1]), now_s], [str(others[2]), now_s + 5]]
    hybrid_keys = checkpoint_keys(LOG, [one.public for one in quantum.checkpoints])
    good = [
        yes(signed, []),
        yes(full, by_all),
        yes(full.with_signatures(strange), by_all, unknown=1),
        yes(sign_checkpoint(point, quantum.checkpoints), [], hybrid_keys),
    ]
    text = full.to_text()
    first = signed.signatures[0]
    half = replace(seen[0], name="witness.example/w2")
    no_time = NoteSignature(
        BRAVO, others[0].key_hash, bytes(8) + bravo.cosigning[0].sign(f"cosignature/v1\ntime 0\n{point.text}".encode())
    )
    root = b64(point.root)
    refused = [
        ("another size", changed(text, "\n3\n", "\n4\n")),
        ("a leading zero", changed(text, "\n3\n", "\n03\n")),
        ("another root", changed(text, root, b64(bytes(32)))),
        ("another origin", changed(text, LOG, f"{ALFA}/to/charlie.example")),
        ("an extension line", changed(text, f"{root}\n", f"{root}\nmore\n")),
        ("no signature of the log", SignedNote(point.text, (*receipt, *seen)).to_text()),
        ("no signature at all", point.text + "\n"),
        ("the log's signature twice", full.to_text() + first.line()),
        (
            "a cosignature at another time",
            full.with_signatures(
                [replace(receipt[0], signature=(now_s + 1).to_bytes(8, "big") + receipt[0].signature[8:])]
            ).to_text(),
        ),
        ("a cosignature without a time", signed.with_signatures([no_time]).to_text()),
        (
            "a cosignature of another checkpoint",
            signed.with_signatures(cosign(replace(point, size=2), BRAVO, bravo.cosigning, now_s)).to_text(),
        ),
        ("a known key under another name", signed.with_signatures([half]).to_text()),
        ("a known name with another key", signed.with_signatures(cosign(point, BRAVO, [stranger], now_s)).to_text()),
        (
            "an ML-DSA cosignature under another name",
            signed.with_signatures(
                [replace(cosign(point, "x", bravo.cosigning[1:], now_s)[0], name=BRAVO, key_hash=others[1].key_hash)]
            ).to_text(),
        ),
        ("two spaces", changed(text, "\u2014 ", "\u2014  ")),
        ("a hyphen for the dash", changed(text, "\u2014", "-")),
        ("no line end at the end", text[:-1]),
        ("a carriage return", changed(text, "\n3\n", "\r\n3\n")),
        ("spare bits in base64", _spare_root(text, root)),
        ("a root of an empty log that is not that of nothing", _empty(alfa.checkpoints)),
        ("a short root", changed(text, root, b64(bytes(31)))),
        ("hybrid log keys, Ed25519 alone", sign_checkpoint(point, quantum.checkpoints[:1]).to_text()),
    ]
    bad = [{"why": why, **case(note, hybrid_keys if why.startswith("hybrid") else own)} for why, note in refused]
    return {
        "about": "checkpoints under verifier keys of the log and of cosigners, and who cosigned when, in s (section 6)",
        "good": good,
        "bad": bad,
    }


def _empty(signers: Sequence[Signer]) -> str:
    text = f"{LOG}\n0\n{b64(bytes(32))}\n"
    key = checkpoint_keys(LOG, [signers[0].public])[0]
    return SignedNote(text, (NoteSignature(LOG, key.key_hash, signers[0].sign(text.encode())),)).to_text()


def _spare_root(text: str, root: str) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return changed(text, root, root[:-2] + letters[letters.index(root[-2]) + 1] + "=")


def tree_cases(_make: Make) -> Vectors:
    log = MemoryLog(LOG)
    leaves = [f"leaf {n}".encode() for n in range(11)]
    grow(log, leaves)
    roots = [root_at(log, size) for size in range(12)]
    good: list[Vectors] = []
    bad: list[Vectors] = []
    for index, size in ((0, 1), (0, 11), (5, 8), (10, 11), (8, 11), (6, 7)):
        proof = [b64(one) for one in inclusion_proof(log, index, size)]
        case = {
            "kind": "inclusion",
            "index": index,
            "size": size,
            "leaf": b64(leaves[index]),
            "proof": proof,
            "root": b64(roots[size]),
        }
        good.append(case)
        bad.append({**case, "why": "another leaf", "leaf": b64(b"another")})
        bad.append({**case, "why": "a hash too many", "proof": [*proof, b64(bytes(32))]})
        bad.append({**case, "why": "beyond the tree", "index": size})
        if proof:
            bad.append({**case, "why": "a hash too few", "proof": proof[1:]})
            bad.append({**case, "why": "another place", "index": index ^ 1})
    for older, newer in ((0, 11), (1, 11), (4, 11), (6, 11), (8, 11), (10, 11), (11, 11), (3, 7)):
        proof = [b64(one) for one in consistency_proof(log, older, newer)]
        case = {
            "kind": "consistency",
            "older": older,
            "newer": newer,
            "proof": proof,
            "older_root": b64(roots[older]),
            "newer_root": b64(roots[newer]),
        }
        good.append(case)
        bad.append({**case, "why": "a hash too many", "proof": [*proof, b64(bytes(32))]})
        bad.append({**case, "why": "another older root", "older_root": b64(bytes(32))})
        if proof:
            bad.append({**case, "why": "another newer root", "newer_root": b64(bytes(32))})
            bad.append({**case, "why": "a hash too few", "proof": proof[:-1]})
    for size, kept, cuts in (
        (11, [0, 10], [4]),
        (11, [], [1, 3, 9]),
        (8, [2, 3], []),
        (0, [], []),
        (7, list(range(7)), [5]),
    ):
        given = [b64(one) for one in prune(log, size, kept, cuts)]
        case = {
            "kind": "pruned", "size": size, "leaves": [[n, b64(leaves[n])] for n in kept], "cuts": cuts, "tree": given,
            "root": b64(roots[size]), "earlier": [[cut, b64(roots[cut])] for cut in cuts],
        }  # fmt: skip
        good.append(case)
        bad.append({**case, "why": "a hash too many", "tree": [*given, b64(bytes(32))]})
        bad.append({**case, "why": "a leaf beyond the tree", "leaves": [[size, b64(b"x")]]})
        if given:
            bad.append({**case, "why": "a hash too few", "tree": given[:-1]})
            bad.append({**case, "why": "another hash", "tree": [b64(bytes(32)), *given[1:]]})
    return {
        "about": "trees and proofs about them (section 7); leaves are entries, not yet hashed",
        "good": good,
        "bad": bad,
    }


def grow(log: MemoryLog, entries: Sequence[bytes]) -> None:
    from clearline.record.log import Appended, LogHead

    for entry in entries:
        frontier, nodes = log.head.frontier.append(leaf_hash(entry))
        log.keep(Appended(entry, LogHead(log.head.origin, frontier), nodes))


def policy_cases(make: Make) -> Vectors:
    keys = [cosigning_keys(f"w{n}.example", [make(Algorithm.ED25519, f"w{n}").public])[0] for n in range(4)]
    head = "".join(f"witness W{n} {key}\n" for n, key in enumerate(keys))
    good = [
        {"policy": "quorum none\n", "met": [[]], "unmet": []},
        {"policy": f"# one\n\n  {head}quorum W0", "met": [["W0"], ["W0", "W3"]], "unmet": [[], ["W1"]]},
        {
            "policy": f"{head}group east 2 W0 W1 W2\ngroup both all east W3\nquorum both\n",
            "met": [["W0", "W2", "W3"], ["W0", "W1", "W2", "W3"]],
            "unmet": [["W0", "W3"], ["W0", "W1", "W2"]],
        },
        {"policy": f"{head}group one\tany W0 W1\nquorum one\n", "met": [["W1"]], "unmet": [["W2", "W3"], []]},
    ]
    bad = [
        ("no quorum", head),
        ("two quorums", "quorum none\nquorum none\n"),
        ("a quorum not given", f"{head}quorum W9\n"),
        ("a quorum given after", f"quorum W0\n{head}"),
        ("a name twice", f"{head}witness W0 {keys[0]}\nquorum none\n"),
        ("a key twice", f"{head}witness W9 {keys[0]}\nquorum none\n"),
        ("a witness named none", f"witness none {keys[0]}\nquorum none\n"),
        ("a member of two groups", f"{head}group a any W0\ngroup b any W0\nquorum a\n"),
        ("a member twice", f"{head}group a any W0 W0\nquorum a\n"),
        ("a group of nobody", f"{head}group a any\nquorum a\n"),
        ("a threshold of none", f"{head}group a 0 W0\nquorum a\n"),
        ("a threshold beyond the group", f"{head}group a 2 W0\nquorum a\n"),
        ("a group in itself", f"{head}group a any a\nquorum a\n"),
        (
            "a log's key",
            f"witness W {checkpoint_keys('x.example', [make(Algorithm.ED25519, 'x').public])[0]}\nquorum none\n",
        ),
        ("a log", f"log {keys[0]}\nquorum none\n"),
        ("a hash of another key", f"witness W {str(keys[0]).replace('+', '+00', 1)}\nquorum none\n"),
        ("a word that is not known", "quorums none\n"),
        ("a carriage return", "quorum none\r\n"),
    ]
    return {
        "about": "policies, and sets of witnesses that make their quorum or do not (section 8)",
        "good": good,
        "bad": [{"why": why, "policy": text} for why, text in bad],
    }


def proof_cases(_make: Make) -> Vectors:
    line = talk()
    log = line.logs[ALFA]
    note = read_checkpoint(line.notes[ALFA][-1])[1]
    cases = [(n, write_tlog_proof(n, inclusion_proof(log, n, 3), note), log.envelope(n).decode()) for n in range(3)]
    text, envelope = cases[1][1:]
    hashes = text.split("\n\n")[0].split("\n")[2:]
    bad = [
        ("another entry", text, cases[2][2]),
        ("another place", changed(text, "index 1", "index 0"), envelope),
        ("a place beyond", changed(text, "index 1", "index 3"), envelope),
        ("a leading zero", changed(text, "index 1", "index 01"), envelope),
        ("a hash too few", changed(text, hashes[0] + "\n", ""), envelope),
        ("hashes in another order", changed(text, "\n".join(hashes), "\n".join(reversed(hashes))), envelope),
        ("extra data", changed(text, "index", "extra eA==\nindex"), envelope),
        ("another version", changed(text, "proof@v1", "proof@v2"), envelope),
    ]
    return {
        "about": "tlog-proofs of one envelope (section 9.4); the checkpoint's signatures are not looked at here",
        "good": [{"proof": proof, "index": n, "envelope": entry} for n, proof, entry in cases],
        "bad": [{"why": why, "proof": proof, "envelope": entry} for why, proof, entry in bad],
    }


def witness_cases(make: Make) -> Vectors:
    log = MemoryLog(LOG)
    alfa = party(ALFA, make=make)
    points = [log.head.checkpoint]
    for n in range(6):
        grow(log, [f"entry {n}".encode()])
        points.append(log.head.checkpoint)
    notes = [sign_checkpoint(point, alfa.checkpoints).to_text() for point in points]
    keys = [str(key) for key in checkpoint_keys(LOG, alfa.keyset.checkpoints)]

    def case(latest: int | None, older: int, proof: Sequence[bytes], note: str, status: int, body: str = "") -> Vectors:
        rows = [f"old {older}", *(b64(one) for one in proof)]
        return {
            "log_keys": keys,
            "latest": None if latest is None else points[latest].text,
            "request": "\n".join(rows) + "\n\n" + note,
            "status": status,
            "body": body,
        }

    fork = sign_checkpoint(replace(points[3], root=bytes(32)), alfa.checkpoints).to_text()
    longer = sign_checkpoint(replace(points[5], root=bytes(32)), alfa.checkpoints).to_text()
    stranger = sign_checkpoint(points[5], [make(Algorithm.ED25519, "stranger")]).to_text()
    other = sign_checkpoint(Checkpoint("other.example", 1, bytes(32)), alfa.checkpoints).to_text()
    to_five = consistency_proof(log, 3, 5)
    good = [
        case(None, 0, [], notes[3], 200),
        case(3, 3, to_five, notes[5], 200),
        case(3, 3, [], notes[3], 200),
        case(5, 5, consistency_proof(log, 5, 6), notes[6], 200),
    ]
    bad = [
        {"why": "the old size is stale", **case(5, 3, to_five, notes[5], 409, "5\n")},
        {"why": "the old size is stale, first request", **case(3, 0, [], notes[5], 409, "3\n")},
        {"why": "another root at the same size: a fork", **case(3, 3, [], fork, 409, "3\n")},
        {"why": "the tree does not continue", **case(3, 3, to_five, longer, 422)},
        {"why": "no proof", **case(3, 3, [], notes[5], 422)},
        {"why": "a proof where none may be", **case(None, 0, to_five, notes[5], 422)},
        {"why": "the tree is smaller", **case(5, 5, [], notes[3], 400)},
        {"why": "a log that is not watched", **case(None, 0, [], other, 404)},
        {"why": "signed by a stranger", **case(3, 3, to_five, stranger, 403)},
        {"why": "a signature that does not fit", **case(3, 3, to_five, changed(notes[5], "\n5\n", "\n4\n"), 403)},
        {"why": "a leading zero", **_old(case(3, 3, to_five, notes[5], 400), "old 3", "old 03")},
        {"why": "no empty line", **_old(case(3, 3, to_five, notes[5], 400), "\n\n", "\n")},
        {"why": "a hash of 31 bytes", **case(3, 3, [bytes(31)], notes[5], 400)},
        {"why": "64 hashes", **case(3, 3, [bytes(32)] * 64, notes[5], 400)},
    ]
    return {
        "about": "requests to a witness that last cosigned `latest`: HTTP status, and body of a 409 (section 11)",
        "good": good,
        "bad": bad,
    }


def _old(case: Vectors, old: str, new: str) -> Vectors:
    request = case["request"]
    assert isinstance(request, str)
    return {**case, "request": changed(request, old, new)}


TREE_CASES: dict[str, Callable[[Make], Vectors]] = {
    "checkpoint": checkpoint_cases,
    "tree": tree_cases,
    "policy": policy_cases,
    "proof": proof_cases,
    "witness": witness_cases,
}
