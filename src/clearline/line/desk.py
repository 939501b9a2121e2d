"""A party's desk: takes in what is said, says by itself what a machine may say, and knows when it must wake.

The one idea: a machine says only facts about itself and the time: that it has received, that something lapsed, that a
check was missed. Everything that means something is a person's to say.
"""

from clearline.line.asking import QueryRefused, accept_query
from clearline.line.channel import Permission, permit
from clearline.line.escalation import due, next_due_ms
from clearline.line.incident import accept_incident
from clearline.line.ladder import Delivered, accept_step
from clearline.line.ledger import Ledger
from clearline.line.minutes import accept_minutes
from clearline.line.notice import Notice, accept_notice
from clearline.line.observed import ANSWER_WITHIN_MS, LineCheck, checks_missed
from clearline.line.proposal import accept_proposal
from clearline.line.readout import accept_readout
from clearline.line.release import CONFIRM_WITHIN_MS, accept_release, lapsing, unconfirmed
from clearline.line.statement import Link, Refused, Relation, Said, Utterance
from clearline.line.talk import accept_talk
from clearline.line.terms import Precedence

__all__ = ["accept", "by_itself", "on_receipt", "wake_ms"]

_ACCEPTS = (
    accept_release,
    accept_notice,
    accept_step,
    accept_talk,
    accept_minutes,
    accept_readout,
    accept_proposal,
    accept_incident,
    accept_query,
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
    """What the node answers by itself to a statement that came in: a receipt for a notice, stamped if suspended."""
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
    refused = accept_query(said, ledger)
    if refused is not None:
        return (Utterance(peer, QueryRefused(refused.rule), Precedence.PRIORITY, link),)
    return ()


def by_itself(ledger: Ledger, now_ms: int) -> list[Utterance]:
    """All that the node has to say now because a time has passed; empty once it is said."""
    return [
        *(item.utterance for item in due(ledger, now_ms)),
        *lapsing(ledger, now_ms),
        *checks_missed(ledger, now_ms),
    ]


def wake_ms(ledger: Ledger, now_ms: int) -> int | None:
    """When the node must look again if nothing is said until then; None if nothing is waiting."""
    times = [
        next_due_ms(ledger, now_ms),
        *(
            said.logged_ms + CONFIRM_WITHIN_MS
            for said in unconfirmed(ledger)
            if said.header.author == ledger.own and said.logged_ms + CONFIRM_WITHIN_MS > now_ms
        ),
        *(
            said.logged_ms + ANSWER_WITHIN_MS + 1
            for said, _ in ledger.of(LineCheck)
            if said.header.author == ledger.own and said.logged_ms + ANSWER_WITHIN_MS >= now_ms
        ),
    ]
    return min([at_ms for at_ms in times if at_ms is not None], default=None)
