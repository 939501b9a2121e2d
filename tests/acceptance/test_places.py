"""Failure stories of place and time, each with what the slip would have cost and that it is caught.

The numbers of the stories are those of the domain reference's acceptance list; its figures were computed at 35 N 40 E.
"""

import mgrs
import pytest

from clearline.space.datum import UNKNOWN, WGS84, parse_datum, shift_to_wgs84, to_wgs84
from clearline.space.landmark import LandmarkError, check_landmark
from clearline.space.latlon import LatLon
from clearline.space.notation import Notation, NotationError, Position, parse_position
from clearline.space.readback import compare_readback
from clearline.space.wgs84 import distance_m
from clearline.wire.times import parse_time

_HERE = LatLon(35.0, 40.0)
_KNOT_MPS = 1852.0 / 3600.0


def _read(text: str, notation: Notation | None = None) -> Position:
    return parse_position(text, datum=WGS84, notation=notation)


def test_story_13_wrong_place_told() -> None:
    """The text says 3 km south of a town, the coordinates lie 9 km from there: refused, and both are shown."""
    told, typed = "3 km S of Harran @ 36.8600N 039.0300E", _read("36°54.84′N 039°01.80′E").place
    with pytest.raises(LandmarkError) as caught:
        check_landmark(told, typed, reach_m=500.0)
    assert "6.0 km N (000°) of the landmark" in str(caught.value)
    assert "8993 m from where it puts it" in str(caught.value)
    meant = _read("36°49.98′N 039°01.80′E").place
    assert distance_m(meant, typed) == pytest.approx(9_000.0, abs=20.0)
    check_landmark(told, meant, reach_m=500.0)


def test_story_14_ddm_read_as_dms() -> None:
    """35 20.30 and 35 20 30 are 586 m apart; the text that could be either is neither."""
    minutes, seconds = _read("35°20.30′N 040°18.45′E"), _read("35°20′30″N 040°18′45″E")
    assert distance_m(minutes.place, seconds.place) == pytest.approx(586.0, abs=0.5)
    with pytest.raises(NotationError, match="586 m apart") as caught:
        _read("35 20 30 N 040 18 45 E")
    assert {one.place for one in caught.value.candidates} == {minutes.place, seconds.place}
    assert compare_readback(minutes, "35°20′30″N 040°18′45″E").slip == "DDM read as DMS"


def test_story_15_dd_against_dms() -> None:
    """35.2030 and 35 20 30 are 19.3 km apart; the decimals that could be minutes and seconds are refused."""
    degrees, seconds = _read("35.2030°N 040.1845°E"), _read("35°20′30″N 040°18′45″E")
    assert distance_m(degrees.place, seconds.place) == pytest.approx(19_300.0, abs=50.0)
    with pytest.raises(NotationError, match=r"19\.3 km apart") as caught:
        _read("35.2030N 040.1845E")
    assert {one.place for one in caught.value.candidates} == {degrees.place, seconds.place}
    assert _read("35.2030N 040.1845E", Notation.DD).place == degrees.place


@pytest.mark.parametrize(
    ("heard", "metres", "slip"),
    [
        ("35.43°N 040.31°E", 10_000.0, "digits 3 and 4 swapped"),
        ("35.34°N 040.13°E", 16_350.0, "digits 8 and 9 swapped"),
    ],
)
def test_story_17_digit_transposition(heard: str, metres: float, slip: str) -> None:
    """Two digits swapped: 10 km north, 16.3 km west; the read-back does not match and the slip is named."""
    back = compare_readback(_read("35.34°N 040.31°E"), heard)
    assert not back.equal and back.slip == slip
    assert back.distance_m == pytest.approx(metres, abs=50.0)


def test_story_18_mgrs_halves_swapped() -> None:
    """Easting and northing swapped: 78.6 km; the read-back names it."""
    back = compare_readback(_read("37S DV 12345 67890"), "37S DV 67890 12345")
    assert not back.equal and back.slip == "halves of the digits swapped"
    assert back.distance_m == pytest.approx(78_600.0, abs=50.0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("37S DV 12345 6789", "9 digits are an odd number"),
        ("37S 12345 67890", "two letters of the 100 km square are missing"),
        ("DV 12345 67890", "zone and band are missing"),
    ],
)
def test_story_18_mgrs_incomplete(text: str, why: str) -> None:
    """A digit, the square or the zone lost: refused."""
    with pytest.raises(NotationError, match=why):
        _read(text)


def test_story_18_mgrs_zone_edge() -> None:
    """Beside 42 E a reference of zone 38S given as 37S is half a zone off or more: refused, the right zone named."""
    place = LatLon(35.2, 42.001)
    reference = str(mgrs.MGRS().toMGRS(*place)).strip()
    assert reference.startswith("38S") and distance_m(_read(reference).place, place) < 1.0
    with pytest.raises(NotationError, match="38S") as caught:
        _read(f"37S{reference[3:]}")
    assert min(distance_m(one.place, place) for one in caught.value.candidates) < 1.0


def test_story_18_mgrs_truncated_precision() -> None:
    """Digits cut off: the place is the middle of the cell, and the truth anywhere in it."""
    fine = _read("37S DV 12345 67890")
    for text, cell_m in (("37S DV 1234 6789", 10.0), ("37S DV 12 67", 1_000.0), ("37S DV", 100_000.0)):
        coarse = _read(text)
        assert coarse.uncertainty_m == pytest.approx(cell_m * 0.5**0.5, rel=1e-3)
        assert distance_m(coarse.place, fine.place) <= coarse.uncertainty_m


@pytest.mark.parametrize(
    ("name", "low_m", "high_m", "figure_m", "operation"),
    [
        ("Deir ez Zor", 130.0, 148.0, 139.0, "EPSG:15743"),
        ("SK-42", 111.0, 139.0, 111.0, "EPSG:15865"),
        ("ED50", 117.0, 119.0, 118.0, "EPSG:1784"),
    ],
)
def test_story_19_same_numerals_different_datum(
    name: str, low_m: float, high_m: float, figure_m: float, operation: str
) -> None:
    """Numerals on a local datum read as WGS84: 111 to 139 m off; moved by a published operation, doubt and all."""
    shift = shift_to_wgs84(*_HERE, parse_datum(name))
    off_m = distance_m(_HERE, shift.place)
    assert low_m < off_m < high_m and shift.operation.startswith(operation)
    assert abs(off_m - figure_m) <= shift.uncertainty_m
    said = parse_position("35°00′00″N 040°00′00″E", datum=parse_datum(name))
    back = compare_readback(said, "35°00′00″N 040°00′00″E (WGS84)")
    assert not back.equal and back.slip is not None and back.slip.startswith("the same numerals, on WGS 84")
    assert back.distance_m == pytest.approx(off_m)


def test_story_19_two_local_datums() -> None:
    """Two parties, each on its own local datum, put one point some 240 m apart; unknown is held to more than that."""
    east, west = (to_wgs84(*_HERE, parse_datum(name))[0] for name in ("Deir ez Zor", "SK-42"))
    assert 200.0 < distance_m(east, west) < 260.0
    place, uncertainty_m = to_wgs84(*_HERE, UNKNOWN)
    assert uncertainty_m == 1_000.0
    assert max(distance_m(place, east), distance_m(place, west)) < uncertainty_m


def test_story_19_the_datum_is_mandatory() -> None:
    """No datum, no position; one from another continent is no datum here."""
    with pytest.raises(NotationError, match="no datum is stated"):
        parse_position("35°00′00″N 040°00′00″E")
    with pytest.raises(ValueError, match="not used at latitude 35"):
        parse_position("35°00′00″N 040°00′00″E", datum=parse_datum("NAD27"))


def test_story_23_local_time() -> None:
    """21:40 in Damascus, Moscow or Washington: hours apart, hundreds of kilometres at 500 kt; refused unless Z."""
    with pytest.raises(ValueError, match="no day and no zone"):
        parse_time("21:40", end=False)
    with pytest.raises(ValueError, match="names no zone") as caught:
        parse_time("2015-09-18 21:40", end=False)
    for reading in ("2015-09-18T21:40Z", "2015-09-18T18:40Z", "2015-09-19T01:40Z"):
        assert reading in str(caught.value)
    utc, damascus, washington = (parse_time(f"2015-09-18T21:40{zone}", end=False) for zone in ("Z", "+03:00", "-04:00"))
    assert (utc - damascus) / 3_600_000 == 3 and (washington - utc) / 3_600_000 == 4
    assert (utc - damascus) / 1000 * 500 * _KNOT_MPS == pytest.approx(2_778_000.0)
    assert (washington - utc) / 1000 * 500 * _KNOT_MPS == pytest.approx(3_704_000.0)
    assert parse_time("182140ZSEP15", end=False) == utc


def test_story_23_daylight_saving_and_date_rollover() -> None:
    """The night the clocks go back has an hour twice, and 23:30 in the west is tomorrow: only an offset tells."""
    first, second = (parse_time(f"2015-10-30T00:30{zone}", end=False) for zone in ("+03:00", "+02:00"))
    assert second - first == 3_600_000
    with pytest.raises(ValueError, match=r"2015-12-31T20:30Z .*2016-01-01T03:30Z"):
        parse_time("2015-12-31 23:30", end=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2015 21:40Z", "2015-04-03 or 2015-03-04"),
        ("182140JSEP15", "names no zone"),
        ("182140Z", "lacks its zone, month or year"),
        ("182140ZSEP", "lacks its zone, month or year"),
    ],
)
def test_story_23_dates_and_groups(text: str, why: str) -> None:
    """03/04 is April or March, 31 days apart; a group without month or year is a day of any month."""
    with pytest.raises(ValueError, match=why):
        parse_time(text, end=False)
