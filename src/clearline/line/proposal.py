"""Proposals to settle a conflict, and agreements: two signatures over one hash, for exact versions, until a time.

The one idea: no answer is not agreement; and an agreement is about the very notices it names, so a change to either
leaves it void, and the change it makes is checked again by both engines to the same digest.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.conflict.verdict import Verdict
from clearline.line.area import Area
from clearline.line.ledger import Ledger, had_seen
from clearline.line.notice import Notice, NoticeType, Standing, followers, standing
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Precedence, Role

__all__ = [
    "NASA_TCL4",
    "NOT_AGREEMENT",
    "RULES",
    "Agree",
    "AgreeReceived",
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
    "X5": "a proposal changes only notices it is about, each once",
    "X6": "a receipt for an agreement comes from the side that did not say it",
    "X7": "only its author withdraws a proposal, and only the other side declines it",
    "X9": "this side has agreed to it already; it binds from the other side's receipt",
    "X8": "a recheck has a verdict of the engine: CONFLICT, CANNOT_TELL or CLEAR",
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
    NOT_CLEAR = "NOT_CLEAR"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    VOID = "VOID"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class ConflictFound(Body):
    """What one side's engine found about two notices (linked ABOUT, both): verdict, margins, minima and digest.

    `time_needed_ms` is the minimum of time that applied to the pair.
    """

    kind: ClassVar[str] = "conflict_found"
    verdict: str
    lateral_mm: int
    vertical_mm: int | None
    time_ms: int
    first_ms: int | None
    minima: str
    digest: str
    reasons: tuple[str, ...] = ()
    time_needed_ms: int = 0


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
class AgreeReceived(Body):
    """The receipt of the other node for an agreement: it counts from there, so one that comes too late binds nobody."""

    kind: ClassVar[str] = "agree_received"
    received_ms: int


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
    refused = _basis(proposal, about, ledger, {ledger.own, peer}, now_ms)
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
    if any(by.header.author == ledger.own for by, _ in ledger.saying(proposal_id, Agree)):
        return Refused("X9", RULES["X9"])
    peer = said.header.addressee if said.header.author == ledger.own else said.header.author
    return (Utterance(peer, Agree(text_sha256), Precedence.IMMEDIATE, (Link(Relation.ABOUT, proposal_id),)),)


def proposals(ledger: Ledger, now_ms: int) -> list[tuple[Said, ProposalState]]:
    """All proposals with their states, oldest first."""
    return [(said, proposal_state(ledger, said, now_ms)) for said, _ in ledger.of(Proposal)]


def proposal_state(ledger: Ledger, said: Said, now_ms: int) -> ProposalState:
    """Where a proposal stands, worked out from all that was said about it."""
    body = said.body
    assert isinstance(body, Proposal)
    if _basis(body, said.linked(Relation.ABOUT), ledger, _parties(said), None) is not None:
        return ProposalState.VOID
    agreed = _agreed_by(ledger, said)
    refusing = _refusing(ledger, said, agreed)
    if refusing is not None:
        return refusing
    if len(agreed) == 2:
        return _after_agreement(ledger, said, body, now_ms)
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
        return _basis(body, said.linked(Relation.ABOUT), ledger, _parties(said), None)
    about = said.linked(Relation.ABOUT)
    if isinstance(body, AgreeReceived):
        agree = ledger.get(about[0]) if len(about) == 1 else None
        ours = agree is not None and isinstance(agree.body, Agree) and agree.header.addressee == said.header.author
        return None if ours else Refused("X6", RULES["X6"])
    if not isinstance(body, Agree | Declined | Withdrawn | Recheck):
        return None
    proposal = ledger.get(about[0]) if len(about) == 1 else None
    if proposal is None or not isinstance(proposal.body, Proposal):
        return Refused("X3", RULES["X3"])
    if isinstance(body, Agree) and body.text_sha256 != proposal.record_id:
        return Refused("X4", RULES["X4"])
    if isinstance(body, Agree) and said.header.created_ms > proposal.body.ends_ms:
        return Refused("X3", f"{RULES['X3']}. {NOT_AGREEMENT}")
    author = proposal.header.author
    if (isinstance(body, Withdrawn) and said.header.author != author) or (
        isinstance(body, Declined) and said.header.author == author
    ):
        return Refused("X7", RULES["X7"])
    if isinstance(body, Recheck) and body.verdict not in set(Verdict):
        return Refused("X8", RULES["X8"])
    return None


def _agreed_by(ledger: Ledger, said: Said) -> dict[str, Said]:
    """Who agreed, over the right hash, before it ended by their own clock and by the receipt of the other side.

    A proposal that ends is not brought back by a signature that says it is older than it is.
    """
    body = said.body
    assert isinstance(body, Proposal)
    found: dict[str, Said] = {}
    for by, agree in ledger.saying(said.record_id, Agree):
        in_time = by.header.created_ms <= body.ends_ms and any(
            receipt.header.author == by.header.addressee and word.received_ms <= body.ends_ms
            for receipt, word in ledger.saying(by.record_id, AgreeReceived)
        )
        if agree.text_sha256 == said.record_id and in_time:
            found.setdefault(by.header.author, by)
    return found


def _refusing(ledger: Ledger, said: Said, agreed: dict[str, Said]) -> ProposalState | None:
    """WITHDRAWN or DECLINED by a no that was said before its author held both agreements; None without one.

    So a signature that crosses a no on its way binds nobody; and a no that comes after both have signed undoes nothing.
    """
    for by in ledger.about(said.record_id, Relation.ABOUT):
        mine = by.header.author == said.header.author
        if not isinstance(by.body, Withdrawn if mine else Declined):
            continue
        own = agreed.get(by.header.author)
        other = agreed.get(by.header.addressee)
        bound = own is not None and own.seq < by.seq and other is not None and had_seen(by, other)
        if not bound:
            return ProposalState.WITHDRAWN if mine else ProposalState.DECLINED
    return None


# What these propose is not parted in space or time: whatever verdict both engines find again is theirs to know.
_NOT_PARTED = (ProposalKind.BOUNDARY_EXCEPTION, ProposalKind.VOICE_COORDINATION)


def _after_agreement(ledger: Ledger, said: Said, body: Proposal, now_ms: int) -> ProposalState:
    """Void once a notice changes otherwise than agreed; in force only when both engines found the same, and CLEAR.

    What was in force has ended when its areas have; what never came into force has lapsed by then.
    """
    changed = {change.notice: change.areas for change in body.changes}
    if not all(_holds(ledger, record_id, changed) for record_id in said.linked(Relation.ABOUT)):
        return ProposalState.VOID
    checks = {by.header.author: (check.verdict, check.digest) for by, check in ledger.saying(said.record_id, Recheck)}
    state = ProposalState.IN_FORCE if len(checks) == 2 else ProposalState.AGREED
    if len(set(checks.values())) > 1:
        state = ProposalState.ENGINES_DIFFER
    elif body.type not in _NOT_PARTED and any(verdict != Verdict.CLEAR for verdict, _ in checks.values()):
        state = ProposalState.NOT_CLEAR
    ends = [area.end_ms for change in body.changes for area in change.areas]
    over = [end_ms for end_ms in ends if end_ms is not None]
    if ends and len(over) == len(ends) and now_ms > max(over):
        return ProposalState.ENDED if state is ProposalState.IN_FORCE else ProposalState.LAPSED
    return state


def _holds(ledger: Ledger, record_id: str, changed: dict[str, tuple[Area, ...]]) -> bool:
    """Whether a notice is as it was when it was agreed on, or was changed or called off just as agreed, and no more."""
    notice = ledger.get(record_id)
    return notice is not None and all(
        _as_agreed(ledger, by, changed.get(record_id)) for by in followers(ledger, notice)
    )


def _as_agreed(ledger: Ledger, by: Said, areas: tuple[Area, ...] | None) -> bool:
    if not isinstance(by.body, Notice) or followers(ledger, by):
        return False
    return areas == () if by.body.type is NoticeType.CANCEL else by.body.areas == areas


def _parties(said: Said) -> set[str]:
    return {said.header.author, said.header.addressee}


def _basis(
    proposal: Proposal, about: tuple[str, ...], ledger: Ledger, parties: set[str], now_ms: int | None
) -> Refused | None:
    """Whether the notices are here, between the two, current (where a time is given), and the only ones changed."""
    notices = [ledger.get(record_id) for record_id in about]
    if not notices or any(
        notice is None or not isinstance(notice.body, Notice) or _parties(notice) != parties for notice in notices
    ):
        return Refused("X1", RULES["X1"])
    if now_ms is not None and not _current(ledger, about, now_ms):
        return Refused("X1", RULES["X1"])
    changed = [change.notice for change in proposal.changes]
    if len(set(changed)) != len(changed) or any(notice not in about for notice in changed):
        return Refused("X5", RULES["X5"])
    return None


def _current(ledger: Ledger, about: tuple[str, ...], now_ms: int) -> bool:
    notices = [ledger.get(record_id) for record_id in about]
    return all(notice is not None and standing(ledger, notice, now_ms) is Standing.CURRENT for notice in notices)
