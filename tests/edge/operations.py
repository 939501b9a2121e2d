"""What each method of the typed client asks of the officers' door, read off its code."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator

from clearline.edge.officer_calls import OfficerCalls
from clearline.edge.officer_client import OfficerClient

__all__ = ["BY_METHOD"]

# By the request a method is made of: the HTTP method, and which argument is the path.
_MADE_OF = {"show": ("GET", 1), "give": ("GET", 0), "say": ("POST", 0), "take": ("POST", 1)}
_SESSIONS = ("sign_in", "sign_out", "begin_at_provider", "end_at_provider", "events")


def _path(node: ast.expr) -> str | None:
    """A path as it is written; what is put into it is an identifier, but for the code of a phrase."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else _name(part) for part in node.values]
        return "".join(parts)
    return None


def _name(part: ast.expr) -> str:
    assert isinstance(part, ast.FormattedValue)
    assert isinstance(part.value, ast.Name)
    return {"record_id": "{id}", "code": "{code}", "_API": ""}[part.value.id]


def _calls(function: Callable[..., object]) -> Iterator[ast.Call]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            yield one


def _operations() -> Iterator[tuple[str, tuple[str, str]]]:
    for name, function in inspect.getmembers(OfficerCalls, inspect.isfunction):
        for call in _calls(function):
            assert isinstance(call.func, ast.Attribute)
            if name not in _MADE_OF and call.func.attr in _MADE_OF:
                method, number = _MADE_OF[call.func.attr]
                path = _path(call.args[number])
                assert path is not None, name
                yield name, (method, path)
    for name in _SESSIONS:
        for call in _calls(getattr(OfficerClient, name)):
            texts = [text for text in map(_path, call.args) if text is not None]
            if len(texts) == 2 and texts[0].isupper():
                yield name, (texts[0], texts[1])


BY_METHOD = dict(_operations())
