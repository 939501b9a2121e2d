"""What stands beside notices, talks and conflicts, from a terminal; lists, cards, calendars, the feed, what happens."""

import json
import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.cli.sides import PLACE, TIMES, World, done, first_id, met, run


@pytest.fixture
def world(tmp_path: Path) -> World:
    return met(tmp_path)


def noticed(world: World) -> str:
    """A notice of ALFA that both sides have."""
    notice_id = world.a.formal("notice", "ORBIT-1", "--title", "Orbit", *PLACE, *TIMES)
    world.carry()
    return notice_id


def test_an_opening_is_told_to_the_author_and_held_against_the_scope(world: World) -> None:
    notice_id = noticed(world)
    refused = world.b.line("scope", notice_id, "AIR")
    assert (refused.exit_code, "REFUSED (A1)" in refused.output) == (1, True)
    world.a.say("scope", notice_id, "AIR", "GROUND")
    world.carry()
    assert world.a.line("opened", notice_id, "AIR").exit_code == 1
    world.b.say("opened", notice_id, "SEA")
    world.carry()
    shown = world.a.say("show", notice_id)
    assert re.search(r"bravo to alfa: opened", shown)
    assert "post_class: SEA" in world.a.say("show", first_id(world.a.say("log", "--kind", "opened")))


def test_a_recipient_gets_no_later_version_and_is_told_what_that_cannot_do(world: World) -> None:
    notice_id = noticed(world)
    assert "Copies already given cannot be recalled." in world.a.say("end-copies", notice_id, "--why", "misused")
    change = ("notice", "ORBIT-1", "-t", "N2", "--changes", notice_id, *PLACE, *TIMES)
    draft_id = first_id(world.a.say(*change), "draft")
    refused = world.a.line("release", draft_id, person="second")
    assert (refused.exit_code, "REFUSED (A3)" in refused.output) == (1, True)


def test_a_notice_has_a_text_in_another_language_and_was_on_paper_first(world: World) -> None:
    notice_id = noticed(world)
    assert world.a.line("rendering", notice_id, "en", "again").exit_code == 1, "English is the authentic text's"
    world.a.say("rendering", notice_id, "ru", "Орбита, эшелон 95")
    page = world.folder / "page.png"
    page.write_bytes(b"a picture")
    words = ("transcribed", notice_id, "--written", "2020-01-01T10:00:00Z", "--form", "7", "--page", str(page))
    assert world.a.line(*words, "--way", "RADIO").exit_code == 3, "by radio, and not when"
    paper_id = world.a.formal(*words, "--way", "RADIO", "--passed", "2020-01-01T10:05:00Z")
    shown = world.a.say("show", paper_id)
    assert "written_ms: 2020-01-01T10:00:00Z" in shown
    assert "passed_ms: 2020-01-01T10:05:00Z" in shown
    world.carry()
    about = world.b.say("show", notice_id)
    assert "rendering" in about
    assert "transcribed" in about


def test_lists_show_what_there_is_and_say_that_there_is_nothing(world: World) -> None:
    assert "No notice was given" in world.a.say("notices")
    assert "Nothing of that was said." in world.a.say("log", "--kind", "talk_request")
    assert "Nothing was proposed." in world.a.say("proposals")
    assert "Nobody asked." in world.a.say("queries")
    notice_id = noticed(world)
    corners = ("34.00000N 038.00000E (WGS84)", "34.20000N 038.20000E (WGS84)")
    world.a.say("query", *corners, "--from", "+0", "--until", "+60", "--purpose", "transit")
    listed = world.b.say("notices", "--to", "alfa")
    assert f"{notice_id}  alfa to bravo ROUTINE: N1 ORBIT-1 Orbit" in listed
    assert "DELIVERED" in listed
    assert "34.0000000 38.0000000 to 34.2000000 38.2000000" in world.a.say("queries")
    assert "a day" in world.a.say("queries")
    whole = json.loads(world.b.say("show", notice_id, "--json"))
    assert whole["said"]["record_id"].startswith(notice_id)
    assert "duty" not in world.a.say("me")
    assert "first at OPS-DUTY of alfa: AGREE, ANSWER" in world.a.say("me")
    assert "No answer is not agreement." in world.a.say("words")
    assert "no signed receipt exists" in world.a.say("words")


def test_a_proposal_is_listed_and_taken_back(world: World) -> None:
    notice_id = noticed(world)
    proposal_id = world.a.formal("propose", "HOLD", notice_id, "--ends", "2030-01-01T09:00:00Z")
    listed = world.a.say("proposals")
    assert f"{proposal_id}  TABLED  HOLD by alfa to bravo" in listed
    assert "No answer is not agreement." in listed
    world.a.say("take-back", proposal_id, "--why", "moved")
    assert f"{proposal_id}  WITHDRAWN" in world.a.say("proposals")


def test_a_conflict_is_none_only_where_both_sides_say_so(world: World) -> None:
    for side in (world.a, world.b):
        side.formal("notice", side.name, "--title", "Orbit", *PLACE, *TIMES)
    world.carry()
    world.a.say("conflicts", "--look")
    conflict_id = first_id(world.a.say("log", "--kind", "conflict_found"), "conflict_found")
    world.carry()
    world.a.say("conflict-word", conflict_id, "NOT_A_CONFLICT")
    world.carry()
    assert conflict_id in world.b.say("conflicts")
    world.b.say("conflict-word", conflict_id, "NOT_A_CONFLICT")
    world.carry()
    assert conflict_id not in world.a.say("conflicts")


def talked(world: World, *words: str) -> str:
    """A talk that ALFA asked for, on a level both have declared open."""
    for side in (world.a, world.b):
        side.formal("declare", "MINISTERS", "OPEN")
    world.carry()
    talk_id = world.a.formal("talk", "ask", "--level", "MINISTERS", *words)
    world.carry()
    return talk_id


def test_a_talk_goes_into_a_calendar_and_is_answered_from_one(world: World) -> None:
    talk_id = talked(world, "--at", "2030-01-01T10:00:00Z/2030-01-01T11:00:00Z")
    out = world.folder / "talk.ics"
    world.b.say("calendar", talk_id, "--out", str(out))
    text = out.read_bytes()
    assert b"METHOD:REQUEST" in text
    assert b"20300101T100000Z" in text
    answer = world.folder / "answer.ics"
    countered = text.replace(b"METHOD:REQUEST", b"METHOD:COUNTER").replace(b"T100000Z", b"T103000Z")
    answer.write_bytes(countered)
    assert "talk_reply to alfa" in world.b.say("calendar", "--answer", str(answer))
    assert "COUNTERED" in world.b.say("talk", "show", talk_id)
    assert world.b.line("calendar", talk_id).exit_code == 3
    assert world.b.line("calendar", talk_id, "--answer", str(answer)).exit_code == 3
    answer.write_bytes(b"BEGIN:VCALENDAR")
    assert world.b.line("calendar", "--answer", str(answer)).exit_code == 3


def test_a_record_is_disputed_and_a_readout_is_announced_and_fed(world: World) -> None:
    talk_id = talked(world)
    for event, at in (("start", "2015-09-18T12:00:00Z"), ("end", "2015-09-18T12:50:00Z")):
        world.a.say("talk", "moment", talk_id, event, "--at", at)
    world.a.formal("talk", "record", talk_id, "--day", "2015-09-18", "--who", "ministers")
    world.carry()
    world.b.say("talk", "dispute", talk_id, "--why", "it was the 19th")
    assert "agreed record: DISPUTED" in world.b.say("talk", "show", talk_id)
    world.a.say("will-publish", talk_id, "--at", "+30")
    out = world.folder / "feed.xml"
    world.a.say("feed", "--out", str(out))
    assert "entry" not in [one.tag.split("}")[1] for one in fromstring(out.read_text("utf-8"))]
    world.a.formal("readout", talk_id, "--publisher", "ministry", "--text", "fifty minutes", "--minutes", "50")
    world.a.formal(
        "readout", talk_id, "--publisher", "ministry", "--language", "ru", "--text", "рано", "--embargo", "2099-01-01"
    )
    world.a.say("feed", "--out", str(out))
    text = out.read_text("utf-8")
    assert "fifty minutes" in text
    assert "рано" not in text
    assert [one.tag.split("}")[1] for one in fromstring(text)].count("entry") == 1


def test_what_was_kept_is_listed_from_a_number_on(world: World) -> None:
    noticed(world)
    told = world.a.say("events").splitlines()
    kinds = [line.split()[2] for line in told]
    assert kinds == ["draft", "released", "notice", "delivered"]
    number = told[1].split()[0]
    assert world.a.say("events", "--after", number).splitlines() == told[2:]
    assert world.a.say("events", "--count", "1").splitlines() == told[:1]


def test_cards_go_out_and_come_in_with_their_digits_compared(world: World) -> None:
    done(run("party", "init", "Charlie", "--home", str(world.folder / "charlie"), "--coverage", "forces of Charlie"))
    card = world.folder / "charlie" / "card.json"
    digits = done(run("party", "card", "--home", str(world.folder / "charlie"), "--fingerprint")).strip()
    unsure = world.a.line("import-card", str(card), answers="n\n")
    assert (unsure.exit_code, digits in unsure.output) == (3, True)
    assert "charlie" not in world.a.say("peers")
    assert "charlie is a peer now." in world.a.say("import-card", str(card), answers="y\n")
    assert digits in world.a.say("peers")
    own = world.folder / "own.card"
    world.a.say("card", "--out", str(own))
    assert own.read_text("utf-8") == world.a.say("card")
    again = world.a.line("import-card", str(own), answers="y\n")
    assert (again.exit_code, "REFUSED (CARD)" in again.output) == (1, True)
    own.write_text("{}", "utf-8")
    assert world.a.line("import-card", str(own), answers="y\n").exit_code == 3


def test_an_incident_has_a_place_as_well_as_it_is_known(world: World) -> None:
    words = ("incident", "report", "CLOSE_APPROACH", "close", "--at", "2015-10-01T10:00:00Z")
    assert world.a.line(*words, "--known-to", "100").exit_code == 3
    assert world.a.line(*words, "--place", "35.2N 040.1E").exit_code == 3, "no datum"
    report_id = world.a.formal(*words, "--place", "35.20000N 040.10000E (WGS84)", "--known-to", "100")
    body = json.loads(world.a.say("show", report_id, "--json"))["said"]["body"]
    assert body["place"] == {"lat_e7": 352_000_000, "lon_e7": 401_000_000}
    assert 100_000 < body["known_mm"] < 110_000
