"""What a registry says of itself: health, numbers, version, and the auxiliary calls of a pool's tools.

The one idea: health is of the process, readiness of the store beneath it; a registry that cannot reach its store says
so before anybody loses a request on it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

import msgspec
from msgspec import UNSET, UnsetType

from clearline import __version__
from clearline.edge.registry_http_routes import Incoming, Reply, Route
from clearline.edge.registry_http_told import Telling
from clearline.edge.registry_port import Store
from clearline.registry.scopes import CALL_SCOPES, Call
from clearline.registry.view import Outcome, View
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls_answer import message_answer
from clearline.wire.f3548_calls_text import instant_us, time_text

__all__ = ["PoolCalls", "PoolFacts", "Readiness"]

_TEXT: Final = b"text/plain; charset=utf-8"
_NUMBERS: Final = b"text/plain; version=0.0.4; charset=utf-8"
_MOST_SOURCES: Final = 1_000
_MAX_SOURCE: Final = 200
# The parts of a registry whose version is asked for by name (interuss versioning interface).
_SYSTEMS: Final = frozenset({"dss", "astm.f3548.v21", "astm.f3411.v19", "astm.f3411.v22a", "clearline.registry"})


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """What the operator says of this instance: its name, its pool's, where it is reached, and the CAs (PEM) in use."""

    instance: str
    pool: str
    public_endpoint: str = ""
    own_cas: tuple[str, ...] = ()
    accepted_cas: tuple[str, ...] = ()


class Readiness:
    """Whether this instance takes requests: yes from its start until it is told to stop, while its store answers."""

    def __init__(self) -> None:
        self.stopping = False


class _Heartbeat(msgspec.Struct, omit_defaults=True):
    timestamp: str
    source: str
    reporter: str
    index: int | UnsetType = UNSET
    next_heartbeat_expected_before: str | UnsetType = UNSET


class _Instance(msgspec.Struct, omit_defaults=True):
    id: str
    public_endpoint: str | UnsetType = UNSET
    most_recent_heartbeat: _Heartbeat | UnsetType = UNSET


_encode = msgspec.json.Encoder().encode


def _nothing(view: View) -> Outcome[None]:
    """A rule that looks at nothing: it can be run exactly if the store is there."""
    del view
    return Outcome(None)


@dataclass(frozen=True, slots=True)
class PoolCalls:
    """The calls. Heartbeats are kept by the instance that got them, as long as it runs."""

    facts: PoolFacts
    store: Store
    telling: Telling
    readiness: Readiness
    beats: dict[str, _Heartbeat] = field(default_factory=dict[str, _Heartbeat])

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of all."""

        def route(method: str, path: str, call: Call, answer: Callable[[Incoming], Awaitable[Reply]]) -> Route:
            return Route(method, path, call, CALL_SCOPES[call], answer)

        aux = "/aux/v1"
        return (
            Route("GET", "/healthy", "healthy", (), self._healthy),
            Route("GET", "/healthz", "healthy", (), self._healthy),
            Route("GET", "/readyz", "ready", (), self._ready),
            Route("GET", "/metrics", "metrics", (), self._metrics),
            route("GET", "/versions/{system}", Call.GET_SYSTEM_VERSION, self._system_version),
            route("GET", f"{aux}/version", Call.GET_VERSION, self._version),
            route("GET", f"{aux}/validate_oauth", Call.VALIDATE_OAUTH, self._validate_oauth),
            route("GET", f"{aux}/pool", Call.GET_POOL, self._pool),
            route("GET", f"{aux}/pool/dss_instances", Call.GET_INSTANCES, self._instances),
            route("PUT", f"{aux}/pool/dss_instances/heartbeat", Call.PUT_HEARTBEAT, self._heartbeat),
            route("GET", f"{aux}/configuration/accepted_ca_certs", Call.GET_ACCEPTED_CAS, self._accepted_cas),
            route("GET", f"{aux}/configuration/ca_certs", Call.GET_OWN_CAS, self._own_cas),
            route("GET", f"{aux}/configuration/global_options", Call.GET_OPTIONS, self._options),
        )

    async def _healthy(self, incoming: Incoming) -> Reply:
        del incoming
        return Reply(200, b"ok\n", _TEXT)

    async def _ready(self, incoming: Incoming) -> Reply:
        del incoming
        if self.readiness.stopping:
            return Reply(503, b"stopping\n", _TEXT, what="stopping")
        try:
            await self.store.read(_nothing)
        except (OSError, RuntimeError) as error:
            return Reply(503, f"the store does not answer: {error}\n".encode(), _TEXT, what="the store does not answer")
        return Reply(200, b"ready\n", _TEXT)

    async def _metrics(self, incoming: Incoming) -> Reply:
        del incoming
        return Reply(200, self.telling.exposition(), _NUMBERS)

    async def _version(self, incoming: Incoming) -> Reply:
        del incoming
        return Reply(200, _encode({"version": f"clearline/{__version__}"}))

    async def _system_version(self, incoming: Incoming) -> Reply:
        (system,) = incoming.names
        if system not in _SYSTEMS:
            what, mend = f"this registry has no system {system[:80]!r}", f"ask for one of {', '.join(sorted(_SYSTEMS))}"
            return Reply(404, message_answer(what, mend, incoming.request_id), what=what)
        return Reply(200, _encode({"system_identity": system, "system_version": __version__}))

    async def _validate_oauth(self, incoming: Incoming) -> Reply:
        owner = _one(incoming, "owner")
        if owner and owner != incoming.client:
            what = f"the token is for {incoming.client}, not for {owner[:80]}"
            return Reply(403, message_answer(what, "use that client's token", incoming.request_id), what=what)
        return Reply(200, b"{}")

    async def _pool(self, incoming: Incoming) -> Reply:
        del incoming
        return Reply(200, _encode({"dar_id": self.facts.pool}))

    async def _instances(self, incoming: Incoming) -> Reply:
        del incoming
        return Reply(200, self._told_instances())

    async def _heartbeat(self, incoming: Incoming) -> Reply:
        source = _one(incoming, "source")
        if not source or len(source) > _MAX_SOURCE:
            raise MalformedError("query", "source", "it is missing or too long", "name the instance that beats")
        told, until = _one(incoming, "timestamp"), _one(incoming, "next_heartbeat_expected_before")
        at_us = instant_us(told, "query: timestamp", end=False) if told else incoming.now_us
        until_us = instant_us(until, "query: next_heartbeat_expected_before", end=True) if until else None
        before = self.beats.pop(source, None)
        index = 0 if before is None or isinstance(before.index, UnsetType) else before.index + 1
        if len(self.beats) >= _MOST_SOURCES:
            del self.beats[next(iter(self.beats))]
        until_text = UNSET if until_us is None else time_text(until_us)
        self.beats[source] = _Heartbeat(time_text(at_us), source, incoming.client, index, until_text)
        return Reply(201, self._told_instances())

    def _told_instances(self) -> bytes:
        """Write the list: the instance that answers first, then whoever beat here."""
        own = self.facts.instance
        instances = [_Instance(own, self.facts.public_endpoint or UNSET, self.beats.get(own, UNSET))]
        instances.extend(
            _Instance(source, most_recent_heartbeat=beat)
            for source, beat in sorted(self.beats.items())
            if source != own
        )
        return _encode({"dss_instances": instances})

    async def _accepted_cas(self, incoming: Incoming) -> Reply:
        del incoming
        return Reply(200, _encode({"CAs": self.facts.accepted_cas}))

    async def _own_cas(self, incoming: Incoming) -> Reply:
        del incoming
        return Reply(200, _encode({"CAs": self.facts.own_cas}))

    async def _options(self, incoming: Incoming) -> Reply:
        del incoming
        options = dict.fromkeys(("scd_global_lock", "scd_hash_lock", "time_based_notification_index"), False)
        return Reply(200, _encode(options))


def _one(incoming: Incoming, name: str) -> str:
    """The one value of a parameter of the query; empty where it is not there. Raises MalformedError for two."""
    try:
        found: Mapping[str, list[str]] = parse_qs(incoming.query.decode("ascii"), max_num_fields=20)
    except ValueError as error:
        raise MalformedError("query", name, str(error), "send each parameter once, percent-encoded") from None
    values = found.get(name, [])
    if len(values) > 1:
        raise MalformedError("query", name, "it is given more than once", "give it once")
    return values[0] if values else ""
