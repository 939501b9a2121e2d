"""The dossier for a review meeting: what a period held, counted from the record, disputed things apart.

The one idea: it counts and attributes nothing; where two sides differ it shows both, and what is missing is a number.
"""

from collections import Counter
from dataclasses import dataclass

from clearline.line.escalation import Lapse
from clearline.line.incident import FactView, Incident, IncidentState, facts, incident_state
from clearline.line.ladder import Step, ladder
from clearline.line.ledger import Ledger
from clearline.line.notice import NO_USEFUL_NOTICE_MS, SHORT_NOTICE_MS, Notice, NoticeType
from clearline.line.observed import LineCheck, LineCheckAnswer
from clearline.line.statement import Relation, Said
from clearline.line.talk import TalkRequest, talk

__all__ = ["Dossier", "IncidentRow", "PartyRow", "dossier"]


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident: its state, the facts both signed, and the others with who stands where."""

    said: Said
    state: IncidentState
    agreed: tuple[FactView, ...]
    other: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class PartyRow:
    """What one party did in the period.

    `notices` by type; `short`, `useless` and `unreceipted` count its notices that were given late or have no receipt;
    `median_notice_ms` is of those with one. `started` counts the activities it said had begun, beside `planned`.
    `lapses` are steps it owed to the other side's notices and did not take in time. `checks` are line checks put to
    it, `answered` those it answered.
    """

    party: str
    notices: dict[NoticeType, int]
    short: int
    useless: int
    unreceipted: int
    median_notice_ms: int | None
    planned: int
    started: int
    lapses: dict[Step, int]
    checks: int
    answered: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """A period in figures: by party, talks by outcome, and the incidents one by one."""

    start_ms: int
    end_ms: int
    parties: tuple[PartyRow, ...]
    talks: dict[str, int]
    incidents: tuple[IncidentRow, ...]


def dossier(ledger: Ledger, peer: str, start_ms: int, end_ms: int, now_ms: int) -> Dossier:
    """The dossier on the dealings with one peer, of all that was logged from `start_ms` to `end_ms`, both included."""

    def within(said: Said) -> bool:
        both = {said.header.author, said.header.addressee} == {ledger.own, peer}
        return both and start_ms <= said.logged_ms <= end_ms

    outcomes = Counter(talk(ledger, said, now_ms).state.value for said, _ in ledger.of(TalkRequest) if within(said))
    rows: list[IncidentRow] = []
    for said, _ in ledger.of(Incident):
        if within(said):
            views = facts(ledger, said.record_id)
            agreed = tuple(view for view in views if view.agreed)
            rows.append(
                IncidentRow(said, incident_state(ledger, said, now_ms), agreed, tuple(v for v in views if not v.agreed))
            )
    told = [(said, body) for said, body in ledger.of(Notice) if within(said)]
    checks = [said for said, _ in ledger.of(LineCheck) if within(said)]
    parties = tuple(_party(ledger, party, told, checks) for party in (ledger.own, peer))
    return Dossier(start_ms, end_ms, parties, dict(outcomes), tuple(rows))


def _party(ledger: Ledger, party: str, told: list[tuple[Said, Notice]], checks: list[Said]) -> PartyRow:
    own = [(said, body) for said, body in told if said.header.author == party]
    given = [(said, ladder(ledger, said).given_ms) for said, body in own if body.areas]
    known = sorted(ms for _, ms in given if ms is not None)
    lapses = Counter(
        lapse.step
        for said, _ in told
        if said.header.addressee == party
        for _, lapse in ledger.saying(said.record_id, Lapse)
    )
    asked = [said for said in checks if said.header.addressee == party]
    answered = sum(
        any(by.header.author == party for by, _ in ledger.saying(said.record_id, LineCheckAnswer)) for said in asked
    )
    return PartyRow(
        party,
        dict(Counter(body.type for _, body in own)),
        sum(NO_USEFUL_NOTICE_MS <= ms < SHORT_NOTICE_MS for ms in known),
        sum(ms < NO_USEFUL_NOTICE_MS for ms in known),
        sum(ms is None for _, ms in given),
        known[len(known) // 2] if known else None,
        sum(body.type is NoticeType.ACTIVITY for _, body in own),
        sum(
            body.type is NoticeType.START_END and bool(said.linked(Relation.ABOUT) or said.linked(Relation.FOLLOWS))
            for said, body in own
        ),
        dict(lapses),
        len(asked),
        answered,
    )
