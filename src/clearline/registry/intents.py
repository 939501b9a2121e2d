"""Operational intent references: deleted, read, found; and what is said to put one (`put_intent.py` decides that).

The one idea: a reference leads to its manager and no further. It is changed by its manager alone, who proves by the OVN
that it knows the present version, and every change is announced to whoever asked to hear of that place and time.
"""

from dataclasses import dataclass

from clearline.airspace.extent import Extent
from clearline.airspace.reference import Intent, IntentState
from clearline.airspace.subscription import UssState
from clearline.registry.attachment import NewSubscription, let_go
from clearline.registry.living import living
from clearline.registry.notified import Notified, announce_intent
from clearline.registry.refusal import Refusal, RefusalKind, not_found, not_present
from clearline.registry.shown import ShownIntent, show_intent, show_intents, uss_state
from clearline.registry.view import Outcome, Put, Remove, View

__all__ = [
    "DeleteIntent",
    "GetIntent",
    "IntentChanged",
    "NewSubscription",
    "PutIntent",
    "QueryIntents",
    "delete_intent",
    "get_intent",
    "query_intents",
    "refuse_down",
    "refuse_other",
]


@dataclass(frozen=True, slots=True)
class PutIntent:
    """A USS creates an intent (`ovn` None) or changes the one whose present OVN it gives.

    `off_nominal` tells whether the token holds utm.conformance_monitoring_sa, `constraint_processing` whether it holds
    utm.constraint_processing. `start_us` and `end_us` (microseconds since 1970) are the earliest start and the latest
    end over the volumes, and so over the extent; ValueError where they are not. `key` are the OVNs the client has read.
    `subscription` names an existing one, `new_subscription` asks for an implicit one. `ovn_suffix` is the requested
    one, as it was written.
    """

    ident: str
    ovn: str | None
    client: str
    off_nominal: bool
    constraint_processing: bool
    extent: Extent
    start_us: int
    end_us: int
    state: IntentState
    key: frozenset[str]
    uss_base_url: str
    subscription: str | None
    new_subscription: NewSubscription | None
    ovn_suffix: str | None

    def __post_init__(self) -> None:
        hull = self.extent.hull
        if (self.start_us, self.end_us) != (hull.start_us, hull.end_us):
            raise ValueError("an intent starts and ends with its extent")


@dataclass(frozen=True, slots=True)
class DeleteIntent:
    """A USS ends the intent whose present OVN it gives."""

    ident: str
    ovn: str
    client: str


@dataclass(frozen=True, slots=True)
class GetIntent:
    """Somebody asks for one intent."""

    ident: str
    client: str


@dataclass(frozen=True, slots=True)
class QueryIntents:
    """Somebody asks what touches an area; unstated altitudes and times are the widest there are."""

    area: Extent
    client: str


@dataclass(frozen=True, slots=True)
class IntentChanged:
    """The intent as it is now (as it last was, if it is gone), and whom the client must tell."""

    intent: ShownIntent
    subscribers: tuple[Notified, ...]


def get_intent(view: View, command: GetIntent, *, now_us: int) -> Outcome[ShownIntent | Refusal]:
    """Return the intent; a refusal if there is none or it has ended."""
    found = living(view.intent(command.ident), now_us)
    if found is None:
        return Outcome(not_found(f"operational intent {command.ident}"))
    return Outcome(show_intent(view, found, command.client))


def query_intents(view: View, command: QueryIntents, *, now_us: int) -> Outcome[tuple[ShownIntent, ...]]:
    """Return every living intent that touches the area, ascending by identifier. There is no limit (DSS0005,2)."""
    found = (one for one in view.intents_touching(command.area) if living(one, now_us))
    return Outcome(show_intents(view, found, command.client))


def delete_intent(view: View, command: DeleteIntent, *, now_us: int) -> Outcome[IntentChanged | Refusal]:
    """Remove the intent, with its implicit subscription if nothing else hangs on that, and announce it.

    A USS that is down may not (F3548, availability): the others must go on avoiding what it may still be flying.
    """
    old = living(view.intent(command.ident), now_us)
    if old is None:
        return Outcome(not_found(f"operational intent {command.ident}"))
    refused = refuse_other(old, command.client, command.ovn) or refuse_down(view, command.client, "delete an intent")
    if refused is not None:
        return Outcome(refused)
    left = () if old.subscription is None else let_go(view, old.subscription, intent=old.ident, now_us=now_us)
    said = announce_intent(view, (old.extent,), now_us=now_us, gone=frozenset())
    gone = {one.ident for one in left}
    counted = tuple(Put(one) for one in said.counted if one.ident not in gone)
    changes = (*counted, Remove(old), *(Remove(one) for one in left))
    return Outcome(IntentChanged(show_intent(view, old, command.client), said.subscribers), changes)


def refuse_other(old: Intent, client: str, ovn: str | None) -> Refusal | None:
    """Return why this client with this OVN may not change the intent; None if it may."""
    if old.manager != client:
        return Refusal(
            RefusalKind.FORBIDDEN, f"the intent {old.ident} is another USS's", "only its manager may change it"
        )
    if ovn is None:
        return Refusal(
            RefusalKind.CONFLICT, f"the intent {old.ident} exists already", "to change it, give its present OVN"
        )
    if ovn != old.ovn:
        return not_present("OVN", f"intent {old.ident}")
    return None


def refuse_down(view: View, client: str, act: str) -> Refusal | None:
    """Return the refusal of what a USS may not do while the arbiter says it is down; None if it is not."""
    if uss_state(view, client) is not UssState.DOWN:
        return None
    return Refusal(
        RefusalKind.DOWN,
        f"this USS is marked Down, and one that is may not {act}",
        "have the arbiter set the availability to Normal first",
    )
