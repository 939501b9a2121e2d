"""Proposals to settle a conflict, and agreements: two signatures over one hash, for exact versions, until a time.

The one idea: no answer is not agreement; and an agreement is about the very notices it names, so a change to either
leaves it void, and the change it makes is checked again by both engines to the same digest.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.area import Area
from clearline.line.ledger import Ledger
from clearline.line.notice import Notice, Standing, standing
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Precedence, Role

__all__ = [
    "NASA_TCL4",
    "NOT_AGREEMENT",
    "RULES",
    "Agree",
    "Changed",
    "ConflictFound",
    "Declined",
    "Proposal",
    "ProposalKind",
    "ProposalState",
    "Recheck",
    "Withdrawn",
    "accept_proposal",
    "decide_agree",
    "decide_proposal",
    "proposal_state",
    "proposals",
]

NOT_AGREEMENT = "No answer is not agreement."

RULES = {
    "X1": "a proposal is about notices that are here and current",
    "X2": "agreeing needs the role AGREE",
    "X3": "the proposal is not open: it has ended, was withdrawn or declined, or a notice it rests on has changed",
    "X4": "the hash is not that of the proposal",
    "X5": "a proposal changes only notices it is about, and of the party that made them",
}


class ProposalKind(StrEnum):
    """What is proposed (domain model, section 8.6)."""

    TIME_SHIFT = "TIME_SHIFT"
    ALTITUDE_SPLIT = "ALTITUDE_SPLIT"
    LATERAL_OFFSET = "LATERAL_OFFSET"
    REROUTE = "REROUTE"
    SEQUENCE = "SEQUENCE"
    HOLD = "HOLD"
    BOUNDARY_EXCEPTION = "BOUNDARY_EXCEPTION"
    VOICE_COORDINATION = "VOICE_COORDINATION"
    CANCEL = "CANCEL"


# The words of NASA's TCL4 negotiation interface for the same thing, where it has one.
NASA_TCL4 = {
    ProposalKind.TIME_SHIFT: "DEPART_LATER",
    ProposalKind.ALTITUDE_SPLIT: "ALTITUDE_CHANGE",
    ProposalKind.LATERAL_OFFSET: "HORIZONTAL_CHANGE",
    ProposalKind.REROUTE: "HORIZONTAL_CHANGE",
}


class ProposalState(StrEnum):
    """Where a proposal stands."""

    TABLED = "TABLED"
    COUNTERED = "COUNTERED"
    ACCEPTED_BY_ONE = "ACCEPTED_BY_ONE"
    AGREED = "AGREED"
    IN_FORCE = "IN_FORCE"
    ENGINES_DIFFER = "ENGINES_DIFFER"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    VOID = "VOID"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class ConflictFound(Body):
    """What one side's engine found about two notices (linked ABOUT, both): verdict, margins, minima and digest."""

    kind: ClassVar[str] = "conflict_found"
    verdict: str
    lateral_mm: int
    vertical_mm: int | None
    time_ms: int
    first_ms: int | None
    minima: str
    digest: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A notice (by its record identifier) and the areas it would have instead."""

    notice: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Proposal(Body):
    """A way to settle it, tabled by a post; linked ABOUT the notices, and FOLLOWS what it counters.

    `efforts_s` is what it costs each party by the common weights, in the order of `parties`.
    """

    kind: ClassVar[str] = "proposal"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    type: ProposalKind
    changes: tuple[Changed, ...]
    parties: tuple[str, ...]
    efforts_s: tuple[int, ...]
    ends_ms: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Agree(Body):
    """Agreed, over the hash of the proposal (its record identifier). Binding when both sides have said it."""

    kind: ClassVar[str] = "agree"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Declined(Body):
    """Not agreed; a counter-proposal is a proposal of its own."""

    kind: ClassVar[str] = "declined"
    by_person_only: ClassVar[bool] = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn(Body):
    """The proposal is taken back by who made it, before it is agreed."""

    kind: ClassVar[str] = "withdrawn"
    by_person_only: ClassVar[bool] = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Recheck(Body):
    """What one side's engine says of the agreed change: the verdict and the digest; both must be the same."""

    kind: ClassVar[str] = "recheck"
    verdict: str
    digest: str


def decide_proposal(
    proposal: Proposal, peer: str, about: tuple[str, ...], counters: str | None, ledger: Ledger, *, now_ms: int
) -> tuple[Utterance, ...] | Refused:
    """Table a proposal about notices, or counter another's."""
    links = [Link(Relation.ABOUT, record_id) for record_id in about]
    refused = _basis(proposal, about, ledger, now_ms)
    if refused is not None:
        return refused
    if counters is not None:
        links.append(Link(Relation.FOLLOWS, counters))
    return (Utterance(peer, proposal, Precedence.IMMEDIATE, tuple(links), valid_until_ms=proposal.ends_ms),)


def decide_agree(
    proposal_id: str, text_sha256: str, actor: Actor, ledger: Ledger, *, now_ms: int
) -> tuple[Utterance, ...] | Refused:
    """Agree to a proposal, one's own included: the second of the two makes it an agreement."""
    said = ledger.get(proposal_id)
    if Role.AGREE not in actor.roles:
        return Refused("X2", RULES["X2"])
    open_ = (ProposalState.TABLED, ProposalState.ACCEPTED_BY_ONE)
    if said is None or not isinstance(said.body, Proposal) or proposal_state(ledger, said, now_ms) not in open_:
        return Refused("X3", f"{RULES['X3']}. {NOT_AGREEMENT}")
    if text_sha256 != said.record_id:
        return Refused("X4", RULES["X4"])
    peer = said.header.addressee if said.header.author == ledger.own else said.header.author
    return (Utterance(peer, Agree(text_sha256), Precedence.IMMEDIATE, (Link(Relation.ABOUT, proposal_id),)),)


def proposals(ledger: Ledger, now_ms: int) -> list[tuple[Said, ProposalState]]:
    """All proposals with their states, oldest first."""
    return [(said, proposal_state(ledger, said, now_ms)) for said, _ in ledger.of(Proposal)]


def proposal_state(ledger: Ledger, said: Said, now_ms: int) -> ProposalState:
    """Where a proposal stands, worked out from all that was said about it."""
    body = said.body
    assert isinstance(body, Proposal)
    agreed = _agreed_by(ledger, said)
    if len(agreed) == 2:
        return _after_agreement(ledger, said, body, now_ms)
    if any(by.header.author == said.header.author for by, _ in ledger.saying(said.record_id, Withdrawn)):
        return ProposalState.WITHDRAWN
    if any(by.header.author != said.header.author for by, _ in ledger.saying(said.record_id, Declined)):
        return ProposalState.DECLINED
    if not _current(ledger, said.linked(Relation.ABOUT), now_ms):
        return ProposalState.VOID
    if now_ms > body.ends_ms:
        return ProposalState.LAPSED
    if any(said.record_id in other.linked(Relation.FOLLOWS) for other in ledger.about(said.record_id)):
        return ProposalState.COUNTERED
    return ProposalState.ACCEPTED_BY_ONE if agreed else ProposalState.TABLED


def accept_proposal(said: Said, ledger: Ledger) -> Refused | None:
    """Why what came in is void; None if it stands or is none of these."""
    body = said.body
    if isinstance(body, Proposal):
        return _basis(body, said.linked(Relation.ABOUT), ledger, None)
    if not isinstance(body, Agree | Declined | Withdrawn | Recheck):
        return None
    about = said.linked(Relation.ABOUT)
    proposal = ledger.get(about[0]) if len(about) == 1 else None
    if proposal is None or not isinstance(proposal.body, Proposal):
        return Refused("X3", RULES["X3"])
    if isinstance(body, Agree) and body.text_sha256 != proposal.record_id:
        return Refused("X4", RULES["X4"])
    if isinstance(body, Agree) and said.header.created_ms > proposal.body.ends_ms:
        return Refused("X3", f"{RULES['X3']}. {NOT_AGREEMENT}")
    return None


def _agreed_by(ledger: Ledger, said: Said) -> set[str]:
    """Who agreed, over the right hash and before it ended by their own clock."""
    body = said.body
    assert isinstance(body, Proposal)
    return {
        by.header.author
        for by, agree in ledger.saying(said.record_id, Agree)
        if agree.text_sha256 == said.record_id and by.header.created_ms <= body.ends_ms
    }


def _after_agreement(ledger: Ledger, said: Said, body: Proposal, now_ms: int) -> ProposalState:
    checks = {by.header.author: (check.verdict, check.digest) for by, check in ledger.saying(said.record_id, Recheck)}
    if len(set(checks.values())) > 1:
        return ProposalState.ENGINES_DIFFER
    ends = [area.end_ms for change in body.changes for area in change.areas]
    over = [end_ms for end_ms in ends if end_ms is not None]
    if ends and len(over) == len(ends) and now_ms > max(over):
        return ProposalState.ENDED
    return ProposalState.IN_FORCE if len(checks) == 2 else ProposalState.AGREED


def _basis(proposal: Proposal, about: tuple[str, ...], ledger: Ledger, now_ms: int | None) -> Refused | None:
    """Whether the notices are here, current (where a time is given), and the only ones that are changed."""
    notices = [ledger.get(record_id) for record_id in about]
    if not notices or any(notice is None or not isinstance(notice.body, Notice) for notice in notices):
        return Refused("X1", RULES["X1"])
    if now_ms is not None and not _current(ledger, about, now_ms):
        return Refused("X1", RULES["X1"])
    if any(change.notice not in about for change in proposal.changes):
        return Refused("X5", RULES["X5"])
    return None


def _current(ledger: Ledger, about: tuple[str, ...], now_ms: int) -> bool:
    notices = [ledger.get(record_id) for record_id in about]
    return all(notice is not None and standing(ledger, notice, now_ms) is Standing.CURRENT for notice in notices)
