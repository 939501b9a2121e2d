"""Every open item of a board with the clock that runs on it, the one that runs out first at the top.

The one idea: a watch reads from the top; an item without a clock is not late and not forgotten, it stands below those
that have one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from clearline.line.board import Board
from clearline.line.deadline import answer_within_ms
from clearline.line.incident import Incident
from clearline.line.ladder import Ladder
from clearline.line.minutes import FollowUp
from clearline.line.notice import Notice
from clearline.line.observed import ANSWER_WITHIN_MS, LineCheck
from clearline.line.proposal import Proposal
from clearline.line.release import CONFIRM_WITHIN_MS, Draft
from clearline.line.statement import Body, Said
from clearline.line.talk import Talk, TalkRequest, TalkState

__all__ = ["Item", "ItemKind", "Until", "running"]


class ItemKind(StrEnum):
    """What an open item is."""

    NOTICE = "NOTICE"
    DRAFT = "DRAFT"
    UNCONFIRMED = "UNCONFIRMED"
    TALK = "TALK"
    RECORD = "RECORD"
    CONFLICT = "CONFLICT"
    PROPOSAL = "PROPOSAL"
    FOLLOW_UP = "FOLLOW_UP"
    INCIDENT = "INCIDENT"
    LINE_CHECK = "LINE_CHECK"
    SILENCE = "SILENCE"


class Until(StrEnum):
    """What is due when the clock of an item runs out."""

    SEEN = "SEEN"
    ANSWERED = "ANSWERED"
    CONFIRMED = "CONFIRMED"
    FIRST_REPLY = "FIRST_REPLY"
    BEGINS = "BEGINS"
    ENDS = "ENDS"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Item:
    """One open item. `by` is the party that the clock runs for, None where it runs for both; `due_ms` None: no clock.

    `subject` is the author's own words or a word of the line; it decides nothing.
    """

    record_id: str
    kind: ItemKind
    author: str
    subject: str
    until: Until | None
    due_ms: int | None
    by: str | None


def running(shown: Board) -> tuple[Item, ...]:
    """All that is open, by the clock that runs out first; then what has no clock, in the order of the board."""
    found = {(item.record_id, item.kind): item for item in chain(_awaited(shown), _under_way(shown))}
    return tuple(sorted(found.values(), key=lambda item: (item.due_ms is None, item.due_ms or 0)))


def _awaited(shown: Board) -> Iterator[Item]:
    """What waits for somebody's word."""
    for said, climbed in shown.notices:
        yield _notice(said, climbed)
    for said, _ in shown.drafts:
        yield _item(said, ItemKind.DRAFT, by=shown.own)
    for said in shown.unconfirmed:
        by = said.header.author
        yield _item(said, ItemKind.UNCONFIRMED, Until.CONFIRMED, said.logged_ms + CONFIRM_WITHIN_MS, by)
    for said in shown.checks:
        # By the asker's clock, which is what the asker will go by.
        yield _item(said, ItemKind.LINE_CHECK, Until.ANSWERED, said.header.created_ms + ANSWER_WITHIN_MS, shown.own)
    replies = {said.record_id: clock.due_ms for said, clock in shown.unreplied}
    for held in shown.talks:
        yield _talk(held, replies.get(held.request.record_id))


def _under_way(shown: Board) -> Iterator[Item]:
    """What was found, proposed or agreed, and is not settled."""
    for said, _ in shown.records:
        yield _item(said, ItemKind.RECORD)
    for conflict in shown.conflicts:
        for said in conflict.found.values():
            yield _item(said, ItemKind.CONFLICT, Until.BEGINS, conflict.first_ms)
    for said, _ in shown.proposals:
        assert isinstance(said.body, Proposal)
        yield _item(said, ItemKind.PROPOSAL, Until.ENDS, said.body.ends_ms)
    for said, _ in shown.follow_ups:
        assert isinstance(said.body, FollowUp)
        owners = said.body.owners
        yield _item(said, ItemKind.FOLLOW_UP, Until.DONE, said.body.due_ms, owners[0] if len(owners) == 1 else None)
    for said, _ in shown.incidents:
        yield _item(said, ItemKind.INCIDENT)
    for said in shown.silences:
        yield _item(said, ItemKind.SILENCE)


def _notice(said: Said, climbed: Ladder) -> Item:
    """The addressee's clocks, the sooner of the two; answered, it is for its author to close."""
    due = [(climbed.seen_due_ms, Until.SEEN), (climbed.answer_due_ms, Until.ANSWERED)]
    left = sorted((due_ms, until) for due_ms, until in due if due_ms is not None)
    due_ms, until = left[0] if left else (None, None)
    return _item(said, ItemKind.NOTICE, until, due_ms, said.header.addressee if left else said.header.author)


def _talk(held: Talk, first_reply_ms: int | None) -> Item:
    said = held.request
    assert isinstance(said.body, TalkRequest)
    if first_reply_ms is not None:
        return _item(said, ItemKind.TALK, Until.FIRST_REPLY, first_reply_ms, said.header.addressee)
    if held.state in (TalkState.REQUESTED, TalkState.COUNTERED):
        due_ms = said.body.answer_by_ms
        if due_ms is None:
            due_ms = said.logged_ms + answer_within_ms(said.body.level, said.header.precedence)
        by = said.header.addressee if held.state is TalkState.REQUESTED else None
        return _item(said, ItemKind.TALK, Until.ANSWERED, due_ms, by)
    if held.state is TalkState.SCHEDULED and held.window is not None:
        return _item(said, ItemKind.TALK, Until.BEGINS, held.window.start_ms)
    return _item(said, ItemKind.TALK)


def _item(
    said: Said, kind: ItemKind, until: Until | None = None, due_ms: int | None = None, by: str | None = None
) -> Item:
    chosen = None if due_ms is None else until
    return Item(said.record_id, kind, said.header.author, _subject(said.body), chosen, due_ms, by)


def _subject(body: Body) -> str:
    match body:
        case Notice():
            return body.subject
        case Draft():
            return _subject(body.body) or body.body.kind
        case TalkRequest():
            return ", ".join(body.agenda)
        case FollowUp():
            return body.text
        case Incident():
            return body.title
        case LineCheck():
            return body.circuit
        case _:
            return ""
