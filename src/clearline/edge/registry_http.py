"""The registry's door: HTTP in, HTTP out, on plain ASGI.

The one idea: everything that can refuse a request without the store stands here, in the order of its cost: the path,
the token, the scopes, the rate, the size, the time. Every refusal is in the standard's form, says how to mend it, and
names the request. A request that ran out of time, or whose caller left, is cancelled: its work has happened or never
will.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from math import ceil
from typing import Final, NotRequired, TypeAlias, TypedDict

from clearline.edge.bearer import Caller, NotBelieved, TokenVerifier
from clearline.edge.rate_limit import RateLimit
from clearline.edge.registry_http_routes import Incoming, Matched, NotAllowed, Reply, Route, Router
from clearline.edge.registry_http_told import Telling
from clearline.edge.registry_http_waiting import CallerLeftError, WaitingRoom
from clearline.edge.registry_port import StoreUnavailableError
from clearline.registry.refusal import RefusalKind
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls_answer import message_answer
from clearline.wire.f3548_calls_text import OverAreaError

__all__ = ["MAX_BODY_BYTES", "STATUSES", "DoorBounds", "RegistryDoor", "Sources"]

# The reference implementation's bound on a body, which its clients live with.
MAX_BODY_BYTES: Final = 4 * 1024 * 1024

STATUSES: Final = {
    RefusalKind.BAD_REQUEST: 400,
    RefusalKind.FORBIDDEN: 403,
    RefusalKind.NOT_FOUND: 404,
    RefusalKind.CONFLICT: 409,
    RefusalKind.MISSING_KEYS: 409,
    RefusalKind.DOWN: 412,
    RefusalKind.TOO_LARGE: 413,
    RefusalKind.TOO_MANY: 429,
}


class Scope(TypedDict):
    """What the server says of a request (ASGI, HTTP connection scope), as far as it is looked at."""

    type: str
    method: str
    path: str
    query_string: bytes
    headers: list[tuple[bytes, bytes]]


class Message(TypedDict):
    """One event of ASGI, either way."""

    type: str
    body: NotRequired[bytes]
    more_body: NotRequired[bool]
    status: NotRequired[int]
    headers: NotRequired[list[tuple[bytes, bytes]]]


Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Headers: TypeAlias = list[tuple[bytes, bytes]]

_HEADERS: Final = frozenset({b"authorization", b"content-length"})
_WITH_BODY: Final = frozenset({"PUT", "POST"})
_IN_DOUBT: Final = "read whether it has happened: it will not happen later"
_CHANCE_BYTES: Final = 32
_REQUEST_ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class DoorBounds:
    """How much the door lets in: bytes of a body, seconds for an answer, requests inside, and of one client; its calls.

    What one client may have inside is less than all, so that one that sends slowly or waits for much keeps out nobody.
    """

    body_bytes: int = MAX_BODY_BYTES
    deadline_s: float = 10.0  # the public suite's clients wait no longer
    inside_count: int = 1_000
    of_client_count: int = 250
    rate_per_s: float = 500.0
    burst_count: int = 2_000


@dataclass(frozen=True, slots=True)
class Sources:
    """Where time and chance come from: microseconds since 1970 UTC, steady seconds, random bytes."""

    now_us: Callable[[], int]
    steady_s: Callable[[], float]
    chance: Callable[[int], bytes]


class _GoneError(Exception):
    """The caller went away before the whole body was here."""


class RegistryDoor:
    """The ASGI application of a registry. All methods belong to one event loop."""

    def __init__(
        self,
        routes: Iterable[Route],
        verifier: TokenVerifier,
        bounds: DoorBounds,
        sources: Sources,
        telling: Telling,
        *,
        on_stranger: Callable[[], None] | None = None,
    ) -> None:
        """`on_stranger` is called for a token of a key that is not held: perhaps its authority has a new one."""
        self._router = Router(routes)
        self._verifier = verifier
        self._bounds = bounds
        self._sources = sources
        self._telling = telling
        self._limit = RateLimit(rate_per_s=bounds.rate_per_s, burst_count=bounds.burst_count)
        self._on_stranger = on_stranger
        self._room = WaitingRoom(bounds.deadline_s)
        self._inside_count = 0
        self._inside_of: dict[str, int] = {}
        telling.watch_inside(lambda: self._inside_count)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        assert scope["type"] == "http", scope["type"]
        begun_s = self._sources.steady_s()
        chance = self._sources.chance(_CHANCE_BYTES + _REQUEST_ID_BYTES)
        incoming = Incoming(self._sources.now_us(), chance[_CHANCE_BYTES:].hex(), chance[:_CHANCE_BYTES])
        found = self._router.find(scope["method"], scope["path"])
        call, writes = (found.route.call, found.route.writes) if isinstance(found, Matched) else ("none", False)
        self._inside_count += 1
        try:
            reply, headers = await self._answered(found, scope, receive, incoming)
        except Exception as defect:  # noqa: BLE001 # of ours: the caller is told, the log has it, the process lives
            self._telling.defect(incoming.now_us, incoming.request_id, defect)
            reply = _no(500, "the registry has a defect", "report it with the name of this request", incoming)
            headers = []
        finally:
            self._inside_count -= 1
        self._telling.answered(call, incoming, reply, self._sources.steady_s() - begun_s, write=writes)
        await _send(send, reply, headers, incoming.request_id)

    async def _answered(
        self, found: Matched | NotAllowed | None, scope: Scope, receive: Receive, incoming: Incoming
    ) -> tuple[Reply, Headers]:
        """Return the answer and the headers that are its own."""
        if found is None:
            return _no(404, "there is nothing at this path", "see docs/registry.md for the calls", incoming), []
        if isinstance(found, NotAllowed):
            methods = ", ".join(found.methods)
            no = _no(405, f"this path is not called with {scope['method'][:20]}", f"use {methods}", incoming)
            return no, [(b"allow", methods.encode())]
        route = found.route
        # A full house is no reason to be taken for a dead one.
        if self._inside_count > self._bounds.inside_count and route.call != "healthy":
            self._telling.limited("busy")
            return _no(503, "too many requests at a time", "try again", incoming), [(b"retry-after", b"1")]
        head = {name: value for name, value in scope["headers"] if name in _HEADERS}
        incoming.names, incoming.query = found.names, scope["query_string"]
        if route.scopes:
            caller = self._caller(head.get(b"authorization", b""), incoming.now_us)
            if isinstance(caller, NotBelieved):
                if caller.stranger and self._on_stranger is not None:
                    self._on_stranger()
                told = b'Bearer error="invalid_token"' if b"authorization" in head else b"Bearer"
                return _no(401, caller.why, caller.mend, incoming), [(b"www-authenticate", told)]
            incoming.client, incoming.scopes = caller.client, caller.scopes
            if not any(one <= caller.scopes for one in route.scopes):
                needed = " or ".join(" and ".join(sorted(one)) for one in route.scopes)
                no = _no(403, f"{route.call} needs the scope {needed}", "ask the authority for it", incoming)
                return no, []
            limited = self._limited(caller.client, incoming)
            if limited is not None:
                return limited
        if found.names and not found.names[-1]:
            return _no(400, "there is nothing after the last '/'", "say which one, or which version", incoming), []
        held = self._inside_of
        held[incoming.client] = held.get(incoming.client, 0) + 1
        try:
            return await self._timed(route, head, receive, incoming)
        finally:
            held[incoming.client] -= 1
            if not held[incoming.client]:
                del held[incoming.client]

    def _limited(self, client: str, incoming: Incoming) -> tuple[Reply, Headers] | None:
        """Refuse a client that calls too often, or has too many requests inside; None for one that may go in."""
        if self._inside_of.get(client, 0) >= self._bounds.of_client_count:
            self._telling.limited("client")
            no = _no(429, f"{client} has too many requests at a time", "wait for some of the answers", incoming)
            return no, [(b"retry-after", b"1")]
        wait_s = self._limit.wait_s(client, self._sources.steady_s())
        if wait_s > 0.0:
            self._telling.limited("rate")
            no = _no(429, f"{client} calls too often", f"wait {wait_s:.3f} s", incoming)
            return no, [(b"retry-after", str(ceil(wait_s)).encode())]
        return None

    async def _timed(
        self, route: Route, head: dict[bytes, bytes], receive: Receive, incoming: Incoming
    ) -> tuple[Reply, Headers]:
        """Take in the body and answer, all within the time there is, and only while the caller waits."""
        try:
            with self._room.waiting() as waiting:
                if route.method in _WITH_BODY:
                    body = await self._body(head.get(b"content-length", b""), receive)
                    if body is None:
                        most = self._bounds.body_bytes
                        no = _no(413, f"the body is larger than {most} bytes", "send less", incoming)
                        return no, [(b"connection", b"close")]
                    incoming.body = body
                waiting.look_after(receive)
                # A shared store has its own limit, below this one: it ends what it cannot do in time, and says so.
                return await route.answer(incoming), []
        except MalformedError as error:
            status = route.over_area if isinstance(error, OverAreaError) else 400
            return _no(status, f"{error.source}: {error.where}: {error.problem}", error.mend, incoming), []
        except StoreUnavailableError as error:
            self._telling.limited("store")
            no = _no(503, error.problem, _IN_DOUBT if error.in_doubt else error.mend, incoming)
            return no, [(b"retry-after", b"1")]
        except _GoneError:
            return _no(400, "the caller went away", "send the whole body", incoming), []
        except CallerLeftError:
            return _no(400, "the caller did not wait for the answer", _IN_DOUBT, incoming), []
        except TimeoutError:
            self._telling.limited("time")
            what = f"there was no answer within {self._bounds.deadline_s:g} s"
            return _no(503, what, _IN_DOUBT, incoming), []

    def _caller(self, told: bytes, now_us: int) -> Caller | NotBelieved:
        if told[:7].lower() != b"bearer ":
            return NotBelieved("no access token was sent", "send the header Authorization: Bearer TOKEN")
        return self._verifier.verify(told[7:].strip().decode("latin-1"), now_us / 1e6)

    async def _body(self, length: bytes, receive: Receive) -> bytes | None:
        """The whole body; None if it is larger than the bound. Raises _GoneError if it never came whole."""
        if length.isdigit() and int(length[:20]) > self._bounds.body_bytes:
            return None
        message = await receive()
        data = message.get("body", b"")
        if not message.get("more_body", False) and message["type"] == "http.request":
            return data if len(data) <= self._bounds.body_bytes else None
        parts, total = [data], len(data)
        while message.get("more_body", False):
            if total > self._bounds.body_bytes:
                return None
            message = await receive()
            parts.append(message.get("body", b""))
            total += len(parts[-1])
        if message["type"] != "http.request":
            raise _GoneError
        return b"".join(parts) if total <= self._bounds.body_bytes else None


def _no(status: int, what: str, mend: str, incoming: Incoming) -> Reply:
    return Reply(status, message_answer(what, mend, incoming.request_id), what=what)


async def _send(send: Send, reply: Reply, headers: Headers, request_id: str) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [
                (b"content-type", reply.media),
                (b"content-length", str(len(reply.body)).encode()),
                (b"x-request-id", request_id.encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": reply.body})
