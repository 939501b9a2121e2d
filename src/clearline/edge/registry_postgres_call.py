"""One call that waits for a store: its rule, what the rule said last, and whoever waits for the answer.

The one idea: a rule may be asked again as long as nobody was told; the answer is given out once, by whoever has made
it safe. A caller that leaves is waited for while its changes are on their way, and not served otherwise: what it asked
for has happened already, or never does.
"""

import asyncio
from typing import Generic, Protocol, TypeVar

from clearline.edge.registry_port import Asked
from clearline.edge.registry_postgres_link import StoreUnavailableError
from clearline.registry.view import Change, Outcome, Rule, View

__all__ = ["Call", "Waiting"]

Answer = TypeVar("Answer")


class Waiting(Protocol):
    """A call without the type of its answer, as a queue holds it."""

    asked: Asked | None
    flying: bool

    def left(self) -> bool:
        """Tell whether nobody waits any more; then it is over."""
        ...

    def ask(self, view: View) -> tuple[Change, ...]:
        """Run the rule on this view and return what it changes."""
        ...

    def tell(self) -> None:
        """Give out what the rule said last."""
        ...

    def fail(self, error: Exception) -> None:
        """Tell that it could not be done."""
        ...


class Call(Generic[Answer]):
    """A rule and the future of its answer. `asked` is None for a reading call, whose rule may change nothing.

    `flying` says that its changes are on their way to the database and the outcome is not known yet.
    """

    def __init__(self, rule: Rule[Answer], asked: Asked | None) -> None:
        self.asked = asked
        self.flying = False
        self._done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._gone = False
        self._rule = rule
        self._said: Outcome[Answer] | Exception | None = None

    async def wait(self, limit_s: float) -> Answer:
        """Return the answer. Raises StoreUnavailableError if there is none in time."""
        try:
            async with asyncio.timeout(limit_s):
                return await asyncio.shield(self._done)
        except TimeoutError as error:
            await self._leave(limit_s)
            if self._done.done() and not self._done.cancelled():
                return self._done.result()
            problem = f"the registry's database did not answer within {limit_s:g} s"
            raise StoreUnavailableError(problem, "ask again", in_doubt=self.flying) from error
        except asyncio.CancelledError:
            await self._leave(limit_s)
            raise

    async def _leave(self, limit_s: float) -> None:
        self._gone = True
        if self.flying:
            await asyncio.wait([self._done], timeout=limit_s)

    def left(self) -> bool:
        """Tell whether nobody waits any more; then it is over."""
        if self._gone:
            self._done.cancel()
            self.flying = False
        return self._done.done()

    def ask(self, view: View) -> tuple[Change, ...]:
        """Run the rule on this view and return what it changes. An error of the rule is an answer, and its own only."""
        try:
            outcome = self._rule(view)
            if self.asked is None and outcome.changes:
                raise ValueError("a rule that was only to read brings changes; transact it")
        except Exception as error:  # noqa: BLE001 - one caller's error must not be the others'
            self._said = error
            return ()
        self._said = outcome
        return outcome.changes

    def tell(self) -> None:
        """Give out what the rule said last, if anybody still waits."""
        if self._done.done():
            return
        assert self._said is not None, "who waits has been served"
        if isinstance(self._said, Exception):
            self.fail(self._said)
        else:
            self._done.set_result(self._said.answer)

    def fail(self, error: Exception) -> None:
        """Tell that it could not be done."""
        if self._gone:
            self._done.cancel()
        elif not self._done.done():
            self._done.set_exception(error)
