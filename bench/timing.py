"""Processor time, the best of some repeats, and what a section of a run hands back.

The one idea: on a shared machine only processor time means anything, only its least is what the work takes, and only
ratios between things timed side by side may be quoted.
"""

import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

__all__ = [
    "Measured",
    "Missing",
    "Table",
    "Target",
    "best",
    "cpu_of_process_s",
    "measured_from_json",
    "measured_to_json",
    "percentiles_us",
    "say",
    "tried",
]

Answer = TypeVar("Answer")

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Missing(RuntimeError):  # noqa: N818 - it is no error that a peer is not there
    """A row that is not run: the sentence says why, and what to do to have it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table, its first row the heads, with what has to be known to read it."""

    title: str
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that was promised: what, what was measured, what it must and should be, and whether it is.

    `met` is None where the run was too small to say.
    """

    what: str
    measured: str
    must: str
    aim: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What one section hands back; `failures` are rows that could not be measured, or that two programs differ on."""

    tables: list[Table]
    targets: list[Target] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def measured_to_json(measured: Measured) -> dict[str, Any]:
    """What was measured, as plain values."""
    return asdict(measured)


def measured_from_json(values: dict[str, Any]) -> Measured:
    """What was measured, from plain values."""
    tables = [Table(**table) for table in values["tables"]]
    return Measured(tables, [Target(**target) for target in values["targets"]], values["failures"])


def best(work: Callable[[], Answer], repeats: int) -> tuple[float, Answer]:
    """The least processor time of this process, seconds, over some repeats, and the last answer."""
    least_s = float("inf")
    while True:
        begun_s = time.process_time()
        answer = work()
        least_s = min(least_s, time.process_time() - begun_s)
        repeats -= 1
        if repeats <= 0:
            return least_s, answer
        del answer  # so that two never lie in memory at once


def percentiles_us(seconds: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile, microseconds."""
    middle, high = np.percentile(np.asarray(seconds) * 1e6, [50.0, 99.0])
    return float(middle), float(high)


def cpu_of_process_s(pid: int) -> float:
    """Processor time another process has used so far, seconds, to a hundredth (proc(5), utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def tried(name: str, work: Callable[[], list[str]], columns: int, failures: list[str]) -> list[str]:
    """A row of a table; where it cannot be made, a row that says why, and the reason among `failures`.

    One peer that breaks must not take the others with it, so this is the outermost loop of each row.
    """
    try:
        return work()
    except Missing as error:
        return [name, f"NOT RUN: {error}", *[""] * (columns - 2)]
    except Exception as error:  # noqa: BLE001 - shown in the table, and in the run's status
        traceback.print_exc()
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        failures.append(f"{name}: {reason}")
        return [name, f"FAILED: {reason}", *[""] * (columns - 2)]


def say(line: str) -> None:
    """A line of progress."""
    print(f"  {line}", file=sys.stderr, flush=True)
