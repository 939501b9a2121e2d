"""A registry under load: the program as it is started, over its own file and over PostgreSQL.

The one idea: the load is the one that the reference implementation was measured under (same volumes, same clients,
same two cores for server, database and clients together), so its figures can stand beside ours; they come from another
run, and are quoted, never computed with. What other work on the machine disturbs least is the processor time of one
request, so each row has that too.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from bench.registry_burst import burst
from bench.registry_load import Loaded, put_load
from bench.registry_postgresql import Database
from bench.registry_server import Instance, served, token_for
from bench.registry_start import cold_start_s
from bench.timing import Measured, Table, Target, say, tried

__all__ = ["measure_embedded", "measure_postgresql"]

Answer = TypeVar("Answer")
_HEADS = [
    "store", "instances", "load", "clients", "puts/s", "p50, ms", "p95, ms", "p99, ms", "refused for keys/s",
    "flights/s", "server, us", "database, us", "client, us",
]  # fmt: skip
_REFERENCE = (
    "The reference implementation over PostgreSQL 15, one instance, the same load on two cores of the same kind, in a "
    "run of its own: apart with 10 clients 175/s (p50 22 ms, p95 206 ms), with 1 client 255/s (p50 3.3 ms); overlap 20 "
    "accepted/s (p50 40 ms); cell 9.4 flights/s (p99 1.6 s)."
)
_NOTES = [
    "Closed loop, clients on the same cores, rates and milliseconds by the wall clock. apart: each in a place of its "
    "own; overlap: all in one place, keys shared; cell: flights in one congested cell, each made, activated and "
    "deleted, with a put counted for each of the first two. Every accepted put is durable. Microseconds of processor "
    "time are for one request.",
    _REFERENCE,
]


@dataclass(frozen=True, slots=True)
class _Run:
    """One row: what to run, and what is promised of it (what, must and aim, least rate or largest milliseconds)."""

    mode: str
    clients: int
    instances: int = 1
    promises: tuple["_Promise", ...] = ()


@dataclass(frozen=True, slots=True)
class _Promise:
    """A figure of a run: `rate` of puts, `flights`, or the time of a part of the puts, such as `0.95`."""

    figure: str
    must: float
    aim: str = ""

    def target(self, what: str, loaded: Loaded, *, judged: bool) -> Target:
        if self.figure in ("rate", "flights"):
            count = loaded.flights if self.figure == "flights" else len(loaded.put_s)
            found = count / loaded.took_s
            kind = "flights" if self.figure == "flights" else "puts accepted"
            return Target(
                f"{what}: {kind}",
                f"{found:,.0f}/s",
                f"{self.must:,.0f}/s",
                self.aim,
                found >= self.must if judged else None,
            )
        found = loaded.put_ms(float(self.figure))
        must, met = f"{self.must:g} ms", found <= self.must if judged else None
        return Target(f"{what}: p{float(self.figure) * 100:.0f}", f"{found:.1f} ms", must, self.aim, met)


_EMBEDDED = (
    _Run("apart", 10, promises=(_Promise("rate", 1_500, "4,000/s"),)),
    _Run("apart", 1),
    _Run("overlap", 10),
    _Run("cell", 10, promises=(_Promise("flights", 100, "400/s"),)),
)
_SHARED = (
    _Run("apart", 10, promises=(_Promise("rate", 1_000, "2,000/s"), _Promise("0.95", 20))),
    _Run("apart", 1, promises=(_Promise("rate", 500, "1,000/s"), _Promise("0.5", 1.5))),
    _Run("overlap", 10, promises=(_Promise("rate", 100, "300/s"),)),
    _Run("cell", 10, promises=(_Promise("flights", 60, "200/s"), _Promise("0.99", 100))),
    _Run("apart", 10, instances=3),
    _Run("cell", 10, instances=3),
)


def measure_embedded(seconds: float, *, judged: bool) -> Measured:
    """The registry on one SQLite file: load, the burst of F3411, and the start."""
    table = Table("A registry on one SQLite file", [_HEADS], list(_NOTES))
    measured = Measured([table])
    for run in _EMBEDDED:
        with tempfile.TemporaryDirectory(prefix="bench-registry-") as folder:
            store = f"sqlite:{folder}/registry.db"
            _row(measured, table, "SQLite", store, Path(folder), run, seconds, None, judged=judged)
    measured.tables.append(_burst(measured, judged=judged))
    measured.tables.append(_start(measured, judged=judged))
    return measured


def measure_postgresql(seconds: float, *, judged: bool) -> Measured:
    """The registry over a PostgreSQL server, in both modes, one instance and three."""
    with Database() as database:
        title = f"A registry over PostgreSQL {database.version}"
        table = Table(title, [_HEADS], [*_NOTES, database.told])
        measured = Measured([table])
        for name, scheme in (("log", "postgresql+log"), ("tables", "postgresql+tables")):
            for run in _SHARED:
                with tempfile.TemporaryDirectory(prefix="bench-registry-") as folder:
                    store = database.fresh().replace("postgresql", scheme, 1)
                    # What is promised of a shared store is promised of the mode that is the default.
                    promised = run if name == "log" else _Run(run.mode, run.clients, run.instances)
                    _row(measured, table, name, store, Path(folder), promised, seconds, database, judged=judged)
    return measured


def _row(
    measured: Measured,
    table: Table,
    name: str,
    store: str,
    folder: Path,
    run: _Run,
    seconds: float,
    database: Database | None,
    *,
    judged: bool,
) -> None:
    say(f"{name}, {run.instances} instances: {run.mode}, {run.clients} clients")

    def once() -> list[str]:
        with served(store, folder, run.instances) as instances:
            return _loaded(measured, name, instances, run, seconds, database, judged=judged)

    table.rows.append(tried(name, once, len(_HEADS), measured.failures))


def _loaded(
    measured: Measured,
    name: str,
    instances: Sequence[Instance],
    run: _Run,
    seconds: float,
    database: Database | None,
    *,
    judged: bool,
) -> list[str]:
    bases = [instance.base for instance in instances]
    tokens = [token_for(f"load-{number}") for number in range(run.clients)]
    clocks = [time.process_time, lambda: sum(instance.cpu_s() for instance in instances)]
    clocks += [] if database is None else [database.cpu_s]
    begun = [clock() for clock in clocks]
    loaded = _on_loop(lambda: put_load(bases, tokens, run.mode, seconds))
    client_us, server_us, *rest = [
        f"{(clock() - before_s) / max(1, loaded.requests) * 1e6:,.0f}"
        for clock, before_s in zip(clocks, begun, strict=True)
    ]
    if loaded.errors:
        measured.failures.append(f"{name}: {run.mode}, {run.clients} clients: answers {dict(loaded.errors)}")
    what = f"registry, {name}: {run.mode}, {run.clients} client{'s' if run.clients > 1 else ''}"
    measured.targets.extend(one.target(what, loaded, judged=judged) for one in run.promises)
    flights = f"{loaded.flights / loaded.took_s:,.0f}" if run.mode == "cell" else "-"
    return [
        name, str(run.instances), run.mode, str(run.clients), f"{len(loaded.put_s) / loaded.took_s:,.0f}",
        f"{loaded.put_ms(0.5):.2f}", f"{loaded.put_ms(0.95):.2f}", f"{loaded.put_ms(0.99):.2f}",
        f"{loaded.refused / loaded.took_s:,.0f}", flights, server_us, rest[0] if rest else "-", client_us,
    ]  # fmt: skip


def _burst(measured: Measured, *, judged: bool) -> Table:
    rows = [["call", "calls", "p50, ms", "p99, ms"]]
    note = (
        "100 identification service areas in one place made, read and deleted, 20 at a time, beside a subscription; "
        "five times over (F3411-22a; the shape of the public suite's heavy-traffic scenario)."
    )
    say("a burst of identification service areas")
    with (
        tempfile.TemporaryDirectory(prefix="bench-registry-") as folder,
        served(f"sqlite:{folder}/registry.db", Path(folder)) as (instance,),
    ):
        done = _on_loop(lambda: burst(instance.base, token_for("burst")))
    for call, calls in done.items():
        rows.append([call, str(len(calls)), *(f"{_part_ms(calls, part):.2f}" for part in (0.5, 0.99))])
    worst_ms = _part_ms([one for calls in done.values() for one in calls], 0.99)
    met = worst_ms < 100.0 if judged else None
    measured.targets.append(Target("registry, SQLite: ISA burst, p99", f"{worst_ms:.1f} ms", "100 ms", "30 ms", met))
    return Table("A burst of identification service areas", rows, [note])


def _start(measured: Measured, *, judged: bool) -> Table:
    rows = [["start on", "starts", "to the first answer: median, s", "longest, s", "processor time, s"]]
    say("cold start")
    with tempfile.TemporaryDirectory(prefix="bench-registry-") as folder:
        for name, count in (("a new file", 7), ("that file again", 5)):
            again = name != "a new file"
            starts = [
                cold_start_s(f"sqlite:{folder}/registry{0 if again else number}.db", Path(folder))
                for number in range(count)
            ]
            took = sorted(took_s for took_s, _ in starts)
            cpu_s = sorted(cpu for _, cpu in starts)[count // 2]
            rows.append([name, str(count), f"{took[count // 2]:.2f}", f"{took[-1]:.2f}", f"{cpu_s:.2f}"])
            if not again:
                met = took[count // 2] < 1.0 if judged else None
                target = Target("registry, SQLite: cold start", f"{took[count // 2]:.2f} s", "1 s", "0.3 s", met)
                measured.targets.append(target)
    note = "From the start of the process to the answer to an intent that was put: the first one, durable."
    return Table("The start of a registry", rows, [note])


def _part_ms(seconds: Sequence[float], part: float) -> float:
    ordered = sorted(seconds)
    return 1_000.0 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _on_loop(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())
