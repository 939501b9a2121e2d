"""What is said on the line, as the members of a signed record, and back.

The one idea: the members are read off the dataclass itself, every one of them and no other, so a body needs no code
here, a field that is missing is never filled in, and one that is not known is never passed over.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import TypeAlias, Union, cast, get_args, get_origin, get_type_hints

from clearline.line.bodies import KINDS
from clearline.line.statement import Body, Header
from clearline.record.canonical import Value
from clearline.wire.errors import MalformedError

__all__ = ["read_body", "read_statement", "write_body", "write_statement"]

_MEMBERS = ("kind", "body", "header")
_Hints = tuple[tuple[str, object], ...]
# Where in a statement something stands: the path to what holds it, and its name or number in that. It is written out
# only where something is wrong.
_Path: TypeAlias = "str | tuple[_Path, str | int]"
_Reader: TypeAlias = Callable[[Value, str, _Path], object]


def write_statement(header: Header, body: Body) -> dict[str, Value]:
    """A statement as members for `record.canonical`. Raises TypeError for a value that no statement may hold."""
    return {"header": _written(header), **write_body(body)}


def read_statement(value: Value, *, source: str, where: str = "$") -> tuple[Header, Body]:
    """The statement that members say. Raises MalformedError naming the member."""
    members = _object(value, source, where, _MEMBERS)
    header = _reader(Header)(members["header"], source, (where, "header"))
    body = read_body({"kind": members["kind"], "body": members["body"]}, source, where)
    assert isinstance(header, Header)
    return header, body


def write_body(body: Body) -> dict[str, Value]:
    """A body as its kind and its members. Raises TypeError as `write_statement` does."""
    if KINDS.get(body.kind) is not type(body):
        raise TypeError(f"{type(body).__name__} is not on the list of what can be said (line.bodies)")
    return {"kind": body.kind, "body": _written(body)}


def _written(value: object) -> Value:
    """One value; a body inside another is written with its kind."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)  # a member of an enumeration is its word
    if isinstance(value, tuple):
        return [_inner(item) for item in cast("tuple[object, ...]", value)]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _inner(getattr(value, name)) for name, _ in _hints(type(value))}
    raise TypeError(f"a statement cannot hold a {type(value).__name__}: use whole numbers in small units")


def _inner(value: object) -> Value:
    return write_body(value) if isinstance(value, Body) else _written(value)


@cache
def _hints(kind: type) -> _Hints:
    """The fields of a dataclass with their types, in order."""
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))


def read_body(value: Value, source: str, where: _Path = "$") -> Body:
    """The body that its kind and members say, every member there. Raises MalformedError naming the member."""
    members = _object(value, source, where, ("kind", "body"))
    name = members["kind"]
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        problem = f"{str(name)[:60]!r} is not a kind of statement"
        mend = "the other side may run a later version: update"
        raise MalformedError(source, _shown((where, "kind")), problem, mend)
    body = _reader(kind)(members["body"], source, (where, "body"))
    assert isinstance(body, Body)
    return body


def _shown(where: _Path) -> str:
    if isinstance(where, str):
        return where
    before, name = where
    return f"{_shown(before)}[{name}]" if isinstance(name, int) else f"{_shown(before)}.{name}"


@cache
def _reader(hint: object) -> _Reader:
    """What reads a value of the type that a field states; made once for each type, as a node reads many statements."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (part for part in get_args(hint) if part is not type(None))
        return _optional(_reader(inner))
    if origin is tuple:
        return _list(_reader(get_args(hint)[0]))
    assert isinstance(hint, type)
    if hint is Body:
        return read_body
    if is_dataclass(hint):
        return _members(hint)
    return _word(hint) if issubclass(hint, StrEnum) else _plain(cast("type", hint))


def _optional(inner: _Reader) -> _Reader:
    return lambda value, source, where: None if value is None else inner(value, source, where)


def _list(inner: _Reader) -> _Reader:
    def read(value: Value, source: str, where: _Path) -> object:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise _wrong(source, where, "a list")
        return tuple([inner(item, source, (where, n)) for n, item in enumerate(value)])

    return read


def _members(kind: type) -> _Reader:
    """A dataclass, from an object with exactly its fields."""
    hints = _hints(kind)
    names = tuple(name for name, _ in hints)
    readers = [(name, _as_they_are(hint), _reader(hint)) for name, hint in hints]

    def read(value: Value, source: str, where: _Path) -> object:
        if not isinstance(value, dict) or len(value) != len(names):
            value = _object(value, source, where, names)
        parts: dict[str, object] = {}
        for name, plain, inner in readers:
            if name not in value:
                value = _object(value, source, where, names)
            item = value[name]
            parts[name] = item if type(item) in plain else inner(item, source, (where, name))
        try:
            return kind(**parts)
        except ValueError as error:
            raise MalformedError(source, _shown(where), str(error), "say it again, corrected") from error

    return read


def _as_they_are(hint: object) -> tuple[type, ...]:
    """The types of values that are what a field states just as they are: most are, and need no reader called."""
    if get_origin(hint) in (Union, types.UnionType):
        return (types.NoneType, *(kind for part in get_args(hint) for kind in _as_they_are(part)))
    return (hint,) if isinstance(hint, type) and hint.__name__ in ("bool", "int", "str") else ()


def _word(kind: type[StrEnum]) -> _Reader:
    words = {member.value: member for member in kind}

    def read(value: Value, source: str, where: _Path) -> object:
        if not isinstance(value, str):
            raise _wrong(source, where, "a word")
        found = words.get(value)
        if found is None:
            problem = f"{value[:60]!r} is not a {kind.__name__}"
            raise MalformedError(source, _shown(where), problem, f"use {', '.join(words)}")
        return found

    return read


def _plain(kind: type) -> _Reader:
    expected = {bool: "true or false", str: "a text", int: "a whole number"}[kind]

    def read(value: Value, source: str, where: _Path) -> object:
        if type(value) is not kind:
            raise _wrong(source, where, expected)
        return value

    return read


def _object(value: Value, source: str, where: _Path, names: tuple[str, ...]) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise _wrong(source, where, "an object")
    odd = sorted(set(value) ^ set(names))
    if odd:
        problem = f"its members must be {', '.join(names)}; look at {', '.join(odd)[:120]}"
        raise MalformedError(source, _shown(where), problem, "send every member, and no other")
    return value


def _wrong(source: str, where: _Path, expected: str) -> MalformedError:
    return MalformedError(source, _shown(where), f"it is not {expected}", f"give {expected}")
