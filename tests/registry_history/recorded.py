"""Several clients ask several instances of a registry at once, and everything is written down.

The one idea: clients behave like USSs (they read, put with what they have read, change, delete) in few cells, so that
they meet all the time; a call that failed is written down for what the store said of it: certainly not done, or not
known.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from math import inf

from clearline.edge.registry_port import Asked, Store
from clearline.edge.registry_postgres_link import StoreUnavailableError
from clearline.registry.intents import (
    DeleteIntent,
    IntentChanged,
    QueryIntents,
    delete_intent,
    query_intents,
)
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.version import Fresh, mint_version
from clearline.registry.view import Outcome, View
from tests.registry.sky import NOW_US, extent, ident, intent
from tests.registry_history.judge import Act, Done

__all__ = ["record"]

_GROUPS = 3
_CELLS = 3


class _Client:
    """One USS: what it has read, and the intents it has."""

    def __init__(self, number: int, seed: int) -> None:
        self.name = f"uss{number}"
        self._number = number
        self._chance = random.Random(1_000 * seed + number)
        self._read: set[str] = set()
        self._mine: dict[str, tuple[str, frozenset[int]]] = {}
        self._made = 0
        self._ident = ""

    def next(self) -> Act:
        """Return what it does next."""
        group = self._chance.randrange(_GROUPS)
        cells = frozenset(1 + group * _CELLS + one for one in self._chance.sample(range(_CELLS), 2))
        die = self._chance.random()
        if die < 0.3:
            return ("query", "", None, "", cells, frozenset())
        if die < 0.6 and self._mine:
            name = self._chance.choice(sorted(self._mine))
            ovn, there = self._mine.pop(name)
            if die < 0.45:
                return ("delete", name, ovn, "", there, frozenset())
            return ("put", name, ovn, self._mint(name), there, frozenset(self._read))
        self._made += 1
        name = ident(10_000 * self._number + self._made)
        return ("put", name, None, self._mint(name), cells, frozenset(self._read))

    def _mint(self, name: str) -> str:
        self.nonce = self._chance.randbytes(16)
        return mint_version(name, self.nonce)

    def hear(self, act: Act, answer: object) -> None:
        """Remember what was answered."""
        kind, name, before, after, cells, _ = act
        if isinstance(answer, frozenset):
            self._read |= {str(ovn) for ovn in answer}
        if kind == "put" and answer is True:
            self._mine[name] = (after, cells)
            self._read.add(after)
        elif kind == "put" and before is not None and isinstance(answer, frozenset):
            self._mine[name] = (before, cells)

    def rule(self, act: Act) -> Callable[[View], Outcome[object]]:
        """Return the rule that does it."""
        kind, name, before, _, cells, key = act
        where = extent(*sorted(cells))
        if kind == "query":
            return partial(query_intents, command=QueryIntents(where, self.name), now_us=NOW_US)
        if kind == "delete":
            assert before is not None
            return partial(delete_intent, command=DeleteIntent(name, before, self.name), now_us=NOW_US)
        command = intent(int(name[:8], 16), where, client=self.name, key=key, ovn=before)
        assert command.ident == name
        return partial(put_intent, command=command, now_us=NOW_US, fresh=Fresh(ident(1), self.nonce))


def _answer(kind: str, said: object) -> object:
    if kind == "query":
        assert isinstance(said, tuple)
        return frozenset(one.intent.ovn for one in said)
    if isinstance(said, IntentChanged):
        return True
    assert isinstance(said, Refusal), said
    if said.kind is RefusalKind.MISSING_KEYS:
        return frozenset(one.intent.ovn for one in said.missing_intents)
    assert said.kind in (RefusalKind.CONFLICT, RefusalKind.NOT_FOUND, RefusalKind.BAD_REQUEST), said
    return "clash"


async def record(
    stores: Sequence[Store], *, seed: int, clients: int, calls: int, history: list[Done[Act]] | None = None
) -> list[Done[Act]]:
    """Let clients make calls at random of instances at random, at once; return what was asked and answered.

    `stores` may change meanwhile: an instance that was killed is replaced there by another. `history` is the list to
    write to, for whoever wants to see it grow.
    """
    history = [] if history is None else history

    async def behave(client: _Client) -> None:
        chance = random.Random(f"{seed} {client.name}")
        for number in range(calls):
            act = client.next()
            store = stores[chance.randrange(len(stores))]
            began = time.monotonic()
            answer: object = None
            ended = inf
            try:
                if act[0] == "query":
                    said = await store.read(client.rule(act))
                else:
                    said = await store.transact(Asked(act[0], client.name, NOW_US, f"{number}"), client.rule(act))
                answer, ended = _answer(act[0], said), time.monotonic()
            except StoreUnavailableError as error:
                if not error.in_doubt:
                    await asyncio.sleep(0.02)
                    continue
            except asyncio.CancelledError:
                if (own := asyncio.current_task()) is not None and own.cancelling():
                    raise
            history.append(Done(began, ended, act, answer))
            client.hear(act, answer)

    await asyncio.gather(*(behave(_Client(number, seed)) for number in range(1, clients + 1)))
    return history
