"""ED-269: zones in their own units and references, and schedules laid out exactly or taken whole."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.activity import Kind
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Polygon
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.ed269 import read_ed269
from clearline.wire.errors import MalformedError
from clearline.wire.formats import Format, form_of
from clearline.wire.reading import ALWAYS, Reading, Supplied

Members = dict[str, Any]

CAA = Supplied(party="CAA")
CIRCLE: Members = {"type": "Circle", "center": [40.3, 35.3], "radius": 3000}
RING = [[40.0, 35.0], [40.1, 35.0], [40.1, 35.1], [40.0, 35.0]]
DAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


def space(projection: Any = None, **changes: Any) -> Members:
    stated = {
        "uomDimensions": "M",
        "lowerLimit": 0,
        "lowerVerticalReference": "AGL",
        "upperLimit": 6259,
        "upperVerticalReference": "AMSL",
        "horizontalProjection": CIRCLE if projection is None else projection,
        **changes,
    }
    return {name: value for name, value in stated.items() if value is not ...}


def zone(*spaces: Members, **changes: Any) -> Members:
    stated: Members = {
        "identifier": "Concert",
        "country": "CHE",
        "name": "Evening area",
        "type": "COMMON",
        "restriction": "PROHIBITED",
        "applicability": [{"permanent": "YES"}],
        "zoneAuthority": [{"name": "Canton", "purpose": "AUTHORIZATION"}],
        "geometry": list(spaces or (space(),)),
        **changes,
    }
    return {name: value for name, value in stated.items() if value is not ...}


def read(*zones: Members, supplied: Supplied = CAA) -> Reading:
    data = json.dumps({"title": "zones", "features": zones}).encode()
    assert form_of(data, source="x") is Format.ED269
    return read_ed269(data, source="zones.json", supplied=supplied)


def volumes(*zones: Members, supplied: Supplied = CAA) -> tuple[Volume4D, ...]:
    return read(*zones, supplied=supplied).activities[0].volumes


def refused(value: Any, supplied: Supplied = CAA) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read_ed269(json.dumps(value).encode(), source="zones.json", supplied=supplied)
    return caught.value


def period(schedule: Any = ..., start: str = "2026-05-01T00:00:00Z", end: str = "2026-05-15T00:00:00Z") -> Members:
    stated: Members = {"permanent": "NO", "startDateTime": start, "endDateTime": end, "schedule": schedule}
    return {"applicability": [{name: value for name, value in stated.items() if value is not ...}]}


def windows(**changes: Any) -> list[TimeWindow]:
    return [volume.window for volume in volumes(zone(**changes))]


def notes(**changes: Any) -> str:
    entered = volumes(zone(**changes))[0].entered
    return "" if entered is None else "; ".join(entered.notes)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_zone_is_an_airspace_measure_of_the_party_that_files_it() -> None:
    square = space({"type": "Polygon", "coordinates": [RING]}, lowerLimit=50, lowerVerticalReference="AMSL")
    (activity,) = read(zone(space(), square, restrictionConditions=["PERMITTED/OPERATOR=POLICE"])).activities
    assert (activity.ident, activity.party, activity.kind) == ("CHEConcert", "CAA", Kind.AIRSPACE_MEASURE)
    assert activity.title == "Evening area (PROHIBITED)"
    first, second = activity.volumes
    assert first.shape == Circle(LatLon(35.3, 40.3), 3000.0)
    assert first.band.lower == SURFACE
    assert first.band.upper == AltitudeLimit(6259.0, Unit.METRE, Reference.EGM96)
    assert second.shape == Polygon((tuple(LatLon(lat, lon) for lon, lat in RING),))
    assert second.band.lower == AltitudeLimit(50.0, Unit.METRE, Reference.EGM96)
    assert (first.window.start_ms, first.window.end_ms) == (ALWAYS.start_ms, None)
    assert first.entered is not None
    assert first.entered.notes == ("conditions: PERMITTED/OPERATOR=POLICE",)
    assert "PARTY=FILE" in refused({"features": [zone()]}, Supplied()).mend


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_longitude_comes_first(lat_deg: float, lon_deg: float) -> None:
    (volume,) = volumes(zone(space({**CIRCLE, "center": [lon_deg, lat_deg]})))
    assert volume.shape == Circle(LatLon(lat_deg, lon_deg), 3000.0)


def test_limits_left_out_are_open_and_units_left_out_are_unknown() -> None:
    (open_ended,) = volumes(zone(space(lowerLimit=..., upperLimit=None)))
    assert (open_ended.band.lower, open_ended.band.upper) == (SURFACE, UNLIMITED)
    (unknown,) = volumes(zone(space(uomDimensions=..., upperVerticalReference=...)))
    assert unknown.band.upper == AltitudeLimit(6259.0, None, None)


def test_a_radius_beside_feet_is_taken_as_the_larger_of_the_two_it_could_be() -> None:
    reading = read(zone(space(uomDimensions="FT")))
    assert reading.activities[0].volumes[0].shape == Circle(LatLon(35.3, 40.3), 3000.0)
    assert "metres, the larger" in reading.notes[0]


def test_a_doubt_beyond_all_bounds_is_refused() -> None:
    doubtful = Supplied(party="CAA", horizontal_uncertainty_m=2e5)
    assert "uncertainty" in refused({"features": [zone()]}, doubtful).problem


def test_a_zone_without_a_name_is_called_by_its_place() -> None:
    assert read(zone(identifier=..., country=...)).activities[0].ident == "features[0]"


# Times


@pytest.mark.parametrize(
    ("applicability", "start", "end"),
    [
        ([{"permanent": "YES"}], None, None),
        (
            [{"permanent": "YES", "startDateTime": "2026-05-01T06:00:00Z", "endDateTime": "2026-05-01T08:00:00Z"}],
            None,
            None,
        ),
        ([{"permanent": "NO", "startDateTime": "2026-05-01T06:00:00.00Z"}], "2026-05-01T06:00:00Z", None),
        ([{"endDateTime": "2026-05-01T08:00:00+02:00"}], None, "2026-05-01T06:00:00Z"),
        ([], None, None),
        (..., None, None),
    ],
)
def test_a_period_without_an_end_has_none(applicability: Any, start: str | None, end: str | None) -> None:
    (window,) = windows(applicability=applicability)
    assert window.start_ms == (ALWAYS.start_ms if start is None else ms(start))
    assert window.end_ms == (None if end is None else ms(end))


def test_a_schedule_of_days_and_hours_in_utc_is_laid_out() -> None:
    schedule = [{"day": ["SAT", "SUN"], "startTime": "17:00:00.00Z", "endTime": "21:30Z"}]
    assert windows(**period(schedule)) == [
        TimeWindow(ms(f"2026-05-{day:02}T17:00:00Z"), ms(f"2026-05-{day:02}T21:30:00Z")) for day in (2, 3, 9, 10)
    ]
    assert notes(**period(schedule)) == ""


def test_a_day_that_ends_in_its_last_minute_ends_at_midnight_and_days_that_touch_are_one() -> None:
    schedule = [{"day": ["SAT", "SUN"], "startTime": "00:00:00Z", "endTime": "23:59:59.00Z"}]
    assert windows(**period(schedule, end="2026-05-07T00:00:00Z")) == [
        TimeWindow(ms("2026-05-02T00:00:00Z"), ms("2026-05-04T00:00:00Z"))
    ]


WHOLE = [TimeWindow(ms("2026-05-01T00:00:00Z"), ms("2026-05-15T00:00:00Z"))]


@pytest.mark.parametrize(
    "entry",
    [
        {"day": ["ANY"], "startTime": "22:00Z", "endTime": "06:00Z"},
        {"day": ["ANY"], "startTime": "17:00", "endTime": "18:00"},
        {"day": ["ANY"], "startTime": "17:00+02:00", "endTime": "18:00+02:00"},
        {"day": ["ANY"], "startEvent": "SR", "endEvent": "SS"},
        {"day": ["ANY"], "startTime": "17:00Z", "endTime": "18:00Z", "endEvent": "SS"},
        {"day": ["ANY"], "startTime": "17:00Z"},
        {"day": ["ANY"], "startTime": "17:00Z", "endTime": "25:00Z"},
        {"day": "MON"},
        {"day": ["MON"], "startTime": "08:00Z", "endTime": "08:00Z"},
    ],
)
def test_a_schedule_that_is_not_two_times_of_a_day_in_utc_is_taken_whole(entry: Members) -> None:
    assert windows(**period([entry])) == WHOLE
    assert "whole period" in notes(**period([entry]))


def test_a_schedule_that_cannot_be_laid_out_is_taken_whole() -> None:
    daily = [{"day": ["ANY"], "startTime": "08:00Z", "endTime": "09:00Z"}]
    assert len(windows(**period(daily, end="2026-12-31T00:00:00Z"))) == 1
    assert "too many" in notes(**period(daily, end="2026-12-31T00:00:00Z"))
    assert "longer than" in notes(**period(daily, end="2036-12-31T00:00:00Z"))
    assert "open" in notes(applicability=[{"schedule": daily}])
    monday = [{"day": ["MON"], "startTime": "08:00Z", "endTime": "09:00Z"}]
    assert "none of its days" in notes(**period(monday, end="2026-05-02T00:00:00Z"))


_clocks = st.integers(0, 23 * 60 + 59)


@given(
    st.lists(st.tuples(st.sets(st.sampled_from(DAYS), min_size=1), _clocks, _clocks), min_size=1, max_size=3),
    st.integers(0, 20 * 24 * 60),
)
def test_whenever_a_schedule_says_active_the_zone_is(entries: list[tuple[set[str], int, int]], minute: int) -> None:
    schedule = [
        {"day": sorted(days), "startTime": f"{a // 60:02}:{a % 60:02}Z", "endTime": f"{b // 60:02}:{b % 60:02}Z"}
        for days, a, b in entries
    ]
    at = datetime(2026, 4, 28, tzinfo=UTC) + timedelta(minutes=minute)
    found = windows(**period(schedule))
    within = datetime(2026, 5, 1, tzinfo=UTC) <= at <= datetime(2026, 5, 15, tzinfo=UTC)
    clock = at.hour * 60 + at.minute
    says = any(DAYS[at.weekday()] in days and a <= clock <= b for days, a, b in entries)
    at_ms = int(at.timestamp() * 1000)
    held = any(window.start_ms <= at_ms <= (window.end_ms or at_ms) for window in found)
    assert held or not (within and says)
    assert within or not held
    exact = all(a < b and b < 23 * 60 + 59 for _, a, b in entries) and found != WHOLE
    assert not (exact and held) or says


# Refusals


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"features": []}, "no zone"),
        ({}, "no zone"),
        ([], "not an object"),
        ({"features": [5]}, "not an object"),
        ({"features": [zone(geometry=[])]}, "no geometry"),
        ({"features": [zone(geometry={})]}, "not a list"),
        ({"features": [zone(space(horizontalProjection=None))]}, "no horizontalProjection"),
        ({"features": [zone(space({"type": "Ellipse"}))]}, "neither Circle nor Polygon"),
        ({"features": [zone(space({**CIRCLE, "radius": None}))]}, "no radius"),
        ({"features": [zone(space({**CIRCLE, "radius": "3"}))]}, "not a number"),
        ({"features": [zone(space({**CIRCLE, "center": None}))]}, "not a list"),
        ({"features": [zone(space({**CIRCLE, "center": [35.0, 140.0]}))]}, "latitude 140"),
        ({"features": [zone(space({"type": "Polygon", "coordinates": [RING[:3]]}))]}, "end where it begins"),
        ({"features": [zone(space(uomDimensions="KM"))]}, "not known"),
        ({"features": [zone(space(upperVerticalReference="STD"))]}, "not known"),
        ({"features": [zone(space(lowerVerticalReference="AMSL", lowerLimit=7000))]}, "below its lower"),
        ({"features": [zone(space(upperLimit=1e9))]}, "not a height"),
        ({"features": [zone(applicability=[{"permanent": "MAYBE"}])]}, "neither YES nor NO"),
        ({"features": [zone(applicability=[{"startDateTime": "2026-05-01T06:00:00"}])]}, "zone"),
        ({"features": [zone(**period([{"day": ["MOO"]}]))]}, "no day"),
        ({"features": [zone(**period([5]))]}, "not an object"),
        ({"features": [zone(**period(start="2026-06-01T00:00:00Z"))]}, "before it starts"),
    ],
)
def test_what_is_not_ed269_is_refused(value: Any, told: str) -> None:
    assert told in refused(value).problem
