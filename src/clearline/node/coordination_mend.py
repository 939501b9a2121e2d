"""What a system holds of its own intents, and what to believe when that and the registry may not agree.

The one idea: what is about to be asked of a registry is kept before it is asked. So after a lost answer, or a process
that was killed, the version the registry shows tells which of the two, what was or what was wished, is in force.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

from clearline.node.coordination_intent import Known, Meant, Reference

__all__ = ["Gone", "Held", "Mended", "Stands", "Strange", "mend"]


@dataclass(frozen=True, slots=True)
class Held:
    """One flight: its name with its operator, its intent's identifier, what is in force, what is being asked for.

    `known` is None where nothing is registered; `wished` where nothing is under way; `ending` from the moment that it
    is to be deleted. Raises ValueError for one that is neither registered, nor wished for.
    """

    flight: str
    ident: str
    known: Known | None
    wished: Meant | None = None
    ending: bool = False

    def __post_init__(self) -> None:
        if self.known is None and self.wished is None:
            raise ValueError(f"flight {self.flight} is neither registered nor wished for")

    @property
    def in_doubt(self) -> bool:
        """Whether something was asked of the registry whose answer is not known."""
        return self.wished is not None or self.ending


@dataclass(frozen=True, slots=True)
class Stands:
    """The registry holds what is held here now. `changed` says what differed, None if nothing did."""

    held: Held
    changed: str | None


@dataclass(frozen=True, slots=True)
class Gone:
    """The registry holds nothing of it, so there is nothing to hold. `changed` as above."""

    changed: str | None


@dataclass(frozen=True, slots=True)
class Strange:
    """The registry holds a version whose details nobody here knows: it is to be deleted there, and not flown."""

    reference: Reference
    changed: str


Mended: TypeAlias = Stands | Gone | Strange


def mend(held: Held, found: Reference | None) -> Mended:
    """Say what is in force, given what the registry holds under the intent's identifier.

    What is ending stays so: the deletion is asked for again, on the version that is there.
    """
    known, wished = held.known, held.wished
    if found is None:
        if held.ending or known is None:
            return Gone(None)
        return Gone(f"the registry no longer holds {held.ident} of flight {held.flight}: it is not planned any more")
    if known is not None and found.version == known.reference.version and found.ovn == known.reference.ovn:
        if found.state is not known.reference.state:
            return Strange(found, f"the registry shows {held.ident} in another state under the same version")
        return Stands(replace(held, known=Known(found, known.meant), wished=None), None)
    if wished is not None and found.state is wished.state and (known is None or _is_next(known.reference, found)):
        what = f"the change of flight {held.flight} to {wished.state} had happened, though its answer was lost"
        return Stands(replace(held, known=Known(found, wished), wished=None), what)
    return Strange(found, f"the registry holds version {found.version} of {held.ident}, which was not made here")


def _is_next(before: Reference, found: Reference) -> bool:
    """Whether exactly one change lies between: then it is the one that was asked for."""
    return found.version == before.version + 1
