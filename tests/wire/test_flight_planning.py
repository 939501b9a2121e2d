"""The harness's bodies: what the suite sends is read, and what it cannot have meant is refused or rejected."""

import json

import pytest

from clearline.airspace.reference import IntentState
from clearline.wire.errors import MalformedError
from clearline.wire.flight_planning import (
    cleared_body,
    done_body,
    notices_body,
    read_clear,
    read_instant,
    read_upsert,
    status_body,
    version_body,
)
from tests.edge.registry_calls import extent


def _request(usage: str = "Planned", uas: str | None = "Nominal", area: object = None, **more: object) -> bytes:
    basic: dict[str, object] = {"usage_state": usage, "area": [extent()] if area is None else area}
    if uas is not None:
        basic["uas_state"] = uas
    plan = {"basic_information": basic, "astm_f3548_21": {"priority": 7}}
    return json.dumps({"flight_plan": plan, "execution_style": "IfAllowed", "request_id": "r1", **more}).encode()


@pytest.mark.parametrize(
    ("usage", "uas", "state"),
    [
        ("Planned", "Nominal", IntentState.ACCEPTED),
        ("Planned", None, IntentState.ACCEPTED),
        ("InUse", "Nominal", IntentState.ACTIVATED),
        ("InUse", "OffNominal", IntentState.NONCONFORMING),
        ("InUse", "Contingent", IntentState.CONTINGENT),
        ("Closed", "Nominal", None),
    ],
)
def test_each_state_of_a_flight_is_one_of_an_intent(usage: str, uas: str | None, state: IntentState | None) -> None:
    found = read_upsert(_request(usage, uas))
    assert (found.state, found.priority, found.problem, found.hypothetical) == (state, 7, None, False)
    assert len(found.volumes) == (0 if state is None else 1)


def test_what_cannot_be_planned_is_a_problem_and_not_a_fault_of_form() -> None:
    ground = extent()
    ground["volume"] = {**ground["volume"], "altitude_lower": {"value": 0, "reference": "SFC", "units": "M"}}  # type: ignore[dict-item]
    for data in (_request("Planned", "OffNominal"), _request(area=[]), _request(area=[ground]), _request(area=[{}])):
        assert read_upsert(data).problem


def test_a_hypothetical_request_says_so() -> None:
    assert read_upsert(_request(execution_style="Hypothetical")).hypothetical


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", _request("Flying"), _request(execution_style="Perhaps")])
def test_a_fault_of_form_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_upsert(data)
    with pytest.raises(MalformedError):
        read_clear(data)


def test_an_area_to_clear_is_read() -> None:
    found = read_clear(json.dumps({"request_id": "r", "extent": extent()}).encode())
    assert found.shape.core().radius_m == 200.0


def test_answers_have_the_interfaces_members() -> None:
    assert json.loads(status_body())["status"] == "Ready"
    assert json.loads(done_body("Rejected", "NotPlanned", "it meets another", 2)) == {
        "planning_result": "Rejected",
        "flight_plan_status": "NotPlanned",
        "notes": "it meets another",
        "includes_advisories": "AtLeastOneAdvisoryOrCondition",
    }
    assert json.loads(cleared_body([]))["outcome"]["success"] is True
    assert json.loads(cleared_body(["f1: no"]))["outcome"] == {"success": False, "message": "f1: no"}
    told = json.loads(notices_body([(0, 0, "a"), (0, 1, "b"), (1_000_000, 2, "c")]))["user_notifications"]
    assert [one["conflicts"] for one in told] == ["Unknown", "Single", "Multiple"]
    assert read_instant(told[2]["observed_at"]["value"]) == 1_000_000
    assert json.loads(version_body("a", "v1")) == {"system_identity": "a", "system_version": "v1"}
