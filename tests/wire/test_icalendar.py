"""Calendar messages: round trip, folding, and nothing but MalformedError whatever the bytes."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.wire.errors import MalformedError
from clearline.wire.icalendar import Invitation, Method, read_invitation, write_invitation

_NAMES = st.text(st.characters(codec="utf-8", exclude_characters='"', exclude_categories=["C", "Z"]), max_size=60)
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=200)


@st.composite
def _invitations(draw: st.DrawFn) -> Invitation:
    method = draw(st.sampled_from(Method))
    start_ms = draw(st.integers(0, 4_000_000_000)) * 1000
    lines = draw(st.lists(_WORDS.filter(bool), max_size=4))
    return Invitation(
        method,
        draw(st.text("0123456789abcdef", min_size=64, max_size=64)),
        draw(st.integers(0, 999)),
        draw(st.integers(0, 4_000_000_000)) * 1000,
        start_ms,
        start_ms + draw(st.integers(0, 86_400)) * 1000,
        draw(_NAMES),
        draw(_NAMES),
        draw(_WORDS),
        tuple(lines),
        draw(st.booleans()) if method is Method.REPLY else None,
    )


@given(_invitations())
def test_what_is_written_is_read_back_and_no_line_is_too_long(invitation: Invitation) -> None:
    text = write_invitation(invitation)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert read_invitation(text.encode(), source="test") == invitation


@given(_invitations(), st.data())
def test_hostile_bytes_are_malformed_or_mean_something(invitation: Invitation, data: st.DataObject) -> None:
    raw = bytearray(write_invitation(invitation).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    for hostile in (bytes(raw), data.draw(st.binary(max_size=300))):
        with contextlib.suppress(MalformedError):
            assert isinstance(read_invitation(hostile, source="test"), Invitation)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("DTSTART:", "DTSTART;TZID=Europe/London:"), "DTSTART"),
        (("METHOD:REQUEST", "METHOD:PUBLISH"), "METHOD"),
        (("UID:", "UID:x"), "UID"),
        (("END:VEVENT", "END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT"), "VCALENDAR"),
        (("DTEND:2015", "DTEND:2014"), "VEVENT"),
    ],
)
def test_what_cannot_be_an_appointment_is_refused(change: tuple[str, str], where: str) -> None:
    invitation = Invitation(Method.REQUEST, "a" * 64, 0, 0, 1_442_577_600_000, 1_442_580_600_000, "A", "B", "Call")
    text = write_invitation(invitation)
    with pytest.raises(MalformedError) as refused:
        read_invitation(text.replace(*change).encode(), source="test")
    assert refused.value.where == where


def test_only_a_reply_answers() -> None:
    with pytest.raises(ValueError, match="REPLY"):
        Invitation(Method.COUNTER, "a" * 64, 0, 0, 0, 1, "A", "B", "Call", accepted=True)
