"""OVNs and versions: as long as the interface wants them, plain in an address, and never twice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.registry.ovn_suffix import requested_ovn, still_fresh
from clearline.registry.version import Fresh, is_plain_version, mint_version
from tests.registry.sky import MINUTE_US, NOW_US, ident, v7


@given(first=st.tuples(st.uuids(), st.binary(min_size=16, max_size=16)), second=st.data())
def test_a_version_is_another_for_another_entity_or_another_nonce(
    first: tuple[object, bytes], second: st.DataObject
) -> None:
    other = second.draw(st.tuples(st.uuids(), st.binary(min_size=16, max_size=16)))
    versions = [mint_version(str(name), nonce) for name, nonce in (first, other)]
    assert (versions[0] == versions[1]) == (first == other)
    for version in versions:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", version)


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_nonce_has_sixteen_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Fresh(ident(1), bytes(length))


@pytest.mark.parametrize(
    ("text", "could"),
    [
        ("0123456789abcdef" * 2, True),
        ("0123456789abcdeg" * 2, False),
        ("0123456789ABCDEF" * 2, False),
        ("0" * 31, False),
    ],
)
def test_a_version_of_f3411_is_told_from_what_never_was_one(text: str, *, could: bool) -> None:
    assert is_plain_version(text) is could


def test_a_requested_suffix_is_kept_as_it_was_written() -> None:
    suffix = v7(NOW_US, 10).upper()
    assert requested_ovn(ident(1), suffix, NOW_US) == f"{ident(1)}_{suffix}"


def test_only_what_could_come_back_is_remembered() -> None:
    just = f"{ident(1)}_{v7(NOW_US - 5 * MINUTE_US)}"
    assert still_fresh((just,), NOW_US) == (just,), "what is five minutes old could still be asked for"
    assert requested_ovn(ident(1), v7(NOW_US - 5 * MINUTE_US), NOW_US) == just
    old, young = (f"{ident(1)}_{v7(NOW_US - minutes * MINUTE_US)}" for minutes in (6, 4))
    assert still_fresh((old, young), NOW_US) == (young,)


@given(away_us=st.integers(-(10**9), 10**9))
def test_what_is_forgotten_would_be_refused(away_us: int) -> None:
    suffix = v7(NOW_US + away_us)
    ovn = f"{ident(1)}_{suffix}"
    if not still_fresh((ovn,), NOW_US):
        with pytest.raises(ValueError, match="within 5 minutes"):
            requested_ovn(ident(1), suffix, NOW_US)
