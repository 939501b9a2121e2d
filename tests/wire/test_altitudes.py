"""Altitudes as text: value, unit and reference as stated, nothing added, and no number that could be two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeError, AltitudeLimit, Reference, Unit
from clearline.wire.altitudes import altitude_text, parse_altitude

# Heights down to a micrometre: smaller ones are not written (see the last test).
_heights = st.floats(-400.0, 200_000.0).filter(lambda value: abs(value) > 1e-6) | st.integers(-400, 60_000).map(float)
_pressures = st.floats(850.0, 1100.0)


@st.composite
def limits(draw: st.DrawFn) -> AltitudeLimit:
    reference = draw(st.sampled_from([None, *Reference]))
    if reference is Reference.SURFACE:
        return SURFACE
    if reference is Reference.UNLIMITED:
        return UNLIMITED
    if reference is Reference.STD and draw(st.booleans()):
        level = float(draw(st.integers(0, 999)))
        return AltitudeLimit(level, Unit.FLIGHT_LEVEL, reference, pressure_hpa=draw(st.none() | _pressures))
    dials = (Reference.STD, Reference.QNH, Reference.QFE)
    return AltitudeLimit(
        draw(_heights),
        draw(st.sampled_from([None, Unit.METRE, Unit.FOOT])),
        reference,
        pressure_hpa=draw(st.none() | _pressures) if reference in dials else None,
        station_m=draw(st.none() | st.floats(1.0, 5_000.0)) if reference is Reference.QFE else None,
    )


@given(limits())
def test_what_is_written_reads_back_the_same(limit: AltitudeLimit) -> None:
    text = altitude_text(limit)
    assert parse_altitude(text) == limit
    assert parse_altitude(text.lower().replace(" ", "  ")) == limit


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([".", ","]), st.sampled_from(["", "FT", "M AMSL"]))
def test_a_mark_before_three_digits_is_refused_with_both_numbers(high: int, low: int, mark: str, rest: str) -> None:
    with pytest.raises(ValueError, match="could be") as caught:
        parse_altitude(f"{high}{mark}{low:03}{rest}")
    assert f"{high}{low:03}" in str(caught.value) and f"{high}.{low:03}0" in str(caught.value)
    assert parse_altitude(f"{high}.{low:03}0{rest}").value == float(f"{high}.{low:03}")


@given(st.text(max_size=30) | st.text("0123456789 .,FTMAGLSQNHE@-", max_size=20))
def test_any_text_is_a_limit_or_refused(text: str) -> None:
    try:
        found = parse_altitude(text)
    except ValueError:
        return
    assert found.unit is not None or found.metres is None
    assert any(character.isdigit() for character in text) or found.value == 0.0


@pytest.mark.parametrize(
    ("text", "value", "unit", "reference"),
    [
        ("500FT AMSL", 500.0, Unit.FOOT, Reference.EGM96),
        ("500 ft MSL", 500.0, Unit.FOOT, Reference.EGM96),
        ("500MMSL", 500.0, Unit.METRE, Reference.EGM96),
        ("500M ASL", 500.0, Unit.METRE, Reference.EGM96),
        ("AMSL 500 FT", 500.0, Unit.FOOT, Reference.EGM96),
        ("MSL", 0.0, Unit.METRE, Reference.EGM96),
        ("120M EGM2008", 120.0, Unit.METRE, Reference.EGM2008),
        ("120 metres WGS84", 120.0, Unit.METRE, Reference.WGS84),
        ("120M HAE", 120.0, Unit.METRE, Reference.WGS84),
        ("120M W84", 120.0, Unit.METRE, Reference.WGS84),
        ("500 FT AGL", 500.0, Unit.FOOT, Reference.AGL),
        ("1500M AGL", 1500.0, Unit.METRE, Reference.AGL),
        ("1000ft GND", 1000.0, Unit.FOOT, Reference.AGL),
        ("1000ft ASFC", 1000.0, Unit.FOOT, Reference.AGL),
        ("FL095", 95.0, Unit.FLIGHT_LEVEL, Reference.STD),
        ("FL 95", 95.0, Unit.FLIGHT_LEVEL, Reference.STD),
        ("FL240", 240.0, Unit.FLIGHT_LEVEL, Reference.STD),
        ("9500FT STD", 9500.0, Unit.FOOT, Reference.STD),
        ("4000FT QNH", 4000.0, Unit.FOOT, Reference.QNH),
        ("5 000 FT AMSL", 5000.0, Unit.FOOT, Reference.EGM96),
        ("\N{MINUS SIGN}30M AMSL", -30.0, Unit.METRE, Reference.EGM96),
        ("2000", 2000.0, None, None),
        ("2000ft", 2000.0, Unit.FOOT, None),
        ("240AMSL", 240.0, None, Reference.EGM96),
        ("SFC", 0.0, Unit.METRE, Reference.SURFACE),
        ("gnd", 0.0, Unit.METRE, Reference.SURFACE),
        ("UNL", 0.0, Unit.METRE, Reference.UNLIMITED),
        ("UNLTD", 0.0, Unit.METRE, Reference.UNLIMITED),
    ],
)
def test_forms_that_are_read(text: str, value: float, unit: Unit | None, reference: Reference | None) -> None:
    assert parse_altitude(text) == AltitudeLimit(value, unit, reference)


@pytest.mark.parametrize(
    ("text", "pressure_hpa", "station_m"),
    [
        ("4000FT QNH 1013", 1013.0, None),
        ("3000FT QNH1013", 1013.0, None),
        ("3000FT QNH 1013HPA", 1013.0, None),
        ("300M QFE 990 @ 450M", 990.0, 450.0),
        ("300M QFE 990@1000FT", 990.0, 304.8),
        ("300M QFE @ 450M", None, 450.0),
        ("300M QFE 742MMHG", 742 * 1.333224, None),
        ("3000FT QNH 29.92INHG", 29.92 * 33.86389, None),
        ("300M QFE 742 HPA @ 2500M", 742.0, 2500.0),
        ("FL095 QNH 1025", 1025.0, None),
        ("9500FT STD QNH 1025", 1025.0, None),
    ],
)
def test_settings_and_stations(text: str, pressure_hpa: float | None, station_m: float | None) -> None:
    found = parse_altitude(text)
    assert found.pressure_hpa == pytest.approx(pressure_hpa) and found.station_m == pytest.approx(station_m)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("5" * 121, "too long"),
        ("1.500", "could be 1500 or 1.5"),
        ("12,500FT", "could be 12500 or 12.5"),
        ("1,5M", "comma"),
        ("1.234.567M", "not an altitude"),
        ("500-1000FT AMSL", "range"),
        ("FL100/FL200", "flight level is FL"),
        ("FL1000", "one to three digits"),
        ("FL9.5", "one to three digits"),
        ("FL095 QFE 1000", "not on a QFE"),
        ("300M QFE 742 @ 450M", r"742 could be hPa, or mm of mercury \(989 hPa\)"),
        ("3000FT QNH 29.92", r"inches of mercury \(1013 hPa\)"),
        ("500FT AMSL QNH 1013", "two references"),
        ("500FT AMSL @ 30M", "only a QFE has a station"),
        ("500 KM AMSL", "not an altitude"),
        ("500M BALTIC", "not an altitude"),
        ("F095", "not an altitude"),
        ("high", "not an altitude"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_altitude(text)


@pytest.mark.parametrize("text", ["2000000M AMSL", "3000FT QNH 500HPA", "300M QFE 990 @ 20000M"])
def test_what_nothing_flies_at_is_refused_by_the_limit_itself(text: str) -> None:
    with pytest.raises(AltitudeError):
        parse_altitude(text)


def test_three_decimals_are_written_as_four() -> None:
    assert altitude_text(AltitudeLimit(120.125, Unit.METRE, Reference.WGS84)) == "120.1250M WGS84"
    assert parse_altitude("120.1250M WGS84").value == 120.125


def test_a_height_with_digits_without_end_is_not_written() -> None:
    with pytest.raises(ValueError, match="round it outward"):
        altitude_text(AltitudeLimit(1e-200, Unit.METRE, Reference.AGL))


@pytest.mark.parametrize(
    "limit", [AltitudeLimit(9.5, Unit.FLIGHT_LEVEL, Reference.STD), AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, None)]
)
def test_a_level_that_no_text_says_is_not_written(limit: AltitudeLimit) -> None:
    with pytest.raises(ValueError, match="state it in feet"):
        altitude_text(limit)
