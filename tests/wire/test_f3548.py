"""F3548: what the standard requires and a file leaves out is refused; what it leaves open is never made narrower."""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.activity import Activity, Kind
from clearline.conflict.exact import separation
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Core, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow
from clearline.wire.errors import MalformedError
from clearline.wire.f3548 import read_f3548
from clearline.wire.f3548_write import write_f3548
from clearline.wire.formats import Format, form_of
from clearline.wire.reading import ALWAYS, Reading, Supplied
from tests.wire.plans import FULL, NOTHING, bare, shapes

Members = dict[str, Any]

BLUE = Supplied(party="BLUE")
BAND = Band(AltitudeLimit(100.0, Unit.METRE, Reference.WGS84), AltitudeLimit(250.5, Unit.METRE, Reference.WGS84))
WINDOW = TimeWindow(1_443_600_000_000, 1_443_607_200_500)
IDENT = "03e5572a-f733-49af-bc14-8a18bd53ee39"


def polygon(*places: tuple[float, float]) -> Members:
    return {"outline_polygon": {"vertices": [{"lat": lat, "lng": lng} for lat, lng in places]}}


def circle(lat: float = 35.0, lng: float | None = 40.0, **radius: Any) -> Members:
    return {
        "outline_circle": {"center": {"lat": lat, "lng": lng}, "radius": {"value": 300.183, "units": "M", **radius}}
    }


def altitude(value: Any, **other: Any) -> Members:
    return {"value": value, "reference": "W84", "units": "M", **other}


def volume(outline: Members | None = None, **changes: Any) -> Members:
    """A Volume4D; `changes` replace or (with ...) take out members of it or of its extent."""
    extent = {
        **(circle() if outline is None else outline),
        "altitude_lower": altitude(100),
        "altitude_upper": altitude(250.5),
    }
    whole: Members = {
        "time_start": {"value": "2015-09-30T08:00:00Z", "format": "RFC3339"},
        "time_end": {"value": "2015-09-30T10:00:00.5Z", "format": "RFC3339"},
    }
    for name, value in changes.items():
        (whole if name.startswith("time") else extent)[name] = value
    kept = {name: value for name, value in extent.items() if value is not ...}
    return {"volume": kept, **{name: value for name, value in whole.items() if value is not ...}}


def intent(*volumes: Members, **changes: Any) -> Members:
    reference = {"id": IDENT, "manager": "uss1", "state": "Accepted", **changes}
    details: Members = {"volumes": volumes, "off_nominal_volumes": [], "priority": 7}
    return {"operational_intent": {"reference": reference, "details": details}}


def constraint(*volumes: Members) -> Members:
    details = {"volumes": volumes, "type": "com.example.closed"}
    return {"constraint": {"reference": {"id": IDENT, "manager": "uss1"}, "details": details}}


def read(value: Any, supplied: Supplied = NOTHING) -> Reading:
    data = json.dumps(value).encode()
    assert form_of(data, source="x") is Format.F3548
    return read_f3548(data, source="answer.json", supplied=supplied)


def refused(value: Any, supplied: Supplied = NOTHING) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read_f3548(json.dumps(value).encode(), source="answer.json", supplied=supplied)
    assert caught.value.where.startswith("$")
    return caught.value


def only(value: Any, supplied: Supplied = NOTHING) -> Volume4D:
    (activity,) = read(value, supplied).activities
    (found,) = activity.volumes
    return found


# Reading


def test_an_operational_intent_is_an_activity_of_its_manager() -> None:
    reading = read(intent(volume(), volume(polygon((35.0, 40.0), (35.0, 40.1), (35.1, 40.1)))))
    (activity,) = reading.activities
    assert (activity.ident, activity.party, activity.kind, activity.priority) == (IDENT, "uss1", Kind.UAS_FLIGHT, 7)
    assert activity.title == "operational intent (Accepted)"
    first, second = activity.volumes
    assert first.shape == Circle(LatLon(35.0, 40.0), 300.183)
    assert second.shape == Polygon(((LatLon(35.0, 40.0), LatLon(35.0, 40.1), LatLon(35.1, 40.1)),))
    assert (first.band, first.window) == (BAND, WINDOW)
    assert first.entered is not None
    assert first.entered.source == "answer.json: $.operational_intent.details.volumes[0]"
    assert first.entered.place == "circle lat 35.0 lng 40.0 radius 300.183 M"
    assert first.entered.altitude == "100 M W84 to 250.5 M W84"
    assert reading.notes == ()


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_lat_and_lng_are_what_their_names_say(lat: float, lng: float) -> None:
    assert only(intent(volume(circle(lat, lng)))).shape == Circle(LatLon(lat, lng), 300.183)


def test_answers_lists_and_volumes_are_all_read() -> None:
    two = [intent(volume()), intent(volume(), id="other")]
    assert [one.ident for one in read(two).activities] == [IDENT, "other"]
    for value in (volume(), [volume()], {"volumes": [volume()]}, {"volumes": [volume()], "priority": None}):
        (activity,) = read(value, BLUE).activities
        assert (activity.ident, activity.party, activity.kind) == ("volumes", "BLUE", Kind.OTHER)
    assert len(read([volume(), volume()], BLUE).activities[0].volumes) == 2
    assert read(intent(volume())["operational_intent"]).activities[0].kind is Kind.UAS_FLIGHT
    assert read(constraint(volume())).activities[0].title == "constraint (com.example.closed)"
    assert read([constraint(volume())]).activities[0].kind is Kind.AIRSPACE_MEASURE


def test_volumes_of_a_flight_that_does_not_conform_count_too() -> None:
    value = intent(volume(), state="Nonconforming")
    value["operational_intent"]["details"]["off_nominal_volumes"] = [volume(circle(36.0))]
    _, off = read(value).activities[0].volumes
    assert off.shape == Circle(LatLon(36.0, 40.0), 300.183)
    assert off.entered is not None
    assert "off-nominal" in off.entered.notes[0]
    value["operational_intent"]["details"]["volumes"] = None
    assert len(read(value).activities[0].volumes) == 1


def test_a_manager_in_the_file_counts_and_another_party_supplied_for_it_is_told() -> None:
    reading = read(intent(volume()), Supplied(party="RED"))
    assert reading.activities[0].party == "uss1"
    assert "'RED'" in reading.notes[0]
    assert read(intent(volume(), manager=None), BLUE).activities[0].party == "BLUE"
    assert "PARTY=FILE" in refused(intent(volume(), manager=None)).mend
    assert "PARTY=FILE" in refused([volume()]).mend


OPTIONAL = ["altitude_lower", "altitude_upper", "time_start", "time_end"]


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("missing", [..., None])
def test_an_operational_intent_must_state_limits_and_times(name: str, missing: Any) -> None:
    for supplied in (NOTHING, FULL):
        assert "F3548 requires" in refused(intent(volume(**{name: missing})), supplied).problem


@pytest.mark.parametrize("missing", [..., None])
def test_what_the_standard_leaves_open_is_open_and_no_supplied_fact_narrows_it(missing: Any) -> None:
    unstated = volume(**dict.fromkeys(OPTIONAL, missing))
    for value in (constraint(unstated), [unstated], {"volumes": [unstated]}):
        found = only(value, replace(FULL, clock_uncertainty_s=2.0))
        assert found.band == Band(SURFACE, UNLIMITED)
        assert found.window == TimeWindow(ALWAYS.start_ms, None, 2.0)
        assert found.entered is not None
        assert len(found.entered.notes) == 4


def test_what_is_supplied_as_uncertainty_is_added() -> None:
    supplied = Supplied(clock_uncertainty_s=1.5, horizontal_uncertainty_m=20.0)
    found = only(intent(volume()), supplied)
    assert (found.window.clock_uncertainty_s, found.horizontal_uncertainty_m) == (1.5, 20.0)


def test_members_the_standard_does_not_declare_are_ignored() -> None:
    value = intent({**volume(), "wind": 5})
    value["operational_intent"]["extra"] = [1]
    assert only(value).band == BAND


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (intent(volume(altitude_lower=altitude(100, reference="AGL"))), "'W84' only"),
        (intent(volume(altitude_lower=altitude(100, reference=None))), "not stated"),
        (intent(volume(altitude_upper=altitude(100, units="FT"))), "'M' only"),
        (intent(volume(altitude_upper=altitude("100"))), "not a number"),
        (intent(volume(altitude_upper=altitude(100_001))), "-8000..100000"),
        (intent(volume(altitude_lower=altitude(300))), "below its lower"),
        (intent(volume(altitude_lower=300)), "not an object"),
        (intent(volume(time_start={"value": "2015-09-30T08:00:00+03:00", "format": "RFC3339"})), "not in UTC"),
        (intent(volume(time_start={"value": "2015-09-30T08:00:00Z"})), "not stated"),
        (intent(volume(time_start={"value": 5, "format": "RFC3339"})), "not a text"),
        (intent(volume(time_start={"value": "2015-13-30T08:00:00Z", "format": "RFC3339"})), "no calendar"),
        (intent(volume(time_end={"value": "2015-09-30T07:00:00Z", "format": "RFC3339"})), "before it starts"),
        (intent(volume({**circle(), **polygon((0, 0), (0, 1), (1, 1))})), "two outlines"),
        (intent(volume({})), "no outline"),
        (intent(volume(circle(value=0))), "radius is 0"),
        (intent(volume(circle(value=-5))), "radius is -5"),
        (intent(volume(circle(units="FT"))), "'M' only"),
        (intent(volume(circle(value=2e6))), "radius must be"),
        (intent(volume(circle(lat=40.0, lng=190.0))), "no place"),
        (intent(volume(circle(lat=140.0, lng=40.0))), "no place"),
        (intent(volume(circle(lng=None))), "not a number"),
        (intent(volume({"outline_circle": {}})), "not an object"),
        (intent(volume(polygon((0, 0), (0, 1)))), "three vertices"),
        (intent(volume(polygon((0, 0), (1, 1), (1, 0), (0, 1)))), "itself"),
        (intent({"time_start": None}), "no volume member"),
        (intent(), "no volume in it"),
        (intent(volume(), id=None), "no id"),
        ({"operational_intent": None}, "deleted"),
        ({"operational_intent": {"reference": {}}}, "missing"),
        ({"operational_intent_references": []}, "references without details"),
        ({**intent(volume()), "constraint": None}, "stand in one answer"),
        ({"volumes": []}, "no volume in it"),
        ([], "empty"),
        ([5], "not an object"),
        ({}, "none of"),
        (5, "not an object"),
        ([intent(volume()), intent(volume())], "already"),
    ],
)  # fmt: skip
def test_what_is_not_f3548_is_refused(value: Any, told: str) -> None:
    assert told in refused(value, BLUE).problem


# Writing


def written(*volumes: Volume4D, kind: Kind = Kind.UAS_FLIGHT) -> str:
    return write_f3548([Activity("A-1", "BLUE", kind, "", 4, volumes)])


_limits_m = st.floats(-8_000.0, 100_000.0)


@st.composite
def _said_exactly(draw: st.DrawFn) -> Activity:
    """An activity that F3548 can say number for number."""
    places = st.builds(LatLon, st.floats(-80.0, 80.0), st.floats(-180.0, 180.0))
    circles = st.builds(Circle, places, st.floats(0.01, 100_000.0))
    areas = places.map(lambda at: Polygon((tuple(destination(at, 120.0 * n, 5_000.0) for n in range(3)),)))
    low_m, high_m = sorted(draw(st.tuples(_limits_m, _limits_m).filter(lambda pair: pair[0] != pair[1])))
    band = Band(*(AltitudeLimit(value_m, Unit.METRE, Reference.WGS84) for value_m in (low_m, high_m)))
    start_ms = draw(st.integers(0, 2_000_000_000_000))
    window = TimeWindow(start_ms, start_ms + draw(st.integers(1, 10**10)))
    found = tuple(Volume4D(shape, band, window) for shape in draw(st.lists(st.one_of(circles, areas), min_size=1)))
    return Activity("A-1", "BLUE", Kind.UAS_FLIGHT, "operational intent (state not stated)", 4, found)


@given(_said_exactly())
def test_what_can_be_said_exactly_comes_back_number_for_number(activity: Activity) -> None:
    text = write_f3548([activity])
    assert form_of(text.encode(), source="x") is Format.F3548
    assert bare(read_f3548(text.encode(), source="x", supplied=NOTHING).activities) == [activity]


def _point_of(shape: Shape, share: float, azimuth_deg: float, doubt_m: float) -> LatLon:
    """A place at the very edge of what a shape and the doubt about it can reach."""
    core = shape.core()
    path = [*core.parts[0], core.parts[0][0]] if core.closed else list(core.parts[0])
    legs = list(pairwise(path)) or [(path[0], path[0])]
    a, b = legs[min(int(share * len(legs)), len(legs) - 1)]
    return destination(_on_leg(a, b, share * len(legs) % 1.0), azimuth_deg, (core.radius_m + doubt_m) * 0.999_999)


def _on_leg(a: LatLon, b: LatLon, share: float) -> LatLon:
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    azimuth_deg, _, length_m = geod.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)
    return destination(a, float(azimuth_deg), float(length_m) * share)


@given(shapes(), st.floats(0.0, 1.0), st.floats(0.0, 360.0), st.sampled_from([0.0, 0.02, 300.0]))
def test_what_is_written_holds_the_shape_and_the_doubt_about_it(
    shape: Shape, share: float, azimuth_deg: float, doubt_m: float
) -> None:
    doubtful = Volume4D(shape, BAND, WINDOW, doubt_m)
    if (isinstance(shape, Polygon) and len(shape.rings) > 1) or (
        not isinstance(shape, Polygon) and shape.core().radius_m + doubt_m == 0.0
    ):
        with pytest.raises(ValueError, match="cannot be said in F3548"):
            written(doubtful)
        return
    text = written(doubtful)
    (activity,) = read_f3548(text.encode(), source="x", supplied=NOTHING).activities
    place = Core(((_point_of(shape, share, azimuth_deg, doubt_m),),), False, 0.0)
    assert min(separation(one.shape.core(), place).distance_m for one in activity.volumes) <= 0.005


def test_doubts_become_room() -> None:
    low = AltitudeLimit(1_000.0, Unit.FOOT, Reference.WGS84, 30.0)
    high = AltitudeLimit(500.0, Unit.METRE, Reference.WGS84, 10.0)
    doubtful = Volume4D(Circle(LatLon(1.0, 2.0), 50.0), Band(low, high), replace(WINDOW, clock_uncertainty_s=2.5), 8.0)
    found = only(json.loads(written(doubtful)))
    assert found.shape == Circle(LatLon(1.0, 2.0), 58.0)
    assert found.band.lower.value == pytest.approx(304.8 - 30.0)
    assert found.band.upper.value == 510.0
    assert (found.window.start_ms, found.window.end_ms) == (WINDOW.start_ms - 2_500, (WINDOW.end_ms or 0) + 2_500)


def test_an_airspace_measure_is_a_constraint() -> None:
    text = written(Volume4D(Circle(LatLon(1.0, 2.0), 50.0), BAND, WINDOW), kind=Kind.AIRSPACE_MEASURE)
    assert read(json.loads(text)).activities[0].kind is Kind.AIRSPACE_MEASURE


HEIGHT = AltitudeLimit(100.0, Unit.METRE, Reference.WGS84)
SPOT = Circle(LatLon(1.0, 2.0), 50.0)
TRIANGLE = (LatLon(0.0, 0.0), LatLon(0.0, 1.0), LatLon(1.0, 1.0))
HOLE = (LatLon(0.1, 0.2), LatLon(0.1, 0.3), LatLon(0.2, 0.3))


@pytest.mark.parametrize(
    ("cannot", "told"),
    [
        (Volume4D(SPOT, Band(SURFACE, HEIGHT), WINDOW), "not a height above the WGS84 ellipsoid"),
        (Volume4D(SPOT, Band(HEIGHT, UNLIMITED), WINDOW), "not a height above the WGS84 ellipsoid"),
        (Volume4D(SPOT, Band(HEIGHT, replace(HEIGHT, reference=Reference.EGM96)), WINDOW), "not a height"),
        (Volume4D(SPOT, Band(HEIGHT, AltitudeLimit(9.0, None, Reference.WGS84)), WINDOW), "not a height"),
        (Volume4D(SPOT, Band(HEIGHT, replace(HEIGHT, value=200_000.0)), WINDOW), "-8000..100000"),
        (Volume4D(SPOT, Band(HEIGHT, HEIGHT), WINDOW), "not below its upper"),
        (Volume4D(SPOT, BAND, TimeWindow(0, None)), "no end"),
        (Volume4D(SPOT, BAND, TimeWindow(5, 5)), "ends when it starts"),
        (Volume4D(SPOT, BAND, TimeWindow(ALWAYS.start_ms, 0, 60.0)), "years 1 to 9999"),
        (Volume4D(Circle(LatLon(1.0, 2.0), 0.0), BAND, WINDOW), "no points and lines"),
        (Volume4D(Corridor(TRIANGLE, 0.0), BAND, WINDOW), "no points and lines"),
        (Volume4D(Orbit(LatLon(1.0, 2.0), LatLon(1.0, 2.0), 0.0), BAND, WINDOW), "no points and lines"),
        (Volume4D(Polygon((TRIANGLE, HOLE)), BAND, WINDOW), "holes"),
    ],
)
def test_what_f3548_cannot_say_is_refused_by_name(cannot: Volume4D, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        written(cannot)
    assert "'A-1'" in str(caught.value)
