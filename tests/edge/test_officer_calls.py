"""The typed client: a method for every operation of the file, with body, query and answer as the file says."""

import inspect
from collections.abc import Generator
from pathlib import Path
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clearline.app.make_party import CARD_FILE, make_party
from clearline.app.officer_direct import DirectDesk
from clearline.app.party_home import open_home
from clearline.edge.officer_answers import KeyFieldRow, MeAnswer, SaidAnswer, SessionAnswer
from clearline.edge.officer_asking import How
from clearline.edge.officer_calls import OfficerCalls
from clearline.edge.officer_client import OfficerClient
from clearline.edge.officer_port import Event
from clearline.edge.read_answer import read_answer
from clearline.line.notice import Notice, NoticeType
from clearline.line.observed import LineCheck
from clearline.line.statement import Body, Link, Refused, Relation
from clearline.line.terms import Function, Level, Mode, Precedence
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json
from tests.edge.operations import BY_METHOD
from tests.line.two_desks import area
from tests.tidy.tree import ROOT

_FILE: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "api" / "line.yaml").read_text("utf-8"))
_SCHEMAS: dict[str, Any] = _FILE["components"]["schemas"]
_OPERATIONS = {(method.upper(), path): row for path, by in _FILE["paths"].items() for method, row in by.items()}
_JSON = [(name, key) for name, key in BY_METHOD.items() if name not in ("begin_at_provider", "sign_out", "events")]


def function_of(name: str) -> Any:
    return getattr(OfficerClient, name)


def test_there_is_a_method_for_every_operation_and_each_has_its_own() -> None:
    assert sorted(BY_METHOD.values()) == sorted(_OPERATIONS)


@pytest.mark.parametrize(("name", "key"), BY_METHOD.items())
def test_a_method_takes_the_query_that_the_file_has(name: str, key: tuple[str, str]) -> None:
    told = {one["name"]: one for one in _OPERATIONS[key].get("parameters", []) if one.get("in") == "query"}
    taken = {one.name: one for one in inspect.signature(function_of(name)).parameters.values()}
    if name == "end_at_provider":
        return  # it takes the address that a browser came back to, both in it
    for query, row in told.items():
        assert (taken[query].default is inspect.Parameter.empty) is row.get("required", False), query
    if key[0] == "GET":
        beside = {"self", "record_id", "code", "slots", *told}
        assert set(taken) <= beside


@pytest.mark.parametrize(("name", "key"), [one for one in _JSON if one[1][0] == "POST"])
def test_a_method_takes_the_body_that_the_file_has(name: str, key: tuple[str, str]) -> None:
    content = _OPERATIONS[key]["requestBody"]["content"]
    hints = get_type_hints(function_of(name))
    told = content.get("application/json", {}).get("schema", {}).get("properties")
    if told is None:
        assert hints["data"] is bytes
        return
    if name == "sign_in":
        assert set(told) == set(hints) - {"return"}
        return
    named = told["body"]["$ref"].rpartition("/")[2] if "body" in told else None
    body = hints.get("body")
    assert (None if body is None else body.__name__) == named
    assert body is None or issubclass(body, Body)


@pytest.mark.parametrize(("name", "key"), _JSON)
def test_a_method_answers_as_the_file_says(name: str, key: tuple[str, str]) -> None:
    answers = [row for code, row in _OPERATIONS[key]["responses"].items() if code != "default"]
    assert len(answers) == 1
    (content,) = answers[0]["content"].items()
    answer, refused = get_args(get_type_hints(function_of(name))["return"])
    assert refused is Refused
    media, row = content
    if answer is bytes:
        assert media != "application/json" or row["schema"] == {"type": "object"}, "a file is not looked into"
        return
    assert media == "application/json"
    same(answer, row["schema"], name)


def is_json(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType) and len(get_args(hint)) > 2


def same(hint: Any, schema: Any, where: str) -> None:
    """A type is what a schema says; an object of no stated members is JSON, whatever is in it."""
    if "$ref" in schema:
        schema = _SCHEMAS[schema["$ref"].rpartition("/")[2]]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType) and type(None) in parts:
        (wanted,) = (part for part in parts if part is not type(None))
        (told,) = (one for one in schema["oneOf"] if one != {"type": "null"})
        assert {"type": "null"} in schema["oneOf"], where
        same(wanted, told, where)
    elif is_typeddict(hint):
        assert set(get_type_hints(hint)) == set(schema["required"]) == set(schema["properties"]), where
        for name, inner in get_type_hints(hint).items():
            same(inner, schema["properties"][name], f"{where}.{name}")
    elif origin is list:
        assert schema["type"] == "array", where
        if not is_json(parts[0]):
            same(parts[0], schema["items"], where)
    elif origin is tuple:
        for part, inner in zip(parts, schema["prefixItems"], strict=True):
            same(part, inner, where)
    elif origin is dict:
        assert schema["type"] == "object", where
        if not is_json(parts[1]):
            same(parts[1], schema.get("additionalProperties"), where)
    else:
        kinds = {str: "string", int: "integer", bool: "boolean"}
        assert schema.get("type", "string") == kinds[hint], where


# --- an answer is looked at where it comes in


@given(st.sampled_from(["party", "now_ms", "roles"]), st.sampled_from([None, 1, True, "x", [1], {}]))
def test_an_answer_of_another_shape_is_an_error_that_names_the_member(name: str, value: Json) -> None:
    good: dict[str, Json] = {
        "party": "a", "post": "b", "person": "c", "roles": ["RECEIVE"], "now_ms": 1, "position": 2, "modes": [],
    }  # fmt: skip
    assert read_answer(MeAnswer, good | {"later": 1})["now_ms"] == 1
    fits = {"party": str, "now_ms": int, "roles": list}[name]
    if type(value) is not fits or value == [1]:
        with pytest.raises(MalformedError, match=name):
            read_answer(MeAnswer, good | {name: value})
    del good[name]
    with pytest.raises(MalformedError, match=f"{name} is missing"):
        read_answer(MeAnswer, good)


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (list[int], {}, "no list"),
        (list[int], [1, "x"], r"\$\[1\]"),
        (dict[str, int], [], "no object"),
        (dict[str, int], {"a": None}, r"\$\[a\]"),
        (tuple[int, str], [1], "1 items, not 2"),
        (tuple[int, str], [1, 2], r"\$\[1\]"),
        (KeyFieldRow, [], "no object"),
    ],
)
def test_what_is_inside_is_looked_at_too(kind: type, value: Json, told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        read_answer(kind, value)


# --- what goes out


class _Kept(OfficerCalls):
    """A way that keeps what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, object, dict[str, str]]] = []

    def _keep(self, method: str, path: str, data: object, query: dict[str, str]) -> Json | Refused:
        self.asked.append((method, path, data, query))
        return Refused("X", "kept")

    def get(self, path: str, **query: str) -> Json | Refused:
        return self._keep("GET", path, None, query)

    def post(self, path: str, wish: Any, **query: str) -> Json | Refused:
        return self._keep("POST", path, wish, query)

    def file(self, path: str, **query: str) -> bytes | Refused:
        return cast("Refused", self._keep("GET", path, None, query))

    def hand_in(self, path: str, data: bytes, **query: str) -> Json | Refused:
        return self._keep("POST", path, data, query)

    def events(self, after: int | None = None) -> Generator[Event | Refused]:
        raise AssertionError(after)


def test_what_was_chosen_goes_out_and_what_was_not_does_not() -> None:
    way = _Kept()
    way.mode = Mode.EXERCISE
    assert way.check_line("bravo", LineCheck("data")) == Refused("X", "kept")
    how = How(Precedence.FLASH, (Link(Relation.ABOUT, "a" * 64),), 0, 5, "ru", "A01")
    way.check_line("bravo", LineCheck("data"), how)
    way.release("abcdef")
    way.statements(peer="bravo", most=5)
    way.phrase("A06", {"time": "14:20Z"}, lang="en")
    way.trust()
    way.take_packet(b"x")
    in_exercise = {"mode": "EXERCISE"}
    plain: dict[str, Json] = {"lang": "en", "peer": "bravo", "body": {"circuit": "data"}}
    chosen: dict[str, Json] = {
        "precedence": "FLASH", "links": [{"relation": "ABOUT", "to": "a" * 64}], "valid_from_ms": 0,
        "valid_until_ms": 5, "lang": "ru", "phrase": "A01",
    }  # fmt: skip
    assert way.asked == [
        ("POST", "/line-checks", plain, in_exercise),
        ("POST", "/line-checks", plain | chosen, in_exercise),
        ("POST", "/drafts/abcdef/release", {"lang": "en"}, in_exercise),
        ("GET", "/statements", None, in_exercise | {"peer": "bravo", "most": "5"}),
        ("GET", "/phrases/A06", None, in_exercise | {"lang": "en", "time": "14:20Z"}),
        ("GET", "/trust", None, in_exercise),
        ("POST", "/packets", b"x", in_exercise),
    ]


def test_a_notice_is_drafted_released_and_shown_by_typed_calls_alone(tmp_path: Path) -> None:
    for name in ("Alfa", "Bravo"):
        make_party(tmp_path / name, name, coverage=f"the forces of {name}")
    body = Notice(NoticeType.ACTIVITY, "A1", "Orbit", Level.OPERATIONAL, Function.FLIGHT_SAFETY, (area(),))
    with open_home(tmp_path / "Alfa") as opened:
        one, two = (DirectDesk(opened, post="OPS", person=name) for name in ("first", "second"))
        assert one.import_card((tmp_path / "Bravo" / CARD_FILE).read_bytes()) == {"party": "bravo"}
        drafted = said(one.give_notice("bravo", body))
        assert (drafted["waits"], drafted["said"][0]["kind"]) == (True, "draft")
        refused = one.release(drafted["said"][0]["record_id"])
        assert isinstance(refused, Refused) and refused.rule == "P3"
        released = said(two.release(drafted["said"][0]["record_id"]))
        notice = one.notice(released["said"][-1]["record_id"])
        board = one.board("bravo")
        assert not isinstance(notice, Refused) and not isinstance(board, Refused)
        assert notice["said"]["body"]["subject"] == "A1"
        assert [row["said"]["record_id"] for row in board["notices"]] == [notice["said"]["record_id"]]


def said(found: SaidAnswer | Refused) -> SaidAnswer:
    assert not isinstance(found, Refused), found
    return found


def test_a_session_has_a_type_of_its_own() -> None:
    assert get_args(get_type_hints(OfficerClient.sign_in)["return"]) == (SessionAnswer, Refused)
