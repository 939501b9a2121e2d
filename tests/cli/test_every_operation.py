"""Nothing over HTTP that a terminal cannot do: each operation of the officers' door has its command."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, cast

import click
import pytest
import yaml

from clearline.cli.line import line_command
from clearline.edge.officer_client import OfficerClient
from tests.tidy.tree import ROOT

_FILE: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "api" / "line.yaml").read_text("utf-8"))
_OPERATIONS = {(method.upper(), path) for path, by in _FILE["paths"].items() for method in by}

# Each operation, and the command of `clearline line` that does it.
COMMANDS = {
    ("DELETE", "/sessions"): "logout",
    ("GET", "/board"): "board",
    ("GET", "/bundle"): "bundle",
    ("GET", "/calls"): "calls",
    ("GET", "/card"): "card",
    ("GET", "/dossier"): "dossier",
    ("GET", "/drafts"): "drafts",
    ("GET", "/events"): "events",
    ("GET", "/faults"): "faults",
    ("GET", "/incidents"): "incident show",
    ("GET", "/incidents/{id}"): "incident show",
    ("GET", "/journeys/{id}"): "journey",
    ("GET", "/me"): "me",
    ("GET", "/notices"): "notices",
    ("GET", "/notices/{id}"): "see",
    ("GET", "/oidc/back"): "login",
    ("GET", "/oidc/start"): "login",
    ("GET", "/packet"): "export",
    ("GET", "/peers"): "peers",
    ("GET", "/phrases"): "phrase",
    ("GET", "/phrases/{code}"): "phrase",
    ("GET", "/proposals"): "proposals",
    ("GET", "/proposals/{id}"): "agree",
    ("GET", "/queries"): "queries",
    ("GET", "/readouts.atom"): "feed",
    ("GET", "/statements"): "log",
    ("GET", "/statements/{id}"): "show",
    ("GET", "/talks"): "talk show",
    ("GET", "/talks/{id}"): "talk show",
    ("GET", "/talks/{id}/calendar"): "calendar",
    ("GET", "/talks/{id}/readouts"): "compare",
    ("GET", "/trust"): "bundle",
    ("GET", "/words"): "words",
    ("POST", "/calendar"): "calendar",
    ("POST", "/calls"): "call",
    ("POST", "/charters"): "charter",
    ("POST", "/circuits"): "monitor",
    ("POST", "/conflicts"): "conflicts",
    ("POST", "/conflicts/{id}/word"): "conflict-word",
    ("POST", "/coverage"): "coverage",
    ("POST", "/declarations"): "declare",
    ("POST", "/drafts/{id}/release"): "release",
    ("POST", "/drafts/{id}/withdraw"): "withdraw",
    ("POST", "/fault-notes"): "fault",
    ("POST", "/follow-ups/{id}/settle"): "talk settle",
    ("POST", "/hand-overs"): "hand-over",
    ("POST", "/incidents"): "incident report",
    ("POST", "/incidents/{id}/accounts"): "incident account",
    ("POST", "/incidents/{id}/close"): "incident close",
    ("POST", "/incidents/{id}/facts"): "incident fact",
    ("POST", "/incidents/{id}/lessons"): "incident lesson",
    ("POST", "/line-checks"): "check",
    ("POST", "/line-checks/{id}/answer"): "check",
    ("POST", "/notices"): "notice",
    ("POST", "/notices/{id}/answer"): "answer",
    ("POST", "/notices/{id}/close"): "close",
    ("POST", "/notices/{id}/opened"): "opened",
    ("POST", "/notices/{id}/passed-on"): "pass-on",
    ("POST", "/notices/{id}/read-back"): "read-back",
    ("POST", "/notices/{id}/recipient"): "end-copies",
    ("POST", "/notices/{id}/renderings"): "rendering",
    ("POST", "/notices/{id}/scope"): "scope",
    ("POST", "/notices/{id}/seen"): "see",
    ("POST", "/packets"): "import",
    ("POST", "/parameter-sets"): "minima",
    ("POST", "/peers"): "import-card",
    ("POST", "/points/{id}/stance"): "talk stance",
    ("POST", "/proposals"): "propose",
    ("POST", "/proposals/{id}/agree"): "agree",
    ("POST", "/proposals/{id}/decline"): "decline",
    ("POST", "/proposals/{id}/recheck"): "recheck",
    ("POST", "/proposals/{id}/withdraw"): "take-back",
    ("POST", "/queries"): "query",
    ("POST", "/sessions"): "login",
    ("POST", "/statements/{id}/confirm"): "confirm",
    ("POST", "/statements/{id}/transcribed"): "transcribed",
    ("POST", "/suspensions"): "suspend",
    ("POST", "/talks"): "talk ask",
    ("POST", "/talks/{id}/decline"): "talk decline",
    ("POST", "/talks/{id}/dispute"): "talk dispute",
    ("POST", "/talks/{id}/follow-ups"): "talk follow-up",
    ("POST", "/talks/{id}/moments"): "talk moment",
    ("POST", "/talks/{id}/points"): "talk point",
    ("POST", "/talks/{id}/publish-intention"): "will-publish",
    ("POST", "/talks/{id}/readouts"): "readout",
    ("POST", "/talks/{id}/record"): "talk record",
    ("POST", "/talks/{id}/reply"): "talk reply",
    ("POST", "/talks/{id}/withdraw"): "talk withdraw",
    ("POST", "/watches"): "watch",
}

_METHODS = {"get": "GET", "file": "GET", "post": "POST", "hand_in": "POST"}


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that name it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        words = f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from leaves(command, words)
        else:
            yield words, command


_LEAVES = dict(leaves(line_command))


def parsed(function: Callable[..., object]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))


def bodies(function: Callable[..., object]) -> Iterator[ast.AST]:
    """The function, and those of its own module that it names."""
    tree = parsed(function)
    yield tree
    around = cast("dict[str, object]", inspect.unwrap(function).__globals__)  # type: ignore[attr-defined] # a function
    for name in {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}:
        found = around.get(name)
        if inspect.isfunction(found) and found.__module__ == function.__module__:
            yield parsed(found)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            yield one.func.attr, one


def pattern(node: ast.expr) -> str | None:
    """A path as it is written, a star for each name put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return None


def starred(path: str) -> str:
    return "/".join("*" if part.startswith("{") else part for part in path.split("/"))


def door_requests(name: str) -> Iterator[tuple[str, str]]:
    """What one of the client's own methods asks of the door."""
    for tree in (parsed(getattr(OfficerClient, name)),):
        for _, call in calls(tree):
            texts = [text for text in map(pattern, call.args) if text is not None]
            if len(texts) == 2 and texts[0].isupper():
                yield texts[0], texts[1].removeprefix("*")


_DOOR = {
    name: list(door_requests(name))
    for name in ("sign_in", "sign_out", "begin_at_provider", "end_at_provider", "events")
}  # fmt: skip


def requests(command: click.Command) -> set[tuple[str, str]]:
    """Every request that a command can make, read off its code."""
    assert command.callback is not None
    found: set[tuple[str, str]] = set()
    for tree in bodies(command.callback):
        for name, call in calls(tree):
            path = pattern(call.args[0]) if call.args else None
            if name in _METHODS and path is not None and path.startswith("/"):
                found.add((_METHODS[name], path))
            found.update(_DOOR.get(name, ()))
    return found


def test_every_operation_has_a_command_and_every_command_an_operation() -> None:
    assert set(COMMANDS) == _OPERATIONS
    assert set(COMMANDS.values()) == set(_LEAVES)


@pytest.mark.parametrize(("method", "path"), COMMANDS)
def test_the_command_asks_for_its_operation(method: str, path: str) -> None:
    assert (method, starred(path)) in requests(_LEAVES[COMMANDS[method, path]])


def test_no_command_asks_for_what_is_no_operation() -> None:
    known = {(method, starred(path)) for method, path in _OPERATIONS}
    for words, command in _LEAVES.items():
        assert set() < requests(command) <= known, words
