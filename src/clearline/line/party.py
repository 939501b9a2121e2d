"""Who is there: posts and watches, whom a party answers for, and the hand-over of a watch.

The one idea: a message is for a duty post, never for a person; whoever is on watch there takes it, and what is open is
read over when the watch changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.statement import Actor, Body, Refused, Said, Utterance
from clearline.line.terms import Level, Role

__all__ = [
    "RULES",
    "Coverage",
    "HandOver",
    "OnWatch",
    "Partner",
    "PartnerForce",
    "coverage_of",
    "decide_hand_over",
    "speaks",
    "watches",
]

RULES = {
    "W1": "a watch is handed over only when every open item was read over and accepted",
    "W2": "a watch is handed over to another person",
}


class PartnerForce(StrEnum):
    """Whether a party answers for a partner's force."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Partner:
    """A force that is not the party's own, and whether the party answers for it."""

    force: str
    answered_for: PartnerForce


@dataclass(frozen=True, slots=True)
class Coverage(Body):
    """Whose forces a party's answers speak for. Every answer "not ours" cites one by its record identifier.

    Raises ValueError if a force is both covered and not.
    """

    kind: ClassVar[str] = "coverage"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    covered: tuple[str, ...]
    not_covered: tuple[str, ...] = ()
    partners: tuple[Partner, ...] = ()

    def __post_init__(self) -> None:
        both = set(self.covered) & set(self.not_covered)
        if both or not self.covered:
            raise ValueError(
                f"a force is covered or not, and at least one is; in both lists: {', '.join(sorted(both))}"
            )


@dataclass(frozen=True, slots=True)
class OnWatch(Body):
    """A post is manned: at which level, in which languages, with what authority, until when.

    Told to the other side, so that each sees whether somebody who speaks its language is there.
    """

    kind: ClassVar[str] = "on_watch"
    by_person_only: ClassVar[bool] = True
    post: str
    level: Level
    languages: tuple[str, ...]
    roles: tuple[Role, ...]
    until_ms: int
    interpreters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver(Body):
    """A watch changes hands: the items that were open, read over one by one and accepted. In the party's own log."""

    kind: ClassVar[str] = "hand_over"
    by_person_only: ClassVar[bool] = True
    post: str
    to_person: str
    items: tuple[str, ...]
    remarks: str = ""


def watches(ledger: Ledger, party: str, now_ms: int) -> list[tuple[Said, OnWatch]]:
    """The posts of a party that are manned now, the latest word on each post."""
    latest: dict[str, tuple[Said, OnWatch]] = {}
    for said, watch in ledger.of(OnWatch):
        if said.header.author == party and said.logged_ms <= now_ms:
            latest[watch.post] = (said, watch)
    return [found for found in latest.values() if now_ms < found[1].until_ms]


def speaks(ledger: Ledger, party: str, lang: str, now_ms: int) -> bool:
    """Whether somebody on a party's watch now speaks a language or has an interpreter for it."""
    return any(lang in (*watch.languages, *watch.interpreters) for _, watch in watches(ledger, party, now_ms))


def coverage_of(ledger: Ledger, party: str, at_ms: int, *, to: str | None = None) -> tuple[Said, Coverage] | None:
    """The coverage statement of a party that held at a time by that party's own clock.

    With `to`, of those made to that party: each line has its own. None where it had made none, or the last had run out.
    """
    made = [
        (said, body)
        for said, body in ledger.of(Coverage)
        if said.header.author == party and to in (None, said.header.addressee)
    ]
    found = max(
        (pair for pair in made if pair[0].header.created_ms <= at_ms),
        key=lambda pair: (pair[0].header.created_ms, pair[0].seq),
        default=None,
    )
    if found is None:
        return None
    until_ms = found[0].header.valid_until_ms
    return found if until_ms is None or at_ms <= until_ms else None


def decide_hand_over(
    hand_over: HandOver, actor: Actor, open_items: Sequence[str], ledger: Ledger
) -> tuple[Utterance, ...] | Refused:
    """The hand-over of a watch; `open_items` are the record identifiers of all that is open at the post."""
    if hand_over.to_person == actor.person:
        return Refused("W2", RULES["W2"])
    missed = [item for item in open_items if item not in hand_over.items]
    if missed:
        return Refused("W1", f"{RULES['W1']}; not read over: {', '.join(item[:12] for item in missed)}")
    return (Utterance(ledger.own, hand_over),)
