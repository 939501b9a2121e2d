"""The first job on recorded flights: no encounter is missed, and whatever is reported can be explained.

The oracle looks at every second of every pair (`tests.real.oracle`); what is asked, and what was done to the
recordings, is in `tests.real.scenes`. The whole day over Switzerland is `python -m bench.recorded`.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clearline.conflict.verdict import Verdict
from tests.real.recordings import (
    AMBULANCES,
    FOOT_M,
    Recording,
    load,
    sea_heights_m,
    write_geojson,
    write_kml,
    write_states,
)
from tests.real.scenes import Outcome, Scene, Writer, ambulances, ask, firefighting, switzerland

_WRITERS = {"GeoJSON": write_geojson, "states": write_states}


def _asked(scene: Scene, folder: Path, first: str = "GeoJSON", second: str = "states") -> Outcome:
    return ask(scene, scene.write(folder, _WRITERS[first], _WRITERS[second]))


def _check_held(outcome: Outcome, scene: Scene) -> None:
    """Nothing is missed, nothing is unexplained, and of flights whose heights are all known everything is told."""
    assert len(outcome.result.activities) == len(scene.ones) + len(scene.others)
    assert outcome.result.compared == len(scene.ones) * len(scene.others)
    assert not outcome.missed
    assert not outcome.unexplained
    assert outcome.untold == 0


@pytest.mark.parametrize(("first", "second"), [("GeoJSON", "states"), ("states", "GeoJSON")])
def test_flights_five_miles_and_eleven_hundred_feet_apart_are_found(tmp_path: Path, first: str, second: str) -> None:
    """Flights a thousand feet apart, one above the other, are within 1,100 ft: there are dozens in two hours."""
    scene = switzerland(550.0, hours=(12.0, 13.5))
    outcome = _asked(scene, tmp_path, first, second)
    _check_held(outcome, scene)
    assert len(outcome.near) >= 10


def test_controlled_flights_kept_apart_are_never_truly_within_five_miles_and_nine_hundred_feet(tmp_path: Path) -> None:
    scene = switzerland(450.0, hours=(12.0, 13.5))
    outcome = _asked(scene, tmp_path)
    _check_held(outcome, scene)
    assert not outcome.near
    assert len(outcome.reported) <= 10  # volumes hold more than the flights, but not much more


def test_firefighters_over_one_fire_are_found(tmp_path: Path) -> None:
    scene = firefighting()
    outcome = _asked(scene, tmp_path)
    _check_held(outcome, scene)
    assert len(outcome.near) >= 20
    assert any("there the track is lost" in note for file in outcome.result.files for note in file.notes)


def test_two_ambulances_that_land_together_are_found_and_the_one_far_away_is_not(tmp_path: Path) -> None:
    scene = ambulances(0)
    outcome = _asked(scene, tmp_path)
    _check_held(outcome, scene)
    assert outcome.reported == {(scene.ones[0].ident, scene.others[0].ident)}
    (nearest,) = outcome.near.values()
    (meeting,) = outcome.result.meetings
    first_s = (meeting.finding.first_ms or 0) // 1000
    assert first_s <= nearest.first_s <= first_s + 120  # a volume may begin up to a minute before what it holds
    place = meeting.finding.place
    assert place is not None and abs(place.lat_deg - 47.397) < 0.02 and abs(place.lon_deg - 8.638) < 0.02


def test_two_ambulances_that_land_ten_minutes_apart_are_clear(tmp_path: Path) -> None:
    scene = ambulances(600)
    outcome = _asked(scene, tmp_path)
    _check_held(outcome, scene)
    assert outcome.result.verdict is Verdict.CLEAR and not outcome.near


def test_heights_from_satellites_are_compared_with_one_another(tmp_path: Path) -> None:
    scene = ambulances(0)
    outcome = ask(scene, scene.write(tmp_path, write_kml, write_kml), sea_heights_m)
    _check_held(outcome, scene)
    assert len(outcome.reported) == len(outcome.near) == 1


@pytest.mark.parametrize("writers", [(write_kml, write_states), (write_geojson, write_kml)])
def test_heights_from_satellites_and_from_pressure_are_never_taken_for_one_another(
    tmp_path: Path, writers: tuple[Writer, Writer]
) -> None:
    """KML tracks say metres above the sea, the others pressure altitude: without the pressure nobody can tell."""
    scene = ambulances(0)
    outcome = ask(scene, scene.write(tmp_path, *writers))
    assert outcome.result.verdict is Verdict.CANNOT_TELL
    assert outcome.untold == 1 and not outcome.reported


def test_the_command_says_the_same(tmp_path: Path) -> None:
    scene = ambulances(0)
    one, other = scene.write(tmp_path)
    command = [Path(sys.executable).parent / "clearline", "check", f"ONE={one}", f"OTHER={other}", "--format", "json"]
    facts = {
        "--half-width": scene.bubble.half_width_m,
        "--half-height": scene.bubble.half_height_m,
        "--track-gap": scene.gap_s,
    }
    told = [word for name, value in facts.items() for word in (name, str(value))]
    done = subprocess.run([*command, *told], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert answer["digest"] == _asked(scene, tmp_path).result.digest


@pytest.mark.parametrize("sample", AMBULANCES)
def test_recordings_are_what_they_are_said_to_be(sample: str) -> None:
    (flight,) = load(sample)
    assert (np.diff(flight.time_ms) > 0).all() and not np.isnan(flight.pressure_ft).any()
    # Steps of 25 ft; a satellite receiver's heights differ from pressure by some hundreds of feet, as weather has it.
    assert not (flight.pressure_ft % 25.0).any()
    assert 0.0 < float(np.nanmax(np.abs(flight.gnss_ft - flight.pressure_ft))) < 1_000.0
    sea_m = sea_heights_m(flight)
    assert float(np.nanmin(sea_m)) > 0.0 and float(np.nanmax(np.abs(sea_m - flight.gnss_ft * FOOT_M))) < 60.0


def test_every_flight_of_a_day_is_loaded() -> None:
    flights = load("collections/switzerland")
    assert len(flights) == 1_244 and sum(len(flight) for flight in flights) == 139_098
    assert len({flight.ident for flight in flights}) == len(flights)
    assert all(isinstance(flight, Recording) and (np.diff(flight.time_ms) > 0).all() for flight in flights)
