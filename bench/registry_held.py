"""A registry that holds a million intents: to search it, and to be refused a plan and then make it with its key.

The one idea: every answer is whole. One world is thin, so that its size is what costs; one is so dense that whatever is
asked meets ten or thousands, so that the answer is what costs. Processor time of one call, its median and its worst
hundredth; what a store, a network and JSON add is measured elsewhere.
"""

import gc
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.timing import Measured, Table, Target, percentiles_us, say
from clearline.airspace.extent import Extent, Span, touches
from clearline.airspace.reference import Intent, IntentState
from clearline.edge.registry_memory import MemoryState, set_aside
from clearline.registry.attachment import NewSubscription
from clearline.registry.intents import IntentChanged, PutIntent, QueryIntents, query_intents
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import Refusal
from clearline.registry.version import Fresh
from clearline.registry.view import Put

__all__ = ["HELD", "measure_held"]

HELD = 1_000_000
_NOW_US = 1_800_000_000_000_000
_MINUTE_US = 60_000_000
_SHAPES = ((2, 2), (4, 1), (1, 4), (3, 2), (4, 3))
_ROW = 100_000
_MUST_US = 20_000.0


@dataclass(slots=True)
class _World:
    """Intents of ten minutes and thirty metres, spread over a day and a square of cells."""

    chance: random.Random
    side: int

    def ident(self) -> str:
        digits = f"{self.chance.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"

    def extent(self, width: int = 0, height: int = 0) -> Extent:
        if not width:
            width, height = self.chance.choice(_SHAPES)
        east, north = (self.chance.randrange(max(1, self.side - length)) for length in (width, height))
        cells = tuple((north + row) * _ROW + east + column for row in range(height) for column in range(width))
        start_us = _NOW_US + self.chance.randrange(24 * 60) * _MINUTE_US
        low_m = float(self.chance.randrange(120))
        return Extent(cells, (Span(low_m, low_m + 30.0, start_us, start_us + 10 * _MINUTE_US),))

    def held(self) -> Intent:
        where = self.extent()
        hull = where.hull
        uss, ovn = f"uss{self.chance.randrange(20)}", self.ident()
        return Intent(
            self.ident(), uss, 1, ovn, (), IntentState.ACCEPTED, "https://uss.example", None, where, hull.start_us,
            hull.end_us, _NOW_US,
        )  # fmt: skip

    def plan(self) -> PutIntent:
        where = self.extent()
        hull = where.hull
        new = NewSubscription("https://uss.example", for_constraints=False)
        return PutIntent(
            self.ident(), None, "planner", False, False, where, hull.start_us, hull.end_us, IntentState.ACCEPTED,
            frozenset(), "https://uss.example", None, new, None,
        )  # fmt: skip

    def fresh(self) -> Fresh:
        return Fresh(self.ident(), self.chance.randbytes(16))


def measure_held(count: int, calls: int) -> Measured:
    """The table and, at its size, the targets."""
    table = Table(
        f"A registry with {count:,} intents in memory",
        [["world", "call", "entities in the answer", "p50, us", "p99, us"]],
    )
    measured = Measured([table])
    for name, side in (("thin", count // 1_000), ("dense", count // 10_000)):
        say(f"a {name} world of {count:,}")
        _measure(measured, name, _World(random.Random(1), max(50, side)), count, calls)
    return measured


def _measure(measured: Measured, name: str, world: _World, count: int, calls: int) -> None:
    state, told = _filled(world, count)
    (table,) = measured.tables
    table.notes.append(f"{name}: {told}")
    work: list[tuple[str, bool, int, Callable[[], tuple[int, float]]]] = [
        ("search, a few cells", True, calls, lambda: _search(state, world.extent())),
        ("search, 2,025 cells (2,500 km²)", False, max(20, calls // 50), lambda: _search(state, world.extent(45, 45))),
        ("put: refused, then accepted with its key", True, calls, lambda: _put(state, world)),
    ]
    for call, promised, repeats, once in work:
        found, seconds = _timed(once, repeats)
        middle_us, high_us = percentiles_us(seconds)
        table.rows.append([name, call, f"{found:,.1f}", f"{middle_us:,.0f}", f"{high_us:,.0f}"])
        if promised:
            met = high_us < _MUST_US if count >= HELD else None
            what = f"registry, {count:,} held, {name}: {call}, p99"
            measured.targets.append(Target(what, f"{high_us / 1_000.0:.2f} ms", "20 ms", "5 ms", met))
    measured.failures.extend(_missed(state, world, name))


def _filled(world: _World, count: int) -> tuple[MemoryState, str]:
    gc.disable()
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    state = MemoryState()
    begun_s = time.process_time()
    for _ in range(count):
        state.apply((Put(world.held()),))
    took_s = time.process_time() - begun_s
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    set_aside()
    gc.enable()
    memory = f"{grown_kb * 1024 / count:,.0f} bytes each" if grown_kb > count // 4 else "memory used again"
    return state, f"{memory}, {took_s / count * 1e6:.0f} us to make and index one"


def _timed(work: Callable[[], tuple[int, float]], repeats: int) -> tuple[float, list[float]]:
    done = [work() for _ in range(repeats)]
    return sum(found for found, _ in done) / repeats, [seconds for _, seconds in done]


def _search(state: MemoryState, area: Extent) -> tuple[int, float]:
    begun_s = time.thread_time()
    outcome = query_intents(state, QueryIntents(area, "planner"), now_us=_NOW_US)
    return len(outcome.answer), time.thread_time() - begun_s


def _put(state: MemoryState, world: _World) -> tuple[int, float]:
    command, fresh = world.plan(), world.fresh()
    begun_s = time.thread_time()
    outcome = put_intent(state, command, now_us=_NOW_US, fresh=fresh)
    missing = 0
    if isinstance(outcome.answer, Refusal):
        missing = len(outcome.answer.missing_intents)
        key = frozenset(one.intent.ovn for one in outcome.answer.missing_intents)
        outcome = put_intent(state, replace(command, key=key), now_us=_NOW_US, fresh=fresh)
    assert isinstance(outcome.answer, IntentChanged)
    state.apply(outcome.changes)
    return missing, time.thread_time() - begun_s


def _missed(state: MemoryState, world: _World, name: str) -> list[str]:
    """Whatever a scan of everything finds and the index does not, or the other way round, over a few searches."""
    areas = [world.extent() for _ in range(3)]
    entities = [one for one in state.entities() if isinstance(one, Intent)]
    return [
        f"{name}: the index and a scan differ in {area}"
        for area in areas
        if {one.ident for one in entities if touches(one.extent, area)}
        != {one.ident for one in state.intents_touching(area)}
    ]
