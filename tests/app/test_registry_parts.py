"""The parts that an operator's registry is put together from: its store, its sweep, its routes, its traces."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from clearline.airspace.extent import Extent, Span
from clearline.airspace.reference import Constraint
from clearline.app.registry import routes_of, sweep
from clearline.app.registry_store import open_store
from clearline.edge.registry_http_pool import PoolFacts, Readiness
from clearline.edge.registry_http_told import Telling
from clearline.edge.registry_memory import MemoryStore
from clearline.edge.registry_port import Asked, Store, StoreUnavailableError
from clearline.edge.registry_reports import MemoryReports
from clearline.edge.registry_room import RoomyStore
from clearline.edge.registry_traces import TracedStore
from clearline.registry.expiry import expire
from clearline.registry.scopes import CALL_SCOPES, Call
from clearline.registry.view import Outcome, Put, Rule
from tests.edge.registry_calls import Registry, extent, ident
from tests.edge.tokens import NOW_S

Answer = TypeVar("Answer")


def _intent(number: int) -> tuple[str, dict[str, object]]:
    path = f"/dss/v1/operational_intent_references/{ident(number)}"
    body: dict[str, object] = {
        "extents": [extent(lat=0.5 * number)],
        "state": "Accepted",
        "uss_base_url": "https://uss.example",
    }
    return path, body


def _left(store: Store) -> int:
    """How many entities are there that will have ended by the end of the tests' day."""
    rule = partial(expire, now_us=(NOW_S + 86_400) * 1_000_000, most=1_000)
    return asyncio.run(store.transact(Asked("count", "", 0, ""), rule))


def test_every_call_of_the_interfaces_has_a_route_and_no_route_is_open_that_is_not_meant_to_be() -> None:
    telling = Telling(list[bytes]().append)
    routes = routes_of(MemoryStore(), MemoryReports(), telling, PoolFacts("a", "b"), Readiness(), allow_http=False)
    own = {"healthy", "ready", "metrics"}
    assert {route.call for route in routes} == {*Call, *own}
    for route in routes:
        assert route.scopes == (() if route.call in own else CALL_SCOPES[Call(route.call)])


async def _swept(store: Store, now_us: Callable[[], int]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await sweep(store, now_us)


def test_what_has_ended_is_swept_in_steps_and_what_has_not_is_left() -> None:
    store = MemoryStore()
    registry = Registry(store=store)
    for number in range(1, 8):
        path, body = _intent(number)
        assert registry.call("PUT", path, body).status == 201
    asyncio.run(_swept(store, lambda: (NOW_S + 660) * 1_000_000))  # the last moment of all of them
    assert registry.call("GET", _intent(1)[0]).status == 200
    asyncio.run(_swept(store, lambda: (NOW_S + 661) * 1_000_000))
    assert _left(store) == 0


class _Listed(MemoryStore):
    """A store that lists what it was asked, and how much that removed."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        super().__init__(lambda _, changes: self.seen.append(len(changes)))

    async def read(self, rule: Rule[Answer]) -> Answer:
        self.seen.append(0)
        return await super().read(rule)


def test_a_sweep_of_very_many_lets_everybody_else_in_between_its_steps() -> None:
    store = _Listed()
    start_us, end_us = NOW_S * 1_000_000, (NOW_S + 60) * 1_000_000
    where = Extent((7,), (Span(0.0, 100.0, start_us, end_us),))
    dead = [
        Constraint(ident(number), "uss1", 1, "an OVN " * 3, "https://uss.example", where, start_us, end_us, start_us)
        for number in range(1_000)
    ]

    async def story() -> None:
        await store.transact(Asked("restore", "", 0, ""), lambda _: Outcome(None, tuple(Put(one) for one in dead)))
        sweeping = asyncio.create_task(sweep(store, lambda: end_us + 1))
        while sum(store.seen) < 2_000:
            await store.read(lambda _: Outcome(None))
            await asyncio.sleep(0)
        sweeping.cancel()

    asyncio.run(story())
    steps = [(place, count) for place, count in enumerate(store.seen) if count and place]
    assert [count for _, count in steps] == [200] * 5
    assert all(after - before > 1 for (before, _), (after, _) in pairwise(steps)), "somebody was answered in between"


class _Away(MemoryStore):
    """A store that cannot be asked at first."""

    asked = 0

    async def transact(self, asked: Asked, rule: Rule[Answer]) -> Answer:
        type(self).asked += 1
        if type(self).asked == 1:
            raise StoreUnavailableError("away", "wait")
        return await super().transact(asked, rule)


def test_a_store_that_cannot_be_asked_does_not_end_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearline.app.registry._SWEEP_S", 0.01)
    asyncio.run(_swept(_Away(), lambda: NOW_S * 1_000_000))
    assert _Away.asked > 1


def test_a_store_is_opened_by_its_address(tmp_path: Path) -> None:
    async def opened(text: str) -> Store:
        found = await open_store(text)
        await found.store.close()
        return found.store

    assert isinstance(asyncio.run(opened("memory")), MemoryStore)
    assert isinstance(asyncio.run(opened(f"sqlite:{tmp_path / 'r.db'}")), RoomyStore)
    for bad in ("", "sqlite", "sqlite:", "file.db", "postgresql:x", "memory:"):
        with pytest.raises(ValueError, match="names no store"):
            asyncio.run(opened(bad))


def test_a_trace_has_a_span_for_each_decision_and_no_place_in_it() -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    registry = Registry(store=TracedStore(MemoryStore(), provider.get_tracer("test")))
    path, body = _intent(1)
    assert [registry.call("PUT", path, body).status, registry.call("PUT", path, body).status] == [201, 409]
    assert registry.call("GET", path).status == 200
    spans = [(span.name, dict(span.attributes or {})) for span in exporter.get_finished_spans()]
    assert [name for name, _ in spans] == ["registry.transact", "registry.transact", "registry.read"]
    assert spans[0][1].keys() == {"clearline.call", "clearline.request"}
    assert spans[1][1]["clearline.refusal"] == "CONFLICT"
    assert "uss.example" not in str(spans)
