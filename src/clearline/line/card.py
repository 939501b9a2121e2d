"""A party's card: who it is, the keys that speak for it, where it can be reached, and whom its answers speak for.

The one idea: there is no authority to vouch for a key, so a card is compared once, by voice, as forty digits over all
of its bytes; from then on everything that party says is held to the keys on it.
"""

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from clearline.record.keys import PublicKey
from clearline.record.keyset import KeySet, open_keyset

__all__ = ["BY_FILE", "MAX_CARD_BYTES", "Card", "LocalName", "card_fingerprint", "party_id", "valid_party"]

# The route of a party that is reached by carried files alone (a relay, a USB stick).
BY_FILE = "file"
MAX_CARD_BYTES = 64 * 1024  # a hybrid key set of eight post-quantum roots takes 40 kB of it

# A party's name stands in the origins of its logs, between slashes; so it has none itself.
_PARTY = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_MAX_NAMES, _MAX_ROUTES, _MAX_TEXT = 16, 8, 4_000


def valid_party(party: str) -> bool:
    """Whether a text can name a party: 1 to 63 of a-z, 0-9, dot, dash and underscore, a letter or digit first.

    >>> valid_party("alfa.example"), valid_party("ALFA")
    (True, False)
    """
    return _PARTY.fullmatch(party) is not None


def party_id(name: str) -> str:
    """The identifier that a name in Latin letters gives: small letters, dashes for spaces.

    Raises ValueError for a name that has none, so that two names are never written alike by guessing.

    >>> party_id("North Desk")
    'north-desk'
    """
    found = "-".join(name.lower().split())
    if not valid_party(found):
        raise ValueError(
            f"{name[:80]!r} gives no identifier: use 1 to 63 Latin letters, digits, dots, dashes and underscores; "
            "names in other scripts go beside it"
        )
    return found


@dataclass(frozen=True, slots=True)
class LocalName:
    """A party's name in one language. Raises ValueError for a language that is no tag such as `ru`, or no text."""

    lang: str
    text: str

    def __post_init__(self) -> None:
        if not _LANG.fullmatch(self.lang):
            raise ValueError(f"{self.lang[:40]!r} is not a language tag such as en, ru or ar")
        if not self.text.strip() or len(self.text) > _MAX_TEXT:
            raise ValueError("a name is a text that is not empty")


@dataclass(frozen=True, slots=True)
class Card:
    """What a party hands to another so that the two can talk.

    `sealed` is its first key set as its root keys signed it; `certificate` the self-signed certificate (PEM) its node
    shows, under the first transport key of that set; the second transport key signs requests and packets. `routes` are
    two or more https addresses of its node, or `file` alone; with addresses, `file` may stand last. `coverage` is whose
    forces its answers speak for, in words. Raises ValueError (RecordError for the key set) where they do not fit.
    """

    party: str
    names: tuple[LocalName, ...]
    sealed: bytes
    certificate: str
    routes: tuple[str, ...]
    languages: tuple[str, ...]
    coverage: str
    keyset: KeySet = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keyset", open_keyset(self.sealed, None, "card"))
        if not valid_party(self.party) or self.keyset.party != self.party:
            raise ValueError(f"the card is of {self.party[:80]!r}, its key set of {self.keyset.party!r}")
        langs = [name.lang for name in self.names]
        if not 1 <= len(langs) <= _MAX_NAMES or len(set(langs)) != len(langs):
            raise ValueError(f"a party has 1 to {_MAX_NAMES} names, one for each language")
        if not self.languages or len(set(self.languages)) != len(self.languages):
            raise ValueError("a party speaks at least one language, each listed once")
        if any(not _LANG.fullmatch(lang) for lang in self.languages) or len(self.languages) > _MAX_NAMES:
            raise ValueError("languages are tags such as en, ru or ar")
        if not self.coverage.strip() or len(self.coverage) > _MAX_TEXT:
            raise ValueError("a card says whose forces the party answers for, in up to 4,000 characters")
        _check_routes(self.routes)
        if len(self.keyset.transport) != 2:
            raise ValueError("a node needs two transport keys: one for its certificate, one for its requests")
        _check_certificate(self.certificate, self.tls_key)

    @property
    def tls_key(self) -> PublicKey:
        """The key of the node's certificate: what a connection is pinned to."""
        return self.keyset.transport[0]

    @property
    def request_key(self) -> PublicKey:
        """The key that signs the node's requests and packets."""
        return self.keyset.transport[1]

    @property
    def addresses(self) -> tuple[str, ...]:
        """The routes that are addresses."""
        return tuple(route for route in self.routes if route != BY_FILE)

    def name(self, lang: str) -> str:
        """The party's name in a language; its first name where it has none in that."""
        return next((name.text for name in self.names if name.lang == lang), self.names[0].text)


def card_fingerprint(data: bytes) -> str:
    """Eight groups of five digits to compare by voice before a card is trusted: 132 bits of SHA-256 of its bytes.

    Digits, as they are the words that three languages on a bad line confuse least.

    >>> card_fingerprint(b"")
    '97999 00648 19803 49933 79397 00111 56650 86549'
    """
    number = int.from_bytes(hashlib.sha256(data).digest(), "big") % 10**40
    digits = f"{number:040d}"
    return " ".join(digits[n : n + 5] for n in range(0, 40, 5))


def _check_routes(routes: tuple[str, ...]) -> None:
    """Two routes that fail apart, or none at all: one address alone is a single cable to cut."""
    addresses = [route for route in routes if route != BY_FILE]
    if len(set(routes)) != len(routes) or len(routes) > _MAX_ROUTES:
        raise ValueError(f"a card has up to {_MAX_ROUTES} routes, each once")
    if len(addresses) < 2 and routes != (BY_FILE,):
        raise ValueError(f"a party is reached by two addresses or more, or by {BY_FILE!r} alone")
    for route in addresses:
        parts = urlsplit(route)
        if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise ValueError(f"{route[:200]!r} is not an address such as https://node.example:8443")
        if parts.username or parts.password or parts.fragment or not route.isascii() or len(route) > 300:
            raise ValueError(f"{route[:200]!r} has parts that an address of a node does not have")


def _check_certificate(pem: str, key: PublicKey) -> None:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
        public = certificate.public_key()
    except ValueError as error:
        raise ValueError("the certificate is not one X.509 certificate in PEM") from error
    if certificate.public_bytes(Encoding.PEM).decode("ascii") != pem:
        raise ValueError("the certificate is not in its one spelling: PEM of 64 columns and nothing around it")
    if not isinstance(public, Ed25519PublicKey) or public.public_bytes_raw() != key.raw:
        raise ValueError("the certificate is not of the first transport key in the card's key set")
