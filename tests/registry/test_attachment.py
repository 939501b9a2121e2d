"""The subscription an intent hangs on: the public suite's cases on implicit and explicit ones (DSS0005,1)."""

import pytest

from clearline.airspace.extent import Extent, lack_of
from clearline.airspace.reference import Intent
from clearline.airspace.subscription import Subscription
from clearline.registry.attachment import NewSubscription
from clearline.registry.refusal import RefusalKind
from clearline.registry.view import Remove
from tests.registry.sky import MINUTE_US, NOW_US, Sky, checked, extent, ident, intent, refuses, subscription

_NEW = NewSubscription("https://uss1.example/sub", for_constraints=False)


def _held(sky: Sky, number: int) -> Intent:
    held = sky.state.intent(ident(number))
    assert held is not None
    return held


def _sub(sky: Sky, number: int) -> Subscription:
    """The subscription an intent hangs on, which must be there."""
    name = _held(sky, number).subscription
    assert name is not None
    found = sky.state.subscription(name)
    assert found is not None
    return found


def _told(answer: object) -> set[str]:
    return {name for call in checked(answer).subscribers for name, _ in call.subscriptions}


def test_1_an_implicit_subscription_has_the_extent_of_its_intent() -> None:
    sky = Sky()
    where = extent(1, 2, low_m=20.0)
    answer = checked(sky.put(intent(1, where, sub=_NEW)))
    sub = _sub(sky, 1)
    assert sub.implicit
    assert (sub.manager, sub.uss_base_url) == ("uss1", _NEW.uss_base_url)
    assert (sub.extent, sub.start_us, sub.end_us) == (where, NOW_US, NOW_US + 30 * MINUTE_US)
    assert sub.for_operational_intents
    assert not sub.for_constraints
    # It is the client's own and hears of the intent it was made for.
    assert _told(answer) == {sub.ident}
    assert sub.notification_index == 1


def test_2_an_overlapping_intent_without_subscription_tells_it_and_gets_none() -> None:
    sky = Sky()
    sky.put(intent(1, sub=_NEW))
    answer = sky.put(intent(2, client="uss2", key=sky.key()))
    assert _told(answer) == {_sub(sky, 1).ident}
    assert _held(sky, 2).subscription is None


def test_3_an_intent_that_moves_away_takes_a_new_implicit_subscription_along() -> None:
    sky = Sky()
    sky.put(intent(1, sub=_NEW))
    first = _sub(sky, 1).ident
    moved = sky.put(intent(1, extent(2), sub=_NEW, ovn=sky.ovn(1)))
    assert _told(moved) == {_sub(sky, 1).ident}
    assert sky.state.subscription(first) is None
    assert _sub(sky, 1).extent == extent(2)
    assert _told(sky.put(intent(3, extent(1), client="uss2", key=sky.key()))) == set()


def test_4_an_explicit_subscription_replaces_an_implicit_one_which_goes() -> None:
    sky = Sky()
    sky.put(intent(1, sub=_NEW))
    implicit = _sub(sky, 1).ident
    sky.subscribe(subscription(100, 1))
    sky.put(intent(1, sub=ident(100), ovn=sky.ovn(1)))
    assert _held(sky, 1).subscription == ident(100)
    assert sky.state.subscription(implicit) is None


def test_5_an_intent_that_asks_for_none_loses_its_implicit_subscription() -> None:
    sky = Sky()
    sky.put(intent(1, sub=_NEW))
    implicit = _sub(sky, 1).ident
    sky.put(intent(1, ovn=sky.ovn(1)))
    assert _held(sky, 1).subscription is None
    assert sky.state.subscription(implicit) is None


def test_6_an_implicit_subscription_that_is_named_is_widened() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1), sub=_NEW))
    before = _sub(sky, 1)
    wider = extent(1, 2, low_m=-50.0, high_m=300.0, from_min=-5, to_min=90)
    answer = sky.put(intent(1, wider, sub=before.ident, ovn=sky.ovn(1)))
    after = _sub(sky, 1)
    assert after.ident == before.ident
    assert after.version != before.version
    assert lack_of(after.extent, wider, from_us=NOW_US - 5 * MINUTE_US) is None
    assert lack_of(after.extent, before.extent, from_us=NOW_US) is None
    assert (after.start_us, after.end_us) == (NOW_US - 5 * MINUTE_US, NOW_US + 90 * MINUTE_US)
    assert _told(answer) == {before.ident}
    assert after.notification_index == before.notification_index + 1


def test_an_implicit_subscription_that_covers_is_left_as_it_is() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1, 2), sub=_NEW))
    before = _sub(sky, 1)
    sky.put(intent(1, extent(1), sub=before.ident, ovn=sky.ovn(1)))
    assert _sub(sky, 1).version == before.version
    assert _sub(sky, 1).extent == before.extent


def test_7_an_implicit_subscription_replaces_an_explicit_one() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1))
    sky.put(intent(1, sub=ident(100)))
    sky.put(intent(2, extent(2), sub=_NEW))
    implicit = _sub(sky, 2).ident
    sky.put(intent(1, sub=implicit, ovn=sky.ovn(1)))
    assert _held(sky, 1).subscription == implicit
    # The explicit one is the USS's and stays.
    assert sky.state.subscription(ident(100)) is not None
    assert {one.ident for one in sky.state.intents_of(implicit)} == {ident(1), ident(2)}


def test_8_an_implicit_subscription_is_attached_to_an_intent_that_had_none() -> None:
    sky = Sky()
    sky.put(intent(1))
    sky.put(intent(2, extent(2), sub=_NEW))
    implicit = _sub(sky, 2).ident
    sky.put(intent(1, sub=implicit, ovn=sky.ovn(1)))
    assert _held(sky, 1).subscription == implicit


def test_9_an_intent_without_subscription_stays_without_when_it_is_changed() -> None:
    sky = Sky()
    sky.put(intent(1))
    sky.put(intent(1, extent(2), ovn=sky.ovn(1)))
    assert _held(sky, 1).subscription is None
    assert [one for one in sky.state.entities() if isinstance(one, Subscription)] == []


@pytest.mark.parametrize("explicit", [True, False])
def test_10_a_new_implicit_subscription_is_made_for_an_intent_that_is_changed(
    explicit: bool,  # noqa: FBT001 - parametrised
) -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1))
    sky.put(intent(1, sub=ident(100) if explicit else None))
    sky.put(intent(1, sub=_NEW, ovn=sky.ovn(1)))
    assert _sub(sky, 1).implicit
    assert sky.state.subscription(ident(100)) is not None


def test_an_implicit_subscription_goes_with_the_last_intent_and_not_before() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1), sub=_NEW))
    implicit = _sub(sky, 1).ident
    sky.put(intent(2, extent(2), sub=implicit))
    sky.delete(1, sky.ovn(1))
    assert sky.state.subscription(implicit) is not None
    sky.delete(2, sky.ovn(2))
    assert sky.state.subscription(implicit) is None


def test_ended_intents_do_not_hold_an_implicit_subscription_and_go_with_it() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1, to_min=10), sub=_NEW))
    implicit = _sub(sky, 1).ident
    sky.put(intent(2, extent(2), sub=implicit))
    sky.now_us += 20 * MINUTE_US
    sky.delete(2, sky.ovn(2))
    assert sky.state.subscription(implicit) is None
    assert sky.state.intent(ident(1)) is None


def test_an_identifier_that_is_free_again_lets_go_of_the_old_subscription() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1, to_min=10), sub=_NEW))
    implicit = _sub(sky, 1).ident
    sky.now_us += 20 * MINUTE_US
    sky.put(intent(1, extent(2)))
    assert sky.state.subscription(implicit) is None


@pytest.mark.parametrize(
    ("where", "short"),
    [
        (extent(1, 2), "area"),
        (extent(1, low_m=-1.0), "altitudes"),
        (extent(1, high_m=101.0), "altitudes"),
        (extent(1, to_min=61.0), "times"),
    ],
)
def test_an_explicit_subscription_must_cover_the_intent(where: Extent, short: str) -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, low_m=0.0, high_m=100.0))
    refused = refuses(sky.put(intent(1, where, sub=ident(100))), RefusalKind.BAD_REQUEST)
    assert short in refused.what
    checked(sky.put(intent(1, extent(1), sub=ident(100))))
    # And again when the intent is changed.
    refuses(sky.put(intent(1, where, sub=ident(100), ovn=sky.ovn(1))), RefusalKind.BAD_REQUEST)


def test_an_explicit_subscription_that_starts_later_does_not_cover() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, from_min=10))
    refuses(sky.put(intent(1, extent(1, from_min=5), sub=ident(100))), RefusalKind.BAD_REQUEST)
    checked(sky.put(intent(1, extent(1, from_min=10), sub=ident(100))))


def test_a_flight_under_way_may_change_to_a_subscription_that_covers_from_now_on() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1), sub=_NEW))
    sky.now_us += 20 * MINUTE_US
    sky.subscribe(subscription(100, 1, from_min=20))
    checked(sky.put(intent(1, extent(1), sub=ident(100), ovn=sky.ovn(1))))


def test_a_subscription_must_be_there_be_ones_own_and_tell_of_intents() -> None:
    sky = Sky()
    refuses(sky.put(intent(1, sub=ident(100))), RefusalKind.BAD_REQUEST)
    sky.subscribe(subscription(100, 1, client="uss2"))
    refuses(sky.put(intent(1, sub=ident(100))), RefusalKind.FORBIDDEN)
    sky.subscribe(subscription(101, 1, intents=False, constraints=True))
    refuses(sky.put(intent(1, sub=ident(101))), RefusalKind.BAD_REQUEST)
    sky.subscribe(subscription(102, 1, to_min=60))
    sky.now_us += 61 * MINUTE_US
    late = extent(1, from_min=61, to_min=62)
    refuses(sky.put(intent(1, late, sub=ident(102))), RefusalKind.BAD_REQUEST)


def test_an_intent_whose_subscription_is_not_there_can_still_be_ended() -> None:
    # It cannot come about by the rules; a registry restored from elsewhere must not be stuck with it.
    sky = Sky()
    sky.put(intent(1, sub=_NEW))
    sky.state.apply((Remove(_sub(sky, 1)),))
    checked(sky.delete(1, sky.ovn(1)))
    assert len(sky.state) == 0
