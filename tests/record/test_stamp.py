"""Time stamps: any changed byte of what is signed is refused, and an independent reader agrees."""

import json
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from clearline.record.base64_text import from_base64
from clearline.record.der import DerReader
from clearline.record.errors import RecordError
from clearline.record.stamp import read_stamp
from tests.record.cases_stamp import TEXT, certificate, token
from tests.record.standalone import standalone

cv = standalone()
TOKEN = token()
# What the authority signed: the time itself, and the attributes that hold its digest.
SIGNED = [TOKEN.index(b"20150918185000"), TOKEN.index(bytes.fromhex("2a864886f70d010904")) + 13]


@given(st.data())
def test_any_changed_byte_of_a_token_is_refused_or_means_the_same(data: st.DataObject) -> None:
    spoilt = bytearray(TOKEN)
    spoilt[data.draw(st.integers(0, len(TOKEN) - 1))] ^= data.draw(st.integers(1, 255))
    found: list[int | None] = []
    for read in (lambda *given: read_stamp(*given).time_ms, cv.stamp_ms):
        try:
            found.append(read(bytes(spoilt), TEXT.encode(), certificate()))
        except (RecordError, cv.BadError):
            found.append(None)
    assert found[0] == found[1]
    assert found[0] in (None, read_stamp(TOKEN, TEXT.encode(), certificate()).time_ms)


@pytest.mark.parametrize("start", SIGNED)
def test_any_changed_byte_of_what_is_signed_is_refused(start: int) -> None:
    for at in range(start, start + 12):
        spoilt = TOKEN[:at] + bytes([TOKEN[at] ^ 1]) + TOKEN[at + 1 :]
        with pytest.raises(RecordError):
            read_stamp(spoilt, TEXT.encode(), certificate())


@given(st.text(min_size=1, max_size=20))
def test_a_stamp_is_for_one_text(text: str) -> None:
    stamp = token(text.encode())
    assert read_stamp(stamp, text.encode(), certificate()).accuracy_ms == 1500
    with pytest.raises(RecordError, match="another text"):
        read_stamp(stamp, text.encode() + b"x", certificate())


def test_an_independent_reader_agrees_on_a_token_by_openssl() -> None:
    kept = json.loads((Path(__file__).parent / "authorities" / "openssl_stamp.json").read_text("utf-8"))
    stamp, text = from_base64(kept["token"], "token"), kept["text"].encode()
    der = from_base64(kept["certificate"], "certificate")
    granted = b"\x30\x03\x02\x01\x00"
    length = len(granted) + len(stamp)
    response = decode_timestamp_response(b"\x30\x82" + length.to_bytes(2, "big") + granted + stamp)
    root = x509.load_pem_x509_certificate(from_base64(kept["issuer"], "issuer"))
    authority = x509.load_der_x509_certificate(der)
    other = VerifierBuilder().tsa_certificate(authority).add_root_certificate(root).build()
    assert other.verify_message(response, text)
    found = read_stamp(stamp, text, der)
    assert found.time_ms == int(response.tst_info.gen_time.timestamp() * 1000)
    assert (found.time_ms, found.accuracy_ms) == (kept["time_ms"], kept["accuracy_ms"])


@pytest.mark.parametrize(
    "data",
    [
        "30",
        "3005020107",
        "308103020107",
        "30820003020107",
        "3080",
        "308101",
        "30820001",
        "3084",
        "30850000000001",
        "020100" + "00",
        "3003020100" + "05",
    ],
)
def test_der_has_one_spelling_and_nothing_left_over(data: str) -> None:
    with pytest.raises(RecordError):
        _one_number(DerReader(bytes.fromhex(data), "x"))


def _one_number(reader: DerReader) -> int:
    inside = reader.inside(0x30)
    reader.done()
    value = inside.number()
    inside.done()
    return value


def test_a_number_in_a_sequence_is_read() -> None:
    assert _one_number(DerReader(bytes.fromhex("3003020107"), "x")) == 7


@pytest.mark.parametrize("data", ["0200", "0201ff", "02020001"])
def test_a_number_has_one_spelling_and_is_not_negative(data: str) -> None:
    with pytest.raises(RecordError, match="whole number"):
        DerReader(bytes.fromhex(data), "x").number()
