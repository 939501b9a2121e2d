"""What a node says of its own accord: line checks at their times, conflicts that its engine finds, rechecks.

The one idea: a machine says what it measured, never what a person must mean by it; and it remembers nothing of what it
said, as that stands in its log. So after a restart it looks once, finds it said, and is quiet.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from clearline.app.party_core import Core
from clearline.app.party_say import may_speak
from clearline.conflict.engine import Engine
from clearline.line.ledger import Ledger
from clearline.line.look import Found, Sight, look, sight, untold
from clearline.line.notice import Notice
from clearline.line.observed import checks_due, next_check_ms
from clearline.line.parameters import ParameterSet
from clearline.line.proposal import Agree, AgreeReceived, Proposal
from clearline.line.recheck import rechecks_due
from clearline.line.statement import Body, Said, Utterance
from clearline.line.terms import Mode
from clearline.space.geoid import Geoid

__all__ = ["Accord", "Tools"]

# What a look at all notices took, so many times over, passes before the next: a look never takes the node for itself.
_REST = 4
_SEEN_ANEW: tuple[type[Body], ...] = (Notice, ParameterSet)
_AGREED_ANEW: tuple[type[Body], ...] = (Notice, Proposal, Agree, AgreeReceived)


@dataclass(frozen=True, slots=True)
class Tools:
    """What the looks are made with: a geoid, an engine, and seconds that never jump, to see how long a look takes."""

    geoid: Callable[[], Geoid]
    engine: Callable[[], Engine]
    monotonic: Callable[[], float]


@dataclass
class _Watched:
    """How far one mode's ledger was read, and what is to be looked at again because of it."""

    ledger: Ledger
    read: int = 0
    now_ms: int | None = None
    peers: dict[str, None] = field(default_factory=dict[str, None])
    agreed: bool = True
    minima: bool = True


class Accord:
    """One node's. Every method but `look` is asked under the node's lock; `look` takes its time without it."""

    def __init__(self, core: Core, tools: Tools) -> None:
        self._core = core
        self._tools = tools
        self._watched: dict[Mode, _Watched] = {}
        self._check_ms: dict[str, int] = {}
        self._checked_ms: int | None = None
        self._look_at_s = 0.0

    def checks(self, now_ms: int) -> list[Utterance]:
        """The line checks to put now: to peers that a connection reaches, in earnest."""
        if self._checked_ms is not None and now_ms < self._checked_ms:
            self._check_ms.clear()  # the clock was set back
        self._checked_ms = now_ms
        ledger = self._core.book.ledgers[Mode.ACTUAL]
        return [due for party in self._checked(now_ms) for due in checks_due(ledger, party, now_ms)]

    def next_check_ms(self, now_ms: int) -> int | None:
        """When the next line check is to be put; now, where one that is due could not be."""
        ledger = self._core.book.ledgers[Mode.ACTUAL]
        for party in self._checked(now_ms):
            self._check_ms[party] = next_check_ms(ledger, party, now_ms)
        return min(self._check_ms.values(), default=None)

    def _checked(self, now_ms: int) -> list[str]:
        """The peers a line check may be due to."""
        return [
            party
            for party, peer in self._core.peers.items()
            if peer.card.addresses and self._check_ms.get(party, now_ms) <= now_ms
        ]

    def rechecks(self, mode: Mode, now_ms: int) -> list[Utterance]:
        """What the engine says of what was agreed since it was asked last."""
        watched = self._watch(mode, now_ms)
        if not watched.agreed:
            return []
        ledger, due = watched.ledger, list[Utterance]()
        if ledger.of(Proposal):
            geoid, engine = self._tools.geoid(), self._tools.engine()
            due = rechecks_due(ledger, geoid=geoid, engine=engine, now_ms=now_ms, anew=watched.minima)
        with self._core.store.reading() as tables:
            able = all(may_speak(self._core, tables, one.addressee, mode) for one in due)
        watched.agreed, watched.minima = not able, watched.minima and not able
        return due

    def sights(self, mode: Mode, now_ms: int) -> list[tuple[str, Sight]]:
        """What is to be looked at now, by peer: where a notice or the minima changed, and something can be said."""
        watched = self._watch(mode, now_ms)
        if not watched.peers or self._tools.monotonic() < self._look_at_s:
            return []
        with self._core.store.reading() as tables:
            able = [peer for peer in watched.peers if may_speak(self._core, tables, peer, mode)]
        for peer in able:
            del watched.peers[peer]
        return [(peer, sight(watched.ledger, peer, now_ms)) for peer in able]

    def look(self, seen: Sight) -> list[Found]:
        """What the engine finds."""
        authors = {said.header.author for said in seen.notices}
        if len(authors) < 2:
            return []
        started_s = self._tools.monotonic()
        found, _ = look(seen, geoid=self._tools.geoid(), engine=self._tools.engine())
        ended_s = self._tools.monotonic()
        self._look_at_s = ended_s + _REST * (ended_s - started_s)
        return found

    def untold(self, mode: Mode, peer: str, found: list[Found]) -> tuple[Utterance, ...]:
        """Of what was found, what still has to be said."""
        return untold(self._core.book.ledgers[mode], peer, found)

    def again(self, mode: Mode, peer: str) -> None:
        """What was found could not be said: look again once it can."""
        self._watched[mode].peers[peer] = None

    def rest_ms(self) -> int | None:
        """How long until something that waits may be looked at; None where nothing waits."""
        if not any(watched.peers for watched in self._watched.values()):
            return None
        return max(0, round(1_000 * (self._look_at_s - self._tools.monotonic())))

    def _watch(self, mode: Mode, now_ms: int) -> _Watched:
        """Read on; where the picture was built anew, or the clock set back, from the start."""
        ledger, watched = self._core.book.ledgers[mode], self._watched.get(mode)
        set_back = watched is not None and watched.now_ms is not None and now_ms < watched.now_ms
        if watched is None or watched.ledger is not ledger or set_back:
            watched = self._watched[mode] = _Watched(ledger)
        watched.now_ms = now_ms
        new = ledger.since(watched.read)
        watched.read += len(new)
        watched.peers.update(dict.fromkeys(self._others(new, _SEEN_ANEW)))
        watched.minima = watched.minima or any(isinstance(said.body, ParameterSet) for said in new)
        watched.agreed = watched.agreed or watched.minima or any(isinstance(said.body, _AGREED_ANEW) for said in new)
        return watched

    def _others(self, new: Iterable[Said], kinds: tuple[type[Body], ...]) -> Iterable[str]:
        for said in new:
            if isinstance(said.body, kinds) and said.header.author != said.header.addressee:
                header = said.header
                yield header.addressee if header.author == self._core.own else header.author
