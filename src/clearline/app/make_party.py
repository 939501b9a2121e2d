"""A new party: its keys, its card, its store; and a store begun again for a party that lost its own.

The one idea: root keys are drawn, used once and written to a folder of their own, so that the machine that talks to the
world never needs them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from clearline.edge.files import write_text
from clearline.edge.keys_file import (
    CERTIFICATE_FILE,
    NodeKeys,
    draw_node_keys,
    draw_roots,
    read_node_keys,
    write_node_keys,
    write_roots,
)
from clearline.edge.party_store import PartyStore
from clearline.line.card import BY_FILE, Card, LocalName, party_id
from clearline.record.keys import Algorithm, PublicKey, SecretKey
from clearline.record.keyset import KeySet, seal_keyset
from clearline.wire.card_json import read_card, write_card

__all__ = [
    "CARDS_FOLDER",
    "CARD_FILE",
    "KEYS_FOLDER",
    "ROOTS_FOLDER",
    "STORE_FILE",
    "MadeParty",
    "begin_again",
    "draw_party",
    "make_party",
]

STORE_FILE = "store.db"
CARD_FILE = "card.json"
KEYS_FOLDER = "keys"
CARDS_FOLDER = "cards-before"
ROOTS_FOLDER = "roots"

# The certificate is pinned and no date on it is looked at; TLS libraries refuse one without, so it has a long life.
_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_LIFE = timedelta(days=36_525)


@dataclass(frozen=True, slots=True)
class MadeParty:
    """A new party: its card, the secret keys of its node, and the seeds of its root keys. Nothing is written yet."""

    card: Card
    keys: NodeKeys
    roots: tuple[bytes, ...]


def draw_party(
    name: str,
    *,
    coverage: str,
    names: Sequence[LocalName] = (),
    languages: Sequence[str] = ("en",),
    routes: Sequence[str] = (BY_FILE,),
    root_keys: int = 3,
    threshold: int = 2,
    hybrid: bool = False,
) -> MadeParty:
    """Draw a party's keys and make its card.

    `name` is in Latin letters and gives the identifier; `names` are its names by language, `name` in English if there
    is none. Of `root_keys`, `threshold` must sign a change of keys. Raises ValueError for what no card can hold.
    """
    party = party_id(name)
    keys = draw_node_keys(hybrid=hybrid)
    seeds = draw_roots(root_keys)
    roots = [SecretKey(Algorithm.ED25519, seed) for seed in seeds]
    keyset = KeySet(
        party,
        1,
        tuple(root.public for root in roots),
        threshold,
        keys.public("records"),
        keys.public("checkpoints"),
        keys.public("cosigning"),
        keys.transport,
    )
    card = Card(
        party,
        tuple(names) or (LocalName("en", name),),
        seal_keyset(keyset, roots),
        self_signed(party, keys.tls),
        tuple(routes),
        tuple(languages),
        coverage,
    )
    return MadeParty(card, keys, seeds)


def make_party(
    folder: Path,
    name: str,
    *,
    coverage: str,
    names: Sequence[LocalName] = (),
    languages: Sequence[str] = ("en",),
    routes: Sequence[str] = (BY_FILE,),
    hybrid: bool = False,
    roots: Path | None = None,
) -> Card:
    """Make a party in a folder: `store.db`, `card.json`, `keys/`, and `roots/` unless another folder is named for them.

    Raises FileExistsError if there is a party already, and ValueError for what no card can hold.
    """
    if (folder / STORE_FILE).exists() or (folder / KEYS_FOLDER).exists():
        raise FileExistsError(f"{folder.name} holds a party already")
    made = draw_party(name, coverage=coverage, names=names, languages=languages, routes=routes, hybrid=hybrid)
    write_roots(roots or folder / ROOTS_FOLDER, made.roots)
    write_node_keys(folder / KEYS_FOLDER, made.keys)
    _write_card(folder, made.card)
    store = PartyStore(folder / STORE_FILE)
    try:
        store.begin(made.card, first=True)
    finally:
        store.close()
    return made.card


def begin_again(folder: Path) -> Card:
    """Begin a new store for a party whose store is lost, from its card and keys.

    Its logs come back from the peers whose cards are imported again; until a peer has said how much it holds, nothing
    is said to that peer. Raises FileExistsError if there is a store, KeyFileError or MalformedError for bad files.
    """
    if (folder / STORE_FILE).exists():
        raise FileExistsError(f"{folder.name} has a store")
    read_node_keys(folder / KEYS_FOLDER)
    card = read_card((folder / CARD_FILE).read_bytes(), source=CARD_FILE)
    paths = sorted((folder / CARDS_FOLDER).glob("*.json"))
    earlier = [read_card(path.read_bytes(), source=path.name) for path in paths]
    store = PartyStore(folder / STORE_FILE)
    try:
        store.begin(card, first=False, earlier=earlier)
    finally:
        store.close()
    return card


def self_signed(party: str, key: Ed25519PrivateKey) -> str:
    """A certificate (PEM) for a node's connections: pinned by its key, so no authority and no date matters."""
    raw = key.public_key().public_bytes_raw()
    # A TLS library looks a certificate up by its subject: those of one party's keys, one after another, must differ.
    of_key = PublicKey(Algorithm.ED25519, raw).keyid
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, party), x509.NameAttribute(NameOID.SERIAL_NUMBER, of_key)]
    )
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(int.from_bytes(raw[:16], "big") | 1)
        .not_valid_before(_FROM)
        .not_valid_after(_FROM + _LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(party.replace("_", "-"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .sign(key, None)
    )
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def _write_card(folder: Path, card: Card) -> None:
    write_text(str(folder / KEYS_FOLDER / CERTIFICATE_FILE), card.certificate)
    write_text(str(folder / CARD_FILE), write_card(card).decode())
