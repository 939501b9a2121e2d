"""F3411's discovery calls, ten for version 19 and ten for version 22a, over one state.

The one idea: a version is a reader, a writer and a prefix; the rules between are the same.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from clearline.edge.registry_http_f3548 import asked_of, fresh_of, ident_and_version, reply_of
from clearline.edge.registry_http_routes import Incoming, Reply, Route
from clearline.edge.registry_port import Store
from clearline.registry.area_subscriptions import (
    DeleteAreaSubscription,
    GetAreaSubscription,
    QueryAreaSubscriptions,
    delete_area_subscription,
    get_area_subscription,
    put_area_subscription,
    query_area_subscriptions,
)
from clearline.registry.areas import (
    DeleteArea,
    GetArea,
    QueryAreas,
    delete_area,
    get_area,
    put_area,
    query_areas,
)
from clearline.registry.scopes import CALL_SCOPES, Call
from clearline.wire.f3411_calls import (
    read_area_19,
    read_area_22a,
    read_search,
    read_subscription_19,
    read_subscription_22a,
)
from clearline.wire.f3411_calls_answer import F3411Version, F3411Words
from clearline.wire.f3548_calls_text import ident_of

__all__ = ["F3411Calls"]

_PREFIX: Final = {F3411Version.V19: "/v1/dss", F3411Version.V22A: "/rid/v2/dss"}
_READ_AREA: Final = {F3411Version.V19: read_area_19, F3411Version.V22A: read_area_22a}
_READ_SUBSCRIPTION: Final = {F3411Version.V19: read_subscription_19, F3411Version.V22A: read_subscription_22a}


@dataclass(frozen=True, slots=True)
class F3411Calls:
    """The calls of one version, over one store."""

    version: F3411Version
    store: Store
    allow_http: bool = False

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of all ten."""
        areas, subscriptions = f"{self._prefix}/identification_service_areas", f"{self._prefix}/subscriptions"
        entity, version = "/{entity}", "/{entity}/{version}"
        return (
            self._route("GET", areas, "searchIdentificationServiceAreas", self._search_areas),
            self._route("GET", areas + entity, "getIdentificationServiceArea", self._get_area),
            self._route("PUT", areas + entity, "createIdentificationServiceArea", self._put_area),
            self._route("PUT", areas + version, "updateIdentificationServiceArea", self._put_area),
            self._route("DELETE", areas + version, "deleteIdentificationServiceArea", self._delete_area),
            self._route("GET", subscriptions, "searchSubscriptions", self._search_subscriptions),
            self._route("GET", subscriptions + entity, "getSubscription", self._get_subscription),
            self._route("PUT", subscriptions + entity, "createSubscription", self._put_subscription),
            self._route("PUT", subscriptions + version, "updateSubscription", self._put_subscription),
            self._route("DELETE", subscriptions + version, "deleteSubscription", self._delete_subscription),
        )

    @property
    def _prefix(self) -> str:
        return _PREFIX[self.version]

    @property
    def _words(self) -> F3411Words:
        return F3411Words(self.version)

    def _call(self, name: str) -> Call:
        return Call(f"{name}-{self.version.value}")

    def _route(self, method: str, path: str, name: str, answer: Callable[[Incoming], Awaitable[Reply]]) -> Route:
        call = self._call(name)
        over_area = 413 if name.startswith("search") else 400
        return Route(method, path, call, CALL_SCOPES[call], answer, method in ("PUT", "DELETE"), over_area)

    async def _search_areas(self, incoming: Incoming) -> Reply:
        command = QueryAreas(read_search(incoming.query))
        found = await self.store.read(partial(query_areas, command=command, now_us=incoming.now_us))
        return Reply(200, self._words.areas(found))

    async def _get_area(self, incoming: Incoming) -> Reply:
        command = GetArea(ident_of(incoming.names[0], "path"))
        found = await self.store.read(partial(get_area, command=command, now_us=incoming.now_us))
        return reply_of(found, incoming, self._words.area)

    async def _put_area(self, incoming: Incoming) -> Reply:
        ident, version = ident_and_version(incoming)
        command = _READ_AREA[self.version](
            incoming.body, ident, version, client=incoming.client, allow_http=self.allow_http
        )
        name = "createIdentificationServiceArea" if version is None else "updateIdentificationServiceArea"
        rule = partial(put_area, command=command, now_us=incoming.now_us, fresh=fresh_of(incoming))
        done = await self.store.transact(asked_of(self._call(name), incoming), rule)
        return reply_of(done, incoming, self._words.area_changed)

    async def _delete_area(self, incoming: Incoming) -> Reply:
        command = DeleteArea(ident_of(incoming.names[0], "path"), incoming.names[1], incoming.client)
        rule = partial(delete_area, command=command, now_us=incoming.now_us)
        done = await self.store.transact(asked_of(self._call("deleteIdentificationServiceArea"), incoming), rule)
        return reply_of(done, incoming, self._words.area_changed)

    async def _search_subscriptions(self, incoming: Incoming) -> Reply:
        command = QueryAreaSubscriptions(read_search(incoming.query), incoming.client)
        found = await self.store.read(partial(query_area_subscriptions, command=command, now_us=incoming.now_us))
        return Reply(200, self._words.subscriptions(found))

    async def _get_subscription(self, incoming: Incoming) -> Reply:
        command = GetAreaSubscription(ident_of(incoming.names[0], "path"), incoming.client)
        found = await self.store.read(partial(get_area_subscription, command=command, now_us=incoming.now_us))
        return reply_of(found, incoming, self._words.subscription)

    async def _put_subscription(self, incoming: Incoming) -> Reply:
        ident, version = ident_and_version(incoming)
        command = _READ_SUBSCRIPTION[self.version](
            incoming.body, ident, version, client=incoming.client, allow_http=self.allow_http
        )
        name = "createSubscription" if version is None else "updateSubscription"
        rule = partial(put_area_subscription, command=command, now_us=incoming.now_us, fresh=fresh_of(incoming))
        done = await self.store.transact(asked_of(self._call(name), incoming), rule)
        return reply_of(done, incoming, self._words.subscription_put)

    async def _delete_subscription(self, incoming: Incoming) -> Reply:
        command = DeleteAreaSubscription(ident_of(incoming.names[0], "path"), incoming.names[1], incoming.client)
        rule = partial(delete_area_subscription, command=command, now_us=incoming.now_us)
        done = await self.store.transact(asked_of(self._call("deleteSubscription"), incoming), rule)
        return reply_of(done, incoming, self._words.subscription)
