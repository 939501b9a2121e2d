"""What a registry needs of a store: to run a rule on the state of one moment and to keep what the rule changes.

The one idea: `transact` is the only way to write. The answer is given out when everything it quotes is durable, and a
call that failed has either happened or not; it never happens later. `tests/edge/registry_contract.py` holds every
store to this, with the memory store as the model.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from clearline.registry.view import Rule

__all__ = ["Asked", "Store", "StoreUnavailableError"]

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which call a client made and when: what the audit log keeps beside the changes.

    `call` is the operation's name in the interface (`createOperationalIntentReference`) or a name of our own
    (`expire`), `at_us` the time the rule was given.
    """

    call: str
    client: str
    at_us: int
    request_id: str


class StoreUnavailableError(RuntimeError):
    """The store cannot be asked now: what is wrong, and how to go on. Nothing was or will be changed by it.

    `in_doubt` says that this one change may have been made before the line to the store broke.
    """

    def __init__(self, problem: str, mend: str, *, in_doubt: bool = False) -> None:
        super().__init__(f"{problem}; {mend}")
        self.problem = problem
        self.mend = mend
        self.in_doubt = in_doubt


class Store(Protocol):
    """A place that keeps a registry's state. A rule may be run more than once; only its last outcome counts."""

    async def transact(self, asked: Asked, rule: Rule[Answer]) -> Answer:
        """Run the rule, apply its changes all or none, and return its answer once what it quotes is durable."""
        ...

    async def read(self, rule: Rule[Answer]) -> Answer:
        """Run a rule that changes nothing; same promise. Raises ValueError if the rule brings changes."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of what is held. Nothing can be asked after."""
        ...
