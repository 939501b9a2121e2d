"""Two node processes, one of which changes its keys: cards taken in while running, the change heard of on the line."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from clearline.app.local_party import LocalParty, free_ports
from clearline.app.make_party import CARD_FILE, KEYS_FOLDER
from clearline.cli.main import commands
from clearline.edge.clock import SystemClock
from clearline.edge.keys_file import read_node_keys
from clearline.edge.peer_client import Failed, PeerClient
from clearline.edge.peer_port import client_tls
from clearline.line.card import Card, card_fingerprint
from clearline.wire.card_json import read_card
from clearline.wire.packet import Packet
from tests.app.test_two_processes import within
from tests.cli.sides import done, first_id


class Two:
    """ALFA and BRAVO; nobody can call BRAVO, whose addresses lead nowhere, so that it alone calls."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(8)
        self.alfa = LocalParty(folder / "alfa", "Alfa", tuple(ports[:3]))
        nowhere = tuple(f"https://127.0.0.1:{port}" for port in ports[6:8])
        self.bravo = LocalParty(folder / "bravo", "Bravo", tuple(ports[3:6]), nowhere)
        for party in (self.alfa, self.bravo):
            party.make(("first", "OPS-DUTY"), ("second", "OPS-DUTY"))
            party.start()
        self.sessions = {(p.name, who): p.session(who) for p in (self.alfa, self.bravo) for who in ("first", "second")}

    def line(self, party: LocalParty, *words: str, who: str = "first", answers: str = "") -> str:
        """What an officer's command printed that did what it was asked."""
        session = str(self.sessions[party.name, who])
        return done(CliRunner().invoke(commands, ["line", "--session", session, *words], input=answers))

    def told(self, author: LocalParty, subject: str, to: str) -> None:
        """A notice by two officers, receipted by the other side."""
        areas = ["--at", "35.20000N 040.10000E (WGS84)", "--within", "5000", "--from", "+60", "--until", "+120"]
        draft = first_id(self.line(author, "notice", subject, "--title", "Orbit", *areas, "--to", to), "draft")
        out = self.line(author, "release", draft, who="second")
        notice = [row.split()[0] for row in out.splitlines() if " to " in row][-1]
        self.nudge()
        within(40.0, lambda: "Proved received" in self.line(author, "journey", notice))

    def nudge(self) -> None:
        """BRAVO, which nobody can call, has something to say and so calls before its minute is over."""
        self.line(self.bravo, "check", "--to", "alfa")

    def close(self) -> None:
        """End both."""
        for party in (self.alfa, self.bravo):
            party.cut_off()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with closing(Two(tmp_path)) as made:
        yield made


def run(*words: str, answers: str = "") -> str:
    return done(CliRunner().invoke(commands, list(words), input=answers))


def card_of(party: LocalParty) -> Card:
    return read_card((party.home / CARD_FILE).read_bytes(), source="card")


async def offered(home: Path, to: Card, route: str) -> Packet | Failed:
    """What comes of a packet of ALFA under the keys in a folder."""
    keys = read_node_keys(home)
    client = PeerClient(to, client_tls(home, to), keys.signers.request, SystemClock(0))
    empty = Packet("alfa", "bravo", SystemClock(0).now_ms(), (), (), {}, heartbeat=True, receipted={})
    try:
        return await client.send(empty.sign(keys.signers.request), route)
    finally:
        await client.close()


def test_a_party_changes_its_keys_and_its_peer_holds_it_to_the_new_ones(two: Two, tmp_path: Path) -> None:
    for party, other in ((two.alfa, two.bravo), (two.bravo, two.alfa)):  # both are running
        two.line(party, "import-card", str(other.home / CARD_FILE), answers="y\n")
    two.told(two.alfa, "BEFORE", "bravo")
    loot = tmp_path / "loot"
    shutil.copytree(two.alfa.home / KEYS_FOLDER, loot)
    route = f"https://127.0.0.1:{two.bravo.ports[1]}"
    assert isinstance(asyncio.run(offered(loot, card_of(two.bravo), route)), Packet), "as long as they are in force"

    assert two.alfa.stop() == 0
    changed = run("party", "change-keys", "--home", str(two.alfa.home))
    digits = card_fingerprint((two.alfa.home / CARD_FILE).read_bytes())
    assert digits in changed
    two.alfa.start()
    # BRAVO knows the old certificate alone, and is the one who calls: it is shown that, and so hears of the new card.
    two.nudge()
    within(40.0, lambda: digits in two.line(two.bravo, "peers"))
    two.told(two.alfa, "AFTER", "bravo")
    two.told(two.bravo, "BACK", "alfa")

    late = asyncio.run(offered(loot, card_of(two.bravo), route))
    assert isinstance(late, Failed)
    assert "refused (403)" in late.why
    good = asyncio.run(offered(two.alfa.home / KEYS_FOLDER, card_of(two.bravo), route))
    assert isinstance(good, Packet)

    assert two.alfa.stop() == 0
    told = run("party", "keys", "--home", str(two.alfa.home))
    assert "alfa: key set 2\nbravo: has signed for it; its own is key set 1\n" in told
    assert "not needed any more: keys-before/1" in told
    shutil.rmtree(two.alfa.home / "keys-before")
    two.alfa.start()
    two.told(two.alfa, "AGAIN", "bravo")
