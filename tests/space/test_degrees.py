"""Positions in degrees: every style of one place is that place, and a doubtful text is refused with its readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.datum import WGS84
from clearline.space.latlon import LatLon
from clearline.space.notation import Notation, NotationError, Position, parse_position
from clearline.space.wgs84 import distance_m

_STYLES = {
    Notation.DMS: (
        "{d}°{m:02}′{s:05.2f}″{h}",
        "{d}° {m}' {s:.2f}\" {h}",
        "{d}:{m:02}:{s:05.2f}{h}",
        "{d}-{m:02}-{s:05.2f} {h}",
        "{d} {m} {s:.2f} {h}",
        "{D}{m:02}{s:05.2f}{h}",
        "{h}{d}º{m:02}’{s:05.2f}”",
        "{h} {D}{m:02}{s:05.2f}",
    ),
    Notation.DDM: (
        "{d}°{f:012.9f}′{h}",
        "{d} {f:.9f} {h}",
        "{d}:{f:012.9f}{h}",
        "{D}{f:012.9f}{h}",
        "{h}{d}°{f:012.9f}'",
    ),
    Notation.DD: ("{x:.8f}°{h}", "{x:.8f}{h}", "{h}{x:.8f}", "{h} {x:.8f}°"),
}


def _written(style: str, hundredths: int, letter: str, width: int) -> str:
    """An angle of hundredths of a second, in a style."""
    minutes, rest = divmod(hundredths, 6_000)
    degrees, minute = divmod(minutes, 60)
    return style.format(
        d=degrees,
        D=f"{degrees:0{width}}",
        m=minute,
        s=rest / 100.0,
        f=minute + rest / 6_000.0,
        x=hundredths / 360_000.0,
        h=letter,
    )


def _read(text: str, notation: Notation | None = None) -> Position:
    return parse_position(text, datum=WGS84, notation=notation)


@given(
    lat=st.integers(0, 90 * 360_000),
    lon=st.integers(0, 180 * 360_000),
    ns=st.sampled_from("NS"),
    ew=st.sampled_from("EW"),
    lon_first=st.booleans(),
    named=st.booleans(),
)
def test_every_style_of_one_place_is_that_place(
    lat: int, lon: int, ns: str, ew: str, *, lon_first: bool, named: bool
) -> None:
    place = LatLon((-1 if ns == "S" else 1) * lat / 360_000.0, (-1 if ew == "W" else 1) * lon / 360_000.0)
    for notation, styles in _STYLES.items():
        for style in styles:
            parts = [_written(style, lat, ns, 2), _written(style, lon, ew, 3)]
            text = " ".join(reversed(parts) if lon_first else parts)
            read = _read(text, notation if named else None)
            assert read.notation is notation
            assert abs(read.place.lat_deg - place.lat_deg) < 1e-8 and abs(read.place.lon_deg - place.lon_deg) < 1e-8
            assert read.text == text and read.uncertainty_m == 0.0


@given(st.integers(0, 89), st.integers(0, 59), st.integers(10, 59), st.integers(0, 179))
def test_three_bare_numbers_are_refused_with_both_readings(d: int, m: int, s: int, e: int) -> None:
    text = f"{d} {m} {s} N {e} {m} {s} E"
    with pytest.raises(NotationError) as caught:
        _read(text)
    as_seconds, as_decimals = (candidate.place for candidate in caught.value.candidates)
    assert distance_m(as_seconds, LatLon(d + m / 60 + s / 3600, e + m / 60 + s / 3600)) < 1e-3
    assert distance_m(as_decimals, LatLon(d + (m + s / 100) / 60, e + (m + s / 100) / 60)) < 1e-3
    assert _read(text, Notation.DMS).place == as_seconds
    with pytest.raises(NotationError, match="not DDM"):
        _read(text, Notation.DDM)


@given(st.integers(0, 89), st.integers(0, 179), st.integers(0, 9999), st.integers(0, 9999))
def test_four_decimals_are_refused_exactly_where_both_could_be_minutes_and_seconds(
    d: int, e: int, p: int, q: int
) -> None:
    text = f"{d}.{p:04}N {e}.{q:04}E"
    could = all(number // 100 < 60 and number % 100 < 60 for number in (p, q))
    plain = LatLon(float(f"{d}.{p:04}"), float(f"{e}.{q:04}"))
    assert _read(text, Notation.DD).place == plain
    if could:
        with pytest.raises(NotationError, match="ambiguous") as caught:
            _read(text)
        assert [candidate.reading for candidate in caught.value.candidates] == ["DD", "DMS"]
    else:
        assert _read(text).place == plain


@pytest.mark.parametrize(
    ("text", "lat_deg", "lon_deg", "notation"),
    [
        ("352030N0401845E", 35 + 20.5 / 60, 40.3125, Notation.DMS),
        ("3520.5N 04018.75E", 35 + 20.5 / 60, 40.3125, Notation.DDM),
        ("3520N04018E", 35 + 20 / 60, 40.3, Notation.DDM),
        ("35N 040E", 35.0, 40.0, Notation.DD),
        ("35.2030°N, 040.1845°E", 35.203, 40.1845, Notation.DD),
        ("36.8600N 039.0300E", 36.86, 39.03, Notation.DD),
        ("S05°30′00″/W070°00′00″", -5.5, -70.0, Notation.DMS),
        ("٣٥°٢٠′٣٠″N ٠٤٠°١٨′٤٥″E", 35 + 20.5 / 60, 40.3125, Notation.DMS),
        ("\u200e35°20′30″N\u200f 040°18′45″E", 35 + 20.5 / 60, 40.3125, Notation.DMS),
        ("90°00′00″N 180°00′00″W", 90.0, -180.0, Notation.DMS),
    ],
)
def test_forms_that_are_read(text: str, lat_deg: float, lon_deg: float, notation: Notation) -> None:
    read = _read(text)
    assert read.notation is notation
    assert read.place == pytest.approx((lat_deg, lon_deg), abs=1e-12)


@pytest.mark.parametrize(
    ("text", "why", "readings"),
    [
        ("35.2030N 040.1845E", "ambiguous", ["DD", "DMS"]),
        ("35.20N 40.18E", "ambiguous", ["DD", "DDM"]),
        ("35 20 30N 040 18 45E", "ambiguous", ["DMS", "DDM"]),
        ("35° 20 30N 040° 18 45E", "ambiguous", ["DMS", "DDM"]),
        ("35203N 040184E", "ambiguous", ["DDM", "DMS"]),
        ("3520N 4018E", "number of digits", ["DDM"]),
        ("352030N 401845E", "number of digits", ["DMS"]),
        ("352075N 0401875E", "seconds run", ["DDM"]),
        ("3575N 04075E", "minutes run", ["DD"]),
        ("35°75′N 040°18′E", "minutes run", []),
        ("35°60′N 040°18′E", "minutes run", []),
        ("35°20′60″N 040°18′45″E", "seconds run", []),
        ("35.2030 40.1845", "hemispheres are missing", ["latitude first", "longitude first"]),
        ("35 20 30 40 18 45", "hemispheres are missing", ["latitude first", "longitude first"]),
        ("35.2, 140.5", "hemispheres are missing", ["latitude first"]),
        ("35.203N 40.185", "one hemisphere is missing", ["E", "W"]),
        ("35.203 40.185W", "one hemisphere is missing", ["N", "S"]),
        ("N35.203 40.185", "one hemisphere is missing", ["E", "W"]),
        ("35.203 E40.185", "one hemisphere is missing", ["N", "S"]),
        ("35,2031°N 40,1846°E", "comma", ["a decimal comma, DD"]),
        ("35°20,30′N 40°18,45′E", "comma", ["a decimal comma, DDM", "a comma as a gap, DMS"]),
        ("35N 40N", "one axis twice", []),
        ("-35.2N 40.5E", "sign", []),
        ("95°N 040°E", "beyond a pole", []),
        ("35°N 190°E", "beyond 180", []),
        ("35.5°N 180.5°E", "beyond 180", []),
        ("90.5°N 170.5°E", "beyond a pole", []),
        ("90°00′01″N 040°00′00″E", "beyond a pole", []),
        ("35°20′30″N 40.1845°E", "one notation", []),
        ("35.5°20′N 040.5°18′E", "one notation", []),
        ("35°20.5′30″N 040°18.5′45″E", "one notation", []),
        ("35°N 40°E 12°N", "more than two", []),
        ("35: N 40: E", "one notation", []),
        ("35:20: N 40:18: E", "one notation", []),
        ("95.5 100.5", "not a position", []),
        ("35.20.30N 40.18.45E", "one notation", []),
        ("N E", "not a position", []),
        ("", "not a position", []),
        ("somewhere", "not a position", []),
    ],
)
def test_what_is_refused_and_what_it_could_be(text: str, why: str, readings: list[str]) -> None:
    with pytest.raises(NotationError, match=why) as caught:
        _read(text)
    assert [candidate.reading for candidate in caught.value.candidates] == readings
    assert caught.value.text == text and caught.value.mend


def test_a_west_candidate_is_in_the_west() -> None:
    with pytest.raises(NotationError) as caught:
        _read("35.203 40.185W")
    assert [candidate.place for candidate in caught.value.candidates] == [(35.203, -40.185), (-35.203, -40.185)]


@pytest.mark.parametrize("notation", [Notation.DD, Notation.DDM])
def test_a_known_notation_that_the_text_is_not_in_is_refused(notation: Notation) -> None:
    with pytest.raises(NotationError, match=f"not {notation}"):
        _read("35°20′30″N 040°18′45″E", notation)


def test_coarse_positions_say_so() -> None:
    assert _read("3520N04018E").notes == ("stated to 1855 m, and taken as exact",)
    assert _read("352030N0401845E").notes == ()
    assert _read("352030N0401845E").resolution_m == pytest.approx(30.9, abs=0.1)
