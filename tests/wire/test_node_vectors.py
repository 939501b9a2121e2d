"""Every good vector of packets, cards and names of logs is read as it says; every bad one is refused."""

import json
from typing import Any

import pytest

from clearline.line.card import card_fingerprint
from clearline.record.keys import PublicKey
from clearline.wire.card_json import read_card, write_card
from clearline.wire.errors import MalformedError
from clearline.wire.line_entry import line_log
from clearline.wire.packet import read_packet, write_packet
from tests.wire.make_node_vectors import FOLDER, vectors


def _cases(name: str, kind: str) -> list[dict[str, Any]]:
    return json.loads((FOLDER / name).read_text("utf-8"))[kind]


@pytest.mark.parametrize("name", ["packet.json", "card.json", "log.json"])
def test_the_files_are_those_that_are_made_and_hold_at_least_as_many_bad_as_good(name: str) -> None:
    assert json.loads((FOLDER / name).read_text("utf-8")) == vectors()[name]
    assert len(_cases(name, "bad")) >= len(_cases(name, "good")) > 0


@pytest.mark.parametrize("case", _cases("packet.json", "good"), ids=lambda case: case["about"])
def test_a_good_packet(case: dict[str, Any]) -> None:
    packet = read_packet(case["packet"].encode())
    assert write_packet(packet).decode() == case["packet"]
    assert packet.signed_by(PublicKey.from_json(case["signed_by"], "vector"))
    assert (packet.entries, packet.brings) == (case["entries"], case["brings"])


@pytest.mark.parametrize("case", _cases("packet.json", "bad"), ids=lambda case: case["why"])
def test_a_bad_packet(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        read_packet(case["packet"].encode())


@pytest.mark.parametrize("case", _cases("card.json", "good"), ids=lambda case: case["party"])
def test_a_good_card(case: dict[str, Any]) -> None:
    data = case["card"].encode()
    card = read_card(data, source="vector")
    assert write_card(card) == data and card.party == case["party"] and card_fingerprint(data) == case["fingerprint"]


@pytest.mark.parametrize("case", _cases("card.json", "bad"), ids=lambda case: case["why"])
def test_a_bad_card(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        read_card(case["card"].encode(), source="vector")


@pytest.mark.parametrize("case", _cases("log.json", "good"), ids=lambda case: case["origin"])
def test_a_good_name(case: dict[str, Any]) -> None:
    log = line_log(case["origin"])
    assert (log.author, log.addressee, log.mode.value, log.suffix) == tuple(
        case[name] for name in ("author", "addressee", "mode", "suffix")
    )


@pytest.mark.parametrize("case", _cases("log.json", "bad"), ids=lambda case: case["why"])
def test_a_bad_name(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        line_log(case["origin"])
