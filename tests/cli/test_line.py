"""The watch officer's day from a terminal: two parties' folders, worked on directly, files carried between them."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from clearline.cli.answers import clock
from clearline.cli.line import SECTIONS, line_command
from tests.cli.sides import PLACE, TIMES, World, done, first_id, met, run


@pytest.fixture
def world(tmp_path: Path) -> World:
    return met(tmp_path)


def test_the_help_is_the_checklist_of_a_watch() -> None:
    shown = done(run("line", "--help"))
    at = [shown.index(title) for title in SECTIONS]
    assert at == sorted(at)
    for section in SECTIONS.values():
        for name, (_, line) in section.items():
            assert name in shown
            assert line.split()[0] in shown
    assert "Acknowledgement is not approval." in shown
    context = click.Context(line_command)
    for name in line_command.list_commands(context):
        assert line_command.get_command(context, name) is not None
        assert "Usage" in done(run("line", name, "--help"))


def test_a_call_is_logged_in_one_short_line(world: World) -> None:
    typed = ["call", "BRAVO", "--min", "12", "wx; HERON-1 moved 30 min"]
    assert len(" ".join(typed)) < 60  # 30 s of typing at 120 characters a minute
    world.a.say(*typed)
    log = world.a.say("calls")
    assert "we called bravo, OPERATIONAL voice, 12 min" in log
    assert "wx; HERON-1 moved 30 min" in log
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", log)


def test_a_notice_from_draft_to_closed(world: World) -> None:
    a, b = world.a, world.b
    draft_id = first_id(a.say("notice", "ORBIT-1", "--title", "Orbit", *PLACE, *TIMES), "draft")
    assert "ORBIT-1" in a.say("drafts")
    own = a.line("release", draft_id)
    assert (own.exit_code, "REFUSED (P3)" in own.output) == (1, True)
    out = done(a.line("release", draft_id, person="second"))
    notice_id = first_id(out, "notice")
    assert "no signed receipt exists" in a.say("journey", notice_id)
    board = a.say("board")
    assert "no signed receipt exists" in board
    assert re.search(r"SEEN due \d+:\d\d(:\d\d)? left", board)
    world.carry()
    assert "Proved received" in a.say("journey", notice_id)
    seen = b.say("see", notice_id)
    assert "35.20000N 040.10000E" in seen
    assert "Acknowledgement is not approval." in seen
    fields = dict(re.findall(r"^    ([^:]+): (.+)$", seen, re.MULTILINE))
    right = [word for name, value in fields.items() for word in ("--field", f"{name}={value}")]
    wrong = [word.replace("35.20000N", "35.02000N") for word in right]
    refused = b.line("read-back", notice_id, *wrong)
    assert (refused.exit_code, "REFUSED (L4)" in refused.output) == (1, True)
    assert "Acknowledgement is not approval." in b.say("read-back", notice_id, *right)
    assert "Acknowledgement is not approval." in b.say("pass-on", notice_id, "--whom", "AIR")
    assert b.line("answer", notice_id, "STANDBY").exit_code == 1
    assert b.line("answer", notice_id, "CHECKED_NOT_OURS").exit_code == 1, "it cites a coverage statement"
    assert "Acknowledgement is not approval." in b.say("answer", notice_id, "ROGER")
    world.carry()
    a.say("close", notice_id)
    assert "notices open: none" in a.say("board")


def test_a_read_back_is_typed_and_never_shown(world: World) -> None:
    notice_id = world.a.formal("notice", "ORBIT-1", "--title", "Orbit", *PLACE, *TIMES)
    world.carry()
    asked = world.b.line("read-back", notice_id, answers="N1\nORBIT-1\nx\nx\nx\nx\nx\nx\n")
    assert "35.20000N" not in asked.output
    assert asked.exit_code == 1


def test_a_flash_goes_out_by_one_and_is_confirmed_by_another(world: World) -> None:
    out = world.a.say("notice", "HAZARD", "-t", "N5", "-p", "FLASH", *PLACE, *TIMES)
    flash_id = first_id(out, "notice")
    assert "FLASH not confirmed: 1" in world.a.say("board")
    assert world.a.line("confirm", flash_id).exit_code == 1
    done(world.a.line("confirm", flash_id, person="second"))
    assert "FLASH not confirmed: none" in world.a.say("board")


def opened(world: World, level: str = "MINISTERS") -> None:
    for side in (world.a, world.b):
        side.formal("declare", level, "OPEN")
    world.carry()


def test_a_talk_its_readouts_and_where_they_differ(world: World) -> None:
    a, b = world.a, world.b
    refused = a.line("talk", "ask", "--level", "MINISTERS")
    assert (refused.exit_code, "C7" in refused.output) == (1, True)
    opened(world)
    talk_id = a.formal("talk", "ask", "--level", "MINISTERS", "--agenda", "miscalculation")
    world.carry()
    b.say("talk", "reply", talk_id, "--accept")
    for side, minutes in ((a, 50), (b, 60)):
        side.say("talk", "moment", talk_id, "start", "--at", "2015-09-18T12:00:00Z", "--who", f"{side.name}:minister")
        end = f"2015-09-18T{12 + minutes // 60}:{minutes % 60:02d}:00Z"
        side.say("talk", "moment", talk_id, "end", "--at", end)
        world.carry()
        text = f"about {minutes} minutes"
        side.formal("readout", talk_id, "--publisher", side.name, "--text", text, "--minutes", str(minutes))
    point_id = first_id(a.say("talk", "point", talk_id, "avoid miscalculation", "--stance", "CONVERGE"))
    world.carry()
    assert "no convergence stated by both" in b.say("talk", "show", talk_id)
    b.say("talk", "stance", point_id, "CONVERGE")
    world.carry()
    assert "CONVERGENCE" in a.say("talk", "show", talk_id)
    compared = a.say("compare", talk_id)
    assert "DURATION: alfa 50 min, bravo 60 min (by 10)" in compared
    a.formal("talk", "record", talk_id, "--day", "2015-09-18", "--who", "ministers")
    world.carry()
    b.formal("talk", "record", talk_id)
    assert "agreed record: AGREED" in b.say("talk", "show", talk_id)


def test_a_request_is_about_a_notice_and_lies_on_a_desk_before_it_is_answered(world: World) -> None:
    a, b = world.a, world.b
    opened(world)
    notice_id = a.formal("notice", "ORBIT-1", "--title", "Orbit", *PLACE, *TIMES)
    talk_id = a.formal("talk", "ask", "--level", "MINISTERS", "--about", notice_id)
    world.carry()
    assert "talk_request" in b.say("show", notice_id)
    for side in (a, b):
        assert re.search(rf"{talk_id}  FIRST REPLY due 3:59:\d\d left", side.say("board"))
    assert "no person has replied yet: due " in a.say("talk", "show", talk_id)
    b.say("talk", "on-desk", talk_id, "--note", "the minister travels")
    world.carry()
    assert "requests without a person's reply: none" in a.say("board")
    shown = a.say("talk", "show", talk_id)
    assert (shown.startswith(f"{talk_id}  REQUESTED"), "no person" in shown) == (True, False)


def test_a_suspension_stops_cooperation_and_never_safety(world: World) -> None:
    opened(world, "OPERATIONAL")
    said = world.a.say("suspend", "--leaders-exempt", "--reason", "as was said in public")
    assert "A safety message is still received" in said
    done(world.a.line("release", first_id(said, "draft"), person="second"))
    refused = world.a.line("talk", "ask", "--level", "OPERATIONAL", "--function", "COOPERATION")
    assert (refused.exit_code, "suspended" in refused.output) == (1, True)
    board = world.a.say("board")
    assert "suspensions: 1" in board
    assert "as was said in public" in board


def test_a_bundle_is_verified_by_whoever_was_not_there(world: World) -> None:
    notice_id = world.a.formal("notice", "ORBIT-1", "--title", "Orbit", *PLACE, *TIMES)
    world.carry()
    bundle, keys = world.folder / "bundle", world.folder / "keys"
    world.a.say("bundle", notice_id, "--out", str(bundle), "--trust", str(keys))
    assert "VALID" in done(run("verify", str(bundle), "--trust", str(keys)))
    data = bundle.read_text("utf-8")
    at = data.index("payload") + 60
    bundle.write_text(data[:at] + ("A" if data[at] != "A" else "B") + data[at + 1 :], "utf-8")
    spoiled = run("verify", str(bundle), "--trust", str(keys))
    assert (spoiled.exit_code, spoiled.output.startswith("INVALID")) == (1, True)
    assert run("verify", str(keys), "--trust", str(bundle)).exit_code == 3


def test_a_proposal_is_agreed_over_one_hash(world: World) -> None:
    notices = [side.formal("notice", side.name, "--title", "Orbit", *PLACE, *TIMES) for side in (world.a, world.b)]
    world.carry()
    words = ("propose", "TIME_SHIFT", *notices, "--shift", f"{notices[1]}=90", "--ends", "2030-01-01T09:00:00Z")
    proposal_id = world.a.formal(*words)
    world.carry()
    for side in (world.a, world.b):
        drafted = side.say("agree", proposal_id)
        assert "No answer is not agreement." in drafted
        done(side.line("release", first_id(drafted, "draft"), person="second"))
        world.carry()
    listed = world.b.say("proposals")
    assert re.search(rf"{proposal_id}  (AGREED|IN_FORCE)", listed), listed


def test_a_conflict_is_found_by_the_engine_and_told_to_the_other_side(world: World) -> None:
    assert "That is not the same as none." in world.b.say("conflicts")
    for side in (world.a, world.b):
        side.formal("notice", side.name, "--title", "Orbit", *PLACE, *TIMES)
    world.carry()
    assert "alfa: CONFLICT" in world.a.say("conflicts", "--look")
    world.carry()
    assert "alfa: CONFLICT" in world.b.say("conflicts")


def test_an_incident_has_two_accounts_and_agreed_facts(world: World) -> None:
    words = ("incident", "report", "BOUNDARY_CROSSING", "a crossing", "--at", "2015-10-01T10:00:00Z")
    incident_id = world.a.formal(*words)
    world.a.formal("incident", "account", incident_id, "--fact", "f1=it crossed", "--fact", "f2=on purpose")
    world.carry()
    world.b.formal("incident", "fact", incident_id, "f1", "--agree")
    world.b.formal("incident", "fact", incident_id, "f2", "--dispute")
    shown = world.b.say("incident", "show", incident_id)
    assert "agreed by both: 1" in shown
    assert "f2: on purpose (stands: alfa; disputed: bravo)" in shown


def test_a_watch_is_handed_over_only_with_every_open_item_read(world: World) -> None:
    world.a.formal("notice", "ORBIT-1", "--title", "Orbit", *PLACE, *TIMES)
    refused = world.a.line("hand-over", "next", answers="n\n")
    assert (refused.exit_code, "REFUSED (W1)" in refused.output) == (1, True)
    assert "1 open items read over." in world.a.say("hand-over", "next", answers="y\n")


def test_small_things_of_the_day(world: World) -> None:
    a, b = world.a, world.b
    a.say("watch", "--post", "OPS", "--language", "en", "--interpreter", "ru", "--until", "+480")
    check_id = first_id(a.say("check"))
    world.carry()
    assert "line checks to answer: 1" in b.say("board")
    b.say("check", check_id)
    assert "ru (interpreter)" in b.say("board")
    a.formal("coverage", "Alfa air force", "--not", "contractors", "--partner", "militia=UNKNOWN")
    assert "Alfa air force; not for contractors" in a.say("board")
    corners = ("34.00000N 038.00000E (WGS84)", "34.20000N 038.20000E (WGS84)")
    a.say("query", *corners, "--from", "+0", "--until", "+60", "--purpose", "transit")
    assert "Повторно" in a.say("phrase", "A06", "time=14:20Z") or "14:20Z" in a.say("phrase", "A06", "time=14:20Z")
    assert a.line("phrase", "A06", "time=noon").exit_code == 1
    assert "line checks answered" in a.say("dossier", "--from", "2015-01-01")
    assert "None." in a.say("faults")
    a.say("fault", "POWER", "--text", "the mains failed")
    for side in (a, b):
        side.formal("minima", "illustrative", "1", "--lateral", "5556", "--vertical", "914.4", "--time", "180")
        side.formal("charter", "OPERATIONAL", "--function", "FLIGHT_SAFETY", "--is", "safety", "--is-not", "policy")
    world.carry()
    assert "minima both signed: illustrative 1: 5556 m, 914.4 m, 180 s" in a.say("board")


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("board", "nobody"), 1, "import its card first"),
        (("see", "xyz"), 1, "six or more"),
        (("notice", "X", "--at", "35.2N 040.1E", *TIMES, "--within", "1"), 3, "datum"),
        (("notice", "X", "--at", "35.20000N 040.10000E (WGS84)"), 3, "--within"),
        (("notice", "X"), 3, "needs a place"),
        (("watch", "--post", "OPS", "--until", "tomorrow"), 3, "+30"),
        (("import", __file__), 1, "REFUSED (PACKET)"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(world: World, words: tuple[str, ...], status: int, told: str) -> None:
    result = world.a.line(*words)
    assert result.exit_code == status, result.output
    assert told in result.output


def test_without_a_session_or_a_folder_it_says_how_to_get_one(tmp_path: Path) -> None:
    nobody = run("line", "--session", str(tmp_path / "none"), "board")
    assert (nobody.exit_code, "clearline line login" in nobody.output) == (3, True)
    nowhere = run("line", "--home", str(tmp_path), "board")
    assert (nowhere.exit_code, "clearline party init" in nowhere.output) == (3, True)


def test_a_clock_counts_down_and_then_up() -> None:
    assert clock(59_999, 0) == "00:59 left"
    assert clock(0, 1_000) == "00:01 LATE"


@pytest.mark.parametrize("words", ["check --help", "line --help", "--help"])
def test_what_a_node_needs_is_not_loaded_by_what_does_not_need_it(words: str) -> None:
    program = (
        f"import sys; sys.argv = ['clearline', *{words.split()}]\n"
        "from clearline.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'starlette', 'uvicorn', 'httpx', 'argon2', 'joserfc', 'cryptography'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.rstrip().endswith("[]")


def test_what_is_not_installed_is_named_with_how_to_get_it() -> None:
    program = (
        "import sys; sys.modules['starlette'] = None; sys.modules['httpx'] = None\n"
        "sys.argv = ['clearline', 'node', 'serve', '--home', '.']\n"
        "from clearline.cli.main import main; main()"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert found.returncode == 3
    assert "pip install 'clearline[node]'" in found.stderr
    assert "Traceback" not in found.stderr
