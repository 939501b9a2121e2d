"""Airspace control orders: all eight shapes read and written back, and nothing assumed that an order must say."""

import pytest
from hypothesis import given

from clearline.airspace.activity import Activity, Kind
from clearline.conflict.exact import meets
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import azimuths_and_distances, destination, distance_m
from clearline.space.window import TimeWindow
from clearline.wire.aco import looks_like_aco, read_aco
from clearline.wire.aco_text import parse_length, parse_level
from clearline.wire.aco_write import write_aco
from clearline.wire.errors import MalformedError
from clearline.wire.reading import DatumPolicy, Reading, Supplied
from clearline.wire.times import parse_time
from tests.wire.distances import off_path_m
from tests.wire.plans import NOTHING, bare, examples, orders

A, B, C = "LATS:352030N0401845E", "LATS:352030N0410000E", "LATS:360000N0403000E"
PA, PB, PC = LatLon(35 + 1230 / 3600, 40 + 1125 / 3600), LatLon(35 + 1230 / 3600, 41.0), LatLon(36.0, 40.5)
HEAD = (
    "OPER/NORTH WIND//\nMSGID/ACO/HQ AIR/1/SEP//\nAMPN/FREE TEXT HERE//\nREF/A/MSG/HQ/01SEP2015//\nACOID/AREA/30A//\n"
    "GEODATUM/WGS 1984//\nPERIOD/300600ZSEP2015/010600ZOCT2015//\n"
)
TAIL = "EFFLEVEL/BRFL:GL-FL240//\nAPERIOD/DISCRETE/300800ZSEP/301000ZSEP//\n"


def measure(shape: str, fields: str, name: str = "ERMA", use: str = "AAR") -> str:
    return f"ACMID/ACM:ROZ/NAME:{name}/{shape}/USE:{use}//\n{shape}/{fields}//\n{TAIL}"


def read(text: str, supplied: Supplied = NOTHING) -> Reading:
    return read_aco(text.encode(), source="order.aco", supplied=supplied)


def refused(text: str, supplied: Supplied = NOTHING) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read(text, supplied)
    return caught.value


def shape_of(text: str, supplied: Supplied = NOTHING) -> Shape:
    return read(HEAD + text, supplied).activities[0].volumes[0].shape


@given(orders())
def test_what_is_written_is_read_back(found: list[Activity]) -> None:
    text = write_aco(found)
    assert looks_like_aco(text[:4096])
    assert bare(read(text).activities) == found


EIGHT = {
    "POLYGON": measure("POLYGON", f"{A}/{B}/{C}"),
    "CIRCLE": measure("CIRCLE", f"{A}/5NM"),
    "CORRIDOR": measure("CORRIDOR", f"5KM/{A}/{B}/{C}"),
    "AORBIT": measure("AORBIT", f"{A}/{B}/10NM/C"),
    "AORBIT left": measure("AORBIT", f"{A}/{B}/10NM/L"),
    "1TRACK": measure("1TRACK", f"LEG/FROM/TO/LEFT/RIGHT\n/1/{A}/{B}/5NM/5NM\n/2/{B}/{C}/5NM/5NM"),
    "POLYARC": measure("POLYARC", f"{A}/330T/30NM/160T/{B}/{C}")
    .replace("0410000E", "0405000E")
    .replace("360000N", "354000N"),
    "RADARC": measure("RADARC", f"{A}/170T/050T/15KM/35KM"),
    "APOINT": measure("APOINT", A),
    "GEOLINE": measure("GEOLINE", f"{A}/{B}"),
}


@pytest.mark.parametrize("name", list(EIGHT))
def test_each_of_the_eight_shapes_comes_back_as_it_was(name: str) -> None:
    reading = read(HEAD + EIGHT[name])
    again = read(write_aco(reading.activities))
    assert bare(again.activities) == bare(
        tuple(
            Activity(one.ident, "HQ AIR", one.kind, one.title, one.priority, one.volumes) for one in reading.activities
        )
    )
    assert [v.entered.place for v in again.activities[0].volumes if v.entered] == [
        v.entered.place for v in reading.activities[0].volumes if v.entered
    ]


def test_the_shapes_are_what_they_say() -> None:
    assert shape_of(EIGHT["POLYGON"]) == Polygon(((PA, PB, PC),))
    assert shape_of(EIGHT["CIRCLE"]) == Circle(PA, 9260.0)
    assert shape_of(EIGHT["CORRIDOR"]) == Corridor((PA, PB, PC), 2500.0)
    assert shape_of(EIGHT["AORBIT"]) == Orbit(PA, PB, 9260.0)
    assert shape_of(EIGHT["1TRACK"]) == Corridor((PA, PB, PC), 9260.0)
    assert shape_of(EIGHT["APOINT"]) == Circle(PA, 0.0)
    assert shape_of(EIGHT["GEOLINE"]) == Corridor((PA, PB), 0.0)
    assert shape_of(EIGHT["GEOLINE"], Supplied(half_width_m=500.0)) == Corridor((PA, PB), 500.0)


def test_a_sector_holds_what_lies_between_its_arcs() -> None:
    core = shape_of(EIGHT["RADARC"]).core()
    for bearing, range_m, inside in [(200.0, 34_990.0, True), (30.0, 15_010.0, True), (100.0, 20_000.0, False)]:
        assert meets(core, Circle(destination(PA, bearing, range_m), 0.0).core()) is inside
    assert not meets(core, Circle(destination(PA, 200.0, 14_990.0), 0.0).core())


def test_an_area_with_an_arc_holds_its_arc_and_its_points() -> None:
    core = shape_of(EIGHT["POLYARC"]).core()
    for bearing in (331.0, 30.0, 159.0):
        assert meets(core, Circle(destination(PA, bearing, 30 * 1852.0 - 1.0), 0.0).core())
    assert not meets(core, Circle(destination(PA, 250.0, 20 * 1852.0), 0.0).core())


def test_an_orbit_beside_its_axis_lies_on_that_side() -> None:
    left, right = (shape_of(measure("AORBIT", f"{A}/{B}/10NM/{side}")).core() for side in "LR")
    north, south = (Circle(destination(PA, bearing, 9_000.0), 0.0).core() for bearing in (0.0, 180.0))
    assert (meets(left, north), meets(left, south)) == (True, False)
    assert (meets(right, north), meets(right, south)) == (False, True)
    azimuth_deg, length_m = (float(values[0]) for values in azimuths_and_distances([PA], [PB]))
    for share in (0.0, 0.3, 0.5, 1.0):
        on_axis = Circle(destination(PA, azimuth_deg, share * length_m), 0.0).core()
        assert meets(left, on_axis)
        assert meets(right, on_axis)


def test_a_track_wider_to_one_side_is_that_wide_to_both() -> None:
    reading = read(HEAD + measure("1TRACK", f"1/{A}/{B}/5NM/10NM/2/{B}/{C}/5NM/5NM"))
    assert [v.shape for v in reading.activities[0].volumes] == [Corridor((PA, PB), 18520.0), Corridor((PB, PC), 9260.0)]
    assert "wider to one side" in reading.notes[0]


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("BRRA:GL-100AGL", Band(SURFACE, AltitudeLimit(10_000.0, Unit.FOOT, Reference.AGL))),
        (
            "BRFL:MSL-FL230",
            Band(
                AltitudeLimit(0.0, Unit.METRE, Reference.EGM96), AltitudeLimit(230.0, Unit.FLIGHT_LEVEL, Reference.STD)
            ),
        ),
        (
            "RAFL:070AMSL-FL280",
            Band(
                AltitudeLimit(7000.0, Unit.FOOT, Reference.EGM96),
                AltitudeLimit(280.0, Unit.FLIGHT_LEVEL, Reference.STD),
            ),
        ),
        (
            "FLFL:FL100-FL230",
            Band(
                AltitudeLimit(100.0, Unit.FLIGHT_LEVEL, Reference.STD),
                AltitudeLimit(230.0, Unit.FLIGHT_LEVEL, Reference.STD),
            ),
        ),
        (
            "RARA:005AGL-050AMSL",
            Band(AltitudeLimit(500.0, Unit.FOOT, Reference.AGL), AltitudeLimit(5000.0, Unit.FOOT, Reference.EGM96)),
        ),
        ("GL-UNL", Band(SURFACE, UNLIMITED)),
    ],
)
def test_levels(text: str, band: Band) -> None:
    assert parse_level(text) == band


@pytest.mark.parametrize(
    "text",
    ["10000AMSL-FL230", "BRRA:GL-FL230", "FLFL:FL10-FL230", "070-FL230", "BRFL:FL230", "FLFL:FL230-FL100", "", "X"],
)
def test_a_level_that_could_be_two_things_is_refused(text: str) -> None:
    error = refused(HEAD + EIGHT["CIRCLE"].replace("BRFL:GL-FL240", text))
    assert error.where == "line 10"


def windows(aperiod: str, head: str = HEAD) -> list[tuple[int, int | None]]:
    text = head + EIGHT["CIRCLE"].replace("APERIOD/DISCRETE/300800ZSEP/301000ZSEP//\n", aperiod)
    return [(v.window.start_ms, v.window.end_ms) for v in read(text).activities[0].volumes]


def ms(text: str) -> int:
    return parse_time(text, end=False)


def test_periods() -> None:
    day = (ms("2015-09-30T08:00Z"), ms("2015-09-30T10:00Z"))
    assert windows("APERIOD/DISCRETE/300800ZSEP/301000ZSEP//") == [day]
    assert windows("APERIOD/DISCRETE/300800ZSEP2015/301000ZSEP15//") == [day]
    assert windows("APERIOD/DISCRETE/300800ZSEP/UFN//") == [(day[0], None)]
    assert windows("APERIOD/DISCRETE/300800ZSEP/UNK//") == [(day[0], None)]
    assert windows("") == [(ms("2015-09-30T06:00Z"), ms("2015-10-01T06:00Z"))]
    twice = windows("APERIOD/DISCRETE/300800ZSEP/301000ZSEP//APERIOD/DISCRETE/010800ZOCT/011000ZOCT//")
    assert twice == [day, (ms("2015-10-01T08:00Z"), ms("2015-10-01T10:00Z"))]


def test_a_group_without_a_year_is_of_the_year_nearest_to_the_order() -> None:
    head = HEAD.replace("300600ZSEP2015/010600ZOCT2015", "310600ZDEC2015/020600ZJAN2016")
    assert windows("APERIOD/DISCRETE/311800ZDEC/011800ZJAN//", head) == [
        (ms("2015-12-31T18:00Z"), ms("2016-01-01T18:00Z"))
    ]
    assert "year" in refused(HEAD + EIGHT["CIRCLE"].replace("300800ZSEP", "010800ZAPR")).problem
    no_period = HEAD.replace("PERIOD/300600ZSEP2015/010600ZOCT2015//\n", "")
    assert "no PERIOD" in refused(no_period + EIGHT["CIRCLE"]).problem


def test_a_period_without_a_zone_gives_the_year_and_no_window() -> None:
    head = HEAD.replace("300600ZSEP2015/010600ZOCT2015", "300600SEP2015/010600OCT2015")
    assert windows("APERIOD/DISCRETE/300800ZSEP/301000ZSEP//", head)[0][0] == ms("2015-09-30T08:00Z")
    assert "no zone" in read(head + EIGHT["CIRCLE"]).notes[0]
    bare_measure = EIGHT["CIRCLE"].replace("APERIOD/DISCRETE/300800ZSEP/301000ZSEP//\n", "")
    assert "no time" in refused(head + bare_measure).problem


def test_repetitions_are_read_one_by_one() -> None:
    daily = windows("APERIOD/INTERVAL/300800ZSEP/301000ZSEP/DAILY/7DAY//")
    assert len(daily) == 7
    assert daily[-1] == (ms("2015-10-06T08:00Z"), ms("2015-10-06T10:00Z"))
    assert len(windows("APERIOD/INTERVAL/300800ZSEP/301000ZSEP/WEEKLY/4WK//")) == 4
    # 30 September 2015 was a Wednesday.
    odd = windows("APERIOD/INTERVAL/300800ZSEP/301000ZSEP/MON WED FRI/1WK//")
    assert [start for start, _ in odd] == [ms(f"2015-{day}T08:00Z") for day in ("09-30", "10-02", "10-05")]
    assert len(windows("APERIOD/INTERVAL/300800ZSEP/301000ZSEP/WEEKENDS/070800ZOCT//")) == 3


@pytest.mark.parametrize(
    ("rule", "end"),
    [("MONTHLY BY DATE/1WK", "2015-10-07T10:00Z"), ("DAILY/UFN", None), ("DAILY/999DAY", "2018-06-25T10:00Z")],
)
def test_a_repetition_not_known_to_the_end_is_one_window_that_holds_it(rule: str, end: str | None) -> None:
    ((start_ms, end_ms),) = windows(f"APERIOD/INTERVAL/300800ZSEP/301000ZSEP/{rule}//")
    assert start_ms == ms("2015-09-30T08:00Z")
    assert end_ms is None if end is None else abs((end_ms or 0) - ms(end)) <= 1


def test_an_exercise_is_marked_wherever_it_goes() -> None:
    reading = read(HEAD.replace("OPER", "EXER") + EIGHT["CIRCLE"])
    assert "EXERCISE" in reading.notes[0]
    assert reading.activities[0].title == "EXERCISE: ERMA"
    assert "EXERCISE" in (reading.activities[0].volumes[0].entered or pytest.fail("nothing entered")).form
    assert write_aco(reading.activities).startswith("EXER/")


def test_exercises_and_operations_never_stand_in_one_order() -> None:
    real = read(HEAD + EIGHT["CIRCLE"]).activities[0]
    play = read(HEAD.replace("OPER", "EXER") + measure("APOINT", A, "OTHER")).activities[0]
    with pytest.raises(ValueError, match="never stand in one order"):
        write_aco([real, play])
    assert "twice" in refused(HEAD.replace("OPER", "EXER/PLAY//\nOPER") + EIGHT["CIRCLE"]).problem


@pytest.mark.parametrize("use", ["KILLBX", "FFA", "JEZ", "NEWONE"])
def test_a_measure_not_carried_is_an_opaque_area(use: str) -> None:
    reading = read(HEAD + measure("CIRCLE", f"{A}/5NM", "SOMEWHERE", use))
    (activity,) = reading.activities
    assert activity.kind is Kind.OTHER
    assert activity.volumes[0].shape == Circle(PA, 9260.0)
    assert "opaque" in reading.notes[0]
    shown = " ".join([*reading.notes, activity.title, repr(activity.volumes)])
    assert use not in shown
    assert use not in write_aco(reading.activities)


def test_kinds_come_from_the_usage() -> None:
    kinds = {
        use: read(HEAD + measure("APOINT", A, use=use)).activities[0].kind for use in ("AAR", "AIRCOR", "UA", "DA")
    }
    assert kinds == {
        "AAR": Kind.REFUELLING,
        "AIRCOR": Kind.TRANSIT,
        "UA": Kind.UAS_FLIGHT,
        "DA": Kind.HAZARDOUS_AREA,
    }


def test_a_change_replaces_and_a_delete_removes() -> None:
    add = f"ACMSTAT/ADD/NAME:ERMA//\n{EIGHT['CIRCLE']}ACMSTAT/ADD/NAME:ROSA//\n{measure('APOINT', B, 'ROSA')}"
    change = f"ACMSTAT/CHANGE/NAME:ERMA//\n{measure('CIRCLE', f'{B}/6NM')}"
    reading = read(HEAD + add + change + "ACMSTAT/DELETE/NAME:ROSA//\n")
    assert [one.ident for one in reading.activities] == ["ERMA"]
    assert reading.activities[0].volumes[0].shape == Circle(PB, 11112.0)
    assert "not in this file" in read(HEAD + change).notes[0]
    assert "not added before" in refused(HEAD + add + "ACMSTAT/DELETE/NAME:NOBODY//\n").problem
    assert "no measure" in refused(HEAD + f"{EIGHT['CIRCLE']}ACMSTAT/DELETE/NAME:ERMA//\n").problem
    whole = f"ACMSTAT/DELETE/NAME:ROSA//\n{measure('APOINT', B, 'ROSA')}"
    assert [one.ident for one in read(HEAD + add + whole).activities] == ["ERMA"]


def test_a_measure_that_a_status_names_and_that_does_not_come_means_the_order_is_cut_off() -> None:
    both = f"ACMSTAT/ADD/NAME:ERMA/NAME:ROSA//\n{EIGHT['CIRCLE']}"
    whole = both + measure("APOINT", B, "ROSA")
    assert [one.ident for one in read(HEAD + whole).activities] == ["ERMA", "ROSA"]
    for text in (both, f"{both}ACMSTAT/CHANGE/NAME:ERMA//\n{EIGHT['CIRCLE']}"):
        assert "'ROSA', and no such ACMID" in refused(HEAD + text).problem


@pytest.mark.parametrize("unsaid", ["/-//", "//"])
def test_an_orbit_that_does_not_say_which_side_it_lies_on_holds_all_three(unsaid: str) -> None:
    text = EIGHT["AORBIT"].replace("/C//", unsaid)
    reading = read(HEAD + text)
    (held,) = (volume.shape.core() for volume in reading.activities[0].volumes)
    assert "alignment" in reading.notes[0]
    for side in "CLR":
        one = shape_of(EIGHT["AORBIT"].replace("/C//", f"/{side}//")).core()
        for end in one.parts[0]:
            for turn in range(0, 360, 15):
                rim = destination(end, float(turn), one.radius_m)
                assert off_path_m(rim, held.parts[0]) <= held.radius_m


@pytest.mark.parametrize(
    "drawing",
    [("CORRIDOR", f"1NM/{A}"), ("CORRIDOR", f"1NM/{A}/-/{B}"), ("GEOLINE", A), ("POLYGON", f"{A}/{B}/{C}/ /35N")],
)
def test_a_place_that_was_lost_from_a_drawing_is_missed(drawing: tuple[str, str]) -> None:
    assert drawing[0] in (problem := refused(HEAD + measure(*drawing)).problem) or "missing" in problem


def test_one_name_twice_is_refused_unless_it_is_one_measure_in_parts() -> None:
    twice = f"ACMSTAT/ADD/NAME:ERMA//\n{EIGHT['CIRCLE']}{EIGHT['POLYGON']}"
    assert len(read(HEAD + twice).activities[0].volumes) == 2
    assert "added twice" in refused(HEAD + twice + f"ACMSTAT/ADD/NAME:ERMA//\n{EIGHT['CIRCLE']}").problem


def test_the_datum_is_stated_and_used() -> None:
    assert "GEODATUM" in refused(HEAD.replace("GEODATUM/WGS 1984//\n", "") + EIGHT["CIRCLE"]).problem
    assert "not known" in refused(HEAD.replace("WGS 1984", "ATLANTIS") + EIGHT["CIRCLE"]).problem
    unknown = HEAD.replace("WGS 1984", "UNKNOWN") + EIGHT["CIRCLE"]
    assert "unknown" in refused(unknown).problem
    widened = read(unknown, Supplied(datum_policy=DatumPolicy.WIDEN)).activities[0].volumes[0]
    assert widened.horizontal_uncertainty_m == 1_000.0
    for text in (HEAD.replace("WGS 1984", "ED50") + EIGHT["CIRCLE"], HEAD + EIGHT["CIRCLE"] + "GEODATUM/ED50//\n"):
        volume = read(text).activities[0].volumes[0]
        assert isinstance(volume.shape, Circle)
        assert 50.0 < distance_m(volume.shape.centre, PA) < 250.0
        assert volume.horizontal_uncertainty_m > 0.0


def test_the_party_is_the_one_supplied_else_the_originator() -> None:
    assert read(HEAD + EIGHT["CIRCLE"]).activities[0].party == "HQ AIR"
    assert read(HEAD + EIGHT["CIRCLE"], Supplied(party="BLUE")).activities[0].party == "BLUE"


def test_what_an_order_leaves_out_is_supplied() -> None:
    text = HEAD + EIGHT["CIRCLE"].replace("EFFLEVEL/BRFL:GL-FL240//\n", "")
    assert "EFFLEVEL" in refused(text).problem
    limits = Supplied(lower=SURFACE, upper=UNLIMITED)
    assert str(read(text, limits).activities[0].volumes[0].band) == "SURFACE to UNLIMITED"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("OPER/NORTH WIND//\n", "", "neither OPER nor EXER"),
        ("MSGID/ACO/HQ AIR/1/SEP//\n", "", "no MSGID"),
        ("MSGID/ACO", "MSGID/ATO", "not ACO"),
        ("/5NM//", "/5NM/", "counts"),
        ("/5NM//", "/5//", "no place"),
        ("/5NM//", "//", "is not one"),
        ("LATS:352030N0401845E", "LATS:352060N0401845E", "59"),
        ("LATS:352030N0401845E", "LATS:3520300N04018450E", "not a position"),
        ("LATS:352030N0401845E", "LATM:352030N0401845E", "not a position"),
        ("LATS:352030N0401845E", "LATS:912030N0401845E", "latitude"),
        ("CIRCLE/USE", "BLOB/USE", "not known"),
        ("CIRCLE/USE", "POLYGON/USE", "declares POLYGON"),
        ("/NAME:ERMA", "/ERMA", "does not name"),
        ("USE:AAR", "AAR", "usage"),
        ("/USE:AAR", "/USE:AAR/-/X", "usage"),
        ("/USE:AAR", "", "fewer than four"),
        ("EFFLEVEL/BRFL:GL-FL240//", "EFFLEVEL/BRFL:GL-FL240//EFFLEVEL/BRFL:GL-FL250//", "second EFFLEVEL"),
        ("301000ZSEP", "300700ZSEP", "before it starts"),
        ("300800ZSEP", "300800SEP", "zone"),
        ("300800ZSEP", "320800ZSEP", "year"),
        ("DISCRETE", "SOMETIMES", "time mode"),
        ("DISCRETE", "INTERVAL", "frequency"),
        ("ACMID/", "CIRCLE/X//ACMID/", "outside a measure"),
        ("ACMID/", "lower/X//ACMID/", "not the name of a set"),
        ("ACMID/", "/X//ACMID/", "begins with /"),
    ],
)
def test_a_fault_is_named(old: str, new: str, said: str) -> None:
    text = HEAD + EIGHT["CIRCLE"]
    assert old in text
    if said == "counts":  # two sets run into one: the fields no longer fit
        assert refused(text.replace(old, new, 1)).problem
        return
    error = refused(text.replace(old, new, 1))
    assert said in f"{error.problem}; {error.mend}"


def test_a_message_cut_off_inside_a_set_is_refused() -> None:
    text = HEAD + EIGHT["CIRCLE"]
    for end in range(len(text)):
        if not text[:end].rstrip().endswith("//"):
            with pytest.raises(MalformedError):
                read(text[:end])


def test_free_text_may_hold_slants_and_lines() -> None:
    text = "UNCLASSIFIED\n" + HEAD.replace("AMPN/FREE TEXT HERE//", "GENTEXT/IDENTIFY\nPROBLEMS TO 123-4567///-//")
    assert read(text + EIGHT["CIRCLE"] + "NARR/A SENTENCE//\n").activities[0].ident == "ERMA"


def test_positions_to_the_minute_are_exact_and_noted() -> None:
    reading = read(HEAD + measure("CIRCLE", "LATM:3520N04018E/5NM"))
    assert reading.activities[0].volumes[0].shape == Circle(LatLon(35 + 20 / 60, 40.3), 9260.0)
    assert reading.notes == ("positions stated to the minute (1.9 km) are taken as exact",)


def test_a_set_not_known_is_noted() -> None:
    assert read(HEAD + "STRANGE/X//\n" + EIGHT["CIRCLE"]).notes == ("the set STRANGE was not read",)


def volume(shape: Shape, band: Band | None = None, window: TimeWindow | None = None, doubt_m: float = 0.0) -> Volume4D:
    level = AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD)
    return Volume4D(shape, band or Band(SURFACE, level), window or TimeWindow(0, 60_000), doubt_m)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (volume(Circle(LatLon(35.00001, 40.0), 1852.0)), "whole seconds"),
        (volume(Circle(LatLon(35.0, 40.0), 1000.0 / 3.0)), "no plain number"),
        (volume(Polygon(((PA, PB, PC), (LatLon(35.5, 40.5), LatLon(35.5, 40.6), LatLon(35.6, 40.5))))), "holes"),
        (volume(Circle(PA, 1.0), doubt_m=5.0), "uncertainty"),
        (volume(Circle(PA, 1.0), window=TimeWindow(0, 60_001)), "whole minute"),
        (volume(Circle(PA, 1.0), window=TimeWindow(0, 60_000, 1.0)), "uncertainty"),
        (volume(Circle(PA, 1.0), Band(SURFACE, UNLIMITED)), "hundreds of feet"),
        (volume(Circle(PA, 1.0), Band(SURFACE, AltitudeLimit(1550.0, Unit.FOOT, Reference.AGL))), "hundreds of feet"),
        (volume(Circle(PA, 1.0), Band(SURFACE, AltitudeLimit(500.0, Unit.METRE, Reference.EGM96))), "hundreds of feet"),
        (volume(Circle(PA, 1.0), Band(SURFACE, AltitudeLimit(500.0, Unit.FOOT, Reference.WGS84))), "hundreds of feet"),
        (volume(Circle(PA, 1.0), Band(SURFACE, AltitudeLimit(5e2, Unit.FOOT, Reference.AGL, 9.0))), "no words"),
        (
            volume(
                Circle(PA, 1.0),
                Band(
                    AltitudeLimit(10.0, Unit.FLIGHT_LEVEL, Reference.STD), AltitudeLimit(5e3, Unit.FOOT, Reference.AGL)
                ),
            ),
            "no words",
        ),
    ],
)
def test_what_an_order_cannot_say_exactly_is_refused_by_name(found: Volume4D, said: str) -> None:
    with pytest.raises(ValueError, match=rf"'ERMA' cannot be written as ACO: .*{said}"):
        write_aco([Activity("ERMA", "BLUE", Kind.OTHER, "", 0, (found,))])


def test_names_that_no_field_holds_are_refused() -> None:
    found = volume(Circle(PA, 1852.0))
    for ident, party, title in [
        ("A/B", "BLUE", ""),
        ("A", "B/C", ""),
        ("A", "BLUE", "x/y"),
        ("Ä", "BLUE", ""),
        ("-", "BLUE", ""),
    ]:
        with pytest.raises(ValueError, match="cannot be written as ACO"):
            write_aco([Activity(ident, party, Kind.OTHER, title, 0, (found,))])
    with pytest.raises(ValueError, match="an order has one"):
        write_aco(
            [Activity("A", "BLUE", Kind.OTHER, "", 0, (found,)), Activity("B", "RED", Kind.OTHER, "", 0, (found,))]
        )
    with pytest.raises(ValueError, match="at least one"):
        write_aco([])


def test_the_example_in_the_docs_is_read() -> None:
    (text,) = examples("aco.md", "aco")
    reading = read_aco(text, source="docs", supplied=NOTHING)
    assert [(one.ident, one.kind, len(one.volumes)) for one in reading.activities] == [
        ("HERON", Kind.TRANSIT, 1),
        ("RIDGE", Kind.UAS_FLIGHT, 3),
        ("FORD", Kind.AIRSPACE_MEASURE, 1),
    ]
    assert bare(read(write_aco(reading.activities)).activities) == bare(reading.activities)


def test_fields_of_each_sort_are_judged_alone() -> None:
    assert parse_length("7500FT") == 2286.0
    with pytest.raises(ValueError, match="not a length"):
        parse_length("5")
    assert "not a bearing" in refused(HEAD + EIGHT["RADARC"].replace("170T", "370T")).problem
    assert "alignment" in refused(HEAD + EIGHT["AORBIT"].replace("/C//", "/X//")).problem
    assert "1 alignments" not in refused(HEAD + EIGHT["AORBIT"].replace("/C//", "/C/C//")).problem
    assert shape_of(EIGHT["AORBIT"].replace("ERMA/AORBIT", "ERMA/ORBIT")) == Orbit(PA, PB, 9260.0)


@pytest.mark.parametrize(
    ("aperiod", "said"),
    [
        ("DISCRETE/300800ZSEP/301000ZSEP/DAILY", "after its end"),
        ("INTERVAL/300800ZSEP/301000ZSEP/DAILY/0DAY", "nothing"),
        ("INTERVAL/300800ZSEP/301000ZSEP/DAILY/290800ZSEP", "ends"),
        ("INTERVAL/300800ZSEP/301000ZSEP/DAILY/7DAY/X", "nothing after them"),
    ],
)
def test_a_period_with_too_much_or_too_little_is_refused(aperiod: str, said: str) -> None:
    text = HEAD + EIGHT["CIRCLE"].replace("DISCRETE/300800ZSEP/301000ZSEP", aperiod)
    assert said in refused(text).problem


def test_a_repetition_without_an_end_never_ends() -> None:
    assert windows("APERIOD/INTERVAL/300800ZSEP/UFN/DAILY/7DAY//") == [(ms("2015-09-30T08:00Z"), None)]


def test_an_order_without_a_period_takes_the_window_supplied() -> None:
    text = HEAD.replace("PERIOD/300600ZSEP2015/010600ZOCT2015//\n", "") + EIGHT["CIRCLE"]
    supplied = Supplied(window=TimeWindow(0, 1000, 1.0), clock_uncertainty_s=2.0)
    reading = read(text.replace("APERIOD/DISCRETE/300800ZSEP/301000ZSEP//\n", ""), supplied)
    assert reading.activities[0].volumes[0].window == TimeWindow(0, 1000, 3.0)


def test_a_status_that_is_none_is_refused() -> None:
    assert "status" in refused(HEAD + "ACMSTAT/MAYBE/NAME:ERMA//\n" + EIGHT["CIRCLE"]).problem


def test_an_acmid_under_delete_deletes() -> None:
    add = f"ACMSTAT/ADD/NAME:ERMA//\n{EIGHT['CIRCLE']}ACMSTAT/ADD/NAME:ROSA//\n{measure('APOINT', B, 'ROSA')}"
    delete = f"ACMSTAT/DELETE//\n{measure('APOINT', B, 'ROSA')}"
    assert [one.ident for one in read(HEAD + add + delete).activities] == ["ERMA"]
    assert "not added before" in refused(HEAD + delete).problem


def test_an_area_of_less_than_a_second_cannot_be_written() -> None:
    tiny = Polygon(((PA, LatLon(PA.lat_deg + 1e-5, PA.lon_deg), LatLon(PA.lat_deg, PA.lon_deg + 1e-5)),))
    with pytest.raises(ValueError, match="whole seconds"):
        write_aco([Activity("A", "BLUE", Kind.OTHER, "", 0, (volume(tiny),))])
