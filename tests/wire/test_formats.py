"""Which format a file is in is told by its content alone; what fits none or two is refused, with the way out named."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.activity import Activity
from clearline.wire.aco_write import write_aco
from clearline.wire.csv_write import write_csv
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_write import write_f3548
from clearline.wire.formats import Format, form_of, read_any
from clearline.wire.geojson_write import write_geojson
from clearline.wire.kml_write import write_kml
from tests.wire.plans import FULL, NOTHING, activities, bare, orders

SQUARE: dict[str, Any] = {"type": "Polygon", "coordinates": [[[40, 35], [41, 35], [41, 36], [40, 35]]]}
FEATURE: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": SQUARE}
ZONE_269: dict[str, Any] = {"geometry": [{"horizontalProjection": {"type": "Circle", "center": [40, 35], "radius": 5}}]}
ZONE_318: dict[str, Any] = {"type": "Feature", "properties": {"zoneAuthority": []}, "geometry": SQUARE}
LAYERED: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": {**SQUARE, "layer": {}}}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (collection(FEATURE), Format.GEOJSON),
        (collection(), Format.GEOJSON),
        (FEATURE, Format.GEOJSON),
        (SQUARE, Format.GEOJSON),
        (collection(ZONE_318, LAYERED), Format.ED318),
        ({"features": [ZONE_269]}, Format.ED269),
        (collection(ZONE_269), Format.ED269),
        ({"operational_intent": {}}, Format.F3548),
        ({"constraint": {}}, Format.F3548),
        ({"volumes": []}, Format.F3548),
        ({"volume": {}}, Format.F3548),
        ({"reference": {}, "details": {}}, Format.F3548),
        ([], Format.F3548),
    ],
)
def test_json_is_told_by_its_members(value: Any, form: Format) -> None:
    assert form_of(json.dumps(value).encode(), source="x") is form
    assert form_of(b"\xef\xbb\xbf \n" + json.dumps(value, indent=1).encode(), source="x") is form


@pytest.mark.parametrize(
    ("head", "form"),
    [
        ("# clearline-csv 1\n", Format.CSV),
        ("party;id;shape;positions\n", Format.CSV),
        ('<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">', Format.KML),
        ("EXER/NORTH//\nMSGID/ACO/HQ//\n", Format.ACO),
        ("* areas\nAC R\nAN North\nAL GND\nAH FL95\nDP 35:00:00 N 040:00:00 E\n", Format.OPENAIR),
        ("PK\x03\x04", Format.KMZ),
    ],
)
def test_text_is_told_by_its_first_lines(head: str, form: Format) -> None:
    assert form_of(head.encode(), source="x") is form


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (json.dumps(collection(FEATURE, ZONE_318)).encode(), ["geojson", "ed318"]),
        (json.dumps(collection(FEATURE, ZONE_269)).encode(), ["geojson", "ed269"]),
        (json.dumps({**collection(FEATURE), "volumes": []}).encode(), ["geojson", "f3548"]),
        (json.dumps({"features": [FEATURE]}).encode(), ["geojson", "f3548", "ed269", "ed318"]),
        (b"{}", ["geojson", "f3548", "ed269", "ed318"]),
        (b"hello", [form.value for form in Format]),
        (b"", [form.value for form in Format]),
        (b"MSGID/ACO/HQ//\nAC R\nAN North\nAL GND\nAH FL95\n", ["openair", "aco"]),
    ],
)
def test_what_fits_none_or_two_names_the_candidates_and_the_way_out(data: bytes, names: list[str]) -> None:
    for attempt in (lambda: form_of(data, source="x"), lambda: read_any(data, source="x", supplied=FULL)):
        with pytest.raises(MalformedError) as caught:
            attempt()
        told = caught.value.problem.rsplit(": ", 1)[-1]
        assert sorted(told.removeprefix("it could be ").split(", ")) == sorted(names)
        assert "--as" in caught.value.mend


def test_utf16_is_refused_by_name() -> None:
    for codec in ("utf-16", "utf-16-be"):
        with pytest.raises(MalformedError, match="UTF-16"):
            form_of("\ufeffparty;id;shape;positions\n".encode(codec), source="x")


@pytest.mark.parametrize(
    ("write", "form"),
    [(write_geojson, Format.GEOJSON), (write_kml, Format.KML), (write_csv, Format.CSV)],
)
@given(found=activities)
def test_what_a_writer_writes_is_told_and_read_back(write: Any, form: Format, found: list[Activity]) -> None:
    told, reading = read_any(write(found).encode(), source="x", supplied=NOTHING)
    assert told is form
    assert [(one.party, one.ident) for one in reading.activities] == [(one.party, one.ident) for one in found]
    named, again = read_any(write(found).encode(), source="x", supplied=NOTHING, form=form)
    assert named is form
    assert bare(again.activities) == bare(reading.activities)


@given(orders())
def test_an_order_is_told_and_read_back(found: list[Activity]) -> None:
    told, reading = read_any(write_aco(found).encode(), source="x", supplied=FULL)
    assert told is Format.ACO
    assert [one.ident for one in reading.activities] == [one.ident for one in found]


def test_an_archive_is_opened() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("doc.kml", write_kml([_one()]))
    told, reading = read_any(held.getvalue(), source="x", supplied=NOTHING)
    assert told is Format.KMZ
    assert reading.activities[0].ident == "A"


def _one() -> Activity:
    text = json.dumps({**FEATURE, "properties": {"id": "A", "edges": "geodesic"}})
    return read_any(text.encode(), source="x", supplied=FULL)[1].activities[0]


def test_a_format_that_is_named_is_the_one_read() -> None:
    mixed = json.dumps(collection(FEATURE, LAYERED)).encode()
    assert read_any(mixed, source="x", supplied=FULL, form=Format.GEOJSON)[0] is Format.GEOJSON
    for form in Format:
        if form is not Format.CSV:
            with pytest.raises(MalformedError):
                read_any(b"party;id;shape;positions\n", source="x", supplied=FULL, form=form)
    with pytest.raises(ValueError, match="not a height above"):
        write_f3548([_one()])


@given(st.binary(max_size=300), st.sampled_from([None, *Format]))
def test_any_bytes_are_read_or_refused(data: bytes, form: Format | None) -> None:
    with pytest.raises(MalformedError):
        read_any(data, source="x", supplied=FULL, form=form)
