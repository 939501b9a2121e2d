"""A sky in one process: a registry and several planning systems, over a net that loses what it is told to lose."""

import json
import random
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clearline.airspace.reference import IntentState
from clearline.app.uss_harness import Harness
from clearline.app.uss_node import Named, UssNode
from clearline.conflict.engine import PlainEngine
from clearline.edge.bearer import TokenVerifier
from clearline.edge.bearer_keys import Algorithm, TrustedKey
from clearline.edge.flight_planning_http import HarnessCalls
from clearline.edge.geoid_file import load_geoid
from clearline.edge.registry_client import CallBounds, Caller, RegistryClient, SystemClient
from clearline.edge.registry_http import DoorBounds, RegistryDoor, Sources
from clearline.edge.registry_http_told import Telling
from clearline.edge.uss_http import UssCalls
from clearline.edge.uss_http_store import open_uss_store
from clearline.edge.uss_http_tokens import SelfSigned, Tokens
from clearline.node.coordination_intent import Meant, mean
from clearline.node.coordination_rules import Policy
from clearline.space.volume import Volume4D
from clearline.wire.f3548_calls_text import new_ident
from tests.edge.registry_calls import Registry, extent
from tests.edge.tokens import claims, rsa_key, token
from tests.node.uss_intents import box

__all__ = ["MEANING", "Net", "Sky", "flight", "meant"]

_PEM = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
MEANING = partial(mean, geoid=load_geoid())
AUDIENCES = frozenset({"registry.example", "uss1.example", "uss2.example"})


def flight(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-00000000f119"


def meant(state: IntentState = IntentState.ACCEPTED, *, priority: int = 0, **where: float) -> Meant:
    """One box, now and for ten minutes; off-nominal where the state is."""
    volumes: tuple[Volume4D, ...] = (box(**where),)
    nominal = state in (IntentState.ACCEPTED, IntentState.ACTIVATED)
    return MEANING(state, volumes if nominal else (), () if nominal else volumes, priority)


@dataclass
class Net(httpx.AsyncBaseTransport):
    """Hands each request to the door of its host. `faults` are what becomes of the next PUTs and DELETEs.

    "lost": it never arrives. "unanswered": it is done, and the answer is lost. "": it passes.
    """

    doors: dict[str, RegistryDoor] = field(default_factory=dict[str, RegistryDoor])
    faults: deque[str] = field(default_factory=deque[str])
    forged: dict[str, bytes] = field(default_factory=dict[str, bytes])
    dead: set[str] = field(default_factory=set[str])
    calls: list[str] = field(default_factory=list[str])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or lose it."""
        host = request.url.host
        self.calls.append(f"{request.method} {host}{request.url.path}")
        if host in self.dead or host not in self.doors:
            raise httpx.ConnectError("nobody is there")
        fault = self.faults.popleft() if request.method in ("PUT", "DELETE") and self.faults else ""
        if fault == "lost":
            raise httpx.ConnectError("lost on its way")
        app = cast("httpx._transports.asgi._ASGIApp", self.doors[host])  # httpx names it nowhere else
        answer = await httpx.ASGITransport(app).handle_async_request(request)
        if fault == "unanswered":
            raise httpx.ReadError("the answer was lost")
        if host in self.forged and request.method == "GET":
            return httpx.Response(200, content=self.forged[host])
        return answer


class Sky:
    """A registry, and systems made one after the other; the clock is set by hand."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.net = Net({"registry.example": self.registry.door})
        self.told: list[tuple[str, str]] = []
        self._drawn = random.Random(11)

    def now_us(self) -> int:
        """The time, as the clock is set."""
        return round(self.registry.now_s * 1e6)

    @asynccontextmanager
    async def system(
        self, name: str, store: Path | None = None, policy: Policy | None = None
    ) -> AsyncGenerator[UssNode]:
        """A system that is up for a while, with its store in memory or in a file."""
        own_url = f"https://{name}.example"
        async with httpx.AsyncClient(transport=self.net) as http:
            tokens = Tokens(SelfSigned(_PEM, name, "tests"), lambda: self.registry.now_s)
            caller = Caller(http, tokens, CallBounds(), allow_http=False)
            node = UssNode(
                Named(name, own_url),
                RegistryClient("https://registry.example", own_url, caller),
                SystemClient(caller, MEANING),
                open_uss_store(store),
                policy or Policy(cmsa=True),
                PlainEngine(),
                MEANING,
                now_us=self.now_us,
                new_ident=lambda: new_ident(self._drawn.randbytes(16)),
                told=lambda event, what: self.told.append((event, what)),
            )
            telling = Telling(bytearray().extend)
            keys = [TrustedKey(None, frozenset({Algorithm.RS256}), rsa_key().public_key())]
            self.net.doors[f"{name}.example"] = RegistryDoor(
                [*UssCalls(node, telling).routes(), *HarnessCalls(Harness(node), "9.9").routes()],
                TokenVerifier(keys, AUDIENCES),
                DoorBounds(),
                Sources(self.now_us, lambda: self.registry.now_s, self._drawn.randbytes),
                telling,
            )
            try:
                await node.start()
                yield node
            finally:
                await node.close()

    async def ask(self, method: str, url: str, body: object = None, *, scope: str, sub: str = "uss2") -> httpx.Response:
        """One request of somebody else to a system."""
        host = httpx.URL(url).host
        text = token(claims(sub=sub, scope=scope, aud=host, exp=int(self.registry.now_s) + 3_000))
        async with httpx.AsyncClient(transport=self.net) as http:
            content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
            return await http.request(method, url, content=content, headers={"authorization": f"Bearer {text}"})

    def registered(self) -> list[dict[str, object]]:
        """What the registry holds in all, asked by somebody else. Called outside the event loop."""
        found = self.registry.call(
            "POST",
            "/dss/v1/operational_intent_references/query",
            {"area_of_interest": extent()},
            sub="auditor",
        )
        assert found.status == 200, found.body
        return cast("list[dict[str, object]]", json.loads(found.body)["operational_intent_references"])
