"""The whole command on two large files: from the shell to the answer on disk.

The one idea: this one is measured as a person would, by the clock on the wall, and includes everything: starting
Python, reading and refusing, placing, comparing, judging, writing.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.generator import volume_of, world
from bench.peers import StrTree
from bench.plane import assert_same, keys, on_plane
from bench.timing import Measured, Table, Target, say
from clearline.conflict.batch import Batch

__all__ = ["TARGET_SIZE", "measure_command", "write_side"]

TARGET_SIZE = 10_000
_MUST_S = 3.0


def write_side(batch: Batch, party: str, numbers: Sequence[int], path: Path) -> None:
    """Some volumes of a batch as activities of one party, in GeoJSON (docs/formats/geojson.md)."""
    starts, ends = (np.datetime_as_string(at.astype("datetime64[ms]")) for at in (batch.start_ms, batch.end_ms))
    features = [
        {
            "type": "Feature",
            "id": f"{party}-{number}",
            "properties": {
                "party": party,
                "kind": "UAS_FLIGHT",
                "title": f"Flight {number}",
                "start": f"{starts[number]}Z",
                "end": f"{ends[number]}Z",
                "lower": {"value": float(batch.low_m[number]), "unit": "M", "reference": "WGS84"},
                "upper": {"value": float(batch.high_m[number]), "unit": "M", "reference": "WGS84"},
            },
            "geometry": {"type": "Polygon", "coordinates": [_ring(batch, number)]},
        }
        for number in numbers
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def _ring(batch: Batch, number: int) -> list[list[float]]:
    places = slice(int(batch.part_offsets[number]), int(batch.part_offsets[number + 1]))
    ring = np.stack((batch.lon_deg[places], batch.lat_deg[places]), axis=1).tolist()
    return [*ring, ring[0]]


def measure_command(count: int, repeats: int) -> Measured:
    """The table and, at its size, the target."""
    batch = world(2 * count, seed=5)
    folder = Path("build") / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "alpha.geojson", folder / "bravo.geojson"]
    for side, (party, path) in enumerate(zip(("ALPHA", "BRAVO"), files, strict=True)):
        write_side(batch, party, range(side, 2 * count, 2), path)
    answer = folder / "answer.json"
    command = [str(Path(sys.executable).parent / "clearline"), "check", *map(str, files)]
    command += ["--format", "json", "--output", str(answer)]
    walls_s: list[float] = []
    cpus_s: list[float] = []
    for _ in range(repeats):
        before_s, begun_s = _children_s(), time.perf_counter()
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
        walls_s.append(time.perf_counter() - begun_s)
        cpus_s.append(_children_s() - before_s)
        assert done.returncode == 1, f"the command ended with {done.returncode}: {done.stderr[-400:]}"
        say(f"{walls_s[-1]:.2f} s on the wall, {cpus_s[-1]:.2f} s of processor time")
    told = json.loads(answer.read_text("utf-8"))
    differing = _held(batch, told)
    wall_s = min(walls_s)
    size_mb = sum(path.stat().st_size for path in files) / 1e6
    rows = [
        ["what", "wall, s", "processor, s"],
        ["`clearline check`, best", f"{wall_s:.2f}", f"{min(cpus_s):.2f}"],
        ["`clearline check`, worst", f"{max(walls_s):.2f}", f"{max(cpus_s):.2f}"],
    ]
    notes = [
        f"Two GeoJSON files of {count:,} activities each, {size_mb:.0f} MB in all, {len(told['meetings']):,} meetings "
        f"between the parties, answer written as JSON; {repeats} runs. The same pairs as STRtree and GEOS find"
        + (f", but for {differing} within the tolerance." if differing else "."),
    ]
    target = Target(
        f"`clearline check` of two files of {count:,} activities each, wall, whole command",
        f"{wall_s:.2f} s", "< 3 s", "1 s", wall_s < _MUST_S,
    )  # fmt: skip
    return Measured([Table("The whole command", rows, notes)], [target] if count == TARGET_SIZE else [])


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _held(batch: Batch, told: dict[str, Any]) -> int:
    """Hold the command's conflicts to what STRtree and GEOS find between the two parties."""
    count = len(batch)
    pairs = np.array(
        [[_number(side) for side in (meeting["a"], meeting["b"])] for meeting in told["meetings"]]
    ).reshape(-1, 2)
    found = StrTree(on_plane(batch)).join()
    between = batch.party[found.first] != batch.party[found.second]
    theirs = keys(found.first[between], found.second[between], count)
    return assert_same(keys(pairs[:, 0], pairs[:, 1], count), theirs, lambda n: volume_of(batch, n), count, "STRtree")


def _number(side: dict[str, Any]) -> int:
    return int(str(side["id"]).rpartition("-")[2])
