"""All that was said, in the order this node came to know it, and quick ways to find what was said about a thing.

The one idea: nothing is kept but statements; every state shown or decided upon is worked out from them and from the
time, so two nodes with the same logs see the same, and no state can drift from its record.
"""

from collections.abc import Iterator
from typing import TypeVar

from clearline.line.statement import Body, Relation, Said
from clearline.line.terms import Mode

__all__ = ["Ledger"]

_B = TypeVar("_B", bound=Body)


class Ledger:
    """The statements of one party's node in one mode: its own, its peers', and those it keeps to itself.

    `own` is the party whose node this is. Statements of another mode are refused: they are of another world.
    """

    def __init__(self, own: str, mode: Mode = Mode.ACTUAL) -> None:
        self.own = own
        self.mode = mode
        self._said: list[Said] = []
        self._by_id: dict[str, Said] = {}
        self._by_kind: dict[type[Body], list[Said]] = {}
        self._about: dict[str, list[Said]] = {}

    def add(self, said: Said) -> bool:
        """Take a statement in. False if it is there already, by its record identifier; then nothing changes.

        Raises ValueError for another mode's, or for one that is neither by nor to the own party.
        """
        header = said.header
        if header.mode is not self.mode:
            raise ValueError(f"a {header.mode} statement does not belong in the {self.mode} picture")
        if self.own not in (header.author, header.addressee):
            raise ValueError(f"a statement of {header.author} to {header.addressee} is not {self.own}'s to keep")
        if said.record_id in self._by_id:
            return False
        self._said.append(said)
        self._by_id[said.record_id] = said
        self._by_kind.setdefault(type(said.body), []).append(said)
        for link in header.links:
            self._about.setdefault(link.to, []).append(said)
        return True

    def __len__(self) -> int:
        return len(self._said)

    def __iter__(self) -> Iterator[Said]:
        return iter(self._said)

    def get(self, record_id: str) -> Said | None:
        """One statement by its record identifier."""
        return self._by_id.get(record_id)

    def of(self, body: type[_B]) -> list[tuple[Said, _B]]:
        """All statements whose body is of one class, with the body."""
        return [(said, said.body) for said in self._by_kind.get(body, ()) if isinstance(said.body, body)]

    def about(self, record_id: str, relation: Relation | None = None) -> list[Said]:
        """All statements that refer to one, in whatever way or in one way."""
        found = self._about.get(record_id, ())
        return [said for said in found if relation is None or record_id in said.linked(relation)]

    def saying(self, record_id: str, body: type[_B]) -> list[tuple[Said, _B]]:
        """What was said about a statement by bodies of one class, with the body."""
        return [(said, said.body) for said in self._about.get(record_id, ()) if isinstance(said.body, body)]
