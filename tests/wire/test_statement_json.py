"""Every kind of statement goes through its bytes unchanged, and nothing else gets in."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.bodies import BODIES, KINDS
from clearline.line.release import Draft
from clearline.line.statement import Body, Header, Link, Relation
from clearline.line.terms import By, Mode, Precedence
from clearline.record.canonical import Value, canonical, from_canonical
from clearline.wire.errors import MalformedError
from clearline.wire.statement_json import read_statement, write_statement
from tests.line.sayings import bodies, headers


@given(headers(), bodies())
def test_what_is_written_is_read_back_the_same(header: Header, body: Body) -> None:
    data = canonical(write_statement(header, body))
    assert read_statement(from_canonical(data), source="test") == (header, body)


@given(headers(), bodies(), st.data())
def test_a_member_that_is_missing_or_not_known_is_refused(header: Header, body: Body, data: st.DataObject) -> None:
    members = from_canonical(canonical(write_statement(header, body)))
    part = data.draw(st.sampled_from(["header", "body"]))
    inner = members[part]
    assert isinstance(inner, dict)
    changed: dict[str, Value] = dict(inner)
    if data.draw(st.booleans()) or not changed:
        changed["not_known"] = 1
    else:
        del changed[data.draw(st.sampled_from(sorted(changed)))]
    with pytest.raises(MalformedError, match=part):
        read_statement({**members, part: changed}, source="test")


@given(headers(), bodies(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_a_member_of_another_kind_is_refused_or_means_what_it_says(header: Header, body: Body, value: Value) -> None:
    members = write_statement(header, body)
    inner = members["body"]
    assert isinstance(inner, dict)
    for name in inner:
        try:
            found = read_statement({**members, "body": {**inner, name: value}}, source="test")
        except MalformedError:
            continue
        assert write_statement(*found)["body"] == {**inner, name: value}


def test_the_list_of_kinds_is_whole() -> None:
    assert len(KINDS) == len(BODIES)
    assert set(BODIES) == _below(Body)
    assert list(BODIES) == sorted(BODIES, key=lambda body: body.__name__)


def _below(kind: type[Body]) -> set[type[Body]]:
    # A slotted dataclass is made a second time; the class that is not reachable by its own name is the first.
    found = {sub for sub in kind.__subclasses__() if sub.__module__.startswith("clearline.") and sub.kind}
    return {sub for sub in found if "__slots__" in vars(sub)}


def test_no_body_holds_a_fraction() -> None:
    for body in BODIES:
        for field in fields(body):  # type: ignore[arg-type] - every body is a dataclass; the base is not
            assert "float" not in str(field.type), f"{body.__name__}.{field.name}"


def test_a_kind_that_is_not_known_is_refused_by_name() -> None:
    header = Header("A", "B", Mode.ACTUAL, Precedence.ROUTINE, By.MACHINE, "", "", 0)
    members = write_statement(header, KINDS["released"]())
    with pytest.raises(MalformedError, match="'shout' is not a kind"):
        read_statement({**members, "kind": "shout"}, source="test")


def test_a_draft_holds_its_statement_whole() -> None:
    header = Header(
        "A", "A", Mode.ACTUAL, Precedence.ROUTINE, By.WATCH, "OPS", "p1", 0, links=(Link(Relation.ABOUT, "x"),)
    )
    draft = Draft("B", Precedence.FLASH, KINDS["seen"]())
    assert read_statement(write_statement(header, draft), source="test")[1] == draft
    assert replace(draft, body=KINDS["closed"]()) != draft
