"""Spans for OpenTelemetry, at the one place where a registry waits: its store.

The one idea: tracing costs more than a request if it is laid around everything, so it is off by default and, when on,
one span stands for each decision, with the call and how it ended; a caller's place and key are not in it.
"""

from typing import TypeVar

from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer

from clearline.edge.registry_port import Asked, Store
from clearline.registry.refusal import Refusal
from clearline.registry.view import Rule

__all__ = ["TracedStore"]

Answer = TypeVar("Answer")


class TracedStore:
    """A store that tells a tracer how long each decision took."""

    def __init__(self, store: Store, tracer: Tracer) -> None:
        self._store = store
        self._tracer = tracer

    async def transact(self, asked: Asked, rule: Rule[Answer]) -> Answer:
        """Do as the store does, inside a span."""
        with self._tracer.start_as_current_span("registry.transact", kind=SpanKind.CLIENT) as span:
            span.set_attribute("clearline.call", asked.call)
            span.set_attribute("clearline.request", asked.request_id)
            answer = await self._store.transact(asked, rule)
            if isinstance(answer, Refusal):
                span.set_attribute("clearline.refusal", answer.kind)
            span.set_status(Status(StatusCode.OK))
            return answer

    async def read(self, rule: Rule[Answer]) -> Answer:
        """Do as the store does, inside a span."""
        with self._tracer.start_as_current_span("registry.read", kind=SpanKind.CLIENT) as span:
            answer = await self._store.read(rule)
            span.set_status(Status(StatusCode.OK))
            return answer

    async def close(self) -> None:
        """Close the store."""
        await self._store.close()
