"""The answer as JSON and GeoJSON: the same as every other form, units in names, an unknown null beside a reason."""

import json
from dataclasses import replace

import pytest

from clearline.conflict.assign import assign
from clearline.conflict.change_cost import Plan
from clearline.conflict.engine import PlainEngine
from clearline.conflict.minima import INTERSECT, LINE_2015
from clearline.conflict.resolve import propose
from clearline.edge.geoid_file import load_geoid
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.wire.geojson import read_geojson
from clearline.wire.reading import Supplied
from clearline.wire.result import FileRead
from clearline.wire.result_json import write_geojson_result, write_json_result
from clearline.wire.table import write_table
from tests.wire.answers import HOSTILE, activity, answer, feet, valley

_SPOT = Circle(LatLon(36.0, 38.0), 1000.0)


def test_the_whole_answer_is_there() -> None:
    result = answer(valley(), LINE_2015, files=[FileRead("a.csv", "csv", 3, ("a note",))])
    whole = json.loads(write_json_result(result))
    assert (whole["verdict"], whole["compared"], whole["conflicts"], whole["cannot_tell"], whole["clear"]) == (
        "CONFLICT", 9, 1, 1, 7,
    )  # fmt: skip
    assert whole["digest"] == result.digest
    assert whole["files"] == [{"name": "a.csv", "form": "csv", "activities": 3, "notes": ["a note"]}]
    conflict, untold = whole["meetings"]
    assert conflict["required"] == {"lateral_m": 5556.0, "vertical_m": 914.4, "time_s": 180.0}
    assert conflict["first"] == "2026-05-01T07:00:00Z"
    assert conflict["a"]["entered"]["place"] == "37SDV 12345 67890"
    assert conflict["b"]["entered"] is None
    assert untold["margins"]["vertical_m"] is None
    assert untold["reasons"]
    assert untold["asks"]


def test_json_says_what_the_table_says() -> None:
    result = answer(valley(), LINE_2015)
    table, whole = write_table(result), json.loads(write_json_result(result))
    for meeting in whole["meetings"]:
        assert f"{meeting['a']['party']}/{meeting['a']['id']}" in table
        assert meeting["first"] in table
        assert all(ask in table for ask in meeting["asks"])


def test_open_ends_are_words_and_no_infinity_is_written() -> None:
    endless = [activity(party, party, _SPOT, feet(0.0), feet(900.0), (0, None)) for party in "AB"]
    text = write_json_result(answer(endless))
    assert json.loads(text)["meetings"][0]["margins"]["time_s"] == "unbounded"
    assert "Infinity" not in text
    assert "NaN" not in text


def test_proposals_and_an_assignment_carry_numbers_and_words() -> None:
    plans = [Plan(item.ident, item.party, item.volumes) for item in valley()]
    proposal = propose(plans[0], plans[3], LINE_2015, load_geoid())
    found = assign(plans, INTERSECT, load_geoid(), PlainEngine())
    result = replace(answer(valley(), LINE_2015), proposals=(proposal, None), assignment=found)
    whole = json.loads(write_json_result(result))
    options = whole["meetings"][0]["proposal"]["options"]
    assert len(options) == len(proposal.options)
    assert {change["kind"] for option in options for change in option["changes"] if change} == {
        "TIME_SHIFT", "ALTITUDE_SHIFT", "LATERAL_OFFSET",
    }  # fmt: skip
    assert all(len(option["costs"]) == 2 for option in options)
    assert "proposal" not in whole["meetings"][1]
    assert whole["assignment"]["method"] == "first-fit"
    assert whole["assignment"]["assigned"][0]["changes"][0]["text"]


def test_a_hostile_name_is_still_json() -> None:
    pair = [activity(HOSTILE, HOSTILE, _SPOT, feet(0.0), feet(900.0), (0, 60)),
            activity("B", "B", _SPOT, feet(0.0), feet(900.0), (0, 60))]  # fmt: skip
    assert json.loads(write_json_result(answer(pair)))["meetings"][0]["a"]["id"] == HOSTILE


def test_geojson_holds_the_activities_and_a_point_for_each_meeting() -> None:
    result = answer(valley(), LINE_2015)
    collection = json.loads(write_geojson_result(result))
    points = [f for f in collection["features"] if "verdict" in f["properties"]]
    assert [point["properties"]["number"] for point in points] == [1, 2]
    lon_deg, lat_deg = points[0]["geometry"]["coordinates"]
    place = result.meetings[0].finding.place
    assert place is not None
    assert (lat_deg, lon_deg) == pytest.approx(place, abs=1e-7)
    assert collection["clearline"]["verdict"] == "CONFLICT"


def test_the_activities_in_it_are_read_back_the_same() -> None:
    result = answer(valley(), LINE_2015)
    collection = json.loads(write_geojson_result(result))
    collection["features"] = [f for f in collection["features"] if "verdict" not in f["properties"]]
    del collection["clearline"]
    read = read_geojson(json.dumps(collection).encode(), source="answer", supplied=Supplied())
    assert [item.ident for item in read.activities] == [item.ident for item in result.activities]
    assert [item.volumes[0].band for item in read.activities] == [item.volumes[0].band for item in result.activities]
