"""`clearline check`: the exit status is the answer, and every error a person can mend is one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clearline.cli.check import STATUS
from clearline.cli.main import commands
from clearline.conflict.verdict import Verdict
from tests.app.worlds import circle, write_plans

_PROGRAM = str(Path(sys.executable).parent / "clearline")


def _run(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(commands, ["check", *words], input=stdin, prog_name="clearline")


def _program(*words: str, stdin: bytes = b"", folder: Path | None = None) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([_PROGRAM, *words], input=stdin, capture_output=True, check=False, timeout=60, cwd=folder)


def test_status_is_total() -> None:
    assert set(STATUS) == set(Verdict)
    assert sorted(STATUS.values()) == [0, 1, 2]


@pytest.mark.parametrize(
    ("theirs", "status"),
    [
        ([circle("B", "B1", (40.0, 38.0))], 0),
        ([circle("B", "B1")], 1),
        ([circle("B", "B1", lower="2000", upper="2500")], 2),
        ([circle("B", "B1", lower="2000", upper="2500"), circle("B", "B2")], 1),
        ([circle("B", "B1", upper="500FT AMSL")], 3),
    ],
    ids=["clear", "conflict", "cannot tell", "a conflict outranks it", "bad input"],
)
def test_the_exit_status_is_the_answer(tmp_path: Path, theirs: list[dict[str, object]], status: int) -> None:
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1")])
    told = _run(ours, write_plans(tmp_path, "b.geojson", theirs))
    assert told.exit_code == status, told.output
    assert ("clearline: " in told.stderr) == (status == 3)
    assert (told.stdout == "") == (status == 3)


def test_it_does_the_same_as_a_program(tmp_path: Path) -> None:
    ours, theirs = (write_plans(tmp_path, f"{p}.geojson", [circle(p, p)]) for p in "AB")
    done = _program("check", ours, theirs)
    assert done.returncode == 1
    assert b"CONFLICT" in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize("words", [["check"], ["check", "x", "--format", "nosuch"], ["nosuch"], ["check", "--nosuch"]])
def test_a_misused_command_line_is_bad_input(words: list[str]) -> None:
    done = _program(*words)
    assert done.returncode == 3
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_a_missing_file_and_an_unknown_format_are_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("what is this\n")
    for words in (["nosuch.csv", "b.txt"], ["b.txt", "b.txt"]):
        done = _program("check", *words, folder=tmp_path)
        assert done.returncode == 3
        assert done.stderr.startswith(b"clearline: ")
        assert done.stderr.count(b"\n") == 1
        assert words[0].encode() in done.stderr


def test_one_file_may_come_from_standard_input(tmp_path: Path) -> None:
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1")])
    text = Path(write_plans(tmp_path, "b.geojson", [circle("B", "B1")])).read_bytes()
    done = _program("check", ours, "-", stdin=text)
    assert done.returncode == 1
    assert b"standard input: 1 activity, read as geojson" in done.stdout
    assert _run(ours, "-", "-").exit_code == 3


def test_a_party_is_named_where_the_file_does_not(tmp_path: Path) -> None:
    bare = circle("", "X1")
    assert isinstance(bare["properties"], dict)
    del bare["properties"]["party"]
    path = write_plans(tmp_path, "x.geojson", [bare])
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1")])
    assert _run(ours, path).exit_code == 3
    assert "North/X1" in _run(ours, f"North={path}").stdout


def test_the_answer_goes_to_a_file_whole(tmp_path: Path) -> None:
    ours, theirs = (write_plans(tmp_path, f"{p}.geojson", [circle(p, p)]) for p in "AB")
    out = tmp_path / "out.json"
    told = _run(ours, theirs, "--format", "json", "-o", str(out))
    assert (told.exit_code, told.stdout) == (1, "")
    assert json.loads(out.read_text("utf-8"))["verdict"] == "CONFLICT"
    assert _run(ours, theirs, "-o", str(tmp_path / "no" / "such" / "out")).exit_code == 3


@pytest.mark.parametrize("form", ["table", "json", "geojson", "html"])
def test_every_form_can_be_asked_for(tmp_path: Path, form: str) -> None:
    ours, theirs = (write_plans(tmp_path, f"{p}.geojson", [circle(p, p)]) for p in "AB")
    told = _run(ours, theirs, "--format", form)
    assert told.exit_code == 1
    assert "CONFLICT" in told.stdout


def test_resolve_proposes_for_each_conflict_and_resolve_set_for_all(tmp_path: Path) -> None:
    ours, theirs = (write_plans(tmp_path, f"{p}.geojson", [circle(p, p)]) for p in "AB")
    assert "#1 could be cleared by:" in _run(ours, theirs, "--resolve").stdout
    assert "All together (" in _run(ours, theirs, "--resolve-set").stdout
    assert "What would clear it" in _run(ours, theirs, "--resolve", "--format", "html").stdout


def test_any_pair_can_be_explained(tmp_path: Path) -> None:
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1"), circle("A", "A2", (40.0, 38.0))])
    theirs = write_plans(tmp_path, "b.geojson", [circle("B", "B1")])
    by_number = _run(ours, theirs, "--explain", "1")
    assert by_number.exit_code == 1
    assert "Verdict: CONFLICT" in by_number.stdout
    assert "Verdict: CLEAR" in _run(ours, theirs, "--explain", "A/A2~B/B1").stdout
    for ident in ("2", "0", "A/A1", "A/A1~B/B9", "A/A1~A/A1", "²"):
        refused = _run(ours, theirs, "--explain", ident)
        assert refused.exit_code == 3
        assert f"--explain {ident}" in refused.stderr


def test_facts_that_a_file_leaves_out_are_supplied(tmp_path: Path) -> None:
    bare = circle("B", "B1")
    assert isinstance(bare["properties"], dict)
    for name in ("start", "end", "lower", "upper"):
        del bare["properties"][name]
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1")])
    theirs = write_plans(tmp_path, "b.geojson", [bare])
    assert _run(ours, theirs).exit_code == 3
    times = ("--from", "2026-05-01T07:00:00Z", "--until", "UFN")
    limits = ("--lower", "SFC", "--upper", "9500FT AMSL")
    told = _run(ours, theirs, *times, *limits, "--clock-uncertainty", "5", "--place-uncertainty", "10")
    assert told.exit_code == 1, told.output
    assert "first 2026-05-01T06:59:55Z" in told.stdout  # five seconds early, once
    for words, reason in (
        (("--from", "2026-05-01T07:00:00Z"), "only one end"),
        (("--from", "2026-05-01T07:00:00", "--until", "UFN"), "--from/--until"),
        ((*times, "--lower", "up there", "--upper", "UNL"), "--lower"),
    ):
        refused = _run(ours, theirs, *words)
        assert refused.exit_code == 3
        assert reason in refused.stderr


def test_the_format_can_be_named(tmp_path: Path) -> None:
    ours, theirs = (write_plans(tmp_path, f"{p}.geojson", [circle(p, p)]) for p in "AB")
    assert _run(ours, theirs, "--as", "geojson").exit_code == 1
    assert _run(ours, theirs, "--as", "kml").exit_code == 3


def test_names_from_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1")])
    theirs = write_plans(tmp_path, "b.geojson", [circle("B", "\u202eB1\u009b31m")])
    told = _run(ours, theirs)
    assert all(c.isprintable() or c == "\n" for c in told.output)
    both = write_plans(
        tmp_path, "c.geojson", [circle("A", "\u202eA1"), circle("A", "\u202eA1"), circle("A", "\u202eA1")]
    )
    refused = _run(both, both)
    assert refused.exit_code == 3
    assert all(c.isprintable() or c == "\n" for c in refused.output)


def test_a_name_that_a_form_cannot_carry_is_refused_and_not_dropped(tmp_path: Path) -> None:
    pages = {"A": circle("A", "A1"), "B": circle("B", "B1")}
    for party, feature in pages.items():
        write_plans(tmp_path, f"{party}.geojson", [feature])
    text = "party,id,shape,positions,datum,radius_m,lower,upper,start,end,kind\n" + (
        "C,C" + "1" * 900 + ",circle,36.0000°N 038.0000°E,WGS84,5000,1000FT AMSL,3000FT AMSL,"
        "2026-05-01T06:00:00Z,2026-05-01T08:00:00Z,PATROL\n"
    )
    (tmp_path / "c.csv").write_text(text, "utf-8")
    told = _run(str(tmp_path / "A.geojson"), str(tmp_path / "c.csv"), "--format", "geojson")
    assert told.exit_code in (1, 3)
    assert (told.exit_code == 3) == ("clearline: " in told.stderr)
    assert not isinstance(told.exception, ValueError)


def test_a_reader_that_goes_away_is_no_defect(tmp_path: Path) -> None:
    ours, theirs = (write_plans(tmp_path, f"{p}.geojson", [circle(p, f"{p}{n}") for n in range(60)]) for p in "AB")
    source, sink = os.pipe()
    os.close(source)
    with os.fdopen(sink, "wb") as closed:
        done = subprocess.run(
            [_PROGRAM, "check", ours, theirs, "--format", "json"], stdout=closed, stderr=subprocess.PIPE, check=False,
            timeout=120,
        )  # fmt: skip
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
