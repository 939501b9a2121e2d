"""Canonical JSON: laws, and an independent writer of RFC 8785."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.canonical import MAX_BYTES, MAX_WHOLE, canonical, from_canonical
from clearline.record.errors import RecordError

keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
leaves = st.none() | st.booleans() | st.integers(-MAX_WHOLE, MAX_WHOLE) | texts
values = st.recursive(leaves, lambda part: st.lists(part, max_size=4) | st.dictionaries(keys, part, max_size=4))
objects = st.dictionaries(keys, values, max_size=5)


@given(objects)
def test_it_is_what_rfc_8785_says(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(objects)
def test_reading_gives_back_what_was_written(value: dict[str, Any]) -> None:
    found = from_canonical(canonical(value))
    assert found == value
    assert canonical(found) == canonical(value)


@given(objects, st.randoms(use_true_random=False))
def test_equal_values_give_equal_bytes(value: dict[str, Any], order: Any) -> None:
    names = list(value)
    order.shuffle(names)
    assert canonical({name: value[name] for name in names}) == canonical(value)


@given(objects, st.data())
def test_bytes_that_are_not_canonical_are_refused(value: dict[str, Any], data: st.DataObject) -> None:
    good = canonical(value)
    at = data.draw(st.integers(0, len(good)))
    spaced = good[:at] + data.draw(st.sampled_from([b" ", b"\n", b"0", b",", b"\\u0061"])) + good[at:]
    try:
        found = from_canonical(spaced)
    except RecordError:
        return
    assert canonical(found) == spaced


@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused_with_one_error(data: bytes) -> None:
    try:
        found = from_canonical(data)
    except RecordError:
        return
    assert canonical(found) == data


@given(objects)
def test_json_of_another_spelling_is_refused(value: dict[str, Any]) -> None:
    spelt = json.dumps(value, ensure_ascii=True, indent=1).encode()
    with pytest.raises(RecordError):
        from_canonical(spelt + b"\n")


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", {1}, {"a": {1: 2}}, "\ud800", 2**53, -(2**53)])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(RecordError):
        canonical({"a": value})


def test_what_holds_itself_is_refused() -> None:
    value: dict[str, Any] = {"a": []}
    value["a"].append(value)
    with pytest.raises(RecordError, match="containers"):
        canonical(value)


@pytest.mark.parametrize("number", ["1.5", "1e3", "NaN", "-Infinity"])
def test_a_number_with_a_fraction_is_named(number: str) -> None:
    with pytest.raises(RecordError, match="is not a whole number"):
        from_canonical(b'{"a":%s}' % number.encode())


@pytest.mark.parametrize("spare", [1, 0])
def test_size_is_bounded_both_ways(spare: int) -> None:
    value = {"a": "x" * (MAX_BYTES - 8 + spare)}
    data = b'{"a":"' + value["a"].encode() + b'"}'
    if spare:
        with pytest.raises(RecordError, match="allowed"):
            canonical(value)
        with pytest.raises(RecordError, match="allowed"):
            from_canonical(b"no JSON" + data)  # not even looked at
    else:
        assert from_canonical(canonical(value)) == value


@given(st.binary(max_size=40))
def test_base64_has_one_spelling(data: bytes) -> None:
    assert from_base64(to_base64(data), "x") == data


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "Q Q==", "QQ==\n", "QQ==QQ==", "_-8=", "QQ===", "é"])
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(RecordError):
        from_base64(text, "x")
