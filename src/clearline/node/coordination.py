"""One wish of one party, from asked to answered: discover, read, judge, register, and all again if the sky changed.

The one idea: a machine that owns no socket. It says what is to be asked, takes what was answered, and ends in exactly
one outcome; whatever is late, missing or contradictory ends it in a failure, never in an intent that was not judged
against all that its registry demands (F3548-21, the key).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from clearline.airspace.subscription import UssState
from clearline.conflict.engine import Engine
from clearline.node.coordination_intent import NOMINAL, Known, Meant, Reference, Subscriber
from clearline.node.coordination_rules import Clash, Judged, Policy, judge
from clearline.space.volume import Volume4D

__all__ = [
    "MOST_ROUNDS",
    "Answer",
    "Ask",
    "AskDetails",
    "AskPut",
    "AskReferences",
    "Coordination",
    "Described",
    "Failed",
    "Foreseen",
    "Lost",
    "Missing",
    "Outcome",
    "References",
    "Refused",
    "Registered",
    "Rejected",
    "Undescribed",
    "Wish",
]

# How often the airspace may change under one wish before it is given up: each round reads what the last one missed.
MOST_ROUNDS: Final = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What a party wants of one of its intents: a first registration, a change, another state.

    `ident` is the intent's identifier in the registry, `manager` the party's own name there. `hypothetical`: only say
    what would become of it.
    """

    ident: str
    manager: str
    meant: Meant
    hypothetical: bool = False


@dataclass(frozen=True, slots=True)
class AskReferences:
    """Ask the registry which intents touch a volume."""

    volume: Volume4D


@dataclass(frozen=True, slots=True)
class AskDetails:
    """Ask an intent's manager what is meant by it."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class AskPut:
    """Ask the registry to hold the wish, proving by the key what was read. `ovn` is None for a first registration."""

    wish: Wish
    ovn: str | None
    key: frozenset[str]


Ask: TypeAlias = AskReferences | AskDetails | AskPut


@dataclass(frozen=True, slots=True)
class References:
    """The registry's answer to one AskReferences."""

    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A manager's answer."""

    known: Known


@dataclass(frozen=True, slots=True)
class Undescribed:
    """A manager that did not answer, or not in the standard's form: why."""

    ident: str
    why: str


@dataclass(frozen=True, slots=True)
class Registered:
    """The registry holds it. As an outcome: `clashes` are those that are met and have to give way, or may be met."""

    reference: Reference
    subscribers: tuple[Subscriber, ...]
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """The registry's answer to a key that does not prove enough: what else is there."""

    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The registry's refusal of anything else: its status and its words."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came, or none that can be read. What was asked may have happened."""

    why: str


Answer: TypeAlias = References | Described | Undescribed | Registered | Missing | Refused | Lost


@dataclass(frozen=True, slots=True)
class Rejected:
    """The rules do not allow it: what stands in the way."""

    clashes: tuple[Clash, ...]

    def told(self) -> str:
        """Say it in one sentence."""
        return f"{'; '.join(clash.told() for clash in self.clashes[:5])} stands in the way"


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be found out, or not be registered. `in_doubt`: the registry may hold it all the same."""

    why: str
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a hypothetical wish would come to if the sky stays as it is: it would be registered."""

    clashes: tuple[Clash, ...]


Outcome: TypeAlias = Registered | Rejected | Failed | Foreseen


class Coordination:
    """The machine of one wish. `to_send` says what to ask; each ask gets exactly one answer by `receive`.

    `before` is the intent as the registry holds it, None where it holds none; `shelf` looks up what was read of an
    intent, the party's own included.
    """

    def __init__(
        self,
        wish: Wish,
        *,
        before: Known | None,
        shelf: Callable[[str], Known | None],
        policy: Policy,
        engine: Engine,
    ) -> None:
        self._wish = wish
        self._before = before
        self._shelf = shelf
        self._policy = policy
        self._engine = engine
        self._asks: list[Ask] = []
        self._open = 0
        self._rounds = 1
        self._found: dict[str, Reference] = {}
        self._read: dict[str, Known] = {}
        self._down: dict[str, Reference] = {}
        self._stale: set[str] = set()
        self._judged = Judged((), ())
        self._putting = False
        self._outcome: Outcome | None = None
        if wish.meant.state in NOMINAL:
            self._ask(AskReferences(volume) for volume in wish.meant.all_volumes)
        else:
            # Where an aircraft is is no question of who else is there: it is said at once, and needs no key.
            self._conclude()

    @property
    def outcome(self) -> Outcome | None:
        """What became of the wish; None while it is not known."""
        return self._outcome

    def to_send(self) -> Sequence[Ask]:
        """Return what is to be asked now, each once."""
        asks, self._asks = self._asks, []
        return asks

    def receive(self, answer: Answer) -> None:
        """Take one answer. What comes after the outcome is not looked at."""
        if self._outcome is not None:
            return
        assert self._open > 0, "an answer to nothing that was asked"
        self._open -= 1
        match answer:
            case References():
                self._take_references(answer.references)
            case Described():
                self._take_details(answer.known)
            case Undescribed():
                self._take_silence(answer)
            case Registered():
                self._take_registered(answer)
            case Missing():
                self._take_missing(answer.references)
            case Refused(status, why):
                self._end(Failed(f"the registry refused it ({status}): {why}"))
            case Lost(why):
                # Only what was asked to be held may be held: by then nothing else is under way.
                self._end(Failed(why, in_doubt=self._putting))
        if self._outcome is None and self._open == 0 and not self._asks:
            self._conclude()

    def _ask(self, asks: Iterable[Ask]) -> None:
        fresh = list(asks)
        self._asks.extend(fresh)
        self._open += len(fresh)

    def _end(self, outcome: Outcome) -> None:
        self._outcome, self._asks = outcome, []

    def _take_references(self, references: tuple[Reference, ...]) -> None:
        for reference in references:
            if reference.ident == self._wish.ident or reference.ident in self._found:
                continue
            self._found[reference.ident] = reference
            self._look_up(reference)

    def _look_up(self, reference: Reference) -> None:
        """Take what is on the shelf if it is of this version; else ask the manager."""
        known = None if reference.ident in self._stale else self._shelf(reference.ident)
        if known is not None and _is_of(known, reference) and known.reference.version == reference.version:
            self._read[reference.ident] = known
        else:
            self._read.pop(reference.ident, None)
            self._ask([AskDetails(reference)])

    def _take_details(self, known: Known) -> None:
        ident = known.reference.ident
        reference = self._found.get(ident)
        if reference is None or known.reference.manager != reference.manager:
            self._end(Failed(f"operational intent {ident} was described by another than its manager"))
        elif known.reference.version < reference.version:
            self._end(Failed(f"{reference.manager} describes an older version of {ident} than it registered"))
        else:
            self._down.pop(ident, None)
            self._read[ident] = known

    def _take_silence(self, answer: Undescribed) -> None:
        reference = self._found[answer.ident]
        if reference.availability is UssState.DOWN:
            self._down[answer.ident] = reference
        else:
            self._end(Failed(f"operational intent {answer.ident} of {reference.manager} is not known: {answer.why}"))

    def _take_missing(self, references: tuple[Reference, ...]) -> None:
        self._putting = False
        if self._rounds >= MOST_ROUNDS:
            self._end(Failed(f"the airspace changed {MOST_ROUNDS} times while it was asked: try again"))
            return
        self._rounds += 1
        if not references:
            self._end(Failed("the registry does not hold what was to be changed: it changed meanwhile"))
            return
        for reference in references:
            if reference.ident == self._wish.ident:
                self._end(Failed("the registry asks for proof that an intent does not meet itself"))
                return
            before = self._read.get(reference.ident)
            if before is not None and _is_of(before, reference):
                # Its OVN was shown and does not count: what is on the shelf is not what its manager holds.
                if reference.ident in self._stale:
                    why = f"{reference.manager} gives an OVN for {reference.ident} that the registry does not take"
                    self._end(Failed(why))
                    return
                self._stale.add(reference.ident)
            self._found[reference.ident] = reference
            self._look_up(reference)

    def _take_registered(self, answer: Registered) -> None:
        held, wish = answer.reference, self._wish
        if held.ident != wish.ident or held.state is not wish.meant.state or held.ovn is None:
            self._end(Failed("the registry answered with another intent than the one it was given", in_doubt=True))
        elif held.manager != wish.manager:
            why = f"the registry knows this system as {held.manager!r}, not {wish.manager!r}: mend the configuration"
            self._end(Failed(why, in_doubt=True))
        else:
            self._end(Registered(held, answer.subscribers, self._judged.allowed))

    def _conclude(self) -> None:
        """Everything that was asked is answered: judge, and ask for the registration."""
        wish = self._wish
        if wish.meant.state in NOMINAL:
            before = None if self._before is None else self._before.meant
            read, down = tuple(self._read.values()), tuple(self._down.values())
            self._judged = judge(wish.meant, before, read, down, self._policy, self._engine)
            if self._judged.refused:
                self._end(Rejected(self._judged.refused))
                return
        if wish.hypothetical:
            self._end(Foreseen(self._judged.allowed))
            return
        self._putting = True
        ovn = None if self._before is None else self._before.reference.ovn
        key = frozenset(one.reference.ovn for one in self._read.values() if one.reference.ovn is not None)
        self._ask([AskPut(wish, ovn, key)])


def _is_of(known: Known, reference: Reference) -> bool:
    """Whether what was read is of the version that the registry names, or a later one that it has yet to show."""
    mine = known.reference
    return mine.manager == reference.manager and mine.version >= reference.version and mine.ovn is not None
