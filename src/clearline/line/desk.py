"""A party's desk: takes in what is said, says by itself what a machine may say, and knows when it must wake.

The one idea: a machine says only facts about itself and the time: that it has received, that something lapsed, that a
check was missed. Everything that means something is a person's to say.
"""

from clearline.line.access import accept_access
from clearline.line.agenda import Agenda
from clearline.line.asking import QueryRefused, accept_query
from clearline.line.channel import Permission, permit
from clearline.line.conflicts import accept_conflict
from clearline.line.escalation import accept_escalation
from clearline.line.first_reply import accept_first_reply
from clearline.line.incident import accept_incident
from clearline.line.ladder import Delivered, accept_step
from clearline.line.ledger import Ledger
from clearline.line.minutes import accept_minutes
from clearline.line.notice import Notice, accept_notice
from clearline.line.observed import accept_check
from clearline.line.paper import accept_transcribed
from clearline.line.proposal import Agree, AgreeReceived, accept_proposal
from clearline.line.readout import accept_readout
from clearline.line.release import accept_release
from clearline.line.statement import Link, Refused, Relation, Said, Utterance
from clearline.line.talk import accept_talk
from clearline.line.terms import Precedence
from clearline.line.wording import accept_rendering

__all__ = ["RULES", "accept", "by_itself", "on_receipt", "wake_ms"]

RULES = {
    "D1": "it refers to what was said on another line: only the two sides of a matter can add to it",
}


def _accept_line(said: Said, ledger: Ledger) -> Refused | None:
    """Why a statement about what others said to each other is void; None if it stands."""
    parties = {said.header.author, said.header.addressee}
    if len(parties) == 1:
        return None  # a party's own notes are about whatever it likes, and count for nobody else
    for link in said.header.links:
        other = ledger.get(link.to)
        if other is not None and {other.header.author, other.header.addressee} != parties:
            return Refused("D1", RULES["D1"])
    return None


_ACCEPTS = (
    accept_release,
    _accept_line,
    accept_notice,
    accept_step,
    accept_escalation,
    accept_check,
    accept_talk,
    accept_first_reply,
    accept_minutes,
    accept_readout,
    accept_proposal,
    accept_incident,
    accept_query,
    accept_conflict,
    accept_access,
    accept_transcribed,
    accept_rendering,
)


def accept(said: Said, ledger: Ledger) -> Refused | None:
    """Why a statement is void, by whatever rule forbids it first; None if it stands.

    A void statement stays in its log and is shown as void: what was said was said.
    """
    for rule in _ACCEPTS:
        refused = rule(said, ledger)
        if refused is not None:
            return refused
    return None


def on_receipt(said: Said, ledger: Ledger, *, received_ms: int) -> tuple[Utterance, ...]:
    """What the node answers by itself to a statement that came in.

    A receipt for a notice, stamped if suspended, and one for an agreement, which counts from it; for a question beyond
    the budget its refusal.
    """
    body, link = said.body, (Link(Relation.ABOUT, said.record_id),)
    peer = said.header.author
    if peer == ledger.own:
        return ()
    if isinstance(body, Notice):
        word = permit(
            ledger, peer, body.level, body.function, initiator=peer, post=said.header.post, now_ms=received_ms
        )
        suspended = word.permission is not Permission.PERMIT and word.resting_on is not None
        return (Utterance(peer, Delivered(received_ms, suspended), said.header.precedence, link),)
    if isinstance(body, Agree):
        return (Utterance(peer, AgreeReceived(received_ms), said.header.precedence, link),)
    refused = accept_query(said, ledger)
    if refused is not None:
        return (Utterance(peer, QueryRefused(refused.rule), Precedence.PRIORITY, link),)
    return ()


def by_itself(ledger: Ledger, now_ms: int) -> list[Utterance]:
    """All that the node has to say now because a time has passed; empty once it is said.

    What it finds is `escalation.due`, `release.lapsing`, `observed.checks_missed`, `first_reply.first_replies_due` and
    `conflicts.unresolved`, without a look at what cannot be due.
    """
    return ledger.beside(Agenda).due(ledger, now_ms)


def wake_ms(ledger: Ledger, now_ms: int) -> int | None:
    """When the node must look again if nothing is said until then; None if nothing is waiting.

    What is overdue and not yet said has its own time, in the past: then the node must look now. It may be told to look
    for nothing, and never too late.
    """
    return ledger.beside(Agenda).wake_ms(ledger, now_ms)
