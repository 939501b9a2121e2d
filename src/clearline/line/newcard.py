"""A party's new card, told on the line itself: other keys, other addresses, another certificate.

The one idea: whoever was compared by voice once need not be called again; root keys sign what comes after.
"""

from dataclasses import dataclass
from typing import ClassVar

from clearline.line.statement import Body

__all__ = ["NewCard"]


@dataclass(frozen=True, slots=True)
class NewCard(Body):
    """The author's card from now on, as it is handed over, said by its node.

    `keys` is the key set on it as the root keys of the set before it signed it, which is announced in the log right
    after; empty where the keys are those of the card before. Whoever takes it in holds the author's connections,
    requests and packets to it from there on.
    """

    kind: ClassVar[str] = "new_card"
    card: str
    keys: str = ""
