"""Printed forms from a terminal: blank without any node, or with a notice on it."""

from pathlib import Path

import pytest

from clearline.wire.form_page import acknowledgement_form, notice_form
from tests.cli.sides import PLACE, TIMES, World, done, met, run


@pytest.fixture
def world(tmp_path: Path) -> World:
    return met(tmp_path)


def test_a_blank_form_needs_no_node(tmp_path: Path) -> None:
    for what, page in (("notice", notice_form(number="7")), ("acknowledgement", acknowledgement_form(number="7"))):
        out = tmp_path / what
        done(run("line", "--session", str(tmp_path / "none"), "form", what, "--number", "7", "--out", str(out)))
        assert out.read_text("utf-8") == page


def test_a_notice_goes_on_its_form_and_its_acknowledgement_has_none_of_its_values(world: World) -> None:
    words = ("notice", "ORBIT-1", "--title", "Orbit", "--text", "two aircraft", *PLACE, *TIMES)
    notice_id = world.a.formal(*words)
    world.carry()
    out = world.folder / "form.html"
    world.b.say("form", "notice", "--of", notice_id, "--out", str(out))
    page = out.read_text("utf-8")
    for value in ("ORBIT-1", "Orbit", "35.20000N 040.10000E", "two aircraft", "☒ N1 activity", "☒ ROUTINE", "☒ ACTUAL"):
        assert value in page
    assert page.count("☒") == 5
    world.b.say("form", "acknowledgement", "--of", notice_id, "--out", str(out))
    page = out.read_text("utf-8")
    assert notice_id in page and "ORBIT-1" in page
    assert "35.20000N" not in page and "☒" not in page


def test_a_form_of_what_is_no_notice_is_refused(world: World) -> None:
    result = world.a.line("form", "notice", "--of", "abcdef", "--out", str(world.folder / "x"))
    assert (result.exit_code, "REFUSED (RECORD)" in result.output) == (1, True)
    assert not (world.folder / "x").exists()
