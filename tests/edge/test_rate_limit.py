"""A client that calls too often waits; nobody else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.edge.rate_limit import RateLimit

_STEPS = st.lists(st.floats(0.0, 2.0), min_size=1, max_size=60)


@given(steps=_STEPS, rate_per_s=st.floats(0.1, 20.0), burst_count=st.integers(1, 10))
def test_no_span_of_time_lets_through_more_than_the_burst_and_what_flowed_in(
    steps: list[float], rate_per_s: float, burst_count: int
) -> None:
    limit = RateLimit(rate_per_s=rate_per_s, burst_count=burst_count)
    at_s, passed = 1_000.0, list[float]()
    for step_s in steps:
        at_s += step_s
        if limit.wait_s("uss1", at_s) == 0.0:
            passed.append(at_s)
    for first, begun_s in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= burst_count + rate_per_s * (passed[last] - begun_s) + 1e-6


@given(rate_per_s=st.floats(0.1, 50.0))
def test_who_waits_as_long_as_told_is_let_through(rate_per_s: float) -> None:
    limit = RateLimit(rate_per_s=rate_per_s, burst_count=1)
    assert limit.wait_s("uss1", 5.0) == 0.0
    wait_s = limit.wait_s("uss1", 5.0)
    assert 0.0 < wait_s <= 1.0 / rate_per_s
    assert limit.wait_s("uss1", 5.0 + wait_s + 1e-6) == 0.0


def test_one_client_costs_another_nothing() -> None:
    limit = RateLimit(rate_per_s=1.0, burst_count=1)
    assert limit.wait_s("uss1", 0.0) == 0.0
    assert limit.wait_s("uss1", 0.0) > 0.0
    assert limit.wait_s("uss2", 0.0) == 0.0


def test_a_clock_that_steps_back_gives_no_tokens_and_takes_none() -> None:
    limit = RateLimit(rate_per_s=1.0, burst_count=1)
    assert limit.wait_s("uss1", 100.0) == 0.0
    assert limit.wait_s("uss1", 50.0) == 1.0


def test_the_quietest_client_is_forgotten_first() -> None:
    limit = RateLimit(rate_per_s=1.0, burst_count=1, most_clients=2)
    for client in ("quiet", "busy", "newer"):
        assert limit.wait_s(client, 0.0) == 0.0
    assert limit.wait_s("busy", 0.0) > 0.0
    assert limit.wait_s("quiet", 0.0) == 0.0  # forgotten, so it begins anew


@pytest.mark.parametrize(("rate_per_s", "burst_count"), [(0.0, 1), (-1.0, 1), (float("nan"), 1), (1.0, 0)])
def test_a_limit_that_lets_nothing_through_is_refused(rate_per_s: float, burst_count: int) -> None:
    with pytest.raises(ValueError, match="rate limit"):
        RateLimit(rate_per_s=rate_per_s, burst_count=burst_count)
