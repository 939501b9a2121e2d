"""A registry as an operator runs it: a process, a port, a file; it stops when told and has lost nothing."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clearline.wire.f3548_calls_text import time_text
from tests.edge.registry_calls import UTM, extent, ident
from tests.edge.tokens import AUDIENCE, claims, rsa_key, token

_PROGRAM = str(Path(sys.executable).parent / "clearline")
_INTENTS = "/dss/v1/operational_intent_references"


def _public_key(folder: Path) -> Path:
    path = folder / "authority.pem"
    path.write_bytes(rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def _command(*options: str) -> list[str]:
    return [_PROGRAM, "registry", "serve", "--port", "0", "--audience", AUDIENCE, *options]


@contextmanager
def _running(*options: str) -> Generator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A registry and a client of it; ended with SIGKILL if it did not end by itself."""
    process = subprocess.Popen(_command(*options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and process.stderr is not None
        told = process.stdout.readline()
        found = re.search(r"up at 127\.0\.0\.1:(\d+)", told)
        assert found, told + process.stderr.read()
        headers = {"authorization": f"Bearer {token(claims(exp=int(time.time()) + 3_000, scope=UTM))}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{found.group(1)}", headers=headers, trust_env=False) as client:
            yield client, process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _intent() -> dict[str, object]:
    soon = extent()
    for name, after_s in (("time_start", 60), ("time_end", 600)):
        soon[name] = {"value": time_text(int(time.time() + after_s) * 1_000_000), "format": "RFC3339"}
    return {"extents": [soon], "state": "Accepted", "uss_base_url": "https://uss.example"}


def test_what_was_answered_is_there_after_a_stop_and_after_a_kill(tmp_path: Path) -> None:
    options = ("--store", f"sqlite:{tmp_path / 'registry.db'}", "--public-key", str(_public_key(tmp_path)))
    with _running(*options) as (client, process):
        assert client.get("/healthy").text == "ok\n"
        assert client.get("/readyz").text == "ready\n"
        assert client.put(f"{_INTENTS}/{ident(1)}", json=_intent()).status_code == 201
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        events = [json.loads(line)["event"] for line in process.stderr]
        assert events == ["start", "answered", "stop"]
    with _running(*options) as (client, process):
        first = client.get(f"{_INTENTS}/{ident(1)}")
        assert first.status_code == 200
        key = [first.json()["operational_intent_reference"]["ovn"]]
        assert client.put(f"{_INTENTS}/{ident(2)}", json={**_intent(), "key": key}).status_code == 201
        process.kill()
    with _running(*options) as (client, _):
        assert client.get(f"{_INTENTS}/{ident(1)}").json() == first.json()
        assert client.get(f"{_INTENTS}/{ident(2)}").status_code == 200


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--store", "memory"), "no key is trusted"),
        (("--store", "redis://x", "--public-key", "KEY"), "names no store"),
        (("--store", "memory", "--public-key", "NOTHING"), "NOTHING"),
        (("--store", "memory", "--public-key", "ES256:KEY"), "this key signs"),
        (("--store", "memory", "--jwks", "http://keys.example"), "https"),
        (("--store", "memory", "--public-key", "KEY", "--tls-key", "KEY"), "go together"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    key = str(_public_key(tmp_path))
    ended = subprocess.run(
        _command(*(option.replace("KEY", key) for option in options)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 3
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
