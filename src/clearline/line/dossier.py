"""The dossier for a review meeting: what a period held, counted from the record, disputed things apart.

The one idea: it counts and attributes nothing; where two sides differ it shows both, and what is missing is a number.
"""

from collections import Counter
from dataclasses import dataclass

from clearline.line.circuit import warned_on
from clearline.line.escalation import Lapse
from clearline.line.incident import FactView, Incident, IncidentKind, IncidentState, facts, incident_state
from clearline.line.ladder import Step, ladder
from clearline.line.ledger import Ledger
from clearline.line.navigation import place_in_doubt
from clearline.line.notice import NO_USEFUL_NOTICE_MS, SHORT_NOTICE_MS, Notice, NoticeType
from clearline.line.observed import LineCheck, LineCheckAnswer
from clearline.line.statement import Relation, Said
from clearline.line.talk import TalkRequest, talk

__all__ = ["VAST_MS", "CrossingRow", "Dossier", "IncidentRow", "PartyRow", "dossier"]

# A notice for longer than a month, or without an end, holds the sky on paper; it is taken, and counted (story 49).
VAST_MS = 31 * 86_400_000
_CROSSINGS = (IncidentKind.BOUNDARY_CROSSING, IncidentKind.ENTRY_BY_ERROR)


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident: its state, the facts both signed, and the others with who stands where."""

    said: Said
    state: IncidentState
    agreed: tuple[FactView, ...]
    other: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """Crossings of a boundary that were put to one party, or to nobody (UNATTRIBUTED), by where each account stands.

    `reported` by whom; `agreed` are those whose facts both signed, `disputed` those with a fact in dispute, `open_` the
    rest: nobody's fault is worked out from any of them. `uncertain` counts places that their author, or a warning that
    held there, puts in doubt.
    """

    whose: str
    reported: dict[str, int]
    agreed: int
    disputed: int
    open_: int
    uncertain: int


@dataclass(frozen=True, slots=True)
class PartyRow:
    """What one party did in the period.

    `notices` by type; `short`, `useless` and `unreceipted` count its notices that were given late or have no receipt,
    `unheard` those given on a circuit that the other side had not confirmed; `median_notice_ms` is of those with a
    receipt. `started` counts the activities it said had begun, beside `planned`; `vast` those of them that hold for
    longer than a month or have no end.
    `lapses` are steps it owed to the other side's notices and did not take in time. `checks` are line checks put to
    it, `answered` those it answered.
    """

    party: str
    notices: dict[NoticeType, int]
    short: int
    useless: int
    unreceipted: int
    unheard: int
    median_notice_ms: int | None
    planned: int
    started: int
    vast: int
    lapses: dict[Step, int]
    checks: int
    answered: int

    @property
    def started_milli(self) -> int | None:
        """Of a thousand activities that were notified, how many began; None where none was notified."""
        return 1000 * self.started // self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A period in figures: by party, talks by outcome, the incidents one by one, and crossings by whose they are."""

    start_ms: int
    end_ms: int
    parties: tuple[PartyRow, ...]
    talks: dict[str, int]
    incidents: tuple[IncidentRow, ...]
    crossings: tuple[CrossingRow, ...]


def dossier(ledger: Ledger, peer: str, start_ms: int, end_ms: int, now_ms: int) -> Dossier:
    """The dossier on the dealings with one peer, of all that was logged from `start_ms` to `end_ms`, both included."""

    def within(said: Said) -> bool:
        both = {said.header.author, said.header.addressee} == {ledger.own, peer}
        return both and start_ms <= said.logged_ms <= end_ms

    outcomes = Counter(talk(ledger, said, now_ms).state.value for said, _ in ledger.of(TalkRequest) if within(said))
    rows: list[IncidentRow] = []
    for said, _ in ledger.ever(Incident):
        if within(said):
            views = facts(ledger, said.record_id)
            agreed = tuple(view for view in views if view.agreed)
            rows.append(
                IncidentRow(said, incident_state(ledger, said, now_ms), agreed, tuple(v for v in views if not v.agreed))
            )
    told = [(said, body) for said, body in ledger.ever(Notice) if within(said)]
    checks = [said for said, _ in ledger.of(LineCheck) if within(said)]
    parties = tuple(_party(ledger, party, told, checks) for party in (ledger.own, peer))
    return Dossier(start_ms, end_ms, parties, dict(outcomes), tuple(rows), _crossings(ledger, rows))


def _crossings(ledger: Ledger, rows: list[IncidentRow]) -> tuple[CrossingRow, ...]:
    by_party: dict[str, list[tuple[IncidentRow, Incident]]] = {}
    for row in rows:
        body = row.said.body
        if isinstance(body, Incident) and body.type in _CROSSINGS:
            by_party.setdefault(body.whose, []).append((row, body))
    found: list[CrossingRow] = []
    for whose, kept in sorted(by_party.items()):
        agreed = sum(bool(row.agreed) and not row.other for row, _ in kept)
        disputed = sum(any(view.disputed_by for view in row.other) for row, _ in kept)
        reported = dict(Counter(row.said.header.author for row, _ in kept))
        uncertain = sum(place_in_doubt(ledger, body) for _, body in kept)
        found.append(CrossingRow(whose, reported, agreed, disputed, len(kept) - agreed - disputed, uncertain))
    return tuple(found)


def _party(ledger: Ledger, party: str, told: list[tuple[Said, Notice]], checks: list[Said]) -> PartyRow:
    own = [(said, body) for said, body in told if said.header.author == party]
    given = [(said, ladder(ledger, said).given_ms) for said, body in own if body.areas]
    known = sorted(ms for _, ms in given if ms is not None)
    lapses = Counter(
        lapse.step
        for said, _ in told
        if said.header.addressee == party
        for by, lapse in ledger.saying(said.record_id, Lapse)
        if by.header.author == said.header.author
    )
    planned = {said.record_id for said, body in own if body.type is NoticeType.ACTIVITY}
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
        sum((warned := warned_on(ledger, said)) is not None and warned.delivered is False for said, _ in own),
        known[len(known) // 2] if known else None,
        len(planned),
        len(planned & _begun(own)),
        sum(said.record_id in planned and _is_vast(body) for said, body in own),
        dict(lapses),
        len(asked),
        answered,
    )


def _begun(own: list[tuple[Said, Notice]]) -> set[str]:
    """The activities that a notice of start or end is about, each once, however often it began."""
    return {
        record_id
        for said, body in own
        if body.type is NoticeType.START_END
        for record_id in (*said.linked(Relation.ABOUT), *said.linked(Relation.FOLLOWS))
    }


def _is_vast(body: Notice) -> bool:
    return any(area.end_ms is None or area.end_ms - area.start_ms > VAST_MS for area in body.areas)
