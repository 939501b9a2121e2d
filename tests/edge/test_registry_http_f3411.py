"""F3411's calls from request to answer, the same tale in both versions, and across them.

What a rule decides is tried with the rules; here it is that each call reaches its rule and comes back in the words of
its version. Requirement ids are those of the DSS role.
"""

from typing import TypeAlias

import jsonschema
import pytest

from clearline.wire.f3411_calls_answer import F3411Version
from tests.edge.registry_calls import Answer, Registry, extent, ident
from tests.edge.registry_shapes import assert_shape
from tests.edge.tokens import NOW_S

Shape: TypeAlias = dict[str, object]
_V19, _V22A = F3411Version.V19, F3411Version.V22A
_BOTH = pytest.mark.parametrize("version", [_V19, _V22A])
_PREFIX = {_V19: "/v1/dss", _V22A: "/rid/v2/dss"}
_SCOPES = {
    _V19: "dss.read.identification_service_areas dss.write.identification_service_areas",
    _V22A: "rid.service_provider rid.display_provider",
}
_RING = "51.99,4.39,51.99,4.41,52.01,4.41,52.01,4.39"
_FAR = "10,4,10,4.1,10.1,4.1"
_HUGE = "50,4,50,5,51,5,51,4"


def _object(required: Shape, **optional: Shape) -> Shape:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


def _list(of: Shape) -> Shape:
    return {"type": "array", "items": of}


_TEXT: Shape = {"type": "string", "minLength": 1}
_COUNT: Shape = {"type": "integer", "minimum": 0}
_INSTANT: Shape = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
_TIME = {_V19: _INSTANT, _V22A: _object({"value": _INSTANT, "format": {"const": "RFC3339"}})}


def _area_shape(version: F3411Version) -> Shape:
    url = "flights_url" if version is _V19 else "uss_base_url"
    times: Shape = {"time_start": _TIME[version], "time_end": _TIME[version]}
    return _object({"id": _TEXT, "owner": _TEXT, "version": _TEXT, url: _TEXT, **times})


def _subscription_shape(version: F3411Version) -> Shape:
    callbacks = _object({"identification_service_area_url": _TEXT})
    url: Shape = {"url": _TEXT, "callbacks": callbacks} if version is _V19 else {"uss_base_url": _TEXT}
    times: Shape = {"time_start": _TIME[version], "time_end": _TIME[version]}
    return _object({"id": _TEXT, "owner": _TEXT, "version": _TEXT, "notification_index": _COUNT, **url, **times})


def answer_shape(name: str, version: F3411Version) -> Shape:
    """The shape of an answer, in the words of a version."""
    area, subscription = _area_shape(version), _subscription_shape(version)
    told = _object(
        {
            "url": _TEXT,
            "subscriptions": {
                **_list(_object({"subscription_id": _TEXT, "notification_index": _COUNT})),
                "minItems": 1,
            },
        }
    )
    return {
        "area": _object({"service_area": area}),
        "areas": _object({"service_areas": _list(area)}),
        "area changed": _object({"service_area": area, "subscribers": _list(told)}),
        "subscription": _object({"subscription": subscription}),
        "subscriptions": _object({"subscriptions": _list(subscription)}),
        "subscription put": _object({"subscription": subscription, "service_areas": _list(area)}),
    }[name]


def _extents(version: F3411Version, **other: float) -> dict[str, object]:
    """The same volume in the words of a version: a square, as 19 knows no circles."""
    ring = [float(text) for text in _RING.split(",")]
    vertices = [{"lat": lat, "lng": lng} for lat, lng in zip(ring[::2], ring[1::2], strict=True)]
    whole = extent(**other)
    if version is _V22A:
        volume = whole["volume"]
        assert isinstance(volume, dict)
        del volume["outline_circle"]
        return {**whole, "volume": {**volume, "outline_polygon": {"vertices": vertices}}}
    start, end = whole["time_start"], whole["time_end"]
    assert isinstance(start, dict) and isinstance(end, dict)
    return {
        "spatial_volume": {"footprint": {"vertices": vertices}, "altitude_lo": 20, "altitude_hi": 400.5},
        "time_start": start["value"],
        "time_end": end["value"],
    }


def area_body(version: F3411Version, **other: object) -> dict[str, object]:
    """The body that puts an area, in the words of a version."""
    base = "https://provider.example"
    url = {"flights_url": f"{base}/v1/uss/flights"} if version is _V19 else {"uss_base_url": base}
    return {"extents": _extents(version), **url, **other}


def subscription_body(version: F3411Version, **other: object) -> dict[str, object]:
    """The body that puts a subscription, in the words of a version."""
    base = "https://display.example"
    callbacks = {"identification_service_area_url": f"{base}/v1/uss/identification_service_areas"}
    url: dict[str, object] = {"callbacks": callbacks} if version is _V19 else {"uss_base_url": base}
    return {"extents": _extents(version), **url, **other}


class _Spoken:
    """A registry that is spoken to in one version."""

    def __init__(self, version: F3411Version, registry: Registry | None = None) -> None:
        self.version = version
        self.registry = registry or Registry()

    def call(self, method: str, path: str, body: object = None, *, sub: str = "uss1", scope: str = "") -> Answer:
        whole = _PREFIX[self.version] + path
        return self.registry.call(method, whole, body, sub=sub, scope=scope or _SCOPES[self.version])

    def check(self, answer: Answer, status: int, shape: str) -> Answer:
        assert answer.status == status, answer.body
        if shape == "message":
            assert_shape(shape, answer.json)
        else:
            jsonschema.validate(answer.json, answer_shape(shape, self.version))
        return answer


_AREAS, _SUBSCRIPTIONS = "/identification_service_areas", "/subscriptions"


@_BOTH
def test_an_area_is_made_read_found_changed_and_deleted(version: F3411Version) -> None:  # DSS0030,a, b, f
    spoken = _Spoken(version)
    path = f"{_AREAS}/{ident(1)}"
    made = spoken.check(spoken.call("PUT", path, area_body(version)), 200, "area changed")
    area = made.part("service_area")
    assert spoken.check(spoken.call("GET", path, sub="uss2"), 200, "area").part("service_area") == area
    found = spoken.check(spoken.call("GET", f"{_AREAS}?area={_RING}"), 200, "areas")
    assert found.part("service_areas") == [area]
    assert spoken.call("GET", f"{_AREAS}?area={_FAR}").part("service_areas") == []
    first = made.text("service_area", "version")
    spoken.check(spoken.call("PUT", path, area_body(version)), 409, "message")
    spoken.check(spoken.call("PUT", f"{path}/{first}", area_body(version), sub="uss2"), 403, "message")
    changed = spoken.check(spoken.call("PUT", f"{path}/{first}", area_body(version)), 200, "area changed")
    latest = changed.text("service_area", "version")
    spoken.check(spoken.call("DELETE", f"{path}/{first}"), 409, "message")
    gone = spoken.check(spoken.call("DELETE", f"{path}/{latest}"), 200, "area changed")
    assert gone.part("service_area") == changed.part("service_area")
    spoken.check(spoken.call("GET", path), 404, "message")


@_BOTH
def test_a_search_keeps_to_its_times(version: F3411Version) -> None:
    spoken = _Spoken(version)
    spoken.call("PUT", f"{_AREAS}/{ident(1)}", area_body(version))

    def found(times: str) -> object:
        return len(str(spoken.call("GET", f"{_AREAS}?area={_RING}{times}").part("service_areas"))) > 2

    assert found("&earliest_time=2027-01-15T08:11:00Z")  # the very end: touching is meeting
    assert not found("&earliest_time=2027-01-15T08:11:00.000001Z")
    assert found("&latest_time=2027-01-15T08:01:00Z")
    assert not found("&latest_time=2027-01-15T08:00:59.999999Z")
    assert found("&earliest_time=2027-01-15T08:05:00Z&latest_time=2027-01-15T08:06:00Z")


@_BOTH
def test_a_subscription_is_made_read_found_changed_and_deleted(version: F3411Version) -> None:  # DSS0030,c, d, e
    spoken = _Spoken(version)
    path = f"{_SUBSCRIPTIONS}/{ident(1)}"
    spoken.call("PUT", f"{_AREAS}/{ident(2)}", area_body(version), sub="uss2")
    made = spoken.check(spoken.call("PUT", path, subscription_body(version)), 200, "subscription put")
    assert made.part("service_areas", 0, "id") == ident(2)
    assert made.part("subscription", "notification_index") == 0
    found = spoken.check(spoken.call("GET", f"{_SUBSCRIPTIONS}?area={_RING}"), 200, "subscriptions")
    assert found.part("subscriptions") == [made.part("subscription")]
    assert spoken.call("GET", f"{_SUBSCRIPTIONS}?area={_RING}", sub="uss2").part("subscriptions") == []
    told = spoken.call("PUT", f"{_AREAS}/{ident(3)}", area_body(version), sub="uss2")
    count = {"subscription_id": ident(1), "notification_index": 1}
    assert spoken.check(told, 200, "area changed").part("subscribers", 0, "subscriptions") == [count]
    read = spoken.check(spoken.call("GET", path), 200, "subscription")
    assert read.part("subscription", "notification_index") == 1
    first = made.text("subscription", "version")
    changed = spoken.check(spoken.call("PUT", f"{path}/{first}", subscription_body(version)), 200, "subscription put")
    latest = changed.text("subscription", "version")
    spoken.check(spoken.call("DELETE", f"{path}/{latest}"), 200, "subscription")
    spoken.check(spoken.call("GET", path), 404, "message")


def test_what_came_in_by_one_version_is_found_and_announced_by_the_other() -> None:
    registry = Registry()
    old, new = _Spoken(_V19, registry), _Spoken(_V22A, registry)
    old.call("PUT", f"{_SUBSCRIPTIONS}/{ident(1)}", subscription_body(_V19))
    made = new.check(new.call("PUT", f"{_AREAS}/{ident(2)}", area_body(_V22A)), 200, "area changed")
    assert made.part("subscribers", 0, "url") == "https://display.example/v1/uss/identification_service_areas"
    seen = old.check(old.call("GET", f"{_AREAS}/{ident(2)}"), 200, "area")
    assert seen.part("service_area", "flights_url") == "https://provider.example"
    new.call("PUT", f"{_SUBSCRIPTIONS}/{ident(3)}", subscription_body(_V22A))
    other = old.check(old.call("PUT", f"{_AREAS}/{ident(4)}", area_body(_V19)), 200, "area changed")
    assert {url["url"] for url in other.json["subscribers"]} == {  # type: ignore[index,union-attr] # its shape was checked
        "https://display.example",
        "https://display.example/v1/uss/identification_service_areas",
    }
    found = new.check(new.call("GET", f"{_AREAS}?area={_RING}"), 200, "areas")
    assert found.part("service_areas", 1, "uss_base_url") == "https://provider.example/v1/uss/flights"


@_BOTH
@pytest.mark.parametrize("query", ["", "?area=", "?area=1,2,3,4", "?area=1,2,3,4,5", "?area=a,2,3,4,5,6"])
def test_a_search_of_no_area_is_refused(version: F3411Version, query: str) -> None:
    spoken = _Spoken(version)
    for path in (_AREAS, _SUBSCRIPTIONS):
        spoken.check(spoken.call("GET", path + query), 400, "message")


@_BOTH
@pytest.mark.parametrize(
    "query",
    [
        f"?area={_RING}&area={_RING}",
        f"?area={_RING}&earliest_time=noon",
        f"?area={_RING}&latest_time=2027-01-15T08:00:00",
        "?area=91,0,92,0,92,1",
        "?area=0,181,1,181,1,182",
        "?area=nan,0,1,0,1,1",
        "?area=0,0,1_0,0,1,1",
        "?area=52,4,52.01,4.01,52,4.01,52.01,4",
    ],
)
def test_a_search_that_says_no_place_or_time_is_refused(version: F3411Version, query: str) -> None:
    spoken = _Spoken(version)
    spoken.check(spoken.call("GET", _AREAS + query), 400, "message")


@_BOTH
def test_an_area_above_the_bound_has_the_status_that_clients_know(version: F3411Version) -> None:
    spoken = _Spoken(version)
    for path in (_AREAS, _SUBSCRIPTIONS):
        spoken.check(spoken.call("GET", f"{path}?area={_HUGE}"), 413, "message")
    numbers = [float(text) for text in _HUGE.split(",")]
    vertices = [{"lat": lat, "lng": lng} for lat, lng in zip(numbers[::2], numbers[1::2], strict=True)]
    for path, body in ((_AREAS, area_body(version)), (_SUBSCRIPTIONS, subscription_body(version))):
        extents = body["extents"]
        assert isinstance(extents, dict)
        if version is _V19:
            extents["spatial_volume"]["footprint"]["vertices"] = vertices
        else:
            extents["volume"]["outline_polygon"]["vertices"] = vertices
        spoken.check(spoken.call("PUT", f"{path}/{ident(1)}", body), 400, "message")


@_BOTH
@pytest.mark.parametrize("lacking", ["extents", "url", "volume", "outline", "vertices"])
def test_a_body_without_what_it_needs_is_refused(version: F3411Version, lacking: str) -> None:
    spoken = _Spoken(version)
    for path, body in ((_AREAS, area_body(version)), (_SUBSCRIPTIONS, subscription_body(version))):
        extents = body["extents"]
        assert isinstance(extents, dict)
        solid, outline = ("spatial_volume", "footprint") if version is _V19 else ("volume", "outline_polygon")
        if lacking == "extents":
            del body["extents"]
        elif lacking == "url":
            body = {"extents": extents}
        elif lacking == "volume":
            del extents[solid]
        elif lacking == "outline":
            del extents[solid][outline]
        else:
            extents[solid][outline] = {"vertices": []}
        answer = spoken.check(spoken.call("PUT", f"{path}/{ident(1)}", body), 400, "message")
        assert "request body" in answer.text("message")


@_BOTH
def test_an_eleventh_subscription_over_one_place_is_one_too_many(version: F3411Version) -> None:  # DSS0050
    spoken = _Spoken(version)
    answers = [spoken.call("PUT", f"{_SUBSCRIPTIONS}/{ident(n)}", subscription_body(version)) for n in range(1, 12)]
    assert [answer.status for answer in answers] == [200] * 10 + [429]
    spoken.check(answers[-1], 429, "message")


@_BOTH
def test_each_call_needs_its_scope(version: F3411Version) -> None:
    spoken = _Spoken(version)
    read, write = (
        ("dss.read.identification_service_areas", "dss.write.identification_service_areas")
        if version is _V19
        else ("rid.display_provider", "rid.service_provider")
    )
    area, subscription = f"{_AREAS}/{ident(1)}", f"{_SUBSCRIPTIONS}/{ident(2)}"
    assert spoken.call("PUT", area, area_body(version), scope=read).status == 403
    assert spoken.call("PUT", area, area_body(version), scope=write).status == 200
    assert spoken.call("GET", area, scope=read).status == 200
    assert spoken.call("GET", area, scope=write).status == (403 if version is _V19 else 200)
    assert spoken.call("GET", f"{_AREAS}?area={_RING}", scope=write).status == 403
    assert spoken.call("PUT", subscription, subscription_body(version), scope=write).status == 403
    assert spoken.call("PUT", subscription, subscription_body(version), scope=read).status == 200
    assert spoken.call("GET", subscription, scope=write).status == 200
    assert spoken.call("GET", area, scope="utm.strategic_coordination").status == 403


@_BOTH
def test_times_are_those_that_were_said(version: F3411Version) -> None:
    spoken = _Spoken(version)
    body = area_body(version, extents=_extents(version, from_s=0.5, until_s=3_600.25))
    made = spoken.call("PUT", f"{_AREAS}/{ident(1)}", body)
    start, end = made.part("service_area", "time_start"), made.part("service_area", "time_end")
    texts = (start, end) if version is _V19 else (start["value"], end["value"])  # type: ignore[index]
    assert texts == ("2027-01-15T08:00:00.500000Z", "2027-01-15T09:00:00.250000Z")
    assert spoken.registry.now_s == NOW_S
