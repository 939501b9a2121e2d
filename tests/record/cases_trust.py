"""Vectors of trust files."""

import json
from collections.abc import Callable
from dataclasses import replace

from clearline.record.checkpoint import cosigning_keys
from clearline.record.keys import Algorithm
from clearline.record.trust import write_trust
from tests.record.cases import Vectors, changed
from tests.record.cases_bundle import Edit, quorum_of, rebundled
from tests.record.worlds import ALFA, BRAVO, Make, party, talk

__all__ = ["TRUST_CASES"]


def trust_cases(make: Make) -> Vectors:
    trust = talk().trust()
    witness = make(Algorithm.ED25519, "witness")
    asked = replace(trust, **quorum_of(witness))
    text = write_trust(trust).decode()
    value = json.loads(text)
    good = [
        {"trust": text},
        {"trust": write_trust(asked).decode()},
        {"trust": write_trust(replace(trust, lines=())).decode()},
    ]

    def edit(change: Edit) -> str:
        return rebundled(text.encode(), change).decode()

    line = value["lines"][0]
    bravo = cosigning_keys("w", [party(BRAVO, make=make).cosigning[0].public])[0]
    origin = line[0]["origin"]
    named = cosigning_keys(origin, [witness.public])[0]
    bad = [
        ("a space", changed(text, ":", ": ")),
        ("a member too many", edit(lambda v: v.update(note=[]))),
        ("a line of one log", edit(lambda v: v["lines"][0].pop())),
        ("one log twice", edit(lambda v: v.update(lines=[[line[0], {**line[1], "origin": origin}]]))),
        ("one writer for both", edit(lambda v: v.update(lines=[[line[0], {**line[1], "writer": ALFA}]]))),
        ("a writer without keys", edit(lambda v: v["keysets"].pop())),
        ("one party twice", edit(lambda v: v["keysets"].append(v["keysets"][0]))),
        ("a log with a party's name", edit(lambda v: v.update(lines=[[{**line[0], "origin": ALFA}, line[1]]]))),
        ("a log with a space in its name", edit(lambda v: v.update(lines=[[{**line[0], "origin": "a b"}, line[1]]]))),
        ("a first number below 0", edit(lambda v: v.update(lines=[[{**line[0], "first": -1}, line[1]]]))),
        ("no quorum", edit(lambda v: v.update(policy=""))),
        ("a party that is a witness too", edit(lambda v: v.update(policy=f"witness W {bravo}\nquorum none\n"))),
        ("a witness with the name of a log", edit(lambda v: v.update(policy=f"witness W {named}\nquorum none\n"))),
    ]  # fmt: skip
    return {
        "about": "trust files (section 8)",
        "good": good,
        "bad": [{"why": why, "trust": text} for why, text in bad],
    }


TRUST_CASES: dict[str, Callable[[Make], Vectors]] = {"trust": trust_cases}
