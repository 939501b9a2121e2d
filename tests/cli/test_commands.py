"""The other commands, and what every command keeps to: quick to start, one line for an error, help for everything."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from clearline import __version__
from clearline.cli.main import commands
from clearline.cli.progress import progress_line
from tests.app.worlds import circle, write_plans
from tests.tidy.tree import ROOT

_COMMANDS = ["check", "completion", "convert", "demo", "doctor", "line", "node", "party", "plan", "verify"]
_PROGRAM = str(Path(sys.executable).parent / "clearline")
_EXAMPLES = [str(ROOT / "examples" / name) for name in ("coalition.csv", "federation.geojson")]

# A bare interpreter starts in 10 to 50 ms, and this in 30 ms more; the bound leaves room for a busy machine.
_PATIENCE_S = 1.5


def _least_s(program: str) -> float:
    times_s: list[float] = []
    for _ in range(5):
        started_s = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True, timeout=60, capture_output=True)
        times_s.append(time.perf_counter() - started_s)
    return min(times_s)


@pytest.mark.parametrize(
    "first",
    [
        "import clearline",
        "import clearline.cli.main",
        "import clearline.cli.main\nsys.argv = ['clearline', '--help']\n"
        "try: clearline.cli.main.main()\nexcept SystemExit: pass",
    ],
)
def test_the_package_and_help_load_next_to_nothing(first: str) -> None:
    program = f"import sys\n{first}\nprint(sorted({{'numpy', 'pyproj', 'clearline.app.check'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_package_and_help_start_at_once() -> None:
    bare_s = _least_s("pass")
    assert _least_s("import clearline") - bare_s < 0.15
    assert _least_s("import clearline.cli.main") - bare_s < _PATIENCE_S


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_has_help(command: str) -> None:
    told = CliRunner().invoke(commands, [command, "--help"])
    assert told.exit_code == 0
    assert f"Usage: clearline {command}" in told.output
    assert command in CliRunner().invoke(commands, ["--help"]).output


def test_the_version_is_told() -> None:
    assert __version__ in CliRunner().invoke(commands, ["--version"]).output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_asks_this_program(shell: str) -> None:
    done = subprocess.run([_PROGRAM, "completion", shell], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert "_CLEARLINE_COMPLETE" in done.stdout


def test_completion_completes_commands_and_options() -> None:
    for words, expected in (
        ("clearline che", "check"),
        ("clearline check --mini", "--minima"),
        ("clearline co", "convert"),
    ):
        settings = {"_CLEARLINE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        done = subprocess.run([_PROGRAM], capture_output=True, text=True, check=False, timeout=60, env=settings)
        assert expected in done.stdout, (words, done.stdout, done.stderr)


def test_convert_writes_what_check_reads(tmp_path: Path) -> None:
    out = tmp_path / "all.geojson"
    told = CliRunner().invoke(commands, ["convert", *_EXAMPLES, "--to", "geojson", "-o", str(out)])
    assert told.exit_code == 0, told.output
    before = CliRunner().invoke(commands, ["check", *_EXAMPLES, "--minima", "line-2015", "--format", "json"])
    after = CliRunner().invoke(commands, ["check", str(out), "--minima", "line-2015", "--format", "json"])
    assert [m["margins"] for m in json.loads(before.stdout)["meetings"]] == [
        m["margins"] for m in json.loads(after.stdout)["meetings"]
    ]


def test_convert_refuses_what_a_format_cannot_say_and_names_the_activity(tmp_path: Path) -> None:
    path = write_plans(tmp_path, "a.geojson", [circle("A", "A1", lower="FL090", upper="FL110")])
    told = CliRunner().invoke(commands, ["convert", path, "--to", "f3548"])
    assert told.exit_code == 3
    assert told.stdout == ""
    assert "--to f3548: " in told.stderr
    assert "A1" in told.stderr
    assert CliRunner().invoke(commands, ["convert", path, "--to", "nosuch"]).exit_code != 0


def test_doctor_says_what_there_is() -> None:
    told = CliRunner().invoke(commands, ["doctor"])
    assert told.exit_code == 0
    for subject in ("compiled core", "geoid", "datums", "solver"):
        assert subject in told.output


def test_demo_prints_the_table_and_writes_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    told = CliRunner().invoke(commands, ["demo", "--folder", str(tmp_path / "demo"), "--no-browser", "--check-only"])
    assert told.exit_code == 0, told.output
    assert "ambiguous: it could be DD" in told.output
    assert "24 pairs of activities compared: 1 CONFLICT, 1 CANNOT TELL, 22 CLEAR." in told.output
    assert "#1 could be cleared by:" in told.output
    assert "Who meets whom" in (tmp_path / "demo" / "report.html").read_text("utf-8")


def test_progress_is_shown_on_a_terminal_only_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def __init__(self, *, seen: bool) -> None:
            self.seen = seen
            self.text = ""

        def isatty(self) -> bool:
            return self.seen

        def write(self, text: str) -> int:
            self.text += text
            return len(text)

        def flush(self) -> None: ...

    now_s = 0.0
    monkeypatch.setattr("clearline.cli.progress.time.monotonic", lambda: now_s)
    for seen, quiet in ((True, False), (False, False), (True, True)):
        terminal = Terminal(seen=seen)
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress_line(quiet=quiet) as tell:
            assert (tell is None) == (quiet or not seen)
            for step in range(4):
                now_s += 0.3
                if tell is not None:
                    tell("judging", step, 3)
        assert (terminal.text == "") == (quiet or not seen)
        assert terminal.text == "" or terminal.text.endswith("\r\033[K")
