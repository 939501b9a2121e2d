"""Proposals and agreements: two signatures over one hash, received in time, on notices that hold."""

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.area import Area
from clearline.line.notice import Notice, NoticeType
from clearline.line.proposal import (
    NOT_AGREEMENT,
    Agree,
    AgreeReceived,
    Changed,
    Declined,
    Proposal,
    ProposalKind,
    ProposalState,
    Recheck,
    Withdrawn,
    decide_agree,
    decide_proposal,
    proposal_state,
    proposals,
)
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Role
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, T0, Desk, Line, area, notice

_NEW = area(start_ms=T0 + 5 * HOUR_MS)


@dataclasses.dataclass
class Table:
    """Two notices, and a proposal by ALPHA to move its own."""

    line: Line
    mine: Said
    theirs: Said
    said: Said

    def say(self, by: Desk, body: Body, actor: Actor | None = OFFICER) -> Said:
        """Say something of the proposal."""
        peer = "BRAVO" if by is self.line.a else "ALPHA"
        second = SECOND if actor is not None else None
        link = (Link(Relation.ABOUT, self.said.record_id),)
        found = by.say(Utterance(peer, body, links=link), self.line.now_ms, actor, second)
        self.line.carry()
        return found

    def agree(self, by: Desk) -> Said:
        """Agree to it."""
        return self.say(by, Agree(self.said.record_id))

    def states(self) -> set[ProposalState]:
        """Where it stands on the two sides; one state where they agree."""
        return {proposal_state(desk.ledger, self.said, self.line.now_ms) for desk in (self.line.a, self.line.b)}

    def update(self, by: Desk, notice_id: str, *areas: Area) -> Said:
        """Change a notice."""
        peer = "BRAVO" if by is self.line.a else "ALPHA"
        body = notice("A1", NoticeType.CHANGE, *areas)
        out = Utterance(peer, body, links=(Link(Relation.UPDATES, notice_id),))
        said = by.say(out, self.line.now_ms, OFFICER, SECOND)
        self.line.carry()
        return said


def _table(kind: ProposalKind = ProposalKind.TIME_SHIFT, areas: tuple[Area, ...] = (_NEW,)) -> Table:
    line = Line()
    mine = line.notify(notice("A1"))
    theirs = line.b.say(Utterance("ALPHA", notice("B1")), line.now_ms, OFFICER, SECOND)
    line.carry()
    body = Proposal(kind, (Changed(mine.record_id, areas),), ("ALPHA", "BRAVO"), (900, 0), T0 + HOUR_MS)
    out = decide_proposal(body, "BRAVO", (mine.record_id, theirs.record_id), None, line.a.ledger, now_ms=T0)
    assert not isinstance(out, Refused)
    said = line.a.say(out[0], line.now_ms, OFFICER, SECOND)
    line.carry()
    return Table(line, mine, theirs, said)


def _agreed(kind: ProposalKind = ProposalKind.TIME_SHIFT, areas: tuple[Area, ...] = (_NEW,)) -> Table:
    table = _table(kind, areas)
    table.agree(table.line.a)
    assert table.states() == {ProposalState.ACCEPTED_BY_ONE}
    table.agree(table.line.b)
    assert table.states() == {ProposalState.AGREED}
    return table


def test_both_signatures_then_both_engines_bring_it_into_force() -> None:
    table = _agreed()
    table.say(table.line.a, Recheck("CLEAR", "d"), None)
    assert table.states() == {ProposalState.AGREED}
    table.say(table.line.b, Recheck("CLEAR", "d"), None)
    assert table.states() == {ProposalState.IN_FORCE}
    table.line.now_ms = T0 + 7 * HOUR_MS
    assert table.states() == {ProposalState.ENDED}


def test_what_never_came_into_force_has_lapsed_and_not_ended() -> None:
    for checks in (0, 1):
        table = _agreed()
        if checks:
            table.say(table.line.a, Recheck("CLEAR", "d"), None)
        table.line.now_ms = T0 + 7 * HOUR_MS
        assert table.states() == {ProposalState.LAPSED}


def test_engines_that_differ_and_a_verdict_that_is_not_clear_bring_nothing_into_force() -> None:
    for first, second, state in (
        (("CLEAR", "d"), ("CLEAR", "e"), ProposalState.ENGINES_DIFFER),
        (("CLEAR", "d"), ("CONFLICT", "d"), ProposalState.ENGINES_DIFFER),
        (("CONFLICT", "d"), ("CONFLICT", "d"), ProposalState.NOT_CLEAR),
        (("CANNOT_TELL", "d"), ("CANNOT_TELL", "d"), ProposalState.NOT_CLEAR),
    ):
        table = _agreed()
        table.say(table.line.a, Recheck(*first), None)
        table.say(table.line.b, Recheck(*second), None)
        assert table.states() == {state}


def test_what_is_not_parted_in_space_needs_no_clear() -> None:
    table = _agreed(ProposalKind.VOICE_COORDINATION)
    for desk in (table.line.a, table.line.b):
        table.say(desk, Recheck("CONFLICT", "d"), None)
    assert table.states() == {ProposalState.IN_FORCE}


def test_a_verdict_that_is_no_word_of_the_engine_is_void() -> None:
    table = _agreed()
    said = table.say(table.line.b, Recheck("FINE", "d"), None)
    assert table.line.a.void[said.record_id].rule == "X8"


@pytest.mark.parametrize("late", ["not at all", "signed late", "dated back", "received late", "dated late"])
def test_silence_and_lateness_never_become_an_agreement(late: str) -> None:
    """No answer, a late one, one that says it is older, one that lay in a queue: LAPSED, on both sides."""
    table = _table()
    table.agree(table.line.a)
    line = table.line
    if late == "received late":
        line.down = True
        table.agree(line.b)
    if late == "dated late":
        line.b.skew_ms = 2 * HOUR_MS
        said = table.agree(line.b)
        assert line.a.void[said.record_id].rule == "X3"
        line.b.skew_ms = 0
    line.now_ms = T0 + 2 * HOUR_MS
    line.down = False
    line.carry()
    if late == "signed late":
        said = table.agree(line.b)
        assert line.a.void[said.record_id].rule == "X3"
        assert NOT_AGREEMENT in line.a.void[said.record_id].why
    if late == "dated back":
        line.b.skew_ms = -90 * MINUTE_MS
        table.agree(line.b)
    assert table.states() == {ProposalState.LAPSED}


def test_an_agreement_counts_from_the_receipt_of_the_other_side() -> None:
    table = _table()
    table.agree(table.line.a)
    table.line.down = True
    table.agree(table.line.b)
    assert table.states() == {ProposalState.ACCEPTED_BY_ONE}
    forged = table.line.b.say(
        Utterance("ALPHA", AgreeReceived(T0), links=(Link(Relation.ABOUT, table.line.b.sent[-1].record_id),)), T0
    )
    assert table.line.b.void[forged.record_id].rule == "X6"
    assert table.states() == {ProposalState.ACCEPTED_BY_ONE}
    table.line.down = False
    table.line.carry()
    assert table.states() == {ProposalState.AGREED}


def test_an_agreement_by_a_machine_or_by_one_person_is_none() -> None:
    table = _table()
    table.agree(table.line.a)
    table.say(table.line.b, Agree(table.said.record_id), None)
    link = (Link(Relation.ABOUT, table.said.record_id),)
    alone = table.line.b.say(Utterance("ALPHA", Agree(table.said.record_id), links=link), T0, OFFICER)
    table.line.carry()
    assert table.line.a.void[alone.record_id].rule == "P2"
    assert table.states() == {ProposalState.ACCEPTED_BY_ONE}


def test_an_agreement_to_another_hash_is_none() -> None:
    table = _table()
    table.agree(table.line.a)
    said = table.say(table.line.b, Agree("0" * 64))
    assert table.line.a.void[said.record_id].rule == "X4"
    assert table.states() == {ProposalState.ACCEPTED_BY_ONE}


@given(order=st.permutations(["a agrees", "b agrees", "no"]), withdrawn=st.booleans(), data=st.data())
def test_a_no_that_was_said_without_both_signatures_at_hand_stands(
    *, order: list[str], withdrawn: bool, data: st.DataObject
) -> None:
    """Whatever crosses whatever on its way: unless who says no held both, there is no agreement."""
    table = _table()
    line = table.line
    refuser = line.a if withdrawn else line.b
    held: set[str] = set()
    for step in order:
        line.down = data.draw(st.booleans())
        line.carry()
        if step == "no":
            held = {by.header.author for by, _ in refuser.ledger.saying(table.said.record_id, Agree)}
            table.say(refuser, Withdrawn() if withdrawn else Declined())
        else:
            table.agree(line.a if step == "a agrees" else line.b)
        assert table.states() <= {
            ProposalState.TABLED,
            ProposalState.ACCEPTED_BY_ONE,
            ProposalState.AGREED,
            ProposalState.WITHDRAWN if withdrawn else ProposalState.DECLINED,
        }
        line.now_ms += MINUTE_MS
    line.down = False
    line.carry()
    refused = ProposalState.WITHDRAWN if withdrawn else ProposalState.DECLINED
    assert table.states() == {ProposalState.AGREED if len(held) == 2 else refused}


def test_only_its_author_withdraws_and_only_the_other_declines() -> None:
    table = _table()
    for by, body in ((table.line.b, Withdrawn()), (table.line.a, Declined())):
        said = table.say(by, body)
        assert table.line.a.void[said.record_id].rule == "X7"
    assert table.states() == {ProposalState.TABLED}
    table.say(table.line.b, Declined("too late"))
    assert table.states() == {ProposalState.DECLINED}


@pytest.mark.parametrize("when", ["before", "after", "in force"])
@pytest.mark.parametrize("whose", ["mine", "theirs"])
def test_a_notice_that_changes_leaves_it_void(when: str, whose: str) -> None:
    table = _agreed() if when != "before" else _table()
    line = table.line
    if when == "in force":
        for desk in (line.a, line.b):
            table.say(desk, Recheck("CLEAR", "d"), None)
    by, changed = (line.a, table.mine) if whose == "mine" else (line.b, table.theirs)
    table.update(by, changed.record_id, area(start_ms=T0 + 8 * HOUR_MS))
    assert table.states() == {ProposalState.VOID}


def test_a_change_just_as_agreed_carries_it_out_and_one_more_does_not() -> None:
    table = _agreed()
    first = table.update(table.line.a, table.mine.record_id, _NEW)
    assert table.states() == {ProposalState.AGREED}
    table.update(table.line.a, first.record_id, area(start_ms=T0 + 6 * HOUR_MS))
    assert table.states() == {ProposalState.VOID}


@pytest.mark.parametrize(("areas", "state"), [((), ProposalState.AGREED), ((_NEW,), ProposalState.VOID)])
def test_a_notice_called_off_is_as_agreed_only_if_that_was_agreed(
    areas: tuple[Area, ...], state: ProposalState
) -> None:
    table = _agreed(ProposalKind.CANCEL, areas)
    cancel = Utterance("BRAVO", notice("A1", NoticeType.CANCEL), links=(Link(Relation.CANCELS, table.mine.record_id),))
    table.line.a.say(cancel, T0, OFFICER, SECOND)
    table.line.carry()
    assert table.states() == {state}


def test_it_rests_on_notices_of_the_two_that_are_here_and_changes_no_others() -> None:
    table = _table()
    line, body = table.line, table.said.body
    assert isinstance(body, Proposal)
    other = line.a.say(Utterance("HUMAN", notice("A9")), T0, OFFICER, SECOND)
    line.a.sent.remove(other)
    both = (table.mine.record_id, table.theirs.record_id)
    for about, changes, rule in (
        ((), body.changes, "X1"),
        (("0" * 64,), (), "X1"),
        ((table.said.record_id,), (), "X1"),
        ((table.mine.record_id, other.record_id), (), "X1"),
        ((table.theirs.record_id,), body.changes, "X5"),
        (both, (*body.changes, *body.changes), "X5"),
    ):
        wrong = dataclasses.replace(body, changes=changes)
        out = decide_proposal(wrong, "BRAVO", about, None, line.a.ledger, now_ms=T0)
        assert isinstance(out, Refused)
        assert out.rule == rule
        links = tuple(Link(Relation.ABOUT, record_id) for record_id in about)
        forced = line.a.say(Utterance("BRAVO", wrong, links=links), T0, OFFICER, SECOND)
        assert line.a.void[forced.record_id].rule in (rule, "D1")
        assert proposal_state(line.a.ledger, forced, T0) is ProposalState.VOID
    line.a.sent.clear()
    table.update(line.a, table.mine.record_id, _NEW)
    out = decide_proposal(body, "BRAVO", both, None, line.a.ledger, now_ms=T0)
    assert isinstance(out, Refused)


def test_who_may_agree_and_to_what() -> None:
    table = _table()
    ledger, record_id = table.line.b.ledger, table.said.record_id
    clerk = Actor("OPS-DUTY", "clerk", frozenset({Role.RECEIVE}))
    for out, rule in (
        (decide_agree(record_id, record_id, clerk, ledger, now_ms=T0), "X2"),
        (decide_agree(table.mine.record_id, record_id, OFFICER, ledger, now_ms=T0), "X3"),
        (decide_agree("0" * 64, record_id, OFFICER, ledger, now_ms=T0), "X3"),
        (decide_agree(record_id, "0" * 64, OFFICER, ledger, now_ms=T0), "X4"),
        (decide_agree(record_id, record_id, OFFICER, ledger, now_ms=T0 + 2 * HOUR_MS), "X3"),
    ):
        assert isinstance(out, Refused)
        assert out.rule == rule
    out = decide_agree(record_id, record_id, OFFICER, ledger, now_ms=T0)
    assert not isinstance(out, Refused)
    table.line.b.say(out[0], T0, OFFICER, SECOND)
    again = decide_agree(record_id, record_id, OFFICER, ledger, now_ms=T0)
    assert isinstance(again, Refused)
    assert again.rule == "X9"


def test_a_counter_takes_the_place_of_what_it_counters() -> None:
    table = _table()
    body = table.said.body
    assert isinstance(body, Proposal)
    about = (table.mine.record_id, table.theirs.record_id)
    out = decide_proposal(body, "ALPHA", about, table.said.record_id, table.line.b.ledger, now_ms=T0)
    assert not isinstance(out, Refused)
    table.line.b.say(out[0], T0, OFFICER, SECOND)
    table.line.carry()
    assert table.states() == {ProposalState.COUNTERED}
    assert [state for _, state in proposals(table.line.a.ledger, T0)] == [
        ProposalState.COUNTERED,
        ProposalState.TABLED,
    ]


def test_what_fits_is_not_void_however_late() -> None:
    table = _table()
    agreed = table.agree(table.line.a)
    checked = table.say(table.line.b, Recheck("CANNOT_TELL", "d"), None)
    table.line.now_ms = T0 + 2 * HOUR_MS
    declined = table.say(table.line.b, Declined())
    withdrawn = table.say(table.line.a, Withdrawn())
    assert not {said.record_id for said in (agreed, checked, declined, withdrawn)} & set(table.line.a.void)
    received = [said for said, _ in table.line.b.ledger.of(AgreeReceived)]
    assert len(received) == 1
    assert received[0].record_id not in table.line.a.void


def test_a_change_with_an_area_that_has_no_end_does_not_end() -> None:
    table = _agreed(areas=(_NEW, dataclasses.replace(_NEW, end_ms=None)))
    table.line.now_ms = T0 + 1000 * HOUR_MS
    assert table.states() == {ProposalState.AGREED}


def test_what_is_about_nothing_is_void() -> None:
    table = _table()
    for body, rule in ((Agree("x"), "X3"), (Recheck("CLEAR", "d"), "X3"), (AgreeReceived(T0), "X6")):
        for links in ((), (Link(Relation.ABOUT, "0" * 64),), (Link(Relation.ABOUT, table.mine.record_id),)):
            said = table.line.b.say(Utterance("ALPHA", body, links=links), T0, OFFICER, SECOND)
            assert table.line.b.void[said.record_id].rule == rule


def test_what_is_about_no_proposal_is_void() -> None:
    table = _table()
    for body in (Agree("x"), Declined(), Withdrawn(), Recheck("CLEAR", "d")):
        link = (Link(Relation.ABOUT, table.mine.record_id),)
        said = table.line.b.say(Utterance("ALPHA", body, links=link), T0, OFFICER, SECOND)
        assert table.line.b.void[said.record_id].rule == "X3"


def test_the_kinds_of_notice_here_are_what_they_are_taken_for() -> None:
    assert all(isinstance(body, Notice) for body in (notice(), notice("A2", NoticeType.CHANGE)))
    assert len(set(itertools.chain(ProposalState))) == 12
