"""Every example in a docstring runs, and prints what it says."""

import doctest
from importlib import import_module

import pytest

from tests.tidy.tree import ROOT, source_modules

_MODULES = sorted(
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    for path, _ in source_modules()
)


@pytest.mark.parametrize("name", _MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS).failed == 0


def test_there_are_examples() -> None:
    found = sum(doctest.testmod(import_module(name)).attempted for name in _MODULES)
    assert found > 10
