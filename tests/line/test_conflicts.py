"""Conflicts found, said, followed; and the recheck of what was agreed: both sides find the same, or know that not."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.conflict.engine import PlainEngine
from clearline.conflict.fast import FastEngine
from clearline.conflict.verdict import Verdict
from clearline.edge.geoid_file import load_geoid
from clearline.line.area import Area, Limit, Outline, Place
from clearline.line.board import board, open_items
from clearline.line.conflicts import (
    RULES,
    Conflict,
    ConflictState,
    ConflictUnresolved,
    ConflictWord,
    Look,
    OnConflict,
    accept_conflict,
    conflicts,
    find_conflicts,
    next_unresolved_ms,
    unresolved,
)
from clearline.line.desk import by_itself, wake_ms
from clearline.line.notice import NoticeType
from clearline.line.parameters import ParameterSet
from clearline.line.proposal import (
    Agree,
    Changed,
    ConflictFound,
    Declined,
    Proposal,
    ProposalKind,
    ProposalState,
    Recheck,
    proposal_state,
)
from clearline.line.recheck import decide_recheck, recheck, rechecks_due
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Precedence
from tests.line.two_desks import HOUR_MS, OFFICER, SECOND, T0, Desk, Line, area, notice

_BEGINS_MS = T0 + HOUR_MS


def _look(line: Line, desk: Desk) -> Look:
    peer = "BRAVO" if desk is line.a else "ALPHA"
    return find_conflicts(desk.ledger, peer, geoid=load_geoid(), engine=PlainEngine(), now_ms=line.now_ms)


def _find(line: Line, desk: Desk) -> list[Said]:
    said = [desk.say(out, line.now_ms) for out in _look(line, desk).found]
    line.carry()
    return said


def _give(line: Line, by: Desk, *areas: Area, subject: str = "X") -> Said:
    peer = "BRAVO" if by is line.a else "ALPHA"
    said = by.say(Utterance(peer, notice(subject, NoticeType.ACTIVITY, *areas)), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


def _meeting() -> tuple[Line, Said, Said]:
    line = Line()
    return line, _give(line, line.a, area()), _give(line, line.b, area())


def _say(line: Line, by: Desk, body: Body, *about: str, actor: bool = True) -> Said:
    peer = "BRAVO" if by is line.a else "ALPHA"
    links = tuple(Link(Relation.ABOUT, record_id) for record_id in about)
    one, two = (OFFICER, SECOND) if actor else (None, None)
    said = by.say(Utterance(peer, body, links=links), line.now_ms, one, two)
    line.carry()
    return said


def _only(line: Line) -> Conflict:
    both = [conflicts(line.a.ledger, "BRAVO", line.now_ms), conflicts(line.b.ledger, "ALPHA", line.now_ms)]
    assert [len(found) for found in both] == [1, 1]
    assert both[0][0].state is both[1][0].state
    return both[0][0]


def _state(line: Line) -> ConflictState:
    return _only(line).state


_AREAS = st.builds(
    area,
    st.integers(349_500_000, 350_500_000),
    st.integers(399_500_000, 400_500_000),
    st.sampled_from([T0 + HOUR_MS, T0 + 2 * HOUR_MS, T0 + 5 * HOUR_MS]),
)


@given(st.lists(_AREAS, max_size=3), st.lists(_AREAS, max_size=3))
def test_both_sides_find_the_same_and_say_it_once(mine: list[Area], theirs: list[Area]) -> None:
    line = Line()
    for n, one in enumerate(mine):
        _give(line, line.a, one, subject=f"A{n}")
    for n, one in enumerate(theirs):
        _give(line, line.b, one, subject=f"B{n}")
    looks = [_look(line, line.a), _look(line, line.b)]
    found = [{(frozenset(link.to for link in out.links), out.body) for out in look.found} for look in looks]
    assert found[0] == found[1]
    fast = find_conflicts(line.a.ledger, "BRAVO", geoid=load_geoid(), engine=FastEngine(), now_ms=line.now_ms)
    assert {(frozenset(link.to for link in out.links), out.body) for out in fast.found} == found[0]
    for desk in (line.a, line.b):
        said = _find(line, desk)
        assert all(one.record_id not in desk.void for one in said)
        assert _look(line, desk).found == ()
    assert all(not conflict.engines_differ for conflict in conflicts(line.a.ledger, "BRAVO", T0))


def _undecided(line: Line, desk: Desk) -> dict[frozenset[str], ConflictFound]:
    found: dict[frozenset[str], ConflictFound] = {}
    for out in _look(line, desk).found:
        assert isinstance(out.body, ConflictFound)
        found[frozenset(link.to for link in out.links)] = out.body
    return found


def test_what_cannot_be_looked_at_cannot_be_told_from_anything_of_the_other_side() -> None:
    """A circle without a place, or minima that cannot be: nothing may look as if it met nobody."""
    line, mine, theirs = _meeting()
    far = _give(line, line.a, area(lat_e7=-350_000_000), subject="far")
    odd = _give(line, line.b, dataclasses.replace(area(), rings=()), subject="odd")
    worse = _give(line, line.a, dataclasses.replace(area(start_ms=T0), rings=()), subject="worse")
    both = [_undecided(line, desk) for desk in (line.a, line.b)]
    assert both[0] == both[1]
    verdicts = {pair: (body.verdict, body.first_ms) for pair, body in both[0].items()}
    assert verdicts == {
        frozenset({mine.record_id, theirs.record_id}): ("CONFLICT", _BEGINS_MS),
        **{
            frozenset({one.record_id, other.record_id}): ("CANNOT_TELL", _BEGINS_MS)
            for one, other in ((mine, odd), (far, odd), (worse, odd), (worse, theirs))
        },
    }
    assert {one.notice.record_id for one in _look(line, line.a).unplaced} == {odd.record_id, worse.record_id}
    for desk in (line.a, line.b):
        assert all(said.record_id not in desk.void for said in _find(line, desk))
        assert _look(line, desk).found == ()
    assert not any(conflict.engines_differ for conflict in conflicts(line.a.ledger, "BRAVO", T0))


def test_minima_that_cannot_be_leave_everything_undecided() -> None:
    line, _, _ = _meeting()
    _give(line, line.a, area(lat_e7=-350_000_000), subject="far")
    impossible = ParameterSet("line", 1, 10**12, 0, 0)
    for by, peer in ((line.a, "BRAVO"), (line.b, "ALPHA")):
        by.say(Utterance(peer, impossible), T0, OFFICER, SECOND)
    line.carry()
    both = [_undecided(line, desk) for desk in (line.a, line.b)]
    assert both[0] == both[1]
    assert [body.verdict for body in both[0].values()] == ["CANNOT_TELL"] * 2
    assert all("cannot be" in body.reasons[0] for body in both[0].values())
    assert len(_look(line, line.b).unplaced) == 3


def test_what_is_cancelled_replaced_or_without_areas_is_not_looked_at() -> None:
    line, mine, _ = _meeting()
    cancel = Utterance("BRAVO", notice("X", NoticeType.CANCEL), links=(Link(Relation.CANCELS, mine.record_id),))
    line.a.say(cancel, T0, OFFICER, SECOND)
    line.a.say(Utterance("HUMAN", notice("X")), T0, OFFICER, SECOND)
    line.a.sent.pop()
    line.carry()
    for desk in (line.a, line.b):
        assert _look(line, desk) == Look((), ())


def test_an_unknown_height_is_a_conflict_that_cannot_be_told() -> None:
    line = Line()
    bare = Limit(2_000_000, None, None)
    _give(line, line.a, dataclasses.replace(area(), lower=bare, upper=bare))
    _give(line, line.b, area())
    body = _look(line, line.a).found[0].body
    assert isinstance(body, ConflictFound)
    assert body.verdict == Verdict.CANNOT_TELL
    assert body.vertical_mm is None
    assert body.reasons


def test_open_ends_are_said_as_far_as_a_statement_can() -> None:
    line = Line()
    for desk in (line.a, line.b):
        _give(line, desk, dataclasses.replace(area(), end_ms=None))
    body = _look(line, line.a).found[0].body
    assert isinstance(body, ConflictFound)
    assert body.time_ms == -(10**15)
    _find(line, line.a)
    line.now_ms = T0 + 1000 * 24 * HOUR_MS
    assert (_only(line).end_ms, _state(line)) == (None, ConflictState.UNRESOLVED_AT_START)


def test_a_conflict_goes_from_state_to_state() -> None:
    line, mine, theirs = _meeting()
    first = _find(line, line.a)[0]
    assert _state(line) is ConflictState.DETECTED
    _find(line, line.b)
    assert _state(line) is ConflictState.NOTIFIED
    _say(line, line.b, OnConflict(ConflictWord.SEEN), first.record_id)
    assert _state(line) is ConflictState.SEEN_BY_ONE
    _say(line, line.a, OnConflict(ConflictWord.SEEN), first.record_id)
    assert _state(line) is ConflictState.SEEN_BY_BOTH
    body = Proposal(
        ProposalKind.TIME_SHIFT, (Changed(mine.record_id, (area(start_ms=T0 + 5 * HOUR_MS),)),), ("A", "B"), (0, 0),
        T0 + HOUR_MS,
    )  # fmt: skip
    proposal = _say(line, line.a, body, mine.record_id, theirs.record_id)
    assert _state(line) is ConflictState.PROPOSED
    for desk in (line.a, line.b):
        _say(line, desk, Agree(proposal.record_id), proposal.record_id)
    assert _state(line) is ConflictState.AGREED
    for desk, peer in ((line.a, "BRAVO"), (line.b, "ALPHA")):
        assert peer
        for out in rechecks_due(desk.ledger, geoid=load_geoid(), engine=PlainEngine(), now_ms=line.now_ms):
            desk.say(out, line.now_ms)
    line.carry()
    assert _state(line) is ConflictState.MONITORED
    line.now_ms = _BEGINS_MS
    assert _state(line) is ConflictState.MONITORED
    assert unresolved(line.a.ledger, line.now_ms) == []
    line.now_ms = T0 + 3 * HOUR_MS
    assert _state(line) is ConflictState.CLOSED


@pytest.mark.parametrize("settled", ["nothing", "seen", "proposed", "declined", "agreed"])
def test_what_is_not_settled_when_it_begins_is_a_flash_by_itself(settled: str) -> None:
    """Seen, tabled, declined, agreed and not yet checked: none of them is in force."""
    line, mine, theirs = _meeting()
    for desk in (line.a, line.b):
        found = _find(line, desk)[0]
    if settled == "seen":
        for desk in (line.a, line.b):
            _say(line, desk, OnConflict(ConflictWord.SEEN), found.record_id)
        _say(line, line.a, OnConflict(ConflictWord.NOT_A_CONFLICT), found.record_id)
    if settled in ("proposed", "declined", "agreed"):
        kind = ProposalKind.TIME_SHIFT
        changes = (Changed(mine.record_id, (area(start_ms=T0 + 5 * HOUR_MS),)),)
        body = Proposal(kind, changes, ("A", "B"), (0, 0), T0 + 9 * HOUR_MS)
        proposal = _say(line, line.a, body, mine.record_id, theirs.record_id)
        if settled == "declined":
            _say(line, line.b, Declined(), proposal.record_id)
        if settled == "agreed":
            for desk in (line.a, line.b):
                _say(line, desk, Agree(proposal.record_id), proposal.record_id)
    assert next_unresolved_ms(line.a.ledger, T0) == _BEGINS_MS
    assert (wake_ms(line.a.ledger, T0) or 0) <= _BEGINS_MS
    assert unresolved(line.a.ledger, _BEGINS_MS - 1) == []
    line.now_ms = _BEGINS_MS
    assert _state(line) is ConflictState.UNRESOLVED_AT_START
    for desk in (line.a, line.b):
        flashes = [out for out in by_itself(desk.ledger, line.now_ms) if isinstance(out.body, ConflictUnresolved)]
        assert [out.precedence for out in flashes] == [Precedence.FLASH]
        for out in flashes:
            desk.say(out, line.now_ms)
        assert unresolved(desk.ledger, line.now_ms) == []
    line.carry()
    assert next_unresolved_ms(line.a.ledger, line.now_ms) is None
    shown = board(line.a.ledger, "BRAVO", heard_ms=line.now_ms, void={}, now_ms=line.now_ms)
    assert [conflict.state for conflict in shown.conflicts] == [ConflictState.UNRESOLVED_AT_START]
    assert {said.record_id for said in shown.conflicts[0].found.values()} <= set(open_items(shown))
    line.now_ms = T0 + 9 * HOUR_MS
    assert _state(line) is ConflictState.EXPIRED


def test_a_node_that_slept_through_it_still_owes_the_record_the_fact() -> None:
    line, _, _ = _meeting()
    _find(line, line.a)
    line.now_ms = T0 + 9 * HOUR_MS
    assert [type(out.body) for out in unresolved(line.a.ledger, line.now_ms)] == [ConflictUnresolved]


def test_it_is_none_only_where_both_say_so_of_what_was_found_last() -> None:
    line, _, _ = _meeting()
    found = _find(line, line.a)[0]
    _say(line, line.b, OnConflict(ConflictWord.NOT_A_CONFLICT), found.record_id)
    assert _state(line) is ConflictState.SEEN_BY_ONE
    machine = _say(line, line.a, OnConflict(ConflictWord.NOT_A_CONFLICT), found.record_id, actor=False)
    assert line.a.void[machine.record_id].rule == "P1"
    assert _state(line) is ConflictState.SEEN_BY_ONE
    _say(line, line.a, OnConflict(ConflictWord.NOT_A_CONFLICT), found.record_id)
    assert _state(line) is ConflictState.NOT_A_CONFLICT
    _say(line, line.b, OnConflict(ConflictWord.SEEN), found.record_id)
    assert _state(line) is ConflictState.SEEN_BY_BOTH


def test_a_notice_that_is_called_off_closes_it() -> None:
    line, mine, _ = _meeting()
    _find(line, line.a)
    cancel = Utterance("BRAVO", notice("X", NoticeType.CANCEL), links=(Link(Relation.CANCELS, mine.record_id),))
    line.a.say(cancel, T0, OFFICER, SECOND)
    line.carry()
    assert _state(line) is ConflictState.CLOSED


def test_engines_that_differ_show() -> None:
    line, mine, theirs = _meeting()
    _find(line, line.a)
    forged = ConflictFound("CONFLICT", 0, 0, 0, T0, "intersect v1", "another")
    _say(line, line.b, forged, theirs.record_id, mine.record_id, actor=False)
    conflict = _only(line)
    assert conflict.engines_differ
    assert conflict.first_ms == T0  # the earlier of the two


def test_a_finding_is_of_two_notices_one_of_each_and_never_clear() -> None:
    line, mine, theirs = _meeting()
    other = _give(line, line.a, area(start_ms=T0 + 8 * HOUR_MS), subject="Y")
    found = ConflictFound("CONFLICT", 0, 0, 0, T0, "x", "d")
    for body, about, rule in (
        (found, (mine.record_id, other.record_id), "F1"),
        (found, (mine.record_id,), "F1"),
        (found, (mine.record_id, theirs.record_id, other.record_id), "F1"),
        (found, (mine.record_id, "0" * 64), "F1"),
        (dataclasses.replace(found, verdict="CLEAR"), (mine.record_id, theirs.record_id), "F2"),
        (OnConflict(ConflictWord.SEEN), (mine.record_id,), "F3"),
        (ConflictUnresolved(T0), (), "F3"),
    ):
        said = _say(line, line.b, body, *about)
        assert line.a.void[said.record_id].rule == rule
    assert all(c.state for c in conflicts(line.a.ledger, "BRAVO", T0))
    assert accept_conflict(mine, line.a.ledger) is None
    assert set(RULES) == {"F1", "F2", "F3"}


def _agreed(areas: tuple[Area, ...], kind: ProposalKind = ProposalKind.TIME_SHIFT) -> tuple[Line, Said, Said]:
    line, mine, theirs = _meeting()
    body = Proposal(kind, (Changed(mine.record_id, areas),), ("A", "B"), (0, 0), T0 + HOUR_MS)
    proposal = _say(line, line.a, body, mine.record_id, theirs.record_id)
    for desk in (line.a, line.b):
        _say(line, desk, Agree(proposal.record_id), proposal.record_id)
    return line, proposal, mine


@given(_AREAS)
def test_both_sides_find_one_digest_of_what_was_agreed(changed: Area) -> None:
    line, proposal, _ = _agreed((changed,))
    found = {
        recheck(desk.ledger, proposal, geoid=load_geoid(), engine=engine)
        for desk in (line.a, line.b)
        for engine in (PlainEngine(), FastEngine())
    }
    assert len(found) == 1
    body = found.pop()
    for desk in (line.a, line.b):
        for out in rechecks_due(desk.ledger, geoid=load_geoid(), engine=PlainEngine(), now_ms=T0):
            assert out.body == body
            desk.say(out, line.now_ms)
        assert rechecks_due(desk.ledger, geoid=load_geoid(), engine=PlainEngine(), now_ms=T0) == []
    line.carry()
    states = {proposal_state(desk.ledger, proposal, T0) for desk in (line.a, line.b)}
    assert states == {ProposalState.IN_FORCE if body.verdict == Verdict.CLEAR else ProposalState.NOT_CLEAR}


def test_a_change_that_still_meets_or_makes_no_volume_is_not_clear() -> None:
    feet_or_metres = Limit(5_000_000, None, None)
    for changed, verdict in (
        (area(start_ms=T0 + HOUR_MS + 1), Verdict.CONFLICT),
        (dataclasses.replace(area(), lower=feet_or_metres, upper=feet_or_metres), Verdict.CANNOT_TELL),
        (Area(Outline.CIRCLE, (), 1, area().lower, area().upper, T0, T0), Verdict.CANNOT_TELL),
        (dataclasses.replace(area(), rings=((Place(10**11, 0),),)), Verdict.CANNOT_TELL),
        (area(start_ms=T0 + 9 * HOUR_MS), Verdict.CLEAR),
    ):
        line, proposal, _ = _agreed((changed,))
        both = {recheck(d.ledger, proposal, geoid=load_geoid(), engine=PlainEngine()) for d in (line.a, line.b)}
        assert {one.verdict for one in both} == {verdict}
        assert len(both) == 1


def test_a_notice_that_is_to_have_no_area_is_called_off() -> None:
    line, proposal, _ = _agreed((), ProposalKind.CANCEL)
    assert recheck(line.b.ledger, proposal, geoid=load_geoid(), engine=PlainEngine()).verdict == Verdict.CLEAR


def test_the_digest_is_of_the_minima_in_force() -> None:
    line, proposal, _ = _agreed((area(start_ms=T0 + 2 * HOUR_MS + 1),))
    before = recheck(line.a.ledger, proposal, geoid=load_geoid(), engine=PlainEngine())
    assert before.verdict == Verdict.CLEAR
    body = ParameterSet("line", 1, 5_556_000, 914_400, 180_000)
    for by, peer in ((line.a, "BRAVO"), (line.b, "ALPHA")):
        by.say(Utterance(peer, body), T0, OFFICER, SECOND)
    line.carry()
    after = [recheck(d.ledger, proposal, geoid=load_geoid(), engine=PlainEngine()) for d in (line.a, line.b)]
    assert after[0] == after[1]
    assert after[0].verdict == Verdict.CONFLICT
    assert after[0].digest != before.digest


def test_only_what_is_agreed_is_rechecked_and_a_changed_notice_ends_that() -> None:
    line, mine, theirs = _meeting()
    body = Proposal(ProposalKind.TIME_SHIFT, (), ("A", "B"), (0, 0), T0 + HOUR_MS)
    proposal = _say(line, line.a, body, mine.record_id, theirs.record_id)

    def decided(record_id: str) -> tuple[Utterance, ...] | Refused:
        return decide_recheck(line.a.ledger, record_id, geoid=load_geoid(), engine=PlainEngine(), now_ms=line.now_ms)

    for record_id in (proposal.record_id, mine.record_id, "0" * 64):
        out = decided(record_id)
        assert isinstance(out, Refused)
        assert out.rule == "K1"
    for desk in (line.a, line.b):
        _say(line, desk, Agree(proposal.record_id), proposal.record_id)
    out = decided(proposal.record_id)
    assert not isinstance(out, Refused)
    line.a.say(out[0], line.now_ms)
    again = decided(proposal.record_id)
    assert isinstance(again, Refused)
    assert again.rule == "K2"
    _say(line, line.a, Recheck("CLEAR", "false"), proposal.record_id, actor=False)
    assert not isinstance(decided(proposal.record_id), Refused)  # what it said is not what it finds: it says it again
    change = Utterance("BRAVO", notice("X", NoticeType.CHANGE), links=(Link(Relation.UPDATES, mine.record_id),))
    line.a.say(change, line.now_ms, OFFICER, SECOND)
    out = decided(proposal.record_id)
    assert isinstance(out, Refused)
    assert rechecks_due(line.a.ledger, geoid=load_geoid(), engine=PlainEngine(), now_ms=T0) == []


def test_what_is_found_anew_is_said_anew() -> None:
    line, _, _ = _meeting()
    _find(line, line.a)
    body = ParameterSet("line", 1, 5_556_000, 914_400, 180_000)
    for by, peer in ((line.a, "BRAVO"), (line.b, "ALPHA")):
        by.say(Utterance(peer, body), T0, OFFICER, SECOND)
    line.carry()
    again = _look(line, line.a).found
    assert len(again) == 1
    assert isinstance(again[0].body, ConflictFound)
    assert again[0].body.minima == "line v1"


def test_notices_without_areas_and_of_other_lines_are_in_no_conflict() -> None:
    line, mine, theirs = _meeting()
    plain = dataclasses.replace(notice("G"), type=NoticeType.GENERAL, areas=())
    line.a.say(Utterance("BRAVO", plain), T0, OFFICER, SECOND)
    elsewhere = line.a.say(Utterance("HUMAN", notice("H")), T0, OFFICER, SECOND)
    line.a.sent.remove(elsewhere)
    line.carry()
    _give(line, line.b, dataclasses.replace(area(), rings=()), subject="odd")
    look = _look(line, line.a)
    assert {frozenset(link.to for link in out.links) & {elsewhere.record_id} for out in look.found} == {frozenset()}
    assert all(all(out.body.reasons) for out in look.found if isinstance(out.body, ConflictFound))
    found = ConflictFound("CONFLICT", 0, 0, 0, T0, "x", "d")
    links = tuple(Link(Relation.ABOUT, record_id) for record_id in (elsewhere.record_id, theirs.record_id))
    line.a.say(Utterance("BRAVO", found, links=links), T0)
    assert conflicts(line.a.ledger, "BRAVO", T0) == []
    _find(line, line.a)
    assert conflicts(line.a.ledger, "HUMAN", T0) == []
    assert mine.record_id != theirs.record_id


def test_a_finding_without_an_instant_has_begun_and_a_proposal_on_half_of_it_settles_nothing() -> None:
    line, mine, theirs = _meeting()
    body = Proposal(ProposalKind.HOLD, (), ("A", "B"), (0, 0), T0 + HOUR_MS)
    _say(line, line.a, body, mine.record_id)
    found = ConflictFound("CANNOT_TELL", 0, None, 0, _BEGINS_MS, "x", "d")
    _say(line, line.a, found, mine.record_id, theirs.record_id, actor=False)
    assert _state(line) is ConflictState.DETECTED
    never = dataclasses.replace(found, first_ms=None)
    _say(line, line.b, never, mine.record_id, theirs.record_id, actor=False)
    assert _only(line).first_ms == _BEGINS_MS
    _say(line, line.a, never, mine.record_id, theirs.record_id, actor=False)
    assert (_only(line).first_ms, _state(line)) == (None, ConflictState.UNRESOLVED_AT_START)
    assert len(unresolved(line.a.ledger, T0)) == 1


def test_a_notice_with_one_area_that_never_ends_never_ends() -> None:
    line = Line()
    for desk in (line.a, line.b):
        _give(line, desk, area(), dataclasses.replace(area(), end_ms=None))
    _find(line, line.a)
    assert _only(line).end_ms is None
