"""ED-318: zones of documents that the published schema accepts, never smaller or shorter than they say."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource

from clearline.airspace.activity import Kind
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Polygon
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.ed318 import read_ed318
from clearline.wire.errors import MalformedError
from clearline.wire.formats import Format, form_of
from clearline.wire.reading import ALWAYS, Reading, Supplied

Members = dict[str, Any]

SCHEMAS = Path(__file__).parents[1] / "authorities" / "ed318"
CAA = Supplied(party="CAA")
RING = [[40.0, 35.0], [40.1, 35.0], [40.1, 35.1], [40.0, 35.0]]
LAYER: Members = {"lower": 0, "lowerReference": "AGL", "upper": 400, "upperReference": "AMSL", "uom": "ft"}
POLYGON: Members = {"type": "Polygon", "coordinates": [RING], "layer": LAYER}
POINT: Members = {
    "type": "Point",
    "coordinates": [40.3, 35.3],
    "extent": {"subType": "Circle", "radius": 750},
    "layer": LAYER,
}


def _schema(uri: str) -> Resource[Any]:
    return Resource.from_contents(json.loads((SCHEMAS / uri).read_text("utf-8")))


VALIDATOR = jsonschema.Draft7Validator(
    json.loads((SCHEMAS / "Schema_GeoZones.json").read_text("utf-8")), registry=Registry(retrieve=_schema)
)


def zone(geometry: Members, **properties: Any) -> Members:
    stated: Members = {
        "identifier": "AZ1",
        "country": "XYZ",
        "name": [{"lang": "de-CH"}, {"text": "Airfield", "lang": "en-GB"}],
        "type": "REQ_AUTHORIZATION",
        "variant": "COMMON",
        "zoneAuthority": [{"purpose": "AUTHORIZATION"}],
        **properties,
    }
    kept = {name: value for name, value in stated.items() if value is not ...}
    return {"type": "Feature", "properties": kept, "geometry": geometry}


def document(*zones: Members, **members: Any) -> Members:
    return {"type": "FeatureCollection", "features": list(zones), **members}


def read(value: Members, supplied: Supplied = CAA) -> Reading:
    """Read a document that the published schema accepts."""
    VALIDATOR.validate(value)
    data = json.dumps(value).encode()
    assert form_of(data, source="x") is Format.ED318
    return read_ed318(data, source="zones.json", supplied=supplied)


def only(value: Members) -> Volume4D:
    (activity,) = read(value).activities
    (volume,) = activity.volumes
    return volume


def refused(value: Any, supplied: Supplied = CAA) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read_ed318(json.dumps(value).encode(), source="zones.json", supplied=supplied)
    return caught.value


def test_a_zone_is_an_airspace_measure_of_the_party_that_files_it() -> None:
    reading = read(document(zone(POLYGON)))
    (activity,) = reading.activities
    assert (activity.ident, activity.party, activity.kind) == ("XYZAZ1", "CAA", Kind.AIRSPACE_MEASURE)
    assert activity.title == "Airfield (REQ_AUTHORIZATION)"
    (volume,) = activity.volumes
    assert volume.shape == Polygon((tuple(LatLon(lat, lon) for lon, lat in RING),))
    assert (volume.window.start_ms, volume.window.end_ms) == (ALWAYS.start_ms, None)
    assert volume.entered is not None
    assert volume.entered.altitude == "0 FT AGL to 400 FT EGM96"
    assert volume.entered.source == "zones.json: $.features[0]"
    assert "PARTY=FILE" in refused(document(zone(POLYGON)), Supplied()).mend


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_longitude_comes_first(lat_deg: float, lon_deg: float) -> None:
    geometry = {**POINT, "coordinates": [lon_deg, lat_deg]}
    assert only(document(zone(geometry))).shape == Circle(LatLon(lat_deg, lon_deg), 750.0)


@pytest.mark.parametrize(
    ("layer", "lower", "upper"),
    [
        (LAYER, SURFACE, AltitudeLimit(400.0, Unit.FOOT, Reference.EGM96)),
        ({"upper": 120, "upperReference": "AGL"}, SURFACE, AltitudeLimit(120.0, Unit.METRE, Reference.AGL)),
        ({"lower": 50, "lowerReference": "WGS84"}, AltitudeLimit(50.0, Unit.METRE, Reference.WGS84), UNLIMITED),
        ({"lower": 50, "upper": 60}, AltitudeLimit(50.0, Unit.METRE, None), AltitudeLimit(60.0, Unit.METRE, None)),
        ({"lower": -5, "lowerReference": "AGL", "uom": "m"}, SURFACE, UNLIMITED),
        ({}, SURFACE, UNLIMITED),
        (None, SURFACE, UNLIMITED),
    ],
)
def test_a_layer_is_what_it_says_and_open_where_it_says_nothing(
    layer: Members | None, lower: AltitudeLimit, upper: AltitudeLimit
) -> None:
    geometry: Members = {"type": "Polygon", "coordinates": [RING], **({} if layer is None else {"layer": layer})}
    volume = only(document(zone(geometry)))
    assert (volume.band.lower, volume.band.upper) == (lower, upper)


@pytest.mark.parametrize(
    ("geoid", "reference"),
    [("EGM-96", Reference.EGM96), ("urn:ogc:def:crs:EPSG::3855", Reference.EGM2008), ("LHN95", None)],
)
def test_above_sea_level_by_another_geoid_is_by_that_or_unknown(geoid: str, reference: Reference | None) -> None:
    reading = read(document(zone(POLYGON), metadata={"otherGeoid": geoid, "validTo": "2026-01-01T00:00:00Z"}))
    (volume,) = reading.activities[0].volumes
    assert volume.band.upper.reference is reference
    assert volume.window.end_ms is None
    assert any("validity" in note for note in reading.notes)


def test_a_collection_hands_its_layer_to_parts_that_have_none() -> None:
    geometry: Members = {
        "type": "GeometryCollection",
        "geometries": [
            POINT,
            {"type": "Polygon", "coordinates": [RING]},
            {"type": "MultiPolygon", "coordinates": [[RING]]},
        ],
        "layer": {"upper": 9, "upperReference": "AMSL"},
    }
    volumes = read(document(zone(geometry))).activities[0].volumes
    assert [volume.band.upper.value for volume in volumes] == [400.0, 9.0, 9.0]


def test_a_line_has_no_width_of_its_own() -> None:
    line: Members = {"type": "LineString", "coordinates": [[40.0, 35.0], [40.0, 35.1]], "layer": LAYER}
    assert "width" in refused(document(zone(line))).problem
    (volume,) = read(document(zone(line)), Supplied(party="CAA", half_width_m=50.0)).activities[0].volumes
    assert volume.shape == Corridor((LatLon(35.0, 40.0), LatLon(35.1, 40.0)), 50.0)


def test_each_period_is_a_window_and_zones_of_one_name_are_one_activity() -> None:
    periods = [
        {"startDateTime": "2026-05-01T06:00:00Z", "endDateTime": "2026-05-01T08:00:00Z"},
        {"startDateTime": "2026-05-02T06:00:00Z"},
    ]
    reading = read(document(zone(POLYGON, limitedApplicability=periods), zone(POINT, type="PROHIBITED")))
    first, second, third = reading.activities[0].volumes
    assert first.window == TimeWindow(1_777_615_200_000, 1_777_622_400_000)
    assert second.window == TimeWindow(1_777_701_600_000, None)
    assert third.window.start_ms == ALWAYS.start_ms
    assert "more than once" in reading.notes[0]


def test_supplied_limits_and_times_never_narrow_a_zone() -> None:
    supplied = Supplied(party="CAA", window=TimeWindow(0, 1), lower=SURFACE, upper=SURFACE, clock_uncertainty_s=3.0)
    (volume,) = (
        read(document(zone({"type": "Polygon", "coordinates": [RING], "layer": {}})), supplied).activities[0].volumes
    )
    assert volume.band.upper == UNLIMITED
    assert volume.window == TimeWindow(ALWAYS.start_ms, None, 3.0)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (document(), "no zone"),
        ({"type": "Feature"}, "not a FeatureCollection"),
        (document(5), "not an object"),  # type: ignore[arg-type]
        (document({"type": "Feature", "properties": {}, "geometry": None}), "no geometry"),
        (document(zone({"type": "GeometryCollection", "geometries": []})), "empty geometry"),
        (
            document(
                zone(
                    {
                        "type": "GeometryCollection",
                        "geometries": [POINT, {"type": "GeometryCollection", "geometries": []}],
                    }
                )
            ),
            "empty geometry",
        ),
        (document(zone({"type": "Point", "coordinates": [40, 35]})), "no radius"),
        (document(zone({**POINT, "extent": {"subType": "Ellipse", "radius": 5}})), "not known"),
        (document(zone({**POINT, "extent": {"subType": "Circle", "radius": -5}})), "radius must be"),
        (document(zone({**POINT, "layer": {"uom": "fl"}})), "not known"),
        (document(zone({**POINT, "layer": {"lower": 5, "lowerReference": "QNH"}})), "not known"),
        (document(zone({**POINT, "layer": {"lower": 9, "upper": 5, "uom": "m"}})), "below its lower"),
        (document(zone({**POINT, "coordinates": [35.0, 140.0]})), "latitude 140"),
        (document(zone(POINT, limitedApplicability=[{"startDateTime": "2026-05-01T06:00:00"}])), "no zone"),
        (document(zone(POINT, limitedApplicability=[{"schedule": [{"day": ["MOO"]}]}])), "no day"),
        (document(zone(POINT, identifier=5)), "not a text"),
    ],
)
def test_what_is_not_ed318_is_refused(value: Any, told: str) -> None:
    assert told in refused(value).problem
