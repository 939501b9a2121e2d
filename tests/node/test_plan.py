"""A plan refuses to exist as something that two persons did not agree to, and its life is one table."""

from dataclasses import replace

import pytest

from clearline.airspace.reference import IntentState
from clearline.node.plan import Plan, PlanState, Step
from clearline.node.plan_states import INTENT_STATES, TRANSITIONS, next_state
from clearline.space.window import TimeWindow
from tests.node.plan_book import HOUR_MS, T0, activity
from tests.tidy.tree import ROOT

DRAFT = Plan("id-1", activity(), PlanState.DRAFT, 1, "first", T0)


@pytest.mark.parametrize("by", ["first", "FIRST", " first "])
def test_nobody_releases_what_they_wrote(by: str) -> None:
    with pytest.raises(ValueError, match="another must release it"):
        replace(DRAFT, state=PlanState.RELEASED, released_by=by)
    assert replace(DRAFT, state=PlanState.RELEASED, released_by="second").released_by == "second"


@pytest.mark.parametrize("state", [one for one in PlanState if one is PlanState.RELEASED or one.in_force])
def test_nothing_is_under_way_that_nobody_released(state: PlanState) -> None:
    with pytest.raises(ValueError, match="nobody released it"):
        replace(DRAFT, state=state)


def test_a_draft_has_no_release_and_a_plan_has_a_name_a_writer_and_a_version() -> None:
    with pytest.raises(ValueError, match="released by nobody yet"):
        replace(DRAFT, released_by="second")
    for wrong in ({"ident": ""}, {"written_by": " "}, {"version": 0}):
        with pytest.raises(ValueError, match="needs an identifier, a writer, and a version"):
            replace(DRAFT, **wrong)
    with pytest.raises(ValueError, match="needs an identifier"):
        replace(DRAFT, state=PlanState.RELEASED, released_by="")


def test_a_plan_lasts_as_long_as_its_clock_may_be_off() -> None:
    volume = replace(DRAFT.activity.volumes[0], window=TimeWindow(T0, T0 + HOUR_MS, 1.5))
    later = replace(volume, window=TimeWindow(T0 + 5, T0 + HOUR_MS, 0.0))
    plan = replace(DRAFT, activity=replace(DRAFT.activity, volumes=(later, volume)))
    assert (plan.start_ms, plan.end_ms) == (T0 - 1_500, T0 + HOUR_MS + 1_500)
    endless = replace(volume, window=TimeWindow(T0, None))
    assert replace(plan, activity=replace(DRAFT.activity, volumes=(volume, endless))).end_ms is None
    assert (plan.name, plan.priority) == ("A-1", 3)


def test_every_state_is_reached_and_what_is_over_stays_over() -> None:
    reached = {PlanState.DRAFT} | set(TRANSITIONS.values())
    assert reached == set(PlanState)
    leaving = {state for state, _ in TRANSITIONS}
    assert leaving == {state for state in PlanState if state.live}
    assert {step for _, step in TRANSITIONS} == set(Step) - {Step.FILE}


def test_a_registry_knows_exactly_what_is_in_force() -> None:
    assert set(INTENT_STATES) == {state for state in PlanState if state.in_force}
    assert set(INTENT_STATES.values()) == set(IntentState)


def test_a_contingency_is_only_ended_and_nothing_is_in_force_without_release() -> None:
    assert [step for step in Step if next_state(PlanState.CONTINGENT, step) is not None] == [Step.END]
    from_draft = {next_state(PlanState.DRAFT, step) for step in Step} - {None}
    assert from_draft == {PlanState.RELEASED, PlanState.ENDED}


def test_the_page_shows_the_table() -> None:
    page = (ROOT / "docs" / "plans.md").read_text("utf-8")
    for (state, step), after in TRANSITIONS.items():
        assert f"| {state} | {step} | {after} |" in page, (state, step)
    rows = [line for line in page.splitlines() if line.count("|") == 4 and line.split("|")[2].strip() in [*Step]]
    assert len(rows) == len(TRANSITIONS)
