"""An operational intent is put: the rule at the heart of F3548's registry.

The one idea: nobody enters the air of another without having read what is there. The key must hold the OVN of every
intent (and of every constraint, for who processes constraints) that touches the new one; there is no limit to how many
are looked at. Whoever is off nominal needs no key: that flight is where it is.
"""

from clearline.airspace.bounds import (
    CLOCK_SLACK_US,
    OI_MAX_DURATION_US,
    OI_MAX_PLAN_HORIZON_US,
    PAST_OVNS_KEPT,
)
from clearline.airspace.reference import Constraint, Intent, IntentState
from clearline.airspace.subscription import Subscription, UssState
from clearline.registry.attachment import Attached, attach, let_go
from clearline.registry.intents import IntentChanged, PutIntent, refuse_down, refuse_other
from clearline.registry.living import living
from clearline.registry.notified import announce_intent
from clearline.registry.ovn_suffix import requested_ovn, still_fresh
from clearline.registry.refusal import Refusal, RefusalKind, bad_request
from clearline.registry.shown import show_constraints, show_intent, show_intents, uss_state
from clearline.registry.version import Fresh, mint_version
from clearline.registry.view import Outcome, Put, Remove, View

__all__ = ["put_intent"]

_OFF_NOMINAL = frozenset({IntentState.NONCONFORMING, IntentState.CONTINGENT})


def put_intent(view: View, command: PutIntent, *, now_us: int, fresh: Fresh) -> Outcome[IntentChanged | Refusal]:
    """Create or change the intent and announce it; or say why not. Nothing changes on a refusal.

    In order: what the request says by itself, the rights of who asks, the present version, the subscription, the key.
    An intent whose end has passed is as good as gone, so its identifier is free.
    """
    asked_ovn = _asked_ovn(command, now_us)
    if isinstance(asked_ovn, Refusal):
        return Outcome(asked_ovn)
    refused = _refuse_request(command, now_us) or _refuse_rights(command)
    if refused is not None:
        return Outcome(refused)
    stored = view.intent(command.ident)
    old = living(stored, now_us)
    refused = _refuse_version(old, command) or _refuse_state(view, old, command)
    if refused is not None:
        return Outcome(refused)
    ovn = _ovn(old, command, asked_ovn, now_us, fresh)
    if isinstance(ovn, Refusal):
        return Outcome(ovn)
    attached = _attach(view, command, now_us, fresh)
    if isinstance(attached, Refusal):
        return Outcome(attached)
    refused = _refuse_key(view, command, attached, now_us)
    if refused is not None:
        return Outcome(refused)
    return _change(view, command, stored, _intent(old, command, ovn, attached, now_us), attached, now_us)


def _refuse_request(command: PutIntent, now_us: int) -> Refusal | None:
    """Return what is wrong with the times or the subscription whatever the state of the registry."""
    if command.end_us < now_us:
        return bad_request("the intent ends in the past", "plan it to end later than now")
    if command.end_us > now_us + OI_MAX_PLAN_HORIZON_US + CLOCK_SLACK_US:
        return bad_request(
            "the intent ends more than 30 days ahead (OPIN0030, OiMaxPlanHorizon)", "plan it to end within 30 days"
        )
    if command.end_us - command.start_us > OI_MAX_DURATION_US:
        return bad_request("the intent lasts longer than 30 days", "cut it into several, or let it start later")
    if command.subscription is not None and command.new_subscription is not None:
        return bad_request("both subscription_id and new_subscription are given", "give one of them")
    if command.state is not IntentState.ACCEPTED and command.subscription is None and command.new_subscription is None:
        return bad_request(
            f"an intent that is {command.state} needs a subscription", "give subscription_id or new_subscription"
        )
    return None


def _refuse_rights(command: PutIntent) -> Refusal | None:
    if command.state in _OFF_NOMINAL and not command.off_nominal:
        return Refusal(
            RefusalKind.FORBIDDEN,
            f"an intent may be put {command.state} only with utm.conformance_monitoring_sa (SCD0100)",
            "ask for a token with that scope",
        )
    wanted = command.new_subscription
    if wanted is not None and wanted.for_constraints and not command.constraint_processing:
        return Refusal(
            RefusalKind.FORBIDDEN,
            "notify_for_constraints needs the scope utm.constraint_processing",
            "ask for a token with that scope, or leave the flag false",
        )
    return None


def _refuse_version(old: Intent | None, command: PutIntent) -> Refusal | None:
    if old is not None:
        return refuse_other(old, command.client, command.ovn)
    if command.ovn is not None:
        return bad_request(
            f"there is no intent {command.ident} to change; it may have ended", "to create it, put it without an OVN"
        )
    return None


def _refuse_state(view: View, old: Intent | None, command: PutIntent) -> Refusal | None:
    if old is None and command.state is not IntentState.ACCEPTED:
        return bad_request(f"a new intent cannot be {command.state}", "create it Accepted, then change its state")
    if command.state in _OFF_NOMINAL:
        return None
    return refuse_down(view, command.client, f"put an intent {command.state}")


def _asked_ovn(command: PutIntent, now_us: int) -> str | Refusal | None:
    """Return the OVN that the request asks for, None where it asks for none."""
    if command.ovn_suffix is None:
        return None
    try:
        return requested_ovn(command.ident, command.ovn_suffix, now_us)
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        return bad_request(what, mend)


def _ovn(old: Intent | None, command: PutIntent, asked: str | None, now_us: int, fresh: Fresh) -> str | Refusal:
    if asked is None:
        return mint_version(command.ident, fresh.nonce)
    if old is not None and asked in (old.ovn, *old.past_ovns):
        return bad_request(f"the OVN {asked} was used before", "make a new requested_ovn_suffix for every change")
    if old is not None and len(still_fresh(old.past_ovns, now_us)) >= PAST_OVNS_KEPT:
        return Refusal(
            RefusalKind.TOO_MANY,
            f"the intent {command.ident} was changed too often within 5 minutes with a requested OVN",
            "wait, or leave requested_ovn_suffix out",
        )
    return asked


def _attach(view: View, command: PutIntent, now_us: int, fresh: Fresh) -> Attached | Refusal | None:
    wanted = command.subscription or command.new_subscription
    if wanted is None:
        return None
    return attach(view, client=command.client, extent=command.extent, wanted=wanted, now_us=now_us, fresh=fresh)


def _refuse_key(view: View, command: PutIntent, attached: Attached | None, now_us: int) -> Refusal | None:
    """Return the refusal that lists whatever touches the intent and is not in the key; None if nothing is missing.

    Not asked for: the intent itself, what has ended, and Accepted intents of a USS that is down, which nobody can read
    and which it may not activate (F3548, planning in the presence of a down USS).
    """
    if command.state in _OFF_NOMINAL:
        return None
    intents = tuple(
        one
        for one in view.intents_touching(command.extent)
        if one.ovn not in command.key and one.ident != command.ident and _counts(view, one, now_us)
    )
    constraints: tuple[Constraint, ...] = ()
    if attached is not None and attached.subscription.for_constraints:
        constraints = tuple(
            one
            for one in view.constraints_touching(command.extent)
            if one.ovn not in command.key and living(one, now_us)
        )
    if not intents and not constraints:
        return None
    return Refusal(
        RefusalKind.MISSING_KEYS,
        f"the key lacks the OVNs of {len(intents)} operational intents and {len(constraints)} constraints that touch"
        " this one",
        "read the details of what is listed from its manager and add the OVNs found there to the key",
        show_intents(view, intents, command.client),
        show_constraints(view, constraints, command.client),
    )


def _counts(view: View, one: Intent, now_us: int) -> bool:
    if living(one, now_us) is None:
        return False
    return one.state is not IntentState.ACCEPTED or uss_state(view, one.manager) is not UssState.DOWN


def _intent(old: Intent | None, command: PutIntent, ovn: str, attached: Attached | None, now_us: int) -> Intent:
    past: tuple[str, ...] = ()
    if old is not None:
        asked_for = (old.ovn,) if old.ovn.startswith(f"{old.ident}_") else ()
        past = still_fresh((*old.past_ovns, *asked_for), now_us)
    return Intent(
        ident=command.ident,
        manager=command.client,
        version=1 if old is None else old.version + 1,
        ovn=ovn,
        past_ovns=past,
        state=command.state,
        uss_base_url=command.uss_base_url,
        subscription=None if attached is None else attached.subscription.ident,
        extent=command.extent,
        start_us=command.start_us,
        end_us=command.end_us,
        updated_us=now_us,
    )


def _change(
    view: View, command: PutIntent, stored: Intent | None, intent: Intent, attached: Attached | None, now_us: int
) -> Outcome[IntentChanged | Refusal]:
    """Return the answer and the changes, always in this order: subscriptions, the intent, what goes."""
    left: tuple[Intent | Subscription, ...] = ()
    if stored is not None and stored.subscription is not None and stored.subscription != intent.subscription:
        left = let_go(view, stored.subscription, intent=intent.ident, now_us=now_us)
    places = (intent.extent,) if living(stored, now_us) is None or stored is None else (stored.extent, intent.extent)
    made = attached.subscription if attached is not None and attached.made else None
    gone = frozenset(one.ident for one in left)
    said = announce_intent(view, places, now_us=now_us, made=made, gone=gone)
    changes = (*(Put(one) for one in said.counted), Put(intent), *(Remove(one) for one in left))
    return Outcome(IntentChanged(show_intent(view, intent, command.client), said.subscribers), changes)
