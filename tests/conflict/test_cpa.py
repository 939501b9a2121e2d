"""Which aircraft will come too near: the compiled way held to the plain one, and the plain one to flying it out."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.conflict.cpa import Predicted, States, predicted_pairs, predicted_pairs_plain
from clearline.conflict.fast import load_core

# States and answers, made by running bluesky-simulator 1.1.1 (traffic/asas/cstatebased) once.
_BLUESKY = json.loads((Path(__file__).parents[1] / "authorities" / "bluesky_1_1_1.json").read_text("utf-8"))

_LEVELS = ("baseline", "avx2", "avx512")
_NM, _FT = 1852.0, 0.3048
_COLUMNS = ("pairs", "enter_s", "leave_s", "nearest_s", "nearest_m")


@pytest.fixture(autouse=True)
def _usual_level() -> Iterator[None]:
    yield
    load_core().use_level(load_core().machine_level())


def _same(a: Predicted, b: Predicted) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in _COLUMNS)


_numbers = st.one_of(st.sampled_from([0.0, 1.0, -1.0]), st.floats(-1.0, 1.0))


@st.composite
def _flocks(draw: st.DrawFn) -> States:
    """A few aircraft near each other, on round figures as often as not: same tracks, speeds and levels occur."""
    lat_deg = draw(st.sampled_from([0.0, 50.0, -89.0, 89.9, 90.0]))
    lon_deg = draw(st.sampled_from([0.0, 10.0, 179.9, -180.0, 360.0]))
    count = draw(st.integers(0, 9))

    def column(scale: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array(draw(st.lists(_numbers, min_size=count, max_size=count)), np.float64) * scale

    return States(
        np.clip(lat_deg + column(0.2), -90.0, 90.0),
        np.clip(lon_deg + column(0.2), -360.0, 360.0),
        column(180.0),
        np.abs(column(100.0)),
        column(300.0),
        column(10.0),
    )


@given(_flocks(), st.sampled_from([0.0, 100.0, 5.0 * _NM]), st.sampled_from([0.0, 300.0]))
def test_both_ways_find_the_same_to_the_last_bit(states: States, lateral_m: float, vertical_m: float) -> None:
    for lookahead_s in (0.0, 300.0):
        for touching in (True, False):
            plain = predicted_pairs_plain(states, lateral_m, vertical_m, lookahead_s, touching=touching)
            for threads in (1, 3):
                fast = predicted_pairs(states, lateral_m, vertical_m, lookahead_s, touching=touching, threads=threads)
                assert _same(plain, fast)


def _random(count: int, seed: int, half_km: float, lat_deg: float, lon_deg: float) -> States:
    rng = np.random.default_rng(seed)
    level = rng.random(count) < 0.6
    return States(
        np.clip(lat_deg + rng.uniform(-half_km, half_km, count) / 111.195, -90.0, 90.0),
        lon_deg + rng.uniform(-half_km, half_km, count) / (111.195 * math.cos(math.radians(min(80.0, abs(lat_deg))))),
        rng.uniform(0.0, 360.0, count),
        rng.uniform(50.0, 250.0, count),
        np.where(rng.random(count) < 0.7, rng.integers(10, 41, count) * 1000.0 * _FT, rng.uniform(300.0, 12e3, count)),
        np.where(level, 0.0, rng.uniform(-15.0, 15.0, count)),
    )


@pytest.mark.parametrize(("lat_deg", "lon_deg"), [(50.0, 10.0), (0.0, 180.0), (87.0, -179.0), (-90.0, 0.0)])
def test_both_ways_find_the_same_among_hundreds_on_every_level(lat_deg: float, lon_deg: float) -> None:
    core = load_core()
    states = _random(700, 3, 200.0, lat_deg, lon_deg)
    plain = predicted_pairs_plain(states, 5.0 * _NM, 1000.0 * _FT, 300.0)
    assert len(plain) > 100
    for level in _LEVELS[: _LEVELS.index(core.machine_level()) + 1]:
        core.use_level(level)
        for threads in (1, 2, 5):
            assert _same(predicted_pairs(states, 5.0 * _NM, 1000.0 * _FT, 300.0, threads=threads), plain)


def test_of_a_pair_the_larger_distance_and_the_longer_look_ahead_count() -> None:
    rng = np.random.default_rng(4)
    states = _random(300, 4, 100.0, 45.0, 0.0)
    lateral_m, vertical_m, ahead_s = rng.uniform(0, 9e3, 300), rng.uniform(0, 600, 300), rng.uniform(0, 600, 300)
    plain = predicted_pairs_plain(states, lateral_m, vertical_m, ahead_s)
    assert _same(predicted_pairs(states, lateral_m, vertical_m, ahead_s), plain)
    most = predicted_pairs(states, float(lateral_m.max()), float(vertical_m.max()), float(ahead_s.max()))
    assert 0 < len(plain) < len(most)
    assert set(map(tuple, plain.pairs.tolist())) < set(map(tuple, most.pairs.tolist()))


def _flat(states: States, i: int, j: int, time_s: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]
]:  # fmt: skip
    """How far apart two are at some times, sideways and in height, by flying them over the opened-out Earth."""
    lat, lon, track = (np.radians(v) for v in (states.lat_deg, states.lon_deg, states.track_deg))
    turn = (lon[j] - lon[i] + math.pi) % (2.0 * math.pi) - math.pi
    east = 6.371e6 * turn * math.cos((lat[i] + lat[j]) / 2.0)
    north = 6.371e6 * (lat[j] - lat[i])
    u, v = states.speed_mps * np.sin(track), states.speed_mps * np.cos(track)
    sideways = np.hypot(east + (u[j] - u[i]) * time_s, north + (v[j] - v[i]) * time_s)
    up = states.altitude_m[j] - states.altitude_m[i] + (states.climb_mps[j] - states.climb_mps[i]) * time_s
    return sideways, np.abs(up)


def test_flying_it_out_second_by_second_finds_the_same() -> None:
    states = _random(120, 9, 60.0, 40.0, 20.0)
    time_s = np.linspace(0.0, 300.0, 3001)
    found = predicted_pairs(states, 9_000.0, 900.0, 300.0)
    told = {tuple(pair): number for number, pair in enumerate(found.pairs.tolist())}
    seen = 0
    for i in range(120):
        for j in range(i + 1, 120):
            sideways, up = _flat(states, i, j, time_s)
            near = (sideways <= 9_000.0) & (up <= 900.0)
            if not near.any():
                # What no look finds may still touch between two looks, a tenth of a second apart.
                assert (i, j) not in told or found.leave_s[told[i, j]] - found.enter_s[told[i, j]] < 0.1
                continue
            seen += 1
            number = told[i, j]
            assert abs(time_s[near][0] - found.enter_s[number]) < 0.1001
            assert abs(time_s[near][-1] - min(300.0, found.leave_s[number])) < 0.1001
            assert abs(sideways.min() - found.nearest_m[number]) < 0.5
            at_nearest, _ = _flat(states, i, j, found.nearest_s[number : number + 1])
            assert abs(float(at_nearest[0]) - found.nearest_m[number]) < 1e-6
    assert seen > 30


def _two(east_m: float, speeds: tuple[float, float], climb: tuple[float, float], up_m: float) -> States:
    """Two on the equator, one west of the other, flying east; where the second is slower the first catches up."""
    lon_deg = math.degrees(east_m / 6.371e6)
    return States(*(np.array(v) for v in ((0.0, 0.0), (0.0, lon_deg), (90.0, 90.0), speeds, (0.0, up_m), climb)))


def test_touching_counts_and_does_not_if_told_so() -> None:
    apart_m = 6.371e6 * math.radians(math.degrees(1000.0 / 6.371e6))  # what the flat Earth makes of it
    level = _two(1000.0, (100.0, 100.0), (0.0, 0.0), 300.0)
    for lateral_m, vertical_m, meets, strictly in (
        (apart_m, 300.0, 1, 0),
        (np.nextafter(apart_m, 0.0), 300.0, 0, 0),
        (np.nextafter(apart_m, 1e9), 300.0, 1, 0),  # at the height itself
        (np.nextafter(apart_m, 1e9), 300.001, 1, 1),
        (apart_m, 299.999, 0, 0),
    ):
        for way in (predicted_pairs, predicted_pairs_plain):
            assert len(way(level, float(lateral_m), vertical_m, 60.0)) == meets
            assert len(way(level, float(lateral_m), vertical_m, 60.0, touching=False)) == strictly


def test_what_is_near_now_and_parts_is_near_at_0() -> None:
    parting = _two(1000.0, (50.0, 100.0), (0.0, 5.0), 100.0)
    found = predicted_pairs(parting, 1000.5, 100.0, 60.0)
    assert found.enter_s.tolist() == [0.0] and found.leave_s.tolist() == [0.0]  # the height is left at once
    assert found.nearest_s.tolist() == [0.0]
    assert len(predicted_pairs(parting, 1000.5, 100.0, 60.0, touching=False)) == 0


def test_a_formation_stays_near_for_ever() -> None:
    """Equal velocities have no closest approach; BlueSky's formula then yields no number, and no pair."""
    formation = _two(50.0, (100.0, 100.0), (2.0, 2.0), 10.0)
    for touching in (True, False):
        found = predicted_pairs(formation, 100.0, 30.0, 60.0, touching=touching)
        assert found.enter_s.tolist() == [0.0] and found.leave_s.tolist() == [math.inf]
    assert len(predicted_pairs(formation, 40.0, 30.0, 60.0)) == 0


def test_the_end_of_the_look_ahead_is_within_it() -> None:
    closing = _two(1000.0, (110.0, 100.0), (0.0, 0.0), 0.0)
    whole = predicted_pairs(closing, 500.0, 10.0, 3600.0)
    enter_s = float(whole.enter_s[0])
    assert abs(enter_s - 50.0) < 1e-6
    assert len(predicted_pairs(closing, 500.0, 10.0, enter_s)) == 1
    assert len(predicted_pairs(closing, 500.0, 10.0, float(np.nextafter(enter_s, 0.0)))) == 0


def test_nobody_and_one_alone_meet_nobody() -> None:
    none = States(*(np.zeros(0) for _ in range(6)))
    one = States(*(np.zeros(1) for _ in range(6)))
    for states in (none, one):
        for way in (predicted_pairs, predicted_pairs_plain):
            assert way(states, 1.0, 1.0, 1.0).pairs.shape == (0, 2)


@pytest.mark.parametrize("name", sorted(_BLUESKY))
def test_blueskys_compiled_detection_finds_the_same_pairs(name: str) -> None:
    """Its own rule, which is strict: what `cstatebased.detect` of bluesky-simulator 1.1.1 answered, with its times."""
    case = _BLUESKY[name]
    states = States(*np.array(case["states"]).T)
    for way in (predicted_pairs, predicted_pairs_plain):
        found = way(states, case["lateral_m"], case["vertical_m"], case["lookahead_s"], touching=False)
        assert found.pairs.tolist() == [pair[:2] for pair in case["found"]]
        assert np.allclose(found.enter_s, [pair[2] for pair in case["found"]], rtol=0.0, atol=2e-6)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("lat_deg", 90.1, r"lat_deg\[1\]"), ("lat_deg", math.nan, r"lat_deg\[1\]"), ("lon_deg", 360.1, "lon_deg"),
        ("track_deg", math.inf, "track_deg"), ("speed_mps", -1.0, "speed_mps"), ("altitude_m", 1e7, "altitude_m"),
        ("climb_mps", -2e4, "climb_mps"),
    ],
)  # fmt: skip
def test_states_that_cannot_be_are_refused(column: str, value: float, told: str) -> None:
    columns = {
        name: np.zeros(2) for name in ("lat_deg", "lon_deg", "track_deg", "speed_mps", "altitude_m", "climb_mps")
    }
    columns[column][1] = value
    with pytest.raises(ValueError, match=told):
        States(**columns)


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="lon_deg has 3 states where lat_deg has 2"):
        States(np.zeros(2), np.zeros(3), *(np.zeros(2) for _ in range(4)))
    with pytest.raises(ValueError, match="one number for each state"):
        States(np.zeros((2, 2)), *(np.zeros(2) for _ in range(5)))


@pytest.mark.parametrize(
    ("lateral_m", "vertical_m", "lookahead_s"),
    [(-1.0, 0.0, 0.0), (2e6, 0.0, 0.0), (0.0, math.nan, 0.0), (0.0, 0.0, 86_401.0), (0.0, 0.0, -1.0)],
)
def test_distances_that_cannot_be_are_refused(lateral_m: float, vertical_m: float, lookahead_s: float) -> None:
    for way in (predicted_pairs, predicted_pairs_plain):
        with pytest.raises(ValueError, match=r"\[0\] must be"):
            way(_random(3, 1, 1.0, 0.0, 0.0), lateral_m, vertical_m, lookahead_s)
