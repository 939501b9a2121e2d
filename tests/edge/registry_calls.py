"""A registry without a network: the whole door over a store in memory, called as a server would call it."""

import asyncio
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from clearline.app.registry import routes_of
from clearline.edge.bearer import TokenVerifier
from clearline.edge.bearer_keys import Algorithm, TrustedKey
from clearline.edge.registry_http import DoorBounds, Message, RegistryDoor, Scope, Sources
from clearline.edge.registry_http_pool import PoolFacts, Readiness
from clearline.edge.registry_http_routes import Route
from clearline.edge.registry_http_told import Telling
from clearline.edge.registry_memory import MemoryStore
from clearline.edge.registry_port import Store
from clearline.edge.registry_reports import MemoryReports, ReportArchive
from clearline.wire.f3548_calls_text import time_text
from tests.edge.tokens import AUDIENCE, NOW_S, claims, rsa_key, token

__all__ = ["UTM", "Answer", "Registry", "extent", "ident"]

UTM = (
    "utm.strategic_coordination utm.constraint_management utm.constraint_processing"
    " utm.conformance_monitoring_sa utm.availability_arbitration"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers, and the body, read as JSON where it is that."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        """The body as JSON."""
        return json.loads(self.body)

    def part(self, *names: str | int) -> object:
        """What stands at a path of names in the body."""
        found: object = json.loads(self.body)
        for name in names:
            found = cast("dict[str | int, object]", found)[name]
        return found

    def text(self, *names: str | int) -> str:
        """What stands at a path of names in the body, as text."""
        return str(self.part(*names))


@dataclass
class Registry:
    """The door, its store, a clock that is set by hand, and the lines it wrote."""

    bounds: DoorBounds = field(default_factory=DoorBounds)
    store: Store = field(default_factory=MemoryStore)
    facts: PoolFacts = field(default_factory=lambda: PoolFacts("one", "pool of tests"))
    readiness: Readiness = field(default_factory=Readiness)
    archive: ReportArchive = field(default_factory=MemoryReports)
    now_s: float = NOW_S
    more: Iterable[Route] = ()

    def __post_init__(self) -> None:
        self.lines: list[dict[str, object]] = []
        self.strangers = 0
        self._drawn = random.Random(7)
        telling = Telling(lambda line: self.lines.append(json.loads(line)))
        self.telling = telling
        routes = routes_of(self.store, self.archive, telling, self.facts, self.readiness, allow_http=False)
        keys = [TrustedKey(None, frozenset({Algorithm.RS256}), rsa_key().public_key())]
        self.door = RegistryDoor(
            [*routes, *self.more],
            TokenVerifier(keys, frozenset({AUDIENCE})),
            self.bounds,
            Sources(lambda: round(self.now_s * 1e6), lambda: self.now_s, self._chance),
            telling,
            on_stranger=self._stranger,
        )

    def _chance(self, length: int) -> bytes:
        return self._drawn.randbytes(length)

    def _stranger(self) -> None:
        self.strangers += 1

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        sub: str = "uss1",
        scope: str = UTM,
        authorization: str | None = "",
        parts: list[bytes] | None = None,
    ) -> Answer:
        """One request. `body` is JSON, or bytes as they are; `parts` are the pieces in which a body comes."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = [(b"content-length", str(len(data)).encode())] if parts is None else []
        if authorization == "":
            text = token(claims(sub=sub, scope=scope, exp=int(self.now_s) + 3_000))
            authorization = f"Bearer {text}"
        if authorization is not None:
            headers.append((b"authorization", authorization.encode()))
        return asyncio.run(self._call(method, path, headers, parts or [data]))

    async def _call(self, method: str, path: str, headers: list[tuple[bytes, bytes]], parts: list[bytes]) -> Answer:
        path, _, query = path.partition("?")
        scope: Scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": headers,
        }
        coming = list(parts)
        sent: list[Message] = []

        async def receive() -> Message:
            if not coming:
                if parts[-1] != b"...":
                    await asyncio.sleep(3_600.0)  # a client waits for its answer
                return {"type": "http.disconnect"}
            data = coming.pop(0)
            return {"type": "http.request", "body": data, "more_body": bool(coming) or data == b"..."}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.door(scope, receive, send)
        start, end = sent
        told = {name.decode(): value.decode() for name, value in start.get("headers", [])}
        data = end.get("body", b"")
        assert told["content-length"] == str(len(data))
        return Answer(start.get("status", 0), told, data)


def ident(number: int) -> str:
    """A version-4 UUID of a number."""
    return f"{number:08x}-0000-4000-8000-000000000000"


def extent(
    *,
    lat: float = 52.0,
    lng: float = 4.4,
    radius_m: float = 200.0,
    low_m: float = 50.0,
    high_m: float = 120.0,
    from_s: float = 60.0,
    until_s: float = 660.0,
) -> dict[str, object]:
    """A circular volume, its times in seconds from the tests' now."""

    def instant(s: float) -> dict[str, str]:
        return {"value": time_text(round((NOW_S + s) * 1e6)), "format": "RFC3339"}

    return {
        "volume": {
            "outline_circle": {"center": {"lat": lat, "lng": lng}, "radius": {"value": radius_m, "units": "M"}},
            "altitude_lower": {"value": low_m, "reference": "W84", "units": "M"},
            "altitude_upper": {"value": high_m, "reference": "W84", "units": "M"},
        },
        "time_start": instant(from_s),
        "time_end": instant(until_s),
    }
