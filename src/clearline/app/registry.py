"""A registry, running: the door, the keys it believes, the store beneath, and the sweeping of what has ended.

The one idea: one process, one store; on SIGTERM it stops being ready, takes nothing new, finishes what it began, and
closes the store; however it ends, what was answered is kept.
"""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn
import uvloop

from clearline.app.registry_store import open_store
from clearline.edge.bearer import TokenVerifier
from clearline.edge.bearer_keys import TrustedKey
from clearline.edge.registry_http import DoorBounds, RegistryDoor, Sources
from clearline.edge.registry_http_f3411 import F3411Calls
from clearline.edge.registry_http_f3548 import F3548Calls
from clearline.edge.registry_http_pool import PoolCalls, PoolFacts, Readiness
from clearline.edge.registry_http_routes import Route
from clearline.edge.registry_http_told import Telling
from clearline.edge.registry_port import Asked, Store, StoreUnavailableError
from clearline.registry.expiry import expire
from clearline.wire.f3411_calls_answer import F3411Version

__all__ = ["RegistrySettings", "routes_of", "serve_registry", "sweep"]

_GRACE_S: Final = 10
_KEEP_ALIVE_S: Final = 75  # clients in use keep a quiet connection up to 57 s
_SWEEP_S: Final = 5.0
_SWEEP_COUNT: Final = 200


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """How a registry is run. `store` is as `open_store` reads it; `jwks` are addresses of key sets.

    Raises ValueError where no key could ever be trusted: every call would be refused.
    """

    store: str
    host: str
    port: int
    keys: tuple[TrustedKey, ...]
    jwks: tuple[str, ...]
    audiences: frozenset[str]
    facts: PoolFacts
    bounds: DoorBounds = field(default_factory=DoorBounds)
    allow_http: bool = False
    certificate: Path | None = None
    private_key: Path | None = None
    traced: bool = False

    def __post_init__(self) -> None:
        if not self.keys and not self.jwks:
            raise ValueError("no key is trusted: give --public-key FILE or --jwks URL")
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("--tls-certificate and --tls-key go together")


def routes_of(
    store: Store, telling: Telling, facts: PoolFacts, readiness: Readiness, *, allow_http: bool
) -> list[Route]:
    """Return every route of a registry, over one store."""
    return [
        *F3548Calls(store, telling, allow_http).routes(),
        *(route for version in F3411Version for route in F3411Calls(version, store, allow_http).routes()),
        *PoolCalls(facts, store, telling, readiness).routes(),
    ]


def serve_registry(
    settings: RegistrySettings, *, written: Callable[[bytes], None], told: Callable[[str], None]
) -> None:
    """Run a registry until SIGTERM or SIGINT. `written` takes the lines of the log; `told` gets a line when it is up.

    Raises ValueError for a store that cannot be read, OSError for one, or an address, that cannot be had.
    """
    # A registry holds a million values that live long: what is there at the start is never looked through again, and
    # the collector of cycles comes by rarely.
    gc.enable()
    gc.set_threshold(50_000, 20, 100)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Serving(settings, written, told).run())


async def sweep(store: Store, now_us: Callable[[], int]) -> None:
    """Remove what has ended, in small steps, for ever. While the store cannot be asked, the sweep waits."""
    while True:
        at_us, found = now_us(), 0
        rule = partial(expire, now_us=at_us, most=_SWEEP_COUNT)
        with contextlib.suppress(StoreUnavailableError):
            found = await store.transact(Asked("expire", "", at_us, ""), rule)
        await asyncio.sleep(_SWEEP_S if found < _SWEEP_COUNT else 0.01)


class _Server(uvicorn.Server):
    """uvicorn, leaving signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class _Serving:
    """One run of a registry."""

    def __init__(
        self, settings: RegistrySettings, written: Callable[[bytes], None], told: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._telling = Telling(written)
        self._told = told
        self._stop = asyncio.Event()
        self._readiness = Readiness()

    async def run(self) -> None:
        """Start everything, wait for the end, stop everything in the order that loses nothing."""
        settings = self._settings
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        listening = _bound(settings.host, settings.port)
        store = await open_store(settings.store)
        gc.freeze()
        try:
            await self._serve(_traced(store) if settings.traced else store, listening)
        finally:
            await store.close()

    async def _serve(self, store: Store, listening: socket.socket) -> None:
        settings = self._settings
        verifier = TokenVerifier(settings.keys, settings.audiences)
        keeping: list[Awaitable[None]] = [sweep(store, _now_us)]
        on_stranger: Callable[[], None] | None = None
        if settings.jwks:
            from clearline.edge.bearer_refresh import KeyRefresh  # its client is loaded where keys are fetched

            refresh = KeyRefresh(verifier, settings.keys, settings.jwks, partial(self._event, "keys"))
            await refresh.refresh()
            keeping.append(refresh.run())
            on_stranger = refresh.stranger
        sources = Sources(_now_us, time.monotonic, os.urandom)
        routes = routes_of(store, self._telling, settings.facts, self._readiness, allow_http=settings.allow_http)
        door = RegistryDoor(routes, verifier, settings.bounds, sources, self._telling, on_stranger=on_stranger)
        server = _server(door, settings)
        tasks = [asyncio.ensure_future(one) for one in keeping]
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        stopping = asyncio.create_task(self._stop.wait())
        host, port = settings.host, listening.getsockname()[1]
        self._told(f"registry {settings.facts.instance}: up at {host}:{port}, store {settings.store.partition(':')[0]}")
        self._event("start", f"{host}:{port}")
        await asyncio.wait([serving, stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        self._readiness.stopping = True
        self._event("stop", "no new requests are taken")
        server.should_exit = True
        await serving
        stopping.cancel()
        for task in tasks:
            if task.done():
                task.result()  # a keeper that ended has failed, and its error is the process's
            task.cancel()

    def _event(self, event: str, what: str) -> None:
        self._telling.event(_now_us(), event, what)


def _now_us() -> int:
    return time.time_ns() // 1_000


def _traced(store: Store) -> Store:
    from opentelemetry.trace import get_tracer  # only where it was asked for: the extra `otel`

    from clearline.edge.registry_traces import TracedStore

    return TracedStore(store, get_tracer("clearline.registry"))


def _server(door: RegistryDoor, settings: RegistrySettings) -> _Server:
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
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2  # F3548 DSS0205
    return _Server(config)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise OSError(error.errno, error.strerror or "it cannot be had", f"{host}:{port}") from error
    return sock
