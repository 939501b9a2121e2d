"""Constraints are put, deleted, read and found; with F3548-21's requirement ids."""

from dataclasses import replace
from functools import partial

import pytest

from clearline.registry.constraints import (
    ConstraintChanged,
    DeleteConstraint,
    GetConstraint,
    PutConstraint,
    QueryConstraints,
    delete_constraint,
    get_constraint,
    query_constraints,
)
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.shown import ShownConstraint
from tests.registry.sky import MINUTE_US, NOW_US, Sky, extent, ident, refuses, subscription

_DAY_MIN = 24 * 60


def _made(answer: object) -> ConstraintChanged:
    assert isinstance(answer, ConstraintChanged), answer
    return answer


def _get(sky: Sky, number: int, client: str = "authority") -> ShownConstraint | Refusal:
    return sky.ask(partial(get_constraint, command=GetConstraint(ident(number), client), now_us=sky.now_us))


def _delete(sky: Sky, number: int, ovn: str, client: str = "authority") -> ConstraintChanged | Refusal:
    command = DeleteConstraint(ident(number), ovn, client)
    return sky.ask(partial(delete_constraint, command=command, now_us=sky.now_us))


def _ovn(sky: Sky, number: int) -> str:
    held = sky.state.constraint(ident(number))
    assert held is not None
    return held.ovn


def test_dss0005_3_a_constraint_is_created_changed_and_read() -> None:
    sky = Sky()
    first = _made(sky.constrain(50, extent(1))).constraint
    held = first.constraint
    assert (held.ident, held.manager, held.version) == (ident(50), "authority", 1)
    assert (held.extent, held.start_us, held.end_us) == (extent(1), NOW_US, NOW_US + 30 * MINUTE_US)
    assert (held.uss_base_url, held.updated_us) == ("https://authority.example", NOW_US)
    assert first.ovn == held.ovn
    assert _get(sky, 50) == first
    other = _get(sky, 50, client="uss1")
    assert isinstance(other, ShownConstraint)
    assert other.ovn is None
    second = _made(sky.constrain(50, extent(2), ovn=held.ovn)).constraint.constraint
    assert second.version == 2
    assert second.ovn != held.ovn
    refuses(_get(sky, 51), RefusalKind.NOT_FOUND)


def test_dss0005_3_only_the_manager_with_the_present_ovn_changes_a_constraint() -> None:
    sky = Sky()
    sky.constrain(50, extent(1))
    ovn = _ovn(sky, 50)
    refuses(sky.constrain(50, extent(1)), RefusalKind.CONFLICT)
    refuses(sky.constrain(50, extent(1), ovn="an-ovn-of-nothing"), RefusalKind.CONFLICT)
    refuses(sky.constrain(50, extent(1), ovn=ovn, client="uss1"), RefusalKind.FORBIDDEN)
    refuses(sky.constrain(51, extent(1), ovn=ovn), RefusalKind.BAD_REQUEST)
    refuses(_delete(sky, 50, "an-ovn-of-nothing"), RefusalKind.CONFLICT)
    refuses(_delete(sky, 50, ovn, client="uss1"), RefusalKind.FORBIDDEN)
    refuses(_delete(sky, 51, ovn), RefusalKind.NOT_FOUND)
    assert _made(_delete(sky, 50, ovn)).constraint.constraint.ident == ident(50)
    refuses(_get(sky, 50), RefusalKind.NOT_FOUND)
    assert len(sky.state) == 0


def test_dss0005_4_a_search_finds_what_touches() -> None:
    sky = Sky()
    for number, cell in ((52, 2), (51, 1), (53, 3)):
        sky.constrain(number, extent(cell))

    def found(*cells: int) -> list[str]:
        command = QueryConstraints(extent(*cells), "uss1")
        shown = sky.ask(partial(query_constraints, command=command, now_us=sky.now_us))
        assert all(one.ovn is None for one in shown)
        return [one.constraint.ident for one in shown]

    assert found(1, 2) == [ident(51), ident(52)]
    assert found(4) == []
    sky.now_us += 30 * MINUTE_US + 1
    assert found(1, 2) == []


def test_a_constraint_needs_no_key() -> None:
    sky = Sky()
    sky.constrain(50, extent(1))
    _made(sky.constrain(51, extent(1), client="another"))


def test_dss0005_5_a_constraint_is_announced_to_who_asked_for_constraints() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, intents=False, constraints=True))
    sky.subscribe(subscription(101, 1))
    sky.subscribe(subscription(102, 2, constraints=True))

    def told(answer: object) -> list[tuple[str, int]]:
        return [pair for call in _made(answer).subscribers for pair in call.subscriptions]

    assert told(sky.constrain(50, extent(1))) == [(ident(100), 1)]
    # Where it was and where it is.
    assert told(sky.constrain(50, extent(2), ovn=_ovn(sky, 50))) == [(ident(100), 2), (ident(102), 1)]
    assert told(_delete(sky, 50, _ovn(sky, 50))) == [(ident(102), 2)]


def test_cstr_max_duration_is_a_day() -> None:
    sky = Sky()
    _made(sky.constrain(50, extent(1, to_min=_DAY_MIN)))
    refused = refuses(sky.constrain(51, extent(1, to_min=_DAY_MIN + 0.001)), RefusalKind.BAD_REQUEST)
    assert "CstrMaxDuration" in refused.what


def test_cstr_max_planning_horizon_is_56_days() -> None:
    sky = Sky()
    end_min = 56 * _DAY_MIN + 5 / 60
    _made(sky.constrain(50, extent(1, from_min=56 * _DAY_MIN, to_min=end_min)))
    refused = refuses(
        sky.constrain(51, extent(1, from_min=56 * _DAY_MIN, to_min=end_min + 0.001)), RefusalKind.BAD_REQUEST
    )
    assert "CstrMaxPlanningHorizon" in refused.what


def test_a_constraint_that_has_ended_is_as_good_as_gone() -> None:
    sky = Sky()
    sky.constrain(50, extent(1, to_min=10))
    ovn = _ovn(sky, 50)
    sky.now_us += 10 * MINUTE_US + 1
    refuses(_get(sky, 50), RefusalKind.NOT_FOUND)
    refuses(_delete(sky, 50, ovn), RefusalKind.NOT_FOUND)
    refuses(sky.constrain(51, extent(1, to_min=10)), RefusalKind.BAD_REQUEST)
    _made(sky.constrain(52, extent(1, to_min=10 + 1 / MINUTE_US)))  # its end is now, and belongs to it
    again = _made(sky.constrain(50, extent(2), client="another")).constraint.constraint
    assert (again.manager, again.version) == ("another", 1)


def test_a_constraint_that_is_there_is_not_created_again() -> None:
    sky = Sky()
    _made(sky.constrain(50, extent(1)))
    assert "exists already" in refuses(sky.constrain(50, extent(1)), RefusalKind.CONFLICT).what
    stale = refuses(sky.constrain(50, extent(1), ovn="x" * 43), RefusalKind.CONFLICT)
    assert "not the present one" in stale.what


def test_a_constraint_starts_and_ends_with_its_extent() -> None:
    command = PutConstraint(ident(1), None, "a", extent(1), NOW_US, NOW_US + 30 * MINUTE_US, "https://a")
    with pytest.raises(ValueError, match="starts and ends with its extent"):
        replace(command, start_us=NOW_US + 1)
