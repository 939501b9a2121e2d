"""The requests of F3411's discovery calls, version 19 and version 22a: bodies and queries in, commands out.

The one idea: the two versions say the same things in other words; whatever is read here is one kind of command, so an
area that came in by one version is found and announced by the other.
"""

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qs

import msgspec

from clearline.airspace.bounds import OI_MAX_VERTICES
from clearline.airspace.extent import Extent
from clearline.registry.area_subscriptions import PutAreaSubscription
from clearline.registry.areas import PutArea
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls_text import base_url, decoded, ident_of, instant_us
from clearline.wire.f3548_calls_volume import (
    Altitude,
    Place,
    Polygon,
    Solid,
    Taking,
    Time,
    Volume,
    cover_volumes,
)

__all__ = ["read_area_19", "read_area_22a", "read_search", "read_subscription_19", "read_subscription_22a"]

_TAKING: Final = Taking(OI_MAX_VERTICES)
_QUERY: Final = "query"
_AREA: Final = "area"
_MAX_AREA: Final = 100_000  # characters; a server takes no longer request line


class _Area22a(msgspec.Struct):
    extents: Volume
    uss_base_url: str


_Subscription22a = _Area22a  # an area and a subscription are put with the same members


class _Footprint19(msgspec.Struct):
    vertices: Annotated[list[Place], msgspec.Meta(min_length=3)]


class _Solid19(msgspec.Struct):
    footprint: _Footprint19
    low_m: float | None = msgspec.field(name="altitude_lo", default=None)
    high_m: float | None = msgspec.field(name="altitude_hi", default=None)


class _Volume19(msgspec.Struct):
    spatial_volume: _Solid19
    time_start: str | None = None
    time_end: str | None = None


class _Area19(msgspec.Struct):
    extents: _Volume19
    flights_url: str


class _Callbacks19(msgspec.Struct):
    identification_service_area_url: str


class _Subscription19(msgspec.Struct):
    extents: _Volume19
    callbacks: _Callbacks19


_AREA_22A = msgspec.json.Decoder(_Area22a)
_AREA_19 = msgspec.json.Decoder(_Area19)
_SUBSCRIPTION_22A = msgspec.json.Decoder(_Subscription22a)
_SUBSCRIPTION_19 = msgspec.json.Decoder(_Subscription19)


@dataclass(frozen=True, slots=True)
class _Common:
    """What every PUT has, whichever version and kind."""

    ident: str
    cells: tuple[int, ...]
    low_m: float
    high_m: float
    start_us: int | None
    end_us: int | None


def _common(ident: str, volume: Volume) -> _Common:
    covering = cover_volumes([volume], _TAKING, where="$.extents")
    span = covering.extent.hull
    return _Common(
        ident_of(ident, "path"), covering.extent.cells, span.low_m, span.high_m, covering.start_us, covering.end_us
    )


def _volume(told: _Volume19) -> Volume:
    """The same volume in the words of 22a."""

    def altitude(value_m: float | None) -> Altitude | None:
        return None if value_m is None else Altitude(value_m, "W84", "M")

    def time(text: str | None) -> Time | None:
        return None if text is None else Time(text, "RFC3339")

    solid = told.spatial_volume
    return Volume(
        Solid(
            outline_polygon=Polygon(solid.footprint.vertices),
            altitude_lower=altitude(solid.low_m),
            altitude_upper=altitude(solid.high_m),
        ),
        time(told.time_start),
        time(told.time_end),
    )


def read_area_22a(data: bytes, ident: str, version: str | None, *, client: str, allow_http: bool) -> PutArea:
    """Return the command of PUT /rid/v2/dss/identification_service_areas/{ident}[/{version}]. Raises MalformedError."""
    body = decoded(_AREA_22A, data)
    url = base_url(body.uss_base_url, "$.uss_base_url", allow_http=allow_http)
    return _area(_common(ident, body.extents), version, client, flights_url=None, uss_base_url=url)


def read_area_19(data: bytes, ident: str, version: str | None, *, client: str, allow_http: bool) -> PutArea:
    """Return the command of PUT /v1/dss/identification_service_areas/{ident}[/{version}]. Raises MalformedError."""
    body = decoded(_AREA_19, data)
    url = base_url(body.flights_url, "$.flights_url", allow_http=allow_http)
    return _area(_common(ident, _volume(body.extents)), version, client, flights_url=url, uss_base_url=None)


def _area(
    common: _Common, version: str | None, client: str, *, flights_url: str | None, uss_base_url: str | None
) -> PutArea:
    return PutArea(
        ident=common.ident,
        version=version,
        client=client,
        cells=common.cells,
        low_m=common.low_m,
        high_m=common.high_m,
        start_us=common.start_us,
        end_us=common.end_us,
        flights_url=flights_url,
        uss_base_url=uss_base_url,
    )


def read_subscription_22a(
    data: bytes, ident: str, version: str | None, *, client: str, allow_http: bool
) -> PutAreaSubscription:
    """Return the command of PUT /rid/v2/dss/subscriptions/{ident}[/{version}]. Raises MalformedError."""
    body = decoded(_SUBSCRIPTION_22A, data)
    url = base_url(body.uss_base_url, "$.uss_base_url", allow_http=allow_http)
    return _subscription(_common(ident, body.extents), version, client, callback_url=None, uss_base_url=url)


def read_subscription_19(
    data: bytes, ident: str, version: str | None, *, client: str, allow_http: bool
) -> PutAreaSubscription:
    """Return the command of PUT /v1/dss/subscriptions/{ident}[/{version}]. Raises MalformedError."""
    body = decoded(_SUBSCRIPTION_19, data)
    where = "$.callbacks.identification_service_area_url"
    url = base_url(body.callbacks.identification_service_area_url, where, allow_http=allow_http)
    return _subscription(_common(ident, _volume(body.extents)), version, client, callback_url=url, uss_base_url=None)


def _subscription(
    common: _Common, version: str | None, client: str, *, callback_url: str | None, uss_base_url: str | None
) -> PutAreaSubscription:
    return PutAreaSubscription(
        ident=common.ident,
        version=version,
        client=client,
        cells=common.cells,
        low_m=common.low_m,
        high_m=common.high_m,
        start_us=common.start_us,
        end_us=common.end_us,
        callback_url=callback_url,
        uss_base_url=uss_base_url,
    )


def read_search(query: bytes) -> Extent:
    """Return where and when a search looks: `area`, and for areas `earliest_time` and `latest_time`.

    `area` is `lat1,lng1,lat2,lng2,...`, three places or more. Times that are left out are the widest there are. Raises
    MalformedError, OverAreaError for an area above the bound.
    """
    try:
        told = parse_qs(query.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise MalformedError(_QUERY, _AREA, str(error), "send each parameter once, percent-encoded") from None
    area = _one(told, _AREA)
    if not area or len(area) > _MAX_AREA:
        raise MalformedError(_QUERY, _AREA, "it is missing or too long", "send area=lat1,lng1,lat2,lng2,lat3,lng3,...")
    earliest, latest = _time(told, "earliest_time", end=False), _time(told, "latest_time", end=True)
    volume = Volume(Solid(outline_polygon=Polygon(_ring(area))), earliest, latest)
    return cover_volumes([volume], _TAKING, where=_AREA).extent


def _time(told: dict[str, list[str]], name: str, *, end: bool) -> Time | None:
    text = _one(told, name)
    if text is None:
        return None
    instant_us(text, f"{_QUERY}: {name}", end=end)  # refused here, by the name it has in the query
    return Time(text, "RFC3339")


def _one(told: dict[str, list[str]], name: str) -> str | None:
    values = told.get(name)
    if values is not None and len(values) > 1:
        raise MalformedError(_QUERY, name, "it is given more than once", "give it once")
    return values[0] if values else None


def _ring(area: str) -> list[Place]:
    try:
        numbers = [_number(text) for text in area.split(",")]
    except ValueError:
        raise MalformedError(_QUERY, _AREA, "it is not a list of numbers", "send lat1,lng1,lat2,lng2,...") from None
    if len(numbers) % 2 or len(numbers) < 6:
        raise MalformedError(
            _QUERY, _AREA, f"{len(numbers)} numbers are no three places", "send latitude and longitude"
        )
    ring = [Place(lat, lng) for lat, lng in zip(numbers[::2], numbers[1::2], strict=True)]
    if any(not -90.0 <= place.lat <= 90.0 or not -180.0 <= place.lng <= 180.0 for place in ring):
        raise MalformedError(_QUERY, _AREA, "a place lies outside -90..90, -180..180 degrees", "send latitude first")
    return ring


def _number(text: str) -> float:
    """A number as people write it, without what else Python reads (1_0, nan). Raises ValueError."""
    if "_" in text or not text.isascii():
        raise ValueError(text)
    return float(text)
