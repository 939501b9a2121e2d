"""Read-back: the same place is equal in any notation, anything else is not, and the slip behind it is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.datum import WGS84, parse_datum
from clearline.space.degrees import misread_degrees
from clearline.space.notation import Notation, NotationError, parse_position
from clearline.space.readback import compare_readback
from clearline.space.wgs84 import destination, distance_m


@st.composite
def dms_texts(draw: st.DrawFn) -> str:
    lat = f"{draw(st.integers(0, 89)):02}{draw(st.integers(0, 59)):02}{draw(st.integers(0, 59)):02}"
    lon = f"{draw(st.integers(0, 179)):03}{draw(st.integers(0, 59)):02}{draw(st.integers(0, 59)):02}"
    return f"{lat}{draw(st.sampled_from('NS'))}{lon}{draw(st.sampled_from('EW'))}"


@given(dms_texts())
def test_what_was_said_reads_back_in_any_notation(text: str) -> None:
    said = parse_position(text, datum=WGS84)
    degrees = [
        f"{abs(angle):.5f}°{letters[angle < 0.0]}" for angle, letters in zip(said.place, ("NS", "EW"), strict=True)
    ]
    spaced = f"{text[:2]} {text[2:4]} {text[4:7]} {text[7:10]} {text[10:12]} {text[12:]}"
    for heard in (text, text.lower(), spaced, " ".join(degrees)):
        back = compare_readback(said, heard)
        assert back.equal and back.slip is None and back.distance_m < 31.0


@given(dms_texts(), st.integers(0, 12), st.sampled_from("0123456789"))
def test_one_digit_wrong_is_never_equal_and_is_named(text: str, number: int, digit: str) -> None:
    said = parse_position(text, datum=WGS84)
    at = [place for place, character in enumerate(text) if character.isdigit()][number]
    heard = f"{text[:at]}{digit}{text[at + 1 :]}"
    try:
        position = parse_position(heard, datum=WGS84)
    except NotationError:
        return
    back = compare_readback(said, heard)
    assert back.equal == (distance_m(position.place, said.place) <= 0.01)
    assert back.equal or (back.slip is not None and back.distance_m > 0.01)


@given(dms_texts(), dms_texts())
def test_two_places_are_equal_only_if_they_are_one(first: str, second: str) -> None:
    said = parse_position(first, datum=WGS84)
    back = compare_readback(said, second)
    apart_m = distance_m(said.place, parse_position(second, datum=WGS84).place)
    assert back.equal == (apart_m <= 0.01) and back.distance_m == pytest.approx(apart_m)


@pytest.mark.parametrize(
    ("said", "heard", "slip"),
    [
        ("35.34°N 040.31°E", "35.43°N 040.31°E", "digits 3 and 4 swapped"),
        ("35.34°N 040.31°E", "35.34°N 040.13°E", "digits 8 and 9 swapped"),
        ("35.34°N 040.31°E", "35.94°N 040.31°E", "digit 3 heard as 9, not 3"),
        ("37S DV 12345 67890", "37S DV 67890 12345", "halves of the digits swapped"),
        ("37S DV 12345 67890", "37S DV 12345 67980", "digits 10 and 11 swapped"),
        ("37S DV 12345 67890", "37S DV 12345 67990", "digit 10 heard as 9, not 8"),
        ("37S DV 12345 67890", "37S DV 123 678", "read back more coarsely than it was said"),
        ("35°20.30′N 040°18.45′E", "35°20′30″N 040°18′45″E", "DDM read as DMS"),
        ("35°20′30″N 040°18′45″E", "35°20.30′N 040°18.45′E", "DMS read as DDM"),
        ("35.2030°N 040.1845°E", "35°20′30″N 040°18′45″E", "DD read as DMS"),
        ("35°20′30″N 040°18′45″E", "40°18′45″N 035°20′30″E", "latitude and longitude swapped"),
        ("35°20′30″N 040°18′45″E", "35°20′30″S 040°18′45″E", "north and south swapped"),
        ("35°20′30″N 040°18′45″E", "35°20′30″N 040°18′45″W", "east and west swapped"),
        ("35°20′30″N 040°18′45″E", "35N 040E", "read back more coarsely than it was said"),
        ("35°20′30″N 040°18′45″E", "36°21′31″N 041°18′45″E", None),
        ("35°20′30″N 140°18′45″E", "36°21′31″N 041°18′45″E", None),
        ("35.9912°N 040.9910°E", "36.1000°N 041.1000°E", None),  # as DMS it would have 99 minutes
    ],
)
def test_slips_are_named(said: str, heard: str, slip: str | None) -> None:
    back = compare_readback(parse_position(said, datum=WGS84), heard)
    assert not back.equal and back.slip == slip
    assert back.words.startswith("not as said") and (slip or "") in back.words


def test_the_datum_is_part_of_what_was_said() -> None:
    said = parse_position("35°20′30″N 040°18′45″E", datum=WGS84)
    other = compare_readback(said, "35°20′30″N 040°18′45″E (Deir ez Zor)")
    assert not other.equal and other.slip is not None and other.slip.startswith("the same numerals, on Deir ez Zor")
    assert 130.0 < other.distance_m < 148.0
    moved = compare_readback(said, "35°20′28.3″N 040°18′50.0″E")
    assert moved.slip is not None and moved.slip.startswith("as if said on Deir ez Zor")
    assert not compare_readback(said, "35°20′30″N 040°18′45″E", datum=parse_datum("unknown")).equal


def test_a_coarse_position_does_not_hide_another_datum() -> None:
    back = compare_readback(parse_position("35°20′N 040°18′E", datum=WGS84), "35°20′N 040°18′E (Deir ez Zor)")
    assert not back.equal and back.slip is not None and back.slip.startswith("the same numerals")


def test_a_doubtful_datum_excuses_nothing_and_explains_nothing() -> None:
    said = parse_position("35°00′00.0″N 040°00′00.0″E (SK-42)")
    assert said.uncertainty_m > 200.0
    off = destination(said.place, 30.0, 150.0)
    assert not compare_readback(said, f"{off.lat_deg:.5f}N {off.lon_deg:.5f}E", datum=WGS84).equal
    plain = parse_position("35°00′00.0″N 040°00′00.0″E", datum=WGS84)
    assert compare_readback(plain, "35°00′03.1″N 040°00′02.1″E").slip is None


def test_the_same_place_on_two_datums_is_equal() -> None:
    said = parse_position("50°00′00.0″N 008°00′00.0″E", datum=parse_datum("ED50"))
    back = compare_readback(said, f"{said.place.lat_deg:.5f}N {said.place.lon_deg:.5f}E", datum=WGS84)
    assert back.equal and back.distance_m < 1.0


def test_a_slip_that_leaves_the_area_of_the_datum_is_passed_over() -> None:
    said = parse_position("55°45′00″N 037°36′00″E", datum=parse_datum("SK-42"))
    assert compare_readback(said, "57°46′01″N 039°37′01″E").slip is None


def test_a_grid_has_no_degrees_to_misread() -> None:
    assert list(misread_degrees("37S DV 12345 67890")) == []


def test_an_ambiguous_read_back_is_taken_as_it_was_said_or_refused() -> None:
    said = parse_position("35°20′30″N 040°18′45″E", datum=WGS84)
    assert compare_readback(said, "35 20 30 N 040 18 45 E").equal
    minutes = parse_position("35°20.30′N 040°18.45′E", datum=WGS84)
    with pytest.raises(NotationError, match="ambiguous"):
        compare_readback(minutes, "35 20 30 N 040 18 45 E")


def test_digits_on_grids_and_beyond_are_tried_too() -> None:
    utm = parse_position("37 north 500000 3873000", datum=WGS84)
    assert compare_readback(utm, "37 north 500000 3783000").slip == "digits 10 and 11 swapped"
    krueger = parse_position("X 5412345 Y 7412345", datum=parse_datum("SK-42"), notation=Notation.GK)
    assert compare_readback(krueger, "X 5421345 Y 7412345").slip == "digits 3 and 4 swapped"
