"""What the network between nodes needs of a node, and the TLS that both ends of it use.

The one idea: no authority vouches for anybody; each end trusts exactly the certificates on the cards that were compared
by voice, whatever name or date stands in them.
"""

import ssl
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clearline.edge.keys_file import CERTIFICATE_FILE, TLS_KEY_FILE
from clearline.line.card import Card
from clearline.line.terms import Mode
from clearline.record.keys import Algorithm, PublicKey
from clearline.record.keyset import KeySet
from clearline.wire.packet import Packet

__all__ = [
    "PACKETS_PATH",
    "PeerPort",
    "Ticking",
    "client_tls",
    "server_name",
    "server_tls",
    "server_ways",
    "trust_peers",
]

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

    def keys_of(self, peer: str) -> KeySet:
        """The newest key set known of a peer."""
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


def server_name(key: PublicKey) -> str:
    """What a caller asks for when it wants to see the certificate of a key: a name in no domain (RFC 2606).

    A party that changes its keys is called by some with the new ones and by some with the old, at one address.
    """
    return f"{key.keyid}.clearline.invalid"


def server_ways(keys: Path, before: Sequence[Path], peers: Sequence[Card]) -> list[ssl.SSLContext]:
    """The TLS a node answers with, the first to be listened with: it shows whichever certificate the caller asks for.

    `before` are folders with connection keys that gave way to others.
    """
    found = {server_name(_key_of(folder)): server_tls(folder, peers) for folder in (keys, *before)}
    ways = list(found.values())

    def choose(shown: ssl.SSLSocket | ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        shown.context = found.get(name or "", context)

    ways[0].sni_callback = choose
    return ways


def _key_of(folder: Path) -> PublicKey:
    public = x509.load_pem_x509_certificate((folder / CERTIFICATE_FILE).read_bytes()).public_key()
    assert isinstance(public, Ed25519PublicKey)
    return PublicKey(Algorithm.ED25519, public.public_bytes_raw())


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
