"""Identification service areas (F3411): put, deleted, read, found.

The one idea: whoever serves remote identification somewhere says so before the first flight, and every change goes to
whoever subscribed there and then. F3411-19 and F3411-22a are two ways of writing the same commands over one state, so
each finds and is told of what came in through the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clearline.airspace.bounds import AREA_READABLE_US, SUBSCRIPTION_START_SLACK_US
from clearline.airspace.extent import Extent, Span
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.registry.living import living
from clearline.registry.refusal import Refusal, RefusalKind, bad_request, not_found, not_present
from clearline.registry.version import Fresh, mint_plain_version
from clearline.registry.view import Outcome, Put, Remove, View

__all__ = [
    "AreaChanged",
    "AreaNotified",
    "DeleteArea",
    "GetArea",
    "PutArea",
    "QueryAreas",
    "delete_area",
    "get_area",
    "put_area",
    "query_areas",
    "readable",
]


@dataclass(frozen=True, slots=True)
class PutArea:
    """A USS creates an area (`version` None) or changes the one whose present version it gives.

    `low_m` and `high_m` are metres above the WGS84 ellipsoid, infinite where unstated; `start_us` and `end_us`
    microseconds since 1970, None where unstated. The address is `flights_url` (19) or `uss_base_url` (22a); ValueError
    for both or neither, and for altitudes upside down.
    """

    ident: str
    version: str | None
    client: str
    cells: tuple[int, ...]
    low_m: float
    high_m: float
    start_us: int | None
    end_us: int | None
    flights_url: str | None
    uss_base_url: str | None

    def __post_init__(self) -> None:
        if (self.flights_url is None) == (self.uss_base_url is None):
            raise ValueError("an area has one address: flights_url or uss_base_url")
        if not self.low_m <= self.high_m:
            raise ValueError(f"the altitudes {self.low_m} m to {self.high_m} m are upside down or not numbers")


@dataclass(frozen=True, slots=True)
class DeleteArea:
    """A USS gives up the area whose present version it gives."""

    ident: str
    version: str
    client: str


@dataclass(frozen=True, slots=True)
class GetArea:
    """Somebody asks for one area."""

    ident: str


@dataclass(frozen=True, slots=True)
class QueryAreas:
    """Somebody asks which areas touch a place and time; unstated altitudes and times are the widest there are."""

    area: Extent


@dataclass(frozen=True, slots=True)
class AreaNotified:
    """An address to call (`callback_url` of 19 or `uss_base_url` of 22a) and its subscriptions with their new counts.

    The subscriptions stand in ascending order of identifier.
    """

    callback_url: str | None
    uss_base_url: str | None
    subscriptions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AreaChanged:
    """The area as it is now (as it last was, if it is gone), and whom the client must tell, ascending by address."""

    area: IdentificationArea
    subscribers: tuple[AreaNotified, ...]


def readable(area: IdentificationArea, now_us: int) -> bool:
    """Tell whether an area can be read by its identifier: while it lives, and for a while after.

    The public suite asks this of a DSS ("an expired ISA can be queried by its ID"): a display provider that was told of
    an area just before its end can still look up whom to ask about the last minute.
    """
    return area.end_us + AREA_READABLE_US >= now_us


def get_area(view: View, command: GetArea, *, now_us: int) -> Outcome[IdentificationArea | Refusal]:
    """Return the area; a refusal if there is none or it ended a while ago."""
    found = _held(view, command.ident, now_us)
    return Outcome(not_found(f"identification service area {command.ident}") if found is None else found)


def query_areas(view: View, command: QueryAreas, *, now_us: int) -> Outcome[tuple[IdentificationArea, ...]]:
    """Return every living area that touches, ascending by identifier. There is no limit (DSS0030,f)."""
    return Outcome(tuple(one for one in view.areas_touching(command.area) if living(one, now_us)))


def put_area(view: View, command: PutArea, *, now_us: int, fresh: Fresh) -> Outcome[AreaChanged | Refusal]:
    """Create or change the area and announce it (DSS0030,a); or say why not. Nothing changes on a refusal.

    Unstated times are those it had; a new one may begin now, but must say when it ends. An area that has ended leaves
    its identifier free.
    """
    held = _held(view, command.ident, now_us)
    old = held if command.version is not None else living(held, now_us)
    refused = _refuse_version(old, command)
    if refused is not None:
        return Outcome(refused)
    times = _times(old, command, now_us)
    if isinstance(times, Refusal):
        return Outcome(times)
    start_us, end_us = times
    area = IdentificationArea(
        ident=command.ident,
        owner=command.client,
        version=mint_plain_version(command.ident, fresh.nonce),
        flights_url=command.flights_url,
        uss_base_url=command.uss_base_url,
        extent=Extent(command.cells, (Span(command.low_m, command.high_m, start_us, end_us),)),
        start_us=start_us,
        end_us=end_us,
        updated_us=now_us,
    )
    counted = _counted(view, (area.extent,) if old is None else (old.extent, area.extent), now_us)
    return Outcome(AreaChanged(area, _calls(counted)), (*(Put(one) for one in counted), Put(area)))


def delete_area(view: View, command: DeleteArea, *, now_us: int) -> Outcome[AreaChanged | Refusal]:
    """Remove the area and announce it (DSS0030,b); or say why not."""
    old = _held(view, command.ident, now_us)
    if old is None:
        return Outcome(not_found(f"identification service area {command.ident}"))
    refused = _refuse_other(old, command.client, command.version)
    if refused is not None:
        return Outcome(refused)
    counted = _counted(view, (old.extent,), now_us)
    return Outcome(AreaChanged(old, _calls(counted)), (*(Put(one) for one in counted), Remove(old)))


def _held(view: View, ident: str, now_us: int) -> IdentificationArea | None:
    found = view.area(ident)
    return found if found is not None and readable(found, now_us) else None


def _counted(view: View, extents: Iterable[Extent], now_us: int) -> tuple[IdentificationSubscription, ...]:
    """The living subscriptions that touch one of the extents, each counted one up, ascending by identifier."""
    touched = {
        one.ident: one
        for extent in extents
        for one in view.area_subscriptions_touching(extent)
        if living(one, now_us) is not None
    }
    return tuple(
        replace(touched[ident], notification_index=touched[ident].notification_index + 1) for ident in sorted(touched)
    )


def _calls(counted: Iterable[IdentificationSubscription]) -> tuple[AreaNotified, ...]:
    calls: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for one in counted:
        address = (one.uss_base_url or "", one.callback_url or "")
        calls.setdefault(address, []).append((one.ident, one.notification_index))
    return tuple(AreaNotified(url or None, base or None, tuple(calls[base, url])) for base, url in sorted(calls))


def _refuse_version(old: IdentificationArea | None, command: PutArea) -> Refusal | None:
    if old is not None and command.version is not None:
        return _refuse_other(old, command.client, command.version)
    if old is not None:
        return Refusal(
            RefusalKind.CONFLICT,
            f"the identification service area {old.ident} exists already",
            "to change it, give its present version; for a new one, take another identifier",
        )
    if command.version is not None:
        return bad_request(
            f"there is no identification service area {command.ident} to change; it may have ended",
            "to create it, put it without a version",
        )
    return None


def _times(old: IdentificationArea | None, command: PutArea, now_us: int) -> tuple[int, int] | Refusal:
    start_us, end_us = command.start_us, command.end_us
    if start_us is None:
        start_us = now_us if old is None else old.start_us
    elif start_us < now_us - SUBSCRIPTION_START_SLACK_US and (old is None or start_us != old.start_us):
        return bad_request("the area starts more than 5 minutes ago", "let it start now, or leave time_start out")
    if end_us is None:
        if old is None:
            return bad_request(
                "the area has no end", "give time_end: the end of the last flight and the retention period"
            )
        end_us = old.end_us
    if end_us < start_us:
        return bad_request("the area ends before it starts", "let time_end be after time_start")
    if end_us < now_us:
        return bad_request("the area ends in the past", "let it end later than now")
    return start_us, end_us


def _refuse_other(old: IdentificationArea, client: str, version: str) -> Refusal | None:
    if old.owner != client:
        return Refusal(
            RefusalKind.FORBIDDEN,
            f"the identification service area {old.ident} is another USS's",
            "only its owner may change it",
        )
    if version != old.version:
        return not_present("version", f"identification service area {old.ident}")
    return None
