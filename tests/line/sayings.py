"""Hypothesis strategies for whatever can be said, made from the bodies' own fields."""

import types
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from clearline.line.bodies import BODIES
from clearline.line.statement import Body, Header

__all__ = ["bodies", "headers"]

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
_WHOLE = st.integers(0, 2**40)


def _of(hint: Any, depth: int) -> st.SearchStrategy[Any]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = next(part for part in get_args(hint) if part is not type(None))
        return st.none() | _of(inner, depth)
    if origin is tuple:
        return st.lists(_of(get_args(hint)[0], depth + 1), max_size=3 if depth < 3 else 1).map(tuple)
    if hint is Body:
        return bodies(depth + 1)
    if hint is bool:
        return st.booleans()
    if hint is int:
        return _WHOLE
    if hint is str:
        return _TEXT
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    assert is_dataclass(hint)
    return made(hint, depth)


@st.composite
def made(draw: st.DrawFn, kind: Any, depth: int = 0) -> Any:
    """An instance of a dataclass that did not refuse to exist."""
    hints = get_type_hints(kind)
    for _ in range(20):
        parts = {field.name: draw(_of(hints[field.name], depth)) for field in fields(kind)}
        try:
            return kind(**parts)
        except ValueError:
            continue
    return draw(st.nothing())


def bodies(depth: int = 0) -> st.SearchStrategy[Body]:
    """Any body; one that holds another only at the outside."""
    kinds = [body for body in BODIES if depth == 0 or body.__name__ != "Draft"]
    return st.sampled_from(kinds).flatmap(lambda kind: made(kind, depth))


def headers() -> st.SearchStrategy[Header]:
    """Any header."""
    return made(Header)
