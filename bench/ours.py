"""Clearline as the peers are: something that holds volumes and is asked.

The one idea: what is timed is what a caller gets. Pairs that the compiled core is not sure of are put to the exact
engine, inside the time that is measured.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.generator import volume_of
from bench.peers import PairArrays
from clearline.conflict.batch import Batch
from clearline.conflict.engine import Reach
from clearline.conflict.exact import meets
from clearline.conflict.fast import UNSURE, make_arrays, make_store
from clearline.space.shape import Core

__all__ = ["Compiled", "Found"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Pairs that meet, and how many of all pairs the exact engine had to decide."""

    pairs: PairArrays
    unsure: int


class Compiled:
    """The compiled core over a batch, the minima all zero."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self.store = make_store(Reach(0.0, 0.0, 0.0))
        self.store.add(make_arrays(batch))

    def join(self, threads: int = 1) -> Found:
        """All pairs that meet."""
        pairs, states = self.store.join(False, threads)
        return _settle(pairs, states, self._core, self._core)

    def query(self, asked: Batch) -> Found:
        """The pairs of volumes asked about with volumes held."""
        return self.settle(asked, *self.store.query(make_arrays(asked), -1))

    def settle(self, asked: Batch, pairs: NDArray[np.int32], states: NDArray[np.uint8]) -> Found:
        """An answer of the core about some volumes, with what it was not sure of decided."""
        return _settle(pairs, states, lambda number: volume_of(asked, number).shape.core(), self._core)

    def _core(self, number: int) -> Core:
        return volume_of(self._batch, number).shape.core()


def _settle(
    pairs: NDArray[np.int32], states: NDArray[np.uint8], first: Callable[[int], Core], second: Callable[[int], Core]
) -> Found:
    unsure = np.flatnonzero(states == UNSURE)
    if len(unsure) > 0:
        # Times and heights are compared exactly in the core; only places can be unsure.
        apart = [k for k in unsure.tolist() if not meets(first(int(pairs[k, 0])), second(int(pairs[k, 1])))]
        pairs = np.delete(pairs, apart, axis=0)
    return Found(PairArrays(pairs[:, 0].astype(np.intp), pairs[:, 1].astype(np.intp)), len(unsure))
