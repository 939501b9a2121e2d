"""Every example in a docstring of the package runs."""

import doctest
import importlib
import pkgutil

import pytest

import clearline.record

NAMES = [one.name for one in pkgutil.iter_modules(clearline.record.__path__, "clearline.record.")]


@pytest.mark.parametrize("name", NAMES)
def test_examples_print_what_they_say(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in NAMES) >= 10
