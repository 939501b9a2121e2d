"""Asks one witness to cosign an own log (C2SP tlog-witness, `add-checkpoint`).

The one idea: what a witness answers is believed for its signature alone, which whoever keeps it checks; so the way to
it needs no trust, and one that lies or is gone costs nothing but its cosignature.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from clearline.record.note import NoteKey

__all__ = ["WitnessAheadError", "WitnessClient", "WitnessError"]

_TIMEOUT_S = 10.0
_MOST_BYTES = 64 * 1024
_OK, _CONFLICT = 200, 409
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)


class WitnessError(RuntimeError):
    """A witness that did not cosign: it is gone, or it refused, and why in its own words."""


class WitnessAheadError(WitnessError):
    """A witness that says it cosigned more of a log than there is of it here; nothing it says so with is signed."""

    def __init__(self, name: str, origin: str, size: int, here: int) -> None:
        super().__init__(f"{name} says that it cosigned {size} statements of {origin}, and {here} are here")
        self.size = size


class WitnessClient:
    """One witness: its key, and where it is asked. Raises ValueError for an address that is none."""

    def __init__(self, key: NoteKey, address: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{address[:200]!r} is not an address of a witness, such as https://witness.example/w1")
        self.key = key
        self._url = f"{address.rstrip('/')}/add-checkpoint"
        self._transport = transport
        self._older: dict[str, int] = {}

    def at(self, origin: str) -> int:
        """The size of a log that this witness is known to have cosigned."""
        return self._older.get(origin, 0)

    def cosigned(self, origin: str, size: int) -> None:
        """What it answered was its signature: it is at this size."""
        self._older[origin] = size

    async def cosign(self, origin: str, size: int, request: Callable[[int], bytes]) -> str:
        """The checkpoint with the witness's lines under it. `request` makes what is asked, from the size it is at.

        Raises WitnessAheadError where it says it is at a larger size; WitnessError if it does not answer, or refuses.
        """
        asked = request(self.at(origin))
        status, body = await self._post(asked)
        says = int(body) if status == _CONFLICT and _SIZE.fullmatch(body.strip()) else None
        if says is not None and says > size:
            raise WitnessAheadError(self.key.name, origin, says, size)
        if says is not None:
            # It is at another size than was thought, as after a start, and says at which: once more from there.
            self._older[origin] = says
            asked = request(says)
            status, body = await self._post(asked)
        if status != _OK:
            raise WitnessError(f"{self.key.name} did not cosign {origin}: {status} {body[:200]!r}")
        return asked.decode("utf-8").partition("\n\n")[2] + body

    async def _post(self, data: bytes) -> tuple[int, str]:
        try:
            async with (
                httpx.AsyncClient(
                    timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False, transport=self._transport
                ) as client,
                client.stream("POST", self._url, content=data) as answer,
            ):
                body = b""
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _MOST_BYTES:
                        raise WitnessError(f"{self.key.name} answers with more than {_MOST_BYTES} bytes")
                return answer.status_code, body.decode("utf-8", "replace")
        except httpx.HTTPError as error:
            raise WitnessError(f"{self.key.name} is not reached: {type(error).__name__}") from error
