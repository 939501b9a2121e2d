"""The ladder of acknowledgement: no step from another, none by a machine, no clock stopped by waiting."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.ladder import (
    LIMITS,
    RULES,
    Answer,
    AnswerType,
    Closed,
    Delivered,
    Disseminated,
    Echelon,
    ReadBack,
    Seen,
    Step,
    UnableReason,
    accept_step,
    decide_step,
    differing,
    ladder,
)
from clearline.line.ledger import Ledger
from clearline.line.notice import KeyField, NoticeType, key_fields
from clearline.line.party import Coverage
from clearline.line.statement import Link, Refused, Relation, Said, Utterance
from clearline.line.talk import TalkRequest
from clearline.line.terms import By, Function, Level, Precedence
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Line, area, notice


def _rule(out: object) -> str:
    assert isinstance(out, Refused)
    return out.rule


@given(st.sets(st.sampled_from([Seen(), Disseminated(Echelon.AIR, T0), Answer(AnswerType.WILCO)])))
def test_no_step_follows_from_another(said: set[Seen | Disseminated | Answer]) -> None:
    line = Line()
    told = line.notify(notice())
    for body in said:
        line.answer(body, told.record_id)
    wanted = {Seen: Step.SEEN, Disseminated: Step.DISSEMINATED, Answer: Step.ANSWERED}
    assert set(line.ladder(told).steps) == {Step.DELIVERED, *(wanted[type(body)] for body in said)}
    top = max([Step.DELIVERED, *(wanted[type(body)] for body in said)], key=list(Step).index)
    assert line.ladder(told).top is top


def test_nothing_was_received_where_nothing_came() -> None:
    line = Line(down=True)
    said = line.notify(notice())
    found = line.ladder(said)
    assert found.top is None
    assert found.received_words == "no signed receipt exists"
    line.down = False
    line.carry()
    assert line.ladder(said).received_words == "received: the counterpart's signed receipt is here"


@pytest.mark.parametrize("precedence", list(Precedence))
def test_nothing_but_one_standby_moves_the_clock(precedence: Precedence) -> None:
    """NOT_KNOWN_CHECKING for a year, and a STAND BY by a clock that is a year ahead, hold nobody up."""
    line = Line()
    said = line.notify(notice(), precedence)
    limit_ms = LIMITS[precedence].answered_ms
    year_ms = T0 + 365 * 24 * HOUR_MS
    assert isinstance(line.answer(Answer(AnswerType.NOT_KNOWN_CHECKING, year_ms), said.record_id), Said)
    assert line.ladder(said).answer_due_ms == T0 + limit_ms
    line.b.skew_ms = 365 * 24 * HOUR_MS
    assert isinstance(line.answer(Answer(AnswerType.STANDBY, year_ms), said.record_id), Said)
    assert line.ladder(said).answer_due_ms == T0 + 2 * limit_ms


def test_a_standby_moves_the_clock_as_far_as_it_says_and_not_back() -> None:
    line = Line()
    said = line.notify(notice(), Precedence.FLASH)
    line.answer(Answer(AnswerType.STANDBY, T0 + 30 * SECOND_MS), said.record_id)
    assert line.ladder(said).answer_due_ms == T0 + 120 * SECOND_MS
    other = line.notify(notice("A2"), Precedence.FLASH)
    line.now_ms += 60 * SECOND_MS
    line.answer(Answer(AnswerType.STANDBY, T0 + 150 * SECOND_MS), other.record_id)
    assert line.ladder(other).answer_due_ms == T0 + 150 * SECOND_MS
    line.roger(other)
    assert line.ladder(other).answer_due_ms is None


def test_seen_stops_its_own_clock_and_no_other() -> None:
    line = Line()
    said = line.notify(notice(), Precedence.FLASH)
    assert line.ladder(said).seen_due_ms == T0 + 60 * SECOND_MS
    line.answer(Seen(), said.record_id)
    found = line.ladder(said)
    assert found.seen_due_ms is None
    assert found.answer_due_ms == T0 + 120 * SECOND_MS


@given(st.data())
def test_a_read_back_is_understood_only_if_every_field_is_the_notices_own(data: st.DataObject) -> None:
    line = Line()
    said = line.notify(notice("A1", NoticeType.ACTIVITY, area(), area(lat_e7=351_234_567)))
    fields = list(key_fields(said))
    assert differing(ReadBack(tuple(fields)), said) == ()
    how = data.draw(st.sampled_from(["leave out", "change", "add", "twice"]))
    n = data.draw(st.integers(0, len(fields) - 1))
    if how == "leave out":
        del fields[n]
    elif how == "change":
        fields[n] = KeyField(fields[n].name, fields[n].value + " 1")
    elif how == "add":
        fields.append(KeyField("another", "field"))
    else:  # both the right and a wrong value: then the wrong one counts
        at = data.draw(st.sampled_from([0, len(fields)]))
        fields.insert(at, KeyField(fields[n].name, "something else"))
    assert differing(ReadBack(tuple(fields)), said)
    assert _rule(line.answer(ReadBack(tuple(fields)), said.record_id)) == "L4"
    line.slip(ReadBack(tuple(fields)), said.record_id)
    found = line.ladder(said)
    assert Step.UNDERSTOOD not in found.steps
    assert len(found.mistakes) == 1


def test_spaces_and_case_are_not_a_difference() -> None:
    line = Line()
    said = line.notify(notice())
    loose = tuple(KeyField(field.name, f"  {field.value.lower()} ") for field in key_fields(said))
    assert differing(ReadBack(loose), said) == ()


def test_only_the_addressee_acknowledges_and_only_the_author_closes() -> None:
    line = Line()
    said = line.notify(notice())
    for by, body in ((line.a, Seen()), (line.b, Closed())):
        out = decide_step(body, said.record_id, by.ledger, by=By.WATCH, now_ms=T0)
        assert _rule(out) == "L2"
    link = (Link(Relation.ABOUT, said.record_id),)
    forged = line.a.say(Utterance("BRAVO", Seen(), links=link), T0, OFFICER)
    line.carry()
    assert line.b.void[forged.record_id].rule == "L2"
    assert [refused.rule for _, refused in line.ladder(said).void] == ["L2"]
    assert Step.SEEN not in line.ladder(said).steps


def test_a_step_is_about_one_notice_that_is_here() -> None:
    line = Line()
    line.open()
    request = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
    asked = line.a.say(Utterance("BRAVO", request), T0, OFFICER, SECOND)
    line.carry()
    for record_id in (asked.record_id, "0" * 64):
        assert _rule(decide_step(Seen(), record_id, line.b.ledger, by=By.WATCH, now_ms=T0)) == "L8"
    said = line.notify(notice())
    assert _rule(decide_step(request, said.record_id, line.b.ledger, by=By.WATCH, now_ms=T0)) == "L8"
    two = (Link(Relation.ABOUT, said.record_id), Link(Relation.ABOUT, asked.record_id))
    forged = line.b.say(Utterance("ALPHA", Seen(), links=two), T0, OFFICER)
    line.carry()
    assert line.a.void[forged.record_id].rule == "L8"
    assert accept_step(asked, line.b.ledger) is None


def test_closing_needs_an_answer_that_the_author_holds() -> None:
    """A CLOSED that was said before the answer came is void on both sides, whatever reached whom first."""
    line = Line()
    said = line.notify(notice())
    line.down = True
    link = (Link(Relation.ABOUT, said.record_id),)
    line.roger(said)
    line.now_ms += MINUTE_MS
    closed = line.a.say(Utterance("BRAVO", Closed(), links=link), line.now_ms, OFFICER)
    line.down = False
    line.carry()
    for ledger in (line.a.ledger, line.b.ledger):
        found = ladder(ledger, said)
        assert Step.ANSWERED in found.steps
        assert Step.CLOSED not in found.steps
        assert (closed.record_id, "L7") in [(by.record_id, refused.rule) for by, refused in found.void]
    line.a.say(Utterance("BRAVO", Closed(), links=link), line.now_ms, OFFICER)
    line.carry()
    assert all(Step.CLOSED in ladder(ledger, said).steps for ledger in (line.a.ledger, line.b.ledger))


def test_a_provisional_answer_states_until_when_and_is_no_answer() -> None:
    line = Line()
    said = line.notify(notice())
    for kind in (AnswerType.STANDBY, AnswerType.NOT_KNOWN_CHECKING):
        assert _rule(line.answer(Answer(kind), said.record_id)) == "L6"
        line.answer(Answer(kind, T0 + MINUTE_MS), said.record_id)
    found = line.ladder(said)
    assert Step.ANSWERED not in found.steps
    assert found.answer is not None
    assert isinstance(found.answer.body, Answer)
    assert found.answer.body.type is AnswerType.NOT_KNOWN_CHECKING


def test_not_ours_cites_the_coverage_made_to_the_side_that_asked() -> None:
    """What was declared to a third party is no coverage here, even if it came later."""
    line = Line()
    said = line.notify(notice())
    held = line.b.say(Utterance("ALPHA", Coverage(("regular",))), T0, OFFICER, SECOND)
    other = line.b.say(Utterance("HUMAN", Coverage(("volunteers",))), T0 + 1, OFFICER, SECOND)
    line.now_ms += MINUTE_MS
    line.b.sent.remove(other)
    line.carry()
    assert _rule(line.answer(Answer(AnswerType.CHECKED_NOT_OURS, coverage=other.record_id), said.record_id)) == "L5"
    cited = Answer(AnswerType.CHECKED_NOT_OURS, coverage=held.record_id)
    assert isinstance(line.answer(cited, said.record_id), Said)
    assert Step.ANSWERED in line.ladder(said).steps


def test_coverage_that_has_run_out_covers_nothing() -> None:
    line = Line()
    said = line.notify(notice())
    short = Utterance("ALPHA", Coverage(("regular",)), valid_until_ms=T0 + MINUTE_MS)
    held = line.b.say(short, T0, OFFICER, SECOND)
    line.now_ms += 2 * MINUTE_MS
    assert _rule(line.answer(Answer(AnswerType.CHECKED_NOT_OURS, coverage=held.record_id), said.record_id)) == "L5"


def test_unable_states_a_reason_and_nothing_else_does() -> None:
    with pytest.raises(ValueError, match="UNABLE states a reason"):
        Answer(AnswerType.UNABLE)
    with pytest.raises(ValueError, match="UNABLE states a reason"):
        Answer(AnswerType.ROGER, reason=UnableReason.SAFETY)


def test_notice_given_counts_to_the_first_effect_whatever_its_validity_says() -> None:
    """A validity that begins later than the activity makes no notice longer."""
    line = Line()
    body = notice("A1", NoticeType.ACTIVITY, area(start_ms=T0 + MINUTE_MS), area(start_ms=T0 + HOUR_MS))
    for valid_from_ms in (None, T0 + HOUR_MS, T0 + MINUTE_MS):
        assert line.ladder(line.notify(body, valid_from_ms=valid_from_ms)).given_ms == MINUTE_MS
    assert line.ladder(line.notify(body, valid_from_ms=T0)).given_ms == 0
    plain = dataclasses.replace(notice("A3"), type=NoticeType.GENERAL, areas=())
    assert line.ladder(line.notify(plain)).given_ms is None
    assert line.ladder(line.notify(plain, valid_from_ms=T0 + 1)).given_ms == 1


def test_a_machine_takes_no_step_but_the_receipt() -> None:
    line = Line()
    said = line.notify(notice())
    assert _rule(decide_step(Seen(), said.record_id, line.b.ledger, by=By.MACHINE, now_ms=T0)) == "L1"
    out = decide_step(Delivered(T0), said.record_id, line.b.ledger, by=By.MACHINE, now_ms=T0)
    assert not isinstance(out, Refused)
    line.slip(Seen(), said.record_id, actor=None)
    assert line.ladder(said).void == ()  # it is not on the ladder at all
    assert set(RULES) == {f"L{n}" for n in range(1, 9)}


def test_a_ladder_is_the_same_from_any_ledger_with_the_same_statements() -> None:
    line = Line()
    said = line.notify(notice())
    line.understood(said)
    line.roger(said)
    copy = Ledger("BRAVO")
    for other in reversed(list(line.b.ledger)):
        copy.add(other)
    assert {k: v.record_id for k, v in ladder(copy, said).steps.items()} == {
        k: v.record_id for k, v in line.ladder(said).steps.items()
    }


def test_what_is_no_step_is_not_on_the_ladder() -> None:
    line = Line()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    line.wait(3 * MINUTE_MS, step_ms=MINUTE_MS)
    for ledger in (line.a.ledger, line.b.ledger):
        assert len(ledger.about(said.record_id)) > 4
        assert ladder(ledger, said).void == ()
        assert set(ladder(ledger, said).steps) == {Step.DELIVERED}


def test_a_step_on_what_is_no_notice_is_void_and_one_that_is_held_stands_when_asked_again() -> None:
    line = Line()
    request = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
    asked = line.a.say(Utterance("BRAVO", request), T0, OFFICER, SECOND)
    line.carry()
    assert line.a.void[line.slip(Seen(), asked.record_id).record_id].rule == "L8"
    said = line.notify(notice())
    wait = line.answer(Answer(AnswerType.STANDBY, T0 + MINUTE_MS), said.record_id)
    assert isinstance(wait, Said)
    assert accept_step(wait, line.b.ledger) is None


def test_where_it_is_not_known_what_an_author_held_the_order_of_the_clocks_counts() -> None:
    line = Line()
    said = line.notify(notice())
    line.roger(said)
    closed = line.a.say(Utterance("BRAVO", Closed(), links=(Link(Relation.ABOUT, said.record_id),)), T0 + 1, OFFICER)
    copy = Ledger("BRAVO")
    for other in line.a.ledger:
        copy.add(dataclasses.replace(other, seen=None))
    assert copy.get(closed.record_id) is not None
    assert Step.CLOSED in ladder(copy, said).steps
