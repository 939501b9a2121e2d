"""Acceptance: an area of operations catches places that are valid numbers and wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from clearline.cli.main import commands
from clearline.conflict.exact import separation
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor
from clearline.space.wgs84 import destination, distance_m
from clearline.wire.area import Area, parse_corners, read_area
from clearline.wire.errors import MalformedError
from tests.app.worlds import circle, write_plans

_TOLD, _MEANT = LatLon(40.0, 35.0), LatLon(35.0, 40.0)


def _area(text: str) -> Area:
    area = parse_corners(text)
    assert area is not None
    return area


def test_lat_lon_swapped_709_km(tmp_path: Path) -> None:
    """Both are valid latitudes, so no range check sees it; the area of operations does, and names both readings."""
    assert distance_m(_TOLD, _MEANT) == pytest.approx(709_000.0, abs=500.0)
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1", (35.05, 40.05))])
    theirs = write_plans(tmp_path, "b.geojson", [circle("B", "B1", _TOLD)])
    unguarded = CliRunner().invoke(commands, ["check", ours, theirs])
    assert unguarded.exit_code == 0  # 709 km away from where it is, everything is clear of it
    guarded = CliRunner().invoke(commands, ["check", ours, theirs, "--area", "34N 038E 37N 042E"])
    assert guarded.exit_code == 3
    assert "it was read as 40.00000N 035.00000E" in guarded.output
    assert "read the other way round, as 35.00000N 040.00000E, it lies inside" in guarded.output
    assert "latitude and longitude look swapped" in guarded.output
    righted = write_plans(tmp_path, "c.geojson", [circle("B", "B1", _MEANT)])
    assert CliRunner().invoke(commands, ["check", ours, righted, "--area", "34N 038E 37N 042E"]).exit_code == 1


def test_outside_both_ways_is_refused_without_a_guess(tmp_path: Path) -> None:
    files = write_plans(tmp_path, "a.geojson", [circle("A", "A1", (35.5, 40.5)), circle("B", "B1", (10.0, 11.0)),
                                                circle("B", "B2", (10.0, 11.0))])  # fmt: skip
    refused = CliRunner().invoke(commands, ["check", files, "--area", "34N 038E 37N 042E"])
    assert refused.exit_code == 3
    assert "activity 'B1' of 'B' (and 1 more activities)" in refused.output
    assert "swapped" not in refused.output


def test_partly_outside_is_outside(tmp_path: Path) -> None:
    files = write_plans(tmp_path, "a.geojson", [circle("A", "A1", (36.97, 40.0)), circle("B", "B1", (36.0, 40.0))])
    assert CliRunner().invoke(commands, ["check", files, "--area", "34N 038E 37N 042E"]).exit_code == 3
    assert CliRunner().invoke(commands, ["check", files, "--area", "34N 038E 37.1N 042E"]).exit_code == 0


def test_a_polygon_file_is_an_area_too(tmp_path: Path) -> None:
    ring = [[38, 34], [42, 34], [42, 37], [38, 37], [38, 34]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    for number, value in enumerate(
        (shape, {"type": "Feature", "properties": {}, "geometry": shape},
         {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": shape}]})
    ):  # fmt: skip
        path = tmp_path / f"area{number}.geojson"
        path.write_text(json.dumps(value))
        ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1", (35.5, 40.5)), circle("B", "B1", _TOLD)])
        refused = CliRunner().invoke(commands, ["check", ours, "--area", str(path)])
        assert refused.exit_code == 3
        assert "look swapped" in refused.output


@given(st.floats(-80.0, 80.0), st.floats(-180.0, 180.0), st.floats(0.1, 9.0), st.floats(0.1, 30.0),
       st.floats(-12.0, 12.0), st.floats(-40.0, 40.0), st.floats(0.0, 200_000.0))  # fmt: skip
def test_a_circle_is_in_a_box_only_if_all_of_it_is(
    lat: float, lon: float, tall: float, wide: float, up: float, across: float, radius_m: float
) -> None:
    def corner(lat_deg: float, lon_deg: float) -> str:
        lon_deg = (lon_deg + 180.0) % 360.0 - 180.0
        return f"{abs(lat_deg):.6f}{'NS'[lat_deg < 0]} {abs(lon_deg):.6f}{'EW'[lon_deg < 0]}"

    area = _area(f"{corner(lat, lon)} {corner(lat + tall, lon + wide)}")
    centre = LatLon(max(-90.0, min(90.0, lat + up)), (lon + across + 180.0) % 360.0 - 180.0)
    held = area.holds(Circle(centre, radius_m).core())
    rim = [destination(centre, azimuth_deg, radius_m) for azimuth_deg in range(0, 360, 15)]
    inside = [
        lat - 1e-5 <= p.lat_deg <= lat + tall + 1e-5 and (p.lon_deg - lon + 1e-5) % 360.0 <= wide + 2e-5 for p in rim
    ]
    assert all(inside) or not held
    middle = abs(centre.lat_deg) < 80.0 and lat + 0.1 * tall < centre.lat_deg < lat + 0.9 * tall
    if radius_m < 1.0 and middle and 0.1 * wide < (centre.lon_deg - lon) % 360.0 < 0.9 * wide:
        assert held


@given(st.floats(-0.2, 1.2), st.floats(-0.2, 1.2), st.floats(0.0, 30_000.0))
def test_a_corridor_is_in_a_polygon_only_if_it_keeps_clear_of_its_rim(x: float, y: float, half_m: float) -> None:
    corners = (LatLon(34.0, 38.0), LatLon(34.0, 42.0), LatLon(37.0, 42.0), LatLon(37.0, 38.0))
    text = json.dumps({"type": "Polygon", "coordinates": [[[p.lon_deg, p.lat_deg] for p in corners]]})
    area = read_area(text.encode(), source="area")
    line = (LatLon(35.0, 40.0), LatLon(34.0 + 3.0 * y, 38.0 + 4.0 * x))
    rim = Core(((*corners, corners[0]),), False, 0.0)
    apart_m = separation(rim, Core((line,), False, 0.0)).distance_m
    assert area.holds(Corridor(line, half_m).core()) == (apart_m > half_m + 0.005)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("34N 038E 34N 042E", "span no area"),
        ("34N 038E 37N 038E", "span no area"),
        ("94N 038E 37N 042E", "beyond a pole"),
        ("34N 190E 37N 042E", "beyond a pole or beyond 180"),
    ],
)
def test_corners_that_are_no_area_are_refused(text: str, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        parse_corners(text)


def test_corners_may_come_in_any_order_and_lie_across_the_antimeridian() -> None:
    boxes = [_area(text).bounds for text in ("34N 038E 37N 042E", "37n,42e 34n,38e", "37N 038E; 34N 042E")]
    assert len(set(map(str, boxes))) == 1
    across = _area("10S 178E 10N 178W")
    assert across.holds(Circle(LatLon(0.0, -179.0), 1_000.0).core())
    assert across.holds(Circle(LatLon(0.0, 179.9999), 1_000.0).core())
    assert not across.holds(Circle(LatLon(0.0, 177.0), 1_000.0).core())
    assert parse_corners("area.geojson") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": "Point", "coordinates": [1, 2]}', "not a Polygon"),
        ('{"type": "FeatureCollection", "features": []}', "does not hold one feature"),
        ('{"type": "Polygon", "coordinates": []}', "not a list of rings"),
        ('{"type": "Polygon", "coordinates": [7]}', "not a list of places"),
        ('{"type": "Polygon", "coordinates": [[[1, 2], [1, true], [3, 4]]]}', "is not .longitude, latitude"),
        ('{"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}', "at least three"),
        ("[]", "not a Polygon"),
    ],
)
def test_an_area_file_that_is_none_is_refused(text: str, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        read_area(text.encode(), source="area.geojson")
