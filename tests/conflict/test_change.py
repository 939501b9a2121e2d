"""Changes: all of a plan moves together, keeps what it is, and forgets what a change makes stale."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.conflict.change import (
    AltitudeShift,
    ChangeError,
    LateralOffset,
    TimeShift,
    altitude_room_m,
    changed,
    describe_change,
    middle,
)
from clearline.conflict.change_cost import NO_COST, Cost, Plan, cost_of, describe_cost
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon
from clearline.space.volume import Entered, Volume4D
from clearline.space.wgs84 import azimuths_and_distances, distance_m
from clearline.space.window import TimeWindow
from tests.conflict.worlds import azimuths, centres, shapes

_HERE = LatLon(35.0, 40.0)


def _volume(
    lower: AltitudeLimit, upper: AltitudeLimit, window: TimeWindow | None = None, entered: Entered | None = None
) -> Volume4D:
    return Volume4D(Circle(_HERE, 1_000.0), Band(lower, upper), window or TimeWindow(0, 1_000), 0.0, entered)


def _feet(value: float, reference: Reference = Reference.EGM96) -> AltitudeLimit:
    return AltitudeLimit(value, Unit.FOOT, reference)


@given(st.data(), centres, azimuths, st.floats(0.0, 100_000.0))
def test_a_lateral_offset_keeps_the_shape_and_goes_the_stated_way(
    data: st.DataObject, centre: LatLon, azimuth_deg: float, by_m: float
) -> None:
    volumes = tuple(
        Volume4D(data.draw(shapes(centre)), Band(_feet(0.0), _feet(1.0)), TimeWindow(0, 1)) for _ in range(2)
    )
    places = [place for volume in volumes for part in volume.shape.core().parts for place in part]
    start = middle(volumes)
    assume(max(distance_m(start, place) for place in places) < 400_000.0)
    moved = changed(volumes, LateralOffset(azimuth_deg, by_m))
    after = [place for volume in moved for part in volume.shape.core().parts for place in part]
    assert len(after) == len(places)
    _, before_m = azimuths_and_distances(places[:1] * len(places), places)
    _, after_m = azimuths_and_distances(after[:1] * len(after), after)
    # The Earth's curvature differs by under 1.4 % between any two places: of 800 km that moves 3 m.
    assert abs(before_m - after_m).max() < 3.0
    assert [v.shape.core().radius_m for v in moved] == [v.shape.core().radius_m for v in volumes]
    assert [v.shape.core().closed for v in moved] == [v.shape.core().closed for v in volumes]


@given(st.integers(-86_400_000, 86_400_000))
def test_a_time_shift_there_and_back_is_where_it_was(by_ms: int) -> None:
    volumes = (_volume(_feet(1_000.0), _feet(2_000.0)), _volume(_feet(0.0), _feet(9.0), TimeWindow(5, None)))
    assert changed(volumes, TimeShift(by_ms / 1000.0), TimeShift(-by_ms / 1000.0)) == volumes


@given(st.floats(0.0, 5_000.0), st.sampled_from([Unit.METRE, Unit.FOOT, Unit.FLIGHT_LEVEL]))
def test_an_altitude_shift_keeps_units_references_and_thickness(value: float, unit: Unit) -> None:
    shift = AltitudeShift(min(value, 150.0) if unit is Unit.FLIGHT_LEVEL else value, unit)
    volume = _volume(_feet(1_000.0), AltitudeLimit(4_000.0, Unit.METRE, Reference.AGL))
    (moved,) = changed((volume,), shift)
    for before, after in ((volume.band.lower, moved.band.lower), (volume.band.upper, moved.band.upper)):
        assert (after.unit, after.reference) == (before.unit, before.reference)
        assert after.metres is not None and before.metres is not None
        assert math.isclose(after.metres - before.metres, shift.by_m, abs_tol=1e-5)


def test_no_band_sinks_below_the_zero_of_its_reference() -> None:
    volume = _volume(_feet(1_000.0, Reference.AGL), _feet(2_000.0, Reference.AGL))
    (lowest,) = changed((volume,), AltitudeShift(-1_000.0, Unit.FOOT))
    assert lowest.band.lower.value == 0.0
    with pytest.raises(ChangeError, match="cannot be moved 305 m down, only 305 m"):
        changed((volume,), AltitudeShift(-1_001.0, Unit.FOOT))


@pytest.mark.parametrize(
    ("lower", "upper", "why"),
    [
        (SURFACE, _feet(500.0), "the lower limit is the surface"),
        (_feet(500.0), AltitudeLimit(900.0, None, Reference.EGM96), "no unit"),
        (_feet(500.0), AltitudeLimit(900.0, Unit.FOOT, None), "no reference"),
    ],
)
def test_a_band_that_is_not_two_numbers_does_not_move_up_or_down(
    lower: AltitudeLimit, upper: AltitudeLimit, why: str
) -> None:
    with pytest.raises(ChangeError, match=why):
        changed((_volume(lower, upper),), AltitudeShift(100.0, Unit.FOOT))


def test_a_band_without_a_top_can_only_move_up() -> None:
    volume = _volume(_feet(500.0), UNLIMITED)
    (moved,) = changed((volume,), AltitudeShift(100.0, Unit.FOOT))
    assert (moved.band.lower.value, moved.band.upper) == (600.0, UNLIMITED)
    assert altitude_room_m((volume,))[0] == 0.0
    with pytest.raises(ChangeError):
        changed((volume,), AltitudeShift(-100.0, Unit.FOOT))


def test_the_ground_below_is_forgotten_elsewhere() -> None:
    limit = AltitudeLimit(400.0, Unit.FOOT, Reference.AGL, ground_m=(300.0, 320.0))
    (moved,) = changed((_volume(limit, limit),), LateralOffset(0.0, 100.0))
    assert moved.band.lower.ground_m is None and moved.band.upper.ground_m is None


def test_an_altimeter_setting_holds_for_an_hour_and_25_km() -> None:
    limit = AltitudeLimit(100.0, Unit.FLIGHT_LEVEL, Reference.STD, pressure_hpa=1005.0)
    volume = _volume(limit, limit)
    for change, holds in (
        (TimeShift(3_600.0), True),
        (TimeShift(-3_601.0), False),
        (LateralOffset(0.0, 25_000.0), True),
        (LateralOffset(0.0, 25_001.0), False),
    ):
        assert (changed((volume,), change)[0].band.lower.pressure_hpa == 1005.0) == holds


def test_a_band_that_only_its_settings_kept_in_order_is_refused_once_they_are_forgotten() -> None:
    lower = AltitudeLimit(1_000.0, Unit.FOOT, Reference.QNH, pressure_hpa=1000.0)
    upper = AltitudeLimit(900.0, Unit.FOOT, Reference.QNH, pressure_hpa=1030.0)
    with pytest.raises(ChangeError, match="altimeter setting"):
        changed((_volume(lower, upper),), TimeShift(7_200.0))


def test_what_was_entered_stays_with_a_note() -> None:
    (moved,) = changed((_volume(_feet(1.0), _feet(2.0), entered=Entered("plan.csv:3", time="0100Z")),), TimeShift(60.0))
    assert moved.entered is not None and moved.entered.time == "0100Z"
    assert moved.entered.notes == ("changed from what was entered: starts 1 min later",)


def test_a_change_beyond_all_measure_is_refused() -> None:
    for make in (
        lambda: TimeShift(2_600_000.0),
        lambda: TimeShift(math.nan),
        lambda: AltitudeShift(20_001.0, Unit.METRE),
        lambda: LateralOffset(0.0, -1.0),
        lambda: LateralOffset(0.0, 500_001.0),
        lambda: LateralOffset(361.0, 1.0),
    ):
        with pytest.raises(ChangeError):
            make()
    with pytest.raises(ChangeError, match="years"):
        changed((_volume(_feet(0.0), _feet(1.0), TimeWindow(253_402_300_000_000, None)),), TimeShift(86_400.0))
    high = AltitudeLimit(999_999.0, Unit.METRE, Reference.WGS84)
    with pytest.raises(ChangeError, match="not a height"):
        changed((_volume(high, high),), AltitudeShift(100.0, Unit.METRE))


def test_an_activity_wider_than_any_shape_may_be_is_not_moved_sideways() -> None:
    far = Volume4D(Circle(LatLon(35.0, 90.0), 1.0), Band(_feet(0.0), _feet(1.0)), TimeWindow(0, 1))
    with pytest.raises(ChangeError, match="1500 km"):
        changed((_volume(_feet(0.0), _feet(1.0)), far), LateralOffset(0.0, 1.0))


def test_every_kind_of_shape_stays_its_kind() -> None:
    ring = (LatLon(35.0, 40.0), LatLon(35.0, 41.0), LatLon(36.0, 41.0))
    for shape in (Circle(_HERE, 5.0), Corridor(ring, 5.0), Orbit(ring[0], ring[1], 5.0), Polygon((ring,))):
        volume = Volume4D(shape, Band(_feet(0.0), _feet(1.0)), TimeWindow(0, 1))
        assert type(changed((volume,), LateralOffset(90.0, 5_000.0))[0].shape) is type(shape)


def test_a_cost_has_the_same_weights_for_all_and_is_never_negative() -> None:
    up, down = (cost_of((AltitudeShift(value, Unit.METRE),)) for value in (100.0, -100.0))
    assert up == down == Cost(0.0, 100.0, 0.0)
    assert cost_of((TimeShift(-60.0), LateralOffset(0.0, 100.0), AltitudeShift(10.0, Unit.METRE))).effort_s == 62.0
    assert cost_of(()) == NO_COST
    assert describe_cost(Cost(60.0, 0.0, 1852.0)) == "1 min and 1,852 m (1.0 NM) sideways"
    assert describe_change(AltitudeShift(-10.0, Unit.FLIGHT_LEVEL)) == "moves 1,000 ft down"


def test_a_plan_has_a_name_a_party_and_a_volume() -> None:
    for ident, party, volumes in (("", "A", (_volume(_feet(0.0), _feet(1.0)),)), ("1", "A", ())):
        with pytest.raises(ValueError, match="plan"):
            Plan(ident, party, volumes)
