"""All that was said, in the order this node came to know it, and quick ways to find what was said about a thing.

The one idea: nothing is kept but statements; every state shown or decided upon is worked out from them and from the
time. What was said about a thing is given in one order that both sides find, whichever log reached them first; so two
nodes with the same logs see the same, and no state can drift from its record.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from clearline.line.persons import accept_persons
from clearline.line.statement import Body, Relation, Said
from clearline.line.terms import Mode

__all__ = ["Index", "Ledger", "had_seen"]

_B = TypeVar("_B", bound=Body)
_I = TypeVar("_I", bound="Index")


class Index:
    """The base of what is worked out from a ledger and kept beside it, so that nobody starts from nothing each time.

    It takes in what is new when it is asked (`Ledger.since`); whatever it answers, looking at everything would too.
    """


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
        self._void: set[str] = set()
        self._beside: dict[type[Index], Index] = {}

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
        for record_id in dict.fromkeys(link.to for link in header.links):
            self._about.setdefault(record_id, []).append(said)
        if accept_persons(said) is not None:
            self._void.add(said.record_id)
        return True

    def __len__(self) -> int:
        return len(self._said)

    def __iter__(self) -> Iterator[Said]:
        return iter(self._said)

    def since(self, count: int) -> list[Said]:
        """What was added after the first so many statements, in the order it was."""
        return self._said[count:]

    def beside(self, kind: type[_I]) -> _I:
        """The one index of a kind that is kept beside this ledger; made when it is first asked for."""
        found = self._beside.get(kind)
        if not isinstance(found, kind):
            found = self._beside[kind] = kind()
        return found

    def get(self, record_id: str) -> Said | None:
        """One statement by its record identifier."""
        return self._by_id.get(record_id)

    def counts(self, record_id: str) -> bool:
        """Whether a statement is here, and not void for want of a person."""
        return record_id in self._by_id and record_id not in self._void

    def of(self, body: type[_B]) -> list[tuple[Said, _B]]:
        """The statements whose body is of one class, with the body; without those void for want of a person."""
        return [found for found in self.ever(body) if found[0].record_id not in self._void]

    def ever(self, body: type[_B]) -> list[tuple[Said, _B]]:
        """The same with the void ones: for warnings, which stay in the picture whoever failed to sign them."""
        return [(said, said.body) for said in self._by_kind.get(body, ()) if isinstance(said.body, body)]

    def about(self, record_id: str, relation: Relation | None = None) -> list[Said]:
        """What was said about a statement, in whatever way or in one way, by the two parties between whom it was said.

        Each log keeps its order, nothing comes before what its author had seen, and the rest is in the order of the
        speakers' clocks. What is void for want of a person is left out, and so is what others say of it.
        """
        target = self._by_id.get(record_id)
        if target is None:
            return []
        parties = {target.header.author, target.header.addressee}
        return self._in_order(
            said
            for said in self._about.get(record_id, ())
            if said.record_id not in self._void
            and {said.header.author, said.header.addressee} == parties
            and (relation is None or record_id in said.linked(relation))
        )

    def referring(self, record_id: str) -> list[Said]:
        """All that refers to a statement, void or not and whoever said it, as it came: to be shown, never to decide."""
        return list(self._about.get(record_id, ()))

    def saying(self, record_id: str, body: type[_B]) -> list[tuple[Said, _B]]:
        """What was said about a statement by bodies of one class, with the body; as `about`."""
        return [(said, said.body) for said in self.about(record_id) if isinstance(said.body, body)]

    def _in_order(self, found: Iterable[Said]) -> list[Said]:
        """Two logs merged into one order that depends on nothing but what stands in them."""
        logs: dict[str, list[Said]] = {}
        for said in found:
            logs.setdefault(said.header.author, []).append(said)
        if len(logs) < 2:
            return list(*logs.values())
        ones, others = (logs[author] for author in sorted(logs))
        merged: list[Said] = []
        i, j = 0, 0
        while i < len(ones) and j < len(others):
            one, other = ones[i], others[j]
            if had_seen(one, other) or (not had_seen(other, one) and one.header.created_ms > other.header.created_ms):
                merged.append(other)
                j += 1
            else:
                merged.append(one)
                i += 1
        return [*merged, *ones[i:], *others[j:]]


def had_seen(said: Said, other: Said) -> bool:
    """Whether the author of a statement surely held another one, of the log that answers it, when it was said."""
    return said.seen is not None and other.seq < said.seen
