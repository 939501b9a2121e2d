"""What was measured, on the terminal and as a page.

The one idea: the page is written by the run and by nothing else, and says under what it was measured; a row that was
not run says so in its place.
"""

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from bench.postgis import postgis_version
from bench.timing import Measured, Table, Target
from clearline.conflict.fast import core_available, load_core

__all__ = ["page", "print_tables", "target_table"]

_PEERS = ("shapely", "rtree", "duckdb", "bluesky-simulator", "numpy", "traffic")


def print_tables(measured: Measured) -> None:
    """The tables as text, columns lined up."""
    for table in measured.tables:
        print(f"\n{table.title}\n")
        widths = [max(len(row[k]) for row in table.rows if k < len(row)) for k in range(len(table.rows[0]))]
        for row in table.rows:
            print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip())
        for note in table.notes:
            print(f"  * {note}")


def target_table(targets: Sequence[Target]) -> Table:
    """What was promised beside what was measured."""
    rows = [["what", "measured", "must", "aim", "met"]]
    rows += [[t.what, t.measured, t.must, t.aim, {True: "yes", False: "NO", None: "-"}[t.met]] for t in targets]
    return Table("Targets", rows)


def page(targets: Table, tables: Sequence[Table], failures: Sequence[str]) -> str:
    """`docs/benchmarks.md`."""
    parts = [
        "# Benchmarks\n",
        "Clearline beside named peers, in one run, on one machine, on worlds that anybody can make again "
        "(`bench/generator.py`). Only ratios carry over to another machine. Every peer's pairs were held to "
        "Clearline's in the same run; where two differ, the pair was looked at by the exact engine.\n",
        f"Written on {datetime.now(UTC):%Y-%m-%d} by `python -m bench --write` on {machine()}.\n",
        f"Versions: {_versions()}.\n",
        *(f"**Failed:** {failure}\n" for failure in failures),
        *(_section(table) for table in (targets, *tables)),
        "## How it is measured\n",
        "* Processor time, the least of the repeats, one thread; wall time only where a row says so. PostGIS is "
        "measured by its server process, durability switched off; DuckDB is held to one thread.\n"
        "* Peers get the shapes as polygons on the plane that touches the ellipsoid in the middle of the world, "
        "projected from the Earth's centre. There, great ellipses are straight; Clearline's own edges are geodesics, "
        "which stray from them by 7e-5 m times the square of their length in kilometres, and it counts a gap of up to "
        "5 mm as touching. A pair on which two programs differ must lie within the sum of these, or the run fails.\n"
        "* What is not in a table here was not measured.\n",
    ]
    return "\n".join(parts)


def _section(table: Table) -> str:
    head, *rows = table.rows
    lines = [f"## {table.title}\n", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join([*row, *[""] * (len(head) - len(row))]) + " |" for row in rows]
    return "\n".join([*lines, "", *(f"* {note}" for note in table.notes), ""])


def machine() -> str:
    """The machine in general words."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    level = load_core().machine_level() if core_available() else "no compiled core"
    return (
        f"{os.cpu_count()} cores of {platform.machine()} ({level}), {memory_gb:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _versions() -> str:
    found: list[str] = []
    for name in _PEERS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join([*found, f"SQLite {sqlite3.sqlite_version}", f"PostgreSQL 15 with PostGIS {postgis_version()}"])
