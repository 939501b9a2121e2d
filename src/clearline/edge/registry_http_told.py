"""What the operator of a registry sees: counts and times for Prometheus, and one line of JSON for what matters.

The one idea: every request is counted and timed; a line is written for each write and for each request that failed or
was slow, so that the log of a busy registry is its history and not its noise. No token and no place is in either.
"""

import traceback
from collections.abc import Callable
from typing import Final

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from clearline.edge.registry_http_routes import Incoming, Reply
from clearline.wire.f3548_calls_text import time_text

__all__ = ["Telling"]

# Seconds; the must is p95 20 ms, the client's patience 10 s.
_BUCKETS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_SLOW_S: Final = 0.5
_MAX_WHAT: Final = 500
_MAX_TRACE: Final = 8_000


class _Line(msgspec.Struct, omit_defaults=True):
    at: str
    event: str
    call: str = ""
    request: str = ""
    client: str = ""
    names: tuple[str, ...] = ()
    status: int = 0
    ms: float = 0.0
    what: str = ""


class Telling:
    """Counts, times and lines. `write` takes one line with its end; it is called in the event loop: be quick."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._encode = msgspec.json.Encoder().encode
        self._numbers = CollectorRegistry(auto_describe=True)
        self._seconds = Histogram(
            "clearline_registry_request_seconds",
            "Time from the whole head of a request to its answer",
            ["call", "status"],
            registry=self._numbers,
            buckets=_BUCKETS,
        )
        self._limited = Counter(
            "clearline_registry_limited_total", "Requests refused for being too many", ["why"], registry=self._numbers
        )
        self._inside = Gauge("clearline_registry_requests_inside", "Requests being answered", registry=self._numbers)
        self._children: dict[tuple[str, int], Histogram] = {}

    def answered(self, call: str, incoming: Incoming, reply: Reply, passed_s: float, *, write: bool) -> None:
        """Count an answer, and write a line of it if it is of the kind that gets one."""
        key = (call, reply.status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._seconds.labels(call, str(reply.status))
        child.observe(passed_s)
        if write or reply.status >= 400 or passed_s >= _SLOW_S:
            line = _Line(
                time_text(incoming.now_us),
                "answered",
                call,
                incoming.request_id,
                incoming.client,
                incoming.names,
                reply.status,
                round(passed_s * 1000.0, 3),
                reply.what[:_MAX_WHAT],
            )
            self._write(self._encode(line) + b"\n")

    def limited(self, why: str) -> None:
        """Count a request that was refused because there were too many."""
        self._limited.labels(why).inc()

    def watch_inside(self, count: Callable[[], int]) -> None:
        """Ask this, whenever the numbers are read, how many requests are being answered."""
        self._inside.set_function(count)

    def watch(self, name: str, meaning: str, number: Callable[[], float]) -> None:
        """Ask for this number, whenever all are read; it goes under `clearline_registry_` and its name."""
        gauge = Gauge(f"clearline_registry_{name}", meaning, registry=self._numbers)
        gauge.set_function(number)

    def event(self, now_us: int, event: str, what: str, *, client: str = "", request_id: str = "") -> None:
        """Write a line about something that is no answer: a start, a stop, keys that changed, a report, a defect."""
        line = _Line(time_text(now_us), event, request=request_id, client=client, what=what)
        self._write(self._encode(line) + b"\n")

    def defect(self, now_us: int, request_id: str, error: Exception) -> None:
        """Write a line about a defect of ours, with the place where it happened."""
        told = "".join(traceback.format_exception(error))
        self.event(now_us, "defect", told[-_MAX_TRACE:], request_id=request_id)

    def exposition(self) -> bytes:
        """Return all numbers in Prometheus' text form."""
        return generate_latest(self._numbers)
