"""What the officers' door answers, as types: the shapes of docs/api/line.yaml, held to it by a test.

The one idea: an answer is looked at once, member by member, where it comes in (`edge.read_answer`); after that its type
is to be believed. What a view works out in a shape of its own (`Json`) is named here and not looked into.
"""

from typing import TypedDict

from clearline.wire.json_text import Json

__all__ = [
    "BoardAnswer",
    "BodyRow",
    "CardRow",
    "CircuitRow",
    "ComparisonAnswer",
    "DifferenceRow",
    "DossierAnswer",
    "FaultRow",
    "FirstReplyRow",
    "ImportedAnswer",
    "IncidentAnswer",
    "JourneyAnswer",
    "KeyFieldRow",
    "LadderRow",
    "LinkRow",
    "MeAnswer",
    "NoticeRow",
    "ObservationRow",
    "PhraseAnswer",
    "PhraseRow",
    "PointRow",
    "QueriesAnswer",
    "RecordRow",
    "RefusedRow",
    "SaidAnswer",
    "SaidRow",
    "SessionAnswer",
    "StatedRow",
    "StatementAnswer",
    "TakenAnswer",
    "TalkAnswer",
    "TalkRow",
    "WordsAnswer",
]

_Object = dict[str, Json]


class RefusedRow(TypedDict):
    """A rule, and why it forbids something."""

    rule: str
    why: str


class LinkRow(TypedDict):
    """A reference to another statement."""

    relation: str
    to: str


class SaidRow(TypedDict):
    """A statement: its place, its header, its kind and body; `void` is the rule by which it does not count."""

    record_id: str
    seq: int
    logged_ms: int
    author: str
    addressee: str
    mode: str
    precedence: str
    by: str
    post: str
    person: str
    created_ms: int
    clock_uncertainty_ms: int
    released_by: str | None
    valid_from_ms: int | None
    valid_until_ms: int | None
    links: list[LinkRow]
    lang: str
    phrase: str | None
    kind: str
    body: _Object
    void: RefusedRow | None


class SaidAnswer(TypedDict):
    """What was said; `waits` for a second person's release, or `released`; `note` is a sentence to print."""

    said: list[SaidRow]
    waits: bool
    released: bool
    note: str


class SessionAnswer(TypedDict):
    """A session that was opened."""

    token: str
    post: str
    person: str
    roles: list[str]


class MeAnswer(TypedDict):
    """Who asks, and the node's clock."""

    party: str
    post: str
    person: str
    roles: list[str]
    now_ms: int
    position: int
    modes: list[str]


class CardRow(TypedDict):
    """The own card, or a peer's."""

    party: str
    names: list[Json]
    routes: list[str]
    languages: list[str]
    coverage: str
    fingerprint: str
    own: bool
    standing: RefusedRow | None


class KeyFieldRow(TypedDict):
    """A field that a read-back repeats."""

    name: str
    value: str


class LadderRow(TypedDict):
    """How far a notice has come, and what is due of it."""

    steps: _Object
    void: list[Json]
    mistakes: list[Json]
    answer: SaidRow | None
    given_ms: int | None
    seen_due_ms: int | None
    answer_due_ms: int | None
    top: str | None
    received: str


class NoticeRow(TypedDict):
    """A notice with its ladder."""

    said: SaidRow
    ladder: LadderRow
    standing: str
    key_fields: list[KeyFieldRow]
    given: str
    circuit: str | None


class FirstReplyRow(TypedDict):
    """The clock of a person's first reply to a request for a talk."""

    due_ms: int | None
    reply: SaidRow | None
    missed: SaidRow | None


class StatedRow(TypedDict):
    """A statement and the state it is worked out to be in."""

    said: SaidRow
    state: str


class BodyRow(TypedDict):
    """A body with its kind."""

    kind: str
    body: _Object


class ObservationRow(TypedDict):
    """What is observed of a peer."""

    state: str
    since_ms: int | None
    why: str


class CircuitRow(TypedDict):
    """A circuit that a party confirmed it listens to."""

    kind: str
    body: _Object


class ClockRow(TypedDict):
    """An open item and the clock that runs on it."""

    record_id: str
    kind: str
    author: str
    subject: str
    until: str | None
    due_ms: int | None
    by: str | None


class BoardAnswer(TypedDict):
    """The board for one peer; what is missing is null."""

    own: str
    peer: str
    now_ms: int
    levels: list[_Object]
    suspensions: list[Json]
    observation: ObservationRow
    watches: _Object
    coverage: _Object
    circuits: dict[str, list[CircuitRow]]
    notices: list[NoticeRow]
    drafts: list[Json]
    unconfirmed: list[SaidRow]
    talks: list[_Object]
    records: list[Json]
    conflicts: list[_Object]
    proposals: list[Json]
    follow_ups: list[Json]
    incidents: list[Json]
    checks: list[SaidRow]
    silences: list[SaidRow]
    unreplied: list[tuple[SaidRow, FirstReplyRow]]
    skew: _Object
    patterns: list[_Object]
    void: list[Json]
    open_items: list[str]
    clocks: list[ClockRow]
    next_checks_ms: dict[str, int]
    standing: RefusedRow | None
    parameters: BodyRow | None
    witnessing: str
    not_approval: str
    not_agreement: str


class StatementAnswer(TypedDict):
    """A statement, and what was said about it."""

    said: SaidRow
    about: list[SaidRow]


class TalkRow(TypedDict):
    """A talk in short."""

    request: SaidRow
    state: str
    clocks: _Object


class PointRow(TypedDict):
    """A point, and where each side stands on it."""

    point: SaidRow
    stances: _Object
    converges: bool


class RecordRow(TypedDict):
    """The agreed record of a talk: what has become of it, and what was signed last."""

    state: str
    latest: BodyRow | None


class TalkAnswer(TypedDict):
    """A talk in full."""

    talk: _Object
    durations_ms: _Object
    points: list[PointRow]
    follow_ups: list[StatedRow]
    record: RecordRow
    first_reply: FirstReplyRow


class DifferenceRow(TypedDict):
    """Where two readouts differ: what each side says, and by how much."""

    kind: str
    says: list[Json]
    by: int


class ComparisonAnswer(TypedDict):
    """Both sides' readouts and how they differ."""

    readouts: list[SaidRow]
    differences: list[DifferenceRow]


class IncidentAnswer(TypedDict):
    """An incident: facts both agreed to, and the others."""

    said: SaidRow
    state: str
    place_in_doubt: bool
    agreed: list[_Object]
    other: list[_Object]


class QueriesAnswer(TypedDict):
    """What either side asked."""

    asked: list[SaidRow]
    patterns: list[_Object]
    budget_a_day: int


class JourneyAnswer(TypedDict):
    """Proved sent, made available, received: each in its own sentence."""

    journey: _Object
    sent: str
    made_available: str
    received: str


class DossierAnswer(TypedDict):
    """A period in figures."""

    start_ms: int
    end_ms: int
    parties: list[_Object]
    talks: _Object
    incidents: list[_Object]


class PhraseRow(TypedDict):
    """A phrase of the catalogue."""

    code: str
    core: bool
    text: str
    replies: list[str]
    slots: list[str]


class PhraseAnswer(TypedDict):
    """A phrase with its slots filled, by language; `plain` without the marks that keep figures in order."""

    code: str
    texts: dict[str, str]
    plain: dict[str, str]


class WordsAnswer(TypedDict):
    """The sentences that are always said in the same words."""

    not_approval: str
    not_agreement: str
    no_receipt: str


class FaultRow(TypedDict):
    """What could not be read or was never applied."""

    what: str
    why: str


class TakenAnswer(TypedDict):
    """What came of a packet file; `owed` says that an answer is to be carried back."""

    peer: str
    refused: list[_Object]
    answer_bytes: int
    owed: bool


class ImportedAnswer(TypedDict):
    """The party whose card was taken in."""

    party: str
