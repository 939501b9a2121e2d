"""The first job on recorded flights, whole days of them, held to brute force: `python -m bench.recorded`.

The one idea: what is asked and what it is held to are those of `tests/real`, where a smaller part of the same runs with
every test; here it is all of it, with figures.
"""

import tempfile
from pathlib import Path

from bench.report import print_tables
from bench.timing import Measured, Table, say
from tests.real.recordings import write_geojson, write_kml, write_states
from tests.real.scenes import Scene, Writer, ambulances, ask, firefighting, switzerland

__all__ = ["measure_recorded"]

_FORMS: dict[str, tuple[Writer, Writer]] = {
    "GeoJSON, CSV": (write_geojson, write_states),
    "CSV, GeoJSON": (write_states, write_geojson),
    "KML, KML": (write_kml, write_kml),
}


def measure_recorded(*, quick: bool) -> Measured:
    """A row for every scene. Raises AssertionError for a missed encounter or a conflict that nothing explains."""
    hours = (12.0, 13.5) if quick else (0.0, 24.0)
    scenes = [
        (switzerland(550.0, hours), "GeoJSON, CSV", "2.5 NM, 550 ft"),
        (switzerland(450.0, hours), "CSV, GeoJSON", "2.5 NM, 450 ft"),
        (firefighting(), "GeoJSON, CSV", "0.5 NM, 200 ft"),
        (ambulances(0), "GeoJSON, CSV", "250 m, 200 ft"),
        (ambulances(600), "GeoJSON, CSV", "250 m, 200 ft"),
    ]
    rows = [
        ["scene", "each flight claims", "files", "flights", "volumes", "pairs", "truly near", "reported", "missed",
         "unexplained", "processor, s"],
    ]  # fmt: skip
    notes: list[str] = []
    for scene, forms, claims in scenes:
        rows.append(_row(scene, forms, claims))
        notes.append(f"{scene.name}: {scene.told}")
        say(" | ".join(rows[-1]))
    notes.append(
        "Truly near: pairs whose bubbles touched at some whole second, worked out second by second between reports. "
        "Missed: truly near, and not reported. Unexplained: reported, though at no second nearer than the volumes that "
        "cover them allow. Processor time is that of the check, reading included."
    )
    return Measured([Table("Recorded flights", rows, list(dict.fromkeys(notes)))])


def _row(scene: Scene, forms: str, claims: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        files = scene.write(Path(folder), *_FORMS[forms])
        outcome = ask(scene, files)
    assert not outcome.missed, f"{scene.name}: missed {sorted(outcome.missed)[:3]}"
    assert not outcome.unexplained, f"{scene.name}: not explained {sorted(outcome.unexplained)[:3]}"
    result = outcome.result
    volumes = sum(len(activity.volumes) for activity in result.activities)
    return [
        scene.name, claims, forms, f"{len(scene.ones):,} and {len(scene.others):,}", f"{volumes:,}",
        f"{result.compared:,}", f"{len(outcome.near):,}", f"{len(outcome.reported):,}", str(len(outcome.missed)),
        str(len(outcome.unexplained)), f"{outcome.spent_s:.1f}",
    ]  # fmt: skip


if __name__ == "__main__":
    print_tables(measure_recorded(quick=False))
