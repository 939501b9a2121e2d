"""Incidents: two accounts, the facts both signed, the facts in dispute, and what is still owed.

The one idea: a fact is agreed only when both sides signed that very fact; everything else is somebody's account.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.area import Place
from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Refused, Relation, Said

__all__ = [
    "COUNTER_ACCOUNT_MS",
    "RULES",
    "Account",
    "Fact",
    "FactView",
    "Incident",
    "IncidentClosed",
    "IncidentKind",
    "IncidentState",
    "Lesson",
    "OnFact",
    "accept_incident",
    "facts",
    "incident_state",
]

# An explanation of unusual activity is owed within 48 hours (Vienna Document, chapter III; domain reference section 9).
COUNTER_ACCOUNT_MS = 48 * 3_600_000

RULES = {
    "I1": "it is about one incident that is here",
    "I2": "the fact is in nobody's account of this incident",
}


class IncidentKind(StrEnum):
    """What happened, in neutral words."""

    CLOSE_APPROACH = "CLOSE_APPROACH"
    BOUNDARY_CROSSING = "BOUNDARY_CROSSING"
    UNSAFE_MANOEUVRE = "UNSAFE_MANOEUVRE"
    INTERFERENCE = "INTERFERENCE"
    ENTRY_BY_ERROR = "ENTRY_BY_ERROR"
    HARM_REPORTED = "HARM_REPORTED"
    SITE_OR_MOVEMENT_AFFECTED = "SITE_OR_MOVEMENT_AFFECTED"
    MISSED_CALL = "MISSED_CALL"
    LINE_OUTAGE = "LINE_OUTAGE"


class IncidentState(StrEnum):
    """Where an incident stands."""

    REPORTED = "REPORTED"
    COUNTER_ACCOUNT_OVERDUE = "COUNTER_ACCOUNT_OVERDUE"
    JOINT_REVIEW = "JOINT_REVIEW"
    FACTS_AGREED = "FACTS_AGREED"
    FACTS_DISPUTED = "FACTS_DISPUTED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of fact, with the digest of its evidence if there is any. `name` is unique in the incident."""

    name: str
    text: str
    evidence_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Incident(Body):
    """A report that something happened. `whose` is the party it is put to, or UNATTRIBUTED.

    `place` is where, known to `known_mm`; None is "not stated". `place_uncertain` says that positions came from where
    navigation was unreliable: a claim then, not a fact; a warning that holds there says so by itself
    (`line.navigation`). Raises ValueError for an uncertainty that is negative, or of no place.
    """

    kind: ClassVar[str] = "incident"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    type: IncidentKind
    title: str
    at_ms: int
    whose: str = "UNATTRIBUTED"
    place_uncertain: bool = False
    place: Place | None = None
    known_mm: int = 0

    def __post_init__(self) -> None:
        if self.known_mm < 0 or (self.known_mm and self.place is None):
            raise ValueError(f"a place is known to 0 mm or more, and only a place that is stated; got {self.known_mm}")


@dataclass(frozen=True, slots=True)
class Account(Body):
    """One side's account: its facts, in its own words."""

    kind: ClassVar[str] = "account"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    facts: tuple[Fact, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class OnFact(Body):
    """A side agrees to a fact of the other's account, or disputes it."""

    kind: ClassVar[str] = "on_fact"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    fact: Fact
    agrees: bool


@dataclass(frozen=True, slots=True)
class Lesson(Body):
    """What is to change because of it; `result` is the parameter set or charter it became."""

    kind: ClassVar[str] = "lesson"
    by_person_only: ClassVar[bool] = True
    text: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class IncidentClosed(Body):
    """A side takes the incident as closed."""

    kind: ClassVar[str] = "incident_closed"
    by_person_only: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact, and who stands by it or disputes it; a party that said nothing stands for nothing."""

    fact: Fact
    agreed_by: frozenset[str]
    disputed_by: frozenset[str]

    @property
    def agreed(self) -> bool:
        """Whether both sides signed it and neither disputes it."""
        return len(self.agreed_by) == 2 and not self.disputed_by


def facts(ledger: Ledger, incident_id: str) -> list[FactView]:
    """Every fact in any account, in the order they were put; each side's last word on it counts."""
    put = dict.fromkeys(fact for _, account in ledger.saying(incident_id, Account) for fact in account.facts)
    stands: dict[Fact, dict[str, bool]] = {fact: {} for fact in put}
    for said in ledger.about(incident_id):
        author, body = said.header.author, said.body
        if isinstance(body, Account):
            for fact in body.facts:
                stands[fact][author] = True
        elif isinstance(body, OnFact) and body.fact in stands:
            stands[body.fact][author] = body.agrees
    return [
        FactView(
            fact,
            frozenset(party for party, agrees in by.items() if agrees),
            frozenset(party for party, agrees in by.items() if not agrees),
        )
        for fact, by in stands.items()
    ]


def incident_state(ledger: Ledger, said: Said, now_ms: int) -> IncidentState:
    """Where an incident stands. A counter-account that is late is late, and proves nothing."""
    closed = {by.header.author for by, _ in ledger.saying(said.record_id, IncidentClosed)}
    if len(closed) == 2:
        return IncidentState.CLOSED
    told = {by.header.author for by, _ in ledger.saying(said.record_id, Account)}
    if said.header.addressee not in told:
        late = now_ms > said.logged_ms + COUNTER_ACCOUNT_MS
        return IncidentState.COUNTER_ACCOUNT_OVERDUE if late else IncidentState.REPORTED
    views = facts(ledger, said.record_id)
    if any(view.disputed_by for view in views):
        return IncidentState.FACTS_DISPUTED
    return IncidentState.FACTS_AGREED if views and all(view.agreed for view in views) else IncidentState.JOINT_REVIEW


def accept_incident(said: Said, ledger: Ledger) -> Refused | None:
    """Why what came in is void; None if it stands or is none of these."""
    body = said.body
    if not isinstance(body, Account | OnFact | Lesson | IncidentClosed):
        return None
    about = said.linked(Relation.ABOUT)
    incident = ledger.get(about[0]) if len(about) == 1 else None
    if incident is None or not isinstance(incident.body, Incident):
        return Refused("I1", RULES["I1"])
    known = {fact for _, account in ledger.saying(incident.record_id, Account) for fact in account.facts}
    if isinstance(body, OnFact) and body.fact not in known:
        return Refused("I2", RULES["I2"])
    return None
