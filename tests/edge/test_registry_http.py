"""The door refuses what it must before the store hears of it, in the standard's form, and says how to mend it."""

import asyncio
import json

import pytest

from clearline.edge.registry_http import STATUSES, DoorBounds, Message, Scope
from clearline.edge.registry_http_routes import Incoming, Reply, Route, Router
from clearline.edge.registry_port import StoreUnavailableError
from clearline.registry.refusal import RefusalKind
from tests.edge.registry_calls import Registry, extent, ident
from tests.edge.registry_shapes import assert_shape
from tests.edge.tokens import NOW_S, claims, token

_INTENT = f"/dss/v1/operational_intent_references/{ident(1)}"
_PUT = {"extents": [extent()], "state": "Accepted", "uss_base_url": "https://uss.example"}


def test_every_kind_of_refusal_has_its_status() -> None:
    assert set(STATUSES) == set(RefusalKind)
    assert set(STATUSES.values()) <= {400, 403, 404, 409, 412, 413, 429}


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "/", 404, "nothing at this path"),
        ("GET", "/dss/v1", 404, "nothing at this path"),
        ("GET", "/dss/v1/operational_intent_references/", 400, "nothing after the last"),
        ("PUT", f"{_INTENT}/", 400, "nothing after the last"),
        ("GET", "/dss/v1/operational_intent_references//", 404, "nothing at this path"),
        ("GET", f"{_INTENT}/a/b", 404, "nothing at this path"),
        ("POST", _INTENT, 405, "use GET, PUT"),
        ("GET", f"{_INTENT}/ovn", 405, "use DELETE, PUT"),
        ("PUT", "/healthy", 405, "use GET"),
    ],
)
def test_what_is_not_there_is_said_so(method: str, path: str, status: int, told: str) -> None:
    answer = Registry().call(method, path)
    assert answer.status == status
    assert_shape("message", answer.json)
    assert told in answer.text("message")
    assert status != 405 or answer.headers["allow"] in answer.text("message")


@pytest.mark.parametrize(
    "authorization", [None, "Basic eDp5", "Bearer", "Bearer x", f"Bearer {token(claims(aud='other'))}", "token"]
)
def test_without_a_good_token_nothing_is_answered(authorization: str | None) -> None:
    answer = Registry().call("PUT", _INTENT, _PUT, authorization=authorization)
    assert answer.status == 401
    assert_shape("message", answer.json)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_word_bearer_is_read_in_any_case() -> None:
    text = token(claims(scope="utm.strategic_coordination"))
    assert Registry().call("GET", _INTENT, authorization=f"bearer {text}").status == 404


def test_a_stranger_s_token_makes_the_keys_be_looked_up_again() -> None:
    registry = Registry()
    forged = token(claims())[:-8] + "AAAAAAAA"
    assert registry.call("GET", _INTENT, authorization=f"Bearer {forged}").status == 401
    assert registry.strangers == 1
    assert registry.call("GET", _INTENT, authorization=f"Bearer {token(claims(aud='other'))}").status == 401
    assert registry.strangers == 1


@pytest.mark.parametrize(
    "scope", ["", "utm.constraint_processing", "rid.display_provider", "utm.strategic_coordinatio"]
)
def test_a_token_without_the_scope_is_forbidden_and_told_which(scope: str) -> None:
    answer = Registry().call("PUT", _INTENT, _PUT, scope=scope)
    assert answer.status == 403
    assert_shape("message", answer.json)
    assert "utm.strategic_coordination or utm.conformance_monitoring_sa" in answer.text("message")


def test_a_client_that_calls_too_often_is_told_when_to_come_back() -> None:
    registry = Registry(DoorBounds(rate_per_s=0.5, burst_count=2))
    assert [registry.call("GET", _INTENT).status for _ in range(3)] == [404, 404, 429]
    answer = registry.call("GET", _INTENT)
    assert (answer.status, answer.headers["retry-after"]) == (429, "2")
    assert registry.call("GET", _INTENT, sub="uss2").status == 404
    assert registry.call("GET", "/healthy", authorization=None).status == 200
    registry.now_s += 2.0
    assert registry.call("GET", _INTENT).status == 404


def test_a_body_above_the_bound_is_refused_however_it_comes() -> None:
    registry = Registry(DoorBounds(body_bytes=100))
    for answer in (
        registry.call("PUT", _INTENT, b" " * 101),
        registry.call("PUT", _INTENT, parts=[b" " * 60, b" " * 60]),
        registry.call("PUT", _INTENT, parts=[b" " * 101]),
        registry.call("PUT", _INTENT, parts=[b" " * 30, b" " * 71]),
    ):
        assert answer.status == 413
        assert_shape("message", answer.json)
    assert registry.call("PUT", _INTENT, b" " * 100).status == 400


def test_a_body_in_pieces_is_one_body() -> None:
    registry, data = Registry(), json.dumps(_PUT).encode()
    parts = [data[:10], data[10:11], b"", data[11:]]
    assert registry.call("PUT", _INTENT, parts=parts).status == 201


def test_a_caller_that_leaves_before_the_end_has_asked_nothing() -> None:
    registry = Registry()
    assert registry.call("PUT", _INTENT, parts=[b"..."]).status == 400
    assert registry.call("GET", _INTENT).status == 404


def test_a_request_that_takes_too_long_is_ended_and_never_happens_later() -> None:
    happened: list[str] = []

    async def slow(incoming: Incoming) -> Reply:
        await asyncio.sleep(0.2)
        happened.append(incoming.client)
        return Reply(200, b"{}")

    route = Route("PUT", "/slow", "slow", (), slow)
    registry = Registry(DoorBounds(deadline_s=0.02), more=[route])
    answer = registry.call("PUT", "/slow", {})
    assert answer.status == 503
    assert_shape("message", answer.json)
    assert not happened


def test_a_slow_body_leaves_less_time_for_the_answer() -> None:
    """The client counts from when it began to send; so does the registry."""
    happened: list[str] = []

    async def slow(incoming: Incoming) -> Reply:
        await asyncio.sleep(0.15)
        happened.append(incoming.client)
        return Reply(200, b"{}")

    registry = Registry(DoorBounds(deadline_s=0.2), more=[Route("PUT", "/slow", "slow", (), slow)])
    assert asyncio.run(_talk(registry, "PUT", "/slow", [(0.1, {"type": "http.request", "body": b"{}"})])) == 503
    assert not happened


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_what_a_client_asked_that_left_never_happens_later(method: str) -> None:
    happened: list[str] = []

    async def slow(incoming: Incoming) -> Reply:
        await asyncio.sleep(0.3)
        happened.append(incoming.client)
        return Reply(200, b"{}")

    registry = Registry(more=[Route(method, "/slow", "slow", (), slow)])
    coming: list[tuple[float, Message]] = [
        (0.0, {"type": "http.request", "body": b"{}"}),
        (0.1, {"type": "http.disconnect"}),
    ]

    async def ask() -> int:
        status = await _talk(registry, method, "/slow", coming)
        await asyncio.sleep(0.3)
        return status

    assert asyncio.run(ask()) == 400
    assert not happened
    assert "did not wait" in str(registry.lines[-1]["what"])


def test_a_client_that_waits_is_answered_however_long_it_takes() -> None:
    async def slow(incoming: Incoming) -> Reply:
        del incoming
        await asyncio.sleep(0.2)
        return Reply(200, b"{}")

    registry = Registry(more=[Route("PUT", "/slow", "slow", (), slow)])
    assert asyncio.run(_talk(registry, "PUT", "/slow", [(0.0, {"type": "http.request", "body": b"{}"})])) == 200


async def _talk(registry: Registry, method: str, path: str, coming: list[tuple[float, Message]]) -> int:
    """One request whose events come after so many seconds each, and then nothing more; the status of the answer."""
    sent: list[int] = []
    left = iter(coming)

    async def receive() -> Message:
        wait_s, message = next(left, (60.0, None))
        await asyncio.sleep(wait_s)
        assert message is not None
        return message

    async def send(message: Message) -> None:
        sent.append(message.get("status", 0))

    scope: Scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    await registry.door(scope, receive, send)
    return sent[0]


@pytest.mark.parametrize(("in_doubt", "told"), [(False, "wait for it"), (True, "read whether it has happened")])
def test_a_store_that_cannot_be_asked_is_no_defect(in_doubt: bool, told: str) -> None:  # noqa: FBT001
    async def away(incoming: Incoming) -> Reply:
        del incoming
        raise StoreUnavailableError("the database is away", "wait for it", in_doubt=in_doubt)

    registry = Registry(more=[Route("PUT", "/away", "away", (), away)])
    answer = registry.call("PUT", "/away", {})
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert_shape("message", answer.json)
    assert "the database is away" in answer.text("message") and told in answer.text("message")
    assert [line["event"] for line in registry.lines] == ["answered"]


def test_a_body_that_never_comes_is_not_waited_for() -> None:
    registry = Registry(DoorBounds(deadline_s=0.02))

    async def ask() -> int:
        sent: list[int] = []

        async def never() -> object:
            await asyncio.sleep(5.0)
            raise AssertionError

        async def send(message: dict[str, int]) -> None:
            sent.append(message.get("status", 0))

        scope = {
            "type": "http",
            "method": "PUT",
            "path": _INTENT,
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {token(claims())}".encode())],
        }
        await registry.door(scope, never, send)  # type: ignore[arg-type] # as little of a server as it takes
        return sent[0]

    assert asyncio.run(ask()) == 503


def test_no_more_are_let_in_than_the_bound() -> None:
    entered = 0

    async def hold(incoming: Incoming) -> Reply:
        nonlocal entered
        del incoming
        entered += 1
        await asyncio.sleep(0.05)
        return Reply(200, b"{}")

    registry = Registry(DoorBounds(inside_count=2), more=[Route("GET", "/hold", "hold", (), hold)])

    async def ask() -> list[int]:
        answers = await asyncio.gather(*(registry._call("GET", "/hold", [], [b""]) for _ in range(5)))
        return sorted(answer.status for answer in answers)

    assert asyncio.run(ask()) == [200, 200, 503, 503, 503]
    assert entered == 2


def test_one_client_that_waits_for_much_keeps_out_nobody_else() -> None:
    async def hold(incoming: Incoming) -> Reply:
        del incoming
        await asyncio.sleep(0.05)
        return Reply(200, b"{}")

    scopes = (frozenset({"utm.strategic_coordination"}),)
    registry = Registry(DoorBounds(of_client_count=2), more=[Route("GET", "/hold", "hold", scopes, hold)])

    async def ask(*subs: str) -> list[int]:
        heads = [[(b"authorization", f"Bearer {token(claims(sub=sub))}".encode())] for sub in subs]
        answers = await asyncio.gather(*(registry._call("GET", "/hold", head, [b""]) for head in heads))
        assert all(answer.status == 200 or answer.headers["retry-after"] == "1" for answer in answers)
        return [answer.status for answer in answers]

    assert asyncio.run(ask("uss1", "uss1", "uss1", "uss2", "uss1")) == [200, 200, 429, 200, 429]
    assert asyncio.run(ask("uss1", "uss1")) == [200, 200], "who was answered has left"


def test_a_full_house_is_not_a_dead_one() -> None:
    registry = Registry(DoorBounds(inside_count=0))
    assert registry.call("GET", _INTENT).status == 503
    assert registry.call("GET", "/healthy", authorization=None).status == 200


def test_a_defect_is_told_to_the_caller_and_whole_to_the_log() -> None:
    async def broken(incoming: Incoming) -> Reply:
        raise ZeroDivisionError(incoming.request_id)

    registry = Registry(more=[Route("GET", "/broken", "broken", (), broken)])
    answer = registry.call("GET", "/broken")
    assert answer.status == 500
    assert_shape("message", answer.json)
    defect, answered = registry.lines
    assert defect["event"] == "defect" and "ZeroDivisionError" in str(defect["what"])
    assert defect["request"] == answered["request"] == answer.headers["x-request-id"]


def test_each_write_and_each_failure_has_its_line_and_a_read_has_none() -> None:
    registry = Registry()
    made = registry.call("PUT", _INTENT, _PUT)
    assert (made.status, len(registry.lines)) == (201, 1)
    assert registry.lines[0].pop("ms") == 0.0
    assert registry.lines[0] == {
        "at": "2027-01-15T08:00:00Z",
        "event": "answered",
        "call": "createOperationalIntentReference",
        "request": made.headers["x-request-id"],
        "client": "uss1",
        "names": [ident(1)],
        "status": 201,
    }
    assert registry.call("GET", _INTENT).status == 200
    assert len(registry.lines) == 1
    gone = registry.call("GET", _INTENT.replace("0000001", "0000002"), sub="uss2")
    assert (registry.lines[1]["status"], registry.lines[1]["client"]) == (404, "uss2")
    assert str(registry.lines[1]["what"]) in gone.text("message")


def test_the_log_holds_no_token() -> None:
    registry = Registry()
    text = token(claims())
    registry.call("PUT", _INTENT, _PUT, authorization=f"Bearer {text}")
    registry.call("PUT", _INTENT, _PUT, authorization=f"Bearer {text[:-9]}")
    assert len(registry.lines) == 2
    assert text[:40] not in json.dumps(registry.lines)


def test_every_message_names_its_request() -> None:
    registry = Registry()
    for answer in (registry.call("GET", "/x"), registry.call("GET", _INTENT), registry.call("PUT", _INTENT, b"")):
        assert answer.headers["x-request-id"] in answer.text("message")


def test_two_routes_of_one_path_are_a_mistake() -> None:
    async def answer(incoming: Incoming) -> Reply:
        return Reply(200, incoming.body)

    route = Route("GET", "/a/{b}", "a", (), answer)
    with pytest.raises(ValueError, match="twice"):
        Router([route, Route("GET", "/a/{c}", "c", (), answer)])


def test_the_clock_of_the_door_is_the_one_it_was_given() -> None:
    registry = Registry(now_s=NOW_S + 700.0)
    answer = registry.call("PUT", _INTENT, _PUT)
    assert answer.status == 400
    assert "past" in answer.text("message")
