"""What is said on the line: a header, and a body of one kind.

The one idea: everything is said once, in one direction, in one log, and never changed; what a thing means now is
worked out from all that was said about it (see `line.ledger`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.terms import By, Mode, Precedence, Role

__all__ = ["Actor", "Body", "Header", "Link", "Refused", "Relation", "Said", "Utterance", "only"]


class Body:
    """The base of all that can be said: a frozen, slotted dataclass of a subject's module, listed in `line.bodies`.

    Its fields are text, whole numbers, truth values, members of enumerations, other such dataclasses, tuples of these,
    or None; no floating point, so that both sides sign the same bytes. `kind` names it on the wire.
    """

    __slots__ = ()
    kind: ClassVar[str] = ""
    # Whether only a person may say it: then a node that says it by itself is refused, on both sides.
    by_person_only: ClassVar[bool] = False
    # Whether it needs a second person before it goes out (see `line.release`).
    formal: ClassVar[bool] = False


class Relation(StrEnum):
    """How one statement refers to another."""

    ABOUT = "ABOUT"  # acknowledges, answers or concerns it
    UPDATES = "UPDATES"  # takes its place; the old data are not valid
    CANCELS = "CANCELS"  # it is called off
    CORRECTS = "CORRECTS"  # it stands, with this correction chained to it
    FOLLOWS = "FOLLOWS"  # grew out of it


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another statement by its record identifier (the SHA-256 of its payload, hexadecimal)."""

    relation: Relation
    to: str


@dataclass(frozen=True, slots=True)
class Header:
    """Who said it, to whom, how urgently, and when by the speaker's own clock.

    `author` and `addressee` are parties; a party's private log has itself as addressee. `post` is the duty post that
    spoke and `person` the officer's pseudonym (both empty for a node by itself), `released_by` the second officer's.
    `clock_uncertainty_ms` is how far the speaker's clock may have been off. Raises ValueError for parts that contradict
    each other.
    """

    author: str
    addressee: str
    mode: Mode
    precedence: Precedence
    by: By
    post: str
    person: str
    created_ms: int
    clock_uncertainty_ms: int = 0
    released_by: str | None = None
    valid_from_ms: int | None = None
    valid_until_ms: int | None = None
    links: tuple[Link, ...] = ()
    lang: str = "en"
    phrase: str | None = None

    def __post_init__(self) -> None:
        if not self.author or not self.addressee:
            raise ValueError("a statement needs an author and an addressee")
        if (self.by is By.WATCH) != bool(self.post) or (self.by is By.WATCH) != bool(self.person):
            raise ValueError("a person speaks from a post, under a pseudonym; a node by itself has neither")
        if self.clock_uncertainty_ms < 0:
            raise ValueError(f"clock uncertainty must be 0 ms or more; got {self.clock_uncertainty_ms}")
        from_ms, until_ms = self.valid_from_ms, self.valid_until_ms
        if from_ms is not None and until_ms is not None and until_ms < from_ms:
            raise ValueError("a statement is valid until a time before it is valid from")
        if self.released_by is not None and self.released_by == self.person:
            raise ValueError(f"{self.person!r} cannot release what {self.person!r} wrote: a second person must")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as it stands in a log.

    `record_id` is its identifier, `seq` its place in the log from author to addressee in its mode, `logged_ms` when
    this node appended or received it, by this node's clock. `seen` is how many entries of the log that answers its own
    the author held when it was said: it has that many places under its signature; None where that is not known.
    """

    record_id: str
    seq: int
    logged_ms: int
    header: Header
    body: Body
    seen: int | None = None

    def linked(self, relation: Relation) -> tuple[str, ...]:
        """The records it refers to in one way."""
        return tuple(link.to for link in self.header.links if link.relation is relation)


@dataclass(frozen=True, slots=True)
class Actor:
    """An officer at a post, and what that officer may do there. `person` is a pseudonym within the party."""

    post: str
    person: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a decision wants said: a header without author, clock and post, which whoever says it adds."""

    addressee: str
    body: Body
    precedence: Precedence = Precedence.ROUTINE
    links: tuple[Link, ...] = ()
    valid_from_ms: int | None = None
    valid_until_ms: int | None = None
    lang: str = "en"
    phrase: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that a rule forbids: the rule's name, quoted to the officer, and a sentence that says how to go on."""

    rule: str
    why: str


def only(links: Iterable[Link], relation: Relation) -> str | None:
    """The one record that is referred to in this way; None if there is none.

    Raises ValueError if there are several: a statement about two things is about neither.
    """
    found = [link.to for link in links if link.relation is relation]
    if len(found) > 1:
        raise ValueError(f"{len(found)} references {relation} where one is expected")
    return found[0] if found else None
