"""Every example in README and docs is run, and prints what it says."""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT, kept_files

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = "clearline"


def _pages() -> list[Path]:
    return [path for path in kept_files() if path.suffix == ".md"]


def _fences(path: Path, *kinds: str) -> Iterator[tuple[int, str]]:
    text = path.read_text("utf-8")
    for match in _FENCE.finditer(text):
        if match.group(1) in kinds:
            yield text.count("\n", 0, match.start()) + 1, match.group(2)


def _with(*kinds: str) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in _pages() if next(_fences(path, *kinds), None)]


def test_there_are_examples_of_both_kinds() -> None:
    assert _with("pycon", "python")
    assert _with("console")


@pytest.mark.parametrize("page", _with("pycon"))
def test_sessions_print_what_the_page_says(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for line, text in _fences(ROOT / page, "pycon"):
        test = doctest.DocTestParser().get_doctest(text, names, page, page, line)
        assert test.examples, f"{page}:{line} has no >>> line"
        runner.run(test, clear_globs=False)
        names.update(test.globs)
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize("page", _with("python"))
def test_programs_run(page: str, tmp_path: Path) -> None:
    program = "\n".join(text for _, text in _fences(ROOT / page, "python"))
    (tmp_path / "page.py").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "page.py")], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", _with("console"))
def test_commands_print_what_the_page_says(page: str, tmp_path: Path) -> None:
    """Lines that begin `$ clearline` are run beside a copy of `examples`; `...` stands for anything."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for line, text in _fences(ROOT / page, "console"):
        for command, told in _sessions(text):
            done = _run(command, tmp_path)
            checker = doctest.OutputChecker()
            flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
            printed = done.stdout + done.stderr
            assert not told.strip() or checker.check_output(told, printed, flags), (
                f"{page}:{line}: {command}\nthe page says:\n{told}\nit printed:\n{printed}"
            )
            assert done.returncode in (0, 1, 2, 3), f"{page}:{line}: {command}: {printed}"
            assert "Traceback" not in printed


def _sessions(text: str) -> Iterator[tuple[str, str]]:
    command, told = "", ""
    for row in text.splitlines(keepends=True):
        if row.startswith("$ "):
            if command.split()[:1] == [_COMMAND]:
                yield command, told
            command, told = row[2:].split("  #")[0].strip(), ""
        elif command:
            told += row
    if command.split()[:1] == [_COMMAND]:
        yield command, told


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    program = [str(Path(sys.executable).parent / _COMMAND), *words[1:]]
    settings = {**os.environ, "COLUMNS": "120", "BROWSER": "true"}
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False, timeout=120, env=settings)
