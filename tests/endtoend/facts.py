"""Complete files in every format read, each in a tight conflict with a probe, and every way to lose one of their facts.

The one idea: the probe overlaps the plan by 100 m, by a few feet and by a few minutes, so that a unit, reference, datum,
width or time that was filled in by a guess would part them.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination

__all__ = ["CASES", "Case", "Loss"]

_HERE = LatLon(34.5, 39.0)
_INTO_M, _PROBE_M = 100.0, 200.0  # the probe reaches this far into the plan; its radius
_BAND, _HIGH = ("2866M AMSL", "2880M AMSL"), ("2866M WGS84", "2880M WGS84")
_ABOVE_GROUND = ("100M AGL", "110M AGL")
_LATE = ("2026-05-14T08:55:00Z", "2026-05-14T08:58:00Z")
_MIDWAY = ("2026-05-14T06:00:30Z", "2026-05-14T06:00:40Z")

Loss = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """One file: its name, the party it is given for (empty: it says so itself), its bytes, the probe, its losses."""

    name: str
    party: str
    data: bytes
    probe: bytes
    losses: Callable[[bytes], Iterator[Loss]]

    def argument(self, path: str) -> str:
        """How the file is named on the command line."""
        return f"{self.party}={path}" if self.party else path


def _probe(beyond: LatLon, azimuth_deg: float, band: tuple[str, str] = _BAND, window: tuple[str, str] = _LATE) -> bytes:
    """A circle that reaches `_INTO_M` over an edge at `beyond`, from the side of `azimuth_deg`."""
    lat_deg, lon_deg = destination(beyond, azimuth_deg, _PROBE_M - _INTO_M)
    facts = {
        "party": "PROBE", "id": "P", "radius_m": _PROBE_M, "lower": band[0], "upper": band[1],
        "start": window[0], "end": window[1],
    }  # fmt: skip
    return json.dumps(
        {"type": "Feature", "properties": facts, "geometry": {"type": "Point", "coordinates": [lon_deg, lat_deg]}}
    ).encode()


_EAST_OF_CIRCLE = _probe(destination(_HERE, 90.0, 5_000.0), 90.0)
_NORTH = destination(_HERE, 0.0, 10_000.0)
_EAST = destination(_HERE, 90.0, 10_000.0)
_WEST_OF_TRIANGLE = destination(_HERE, 0.0, 5_000.0)


def _east_of_line(half_width_m: float, band: tuple[str, str] = _BAND, window: tuple[str, str] = _LATE) -> bytes:
    return _probe(destination(_WEST_OF_TRIANGLE, 90.0, half_width_m), 90.0, band, window)


def _dents(text: str) -> Iterator[str]:
    """A text less each of its words, numbers and letters: a unit, a reference, a hemisphere, a zone."""
    spans = [match.span() for match in re.finditer(r"[^\W\d_]+|\d+(?:\.\d+)?|[^\W\d_]", text)]
    letters = [(n, n + 1) for n, letter in enumerate(text) if letter.isalpha()]
    for start, end in dict.fromkeys(spans + letters):
        yield text[:start] + text[end:]


# --- JSON


def _json_losses(data: bytes) -> Iterator[Loss]:
    """The document less each member, each number of a list, and each part of a text."""
    document = json.loads(data)
    for path in _paths(document):
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        for how, value in [("deleted", ...), ("null", None), ("blank", "")]:
            yield f"{where} {how}", _set(document, path, value)
        found = _at(document, path)
        if isinstance(found, str):
            for dented in _dents(found):
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


_TIMES = {"start": "2026-05-14T06:00:00Z", "end": "2026-05-14T09:00:00Z"}
_FEET = {"value": 9000, "unit": "FT", "reference": "AMSL"}
_FACTS = {"id": "A", "party": "BLUE", "kind": "PATROL", "title": "t", "priority": 1, **_TIMES}


def _feature(geometry: Any, **more: Any) -> bytes:
    facts = {**_FACTS, "lower": _FEET, "upper": {**_FEET, "value": 9500, "uncertainty_m": 1}, **more}
    feature = {"type": "Feature", "properties": {k: v for k, v in facts.items() if v is not None}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def _lon_lat(*places: LatLon) -> list[list[float]]:
    return [[place.lon_deg, place.lat_deg] for place in places]


_POINT = {"type": "Point", "coordinates": _lon_lat(_HERE)[0]}
_LINE = {"type": "LineString", "coordinates": _lon_lat(_HERE, _NORTH)}
_RING = {"type": "Polygon", "coordinates": [_lon_lat(_HERE, _EAST, _NORTH, _HERE)]}
_TRACK_TIMES = ["2026-05-14T06:00:00Z", "2026-05-14T06:01:00Z"]
_PULKOVO = ["34°30.000′N 039°00.000′E", "34°36.000′N 039°00.000′E"]
# Where SK-42 34.55 N 039 E lies on WGS84, to metres; on WGS84 itself it would be 100 m further east.
_ON_PULKOVO = LatLon(34.550118, 38.998874)


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
                            "center": {"lat": _HERE.lat_deg, "lng": _HERE.lon_deg},
                            "radius": {"value": 5000, "units": "M"},
                        },
                        "altitude_lower": _w84(2743.2),
                        "altitude_upper": _w84(2895.6),
                    },
                    "time_start": {"value": _TIMES["start"], "format": "RFC3339"},
                    "time_end": {"value": _TIMES["end"], "format": "RFC3339"},
                }
            ],
        },
    }
}
_DETAILS: Any = copy.deepcopy(_INTENT["operational_intent"]["details"])
_DETAILS["volumes"][0]["volume"] = {
    "outline_polygon": {"vertices": [{"lat": p.lat_deg, "lng": p.lon_deg} for p in (_HERE, _EAST, _NORTH)]},
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
    track = {**_FACTS, "start": None, "end": None, "times": _TRACK_TIMES, "half_width_m": 500, "half_height_m": 5}
    bare = {"lower": None, "upper": None}
    for name, data, probe in (
        ("point", _feature(_POINT, radius_m=5000, horizontal_uncertainty_m=1, clock_uncertainty_s=1), _EAST_OF_CIRCLE),
        ("words", _feature(_POINT, radius_m=5000, lower="9000FT AMSL", upper="9500FT AMSL"), _EAST_OF_CIRCLE),
        ("level", _feature(_POINT, radius_m=5000, lower="FL090", upper="FL095"),
         _probe(destination(_HERE, 90.0, 5_000.0), 90.0, ("9400FT STD", "9450FT STD"))),
        ("ground", _feature(_POINT, radius_m=5000, lower="300FT AGL", upper="400FT AGL"),
         _probe(destination(_HERE, 90.0, 5_000.0), 90.0, _ABOVE_GROUND)),
        ("setting", _feature(_POINT, radius_m=5000, lower={**_FEET, "reference": "QFE", "pressure_hpa": 990.0,
                                                           "station_m": 500}, upper="12000FT AMSL"), _EAST_OF_CIRCLE),
        ("line", _feature(_LINE, half_width_m=900, edges="geodesic"), _east_of_line(900.0)),
        ("orbit", _feature(_LINE, radius_m=900, outline="orbit"), _east_of_line(900.0)),
        ("area", _feature(_RING, edges="geodesic"), _probe(_WEST_OF_TRIANGLE, 270.0)),
        ("many", _feature({"type": "MultiPoint", "coordinates": _lon_lat(_HERE)}, radius_m=5000), _EAST_OF_CIRCLE),
        ("parts", _feature({"type": "GeometryCollection", "geometries": [_RING]}), _probe(_WEST_OF_TRIANGLE, 270.0)),
        ("text circle", _feature(**texts, position=_PULKOVO[0].replace("30.0", "33.0"), radius_m=900),
         _probe(destination(_ON_PULKOVO, 270.0, 900.0), 270.0)),
        ("text line", _feature(**texts, positions=_PULKOVO, outline="corridor", half_width_m=900),
         _probe(destination(_ON_PULKOVO, 270.0, 900.0), 270.0)),
        ("mgrs", _feature(None, position="37SEU 00000 17700", datum="WGS84", radius_m=5000), _EAST_OF_CIRCLE),
        ("track", _feature(_LINE, **{**track, **bare}, altitudes=[9400, 9450], altitude_unit="FT",
                           altitude_reference="AMSL"), _east_of_line(500.0, window=_MIDWAY)),
        ("track up", _feature({**_LINE, "coordinates": [[*p, 2870] for p in _LINE["coordinates"]]}, **{**track, **bare}),
         _east_of_line(500.0, _HIGH, _MIDWAY)),
        ("track band", _feature(_LINE, **track), _east_of_line(500.0, window=_MIDWAY)),
    ):  # fmt: skip
        yield Case(f"geojson {name}", "", data, probe, _json_losses)
    circle, area = (_probe(destination(_HERE, 90.0, 5_000.0), 90.0, _HIGH), _probe(_WEST_OF_TRIANGLE, 270.0, _HIGH))
    yield Case("f3548 intent", "", json.dumps(_INTENT).encode(), circle, _json_losses)
    yield Case("f3548 constraint", "", json.dumps([_CONSTRAINT]).encode(), area, _json_losses)
    yield Case("ed269", "CAA", json.dumps(_ED269).encode(), _EAST_OF_CIRCLE, _json_losses)
    yield Case("ed318", "CAA", json.dumps(_ED318).encode(), _EAST_OF_CIRCLE, _json_losses)


# --- rows, records and sets


def _csv_losses(data: bytes) -> Iterator[Loss]:
    """The file less each `#` line, each column, each cell, and each part of a cell."""
    lines = data.decode().splitlines()
    head = next(n for n, line in enumerate(lines) if not line.startswith("#"))
    names = lines[head].split(",")
    for n, line in enumerate(lines[:head]):
        yield f"without {line}", _joined(lines[:n] + lines[n + 1 :])
        for dented in _dents(line):
            yield f"{line} as {dented}", _joined([*lines[:n], dented, *lines[n + 1 :]])
    for column, name in enumerate(names):
        rows = [line.split(",") for line in lines[head:]]
        kept = [",".join(row[:column] + row[column + 1 :]) for row in rows]
        yield f"without column {name}", _joined(lines[:head] + kept)
        for n in range(1, len(rows)):
            # One letter less makes another party or track, and a whole one.
            for cell in ("", *(() if name in ("id", "party") else _dents(rows[n][column]))):
                row = ",".join([*rows[n][:column], cell, *rows[n][column + 1 :]])
                yield f"row {n} {name} {cell!r}", _joined([*lines[: head + n], row, *lines[head + n + 1 :]])


def _joined(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


_CSV_TIMES = "2026-05-14T06:00Z,140900ZMAY26"
_CSV = {
    "circle": (
        "id,party,kind,shape,positions,datum,radius_m,lower,upper,start,end,horizontal_uncertainty_m\n"
        f"A,BLUE,PATROL,circle,34°33.000′N 039°00.000′E,SK-42,900,9000FT AMSL,9500FT AMSL,{_CSV_TIMES},1\n",
        _probe(destination(_ON_PULKOVO, 270.0, 900.0), 270.0),
    ),
    "line": (
        "# datum: SK-42\n# notation: DDM\nid,party,shape,positions,half_width_m,lower,upper,start,end\n"
        f"A,BLUE,corridor,{' ; '.join(_PULKOVO)},900,9000FT AMSL,9500FT AMSL,{_CSV_TIMES}\n",
        _probe(destination(_ON_PULKOVO, 270.0, 900.0), 270.0),
    ),
    "area": (
        "id,party,shape,positions,datum,lower,upper,start,end\nA,BLUE,polygon,"
        + " ; ".join(f"{p.lat_deg:.9f}°N {p.lon_deg:.9f}°E" for p in (_HERE, _EAST, _NORTH))
        + f",WGS84,9000FT AMSL,9500FT AMSL,{_CSV_TIMES}\n",
        _probe(_WEST_OF_TRIANGLE, 270.0),
    ),
    "states": (
        "# datum: SK-42\n# altitude_reference: AMSL\nid,party,time,lat_deg,lon_deg,altitude_ft,half_width_m\n"
        "A,BLUE,2026-05-14T06:00:00Z,34.50,39.0,9400,500\nA,BLUE,2026-05-14T06:01:00Z,34.60,39.0,9450,500\n",
        _probe(destination(_ON_PULKOVO, 270.0, 500.0), 270.0, window=_MIDWAY),
    ),
    "levels": (
        "# datum: WGS84\n# half_width_m: 500\nid,party,time,lat_deg,lon_deg,altitude_fl\n"
        "A,BLUE,2026-05-14T06:00:00Z,34.50,39.0,94\nA,BLUE,2026-05-14T06:01:00Z,34.60,39.0,95\n",
        _east_of_line(500.0, ("9400FT STD", "9450FT STD"), _MIDWAY),
    ),
}


def _line_losses(data: bytes) -> Iterator[Loss]:
    """The file less each line, and each part of a line."""
    lines = data.decode().splitlines()
    for n, line in enumerate(lines):
        yield f"without {line}", _joined(lines[:n] + lines[n + 1 :])
        for dented in _dents(line):
            yield f"{line} as {dented}", _joined([*lines[:n], dented, *lines[n + 1 :]])


def _dms(place: LatLon, mark: str = ":") -> tuple[str, str]:
    def one(degrees: float, width: int) -> str:
        seconds = round(abs(degrees) * 3600)
        return mark.join((f"{seconds // 3600:0{width}}", f"{seconds // 60 % 60:02}", f"{seconds % 60:02}"))

    return f"{one(place.lat_deg, 2)}", f"{one(place.lon_deg, 3)}"


def _open(place: LatLon) -> str:
    lat, lon = _dms(place)
    return f"{lat} N {lon} E"


_OPENAIR_HEAD = "AC R\nAN Ridge\nAL 9000ft AMSL\nAH 9500ft AMSL\nAA 2026-05-14T06:00Z/2026-05-14T09:00Z\n"
_OPENAIR = {
    "circle": (f"{_OPENAIR_HEAD}V X={_open(_HERE)}\nDC 3\n", _probe(destination(_HERE, 90.0, 5_556.0), 90.0)),
    "area": (
        _OPENAIR_HEAD + "".join(f"DP {_open(place)}\n" for place in (_HERE, _EAST, _NORTH)),
        _probe(_WEST_OF_TRIANGLE, 270.0),
    ),
    "airway": (f"{_OPENAIR_HEAD}V W=1\nDY {_open(_HERE)}\nDY {_open(_NORTH)}\n", _east_of_line(926.0)),
}


def _aco_losses(data: bytes) -> Iterator[Loss]:
    """The order less each set, each field (gone, or a dash), and each part of a field."""
    sets = [text.strip() for text in data.decode().split("//") if text.strip()]
    for n, text in enumerate(sets):
        yield f"without {text}", _order(sets[:n] + sets[n + 1 :])
        fields = text.split("/")
        for m, field in enumerate(fields):
            gone = fields[:m] + fields[m + 1 :]
            # Three miles less a letter are three metres: another length, and a whole one.
            dents = [dented for dented in _dents(field) if not (field.endswith("NM") and dented.endswith("M"))]
            others = [[*fields[:m], word, *fields[m + 1 :]] for word in ("-", "", *dents)]
            for changed in (gone, *others):
                yield f"{text} as {'/'.join(changed)}", _order([*sets[:n], "/".join(changed), *sets[n + 1 :]])


def _order(sets: list[str]) -> bytes:
    return "".join(f"{text}//\n" for text in sets).encode()


def _aco(shape: str, fields: str, level: str = "RARA:090AMSL-095AMSL") -> bytes:
    return (
        "OPER/QUIET VALLEY//\nMSGID/ACO/SURVEY OFFICE/001/MAY//\nACOID/UPPER VALLEY/14A//\nGEODATUM/WGS 1984//\n"
        "PERIOD/140500ZMAY2026/150500ZMAY2026//\nACMSTAT/ADD/NAME:HERON//\n"
        f"ACMID/ACM:ROZ/NAME:HERON/{shape}/USE:UA//\n{shape}/{fields}//\nEFFLEVEL/{level}//\n"
        "APERIOD/DISCRETE/140600ZMAY/140900ZMAY//\n"
    ).encode()


def _lats(place: LatLon) -> str:
    lat, lon = _dms(place, "")
    return f"LATS:{lat}N{lon}E"


_A, _N, _E = _lats(_HERE), _lats(_NORTH), _lats(_EAST)
_ACO = {
    "circle": (_aco("CIRCLE", f"{_A}/3NM"), _probe(destination(_HERE, 90.0, 5_556.0), 90.0)),
    "levels": (
        _aco("CIRCLE", f"{_A}/3NM", "FLFL:FL090-FL095"),
        _probe(destination(_HERE, 90.0, 5_556.0), 90.0, ("9400FT STD", "9450FT STD")),
    ),
    "area": (_aco("POLYGON", f"{_A}/{_E}/{_N}"), _probe(_WEST_OF_TRIANGLE, 270.0)),
    "corridor": (_aco("CORRIDOR", f"1NM/{_A}/{_N}"), _east_of_line(926.0)),
    "orbit": (_aco("AORBIT", f"{_A}/{_N}/1NM/C"), _east_of_line(926.0)),
    "orbit to the right": (_aco("AORBIT", f"{_A}/{_N}/1NM/R"), _east_of_line(1852.0)),
    "track": (_aco("1TRACK", f"1/{_A}/{_N}/1NM/1NM"), _east_of_line(1852.0)),
    "sector": (_aco("RADARC", f"{_A}/045T/135T/1NM/3NM"), _probe(destination(_HERE, 90.0, 5_556.0), 90.0)),
    "arc": (_aco("POLYARC", f"{_A}/000T/3NM/180T/{_lats(destination(_HERE, 200.0, 3_000.0))}"),
            _probe(destination(_HERE, 90.0, 5_556.0), 90.0)),
}  # fmt: skip


# --- KML

_KML = "http://www.opengis.net/kml/2.2"
_GX = "http://www.google.com/kml/ext/2.2"
# Names whose loss leaves a whole plan: KML states nothing by them.
_SPAN = f"<TimeSpan><begin>{_TIMES['start']}</begin><end>{_TIMES['end']}</end></TimeSpan>"


def _placemark(*inside: str, **data: object) -> bytes:
    values = "".join(f'<Data name="{name}"><value>{text}</value></Data>' for name, text in data.items())
    return (
        f'<kml xmlns="{_KML}" xmlns:gx="{_GX}"><Document><Placemark><name>A</name>{"".join(inside)}<ExtendedData>'
        f'<Data name="party"><value>BLUE</value></Data>{values}</ExtendedData></Placemark></Document></kml>'
    ).encode()


def _xml_losses(data: bytes) -> Iterator[Loss]:
    """The document less each element, each element's text, each attribute, and each part of a text."""
    ElementTree.register_namespace("", _KML)
    ElementTree.register_namespace("gx", _GX)
    count = len(list(ElementTree.fromstring(data).iter()))
    for n in range(1, count):
        for how in ("deleted", "blank", "nameless"):
            root = ElementTree.fromstring(data)
            element = list(root.iter())[n]
            if how == "deleted":
                next(parent for parent in root.iter() if element in list(parent)).remove(element)
            elif how == "blank" and (element.text or "").strip():
                element.text = ""
            elif how == "nameless" and element.attrib:
                element.attrib.clear()
            else:
                continue
            yield f"{element.tag} {how}", ElementTree.tostring(root)
        for dented in _dents(list(ElementTree.fromstring(data).iter())[n].text or ""):
            root = ElementTree.fromstring(data)
            element = list(root.iter())[n]
            element.text = dented
            yield f"{element.tag} {dented!r}", ElementTree.tostring(root)


def _places(*places: LatLon, up_m: float | None = None) -> str:
    tail = "" if up_m is None else f",{up_m}"
    return f"<coordinates>{' '.join(f'{p.lon_deg},{p.lat_deg}{tail}' for p in places)}</coordinates>"


def _kml_cases() -> Iterator[Case]:
    band = {"lower": "9000FT AMSL", "upper": "9500FT AMSL"}
    ring = f"<outerBoundaryIs><LinearRing>{_places(_HERE, _EAST, _NORTH, _HERE, up_m=2896)}</LinearRing></outerBoundaryIs>"
    drawn = f"<Polygon><extrude>1</extrude><altitudeMode>absolute</altitudeMode>{ring}</Polygon>"
    line = f"<altitudeMode>absolute</altitudeMode>{_places(_HERE, _NORTH, up_m=2870)}"
    coords = "".join(f"<gx:coord>{p.lon_deg} {p.lat_deg} 2870</gx:coord>" for p in (_HERE, _NORTH))
    whens = "".join(f"<when>{time}</when>" for time in _TRACK_TIMES)
    track = f"<gx:Track><altitudeMode>absolute</altitudeMode>{whens}{coords}</gx:Track>"
    for name, data, probe in (
        ("point", _placemark(_SPAN, f"<Point>{_places(_HERE)}</Point>", radius_m=5000, **band), _EAST_OF_CIRCLE),
        ("times", _placemark(f"<Point>{_places(_HERE)}</Point>", radius_m=5000, **band, **_TIMES), _EAST_OF_CIRCLE),
        ("line", _placemark(_SPAN, f"<LineString>{_places(_HERE, _NORTH)}</LineString>", half_width_m=900, **band),
         _east_of_line(900.0)),
        ("drawn line", _placemark(_SPAN, f"<LineString>{line}</LineString>", half_width_m=900),
         _east_of_line(900.0)),
        ("area", _placemark(_SPAN, drawn, **band), _probe(_WEST_OF_TRIANGLE, 270.0)),
        ("drawn area", _placemark(_SPAN, drawn), _probe(_WEST_OF_TRIANGLE, 270.0)),
        ("parts", _placemark(_SPAN, f"<MultiGeometry>{drawn}</MultiGeometry>"), _probe(_WEST_OF_TRIANGLE, 270.0)),
        ("day", _placemark("<TimeStamp><when>2026-05-14</when></TimeStamp>", drawn), _probe(_WEST_OF_TRIANGLE, 270.0)),
        ("track", _placemark(track, half_width_m=500), _east_of_line(500.0, window=_MIDWAY)),
    ):  # fmt: skip
        # A line drawn at one height is that height: the probe's band holds it.
        yield Case(f"kml {name}", "", data, probe, _xml_losses)


CASES = [
    *_json_cases(),
    *(Case(f"csv {name}", "", text.encode(), probe, _csv_losses) for name, (text, probe) in _CSV.items()),
    *(Case(f"openair {name}", "BLUE", text.encode(), probe, _line_losses) for name, (text, probe) in _OPENAIR.items()),
    *(Case(f"aco {name}", "", data, probe, _aco_losses) for name, (data, probe) in _ACO.items()),
    *_kml_cases(),
]
