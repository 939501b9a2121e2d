"""What the network between nodes needs of a node, and the TLS that both ends of it use.

The one idea: no authority vouches for anybody; each end trusts exactly the certificates on the cards that were compared
by voice, whatever name or date stands in them.
"""

import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from clearline.edge.keys_file import CERTIFICATE_FILE, TLS_KEY_FILE
from clearline.line.card import Card
from clearline.line.terms import Mode
from clearline.wire.packet import Packet

__all__ = ["PACKETS_PATH", "PeerPort", "Ticking", "client_tls", "server_tls", "trust_peers"]

PACKETS_PATH = "/line/v1/packets"


class Ticking(Protocol):
    """Tells the time."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        ...


class PeerPort(Protocol):
    """The node below the network (`app.party_node.PartyNode`)."""

    @property
    def own(self) -> str:
        """The party whose node it is."""
        ...

    def peers(self) -> tuple[Card, ...]:
        """The cards of the peers."""
        ...

    def take(self, packet: Packet) -> Packet:
        """Take in a packet, and answer it."""
        ...

    def packet_for(
        self, peer: str, mode: Mode | None = None, *, most_entries: int = 2_000, heartbeat: bool = False
    ) -> Packet:
        """What a peer lacks."""
        ...

    def heard(self, peer: str, route: str, *, their_ms: int | None = None) -> None:
        """A peer was heard."""
        ...

    def offered(self, packet: Packet, route: str) -> None:
        """A route took a packet."""
        ...

    def tick(self) -> int | None:
        """Say what is due; when to tick again."""
        ...


def server_tls(keys: Path, peers: Iterable[Card]) -> ssl.SSLContext:
    """The TLS a node answers with: its own certificate, and only clients that show a peer's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(keys / CERTIFICATE_FILE, keys / TLS_KEY_FILE)
    trust_peers(context, peers)
    return context


def trust_peers(context: ssl.SSLContext, peers: Iterable[Card]) -> None:
    """Trust the certificates of peers, those imported while the node runs included."""
    for card in peers:
        context.load_verify_locations(cadata=card.certificate)


def client_tls(keys: Path, peer: Card) -> ssl.SSLContext:
    """The TLS a node calls a peer with: its own certificate, and only that peer's accepted, by whatever address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(keys / CERTIFICATE_FILE, keys / TLS_KEY_FILE)
    trust_peers(context, [peer])
    return context
