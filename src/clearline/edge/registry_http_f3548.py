"""F3548-21's eighteen calls of a registry, each from the request to the rule and back.

The one idea: a call is its reader, its rule and its writer; nothing is decided here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from clearline.edge.registry_http import STATUSES
from clearline.edge.registry_http_routes import Incoming, Reply, Route
from clearline.edge.registry_http_told import Telling
from clearline.edge.registry_port import Asked, Store
from clearline.edge.registry_reports import MAX_EXCHANGE_BYTES, ReportArchive
from clearline.registry.availability import GetAvailability, get_availability, set_availability
from clearline.registry.constraints import (
    DeleteConstraint,
    GetConstraint,
    QueryConstraints,
    delete_constraint,
    get_constraint,
    put_constraint,
    query_constraints,
)
from clearline.registry.intents import (
    DeleteIntent,
    GetIntent,
    QueryIntents,
    delete_intent,
    get_intent,
    query_intents,
)
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import Refusal
from clearline.registry.report import FiledReport
from clearline.registry.scopes import CALL_SCOPES, Call
from clearline.registry.subscriptions import (
    DeleteSubscription,
    GetSubscription,
    QuerySubscriptions,
    delete_subscription,
    get_subscription,
    put_subscription,
    query_subscriptions,
)
from clearline.registry.version import Fresh
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls import (
    read_area,
    read_availability,
    read_constraint,
    read_intent,
    read_name,
    read_report,
    read_subscription,
)
from clearline.wire.f3548_calls_answer import (
    availability_answer,
    constraint_answer,
    constraint_changed_answer,
    constraints_answer,
    exchange_text,
    intent_answer,
    intent_changed_answer,
    intents_answer,
    refusal_answer,
    report_answer,
    subscription_answer,
    subscription_put_answer,
    subscriptions_answer,
)
from clearline.wire.f3548_calls_text import ident_of, new_ident

__all__ = ["F3548Calls", "asked_of", "fresh_of", "ident_and_version", "reply_of"]

Answer = TypeVar("Answer")
_MAX_TOLD: Final = 500
_INTENTS: Final = "/dss/v1/operational_intent_references"
_CONSTRAINTS: Final = "/dss/v1/constraint_references"
_SUBSCRIPTIONS: Final = "/dss/v1/subscriptions"
_AVAILABILITY: Final = "/dss/v1/uss_availability/{uss}"


def asked_of(call: Call, incoming: Incoming) -> Asked:
    """Return what the audit log keeps of the request."""
    return Asked(call, incoming.client, incoming.now_us, incoming.request_id)


def fresh_of(incoming: Incoming) -> Fresh:
    """Return the identifier and the nonce that this request may use up."""
    return Fresh(new_ident(incoming.chance[16:]), incoming.chance[:16])


def reply_of(
    answer: Answer | Refusal, incoming: Incoming, write: Callable[[Answer], bytes], *, status: int = 200
) -> Reply:
    """Return the reply to an answer, or to a refusal by the one table of statuses."""
    if isinstance(answer, Refusal):
        return Reply(STATUSES[answer.kind], refusal_answer(answer, incoming.request_id), what=answer.what)
    return Reply(status, write(answer))


def ident_and_version(incoming: Incoming) -> tuple[str, str | None]:
    """Return the names of a PUT: an identifier, and the version it changes, None where it creates."""
    ident, *version = incoming.names
    return ident, version[0] if version else None


@dataclass(frozen=True, slots=True)
class F3548Calls:
    """The calls, over one store. `allow_http` lets addresses of a USS be without encryption, for a test pool."""

    store: Store
    telling: Telling
    archive: ReportArchive
    allow_http: bool = False

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of all eighteen."""
        entity, version = "/{entity}", "/{entity}/{version}"

        def route(method: str, path: str, call: Call, answer: Callable[[Incoming], Awaitable[Reply]]) -> Route:
            writes = method in ("PUT", "DELETE")
            over_area = 413 if call is Call.QUERY_SUBSCRIPTIONS else 400
            return Route(method, path, call, CALL_SCOPES[call], answer, writes, over_area)

        return (
            route("POST", f"{_INTENTS}/query", Call.QUERY_INTENTS, self._query_intents),
            route("GET", _INTENTS + entity, Call.GET_INTENT, self._get_intent),
            route("PUT", _INTENTS + entity, Call.CREATE_INTENT, self._put_intent),
            route("PUT", _INTENTS + version, Call.UPDATE_INTENT, self._put_intent),
            route("DELETE", _INTENTS + version, Call.DELETE_INTENT, self._delete_intent),
            route("POST", f"{_CONSTRAINTS}/query", Call.QUERY_CONSTRAINTS, self._query_constraints),
            route("GET", _CONSTRAINTS + entity, Call.GET_CONSTRAINT, self._get_constraint),
            route("PUT", _CONSTRAINTS + entity, Call.CREATE_CONSTRAINT, self._put_constraint),
            route("PUT", _CONSTRAINTS + version, Call.UPDATE_CONSTRAINT, self._put_constraint),
            route("DELETE", _CONSTRAINTS + version, Call.DELETE_CONSTRAINT, self._delete_constraint),
            route("POST", f"{_SUBSCRIPTIONS}/query", Call.QUERY_SUBSCRIPTIONS, self._query_subscriptions),
            route("GET", _SUBSCRIPTIONS + entity, Call.GET_SUBSCRIPTION, self._get_subscription),
            route("PUT", _SUBSCRIPTIONS + entity, Call.CREATE_SUBSCRIPTION, self._put_subscription),
            route("PUT", _SUBSCRIPTIONS + version, Call.UPDATE_SUBSCRIPTION, self._put_subscription),
            route("DELETE", _SUBSCRIPTIONS + version, Call.DELETE_SUBSCRIPTION, self._delete_subscription),
            route("POST", "/dss/v1/reports", Call.MAKE_REPORT, self._make_report),
            route("PUT", _AVAILABILITY, Call.SET_AVAILABILITY, self._set_availability),
            route("GET", _AVAILABILITY, Call.GET_AVAILABILITY, self._get_availability),
        )

    async def _query_intents(self, incoming: Incoming) -> Reply:
        command = QueryIntents(read_area(incoming.body), incoming.client)
        found = await self.store.read(partial(query_intents, command=command, now_us=incoming.now_us))
        return Reply(200, intents_answer(found))

    async def _get_intent(self, incoming: Incoming) -> Reply:
        command = GetIntent(ident_of(incoming.names[0], "path"), incoming.client)
        rule = partial(get_intent, command=command, now_us=incoming.now_us)
        return reply_of(await self.store.read(rule), incoming, intent_answer)

    async def _put_intent(self, incoming: Incoming) -> Reply:
        ident, ovn = ident_and_version(incoming)
        command = read_intent(
            incoming.body,
            ident,
            ovn,
            client=incoming.client,
            scopes=incoming.scopes,
            allow_http=self.allow_http,
        )
        fresh = fresh_of(incoming)
        asked = asked_of(Call.CREATE_INTENT if ovn is None else Call.UPDATE_INTENT, incoming)
        rule = partial(put_intent, command=command, now_us=incoming.now_us, fresh=fresh)
        done = await self.store.transact(asked, rule)
        return reply_of(done, incoming, intent_changed_answer, status=201 if ovn is None else 200)

    async def _delete_intent(self, incoming: Incoming) -> Reply:
        command = DeleteIntent(ident_of(incoming.names[0], "path"), incoming.names[1], incoming.client)
        rule = partial(delete_intent, command=command, now_us=incoming.now_us)
        return reply_of(
            await self.store.transact(asked_of(Call.DELETE_INTENT, incoming), rule), incoming, intent_changed_answer
        )

    async def _query_constraints(self, incoming: Incoming) -> Reply:
        command = QueryConstraints(read_area(incoming.body), incoming.client)
        found = await self.store.read(partial(query_constraints, command=command, now_us=incoming.now_us))
        return Reply(200, constraints_answer(found))

    async def _get_constraint(self, incoming: Incoming) -> Reply:
        command = GetConstraint(ident_of(incoming.names[0], "path"), incoming.client)
        rule = partial(get_constraint, command=command, now_us=incoming.now_us)
        return reply_of(await self.store.read(rule), incoming, constraint_answer)

    async def _put_constraint(self, incoming: Incoming) -> Reply:
        ident, ovn = ident_and_version(incoming)
        command = read_constraint(incoming.body, ident, ovn, client=incoming.client, allow_http=self.allow_http)
        fresh = fresh_of(incoming)
        asked = asked_of(Call.CREATE_CONSTRAINT if ovn is None else Call.UPDATE_CONSTRAINT, incoming)
        rule = partial(put_constraint, command=command, now_us=incoming.now_us, fresh=fresh)
        done = await self.store.transact(asked, rule)
        return reply_of(done, incoming, constraint_changed_answer, status=201 if ovn is None else 200)

    async def _delete_constraint(self, incoming: Incoming) -> Reply:
        command = DeleteConstraint(ident_of(incoming.names[0], "path"), incoming.names[1], incoming.client)
        rule = partial(delete_constraint, command=command, now_us=incoming.now_us)
        done = await self.store.transact(asked_of(Call.DELETE_CONSTRAINT, incoming), rule)
        return reply_of(done, incoming, constraint_changed_answer)

    async def _query_subscriptions(self, incoming: Incoming) -> Reply:
        command = QuerySubscriptions(read_area(incoming.body), incoming.client)
        found = await self.store.read(partial(query_subscriptions, command=command, now_us=incoming.now_us))
        return Reply(200, subscriptions_answer(found))

    async def _get_subscription(self, incoming: Incoming) -> Reply:
        command = GetSubscription(ident_of(incoming.names[0], "path"), incoming.client)
        rule = partial(get_subscription, command=command, now_us=incoming.now_us)
        return reply_of(await self.store.read(rule), incoming, subscription_answer)

    async def _put_subscription(self, incoming: Incoming) -> Reply:
        ident, version = ident_and_version(incoming)
        command = read_subscription(
            incoming.body,
            ident,
            version,
            client=incoming.client,
            scopes=incoming.scopes,
            allow_http=self.allow_http,
        )
        fresh = fresh_of(incoming)
        asked = asked_of(Call.CREATE_SUBSCRIPTION if version is None else Call.UPDATE_SUBSCRIPTION, incoming)
        rule = partial(put_subscription, command=command, now_us=incoming.now_us, fresh=fresh)
        return reply_of(await self.store.transact(asked, rule), incoming, subscription_put_answer)

    async def _delete_subscription(self, incoming: Incoming) -> Reply:
        command = DeleteSubscription(ident_of(incoming.names[0], "path"), incoming.names[1], incoming.client)
        rule = partial(delete_subscription, command=command, now_us=incoming.now_us)
        done = await self.store.transact(asked_of(Call.DELETE_SUBSCRIPTION, incoming), rule)
        return reply_of(done, incoming, subscription_answer)

    async def _make_report(self, incoming: Incoming) -> Reply:
        report, ident = read_report(incoming.body), fresh_of(incoming).subscription_id
        exchange = exchange_text(report.exchange)
        if len(exchange) > MAX_EXCHANGE_BYTES:
            mend = f"send at most {MAX_EXCHANGE_BYTES} bytes: shorten the bodies in it"
            raise MalformedError("body", "exchange", f"it has {len(exchange)} bytes", mend)
        filed = FiledReport(
            ident, incoming.now_us, incoming.client, incoming.request_id, report.told[:_MAX_TOLD], exchange
        )
        await self.archive.file_report(filed)
        self.telling.event(
            incoming.now_us,
            "report",
            f"{ident}: {report.told}",
            client=incoming.client,
            request_id=incoming.request_id,
        )
        return Reply(201, report_answer(report.exchange, ident))

    async def _set_availability(self, incoming: Incoming) -> Reply:
        command = read_availability(incoming.body, incoming.names[0])
        fresh = fresh_of(incoming)
        rule = partial(set_availability, command=command, now_us=incoming.now_us, fresh=fresh)
        done = await self.store.transact(asked_of(Call.SET_AVAILABILITY, incoming), rule)
        return reply_of(done, incoming, availability_answer)

    async def _get_availability(self, incoming: Incoming) -> Reply:
        command = GetAvailability(read_name(incoming.names[0]))
        return Reply(200, availability_answer(await self.store.read(partial(get_availability, command=command))))
