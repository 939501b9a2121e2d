"""The line before a crowded place, as a store keeps it: who must wait waits, and goes on when it is their turn.

The one idea: the state is asked first, at no cost, and only a request that is refused for lack of keys, or that would
make stale the keys of somebody who was refused before, has to do with turns at all.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from clearline.airspace.extent import Extent
from clearline.airspace.reference import Intent, IntentState
from clearline.edge.registry_memory import MemoryState
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.turns import Place, Turns
from clearline.registry.view import Entity, Outcome, Put, Rule

__all__ = ["TurnLine", "WatchedState", "lacks_keys"]

_Answer = TypeVar("_Answer")
_NOMINAL = frozenset({IntentState.ACCEPTED, IntentState.ACTIVATED})


class WatchedState(MemoryState):
    """A state that remembers the extent in which a rule last looked for intents: that of a key it checked."""

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        super().__init__(entities)
        self.looked: Extent | None = None

    def intents_touching(self, extent: Extent) -> tuple[Intent, ...]:
        """Return the intents that touch the extent."""
        self.looked = extent
        return super().intents_touching(extent)


class TurnLine:
    """Runs rules on a state in their turn. All of it belongs to one event loop."""

    def __init__(self, state: WatchedState, check: Callable[[], None]) -> None:
        self._state = state
        self._check = check
        self._turns = Turns()
        self._waiting: dict[asyncio.Future[None], None] = {}

    @property
    def idle(self) -> bool:
        """Whether nobody has a place: then turns matter only to who is refused."""
        return not self._turns.places

    async def ask(self, client: str, rule: Rule[_Answer]) -> tuple[Outcome[_Answer], Place | None]:
        """Run a rule, after those that are to go first; its outcome, and the place it was given in the line, if any.

        `check` is called before a rule that waited is run, and may raise. What is off nominal waits for nobody.
        """
        self._state.looked = None
        outcome = rule(self._state)
        extent = self._matters(outcome)
        if extent is None:
            return outcome, None
        place = self._turns.take(client, extent, asyncio.get_running_loop().time())
        try:
            if await self._turn_came(place):
                self._check()
                outcome = rule(self._state)
        except BaseException:
            self.leave(place)
            raise
        if not lacks_keys(outcome.answer):
            self.leave(place)
            return outcome, None
        return outcome, place

    def keep(self, place: Place) -> None:
        """The client is told that it was refused: its place is kept for a moment."""
        if not self._turns.keep(place, asyncio.get_running_loop().time()):
            self._wake()

    def leave(self, place: Place) -> None:
        """The client needs its place no more."""
        self._turns.leave(place)
        self._wake()

    def _matters(self, outcome: Outcome[object]) -> Extent | None:
        """The extent for which turns matter: of a key that was refused, or of what would make another's stale."""
        if lacks_keys(outcome.answer):
            return self._state.looked
        if not self._turns.places:
            return None
        for change in outcome.changes:
            it = change.entity
            if isinstance(it, Intent) and isinstance(change, Put) and it.state in _NOMINAL:
                now_s = asyncio.get_running_loop().time()
                return it.extent if self._turns.touched(it.extent, now_s) else None
        return None

    async def _turn_came(self, place: Place) -> bool:
        """Wait for those before a place; True if there were any."""
        loop = asyncio.get_running_loop()
        end_s = loop.time() + self._turns.wait_s
        waited = False
        while loop.time() < end_s:
            ahead = self._turns.ahead(place, loop.time())
            if ahead is None:
                break
            waited = True
            until_s = end_s if ahead.until_s is None else min(end_s, ahead.until_s)
            future: asyncio.Future[None] = loop.create_future()
            self._waiting[future] = None
            try:
                await asyncio.wait([future], timeout=max(0.0, until_s - loop.time()) + 0.001)
            finally:
                del self._waiting[future]
        return waited

    def _wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)


def lacks_keys(answer: object) -> bool:
    """Tell whether this answer refuses a request for keys that it lacks."""
    return isinstance(answer, Refusal) and answer.kind is RefusalKind.MISSING_KEYS
