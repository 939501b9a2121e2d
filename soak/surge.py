"""`python -m soak.surge`: two node processes with more to say than is usual, one of them killed again and again.

The one idea: what counts is read from the two stores afterwards, by their own clocks: every notice that an officer was
told is kept has its signed receipt, and how long that took, counted from when both nodes were up.
"""

import argparse
import math
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clearline.app.local_party import LocalParty, free_ports
from clearline.app.party_home import open_home
from clearline.edge.clock import SystemClock
from clearline.edge.officer_answers import SaidAnswer
from clearline.edge.officer_asking import How
from clearline.edge.officer_client import OfficerClient, UnreachableError
from clearline.line.area import Area, Limit, Outline, Place
from clearline.line.ladder import Delivered
from clearline.line.notice import Notice, NoticeType
from clearline.line.statement import Refused
from clearline.line.terms import Function, Level, Mode, Precedence
from clearline.space.altitude import Reference, Unit

__all__ = ["Plan", "Report", "main", "surge"]

_WITHIN_S = 5.0
_SETTLE_S = 120.0
_MINUTE_S, _HOUR_MS = 60.0, 3_600_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is said each way, for how long, and by how many pairs of officers at once.

    `turn_s` is how long the second node is up, then down, in turn (0: never down).
    """

    per_minute: float
    seconds: float
    turn_s: float
    pairs: int = 1


@dataclass
class Report:
    """What came of it. A wait is the time, in seconds, from a notice to its receipt while both nodes were up.

    `start_s` is the least time that a node took to start: how fast this machine was meanwhile.
    """

    plan: Plan
    said: int = 0
    lost: int = 0
    waits_s: list[float] = field(default_factory=list[float])
    behind_s: float = 0.0
    kills: int = 0
    start_s: float = math.inf
    cpu_s: float = 0.0
    wall_s: float = 0.0

    def wait_s(self, part: float) -> float:
        """A quantile of the waits; nought where nothing was received."""
        ordered = sorted(self.waits_s)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0

    @property
    def keeps(self) -> bool:
        """Whether nothing was lost, all of it could be said in time, and the receipts came soon enough."""
        return not self.lost and self.wait_s(0.99) <= _WITHIN_S and self.behind_s <= _WITHIN_S

    def line(self) -> str:
        """One row of the table."""
        plan = self.plan
        return (
            f"| {plan.per_minute:,.0f} | {plan.seconds:,.0f} | {self.kills} | {self.said:,d} | {self.lost} "
            f"| {self.wait_s(0.5):.2f} | {self.wait_s(0.99):.2f} | {self.wait_s(1.0):.2f} | {self.behind_s:.1f} "
            f"| {100 * self.cpu_s / max(0.001, self.wall_s):.0f} % |"
        )


HEAD = (
    "| a minute, each way | seconds | killed | said | lost | half within, s | 99 in 100 within, s | all within, s "
    "| officers kept waiting, s | processors |\n|---|---|---|---|---|---|---|---|---|---|"
)


class _Side:
    """One party's node and two officers who talk for it, in a thread of their own."""

    def __init__(self, party: LocalParty, peer: str, column: int, pair: int, up: threading.Event) -> None:
        self.party = party
        self.pair = pair
        self.up = up
        self.peer = peer
        self.column = column
        self.kept: list[str] = []
        self.behind_s = 0.0
        self.fault: BaseException | None = None
        self._officers: list[OfficerClient] = []

    def sign_in(self) -> None:
        """Both officers, with a code of their own each."""
        self._officers = [self.party.officer(f"{name}-{self.pair}") for name in ("first", "second")]

    def talk(self, plan: Plan, started_s: float) -> None:
        """Say what is due, each as soon as it is and the node is up; two officers sign for each notice."""
        try:
            self._talk(plan, started_s)
        except BaseException as error:  # noqa: BLE001 - a thread's fault is the run's
            self.fault = error

    def _talk(self, plan: Plan, started_s: float) -> None:
        for number in range(self.pair, round(plan.per_minute / _MINUTE_S * plan.seconds), plan.pairs):
            at_s = started_s + number * _MINUTE_S / plan.per_minute
            time.sleep(max(0.0, at_s - time.monotonic()))
            while (record_id := self._tried(number)) is None:
                time.sleep(0.05)
            self.kept.append(record_id)
            if plan.turn_s == 0:
                self.behind_s = max(self.behind_s, time.monotonic() - at_s)
        self._leave()

    def _tried(self, number: int) -> str | None:
        """Say one notice once the node is up; None if it was killed meanwhile, whether or not it kept it."""
        self.up.wait()
        try:
            if not self._officers:
                self.sign_in()
            return self._say(self._officers, number)
        except (UnreachableError, OSError):
            self._leave()
            return None

    def _leave(self) -> None:
        for officer in self._officers:
            officer.__exit__(None, None, None)
        self._officers = []

    def _say(self, officers: Sequence[OfficerClient], number: int) -> str:
        subject, areas = f"S{self.column}-{number}", (_area(number, self.column),)
        body = Notice(NoticeType.ACTIVITY, subject, "Surge", Level.OPERATIONAL, Function.FLIGHT_SAFETY, areas)
        drafted = _said(officers[0].give_notice(self.peer, body, How(Precedence.ROUTINE)))
        return _said(officers[1].release(drafted))


def surge(folder: Path, plan: Plan, told: Callable[[str], None]) -> Report:
    """Run it in an empty folder. Raises what a side's thread raised; both processes are ended in any case."""
    ports = free_ports(6)
    alfa = LocalParty(folder / "alfa", "Alfa", tuple(ports[:3]))
    bravo = LocalParty(folder / "bravo", "Bravo", tuple(ports[3:]))
    officers = [(f"{name}-{pair}", "OPS-DUTY") for pair in range(plan.pairs) for name in ("first", "second", "third")]
    for party in (alfa, bravo):
        party.make(*officers)
    alfa.know(bravo)
    bravo.know(alfa)
    report, cpu = Report(plan), _Cpu()
    sides = [
        _Side(party, peer.name.lower(), column, pair, up)
        for column, (party, peer, up) in enumerate(((alfa, bravo, threading.Event()), (bravo, alfa, threading.Event())))
        for pair in range(plan.pairs)
    ]
    try:
        for party in (alfa, bravo):
            _start(party, report, cpu)
        for side in sides:
            side.sign_in()
            side.up.set()
        ups_ms = _run(sides, plan, report, cpu, told)
        _settle(sides)
        report.cpu_s += cpu.spent_s()
    finally:
        for party in (alfa, bravo):
            party.cut_off()
    for side in sides:
        if side.fault is not None:
            raise side.fault
        _count(side, ups_ms, report)
        report.behind_s = max(report.behind_s, side.behind_s)
    return report


def _run(
    sides: Sequence[_Side], plan: Plan, report: Report, cpu: "_Cpu", told: Callable[[str], None]
) -> list[tuple[int, int]]:
    """Let both talk, and kill the second every other turn; when both were up, by the machine's clock."""
    killed = sides[-1]
    started_s = time.monotonic()
    threads = [threading.Thread(target=side.talk, args=(plan, started_s)) for side in sides]
    for thread in threads:
        thread.start()
    ups_ms, since_ms, clock = list[tuple[int, int]](), SystemClock(0).now_ms(), SystemClock(0)
    for _ in range(int(plan.seconds // (2 * plan.turn_s)) if plan.turn_s else 0):
        time.sleep(plan.turn_s)
        killed.up.clear()
        ups_ms.append((since_ms, clock.now_ms()))
        cpu.left(killed.party)
        killed.party.cut_off()
        report.kills += 1
        time.sleep(plan.turn_s)
        _start(killed.party, report, cpu)
        since_ms = clock.now_ms()
        killed.up.set()
        told(f"{time.monotonic() - started_s:.0f} s: killed {report.kills} times, said {[len(s.kept) for s in sides]}")
    for thread in threads:
        thread.join()
    ups_ms.append((since_ms, clock.now_ms() + round(1_000 * _SETTLE_S)))
    report.wall_s = time.monotonic() - started_s
    return ups_ms


def _start(party: LocalParty, report: Report, cpu: "_Cpu") -> None:
    """Start a node, and note how long that took."""
    began_s = time.monotonic()
    party.start()
    report.start_s = min(report.start_s, time.monotonic() - began_s)
    cpu.watch(party)


def _settle(sides: Sequence[_Side]) -> None:
    """Wait until the last notice of each side is receipted, or for as long as anybody would."""
    until_s = time.monotonic() + _SETTLE_S
    for side in sides:
        with side.party.officer(f"third-{side.pair}") as officer:
            while side.kept and time.monotonic() < until_s:
                found = officer.journey(side.kept[-1])
                if not isinstance(found, Refused) and found["received"].startswith("Proved received"):
                    break
                time.sleep(0.2)


def _count(side: _Side, ups_ms: Sequence[tuple[int, int]], report: Report) -> None:
    """Read from the store what was said and what was receipted."""
    with open_home(side.party.home) as opened, opened.node.reading(Mode.ACTUAL) as ledger:
        for record_id in side.kept:
            said = ledger.get(record_id)
            report.said += 1
            if said is None or not isinstance(said.body, Notice):
                report.lost += 1
                continue
            receipts = sorted(by.logged_ms for by, _ in ledger.saying(record_id, Delivered))
            if not receipts:
                report.lost += 1
                continue
            took_ms = sum(max(0, min(receipts[0], end) - max(said.logged_ms, begin)) for begin, end in ups_ms)
            report.waits_s.append(took_ms / 1_000)


class _Cpu:
    """What the nodes' processes spent, those that were killed included."""

    def __init__(self) -> None:
        self._running: dict[str, int] = {}
        self._past_s = 0.0

    def watch(self, party: LocalParty) -> None:
        """A process began."""
        assert party.process is not None
        self._running[party.name] = party.process.pid

    def left(self, party: LocalParty) -> None:
        """A process is about to end."""
        self._past_s += _spent_s(self._running.pop(party.name))

    def spent_s(self) -> float:
        """All of it until now."""
        return self._past_s + sum(_spent_s(pid) for pid in self._running.values())


def _spent_s(pid: int) -> float:
    """User and system time of a process, by the system's count; nought where it keeps none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _area(number: int, column: int) -> Area:
    """A circle of 5 km for an hour, far from every other but for each tenth, which meets the other side's."""
    row, place = divmod(number, 60)
    lon_e7 = 100_000_000 + place * 3_000_000 + (0 if number % 10 == 0 else column * 1_400_000)
    at = Place(200_000_000 + row % 100 * 2_000_000, lon_e7)
    low, high = Limit(5_000_000, Unit.FOOT, Reference.EGM96), Limit(6_000_000, Unit.FOOT, Reference.EGM96)
    start_ms = 4_000_000_000_000
    return Area(Outline.CIRCLE, ((at,),), 5_000_000, low, high, start_ms, start_ms + _HOUR_MS)


def _said(found: SaidAnswer | Refused) -> str:
    """The identifier of what was said last. Raises RuntimeError with the rule where it was refused."""
    if isinstance(found, Refused):
        raise RuntimeError(f"a notice was refused: {found.rule}: {found.why}")  # noqa: TRY004 - it is an answer, and no type
    return found["said"][-1]["record_id"]


def main() -> int:
    """Run the surge, or look for the ceiling; print the table; status 1 where the surge is not kept up with."""
    parser = argparse.ArgumentParser(description="a surge between two node processes")
    parser.add_argument("--per-minute", type=float, default=100.0, help="notices a minute, each way")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument(
        "--turn", type=float, default=30.0, help="seconds the second node is up, then down (0: always up)"
    )
    parser.add_argument("--ceiling", action="store_true", help="raise the rate, both up, until receipts come too late")
    parser.add_argument("--pairs", type=int, default=1, help="pairs of officers on each side who talk at once")
    options = parser.parse_args()
    plan = Plan(options.per_minute, options.seconds, 0.0 if options.ceiling else options.turn, options.pairs)
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before\n{HEAD}", flush=True
    )
    while True:
        with tempfile.TemporaryDirectory() as folder:
            report = surge(Path(folder), plan, lambda text: print(text, file=sys.stderr, flush=True))
        print(report.line(), flush=True)
        if not options.ceiling or not report.keeps:
            return 0 if report.keeps or options.ceiling else 1
        plan = Plan(plan.per_minute * 1.5, plan.seconds, plan.turn_s, plan.pairs)


if __name__ == "__main__":
    sys.exit(main())
