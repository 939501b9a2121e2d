"""`python -m bench`: every section in a process of its own, the targets on top, and with `--write` the page.

The one idea: one section that fails, hangs or eats the memory must not take the others with it; it is shown as failed,
and the run's status says so.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.report import page, print_tables, target_table
from bench.timing import Measured, Table, Target, measured_from_json, measured_to_json

__all__ = ["SECTIONS", "main"]


def _pairs(count: int, repeats: int) -> Measured:
    from bench.pairs import measure_pairs

    return measure_pairs(count, repeats)


def _standing(count: int, activities: int) -> Measured:
    from bench.standing import measure_standing

    return measure_standing(count, activities)


def _memory(count: int) -> Measured:
    from bench.memory import measure_memory

    return measure_memory(count)


def _tactical(count: int, repeats: int) -> Measured:
    from bench.tactical import measure_tactical

    return measure_tactical(count, repeats)


def _command(count: int, repeats: int) -> Measured:
    from bench.command import measure_command

    return measure_command(count, repeats)


def _recorded(*, quick: bool) -> Measured:
    from bench.recorded import measure_recorded

    return measure_recorded(quick=quick)


def _record(*, quick: bool) -> Measured:
    from bench.record import measure_record

    return measure_record((0, 1_000), 400) if quick else measure_record()


def _held(count: int, calls: int) -> Measured:
    from bench.registry_held import measure_held

    return measure_held(count, calls)


def _embedded(seconds: float, *, judged: bool) -> Measured:
    from bench.registry import measure_embedded

    return measure_embedded(seconds, judged=judged)


def _postgresql(seconds: float, *, judged: bool) -> Measured:
    from bench.registry import measure_postgresql

    return measure_postgresql(seconds, judged=judged)


_BUDGET_S = 1_800.0
# What full runs measured last, a file each: the page can then be written anew after one section was run alone.
_KEPT = Path("build") / "bench" / "measured"

# By name: how long it may take at most (seconds), and what it does in a full run, and in a quick one (None: nothing).
SECTIONS: dict[str, tuple[int, Callable[[], Measured], Callable[[], Measured] | None]] = {
    "pairs-10k": (120, lambda: _pairs(10_000, 5), lambda: _pairs(10_000, 3)),
    "pairs-100k": (240, lambda: _pairs(100_000, 5), None),
    "pairs-1m": (1_200, lambda: _pairs(1_000_000, 5), None),
    "standing": (600, lambda: _standing(1_000_000, 1_000), lambda: _standing(20_000, 200)),
    "memory": (120, lambda: _memory(1_000_000), lambda: _memory(50_000)),
    "tactical": (240, lambda: _tactical(10_000, 5), lambda: _tactical(1_000, 3)),
    "command": (240, lambda: _command(10_000, 5), lambda: _command(500, 2)),
    "registry-held": (600, lambda: _held(1_000_000, 3_000), lambda: _held(20_000, 200)),
    "registry-embedded": (180, lambda: _embedded(8.0, judged=True), lambda: _embedded(1.0, judged=False)),
    "registry-postgresql": (240, lambda: _postgresql(6.0, judged=True), lambda: _postgresql(1.0, judged=False)),
    "record": (600, lambda: _record(quick=False), lambda: _record(quick=True)),
    "recorded": (240, lambda: _recorded(quick=False), lambda: _recorded(quick=True)),
}


def main() -> int:
    """Run what is asked for, print it, write the page if asked. Status 1 if a section failed or a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Clearline beside its peers.")
    parser.add_argument("--quick", action="store_true", help="small sizes, a minute in all; no target is judged")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md from the last full run of each")
    parser.add_argument("--only", nargs="+", choices=sorted(SECTIONS), help="these sections alone")
    parser.add_argument("--section", help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.section is not None:
        _, full, quick = SECTIONS[asked.section]
        work = quick if asked.quick else full
        assert work is not None
        asked.into.write_text(json.dumps(measured_to_json(work())), "utf-8")
        return 0
    return _run_all(asked.only or list(SECTIONS), quick=asked.quick, write=asked.write)


def _run_all(names: list[str], *, quick: bool, write: bool) -> int:
    tables: list[Table] = []
    targets: list[Target] = []
    failures: list[str] = []
    started_s = time.monotonic()
    for name in names:
        if quick and SECTIONS[name][2] is None:
            continue
        begun_s = time.monotonic()
        print(f"{name} ...", file=sys.stderr, flush=True)
        left_s = _BUDGET_S - (begun_s - started_s)
        measured, failure = _run_section(name, min(SECTIONS[name][0], left_s), quick=quick)
        print(f"{name}: {time.monotonic() - begun_s:.0f} s", file=sys.stderr, flush=True)
        if measured is None:
            failures.append(f"{name}: {failure}")
            print(f"{name} FAILED: {failure}", file=sys.stderr, flush=True)
            continue
        print_tables(measured)
        if not quick:
            _keep(name, measured)
        tables += measured.tables
        targets += measured.targets
        failures += measured.failures
    promised = target_table(targets)
    if targets:
        print_tables(Measured([promised]))
    for failure in failures:
        print(f"\nFAILED {failure}")
    if write:
        Path("docs/benchmarks.md").write_text(_page(failures), "utf-8")
    missed = [target.what for target in targets if target.met is False]
    return 1 if failures or missed else 0


def _keep(name: str, measured: Measured) -> None:
    """Keep what a full run of a section measured, with the day, under which it stands on the page."""
    when = f"Measured on {datetime.now(UTC):%Y-%m-%d}."
    dated = [replace(table, notes=[*table.notes, when]) for table in measured.tables]
    _KEPT.mkdir(parents=True, exist_ok=True)
    kept = measured_to_json(replace(measured, tables=dated))
    (_KEPT / f"{name}.json").write_text(json.dumps(kept, indent=1), "utf-8")


def _page(failures: list[str]) -> str:
    files = [_KEPT / f"{name}.json" for name in SECTIONS]
    kept = [measured_from_json(json.loads(file.read_text("utf-8"))) for file in files if file.exists()]
    never = [f"{file.stem}: it was not run" for file in files if not file.exists()]
    promised = target_table([target for measured in kept for target in measured.targets])
    return page(promised, [table for measured in kept for table in measured.tables], [*failures, *never])


def _run_section(name: str, limit_s: float, *, quick: bool) -> tuple[Measured | None, str]:
    """What one section measured, or None and why not."""
    if limit_s <= 0.0:
        return None, f"not run: the whole run may take {_BUDGET_S / 60.0:.0f} minutes"
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "measured.json"
        command = [sys.executable, "-m", "bench", "--section", name, "--into", str(into)]
        process = subprocess.Popen(command + (["--quick"] if quick else []), start_new_session=True)
        try:
            status = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            _end(process)
            return None, f"it took longer than {limit_s:.0f} s"
        except BaseException:
            _end(process)
            raise
        if status != 0 or not into.exists():
            return None, f"it ended with status {status}; what it said is above"
        return measured_from_json(json.loads(into.read_text("utf-8"))), ""


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a section and all it started; it is asked first, so that it can stop its own server."""
    for way in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, way)
            process.wait(30.0)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return
        return


if __name__ == "__main__":
    sys.exit(main())
