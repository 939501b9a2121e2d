"""Words: an open end, an unknown and a number never look alike; a name never steers what shows it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.conflict.verdict import Margins
from clearline.space.heights import Frame
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon
from clearline.space.window import TimeWindow
from clearline.wire.words import (
    aligned,
    band_end,
    duration,
    instant,
    lateral_words,
    length,
    needed_words,
    place_words,
    plain,
    shape_words,
    time_words,
    vertical_words,
    window_words,
)


def _margins(lateral_m: float = 1.0, vertical_m: float | None = 1.0, time_s: float = 1.0) -> Margins:
    return Margins(lateral_m, vertical_m, time_s, Frame.AMSL)


@given(st.text())
def test_nothing_in_a_plain_text_moves_a_cursor_or_turns_a_line(text: str) -> None:
    shown = plain(text)
    assert len(shown) == len(text)
    assert all(c.isprintable() for c in shown)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_what_can_be_shown_is_kept(text: str) -> None:
    assert plain(text) == text


@given(st.floats(-1e9, 1e9))
def test_the_sign_of_a_margin_is_a_word(margin: float) -> None:
    for words in (lateral_words(_margins(lateral_m=margin)), time_words(_margins(time_s=margin))):
        assert words.endswith("to spare") == (margin > 0.0)
        assert words.startswith("short by") == (margin <= 0.0)
        assert "-" not in words.replace("e-", "")


def test_an_unknown_an_open_end_and_a_number_differ() -> None:
    words = [vertical_words(_margins(vertical_m=value)) for value in (None, math.inf, -math.inf, 0.0)]
    assert words == ["unknown", "any amount to spare AMSL", "no end to the overlap AMSL", "short by 0.00 m AMSL"]


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_every_instant_of_years_1_to_9999_is_told(ms: int) -> None:
    told = instant(ms)
    assert told.endswith("Z")
    assert (len(told) == 20) == (ms % 1000 == 0)


def test_a_window_without_an_end_says_so() -> None:
    assert window_words(TimeWindow(0, None, 2.0)) == "1970-01-01T00:00:00Z to until further notice (clock within 2 s)"


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_a_place_has_both_hemispheres_and_no_sign(lat_deg: float, lon_deg: float) -> None:
    lat, lon = place_words(LatLon(lat_deg, lon_deg)).split()
    assert lat[-1] in "NS"
    assert lon[-1] in "EW"
    assert float(lat[:-1]) == pytest.approx(abs(lat_deg), abs=1e-5)
    assert float(lon[:-1]) == pytest.approx(abs(lon_deg), abs=1e-5)


def test_shapes_say_what_they_are() -> None:
    a, b, c = LatLon(36.0, 38.0), LatLon(36.0, 39.0), LatLon(37.0, 38.0)
    assert shape_words(Circle(a, 0.0)) == "36.00000N 038.00000E"
    assert shape_words(Corridor((a, b), 500.0)).startswith("line of 2 places (36.00000N")
    assert shape_words(Corridor((a,), 500.0)) == "line of one place (36.00000N 038.00000E), 500 m to either side"
    assert "orbit from" in shape_words(Orbit(a, b, 900.0))
    hole = (LatLon(36.1, 38.1), LatLon(36.1, 38.2), LatLon(36.2, 38.1))
    assert shape_words(Polygon(((a, b, c), hole))).endswith(", less 1 holes")


def test_lengths_and_durations() -> None:
    assert (length(9.999), length(20642.0), length(-3.0)) == ("10.00 m", "20 642 m", "-3.00 m")
    assert [duration(s) for s in (0.0, 59.9, 3600.0, 90061.0)] == ["0 s", "59.9 s", "1 h", "1 d 1 h 1 min 1 s"]
    assert (band_end(math.inf), band_end(-math.inf)) == ("unlimited", "the ground")
    assert needed_words((0.0, 0.0, 0.0)) == "0.00 m or 0.00 m or 0 s"


@given(st.lists(st.tuples(st.text(st.characters(categories=["L", "N"])), st.text("ab中é")), min_size=1))
def test_columns_line_up_whatever_the_letters(rows: list[tuple[str, ...]]) -> None:
    lines = aligned(rows)
    assert len(lines) == len(rows)
    assert all(line == line.rstrip() for line in lines)


def test_wide_letters_count_twice_and_accents_not_at_all() -> None:
    assert aligned([("中", "x"), ("ab", "x"), ("e\u0301e", "x")]) == ["中  x", "ab  x", "e\u0301e  x"]
