"""What is said on the line, as the members of a signed record, and back.

The one idea: the members are read off the dataclass itself, every one of them and no other, so a body needs no code
here, a field that is missing is never filled in, and one that is not known is never passed over.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Union, cast, get_args, get_origin, get_type_hints

from clearline.line.bodies import KINDS
from clearline.line.statement import Body, Header
from clearline.record.canonical import Value
from clearline.wire.errors import MalformedError

__all__ = ["read_statement", "write_statement"]

_MEMBERS = ("kind", "body", "header")
_Hints = tuple[tuple[str, object], ...]


def write_statement(header: Header, body: Body) -> dict[str, Value]:
    """A statement as members for `record.canonical`. Raises TypeError for a value that no statement may hold."""
    return {"header": _written(header), **_written_body(body)}


def read_statement(value: Value, *, source: str, where: str = "$") -> tuple[Header, Body]:
    """The statement that members say. Raises MalformedError naming the member."""
    members = _object(value, source, where, _MEMBERS)
    header = _read_dataclass(members["header"], Header, source, f"{where}.header")
    body = _read_body({"kind": members["kind"], "body": members["body"]}, source, where)
    assert isinstance(header, Header)
    return header, body


def _written_body(body: Body) -> dict[str, Value]:
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
    return _written_body(value) if isinstance(value, Body) else _written(value)


@cache
def _hints(kind: type) -> _Hints:
    """The fields of a dataclass with their types, in order."""
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))


def _read_body(value: Value, source: str, where: str) -> Body:
    members = _object(value, source, where, ("kind", "body"))
    name = members["kind"]
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        problem = f"{str(name)[:60]!r} is not a kind of statement"
        raise MalformedError(source, f"{where}.kind", problem, "the other side may run a later version: update")
    body = _read_dataclass(members["body"], kind, source, f"{where}.body")
    assert isinstance(body, Body)
    return body


def _read_dataclass(value: Value, kind: type, source: str, where: str) -> object:
    hints = _hints(kind)
    members = _object(value, source, where, tuple(name for name, _ in hints))
    parts = {name: _read(members[name], hint, source, f"{where}.{name}") for name, hint in hints}
    try:
        return kind(**parts)
    except ValueError as error:
        raise MalformedError(source, where, str(error), "say it again, corrected") from error


def _read(value: Value, hint: object, source: str, where: str) -> object:
    """A value of the type that the field states."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        (hint,) = (part for part in get_args(hint) if part is not type(None))
        return _read(value, hint, source, where)
    if origin is tuple:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise _wrong(source, where, "a list")
        inner = get_args(hint)[0]
        return tuple(_read(item, inner, source, f"{where}[{n}]") for n, item in enumerate(value))
    assert isinstance(hint, type)
    return _read_plain(value, hint, source, where)


def _read_plain(value: Value, hint: type, source: str, where: str) -> object:
    if hint is Body:
        return _read_body(value, source, where)
    if is_dataclass(hint):
        return _read_dataclass(value, hint, source, where)
    if hint in (bool, str) and type(value) is hint:
        return value
    if hint is int and type(value) is int:
        return value
    if issubclass(hint, StrEnum) and isinstance(value, str):
        words = [member.value for member in hint]
        if value in words:
            return hint(value)
        raise MalformedError(source, where, f"{value[:60]!r} is not a {hint.__name__}", f"use {', '.join(words)}")
    expected = "true or false" if hint is bool else "a text" if hint is str else "a whole number"
    raise _wrong(source, where, expected if hint in (bool, str, int) else "a word")


def _object(value: Value, source: str, where: str, names: tuple[str, ...]) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise _wrong(source, where, "an object")
    odd = sorted(set(value) ^ set(names))
    if odd:
        problem = f"its members must be {', '.join(names)}; look at {', '.join(odd)[:120]}"
        raise MalformedError(source, where, problem, "send every member, and no other")
    return value


def _wrong(source: str, where: str, expected: str) -> MalformedError:
    return MalformedError(source, where, f"it is not {expected}", f"give {expected}")
