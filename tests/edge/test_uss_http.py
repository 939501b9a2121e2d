"""The endpoints of a planning system, called as others call them: the right token, the right answer, nothing more."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from clearline.airspace.reference import IntentState
from clearline.app.uss_node import UssNode
from clearline.wire.f3548_uss import read_details, update_body
from tests.app.uss_sky import MEANING, Sky, flight, meant
from tests.edge.registry_calls import extent
from tests.node.uss_intents import known, uuid

_S = IntentState
_COORDINATION, _MONITORING = "utm.strategic_coordination", "utm.conformance_monitoring_sa"
_PLAN, _DIRECT = "interuss.flight_planning.plan", "interuss.flight_planning.direct_automated_test"
_USS = "https://uss1.example/uss/v1"
_HARNESS = "https://uss1.example/flight_planning/v1"
Story = Callable[[Sky, UssNode], Awaitable[None]]


def _play(story: Story) -> None:
    sky = Sky()

    async def whole() -> None:
        async with sky.system("uss1") as node:
            await story(sky, node)

    asyncio.run(whole())


def test_details_are_what_the_registry_last_took() -> None:
    """USS0105,1; OPIN0025."""

    async def story(sky: Sky, node: UssNode) -> None:
        await node.plan(flight(1), meant(priority=3))
        held = node.held(flight(1))
        assert held is not None and held.known is not None
        url = f"{_USS}/operational_intents/{held.ident}"
        answer = await sky.ask("GET", url, scope=_COORDINATION)
        told = read_details(answer.content, MEANING, source="t")
        assert answer.status_code == 200 and told.reference == held.known.reference and told.meant.priority == 3
        assert (await sky.ask("GET", url, scope="utm.constraint_processing")).status_code == 403
        assert (await sky.ask("GET", f"{_USS}/operational_intents/{uuid(5)}", scope=_COORDINATION)).status_code == 404
        assert (await sky.ask("GET", f"{_USS}/operational_intents/5", scope=_COORDINATION)).status_code == 400

    _play(story)


def test_telemetry_is_for_off_nominal_intents_alone() -> None:
    """USS0105,2."""

    async def story(sky: Sky, node: UssNode) -> None:
        await node.plan(flight(1), meant(_S.ACTIVATED))
        held = node.held(flight(1))
        assert held is not None
        url = f"{_USS}/operational_intents/{held.ident}/telemetry"
        assert (await sky.ask("GET", url, scope=_MONITORING)).status_code == 409
        await node.plan(flight(1), meant(_S.NONCONFORMING))
        answer = await sky.ask("GET", url, scope=_MONITORING)
        assert answer.status_code == 200 and answer.json() == {"operational_intent_id": held.ident}
        assert (await sky.ask("GET", url, scope=_COORDINATION)).status_code == 403
        assert (await sky.ask("GET", url + "s", scope=_MONITORING)).status_code == 404

    _play(story)


def test_a_notification_is_taken_from_the_manager_alone() -> None:
    """USS0105,3. Nobody may tell of another's intent."""

    async def story(sky: Sky, node: UssNode) -> None:
        await node.plan(flight(1), meant())
        told = known(8, meant(priority=9), manager="uss2")
        body, url = update_body(told.reference.ident, told, [(uuid(9), 1)]), f"{_USS}/operational_intents"
        assert (await sky.ask("POST", url, body, scope=_COORDINATION, sub="thief")).status_code == 400
        assert not node.notices.between(0, sky.now_us())
        assert (await sky.ask("POST", url, body, scope=_COORDINATION)).status_code == 204
        assert [one.flight for one in node.notices.between(0, sky.now_us())] == [flight(1)]
        gone = update_body(told.reference.ident, None, [(uuid(9), 2)])
        assert (await sky.ask("POST", url, gone, scope=_COORDINATION)).status_code == 204
        assert (await sky.ask("POST", url, b"{}", scope=_COORDINATION)).status_code == 400

    _play(story)


def test_reports_are_taken_and_what_is_not_kept_is_not_there() -> None:
    """USS0105,4."""

    async def story(sky: Sky, node: UssNode) -> None:
        del node
        exchange = {
            "url": "https://uss1.example/x",
            "method": "GET",
            "recorder_role": "Client",
            "request_time": {"value": "2027-01-15T08:00:00Z", "format": "RFC3339"},
        }
        answer = await sky.ask("POST", f"{_USS}/reports", {"exchange": exchange}, scope="utm.constraint_management")
        assert answer.status_code == 201 and answer.json()["report_id"] and answer.json()["exchange"] == exchange
        for path in (f"log_sets/{uuid(1)}", f"constraints/{uuid(1)}"):
            assert (await sky.ask("GET", f"{_USS}/{path}", scope="utm.constraint_processing")).status_code == 404

    _play(story)


def _wish(usage: str, request: str, *, area: object = None, style: str = "IfAllowed") -> dict[str, object]:
    basic = {"usage_state": usage, "uas_state": "Nominal", "area": [area or extent(from_s=0.0)]}
    return {
        "flight_plan": {"basic_information": basic, "astm_f3548_21": {"priority": 0}},
        "execution_style": style,
        "request_id": request,
    }


def test_the_harness_plays_a_users_whole_day() -> None:
    async def story(sky: Sky, node: UssNode) -> None:
        url = f"{_HARNESS}/flight_plans/{flight(1)}"
        for number, (usage, status) in enumerate((("Planned", "Planned"), ("InUse", "OkToFly"), ("Closed", "Closed"))):
            answer = await sky.ask("PUT", url, _wish(usage, f"r{number}"), scope=_PLAN)
            assert answer.json()["flight_plan_status"] == status, answer.content
            assert answer.json()["planning_result"] == "Completed"
        assert node.held(flight(1)) is None
        assert (await sky.ask("DELETE", url, scope=_DIRECT)).status_code == 404
        await sky.ask("PUT", url, _wish("Planned", "r9"), scope=_PLAN)
        body = {"request_id": "c1", "extent": extent(from_s=0.0)}
        cleared = await sky.ask("POST", f"{_HARNESS}/clear_area_requests", body, scope=_DIRECT)
        assert cleared.json()["outcome"]["success"] is True and node.held(flight(1)) is None

    _play(story)


def test_a_request_that_comes_again_is_answered_as_before_and_done_once() -> None:
    async def story(sky: Sky, node: UssNode) -> None:
        url, wish = f"{_HARNESS}/flight_plans/{flight(1)}", _wish("Planned", "the same")
        first, again = await asyncio.gather(*(sky.ask("PUT", url, wish, scope=_PLAN) for _ in range(2)))
        assert first.content == again.content
        held = node.held(flight(1))
        assert held is not None and held.known is not None and held.known.reference.version == 1

    _play(story)


def test_what_a_user_cannot_plan_is_rejected_with_the_reason_and_shared_with_nobody() -> None:
    async def story(sky: Sky, node: UssNode) -> None:
        url = f"{_HARNESS}/flight_plans/{flight(1)}"
        answer = await sky.ask("PUT", url, _wish("Planned", "r1", area={"volume": {}}), scope=_PLAN)
        assert (answer.json()["planning_result"], answer.json()["flight_plan_status"]) == ("Rejected", "NotPlanned")
        assert answer.json()["notes"] and node.held(flight(1)) is None
        foreseen = await sky.ask("PUT", url, _wish("Planned", "r2", style="Hypothetical"), scope=_PLAN)
        assert foreseen.json()["planning_result"] == "Completed" and node.held(flight(1)) is None

    _play(story)


@pytest.mark.parametrize(
    ("path", "scope", "status"),
    [
        ("/flight_planning/v1/status", _DIRECT, 200),
        ("/flight_planning/v1/status", _PLAN, 403),
        ("/flight_planning/v1/user_notifications?after=2027-01-01T00:00:00Z", _PLAN, 200),
        ("/flight_planning/v1/user_notifications", _PLAN, 400),
        ("/flight_planning/v1/user_notifications?after=2027-02-01T00:00:00Z", _PLAN, 400),
        ("/flight_planning/v1/user_notifications?after=now", _PLAN, 400),
        ("/versioning/versions/astm.f3548.v21", "interuss.versioning.read_system_versions", 200),
        ("/versioning/versions/other", "interuss.versioning.read_system_versions", 404),
    ],
)
def test_the_harness_answers_its_director(path: str, scope: str, status: int) -> None:
    async def story(sky: Sky, node: UssNode) -> None:
        del node
        answer = await sky.ask("GET", f"https://uss1.example{path}", scope=scope)
        assert answer.status_code == status, json.dumps(answer.text)

    _play(story)
