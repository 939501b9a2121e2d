"""What one client is shown of an entity: with its manager's availability, and with the OVN if it is the client's own.

The one idea: the OVN proves that the details were read from the manager, so the registry shows it to nobody else
(F3548, operational intent reference). Whoever writes an answer takes it from here and cannot give it away.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from clearline.airspace.reference import Constraint, Intent
from clearline.airspace.subscription import Subscription, UssState
from clearline.registry.view import View

__all__ = [
    "ShownConstraint",
    "ShownIntent",
    "ShownSubscription",
    "show_constraint",
    "show_constraints",
    "show_intent",
    "show_intents",
    "show_subscription",
    "uss_state",
]


@dataclass(frozen=True, slots=True)
class ShownIntent:
    """An operational intent reference as one client sees it; `ovn` is None where it is not the client's own."""

    intent: Intent
    availability: UssState
    ovn: str | None


@dataclass(frozen=True, slots=True)
class ShownConstraint:
    """A constraint reference as one client sees it; `ovn` is None where it is not the client's own."""

    constraint: Constraint
    availability: UssState
    ovn: str | None


@dataclass(frozen=True, slots=True)
class ShownSubscription:
    """A subscription, which only its manager sees, and the identifiers of the intents that depend on it, ascending."""

    subscription: Subscription
    dependent_intents: tuple[str, ...]


def uss_state(view: View, uss: str) -> UssState:
    """Return what the arbiter said of this USS; Unknown where it said nothing."""
    said = view.availability(uss)
    return UssState.UNKNOWN if said is None else said.state


def show_intent(view: View, intent: Intent, client: str) -> ShownIntent:
    """Return the intent as the client sees it."""
    own = intent.manager == client
    return ShownIntent(intent, uss_state(view, intent.manager), intent.ovn if own else None)


def show_intents(view: View, intents: Iterable[Intent], client: str) -> tuple[ShownIntent, ...]:
    """Return each intent as the client sees it, in the order given."""
    return tuple(show_intent(view, intent, client) for intent in intents)


def show_constraint(view: View, constraint: Constraint, client: str) -> ShownConstraint:
    """Return the constraint as the client sees it."""
    own = constraint.manager == client
    return ShownConstraint(constraint, uss_state(view, constraint.manager), constraint.ovn if own else None)


def show_constraints(view: View, constraints: Iterable[Constraint], client: str) -> tuple[ShownConstraint, ...]:
    """Return each constraint as the client sees it, in the order given."""
    return tuple(show_constraint(view, constraint, client) for constraint in constraints)


def show_subscription(view: View, subscription: Subscription, now_us: int) -> ShownSubscription:
    """Return the subscription with the intents that depend on it now; ended ones no longer do."""
    dependents = tuple(one.ident for one in view.intents_of(subscription.ident) if one.end_us >= now_us)
    return ShownSubscription(subscription, dependents)
