"""What a party filed is read back as it was filed: every number, and every word that was entered."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.activity import Activity
from clearline.node.disclosure import NOBODY, Disclosure, Precision
from clearline.node.template import Template
from clearline.space.volume import Entered
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json
from clearline.wire.plan_json import read_filed, read_template, write_filed, write_template
from tests.node.plan_book import activity
from tests.wire.plans import activities, texts

_precisions = st.sampled_from(Precision)
_policies = st.builds(
    lambda named, otherwise: Disclosure(tuple(named.items()), otherwise),
    st.dictionaries(texts.filter(bool), _precisions, max_size=4),
    _precisions,
)
_entered = st.none() | st.builds(Entered, texts, texts, texts, texts, texts, texts, st.lists(texts).map(tuple))


@given(activities, _policies, st.lists(_entered, min_size=3, max_size=3))
def test_what_was_filed_is_read_back(filed: list[Activity], policy: Disclosure, words: list[Entered | None]) -> None:
    for one in filed:
        volumes = tuple(replace(volume, entered=word) for volume, word in zip(one.volumes, words, strict=False))
        given_one = replace(one, volumes=volumes)
        assert read_filed(write_filed(given_one, policy), source="plan") == (given_one, policy)


@given(_policies)
def test_a_template_is_read_back(policy: Disclosure) -> None:
    template = Template("track", activity(), policy)
    assert read_template("track", write_template(template)) == template


def _members() -> dict[str, Json]:
    found: Json = json.loads(write_filed(activity(), NOBODY))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("features", []),
        ("features", 3),
        ("entered", []),
        ("entered", [{"source": 3}]),
        ("entered", ["words"]),
        ("disclosure", None),
        ("disclosure", {"named": [], "otherwise": "PERHAPS"}),
        ("disclosure", {"named": [["bravo"]], "otherwise": "EXACT"}),
        ("disclosure", {"named": [[7, "EXACT"]], "otherwise": "EXACT"}),
        ("disclosure", {"named": "bravo", "otherwise": "EXACT"}),
    ],
)
def test_what_this_did_not_write_is_refused(name: str, value: Json) -> None:
    data = json.dumps({**_members(), name: value}).encode()
    with pytest.raises(MalformedError):
        read_filed(data, source="plan")


@given(st.binary(max_size=80))
def test_whatever_the_bytes_it_is_malformed_or_what_was_filed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_filed(data, source="plan")


def test_a_policy_that_names_one_twice_is_refused_by_name() -> None:
    twice: Json = {"named": [["bravo", "EXACT"], ["bravo", "COARSE"]], "otherwise": "EXACT"}
    with pytest.raises(MalformedError, match="named twice"):
        read_filed(json.dumps({**_members(), "disclosure": twice}).encode(), source="plan")


def test_a_name_that_json_cannot_carry_is_refused_when_it_is_filed() -> None:
    with pytest.raises(ValueError, match="control character"):
        write_filed(replace(activity(), title="a\x1b[31m"), NOBODY)
