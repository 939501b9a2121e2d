"""Where no compiler is found the package still installs, and answers with the plain engine."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

# With -S no .pth file is read, so the finder of an editable install cannot step in front of the copy under test.
_ALONE = """
import sys
sys.path[:0] = [sys.argv.pop(1)]
sys.path.append(sys.argv.pop(1))
"""
_ASK = """
from clearline.conflict.fast import best_engine, core_available
print(core_available(), best_engine().name)
"""
_DOCTOR = """
from clearline.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("no-compiler")
    settings = {**os.environ, "CXX": str(folder / "no-such-compiler"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"),
            *(f"--config-settings=build-dir={folder / 'build'}", "--target", str(folder / "target"), str(ROOT)),
        ],
        check=True,
        capture_output=True,
        env=settings,
        timeout=280,
    )
    return folder / "target"


def _run(installed: Path, program: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-S", "-c", _ALONE + program, str(installed), sysconfig.get_path("purelib"), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_without_a_compiler_the_package_installs_and_works_on_the_plain_engine(installed: Path) -> None:
    assert not list(installed.rglob("_core*.so"))
    told = _run(installed, _ASK)
    assert told.stdout.split() == ["False", "plain"], told.stderr


def test_doctor_says_that_the_plain_engine_is_in_use(installed: Path) -> None:
    told = _run(installed, _DOCTOR, "doctor")
    assert told.returncode == 0, told.stderr
    assert "compiled core" in told.stdout
    assert "plain engine" in told.stdout
