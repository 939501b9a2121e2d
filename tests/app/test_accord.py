"""What a node says of its own accord, over real stores: each thing once, restarted or not, and no officer's word."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clearline.app.make_party import STORE_FILE, make_party
from clearline.line.conflicts import ConflictState, conflicts
from clearline.line.notice import NoticeType
from clearline.line.observed import ANSWER_WITHIN_MS, LineCheck, LineCheckMissed, check_times_ms
from clearline.line.parameters import ParameterSet
from clearline.line.persons import accept_persons
from clearline.line.proposal import Agree, Changed, ConflictFound, Proposal, ProposalKind, Recheck
from clearline.line.statement import Body, Link, Relation, Said, Utterance
from clearline.line.terms import By, Mode
from tests.app.two_nodes import HandClock, Pair, Seat, make_pair
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, area, notice

_DAY_MS = 24 * HOUR_MS


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = make_pair(tmp_path)
    yield made
    made.close()


def machine_said(seat: Seat, mode: Mode = Mode.ACTUAL) -> list[Body]:
    """What a node said by itself, in order."""
    with seat.node.reading(mode) as ledger:
        return [said.body for said in ledger if said.header.author == seat.name and said.header.by is By.MACHINE]


def of_accord(seat: Seat, mode: Mode = Mode.ACTUAL) -> list[Body]:
    """That of it which this is about."""
    kinds = (LineCheck, LineCheckMissed, ConflictFound, Recheck)
    return [body for body in machine_said(seat, mode) if isinstance(body, kinds)]


def tell(seat: Seat, peer: str, body: Body, *links: Link, mode: Mode = Mode.ACTUAL) -> Said:
    """Two officers say something."""
    seat.clock.at_ms += 1
    return seat.node.say(Utterance(peer, body, links=links), mode=mode, actor=OFFICER, released_by=SECOND)


def settle(pair: Pair) -> None:
    """Both tick and exchange until nothing more is said."""
    for _ in range(3):
        for seat in (pair.a, pair.b):
            seat.node.tick()
        pair.exchange()


def test_two_nodes_find_a_conflict_by_themselves_and_say_it_once(pair: Pair) -> None:
    tell(pair.a, "bravo", notice("A1"))
    tell(pair.b, "alfa", notice("B1"))
    pair.exchange()
    settle(pair)
    for seat, peer in ((pair.a, "bravo"), (pair.b, "alfa")):
        assert [body.verdict for body in of_accord(seat) if isinstance(body, ConflictFound)] == ["CONFLICT"]
        with seat.node.reading(Mode.ACTUAL) as ledger:
            (found,) = conflicts(ledger, peer, seat.clock.at_ms)
        assert found.state is ConflictState.NOTIFIED
        assert not found.engines_differ
    before = of_accord(pair.a)
    settle(pair)
    pair.a.restart()
    settle(pair)
    assert of_accord(pair.a) == before


def test_a_changed_notice_is_looked_at_again_and_one_elsewhere_is_no_conflict(pair: Pair) -> None:
    tell(pair.a, "bravo", notice("A1"))
    said = tell(pair.b, "alfa", notice("B1", NoticeType.ACTIVITY, area(lat_e7=360_000_000)))
    pair.exchange()
    settle(pair)
    assert of_accord(pair.a) == of_accord(pair.b) == []
    change = notice("B1", NoticeType.CHANGE, area(lat_e7=350_100_000))
    tell(pair.b, "alfa", change, Link(Relation.UPDATES, said.record_id))
    pair.exchange()
    settle(pair)
    assert len(of_accord(pair.a)) == len(of_accord(pair.b)) == 1


def test_minima_that_both_signed_are_looked_with_as_soon_as_they_are(pair: Pair) -> None:
    tell(pair.a, "bravo", notice("A1"))
    tell(pair.b, "alfa", notice("B1", NoticeType.ACTIVITY, area(lat_e7=351_500_000)))
    pair.exchange()
    settle(pair)
    assert of_accord(pair.a) == []
    signed = ParameterSet("line", 1, 20_000_000, 300_000, 180_000)
    for seat, peer in ((pair.a, "bravo"), (pair.b, "alfa")):
        tell(seat, peer, signed)
    pair.exchange()
    settle(pair)
    for seat in (pair.a, pair.b):
        (found,) = of_accord(seat)
        assert isinstance(found, ConflictFound)
        assert found.minima == "line v1"


def test_a_notice_nobody_can_place_is_said_to_be_undecided_and_not_left_out(pair: Pair) -> None:
    """A circle without a place: against every notice of the other side it cannot be told."""
    tell(pair.a, "bravo", notice("A1"))
    tell(pair.b, "alfa", notice("B1", NoticeType.ACTIVITY, dataclasses.replace(area(), rings=())))
    pair.exchange()
    settle(pair)
    for seat in (pair.a, pair.b):
        assert [body.verdict for body in of_accord(seat) if isinstance(body, ConflictFound)] == ["CANNOT_TELL"]


def test_what_is_an_exercise_is_found_in_the_exercise_and_nowhere_else(pair: Pair) -> None:
    for seat, peer in ((pair.a, "bravo"), (pair.b, "alfa")):
        tell(seat, peer, notice(), mode=Mode.EXERCISE)
    pair.exchange()
    settle(pair)
    assert len(of_accord(pair.a, Mode.EXERCISE)) == 1
    assert of_accord(pair.a) == of_accord(pair.a, Mode.TEST) == []


def test_an_agreement_is_rechecked_by_both_nodes_once_and_again_when_the_minima_change(pair: Pair) -> None:
    first = tell(pair.a, "bravo", notice("A1"))
    second = tell(pair.b, "alfa", notice("B1"))
    pair.exchange()
    moved = (Changed(first.record_id, (area(lat_e7=360_000_000),)),)
    body = Proposal(ProposalKind.LATERAL_OFFSET, moved, ("alfa", "bravo"), (0, 0), T0 + 9 * HOUR_MS)
    about = [Link(Relation.ABOUT, said.record_id) for said in (first, second)]
    proposal = tell(pair.a, "bravo", body, *about)
    pair.exchange()
    settle(pair)
    assert not [word for word in of_accord(pair.a) if isinstance(word, Recheck)]
    for seat, peer in ((pair.a, "bravo"), (pair.b, "alfa")):
        tell(seat, peer, Agree(proposal.record_id), Link(Relation.ABOUT, proposal.record_id))
    pair.exchange()
    settle(pair)
    checks = [[word for word in of_accord(seat) if isinstance(word, Recheck)] for seat in (pair.a, pair.b)]
    assert checks[0] == checks[1]
    assert [check.verdict for check in checks[0]] == ["CLEAR"]
    pair.b.restart()
    settle(pair)
    assert [word for word in of_accord(pair.b) if isinstance(word, Recheck)] == checks[1]
    for seat, peer in ((pair.a, "bravo"), (pair.b, "alfa")):
        tell(seat, peer, ParameterSet("line", 1, 200_000_000, 3_000_000, 180_000))
    pair.exchange()
    settle(pair)
    for seat in (pair.a, pair.b):
        words = [word.verdict for word in of_accord(seat) if isinstance(word, Recheck)]
        assert words == ["CLEAR", "CONFLICT"]


def test_nothing_is_said_of_ones_own_accord_that_only_an_officer_may_say(pair: Pair) -> None:
    for seat, peer in ((pair.a, "bravo"), (pair.b, "alfa")):
        tell(seat, peer, notice(kind=NoticeType.IMMINENT_HAZARD))
    pair.exchange()
    settle(pair)
    for seat in (pair.a, pair.b):
        seat.clock.at_ms = T0 + 40 * HOUR_MS
    settle(pair)
    said = [*machine_said(pair.a), *machine_said(pair.b)]
    assert len(said) > 8
    assert not [body for body in said if body.by_person_only or body.formal]
    with pair.a.node.reading(Mode.ACTUAL) as ledger:
        assert [one for one in ledger if accept_persons(one) is not None] == []


@pytest.fixture
def reached(tmp_path: Path) -> Iterator[Pair]:
    """Two parties that are reached by connections."""
    clock = HandClock()
    for name in ("alfa", "bravo"):
        routes = (f"https://{name}.example:4001", f"https://{name}.example:4002")
        (tmp_path / "reached" / name).mkdir(parents=True)
        make_party(tmp_path / "reached" / name, name, coverage=name, routes=routes)
    made = Pair(Seat(tmp_path / "reached" / "alfa", clock), Seat(tmp_path / "reached" / "bravo", clock))
    made.meet()
    yield made
    made.close()


def test_a_line_check_is_put_at_each_of_its_times_and_missed_where_nobody_answers(reached: Pair) -> None:
    node, clock = reached.a.node, reached.a.clock
    clock.at_ms = T0
    wake_ms = node.tick()
    assert of_accord(reached.a) == [LineCheck("data")]
    assert wake_ms == T0 + ANSWER_WITHIN_MS + 1
    clock.at_ms = wake_ms
    times = [at_ms for day in range(3) for at_ms in check_times_ms("alfa", "bravo", T0 // _DAY_MS + day)]
    coming = [at_ms for at_ms in times if at_ms > T0]
    assert node.tick() == coming[0]
    assert of_accord(reached.a) == [LineCheck("data"), LineCheckMissed(T0 + ANSWER_WITHIN_MS)]
    reached.a.restart()
    assert reached.a.node.tick() == coming[0]
    clock.at_ms = coming[0] - 1
    reached.a.node.tick()
    assert len(of_accord(reached.a)) == 2
    clock.at_ms = coming[0]
    reached.a.node.tick()
    reached.a.node.tick()
    assert of_accord(reached.a)[2:] == [LineCheck("data")]
    clock.at_ms = coming[2] + MINUTE_MS  # it slept through one, and asks once
    reached.a.node.tick()
    assert [type(body) for body in of_accord(reached.a)[3:]] == [LineCheckMissed, LineCheck]


def test_a_line_check_is_put_again_after_the_clock_was_set_back_only_when_one_is_due(reached: Pair) -> None:
    reached.a.clock.at_ms = T0
    reached.a.node.tick()
    reached.a.clock.at_ms = T0 - 5 * MINUTE_MS
    reached.a.node.tick()
    assert of_accord(reached.a) == [LineCheck("data")]


def test_no_line_check_goes_to_a_peer_that_only_files_reach_nor_in_an_exercise(pair: Pair, reached: Pair) -> None:
    pair.a.node.tick()
    assert of_accord(pair.a) == []
    reached.a.node.tick()
    assert of_accord(reached.a, Mode.EXERCISE) == of_accord(reached.a, Mode.TEST) == []


def test_a_node_that_is_behind_says_nothing_until_it_has_caught_up_and_then_what_it_owes(pair: Pair) -> None:
    """A store put back to before the notices: their conflict waits for the log to be certain."""
    kept = pair.a.folder / "kept"
    pair.a.stop()
    shutil.copytree(pair.a.folder, kept)
    pair.a.start()
    tell(pair.a, "bravo", notice("A1"))
    tell(pair.b, "alfa", notice("B1"))
    pair.exchange()
    pair.a.stop()
    for one in kept.iterdir():
        if one.is_file() and one.name.startswith(STORE_FILE):
            shutil.copy(one, pair.a.folder / one.name)
    pair.a.start()
    pair.a.node.tick()
    assert of_accord(pair.a) == []
    pair.exchange()
    settle(pair)
    assert len(of_accord(pair.a)) == 1
    assert pair.b.node.evidence() == ()
