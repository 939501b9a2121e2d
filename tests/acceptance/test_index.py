"""The page of stories names every story once, and every test that it names exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.line.phrases_page import PAGE, page

_ROOT = Path(__file__).parents[2]
_PAGE = _ROOT / "docs" / "acceptance.md"
_ITEM = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |^## |\Z)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(test_\w+)\]\(\.\./(tests/[\w/]+\.py)\)")


def _stories() -> list[tuple[int, str]]:
    return [(int(number), text) for number, text in _ITEM.findall(_PAGE.read_text("utf-8"))]


def _tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_story_is_listed_once_and_in_order() -> None:
    assert [number for number, _ in _stories()] == list(range(1, 53))


@pytest.mark.parametrize(("number", "text"), _stories())
def test_every_story_has_a_test_that_exists(number: int, text: str) -> None:
    links = _LINK.findall(text)
    assert links or "ot yet" in text, number
    for name, path in links:
        assert name in _tests(_ROOT / path), f"story {number}: {name} is not in {path}"


def test_every_test_that_bears_the_name_of_a_story_is_on_the_page() -> None:
    """A story's number in the name of a test is one that the page links under that number, or a further part of it."""
    linked = dict(_stories())
    for path in (_ROOT / "tests").rglob("test_*.py"):
        for name in _tests(path):
            if match := re.match(r"test_story_(\d+)_", name):
                assert f"test_story_{match.group(1)}_" in linked[int(match.group(1))], name


def test_the_page_of_phrases_is_that_of_the_catalogue() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m tests.line.phrases_page"
