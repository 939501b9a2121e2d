"""The answers of F3411's discovery calls, as bytes, in the words of version 19 or of version 22a.

The one idea: an area or a subscription has the address that its USS gave, and is shown with it in either version, as
the reference implementation does: one that ends in `/flights` or `/identification_service_areas` speaks version 19.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import msgspec

from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.registry.area_subscriptions import AreaSubscriptionChanged
from clearline.registry.areas import AreaChanged, AreaNotified
from clearline.wire.f3548_calls_text import time_text

__all__ = ["F3411Version", "F3411Words"]


class F3411Version(Enum):
    """The versions of the standard that are spoken."""

    V19 = "19"
    V22A = "22a"


_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class F3411Words:
    """How one version writes what a registry answers."""

    version: F3411Version

    def area(self, area: IdentificationArea) -> bytes:
        """Write one area."""
        return _encode({"service_area": self._area(area)})

    def areas(self, areas: Sequence[IdentificationArea]) -> bytes:
        """Write the areas of a search."""
        return _encode({"service_areas": [self._area(one) for one in areas]})

    def area_changed(self, changed: AreaChanged) -> bytes:
        """Write a changed area and whom its owner has to tell."""
        subscribers = [_subscriber(one) for one in changed.subscribers]
        return _encode({"service_area": self._area(changed.area), "subscribers": subscribers})

    def subscription(self, subscription: IdentificationSubscription) -> bytes:
        """Write one subscription, as it is or as it was when it was deleted."""
        return _encode({"subscription": self._subscription(subscription)})

    def subscriptions(self, subscriptions: Sequence[IdentificationSubscription]) -> bytes:
        """Write the subscriptions of a search."""
        return _encode({"subscriptions": [self._subscription(one) for one in subscriptions]})

    def subscription_put(self, changed: AreaSubscriptionChanged) -> bytes:
        """Write a subscription and the areas that are in its area already."""
        return _encode(
            {
                "subscription": self._subscription(changed.subscription),
                "service_areas": [self._area(one) for one in changed.areas],
            }
        )

    def _area(self, area: IdentificationArea) -> dict[str, object]:
        url = area.flights_url or area.uss_base_url
        return {
            "id": area.ident,
            "owner": area.owner,
            "version": area.version,
            "flights_url" if self.version is F3411Version.V19 else "uss_base_url": url,
            "time_start": self._time(area.start_us),
            "time_end": self._time(area.end_us),
        }

    def _subscription(self, one: IdentificationSubscription) -> dict[str, object]:
        url = one.callback_url or one.uss_base_url
        common: dict[str, object] = {
            "id": one.ident,
            "owner": one.owner,
            "version": one.version,
            "notification_index": one.notification_index,
            "time_start": self._time(one.start_us),
            "time_end": self._time(one.end_us),
        }
        if self.version is F3411Version.V22A:
            return {**common, "uss_base_url": url}
        return {**common, "url": url, "callbacks": {"identification_service_area_url": url}}

    def _time(self, us: int) -> str | dict[str, str]:
        text = time_text(us)
        return text if self.version is F3411Version.V19 else {"value": text, "format": "RFC3339"}


def _subscriber(told: AreaNotified) -> dict[str, object]:
    return {
        "url": told.callback_url or told.uss_base_url,
        "subscriptions": [
            {"subscription_id": ident, "notification_index": index} for ident, index in told.subscriptions
        ],
    }
