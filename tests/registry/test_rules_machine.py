"""Few USSs in a tiny sky, step by step: a story that breaks a law shrinks to the shortest that does."""

from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from clearline.airspace.extent import Extent, Span, lack_of
from clearline.airspace.reference import Constraint, Intent, IntentState
from clearline.airspace.subscription import Subscription, UssState
from clearline.registry.attachment import NewSubscription
from clearline.registry.expiry import expire
from clearline.registry.intents import IntentChanged
from clearline.registry.refusal import Refusal
from tests.registry.list_state import ListState, meets
from tests.registry.sky import MINUTE_US, NOW_US, Sky, ident, intent, subscription

_CLIENTS = st.sampled_from(("uss1", "uss2"))
_CELLS = st.sets(st.integers(1, 3), min_size=1, max_size=2)
_NAMES = st.integers(1, 4)
_SUBS = st.integers(100, 102)
_ALWAYS = Extent((1, 2, 3), (Span(float("-inf"), float("inf"), -(2**62), 2**62),))


class Registry(RuleBasedStateMachine):
    """The registry and a list beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.sky = Sky()
        self.lists = ListState()

    def _kept(self, answer: object) -> None:
        if isinstance(answer, Refusal):
            assert self.sky.changes == ()
        self.lists.apply(self.sky.changes)

    def _place(self, cells: set[int], low: int, length: int) -> Extent:
        start_us = self.sky.now_us
        return Extent(
            tuple(sorted(cells)), (Span(low * 10.0, low * 10.0 + 10.0, start_us, start_us + length * MINUTE_US),)
        )

    @rule(
        number=_NAMES,
        client=_CLIENTS,
        cells=_CELLS,
        low=st.integers(0, 3),
        length=st.integers(0, 40),
        state=st.sampled_from(IntentState),
        knows=st.booleans(),
        sub=st.one_of(st.none(), _SUBS, st.booleans()),
    )
    def put(
        self,
        number: int,
        client: str,
        cells: set[int],
        low: int,
        length: int,
        state: IntentState,
        knows: bool,  # noqa: FBT001 - drawn
        sub: int | bool | None,  # noqa: FBT001 - drawn
    ) -> None:
        """Somebody puts an intent, having read everything or nothing."""
        held = self.sky.state.intent(ident(number))
        wanted = (
            NewSubscription(f"https://{client}.example", for_constraints=sub)
            if isinstance(sub, bool)
            else None
            if sub is None
            else ident(sub)
        )
        living = held is not None and held.end_us >= self.sky.now_us
        command = intent(
            number,
            self._place(cells, low, length),
            ovn=held.ovn if living and held is not None else None,
            client=client,
            state=state,
            key=self.sky.key() if knows else frozenset(),
            sub=wanted,
            off_nominal=True,
        )
        near = [
            one
            for one in self.lists.all(Intent)
            if one.ident != command.ident and one.end_us >= self.sky.now_us and meets(one.extent, command.extent)
        ]
        answer = self.sky.put(command)
        if isinstance(answer, IntentChanged) and not knows and state in (IntentState.ACCEPTED, IntentState.ACTIVATED):
            # Nothing was read, so nothing was there but Accepted intents of who is down.
            for one in near:
                said = self.lists.availability(one.manager)
                assert one.state is IntentState.ACCEPTED
                assert said is not None
                assert said.state is UssState.DOWN
        self._kept(answer)

    @rule(number=_NAMES, client=_CLIENTS)
    def delete(self, number: int, client: str) -> None:
        """Somebody deletes an intent."""
        held = self.sky.state.intent(ident(number))
        self._kept(self.sky.delete(number, "none" if held is None else held.ovn, client))

    @rule(number=_SUBS, client=_CLIENTS, cells=_CELLS, length=st.integers(0, 60), constraints=st.booleans())
    def subscribe(
        self,
        number: int,
        client: str,
        cells: set[int],
        length: int,
        constraints: bool,  # noqa: FBT001 - drawn
    ) -> None:
        """Somebody puts an explicit subscription."""
        held = self.sky.state.subscription(ident(number))
        living = held is not None and held.end_us >= self.sky.now_us
        now_min = (self.sky.now_us - NOW_US) / MINUTE_US
        command = subscription(
            number,
            *cells,
            version=held.version if living and held is not None else None,
            client=client,
            from_min=now_min,
            to_min=now_min + length,
            constraints=constraints,
        )
        self._kept(self.sky.subscribe(command))

    @rule(cells=_CELLS, low=st.integers(0, 3), length=st.integers(0, 40))
    def constrain(self, cells: set[int], low: int, length: int) -> None:
        """The authority puts a constraint."""
        held = self.sky.state.constraint(ident(50))
        living = held is not None and held.end_us >= self.sky.now_us
        ovn = held.ovn if living and held is not None else None
        self._kept(self.sky.constrain(50, self._place(cells, low, length), ovn=ovn))

    @rule(client=_CLIENTS, state=st.sampled_from(UssState))
    def arbitrate(self, client: str, state: UssState) -> None:
        """The arbiter says whether a USS answers."""
        self._kept(self.sky.say(client, state))

    @rule(minutes=st.integers(0, 30))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.sky.now_us += minutes * MINUTE_US

    @rule(most=st.integers(1, 3))
    def sweep(self, most: int) -> None:
        """The sweep takes a step."""
        self._kept(self.sky.ask(partial(expire, now_us=self.sky.now_us, most=most)))

    @invariant()
    def the_index_agrees_with_the_list(self) -> None:
        """Law."""
        state = self.sky.state
        assert list(state.intents_touching(_ALWAYS)) == list(self.lists.all(Intent))
        assert list(state.constraints_touching(_ALWAYS)) == list(self.lists.all(Constraint))
        assert list(state.subscriptions_touching(_ALWAYS)) == list(self.lists.all(Subscription))
        for sub in self.lists.all(Subscription):
            assert list(state.intents_of(sub.ident)) == list(self.lists.intents_of(sub.ident))

    @invariant()
    def an_intent_in_use_hangs_on_a_subscription_that_covers_it(self) -> None:
        """Law."""
        for one in self.lists.all(Intent):
            if one.subscription is None:
                assert one.state is IntentState.ACCEPTED
                continue
            held = self.lists.subscription(one.subscription)
            assert held is not None
            assert lack_of(held.extent, one.extent, from_us=self.sky.now_us) is None


TestRegistry = Registry.TestCase
TestRegistry.settings = settings(max_examples=40, stateful_step_count=25)
