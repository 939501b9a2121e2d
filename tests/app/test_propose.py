"""What could be done: for the worst conflicts first, with what each option would newly meet, and for a whole set."""

from pathlib import Path

import pytest

from clearline.app import propose as module
from clearline.app.check import Checked, EngineMissingError, check_activities, parse_input, read_inputs
from clearline.app.propose import with_assignment, with_proposals
from clearline.conflict.change import AltitudeShift
from clearline.conflict.minima import INTERSECT
from clearline.wire.reading import Supplied
from tests.app.worlds import circle, write_plans


def _checked(folder: Path, features: list[dict[str, object]]) -> Checked:
    _, activities = read_inputs([parse_input(write_plans(folder, "all.geojson", features))], Supplied())
    return check_activities(activities, INTERSECT)


def test_each_conflict_gets_options_and_a_cannot_tell_none(tmp_path: Path) -> None:
    plans = [circle("A", "A1"), circle("B", "B1"), circle("B", "B2", lower="2000", upper="2500")]
    result = with_proposals(_checked(tmp_path, plans)).result
    by_verdict = dict(zip([m.finding.verdict.value for m in result.meetings], result.proposals, strict=True))
    conflict = by_verdict["CONFLICT"]
    assert conflict is not None
    assert conflict.options
    assert by_verdict["CANNOT_TELL"] is None


def test_an_option_says_whom_it_would_newly_meet(tmp_path: Path) -> None:
    """B2 lies right above: climbing out of A1's way brings B1's neighbour in, and the option says so."""
    above = circle("A", "A2", lower="3500FT AMSL", upper="9000FT AMSL")
    result = with_proposals(_checked(tmp_path, [circle("A", "A1"), above, circle("B", "B1")])).result
    proposal = result.proposals[0]
    assert proposal is not None
    climbs = [
        option
        for option in proposal.options
        if option.changes[0] is None and isinstance(option.changes[1], AltitudeShift) and option.changes[1].value > 0.0
    ]
    assert [option.meets for option in climbs] == [("A A2",)]
    assert not proposal.options[0].meets


def test_conflicts_beyond_the_bound_are_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PROPOSALS", 1)
    plans = [circle("A", "A1"), circle("B", "B1"), circle("A", "A2", (40.0, 38.0)), circle("B", "B2", (40.0, 38.0))]
    told: list[str] = []
    result = with_proposals(_checked(tmp_path, plans), lambda what, _done, _total: told.append(what)).result
    assert [proposal is None for proposal in result.proposals] == [False, True]
    assert told == ["resolving"]


def test_one_assignment_clears_all_conflicts_together(tmp_path: Path) -> None:
    plans = [circle("A", f"A{n}") for n in range(2)] + [circle("B", f"B{n}") for n in range(2)]
    found = with_assignment(_checked(tmp_path, plans)).result.assignment
    assert found is not None
    assert all(item.cleared for item in found.assigned)
    assert any(item.changes for item in found.assigned)


def test_too_many_to_resolve_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PLANS", 1)
    with pytest.raises(EngineMissingError, match="2 activities are too many"):
        with_assignment(_checked(tmp_path, [circle("A", "A1"), circle("B", "B1")]))
