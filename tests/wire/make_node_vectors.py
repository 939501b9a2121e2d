"""Write `vectors/node`: packets, cards and names of logs, the same on every run: keys come from the SHA-256 of labels.

python -m tests.wire.make_node_vectors
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clearline.app.make_party import self_signed
from clearline.line.card import BY_FILE, Card, LocalName, card_fingerprint
from clearline.line.statement import Header
from clearline.line.terms import By, Mode, Precedence
from clearline.record.canonical import Value, canonical
from clearline.record.checkpoint import cosign, sign_checkpoint
from clearline.record.keys import Algorithm, SecretKey
from clearline.record.keyset import KeySet, seal_keyset
from clearline.record.log import MemoryLog, append
from clearline.record.statement import NOTHING_SEEN
from clearline.wire.card_json import write_card
from clearline.wire.line_entry import LineLog, saying_of
from clearline.wire.packet import LogPart, Packet, RefusedPart, write_packet
from tests.line.two_desks import T0, notice

__all__ = ["FOLDER", "vectors"]

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "node"


def _seed(label: str) -> bytes:
    return hashlib.sha256(label.encode()).digest()


def _key(label: str) -> SecretKey:
    return SecretKey(Algorithm.ED25519, _seed(label))


def _card(party: str) -> Card:
    roots = [_key(f"{party} root {n}") for n in range(3)]
    names = ("records", "checkpoints", "cosigning")
    records, checkpoints, cosigning = ((_key(f"{party} {name}").public,) for name in names)
    tls = Ed25519PrivateKey.from_private_bytes(_seed(f"{party} tls"))
    transport = (_key(f"{party} tls").public, _key(f"{party} request").public)
    keyset = KeySet(party, 1, tuple(root.public for root in roots), 2, records, checkpoints, cosigning, transport)
    return Card(
        party,
        (LocalName("en", party.title()), LocalName("ru", "Альфа"), LocalName("ar", "ألفا")),
        seal_keyset(keyset, roots[:2]),
        self_signed(party, tls),
        ("https://one.example:8443", "https://[2001:db8::1]", BY_FILE),
        ("en", "ru"),
        f"all forces of {party}",
    )


def _packets() -> dict[str, Packet]:
    log = MemoryLog(LineLog("alfa", "bravo", Mode.ACTUAL).origin)
    for number in range(2):
        header = Header(
            "alfa", "bravo", Mode.ACTUAL, Precedence.ROUTINE, By.WATCH, "OPS-DUTY", "officer-1", T0 + number,
            released_by="officer-2",
        )  # fmt: skip
        log.keep(append(log.head, saying_of(header, notice(f"A{number}"), NOTHING_SEEN), [_key("alfa records")]))
    note = sign_checkpoint(log.head.checkpoint, [_key("alfa checkpoints")])
    lines = cosign(log.head.checkpoint, "bravo", [_key("bravo cosigning")], T0 // 1000 + 1)
    part = LogPart(log.head.origin, 0, tuple(log.envelope(n) for n in range(2)), note.to_text())
    quiet = Packet(
        "alfa", "bravo", T0 + 9, (), (), {"alfa/line/bravo/actual": 2, "bravo/line/alfa/actual": 0},
        heartbeat=True, receipted={"alfa/line/bravo/actual": 0}, nonce="00" * 16,
    )  # fmt: skip
    receipt = note.with_signatures(lines).to_text().encode()
    refused = RefusedPart("alfa/line/bravo/actual", "missing", "entries 2 to 3 are missing", 2)
    back = replace(
        quiet,
        sender="bravo",
        addressee="alfa",
        heartbeat=False,
        cosignatures=(receipt,),
        refused=(refused,),
        echo="00" * 16,
        nonce="11" * 16,
    )
    return {
        "a heartbeat": quiet.sign(_key("alfa request")),
        "two entries and their checkpoint": replace(quiet, heartbeat=False, parts=(part,)).sign(_key("alfa request")),
        "a receipt, and what was refused": back.sign(_key("bravo request")),
    }


def _packet_file() -> dict[str, Value]:
    good: list[Value] = []
    for about, packet in _packets().items():
        key = _key(f"{packet.sender} request").public
        good.append(
            {
                "about": about,
                "packet": write_packet(packet).decode(),
                "signed_by": key.json(),
                "entries": packet.entries,
                "brings": packet.brings,
            }
        )
    whole = json.loads(write_packet(_packets()["two entries and their checkpoint"]))
    size = {"log": "a", "size": 1}
    changes: Mapping[str, Mapping[str, object]] = {
        "another format": {"format": "clearline-packet-v2"},
        "a member too many": {"note": ""},
        "a heartbeat that brings something": {"heartbeat": 1},
        "a heartbeat that is neither 0 nor 1": {"heartbeat": 2},
        "a truth value for a number": {"heartbeat": False},
        "logs out of order": {"known": [{"log": "b", "size": 1}, size]},
        "a log twice": {"known": [size, size]},
        "a size below nothing": {"receipted": [{"log": "a", "size": -1}]},
        "a part without a checkpoint": {"parts": [{"log": "a", "first": 0, "envelopes": []}]},
        "an envelope that is no text": {"parts": [{"log": "a", "first": 0, "envelopes": [1], "checkpoint": ""}]},
        "more cosignatures than may be": {"cosignatures": [""] * 65},
        "a signature that is no base64": {"signature": "===="},
    }
    bad: list[Value] = [
        {"why": why, "packet": canonical({**whole, **change}, max_bytes=2**26).decode()}
        for why, change in changes.items()
    ]
    text = canonical(whole).decode()
    bad += [
        {"why": "a member too few", "packet": canonical({k: v for k, v in whole.items() if k != "echo"}).decode()},
        {"why": "white space", "packet": text.replace(":", ": ", 1)},
        {"why": "cut short", "packet": text[:-1]},
        {"why": "a list", "packet": "[]"},
    ]
    return {"about": "packets between nodes (docs/specs/packet.md section 2)", "good": good, "bad": bad}


def _card_file() -> dict[str, Value]:
    card = _card("alfa")
    data = write_card(card)
    whole = json.loads(data)
    other = json.loads(write_card(_card("bravo")))
    changes: Mapping[str, Mapping[str, object]] = {
        "another party than its key set's": {"party": "bravo"},
        "a key set that another party's roots signed": {"keyset": other["keyset"]},
        "the certificate of another key": {"certificate": other["certificate"]},
        "a certificate with a line more": {"certificate": card.certificate + "\n"},
        "one address alone": {"routes": ["https://one.example"]},
        "an address twice": {"routes": ["https://one.example", "https://one.example"]},
        "an address without TLS": {"routes": ["https://one.example", "http://two.example"]},
        "an address with a path": {"routes": ["https://one.example", "https://two.example/line"]},
        "no name": {"names": []},
        "two names in one language": {"names": [{"lang": "en", "text": "a"}, {"lang": "en", "text": "b"}]},
        "a language that is none": {"languages": ["english"]},
        "nobody it answers for": {"coverage": " "},
        "a member too many": {"note": ""},
        "another format": {"format": "clearline-card-v2"},
    }
    bad: list[Value] = [
        {"why": why, "card": canonical({**whole, **change}).decode()} for why, change in changes.items()
    ]
    good: list[Value] = [{"card": data.decode(), "party": "alfa", "fingerprint": card_fingerprint(data)}]
    return {"about": "cards of parties (docs/specs/packet.md section 4)", "good": good, "bad": bad}


def _log_file() -> dict[str, Value]:
    logs = (
        LineLog("alfa", "bravo", Mode.ACTUAL),
        LineLog("a.b_c-9", "0", Mode.EXERCISE),
        LineLog("alfa", "alfa", Mode.TEST),
        LineLog("alfa", "alfa", Mode.ACTUAL, "0123abcd"),
    )
    good: list[Value] = [
        {
            "origin": log.origin,
            "author": log.author,
            "addressee": log.addressee,
            "mode": log.mode.value,
            "suffix": log.suffix,
        }
        for log in logs
    ]
    bad: list[Value] = [
        {"why": why, "origin": origin}
        for origin, why in (
            ("", "nothing"),
            ("alfa/line/bravo", "no mode"),
            ("alfa/line/bravo/ACTUAL", "capitals"),
            ("Alfa/line/bravo/actual", "capitals"),
            ("alfa/line/bravo/drill", "no such mode"),
            ("alfa/to/bravo/actual", "not of the line"),
            ("alfa/line/bravo/actual/0123abcd", "a suffix on a log that is not private"),
            ("alfa/line/alfa/actual/0123ABCD", "capitals in a suffix"),
            ("alfa/line//actual", "no addressee"),
            ("-alfa/line/bravo/actual", "a name that begins with a dash"),
        )
    ]
    return {"about": "names of logs (docs/specs/packet.md section 1)", "good": good, "bad": bad}


def vectors() -> dict[str, dict[str, Value]]:
    """Every file of vectors by its name."""
    return {"packet.json": _packet_file(), "card.json": _card_file(), "log.json": _log_file()}


def main() -> None:
    """Write them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, value in vectors().items():
        text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
        (FOLDER / name).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
