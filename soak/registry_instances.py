"""`python -m soak.registry_instances`: registries over one PostgreSQL, killed and cut off while they are asked.

The one idea: what is judged is what clients were told, through HTTP, by processes as an operator starts them. Rounds
are short and each has places of its own, so that every round's history is judged whole: is there an order in which one
registry that does one thing at a time would have answered all of it so? In the end the log is read again and held
against the tables.
"""

import argparse
import asyncio
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from math import inf
from pathlib import Path
from typing import cast
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clearline.app.registry_shared import replay_shared
from clearline.wire.f3548_calls_text import time_text
from tests.edge.chaos import Line
from tests.edge.postgres import Server
from tests.edge.tokens import AUDIENCE, claims, rsa_key, token
from tests.registry_history.judge import Act, Done, apart, explains, registry_model

__all__ = ["Plan", "Report", "main", "soak_registries"]

_INTENTS = "/dss/v1/operational_intent_references"
_GROUPS, _CELLS = 4, 2
_UP_S = 30.0
_SCOPE = "utm.strategic_coordination"


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is kept (`log` or `tables`), by how many processes, how many ask, and for how long.

    Every client makes so many calls in a round, with pauses of `pause_s` at most.
    """

    mode: str
    seconds: float
    instances: int = 3
    clients: int = 6
    calls: int = 30
    pause_s: float = 0.15
    seed: int = 1


@dataclass
class Report:
    """What came of it: rounds, calls and how many of them nobody answered, faults by their names."""

    plan: Plan
    rounds: int = 0
    calls: int = 0
    unanswered: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    unexplained: list[int] = field(default_factory=list[int])
    differences: tuple[str, ...] = ()
    statuses: tuple[int | None, ...] = ()

    @property
    def keeps(self) -> bool:
        """Whether every history can be explained, log and tables agree, and all stopped as they should."""
        return not self.unexplained and not self.differences and set(self.statuses) == {0}

    def line(self) -> str:
        """One row of the table."""
        faults = ", ".join(f"{count} {name}" for name, count in sorted(self.faults.items()))
        return (
            f"| {self.plan.mode} | {self.plan.instances} | {self.rounds} | {self.calls:,d} | {self.unanswered} "
            f"| {faults} | {len(self.unexplained)} | {len(self.differences)} |"
        )


HEAD = (
    "| mode | instances | rounds | calls | unanswered | faults | histories not explained | log and tables differ |\n"
    "|---|---|---|---|---|---|---|---|"
)


class _Instance:
    """A process of `clearline registry serve` behind a line that can be cut."""

    def __init__(self, port: int, line: Line, folder: Path, mode: str) -> None:
        self._port, self._folder = port, folder
        self.line = line
        prefix = "postgresql" if mode == "log" else f"postgresql+{mode}"
        self._store = f"{prefix}://postgres@127.0.0.1:{line.port}/postgres"
        self.process: subprocess.Popen[bytes] | None = None
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=15.0, trust_env=False)

    async def start(self) -> None:
        """Start it, and return when it takes connections. Raises RuntimeError if it ends or takes too long."""
        command = [str(Path(sys.executable).with_name("clearline")), "registry", "serve", "--store", self._store]
        command += ["--port", str(self._port), "--public-key", str(self._folder / "authority.pem")]
        command += ["--audience", AUDIENCE, "--rate", "100000", "--burst", "100000"]
        log = self._folder / f"{self._port}.log"
        with log.open("ab") as told:
            self.process = subprocess.Popen(command, stdout=told, stderr=told)  # noqa: ASYNC220 - a millisecond
        until_s = time.monotonic() + _UP_S
        while time.monotonic() < until_s and self.process.poll() is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.close()
                return
            await asyncio.sleep(0.02)
        raise RuntimeError(f"an instance did not come up: {log.read_text('utf-8')[-2_000:]}")

    async def stop(self, number: signal.Signals) -> int | None:
        """Send it a signal and wait for its end; its status."""
        assert self.process is not None
        self.process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.process.wait, 30.0)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            return None
        return self.process.returncode


class _Fleet:
    """The database and the instances over it, and what may happen to them."""

    def __init__(self, server: Server, instances: Sequence[_Instance], chance: random.Random) -> None:
        self._server, self.instances, self._chance = server, instances, chance

    async def fail(self, faults: Counter[str]) -> None:
        """One thing after the other, until cancelled; whatever was stopped is started again."""
        ways = (self._kill, self._stop, self._cut, self._cut, self._restart)
        while True:
            await asyncio.sleep(self._chance.uniform(0.1, 0.6))
            way = self._chance.choice(ways)
            doing = asyncio.ensure_future(way())
            try:
                await asyncio.shield(doing)
            except asyncio.CancelledError:
                await doing
                raise
            finally:
                faults[way.__name__.strip("_")] += 1

    async def _kill(self) -> None:
        one = self._chance.choice(self.instances)
        await one.stop(signal.SIGKILL)
        await one.start()

    async def _stop(self) -> None:
        one = self._chance.choice(self.instances)
        await one.stop(signal.SIGTERM)
        await one.start()

    async def _cut(self) -> None:
        line = self._chance.choice(self.instances).line
        if self._chance.random() < 0.6:
            line.lose_answers()
            await asyncio.sleep(self._chance.uniform(0.0, 0.1))
        line.cut()

    async def _restart(self) -> None:
        await asyncio.to_thread(self._server.stop, "immediate")
        await asyncio.to_thread(self._server.start)


class _Client:
    """One that plans, of a USS that has several: what it has read, and the intents it has."""

    def __init__(self, instances: Sequence[_Instance], chance: random.Random, place: int) -> None:
        self._instances, self._chance, self._place = instances, chance, place
        self._headers = {"authorization": f"Bearer {token(claims(exp=int(time.time()) + 3_000, scope=_SCOPE))}"}
        self._read: set[str] = set()
        self._mine: dict[str, tuple[str, frozenset[int]]] = {}

    def next(self) -> Act:
        """Return what it does next."""
        group = _CELLS * self._chance.randrange(_GROUPS)
        cell = group + self._chance.randrange(_CELLS)
        die = self._chance.random()
        if die < 0.3:
            return "query", "", None, "", frozenset({cell}), frozenset()
        if die < 0.6 and self._mine:
            name = self._chance.choice(sorted(self._mine))
            ovn, cells = self._mine.pop(name)
            if die < 0.45:
                return "delete", name, ovn, "", cells, frozenset()
            return "put", name, ovn, f"{name}_{self._suffix()}", cells, frozenset(self._read)
        cells = frozenset({cell}) if die < 0.8 else frozenset({group, group + 1})
        name = str(UUID(int=self._chance.getrandbits(128), version=4))
        return "put", name, None, f"{name}_{self._suffix()}", cells, frozenset(self._read)

    async def ask(self, act: Act) -> tuple[bool, object]:
        """Do it at some instance: whether it may have got there, and the answer, None where there was none."""
        client = self._chance.choice(self._instances).client
        kind, name, before, after, cells, key = act
        path = f"{_INTENTS}/{name}" if before is None else f"{_INTENTS}/{name}/{before}"
        try:
            if kind == "query":
                (cell,) = cells
                wish = {"area_of_interest": self._extent(cell)}
                answer = await client.post(f"{_INTENTS}/query", json=wish, headers=self._headers)
            elif kind == "delete":
                answer = await client.delete(path, headers=self._headers)
            else:
                wish = {
                    "extents": [self._extent(cell) for cell in sorted(cells)], "state": "Accepted", "key": sorted(key),
                    "uss_base_url": "https://uss.example", "requested_ovn_suffix": after.rpartition("_")[2],
                }  # fmt: skip
                answer = await client.put(path, json=wish, headers=self._headers)
        except httpx.ConnectError:
            return False, None
        except httpx.TransportError:
            return True, None
        return True, None if answer.status_code == 503 else _answer(answer)

    def hear(self, act: Act, answer: object) -> None:
        """Remember what was answered."""
        kind, name, before, after, cells, _ = act
        if isinstance(answer, frozenset):
            self._read |= {str(ovn) for ovn in answer}
        if kind == "put" and answer is True:
            self._mine[name] = (after, cells)
            self._read.add(after)
        elif kind == "put" and before is not None and isinstance(answer, frozenset):
            self._mine[name] = (before, cells)

    def _suffix(self) -> str:
        digits = f"{time.time_ns() // 1_000_000:012x}7{self._chance.getrandbits(76):019x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-8{digits[17:20]}-{digits[20:]}"

    def _extent(self, cell: int) -> dict[str, object]:
        """A circle of 100 m, 5 km from that of every other cell, and from those of other rounds."""
        now_us = time.time_ns() // 1_000
        begin, end = ({"value": time_text(now_us + s * 1_000_000), "format": "RFC3339"} for s in (60, 3_600))
        centre = {"lat": 40.0 + 0.05 * cell, "lng": -170.0 + 0.07 * self._place}
        low, high = ({"value": height_m, "reference": "W84", "units": "M"} for height_m in (50, 120))
        circle = {"center": centre, "radius": {"value": 100, "units": "M"}}
        volume = {"outline_circle": circle, "altitude_lower": low, "altitude_upper": high}
        return {"volume": volume, "time_start": begin, "time_end": end}


def _answer(answer: httpx.Response) -> object:
    """What was answered, as the judge's model has it. Raises RuntimeError for an answer that may never be."""
    told = cast("dict[str, object]", json.loads(answer.content))
    status = answer.status_code
    if status == 200 and "operational_intent_references" in told:
        return _ovns(told["operational_intent_references"])
    if status in (200, 201) and "operational_intent_reference" in told:
        return True
    if status == 409 and told.get("missing_operational_intents"):
        return _ovns(told["missing_operational_intents"])
    if status in (404, 409) or (status == 400 and str(told["message"]).startswith("there is no intent")):
        return "clash"
    raise RuntimeError(f"{answer.request.method} {answer.request.url}: {status} {answer.text}")


def _ovns(shown: object) -> frozenset[str]:
    return frozenset(one["ovn"] for one in cast("list[dict[str, str]]", shown))


async def _round(plan: Plan, fleet: _Fleet, number: int, faults: Counter[str]) -> list[Done[Act]]:
    """Let everybody ask while things fail; what was asked and answered."""
    history: list[Done[Act]] = []

    async def behave(client: _Client, chance: random.Random) -> None:
        for _ in range(plan.calls):
            await asyncio.sleep(chance.uniform(0.0, plan.pause_s))
            act = client.next()
            began = time.monotonic()
            came, answer = await client.ask(act)
            if came:
                history.append(Done(began, inf if answer is None else time.monotonic(), act, answer))
                client.hear(act, answer)

    chances = [random.Random(f"{plan.seed} {number} {client}") for client in range(plan.clients)]
    clients = [_Client(fleet.instances, chance, number) for chance in chances]
    failing = asyncio.ensure_future(fleet.fail(faults))
    try:
        await asyncio.gather(*(behave(client, chance) for client, chance in zip(clients, chances, strict=True)))
    finally:
        failing.cancel()
        with suppress(asyncio.CancelledError):
            await failing
    return history


def _explained(history: list[Done[Act]]) -> bool:
    return all(explains(part, frozenset(), registry_model) for part in apart(history))


async def _soak(plan: Plan, server: Server, folder: Path, told: Callable[[str], None]) -> Report:
    report = Report(plan)
    key = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "authority.pem").write_bytes(key)
    lines = [await Line(server.port).start() for _ in range(plan.instances)]
    instances = [
        _Instance(port, line, folder, plan.mode) for port, line in zip(_free_ports(plan.instances), lines, strict=True)
    ]
    try:
        await asyncio.gather(*(one.start() for one in instances))
        fleet = _Fleet(server, instances, random.Random(plan.seed))
        until_s = time.monotonic() + plan.seconds
        while report.rounds == 0 or time.monotonic() < until_s:
            history = await _round(plan, fleet, report.rounds, report.faults)
            report.rounds += 1
            report.calls += len(history)
            report.unanswered += sum(call.answer is None for call in history)
            if not await asyncio.to_thread(_explained, history):
                report.unexplained.append(report.rounds)
            told(report.line())
        report.statuses = tuple(await asyncio.gather(*(one.stop(signal.SIGTERM) for one in instances)))
    finally:
        for one in instances:
            if one.process is not None and one.process.poll() is None:
                await one.stop(signal.SIGKILL)
            await one.client.aclose()
        for line in lines:
            await line.stop()
    return report


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    with ExitStack() as asked:
        socks = [asked.enter_context(socket.socket()) for _ in range(count)]
        for sock in socks:
            sock.bind(("127.0.0.1", 0))
        return [int(sock.getsockname()[1]) for sock in socks]


def soak_registries(plan: Plan, told: Callable[[str], None]) -> Report:
    """Run it over a database of its own. Whatever it started is ended."""
    server = Server()
    try:
        with tempfile.TemporaryDirectory() as folder:
            report = asyncio.run(_soak(plan, server, Path(folder), told))
        report.differences = replay_shared(server.dsn()).differences
    finally:
        server.stop()
    return report


def main() -> int:
    """Run both modes; print the table; status 1 where a history cannot be explained."""
    parser = argparse.ArgumentParser(description="registries over one database that are killed and cut off")
    parser.add_argument("--seconds", type=float, default=300.0, help="for each mode")
    parser.add_argument("--instances", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keeps = True
    print(HEAD, flush=True)
    for mode in ("log", "tables"):
        plan = Plan(mode, options.seconds, instances=options.instances, seed=options.seed)
        report = soak_registries(plan, partial(print, file=sys.stderr, flush=True))
        print(report.line(), flush=True)
        keeps = keeps and report.keeps
    return 0 if keeps else 1


if __name__ == "__main__":
    sys.exit(main())
