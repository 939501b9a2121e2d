"""Three registries as processes over one PostgreSQL, killed and cut off while they are asked over HTTP, in short.

`python -m soak.registry_instances` goes on for as long as it is told.
"""

import pytest

from soak.registry_instances import Plan, soak_registries


@pytest.mark.parametrize("mode", ["log", "tables"])
def test_what_three_processes_answered_is_what_one_would_have(mode: str) -> None:
    told: list[str] = []
    report = soak_registries(Plan(mode, seconds=0.0, calls=20), told.append)
    assert report.calls > 60
    assert report.faults
    assert report.unexplained == []
    assert report.differences == ()
    assert report.statuses == (0, 0, 0), "told to stop, each finishes what it began"
    assert told == [report.line().rsplit("|", 2)[0] + "| 0 |"]
