"""A planning system of F3548 (a USS), put together and served: its node, its endpoints, its harness where asked for.

The one idea: it opens its ears only after what it held and what the registry holds were brought to agree, as far as
the registry answered; what then still differs is said, and mended while it runs.
"""

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
import uvicorn
import uvloop

from clearline import __version__
from clearline.app.uss_harness import Harness
from clearline.app.uss_node import Named, UssNode
from clearline.conflict.fast import best_engine
from clearline.edge.bearer import TokenVerifier
from clearline.edge.bearer_keys import TrustedKey
from clearline.edge.flight_planning_http import HarnessCalls
from clearline.edge.geoid_file import load_geoid
from clearline.edge.registry_client import CallBounds, Caller, RegistryClient, SystemClient, new_http
from clearline.edge.registry_http import DoorBounds, RegistryDoor, Sources
from clearline.edge.registry_http_routes import Incoming, Reply, Route
from clearline.edge.registry_http_told import Telling
from clearline.edge.uss_http import UssCalls
from clearline.edge.uss_http_store import open_uss_store
from clearline.edge.uss_http_tokens import ClientCredentials, SelfSigned, Tokens, TokenSource
from clearline.node.coordination_intent import mean
from clearline.node.coordination_rules import Policy
from clearline.wire.f3548_calls_text import base_url, new_ident

__all__ = ["Authority", "UssSettings", "serve_uss"]

_GRACE_S: Final = 10
_KEEP_ALIVE_S: Final = 75  # clients in use keep a quiet connection up to 57 s
# An act on a flight may read many others before it is answered; its own end is 30 s.
_BOUNDS: Final = DoorBounds(deadline_s=40.0)


@dataclass(frozen=True, slots=True)
class Authority:
    """Where this system's own tokens come from: a key of its own, or an authority's address, client and secret."""

    signing_key: bytes | None = None
    url: str = ""
    client: str = ""
    secret: str = ""

    def __post_init__(self) -> None:
        if (self.signing_key is None) == (not self.url):
            raise ValueError("tokens come from --token-url or from --signing-key: give one of them")


@dataclass(frozen=True, slots=True)
class UssSettings:
    """How a planning system is run. `manager` is the `sub` of its tokens; `store` None keeps all in memory.

    Raises ValueError for an address that is none, and where no key could ever be trusted.
    """

    registry: str
    own_url: str
    manager: str
    host: str
    port: int
    keys: tuple[TrustedKey, ...]
    audiences: frozenset[str]
    authority: Authority
    store: Path | None
    policy: Policy = field(default_factory=Policy)
    harness: bool = False
    allow_http: bool = False
    certificate: Path | None = None
    private_key: Path | None = None

    def __post_init__(self) -> None:
        base_url(self.registry, "--registry", allow_http=self.allow_http)
        base_url(self.own_url, "--base-url", allow_http=self.allow_http)
        if not self.keys:
            raise ValueError("no key is trusted: give --public-key FILE")
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("--tls-certificate and --tls-key go together")


def serve_uss(settings: UssSettings, *, written: Callable[[bytes], None], told: Callable[[str], None]) -> None:
    """Run a planning system until SIGTERM or SIGINT. `written` takes the log's lines; `told` hears when it is up.

    Raises StoreError for a file that cannot be used, OSError for an address that cannot be had.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, Telling(written), told))


async def _serve(settings: UssSettings, telling: Telling, told: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bounds = CallBounds()
    async with new_http(bounds) as http:
        node = _node(settings, http, bounds, telling)
        try:
            await node.start()
            with _bound(settings.host, settings.port) as listening:
                await _answer(settings, node, telling, listening, stop, told)
        finally:
            await node.close()


def _node(settings: UssSettings, http: httpx.AsyncClient, bounds: CallBounds, telling: Telling) -> UssNode:
    meaning = partial(mean, geoid=load_geoid())
    caller = Caller(http, Tokens(_source(settings, http), time.time), bounds, allow_http=settings.allow_http)
    return UssNode(
        Named(settings.manager, settings.own_url),
        RegistryClient(settings.registry, settings.own_url, caller),
        SystemClient(caller, meaning),
        open_uss_store(settings.store),
        settings.policy,
        best_engine(),
        meaning,
        now_us=_now_us,
        new_ident=lambda: new_ident(os.urandom(16)),
        told=lambda event, what: telling.event(_now_us(), event, what),
    )


def _source(settings: UssSettings, http: httpx.AsyncClient) -> TokenSource:
    authority = settings.authority
    if authority.signing_key is not None:
        return SelfSigned(authority.signing_key, settings.manager, settings.manager)
    return ClientCredentials(authority.url, authority.client or settings.manager, authority.secret, http)


async def _answer(
    settings: UssSettings,
    node: UssNode,
    telling: Telling,
    listening: socket.socket,
    stop: asyncio.Event,
    told: Callable[[str], None],
) -> None:
    prefix = urlsplit(settings.own_url).path.rstrip("/")
    routes = [*UssCalls(node, telling, prefix).routes(), Route("GET", "/healthy", "healthy", (), _healthy)]
    if settings.harness:
        routes.extend(HarnessCalls(Harness(node), __version__).routes())
    sources = Sources(_now_us, time.monotonic, os.urandom)
    door = RegistryDoor(routes, TokenVerifier(settings.keys, settings.audiences), _BOUNDS, sources, telling)
    server = _server(door, settings)
    keeping = asyncio.create_task(node.keep_going())
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    told(f"uss {settings.manager}: up at {settings.host}:{listening.getsockname()[1]}, registry {settings.registry}")
    await asyncio.wait([serving, stopping, keeping], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    stopping.cancel()
    if keeping.done():
        keeping.result()  # a keeper that ended has failed, and its error is the process's
    keeping.cancel()


async def _healthy(incoming: Incoming) -> Reply:
    del incoming
    return Reply(200, b"ok\n", b"text/plain")


class _Server(uvicorn.Server):
    """uvicorn, leaving signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _server(door: RegistryDoor, settings: UssSettings) -> _Server:
    config = uvicorn.Config(
        door,  # type: ignore[arg-type] # uvicorn names the types of ASGI itself
        http="httptools",
        loop="none",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.private_key,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return _Server(config)


def _bound(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise OSError(error.errno, error.strerror or "it cannot be had", f"{host}:{port}") from error
    return sock


def _now_us() -> int:
    return time.time_ns() // 1_000
