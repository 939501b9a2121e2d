"""USSs that put, delete, read and look for identification service areas and subscriptions at random, from one seed."""

import hashlib
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from clearline.airspace.extent import Extent, Span
from clearline.registry.area_subscriptions import (
    AreaSubscriptionChanged,
    DeleteAreaSubscription,
    GetAreaSubscription,
    PutAreaSubscription,
    QueryAreaSubscriptions,
    delete_area_subscription,
    get_area_subscription,
    put_area_subscription,
    query_area_subscriptions,
)
from clearline.registry.areas import (
    AreaChanged,
    DeleteArea,
    GetArea,
    PutArea,
    QueryAreas,
    delete_area,
    get_area,
    put_area,
    query_areas,
)
from clearline.registry.expiry import expire
from clearline.registry.version import Fresh
from clearline.registry.view import Outcome, View
from tests.registry.sky import MINUTE_US, NOW_US, ident

__all__ = ["AreaPlayers", "AreaStep"]

_NAMES = 12
_CELLS = 4
_CLIENTS = ("uss1", "uss1", "uss2")

Command: TypeAlias = (
    PutArea
    | DeleteArea
    | GetArea
    | QueryAreas
    | PutAreaSubscription
    | DeleteAreaSubscription
    | GetAreaSubscription
    | QueryAreaSubscriptions
    | int
)


@dataclass(frozen=True, slots=True)
class AreaStep:
    """A command (a number is a sweep of so many), its rule, and when it is asked."""

    command: Command
    now_us: int
    rule: Callable[[View], Outcome[object]]


class AreaPlayers:
    """What they do next depends on the seed and on the versions they have heard of."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._versions: dict[str, list[str]] = {}
        self._made = 0
        self._seed = seed
        self.now_us = NOW_US

    def hear(self, answer: object) -> None:
        """Remember the versions in an answer."""
        if isinstance(answer, AreaChanged):
            self._versions.setdefault(answer.area.ident, []).append(answer.area.version)
        elif isinstance(answer, AreaSubscriptionChanged):
            self._versions.setdefault(answer.subscription.ident, []).append(answer.subscription.version)

    def step(self) -> AreaStep:
        """Return the next command; now and then some time passes before it."""
        chance = self._chance
        if chance.random() < 0.1:
            self.now_us += round(chance.choice((0.1, 1.0, 7.0, 40.0)) * MINUTE_US)
        return self._asked(self._command())

    def _asked(self, command: Command) -> AreaStep:
        self._made += 1
        now_us = self.now_us
        digest = hashlib.sha256(f"{self._seed} {self._made}".encode()).digest()
        fresh = Fresh(ident(0xA000_0000 + self._made), digest[:16])
        return AreaStep(command, now_us, lambda view: _answer(view, command, now_us, fresh))

    def _command(self) -> Command:
        chance = self._chance
        name, client = ident(chance.randrange(_NAMES)), chance.choice(_CLIENTS)
        other = ident(100 + chance.randrange(4 * _NAMES))
        kind = chance.randrange(12)
        if kind < 3:
            urls = self._addresses(client)
            return PutArea(name, self._version(name), client, self._cells(), *self._band(), *self._times(), *urls)
        if kind < 7:
            urls = self._addresses(client)
            return PutAreaSubscription(
                other, self._version(other), client, self._cells(), *self._band(), *self._times(), *urls
            )
        if kind == 7:
            return DeleteArea(name, self._version(name) or "none", client)
        if kind == 8:
            return DeleteAreaSubscription(other, self._version(other) or "none", client)
        if kind == 9:
            return chance.choice((GetArea(name), GetAreaSubscription(other, client)))
        if kind == 10:
            low_m, high_m = self._band()
            span = Span(low_m, high_m, self.now_us - 90 * MINUTE_US, self.now_us + chance.randrange(90) * MINUTE_US)
            area = Extent(self._cells(), (span,))
            return chance.choice((QueryAreas(area), QueryAreaSubscriptions(area, client)))
        return chance.randint(1, 4)

    def _version(self, name: str) -> str | None:
        heard = self._versions.get(name, [])
        if not heard or self._chance.random() < 0.2:
            return None
        return heard[-1] if self._chance.random() < 0.9 else heard[0]

    def _cells(self) -> tuple[int, ...]:
        return tuple(sorted(self._chance.sample(range(_CELLS), self._chance.randint(1, 3))))

    def _band(self) -> tuple[float, float]:
        low_m = self._chance.choice((-math.inf, 0.0, 50.0, 100.0))
        return low_m, self._chance.choice((math.inf, 100.0, 120.0))

    def _times(self) -> tuple[int | None, int | None]:
        chance = self._chance
        start_us = chance.choice((None, self.now_us, self.now_us + round(chance.uniform(-7.0, 60.0) * MINUTE_US)))
        end_us = chance.choice((None, self.now_us + round(chance.choice((-1.0, 2.0, 30.0, 90.0, 1_445.0)) * MINUTE_US)))
        return start_us, end_us

    def _addresses(self, client: str) -> tuple[str | None, str | None]:
        url = f"https://{client}.example"
        return self._chance.choice(((url, None), (None, url)))


def _answer(view: View, command: Command, now_us: int, fresh: Fresh) -> Outcome[object]:
    match command:
        case PutArea():
            return put_area(view, command, now_us=now_us, fresh=fresh)
        case DeleteArea():
            return delete_area(view, command, now_us=now_us)
        case GetArea():
            return get_area(view, command, now_us=now_us)
        case QueryAreas():
            return query_areas(view, command, now_us=now_us)
        case PutAreaSubscription():
            return put_area_subscription(view, command, now_us=now_us, fresh=fresh)
        case DeleteAreaSubscription():
            return delete_area_subscription(view, command, now_us=now_us)
        case GetAreaSubscription():
            return get_area_subscription(view, command, now_us=now_us)
        case QueryAreaSubscriptions():
            return query_area_subscriptions(view, command, now_us=now_us)
        case int():
            return expire(view, now_us=now_us, most=command)
