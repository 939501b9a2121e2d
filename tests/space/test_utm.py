"""UTM positions against PROJ, and the S that is a band to one and south to another."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Proj

from clearline.space.datum import UNKNOWN, WGS84, parse_datum
from clearline.space.latlon import LatLon
from clearline.space.notation import Notation, NotationError, parse_position
from clearline.space.utm import BANDS, band_limits, zone_limits
from clearline.space.wgs84 import distance_m


@given(st.integers(1, 60), st.floats(-79.9, 83.9), st.floats(-3.0, 3.0), st.sampled_from(["words", "band", "labels"]))
def test_easting_and_northing_are_those_of_proj(zone: int, lat_deg: float, off_deg: float, style: str) -> None:
    place = LatLon(lat_deg, (6 * zone - 183 + off_deg + 180.0) % 360.0 - 180.0)
    south = lat_deg < 0.0
    east_m, north_m = Proj(proj="utm", zone=zone, south=south, ellps="WGS84")(place.lon_deg, lat_deg)
    band = BANDS[min(int((lat_deg + 80.0) // 8.0), 19)]
    text = {
        "words": f"zone {zone} {'south' if south else 'north'} {east_m:.4f} {north_m:.4f}",
        "band": f"{zone} band {band} {east_m:.4f}mE {north_m:.4f}mN",
        "labels": f"UTM {zone} {'south' if south else 'north'} N {north_m:.4f} E {east_m:.4f}",
    }[style]
    read = parse_position(text, datum=WGS84)
    assert read.notation is Notation.UTM and read.resolution_m == 1e-4
    assert distance_m(read.place, place) < 1e-3


def test_37s_is_a_band_or_south_and_is_refused_with_both() -> None:
    with pytest.raises(NotationError, match="a band or 'south'") as caught:
        parse_position("37S 500000 3873000", datum=WGS84)
    north, south = caught.value.candidates
    assert (round(north.place.lat_deg), round(south.place.lat_deg)) == (35, -55)


@given(st.floats(0.0, 10_000_000.0))
def test_a_bare_s_is_read_only_where_the_northing_leaves_one_reading(north_m: float) -> None:
    in_band = 3_540_500.0 < north_m < 4_427_700.0  # 32 to 40 north in the middle of a zone
    near_edge = min(abs(north_m - 3_540_650.0), abs(north_m - 4_427_760.0)) < 200.0
    text = f"37S 500000 {north_m:.0f}"
    if in_band and not near_edge:
        with pytest.raises(NotationError, match="a band or 'south'"):
            parse_position(text, datum=WGS84)
    elif not near_edge and north_m > 700_000.0:
        read = parse_position(text, datum=WGS84)
        assert read.place.lat_deg <= 0.0 and read.notes[0].startswith("S is read as south")


def test_a_bare_n_is_one_place_either_way() -> None:
    assert parse_position("37N 500000 3873000", datum=WGS84).place.lat_deg == pytest.approx(34.999612, abs=1e-6)
    assert parse_position("37N 500000 387300", datum=WGS84).place.lat_deg == pytest.approx(3.503981, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("37R 500000 3873000", "band R is latitude 24 to 32"),
        ("37 band I 500000 3873000", "no band"),
        ("37 north 3873000 500000", "swapped"),
        ("37 north 50000 3873000", "digit too few"),
        ("37 north 1500000 3873000", "digit too few"),
        ("37 north 500000 38730000", "digit too few"),
        ("37 north 500000", "an easting and a northing"),
        ("37 north 500000E 3873000", "an easting and a northing"),
        ("37 north 500000E 3873000E", "an easting and a northing"),
        ("37 north 500 000 3 873 000", "an easting and a northing"),
        ("zone 61 north 500000 3873000", "zone from 1 to 60"),
        ("UTM 500000 3873000", "zone from 1 to 60"),
        ("37 north 500000 9990000", "UTM ends"),
        ("37 south 500000 500000", "UTM ends"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotationError, match=why):
        parse_position(text, datum=WGS84)


def test_the_ellipsoid_of_the_datum_counts() -> None:
    """The same numbers on ED50's ellipsoid lie some 200 m further south: PROJ agrees where they do."""
    read = parse_position("31 north 500000 5500000", datum=parse_datum("ED50"))
    lon_deg, lat_deg = Proj(proj="utm", zone=31, ellps="intl")(500_000.0, 5_500_000.0, inverse=True)
    assert distance_m(read.stated, LatLon(lat_deg, lon_deg)) < 1e-3
    with pytest.raises(NotationError, match="how long its metres are"):
        parse_position("31 north 500000 5500000", datum=UNKNOWN)


def test_zones_and_bands_cover_the_globe_once() -> None:
    for band in BANDS:
        limits = [found for zone in range(1, 61) if (found := zone_limits(zone, band)) is not None]
        assert limits[0][0] == -180.0 and limits[-1][1] == 180.0
        assert all(here[1] == after[0] for here, after in pairwise(limits))
    edges = [band_limits(band) for band in BANDS]
    assert edges[0][0] == -80.0 and edges[-1][1] == 84.0
    assert all(here[1] == after[0] for here, after in pairwise(edges))
