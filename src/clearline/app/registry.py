"""A registry, running: the door, the keys it believes, the store beneath, and the sweeping of what has ended.

The one idea: one process, one store; on SIGTERM it stops being ready, takes nothing new, finishes what it began, and
closes the store; however it ends, what was answered is kept. On SIGHUP it takes up its certificate anew.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn
import uvloop

from clearline.app.registry_garbage import begin_collecting, stop_collecting
from clearline.app.registry_store import OpenedStore, open_store
from clearline.edge.bearer import TokenVerifier
from clearline.edge.bearer_keys import TrustedKey
from clearline.edge.registry_http import DoorBounds, RegistryDoor, Sources
from clearline.edge.registry_http_f3411 import F3411Calls
from clearline.edge.registry_http_f3548 import F3548Calls
from clearline.edge.registry_http_joined import JoinedProtocol
from clearline.edge.registry_http_pool import PoolCalls, PoolFacts, Readiness
from clearline.edge.registry_http_routes import Route
from clearline.edge.registry_http_told import Telling
from clearline.edge.registry_port import Asked, Store, StoreUnavailableError
from clearline.edge.registry_reports import ReportArchive
from clearline.edge.supervisor import tell_supervisor, watchdog_s
from clearline.registry.expiry import expire
from clearline.wire.f3411_calls_answer import F3411Version

if TYPE_CHECKING:
    from clearline.edge.own_certificate import OwnCertificate

__all__ = ["RegistrySettings", "routes_of", "serve_registry", "sweep"]

_GRACE_S: Final = 10
_QUIET_S: Final = 0.5
_KEEP_ALIVE_S: Final = 75  # clients in use keep a quiet connection up to 57 s
_CLOCK_S: Final = 5.0  # F3548 TimeSyncMaxDifferential
_SWEEP_S: Final = 5.0
_LOAD_S: Final = 0.5  # from when it listens until the rest is loaded, so that the first answers do not wait for it
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
    after_restore: bool = False

    def __post_init__(self) -> None:
        if not self.keys and not self.jwks:
            raise ValueError("no key is trusted: give --public-key FILE or --jwks URL")
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("--tls-certificate and --tls-key go together")


def routes_of(
    store: Store,
    archive: ReportArchive,
    telling: Telling,
    facts: PoolFacts,
    readiness: Readiness,
    *,
    allow_http: bool,
) -> list[Route]:
    """Return every route of a registry, over one store and the archive of what is reported of it."""
    return [
        *F3548Calls(store, telling, archive, allow_http).routes(),
        *(route for version in F3411Version for route in F3411Calls(version, store, allow_http).routes()),
        *PoolCalls(facts, store, telling, readiness).routes(),
    ]


def serve_registry(
    settings: RegistrySettings, *, written: Callable[[bytes], None], told: Callable[[str], None]
) -> None:
    """Run a registry until SIGTERM or SIGINT. `written` takes the lines of the log; `told` gets a line when it is up.

    Raises ValueError for a store that cannot be read, OSError for one, or an address, that cannot be had.
    """
    stop_collecting()
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


async def _keep_watch(every_s: float) -> None:
    """Tell the supervisor again and again that this event loop turns."""
    while True:
        tell_supervisor("WATCHDOG=1")
        await asyncio.sleep(every_s)


class _Server(uvicorn.Server):
    """uvicorn, leaving signals to the process, and saying when it listens."""

    def __init__(self, config: uvicorn.Config, on_up: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_up = on_up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_up()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _hang_up(server: uvicorn.Server) -> None:
    """Drop the connections on which nothing is said any more: with TLS each would be waited for to say goodbye."""
    quiet = 0
    while True:
        await asyncio.sleep(_QUIET_S / 10)
        quiet = 0 if server.server_state.tasks else quiet + 1
        for connection in list(server.server_state.connections) if quiet > 10 else ():
            if connection.transport.get_write_buffer_size() == 0:
                connection.transport.abort()


class _ServerLines(logging.Handler):
    """What uvicorn has to say goes where everything goes: a line of JSON each."""

    def __init__(self, event: Callable[[str, str], None]) -> None:
        super().__init__(logging.WARNING)
        self._event = event

    def emit(self, record: logging.LogRecord) -> None:
        self._event("http", record.getMessage())


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
        self._own = _own_certificate(settings)
        self._ends_s = 0.0

    async def run(self) -> None:
        """Start everything, wait for the end, stop everything in the order that loses nothing."""
        settings = self._settings
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        server_log = logging.getLogger("uvicorn")
        server_log.propagate = False
        server_log.handlers = [_ServerLines(self._event)]
        listening = _bound(settings.host, settings.port)
        opened = await open_store(settings.store, after_restore=settings.after_restore)
        begin_collecting()
        try:
            self._tell_state(opened)
            await self._serve(_traced(opened.store) if settings.traced else opened.store, opened.archive, listening)
        finally:
            await opened.store.close()

    def _tell_state(self, opened: OpenedStore) -> None:
        """Say what an operator is to know of the store and the certificate, and have the numbers watched."""
        if opened.put_back:
            self._event("put back", opened.put_back)
        ahead_s = (opened.latest_us - _now_us()) / 1e6
        if ahead_s > _CLOCK_S:
            self._event("clock", f"the latest change in the store is {ahead_s:.0f} s ahead of this machine's clock")
        watch = self._telling.watch
        if opened.put_back is not None:
            put_back = float(bool(opened.put_back))
            watch("put_back", "1 if this run began on a file that was put back to an earlier state", lambda: put_back)
        if opened.room_bytes is not None:
            watch("room_bytes", "Bytes left on the disk of the registry's file", opened.room_bytes)
        if self._own is not None:
            self._ends_s = self._own.ends_s()
            watch("certificate_ends_seconds", "Until when the certificate counts, Unix time", lambda: self._ends_s)

    def _take_up(self, context: ssl.SSLContext | None) -> None:
        """Show the certificate that is on disk now to whoever connects from now on."""
        if self._own is None or context is None:
            return
        try:
            self._own.take_up(context)
        except ValueError as error:
            self._event("certificate", f"{error}; the one before stays")
            return
        self._ends_s = self._own.ends_s()
        self._event("certificate", f"taken up from {self._own.chain.name}")

    async def _serve(self, store: Store, archive: ReportArchive, listening: socket.socket) -> None:
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
        if (every_s := watchdog_s()) is not None:
            keeping.append(_keep_watch(every_s))
        facts, ready = settings.facts, self._readiness
        routes = routes_of(store, archive, self._telling, facts, ready, allow_http=settings.allow_http)
        door = RegistryDoor(routes, verifier, settings.bounds, sources, self._telling, on_stranger=on_stranger)
        port = listening.getsockname()[1]
        server = _server(door, settings, partial(self._up, port))
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, partial(self._take_up, server.config.ssl))
        tasks = [asyncio.ensure_future(one) for one in keeping]
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait([serving, stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        self._readiness.stopping = True
        self._event("stop", "no new requests are taken")
        tell_supervisor("STOPPING=1")
        server.should_exit = True
        hanging = asyncio.create_task(_hang_up(server))
        await serving
        hanging.cancel()
        stopping.cancel()
        for task in tasks:
            if task.done():
                task.result()  # a keeper that ended has failed, and its error is the process's
            task.cancel()

    def _up(self, port: int) -> None:
        """It listens: say so."""
        settings = self._settings
        kind = settings.store.partition(":")[0]
        self._told(f"registry {settings.facts.instance}: up at {settings.host}:{port}, store {kind}")
        self._event("start", f"{settings.host}:{port}")
        tell_supervisor("READY=1")
        asyncio.get_running_loop().call_later(_LOAD_S, _load_the_rest)

    def _event(self, event: str, what: str) -> None:
        self._telling.event(_now_us(), event, what)


def _load_the_rest() -> None:
    """Load what only polygons need, beside the requests: the first polygon would have to wait for it."""
    threading.Thread(target=import_module, args=("clearline.app.registry_rest",), daemon=True).start()


def _now_us() -> int:
    return time.time_ns() // 1_000


def _own_certificate(settings: RegistrySettings) -> "OwnCertificate | None":
    if settings.certificate is None or settings.private_key is None:
        return None
    from clearline.edge.own_certificate import OwnCertificate  # what reads it is loaded where there is one

    return OwnCertificate(settings.certificate, settings.private_key)


def _traced(store: Store) -> Store:
    from opentelemetry.trace import get_tracer  # only where it was asked for: the extra `otel`

    from clearline.edge.registry_traces import TracedStore

    return TracedStore(store, get_tracer("clearline.registry"))


def _server(door: RegistryDoor, settings: RegistrySettings, on_up: Callable[[], None]) -> _Server:
    config = uvicorn.Config(
        door,  # type: ignore[arg-type] # uvicorn names the types of ASGI itself
        http=JoinedProtocol,
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
    return _Server(config, on_up)


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
