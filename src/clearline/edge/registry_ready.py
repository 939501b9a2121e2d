"""Asking a registry whether it takes requests: for health checks of containers, pools in front, and people.

The one idea: one question, one sentence. A registry that answers is asked what it says of itself; one that does not is
told apart from one that says no.
"""

import http.client
import ssl
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["ask_ready"]

_MAX_BYTES = 1_000


def ask_ready(url: str, *, ca: Path | None = None, timeout_s: float = 5.0) -> str | None:
    """Return None if the registry at this address is ready, else why not. `ca` is who signed its certificate (PEM).

    Raises ValueError for an address that is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url[:200]!r} is no address: give one such as http://127.0.0.1:8082")
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=ca)
            line = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout_s, context=context)
        else:
            line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
        try:
            line.request("GET", "/readyz")
            answer = line.getresponse()
            said = answer.read(_MAX_BYTES).decode("utf-8", "replace").strip()
        finally:
            line.close()
    except (OSError, http.client.HTTPException) as error:
        return f"it does not answer ({type(error).__name__}: {error})"
    return None if answer.status == http.client.OK else f"it says {answer.status}: {said}"
