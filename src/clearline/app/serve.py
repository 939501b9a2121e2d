"""A party's node, running: the door for peers, the door for its officers, and the outbox, in one process.

The one idea: whatever ends it (a signal, a lost disk, a defect) ends all of it; what was acknowledged is on disk, and
the next start goes on from there.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from clearline.app.make_party import KEYS_FOLDER
from clearline.app.officer_node import OfficerNode
from clearline.app.party_home import Opened, before_folders, open_home
from clearline.app.party_node import Event, PartyNode
from clearline.app.witnessing import clients_of, keep_witnessed
from clearline.edge.console_file import find_console, load_console
from clearline.edge.console_http import console_routes
from clearline.edge.keys_file import read_request_key
from clearline.edge.officer_auth import Doorkeeper
from clearline.edge.officer_http import OfficerDoor
from clearline.edge.oidc import OidcSettings
from clearline.edge.outbox import Outbox
from clearline.edge.party_store import StoreLostError
from clearline.edge.peer_client import PeerClient
from clearline.edge.peer_http import PeerDoor, PinnedProtocol
from clearline.edge.peer_port import client_tls, server_ways, trust_peers
from clearline.line.card import Card
from clearline.line.newcard import NewCard

__all__ = ["Addresses", "addresses_of", "serve"]

_GRACE_S = 5
_DISK_LOST = 70


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a node listens: for peers (none for a node that is reached by files alone), and for its officers."""

    peers: tuple[tuple[str, int], ...]
    officers: tuple[str, int]


def addresses_of(card: Card) -> tuple[tuple[str, int], ...]:
    """Where a card says that its party is reached: its ports, at its own address where that is a number."""
    found: dict[tuple[str, int], None] = {}
    for route in card.addresses:
        parts = urlsplit(route)
        host = parts.hostname or ""
        with contextlib.suppress(ValueError):
            found[host if _is_number(host) else "::", parts.port or 443] = None
    return tuple(found)


def serve(
    home: Path,
    addresses: Addresses | None,
    officers: tuple[str, int],
    *,
    clock_uncertainty_ms: int,
    oidc: OidcSettings | None,
    told: Callable[[str], None],
) -> None:
    """Run a party's node until SIGTERM or SIGINT. `told` gets a line when it is up.

    Raises what `open_home` raises, and OSError for an address that cannot be had.
    """
    with open_home(home, clock_uncertainty_ms=clock_uncertainty_ms, on_lost=_end_at_once) as opened:
        chosen = addresses or Addresses(addresses_of(opened.node.card), officers)
        asyncio.run(_Serving(opened, chosen, oidc, told).run())


class _Server(uvicorn.Server):
    """uvicorn, leaving signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class _Serving:
    """One run of a node."""

    def __init__(
        self, opened: Opened, addresses: Addresses, oidc: OidcSettings | None, told: Callable[[str], None]
    ) -> None:
        self._opened = opened
        self._addresses = addresses
        self._told = told
        self._oidc = oidc
        self._keys = opened.home / KEYS_FOLDER
        self._before = before_folders(opened.home)
        self._called: dict[str, Card] = {}
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Start everything, wait for the end, stop everything."""
        node = self._opened.node
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        ways = server_ways(self._keys, self._before, node.peers())
        outbox = Outbox(node, self._opened.clock, monotonic=time.monotonic, chance=random.SystemRandom().random)
        door = PeerDoor(node, self._opened.clock, lambda party: outbox.wake(party=party))

        def met(card: Card) -> None:
            for way in ways:
                trust_peers(way, [card])
            outbox.add(card.party, self._client(card))

        def changed() -> None:
            for card in node.peers():
                if card != self._called.get(card.party):
                    met(card)

        keeper = Doorkeeper(self._opened.store, self._opened.clock)
        folder = find_console()
        pages = console_routes(None if folder is None else load_console(folder))
        desk = OfficerDoor(
            OfficerNode(node, self._opened.clock), keeper, self._opened.clock, on_peer=met, oidc=self._oidc, pages=pages
        )
        servers = [_server(desk.app, None), _server(door.app, PinnedProtocol)]
        servers[1].config.load()
        servers[1].config.ssl = ways[0]
        sockets = [_bound([self._addresses.officers]), _bound(self._addresses.peers)]
        tasks = [asyncio.create_task(s.serve(sockets=socks)) for s, socks in zip(servers, sockets, strict=True)]
        outbox.start({card.party: self._client(card) for card in node.peers()})
        with _listening(node, loop, outbox, desk, changed):
            self._told(_where(node.own, self._addresses, sockets))
            beside: list[asyncio.Task[object]] = [asyncio.create_task(self._stop.wait())]
            if node.witnesses.witnesses:
                beside.append(asyncio.create_task(keep_witnessed(node, clients_of(node.witnesses))))
            await asyncio.wait([*beside, outbox.failed, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in beside:
                task.cancel()
            desk.close()
            for server in servers:
                server.should_exit = True
            await outbox.stop()
            await asyncio.gather(*tasks)
        if outbox.failed.done():
            outbox.failed.result()

    def _client(self, card: Card) -> PeerClient:
        self._called[card.party] = card
        before = [(client_tls(folder, card), read_request_key(folder)) for folder in self._before]
        signer, clock = self._opened.keys.signers.request, self._opened.clock
        return PeerClient(card, client_tls(self._keys, card), signer, clock, before=before)


def _server(app: object, protocol: type[PinnedProtocol] | None) -> _Server:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type] # starlette and uvicorn each name the types of ASGI themselves
        http=protocol or "h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    return _Server(config)


@contextlib.contextmanager
def _listening(
    node: PartyNode,
    loop: asyncio.AbstractEventLoop,
    outbox: Outbox,
    desk: OfficerDoor,
    changed: Callable[[], None],
) -> Generator[None]:
    """While inside, whatever is said wakes the outbox and goes to the officers who listen; `changed` hears of cards."""

    def kept(event: Event) -> None:
        if event[1] == NewCard.kind:
            changed()
        outbox.wake()
        desk.publish(event)

    listener = node.subscribe()

    def pump() -> None:
        while (event := listener.get())[0] >= 0:
            loop.call_soon_threadsafe(kept, event)

    pumping = loop.run_in_executor(None, pump)
    try:
        yield
    finally:
        node.unsubscribe(listener)
        listener.put((-1, "", ""))
        assert not pumping.cancelled()


def _bound(addresses: Sequence[tuple[str, int]]) -> list[socket.socket]:
    found: list[socket.socket] = []
    for host, port in addresses:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        try:
            sock.bind((host, port))
        except OSError as error:
            raise OSError(error.errno, error.strerror or "it cannot be had", f"{host}:{port}") from error
        found.append(sock)
    return found


def _where(own: str, addresses: Addresses, sockets: Sequence[Sequence[socket.socket]]) -> str:
    host, port = addresses.officers
    officer_port = sockets[0][0].getsockname()[1] if port == 0 else port
    peers = ", ".join(f"{host}:{port}" for host, port in addresses.peers) or "no address: files are carried"
    door = f"http://[{host}]:{officer_port}" if ":" in host else f"http://{host}:{officer_port}"
    return f"{own}: up; officers at {door} (console: {door}/), peers at {peers}"


def _is_number(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, host)
            return True
    return False


def _end_at_once(error: StoreLostError) -> None:
    """The disk did not take a write: what is in memory may be wrong, so nothing more leaves this process."""
    sys.stderr.write(f"clearline: {error}\n")
    sys.stderr.flush()
    os._exit(_DISK_LOST)
