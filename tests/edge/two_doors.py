"""Two parties' officers' doors, really served; every answer is held to docs/api/line.yaml, and counted."""

import json
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
import jsonschema
import yaml

from clearline.app.local_party import free_ports
from clearline.app.make_party import make_party
from clearline.app.officer_node import OfficerNode
from clearline.app.party_home import Opened, open_home
from clearline.edge.officer_auth import Account, Doorkeeper
from clearline.edge.officer_http import API, OfficerDoor
from clearline.edge.oidc import OidcSettings
from clearline.edge.totp import STEP_S, code_at
from clearline.line.terms import Role
from tests.edge.provider import Provider, running
from tests.tidy.tree import ROOT

__all__ = ["OPERATIONS", "SECRET", "Door", "Doors", "two_doors"]

_FILE: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "api" / "line.yaml").read_text("utf-8"))
OPERATIONS = {(method.upper(), path) for path, by in _FILE["paths"].items() for method in by}
SECRET = b"12345678901234567890"
_PASSWORD = "a long password"


@dataclass
class Door:
    """One party's door, an officer and a second one, and what was asked of it with good answers."""

    opened: Opened
    url: str
    seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    tokens: dict[str, str] = field(default_factory=dict[str, str])

    def answer(
        self,
        method: str,
        template: str,
        name: str = "",
        *,
        wish: object = None,
        data: bytes | None = None,
        who: str = "first",
        cookies: dict[str, str] | None = None,
        **query: str,
    ) -> httpx.Response:
        """Ask one operation, `name` in the place of what its path names; the answer, which is as the file says."""
        path = template.replace("{id}", name).replace("{code}", name)
        fields = {"authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        content = data
        if wish is not None:
            fields["content-type"], content = "application/json", json.dumps(wish).encode()
        with httpx.Client(trust_env=False, cookies=cookies, headers=fields) as http:
            answer = http.request(method, f"{self.url}{API}{path}", params=query, content=content)
        told = _FILE["paths"][template][method.lower()]["responses"]
        assert str(answer.status_code) in told, (method, path, answer.status_code, answer.text)
        kinds = told[str(answer.status_code)].get("content", {})
        media = answer.headers.get("content-type", "").split(";")[0]
        assert media in kinds if kinds else not answer.content, (template, media)
        self.seen.add((method, template))
        if media == "application/json":
            checked(kinds[media]["schema"], answer.json())
        return answer

    def ask(self, method: str, template: str, name: str = "", **more: Any) -> Any:
        """The same, where the answer is JSON."""
        return self.answer(method, template, name, **more).json()

    def say(self, template: str, body: object = None, name: str = "", **wish: object) -> str:
        """Have something said, released by the second officer where it must be; its identifier."""
        wish = wish if body is None else {**wish, "body": body}
        found = self.ask("POST", template, name, wish=wish)
        if found["waits"]:
            draft = found["said"][-1]["record_id"]
            found = self.ask("POST", "/drafts/{id}/release", draft, wish={}, who="second")
        return str(found["said"][-1]["record_id"])

    def sign_in(self, who: str) -> None:
        """Open a session."""
        code = code_at(SECRET, self.opened.clock.now_ms() // 1000 // STEP_S)
        wish = {"name": who, "password": _PASSWORD, "code": code}
        self.tokens[who] = self.ask("POST", "/sessions", wish=wish, who="nobody")["token"]


@dataclass
class Doors:
    """ALFA and BRAVO, who have not met; and the identity provider of ALFA."""

    a: Door
    b: Door
    provider: Provider

    def carry(self) -> None:
        """A file each way, and one back."""
        for here, there in ((self.a, self.b), (self.b, self.a), (self.a, self.b)):
            peer = there.opened.node.own
            there.ask("POST", "/packets", data=here.answer("GET", "/packet", peer=peer).content)

    @property
    def seen(self) -> set[tuple[str, str]]:
        """What was asked of either."""
        return self.a.seen | self.b.seen


def checked(schema: object, value: object) -> None:
    """An answer is as the file says."""
    whole = {**cast("dict[str, Any]", schema), "components": _FILE["components"]}
    jsonschema.Draft202012Validator(whole).validate(value)


@contextmanager
def two_doors(folder: Path) -> Generator[Doors]:
    """While inside, both doors are served."""
    provider = Provider()
    with ExitStack() as ends:
        doors: list[Door] = []
        for name, port in zip(("alfa", "bravo"), free_ports(2), strict=True):
            make_party(folder / name, name, coverage=f"the forces of {name}")
            opened = ends.enter_context(open_home(folder / name))
            keeper = Doorkeeper(opened.store, opened.clock)
            for who in ("first", "second"):
                account = Account(who, "OPS", who, tuple(Role), totp_secret=SECRET.hex(), subject=f"person-{who}")
                keeper.put(account, password=_PASSWORD)
            url = f"http://127.0.0.1:{port}"
            oidc = OidcSettings(provider.issuer, "clearline", f"{url}{API}/oidc/back") if name == "alfa" else None
            node = OfficerNode(opened.node, opened.clock)
            door = OfficerDoor(node, keeper, opened.clock, on_peer=lambda _: None, oidc=oidc)
            ends.callback(door.close)
            ends.enter_context(running(door.app, port))
            doors.append(Door(opened, url))
        ends.enter_context(running(provider.app, provider.port))
        for one in doors:
            for who in ("first", "second"):
                one.sign_in(who)
        yield Doors(doors[0], doors[1], provider)
