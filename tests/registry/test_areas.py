"""Identification service areas, case by case, with the requirement of F3411 that each shows."""

import math

import pytest

from clearline.airspace.identification import IdentificationArea
from clearline.edge.registry_memory import MemoryState
from clearline.registry.area_subscriptions import PutAreaSubscription, put_area_subscription
from clearline.registry.areas import (
    AreaChanged,
    AreaNotified,
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
from clearline.registry.refusal import Refusal, RefusalKind
from tests.registry.sky import MINUTE_US, NOW_US, extent, fresh, ident

BASE = "https://uss1.example"


class Registry:
    """A registry asked in few words; what a rule changes is kept."""

    def __init__(self) -> None:
        self.state = MemoryState()
        self.now_us = NOW_US
        self._asked = 0

    def put(
        self,
        version: str | None = None,
        *,
        client: str = "uss1",
        cells: tuple[int, ...] = (1, 2),
        start_min: float | None = 0.0,
        end_min: float | None = 30.0,
        low_m: float = 0.0,
        high_m: float = 100.0,
        old: bool = False,
    ) -> AreaChanged | Refusal:
        """Put the area with the number 1; `old` writes it as F3411-19 does."""
        self._asked += 1
        urls = (f"{BASE}/flights", None) if old else (None, BASE)
        command = PutArea(ident(1), version, client, cells, low_m, high_m, _us(start_min), _us(end_min), *urls)
        outcome = put_area(self.state, command, now_us=self.now_us, fresh=fresh(self._asked))
        self.state.apply(outcome.changes)
        return outcome.answer

    def subscribe(
        self,
        number: int,
        *,
        cells: tuple[int, ...] = (2, 3),
        low_m: float = -math.inf,
        high_m: float = math.inf,
        end_min: float = 60.0,
        client: str = "uss2",
        old: bool = False,
    ) -> None:
        """Let a client subscribe from now on."""
        self._asked += 1
        urls = (f"https://{client}.example/areas", None) if old else (None, f"https://{client}.example")
        command = PutAreaSubscription(
            ident(number), None, client, cells, low_m, high_m, self.now_us, _us(end_min), *urls
        )
        outcome = put_area_subscription(self.state, command, now_us=self.now_us, fresh=fresh(self._asked))
        assert not isinstance(outcome.answer, Refusal)
        self.state.apply(outcome.changes)

    def delete(self, version: str, *, client: str = "uss1") -> AreaChanged | Refusal:
        """Delete the area."""
        outcome = delete_area(self.state, DeleteArea(ident(1), version, client), now_us=self.now_us)
        self.state.apply(outcome.changes)
        return outcome.answer

    def get(self) -> IdentificationArea | Refusal:
        """Read the area."""
        return get_area(self.state, GetArea(ident(1)), now_us=self.now_us).answer

    def found(self, *cells: int, from_min: float = -1_000.0, to_min: float = 1_000.0) -> list[str]:
        """The areas found in the cells."""
        area = extent(*cells, from_min=from_min, to_min=to_min, low_m=-math.inf, high_m=math.inf)
        return [one.ident for one in query_areas(self.state, QueryAreas(area), now_us=self.now_us).answer]


def _us(minutes: float | None) -> int | None:
    return None if minutes is None else NOW_US + round(minutes * MINUTE_US)


def made(answer: AreaChanged | Refusal) -> IdentificationArea:
    """The area in an answer."""
    assert isinstance(answer, AreaChanged), answer
    return answer.area


def kind(answer: object) -> RefusalKind:
    """The kind of a refusal."""
    assert isinstance(answer, Refusal), answer
    return answer.kind


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_an_area_is_created_read_and_found(registry: Registry) -> None:
    """DSS0030,a and f; A2-6-1,1a and 1c."""
    area = made(registry.put())
    assert registry.get() == area
    assert registry.found(2, 9) == [ident(1)]
    assert registry.found(3) == []
    assert (area.start_us, area.end_us, area.owner) == (NOW_US, NOW_US + 30 * MINUTE_US, "uss1")


def test_an_area_written_one_way_is_found_the_other_way(registry: Registry) -> None:
    """F3411-19 and F3411-22a are two ways of writing over one state: a change may even come the other way."""
    first = made(registry.put(old=True))
    assert (first.flights_url, first.uss_base_url) == (f"{BASE}/flights", None)
    second = made(registry.put(first.version))
    assert (second.flights_url, second.uss_base_url) == (None, BASE)
    assert registry.found(1) == [ident(1)]


def test_an_area_is_changed_and_its_version_with_it(registry: Registry) -> None:
    """DSS0030,a; A2-6-1,1b. The version is lower-case letters and digits."""
    first = made(registry.put())
    second = made(registry.put(first.version, cells=(5,)))
    assert second.version != first.version
    assert len(second.version) == 32
    assert second.version.isalnum()
    assert second.version == second.version.lower()
    assert registry.found(1, 2) == []
    assert registry.found(5) == [ident(1)]


def test_an_area_is_deleted(registry: Registry) -> None:
    """DSS0030,b; A2-6-1,2a."""
    area = made(registry.put())
    assert made(registry.delete(area.version)) == area
    assert kind(registry.get()) is RefusalKind.NOT_FOUND
    assert registry.found(1) == []
    assert kind(registry.delete(area.version)) is RefusalKind.NOT_FOUND


def test_only_the_owner_changes_or_deletes_it(registry: Registry) -> None:
    """DSS0030,a and b: a client may change what is its own."""
    area = made(registry.put())
    assert kind(registry.put(area.version, client="uss2")) is RefusalKind.FORBIDDEN
    assert kind(registry.delete(area.version, client="uss2")) is RefusalKind.FORBIDDEN
    assert registry.get() == area


def test_an_old_version_changes_nothing(registry: Registry) -> None:
    first = made(registry.put())
    second = made(registry.put(first.version))
    assert kind(registry.put(first.version)) is RefusalKind.CONFLICT
    assert kind(registry.delete(first.version)) is RefusalKind.CONFLICT
    assert registry.get() == second


@pytest.mark.parametrize("client", ["uss1", "uss2"])
def test_an_identifier_in_use_is_not_created_again(registry: Registry, client: str) -> None:
    made(registry.put())
    assert kind(registry.put(client=client)) is RefusalKind.CONFLICT


def test_what_is_not_there_is_not_changed(registry: Registry) -> None:
    assert kind(registry.put("0123456789")) is RefusalKind.BAD_REQUEST


@pytest.mark.parametrize(
    ("start_min", "end_min", "taken"),
    [
        (-5.0, 30.0, True),
        (-5.01, 30.0, False),
        (None, 30.0, True),
        (0.0, None, False),
        (10.0, 10.0, True),
        (10.0, 9.99, False),
        (-4.0, 0.0, True),
        (-4.0, -0.01, False),
        (60.0 * 24 * 400, 60.0 * 24 * 401, True),
    ],
)
def test_an_area_starts_about_now_or_later_and_says_when_it_ends(
    registry: Registry, *, start_min: float | None, end_min: float | None, taken: bool
) -> None:
    answer = registry.put(start_min=start_min, end_min=end_min)
    if taken:
        assert made(answer).start_us == (NOW_US if start_min is None else _us(start_min))
    else:
        assert kind(answer) is RefusalKind.BAD_REQUEST


def test_a_change_keeps_the_times_it_does_not_state_and_may_state_the_old_start(registry: Registry) -> None:
    first = made(registry.put(start_min=0.0, end_min=30.0))
    registry.now_us += 20 * MINUTE_US
    second = made(registry.put(first.version, start_min=None, end_min=None))
    assert (second.start_us, second.end_us) == (first.start_us, first.end_us)
    third = made(registry.put(second.version, start_min=0.0, end_min=50.0))
    assert (third.start_us, third.end_us) == (NOW_US, NOW_US + 50 * MINUTE_US)
    assert kind(registry.put(third.version, start_min=1.0, end_min=50.0)) is RefusalKind.BAD_REQUEST


def test_a_search_is_bounded_by_time(registry: Registry) -> None:
    """DSS0030,f: earliest and latest time, each closed."""
    made(registry.put(start_min=10.0, end_min=20.0))
    assert registry.found(1, from_min=20.0) == [ident(1)]
    assert registry.found(1, from_min=20.01) == []
    assert registry.found(1, to_min=10.0) == [ident(1)]
    assert registry.found(1, to_min=9.99) == []


def test_an_ended_area_is_read_for_a_while_and_not_found(registry: Registry) -> None:
    """A2-6-1,1d: it ends by itself. The public suite reads it by its identifier just after, and deletes it."""
    area = made(registry.put(end_min=30.0))
    registry.now_us = area.end_us
    assert registry.found(1) == [ident(1)]
    registry.now_us = area.end_us + 10 * MINUTE_US
    assert registry.found(1) == []
    assert registry.get() == area
    assert expire(registry.state, now_us=registry.now_us, most=10).changes == ()
    registry.now_us += 1
    assert kind(registry.get()) is RefusalKind.NOT_FOUND
    assert kind(registry.delete(area.version)) is RefusalKind.NOT_FOUND
    assert [one.entity for one in expire(registry.state, now_us=registry.now_us, most=10).changes] == [area]


def test_an_ended_area_leaves_its_identifier_free_and_can_be_deleted(registry: Registry) -> None:
    area = made(registry.put(end_min=30.0))
    registry.now_us = area.end_us + 1
    assert made(registry.delete(area.version)) == area
    area = made(registry.put(start_min=None, end_min=60.0))
    registry.now_us = area.end_us + 1
    assert made(registry.put(client="uss2", start_min=None, end_min=90.0)).owner == "uss2"


def test_every_change_is_announced_to_whom_it_touches(registry: Registry) -> None:
    """DSS0030,a and b; A2-6-1,3b and 3c: created, changed, moved away and deleted, each counted once."""
    registry.subscribe(10)
    registry.subscribe(11, cells=(9,))
    first = registry.put()
    assert isinstance(first, AreaChanged)
    assert first.subscribers == (AreaNotified(None, "https://uss2.example", ((ident(10), 1),)),)
    away = registry.put(first.area.version, cells=(8, 9))
    assert isinstance(away, AreaChanged)
    assert away.subscribers == (AreaNotified(None, "https://uss2.example", ((ident(10), 2), (ident(11), 1))),)
    gone = registry.delete(away.area.version)
    assert isinstance(gone, AreaChanged)
    assert gone.subscribers == (AreaNotified(None, "https://uss2.example", ((ident(11), 2),)),)
    kept = registry.state.area_subscription(ident(10))
    assert kept is not None
    assert kept.notification_index == 2


def test_calls_are_grouped_by_address_in_a_fixed_order(registry: Registry) -> None:
    registry.subscribe(12, client="uss3")
    registry.subscribe(11, client="uss2", old=True)
    registry.subscribe(10, client="uss3")
    registry.subscribe(13, client="uss2")
    registry.subscribe(14, client="uss1", old=True)
    answer = registry.put()
    assert isinstance(answer, AreaChanged)
    assert answer.subscribers == (
        AreaNotified("https://uss1.example/areas", None, ((ident(14), 1),)),
        AreaNotified("https://uss2.example/areas", None, ((ident(11), 1),)),
        AreaNotified(None, "https://uss2.example", ((ident(13), 1),)),
        AreaNotified(None, "https://uss3.example", ((ident(10), 1), (ident(12), 1))),
    )


def test_nobody_is_told_of_what_passes_above_later_or_after_their_time(registry: Registry) -> None:
    """Touching is meeting; what does not touch in altitude or time is nobody's concern."""
    registry.subscribe(10, low_m=100.0)
    registry.subscribe(11, low_m=100.01)
    registry.subscribe(12, end_min=20.0)
    registry.subscribe(13, end_min=19.99)
    answer = registry.put(start_min=20.0)
    assert isinstance(answer, AreaChanged)
    assert [name for call in answer.subscribers for name, _ in call.subscriptions] == [ident(10), ident(12)]


def test_an_ended_subscription_is_told_nothing(registry: Registry) -> None:
    """A2-6-1,3d."""
    registry.subscribe(10, end_min=5.0)
    area = made(registry.put(end_min=60.0))
    registry.now_us += 5 * MINUTE_US + 1
    answer = registry.put(area.version)
    assert isinstance(answer, AreaChanged)
    assert answer.subscribers == ()


@pytest.mark.parametrize("urls", [(None, None), (BASE, BASE)])
def test_an_area_has_one_address(urls: tuple[str | None, str | None]) -> None:
    with pytest.raises(ValueError, match="one address"):
        PutArea(ident(1), None, "uss1", (1,), 0.0, 1.0, None, None, *urls)
    with pytest.raises(ValueError, match="one address"):
        PutAreaSubscription(ident(1), None, "uss1", (1,), 0.0, 1.0, None, None, *urls)


def test_altitudes_upside_down_are_refused() -> None:
    with pytest.raises(ValueError, match="upside down"):
        PutArea(ident(1), None, "uss1", (1,), 2.0, 1.0, None, None, None, BASE)
    with pytest.raises(ValueError, match="upside down"):
        PutAreaSubscription(ident(1), None, "uss1", (1,), 2.0, 1.0, None, None, None, BASE)
