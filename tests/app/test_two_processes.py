"""Two node processes on one machine: notices and receipts over pinned connections, killed, cut off, and by file."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import cast

import pytest

from clearline.app.local_party import LocalParty, free_ports
from clearline.app.officer_direct import DirectDesk
from clearline.app.party_home import open_home
from clearline.edge.officer_client import OfficerClient
from clearline.line.statement import Refused
from clearline.line.terms import Mode
from clearline.wire.json_text import Json
from clearline.wire.officer_json import shown
from tests.line.two_desks import area


class Relay:
    """A route that can be cut: passes bytes to a port, and refuses while it is down."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.down = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """Take the route down, and end what is on it."""
        self.down = True
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._open, self._threads = [], []

    def mend(self) -> None:
        """Bring it up again."""
        self.down = False

    def close(self) -> None:
        """End it for good."""
        self.cut()
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self.down:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port), 2)
            except OSError:
                near.close()
                continue
            self._open += [near, far]
            for source, sink in ((near, far), (far, near)):
                thread = threading.Thread(target=self._pump, args=(source, sink), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
        source.close()


class World:
    """ALFA and BRAVO, BRAVO reached by two relays; an officer of each signed in."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(6)
        self.relays = [Relay(port) for port in ports[4:6]]
        self.alfa = LocalParty(folder / "alfa", "Alfa", tuple(ports[:3]))
        routes = tuple(f"https://127.0.0.1:{relay.port}" for relay in self.relays)
        self.bravo = LocalParty(folder / "bravo", "Bravo", (ports[3], *ports[4:6]), routes)
        for party in (self.alfa, self.bravo):
            party.make(("first", "OPS-DUTY"), ("second", "OPS-DUTY"))
        self.alfa.know(self.bravo)
        self.bravo.know(self.alfa)
        self.alfa.start()
        self.bravo.start()
        self.clients: list[OfficerClient] = []
        self.first, self.second = self.client(self.alfa, "first"), self.client(self.alfa, "second")
        self.theirs = self.client(self.bravo, "first")

    def client(self, party: LocalParty, name: str) -> OfficerClient:
        """An officer, signed in."""
        found = party.officer(name)
        self.clients.append(found)
        return found

    def close(self) -> None:
        """End both processes, and what was opened to them."""
        for client in self.clients:
            client.__exit__(None, None, None)
        for party in (self.alfa, self.bravo):
            party.cut_off()
        for relay in self.relays:
            relay.close()

    def notify(self, subject: str, precedence: str = "ROUTINE") -> str:
        """ALFA gives a notice; its identifier."""
        body: dict[str, Json] = {
            "type": "N1", "subject": subject, "title": "Orbit", "level": "OPERATIONAL", "function": "FLIGHT_SAFETY",
            "areas": [shown(area())],
        }  # fmt: skip
        drafted = ok(self.first.post("/notices", {"peer": "bravo", "precedence": precedence, "body": body}))
        one = cast("list[dict[str, str]]", drafted["said"])[-1]
        if precedence == "FLASH":
            return one["record_id"]
        released = ok(self.second.post(f"/drafts/{one['record_id']}/release", {}))
        return cast("list[dict[str, str]]", released["said"])[-1]["record_id"]

    def received(self, record_id: str) -> str:
        """What may be said about receipt."""
        return str(ok(self.first.get(f"/journeys/{record_id}"))["received"])


def ok(found: Json | Refused) -> dict[str, Json]:
    assert isinstance(found, dict), found
    return found


def within(limit_s: float, true: Callable[[], bool]) -> float:
    """How long until something was so; fails if it never was."""
    started_s = time.monotonic()
    while not true():
        assert time.monotonic() - started_s < limit_s, f"not so within {limit_s} s"
        time.sleep(0.05)
    return time.monotonic() - started_s


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with closing(World(tmp_path_factory.mktemp("line"))) as made:
        yield made


def test_a_notice_is_receipted_and_climbs_the_ladder(world: World) -> None:
    record_id = world.notify("LADDER")
    took_s = within(5.0, lambda: world.received(record_id).startswith("Proved received"))
    assert took_s < 5.0
    shown_there = ok(world.theirs.get(f"/notices/{record_id}"))
    fields = shown_there["key_fields"]
    for path, body in (
        ("seen", {}),
        ("read-back", {"fields": fields}),
        ("passed-on", {"to": "AIR", "at_ms": 0}),
        ("answer", {"type": "ROGER"}),
    ):
        answer = ok(world.theirs.post(f"/notices/{record_id}/{path}", {"body": cast("Json", body)}))
        assert answer["note"] == "Acknowledgement is not approval."
    within(
        5.0, lambda: cast("dict[str, str]", ok(world.first.get(f"/notices/{record_id}"))["ladder"])["top"] == "ANSWERED"
    )
    ok(world.first.post(f"/notices/{record_id}/close", {}))
    within(
        5.0, lambda: cast("dict[str, str]", ok(world.theirs.get(f"/notices/{record_id}"))["ladder"])["top"] == "CLOSED"
    )


def test_a_node_killed_half_way_gets_everything_once_it_is_back(world: World) -> None:
    before = [world.notify(f"BEFORE-{n}") for n in range(3)]
    world.bravo.cut_off()
    during = [world.notify(f"DURING-{n}") for n in range(5)]
    assert world.received(during[-1]) == "Received: no signed receipt exists."
    world.bravo.start()
    world.theirs = world.client(world.bravo, "first")
    within(35.0, lambda: all(world.received(one).startswith("Proved received") for one in (*before, *during)))
    for record_id in (*before, *during):
        assert ok(world.theirs.get(f"/statements/{record_id}"))


def test_the_sender_killed_after_it_said_something_still_sends_it(world: World) -> None:
    for relay in world.relays:
        relay.cut()
    record_id = world.notify("SAID-AND-GONE")
    world.alfa.cut_off()
    for relay in world.relays:
        relay.mend()
    world.alfa.start()
    world.first, world.second = world.client(world.alfa, "first"), world.client(world.alfa, "second")
    assert within(35.0, lambda: world.received(record_id).startswith("Proved received")) < 35.0


def test_one_route_is_enough_and_both_down_loses_nothing(world: World) -> None:
    world.relays[0].cut()
    over_one = world.notify("ONE-ROUTE")
    within(30.0, lambda: world.received(over_one).startswith("Proved received"))
    world.relays[1].cut()
    over_none = world.notify("NO-ROUTE")
    time.sleep(0.5)
    assert world.received(over_none) == "Received: no signed receipt exists."
    for relay in world.relays:
        relay.mend()
    within(35.0, lambda: world.received(over_none).startswith("Proved received"))


def test_flash_goes_out_on_both_routes_at_once(world: World) -> None:
    settled = world.notify("SETTLED")
    within(35.0, lambda: world.received(settled).startswith("Proved received"))
    record_id = world.notify("FLASH-1", "FLASH")
    within(10.0, lambda: len(offered(world, record_id)) == 2)
    assert {route.rsplit(":", 1)[1] for route in offered(world, record_id)} == {str(r.port) for r in world.relays}
    ok(world.second.post(f"/statements/{record_id}/confirm", {}))


def offered(world: World, record_id: str) -> list[str]:
    journey = cast("dict[str, list[list[str]]]", ok(world.first.get(f"/journeys/{record_id}"))["journey"])
    return [route for route, _ in journey["offered"]]


def test_files_carried_by_hand_make_the_same_logs(tmp_path: Path) -> None:
    copies = {name: LocalParty(tmp_path / name.lower(), name, ()) for name in ("North", "South")}
    for party in copies.values():
        party.routes = ("file",)
        party.make(("first", "OPS-DUTY"))
    copies["North"].know(copies["South"])
    copies["South"].know(copies["North"])
    with open_home(copies["North"].home) as north, open_home(copies["South"].home) as south:
        a, a2 = DirectDesk(north, post="OPS", person="a"), DirectDesk(north, post="OPS", person="a2")
        b = DirectDesk(south, post="OPS", person="b")
        drafted = ok(a.post("/coverage", {"peer": "south", "body": {"covered": ["North"]}}))
        draft_id = cast("list[dict[str, str]]", drafted["said"])[0]["record_id"]
        released = ok(a2.post(f"/drafts/{draft_id}/release", {}))
        record_id = cast("list[dict[str, str]]", released["said"])[-1]["record_id"]
        assert "no signed receipt exists" in str(ok(a.get(f"/journeys/{record_id}"))["received"])
        carry(a, b, "south")
        carry(b, a, "north")
        carry(a, b, "south")
        assert str(ok(a.get(f"/journeys/{record_id}"))["received"]).startswith("Proved received")
        again = carry(a, b, "south")
        assert again["refused"] == []
        with north.node.reading(Mode.ACTUAL) as one, south.node.reading(Mode.ACTUAL) as other:
            ours = {said.record_id for said in one if said.header.addressee != said.header.author}
            theirs = {said.record_id for said in other if said.header.addressee != said.header.author}
        assert ours == theirs


def carry(source: DirectDesk, sink: DirectDesk, peer: str) -> dict[str, Json]:
    data = source.file("/packet", peer=peer)
    assert isinstance(data, bytes), data
    return ok(sink.hand_in("/packets", data))


def test_a_node_stops_on_sigterm_and_its_store_is_sound(world: World) -> None:
    assert world.bravo.stop() == 0
    assert world.alfa.stop() == 0
    for party in (world.alfa, world.bravo):
        with open_home(party.home) as opened:
            found = opened.node.verify()
            assert found.sound, found.faults
            assert not opened.node.restored
    assert json.loads((world.alfa.home / "card.json").read_text("utf-8"))["party"] == "alfa"
