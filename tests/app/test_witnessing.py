"""Witnesses of the own logs: asked by the node itself, missed on the board alone, and never believed unsigned."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from clearline.app.officer_node import OfficerNode
from clearline.app.party_home import open_home
from clearline.app.party_node import BehindError, NodeError, Select
from clearline.app.witnessing import WITNESS_FILE, clients_of, read_witnesses, witness_all
from clearline.edge.officer_desk import OfficerDesk
from clearline.edge.witness_client import WitnessClient
from clearline.line.proof import describe_witnessing
from clearline.line.statement import Actor
from clearline.line.terms import Mode, Role
from clearline.record.checkpoint import Checkpoint, checkpoint_keys, cosigning_keys
from clearline.record.keys import Algorithm, SecretKey
from clearline.record.note import NoteKey
from clearline.record.quorum import parse_policy
from clearline.record.report import Verdict
from clearline.record.verify import verify_bundle
from clearline.record.witness import Refusal, answer, judge
from tests.app.test_restore import _lose as lose
from tests.app.test_restore import _put_back as put_back
from tests.app.two_nodes import Pair, make_pair
from tests.line.two_desks import MINUTE_MS, T0

_ADDRESS = "https://witness.example/w"


@dataclass
class Witness:
    """A real witness in memory, by the record's own rules. `down` answers nobody; `lies` signs with another's key."""

    number: int
    logs: dict[str, tuple[NoteKey, ...]]
    down: bool = False
    lies: bool = False
    asked: int = 0
    kept: dict[str, Checkpoint] = field(default_factory=dict[str, Checkpoint])

    @property
    def name(self) -> str:
        """What it signs under."""
        return f"witness.example/w{self.number}"

    @property
    def key(self) -> NoteKey:
        """The key it is known by."""
        return cosigning_keys(self.name, [self._signer(self.number).public])[0]

    def keys(self, origin: str, /) -> Sequence[NoteKey]:
        """The keys trusted to sign for a log."""
        return self.logs.get(origin, ())

    def latest(self, origin: str, /) -> Checkpoint | None:
        """What it cosigned last."""
        return self.kept.get(origin)

    async def add(self, request: Request) -> PlainTextResponse:
        """C2SP tlog-witness, add-checkpoint."""
        self.asked += 1
        if self.down:
            raise httpx.ConnectError("no route")
        found = judge(self, await request.body())
        if isinstance(found, Refusal):
            return PlainTextResponse(found.body or found.reason, found.status)
        self.kept[found.checkpoint.origin] = found.checkpoint
        signer = self._signer(self.number + 100 if self.lies else self.number)
        return PlainTextResponse(answer(found, self.name, [signer], T0 // 1000 + self.number))

    def client(self) -> WitnessClient:
        """How a node asks it."""
        app = Starlette(routes=[Route("/w/add-checkpoint", self.add, methods=["POST"])])
        return WitnessClient(self.key, _ADDRESS, transport=httpx.ASGITransport(app))

    def _signer(self, seed: int) -> SecretKey:
        return SecretKey(Algorithm.ED25519, bytes([seed]) * 32)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = make_pair(tmp_path)
    yield made
    made.close()


def _three(pair: Pair) -> list[Witness]:
    """Three witnesses, of whom two make ALFA's quorum; they watch the logs of both."""
    logs: dict[str, tuple[NoteKey, ...]] = {}
    for seat, way in ((pair.a, "alfa/line/bravo"), (pair.b, "bravo/line/alfa")):
        for origin in [f"{way}/{mode.lower()}" for mode in Mode]:
            logs[origin] = checkpoint_keys(origin, seat.node.card.keyset.checkpoints)
    found = [Witness(number, logs) for number in (1, 2, 3)]
    lines = [f"witness W{one.number} {one.key} {_ADDRESS}" for one in found]
    pair.a.node.witnesses = parse_policy("\n".join([*lines, "group all-three 2 W1 W2 W3", "quorum all-three", ""]))
    return found


def _ask(pair: Pair, clients: Sequence[WitnessClient]) -> str:
    """Ask them once; what the board then says."""
    asyncio.run(witness_all(pair.a.node, clients))
    return _board(pair)


def _board(pair: Pair) -> str:
    desk = OfficerDesk(OfficerNode(pair.a.node, pair.a.clock))
    reply = desk.answer("GET", "/board", {"peer": "bravo"}, b"", Actor("OPS", "one", frozenset(Role)))
    board = httpx.Response(200, content=reply.data).json()
    return str(board["witnessing"])


def test_story_45_witnesses_that_are_lost_or_lie_leave_the_log_unwitnessed_since(pair: Pair) -> None:
    first, second, third = _three(pair)
    clients = [one.client() for one in (first, second, third)]
    assert _ask(pair, clients) == "nothing was said yet"
    pair.a.say("bravo", "A1")
    assert _board(pair) == "unwitnessed since 2015-09-30T08:00:00.001Z (1 of 1 statements); never cosigned"
    assert _ask(pair, clients).startswith("witnessed in full at 2015-09-30T08:00:03Z")
    # One of three is lost: two are a quorum.
    third.down = True
    pair.a.say("bravo", "A2")
    assert _ask(pair, clients).startswith("witnessed in full")
    # Another lies: its signature is no signature, and the log goes on without a quorum.
    second.lies = True
    pair.a.clock.at_ms += 5 * MINUTE_MS
    said = pair.a.say("bravo", "A3")
    pair.a.say("bravo", "A4")
    told = _ask(pair, clients)
    assert told.startswith("unwitnessed since 2015-09-30T08:05:00.003Z (2 of 4 statements); last cosigned at ")
    assert pair.a.node.journey(said.record_id).witnessed_ms is not None  # one did cosign; it is no quorum
    pair.exchange()
    assert pair.b.node.ledger(Mode.ACTUAL).get(said.record_id) is not None  # and nothing waited for it
    second.lies = False  # what it had moved on to in its lie, it signs now
    assert _ask(pair, clients).startswith("witnessed in full")


def test_story_45_a_bundle_brings_the_witnesses_of_both_logs_and_says_what_is_missing(pair: Pair) -> None:
    """A reader who asks for two of the three is content with what the node exports; with one of them he is not."""
    witnesses = _three(pair)
    said = pair.a.say("bravo", "A1")
    pair.exchange()
    trust = replace(pair.a.node.trust("bravo"), policy=pair.a.node.witnesses)
    for count in (0, 1, 2, 3):
        asyncio.run(witness_all(pair.a.node, [one.client() for one in witnesses[:count]]))
        bundle = pair.a.node.bundle(Select("bravo", records=(said.record_id,)))
        report = verify_bundle(bundle, trust)
        if count < 2:
            assert report.verdict is Verdict.INVALID
            assert "it lacks the cosignatures of the quorum you ask for" in report.sentence
        else:
            assert report.verdict is Verdict.VALID
            assert {log.writer for log in report.logs} == {"alfa", "bravo"}
            for log in report.logs:
                assert {one.name for one in log.witnesses} == {one.name for one in witnesses[:count]}
        assert verify_bundle(bundle, pair.a.node.trust("bravo")).verdict is Verdict.VALID


def test_a_witness_that_was_asked_before_is_asked_from_where_it_is(pair: Pair) -> None:
    first, *_ = _three(pair)
    pair.a.say("bravo", "A1")
    asyncio.run(witness_all(pair.a.node, [first.client()]))
    assert first.asked == 1
    pair.a.say("bravo", "A2")
    again = first.client()  # a start later: it is thought to be at nothing, says where it is, and is asked from there
    asyncio.run(witness_all(pair.a.node, [again]))
    assert first.asked == 3
    assert first.kept["alfa/line/bravo/actual"].size == again.at("alfa/line/bravo/actual") == 2
    asyncio.run(witness_all(pair.a.node, [again]))
    assert first.asked == 3  # nothing new, nothing asked


def test_a_witness_that_holds_more_than_this_log_has_cosigns_nothing(pair: Pair) -> None:
    """As after an old backup: the log does not go back for it, and the board says so."""
    first, second, third = _three(pair)
    pair.a.say("bravo", "A1")
    for one in (first, second):
        one.kept["alfa/line/bravo/actual"] = Checkpoint("alfa/line/bravo/actual", 9, bytes(32))
    told = _ask(pair, [one.client() for one in (first, second, third)])
    assert told.startswith("unwitnessed since")
    assert first.kept["alfa/line/bravo/actual"].size == 9


_LOG = "alfa/line/bravo/actual"


def _rebuilt(pair: Pair, said: int, *, given: int) -> list[Witness]:
    """ALFA loses its store after so many statements, and BRAVO, put back to an earlier day, gives so many back."""
    witnesses = _three(pair)
    for number in range(given):
        pair.a.say("bravo", f"A{number}")
    pair.exchange()
    hidden = pair.b.folder.parent / "hidden.db"
    pair.b.store.backup(hidden)
    for number in range(given, said):
        pair.a.say("bravo", f"A{number}")
    pair.exchange()
    asyncio.run(witness_all(pair.a.node, [one.client() for one in witnesses]))
    lose(pair.a)
    pair.a.node.witnesses = parse_policy("quorum none\n")
    pair.a.node.import_card(pair.b.card)
    pair.a.node.await_witnesses()
    if given < said:
        put_back(pair.b, hidden, whole_machine=False)
    return witnesses


def _standing(pair: Pair) -> str:
    refused = pair.a.node.standing("bravo", Mode.ACTUAL)
    return "" if refused is None else refused.why


def test_a_rebuilt_node_asks_its_witnesses_before_it_believes_its_peer(pair: Pair) -> None:
    witnesses = _rebuilt(pair, 3, given=3)
    pair.exchange()
    assert "must first say how much" in _standing(pair), "the witnesses were not asked"
    assert _LOG in pair.a.node.unsure()
    asyncio.run(witness_all(pair.a.node, [one.client() for one in witnesses]))
    pair.exchange()
    assert _standing(pair) == "" and pair.a.say("bravo", "A9").seq == 3
    assert not [one for one in pair.a.node.evidence() if one.kind == "witness"]


@pytest.mark.parametrize("given", [0, 2])
def test_a_peer_that_hides_the_tail_of_a_lost_log_is_seen_by_the_witness(pair: Pair, given: int) -> None:
    witnesses = _rebuilt(pair, 4, given=given)
    pair.exchange()
    told = [one.client() for one in witnesses]
    asyncio.run(witness_all(pair.a.node, told))
    pair.exchange()
    assert f"a witness says that it cosigned 4 statements, and {given} are here" in _standing(pair)
    with pytest.raises(BehindError, match="give back the rest"):
        pair.a.say("bravo", "A9")
    asyncio.run(witness_all(pair.a.node, told))
    seen = [one.problem for one in pair.a.node.evidence() if (one.kind, one.origin) == ("witness", _LOG)]
    assert seen == [f"{one.name} says that it cosigned 4 statements of {_LOG}, and fewer are here" for one in witnesses]


def test_nothing_waits_for_a_witness_that_does_not_answer(pair: Pair) -> None:
    witnesses = _rebuilt(pair, 2, given=2)
    for one in witnesses:
        one.down = True
    pair.exchange()
    asyncio.run(witness_all(pair.a.node, [one.client() for one in witnesses]))
    pair.exchange()
    assert _standing(pair) == ""


def test_a_witness_that_is_mistaken_stops_nobody_who_is_certain_nor_after_it_was_taken_out(pair: Pair) -> None:
    witnesses = _rebuilt(pair, 2, given=2)
    witnesses[0].kept[_LOG] = Checkpoint(_LOG, 9, bytes(32))
    pair.exchange()
    asyncio.run(witness_all(pair.a.node, [one.client() for one in witnesses]))
    pair.exchange()
    assert "take it out of the file of witnesses" in _standing(pair)
    pair.a.restart()
    pair.a.node.await_witnesses()
    asyncio.run(witness_all(pair.a.node, [one.client() for one in witnesses[1:]]))
    pair.exchange()
    assert pair.a.say("bravo", "A9").seq == 2
    asyncio.run(witness_all(pair.a.node, [witnesses[0].client()]))
    assert pair.a.say("bravo", "A10").seq == 3  # it is in the faults, and holds up nobody


def test_a_party_that_names_no_witness_is_told_so_and_asks_nobody(pair: Pair) -> None:
    pair.a.say("bravo", "A1")
    assert _board(pair) == describe_witnessing(None, {}) == "unwitnessed: no witness is named"
    pair.a.node.witnesses = parse_policy("quorum none\n")
    assert _board(pair) == "unwitnessed: no witness is named"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("witness W1 {key}\nquorum W1\n", "witness W1 has no address"),
        ("witness W1 {key} ftp://w.example\nquorum W1\n", "is not an address of a witness"),
        ("witness W1 {key} https://w.example?x=1\nquorum W1\n", "is not an address of a witness"),
        ("witness W1 {key} https://w.example\n", "there is no quorum line"),
        ("\xff", "line 1"),
    ],
)
def test_a_file_of_witnesses_that_cannot_be_used_stops_the_start(pair: Pair, text: str, why: str) -> None:
    key = str(Witness(1, {}).key)
    pair.a.stop()
    (pair.a.folder / WITNESS_FILE).write_text(text.format(key=key), "utf-8")
    with pytest.raises(NodeError, match=why), open_home(pair.a.folder):
        raise AssertionError("opened")
    (pair.a.folder / WITNESS_FILE).write_text(f"witness W1 {key} {_ADDRESS}\nquorum W1\n", "utf-8")
    with open_home(pair.a.folder) as opened:
        assert [one.key for one in clients_of(opened.node.witnesses)] == [Witness(1, {}).key]
    (pair.a.folder / WITNESS_FILE).unlink()
    assert read_witnesses(pair.a.folder).met(())
    pair.a.start()
