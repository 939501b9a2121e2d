"""What has ended is swept away (F3548-21 DSS0210, A2-7-2, 4d). Its laws are in test_rules_laws.py."""

from functools import partial

from clearline.airspace.subscription import UssState
from clearline.edge.registry_memory import MemoryState
from clearline.registry.attachment import NewSubscription
from clearline.registry.expiry import expire
from clearline.registry.view import Entity, Remove
from tests.registry.list_state import name_of
from tests.registry.sky import MINUTE_US, Sky, extent, ident, intent, subscription


def _sweep(sky: Sky, most: int = 100) -> tuple[int, list[str]]:
    count = sky.ask(partial(expire, now_us=sky.now_us, most=most))
    assert all(isinstance(one, Remove) for one in sky.changes)
    return count, [name_of(one.entity) for one in sky.changes]


def test_nothing_goes_before_its_end_has_passed() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1, to_min=10)))
    sky.constrain(50, extent(1, to_min=10))
    sky.subscribe(subscription(100, 1, to_min=10))
    sky.say("uss1", UssState.NORMAL)
    sky.now_us += 10 * MINUTE_US
    assert _sweep(sky) == (0, [])
    sky.now_us += 1
    assert _sweep(sky) == (3, [ident(1), ident(50), ident(100)])
    assert _sweep(sky) == (0, [])
    # What the arbiter said has no end.
    assert len(sky.state) == 1


def test_a_subscription_that_comes_up_first_takes_its_ended_intents_along() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1, 2, to_min=20))
    sky.put(intent(1, extent(1, to_min=20), sub=ident(100)))
    sky.put(intent(2, extent(2, to_min=20), sub=ident(100)))
    sky.now_us += 21 * MINUTE_US
    assert _sweep(sky, most=1) == (1, [ident(1)])
    assert _sweep(sky, most=2) == (2, [ident(2), ident(100)])


class _OtherOrder(MemoryState):
    """A store may bring up in any order what ends at the same moment."""

    def expired(self, before_us: int, most: int) -> tuple[Entity, ...]:
        return tuple(reversed(super().expired(before_us, 1_000)))[:most]


def test_a_subscription_goes_after_the_intents_that_ended_with_it_whatever_the_order() -> None:
    sky = Sky(state=_OtherOrder())
    sky.subscribe(subscription(100, 1, 2, to_min=20))
    sky.put(intent(1, extent(1, to_min=20), sub=ident(100)))
    sky.put(intent(2, extent(2, to_min=20), sub=ident(100)))
    sky.now_us += 21 * MINUTE_US
    assert _sweep(sky, most=1) == (1, [ident(1), ident(2), ident(100)])
    assert len(sky.state) == 0


def test_an_implicit_subscription_that_reaches_further_waits_for_its_own_end() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1, to_min=10), sub=NewSubscription("https://uss1.example", for_constraints=False)))
    held = sky.state.intent(ident(1))
    assert held is not None
    implicit = held.subscription
    assert implicit is not None
    sky.put(intent(1, extent(1, to_min=20), sub=implicit, ovn=sky.ovn(1)))
    sky.put(intent(1, extent(1, to_min=10), sub=implicit, ovn=sky.ovn(1)))
    sky.now_us += 11 * MINUTE_US
    assert _sweep(sky) == (1, [ident(1)])
    sky.now_us += 10 * MINUTE_US
    assert _sweep(sky) == (1, [implicit])
