"""The door between nodes: pinned connections, signed requests, each once; and what keeps a node's word moving."""

import asyncio
import random
import shutil
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from clearline.app.make_party import CARD_FILE, KEYS_FOLDER, make_party
from clearline.app.party_home import Opened, open_home
from clearline.edge.keys_file import draw
from clearline.edge.outbox import Backoff, Outbox, holds_urgent
from clearline.edge.peer_client import Failed, PeerClient
from clearline.edge.peer_http import SKEW_S, STATUSES, PeerDoor, PinnedProtocol, Refusal
from clearline.edge.peer_port import PACKETS_PATH, client_tls, server_name, server_ways
from clearline.edge.replay import ReplayCache
from clearline.line.card import Card
from clearline.line.escalation import Escalation, Rung
from clearline.line.observed import LineCheck
from clearline.line.statement import Link, Relation, Utterance
from clearline.line.terms import Level, Mode, Precedence
from clearline.record.keys import Algorithm, SecretKey
from clearline.wire.errors import MalformedError
from clearline.wire.packet import Packet, write_packet
from clearline.wire.request_signature import CONTENT_TYPE, LIFE_S, Request, read_signature, sign_request
from tests.line.two_desks import OFFICER, SECOND, notice


@dataclass
class Shifted:
    """A clock that is off."""

    opened: Opened
    by_ms: int = 0

    def now_ms(self) -> int:
        """The time it shows."""
        return self.opened.clock.now_ms() + self.by_ms


@dataclass
class World:
    """ALFA and BRAVO who know each other, and FOXTROT whom nobody knows; BRAVO serves on two ports."""

    alfa: Opened
    bravo: Opened
    foxtrot: Opened
    sockets: list[socket.socket]

    def client(self, caller: Opened, *, by_ms: int = 0) -> PeerClient:
        """A client of BRAVO, by a caller whose clock may be off."""
        keys, card = caller.home / KEYS_FOLDER, self.bravo.node.card
        return PeerClient(card, client_tls(keys, card), caller.keys.signers.request, Shifted(caller, by_ms))

    def routes(self) -> tuple[str, str]:
        """BRAVO's two addresses."""
        first, second = self.bravo.node.card.addresses
        return first, second

    def serve(self, story: Callable[[], Awaitable[None]], *folders: Path) -> None:
        """Run a story while BRAVO serves, with its keys or those in folders, the newest first."""

        async def run() -> None:
            door = PeerDoor(self.bravo.node, self.bravo.clock, lambda _: None)
            config = uvicorn.Config(
                door.app, http=PinnedProtocol, ws="none", lifespan="off", log_config=None, access_log=False
            )
            config.load()
            keys, *before = folders or (self.bravo.home / KEYS_FOLDER,)
            config.ssl = server_ways(keys, before, self.bravo.node.peers())[0]
            server = uvicorn.Server(config)
            task = asyncio.create_task(server.serve(sockets=self.sockets))
            await until(lambda: server.started)
            try:
                await story()
            finally:
                server.should_exit = True
                await task

        asyncio.run(run())


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so, ten seconds at most."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for is in another thread, or another node
            await asyncio.sleep(0.01)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    routes = tuple(f"https://127.0.0.1:{one.getsockname()[1]}" for one in sockets)
    for name in ("alfa", "bravo", "foxtrot"):
        make_party(tmp_path / name, name, coverage=name, routes=routes if name == "bravo" else ("file",))
    with ExitStack() as ends:
        alfa, bravo, foxtrot = (ends.enter_context(open_home(tmp_path / n)) for n in ("alfa", "bravo", "foxtrot"))
        alfa.node.import_card((bravo.home / CARD_FILE).read_bytes())
        foxtrot.node.import_card((bravo.home / CARD_FILE).read_bytes())
        bravo.node.import_card((alfa.home / CARD_FILE).read_bytes())
        yield World(alfa, bravo, foxtrot, sockets)
        for one in sockets:
            one.close()


def check(opened: Opened, peer: str, precedence: Precedence = Precedence.ROUTINE) -> str:
    said = opened.node.say(Utterance(peer, LineCheck("data"), precedence), mode=Mode.ACTUAL, actor=None)
    return said.record_id


def size(opened: Opened) -> int:
    with opened.node.reading(Mode.ACTUAL) as ledger:
        return len(ledger)


def test_a_packet_is_taken_and_answered_over_a_pinned_connection(world: World) -> None:
    check(world.alfa, "bravo")

    async def story() -> None:
        client = world.client(world.alfa)
        answer = await client.send(world.alfa.node.packet_for("bravo"), world.routes()[0])
        await client.close()
        assert isinstance(answer, Packet), answer
        assert answer.cosignatures

    world.serve(story)
    assert size(world.bravo) == 1
    assert world.bravo.node.heard_ms("alfa") is not None


def test_a_foreign_certificate_gets_no_answer_at_all(world: World) -> None:
    check(world.foxtrot, "bravo")

    async def story() -> None:
        client = world.client(world.foxtrot)
        answer = await client.send(world.foxtrot.node.packet_for("bravo"), world.routes()[0])
        await client.close()
        assert isinstance(answer, Failed)

    world.serve(story)
    assert size(world.bravo) == 0


def test_a_peer_that_does_not_know_new_keys_is_called_with_those_before(world: World) -> None:
    """FOXTROT's stand for new ones of ALFA, which BRAVO has not heard of."""
    check(world.alfa, "bravo")
    card, packet = world.bravo.node.card, world.alfa.node.packet_for("bravo")
    new, old = (
        (client_tls(one.home / KEYS_FOLDER, card), one.keys.signers.request) for one in (world.foxtrot, world.alfa)
    )

    async def story() -> None:
        for before, taken in (((), False), ((old,), True)):
            client = PeerClient(card, *new, world.alfa.clock, before=before)
            answer = await client.send(packet, world.routes()[0])
            await client.close()
            assert isinstance(answer, Packet) is taken

    world.serve(story)
    assert size(world.bravo) == 1


def test_a_node_shows_the_certificate_that_a_caller_asks_for(world: World) -> None:
    """FOXTROT's and its own stand for two sets of BRAVO's keys; who asks for neither is shown the newest."""
    folders = [one.home / KEYS_FOLDER for one in (world.foxtrot, world.bravo)]

    async def shown(name: str, card: Card) -> bool:
        tls = client_tls(world.alfa.home / KEYS_FOLDER, card)
        try:
            _, stream = await asyncio.open_connection(
                "127.0.0.1", world.sockets[0].getsockname()[1], ssl=tls, server_hostname=name
            )
        except ssl.SSLCertVerificationError:
            return False
        stream.transport.abort()
        return True

    async def story() -> None:
        new, old = world.foxtrot.node.card, world.bravo.node.card
        for name, card in (
            (server_name(new.tls_key), new), (server_name(old.tls_key), old), ("node.example", new), ("", new),
        ):  # fmt: skip
            assert await shown(name, card), name
            assert not await shown(name, old if card is new else new), name

    world.serve(story, *folders)


def test_a_server_with_another_certificate_is_not_spoken_to(world: World) -> None:
    async def story() -> None:
        keys = world.alfa.home / KEYS_FOLDER
        # ALFA expects FOXTROT's certificate there, and finds BRAVO's.
        tls = client_tls(keys, world.foxtrot.node.card)
        client = PeerClient(world.bravo.node.card, tls, world.alfa.keys.signers.request, world.alfa.clock)
        answer = await client.send(world.alfa.node.packet_for("bravo"), world.routes()[0])
        await client.close()
        assert isinstance(answer, Failed)
        assert "certificate" in answer.why.lower()

    world.serve(story)


async def posted(world: World, content: bytes, fields: dict[str, str]) -> tuple[int, str]:
    tls = client_tls(world.alfa.home / KEYS_FOLDER, world.bravo.node.card)
    async with httpx.AsyncClient(verify=tls, trust_env=False) as http:
        answer = await http.post(world.routes()[0] + PACKETS_PATH, content=content, headers=fields)
        body = {} if answer.status_code == 200 else answer.json()
        return answer.status_code, str(body.get("reason", ""))


def signed(world: World, content: bytes, *, ahead_s: int = 0, signer: SecretKey | None = None) -> dict[str, str]:
    authority = world.routes()[0].removeprefix("https://")
    request = Request("POST", authority, PACKETS_PATH, content)
    created_s = world.bravo.clock.now_ms() // 1000 + ahead_s
    key = signer or world.alfa.keys.signers.request
    return sign_request(request, key, created_s=created_s, nonce=draw(16).hex())


def test_a_request_replayed_altered_unsigned_or_out_of_time_is_refused(world: World) -> None:
    check(world.alfa, "bravo")
    content = write_packet(world.alfa.node.packet_for("bravo"))
    stranger = SecretKey(Algorithm.ED25519, b"7" * 32)

    async def story() -> None:
        good = signed(world, content)
        assert await posted(world, content, good) == (200, "")
        assert await posted(world, content, good) == (409, Refusal.REPLAY)
        assert await posted(world, content + b" ", signed(world, content)) == (401, Refusal.UNSIGNED)
        assert await posted(world, content, {"content-type": CONTENT_TYPE}) == (401, Refusal.UNSIGNED)
        moved = signed(world, content)
        moved["content-type"] = "application/json"
        assert await posted(world, content, moved) == (401, Refusal.SIGNATURE)
        longer = signed(world, content)
        longer["signature-input"] = longer["signature-input"].replace(';tag="', ';extra=1;tag="')
        assert await posted(world, content, longer) == (401, Refusal.UNSIGNED)
        assert await posted(world, content, signed(world, content, signer=stranger)) == (401, Refusal.SIGNATURE)
        for ahead_s in (SKEW_S + 30, -(LIFE_S + SKEW_S + 30)):
            assert await posted(world, content, signed(world, content, ahead_s=ahead_s)) == (401, Refusal.CLOCK)
        assert await posted(world, b"{}", signed(world, b"{}")) == (400, Refusal.MALFORMED)
        theirs = write_packet(world.foxtrot.node.packet_for("bravo"))
        assert await posted(world, theirs, signed(world, theirs)) == (403, Refusal.NOT_YOURS)

    world.serve(story)
    assert size(world.bravo) == 1


def test_a_node_whose_clock_is_wrong_by_an_hour_is_still_heard(world: World) -> None:
    check(world.alfa, "bravo")

    async def story() -> None:
        client = world.client(world.alfa, by_ms=3_600_000)
        answer = await client.send(world.alfa.node.packet_for("bravo"), world.routes()[1])
        await client.close()
        assert isinstance(answer, Packet), answer

    world.serve(story)
    assert size(world.bravo) == 1


def test_every_refusal_has_a_status() -> None:
    assert set(STATUSES) == set(Refusal)
    assert all(400 <= status < 500 for status in STATUSES.values())


def test_the_outbox_brings_everything_and_a_flash_by_every_route(world: World) -> None:
    check(world.alfa, "bravo")
    flash_id = check(world.alfa, "bravo", Precedence.FLASH)
    assert holds_urgent(world.alfa.node.packet_for("bravo"))

    async def story() -> None:
        outbox = Outbox(
            world.alfa.node,
            world.alfa.clock,
            monotonic=asyncio.get_running_loop().time,
            chance=random.Random(7).random,
        )
        outbox.start({"bravo": world.client(world.alfa)})
        await until(lambda: len(world.alfa.node.journey(flash_id).offered) == 2)
        await until(lambda: not world.alfa.node.packet_for("bravo").brings)
        assert {route for route, _ in world.alfa.node.journey(flash_id).offered} == set(world.routes())
        routine_id = check(world.alfa, "bravo")
        outbox.wake()
        await until(lambda: world.alfa.node.journey(routine_id).received_ms is not None)
        assert len(world.alfa.node.journey(routine_id).offered) == 1
        assert not outbox.failed.done()
        await outbox.stop()

    world.serve(story)
    assert size(world.bravo) == 3


def test_what_is_to_go_by_every_circuit_goes_by_every_route(world: World) -> None:
    """The other circuits are for whatever was not seen in time, however urgent it was thought to be."""
    told = world.alfa.node.say(Utterance("bravo", notice()), mode=Mode.ACTUAL, actor=OFFICER, released_by=SECOND)
    assert not holds_urgent(world.alfa.node.packet_for("bravo"))
    link = (Link(Relation.ABOUT, told.record_id),)
    for rung, urgent in ((Rung.NEXT_POST, False), (Rung.ALL_CIRCUITS, True)):
        out = Utterance("bravo", Escalation(rung, Level.OPERATIONAL), links=link)
        world.alfa.node.say(out, mode=Mode.ACTUAL, actor=None)
        assert holds_urgent(world.alfa.node.packet_for("bravo")) is urgent


def test_a_node_calls_every_peer_at_once_when_it_starts_though_it_has_nothing_to_say(world: World) -> None:
    """What the peer answers to a heartbeat is all that a restored node needs to learn that it is behind."""

    async def story() -> None:
        # A machine that was switched on a moment ago counts its seconds from nought.
        outbox = Outbox(world.alfa.node, world.alfa.clock, monotonic=lambda: 0.0, chance=random.Random(7).random)
        outbox.start({"bravo": world.client(world.alfa)})
        await until(lambda: world.alfa.node.heard_ms("bravo") is not None)
        await outbox.stop()

    world.serve(story)
    assert world.alfa.node.heard_ms("bravo") is not None


def test_a_machine_put_back_to_an_earlier_day_hears_its_peer_before_it_says_anything(tmp_path: Path) -> None:
    """Nothing shows that it was, and the line check due at its start would be a second word under one number."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    routes = tuple(f"https://127.0.0.1:{one.getsockname()[1]}" for one in sockets)
    make_party(tmp_path / "alfa", "alfa", coverage="a")
    make_party(tmp_path / "bravo", "bravo", coverage="b", routes=routes)
    with open_home(tmp_path / "bravo") as bravo:
        with open_home(tmp_path / "alfa") as alfa:
            alfa.node.import_card((bravo.home / CARD_FILE).read_bytes())
            bravo.node.import_card((alfa.home / CARD_FILE).read_bytes())
        shutil.copytree(tmp_path / "alfa", tmp_path / "image")
        with open_home(tmp_path / "alfa") as alfa:
            alfa.node.tick()
            alfa.node.take(bravo.node.take(alfa.node.packet_for("bravo")))
        assert size(bravo) == 1
        with open_home(tmp_path / "image") as alfa:
            world = World(alfa, bravo, alfa, sockets)

            async def story() -> None:
                outbox = Outbox(alfa.node, alfa.clock, monotonic=time.monotonic, chance=random.Random(7).random)
                outbox.start({"bravo": world.client(alfa)})
                await until(lambda: len(alfa.node.ledger(Mode.ACTUAL)) == 1)
                await asyncio.sleep(0.3)
                await outbox.stop()

            world.serve(story)
            assert alfa.node.standing("bravo", Mode.ACTUAL) is None
            assert bravo.node.evidence() == alfa.node.evidence() == ()
        assert size(bravo) == 1
    for one in sockets:
        one.close()


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40))
def test_back_off_is_bounded_and_grows(chances: list[float]) -> None:
    draws = iter(chances)
    backoff = Backoff(lambda: next(draws))
    waits_s = [backoff.next_s() for _ in chances]
    assert all(0.25 <= wait_s <= 30.0 for wait_s in waits_s)
    assert all(wait_s >= 15.0 for wait_s in waits_s[7:])
    backoff.clear()
    assert backoff.failures == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 100)), max_size=60))
def test_a_nonce_counts_once_for_as_long_as_it_is_good(asked: list[tuple[str, int]]) -> None:
    cache = ReplayCache()
    good_until: dict[str, int] = {}
    now_s = 0
    for nonce, later_s in asked:
        now_s += later_s
        expected = good_until.get(nonce, -1) < now_s
        assert cache.first("key", nonce, until_s=now_s + 50, now_s=now_s) is expected
        if expected:
            good_until[nonce] = now_s + 50


def test_a_full_memory_of_nonces_refuses_rather_than_forgets() -> None:
    cache = ReplayCache(most=2)
    assert [cache.first("k", nonce, until_s=9, now_s=0) for nonce in "abc"] == [True, True, False]
    assert cache.first("k", "c", until_s=99, now_s=10)


def test_the_signature_base_is_that_of_rfc_9421() -> None:
    request = Request("POST", "NODE.example:8443", "/line/v1/packets", b"x")
    assert request.base('("@method");created=1') == (
        b'"@method": POST\n'
        b'"@authority": node.example:8443\n'
        b'"@path": /line/v1/packets\n'
        b'"content-digest": sha-256=:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=:\n'
        b'"content-type": application/vnd.clearline.packet+json\n'
        b'"@signature-params": ("@method");created=1'
    )


@given(st.binary(max_size=40), st.integers(0, 2**31), st.sampled_from(["method", "authority", "path", "content"]))
def test_a_signature_holds_for_its_own_request_alone(content: bytes, created_s: int, spoil: str) -> None:
    key = SecretKey(Algorithm.ED25519, b"k" * 32)
    request = Request("POST", "node:1", "/p", content)
    fields = sign_request(request, key, created_s=created_s, nonce="0" * 16)
    found = read_signature(fields, request)
    assert found.holds(request, key.public)
    assert (found.created_s, found.expires_s) == (created_s, created_s + LIFE_S)
    parts = {"method": "POST", "authority": "node:1", "path": "/p", "content": content}
    other = Request(**{**parts, spoil: content + b"!" if spoil == "content" else "OTHER"})  # type: ignore[arg-type] # mixed
    if spoil == "content":
        with pytest.raises(MalformedError):
            read_signature(fields, other)
    else:
        assert not read_signature(fields, other).holds(other, key.public)
    assert not found.holds(request, SecretKey(Algorithm.ED25519, b"j" * 32).public)


def test_a_connection_below_tls_1_3_is_not_had(world: World) -> None:
    assert server_ways(world.bravo.home / KEYS_FOLDER, [], [])[0].minimum_version is ssl.TLSVersion.TLSv1_3
    assert client_tls(world.alfa.home / KEYS_FOLDER, world.bravo.node.card).verify_mode is ssl.CERT_REQUIRED
