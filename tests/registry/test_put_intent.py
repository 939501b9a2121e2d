"""An intent is put: the key, the states, the version, the bounds; with F3548-21's requirement ids."""

from dataclasses import replace

import pytest

from clearline.airspace.extent import Extent, Span
from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import UssState
from clearline.registry.attachment import NewSubscription
from clearline.registry.put_intent import put_intent
from clearline.registry.refusal import RefusalKind
from tests.registry.sky import (
    MINUTE_US,
    NOW_US,
    Sky,
    checked,
    extent,
    fresh,
    ident,
    intent,
    refuses,
    subscription,
    v7,
)

_DAY_MIN = 24 * 60
_NEW = NewSubscription("https://uss1.example/sub", for_constraints=False)
_ACTIVE = (IntentState.ACTIVATED, IntentState.NONCONFORMING, IntentState.CONTINGENT)


def test_dss0005_1_an_intent_is_created_as_it_was_asked() -> None:
    sky = Sky()
    where = extent(1, 2, low_m=10.0, high_m=90.0)
    shown = checked(sky.put(intent(1, where))).intent
    held = sky.state.intent(ident(1))
    assert shown.intent == held
    assert held is not None
    # DSS0210, 2a-2f: identifier, manager, address, version, times and cells are those of the shared picture.
    assert (held.ident, held.manager, held.version) == (ident(1), "uss1", 1)
    assert (held.uss_base_url, held.state, held.subscription) == ("https://uss1.example", IntentState.ACCEPTED, None)
    assert (held.extent, held.start_us, held.end_us) == (where, NOW_US, NOW_US + 30 * MINUTE_US)
    assert held.updated_us == NOW_US
    assert shown.ovn == held.ovn
    assert shown.availability is UssState.UNKNOWN


def test_dss0005_1_a_change_makes_a_new_version_and_a_new_ovn() -> None:
    sky = Sky()
    first = checked(sky.put(intent(1))).intent.intent
    second = checked(sky.put(intent(1, extent(2), ovn=first.ovn))).intent.intent
    assert second.version == 2
    assert second.ovn != first.ovn
    assert second.extent.cells == (2,)
    assert "not the present one" in refuses(sky.put(intent(1, ovn=first.ovn)), RefusalKind.CONFLICT).what
    assert "exists already" in refuses(sky.put(intent(1)), RefusalKind.CONFLICT).what


def test_dss0210_1_an_identifier_of_another_uss_is_not_to_be_had() -> None:
    sky = Sky()
    sky.put(intent(1))
    refuses(sky.put(intent(1, client="uss2")), RefusalKind.FORBIDDEN)
    refuses(sky.put(intent(1, client="uss2", ovn=sky.ovn(1))), RefusalKind.FORBIDDEN)


def test_an_ovn_of_an_intent_that_is_not_there_is_a_bad_request() -> None:
    # The public suite expects 400 here, not 404.
    refuses(Sky().put(intent(1, ovn="an-ovn-of-nothing")), RefusalKind.BAD_REQUEST)


def test_dss0210_a2_7_2_2a_who_enters_has_read_what_touches() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1, 2)))
    sky.put(intent(2, extent(3)))
    missing = refuses(sky.put(intent(3, extent(2, 3), client="uss2")), RefusalKind.MISSING_KEYS)
    assert [one.intent.ident for one in missing.missing_intents] == [ident(1), ident(2)]
    # The OVN is the manager's to give: the refusal does not show it.
    assert [one.ovn for one in missing.missing_intents] == [None, None]
    missing = refuses(
        sky.put(intent(3, extent(2, 3), client="uss2", key=frozenset({sky.ovn(1)}))), RefusalKind.MISSING_KEYS
    )
    assert [one.intent.ident for one in missing.missing_intents] == [ident(2)]
    checked(sky.put(intent(3, extent(2, 3), client="uss2", key=frozenset({sky.ovn(1), sky.ovn(2)}))))


def test_dss0210_a2_7_2_2b_who_changes_has_read_what_touches_now() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1)))
    sky.put(intent(2, extent(2), client="uss2"))
    refused = refuses(sky.put(intent(2, extent(1), client="uss2", ovn=sky.ovn(2))), RefusalKind.MISSING_KEYS)
    assert [one.intent.ident for one in refused.missing_intents] == [ident(1)]
    old = sky.ovn(1)
    sky.put(intent(1, extent(1), ovn=old))
    refuses(
        sky.put(intent(2, extent(1), client="uss2", ovn=sky.ovn(2), key=frozenset({old}))), RefusalKind.MISSING_KEYS
    )
    checked(sky.put(intent(2, extent(1), client="uss2", ovn=sky.ovn(2), key=sky.key())))


def test_the_own_present_ovn_need_not_be_in_the_key_but_other_own_intents_must() -> None:
    sky = Sky()
    sky.put(intent(1))
    checked(sky.put(intent(1, ovn=sky.ovn(1))))
    refused = refuses(sky.put(intent(2)), RefusalKind.MISSING_KEYS)
    # An own OVN is shown, since its manager knows it.
    assert refused.missing_intents[0].ovn == sky.ovn(1)


@pytest.mark.parametrize(
    ("where", "meets"),
    [
        (extent(1, from_min=30, to_min=40), True),
        (extent(1, from_min=30.001, to_min=40), False),
        (extent(1, low_m=100.0, high_m=200.0), True),
        (extent(1, low_m=100.001, high_m=200.0), False),
        (extent(2), False),
        (extent(2, 3, 4), False),
        (extent(0, 1), True),
    ],
)
def test_touching_is_meeting_in_time_and_altitude(where: Extent, meets: bool) -> None:  # noqa: FBT001 - parametrised
    sky = Sky()
    sky.put(intent(1, extent(1)))
    answer = sky.put(intent(2, where, client="uss2"))
    if meets:
        refuses(answer, RefusalKind.MISSING_KEYS)
    else:
        checked(answer)


def test_a_long_route_blocks_each_cell_only_while_it_passes() -> None:
    sky = Sky()
    early = Span(0.0, 100.0, NOW_US, NOW_US + MINUTE_US)
    late = Span(0.0, 100.0, NOW_US + 60 * MINUTE_US, NOW_US + 61 * MINUTE_US)
    sky.put(intent(1, Extent((1, 2), (early, late))))
    checked(sky.put(intent(2, Extent((1, 2), (late, early)), client="uss2")))
    refuses(sky.put(intent(3, Extent((1,), (early,)), client="uss3")), RefusalKind.MISSING_KEYS)


@pytest.mark.parametrize("state", [IntentState.NONCONFORMING, IntentState.CONTINGENT])
def test_who_is_off_nominal_needs_no_key_but_the_scope_scd0100(state: IntentState) -> None:
    sky = Sky()
    sky.put(intent(1, extent(1), client="uss2"))
    sky.put(intent(2, extent(2)))
    refuses(sky.put(intent(2, extent(1), ovn=sky.ovn(2), state=state, sub=_NEW)), RefusalKind.FORBIDDEN)
    checked(sky.put(intent(2, extent(1), ovn=sky.ovn(2), state=state, sub=_NEW, off_nominal=True)))
    # And whoever comes after has to read of it.
    refuses(sky.put(intent(3, extent(1), client="uss3", key=frozenset({sky.ovn(1)}))), RefusalKind.MISSING_KEYS)


@pytest.mark.parametrize("state", _ACTIVE)
def test_a_new_intent_is_accepted_and_nothing_else(state: IntentState) -> None:
    refuses(Sky().put(intent(1, state=state, sub=_NEW, off_nominal=True)), RefusalKind.BAD_REQUEST)


@pytest.mark.parametrize("state", _ACTIVE)
def test_an_intent_in_use_needs_a_subscription(state: IntentState) -> None:
    sky = Sky()
    sky.put(intent(1, sub=_NEW))
    refuses(sky.put(intent(1, ovn=sky.ovn(1), state=state, off_nominal=True)), RefusalKind.BAD_REQUEST)
    held = checked(sky.put(intent(1, ovn=sky.ovn(1), state=state, off_nominal=True, sub=_NEW))).intent.intent
    assert held.state is state


def test_scd0005_an_accepted_intent_of_a_uss_that_is_down_needs_no_key() -> None:
    sky = Sky()
    sky.put(intent(1, client="down"))
    sky.say("down", UssState.DOWN)
    checked(sky.put(intent(2)))
    refuses(sky.put(intent(3, client="uss3")), RefusalKind.MISSING_KEYS)


@pytest.mark.parametrize("state", _ACTIVE)
def test_an_intent_in_use_may_hang_on_an_explicit_subscription(state: IntentState) -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1))
    sky.put(intent(1))
    held = checked(sky.put(intent(1, ovn=sky.ovn(1), state=state, off_nominal=True, sub=ident(100)))).intent.intent
    assert (held.state, held.subscription) == (state, ident(100))


@pytest.mark.parametrize("state", _ACTIVE)
def test_scd0010_an_intent_in_use_of_a_uss_that_is_down_still_needs_a_key(state: IntentState) -> None:
    sky = Sky()
    sky.put(intent(1, client="down", sub=_NEW))
    sky.put(intent(1, client="down", sub=_NEW, ovn=sky.ovn(1), state=state, off_nominal=True))
    sky.say("down", UssState.DOWN)
    refused = refuses(sky.put(intent(2)), RefusalKind.MISSING_KEYS)
    assert refused.missing_intents[0].availability is UssState.DOWN


def test_a_uss_that_is_down_neither_plans_nor_activates_but_may_say_that_it_is_off_nominal() -> None:
    sky = Sky()
    sky.put(intent(1, sub=_NEW))
    sky.say("uss1", UssState.DOWN)
    refuses(sky.put(intent(2, extent(2))), RefusalKind.DOWN)
    refuses(sky.put(intent(1, ovn=sky.ovn(1))), RefusalKind.DOWN)
    refuses(sky.put(intent(1, ovn=sky.ovn(1), state=IntentState.ACTIVATED, sub=_NEW)), RefusalKind.DOWN)
    checked(sky.put(intent(1, ovn=sky.ovn(1), state=IntentState.NONCONFORMING, sub=_NEW, off_nominal=True)))
    sky.say("uss1", UssState.NORMAL)
    checked(sky.put(intent(2, extent(2))))


def test_who_processes_constraints_has_read_those_too() -> None:
    sky = Sky()
    sky.constrain(50, extent(1))
    listening = NewSubscription("https://uss1.example", for_constraints=True)
    refused = refuses(sky.put(intent(1, sub=listening)), RefusalKind.MISSING_KEYS)
    assert [one.constraint.ident for one in refused.missing_constraints] == [ident(50)]
    assert refused.missing_intents == ()
    assert refused.missing_constraints[0].ovn is None
    # Without a subscription to constraints none is asked for.
    checked(sky.put(intent(2, sub=_NEW)))
    checked(sky.put(intent(1, sub=listening, key=sky.key())))


def test_an_explicit_subscription_to_constraints_asks_for_them_as_well() -> None:
    sky = Sky()
    sky.constrain(50, extent(1))
    sky.subscribe(subscription(100, 1, constraints=True))
    refuses(sky.put(intent(1, sub=ident(100))), RefusalKind.MISSING_KEYS)
    checked(sky.put(intent(1, sub=ident(100), key=sky.key())))


def test_notices_of_constraints_need_their_scope() -> None:
    listening = NewSubscription("https://uss1.example", for_constraints=True)
    refuses(Sky().put(intent(1, sub=listening, constraint_processing=False)), RefusalKind.FORBIDDEN)


def test_what_has_ended_needs_no_key_and_its_identifier_is_free() -> None:
    sky = Sky()
    sky.put(intent(1, extent(1, to_min=10), sub=_NEW))
    sky.constrain(50, extent(1, to_min=10))
    sky.now_us += 10 * MINUTE_US
    refuses(sky.put(intent(2, client="uss2")), RefusalKind.MISSING_KEYS)
    sky.now_us += 1
    listening = NewSubscription("https://uss2.example", for_constraints=True)
    checked(sky.put(intent(2, client="uss2", sub=listening)))
    again = checked(sky.put(intent(1, extent(3), client="uss3"))).intent.intent
    assert (again.manager, again.version) == ("uss3", 1)
    refuses(sky.put(intent(50, ovn="an-ovn-of-nothing")), RefusalKind.BAD_REQUEST)


def test_opin0030_the_plan_horizon_is_30_days_to_the_second() -> None:
    sky = Sky()
    slack_min = 5 / 60
    checked(sky.put(intent(1, extent(1, from_min=29 * _DAY_MIN, to_min=30 * _DAY_MIN + slack_min))))
    refused = refuses(
        sky.put(intent(2, extent(2, from_min=29 * _DAY_MIN, to_min=30 * _DAY_MIN + slack_min * 1.001))),
        RefusalKind.BAD_REQUEST,
    )
    assert "OPIN0030" in refused.what


def test_an_intent_lasts_30_days_at_most() -> None:
    sky = Sky()
    checked(sky.put(intent(1, extent(1, from_min=-_DAY_MIN, to_min=29 * _DAY_MIN))))
    refuses(sky.put(intent(2, extent(2, from_min=-_DAY_MIN - 1, to_min=29 * _DAY_MIN))), RefusalKind.BAD_REQUEST)


def test_an_intent_may_have_begun_but_not_ended() -> None:
    sky = Sky()
    checked(sky.put(intent(1, extent(1, from_min=-60, to_min=0))))
    refuses(sky.put(intent(2, extent(2, from_min=-60, to_min=-0.001))), RefusalKind.BAD_REQUEST)


def test_two_subscriptions_are_one_too_many() -> None:
    sky = Sky()
    sky.subscribe(subscription(100, 1))
    refuses(sky.put(replace(intent(1, sub=_NEW), subscription=ident(100))), RefusalKind.BAD_REQUEST)


def test_a_bad_suffix_is_told_before_anything_that_depends_on_the_registry() -> None:
    # The public suite sends one with an OVN that is no longer the present one and expects 400.
    sky = Sky()
    sky.put(intent(1))
    refuses(sky.put(intent(1, ovn="no-longer-that", suffix="no-uuid")), RefusalKind.BAD_REQUEST)


def test_an_intent_starts_and_ends_with_its_extent() -> None:
    command = intent(1)
    with pytest.raises(ValueError, match="starts and ends with its extent"):
        replace(command, end_us=command.end_us + 1)


def test_an_ovn_follows_from_chance_and_from_the_intent() -> None:
    sky = Sky()
    made = [
        put_intent(sky.state, intent(number), now_us=NOW_US, fresh=fresh(nonce)).answer
        for number in (1, 2)
        for nonce in (1, 2)
    ]
    assert len({checked(one).intent.ovn for one in made}) == 4


def test_a_requested_ovn_is_given() -> None:
    sky = Sky()
    suffix = v7(NOW_US)
    shown = checked(sky.put(intent(1, suffix=suffix))).intent
    assert shown.ovn == f"{ident(1)}_{suffix}"
    again = v7(NOW_US, 2)
    assert checked(sky.put(intent(1, suffix=again, ovn=shown.ovn))).intent.ovn == f"{ident(1)}_{again}"


@pytest.mark.parametrize(
    "suffix",
    [
        v7(NOW_US - 5 * MINUTE_US - 1_000),
        v7(NOW_US + 5 * MINUTE_US + 1_000),
        ident(1),
        "",
        "no-uuid",
        v7(NOW_US) + "0",
        v7(NOW_US).replace("-8", "-7"),
    ],
)
def test_a_requested_ovn_is_a_uuid_of_the_present(suffix: str) -> None:
    refuses(Sky().put(intent(1, suffix=suffix)), RefusalKind.BAD_REQUEST)


@pytest.mark.parametrize("away_min", [-5, 5])
def test_a_requested_ovn_within_five_minutes_is_of_the_present(away_min: int) -> None:
    checked(Sky().put(intent(1, suffix=v7(NOW_US + away_min * MINUTE_US))))


def test_a_requested_ovn_does_not_come_back() -> None:
    sky = Sky()
    first, second = v7(NOW_US, 1), v7(NOW_US, 2)
    sky.put(intent(1, suffix=first))
    refuses(sky.put(intent(1, suffix=first, ovn=sky.ovn(1))), RefusalKind.BAD_REQUEST)
    checked(sky.put(intent(1, suffix=second, ovn=sky.ovn(1))))
    checked(sky.put(intent(1, ovn=sky.ovn(1))))
    for used in (first, second):
        refuses(sky.put(intent(1, suffix=used, ovn=sky.ovn(1))), RefusalKind.BAD_REQUEST)


def test_requested_ovns_are_remembered_as_long_as_they_could_come_back() -> None:
    sky = Sky()
    sky.put(intent(1, suffix=v7(NOW_US, 1)))
    sky.put(intent(1, suffix=v7(NOW_US, 2), ovn=sky.ovn(1)))
    held = sky.state.intent(ident(1))
    assert held is not None
    assert held.past_ovns == (f"{ident(1)}_{v7(NOW_US, 1)}",)
    sky.now_us += 5 * MINUTE_US + 1_000
    sky.put(intent(1, ovn=sky.ovn(1)))
    held = sky.state.intent(ident(1))
    assert held is not None
    assert held.past_ovns == ()


def test_too_many_requested_ovns_are_refused_rather_than_forgotten() -> None:
    sky = Sky()
    sky.put(intent(1, suffix=v7(NOW_US, 0)))
    for number in range(1, 1_001):
        checked(sky.put(intent(1, suffix=v7(NOW_US, number), ovn=sky.ovn(1))))
    refuses(sky.put(intent(1, suffix=v7(NOW_US, 1_001), ovn=sky.ovn(1))), RefusalKind.TOO_MANY)
    sky.now_us += 6 * MINUTE_US
    checked(sky.put(intent(1, suffix=v7(sky.now_us, 1_002), ovn=sky.ovn(1))))
