"""One entity of a registry as bytes in a log, and back.

The one idea: the rows of a log outlive the classes of a program, so their form is written out here, field by field in a
fixed order, and is no reflection of a class: renaming a field changes nothing on disk. Form 1 is MessagePack arrays,
each entity headed by the number of its kind. A form is never changed: a later one gets another number (`registry_log`).
"""

from dataclasses import replace
from typing import TypeAlias

import msgspec

from clearline.airspace.extent import Extent, Span
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent, IntentState
from clearline.airspace.subscription import Availability, Subscription, UssState
from clearline.registry.view import Entity

__all__ = ["AreaCountedRow", "CountedRow", "EntityRow", "counted_row", "entity_of", "entity_row", "recounted"]

_Spans: TypeAlias = tuple[tuple[float, float, int, int], ...]


class IntentRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False, tag=1):
    """An operational intent reference."""

    ident: str
    manager: str
    version: int
    ovn: str
    past_ovns: tuple[str, ...]
    state: IntentState
    uss_base_url: str
    subscription: str | None
    cells: tuple[int, ...]
    spans: _Spans
    start_us: int
    end_us: int
    updated_us: int


class ConstraintRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False, tag=2):
    """A constraint reference."""

    ident: str
    manager: str
    version: int
    ovn: str
    uss_base_url: str
    cells: tuple[int, ...]
    spans: _Spans
    start_us: int
    end_us: int
    updated_us: int


class SubscriptionRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False, tag=3):
    """An F3548 subscription."""

    ident: str
    manager: str
    version: str
    uss_base_url: str
    notification_index: int
    for_operational_intents: bool
    for_constraints: bool
    implicit: bool
    cells: tuple[int, ...]
    spans: _Spans
    start_us: int
    end_us: int
    updated_us: int


class AvailabilityRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False, tag=4):
    """What the arbiter said of a USS."""

    uss: str
    state: UssState
    version: str
    updated_us: int


class AreaRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False, tag=5):
    """An identification service area."""

    ident: str
    owner: str
    version: str
    flights_url: str | None
    uss_base_url: str | None
    cells: tuple[int, ...]
    spans: _Spans
    start_us: int
    end_us: int
    updated_us: int


class AreaSubscriptionRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False, tag=6):
    """An F3411 subscription."""

    ident: str
    owner: str
    version: str
    callback_url: str | None
    uss_base_url: str | None
    notification_index: int
    cells: tuple[int, ...]
    spans: _Spans
    start_us: int
    end_us: int
    updated_us: int


class CountedRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False, tag=7):
    """An F3548 subscription as it was before, but for its index: what most changes in a crowded place are."""

    ident: str
    notification_index: int


class AreaCountedRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False, tag=8):
    """An F3411 subscription as it was before, but for its index."""

    ident: str
    notification_index: int


EntityRow: TypeAlias = IntentRow | ConstraintRow | SubscriptionRow | AvailabilityRow | AreaRow | AreaSubscriptionRow


def entity_row(entity: Entity) -> EntityRow:
    """Return the row that keeps an entity."""
    match entity:
        case Intent():
            return _intent_row(entity)
        case Subscription():
            return _subscription_row(entity)
        case Constraint():
            return _constraint_row(entity)
        case IdentificationArea():
            return _area_row(entity)
        case IdentificationSubscription():
            return _area_subscription_row(entity)
        case Availability():
            return AvailabilityRow(entity.uss, entity.state, entity.version, entity.updated_us)


def entity_of(row: EntityRow) -> Entity:
    """Return the entity that a row keeps. Raises ValueError where it could not exist so."""
    match row:
        case IntentRow():
            return _intent(row)
        case SubscriptionRow():
            return _subscription(row)
        case ConstraintRow():
            return _constraint(row)
        case AreaRow():
            return _area(row)
        case AreaSubscriptionRow():
            return _area_subscription(row)
        case AvailabilityRow():
            return Availability(row.uss, row.state, row.version, row.updated_us)


def counted_row(old: Entity | None, new: Entity) -> CountedRow | AreaCountedRow | None:
    """Return the short row of a subscription that differs from what it was in nothing but its index; else None."""
    if isinstance(new, Subscription) and isinstance(old, Subscription):
        same = (
            old.extent is new.extent
            and old.version == new.version
            and old.updated_us == new.updated_us
            and old.end_us == new.end_us
            and old.start_us == new.start_us
            and old.uss_base_url == new.uss_base_url
            and old.manager == new.manager
            and (old.for_operational_intents, old.for_constraints, old.implicit)
            == (new.for_operational_intents, new.for_constraints, new.implicit)
        )
        return CountedRow(new.ident, new.notification_index) if same else None
    if isinstance(new, IdentificationSubscription) and isinstance(old, IdentificationSubscription):
        same = old.extent is new.extent and replace(old, notification_index=new.notification_index) == new
        return AreaCountedRow(new.ident, new.notification_index) if same else None
    return None


def recounted(old: Entity | None, row: CountedRow | AreaCountedRow) -> Entity:
    """Return what a short row says, given what there was before. Raises ValueError where there was nothing."""
    if isinstance(old, Subscription | IdentificationSubscription):
        return replace(old, notification_index=row.notification_index)
    raise ValueError(f"it counts for the subscription {row.ident}, which is not there")


def _spans(extent: Extent) -> _Spans:
    return tuple((span.low_m, span.high_m, span.start_us, span.end_us) for span in extent.spans)


def _extent(cells: tuple[int, ...], spans: _Spans) -> Extent:
    if len(spans) == 1:  # the usual one, and a log is read by the hundred thousand
        return Extent(cells, (Span(*spans[0]),))
    return Extent(cells, tuple([Span(*span) for span in spans]))


def _intent_row(it: Intent) -> IntentRow:
    return IntentRow(
        it.ident,
        it.manager,
        it.version,
        it.ovn,
        it.past_ovns,
        it.state,
        it.uss_base_url,
        it.subscription,
        it.extent.cells,
        _spans(it.extent),
        it.start_us,
        it.end_us,
        it.updated_us,
    )


def _intent(row: IntentRow) -> Intent:
    return Intent(
        row.ident,
        row.manager,
        row.version,
        row.ovn,
        row.past_ovns,
        row.state,
        row.uss_base_url,
        row.subscription,
        _extent(row.cells, row.spans),
        row.start_us,
        row.end_us,
        row.updated_us,
    )


def _constraint_row(it: Constraint) -> ConstraintRow:
    return ConstraintRow(
        it.ident,
        it.manager,
        it.version,
        it.ovn,
        it.uss_base_url,
        it.extent.cells,
        _spans(it.extent),
        it.start_us,
        it.end_us,
        it.updated_us,
    )


def _constraint(row: ConstraintRow) -> Constraint:
    return Constraint(
        row.ident,
        row.manager,
        row.version,
        row.ovn,
        row.uss_base_url,
        _extent(row.cells, row.spans),
        row.start_us,
        row.end_us,
        row.updated_us,
    )


def _subscription_row(it: Subscription) -> SubscriptionRow:
    return SubscriptionRow(
        it.ident,
        it.manager,
        it.version,
        it.uss_base_url,
        it.notification_index,
        it.for_operational_intents,
        it.for_constraints,
        it.implicit,
        it.extent.cells,
        _spans(it.extent),
        it.start_us,
        it.end_us,
        it.updated_us,
    )


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(
        row.ident,
        row.manager,
        row.version,
        row.uss_base_url,
        row.notification_index,
        row.for_operational_intents,
        row.for_constraints,
        row.implicit,
        _extent(row.cells, row.spans),
        row.start_us,
        row.end_us,
        row.updated_us,
    )


def _area_row(it: IdentificationArea) -> AreaRow:
    return AreaRow(
        it.ident,
        it.owner,
        it.version,
        it.flights_url,
        it.uss_base_url,
        it.extent.cells,
        _spans(it.extent),
        it.start_us,
        it.end_us,
        it.updated_us,
    )


def _area(row: AreaRow) -> IdentificationArea:
    return IdentificationArea(
        row.ident,
        row.owner,
        row.version,
        row.flights_url,
        row.uss_base_url,
        _extent(row.cells, row.spans),
        row.start_us,
        row.end_us,
        row.updated_us,
    )


def _area_subscription_row(it: IdentificationSubscription) -> AreaSubscriptionRow:
    return AreaSubscriptionRow(
        it.ident,
        it.owner,
        it.version,
        it.callback_url,
        it.uss_base_url,
        it.notification_index,
        it.extent.cells,
        _spans(it.extent),
        it.start_us,
        it.end_us,
        it.updated_us,
    )


def _area_subscription(row: AreaSubscriptionRow) -> IdentificationSubscription:
    return IdentificationSubscription(
        row.ident,
        row.owner,
        row.version,
        row.callback_url,
        row.uss_base_url,
        row.notification_index,
        _extent(row.cells, row.spans),
        row.start_us,
        row.end_us,
        row.updated_us,
    )
