"""A packet goes through its bytes unchanged; nothing else gets in; a card likewise; and logs have one name each."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.app.make_party import draw_party
from clearline.line.card import BY_FILE, Card, LocalName, card_fingerprint, party_id, valid_party
from clearline.line.terms import Mode
from clearline.record.canonical import canonical
from clearline.record.keys import Algorithm, SecretKey
from clearline.record.note import valid_name
from clearline.wire.card_json import read_card, write_card
from clearline.wire.errors import MalformedError
from clearline.wire.line_entry import LineLog, line_log
from clearline.wire.packet import (
    MAX_ENTRIES,
    MAX_PACKET_BYTES,
    LogPart,
    Packet,
    RefusedPart,
    read_packet,
    write_packet,
)

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
_SIZE = st.integers(0, 2**53 - 1)
_SIZES = st.dictionaries(_TEXT, _SIZE, max_size=4)
_BYTES = _TEXT.map(str.encode)
_PARTS = st.builds(LogPart, _TEXT, _SIZE, st.lists(_BYTES, max_size=3).map(tuple), _TEXT)
_REFUSED = st.builds(RefusedPart, _TEXT, _TEXT, _TEXT, _SIZE)
KEY = SecretKey(Algorithm.ED25519, bytes(32))
OTHER = SecretKey(Algorithm.ED25519, bytes([1]) * 32)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    """Any packet that can be written."""
    heartbeat = draw(st.booleans())
    return Packet(
        draw(_TEXT),
        draw(_TEXT),
        draw(_SIZE),
        () if heartbeat else tuple(draw(st.lists(_PARTS, max_size=3))),
        () if heartbeat else tuple(draw(st.lists(_BYTES, max_size=3))),
        draw(_SIZES),
        heartbeat,
        draw(_SIZES),
        tuple(draw(st.lists(_REFUSED, max_size=3))),
        draw(_TEXT),
        draw(_TEXT),
        draw(st.binary(max_size=64)),
    )


@given(packets())
def test_what_is_written_is_read_back_the_same(packet: Packet) -> None:
    data = write_packet(packet)
    assert read_packet(data) == packet
    assert write_packet(read_packet(data)) == data


@given(packets(), packets())
def test_a_signature_covers_everything_else(packet: Packet, other: Packet) -> None:
    signed = packet.sign(KEY)
    assert signed.signed_by(KEY.public) and not signed.signed_by(OTHER.public)
    assert read_packet(write_packet(signed)).signed_by(KEY.public)
    moved = replace(other, signature=signed.signature)
    assert moved.signed_by(KEY.public) == (replace(other, signature=b"") == replace(packet, signature=b""))


@given(packets(), st.data())
def test_bytes_that_are_changed_are_refused_or_mean_what_they_say(packet: Packet, data: st.DataObject) -> None:
    told = bytearray(write_packet(packet))
    place = data.draw(st.integers(0, len(told) - 1))
    told[place] ^= data.draw(st.integers(1, 255))
    try:
        found = read_packet(bytes(told))
    except MalformedError:
        return
    assert write_packet(found) == bytes(told) and found != packet


@given(packets(), st.data())
def test_a_packet_cut_short_is_refused(packet: Packet, data: st.DataObject) -> None:
    told = write_packet(packet)
    with pytest.raises(MalformedError, match="nothing of it was used"):
        read_packet(told[: data.draw(st.integers(0, len(told) - 1))])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_packet_or_malformed(data: bytes) -> None:
    try:
        found = read_packet(data)
    except MalformedError:
        return
    assert write_packet(found) == data


EMPTY = Packet("alfa", "bravo", 0, (), (), {}, heartbeat=False, receipted={})


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        (replace(EMPTY, parts=(LogPart("x", 0, (b"",) * (MAX_ENTRIES + 1), ""),)), "50000 entries at most"),
        (replace(EMPTY, parts=(LogPart("x", 0, (), ""),) * 257), "256 parts"),
        (replace(EMPTY, cosignatures=(b"",) * 65), "64 cosignatures"),
        (replace(EMPTY, refused=(RefusedPart("", "", "", 0),) * 257), "256 refusals"),
        (replace(EMPTY, known={str(n): 0 for n in range(65)}), "64 logs"),
        (replace(EMPTY, heartbeat=True, cosignatures=(b"",)), "a heartbeat brings nothing"),
        (replace(EMPTY, parts=(LogPart("x", 0, (b"a" * MAX_PACKET_BYTES,), ""),)), "bytes long"),
        (replace(EMPTY, parts=(LogPart("x", 0, (b"\xff",), ""),)), "decode"),
    ],
)
def test_what_no_packet_can_hold_is_not_written(packet: Packet, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        write_packet(packet)


def _members(**changes: object) -> bytes:
    members = json.loads(write_packet(EMPTY)) | changes
    return canonical({name: value for name, value in members.items() if value is not None})


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (_members(format="clearline-packet-v2"), "packet.format"),
        (_members(sender=None), "sender"),
        (_members(extra=1), "extra"),
        (_members(sent_ms=-1), "packet.sent_ms"),
        (_members(heartbeat=2), "packet.heartbeat"),
        (_members(heartbeat=True), "packet.heartbeat"),
        (_members(known=[{"log": "b", "size": 1}, {"log": "a", "size": 1}]), "packet.known"),
        (_members(known=[{"log": "a", "size": 1}, {"log": "a", "size": 2}]), "packet.known"),
        (_members(parts=[{"log": "a", "first": 0, "envelopes": [1], "checkpoint": ""}]), "envelopes"),
        (_members(refused=[{"log": "a"}]), "packet.refused"),
        (_members(signature="AAA"), "packet.signature"),
        (_members(heartbeat=1, cosignatures=["x"]), "packet.heartbeat"),
        (b"[]", "packet"),
    ],
)
def test_a_packet_that_is_not_one_is_refused_by_name(data: bytes, where: str) -> None:
    with pytest.raises(MalformedError, match=where.replace(".", "\\.")):
        read_packet(data, "stick")


# -- cards --------------------------------------------------------------------------------------------------------


def _card(**changes: object) -> Card:
    return replace(CARD, **changes)  # type: ignore[arg-type] - what a test changes is what it says


CARD = draw_party(
    "Alfa",
    coverage="all forces of ALFA",
    names=[LocalName("en", "Alfa"), LocalName("ar", "ألفا")],
    languages=["en", "ar"],
    routes=["https://one.example:8443", "https://[2001:db8::1]:8443", BY_FILE],
).card


def test_a_card_is_read_back_the_same_and_its_digits_are_over_its_bytes() -> None:
    data = write_card(CARD)
    card = read_card(data, source="alfa.card")
    assert card == CARD and card.keyset == CARD.keyset and card.name("ar") == "ألفا" and card.name("ru") == "Alfa"
    assert card.addresses == CARD.routes[:2]
    groups = card_fingerprint(data).split(" ")
    assert len(groups) == 8 and all(len(group) == 5 and group.isdecimal() for group in groups)
    assert card_fingerprint(data + b" ") != card_fingerprint(data)


def test_a_hybrid_card_is_read_back_the_same() -> None:
    card = draw_party("Bravo", coverage="all", hybrid=True).card
    assert read_card(write_card(card), source="card") == card
    assert [key.algorithm for key in card.keyset.records] == [Algorithm.ED25519, Algorithm.ML_DSA_65]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"party": "bravo"}, "its key set of 'alfa'"),
        ({"names": ()}, "1 to 16 names"),
        ({"names": (LocalName("en", "a"), LocalName("en", "b"))}, "one for each language"),
        ({"languages": ()}, "at least one language"),
        ({"languages": ("en", "en")}, "each listed once"),
        ({"languages": ("english",)}, "tags"),
        ({"coverage": " "}, "answers for"),
        ({"routes": ()}, "two addresses or more"),
        ({"routes": ("https://one.example",)}, "two addresses or more"),
        ({"routes": ("https://one.example", BY_FILE)}, "two addresses or more"),
        ({"routes": ("https://one.example", "https://one.example")}, "each once"),
        ({"routes": ("https://one.example", "http://two.example")}, "not an address"),
        ({"routes": ("https://one.example", "https://two.example/x")}, "not an address"),
        ({"routes": ("https://one.example", "https://u@two.example")}, "does not have"),
        ({"certificate": "x"}, "not one X.509 certificate"),
        ({"certificate": CARD.certificate + "\n"}, "one spelling"),
        ({"certificate": draw_party("x", coverage="x").card.certificate}, "not of the first transport key"),
        ({"sealed": CARD.sealed[:-4]}, "envelope"),
    ],
)
def test_a_card_whose_parts_do_not_fit_is_refused(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        _card(**changes)


def test_bytes_that_are_no_card_are_malformed_and_no_byte_can_be_changed_unseen() -> None:
    data = write_card(CARD)
    for place in range(0, len(data), 37):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            card = read_card(changed, source="alfa.card")
        except MalformedError:
            continue
        assert card_fingerprint(changed) != card_fingerprint(data) and write_card(card) == changed
    with pytest.raises(MalformedError, match="bytes long"):
        read_card(b"{" + b" " * 70_000, source="card")


@pytest.mark.parametrize(("name", "party"), [("ALFA", "alfa"), ("North  Desk", "north-desk"), ("a.b_c-9", "a.b_c-9")])
def test_a_name_in_latin_letters_gives_its_identifier(name: str, party: str) -> None:
    assert party_id(name) == party and valid_party(party)


@pytest.mark.parametrize("name", ["", "Альфа", "a/b", "-x", "a" * 64, "a+b"])
def test_a_name_that_gives_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="gives no identifier"):
        party_id(name)


@pytest.mark.parametrize(("lang", "text"), [("en", ""), ("English", "x"), ("e", "x"), ("en", "x" * 4_001)])
def test_a_name_has_a_language_and_a_text(lang: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"language tag|a text"):
        LocalName(lang, text)


# -- names of logs ------------------------------------------------------------------------------------------------

_PARTIES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,62}", fullmatch=True)


@given(_PARTIES, _PARTIES, st.sampled_from(Mode), st.sampled_from(["", "0123abcd"]))
def test_a_log_has_one_name_and_a_name_one_log(author: str, addressee: str, mode: Mode, suffix: str) -> None:
    log = LineLog(author, addressee, mode, suffix if author == addressee else "")
    assert line_log(log.origin) == log and valid_name(log.origin)
    assert log.other.other == log and (log.other == log) == log.private


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "a/line/b",
        "a/line/b/ACTUAL",
        "a/line/b/actual/",
        "a/line/b/actual/0123abcd",
        "a/line/a/actual/0123ABCD",
        "a/to/b/actual",
        "A/line/b/actual",
        "a/line//actual",
        "a/line/b/actual/x/y",
    ],
)
def test_what_is_no_log_of_the_line_is_refused(origin: str) -> None:
    with pytest.raises(MalformedError, match="author/line/addressee/mode"):
        line_log(origin, source="test")
