"""One story over several instances of a registry: what is changed on one is asked of all, and all say the same.

The one idea: the numbers beside the lines are those of the standard's own test method (F3548-21 DSS0210, A2-7-2).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from clearline.airspace.subscription import UssState
from clearline.edge.registry_port import Asked, Store
from clearline.registry.availability import GetAvailability, SetAvailability, get_availability, set_availability
from clearline.registry.constraints import (
    ConstraintChanged,
    DeleteConstraint,
    GetConstraint,
    PutConstraint,
    QueryConstraints,
    delete_constraint,
    get_constraint,
    put_constraint,
    query_constraints,
)
from clearline.registry.intents import (
    DeleteIntent,
    GetIntent,
    IntentChanged,
    PutIntent,
    QueryIntents,
    delete_intent,
    get_intent,
    query_intents,
)
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import Refusal
from clearline.registry.subscriptions import (
    DeleteSubscription,
    GetSubscription,
    PutSubscription,
    SubscriptionChanged,
    delete_subscription,
    get_subscription,
    put_subscription,
)
from clearline.registry.view import Outcome, View
from tests.registry.sky import MINUTE_US, NOW_US, extent, fresh, ident, intent, subscription

__all__ = ["asked_by", "pool_story", "put", "subscribe"]

Answer = TypeVar("Answer")


def asked_by(call: str, number: int, client: str = "uss1", now_us: int = NOW_US) -> Asked:
    """Who asked, for the audit log."""
    return Asked(call, client, now_us, f"request-{number}")


async def put(store: Store, command: PutIntent, number: int) -> IntentChanged | Refusal:
    """Put an intent."""
    rule = partial(put_intent, command=command, now_us=NOW_US, fresh=fresh(number))
    return await store.transact(asked_by("createOperationalIntentReference", number, command.client), rule)


async def subscribe(store: Store, command: PutSubscription, number: int) -> SubscriptionChanged | Refusal:
    """Put a subscription."""
    rule = partial(put_subscription, command=command, now_us=NOW_US, fresh=fresh(number))
    return await store.transact(asked_by("createSubscription", number, command.client), rule)


async def _everywhere(stores: Sequence[Store], rule: Callable[[View], Outcome[Answer]]) -> Answer:
    """The answer of every instance, which must be one."""
    answers = [await store.read(rule) for store in stores]
    assert all(answer == answers[0] for answer in answers), answers
    return answers[0]


async def _change(store: Store, rule: Callable[..., Outcome[Answer]], command: object, number: int) -> Answer:
    whole = partial(rule, command=command, now_us=NOW_US, fresh=fresh(number))
    return await store.transact(asked_by("change", number), whole)


async def pool_story(stores: Sequence[Store]) -> None:
    """Live through the whole method on these instances, of which the first and the last are changed."""
    first, last = stores[0], stores[-1]
    sub = await subscribe(first, subscription(100, 1, 2, client="listener", constraints=True), 1)
    assert isinstance(sub, SubscriptionChanged)
    asked = partial(get_subscription, command=GetSubscription(ident(100), "listener"), now_us=NOW_US)
    assert await _everywhere(stores, asked) == sub.subscription  # 4a
    look = partial(get_intent, command=GetIntent(ident(1), "uss1"), now_us=NOW_US)
    search = partial(query_intents, command=QueryIntents(extent(1, 2), "uss1"), now_us=NOW_US)
    made = await put(last, intent(1, extent(1)), 2)
    assert isinstance(made, IntentChanged)
    assert made.subscribers[0].subscriptions == ((ident(100), 1),)  # 4b
    assert await _everywhere(stores, look) == made.intent  # 1a, 1d
    assert await _everywhere(stores, search) == (made.intent,)  # 1c
    refused = await put(first, intent(2, extent(1), client="uss2"), 3)
    assert isinstance(refused, Refusal)  # 2a
    ovn = made.intent.ovn or ""
    elsewhere = await put(first, intent(2, extent(3), client="uss2"), 4)
    assert isinstance(elsewhere, IntentChanged)
    moved = intent(2, extent(1), client="uss2", ovn=elsewhere.intent.ovn)
    assert isinstance(await put(last, moved, 5), Refusal)  # 2b
    again = await put(first, intent(1, extent(2), ovn=ovn), 6)
    assert isinstance(again, IntentChanged)
    assert again.subscribers[0].subscriptions == ((ident(100), 2),)  # 4c
    assert await _everywhere(stores, look) == again.intent  # 1b
    span = extent(1)
    limiting = PutConstraint(ident(50), None, "authority", span, NOW_US, NOW_US + 30 * MINUTE_US, "https://authority")
    limit = await _change(last, put_constraint, limiting, 7)
    assert isinstance(limit, ConstraintChanged)
    assert limit.subscribers[0].subscriptions == ((ident(100), 3),)
    find = partial(query_constraints, command=QueryConstraints(extent(1), "authority"), now_us=NOW_US)
    read = partial(get_constraint, command=GetConstraint(ident(50), "authority"), now_us=NOW_US)
    assert await _everywhere(stores, find) == (limit.constraint,)  # 1e
    assert await _everywhere(stores, read) == limit.constraint  # 1f
    said = await _change(first, set_availability, SetAvailability("uss2", UssState.DOWN, ""), 8)
    assert await _everywhere(stores, partial(get_availability, command=GetAvailability("uss2"))) == said  # 6
    gone = DeleteConstraint(ident(50), limit.constraint.ovn or "", "authority")
    await first.transact(asked_by("delete", 9), partial(delete_constraint, command=gone, now_us=NOW_US))
    assert await _everywhere(stores, find) == ()  # 3c
    assert isinstance(await _everywhere(stores, read), Refusal)  # 3d
    ended = DeleteIntent(ident(1), again.intent.ovn or "", "uss1")
    await last.transact(asked_by("delete", 10), partial(delete_intent, command=ended, now_us=NOW_US))
    assert await _everywhere(stores, search) == ()  # 3a
    assert isinstance(await _everywhere(stores, look), Refusal)  # 3b
    quit_ = DeleteSubscription(ident(100), sub.subscription.subscription.version, "listener")
    await last.transact(asked_by("delete", 11), partial(delete_subscription, command=quit_, now_us=NOW_US))
    assert isinstance(await _everywhere(stores, asked), Refusal)  # 5a
    quiet = await put(first, intent(3, extent(1)), 12)
    assert isinstance(quiet, IntentChanged)
    assert quiet.subscribers == ()  # 5b
    still = await put(last, intent(3, extent(2), ovn=quiet.intent.ovn), 13)
    assert isinstance(still, IntentChanged)
    assert still.subscribers == ()  # 5c
