"""Subscriptions to identification service areas (F3411): put, deleted, read, found.

The one idea: a subscription lasts a day at most and a USS has ten at most over any one place, so that what a change of
an area costs is bounded; whoever needs more joins them into one.
"""

import math
from collections import Counter
from dataclasses import dataclass

from clearline.airspace.bounds import (
    AREA_SUBSCRIPTIONS_MAX,
    LATEST_US,
    SUBSCRIPTION_MAX_DURATION_US,
    SUBSCRIPTION_START_SLACK_US,
)
from clearline.airspace.extent import Extent, Span
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.registry.living import living
from clearline.registry.refusal import Refusal, RefusalKind, bad_request, not_found, not_own, not_present
from clearline.registry.version import Fresh, is_plain_version, mint_plain_version
from clearline.registry.view import Outcome, Put, Remove, View

__all__ = [
    "AreaSubscriptionChanged",
    "DeleteAreaSubscription",
    "GetAreaSubscription",
    "PutAreaSubscription",
    "QueryAreaSubscriptions",
    "delete_area_subscription",
    "get_area_subscription",
    "put_area_subscription",
    "query_area_subscriptions",
]


@dataclass(frozen=True, slots=True)
class PutAreaSubscription:
    """A USS creates a subscription (`version` None) or changes the one whose present version it gives.

    `low_m` and `high_m` are metres above the WGS84 ellipsoid, infinite where unstated; `start_us` and `end_us`
    microseconds since 1970, None where unstated. The address is `callback_url` (19) or `uss_base_url` (22a);
    ValueError for both or neither, and for altitudes upside down.
    """

    ident: str
    version: str | None
    client: str
    cells: tuple[int, ...]
    low_m: float
    high_m: float
    start_us: int | None
    end_us: int | None
    callback_url: str | None
    uss_base_url: str | None

    def __post_init__(self) -> None:
        if (self.callback_url is None) == (self.uss_base_url is None):
            raise ValueError("a subscription has one address: callback_url or uss_base_url")
        if not self.low_m <= self.high_m:
            raise ValueError(f"the altitudes {self.low_m} m to {self.high_m} m are upside down or not numbers")


@dataclass(frozen=True, slots=True)
class DeleteAreaSubscription:
    """A USS gives up the subscription whose present version it gives."""

    ident: str
    version: str
    client: str


@dataclass(frozen=True, slots=True)
class GetAreaSubscription:
    """A USS asks for one of its subscriptions."""

    ident: str
    client: str


@dataclass(frozen=True, slots=True)
class QueryAreaSubscriptions:
    """A USS asks which of its own touch a place."""

    area: Extent
    client: str


@dataclass(frozen=True, slots=True)
class AreaSubscriptionChanged:
    """The subscription as it is now, and the living areas that touch it, ascending by identifier."""

    subscription: IdentificationSubscription
    areas: tuple[IdentificationArea, ...]


def get_area_subscription(
    view: View, command: GetAreaSubscription, *, now_us: int
) -> Outcome[IdentificationSubscription | Refusal]:
    """Return the subscription (DSS0030,e); a refusal if there is none, it has ended, or it is another USS's."""
    found = living(view.area_subscription(command.ident), now_us)
    if found is None:
        return Outcome(not_found(f"subscription {command.ident}"))
    return Outcome(found if found.owner == command.client else not_own(f"subscription {found.ident}", "see or change"))


def query_area_subscriptions(
    view: View, command: QueryAreaSubscriptions, *, now_us: int
) -> Outcome[tuple[IdentificationSubscription, ...]]:
    """Return all of the client's own living subscriptions that touch, ascending by identifier (DSS0030,f)."""
    found = view.area_subscriptions_touching(command.area)
    return Outcome(tuple(one for one in found if one.owner == command.client and living(one, now_us)))


def put_area_subscription(
    view: View, command: PutAreaSubscription, *, now_us: int, fresh: Fresh
) -> Outcome[AreaSubscriptionChanged | Refusal]:
    """Create or change the subscription (DSS0030,c); or say why not. Nothing changes on a refusal.

    Unstated times are those it had; for a new one, from now and for a day. One that has ended leaves its identifier
    free.
    """
    old = living(view.area_subscription(command.ident), now_us)
    times = _times(old, command, now_us)
    if isinstance(times, Refusal):
        return Outcome(times)
    refused = _refuse_version(old, command)
    if refused is not None:
        return Outcome(refused)
    refused = _refuse_crowd(view, command, now_us)
    if refused is not None:
        return Outcome(refused)
    start_us, end_us = times
    new = IdentificationSubscription(
        ident=command.ident,
        owner=command.client,
        version=mint_plain_version(command.ident, fresh.nonce),
        callback_url=command.callback_url,
        uss_base_url=command.uss_base_url,
        notification_index=0 if old is None else old.notification_index,
        extent=Extent(command.cells, (Span(command.low_m, command.high_m, start_us, end_us),)),
        start_us=start_us,
        end_us=end_us,
        updated_us=now_us,
    )
    areas = tuple(one for one in view.areas_touching(new.extent) if living(one, now_us))
    return Outcome(AreaSubscriptionChanged(new, areas), (Put(new),))


def delete_area_subscription(
    view: View, command: DeleteAreaSubscription, *, now_us: int
) -> Outcome[IdentificationSubscription | Refusal]:
    """Remove the subscription (DSS0030,d); or say why not."""
    old = living(view.area_subscription(command.ident), now_us)
    if old is None:
        return Outcome(not_found(f"subscription {command.ident}"))
    refused = _refuse_other(old, command.client, command.version)
    return Outcome(old, (Remove(old),)) if refused is None else Outcome(refused)


def _refuse_version(old: IdentificationSubscription | None, command: PutAreaSubscription) -> Refusal | None:
    if old is not None and command.version is not None:
        return _refuse_other(old, command.client, command.version)
    if old is not None:
        return Refusal(
            RefusalKind.CONFLICT,
            f"the subscription {old.ident} exists already",
            "to change it, give its present version; for a new one, take another identifier",
        )
    if command.version is not None:
        return bad_request(
            f"there is no subscription {command.ident} to change; it may have ended",
            "to create it, put it without a version",
        )
    return None


def _times(
    old: IdentificationSubscription | None, command: PutAreaSubscription, now_us: int
) -> tuple[int, int] | Refusal:
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
            "the subscription lasts longer than 24 hours (DSS0060, NetDSSMaxSubscriptionDuration)",
            "ask for at most a day and refresh it before it ends",
        )
    return start_us, end_us


def _refuse_crowd(view: View, command: PutAreaSubscription, now_us: int) -> Refusal | None:
    """Refuse an eleventh over any one cell, whatever its altitudes, now or later (DSS0050)."""
    ever = Extent(command.cells, (Span(-math.inf, math.inf, now_us, LATEST_US),))
    wanted = frozenset(command.cells)
    others: Counter[int] = Counter()
    for one in view.area_subscriptions_touching(ever):
        if one.owner == command.client and one.ident != command.ident:
            others.update(wanted.intersection(one.extent.cells))
    if max(others.values(), default=0) < AREA_SUBSCRIPTIONS_MAX:
        return None
    return Refusal(
        RefusalKind.TOO_MANY,
        f"this USS has {AREA_SUBSCRIPTIONS_MAX} subscriptions in part of the area already "
        f"(DSS0050, NetDSSMaxSubscriptionPerArea)",
        "search for them, delete those no longer needed, and let one serve where several did",
    )


def _refuse_other(old: IdentificationSubscription, client: str, version: str) -> Refusal | None:
    if old.owner != client:
        return not_own(f"subscription {old.ident}", "see or change")
    if not is_plain_version(version):
        return bad_request(
            "what is given as the version is none", "give the version as the subscription was answered with it"
        )
    if version != old.version:
        return not_present("version", f"subscription {old.ident}")
    return None
