"""A no, as a value: of which kind, what stands against it, and how to mend it.

The one idea: a rule says the kind and the edge turns kinds into HTTP statuses by one table, so that no rule knows HTTP.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.registry.shown import ShownConstraint, ShownIntent

__all__ = ["Refusal", "RefusalKind", "bad_request", "not_found", "not_own", "not_present"]


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


def bad_request(what: str, mend: str) -> Refusal:
    """Return the refusal of a request that is wrong by itself."""
    return Refusal(RefusalKind.BAD_REQUEST, what, mend)


def not_found(named: str) -> Refusal:
    """Return the refusal where there is no such entity, named as in `subscription 03e5572a-...`."""
    return Refusal(RefusalKind.NOT_FOUND, f"there is no {named}", "check the identifier; it may have ended")


def not_own(named: str, may: str) -> Refusal:
    """Return the refusal of what only the entity's own USS may do: change it, or see or change it."""
    return Refusal(RefusalKind.FORBIDDEN, f"the {named} is another USS's", f"only the one that made it may {may} it")


def not_present(word: str, named: str) -> Refusal:
    """Return the refusal of a version or an OVN, by its word, that is not the present one."""
    noun = named.rpartition(" ")[0]
    return Refusal(
        RefusalKind.CONFLICT,
        f"the {word} given is not the present one of the {named}",
        f"read the {noun} again and give its present {word}",
    )
