"""What a verdict says beside its one word, where one limit is unknown or unending, and what stated doubts do to it."""

from dataclasses import replace
from pathlib import Path

import pytest

import clearline
from clearline.airspace.activity import Kind
from clearline.app.check import Input, read_inputs
from clearline.conflict.judge import judge_pair
from clearline.conflict.minima import INTERSECT, Minima
from clearline.conflict.solid import Solid, make_solid
from clearline.conflict.verdict import Finding, Verdict
from clearline.edge.geoid_file import load_geoid
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.heights import Footprint, Frame
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.altitudes import parse_altitude
from clearline.wire.csv_plans import read_csv
from clearline.wire.csv_write import write_csv
from clearline.wire.errors import MalformedError
from clearline.wire.reading import Supplied
from tests.app.worlds import circle, write_plans

_UNKNOWN = AltitudeLimit(2_000.0, None, None)


def _limit(text: str) -> AltitudeLimit:
    return {"?": _UNKNOWN, "SFC": SURFACE, "UNL": UNLIMITED}.get(text) or parse_altitude(text)


def _solid(lower: str, upper: str, start_ms: int = 0, lon_deg: float = 40.0) -> Solid:
    band = Band(_limit(lower), _limit(upper))
    volume = Volume4D(Circle(LatLon(35.0, lon_deg), 1_000.0), band, TimeWindow(start_ms, start_ms + 60_000))
    return make_solid(volume, INTERSECT, load_geoid())


def _found(one: Solid, other: Solid, minima: Minima = INTERSECT) -> Finding:
    found = judge_pair(one, other, minima)
    mirrored = judge_pair(other, one, minima)
    assert (found.verdict, found.margins, found.first_ms) == (mirrored.verdict, mirrored.margins, mirrored.first_ms)
    return found


def test_a_clear_pair_has_no_first_instant_no_place_and_nothing_to_ask() -> None:
    for other in (_solid("?", "?", 60_001), _solid("?", "?", lon_deg=41.0), _solid("?", "900M AMSL")):
        found = _found(_solid("1000M AMSL", "2000M AMSL"), other)
        assert (found.verdict, found.first_ms, found.place, found.reasons) == (Verdict.CLEAR, None, None, ())


def test_a_pair_that_is_not_clear_has_all_of_them() -> None:
    found = _found(_solid("1000M AMSL", "2000M AMSL"), _solid("?", "?", 60_000))
    assert (found.verdict, found.first_ms, len(found.reasons)) == (Verdict.CANNOT_TELL, 60_000, 2)
    assert found.place is not None


def test_a_gap_that_one_known_limit_proves_is_told() -> None:
    found = _found(_solid("1000M AMSL", "2000M AMSL"), _solid("?", "900M AMSL"))
    assert found.margins.frame is Frame.AMSL
    assert found.margins.vertical_m == 100.0


def test_bands_known_in_one_frame_meet_however_uncertain_they_are() -> None:
    doubtful = Band(*(AltitudeLimit(height, Unit.METRE, Reference.EGM96, 500.0) for height in (1_000.0, 1_100.0)))
    volume = Volume4D(Circle(LatLon(35.0, 40.0), 1_000.0), doubtful, TimeWindow(0, 60_000))
    found = _found(make_solid(volume, INTERSECT, load_geoid()), _solid("1500M AMSL", "1600M AMSL"))
    assert (found.verdict, found.margins.vertical_m, found.reasons) == (Verdict.CONFLICT, -100.0, ())


def test_nothing_missing_is_asked_for_where_it_does_not_matter() -> None:
    found = _found(_solid("FL090", "FL100"), _solid("FL095", "FL110"))
    assert (found.verdict, found.margins.frame, found.reasons) == (Verdict.CONFLICT, Frame.STD, ())


def test_what_is_sure_of_bands_with_an_unknown_limit_is_enough_for_a_conflict() -> None:
    assert _found(_solid("1500M AMSL", "?"), _solid("1000M AMSL", "2000M AMSL")).verdict is Verdict.CONFLICT
    assert _found(_solid("?", "UNL"), _solid("1000M AMSL", "UNL")).verdict is Verdict.CONFLICT
    assert _found(_solid("?", "UNL"), _solid("?", "UNL")).verdict is Verdict.CONFLICT
    assert _found(_solid("2500M AMSL", "?"), _solid("1000M AMSL", "2000M AMSL")).verdict is Verdict.CLEAR
    assert _found(_solid("500M AMSL", "?"), _solid("1000M AMSL", "2000M AMSL")).verdict is Verdict.CANNOT_TELL


def test_a_limit_that_is_uncertain_is_not_sure_to_be_met() -> None:
    doubtful = AltitudeLimit(1_500.0, Unit.METRE, Reference.EGM96, 300.0)
    for band in (Band(doubtful, _UNKNOWN), Band(_UNKNOWN, doubtful)):
        volume = Volume4D(Circle(LatLon(35.0, 40.0), 1_000.0), band, TimeWindow(0, 60_000))
        one = make_solid(volume, INTERSECT, load_geoid())
        assert _found(one, _solid("1500M AMSL", "1500M AMSL")).verdict is Verdict.CANNOT_TELL


def _apart(axis: str, doubt: float, inflation: float) -> Finding:
    """Two plans 100 m or 100 s apart on one axis, of which one states a doubt there."""
    minima = Minima("t", 1, 0.0, 0.0, 0.0, inflation)
    found: list[Solid] = []
    for number in range(2):
        near = 100.0 * number
        limit = AltitudeLimit(near * (axis == "height"), Unit.METRE, Reference.AGL, doubt * (axis == "height"))
        centre = LatLon(0.0, (2_000.0 + near) * number / 111_319.490793 if axis == "place" else 0.0)
        start_ms = round(60_000 * number + 1_000 * near) if axis == "clock" else 0
        window = TimeWindow(start_ms, start_ms + 60_000, doubt * (axis == "clock"))
        volume = Volume4D(Circle(centre, 1_000.0), Band(limit, limit), window, doubt * (axis == "place"))
        found.append(make_solid(volume, minima, load_geoid()))
        doubt *= 0.0
    return _found(found[0], found[1], minima)


@pytest.mark.parametrize("axis", ["place", "clock", "height"])
def test_every_stated_doubt_counts_and_inflation_multiplies_it(axis: str) -> None:
    assert _apart(axis, 99.9, 1.0).verdict is Verdict.CLEAR
    assert _apart(axis, 100.1, 1.0).verdict is Verdict.CONFLICT
    assert _apart(axis, 39.9, 2.5).verdict is Verdict.CLEAR
    assert _apart(axis, 40.1, 2.5).verdict is Verdict.CONFLICT


_EXACT = [Reference.WGS84, Reference.EGM96, Reference.EGM2008, Reference.AGL, Reference.STD]


@pytest.mark.parametrize("reference", [*_EXACT, Reference.QNH, Reference.QFE])
@pytest.mark.parametrize(("doubt_m", "inflation"), [(99.0, 1.0), (101.0, 1.0), (39.0, 2.5), (41.0, 2.5)])
def test_heights_on_every_reference_are_widened_by_their_doubt(
    reference: Reference, doubt_m: float, inflation: float
) -> None:
    minima = Minima("t", 1, 0.0, 0.0, 0.0, inflation)
    limits = AltitudeLimit(500.0, Unit.METRE, reference, doubt_m), AltitudeLimit(600.0, Unit.METRE, reference)
    one, other = (
        make_solid(Volume4D(Circle(LatLon(0.0, 0.0), 10.0), Band(limit, limit), TimeWindow(0, 1)), minima, load_geoid())
        for limit in limits
    )
    clear = _found(one, other, minima).verdict is Verdict.CLEAR
    assert not clear or doubt_m * inflation < 100.0
    # A QNH or QFE of no stated pressure and station leaves more open than this.
    assert clear or doubt_m * inflation > 100.0 or reference not in _EXACT


@pytest.mark.parametrize(
    ("level", "meets", "clear"),
    [
        # By hand, from `space.heights`: air makes 0.75 to 1.16 m of each metre above the station, 29 m for setting and
        # geoid. 300 m on a QFE of a station at 450 m: 450 + 225 - 29 = 646 to 450 + 348 + 29 = 827 m.
        ("300M QFE 990HPA @ 450M", ("650M AMSL", "820M AMSL"), ("640M AMSL", "835M AMSL")),
        # FL095 is 2,896 m; a QNH of 1040 lies 216 m under 1013.25 hPa: 3,112 m above a sea-level station at -430 m or
        # anywhere up to there: -430 + 1.16 x 3,542 + 29 = 3,707 m. On 990 (195 m over it) the least is 1,889 m.
        ("FL095 QNH1040", ("3600M AMSL", "2300M AMSL"), ("3720M AMSL", "1900M AMSL")),
        ("FL095 QNH990", ("1950M AMSL", "3100M AMSL"), ("1870M AMSL", "3300M AMSL")),
        ("2700M QNH990", ("1950M AMSL", "3100M AMSL"), ("1870M AMSL", "3300M AMSL")),
    ],
)
def test_a_height_off_an_altimeter_is_anywhere_that_air_can_make_of_it(
    level: str, meets: tuple[str, str], clear: tuple[str, str]
) -> None:
    for other in meets:
        assert _found(_solid(level, level), _solid(other, other)).verdict is Verdict.CONFLICT, other
    for other in clear:
        assert _found(_solid(level, level), _solid(other, other)).verdict is Verdict.CLEAR, other


@pytest.mark.parametrize(
    "box", [(1.0, 0.0, 2.0, 3.0), (0.0, 1.0, 3.0, 2.0), (-91.0, 0.0, 2.0, 3.0), (0.0, 91.0, 2.0, 3.0)]
)
def test_a_footprint_that_is_inside_out_is_none(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="south to north"):
        Footprint(*box)


_ROW = "party,id,shape,positions,datum,radius_m,lower,lower_ground_low_m,lower_ground_high_m,upper,start,end\n{}"
_CELLS = "{0},{1},circle,35.0000°N 040.0000°E,WGS84,5,{2},2000FT AGL,2026-05-14T06:00Z,UFN\n"


@pytest.mark.parametrize(
    ("party", "ident", "lower", "said"),
    [
        ("A", "B", "500FT AGL,10,", "only one of lower_ground_low_m"),
        ("A", "B", "500FT AGL,,10", "only one of lower_ground_low_m"),
        ("A", "B" * 201, "SFC,,", "201 characters"),
        ("A" * 201, "B", "SFC,,", "201 characters"),
        ("", "B", "SFC,,", "no party"),
    ],
)
def test_half_a_fact_or_a_name_without_end_is_refused(party: str, ident: str, lower: str, said: str) -> None:
    text = _ROW.format(_CELLS.format(party, ident, lower))
    with pytest.raises(MalformedError, match=said):
        read_csv(text.encode(), source="x", supplied=Supplied())
    found = read_csv(_ROW.format(_CELLS.format("A", "B", "SFC,,")).encode(), source="x", supplied=Supplied())
    (one,) = found.activities
    for wrong in (replace(one, ident="B" * 201), replace(one, party=" A"), replace(one, title="t\n")):
        with pytest.raises(ValueError, match="begins or ends with a space, is longer than 200"):
            write_csv([wrong])


@pytest.mark.parametrize("only", [Supplied(lower=SURFACE), Supplied(upper=UNLIMITED)])
def test_one_limit_supplied_is_not_both(only: Supplied) -> None:
    text = _ROW.format(_CELLS.format("A", "B", ",,")).replace("2000FT AGL", "")
    with pytest.raises(MalformedError, match="no altitude is stated"):
        read_csv(text.encode(), source="x", supplied=only)
    whole = Supplied(lower=SURFACE, upper=UNLIMITED)
    assert (
        str(read_csv(text.encode(), source="x", supplied=whole).activities[0].volumes[0].band) == "SURFACE to UNLIMITED"
    )


def test_parts_of_one_activity_need_not_all_say_what_one_of_them_says(tmp_path: Path) -> None:
    parts = [circle("A", "A1"), circle("A", "A1", (36.2, 38.0)), circle("A", "A1", (36.4, 38.0))]
    for part, stated in zip(parts, ({}, {"kind": "TRANSIT", "title": "t", "priority": 3}, {}), strict=True):
        facts = part["properties"]
        assert isinstance(facts, dict)
        del facts["kind"]
        facts |= stated
    _, (activity,) = read_inputs([Input(write_plans(tmp_path, "a", parts))], Supplied())
    assert (activity.kind, activity.title, activity.priority, len(activity.volumes)) == (Kind.TRANSIT, "t", 3, 3)


def test_what_is_supplied_to_the_interface_counts(tmp_path: Path) -> None:
    ours = write_plans(tmp_path, "a", [circle("A", "A1")])
    theirs = write_plans(tmp_path, "b", [circle("B", "B1", (36.1, 38.0), hours=(9, 10))])
    assert clearline.check(ours, theirs).verdict is Verdict.CLEAR
    doubts = Supplied(clock_uncertainty_s=1_800.0, horizontal_uncertainty_m=600.0)
    assert clearline.check(ours, theirs, supplied=doubts).verdict is Verdict.CONFLICT
    with pytest.raises(MalformedError, match="area of operations"):
        clearline.check(ours, theirs, area="35N 037E 36.05N 039E")
