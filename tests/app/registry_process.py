"""A registry as a process of its own, with an authority and certificates, for tests and for the drills of the docs."""

import datetime as dt
import ipaddress
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from clearline.wire.f3548_calls_text import time_text
from tests.edge.registry_calls import UTM, extent
from tests.edge.tokens import claims, rsa_key, token

__all__ = ["PROGRAM", "bearer", "certificate", "intent_body", "port_of", "public_key", "running", "stopped"]

PROGRAM = str(Path(sys.executable).parent / "clearline")


def public_key(folder: Path) -> Path:
    """Write the key of the tests' authority and return where."""
    path = folder / "authority.pem"
    path.write_bytes(rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def bearer(client: str = "uss1") -> dict[str, str]:
    """Return the header of a token that counts now."""
    return {"authorization": f"Bearer {token(claims(sub=client, exp=int(time.time()) + 3_000, scope=UTM))}"}


def certificate(folder: Path, *, days: int = 30, number: int = 1) -> tuple[Path, Path]:
    """Write `tls.pem` and `tls.key`, by which 127.0.0.1 shows who it is, and return where. It signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "registry.example")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "tls.pem", folder / "tls.key"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, private


def port_of(process: subprocess.Popen[str]) -> int:
    """Wait until a registry says that it is up, and return its port."""
    assert process.stdout is not None and process.stderr is not None
    told = process.stdout.readline()
    found = re.search(r": up at [^ ]+:(\d+)", told)
    assert found, told + process.stderr.read()
    return int(found.group(1))


@contextmanager
def running(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    tls: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Generator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """Run a registry by its whole command; a client of it, and it. Killed at the end if it did not end by itself."""
    settings = {**os.environ, **(environment or {})}
    process = subprocess.Popen(
        command, cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        port = port_of(process)
        scheme = "http" if tls is None else "https"
        url, verify = f"{scheme}://127.0.0.1:{port}", True if tls is None else ssl.create_default_context(cafile=tls)
        with httpx.Client(base_url=url, headers=bearer(), trust_env=False, verify=verify) as client:
            yield client, process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def stopped(process: subprocess.Popen[str]) -> list[str]:
    """Stop a registry as its service manager would, and return the lines of its log. It must end well."""
    process.terminate()
    assert process.wait(30) == 0
    assert process.stderr is not None
    return process.stderr.read().splitlines()


def intent_body(*, lat: float = 52.0) -> dict[str, object]:
    """Return the body of a PUT of an intent in the next minutes, at this latitude."""
    soon = extent(lat=lat)
    for name, after_s in (("time_start", 60), ("time_end", 600)):
        soon[name] = {"value": time_text(int(time.time() + after_s) * 1_000_000), "format": "RFC3339"}
    return {"extents": [soon], "state": "Accepted", "uss_base_url": "https://uss.example"}
