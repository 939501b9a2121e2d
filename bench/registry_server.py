"""A registry to be measured: processes of `clearline registry serve`, tokens that they believe, and what they take.

The one idea: what is measured is the program as an operator starts it, through its socket; the rate that it allows one
client is raised, for here one client is the whole load.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.timing import cpu_of_process_s

__all__ = ["Instance", "free_port", "served", "started", "token_for", "wait_up"]

_AUDIENCE = "127.0.0.1"
_SCOPES = (
    "utm.strategic_coordination utm.conformance_monitoring_sa utm.constraint_processing rid.service_provider "
    "rid.display_provider"
)
_UP_S = 30.0
_MANY = "1000000"  # calls of one client a second


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2_048)


def token_for(client: str) -> str:
    """An access token for a client, for an hour less a minute (RS256)."""
    now_s = int(time.time())
    claims = {
        "sub": client, "iss": "bench", "aud": _AUDIENCE, "scope": _SCOPES, "nbf": now_s - 1, "exp": now_s + 3_540,
    }  # fmt: skip
    signed = b".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    made = _key().sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return b".".join((signed, _base64(made))).decode()


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Instance:
    """One process, and where it answers."""

    process: "subprocess.Popen[bytes]"
    base: str
    log: Path

    def cpu_s(self) -> float:
        """Processor time it has used, seconds."""
        return cpu_of_process_s(self.process.pid)

    def end(self) -> None:
        """Stop it as an operator does."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def started(store: str, folder: Path) -> Instance:
    """Start a registry, without waiting until it is up."""
    pem, port = folder / "authority.pem", free_port()
    if not pem.exists():
        pem.write_bytes(_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    command = [str(Path(sys.executable).with_name("clearline")), "registry", "serve", "--public-key", str(pem)]
    command += ["--audience", _AUDIENCE, "--port", str(port), "--rate", _MANY, "--burst", _MANY]
    environment = {**os.environ, "CLEARLINE_REGISTRY_STORE": store}
    log = folder / f"log-{port}"
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environment, stdout=written, stderr=written)
    return Instance(process, f"http://127.0.0.1:{port}", log)


def wait_up(instance: Instance) -> None:
    """Wait until it takes connections. Raises RuntimeError if it ended or takes too long."""
    end_s = time.monotonic() + _UP_S
    host, _, port = instance.base.removeprefix("http://").partition(":")
    while time.monotonic() < end_s and instance.process.poll() is None:
        with socket.socket() as trying:
            if trying.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.002)
    raise RuntimeError(f"a registry did not come up: {instance.log.read_text('utf-8', 'replace')[-500:]}")


@contextmanager
def served(store: str, folder: Path, count: int = 1) -> Generator[Sequence[Instance]]:
    """So many registries over one store, up."""
    instances: list[Instance] = []
    try:
        for _ in range(count):
            instances.append(started(store, folder))
            wait_up(instances[-1])
        yield instances
    finally:
        for instance in instances:
            instance.end()
