"""The numbers of F3548, held to the standard's own units."""

from clearline.airspace import bounds


def test_the_bounds_are_the_standards() -> None:
    second_us = 1_000_000
    assert bounds.OI_MAX_VERTICES == 10_000
    assert 30 * 86_400 * second_us == bounds.OI_MAX_PLAN_HORIZON_US
    assert bounds.CSTR_MAX_VERTICES == 1_000
    assert bounds.CSTR_MAX_AREA_KM2 == 10_000.0
    assert 86_400 * second_us == bounds.CSTR_MAX_DURATION_US
    assert 56 * 86_400 * second_us == bounds.CSTR_MAX_PLANNING_HORIZON_US
    assert 86_400 * second_us == bounds.SUBSCRIPTION_MAX_DURATION_US
    assert 5 * second_us == bounds.CLOCK_SLACK_US


def test_every_bound_is_exported_and_positive_but_the_lowest_altitude_and_the_earliest_time() -> None:
    for name in bounds.__all__:
        value = getattr(bounds, name)
        assert (value > 0) == (name not in ("LOWEST_M", "EARLIEST_US")), name
