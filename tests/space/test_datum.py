"""Datums: named or refused, moved by published operations only, and doubted as far as those disagree."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

# Documented there, though not in its __all__.
from pyproj.network import is_network_enabled, set_network_enabled  # pyright: ignore[reportPrivateImportUsage]

from clearline.space import datum_shift
from clearline.space.datum import (
    UNKNOWN,
    UNKNOWN_DATUM_M,
    WGS84,
    Datum,
    DatumError,
    ellipsoid_of,
    parse_datum,
    shift_to_wgs84,
    to_wgs84,
)
from clearline.space.datum_shift import OUTSIDE_M
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import distance_m

_HERE = LatLon(35.0, 40.0)
_LAND = {
    "SK-42": (36.0, 60.0, 20.0, 120.0),
    "ED50": (36.0, 60.0, -5.0, 25.0),
    "Deir ez Zor": (33.0, 37.0, 36.0, 42.0),
    "NAD27": (30.0, 48.0, -120.0, -75.0),
    "Tokyo": (32.0, 42.0, 131.0, 141.0),
}


@st.composite
def places_on_datums(draw: st.DrawFn) -> tuple[Datum, LatLon]:
    name = draw(st.sampled_from(sorted(_LAND)))
    south, north, west, east = _LAND[name]
    return parse_datum(name), LatLon(draw(st.floats(south, north)), draw(st.floats(west, east)))


@given(places_on_datums())
def test_a_shift_is_the_operation_it_names(drawn: tuple[Datum, LatLon]) -> None:
    datum, place = drawn
    shift = shift_to_wgs84(*place, datum)
    code = shift.operation.split()[0].removeprefix("EPSG:")
    named = Transformer.from_pipeline(f"urn:ogc:def:coordinateOperation:EPSG::{code}")
    assert distance_m(LatLon(*named.transform(*place)), shift.place) < 1e-4


@given(places_on_datums())
def test_the_doubt_holds_what_every_operation_that_covers_the_place_says(drawn: tuple[Datum, LatLon]) -> None:
    datum, place = drawn
    assert datum.epsg is not None
    moved, uncertainty_m = to_wgs84(*place, datum)
    for other in datum_shift._operations(datum.epsg):
        if other.degrees_outside(*place) == 0.0:
            assert distance_m(moved, other.apply(*place)) <= uncertainty_m + 0.01


@given(places_on_datums())
def test_no_shift_is_null_or_wild(drawn: tuple[Datum, LatLon]) -> None:
    datum, place = drawn
    assert 1.0 < distance_m(place, to_wgs84(*place, datum)[0]) < 600.0


def test_the_known_shifts_at_35n_40e() -> None:
    """The figures of the domain reference: Deir ez Zor 139 m east, SK-42 111 to 139 m west, ED50 118 m south."""
    for name, low_m, high_m in (("EPSG:4227", 130.0, 148.0), ("SK-42", 111.0, 139.0), ("ED50", 116.0, 120.0)):
        moved, _ = to_wgs84(*_HERE, parse_datum(name))
        assert low_m < distance_m(_HERE, moved) < high_m
    assert to_wgs84(*_HERE, parse_datum("EPSG:4227"))[0].lon_deg > 40.0
    assert to_wgs84(*_HERE, parse_datum("SK-42"))[0].lon_deg < 40.0
    assert to_wgs84(*_HERE, parse_datum("ED50"))[0].lat_deg < 35.0


def test_outside_its_area_a_datum_is_doubted_more_and_then_refused() -> None:
    datum = parse_datum("SK-42")  # EPSG's box for it ends at 35.14 north
    inside, outside = shift_to_wgs84(35.2, 40.0, datum), shift_to_wgs84(35.0, 40.0, datum)
    assert not inside.outside and inside.uncertainty_m < 40.0
    assert outside.outside and outside.uncertainty_m > OUTSIDE_M
    west = shift_to_wgs84(50.0, 18.0, datum)  # its west side is 19.57 east
    assert west.outside and west.uncertainty_m > OUTSIDE_M
    for lat_deg, lon_deg in ((30.1, 40.0), (29.0, 40.0), (50.0, 14.5)):
        with pytest.raises(DatumError, match="check place and datum"):
            to_wgs84(lat_deg, lon_deg, datum)


def test_across_the_antimeridian_a_datum_is_one() -> None:
    datum = parse_datum("SK-42")  # its area reaches to 169 west
    east, west = to_wgs84(66.0, 179.999, datum)[0], to_wgs84(66.0, -179.999, datum)[0]
    assert distance_m(east, west) < 100.0
    with pytest.raises(DatumError):
        to_wgs84(66.0, -100.0, datum)


@pytest.mark.parametrize("name", ["NAD27", "Tokyo", "NAD83"])
def test_a_datum_of_another_continent_is_refused(name: str) -> None:
    with pytest.raises(DatumError, match="state the place on WGS84"):
        to_wgs84(*_HERE, parse_datum(name))


def test_a_datum_without_any_published_operation_is_refused() -> None:
    with pytest.raises(DatumError, match=r"no operation from PZ-90\.02"):
        to_wgs84(*_HERE, parse_datum("PZ-90.02"))


def test_a_datum_whose_operations_have_no_known_accuracy_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    blind = tuple(one._replace(accuracy_m=None) for one in datum_shift._operations(4227))
    monkeypatch.setattr(datum_shift, "_operations", lambda _epsg: blind)
    datum_shift._choices.cache_clear()
    with pytest.raises(DatumError, match="how accurate"):
        to_wgs84(*_HERE, parse_datum("EPSG:4227"))
    datum_shift._choices.cache_clear()


@pytest.mark.parametrize(
    "definition",
    ["proj=hgridshift grids=us_noaa_conus.tif", "proj=tinshift file=fi.json", "proj=defmodel model=nz.json"],
)
def test_an_operation_that_needs_a_file_is_none(definition: str) -> None:
    assert datum_shift._USES_A_FILE.search(f"proj=pipeline step {definition} step proj=noop")
    assert not any(datum_shift._USES_A_FILE.search(one.transformer.definition) for one in datum_shift._operations(4267))


def test_the_network_is_off() -> None:
    set_network_enabled(active=True)
    datum_shift._operations.cache_clear()
    datum_shift._choices.cache_clear()
    to_wgs84(*_HERE, parse_datum("EPSG:4227"))
    assert not is_network_enabled()


def test_an_operation_that_gives_no_place_says_so() -> None:
    with pytest.raises(DatumError, match="gives no place"):
        datum_shift._operations(4227)[0].apply(1e9, 0.0)


def test_wgs84_moves_nothing_and_unknown_widens() -> None:
    assert to_wgs84(*_HERE, WGS84) == (_HERE, 0.0)
    assert to_wgs84(*_HERE, UNKNOWN) == (_HERE, UNKNOWN_DATUM_M)
    assert UNKNOWN_DATUM_M == 1_000.0
    assert WGS84.known and not UNKNOWN.known
    with pytest.raises(ValueError, match="latitude"):
        to_wgs84(91.0, 0.0, WGS84)


@pytest.mark.parametrize(
    ("text", "epsg"),
    [
        ("WGS84", 4326),
        ("wgs 84", 4326),
        ("WGE", 4326),
        ("World Geodetic System 1984", 4326),
        ("EPSG:4326", 4326),
        ("urn:ogc:def:crs:EPSG::4326", 4326),
        ("urn:ogc:def:crs:EPSG:9.8:4326", 4326),
        ("EPSG:4979", 4326),
        ("EPSG:32637", 4326),
        ("SK-42", 4284),
        ("Pulkovo 1942", 4284),
        ("EPSG:28407", 4284),
        ("EPSG:20007", 4200),
        ("ED50", 4230),
        ("deir ez zor", 4227),
        ("NAD27", 4267),
        ("Pulkovo 1942(58)", 4179),
    ],
)
def test_names_and_codes(text: str, epsg: int) -> None:
    datum = parse_datum(text)
    assert datum.epsg == epsg and datum.stated == text and str(datum).endswith(f"(EPSG:{epsg})")
    assert datum == parse_datum(f"EPSG:{epsg}")


@pytest.mark.parametrize("text", ["unknown", "UNK", "not stated"])
def test_unknown_is_a_statement(text: str) -> None:
    assert parse_datum(text) == UNKNOWN and str(parse_datum(text)) == "unknown"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("x" * 81, "too long"),
        ("Pulkovo", "did you mean"),
        ("Atlantis", "not known; state"),
        ("EPSG:999999", "not a coordinate reference system"),
        ("EPSG:5773", "no latitude"),  # a height
        ("EPSG:4978", "no latitude"),  # earth-centred
        ("EPSG:4807", "Greenwich"),  # Paris, in grads
    ],
)
def test_what_is_no_datum_is_refused(text: str, why: str) -> None:
    with pytest.raises(DatumError, match=why):
        parse_datum(text)


@pytest.mark.parametrize(("name", "epsg"), [("foo", None), ("unknown", 4326), ("bar", 0)])
def test_a_datum_cannot_be_built_wrong(name: str, epsg: int | None) -> None:
    with pytest.raises(DatumError):
        Datum(name, epsg)


def test_ellipsoids() -> None:
    assert ellipsoid_of(parse_datum("SK-42")).equatorial_m == 6378245.0
    assert math.isclose(1.0 / ellipsoid_of(WGS84).flattening_ratio, 298.257223563)
    with pytest.raises(DatumError):
        ellipsoid_of(UNKNOWN)
