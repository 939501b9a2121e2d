"""The surge, in short: more notices than ten minutes' worth, each way, with one node killed twice meanwhile."""

from pathlib import Path

from clearline.app.party_home import open_home
from clearline.line.proposal import ConflictFound
from clearline.line.terms import Mode
from soak.surge import Plan, surge


def test_nothing_is_lost_in_a_surge_and_receipts_come_within_five_seconds_once_both_are_up(tmp_path: Path) -> None:
    """Of each tenth notice both nodes find by themselves that it meets the other side's, and say so once."""
    told: list[str] = []
    report = surge(tmp_path, Plan(per_minute=240, seconds=20, turn_s=4), told.append)
    assert report.said == 160
    assert report.lost == 0
    assert report.kills == len(told) == 2
    assert report.wait_s(0.99) <= 5.0
    assert report.keeps
    for name in ("alfa", "bravo"):
        with open_home(tmp_path / name) as opened, opened.node.reading(Mode.ACTUAL) as ledger:
            assert opened.node.verify().sound
            found = [said for said, _ in ledger.of(ConflictFound) if said.header.author == name]
            pairs = [frozenset(link.to for link in said.header.links) for said in found]
            assert len(pairs) == len(set(pairs)) == 8
