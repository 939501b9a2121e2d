"""Times as text: every form of one instant is that instant, and one without a zone is none."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.wire.times import parse_time

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# Letters of the military zones in the order of their offsets, -12 to +12 hours; J is none.
_LETTERS = "YXWVUTSRQPONZABCDEFGHIKLM"
instants = st.integers(-20 * 31_557_600_000, 130 * 31_557_600_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
ends = st.booleans()


def _ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(instants, st.integers(-12 * 60, 14 * 60), st.sampled_from(["T", " "]), st.sampled_from([":", "", None]))
def test_every_iso_form_of_an_instant_is_that_instant(
    moment: datetime, offset_min: int, joint: str, colon: str | None
) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    local = moment.astimezone(timezone(timedelta(minutes=offset_min)))
    hours, minutes = divmod(abs(offset_min), 60)
    zone = "Z" if colon is None else f"{'-' if offset_min < 0 else '+'}{hours:02}{colon}{minutes:02}"
    shown = moment if colon is None else local
    millis = shown.microsecond // 1000
    for text in (
        f"{shown:%Y-%m-%d}{joint}{shown:%H:%M:%S}.{millis:03}{zone}",
        f"{shown:%Y%m%d}{joint}{shown:%H%M%S},{millis:03} {zone}",
    ):
        assert parse_time(text, end=False) == parse_time(text.lower(), end=True) == _ms(moment)


@given(instants, st.sampled_from(sorted(_LETTERS)), st.sampled_from(["%y", "%Y"]), st.sampled_from(["", " "]))
def test_a_date_time_group_is_its_instant_in_every_zone(moment: datetime, letter: str, form: str, gap: str) -> None:
    moment = moment.replace(second=0, microsecond=0)
    local = moment.astimezone(timezone(timedelta(hours=_LETTERS.index(letter) - 12)))
    if form == "%y" and not 2000 <= local.year < 2100:
        form = "%Y"  # a group's short year is of this century
    text = f"{local:%d%H%M}{letter}{gap}{_MONTHS[local.month - 1]}{gap}{local.strftime(form)}"
    assert parse_time(text, end=False) == parse_time(text, end=True) == _ms(moment)


@given(st.dates())
def test_a_date_alone_is_the_whole_of_it(day: object) -> None:
    start, end = parse_time(str(day), end=False), parse_time(str(day), end=True)
    assert start % 86_400_000 == 0 and end - start == 86_399_999
    assert parse_time(f"{day}T00:00Z", end=False) == start


@given(instants, st.integers(1, 999_999))
def test_a_finer_fraction_goes_outward(moment: datetime, nanoseconds: int) -> None:
    text = f"{moment:%Y-%m-%dT%H:%M:%S}.{nanoseconds:09}Z"
    start, end = parse_time(text, end=False), parse_time(text, end=True)
    whole_ms = _ms(moment.replace(microsecond=0))
    assert (start, end) == (whole_ms + nanoseconds // 1_000_000, whole_ms - -nanoseconds // 1_000_000)


@given(moment=instants, end=ends)
def test_a_time_without_a_zone_is_refused_with_what_it_could_be(moment: datetime, *, end: bool) -> None:
    with pytest.raises(ValueError, match="names no zone") as caught:
        parse_time(f"{moment:%Y-%m-%d %H:%M}", end=end)
    moscow, washington = moment - timedelta(hours=3), moment + timedelta(hours=4)
    for reading in (moment, moscow, washington):
        assert f"{reading:%Y-%m-%dT%H:%MZ}" in str(caught.value)


@given(text=st.text(max_size=40) | st.text("0123456789-:TZ+./ JSEP", max_size=24), end=ends)
def test_any_text_is_an_instant_or_refused(text: str, *, end: bool) -> None:
    try:
        found = parse_time(text, end=end)
    except ValueError:
        return
    # What is read has a date, and either no time of day or a zone.
    assert sum(character.isdigit() for character in text) >= 8
    assert found % 86_400_000 in (0, 86_399_999) or re.search(r"[+-]\d|[A-IK-Z]", text.upper())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("21:40", "a time of day, 21:40, of no day and no zone"),
        ("2140", "a time of day"),
        ("2015-09-18T21:40", "names no zone"),
        ("2015-09-18 21:40", "2015-09-18T18:40Z .in Damascus or Moscow., 2015-09-19T01:40Z .in Washington"),
        ("2015-12-31T23:30", "2016-01-01T03:30Z"),
        ("182140JSEP15", "names no zone"),
        ("182140SEP15", "lacks its zone|not a time"),
        ("182140Z", "lacks its zone, month or year"),
        ("182140ZSEP", "lacks its zone, month or year"),
        ("182140ZSEQ15", "SEQ is not a month"),
        ("03/04/2015 21:40Z", "could be 2015-04-03 or 2015-03-04; write the year first, then month and day$"),
        ("03/04/15 21:40", "2015-04-03 or 2015-03-04.*add the zone"),
        ("18.09.2015", "could be 2015-09-18;"),
        ("40.50.2015", "no day at all"),
        ("2015-02-29", "no calendar has"),
        ("2015-13-01T00:00Z", "no calendar has"),
        ("312400ZFEB15", "no calendar has"),
        ("2015-06-30T23:59:60Z", "leap second"),
        ("2015-06-30T24:01Z", "not a time of day"),
        ("2015-06-30T24:00:00.001Z", "end of a day"),
        ("2015-06-30T21:60Z", "not a time of day"),
        ("2015-06-30T25:00Z", "not a time of day"),
        ("2015-06-30T21:40:61Z", "not a time of day"),
        ("2015-06-30T21:40+14:01", "no zone is"),
        ("2015-06-30T21:40-12:30", "no zone is"),
        ("2015-06-30T21:40+01:60", "no zone is"),
        ("2015-06-30T21:40 MSK", "not a time"),
        ("1442577600", "bare count"),
        ("1509182140", "bare count"),
        ("", "empty"),
        ("2015-09-18T21:40Z" + " " * 50, "too long"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    for end in (False, True):
        with pytest.raises(ValueError, match=why):
            parse_time(text, end=end)


@given(ms=st.integers(-62_135_596_800_000, 253_402_300_799_999), end=st.booleans())
def test_the_form_most_files_use_is_read_as_the_whole_reading_reads_it(ms: int, *, end: bool) -> None:
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).replace(tzinfo=None)
    text = day.isoformat(timespec="milliseconds")
    assert parse_time(f"{text}Z", end=end) == parse_time(f"{text} Z", end=end) == ms
    assert parse_time(f"{text[:19]}Z", end=end) == ms - ms % 1000


@pytest.mark.parametrize("text", ["2026-W01-1T00:00:00.000Z", "２026-01-01T00:00:00Z", "2026-01-01t00:00:00Z"])
def test_what_only_looks_like_that_form_goes_the_whole_way(text: str) -> None:
    if "t" in text:
        assert parse_time(text, end=False) == 1_767_225_600_000
    else:
        with pytest.raises(ValueError, match="not a time"):
            parse_time(text, end=False)


def test_24_00_is_the_midnight_that_ends_the_day() -> None:
    midnight = parse_time("2015-09-19", end=False)
    assert parse_time("2015-09-18T24:00Z", end=True) == parse_time("182400ZSEP15", end=True) == midnight


def test_the_ends_of_the_calendar_are_refused_kindly() -> None:
    with pytest.raises(ValueError, match="names no zone"):
        parse_time("9999-12-31T23:00", end=False)
    with pytest.raises(ValueError, match="names no zone"):
        parse_time("0001-01-01T01:00", end=False)
