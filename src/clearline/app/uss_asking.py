"""Playing a coordination out: every ask becomes a call, all that can go at once do, and the whole has an end.

The one idea: the machine decides; here is only who is called for which ask, how many at a time, and for how long.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, assert_never

from clearline.edge.registry_client import RegistryClient, SystemClient
from clearline.node.coordination import (
    Answer,
    Ask,
    AskDetails,
    AskPut,
    AskReferences,
    Coordination,
    Described,
    Failed,
    Outcome,
    Undescribed,
)
from clearline.node.coordination_intent import Known, Reference

__all__ = ["Asking"]

_AT_ONCE: Final = 32  # calls of one coordination that are under way together
_DEADLINE_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask. `own` answers for an intent of this system itself; `before_put` is done before a PUT goes out."""

    registry: RegistryClient
    systems: SystemClient
    is_own: Callable[[Reference], bool]
    own: Callable[[Reference], Awaitable[Known | None]]
    learned: Callable[[Known], None]

    async def play(self, machine: Coordination, before_put: Callable[[], Awaitable[None]]) -> Outcome:
        """Ask until there is an outcome, or until there is no more time."""
        putting = False
        tasks: set[asyncio.Task[Answer]] = set()
        room = asyncio.Semaphore(_AT_ONCE)
        try:
            async with asyncio.timeout(_DEADLINE_S):
                while machine.outcome is None:
                    for ask in machine.to_send():
                        if isinstance(ask, AskPut):
                            await before_put()
                            putting = True
                        tasks.add(asyncio.create_task(self._answered(ask, room)))
                    done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        machine.receive(task.result())
        except TimeoutError:
            return Failed(f"it was not found out within {_DEADLINE_S:g} s", in_doubt=putting)
        finally:
            for task in tasks:
                task.cancel()
        return machine.outcome

    async def _answered(self, ask: Ask, room: asyncio.Semaphore) -> Answer:
        async with room:
            match ask:
                case AskReferences():
                    return await self.registry.references(ask.volume)
                case AskPut():
                    return await self.registry.put(ask)
                case AskDetails():
                    return await self._details(ask.reference)
                case _:
                    assert_never(ask)

    async def _details(self, reference: Reference) -> Answer:
        if not self.is_own(reference):
            answer = await self.systems.details(reference)
            if isinstance(answer, Described):
                self.learned(answer.known)
            return answer
        known = await self.own(reference)
        return Undescribed(reference.ident, "this system does not hold it") if known is None else Described(known)
