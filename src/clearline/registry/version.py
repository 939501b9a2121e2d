"""OVNs and versions: made from chance that comes in as an argument, so that nobody can guess one.

The one idea: knowing an OVN proves that the details were read from the manager (F3548 on the key), so it must not
follow from anything the registry shows. It is a hash of the entity's identifier and 128 random bits.
"""

import base64
import hashlib
from dataclasses import dataclass

__all__ = ["Fresh", "is_plain_version", "mint_plain_version", "mint_version"]

_PLAIN_DIGITS = 32
_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Fresh:
    """What the edge makes anew for every call that may change something, so that rules have no chance of their own.

    `subscription_id` is an unused UUIDv4 in canonical lower case, for an implicit subscription; `nonce` 16 random
    bytes. Raises ValueError for a nonce of another length.
    """

    subscription_id: str
    nonce: bytes

    def __post_init__(self) -> None:
        if len(self.nonce) != _NONCE_BYTES:
            raise ValueError(f"a nonce has {_NONCE_BYTES} bytes, this one {len(self.nonce)}")


def mint_version(ident: str, nonce: bytes) -> str:
    """Return the version of an entity that is changed now: 43 characters that need no escaping in an address.

    >>> mint_version("03e5572a-f733-49af-bc14-8a18bd53ee39", bytes(16))
    'L1cEWpjlUoEMDZFSNeXRPNnTnZrdOZPGs3KVOEgEeBU'
    """
    digest = hashlib.sha256(nonce + ident.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def mint_plain_version(ident: str, nonce: bytes) -> str:
    """Return the version of an F3411 entity that is changed now: 32 lower-case hexadecimal digits.

    The public suite takes a version of F3411 only if it is lower-case letters and digits, ten or more.

    >>> mint_plain_version("03e5572a-f733-49af-bc14-8a18bd53ee39", bytes(16))
    '2f57045a98e552810c0d915235e5d13c'
    """
    return hashlib.sha256(nonce + ident.encode()).hexdigest()[:_PLAIN_DIGITS]


def is_plain_version(text: str) -> bool:
    """Tell whether a text could be a version of an F3411 entity; any other was never handed out.

    >>> is_plain_version("2f57045a98e552810c0d915235e5d13c"), is_plain_version("notacorrectversion")
    (True, False)
    """
    return len(text) == _PLAIN_DIGITS and all(letter in "0123456789abcdef" for letter in text)
