"""Signing in and out, backups and what comes after them, keys, and the verdict an outsider gets: from a terminal."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import Result

from clearline.app.local_party import LocalParty, free_ports
from clearline.app.make_party import CARD_FILE, STORE_FILE, make_party
from clearline.edge.clock import SystemClock
from clearline.edge.totp import STEP_S, code_at
from clearline.record.trust import write_trust
from tests.cli.sides import PLACE, TIMES, World, done, first_id, met, run
from tests.record.cases_bundle import evidences
from tests.record.worlds import talk


@pytest.fixture
def world(tmp_path: Path) -> World:
    return met(tmp_path)


# -- verify -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(evidences()[1]))
def test_a_bundle_that_proves_misbehaviour_ends_with_status_2(tmp_path: Path, name: str) -> None:
    line = talk()
    bundle, keys = tmp_path / "bundle", tmp_path / "keys"
    bundle.write_bytes(line.export([], [], [evidences()[1][name]]))
    keys.write_bytes(write_trust(line.trust()))
    found = run("verify", str(bundle), "--trust", str(keys))
    assert found.exit_code == 2, found.output
    assert found.output.splitlines()[0].startswith("MISBEHAVIOUR: This bundle is genuine"), found.output
    brief = run("verify", str(bundle), "--trust", str(keys), "--brief")
    assert (brief.exit_code, brief.output.splitlines()) == (2, found.output.splitlines()[:1])


# -- backup -------------------------------------------------------------------------------------------------------


class Carried:
    """ALFA and BRAVO, both running and reached by carried files alone."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(4)
        self.folder = folder
        self.alfa = LocalParty(folder / "alfa", "Alfa", tuple(ports[:2]), ("file",))
        self.bravo = LocalParty(folder / "bravo", "Bravo", tuple(ports[2:]), ("file",))
        for party in (self.alfa, self.bravo):
            party.make(("first", "OPS-DUTY"), ("second", "OPS-DUTY"))
        self.alfa.know(self.bravo)
        self.bravo.know(self.alfa)
        self.sessions: dict[tuple[str, str], str] = {}

    def start(self, *parties: LocalParty) -> None:
        """Start, and sign the officers in."""
        for party in parties:
            party.start()
            for who in ("first", "second"):
                self.sessions[party.name, who] = str(party.session(who))

    def line(self, party: LocalParty, *words: str, who: str = "first") -> Result:
        """What an officer's command came to."""
        return run("line", "--session", self.sessions[party.name, who], *words)

    def notice(self, subject: str) -> None:
        """ALFA gives a notice, by two officers."""
        draft = first_id(done(self.line(self.alfa, "notice", subject, *PLACE, *TIMES)), "draft")
        done(self.line(self.alfa, "release", draft, who="second"))

    def carry(self) -> None:
        """A file each way, and one back."""
        path = str(self.folder / "packet")
        for here, there in ((self.alfa, self.bravo), (self.bravo, self.alfa), (self.alfa, self.bravo)):
            done(self.line(here, "export", "--out", path))
            done(self.line(there, "import", path))

    def close(self) -> None:
        """End both."""
        for party in (self.alfa, self.bravo):
            party.cut_off()


def test_a_backup_put_back_says_nothing_until_it_has_caught_up(tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    with closing(Carried(tmp_path)) as two:
        alfa = two.alfa
        assert f"written: {backup}" in done(run("node", "backup", str(backup), "--home", str(alfa.home)))
        again = run("node", "backup", str(backup), "--home", str(alfa.home))
        assert again.exit_code == 3, "a backup is never written over another"
        two.start(alfa, two.bravo)
        two.notice("FIRST")
        two.carry()
        assert alfa.stop() == 0
        shutil.copyfile(backup, alfa.home / STORE_FILE)
        two.start(alfa)
        refused = two.line(alfa, "check")
        assert (refused.exit_code, "REFUSED (BEHIND)" in refused.output) == (1, True)
        assert "FIRST" not in done(two.line(alfa, "notices"))
        two.carry()
        assert "FIRST" in done(two.line(alfa, "notices"))
        done(two.line(alfa, "check"))
        two.carry()
        for party in (alfa, two.bravo):
            assert party.stop() == 0
            assert "Everything is as it was signed." in done(run("node", "verify", "--home", str(party.home)))


def test_a_store_with_a_wrong_byte_does_not_open(world: World) -> None:
    world.a.formal("notice", "FIRST", *PLACE, *TIMES)
    store = world.a.home / STORE_FILE
    data = bytearray(store.read_bytes())
    at = data.index(b'{"payload":"') + 40
    data[at] ^= 1
    store.write_bytes(data)
    found = run("node", "verify", "--home", str(world.a.home))
    assert found.exit_code != 0
    assert "Traceback" not in found.output


# -- keys ---------------------------------------------------------------------------------------------------------


def test_keys_are_changed_and_shown_from_a_terminal(world: World) -> None:
    a = world.a
    world.carry()
    told = done(run("party", "change-keys", "--home", str(a.home)))
    assert "alfa: key set 2 is in force" in told
    digits = done(run("party", "card", "--home", str(a.home), "--fingerprint")).strip()
    assert digits in told
    shown = done(run("party", "keys", "--home", str(a.home)))
    assert "bravo: has NOT signed for it yet; its own is key set 1" in shown
    assert "not needed" not in shown
    world.carry()
    shown = done(run("party", "keys", "--home", str(a.home)))
    assert "bravo: has signed for it" in shown
    assert "not needed any more: keys-before/1" in shown
    assert digits in world.b.say("peers")
    nobody = run("party", "change-keys", "--home", str(world.folder / "nowhere"))
    assert (nobody.exit_code, "clearline party init" in nobody.output) == (3, True)
    lost = run("party", "change-keys", "--home", str(a.home), "--roots", str(world.folder / "safe"))
    assert (lost.exit_code, "no root keys" in lost.output) == (3, True)
    notice_id = a.formal("notice", "AFTER", *PLACE, *TIMES)
    world.carry()
    bundle, keys = world.folder / "bundle", world.folder / "keys"
    world.b.say("bundle", notice_id, "--out", str(bundle), "--trust", str(keys))
    assert "VALID" in done(run("verify", str(bundle), "--trust", str(keys)))
    only = done(run("party", "trust", "--home", str(a.home), "--peer", "bravo"))
    assert json.loads(only) == json.loads(done(run("party", "trust", "--home", str(a.home))))
    assert run("party", "trust", "--home", str(a.home), "--peer", "nobody").exit_code == 3


# -- signing in ---------------------------------------------------------------------------------------------------


@pytest.fixture
def up(tmp_path: Path) -> Iterator[LocalParty]:
    """A party's node, running; nobody has an account yet."""
    party = LocalParty(tmp_path / "alfa", "Alfa", tuple(free_ports(3)))
    party.make()
    make_party(tmp_path / "bravo", "Bravo", coverage="forces of Bravo")
    try:
        yield party
    finally:
        party.cut_off()


def test_an_officer_signs_in_works_and_signs_out(up: LocalParty, tmp_path: Path) -> None:
    words = ("party", "officer", "ops-1", "--home", str(up.home), "--post", "OPS-DUTY", "--password", "a long password")
    told = done(run(*words, "--role", "RECEIVE", "--role", "RELEASE"))
    uri = re.search(r"otpauth://\S+", told)
    assert uri is not None
    secret = base32(parse_qs(urlsplit(uri[0]).query)["secret"][0])
    up.start()
    session = tmp_path / "session"
    code = code_at(secret, SystemClock(0).now_ms() // 1000 // STEP_S)
    login = ("line", "--session", str(session), "login", "ops-1", "--url", up.url)
    wrong = run(*login, "--password", "another", "--code", code)
    assert (wrong.exit_code, "REFUSED (SIGN_IN)" in wrong.output) == (1, True)
    assert not session.exists()
    assert run("line", "login").exit_code == 3, "neither a name nor a provider"
    assert "ops-1 at OPS-DUTY: RECEIVE, RELEASE" in done(run(*login, answers=f"a long password\n{code}\n"))
    assert session.stat().st_mode & 0o077 == 0
    at_node = ("line", "--session", str(session))
    assert "ops-1 at OPS-DUTY of alfa" in done(run(*at_node, "me"))
    card = str(tmp_path / "bravo" / CARD_FILE)
    assert "bravo is a peer now." in done(run(*at_node, "import-card", card, answers="y\n"))
    assert "alfa (this party)" in done(run(*at_node, "peers"))
    forbidden = run(*at_node, "faults")
    assert (forbidden.exit_code, "AUDIT" in forbidden.output) == (1, True)
    kept = session.read_text("utf-8")
    assert "Signed out." in done(run(*at_node, "logout"))
    assert not session.exists()
    assert run(*at_node, "me").exit_code == 3
    session.write_text(kept, "utf-8")
    gone = run(*at_node, "me")
    assert (gone.exit_code, "REFUSED (SIGN_IN)" in gone.output) == (1, True), "the session ended at the node too"
    assert up.stop() == 0
    unreached = run(*at_node, "me")
    assert (unreached.exit_code, "is clearline node serve running?" in unreached.output) == (3, True)


def base32(text: str) -> bytes:
    return base64.b32decode(text + "=" * (-len(text) % 8))
