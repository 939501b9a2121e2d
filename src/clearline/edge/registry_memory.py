"""A registry's state in memory, and the store that is nothing but that: the model every other store is held to.

The one idea: the state is the sum of its changes. Whoever keeps the changes keeps the state: the SQLite store and the
sequencer log them and rebuild this from the log.
"""

import gc
import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from clearline.airspace.extent import Extent
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent
from clearline.airspace.subscription import Availability, Subscription
from clearline.edge.registry_port import Asked
from clearline.edge.registry_shelf import Shelf
from clearline.registry.view import Change, Entity, Put, Remove, Rule

__all__ = ["MemoryState", "MemoryStore", "set_aside"]

Answer = TypeVar("Answer")
_Ending: TypeAlias = Intent | Constraint | Subscription | IdentificationArea | IdentificationSubscription

# Of two that end at the same moment the intent comes up before the subscription it hangs on.
_INTENTS, _CONSTRAINTS, _SUBSCRIPTIONS, _AREAS, _AREA_SUBSCRIPTIONS = range(5)


class MemoryState:
    """The state, as a view for rules and as the sum of the changes applied to it. Its size is its number of entities.

    Every look-up answers with a tuple of what was there when it was asked.
    """

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        self._intents: Shelf[Intent] = Shelf()
        self._constraints: Shelf[Constraint] = Shelf()
        self._subscriptions: Shelf[Subscription] = Shelf()
        self._areas: Shelf[IdentificationArea] = Shelf()
        self._area_subscriptions: Shelf[IdentificationSubscription] = Shelf()
        self._availabilities: dict[str, Availability] = {}
        self._hanging: dict[str, dict[str, None]] = {}
        self._ends: list[tuple[int, int, str]] = []
        self.apply(Put(entity) for entity in entities)

    def __len__(self) -> int:
        return self._ending() + len(self._availabilities)

    def entities(self) -> Iterator[Entity]:
        """Return everything there is: a state made of these is equal to this one. Nothing may change meanwhile."""
        yield from self._subscriptions
        yield from self._intents
        yield from self._constraints
        yield from self._areas
        yield from self._area_subscriptions
        yield from self._availabilities.values()

    def apply(self, changes: Iterable[Change]) -> None:
        """Make the changes, in their order.

        Raises ValueError for the removal of what is not there: the changes are not this state's, and it is of no more
        use.
        """
        for change in changes:
            if isinstance(change, Put):
                self._put(change.entity)
            else:
                self._remove(change)

    def intent(self, ident: str) -> Intent | None:
        """Return the operational intent reference, or None."""
        return self._intents.get(ident)

    def constraint(self, ident: str) -> Constraint | None:
        """Return the constraint reference, or None."""
        return self._constraints.get(ident)

    def subscription(self, ident: str) -> Subscription | None:
        """Return the F3548 subscription, or None."""
        return self._subscriptions.get(ident)

    def availability(self, uss: str) -> Availability | None:
        """Return what the arbiter said of this USS, or None."""
        return self._availabilities.get(uss)

    def area(self, ident: str) -> IdentificationArea | None:
        """Return the identification service area, or None."""
        return self._areas.get(ident)

    def area_subscription(self, ident: str) -> IdentificationSubscription | None:
        """Return the F3411 subscription, or None."""
        return self._area_subscriptions.get(ident)

    def intents_touching(self, extent: Extent) -> tuple[Intent, ...]:
        """Return the intents that touch the extent."""
        return self._intents.touching(extent)

    def constraints_touching(self, extent: Extent) -> tuple[Constraint, ...]:
        """Return the constraints that touch the extent."""
        return self._constraints.touching(extent)

    def subscriptions_touching(self, extent: Extent) -> tuple[Subscription, ...]:
        """Return the F3548 subscriptions that touch the extent."""
        return self._subscriptions.touching(extent)

    def areas_touching(self, extent: Extent) -> tuple[IdentificationArea, ...]:
        """Return the identification service areas that touch the extent."""
        return self._areas.touching(extent)

    def area_subscriptions_touching(self, extent: Extent) -> tuple[IdentificationSubscription, ...]:
        """Return the F3411 subscriptions that touch the extent."""
        return self._area_subscriptions.touching(extent)

    def intents_of(self, subscription: str) -> tuple[Intent, ...]:
        """Return the intents that depend on this subscription, ascending by identifier."""
        found = (self._intents.get(ident) for ident in sorted(self._hanging.get(subscription, ())))
        return tuple(one for one in found if one is not None)

    def expired(self, before_us: int, most: int) -> tuple[Entity, ...]:
        """Return at most `most` entities whose end lies before the time, the oldest ends first."""
        found: list[Entity] = []
        seen: list[tuple[int, int, str]] = []
        while self._ends and self._ends[0][0] < before_us and len(found) < most:
            end = heapq.heappop(self._ends)
            entity = self._at(end[1], end[2])
            # What is gone, ends otherwise by now, or was noted twice has nothing more to say here.
            if entity is not None and entity.end_us == end[0] and (not seen or seen[-1] != end):
                found.append(entity)
                seen.append(end)
        for end in seen:
            heapq.heappush(self._ends, end)
        return tuple(found)

    def _put(self, entity: Entity) -> None:
        if isinstance(entity, Intent):
            old = self._intents.put(entity)
            if old is None or old.subscription != entity.subscription:
                self._unhang(old)
                if entity.subscription is not None:
                    self._hanging.setdefault(entity.subscription, {})[entity.ident] = None
            self._note_end(_INTENTS, old, entity)
        elif isinstance(entity, Subscription):
            self._note_end(_SUBSCRIPTIONS, self._subscriptions.put(entity), entity)
        elif isinstance(entity, Constraint):
            self._note_end(_CONSTRAINTS, self._constraints.put(entity), entity)
        elif isinstance(entity, IdentificationArea):
            self._note_end(_AREAS, self._areas.put(entity), entity)
        elif isinstance(entity, IdentificationSubscription):
            self._note_end(_AREA_SUBSCRIPTIONS, self._area_subscriptions.put(entity), entity)
        else:
            self._availabilities[entity.uss] = entity

    def _remove(self, change: Remove) -> None:
        entity = change.entity
        try:
            if isinstance(entity, Intent):
                self._unhang(self._intents.drop(entity.ident))
            elif isinstance(entity, Subscription):
                self._subscriptions.drop(entity.ident)
            elif isinstance(entity, Constraint):
                self._constraints.drop(entity.ident)
            elif isinstance(entity, IdentificationArea):
                self._areas.drop(entity.ident)
            elif isinstance(entity, IdentificationSubscription):
                self._area_subscriptions.drop(entity.ident)
            else:
                del self._availabilities[entity.uss]
        except KeyError as error:
            kind = type(entity).__name__
            raise ValueError(f"a change removes the {kind} {error.args[0]}, which is not there") from None

    def _unhang(self, old: Intent | None) -> None:
        if old is None or old.subscription is None:
            return
        held = self._hanging[old.subscription]
        del held[old.ident]
        if not held:
            del self._hanging[old.subscription]

    def _note_end(self, kind: int, old: _Ending | None, new: _Ending) -> None:
        if old is not None and old.end_us == new.end_us:
            return
        heapq.heappush(self._ends, (new.end_us, kind, new.ident))
        if len(self._ends) > 2 * self._ending() + 1_000:
            self._ends = [
                (entity.end_us, kind, entity.ident)
                for kind in range(_AREA_SUBSCRIPTIONS + 1)
                for entity in self._shelf(kind)
            ]
            heapq.heapify(self._ends)

    def _ending(self) -> int:
        return sum(len(self._shelf(kind)) for kind in range(_AREA_SUBSCRIPTIONS + 1))

    def _at(self, kind: int, ident: str) -> _Ending | None:
        return self._shelf(kind).get(ident)

    def _shelf(
        self, kind: int
    ) -> (
        Shelf[Intent]
        | Shelf[Constraint]
        | Shelf[Subscription]
        | Shelf[IdentificationArea]
        | Shelf[IdentificationSubscription]
    ):
        shelves = (self._intents, self._constraints, self._subscriptions, self._areas, self._area_subscriptions)
        return shelves[kind]


def set_aside() -> None:
    """Tell Python's collector to pass over everything that is held now. Call it after loading and with every sweep.

    Entities hold no cycles, so the collector finds nothing in them; but with a million of them one full pass stops the
    process for three to seven seconds (measured). What is set aside is still freed when it is removed.
    """
    gc.collect(1)
    gc.freeze()


class MemoryStore:
    """A store that lasts as long as the process. `told` hears of every call that changed something, and its changes."""

    def __init__(self, told: Callable[[Asked, tuple[Change, ...]], None] | None = None) -> None:
        self._state = MemoryState()
        self._told = told
        self._open = True

    async def transact(self, asked: Asked, rule: Rule[Answer]) -> Answer:
        """Run the rule once and make its changes. Raises RuntimeError after the store is closed."""
        self._check_open()
        outcome = rule(self._state)
        self._state.apply(outcome.changes)
        if self._told is not None and outcome.changes:
            self._told(asked, outcome.changes)
        return outcome.answer

    async def read(self, rule: Rule[Answer]) -> Answer:
        """Run the rule once. Raises ValueError if it brings changes, RuntimeError after the store is closed."""
        self._check_open()
        outcome = rule(self._state)
        if outcome.changes:
            raise ValueError("a rule that was only to read brings changes; transact it")
        return outcome.answer

    async def close(self) -> None:
        """Forget everything."""
        self._open = False
        self._state = MemoryState()

    def _check_open(self) -> None:
        if not self._open:
            raise RuntimeError("the store is closed")
