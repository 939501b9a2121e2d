"""Entities as rows of the shared database, and back.

The one idea: a row says what an operator wants to read and what a query must find (kind, identifier, owner, times);
the entity itself is its record of the log (docs/specs/registry-log.md), so both databases and the file keep one form.
"""

from collections.abc import Iterable

from clearline.airspace.extent import Extent
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent
from clearline.airspace.subscription import Availability, Subscription
from clearline.registry.view import Entity, View
from clearline.wire.registry_log import write_entity

__all__ = [
    "AREA",
    "AREA_SUBSCRIPTION",
    "AVAILABILITY",
    "CONSTRAINT",
    "INTENT",
    "SUBSCRIPTION",
    "EntityKey",
    "columns",
    "extent_of",
    "held",
    "key_of",
    "owner_of",
]

# The kinds as the tables number them (sql/registry_pg/0001.sql); the numbers of the log's records.
INTENT, CONSTRAINT, SUBSCRIPTION, AVAILABILITY, AREA, AREA_SUBSCRIPTION = 1, 2, 3, 4, 5, 6
_KINDS: dict[type[Entity], int] = {
    Intent: INTENT,
    Constraint: CONSTRAINT,
    Subscription: SUBSCRIPTION,
    Availability: AVAILABILITY,
    IdentificationArea: AREA,
    IdentificationSubscription: AREA_SUBSCRIPTION,
}

EntityKey = tuple[int, str]
_WIDTH = 9  # columns of a row


def key_of(entity: Entity) -> EntityKey:
    """Return the kind and identifier of an entity; a USS's availability goes by the name of the USS."""
    return _KINDS[type(entity)], entity.uss if isinstance(entity, Availability) else entity.ident


def owner_of(entity: Entity) -> str:
    """Return whose entity it is; of an availability, the USS it speaks of."""
    match entity:
        case Intent() | Constraint() | Subscription():
            return entity.manager
        case IdentificationArea() | IdentificationSubscription():
            return entity.owner
        case Availability():
            return entity.uss


def extent_of(entity: Entity) -> Extent | None:
    """Return where and when the entity is; None for an availability, which is nowhere."""
    return None if isinstance(entity, Availability) else entity.extent


def held(view: View, entity: Entity) -> Entity | None:
    """Return what the view holds under the key of this entity."""
    match entity:
        case Intent():
            return view.intent(entity.ident)
        case Constraint():
            return view.constraint(entity.ident)
        case Subscription():
            return view.subscription(entity.ident)
        case Availability():
            return view.availability(entity.uss)
        case IdentificationArea():
            return view.area(entity.ident)
        case IdentificationSubscription():
            return view.area_subscription(entity.ident)


def columns(entities: Iterable[Entity]) -> list[list[object]]:
    """Return the columns of entities as the queries take them, all of one length, which may be none."""
    rows = [_row(entity) for entity in entities]
    return [[row[place] for row in rows] for place in range(_WIDTH)]


def _row(entity: Entity) -> tuple[object, ...]:
    kind, ident = key_of(entity)
    start_us = end_us = None
    if not isinstance(entity, Availability):
        start_us, end_us = entity.start_us, entity.end_us
    subscription = entity.subscription if isinstance(entity, Intent) else None
    body = write_entity(entity)
    return kind, ident, owner_of(entity), _address(entity), subscription, start_us, end_us, entity.updated_us, body


def _address(entity: Entity) -> str | None:
    match entity:
        case Availability():
            return None
        case IdentificationArea():
            return entity.uss_base_url or entity.flights_url
        case IdentificationSubscription():
            return entity.uss_base_url or entity.callback_url
        case _:
            return entity.uss_base_url
