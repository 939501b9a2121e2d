"""A no, as a value: of which kind, what stands against it, and how to mend it.

The one idea: a rule says the kind and the edge turns kinds into HTTP statuses by one table, so that no rule knows HTTP.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.registry.shown import ShownConstraint, ShownIntent

__all__ = ["Refusal", "RefusalKind"]


class RefusalKind(StrEnum):
    """The kinds of no. In brackets what the interface of F3548 answers."""

    BAD_REQUEST = "BAD_REQUEST"
    """Something in the request cannot be as it is (400)."""
    FORBIDDEN = "FORBIDDEN"
    """It is somebody else's, or the token lacks a scope that this request needs (403)."""
    NOT_FOUND = "NOT_FOUND"
    """There is no such entity, or it has expired (404)."""
    CONFLICT = "CONFLICT"
    """The version given is not the present one, or the entity exists already (409)."""
    MISSING_KEYS = "MISSING_KEYS"
    """The key does not prove that everything that touches was read; what is missing is listed (409)."""
    DOWN = "DOWN"
    """The arbiter says this USS is down, and a USS that is down may not do this (412)."""
    TOO_LARGE = "TOO_LARGE"
    """The area is larger than the bound (413)."""
    TOO_MANY = "TOO_MANY"
    """There are too many already (429)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no. `what` and `mend` are sentences for a person; the lists are filled for MISSING_KEYS only."""

    kind: RefusalKind
    what: str
    mend: str
    missing_intents: tuple[ShownIntent, ...] = ()
    missing_constraints: tuple[ShownConstraint, ...] = ()
