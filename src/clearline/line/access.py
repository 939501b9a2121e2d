"""Who opened what a third side entrusted: each opening told to the submitter, and who is given the next version.

The one idea: a place that is disclosed cannot be called back, so what protects it is that its submitter sees every
opening, and that a recipient who was removed gets no later version.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.notice import Notice
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Precedence

__all__ = [
    "PAST_COPIES",
    "RULES",
    "Access",
    "Opened",
    "PostClass",
    "RecipientRemoved",
    "Scope",
    "accept_access",
    "accesses",
    "allowed",
    "decide_open",
    "recipients",
    "removed",
]

PAST_COPIES = "Copies already given cannot be recalled."

RULES = {
    "A1": "the scope of a notice, and who receives it, is for its author to say",
    "A2": "an opening is told by the side that was given the notice",
    "A3": f"this recipient was removed: no later version goes there. {PAST_COPIES}",
}


class PostClass(StrEnum):
    """The class of a post that opens a record: never which post, never who."""

    LINE_WATCH = "LINE_WATCH"
    AIR = "AIR"
    GROUND = "GROUND"
    SEA = "SEA"
    HEADQUARTERS = "HEADQUARTERS"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Scope(Body):
    """Which classes of post may open a notice, as its author and the recipient agreed."""

    kind: ClassVar[str] = "scope"
    by_person_only: ClassVar[bool] = True
    classes: tuple[PostClass, ...]


@dataclass(frozen=True, slots=True)
class Opened(Body):
    """A post of a class opened a notice: said by the recipient's node to the submitter, each time."""

    kind: ClassVar[str] = "opened"
    post_class: PostClass
    at_ms: int


@dataclass(frozen=True, slots=True)
class RecipientRemoved(Body):
    """The author gives this recipient no later version of a notice."""

    kind: ClassVar[str] = "recipient_removed"
    by_person_only: ClassVar[bool] = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """One opening, and whether the class was outside what was agreed; None where nothing was agreed."""

    said: Said
    opened: Opened
    outside: bool | None


def decide_open(
    notice_id: str, post_class: PostClass, actor: Actor | None, ledger: Ledger, *, now_ms: int
) -> tuple[Utterance, ...] | Refused:
    """Open a received notice: what is told to its author. It is told for every post, also one outside the scope."""
    notice = ledger.get(notice_id)
    if notice is None or not isinstance(notice.body, Notice) or notice.header.addressee != ledger.own or actor is None:
        return Refused("A2", RULES["A2"])
    link = (Link(Relation.ABOUT, notice_id),)
    return (Utterance(notice.header.author, Opened(post_class, now_ms), Precedence.ROUTINE, link),)


def accesses(ledger: Ledger, notice: Said) -> list[Access]:
    """Every opening of a notice that its recipient told, as the submitter sees it."""
    found: list[Access] = []
    scope = allowed(ledger, notice)
    for said, opened in ledger.saying(notice.record_id, Opened):
        if said.header.author == notice.header.addressee:
            found.append(Access(said, opened, None if scope is None else opened.post_class not in scope))
    return found


def allowed(ledger: Ledger, notice: Said) -> tuple[PostClass, ...] | None:
    """The classes that may open a notice, by its author's last word; None where it said none."""
    scopes = [s for by, s in ledger.saying(notice.record_id, Scope) if by.header.author == notice.header.author]
    return scopes[-1].classes if scopes else None


def removed(ledger: Ledger, notice: Said) -> bool:
    """Whether the author has removed the recipient of a notice, or of one that it changed."""
    if any(by.header.author == notice.header.author for by, _ in ledger.saying(notice.record_id, RecipientRemoved)):
        return True
    before = [ledger.get(record_id) for record_id in notice.linked(Relation.UPDATES)]
    return any(removed(ledger, earlier) for earlier in before if earlier is not None)


def recipients(ledger: Ledger, subject: str) -> dict[str, bool]:
    """To whom the own party gave notices on a subject, and whether each still receives later versions."""
    found: dict[str, bool] = {}
    for said, notice in ledger.of(Notice):
        if said.header.author == ledger.own and notice.subject == subject:
            taken = found.get(said.header.addressee, True)
            found[said.header.addressee] = taken and not removed(ledger, said)
    return found


def accept_access(said: Said, ledger: Ledger) -> Refused | None:
    """Why what came in about access is void; None if it stands or is about none. A later version is none of these."""
    body = said.body
    if isinstance(body, Notice):
        before = [ledger.get(record_id) for record_id in said.linked(Relation.UPDATES)]
        gone = any(removed(ledger, earlier) for earlier in before if earlier is not None)
        return Refused("A3", RULES["A3"]) if gone and said.header.author == ledger.own else None
    if not isinstance(body, Scope | Opened | RecipientRemoved):
        return None
    rule = "A2" if isinstance(body, Opened) else "A1"
    about = said.linked(Relation.ABOUT)
    notice = ledger.get(about[0]) if len(about) == 1 else None
    if notice is None or not isinstance(notice.body, Notice):
        return Refused(rule, RULES[rule])
    speaker = notice.header.addressee if isinstance(body, Opened) else notice.header.author
    return Refused(rule, RULES[rule]) if said.header.author != speaker else None
