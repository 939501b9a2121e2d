"""Any text at all: it is one position, kept word for word, or it is refused; and a datum is never assumed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.datum import UNKNOWN, WGS84, DatumError, parse_datum
from clearline.space.notation import Notation, NotationError, parse_position

_MARKS = "0123456789 .,°'\"′″:-/NSEWXYDV()"


@given(st.text(max_size=40) | st.text(_MARKS, max_size=30), st.sampled_from([None, *Notation]))
def test_any_text_is_a_position_or_refused(text: str, notation: Notation | None) -> None:
    try:
        read = parse_position(text, datum=WGS84, notation=notation)
    except (NotationError, DatumError):
        return
    assert read.text == text and notation in (None, read.notation)
    assert -90.0 <= read.place.lat_deg <= 90.0 and -180.0 <= read.place.lon_deg <= 180.0
    assert 0.0 <= read.uncertainty_m < 100_000.0


@given(st.sampled_from(["35°20′30″N 040°18′45″E", "37S DV 12345 67890", "zone 37 north 500000 3873000"]))
def test_a_datum_is_never_assumed(text: str) -> None:
    with pytest.raises(NotationError, match="no datum is stated"):
        parse_position(text)
    assert parse_position(f"{text} (WGS84)") == parse_position(f"{text} (WGS84)", datum=WGS84)


def test_a_datum_behind_the_position_must_agree_with_its_file() -> None:
    text = "35°20′30″N 040°18′45″E [SK-42]"
    assert parse_position(text).datum == parse_datum("SK-42")
    assert parse_position(text, datum=UNKNOWN).datum == parse_datum("SK-42")
    with pytest.raises(DatumError, match="make them agree"):
        parse_position(text, datum=WGS84)
    with pytest.raises(DatumError, match="not known"):
        parse_position("35°20′30″N 040°18′45″E (approx.)")
    with pytest.raises(NotationError, match="brackets"):
        parse_position("(WGS84)", datum=WGS84)


def test_a_position_keeps_what_was_entered_beside_what_it_is() -> None:
    read = parse_position("35°20′30″N 040°18′45″E", datum=parse_datum("EPSG:4227"))
    assert read.text == "35°20′30″N 040°18′45″E"
    assert read.stated == pytest.approx((35.341667, 40.3125), abs=1e-6) and read.place != read.stated
    assert read.notes[0].startswith("Deir ez Zor (EPSG:4227) to WGS84 by EPSG:15743")
    far = parse_position("35°00′00″N 040°00′00″E", datum=parse_datum("SK-42"))
    assert "outside the area it was made for" in far.notes[0] and far.uncertainty_m > 200.0


def test_uncertainties_add_up() -> None:
    ed50 = parse_datum("ED50")
    shift_m = parse_position("50°00′00″N 008°00′00″E", datum=ed50).uncertainty_m
    cell_m = parse_position("32U MA 28 38", datum=WGS84).uncertainty_m
    assert parse_position("32U MA 28 38", datum=ed50).uncertainty_m == pytest.approx(shift_m + cell_m, rel=0.05)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(NotationError, match="too many"):
        parse_position("3" * 121, datum=WGS84)


@pytest.mark.parametrize("notation", [Notation.UTM, Notation.GK, Notation.MGRS])
def test_a_known_notation_is_held_to(notation: Notation) -> None:
    with pytest.raises(NotationError):
        parse_position("35°20′30″N 040°18′45″E", datum=parse_datum("WGS84"), notation=notation)
