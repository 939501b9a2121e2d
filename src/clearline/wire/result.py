"""The answer of a check, as one value that every output form is written from.

The one idea: table, JSON, GeoJSON and page say the same because they are made of the same thing.
"""

from dataclasses import dataclass

from clearline.airspace.activity import Activity
from clearline.conflict.assign import Assignment
from clearline.conflict.group import Meeting
from clearline.conflict.minima import Minima
from clearline.conflict.resolve import Option, Proposal
from clearline.conflict.verdict import Verdict
from clearline.space.heights import Heights

__all__ = ["MOST_OPTIONS", "CheckResult", "FileRead", "shortlist"]

MOST_OPTIONS = 6


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file that went in: its name, the form it was read as, how many activities it held, the reader's notes."""

    name: str
    form: str
    activities: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was checked and what came out.

    `heights[i][k]` are the heights of volume k of activity i; `meetings` name activities by their place in
    `activities`; `compared` is how many pairs of activities were looked at. `proposals[i]` is what could be done about
    meeting i, None where that was not worked out (empty unless asked for); `assignment` is one answer for all
    activities together, if asked for.
    """

    files: tuple[FileRead, ...]
    activities: tuple[Activity, ...]
    heights: tuple[tuple[Heights, ...], ...]
    minima: Minima
    meetings: tuple[Meeting, ...]
    compared: int
    engine: str
    digest: str
    proposals: tuple[Proposal | None, ...] = ()
    assignment: Assignment | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst of all meetings: CONFLICT outranks CANNOT TELL outranks CLEAR."""
        verdicts = {meeting.finding.verdict for meeting in self.meetings}
        for verdict in (Verdict.CONFLICT, Verdict.CANNOT_TELL):
            if verdict in verdicts:
                return verdict
        return Verdict.CLEAR

    @property
    def worst_first(self) -> list[int]:
        """The places of the meetings in `meetings`, CONFLICT before CANNOT TELL, each in the order of the list."""
        return sorted(
            range(len(self.meetings)),
            key=lambda place: (self.meetings[place].finding.verdict is not Verdict.CONFLICT, place),
        )

    def count(self, verdict: Verdict) -> int:
        """How many pairs of activities got a verdict."""
        told = sum(meeting.finding.verdict is verdict for meeting in self.meetings)
        return self.compared - len(self.meetings) if verdict is Verdict.CLEAR else told

    def asks(self, meeting: Meeting) -> tuple[str, ...]:
        """What is missing about either side of a meeting that nobody can tell about, and whom to ask for it."""
        if meeting.finding.verdict is not Verdict.CANNOT_TELL:
            return ()
        asks: list[str] = []
        for number, volume in zip((meeting.first, meeting.second), meeting.finding.pair, strict=True):
            activity = self.activities[number]
            missing = self.heights[number][volume].missing
            asks.extend(f"ask {activity.party} about {activity.ident}: {why}" for why in missing)
        return tuple(asks)


def shortlist(proposal: Proposal) -> tuple[Option, ...]:
    """The options worth a first look, in their order: the best of each kind of change, then the best others."""
    kinds: dict[frozenset[str], int] = {}
    for number, option in enumerate(proposal.options):
        kinds.setdefault(frozenset(type(change).__name__ for change in option.changes if change is not None), number)
    first = set(sorted(kinds.values())[:MOST_OPTIONS])
    others = [number for number in range(len(proposal.options)) if number not in first]
    chosen = sorted([*first, *others[: MOST_OPTIONS - len(first)]])
    return tuple(proposal.options[number] for number in chosen)
