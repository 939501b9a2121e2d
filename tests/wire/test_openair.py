"""OpenAir: the pen, the limits and the times, held to two independent readers (aerofiles, openair-rs)."""

import io
from collections.abc import Iterable
from typing import Any, cast

import openair
import pytest
from aerofiles.openair import Reader as OtherReader
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.airspace.activity import Kind
from clearline.conflict.exact import meets
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Polygon
from clearline.space.wgs84 import destination, distance_m
from clearline.space.window import TimeWindow
from clearline.wire.errors import MalformedError
from clearline.wire.openair import looks_like_openair, read_openair
from clearline.wire.openair_shape import parse_place
from clearline.wire.reading import Reading, Supplied
from tests.wire.plans import bare, examples

DAY = Supplied(party="BLUE", window=TimeWindow(0, 86_400_000))
CIRCLE = "V X=35:20:30 N 040:18:45 E\nDC 5\n"
AREA = "DP 35:00:00 N 040:00:00 E\nDP 35:00:00 N 041:00:00 E\nDP 36:00:00 N 040:30:00 E\n"


def text_of(drawing: str, **records: str) -> str:
    head = {"AC": "R", "AN": "North", "AL": "GND", "AH": "FL95", **records}
    return "".join(f"{command} {text}\n" for command, text in head.items() if text) + drawing


def read(text: str, supplied: Supplied = DAY) -> Reading:
    return read_openair(text.encode(), source="areas.txt", supplied=supplied)


def refused(text: str, supplied: Supplied = DAY) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read(text, supplied)
    return caught.value


_angles = st.tuples(st.integers(0, 59), st.integers(0, 59))


@st.composite
def _places(draw: st.DrawFn) -> str:
    lat, lon = draw(st.integers(0, 88)), draw(st.integers(0, 179))
    (m1, s1), (m2, s2) = draw(_angles), draw(_angles)
    ns, ew = draw(st.sampled_from("NS")), draw(st.sampled_from("EW"))
    if draw(st.booleans()):
        return f"{lat:02d}:{m1:02d}:{s1:02d} {ns} {lon:03d}:{m2:02d}:{s2:02d} {ew}"
    return f"{lat:02d}:{m1:02d}.{s1:03d}{ns} {lon:03d}:{m2:02d}.{s2:03d}{ew}"


@given(_places())
def test_places_are_where_another_reader_has_them(place: str) -> None:
    geometry = _other_area(text_of(f"V X={place}\nDC 1\n"))["geom"]
    assert geometry["type"] == "Circle"
    ours = parse_place(place)
    assert abs(ours.lat_deg - geometry["centerpoint"]["lat"]) < 1e-9
    assert abs(ours.lon_deg - geometry["centerpoint"]["lng"]) < 1e-9


@given(st.integers(0, 60_000), st.sampled_from(["ft AMSL", "ft MSL", "FT AGL", "ft", "m AMSL", "", " MSL"]))
def test_limits_agree_with_another_reader_wherever_both_are_sure(value: int, words: str) -> None:
    text = text_of(CIRCLE, AL=f"{value}{words}", AH="UNL")
    floor = _other_area(text)["lowerBound"]
    ours = read(text).activities[0].volumes[0].band.lower
    assert ours.value == value
    if ours.unit is None or ours.reference is None:
        assert "ft" not in words.lower() or "SL" not in words.upper()
        return
    feet = round((ours.metres or 0.0) / 0.3048)
    expected = {Reference.EGM96: "FeetAmsl", Reference.AGL: "FeetAgl"}[ours.reference]
    if floor["type"] == "Gnd":  # it takes "0 ft AGL" for the ground
        assert value == 0
    else:
        assert floor["type"] == expected
        assert abs(floor["val"] - feet) <= 1


def _other_arc(text: str) -> tuple[LatLon, float, bool, float, float]:
    """The one arc of an area as aerofiles reads it: centre, radius, direction, and the two bearings."""
    ((record, _),) = cast("Iterable[tuple[dict[str, Any], object]]", OtherReader(io.StringIO(text)))
    arc = record["elements"][0]
    return LatLon(*arc["center"]), arc["radius"] * 1852.0, arc["clockwise"], arc["start"], arc["end"]


def _other_area(text: str) -> dict[str, Any]:
    """The one area of a file as openair-rs reads it."""
    (area,) = openair.parse_string(text)
    return cast("dict[str, Any]", area)


@settings(max_examples=30)
@given(st.floats(0.5, 60.0), st.integers(0, 359), st.integers(1, 359), st.booleans())
def test_an_arc_is_held_and_hardly_more(radius_nm: float, start: int, turn: int, clockwise: bool) -> None:  # noqa: FBT001
    end = (start + turn if clockwise else start - turn) % 360
    drawing = f"V X=35:20:30 N 040:18:45 E\nV D={'+' if clockwise else '-'}\nDA {radius_nm:.2f},{start},{end}\n"
    text = text_of(f"{drawing}DP 35:20:30 N 040:18:45 E\n")
    centre, radius_m, *rest = _other_arc(text)
    assert rest == [clockwise, start, end]
    core = read(text).activities[0].volumes[0].shape.core()
    for share in (0.01, 0.37, 0.5, 0.99):
        bearing = start + (turn if clockwise else -turn) * share
        on_arc = destination(centre, bearing, radius_m)
        assert meets(core, Circle(on_arc, 0.0).core())
        assert not meets(core, Circle(destination(centre, bearing, radius_m + 1.5), 0.0).core())


def test_an_arc_between_two_places_goes_the_way_that_is_set() -> None:
    centre = parse_place("35:00:00 N 040:00:00 E")
    east, north = destination(centre, 90.0, 18_520.0), destination(centre, 0.0, 18_520.0)

    def words(place: LatLon) -> str:
        lat, lon = round(place.lat_deg * 3600), round(place.lon_deg * 3600)
        return (
            f"{lat // 3600:02d}:{lat // 60 % 60:02d}:{lat % 60:02d} N "
            f"{lon // 3600:03d}:{lon // 60 % 60:02d}:{lon % 60:02d} E"
        )

    pen = f"V X=35:00:00 N 040:00:00 E\nV D={{}}\nDB {words(north)},{words(east)}\n"
    small = read(text_of(pen.format("+") + "DP 35:00:00 N 040:00:00 E\n")).activities[0].volumes[0].shape.core()
    large = read(text_of(pen.format("-") + "DP 35:00:00 N 040:00:00 E\n")).activities[0].volumes[0].shape.core()
    north_east, south_west = (Circle(destination(centre, turn, 9_000.0), 0.0).core() for turn in (45.0, 225.0))
    assert (meets(small, north_east), meets(small, south_west)) == (True, False)
    assert (meets(large, north_east), meets(large, south_west)) == (False, True)


def test_the_direction_does_not_outlive_its_area() -> None:
    pen = "V X=35:20:30 N 040:18:45 E\n{}DA 10,0,90\nDP 35:20:30 N 040:18:45 E\n"
    text = text_of(pen.format("V D=-\n")) + text_of(pen.format(""), AN="South")
    sizes = [volume.shape for one in read(text).activities for volume in one.volumes]
    probe = Circle(destination(parse_place("35:20:30 N 040:18:45 E"), 45.0, 9_000.0), 0.0).core()
    assert [meets(shape.core(), probe) for shape in sizes] == [False, True]


def test_the_centre_does_not_outlive_its_area() -> None:
    error = refused(text_of(CIRCLE) + text_of("DC 5\n", AN="South"))
    assert "no centre" in error.problem
    assert error.where == "line 11"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("FL95", AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD)),
        ("FL 95", AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD)),
        ("1500ft MSL", AltitudeLimit(1500.0, Unit.FOOT, Reference.EGM96)),
        ("3000ft AGL", AltitudeLimit(3000.0, Unit.FOOT, Reference.AGL)),
        ("1500m AMSL", AltitudeLimit(1500.0, Unit.METRE, Reference.EGM96)),
        ("GND", SURFACE),
        ("SFC", SURFACE),
        ("3000ft", AltitudeLimit(3000.0, Unit.FOOT, None)),
        ("3000", AltitudeLimit(3000.0, None, None)),
        ("3000 MSL", AltitudeLimit(3000.0, None, Reference.EGM96)),
    ],
)
def test_a_limit_says_what_it_says_and_no_more(text: str, limit: AltitudeLimit) -> None:
    assert read(text_of(CIRCLE, AL=text, AH="UNL")).activities[0].volumes[0].band.lower == limit


def test_each_drawing_is_read() -> None:
    text = (
        text_of(CIRCLE, AN="circle", AH="UNL")
        + text_of(AREA, AN="area")
        + text_of("V W=10\nDY 35:00:00 N 040:00:00 E\nDY 35:00:00 N 041:00:00 E\n", AN="airway")
    )
    circle, area, airway = read(text).activities
    shape = circle.volumes[0].shape
    assert shape == Circle(parse_place("35:20:30 N 040:18:45 E"), 9260.0)
    assert circle.volumes[0].band.upper == UNLIMITED
    assert area.volumes[0].shape == Polygon(((LatLon(35, 40), LatLon(35, 41), LatLon(36, 40.5)),))
    assert airway.volumes[0].shape == Corridor((LatLon(35, 40), LatLon(35, 41)), 9260.0)
    assert circle.title == "circle (R)"


def test_extended_records_are_read() -> None:
    text = text_of(
        CIRCLE,
        AC="E",
        AI="id-1",
        AY="TRA",
        AF="123.300",
        AG="Radar",
        AX="7000",
        AA="2015-09-30T08:00Z/2015-09-30T24:00Z",
    )
    activity = read(text.replace("AA ", "AA 2015-10-02T08:00Z/NONE\nAA ")).activities[0]
    assert (activity.ident, activity.title, activity.kind) == ("id-1", "North (E/TRA)", Kind.AIRSPACE_MEASURE)
    assert [v.window.end_ms for v in activity.volumes] == [None, 1_443_657_600_000]
    assert activity.volumes[0].entered is not None
    assert activity.volumes[0].entered.notes == ("frequency 123.300", "station Radar", "transponder code 7000")
    assert read(text_of(CIRCLE, AC="Q")).activities[0].kind is Kind.HAZARDOUS_AREA


def test_terrain_is_no_airspace() -> None:
    text = text_of(CIRCLE) + "TO Lake\nDP 35:00:00 N 040:00:00 E\nSP 0,1,2,3,4\n" + text_of(AREA, AN="South")
    reading = read(text)
    assert [one.ident for one in reading.activities] == ["North", "South"]
    assert "terrain" in reading.notes[0]


def test_areas_of_one_name_are_told_apart() -> None:
    reading = read(text_of(CIRCLE) + text_of(AREA) + text_of(AREA))
    assert [one.ident for one in reading.activities] == ["North", "North (2)", "North (3)"]
    assert "told apart" in reading.notes[0]


def test_a_file_in_another_encoding_keeps_its_names() -> None:
    reading = read_openair(text_of(CIRCLE, AN="Müllheim").encode("latin-1"), source="x", supplied=DAY)
    assert reading.activities[0].ident == "Müllheim"
    assert "UTF-8" in reading.notes[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (text_of(CIRCLE, AN=""), "no name"),
        (text_of(CIRCLE, AL=""), "no AL"),
        (text_of(CIRCLE, AH=""), "no AH"),
        (text_of(CIRCLE, AL="FL195", AH="FL095"), "swap"),
        (text_of(CIRCLE, AL="100m AGL/423m AMSL"), "range"),
        (text_of(CIRCLE, AL="low"), "not an altitude"),
        (text_of(""), "draws nothing"),
        (text_of(CIRCLE + AREA), "more than one shape"),
        (text_of(CIRCLE + "DC 6\n"), "more than one shape"),
        (text_of("DC 5\n"), "no centre"),
        (text_of("V X=35:20:30 N 040:18:45 E\nDC five\n"), "not a number"),
        (text_of("V Z=3\n" + AREA), "not known"),
        (text_of("DY 35:00:00 N 040:00:00 E\n"), "no width"),
        (text_of("V W=10\nDY 35:00:00 N 040:00:00 E\n"), "one place"),
        (text_of(AREA.replace("35:00:00 N", "35:00:60 N", 1)), "59"),
        (text_of(AREA.replace("35:00:00 N", "35:60:00 N", 1)), "59"),
        (text_of(AREA.replace("35:00:00 N", "95:00:00 N", 1)), "latitude"),
        (text_of("DP 35:60.500 N 040:00.000 E\n"), "59 minutes"),
        (text_of(AREA.replace("35:00:00 N", "35:00.000 N", 1)), "seconds in one half"),
        (text_of(AREA.replace("35:00:00 N 040", "35.0 N 040", 1)), "not a place"),
        (text_of(AREA.replace("35:00:00 N 040:00:00 E", "040:00:00 E 35:00:00 N", 1)), "not a place"),
        (text_of("V X=35:00:00 N 040:00:00 E\nDA 10,90\n" + AREA), "radius, from, to"),
        (text_of("V X=35:00:00 N 040:00:00 E\nDB 35:30:00 N 040:00:00 E\n"), "not two places"),
        (text_of("V X=35:00:00 N 040:00:00 E\nDB 35:30:00 N 040:00:00 E,35:00:00 N 040:10:00 E\n"), "equally far"),
        (text_of("DX 3\n" + AREA), "not known"),
        (text_of(AREA, AA="NONE") + "AA 2015-09-30T08:00Z/NONE\n", "contradict"),
        (text_of(AREA, AA="NONE/2015-09-30T08:00Z"), "when it begins"),
        (text_of(AREA, AA="2015-09-30T08:00/2015-09-30T09:00"), "zone"),
        (text_of(AREA) + "AN again\n", "second AN"),
        (text_of(AREA) + "AH FL100\n", "second AH"),
        (AREA, "before any area"),
        ("AC R\n: what\n", "not a record"),
        ("* nothing\n", "no area"),
        ("", "no area"),
    ],
)
def test_a_fault_is_named(text: str, said: str) -> None:
    error = refused(text)
    assert said in f"{error.problem}; {error.mend}"


def test_party_and_time_are_supplied_or_the_file_is_refused() -> None:
    assert "party" in refused(text_of(CIRCLE), Supplied(window=DAY.window)).problem
    assert "no time" in refused(text_of(CIRCLE), Supplied(party="BLUE")).problem
    assert "no time" in refused(text_of(CIRCLE, AA="NONE"), Supplied(party="BLUE")).problem


def test_what_looks_like_openair_is_and_what_does_not_is_not() -> None:
    assert looks_like_openair(text_of(CIRCLE))
    assert looks_like_openair("* made by\r\nAC CTR\r\nAN Town\r\n")
    for other in ("", "party,id\n", "<kml/>", "EXER/AC R//\n", "ACMID/AC R//", "AC\n", '{"AC": 1}'):
        assert not looks_like_openair(other)


def test_a_place_is_whole_seconds_to_the_nearest_double() -> None:
    assert distance_m(parse_place("35:20:30 N 040:18:45 E"), LatLon(35 + 1230 / 3600, 40 + 1125 / 3600)) == 0.0
    assert parse_place("35:20.500S 040:18.750W") == LatLon(-(35 + 20.5 / 60), -(40 + 18.75 / 60))


def test_the_example_in_the_docs_is_read() -> None:
    (text,) = examples("openair.md", "openair")
    ridge, blasting = read_openair(text, source="docs", supplied=Supplied(party="BLUE")).activities
    assert (ridge.ident, str(ridge.volumes[0].band)) == ("nr-1", "1500 ft EGM96 to FL095")
    assert (blasting.kind, blasting.volumes[0].window.end_ms) == (Kind.HAZARDOUS_AREA, None)


def test_pens_and_labels_change_nothing() -> None:
    plain, drawn = text_of(CIRCLE), text_of(CIRCLE + "SP 0,1,0,0,0\nAT 35:20:30 N 040:18:45 E\nSB 1,2,3\n")
    assert bare(read(drawn).activities) == bare(read(plain).activities)
    assert len(read("SP 0,1,0,0,0\nTO Lake\nTC Pond\n" + plain).activities) == 1
