"""JSON text: what two readers could take two ways is refused, whatever the bytes, and soon."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.wire.errors import MalformedError
from clearline.wire.json_text import MAX_DEPTH, MAX_VALUES, Json, _too_deep, is_json_text, parse_json, shown
from clearline.wire.reading import MAX_BYTES

numbers = st.one_of(st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


def parse(data: bytes) -> Json:
    return parse_json(data, source="file")


def refused(data: bytes) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        parse(data)
    assert caught.value.source == "file"
    return caught.value


@given(values, st.sampled_from([{}, {"ensure_ascii": False}, {"indent": 1}, {"separators": (",", ":")}]))
def test_what_json_says_is_what_is_read(value: Json, how: dict[str, Any]) -> None:
    text = json.dumps(value, **how)
    assert parse(text.encode()) == value
    assert parse(b"\xef\xbb\xbf" + text.encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_the_standard_decoder_does_or_refused(data: bytes) -> None:
    try:
        value = parse(data)
    except MalformedError:
        return
    assert value == json.loads(data.decode("utf-8-sig"))


@given(values, st.integers(0, 2**32), st.integers(0, 255))
def test_one_changed_byte_is_read_or_refused(value: Json, at: int, byte: int) -> None:
    data = bytearray(json.dumps([value, {"a": 1.5e3}]).encode())
    data[at % len(data)] = byte
    assert outcome(bytes(data)) is not None


def outcome(data: bytes) -> object:
    """What the bytes hold, or where they are refused; any other error fails the test."""
    try:
        return parse(data), "read"
    except MalformedError as error:
        return error.where


def depth_of(text: str) -> int:
    """The deepest nesting, a character at a time."""
    depth = deepest = 0
    inside = escaped = False
    for char in text:
        if inside:
            inside = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


pieces = st.lists(st.sampled_from(["[", "]", "{", "}", '"', "\\", '\\"', "a", "\n", "[" * 30, "]" * 20]), max_size=60)


@given(pieces)
def test_depth_is_counted_as_a_slow_count_does(parts: list[str]) -> None:
    text = "".join(parts)
    assert (_too_deep(text.encode()) is not None) == (depth_of(text) > MAX_DEPTH)


@given(st.integers(1, 2 * MAX_DEPTH), st.sampled_from([("[", "]"), ('{"a":', "}")]))
def test_nesting_is_read_up_to_its_bound_and_refused_beyond(depth: int, brackets: tuple[str, str]) -> None:
    opened, closed = brackets
    data = (f"{opened * depth}1{closed * depth}").encode()
    if depth <= MAX_DEPTH:
        assert parse(data) == json.loads(data)
    else:
        assert "nests" in refused(data).problem


def test_depth_is_counted_across_the_chunks_it_is_taken_in() -> None:
    filler = " " * ((1 << 20) - 40)
    assert refused(("[" * 40 + filler + "[" * 30 + "\n").encode()).where == "line 1"
    quoted = '["' + "a" * ((1 << 20) - 10) + "[" * 100 + '"]'
    assert isinstance(parse(quoted.encode()), list)


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ('{"a": 1,\n "a": 1}', "line 2", "given twice"),
        ('{"b": {"a": 1},\n "c": [{"x": 1, "y": [],\n "x": 2}]}', "line 3", "'x' is given twice"),
        ('{"a": 1, "\\u0061": 2}', "line 1", "'a' is given twice"),
        ('["NaN",\n NaN]', "line 2", "'NaN'"),
        ("[1,\n\n -Infinity]", "line 3", "'-Infinity'"),
        ("[1,\n 1e999]", "line 2", "'1e999'"),
        ("[1,\n -1.5E+999]", "line 2", "'-1.5E+999'"),
        ("[1,\n " + "9" * 309 + ".0]", "line 2", "'9999"),
        ("[1,\n " + " " * (2**20 - 300) + "9" * 310 + ".0]", "line 2", "'9999"),
        ("[1,\n -1" + "0" * 400 + "]", "line 2", "no"),
        ("[1,\n 1e999x]", "whole file", "'1e999'"),
        ('{"a": 1,}', "line 1 column 9", "not JSON"),
        ("[1,\n 2\n", "line 3 column 1", "not JSON"),
        ("[01]", "line 1 column 3", "not JSON"),
        ('["\\ud800"]', "whole file", "surrogate"),
        ('["tab\there"]', "line 1 column 6", "not JSON"),
        ("", "line 1 column 1", "not JSON"),
    ],
)
def test_what_is_refused_says_where(text: str, where: str, problem: str) -> None:
    error = refused(text.encode())
    assert error.where == where
    assert problem in error.problem
    assert error.mend


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert parse(b'["\\ud83d\\ude81"]') == ["\N{HELICOPTER}"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_other_encodings_are_named_and_refused(codec: str) -> None:
    error = refused('{"a": 1}'.encode(codec))
    assert "UTF-16" in error.problem or "UTF-32" in error.problem
    assert "UTF-8" in error.mend


def test_bytes_that_are_no_utf8_are_refused_with_their_line() -> None:
    assert refused(b'{\n"a": "\xff"}').where == "line 2"
    assert refused('["Größe"]'.encode("latin-1")).where == "line 1"


def test_a_file_beyond_its_bounds_is_refused_before_it_is_decoded() -> None:
    assert "larger" in refused(bytes(MAX_BYTES + 1)).problem
    assert "values" in refused(b"[" + b"0," * MAX_VALUES + b"0]").problem


@pytest.mark.parametrize(
    "data",
    [b"[" * 2_000_000, b'{"a":' * 400_000, b"9" * 2_000_000, b'"' * 2_000_000, b"\\" * 2_000_000, b"[1," * 600_000,
     b'{"":0,' * 300_000, b"1e" * 1_000_000, b'["' + b"\\u0041" * 300_000],
    ids=range(9),
)  # fmt: skip
def test_hostile_bytes_are_refused_soon(data: bytes) -> None:
    started_s = time.process_time()
    refused(data)
    assert time.process_time() - started_s < 3.0


def test_json_is_told_by_its_first_character() -> None:
    assert is_json_text(b"\xef\xbb\xbf\n [1]")
    assert is_json_text(b"{")
    assert not is_json_text(b"<kml>{")
    assert not is_json_text(b"")


@given(values)
def test_a_value_is_shown_short_and_on_one_line(value: Json) -> None:
    text = shown(value)
    assert len(text) <= 500
    assert "\n" not in text
