"""F3548-21's calls from request to answer, over a store in memory: statuses, shapes, and what stands in them.

What a rule decides is tried with the rules; here it is that each call reaches its rule and comes back in the standard's
form. Requirement ids are those of the DSS role.
"""

import pytest

from clearline.wire.f3548_calls_answer import NO_SUBSCRIPTION
from tests.edge.registry_calls import Answer, Registry, extent, ident
from tests.edge.registry_shapes import assert_shape
from tests.edge.tokens import NOW_S

_INTENTS = "/dss/v1/operational_intent_references"
_CONSTRAINTS = "/dss/v1/constraint_references"
_SUBSCRIPTIONS = "/dss/v1/subscriptions"
_AVAILABILITY = "/dss/v1/uss_availability/uss1"
_REFERENCE = "operational_intent_reference"
_BASE = "https://uss.example"
_QUERY = {"area_of_interest": extent()}
_HUGE = {"area_of_interest": extent(radius_m=30_000.0)}


def _intent(**other: object) -> dict[str, object]:
    return {"extents": [extent()], "key": [], "state": "Accepted", "uss_base_url": _BASE, **other}


def _constraint(**other: object) -> dict[str, object]:
    return {"extents": [extent()], "uss_base_url": _BASE, **other}


def _subscription(**other: object) -> dict[str, object]:
    return {
        "extents": extent(),
        "uss_base_url": "https://listener.example",
        "notify_for_operational_intents": True,
        **other,
    }


def _check(answer: Answer, status: int, shape: str) -> Answer:
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/json"
    assert_shape(shape, answer.json)
    return answer


def test_an_intent_is_made_read_found_changed_and_deleted() -> None:  # DSS0005,1 and DSS0005,2
    registry = Registry()
    made = _check(registry.call("PUT", f"{_INTENTS}/{ident(1).upper()}", _intent()), 201, "intent changed")
    assert made.part("subscribers") == []
    reference = made.part(_REFERENCE)
    assert isinstance(reference, dict)
    ovn = made.text(_REFERENCE, "ovn")
    assert reference == {
        "id": ident(1),
        "manager": "uss1",
        "uss_availability": "Unknown",
        "version": 1,
        "state": "Accepted",
        "time_start": {"value": "2027-01-15T08:01:00Z", "format": "RFC3339"},
        "time_end": {"value": "2027-01-15T08:11:00Z", "format": "RFC3339"},
        "uss_base_url": _BASE,
        "subscription_id": NO_SUBSCRIPTION,
        "ovn": ovn,
    }
    read = _check(registry.call("GET", f"{_INTENTS}/{ident(1)}"), 200, "intent")
    assert read.part(_REFERENCE) == reference
    found = _check(registry.call("POST", f"{_INTENTS}/query", _QUERY), 200, "intents")
    assert found.part("operational_intent_references") == [reference]
    elsewhere = {"area_of_interest": extent(lat=10.0)}
    assert _check(registry.call("POST", f"{_INTENTS}/query", elsewhere), 200, "intents").json == {
        "operational_intent_references": []
    }
    changed = registry.call(
        "PUT",
        f"{_INTENTS}/{ident(1)}/{ovn}",
        _intent(state="Activated", new_subscription={"uss_base_url": _BASE, "notify_for_constraints": False}),
    )
    _check(changed, 200, "intent changed")
    assert changed.part(_REFERENCE, "version") == 2
    subscription = changed.text(_REFERENCE, "subscription_id")
    assert subscription != NO_SUBSCRIPTION
    assert changed.part("subscribers", 0, "subscriptions", 0, "subscription_id") == subscription
    own = _check(registry.call("GET", f"{_SUBSCRIPTIONS}/{subscription}"), 200, "subscription")
    assert own.part("subscription", "implicit_subscription") is True
    assert own.part("subscription", "dependent_operational_intents") == [ident(1)]
    _check(registry.call("DELETE", f"{_INTENTS}/{ident(1)}/{ovn}"), 409, "message")
    latest = changed.text(_REFERENCE, "ovn")
    gone = _check(registry.call("DELETE", f"{_INTENTS}/{ident(1)}/{latest}"), 200, "intent changed")
    assert gone.part(_REFERENCE) == changed.part(_REFERENCE)
    _check(registry.call("GET", f"{_INTENTS}/{ident(1)}"), 404, "message")
    _check(registry.call("GET", f"{_SUBSCRIPTIONS}/{subscription}"), 404, "message")


def test_an_ovn_is_shown_to_its_manager_alone() -> None:
    registry = Registry()
    registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent())
    registry.call("PUT", f"{_CONSTRAINTS}/{ident(2)}", _constraint())
    for path, name in ((f"{_INTENTS}/{ident(1)}", _REFERENCE), (f"{_CONSTRAINTS}/{ident(2)}", "constraint_reference")):
        mine, theirs = registry.call("GET", path).part(name), registry.call("GET", path, sub="uss2").part(name)
        assert isinstance(mine, dict) and isinstance(theirs, dict)
        ovn = mine.pop("ovn")
        assert mine == theirs
        assert ovn
    for what in ("operational_intent", "constraint"):
        path = f"/dss/v1/{what}_references/query"
        assert "ovn" in str(registry.call("POST", path, _QUERY).part(f"{what}_references", 0))
        assert "ovn" not in str(registry.call("POST", path, _QUERY, sub="uss2").part(f"{what}_references", 0))


def test_a_key_that_lacks_an_ovn_is_told_which() -> None:  # DSS0210 A2-7-2,2a and 2b
    registry = Registry()
    first = registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent())
    registry.call("PUT", f"{_CONSTRAINTS}/{ident(2)}", _constraint())
    blind = registry.call("PUT", f"{_INTENTS}/{ident(3)}", _intent(), sub="uss2")
    _check(blind, 409, "conflict")
    assert blind.part("missing_operational_intents", 0, "id") == ident(1)
    assert blind.part("missing_constraints") == []
    assert first.text(_REFERENCE, "ovn") not in blind.body.decode()
    asking = {"uss_base_url": _BASE, "notify_for_constraints": True}
    both = registry.call("PUT", f"{_INTENTS}/{ident(3)}", _intent(new_subscription=asking), sub="uss2")
    assert _check(both, 409, "conflict").part("missing_constraints", 0, "id") == ident(2)
    seeing = _intent(key=[first.text(_REFERENCE, "ovn")])
    _check(registry.call("PUT", f"{_INTENTS}/{ident(3)}", seeing, sub="uss2"), 201, "intent changed")


def test_a_requested_suffix_makes_the_ovn() -> None:
    registry = Registry()
    ms = f"{NOW_S * 1000:012x}"
    suffix = f"{ms[:8]}-{ms[8:]}-7b2e-9a63-2b1f0c9d8e7f"
    made = registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent(requested_ovn_suffix=suffix))
    assert _check(made, 201, "intent changed").part(_REFERENCE, "ovn") == f"{ident(1)}_{suffix}"
    stale = f"{'0' * 8}-0000-7b2e-9a63-2b1f0c9d8e7f"
    _check(registry.call("PUT", f"{_INTENTS}/{ident(2)}", _intent(requested_ovn_suffix=stale)), 400, "message")


def test_a_constraint_is_made_read_found_changed_and_deleted() -> None:  # DSS0005,3 and DSS0005,4
    registry = Registry()
    path = f"{_CONSTRAINTS}/{ident(1)}"
    registry.call("PUT", f"{_SUBSCRIPTIONS}/{ident(9)}", _subscription(notify_for_constraints=True), sub="uss2")
    made = _check(registry.call("PUT", path, _constraint()), 201, "constraint changed")
    assert made.part("subscribers") == [
        {
            "uss_base_url": "https://listener.example",
            "subscriptions": [{"subscription_id": ident(9), "notification_index": 1}],
        }
    ]
    ovn = made.text("constraint_reference", "ovn")
    read = _check(registry.call("GET", path), 200, "constraint")
    assert read.part("constraint_reference") == made.part("constraint_reference")
    found = _check(registry.call("POST", f"{_CONSTRAINTS}/query", _QUERY), 200, "constraints")
    assert found.part("constraint_references", 0, "id") == ident(1)
    _check(registry.call("PUT", f"{path}/{'x' * 43}", _constraint()), 409, "message")
    _check(registry.call("PUT", f"{path}/{ovn}", _constraint(), sub="uss2"), 403, "message")
    changed = _check(registry.call("PUT", f"{path}/{ovn}", _constraint()), 200, "constraint changed")
    latest = changed.text("constraint_reference", "ovn")
    _check(registry.call("DELETE", f"{path}/{latest}"), 200, "constraint changed")
    _check(registry.call("GET", path), 404, "message")


def test_a_subscription_is_made_read_found_changed_and_deleted() -> None:  # DSS0005,5
    registry = Registry()
    path = f"{_SUBSCRIPTIONS}/{ident(1)}"
    registry.call("PUT", f"{_INTENTS}/{ident(2)}", _intent())
    registry.call("PUT", f"{_CONSTRAINTS}/{ident(3)}", _constraint())
    made = _check(registry.call("PUT", path, _subscription()), 200, "subscription put")
    assert made.part("operational_intent_references", 0, "id") == ident(2)
    assert "constraint_references" not in made.json, "it did not ask for constraints"
    assert made.part("subscription", "notification_index") == 0
    version = made.text("subscription", "version")
    _check(registry.call("PUT", path, _subscription()), 409, "message")
    changed = registry.call("PUT", f"{path}/{version}", _subscription(notify_for_constraints=True))
    assert _check(changed, 200, "subscription put").part("constraint_references", 0, "id") == ident(3)
    latest = changed.text("subscription", "version")
    assert latest != version
    found = _check(registry.call("POST", f"{_SUBSCRIPTIONS}/query", _QUERY), 200, "subscriptions")
    assert found.part("subscriptions", 0) == changed.part("subscription")
    others = registry.call("POST", f"{_SUBSCRIPTIONS}/query", _QUERY, sub="uss2")
    assert _check(others, 200, "subscriptions").part("subscriptions") == []
    _check(registry.call("DELETE", f"{path}/{version}"), 409, "message")
    _check(registry.call("DELETE", f"{path}/{latest}"), 200, "subscription")
    _check(registry.call("GET", path), 404, "message")


def test_a_subscription_without_times_begins_now_and_lasts_a_day() -> None:  # DSS0015
    bare = {"volume": {"outline_circle": {"center": {"lat": 52, "lng": 4}, "radius": {"value": 9, "units": "M"}}}}
    made = Registry().call("PUT", f"{_SUBSCRIPTIONS}/{ident(1)}", _subscription(extents=bare))
    assert _check(made, 200, "subscription put").part("subscription", "time_start", "value") == "2027-01-15T08:00:00Z"
    assert made.part("subscription", "time_end", "value") == "2027-01-16T08:00:00Z"


def test_an_availability_is_set_and_read() -> None:  # DSS0100,1
    registry = Registry()
    unknown = _check(registry.call("GET", _AVAILABILITY), 200, "availability")
    assert unknown.json == {"version": "", "status": {"uss": "uss1", "availability": "Unknown"}}
    down = registry.call("PUT", _AVAILABILITY, {"old_version": "", "availability": "Down"}, sub="arbiter")
    version = _check(down, 200, "availability").text("version")
    assert registry.call("GET", _AVAILABILITY, sub="uss2").json == down.json
    stale = registry.call("PUT", _AVAILABILITY, {"old_version": "", "availability": "Normal"}, sub="arbiter")
    _check(stale, 409, "message")
    refused = registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent())
    assert "Down" in _check(refused, 412, "message").text("message")
    normal = {"old_version": version, "availability": "Normal"}
    _check(registry.call("PUT", _AVAILABILITY, normal, sub="arbiter"), 200, "availability")
    _check(registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent()), 201, "intent changed")


def test_a_report_is_taken_and_named() -> None:  # DSS0100,2
    registry = Registry()
    exchange = {
        "url": "https://registry.example/x",
        "method": "PUT",
        "recorder_role": "Client",
        "request_time": {"value": "2026-11-24T12:00:00Z", "format": "RFC3339"},
        "problem": "no answer",
    }
    taken = _check(registry.call("POST", "/dss/v1/reports", {"exchange": exchange}), 201, "report")
    assert taken.part("exchange") == exchange
    assert taken.text("report_id") in str(registry.lines[0]["what"])
    assert "no answer" in str(registry.lines[0]["what"])
    _check(registry.call("POST", "/dss/v1/reports", {}), 400, "message")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", f"{_INTENTS}/{ident(1)}", {**_intent(), "extents": [extent(radius_m=30_000.0)]}, 400),
        ("PUT", f"{_CONSTRAINTS}/{ident(1)}", {**_constraint(), "extents": [extent(radius_m=60_000.0)]}, 400),
        ("PUT", f"{_SUBSCRIPTIONS}/{ident(1)}", {**_subscription(), "extents": extent(radius_m=30_000.0)}, 400),
        ("POST", f"{_INTENTS}/query", _HUGE, 400),
        ("POST", f"{_CONSTRAINTS}/query", _HUGE, 400),
        ("POST", f"{_SUBSCRIPTIONS}/query", _HUGE, 413),
    ],
)
def test_an_area_above_the_bound_has_the_status_that_clients_know(
    method: str, path: str, body: object, status: int
) -> None:
    answer = _check(Registry().call(method, path, body), status, "message")
    assert "km2" in answer.text("message")


@pytest.mark.parametrize("kind", [_INTENTS, _CONSTRAINTS, _SUBSCRIPTIONS])
def test_an_identifier_that_is_none_is_refused(kind: str) -> None:
    body = {_INTENTS: _intent(), _CONSTRAINTS: _constraint(), _SUBSCRIPTIONS: _subscription()}[kind]
    for method, path, sent in (
        ("GET", f"{kind}/7", None),
        ("PUT", f"{kind}/7", body),
        ("PUT", f"{kind}/7/version-of-it-xxx", body),
        ("DELETE", f"{kind}/7/version-of-it-xxx", None),
    ):
        answer = _check(Registry().call(method, path, sent), 400, "message")
        assert "version-4" in answer.text("message")


@pytest.mark.parametrize("state", ["Nonconforming", "Contingent"])
def test_an_off_nominal_state_needs_its_scope(state: str) -> None:  # SCD0100
    registry = Registry()
    ovn = registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent()).text(_REFERENCE, "ovn")
    body = _intent(state=state, new_subscription={"uss_base_url": _BASE})
    path = f"{_INTENTS}/{ident(1)}/{ovn}"
    _check(registry.call("PUT", path, body, scope="utm.strategic_coordination"), 403, "message")
    _check(registry.call("PUT", path, body, scope="utm.conformance_monitoring_sa"), 200, "intent changed")


def test_constraints_are_announced_only_to_who_holds_their_scope() -> None:
    registry = Registry()
    asking = _subscription(notify_for_constraints=True)
    path = f"{_SUBSCRIPTIONS}/{ident(1)}"
    _check(registry.call("PUT", path, asking, scope="utm.strategic_coordination"), 403, "message")
    both = "utm.strategic_coordination utm.constraint_processing"
    _check(registry.call("PUT", path, asking, scope=both), 200, "subscription put")


def test_what_has_ended_is_not_there() -> None:  # DSS0210 A2-7-2,4d
    registry = Registry()
    registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent())
    registry.call("PUT", f"{_SUBSCRIPTIONS}/{ident(2)}", _subscription())
    registry.now_s = NOW_S + 661.0
    _check(registry.call("GET", f"{_INTENTS}/{ident(1)}"), 404, "message")
    _check(registry.call("GET", f"{_SUBSCRIPTIONS}/{ident(2)}"), 404, "message")
