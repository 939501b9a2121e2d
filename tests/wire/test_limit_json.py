"""Altitude limits as JSON: the forms most files use are read and shown as any other is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.altitude import AltitudeLimit, Reference, Unit
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json
from clearline.wire.json_values import At
from clearline.wire.limit_json import limit_of, limit_words

_AT = At("plan.geojson", "$")
values = st.one_of(st.floats(-1e5, 1e5), st.integers(-100, 100), st.text(max_size=4), st.none(), st.booleans())


@given(st.dictionaries(st.sampled_from(["value", "unit", "reference", "uncertainty_m"]), values))
def test_a_limit_is_shown_as_json_writes_it(members: dict[str, Json]) -> None:
    assert limit_words(members) == json.dumps(members, ensure_ascii=False)


@given(st.floats(-1e5, 1e5), st.sampled_from(["M", "FT", "m", "ft"]), st.sampled_from(["WGS84", "AMSL", "msl", "agl"]))
def test_a_plain_limit_is_read_as_one_with_more_members(value: float, unit: str, reference: str) -> None:
    plain: dict[str, Json] = {"value": value, "unit": unit, "reference": reference}
    assert limit_of(plain, _AT) == limit_of({**plain, "uncertainty_m": 0.0}, _AT)
    assert limit_words(plain) == json.dumps(plain)


def test_whose_members_stand_in_another_order_is_the_same_limit() -> None:
    turned: dict[str, Json] = {"reference": "AMSL", "unit": "FT", "value": 500.0}
    assert limit_of(turned, _AT) == AltitudeLimit(500.0, Unit.FOOT, Reference.EGM96)
    assert limit_words(turned) == '{"reference": "AMSL", "unit": "FT", "value": 500.0}'


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 5.0, "unit": "KM", "reference": "WGS84"},
        {"value": 5.0, "unit": "M", "reference": "MOON"},
        {"value": "5", "unit": "M", "reference": "WGS84"},
        {"value": 5.0, "unit": 1.0, "reference": "WGS84"},
        {"value": 2e6, "unit": "M", "reference": "WGS84"},
        {"value": 5.0, "unit": "FL", "reference": "WGS84"},
    ],
)
def test_a_limit_that_only_looks_plain_is_refused(wrong: dict[str, Json]) -> None:
    with pytest.raises(MalformedError):
        limit_of(wrong, _AT)


@pytest.mark.parametrize("word", ['a"b', "a\\b", "a\nb", ""])
def test_words_that_json_escapes_are_shown_escaped(word: str) -> None:
    for members in ({"value": 1.0, "unit": word, "reference": "x"}, {"value": 1.0, "unit": "M", "reference": word}):
        assert limit_words(dict(members)) == json.dumps(members)
