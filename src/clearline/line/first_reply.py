"""Whether a person has replied at all to a request for a talk at ministers and above: a clock before its answer's.

The one idea: that it lies on somebody's desk is neither yes nor no, and yet is a reply; that nobody has said even that
within four hours is a fact with a date, said by the node of the side that asked.
"""

from dataclasses import dataclass
from typing import ClassVar

from clearline.line.deadline import first_reply_within_ms
from clearline.line.escalation import ABOVE
from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance
from clearline.line.talk import TalkEvent, TalkMoment, TalkRequest, TalkWithdrawn
from clearline.line.terms import Level

__all__ = [
    "RULES",
    "FirstReply",
    "NoFirstReply",
    "TalkOnDesk",
    "accept_first_reply",
    "first_replies_due",
    "first_reply",
    "next_first_reply_ms",
    "no_first_reply",
    "without_first_reply",
]

RULES = {
    "F1": "a request lies on the desk of the side that was asked; that nobody replied is for the asker to say",
    "F2": "it is carried to the level above that of the request, and only where that level has a limit",
}


@dataclass(frozen=True, slots=True)
class TalkOnDesk(Body):
    """A person has the request before them: neither yes nor no, and no promise of either."""

    kind: ClassVar[str] = "talk_on_desk"
    by_person_only: ClassVar[bool] = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoFirstReply(Body):
    """Nobody replied in time in any way: said by the asker's node, and carried to the level above."""

    kind: ClassVar[str] = "no_first_reply"
    due_ms: int
    to_level: Level


@dataclass(frozen=True, slots=True)
class FirstReply:
    """The clock of one request: when a first reply is due (None: no limit), what replied, and that nobody did."""

    due_ms: int | None
    reply: Said | None
    missed: Said | None


def first_reply(ledger: Ledger, request: Said) -> FirstReply:
    """Where the clock of a request stands: stopped by any word of a person of the side that was asked.

    It is stopped too by a talk that has begun, and by the asker who takes the request back.
    """
    body = request.body
    assert isinstance(body, TalkRequest)
    within_ms = first_reply_within_ms(body.level)
    about = ledger.about(request.record_id, Relation.ABOUT)
    reply = next((said for said in about if _stops(said, request)), None)
    missed = [
        by
        for by, word in ledger.saying(request.record_id, NoFirstReply)
        if by.header.author == _asker(request) and word.to_level is ABOVE[body.level]
    ]
    due_ms = None if within_ms is None else request.logged_ms + within_ms
    return FirstReply(due_ms, reply, missed[0] if missed else None)


def without_first_reply(ledger: Ledger) -> list[tuple[Said, FirstReply]]:
    """The requests with such a clock to which nobody has replied, with it; oldest first."""
    found = [(said, first_reply(ledger, said)) for said, _ in ledger.of(TalkRequest)]
    return [(said, clock) for said, clock in found if clock.due_ms is not None and clock.reply is None]


def no_first_reply(ledger: Ledger, request: Said) -> list[tuple[int, Utterance]]:
    """What remains to be said if nobody replies to an own request, and when it falls due; empty where nothing does."""
    if request.header.author != ledger.own:
        return []
    clock, body = first_reply(ledger, request), request.body
    assert isinstance(body, TalkRequest)
    if clock.due_ms is None or clock.reply is not None or clock.missed is not None:
        return []
    said, link = NoFirstReply(clock.due_ms, ABOVE[body.level]), (Link(Relation.ABOUT, request.record_id),)
    return [(clock.due_ms + 1, Utterance(request.header.addressee, said, request.header.precedence, link))]


def first_replies_due(ledger: Ledger, now_ms: int) -> list[Utterance]:
    """That nobody replied, of each own request where that is so now and not yet said."""
    return [out for at_ms, out in _all(ledger) if at_ms <= now_ms]


def next_first_reply_ms(ledger: Ledger) -> int | None:
    """When that will next be due to be said; None if no own request waits for a first reply."""
    return min([at_ms for at_ms, _ in _all(ledger)], default=None)


def accept_first_reply(said: Said, ledger: Ledger) -> Refused | None:
    """Why the word that a request lies on a desk, or that nobody replied, is void; None if it stands or is neither."""
    if not isinstance(said.body, TalkOnDesk | NoFirstReply):
        return None
    about = said.linked(Relation.ABOUT)
    request = ledger.get(about[0]) if len(about) == 1 else None
    if request is None or not isinstance(request.body, TalkRequest):
        return Refused("F1", RULES["F1"])
    speaker = request.header.addressee if isinstance(said.body, TalkOnDesk) else _asker(request)
    if said.header.author != speaker:
        return Refused("F1", RULES["F1"])
    if isinstance(said.body, NoFirstReply):
        level = request.body.level
        if first_reply_within_ms(level) is None or said.body.to_level is not ABOVE[level]:
            return Refused("F2", RULES["F2"])
    return None


def _stops(said: Said, request: Said) -> bool:
    if isinstance(said.body, TalkMoment) and said.body.event is TalkEvent.START:
        return True
    if said.header.author == _asker(request):
        return isinstance(said.body, TalkWithdrawn)
    return said.body.by_person_only


def _asker(request: Said) -> str:
    return request.header.author


def _all(ledger: Ledger) -> list[tuple[int, Utterance]]:
    return [found for said, _ in ledger.of(TalkRequest) for found in no_first_reply(ledger, said)]
