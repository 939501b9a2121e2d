"""Members of JSON objects as the facts they are meant to be: texts, numbers, lists; or refused, with the path.

The one idea: a member that is absent and one that is null both mean "not stated"; a member of the wrong kind is
neither, and is refused.
"""

import unicodedata
from typing import NamedTuple

from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json, shown

__all__ = ["MAX_NAME", "At", "list_of", "number_of", "object_of", "text_of", "whole_of"]

# Longer than any name a person reads back over a telephone; bounds what a report must show on one line.
MAX_NAME = 200
_MAX_TEXT = 2_000


class At(NamedTuple):
    """A place in a JSON file: its name and a path such as `$.features[3]`; it makes the errors that name it."""

    source: str
    path: str

    def __truediv__(self, step: str | int) -> "At":
        return At(self.source, self.path + (f"[{step}]" if isinstance(step, int) else f".{step}"))

    def refuse(self, problem: str, mend: str) -> MalformedError:
        """The error to raise for what is wrong here."""
        return MalformedError(self.source, self.path, problem, mend)

    def as_object(self, value: Json) -> dict[str, Json]:
        """The value as an object. Raises MalformedError if it is none."""
        if not isinstance(value, dict):
            raise self.refuse(f"it is {shown(value)}, not an object", "give an object with named members")
        return value

    def as_list(self, value: Json) -> list[Json]:
        """The value as a list. Raises MalformedError if it is none."""
        if not isinstance(value, list):
            raise self.refuse(f"it is {shown(value)}, not a list", "give a list")
        return value

    def as_number(self, value: Json) -> float:
        """The value as a number. Raises MalformedError if it is none; a text that looks like one is none."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(
                f"it is {shown(value)}, not a number", "give a number, without quotes and without its unit"
            )
        return float(value)

    def as_text(self, value: Json, longest: int = _MAX_TEXT) -> str:
        """The value as a text. Raises MalformedError if it is none, is too long, or holds control characters."""
        if not isinstance(value, str):
            raise self.refuse(f"it is {shown(value)}, not a text", "give a text in quotes")
        if len(value) > longest:
            raise self.refuse(f"it is a text of {len(value)} characters", f"shorten it to {longest}")
        # A control character can rewrite what a terminal shows, so that a person reads another name than was compared.
        if not value.isprintable() and any(unicodedata.category(char) == "Cc" for char in value):
            raise self.refuse(f"{shown(value)} holds a control character", "take it out")
        return value


def object_of(members: dict[str, Json], name: str, at: At) -> dict[str, Json] | None:
    """A member that is an object; None where it is not stated."""
    value = members.get(name)
    return None if value is None else (at / name).as_object(value)


def list_of(members: dict[str, Json], name: str, at: At) -> list[Json] | None:
    """A member that is a list; None where it is not stated."""
    value = members.get(name)
    return None if value is None else (at / name).as_list(value)


def text_of(members: dict[str, Json], name: str, at: At, longest: int = _MAX_TEXT) -> str | None:
    """A member that is a text; None where it is not stated, an empty one included."""
    value = members.get(name)
    if value is None or value == "":
        return None
    if type(value) is str and len(value) <= longest and value.isprintable():
        return value
    return (at / name).as_text(value, longest)


def number_of(members: dict[str, Json], name: str, at: At) -> float | None:
    """A member that is a number; None where it is not stated."""
    value = members.get(name)
    if value is None:
        return None
    return value if type(value) is float else (at / name).as_number(value)


def whole_of(members: dict[str, Json], name: str, at: At) -> int | None:
    """A member that is a whole number; None where it is not stated."""
    value = members.get(name)
    if value is None or (type(value) is int and abs(value) < 2**53):
        return value
    number = (at / name).as_number(value)
    if number != int(number) or abs(number) >= 2**53:
        raise (at / name).refuse(f"{shown(value)} is not a whole number", "give a whole number")
    return int(number)
