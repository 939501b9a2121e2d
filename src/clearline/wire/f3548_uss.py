"""What two systems and a registry say to each other in F3548-21, seen from a system that plans (a USS).

The one idea: what comes from outside is read strictly, twice where it matters: its members against the interface file,
its volumes by the one reader of all F3548 files. What does not pass is not known, and nothing is planned on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

import msgspec

from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import UssState
from clearline.node.coordination import AskPut
from clearline.node.coordination_intent import Known, Meant, Reference, Subscriber
from clearline.space.volume import Volume4D
from clearline.wire.errors import MalformedError
from clearline.wire.f3548 import read_f3548_value
from clearline.wire.f3548_calls import MAX_NAME
from clearline.wire.f3548_calls_answer import NO_SUBSCRIPTION
from clearline.wire.f3548_calls_text import base_url, ident_of, instant_us, time_text
from clearline.wire.f3548_write import volume_values
from clearline.wire.json_text import Json, parse_json
from clearline.wire.reading import Supplied

__all__ = [
    "Meaning",
    "Update",
    "details_body",
    "details_value",
    "put_body",
    "query_body",
    "read_changed",
    "read_details",
    "read_missing",
    "read_reference",
    "read_references",
    "read_refusal",
    "read_update",
    "read_volumes",
    "reference_value",
    "update_body",
]

# Makes what is meant of a state, nominal volumes, off-nominal ones and a priority: `mean`, with the geoid filled in.
Meaning = Callable[[IntentState, Sequence[Volume4D], Sequence[Volume4D], int], Meant]

_T = TypeVar("_T")
_MOST_TOLD: Final = 400  # characters of another's refusal that are passed on


class _Time(msgspec.Struct):
    value: str
    format: str


class _Reference(msgspec.Struct):
    id: str
    manager: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME)]
    uss_availability: UssState
    version: int
    state: IntentState
    time_start: _Time
    time_end: _Time
    uss_base_url: str
    subscription_id: str = NO_SUBSCRIPTION
    ovn: Annotated[str, msgspec.Meta(min_length=16, max_length=128)] | None = None


class _SubscriptionState(msgspec.Struct):
    subscription_id: str
    notification_index: int


class _Subscriber(msgspec.Struct):
    uss_base_url: str
    subscriptions: list[_SubscriptionState]


class _One(msgspec.Struct):
    operational_intent_reference: _Reference


class _Many(msgspec.Struct):
    operational_intent_references: list[_Reference]


class _Changed(msgspec.Struct):
    operational_intent_reference: _Reference
    subscribers: list[_Subscriber] = []


class _Missing(msgspec.Struct):
    missing_operational_intents: list[_Reference] | None = None


class _Details(msgspec.Struct):
    priority: int | None = None


class _Intent(msgspec.Struct):
    reference: _Reference
    details: _Details


class _Described(msgspec.Struct):
    operational_intent: _Intent


class _Update(msgspec.Struct):
    operational_intent_id: str
    subscriptions: Annotated[list[_SubscriptionState], msgspec.Meta(min_length=1)]
    operational_intent: _Intent | None = None


class _Refusal(msgspec.Struct):
    message: str | None = None


_ONE, _MANY = msgspec.json.Decoder(_One), msgspec.json.Decoder(_Many)
_CHANGED, _MISSING = msgspec.json.Decoder(_Changed), msgspec.json.Decoder(_Missing)
_DESCRIBED, _UPDATE = msgspec.json.Decoder(_Described), msgspec.json.Decoder(_Update)
_REFUSAL = msgspec.json.Decoder(_Refusal)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Update:
    """A notification: an intent that changed, with what is meant by it now; None where it is no more."""

    ident: str
    known: Known | None
    subscriptions: tuple[tuple[str, int], ...]


def query_body(volume: Volume4D) -> bytes:
    """Write the request for what touches a volume. Raises ValueError for one that F3548 cannot say."""
    values = volume_values([volume])
    if len(values) != 1:
        raise ValueError("its shape is none that F3548 knows; give it as a circle or a polygon")
    return _encode({"area_of_interest": values[0]})


def put_body(ask: AskPut, *, url: str) -> bytes:
    """Write the request to hold an intent, with a subscription of its own around it."""
    return _encode(
        {
            "extents": volume_values(ask.wish.meant.all_volumes),
            "key": sorted(ask.key),
            "state": ask.wish.meant.state,
            "uss_base_url": url,
            "new_subscription": {"uss_base_url": url, "notify_for_constraints": False},
        }
    )


def details_value(meant: Meant) -> dict[str, Json]:
    """Return what is meant, as OperationalIntentDetails."""
    return {
        "volumes": volume_values(meant.volumes),
        "off_nominal_volumes": volume_values(meant.off_nominal),
        "priority": meant.priority,
    }


def reference_value(reference: Reference) -> dict[str, Json]:
    """Return an OperationalIntentReference, its OVN included if it is known."""
    value: dict[str, Json] = {
        "id": reference.ident,
        "manager": reference.manager,
        "uss_availability": reference.availability.value,
        "version": reference.version,
        "state": reference.state.value,
        "time_start": {"value": time_text(reference.start_us), "format": "RFC3339"},
        "time_end": {"value": time_text(reference.end_us), "format": "RFC3339"},
        "uss_base_url": reference.uss_base_url,
        "subscription_id": reference.subscription,
    }
    if reference.ovn is not None:
        value["ovn"] = reference.ovn
    return value


def details_body(known: Known) -> bytes:
    """Write the answer to whoever asks what is meant by an intent."""
    return _encode({"operational_intent": _intent_value(known)})


def update_body(ident: str, known: Known | None, subscriptions: Sequence[tuple[str, int]]) -> bytes:
    """Write the notification of a change to one subscriber; `known` None says that the intent is no more."""
    value: dict[str, Json] = {
        "operational_intent_id": ident,
        "subscriptions": [{"subscription_id": one, "notification_index": index} for one, index in subscriptions],
    }
    if known is not None:
        value["operational_intent"] = _intent_value(known)
    return _encode(value)


def read_references(data: bytes, *, source: str) -> tuple[Reference, ...]:
    """Return the references of a search. Raises MalformedError, as all readers here do."""
    found = _decoded(_MANY, data, source).operational_intent_references
    return tuple(_reference(one, source) for one in found)


def read_reference(data: bytes, *, source: str) -> Reference:
    """Return the one reference of an answer."""
    return _reference(_decoded(_ONE, data, source).operational_intent_reference, source)


def read_changed(data: bytes, *, source: str) -> tuple[Reference, tuple[Subscriber, ...]]:
    """Return the changed reference and whom its manager has to tell."""
    found = _decoded(_CHANGED, data, source)
    told = tuple(
        Subscriber(
            base_url(one.uss_base_url, "uss_base_url", allow_http=True),
            tuple((state.subscription_id, state.notification_index) for state in one.subscriptions),
        )
        for one in found.subscribers
    )
    return _reference(found.operational_intent_reference, source), told


def read_missing(data: bytes, *, source: str) -> tuple[Reference, ...]:
    """Return the references that a key did not prove; none where the refusal is about something else."""
    found = _decoded(_MISSING, data, source).missing_operational_intents or []
    return tuple(_reference(one, source) for one in found)


def read_refusal(data: bytes) -> str:
    """Return another's words for a refusal, as far as there are any; printable, and short."""
    try:
        words = _REFUSAL.decode(data).message or "no reason is given"
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        words = "no reason is given in the standard's form"
    return "".join(char if char.isprintable() else "?" for char in words[:_MOST_TOLD])


def read_details(data: bytes, meaning: Meaning, *, source: str) -> Known:
    """Return what a manager says is meant by its intent."""
    found = _decoded(_DESCRIBED, data, source).operational_intent
    value = parse_json(data, source=source)
    assert isinstance(value, dict), "it was decoded as an object"
    return _known(found, value["operational_intent"], meaning, source)


def read_update(data: bytes, meaning: Meaning, *, source: str) -> Update:
    """Return a notification. One that names another intent than it describes is refused."""
    found = _decoded(_UPDATE, data, source)
    ident = ident_of(found.operational_intent_id, source)
    states = tuple((one.subscription_id, one.notification_index) for one in found.subscriptions)
    if found.operational_intent is None:
        return Update(ident, None, states)
    value = parse_json(data, source=source)
    assert isinstance(value, dict), "it was decoded as an object"
    known = _known(found.operational_intent, value["operational_intent"], meaning, source)
    if known.reference.ident != ident:
        raise MalformedError(source, "$.operational_intent.reference.id", "it is another intent", "send each alone")
    return Update(ident, known, states)


def read_volumes(values: list[Json], *, source: str) -> tuple[Volume4D, ...]:
    """Return bare volumes; what they leave open is open. None for an empty list."""
    if not values:
        return ()
    return read_f3548_value(values, source=source, supplied=Supplied(party="volumes")).activities[0].volumes


def _intent_value(known: Known) -> Json:
    return {"reference": reference_value(known.reference), "details": details_value(known.meant)}


def _known(found: _Intent, value: Json, meaning: Meaning, source: str) -> Known:
    """What is meant, from both readings. All volumes count alike to others, so they are kept as one kind."""
    reference = _reference(found.reference, source)
    if reference.ovn is None:
        raise MalformedError(source, "$.operational_intent.reference.ovn", "it is missing", "give the current one")
    activity = read_f3548_value({"operational_intent": value}, source=source, supplied=Supplied()).activities[0]
    try:
        meant = meaning(reference.state, activity.volumes, (), found.details.priority or 0)
    except ValueError as error:
        raise MalformedError(source, "$.operational_intent.details", str(error), "mend the volumes") from error
    return Known(reference, meant)


def _reference(found: _Reference, source: str) -> Reference:
    return Reference(
        ident_of(found.id, source),
        found.manager,
        found.uss_availability,
        found.version,
        found.state,
        instant_us(found.time_start.value, source, end=False),
        instant_us(found.time_end.value, source, end=True),
        base_url(found.uss_base_url, "uss_base_url", allow_http=True),
        found.subscription_id,
        found.ovn,
    )


def _decoded(decoder: msgspec.json.Decoder[_T], data: bytes, source: str) -> _T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(source, "$", str(error) or "it is nested too deeply", "send what F3548-21 has") from None
