"""A track's volumes hold the thing at every moment; lost, it may be anywhere it could have reached."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.conflict.exact import meets
from clearline.space.altitude import (
    FOOT_M,
    FULL_SCALE,
    SURFACE,
    UNLIMITED,
    AltitudeError,
    AltitudeLimit,
    Band,
    Reference,
    Unit,
)
from clearline.space.bubble import Fix, MovingBubble, track_volumes
from clearline.space.latlon import LatLon
from clearline.space.legs import FASTEST_MPS
from clearline.space.lost import reach_m
from clearline.space.shape import Corridor, ShapeError
from clearline.space.volume import Entered, Volume4D
from clearline.space.wgs84 import azimuths_and_distances, destination, distance_m
from tests.conflict.worlds import azimuths, centres

_A = LatLon(46.0, 7.0)
shares = st.floats(0.0, 1.0)


def _sea(metres: float) -> AltitudeLimit:
    return AltitudeLimit(metres, Unit.METRE, Reference.EGM96)


def _straight(count: int, step_s: float, speed_mps: float, azimuth_deg: float = 60.0) -> list[Fix]:
    return [
        Fix(int(n * step_s * 1000), destination(_A, azimuth_deg, n * step_s * speed_mps), _sea(3_000.0))
        for n in range(count)
    ]


@st.composite
def tracks(draw: st.DrawFn) -> list[Fix]:
    """A flight of up to 25 reports that turns, climbs, stops and hurries, anywhere on Earth."""
    place, time_ms, metres = draw(centres), draw(st.integers(0, 10**12)), draw(st.floats(0.0, 9_000.0))
    unit = draw(st.sampled_from(Unit))
    reference = Reference.STD if unit is Unit.FLIGHT_LEVEL else Reference.EGM96

    def stated() -> AltitudeLimit:
        return AltitudeLimit(metres / FULL_SCALE[unit], unit, reference)

    fixes = [Fix(time_ms, place, stated())]
    legs = st.tuples(st.integers(0, 90_000), st.floats(0.0, 300.0), azimuths, st.floats(-15.0, 15.0))
    for lasted_ms, speed_mps, azimuth_deg, climb_mps in draw(st.lists(legs, max_size=24)):
        place = destination(place, azimuth_deg, speed_mps * lasted_ms / 1000.0)
        metres, time_ms = metres + climb_mps * lasted_ms / 1000.0, time_ms + lasted_ms
        fixes.append(Fix(time_ms, place, stated()))
    return fixes


def _held(volumes: Sequence[Volume4D], time_ms: float, place: LatLon, metres: float | None) -> bool:
    """Whether some volume holds a place and altitude at a time."""
    for volume in volumes:
        end_ms = volume.window.end_ms
        assert end_ms is not None
        low_m, high_m = volume.band.lower.metres, volume.band.upper.metres
        assert low_m is not None and high_m is not None
        if not volume.window.start_ms <= time_ms <= end_ms or (metres is not None and not low_m <= metres <= high_m):
            continue
        core = volume.shape.core()
        if meets(
            replace(core, radius_m=core.radius_m + volume.horizontal_uncertainty_m), Corridor((place,), 0.0).core()
        ):
            return True
    return False


@given(
    st.data(), tracks(), st.sampled_from([0.0, 30.0, 1_000.0, 9_260.0]), st.sampled_from([0.0, 150.0]), shares, azimuths
)
def test_the_thing_is_in_a_volume_at_every_moment(
    data: st.DataObject, fixes: list[Fix], half_width_m: float, half_height_m: float, aside: float, aside_deg: float
) -> None:
    track = track_volumes(fixes, half_width_m=half_width_m, half_height_m=half_height_m, gap_s=90.0)
    for _ in range(4):
        leg = data.draw(st.integers(0, max(0, len(fixes) - 2)))
        a, b = fixes[leg], fixes[min(leg + 1, len(fixes) - 1)]
        share = data.draw(shares)
        azimuth_deg, length_m = azimuths_and_distances([a.place], [b.place])
        place = destination(a.place, float(azimuth_deg[0]), float(length_m[0]) * share)
        place = destination(place, aside_deg, half_width_m * aside)
        assert a.altitude is not None and b.altitude is not None
        a_m, b_m = a.altitude.metres, b.altitude.metres
        assert a_m is not None and b_m is not None
        metres = a_m + share * (b_m - a_m) + half_height_m * data.draw(st.sampled_from([-1.0, 0.3, 1.0]))
        assert _held(track.volumes, a.time_ms + share * (b.time_ms - a.time_ms), place, metres)


@given(tracks(), st.sampled_from([0.0, 2_000.0]))
def test_windows_follow_each_other_from_the_first_report_to_the_last(fixes: list[Fix], half_width_m: float) -> None:
    volumes = track_volumes(fixes, half_width_m=half_width_m, half_height_m=10.0, gap_s=30.0).volumes
    assert volumes[0].window.start_ms == fixes[0].time_ms
    reached_ms = fixes[0].time_ms
    for volume in volumes:
        assert volume.window.end_ms is not None
        assert volume.window.start_ms <= reached_ms
        reached_ms = max(reached_ms, volume.window.end_ms)
    assert reached_ms == fixes[-1].time_ms


@given(
    st.data(), centres, azimuths, st.floats(0.0, 1.2), st.integers(301, 7_200), st.sampled_from([0.0, 5.0]), shares,
    azimuths, shares,
)  # fmt: skip
def test_lost_it_is_held_wherever_it_could_have_reached(
    data: st.DataObject, start: LatLon, azimuth_deg: float, apart: float, lost_s: int, clock_s: float, when: float,
    way_deg: float, far: float,
) -> None:  # fmt: skip
    speed_mps = 100.0
    fixes = [Fix(0, start, _sea(3_000.0)), Fix(60_000, destination(start, 0.0, 60.0 * speed_mps), _sea(3_000.0))]
    fixes.append(
        Fix(60_000 + lost_s * 1000, destination(fixes[1].place, azimuth_deg, apart * speed_mps * lost_s), _sea(4_000.0))
    )
    track = track_volumes(fixes, half_width_m=0.0, half_height_m=0.0, gap_s=300.0, clock_uncertainty_s=clock_s)
    # It went some way off, no faster than the fastest seen, and came back in time.
    since_s = lost_s * when
    place = destination(fixes[1].place, way_deg, max(speed_mps, apart * speed_mps) * (since_s + clock_s) * far)
    assume(distance_m(place, fixes[2].place) <= max(speed_mps, apart * speed_mps) * (lost_s - since_s + clock_s))
    lowest_m, highest_m = 3_500.0 - max(1_000.0, 15.0 * lost_s) / 2.0, 3_500.0 + max(1_000.0, 15.0 * lost_s) / 2.0
    metres = data.draw(st.floats(lowest_m, highest_m))
    assert _held(track.volumes, 60_000 + since_s * 1000.0, place, metres)


@given(st.floats(0.0, 3_000_000.0), st.floats(0.0, 1.0), centres, azimuths, azimuths, shares)
def test_no_way_of_a_length_leads_further_from_the_line_than_its_reach(
    way_m: float, straight: float, a: LatLon, azimuth_deg: float, way_deg: float, out: float
) -> None:
    apart_m = way_m * straight
    b = destination(a, azimuth_deg, apart_m)
    via = destination(a, way_deg, way_m * out)
    assume(way_m * out + distance_m(via, b) <= way_m)
    steps_m = np.linspace(0.0, apart_m, 200)
    from_line_m = min(distance_m(via, destination(a, azimuth_deg, float(step_m))) for step_m in steps_m)
    assert from_line_m <= reach_m(apart_m, way_m) + apart_m / 199.0


def test_lost_its_bubble_grows_after_a_report_and_shrinks_before_the_next() -> None:
    fixes = [*_straight(3, 60.0, 100.0), Fix(720_000, destination(_A, 60.0, 12_500.0), _sea(3_000.0))]
    track = track_volumes(fixes, half_width_m=500.0, half_height_m=100.0, gap_s=300.0)
    lost = [volume for volume in track.volumes if volume.window.start_ms >= 120_000]
    widths_m = [volume.shape.half_width_m for volume in lost if isinstance(volume.shape, Corridor)]
    assert len(widths_m) == 8 and widths_m[:4] == sorted(widths_m[:4]) and widths_m == widths_m[::-1]
    assert widths_m[0] == pytest.approx(500.0 + 1.25 * 100.0 * 75.0, abs=1.0)
    assert lost[0].band.lower.value == pytest.approx(3_000.0 - 100.0 - 15.0 * 600.0 / 2.0, abs=1e-3)
    assert "1 of 3 legs are longer than 300 s" in track.notes[0] and "from report 3 to 4" in track.notes[0]
    assert "125 m/s" in track.notes[0] and "15 m/s" in track.notes[0]
    doubtful = track_volumes(fixes, half_width_m=500.0, half_height_m=100.0, gap_s=300.0, clock_uncertainty_s=30.0)
    first = next(volume.shape for volume in doubtful.volumes if volume.window.start_ms >= 120_000)
    assert isinstance(first, Corridor)
    assert first.half_width_m == pytest.approx(500.0 + 1.25 * 100.0 * (75.0 + 60.0), abs=1.0)


@pytest.mark.parametrize(
    ("apart_m", "way_m"), [(1_000.0, 2_000.0), (1_000_000.0, 2_000_000.0), (10_000.0, 2_500_000.0)]
)
def test_the_reach_is_that_of_the_widest_way_and_little_more(apart_m: float, way_m: float) -> None:
    """Out to a place beside the middle and on, found by halving."""
    a, b = destination(_A, 90.0, apart_m / 2.0), destination(_A, 270.0, apart_m / 2.0)
    low_m, high_m = 0.0, way_m
    for _ in range(60):
        aside_m = (low_m + high_m) / 2.0
        via = destination(_A, 0.0, aside_m)
        low_m, high_m = (aside_m, high_m) if distance_m(a, via) + distance_m(via, b) <= way_m else (low_m, aside_m)
    assert 0.98 * reach_m(apart_m, way_m) < low_m <= reach_m(apart_m, way_m)


def test_what_was_never_seen_moving_may_still_take_off() -> None:
    parked = [Fix(0, _A, _sea(500.0)), Fix(3_600_000, _A, _sea(500.0))]
    volumes = track_volumes(parked, half_width_m=0.0, half_height_m=0.0, gap_s=300.0).volumes
    assert _held(volumes, 1_800_000.0, destination(_A, 10.0, 50.0 * 1_800.0), 500.0 + 15.0 * 1_800.0)
    assert not _held(volumes, 1_800_000.0, destination(_A, 10.0, 52.0 * 1_800.0), 500.0)


def test_a_stretch_lost_so_long_that_it_could_be_anywhere_is_refused() -> None:
    far = [*_straight(2, 60.0, 250.0), Fix(6 * 3_600_000, _A, _sea(3_000.0))]
    with pytest.raises(ShapeError, match=r"silent for 21540 s from report 2 to 3.*split it there"):
        track_volumes(far, half_width_m=10.0, half_height_m=0.0, gap_s=300.0)


def test_long_legs_are_cut_and_short_ones_merged() -> None:
    plan = [Fix(0, _A, _sea(3_000.0)), Fix(1_200_000, destination(_A, 90.0, 239_999.0), _sea(3_000.0))]
    cut = track_volumes(plan, half_width_m=5_000.0, half_height_m=0.0, gap_s=1_200.0)
    assert len(cut.volumes) == 24 and cut.notes == ()
    assert {len(v.shape.line) for v in cut.volumes if isinstance(v.shape, Corridor)} == {2}
    assert cut.volumes[0].window.end_ms == 50_000
    assert len(track_volumes(plan, half_width_m=0.0, half_height_m=0.0, gap_s=1_200.0).volumes) == 64
    recorded = _straight(300, 1.0, 100.0)
    merged = track_volumes(recorded, half_width_m=5_000.0, half_height_m=0.0, gap_s=10.0).volumes
    assert len(merged) == 5  # of a minute each
    assert {len(v.shape.line) for v in merged if isinstance(v.shape, Corridor)} == {2}
    assert all(v.shape.half_width_m < 5_000.01 for v in merged if isinstance(v.shape, Corridor))
    hover = [Fix(n * 100, _A, _sea(100.0)) for n in range(600)]
    still = track_volumes(hover, half_width_m=50.0, half_height_m=0.0, gap_s=10.0).volumes
    assert [len(v.shape.line) for v in still if isinstance(v.shape, Corridor)] == [1, 1, 1]  # of 256 reports at most


def test_times_between_reports_are_rounded_outward() -> None:
    plan = [Fix(0, _A, _sea(3_000.0)), Fix(10_000, destination(_A, 90.0, 20_999.0), _sea(3_000.0))]
    volumes = track_volumes(plan, half_width_m=0.0, half_height_m=0.0, gap_s=10.0).volumes
    windows = [(v.window.start_ms, v.window.end_ms) for v in volumes]
    assert windows[:3] == [(0, 1_429), (1_428, 2_858), (2_857, 4_286)] and len(windows) == 7


def test_a_wavering_line_is_drawn_straight_and_wider_by_as_much_as_it_wavers() -> None:
    on = [destination(_A, 90.0, 100.0 * n) for n in range(20)]
    waver = [Fix(n * 1000, destination(place, 0.0, 15.0 * (n % 2)), _sea(100.0)) for n, place in enumerate(on)]
    volumes = track_volumes(waver, half_width_m=1_000.0, half_height_m=0.0, gap_s=10.0).volumes
    (shape,) = (v.shape for v in volumes)
    assert isinstance(shape, Corridor) and len(shape.line) == 2 and 1_007.0 < shape.half_width_m < 1_020.0
    for fix in waver:
        for bearing in (0.0, 180.0):
            assert _held(volumes, fix.time_ms, destination(fix.place, bearing, 1_000.0), None)


def test_a_turn_back_is_drawn_through_all_its_places() -> None:
    there = [Fix(n * 1000, destination(_A, 90.0, 200.0 * n), _sea(100.0)) for n in range(5)]
    back = [Fix((4 + n) * 1000, destination(_A, 90.0, 200.0 * (4 - n) + 1.0), _sea(100.0)) for n in range(1, 4)]
    (volume,) = track_volumes([*there, *back], half_width_m=100.0, half_height_m=0.0, gap_s=10.0).volumes
    assert isinstance(volume.shape, Corridor)
    assert len(volume.shape.line) == 8 and volume.shape.half_width_m == 100.0


def test_a_climb_is_not_merged_into_a_tower() -> None:
    climb = [replace(fix, altitude=_sea(40.0 * n)) for n, fix in enumerate(_straight(20, 1.0, 50.0))]
    volumes = track_volumes(climb, half_width_m=500.0, half_height_m=0.0, gap_s=10.0).volumes
    heights_m = [v.band.upper.value - v.band.lower.value for v in volumes]
    assert len(volumes) == 19 and max(heights_m) < 50.0
    assert len(track_volumes(climb, half_width_m=500.0, half_height_m=1_000.0, gap_s=10.0).volumes) == 1


def test_one_report_is_a_moment() -> None:
    entered = Entered("log.csv:2")
    (volume,) = track_volumes(
        [Fix(7, _A, _sea(10.0))], half_width_m=50.0, half_height_m=5.0, gap_s=1.0, clock_uncertainty_s=2.0,
        horizontal_uncertainty_m=3.0, entered=entered,
    ).volumes  # fmt: skip
    assert (volume.window.start_ms, volume.window.end_ms, volume.window.clock_uncertainty_s) == (7, 7, 2.0)
    assert volume.shape == Corridor((_A,), 50.0)
    assert (volume.horizontal_uncertainty_m, volume.entered) == (3.0, entered)


def test_a_band_is_in_the_reports_own_reference_and_unit() -> None:
    low = AltitudeLimit(95.0, Unit.FLIGHT_LEVEL, Reference.STD, 8.0, pressure_hpa=1_020.0)
    high = AltitudeLimit(10_500.0, Unit.FOOT, Reference.STD, 9.0, pressure_hpa=1_020.0)
    track = track_volumes([Fix(0, _A, low), Fix(1_000, _A, high)], half_width_m=5.0, half_height_m=152.4, gap_s=5.0)
    band = track.volumes[0].band
    for limit, level in ((band.lower, 90.0), (band.upper, 110.0)):
        assert (limit.unit, limit.reference, limit.uncertainty_m) == (Unit.FLIGHT_LEVEL, Reference.STD, 9.0)
        assert limit.pressure_hpa == 1_020.0 and limit.value == pytest.approx(level, abs=1e-6)
    assert band.lower.metres is not None and band.lower.metres <= 9_000.0 * FOOT_M


def _pressed(reference: Reference, pressure_hpa: float, station_m: float | None) -> AltitudeLimit:
    return AltitudeLimit(900.0, Unit.METRE, reference, 0.0, pressure_hpa, station_m)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (None, _sea(3_000.0)),
        (_sea(3_000.0), None),
        (None, None),
        (AltitudeLimit(3_000.0, None, Reference.EGM96),) * 2,
        (AltitudeLimit(3_000.0, Unit.METRE, None),) * 2,
        (_sea(3_000.0), AltitudeLimit(3_000.0, Unit.METRE, Reference.WGS84)),
        (_pressed(Reference.QNH, 990.0, None), _pressed(Reference.QNH, 991.0, None)),
        (_pressed(Reference.QFE, 990.0, 5.0), _pressed(Reference.QFE, 990.0, 6.0)),
        (SURFACE, _sea(3_000.0)),
    ],
)  # fmt: skip
def test_an_altitude_not_stated_alike_at_both_ends_is_unknown(
    first: AltitudeLimit | None, second: AltitudeLimit | None
) -> None:
    fixes = [Fix(0, _A, first), Fix(1_000, _A, first), Fix(2_000, _A, second)]
    track = track_volumes(fixes, half_width_m=5.0, half_height_m=10.0, gap_s=5.0)
    last = track.volumes[-1].band
    assert last.lower.unit is None and last.lower.reference is None and last.upper == last.lower
    assert "no known altitude" in track.notes[0]
    lost = track_volumes([Fix(0, _A, first), Fix(999_000, _A, second)], half_width_m=5.0, half_height_m=10.0, gap_s=5.0)
    assert all(volume.band == last for volume in lost.volumes)


def test_what_moves_on_the_surface_stays_on_it() -> None:
    convoy = [Fix(n * 60_000, destination(_A, 0.0, 600.0 * n), SURFACE) for n in range(3)]
    convoy.append(Fix(9_000_000, _A, SURFACE))
    for volume in track_volumes(convoy, half_width_m=50.0, half_height_m=4.0, gap_s=90.0).volumes:
        assert volume.band == Band(SURFACE, AltitudeLimit(4.0, Unit.METRE, Reference.AGL))


@pytest.mark.parametrize("unit", list(Unit))
def test_carrying_a_band_to_its_unit_never_narrows_it(unit: Unit) -> None:
    for n in range(300):
        limit = AltitudeLimit(n * 1.1, unit, Reference.STD)
        band = track_volumes([Fix(0, _A, limit)], half_width_m=0.0, half_height_m=n * 0.37, gap_s=1.0).volumes[0].band
        metres, low_m, high_m = limit.metres, band.lower.metres, band.upper.metres
        assert metres is not None and low_m is not None and high_m is not None
        assert low_m <= metres - n * 0.37 and metres + n * 0.37 <= high_m
        assert high_m - low_m < 2.0 * n * 0.37 + 1e-5


def test_a_band_never_leaves_where_anything_flies() -> None:
    high = AltitudeLimit(999_500.0, Unit.METRE, Reference.WGS84)
    band = track_volumes([Fix(0, _A, high)], half_width_m=0.0, half_height_m=5_000.0, gap_s=1.0).volumes[0].band
    assert band.upper.value == 999_000.0


@pytest.mark.parametrize(
    ("fixes", "says"),
    [
        ([], "at least one report"),
        ([Fix(5, _A, None), Fix(4, _A, None)], "report 2 of a track is earlier than report 1"),
        ([Fix(0, _A, None), Fix(2_000, LatLon(7.0, 46.0), None)], "faster than anything flies"),
        ([Fix(0, _A, None), Fix(0, destination(_A, 0.0, 3_001.0), None)], "faster than anything flies"),
    ],
)
def test_a_track_that_cannot_be_is_refused(fixes: list[Fix], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        track_volumes(fixes, half_width_m=1.0, half_height_m=1.0, gap_s=1.0)


def test_two_reports_in_one_second_may_be_as_far_apart_as_that_allows() -> None:
    apart_m = FASTEST_MPS - 1.0
    pair = [Fix(0, _A, None), Fix(0, destination(_A, 0.0, apart_m), None)]
    (volume,) = track_volumes(pair, half_width_m=10.0, half_height_m=1.0, gap_s=0.0).volumes
    assert isinstance(volume.shape, Corridor) and volume.shape.line == tuple(fix.place for fix in pair)


@pytest.mark.parametrize(
    ("half_width_m", "half_height_m", "gap_s"), [(-1.0, 1.0, 1.0), (1.0, math.nan, 1.0), (1.0, 1.0, math.inf)]
)
def test_a_room_that_cannot_be_is_refused(half_width_m: float, half_height_m: float, gap_s: float) -> None:
    with pytest.raises(ValueError, match="must be 0 or more"):
        track_volumes([Fix(0, _A, None)], half_width_m=half_width_m, half_height_m=half_height_m, gap_s=gap_s)


def test_a_report_is_a_place_at_an_altitude() -> None:
    assert Fix(0, LatLon(10.0, 190.0), None).place == LatLon(10.0, -170.0)
    with pytest.raises(ValueError, match="latitude"):
        Fix(0, LatLon(91.0, 0.0), None)
    with pytest.raises(AltitudeError, match="UNLIMITED"):
        Fix(0, _A, UNLIMITED)


def _bubble(clock_s: float = 0.0) -> MovingBubble:
    return MovingBubble(
        tuple(_straight(3, 60.0, 100.0)),
        500.0,
        100.0,
        300.0,
        speed_mps=100.0,
        climb_mps=5.0,
        clock_uncertainty_s=clock_s,
    )


@given(st.integers(0, 3_600_000), st.integers(0, 600_000), st.sampled_from([0.0, 30.0]), shares, azimuths)
def test_a_bubble_holds_all_it_can_reach_in_a_window_to_come(
    later_ms: int, length_ms: int, clock_s: float, far: float, way_deg: float
) -> None:
    bubble = _bubble(clock_s)
    last = bubble.track[-1]
    start_ms = last.time_ms + later_ms
    volumes = bubble.volumes(start_ms, start_ms + length_ms)
    since_s = (later_ms + length_ms) / 1000.0 + clock_s
    place = destination(last.place, way_deg, (500.0 + 100.0 * since_s) * far)
    assert _held(volumes, start_ms + length_ms, place, 3_000.0 + (100.0 + 5.0 * since_s) * far)


def test_a_bubble_is_the_track_until_the_last_report_and_grows_after() -> None:
    bubble = _bubble()
    past = track_volumes(bubble.track, half_width_m=500.0, half_height_m=100.0, gap_s=300.0).volumes
    assert bubble.volumes(0, 120_000) == past
    assert bubble.volumes(0, 10_000) == past[:1]
    both = bubble.volumes(0, 180_000)
    assert both[:-1] == past and both[-1].window.start_ms == 120_000
    assert both[-1].shape.core().radius_m == 500.0 + 100.0 * 60.0
    (growing,) = bubble.volumes(130_000, 180_000)
    assert growing.window.start_ms == 130_000


def test_a_bubble_follows_the_next_report() -> None:
    late = Fix(2_520_000, destination(_A, 60.0, 13_000.0), _sea(3_000.0))
    heard = _bubble().heard(late)
    assert heard.volumes(2_520_000, 2_521_000)[-1].shape.core().radius_m == 500.0 + 100.0
    with pytest.raises(ValueError, match="earlier"):
        heard.heard(Fix(0, _A, None))


def test_a_bubble_says_nothing_of_before_its_first_report_and_never_vanishes() -> None:
    with pytest.raises(ValueError, match="first report"):
        _bubble().volumes(-1, 10)
    with pytest.raises(ValueError, match="first report"):
        _bubble().volumes(10, 9)
    with pytest.raises(ShapeError, match="radius"):
        _bubble().volumes(0, 10**9)  # in ten days it could be anywhere, and that is not silence


@pytest.mark.parametrize(("speed_mps", "climb_mps"), [(-1.0, 0.0), (FASTEST_MPS + 1.0, 0.0), (0.0, math.nan)])
def test_a_bubble_that_cannot_grow_so_is_refused(speed_mps: float, climb_mps: float) -> None:
    with pytest.raises(ValueError, match="grows by"):
        MovingBubble((Fix(0, _A, None),), 1.0, 1.0, 1.0, speed_mps, climb_mps)
