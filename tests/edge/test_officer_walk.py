"""Every operation of the officers' door, asked of doors that are really served, answers as docs/api/line.yaml says."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from clearline.edge.officer_client import OfficerClient
from clearline.line.phrase_table import PHRASES
from clearline.wire.officer_json import shown
from tests.edge.two_doors import OPERATIONS, Door, Doors, two_doors
from tests.line.two_desks import area

_END_MS = 4_000_000_000_000
_AREA = replace(area(), start_ms=_END_MS - 7_200_000, end_ms=_END_MS)
_NOTICE = {
    "type": "N1", "subject": "A1", "title": "Orbit", "level": "OPERATIONAL", "function": "FLIGHT_SAFETY",
    "areas": [shown(_AREA)],
}  # fmt: skip


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with two_doors(tmp_path_factory.mktemp("doors")) as made:
        yield made


def met(doors: Doors) -> None:
    """Each side takes the other's card, over HTTP."""
    for door, other in ((doors.a, doors.b), (doors.b, doors.a)):
        found = door.ask("POST", "/peers", data=other.answer("GET", "/card").content)
        assert found == {"party": other.opened.node.own}


def state_of_the_line(doors: Doors) -> None:
    """Declarations, a suspension, coverage, numbers, a charter, watches, circuits, checks."""
    for door, peer in ((doors.a, "bravo"), (doors.b, "alfa")):
        for level in ("OPERATIONAL", "MINISTERS"):
            door.say("/declarations", {"level": level, "state": "OPEN", "from_ms": 0}, peer=peer)
        door.say("/coverage", {"covered": [door.opened.node.own]}, peer=peer)
    a, b = doors.a, doors.b
    a.say("/suspensions", {"from_ms": 0, "levels": ["TACTICAL"], "reason": "public"}, peer="bravo")
    numbers = {"name": "illustrative", "version": 1, "lateral_mm": 1, "vertical_mm": 1, "time_ms": 1}
    a.say("/parameter-sets", numbers, peer="bravo")
    charter = {"level": "TACTICAL", "functions": ["GROUND"], "is_for": ["safety"], "is_not": ["policy"]}
    a.say("/charters", charter, peer="bravo")
    watch = {"post": "OPS", "level": "OPERATIONAL", "languages": ["en"], "roles": ["RECEIVE"], "until_ms": _END_MS}
    a.say("/watches", watch, peer="bravo")
    a.say("/circuits", {"circuit": "121.5 MHz", "from_ms": 0}, peer="bravo")
    a.say("/fault-notes", {"cause": "POWER"}, peer="bravo")
    a.say("/calls", {"peer": "bravo", "ended_ms": 0, "text": "wx"})
    asked = a.say("/line-checks", {"circuit": "data"}, peer="bravo")
    doors.carry()
    b.say("/line-checks/{id}/answer", {"good": True}, asked)


def ladder(doors: Doors) -> str:
    """A notice from its draft to its close, and all that may stand beside it; its identifier."""
    a, b = doors.a, doors.b
    draft = a.ask("POST", "/notices", wish={"peer": "bravo", "body": {**_NOTICE, "subject": "NEVER"}})
    a.say("/drafts/{id}/withdraw", {"why": "moved"}, draft["said"][-1]["record_id"])
    flash = a.say("/notices", {**_NOTICE, "subject": "HAZARD", "type": "N5"}, peer="bravo", precedence="FLASH")
    a.ask("POST", "/statements/{id}/confirm", flash, wish={}, who="second")
    told = a.say("/notices", _NOTICE, peer="bravo")
    a.say("/notices/{id}/scope", {"classes": ["AIR"]}, told)
    a.say("/notices/{id}/renderings", {"lang": "ru", "text": "орбита"}, told)
    paper = {"written_ms": 0, "passed_ms": None, "way": "NOT_PASSED"}
    a.say("/statements/{id}/transcribed", paper, told)
    doors.carry()
    fields = b.ask("GET", "/notices/{id}", told)["key_fields"]
    b.say("/notices/{id}/opened", {"post_class": "SEA", "at_ms": 0}, told)
    b.say("/notices/{id}/seen", None, told)
    b.say("/notices/{id}/read-back", {"fields": fields}, told)
    b.say("/notices/{id}/passed-on", {"to": "AIR", "at_ms": 0}, told)
    b.say("/notices/{id}/answer", {"type": "ROGER"}, told)
    doors.carry()
    a.say("/notices/{id}/close", None, told)
    a.say("/notices/{id}/recipient", {"why": "misused"}, flash)
    return told


def talk(doors: Doors, subject: str) -> str:
    """A talk that is asked for; its identifier."""
    wish = {
        "level": "MINISTERS", "function": "POLICY", "from_post": "OPS", "to_post": "OPS", "topics": [subject],
        "windows": [{"start_ms": _END_MS, "end_ms": _END_MS}],
    }  # fmt: skip
    told = doors.a.say("/talks", wish, peer="bravo")
    doors.carry()
    return told


def talks(doors: Doors) -> str:
    """One that is held and written up, and three that are not; the identifier of the first."""
    a, b = doors.a, doors.b
    a.say("/talks/{id}/withdraw", {"reason": "moved"}, talk(doors, "withdrawn"))
    declined = talk(doors, "declined")
    b.say("/talks/{id}/on-desk", {"note": "the minister travels"}, declined)
    b.say("/talks/{id}/decline", {"reason": "no"}, declined)
    by_calendar = talk(doors, "by calendar")
    message = b.answer("GET", "/talks/{id}/calendar", by_calendar).content
    assert message.startswith(b"BEGIN:VCALENDAR")
    b.ask("POST", "/calendar", data=message.replace(b"METHOD:REQUEST", b"METHOD:COUNTER"))
    held = talk(doors, "held")
    b.say("/talks/{id}/reply", {"accepts": True, "windows": [{"start_ms": _END_MS, "end_ms": _END_MS}]}, held)
    a.say("/talks/{id}/moments", {"event": "START", "at_ms": 1_000_000}, held)
    a.say("/talks/{id}/moments", {"event": "END", "at_ms": 4_000_000}, held)
    point = a.say("/talks/{id}/points", {"text": "no miscalculation", "stance": "CONVERGE"}, held)
    doors.carry()
    b.say("/points/{id}/stance", {"stance": "CONVERGE"}, point)
    follow_up = a.say("/talks/{id}/follow-ups", {"text": "meet", "owners": ["alfa"], "becomes": "MEETING"}, held)
    a.say("/follow-ups/{id}/settle", {"done": True}, follow_up)
    record = {"day": "2015-09-18", "start_ms": None, "end_ms": None, "who": ["ministers"], "language": "en"}
    a.say("/talks/{id}/record", record, held)
    doors.carry()
    b.say("/talks/{id}/dispute", {"why": "the 19th"}, held)
    a.say("/talks/{id}/publish-intention", {"at_ms": _END_MS}, held)
    text = "fifty minutes"
    readout = {
        "publisher": "ministry",
        "language": "en",
        "text": text,
        "text_sha256": sha256(text.encode()).hexdigest(),
    }
    a.say("/talks/{id}/readouts", readout, held)
    return held


def settled(doors: Doors) -> str:
    """A conflict, proposals, a question, an incident; the identifier of a proposal."""
    a, b = doors.a, doors.b
    notices = [
        a.say("/notices", {**_NOTICE, "subject": "MINE"}, peer="bravo"),
        b.say("/notices", {**_NOTICE, "subject": "THEIRS"}, peer="alfa"),
    ]
    doors.carry()
    conflict = a.say("/conflicts", peer="bravo")
    a.say("/conflicts/{id}/word", {"word": "SEEN"}, conflict)
    links = [{"relation": "ABOUT", "to": one} for one in notices]
    later = shown(replace(_AREA, start_ms=_END_MS, end_ms=_END_MS + 7_200_000))
    change = {"notice": notices[1], "areas": [later]}
    wish = {
        "type": "TIME_SHIFT",
        "changes": [change],
        "parties": ["alfa", "bravo"],
        "efforts_s": [0, 7_200],
        "ends_ms": _END_MS - 7_200_000,
    }
    proposals = [a.say("/proposals", {**wish, "text": str(n)}, peer="bravo", links=links) for n in range(3)]
    doors.carry()
    b.say("/proposals/{id}/decline", {"why": "no"}, proposals[0])
    a.say("/proposals/{id}/withdraw", {"why": "moved"}, proposals[1])
    for door in (a, b):
        door.say("/proposals/{id}/agree", None, proposals[2])
        doors.carry()
    a.say("/proposals/{id}/recheck", None, proposals[2])
    box = {"south_e7": 0, "west_e7": 0, "north_e7": 1, "east_e7": 1, "start_ms": 0, "end_ms": 1}
    a.say("/queries", box, peer="bravo")
    incident = a.say("/incidents", {"type": "MISSED_CALL", "title": "no answer", "at_ms": 0}, peer="bravo")
    fact = {"name": "f1", "text": "it rang"}
    a.say("/incidents/{id}/accounts", {"facts": [fact]}, incident)
    doors.carry()
    b.say("/incidents/{id}/facts", {"fact": {**fact, "evidence_sha256": ""}, "agrees": True}, incident)
    b.say("/incidents/{id}/lessons", {"text": "answer"}, incident)
    b.say("/incidents/{id}/close", {}, incident)
    doors.carry()
    a.ask("GET", "/incidents/{id}", incident)
    return proposals[2]


def views(door: Door, notice: str, held: str, proposal: str) -> None:
    """Everything that can be shown, after all of that."""
    plain = (
        "/me", "/peers", "/statements", "/drafts", "/notices", "/talks", "/proposals", "/incidents", "/queries",
        "/calls", "/phrases", "/words", "/readouts.atom", "/trust", "/faults",
    )  # fmt: skip
    for path in plain:
        door.answer("GET", path)
    door.answer("GET", "/board", peer="bravo")
    door.answer("GET", "/dossier", peer="bravo")
    door.answer("GET", "/bundle", peer="bravo", records=f"{notice},{held}")
    door.answer("GET", "/statements/{id}", notice)
    door.answer("GET", "/journeys/{id}", notice)
    door.answer("GET", "/talks/{id}", held)
    door.answer("GET", "/talks/{id}/readouts", held)
    door.answer("GET", "/proposals/{id}", proposal)
    door.answer("GET", "/phrases/{code}", next(one.code for one in PHRASES if "{" not in one.en))


def came_back(doors: Doors, address: str) -> str:
    """What the provider sends the browser back to, who was told this address."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    now_s = doors.a.opened.clock.now_ms() // 1000
    doors.provider.claims = {
        "iss": doors.provider.issuer, "aud": "clearline", "sub": "person-first", "nonce": asked["nonce"],
        "iat": now_s, "exp": now_s + 60,
    }  # fmt: skip
    return f"{asked['redirect_uri']}?code=c&state={asked['state']}"


def test_every_operation_answers_as_the_file_says(doors: Doors) -> None:
    met(doors)
    state_of_the_line(doors)
    notice, held = ladder(doors), talks(doors)
    views(doors.a, notice, held, settled(doors))
    board = doors.a.ask("GET", "/board", peer="bravo")
    hand_over = {"post": "OPS", "to_person": "next", "items": board["open_items"]}
    doors.a.say("/hand-overs", hand_over)
    with OfficerClient(doors.a.url, doors.a.tokens["first"]) as client:
        told = client.events(0)
        assert next(told) == doors.a.opened.node.events_since(0)[0]
        told.close()
    doors.a.seen.add(("GET", "/events"))
    address = doors.a.answer("GET", "/oidc/start", who="nobody").headers["location"]
    back = parse_qs(urlsplit(came_back(doors, address)).query)
    held_state = {"clearline_state": back["state"][0]}
    session = doors.a.ask("GET", "/oidc/back", who="nobody", cookies=held_state, code="c", state=back["state"][0])
    assert session["person"] == "first"
    doors.a.answer("DELETE", "/sessions", who="second")
    assert doors.seen == OPERATIONS


def test_an_officer_signs_in_at_the_provider_from_a_terminal(doors: Doors, tmp_path: Path) -> None:
    """The browser comes back to the node first, without what the terminal holds; that must not use the sign-in up."""
    session = tmp_path / "session"
    program = "from clearline.cli.main import main; main()"
    words = ["line", "--session", str(session), "login", "--provider", "--url", doors.a.url]
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as terminal:
        assert terminal.stdout is not None
        line = next(text for text in terminal.stdout if doors.provider.issuer in text)
        address = came_back(doors, line.strip())
        with OfficerClient(doors.a.url) as browser:
            assert not isinstance(browser.end_at_provider(address), dict)
        out, _ = terminal.communicate(f"{address}\n", timeout=30)
    assert terminal.returncode == 0, out
    assert "first at OPS: " in out
    token = re.search(r'"token": "([0-9a-f]{64})"', session.read_text("utf-8"))
    assert token is not None
    with OfficerClient(doors.a.url, token[1]) as client:
        assert isinstance(client.get("/me"), dict)
