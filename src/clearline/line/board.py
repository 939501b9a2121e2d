"""The board a watch works from: each level as declared and as observed, and every open item with its clock.

The one idea: what is missing is on the board as missing; an empty field never stands for "nothing there".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clearline.line.asking import Pattern, patterns
from clearline.line.channel import Charter, Declaration, Permit, Suspension, declared, in_force, permit
from clearline.line.charters import charter_of
from clearline.line.circuit import Monitoring, monitored
from clearline.line.conflicts import Conflict, ConflictState, conflicts
from clearline.line.escalation import open_notices
from clearline.line.first_reply import FirstReply, without_first_reply
from clearline.line.incident import Incident, IncidentState, incident_state
from clearline.line.ladder import Ladder
from clearline.line.ledger import Ledger
from clearline.line.minutes import FollowUp, FollowUpState, RecordState, follow_up_state, record_state
from clearline.line.observed import Observation, carried_up, checks_to_answer, observe
from clearline.line.order import Skew, skew
from clearline.line.party import Coverage, OnWatch, coverage_of, watches
from clearline.line.proposal import ProposalState, proposals
from clearline.line.release import Draft, drafts_waiting, unconfirmed
from clearline.line.statement import Refused, Said
from clearline.line.talk import Talk, TalkState, talks
from clearline.line.terms import Function, Level

__all__ = ["Board", "LevelRow", "board", "open_items"]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level with one peer: both sides' declarations (None: nothing declared), and what is permitted by function.

    `charter` is what both signed that the level is for, and is not; None where there is none.
    """

    level: Level
    declared: dict[str, Declaration | None]
    permitted: dict[Function, Permit]
    charter: Charter | None


@dataclass(frozen=True, slots=True)
class Board:
    """All that a watch needs to see about one peer, at one time.

    `observation` stands beside `levels` and never overwrites them. `coverage`, `circuits` (that a party confirmed it
    listens to) and `watches` are by party, None or empty where nothing was said. `records` are talks whose agreed
    record one side alone has signed, or disputes; `checks` the peer's line checks that nobody here has answered;
    `silences` are what either side carried to the level above because its line checks went unanswered, and `unreplied`
    the requests for talks at ministers and above to which no person has replied yet, with their clocks. `skew` is what
    is proved of the two clocks, `patterns` of many questions over one area. `void` are statements that came in and do
    not stand, with the rule.
    """

    own: str
    peer: str
    now_ms: int
    levels: tuple[LevelRow, ...]
    suspensions: tuple[tuple[Said, Suspension], ...]
    observation: Observation
    watches: dict[str, tuple[OnWatch, ...]]
    coverage: dict[str, Coverage | None]
    circuits: dict[str, tuple[Monitoring, ...]]
    notices: tuple[tuple[Said, Ladder], ...]
    drafts: tuple[tuple[Said, Draft], ...]
    unconfirmed: tuple[Said, ...]
    talks: tuple[Talk, ...]
    records: tuple[tuple[Said, RecordState], ...]
    conflicts: tuple[Conflict, ...]
    proposals: tuple[tuple[Said, ProposalState], ...]
    follow_ups: tuple[tuple[Said, FollowUpState], ...]
    incidents: tuple[tuple[Said, IncidentState], ...]
    checks: tuple[Said, ...]
    silences: tuple[Said, ...]
    unreplied: tuple[tuple[Said, FirstReply], ...]
    skew: Skew
    patterns: tuple[Pattern, ...]
    void: tuple[tuple[Said, Refused], ...]


_TALKS_OPEN = (
    TalkState.REQUESTED,
    TalkState.COUNTERED,
    TalkState.SCHEDULED,
    TalkState.IN_PROGRESS,
    TalkState.INTERRUPTED,
    TalkState.NO_ANSWER,
    TalkState.MISSED,
)
_CONFLICTS_OVER = (ConflictState.CLOSED, ConflictState.EXPIRED, ConflictState.NOT_A_CONFLICT)
_PROPOSALS_OPEN = (
    ProposalState.TABLED,
    ProposalState.ACCEPTED_BY_ONE,
    ProposalState.AGREED,
    ProposalState.IN_FORCE,
    ProposalState.ENGINES_DIFFER,
    ProposalState.NOT_CLEAR,
)


def board(ledger: Ledger, peer: str, *, heard_ms: int | None, void: Mapping[str, Refused], now_ms: int) -> Board:
    """The board for one peer.

    `heard_ms` is when its node was last heard; `void` are the statements that `desk.accept` refused when they came in,
    by record identifier.
    """
    parties = (ledger.own, peer)
    return Board(
        ledger.own,
        peer,
        now_ms,
        tuple(_level(ledger, peer, level, now_ms) for level in Level),
        tuple(found for party in parties for found in in_force(ledger, party, now_ms, peer=peer)),
        observe(ledger, peer, heard_ms=heard_ms, now_ms=now_ms),
        {party: tuple(watch for _, watch in watches(ledger, party, now_ms)) for party in parties},
        {party: _coverage(ledger, parties, party, now_ms) for party in parties},
        {party: _circuits(ledger, parties, party, now_ms) for party in parties},
        tuple((said, climbed) for said, climbed in open_notices(ledger, now_ms) if _between(said, parties)),
        tuple((said, draft) for said, draft in drafts_waiting(ledger) if draft.addressee == peer),
        tuple(said for said in unconfirmed(ledger) if _between(said, parties)),
        tuple(t for t in talks(ledger, now_ms) if t.state in _TALKS_OPEN and _between(t.request, parties)),
        tuple(_records(ledger, parties, now_ms)),
        tuple(found for found in conflicts(ledger, peer, now_ms) if found.state not in _CONFLICTS_OVER),
        tuple(
            (said, state)
            for said, state in proposals(ledger, now_ms)
            if state in _PROPOSALS_OPEN and _between(said, parties)
        ),
        tuple(_follow_ups(ledger, parties, now_ms)),
        tuple(
            (said, state)
            for said, _ in ledger.ever(Incident)
            if (state := incident_state(ledger, said, now_ms)) is not IncidentState.CLOSED and _between(said, parties)
        ),
        tuple(checks_to_answer(ledger, peer)),
        tuple(
            found
            for asker, asked in (parties, parties[::-1])
            if (found := carried_up(ledger, asker, asked)) is not None
        ),
        tuple((said, clock) for said, clock in without_first_reply(ledger) if _between(said, parties)),
        skew(ledger, peer),
        tuple(pattern for pattern in patterns(ledger) if pattern.party in parties),
        tuple(
            (said, refused)
            for record_id, refused in void.items()
            if (said := ledger.get(record_id)) is not None and said.header.author == peer
        ),
    )


def open_items(shown: Board) -> tuple[str, ...]:
    """The record identifiers of all that is open, which a hand-over must read over."""
    return tuple(
        dict.fromkeys(
            [
                *(said.record_id for said, _ in shown.notices),
                *(said.record_id for said, _ in shown.drafts),
                *(said.record_id for said in shown.unconfirmed),
                *(t.request.record_id for t in shown.talks),
                *(said.record_id for said, _ in shown.records),
                *(said.record_id for conflict in shown.conflicts for said in conflict.found.values()),
                *(said.record_id for said, _ in shown.proposals),
                *(said.record_id for said, _ in shown.follow_ups),
                *(said.record_id for said, _ in shown.incidents),
                *(said.record_id for said in shown.checks),
                *(said.record_id for said in shown.silences),
            ]
        )
    )


def _level(ledger: Ledger, peer: str, level: Level, now_ms: int) -> LevelRow:
    both: dict[str, Declaration | None] = {}
    for party in (ledger.own, peer):
        found = declared(ledger, party, level, now_ms, peer=peer)
        both[party] = None if found is None else found[1]
    permitted = {
        function: permit(ledger, peer, level, function, initiator=ledger.own, post="", now_ms=now_ms)
        for function in Function
    }
    return LevelRow(level, both, permitted, charter_of(ledger, peer, level))


def _coverage(ledger: Ledger, parties: tuple[str, str], party: str, now_ms: int) -> Coverage | None:
    to = parties[1] if party == parties[0] else parties[0]
    found = coverage_of(ledger, party, now_ms, to=to)
    return None if found is None else found[1]


def _circuits(ledger: Ledger, parties: tuple[str, str], party: str, now_ms: int) -> tuple[Monitoring, ...]:
    to = parties[1] if party == parties[0] else parties[0]
    return tuple(body for _, body in monitored(ledger, party, now_ms, to=to))


def _records(ledger: Ledger, parties: tuple[str, str], now_ms: int) -> list[tuple[Said, RecordState]]:
    found: list[tuple[Said, RecordState]] = []
    for held in talks(ledger, now_ms):
        state, _ = record_state(ledger, held.request.record_id)
        if state in (RecordState.SIGNED_BY_ONE, RecordState.DISPUTED) and _between(held.request, parties):
            found.append((held.request, state))
    return found


def _follow_ups(ledger: Ledger, parties: tuple[str, str], now_ms: int) -> list[tuple[Said, FollowUpState]]:
    found: list[tuple[Said, FollowUpState]] = []
    for said, _ in ledger.of(FollowUp):
        state = follow_up_state(ledger, said, now_ms)
        if state in (FollowUpState.OPEN, FollowUpState.OVERDUE) and _between(said, parties):
            found.append((said, state))
    return found


def _between(said: Said, parties: tuple[str, str]) -> bool:
    return {said.header.author, said.header.addressee} == set(parties)
