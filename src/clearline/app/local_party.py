"""A party on this machine, its node a process of its own: for the demo, and for tests that cut it off.

The one idea: nothing here is easier than in the field: cards are exchanged, officers sign in with a one-time code, and
two nodes speak over their pinned connections alone.
"""

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from clearline.app.make_party import CARD_FILE, make_party
from clearline.app.party_home import open_home
from clearline.edge.clock import SystemClock
from clearline.edge.officer_auth import Account, Doorkeeper
from clearline.edge.officer_client import OfficerClient, UnreachableError
from clearline.edge.totp import STEP_S, code_at
from clearline.line.statement import Refused
from clearline.line.terms import Role

__all__ = ["LocalParty", "free_ports"]

_PROGRAM = "from clearline.cli.main import main; main()"
_PASSWORD = "one local password"  # noqa: S105 - for parties that live for minutes on one machine
_UP_WITHIN_S = 20.0


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on now."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()


@dataclass
class LocalParty:
    """One party: its folder, its ports (officers, then its routes), its process while it runs.

    `routes` are the addresses on its card, if others than its own ports (a relay between them that can be cut).
    """

    home: Path
    name: str
    ports: tuple[int, ...]
    routes: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    _secrets: dict[str, bytes] = field(default_factory=dict[str, bytes])
    _steps: dict[str, int] = field(default_factory=dict[str, int])

    def make(self, *officers: tuple[str, str], coverage: str = "") -> None:
        """Make the party, with officers (a name and a post each) of every role."""
        routes = self.routes or tuple(f"https://127.0.0.1:{port}" for port in self.ports[1:])
        make_party(self.home, self.name, coverage=coverage or f"the forces of {self.name}", routes=routes)
        with open_home(self.home) as opened:
            keeper = Doorkeeper(opened.store, opened.clock)
            for name, post in officers:
                secret = os.urandom(20)
                self._secrets[name] = secret
                account = Account(name, post, name, tuple(Role), totp_secret=secret.hex())
                keeper.put(account, password=_PASSWORD)

    def know(self, other: "LocalParty") -> None:
        """Import another's card; its digits would be compared by voice."""
        with open_home(self.home) as opened:
            opened.node.import_card((other.home / CARD_FILE).read_bytes())

    def start(self) -> None:
        """Start the node's process, and wait until it is up. Raises RuntimeError with what it said, if it ends."""
        listen = [word for port in self.ports[1:] for word in ("--listen", f"127.0.0.1:{port}")]
        arguments = ["node", "serve", "--home", str(self.home), "--officers", f"127.0.0.1:{self.ports[0]}", *listen]
        with (self.home / "node.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-c", _PROGRAM, *arguments, "--verbose"], stdout=log, stderr=log
            )
        until_s = time.monotonic() + _UP_WITHIN_S
        while not _listens(self.ports[0]):
            if self.process.poll() is not None or time.monotonic() > until_s:
                self.cut_off()
                raise RuntimeError((self.home / "node.log").read_text("utf-8", "replace")[-2_000:])
            time.sleep(0.02)

    def stop(self) -> int:
        """Ask the process to end, and wait; its exit status."""
        assert self.process is not None
        self.process.terminate()
        status = self.process.wait(20)
        self.process = None
        return status

    def cut_off(self) -> None:
        """End the process at once, as a loss of power does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)
            self.process = None

    def officer(self, name: str) -> OfficerClient:
        """Sign an officer in."""
        return OfficerClient(self.url, self._token(name))

    def typed(self, name: str) -> tuple[str, str]:
        """What an officer types to sign in: the password, and a code that was not used yet."""
        return _PASSWORD, self._code(name)

    def session(self, name: str) -> Path:
        """Sign an officer in; the file that `clearline line --session` takes."""
        path = self.home / f"{name}.session"
        path.write_text(json.dumps({"url": self.url, "token": self._token(name)}), "utf-8")
        path.chmod(0o600)
        return path

    @property
    def url(self) -> str:
        """Where its officers call."""
        return f"http://127.0.0.1:{self.ports[0]}"

    def _token(self, name: str) -> str:
        with OfficerClient(self.url) as door:
            found = door.sign_in(name, _PASSWORD, self._code(name))
        if isinstance(found, Refused):
            raise UnreachableError(self.url, f"it did not let {name} in: {found}")
        return str(found["token"])

    def _code(self, name: str) -> str:
        """A code that was not used yet: this half minute's, or the next one's, which is good already."""
        step = max(SystemClock(0).now_ms() // 1000 // STEP_S - 1, self._steps.get(name, 0) + 1)
        self._steps[name] = step
        return code_at(self._secrets[name], step)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
