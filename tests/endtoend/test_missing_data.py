"""A plan that lost a fact is refused, or meets what it met, or nobody can tell: it is never clear of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clearline
from clearline.conflict.verdict import Verdict
from clearline.wire.errors import MalformedError
from tests.endtoend.facts import Case
from tests.endtoend.facts_json import JSON_CASES
from tests.endtoend.facts_kml import KML_CASES
from tests.endtoend.facts_text import TEXT_CASES

CASES = [*JSON_CASES, *TEXT_CASES, *KML_CASES]


def _answer(case: Case, data: bytes, folder: Path) -> Verdict | None:
    """What a check of a file against its probe says; None where the file is refused."""
    plan, probe = folder / "plan", folder / "probe"
    plan.write_bytes(data)
    probe.write_bytes(case.probe)
    try:
        return clearline.check(case.argument(str(plan)), str(probe)).verdict
    except MalformedError:
        return None


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_no_fact_can_be_lost_and_the_plan_be_clear(case: Case, tmp_path: Path) -> None:
    assert _answer(case, case.data, tmp_path) is Verdict.CONFLICT
    answers = [(what, _answer(case, data, tmp_path)) for what, data in case.losses(case.data)]
    assert [what for what, answer in answers if answer is Verdict.CLEAR] == []
    assert sum(answer is None for _, answer in answers) > 40  # most facts have no stand-in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plans")


@given(data=st.data())
def test_no_two_facts_can_be_lost_and_the_plan_be_clear(data: st.DataObject, folder: Path) -> None:
    case = data.draw(st.sampled_from(CASES))
    for _ in range(4):
        what, once = data.draw(st.sampled_from(list(case.losses(case.data))))
        left = list(case.losses(once))
        if left:
            more, twice = data.draw(st.sampled_from(left))
            assert _answer(case, twice, folder) is not Verdict.CLEAR, (case.name, what, more)


def test_losses_are_many_and_different() -> None:
    for case in CASES:
        found = [data for _, data in case.losses(case.data)]
        assert len(found) > 40
        assert len(set(found)) > 0.6 * len(found)
