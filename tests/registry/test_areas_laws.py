"""Laws of F3411's rules, over whole histories: held to a list looked through from end to end."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.edge.registry_memory import MemoryState
from clearline.registry.area_subscriptions import (
    AreaSubscriptionChanged,
    QueryAreaSubscriptions,
)
from clearline.registry.areas import AreaChanged, DeleteArea, PutArea, QueryAreas
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.view import Outcome, Put
from tests.registry.area_players import AreaPlayers, AreaStep
from tests.registry.list_state import ListState, meets
from tests.registry.sky import MINUTE_US

_STEPS = 60
_DAY_US = 24 * 60 * MINUTE_US


def _check_told(before: ListState, step: AreaStep, answer: AreaChanged) -> None:
    """Everybody is told whose living subscription touches the area as it was or as it is, each counted one up."""
    places = [answer.area.extent]
    old = before.area(answer.area.ident)
    if isinstance(step.command, PutArea) and old is not None and step.command.version is not None:
        places.append(old.extent)
    expected = {
        one.ident: one.notification_index + 1
        for one in before.all(IdentificationSubscription)
        if one.end_us >= step.now_us and any(meets(one.extent, place) for place in places)
    }
    assert {name: count for call in answer.subscribers for name, count in call.subscriptions} == expected
    for call in answer.subscribers:
        assert (call.callback_url is None) != (call.uss_base_url is None)
        assert list(call.subscriptions) == sorted(call.subscriptions)
        for name, _ in call.subscriptions:
            told = before.area_subscription(name)
            assert told is not None
            assert (told.callback_url, told.uss_base_url) == (call.callback_url, call.uss_base_url)
    addresses = [(call.callback_url, call.uss_base_url) for call in answer.subscribers]
    assert len(addresses) == len(set(addresses))


def _check_found(before: ListState, step: AreaStep, outcome: Outcome[object]) -> None:
    """A search answers with every living entity that touches, and no other."""
    command = step.command
    if isinstance(command, QueryAreas):
        found = [one for one in before.touching(IdentificationArea, command.area) if one.end_us >= step.now_us]
        assert outcome.answer == tuple(found)
    elif isinstance(command, QueryAreaSubscriptions):
        own = [one for one in before.touching(IdentificationSubscription, command.area) if one.owner == command.client]
        assert outcome.answer == tuple(one for one in own if one.end_us >= step.now_us)
    elif isinstance(outcome.answer, AreaSubscriptionChanged):
        place = outcome.answer.subscription.extent
        found = [one for one in before.touching(IdentificationArea, place) if one.end_us >= step.now_us]
        assert outcome.answer.areas == tuple(found)


def _check_changes(step: AreaStep, outcome: Outcome[object]) -> None:
    """Nobody changes what is another's, but for the count of those who are told."""
    if isinstance(outcome.answer, Refusal):
        assert outcome.changes == ()
    if not isinstance(step.command, PutArea | DeleteArea):
        return
    for change in outcome.changes:
        if isinstance(change.entity, IdentificationArea):
            assert change.entity.owner == step.command.client
        else:
            assert isinstance(change, Put)


def _check_state(state: ListState, now_us: int) -> None:
    """DSS0050: ten of one owner over any one cell. DSS0060: a day at most."""
    over: Counter[tuple[str, int]] = Counter()
    for one in state.all(IdentificationSubscription):
        assert one.end_us - one.start_us <= _DAY_US
        if one.end_us >= now_us:
            over.update((one.owner, cell) for cell in one.extent.cells)
    assert max(over.values(), default=0) <= 10
    versions = [one.version for one in (*state.all(IdentificationArea), *state.all(IdentificationSubscription))]
    assert len(versions) == len(set(versions))
    for version in versions:
        assert len(version) >= 10
        assert version.isalnum()
        assert version == version.lower()


@given(seed=st.integers(0, 2**32))
def test_the_rules_keep_their_laws_and_the_index_agrees_with_the_list(seed: int) -> None:
    """DSS0030,a to f."""
    players, lists, memory = AreaPlayers(seed), ListState(), MemoryState()
    for _ in range(_STEPS):
        step = players.step()
        outcome = step.rule(memory)
        assert step.rule(lists) == outcome, step
        _check_changes(step, outcome)
        _check_found(lists, step, outcome)
        if isinstance(outcome.answer, AreaChanged):
            _check_told(lists, step, outcome.answer)
        lists.apply(outcome.changes)
        memory.apply(outcome.changes)
        _check_state(lists, step.now_us)
        players.hear(outcome.answer)


@given(seed=st.integers(0, 2**32))
def test_sweeping_changes_no_answer(seed: int) -> None:
    """A2-6-1,1d and 3d: what has ended is gone at once, and gone whether or not it was swept away."""
    players, swept, unswept = AreaPlayers(seed), MemoryState(), MemoryState()
    for _ in range(_STEPS):
        step = players.step()
        first = step.rule(swept)
        swept.apply(first.changes)
        if isinstance(step.command, int):
            continue
        second = step.rule(unswept)
        assert first.answer == second.answer, step
        unswept.apply(second.changes)
        players.hear(first.answer)


def test_the_players_bring_about_every_kind_of_answer() -> None:
    kinds: set[str] = set()
    for seed in range(8):
        players, state = AreaPlayers(seed), MemoryState()
        for _ in range(400):
            step = players.step()
            outcome = step.rule(state)
            state.apply(outcome.changes)
            players.hear(outcome.answer)
            done = outcome.answer.kind if isinstance(outcome.answer, Refusal) else "done"
            told = " told" if isinstance(outcome.answer, AreaChanged) and outcome.answer.subscribers else ""
            kinds.add(f"{type(step.command).__name__} {done}{told}")
    no = RefusalKind
    expected = {
        *(f"PutArea {kind}" for kind in ("done", "done told", no.BAD_REQUEST, no.FORBIDDEN, no.CONFLICT)),
        *(f"DeleteArea {kind}" for kind in ("done told", no.NOT_FOUND, no.FORBIDDEN, no.CONFLICT)),
        *(f"GetArea {kind}" for kind in ("done", no.NOT_FOUND)),
        *(f"PutAreaSubscription {kind}" for kind in ("done", no.BAD_REQUEST, no.FORBIDDEN, no.CONFLICT, no.TOO_MANY)),
        *(f"DeleteAreaSubscription {kind}" for kind in ("done", no.NOT_FOUND, no.FORBIDDEN, no.CONFLICT)),
        *(f"GetAreaSubscription {kind}" for kind in ("done", no.NOT_FOUND, no.FORBIDDEN)),
        "QueryAreas done",
        "QueryAreaSubscriptions done",
        "int done",
    }
    assert expected <= kinds, expected - kinds
