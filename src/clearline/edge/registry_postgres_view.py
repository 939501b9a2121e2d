"""What a rule looks at when the state is in a database: the part of it that was read.

The one idea: what a rule will need is found by asking it. It is asked of an empty registry first, which is a state like
any other, and what it looked at there is read in one statement; when it looks at something that was not read, it is
stopped (`UnreadError`), that is read as well, and it is asked again. No answer comes from a view with a gap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from clearline.airspace.extent import Extent, touches
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent
from clearline.airspace.subscription import Availability, Subscription
from clearline.edge.registry_postgres_rows import (
    AREA,
    AREA_SUBSCRIPTION,
    AVAILABILITY,
    CONSTRAINT,
    INTENT,
    SUBSCRIPTION,
    EntityKey,
    extent_of,
    key_of,
    owner_of,
)
from clearline.registry.view import Entity

__all__ = ["Locks", "Needs", "PartialView", "UnreadError", "stripe", "uss_stripe", "widened"]

# What is asked for with one of these is nearly always asked for with its neighbours, in the same place.
_TOGETHER = {
    INTENT: (INTENT, CONSTRAINT, SUBSCRIPTION),
    CONSTRAINT: (INTENT, CONSTRAINT, SUBSCRIPTION),
    SUBSCRIPTION: (INTENT, CONSTRAINT, SUBSCRIPTION),
    AREA: (AREA, AREA_SUBSCRIPTION),
    AREA_SUBSCRIPTION: (AREA, AREA_SUBSCRIPTION),
}
_STRIPES = 65_536  # and as many of those numbers more, from there on, as stand for what is said of USSs: 1,024
# 2^64 divided by the golden ratio: multiplying by it spreads neighbouring cells over the stripes (Knuth, TAOCP 3, 6.4).
_SPREAD = 0x9E37_79B9_7F4A_7C15


@dataclass(frozen=True, slots=True)
class Locks:
    """Rows of the stripe table to lock: those for oneself alone, and those that are only looked at.

    What is said of a USS is looked at by everything that shows something of that USS, and hardly ever changed: if those
    who look kept each other out, a USS would have one change at a time, each waiting for the disk.
    """

    own: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()

    def __or__(self, other: "Locks") -> "Locks":
        """Both: a row that one needs for itself is not shared."""
        own = self.own | other.own
        return Locks(own, (self.shared | other.shared) - own)

    def cover(self, other: "Locks") -> bool:
        """Tell whether everything the other needs is locked by these."""
        return other.own <= self.own and other.shared <= self.shared | self.own


@dataclass(frozen=True, slots=True)
class Needs:
    """What is to be read: entities by key, those that touch an extent, those that hang on a subscription, the ended."""

    keys: frozenset[EntityKey] = frozenset()
    places: frozenset[tuple[int, Extent]] = frozenset()
    hanging: frozenset[str] = frozenset()
    ended: tuple[int, int] | None = None

    def locks(self) -> "Locks":
        """Return the rows that must be locked so that nothing of this changes, and nothing comes to it."""
        found = {stripe(ident) for kind, ident in self.keys if kind != AVAILABILITY} | set(map(stripe, self.hanging))
        found.update(*(map(stripe, extent.cells) for _, extent in self.places))
        return Locks(frozenset(found), frozenset(uss_stripe(uss) for kind, uss in self.keys if kind == AVAILABILITY))


class UnreadError(BaseException):
    """The rule looked at something that was not read. No `Exception`: a rule that catches those must not catch this."""

    def __init__(self, needs: Needs) -> None:
        super().__init__("the rule needs more than was read")
        self.needs = needs


@dataclass(slots=True)
class PartialView:
    """A `View` over what was read for some needs.

    Without entities and not `strict` it is the empty registry, and notes in `needs` what it was asked. `owners` are
    those whose availability was read along, because something of theirs was; `asked` notes which of them mattered.
    """

    needs: Needs
    entities: Mapping[EntityKey, Entity] = field(default_factory=dict[EntityKey, Entity])
    strict: bool = True
    asked: set[EntityKey] = field(default_factory=set[EntityKey])
    owners: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.owners = frozenset(owner_of(entity) for entity in self.entities.values())

    def intent(self, ident: str) -> Intent | None:
        """Return the operational intent reference, or None."""
        found = self._one((INTENT, ident))
        assert found is None or isinstance(found, Intent)
        return found

    def constraint(self, ident: str) -> Constraint | None:
        """Return the constraint reference, or None."""
        found = self._one((CONSTRAINT, ident))
        assert found is None or isinstance(found, Constraint)
        return found

    def subscription(self, ident: str) -> Subscription | None:
        """Return the F3548 subscription, or None."""
        found = self._one((SUBSCRIPTION, ident))
        assert found is None or isinstance(found, Subscription)
        return found

    def availability(self, uss: str) -> Availability | None:
        """Return what the arbiter said of this USS, or None."""
        key = (AVAILABILITY, uss)
        self.asked.add(key)
        found = self.entities.get(key) if uss in self.owners else self._one(key)
        assert found is None or isinstance(found, Availability)
        return found

    def area(self, ident: str) -> IdentificationArea | None:
        """Return the identification service area, or None."""
        found = self._one((AREA, ident))
        assert found is None or isinstance(found, IdentificationArea)
        return found

    def area_subscription(self, ident: str) -> IdentificationSubscription | None:
        """Return the F3411 subscription, or None."""
        found = self._one((AREA_SUBSCRIPTION, ident))
        assert found is None or isinstance(found, IdentificationSubscription)
        return found

    def intents_touching(self, extent: Extent) -> Iterable[Intent]:
        """Return the intents that touch the extent."""
        return [one for one in self._touching(INTENT, extent) if isinstance(one, Intent)]

    def constraints_touching(self, extent: Extent) -> Iterable[Constraint]:
        """Return the constraints that touch the extent."""
        return [one for one in self._touching(CONSTRAINT, extent) if isinstance(one, Constraint)]

    def subscriptions_touching(self, extent: Extent) -> Iterable[Subscription]:
        """Return the F3548 subscriptions that touch the extent."""
        return [one for one in self._touching(SUBSCRIPTION, extent) if isinstance(one, Subscription)]

    def areas_touching(self, extent: Extent) -> Iterable[IdentificationArea]:
        """Return the identification service areas that touch the extent."""
        return [one for one in self._touching(AREA, extent) if isinstance(one, IdentificationArea)]

    def area_subscriptions_touching(self, extent: Extent) -> Iterable[IdentificationSubscription]:
        """Return the F3411 subscriptions that touch the extent."""
        found = self._touching(AREA_SUBSCRIPTION, extent)
        return [one for one in found if isinstance(one, IdentificationSubscription)]

    def intents_of(self, subscription: str) -> Iterable[Intent]:
        """Return the intents that depend on this subscription."""
        if subscription not in self.needs.hanging:
            self._miss(Needs(hanging=frozenset({subscription})))
        intents = (one for one in self.entities.values() if isinstance(one, Intent))
        return sorted((one for one in intents if one.subscription == subscription), key=lambda one: one.ident)

    def expired(self, before_us: int, most: int) -> Iterable[Entity]:
        """Return at most `most` entities whose end lies before the time, the oldest ends first."""
        if self.needs.ended != (before_us, most):
            self._miss(Needs(ended=(before_us, most)))
        lasting = [one for one in self.entities.values() if not isinstance(one, Availability)]
        ended = [(one.end_us, key_of(one), one) for one in lasting if one.end_us < before_us]
        return [one for _, _, one in sorted(ended, key=lambda row: row[:2])[:most]]

    def locks(self) -> Locks:
        """Return the rows of the availabilities that were looked at and are in no needs."""
        return Locks(shared=frozenset(uss_stripe(uss) for _, uss in self.asked))

    def _one(self, key: EntityKey) -> Entity | None:
        if key not in self.needs.keys:
            self._miss(Needs(keys=frozenset({key})))
        return self.entities.get(key)

    def _touching(self, kind: int, extent: Extent) -> list[Entity]:
        if (kind, extent) not in self.needs.places:
            self._miss(Needs(places=frozenset((one, extent) for one in _TOGETHER[kind])))
        found = [
            (ident, one)
            for (its_kind, ident), one in self.entities.items()
            if its_kind == kind and (place := extent_of(one)) is not None and touches(extent, place)
        ]
        return [one for _, one in sorted(found, key=lambda row: row[0])]

    def _miss(self, needs: Needs) -> None:
        wider = widened(self.needs, needs)
        if self.strict:
            if needs.hanging:  # who shows one subscription with what hangs on it shows them all
                read = frozenset(ident for kind, ident in self.entities if kind == SUBSCRIPTION)
                wider = replace(wider, hanging=wider.hanging | read)
            raise UnreadError(wider)
        self.needs = wider


def widened(one: Needs, other: Needs) -> Needs:
    """Return the needs of both."""
    return Needs(
        one.keys | other.keys, one.places | other.places, one.hanging | other.hanging, other.ended or one.ended
    )


def stripe(named: int | str) -> int:
    """Return the row of the stripe table that stands for a cell or an identifier, the same in every instance.

    >>> stripe(1), stripe("uss1")
    (40503, 43469)
    """
    number = named if isinstance(named, int) else int.from_bytes(named.encode(), "big")
    return (number * _SPREAD % 2**64) >> 48


def uss_stripe(uss: str) -> int:
    """Return the row that stands for what is said of a USS; above all others, so that it is locked after them.

    >>> uss_stripe("uss1")
    66215
    """
    return _STRIPES + (stripe(uss) >> 6)
