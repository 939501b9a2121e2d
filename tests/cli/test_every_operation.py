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
from tests.edge.operations import BY_METHOD
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
    ("POST", "/talks/{id}/on-desk"): "talk on-desk",
    ("POST", "/talks/{id}/points"): "talk point",
    ("POST", "/talks/{id}/publish-intention"): "will-publish",
    ("POST", "/talks/{id}/readouts"): "readout",
    ("POST", "/talks/{id}/record"): "talk record",
    ("POST", "/talks/{id}/reply"): "talk reply",
    ("POST", "/talks/{id}/withdraw"): "talk withdraw",
    ("POST", "/watches"): "watch",
}


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


def attributes(tree: ast.AST) -> Iterator[str]:
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            yield one.func.attr


def requests(command: click.Command) -> set[tuple[str, str]]:
    """Every operation that a command can ask for, read off its code: by which methods of the client it calls."""
    assert command.callback is not None
    called = {name for tree in bodies(command.callback) for name in attributes(tree)}
    return {BY_METHOD[name] for name in called & set(BY_METHOD)}


def test_every_operation_has_a_command_and_every_command_an_operation() -> None:
    assert set(COMMANDS) == _OPERATIONS
    assert set(_LEAVES) - set(COMMANDS.values()) == {"form"}, "which is paper"
    assert set(COMMANDS.values()) <= set(_LEAVES)


@pytest.mark.parametrize(("method", "path"), COMMANDS)
def test_the_command_asks_for_its_operation(method: str, path: str) -> None:
    assert (method, path) in requests(_LEAVES[COMMANDS[method, path]])


def test_no_command_asks_for_nothing() -> None:
    for words, command in _LEAVES.items():
        assert requests(command), words


def test_no_command_writes_a_path_of_its_own() -> None:
    """All of it goes by the client's methods, each of which is held to the file (tests/edge/test_officer_calls.py)."""
    for words, command in _LEAVES.items():
        assert command.callback is not None
        for tree in bodies(command.callback):
            assert not {"get", "post", "file", "hand_in"} & {
                one.func.attr
                for one in ast.walk(tree)
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and "node" in ast.dump(one.func)
            }, words
