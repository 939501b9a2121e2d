"""The first five steps of the line, played between two node processes: the call of September 2015, and what came of it.

The one idea: nothing is shown that the nodes do not say; the dates of the first four steps are public, units and places
are invented, and times are those of the machine it is played on.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from clearline.app.local_party import LocalParty, free_ports
from clearline.edge.clock import SystemClock
from clearline.edge.officer_client import OfficerClient
from clearline.line.channel import leaders_exempt
from clearline.line.statement import Refused
from clearline.wire.json_text import Json
from clearline.wire.officer_json import shown

__all__ = ["DemoError", "play"]

Write = Callable[[str], None]
_MINUTE_MS = 60_000
_PROGRAM = "from clearline.cli.main import main; main()"
_WAIT_S = 20.0
_SEALED = hashlib.sha256(b"the text of the memorandum stays secret").hexdigest()


class DemoError(RuntimeError):
    """The demo did not go as it should: what, and what was said."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One party in the play: its node, two officers signed in, a session file for the command line."""

    party: LocalParty
    one: OfficerClient
    two: OfficerClient
    session: Path

    @property
    def name(self) -> str:
        return self.party.name.lower()

    def say(self, path: str, wish: Mapping[str, Json]) -> dict[str, Json]:
        """Have something said; where a second officer must release it, that one does. What was said last."""
        said = _last(_ok(self.one.post(path, wish)))
        if said["kind"] != "draft":
            return said
        return _last(_ok(self.two.post(f"/drafts/{said['record_id']}/release", {})))

    def shows(self, write: Write, *words: str) -> None:
        """Run a command of the watch as this side, and write what it prints."""
        typed = " ".join(word if " " not in word else f'"{word}"' for word in words)
        write(f"\n{self.name}$ clearline line {typed}\n")
        arguments = ["line", "--session", str(self.session), *words]
        found = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        write(found.stdout + found.stderr)

    def holds(self, record_id: str) -> None:
        """Wait until this side's node has a statement."""
        until_s = time.monotonic() + _WAIT_S
        while isinstance(self.one.statement(record_id), Refused):
            if time.monotonic() > until_s:
                raise DemoError(f"{self.name} did not get {record_id} within {_WAIT_S:.0f} s")
            time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class _Play:
    """Both sides, and where the text goes."""

    a: _Side
    b: _Side
    write: Write
    folder: Path

    def both(self, path: str, body: Mapping[str, Json]) -> None:
        """Both sides say the same."""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            there.holds(_id(here.say(path, {"peer": there.name, "body": dict(body)})))


def play(write: Write, folder: Path) -> None:
    """Play the five steps in a folder that is new or empty; `write` gets the text as it comes.

    Raises DemoError if anything goes otherwise than it should.
    """
    write("Two parties, two node processes on this machine, each with its own keys, store and officers.\n")
    ports = free_ports(6)
    coalition = LocalParty(folder / "coalition", "Coalition", tuple(ports[:3]))
    federation = LocalParty(folder / "federation", "Federation", tuple(ports[3:]))
    for party, office in ((coalition, "OPS-DUTY"), (federation, "DUTY-OFFICER")):
        party.make(("first", office), ("second", office))
    coalition.know(federation)
    federation.know(coalition)
    with ExitStack() as ends:
        for party in (coalition, federation):
            ends.callback(party.cut_off)
            party.start()
        sides = [_Side(p, p.officer("first"), p.officer("second"), p.session("first")) for p in (coalition, federation)]
        for side in sides:
            ends.enter_context(side.one)
            ends.enter_context(side.two)
        it = _Play(sides[0], sides[1], write, folder)
        talk_id = _the_call(it, _the_state_of_the_line(it))
        _the_readouts(it, talk_id)
        _the_channel(it)
        _the_line_lives(it)
        _the_proof(it, talk_id)
        for party in (coalition, federation):
            party.stop()


def _the_state_of_the_line(it: _Play) -> str:
    """Step 1; the identifier of the talk that was asked for."""
    it.write("\n1. The state of the line (18 September 2015)\n")
    now_ms = SystemClock(0).now_ms()
    for level in ("LEADERS", "MINISTERS"):
        it.both("/declarations", {"level": level, "state": "OPEN", "from_ms": now_ms})
    order = shown(leaders_exempt(now_ms, "cooperation suspended since 2014; talks between leaders are not disallowed"))
    assert isinstance(order, dict)
    suspension = it.a.say("/suspensions", {"peer": it.b.name, "body": order["body"]})
    it.b.holds(_id(suspension))
    it.write("A colonel tries to schedule an operational talk:\n")
    it.a.shows(it.write, "talk", "ask", "--level", "OPERATIONAL", "--function", "COOPERATION")
    it.write("A request from minister to minister, passed by the foreign ministries:\n")
    window: Json = {"start_ms": now_ms + 60 * _MINUTE_MS, "end_ms": now_ms + 120 * _MINUTE_MS}
    body: Json = {
        "level": "MINISTERS",
        "function": "POLICY",
        "from_post": "MINISTER",
        "to_post": "MINISTER",
        "windows": [window],
        "route": "FOREIGN_MINISTRIES",
        "agenda": ["counter-terrorism", "avoiding miscalculation"],
        "topics": ["syria"],
    }
    talk_id = _id(it.a.say("/talks", {"peer": it.b.name, "body": body}))
    it.b.holds(talk_id)
    reply = it.b.say(f"/talks/{talk_id}/reply", {"body": {"accepts": True, "windows": [window]}})
    it.a.holds(_id(reply))
    it.a.shows(it.write, "board")
    return talk_id


def _the_call(it: _Play, talk_id: str) -> str:
    """Step 2: held by two clocks, 50 minutes by one and 60 by the other."""
    it.write("\n2. The call, by each side's own clock: 50 minutes by one, 60 by the other\n")
    began_ms = SystemClock(0).now_ms()
    for side, other, minutes in ((it.a, it.b, 50), (it.b, it.a, 60)):
        people: Json = [{"party": side.name, "who": "minister"}, {"party": side.name, "who": "a", "interpreter": True}]
        start: Json = {"event": "START", "at_ms": began_ms, "circuit": "voice", "participants": people}
        other.holds(_id(side.say(f"/talks/{talk_id}/moments", {"body": start})))
        end: Json = {"event": "END", "at_ms": began_ms + minutes * _MINUTE_MS, "circuit": "voice"}
        other.holds(_id(side.say(f"/talks/{talk_id}/moments", {"body": end})))
    converging = it.a.say(f"/talks/{talk_id}/points", {"body": {"text": "avoid miscalculation", "stance": "CONVERGE"}})
    it.b.holds(_id(converging))
    stance = it.b.say(f"/points/{_id(converging)}/stance", {"body": {"stance": "CONVERGE"}})
    it.a.holds(_id(stance))
    raised: Json = {"text": "political transition", "stance": "CONVERGE"}
    it.b.holds(_id(it.a.say(f"/talks/{talk_id}/points", {"body": raised})))
    follow_up: Json = {
        "text": "technical talks on deconfliction",
        "owners": [it.a.name, it.b.name],
        "becomes": "TALK",
    }
    it.b.holds(_id(it.a.say(f"/talks/{talk_id}/follow-ups", {"body": follow_up})))
    it.b.shows(it.write, "talk", "show", talk_id[:10])
    return talk_id


def _the_readouts(it: _Play, talk_id: str) -> None:
    """Step 3: both publish, nobody edits, the two are compared."""
    it.write("\n3. Each side's readout, side by side, and where they differ\n")
    texts = (
        (it.a, it.b, "A constructive call of about 50 minutes: overlap, and divergence.", 50, "", "BOTH"),
        (it.b, it.a, "The call lasted an hour; views were close or coincided.", 60, it.b.name, "CONVERGENCE"),
    )
    first_id = ""
    for side, other, text, minutes, initiator, tone in texts:
        said = side.say(f"/talks/{talk_id}/readouts", {"body": _readout(side, text, minutes, initiator, tone)})
        other.holds(_id(said))
        first_id = first_id or _id(said)
    corrected = "A constructive call of about 50 minutes: areas that overlap, and areas of divergence."
    wish: dict[str, Json] = {
        "body": _readout(it.a, corrected, 50, "", "BOTH"),
        "links": [{"relation": "CORRECTS", "to": first_id}],
    }
    it.b.holds(_id(it.a.say(f"/talks/{talk_id}/readouts", wish)))
    record: Json = {"day": "2015-09-18", "start_ms": None, "end_ms": None, "who": ["ministers"], "language": "en"}
    for side, other in ((it.a, it.b), (it.b, it.a)):
        other.holds(_id(side.say(f"/talks/{talk_id}/record", {"body": record})))
    it.a.shows(it.write, "compare", talk_id[:10])


def _the_channel(it: _Play) -> None:
    """Step 4: from a follow-up to a channel, and to numbers both sign."""
    it.write("\n4. From follow-up to channel: a charter, a limited opening, numbers both signed (text sealed)\n")
    charter: dict[str, Json] = {
        "level": "OPERATIONAL",
        "functions": ["FLIGHT_SAFETY"],
        "is_for": ["flight safety"],
        "is_not": ["cooperation", "intelligence"],
    }
    it.both("/charters", charter)
    limited: dict[str, Json] = {
        "level": "OPERATIONAL",
        "state": "LIMITED",
        "from_ms": SystemClock(0).now_ms(),
        "functions": ["FLIGHT_SAFETY"],
    }
    it.both("/declarations", limited)
    numbers: dict[str, Json] = {
        "name": "illustrative",
        "version": 1,
        "lateral_mm": 5_556_000,
        "vertical_mm": 914_400,
        "time_ms": 180_000,
        "text_sha256": _SEALED,
    }
    it.both("/parameter-sets", numbers)
    it.write(f"Signed by both: 3 NM, 3,000 ft, 3 min; fingerprint of the sealed text {_SEALED[:16]}...\n")


def _the_line_lives(it: _Play) -> None:
    """Step 5: watches, a line check that is answered, a fault that is no refusal."""
    it.write("\n5. The line lives: watches on both sides, a line check, a fault note that is no refusal\n")
    until_ms = SystemClock(0).now_ms() + 480 * _MINUTE_MS
    for side, other, post, langs in ((it.a, it.b, "OPS-DUTY", ["en", "ru"]), (it.b, it.a, "DUTY-OFFICER", ["ru"])):
        spoken: list[Json] = [*langs]
        watch: Json = {
            "post": post,
            "level": "OPERATIONAL",
            "languages": spoken,
            "roles": ["RECEIVE", "ANSWER"],
            "until_ms": until_ms,
        }
        other.holds(_id(side.say("/watches", {"peer": other.name, "body": watch})))
    check = it.a.say("/line-checks", {"peer": it.b.name, "body": {"circuit": "data"}})
    it.b.holds(_id(check))
    it.a.holds(_id(it.b.say(f"/line-checks/{_id(check)}/answer", {"body": {"good": True}})))
    note: Json = {"cause": "POWER", "text": "the 20:11Z check was missed: power"}
    it.a.holds(_id(it.b.say("/fault-notes", {"peer": it.a.name, "body": note})))
    it.a.shows(it.write, "call", it.b.name, "--min", "12", "wx; HERON-1 moved 30 min")
    it.a.shows(it.write, "board")
    it.b.shows(it.write, "board")


def _the_proof(it: _Play, talk_id: str) -> None:
    """A bundle of the talk, verified by somebody who was not there."""
    it.write("\nThe proof: a bundle of the talk, for whoever was not there\n")
    bundle, trust = it.folder / "talk.bundle.json", it.folder / "trust.json"
    for path, found in (
        (bundle, it.a.one.bundle(it.b.name, records=talk_id)),
        (trust, it.a.one.trust()),
    ):
        if isinstance(found, Refused):
            raise DemoError(f"{path.name}: {found.why}")
        path.write_bytes(found)
    it.write("\n$ clearline verify talk.bundle.json --trust trust.json --brief\n")
    arguments = ["verify", str(bundle), "--trust", str(trust), "--brief"]
    ran = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    it.write(ran.stdout + ran.stderr)
    if ran.returncode:
        raise DemoError(f"the bundle did not verify: status {ran.returncode}")


def _readout(side: _Side, text: str, minutes: int, initiator: str, tone: str) -> Json:
    return {
        "publisher": f"ministry of defence of {side.name}",
        "language": "en",
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "minutes": minutes,
        "initiator": initiator,
        "topics": ["syria"],
        "tone": tone,
    }


def _ok(found: Json | Refused) -> dict[str, Json]:
    if isinstance(found, Refused):
        raise DemoError(f"{found.rule}: {found.why}")
    assert isinstance(found, dict)
    return found


def _last(answer: dict[str, Json]) -> dict[str, Json]:
    said = answer["said"]
    assert isinstance(said, list)
    last = said[-1]
    assert isinstance(last, dict)
    return last


def _id(said: dict[str, Json]) -> str:
    return str(said["record_id"])
