"""Laws of the registry, held on what several USSs do to it at random, with a list scan as the oracle."""

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.extent import lack_of
from clearline.airspace.reference import Constraint, Intent, IntentState
from clearline.airspace.subscription import Subscription, UssState
from clearline.edge.registry_memory import MemoryState
from clearline.registry.constraints import ConstraintChanged
from clearline.registry.expiry import expire
from clearline.registry.intents import IntentChanged, PutIntent
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.view import Outcome, Put
from tests.registry.list_state import ListState, meets
from tests.registry.players import Players, Step

_STEPS = 120


def _asked(step: Step) -> object:
    assert isinstance(step.rule, functools.partial)
    return step.rule.keywords.get("command")


def _check_put(before: ListState, step: Step, command: PutIntent, outcome: Outcome[object]) -> None:
    """Whoever enters in a nominal state has read all that is there; a refusal lists exactly what was missing."""
    now_us = step.now_us
    touching = [
        one
        for one in before.all(Intent)
        if one.ident != command.ident
        and one.end_us >= now_us
        and meets(one.extent, command.extent)
        and not (one.state is IntentState.ACCEPTED and _down(before, one.manager))
    ]
    missing = [one.ident for one in touching if one.ovn not in command.key]
    answer = outcome.answer
    if isinstance(answer, IntentChanged):
        if command.state in (IntentState.ACCEPTED, IntentState.ACTIVATED):
            assert not missing
            assert not _down(before, command.client)
        else:
            assert command.off_nominal
        (put,) = (one.entity for one in outcome.changes if isinstance(one, Put) and isinstance(one.entity, Intent))
        assert put.subscription is not None or put.state is IntentState.ACCEPTED
        held = before.intent(command.ident)
        assert held is None or held.end_us < now_us or (held.manager, held.ovn) == (command.client, command.ovn)
    elif isinstance(answer, Refusal) and answer.kind is RefusalKind.MISSING_KEYS:
        assert [one.intent.ident for one in answer.missing_intents] == missing
        for shown in answer.missing_intents:
            assert (shown.ovn is not None) == (shown.intent.manager == command.client)


def _down(state: ListState, uss: str) -> bool:
    said = state.availability(uss)
    return said is not None and said.state is UssState.DOWN


def _hangs(state: ListState, subscription: str, now_us: int) -> bool:
    return any(one.end_us >= now_us for one in state.intents_of(subscription))


def _check_told(before: ListState, after: ListState, step: Step, outcome: Outcome[object]) -> None:
    """A change is announced to exactly the living subscriptions it touches, before or after, each counted one up."""
    answer = outcome.answer
    if isinstance(answer, IntentChanged):
        new, of_intents = answer.intent.intent, True
    elif isinstance(answer, ConstraintChanged):
        new, of_intents = answer.constraint.constraint, False
    else:
        return
    old = before.intent(new.ident) if of_intents else before.constraint(new.ident)
    if isinstance(old, Intent) and old.subscription is not None and not _hangs(after, old.subscription, step.now_us):
        # An implicit subscription goes with its last intent (DSS0005,1).
        left = after.subscription(old.subscription)
        assert left is None or not left.implicit
    places = [new.extent, *([old.extent] if old is not None and old.end_us >= step.now_us else [])]
    gone = {
        one.entity.ident for one in outcome.changes if not isinstance(one, Put) and isinstance(one.entity, Subscription)
    }
    if "delete" in step.call:
        # The own implicit subscription goes with the intent and hears of it a last time.
        candidates = {one.ident: one for one in before.all(Subscription)}
    else:
        candidates = {one.ident: one for one in after.all(Subscription) if one.ident not in gone}
    expected: dict[str, int] = {}
    for one in candidates.values():
        wants = one.for_operational_intents if of_intents else one.for_constraints
        if wants and one.end_us >= step.now_us and any(meets(one.extent, place) for place in places):
            held = before.subscription(one.ident)
            expected[one.ident] = 1 + (0 if held is None or held.end_us < step.now_us else held.notification_index)
    told = {name: count for call in answer.subscribers for name, count in call.subscriptions}
    assert told == expected
    assert [call.uss_base_url for call in answer.subscribers] == sorted({c.uss_base_url for c in answer.subscribers})
    for call in answer.subscribers:
        assert list(call.subscriptions) == sorted(call.subscriptions)
    for name, count in told.items():
        if name not in gone:
            kept = after.subscription(name)
            assert kept is not None
            assert kept.notification_index == count


def _check_state(state: ListState, now_us: int) -> None:
    """What an intent hangs on is there, of the same manager, and covers it."""
    for one in state.all(Intent):
        if one.subscription is None:
            assert one.state is IntentState.ACCEPTED
            continue
        held = state.subscription(one.subscription)
        assert held is not None
        assert held.manager == one.manager
        assert held.end_us >= one.end_us
        assert lack_of(held.extent, one.extent, from_us=now_us) is None
    for sub in state.all(Subscription):
        assert sub.for_operational_intents or sub.for_constraints
    ovns = [one.ovn for one in (*state.all(Intent), *state.all(Constraint))]
    assert len(ovns) == len(set(ovns)), "no two entities share an OVN"


@given(seed=st.integers(0, 2**32))
def test_the_rules_keep_their_laws_and_the_index_agrees_with_the_list(seed: int) -> None:
    players, lists, memory = Players(seed), ListState(), MemoryState()
    for _ in range(_STEPS):
        step = players.step()
        outcome = step.rule(memory)
        assert step.rule(lists) == outcome, step
        if isinstance(outcome.answer, Refusal):
            assert outcome.changes == ()
        after = ListState()
        after.held = dict(lists.held)
        after.apply(outcome.changes)
        command = _asked(step)
        if isinstance(command, PutIntent):
            _check_put(lists, step, command, outcome)
        _check_told(lists, after, step, outcome)
        lists = after
        memory.apply(outcome.changes)
        _check_state(lists, step.now_us)
        players.hear(outcome.answer)
    assert sorted(map(repr, memory.entities())) == sorted(map(repr, lists.held.values()))


@given(seed=st.integers(0, 2**32), most=st.integers(1, 4))
def test_sweeping_changes_no_answer(seed: int, most: int) -> None:
    players, swept, unswept = Players(seed), MemoryState(), MemoryState()
    for _ in range(_STEPS):
        step = players.step()
        if step.call == "expire":
            swept.apply(expire(swept, now_us=step.now_us, most=most).changes)
            continue
        first, second = step.rule(swept), step.rule(unswept)
        assert first.answer == second.answer, step
        swept.apply(first.changes)
        unswept.apply(second.changes)
        players.hear(first.answer)


@given(seed=st.integers(0, 2**32), most=st.integers(1, 5))
def test_sweeping_ends_and_leaves_what_lives(seed: int, most: int) -> None:
    players, state = Players(seed), MemoryState()
    for _ in range(_STEPS):
        step = players.step()
        outcome = step.rule(state)
        state.apply(outcome.changes)
        players.hear(outcome.answer)
    living = [one for one in _ending(state) if not one.end_us < players.now_us]
    for _ in range(len(state) + 1):
        outcome = expire(state, now_us=players.now_us, most=most)
        assert outcome.answer <= most
        state.apply(outcome.changes)
        if outcome.answer < most:
            break
    assert expire(state, now_us=players.now_us, most=most).answer == 0
    kept = _ending(state)
    assert all(one.end_us >= players.now_us for one in kept)
    assert kept == living


def _ending(state: MemoryState) -> list[Intent | Constraint | Subscription]:
    """What ends, of F3548."""
    return [one for one in state.entities() if isinstance(one, Intent | Constraint | Subscription)]


def test_the_players_bring_about_every_kind_of_answer() -> None:
    # The laws above say little about what never happens.
    kinds: set[str] = set()
    for seed in range(12):
        players, state = Players(seed), MemoryState()
        for _ in range(300):
            step = players.step()
            outcome = step.rule(state)
            state.apply(outcome.changes)
            players.hear(outcome.answer)
            answer = outcome.answer
            kinds.add(f"{step.call} {answer.kind if isinstance(answer, Refusal) else 'done'}")
    for call in ("createOperationalIntentReference", "updateOperationalIntentReference"):
        for kind in ("done", "BAD_REQUEST", "FORBIDDEN", "CONFLICT", "MISSING_KEYS"):
            assert f"{call} {kind}" in kinds, (call, kind)
    assert "updateOperationalIntentReference DOWN" in kinds
    assert "deleteOperationalIntentReference DOWN" in kinds
    assert {"deleteSubscription BAD_REQUEST", "deleteSubscription done", "createSubscription done"} <= kinds
    assert {"createConstraintReference done", "deleteConstraintReference done", "expire done"} <= kinds


@pytest.mark.parametrize("seed", range(3))
def test_the_players_do_the_same_on_the_same_seed(seed: int) -> None:
    first, second = Players(seed), Players(seed)
    assert [first.step().call for _ in range(50)] == [second.step().call for _ in range(50)]
