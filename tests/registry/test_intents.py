"""Intents are deleted, read and found; with F3548-21's requirement ids."""

from functools import partial
from typing import get_type_hints

import pytest

from clearline.airspace.extent import Extent, Span
from clearline.airspace.reference import Constraint, Intent
from clearline.airspace.subscription import Subscription, UssState
from clearline.registry.attachment import NewSubscription
from clearline.registry.intents import QueryIntents, query_intents
from clearline.registry.refusal import RefusalKind
from clearline.registry.shown import ShownIntent
from tests.registry.sky import MINUTE_US, Sky, checked, extent, ident, intent, refuses, subscription

_NEW = NewSubscription("https://uss1.example/sub", for_constraints=False)
_ALWAYS = Span(float("-inf"), float("inf"), -(2**62), 2**62)


def _query(sky: Sky, area: Extent, client: str = "uss1") -> tuple[ShownIntent, ...]:
    return sky.ask(partial(query_intents, command=QueryIntents(area, client), now_us=sky.now_us))


def _shown(answer: object) -> ShownIntent:
    assert isinstance(answer, ShownIntent), answer
    return answer


def test_dss0005_1_an_intent_is_read_by_anybody_and_its_ovn_by_its_manager() -> None:
    sky = Sky()
    made = checked(sky.put(intent(1))).intent
    assert _shown(sky.get(1)) == made
    other = _shown(sky.get(1, client="uss2"))
    assert other.intent == made.intent
    assert other.ovn is None
    refuses(sky.get(2), RefusalKind.NOT_FOUND)


def test_dss0210_3a_to_3c_an_intent_is_shown_with_its_managers_availability() -> None:
    sky = Sky()
    sky.put(intent(1))
    assert _shown(sky.get(1)).availability is UssState.UNKNOWN
    sky.say("uss1", UssState.DOWN)
    assert _shown(sky.get(1, client="uss2")).availability is UssState.DOWN
    assert _query(sky, extent(1))[0].availability is UssState.DOWN


def test_dss0005_1_an_intent_is_deleted_by_its_manager_with_the_present_ovn() -> None:
    sky = Sky()
    sky.put(intent(1))
    refuses(sky.delete(1, sky.ovn(1), client="uss2"), RefusalKind.FORBIDDEN)
    refuses(sky.delete(1, "an-ovn-of-nothing"), RefusalKind.CONFLICT)
    refuses(sky.delete(2, sky.ovn(1)), RefusalKind.NOT_FOUND)
    last = checked(sky.delete(1, sky.ovn(1))).intent
    assert last.intent.ident == ident(1)
    # DSS0210, A2-7-2, 5: gone for everybody.
    refuses(sky.get(1), RefusalKind.NOT_FOUND)
    assert _query(sky, extent(1)) == ()
    assert len(sky.state) == 0


def test_dss0005_5_a_deletion_is_announced_to_what_it_touches_the_own_implicit_one_included() -> None:
    sky = Sky()
    sky.put(intent(1, sub=_NEW))
    implicit = sky.state.intent(ident(1))
    assert implicit is not None
    sky.subscribe(subscription(100, 1, client="uss2"))
    sky.subscribe(subscription(101, 2, client="uss2"))
    answer = checked(sky.delete(1, sky.ovn(1)))
    assert [(call.uss_base_url, call.subscriptions) for call in answer.subscribers] == [
        ("https://uss1.example/sub", ((implicit.subscription, 2),)),
        ("https://uss2.example", ((ident(100), 1),)),
    ]


def test_a_uss_that_is_down_may_not_delete() -> None:
    sky = Sky()
    sky.put(intent(1))
    sky.say("uss1", UssState.DOWN)
    refuses(sky.delete(1, sky.ovn(1)), RefusalKind.DOWN)
    # Somebody else's is somebody else's, down or not.
    sky.put(intent(2, extent(2), client="uss2"))
    refuses(sky.delete(2, sky.ovn(2)), RefusalKind.FORBIDDEN)


def test_what_has_ended_is_not_found_before_it_is_swept() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1, to_min=10)))
    ovn = sky.ovn(1)
    sky.now_us += 10 * MINUTE_US
    _shown(sky.get(1))
    assert len(_query(sky, extent(1))) == 1
    sky.now_us += 1
    refuses(sky.get(1), RefusalKind.NOT_FOUND)
    refuses(sky.delete(1, ovn), RefusalKind.NOT_FOUND)
    assert _query(sky, extent(1)) == ()


@pytest.mark.parametrize(
    ("area", "found"),
    [
        (extent(1), [1]),
        (extent(1, 2), [1, 2]),
        (extent(3), []),
        (extent(1, 2, from_min=30, to_min=40), [1, 2]),
        (extent(1, 2, from_min=31, to_min=40), [2]),
        (extent(1, 2, low_m=101.0, high_m=200.0), []),
        (Extent((1, 2, 3), (_ALWAYS,)), [1, 2]),
    ],
)
def test_dss0005_2_a_search_finds_what_touches_and_nothing_else(area: Extent, found: list[int]) -> None:
    sky = Sky()
    sky.put(intent(2, extent(2, to_min=60)))
    sky.put(intent(1, extent(1)))
    assert [one.intent.ident for one in _query(sky, area)] == [ident(number) for number in found]


def test_dss0005_2_a_search_shows_an_ovn_to_its_manager_alone() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1)))
    sky.put(intent(2, extent(2), client="uss2"))
    assert [one.ovn for one in _query(sky, extent(1, 2))] == [sky.ovn(1), None]


def test_dss0210_a2_7_2_4c_a_change_is_announced_where_it_was_and_where_it_is() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1)))
    for number, cell in ((100, 1), (101, 2), (102, 3)):
        sky.subscribe(subscription(number, cell, client=f"uss{number}"))
    answer = checked(sky.put(intent(1, extent(2), ovn=sky.ovn(1))))
    assert [name for call in answer.subscribers for name, _ in call.subscriptions] == [ident(100), ident(101)]


def test_subscribers_are_told_by_altitude_as_well() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, low_m=0.0, high_m=99.0))
    sky.subscribe(subscription(101, 1, low_m=100.0, high_m=200.0))
    sky.subscribe(subscription(102, 1, low_m=200.1, high_m=300.0))
    answer = checked(sky.put(intent(1, extent(1, low_m=150.0, high_m=200.0))))
    assert [name for call in answer.subscribers for name, _ in call.subscriptions] == [ident(101)]


def test_dss0210_1i_every_announcement_is_counted_and_calls_stand_in_a_fixed_order() -> None:
    sky = Sky()
    for number, client in ((103, "uss2"), (102, "uss9"), (101, "uss2")):
        sky.subscribe(subscription(number, 1, client=client))
    sky.subscribe(subscription(104, 1, intents=False, constraints=True))
    for count in (1, 2):
        answer = checked(sky.put(intent(1, ovn=sky.ovn(1) if count == 2 else None)))
        assert [(call.uss_base_url, call.subscriptions) for call in answer.subscribers] == [
            ("https://uss2.example", ((ident(101), count), (ident(103), count))),
            ("https://uss9.example", ((ident(102), count),)),
        ]


def test_a_subscription_that_has_ended_hears_of_nothing() -> None:
    # DSS0210, A2-7-2, 4d: removed at its end, whether swept or not.
    sky = Sky()
    sky.subscribe(subscription(100, 1, to_min=10))
    sky.now_us += 10 * MINUTE_US
    assert len(checked(sky.put(intent(1, extent(1)))).subscribers) == 1
    sky.now_us += 1
    assert checked(sky.put(intent(1, extent(1), ovn=sky.ovn(1)))).subscribers == ()


def test_dss0010_a_registry_keeps_cells_and_no_shapes() -> None:
    for entity in (Intent, Constraint, Subscription):
        places = {name for name, kind in get_type_hints(entity).items() if kind not in (str, int, bool)}
        assert places <= {"extent", "state", "past_ovns", "subscription"}
    assert set(get_type_hints(Extent)) == {"cells", "spans"}
    assert set(get_type_hints(Span)) == {"low_m", "high_m", "start_us", "end_us"}
