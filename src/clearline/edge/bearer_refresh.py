"""Fetching the keys of an authority again and again, so that a key it takes back stops counting.

The one idea: an authority that cannot be reached changes nothing: its last keys go on counting, and the operator is
told.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import httpx

from clearline.edge.bearer import TokenVerifier
from clearline.edge.bearer_keys import TrustedKey, keys_of_set

__all__ = ["KeyRefresh"]

_EVERY_S: Final = 60.0  # as the reference implementation does
_NOT_SOONER_S: Final = 5.0
_TIMEOUT_S: Final = 10.0
_MAX_SET_BYTES: Final = 1_000_000


class KeyRefresh:
    """Keeps a verifier's keys those of the files and of the JWK sets at the addresses.

    Raises ValueError for an address that is not https, but on this very machine.
    """

    def __init__(
        self, verifier: TokenVerifier, fixed: Sequence[TrustedKey], urls: Sequence[str], told: Callable[[str], None]
    ) -> None:
        for url in urls:
            here = url.startswith(("http://127.0.0.1:", "http://localhost:"))
            if not url.startswith("https://") and not here:
                raise ValueError(f"{url[:200]!r}: keys are fetched by https")
        self._verifier = verifier
        self._fixed = tuple(fixed)
        self._sets: dict[str, tuple[TrustedKey, ...]] = dict.fromkeys(urls, ())
        self._told = told
        self._asked = asyncio.Event()

    def stranger(self) -> None:
        """A token named a key that is not held: look again soon."""
        self._asked.set()

    async def refresh(self) -> bool:
        """Fetch every set once; tell whether all came. The verifier has the new keys if any differ."""
        whole, before = True, dict(self._sets)
        async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as client:
            for url in self._sets:
                try:
                    self._sets[url] = tuple(keys_of_set(await _fetched(client, url)))
                except (httpx.HTTPError, ValueError) as error:
                    whole = False
                    self._told(f"keys of {url} were not fetched: {error or type(error).__name__}")
        if before != self._sets:
            self._verifier.replace_keys((*self._fixed, *(key for keys in self._sets.values() for key in keys)))
            self._told(f"keys changed: {sum(map(len, self._sets.values()))} from {len(self._sets)} addresses")
        return whole

    async def run(self) -> None:
        """Fetch for ever: each minute, and within seconds when a stranger's token was seen."""
        while True:
            await asyncio.sleep(_NOT_SOONER_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVERY_S - _NOT_SOONER_S):
                    await self._asked.wait()
            self._asked.clear()
            await self.refresh()


async def _fetched(client: httpx.AsyncClient, url: str) -> bytes:
    data = b""
    async with client.stream("GET", url) as answer:
        answer.raise_for_status()
        async for part in answer.aiter_bytes():
            data += part
            if len(data) > _MAX_SET_BYTES:
                raise ValueError("the set is too large")
    return data
