"""Telling others of a change, and one's own people of a conflict.

The one idea: one subscriber that is dead delays nobody: each is told on its own, tried again a few times and then left,
as what it missed it finds by the registry. F3548 gives 5 s for a notification (UssOiChangeNotificationMax).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Final

from clearline.edge.registry_client import SystemClient
from clearline.node.coordination_intent import Known, Subscriber

__all__ = ["Notice", "Notices", "Telling"]

_PAUSES_S: Final = (0.5, 2.0, 10.0)  # before each further attempt
_MOST_UNDER_WAY: Final = 10_000
_MOST_NOTICES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Notice:
    """What one's own people were told: when (microseconds since 1970 UTC), of which flight, how many it meets."""

    at_us: int
    flight: str
    conflicts: int
    text: str


class Notices:
    """The last notices, in the order they were given."""

    def __init__(self, told: Callable[[Notice], None]) -> None:
        self._kept: deque[Notice] = deque(maxlen=_MOST_NOTICES)
        self._told = told

    def give(self, notice: Notice) -> None:
        """Tell it, and keep it."""
        self._kept.append(notice)
        self._told(notice)

    def between(self, after_us: int, before_us: int) -> list[Notice]:
        """Return those given in a closed span of time."""
        return [one for one in self._kept if after_us <= one.at_us <= before_us]


class Telling:
    """Notifications that are under way. `failed` hears of each that was given up."""

    def __init__(self, systems: SystemClient, own_url: str, failed: Callable[[str], None]) -> None:
        self._systems, self._own_url, self._failed = systems, own_url, failed
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(self, subscribers: Iterable[Subscriber], ident: str, known: Known | None) -> bool:
        """Begin to tell each; whether this system is itself one of them, which needs no call."""
        own = False
        for subscriber in subscribers:
            if subscriber.uss_base_url.rstrip("/") == self._own_url.rstrip("/"):
                own = True
            elif len(self._under_way) >= _MOST_UNDER_WAY:
                self._failed(f"{subscriber.uss_base_url} is not told of {ident}: too many are being told")
            else:
                self._begin(self._one(subscriber, ident, known))
        return own

    async def close(self, within_s: float) -> None:
        """Wait a while for what is under way, and give up the rest."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within_s)
        for task in self._under_way:
            task.cancel()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _one(self, subscriber: Subscriber, ident: str, known: Known | None) -> None:
        why = await self._systems.tell(subscriber, ident, known)
        for pause_s in _PAUSES_S:
            if why is None:
                return
            await asyncio.sleep(pause_s)
            why = await self._systems.tell(subscriber, ident, known)
        if why is not None:
            self._failed(f"{subscriber.uss_base_url} was not told of {ident}: {why}")
