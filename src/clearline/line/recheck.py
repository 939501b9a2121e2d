"""The check of what was agreed, by each side's own engine: the changed volumes, a verdict, and a digest to compare.

The one idea: an agreement binds when both engines find the same thing of the very same numbers; so what is judged is
made from signed statements alone, and from nothing that one side knows and the other does not.
"""

import hashlib

from clearline.conflict.digest import Planned, check_digest
from clearline.conflict.engine import Engine
from clearline.conflict.group import Subject, find_meetings
from clearline.conflict.minima import Minima
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Verdict
from clearline.line.area import Area, volume_of
from clearline.line.ledger import Ledger
from clearline.line.notice import Notice
from clearline.line.parameters import minima_between
from clearline.line.proposal import Proposal, ProposalState, Recheck, proposal_state, proposals
from clearline.line.statement import Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Precedence
from clearline.space.geoid import Geoid

__all__ = ["RULES", "decide_recheck", "recheck", "rechecks_due"]

RULES = {
    "K1": "only what both have agreed to is rechecked, while it stands",
    "K2": "this side has said that already",
}

_AGREED = (ProposalState.AGREED, ProposalState.IN_FORCE, ProposalState.ENGINES_DIFFER, ProposalState.NOT_CLEAR)


def recheck(ledger: Ledger, proposal: Said, *, geoid: Geoid, engine: Engine) -> Recheck:
    """What the own engine finds of a proposal: the notices it is about, with the areas they are to have instead.

    The worst verdict of any pair of the two sides, under the minima both signed. What makes no volume, and a set of
    minima that cannot be, is CANNOT_TELL; a notice that is to have no area any more is called off, and meets nobody.
    """
    body = proposal.body
    assert isinstance(body, Proposal)
    peer = proposal.header.addressee if proposal.header.author == ledger.own else proposal.header.author
    try:
        planned = _planned(ledger, proposal, body)
        return _judged(planned, minima_between(ledger, peer), geoid, engine)
    except ValueError as error:
        # Both sides read the same numbers and meet the same fault, so they find the same digest.
        return Recheck(Verdict.CANNOT_TELL.value, hashlib.sha256(f"unplaced {error}".encode()).hexdigest())


def decide_recheck(
    ledger: Ledger, proposal_id: str, *, geoid: Geoid, engine: Engine, now_ms: int
) -> tuple[Utterance, ...] | Refused:
    """The recheck of an agreement, said to the other side; once, unless what is found has changed."""
    said = ledger.get(proposal_id)
    agreed = said is not None and isinstance(said.body, Proposal) and proposal_state(ledger, said, now_ms) in _AGREED
    if said is None or not agreed:
        return Refused("K1", RULES["K1"])
    found = recheck(ledger, said, geoid=geoid, engine=engine)
    own = [before for by, before in ledger.saying(proposal_id, Recheck) if by.header.author == ledger.own]
    if own and own[-1] == found:
        return Refused("K2", RULES["K2"])
    peer = said.header.addressee if said.header.author == ledger.own else said.header.author
    return (Utterance(peer, found, Precedence.IMMEDIATE, (Link(Relation.ABOUT, proposal_id),)),)


def rechecks_due(ledger: Ledger, *, geoid: Geoid, engine: Engine, now_ms: int, anew: bool = True) -> list[Utterance]:
    """All rechecks that the own node has to say now; empty once they are said.

    Without `anew`, only of agreements that it has never rechecked: what it found of the others is made of signed
    statements that do not change, and stands while the minima that both signed do.
    """
    decided = [
        decide_recheck(ledger, said.record_id, geoid=geoid, engine=engine, now_ms=now_ms)
        for said, state in proposals(ledger, now_ms)
        if state in _AGREED and (anew or not _rechecked(ledger, said))
    ]
    return [utterance for out in decided if not isinstance(out, Refused) for utterance in out]


def _rechecked(ledger: Ledger, proposal: Said) -> bool:
    return any(by.header.author == ledger.own for by, _ in ledger.saying(proposal.record_id, Recheck))


def _planned(ledger: Ledger, proposal: Said, body: Proposal) -> list[Planned]:
    changed: dict[str, tuple[Area, ...]] = {change.notice: change.areas for change in body.changes}
    planned: list[Planned] = []
    for record_id in proposal.linked(Relation.ABOUT):
        notice = ledger.get(record_id)
        assert notice is not None
        assert isinstance(notice.body, Notice)
        volumes = tuple(volume_of(area, record_id) for area in changed.get(record_id, notice.body.areas))
        planned.append((record_id, notice.header.author, volumes))
    return planned


def _judged(planned: list[Planned], minima: Minima, geoid: Geoid, engine: Engine) -> Recheck:
    subjects = [
        Subject(ident, party, tuple(make_solid(volume, minima, geoid) for volume in volumes))
        for ident, party, volumes in planned
    ]
    meetings = find_meetings(subjects, minima, engine)
    verdicts = {meeting.finding.verdict for meeting in meetings}
    worst = next((verdict for verdict in (Verdict.CONFLICT, Verdict.CANNOT_TELL) if verdict in verdicts), Verdict.CLEAR)
    return Recheck(worst.value, check_digest(planned, minima, meetings))
