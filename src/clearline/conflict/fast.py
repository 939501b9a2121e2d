"""The compiled engine: the same answers as the plain one, sooner.

The one idea: the core says MEETS or APART only where its margins make it sure, and UNSURE where two shapes come within
centimetres of the limit; those few are put to the exact engine. Without a compiler there is no core, and `best_engine`
is the plain engine.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from clearline.conflict.batch import Batch, batch_of
from clearline.conflict.engine import Engine, PlainEngine, Reach, within_reach
from clearline.conflict.solid import Solid
from clearline.space.heights import Frame

if TYPE_CHECKING:
    from clearline.conflict._core import Arrays, Store

__all__ = [
    "MEETS",
    "UNSURE",
    "CompiledCore",
    "FastEngine",
    "best_engine",
    "core_available",
    "core_description",
    "core_error",
    "load_core",
    "make_arrays",
    "make_store",
]

# What the core calls its answers (native/volume.hpp).
MEETS = 1
UNSURE = 2


class CompiledCore(Protocol):
    """What the compiled module offers (`_core.pyi`)."""

    @property
    def Arrays(self) -> "type[Arrays]":  # noqa: N802 - the name of a class
        """Volumes as the core holds them."""
        ...

    @property
    def Store(self) -> "type[Store]":  # noqa: N802 - the name of a class
        """Volumes of one reach, indexed."""
        ...

    def version(self) -> str:
        """The version of Clearline it was built from."""
        ...

    def machine_level(self) -> str:
        """The best instructions of this machine: `baseline`, `avx2` or `avx512`."""
        ...

    def level(self) -> str:
        """The instructions in use."""
        ...

    def use_level(self, name: str, /) -> None:
        """Use other instructions, which give the same answers; ValueError if the machine lacks them. For tests."""
        ...

    def predicted(
        self, *columns_touching_threads: NDArray[np.float64] | bool | int
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Pairs that will come too near (conflict/cpa.py)."""
        ...


def _load() -> tuple[CompiledCore | None, str]:
    try:
        return cast("CompiledCore", import_module("clearline.conflict._core")), ""
    except ImportError as error:
        return None, str(error)


_CORE, _CORE_ERROR = _load()


def core_available() -> bool:
    """Whether the compiled core was built and can be used on this machine."""
    return _CORE is not None


def core_error() -> str:
    """Why the compiled core cannot be used; empty if it can."""
    return _CORE_ERROR


def core_description() -> str:
    """The core's version and the instructions it uses. Raises ImportError where there is none."""
    core = load_core()
    return f"version {core.version()}, {core.level()} instructions"


def load_core() -> CompiledCore:
    """The compiled core. Raises ImportError where there is none."""
    if _CORE is None:
        raise ImportError(f"the compiled core is not built; the plain engine works without it ({_CORE_ERROR})")
    return _CORE


def make_arrays(batch: Batch) -> "Arrays":
    """The batch as the core holds it. Raises ValueError or TypeError if its arrays do not fit together."""
    return load_core().Arrays(
        batch.lat_deg,
        batch.lon_deg,
        batch.part_offsets,
        batch.volume_parts,
        batch.closed,
        batch.radius_m,
        batch.start_ms,
        batch.end_ms,
        batch.low_m,
        batch.high_m,
        batch.party,
    )


def make_store(reach: Reach) -> "Store":
    """An empty store for one reach. Raises ImportError where there is no core."""
    return load_core().Store(reach.lateral_m, reach.vertical_m, reach.time_s)


class FastEngine:
    """The engine on the compiled core. Raises ImportError where there is none."""

    def __init__(self, threads: int = 1) -> None:
        load_core()
        self._threads = threads

    @property
    def name(self) -> str:
        """Its name."""
        return "compiled"

    def pairs(self, solids: Sequence[Solid], sides: Sequence[int], reach: Reach) -> list[tuple[int, int]]:
        """See `Engine.pairs`."""
        if not solids:
            return []
        store = make_store(reach)
        store.add(make_arrays(batch_of(solids, sides)))
        found, states = store.join(True, self._threads)
        kept = _within_height(solids, found, reach)
        pairs = cast("list[tuple[int, int]]", [tuple(pair) for pair in found[kept].tolist()])
        sure = cast("list[bool]", (states[kept] == MEETS).tolist())
        return [
            (i, j) for (i, j), met in zip(pairs, sure, strict=True) if met or within_reach(solids[i], solids[j], reach)
        ]


def _within_height(solids: Sequence[Solid], pairs: NDArray[np.int32], reach: Reach) -> NDArray[np.bool_]:
    """Which pairs no frame proves to be apart in height. The core knows heights above the ellipsoid only."""
    kept = np.ones(len(pairs), np.bool_)
    for frame in Frame:
        if frame is Frame.AGL and reach.lateral_m > 0.0:
            continue  # heights above the ground compare at one place only (judge.vertical_gap)
        spans = [solid.heights.span(frame) for solid in solids]
        low = np.array([span.low_m for span in spans])
        high = np.array([span.high_m for span in spans])
        for a, b in ((pairs[:, 0], pairs[:, 1]), (pairs[:, 1], pairs[:, 0])):
            with np.errstate(invalid="ignore"):
                apart = low[b] - high[a] > reach.vertical_m
            # An open end leaves no gap at all.
            kept &= ~(apart & (low[b] > -np.inf) & (high[a] < np.inf))
    return kept


def best_engine(threads: int = 1) -> Engine:
    """The compiled engine where there is one, else the plain one.

    >>> best_engine().name in ("compiled", "plain")
    True
    """
    return FastEngine(threads) if core_available() else PlainEngine()
