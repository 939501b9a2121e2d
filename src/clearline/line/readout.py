"""What each side says in public about a talk, side by side, never merged; and how the two differ, worked out.

The one idea: nobody edits another's words, and nobody edits their own: a correction is a later link in a chain.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Refused, Relation, Said
from clearline.line.talk import TalkRequest

__all__ = [
    "RULES",
    "Difference",
    "DifferenceKind",
    "PublishIntention",
    "Readout",
    "Tone",
    "accept_readout",
    "chain",
    "compare",
    "published",
    "readouts",
]

RULES = {
    "R1": "a readout is about one talk that is here, or corrects one readout of the same party and language",
}


class Tone(StrEnum):
    """What a readout claims about how the sides' views stood."""

    NOT_STATED = "NOT_STATED"
    CONVERGENCE = "CONVERGENCE"
    BOTH = "BOTH"
    DIVERGENCE = "DIVERGENCE"


@dataclass(frozen=True, slots=True)
class Readout(Body):
    """One side's public account of a talk in one language: its text, and what it claims, as its author codes it.

    `text` is empty where the text is sealed and only its SHA-256 is given. `embargo_ms` is when it may be shown
    outside. `minutes`, `initiator` None or empty is "does not say".
    """

    kind: ClassVar[str] = "readout"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    publisher: str
    language: str
    text: str
    text_sha256: str
    embargo_ms: int | None = None
    minutes: int | None = None
    initiator: str = ""
    topics: tuple[str, ...] = ()
    tone: Tone = Tone.NOT_STATED


@dataclass(frozen=True, slots=True)
class PublishIntention(Body):
    """Prior notice that a statement on a talk will be published (phrase H06)."""

    kind: ClassVar[str] = "publish_intention"
    by_person_only: ClassVar[bool] = True
    at_ms: int


class DifferenceKind(StrEnum):
    """In what two readouts differ."""

    DURATION = "DURATION"
    INITIATOR = "INITIATOR"
    TOPIC = "TOPIC"
    TONE = "TONE"
    ONLY_ONE = "ONLY_ONE"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: what each of two parties says of it, None where it does not."""

    kind: DifferenceKind
    says: tuple[tuple[str, str | None], ...]
    by: int = 0


def readouts(ledger: Ledger, talk_id: str) -> list[tuple[Said, Readout]]:
    """Every readout of a talk, corrections included, in the order they came."""
    return ledger.saying(talk_id, Readout)


def chain(ledger: Ledger, talk_id: str, party: str, language: str) -> list[tuple[Said, Readout]]:
    """One party's readout in one language and its corrections, the first first; the last is what it says now."""
    return [
        (said, body)
        for said, body in readouts(ledger, talk_id)
        if said.header.author == party and body.language == language
    ]


def published(ledger: Ledger, now_ms: int) -> list[tuple[Said, Readout]]:
    """All readouts that may be shown outside now, for a feed: an embargo has passed, the text is not sealed."""
    return [
        (said, body)
        for said, body in ledger.of(Readout)
        if body.text and (body.embargo_ms is None or body.embargo_ms <= now_ms)
    ]


def compare(ledger: Ledger, talk_id: str) -> list[Difference]:
    """How the parties' latest readouts of a talk differ, duration first. Languages of one party count as one."""
    latest: dict[str, Readout] = {}
    for said, body in readouts(ledger, talk_id):
        latest[said.header.author] = body
    talk = ledger.get(talk_id)
    assert talk is not None
    parties = (talk.header.author, talk.header.addressee)
    if not latest:
        return []
    if len(latest) == 1:
        return [Difference(DifferenceKind.ONLY_ONE, tuple((p, "published" if p in latest else None) for p in parties))]
    first, second = (latest[party] for party in parties)
    return [*_duration(parties, first, second), *_initiator(parties, first, second), *_rest(parties, first, second)]


def accept_readout(said: Said, ledger: Ledger) -> Refused | None:
    """Why a readout is void; None if it stands or is none."""
    body = said.body
    if not isinstance(body, Readout | PublishIntention):
        return None
    about = [ledger.get(record_id) for record_id in said.linked(Relation.ABOUT)]
    if len(about) != 1 or about[0] is None or not isinstance(about[0].body, TalkRequest):
        return Refused("R1", RULES["R1"])
    for record_id in said.linked(Relation.CORRECTS):
        before = ledger.get(record_id)
        own = before is not None and before.header.author == said.header.author
        same = before is not None and isinstance(before.body, Readout) and isinstance(body, Readout)
        if not own or not same:
            return Refused("R1", RULES["R1"])
    return None


def _duration(parties: tuple[str, str], first: Readout, second: Readout) -> list[Difference]:
    if first.minutes == second.minutes:
        return []
    says = tuple(
        (party, None if body.minutes is None else f"{body.minutes} min")
        for party, body in zip(parties, (first, second), strict=True)
    )
    by = 0 if first.minutes is None or second.minutes is None else abs(first.minutes - second.minutes)
    return [Difference(DifferenceKind.DURATION, says, by)]


def _initiator(parties: tuple[str, str], first: Readout, second: Readout) -> list[Difference]:
    if first.initiator == second.initiator:
        return []
    return [
        Difference(
            DifferenceKind.INITIATOR, ((parties[0], first.initiator or None), (parties[1], second.initiator or None))
        )
    ]


def _rest(parties: tuple[str, str], first: Readout, second: Readout) -> list[Difference]:
    found: list[Difference] = []
    for topic in dict.fromkeys((*first.topics, *second.topics)):
        if (topic in first.topics) != (topic in second.topics):
            says = tuple(
                (party, topic if topic in body.topics else None)
                for party, body in zip(parties, (first, second), strict=True)
            )
            found.append(Difference(DifferenceKind.TOPIC, says))
    if first.tone is not second.tone:
        tones = tuple(
            (party, None if body.tone is Tone.NOT_STATED else body.tone.value)
            for party, body in zip(parties, (first, second), strict=True)
        )
        found.append(Difference(DifferenceKind.TONE, tones))
    return found
