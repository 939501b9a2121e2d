"""KML and KMZ: drawings hold what they stand for, exact shapes come back, and nothing hostile gets in."""

import io
import zipfile

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clearline.airspace.activity import Activity, Kind
from clearline.conflict.exact import meets
from clearline.space.altitude import SURFACE, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Polygon, Shape, ShapeError
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow
from clearline.wire.errors import MalformedError
from clearline.wire.kml import looks_like_kml, read_kml, read_kmz
from clearline.wire.kml_outline import outlines
from clearline.wire.kml_write import write_kml
from clearline.wire.reading import Reading, Supplied
from tests.wire.plans import NOTHING, activities, bare, examples

HEAD = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">'
SPAN = "<TimeSpan><begin>2015-09-30T08:00:00Z</begin><end>2015-09-30T10:00:00Z</end></TimeSpan>"
RING = "40,35,{0} 41,35,{0} 40.5,36,{0} 40,35,{0}"
AREA = (
    "<Polygon><extrude>1</extrude><altitudeMode>absolute</altitudeMode><outerBoundaryIs><LinearRing><coordinates>"
    + RING.format(1500)
    + "</coordinates></LinearRing></outerBoundaryIs></Polygon>"
)
BLUE = Supplied(party="BLUE", half_width_m=500.0, half_height_m=30.0)


def document(*placemarks: str) -> str:
    return f"{HEAD}<Document>" + "".join(f"<Placemark>{one}</Placemark>" for one in placemarks) + "</Document></kml>"


def data(**facts: object) -> str:
    values = "".join(f'<Data name="{name}"><value>{text}</value></Data>' for name, text in facts.items())
    return f"<ExtendedData>{values}</ExtendedData>"


def read(text: str, supplied: Supplied = BLUE) -> Reading:
    return read_kml(text.encode(), source="plan.kml", supplied=supplied)


def refused(text: str | bytes, supplied: Supplied = BLUE) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read_kml(text.encode() if isinstance(text, str) else text, source="plan.kml", supplied=supplied)
    return caught.value


def writable(found: list[Activity]) -> str:
    """The activities as KML, where their round shapes can be drawn at all (a capsule is longer than its line)."""
    try:
        return write_kml(found)
    except ValueError as error:
        assume("further than 1500 km" not in str(error))
        raise


@given(activities)
def test_what_is_written_is_read_back(found: list[Activity]) -> None:
    text = writable(found)
    assert looks_like_kml(text[:4096])
    assert bare(read(text, NOTHING).activities) == bare(tuple(found))


_ends = st.builds(LatLon, st.floats(-70.0, 70.0), st.floats(-180.0, 180.0))


@settings(max_examples=15)
@given(_ends, st.floats(0.0, 360.0), st.floats(0.0, 600_000.0), st.floats(1.0, 200_000.0), st.floats(0.0, 1.0))
def test_a_drawing_holds_the_round_shape_it_stands_for(
    first: LatLon, azimuth_deg: float, length_m: float, radius_m: float, share: float
) -> None:
    second = destination(first, azimuth_deg, length_m)
    rings = [Polygon((ring,)).core() for ring in outlines(Corridor((first, second), radius_m).core())]
    along = destination(first, azimuth_deg, share * length_m)
    for turn in range(0, 360, 72):
        rim = destination(along, float(turn), radius_m * 0.999999)
        assert any(meets(ring, Circle(rim, 0.0).core()) for ring in rings), (turn, rim)


def test_a_circle_is_drawn_no_more_than_a_metre_too_wide() -> None:
    centre = LatLon(35.0, 40.0)
    (ring,) = outlines(Circle(centre, 10_000.0).core())
    beyond = destination(centre, 77.0, 10_002.0)
    assert not meets(Polygon((ring,)).core(), Circle(beyond, 0.0).core())


def test_longitude_stands_before_latitude() -> None:
    shape = read(document(f"<name>A</name>{SPAN}{AREA}")).activities[0].volumes[0].shape
    assert shape == Polygon(((LatLon(35, 40), LatLon(35, 41), LatLon(36, 40.5)),))


@pytest.mark.parametrize(
    ("mode", "extrude", "band"),
    [
        ("absolute", "1", Band(SURFACE, AltitudeLimit(1500.0, Unit.METRE, Reference.EGM96))),
        ("relativeToGround", "1", Band(SURFACE, AltitudeLimit(1500.0, Unit.METRE, Reference.AGL))),
        ("absolute", "0", None),
        ("relativeToGround", "0", None),
        ("clampToGround", "1", None),
        ("", "1", None),
    ],
)
def test_an_area_has_a_band_only_where_it_is_extruded(mode: str, extrude: str, band: Band | None) -> None:
    text = (
        document(f"<name>A</name>{SPAN}{AREA}").replace("absolute", mode).replace("<extrude>1", f"<extrude>{extrude}")
    )
    if band is None:
        assert "states no altitude" in refused(text).problem
        limits = Supplied(party="BLUE", lower=SURFACE, upper=AltitudeLimit(400.0, Unit.FOOT, Reference.AGL))
        assert str(read(text, limits).activities[0].volumes[0].band) == "SURFACE to 400 ft AGL"
    else:
        assert read(text).activities[0].volumes[0].band == band


def test_data_state_the_band_whatever_is_drawn() -> None:
    placemark = f"<name>A</name>{SPAN}{data(lower='FL050', upper='FL095', kind='patrol', id='A1', party='RED')}{AREA}"
    activity = read(document(placemark)).activities[0]
    assert str(activity.volumes[0].band) == "FL050 to FL095"
    assert (activity.party, activity.ident, activity.kind, activity.title) == ("RED", "A1", Kind.PATROL, "A")


def test_a_line_has_the_band_of_its_places_and_room_either_way() -> None:
    places = "40,35,1000 40.5,35,1200"
    line = f"<LineString><altitudeMode>absolute</altitudeMode><coordinates>{places}</coordinates></LineString>"
    volume = read(document(f"<name>A</name>{SPAN}{line}")).activities[0].volumes[0]
    assert volume.shape == Corridor((LatLon(35, 40), LatLon(35, 40.5)), 500.0)
    assert (volume.band.lower.value, volume.band.upper.value) == (970.0, 1230.0)
    assert "width" in refused(document(f"<name>A</name>{SPAN}{line}"), Supplied(party="BLUE")).problem


def test_a_point_is_a_circle_of_the_radius_stated() -> None:
    point = "<Point><coordinates>40,35</coordinates></Point>"
    facts = data(radius_m=5000, lower="SFC", upper="UNL")
    volume = read(document(f"<name>A</name>{SPAN}{facts}{point}")).activities[0].volumes[0]
    assert volume.shape == Circle(LatLon(35, 40), 5000.0)
    assert "no extent" in refused(document(f"<name>A</name>{SPAN}{point}")).problem


def test_holes_and_several_geometries_are_read() -> None:
    ring = "40.4,35.2 40.6,35.2 40.5,35.4 40.4,35.2"
    hole = f"<innerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></innerBoundaryIs>"
    holed = AREA.replace("</Polygon>", hole + "</Polygon>")
    text = document(f"<name>A</name>{SPAN}<MultiGeometry>{holed}{AREA}</MultiGeometry>")
    # A hole without altitudes leaves its polygon without a band.
    assert "states no altitude" in refused(text).problem
    volumes = (
        read(text.replace("5.2 ", "5.2,9 ").replace("5.4 ", "5.4,9 ").replace("5.2<", "5.2,9<")).activities[0].volumes
    )
    assert [len(volume.shape.core().parts) for volume in volumes] == [2, 1]


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("<TimeSpan><begin>2015-09-30T08:00:00Z</begin></TimeSpan>", None),
        ("<TimeSpan><begin>2015-09-30</begin><end>2015-09-30</end></TimeSpan>", None),
        ("<TimeStamp><when>2015-09-30</when></TimeStamp>", None),
        ("<TimeSpan><end>2015-09-30T08:00:00Z</end></TimeSpan>", "no begin"),
        ("<TimeSpan><begin>2015-09-30T08:00:00</begin></TimeSpan>", "zone"),
        ("<TimeStamp><when>2015-09-30T08:00:00Z</when></TimeStamp>", "instant"),
        (SPAN + SPAN, "more than one"),
        ("", "no time"),
    ],
)
def test_times(time: str, said: str | None) -> None:
    text = document(f"<name>A</name>{time}{AREA}")
    if said is not None:
        assert said in refused(text).problem
        return
    window = read(text).activities[0].volumes[0].window
    assert (window.end_ms is None) == ("<end>" not in text and "when" not in text)
    if "08:00" not in text:
        assert (window.end_ms or 0) - window.start_ms == 86_400_000 - 1


def test_time_that_only_a_folder_states_is_refused() -> None:
    window = TimeWindow(0, 1000)
    text = document(f"<name>A</name>{AREA}").replace("<Document>", f"<Document>{SPAN}")
    assert "folder" in refused(text, Supplied(party="BLUE", window=window)).problem
    assert read(document(f"<name>A</name>{AREA}"), Supplied(party="BLUE", window=window)).activities


TRACK = (
    "<gx:Track><altitudeMode>absolute</altitudeMode>"
    "<when>2015-09-30T08:00:00Z</when><when>2015-09-30T08:01:00Z</when><when>2015-09-30T08:02:00Z</when>"
    "<gx:coord>40.0 35.0 1000</gx:coord><gx:coord>40.1 35.0 1100</gx:coord><gx:coord>40.2 35.0 1200</gx:coord>"
    "</gx:Track>"
)


def test_a_track_becomes_the_volumes_that_hold_it() -> None:
    activity = read(document(f"<name>X1</name>{TRACK}")).activities[0]
    assert min(volume.window.start_ms for volume in activity.volumes) == 1_443_600_000_000
    assert max(volume.window.end_ms or 0 for volume in activity.volumes) == 1_443_600_120_000
    assert {volume.band.lower.reference for volume in activity.volumes} == {Reference.EGM96}
    cores = [volume.shape.core() for volume in activity.volumes]
    for lon_deg in (40.0, 40.05, 40.1, 40.2):
        assert any(meets(core, Circle(LatLon(35.0, lon_deg), 0.0).core()) for core in cores)


def test_a_track_in_pieces_is_one_flight_with_a_gap() -> None:
    later = TRACK.replace("T08:", "T09:").replace("40.", "42.")
    whole = f"<name>X1</name><gx:MultiTrack>{TRACK}{later}</gx:MultiTrack>"
    reading = read(document(whole))
    windows = sorted((v.window.start_ms, v.window.end_ms or 0) for v in reading.activities[0].volumes)
    reached = windows[0][1]
    for start_ms, end_ms in windows:
        assert start_ms <= reached, "nothing between the two pieces holds the aircraft"
        reached = max(reached, end_ms)
    assert "lost" in reading.notes[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<when>2015-09-30T08:01:00Z</when>", "", "2 times and 3"),
        ("08:01:00Z", "08:01:00", "zone"),
        ("2015-09-30T08:01:00Z", "2015-09-30", "is a day"),
        ("40.1 35.0 1100", "40.1,35.0,1100", "not lon lat"),
        ("40.1 35.0 1100", "x 35.0 1100", "not numbers"),
        ("40.1 35.0 1100", "40.1 95.0 1100", "latitude"),
        ("40.1 35.0 1100", "90.1 35.0 1100", "faster than anything"),
        ("absolute", "clampToSeaFloor", "altitudeMode"),
    ],
)
def test_a_track_that_cannot_be_is_refused(old: str, new: str, said: str) -> None:
    assert said in refused(document(f"<name>X1</name>{TRACK.replace(old, new)}")).problem


def test_a_drawing_that_was_moved_is_refused() -> None:
    band, window = Band(SURFACE, AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD)), TimeWindow(0, 60_000)
    shapes: list[Shape] = [
        Circle(LatLon(35.5, 40.5), 5_000.0),
        Corridor((LatLon(35.5, 40.5), LatLon(35.5, 40.75)), 500.0),
        Corridor((LatLon(35.5, 40.5), LatLon(35.5, 40.75)), 0.0),
    ]
    for shape in shapes:
        text = write_kml([Activity("A", "BLUE", Kind.OTHER, "", 0, (Volume4D(shape, band, window),))])
        assert read(text).activities[0].volumes[0].shape == shape
        head, mark, tail = text.partition("<coordinates>")
        number = tail.partition(",")[0]
        moved = head + mark + repr(float(number) + 0.001) + tail[len(number) :]
        assert "drawing" in refused(moved).problem
        slightly = head + mark + repr(float(number) + 1e-7) + tail[len(number) :]
        assert read(slightly).activities[0].volumes[0].shape == shape


def test_a_shape_too_wide_to_draw_is_refused_by_name() -> None:
    line = Corridor((LatLon(0.0, 0.0), LatLon(0.0, 26.5)), 200_000.0)
    band = Band(SURFACE, AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD))
    activity = Activity("wide", "BLUE", Kind.OTHER, "", 0, (Volume4D(line, band, TimeWindow(0, 1)),))
    with pytest.raises(ValueError, match="'wide' cannot be written as KML"):
        write_kml([activity])
    with pytest.raises(ShapeError):
        outlines(line.core())


@pytest.mark.parametrize(
    ("placemark", "said"),
    [
        (f"<name>A</name>{SPAN}{AREA.replace('41,35,1500', '41,35,1500,2')}", "not lon,lat"),
        (f"<name>A</name>{SPAN}{AREA.replace('41,35', 'nan,35')}", "not numbers"),
        (f"<name>A</name>{SPAN}{AREA.replace('41,35', '41,95')}", "latitude"),
        (f"<name>A</name>{SPAN}{AREA.replace('41,35,1500 ', '')}", "at least three"),
        (f"<name>A</name>{SPAN}{AREA.replace('outer', 'other')}", "no outer boundary"),
        (f"<name>A</name>{SPAN}{AREA.replace('absolute', 'absolut')}", "altitudeMode"),
        (f"<name>A</name>{SPAN}<LinearRing><coordinates>40,35 41,35 40.5,36</coordinates></LinearRing>", "LinearRing"),
        (f"<name>A</name>{SPAN}<Model/>", "Model"),
        (f"{SPAN}{AREA}", "no id and no name"),
        (f"<name>A</name>{SPAN}{data(lower='FL050')}{AREA}", "only the lower"),
        (f"<name>A</name>{SPAN}{data(lower='FL150', upper='FL050')}{AREA}", "swap"),
        (f"<name>A</name>{SPAN}{data(radius_m=5)}{AREA}", "no meaning"),
        (
            f"<name>A</name>{SPAN}{data(radius_m=5)}<Point><coordinates>40,35 41,35</coordinates></Point>",
            "2 coordinates",
        ),
        (f"<name>A</name>{SPAN}<LineString><coordinates> </coordinates></LineString>", "no coordinates"),
        (f"<name>A</name>{SPAN}<LineString><coordinates>4-0,35 41,35</coordinates></LineString>", "not numbers"),
        (f"<name>A</name>{SPAN}{data(lower='SFC')}{data(lower='GND')}{AREA}", "twice"),
        (f"<name>A</name>{SPAN}{data(kind='raid')}{AREA}", "kind"),
        (f"<name>A</name>{SPAN}{data(start='2015-09-30T08:00Z')}{AREA}", "differ"),
        (f"<name>A</name>{SPAN}{data(ceiling='FL050')}{AREA}", "could be meant for upper"),
        (f"<name>A</name>{SPAN}{data(shape='star', exact_coordinates='40,35')}{AREA}", "not known"),
        (f"<name>A</name>{SPAN}{data(near='Harran @ 36.8600°N 039.0300°E')}{AREA}", "landmark"),
        (f"<name>A</name>{SPAN}{data(priority='1.5')}{AREA}", "whole number"),
    ],
)
def test_a_fault_is_named(placemark: str, said: str) -> None:
    error = refused(document(placemark))
    assert said in f"{error.problem}; {error.mend}"
    assert error.where == "line 1"


def test_a_party_is_stated_or_supplied() -> None:
    assert "party" in refused(document(f"<name>A</name>{SPAN}{AREA}"), NOTHING).problem


def test_data_not_ours_are_noted_and_never_dropped_silently() -> None:
    notes = read(document(f"<name>A</name>{SPAN}{data(squawk='7000')}{AREA}", "<name>no drawing</name>")).notes
    assert [note for note in notes if "squawk" in note]
    assert [note for note in notes if "without a geometry" in note]


@pytest.mark.parametrize(
    "lost",
    [SPAN, data(upper="FL095"), f"<MultiGeometry/>{SPAN}", f'<MultiGeometry><gx:X/>{AREA}</MultiGeometry>{SPAN}',
     f"{SPAN}{AREA}".replace("<Polygon>", '<Polygon xmlns="http://example.org/kml">'),
     f"{SPAN}<Polygon><extrude>1</extrude></Polygon>"],
)  # fmt: skip
def test_a_plan_whose_place_was_lost_is_no_plan_less(lost: str) -> None:
    assert refused(document(f"<name>A</name>{SPAN}{AREA}", f"<name>B</name>{lost}")).where == "line 1"


def test_a_placemark_of_a_namespace_not_read_is_refused() -> None:
    text = document(f"<name>A</name>{SPAN}{AREA}", f"<name>B</name>{SPAN}{AREA}")
    foreign = "<Placemark xmlns='http://example.org/kml'><name>B</name>"
    assert "namespace" in refused(text.replace("<Placemark><name>B</name>", foreign)).problem


def test_a_ring_that_does_not_close_was_cut_off() -> None:
    cut = AREA.replace(" 40,35,1500</coordinates>", "</coordinates>")
    assert "end where it begins" in refused(document(f"<name>A</name>{SPAN}{cut}")).problem
    by_a_hair = AREA.replace(" 40,35,1500</coordinates>", " 40.000001,35,1500</coordinates>")
    assert read(document(f"<name>A</name>{SPAN}{by_a_hair}")).activities[0].ident == "A"


def test_a_line_of_one_place_is_no_line() -> None:
    line = "<LineString><coordinates>40,35</coordinates></LineString>"
    facts = data(lower="SFC", upper="UNL")
    assert "one coordinate" in refused(document(f"<name>A</name>{SPAN}{facts}{line}")).problem


@pytest.mark.parametrize("end", ["40.0 35.0 1000", "40.2 35.0 1200"])
def test_a_track_whose_first_or_last_report_lost_its_place_is_refused(end: str) -> None:
    lost = TRACK.replace(f"<gx:coord>{end}</gx:coord>", "<gx:coord/>")
    assert "no place" in refused(document(f"<name>X1</name>{lost}")).problem


def test_placemarks_of_one_name_are_told_apart() -> None:
    reading = read(document(f"<name>A</name>{SPAN}{AREA}", f"<name>A</name>{SPAN}{AREA}"))
    assert [one.ident for one in reading.activities] == ["A", "A (2)"]
    assert "told apart" in reading.notes[0]
    same = f"{data(id='A')}<name>A</name>{SPAN}{AREA}"
    assert [len(one.volumes) for one in read(document(same, same)).activities] == [2]


@pytest.mark.parametrize("link", ["NetworkLink", "NetworkLinkControl"])
def test_a_link_out_of_the_file_is_refused(link: str) -> None:
    text = document(f"<name>A</name>{SPAN}{AREA}").replace("</Document>", f"<{link}/></Document>")
    assert f"a {link} leads" in refused(text).problem


def test_names_without_end_are_refused() -> None:
    facts = data(**{f"n{number}": 1 for number in range(2_000)})
    assert "names for data" in refused(document(f"<name>A</name>{SPAN}{facts}{AREA}")).problem


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><kml>&j;</kml>"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "document type"),
        ('<!DOCTYPE kml SYSTEM "file:///etc/passwd"><kml/>', "document type"),
        ('<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>', "document type"),
        ("<kml>&x;</kml>", "well-formed"),
        ("<kml>" + "<Folder>" * 100, "nested more than"),
        ("<gpx/>", "root element"),
        ("<kml><Document></kml>", "well-formed"),
        ("<kml>", "well-formed"),
        ("", "well-formed"),
        ("no xml at all", "well-formed"),
        ('<?xml version="1.0" encoding="klingon"?><kml/>', "encoding"),
        ("<kml/>", "no placemark"),
        ("<kml>\x01</kml>", "well-formed"),
    ],
)
def test_hostile_xml_is_refused(text: str, said: str) -> None:
    assert said in refused(text).problem


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        for name, content in members:
            target.writestr(name, content)
    return stream.getvalue()


GOOD = document(f"<name>A</name>{SPAN}{AREA}").encode()


def test_a_kmz_holds_one_document() -> None:
    packed = archive(("doc.kml", GOOD), ("files/icon.png", b"x"))
    assert read_kmz(packed, source="plan.kmz", supplied=BLUE) == read_kml(GOOD, source="plan.kmz", supplied=BLUE)


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (archive(("a.kml", GOOD), ("b.kml", GOOD)), "2 KML documents"),
        (archive(("icon.png", b"x")), "0 KML documents"),
        (archive(("../doc.kml", GOOD)), "leads out"),
        (archive(("/doc.kml", GOOD)), "leads out"),
        (archive(("c:doc.kml", GOOD)), "leads out"),
        (archive(("doc.kml", b"<kml>" + b" " * 40_000_000)), "unpacks to more"),
        (archive(("doc.kml", GOOD), method=zipfile.ZIP_BZIP2), "oddly packed"),
        (archive(("doc.kml", GOOD))[:-30], "not a sound zip"),
        (b"PK\x03\x04", "not a sound zip"),
        (b"", "not a sound zip"),
    ],
)
def test_a_hostile_kmz_is_refused(packed: bytes, said: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read_kmz(packed, source="plan.kmz", supplied=BLUE)
    assert said in caught.value.problem


def test_a_damaged_member_is_refused() -> None:
    packed = bytearray(archive(("doc.kml", GOOD)))
    at = packed.index(b"doc.kml") + len("doc.kml") + 40
    packed[at] ^= 0xFF
    with pytest.raises(MalformedError):
        read_kmz(bytes(packed), source="plan.kmz", supplied=BLUE)


def test_the_example_in_the_docs_is_read() -> None:
    (text,) = examples("kml.md", "xml")
    survey, flight = read_kml(text, source="docs", supplied=NOTHING).activities
    assert (survey.party, survey.ident, survey.kind) == ("Survey office", "S-1", Kind.UAS_FLIGHT)
    assert str(survey.volumes[0].band) == "SURFACE to 400 ft AGL"
    assert flight.ident == "S-2"


def test_a_band_stated_for_a_track_goes_before_its_reports() -> None:
    stated = read(document(f"<name>X1</name>{data(lower='FL050', upper='FL095')}{TRACK}"))
    assert {str(volume.band) for volume in stated.activities[0].volumes} == {"FL050 to FL095"}
    assert stated.notes == ()
    grounded = TRACK.replace("absolute", "clampToGround")
    limits = Supplied(
        party="BLUE", half_width_m=500.0, lower=SURFACE, upper=AltitudeLimit(30.0, Unit.METRE, Reference.AGL)
    )
    supplied = read(document(f"<name>X1</name>{grounded}"), limits)
    assert {str(volume.band) for volume in supplied.activities[0].volumes} == {"SURFACE to 30 m AGL"}
    assert "no known altitude" in read(document(f"<name>X1</name>{grounded}")).notes[0]


def test_a_report_without_a_place_is_none() -> None:
    lost = TRACK.replace("<gx:coord>40.1 35.0 1100</gx:coord>", "<gx:coord/>")
    places = [
        place
        for v in read(document(f"<name>X1</name>{lost}")).activities[0].volumes
        for place in v.shape.core().parts[0]
    ]
    assert {place.lon_deg for place in places} >= {40.0, 40.2}


def test_simple_data_are_data_and_pictures_are_noted() -> None:
    simple = "".join(
        f'<SimpleData name="{name}">{text}</SimpleData>' for name, text in [("lower", "SFC"), ("upper", "UNL")]
    )
    facts = f"<ExtendedData><SchemaData>{simple}</SchemaData></ExtendedData>"
    text = document(f"<name>A</name>{SPAN}{facts}{AREA}").replace("</Document>", "<GroundOverlay/></Document>")
    reading = read(text)
    assert str(reading.activities[0].volumes[0].band) == "SURFACE to UNLIMITED"
    assert "GroundOverlay" in reading.notes[0]


def test_a_time_in_a_place_of_its_own_is_no_folder_time() -> None:
    window = Supplied(party="BLUE", window=TimeWindow(0, 1))
    text = document(f"<name>A</name>{AREA}").replace("<Document>", f"<Document><LookAt>{SPAN}</LookAt>")
    assert len(read(text, window).activities) == 1
