"""The JSON readers under hostile input: whatever the bytes, a reading or MalformedError, and soon."""

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.wire.ed269 import read_ed269
from clearline.wire.ed318 import read_ed318
from clearline.wire.errors import MalformedError
from clearline.wire.f3548 import read_f3548
from clearline.wire.formats import read_any
from clearline.wire.geojson import read_geojson
from clearline.wire.minima_file import read_minima
from clearline.wire.reading import Reading, Supplied
from tests.wire.plans import FULL, NOTHING

Read = Callable[[bytes, Supplied], object]

RING = [[40.0, 35.0], [40.1, 35.0], [40.1, 35.1], [40.0, 35.0]]
FACTS = {
    "id": 1, "party": "BLUE", "kind": "PATROL", "title": "t", "priority": 1, "start": "2015-09-30T08:00Z", "end": "UFN",
    "lower": "SFC", "upper": {"value": 3000, "unit": "FT", "reference": "QFE", "pressure_hpa": 990, "station_m": 450},
    "horizontal_uncertainty_m": 5, "clock_uncertainty_s": 1, "edges": "straight", "datum": "SK-42",
}  # fmt: skip
TRACK = {
    "id": "t", "half_width_m": 50, "half_height_m": 5, "times": ["2015-09-30T08:00Z", "2015-09-30T08:01Z"],
    "altitudes": ["FL095", 500], "altitude_unit": "FT", "altitude_reference": "AMSL",
}  # fmt: skip
TEXT = {**FACTS, "id": 3, "position": "35°20′30″N 040°18′45″E", "radius_m": 5, "near": "Harran @ 36.8600N 039.0300E"}
GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": FACTS, "geometry": {"type": "Polygon", "coordinates": [RING]}},
        {"type": "Feature", "properties": TRACK, "geometry": {"type": "LineString", "coordinates": RING[:2]}},
        {"type": "Feature", "properties": TEXT, "geometry": None},
        {
            "type": "Feature",
            "id": 9,
            "properties": {"radius_m": 5, "half_width_m": 9, "outline": "orbit"},
            "geometry": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Point", "coordinates": [40, 35, 9]},
                    {"type": "LineString", "coordinates": RING[:2]},
                ],
            },
        },
    ],
}
F3548 = [
    {
        "operational_intent": {
            "reference": {"id": "a", "manager": "uss1", "state": "Accepted"},
            "details": {
                "priority": 3,
                "volumes": [
                    {
                        "volume": {
                            "outline_polygon": {"vertices": [{"lat": lat, "lng": lng} for lng, lat in RING[:3]]},
                            "altitude_lower": {"value": 1, "reference": "W84", "units": "M"},
                            "altitude_upper": {"value": 9.5, "reference": "W84", "units": "M"},
                        },
                        "time_start": {"value": "2015-09-30T08:00:00Z", "format": "RFC3339"},
                        "time_end": {"value": "2015-09-30T09:00:00Z", "format": "RFC3339"},
                    }
                ],
                "off_nominal_volumes": [],
            },
        }
    },
    {
        "constraint": {
            "reference": {"id": "b", "manager": "uss1"},
            "details": {
                "type": "x",
                "volumes": [
                    {
                        "volume": {
                            "outline_circle": {"center": {"lat": 35, "lng": 40}, "radius": {"value": 9, "units": "M"}}
                        }
                    }
                ],
            },
        }
    },
]
SCHEDULE = [{"day": ["SAT"], "startTime": "08:00Z", "endTime": "09:00Z", "startEvent": None}]
PERIOD = {"startDateTime": "2026-05-01T00:00:00Z", "endDateTime": "2026-05-15T00:00:00Z", "schedule": SCHEDULE}
ED269 = {
    "features": [
        {
            "identifier": "A", "country": "CHE", "name": "n",
            "restriction": "PROHIBITED", "restrictionConditions": ["x"],
            "applicability": [{"permanent": "NO", **PERIOD}],
            "geometry": [
                {
                    "uomDimensions": "M", "lowerLimit": 5, "lowerVerticalReference": "AMSL", "upperLimit": 90,
                    "upperVerticalReference": "AMSL",
                    "horizontalProjection": {"type": "Polygon", "coordinates": [RING]},
                },
                {"uomDimensions": "FT", "horizontalProjection": {"type": "Circle", "center": [40, 35], "radius": 5}},
            ],
        }
    ]
}  # fmt: skip
ED318 = {
    "type": "FeatureCollection",
    "metadata": {"otherGeoid": "EGM96", "validTo": "2026-05-01T00:00:00Z"},
    "features": [
        {
            "type": "Feature",
            "properties": {
                "identifier": "A", "country": "CHE", "name": [{"text": "n", "lang": "en"}], "type": "PROHIBITED",
                "restrictionConditions": "x", "limitedApplicability": [PERIOD],
            },
            "geometry": {
                "type": "GeometryCollection",
                "layer": {"lower": 5, "lowerReference": "AGL", "upper": 90, "upperReference": "WGS84", "uom": "ft"},
                "geometries": [
                    {"type": "Point", "coordinates": [40, 35], "extent": {"subType": "Circle", "radius": 5}},
                    {"type": "MultiPolygon", "coordinates": [[RING]], "layer": {}},
                ],
            },
        }
    ],
}  # fmt: skip
MINIMA = {
    "name": "m", "version": 1, "lateral_m": 1, "vertical_m": 2, "time_s": 3, "inflation": 1.5,
    "zones": [{"name": "z", "polygon": RING[:3], "lateral_nm": 1, "vertical_ft": 2, "time_min": 3}],
}  # fmt: skip

READERS: dict[str, tuple[Any, Read]] = {
    "geojson": (GEOJSON, lambda data, supplied: read_geojson(data, source="x", supplied=supplied)),
    "f3548": (F3548, lambda data, supplied: read_f3548(data, source="x", supplied=supplied)),
    "ed269": (ED269, lambda data, supplied: read_ed269(data, source="x", supplied=supplied)),
    "ed318": (ED318, lambda data, supplied: read_ed318(data, source="x", supplied=supplied)),
    "minima": (MINIMA, lambda data, _: read_minima(data, source="x")),
    "any": (GEOJSON, lambda data, supplied: read_any(data, source="x", supplied=supplied)),
}
readers = st.sampled_from(sorted(READERS))
supplies = st.sampled_from([NOTHING, FULL])

words = st.sampled_from(
    ["", "type", "Polygon", "Point", "features", "UFN", "2015-09-30T08:00Z", "SFC", "FL095", "M", "FT", "W84", "YES",
     "\x00",
     "\ud7ff", "37S DA 12345 67890", "Feature", "FeatureCollection", "volumes", "geodesic", "A" * 3000]
)  # fmt: skip
numbers = st.one_of(
    st.sampled_from([0, -1, 1.5, 90, 91, 180, 181, 1e308, -1e308, 5e-324, 10**299, -(10**299), 2**63]), st.integers()
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, words),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=8,
)


def outcome(read: Read, data: bytes, supplied: Supplied) -> object:
    """What a reader makes of the bytes: a value, or its one error, which names file, place and mend."""
    try:
        return read(data, supplied)
    except MalformedError as error:
        return error.source == "x" and error.where and error.problem and error.mend


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside a value."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())  # pyright: ignore[reportUnknownArgumentType]  # any JSON
    elif isinstance(value, list):
        inside = list(enumerate(value))  # pyright: ignore[reportUnknownArgumentType]  # any JSON
    return [path for key, part in inside for path in [(*here, key), *paths(part, (*here, key))]]


@pytest.mark.parametrize("name", sorted(READERS))
def test_the_documents_to_be_mutated_are_good_ones(name: str) -> None:
    document, read = READERS[name]
    if name in ("geojson", "any"):
        document = {**document, "features": [document["features"][0], document["features"][1], document["features"][3]]}
    result = read(json.dumps(document).encode(), FULL)
    assert isinstance(result, Reading | tuple) or name == "minima"


@given(readers, values, supplies)
def test_any_value_is_read_or_refused(name: str, value: Any, supplied: Supplied) -> None:
    assert outcome(READERS[name][1], json.dumps(value).encode(), supplied)


@given(readers, st.data(), supplies)
def test_a_good_document_with_one_part_changed_is_read_or_refused(
    name: str, data: st.DataObject, supplied: Supplied
) -> None:
    document, read = READERS[name]
    document = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        found = paths(document)
        if not found:
            break
        way, last = (path := data.draw(st.sampled_from(found)))[:-1], path[-1]
        inside: Any = document
        for step in way:
            inside = inside[step]
        match data.draw(st.sampled_from(["replace", "drop", "rename", "double"])):
            case "replace":
                inside[last] = data.draw(values)
            case "rename" if isinstance(inside, dict):
                inside[data.draw(words)] = inside.pop(last)
            case "double" if isinstance(inside, list):
                inside.append(copy.deepcopy(inside[last]))
            case _:
                del inside[last]
    assert outcome(read, json.dumps(document).encode(), supplied)


@pytest.mark.parametrize("name", sorted(READERS.keys() - {"any"}))
def test_each_part_of_a_good_document_may_be_of_any_kind_or_missing(name: str) -> None:
    document, read = READERS[name]
    for way in paths(document):
        for value in (..., None, True, 0, 1e300, "", "x", [], [[]], {}, {"x": 1}):
            changed = copy.deepcopy(document)
            inside: Any = changed
            for step in way[:-1]:
                inside = inside[step]
            if value is ...:
                del inside[way[-1]]
            else:
                inside[way[-1]] = value
            assert outcome(read, json.dumps(changed).encode(), FULL)


@given(readers, st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=3)), min_size=1, max_size=4))
def test_a_good_document_with_bytes_changed_is_read_or_refused(name: str, changes: list[tuple[int, bytes]]) -> None:
    document, read = READERS[name]
    data = json.dumps(document).encode()
    for at, piece in changes:
        start = at % len(data)
        data = data[:start] + piece + data[start + 1 :]
    assert outcome(read, data, FULL)


@given(readers, st.binary(max_size=200), supplies)
def test_any_bytes_are_refused(name: str, data: bytes, supplied: Supplied) -> None:
    with pytest.raises(MalformedError):
        READERS[name][1](data, supplied)


def _nested(depth: int) -> Any:
    geometry: Any = {"type": "Point", "coordinates": [40, 35]}
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return {"type": "Feature", "properties": {"radius_m": 5, "party": "A"}, "geometry": geometry}


def _ring(count: int) -> Any:
    ring = [[40.0 + n / count, 35.0] for n in range(count)]
    return {"type": "Polygon", "coordinates": [[*ring, [40.5, 36.0], ring[0]]]}


@pytest.mark.parametrize(
    "value",
    [_nested(30), _nested(200), _ring(100_000), {"type": "MultiPoint", "coordinates": [[0, 0]] * 50_000},
     {"type": "Feature", "properties": {"x" * n: n for n in range(2_000)}, "geometry": None},
     {"type": "Polygon", "coordinates": [[[0, 0], [179, 89], [0, 89.9], [0, 0]]]},
     {"type": "Polygon", "coordinates": [RING] * 3_000}, {"type": "Polygon", "coordinates": [RING] * 100}],
    ids=["nested", "deep", "vertices", "parts", "names", "edges", "rings", "holes"],
)  # fmt: skip
def test_what_is_costly_is_bounded(value: Any) -> None:
    started_s = time.process_time()
    assert outcome(READERS["geojson"][1], json.dumps(value).encode(), FULL)
    assert time.process_time() - started_s < 10.0
