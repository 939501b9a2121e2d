"""From a terminal: who listens to which circuit, a place in doubt, and what a charter keeps off a level."""

from pathlib import Path

import pytest

from tests.cli.sides import PLACE, TIMES, World, met


@pytest.fixture
def world(tmp_path: Path) -> World:
    return met(tmp_path)


def test_a_warning_on_a_circuit_shows_whether_the_other_side_had_confirmed_it(world: World) -> None:
    words = ("notice", "H1", "--type", "N5", "--circuit", "121.5 MHz", *PLACE, *TIMES)
    before = world.a.formal(*words)
    world.carry()
    assert "bravo never confirmed that it monitors: not delivered there" in world.b.say("see", before)
    world.b.say("monitor", "121.5 MHz")
    world.carry()
    after = world.a.formal(*words)
    world.carry()
    assert "no proof that it was heard" in world.b.say("see", after)
    shown = world.a.say("board")
    assert "bravo: 121.5 MHz until it says otherwise" in shown
    assert "alfa: no circuit but this line is confirmed" in shown
    assert "on a circuit nobody had confirmed 1" in world.a.say("dossier", "--from", "2026-01-01T00:00:00Z")
    world.b.say("monitor", "121.5 MHz", "--no-longer")
    world.carry()
    assert "bravo: no circuit but this line is confirmed" in world.a.say("board")


def test_a_crossing_reported_from_a_warned_area_is_disputable(world: World) -> None:
    world.a.formal("notice", "J1", "--type", "N15", *PLACE, *TIMES)
    report = ("incident", "report", "BOUNDARY_CROSSING", "over the line", "--at", "2030-01-01T10:30:00Z", "--place")
    inside = world.b.formal(*report, "35.21000N 040.11000E (WGS84)", "--known-to", "10")
    beyond = world.b.formal(*report, "36.20000N 040.11000E (WGS84)", "--known-to", "10")
    world.carry()
    for side in (world.a, world.b):
        assert "DISPUTABLE" in side.say("incident", "show", inside)
        assert "DISPUTABLE" not in side.say("incident", "show", beyond)


def test_a_charter_keeps_policy_off_a_level_and_names_the_right_one(world: World) -> None:
    charter = ("charter", "OPERATIONAL", "--function", "FLIGHT_SAFETY", "--is", "flight safety", "--is-not", "policy")
    for side in (world.a, world.b):
        side.formal(*charter)
        side.formal("declare", "MINISTERS", "OPEN")
    world.carry()
    assert "OPERATIONAL is for: flight safety. It is not: policy." in world.b.say("board")
    general = ("notice", "P1", "--type", "N16", "--title", "a word on the talks")
    refused = world.a.line(*general, "--function", "POLICY")
    assert (refused.exit_code, "REFUSED (B1)" in refused.output) == (1, True)
    assert "the right channel for POLICY now: MINISTERS" in " ".join(refused.output.split())
    world.a.formal(*general, "--function", "FLIGHT_SAFETY")


def test_a_phrase_is_written_as_a_page_with_its_figures_set_apart(world: World) -> None:
    page = world.folder / "A06.html"
    assert "A06 I WILL CALL AGAIN AT 14:20Z UTC." in world.a.say("phrase", "A06", "time=١٤:٢٠Z", "--page", str(page))
    text = page.read_text("utf-8")
    assert text.count("\u206814:20Z\u2069") == 3
    assert '<p lang="ar" dir="rtl">' in text
    refused = world.a.line("phrase", "A06", "time=14:20Z", "--page", str(world.folder / "no" / "A06.html"))
    assert refused.exit_code != 0
