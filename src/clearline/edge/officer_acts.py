"""Everything an officer can have said, one row each: the path, the role it needs, the body it takes, the rule it asks.

The one idea: one mechanism reads the body, finds what it is about, asks the rule, and says what the rule gives, as a
draft where a second person must release it; a new kind of statement is a new row.
"""

from collections.abc import Callable
from dataclasses import dataclass

from clearline.edge.officer_port import OfficerPort
from clearline.line.access import Opened, RecipientRemoved, Scope, decide_open
from clearline.line.asking import Query, decide_query
from clearline.line.board import open_items
from clearline.line.call import CallNote
from clearline.line.channel import Charter, Declaration, Suspension, check_declaration
from clearline.line.charters import check_charter
from clearline.line.circuit import Monitoring
from clearline.line.conflicts import OnConflict
from clearline.line.first_reply import TalkOnDesk
from clearline.line.incident import Account, Incident, IncidentClosed, Lesson, OnFact
from clearline.line.ladder import Answer, Closed, Disseminated, ReadBack, Seen, decide_step
from clearline.line.ledger import Ledger
from clearline.line.minutes import AgreedRecord, FollowUp, Point, RecordDisputed, Settled, StanceOn
from clearline.line.notice import Notice
from clearline.line.observed import FaultNote, LineCheck, LineCheckAnswer, decide_check_answer
from clearline.line.paper import Transcribed, decide_transcribed
from clearline.line.parameters import ParameterSet
from clearline.line.party import Coverage, HandOver, OnWatch, decide_hand_over
from clearline.line.proposal import (
    ConflictFound,
    Declined,
    Proposal,
    Withdrawn,
    decide_agree,
    decide_proposal,
)
from clearline.line.readout import PublishIntention, Readout
from clearline.line.release import (
    Draft,
    WithdrawnDraft,
    decide_confirmation,
    decide_release,
    decide_withdrawal,
)
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.talk import (
    TalkDeclined,
    TalkMoment,
    TalkReply,
    TalkRequest,
    TalkWithdrawn,
    decide_request,
)
from clearline.line.terms import By, Mode, Role
from clearline.line.wording import Rendering
from clearline.wire.officer_json import Wish

__all__ = ["ACTS", "Act", "Ask"]

Outcome = tuple[Utterance, ...] | Refused


@dataclass(frozen=True, slots=True)
class Ask:
    """An officer's wish, with all that a rule may look at. `about` is the statement the path names."""

    node: OfficerPort
    mode: Mode
    ledger: Ledger
    actor: Actor
    wish: Wish
    about: Said | None
    now_ms: int

    @property
    def body(self) -> Body:
        """The body; only for acts that take one."""
        assert self.wish.body is not None
        return self.wish.body

    @property
    def thing(self) -> Said:
        """What it is about; only for acts whose path names something."""
        assert self.about is not None
        return self.about


@dataclass(frozen=True, slots=True)
class Act:
    """One row: `about` is the class the statement named in the path must be of (`Body` for any)."""

    path: str
    role: Role
    body: type[Body] | None
    about: type[Body] | None
    decide: Callable[[Ask], Outcome]
    summary: str


def _to_peer(ask: Ask) -> Outcome:
    if isinstance(ask.body, Declaration):
        refused = check_declaration(ask.ledger, ask.body, ask.now_ms, peer=ask.wish.peer)
        if refused is not None:
            return refused
    return (Utterance(ask.wish.peer, ask.body, links=ask.wish.links),)


def _notice(ask: Ask) -> Outcome:
    """To the peer, unless the level's charter is not for it: then the right level is named."""
    body = ask.body
    assert isinstance(body, Notice)
    refused = check_charter(
        ask.ledger, ask.wish.peer, body.level, body.function, post=ask.actor.post, now_ms=ask.now_ms
    )  # fmt: skip
    return _to_peer(ask) if refused is None else refused


def _about(ask: Ask) -> Outcome:
    """To the other side of what the path names, linked to it."""
    header = ask.thing.header
    peer = header.addressee if header.author == ask.ledger.own else header.author
    links = (Link(Relation.ABOUT, ask.thing.record_id), *ask.wish.links)
    return (Utterance(peer, ask.body, header.precedence, links),)


def _alone(ask: Ask) -> Outcome:
    """In the party's own log."""
    return (Utterance(ask.ledger.own, ask.body, links=ask.wish.links),)


def _step(ask: Ask) -> Outcome:
    body = Closed() if ask.wish.body is None else ask.wish.body
    return decide_step(body, ask.thing.record_id, ask.ledger, by=By.WATCH, now_ms=ask.now_ms)


def _release(ask: Ask) -> Outcome:
    return decide_release(ask.thing.record_id, ask.actor, ask.ledger)


def _withdraw(ask: Ask) -> Outcome:
    assert isinstance(ask.body, WithdrawnDraft)
    return decide_withdrawal(ask.thing.record_id, ask.body.why, ask.ledger)


def _confirm(ask: Ask) -> Outcome:
    return decide_confirmation(ask.thing.record_id, ask.actor, ask.ledger)


def _request(ask: Ask) -> Outcome:
    assert isinstance(ask.body, TalkRequest)
    out = decide_request(ask.body, ask.wish.peer, ask.actor, ask.ledger, now_ms=ask.now_ms)
    return out if isinstance(out, Refused) else (Utterance(ask.wish.peer, ask.body, links=ask.wish.links),)


def _hand_over(ask: Ask) -> Outcome:
    assert isinstance(ask.body, HandOver)
    items = [item for card in ask.node.peers() for item in open_items(ask.node.board(card.party, ask.mode))]
    return decide_hand_over(ask.body, ask.actor, items, ask.ledger)


def _check_answer(ask: Ask) -> Outcome:
    assert isinstance(ask.body, LineCheckAnswer)
    return decide_check_answer(ask.thing.record_id, ask.body, ask.actor, ask.ledger)


def _propose(ask: Ask) -> Outcome:
    assert isinstance(ask.body, Proposal)
    about = tuple(link.to for link in ask.wish.links if link.relation is Relation.ABOUT)
    counters = next((link.to for link in ask.wish.links if link.relation is Relation.FOLLOWS), None)
    return decide_proposal(ask.body, ask.wish.peer, about, counters, ask.ledger, now_ms=ask.now_ms)


def _agree(ask: Ask) -> Outcome:
    record_id = ask.thing.record_id
    return decide_agree(record_id, record_id, ask.actor, ask.ledger, now_ms=ask.now_ms)


def _recheck(ask: Ask) -> Outcome:
    return ask.node.recheck(ask.ledger, ask.thing.record_id)


def _find(ask: Ask) -> Outcome:
    return ask.node.find_conflicts(ask.ledger, ask.wish.peer)


def _open(ask: Ask) -> Outcome:
    assert isinstance(ask.body, Opened)
    return decide_open(ask.thing.record_id, ask.body.post_class, ask.actor, ask.ledger, now_ms=ask.now_ms)


def _transcribe(ask: Ask) -> Outcome:
    assert isinstance(ask.body, Transcribed)
    return decide_transcribed(ask.body, ask.thing.record_id, ask.ledger)


def _query(ask: Ask) -> Outcome:
    assert isinstance(ask.body, Query)
    return decide_query(ask.body, ask.wish.peer, ask.ledger, now_ms=ask.now_ms)


_R, _A, _G, _L = Role.RECEIVE, Role.ANSWER, Role.AGREE, Role.RELEASE

ACTS = (
    Act("/notices", _A, Notice, None, _notice, "Draft a notice; at FLASH it goes out at once"),
    Act("/drafts/{id}/release", _L, None, Draft, _release, "Release another officer's draft"),
    Act("/drafts/{id}/withdraw", _A, WithdrawnDraft, Draft, _withdraw, "Withdraw a draft"),
    Act("/statements/{id}/confirm", _L, None, Body, _confirm, "Confirm a FLASH that one person sent"),
    Act("/notices/{id}/seen", _R, Seen, Notice, _step, "A watch has opened it"),
    Act("/notices/{id}/read-back", _R, ReadBack, Notice, _step, "Read the key fields back"),
    Act("/notices/{id}/passed-on", _R, Disseminated, Notice, _step, "It was passed on to those concerned"),
    Act("/notices/{id}/answer", _A, Answer, Notice, _step, "Answer it, by type"),
    Act("/notices/{id}/close", _A, None, Notice, _step, "Close an own notice on its answer"),
    Act("/notices/{id}/opened", _R, Opened, Notice, _open, "A post of a class opened it; its author is told"),
    Act("/notices/{id}/scope", _A, Scope, Notice, _about, "Which classes of post may open it"),
    Act("/notices/{id}/recipient", _A, RecipientRemoved, Notice, _about, "Give this recipient no later version"),
    Act("/notices/{id}/renderings", _A, Rendering, Notice, _about, "Its text in another language"),
    Act("/statements/{id}/transcribed", _A, Transcribed, Body, _transcribe, "It was on paper first"),
    Act("/talks", _A, TalkRequest, None, _request, "Ask for a talk"),
    Act("/talks/{id}/reply", _A, TalkReply, TalkRequest, _about, "Accept or counter a talk"),
    Act("/talks/{id}/decline", _A, TalkDeclined, TalkRequest, _about, "Decline a talk"),
    Act("/talks/{id}/on-desk", _A, TalkOnDesk, TalkRequest, _about, "A person has the request: neither yes nor no"),
    Act("/talks/{id}/withdraw", _A, TalkWithdrawn, TalkRequest, _about, "Take a request back"),
    Act("/talks/{id}/moments", _R, TalkMoment, TalkRequest, _about, "A moment of a talk by the own clock"),
    Act("/talks/{id}/points", _A, Point, TalkRequest, _about, "A point raised, with the own stance"),
    Act("/points/{id}/stance", _A, StanceOn, Point, _about, "The own stance on a point"),
    Act("/talks/{id}/follow-ups", _A, FollowUp, TalkRequest, _about, "Something to be done after a talk"),
    Act("/follow-ups/{id}/settle", _A, Settled, FollowUp, _about, "A follow-up is done or dropped"),
    Act("/talks/{id}/record", _G, AgreedRecord, TalkRequest, _about, "Sign the agreed record of a talk"),
    Act("/talks/{id}/dispute", _G, RecordDisputed, TalkRequest, _about, "Dispute the record as drafted"),
    Act("/talks/{id}/readouts", _A, Readout, TalkRequest, _about, "The own readout of a talk, or a correction of it"),
    Act("/talks/{id}/publish-intention", _A, PublishIntention, TalkRequest, _about, "Say that one will publish"),
    Act("/declarations", _A, Declaration, None, _to_peer, "Declare a level open, limited, suspended or closed"),
    Act("/charters", _G, Charter, None, _to_peer, "What a channel is for, and what it is not"),
    Act("/suspensions", _A, Suspension, None, _to_peer, "Suspend dealings in a scope"),
    Act("/coverage", _A, Coverage, None, _to_peer, "Whose forces the own answers speak for"),
    Act("/watches", _R, OnWatch, None, _to_peer, "A post is manned, until when"),
    Act("/circuits", _R, Monitoring, None, _to_peer, "A circuit is listened to, until when"),
    Act("/hand-overs", _R, HandOver, None, _hand_over, "Hand the watch over, every open item read"),
    Act("/line-checks", _R, LineCheck, None, _to_peer, "Ask how the other side receives"),
    Act("/line-checks/{id}/answer", _R, LineCheckAnswer, LineCheck, _check_answer, "Answer a line check"),
    Act("/fault-notes", _R, FaultNote, None, _to_peer, "Why checks were missed"),
    Act("/incidents", _A, Incident, None, _to_peer, "Report an incident"),
    Act("/incidents/{id}/accounts", _A, Account, Incident, _about, "The own account of it"),
    Act("/incidents/{id}/facts", _G, OnFact, Incident, _about, "Agree to a fact, or dispute it"),
    Act("/incidents/{id}/lessons", _A, Lesson, Incident, _about, "What is to change because of it"),
    Act("/incidents/{id}/close", _G, IncidentClosed, Incident, _about, "Take it as closed"),
    Act("/conflicts", _R, None, None, _find, "Have the own engine look, and tell what it finds"),
    Act("/conflicts/{id}/word", _A, OnConflict, ConflictFound, _about, "Seen, or taken for none"),
    Act("/proposals", _A, Proposal, None, _propose, "Table a proposal, or a counter-proposal"),
    Act("/proposals/{id}/agree", _G, None, Proposal, _agree, "Agree to a proposal by its hash"),
    Act("/proposals/{id}/decline", _G, Declined, Proposal, _about, "Decline a proposal"),
    Act("/proposals/{id}/withdraw", _A, Withdrawn, Proposal, _about, "Take a proposal back"),
    Act("/proposals/{id}/recheck", _R, None, Proposal, _recheck, "What the own engine says of the agreed change"),
    Act("/parameter-sets", _G, ParameterSet, None, _to_peer, "Sign a set of minima"),
    Act("/queries", _A, Query, None, _query, "Ask about an area and a time; the other side sees it"),
    Act("/calls", _R, CallNote, None, _alone, "Note a voice call in the own log"),
)
