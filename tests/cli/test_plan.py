"""A party's plans from a terminal: filed, released by a second officer, shown as others see them, repeated, kept."""

import json
import re
from pathlib import Path

import click
import pytest
from click.testing import Result

from clearline.app.party_home import open_home
from clearline.cli.main import commands
from clearline.edge.plan_store import PlanStore
from clearline.node.plan import Step
from tests.app.worlds import circle, write_plans
from tests.cli.sides import done, run
from tests.tidy.tree import ROOT

_POSITION = ("--at", "35.25000N 040.15000E (WGS84)", "--within", "3000")
_REST = ("--lower", "FL180", "--upper", "FL220")
_TIMES = ("--from", "2090-01-02T10:00:00Z", "--until", "2090-01-02T13:30:00Z")
_TRACK = ("draw", "TANKER-1", "--kind", "refuelling", *_POSITION, *_REST, *_TIMES, "--title", "tanker track")


class Party:
    """A party's folder, with two officers of whom one may release."""

    def __init__(self, home: Path) -> None:
        self.home = home
        done(run("party", "init", "Alfa", "--home", str(home), "--coverage", "forces of Alfa"))
        for person, role in (("first", "ANSWER"), ("second", "RELEASE")):
            words = ("party", "officer", f"{person}-1", "--home", str(home), "--post", "OPS", "--person", person)
            done(run(*words, "--role", role, "--password", "a long password"))

    def plan(self, *words: str, person: str | None = "first") -> Result:
        """What a command came to."""
        who = () if person is None else ("--as", person)
        return run("plan", "--home", str(self.home), *who, *words)

    def say(self, *words: str, person: str | None = "first") -> str:
        """What a command printed that did what it was asked."""
        return done(self.plan(*words, person=person))

    def accept(self, name: str) -> str:
        """Have a released plan accepted, as coordination does; its identifier."""
        with open_home(self.home) as opened:
            plans = PlanStore(opened.store, own=opened.node.own)
            (ident,) = plans.find(name)
            plans.step(ident, Step.ACCEPT, by="node", now_ms=opened.clock.now_ms())
            plans.give(ident, 1, "bravo", reader="OPS-DUTY", now_ms=opened.clock.now_ms())
        return ident


@pytest.fixture
def alfa(tmp_path: Path) -> Party:
    return Party(tmp_path / "alfa")


def test_a_plan_from_its_draft_to_its_end(alfa: Party) -> None:
    told = alfa.say(*_TRACK, "--disclose", "bravo=exact", "--others", "coarse")
    assert re.match(
        r"[0-9a-f]{8}  v1  DRAFT  2090-01-02T10:00:00Z to 2090-01-02T13:30:00Z  REFUELLING  TANKER-1\n", told
    )
    assert told.endswith("disclosed bravo EXACT, all others COARSE\n")

    refused = alfa.plan("release", "TANKER-1")
    assert (refused.exit_code, "needs the role RELEASE" in refused.output) == (1, True)
    assert "RELEASED" in alfa.say("release", "TANKER-1", "--version", "1", person="second")
    again = alfa.plan("release", "TANKER-1", person="second")
    assert (again.exit_code, "REFUSED (D6)" in again.output) == (1, True)

    assert alfa.say("reads", "TANKER-1") == "nobody was given it\n"
    ident = alfa.accept("TANKER-1")
    shown = alfa.say("show", ident[:8], person=None)
    for expected in (
        "ACCEPTED: written by first",
        "released by second",
        "tanker track",
        "FL180 to FL220",
        "FILE by first",
    ):
        assert expected in shown
    assert re.fullmatch(r"\S+Z  v1  EXACT  bravo  OPS-DUTY\n", alfa.say("reads", "TANKER-1", person=None))

    changed = alfa.say("change", "TANKER-1", "--others", "coarse")
    assert "v2  DRAFT" in changed
    assert changed.endswith("disclosed all others COARSE\n")
    assert alfa.plan("withdraw", "TANKER-1").exit_code == 1
    assert "v2  ENDED" in alfa.say("withdraw", "TANKER-1", "--version", "2", "--why", "a mistake")
    assert "v1  ENDED" in alfa.say("end", "TANKER-1", "--why", "landed")
    assert alfa.say("list", person=None) == "no plan\n"
    assert alfa.say("list", "--all").count("ENDED") == 2
    assert "WITHDRAW by first: a mistake" in alfa.say("show", "TANKER-1", "--version", "2")


def test_whoever_wrote_it_does_not_release_it(alfa: Party) -> None:
    alfa.say(*_TRACK, person="second")
    refused = alfa.plan("release", "TANKER-1", person="second")
    assert (refused.exit_code, refused.output) == (
        1,
        "REFUSED (D4): TANKER-1: nobody releases what they wrote themselves\n",
    )


def test_only_the_partys_officers_act_and_it_is_said_who(alfa: Party) -> None:
    nobody = alfa.plan(*_TRACK, person=None)
    assert (nobody.exit_code, "say who you are" in nobody.output) == (3, True)
    stranger = alfa.plan(*_TRACK, person="stranger")
    assert (stranger.exit_code, "no officer of alfa (first, second)" in stranger.output) == (1, True)
    assert alfa.say("list", person=None) == "no plan\n"


def test_a_plan_that_nobody_is_told_of_says_so(alfa: Party) -> None:
    assert "disclosed to nobody: no other side can tell" in alfa.say(*_TRACK)
    told = alfa.say("preview", "TANKER-1")
    assert told == "anybody else is told NOTHING of it, not even that it exists\n"
    assert alfa.plan("preview", "TANKER-1", "--to", "bravo", "--format", "geojson").exit_code == 3


def test_the_preview_is_what_the_others_see(alfa: Party, tmp_path: Path) -> None:
    alfa.say(*_TRACK, "--disclose", "bravo=exact", "--others", "coarse")
    told = alfa.say("preview", "TANKER-1")
    exact, coarse = told.split("\n\n")
    assert exact.startswith("bravo sees every volume")
    assert "circle of 3 000 m round 35.25000N 040.15000E; FL180 to FL220" in exact
    assert coarse.startswith("anybody else sees that something may be in 1 cell, by the hour, at any height:\n")
    assert "  35.2N 040.1E to 35.3N 040.2E; 2090-01-02T10:00:00Z to 2090-01-02T14:00:00Z\n" in coarse
    for secret in ("TANKER", "tanker", "FL180", "REFUELLING"):
        assert secret not in coarse
    out = tmp_path / "seen.geojson"
    alfa.say("preview", "TANKER-1", "--to", "charlie", "--format", "geojson", "-o", str(out))
    seen = json.loads(out.read_text("utf-8"))
    assert [feature["properties"]["kind"] for feature in seen["features"]] == ["OTHER"]
    theirs = write_plans(tmp_path, "b.geojson", [circle("bravo", "B1")])
    assert run("check", str(out), theirs, "-q").exit_code in (0, 1, 2)
    assert alfa.plan("preview", "TANKER-1", "--format", "geojson").exit_code == 3


def test_cells_side_by_side_are_one_line(alfa: Party) -> None:
    wide = ("--at", "35.25000N 040.15000E (WGS84)", "--within", "9000")
    alfa.say("draw", "W", "--kind", "transit", *wide, *_REST, *_TIMES, "--others", "coarse")
    told = alfa.say("preview", "W", "--to", "bravo")
    rows = re.findall(r"  (\S+ \S+) to (\S+ \S+); ", told)
    assert rows == [
        (f"{south:.1f}N 040.0E", f"{south + 0.1:.1f}N 040.3E") for south in (35.1, 35.2, 35.3)
    ]  # fmt: skip
    assert "in 9 cells" in told


def test_files_are_filed_whole_or_not_at_all(alfa: Party, tmp_path: Path) -> None:
    mine = write_plans(tmp_path, "a.geojson", [circle("alfa", "A1"), circle("alfa", "A2")])
    told = alfa.plan("file", mine, "--others", "exact")
    assert told.exit_code == 1, told.output  # they are over
    assert "REFUSED (D5)" in told.output
    theirs = write_plans(tmp_path, "b.geojson", [circle("bravo", "B1")])
    refused = alfa.plan("file", theirs)
    assert (refused.exit_code, "REFUSED (D8)" in refused.output) == (1, True)
    assert alfa.say("list", "--all") == "no plan\n"
    data = json.loads(Path(mine).read_text("utf-8"))
    for feature in data["features"]:
        feature["properties"].update(start="2090-05-01T06:00:00Z", end="2090-05-01T07:00:00Z")
        feature["properties"].pop("party", None)
    Path(mine).write_text(json.dumps(data), "utf-8")
    assert alfa.say("file", mine, "--others", "exact").count("DRAFT") == 2
    two = alfa.plan("change", "A1", mine)
    assert (two.exit_code, "holds 2 activities" in two.output) == (3, True)
    data["features"] = [one for one in data["features"] if one["properties"]["id"] == "A1"]
    data["features"][0]["properties"]["title"] = "moved"
    Path(mine).write_text(json.dumps(data), "utf-8")
    alfa.say("change", "A1", mine)
    shown = alfa.say("show", "A1", "--version", "2")
    assert "moved" in shown
    assert "disclosed: all others EXACT" in shown


def test_what_repeats_is_filed_each_time_and_released_as_a_series(alfa: Party) -> None:
    every = ("--every", "1", "--last", "2090-01-11", "--on", "mon,WED", "--skip", "2090-01-04")
    told = alfa.say(*_TRACK, *every)
    assert re.findall(r"(2090-01-\d\d)T10\S+ to \S+  REFUELLING  (\S+)", told) == [
        ("2090-01-02", "TANKER-1.1"),
        ("2090-01-09", "TANKER-1.2"),
        ("2090-01-11", "TANKER-1.3"),
    ]
    assert alfa.say("release", "--series", "TANKER-1", person="second").count("RELEASED") == 3
    assert alfa.plan("release", "--series", "TANKER-1", person="second").exit_code == 1
    hour = ("--every", "1", "--times", "2", "--skip", "2090-01-03T13:30:00Z/2090-01-03T14:00:00Z")
    again = ("draw", "X", *_TRACK[2:], *hour)
    assert alfa.say(*again).count("DRAFT") == 1


def test_a_template_is_filed_for_another_time(alfa: Party) -> None:
    alfa.say(*_TRACK, "--disclose", "bravo=coarse")
    assert "kept: track, from TANKER-1 version 1" in alfa.say("template", "keep", "track", "TANKER-1")
    assert "REFUELLING  disclosed bravo COARSE" in alfa.say("template", "list")
    told = alfa.say("template", "use", "track", "T-2", "--from", "2090-03-01T08:00:00Z", "--every", "7", "--times", "2")
    assert re.findall(r"DRAFT  (\S+) to (\S+)", told) == [
        ("2090-03-01T08:00:00Z", "2090-03-01T11:30:00Z"),
        ("2090-03-08T08:00:00Z", "2090-03-08T11:30:00Z"),
    ]
    assert "bravo COARSE, all others NOT_AT_ALL" in told
    alone = alfa.say("template", "use", "track", "T-3", "--from", "2090-03-01T08:00:00Z", "--others", "exact")
    assert alone.endswith("disclosed all others EXACT\n")
    alfa.say("template", "drop", "track")
    assert alfa.say("template", "list") == "no template\n"
    for words in (("drop", "track"), ("use", "track", "T-4", "--from", "2090-03-01T08:00:00Z")):
        assert alfa.plan("template", *words).exit_code == 1


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((*_TRACK, "--disclose", "bravo"), "WHO=HOW"),
        ((*_TRACK, "--disclose", "bravo=loud"), "WHO=HOW"),
        ((*_TRACK, "--disclose", "b=exact", "--disclose", "b=coarse"), "named twice"),
        ((*_TRACK, "--times", "3"), "go with --every"),
        ((*_TRACK, "--every", "1"), "one of the two"),
        ((*_TRACK, "--every", "1", "--times", "3", "--on", "mon,moon"), "'moon' is none of"),
        ((*_TRACK, "--every", "1", "--times", "3", "--on", "tue"), "weekday that is left out"),
        ((*_TRACK, "--every", "1", "--times", "3", "--skip", "2090-01-03T10:00:00Z"), "is an instant"),
        ((*_TRACK, "--along", "35N 040E"), "give one shape"),
        (("draw", "A", "--kind", "TRANSIT", *_REST, *_TIMES), "give one shape"),
        (("draw", "A", "--kind", "TRANSIT", "--at", "35N 040E", *_REST, *_TIMES), "--at and --within go together"),
        (("draw", "A", "--kind", "TRANSIT", "--along", "35N 040E", *_REST, *_TIMES), "--half-width go together"),
        (("draw", "A", "--kind", "TRANSIT", "--at", "35.20000N 040.10000E", "--within", "5", *_REST, *_TIMES), "datum"),
        (("change", "TANKER-1"), "say what changes"),
        (("release",), "name the plans"),
        (("list", "--all", "--state", "DRAFT"), "exclude each other"),
        (("template", "use", "t", "P", "--from", "soon"), "--from"),
    ],
)
def test_what_cannot_be_meant_is_refused(folder: Party, words: tuple[str, ...], problem: str) -> None:
    told = folder.plan(*words)
    assert (told.exit_code, problem in told.output) == (3, True), told.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Party:
    return Party(tmp_path_factory.mktemp("home") / "alfa")


def test_what_there_is_not_is_said(folder: Party) -> None:
    for words in (("show", "X"), ("preview", "X"), ("reads", "X"), ("withdraw", "X"), ("end", "X"), ("release", "X")):
        told = folder.plan(*words, person="second")
        assert (told.exit_code, "REFUSED (D1): there is no plan X" in told.output) == (1, True), words


def test_corridors_and_areas_are_drawn_and_typed_places_kept(folder: Party) -> None:
    route = ("--along", "35N 040E (WGS84)", "--along", "35.2N 041E (WGS84)", "--half-width", "2000")
    folder.say("draw", "R", "--kind", "TRANSIT", *route, *_REST, *_TIMES)
    assert "line of 2 places (35.00000N 040.00000E, 35.20000N 041.00000E), 2 000 m" in folder.say("show", "R")
    corners = [word for place in ("36N 040E", "36N 041E", "37N 041E") for word in ("--round", place)]
    folder.say(
        "draw", "Z", "--kind", "hazardous_area", *corners, "--datum", "WGS84", *_REST, *_TIMES[:2], "--until", "UFN"
    )
    shown = folder.say("show", "Z")
    assert "area of 3 places" in shown
    assert "until further notice" in shown


def test_the_page_names_every_command() -> None:
    page = (ROOT / "docs" / "plans.md").read_text("utf-8")
    group = commands.get_command(click.Context(commands), "plan")
    assert isinstance(group, click.Group)
    assert [name for name in group.commands if f"plan {name}" not in page and f" {name} " not in page] == []
