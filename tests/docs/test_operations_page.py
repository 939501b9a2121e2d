"""Every command of docs/operations.md is run, section by section, and every metric on it is one that there is.

The one idea: the page is written for an operator and run by this file, which plays the machine: a host is this one, a
port is a free one, a database is a new one, and systemctl starts and stops the processes of the section.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.app.registry_process import PROGRAM, bearer, certificate, intent_body, port_of, public_key, running
from tests.edge.postgres import binaries, shared_dsn, shared_server
from tests.edge.registry_calls import ident
from tests.edge.tokens import AUDIENCE
from tests.tidy.tree import ROOT

_PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
_HOST = "postgresql://registry@db.example/"


def _sections() -> dict[str, list[str]]:
    """The commands of each section that has any."""
    found: dict[str, list[str]] = {}
    for part in _PAGE.split("\n## ")[1:]:
        fences = re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
        lines = "".join(fences).replace("\\\n", " ").splitlines()
        if lines:
            found[part.partition("\n")[0]] = [line for line in lines if line.strip()]
    return found


_SECTIONS = _sections()


@dataclass
class _Instance:
    """A command of `serve`, and the process that runs it if one does."""

    words: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[str] | None = None
    url: str = ""


@dataclass
class _Machine:
    """What a section's commands are run on."""

    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    ports: dict[str, int] = field(default_factory=dict[str, int])
    instances: list[_Instance] = field(default_factory=list[_Instance])
    put: list[int] = field(default_factory=list[int])
    database: str = ""

    def run(self, line: str) -> None:
        """Run one line of the page. Its status is 0, or what the page says of it."""
        text, _, said = self._here(line).partition("  # ")
        told = re.match(r"status (\d)", said)
        wanted = int(told[1]) if told else 0
        words = shlex.split(text)
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self.environment[name] = value
        elif words[0] == "systemctl":
            self._systemctl(words[1], wanted)
        elif words[:3] == ["clearline", "registry", "serve"]:
            self.instances.append(_Instance([PROGRAM, *words[1:]], dict(self.environment)))
            self._start(self.instances[-1], wanted)
        else:
            path = f"{Path(PROGRAM).parent}:{binaries()}:{os.environ['PATH']}"
            settings = {**self.environment, "PATH": path}
            done = subprocess.run(
                words, cwd=self.folder, env=settings, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == wanted, f"{line}\n{done.stdout}{done.stderr}"
            if words[:3] == ["clearline", "registry", "backup"]:
                self._use(self.instances[-1])  # life goes on after a copy

    def _here(self, line: str) -> str:
        """The line with names of this machine in it."""
        if _HOST.partition(":")[2] in line and not self.database:
            self.database = shared_dsn().rsplit("/", 1)[1]
        here = shared_server().dsn("").partition(":")[2] if self.database else ""
        line = line.replace(f"{_HOST.partition(':')[2]}registry", f"{here}{self.database}")
        line = line.replace(_HOST.partition(":")[2], here).replace("//registry.example", "//127.0.0.1")
        return re.sub(r"(?<=--port )\d+|(?<=127\.0\.0\.1:)80\d\d|(?<=127\.0\.0\.1:)8443", self._port, line)

    def _port(self, told: re.Match[str]) -> str:
        if told[0] not in self.ports:
            with socket.socket() as asked:
                asked.bind(("127.0.0.1", 0))
                self.ports[told[0]] = asked.getsockname()[1]
        return str(self.ports[told[0]])

    def _systemctl(self, action: str, wanted: int) -> None:
        """What systemd would do with the instances of this section, one after the other."""
        for instance in self.instances:
            if action == "reload":
                assert instance.process is not None
                instance.process.send_signal(signal.SIGHUP)
                time.sleep(0.3)
            if action in ("stop", "restart"):
                self._stop(instance)
            if action in ("start", "restart"):
                self._start(instance, wanted)

    def _start(self, instance: _Instance, wanted: int) -> None:
        process = subprocess.Popen(
            instance.words,
            cwd=self.folder,
            env=instance.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        instance.process = process
        if wanted:
            _, told = process.communicate(timeout=60)
            assert process.returncode == wanted, told
            instance.process = None
            return
        scheme = "https" if "--tls-key" in instance.words else "http"
        instance.url = f"{scheme}://127.0.0.1:{port_of(process)}"
        if "--after-restore" in instance.words:
            self.put.pop()  # what came after the copy is forgotten: its identifier is free again
        self._use(instance)

    def _use(self, instance: _Instance) -> None:
        """Put an intent there, and find there what was put anywhere."""
        number = max(self.put, default=0) + 1
        body = intent_body(lat=0.5 * number)
        path = "/dss/v1/operational_intent_references"
        with httpx.Client(base_url=instance.url, headers=bearer(), trust_env=False, verify=False) as client:
            made = client.put(f"{path}/{ident(number)}", json=body)
            assert made.status_code == 201, made.text
            self.put.append(number)
            for one in self.put:
                assert client.get(f"{path}/{ident(one)}").status_code == 200, one

    def _stop(self, instance: _Instance) -> None:
        process, instance.process = instance.process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
        assert process.returncode == 0, told

    def end(self) -> None:
        """Stop everything; kill what does not stop."""
        try:
            for instance in self.instances:
                self._stop(instance)
        finally:
            for instance in self.instances:
                if instance.process is not None:
                    instance.process.kill()


@pytest.mark.parametrize("section", _SECTIONS)
def test_the_commands_of_a_section_do_what_it_says(section: str, tmp_path: Path) -> None:
    public_key(tmp_path)
    (tmp_path / "authority-new.pem").write_bytes((tmp_path / "authority.pem").read_bytes())
    certificate(tmp_path)
    machine = _Machine(tmp_path)
    machine.environment.pop("CLEARLINE_REGISTRY_STORE", None)
    try:
        for line in _SECTIONS[section]:
            machine.run(line)
    finally:
        machine.end()
    assert machine.put, "a registry ran"


def test_the_sections_with_commands_are_all_of_them() -> None:
    assert len(_SECTIONS) == 8
    blocks = _PAGE.count("```") // 2
    assert blocks == len(re.findall(r"^```sh$", _PAGE, re.MULTILINE)), "no command stands in a block of another kind"


def test_every_metric_is_on_the_page_and_no_other(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    command = [PROGRAM, "registry", "serve", "--port", "0", "--audience", AUDIENCE, "--store", "sqlite:r.db"]
    more = ["--public-key", str(public_key(tmp_path)), "--tls-certificate", str(chain), "--tls-key", str(key)]
    with running([*command, *more], folder=tmp_path, tls=chain) as (client, _):
        client.put("/dss/v1/operational_intent_references/none", json={})
        told = client.get("/metrics").text
    there = set(re.findall(r"^# TYPE (clearline_registry_\w+) ", told, re.MULTILINE))
    there = {name for name in there if not name.endswith("_created")}
    assert there == set(re.findall(r"^\| `(clearline_registry_\w+)`", _PAGE, re.MULTILINE))
