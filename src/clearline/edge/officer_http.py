"""The officers' door: /api/v1 over HTTP, on this machine alone unless somebody decides otherwise.

The one idea: the door knows who is asking and hands the request on; every answer is the desk's (`edge.officer_desk`),
and what happens is told as it happens, from where the listener left off.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from clearline.edge.officer_auth import SESSION_MS, Account, Doorkeeper
from clearline.edge.officer_desk import MAX_REQUEST_BYTES, OfficerDesk
from clearline.edge.officer_port import Event, OfficerPort
from clearline.edge.oidc import Oidc, OidcSettings
from clearline.edge.peer_port import Ticking
from clearline.line.card import Card
from clearline.line.statement import Refused
from clearline.line.terms import Role
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import parse_json
from clearline.wire.packet import MAX_PACKET_BYTES

__all__ = ["API", "DOOR_ROUTES", "OfficerDoor"]

API = "/api/v1"
_COOKIE, _STATE = "clearline_session", "clearline_state"
_KEEP_ALIVE_S = 15.0
_MAX_WAITING = 10_000
_FILES = ("/packets", "/calendar", "/peers")

# What the door answers by itself, besides the routes of the desk.
DOOR_ROUTES = (
    ("POST", "/sessions"),
    ("DELETE", "/sessions"),
    ("GET", "/oidc/start"),
    ("GET", "/oidc/back"),
    ("GET", "/events"),
)


class OfficerDoor:
    """The application that officers' programs call. All methods belong to one event loop."""

    def __init__(
        self,
        node: OfficerPort,
        keeper: Doorkeeper,
        clock: Ticking,
        *,
        on_peer: Callable[[Card], None],
        oidc: OidcSettings | None = None,
        pages: Sequence[Route] = (),
    ) -> None:
        """`on_peer` is told of a card that was imported, so that the peer can be called.

        `pages` are routes beside the API: the console's (`edge.console_http`).
        """
        self._node = node
        self._desk = OfficerDesk(node)
        self._keeper = keeper
        self._on_peer = on_peer
        self._oidc = None if oidc is None else Oidc(oidc, clock)
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self._closed = False
        self.app = Starlette(
            routes=[
                Route(f"{API}/sessions", self._sign_in, methods=["POST"]),
                Route(f"{API}/sessions", self._sign_out, methods=["DELETE"]),
                Route(f"{API}/oidc/start", self._oidc_start, methods=["GET"]),
                Route(f"{API}/oidc/back", self._oidc_back, methods=["GET"]),
                Route(f"{API}/events", self._events, methods=["GET"]),
                Route(f"{API}/{{rest:path}}", self._any, methods=["GET", "POST"]),
                *pages,
            ]
        )

    def publish(self, event: Event) -> None:
        """Tell every listener; one that lets too many wait is let go, and asks again from where it was."""
        for listener in list(self._listeners):
            if listener.qsize() >= _MAX_WAITING:
                self._listeners.discard(listener)
                listener.put_nowait(None)
            else:
                listener.put_nowait(event)

    def close(self) -> None:
        """End the streams of those who listen."""
        self._closed = True
        for listener in self._listeners:
            listener.put_nowait(None)

    async def _any(self, request: Request) -> Response:
        account = await self._who(request)
        if account is None:
            return _no(401, Refused("SIGN_IN", "sign in first"))
        path = request.url.path.removeprefix(API)
        most = MAX_PACKET_BYTES if path in _FILES else MAX_REQUEST_BYTES
        wrong_type = request.headers.get("content-type", "").split(";")[0] != "application/json"
        if request.method == "POST" and path not in _FILES and wrong_type:
            # A page of another site can send a form with the officer's cookie, and cannot send this type.
            return _no(415, Refused("MALFORMED", "send application/json"))
        data = await _bounded(request, most)
        if data is None:
            return _no(413, Refused("MALFORMED", f"a request has {most} bytes at most"))
        query = dict(request.query_params)
        found = await asyncio.to_thread(self._desk.answer, request.method, path, query, data, account.actor)
        if found.peer is not None:
            self._on_peer(found.peer)
        return Response(found.data, found.status, media_type=found.media, headers={"cache-control": "no-store"})

    async def _sign_in(self, request: Request) -> Response:
        data = await _bounded(request, MAX_REQUEST_BYTES)
        try:
            found = parse_json(data or b"", source="request")
        except MalformedError as error:
            return _no(400, Refused("MALFORMED", str(error)))
        words = [found.get(name) for name in ("name", "password", "code")] if isinstance(found, dict) else []
        texts = [word for word in words if isinstance(word, str)]
        if len(texts) != 3:
            return _no(400, Refused("MALFORMED", "send name, password and code, all texts"))
        return _opened(await asyncio.to_thread(self._keeper.sign_in, *texts))

    async def _sign_out(self, request: Request) -> Response:
        await asyncio.to_thread(self._keeper.sign_out, _token(request))
        answer = Response(status_code=204)
        answer.delete_cookie(_COOKIE, path=API)
        return answer

    async def _oidc_start(self, request: Request) -> Response:
        del request
        if self._oidc is None:
            return _no(404, Refused("ROUTE", "no identity provider is set for this node"))
        found = await self._oidc.start()
        if isinstance(found, Refused):
            return _no(502, found)
        answer = RedirectResponse(found[0], 303)
        # Lax, as the browser comes back from another site.
        answer.set_cookie(_STATE, found[1], max_age=600, httponly=True, samesite="lax", path=f"{API}/oidc")
        return answer

    async def _oidc_back(self, request: Request) -> Response:
        if self._oidc is None:
            return _no(404, Refused("ROUTE", "no identity provider is set for this node"))
        told = request.query_params
        held = request.cookies.get(_STATE, "")
        subject = await self._oidc.finish(told.get("code", ""), told.get("state", ""), held)
        if isinstance(subject, Refused):
            return _no(401, subject)
        return _opened(await asyncio.to_thread(self._keeper.sign_in_as, subject))

    async def _events(self, request: Request) -> Response:
        account = await self._who(request)
        if account is None or Role.RECEIVE not in account.roles:
            return _no(401 if account is None else 403, Refused("SIGN_IN", "sign in first, with the role RECEIVE"))
        last = request.headers.get("last-event-id") or request.query_params.get("after", "")
        if last and not last.isdecimal():
            return _no(400, Refused("MALFORMED", "Last-Event-ID is the number of an event"))
        start = int(last[:15]) if last else self._node.position()
        headers = {"cache-control": "no-store"}
        return StreamingResponse(self.told(start), media_type="text/event-stream", headers=headers)

    async def told(self, position: int) -> AsyncIterator[bytes]:
        """What was kept after a position, and then what is kept as it is kept; nothing twice, nothing left out."""
        listener: asyncio.Queue[Event | None] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield b": listening\n\n"
            while not self._closed:
                # What came while the listener was being set up is in the store by now, and in the queue too.
                while events := await asyncio.to_thread(self._node.events_since, position):
                    for event in events:
                        position = event[0]
                        yield _as_event(event)
                try:
                    if await asyncio.wait_for(listener.get(), _KEEP_ALIVE_S) is None:
                        return
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self._listeners.discard(listener)

    async def _who(self, request: Request) -> Account | None:
        token = _token(request)
        return await asyncio.to_thread(self._keeper.who, token) if token else None


def _as_event(event: Event) -> bytes:
    position, kind, record_id = event
    return f"id: {position}\nevent: {kind}\ndata: {json.dumps({'record_id': record_id})}\n\n".encode()


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.cookies.get(_COOKIE, "")


def _opened(found: tuple[str, Account] | Refused) -> Response:
    if isinstance(found, Refused):
        return _no(429 if found.rule == "LOCKED" else 401, found)
    token, account = found
    said = {"token": token, "post": account.post, "person": account.person, "roles": [*account.roles]}
    answer = JSONResponse(said, 201, headers={"cache-control": "no-store"})
    answer.set_cookie(_COOKIE, token, max_age=SESSION_MS // 1000, httponly=True, samesite="strict", path=API)
    return answer


def _no(status: int, refused: Refused) -> Response:
    return JSONResponse({"rule": refused.rule, "why": refused.why}, status)


async def _bounded(request: Request, most: int) -> bytes | None:
    found = bytearray()
    with suppress(ClientDisconnect):
        async for chunk in request.stream():
            found += chunk
            if len(found) > most:
                return None
    return bytes(found)
