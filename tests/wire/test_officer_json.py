"""What officers send: what has a default may be left out, and all else is read by the line's own strict rules."""

from dataclasses import MISSING, fields, is_dataclass
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.channel import Declaration, State
from clearline.line.ladder import Answer, AnswerType, UnableReason
from clearline.line.notice import Notice
from clearline.line.statement import Body, Link, Refused, Relation
from clearline.line.terms import Level, Precedence
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json
from clearline.wire.officer_json import read_wish, shown
from clearline.wire.statement_json import write_body
from tests.line.two_desks import area, notice

_BODIES = st.one_of(
    st.builds(Declaration, st.sampled_from(Level), st.sampled_from([State.OPEN, State.SUSPENDED]), st.integers(0, 9)),
    st.builds(
        Answer, st.just(AnswerType.UNABLE), st.none() | st.integers(0, 9), st.sampled_from(UnableReason), st.text()
    ),
    st.builds(notice, st.sampled_from(["A", "B"])),
)


def _without_defaults(value: Json, kind: type) -> Json:
    """Members without those that are what would be filled in anyway."""
    assert isinstance(value, dict)
    assert is_dataclass(kind)
    defaults = {one.name: shown(cast("object", one.default)) for one in fields(kind) if one.default is not MISSING}
    return {name: part for name, part in value.items() if name not in defaults or part != defaults[name]}


@given(_BODIES)
def test_what_has_a_default_may_be_left_out(body: Body) -> None:
    whole = cast("dict[str, Json]", write_body(body))["body"]
    assert read_wish({"body": whole}, type(body)).body == body
    assert read_wish({"body": _without_defaults(whole, type(body))}, type(body)).body == body


def test_defaults_are_filled_in_inside_too() -> None:
    part = cast("dict[str, Any]", shown(area()))
    for name in ("clock_uncertainty_ms", "entered_place", "uncertainty_mm"):
        del part[name]
    body = cast("dict[str, Json]", write_body(notice()))["body"]
    assert isinstance(body, dict)
    assert read_wish({"body": {**body, "areas": [part]}}, Notice).body == notice()


def test_the_header_is_read_and_nothing_else_beside_it() -> None:
    link: Json = {"relation": "CANCELS", "to": "0" * 64}
    wish = read_wish(
        {"peer": "bravo", "precedence": "FLASH", "links": [link], "valid_until_ms": 7, "phrase": "A01"}, None
    )
    assert (wish.peer, wish.precedence, wish.valid_until_ms, wish.phrase) == ("bravo", Precedence.FLASH, 7, "A01")
    assert wish.links == (Link(Relation.CANCELS, "0" * 64),)


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"odd": 1},
        {"peer": 1},
        {"precedence": "SOON"},
        {"valid_from_ms": True},
        {"valid_from_ms": "x"},
        {"links": {}},
        {"links": [{"relation": "ABOUT"}]},
        {"links": [{"relation": "NEAR", "to": "x"}]},
        {"body": {"level": "OPERATIONAL", "state": "OPEN"}},
        {"body": {"level": "OPERATIONAL", "state": "OPEN", "from_ms": 0, "odd": 1}},
        {"body": {"level": "OPERATIONAL", "state": "OPEN", "from_ms": 0.5}},
        {"body": {"level": "OPERATIONAL", "state": "LIMITED", "from_ms": 0}},
        {"body": []},
    ],
)
def test_what_is_wrong_is_refused_by_name(value: Json) -> None:
    with pytest.raises(MalformedError):
        read_wish(value, Declaration)


def test_an_act_without_a_body_takes_none() -> None:
    with pytest.raises(MalformedError, match="no body"):
        read_wish({"body": {}}, None)


def test_what_is_no_value_of_the_line_is_not_shown() -> None:
    with pytest.raises(TypeError):
        shown(1.5)
    assert shown({State.OPEN: frozenset({"b", "a"})}) == {"OPEN": ["a", "b"]}
    assert shown(Refused("L3", "once")) == {"rule": "L3", "why": "once"}
