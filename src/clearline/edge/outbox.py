"""What keeps a node's word moving: everything a peer lacks is offered until the peer has it, for days if need be.

The one idea: nothing is queued; what to send is worked out anew each time from what is on disk and what the peer holds,
so a crash, a doubled packet or a week without a line change nothing but the hour of arrival.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from clearline.edge.peer_client import Failed, PeerClient
from clearline.edge.peer_port import PeerPort, Ticking
from clearline.line.escalation import Escalation, Rung
from clearline.line.statement import Body
from clearline.line.terms import Precedence
from clearline.wire.errors import MalformedError
from clearline.wire.line_entry import stored_said
from clearline.wire.packet import Packet

__all__ = ["Backoff", "Outbox", "holds_urgent"]

_LOG = logging.getLogger("clearline.outbox")

HEARTBEAT_S = 60.0  # domain requirements, section 9
_FIRST_S, _MOST_S = 0.5, 30.0  # a line that is up again is found within half a minute
_TICK_MOST_S = 30.0
_HEAR_FIRST_S = 15.0  # long enough to try two routes; one peer that answers nothing must not keep the others waiting


@dataclass
class Backoff:
    """How long to wait after each failure in a row: doubled, up to half a minute, and never the same twice over.

    `chance` gives a number from 0 to 1; with it two nodes that failed together do not call together.
    """

    chance: Callable[[], float]
    failures: int = 0

    def next_s(self) -> float:
        """The next wait, between half and all of the doubled time."""
        full_s = min(_MOST_S, _FIRST_S * 2.0 ** min(self.failures, 10))
        self.failures += 1
        return full_s * (0.5 + 0.5 * self.chance())

    def clear(self) -> None:
        """It worked."""
        self.failures = 0


@dataclass
class _Line:
    """The way to one peer: its client, what wakes it, and the route that worked last."""

    client: PeerClient
    backoff: Backoff
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    route: str | None = None
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    beat_at_s: float | None = None
    down: bool = False


class Outbox:
    """Sends to every peer, takes what they answer, and lets the node say what falls due.

    `monotonic` gives seconds that never jump. `failed` gets the error of a task that ended by one. All methods belong
    to one event loop.
    """

    def __init__(
        self, node: PeerPort, clock: Ticking, *, monotonic: Callable[[], float], chance: Callable[[], float]
    ) -> None:
        self._node = node
        self._clock = clock
        self._monotonic = monotonic
        self._chance = chance
        self._lines: dict[str, _Line] = {}
        self._tick_now = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self, clients: Mapping[str, PeerClient]) -> None:
        """Begin to call each peer, and to say what falls due.

        Each is called at once, with what it lacks or with a heartbeat, and nothing is said by itself before that came
        to something: from the answer a node learns that it was restored from what it was before, and has said more.
        """
        for party, client in clients.items():
            self.add(party, client)
        self._begin("", self._tick())

    def add(self, party: str, client: PeerClient) -> None:
        """Begin to call a peer, in place of an earlier client for it."""
        before = self._tasks.pop(party, None)
        if before is not None:
            before.cancel()
            self._lines.pop(party).tried.set()
        if client.routes:
            self._lines[party] = _Line(client, Backoff(self._chance))
            self._begin(party, self._run(party, self._lines[party]))

    def wake(self, *, party: str | None = None) -> None:
        """Something was said, or a peer was heard: look now."""
        self._tick_now.set()
        for name, line in self._lines.items():
            if party in (None, name):
                line.wake.set()

    async def stop(self) -> None:
        """Stop; what was not sent is sent after the next start."""
        for task in self._tasks.values():
            task.cancel()
        for task in self._tasks.values():
            with suppress(asyncio.CancelledError):
                await task
        for line in self._lines.values():
            await line.client.close()

    def _begin(self, name: str, work: Coroutine[None, None, None]) -> None:
        """Begin a task; a defect in one ends in `failed`, so that a line never goes quiet unseen."""
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks[name] = task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and not self.failed.done():
            error = task.exception()
            if error is not None:
                self.failed.set_exception(error)

    async def _tick(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_HEAR_FIRST_S):
                for line in list(self._lines.values()):
                    await line.tried.wait()
        while True:
            self._tick_now.clear()
            wake_ms = await asyncio.to_thread(self._node.tick)
            wait_s = _TICK_MOST_S if wake_ms is None else (wake_ms - self._clock.now_ms()) / 1000
            await _first_of(min(_TICK_MOST_S, max(0.05, wait_s)), self._tick_now)

    async def _run(self, party: str, line: _Line) -> None:
        """Send while there is something to send; then a heartbeat each minute."""
        before: Packet | None = None
        while True:
            line.wake.clear()
            packet = await asyncio.to_thread(self._node.packet_for, party)
            now_s = self._monotonic()
            if not packet.brings and line.beat_at_s is not None and now_s < line.beat_at_s:
                await _first_of(line.beat_at_s - now_s, line.wake)
                continue
            if not packet.brings:
                packet = await asyncio.to_thread(self._node.packet_for, party, heartbeat=True)
            # The same again that was just answered is something the peer will not take: it is offered, unhurried.
            stuck = before is not None and packet.brings and _same(packet, before)
            before = None
            taken = not stuck and await self._hand_over(party, line, packet)
            line.tried.set()
            if not taken:
                wait_s = line.backoff.next_s()
                await _first_of(wait_s, line.wake)
                # What wakes a line that is down must not make it call without pause.
                await asyncio.sleep(min(wait_s, _FIRST_S * (0.5 + 0.5 * self._chance())))
                continue
            before = packet
            line.backoff.clear()
            line.beat_at_s = self._monotonic() + HEARTBEAT_S

    async def _hand_over(self, party: str, line: _Line, packet: Packet) -> bool:
        """Offer a packet: the urgent by every route at once, all else by the first that works. True if one took it."""
        routes = sorted(line.client.routes, key=lambda route: route != line.route)
        if holds_urgent(packet):
            offers = [asyncio.create_task(self._offer(party, line, packet, route)) for route in routes]
            try:
                taken = [await offer for offer in asyncio.as_completed(offers)]
            finally:
                for offer in offers:
                    offer.cancel()
            found = any(taken)
        else:
            found = False
            for route in routes:
                found = await self._offer(party, line, packet, route)
                if found:
                    break
        if found is line.down:  # it changed
            line.down = not found
            _LOG.warning("%s: %s", party, "reached again" if found else "no route answers; kept, and tried again")
        return found

    async def _offer(self, party: str, line: _Line, packet: Packet, route: str) -> bool:
        answer = await line.client.send(packet, route)
        if isinstance(answer, Failed):
            _LOG.info("%s by %s: %s", party, answer.route, answer.why)
            return False
        await asyncio.to_thread(self._node.heard, party, route, their_ms=answer.sent_ms)
        if packet.brings:
            await asyncio.to_thread(self._node.offered, packet, route)
        await asyncio.to_thread(self._node.take, answer)
        for part in answer.refused:
            _LOG.warning("%s refused part of %s (%s): %s", party, part.origin, part.rule, part.why)
        line.route = route
        return True


def holds_urgent(packet: Packet) -> bool:
    """Whether a packet brings a statement at FLASH, or that a notice is to go by every circuit."""
    for part in packet.parts:
        for envelope in part.envelopes:
            try:
                said = stored_said(envelope, "", 0)
            except MalformedError:
                continue  # it is not of this version; whoever reads it will see how urgent it is
            if said is not None and (said.header.precedence is Precedence.FLASH or _by_every_circuit(said.body)):
                return True
    return False


def _by_every_circuit(body: Body) -> bool:
    return isinstance(body, Escalation) and body.rung is Rung.ALL_CIRCUITS


def _same(one: Packet, other: Packet) -> bool:
    return (one.parts, one.cosignatures) == (other.parts, other.cosignatures)


async def _first_of(wait_s: float, event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), max(0.0, wait_s))
