"""CSV: plans come back as they were written, states become volumes, and what is ambiguous is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.activity import Activity, Kind
from clearline.space.altitude import AltitudeLimit, Reference, Unit
from clearline.space.datum import WGS84
from clearline.space.latlon import LatLon
from clearline.space.notation import Notation, parse_position
from clearline.space.shape import Circle, Corridor, Orbit, Polygon
from clearline.space.wgs84 import distance_m
from clearline.wire.csv_plans import _decimal_degrees, looks_like_csv, read_csv
from clearline.wire.csv_text import read_sheet, records
from clearline.wire.csv_write import write_csv
from clearline.wire.errors import MalformedError
from clearline.wire.iso_column import iso_column_ms
from clearline.wire.reading import DatumPolicy, Reading, Supplied
from clearline.wire.spot import Spot
from clearline.wire.times import parse_time
from tests.wire.plans import NOTHING, activities, bare, examples, texts

HEAD = "# datum: WGS84\nparty,id,shape,positions,radius_m,lower,upper,start,end\n"
TIMES = "2015-09-30T08:00Z,2015-09-30T10:00Z"
CIRCLE = f"BLUE,A,circle,35.34167°N 040.31250°E,5000,SFC,FL095,{TIMES}\n"


def read(text: str, supplied: Supplied = NOTHING) -> Reading:
    return read_csv(text.encode(), source="plan.csv", supplied=supplied)


def refused(text: str, supplied: Supplied = NOTHING) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read(text, supplied)
    return caught.value


@given(activities)
def test_what_is_written_is_read_back(found: list[Activity]) -> None:
    text = write_csv(found)
    assert looks_like_csv(text[:4096])
    assert bare(read(text).activities) == bare(tuple(found))


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0), st.integers(4, 17))
def test_the_fast_form_of_a_place_says_what_the_slow_one_says(lat_deg: float, lon_deg: float, decimals: int) -> None:
    word = f"{abs(lat_deg):.{decimals}f}°{'NS'[lat_deg < 0]} {abs(lon_deg):.{decimals}f}°{'EW'[lon_deg < 0]}"
    for notation in (None, Notation.DD):
        position = parse_position(word, datum=WGS84, notation=notation)
        assert _decimal_degrees(word) == position.place
        assert (position.uncertainty_m, position.notes) == (0.0, ())


@pytest.mark.parametrize(
    "word", ["91.0000°N 040.0000°E", "35.0000°N 181.0000°E", "35.0000°E 40.0000°N", "35.0000N 40.0000E"]
)
def test_the_fast_form_leaves_all_else_to_the_slow_one(word: str) -> None:
    assert _decimal_degrees(word) is None


@given(st.lists(st.lists(texts, min_size=2, max_size=4), min_size=1, max_size=6))
def test_cells_are_quoted_by_rfc_4180(rows: list[list[str]]) -> None:
    columns = [f"c{number}" for number in range(4)]
    filled = [[*row, "", "", ""][:4] for row in rows]
    quoted = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in filled)
    sheet = read_sheet(f"{','.join(columns)}\r\n{quoted}".encode(), source="x", known=frozenset(columns))
    assert [cells for _, cells in records(sheet)] == filled


def test_each_shape_and_a_hole_are_read() -> None:
    reading = read(
        "# datum: WGS84\nparty;id;shape;positions;radius_m;half_width_m;lower;upper;start;end\n"
        + "".join(
            f'BLUE;{ident};{shape};"{places}";{radius};{half};500FT AMSL;1500M AGL;{TIMES.replace(",", ";")}\n'
            for ident, shape, places, radius, half in [
                ("a", "circle", "35°20′30″N 040°18′45″E", "5000", ""),
                ("b", "orbit", "35.2000°N 40.1000°E ; 35.2000°N 40.6000°E", "9260", ""),
                ("c", "corridor", "352030N0401845E ; 353030N0401845E", "", "1852"),
                ("d", "polygon", "35.0000°N 40.0000°E; 35.0000°N 41.0000°E; 36.0000°N 40.5000°E", "", ""),
                (
                    "e",
                    "polygon",
                    "35.0000°N 40.0000°E; 35.0000°N 41.0000°E; 36.0000°N 40.5000°E"
                    " | 35.2000°N 40.4000°E; 35.2000°N 40.6000°E; 35.4000°N 40.5000°E",
                    "",
                    "",
                ),
            ]
        )
    )
    a, b, c, d, e = (activity.volumes[0].shape for activity in reading.activities)
    assert isinstance(a, Circle)
    assert distance_m(a.centre, LatLon(35 + 20.5 / 60, 40 + 18.75 / 60)) < 1e-6
    assert b == Orbit(LatLon(35.2, 40.1), LatLon(35.2, 40.6), 9260.0)
    assert isinstance(c, Corridor)
    assert c.half_width_m == 1852.0
    assert isinstance(d, Polygon)
    assert isinstance(e, Polygon)
    assert len(d.rings) == 1
    assert len(e.rings) == 2
    band = reading.activities[0].volumes[0].band
    assert band.lower == AltitudeLimit(500.0, Unit.FOOT, Reference.EGM96)
    assert band.upper == AltitudeLimit(1500.0, Unit.METRE, Reference.AGL)


def test_rows_of_one_party_and_id_are_one_activity() -> None:
    reading = read(HEAD + CIRCLE + CIRCLE.replace("SFC", "FL050") + CIRCLE.replace("BLUE", "RED"))
    assert [(one.party, one.ident, len(one.volumes)) for one in reading.activities] == [
        ("BLUE", "A", 2),
        ("RED", "A", 1),
    ]


def test_what_was_entered_is_kept_word_for_word() -> None:
    volume = read(HEAD + CIRCLE).activities[0].volumes[0]
    assert volume.entered is not None
    assert volume.entered.place == "35.34167°N 040.31250°E"
    assert volume.entered.altitude == "SFC to FL095"
    assert volume.entered.source == "plan.csv, line 3"
    assert volume.entered.datum == "WGS84"


def test_another_datum_moves_the_place() -> None:
    place = read(HEAD.replace("WGS84", "SK-42") + CIRCLE).activities[0].volumes[0]
    assert isinstance(place.shape, Circle)
    assert 80.0 < distance_m(place.shape.centre, LatLon(35.34167, 40.3125)) < 200.0
    assert place.horizontal_uncertainty_m > 0.0


def test_an_unstated_datum_is_refused_or_widens_by_300_m() -> None:
    text = HEAD.partition("\n")[2] + CIRCLE
    assert "datum" in refused(text).problem
    volume = read(text, Supplied(datum_policy=DatumPolicy.WIDEN)).activities[0].volumes[0]
    assert volume.horizontal_uncertainty_m == 1_000.0
    assert "unknown" in refused(text.replace("party", "datum,party").replace("BLUE", "unknown,BLUE", 1)).problem


def test_a_position_may_state_its_own_datum() -> None:
    text = HEAD.partition("\n")[2] + CIRCLE.replace("E,5000", "E (ED50),5000")
    assert read(text).activities[0].volumes[0].horizontal_uncertainty_m > 0.0


def test_a_landmark_elsewhere_is_refused() -> None:
    head = HEAD.replace("positions", "positions,near")
    row = CIRCLE.replace("040.31250°E", "040.31250°E,3 km S of Town @ {}°N 040.3125°E")
    assert len(read(head + row.format("35.3686")).activities) == 1
    assert "landmark" in refused(head + row.format("35.5000")).mend


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ("5000", "5000.5m", "line 3", "not a number"),
        ("5000", '"5,5"', "line 3", "decimal comma"),
        ("5000", "", "line 3", "radius_m"),
        ("5000", "nan", "line 3", "not a number"),
        ("circle", "blob", "line 3", "not known"),
        ("circle", "orbit", "line 3", "1 positions"),
        ("circle", "corridor", "line 3", "radius_m"),
        ("BLUE", "", "line 3", "party"),
        (",A,", ",,", "line 3", "id"),
        ("SFC", "", "line 3", "upper limit"),
        ("08:00Z", "08:00", "line 3", "zone"),
        ("2015-09-30T08:00Z", "", "line 3", "only the end"),
        ("35.34167°N", "35.34167", "line 3", "hemisphere"),
        ("°E,5000", "°E;,5000", "line 3", "empty"),
        ("BLUE", "#BLUE", "line 3", "among the rows"),
        (",SFC", ",x,SFC", "line 3", "cells"),
        ("BLUE", 'BL"UE', "line 3", "double quote"),
        ("BLUE", '"BLUE', "line 3", "does not end"),
        ("BLUE", '"BLUE"x', "line 3", "closing quote"),
        ("BLUE", "BL\x07UE", "line 3", "control"),
        ("party,id", "party,name", "line 2", "'name'"),
        ("party,id", "party,party", "line 2", "twice"),
        ("WGS84\n", "WGS84\n# datun: x\n", "line 2", "datun"),
        ("WGS84\n", "WGS84\n# datum: x\n", "line 2", "twice"),
        ("# datum", "# clearline-csv 2\n# datum", "line 1", "version"),
        ("shape,positions", "shape,near", "line 2", "neither"),
        ("2015-09-30T10:00Z", "2015-09-30T07:00Z", "line 3", "before it starts"),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, where: str, said: str) -> None:
    text = HEAD + CIRCLE
    assert old in text
    error = refused(text.replace(old, new, 1))
    assert error.where == where
    assert said in f"{error.problem}; {error.mend}"


def test_parts_that_contradict_each_other_are_refused() -> None:
    text = HEAD.replace("party,", "kind,party,") + "TRANSIT," + CIRCLE + "PATROL," + CIRCLE
    assert "kind" in refused(text).problem


def test_what_a_file_leaves_out_is_supplied() -> None:
    reading = read(
        "# datum: WGS84\nid,shape,positions,lower,upper,start,end\n"
        + CIRCLE.partition(",")[2].replace("circle", "corridor").replace("°E,5000", "°E ; 35.34167°N 040.41250°E"),
        Supplied(party="RED", half_width_m=50.0),
    )
    assert reading.activities[0].party == "RED"
    line = (LatLon(35.34167, 40.3125), LatLon(35.34167, 40.4125))
    assert reading.activities[0].volumes[0].shape == Corridor(line, 50.0)


def test_a_file_that_is_no_text_is_refused() -> None:
    for data in (b"", b"\n\n", b"\xff\xfep\x00", b"party\n", b"a\0b", "é".encode("latin-1"), b"shape,positions\n"):
        with pytest.raises(MalformedError):
            read_csv(data, source="x", supplied=NOTHING)


STATES = "# datum: WGS84\n# altitude_reference: AMSL\nparty,id,time,lat_deg,lon_deg,altitude_ft\n"
ROWS = [
    "BLUE,X1,2015-09-30T08:00:00Z,35.0,40.0,5000",
    "BLUE,X1,2015-09-30T08:01:00Z,35.0,40.1,5200",
    "RED,X1,2015-09-30T08:00:30Z,36.0,40.0,6000",
    "BLUE,X1,2015-09-30T08:02:00Z,35.0,40.2,5400",
]
FLYING = Supplied(half_width_m=100.0, half_height_m=30.0)


def states(rows: list[str], head: str = STATES, supplied: Supplied = FLYING) -> Reading:
    return read(head + "".join(row + "\n" for row in rows), supplied)


def test_states_become_the_volumes_that_hold_them() -> None:
    reading = states(ROWS)
    assert [(one.party, one.ident) for one in reading.activities] == [("BLUE", "X1"), ("RED", "X1")]
    blue = reading.activities[0]
    starts = [volume.window.start_ms for volume in blue.volumes]
    ends = [volume.window.end_ms for volume in blue.volumes]
    assert (min(starts), max(end for end in ends if end)) == (1_443_600_000_000, 1_443_600_120_000)
    low = min(volume.band.lower.metres or 0.0 for volume in blue.volumes)
    assert low == pytest.approx(5000 * 0.3048 - 30.0)
    assert {volume.band.lower.reference for volume in blue.volumes} == {Reference.EGM96}


@given(st.permutations(ROWS))
def test_the_order_of_rows_does_not_matter(rows: list[str]) -> None:
    def held(reading: Reading) -> dict[tuple[str, str], list[object]]:
        return {
            (one.party, one.ident): [(v.shape, v.band, v.window) for v in one.volumes] for one in reading.activities
        }

    assert held(states(rows)) == held(states(ROWS))


@given(st.lists(st.integers(0, 4_000_000_000_000), min_size=1, max_size=40), st.booleans())
def test_times_read_at_once_are_times_read_one_by_one(instants: list[int], millis: bool) -> None:  # noqa: FBT001
    stamps = np.array(instants, "datetime64[ms]").astype("datetime64[ms]" if millis else "datetime64[s]")
    words = [f"{stamp}Z" for stamp in stamps]
    expected = [parse_time(word, end=False) for word in words]
    assert iso_column_ms(words, lambda place: Spot("x", str(place))).tolist() == expected


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("2015-09-30T08:00:00", "zone"),
        ("2015-02-30T08:00:00Z", "calendar"),
        ("2015-09-30T24:30:00Z", "time of day"),
        ("2015-09-30T08:00:60Z", "leap"),
        ("2015x09-30T08:00:00Z", "not a time"),
        ("", "empty"),
    ],
)
def test_a_time_that_is_none_is_refused_at_its_line(word: str, said: str) -> None:
    error = refused(STATES + ROWS[0] + "\n" + ROWS[1].replace("2015-09-30T08:01:00Z", word) + "\n", FLYING)
    assert error.where == "line 5"
    assert said in error.problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",35.0,", ",95.0,", "not within"),
        (",35.0,", ",,", "not stated"),
        (",35.0,", ",3_5,", "not a number"),
        (",35.0,", ",inf,", "not a number"),
        (",40.1,", ",400.0,", "not within"),
        (",5200", ",", ""),
        (",5200", ",high", "not a number"),
        (",5200", ",nan", "not a number"),
        (",5200", ",5200,1", "cells"),
        ("BLUE,X1", "BLUE,", "id"),
    ],
)
def test_a_state_that_is_none_is_refused_at_its_line(old: str, new: str, said: str) -> None:
    text = STATES + ROWS[0] + "\n" + ROWS[1].replace(old, new) + "\n"
    if not said:
        notes = read(text, FLYING).notes
        assert "no known altitude" in notes[0]
        return
    error = refused(text, FLYING)
    assert error.where == "line 5"
    assert said in error.problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# datum: WGS84\n", "", "datum"),
        ("altitude_reference: AMSL", "altitude_reference: SEA", "SEA"),
        ("altitude_ft", "positions", "no place among states"),
        ("party,id", "party,title", "id column"),
        ("time,lat", "shape,lat", "neither"),
    ],
)
def test_a_header_of_states_that_leaves_something_open_is_refused(old: str, new: str, said: str) -> None:
    error = refused((STATES + ROWS[0] + "\n").replace(old, new), FLYING)
    assert said in f"{error.problem}; {error.mend}"


def test_two_altitude_columns_are_refused() -> None:
    head = STATES.replace("altitude_ft", "altitude_ft,altitude_m")
    assert "both" in refused(head + ROWS[0] + ",1500\n", FLYING).problem


def test_an_altitude_without_reference_is_unknown_and_never_sea_level() -> None:
    reading = states(ROWS, STATES.replace("# altitude_reference: AMSL\n", ""))
    assert {volume.band.lower.reference for volume in reading.activities[0].volumes} == {None}


def test_a_track_whose_facts_change_is_refused() -> None:
    head = STATES.replace("altitude_ft", "altitude_ft,half_width_m")
    error = refused(head + ROWS[0] + ",100\n" + ROWS[1] + ",50\n", FLYING)
    assert error.where == "line 5"


def test_states_without_altitude_take_the_band_supplied() -> None:
    limits = Supplied(
        half_width_m=100.0,
        lower=AltitudeLimit(0.0, Unit.FLIGHT_LEVEL, Reference.STD),
        upper=AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD),
    )
    head = STATES.replace(",altitude_ft", "")
    reading = states([row.rpartition(",")[0] for row in ROWS], head, limits)
    assert str(reading.activities[0].volumes[0].band) == "FL000 to FL095"


def test_a_large_file_of_states_is_read_by_blocks_to_the_same_end() -> None:
    rows = [
        f"BLUE,F{number % 7},2015-09-30T{8 + number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z,35.0,"
        f"{40.0 + number * 1e-6:.6f},5000"
        for number in range(25_000)
    ]
    plain = states(rows, supplied=Supplied(half_width_m=1_000.0))
    quoted = states([f'"BLUE"{row[4:]}' for row in rows], supplied=Supplied(half_width_m=1_000.0))
    assert bare(plain.activities) == bare(quoted.activities)
    assert sorted(one.ident for one in plain.activities) == [f"F{number}" for number in range(7)]


def test_a_title_with_a_line_end_cannot_be_written() -> None:
    activity = Activity("A\nB", "BLUE", Kind.OTHER, "", 0, read(HEAD + CIRCLE).activities[0].volumes)
    with pytest.raises(ValueError, match="cannot be written as CSV"):
        write_csv([activity])


def test_the_examples_in_the_docs_are_read() -> None:
    plans, tracks = (read_csv(text, source="docs", supplied=NOTHING) for text in examples("csv.md", "csv"))
    assert [(one.party, one.ident) for one in plans.activities] == [("Survey office", f"S-{n}") for n in (1, 2, 3)]
    assert [one.ident for one in tracks.activities] == ["S-4"]


def test_a_place_on_another_datum_is_moved_in_states_too() -> None:
    plain, moved = states(ROWS), states(ROWS, STATES.replace("WGS84", "ED50"))
    assert moved.activities[0].volumes[0].horizontal_uncertainty_m > 0.0
    assert moved.activities[0].volumes[0].shape != plain.activities[0].volumes[0].shape
    widened = states(
        ROWS, STATES.replace("WGS84", "unknown"), Supplied(half_width_m=1.0, datum_policy=DatumPolicy.WIDEN)
    )
    assert widened.activities[0].volumes[0].horizontal_uncertainty_m == 1_000.0
    assert "1000 m" in widened.notes[0]


def test_times_in_other_forms_are_read_one_by_one() -> None:
    rows = [row.replace("2015-09-30T08:01:00Z", "300801ZSEP15") for row in ROWS]
    assert bare(states(rows).activities) == bare(states(ROWS).activities)
    same = [row.replace("2015-09-30T08:00:30Z", "2015-09-30T08:00Z").replace("08:00:00Z", "08:00Z") for row in ROWS]
    assert states(same).activities[1].volumes[0].window.start_ms == 1_443_600_000_000


def test_numbers_in_other_forms_are_read_one_by_one() -> None:
    for word in (" +5.2e3 ", "\t5200"):
        rows = [row.replace(",5200", f",{word}") for row in ROWS]
        assert bare(states(rows).activities) == bare(states(ROWS).activities)


@pytest.mark.parametrize(
    ("columns", "cells", "said"),
    [
        ("notation,party", "XYZ,", "notation"),
        ("lower_pressure_hpa,party", "x,", "not a number"),
        ("lower_ground_low_m,party", "5,", "ground_high_m"),
        ("half_width_m,party", "5,", "no meaning"),
    ],
)
def test_a_column_too_many_is_refused(columns: str, cells: str, said: str) -> None:
    error = refused(HEAD.replace("party", columns) + cells + CIRCLE)
    assert said in f"{error.problem}; {error.mend}"


def test_what_is_left_out_altogether_is_refused() -> None:
    assert "no position" in refused(HEAD + CIRCLE.replace("35.34167°N 040.31250°E", "")).problem
    assert "no altitude" in refused(HEAD + CIRCLE.replace("SFC,FL095", ",")).problem
    extra = HEAD.replace("party", "lower_uncertainty_m,party") + "5," + CIRCLE.replace("SFC,FL095", ",")
    assert "lower_uncertainty_m is stated but lower is not" in refused(extra).problem
    holes = CIRCLE.replace("040.31250°E", "040.31250°E | 35.0000°N 040.0000°E")
    assert "holes" in refused(HEAD + holes).problem
    assert "both a column and a # line" in refused("# party: RED\n" + HEAD + CIRCLE).problem


def test_a_comment_for_people_is_passed_over() -> None:
    assert len(read("# Note: filed by telephone\n# at 08:00\n" + HEAD + CIRCLE).activities) == 1


def test_an_angle_too_fine_or_a_priority_too_long_cannot_be_written() -> None:
    found = read(HEAD + CIRCLE).activities[0]
    fine = replace(found.volumes[0], shape=Circle(LatLon(1e-60, 0.0), 1.0))
    for activity, said in [(replace(found, volumes=(fine,)), "decimals"), (replace(found, priority=10**10), "digits")]:
        with pytest.raises(ValueError, match=said):
            write_csv([activity])
