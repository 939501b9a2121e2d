"""Subscriptions: put, deleted, read, found.

The one idea: a subscription ends by itself within a day and is refreshed by whoever still listens (F3548 DSS0015); and
while an intent hangs on it, it can neither go nor shrink below that intent.
"""

from dataclasses import dataclass

from clearline.airspace.bounds import (
    CLOCK_SLACK_US,
    OI_MAX_PLAN_HORIZON_US,
    SUBSCRIPTION_MAX_DURATION_US,
    SUBSCRIPTION_START_SLACK_US,
    USS_MAX_SUBSCRIPTIONS_IN_AREA,
)
from clearline.airspace.extent import Extent, Span, lack_of
from clearline.airspace.subscription import Subscription
from clearline.registry.living import living
from clearline.registry.refusal import Refusal, RefusalKind, bad_request, not_found, not_own, not_present
from clearline.registry.shown import (
    ShownConstraint,
    ShownIntent,
    ShownSubscription,
    show_constraints,
    show_intents,
    show_subscription,
)
from clearline.registry.version import Fresh, mint_version
from clearline.registry.view import Outcome, Put, Remove, View

__all__ = [
    "DeleteSubscription",
    "GetSubscription",
    "PutSubscription",
    "QuerySubscriptions",
    "SubscriptionChanged",
    "delete_subscription",
    "get_subscription",
    "put_subscription",
    "query_subscriptions",
]


@dataclass(frozen=True, slots=True)
class PutSubscription:
    """A USS creates a subscription (`version` None) or changes the one whose present version it gives.

    `low_m` and `high_m` are metres above the WGS84 ellipsoid, infinite where unstated. `start_us` and `end_us` are
    microseconds since 1970, None where unstated. `coordination` and `constraint_processing` tell whether the token
    holds utm.strategic_coordination and utm.constraint_processing.
    """

    ident: str
    version: str | None
    client: str
    coordination: bool
    constraint_processing: bool
    cells: tuple[int, ...]
    low_m: float
    high_m: float
    start_us: int | None
    end_us: int | None
    uss_base_url: str
    for_operational_intents: bool
    for_constraints: bool


@dataclass(frozen=True, slots=True)
class DeleteSubscription:
    """A USS gives up the subscription whose present version it gives."""

    ident: str
    version: str
    client: str


@dataclass(frozen=True, slots=True)
class GetSubscription:
    """A USS asks for one of its subscriptions."""

    ident: str
    client: str


@dataclass(frozen=True, slots=True)
class QuerySubscriptions:
    """A USS asks which of its own touch an area; unstated altitudes and times are the widest there are."""

    area: Extent
    client: str


@dataclass(frozen=True, slots=True)
class SubscriptionChanged:
    """The subscription as it is now, and what touches it; None for the kinds of entity it does not tell of."""

    subscription: ShownSubscription
    intents: tuple[ShownIntent, ...] | None
    constraints: tuple[ShownConstraint, ...] | None


def get_subscription(view: View, command: GetSubscription, *, now_us: int) -> Outcome[ShownSubscription | Refusal]:
    """Return the subscription; a refusal if there is none, it has ended, or it is another USS's."""
    found = living(view.subscription(command.ident), now_us)
    if found is None:
        return Outcome(not_found(f"subscription {command.ident}"))
    if found.manager != command.client:
        return Outcome(not_own(f"subscription {found.ident}", "see or change"))
    return Outcome(show_subscription(view, found, now_us))


def query_subscriptions(
    view: View, command: QuerySubscriptions, *, now_us: int
) -> Outcome[tuple[ShownSubscription, ...]]:
    """Return the client's own living subscriptions that touch the area, ascending by identifier. There is no limit."""
    return Outcome(
        tuple(
            show_subscription(view, one, now_us)
            for one in view.subscriptions_touching(command.area)
            if one.manager == command.client and living(one, now_us)
        )
    )


def put_subscription(
    view: View, command: PutSubscription, *, now_us: int, fresh: Fresh
) -> Outcome[SubscriptionChanged | Refusal]:
    """Create or change the subscription; or say why not. Nothing changes on a refusal.

    Unstated times are those it had; for a new one, from now and for a day. An implicit one that its USS changes becomes
    explicit: from then on it is the USS's to delete. One whose end has passed is as good as gone.
    """
    stored = view.subscription(command.ident)
    old = living(stored, now_us)
    refused = _refuse_rights(command) or _refuse_version(old, command)
    if refused is not None:
        return Outcome(refused)
    times = _times(old, command, now_us)
    if isinstance(times, Refusal):
        return Outcome(times)
    new = _subscription(old, command, times, now_us, fresh)
    refused = _refuse_shrinking(view, new, now_us) or _refuse_crowd(view, new, now_us)
    if refused is not None:
        return Outcome(refused)
    answer = SubscriptionChanged(
        show_subscription(view, new, now_us),
        _intents(view, new, now_us) if new.for_operational_intents else None,
        _constraints(view, new, now_us) if new.for_constraints else None,
    )
    return Outcome(answer, (Put(new),))


def delete_subscription(
    view: View, command: DeleteSubscription, *, now_us: int
) -> Outcome[ShownSubscription | Refusal]:
    """Remove the subscription; or say why not: while a living intent hangs on it, it stays."""
    old = living(view.subscription(command.ident), now_us)
    if old is None:
        return Outcome(not_found(f"subscription {command.ident}"))
    refused = _refuse_other(old, command.client, command.version)
    if refused is not None:
        return Outcome(refused)
    hanging = tuple(view.intents_of(old.ident))
    needing = sum(1 for one in hanging if living(one, now_us))
    if needing:
        return Outcome(
            bad_request(
                f"{needing} operational intents depend on the subscription {old.ident}",
                "delete them first, or change them to another subscription",
            )
        )
    # What still hangs on it has ended; it goes too, so that nothing stored points at a subscription that is not.
    return Outcome(show_subscription(view, old, now_us), (*(Remove(one) for one in hanging), Remove(old)))


def _refuse_rights(command: PutSubscription) -> Refusal | None:
    if not command.for_operational_intents and not command.for_constraints:
        return bad_request(
            "the subscription asks for no notifications",
            "set notify_for_operational_intents, notify_for_constraints or both",
        )
    for wanted, held, flag, scope in (
        (command.for_operational_intents, command.coordination, "operational_intents", "strategic_coordination"),
        (command.for_constraints, command.constraint_processing, "constraints", "constraint_processing"),
    ):
        if wanted and not held:
            return Refusal(
                RefusalKind.FORBIDDEN,
                f"notify_for_{flag} needs the scope utm.{scope}",
                "ask for a token with that scope, or leave the flag false",
            )
    return None


def _refuse_version(old: Subscription | None, command: PutSubscription) -> Refusal | None:
    if old is None:
        if command.version is None:
            return None
        return bad_request(
            f"there is no subscription {command.ident} to change; it may have ended",
            "to create it, put it without a version",
        )
    if command.version is None:
        return Refusal(
            RefusalKind.CONFLICT,
            f"the subscription {old.ident} exists already",
            "to change it, give its present version; for a new one, take another identifier",
        )
    return _refuse_other(old, command.client, command.version)


def _times(old: Subscription | None, command: PutSubscription, now_us: int) -> tuple[int, int] | Refusal:
    start_us, end_us = command.start_us, command.end_us
    if start_us is None:
        start_us = now_us if old is None else old.start_us
    elif start_us < now_us - SUBSCRIPTION_START_SLACK_US and (old is None or start_us != old.start_us):
        return bad_request(
            "the subscription starts more than 5 minutes ago", "let it start now, or leave time_start out"
        )
    if end_us is None:
        end_us = start_us + SUBSCRIPTION_MAX_DURATION_US if old is None else old.end_us
    if end_us < start_us:
        return bad_request("the subscription ends before it starts", "let time_end be after time_start")
    if end_us < now_us:
        return bad_request("the subscription ends in the past", "let it end later than now")
    if end_us - start_us > SUBSCRIPTION_MAX_DURATION_US:
        return bad_request(
            "the subscription lasts longer than 24 hours (DSS0015, DSSMaxSubscriptionDuration)",
            "ask for at most a day and refresh it before it ends",
        )
    if end_us > now_us + OI_MAX_PLAN_HORIZON_US + CLOCK_SLACK_US:
        return bad_request(
            "the subscription ends more than 30 days ahead, where nothing can be planned",
            "subscribe when the time is nearer",
        )
    return start_us, end_us


def _subscription(
    old: Subscription | None, command: PutSubscription, times: tuple[int, int], now_us: int, fresh: Fresh
) -> Subscription:
    start_us, end_us = times
    return Subscription(
        ident=command.ident,
        manager=command.client,
        version=mint_version(command.ident, fresh.nonce),
        uss_base_url=command.uss_base_url,
        notification_index=0 if old is None else old.notification_index,
        for_operational_intents=command.for_operational_intents,
        for_constraints=command.for_constraints,
        implicit=False,
        extent=Extent(command.cells, (Span(command.low_m, command.high_m, start_us, end_us),)),
        start_us=start_us,
        end_us=end_us,
        updated_us=now_us,
    )


def _refuse_shrinking(view: View, new: Subscription, now_us: int) -> Refusal | None:
    for one in view.intents_of(new.ident):
        if living(one, now_us) is None:
            continue
        if not new.for_operational_intents:
            return bad_request(
                f"the operational intent {one.ident} depends on the subscription, which must tell of intents",
                "leave notify_for_operational_intents true, or change the intent first",
            )
        lack = lack_of(new.extent, one.extent, from_us=now_us)
        if lack is not None:
            return bad_request(
                f"the subscription would no longer cover the {lack} of the operational intent {one.ident}",
                "let it cover every intent that depends on it, or change the intent first",
            )
    return None


def _refuse_crowd(view: View, new: Subscription, now_us: int) -> Refusal | None:
    others = sum(
        1
        for one in view.subscriptions_touching(new.extent)
        if one.manager == new.manager and not one.implicit and one.ident != new.ident and living(one, now_us)
    )
    if others < USS_MAX_SUBSCRIPTIONS_IN_AREA:
        return None
    return Refusal(
        RefusalKind.TOO_MANY,
        f"this USS has {others} subscriptions that touch the area already",
        "delete those no longer needed; one subscription can serve many intents",
    )


def _intents(view: View, new: Subscription, now_us: int) -> tuple[ShownIntent, ...]:
    found = (one for one in view.intents_touching(new.extent) if living(one, now_us))
    return show_intents(view, found, new.manager)


def _constraints(view: View, new: Subscription, now_us: int) -> tuple[ShownConstraint, ...]:
    found = (one for one in view.constraints_touching(new.extent) if living(one, now_us))
    return show_constraints(view, found, new.manager)


def _refuse_other(old: Subscription, client: str, version: str) -> Refusal | None:
    if old.manager != client:
        return not_own(f"subscription {old.ident}", "see or change")
    if version != old.version:
        return not_present("version", f"subscription {old.ident}")
    return None
