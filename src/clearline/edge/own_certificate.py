"""The certificate by which a server shows who it is: until when it counts, and a new one taken up while it runs.

The one idea: what is on disk is tried on a context of its own first, so a file that is half written or a key that does
not fit never takes the place of one that works.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

__all__ = ["OwnCertificate"]


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """A chain and its key, as PEM files."""

    chain: Path
    key: Path

    def ends_s(self) -> float:
        """Return until when the first of the chain counts, in seconds since 1970 UTC. Raises ValueError, OSError."""
        return x509.load_pem_x509_certificate(self.chain.read_bytes()).not_valid_after_utc.timestamp()

    def take_up(self, context: ssl.SSLContext) -> None:
        """Have connections that begin from now on shown what is on disk.

        Raises ValueError, and changes nothing, where it cannot be used.
        """
        try:
            self.ends_s()
            for tried in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), context):
                tried.load_cert_chain(self.chain, self.key)
        except (OSError, ValueError) as error:
            raise ValueError(f"{self.chain.name} with {self.key.name} cannot be used: {error}") from error
