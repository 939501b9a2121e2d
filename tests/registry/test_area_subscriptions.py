"""Subscriptions to identification service areas, case by case, with the requirement of F3411 that each shows."""

import math

import pytest

from clearline.airspace.identification import IdentificationSubscription
from clearline.edge.registry_memory import MemoryState
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
from clearline.registry.areas import PutArea, put_area
from clearline.registry.refusal import Refusal, RefusalKind
from tests.registry.sky import MINUTE_US, NOW_US, extent, fresh, ident

_DAY_MIN = 24.0 * 60.0


class Registry:
    """A registry asked in few words; what a rule changes is kept."""

    def __init__(self) -> None:
        self.state = MemoryState()
        self.now_us = NOW_US
        self._asked = 0

    def put(
        self,
        number: int = 10,
        version: str | None = None,
        *,
        client: str = "uss1",
        cells: tuple[int, ...] = (1, 2),
        start_min: float | None = 0.0,
        end_min: float | None = 30.0,
        low_m: float = -math.inf,
        high_m: float = math.inf,
    ) -> AreaSubscriptionChanged | Refusal:
        """Put a subscription."""
        self._asked += 1
        times = (_us(start_min), _us(end_min))
        command = PutAreaSubscription(
            ident(number), version, client, cells, low_m, high_m, *times, None, "https://uss1.example"
        )
        outcome = put_area_subscription(self.state, command, now_us=self.now_us, fresh=fresh(self._asked))
        self.state.apply(outcome.changes)
        return outcome.answer

    def put_area(self, number: int, cells: tuple[int, ...], *, end_min: float = 30.0) -> None:
        """Put an area from now on."""
        self._asked += 1
        command = PutArea(
            ident(number), None, "uss2", cells, 0.0, 100.0, self.now_us, _us(end_min), None, "https://uss2.example"
        )
        outcome = put_area(self.state, command, now_us=self.now_us, fresh=fresh(self._asked))
        assert not isinstance(outcome.answer, Refusal)
        self.state.apply(outcome.changes)

    def get(self, *, client: str = "uss1") -> IdentificationSubscription | Refusal:
        """Read the subscription with the number 10."""
        return get_area_subscription(self.state, GetAreaSubscription(ident(10), client), now_us=self.now_us).answer

    def delete(self, version: str, *, client: str = "uss1") -> IdentificationSubscription | Refusal:
        """Delete it."""
        command = DeleteAreaSubscription(ident(10), version, client)
        outcome = delete_area_subscription(self.state, command, now_us=self.now_us)
        self.state.apply(outcome.changes)
        return outcome.answer

    def found(self, *cells: int, client: str = "uss1") -> list[str]:
        """The client's own subscriptions found in the cells."""
        area = extent(*cells, from_min=-1e4, to_min=1e4, low_m=-math.inf, high_m=math.inf)
        command = QueryAreaSubscriptions(area, client)
        return [one.ident for one in query_area_subscriptions(self.state, command, now_us=self.now_us).answer]


def _us(minutes: float | None) -> int | None:
    return None if minutes is None else NOW_US + round(minutes * MINUTE_US)


def made(answer: AreaSubscriptionChanged | Refusal) -> IdentificationSubscription:
    """The subscription in an answer."""
    assert isinstance(answer, AreaSubscriptionChanged), answer
    return answer.subscription


def kind(answer: object) -> RefusalKind:
    """The kind of a refusal."""
    assert isinstance(answer, Refusal), answer
    return answer.kind


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_a_subscription_is_created_read_and_found(registry: Registry) -> None:
    """DSS0030,c, e and f; A2-6-1,3a, 5 and 6. It starts with a count of 0."""
    subscription = made(registry.put())
    assert subscription.notification_index == 0
    assert registry.get() == subscription
    assert registry.found(2, 7) == [ident(10)]
    assert registry.found(7) == []


def test_a_new_subscription_lists_the_areas_it_touches(registry: Registry) -> None:
    registry.put_area(3, (2, 5))
    registry.put_area(2, (1,))
    registry.put_area(4, (6,))
    registry.put_area(5, (1,), end_min=9.0)
    registry.now_us += 10 * MINUTE_US
    answer = registry.put(start_min=8.0)
    assert isinstance(answer, AreaSubscriptionChanged)
    assert [one.ident for one in answer.areas] == [ident(2), ident(3)]
    above = registry.put(11, start_min=10.0, low_m=100.01)
    assert isinstance(above, AreaSubscriptionChanged)
    assert above.areas == ()


def test_a_subscription_is_changed_keeps_its_count_and_gets_a_new_version(registry: Registry) -> None:
    """DSS0030,c: also for a change that nobody sees, such as of its cells."""
    first = made(registry.put())
    registry.put_area(3, (2,))
    second = made(registry.put(version=first.version, cells=(7,)))
    assert second.version != first.version
    assert second.notification_index == 1
    assert registry.found(1, 2) == []
    assert registry.found(7) == [ident(10)]


def test_only_its_owner_sees_or_changes_it(registry: Registry) -> None:
    subscription = made(registry.put())
    assert kind(registry.get(client="uss2")) is RefusalKind.FORBIDDEN
    assert kind(registry.put(version=subscription.version, client="uss2")) is RefusalKind.FORBIDDEN
    assert kind(registry.delete(subscription.version, client="uss2")) is RefusalKind.FORBIDDEN
    assert registry.found(1, client="uss2") == []
    assert registry.get() == subscription


def test_a_subscription_is_deleted_with_its_present_version(registry: Registry) -> None:
    """DSS0030,d; A2-6-1,4a: a wrong version deletes nothing."""
    first = made(registry.put())
    assert kind(registry.delete("0123456789")) is RefusalKind.BAD_REQUEST
    assert kind(registry.delete("0" * 32)) is RefusalKind.CONFLICT
    second = made(registry.put(version=first.version))
    assert kind(registry.put(version=first.version)) is RefusalKind.CONFLICT
    assert kind(registry.delete(first.version)) is RefusalKind.CONFLICT
    assert registry.delete(second.version) == second
    assert kind(registry.get()) is RefusalKind.NOT_FOUND
    assert kind(registry.delete(second.version)) is RefusalKind.NOT_FOUND


@pytest.mark.parametrize("client", ["uss1", "uss2"])
def test_an_identifier_in_use_is_not_created_again(registry: Registry, client: str) -> None:
    made(registry.put())
    assert kind(registry.put(client=client)) is RefusalKind.CONFLICT


def test_what_is_not_there_is_not_changed(registry: Registry) -> None:
    assert kind(registry.put(version="0123456789")) is RefusalKind.BAD_REQUEST


@pytest.mark.parametrize(
    ("start_min", "end_min", "lasts"),
    [
        (None, None, (0.0, _DAY_MIN)),
        (None, 10.0, (0.0, 10.0)),
        (20.0, None, (20.0, 20.0 + _DAY_MIN)),
        (0.0, _DAY_MIN, (0.0, _DAY_MIN)),
        (0.0, _DAY_MIN + 0.01, None),
        (-5.0, _DAY_MIN - 5.0, (-5.0, _DAY_MIN - 5.0)),
        (-5.01, 10.0, None),
        (10.0, 9.0, None),
        (-4.0, -1.0, None),
        (5.0, 5.0, (5.0, 5.0)),
    ],
)
def test_a_subscription_lasts_a_day_at_most(
    registry: Registry, start_min: float | None, end_min: float | None, lasts: tuple[float, float] | None
) -> None:
    """DSS0060, and DSS0030,c: either time or both may be left out."""
    answer = registry.put(start_min=start_min, end_min=end_min)
    if lasts is None:
        assert kind(answer) is RefusalKind.BAD_REQUEST
    else:
        subscription = made(answer)
        assert (subscription.start_us, subscription.end_us) == (_us(lasts[0]), _us(lasts[1]))


def test_a_change_cannot_stretch_it_beyond_a_day(registry: Registry) -> None:
    """DSS0060: 23 hours 59 minutes, then 24 hours 10."""
    first = made(registry.put(end_min=_DAY_MIN - 1.0))
    assert kind(registry.put(version=first.version, end_min=_DAY_MIN + 10.0)) is RefusalKind.BAD_REQUEST
    registry.now_us += 60 * MINUTE_US
    later = made(registry.put(version=first.version, start_min=60.0, end_min=_DAY_MIN + 60.0))
    assert later.start_us == registry.now_us
    kept = made(registry.put(version=later.version, start_min=None, end_min=None))
    assert (kept.start_us, kept.end_us) == (later.start_us, later.end_us)


def test_a_start_it_had_may_be_said_again_and_is_kept_where_none_is_said(registry: Registry) -> None:
    first = made(registry.put(start_min=0.0, end_min=60.0))
    registry.now_us += 30 * MINUTE_US
    again = made(registry.put(version=first.version, start_min=0.0, end_min=90.0))
    assert again.start_us == first.start_us
    silent = made(registry.put(version=again.version, start_min=None, end_min=91.0))
    assert silent.start_us == first.start_us
    assert kind(registry.put(version=silent.version, start_min=1.0, end_min=90.0)) is RefusalKind.BAD_REQUEST
    # Its end may be this moment, and no earlier one.
    assert kind(registry.put(version=silent.version, start_min=None, end_min=29.9)) is RefusalKind.BAD_REQUEST
    assert made(registry.put(version=silent.version, start_min=None, end_min=30.0)).end_us == registry.now_us


def test_an_eleventh_over_one_place_is_refused(registry: Registry) -> None:
    """DSS0050: whatever its altitudes and times; changing one of the ten stays possible."""
    ten = [made(registry.put(20 + number, low_m=number, high_m=number + 0.5)) for number in range(10)]
    assert kind(registry.put(low_m=5_000.0)) is RefusalKind.TOO_MANY
    assert kind(registry.put(start_min=60.0, end_min=90.0, cells=(2, 3))) is RefusalKind.TOO_MANY
    made(registry.put(client="uss2"))
    made(registry.put(40, cells=(3,)))
    changed = made(registry.put(20, ten[0].version))
    assert kind(registry.put(40 + 1)) is RefusalKind.TOO_MANY
    registry.now_us = changed.end_us + 1
    made(registry.put(41, start_min=31.0, end_min=40.0))


def test_many_side_by_side_are_not_too_many(registry: Registry) -> None:
    """DSS0050 counts over any one place: a wide one may span as many as there are."""
    for number in range(30):
        made(registry.put(20 + number, cells=(100 + number,)))
    made(registry.put(cells=tuple(range(100, 130))))


def test_an_ended_subscription_is_gone_and_its_identifier_free(registry: Registry) -> None:
    """A2-6-1,3d: it ends by itself."""
    first = made(registry.put())
    registry.put_area(3, (2,))
    registry.now_us = first.end_us
    assert registry.found(1) == [ident(10)]
    registry.now_us += 1
    assert registry.found(1) == []
    assert kind(registry.get()) is RefusalKind.NOT_FOUND
    assert kind(registry.delete(first.version)) is RefusalKind.NOT_FOUND
    assert kind(registry.put(version=first.version, start_min=31.0, end_min=60.0)) is RefusalKind.BAD_REQUEST
    again = made(registry.put(client="uss2", start_min=31.0, end_min=60.0))
    assert (again.owner, again.notification_index) == ("uss2", 0)
