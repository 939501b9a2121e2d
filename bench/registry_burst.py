"""The burst of F3411: a hundred identification service areas in one place, made, read and deleted, many at a time.

The one idea: each of them touches one subscription, which every change counts up; so they all meet in one value.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

from bench.registry_line import Answer, Line
from bench.registry_load import circle

__all__ = ["burst"]

_AREAS = 100
_ROUNDS = 5
_PATH = "/rid/v2/dss"


async def burst(base: str, token: str, lines_count: int = 20) -> dict[str, list[float]]:
    """The seconds of each call, by kind; so many at a time, all of one USS. Raises RuntimeError if one fails."""
    made: dict[str, list[float]] = {"make": [], "read": [], "delete": []}
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(Line(base, token)) for _ in range(lines_count)]
        body = _body()
        await _asked(lines[0], "PUT", f"{_PATH}/subscriptions/{uuid.uuid4()}", body)
        for _ in range(_ROUNDS):
            await _once(lines, made)
    return made


async def _once(lines: Sequence[Line], made: dict[str, list[float]]) -> None:
    areas = {f"{_PATH}/identification_service_areas/{uuid.uuid4()}": "" for _ in range(_AREAS)}

    async def make(line: Line, path: str) -> None:
        answer = await _asked(line, "PUT", path, _body())
        made["make"].append(answer.passed_s)
        areas[path] = answer.body()["service_area"]["version"]

    async def read(line: Line, path: str) -> None:
        made["read"].append((await _asked(line, "GET", path)).passed_s)

    async def delete(line: Line, path: str) -> None:
        made["delete"].append((await _asked(line, "DELETE", f"{path}/{areas[path]}")).passed_s)

    for call in (make, read, delete):
        left = list(areas)
        await asyncio.gather(*(_dealt(line, left, call) for line in lines))


async def _dealt(line: Line, left: list[str], call: Callable[[Line, str], Awaitable[None]]) -> None:
    while left:
        await call(line, left.pop())


async def _asked(line: Line, method: str, path: str, body: object = None) -> Answer:
    answer = await line.ask(method, path, body)
    if answer.status != 200:
        raise RuntimeError(f"{method} {path}: {answer.status} {answer.data[:200]!r}")
    return answer


def _body() -> dict[str, Any]:
    now_s = time.time()
    return {"extents": circle(46.97, 7.44, 1_000.0, now_s, now_s + 600.0), "uss_base_url": "https://rid.example"}
