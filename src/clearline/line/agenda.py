"""What a node will have to say by itself, and when: kept beside its ledger, so that a look costs what is due.

The one idea: each thing that has a clock is looked at only when something was said that may move it, or its own time
has come. What is known of it in between is the earliest time at which it can matter, never the answer itself; so the
answer is always that of looking at everything.
"""

import heapq
from dataclasses import dataclass, field

from clearline.line.conflicts import changes_by_time_ms, conflict_between, will_be_unresolved
from clearline.line.escalation import plan
from clearline.line.first_reply import no_first_reply
from clearline.line.ladder import Answer, AnswerType
from clearline.line.ledger import Index, Ledger
from clearline.line.notice import Notice
from clearline.line.observed import LineCheck, will_be_missed
from clearline.line.party import Coverage
from clearline.line.proposal import ConflictFound, Proposal
from clearline.line.release import needs_confirming, will_lapse
from clearline.line.statement import Relation, Said, Utterance
from clearline.line.talk import TalkRequest

__all__ = ["Agenda"]

# What has a clock: one statement, or the two notices of a conflict, by record identifier.
_Thing = tuple[str, ...]
_Items = list[tuple[int, Utterance]]

# How many references up a word can be that moves a clock: a receipt is for an agreement, that is to a proposal, and
# that is about a notice.
_STEPS_UP = 3


@dataclass
class Agenda(Index):
    """The index of what is due; `clearline.line.desk` asks it.

    `_place` has every thing with a clock, by when it became one; `_look_ms` when each must be looked at again (none:
    nothing waits), and `_queue` those times in order, with some that do not hold any more.
    """

    _read: int = 0
    _now_ms: int | None = None
    _place: dict[_Thing, int] = field(default_factory=dict[_Thing, int])
    _anew: dict[_Thing, None] = field(default_factory=dict[_Thing, None])
    _look_ms: dict[_Thing, int] = field(default_factory=dict[_Thing, int])
    _queue: list[tuple[int, _Thing]] = field(default_factory=list[tuple[int, _Thing]])
    _pairs: dict[str, dict[_Thing, None]] = field(default_factory=dict[str, dict[_Thing, None]])
    _proposed: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _not_ours: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])

    def due(self, ledger: Ledger, now_ms: int) -> list[Utterance]:
        """All that is to be said now, in the order in which it became known that it may be."""
        looked = self._look(ledger, now_ms)
        ordered = sorted(looked, key=lambda thing: (len(thing), self._place[thing]))
        return [utterance for thing in ordered for at_ms, utterance in looked[thing] if at_ms <= now_ms]

    def wake_ms(self, ledger: Ledger, now_ms: int) -> int | None:
        """When to look again if nothing is said until then: never later than something is due. None: never."""
        self._look(ledger, now_ms)
        return self._queue[0][0] if self._queue else None

    def _look(self, ledger: Ledger, now_ms: int) -> dict[_Thing, _Items]:
        """Look at everything whose time has come; all of it that is due stays, and comes again until it is said."""
        if self._now_ms is not None and now_ms < self._now_ms:
            self._anew.update(dict.fromkeys(self._place))  # the clock was set back, and what was past may be to come
        self._now_ms = now_ms
        for said in ledger.since(self._read):
            self._read += 1
            self._take(said, ledger)
        for thing in self._anew:
            self._put(thing, self._items(thing, ledger, now_ms)[1])
        self._anew.clear()
        return self._come(ledger, now_ms)

    def _come(self, ledger: Ledger, now_ms: int) -> dict[_Thing, _Items]:
        found: dict[_Thing, _Items] = {}
        while self._queue and (self._queue[0][0] <= now_ms or not self._holds(*self._queue[0])):
            at_ms, thing = heapq.heappop(self._queue)
            if not self._holds(at_ms, thing) or thing in found:
                continue
            found[thing], look_ms = self._items(thing, ledger, now_ms)
            del self._look_ms[thing]
            if look_ms is not None and look_ms > now_ms:
                self._put(thing, look_ms)
        for thing, items in found.items():
            if any(at_ms <= now_ms for at_ms, _ in items):
                self._put(thing, min(at_ms for at_ms, _ in items))
        return found

    def _holds(self, at_ms: int, thing: _Thing) -> bool:
        return self._look_ms.get(thing) == at_ms

    def _put(self, thing: _Thing, look_ms: int | None) -> None:
        if look_ms is None:
            self._look_ms.pop(thing, None)
        elif self._look_ms.get(thing) != look_ms:
            self._look_ms[thing] = look_ms
            heapq.heappush(self._queue, (look_ms, thing))
            if len(self._queue) > 2 * len(self._look_ms) + 1_000:
                self._queue = [(at_ms, each) for each, at_ms in self._look_ms.items()]
                heapq.heapify(self._queue)

    def _items(self, thing: _Thing, ledger: Ledger, now_ms: int) -> tuple[_Items, int | None]:
        """What remains to be said of a thing, each with its time; and when to look again if nothing is said of it."""
        if len(thing) == 2:
            conflict = conflict_between(ledger, (thing[0], thing[1]), now_ms)
            if conflict is None:
                return [], None
            items, changes_ms = will_be_unresolved(ledger, conflict), changes_by_time_ms(ledger, conflict, now_ms)
        else:
            said = ledger.get(thing[0])
            assert said is not None
            # Of a notice that runs out some of it will not be said; a look for nothing is all that costs.
            items, changes_ms = _own_items(said, ledger, now_ms), None
        times = [at_ms for at_ms, _ in items]
        return items, min([*times, *([] if changes_ms is None else [changes_ms])], default=None)

    def _take(self, said: Said, ledger: Ledger) -> None:
        """Take in one statement: it may be a thing with a clock, and move those of what it refers to."""
        if _has_clock(said, ledger):
            self._note((said.record_id,))
        body, about = said.body, said.linked(Relation.ABOUT)
        if isinstance(body, ConflictFound) and len(set(about)) == 2:
            pair = tuple(sorted(set(about)))
            self._note(pair)
            for notice_id in pair:
                self._pairs.setdefault(notice_id, {})[pair] = None
        if isinstance(body, Proposal):
            for notice_id in about:
                self._proposed.setdefault(notice_id, set()).update(about)
        if isinstance(body, Answer) and body.type is AnswerType.CHECKED_NOT_OURS:
            self._not_ours.setdefault(said.header.author, {}).update(dict.fromkeys(about))
        touched = _upwards(said, ledger)
        if isinstance(body, Coverage):
            touched |= set(self._not_ours.get(said.header.author, ()))  # those answers stand on it, or do not
        for record_id in touched:
            if (record_id,) in self._place:
                self._anew[(record_id,)] = None
        for record_id in touched | {other for one in touched for other in self._proposed.get(one, ())}:
            self._anew.update(self._pairs.get(record_id, {}))

    def _note(self, thing: _Thing) -> None:
        self._place.setdefault(thing, self._read)
        self._anew[thing] = None


def _has_clock(said: Said, ledger: Ledger) -> bool:
    """Whether the node may have to say something of it by itself: of its own notices, FLASHes, checks and requests."""
    clocked = isinstance(said.body, Notice | LineCheck | TalkRequest)
    return said.header.author == ledger.own and (clocked or needs_confirming(said))


def _own_items(said: Said, ledger: Ledger, now_ms: int) -> _Items:
    items = will_lapse(ledger, said)
    if not ledger.counts(said.record_id):
        return items
    if isinstance(said.body, Notice):
        items += plan(ledger, said, now_ms)
    if isinstance(said.body, LineCheck):
        items += will_be_missed(ledger, said)
    if isinstance(said.body, TalkRequest):
        items += no_first_reply(ledger, said)
    return items


def _upwards(said: Said, ledger: Ledger) -> set[str]:
    """A statement, what it refers to, what that refers to, and so on for as far as it may matter."""
    found, edge = {said.record_id}, [said]
    for _ in range(_STEPS_UP):
        named = {link.to for one in edge for link in one.header.links} - found
        found |= named
        edge = [one for record_id in named if (one := ledger.get(record_id)) is not None]
    return found
