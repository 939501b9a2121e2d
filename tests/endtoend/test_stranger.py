"""The command line in a stranger's hands: one sentence that says what, where and how to mend; status 3; no debris."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clearline.cli.main import commands, main
from tests.app.worlds import circle, write_plans

_PROGRAM = str(Path(sys.executable).parent / "clearline")
_BARE = {"PATH": os.environ["PATH"]}


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in: A meets B, and is clear of C."""
    monkeypatch.chdir(tmp_path)
    for party, place in (("A", (36.0, 38.0)), ("B", (36.0, 38.0)), ("C", (40.0, 38.0))):
        write_plans(tmp_path, party, [circle(party, f"{party}1", place)])
    return tmp_path


def _run(*words: str) -> Result:
    return CliRunner().invoke(commands, ["check", *words], prog_name="clearline")


def _sentence(told: Result, *said: str) -> None:
    """One line on the error stream that says all of this, nothing on the other, and status 3."""
    assert told.exit_code == 3, told.output
    assert isinstance(told.exception, SystemExit)
    assert told.stdout == ""
    assert told.stderr.startswith("clearline: ")
    assert told.stderr.count("\n") == 1
    for words in said:
        assert words in told.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nosuch", "nosuch: No such file or directory; check the name"),
        ("folder", "folder: Is a directory; name the files in it"),
        ("bytes", "bytes: whole file: it is in none of the formats read"),
        ("empty", "empty: whole file: it is empty"),
        ("spaces", "spaces: whole file: it is empty"),
        ("none", "none: $.features: it holds no feature"),
        ("", "its name is empty"),
        ("NAME=", "NAME=: No such file"),
        ("A", "party 'A' already has an activity of this name, from A"),
        ("half", "half: line 1"),
    ],
)
def test_a_file_that_is_no_plan_is_named(plans: Path, name: str, said: str) -> None:
    (plans / "folder").mkdir()
    (plans / "bytes").write_bytes(bytes(range(1, 256)) * 9)
    (plans / "empty").touch()
    (plans / "spaces").write_text(" \n\n")
    (plans / "half").write_text((plans / "B").read_text()[:300])
    write_plans(plans, "none", [])
    _sentence(_run("A", name), said)
    _sentence(_run(name, "A"), said)


def test_one_side_alone_or_one_plan_alone_is_no_comparison(plans: Path) -> None:
    _sentence(_run("A"), "all 1 activities belong to one party (A)", "--within")
    _sentence(_run("A", "--within"), "nothing to compare")
    write_plans(plans, "more", [circle("A", "A2")])
    _sentence(_run("A", "more"), "belong to one party")
    _sentence(_run("-", "-"), "named twice")
    _sentence(_run("X=-", "Y=-"), "named twice")


def test_a_file_that_may_not_be_read_is_told(plans: Path) -> None:
    if os.geteuid() == 0:  # nothing is closed to this user, so only the sentence for it can be seen
        from clearline.cli import refusal

        with pytest.raises(SystemExit) as stop, refusal.refusing():
            raise PermissionError(13, "Permission denied", "A")
        assert stop.value.code == 3
        return
    (plans / "A").chmod(stat.S_IWUSR)
    _sentence(_run("A", "B"), "A: Permission denied; ask for the right")


@pytest.mark.parametrize("output", ["folder", "", "new/", "no/such/file", "nosuch/", "/proc/self/nosuch"])
def test_an_answer_that_cannot_be_written_leaves_nothing_behind(plans: Path, output: str) -> None:
    (plans / "folder").mkdir()
    before = sorted(plans.rglob("*"))
    for words in (["A", "C", "-o", output], ["A", "B", "-o", output, "--format", "html"]):
        _sentence(_run(*words), f"-o {output}" if output and not output.endswith("/") else "-o ", "n")
    told = CliRunner().invoke(commands, ["convert", "A", "--to", "csv", "-o", output])
    _sentence(told, "-o")
    assert sorted(plans.rglob("*")) == before


_FULL = Path("/dev/full")


def _program(words: str, redirected: str, env: Mapping[str, str] = _BARE) -> "subprocess.CompletedProcess[bytes]":
    """The program under a shell, which can close its streams."""
    line = f'exec "{_PROGRAM}" {words} {redirected}'
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False, timeout=60, env=dict(env))


@pytest.mark.parametrize(
    ("words", "redirected", "said"),
    [
        ("check A C", ">&-", b"standard output is closed"),
        ("check A B --format json", ">&-", b"standard output is closed"),
        ("convert A --to csv", ">&-", b"standard output is closed"),
        ("check A -", "<&-", b"standard input: it is closed"),
        ("check A nosuch", "2>&-", b""),
        ("check A nosuch", ">&- 2>&-", b""),
    ],
)
def test_a_closed_stream_is_never_taken_for_an_answer(plans: Path, words: str, redirected: str, said: bytes) -> None:
    assert plans.is_dir()
    done = _program(words, redirected)
    assert done.returncode == 3
    assert said in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == (1 if said else 0)


@pytest.mark.parametrize("words", ["check A C", "check A B --format html", "convert A --to kml", "--help", "doctor"])
def test_a_full_disk_is_never_taken_for_an_answer(plans: Path, words: str) -> None:
    assert plans.is_dir()
    assert _FULL.exists() or sys.platform != "linux"
    redirected = f">{_FULL}" if _FULL.exists() else ">&-"
    done = _program(words, redirected)
    assert done.returncode == 3 or not _FULL.exists()
    assert b"Traceback" not in done.stderr


def test_an_answer_is_the_same_without_an_error_stream(plans: Path) -> None:
    assert plans.is_dir()
    assert _program("check A B", "2>&-").returncode == 1
    assert _program("check A C", "2>&-").returncode == 0


@pytest.mark.parametrize(
    "env",
    [{"COLUMNS": "20"}, {"COLUMNS": "x"}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}],
)
def test_the_room_and_the_tongue_of_a_terminal_change_no_answer(plans: Path, env: dict[str, str]) -> None:
    write_plans(plans, "B", [circle("B", "طائرة 5")])
    done = _program("check A B", "", {**_BARE, **env})
    assert done.returncode == 1
    assert "B/طائرة 5" in done.stdout.decode()
    assert b"\x1b" not in done.stdout
    assert _program("check --help", "", {**_BARE, **env}).returncode == 0


def test_letters_that_standard_output_lacks_are_not_left_out(plans: Path) -> None:
    write_plans(plans, "B", [circle("B", "طائرة 5")])
    latin = {**_BARE, "PYTHONIOENCODING": "latin-1"}
    done = _program("check A B", "", latin)
    assert done.returncode == 3
    assert done.stdout == b""
    assert b"use -o FILE" in done.stderr
    assert _program("check A C", "", latin).returncode == 0
    assert _program("check A B -o out", "", latin).returncode == 1
    assert "طائرة" in (plans / "out").read_text("utf-8")


@pytest.mark.parametrize("member", ["id", "party", "title", "kind"])
@pytest.mark.parametrize("evil", ["\x1b[2J", "a\rb", "\x00", "a\x7f", "\u0085"])
def test_control_characters_in_names_are_refused(plans: Path, member: str, evil: str) -> None:
    feature = circle("B", "B1")
    assert isinstance(feature["properties"], dict)
    feature["properties"][member] = evil
    write_plans(plans, "B", [feature])
    told = _run("A", "B")
    assert told.exit_code == (1 if (member, evil) == ("title", "a\rb") else 3)  # a line break in a title is a space
    assert all(char.isprintable() or char == "\n" for char in told.output)


@pytest.mark.parametrize("form", ["table", "json", "geojson", "html"])
@pytest.mark.parametrize(
    "window",
    [
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999Z", "UFN"),
    ],
)
def test_the_first_and_the_last_of_all_instants_are_shown(plans: Path, form: str, window: tuple[str, str]) -> None:
    for party in "AB":
        feature = circle(party, party)
        assert isinstance(feature["properties"], dict)
        feature["properties"] |= {"start": window[0], "end": window[1]}
        write_plans(plans, party, [feature])
    for more in ([], ["--clock-uncertainty", "86400"], ["--clock-uncertainty", "1", "--resolve"]):
        told = _run("A", "B", "--format", form, *more)
        assert told.exit_code == 1, told.output
        assert window[0][:4] in told.stdout
    assert _run("A", "B", "--clock-uncertainty", "1", "--explain", "1").exit_code == 1


def test_a_time_beyond_all_years_is_refused(plans: Path) -> None:
    for start in ("0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "10000-01-01T00:00:00Z"):
        feature = circle("B", "B1")
        assert isinstance(feature["properties"], dict)
        feature["properties"] |= {"start": start, "end": "UFN"}
        write_plans(plans, "B", [feature])
        _sentence(_run("A", "B"), "B: $.features[0].properties")


_WHOLE = {"name": "x", "version": 1, "lateral_m": 1, "vertical_m": 1, "time_s": 1}
_ZONE = {"name": "z", "polygon": [[0, 0], [1, 0], [1, 1]], "lateral_m": 1, "vertical_m": 1, "time_s": 1}
_WRONG = [
    [], 5, None, "x", {}, {"name": "x", "version": 1},
    *({k: v for k, v in _WHOLE.items() if k != gone} for gone in _WHOLE),
    *({**_WHOLE, name: bad} for name in _WHOLE for bad in (None, [], {}, "", "5", True, -1, 1e9) if (name, bad) not in
      [("name", "5"), ("version", 1e9)]),
    *({**_WHOLE, "inflation": bad} for bad in (None, 0, 0.5, -1, 11, "1", [1])),
    *({**_WHOLE, "zones": bad} for bad in ({}, 5, "z", [5], [None], [{}])),
    *({**_WHOLE, "zones": [{k: v for k, v in _ZONE.items() if k != gone}]} for gone in _ZONE),
    *({**_WHOLE, "zones": [{**_ZONE, "polygon": bad}]} for bad in (
        None, [], 5, [[0, 0], [1, 0]], [[0, 0], [1, 0], [2, 0]], [[0, 0], [1, 0], [1, 95]], [[0, 0], [1, 0], [1]],
        [[0, 0], [1, 1], [1, 0], [0, 1]], [[0, 0], [1, 0], [None, 1]],
    )),
    {**_WHOLE, "lateral_km": 1}, {**_WHOLE, "lateralm": 1}, {**_WHOLE, "Zones": []},
]  # fmt: skip


def test_every_wrong_kind_of_minima_is_refused_and_none_is_taken_for_nought(plans: Path) -> None:
    for wrong in _WRONG:
        (plans / "minima").write_text(json.dumps(wrong))
        _sentence(_run("A", "C", "--minima", "minima"), "minima: $")
    for name, said in (("folder", "Is a directory"), ("nosuch", "built in: intersect, line-2015"), ("A", "not known")):
        (plans / "folder").mkdir(exist_ok=True)
        _sentence(_run("A", "C", "--minima", name), said)
    (plans / "minima").write_text(json.dumps({**_WHOLE, "zones": [_ZONE]}))
    assert _run("A", "C", "--minima", "minima").exit_code == 0


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--clock-uncertainty", value) for value in ("nan", "inf", "90000")),
        *(("--place-uncertainty", value) for value in ("nan", "inf", "100001")),
        ("--area", "34N 038E 34N 039E"), ("--area", "nosuch"), ("--area", "A"), ("--from", "2026-05-01T06:00:00Z"),
        ("--lower", "5.000FT AMSL"), ("--explain", "9"), ("--explain", "A/A1"),
    ],
)  # fmt: skip
def test_a_value_that_no_option_takes_is_refused(plans: Path, option: str, value: str) -> None:
    assert plans.is_dir()
    _sentence(_run("A", "B", option, value))


@pytest.mark.parametrize("option", ["--half-width", "--half-height", "--track-gap"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_track_of_no_finite_room_is_refused(plans: Path, option: str, value: str) -> None:
    feature = circle("B", "B1")
    assert isinstance(feature["properties"], dict)
    for name in ("radius_m", "start", "end", "lower", "upper"):
        del feature["properties"][name]
    feature["properties"]["times"] = ["2026-05-01T06:00:00Z", "2026-05-01T06:30:00Z"]
    feature["geometry"] = {"type": "LineString", "coordinates": [[38.0, 36.0, 500], [38.3, 36.0, 500]]}
    write_plans(plans, "B", [feature])
    told = _run("A", "B", *([] if option == "--half-width" else ["--half-width", "100"]), option, value)
    _sentence(told, "B: $.features[0]")


def test_ten_thousand_activities_are_all_compared(plans: Path) -> None:
    write_plans(plans, "many", [circle("M", f"M{n}", (37.0 + n / 4_000.0, 30.0)) for n in range(10_000)])
    told = _run("A", "many")
    assert told.exit_code == 0
    assert "10 000 pairs of activities compared: 0 CONFLICT, 0 CANNOT TELL, 10 000 CLEAR." in told.stdout.replace(
        "\u202f", " "
    )


def test_a_defect_of_ours_never_ends_with_the_status_of_an_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(commands, "main", broken)
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 3
    assert "RuntimeError: a defect" in capsys.readouterr().err
