"""Whom a change is announced to: the subscriptions it touches, each counted one up, grouped by the USS to call.

The one idea: the registry counts and names, and the client that made the change tells them (F3548 SCD0085); a gap in
the count shows a subscriber that it missed one. The order is fixed, so that equal states give equal answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from clearline.airspace.extent import Extent
from clearline.airspace.subscription import Subscription
from clearline.registry.view import View

__all__ = ["Announcement", "Notified", "announce_constraint", "announce_intent"]


@dataclass(frozen=True, slots=True)
class Notified:
    """A USS to call, and its subscriptions with their new counts, in ascending order of identifier."""

    uss_base_url: str
    subscriptions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """Whom to call, ascending by address, and the subscriptions as they are after the count, ascending."""

    subscribers: tuple[Notified, ...]
    counted: tuple[Subscription, ...]


def announce_intent(
    view: View, extents: Iterable[Extent], *, now_us: int, made: Subscription | None = None, gone: frozenset[str]
) -> Announcement:
    """Count every living subscription to intents that touches one of the extents (the old and the new of a change).

    `made` is a subscription that the same change makes or widens for the intent: it stands for the one in the view and
    is always counted. `gone` are those that the same change takes away.
    """
    touched = _touched(view, extents, now_us)
    if made is not None:
        touched[made.ident] = made
    return _count(one for one in touched.values() if one.for_operational_intents and one.ident not in gone)


def announce_constraint(view: View, extents: Iterable[Extent], *, now_us: int) -> Announcement:
    """Count every living subscription to constraints that touches one of the extents."""
    return _count(one for one in _touched(view, extents, now_us).values() if one.for_constraints)


def _touched(view: View, extents: Iterable[Extent], now_us: int) -> dict[str, Subscription]:
    return {one.ident: one for extent in extents for one in view.subscriptions_touching(extent) if one.end_us >= now_us}


def _count(subscriptions: Iterable[Subscription]) -> Announcement:
    counted = tuple(sorted((_one_up(one) for one in subscriptions), key=lambda one: one.ident))
    calls: dict[str, list[tuple[str, int]]] = {}
    for one in counted:
        calls.setdefault(one.uss_base_url, []).append((one.ident, one.notification_index))
    return Announcement(tuple(Notified(url, tuple(calls[url])) for url in sorted(calls)), counted)


def _one_up(one: Subscription) -> Subscription:
    # Written out because a congested cell counts hundreds of these in one change, and dataclasses.replace is slow.
    return Subscription(
        one.ident,
        one.manager,
        one.version,
        one.uss_base_url,
        one.notification_index + 1,
        one.for_operational_intents,
        one.for_constraints,
        one.implicit,
        one.extent,
        one.start_us,
        one.end_us,
        one.updated_us,
    )
