"""The subscription that an intent hangs on: found, made, widened, and let go.

The one idea: an intent in use always has a subscription that covers it, so that its USS hears of whatever comes near.
Explicit ones are the USS's and must cover by themselves; implicit ones are the registry's: made for an intent, widened
for every intent that is hung on them, and gone with the last.
"""

from dataclasses import dataclass, replace

from clearline.airspace.extent import Extent, lack_of, merge_extents
from clearline.airspace.reference import Intent
from clearline.airspace.subscription import Subscription
from clearline.registry.living import living
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.version import Fresh, mint_version
from clearline.registry.view import View

__all__ = ["Attached", "NewSubscription", "attach", "let_go"]


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """What a USS says of the implicit subscription it asks for with an intent."""

    uss_base_url: str
    for_constraints: bool


@dataclass(frozen=True, slots=True)
class Attached:
    """The subscription an intent will have; `made` tells whether it is new or wider than it was and must be kept."""

    subscription: Subscription
    made: bool


def attach(
    view: View,
    *,
    client: str,
    extent: Extent,
    wanted: str | NewSubscription,
    now_us: int,
    fresh: Fresh,
) -> Attached | Refusal:
    """Return the subscription that an intent of this client and extent gets: the one it names, or a new implicit one.

    The one it names must be there, be its own, tell of intents, and cover the extent from now on in area, altitude and
    time; an implicit one is widened to that. The caller has checked the scopes.
    """
    if isinstance(wanted, NewSubscription):
        return Attached(_implicit(client, extent, wanted, now_us, fresh), made=True)
    found = living(view.subscription(wanted), now_us)
    if found is None:
        return Refusal(
            RefusalKind.BAD_REQUEST,
            f"there is no subscription {wanted}",
            "name a subscription that has not ended, or give new_subscription",
        )
    if found.manager != client:
        return Refusal(
            RefusalKind.FORBIDDEN, f"the subscription {wanted} is another USS's", "name one of your own subscriptions"
        )
    if not found.for_operational_intents:
        return Refusal(
            RefusalKind.BAD_REQUEST,
            f"the subscription {wanted} does not tell of operational intents",
            "change it to notify_for_operational_intents, or name another",
        )
    lack = lack_of(found.extent, extent, from_us=now_us)
    if lack is None:
        return Attached(found, made=False)
    if not found.implicit:
        return Refusal(
            RefusalKind.BAD_REQUEST,
            f"the subscription {wanted} does not cover the {lack} of the operational intent",
            "change the subscription first so that it covers the whole intent, or name another",
        )
    return Attached(_widened(found, extent, now_us, fresh), made=True)


def let_go(view: View, subscription: str, *, intent: str, now_us: int) -> tuple[Intent | Subscription, ...]:
    """Return what is to be removed when this intent no longer hangs on the subscription.

    An implicit subscription goes when no other living intent hangs on it. Ended intents that still hang on it go too,
    so that nothing stored ever points at a subscription that is not.
    """
    held = view.subscription(subscription)
    if held is None or not held.implicit:
        return ()
    others = tuple(one for one in view.intents_of(subscription) if one.ident != intent)
    if any(living(one, now_us) for one in others):
        return ()
    return (*others, held)


def _implicit(client: str, extent: Extent, wanted: NewSubscription, now_us: int, fresh: Fresh) -> Subscription:
    hull = extent.hull
    return Subscription(
        ident=fresh.subscription_id,
        manager=client,
        version=mint_version(fresh.subscription_id, fresh.nonce),
        uss_base_url=wanted.uss_base_url,
        notification_index=0,
        for_operational_intents=True,
        for_constraints=wanted.for_constraints,
        implicit=True,
        extent=extent,
        start_us=hull.start_us,
        end_us=hull.end_us,
        updated_us=now_us,
    )


def _widened(found: Subscription, extent: Extent, now_us: int, fresh: Fresh) -> Subscription:
    wider = merge_extents((found.extent, extent))
    hull = wider.hull
    return replace(
        found,
        version=mint_version(found.ident, fresh.nonce),
        extent=wider,
        start_us=hull.start_us,
        end_us=hull.end_us,
        updated_us=now_us,
    )
