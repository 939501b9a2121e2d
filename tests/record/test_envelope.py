"""Keys and envelopes: laws, and an independent reader of DSSE."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.signer import Key  # pyright: ignore[reportPrivateImportUsage]: its public door

from clearline.record.envelope import check_signatures, pae, read_envelope, seal
from clearline.record.errors import RecordError
from clearline.record.keys import Algorithm, PublicKey, SecretKey, supported
from clearline.record.note import NoteKey, read_note
from clearline.record.statement import STATEMENT_TYPE
from tests.record.worlds import ALFA, party, signer

ED = signer(Algorithm.ED25519, "one")
HYBRID = party(ALFA, hybrid=True)
PAYLOAD = b'{"a":1}'


def check(envelope: bytes, keys: list[PublicKey]) -> bytes:
    """Open an envelope that exactly these keys signed."""
    found = read_envelope(envelope, STATEMENT_TYPE)
    check_signatures(found, keys)
    return found.payload


@given(st.binary(max_size=200))
def test_what_was_sealed_is_opened(payload: bytes) -> None:
    envelope, content_id = seal(payload, STATEMENT_TYPE, [ED])
    assert check(envelope, [ED.public]) == payload
    assert read_envelope(envelope, STATEMENT_TYPE).content_id == content_id


@pytest.mark.parametrize("signers", [(ED,), HYBRID.records], ids=["plain", "hybrid"])
@given(st.data())
def test_any_changed_byte_is_refused(signers: tuple[SecretKey, ...], data: st.DataObject) -> None:
    envelope = bytearray(seal(PAYLOAD, STATEMENT_TYPE, signers)[0])
    at = data.draw(st.integers(0, len(envelope) - 1))
    envelope[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(RecordError):
        check(bytes(envelope), [one.public for one in signers])


@given(st.data())
def test_anything_added_or_taken_away_is_refused(data: st.DataObject) -> None:
    envelope = seal(PAYLOAD, STATEMENT_TYPE, [ED])[0]
    at = data.draw(st.integers(0, len(envelope)))
    more = data.draw(st.binary(min_size=1, max_size=3))
    for other in (envelope[:at] + more + envelope[at:], envelope[:at] + envelope[at + 1 :]):
        if other != envelope:
            with pytest.raises(RecordError):
                check(other, [ED.public])


def test_every_signature_asked_for_must_be_there_and_no_other() -> None:
    both = [one.public for one in HYBRID.records]
    assert check(seal(PAYLOAD, STATEMENT_TYPE, HYBRID.records)[0], both) == PAYLOAD
    for signers in (HYBRID.records[:1], HYBRID.records[1:], (*HYBRID.records, ED)):
        with pytest.raises(RecordError, match="exactly the keys"):
            check(seal(PAYLOAD, STATEMENT_TYPE, signers)[0], both)


def test_another_type_is_another_statement() -> None:
    envelope = seal(PAYLOAD, "text/plain", [ED])[0]
    with pytest.raises(RecordError, match="expected"):
        read_envelope(envelope, STATEMENT_TYPE)
    renamed = envelope.replace(b"text/plain", STATEMENT_TYPE.encode())
    with pytest.raises(RecordError, match="does not fit"):
        check(renamed, [ED.public])


def test_one_key_does_not_sign_twice() -> None:
    with pytest.raises(RecordError, match="each once"):
        seal(PAYLOAD, STATEMENT_TYPE, [ED, ED])


def test_another_reader_of_dsse_agrees() -> None:
    envelope = seal(PAYLOAD, STATEMENT_TYPE, [ED])[0]
    other = OtherEnvelope.from_dict(json.loads(envelope))
    named = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": ED.public.raw.hex()}}
    key = Key.from_dict(ED.public.keyid, named)
    assert list(other.verify([key], 1)) == [ED.public.keyid]
    assert other.pae() == pae(STATEMENT_TYPE, PAYLOAD)


def test_c2sp_s_own_note_is_read() -> None:
    """The example of C2SP signed-note, by Go's authors."""
    text = (
        "This is an example message.\n\n"
        "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72"
        "IneyaQM=\n"
    )
    key = NoteKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    note = read_note(text)
    line = note.signatures[0]
    assert (line.name, line.key_hash) == (key.name, key.key_hash)
    assert key.public.verify(line.signature, note.text.encode())
    assert note.to_text() == text


_PRIME = 2**255 - 19
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME


def _eight_times(height: int) -> tuple[int, int]:
    """Eight times the point of Edwards25519 with this y: the arithmetic of RFC 8032 section 5.1, written plainly."""
    square = (height * height - 1) * pow(_D * height * height + 1, -1, _PRIME) % _PRIME
    x = pow(square, (_PRIME + 3) // 8, _PRIME)
    if (x * x - square) % _PRIME:
        x = x * pow(2, (_PRIME - 1) // 4, _PRIME) % _PRIME
    assert (x * x - square) % _PRIME == 0
    point = (x, height)
    for _ in range(3):
        (x, y), product = point, _D * point[0] ** 2 * point[1] ** 2
        point = (
            2 * x * y * pow(1 + product, -1, _PRIME) % _PRIME,
            (y * y + x * x) * pow(1 - product, -1, _PRIME) % _PRIME,
        )
    return point


def test_the_keys_refused_are_those_of_small_order_and_no_others() -> None:
    from clearline.record import keys

    small = keys._SMALL_ORDER
    assert len(small) == 5  # eight points: y = 1 and y = -1 once each, three more heights twice
    assert all(_eight_times(height) == (0, 1) for height in small)
    own = int.from_bytes(ED.public.raw, "little") & (2**255 - 1)
    assert _eight_times(own) != (0, 1)


def test_a_secret_key_does_not_show_itself() -> None:
    secret = SecretKey(Algorithm.ED25519, bytes(range(32)))
    assert bytes(range(32)).hex() not in repr(secret)
    with pytest.raises(RecordError, match="32 bytes"):
        SecretKey(Algorithm.ED25519, bytes(31))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_every_algorithm_is_here(algorithm: Algorithm) -> None:
    assert supported(algorithm)


@pytest.mark.parametrize("algorithm", list(Algorithm))
@given(st.binary(max_size=40), st.data())
def test_any_changed_byte_of_a_signature_or_message_is_refused(
    algorithm: Algorithm, message: bytes, data: st.DataObject
) -> None:
    one = signer(algorithm, "laws")
    signature = one.sign(message)
    assert one.public.verify(signature, message)
    spoilt = bytearray(signature)
    spoilt[data.draw(st.integers(0, len(signature) - 1))] ^= data.draw(st.integers(1, 255))
    assert not one.public.verify(bytes(spoilt), message)
    assert not one.public.verify(signature, message + b"x")
