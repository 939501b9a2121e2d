"""A node's answer as rows to print: each member asked for by name and kind.

The one idea: an answer of another shape is a defect, and ends in one; a member that is null is shown as missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from clearline.wire.json_text import Json
from clearline.wire.words import instant, plain

__all__ = ["Row", "clock", "rows_of", "short"]

_SHORT = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One object of an answer."""

    members: dict[str, Json]

    @classmethod
    def of(cls, value: "Json | Mapping[str, object]") -> "Row":
        """The object that a value is; what a typed answer holds is JSON, as it was read from it."""
        assert isinstance(value, dict), f"an object was expected, not {type(value).__name__}"
        return cls(cast("dict[str, Json]", value))

    def has(self, name: str) -> bool:
        """Whether a member is there and not null."""
        return self.members.get(name) is not None

    def row(self, name: str) -> "Row":
        """A member that is an object."""
        return Row.of(self.members[name])

    def rows(self, name: str) -> list["Row"]:
        """A member that is a list of objects."""
        return rows_of(self.members[name])

    def items(self, name: str) -> list[Json]:
        """A member that is a list."""
        found = self.members[name]
        assert isinstance(found, list)
        return found

    def texts(self, name: str) -> list[str]:
        """A member that is a list of texts, safe to print."""
        return [plain(str(one)) for one in self.items(name)]

    def text(self, name: str, missing: str = "-") -> str:
        """A member as text, safe to print; `missing` where it is null or empty."""
        found = self.members.get(name)
        return missing if found is None or found == "" else plain(str(found))

    def number(self, name: str) -> int:
        """A member that is a whole number."""
        found = self.members[name]
        assert isinstance(found, int)
        return found

    def flag(self, name: str) -> bool:
        """A member that is true or false."""
        return self.members[name] is True

    def time(self, name: str, missing: str = "-") -> str:
        """A member that is a time in milliseconds, as words in Z."""
        found = self.members.get(name)
        return instant(found - found % 1000) if isinstance(found, int) else missing


def rows_of(value: "Json | Sequence[Mapping[str, object]]") -> list[Row]:
    """The objects of a list."""
    assert isinstance(value, list)
    return [Row.of(one) for one in value]


def short(record_id: str) -> str:
    """As much of a record identifier as is typed and read out."""
    return record_id[:_SHORT]


def clock(due_ms: int, now_ms: int) -> str:
    """A running clock: what is left until something is due, or how late it is.

    >>> clock(90_000, 0), clock(0, 3_725_000)
    ('01:30 left', '1:02:05 LATE')
    """
    late = now_ms > due_ms
    seconds = abs(due_ms - now_ms) // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    shown = f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes:02d}:{seconds % 60:02d}"
    return f"{shown} LATE" if late else f"{shown} left"
