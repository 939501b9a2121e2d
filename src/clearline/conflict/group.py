"""Who meets whom among activities: each a group of volumes with a name and a side.

The one idea: two groups conflict if any volume of one conflicts with any of the other; failing that, nobody can tell
if any pair cannot be told; else they are clear. The pair that decides is the worst, then the earliest.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clearline.conflict.engine import Engine, reach_of
from clearline.conflict.judge import judge_pair
from clearline.conflict.minima import Minima
from clearline.conflict.solid import Solid
from clearline.conflict.verdict import Finding, Verdict

__all__ = ["Meeting", "Subject", "find_meetings", "judge_groups", "nearest_finding"]

_WORST = (Verdict.CONFLICT, Verdict.CANNOT_TELL, Verdict.CLEAR)


@dataclass(frozen=True, slots=True)
class Subject:
    """What may meet another: an identifier, the party it belongs to, and its volumes made ready."""

    ident: str
    party: str
    solids: tuple[Solid, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two subjects that are not clear of each other: their places in the list, first lower, and the finding.

    `pairs` counts the pairs of volumes that are not clear.
    """

    first: int
    second: int
    finding: Finding
    pairs: int


def find_meetings(
    subjects: Sequence[Subject],
    minima: Minima,
    engine: Engine,
    *,
    within_parties: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Meeting]:
    """All pairs of subjects that are not CLEAR, in the order of the list.

    Only pairs between parties, unless `within_parties`. `progress` is told how many pairs of volumes are judged, of
    how many.
    """
    solids = [solid for subject in subjects for solid in subject.solids]
    owner = [number for number, subject in enumerate(subjects) for _ in subject.solids]
    base = [0]
    for subject in subjects:
        base.append(base[-1] + len(subject.solids))
    sides = owner if within_parties else _party_numbers(subjects, owner)
    candidates = engine.pairs(solids, sides, reach_of(minima))
    best: dict[tuple[int, int], Finding] = {}
    count: dict[tuple[int, int], int] = {}
    for done, (i, j) in enumerate(candidates):
        if progress is not None and done % 64 == 0:
            progress(done, len(candidates))
        a, b = owner[i], owner[j]
        finding = judge_pair(solids[i], solids[j], minima, (i - base[a], j - base[b]))
        if finding.verdict is Verdict.CLEAR:
            continue
        count[a, b] = count.get((a, b), 0) + 1
        if (a, b) not in best or _rank(finding) < _rank(best[a, b]):
            best[a, b] = finding
    if progress is not None:
        progress(len(candidates), len(candidates))
    return [Meeting(a, b, best[a, b], count[a, b]) for a, b in sorted(best)]


def judge_groups(a: Subject, b: Subject, minima: Minima) -> Finding:
    """The finding on two subjects, from every pair of their volumes; where clear, on the pair nearest to not."""
    found = [judge_pair(p, q, minima, (i, j)) for i, p in enumerate(a.solids) for j, q in enumerate(b.solids)]
    worst = min(found, key=_rank)
    return worst if worst.verdict is not Verdict.CLEAR else nearest_finding(found)


def nearest_finding(found: Sequence[Finding]) -> Finding:
    """Of several CLEAR findings, that whose best margin is smallest, weighed as 1 s = 100 m and height ten to one."""
    return min(found, key=lambda finding: (_room(finding), finding.pair))


def _room(finding: Finding) -> float:
    margins = finding.margins
    vertical_m = -math.inf if margins.vertical_m is None else margins.vertical_m * 10.0
    return max(margins.lateral_m, vertical_m, margins.time_s * 100.0)


def _rank(finding: Finding) -> tuple[int, float, tuple[int, int]]:
    first_ms = math.inf if finding.first_ms is None else float(finding.first_ms)
    return _WORST.index(finding.verdict), first_ms, finding.pair


def _party_numbers(subjects: Sequence[Subject], owner: Sequence[int]) -> list[int]:
    numbers: dict[str, int] = {}
    for subject in subjects:
        numbers.setdefault(subject.party, len(numbers))
    return [numbers[subjects[number].party] for number in owner]
