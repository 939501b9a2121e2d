"""A small sky for the registry's tests: places, times, and a registry that is asked in few words."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from clearline.airspace.extent import Extent, Span
from clearline.airspace.reference import Constraint, Intent, IntentState
from clearline.airspace.subscription import Availability, UssState
from clearline.edge.registry_memory import MemoryState
from clearline.registry.attachment import NewSubscription
from clearline.registry.availability import SetAvailability, set_availability
from clearline.registry.constraints import ConstraintChanged, PutConstraint, put_constraint
from clearline.registry.intents import DeleteIntent, GetIntent, IntentChanged, PutIntent, delete_intent, get_intent
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.shown import ShownIntent
from clearline.registry.subscriptions import PutSubscription, SubscriptionChanged, put_subscription
from clearline.registry.version import Fresh
from clearline.registry.view import Change, Outcome, View

__all__ = [
    "MINUTE_US",
    "NOW_US",
    "Sky",
    "checked",
    "extent",
    "fresh",
    "ident",
    "intent",
    "refuses",
    "subscription",
    "v7",
]

Answer = TypeVar("Answer")
NOW_US = 1_800_000_000_000_000
MINUTE_US = 60_000_000


def ident(number: int) -> str:
    """A UUIDv4 in canonical form, the same for the same number, ascending with it."""
    return f"{number:08x}-0000-4000-8000-000000000000"


def v7(made_us: int, number: int = 0) -> str:
    """A UUIDv7 made at that time."""
    made = f"{made_us // 1_000:012x}"
    return f"{made[:8]}-{made[8:]}-7000-8000-{number:012x}"


def fresh(number: int) -> Fresh:
    """What the edge makes anew, the same for the same number."""
    digest = hashlib.sha256(number.to_bytes(8, "big")).digest()
    return Fresh(ident(0xF000_0000 + number), digest[:16])


def extent(
    *cells: int, low_m: float = 0.0, high_m: float = 100.0, from_min: float = 0.0, to_min: float = 30.0
) -> Extent:
    """An extent with one span; its times in minutes from now."""
    span = Span(low_m, high_m, NOW_US + round(from_min * MINUTE_US), NOW_US + round(to_min * MINUTE_US))
    return Extent(tuple(sorted(cells)), (span,))


def intent(
    number: int = 1,
    where: Extent | None = None,
    *,
    ovn: str | None = None,
    client: str = "uss1",
    state: IntentState = IntentState.ACCEPTED,
    key: frozenset[str] = frozenset(),
    sub: str | NewSubscription | None = None,
    suffix: str | None = None,
    off_nominal: bool = False,
    constraint_processing: bool = True,
) -> PutIntent:
    """A command to put an intent."""
    where = extent(1) if where is None else where
    return PutIntent(
        ident=ident(number),
        ovn=ovn,
        client=client,
        off_nominal=off_nominal,
        constraint_processing=constraint_processing,
        extent=where,
        start_us=where.hull.start_us,
        end_us=where.hull.end_us,
        state=state,
        key=key,
        uss_base_url=f"https://{client}.example",
        subscription=sub if isinstance(sub, str) else None,
        new_subscription=sub if isinstance(sub, NewSubscription) else None,
        ovn_suffix=suffix,
    )


def subscription(
    number: int = 100,
    *cells: int,
    version: str | None = None,
    client: str = "uss1",
    low_m: float = float("-inf"),
    high_m: float = float("inf"),
    from_min: float | None = 0.0,
    to_min: float | None = 60.0,
    intents: bool = True,
    constraints: bool = False,
    coordination: bool = True,
    constraint_processing: bool = True,
) -> PutSubscription:
    """A command to put a subscription, to cell 1 where nothing else is said."""
    return PutSubscription(
        ident=ident(number),
        version=version,
        client=client,
        coordination=coordination,
        constraint_processing=constraint_processing,
        cells=tuple(sorted(cells)) or (1,),
        low_m=low_m,
        high_m=high_m,
        start_us=None if from_min is None else NOW_US + round(from_min * MINUTE_US),
        end_us=None if to_min is None else NOW_US + round(to_min * MINUTE_US),
        uss_base_url=f"https://{client}.example",
        for_operational_intents=intents,
        for_constraints=constraints,
    )


def checked(answer: object) -> IntentChanged:
    """The answer, which must be a change of an intent."""
    assert isinstance(answer, IntentChanged), answer
    return answer


def refuses(answer: object, kind: RefusalKind) -> Refusal:
    """The answer, which must be a refusal of this kind that says what and how to mend it."""
    assert isinstance(answer, Refusal), answer
    assert answer.kind is kind, answer
    assert answer.what and answer.mend
    assert bool(answer.missing_intents or answer.missing_constraints) == (kind is RefusalKind.MISSING_KEYS)
    return answer


@dataclass
class Sky:
    """A registry over a state in memory. Time moves when it is told; whatever is asked is asked twice."""

    now_us: int = NOW_US
    state: MemoryState = field(default_factory=MemoryState)
    asked: int = 0
    changes: tuple[Change, ...] = ()

    def ask(self, rule: Callable[[View], Outcome[Answer]]) -> Answer:
        """Run the rule twice, as a store may, and make its changes once. A refusal changes nothing."""
        outcome = rule(self.state)
        assert rule(self.state) == outcome, "a rule may be asked twice"
        if isinstance(outcome.answer, Refusal):
            assert outcome.changes == ()
        self.state.apply(outcome.changes)
        self.changes = outcome.changes
        return outcome.answer

    def fresh(self) -> Fresh:
        """What the edge makes anew."""
        self.asked += 1
        return fresh(self.asked)

    def put(self, command: PutIntent) -> IntentChanged | Refusal:
        """Put an intent."""
        return self.ask(partial(put_intent, command=command, now_us=self.now_us, fresh=self.fresh()))

    def delete(self, number: int, ovn: str, client: str = "uss1") -> IntentChanged | Refusal:
        """Delete an intent."""
        command = DeleteIntent(ident(number), ovn, client)
        return self.ask(partial(delete_intent, command=command, now_us=self.now_us))

    def get(self, number: int, client: str = "uss1") -> ShownIntent | Refusal:
        """Read an intent."""
        return self.ask(partial(get_intent, command=GetIntent(ident(number), client), now_us=self.now_us))

    def subscribe(self, command: PutSubscription) -> SubscriptionChanged | Refusal:
        """Put a subscription."""
        return self.ask(partial(put_subscription, command=command, now_us=self.now_us, fresh=self.fresh()))

    def constrain(
        self, number: int, where: Extent, *, ovn: str | None = None, client: str = "authority"
    ) -> ConstraintChanged | Refusal:
        """Put a constraint."""
        hull = where.hull
        command = PutConstraint(
            ident(number), ovn, client, where, hull.start_us, hull.end_us, f"https://{client}.example"
        )
        return self.ask(partial(put_constraint, command=command, now_us=self.now_us, fresh=self.fresh()))

    def say(self, uss: str, state: UssState) -> Availability:
        """Have the arbiter say it, whatever was said before."""
        said = self.state.availability(uss)
        command = SetAvailability(uss, state, "" if said is None else said.version)
        answer = self.ask(partial(set_availability, command=command, now_us=self.now_us, fresh=self.fresh()))
        assert isinstance(answer, Availability)
        return answer

    def ovn(self, number: int) -> str:
        """The present OVN of an intent, as its manager knows it."""
        held = self.state.intent(ident(number))
        assert held is not None
        return held.ovn

    def key(self) -> frozenset[str]:
        """Every OVN there is."""
        return frozenset(one.ovn for one in self.state.entities() if isinstance(one, Intent | Constraint))
