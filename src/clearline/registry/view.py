"""What a rule of the registry may look at, and what it hands back.

The one idea: a rule reads through a narrow view and returns its answer with the changes; it writes nothing, so a store
may ask it twice (after a clash, or once it has read more). Every store keeps this contract, and one suite tests all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from clearline.airspace.extent import Extent
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent
from clearline.airspace.subscription import Availability, Subscription

__all__ = ["Change", "Entity", "Outcome", "Put", "Remove", "Rule", "View"]

Entity: TypeAlias = Intent | Constraint | Subscription | Availability | IdentificationArea | IdentificationSubscription
Answer = TypeVar("Answer", covariant=True)


class View(Protocol):
    """The state as of one moment. What touches an extent comes whole, in ascending order of identifier.

    Nothing is hidden for being old: whether an entity has expired is the rule's to decide, by the time it is given.
    """

    def intent(self, ident: str) -> Intent | None:
        """Return the operational intent reference, or None."""
        ...

    def constraint(self, ident: str) -> Constraint | None:
        """Return the constraint reference, or None."""
        ...

    def subscription(self, ident: str) -> Subscription | None:
        """Return the F3548 subscription, or None."""
        ...

    def availability(self, uss: str) -> Availability | None:
        """Return what the arbiter said of this USS, or None."""
        ...

    def area(self, ident: str) -> IdentificationArea | None:
        """Return the identification service area, or None."""
        ...

    def area_subscription(self, ident: str) -> IdentificationSubscription | None:
        """Return the F3411 subscription, or None."""
        ...

    def intents_touching(self, extent: Extent) -> Iterable[Intent]:
        """Return the intents that touch the extent."""
        ...

    def constraints_touching(self, extent: Extent) -> Iterable[Constraint]:
        """Return the constraints that touch the extent."""
        ...

    def subscriptions_touching(self, extent: Extent) -> Iterable[Subscription]:
        """Return the F3548 subscriptions that touch the extent."""
        ...

    def areas_touching(self, extent: Extent) -> Iterable[IdentificationArea]:
        """Return the identification service areas that touch the extent."""
        ...

    def area_subscriptions_touching(self, extent: Extent) -> Iterable[IdentificationSubscription]:
        """Return the F3411 subscriptions that touch the extent."""
        ...

    def intents_of(self, subscription: str) -> Iterable[Intent]:
        """Return the intents that depend on this subscription."""
        ...

    def expired(self, before_us: int, most: int) -> Iterable[Entity]:
        """Return at most `most` entities whose end lies before the time, the oldest ends first."""
        ...


@dataclass(frozen=True, slots=True)
class Put:
    """The entity is from now on as given (new or changed)."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Remove:
    """The entity is gone; its last form is kept here, so that a log of changes can be read backwards."""

    entity: Entity


Change: TypeAlias = Put | Remove


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Answer]):
    """What a rule answers, and what becomes of the state if the answer is given. A refusal changes nothing."""

    answer: Answer
    changes: tuple[Change, ...] = ()


Rule: TypeAlias = Callable[[View], Outcome[Answer]]
