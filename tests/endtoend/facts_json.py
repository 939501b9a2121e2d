"""Complete files of the JSON formats, and the loss of each of their members, numbers and words."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination
from tests.endtoend.facts import (
    ABOVE_GROUND,
    EAST,
    EAST_OF_CIRCLE,
    HERE,
    HIGH,
    MIDWAY,
    NORTH,
    ON_PULKOVO,
    PULKOVO,
    TIMES,
    TRACK_TIMES,
    WEST_OF_TRIANGLE,
    Case,
    Loss,
    dents_of,
    east_of_line,
    probe_at,
)

__all__ = ["JSON_CASES"]


def _json_losses(data: bytes) -> Iterator[Loss]:
    """The document less each member, each number of a list, and each part of a text."""
    document = json.loads(data)
    for path in _paths(document):
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        for how, value in [("deleted", ...), ("null", None), ("blank", "")]:
            yield f"{where} {how}", _set(document, path, value)
        found = _at(document, path)
        if isinstance(found, str):
            for dented in dents_of(found):
                yield f"{where} {dented!r}", _set(document, path, dented)


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    steps: list[Any] = list(value) if isinstance(value, dict) else []
    if isinstance(value, list):
        steps = list(range(len(value)))
    for step in steps:
        # An area of fewer corners, or a list of fewer volumes, is another whole plan; all that stands in them counts.
        if isinstance(value, dict) or not isinstance(value[step], list | dict):
            yield (*path, step)
        yield from _paths(value[step], (*path, step))


def _at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def _set(document: Any, path: tuple[str | int, ...], value: Any) -> bytes:
    changed = copy.deepcopy(document)
    holder = _at(changed, path[:-1])
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return json.dumps(changed).encode()


_FEET = {"value": 9000, "unit": "FT", "reference": "AMSL"}
_FACTS = {"id": "A", "party": "BLUE", "kind": "PATROL", "title": "t", "priority": 1, **TIMES}


def _feature(geometry: Any, **more: Any) -> bytes:
    facts = {**_FACTS, "lower": _FEET, "upper": {**_FEET, "value": 9500, "uncertainty_m": 1}, **more}
    feature = {"type": "Feature", "properties": {k: v for k, v in facts.items() if v is not None}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def _lon_lat(*places: LatLon) -> list[list[float]]:
    return [[place.lon_deg, place.lat_deg] for place in places]


_POINT = {"type": "Point", "coordinates": _lon_lat(HERE)[0]}
_LINE = {"type": "LineString", "coordinates": _lon_lat(HERE, NORTH)}
_RING = {"type": "Polygon", "coordinates": [_lon_lat(HERE, EAST, NORTH, HERE)]}


def _w84(value: float) -> Any:
    return {"value": value, "reference": "W84", "units": "M"}


_INTENT = {
    "operational_intent": {
        "reference": {"id": "A", "manager": "uss1", "state": "Accepted", "version": 1},
        "details": {
            "priority": 0,
            "volumes": [
                {
                    "volume": {
                        "outline_circle": {
                            "center": {"lat": HERE.lat_deg, "lng": HERE.lon_deg},
                            "radius": {"value": 5000, "units": "M"},
                        },
                        "altitude_lower": _w84(2743.2),
                        "altitude_upper": _w84(2895.6),
                    },
                    "time_start": {"value": TIMES["start"], "format": "RFC3339"},
                    "time_end": {"value": TIMES["end"], "format": "RFC3339"},
                }
            ],
        },
    }
}
_DETAILS: Any = copy.deepcopy(_INTENT["operational_intent"]["details"])
_DETAILS["volumes"][0]["volume"] = {
    "outline_polygon": {"vertices": [{"lat": p.lat_deg, "lng": p.lon_deg} for p in (HERE, EAST, NORTH)]},
    "altitude_lower": _w84(2743.2),
    "altitude_upper": _w84(2895.6),
}
_CONSTRAINT = {"constraint": {"reference": {"id": "A", "manager": "uss1"}, "details": _DETAILS}}

_PERIOD = {
    "startDateTime": "2026-05-01T00:00:00Z", "endDateTime": "2026-06-01T00:00:00Z",
    "schedule": [{"day": ["THU"], "startTime": "06:00Z", "endTime": "09:00Z"}],
}  # fmt: skip
_ED269 = {
    "features": [
        {
            "identifier": "A", "country": "XYZ", "name": "n", "type": "COMMON", "restriction": "PROHIBITED",
            "applicability": [{"permanent": "NO", **_PERIOD}],
            "zoneAuthority": [{"name": "c", "purpose": "AUTHORIZATION"}],
            "geometry": [
                {
                    "uomDimensions": "FT", "lowerLimit": 9000, "lowerVerticalReference": "AMSL", "upperLimit": 9500,
                    "upperVerticalReference": "AMSL",
                    "horizontalProjection": {**_POINT, "type": "Circle", "center": _POINT["coordinates"],
                                             "radius": 5000},
                }
            ],
        }
    ]
}  # fmt: skip
_ED318 = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "identifier": "A", "country": "XYZ", "name": [{"text": "n", "lang": "en-GB"}], "type": "PROHIBITED",
                "variant": "COMMON", "zoneAuthority": [{"purpose": "AUTHORIZATION"}],
                "limitedApplicability": [_PERIOD],
            },
            # Metres, as its own schema says of a layer that states no unit (Schema_LayeredGeoJSON).
            "geometry": {
                **_POINT,
                "extent": {"subType": "Circle", "radius": 5000},
                "layer": {"lower": 2743, "lowerReference": "AMSL", "upper": 2896, "upperReference": "AMSL", "uom": "m"},
            },
        }
    ],
}  # fmt: skip


def _json_cases() -> Iterator[Case]:
    texts = {"geometry": None, "datum": "SK-42"}
    track = {**_FACTS, "start": None, "end": None, "times": TRACK_TIMES, "half_width_m": 500, "half_height_m": 5}
    bare, lon_lat = {"lower": None, "upper": None}, _lon_lat(HERE, NORTH)
    for name, data, probe in (
        ("point", _feature(_POINT, radius_m=5000, horizontal_uncertainty_m=1, clock_uncertainty_s=1), EAST_OF_CIRCLE),
        ("words", _feature(_POINT, radius_m=5000, lower="9000FT AMSL", upper="9500FT AMSL"), EAST_OF_CIRCLE),
        ("level", _feature(_POINT, radius_m=5000, lower="FL090", upper="FL095"),
         probe_at(destination(HERE, 90.0, 5_000.0), 90.0, ("9400FT STD", "9450FT STD"))),
        ("ground", _feature(_POINT, radius_m=5000, lower="300FT AGL", upper="400FT AGL"),
         probe_at(destination(HERE, 90.0, 5_000.0), 90.0, ABOVE_GROUND)),
        ("setting", _feature(_POINT, radius_m=5000, lower={**_FEET, "reference": "QFE", "pressure_hpa": 990.0,
                                                           "station_m": 500}, upper="12000FT AMSL"), EAST_OF_CIRCLE),
        ("line", _feature(_LINE, half_width_m=900, edges="geodesic"), east_of_line(900.0)),
        ("orbit", _feature(_LINE, radius_m=900, outline="orbit"), east_of_line(900.0)),
        ("area", _feature(_RING, edges="geodesic"), probe_at(WEST_OF_TRIANGLE, 270.0)),
        ("many", _feature({"type": "MultiPoint", "coordinates": _lon_lat(HERE)}, radius_m=5000), EAST_OF_CIRCLE),
        ("parts", _feature({"type": "GeometryCollection", "geometries": [_RING]}), probe_at(WEST_OF_TRIANGLE, 270.0)),
        ("text circle", _feature(**texts, position=PULKOVO[0].replace("30.0", "33.0"), radius_m=900),
         probe_at(destination(ON_PULKOVO, 270.0, 900.0), 270.0)),
        ("text line", _feature(**texts, positions=PULKOVO, outline="corridor", half_width_m=900),
         probe_at(destination(ON_PULKOVO, 270.0, 900.0), 270.0)),
        ("mgrs", _feature(None, position="37SEU 00000 17700", datum="WGS84", radius_m=5000), EAST_OF_CIRCLE),
        ("track", _feature(_LINE, **{**track, **bare}, altitudes=[9400, 9450], altitude_unit="FT",
                           altitude_reference="AMSL"), east_of_line(500.0, window=MIDWAY)),
        ("track up", _feature({**_LINE, "coordinates": [[*p, 2870] for p in lon_lat]}, **{**track, **bare}),
         east_of_line(500.0, HIGH, MIDWAY)),
        ("track band", _feature(_LINE, **track), east_of_line(500.0, window=MIDWAY)),
    ):  # fmt: skip
        yield Case(f"geojson {name}", "", data, probe, _json_losses)
    circle, area = (probe_at(destination(HERE, 90.0, 5_000.0), 90.0, HIGH), probe_at(WEST_OF_TRIANGLE, 270.0, HIGH))
    yield Case("f3548 intent", "", json.dumps(_INTENT).encode(), circle, _json_losses)
    yield Case("f3548 constraint", "", json.dumps([_CONSTRAINT]).encode(), area, _json_losses)
    yield Case("ed269", "CAA", json.dumps(_ED269).encode(), EAST_OF_CIRCLE, _json_losses)
    yield Case("ed318", "CAA", json.dumps(_ED318).encode(), EAST_OF_CIRCLE, _json_losses)


JSON_CASES = [*_json_cases()]
