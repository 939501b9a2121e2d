"""GeoJSON: what is written comes back; a fact left out or misspelt is refused; axes are never swapped."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.activity import Activity, Kind
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.errors import MalformedError
from clearline.wire.formats import Format, form_of
from clearline.wire.geojson import read_geojson
from clearline.wire.geojson_profile import PROFILE
from clearline.wire.geojson_write import activity_features, write_geojson
from clearline.wire.reading import DatumPolicy, Reading, Supplied
from tests.wire.distances import span_m
from tests.wire.plans import FULL, NOTHING, activities, bare

Members = dict[str, Any]

FACTS: Members = {
    "id": "P-1",
    "party": "BLUE",
    "kind": "PATROL",
    "start": "2015-09-30T08:00Z",
    "end": "2015-09-30T10:00Z",
    "lower": "500FT AMSL",
    "upper": "FL095",
}
SQUARE: Members = {
    "type": "Polygon",
    "coordinates": [[[40.0, 35.0], [40.1, 35.0], [40.1, 35.1], [40.0, 35.1], [40.0, 35.0]]],
}
POINT: Members = {"type": "Point", "coordinates": [40.3125, 35.341667]}
LINE: Members = {"type": "LineString", "coordinates": [[40.0, 35.0], [40.5, 35.5]]}
WINDOW = TimeWindow(1_443_600_000_000, 1_443_607_200_000)


def feature(geometry: Members | None, **facts: Any) -> Members:
    properties = {**FACTS, **facts}
    return {
        "type": "Feature",
        "properties": {n: v for n, v in properties.items() if v is not ...},
        "geometry": geometry,
    }


def collection(*features: Members, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


def read(*features: Members, supplied: Supplied = NOTHING, **members: Any) -> Reading:
    return read_geojson(collection(*features, **members), source="plan.json", supplied=supplied)


def refused(*features: Members, supplied: Supplied = NOTHING, **members: Any) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read(*features, supplied=supplied, **members)
    assert caught.value.source == "plan.json"
    assert caught.value.mend
    return caught.value


def volumes(geometry: Members | None, supplied: Supplied = NOTHING, **facts: Any) -> tuple[Volume4D, ...]:
    return read(feature(geometry, **facts), supplied=supplied).activities[0].volumes


def wound(found: list[Activity]) -> list[Activity]:
    """Activities whose rings all go one way round: which way is not theirs to say (RFC 7946, 3.1.6)."""

    def ring(places: tuple[LatLon, ...]) -> tuple[LatLon, ...]:
        return min(places, (places[0], *places[:0:-1]))

    def volume(one: Volume4D) -> Volume4D:
        shape = one.shape
        return replace(one, shape=Polygon(tuple(ring(r) for r in shape.rings)) if isinstance(shape, Polygon) else shape)

    return [replace(one, volumes=tuple(volume(v) for v in one.volumes)) for one in found]


# Laws


@given(activities)
def test_what_is_written_is_read_back(found: list[Activity]) -> None:
    text = write_geojson(found)
    assert form_of(text.encode(), source="x") is Format.GEOJSON
    reading = read_geojson(text.encode(), source="x", supplied=NOTHING)
    assert wound(bare(reading.activities)) == wound(bare(tuple(found)))
    assert reading.notes == ()
    assert write_geojson(reading.activities) == text


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_longitude_comes_first(lat_deg: float, lon_deg: float) -> None:
    (volume,) = volumes({"type": "Point", "coordinates": [lon_deg, lat_deg]}, radius_m=5.0)
    assert volume.shape == Circle(LatLon(lat_deg, lon_deg), 5.0)


NEEDED = [
    (SQUARE, {}, ["party", "start", "end", "lower", "upper"]),
    (POINT, {"radius_m": 100.0}, ["party", "start", "end", "lower", "upper", "radius_m"]),
    (LINE, {"half_width_m": 100.0}, ["party", "start", "end", "lower", "upper", "half_width_m"]),
    (None, {"position": "37S DA 12345 67890", "datum": "WGS84", "radius_m": 1.0}, ["party", "datum", "position"]),
    (LINE, {"times": ["2015-09-30T08:00Z", "2015-09-30T08:10Z"], "half_width_m": 1.0, "lower": ..., "upper": ...,
            "start": ..., "end": ...}, ["party", "half_width_m"]),
]  # fmt: skip


@pytest.mark.parametrize(("geometry", "facts", "name"), [(g, f, n) for g, f, names in NEEDED for n in names])
def test_a_fact_left_out_is_refused(geometry: Members | None, facts: Members, name: str) -> None:
    assert read(feature(geometry, **facts)).activities
    for missing in (..., None):
        assert refused(feature(geometry, **{**facts, name: missing})).where.startswith("$.features[0]")


def test_what_is_supplied_stands_in_for_facts_left_out_and_never_for_facts_stated() -> None:
    silent = feature(LINE, **dict.fromkeys(["party", "start", "end", "lower", "upper"], ...))
    activity = read(silent, supplied=FULL).activities[0]
    assert (activity.party, activity.volumes[0].band) == ("BLUE", Band(SURFACE, FULL.upper or SURFACE))
    assert activity.volumes[0].window == FULL.window
    assert activity.volumes[0].shape == Corridor(activity.volumes[0].shape.core().parts[0], 100.0)
    (stated,) = volumes(SQUARE, FULL)
    assert stated.band.upper == AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD)
    assert stated.window == WINDOW


def test_times_or_limits_left_out_together_are_refused() -> None:
    assert "no time" in refused(feature(SQUARE, start=..., end=...)).problem
    assert "no altitude" in refused(feature(SQUARE, lower=..., upper=...)).problem


def test_one_end_or_one_limit_alone_is_refused_even_where_the_other_is_supplied() -> None:
    for name in ("start", "end", "lower", "upper"):
        refused(feature(SQUARE, **{name: ...}), supplied=FULL)


@given(st.sampled_from(sorted(PROFILE - {"name", "title", "id", "near", "kind", "end", "party"})), st.data())
def test_a_name_misspelt_by_one_letter_is_never_passed_over(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slip = data.draw(
        st.sampled_from(
            [name[:at] + name[at + 1 :], name[:at] + letter + name[at + 1 :], name[:at] + letter + name[at:],
             name[:at] + name[at : at + 2][::-1] + name[at + 2 :], name.upper(), name.replace("_", "")]
        )
    )  # fmt: skip
    facts: Members = {**dict.fromkeys(["lower", "upper", "start", "end", name], ...), slip: 1.0}
    if slip not in PROFILE and slip != name:
        error = refused(feature(LINE, **facts), supplied=FULL)
        assert "could be meant for" in error.problem or "is stated" in error.problem or "one part" in error.problem


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4))
def test_uncertainties_add_up(stated: float, supplied: float) -> None:
    (volume,) = volumes(
        POINT,
        Supplied(horizontal_uncertainty_m=supplied, clock_uncertainty_s=supplied),
        radius_m=1.0,
        horizontal_uncertainty_m=stated,
        clock_uncertainty_s=stated,
    )
    assert volume.horizontal_uncertainty_m == stated + supplied
    assert volume.window.clock_uncertainty_s == stated + supplied


# Names


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Lower", "lower"), ("lower_m", "lower"), ("floor", "lower"), ("lowerLimit", "lower"), ("CEILING", "upper"),
        ("upper_ft", "upper"), ("start_time", "start"), ("timeEnd", "end"), ("valid_until", "end"),
        ("accuracy", "horizontal_uncertainty_m"), ("horizontal_uncertainty", "horizontal_uncertainty_m"),
        ("clock_uncertainty", "clock_uncertainty_s"), ("srid", "datum"), ("Datum", "datum"), ("coordTimes", "times"),
        ("half_width", "half_width_m"), ("half-height", "half_height_m"), ("altitude", "lower and upper"),
        ("lower_uncertainty_m", '"lower"'), ("upper_reference", '"upper"'),
    ],
)  # fmt: skip
def test_a_name_that_looks_like_ours_is_refused_with_the_right_one(wrong: str, right: str) -> None:
    silent = {"lower": ..., "upper": ..., "start": ..., "end": ...}
    error = refused(feature(LINE, **silent, **{wrong: 500}), supplied=FULL)
    assert right in error.mend
    assert wrong in error.problem


def test_other_names_are_noted_and_so_is_one_that_ours_settles() -> None:
    reading = read(feature(SQUARE, colour="red", altitude=9), feature(SQUARE, id="P-2", colour="blue"))
    assert reading.notes == ("the property 'colour' is not used (2 times)", "the property 'altitude' is not used")
    assert read(feature(SQUARE, width=3)).notes == ("the property 'width' is not used",)
    refused(feature(LINE, width=3), supplied=FULL)


def test_a_part_of_a_limit_apart_from_it_is_refused_beside_the_limit_too() -> None:
    assert "one part of a limit" in refused(feature(SQUARE, lower_uncertainty_m=30)).problem


def test_names_of_the_profile_outside_properties_are_refused() -> None:
    whole = feature(SQUARE)
    assert "outside properties" in refused({**whole, "lower": "SFC"}).problem
    assert "outside properties" in refused(whole, party="BLUE").problem
    assert read({**whole, "style": 1}, generator="x").notes == (
        "the member 'generator' is not used",
        "the member 'style' is not used",
    )


# Facts


def test_facts_are_what_they_say() -> None:
    reading = read(feature(SQUARE, title="Night patrol", priority=3))
    (activity,) = reading.activities
    assert (activity.ident, activity.party, activity.kind) == ("P-1", "BLUE", Kind.PATROL)
    assert (activity.title, activity.priority) == ("Night patrol", 3)
    (volume,) = activity.volumes
    assert volume.band.lower == AltitudeLimit(500.0, Unit.FOOT, Reference.EGM96)
    assert volume.window == WINDOW
    assert volume.entered is not None
    assert volume.entered.source == "plan.json: $.features[0]"
    assert volume.entered.place.startswith("Polygon [[40.0, 35.0]")
    assert volume.entered.altitude == "500FT AMSL to FL095"
    assert volume.entered.time == "2015-09-30T08:00Z to 2015-09-30T10:00Z"
    assert reading.notes == ()


def test_features_of_one_party_and_identifier_are_one_activity_in_the_order_of_the_file() -> None:
    parts = [feature(POINT, radius_m=1.0), feature(SQUARE, id="P-2"), feature(SQUARE, kind=...)]
    first, second = read(*parts).activities
    assert [type(volume.shape) for volume in first.volumes] == [Circle, Polygon]
    assert second.ident == "P-2"
    assert "kind" in refused(feature(SQUARE), feature(SQUARE, kind="TRANSIT")).problem


def test_an_identifier_is_under_properties_or_the_features_own_or_its_place_in_the_file() -> None:
    whole = feature(SQUARE, id=...)
    assert read({**whole, "id": 7}).activities[0].ident == "7"
    assert read(whole).activities[0].ident == "features[0]"
    assert read({**feature(SQUARE), "id": 7}).activities[0].ident == "P-1"
    assert "identifier" in refused({**whole, "id": []}).problem


def test_a_party_in_the_file_counts_and_another_supplied_for_it_is_told() -> None:
    reading = read(feature(SQUARE), supplied=Supplied(party="RED"))
    assert reading.activities[0].party == "BLUE"
    assert "'RED'" in reading.notes[0]


def test_an_open_end_is_until_further_notice() -> None:
    assert volumes(SQUARE, end="ufn")[0].window.end_ms is None
    assert volumes(SQUARE, start="2015-09-30", end="2015-09-30")[0].window.end_ms == 1_443_657_599_999


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start", "2015-09-30T08:00"), ("start", 1443600000), ("end", "03/04/2015"), ("end", "2015-09-30T07:00Z"),
        ("lower", "FL100"), ("lower", "500 yards"), ("lower", True), ("lower", [500]), ("upper", {"unit": "M"}),
        ("upper", {"value": 5, "unit": "yd"}), ("upper", {"value": 5, "units": "M"}),
        ("upper", {"value": 5, "reference": "SURFACE"}), ("lower", {"reference": "SURFACE", "ground_m": [1, 2, 3]}),
        ("kind", "STRIKE"), ("kind", 3), ("priority", 1.5),
        ("priority", "1"), ("id", "a\x1b[2Jb"), ("party", "a\nb"), ("party", "x" * 201), ("title", "a\x07b"),
        ("horizontal_uncertainty_m", -1), ("horizontal_uncertainty_m", "5"), ("horizontal_uncertainty_m", 1e6),
        ("clock_uncertainty_s", -0.5), ("clock_uncertainty_s", 1e6), ("edges", "rhumb"), ("datum", "Mars 2000"),
        ("datum", 4326), ("altitudes", [1]), ("altitude_unit", "M"), ("position", "37S DA 12345 67890"),
    ],
)  # fmt: skip
def test_a_fact_that_cannot_be_is_refused(name: str, value: object) -> None:
    assert refused(feature(SQUARE, **{name: value})).where.startswith("$.features[0]")


def test_a_number_without_unit_or_reference_stays_without() -> None:
    (volume,) = volumes(SQUARE, lower=500, upper="2000")
    assert (volume.band.lower.unit, volume.band.lower.reference) == (None, None)
    assert volume.band.upper.metres is None


def test_a_limit_as_an_object_says_all_that_can_be_said() -> None:
    (volume,) = volumes(
        SQUARE,
        lower={"value": 300, "unit": "m", "reference": "AGL", "ground_m": [650, 700.5], "uncertainty_m": 30},
        upper={"value": 3000, "unit": "FT", "reference": "QFE", "pressure_hpa": 990, "station_m": 450},
    )
    assert volume.band.lower == AltitudeLimit(300.0, Unit.METRE, Reference.AGL, 30.0, ground_m=(650.0, 700.5))
    assert volume.band.upper == AltitudeLimit(3000.0, Unit.FOOT, Reference.QFE, 0.0, 990.0, 450.0)
    (other,) = volumes(SQUARE, lower={"reference": "surface", "ground_m": 12}, upper={"reference": "UNLIMITED"})
    assert other.band == Band(replace(SURFACE, ground_m=(12.0, 12.0)), UNLIMITED)


# Geometry


def test_each_part_of_a_geometry_is_a_volume() -> None:
    ring = SQUARE["coordinates"]
    assert len(volumes({"type": "MultiPolygon", "coordinates": [ring, ring]})) == 2
    assert len(volumes({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4], [5, 6]]}, radius_m=1)) == 3
    assert len(volumes({"type": "MultiLineString", "coordinates": [LINE["coordinates"]]}, half_width_m=0)) == 1
    nested = {
        "type": "GeometryCollection",
        "geometries": [SQUARE, {"type": "GeometryCollection", "geometries": [POINT]}],
    }
    assert len(volumes(nested, radius_m=1)) == 2


def test_a_polygon_keeps_its_holes() -> None:
    hole = [[40.02, 35.02], [40.04, 35.02], [40.04, 35.04], [40.02, 35.02]]
    (volume,) = volumes({"type": "Polygon", "coordinates": [*SQUARE["coordinates"], hole]})
    assert isinstance(volume.shape, Polygon)
    assert len(volume.shape.rings) == 2


def test_limits_supplied_upside_down_are_refused() -> None:
    upside_down = Supplied(lower=UNLIMITED, upper=SURFACE)
    assert "supplied" in refused(feature(SQUARE, lower=..., upper=...), supplied=upside_down).problem


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert read(feature(SQUARE, priority=3.0)).activities[0].priority == 3


def test_a_shape_of_many_places_is_shown_by_its_first_ones() -> None:
    ring = [[40.0 + n / 100.0, 35.0] for n in range(20)] + [[40.1, 36.0], [40.0, 35.0]]
    entered = volumes({"type": "Polygon", "coordinates": [ring]})[0].entered
    assert entered is not None
    assert entered.place.endswith("... (22 places)")


def test_an_orbit_is_a_line_that_says_so() -> None:
    assert "radius must be" in refused(feature(LINE, outline="orbit", radius_m=-1)).problem
    assert "radius must be" in refused(feature(POINT, radius_m=-1)).problem
    far = {"type": "LineString", "coordinates": [[35, 50], [36, 50]]}
    (bent,) = volumes(far, outline="orbit", radius_m=9)
    assert 110.0 < bent.horizontal_uncertainty_m < 130.0  # 72 km along a parallel bow 119 m at 50 N
    across = {"type": "LineString", "coordinates": [[179, 50], [-179, 50]]}
    assert "antimeridian" in refused(feature(across, outline="orbit", radius_m=9)).problem
    (volume,) = volumes(LINE, outline="orbit", radius_m=9000, edges="geodesic")
    assert volume.shape == Orbit(LatLon(35.0, 40.0), LatLon(35.5, 40.5), 9000.0)
    three = {"type": "LineString", "coordinates": [[40, 35], [41, 35], [42, 35]]}
    assert "two places" in refused(feature(three, outline="orbit", radius_m=9)).problem
    assert "corridor or an orbit" in refused(feature(LINE, outline="circle", radius_m=9)).problem


@pytest.mark.parametrize("member", ["feature", "collection", "geometry"])
def test_a_reference_system_of_geojson_2008_is_refused_unless_it_is_ours(member: str) -> None:
    for name, ours in (("urn:ogc:def:crs:OGC:1.3:CRS84", True), ("urn:ogc:def:crs:EPSG::4326", False), (None, False)):
        crs = {"type": "name", "properties": {"name": name}} if name else None
        whole = feature({**SQUARE, "crs": crs} if member == "geometry" else SQUARE)
        if member == "feature":
            whole["crs"] = crs
        outside: Members = {"crs": crs} if member == "collection" else {}
        if ours:
            assert read(whole, **outside).activities
        else:
            assert "axis order" in refused(whole, **outside).problem


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        ({"type": "Polygon", "coordinates": [[[40, 35], [41, 35], [41, 36]]]}, "end where it begins"),
        ({"type": "Polygon", "coordinates": [[[40, 35], [41, 35], [41, 36], [40, 36]]]}, "end where it begins"),
        ({"type": "Polygon", "coordinates": [[[40, 35], [41, 36], [41, 35], [40, 36], [40, 35]]]}, "itself"),
        ({"type": "Polygon", "coordinates": []}, "needs an outer ring"),
        ({"type": "Polygon", "coordinates": [[]]}, "end where it begins"),
        ({"type": "Polygon", "coordinates": 5}, "not a list"),
        ({"type": "Polygon"}, "not a list"),
        ({"type": "Polygon", "coordinates": [[["40", 35]]]}, "not a number"),
        ({"type": "Polygon", "coordinates": [[[40]]]}, "1 numbers"),
        ({"type": "Polygon", "coordinates": [[[40, 35, 0, 0]]]}, "4 numbers"),
        ({"type": "Circle", "coordinates": [40, 35]}, "no geometry"),
        ({"type": "LineString", "coordinates": [[40, 35]]}, "1 places"),
        ({"type": "GeometryCollection"}, "not a list"),
        ({"type": "GeometryCollection", "geometries": []}, "no volume"),
        ({"type": "MultiPolygon", "coordinates": []}, "no volume"),
        ({"type": "GeometryCollection", "geometries": [
            {"type": "LineString", "coordinates": [[40, 35], [41, 35]]}, {"type": "MultiLineString", "coordinates": []}
        ]}, "no volume"),
        ({"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 1], [179, 0]]]}, "antimeridian"),
        ([], "not an object"),
    ],
)  # fmt: skip
def test_a_geometry_that_cannot_be_is_refused(geometry: Any, told: str) -> None:
    assert told in refused(feature(geometry, half_width_m=5)).problem


def test_a_latitude_beyond_the_pole_asks_whether_the_axes_are_swapped() -> None:
    error = refused(feature({"type": "Point", "coordinates": [35.0, 140.0]}, radius_m=5))
    assert "are these latitude, longitude? GeoJSON is longitude, latitude" in error.mend


def test_longitudes_beyond_180_cross_the_antimeridian() -> None:
    (volume,) = volumes({"type": "Polygon", "coordinates": [[[179.75, 0], [180.25, 0], [180.25, 0.25], [179.75, 0]]]})
    ring = (LatLon(0.0, 179.75), LatLon(0.0, -179.75), LatLon(0.25, -179.75))
    assert volume.shape == Polygon((ring,))
    short = [[179.75, 0], [-179.75, 0], [-179.75, 0.25], [179.75, 0]]
    assert volumes({"type": "Polygon", "coordinates": [short]}, edges="geodesic")[0].shape == volume.shape


def test_edges_are_straight_on_the_grid_unless_they_are_said_to_be_geodesics() -> None:
    (straight,) = volumes(SQUARE)
    assert 0.5 < straight.horizontal_uncertainty_m < 2.0
    assert straight.entered is not None
    assert "straight on the longitude and latitude grid" in straight.entered.notes[0]
    (geodesic,) = volumes(SQUARE, edges="geodesic")
    assert geodesic.horizontal_uncertainty_m == 0.0
    assert geodesic.shape == straight.shape


def test_heights_in_the_coordinates_of_areas_are_told_to_be_unused() -> None:
    reading = read(feature({"type": "Point", "coordinates": [40.0, 35.0, 1200]}, radius_m=5))
    assert "tracks only" in reading.notes[0]


@pytest.mark.parametrize(
    "data",
    [b"[]", b"5", b"{}", b'{"type": "Topology"}', b'{"type": "FeatureCollection"}',
     b'{"type": "FeatureCollection", "features": []}', b'{"type": "FeatureCollection", "features": [5]}',
     b'{"type": "FeatureCollection", "features": [{"type": "Point"}]}', b'{"type": "Feature"}',
     b'{"type": "Feature", "properties": [], "geometry": null}'],
)  # fmt: skip
def test_what_is_no_geojson_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_geojson(data, source="x", supplied=FULL)


def test_a_bare_geometry_and_a_single_feature_are_read() -> None:
    bare_square = read_geojson(json.dumps(SQUARE).encode(), source="x", supplied=FULL)
    single = read_geojson(json.dumps(feature(SQUARE)).encode(), source="x", supplied=FULL)
    assert bare_square.activities[0].volumes[0].shape == single.activities[0].volumes[0].shape


# Datum and places as text


def test_coordinates_on_another_datum_are_moved_and_the_move_is_told() -> None:
    (volume,) = volumes(POINT, radius_m=5, datum="SK-42")
    shape = volume.shape
    assert isinstance(shape, Circle)
    # Computed for 35 N 40 E in the domain record: SK-42 read as WGS84 is 111 to 139 m off.
    assert 100.0 < span_m(shape.centre, LatLon(35.341667, 40.3125)) < 150.0
    assert volume.horizontal_uncertainty_m > 0.0
    assert volume.entered is not None
    assert volume.entered.datum == "SK-42"
    assert "placed on WGS84" in volume.entered.notes[0]
    assert volumes(POINT, radius_m=5, datum="EPSG:4326")[0].horizontal_uncertainty_m == 0.0


def test_an_unknown_datum_is_refused_or_widens_by_300_m() -> None:
    assert "1000 m" in refused(feature(POINT, radius_m=5, datum="unknown")).problem
    (volume,) = volumes(POINT, Supplied(datum_policy=DatumPolicy.WIDEN), radius_m=5, datum="unknown")
    assert volume.horizontal_uncertainty_m == 1_000.0
    assert volume.shape == Circle(LatLon(35.341667, 40.3125), 5.0)


def test_a_place_as_text_is_kept_word_for_word() -> None:
    (volume,) = volumes(None, position="35°20′30″N 040°18′45″E", datum="WGS84", radius_m=500)
    assert isinstance(volume.shape, Circle)
    assert span_m(volume.shape.centre, LatLon(35.0 + 20.5 / 60.0, 40.0 + 18.75 / 60.0)) < 1e-6
    assert volume.entered is not None
    assert (volume.entered.place, volume.entered.form) == ("35°20′30″N 040°18′45″E", "DMS")
    (own,) = volumes(None, position="35°20′30″N 040°18′45″E (SK-42)", radius_m=500)
    assert own.entered is not None
    assert own.entered.datum == "SK-42"


def test_places_as_text_go_round_an_area_or_along_a_line_as_outline_says() -> None:
    texts = ["35.00°N 040.00°E", "35.00°N 040.50°E", "35.50°N 040.50°E"]
    assert isinstance(volumes(None, positions=texts, outline="polygon", datum="WGS84")[0].shape, Polygon)
    assert isinstance(
        volumes(None, positions=texts, outline="corridor", half_width_m=5, datum="WGS84")[0].shape, Corridor
    )
    orbit = volumes(None, positions=texts[:2], outline="orbit", radius_m=5, datum="WGS84")[0].shape
    assert isinstance(orbit, Orbit)
    straight = volumes(None, positions=texts, outline="polygon", edges="straight", datum="WGS84")[0]
    assert straight.horizontal_uncertainty_m > 0.0
    assert "round an area or along a line" in refused(feature(None, positions=texts, datum="WGS84")).problem
    refused(feature(None, positions=[], outline="polygon", datum="WGS84"))
    one = feature(None, positions=["35N 40E"], outline="corridor", datum="WGS84", half_width_m=5)
    assert "1 places" in refused(one).problem
    refused(feature(None, positions=texts[:2], outline="polygon", datum="WGS84"))
    refused(feature(None, position=texts[0], datum="WGS84", radius_m=-1))
    refused(feature(None, position=texts[0], outline="polygon", datum="WGS84", radius_m=1))
    refused(feature(None, position=texts[0], positions=texts, datum="WGS84", radius_m=1))
    refused(feature(None))


@pytest.mark.parametrize("text", ["35 20.30 40 18.45", "35.2, 40.1", "37S DA 1234 567", "somewhere", "x" * 3000])
def test_a_place_that_could_be_two_is_refused(text: str) -> None:
    refused(feature(None, position=text, datum="WGS84", radius_m=1))


def test_a_place_without_a_datum_is_widened_where_policy_allows() -> None:
    text = "35°20′30″N 040°18′45″E"
    assert "datum" in refused(feature(None, position=text, radius_m=1)).problem
    (volume,) = volumes(None, Supplied(datum_policy=DatumPolicy.WIDEN), position=text, radius_m=1)
    assert volume.horizontal_uncertainty_m == 1_000.0


def test_a_landmark_the_shape_is_not_near_refuses_it() -> None:
    near = "3 km S of Harran @ 36.8600N 039.0300E"
    told = {"type": "Point", "coordinates": [39.03, 36.833]}
    assert volumes(told, radius_m=500, near=near)
    nine_km_off = {"type": "Point", "coordinates": [39.13, 36.833]}
    assert refused(feature(nine_km_off, radius_m=500, near=near)).where == "$.features[0]"


# Tracks

TIMES = ["2015-09-30T08:00:00Z", "2015-09-30T08:01:00Z"]
OPEN: Members = dict.fromkeys(["lower", "upper", "start", "end"], ...)


def track(coordinates: list[list[float]], supplied: Supplied = NOTHING, **facts: Any) -> tuple[Volume4D, ...]:
    return volumes(
        {"type": "LineString", "coordinates": coordinates}, supplied, **{**OPEN, "half_width_m": 100, **facts}
    )


def test_a_track_takes_its_height_from_the_third_coordinate_above_the_ellipsoid() -> None:
    found = track([[40.0, 35.0, 1000], [40.01, 35.01, 1200]], times=TIMES, half_height_m=50)
    assert {volume.band.lower.reference for volume in found} == {Reference.WGS84}
    lows_m = [volume.band.lower.metres or 0.0 for volume in found]
    highs_m = [volume.band.upper.metres or 0.0 for volume in found]
    assert min(lows_m) == pytest.approx(950.0, abs=1e-3)
    assert max(highs_m) == pytest.approx(1250.0, abs=1e-3)
    assert found[0].window.start_ms == 1_443_600_000_000
    assert found[-1].window.end_ms == 1_443_600_060_000
    assert all(isinstance(volume.shape, Corridor) and volume.shape.half_width_m >= 100.0 for volume in found)


def test_a_track_may_state_another_unit_and_reference_or_a_list_of_altitudes() -> None:
    places = [[40.0, 35.0, 95.0], [40.01, 35.01, 95.0]]
    (level,) = {
        v.band.lower.reference for v in track(places, times=TIMES, altitude_unit="FL", altitude_reference="STD")
    }
    assert level is Reference.STD
    listed = track(places, times=TIMES, altitudes=["500FT AMSL", {"value": 500, "unit": "FT", "reference": "AMSL"}])
    assert {v.band.lower.reference for v in listed} == {Reference.EGM96}
    assert {v.band.lower.reference for v in track(places, times=TIMES, altitudes=[500, 500])} == {None}


def test_a_track_without_height_is_unknown_or_between_the_limits_stated_or_supplied() -> None:
    flat = [[40.0, 35.0], [40.01, 35.01]]
    assert {volume.band.lower.reference for volume in track(flat, times=TIMES)} == {None}
    (band,) = {volume.band for volume in track(flat, times=TIMES, lower="SFC", upper="FL095")}
    assert band.lower == SURFACE
    (given_band,) = {volume.band for volume in track(flat, FULL, times=TIMES)}
    assert given_band == Band(SURFACE, FULL.upper or SURFACE)


@pytest.mark.parametrize(
    "facts",
    [
        {"times": TIMES[:1]}, {"times": TIMES[::-1]}, {"times": [1, 2]}, {"times": ["08:00", "08:01"]},
        {"times": "2015-09-30T08:00Z"}, {"times": TIMES, "altitudes": [5]}, {"times": TIMES, "altitudes": [True, 5]},
        {"times": TIMES, "altitude_unit": "yd"}, {"times": TIMES, "lower": "SFC", "upper": "UNL"},
        {"times": TIMES, "start": "2015-09-30T07:59Z", "end": "2015-09-30T08:01Z"}, {"times": TIMES, "end": "UFN"},
        {"times": TIMES, "half_height_m": -1}, {"times": TIMES, "half_width_m": -1}, {"times": TIMES, "lower": "SFC"},
        {"times": TIMES, "altitude_reference": "UNLIMITED"}, {"times": TIMES, "half_width_m": None},
        {"times": TIMES, "start": "08:00", "end": "UFN"},
    ],
)  # fmt: skip
def test_a_track_that_cannot_be_is_refused(facts: Members) -> None:
    with pytest.raises(MalformedError):
        track([[40.0, 35.0, 1000], [40.01, 35.01, 1200]], **facts)


def test_heights_that_are_all_nought_are_no_heights() -> None:
    with pytest.raises(MalformedError, match="exactly 0"):
        track([[40.0, 35.0, 0], [40.01, 35.01, 0.0]], times=TIMES)


def test_a_track_on_another_datum_is_moved_and_a_landmark_beside_it_is_told_to_be_unchecked() -> None:
    places = [[40.0, 35.0, 1000], [40.01, 35.01, 1200]]
    (found, *_) = track(places, times=TIMES, datum="SK-42")
    assert found.horizontal_uncertainty_m > 0.0
    assert found.entered is not None
    assert "placed on WGS84" in found.entered.notes[0]
    line = {"type": "LineString", "coordinates": places}
    reading = read(feature(line, **OPEN, times=TIMES, half_width_m=5, near="Harran @ 36.8600N 039.0300E"))
    assert reading.notes == ("near is not checked for tracks",)


def test_times_belong_to_one_line() -> None:
    assert "LineString" in refused(feature(SQUARE, times=TIMES)).problem
    assert "LineString" in refused(feature(None, times=TIMES, positions=["35N 40E"])).problem


# Writing


def test_what_is_written_winds_as_the_standard_wants() -> None:
    outside = (LatLon(35.0, 179.5), LatLon(36.0, 179.5), LatLon(36.0, -179.5), LatLon(35.0, -179.5))
    hole = (LatLon(35.2, 179.8), LatLon(35.2, -179.8), LatLon(35.4, -179.8))
    volume = Volume4D(Polygon((outside, hole)), Band(SURFACE, UNLIMITED), WINDOW)
    written: Any = activity_features(Activity("a", "b", Kind.OTHER, "", 0, (volume,)))[0]
    rings = written["geometry"]["coordinates"]
    assert rings[0] == [[179.5, 35.0], [-179.5, 35.0], [-179.5, 36.0], [179.5, 36.0], [179.5, 35.0]]
    assert rings[1] == [[179.8, 35.2], [-179.8, 35.4], [-179.8, 35.2], [179.8, 35.2]]


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"ident": "a\x1bb"}, "control"), ({"ident": "x" * 201}, "longer"), ({"party": "\ud800"}, "control"),
     ({"title": "x" * 2001}, "longer"), ({"title": "a\nb"}, "control"), ({"priority": 2**53}, "priority")],
)  # fmt: skip
def test_what_cannot_be_written_is_refused_by_name(changes: Members, told: str) -> None:
    volume = Volume4D(Circle(LatLon(1.0, 2.0), 5.0), Band(SURFACE, UNLIMITED), WINDOW)
    with pytest.raises(ValueError, match=told) as caught:
        write_geojson([replace(Activity("a", "b", Kind.OTHER, "", 0, (volume,)), **changes)])
    assert "activity" in str(caught.value)
