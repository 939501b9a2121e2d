"""Conflicts between what two parties have notified: found by each side's engine, said to the other, seen to the end.

The one idea: a conflict is over only when what was agreed is in force, when both sides say it is none, or when its time
has passed; when it begins and none of this is so, it is a FLASH by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.conflict.verdict import Verdict
from clearline.line.ledger import Ledger
from clearline.line.look import Look, Unplaced, find_conflicts
from clearline.line.notice import Notice, Standing, standing
from clearline.line.proposal import ConflictFound, Proposal, ProposalState, proposal_state
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Precedence

__all__ = [
    "RULES",
    "Conflict",
    "ConflictState",
    "ConflictUnresolved",
    "ConflictWord",
    "Look",
    "OnConflict",
    "Unplaced",
    "accept_conflict",
    "changes_by_time_ms",
    "conflict_between",
    "conflicts",
    "find_conflicts",
    "next_unresolved_ms",
    "unresolved",
    "will_be_unresolved",
]

RULES = {
    "F1": "a conflict is between two notices that are here, one of each side",
    "F2": "a conflict is found as CONFLICT or CANNOT_TELL; what is CLEAR is none",
    "F3": "a word on a conflict, or that it is not resolved, is about one conflict that was found",
}


class ConflictWord(StrEnum):
    """What a watch says of a conflict."""

    SEEN = "SEEN"
    NOT_A_CONFLICT = "NOT_A_CONFLICT"


class ConflictState(StrEnum):
    """Where a conflict stands."""

    DETECTED = "DETECTED"
    NOTIFIED = "NOTIFIED"
    SEEN_BY_ONE = "SEEN_BY_ONE"
    SEEN_BY_BOTH = "SEEN_BY_BOTH"
    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    MONITORED = "MONITORED"
    UNRESOLVED_AT_START = "UNRESOLVED_AT_START"
    NOT_A_CONFLICT = "NOT_A_CONFLICT"
    EXPIRED = "EXPIRED"
    CLOSED = "CLOSED"


_SETTLED = (ConflictState.CLOSED, ConflictState.NOT_A_CONFLICT, ConflictState.MONITORED)


@dataclass(frozen=True, slots=True)
class OnConflict(Body):
    """A watch has seen a conflict, or takes it for none; it is none only where both sides say so."""

    kind: ClassVar[str] = "on_conflict"
    by_person_only: ClassVar[bool] = True
    word: ConflictWord


@dataclass(frozen=True, slots=True)
class ConflictUnresolved(Body):
    """It begins, and nothing that settles it is in force: said by a node by itself, at FLASH."""

    kind: ClassVar[str] = "conflict_unresolved"
    first_ms: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict between two notices: what each side's engine last said of it, and where it stands.

    `first_ms` is the earliest instant either side gives, `end_ms` when both notices cannot meet any more (None: open).
    `engines_differ` where the two sides found something else of the same two notices.
    """

    notices: tuple[Said, Said]
    found: dict[str, Said]
    words: dict[str, ConflictWord]
    state: ConflictState
    first_ms: int | None
    end_ms: int | None

    @property
    def engines_differ(self) -> bool:
        """Whether the two sides' digests are not the same."""
        return len({said.body.digest for said in self.found.values() if isinstance(said.body, ConflictFound)}) > 1


def conflicts(ledger: Ledger, peer: str, now_ms: int) -> list[Conflict]:
    """Every conflict that either side has found between the two, in the order they became known here."""
    by_pair: dict[frozenset[str], dict[str, Said]] = {}
    for said, _ in ledger.of(ConflictFound):
        if {said.header.author, said.header.addressee} == {ledger.own, peer} and _pair(said, ledger) is not None:
            by_pair.setdefault(frozenset(said.linked(Relation.ABOUT)), {})[said.header.author] = said
    return [_conflict(ledger, found, now_ms) for found in by_pair.values()]


def conflict_between(ledger: Ledger, notice_ids: tuple[str, str], now_ms: int) -> Conflict | None:
    """The conflict that was found between two notices, as `conflicts` gives it; None where none was."""
    found = {
        said.header.author: said
        for said, _ in ledger.saying(notice_ids[0], ConflictFound)
        if set(said.linked(Relation.ABOUT)) == set(notice_ids) and _pair(said, ledger) is not None
    }
    return _conflict(ledger, found, now_ms) if found else None


def unresolved(ledger: Ledger, now_ms: int) -> list[Utterance]:
    """The FLASH of each conflict that has begun without being settled; said once by each side."""
    return [utterance for at_ms, utterance in _unresolved(ledger, now_ms) if at_ms <= now_ms]


def next_unresolved_ms(ledger: Ledger, now_ms: int) -> int | None:
    """When the next unsettled conflict begins, or began and it is not yet said; None if none is waiting."""
    return min([at_ms for at_ms, _ in _unresolved(ledger, now_ms)], default=None)


def will_be_unresolved(ledger: Ledger, conflict: Conflict) -> list[tuple[int, Utterance]]:
    """The FLASH of a conflict as it stands, and when it falls due; empty where it is settled, or said.

    One that is over and was never settled is still said: a node that slept through it owes the record the fact.
    """
    said_already = any(
        by.header.author == ledger.own
        for said in conflict.found.values()
        for by, _ in ledger.saying(said.record_id, ConflictUnresolved)
    )
    if said_already or conflict.state in _SETTLED:
        return []
    about = min(conflict.found.values(), key=lambda said: said.header.author)
    at_ms = about.logged_ms if conflict.first_ms is None else conflict.first_ms
    link = (Link(Relation.ABOUT, about.record_id),)
    return [(at_ms, Utterance(_peer(ledger, about), ConflictUnresolved(at_ms), Precedence.FLASH, link))]


def changes_by_time_ms(ledger: Ledger, conflict: Conflict, now_ms: int) -> int | None:
    """When the passing of time alone may next settle a conflict, or unsettle it; None if it cannot any more."""
    both = {said.record_id for said in conflict.notices}
    ends = [conflict.end_ms]
    for said, proposal in ledger.saying(conflict.notices[0].record_id, Proposal):
        if both <= set(said.linked(Relation.ABOUT)):
            ends += [area.end_ms for change in proposal.changes for area in change.areas]
    return min([end_ms + 1 for end_ms in ends if end_ms is not None and end_ms >= now_ms], default=None)


def accept_conflict(said: Said, ledger: Ledger) -> Refused | None:
    """Why what came in about a conflict is void; None if it stands or is about none."""
    body = said.body
    if isinstance(body, ConflictFound):
        if body.verdict not in (Verdict.CONFLICT, Verdict.CANNOT_TELL):
            return Refused("F2", RULES["F2"])
        return None if _pair(said, ledger) is not None else Refused("F1", RULES["F1"])
    if not isinstance(body, OnConflict | ConflictUnresolved):
        return None
    about = said.linked(Relation.ABOUT)
    found = ledger.get(about[0]) if len(about) == 1 else None
    return Refused("F3", RULES["F3"]) if found is None or not isinstance(found.body, ConflictFound) else None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the state of a conflict is worked out from."""

    stands: bool
    begun: bool
    over: bool
    finders: int
    seen: int
    not_one: int
    proposals: frozenset[ProposalState]


_TABLED = frozenset({ProposalState.TABLED, ProposalState.COUNTERED, ProposalState.ACCEPTED_BY_ONE})

# The one table: the first line that is true of the facts is the state.
_STATES: tuple[tuple[ConflictState, Callable[[_Facts], bool]], ...] = (
    (ConflictState.CLOSED, lambda facts: not facts.stands),
    (ConflictState.NOT_A_CONFLICT, lambda facts: facts.not_one == 2),
    (ConflictState.CLOSED, lambda facts: facts.over and ProposalState.ENDED in facts.proposals),
    (ConflictState.MONITORED, lambda facts: ProposalState.IN_FORCE in facts.proposals and not facts.over),
    (ConflictState.CLOSED, lambda facts: ProposalState.IN_FORCE in facts.proposals),
    (ConflictState.EXPIRED, lambda facts: facts.over),
    (ConflictState.UNRESOLVED_AT_START, lambda facts: facts.begun),
    (ConflictState.AGREED, lambda facts: ProposalState.AGREED in facts.proposals),
    (ConflictState.PROPOSED, lambda facts: bool(_TABLED & facts.proposals)),
    (ConflictState.SEEN_BY_BOTH, lambda facts: facts.seen == 2),
    (ConflictState.SEEN_BY_ONE, lambda facts: facts.seen == 1),
    (ConflictState.NOTIFIED, lambda facts: facts.finders == 2),
    (ConflictState.DETECTED, lambda _: True),
)


def _conflict(ledger: Ledger, found: dict[str, Said], now_ms: int) -> Conflict:
    any_found = next(iter(found.values()))
    pair = _pair(any_found, ledger)
    assert pair is not None
    spoken = [pair for said in found.values() for pair in ledger.saying(said.record_id, OnConflict)]
    # Of each side the last word counts, whichever finding it was said of.
    words = {by.header.author: word.word for by, word in sorted(spoken, key=lambda pair: pair[0].seq)}
    firsts = [body.first_ms for body in _bodies(found) if body.first_ms is not None]
    first_ms = min(firsts, default=None)
    end_ms = _end_ms(pair, _bodies(found))
    facts = _Facts(
        stands=all(standing(ledger, said, now_ms) in (Standing.CURRENT, Standing.EXPIRED) for said in pair),
        begun=first_ms is None or now_ms >= first_ms,
        over=end_ms is not None and now_ms > end_ms,
        finders=len(found),
        seen=len(words),
        not_one=sum(word is ConflictWord.NOT_A_CONFLICT for word in words.values()),
        proposals=frozenset(_proposals(ledger, pair, now_ms)),
    )
    state = next(state for state, holds in _STATES if holds(facts))
    return Conflict(pair, found, words, state, first_ms, end_ms)


def _bodies(found: dict[str, Said]) -> list[ConflictFound]:
    return [said.body for said in found.values() if isinstance(said.body, ConflictFound)]


def _end_ms(pair: tuple[Said, Said], bodies: list[ConflictFound]) -> int | None:
    """When the two can meet no more: the earlier of their last ends, and the minimum of time after it."""
    lasts: list[int] = []
    for said in pair:
        assert isinstance(said.body, Notice)
        ends = [None if a.end_ms is None else a.end_ms + a.clock_uncertainty_ms for a in said.body.areas]
        known = [end_ms for end_ms in ends if end_ms is not None]
        if known and len(known) == len(ends):
            lasts.append(max(known))
    return min(lasts) + max((body.time_needed_ms for body in bodies), default=0) if lasts else None


def _proposals(ledger: Ledger, pair: tuple[Said, Said], now_ms: int) -> list[ProposalState]:
    both = {said.record_id for said in pair}
    return [
        proposal_state(ledger, said, now_ms)
        for said, _ in ledger.saying(pair[0].record_id, Proposal)
        if both <= set(said.linked(Relation.ABOUT))
    ]


def _pair(found: Said, ledger: Ledger) -> tuple[Said, Said] | None:
    """The two notices a finding is about, one of each side, in the order of their authors."""
    notices = [ledger.get(record_id) for record_id in found.linked(Relation.ABOUT)]
    kept = [notice for notice in notices if notice is not None and isinstance(notice.body, Notice)]
    authors = {notice.header.author for notice in kept}
    between = [{notice.header.author, notice.header.addressee} for notice in kept]
    parties = {found.header.author, found.header.addressee}
    if len(notices) != 2 or between != [parties, parties] or authors != parties:
        return None
    first, second = sorted(kept, key=lambda notice: notice.header.author)
    return first, second


def _unresolved(ledger: Ledger, now_ms: int) -> list[tuple[int, Utterance]]:
    peers = dict.fromkeys(_peer(ledger, said) for said, _ in ledger.of(ConflictFound))
    every = [conflict for peer in peers for conflict in conflicts(ledger, peer, now_ms)]
    return [found for conflict in every for found in will_be_unresolved(ledger, conflict)]


def _peer(ledger: Ledger, said: Said) -> str:
    return said.header.addressee if said.header.author == ledger.own else said.header.author
