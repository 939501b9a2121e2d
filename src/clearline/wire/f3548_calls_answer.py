"""The answers of F3548-21, as bytes: references, subscriptions, availability, and refusals in the standard's form.

The one idea: what is written comes from what a rule showed to this client, so an OVN that is not the client's own has
no way into an answer. An intent without a subscription says so by the identifier that the reference uses.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import Availability, UssState
from clearline.registry.constraints import ConstraintChanged
from clearline.registry.intents import IntentChanged
from clearline.registry.notified import Notified
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.shown import ShownConstraint, ShownIntent, ShownSubscription
from clearline.registry.subscriptions import SubscriptionChanged
from clearline.wire.f3548_calls_text import time_text

__all__ = [
    "NO_SUBSCRIPTION",
    "availability_answer",
    "constraint_answer",
    "constraint_changed_answer",
    "constraints_answer",
    "exchange_text",
    "intent_answer",
    "intent_changed_answer",
    "intents_answer",
    "message_answer",
    "refusal_answer",
    "report_answer",
    "subscription_answer",
    "subscription_put_answer",
    "subscriptions_answer",
]

# The interface requires subscription_id even where there is none; this is the reference implementation's word for it.
NO_SUBSCRIPTION: Final = "00000000-0000-4000-8000-000000000000"


class _Time(msgspec.Struct, gc=False):
    value: str
    format: Literal["RFC3339"] = "RFC3339"


class _Intent(msgspec.Struct, gc=False):
    id: str
    manager: str
    uss_availability: UssState
    version: int
    state: IntentState
    time_start: _Time
    time_end: _Time
    uss_base_url: str
    subscription_id: str
    ovn: str | UnsetType = UNSET


class _Constraint(msgspec.Struct, gc=False):
    id: str
    manager: str
    uss_availability: UssState
    version: int
    time_start: _Time
    time_end: _Time
    uss_base_url: str
    ovn: str | UnsetType = UNSET


class _Subscription(msgspec.Struct):
    id: str
    version: str
    notification_index: int
    time_start: _Time
    time_end: _Time
    uss_base_url: str
    notify_for_operational_intents: bool
    notify_for_constraints: bool
    implicit_subscription: bool
    dependent_operational_intents: Sequence[str]


class _SubscriptionState(msgspec.Struct, gc=False):
    subscription_id: str
    notification_index: int


class _Subscriber(msgspec.Struct):
    uss_base_url: str
    subscriptions: list[_SubscriptionState]


def _intent(shown: ShownIntent) -> _Intent:
    intent = shown.intent
    return _Intent(
        intent.ident,
        intent.manager,
        shown.availability,
        intent.version,
        intent.state,
        _Time(time_text(intent.start_us)),
        _Time(time_text(intent.end_us)),
        intent.uss_base_url,
        intent.subscription or NO_SUBSCRIPTION,
        UNSET if shown.ovn is None else shown.ovn,
    )


def _constraint(shown: ShownConstraint) -> _Constraint:
    constraint = shown.constraint
    return _Constraint(
        constraint.ident,
        constraint.manager,
        shown.availability,
        constraint.version,
        _Time(time_text(constraint.start_us)),
        _Time(time_text(constraint.end_us)),
        constraint.uss_base_url,
        UNSET if shown.ovn is None else shown.ovn,
    )


def _subscription(shown: ShownSubscription) -> _Subscription:
    one = shown.subscription
    return _Subscription(
        one.ident,
        one.version,
        one.notification_index,
        _Time(time_text(one.start_us)),
        _Time(time_text(one.end_us)),
        one.uss_base_url,
        one.for_operational_intents,
        one.for_constraints,
        one.implicit,
        shown.dependent_intents,
    )


def _subscribers(told: Sequence[Notified]) -> list[_Subscriber]:
    return [
        _Subscriber(one.uss_base_url, [_SubscriptionState(ident, index) for ident, index in one.subscriptions])
        for one in told
    ]


_encode = msgspec.json.Encoder().encode


def intent_answer(shown: ShownIntent) -> bytes:
    """Write one operational intent reference."""
    return _encode({"operational_intent_reference": _intent(shown)})


def intents_answer(shown: Sequence[ShownIntent]) -> bytes:
    """Write the operational intent references of a search."""
    return _encode({"operational_intent_references": [_intent(one) for one in shown]})


def intent_changed_answer(changed: IntentChanged) -> bytes:
    """Write a changed operational intent reference and whom its manager has to tell."""
    return _encode(
        {
            "subscribers": _subscribers(changed.subscribers),
            "operational_intent_reference": _intent(changed.intent),
        }
    )


def constraint_answer(shown: ShownConstraint) -> bytes:
    """Write one constraint reference."""
    return _encode({"constraint_reference": _constraint(shown)})


def constraints_answer(shown: Sequence[ShownConstraint]) -> bytes:
    """Write the constraint references of a search."""
    return _encode({"constraint_references": [_constraint(one) for one in shown]})


def constraint_changed_answer(changed: ConstraintChanged) -> bytes:
    """Write a changed constraint reference and whom its manager has to tell."""
    return _encode(
        {
            "subscribers": _subscribers(changed.subscribers),
            "constraint_reference": _constraint(changed.constraint),
        }
    )


def subscription_answer(shown: ShownSubscription) -> bytes:
    """Write one subscription, as it is or as it was when it was deleted."""
    return _encode({"subscription": _subscription(shown)})


def subscriptions_answer(shown: Sequence[ShownSubscription]) -> bytes:
    """Write the subscriptions of a search."""
    return _encode({"subscriptions": [_subscription(one) for one in shown]})


def subscription_put_answer(changed: SubscriptionChanged) -> bytes:
    """Write a subscription and what lies in its area already, of the kinds it asks for; no list of any other."""
    answer: dict[str, object] = {"subscription": _subscription(changed.subscription)}
    if changed.intents is not None:
        answer["operational_intent_references"] = [_intent(one) for one in changed.intents]
    if changed.constraints is not None:
        answer["constraint_references"] = [_constraint(one) for one in changed.constraints]
    return _encode(answer)


def availability_answer(said: Availability) -> bytes:
    """Write what the arbiter said of a USS."""
    return _encode({"version": said.version, "status": {"uss": said.uss, "availability": said.state}})


def report_answer(exchange: Mapping[str, msgspec.Raw], report_id: str) -> bytes:
    """Write a report that was taken, with the name under which it was."""
    return _encode({"report_id": report_id, "exchange": exchange})


def exchange_text(exchange: Mapping[str, msgspec.Raw]) -> bytes:
    """Write the exchange of a report as it is archived: on one line, however it was sent."""
    return msgspec.json.format(_encode(exchange), indent=-1)


def message_answer(what: str, mend: str, request_id: str) -> bytes:
    """Write the standard's ErrorResponse: what is wrong, how to mend it, and by which name to ask about it.

    >>> message_answer("the area is too large", "split it", "r7")
    b'{"message":"the area is too large; split it (request r7)"}'
    """
    return _encode({"message": f"{what}; {mend} (request {request_id})"})


def refusal_answer(refusal: Refusal, request_id: str) -> bytes:
    """Write a refusal; what the key did not prove is listed (AirspaceConflictResponse)."""
    if refusal.kind is not RefusalKind.MISSING_KEYS:
        return message_answer(refusal.what, refusal.mend, request_id)
    return _encode(
        {
            "message": f"{refusal.what}; {refusal.mend} (request {request_id})",
            "missing_operational_intents": [_intent(one) for one in refusal.missing_intents],
            "missing_constraints": [_constraint(one) for one in refusal.missing_constraints],
        }
    )
