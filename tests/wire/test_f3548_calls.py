"""The requests of F3548-21's calls are read strictly and whole, and nothing but MalformedError comes of bad ones."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from math import inf

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.extent import touches
from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import UssState
from clearline.registry.availability import SetAvailability
from clearline.registry.intents import NewSubscription, PutIntent
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls import (
    read_area,
    read_availability,
    read_constraint,
    read_intent,
    read_report,
    read_subscription,
)
from clearline.wire.f3548_calls_text import (
    OverAreaError,
    base_url,
    ident_of,
    instant_us,
    new_ident,
    time_text,
)

_IDENT = "03e5572a-f733-49af-bc14-8a18bd53ee39"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FROM, _TO = "2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z"


def _volume(**other: object) -> dict[str, object]:
    """A whole volume, its members changed; None leaves one out."""
    solid: dict[str, object] = {
        "outline_circle": {"center": {"lat": 52.0, "lng": 4.4}, "radius": {"value": 200, "units": "M"}},
        "altitude_lower": {"value": 50, "reference": "W84", "units": "M"},
        "altitude_upper": {"value": 120, "reference": "W84", "units": "M"},
    }
    times: dict[str, object] = {
        "time_start": {"value": _FROM, "format": "RFC3339"},
        "time_end": {"value": _TO, "format": "RFC3339"},
    }
    inner = {name: value for name, value in {**solid, **other}.items() if name not in times and value is not None}
    outer = {name: other.get(name, value) for name, value in times.items() if other.get(name, value) is not None}
    return {"volume": inner, **outer}


def _polygon(*places: tuple[float, float]) -> dict[str, object]:
    return {"vertices": [{"lat": lat, "lng": lng} for lat, lng in places]}


def _intent(**other: object) -> bytes:
    body: dict[str, object] = {
        "extents": [_volume()],
        "key": ["a" * 16],
        "state": "Accepted",
        "uss_base_url": "https://uss.example",
        **other,
    }
    return json.dumps(body).encode()


def _read(data: bytes, ident: str = _IDENT) -> PutIntent:
    return read_intent(data, ident, None, client="uss1", scopes=frozenset(), allow_http=False)


def test_an_intent_is_read_whole() -> None:
    found = read_intent(
        _intent(
            state="Nonconforming",
            new_subscription={"uss_base_url": "https://uss.example/sub", "notify_for_constraints": True},
            requested_ovn_suffix="019ab7a4-1c6a-7b2e-9a63-2b1f0c9d8e7f",
            flight_type="ignored, as the interface says of what it does not declare",
        ),
        _IDENT.upper(),
        "ovn-of-old-one-x",
        client="uss1",
        scopes={"utm.conformance_monitoring_sa", "utm.constraint_processing"},
        allow_http=False,
    )
    start_us = instant_us(_FROM, "x", end=False)
    assert (found.ident, found.ovn, found.client) == (_IDENT, "ovn-of-old-one-x", "uss1")
    assert (found.off_nominal, found.constraint_processing) == (True, True)
    assert (found.start_us, found.end_us) == (start_us, start_us + 3_600_000_000)
    assert (found.state, found.key) == (IntentState.NONCONFORMING, frozenset({"a" * 16}))
    assert (found.subscription, found.ovn_suffix) == (None, "019ab7a4-1c6a-7b2e-9a63-2b1f0c9d8e7f")
    assert found.new_subscription == NewSubscription("https://uss.example/sub", for_constraints=True)
    assert (found.extent.hull.low_m, found.extent.hull.high_m) == (50.0, 120.0)


def test_what_may_be_left_out_may_be_null() -> None:
    found = _read(_intent(key=None, subscription_id=None, new_subscription=None, requested_ovn_suffix=None))
    assert (found.key, found.subscription, found.new_subscription, found.ovn_suffix) == (frozenset(), None, None, None)


def test_each_cell_has_the_altitudes_of_the_volumes_that_touch_it() -> None:
    low, far = (
        _volume(),
        _volume(outline_circle={"center": {"lat": 53.0, "lng": 4.4}, "radius": {"value": 9, "units": "M"}}),
    )
    far["volume"]["altitude_upper"] = {"value": 900, "reference": "W84", "units": "M"}  # type: ignore[index]
    one, other = _read(_intent(extents=[low])), _read(_intent(extents=[far]))
    both = _read(_intent(extents=[low, far]))
    assert touches(both.extent, one.extent) and touches(both.extent, other.extent)
    highs = {both.extent.span_of(place).high_m for place in range(len(both.extent.cells))}
    assert highs == {120.0, 900.0}


def _without(name: str) -> bytes:
    body = json.loads(_intent())
    del body[name]
    return json.dumps(body).encode()


_FAULTS: list[tuple[str, bytes]] = [
    ("$", b""),
    ("$", b"{"),
    ("$", b"\xff"),
    ("$", b"[]"),
    ("$", b"null"),
    ("$", b"[" * 100_000),
    ("$", b'{"extents":[],"x":' + b"[" * 100_000),
    ("extents", _without("extents")),
    ("state", _without("state")),
    ("uss_base_url", _without("uss_base_url")),
    ("$.extents", _intent(extents=[])),
    ("$.extents", _intent(extents=_volume())),
    ("$.extents", _intent(extents=[_volume()] * 1_001)),
    ("volume", _intent(extents=[{"time_start": None}])),
    ("$.extents[1]", _intent(extents=[_volume(), _volume(altitude_lower=None)])),
    ("$.extents[0]", _intent(extents=[_volume(altitude_upper=None)])),
    ("$.extents[0]", _intent(extents=[_volume(time_start=None)])),
    ("$.extents[0]", _intent(extents=[_volume(time_end=None)])),
    ("$.extents[0]", _intent(extents=[_volume(outline_circle=None)])),
    (
        "$.extents[0]",
        _intent(extents=[_volume(outline_polygon=_polygon((52, 4), (52, 4.01), (52.01, 4.01)))]),
    ),
    ("$.extents[0]", _intent(extents=[_volume(altitude_lower={"value": 121, "reference": "W84", "units": "M"})])),
    (
        "altitude_lower.value",
        _intent(extents=[_volume(altitude_lower={"value": -8_001, "reference": "W84", "units": "M"})]),
    ),
    (
        "altitude_upper.value",
        _intent(extents=[_volume(altitude_upper={"value": 100_001, "reference": "W84", "units": "M"})]),
    ),
    (
        "altitude_upper.reference",
        _intent(extents=[_volume(altitude_upper={"value": 9, "reference": "SFC", "units": "M"})]),
    ),
    (
        "altitude_upper.units",
        _intent(extents=[_volume(altitude_upper={"value": 9, "reference": "W84", "units": "FT"})]),
    ),
    ("$.extents[0]", _intent(extents=[_volume(time_start={"value": "2026-11-24T13:00:01Z", "format": "RFC3339"})])),
    ("time_start", _intent(extents=[_volume(time_start={"value": "2026-11-24T12:00:00", "format": "RFC3339"})])),
    ("time_start.format", _intent(extents=[_volume(time_start={"value": _FROM, "format": "ISO"})])),
    (
        "center.lat",
        _intent(
            extents=[_volume(outline_circle={"center": {"lat": 90.1, "lng": 0}, "radius": {"value": 1, "units": "M"}})]
        ),
    ),
    (
        "center.lng",
        _intent(
            extents=[_volume(outline_circle={"center": {"lat": 0, "lng": 181}, "radius": {"value": 1, "units": "M"}})]
        ),
    ),
    (
        "radius.value",
        _intent(
            extents=[_volume(outline_circle={"center": {"lat": 0, "lng": 0}, "radius": {"value": 0, "units": "M"}})]
        ),
    ),
    ("vertices", _intent(extents=[_volume(outline_circle=None, outline_polygon=_polygon((52, 4), (52, 4.01)))])),
    (
        "$.extents[0].volume",
        _intent(
            extents=[
                _volume(
                    outline_circle=None,
                    outline_polygon=_polygon((52, 4), (52.01, 4.01), (52, 4.01), (52.01, 4)),
                )
            ]
        ),
    ),
    ("$.key[0]", _intent(key=["short"])),
    ("$.key[0]", _intent(key=["x" * 129])),
    ("$.state", _intent(state="Ended")),
    ("$.state", _intent(state="accepted")),
    ("$.uss_base_url", _intent(uss_base_url="http://uss.example")),
    ("$.uss_base_url", _intent(uss_base_url="uss.example")),
    ("$.new_subscription.uss_base_url", _intent(new_subscription={"uss_base_url": "ftp://uss.example"})),
    ("identifier", _intent(subscription_id="7")),
    ("$.requested_ovn_suffix", _intent(requested_ovn_suffix="7")),
]


@pytest.mark.parametrize(("where", "data"), _FAULTS)
def test_each_fault_alone_is_refused_where_it_is(where: str, data: bytes) -> None:
    with pytest.raises(MalformedError) as caught:
        _read(data)
    assert where in str(caught.value)
    assert caught.value.mend


def test_an_intent_that_ends_is_deleted_not_put() -> None:
    with pytest.raises(MalformedError, match="delete the operational intent"):
        _read(_intent(state="Ended"))


def _circle(radius_m: float) -> dict[str, object]:
    return _volume(outline_circle={"center": {"lat": 52.0, "lng": 4.4}, "radius": {"value": radius_m, "units": "M"}})


def test_an_area_above_the_bound_is_told_apart() -> None:
    # 2,500 km2 is a circle of 28.2 km; a constraint may have 10,000 km2, one of 56.4 km.
    for read in (
        _read,
        lambda data: read_area(json.dumps({"area_of_interest": json.loads(data)["extents"][0]}).encode()),
    ):
        read(_intent(extents=[_circle(28_000)]))
        with pytest.raises(OverAreaError):
            read(_intent(extents=[_circle(28_400)]))

    def constraint(radius_m: float) -> object:
        data = json.dumps({"extents": [_circle(radius_m)], "uss_base_url": "https://uss.example"}).encode()
        return read_constraint(data, _IDENT, None, client="uss1", allow_http=False)

    assert constraint(56_000)
    with pytest.raises(OverAreaError):
        constraint(56_600)


def test_many_areas_within_the_bound_are_not_without_bound_together() -> None:
    with pytest.raises(OverAreaError, match="together"):
        _read(_intent(extents=[_circle(28_000)] * 40))


def test_vertices_are_counted_over_all_volumes() -> None:
    ring = [(52.0 + 0.001 * place, 4.4) for place in range(60)] + [
        (52.0 + 0.001 * place, 4.41) for place in range(59, -1, -1)
    ]
    volume = _volume(outline_circle=None, outline_polygon=_polygon(*ring))
    body = {"extents": [volume] * 8, "uss_base_url": "https://uss.example"}
    assert read_constraint(json.dumps(body).encode(), _IDENT, None, client="uss1", allow_http=False)
    body["extents"] = [volume] * 9  # 1,080 vertices; CstrMaxVertices is 1,000
    with pytest.raises(MalformedError, match="1000"):
        read_constraint(json.dumps(body).encode(), _IDENT, None, client="uss1", allow_http=False)


def test_a_subscription_may_leave_out_altitudes_and_times() -> None:
    bare = _volume(altitude_lower=None, altitude_upper=None, time_start=None, time_end=None)
    body = {"extents": bare, "uss_base_url": "https://uss.example", "notify_for_operational_intents": True}
    found = read_subscription(
        json.dumps(body).encode(),
        _IDENT,
        "v1",
        client="uss1",
        scopes={"utm.strategic_coordination"},
        allow_http=False,
    )
    assert (found.low_m, found.high_m, found.start_us, found.end_us) == (-inf, inf, None, None)
    assert (found.version, found.coordination, found.constraint_processing) == ("v1", True, False)
    assert (found.for_operational_intents, found.for_constraints) == (True, False)


def test_a_search_without_times_is_for_all_of_them() -> None:
    bare = _volume(altitude_lower=None, altitude_upper=None, time_start=None, time_end=None)
    area = read_area(json.dumps({"area_of_interest": bare}).encode())
    assert touches(area, _read(_intent()).extent)
    for empty in (b"{}", b'{"area_of_interest":null}'):
        with pytest.raises(MalformedError, match="where to search"):
            read_area(empty)


def test_an_availability_is_read_with_the_version_it_replaces() -> None:
    data = b'{"old_version":"","availability":"Down"}'
    assert read_availability(data, "uss1") == SetAvailability("uss1", UssState.DOWN, "")
    for bad in (b'{"availability":"Down"}', b'{"old_version":"","availability":"Pure"}', b'{"old_version":"x"}'):
        with pytest.raises(MalformedError):
            read_availability(bad, "uss1")
    with pytest.raises(MalformedError, match="too long"):
        read_availability(data, "u" * 1_025)


def test_a_report_keeps_the_exchange_as_it_was_sent() -> None:
    exchange = {
        "url": "https://registry.example/dss/v1/x",
        "method": "PUT",
        "recorder_role": "Client",
        "request_time": {"value": _FROM, "format": "RFC3339"},
        "response_code": 500,
        "problem": "it answered 500",
        "headers": ["a: b"],
    }
    found = read_report(json.dumps({"exchange": exchange}).encode())
    assert json.loads(msgspec.json.encode(found.exchange)) == exchange
    assert found.told == "PUT https://registry.example/dss/v1/x -> 500: it answered 500"
    for name in ("url", "method", "recorder_role", "request_time"):
        lacking = deepcopy(exchange)
        del lacking[name]
        with pytest.raises(MalformedError, match=name):
            read_report(json.dumps({"exchange": lacking}).encode())
    for name, wrong in (
        ("headers", "a: b"),
        ("response_code", 2**31),
        ("request_time", {"value": "soon", "format": "RFC3339"}),
        ("response_time", {"value": "soon", "format": "RFC3339"}),
        ("response_body", 7),
    ):
        with pytest.raises(MalformedError, match=name):
            read_report(json.dumps({"exchange": {**exchange, name: wrong}}).encode())


def test_what_a_report_leaves_null_is_not_sent_back() -> None:
    """The interface's schemas know no null, so an answer has none; the fuzzing of its files found it."""
    exchange = {
        "url": "",
        "method": "",
        "recorder_role": "Server",
        "request_time": {"value": _FROM, "format": "RFC3339"},
        "request_source": None,  # of no type in the interface, so that null is one, and it must be there
    }
    nulls = dict.fromkeys(("headers", "request_body", "response_time", "response_body", "response_code", "problem"))
    found = read_report(json.dumps({"exchange": {**exchange, **nulls}}).encode())
    assert json.loads(msgspec.json.encode(found.exchange)) == exchange


@pytest.mark.parametrize("read", [_read, read_area, read_report, lambda data: read_availability(data, "uss1")])
@given(
    data=st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["extents", "volume", "key", "state", "area_of_interest", "exchange", "old_version"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_whatever_the_bytes_a_bad_body_is_malformed_and_nothing_else(
    read: Callable[[bytes], object], data: bytes
) -> None:
    with pytest.raises(MalformedError):
        read(data)


@given(chance=st.binary(min_size=16, max_size=16))
def test_an_identifier_is_one_whatever_way_it_is_written(chance: bytes) -> None:
    ident = new_ident(chance)
    for text in (ident, ident.upper(), ident.replace("-", ""), f"urn:uuid:{ident}", f"{{{ident}}}"):
        assert ident_of(text, "path") == ident


@given(chance=st.binary(min_size=16, max_size=16), version=st.sampled_from("01235678f"))
def test_an_identifier_of_another_version_is_refused(chance: bytes, version: str) -> None:
    ident = new_ident(chance)
    for bad in (
        f"{ident[:14]}{version}{ident[15:]}",
        f"{ident[:19]}7{ident[20:]}",
        ident[:-1],
        f"{ident}0",
        "query",
        "",
    ):
        with pytest.raises(MalformedError, match="version-4"):
            ident_of(bad, "path")


@given(us=st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
def test_an_instant_comes_back_as_it_was_said(us: int) -> None:
    text = time_text(us)
    assert instant_us(text, "x", end=False) == instant_us(text, "x", end=True) == us
    assert datetime.fromisoformat(text) - _EPOCH == timedelta(microseconds=us)


def test_what_is_finer_than_a_microsecond_never_narrows() -> None:
    assert instant_us("1970-01-01T00:00:00.0000019Z", "x", end=False) == 1
    assert instant_us("1970-01-01T00:00:00.0000019Z", "x", end=True) == 2
    assert instant_us("1970-01-01T00:00:00.0000010000Z", "x", end=True) == 1
    assert instant_us("1970-01-01t00:00:00+00:00", "x", end=True) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-24",
        "2026-11-24T12:00Z",
        "2026-11-24 12:00:00Z",
        "2026-11-24T12:00:00",
        "2026-11-24T12:00:00+02:00",
        "2026-11-24T12:00:00-00:00",
        "2026-11-24T24:00:00Z",
        "2026-11-24T12:00:60Z",
        "2026-02-30T12:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-11-24T12:00:00.Z",
        "2026-11-24T12:00:00Z ",
        "٢٠٢٦-11-24T12:00:00Z",
        "2026-11-24T12:00:00." + "0" * 90 + "Z",
    ],
)
def test_what_is_no_instant_in_utc_is_refused(text: str) -> None:
    with pytest.raises(MalformedError, match="RFC 3339"):
        instant_us(text, "x", end=False)


@pytest.mark.parametrize(
    "text", ["https://a.example", "https://a.example:8443/b/c", "https://[::1]/x", "https://a.example/"]
)
def test_an_address_of_a_uss_is_kept_as_it_was_written(text: str) -> None:
    assert base_url(text, "x", allow_http=False) == text
    assert base_url(text.replace("https", "http"), "x", allow_http=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "https:///a",
        "https://a b",
        "https://a?q",
        "https://a#f",
        "https://u:p@a.example",
        "javascript:x",
        "https://" + "a" * 2_048,
    ],
)
def test_what_is_no_address_of_a_uss_is_refused(text: str) -> None:
    with pytest.raises(MalformedError, match="no address"):
        base_url(text, "x", allow_http=True)
