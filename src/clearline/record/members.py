"""The members of an object on record, each taken once, each of the kind it must be.

The one idea: an object has exactly the members its specification lists; one missing or one too many is refused, so
nothing rides along under a signature that a reader does not look at.
"""

from collections.abc import Mapping, Sequence

from clearline.record.base64_text import from_base64
from clearline.record.canonical import Value
from clearline.record.errors import RecordError

__all__ = ["Members"]


class Members:
    """One object, read member by member. Every reader raises RecordError naming the member."""

    __slots__ = ("_members", "_where")

    def __init__(self, value: Value, names: Sequence[str], where: str) -> None:
        """Take an object that has exactly the members `names`."""
        if not isinstance(value, Mapping):
            raise RecordError(where, "it is not an object")
        if set(value) != set(names):
            odd = sorted(set(value) ^ set(names))
            raise RecordError(where, f"its members must be {', '.join(sorted(names))}; look at {', '.join(odd)[:120]}")
        self._members = value
        self._where = where

    def text(self, name: str) -> str:
        """A text."""
        value = self._members[name]
        if not isinstance(value, str):
            raise RecordError(f"{self._where}.{name}", "it is not a text")
        return value

    def whole(self, name: str, low: int = 0) -> int:
        """A whole number, `low` or more."""
        value = self._members[name]
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            raise RecordError(f"{self._where}.{name}", f"it is not a whole number from {low}")
        return value

    def literal(self, name: str, expected: str | int) -> None:
        """A member with one permitted value."""
        value = self._members[name]
        if type(value) is not type(expected) or value != expected:
            raise RecordError(f"{self._where}.{name}", f"it must be {expected!r}")

    def object(self, name: str) -> Mapping[str, Value]:
        """An object of any members."""
        value = self._members[name]
        if not isinstance(value, Mapping):
            raise RecordError(f"{self._where}.{name}", "it is not an object")
        return value

    def items(self, name: str) -> Sequence[Value]:
        """A list."""
        value = self._members[name]
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise RecordError(f"{self._where}.{name}", "it is not a list")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        found: list[str] = []
        for index, item in enumerate(self.items(name)):
            if not isinstance(item, str):
                raise RecordError(f"{self._where}.{name}[{index}]", "it is not a text")
            found.append(item)
        return found

    def hashes(self, name: str) -> list[bytes]:
        """A list of SHA-256 hashes, each in base64."""
        found = [from_base64(text, f"{self._where}.{name}[{n}]") for n, text in enumerate(self.texts(name))]
        if any(len(one) != 32 for one in found):
            raise RecordError(f"{self._where}.{name}", "a hash is not 32 bytes long")
        return found
