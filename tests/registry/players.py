"""Several USSs that use one registry at random, from one seed: what they ask next depends on what they were answered.

The one idea: two stores that answer alike are asked alike, step by step, so the first different answer is where they
part. Identifiers, cells and times are few, so that everything meets everything.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from clearline.airspace.extent import Extent, Span
from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import Availability, UssState
from clearline.registry.attachment import NewSubscription
from clearline.registry.availability import GetAvailability, SetAvailability, get_availability, set_availability
from clearline.registry.constraints import (
    ConstraintChanged,
    DeleteConstraint,
    PutConstraint,
    QueryConstraints,
    delete_constraint,
    put_constraint,
    query_constraints,
)
from clearline.registry.expiry import expire
from clearline.registry.intents import (
    DeleteIntent,
    GetIntent,
    IntentChanged,
    PutIntent,
    QueryIntents,
    delete_intent,
    get_intent,
    query_intents,
)
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.shown import ShownSubscription
from clearline.registry.subscriptions import (
    DeleteSubscription,
    GetSubscription,
    PutSubscription,
    QuerySubscriptions,
    SubscriptionChanged,
    delete_subscription,
    get_subscription,
    put_subscription,
    query_subscriptions,
)
from clearline.registry.view import Outcome, View
from tests.registry.sky import MINUTE_US, NOW_US, fresh, ident, v7

__all__ = ["Players", "Step"]

_CLIENTS = ("uss1", "uss2", "uss3")
_WIDEST_US = 2**62


@dataclass(frozen=True)
class Step:
    """One call: its name, who makes it and when, and the rule."""

    call: str
    client: str
    now_us: int
    rule: Callable[[View], Outcome[object]]


_Made: TypeAlias = tuple[str, Callable[[View], Outcome[object]]]


class Players:
    """The USSs, the time, and what they have learnt. `step` says the next call; `hear` takes its answer."""

    def __init__(self, seed: int, *, cells: int = 4) -> None:
        self._random = random.Random(seed)
        self._cells = range(1, cells + 1)
        self.now_us = NOW_US
        self._steps = 0
        self._ovns: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._managers: dict[str, str] = {ident(100): "uss1", ident(101): "uss2"}

    def step(self) -> Step:
        """The next call."""
        self._steps += 1
        self.now_us += self._random.choice((0, 0, 1, MINUTE_US, 5 * MINUTE_US))
        client = self._random.choice(_CLIENTS)
        makers: list[tuple[int, Callable[[str], _Made]]] = [
            (12, self._put_intent),
            (4, self._delete_intent),
            (2, self._look),
            (3, self._put_constraint),
            (1, self._delete_constraint),
            (4, self._put_subscription),
            (2, self._delete_subscription),
            (1, self._availability),
            (1, self._expire),
        ]
        (make,) = self._random.choices([make for _, make in makers], [weight for weight, _ in makers])
        call, rule = make(client)
        return Step(call, client, self.now_us, rule)

    def hear(self, answer: object) -> None:
        """Take the answer to the last call."""
        if isinstance(answer, IntentChanged):
            self._ovns[answer.intent.intent.ident] = answer.intent.intent.ovn
            if answer.intent.intent.subscription is not None:
                self._managers[answer.intent.intent.subscription] = answer.intent.intent.manager
        elif isinstance(answer, ConstraintChanged):
            self._ovns[answer.constraint.constraint.ident] = answer.constraint.constraint.ovn
        elif isinstance(answer, SubscriptionChanged):
            self._learn(answer.subscription)
        elif isinstance(answer, ShownSubscription):
            self._learn(answer)
        elif isinstance(answer, Availability):
            self._said[answer.uss] = answer.version
        elif isinstance(answer, Refusal) and answer.kind is RefusalKind.MISSING_KEYS:
            # They read the details from the managers, as they ought to.
            self._ovns.update({one.intent.ident: one.intent.ovn for one in answer.missing_intents})
            self._ovns.update({one.constraint.ident: one.constraint.ovn for one in answer.missing_constraints})

    def _learn(self, shown: ShownSubscription) -> None:
        self._versions[shown.subscription.ident] = shown.subscription.version
        self._managers[shown.subscription.ident] = shown.subscription.manager

    def _one_of(self, client: str) -> str:
        """A subscription, mostly a recent one of the client's own."""
        own = [name for name, manager in self._managers.items() if manager == client]
        return self._random.choice(own[-4:] if own and self._chance(0.9) else list(self._managers))

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _span(self, most_min: int) -> Span:
        low_m = float(self._random.randrange(0, 100, 10))
        start_us = self.now_us + self._random.choice((-10, 0, 1, 20, 60)) * MINUTE_US
        end_us = start_us + self._random.choice((0, 1, 10, 40, most_min)) * MINUTE_US
        return Span(low_m, low_m + self._random.choice((0, 10, 50)), start_us, end_us)

    def _extent(self, most_min: int) -> Extent:
        cells = tuple(sorted(self._random.sample(self._cells, self._random.randint(1, min(3, len(self._cells))))))
        if self._chance(0.7):
            return Extent(cells, (self._span(most_min),))
        return Extent(cells, tuple(self._span(most_min) for _ in cells))

    def _area(self) -> Extent:
        return Extent(tuple(self._cells), (Span(float("-inf"), float("inf"), -_WIDEST_US, _WIDEST_US),))

    def _version(self, known: dict[str, str], name: str) -> str | None:
        if name not in known:
            return "never-given-to-anyone" if self._chance(0.05) else None
        return known[name] if self._chance(0.9) else self._random.choice((None, "no-longer-the-present-one"))

    def _put_intent(self, client: str) -> _Made:
        where = self._extent(3_000)
        name = ident(self._random.randrange(8))
        state = self._random.choice((IntentState.ACCEPTED, IntentState.ACCEPTED, *IntentState))
        sub = self._random.choice((None, "named", "new", "new"))
        command = PutIntent(
            ident=name,
            ovn=self._version(self._ovns, name),
            client=client,
            off_nominal=self._chance(0.8),
            constraint_processing=self._chance(0.9),
            extent=where,
            start_us=where.hull.start_us,
            end_us=where.hull.end_us,
            state=state,
            key=frozenset(self._ovns.values()) if self._chance(0.9) else frozenset(),
            uss_base_url=f"https://{client}.example",
            subscription=self._one_of(client) if sub == "named" else None,
            new_subscription=NewSubscription(f"https://{client}.example/new", self._chance(0.5))
            if sub == "new"
            else None,
            ovn_suffix=v7(self.now_us, self._random.randrange(3)) if self._chance(0.2) else None,
        )
        call = "createOperationalIntentReference" if command.ovn is None else "updateOperationalIntentReference"
        return call, partial(put_intent, command=command, now_us=self.now_us, fresh=fresh(self._steps))

    def _delete_intent(self, client: str) -> _Made:
        name = ident(self._random.randrange(8))
        command = DeleteIntent(name, self._version(self._ovns, name) or "none", client)
        return "deleteOperationalIntentReference", partial(delete_intent, command=command, now_us=self.now_us)

    def _look(self, client: str) -> _Made:
        rules: list[_Made] = [
            (
                "getOperationalIntentReference",
                partial(get_intent, command=GetIntent(ident(self._random.randrange(8)), client), now_us=self.now_us),
            ),
            (
                "queryOperationalIntentReferences",
                partial(query_intents, command=QueryIntents(self._area(), client), now_us=self.now_us),
            ),
            (
                "queryOperationalIntentReferences",
                partial(query_intents, command=QueryIntents(self._extent(100), client), now_us=self.now_us),
            ),
            (
                "queryConstraintReferences",
                partial(query_constraints, command=QueryConstraints(self._extent(900), client), now_us=self.now_us),
            ),
            (
                "querySubscriptions",
                partial(query_subscriptions, command=QuerySubscriptions(self._area(), client), now_us=self.now_us),
            ),
            (
                "getSubscription",
                partial(
                    get_subscription,
                    command=GetSubscription(self._one_of(client), client),
                    now_us=self.now_us,
                ),
            ),
            ("getUssAvailability", partial(get_availability, command=GetAvailability(client))),
        ]
        return self._random.choice(rules)

    def _put_constraint(self, client: str) -> _Made:
        where = self._extent(1_000)
        name = ident(50 + self._random.randrange(3))
        command = PutConstraint(
            name,
            self._version(self._ovns, name),
            client,
            where,
            where.hull.start_us,
            where.hull.end_us,
            f"https://{client}.example",
        )
        rule = partial(put_constraint, command=command, now_us=self.now_us, fresh=fresh(self._steps))
        return "createConstraintReference", rule

    def _delete_constraint(self, client: str) -> _Made:
        name = ident(50 + self._random.randrange(3))
        command = DeleteConstraint(name, self._version(self._ovns, name) or "none", client)
        return "deleteConstraintReference", partial(delete_constraint, command=command, now_us=self.now_us)

    def _put_subscription(self, client: str) -> _Made:
        name = ident(100 + self._random.randrange(4))
        wide = self._chance(0.6)
        span = self._span(1_000)
        command = PutSubscription(
            ident=name,
            version=self._version(self._versions, name),
            client=client,
            coordination=self._chance(0.95),
            constraint_processing=self._chance(0.9),
            cells=tuple(self._cells) if wide else self._extent(10).cells,
            low_m=float("-inf") if wide else span.low_m,
            high_m=float("inf") if wide else span.high_m,
            start_us=None if self._chance(0.5) else span.start_us,
            end_us=None if self._chance(0.5) else span.end_us,
            uss_base_url=f"https://{client}.example",
            for_operational_intents=self._chance(0.8),
            for_constraints=self._chance(0.5),
        )
        rule = partial(put_subscription, command=command, now_us=self.now_us, fresh=fresh(self._steps))
        return "createSubscription", rule

    def _delete_subscription(self, client: str) -> _Made:
        name = self._one_of(client)
        command = DeleteSubscription(name, self._version(self._versions, name) or "none", client)
        return "deleteSubscription", partial(delete_subscription, command=command, now_us=self.now_us)

    def _availability(self, client: str) -> _Made:
        state = self._random.choice((UssState.NORMAL, UssState.NORMAL, UssState.DOWN))
        command = SetAvailability(client, state, self._version(self._said, client) or "")
        rule = partial(set_availability, command=command, now_us=self.now_us, fresh=fresh(self._steps))
        return "setUssAvailability", rule

    def _expire(self, client: str) -> _Made:
        del client
        return "expire", partial(expire, now_us=self.now_us, most=self._random.randint(1, 3))
