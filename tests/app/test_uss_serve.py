"""A registry and a planning system as an operator runs them: real processes, one killed with SIGKILL, and agreement."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from clearline.app.local_party import free_ports
from clearline.wire.f3548_calls_text import time_text
from tests.app.uss_sky import flight
from tests.edge.registry_calls import extent
from tests.edge.tokens import claims, rsa_key, token

_PROGRAM = str(Path(sys.executable).parent / "clearline")


@contextmanager
def _running(*words: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen([_PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        assert re.search(r"up at 127\.0\.0\.1:\d+", told), told
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _keys(folder: Path) -> tuple[str, str]:
    public, private = folder / "authority.pem", folder / "own.key"
    public.write_bytes(rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    private.write_bytes(rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(public), str(private)


def _ask(method: str, url: str, body: object, scope: str) -> httpx.Response:
    text = token(claims(sub="suite", aud="127.0.0.1", scope=scope, exp=int(time.time()) + 3_000))
    with httpx.Client(trust_env=False, timeout=20.0) as client:
        return client.request(method, url, json=body, headers={"authorization": f"Bearer {text}"})


def _area() -> dict[str, object]:
    area = extent()
    for name, after_s in (("time_start", -5), ("time_end", 600)):
        area[name] = {"value": time_text(int(time.time() + after_s) * 1_000_000), "format": "RFC3339"}
    return area


def test_a_system_that_is_killed_comes_back_to_what_the_registry_holds(tmp_path: Path) -> None:
    public, private = _keys(tmp_path)
    one, two = free_ports(2)
    registry, own = f"http://127.0.0.1:{one}", f"http://127.0.0.1:{two}"
    trusting = ("--public-key", public, "--audience", "127.0.0.1")
    serve = ("uss", "serve", "--registry", registry, "--base-url", own, "--manager", "uss1", "--port", str(two))
    system = (*serve, *trusting, "--store", str(tmp_path / "uss.db"), "--signing-key", private)
    options = ("--test-harness", "--allow-http")
    area = _area()

    def wish(usage: str) -> httpx.Response:
        basic = {"usage_state": usage, "uas_state": "Nominal", "area": [area]}
        body = {"flight_plan": {"basic_information": basic}, "execution_style": "IfAllowed", "request_id": usage}
        url = f"{own}/flight_planning/v1/flight_plans/{flight(1)}"
        return _ask("PUT", url, body, "interuss.flight_planning.plan")

    def held() -> list[dict[str, object]]:
        url = f"{registry}/dss/v1/operational_intent_references/query"
        answer = _ask("POST", url, {"area_of_interest": area}, "utm.strategic_coordination")
        found: list[dict[str, object]] = json.loads(answer.content)["operational_intent_references"]
        return found

    with _running("registry", "serve", "--store", "memory", "--port", str(one), *trusting, "--allow-http-uss"):
        with _running(*system, *options) as process:
            assert wish("Planned").json()["flight_plan_status"] == "Planned"
            process.kill()
            process.wait()
        (before,) = held()
        with _running(*system, *options):
            assert wish("InUse").json()["flight_plan_status"] == "OkToFly"
            (after,) = held()
            assert after["id"] == before["id"] and after["state"] == "Activated"
            url = f"{own}/uss/v1/operational_intents/{after['id']}"
            told = _ask("GET", url, None, "utm.strategic_coordination").json()["operational_intent"]
            assert told["reference"]["version"] == after["version"]
            assert wish("Closed").json()["flight_plan_status"] == "Closed"
        assert held() == []


def test_a_system_without_tokens_or_with_an_open_address_is_not_started(tmp_path: Path) -> None:
    public, private = _keys(tmp_path)
    common = ("--registry", "https://r.example", "--manager", "uss1", "--public-key", public, "--audience", "a")
    for more, words in (
        (("--base-url", "https://u.example"), "tokens come from"),
        (("--base-url", "http://u.example", "--signing-key", private), "not encrypted"),
    ):
        done = subprocess.run(
            [_PROGRAM, "uss", "serve", *common, *more], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 3 and words in done.stderr
