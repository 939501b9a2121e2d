"""The endpoints that F3548-21 asks of a system that plans (USS0105): details, telemetry, notifications, reports, logs.

The one idea: what is told is what the registry last took, never what is only wished for; so whoever asks gets the
version that the registry proves (OPIN0025, OPIN0040).
"""

import json
from dataclasses import dataclass
from typing import Final, Protocol

from clearline.edge.registry_http_routes import Incoming, Reply, Route
from clearline.edge.registry_http_told import Telling
from clearline.node.coordination_intent import NOMINAL, Known
from clearline.registry.scopes import Scope
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls import read_report
from clearline.wire.f3548_calls_answer import message_answer, report_answer
from clearline.wire.f3548_calls_text import ident_of, new_ident
from clearline.wire.f3548_uss import Meaning, Update, details_body, read_update

__all__ = ["UssCalls", "UssPort"]

_INTENTS: Final = "/uss/v1/operational_intents"
_ANY_ROLE: Final = (
    Scope.STRATEGIC_COORDINATION,
    Scope.CONSTRAINT_MANAGEMENT,
    Scope.CONSTRAINT_PROCESSING,
    Scope.CONFORMANCE_MONITORING,
    Scope.AVAILABILITY_ARBITRATION,
)


class UssPort(Protocol):
    """What the endpoints need of the system behind them."""

    @property
    def meaning(self) -> Meaning:
        """What makes volumes ready to be judged."""
        ...

    def known(self, ident: str) -> Known | None:
        """Return an intent of the system's own, as the registry last took it."""
        ...

    def notified(self, update: Update) -> None:
        """Take another's word of a change."""
        ...


@dataclass(frozen=True, slots=True)
class UssCalls:
    """The endpoints, under `prefix` (the path of the address that the registry is given)."""

    port: UssPort
    telling: Telling
    prefix: str = ""

    def routes(self) -> tuple[Route, ...]:
        """Return their routes."""
        intents = self.prefix + _INTENTS
        coordination = (frozenset({Scope.STRATEGIC_COORDINATION}),)
        monitoring = (frozenset({Scope.CONFORMANCE_MONITORING}),)
        any_role = tuple(frozenset({scope}) for scope in _ANY_ROLE)
        constraints = (frozenset({Scope.CONSTRAINT_PROCESSING}), frozenset({Scope.CONSTRAINT_MANAGEMENT}))
        return (
            Route("GET", f"{intents}/{{entity}}", "getOperationalIntentDetails", coordination, self._details),
            Route("GET", f"{intents}/{{entity}}/{{part}}", "getOperationalIntentTelemetry", monitoring, self._position),
            Route("POST", intents, "notifyOperationalIntentDetailsChanged", coordination, self._notified, writes=True),
            Route("GET", f"{self.prefix}/uss/v1/constraints/{{entity}}", "getConstraintDetails", constraints, _nothing),
            Route("POST", f"{self.prefix}/uss/v1/reports", "makeUssReport", any_role, self._report, writes=True),
            Route("GET", f"{self.prefix}/uss/v1/log_sets/{{log}}", "getLogSet", any_role, _nothing),
        )

    async def _details(self, incoming: Incoming) -> Reply:
        known = self.port.known(ident_of(incoming.names[0], "path"))
        return _unknown(incoming) if known is None else Reply(200, details_body(known))

    async def _position(self, incoming: Incoming) -> Reply:
        """Telemetry, in the states that have it. No positions are taken in yet, so none is told."""
        ident, part = incoming.names
        known = self.port.known(ident_of(ident, "path")) if part == "telemetry" else None
        if known is None:
            return _unknown(incoming)
        if known.reference.state in NOMINAL:
            what = f"the operational intent is {known.reference.state}, and telemetry is for off-nominal ones"
            return _no(409, what, "ask again when its state has changed", incoming)
        return Reply(200, json.dumps({"operational_intent_id": known.reference.ident}).encode())

    async def _notified(self, incoming: Incoming) -> Reply:
        update = read_update(incoming.body, self.port.meaning, source="request body")
        told = update.known
        if told is not None and told.reference.manager != incoming.client:
            where = "$.operational_intent.reference.manager"
            raise MalformedError("request body", where, "it is not the caller's", "tell of your own intents alone")
        self.port.notified(update)
        return Reply(204, b"")

    async def _report(self, incoming: Incoming) -> Reply:
        report, ident = read_report(incoming.body), new_ident(incoming.chance[16:])
        self.telling.event(
            incoming.now_us,
            "report",
            f"{ident}: {report.told}",
            client=incoming.client,
            request_id=incoming.request_id,
        )
        return Reply(201, report_answer(report.exchange, ident))


async def _nothing(incoming: Incoming) -> Reply:
    """Say so: no constraints are managed here, and no log sets kept for others."""
    return _unknown(incoming)


def _unknown(incoming: Incoming) -> Reply:
    return _no(404, "this system holds nothing of that name", "ask the registry who manages it", incoming)


def _no(status: int, what: str, mend: str, incoming: Incoming) -> Reply:
    return Reply(status, message_answer(what, mend, incoming.request_id), what=what)
