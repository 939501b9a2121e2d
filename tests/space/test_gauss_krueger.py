"""Gauss-Krueger positions against EPSG's own zones by PROJ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from clearline.space.datum import UNKNOWN, WGS84, parse_datum
from clearline.space.latlon import LatLon
from clearline.space.notation import Notation, NotationError, parse_position
from clearline.space.wgs84 import distance_m

_SK42 = parse_datum("SK-42")


@given(
    st.sampled_from([(4284, 28400), (4200, 20000)]),
    st.sampled_from([5, 7, 8, 12, 32]),
    st.floats(42.0, 68.0),
    st.floats(-3.0, 3.0),
    st.sampled_from(["X {x:.3f} Y {y:.3f}", "y={y:.3f}, x={x:.3f}", "Х={x:.3f} У={y:.3f}", "GK {x:.3f} {y:.3f}"]),
)
def test_x_and_y_are_those_of_epsg(
    codes: tuple[int, int], zone: int, lat_deg: float, off_deg: float, style: str
) -> None:
    geographic, first = codes
    stated = LatLon(lat_deg, (6 * zone - 3 + off_deg + 180.0) % 360.0 - 180.0)
    north_m, east_m = Transformer.from_crs(geographic, first + zone).transform(*stated)
    read = parse_position(style.format(x=north_m, y=east_m), datum=parse_datum(f"EPSG:{first + zone}"))
    assert read.notation is Notation.GK and read.text == style.format(x=north_m, y=east_m)
    assert distance_m(read.stated, stated) < 2e-3
    assert 50.0 < distance_m(read.place, stated) < 200.0  # and moved to WGS84


def test_two_numbers_without_letters_are_refused_with_both_orders() -> None:
    with pytest.raises(NotationError, match="without letters") as caught:
        parse_position("5412345 7412345", datum=_SK42)
    assert [candidate.reading for candidate in caught.value.candidates] == ["X first", "Y first"]
    named = parse_position("5412345 7412345", datum=_SK42, notation=Notation.GK)
    assert named.stated == pytest.approx(caught.value.candidates[0].place)


def test_of_two_orders_only_those_that_can_be_are_named() -> None:
    with pytest.raises(NotationError, match="without letters") as caught:
        parse_position("7512345 4050000", datum=_SK42)  # as Y, the second is 450 km from the middle of its zone
    assert [candidate.reading for candidate in caught.value.candidates] == ["Y first"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("X 3873000 Y 500000", "no zone in front"),
        ("X 3873000 Y 61500000", "no zone in front"),
        ("X 3873000 Y 7050000", "from the middle of zone 7"),
        ("X 3873000 Y 7900000", "from the middle of zone 7"),
        ("X 13873000 Y 7500000", "beyond the pole"),
        ("X 3873000 X 7500000", "not a Gauss-Krueger position"),
        ("GK nonsense", "not a Gauss-Krueger position"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotationError, match=why):
        parse_position(text, datum=_SK42)


def test_other_ellipsoids_have_other_zones() -> None:
    with pytest.raises(NotationError, match="Krassovsky"):
        parse_position("X 5573000 Y 3500000", datum=parse_datum("DHDN"))
    with pytest.raises(NotationError, match="Krassovsky"):
        parse_position("X 4573000 Y 7500000", datum=WGS84)


def test_an_unknown_datum_widens() -> None:
    read = parse_position("X 4573000 Y 7500000", datum=UNKNOWN)
    assert read.uncertainty_m == 1_000.0 and read.notes == ("its datum is not known: within 1000 m",)
