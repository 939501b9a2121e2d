"""To whom a plan is disclosed, and how exactly: the policy that travels with it.

The one idea: nobody is told by default. A recipient who is not named gets what the policy says of all others, and where
it says nothing, nothing; so a plan is never given away by forgetting a name.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["NOBODY", "Disclosure", "Precision"]

_MOST_NAMED = 200  # recipients named in one policy; more is a list of everybody, which `otherwise` says shorter


class Precision(StrEnum):
    """How exactly a recipient is told (domain requirements, disclosure modes)."""

    EXACT = "EXACT"  # the volumes as they are
    COARSE = "COARSE"  # in which cell in which hour something is, and no height
    NOT_AT_ALL = "NOT_AT_ALL"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who is told how exactly: by name, and everybody else `otherwise`.

    A recipient is the name of a party, or of an F3548 system as its tokens say it. Raises ValueError for a name that
    is empty or stands twice, and for more than 200 names.

    >>> policy = Disclosure((("south-desk", Precision.COARSE),))
    >>> policy.to("south-desk").value, policy.to("somebody").value
    ('COARSE', 'NOT_AT_ALL')
    """

    named: tuple[tuple[str, Precision], ...] = ()
    otherwise: Precision = Precision.NOT_AT_ALL

    def __post_init__(self) -> None:
        names = [name for name, _ in self.named]
        if not all(names):
            raise ValueError("a recipient needs a name")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"recipient {twice!r} is named twice: say once how exactly it is told")
        if len(names) > _MOST_NAMED:
            raise ValueError(f"{len(names)} recipients are named, and {_MOST_NAMED} are the most: say it of all others")
        object.__setattr__(self, "named", tuple(sorted(self.named)))

    def to(self, recipient: str) -> Precision:
        """Return how exactly this recipient is told."""
        return dict(self.named).get(recipient, self.otherwise)

    @property
    def anybody(self) -> bool:
        """Whether anybody at all is told anything."""
        told = (self.otherwise, *(precision for _, precision in self.named))
        return any(precision is not Precision.NOT_AT_ALL for precision in told)


NOBODY = Disclosure()
