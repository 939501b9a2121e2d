"""How long a registry takes from nothing to its first answer.

The one idea: the clock runs from the start of the process until an intent is put and durable; a port that is open is
no answer.
"""

import asyncio
import time
import uuid
from pathlib import Path

from bench.registry_line import Line, LineLost
from bench.registry_load import circle
from bench.registry_server import started, token_for

__all__ = ["cold_start_s"]

_LIMIT_S = 30.0
_TRY_S = 0.002


def cold_start_s(store: str, folder: Path) -> tuple[float, float]:
    """Seconds from the start to the first answer, and seconds of processor time until then."""
    token = token_for("first")
    begun_s = time.monotonic()
    instance = started(store, folder)
    try:
        asyncio.run(_first(instance.base, token, begun_s + _LIMIT_S))
        return time.monotonic() - begun_s, instance.cpu_s()
    finally:
        instance.end()


async def _first(base: str, token: str, end_s: float) -> None:
    address = "https://first.example"
    now_s = time.time()
    body = {
        "extents": [circle(10.0, 20.0, 200.0, now_s + 60.0, now_s + 600.0)],
        "state": "Accepted",
        "uss_base_url": address,
        "new_subscription": {"uss_base_url": address},
    }
    while True:
        try:
            async with Line(base, token) as line:
                answer = await line.ask("PUT", f"/dss/v1/operational_intent_references/{uuid.uuid4()}", body)
        except (OSError, LineLost):
            if time.monotonic() > end_s:
                raise
            await asyncio.sleep(_TRY_S)
            continue
        if answer.status not in (201, 409):  # on a file used again the one before is in the way: an answer as well
            raise RuntimeError(f"the first intent: {answer.status} {answer.data[:200]!r}")
        return
