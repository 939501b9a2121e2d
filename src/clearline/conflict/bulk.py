"""All pairs of many volumes at once: among themselves, or of one lot against another.

The one idea: an engine finds pairs between sides; give every volume a side of its own, or each lot one, and it finds
these.
"""

from collections.abc import Sequence

from clearline.conflict.engine import Engine, Reach
from clearline.conflict.solid import Solid

__all__ = ["all_pairs", "pairs_between"]


def all_pairs(solids: Sequence[Solid], reach: Reach, engine: Engine) -> list[tuple[int, int]]:
    """All (i, j), i < j, of volumes that no gap proves to be beyond the reach; sorted."""
    return engine.pairs(solids, range(len(solids)), reach)


def pairs_between(
    ones: Sequence[Solid], others: Sequence[Solid], reach: Reach, engine: Engine
) -> list[tuple[int, int]]:
    """All (i, j) of a volume of `ones` and one of `others` that no gap proves to be beyond the reach; sorted.

    >>> from clearline.conflict.engine import PlainEngine
    >>> pairs_between([], [], Reach(0.0, 0.0, 0.0), PlainEngine())
    []
    """
    sides = [0] * len(ones) + [1] * len(others)
    return [(i, j - len(ones)) for i, j in engine.pairs([*ones, *others], sides, reach)]
