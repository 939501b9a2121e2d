"""A planning system of F3548 (a USS), running: its flights, what it read of the others, and how one becomes an intent.

The one idea: a flight changes by one act at a time, and each act is kept on disk before the registry is asked and again
when it answered. Whatever ends the process between the two is mended from the registry at the next start.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from clearline.airspace.reference import IntentState
from clearline.app.uss_asking import Asking
from clearline.app.uss_telling import Notice, Notices, Telling
from clearline.conflict.engine import Engine
from clearline.edge.registry_client import RegistryClient, SystemClient
from clearline.edge.uss_http_store import UssStore
from clearline.node.coordination import (
    Coordination,
    Failed,
    Foreseen,
    Lost,
    Outcome,
    Refused,
    Registered,
    Rejected,
    Wish,
)
from clearline.node.coordination_intent import NOMINAL, Known, Meant, Reference
from clearline.node.coordination_mend import Gone, Held, Stands, Strange, mend
from clearline.node.coordination_rules import Policy, meeting, why_not
from clearline.space.volume import Volume4D
from clearline.wire.f3548_uss import Meaning, Update

__all__ = ["Answered", "Named", "Result", "UssNode"]

# A registry ends what it cannot do within 10 s (its clients wait no longer); by twice that, nothing is still to come.
_SETTLED_US: Final = 20_000_000
_MOST_SHELVED: Final = 200_000
_AT_ONCE: Final = 64


class Result(StrEnum):
    """What came of an act."""

    DONE = "DONE"
    REJECTED = "REJECTED"
    FAILED = "FAILED"
    NOT_SUPPORTED = "NOT_SUPPORTED"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an act on a flight, why, and the state it is in now; None where it is not planned."""

    result: Result
    state: IntentState | None
    why: str = ""
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """Who this system is: its name with the registry (the `sub` of its tokens), and where its own calls begin."""

    manager: str
    own_url: str


class UssNode:
    """The system. All methods belong to one event loop. `told` hears of what an operator should know."""

    def __init__(
        self,
        named: Named,
        registry: RegistryClient,
        systems: SystemClient,
        store: UssStore,
        policy: Policy,
        engine: Engine,
        meaning: Meaning,
        *,
        now_us: Callable[[], int],
        new_ident: Callable[[], str],
        told: Callable[[str, str], None],
    ) -> None:
        self.named, self.policy, self.meaning = named, policy, meaning
        self._registry, self._store, self._engine = registry, store, engine
        self._now_us, self._new_ident, self._told = now_us, new_ident, told
        self._flights: dict[str, Held] = {}
        self._by_ident: dict[str, str] = {}
        self._shelf: dict[str, Known] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asked_us: dict[str, int] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._orphans: set[str] = set()
        self.notices = Notices(lambda notice: told("conflict", notice.text))
        self._telling = Telling(systems, named.own_url, lambda why: told("untold", why))
        self._asking = Asking(registry, systems, self._is_own, self._own, self._shelve)

    async def start(self) -> None:
        """Take up what was held, and bring it and the registry to agree, as far as the registry answers."""
        for held in self._store.all_held(self.meaning):
            self._put_in(held)
            if held.wished is not None:
                self._asked_us[held.flight] = self._now_us()  # perhaps a moment ago: it may still be under way
        await asyncio.gather(*(self._settled(flight) for flight in tuple(self._flights)))

    async def close(self) -> None:
        """Finish telling, and let go of the store."""
        await self._telling.close(5.0)
        self._store.close()

    def held(self, flight: str) -> Held | None:
        """Return what is held of a flight."""
        return self._flights.get(flight)

    def known(self, ident: str) -> Known | None:
        """Return an intent of this system's own, as the registry last took it."""
        held = self._flights.get(self._by_ident.get(ident, ""))
        return None if held is None or held.ident != ident else held.known

    async def plan(self, flight: str, meant: Meant, *, hypothetical: bool = False) -> Answered:
        """Plan a flight, change it, or put it into another state."""
        async with self._locks[flight], self._room:
            if meant.state is not IntentState.ACTIVATED or flight in self._flights or hypothetical:
                return await self._act(flight, meant, hypothetical=hypothetical)
            # A registry takes a new intent as accepted only; what then may not be activated is taken back (OPIN0040).
            first = why_not(meant, None, self.policy, now_ms=self._now_us() // 1_000)
            if first is not None:
                return Answered(Result.REJECTED, None, first)
            accepted = await self._act(flight, replace(meant, state=IntentState.ACCEPTED), hypothetical=False)
            if accepted.result is not Result.DONE:
                return accepted
            activated = await self._act(flight, meant, hypothetical=False)
            held = self._flights.get(flight)
            if activated.result is Result.DONE or held is None:
                return activated
            await self._end(held)
            return replace(activated, state=_state(self._flights.get(flight)))

    async def end(self, flight: str) -> Answered | None:
        """End a flight: it is deleted from the registry. None where there is none of that name."""
        async with self._locks[flight]:
            held = self._flights.get(flight)
            if held is None:
                return None
            await self._end(held)
            left = self._flights.get(flight)
            if left is None:
                return Answered(Result.DONE, None)
            return Answered(Result.FAILED, _state(left), "the registry did not take the deletion; it is tried again")

    async def end_within(self, volume: Volume4D) -> list[str]:
        """End every flight that may meet a volume, and what the registry holds there of this system's besides.

        Return why, for each that could not be ended.
        """
        area = self.meaning(IntentState.ACCEPTED, (volume,), (), 0)
        flights = [one for one in self._flights.values() if one.known is not None]
        found = meeting(area, [one.known.meant for one in flights if one.known is not None], self._engine)
        failed: list[str] = []
        for place in found:
            answer = await self.end(flights[place].flight)
            if answer is not None and answer.result is not Result.DONE:
                failed.append(f"flight {flights[place].flight}: {answer.why}")
        seen = await self._registry.references(volume)
        if isinstance(seen, Refused | Lost):
            return [*failed, seen.why]
        for reference in seen.references:
            if self._is_own(reference) and reference.ident not in self._by_ident:
                await self._delete(reference)
        return failed

    def notified(self, update: Update) -> None:
        """Take another system's word of a change, and tell one's own people whom it meets (SCD0095)."""
        if update.known is None:
            self._shelf.pop(update.ident, None)
            return
        known = update.known
        if not self._is_own(known.reference):
            self._shelve(known)
        flights = [one for one in self._flights.values() if one.known is not None and one.ident != update.ident]
        met = meeting(known.meant, [one.known.meant for one in flights if one.known is not None], self._engine)
        for place in met:
            what = f"operational intent {update.ident} of {known.reference.manager} ({known.meant.state})"
            text = f"flight {flights[place].flight} meets {what}, priority {known.meant.priority}"
            self.notices.give(Notice(self._now_us(), flights[place].flight, 1, text))

    async def keep_going(self) -> None:
        """For ever: end what is over (within 5 s, F3548 TransitionToEndedMaxTime), and settle what is in doubt."""
        while True:
            await asyncio.sleep(1.0)
            now_ms = self._now_us() // 1_000
            for held in tuple(self._flights.values()):
                end_ms = None if held.known is None else held.known.meant.end_ms
                if held.in_doubt:
                    await self._settled(held.flight)
                elif end_ms is not None and end_ms < now_ms and held.known is not None:
                    await self.end(held.flight)

    async def _act(self, flight: str, meant: Meant, *, hypothetical: bool) -> Answered:
        """Do one step of a flight. Called with its lock held."""
        held = self._flights.get(flight)
        if held is not None and held.in_doubt:
            await self._mend(held, settle=False)
            held = self._flights.get(flight)
            if held is not None and held.ending:
                return Answered(Result.FAILED, _state(held), "it is being ended, and the registry does not answer")
        before = None if held is None else held.known
        if meant.state not in NOMINAL and before is not None and not meant.volumes:
            meant = _with_plan(meant, before.meant)
        why = why_not(meant, None if before is None else before.meant, self.policy, now_ms=self._now_us() // 1_000)
        if why is not None:
            role = meant.state not in NOMINAL and not self.policy.cmsa
            return Answered(Result.NOT_SUPPORTED if role else Result.REJECTED, _state(held), why)
        ident = self._new_ident() if held is None else held.ident
        wish = Wish(ident, self.named.manager, meant, hypothetical)
        outcome = await self._coordinated(flight, wish, held)
        return await self._concluded(flight, wish, held, outcome)

    async def _end(self, held: Held) -> None:
        """Have the registry hold a flight's intent no more; what it does not take now is tried again."""
        await self._keep(replace(held, ending=True))
        await self._mend(self._flights[held.flight], settle=False)

    async def _coordinated(self, flight: str, wish: Wish, held: Held | None) -> Outcome:
        async def kept() -> None:
            known = None if held is None else held.known
            await self._keep(Held(flight, wish.ident, known, wish.meant))
            self._asked_us[flight] = self._now_us()

        outcome: Outcome = Failed("nothing was asked")
        for _ in range(2):
            self._orphans.clear()
            machine = Coordination(
                wish,
                before=None if held is None else held.known,
                shelf=self._looked_up,
                policy=self.policy,
                engine=self._engine,
            )
            outcome = await self._asking.play(machine, kept)
            if not (isinstance(outcome, Failed) and self._orphans and not outcome.in_doubt):
                break
        return outcome

    async def _concluded(self, flight: str, wish: Wish, held: Held | None, outcome: Outcome) -> Answered:
        match outcome:
            case Registered():
                known = Known(outcome.reference, wish.meant)
                await self._keep(Held(flight, wish.ident, known))
                if self._telling.tell(outcome.subscribers, wish.ident, known):
                    self.notified(Update(wish.ident, known, ()))
                count = len(outcome.clashes)
                if count:
                    text = f"flight {flight} meets {'; '.join(one.told() for one in outcome.clashes[:5])}"
                    self.notices.give(Notice(self._now_us(), flight, count, text))
                return Answered(Result.DONE, known.reference.state, conflicts=count)
            case Foreseen():
                return Answered(Result.DONE, wish.meant.state, conflicts=len(outcome.clashes))
            case Rejected():
                await self._restore(flight, held)
                return Answered(Result.REJECTED, _state(held), outcome.told(), len(outcome.clashes))
            case Failed():
                if outcome.in_doubt:
                    await self._mend(self._flights[flight], settle=False)
                else:
                    await self._restore(flight, held)
                return Answered(Result.FAILED, _state(self._flights.get(flight)), outcome.why)

    async def _settled(self, flight: str) -> None:
        async with self._locks[flight]:
            held = self._flights.get(flight)
            if held is not None:
                await self._mend(held, settle=True)

    async def _mend(self, held: Held, *, settle: bool) -> None:
        """Bring what is held and the registry to agree. Called with the flight's lock held.

        `settle` only: a change that has not happened is given up once none can still be under way.
        """
        found = await self._registry.get(held.ident)
        if isinstance(found, Refused | Lost):
            self._told("unsettled", f"flight {held.flight}: {found.why}")
            return
        late = self._now_us() - self._asked_us.get(held.flight, 0) >= _SETTLED_US
        if held.wished is not None and not held.ending and not late and _unmoved(held, found):
            if not settle:
                self._told("unsettled", f"flight {held.flight}: its change has not happened, and still may")
            return
        mended = mend(held, found)
        if mended.changed is not None:
            self._told("mended", mended.changed)
        match mended:
            case Gone():
                await self._forget(held)
            case Strange():
                if await self._delete(mended.reference):
                    await self._forget(held)
            case Stands():
                await self._keep(mended.held)
                known = mended.held.known
                if mended.held.ending and known is not None and await self._delete(known.reference):
                    await self._forget(held)

    async def _delete(self, reference: Reference) -> bool:
        """Have the registry hold an intent of ours no more; whether it does not."""
        gone = await self._registry.delete(reference)
        if isinstance(gone, Refused | Lost):
            self._told("undeleted", f"operational intent {reference.ident}: {gone.why}")
            return False
        self._telling.tell(gone or (), reference.ident, None)
        return True

    def _is_own(self, reference: Reference) -> bool:
        same = reference.uss_base_url.rstrip("/") == self.named.own_url.rstrip("/")
        return same and reference.manager == self.named.manager

    def _looked_up(self, ident: str) -> Known | None:
        return self.known(ident) or self._shelf.get(ident)

    async def _own(self, reference: Reference) -> Known | None:
        """What is meant by an intent of our own: known once its flight's act is over. What nobody knows is deleted."""
        flight = self._by_ident.get(reference.ident)
        if flight is None:
            self._told("mended", f"the registry held {reference.ident} of ours, whose details nobody knows: deleted")
            self._orphans.add(reference.ident)
            await self._delete(reference)
            return None
        async with self._locks[flight]:
            return self.known(reference.ident)

    def _shelve(self, known: Known) -> None:
        there = self._shelf.get(known.reference.ident)
        if there is not None and there.reference.version > known.reference.version:
            return
        if there is None and len(self._shelf) >= _MOST_SHELVED:
            del self._shelf[next(iter(self._shelf))]
        self._shelf[known.reference.ident] = known

    def _put_in(self, held: Held) -> None:
        self._flights[held.flight] = held
        self._by_ident[held.ident] = held.flight

    async def _keep(self, held: Held) -> None:
        await self._store.keep(held)
        self._put_in(held)

    async def _restore(self, flight: str, before: Held | None) -> None:
        """Take back a wish that came to nothing, if it was kept at all."""
        now = self._flights.get(flight)
        if now is None or now == before:
            return
        if before is None or before.known is None:
            await self._forget(now)
        else:
            await self._keep(Held(flight, before.ident, before.known))

    async def _forget(self, held: Held) -> None:
        await self._store.drop(held.flight)
        self._flights.pop(held.flight, None)
        self._by_ident.pop(held.ident, None)
        self._asked_us.pop(held.flight, None)


def _state(held: Held | None) -> IntentState | None:
    return None if held is None or held.known is None else held.known.reference.state


def _unmoved(held: Held, found: Reference | None) -> bool:
    """Whether the registry still holds what it held before the wish."""
    if found is None or held.known is None:
        return found is None and held.known is None
    return found.version == held.known.reference.version


def _with_plan(meant: Meant, before: Meant) -> Meant:
    """An off-nominal intent beside the volumes it was planned in, unless it is contingent (F3548, details)."""
    if meant.state is not IntentState.NONCONFORMING or not before.volumes:
        return meant
    count = len(before.volumes)
    return replace(meant, volumes=before.volumes, solids=(*before.solids[:count], *meant.solids))
