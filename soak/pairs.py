"""`python -m soak.pairs`: millions of hard pairs, answered by the engine and by oracles that share nothing with it.

The one idea: a missed conflict is the worst there is, so what must be nought is the count of pairs that the engine
calls clear though an oracle surely sees them within the tolerance. A false conflict may only lie within 1 cm.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.exact import TOLERANCE_M, separation
from clearline.conflict.fast import MEETS, UNSURE, load_core
from soak.contact import gaps_m
from soak.core_answers import asked, cores_of, joined
from soak.crowds import Crowd, crowd_disagreements
from soak.geos import geos_gaps_m
from soak.hard_cases import FAMILIES, Cases, make_cases
from soak.karney import gap_m
from soak.postgis import PostGis, postgis_missing
from soak.tally import EXACT_M, HEAD, Tally

__all__ = ["Soak", "main"]

_CHUNK = 20_000
_REACHES_M = (0.0, 0.0, 0.0, 5_556.0)
_LEVELS = ("baseline", "avx2", "avx512")
_APART = 0


class Soak:
    """Everything counted, and a line for every breach."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._levels = _LEVELS[: _LEVELS.index(load_core().machine_level()) + 1]
        self._chunks = 0
        self.breaches: list[str] = []
        self.quick = Tally("core: Karney on a map")
        self.geos = Tally("core: GEOS on a map")
        self.postgis = Tally("core: PostGIS geography")
        self.exact = Tally("core: the exact engine", meets_m=TOLERANCE_M, clear_m=TOLERANCE_M)
        self.final = Tally("core + exact: Karney on a map")
        self.slow = Tally("exact: Karney along edges", clear_m=TOLERANCE_M + EXACT_M)

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """All of them, in the order they are printed."""
        return self.quick, self.geos, self.postgis, self.exact, self.final, self.slow

    def chunk(self, count: int) -> None:
        """So many pairs of one family, and now and then the slower oracles."""
        cases = self._cases(count)
        states = self._states(cases)
        gap, doubt = gaps_m(cases)
        self._count(self.quick, cases, np.arange(count), states, (gap, doubt))
        self._look_closer(cases, states, gap, doubt)
        if self._chunks % 10 == 0:
            self._count(self.geos, cases, np.arange(count), states, geos_gaps_m(cases))
        self._chunks += 1

    def ask_postgis(self, count: int) -> None:
        """So many pairs more, by a PostGIS server of its own."""
        with PostGis(Path("build") / "soak-postgis") as server:
            for begin in range(0, count, 5_000):
                cases = self._cases(min(count - begin, 5_000))
                states = joined(cases)
                wrong = self.postgis.count(states == _APART, states == MEETS, *server.gaps_m(cases))
                self._appeal(cases, wrong, states)
                self._chunks += 1

    def _appeal(self, cases: Cases, rows: NDArray[np.intp], states: NDArray[np.uint8]) -> None:
        """What PostGIS says against the engine goes to the slow oracle: unit vectors blur what is metres wide."""
        true = np.zeros(len(cases))
        true[rows] = [gap_m(*cores_of(cases, n), cases.lateral_m) for n in rows]
        upheld = [n for n in rows if not self.postgis.overrule(clear=bool(states[n] == _APART), gap_m=float(true[n]))]
        self._note(self.postgis.name, cases, np.array(upheld, np.intp), states, true)

    def crowds(self, rounds: int) -> Crowd:
        """Circles by the thousand in one place."""
        crowd = crowd_disagreements(rounds, self._rng)
        self.breaches.extend(crowd.breaches)
        return crowd

    def _cases(self, count: int) -> Cases:
        family = FAMILIES[self._chunks % len(FAMILIES)]
        return make_cases(family, count, float(self._rng.choice(_REACHES_M)), self._rng)

    def _states(self, cases: Cases) -> NDArray[np.uint8]:
        """The core's answers: each time at another level, now and then at all, and always held to a query."""
        core = load_core()
        core.use_level(self._levels[self._chunks % len(self._levels)])
        states = joined(cases, threads=1 + self._chunks % 2)
        other = asked(cases)
        # Which of two is asked about the other may change how soon the core is sure, but never what it is sure of.
        differ = ((states == _APART) & (other == MEETS)) | ((states == MEETS) & (other == _APART))
        self._note("query and join differ", cases, np.nonzero(differ)[0], states, other.astype(np.float64))
        if self._chunks % 20 == 0:
            for level in self._levels:
                core.use_level(level)
                differ = joined(cases, threads=3) != states
                self._note(f"level {level} differs", cases, np.nonzero(differ)[0], states, states.astype(np.float64))
        core.use_level(core.machine_level())
        return states

    def _count(
        self,
        tally: Tally,
        cases: Cases,
        rows: NDArray[np.intp],
        states: NDArray[np.uint8],
        told: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        gap, doubt = told
        wrong = tally.count(states[rows] == _APART, states[rows] == MEETS, gap, doubt)
        every = np.zeros(len(cases))
        every[rows] = gap
        self._note(tally.name, cases, rows[wrong], states, every)

    def _look_closer(
        self, cases: Cases, states: NDArray[np.uint8], gap: NDArray[np.float64], doubt: NDArray[np.float64]
    ) -> None:
        """A hundredth of the pairs by the exact engine, half of them near; a thousandth by the slow oracle."""
        near = np.argsort(np.abs(gap - TOLERANCE_M), kind="stable")[: max(1, len(cases) // 2)]
        rows = np.unique(np.concatenate((near[::100], np.arange(0, len(cases), 200))))
        found = np.array([separation(*cores_of(cases, n)).distance_m - cases.lateral_m for n in rows])
        sure = np.zeros(len(rows))
        self._count(self.exact, cases, rows, states, (found, sure))
        answers = states.copy()
        unsure = rows[states[rows] == UNSURE]
        meets = dict(zip(rows.tolist(), (found <= TOLERANCE_M).tolist(), strict=True))
        answers[unsure] = [MEETS if meets[n] else _APART for n in unsure.tolist()]
        self._count(self.final, cases, rows, answers, (gap[rows], doubt[rows]))
        few = rows[::10]
        by_exact = np.zeros(len(cases), np.uint8)
        by_exact[few] = [MEETS if meets[n] else _APART for n in few.tolist()]
        true = np.array([gap_m(*cores_of(cases, n), cases.lateral_m) for n in few])
        self._count(self.slow, cases, few, by_exact, (true, np.zeros(len(few))))

    def _note(
        self, what: str, cases: Cases, rows: NDArray[np.intp], states: NDArray[np.uint8], gap: NDArray[np.float64]
    ) -> None:
        where = f"{what}: {cases.family}, reach {cases.lateral_m} m"
        self.breaches.extend(f"{where}, state {states[n]}, told {gap[n]!r}: {cores_of(cases, n)}" for n in rows)


def main() -> int:
    """Run, print the table, and say by the exit status whether all is well."""
    parser = argparse.ArgumentParser(description="millions of hard pairs against independent oracles")
    parser.add_argument("--pairs", type=int, default=10_000_000, help="pairs for the quick oracle; others get a share")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started_s, soak = time.process_time(), Soak(options.seed)
    for number, begin in enumerate(range(0, options.pairs, _CHUNK)):
        soak.chunk(min(_CHUNK, options.pairs - begin))
        if number % 10 == 9:
            _tell(f"{begin + _CHUNK:,d} pairs, {time.process_time() - started_s:.0f} s of CPU", soak)
    missing = postgis_missing()
    if missing:
        _tell(f"PostGIS is not asked: {missing}", soak)
    else:
        soak.ask_postgis(max(1_000, options.pairs // 100))
    crowd = soak.crowds(max(1, options.pairs // 2_000_000))
    print(HEAD)
    for tally in soak.tallies:
        print(tally.row())
    print(f"PostGIS was overruled by Karney along edges in {soak.postgis.overruled} pairs")
    print(f"crowds of circles: {crowd.pairs:,d} pairs, {crowd.meetings:,d} meetings, {len(crowd.breaches)} in breach")
    print(f"gaps in mm; seed {options.seed}; {time.process_time() - started_s:.0f} s of CPU")
    print(f"{len(soak.breaches)} in breach", *soak.breaches[:50], sep="\n")
    return 1 if soak.breaches else 0


def _tell(text: str, soak: Soak) -> None:
    print(f"{text}; {len(soak.breaches)} in breach", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
