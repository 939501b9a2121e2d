"""Whether a recorded history could have come from one registry that does one thing at a time (linearizability).

The one idea: search for an order of the calls that keeps every call between its beginning and its end and in which the
model gives every answer that was given (Wing and Gong 1993), remembering which sets of placed calls have already led
to which state (Lowe 2017). Calls whose cells never touch, even through others, are judged apart.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeAlias, TypeVar

__all__ = ["Act", "Done", "Held", "apart", "explains", "registry_model"]

Act: TypeAlias = tuple[str, str, str | None, str, frozenset[int], frozenset[str]]
Held: TypeAlias = frozenset[tuple[str, str, frozenset[int]]]
State = TypeVar("State", bound=Hashable)
What = TypeVar("What")

_BUDGET = 3_000_000


@dataclass(frozen=True, slots=True)
class Done(Generic[What]):
    """A call: when it began and ended, what was asked, what was answered.

    One that was never answered ends at infinity with None: it may have happened at any time since, or not.
    """

    began: float
    ended: float
    what: What
    answer: object


def explains(
    history: Iterable[Done[What]],
    start: State,
    model: Callable[[State, What, object], Iterable[State]],
) -> bool:
    """Tell whether an order of the calls explains the history.

    The model returns the states that a call may lead to if it gave this answer, none if it cannot have. Raises
    OverflowError where the search takes too long to say.
    """
    calls = sorted(history, key=lambda one: one.began)
    must = sum(1 << place for place, one in enumerate(calls) if one.ended != inf)
    seen: set[tuple[int, State]] = {(0, start)}
    open_: list[tuple[int, State]] = [(0, start)]
    while open_:
        placed, state = open_.pop()
        if placed & must == must:
            return True
        for place in _next(calls, placed):
            call = calls[place]
            for after in model(state, call.what, call.answer):
                step = (placed | 1 << place, after)
                if step not in seen:
                    seen.add(step)
                    open_.append(step)
        if len(seen) > _BUDGET:
            raise OverflowError("too many orders to try")
    return False


def _next(calls: Sequence[Done[What]], placed: int) -> list[int]:
    """Return the calls that may come next: those that began before any other that is not placed had ended."""
    found: list[int] = []
    first_end = inf
    for place, call in enumerate(calls):
        if call.began > first_end:
            break
        if not placed >> place & 1:
            found.append(place)
            first_end = min(first_end, call.ended)
    return found


def registry_model(held: Held, act: Act, answer: object) -> Iterable[Held]:
    """Return what a registry that holds this may hold after an act with this answer.

    An act is (`put`, ident, OVN before or None, OVN after, cells, key), answered by True, `clash`, or the OVNs that
    were missing from the key; (`delete`, ident, OVN, ...), by True or `clash`; (`query`, ..., cells, ...), by the OVNs
    that were found. None is no answer: it may have been done or not.
    """
    kind, ident, before, after, cells, key = act
    if kind == "query":
        found = frozenset(ovn for _, ovn, there in held if not there.isdisjoint(cells))
        return (held,) if answer is None or answer == found else ()
    now = next((ovn for name, ovn, _ in held if name == ident), None)
    others = frozenset(one for one in held if one[0] != ident)
    if now != before:
        real, becomes = "clash", held
    elif kind == "delete":
        real, becomes = True, others
    else:
        missing = frozenset(ovn for _, ovn, there in others if ovn not in key and not there.isdisjoint(cells))
        real, becomes = (missing, held) if missing else (True, others | {(ident, after, cells)})
    if answer is None:
        return {held, becomes}
    return (becomes,) if answer == real else ()


def apart(history: Iterable[Done[Act]]) -> list[list[Done[Act]]]:
    """Return the history in parts whose cells have nothing to do with each other."""
    parts: list[tuple[set[int], list[Done[Act]]]] = []
    for call in history:
        cells, calls = set(call.what[4]), [call]
        rest: list[tuple[set[int], list[Done[Act]]]] = []
        for part in parts:
            if part[0].isdisjoint(cells):
                rest.append(part)
            else:
                cells |= part[0]
                calls = part[1] + calls
        parts = [*rest, (cells, calls)]
    return [calls for _, calls in parts]
