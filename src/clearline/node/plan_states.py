"""The life cycle of one version of a plan, as one table.

The one idea: what is not in the table cannot happen. From ACCEPTED on it is the life cycle of an F3548 operational
intent (its states and transitions), before that the party's own: one writes, another releases.
"""

from typing import Final

from clearline.airspace.reference import IntentState
from clearline.node.plan import PlanState, Step

__all__ = ["INTENT_STATES", "TRANSITIONS", "next_state"]

_S = PlanState

# (state, step) -> state. A new version begins with FILE; REPLACE is what a version meets when a later one is accepted.
TRANSITIONS: Final[dict[tuple[PlanState, Step], PlanState]] = {
    (_S.DRAFT, Step.RELEASE): _S.RELEASED,
    (_S.DRAFT, Step.WITHDRAW): _S.ENDED,
    (_S.DRAFT, Step.REPLACE): _S.ENDED,
    (_S.RELEASED, Step.ACCEPT): _S.ACCEPTED,
    (_S.RELEASED, Step.REFUSE): _S.REFUSED,
    (_S.RELEASED, Step.WITHDRAW): _S.ENDED,
    (_S.RELEASED, Step.REPLACE): _S.ENDED,
    # The change of a plan that is under way goes on under way: F3548 keeps the intent Activated as its volumes change.
    (_S.RELEASED, Step.ACTIVATE): _S.ACTIVATED,
    (_S.ACCEPTED, Step.ACTIVATE): _S.ACTIVATED,
    (_S.ACCEPTED, Step.STRAY): _S.NONCONFORMING,
    (_S.ACCEPTED, Step.DECLARE_CONTINGENT): _S.CONTINGENT,
    (_S.ACCEPTED, Step.WITHDRAW): _S.ENDED,
    (_S.ACCEPTED, Step.END): _S.ENDED,
    (_S.ACCEPTED, Step.REPLACE): _S.ENDED,
    (_S.ACTIVATED, Step.STRAY): _S.NONCONFORMING,
    (_S.ACTIVATED, Step.DECLARE_CONTINGENT): _S.CONTINGENT,
    (_S.ACTIVATED, Step.END): _S.ENDED,
    (_S.ACTIVATED, Step.REPLACE): _S.ENDED,
    (_S.NONCONFORMING, Step.RETURN): _S.ACTIVATED,
    (_S.NONCONFORMING, Step.DECLARE_CONTINGENT): _S.CONTINGENT,
    (_S.NONCONFORMING, Step.END): _S.ENDED,
    (_S.NONCONFORMING, Step.REPLACE): _S.ENDED,
    (_S.CONTINGENT, Step.END): _S.ENDED,
}

# What each state is called in a registry, which holds no other.
INTENT_STATES: Final[dict[PlanState, IntentState]] = {
    _S.ACCEPTED: IntentState.ACCEPTED,
    _S.ACTIVATED: IntentState.ACTIVATED,
    _S.NONCONFORMING: IntentState.NONCONFORMING,
    _S.CONTINGENT: IntentState.CONTINGENT,
}


def next_state(state: PlanState, step: Step) -> PlanState | None:
    """Return the state after a step; None where the step is not open.

    >>> next_state(PlanState.DRAFT, Step.RELEASE).value, next_state(PlanState.DRAFT, Step.ACTIVATE)
    ('RELEASED', None)
    """
    return TRANSITIONS.get((state, step))
