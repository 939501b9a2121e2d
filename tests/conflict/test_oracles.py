"""The engine held to oracles that share nothing with it, by some hundred hard pairs; `make soak` does millions."""

import numpy as np
import pytest

from clearline.conflict.exact import TOLERANCE_M, separation
from soak.contact import gaps_m
from soak.core_answers import asked, cores_of, joined
from soak.crowds import crowd_disagreements
from soak.geos import geos_gaps_m
from soak.hard_cases import FAMILIES, make_cases
from soak.karney import gap_m

_EXACT_M = 0.001  # what the exact engine is good to (conflict/exact.py)


@pytest.mark.parametrize("lateral_m", [0.0, 5_556.0])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_core_agrees_with_karneys_distances_and_with_geos(family: str, lateral_m: float) -> None:
    cases = make_cases(family, 600, lateral_m, np.random.default_rng(17))
    states = joined(cases, threads=2)
    for gap, doubt in (gaps_m(cases), geos_gaps_m(cases)):
        assert not ((states == 0) & (gap + doubt < TOLERANCE_M - _EXACT_M)).any()  # a missed conflict
        assert not ((states == 1) & (gap - doubt > TOLERANCE_M)).any()
    other = asked(cases)
    assert not (((states == 0) & (other == 1)) | ((states == 1) & (other == 0))).any()
    gap, doubt = gaps_m(cases)
    # Unsure only near the limit: half a metre, or what edges of hundreds of kilometres may bend.
    plainly = (np.abs(gap) > 12.0) & (doubt < 1.0)
    assert not (plainly & (states == 2) & (gap > 0.0)).any()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_exact_engine_agrees_with_geodesics_searched_along_edges(family: str) -> None:
    cases = make_cases(family, 24, 0.0, np.random.default_rng(23))
    for number in range(0, len(cases), 2):
        a, b = cores_of(cases, number)
        found_m, true_m = separation(a, b).distance_m, gap_m(a, b)
        if min(found_m, true_m) > 0.0:
            assert abs(found_m - true_m) < max(_EXACT_M, 1e-8 * true_m)
        if true_m < TOLERANCE_M - _EXACT_M:
            assert found_m <= TOLERANCE_M


def test_the_quick_oracle_and_the_exact_engine_measure_the_same_gaps() -> None:
    """The oracle of millions is itself held to something: where both see a gap they agree to a millimetre."""
    rng = np.random.default_rng(29)
    seen = 0
    for family in FAMILIES:
        cases = make_cases(family, 60, 0.0, rng)
        gap, doubt = gaps_m(cases)
        for number in np.nonzero((gap > 1e-6) & (doubt < 1e-4))[0][:20]:
            assert abs(separation(*cores_of(cases, number)).distance_m - gap[number]) < _EXACT_M
            seen += 1
    assert seen > 50


def test_a_join_loses_nobody_in_a_crowd() -> None:
    crowd = crowd_disagreements(1, np.random.default_rng(31))
    assert crowd.meetings > 1_000
    assert not crowd.breaches
