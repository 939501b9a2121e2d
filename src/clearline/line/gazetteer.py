"""Places by identifier: what was heard becomes a list of candidates, and a candidate a place only once it is spelled.

The one idea: two names are the same place only if they carry the same identifier; however near a spelling is, it is a
question to the other side and never an answer.
"""

import unicodedata
from dataclasses import dataclass

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import distance_m

__all__ = [
    "RULES",
    "Candidate",
    "Entry",
    "Gazetteer",
    "Named",
    "PlaceError",
    "likeness_milli",
    "same_place",
    "spelled",
]

RULES = {
    "G1": "a place is confirmed by its identifier and its name spelled back, letter by letter",
    "G2": "the identifier is not in this gazetteer",
}
_LEAST_MILLI = 400  # below this a name has no more in common with what was heard than any other


class PlaceError(ValueError):
    """A place that is not confirmed: the sentence says what to ask for. `rule` is its code in RULES."""

    def __init__(self, rule: str, more: str) -> None:
        super().__init__(f"{RULES[rule]}; {more}")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Entry:
    """A place both sides hold: its identifier, its names (the first is the one that is spelled), where it is.

    Raises ValueError without an identifier in one word, or without a name.
    """

    ident: str
    names: tuple[str, ...]
    place: LatLon

    def __post_init__(self) -> None:
        if not self.ident or self.ident.split() != [self.ident] or not self.names or not all(map(_folded, self.names)):
            raise ValueError("a place has an identifier in one word, and names with letters in them")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place whose name is like what was heard: how like, of 1000, and how far from where it was expected.

    `away_m` is None where no place was expected. It is a candidate and no more.
    """

    entry: Entry
    name: str
    likeness_milli: int
    away_m: float | None


@dataclass(frozen=True, slots=True)
class Named:
    """A place that both sides hold by one identifier, spelled back. `text` fills a slot of a phrase."""

    entry: Entry

    @property
    def text(self) -> str:
        """Identifier and name, as phrases want a place."""
        return f"{self.entry.ident} {self.entry.names[0]}"


class Gazetteer:
    """The places that two sides have agreed on. Raises ValueError for two entries of one identifier."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._entries = {entry.ident: entry for entry in entries}
        if len(self._entries) != len(entries):
            raise ValueError("two places of one gazetteer have the same identifier")

    def get(self, ident: str) -> Entry | None:
        """The place of an identifier; None where there is none."""
        return self._entries.get(ident)

    def candidates(self, heard: str, *, near: LatLon | None = None, most: int = 5) -> tuple[Candidate, ...]:
        """Places whose name may be the one that was heard, the likest first, then the nearest to where it was expected.

        Empty means that no name here is like it, and nothing else.
        """
        found: list[Candidate] = []
        for entry in self._entries.values():
            name = max(entry.names, key=lambda name: likeness_milli(heard, name))
            like = likeness_milli(heard, name)
            if like >= _LEAST_MILLI:
                found.append(Candidate(entry, name, like, None if near is None else distance_m(near, entry.place)))
        found.sort(key=lambda one: (-one.likeness_milli, one.away_m or 0.0, one.entry.ident))
        return tuple(found[:most])

    def confirm(self, ident: str, spelling: str) -> Named:
        """The place of an identifier, once its first name was spelled back right. Raises PlaceError otherwise."""
        entry = self.get(ident)
        if entry is None:
            raise PlaceError("G2", f"ask for the identifier of {spelling[:60]!r} again")
        wanted = spelled(entry.names[0])
        if spelled(spelling) != wanted:
            raise PlaceError(
                "G1", f"{ident} is spelled {wanted}, and what came back is {spelled(spelling)[:200]}: stop"
            )
        return Named(entry)


def spelled(name: str) -> str:
    """A name letter by letter, as it is read out; spaces, hyphens and case do not count, accents and marks do.

    >>> spelled("Harb-nifsah")
    'H A R B N I F S A H'
    """
    return " ".join(mark for mark in unicodedata.normalize("NFC", name).upper() if mark.isalnum() or _is_mark(mark))


def same_place(one: str, other: str) -> bool:
    """Whether two identifiers name one place; names are never compared for it.

    >>> same_place("G-0417", "G-0418")
    False
    """
    return bool(one) and one == other


def likeness_milli(one: str, other: str) -> int:
    """How alike two spellings are, of 1000: less a share for each letter that must be changed, added or left out.

    >>> likeness_milli("Harb Bebsi", "Harbnifsah"), likeness_milli("Harran", "harran")
    (500, 1000)
    """
    p, q = _folded(one), _folded(other)
    if not p or not q:
        return 0
    row = list(range(len(q) + 1))
    for i, mark in enumerate(p, 1):
        before, row[0] = row[0], i
        for j, wanted in enumerate(q, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (mark != wanted))
    return 1000 - 1000 * row[-1] // max(len(p), len(q))


def _folded(name: str) -> str:
    """A name for comparing how it sounds: no accents, case, spaces or signs."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", name).casefold() if mark.isalnum())


def _is_mark(mark: str) -> bool:
    return unicodedata.category(mark) == "Mn"
