"""The test harness's users, played on a running planning system.

The one idea: a virtual user's words become a wish like any other; nothing is allowed here that is not allowed there.
"""

from typing import Final

from clearline.airspace.reference import IntentState
from clearline.app.uss_node import Answered, Result, UssNode
from clearline.edge.flight_planning_http import HarnessDone
from clearline.node.coordination_intent import NOMINAL
from clearline.space.volume import Volume4D

__all__ = ["Harness"]

_WORDS: Final = {
    Result.DONE: "Completed",
    Result.REJECTED: "Rejected",
    Result.FAILED: "Failed",
    Result.NOT_SUPPORTED: "NotSupported",
}


class Harness:
    """Plans what the suite's virtual users ask for. What they say of an aircraft that strays goes off-nominal."""

    def __init__(self, node: UssNode) -> None:
        self._node = node

    async def plan(
        self, flight: str, state: IntentState, volumes: tuple[Volume4D, ...], priority: int, *, hypothetical: bool
    ) -> HarnessDone:
        """See `HarnessPort.plan`."""
        nominal, strayed = (volumes, ()) if state in NOMINAL else ((), volumes)
        meant = self._node.meaning(state, nominal, strayed, priority)
        return _done(await self._node.plan(flight, meant, hypothetical=hypothetical))

    async def end(self, flight: str) -> HarnessDone | None:
        """See `HarnessPort.end`."""
        answered = await self._node.end(flight)
        return None if answered is None else _done(answered)

    def state(self, flight: str) -> IntentState | None:
        """See `HarnessPort.state`."""
        held = self._node.held(flight)
        return None if held is None or held.known is None else held.known.reference.state

    async def clear(self, volume: Volume4D) -> list[str]:
        """See `HarnessPort.clear`."""
        return await self._node.end_within(volume)

    def notices(self, after_us: int, before_us: int) -> list[tuple[int, int, str]]:
        """See `HarnessPort.notices`."""
        return [(one.at_us, one.conflicts, one.text) for one in self._node.notices.between(after_us, before_us)]


def _done(answered: Answered) -> HarnessDone:
    return HarnessDone(_WORDS[answered.result], answered.state, answered.why, answered.conflicts)
