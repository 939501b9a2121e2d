"""Subscriptions are put, deleted, read and found; with F3548-21's requirement ids."""

from functools import partial

import pytest

from clearline.airspace import bounds
from clearline.airspace.extent import Extent
from clearline.registry.attachment import NewSubscription
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.shown import ShownSubscription
from clearline.registry.subscriptions import (
    DeleteSubscription,
    GetSubscription,
    QuerySubscriptions,
    SubscriptionChanged,
    delete_subscription,
    get_subscription,
    query_subscriptions,
)
from tests.registry.sky import MINUTE_US, NOW_US, Sky, checked, extent, ident, intent, refuses, subscription

_DAY_MIN = 24 * 60
_HOUR_US = 60 * MINUTE_US


def _made(answer: object) -> SubscriptionChanged:
    assert isinstance(answer, SubscriptionChanged), answer
    return answer


def _get(sky: Sky, number: int, client: str = "uss1") -> ShownSubscription | Refusal:
    return sky.ask(partial(get_subscription, command=GetSubscription(ident(number), client), now_us=sky.now_us))


def _delete(sky: Sky, number: int, version: str, client: str = "uss1") -> ShownSubscription | Refusal:
    command = DeleteSubscription(ident(number), version, client)
    return sky.ask(partial(delete_subscription, command=command, now_us=sky.now_us))


def _query(sky: Sky, area: Extent, client: str = "uss1") -> list[str]:
    command = QuerySubscriptions(area, client)
    found = sky.ask(partial(query_subscriptions, command=command, now_us=sky.now_us))
    return [one.subscription.ident for one in found]


def _version(sky: Sky, number: int) -> str:
    held = sky.state.subscription(ident(number))
    assert held is not None
    return held.version


def test_dss0210_1a_to_1h_a_subscription_is_kept_as_it_was_asked() -> None:
    sky = Sky()
    answer = _made(sky.subscribe(subscription(100, 1, 2, low_m=10.0, high_m=20.0, constraints=True)))
    held = answer.subscription.subscription
    assert held == sky.state.subscription(ident(100))
    assert (held.ident, held.manager, held.uss_base_url) == (ident(100), "uss1", "https://uss1.example")
    assert held.extent == extent(1, 2, low_m=10.0, high_m=20.0, to_min=60)
    assert (held.start_us, held.end_us, held.updated_us) == (NOW_US, NOW_US + _HOUR_US, NOW_US)
    assert (held.for_operational_intents, held.for_constraints, held.implicit) == (True, True, False)
    assert held.notification_index == 0
    assert _get(sky, 100) == answer.subscription


def test_a_subscription_is_shown_to_its_manager_alone() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1))
    refuses(_get(sky, 100, client="uss2"), RefusalKind.FORBIDDEN)
    refuses(_get(sky, 101), RefusalKind.NOT_FOUND)
    assert _query(sky, extent(1)) == [ident(100)]
    assert _query(sky, extent(1), client="uss2") == []
    assert _query(sky, extent(2)) == []


def test_a_change_quotes_the_present_version() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1))
    first = _version(sky, 100)
    refuses(sky.subscribe(subscription(100, 2)), RefusalKind.CONFLICT)
    refuses(sky.subscribe(subscription(100, 2, version="no-longer-that")), RefusalKind.CONFLICT)
    refuses(sky.subscribe(subscription(100, 2, version=first, client="uss2")), RefusalKind.FORBIDDEN)
    refuses(sky.subscribe(subscription(101, 2, version=first)), RefusalKind.BAD_REQUEST)
    _made(sky.subscribe(subscription(100, 2, version=first)))
    assert _version(sky, 100) != first
    assert _query(sky, extent(2)) == [ident(100)]
    assert _query(sky, extent(1)) == []


def test_a_change_keeps_the_count_and_a_count_keeps_the_version() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1))
    version = _version(sky, 100)
    checked(sky.put(intent(1)))
    assert _version(sky, 100) == version
    answer = _made(sky.subscribe(subscription(100, 1, 2, version=version)))
    assert answer.subscription.subscription.notification_index == 1


def test_dss0210_a2_7_2_4a_the_answer_lists_what_touches_of_what_was_asked_for() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1)))
    sky.put(intent(2, extent(2), client="uss2"))
    sky.put(intent(3, extent(3)))
    sky.constrain(50, extent(1))
    both = _made(sky.subscribe(subscription(100, 1, 2, constraints=True)))
    assert both.intents is not None
    assert both.constraints is not None
    assert [(one.intent.ident, one.ovn) for one in both.intents] == [(ident(1), sky.ovn(1)), (ident(2), None)]
    assert [(one.constraint.ident, one.ovn) for one in both.constraints] == [(ident(50), None)]
    only = _made(sky.subscribe(subscription(101, 1, 2)))
    assert only.constraints is None
    other = _made(sky.subscribe(subscription(102, 1, 2, intents=False, constraints=True)))
    assert other.intents is None
    sky.now_us += 31 * MINUTE_US
    late = _made(sky.subscribe(subscription(103, 1, 2, constraints=True, from_min=31, to_min=60)))
    assert (late.intents, late.constraints) == ((), ())


def test_dss0015_a_subscription_lasts_a_day_at_most() -> None:
    sky = Sky()
    _made(sky.subscribe(subscription(100, 1, to_min=_DAY_MIN)))
    refused = refuses(sky.subscribe(subscription(101, 1, to_min=_DAY_MIN + 0.001)), RefusalKind.BAD_REQUEST)
    assert "DSS0015" in refused.what
    refuses(
        sky.subscribe(subscription(100, 1, version=_version(sky, 100), to_min=_DAY_MIN + 0.001)),
        RefusalKind.BAD_REQUEST,
    )


@pytest.mark.parametrize(
    ("from_min", "to_min", "good"),
    [
        (-5.0, 10.0, True),
        (-5.001, 10.0, False),
        (0.0, 0.0, True),
        (-4.0, -0.001, False),
        (10.0, 9.0, False),
        (29.5 * _DAY_MIN, 30 * _DAY_MIN + 5 / 60, True),
        (29.5 * _DAY_MIN, 30 * _DAY_MIN + 0.1, False),
    ],
)
def test_the_times_of_a_subscription_are_bounded(
    from_min: float,
    to_min: float,
    good: bool,  # noqa: FBT001 - parametrised
) -> None:
    answer = Sky().subscribe(subscription(100, 1, from_min=from_min, to_min=to_min))
    if good:
        _made(answer)
    else:
        refuses(answer, RefusalKind.BAD_REQUEST)


def test_unstated_times_are_now_and_a_day_or_those_it_had() -> None:
    sky = Sky()
    held = _made(sky.subscribe(subscription(100, 1, from_min=None, to_min=None))).subscription.subscription
    assert (held.start_us, held.end_us) == (NOW_US, NOW_US + _DAY_MIN * MINUTE_US)
    sky.now_us += _HOUR_US
    again = subscription(100, 1, version=_version(sky, 100), from_min=None, to_min=None)
    held = _made(sky.subscribe(again)).subscription.subscription
    assert (held.start_us, held.end_us) == (NOW_US, NOW_US + _DAY_MIN * MINUTE_US)
    short = _made(sky.subscribe(subscription(102, 3, from_min=60, to_min=120))).subscription.subscription
    kept = subscription(102, 3, version=short.version, from_min=None, to_min=None)
    held = _made(sky.subscribe(kept)).subscription.subscription
    assert (held.start_us, held.end_us) == (short.start_us, short.end_us)
    # A start it had may be said again, though it is long past by now; another may not.
    refuses(sky.subscribe(subscription(100, 1, version=_version(sky, 100), from_min=1)), RefusalKind.BAD_REQUEST)
    _made(sky.subscribe(subscription(100, 1, version=_version(sky, 100), from_min=0, to_min=90)))
    refuses(sky.subscribe(subscription(101, 1, from_min=0, to_min=90)), RefusalKind.BAD_REQUEST)


def test_a_subscription_asks_for_something_and_holds_the_scope_for_it() -> None:
    sky = Sky()
    refuses(sky.subscribe(subscription(100, 1, intents=False)), RefusalKind.BAD_REQUEST)
    refuses(sky.subscribe(subscription(100, 1, coordination=False)), RefusalKind.FORBIDDEN)
    refuses(sky.subscribe(subscription(100, 1, constraints=True, constraint_processing=False)), RefusalKind.FORBIDDEN)
    _made(sky.subscribe(subscription(100, 1, constraint_processing=False)))
    _made(sky.subscribe(subscription(101, 1, intents=False, constraints=True, coordination=False)))


def test_dss0210_a2_7_2_4d_a_subscription_leaves_by_itself_at_its_end() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, to_min=10))
    version = _version(sky, 100)
    sky.now_us += 10 * MINUTE_US
    assert _query(sky, extent(1)) == [ident(100)]
    sky.now_us += 1
    refuses(_get(sky, 100), RefusalKind.NOT_FOUND)
    assert _query(sky, extent(1)) == []
    refuses(_delete(sky, 100, version), RefusalKind.NOT_FOUND)
    # Its identifier is free, for another USS as well.
    again = _made(sky.subscribe(subscription(100, 1, client="uss2", from_min=10)))
    assert again.subscription.subscription.notification_index == 0


def test_dss0210_a2_7_2_5_a_subscription_is_deleted_by_its_manager_with_the_present_version() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1))
    version = _version(sky, 100)
    refuses(_delete(sky, 100, version, client="uss2"), RefusalKind.FORBIDDEN)
    refuses(_delete(sky, 100, "no-longer-that"), RefusalKind.CONFLICT)
    refuses(_delete(sky, 101, version), RefusalKind.NOT_FOUND)
    gone = _delete(sky, 100, version)
    assert isinstance(gone, ShownSubscription)
    assert gone.subscription.ident == ident(100)
    assert len(sky.state) == 0
    # SubscriptionInteractionsDeletion: what is deleted hears of nothing.
    assert checked(sky.put(intent(1))).subscribers == ()


def test_a_subscription_that_intents_depend_on_stays() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, 2))
    sky.put(intent(2, extent(2), sub=ident(100)))
    sky.put(intent(1, extent(1), sub=ident(100)))
    shown = _get(sky, 100)
    assert isinstance(shown, ShownSubscription)
    assert shown.dependent_intents == (ident(1), ident(2))
    refused = refuses(_delete(sky, 100, _version(sky, 100)), RefusalKind.BAD_REQUEST)
    assert refused.what.startswith("2 operational intents")
    sky.delete(1, sky.ovn(1))
    refuses(_delete(sky, 100, _version(sky, 100)), RefusalKind.BAD_REQUEST)
    # An ended intent no longer depends on it, and goes with it.
    sky.now_us += 31 * MINUTE_US
    shown = _get(sky, 100)
    assert isinstance(shown, ShownSubscription)
    assert shown.dependent_intents == ()
    assert isinstance(_delete(sky, 100, _version(sky, 100)), ShownSubscription)
    assert len(sky.state) == 0


def test_an_intent_depends_on_its_subscription_to_its_last_moment() -> None:
    sky = Sky()
    _made(sky.subscribe(subscription(100, 1)))
    checked(sky.put(intent(1, extent(1, to_min=10), sub=ident(100))))
    for now_us, dependents in ((NOW_US + 10 * MINUTE_US, (ident(1),)), (NOW_US + 10 * MINUTE_US + 1, ())):
        sky.now_us = now_us
        shown = _get(sky, 100)
        assert isinstance(shown, ShownSubscription) and shown.dependent_intents == dependents


def test_a_subscription_does_not_shrink_below_the_intents_that_depend_on_it() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, 2, low_m=0.0, high_m=200.0))
    sky.put(intent(1, extent(1, 2), sub=ident(100)))

    def again(*cells: int, high_m: float = 200.0, to_min: float = 60.0, intents: bool = True) -> object:
        command = subscription(
            100,
            *cells,
            version=_version(sky, 100),
            low_m=0.0,
            high_m=high_m,
            to_min=to_min,
            intents=intents,
            constraints=True,
        )
        return sky.subscribe(command)

    assert "area" in refuses(again(1), RefusalKind.BAD_REQUEST).what
    assert "altitudes" in refuses(again(1, 2, high_m=99.0), RefusalKind.BAD_REQUEST).what
    assert "times" in refuses(again(1, 2, to_min=29.0), RefusalKind.BAD_REQUEST).what
    assert "must tell of intents" in refuses(again(1, 2, intents=False), RefusalKind.BAD_REQUEST).what
    _made(again(1, 2, high_m=100.0, to_min=30.0))
    sky.now_us += 31 * MINUTE_US
    # It has ended; nothing depends on it any more.
    refuses(_get(sky, 100), RefusalKind.NOT_FOUND)


def test_an_implicit_subscription_that_its_uss_changes_becomes_the_usss() -> None:
    sky = Sky()
    sky.put(intent(1, sub=NewSubscription("https://uss1.example", for_constraints=False)))
    held = sky.state.intent(ident(1))
    assert held is not None
    assert held.subscription is not None
    number = int(held.subscription[:8], 16)
    _made(sky.subscribe(subscription(number, 1, version=_version(sky, number))))
    sky.delete(1, sky.ovn(1))
    shown = _get(sky, number)
    assert isinstance(shown, ShownSubscription)
    assert not shown.subscription.implicit


def test_an_explicit_subscription_may_be_one_of_very_many_but_not_of_more() -> None:
    sky = Sky()
    for number in range(bounds.USS_MAX_SUBSCRIPTIONS_IN_AREA):
        _made(sky.subscribe(subscription(1_000 + number, 1)))
    refuses(sky.subscribe(subscription(100, 1)), RefusalKind.TOO_MANY)
    # Elsewhere, for another, above, and for a change of one of them there is room.
    _made(sky.subscribe(subscription(100, 2)))
    _made(sky.subscribe(subscription(101, 1, client="uss2")))
    _made(sky.subscribe(subscription(1_000, 1, version=_version(sky, 1_000))))
    # What has ended no longer counts, swept or not.
    sky.now_us += 61 * MINUTE_US
    _made(sky.subscribe(subscription(102, 1, from_min=61, to_min=90)))
