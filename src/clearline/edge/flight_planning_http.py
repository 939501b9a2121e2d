"""The test harness: flight_planning v0.7.0 and versioning, by which the public suite plays the users of this system.

The one idea: a virtual user goes the way that a real one goes; the harness only translates. It is there where the
operator asked for it, and nowhere else.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import parse_qs

from clearline.airspace.reference import IntentState
from clearline.edge.registry_http_routes import Incoming, Reply, Route
from clearline.space.volume import Volume4D
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls_answer import message_answer
from clearline.wire.f3548_calls_text import ident_of
from clearline.wire.flight_planning import (
    Status,
    cleared_body,
    done_body,
    notices_body,
    read_clear,
    read_instant,
    read_upsert,
    status_body,
    version_body,
)

__all__ = ["HarnessCalls", "HarnessDone", "HarnessPort"]

_BASE: Final = "/flight_planning/v1"
_MOST_REMEMBERED: Final = 1_000
_SYSTEMS: Final = frozenset({"astm.f3548.v21", "clearline"})
_STATUS: Final[dict[IntentState | None, Status]] = {
    None: "NotPlanned",
    IntentState.ACCEPTED: "Planned",
    IntentState.ACTIVATED: "OkToFly",
    IntentState.NONCONFORMING: "OffNominal",
    IntentState.CONTINGENT: "OffNominal",
}


@dataclass(frozen=True, slots=True)
class HarnessDone:
    """What came of a request: the interface's word for it, the state of the flight now, why, how many are met."""

    result: str
    state: IntentState | None
    why: str = ""
    conflicts: int = 0


class HarnessPort(Protocol):
    """What the harness needs of the system behind it."""

    async def plan(
        self, flight: str, state: IntentState, volumes: tuple[Volume4D, ...], priority: int, *, hypothetical: bool
    ) -> HarnessDone:
        """Plan or change a flight, as a user would."""
        ...

    async def end(self, flight: str) -> HarnessDone | None:
        """Close a flight; None where there is none."""
        ...

    def state(self, flight: str) -> IntentState | None:
        """Return the state a flight is in; None where it is not planned."""
        ...

    async def clear(self, volume: Volume4D) -> list[str]:
        """End every flight that may meet a volume; why, for each that could not be ended."""
        ...

    def notices(self, after_us: int, before_us: int) -> list[tuple[int, int, str]]:
        """Return what users were told in a closed span of time: when, how many conflicts, in which words."""
        ...


@dataclass(slots=True)
class HarnessCalls:
    """The calls of the harness. A request that comes again under its name gets the answer it got."""

    port: HarnessPort
    version: str
    _answers: "OrderedDict[tuple[str, str], asyncio.Future[Reply]]" = field(default_factory=OrderedDict)

    def routes(self) -> tuple[Route, ...]:
        """Return their routes."""
        plan = (frozenset({"interuss.flight_planning.plan"}),)
        direct = (frozenset({"interuss.flight_planning.direct_automated_test"}),)
        versions = (frozenset({"interuss.versioning.read_system_versions"}),)
        either = (*plan, *direct)
        return (
            Route("GET", f"{_BASE}/status", "harnessStatus", direct, self._status),
            Route("POST", f"{_BASE}/clear_area_requests", "harnessClear", direct, self._clear, writes=True),
            Route("PUT", f"{_BASE}/flight_plans/{{flight}}", "harnessPlan", plan, self._plan, writes=True),
            # The interface gives this to the test director; earlier versions gave it to the user.
            Route("DELETE", f"{_BASE}/flight_plans/{{flight}}", "harnessEnd", either, self._end, writes=True),
            Route("GET", f"{_BASE}/user_notifications", "harnessNotices", plan, self._notices),
            Route("GET", "/versioning/versions/{system}", "harnessVersion", versions, self._version),
        )

    async def _status(self, incoming: Incoming) -> Reply:
        del incoming
        return Reply(200, status_body())

    async def _plan(self, incoming: Incoming) -> Reply:
        flight, upsert = ident_of(incoming.names[0], "path"), read_upsert(incoming.body)
        name = (flight, upsert.request_id)
        before = self._answers.get(name)
        if before is not None:
            return await asyncio.shield(before)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._answers[name] = answer
        if len(self._answers) > _MOST_REMEMBERED:
            self._answers.popitem(last=False)
        try:
            if upsert.state is None:
                done = await self.port.end(flight)
                reply = _closed(done) if done is not None else _done(HarnessDone("Completed", None), "Closed")
            elif upsert.problem is not None:
                reply = _done(HarnessDone("Rejected", self.port.state(flight), upsert.problem))
            else:
                reply = _done(
                    await self.port.plan(
                        flight, upsert.state, upsert.volumes, upsert.priority, hypothetical=upsert.hypothetical
                    )
                )
            answer.set_result(reply)
        except BaseException:
            self._answers.pop(name, None)
            answer.cancel()
            raise
        return reply

    async def _end(self, incoming: Incoming) -> Reply:
        done = await self.port.end(ident_of(incoming.names[0], "path"))
        if done is None:
            what = "there is no flight plan of that name"
            return Reply(404, message_answer(what, "plan it first", incoming.request_id), what=what)
        return _closed(done)

    async def _clear(self, incoming: Incoming) -> Reply:
        return Reply(200, cleared_body(await self.port.clear(read_clear(incoming.body))))

    async def _notices(self, incoming: Incoming) -> Reply:
        asked = parse_qs(incoming.query.decode("latin-1"), max_num_fields=10)
        if "after" not in asked:
            raise MalformedError("query", "after", "it is missing", "say from when on")
        after_us = read_instant(asked["after"][0])
        before_us = read_instant(asked["before"][0]) if "before" in asked else incoming.now_us
        if before_us < after_us:
            raise MalformedError("query", "before", "it is earlier than after", "exchange them")
        return Reply(200, notices_body(self.port.notices(after_us, min(before_us, incoming.now_us))))

    async def _version(self, incoming: Incoming) -> Reply:
        system = incoming.names[0]
        if system not in _SYSTEMS:
            what = "there is no such system here"
            known = f"ask for {' or '.join(sorted(_SYSTEMS))}"
            return Reply(404, message_answer(what, known, incoming.request_id), what=what)
        return Reply(200, version_body(system, f"v{self.version}"))


def _done(done: HarnessDone, status: Status | None = None) -> Reply:
    return Reply(200, done_body(done.result, status or _STATUS[done.state], done.why, done.conflicts))


def _closed(done: HarnessDone) -> Reply:
    return _done(done, "Closed" if done.result == "Completed" else None)
