"""An answer of the officers' door, looked at member by member against the type it is to have.

The one idea: a member that is missing or of another kind is an error where the answer comes in, never where it is used;
one that is not known is of a later version of the node, and is passed over.
"""

from collections.abc import Mapping
from types import UnionType
from typing import TypeVar, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json

__all__ = ["read_answer"]

_T = TypeVar("_T")
_SOURCE, _MEND = "answer of the node", "node and client are to be of one version"


def read_answer(kind: type[_T], value: Json) -> _T:
    """An answer, as its type has it. Raises MalformedError naming the member that is missing or of another kind.

    >>> read_answer(list[str], ["RECEIVE"])
    ['RECEIVE']
    """
    _look(kind, value, "$")
    return cast("_T", value)


def _look(hint: object, value: Json, where: str) -> None:
    origin, parts = get_origin(hint), cast("tuple[object, ...]", get_args(hint))
    if origin in (Union, UnionType):
        some = [part for part in parts if part is not type(None)]
        if value is not None and len(some) == 1:  # more of them are JSON of any kind
            _look(some[0], value, where)
    elif isinstance(hint, type) and is_typeddict(hint):
        _members(get_type_hints(hint), value, where)
    elif origin is tuple:
        items = _list(value, where)
        if len(items) != len(parts):
            raise MalformedError(_SOURCE, where, f"it has {len(items)} items, not {len(parts)}", _MEND)
        for number, (part, item) in enumerate(zip(parts, items, strict=True)):
            _look(part, item, f"{where}[{number}]")
    elif origin in (list, dict):
        named = enumerate(_list(value, where)) if origin is list else _object(value, where).items()
        for name, item in named:
            _look(parts[-1], item, f"{where}[{name}]")
    elif type(value) is not hint:
        raise MalformedError(_SOURCE, where, f"it is no {getattr(hint, '__name__', hint)}", _MEND)


def _members(hints: Mapping[str, object], value: Json, where: str) -> None:
    members = _object(value, where)
    for name, inner in hints.items():
        if name not in members:
            raise MalformedError(_SOURCE, where, f"{name} is missing", _MEND)
        _look(inner, members[name], f"{where}.{name}")


def _object(value: Json, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise MalformedError(_SOURCE, where, "it is no object", _MEND)
    return value


def _list(value: Json, where: str) -> list[Json]:
    if not isinstance(value, list):
        raise MalformedError(_SOURCE, where, "it is no list", _MEND)
    return value
