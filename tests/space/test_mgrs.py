"""Grid references against the `mgrs` package (NGA's GEOTRANS), and everything that can go wrong with one."""

import mgrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.datum import UNKNOWN, WGS84, parse_datum
from clearline.space.latlon import LatLon
from clearline.space.notation import Notation, NotationError, parse_position
from clearline.space.wgs84 import distance_m

_ORACLE = mgrs.MGRS()
places = st.builds(LatLon, st.floats(-79.99, 83.99), st.floats(-180.0, 179.999))


def _reference(place: LatLon, digits: int) -> str:
    return str(_ORACLE.toMGRS(place.lat_deg, place.lon_deg, MGRSPrecision=digits)).strip()


@given(places, st.integers(0, 5))
def test_a_reference_from_the_oracle_holds_its_place(place: LatLon, digits: int) -> None:
    read = parse_position(_reference(place, digits), datum=WGS84)
    assert read.notation is Notation.MGRS
    # The oracle puts a place on the very line between two cells now in one, now in the other.
    assert distance_m(read.place, place) <= read.uncertainty_m + 0.01
    assert read.resolution_m == 10.0 ** (5 - digits)
    assert 0.7 * read.resolution_m < read.uncertainty_m < 0.7085 * read.resolution_m


@given(places, st.integers(1, 5))
def test_cutting_a_digit_widens_and_still_holds_the_finer_cell(place: LatLon, digits: int) -> None:
    fine, coarse = (parse_position(_reference(place, count), datum=WGS84) for count in (digits, digits - 1))
    assert coarse.uncertainty_m > 9.9 * fine.uncertainty_m
    assert distance_m(fine.place, coarse.place) <= coarse.uncertainty_m


@given(places, st.sampled_from(["{}{}{}{}", "{} {} {} {}", "{}{} {} {}", "{} {} {}{}"]))
def test_spaces_do_not_matter(place: LatLon, style: str) -> None:
    whole = _reference(place, 4)
    zone, square, digits = whole[:-10], whole[-10:-8], whole[-8:]
    spaced = style.format(zone, square, digits[:4], digits[4:])
    assert parse_position(spaced.lower(), datum=WGS84).place == parse_position(whole, datum=WGS84).place


@pytest.mark.parametrize(
    "place",
    [
        LatLon(60.0, 4.0),  # 32V reaches west over Norway
        LatLon(60.0, 2.99),
        LatLon(78.0, 8.0),  # Svalbard: 31X, 33X, 35X, 37X
        LatLon(78.0, 15.0),
        LatLon(78.0, 29.0),
        LatLon(78.0, 41.0),
        LatLon(83.9, 0.0),
        LatLon(-79.9, 179.9),
        LatLon(-0.001, 39.0),
        LatLon(0.001, 39.0),
    ],
)
def test_the_exceptions_of_norway_svalbard_and_the_edges(place: LatLon) -> None:
    read = parse_position(_reference(place, 5), datum=WGS84)
    assert distance_m(read.place, place) < 0.8


@pytest.mark.parametrize("edge_deg", [36.0, 42.0, 48.0])
def test_at_a_zone_edge_the_other_zone_is_refused_or_named(edge_deg: float) -> None:
    west, east = _reference(LatLon(35.3, edge_deg - 1e-4), 5), _reference(LatLon(35.3, edge_deg + 1e-4), 5)
    assert west[:2] != east[:2]
    for own, other in ((west, east), (east, west)):
        with pytest.raises(NotationError) as caught:
            parse_position(other[:2] + own[2:], datum=WGS84)
        apart = [distance_m(candidate.place, LatLon(35.3, edge_deg)) for candidate in caught.value.candidates]
        assert min(apart) < 100.0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("37S DV 12345 6789", "odd number"),
        ("37SDV123456789", "odd number"),
        ("37S DV 1234 567890", "equal halves"),
        ("37S DV 12 34 56", "equal halves"),
        ("37S DV 123456 123456", "equal halves"),
        ("37S 12345 67890", "100 km square are missing"),
        ("37S 1234567890", "100 km square are missing"),
        ("37S", "100 km square are missing"),
        ("DV 12345 67890", "zone and band are missing"),
        ("12345 67890", "zone and band are missing"),
        ("37S PV 12345 67890", "squares A to H"),
        ("37S DZ 12345 67890", "second letter"),
        ("37S DI 12345 67890", "second letter"),
        ("37I DV 12345 67890", "no zone and band"),
        ("61S DV 12345 67890", "no zone and band"),
        ("0S DV 12345 67890", "no zone and band"),
        ("32X NE 12345 67890", "no zone 32X"),
        ("37S DK 12345 67890", "no square DK lies in 37S"),
        ("37S HV 99999 67890", "beside zone"),
        ("Z AB 12345 67890", "polar"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotationError, match=why):
        parse_position(text, datum=WGS84)


def test_a_known_notation_is_held_to() -> None:
    with pytest.raises(NotationError, match="not a grid reference"):
        parse_position("35°20′30″N 040°18′45″E", datum=WGS84, notation=Notation.MGRS)


def test_where_the_datum_decides_the_letters_it_must_be_one_whose_letters_are_known() -> None:
    assert parse_position("31U DQ 12345 67890", datum=parse_datum("ED50")).uncertainty_m < 20.0
    for datum, why in ((parse_datum("Tokyo"), "other letters"), (UNKNOWN, "not known")):
        with pytest.raises(NotationError, match=why):
            parse_position("54S UE 12345 67890", datum=datum)
