"""The officers' door: every route is in the file and answers as it says; roles, sessions, codes, events, sign-in."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import jsonschema
import pytest
import yaml
from joserfc.jwk import OKPKey
from starlette.applications import Starlette

from clearline.app.make_party import CARD_FILE, make_party
from clearline.app.officer_node import OfficerNode
from clearline.app.party_home import Opened, open_home
from clearline.edge.officer_acts import ACTS
from clearline.edge.officer_auth import Account, Doorkeeper
from clearline.edge.officer_desk import ROUTES, STATUSES, OfficerDesk
from clearline.edge.officer_http import API, DOOR_ROUTES, OfficerDoor
from clearline.edge.officer_views import VIEWS
from clearline.edge.oidc import OidcSettings
from clearline.edge.totp import STEP_S, code_at, spent_step
from clearline.line.bodies import BODIES, KINDS
from clearline.line.statement import Actor
from clearline.line.terms import Role
from clearline.wire.json_text import Json
from clearline.wire.officer_json import shown
from tests.edge.provider import Provider, running
from tests.line.two_desks import area
from tests.tidy.tree import ROOT

_DOC: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "api" / "line.yaml").read_text("utf-8"))
_SECRET = b"12345678901234567890"
_ALL = Actor("OPS", "first", frozenset(Role))
_OTHER = Actor("OPS", "second", frozenset(Role))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Opened]:
    for name in ("Alfa", "Bravo"):
        make_party(tmp_path / name, name, coverage=f"the forces of {name}")
    with open_home(tmp_path / "Alfa") as opened:
        opened.node.import_card((tmp_path / "Bravo" / CARD_FILE).read_bytes())
        keeper = Doorkeeper(opened.store, opened.clock)
        account = Account("ops-1", "OPS", "first", tuple(Role), totp_secret=_SECRET.hex(), subject="person-7")
        keeper.put(account, password="a long password")
        yield opened


def door(opened: Opened, oidc: OidcSettings | None = None) -> OfficerDoor:
    node = OfficerNode(opened.node, opened.clock)
    keeper = Doorkeeper(opened.store, opened.clock)
    return OfficerDoor(node, keeper, opened.clock, on_peer=lambda _: None, oidc=oidc)


def client(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node")


def code(opened: Opened) -> str:
    return code_at(_SECRET, opened.clock.now_ms() // 1000 // STEP_S)


async def signed_in(made: OfficerDoor, wish: dict[str, str]) -> httpx.AsyncClient:
    found = client(made.app)
    answer = await found.post(f"{API}/sessions", json=wish)
    assert answer.status_code == 201, answer.text
    found.headers["authorization"] = f"Bearer {answer.json()['token']}"
    return found


def checked(schema: object, value: object) -> None:
    """An answer is as the file says."""
    whole = {**cast("dict[str, Any]", schema), "components": _DOC["components"]}
    jsonschema.Draft202012Validator(whole).validate(value)


# --- the file and the table


def test_every_route_is_in_the_file_and_the_file_has_no_other() -> None:
    told = {(method.upper(), path) for path, by in _DOC["paths"].items() for method in by}
    assert told == {(row.method, row.path) for row in ROUTES} | set(DOOR_ROUTES)


def test_every_route_asks_the_role_that_the_file_says() -> None:
    for row in ROUTES:
        assert _DOC["paths"][row.path][row.method.lower()]["x-role"] == row.role.value, row.path


def test_every_body_in_the_file_has_the_members_of_its_class() -> None:
    for act in ACTS:
        schema = _DOC["paths"][act.path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert ("body" in schema["properties"]) is (act.body is not None), act.path
        if act.body is not None:
            named = _DOC["components"]["schemas"][act.body.__name__]
            assert is_dataclass(act.body)
            assert list(named["properties"]) == [one.name for one in fields(act.body)]
            assert named["required"] == [one.name for one in fields(act.body) if one.default is MISSING]


def test_the_file_names_every_kind_of_statement() -> None:
    assert set(_DOC["components"]["schemas"]["AnyBody"]["properties"]["kind"]["enum"]) == set(KINDS)


def test_what_a_person_can_say_has_a_route() -> None:
    said = {act.body for act in ACTS} | {act.about for act in ACTS}
    by_rule = {"agree", "closed", "confirmation", "draft", "released", "withdrawn_draft", "recheck", "conflict_found"}
    missing = [one.kind for one in BODIES if one.by_person_only and one not in said and one.kind not in by_rule]
    assert not missing


def test_no_route_hides_another() -> None:
    seen = [(row.method, re.sub(r"{\w+}", "*", row.path)) for row in ROUTES]
    assert len(set(seen)) == len(seen)
    assert set(STATUSES.values()) <= {400, 403, 404, 503}


def test_each_route_is_refused_without_its_role(home: Opened) -> None:
    desk = OfficerDesk(OfficerNode(home.node, home.clock))
    for row in ROUTES:
        without = Actor("OPS", "first", frozenset(set(Role) - {row.role}))
        path = row.path.replace("{id}", "0" * 64).replace("{code}", "A01")
        answer = desk.answer(row.method, path, {}, b"{}", without)
        assert (answer.status, cast("dict[str, str]", answer.json())["rule"]) == (403, "ROLE"), row.path


def test_every_view_answers_in_its_schema(home: Opened) -> None:
    desk = OfficerDesk(OfficerNode(home.node, home.clock))
    ids = filled(desk)
    for view in VIEWS:
        query = {"peer": "bravo"} if "peer*" in view.query else {}
        if view.path == "/bundle":
            query["from_ms"] = "0"
        path = view.path.replace("{code}", "A01").replace("{id}", ids.get(view.path, ids["/statements/{id}"]))
        answer = desk.answer("GET", path, query, b"", _ALL)
        assert answer.status == 200, (view.path, answer.data)
        told = _DOC["paths"][view.path]["get"]["responses"]["200"]["content"]
        assert answer.media.split(";")[0] in told, view.path
        if answer.media == "application/json":
            checked(told["application/json"]["schema"], json.loads(answer.data))


def filled(desk: OfficerDesk) -> dict[str, str]:
    """Something of every kind said; the identifiers by the view that shows them."""
    now_ms = 4_000_000_000_000
    notice: dict[str, Json] = {
        "type": "N1", "subject": "A1", "title": "Orbit", "level": "OPERATIONAL", "function": "FLIGHT_SAFETY",
        "areas": [shown(area())],
    }  # fmt: skip
    opened: dict[str, Json] = {"level": "OPERATIONAL", "state": "OPEN", "from_ms": 0}
    suspension: dict[str, Json] = {"from_ms": 0, "levels": ["TACTICAL"], "reason": "public"}
    talk: dict[str, Json] = {
        "level": "OPERATIONAL", "function": "POLICY", "from_post": "OPS", "to_post": "OPS",
        "windows": [{"start_ms": now_ms, "end_ms": now_ms}],
    }  # fmt: skip
    told = say(desk, "/notices", {"peer": "bravo", "body": notice})
    ids = {"/notices/{id}": told, "/statements/{id}": told, "/journeys/{id}": told}
    say(desk, "/declarations", {"peer": "bravo", "body": opened})
    say(desk, "/suspensions", {"peer": "bravo", "body": suspension})
    say(desk, "/coverage", {"peer": "bravo", "body": {"covered": ["Alfa"]}})
    say(desk, "/calls", {"body": {"peer": "bravo", "ended_ms": 0, "text": "wx"}})
    watch: Json = {"post": "OPS", "level": "OPERATIONAL", "languages": ["en"], "roles": ["RECEIVE"], "until_ms": now_ms}
    say(desk, "/watches", {"peer": "bravo", "body": watch})
    # The other side has declared nothing: a talk is refused by a rule, and an exempt level is none here.
    refused = desk.answer("POST", "/talks", {}, json.dumps({"peer": "bravo", "body": talk}).encode(), _ALL)
    assert refused.status == 409
    incident: Json = {"type": "MISSED_CALL", "title": "no answer", "at_ms": 0}
    told_incident = say(desk, "/incidents", {"peer": "bravo", "body": incident})
    say(desk, f"/incidents/{told_incident}/accounts", {"body": {"facts": [{"name": "f1", "text": "it rang"}]}})
    ids["/incidents/{id}"] = told_incident
    links: Json = [{"relation": "ABOUT", "to": told}]
    proposal: Json = {
        "type": "HOLD",
        "changes": [],
        "parties": ["alfa", "bravo"],
        "efforts_s": [0, 0],
        "ends_ms": now_ms,
    }
    ids["/proposals/{id}"] = say(desk, "/proposals", {"peer": "bravo", "links": links, "body": proposal})
    box: Json = {"south_e7": 0, "west_e7": 0, "north_e7": 1, "east_e7": 1, "start_ms": 0, "end_ms": 1}
    say(desk, "/queries", {"peer": "bravo", "body": box})
    lent = asked_for_a_talk(desk, talk)
    for path in ("/talks/{id}", "/talks/{id}/readouts", "/talks/{id}/calendar"):
        ids[path] = lent
    point: Json = {"text": "avoid miscalculation", "stance": "CONVERGE"}
    say(desk, f"/talks/{lent}/points", {"body": point})
    follow_up: Json = {"text": "meet", "owners": ["alfa"], "becomes": "MEETING"}
    say(desk, f"/talks/{lent}/follow-ups", {"body": follow_up})
    readout: Json = {"publisher": "ministry", "language": "en", "text": "x", "text_sha256": "0" * 64}
    say(desk, f"/talks/{lent}/readouts", {"body": readout})
    return ids


def asked_for_a_talk(desk: OfficerDesk, talk: dict[str, Json]) -> str:
    """A request on a level that an own order exempts and the function's floor receives: flight safety."""
    safety = {**talk, "function": "FLIGHT_SAFETY"}
    return say(desk, "/talks", {"peer": "bravo", "body": safety})


def say(desk: OfficerDesk, path: str, wish: dict[str, Json]) -> str:
    """Say something, released by the second officer where it must be; every answer is held to the file."""
    answer = desk.answer("POST", path, {}, json.dumps(wish).encode(), _ALL)
    assert answer.status == 201, (path, answer.data)
    found = json.loads(answer.data)
    checked({"$ref": "#/components/schemas/SaidAnswer"}, found)
    if found["waits"]:
        draft_id = found["said"][0]["record_id"]
        own = desk.answer("POST", f"/drafts/{draft_id}/release", {}, b"", _ALL)
        assert (own.status, json.loads(own.data)["rule"]) == (409, "P3")
        released = desk.answer("POST", f"/drafts/{draft_id}/release", {}, b"", _OTHER)
        assert released.status == 201, released.data
        found = json.loads(released.data)
        assert found["said"][-1]["released_by"] == "second"
        assert found["said"][-1]["person"] == "first"
    return str(found["said"][-1]["record_id"])


@pytest.mark.parametrize(
    ("method", "path", "query", "data", "status"),
    [
        ("GET", "/nowhere", {}, b"", 404),
        ("GET", "/board", {}, b"", 400),
        ("GET", "/board", {"peer": "nobody"}, b"", 404),
        ("GET", "/board", {"peer": "bravo", "odd": "1"}, b"", 400),
        ("GET", "/me", {"mode": "REAL"}, b"", 400),
        ("GET", "/statements", {"most": "x"}, b"", 400),
        ("GET", "/statements/abc", {}, b"", 404),
        ("GET", "/phrases/Z99", {}, b"", 409),
        ("POST", "/notices", {}, b"[]", 400),
        ("POST", "/notices", {}, b'{"peer":"bravo","body":{"type":"N99"}}', 400),
        ("POST", "/notices", {}, b'{"peer":"bravo","odd":1}', 400),
        ("POST", "/line-checks", {}, b'{"peer":"nobody","body":{"circuit":"data"}}', 404),
        ("POST", "/packets", {}, b"not a packet", 409),
        ("POST", "/calendar", {}, b"BEGIN:VCALENDAR", 400),
        ("POST", "/peers", {}, b"{}", 409),
    ],
)
def test_a_bad_request_is_refused_in_words(
    home: Opened, method: str, path: str, query: dict[str, str], data: bytes, status: int
) -> None:
    answer = OfficerDesk(OfficerNode(home.node, home.clock)).answer(method, path, query, data, _ALL)
    assert answer.status == status, answer.data
    checked({"$ref": "#/components/schemas/Refused"}, json.loads(answer.data))


def test_a_talk_is_answered_by_a_calendar_message(home: Opened) -> None:
    desk = OfficerDesk(OfficerNode(home.node, home.clock))
    lent = filled(desk)["/talks/{id}"]
    message = desk.answer("GET", f"/talks/{lent}/calendar", {}, b"", _ALL).data
    cancel = message.replace(b"METHOD:REQUEST", b"METHOD:CANCEL")
    assert desk.answer("POST", "/calendar", {}, cancel, _ALL).status == 201
    state = json.loads(desk.answer("GET", f"/talks/{lent}", {}, b"", _ALL).data)["talk"]["state"]
    assert state == "WITHDRAWN"


# --- who is asking


def test_the_codes_are_those_of_rfc_6238() -> None:
    for time_s, expected in (
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ):
        assert code_at(_SECRET, time_s // STEP_S, digits=8) == expected


def test_a_code_is_good_once_and_half_a_minute_beside_its_time() -> None:
    assert spent_step(_SECRET, code_at(_SECRET, 100), now_s=100 * 30 + 59, last_step=0) == 100
    assert spent_step(_SECRET, code_at(_SECRET, 100), now_s=100 * 30, last_step=100) is None
    assert spent_step(_SECRET, code_at(_SECRET, 100), now_s=102 * 30, last_step=0) is None


def test_a_session_needs_password_and_code_and_ends(home: Opened) -> None:
    async def story() -> None:
        made = door(home)
        async with client(made.app) as nobody:
            assert (await nobody.get(f"{API}/me")).status_code == 401
            for wrong in ({"password": "x"}, {"code": "000000"}, {"name": "ops-2"}):
                wish = {"name": "ops-1", "password": "a long password", "code": code(home)} | wrong
                answer = await nobody.post(f"{API}/sessions", json=wish)
                assert (answer.status_code, answer.json()["rule"]) == (401, "SIGN_IN")
        wish = {"name": "ops-1", "password": "a long password", "code": code(home)}
        officer = await signed_in(made, wish)
        checked({"$ref": "#/components/schemas/Me"}, (await officer.get(f"{API}/me")).json())
        assert (await officer.post(f"{API}/sessions", json=wish)).status_code == 401, "a code is good once"
        form = await officer.post(f"{API}/line-checks", content=b"{}", headers={"content-type": "text/plain"})
        assert form.status_code == 415
        assert (await officer.delete(f"{API}/sessions")).status_code == 204
        officer.cookies.clear()
        assert (await officer.get(f"{API}/me")).status_code == 401
        await officer.aclose()

    asyncio.run(story())


def test_a_role_taken_away_is_gone_at_the_next_request_and_a_changed_account_signs_in_again(home: Opened) -> None:
    keeper = Doorkeeper(home.store, home.clock)
    opened = keeper.sign_in("ops-1", "a long password", code(home))
    assert isinstance(opened, tuple)
    assert keeper.who(opened[0]) is not None
    keeper.put(replace(opened[1], roles=(Role.RECEIVE,)))
    assert keeper.who(opened[0]) is None
    assert keeper.who("") is None


def test_five_wrong_tries_lock_an_account_for_a_minute(home: Opened) -> None:
    keeper = Doorkeeper(home.store, home.clock)
    for _ in range(5):
        keeper.sign_in("ops-1", "wrong", code(home))
    found = keeper.sign_in("ops-1", "a long password", code(home))
    assert not isinstance(found, tuple)
    assert found.rule == "LOCKED"


# --- what happens, as it happens


def test_events_resume_where_the_listener_left_off(home: Opened) -> None:
    desk = OfficerDesk(OfficerNode(home.node, home.clock))
    first = say(desk, "/line-checks", {"peer": "bravo", "body": {"circuit": "data"}})
    position = home.node.position()
    second = say(desk, "/line-checks", {"peer": "bravo", "body": {"circuit": "voice"}})
    made = door(home)

    async def told(start: int, count: int) -> list[str]:
        found: list[str] = []
        async for chunk in made.told(start):
            if chunk.startswith(b"id:"):
                found.append(chunk.decode())
            if len(found) == count:
                return found
        return found

    (late,) = asyncio.run(told(position, 1))
    assert second in late
    assert first not in late
    both = asyncio.run(told(position - 1, 2))
    assert first in both[0]
    assert second in both[1]
    assert both[1].startswith(f"id: {position + 1}\nevent: line_check\n")


# --- OpenID Connect, against a small provider of our own


def test_an_officer_signs_in_at_the_partys_own_provider(home: Opened) -> None:
    provider = Provider()
    settings = OidcSettings(provider.issuer, "clearline", "http://node/api/v1/oidc/back")

    async def attempt(spoil: dict[str, Any], *, state: str | None = None, key: OKPKey | None = None) -> httpx.Response:
        made = door(home, settings)
        async with client(made.app) as browser:
            sent = await browser.get(f"{API}/oidc/start")
            assert sent.status_code == 303, sent.text
            asked = parse_qs(urlsplit(sent.headers["location"]).query)
            assert asked["code_challenge_method"] == ["S256"]
            now_s = home.clock.now_ms() // 1000
            fresh = {"iss": provider.issuer, "aud": "clearline", "sub": "person-7", "nonce": asked["nonce"][0]}
            provider.claims = {**fresh, "iat": now_s, "exp": now_s + 60, **spoil}
            provider.signs_with = key or provider.key
            back = {"code": "c", "state": state or asked["state"][0]}
            return await browser.get(f"{API}/oidc/back", params=back)

    async def story() -> None:
        good = await attempt({})
        assert good.status_code == 201, good.text
        assert good.json()["person"] == "first"
        assert provider.asked["code_verifier"]
        now_s = home.clock.now_ms() // 1000
        for spoil in (
            {"iss": "http://127.0.0.1:1"}, {"aud": "another"}, {"nonce": "old"}, {"exp": now_s - 600},
            {"sub": "stranger"}, {"azp": "another"},
        ):  # fmt: skip
            assert (await attempt(spoil)).status_code == 401, spoil
        assert (await attempt({}, state="f" * 48)).status_code == 401
        assert (await attempt({}, key=OKPKey.generate_key("Ed25519", {"kid": "k1"}))).status_code == 401

    with running(provider.app, provider.port):
        asyncio.run(story())


def test_a_provider_is_reached_by_https() -> None:
    with pytest.raises(ValueError, match="https"):
        OidcSettings("http://provider.example", "clearline", "http://node/back")
