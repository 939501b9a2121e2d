"""The surge, in short: more notices than ten minutes' worth, each way, with one node killed twice meanwhile."""

from pathlib import Path

from clearline.app.party_home import open_home
from clearline.line.proposal import ConflictFound
from clearline.line.terms import Mode
from soak.surge import Plan, surge


def test_nothing_is_lost_in_a_surge_and_receipts_come_soon_once_both_are_up(tmp_path: Path) -> None:
    """Of each tenth notice both nodes find by themselves that it meets the other side's, and say so once.

    Soon is measured by the time a node took to start in the same run, which a busy machine makes longer too; that 99 of
    100 come within 5 s on a machine of its own is for `python -m soak.surge` to say.
    """
    told: list[str] = []
    report = surge(tmp_path, Plan(per_minute=300, seconds=12, turn_s=3), told.append)
    assert (report.said, report.lost, len(report.waits_s)) == (120, 0, 120)
    assert report.kills == len(told) == 2
    assert report.wait_s(0.99) <= 5 * report.start_s
    for name in ("alfa", "bravo"):
        with open_home(tmp_path / name) as opened, opened.node.reading(Mode.ACTUAL) as ledger:
            assert opened.node.verify().sound
            found = [said for said, _ in ledger.of(ConflictFound) if said.header.author == name]
            pairs = [frozenset(link.to for link in said.header.links) for said in found]
            assert len(pairs) == len(set(pairs)) == 6
