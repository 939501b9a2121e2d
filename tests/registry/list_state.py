"""The plainest state: a list that is looked through from end to end. What every index is held to."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from clearline.airspace.extent import Extent, Span
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent
from clearline.airspace.subscription import Availability, Subscription
from clearline.registry.view import Change, Entity, Put

__all__ = ["ListState", "meets", "name_of"]

Kind = TypeVar("Kind", Intent, Constraint, Subscription, IdentificationArea, IdentificationSubscription)


def name_of(entity: Entity) -> str:
    """The identifier of an entity, or the USS of an availability."""
    return entity.uss if isinstance(entity, Availability) else entity.ident


def meets(one: Extent, other: Extent) -> bool:
    """Whether two extents touch, written once more: some cell of one is a cell of the other with spans that touch."""
    return any(
        cell == their_cell and _spans_meet(one.span_of(place), other.span_of(their_place))
        for place, cell in enumerate(one.cells)
        for their_place, their_cell in enumerate(other.cells)
    )


def _spans_meet(one: Span, other: Span) -> bool:
    apart = (
        one.high_m < other.low_m
        or other.high_m < one.low_m
        or one.end_us < other.start_us
        or other.end_us < one.start_us
    )
    return not apart


class ListState:
    """A view that is a dict of everything."""

    def __init__(self) -> None:
        self.held: dict[tuple[type[Entity], str], Entity] = {}

    def apply(self, changes: Iterable[Change]) -> None:
        """Make the changes."""
        for change in changes:
            name = (type(change.entity), name_of(change.entity))
            if isinstance(change, Put):
                self.held[name] = change.entity
            else:
                assert self.held.pop(name) is not None

    def all(self, kind: type[Kind]) -> Sequence[Kind]:
        """Everything of one kind, ascending."""
        return sorted((one for one in self.held.values() if isinstance(one, kind)), key=lambda one: one.ident)

    def touching(self, kind: type[Kind], extent: Extent) -> Sequence[Kind]:
        """What of one kind touches the extent."""
        return [one for one in self.all(kind) if meets(one.extent, extent)]

    def _get(self, kind: type[Kind], ident: str) -> Kind | None:
        return next((one for one in self.all(kind) if one.ident == ident), None)

    def intent(self, ident: str) -> Intent | None:
        """See View."""
        return self._get(Intent, ident)

    def constraint(self, ident: str) -> Constraint | None:
        """See View."""
        return self._get(Constraint, ident)

    def subscription(self, ident: str) -> Subscription | None:
        """See View."""
        return self._get(Subscription, ident)

    def availability(self, uss: str) -> Availability | None:
        """See View."""
        found = self.held.get((Availability, uss))
        assert found is None or isinstance(found, Availability)
        return found

    def area(self, ident: str) -> IdentificationArea | None:
        """See View."""
        return self._get(IdentificationArea, ident)

    def area_subscription(self, ident: str) -> IdentificationSubscription | None:
        """See View."""
        return self._get(IdentificationSubscription, ident)

    def intents_touching(self, extent: Extent) -> Sequence[Intent]:
        """See View."""
        return self.touching(Intent, extent)

    def constraints_touching(self, extent: Extent) -> Sequence[Constraint]:
        """See View."""
        return self.touching(Constraint, extent)

    def subscriptions_touching(self, extent: Extent) -> Sequence[Subscription]:
        """See View."""
        return self.touching(Subscription, extent)

    def areas_touching(self, extent: Extent) -> Sequence[IdentificationArea]:
        """See View."""
        return self.touching(IdentificationArea, extent)

    def area_subscriptions_touching(self, extent: Extent) -> Sequence[IdentificationSubscription]:
        """See View."""
        return self.touching(IdentificationSubscription, extent)

    def intents_of(self, subscription: str) -> Sequence[Intent]:
        """See View."""
        return [one for one in self.all(Intent) if one.subscription == subscription]

    def expired(self, before_us: int, most: int) -> Sequence[Entity]:
        """See View; of two ends at one moment, the intent comes first."""
        kinds: list[Callable[[], Sequence[Entity]]] = [
            lambda: [*self.all(Intent)],
            lambda: [*self.all(Constraint)],
            lambda: [*self.all(Subscription)],
            lambda: [*self.all(IdentificationArea)],
            lambda: [*self.all(IdentificationSubscription)],
        ]
        ended = [
            (one.end_us, rank, name_of(one), one)
            for rank, listed in enumerate(kinds)
            for one in listed()
            if not isinstance(one, Availability) and one.end_us < before_us
        ]
        return [one for *_, one in sorted(ended, key=lambda item: item[:3])][:most]
