"""The requests of F3548-21's registry calls: bodies in, commands out.

The one idea: a body is read strictly against the interface file (lengths, ranges, enumerations) and members that are
not declared there are ignored, as it says; what comes out is a command that a rule can be asked.
"""

from collections.abc import Set as AbstractSet
from typing import Annotated, Final, Literal

import msgspec

from clearline.airspace.bounds import CSTR_MAX_AREA_KM2, CSTR_MAX_VERTICES, OI_MAX_KEYS, OI_MAX_VERTICES
from clearline.airspace.extent import Extent
from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import UssState
from clearline.registry.availability import SetAvailability
from clearline.registry.constraints import PutConstraint
from clearline.registry.intents import NewSubscription, PutIntent
from clearline.registry.scopes import Scope
from clearline.registry.subscriptions import PutSubscription
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls_text import BODY, base_url, decoded, ident_of, instant_us
from clearline.wire.f3548_calls_volume import MOST_VOLUMES, Taking, Time, Volume, cover_volumes

__all__ = [
    "MAX_NAME",
    "Report",
    "read_area",
    "read_availability",
    "read_constraint",
    "read_intent",
    "read_name",
    "read_report",
    "read_subscription",
]

MAX_NAME: Final = 1_024  # characters of a USS's name: the `sub` of its tokens, for which no standard has a bound

_INTENT = Taking(OI_MAX_VERTICES, whole=True)
_CONSTRAINT = Taking(CSTR_MAX_VERTICES, CSTR_MAX_AREA_KM2, whole=True)
_SEARCH = Taking(OI_MAX_VERTICES)

Volumes = Annotated[list[Volume], msgspec.Meta(min_length=1, max_length=MOST_VOLUMES)]
Ovn = Annotated[str, msgspec.Meta(min_length=16, max_length=128)]


class _NewSubscription(msgspec.Struct):
    uss_base_url: str
    notify_for_constraints: bool | None = None


class _PutIntent(msgspec.Struct):
    extents: Volumes
    state: IntentState
    uss_base_url: str
    key: Annotated[list[Ovn], msgspec.Meta(max_length=OI_MAX_KEYS)] | None = None
    subscription_id: str | None = None
    new_subscription: _NewSubscription | None = None
    requested_ovn_suffix: Annotated[str, msgspec.Meta(min_length=36, max_length=36)] | None = None


class _PutConstraint(msgspec.Struct):
    extents: Volumes
    uss_base_url: str


class _PutSubscription(msgspec.Struct):
    extents: Volume
    uss_base_url: str
    notify_for_operational_intents: bool | None = None
    notify_for_constraints: bool | None = None


class _Query(msgspec.Struct):
    area_of_interest: Volume | None = None


class _SetAvailability(msgspec.Struct):
    availability: UssState
    old_version: Annotated[str, msgspec.Meta(max_length=128)]


class _Exchange(msgspec.Struct):
    url: str
    method: str
    recorder_role: Literal["Client", "Server"]
    request_time: Time
    headers: list[str] | None = None
    request_body: str | None = None
    response_time: Time | None = None
    response_body: str | None = None
    response_code: Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)] | None = None
    problem: str | None = None


class _Report(msgspec.Struct):
    exchange: _Exchange
    report_id: Annotated[str, msgspec.Meta(max_length=128)] | None = None


_PUT_INTENT = msgspec.json.Decoder(_PutIntent)
_PUT_CONSTRAINT = msgspec.json.Decoder(_PutConstraint)
_PUT_SUBSCRIPTION = msgspec.json.Decoder(_PutSubscription)
_QUERY = msgspec.json.Decoder(_Query)
_SET_AVAILABILITY = msgspec.json.Decoder(_SetAvailability)
_REPORT = msgspec.json.Decoder(_Report)


def read_intent(
    data: bytes, ident: str, ovn: str | None, *, client: str, scopes: AbstractSet[str], allow_http: bool
) -> PutIntent:
    """Return the command of PUT .../operational_intent_references/{ident}[/{ovn}]. Raises MalformedError."""
    body = decoded(_PUT_INTENT, data)
    covering = cover_volumes(body.extents, _INTENT)
    assert covering.start_us is not None and covering.end_us is not None, "all volumes have both"
    asked = body.new_subscription
    return PutIntent(
        ident=ident_of(ident, "path"),
        ovn=ovn,
        client=client,
        off_nominal=Scope.CONFORMANCE_MONITORING in scopes,
        constraint_processing=Scope.CONSTRAINT_PROCESSING in scopes,
        extent=covering.extent,
        start_us=covering.start_us,
        end_us=covering.end_us,
        state=body.state,
        key=frozenset(body.key or ()),
        uss_base_url=base_url(body.uss_base_url, "$.uss_base_url", allow_http=allow_http),
        subscription=None if body.subscription_id is None else ident_of(body.subscription_id, BODY),
        new_subscription=None
        if asked is None
        else NewSubscription(
            base_url(asked.uss_base_url, "$.new_subscription.uss_base_url", allow_http=allow_http),
            asked.notify_for_constraints or False,
        ),
        ovn_suffix=body.requested_ovn_suffix,
    )


def read_constraint(data: bytes, ident: str, ovn: str | None, *, client: str, allow_http: bool) -> PutConstraint:
    """Return the command of PUT .../constraint_references/{ident}[/{ovn}]. Raises MalformedError."""
    body = decoded(_PUT_CONSTRAINT, data)
    covering = cover_volumes(body.extents, _CONSTRAINT)
    assert covering.start_us is not None and covering.end_us is not None, "all volumes have both"
    return PutConstraint(
        ident=ident_of(ident, "path"),
        ovn=ovn,
        client=client,
        extent=covering.extent,
        start_us=covering.start_us,
        end_us=covering.end_us,
        uss_base_url=base_url(body.uss_base_url, "$.uss_base_url", allow_http=allow_http),
    )


def read_subscription(
    data: bytes, ident: str, version: str | None, *, client: str, scopes: AbstractSet[str], allow_http: bool
) -> PutSubscription:
    """Return the command of PUT .../subscriptions/{ident}[/{version}]. Raises MalformedError."""
    body = decoded(_PUT_SUBSCRIPTION, data)
    covering = cover_volumes([body.extents], _SEARCH, where="$.extents")
    span = covering.extent.hull
    return PutSubscription(
        ident=ident_of(ident, "path"),
        version=version,
        client=client,
        coordination=Scope.STRATEGIC_COORDINATION in scopes,
        constraint_processing=Scope.CONSTRAINT_PROCESSING in scopes,
        cells=covering.extent.cells,
        low_m=span.low_m,
        high_m=span.high_m,
        start_us=covering.start_us,
        end_us=covering.end_us,
        uss_base_url=base_url(body.uss_base_url, "$.uss_base_url", allow_http=allow_http),
        for_operational_intents=body.notify_for_operational_intents or False,
        for_constraints=body.notify_for_constraints or False,
    )


def read_area(data: bytes) -> Extent:
    """Return the area of interest of a search. Raises MalformedError, OverAreaError for one above the bound."""
    area = decoded(_QUERY, data).area_of_interest
    if area is None:
        raise MalformedError(BODY, "$.area_of_interest", "it is missing", "say where to search")
    return cover_volumes([area], _SEARCH, where="$.area_of_interest").extent


def read_availability(data: bytes, uss: str) -> SetAvailability:
    """Return the command of PUT .../uss_availability/{uss}. Raises MalformedError."""
    body = decoded(_SET_AVAILABILITY, data)
    return SetAvailability(read_name(uss), body.availability, body.old_version)


def read_name(uss: str) -> str:
    """Return the name of a USS, as it stands in a path. Raises MalformedError for one that is too long."""
    if len(uss) > MAX_NAME:
        raise MalformedError("path", "uss_id", "the name is too long", f"send at most {MAX_NAME} characters")
    return uss


class Report(msgspec.Struct):
    """A report about this registry: the exchange as it was sent, and what the reporter says of it in a few words.

    Members that were sent as null are left out, as the interface has no null for them and the exchange is sent back.
    """

    exchange: dict[str, msgspec.Raw]
    told: str


class _RawReport(msgspec.Struct):
    exchange: dict[str, msgspec.Raw]


_RAW_REPORT = msgspec.json.Decoder(_RawReport)


def read_report(data: bytes) -> Report:
    """Return a report (makeDssReport). Raises MalformedError."""
    exchange = decoded(_REPORT, data).exchange
    instant_us(exchange.request_time.value, "$.exchange.request_time", end=False)
    if exchange.response_time is not None:
        instant_us(exchange.response_time.value, "$.exchange.response_time", end=True)
    told = f"{exchange.method} {exchange.url} -> {exchange.response_code}: {exchange.problem or 'no problem stated'}"
    sent = decoded(_RAW_REPORT, data).exchange
    known = _Exchange.__struct_fields__
    return Report({name: it for name, it in sent.items() if name not in known or bytes(it) != b"null"}, told)
