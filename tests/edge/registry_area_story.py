"""One story over several instances of a registry, in F3411's nouns: what is changed on one is asked of all.

The one idea: the numbers beside the lines are those of the standard's own test method (F3411 DSS0130, A2-6-1).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from clearline.airspace.identification import IdentificationSubscription
from clearline.edge.registry_port import Store
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
from clearline.registry.refusal import Refusal
from clearline.registry.view import Outcome, View
from tests.edge.registry_pool_story import asked_by
from tests.registry.sky import MINUTE_US, NOW_US, extent, fresh, ident

__all__ = ["area_story"]

Answer = TypeVar("Answer")
_LATER_US = NOW_US + 61 * MINUTE_US


async def _everywhere(stores: Sequence[Store], rule: Callable[[View], Outcome[Answer]]) -> Answer:
    """The answer of every instance, which must be one (DSS0070)."""
    answers = [await store.read(rule) for store in stores]
    assert all(answer == answers[0] for answer in answers), answers
    return answers[0]


async def _area(store: Store, number: int, version: str | None, *cells: int, turn: int) -> AreaChanged:
    times = (NOW_US, NOW_US + 60 * MINUTE_US)
    command = PutArea(ident(number), version, "uss1", cells, 0.0, 100.0, *times, None, "https://uss1.example")
    rule = partial(put_area, command=command, now_us=NOW_US, fresh=fresh(turn))
    answer = await store.transact(asked_by("createIdentificationServiceArea", turn, "uss1"), rule)
    assert isinstance(answer, AreaChanged), answer
    return answer


async def _listen(store: Store, number: int, *cells: int, turn: int) -> AreaSubscriptionChanged:
    span = (-100.0, 200.0, NOW_US, NOW_US + 60 * MINUTE_US)
    command = PutAreaSubscription(ident(number), None, "uss2", cells, *span, None, "https://uss2.example")
    rule = partial(put_area_subscription, command=command, now_us=NOW_US, fresh=fresh(turn))
    answer = await store.transact(asked_by("createSubscription", turn, "uss2"), rule)
    assert isinstance(answer, AreaSubscriptionChanged), answer
    return answer


def _counts(answer: AreaChanged) -> list[tuple[str, int]]:
    return [count for call in answer.subscribers for count in call.subscriptions]


async def area_story(stores: Sequence[Store]) -> None:
    """Live through the whole method on these instances, of which the first and the last are changed."""
    first, last = stores[0], stores[-1]
    whole = extent(1, 2, from_min=-5, to_min=120)
    read = partial(get_area, command=GetArea(ident(1)), now_us=NOW_US)
    find = partial(query_areas, command=QueryAreas(whole), now_us=NOW_US)
    ask = partial(get_area_subscription, command=GetAreaSubscription(ident(100), "uss2"), now_us=NOW_US)
    list_ = partial(query_area_subscriptions, command=QueryAreaSubscriptions(whole, "uss2"), now_us=NOW_US)
    heard = await _listen(first, 100, 1, 2, turn=1)  # 3a
    assert await _everywhere(stores, ask) == heard.subscription  # 5
    assert await _everywhere(stores, list_) == (heard.subscription,)  # 6
    made = await _area(last, 1, None, 1, turn=2)  # 1a
    assert _counts(made) == [(ident(100), 1)]  # 3b
    assert await _everywhere(stores, read) == made.area  # 1c
    assert await _everywhere(stores, find) == (made.area,)
    changed = await _area(first, 1, made.area.version, 2, turn=3)  # 1b
    assert _counts(changed) == [(ident(100), 2)]  # 3c
    assert await _everywhere(stores, read) == changed.area  # 1c
    await _area(last, 2, None, 2, turn=4)
    gone = partial(delete_area, command=DeleteArea(ident(1), changed.area.version, "uss1"), now_us=NOW_US)
    assert isinstance(await last.transact(asked_by("delete", 5, "uss1"), gone), AreaChanged)  # 2a
    assert isinstance(await _everywhere(stores, read), Refusal)  # 2b
    assert [one.ident for one in await _everywhere(stores, find)] == [ident(2)]
    assert await _everywhere(stores, partial(query_areas, command=QueryAreas(whole), now_us=_LATER_US)) == ()  # 1d
    ended = partial(get_area_subscription, command=GetAreaSubscription(ident(100), "uss2"), now_us=_LATER_US)
    assert isinstance(await _everywhere(stores, ended), Refusal)  # 3d
    quit_ = DeleteAreaSubscription(ident(100), heard.subscription.version, "uss2")
    ending = partial(delete_area_subscription, command=quit_, now_us=NOW_US)
    assert isinstance(await last.transact(asked_by("delete", 6, "uss2"), ending), IdentificationSubscription)  # 4a
    assert isinstance(await _everywhere(stores, ask), Refusal)  # 4b
    assert _counts(await _area(first, 3, None, 1, turn=7)) == []
