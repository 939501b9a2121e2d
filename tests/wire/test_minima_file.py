"""Parameter sets from files: every number names its unit, and nothing misspelt is taken for nought."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.conflict.minima import Minima, Zone
from clearline.space.latlon import LatLon
from clearline.space.shape import Polygon
from clearline.wire.errors import MalformedError
from clearline.wire.minima_file import read_minima

Members = dict[str, Any]

PLAIN: Members = {"name": "ours", "version": 2, "lateral_m": 5556, "vertical_m": 914.4, "time_s": 180}
ZONE: Members = {
    "name": "north",
    "polygon": [[40.0, 35.0], [41.0, 35.0], [41.0, 36.0]],
    "lateral_nm": 5,
    "vertical_ft": 2000,
    "time_min": 10,
}


def read(value: Any) -> Minima:
    return read_minima(json.dumps(value).encode(), source="minima.json")


def refused(value: Any) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read(value)
    return caught.value


@given(st.floats(0.0, 100_000.0), st.floats(0.0, 10_000.0), st.floats(0.0, 86_400.0), st.floats(1.0, 10.0))
def test_what_is_stated_in_si_is_what_is_read(
    lateral_m: float, vertical_m: float, time_s: float, inflation: float
) -> None:
    stated = {**PLAIN, "lateral_m": lateral_m, "vertical_m": vertical_m, "time_s": time_s, "inflation": inflation}
    assert read(stated) == Minima("ours", 2, lateral_m, vertical_m, time_s, inflation)


def test_other_units_are_named_and_converted() -> None:
    stated = {"name": "threes", "version": 1, "lateral_nm": 3, "vertical_ft": 3000, "time_min": 3}
    assert read(stated) == Minima("threes", 1, 5556.0, 3000 * 0.3048, 180.0)


def test_a_zone_has_minima_of_its_own_and_its_polygon_is_longitude_first() -> None:
    area = Polygon(((LatLon(35.0, 40.0), LatLon(35.0, 41.0), LatLon(36.0, 41.0)),))
    assert read({**PLAIN, "zones": [ZONE]}).zones == (Zone("north", area, 9260.0, 2000 * 0.3048, 600.0),)


@given(st.sampled_from(sorted(PLAIN)))
def test_every_fact_is_needed(name: str) -> None:
    refused({key: value for key, value in PLAIN.items() if key != name})
    refused({**PLAIN, name: None})


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ([], "$"),
        ({**PLAIN, "lateral": 5}, "$"),
        ({**PLAIN, "lateral_nm": 3}, "$"),
        ({**PLAIN, "time_s": "180"}, "$.time_s"),
        ({**PLAIN, "time_s": True}, "$.time_s"),
        ({**PLAIN, "time_s": -1}, "$"),
        ({**PLAIN, "lateral_m": 10**40}, "$"),
        ({**PLAIN, "inflation": 0.5}, "$"),
        ({**PLAIN, "inflation": None}, "$.inflation"),
        ({**PLAIN, "version": True}, "$.version"),
        ({**PLAIN, "version": 0}, "$"),
        ({**PLAIN, "name": ""}, "$"),
        ({**PLAIN, "zones": {}}, "$.zones"),
        ({**PLAIN, "zones": [5]}, "$.zones[0]"),
        ({**PLAIN, "zones": [{**ZONE, "name": None}]}, "$.zones[0]"),
        ({**PLAIN, "zones": [{**ZONE, "colour": 1}]}, "$.zones[0]"),
        ({**PLAIN, "zones": [{**ZONE, "time_min": -1}]}, "$.zones[0]"),
        ({**PLAIN, "zones": [{**ZONE, "polygon": [[40, 35], [41, 35]]}]}, "$.zones[0].polygon"),
        ({**PLAIN, "zones": [{**ZONE, "polygon": [[40, 35], [41], [41, 36]]}]}, "$.zones[0].polygon[1]"),
        ({**PLAIN, "zones": [{**ZONE, "polygon": [[40, 135], [41, 35], [41, 36]]}]}, "$.zones[0].polygon"),
    ],
)
def test_what_cannot_be_is_refused_with_its_path(value: Any, where: str) -> None:
    error = refused(value)
    assert error.where == where
    assert error.source == "minima.json"
    assert error.mend


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_minima(data, source="x")
